package solve

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// rate is a state and what it changes by in a millisecond.
type rate struct {
	state mech.Target
	x     mech.Expr
}

func (s *solver) rates(eqs []deriv) {
	for _, q := range eqs {
		s.solved = append(s.solved, rate{q.state, mech.Local{Slot: q.slot}})
	}
}

// SolveSecond is Solve for a model whose secondorder is not 0. The methods that
// take dt as a whole step (all but cnexp) bring the states to the middle of the step
// then and go on from there with the rate that they have found; dt is half of
// the step for all that the mechanism does with its states. What the block
// computes from states is what it was in the middle.
func SolveSecond(def *mech.Def, diags *diag.List) *Entries {
	return solve(def, true, diags)
}

// goOn takes the states of a SOLVE from the middle of the step to its end.
func (s *solver) goOn(sc *scope) {
	for _, r := range s.solved {
		sc.body = append(sc.body, assign(r.state, bin(mech.Add, ref(r.state.Var, r.state.At), bin(mech.Mul, s.dt(), r.x))))
	}
}

// HalfStep puts half of the step in the place of dt in a block.
func (e *Entries) HalfStep(b mech.Block) mech.Block {
	b.Body = mech.MapStmts(b.Body, func(x mech.Expr) mech.Expr {
		if r, ok := x.(mech.Ref); ok && e.Def.Vars[r.Var].Storage == mech.Step {
			return bin(mech.Mul, num(.5), x)
		}
		return x
	}, func(i int) int { return i })
	return b
}
