TITLE TABLEs that DEPEND on what the mechanism assigns

NEURON {
	SUFFIX tabassigned
	NONSPECIFIC_CURRENT i
	RANGE a, c, f
	GLOBAL q, level, ga, gc
}

ASSIGNED { v (mV) i (mA/cm2) a c f ga gc q level }

INITIAL {
	q = 1
	level = 1
	rates(v)
	jumps(v)
	a = ga
	c = gc
	f = 0
}

BREAKPOINT {
	q = 1 + t/10
	rates(v)
	a = ga
	if (t > 3) { level = 3 }
	jumps(v)
	c = gc
	f = bent(v)
	i = 0
}

PROCEDURE rates(x (mV)) {
	TABLE ga DEPEND q FROM -100 TO 100 WITH 20
	ga = 1/(1 + exp(-(x + 40*q)/8))
}

PROCEDURE jumps(x (mV)) {
	TABLE gc DEPEND level FROM -60 TO 100 WITH 40
	gc = level*x*x
}

FUNCTION bent(x (mV)) {
	TABLE DEPEND q, level FROM -100 TO -50 WITH 11
	bent = q*exp(x/30)/level
}
