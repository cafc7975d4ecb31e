package solve

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// Diffusion are the array variables by which a mechanism hands its diffusing
// states to the runtime, which knows their neighbours: element k belongs to
// the k-th of N.
type Diffusion struct {
	N                   int
	State, Area, Volume mech.VarID
}

// diffusion makes the entries of LONGITUDINAL_DIFFUSION. NEURON spreads the
// states in a step of its own behind the states of all mechanisms, one state
// after another, and computes cross sections and volumes for it anew.
func (s *solver) diffusion(e *Entries) {
	var fill, take []mech.Stmt
	sc := &scope{}
	vars := [3]mech.VarID{}
	for i := range vars {
		vars[i] = mech.VarID(len(e.Def.Vars) + i)
	}
	n := 0
	for i := range s.def.Systems {
		sys := &s.def.Systems[i]
		body := sc.join(sys.Body, sys.Locals)
		for _, st := range body {
			d, ok := st.(mech.Diffusion)
			if !ok {
				continue
			}
			for _, v := range d.States {
				volume, ok := s.volumeOf(body, v, d.Pos)
				if !ok {
					continue
				}
				for k := range max(1, s.def.Vars[v].Array) {
					var at mech.Expr
					if s.def.Vars[v].Array > 0 {
						at = num(float64(k))
					}
					put := func(to mech.VarID, x mech.Expr) {
						fill = append(fill, mech.Assign{Var: to, At: num(float64(n)), X: x, Pos: d.Pos})
					}
					put(vars[0], ref(v, at))
					put(vars[1], s.alone(d.Area, d.Slot, k, d.Pos))
					put(vars[2], s.alone(volume.Volume, volume.Slot, k, volume.Pos))
					take = append(take, mech.Assign{Var: v, At: at, X: mech.Index{Var: vars[0], At: num(float64(n)), Pos: d.Pos}, Pos: d.Pos})
					n++
				}
			}
		}
	}
	if n == 0 {
		return
	}
	def := *e.Def
	def.Vars = append([]mech.Var(nil), def.Vars...)
	for _, name := range []string{"state", "area", "volume"} {
		def.Vars = append(def.Vars, mech.Var{Name: "diffusion." + name, Storage: mech.Instance, State: true, Array: n, Written: true})
	}
	e.Def = &def
	e.Diffusion = &Diffusion{n, vars[0], vars[1], vars[2]}
	e.Diffuse, e.Diffused = &mech.Block{Body: fill, Locals: sc.locals}, &mech.Block{Body: take, Locals: sc.locals}
}

// volumeOf finds the COMPARTMENT of a state.
func (s *solver) volumeOf(body []mech.Stmt, v mech.VarID, pos diag.Pos) (mech.Compartment, bool) {
	for _, st := range body {
		if c, ok := st.(mech.Compartment); ok {
			for _, x := range c.States {
				if x == v {
					return c, true
				}
			}
		}
	}
	s.diags.ErrorHint(diag.BadMech, pos, "COMPARTMENT volume { "+s.def.Vars[v].Name+" }",
		"%s diffuses and has no COMPARTMENT", s.def.Vars[v].Name)
	return mech.Compartment{}, false
}

// alone is an expression for element k, which may name no local of its block.
func (s *solver) alone(x mech.Expr, slot, k int, pos diag.Pos) mech.Expr {
	x = mech.MapExpr(x, func(e mech.Expr) mech.Expr {
		if l, ok := e.(mech.Local); ok && l.Slot == slot {
			return num(float64(k))
		}
		return e
	})
	local := false
	mech.WalkExpr(x, func(e mech.Expr) {
		_, is := e.(mech.Local)
		local = local || is
	})
	if local {
		s.diags.ErrorHint(diag.BadMech, pos, "make it an ASSIGNED variable",
			"a LOCAL of the block is not to be had here: diffusion is computed outside of it")
	}
	return x
}
