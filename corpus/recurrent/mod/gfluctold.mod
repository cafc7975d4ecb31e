TITLE Fluctuating conductances that draw from NEURON's one old generator

COMMENT
As gfluct.mod (Destexhe et al. 2001), with normrand and a seed.
ENDCOMMENT

INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }

NEURON {
	POINT_PROCESS GfluctOld
	NONSPECIFIC_CURRENT i
	RANGE ge, gi, Ee, Ei, ge0, gi0, ge1, gi1, stde, stdi, taue, taui
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (umho) = (micromho) }

PARAMETER {
	dt (ms)
	Ee = 0 (mV)
	Ei = -75 (mV)
	ge0 = 0.0121 (umho)
	gi0 = 0.0573 (umho)
	stde = 0.003 (umho)
	stdi = 0.0066 (umho)
	taue = 2.728 (ms)
	taui = 10.49 (ms)
}

ASSIGNED { v (mV) i (nA) ge (umho) gi (umho) ge1 (umho) gi1 (umho) expe expi ampe (umho) ampi (umho) }

INITIAL {
	ge1 = 0
	gi1 = 0
	expe = exp(-dt/taue)
	ampe = stde*sqrt(1 - exp(-2*dt/taue))
	expi = exp(-dt/taui)
	ampi = stdi*sqrt(1 - exp(-2*dt/taui))
}

BREAKPOINT {
	SOLVE walk
	ge = ge0 + ge1
	if (ge < 0) { ge = 0 }
	gi = gi0 + gi1
	if (gi < 0) { gi = 0 }
	i = ge*(v - Ee) + gi*(v - Ei)
}

PROCEDURE walk() {
	ge1 = expe*ge1 + ampe*normrand(0, 1)
	gi1 = expi*gi1 + ampi*normrand(0, 1)
}

PROCEDURE reseed(seed) {
	set_seed(seed)
	VERBATIM
	printf("seed %g\n", _lseed);
	ENDVERBATIM
}
