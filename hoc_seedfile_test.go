package rall

import "testing"

// TestHocSeedFile: a file that does nothing but seed, and a template that names one of NEURON's library as external.
// What NEURON 9.0.2 prints.
func TestHocSeedFile(t *testing.T) {
	hocPrints(t, map[string]string{"seedfile": `NEURON { SUFFIX nothing }
PROCEDURE seeds(x) {
VERBATIM
  srand48((unsigned)_lx);
  set_seed(_lx);
ENDVERBATIM
}
`}, `load_file("nrngui.hoc")
objref o
begintemplate T
external String
public f
objref w
func f() { w = new String() w.s = "ab" print w.s return 4 }
endtemplate T
seeds(7)
o = new T()
print o.f()
`, `	1 
	1 
ab 
4 
`)
}
