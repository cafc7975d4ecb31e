package rall

import "testing"

// TestHocPsection: what psection and topology print, with the order of mechanisms as nseg grows and
// mechanisms come. What NEURON 9.0.2 prints.
func TestHocPsection(t *testing.T) {
	hocPrints(t, nil, `create soma, dend[3], ax, other
access soma
connect dend(0), soma(.5)
connect dend[1](1), soma(0)
soma nseg = 7
connect ax(0), dend(.3)
dend nseg = 3
connect dend[2](0), ax(1)
begintemplate T
public a
create a[2]
proc init() { connect a[1](0), a(1)  a[1] nseg = 12 }
endtemplate T
objref tt, syn, clamp
tt = new T()
print topology()
soma { insert hh nseg = 21 insert pas g_pas = 1e-7/3 }
dend { insert pas insert hh nseg = 9 insert extracellular xg[1] = 3 nseg = 4 }
ax { insert pas nseg = 5 insert hh nseg = 15 diam(0:1) = 1:3 }
dend[1] { L = 1e7 cm = .3 Ra = 123.456789 }
tt.a syn = new ExpSyn(.5)
syn.e = -0.5
tt.a clamp = new SEClamp(.5)
soma psection()
dend psection()
ax psection()
dend[1] psection()
other psection()
tt.a psection()
tt.a[1] psection()
soma { gnabar_hh(0.01) = .3 pt3dclear() pt3dadd(0, 0, 0, 5) pt3dadd(10, 0, 0, 7) }
print psection()
create a, b, c
access a
nseg=3
insert hh
insert pas
psection()
nseg=9
psection()
b insert hh
b nseg=3
b psection()
b insert pas
b nseg=5
b psection()
c insert hh
c nseg=2
c psection()
c nseg=4
c psection()
`, `
|-------|       soma(0-1)
     `+"`"+`--|       dend[0](0-1)
      `+"`"+`|       ax(0-1)
        `+"`"+`|       dend[2](0-1)
 `+"`"+`|       dend[1](1-0)
|-|       other(0-1)
|-|       T[0].a[0](0-1)
   `+"`"+`-----------|       T[0].a[1](0-1)

1 
soma { nseg=21  L=100  Ra=35.4
	/*location 0 attached to cell 0*/
	/* First segment only */
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert morphology { diam=500}
	insert capacitance { cm=1}
	insert pas { g_pas=3.33333e-08 e_pas=-70}
}
dend[0] { nseg=4  L=100  Ra=35.4
	soma connect dend[0] (0), 0.5
	/* First segment only */
	insert capacitance { cm=1}
	insert morphology { diam=500}
	insert pas { g_pas=0.001 e_pas=-70}
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert extracellular { xraxial=1e+09 xg=1e+09 xc=0 e_extracellular=0}
}
ax { nseg=15  L=100  Ra=35.4
	dend[0] connect ax (0), 0.3
	/* First segment only */
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert morphology { diam=1.06667}
	insert capacitance { cm=1}
	insert pas { g_pas=0.001 e_pas=-70}
}
dend[1] { nseg=1  L=1e+07  Ra=123.457
	soma connect dend[1] (1), 0
	/* First segment only */
	insert morphology { diam=500}
	insert capacitance { cm=0.3}
}
other { nseg=1  L=100  Ra=35.4
	/*location 0 attached to cell 1*/
	/* First segment only */
	insert morphology { diam=500}
	insert capacitance { cm=1}
}
T[0].a[0] { nseg=1  L=100  Ra=35.4
	/*location 0 attached to cell 2*/
	/* First segment only */
	insert morphology { diam=500}
	insert capacitance { cm=1}
	insert ExpSyn { tau=0.1 e=-0.5}
	insert SEClamp { rs=1 dur1=0 amp1=0 dur2=0 amp2=0 dur3=0 amp3=0}
}
T[0].a[1] { nseg=12  L=100  Ra=35.4
	T[0].a[0] connect T[0].a[1] (0), 1
	/* First segment only */
	insert capacitance { cm=1}
	insert morphology { diam=500}
}
soma { nseg=21  L=10  Ra=35.4
	/*location 0 attached to cell 0*/
	/* First segment only */
	insert hh { gnabar_hh=0.3 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert morphology { diam=5.04762}
	insert capacitance { cm=1}
	insert pas { g_pas=3.33333e-08 e_pas=-70}
}
1 
a { nseg=3  L=100  Ra=35.4
	/*location 0 attached to cell 3*/
	/* First segment only */
	insert capacitance { cm=1}
	insert morphology { diam=500}
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert pas { g_pas=0.001 e_pas=-70}
}
	1 
a { nseg=9  L=100  Ra=35.4
	/*location 0 attached to cell 3*/
	/* First segment only */
	insert pas { g_pas=0.001 e_pas=-70}
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert morphology { diam=500}
	insert capacitance { cm=1}
}
	1 
b { nseg=3  L=100  Ra=35.4
	/*location 0 attached to cell 4*/
	/* First segment only */
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert capacitance { cm=1}
	insert morphology { diam=500}
}
b { nseg=5  L=100  Ra=35.4
	/*location 0 attached to cell 4*/
	/* First segment only */
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert capacitance { cm=1}
	insert morphology { diam=500}
	insert pas { g_pas=0.001 e_pas=-70}
}
c { nseg=2  L=100  Ra=35.4
	/*location 0 attached to cell 5*/
	/* First segment only */
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
	insert capacitance { cm=1}
	insert morphology { diam=500}
}
c { nseg=4  L=100  Ra=35.4
	/*location 0 attached to cell 5*/
	/* First segment only */
	insert morphology { diam=500}
	insert capacitance { cm=1}
	insert hh { gnabar_hh=0.12 gkbar_hh=0.036 gl_hh=0.0003 el_hh=-54.3}
	insert na_ion { ena=50}
	insert k_ion { ek=-77}
}
`)
}

// TestHocMechanismType: all mechanisms, and those of a section, by MechanismType and
// MechanismStandard. The few of NEURON's own that are not here, and VecStim, are
// left out. What NEURON 9.0.2 prints.
func TestHocMechanismType(t *testing.T) {
	hocPrints(t, nil, `objref mt, ms, ms2, o, q, e, ic[3], nil
strdef s
create soma, dend
access soma
mt = new MechanismType(0)
for i = 0, mt.count() - 1 {
	mt.select(i)
	mt.selected(s)
	if (strcmp(s, "fastpas")) print s, " ", mt.is_artificial(i), mt.has_net_event(i), mt.internal_type(), mt.is_netcon_target(i), mt.is_ion()
}
mt = new MechanismType(1)
for i = 0, mt.count() - 1 {
	mt.select(i)
	mt.selected(s)
	if (strcmp(s, "OClamp") && strcmp(s, "PointProcessMark") && strcmp(s, "PatternStim") && strcmp(s, "VecStim")) {
		print s, " ", mt.is_artificial(i), mt.has_net_event(i), mt.internal_type(), mt.is_netcon_target(i), mt.is_ion()
	}
}
mt.select("ExpSyn")
print mt.select("nowhere")
mt.selected(s)
print s
mt.make(e)
print e, e.has_loc()
mt = new MechanismType(0)
mt.select("hh")
print mt.make(), ismembrane("hh"), mt.remove(), ismembrane("hh")
insert pas
for i = 0, 1 {
	ms = new MechanismStandard("pas", i)
	print ms.count()
	for k = 0, ms.count() - 1 { n = ms.name(s, k) print s, n, ms.get(s) }
}
ms = new MechanismStandard("hh", -1)
ms.name(s, 0)
print s
ms = new MechanismStandard("hh", 3)
for k = 0, ms.count() - 1 { n = ms.name(s, k) print s, n, ms.get(s) }
nseg = 3
insert hh
gnabar_hh(.1) = .4
ms = new MechanismStandard("hh", 1)
print ms.in(.1), ms.get("gnabar_hh"), ms.in(.5), ms.get("gnabar_hh")
ms.set("gl_hh", .7)
print ms.out(.9)
for (x) print x, gl_hh(x)
dend ms.out()
dend print ismembrane("hh")
ms2 = new MechanismStandard("hh", 1)
print ms2.in(ms), ms2.get("gl_hh")
print ms2.out()
for (x) print x, gl_hh(x), gnabar_hh(x)
ms = new MechanismStandard("na_ion")
for k = 0, ms.count() - 1 { n = ms.name(s, k) print s, n, ms.get(s) }
ms = new MechanismStandard("na_ion", 0)
for k = 0, ms.count() - 1 { n = ms.name(s, k) print s, n }
ms = new MechanismStandard("extracellular")
for k = 0, ms.count() - 1 { n = ms.name(s, k) print s, n, ms.get(s) }
ms.set("xg", 7, 1)
insert extracellular
ms.out()
print xg[0], xg[1]
ms = new MechanismStandard("morphology")
ms.set("diam", 3)
ms.out()
print diam
ms = new MechanismStandard("capacitance")
ms.in()
print ms.get("cm"), ms.name(s), s
ic[0] = new IClamp(.5)
ic[1] = new ExpSyn(.5)
ic[2] = new IClamp(.9)
ic.amp = 3
ms = new MechanismStandard("IClamp")
print ms.in(ic), ms.get("amp"), ms.count()
ms.set("dur", 7)
print ms.out(ic[2]), ic[2].dur, ic[2].amp
mt = new MechanismType(1)
mt.select("IClamp")
print mt.pp_begin(), mt.pp_next(), mt.pp_next()
q = mt.pp_begin()
print q
dend print mt.pp_begin()
print mt.selected()
`, `morphology 0 0 2 0 0 
capacitance 0 0 3 0 0 
pas 0 0 4 0 0 
extracellular 0 0 5 0 0 
na_ion 0 0 15 0 1 
k_ion 0 0 16 0 1 
hh 0 0 17 0 0 
IClamp 0 0 7 0 0 
AlphaSynapse 0 0 8 0 0 
ExpSyn 0 0 9 1 0 
Exp2Syn 0 0 10 1 0 
SEClamp 0 0 11 0 0 
VClamp 0 0 12 0 0 
APCount 0 0 14 0 0 
NetStim 1 1 18 1 0 
IntFire1 1 1 19 1 0 
IntFire2 1 1 20 1 0 
IntFire4 1 1 21 1 0 
	0 
0 
	2 
ExpSyn
	0 
ExpSyn[0] 0 
	0 
0 1 0 0 
3 
g_pas1 0.001 
e_pas1 -70 
i_pas1 0 
2 
g_pas1 0.001 
e_pas1 -70 
	1 
usetable_hh
m_hh1 0 
h_hh1 0 
n_hh1 0 
0 0.4 0 0.12 
	0 
0 
0 0.0003 
0.16666667 0.0003 
0.5 0.0003 
0.83333333 0.7 
1 0.7 
0 
0 0.7 
0 
0 0.7 0.12 
0.16666667 0.7 0.12 
0.5 0.7 0.12 
0.83333333 0.7 0.12 
1 0.7 0.12 
nao1 140 
ena1 
nai1 
nao1 
ina1 
dina_dv_1 
xraxial2 1e+09 
xg2 1e+09 
xc2 0 
e_extracellular1 0 
	0 
	0 
1e+09 7 
	0 
	0 
3 
	0 
1 0 capacitance
0 3 3 
	0 
0 7 3 
	0 
IClamp[0] IClamp[1] NULLobject 
IClamp[0] 
NULLobject 
0 
`)
}

// TestHocIonStyle: ion_style tells which concentrations mechanisms write, also when they are gone.
func TestHocIonStyle(t *testing.T) {
	mods := map[string]string{
		"wi": "NEURON { SUFFIX wi USEION ca WRITE cai }\nSTATE { cai (mM) }\nINITIAL { cai = 1e-4 }\nBREAKPOINT { }\n",
		"wo": "NEURON { SUFFIX wo USEION ca READ cai WRITE cao }\nASSIGNED { cai (mM) cao (mM) }\nINITIAL { cao = 2 }\nBREAKPOINT { }\n",
	}
	hocPrints(t, mods, `create a, b, c
a insert wi
b insert wo
c { insert wi insert wo }
forall print secname(), " ", ion_style("ca_ion")
c ion_style("ca_ion", 1, 2, 0, 0, 0)
c print ion_style("ca_ion")
a uninsert wi
a print ion_style("ca_ion")
`, "a 247 \nb 375 \nc 503 \n401 \n247 \n")
}

// TestHocMechanismOrder: mechanisms are numbered by the names of their files, as nrnivmodl does it.
func TestHocMechanismOrder(t *testing.T) {
	mods := map[string]string{
		"ab": "NEURON { SUFFIX zz }\nBREAKPOINT { }\n",
		"ba": "NEURON { SUFFIX Aa }\nBREAKPOINT { }\n",
	}
	hocPrints(t, mods, `objref types
strdef name
types = new MechanismType(0)
for i = types.count()-2, types.count()-1 { types.select(i)  types.selected(name)  print name }
`, "zz\nAa\n")
}
