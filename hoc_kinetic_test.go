package rall

import "testing"

// TestHocSingularKinetic: where the matrix of a KINETIC is singular, by a compartment without volume
// or a pivot that cancels, the states stay as they are, and go on from there. What NEURON 9.0.2 prints.
func TestHocSingularKinetic(t *testing.T) {
	hocPrints(t, map[string]string{"sing": `NEURON { SUFFIX sing RANGE z, kf, kb, w }
PARAMETER { z = 1 kf = 0.3 kb = 0.2 w = 1 }
STATE { a b c }
INITIAL { a = 0.5 b = 0.25 c = 2 }
BREAKPOINT { SOLVE kin METHOD sparse }
KINETIC kin {
  COMPARTMENT z { a }
  COMPARTMENT w { b }
  ~ a <-> b (kf, kb)
  ~ b <-> c (kf, kb)
}
`, "singn": `NEURON { SUFFIX singn RANGE z, kf, kb }
PARAMETER { z = 1 kf = 0.3 kb = 0.2 }
STATE { a b c }
INITIAL { a = 0.5 b = 0.25 c = 2 }
BREAKPOINT { SOLVE kin METHOD sparse }
KINETIC kin {
  COMPARTMENT z { a }
  ~ a + b <-> c (kf, kb)
}
`, "singc": `NEURON { SUFFIX singc RANGE z, kf, kb, bad }
PARAMETER { z = 1 kf = 0.3 kb = 0.2 bad = 0}
STATE { a b c }
INITIAL { a = 0.5 b = 0.25 c = 2 }
BREAKPOINT { SOLVE kin METHOD sparse }
KINETIC kin {
  LOCAL r
  r = kf + bad/bad*bad
  if (bad == 0) { r = kf }
  COMPARTMENT z { a b }
  ~ a <-> b (r, kb)
  ~ b <-> c (kf, kb)
  CONSERVE a + b + c = 3
}
`}, `create s
access s
insert sing
insert singn
insert singc
proc show() { print t, a_sing, b_sing, c_sing, a_singn, b_singn, c_singn, a_singc, b_singc, c_singc }
finitialize(-65)
show()
fadvance()
show()
proc change() { z_sing = 0 kf_sing = 0 kb_sing = 0 z_singn = 0 kf_singn = 0 kb_singn = 0 z_singc = 0 }
change()
fadvance()
show()
z_singc = 1
proc change() { kf_sing = 0.1 kf_singn = 0.1 kb_sing = 0.3 }
change()
fadvance()
show()
proc change() { kb_sing = 0.1 kb_singn = 0.3 }
change()
fadvance()
show()
proc change() {z_sing = -0.1*dt w_sing = 0 }
change()
fadvance()
show()
proc change() { z_sing = 0 w_sing = 1 kf_sing = 0 kb_sing=0.1 z_singn = 0 kf_singn = 0.1 kb_singn = 0 b_singn = 0 }
change()
fadvance()
show()
fadvance()
show()
`, `	1 
0 0.5 0.25 2 0.5 0.25 2 0.5 0.25 2 
	1 
0.025 0.4975704 0.26043629 1.9919933 0.50896663 0.25896663 1.9910334 0.4975765 0.26166481 2.2407587 
	1 
0.05 0.4975704 0.26043629 1.9919933 0.50896663 0.25896663 1.9910334 1.3333333 2 3 
	1 
0.075 0.82375103 0.27458368 1.9778459 0 0.25896663 1.9910334 1.333252 1.9836198 -0.31687183 
	1 
0.1 0.27882065 0.27882065 1.9736089 23.065135 0.25896663 1.9910334 1.3330915 1.9675209 -0.30061236 
	1 
0.125 -1.4117413 0.27882065 1.9693825 23.065135 0.25896663 1.9910334 1.3328536 1.9516983 -0.28455186 
	1 
0.15 -1.4117413 0.27882065 1.9693825 23.065135 0 1.9910334 1.3325402 1.9361471 -0.26868732 
	1 
0.175 -1.4117413 0.27882065 1.9693825 23.065135 0 1.9910334 1.3321534 1.9208624 -0.25301577 
`)
}
