package solve

import "github.com/rallsim/rall/ir/mech"

// explicit solves the scheme by euler or runge, as the differential equations
// that it stands for. NEURON leaves CONSERVE out then, divides by the volumes
// at the block's end, and runs the block once more when the states are new.
func (k *scheme) explicit(body []mech.Stmt, method mech.Method) {
	k.findStates(body)
	if k.failed {
		return
	}
	plain, capacities := k.split(body)
	var eqs []mech.Stmt
	for i := range k.states {
		eqs = append(eqs, set(k.rhs[i], num(0)))
	}
	eqs = append(append(eqs, k.fluxes(body)...), capacities...)
	for i, t := range k.states {
		var x mech.Expr = mech.Local{Slot: k.rhs[i]}
		if k.volume[i] != nil {
			x = bin(mech.Div, x, k.volume[i])
		}
		eqs = append(eqs, mech.DerivEq{Var: t.Var, At: t.At, X: x, Pos: k.pos})
	}
	if method == mech.Euler {
		k.s.euler(k.sc, eqs)
	} else {
		k.s.runge(k.sc, eqs)
	}
	if len(k.s.def.Derivs) > 0 {
		plain, _ = k.s.explicit(k.sc, eqs)
	}
	k.sc.body = append(k.sc.body, plain...)
}

// fluxes rewrites reactions to additions to the derivatives of their states.
func (k *scheme) fluxes(body []mech.Stmt) []mech.Stmt {
	return mech.Replace(body, func(st mech.Stmt) ([]mech.Stmt, bool) {
		switch x := st.(type) {
		case mech.Compartment, mech.Diffusion, mech.Conserve:
			return nil, true
		case mech.Reaction:
			return k.flux(x), true
		}
		return nil, false
	})
}

func (k *scheme) flux(x mech.Reaction) []mech.Stmt {
	net := k.sc.local("net")
	flux := power(x.Forward, x.Left, -1)
	if x.Backward != nil {
		flux = bin(mech.Sub, flux, power(x.Backward, x.Right, -1))
	}
	out := []mech.Stmt{set(net, flux)}
	for _, side := range []struct {
		terms []mech.Term
		op    mech.Op
	}{{x.Left, mech.Sub}, {x.Right, mech.Add}} {
		for _, t := range side.terms {
			if r := k.row(t); r >= 0 {
				out = append(out, k.bump(k.rhs[r], side.op, times(t.Coef, mech.Local{Slot: net})))
			}
		}
	}
	return out
}
