// Package netpyne writes results in NetPyNE's own form.
//
// In: record.Result. Out: a JSON document with simData (spkt, spkid, t, one
// entry a recorded label, stims, popRates, avgRate), net.pops, net.cells with
// their places and connections, and the numbers of simConfig that describe
// the run. Next: NetPyNE's sim.loadSimData, or a user's own scripts.
package netpyne

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/rallsim/rall/runtime/record"
)

// Write writes the document. Numbers have as many digits as it takes to read
// back the same bits; what JSON cannot say (NaN, infinity) is null.
func Write(w io.Writer, res *record.Result) error {
	o := &out{w: bufio.NewWriterSize(w, 1<<16)}
	o.text(`{"simConfig": `)
	o.json(config(res))
	o.text(",\n\"net\": {\"pops\": ")
	pops(o, res)
	o.text(",\n\"cells\": [")
	cells(o, res)
	o.text("]},\n\"simData\": ")
	simData(o, res)
	o.text("}\n")
	if o.err != nil {
		return o.err
	}
	return o.w.Flush()
}

// out writes pieces of JSON and keeps the first error.
type out struct {
	w   *bufio.Writer
	buf []byte
	err error
}

func (o *out) text(s string) {
	if o.err == nil {
		_, o.err = o.w.WriteString(s)
	}
}

func (o *out) json(v any) {
	b, err := json.Marshal(v)
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("BUG: %w", err)
	}
	o.text(string(b))
}

func (o *out) num(x float64) {
	o.buf = appendNum(o.buf[:0], x)
	if o.err == nil {
		_, o.err = o.w.Write(o.buf)
	}
}

func appendNum(b []byte, x float64) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, x, 'g', -1, 64)
}

// list writes n numbers.
func (o *out) list(n int, at func(i int) float64) {
	o.text("[")
	for i := 0; i < n; i++ {
		if i > 0 {
			o.text(", ")
		}
		o.num(at(i))
	}
	o.text("]")
}

// object writes members in the order in which they are added.
type object struct {
	o *out
	n int
}

func (j *object) key(name string) *out {
	if j.n > 0 {
		j.o.text(",\n")
	}
	j.n++
	j.o.json(name)
	j.o.text(": ")
	return j.o
}

func config(res *record.Result) map[string]any {
	c := map[string]any{
		"simLabel": res.Run.Label, "duration": res.Run.Duration, "dt": res.Run.Dt,
		"hParams": map[string]float64{"celsius": res.Run.Celsius, "v_init": res.Run.VInit},
		"seeds":   res.Run.Seeds,
	}
	for _, r := range res.Reports {
		if len(r.Time) > 1 {
			step := (r.Time[len(r.Time)-1] - r.Time[0]) / float64(len(r.Time)-1)
			c["recordStep"], _ = strconv.ParseFloat(strconv.FormatFloat(step, 'g', 10, 64), 64)
			break
		}
	}
	return c
}

func pops(o *out, res *record.Result) {
	o.text("{")
	m := object{o: o}
	for _, p := range res.Pops {
		gids := p.Gids
		if gids == nil {
			gids = []int{}
		}
		m.key(p.Name).json(map[string]any{
			"tags":     map[string]any{"pop": p.Name, "cellType": p.CellType, "numCells": len(p.Gids)},
			"cellGids": gids,
		})
	}
	o.text("}")
}

// conn is a connection as NetPyNE keeps it in the target cell.
type conn struct {
	PreGid   any     `json:"preGid"` // a gid, or "NetStim"
	PreLabel string  `json:"preLabel,omitempty"`
	Label    string  `json:"label,omitempty"`
	Sec      string  `json:"sec,omitempty"`
	Loc      float64 `json:"loc"`
	SynMech  string  `json:"synMech,omitempty"`
	Weight   any     `json:"weight"`
	Delay    any     `json:"delay"`
}

func cells(o *out, res *record.Result) {
	byPost := map[int][]conn{}
	for _, c := range res.Conns {
		k := conn{PreGid: c.PreGid, Label: c.Rule, Sec: c.Section, Loc: c.Loc, SynMech: c.SynMech, Weight: finite(c.Weight), Delay: finite(c.Delay)}
		if c.PreGid < 0 {
			k.PreGid, k.PreLabel, k.Label = "NetStim", c.Rule, ""
		}
		byPost[c.PostGid] = append(byPost[c.PostGid], k)
	}
	for i, c := range res.Cells {
		if i > 0 {
			o.text(",\n")
		}
		p := res.Pops[c.Pop]
		conns := byPost[c.Gid]
		if conns == nil {
			conns = []conn{}
		}
		o.json(map[string]any{
			"gid":   c.Gid,
			"tags":  map[string]any{"pop": p.Name, "cellType": p.CellType, "x": finite(c.X), "y": finite(c.Y), "z": finite(c.Z)},
			"conns": conns,
		})
	}
}

// finite gives null for what JSON cannot say; encoding/json would refuse the
// whole document.
func finite(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return x
}

func simData(o *out, res *record.Result) {
	o.text("{")
	m := object{o: o}
	m.key("spkt").list(len(res.Spikes), func(i int) float64 { return res.Spikes[i].T })
	m.key("spkid").list(len(res.Spikes), func(i int) float64 { return float64(res.Spikes[i].Gid) })
	if len(res.Reports) > 0 {
		t := res.Reports[0].Time
		m.key("t").list(len(t), func(i int) float64 { return t[i] })
	}
	for i := range res.Reports {
		rep := &res.Reports[i]
		traces(m.key(rep.Label), rep)
	}
	if res.Stims != nil {
		stims(m.key("stims"), res)
	}
	rates := map[string]float64{}
	total := 0.0
	secs := res.Run.Duration / 1000
	for _, p := range res.Pops {
		in := map[int]bool{}
		for _, g := range p.Gids {
			in[g] = true
		}
		n := 0
		for _, s := range res.Spikes {
			if in[s.Gid] {
				n++
			}
		}
		if len(p.Gids) > 0 && secs > 0 {
			rates[p.Name] = float64(n) / float64(len(p.Gids)) / secs
		}
	}
	if len(res.Cells) > 0 && secs > 0 {
		total = float64(len(res.Spikes)) / float64(len(res.Cells)) / secs
	}
	m.key("popRates").json(rates)
	m.key("avgRate").num(total)
	o.text("}")
}

// traces writes one label: cell_N, and for further places in the same cell
// cell_N_section(pos).
func traces(o *out, rep *record.Report) {
	o.text("{")
	m := object{o: o}
	if rep.All {
		synapses(&m, rep)
		o.text("}")
		return
	}
	seen := map[string]bool{}
	n := len(rep.Elements)
	for e, el := range rep.Elements {
		name := "cell_" + strconv.Itoa(el.Gid)
		if seen[name] {
			name += fmt.Sprintf("_%s(%s)", el.Section, strconv.FormatFloat(el.Pos, 'g', -1, 64))
		}
		for k := 2; seen[name]; k++ {
			name = fmt.Sprintf("cell_%d_%d", el.Gid, k)
		}
		seen[name] = true
		m.key(name).list(len(rep.Time), func(k int) float64 { return rep.Data[k*n+e] })
	}
	o.text("}")
}

// synapses writes all synapses of each cell by section and place. Of several
// at one place NetPyNE keeps the last.
func synapses(m *object, rep *record.Report) {
	n := len(rep.Elements)
	for e := 0; e < n; {
		gid := rep.Elements[e].Gid
		last := map[string]int{}
		var names []string
		for ; e < n && rep.Elements[e].Gid == gid; e++ {
			loc := strconv.FormatFloat(rep.Elements[e].Pos, 'g', -1, 64)
			if !strings.ContainsAny(loc, ".e") {
				loc += ".0" // as Python prints it
			}
			name := rep.Elements[e].Section + "_" + loc
			if _, ok := last[name]; !ok {
				names = append(names, name)
			}
			last[name] = e
		}
		o := m.key("cell_" + strconv.Itoa(gid))
		o.text("{")
		inner := object{o: o}
		for _, name := range names {
			col := last[name]
			inner.key(name).list(len(rep.Time), func(k int) float64 { return rep.Data[k*n+col] })
		}
		o.text("}")
	}
}

func stims(o *out, res *record.Result) {
	by := map[int]map[string][]float64{}
	for _, c := range res.Cells {
		by[c.Gid] = map[string][]float64{}
	}
	for _, s := range res.Stims {
		if by[s.Gid] == nil {
			by[s.Gid] = map[string][]float64{}
		}
		t := append(by[s.Gid][s.Label], s.T...)
		if t == nil {
			t = []float64{}
		}
		sort.Float64s(t)
		by[s.Gid][s.Label] = t
	}
	gids := make([]int, 0, len(by))
	for g := range by {
		gids = append(gids, g)
	}
	sort.Ints(gids)
	o.text("{")
	m := object{o: o}
	for _, g := range gids {
		m.key("cell_" + strconv.Itoa(g)).json(by[g])
	}
	o.text("}")
}
