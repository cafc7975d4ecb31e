package rall

import (
	"errors"
	"fmt"
	"math"

	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/sim"
)

// connect puts sources, detectors and edges into the network: one source for
// every variable that NetCons watch and every process whose events they carry,
// in the order of the NetCons.
func (r *hocRun) connect(diags *diag.List) {
	r.net.Sources = nil
	if len(r.net.Groups) == 0 {
		return
	}
	g := &r.net.Groups[0]
	g.Detectors = nil
	for i := range g.Instances {
		for k := range g.Instances[i].Source {
			g.Instances[i].Source[k] = -1
		}
	}
	for _, c := range r.model.Cons {
		if k, ok := r.source(g, c, diags); ok {
			r.listen[k] = append(r.listen[k], c)
		}
	}
	e := &g.Edges
	*e = layout.Edges{}
	failed := diags.HasErrors()
	order := int64(0)
	for k, list := range r.listen {
		for _, c := range list {
			if c.To == nil {
				continue
			}
			at := r.rows[c.To.Inst]
			prog := r.net.Mechs[g.Instances[at.Set].Mech].Program
			if prog.Receive == nil {
				diags.Errorf(diag.BadMech, c.Pos, "mechanism %q cannot receive events: it has no NET_RECEIVE", prog.Mech)
				return
			}
			if !(c.Delay >= 0) {
				diags.Errorf(diag.BadValue, c.Pos, "a NetCon with a delay of %g ms", c.Delay)
				return
			}
			if n := len(e.Sources); n == 0 || e.Sources[n-1] != int32(k) {
				e.Sources = append(e.Sources, int32(k))
				e.First = append(e.First, int32(len(e.Row)))
			}
			if k := r.edges[c]; !failed && int(k) != len(e.Row) {
				panic(fmt.Sprintf("BUG: edge %d was numbered %d", len(e.Row), k))
			}
			e.Order = append(e.Order, order)
			e.Set, e.Row = append(e.Set, at.Set), append(e.Row, at.Row)
			e.Delay = append(e.Delay, c.Delay)
			e.Weight = append(e.Weight, int32(e.Length))
			for i := range max(prog.NArgs, 1) { // a place at least: it tells edges apart
				w := 0.0
				if i < len(c.Weight) {
					w = c.Weight[i]
				}
				e.Weights = append(e.Weights, w)
			}
			e.Length = len(e.Weights)
			order++
		}
	}
	e.First = append(e.First, int32(len(e.Row)))
}

// numberEdges numbers the NetCons that have a target as connect puts them into
// the network: source by source, in the order in which those come up.
func (r *hocRun) numberEdges() {
	var bySource [][]*hoc.Con
	at := map[sourceKey]int{}
	for _, c := range r.model.Cons {
		key := sourceKey{ref: c.Source, from: c.From}
		k, ok := at[key]
		if !ok {
			k = len(bySource)
			bySource = append(bySource, nil)
			if c.From != nil || c.Source.Kind != hoc.NoRef {
				at[key] = k
			}
		}
		if c.To != nil {
			bySource[k] = append(bySource[k], c)
		}
	}
	n := int32(0)
	for _, list := range bySource {
		for _, c := range list {
			r.edges[c] = n
			n++
		}
	}
}

// source returns the number of what a NetCon watches.
func (r *hocRun) source(g *layout.Group, c *hoc.Con, diags *diag.List) (int32, bool) {
	key := sourceKey{ref: c.Source, from: c.From}
	if k, ok := r.sources[key]; ok {
		r.watches[c] = r.watches[r.listen[k][0]]
		return k, true
	}
	k := int32(len(r.net.Sources))
	d := layout.Detector{Source: k, Node: -1, Threshold: *c.Threshold}
	watch := int32(-1)
	switch {
	case c.From != nil:
		at := r.rows[c.From.Inst]
		in := &g.Instances[at.Set]
		for len(in.Source) < in.N {
			in.Source = append(in.Source, -1)
		}
		in.Source[at.Row] = k
	case c.Source.Kind == hoc.NoRef: // events of its own only
	default:
		v, err := r.find(c.Source)
		switch {
		case err != nil:
			diags.Errorf(diag.BadValue, c.Pos, "the NetCon watches what is not there: %v", err)
			return 0, false
		case v.What == layout.NodeV:
			d.Node = v.Row
		case v.What == layout.Column:
			d.Set, d.Row, d.Col = v.Set, v.Row, v.Col
		default:
			diags.Errorf(diag.Unsupported, c.Pos, "a NetCon that watches anything but a potential or a variable of a mechanism")
			return 0, false
		}
		watch = int32(len(g.Detectors))
		g.Detectors = append(g.Detectors, d)
		r.sources[key] = k
	}
	if c.From != nil {
		r.sources[key] = k
	}
	r.watches[c] = watch
	r.net.Sources = append(r.net.Sources, layout.Source{Gid: -1, Stim: -1, Target: -1})
	r.listen = append(r.listen, nil)
	return k, true
}

// play puts what is played into the network.
func (r *hocRun) play(diags *diag.List) {
	for i := range r.model.Plays {
		p := &r.model.Plays[i]
		if !ascending(p.Times) {
			diags.Errorf(diag.BadValue, p.Pos, "the times of a Vector that is played must ascend")
			continue
		}
		v, err := r.find(p.To)
		if err != nil || v.What == layout.Shared {
			diags.Errorf(diag.BadValue, p.Pos, "a Vector cannot be played there: %v", err)
			continue
		}
		r.plays = append(r.plays, p.To)
		g := &r.net.Groups[0]
		g.Plays = append(g.Plays, layout.Play{Var: v.Var, Times: p.Times, Values: p.Values, Continuous: p.Continuous})
	}
}

// ascending is false for what is not a number too.
func ascending(times []float64) bool {
	for i, t := range times {
		if math.IsNaN(t) || i > 0 && t < times[i-1] {
			return false
		}
	}
	return true
}

// errGone says that a variable is no part of the model.
var errGone = errors.New("it is no part of the model")

// find returns where a variable is that has a place in the network.
func (r *hocRun) find(ref hoc.Ref) (variable, error) {
	if v, ok := r.cache[ref]; ok {
		return v, nil
	}
	v := variable{}
	switch ref.Kind {
	case hoc.PotentialRef:
		node, ok := r.nodes[ref.Node]
		if !ok {
			return v, errGone
		}
		v.Var = layout.Var{What: layout.NodeV, Row: node.row}
	case hoc.MembraneCurrentRef:
		node, ok := r.nodes[ref.Node]
		if !ok {
			return v, errGone
		}
		v.Var = layout.Var{What: layout.NodeIMem, Row: node.row}
		if !node.own {
			v.What = layout.Zero
		}
	case hoc.ElementRef:
		m := ref.Inst.Mech
		if at, ok := r.rows[ref.Inst]; ok {
			e := m.VarAt(ref.K)
			col := r.columnsOf(m)[indexOfVar(m, e)]
			if col < 0 {
				return v, fmt.Errorf("%s of %s cannot be reached", e.Name, m.Name)
			}
			v.Var = layout.Var{What: layout.Column, Set: at.Set, Row: at.Row, Col: int32(col + ref.K - e.First)}
			break
		}
		at, ok := r.ions[ref.Inst]
		if !ok {
			return v, errGone
		}
		kind := map[int]layout.What{tree.IonE: layout.IonE, tree.IonIn: layout.IonIn, tree.IonOut: layout.IonOut, tree.IonI: layout.IonI}
		what, ok := kind[ref.K]
		if !ok {
			return v, fmt.Errorf("%s cannot be reached", m.Vars[ref.K].Name)
		}
		v.Var = layout.Var{What: what, Set: at.Set, Row: at.Row}
	case hoc.HiddenRef:
		at, ok := r.rows[ref.Inst]
		col, has := r.index.Column(ref.Inst.Mech.Name, ref.Name)
		if !ok || !has {
			return v, errGone
		}
		v.Var = layout.Var{What: layout.Column, Set: at.Set, Row: at.Row, Col: int32(col + ref.K)}
	default:
		return v, errGone
	}
	r.cache[ref] = v
	return v, nil
}

func indexOfVar(m *tree.Mechanism, v *tree.Var) int {
	for i := range m.Vars {
		if &m.Vars[i] == v {
			return i
		}
	}
	return -1
}

func (r *hocRun) Init(set bool, v float64) error {
	r.series() // Vectors may have changed
	return r.handle.Init(set, v)
}

func (r *hocRun) Start() { r.handle.Start() }

func (r *hocRun) Step(dt float64) error { return r.handle.Step(dt) }

func (r *hocRun) Currents() error { return r.handle.Currents() }

func (r *hocRun) T() float64 { return r.handle.T() }

func (r *hocRun) SetT(t float64) { r.handle.SetT(t) }

// errEmpty is the answer to who wants to be called by a model of nothing.
var errEmpty = errors.New("a model without sections and cells has no events")

func (r *hocRun) At(t float64, f hoc.Caller) error {
	if len(r.net.Groups) == 0 {
		return errEmpty
	}
	r.handle.Call(t, f)
	return nil
}

func (r *hocRun) After(t float64, f hoc.Caller) error {
	if len(r.net.Groups) == 0 {
		return errEmpty
	}
	r.handle.After(t, f)
	return nil
}

// Address returns where a variable is, nil for one that is computed when it
// is asked for.
func (r *hocRun) Address(ref hoc.Ref) (*float64, error) {
	switch ref.Kind {
	case hoc.CapCurrentRef, hoc.GlobalRef:
		return nil, nil
	case hoc.CapacitanceRef:
		if node, ok := r.nodes[ref.Node]; ok && node.own {
			return &r.net.Groups[0].Cm[node.row], nil
		}
		return nil, errGone
	case hoc.WeightRef, hoc.DelayRef:
		k, ok := r.edges[ref.Con]
		if !ok {
			return nil, errGone
		}
		e := &r.net.Groups[0].Edges
		if ref.Kind == hoc.DelayRef {
			return &e.Delay[k], nil
		}
		at, end := e.Weight[k]+int32(ref.K), int32(len(e.Weights))
		if int(k)+1 < len(e.Weight) {
			end = e.Weight[k+1]
		}
		if at >= end { // of a target that it has had since
			return nil, errGone
		}
		return r.handle.Weight(at), nil
	case hoc.ThresholdRef:
		if k, ok := r.watches[ref.Con]; ok && k >= 0 {
			return &r.net.Groups[0].Detectors[k].Threshold, nil
		}
		return nil, errGone
	}
	v, err := r.find(ref)
	if err != nil {
		return nil, err
	}
	if v.addr == nil {
		v.addr = r.handle.Address(v.Var)
		r.cache[ref] = v
	}
	return v.addr, nil
}

func (r *hocRun) Get(ref hoc.Ref) (float64, error) {
	switch ref.Kind {
	case hoc.CapCurrentRef:
		node, ok := r.nodes[ref.Node]
		if !ok {
			return 0, errGone
		}
		return r.handle.ICap(node.row), nil
	case hoc.GlobalRef:
		if ref.Mech == nil || ref.Mech.Ion != nil {
			return 0, errGone // the program's own memory has it
		}
		if v, ok := r.index.Global(ref.Mech.Name, ref.Name); ok {
			return *r.handle.Address(v), nil
		}
		k, i, ok := r.uniformAt(ref.Mech, ref.Name)
		if !ok {
			return 0, errGone
		}
		return r.handle.Uniform(k, i), nil
	}
	p, err := r.Address(ref)
	if err != nil {
		return 0, err
	}
	return *p, nil
}

func (r *hocRun) Set(ref hoc.Ref, x float64) error {
	switch ref.Kind {
	case hoc.CapCurrentRef, hoc.MembraneCurrentRef:
		return nil
	case hoc.GlobalRef:
		switch {
		case ref.Mech != nil:
			r.uniform(ref.Mech, ref.Name, x)
		case ref.Name == "celsius":
			r.handle.SetCelsius(x)
		case ref.Name == "secondorder":
			r.net.SecondOrder = int(x)
		}
		return nil
	case hoc.PotentialRef:
		if node, ok := r.nodes[ref.Node]; ok && !node.own {
			return nil
		}
	}
	p, err := r.Address(ref)
	if err != nil {
		return err
	}
	if ref.Kind == hoc.ElementRef || ref.Kind == hoc.HiddenRef {
		if v := r.cache[ref]; v.What == layout.Column {
			r.handle.SetColumn(v.Var, x)
			return nil
		}
	}
	*p = x
	return nil
}

func (r *hocRun) SetOff(c *hoc.Con) {
	if k, ok := r.edges[c]; ok {
		r.handle.SetOff(k, c.Off)
	}
}

func (r *hocRun) Send(c *hoc.Con, at, flag float64) error {
	k, ok := r.edges[c]
	if !ok {
		return errGone
	}
	r.handle.Send(k, at, flag)
	return nil
}

// Save writes the values of all variables to the program's own memory.
func (r *hocRun) Save() {
	if len(r.net.Groups) == 0 {
		return
	}
	get := func(ref hoc.Ref, to *float64) {
		if x, err := r.Get(ref); err == nil {
			*to = x
		}
	}
	for n := range r.nodes {
		get(hoc.Ref{Kind: hoc.PotentialRef, Node: n}, &n.V)
	}
	for in, at := range r.rows {
		for i, col := range r.columnsOf(in.Mech) {
			v := &in.Mech.Vars[i]
			for k := 0; col >= 0 && k < v.N; k++ {
				in.P[v.First+k] = *r.handle.Address(layout.Var{What: layout.Column, Set: at.Set, Row: at.Row, Col: int32(col + k)})
			}
		}
	}
	for in := range r.ions {
		for k := range tree.IonG {
			get(hoc.Ref{Kind: hoc.ElementRef, Inst: in, K: k}, &in.P[k])
		}
	}
	for c := range r.edges {
		for k := range c.Weight {
			get(hoc.Ref{Kind: hoc.WeightRef, Con: c, K: k}, &c.Weight[k])
		}
	}
	for _, u := range r.model.Uniforms {
		get(hoc.Ref{Kind: hoc.GlobalRef, Mech: u.Mech, Name: u.Name}, u.Value)
	}
}

// goOn takes over time, events and what is hidden from an older run.
func (r *hocRun) goOn(old *hocRun) {
	if len(old.net.Groups) == 0 {
		r.handle.GoOn(old.handle, sim.Moved{})
		return
	}
	g := &old.net.Groups[0]
	m := sim.Moved{Edges: fresh(len(g.Edges.Row)), Sources: fresh(len(old.net.Sources)), Detectors: fresh(len(g.Detectors)), Plays: fresh(len(g.Plays))}
	type row struct{ set, row int32 }
	to := map[row]row{}
	for in, a := range old.rows {
		if b, ok := r.rows[in]; ok {
			to[row{a.Set, a.Row}] = row{b.Set, b.Row}
		}
	}
	m.Row = func(set, k int32) (int32, int32, bool) {
		b, ok := to[row{set, k}]
		return b.set, b.row, ok
	}
	for c, k := range old.edges {
		if n, ok := r.edges[c]; ok {
			m.Edges[k] = n
		}
	}
	for key, k := range old.sources {
		if n, ok := r.sources[key]; ok {
			m.Sources[k] = n
		}
	}
	for c, k := range old.watches {
		if n, ok := r.watches[c]; ok && k >= 0 {
			m.Detectors[k] = n
		}
	}
	for k, ref := range old.plays {
		for n, same := range r.plays {
			if same == ref {
				m.Plays[k] = int32(n)
			}
		}
	}
	r.handle.GoOn(old.handle, m)
}

func fresh(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	return out
}
