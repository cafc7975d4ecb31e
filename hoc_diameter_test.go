package rall

import "testing"

// TestHocPointerToDiam: a POINTER follows the diameter of another section, also when it changes between runs.
// What NEURON 9.0.2 prints.
func TestHocPointerToDiam(t *testing.T) {
	hocPrints(t, map[string]string{"wide": `NEURON { SUFFIX wide POINTER other RANGE first, sum }
ASSIGNED { other first sum }
INITIAL { first = other  sum = 0 }
BREAKPOINT { SOLVE add }
PROCEDURE add() { sum = sum + other }
`}, `create a, b
a { nseg = 3 insert wide }
b { nseg = 3 diam(0:1) = 1:7 L = 50 }
for k = 1, 3 { x = (k - 0.5)/3 a setpointer other_wide(x), b.diam(1 - x) }
proc show() { a for (x, 0) printf("%g %.10g %.10g %.10g\n", t, first_wide(x), sum_wide(x), other_wide(x)) }
finitialize(-65)
show()
fadvance()
fadvance()
show()
b diam(0.5) = 12
fadvance()
show()
finitialize(-65)
show()
`, `	1 
0 6 0 6
0 4 0 4
0 2 0 2
	1 
	1 
0.05 6 12 6
0.05 4 8 4
0.05 2 4 2
	1 
0.075 6 18 6
0.075 4 20 12
0.075 2 6 2
	1 
0 6 0 6
0 12 0 12
0 2 0 2
`)
}
