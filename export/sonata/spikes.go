package sonata

import (
	"fmt"
	"math"
	"sort"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/runtime/record"
)

// WriteSpikes writes the spikes of res to a new file: one group a population,
// also for those that were silent, each sorted by time, then node.
func WriteSpikes(path string, res *record.Result) error {
	at, err := places(res.Pops)
	if err != nil {
		return err
	}
	times := make([][]float64, len(res.Pops))
	nodes := make([][]uint64, len(res.Pops))
	for _, s := range sortedSpikes(res.Spikes) {
		p, ok := at[s.Gid]
		if !ok {
			return fmt.Errorf("BUG: a spike of gid %d, which is in no population", s.Gid)
		}
		times[p.pop] = append(times[p.pop], s.T)
		nodes[p.pop] = append(nodes[p.pop], uint64(p.node))
	}
	return create(path, func(f *h5.File) error {
		if err := f.Group("/spikes"); err != nil {
			return err
		}
		for i, pop := range res.Pops {
			g := "/spikes/" + groupName(pop.Name)
			st := h5.Storage{}
			if n := len(times[i]); n > 1<<17 {
				st.Chunk = []int{1 << 16}
			}
			if err := f.Write(g+"/timestamps", nonNil(times[i]), nil, st); err != nil {
				return err
			}
			if err := f.Write(g+"/node_ids", nonNil(nodes[i]), nil, st); err != nil {
				return err
			}
			if err := f.SetAttr(g+"/timestamps", "units", "ms"); err != nil {
				return err
			}
			if err := f.SetAttr(g, "sorting", h5.Enum{Names: sorting, Value: sortedByTime}); err != nil {
				return err
			}
		}
		return nil
	})
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// sortedSpikes returns s by time, then gid; a Result comes sorted, so usually
// that is s itself.
func sortedSpikes(s []record.Spike) []record.Spike {
	less := func(a, b record.Spike) bool { return a.T < b.T || a.T == b.T && a.Gid < b.Gid }
	if sort.SliceIsSorted(s, func(i, j int) bool { return less(s[i], s[j]) }) {
		return s
	}
	c := append([]record.Spike(nil), s...)
	sort.SliceStable(c, func(i, j int) bool { return less(c[i], c[j]) })
	return c
}

// PopSpikes are the spikes of one population of a file, as they stand there.
type PopSpikes struct {
	Name    string
	T       []float64 // [ms]
	NodeIDs []int
}

// ReadSpikes reads a spike file of any origin. A file of the old form,
// without population groups, gives one population named "".
func ReadSpikes(path string) ([]PopSpikes, error) {
	root, err := h5.ReadAll(path, h5.ReadOptions{Only: []string{"/spikes"}})
	if err != nil {
		return nil, err
	}
	if err := checkMagic(path, root); err != nil {
		return nil, err
	}
	top := root.Child("spikes")
	if top == nil || top.Value != nil {
		return nil, fmt.Errorf("%s: no group /spikes: not a SONATA spike file", path)
	}
	var out []PopSpikes
	if n := top.Child("timestamps"); n != nil && n.Value != nil {
		ids := top.Child("gids")
		if ids == nil {
			ids = top.Child("node_ids")
		}
		p, err := popSpikes(path+":/spikes", "", n, ids)
		if err != nil {
			return nil, err
		}
		return []PopSpikes{p}, nil
	}
	for _, g := range top.Children {
		if g.Value != nil {
			continue
		}
		p, err := popSpikes(path+":/spikes/"+g.Name, g.Name, g.Child("timestamps"), g.Child("node_ids"))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func popSpikes(at, name string, times, ids *h5.Node) (PopSpikes, error) {
	if times == nil || times.Value == nil || ids == nil || ids.Value == nil {
		return PopSpikes{}, fmt.Errorf("%s: timestamps or node_ids is missing", at)
	}
	if u := times.AttrString("units"); u != "" && u != "ms" {
		return PopSpikes{}, fmt.Errorf("%s/timestamps: units %q, expected \"ms\"", at, u)
	}
	t, err := times.Value.Floats()
	if err != nil {
		return PopSpikes{}, fmt.Errorf("%s/timestamps: %w", at, err)
	}
	n, err := nodeIDs(ids)
	if err != nil {
		return PopSpikes{}, fmt.Errorf("%s/%s: %w", at, ids.Name, err)
	}
	if len(t) != len(n) {
		return PopSpikes{}, fmt.Errorf("%s: %d timestamps and %d node_ids", at, len(t), len(n))
	}
	for i, x := range t {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return PopSpikes{}, fmt.Errorf("%s/timestamps[%d]: %v", at, i, x)
		}
	}
	return PopSpikes{name, t, n}, nil
}

func nodeIDs(n *h5.Node) ([]int, error) {
	v, err := n.Value.Ints()
	if err != nil {
		return nil, err
	}
	r := make([]int, len(v))
	for i, x := range v {
		if x < 0 {
			return nil, fmt.Errorf("element %d is %d, a negative id", i, x)
		}
		r[i] = int(x)
	}
	return r, nil
}

// checkMagic refuses a file that says it is something else.
func checkMagic(path string, root *h5.Node) error {
	v, ok := root.Attrs["magic"]
	if !ok {
		return nil
	}
	m, err := v.Ints()
	if err == nil && len(m) == 1 && m[0] == int64(magic) {
		return nil
	}
	return fmt.Errorf("%s: the root attribute magic is not SONATA's (0x0A7A)", path)
}

// Spikes reads a spike file of a result whose populations are known, as gids
// sorted by time, then gid.
func Spikes(path string, pops []record.Pop) ([]record.Spike, error) {
	groups, err := ReadSpikes(path)
	if err != nil {
		return nil, err
	}
	var out []record.Spike
	for _, g := range groups {
		pop := findPop(pops, g.Name)
		if pop == nil {
			return nil, fmt.Errorf("%s:/spikes/%s: a population that the result does not have", path, g.Name)
		}
		for i, n := range g.NodeIDs {
			if n >= len(pop.Gids) {
				return nil, fmt.Errorf("%s:/spikes/%s/node_ids[%d]: node %d of %d", path, g.Name, i, n, len(pop.Gids))
			}
			out = append(out, record.Spike{T: g.T[i], Gid: pop.Gids[n]})
		}
	}
	return sortedSpikes(out), nil
}

func findPop(pops []record.Pop, group string) *record.Pop {
	for i := range pops {
		if groupName(pops[i].Name) == group {
			return &pops[i]
		}
	}
	return nil
}
