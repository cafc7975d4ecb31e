TITLE Fluctuating conductances whose normal deviates are made of uniform ones

COMMENT
As gfluct.mod (Destexhe et al. 2001); deviates by Box and Muller (1958), Ann Math Stat 29:610, from scop_random, two from two.
ENDCOMMENT

NEURON {
	POINT_PROCESS GfluctScop
	NONSPECIFIC_CURRENT i
	RANGE ge, gi, Ee, Ei, ge0, gi0, ge1, gi1, stde, stdi, taue, taui
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (umho) = (micromho) }

PARAMETER {
	Ee = 0 (mV)
	Ei = -75 (mV)
	ge0 = 0.0121 (umho)
	gi0 = 0.0573 (umho)
	stde = 0.003 (umho)
	stdi = 0.0066 (umho)
	taue = 2.728 (ms)
	taui = 10.49 (ms)
}

ASSIGNED { v (mV) i (nA) ge (umho) gi (umho) ge1 (umho) gi1 (umho) spare full dt (ms) }

INITIAL { ge1 = 0 gi1 = 0 full = 0 }

BREAKPOINT {
	SOLVE walk METHOD after_cvode
	ge = ge0 + ge1
	gi = gi0 + gi1
	i = ge*(v - Ee) + gi*(v - Ei)
}

PROCEDURE walk() {
	ge1 = ge1*exp(-dt/taue) + stde*sqrt(1 - exp(-2*dt/taue))*normal()
	gi1 = gi1*exp(-dt/taui) + stdi*sqrt(1 - exp(-2*dt/taui))*normal()
}

FUNCTION normal() {
	LOCAL r, a
	if (full) {
		full = 0
		normal = spare
	} else {
		r = sqrt(-2*log(scop_random()))
		a = 6.283185307179586*scop_random()
		spare = r*sin(a)
		full = 1
		normal = r*cos(a)
	}
}
