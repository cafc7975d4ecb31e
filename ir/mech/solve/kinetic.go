package solve

import (
	"fmt"
	"math"
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// KINETIC blocks are solved by backward Euler, as NEURON's sparse method
// does. With x the states at the end of the step and x0 those at its start,
// the residual of state i is
//
//	r_i = -vol_i*(x_i - x0_i)/dt + (sum of fluxes into i)
//
// and M*delta = r is solved for M = -dr/dx; then x += delta. Equations of
// CONSERVE take the place of the last scalar state that they name. A scheme
// is linear when no side of a reaction has two states: one solution is then
// exact. Otherwise the solution is repeated until the sum of |delta| is at
// most 1e-6, with states that would become negative set to 0.
//
// The matrix lives in locals. Which elements can differ from zero is known
// here, and so is the order of elimination: the row and column with the least
// to do next, the rows of CONSERVE last, without a look at the values. So does
// NEURON's sparse, which chooses its order by the number of elements once and
// then takes its pivots as they come; M is diagonally dominant but for the
// rows of CONSERVE. As long as it is short the elimination is written out: so
// it is for shells in a row, however many they are. States that are coupled
// more densely are left to a loop.
const (
	writtenSteps    = 300 // of the elimination that are written out, and
	writtenPerState = 32
	mostCoupled     = 500 // states that a loop solves

	kineticConverge = 1e-6
	kineticRounds   = 22
	leastPivot      = 1e-20 // smaller ones make a matrix singular
	steadyStep      = 1e9   // [ms] the step of STEADYSTATE
	steadyRounds    = 7
)

type scheme struct {
	s         *solver
	sys       *mech.System
	sc        *scope
	pos       diag.Pos
	states    []mech.Target
	index     map[string]int // state to row
	names     []string
	volume    []mech.Expr    // nil: 1
	rhs       []int          // local of r_i
	matrix    map[[2]int]int // local of an element of M that can differ from zero
	conserved map[int]bool   // rows taken by CONSERVE
	readsOld  []int          // the statements of a round that read the states at the start
	dt        mech.Expr
	linear    bool
	failed    bool
}

func (s *solver) kinetic(sc *scope, sys *mech.System, body []mech.Stmt, sv *mech.Solve) {
	k := &scheme{s: s, sys: sys, sc: sc, pos: sv.Pos, index: map[string]int{}, matrix: map[[2]int]int{}, conserved: map[int]bool{},
		dt: s.dt(), linear: true}
	switch sv.Method {
	case mech.Sparse:
	case mech.Euler, mech.Runge:
		k.explicit(body, sv.Method)
		return
	case mech.SteadyState:
		// The whole block sees the long step.
		k.dt = num(steadyStep)
		body = mech.MapStmts(body, func(e mech.Expr) mech.Expr {
			if r, ok := e.(mech.Ref); ok && s.def.Vars[r.Var].Storage == mech.Step {
				return k.dt
			}
			return e
		}, func(i int) int { return i })
	default:
		s.diags.ErrorHint(diag.Unsupported, sv.Pos, "use sparse", "method %q is not supported for KINETIC %s", string(sv.Method), sys.Name)
		return
	}
	k.findStates(body)
	if len(k.states) == 0 {
		if k.failed {
			return
		}
		s.diags.Errorf(diag.BadMech, sys.Pos, "KINETIC %s contains no reaction of a state", sys.Name)
		return
	}
	plain, capacities := k.split(body)
	round := k.round(body, capacities)
	if k.failed {
		return
	}
	steady := sv.Method == mech.SteadyState
	var start []mech.Stmt
	var olds []int
	for i, t := range k.states {
		old := sc.local(k.names[i] + "0")
		olds = append(olds, old)
		start = append(start, set(old, ref(t.Var, t.At)))
	}
	k.replaceOld(round, olds)
	if steady && !k.linear {
		k.approach(start, round)
	}
	sc.body = append(sc.body, start...)
	if k.linear && !steady {
		sc.body = append(sc.body, round...)
		for i, t := range k.states {
			sc.body = append(sc.body, assign(t, bin(mech.Add, ref(t.Var, t.At), mech.Local{Slot: k.rhs[i]})))
		}
	} else {
		err, next := sc.local("change"), sc.local("next")
		size := mech.Expr(num(0))
		for i, t := range k.states {
			x := mech.Local{Slot: next}
			round = append(round, set(next, bin(mech.Add, ref(t.Var, t.At), mech.Local{Slot: k.rhs[i]})),
				assign(t, mech.Select{Cond: bin(mech.Lt, x, num(0)), Then: num(0), Else: x}))
			size = bin(mech.Add, size, mech.Call{Fn: mech.Fabs, Args: []mech.Expr{mech.Local{Slot: k.rhs[i]}}})
		}
		round = append(round, set(err, size))
		sc.body = append(sc.body, set(err, num(1)),
			mech.While{Cond: bin(mech.Gt, mech.Local{Slot: err}, num(kineticConverge)), Body: round, Limit: kineticRounds, What: "KINETIC " + sys.Name + " did not converge", Pos: sv.Pos})
	}
	// Once more, so that what the block assigns belongs to the solution.
	sc.body = append(sc.body, plain...)
	for i, t := range k.states {
		change := bin(mech.Sub, ref(t.Var, t.At), mech.Local{Slot: olds[i]})
		sc.body = append(sc.body, s.derivative(t.Var, t.At, bin(mech.Div, change, k.dt))...)
		s.solved = append(s.solved, rate{t, bin(mech.Div, change, k.dt)})
	}
}

// approach is how NEURON begins with the steady state of a scheme that is not
// linear: long steps of one solution each, without a look at convergence,
// until no state is below zero.
func (k *scheme) approach(start, round []mech.Stmt) {
	below := k.sc.local("below")
	body := append(append([]mech.Stmt(nil), start...), round...)
	var count mech.Expr = num(0)
	for i, t := range k.states {
		x := ref(t.Var, t.At)
		low := bin(mech.Lt, x, num(-kineticConverge))
		body = append(body, assign(t, bin(mech.Add, x, mech.Local{Slot: k.rhs[i]})))
		count = bin(mech.Add, count, mech.Select{Cond: low, Then: num(1), Else: num(0)})
	}
	body = append(body, set(below, count))
	for _, t := range k.states {
		x := ref(t.Var, t.At)
		body = append(body, assign(t, mech.Select{Cond: bin(mech.Lt, x, num(-kineticConverge)), Then: num(0), Else: x}))
	}
	k.sc.body = append(k.sc.body, set(below, num(1)),
		mech.While{Cond: bin(mech.Gt, mech.Local{Slot: below}, num(0)), Body: body, Limit: steadyRounds, What: "the steady state of a KINETIC block was not found", Pos: k.pos})
}

// oldSlot stands for the local with the state at the start of the step until
// that local is made.
const oldSlot = -1000000

func (k *scheme) replaceOld(round []mech.Stmt, slots []int) {
	for _, at := range k.readsOld {
		x := round[at].(mech.Assign)
		x.X = mech.MapExpr(x.X, func(e mech.Expr) mech.Expr {
			if l, ok := e.(mech.Local); ok && l.Slot <= oldSlot {
				return mech.Local{Slot: slots[oldSlot-l.Slot]}
			}
			return e
		})
		round[at] = x
	}
}

func (k *scheme) errorf(pos diag.Pos, code diag.Code, format string, args ...any) {
	k.failed = true
	k.s.diags.Errorf(code, pos, format, args...)
}

// row is the number of a state's equation, -1 for what is no state.
func (k *scheme) row(t mech.Term) int {
	if !k.s.def.Vars[t.State].State || !k.sys.Solves(t.State) {
		return -1
	}
	if i, ok := k.index[k.key(t)]; ok {
		return i
	}
	return -1
}

func (k *scheme) key(t mech.Term) string {
	if n, ok := t.At.(mech.Num); ok {
		return fmt.Sprintf("%d[%g]", t.State, n.V)
	}
	return fmt.Sprint(t.State)
}

func (k *scheme) findStates(body []mech.Stmt) {
	add := func(ts []mech.Term, pos diag.Pos) {
		for _, t := range ts {
			v := &k.s.def.Vars[t.State]
			if !v.State || !k.sys.Solves(t.State) {
				continue
			}
			if _, ok := t.At.(mech.Num); t.At != nil && !ok {
				k.failed = true
				k.s.notConstant(pos, v.Name, " in a reaction")
				continue
			}
			if _, ok := k.index[k.key(t)]; ok {
				continue
			}
			k.index[k.key(t)] = len(k.states)
			k.states = append(k.states, mech.Target{Var: t.State, At: t.At})
			name := k.s.def.FormatExpr(ref(t.State, t.At), nil)
			k.names = append(k.names, name)
			k.volume = append(k.volume, nil)
			k.rhs = append(k.rhs, k.sc.local("r_"+name))
		}
	}
	mech.WalkStmts(body, func(st mech.Stmt) {
		switch x := st.(type) {
		case mech.Reaction:
			add(x.Left, x.Pos)
			add(x.Right, x.Pos)
			if k.order(x.Left) > 1 || k.order(x.Right) > 1 {
				k.linear = false
			}
		case mech.Conserve:
			add(x.Sum, x.Pos)
		}
	})
	mech.WalkStmts(body, func(st mech.Stmt) {
		x, ok := st.(mech.Conserve)
		if !ok {
			return
		}
		for i := len(x.Sum) - 1; i >= 0; i-- {
			if r := k.row(x.Sum[i]); r >= 0 && x.Sum[i].At == nil && !k.conserved[r] {
				k.conserved[r] = true
				return
			}
		}
		k.errorf(x.Pos, diag.BadMech, "CONSERVE needs a scalar state that no other CONSERVE has taken")
	})
}

// order is the number of states that react together on one side.
func (k *scheme) order(ts []mech.Term) int {
	n := 0
	for _, t := range ts {
		if k.row(t) >= 0 {
			n += t.Coef
		}
	}
	return n
}

// split returns the block without its reactions, and what sets up volumes.
func (k *scheme) split(body []mech.Stmt) (plain, capacities []mech.Stmt) {
	plain = k.without(body)
	for _, st := range body {
		c, ok := st.(mech.Compartment)
		if !ok {
			continue
		}
		for _, v := range c.States {
			for i, t := range k.states {
				if t.Var != v {
					continue
				}
				vol := c.Volume
				if c.Slot >= 0 && t.At != nil {
					vol = mech.MapExpr(vol, func(e mech.Expr) mech.Expr {
						if l, ok := e.(mech.Local); ok && l.Slot == c.Slot {
							return t.At
						}
						return e
					})
				}
				slot := k.sc.local("vol_" + k.names[i])
				capacities = append(capacities, set(slot, vol))
				k.volume[i] = mech.Local{Slot: slot}
			}
		}
	}
	return plain, capacities
}

func (k *scheme) without(body []mech.Stmt) []mech.Stmt {
	return mech.Replace(body, func(st mech.Stmt) ([]mech.Stmt, bool) {
		switch st.(type) {
		case mech.Reaction, mech.Conserve, mech.Compartment, mech.Diffusion:
			return nil, true
		}
		return nil, false
	})
}

// element is the local of M[i][j].
func (k *scheme) element(i, j int) int {
	at := [2]int{i, j}
	if s, ok := k.matrix[at]; ok {
		return s
	}
	s := k.sc.local("m_" + k.names[i] + "_" + k.names[j])
	k.matrix[at] = s
	return s
}

func (k *scheme) bump(slot int, op mech.Op, x mech.Expr) mech.Stmt {
	return set(slot, bin(op, mech.Local{Slot: slot}, x))
}

// round is one assembly and solution; the changes of the states end up in rhs.
func (k *scheme) round(body, capacities []mech.Stmt) []mech.Stmt {
	flux := k.assemble(body)
	out := capacities
	perDt := k.sc.local("per_dt")
	out = append(out, set(perDt, bin(mech.Div, num(1), k.dt)))
	n := len(k.states)
	for i := 0; i < n; i++ {
		k.element(i, i)
	}
	pattern := k.pattern()
	for i, t := range k.states {
		var r, d mech.Expr = num(0), num(0)
		if !k.conserved[i] {
			r = bin(mech.Mul, neg(mech.Local{Slot: perDt}), bin(mech.Sub, ref(t.Var, t.At), mech.Local{Slot: oldSlot - i}))
			d = mech.Local{Slot: perDt}
			if k.volume[i] != nil {
				r, d = bin(mech.Mul, r, k.volume[i]), bin(mech.Mul, d, k.volume[i])
			}
		}
		if !k.conserved[i] {
			k.readsOld = append(k.readsOld, len(out))
		}
		out = append(out, set(k.rhs[i], r))
		for j, filled := range pattern[i] {
			switch {
			case i == j:
				out = append(out, set(k.element(i, j), d))
			case filled:
				out = append(out, set(k.element(i, j), num(0)))
			}
		}
	}
	out = append(out, flux...)
	return append(out, k.solution(pattern)...)
}

// assemble rewrites reactions to additions to rhs and M, where they stand.
func (k *scheme) assemble(body []mech.Stmt) []mech.Stmt {
	return mech.Replace(body, func(st mech.Stmt) ([]mech.Stmt, bool) {
		switch x := st.(type) {
		case mech.Compartment, mech.Diffusion:
			return nil, true
		case mech.Reaction:
			return k.reaction(x), true
		case mech.Conserve:
			return k.conserve(x), true
		}
		return nil, false
	})
}

func times(coef int, x mech.Expr) mech.Expr {
	if coef == 1 {
		return x
	}
	return bin(mech.Mul, num(float64(coef)), x)
}

// power multiplies e by the terms, the one at skip with one factor less.
func power(e mech.Expr, ts []mech.Term, skip int) mech.Expr {
	for i, t := range ts {
		n := t.Coef
		if i == skip {
			n--
			e = bin(mech.Mul, e, num(float64(t.Coef)))
		}
		for ; n > 0; n-- {
			e = bin(mech.Mul, e, ref(t.State, t.At))
		}
	}
	return e
}

func (k *scheme) reaction(x mech.Reaction) []mech.Stmt {
	var out []mech.Stmt
	kf, kb := k.sc.local("kf"), k.sc.local("kb")
	out = append(out, set(kf, x.Forward))
	net := k.sc.local("net")
	flux := power(mech.Local{Slot: kf}, x.Left, -1)
	if x.Backward != nil {
		out = append(out, set(kb, x.Backward))
		flux = bin(mech.Sub, flux, power(mech.Local{Slot: kb}, x.Right, -1))
	}
	out = append(out, set(net, flux))
	each := func(f func(row, coef int, op mech.Op)) {
		for _, t := range x.Left {
			if r := k.row(t); r >= 0 && !k.conserved[r] {
				f(r, t.Coef, mech.Sub)
			}
		}
		for _, t := range x.Right {
			if r := k.row(t); r >= 0 && !k.conserved[r] {
				f(r, t.Coef, mech.Add)
			}
		}
	}
	each(func(row, coef int, op mech.Op) {
		out = append(out, k.bump(k.rhs[row], op, times(coef, mech.Local{Slot: net})))
	})
	side := func(rate int, ts []mech.Term, left bool) {
		for i, t := range ts {
			col := k.row(t)
			if col < 0 {
				continue
			}
			term := k.sc.local("term")
			out = append(out, set(term, power(mech.Local{Slot: rate}, ts, i)))
			each(func(row, coef int, op mech.Op) {
				if left { // M is minus the derivative of the residual
					op = mech.Add + mech.Sub - op
				}
				out = append(out, k.bump(k.element(row, col), op, times(coef, mech.Local{Slot: term})))
			})
		}
	}
	side(kf, x.Left, true)
	if x.Backward != nil {
		side(kb, x.Right, false)
	}
	return out
}

func (k *scheme) conserve(x mech.Conserve) []mech.Stmt {
	var out []mech.Stmt
	row := -1
	for i := len(x.Sum) - 1; i >= 0 && row < 0; i-- {
		if r := k.row(x.Sum[i]); r >= 0 && k.conserved[r] && x.Sum[i].At == nil {
			row = r
		}
	}
	if row < 0 {
		return nil
	}
	out = append(out, set(k.rhs[row], x.Total))
	for _, t := range x.Sum {
		col := k.row(t)
		e := times(t.Coef, ref(t.State, t.At))
		var m mech.Expr = num(float64(t.Coef))
		if col >= 0 && k.volume[col] != nil {
			e, m = bin(mech.Mul, e, k.volume[col]), bin(mech.Mul, m, k.volume[col])
		}
		out = append(out, k.bump(k.rhs[row], mech.Sub, e))
		if col >= 0 {
			out = append(out, set(k.element(row, col), m))
		}
	}
	return out
}

// pattern says which elements of M can differ from zero.
func (k *scheme) pattern() [][]bool {
	out := make([][]bool, len(k.states))
	for i := range out {
		out[i] = make([]bool, len(k.states))
	}
	for at := range k.matrix {
		out[at[0]][at[1]] = true
	}
	return out
}

// elimination chooses the order of elimination for the pattern of M, to which
// it adds what fills up on the way, and returns how many products that takes.
func (k *scheme) elimination(has [][]bool) (order []int, steps int) {
	n := len(k.states)
	left := make([]int, n)
	rows, cols := make([]int, n), make([]int, n) // of those left, that have an element in column or row p
	for i := range left {
		left[i] = i
		for j, filled := range has[i] {
			if filled {
				rows[j]++
				cols[i]++
			}
		}
	}
	fill := func(p int) int {
		if k.conserved[p] {
			return rows[p]*cols[p] + n*n
		}
		return rows[p] * cols[p]
	}
	for len(left) > 0 {
		slices.SortStableFunc(left, func(a, b int) int { return fill(a) - fill(b) })
		p := left[0]
		left = left[1:]
		order = append(order, p)
		var right []int // where row p has something
		for _, j := range left {
			if has[p][j] {
				right = append(right, j)
				rows[j]--
			}
		}
		for _, i := range left {
			if !has[i][p] {
				continue
			}
			cols[i]--
			steps += 1 + len(right)
			for _, j := range right {
				if !has[i][j] {
					has[i][j] = true
					rows[j]++
					cols[i]++
				}
			}
		}
	}
	return order, steps
}

// solution sets the right sides to the changes of the states.
func (k *scheme) solution(has [][]bool) []mech.Stmt {
	n := len(k.states)
	order, steps := k.elimination(has)
	switch {
	case steps <= writtenSteps+writtenPerState*n:
		return k.written(order, has)
	case n > mostCoupled:
		k.errorf(k.pos, diag.BadMech, "KINETIC %s couples its %d states so densely that they have to be solved together, for which %d are too many", k.sys.Name, n, mostCoupled)
		return nil
	}
	x := mech.Linear{Pos: k.pos, M: make([]mech.Expr, 0, n*n)}
	for _, i := range order {
		x.X = append(x.X, mech.Target{Var: -1, Local: k.rhs[i]})
		x.R = append(x.R, mech.Local{Slot: k.rhs[i]})
		for _, j := range order {
			var m mech.Expr
			if s, ok := k.matrix[[2]int{i, j}]; ok {
				m = mech.Local{Slot: s}
			}
			x.M = append(x.M, m)
		}
	}
	return []mech.Stmt{x}
}

// written writes the elimination out, and the substitution from its end.
func (k *scheme) written(order []int, has [][]bool) []mech.Stmt {
	var out []mech.Stmt
	for a, p := range order {
		for _, i := range order[a+1:] {
			if !has[i][p] {
				continue
			}
			f := k.sc.local("factor")
			out = append(out, set(f, bin(mech.Div, mech.Local{Slot: k.element(i, p)}, mech.Local{Slot: k.element(p, p)})),
				k.bump(k.rhs[i], mech.Sub, bin(mech.Mul, mech.Local{Slot: k.rhs[p]}, mech.Local{Slot: f})))
			for _, j := range order[a+1:] {
				if !has[p][j] {
					continue
				}
				_, there := k.matrix[[2]int{i, j}]
				x := bin(mech.Mul, mech.Local{Slot: k.element(p, j)}, mech.Local{Slot: f})
				if there {
					out = append(out, k.bump(k.element(i, j), mech.Sub, x))
				} else {
					out = append(out, set(k.element(i, j), neg(x)))
				}
			}
		}
	}
	for a := len(order) - 1; a >= 0; a-- {
		p := order[a]
		for _, j := range order[a+1:] {
			if has[p][j] {
				out = append(out, k.bump(k.rhs[p], mech.Sub, bin(mech.Mul, mech.Local{Slot: k.element(p, j)}, mech.Local{Slot: k.rhs[j]})))
			}
		}
		out = append(out, set(k.rhs[p], bin(mech.Div, mech.Local{Slot: k.rhs[p]}, mech.Local{Slot: k.element(p, p)})))
	}
	return append(out, k.unlessSingular(order, has))
}

// unlessSingular makes the changes of the states 0 where the matrix is singular:
// NEURON leaves the states as they are then. What is divided by a pivot of 0 is
// infinite or no number, and so is the change of every state into whose row it goes
// on the way down: to the rows from which nothing goes on. Where those changes are
// finite, which is nearly everywhere, nobody looks at the pivots.
func (k *scheme) unlessSingular(order []int, has [][]bool) mech.Stmt {
	size := func(x mech.Expr) mech.Expr { return mech.Call{Fn: mech.Fabs, Args: []mech.Expr{x}} }
	join := func(x mech.Expr, op mech.Op, y mech.Expr) mech.Expr {
		if x == nil {
			return y
		}
		return bin(op, x, y)
	}
	var ends, pivots mech.Expr
	var leave []mech.Stmt
	for a, p := range order {
		r := mech.Local{Slot: k.rhs[p]}
		if !slices.ContainsFunc(order[a+1:], func(i int) bool { return has[i][p] }) {
			ends = join(ends, mech.Add, r)
		}
		pivots = join(pivots, mech.Or, bin(mech.Le, size(mech.Local{Slot: k.element(p, p)}), num(leastPivot)))
		leave = append(leave, set(k.rhs[p], num(0)))
	}
	return mech.If{Cond: mech.Unary{Op: mech.Not, X: bin(mech.Le, size(ends), num(math.MaxFloat64))},
		Then: []mech.Stmt{mech.If{Cond: pivots, Then: leave, Pos: k.pos}}, Rare: true, Pos: k.pos}
}
