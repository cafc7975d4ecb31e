package sim

import "github.com/rallsim/rall/ir/layout"

// diffusion is the scratch for the states of a mechanism that spread along the
// cable.
type diffusion struct {
	lay     *layout.Diffusion
	a, b, d []float64
}

// diffuse lets the states of a mechanism spread for one step, by backward
// Euler, in the order of NEURON's operations (ldifus): what flows between two
// instances goes through the mean of their cross sections.
func (g *group) diffuse(m *instances) {
	def := m.prog.Diffusion
	if def == nil || m.frame.N == 0 {
		return
	}
	g.run(m, m.prog.Diffuse, g.t)
	for k := range def.N {
		cols := m.frame.Columns
		m.spread.step(cols[def.State+k], cols[def.Area+k], cols[def.Volume+k], g.sim.net.Dt)
	}
	g.run(m, m.prog.Diffused, g.t)
}

func (s *diffusion) step(x, area, volume []float64, dt float64) {
	a, b, d := s.a, s.b, s.d
	for i, p := range s.lay.Parent {
		d[i] = 1 / dt
		x[i] /= dt
		if p < 0 {
			continue
		}
		mean := (area[i] + area[p]) / 2
		a[i] = float64(-s.lay.A[i]*mean) / volume[p]
		b[i] = float64(-s.lay.B[i]*mean) / volume[i]
		d[i] -= b[i]
		d[p] -= a[i]
	}
	for i := len(x) - 1; i > 0; i-- {
		if p := s.lay.Parent[i]; p >= 0 {
			f := a[i] / d[i]
			d[p] -= float64(f * b[i])
			x[p] -= float64(f * x[i])
		}
	}
	for i, p := range s.lay.Parent {
		if p >= 0 {
			x[i] -= float64(b[i] * x[p])
		}
		x[i] /= d[i]
	}
}
