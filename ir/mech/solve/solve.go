// Package solve turns the author's equations into updates: it replaces every
// SOLVE by the statements that advance the states by one fixed step, in the
// form and order of operations of NEURON's translator nocmodl, so that the
// bits agree.
//
// In: a mech.Def. Out: Entries, one block of plain statements for each moment
// at which a mechanism acts. Next: ir/mech/opt inlines and simplifies them.
package solve

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// Entries are the statements of a mechanism by the moment at which they run.
// A nil block means that nothing happens there.
type Entries struct {
	Def         *mech.Def
	Init        *mech.Block // INITIAL, which begins with the states' start values
	Current     *mech.Block // BREAKPOINT without its SOLVEs; nil without currents
	State       *mech.Block // the SOLVEs, and BREAKPOINT where there is no current
	Receive     *mech.Block
	ReceiveInit *mech.Block
	Diffuse     *mech.Block // sets the variables of Diffusion
	Diffused    *mech.Block // takes the states from them
	Diffusion   *Diffusion  // nil: nothing spreads along the cable
	BeforeStep  *mech.Block
	AfterSolve  *mech.Block

	BeforeInit, AfterInit, BeforeBreakpoint *mech.Block

	// Half says that what State calls dt is half of the step (see SolveSecond).
	Half bool
}

// Each calls f for every entry that exists, with its name.
func (e *Entries) Each(f func(name string, b *mech.Block)) {
	for _, x := range []struct {
		name string
		b    *mech.Block
	}{{"init", e.Init}, {"current", e.Current}, {"state", e.State}, {"receive", e.Receive},
		{"receiveinit", e.ReceiveInit}, {"diffuse", e.Diffuse}, {"diffused", e.Diffused}, {"beforestep", e.BeforeStep}, {"aftersolve", e.AfterSolve},
		{"beforeinit", e.BeforeInit}, {"afterinit", e.AfterInit}, {"beforebreakpoint", e.BeforeBreakpoint}} {
		if x.b != nil {
			f(x.name, x.b)
		}
	}
}

// Map returns a copy of e with every block replaced by f's result.
func (e *Entries) Map(f func(name string, b mech.Block) mech.Block) *Entries {
	out := *e
	for _, x := range []struct {
		name string
		b    **mech.Block
	}{{"init", &out.Init}, {"current", &out.Current}, {"state", &out.State}, {"receive", &out.Receive},
		{"receiveinit", &out.ReceiveInit}, {"diffuse", &out.Diffuse}, {"diffused", &out.Diffused}, {"beforestep", &out.BeforeStep}, {"aftersolve", &out.AfterSolve},
		{"beforeinit", &out.BeforeInit}, {"afterinit", &out.AfterInit}, {"beforebreakpoint", &out.BeforeBreakpoint}} {
		if *x.b != nil {
			b := f(x.name, **x.b)
			*x.b = &b
		}
	}
	return &out
}

// String prints the entries one after another.
func (e *Entries) String() string {
	s := ""
	e.Each(func(name string, b *mech.Block) { s += name + " {\n" + e.Def.Format(*b) + "}\n" })
	return s
}

// constantIndex is the way out where an equation stands in a loop that has not
// been written out.
const constantIndex = "equations may stand in a FROM loop whose bounds are numbers, if no more than 20000 statements come of it"

// newtonSteps is the limit of NEURON's Newton iteration.
const newtonSteps = 50

// Solve makes the entries of def. What cannot be solved is reported and left
// out; the result is then good for further checks only.
func Solve(def *mech.Def, diags *diag.List) *Entries {
	return solve(def, false, diags)
}

func solve(def *mech.Def, second bool, diags *diag.List) *Entries {
	def = withStep(def)
	s := solver{def: def, diags: diags}
	e := &Entries{Def: def}

	e.Init = s.whole(def.Initial)

	if len(def.Conditions) > 0 {
		diags.Errorf(diag.Unsupported, def.Conditions[0].Pos, "conditions on the state (OnCondition) are not supported yet")
	}
	for _, x := range []struct {
		to   **mech.Block
		from map[string]mech.Block
		when string
	}{{&e.BeforeInit, def.Before, "INITIAL"}, {&e.BeforeBreakpoint, def.Before, "BREAKPOINT"}, {&e.BeforeStep, def.Before, "STEP"},
		{&e.AfterInit, def.After, "INITIAL"}, {&e.AfterSolve, def.After, "SOLVE"}} {
		if b, ok := x.from[x.when]; ok {
			*x.to = s.whole(b)
		}
	}

	state := &scope{}
	for i := range def.Solves {
		s.solved = nil
		s.solve(state, &def.Solves[i])
		if second {
			s.goOn(state)
			e.Half = e.Half || len(s.solved) > 0
		}
	}
	if len(def.Currents) > 0 {
		e.Current = s.whole(def.Breakpoint)
	} else {
		s.add(state, def.Breakpoint) // as nocmodl does
	}
	if len(state.body) > 0 {
		e.State = state.block()
	}
	s.diffusion(e)
	if r := def.Receive; r != nil {
		e.Receive = s.whole(r.Block)
		if r.Initial != nil {
			e.ReceiveInit = s.whole(*r.Initial)
		}
	}
	return e
}

// scope collects statements of several blocks over one list of locals.
type scope struct {
	body   []mech.Stmt
	locals []string
}

func (s *scope) block() *mech.Block { return &mech.Block{Body: s.body, Locals: s.locals} }

// local makes a new local and returns its slot.
func (s *scope) local(name string) int {
	s.locals = append(s.locals, name)
	return len(s.locals) - 1
}

// join takes another block's locals in and returns its body, shifted.
func (s *scope) join(body []mech.Stmt, locals []string) []mech.Stmt {
	at := len(s.locals)
	s.locals = append(s.locals, locals...)
	return mech.ShiftLocals(body, at)
}

type solver struct {
	def   *mech.Def
	diags *diag.List
	told  map[indexed]bool
	// solved are the states that a SOLVE has brought to the end of its step by
	// other methods than cnexp, and their rates then.
	solved []rate
}

// indexed is a place of which it has been said that an index there is not
// constant: a block may be solved in several entries.
type indexed struct {
	pos  diag.Pos
	name string
}

// notConstant reports an equation of what has an index that is not constant.
func (s *solver) notConstant(pos diag.Pos, name, in string) {
	if s.told[indexed{pos, name}] {
		return
	}
	if s.told == nil {
		s.told = map[indexed]bool{}
	}
	s.told[indexed{pos, name}] = true
	s.diags.ErrorHint(diag.Unsupported, pos, constantIndex, "the index of %s%s is not constant", name, in)
}

func (s *solver) whole(b mech.Block) *mech.Block {
	sc := &scope{}
	s.add(sc, b)
	return sc.block()
}

// add appends a plain block; a SOLVE in it is solved on the spot.
func (s *solver) add(sc *scope, b mech.Block) {
	sc.body = append(sc.body, s.now(sc, sc.join(b.Body, b.Locals))...)
}

func (s *solver) now(sc *scope, body []mech.Stmt) []mech.Stmt {
	return mech.Replace(body, func(st mech.Stmt) ([]mech.Stmt, bool) {
		x, ok := st.(mech.SolveNow)
		if !ok {
			return nil, false
		}
		in := &scope{locals: sc.locals}
		s.solve(in, &mech.Solve{System: x.System, Proc: -1, Method: x.Method, Pos: x.Pos})
		sc.locals = in.locals
		return in.body, true
	})
}

func (s *solver) solve(sc *scope, sv *mech.Solve) {
	if sv.Proc >= 0 {
		// A solved PROCEDURE runs once a step; after_cvode means the same with
		// a fixed step.
		sc.body = append(sc.body, mech.CallStmt{Func: sv.Proc, Pos: sv.Pos})
		return
	}
	sys := &s.def.Systems[sv.System]
	if sys.When != nil {
		s.diags.Errorf(diag.Unsupported, sys.Pos, "regimes are not supported yet")
		return
	}
	body := sc.join(sys.Body, sys.Locals)
	if algebraic(body) {
		s.algebraic(sc, sys, body, sv)
		return
	}
	if kinetic(body) {
		s.kinetic(sc, sys, body, sv)
		return
	}
	switch sv.Method {
	case mech.CNExp:
		lost := &diag.List{}
		if solved, ok := s.cnexp(body, sys, lost); ok {
			s.diags.Append(lost)
			s.underived(body)
			sc.body = append(sc.body, solved...)
			return
		}
		s.derivimplicit(sc, body, sv)
	case mech.Euler:
		s.euler(sc, body)
	case mech.Runge:
		s.runge(sc, body)
	case mech.DerivImp:
		s.derivimplicit(sc, body, sv)
	case mech.SteadyState: // in NEURON Newton's iteration does not converge there, not even of one linear equation
		s.diags.ErrorHint(diag.Unsupported, sv.Pos, "set the states to their steady values in INITIAL, or write the scheme as KINETIC",
			"the steady state of DERIVATIVE %s is not looked for, in which NEURON ends with an error", sys.Name)
	default:
		s.diags.ErrorHint(diag.Unsupported, sv.Pos, "use cnexp or derivimplicit",
			"method %q is not supported for DERIVATIVE %s", string(sv.Method), sys.Name)
	}
}

// underived warns of derivatives that are read and that cnexp never computes.
func (s *solver) underived(body []mech.Stmt) {
	mech.WalkStmts(body, func(st mech.Stmt) {
		x, ok := st.(mech.DerivEq)
		for _, d := range s.def.Derivs {
			if ok && d.State == x.Var {
				s.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.NrnCompat, Pos: s.def.Vars[d.Value].Pos,
					Msg:  s.def.Vars[x.Var].Name + "' is 0 with METHOD cnexp, as in NEURON, which never computes it",
					Hint: "use METHOD derivimplicit, or write the right side out"})
			}
		}
	})
}

func kinetic(body []mech.Stmt) bool {
	found := false
	mech.WalkStmts(body, func(st mech.Stmt) {
		switch st.(type) {
		case mech.Reaction, mech.Conserve:
			found = true
		}
	})
	return found
}

// derivs are the equations of a body: the state, and the local that holds its
// derivative.
type deriv struct {
	state mech.Target
	slot  int
	name  string
}

// explicit rewrites each equation x' = f to an assignment of a local, and
// returns the equations in order of first appearance.
func (s *solver) explicit(sc *scope, body []mech.Stmt) ([]mech.Stmt, []deriv) {
	var eqs []deriv
	out := mech.Replace(body, func(st mech.Stmt) ([]mech.Stmt, bool) {
		x, ok := st.(mech.DerivEq)
		if !ok {
			return nil, false
		}
		at := -1
		for i, q := range eqs {
			if q.state.Var == x.Var && sameIndex(q.state.At, x.At) {
				at = i
			}
		}
		if at < 0 {
			at = len(eqs)
			name := s.def.FormatExpr(ref(x.Var, x.At), sc.locals)
			if _, constant := x.At.(mech.Num); x.At != nil && !constant {
				s.notConstant(x.Pos, name+"'", "")
			}
			eqs = append(eqs, deriv{mech.Target{Var: x.Var, At: x.At}, sc.local("D" + name), name})
		}
		out := []mech.Stmt{mech.Assign{Var: -1, Local: eqs[at].slot, X: x.X, Pos: x.Pos}}
		return append(out, s.derivative(x.Var, x.At, mech.Local{Slot: eqs[at].slot})...), true
	})
	return out, eqs
}

// derivative sets the variable of x' where the author reads it.
func (s *solver) derivative(v mech.VarID, at, x mech.Expr) []mech.Stmt {
	for _, d := range s.def.Derivs {
		if d.State == v {
			return []mech.Stmt{mech.Assign{Var: d.Value, At: at, X: x}}
		}
	}
	return nil
}

func ref(v mech.VarID, at mech.Expr) mech.Expr {
	if at != nil {
		return mech.Index{Var: v, At: at}
	}
	return mech.Ref{Var: v}
}

func sameIndex(a, b mech.Expr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	x, ok1 := a.(mech.Num)
	y, ok2 := b.(mech.Num)
	return ok1 && ok2 && x.V == y.V
}

func num(x float64) mech.Expr { return mech.Num{V: x} }

func bin(op mech.Op, x, y mech.Expr) mech.Expr { return mech.Binary{Op: op, X: x, Y: y} }

func neg(x mech.Expr) mech.Expr { return mech.Unary{Op: mech.Neg, X: x} }

// withStep adds the variable dt to a Def that does not name it.
func withStep(def *mech.Def) *mech.Def {
	for i := range def.Vars {
		if def.Vars[i].Storage == mech.Step {
			return def
		}
	}
	out := *def
	out.Vars = append(append([]mech.Var(nil), def.Vars...), mech.Var{Name: "dt", Storage: mech.Step, Unit: "ms"})
	return &out
}

// dt is the expression for the step.
func (s *solver) dt() mech.Expr {
	for i := range s.def.Vars {
		if s.def.Vars[i].Storage == mech.Step {
			return mech.Ref{Var: mech.VarID(i)}
		}
	}
	panic("BUG: mechanism " + s.def.Name + " has no variable for dt")
}

func (s *solver) time() (mech.VarID, bool) {
	for i := range s.def.Vars {
		if s.def.Vars[i].Storage == mech.Time {
			return mech.VarID(i), true
		}
	}
	return -1, false
}
