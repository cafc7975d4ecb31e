package solve

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// algebraic solves a LINEAR or NONLINEAR block: Newton's iteration on the
// differences of the sides of its equations, from the present states. Linear
// equations are taken apart to coefficients first, so that the block itself
// runs once, before the states change, as NEURON runs it.
func (s *solver) algebraic(sc *scope, sys *mech.System, body []mech.Stmt, sv *mech.Solve) {
	n := mech.Newton{Steps: newtonSteps, Pos: sv.Pos}
	add := func(t mech.Target, pos diag.Pos) {
		if !s.def.Vars[t.Var].State || !sys.Solves(t.Var) {
			return
		}
		if _, constant := t.At.(mech.Num); t.At != nil && !constant {
			s.notConstant(pos, s.def.Vars[t.Var].Name, " in an equation")
			return
		}
		for _, x := range n.X {
			if x.Var == t.Var && sameIndex(x.At, t.At) {
				return
			}
		}
		n.X = append(n.X, t)
	}
	mech.WalkStmts(body, func(st mech.Stmt) {
		if x, ok := st.(mech.Equation); ok {
			for _, side := range []mech.Expr{x.X, x.Y} {
				mech.WalkExpr(side, func(e mech.Expr) {
					switch e := e.(type) {
					case mech.Ref:
						add(mech.Target{Var: e.Var}, x.Pos)
					case mech.Index:
						add(mech.Target{Var: e.Var, At: e.At}, x.Pos)
					}
				})
			}
		}
	})
	linear := true
	each := func(b []mech.Stmt, f func(x mech.Equation) []mech.Stmt) []mech.Stmt {
		return mech.Replace(b, func(st mech.Stmt) ([]mech.Stmt, bool) {
			x, ok := st.(mech.Equation)
			if !ok {
				return nil, false
			}
			return f(x), true
		})
	}
	var forms [][]mech.Expr
	each(body, func(x mech.Equation) []mech.Stmt {
		f, ok := affine(bin(mech.Sub, x.X, x.Y), n.X)
		forms, linear = append(forms, f), linear && ok
		return nil
	})
	if len(n.X) != len(forms) {
		s.diags.Errorf(diag.BadMech, sys.Pos, "%s has %d equations for %d states", sys.Name, len(forms), len(n.X))
		return
	}
	if !linear {
		n.Body = each(body, func(x mech.Equation) []mech.Stmt {
			slot := sc.local("residual")
			n.R = append(n.R, mech.Local{Slot: slot})
			return []mech.Stmt{mech.Assign{Var: -1, Local: slot, X: bin(mech.Sub, x.X, x.Y), Pos: x.Pos}}
		})
		sc.body = append(sc.body, n)
		sc.body = append(sc.body, n.Body...)
		return
	}
	sc.body = append(sc.body, each(body, func(x mech.Equation) []mech.Stmt {
		var out []mech.Stmt
		keep := func(e mech.Expr) mech.Expr {
			slot := sc.local("coefficient")
			out = append(out, mech.Assign{Var: -1, Local: slot, X: e, Pos: x.Pos})
			return mech.Local{Slot: slot}
		}
		f := forms[len(n.R)]
		r := keep(f[len(n.X)])
		for i, t := range n.X {
			if f[i] != nil {
				r = bin(mech.Add, r, bin(mech.Mul, keep(f[i]), ref(t.Var, t.At)))
			}
		}
		n.R = append(n.R, r)
		return out
	})...)
	// The second one takes away what differences around zero left.
	sc.body = append(sc.body, n, n)
}

// affine takes e apart to coefficients of the states (nil: none) and, last,
// what remains; false if e is not of this form.
func affine(e mech.Expr, states []mech.Target) ([]mech.Expr, bool) {
	out := make([]mech.Expr, len(states)+1)
	add := func(i int, x mech.Expr) {
		if out[i] == nil {
			out[i] = x
		} else {
			out[i] = bin(mech.Add, out[i], x)
		}
	}
	which := func(e mech.Expr) int {
		for i, t := range states {
			switch x := e.(type) {
			case mech.Ref:
				if t.At == nil && x.Var == t.Var {
					return i
				}
			case mech.Index:
				if t.At != nil && x.Var == t.Var && sameIndex(x.At, t.At) {
					return i
				}
			}
		}
		return -1
	}
	free := func(e mech.Expr) bool {
		ok := true
		mech.WalkExpr(e, func(e mech.Expr) { ok = ok && which(e) < 0 })
		return ok
	}
	var take func(e mech.Expr, by func(mech.Expr) mech.Expr) bool
	take = func(e mech.Expr, by func(mech.Expr) mech.Expr) bool {
		if free(e) {
			add(len(states), by(e))
			return true
		}
		if i := which(e); i >= 0 {
			add(i, by(num(1)))
			return true
		}
		switch x := e.(type) {
		case mech.Unary:
			return x.Op == mech.Neg && take(x.X, func(e mech.Expr) mech.Expr { return by(neg(e)) })
		case mech.Binary:
			switch x.Op {
			case mech.Add:
				return take(x.X, by) && take(x.Y, by)
			case mech.Sub:
				return take(x.X, by) && take(x.Y, func(e mech.Expr) mech.Expr { return by(neg(e)) })
			case mech.Mul:
				if free(x.X) {
					return take(x.Y, func(e mech.Expr) mech.Expr { return by(bin(mech.Mul, e, x.X)) })
				}
				return free(x.Y) && take(x.X, func(e mech.Expr) mech.Expr { return by(bin(mech.Mul, e, x.Y)) })
			case mech.Div:
				return free(x.Y) && take(x.X, func(e mech.Expr) mech.Expr { return by(bin(mech.Div, e, x.Y)) })
			}
		}
		return false
	}
	ok := take(e, func(e mech.Expr) mech.Expr { return e })
	if out[len(states)] == nil {
		out[len(states)] = num(0)
	}
	return out, ok
}

func algebraic(body []mech.Stmt) bool {
	found := false
	mech.WalkStmts(body, func(st mech.Stmt) {
		if _, ok := st.(mech.Equation); ok {
			found = true
		}
	})
	return found
}
