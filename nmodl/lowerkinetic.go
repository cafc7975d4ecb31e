package nmodl

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// terms lowers the sides of a reaction.
func (b *body) terms(list []ReactionTerm) []mech.Term {
	var out []mech.Term
	for _, r := range list {
		v, _, at, ok := b.target(r.Target)
		if !ok {
			continue
		}
		if v < 0 {
			b.l.rep.errorf(diag.BadMech, r.Pos, "%s is a local name and cannot react", r.Name)
			continue
		}
		if b.l.d.Vars[v].State {
			b.l.d.Vars[v].Written = true
		}
		out = append(out, mech.Term{Coef: r.Coef, State: v, At: at})
	}
	return out
}

// equation lowers "~ X = Y"; what it solves for are the states in it.
func (b *body) equation(s *EquationStmt) mech.Stmt {
	x, y := b.expr(s.X), b.expr(s.Y)
	for _, e := range []mech.Expr{x, y} {
		mech.MapExpr(e, func(e mech.Expr) mech.Expr {
			v := mech.VarID(-1)
			switch e := e.(type) {
			case mech.Ref:
				v = e.Var
			case mech.Index:
				v = e.Var
			}
			if v >= 0 && b.l.d.Vars[v].State {
				b.l.d.Vars[v].Written = true
			}
			return e
		})
	}
	return mech.Equation{X: x, Y: y, Pos: s.Pos}
}

// reaction lowers "~ …". A flux into a state, "~ A << (x)", is a reaction
// from nothing to A. After it f_flux and b_flux are locals with its fluxes.
func (b *body) reaction(s *ReactionStmt) []mech.Stmt {
	l := b.l
	if b.kind != "KINETIC" {
		l.rep.errorf(diag.BadMech, s.Pos, "a reaction stands in %s; it belongs into a KINETIC block", b.kind)
		return nil
	}
	r := mech.Reaction{Pos: s.Pos}
	left := b.terms(s.Left)
	r.Forward = b.expr(s.F)
	switch s.Arrow {
	case "<->":
		r.Left, r.Right = left, b.terms(s.Right)
		r.Backward = b.expr(s.B)
	case "->":
		r.Left = left
	case "<<":
		r.Right = left
	}
	out := []mech.Stmt{r}
	if b.fluxes {
		out = append(out, mech.Assign{Var: -1, Local: b.flux("f_flux"), X: rate(r.Forward, r.Left), Pos: s.Pos})
		back := mech.Expr(mech.Num{})
		if r.Backward != nil {
			back = rate(r.Backward, r.Right)
		}
		out = append(out, mech.Assign{Var: -1, Local: b.flux("b_flux"), X: back, Pos: s.Pos})
	}
	return out
}

// flux returns the slot of f_flux or b_flux, which live in the block's own scope.
func (b *body) flux(name string) int {
	if s, ok := b.scopes[0][name]; ok {
		return s.slot
	}
	b.locals = append(b.locals, name)
	b.scopes[0][name] = scopeName{slot: len(b.locals) - 1, v: -1}
	return len(b.locals) - 1
}

// rate is k times the product of what reacts.
func rate(k mech.Expr, terms []mech.Term) mech.Expr {
	for _, t := range terms {
		var x mech.Expr = mech.Ref{Var: t.State}
		if t.At != nil {
			x = mech.Index{Var: t.State, At: t.At}
		}
		for range t.Coef {
			k = mech.Binary{Op: mech.Mul, X: k, Y: x}
		}
	}
	return k
}

func (b *body) compartment(s *CompartmentStmt) []mech.Stmt {
	l := b.l
	if b.kind != "KINETIC" {
		l.rep.errorf(diag.BadMech, s.Pos, "COMPARTMENT belongs into a KINETIC block")
		return nil
	}
	c := mech.Compartment{Pos: s.Pos}
	c.Slot, c.Volume = b.perElement(s.Index, s.Volume)
	for _, id := range s.Names {
		if !l.knows(id.Name) && l.decls[id.Name] == nil {
			l.rep.add(diag.Warning, diag.Ignored, id.Pos, l.nearState(id.Name), "nothing declares %s: this volume is nobody's", id.Name)
			continue
		}
		if v := l.variable(id); v >= 0 {
			c.States = append(c.States, v)
		}
	}
	return []mech.Stmt{c}
}

// perElement lowers an expression with the index of a state's element in it;
// slot is -1 where none is named.
func (b *body) perElement(index Ident, e Expr) (slot int, x mech.Expr) {
	slot = -1
	b.scopes = append(b.scopes, map[string]scopeName{})
	defer func() { b.scopes = b.scopes[:len(b.scopes)-1] }()
	if index.Name != "" {
		slot = b.local(index.Name)
		b.scopes[len(b.scopes)-1][index.Name] = scopeName{slot: slot, v: -1, integer: true}
	}
	return slot, b.expr(e)
}

// diffusion lowers LONGITUDINAL_DIFFUSION. What it and the volumes of its
// states are computed from is evaluated by itself, behind the states of all
// mechanisms.
func (b *body) diffusion(s *DiffusionStmt) []mech.Stmt {
	l := b.l
	switch {
	case b.kind != "KINETIC":
		l.rep.errorf(diag.BadMech, s.Pos, "LONGITUDINAL_DIFFUSION belongs into a KINETIC block")
		return nil
	case l.d.Kind != mech.Density:
		l.rep.errorf(diag.BadMech, s.Pos, "LONGITUDINAL_DIFFUSION is for SUFFIX mechanisms: only they lie along a cable")
		return nil
	case b.forget > 0:
		l.rep.errorf(diag.BadMech, s.Pos, "LONGITUDINAL_DIFFUSION holds for the whole block and cannot stand inside of a loop or an if")
		return nil
	}
	d := mech.Diffusion{Pos: s.Pos}
	d.Slot, d.Area = b.perElement(s.Index, s.Constant)
	for _, id := range s.Names {
		v := l.variable(id)
		if v < 0 {
			continue
		}
		if !l.d.Vars[v].State {
			l.rep.errorf(diag.BadMech, id.Pos, "%s is no STATE and cannot diffuse", id.Name)
			continue
		}
		l.d.Vars[v].Written = true
		d.States = append(d.States, v)
	}
	return []mech.Stmt{d}
}
