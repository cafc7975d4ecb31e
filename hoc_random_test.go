package rall

import "testing"

// TestHocRandoms: what mechanisms draw from Randoms of the program, which draws from them too:
// every distribution, both deviates of a pair of normal ones, two generators. Streams go on when
// a new run begins, and when the model changes.
func TestHocRandoms(t *testing.T) {
	hocPrints(t, map[string]string{"rpick": `NEURON { POINT_PROCESS RPick
 POINTER rng
 RANGE x, n }
ASSIGNED { rng x n }
VERBATIM
#ifndef CORENEURON_BUILD
double nrn_random_pick(Rand* r);
Rand* nrn_random_arg(int argpos);
#endif
ENDVERBATIM
INITIAL { n = 0  x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = pick() n = n + 1
 VERBATIM
return 0;
ENDVERBATIM
}
PROCEDURE setRNG() {
VERBATIM
 {
  Rand** pv = (Rand**)(&_p_rng);
  if (ifarg(1)) { *pv = nrn_random_arg(1); } else { *pv = (Rand*)0; }
 }
ENDVERBATIM
}
FUNCTION pick() {
VERBATIM
  if (_p_rng) { _lpick = nrn_random_pick((Rand*)_p_rng); } else { _lpick = 0.5; }
ENDVERBATIM
}
`, "rran": `NEURON { POINT_PROCESS RRan
 RANDOM rv
 RANGE x }
ASSIGNED { x }
INITIAL { x = 0 }
BREAKPOINT { SOLVE adv }
PROCEDURE adv() { x = random_uniform(rv) }
`}, `create s
access s
objref p, q, r, r2, rr
dt = 0.025
p = new RPick(.5)
q = new RPick(.5)
rr = new RRan(.5)
r = new Random()
r2 = new Random()
proc three() { local i
 for i=0,2 { fadvance()
 print p.x, q.x, rr.x }
}
{ r.Random123(3,4,5) }
{ r2.MCellRan4(7,8) }
print r.normal(2, 9)
print r2.normal(0, 1)
{ p.setRNG(r) }
{ q.setRNG(r2) }
{ finitialize(-65) }
three()
print r.repick()
three()
{ finitialize(-65) }
three()
{ r.seq(0) }
{ r2.seq(7) }
{ finitialize(-65) }
three()
print r.negexp(3)
three()
print r2.uniform(-1, 5)
three()
{ q.setRNG(r) }
{ p.setRNG(r2) }
three()
{ r2.Random123(9,9,9) }
print r2.lognormal(1, 2), r.erlang(2, 1)
three()
create another
three()
`, `4.0326625 
0.52290422 
-2.4108732 0.5236714 0.47589958 
5.1432737 0.78359425 0.35835311 
6.773149 0.26530363 0.39849443 
1.4805776 
4.1962511 -2.2684278 0.87636546 
2.3882109 -1.597879 0.55424941 
-1.4913851 0.87880883 0.95240708 
4.1741012 0.34755985 0.3167988 
7.760627 1.0757881 0.2885253 
-0.35465372 0.86384851 0.76367158 
2.1100989 0.52290422 0.86108964 
4.0326625 0.5236714 0.8485022 
-2.4108732 0.78359425 0.43615749 
1.4780237 
1.2079703 0.26530363 0.67220143 
2.7480884 -2.2684278 0.93679625 
0.24238202 -1.597879 0.95159144 
4.2315033 
1.852899 2.8825366 0.51120036 
5.7462498 3.4534148 0.70957339 
1.7309504 3.1670794 0.36675038 
1.7591592 1.2320715 0.46602705 
2.5532777 7.894075 0.069113502 
1.3158181 1.9617025 0.77132014 
2.9227637 0.33513979 
0.54250466 2.5497156 0.77473528 
0.075726097 1.6637391 0.14317863 
1.3496509 0.77350352 0.61977326 
0.64287131 1.7428045 0.12375174 
2.7429366 3.5551448 0.89038185 
0.78989019 0.7815146 0.15200725 
`)
}
