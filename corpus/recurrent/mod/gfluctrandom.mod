TITLE A fluctuating excitatory conductance that draws from a RANDOM, with a mean that steps

COMMENT
Destexhe A, Rudolph M, Fellous JM, Sejnowski TJ (2001) Neuroscience 107:13-24; the exact update of Gillespie (1996),
Phys Rev E 54:2084. NEURON 9's own random streams, and constants that INITIAL computes.
ENDCOMMENT

NEURON {
	POINT_PROCESS GfluctRandom
	NONSPECIFIC_CURRENT i
	RANGE g, E, g0, g1, std, tau, gain, start
	RANDOM noise
	THREADSAFE
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (umho) = (micromho) }

PARAMETER {
	E = 0 (mV)
	g0 = 0.0121 (umho)
	std = 0.003 (umho) <0, 1e9>
	tau = 2.728 (ms) <1e-9, 1e9>
	gain = 1.5
	start = 40 (ms)
}

ASSIGNED { v (mV) i (nA) g (umho) g1 (umho) keep amp (umho) dt (ms) }

INITIAL {
	random_setseq(noise, 0)
	g1 = 0
	keep = exp(-dt/tau)
	amp = std*sqrt(1 - exp(-2*dt/tau))
}

BEFORE BREAKPOINT { g1 = keep*g1 + amp*random_normal(noise) }

BREAKPOINT {
	g = g0 + g1
	if (t > start) { g = gain*g }
	if (g < 0) { g = 0 }
	i = g*(v - E)
}
