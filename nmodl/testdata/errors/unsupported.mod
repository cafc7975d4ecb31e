NEURON { POINT_PROCESS x
	POINTER p : ### "unsupported: POINTER p.*NetCons"
	BBCOREPOINTER q : ### "unsupported: BBCOREPOINTER q"
	EXTERNAL e : ### "unsupported: EXTERNAL e"
	NONSPECIFIC_CURRENT i
	RANDOM r
}
ASSIGNED { i e }
STATE { a b }
INITIAL {
	i = q : ### "q points to data"
	i = exprand(3) : ### "exprand: its random numbers.*RANDOM"
	i = random_ipick(r) : ### "random_ipick: rall draws real numbers"
	i = ft(3) : ### "ft is a FUNCTION_TABLE"
	VERBATIM : ### "VERBATIM in INITIAL holds C"
	_li = 3;
	ENDVERBATIM
	i = hidden : ### "hidden is declared by a VERBATIM"
	SOLVE lin
}
VERBATIM
static double hidden;
static int fromc(double x) { return 3; }
ENDVERBATIM
VERBATIM : ### "VERBATIM redefines exp in C"
#define exp(x) x
ENDVERBATIM
BREAKPOINT { i = fromc(3) } : ### "fromc is a function of a VERBATIM block"
FUNCTION_TABLE ft(x) : ### "FUNCTION_TABLE ft"
LINEAR lin { : ### "LINEAR blocks"
	~ a + b = 3
	~ 2*a = 4*(3 + i)
}
BEFORE STEP { } : ### "BEFORE STEP"
AFTER SOLVE { i = 3 } : ### "AFTER SOLVE"
CONSTRUCTOR { i = 3 } : ### "CONSTRUCTOR"
NET_RECEIVE (w, u) {
	FOR_NETCONS(w, u) { u = 3 } : ### "FOR_NETCONS"
	v = 3 : ### "setting the membrane potential by an event"
	u = fac(3)
}
FUNCTION fac(n) { if (n < 2) { fac = 1 } else { fac = n*fac(n - 1) } } : ### "fac calls fac"
---
NEURON { SUFFIX nothing } : ### "SUFFIX nothing defines functions"
---
NEURON { ARTIFICIAL_CELL x NONSPECIFIC_CURRENT i } : ### "no membrane"
ASSIGNED { i }
INITIAL { i = v } : ### "an ARTIFICIAL_CELL has no v"
