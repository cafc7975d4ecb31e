package ir

import (
	"math"

	"github.com/rallsim/rall/ir/diag"
)

// Check reports what is unsound in a model: a reference to a section,
// population, table or cell that does not exist, columns of unequal length.
// Builders and importers guarantee it; tests run it after each of them.
func (m *Model) Check(diags *diag.List) bool {
	before := diags.Count(diag.Error)
	bad := func(pos diag.Pos, format string, args ...any) { diags.Errorf(diag.BadValue, pos, format, args...) }
	types := map[*CellType]bool{}
	for _, t := range m.CellTypes {
		types[t] = true
		m.checkType(t, bad)
	}
	cellType := map[int]*CellType{}
	exists := map[int]bool{}
	for _, p := range m.Pops {
		if (p.Type == nil) == (p.Artificial == nil) {
			bad(p.Pos, "population %q has to be of cells with sections or of artificial cells", p.Name)
			continue
		}
		if p.Type != nil && !types[p.Type] {
			bad(p.Pos, "population %q is of a cell type that is not in the model", p.Name)
		}
		if len(p.X) != p.N || len(p.Y) != p.N || len(p.Z) != p.N || p.Offsets != nil && len(p.Offsets) != p.N {
			bad(p.Pos, "population %q of %d cells has %d, %d, %d coordinates", p.Name, p.N, len(p.X), len(p.Y), len(p.Z))
		}
		for i := 0; i < p.N; i++ {
			if exists[p.FirstGid+i] {
				bad(p.Pos, "gid %d stands twice", p.FirstGid+i)
			}
			exists[p.FirstGid+i] = true
			cellType[p.FirstGid+i] = p.Type
		}
		if a := p.Artificial; a != nil {
			m.checkArtificial(p.Name, a, p.N, bad)
		}
	}
	stims := 0
	for _, s := range m.Stims {
		stims += len(s.Target)
		m.checkArtificial(s.Label, &s.Artificial, len(s.Target), bad)
	}
	for _, t := range m.Points {
		if len(t.Section) != len(t.Gid) || len(t.At) != len(t.Gid) {
			bad(t.Pos, "point processes %q: columns of unequal length", t.Label)
			continue
		}
		for _, c := range t.Params {
			if len(c.Values) != len(t.Gid) {
				bad(t.Pos, "point processes %q: %d values of %q for %d rows", t.Label, len(c.Values), c.Name, len(t.Gid))
			}
		}
		for i, gid := range t.Gid {
			ct := cellType[gid]
			if ct == nil || t.Section[i] < 0 || t.Section[i] >= len(ct.Morph.Sections) || !(t.At[i] >= 0 && t.At[i] <= 1) {
				bad(t.Pos, "point processes %q: row %d is at %g of section %d of cell %d", t.Label, i, t.At[i], t.Section[i], gid)
				break
			}
		}
	}
	m.checkEdges(exists, stims, bad)
	for i := range m.Records {
		r := &m.Records[i]
		if !exists[r.Gid] {
			bad(r.Pos, "record %q is of cell %d, which does not exist", r.Label, r.Gid)
		}
	}
	return diags.Count(diag.Error) == before
}

func (m *Model) checkType(t *CellType, bad func(diag.Pos, string, ...any)) {
	n := len(t.Morph.Sections)
	in := func(pos diag.Pos, what string, sections []int) {
		for _, s := range sections {
			if s < 0 || s >= n {
				bad(pos, "cell type %q: %s in section %d of %d", t.Name, what, s, n)
				return
			}
		}
	}
	value := func(what string, sections []int, v *Value) {
		if v.PerCV == nil {
			return
		}
		for _, s := range sections {
			if s < n && len(v.PerCV) != t.Morph.Sections[s].NSeg {
				bad(v.Pos, "cell type %q: %d values of %s for the %d CVs of section %q", t.Name, len(v.PerCV), what, t.Morph.Sections[s].NSeg, t.Morph.Sections[s].Name)
				return
			}
		}
	}
	for i := range t.Paint {
		p := &t.Paint[i]
		in(p.Pos, p.Mech, p.Sections)
		for k := range p.Params {
			value(p.Mech+"."+p.Params[k].Name, p.Sections, &p.Params[k].Value)
		}
	}
	for i := range t.Ions {
		in(t.Ions[i].Pos, t.Ions[i].Ion, t.Ions[i].Sections)
		value(t.Ions[i].Ion, t.Ions[i].Sections, &t.Ions[i].Value)
	}
	for i := range t.Points {
		in(t.Points[i].Pos, t.Points[i].Mech, []int{t.Points[i].At.Section})
	}
	in(t.Pos, "the spike detector", []int{t.SpikeFrom.Section})
	if math.IsNaN(t.Threshold) {
		bad(t.Pos, "cell type %q: the threshold is not a number", t.Name)
	}
}

func (m *Model) checkArtificial(name string, a *Artificial, n int, bad func(diag.Pos, string, ...any)) {
	for _, c := range a.Params {
		if len(c.Values) != n {
			bad(diag.Pos{}, "%q: %d values of %q for %d cells", name, len(c.Values), c.Name, n)
		}
	}
	if a.Streams != nil && len(a.Streams) != n || a.Trains != nil && len(a.Trains) != n {
		bad(diag.Pos{}, "%q: %d streams and %d trains for %d cells", name, len(a.Streams), len(a.Trains), n)
	}
}

func (m *Model) checkEdges(exists map[int]bool, stims int, bad func(diag.Pos, string, ...any)) {
	top := 0
	for gid := range exists {
		top = max(top, gid+1)
	}
	seen := newOrders(m.Projs, top)
	for _, p := range m.Projs {
		at := 0
		eachPiece(p, top, func(e *EdgeTable) bool {
			n := len(e.Order)
			if len(e.Source) != n || len(e.Target) != n || len(e.Delay) != n || len(e.Weight) != n {
				bad(diag.Pos{}, "%s: columns of unequal length", p.Label())
				return false
			}
			for i := range e.Order {
				if seen.again(e.Order[i]) {
					bad(diag.Pos{}, "%s: order %d stands twice", p.Label(), e.Order[i])
					return false
				}
				t := e.Target[i]
				src := e.Source[i]
				if src >= 0 && !exists[int(src)] || src < 0 && int(^src) >= stims || !exists[t.Gid] ||
					t.Table >= 0 && (int(t.Table) >= len(m.Points) || int(t.Row) >= len(m.Points[t.Table].Gid) || m.Points[t.Table].Gid[t.Row] != t.Gid) {
					bad(diag.Pos{}, "%s: edge %d from %d to %+v has an end that does not exist", p.Label(), at+i, src, t)
					return false
				}
			}
			at += n
			return true
		})
	}
}

// eachPiece gives f the edges of a projection onto gids below top: piece by
// piece, where it can be had so.
func eachPiece(p Projection, top int, f func(*EdgeTable) bool) {
	if pw, ok := p.(Piecewise); ok {
		pw.Pieces(f)
		return
	}
	all := p.Edges(0, top)
	f(&all)
}

// orders are places in the model's order that have been met: a bit each where
// they stand close together, as they mostly do.
type orders struct {
	least int64
	bits  []uint64
	far   map[int64]bool
}

func newOrders(projs []Projection, top int) *orders {
	o := &orders{least: math.MaxInt64}
	most, n := int64(math.MinInt64), int64(0)
	for _, p := range projs {
		eachPiece(p, top, func(e *EdgeTable) bool {
			for _, x := range e.Order {
				o.least, most = min(o.least, x), max(most, x)
			}
			n += int64(len(e.Order))
			return true
		})
	}
	if n > 0 && most-o.least >= 0 && (most-o.least)/64 <= n {
		o.bits = make([]uint64, (most-o.least)/64+1)
	} else {
		o.far = make(map[int64]bool, n)
	}
	return o
}

// again says whether a place was met before.
func (o *orders) again(x int64) bool {
	if o.bits == nil {
		old := o.far[x]
		o.far[x] = true
		return old
	}
	k := x - o.least
	old := o.bits[k/64]>>(k%64)&1 != 0
	o.bits[k/64] |= 1 << (k % 64)
	return old
}
