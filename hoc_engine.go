package rall

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/sim"
)

// hocEngine runs whole models of HOC: it makes an ir.Model of the program's
// sections, point processes and artificial cells, lowers it, and puts the
// program's values, sources and NetCons into the network.
type hocEngine struct {
	mechs   *mech.Catalogue
	backend kernel.Backend
	opt     lower.Options
	print   io.Writer
}

// hocRun is a model of HOC at work.
type hocRun struct {
	net    *layout.Network
	index  *lower.Index
	handle *sim.Handle
	model  *hoc.Model

	gidOf   map[*tree.Section]int
	secOf   map[*tree.Section]int // in its cell
	nodes   map[*tree.Node]nodeAt
	holder  map[*tree.Inst]*tree.Node
	process map[*tree.Inst]*hoc.Process // of points
	rows    map[*tree.Inst]lower.Place
	ions    map[*tree.Inst]lower.Place // set and slot
	columns map[*tree.Mechanism][]int  // first column by Vars, -1 where there is none
	sources map[sourceKey]int32
	listen  [][]*hoc.Con // by source
	edges   map[*hoc.Con]int32
	watches map[*hoc.Con]int32 // detector
	plays   []hoc.Ref
	given   map[streamKey]tree.Stream
	cache   map[hoc.Ref]variable
}

// sourceKey tells sources apart: a variable, or what sends events.
type sourceKey struct {
	ref  hoc.Ref
	from *hoc.Process
}

// streamKey names what an instance draws from.
type streamKey struct {
	of   *tree.Inst
	name string
}

// nodeAt is where a node is; one that was left out has its neighbour's potential
// and is not its own.
type nodeAt struct {
	row int32
	own bool
}

// variable is where a hoc.Ref is.
type variable struct {
	layout.Var
	addr *float64
}

func (e *hocEngine) Build(m *hoc.Model, h hoc.Hooks, was hoc.Run, diags *diag.List) hoc.Run {
	r := &hocRun{model: m, gidOf: map[*tree.Section]int{}, secOf: map[*tree.Section]int{}, nodes: map[*tree.Node]nodeAt{},
		rows: map[*tree.Inst]lower.Place{}, ions: map[*tree.Inst]lower.Place{}, columns: map[*tree.Mechanism][]int{},
		sources: map[sourceKey]int32{}, edges: map[*hoc.Con]int32{}, watches: map[*hoc.Con]int32{}, cache: map[hoc.Ref]variable{}}
	r.numberEdges()
	im := r.irModel(e.mechs, diags)
	if diags.HasErrors() {
		return nil
	}
	if r.net, r.index = lower.WithIndex(im, e.opt, diags); r.net == nil {
		return nil
	}
	r.place()
	r.fill()
	r.connect(diags)
	r.play(diags)
	if diags.HasErrors() {
		return nil
	}
	r.handle = sim.NewHandle(r.net, sim.Options{Backend: e.backend, Print: e.print})
	r.handle.Phase, r.handle.Sample = h.Phase, h.Sample
	for _, u := range m.Uniforms {
		if v, ok := r.index.Global(u.Mech.Name, u.Name); ok {
			*r.handle.Address(v) = *u.Value
		}
	}
	r.handle.Fired = func(source int32, at float64) {
		if l := r.listen[source]; len(l) > 0 {
			h.Fired(l[0], at)
		}
	}
	for _, c := range m.Cons {
		r.SetOff(c)
	}
	r.watchAll()
	if old, ok := was.(*hocRun); ok && old != nil {
		r.goOn(old)
	}
	r.randoms(was)
	return r
}

// watchAll has every variable kept up to date that a program may look at.
func (r *hocRun) watchAll() {
	done := map[int32]bool{}
	for in, at := range r.rows {
		if done[at.Set] {
			continue
		}
		done[at.Set] = true
		for i, col := range r.columnsOf(in.Mech) {
			for k := 0; col >= 0 && k < in.Mech.Vars[i].N; k++ {
				r.handle.Address(layout.Var{What: layout.Column, Set: at.Set, Col: int32(col + k)})
			}
		}
	}
}

// trees returns the sections by cell, a root and all below it, roots in the
// order of all sections.
func (r *hocRun) trees() [][]*tree.Section {
	var out [][]*tree.Section
	for _, s := range r.model.Tree.Ordered() {
		k := len(out)
		if s.Parent != nil {
			k = r.gidOf[s.Parent]
		} else {
			out = append(out, nil)
		}
		r.gidOf[s], r.secOf[s] = k, len(out[k])
		out[k] = append(out[k], s)
	}
	return out
}

// irModel describes what is there; values come later, from the program's own
// memory.
func (r *hocRun) irModel(mechs *mech.Catalogue, diags *diag.List) *ir.Model {
	m := &ir.Model{Name: "hoc", Mechanisms: mechs, SpikesOf: map[int]bool{},
		Conditions: ir.Conditions{Duration: 1, Dt: r.model.Dt, Celsius: r.model.Celsius, VInit: -65, RecordStep: r.model.Dt, SecondOrder: r.model.SecondOrder, RNG: "rall"}}
	gid := 0
	types, key := map[[sha256.Size]byte]*ir.CellType{}, []byte(nil)
	for _, secs := range r.trees() {
		r.describe(secs, &key)
		sum := sha256.Sum256(key)
		t := types[sum]
		if t == nil { // cells that are the same share their type
			t = r.cellType(secs)
			types[sum] = t
			m.CellTypes = append(m.CellTypes, t)
		}
		m.Pops = append(m.Pops, &ir.Population{Name: t.Name, Type: t, FirstGid: gid, N: 1, X: []float64{0}, Y: []float64{0}, Z: []float64{0}, Pos: t.Pos})
		gid++
	}
	for _, p := range r.model.Artificial {
		a := &ir.Artificial{Mech: p.Mech.Name}
		if p.Mech.Name == "VecStim" {
			a.Trains = [][]float64{p.Played("")}
		}
		m.Pops = append(m.Pops, &ir.Population{Name: fmt.Sprintf("%s %d", p.Mech.Name, gid), Artificial: a, FirstGid: gid, N: 1, X: []float64{0}, Y: []float64{0}, Z: []float64{0}, Pos: p.Pos})
		gid++
	}
	tables := map[*tree.Mechanism]int{}
	at := map[*hoc.Process][2]int32{}
	r.process = map[*tree.Inst]*hoc.Process{}
	for _, p := range r.model.Points {
		r.process[p.Inst] = p
		k, ok := tables[p.Mech]
		if !ok {
			k = len(m.Points)
			tables[p.Mech] = k
			m.Points = append(m.Points, &ir.PointTable{Label: p.Mech.Name, Mech: p.Mech.Name, Pos: p.Pos})
		}
		t := m.Points[k]
		s, x := p.At.Where()
		at[p] = [2]int32{int32(k), int32(len(t.Gid))}
		t.Gid, t.Section, t.At = append(t.Gid, r.gidOf[s]), append(t.Section, r.secOf[s]), append(t.At, x)
	}
	for _, p := range r.model.Pointers {
		if k := r.coupling(&p, at, diags); k != nil {
			m.Couplings = append(m.Couplings, *k)
		}
	}
	for i := range r.model.Transfers {
		t := &r.model.Transfers[i]
		from, ok := r.irRef(r.model.Refs[t.From], at)
		to, also := r.irRef(r.model.Refs[t.To], at)
		if !ok || !also {
			diags.Errorf(diag.Unsupported, t.Pos, "a target_var, or the source_var that it follows, is no variable of a section or of a point process of the model")
			continue
		}
		m.Couplings = append(m.Couplings, ir.Coupling{Label: "target_var", From: from, To: to, Pos: t.Pos})
	}
	if r.model.Membrane && len(m.CellTypes) > 0 { // has them computed
		m.Records = append(m.Records, ir.Record{Label: "i_membrane_", Ref: ir.Ref{Var: "i_membrane_", At: ir.Location{Pos: .5}, Table: -1, Place: -1}})
	}
	return m
}

// describe writes all that cellType makes of sections but their names and places.
func (r *hocRun) describe(secs []*tree.Section, to *[]byte) {
	b := (*to)[:0]
	num := func(x float64) { b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x)) }
	for _, s := range secs {
		parent := -1
		if s.Parent != nil {
			parent = r.secOf[s.Parent]
		}
		for _, x := range []float64{s.LengthAsIs(), s.Ra, s.ChildX, s.ParentX, float64(parent), float64(s.NSeg()), float64(len(s.Points)), s.Drawn()} {
			num(x)
		}
		for _, n := range s.Nodes[:s.NSeg()] {
			num(n.Diam)
			num(n.Cm)
		}
		for _, p := range s.Points {
			for _, x := range [4]float32{p.X, p.Y, p.Z, p.D} {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
			}
		}
		for _, in := range s.Nodes[0].Mechs {
			b = append(append(b, in.Mech.Name...), 0)
		}
		b = append(b, 0)
	}
	order := make([]int, len(secs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return secs[i].Turn() - secs[j].Turn() })
	for _, i := range order {
		num(float64(i))
	}
	*to = b
}

func (r *hocRun) cellType(secs []*tree.Section) *ir.CellType {
	t := &ir.CellType{Name: secs[0].Name, Morph: &morph.Morphology{}, SpikeFrom: ir.Location{Pos: .5}, Pos: secs[0].Pos}
	paints := map[*tree.Mechanism]int{}
	type turn struct{ sec, at int }
	var order []turn
	for i, s := range secs {
		name := s.Name
		if name == "" { // SectionRef.unname has taken it
			name = fmt.Sprintf("unnamed %d", i)
		}
		ms := morph.Section{Name: name, L: s.LengthAsIs(), Ra: s.Ra, NSeg: s.NSeg(), Parent: -1, ChildX: s.ChildX, Pos: s.Pos,
			Diam: hoc.Values(s, func(n *tree.Node) float64 { return n.Diam }), Cm: hoc.Values(s, func(n *tree.Node) float64 { return n.Cm })}
		if len(s.Points) > 1 {
			ms.Drawn = s.Drawn()
			for _, p := range s.Points {
				ms.Points = append(ms.Points, morph.Point{X: float64(p.X), Y: float64(p.Y), Z: float64(p.Z), D: math.Abs(float64(p.D))})
			}
		}
		if s.Parent != nil {
			ms.Parent, ms.ParentX = r.secOf[s.Parent], s.ParentX
			order = append(order, turn{i, s.Turn()})
		}
		t.Morph.Sections = append(t.Morph.Sections, ms)
		for _, in := range s.Nodes[0].Mechs {
			if in.Mech.Ion != nil {
				continue
			}
			k, ok := paints[in.Mech]
			if !ok {
				k = len(t.Paint)
				paints[in.Mech] = k
				t.Paint = append(t.Paint, ir.Paint{Mech: in.Mech.Name, Pos: s.Pos})
			}
			t.Paint[k].Sections = append(t.Paint[k].Sections, i)
		}
	}
	slices.SortFunc(order, func(a, b turn) int { return a.at - b.at })
	for _, o := range order {
		t.Morph.ConnectOrder = append(t.Morph.ConnectOrder, o.sec)
	}
	return t
}

// where is the place of a node on its cell.
func (r *hocRun) where(n *tree.Node) (gid int, at ir.Location) {
	x := n.Sec.Arc(n)
	return r.gidOf[n.Sec], ir.Location{Section: r.secOf[n.Sec], Pos: x}
}

// coupling makes a POINTER stand for what it points to.
func (r *hocRun) coupling(p *hoc.Pointer, at map[*hoc.Process][2]int32, diags *diag.List) *ir.Coupling {
	k := &ir.Coupling{Label: "POINTER " + p.Name, Pos: p.Pos}
	ref, ok := r.model.Refs[p.To]
	if !ok {
		diags.Errorf(diag.Unsupported, p.Pos, "POINTER %s points to what is no variable of the model", p.Name)
		return nil
	}
	switch ref.Kind {
	case hoc.DiameterRef:
		k.From = ir.Ref{Table: -1, Place: -1, Var: "diam"}
		k.From.Gid, k.From.At = r.where(ref.Node)
	case hoc.WeightRef:
		e, ok := r.edges[ref.Con]
		if !ok || ref.K >= len(ref.Con.Weight) || &ref.Con.Weight[ref.K] != p.To {
			diags.ErrorHint(diag.BadValue, p.Pos, "keep the NetCon as long as the mechanism lives, and call setpointer again after setpost",
				"POINTER %s points to the weight of a NetCon that has gone, has no target, or has been given one with another number of weights", p.Name)
			return nil
		}
		k.Weight = &ir.EdgeWeight{Order: int64(e), Element: ref.K}
	default:
		if k.From, ok = r.irRef(ref, at); !ok {
			diags.Errorf(diag.Unsupported, p.Pos, "POINTER %s points to what a mechanism cannot follow", p.Name)
			return nil
		}
	}
	if p.Inst != nil {
		n := r.nodeOf(p.Inst)
		if n == nil {
			return nil // it went with a change of nseg, or the section has gone
		}
		k.To = ir.Ref{Table: -1, Place: -1, Mech: p.Inst.Mech.Name, Var: p.Name}
		k.To.Gid, k.To.At = r.where(n)
		return k
	}
	o := p.From.(*hoc.Process)
	pl, placed := at[o]
	if !placed {
		diags.Errorf(diag.Unsupported, p.Pos, "POINTER %s of an artificial cell", p.Name)
		return nil
	}
	s, _ := o.At.Where()
	k.To = ir.Ref{Gid: r.gidOf[s], Table: pl[0], Row: pl[1], Place: -1, Var: p.Name}
	return k
}

func (r *hocRun) irRef(ref hoc.Ref, at map[*hoc.Process][2]int32) (ir.Ref, bool) {
	out := ir.Ref{Table: -1, Place: -1}
	switch ref.Kind {
	case hoc.PotentialRef:
		out.Gid, out.At = r.where(ref.Node)
		out.Var = "v"
		return out, true
	case hoc.ElementRef:
		v := ref.Inst.Mech.VarAt(ref.K)
		if v == nil {
			return out, false
		}
		out.Var = v.Name
		if v.N > 1 {
			out.Var = fmt.Sprintf("%s[%d]", v.Name, ref.K-v.First)
		}
		if p := r.process[ref.Inst]; p != nil {
			s, _ := p.At.Where()
			out.Gid, out.Table, out.Row = r.gidOf[s], at[p][0], at[p][1]
			return out, true
		}
		if n := r.nodeOf(ref.Inst); n != nil {
			out.Gid, out.At = r.where(n)
			if ref.Inst.Mech.Ion == nil {
				out.Mech = ref.Inst.Mech.Name
			}
			return out, true
		}
	}
	return out, false
}

// nodeOf is the node of an instance of a density mechanism or of an ion; nil
// when the model has no such instance.
func (r *hocRun) nodeOf(in *tree.Inst) *tree.Node {
	if r.holder == nil {
		r.holder = map[*tree.Inst]*tree.Node{}
		for s := range r.gidOf {
			for _, n := range s.Nodes {
				for _, k := range n.Mechs {
					r.holder[k] = n
				}
			}
		}
	}
	return r.holder[in]
}

// place finds where the lowering has put nodes and instances.
func (r *hocRun) place() {
	visit := func(n *tree.Node) {
		gid, at := r.where(n)
		node, own := r.index.Node(gid, at.Section, at.Pos)
		r.nodes[n] = nodeAt{node, own}
		for _, in := range n.Mechs {
			if in.Mech.Ion != nil {
				if set, slot, ok := r.index.Ion(in.Mech.Ion.Name, node); ok {
					r.ions[in] = lower.Place{Set: set, Row: slot}
				}
			} else if p, ok := r.index.Density(in.Mech.Name, node); ok {
				r.rows[in] = p
			}
		}
	}
	for _, s := range r.model.Tree.Ordered() {
		if s.Parent == nil {
			visit(r.model.Tree.Near(s))
		}
		for _, n := range s.Nodes {
			visit(n)
		}
	}
	table, row := map[*tree.Mechanism]int{}, map[*tree.Mechanism]int{}
	for _, p := range r.model.Points {
		if _, ok := table[p.Mech]; !ok {
			table[p.Mech] = len(table)
		}
		r.rows[p.Inst] = r.index.Point(table[p.Mech], row[p.Mech])
		row[p.Mech]++
	}
	cells := len(r.net.Cells) - len(r.model.Artificial)
	for i, p := range r.model.Artificial {
		r.rows[p.Inst] = r.index.Artificial(cells + i)
	}
}

// columnsOf returns where the variables of a mechanism are.
func (r *hocRun) columnsOf(m *tree.Mechanism) []int {
	cols, ok := r.columns[m]
	if !ok {
		for i := range m.Vars {
			k, ok := r.index.Column(m.Name, m.Vars[i].Name)
			if !ok || m.Vars[i].Pointer {
				k = -1
			}
			cols = append(cols, k)
		}
		r.columns[m] = cols
	}
	return cols
}

// fill gives the network the values that the program's variables have.
func (r *hocRun) fill() {
	if len(r.net.Groups) == 0 {
		return
	}
	g := &r.net.Groups[0]
	for n, node := range r.nodes {
		if node.own {
			g.VInit[node.row] = n.V
		}
	}
	for in, at := range r.rows {
		for i, col := range r.columnsOf(in.Mech) {
			v := &in.Mech.Vars[i]
			for k := 0; col >= 0 && k < v.N; k++ {
				g.Instances[at.Set].Columns[col+k][at.Row] = in.P[v.First+k]
			}
		}
	}
	for in, at := range r.ions {
		s := &g.Ions[at.Set]
		s.E[at.Row], s.In[at.Row], s.Out[at.Row] = in.P[tree.IonE], in.P[tree.IonIn], in.P[tree.IonOut]
		if s.I == nil {
			s.I = make([]float64, len(s.E))
		}
		s.I[at.Row] = in.P[tree.IonI]
		s.Style[at.Row] = layout.IonStyle(in.Style)
	}
	for _, u := range r.model.Uniforms {
		r.uniform(u.Mech, u.Name, *u.Value)
	}
	for _, t := range r.model.Tables {
		if k, ok := r.index.Mech(t.Mech.Name); ok {
			for i := range r.net.Mechs[k].Grids {
				if g := &r.net.Mechs[k].Grids[i]; g.Name == t.Name {
					g.Y, g.Axes = t.Y, nil
					for _, a := range t.Axes {
						g.Axes = append(g.Axes, kernel.Axis(a))
					}
				}
			}
		}
	}
	r.streams()
	r.series()
}

// uniform sets a GLOBAL, or an ion's initial concentration, if the model has
// it.
func (r *hocRun) uniform(m *tree.Mechanism, name string, x float64) {
	if m.Ion != nil {
		for i := range r.net.Ions {
			if ion := &r.net.Ions[i]; ion.Name == m.Ion.Name {
				if name == "i0" {
					ion.In0 = x
				} else {
					ion.Out0 = x
				}
			}
		}
		return
	}
	if v, ok := r.index.Global(m.Name, name); ok {
		if r.handle != nil { // else it gets its value with it
			*r.handle.Address(v) = x
		}
		return
	}
	if k, i, ok := r.uniformAt(m, name); ok {
		if r.handle == nil {
			r.net.SetUniform(k, i, x)
			return
		}
		r.handle.SetUniform(k, i, x)
		r.copies(m, k, name, x)
	}
}

// copies sets what instances keep of a GLOBAL that a block computes for others.
func (r *hocRun) copies(m *tree.Mechanism, k int, name string, x float64) {
	base, element := name, 0
	if i := strings.IndexByte(name, '['); i > 0 {
		base = name[:i]
		fmt.Sscanf(name[i:], "[%d]", &element)
	}
	col, ok := r.index.Column(m.Name, base)
	if !ok {
		return
	}
	g := &r.net.Groups[0]
	for set := range g.Instances {
		for row := range g.Instances[set].N {
			if g.Instances[set].Mech == k {
				r.handle.SetColumn(layout.Var{What: layout.Column, Set: int32(set), Col: int32(col + element), Row: int32(row)}, x)
			}
		}
	}
}

func (r *hocRun) uniformAt(m *tree.Mechanism, name string) (mech, i int, ok bool) {
	k, ok := r.index.Mech(m.Name)
	if !ok {
		return 0, 0, false
	}
	for i, u := range r.net.Mechs[k].Program.Uniforms {
		if i >= kernel.UniformFirst && u.Name == name && !u.Hidden {
			return k, i, true
		}
	}
	return 0, 0, false
}

// streams gives instances the random streams that the program named.
func (r *hocRun) streams() {
	for inst, at := range r.rows {
		if inst.Streams == nil {
			continue
		}
		in := &r.net.Groups[0].Instances[at.Set]
		for k, name := range r.net.Mechs[in.Mech].Program.Streams {
			if s, ok := inst.Streams[name]; ok {
				in.Streams[k][at.Row] = s.Stream
			}
		}
	}
}

// series gives instances the numbers of Vectors that the program plays into them.
func (r *hocRun) series() {
	if len(r.net.Groups) == 0 {
		return
	}
	for _, list := range [][]*hoc.Process{r.model.Points, r.model.Artificial} {
		for _, p := range list {
			at := r.rows[p.Inst]
			in := &r.net.Groups[0].Instances[at.Set]
			names := r.net.Mechs[in.Mech].Program.Series
			if len(names) > 0 && in.Series == nil {
				in.Series = make([][][]float64, len(names))
			}
			for k, name := range names {
				if in.Series[k] == nil {
					in.Series[k] = make([][]float64, in.N)
				}
				x := p.Played(name)
				if x == nil && k == 0 {
					x = p.Played("")
				}
				in.Series[k][at.Row] = x
			}
		}
	}
}

// Stream is what an instance draws from, as it is now.
func (r *hocRun) Stream(inst *tree.Inst, name string) *random.Stream {
	s, given := inst.Streams[name], r.given[streamKey{inst, name}]
	if s == nil || s.Nth != given.Nth {
		return nil
	}
	at := r.rows[inst]
	k := slices.Index(r.net.Mechs[r.net.Groups[0].Instances[at.Set].Mech].Program.Streams, name)
	if k < 0 {
		return nil
	}
	return r.handle.Stream(at.Set, at.Row, k)
}

// randoms has instances draw from Randoms of the program, and from what it has given
// them since the model was run before.
func (r *hocRun) randoms(was hoc.Run) {
	var old map[streamKey]tree.Stream
	if was, ok := was.(*hocRun); ok && was != nil {
		old = was.given
	}
	r.given = map[streamKey]tree.Stream{}
	for inst, at := range r.rows {
		if inst.Streams == nil {
			continue
		}
		for k, name := range r.net.Mechs[r.net.Groups[0].Instances[at.Set].Mech].Program.Streams {
			s, ok := inst.Streams[name]
			if !ok {
				continue
			}
			key := streamKey{inst, name}
			if before, ok := old[key]; !ok || before.Nth != s.Nth || s.Random != nil {
				r.handle.SetStream(at.Set, at.Row, k, s.Stream, s.Random)
			}
			r.given[key] = *s
		}
	}
}
