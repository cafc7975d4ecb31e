package sim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/comm"
)

// Fingerprint tells networks apart, whatever their partition: all that a run
// computes from, but how long it lasts. All ranks call it, and get the same.
func Fingerprint(net *layout.Network, t comm.Transport) (string, error) {
	if t == nil {
		t = comm.One()
	}
	whole := hashWhole(net)
	var parts sum
	for i := range net.Groups {
		if !net.Groups[i].Foreign {
			hashGroup(net, i, &parts)
		}
	}
	b := binary.LittleEndian.AppendUint64(nil, whole.a)
	for _, x := range []uint64{whole.b, parts.a, parts.b} {
		b = binary.LittleEndian.AppendUint64(b, x)
	}
	all, err := t.Share(b)
	if err != nil {
		return "", err
	}
	parts = sum{}
	for _, r := range all {
		if len(r) != len(b) || string(r[:16]) != string(b[:16]) {
			return "", errors.New("ranks have loaded different models")
		}
		parts.a += binary.LittleEndian.Uint64(r[16:])
		parts.b += binary.LittleEndian.Uint64(r[24:])
	}
	whole.word(parts.a)
	whole.word(parts.b)
	return fmt.Sprintf("%016x%016x", whole.a, whole.b), nil
}

// sum adds up hashes of things that come in any order.
type sum struct{ a, b uint64 }

func (s *sum) add(h *hash) { s.a, s.b = s.a+h.a, s.b+h.b }

// hash takes words in order.
type hash struct{ a, b uint64 }

// mix is the finalizer of SplitMix64.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func newHash(purpose int64) *hash { return (&hash{1, 2}).int(purpose) }

func (h *hash) word(x uint64) *hash {
	h.a = mix(h.a + 0x9e3779b97f4a7c15 ^ x)
	h.b = mix(h.b ^ x*0xd1342543de82ef95 + 1)
	return h
}

func (h *hash) int(x int64) *hash { return h.word(uint64(x)) }
func (h *hash) floats(xs ...float64) *hash {
	h.int(int64(len(xs)))
	for _, x := range xs {
		h.word(math.Float64bits(x))
	}
	return h
}
func (h *hash) text(s string) *hash {
	h.int(int64(len(s)))
	for len(s) > 0 {
		var w [8]byte
		s = s[copy(w[:], s):]
		h.word(binary.LittleEndian.Uint64(w[:]))
	}
	return h
}

func (h *hash) flag(b bool) *hash {
	if b {
		return h.word(1)
	}
	return h.word(0)
}

// hashWhole is what every rank knows.
func hashWhole(net *layout.Network) *hash {
	h := newHash(0).floats(net.Dt, net.Celsius, net.RecordStep).flag(net.RecordStim).int(int64(net.SecondOrder)).int(int64(net.Slots))
	for i := range net.Mechs {
		h.text(net.Mechs[i].Program.String()).floats(net.Mechs[i].Uniforms...)
		for _, g := range net.Mechs[i].Grids {
			h.floats(g.Y...)
			for _, a := range g.Axes {
				h.floats(a.Points...).floats(a.Lo, a.Hi, float64(a.N))
			}
		}
	}
	for i := range net.Ions {
		ion := &net.Ions[i]
		h.text(ion.Name).floats(ion.Valence, ion.In0, ion.Out0, ion.DefaultRev)
	}
	for i := range net.Sources {
		s := &net.Sources[i]
		h.int(int64(s.Gid)).int(int64(s.Stim)).int(int64(s.Target)).flag(s.Count)
	}
	for i := range net.Records {
		r := &net.Records[i]
		h.text(r.Label).text(r.Variable).int(int64(r.Gid)).int(int64(r.SectionID)).floats(r.Pos)
	}
	return h
}

// hashGroup adds what a group holds.
func hashGroup(net *layout.Network, i int, total *sum) {
	g := &net.Groups[i]
	gid, node := make([]int64, len(g.VInit)), make([]int64, len(g.VInit))
	for c := range net.Cells {
		cell := &net.Cells[c]
		if int(cell.Group) != i || cell.Block < 0 {
			continue
		}
		b := &g.Blocks[cell.Block]
		for k, p := range b.Parent {
			n := b.First + k*b.Lanes + int(cell.Lane)
			gid[n], node[n] = int64(cell.Gid), int64(k)
			total.add(newHash(1).int(gid[n]).int(node[n]).int(int64(p)).floats(g.VInit[n], g.Area[n], g.Diam[n], g.Cm[n], g.A[n], g.B[n]))
		}
	}
	for k := range g.Ions {
		s := &g.Ions[k]
		for j, n := range s.Node {
			total.add(newHash(2).int(int64(s.Ion)).int(gid[n]).int(node[n]).int(int64(s.Style[j])).floats(s.E[j], s.In[j], s.Out[j]))
		}
	}
	for k := range g.Instances {
		in := &g.Instances[k]
		for j := range in.N {
			h := newHash(3).int(int64(in.Mech)).int(in.Order[j])
			if in.Node != nil {
				h.int(gid[in.Node[j]]).int(node[in.Node[j]])
			}
			if in.Common != nil {
				h.int(g.Instances[in.CommonSet].Order[in.Common[j]])
			}
			for c := range in.Columns {
				h.floats(in.Value(c, j))
			}
			for _, st := range in.Streams {
				s := st[j].State()
				h.int(int64(s.IDs[0])).int(int64(s.IDs[1])).int(int64(s.IDs[2])).int(int64(s.Key[0])).int(int64(s.Key[1])).int(int64(s.Seq))
			}
			if d := in.Diffusion; d != nil {
				h.flag(d.Parent[j] >= 0).floats(d.A[j], d.B[j])
			}
			if in.Trains != nil {
				h.floats(in.Trains[j]...)
			}
			for _, series := range in.Series {
				h.floats(series[j]...)
			}
			for _, bound := range in.Bound {
				if v := bound[j]; v.What == layout.Weight && v.Row >= 0 {
					h.int(g.Edges.Order[v.Row]).int(int64(v.Col))
				}
			}
			total.add(h)
		}
	}
	for k := range g.Detectors {
		d := &g.Detectors[k]
		total.add(newHash(4).int(int64(d.Source)).floats(d.Threshold))
	}
	e := &g.Edges
	var weights []float64
	for s, src := range e.Sources {
		for k := e.First[s]; k < e.First[s+1]; k++ {
			in := &g.Instances[e.Set[k]]
			weights = e.Vector(int(k), weights[:0], net.Mechs[in.Mech].Program.NArgs)
			total.add(newHash(5).int(int64(src)).int(e.Order[k]).int(int64(in.Mech)).int(in.Order[e.Row[k]]).
				floats(e.Delay[k]).floats(weights...))
		}
	}
	for k := range g.Plays {
		p := &g.Plays[k]
		in := &g.Instances[p.Set]
		total.add(newHash(6).int(int64(in.Mech)).int(in.Order[p.Row]).int(int64(p.Col)).floats(p.Times...).floats(p.Values...).flag(p.Continuous))
	}
	for k := range g.Takes {
		t := &g.Takes[k]
		in := &g.Instances[t.Set]
		total.add(newHash(7).int(int64(t.Slot)).int(int64(in.Mech)).int(in.Order[t.Row]).int(int64(t.Col)).int(int64(t.Pointer)))
	}
	for k := range g.Gives {
		x := &g.Gives[k]
		h := newHash(8).int(int64(x.Slot)).int(int64(x.What))
		switch {
		case x.What == layout.Column:
			in := &g.Instances[x.Set]
			h.int(int64(in.Mech)).int(in.Order[x.Row]).int(int64(x.Col))
		case x.What >= layout.IonE:
			s := &g.Ions[x.Set]
			h.int(int64(s.Ion)).int(gid[s.Node[x.Row]]).int(node[s.Node[x.Row]])
		default:
			h.int(gid[x.Row]).int(node[x.Row])
		}
		total.add(h)
	}
}
