package solve

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// cnexp advances state' = a*state + b over dt exactly, with a and b frozen:
//
//	s = s + (1 - exp(dt*(a)))*(-(b)/(a) - s)
//
// and s = s - dt*(-(b)) when a is absent. The expressions a and b are built
// from the text of the equation by the rules of nocmodl, one operator at a
// time, because the rounding depends on their form: in tau*(k - s)/g they are
// (tau*(-1))/g and (tau*k)/g.
//
// The rules carry four things for every subexpression: itself, its derivative
// with respect to the state, the coefficient a, and the remainder b. The last
// three may be absent (zero). The derivative and the coefficient have the
// same value; nocmodl uses the first in the exponential and the second in the
// quotient, and they may be rounded differently.
//
// A product of two factors with the state in both has a derivative but no
// coefficient. There nocmodl loses the quotient of the whole equation and
// writes
//
//	s = s + (1 - exp(dt*(d)))*(- s)
//
// which is done here too, with a warning. Only a state in a divisor or in an
// argument of a function makes it give cnexp up.
type linear struct {
	e, d, a, b mech.Expr // nil d, a or b: zero
	lost       bool      // the state is a factor of itself: a and b mean nothing
}

// cnexp rewrites every equation of body in place; the states are advanced one
// after another, each seeing the new values of those before. ok is false,
// with a diagnostic, when some equation is not linear in its own state. lost
// gets the warnings that hold when ok is true.
func (s *solver) cnexp(body []mech.Stmt, sys *mech.System, lost *diag.List) (out []mech.Stmt, ok bool) {
	for _, st := range body {
		switch x := st.(type) {
		case mech.DerivEq:
			l, good := linearIn(x.X, x)
			if !good {
				s.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: x.Pos,
					Msg: "the equation of " + s.def.FormatExpr(ref(x.Var, x.At), nil) + "' in DERIVATIVE " + sys.Name +
						" is not linear in it, so cnexp cannot solve it; the block is solved by derivimplicit",
					Hint: "write METHOD derivimplicit"})
				return nil, false
			}
			if l.lost {
				lost.Add(diag.Diag{Severity: diag.Warning, Code: diag.NrnCompat, Pos: x.Pos,
					Msg: "the equation of " + s.def.FormatExpr(ref(x.Var, x.At), nil) + "' in DERIVATIVE " + sys.Name +
						" multiplies it by itself; as in NEURON, cnexp lets it decay to 0 at the rate of its derivative and drops every other term",
					Hint: "write METHOD derivimplicit"})
			}
			out = append(out, mech.Assign{Var: x.Var, At: x.At, X: s.exact(x, l), Pos: x.Pos})
			continue
		case mech.If:
			if x.Then, ok = s.cnexp(x.Then, sys, lost); !ok {
				return nil, false
			}
			if x.Else, ok = s.cnexp(x.Else, sys, lost); !ok {
				return nil, false
			}
			st = x
		case mech.While:
			if x.Body, ok = s.cnexp(x.Body, sys, lost); !ok {
				return nil, false
			}
			st = x
		case mech.For:
			if x.Body, ok = s.cnexp(x.Body, sys, lost); !ok {
				return nil, false
			}
			st = x
		}
		out = append(out, st)
	}
	return out, true
}

// exact is the update of the state of eq.
func (s *solver) exact(eq mech.DerivEq, l linear) mech.Expr {
	state, dt := ref(eq.Var, eq.At), s.dt()
	b := or0(l.b)
	if l.d == nil {
		return bin(mech.Sub, state, bin(mech.Mul, dt, neg(b)))
	}
	decay := bin(mech.Sub, num(1), mech.Call{Fn: mech.Exp, Args: []mech.Expr{bin(mech.Mul, dt, l.d)}})
	if l.lost {
		return bin(mech.Add, state, bin(mech.Mul, decay, neg(state)))
	}
	aim := bin(mech.Div, neg(b), or0(l.a))
	return bin(mech.Add, state, bin(mech.Mul, decay, bin(mech.Sub, aim, state)))
}

func or0(e mech.Expr) mech.Expr {
	if e == nil {
		return num(0)
	}
	return e
}

// linearIn applies the rules to e; ok is false when e is not linear in the
// state of eq.
func linearIn(e mech.Expr, eq mech.DerivEq) (l linear, ok bool) {
	switch x := e.(type) {
	case mech.Num:
		if x.V == 0 && (x.Text == "" || x.Text == "0" || x.Text == "0.0") {
			return linear{e: e}, true // a literal zero is an absent term
		}
		return linear{e: e, b: e}, true
	case mech.Ref:
		if x.Var == eq.Var && eq.At == nil {
			return linear{e: e, d: num(1), a: num(1)}, true
		}
		return linear{e: e, b: e}, true
	case mech.Index:
		if x.Var == eq.Var && sameIndex(x.At, eq.At) {
			return linear{e: e, d: num(1), a: num(1)}, true
		}
		return linear{e: e, b: e}, !mentions(x.At, eq)
	case mech.Unary:
		if x.Op != mech.Neg {
			break
		}
		l, ok = linearIn(x.X, eq)
		return linear{neg(l.e), negate(l.d), negate(l.a), negate(l.b), l.lost}, ok
	case mech.Binary:
		switch x.Op {
		case mech.Add, mech.Sub, mech.Mul, mech.Div:
		default:
			return linear{e: e, b: e}, !mentions(e, eq)
		}
		p, ok1 := linearIn(x.X, eq)
		q, ok2 := linearIn(x.Y, eq)
		if !ok1 || !ok2 {
			return linear{}, false
		}
		l.e, l.lost = bin(x.Op, p.e, q.e), p.lost || q.lost
		switch x.Op {
		case mech.Add, mech.Sub:
			l.d, l.a, l.b = sum(x.Op, p.d, q.d), sum(x.Op, p.a, q.a), sum(x.Op, p.b, q.b)
		case mech.Mul:
			l.product(p, q)
		case mech.Div:
			if q.d != nil {
				return linear{}, false
			}
			l.d, l.a, l.b = over(p.d, q.e), over(p.a, q.e), over(p.b, q.e)
		}
		return l, true
	}
	return linear{e: e, b: e}, !mentions(e, eq)
}

func (l *linear) product(p, q linear) {
	switch {
	case p.d != nil && q.d != nil:
		l.d = bin(mech.Add, bin(mech.Mul, p.d, q.e), bin(mech.Mul, p.e, q.d))
	case p.d != nil:
		l.d = bin(mech.Mul, p.d, q.e)
	case q.d != nil:
		l.d = bin(mech.Mul, p.e, q.d)
	}
	switch {
	case p.a != nil && q.a != nil:
		l.lost = true
	case p.a != nil && q.b != nil:
		l.a = bin(mech.Mul, p.a, q.b)
	case q.a != nil && p.b != nil:
		l.a = bin(mech.Mul, p.b, q.a)
	}
	if p.b != nil && q.b != nil {
		l.b = bin(mech.Mul, p.b, q.b)
	}
}

func negate(e mech.Expr) mech.Expr {
	if e == nil {
		return nil
	}
	return neg(e)
}

func sum(op mech.Op, x, y mech.Expr) mech.Expr {
	switch {
	case x != nil && y != nil:
		return bin(op, x, y)
	case y != nil && op == mech.Sub:
		return neg(y)
	case y != nil:
		return y
	}
	return x
}

func over(x, y mech.Expr) mech.Expr {
	if x == nil {
		return nil
	}
	return bin(mech.Div, x, y)
}

// mentions says whether e reads the state of eq by name.
func mentions(e mech.Expr, eq mech.DerivEq) bool {
	found := false
	mech.WalkExpr(e, func(e mech.Expr) {
		switch x := e.(type) {
		case mech.Ref:
			found = found || x.Var == eq.Var
		case mech.Index:
			found = found || x.Var == eq.Var
		}
	})
	return found
}
