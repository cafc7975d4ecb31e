package rall

import "testing"

// TestHocConstructorArguments: arguments of new that a CONSTRUCTOR takes, once, as the instance is made: RANGE
// variables that the program sets afterwards stay as they are, and what only the mechanism sees is there
// when the model runs. The numbers are those of NEURON 9.0.2.
func TestHocConstructorArguments(t *testing.T) {
	hocPrints(t, map[string]string{
		"csyn": `NEURON { POINT_PROCESS CSyn RANGE tau, e, g, gain, got NONSPECIFIC_CURRENT i }
PARAMETER { tau = 2 (ms) e = 0 (mV) gain = 1 }
ASSIGNED { v (mV) i (nA) got secret }
STATE { g (uS) }
CONSTRUCTOR {
VERBATIM
 secret = 5;
 got = 0;
 if (ifarg(2)) { tau = *getarg(2); got = 2; }
 if (ifarg(3)) { secret = 10 * chkarg(3, 0, 100); got = 3; }
ENDVERBATIM
}
INITIAL { g = 0 }
BREAKPOINT { SOLVE s METHOD cnexp  i = g*(v - e) }
DERIVATIVE s { g' = -g/tau }
NET_RECEIVE(w) { g = g + w*gain*secret }
`,
		"ccell": `NEURON { ARTIFICIAL_CELL CCell RANGE period, n }
PARAMETER { period = 5 (ms) }
ASSIGNED { n }
CONSTRUCTOR {
VERBATIM
 if (ifarg(1)) { period = *getarg(1); }
ENDVERBATIM
}
INITIAL { n = 0 net_send(1, 1) }
NET_RECEIVE(w) { if (flag == 1) { n = n + 1 net_event(t) net_send(period, 1) } }
`,
	}, `create s
access s
objref p[4], c[2], nc[8]
{ insert pas L = 20 diam = 20 dt = 0.025 }
p[0] = new CSyn(.5)
p[1] = new CSyn(.5, 4)
p[2] = new CSyn(.3, 1.5, 3)
p[3] = new CSyn(.5, 7)
c[0] = new CCell()
c[1] = new CCell(2.5)
p[3].tau = 3
for i = 0, 3 nc[i] = new NetCon(c[0], p[i], 0, 0.5, 0.001*(i+1))
for i = 0, 3 nc[4+i] = new NetCon(c[1], p[i], 0, 0.25, 0.0002)
proc show() { local i  printf("%g %.8g", t, v)
 for i = 0, 3 printf(" %g/%g/%.8g", p[i].tau, p[i].got, p[i].g)
 printf(" %g %g\n", c[0].n, c[1].n) }
proc go() { local j
 finitialize(-65)
 for j = 1, 480 { fadvance()
 if (j%120 == 0) show() } }
show()
go()
{ p[1].tau = 6 c[0].period = 2 }
go()
`, `0 -65 2/0/0 4/2/0 1.5/3/0 3/2/0 0 0
3 -11.491492 2/0/0.0027786948 4/2/0.0075185413 1.5/3/0.034977569 3/2/0.012688648 1 1
6 -27.332232 2/0/0.00094466308 4/2/0.0041212903 1.5/3/0.0060724802 3/2/0.0051402594 2 3
9 -14.065757 2/0/0.0027786433 4/2/0.0087416186 1.5/3/0.023858794 3/2/0.011902854 2 4
12 -6.778006 2/0/0.0052012923 4/2/0.013783246 1.5/3/0.071355939 3/2/0.022087251 3 5
3 -11.361181 2/0/0.0027786948 6/2/0.0085350253 1.5/3/0.034977569 3/2/0.012688648 2 1
6 -5.2965015 2/0/0.006271191 6/2/0.021656894 1.5/3/0.087559102 3/2/0.030761858 3 3
9 -7.2589732 2/0/0.0048964611 6/2/0.022515104 1.5/3/0.050997154 3/2/0.024767162 5 4
12 -4.7537955 2/0/0.0071063653 6/2/0.030331448 1.5/3/0.092027521 3/2/0.035511729 6 5
`)
}

// TestHocConstructorOnce: CONSTRUCTOR without arguments runs when an instance is made, by new, insert and a larger
// nseg, and not when a run begins. The numbers are those of NEURON 9.0.2.
func TestHocConstructorOnce(t *testing.T) {
	hocPrints(t, map[string]string{"ctor": `NEURON { POINT_PROCESS ctor RANGE a,b,vv NONSPECIFIC_CURRENT i }
PARAMETER { a=2 b=3 }
ASSIGNED { v i vv }
CONSTRUCTOR { b = a*7
 vv = 5 }
INITIAL { vv = vv+1 }
BREAKPOINT { i = 1e-4*b*vv }
`, "cdens": `NEURON { SUFFIX cdens RANGE a, b, n  NONSPECIFIC_CURRENT i }
PARAMETER { a = 2 b = 3 }
ASSIGNED { v i n secret }
CONSTRUCTOR { b = 2*a + 1  secret = a*10  n = n + 1 }
INITIAL { n = n + secret }
BREAKPOINT { i = 1e-5*b*(v + 60) }
`}, `create s
access s
objref p
{ insert cdens }
printf("%g %g %g\n", a_cdens, b_cdens, n_cdens)
{ b_cdens = 7  a_cdens = 1 nseg = 3 }
for (x, 0) printf("%g %g %g\n", a_cdens(x), b_cdens(x), n_cdens(x))
finitialize(-65)
for (x, 0) printf("%g %g %g\n", a_cdens(x), b_cdens(x), n_cdens(x))
finitialize(-65)
{ fadvance() }
for (x, 0) printf("%g %g %g %.9g\n", a_cdens(x), b_cdens(x), n_cdens(x), v(x))
p = new ctor(0.5)
printf("%g %g\n", p.b, p.vv)
{ p.b = 4 }
finitialize(-65)
printf("%g %g\n", p.b, p.vv)
finitialize(-65)
printf("%g %g\n", p.b, p.vv)
`, `2 5 1
	6 
1 7 1
1 7 1
1 7 1
	1 
1 7 21
1 7 21
1 7 21
	1 
1 7 41 -64.9912653
1 7 41 -64.9912653
1 7 41 -64.9912653
14 5
	5 
	1 
4 6
	4 
	1 
4 7
	4 
`)
}
