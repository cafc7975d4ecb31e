package sim

import "github.com/rallsim/rall/runtime/vec"

// CODATA 2018, as NEURON 9 has them.
const (
	gasConstant = 8.31446261815324  // [J/(K mol)]
	faraday     = 96485.33212331001 // [C/mol]
)

// nernst returns the reversal potential [mV] for concentrations [mM], valence
// z and a temperature [degC], with NEURON's values where there is none
// (numerics item 12).
func nernst(in, out, z, celsius float64) float64 {
	switch {
	case z == 0:
		return 0
	case in <= 0:
		return 1e6
	case out <= 0:
		return -1e6
	}
	return nernstFactor(z, celsius) * vec.Log(out/in)
}

// nernstFactor is kT/ze [mV].
func nernstFactor(z, celsius float64) float64 {
	return 1000 * gasConstant * (celsius + 273.15) / faraday / z
}

func (g *group) nernst(ion *ionState, i int) float64 {
	return nernst(ion.in[i], ion.out[i], ion.def.Valence, g.sim.net.Celsius)
}

// renewReversals is nernst for all slots whose reversal potential follows the
// concentrations at every step, run by run.
func (ion *ionState) renewReversals(celsius float64) {
	z := ion.def.Valence
	for _, r := range ion.renew {
		e, in, out := ion.e[r[0]:r[1]], ion.in[r[0]:r[1]], ion.out[r[0]:r[1]]
		if z == 0 {
			clear(e)
			continue
		}
		vec.Div(e, out, in)
		vec.LogV(e, e)
		vec.MulC(e, e, nernstFactor(z, celsius))
		for i := range e {
			if in[i] <= 0 || out[i] <= 0 {
				e[i] = nernst(in[i], out[i], z, celsius)
			}
		}
	}
}
