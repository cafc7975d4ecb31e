package solve

import "github.com/rallsim/rall/ir/mech"

// derivimplicit is backward Euler: Newton's iteration on the residuals
// x' - (x - x0)/dt, and after it the block once more, so that what it assigns
// belongs to the solution.
func (s *solver) derivimplicit(sc *scope, body []mech.Stmt, sv *mech.Solve) {
	eval, eqs := s.explicit(sc, body)
	n := mech.Newton{Body: eval, Steps: newtonSteps, Pos: sv.Pos}
	for _, q := range eqs {
		old := sc.local(q.name + "0")
		x := ref(q.state.Var, q.state.At)
		sc.body = append(sc.body, mech.Assign{Var: -1, Local: old, X: x, Pos: sv.Pos})
		n.X = append(n.X, q.state)
		n.R = append(n.R, bin(mech.Sub, mech.Local{Slot: q.slot},
			bin(mech.Div, bin(mech.Sub, x, mech.Local{Slot: old}), s.dt())))
	}
	if len(eqs) > 0 {
		sc.body = append(sc.body, n)
	}
	sc.body = append(sc.body, eval...)
	s.rates(eqs)
}

// euler is x += dt*x'.
func (s *solver) euler(sc *scope, body []mech.Stmt) {
	eval, eqs := s.explicit(sc, body)
	sc.body = append(sc.body, eval...)
	for _, q := range eqs {
		sc.body = append(sc.body, assign(q.state,
			bin(mech.Add, ref(q.state.Var, q.state.At), bin(mech.Mul, s.dt(), mech.Local{Slot: q.slot}))))
	}
	s.rates(eqs)
}

func assign(t mech.Target, x mech.Expr) mech.Stmt {
	return mech.Assign{Var: t.Var, Local: t.Local, At: t.At, X: x}
}

func set(slot int, x mech.Expr) mech.Stmt { return mech.Assign{Var: -1, Local: slot, X: x} }

// runge is the classical fourth-order Runge-Kutta step, summed in the order
// of NEURON's: the block is evaluated at t, twice at t+dt/2 and at t+dt.
func (s *solver) runge(sc *scope, body []mech.Stmt) {
	eval, eqs := s.explicit(sc, body)
	time, hasTime := s.time()
	dt := s.dt()
	half := bin(mech.Div, dt, num(2))
	start, sums, temp := make([]int, len(eqs)), make([]int, len(eqs)), make([]int, len(eqs))
	for i, q := range eqs {
		start[i], sums[i], temp[i] = sc.local(q.name+"0"), sc.local(q.name+"1"), sc.local("step")
	}
	clock := sc.local("t0")
	if hasTime {
		sc.body = append(sc.body, set(clock, mech.Ref{Var: time}))
	}
	forward := func() {
		if hasTime {
			sc.body = append(sc.body, mech.Assign{Var: time, X: bin(mech.Add, mech.Ref{Var: time}, half)})
		}
	}
	local := func(slot int) mech.Expr { return mech.Local{Slot: slot} }
	third := func(i int) mech.Expr { return bin(mech.Div, local(temp[i]), num(3)) }

	sc.body = append(sc.body, eval...)
	for i, q := range eqs {
		x := ref(q.state.Var, q.state.At)
		sc.body = append(sc.body,
			set(start[i], x),
			set(temp[i], bin(mech.Mul, half, local(q.slot))),
			assign(q.state, bin(mech.Add, x, local(temp[i]))),
			set(sums[i], bin(mech.Add, local(start[i]), third(i))))
	}
	forward()
	for stage := 0; stage < 2; stage++ {
		sc.body = append(sc.body, eval...)
		for i, q := range eqs {
			var ahead mech.Expr = bin(mech.Div, local(temp[i]), num(2))
			if stage == 1 {
				ahead = local(temp[i])
			}
			sc.body = append(sc.body,
				set(temp[i], bin(mech.Mul, dt, local(q.slot))),
				assign(q.state, bin(mech.Add, local(start[i]), ahead)),
				set(sums[i], bin(mech.Add, local(sums[i]), third(i))))
		}
	}
	forward()
	sc.body = append(sc.body, eval...)
	for i, q := range eqs {
		sc.body = append(sc.body, assign(q.state,
			bin(mech.Add, local(sums[i]), bin(mech.Mul, bin(mech.Div, dt, num(6)), local(q.slot)))))
	}
	if hasTime {
		sc.body = append(sc.body, mech.Assign{Var: time, X: local(clock)})
	}
	s.rates(eqs)
}
