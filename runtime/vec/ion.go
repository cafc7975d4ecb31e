package vec

import "math"

// The constants of CODATA 2018, which NEURON 9 uses.
const (
	GasConstant = 8.31446261815324  // [J/(mol K)]
	Faraday     = 96485.33212331001 // [C/mol]
)

// ktf is kT/e at celsius [mV], in NEURON's order of operations.
func ktf(celsius float64) float64 {
	r := 1000.0 // a variable: constants would be multiplied exactly
	r *= GasConstant
	return r * (celsius + 273.15) / Faraday
}

// Nernst returns the reversal potential [mV] of an ion of valence z with
// inner and outer concentrations ci, co [mM] at celsius [degC], with NEURON's
// guards: 0 for z = 0, 1e6 for ci <= 0, -1e6 for co <= 0.
func Nernst(ci, co, z, celsius float64) float64 {
	switch {
	case z == 0:
		return 0
	case ci <= 0:
		return 1e6
	case co <= 0:
		return -1e6
	}
	return float64(ktf(celsius) / z * Log(co/ci))
}

// GHK returns the Goldman-Hodgkin-Katz current per permeability [mA/cm2 per cm/s] at
// v [mV], as NEURON's ghk().
func GHK(v, ci, co, z, celsius float64) float64 {
	t := z * v / ktf(celsius)
	eco := float64(co * efun(t))
	eci := float64(ci * efun(-t))
	return float64(0.001 * z * Faraday * (eci - eco))
}

// efun is x/(exp(x)-1) as NEURON computes it: the loss of digits near 0 is part of it.
func efun(x float64) float64 {
	if math.Abs(x) < 1e-4 {
		return 1 - x/2
	}
	return x / (Exp(x) - 1)
}
