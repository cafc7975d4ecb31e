// Package merge finds out of which point processes several on one CV are
// together like one, and takes them apart accordingly.
//
// In: the opt.Module of a mechanism. Out: a Split, or the reason why there is
// none. What a step computes (the states and currents) becomes a mechanism of
// its own, whose instance stands for all that have the same kinetics on a CV.
// What NET_RECEIVE computes for one of them stays with each; it adds to the
// states of the other by variables of storage Common. Next: ir/mech/codegen
// compiles both, ir/lower counts out which instances go together.
//
// The sum of solutions is the solution of the sum where the states' updates and
// the currents are linear in the states, the states begin at 0, and events add
// to them what does not depend on them. That is what Of proves, of the statements
// that will be compiled, not of the equations as the author wrote them. Besides,
// kinetics may depend on parameters alone.
package merge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/opt"
	"github.com/rallsim/rall/ir/mech/solve"
)

// Split is a mechanism in two parts. Variables have the same numbers in both
// as in the whole.
type Split struct {
	Shared *opt.Module // what a step computes: without NET_RECEIVE
	Own    *opt.Module // NET_RECEIVE, with what is of one instance alone

	States []mech.VarID // of Shared, to which events add
	Class  []mech.VarID // what Shared computes with besides: only instances in which all are equal go together
	Params []mech.VarID // of Own, which events leave as they are
	Keeps  []mech.VarID // of Own, which events change and see again, random streams among them
}

// Whole says that nothing tells instances of a class apart but their edges, so
// that one instance of the mechanism as it is stands for them.
func (s *Split) Whole() bool { return len(s.Params) == 0 && len(s.Keeps) == 0 }

// String prints what is where, and the statements of both parts.
func (s *Split) String() string {
	var b strings.Builder
	for _, x := range []struct {
		what string
		vars []mech.VarID
	}{{"events add to", s.States}, {"a class has one value of", s.Class}, {"each instance has", s.Params}, {"and changes", s.Keeps}} {
		names := "nothing"
		if len(x.vars) > 0 {
			names = s.names(x.vars)
		}
		fmt.Fprintf(&b, "%s: %s\n", x.what, names)
	}
	fmt.Fprintf(&b, "-- shared\n%s-- own\n%s", s.Shared, s.Own)
	return b.String()
}

func (s *Split) names(vars []mech.VarID) string {
	var names []string
	for _, v := range vars {
		names = append(names, s.Shared.Def.Vars[v].Name)
	}
	return strings.Join(names, ", ")
}

// splitter works a Split out.
type splitter struct {
	m   *opt.Module
	def *mech.Def

	init, step, receive flow                // of INITIAL, of BREAKPOINT with its SOLVEs, of NET_RECEIVE with its INITIAL
	linear              map[mech.VarID]bool // states
	private             map[mech.VarID]bool // variables that are of one instance
	sent                []mech.Expr         // flags of the events that an instance sends to itself
}

// reason says why a mechanism is not merged.
type reason string

func refuse(format string, args ...any) { panic(reason(fmt.Sprintf(format, args...))) }

// Of takes m apart. If that cannot be, or would give other results, the second
// value says why.
func Of(m *opt.Module) (s *Split, why string) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case reason:
			s, why = nil, string(r)
		default:
			panic(r)
		}
	}()
	x := &splitter{m: m, def: m.Def}
	x.form()
	x.init, x.step, x.receive = newFlow(), newFlow(), newFlow()
	x.init.block(m.Init)
	x.step.block(m.State)
	x.step.block(m.Current)
	x.receive.block(m.Receive)
	x.receive.block(m.ReceiveInit)
	for i := range m.Tables {
		for _, v := range m.Def.Funcs[m.Tables[i].Func].Table.Depend {
			x.step.reads[v] = true
		}
	}
	for v := range m.Def.Vars {
		if v := mech.VarID(v); x.step.reads[v] && m.Def.Vars[v].Storage == mech.Series {
			refuse("a step reads a Vector (%s)", x.name(v))
		}
	}
	// A printed state is the sum of those of all; whatever else is printed is read.
	for v := range x.receive.prints {
		if !x.step.reads[v] || !x.receive.adds[v] {
			x.receive.reads[v] = true
		}
	}
	x.additions()
	x.proveLinear()
	return x.split(), ""
}

func (x *splitter) name(v mech.VarID) string { return x.def.Vars[v].Name }

// form refuses mechanisms of other kinds, and statements that belong to one
// instance by their nature.
func (x *splitter) form() {
	d := x.def
	switch {
	case d.Kind != mech.PointProcess:
		refuse("it is no point process")
	case d.Receive == nil:
		refuse("it receives no events")
	case len(d.Currents) == 0:
		refuse("it has no current")
	case len(d.Receive.Each) > 0:
		refuse("it looks at its connections (FOR_NETCONS)")
	case x.m.BeforeInit != nil || x.m.AfterInit != nil || x.m.BeforeBreakpoint != nil || x.m.BeforeStep != nil || x.m.AfterSolve != nil:
		refuse("it has BEFORE or AFTER blocks")
	case x.m.Diffusion != nil:
		refuse("its states spread along the cable")
	}
	for _, c := range d.Currents {
		if c.Electrode {
			refuse("its current is that of an electrode")
		}
	}
	for i := range d.Ions {
		ion := &d.Ions[i]
		for f, name := range [4]string{"e" + ion.Name, ion.Name + "i", ion.Name + "o", "i" + ion.Name} {
			// A current that it writes is one of its currents, and as linear as they.
			if ion.Writes[f] && (mech.Field(f) != mech.Amperage || ion.Reads[f]) {
				refuse("it writes an ion's variable (%s)", name)
			}
		}
	}
	for i := range d.Vars {
		v := &d.Vars[i]
		switch {
		case v.Storage == mech.Pointer:
			refuse("it has a POINTER (%s)", v.Name)
		case v.Storage == mech.Global && v.Written:
			refuse("it sets a GLOBAL (%s)", v.Name)
		}
	}
	x.m.Each(func(name string, b *mech.Block) {
		events := name == "receive" || name == "receiveinit"
		mech.WalkStmts(b.Body, func(s mech.Stmt) {
			switch s := s.(type) {
			case mech.Watch:
				refuse("it watches a condition (WATCH)")
			case mech.Move:
				refuse("it moves events (net_move)")
			case mech.Send:
				x.sent = append(x.sent, s.Flag)
			case mech.Emit:
				refuse("it sends events (net_event)")
			case mech.Printf, mech.Fail:
				if !events {
					refuse("it prints or stops outside NET_RECEIVE")
				}
			case mech.Lookup:
				if events {
					refuse("NET_RECEIVE uses a TABLE")
				}
			case mech.Assign:
				if events && s.Var >= 0 && d.Vars[s.Var].Storage == mech.Voltage {
					refuse("NET_RECEIVE sets the potential")
				}
			}
		})
	})
}

// additions finds the states to which events add, and wants NET_RECEIVE to do
// nothing else with what a step computes.
func (x *splitter) additions() {
	x.linear, x.private = map[mech.VarID]bool{}, map[mech.VarID]bool{}
	begin := newFlow()
	begin.block(x.m.ReceiveInit)
	for v := range x.def.Vars {
		v := mech.VarID(v)
		if !x.kept(v) {
			continue
		}
		written := x.receive.sets[v] || x.receive.adds[v]
		switch {
		case x.step.reads[v] && x.receive.sets[v]:
			refuse("NET_RECEIVE sets %s, which the currents depend on, and does not only add to it", x.name(v))
		case x.step.reads[v] && begin.adds[v]:
			refuse("INITIAL of NET_RECEIVE changes %s", x.name(v))
		case x.step.reads[v] && written && x.receive.reads[v]:
			refuse("NET_RECEIVE reads %s, to which it adds", x.name(v))
		case x.step.reads[v] && written && x.def.Vars[v].Array > 0:
			refuse("%s, to which events add, is an array", x.name(v))
		case x.step.reads[v] && written:
			x.linear[v] = true
		case x.step.writes(v) && (x.receive.reads[v] || written && x.receive.adds[v]):
			refuse("NET_RECEIVE reads %s, which changes in every step", x.name(v))
		case written:
			x.private[v] = true
		}
	}
	if len(x.linear) == 0 {
		refuse("no event adds to a state")
	}
	for _, flag := range x.sent {
		x.selfEvent(flag)
	}
}

// selfEvent wants an event that the instance sends to itself to leave the
// states alone: the order in which such events of several instances come at one
// time is nobody's.
func (x *splitter) selfEvent(flag mech.Expr) {
	n, ok := opt.FoldExpr(x.def, flag).(mech.Num)
	if !ok {
		refuse("the flag of an event that it sends to itself is not constant")
	}
	body := mech.MapStmts(x.m.Receive.Body, func(e mech.Expr) mech.Expr {
		if r, ok := e.(mech.Ref); ok && r.Var == x.def.Receive.Flag {
			return n
		}
		if b, ok := opt.FoldExpr(x.def, e).(mech.Binary); ok {
			for _, side := range []mech.Expr{b.X, b.Y} {
				if c, ok := side.(mech.Num); ok && b.Op == mech.Or && c.V != 0 || ok && b.Op == mech.And && c.V == 0 {
					return mech.Num{V: c.V}
				}
			}
		}
		return e
	}, func(slot int) int { return slot })
	mech.WalkStmts(opt.FoldStmts(x.def, body), func(s mech.Stmt) {
		if a, ok := s.(mech.Assign); ok && a.Var >= 0 && x.linear[a.Var] {
			refuse("an event that it sends to itself (net_send) adds to %s", x.name(a.Var))
		}
	})
}

// kept says whether an instance may keep something in v.
func (x *splitter) kept(v mech.VarID) bool {
	switch x.def.Vars[v].Storage {
	case mech.Instance, mech.Temp, mech.Global:
		return x.def.Receive.Flag != v
	}
	return false
}

// split makes both parts.
func (x *splitter) split() *Split {
	x.sort()
	init := x.ownInit()
	own := newFlow()
	own.block(x.m.Receive)
	own.block(x.m.ReceiveInit)
	own.block(&mech.Block{Body: init})
	maps.Copy(own.reads, own.prints)
	s := &Split{}
	for v := range x.def.Vars {
		v, d := mech.VarID(v), &x.def.Vars[v]
		written := x.receive.writes(v)
		switch {
		case d.Storage == mech.Stream || d.Storage == mech.Series:
			if own.reads[v] {
				s.Keeps = append(s.Keeps, v)
			}
		case !x.kept(v) || d.Storage == mech.Global:
		case x.linear[v] && written:
			s.States = append(s.States, v)
		case x.private[v] && written && (x.receive.reads[v] || x.receive.adds[v]):
			s.Keeps = append(s.Keeps, v)
		case x.private[v] && !written && own.reads[v]:
			s.Params = append(s.Params, v)
		case !x.private[v] && x.class(v):
			s.Class = append(s.Class, v)
		}
	}
	for _, v := range s.Class {
		if own.reads[v] && x.def.Vars[v].Array > 0 {
			refuse("NET_RECEIVE reads the array %s, which the currents depend on too", x.name(v))
		}
	}
	s.Own, s.Shared = x.own(s, init), x.shared(s, &own)
	return s
}

// class says whether v is a constant that a step, or what INITIAL makes ready
// for all instances of a class, reads.
func (x *splitter) class(v mech.VarID) bool {
	if x.step.writes(v) || x.linear[v] {
		return false
	}
	return x.step.reads[v] || x.receive.reads[v] || x.init.reads[v] && x.neededByClass(v)
}

// sort tells the constants that only NET_RECEIVE reads apart: what INITIAL
// computes from nothing but constants of the class is one of the class too, such
// as the factor that makes a conductance's peak the weight; all else is the
// instance's own.
func (x *splitter) sort() {
	shared := map[mech.VarID]bool{} // constants of the class
	for v := range x.def.Vars {
		if v := mech.VarID(v); x.kept(v) && x.step.reads[v] {
			shared[v] = true
		}
	}
	from := x.sources()
	for grown := true; grown; {
		grown = false
		for v := range x.def.Vars {
			v := mech.VarID(v)
			all := len(from[v]) > 0
			for w := range x.def.Vars {
				w := mech.VarID(w)
				switch {
				case !from[v][w]:
					continue
				case shared[v] && x.private[w]:
					refuse("INITIAL sets %s from %s, which NET_RECEIVE changes", x.name(v), x.name(w))
				case shared[v] && x.kept(w) && !shared[w]:
					shared[w], grown = true, true
				}
				all = all && (shared[w] || w == v || !x.kept(w)) && x.def.Vars[w].Storage != mech.Stream
			}
			if all && !shared[v] && !x.private[v] && x.kept(v) {
				shared[v], grown = true, true
			}
		}
	}
	for v := range x.def.Vars {
		if v := mech.VarID(v); x.kept(v) && x.def.Vars[v].Storage != mech.Global && !shared[v] && !x.step.writes(v) {
			x.private[v] = true
		}
	}
}

// neededByClass says whether INITIAL sets something that is not private from v.
func (x *splitter) neededByClass(v mech.VarID) bool {
	for w, from := range x.sources() {
		if from[v] && x.kept(w) && !x.private[w] {
			return true
		}
	}
	return false
}

// sources returns which variables INITIAL computes each of its variables from,
// by way of locals too.
func (x *splitter) sources() map[mech.VarID]map[mech.VarID]bool {
	d := dependence{}
	if x.m.Init != nil {
		d.body(x.m.Init.Body, nil)
	}
	return d.close()
}

// shared is what a step computes, and the part of INITIAL that it needs. own is
// what the other part reads and writes of it.
func (x *splitter) shared(s *Split, own *flow) *opt.Module {
	d := x.bare()
	d.Receive, d.Seedings = nil, nil
	for v := range d.Vars {
		if s := d.Vars[v].Storage; x.private[mech.VarID(v)] || s == mech.Stream || s == mech.Series {
			forget(&d.Vars[v])
		}
	}
	for _, v := range slices.Concat(s.Class, s.States) {
		if own.reads[v] || own.adds[v] { // there must be a place to reach
			d.Vars[v].Storage, d.Vars[v].Visible = mech.Instance, true
		}
	}
	e := solve.Entries{Def: d, Current: x.m.Current, State: x.m.State}
	if x.m.Init != nil {
		body := keep(x.m.Init.Body, func(s mech.Stmt) bool {
			switch s := s.(type) {
			case mech.Assign:
				return s.Var < 0 || !x.private[s.Var]
			case mech.SetSeq:
				return false
			}
			return true
		})
		if drawn(body) {
			refuse("INITIAL draws random numbers into a LOCAL")
		}
		e.Init = &mech.Block{Body: body, Locals: x.m.Init.Locals}
	}
	return &opt.Module{Entries: &e, Tables: x.m.Tables}
}

// own is NET_RECEIVE, and the part of INITIAL that it needs.
func (x *splitter) own(s *Split, init []mech.Stmt) *opt.Module {
	d := x.bare()
	d.Currents, d.Ions = nil, slices.Clone(d.Ions)
	for i := range d.Ions {
		d.Ions[i].Writes[mech.Amperage] = false
	}
	for v := range d.Vars {
		v := mech.VarID(v)
		if !x.kept(v) || d.Vars[v].Storage == mech.Global {
			continue
		}
		switch {
		case slices.Contains(s.Class, v) || slices.Contains(s.States, v):
			forget(&d.Vars[v])
			d.Vars[v].Storage = mech.Common
		case !slices.Contains(s.Params, v) && !slices.Contains(s.Keeps, v):
			forget(&d.Vars[v])
		}
	}
	e := solve.Entries{Def: d, Receive: x.m.Receive, ReceiveInit: x.m.ReceiveInit}
	if len(init) > 0 {
		e.Init = &mech.Block{Body: init, Locals: x.m.Init.Locals}
	}
	return &opt.Module{Entries: &e}
}

// bare is the mechanism without the statements of which its entries were made.
func (x *splitter) bare() *mech.Def {
	d := *x.def
	d.Vars = slices.Clone(x.def.Vars)
	d.Derivs, d.Systems, d.Solves, d.Initial, d.Breakpoint = nil, nil, nil, mech.Block{}, mech.Block{}
	if d.Receive != nil {
		r := *d.Receive
		r.Block, r.Initial = mech.Block{}, nil
		d.Receive = &r
	}
	d.Funcs = slices.Clone(x.def.Funcs)
	for i := range d.Funcs {
		d.Funcs[i].Body = nil
	}
	return &d
}

// ownInit leaves of INITIAL what NET_RECEIVE needs of one instance.
func (x *splitter) ownInit() []mech.Stmt {
	if x.m.Init == nil {
		return nil
	}
	d := dependence{}
	d.body(x.m.Init.Body, nil)
	from := d.close()
	needed := map[mech.VarID]bool{}
	for v := range x.private {
		if !x.receive.reads[v] && !x.receive.adds[v] {
			continue
		}
		needed[v] = true
		for w := range from[v] {
			needed[w] = needed[w] || x.private[w]
		}
	}
	locals := d.localsFor(needed)
	mine := func(t mech.Target) bool { return t.Var < 0 && locals[t.Local] || t.Var >= 0 && needed[t.Var] }
	body := keep(x.m.Init.Body, func(s mech.Stmt) bool {
		switch s := s.(type) {
		case mech.Assign:
			return mine(mech.Target{Var: s.Var, Local: s.Local})
		case mech.SetSeq:
			return true
		case mech.Lookup:
			if slices.ContainsFunc(s.Outputs, mine) {
				refuse("INITIAL sets what is of one instance from a TABLE")
			}
		case mech.Newton:
			if slices.ContainsFunc(s.X, mine) {
				refuse("INITIAL solves equations for what is of one instance")
			}
		case mech.Linear:
			if slices.ContainsFunc(s.X, mine) {
				refuse("INITIAL solves equations for what is of one instance")
			}
		}
		return false
	})
	f := newFlow()
	f.block(&mech.Block{Body: body})
	for v := range x.def.Vars {
		if v := mech.VarID(v); f.reads[v] && x.init.writes(v) && !x.private[v] {
			refuse("INITIAL sets what is of one instance from %s, which it sets too", x.name(v))
		}
	}
	return body
}

// forget makes v a variable that no instance keeps and no user sees.
func forget(v *mech.Var) {
	v.Storage, v.Param, v.State, v.Visible = mech.Temp, false, false, false
}

// keep returns the statements that f wants, and what holds them.
func keep(body []mech.Stmt, f func(mech.Stmt) bool) []mech.Stmt {
	var out []mech.Stmt
	for _, s := range body {
		switch x := s.(type) {
		case mech.If:
			x.Then, x.Else = keep(x.Then, f), keep(x.Else, f)
			if len(x.Then)+len(x.Else) > 0 {
				out = append(out, x)
			}
		case mech.While:
			x.Body = keep(x.Body, f)
			if len(x.Body) > 0 {
				out = append(out, x)
			}
		default:
			if f(s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func drawn(body []mech.Stmt) bool {
	found := false
	mech.WalkExprs(body, func(e mech.Expr) {
		if c, ok := e.(mech.Call); ok {
			found = found || draws(c.Fn)
		}
	})
	return found
}

func draws(fn mech.Builtin) bool {
	return fn.Draws() || fn == mech.RandSeq
}
