package rall

import "testing"

// TestHocOwnCurrents: a current of an ion that a mechanism names RANGE is the mechanism's own part of
// it, under the mechanism's name. The numbers are those of NEURON 9.0.2.
func TestHocOwnCurrents(t *testing.T) {
	hocPrints(t, map[string]string{
		"kk": `NEURON { SUFFIX kk USEION k READ ek WRITE ik RANGE gbar, ik, g }
PARAMETER { gbar = 1e-3 }
ASSIGNED { v ek ik g }
BREAKPOINT { g = gbar/(1+exp(-(v+40)/5)) ik = g*(v-ek) }
`,
		"dec": `NEURON { SUFFIX dec USEION ca READ cai, ica WRITE cai RANGE cai, ica, tau }
PARAMETER { tau = 20 }
STATE { cai }
ASSIGNED { ica (mA/cm2) }
INITIAL { cai = 1e-4 }
BREAKPOINT { SOLVE d METHOD cnexp }
DERIVATIVE d { cai' = -ica*0.1 - (cai - 5e-5)/tau }
`,
		"LeakCa": `NEURON { POINT_PROCESS LeakCa USEION ca READ eca WRITE ica RANGE g, ica }
PARAMETER { g = 1e-4 }
ASSIGNED { v eca ica }
BREAKPOINT { ica = g*(v - eca) }
`,
	}, `create soma
access soma
insert kk
insert pas
insert hh
objref r, r2
r = new Vector()
r2 = new Vector()
finitialize(-30)
print ik_kk, ik
r.record(&ik_kk(0.5))
r2.record(&soma.ik(0.5))
finitialize(-30)
for i=1,3 { fadvance() }
print soma.ik_kk(0.5), ik
r.printf
r2.printf
insert dec
objref p
p = new LeakCa(.5)
finitialize(-30)
print p.ica, ica, ica_dec, cai, ik_kk
for i=1,3 { fadvance() }
print p.ica, ica, ica_dec, cai, ik_kk
ik_kk = 3
print p.ica, ica, ica_dec, cai, ik_kk
fadvance()
print p.ica, ica, ica_dec, cai, ik_kk
`, `	1 
0.041397463 0.64055973 
	Vector[0] 
	Vector[1] 
	1 
0.0045513232 0.36641344 
0.0413975	0.0413975	0.0166054	0.00455132	
	4 
0.64056	0.64056	0.476111	0.366413	
	4 
	1 
-0.014924362 -9.5011442e-06 0 0.0001 0.041397463 
-0.016758892 -1.0669042e-05 -1.0669042e-05 9.9888614e-05 0.0045516153 
-0.016758892 -1.0669042e-05 -1.0669042e-05 9.9888614e-05 3 
	1 
-0.017314111 -1.1022506e-05 -1.1022506e-05 9.9853831e-05 0.0013543631 
`)
}
