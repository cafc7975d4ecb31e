package rall

import "testing"

// TestHocSecondOrder: with secondorder, methods other than cnexp halve dt and go on from the middle of the step;
// the program switches it while the model runs. What NEURON 9.0.2 prints.
func TestHocSecondOrder(t *testing.T) {
	mods := map[string]string{"halves": `NEURON { SUFFIX halves RANGE seen, wide }
PARAMETER { k = 40 }
ASSIGNED { seen wide }
STATE { a b c d e }
INITIAL { a = 0.5 b = 0.25 c = 2 d = 1 e = 3 }
BREAKPOINT { SOLVE kin METHOD sparse SOLVE dec METHOD cnexp }
KINETIC kin {
  ~ a + b <-> c (k, 1)
  seen = a
  wide = width()
}
DERIVATIVE dec { d' = -d e' = -e*2 }
FUNCTION width() { width = dt }
`}
	for _, m := range []string{"derivimplicit", "euler", "runge", "cnexp"} {
		mods["by"+m] = `NEURON { SUFFIX by` + m + ` RANGE seen }
ASSIGNED { seen }
STATE { x w }
INITIAL { x = 1 w = 0.2 }
BREAKPOINT { SOLVE dec METHOD ` + m + ` }
DERIVATIVE dec { x' = -20*x
  w' = 3*x - 10*w
  seen = dt }
`
	}
	hocPrints(t, mods, `create s
access s
insert halves
insert byderivimplicit
insert byeuler
insert byrunge
insert bycnexp
proc show() { printf("%g %.12g %.12g %.12g %.12g %.12g %.12g %.12g\n", t, a_halves, b_halves, c_halves, d_halves, e_halves, seen_halves, wide_halves) printf("%.12g %.12g %.12g %.12g %.12g %.12g %.12g %.12g %.12g %.12g\n", x_byderivimplicit, w_byderivimplicit, x_byeuler, w_byeuler, x_byrunge, w_byrunge, x_bycnexp, w_bycnexp, seen_byderivimplicit, seen_bycnexp) }
secondorder = 2
finitialize(-65)
show()
fadvance()
show()
fadvance()
show()
secondorder = 0
fadvance()
show()
secondorder = 1
fadvance()
show()
`, `	1 
0 0.5 0.25 2 1 3 0 0
1 0.2 1 0.2 1 0.2 1 0.2 0 0
	1 
0.025 0.445408976606 0.195408976606 2.05459102339 0.987577800494 2.92592973608 0.472704488303 0.0125
0.6 0.208888888889 0.5 0.225 0.58447265625 0.210761515299 0.606530659713 0.196009388706 0.0125 0.025
	1 
0.05 0.418510653252 0.168510653252 2.08148934675 0.975309912028 2.8536882735 0.431959814929 0.0125
0.36 0.194469135802 0.25 0.20625 0.341608285904 0.195669049573 0.367879441171 0.177064658707 0.0125 0.025
	1 
0.075 0.406960133205 0.156960133205 2.0930398668 0.951229424501 2.71451225411 0.406960133205 0.025
0.24 0.169975308642 0.125 0.1734375 0.207277944311 0.170019594672 0.223130160148 0.152704959865 0.025 0.025
	1 
0.1 0.398021662397 0.148021662397 2.1019783376 0.939413062813 2.64749070775 0.402490897801 0.0125
0.144 0.145003017833 0.0625 0.139453125 0.121148290694 0.142964190571 0.135335283237 0.127907559924 0.0125 0.025
`)
}

// TestHocLeftCurrents: INITIAL finds an ion's current as the run before has left it. What NEURON 9.0.2 prints.
func TestHocLeftCurrents(t *testing.T) {
	hocPrints(t, map[string]string{"sees": `NEURON { SUFFIX sees USEION k READ ik RANGE first, now }
ASSIGNED { ik first now v }
INITIAL { first = ik }
BREAKPOINT { now = ik }
`, "gives": `NEURON { SUFFIX gives USEION k WRITE ik }
ASSIGNED { ik v }
BREAKPOINT { ik = 0.001*(v+77) }
`}, `create s
access s
insert sees
insert gives
proc show() { printf("%.12g %.12g %.12g\n", first_sees, now_sees, ik) }
finitialize(-65)
show()
finitialize(-70)
show()
fadvance()
show()
finitialize(-60)
show()
ik = 0.5
finitialize(-60)
show()
create other
finitialize(-50)
show()
`, `	1 
0 0 0.012
	1 
0.012 0 0.007
	1 
0.012 0.007 0.007
	1 
0.007 0.007 0.017
	1 
0.5 0.007 0.017
	1 
0.017 0.007 0.027
`)
}
