package solve

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// algebraic solves a LINEAR or NONLINEAR block: Newton's iteration on the
// differences of the sides of its equations, from the present states. Of
// linear equations it finds the solution in one round, and the roundings of
// the differences in a second one.
func (s *solver) algebraic(sc *scope, sys *mech.System, body []mech.Stmt, sv *mech.Solve) {
	n := mech.Newton{Steps: newtonSteps, Pos: sv.Pos}
	add := func(t mech.Target, pos diag.Pos) {
		if !s.def.Vars[t.Var].State {
			return
		}
		if _, constant := t.At.(mech.Num); t.At != nil && !constant {
			s.diags.Errorf(diag.Unsupported, pos, "the index of %s in an equation is not constant", s.def.Vars[t.Var].Name)
			return
		}
		for _, x := range n.X {
			if x.Var == t.Var && sameIndex(x.At, t.At) {
				return
			}
		}
		n.X = append(n.X, t)
	}
	var walk func(b []mech.Stmt) []mech.Stmt
	walk = func(b []mech.Stmt) []mech.Stmt {
		var out []mech.Stmt
		for _, st := range b {
			switch x := st.(type) {
			case mech.Equation:
				slot := sc.local("residual")
				for _, side := range []mech.Expr{x.X, x.Y} {
					mech.MapExpr(side, func(e mech.Expr) mech.Expr {
						switch e := e.(type) {
						case mech.Ref:
							add(mech.Target{Var: e.Var}, x.Pos)
						case mech.Index:
							add(mech.Target{Var: e.Var, At: e.At}, x.Pos)
						}
						return e
					})
				}
				n.R = append(n.R, mech.Local{Slot: slot})
				st = mech.Assign{Var: -1, Local: slot, X: bin(mech.Sub, x.X, x.Y), Pos: x.Pos}
			case mech.If:
				x.Then, x.Else = walk(x.Then), walk(x.Else)
				st = x
			case mech.While:
				x.Body = walk(x.Body)
				st = x
			case mech.For:
				x.Body = walk(x.Body)
				st = x
			}
			out = append(out, st)
		}
		return out
	}
	n.Body = walk(body)
	if len(n.X) != len(n.R) {
		s.diags.Errorf(diag.BadMech, sys.Pos, "%s has %d equations for %d states", sys.Name, len(n.R), len(n.X))
		return
	}
	sc.body = append(sc.body, n)
	sc.body = append(sc.body, n.Body...)
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
