package rall

import "testing"

// TestHocFunctions: functions and procedures of mechanisms called by a program,
// before a run and between steps, those with a TABLE, with loops, with POINTERs,
// and of variables that no program sees; POINTERs of density mechanisms; and
// fcurrent.
func TestHocFunctions(t *testing.T) {
	hocPrints(t, map[string]string{"fun": funMod, "pfun": pfunMod, "acell": acellMod}, `create s, u
access s
L = 20
diam = 20
insert pas
insert fun
insert hh
u { insert fun nseg = 3 }
objref p, a, n, nil
p = new PFun(.5)
a = new ACell()
print plain_fun(2, 3), plain_fun(-2, 1)
setdata_fun(.5)
print alp_fun(-38), rates_fun(-39), inf_fun, tau_fun, m_fun, arr_fun[0], arr_fun[1], arr_fun[2]
u { setdata_fun(.9) }
u.half_fun(.9) = -50
print alp_fun(-38), rates_fun(-39), u.m_fun(.9), u.m_fun(.5)
print tab_fun(-33), inf_fun, tau_fun, ft_fun(1.3), ft_fun(40), exp(1.3/3)
print p.twice(4), p.setb(2), p.b
print a.kick(3), a.m
setpointer p_fun(.5), u.v(.9)
setpointer u.p_fun(.1), s.m_hh(.5)
setpointer u.p_fun(.5), p.b
setpointer u.p_fun(.9), s.v(.5)
setpointer p.p, m_fun(.5)
print setdata_fun(.5), pp_fun(), p.far()
n = new NetCon(nil, a)
n.weight = 2
finitialize(-65)
n.event(.1)
fadvance()
for i = 1, 9 fadvance()
setdata_fun(.5)
print pp_fun(), temp_fun(), pv_fun(), v, hidden_fun(), hidden_fun(), loop_fun(7)
print p_fun(.5), u.v(.9), p.getv(), p.far(), a.M(), a.m
setdata_hh(.5)
print rates_hh(v), minf_hh, htau_hh, vtrap_hh(1, 2)
m_fun = .5
print p.far(), p.p, u.p_fun(.1), m_hh, u.p_fun(.5)
{ rates_fun(-42) }
print m_fun, p.far()
fadvance()
print v, m_fun, inf_fun, p.far()
fcurrent()
print i_fun, i_pas, ina, ica
`, `1728 11 
	1 
2.1931757 1 1.867378 233 0.1867378 0 1.867378 3.734756 
2.9925821 1 0.29877896 0 
1 0.33341389 -54600 1.6160271 28.031625 1.5423903 
24 1 5 
1 3 
1 -130 0.1867378 
	1 
	1 
	1 
	1 
-129.93771 6.575 -65.981641 -65.981641 5 6 7 
-64.968857 -64.968857 -65.981641 0.25 1.9702239 2 
	1 
1 0.047122342 8.5682795 1.5414941 
0.5 0.5 0.050353039 0.050353039 5 
0.080682426 0.080682426 
	1 
-66.063823 0.080682426 0.80682426 0.080682426 
	1 
-4.8924392e-05 0.0039361774 -0.0010368567 0 
`)
}

// TestHocIonFunctions: functions of mechanisms that read ions. What NEURON prints,
// but for a value that the program has just changed: there, a function sees it
// after the next step.
func TestHocIonFunctions(t *testing.T) {
	hocPrints(t, map[string]string{"ionf": `NEURON { SUFFIX ionf USEION na READ ena, nai WRITE ina USEION ca READ cai RANGE g }
PARAMETER { g = 1e-5 }
ASSIGNED { v ena nai ina cai }
BREAKPOINT { ina = g*(v - ena) }
FUNCTION drive(x) { drive = x - ena }
FUNCTION inside() { inside = nai + 1000*cai }
FUNCTION cur() { cur = ina }
`}, `create s
access s
L = 20
diam = 20
insert ionf
setdata_ionf(.5)
print drive_ionf(3), inside_ionf(), cur_ionf()
ena = 40
nai = 12
print drive_ionf(3), inside_ionf(), cur_ionf()
finitialize(-65)
print drive_ionf(3), inside_ionf(), cur_ionf(), ina, ena, nai
ena = 30
nai = 13
fadvance()
print drive_ionf(3), inside_ionf(), cur_ionf(), ina
fcurrent()
print drive_ionf(3), inside_ionf(), cur_ionf(), ina
`, `	1 
3 0 0 
3 0 0 
	1 
-56.160993 12.05 -0.0012416099 -0.0012416099 59.160993 12 
	1 
-27 13.05 -0.00095 -0.00095 
	1 
-27 13.05 -0.00094976256 -0.00094976256 
`)
}

// TestHocTexts: texts that do not parse are executed up to the line that does not, and
// patterns are egrep's. What NEURON 9.0.2 prints.
func TestHocTexts(t *testing.T) {
	hocPrints(t, nil, `objref sf
strdef s, t1
i = execute1("x = 5\ny = = 3\nz = 4", 0)
print i, x, name_declared("z")
sf = new StringFunctions()
s = "a.b+c(d]e"
proc go() { t1 = "old" i = sf.tail(s, $s1, t1) print $s1, " ", i, t1  t1 = "old" i = sf.head(s, $s1, t1) print i, t1 }
go("\\.")
go("\\(")
go("\\]")
go("\\w")
go("]")
go("[")
go("[b+]+")
go("(c|c.d)")
`, `0 5 0 
\. 2 b+c(d]e
1 a
\( 6 d]e
5 a.b+c
\] -1 
-1 
\w -1 
-1 
] 8 e
7 a.b+c(d
[ -1 
-1 
[b+]+ 4 c(d]e
2 a.
(c|c.d) 7 ]e
4 a.b+
`)
}

// TestHocPlayed: statements that Vectors play, at times and at an interval, and
// variables that Randoms play into.
func TestHocPlayed(t *testing.T) {
	hocPrints(t, nil, `create s
access s
L = 20
diam = 20
insert hh
objref v1, t1, r, w, cv, st
v1 = new Vector()
t1 = new Vector()
{ v1.append(1, 2, 4, 8) t1.append(.05, .1, .2, .3) }
double z[3]
x = 0
y = 0
proc note() { print "note ", t, $1, x }
{ v1.play("note($1) x = $1*2", t1) }
w = new Vector()
{ w.append(-1, -2, -3) w.play("z[1] = $1  print \"w \", t, z[1], v", .1) }
r = new Random()
r.Random123(1, 2, 3)
r.uniform(5, 10)
r.play(&y)
print "before ", y
finitialize(-65)
print "init ", y, x
for i = 1, 14 { fadvance() print t, x, y, z[1] }
finitialize(-65)
print x, y, z[1]
fadvance()
print x, y, z[1]
fcurrent()
print v, ina, ik, il_hh
v(.5) = -40
print fcurrent()
print v, ina, ik, il_hh, m_hh
fadvance()
print v, ina, ik, il_hh, m_hh
`, `	0 
	9.9043095 
	0 
before 0 
w 0 -1 -65 
	1 
init 6.1455145 0 
0.025 0 5.6243516 -1 
note 0.05 1 0 
0.05 2 5.6327763 -1 
0.075 2 8.892723 -1 
0.1 2 8.2786744 -1 
w 0.1 -2 -64.997085 
note 0.1 2 2 
0.125 4 9.3691198 -2 
0.15 4 9.0951745 -2 
0.175 4 8.4845294 -2 
w 0.2 -3 -64.994321 
note 0.2 4 4 
0.2 8 5.9175516 -3 
0.225 8 6.2462293 -3 
0.25 8 9.8789344 -3 
0.275 8 8.4296295 -3 
note 0.3 8 8 
0.3 16 8.0278672 -3 
0.325 16 7.9312895 -3 
0.35 16 6.3538725 -3 
w 0 -1 -64.990391 
	1 
16 6.8675655 -1 
	1 
16 6.4883083 -1 
	1 
-64.999255 -0.0012200831 0.0044000097 -0.0032097764 
1 
-40 -0.00095485384 0.013565854 0.00429 0.052932977 
note 0.05 1 16 
	1 
-40.41549 -0.00095485384 0.013565854 0.00429 0.074238672 
`)
}

// TestHocTransfer: variables that follow others from step to step.
func TestHocTransfer(t *testing.T) {
	hocPrints(t, map[string]string{"pfun": pfunMod}, `create s, u
access s
forall { insert pas L = 20 diam = 20 }
u { g_pas = .002  e_pas = -50 }
objref pc, a, b, c
pc = new ParallelContext()
a = new PFun(.5)
u b = new PFun(.5)
c = new IClamp(.5)
c.dur = 10
print pc.source_var(&v(.5), 7)
u print pc.source_var(&v(.5), 8)
print pc.target_var(&a.e, 8)
print pc.target_var(c, &c.amp, 7)
u print pc.target_var(b, &b.e, 7)
setpointer a.p, v(.5)
setpointer b.p, v(.5)
print pc.setup_transfer()
finitialize(-65)
print a.e, b.e, c.amp
for i = 1, 5 { fadvance() print a.e, b.e, c.amp, v, u.v }
v(.5) = -20
fadvance()
print a.e, b.e, c.amp, v, u.v
`, `0 
0 
0 
0 
0 
0 
	1 
-65 -65 -65 
-64.285714 -191.28136 -191.28136 -191.28136 -64.285714 
-63.605442 -559.58393 -559.58393 -559.58393 -63.605442 
-62.957564 -1633.7471 -1633.7471 -1633.7471 -62.957564 
-62.340537 -4766.5695 -4766.5695 -4766.5695 -62.340537 
-61.752892 -13903.52 -13903.52 -13903.52 -61.752892 
	1 
-61.193231 -27006.755 -27006.755 -27006.755 -61.193231 
`)
}

const funMod = `NEURON {
	SUFFIX fun
	USEION ca READ cai
	NONSPECIFIC_CURRENT i
	RANGE g, q, m, arr, half
	GLOBAL inf, tau, scale
	POINTER p
	THREADSAFE
}
PARAMETER { g = 1e-4 q = 2 half = -40 (mV) scale = 3 }
ASSIGNED { v (mV) i inf tau arr[3] p hid cai celsius }
STATE { m }
INITIAL { m = 0.25 hid = 5 }
BREAKPOINT { i = g*(v + 60)*m + 0*hid }
FUNCTION alp(x) { alp = scale/(1 + exp(-(x - half)/q)) }
FUNCTION plain(x, y) { LOCAL k
	k = 0
	FROM n = 1 TO 3 { k = k + n*x }
	if (y > 2) { plain = k^y } else { plain = fabs(k) - y }
}
PROCEDURE rates(x) {
	inf = alp(x)
	tau = plain(x, 1)
	m = inf/10
	FROM n = 0 TO 2 { arr[n] = n*inf }
}
PROCEDURE tab(x) {
	TABLE inf, tau DEPEND half FROM -100 TO 100 WITH 50
	inf = exp(x/30)
	tau = half*x*x
}
FUNCTION ft(x) {
	TABLE FROM -10 TO 10 WITH 10
	ft = exp(x/3)
}
FUNCTION pv() { pv = v }
FUNCTION hidden() { hidden = hid  hid = hid + 1 }
FUNCTION pp() { pp = p*2 }
FUNCTION temp() { temp = celsius + t + dt }
FUNCTION ion() { ion = cai }
FUNCTION loop(n) { LOCAL s
	s = 0
	while (s < n) { s = s + 1 }
	loop = s
}
`

const pfunMod = `NEURON {
	POINT_PROCESS PFun
	RANGE a, b, e
	NONSPECIFIC_CURRENT i
	POINTER p
}
PARAMETER { a = 3 e = 0 }
ASSIGNED { v i b p }
BREAKPOINT { i = 0*(v - e) }
FUNCTION twice(x) { twice = 2*x*a }
PROCEDURE setb(x) { b = x + a }
FUNCTION getv() { getv = v }
FUNCTION far() { far = p }
`

const acellMod = `NEURON {
	ARTIFICIAL_CELL ACell
	RANGE tau, m, t0
}
PARAMETER { tau = 10 }
ASSIGNED { m t0 }
INITIAL { m = 0 t0 = t }
NET_RECEIVE(w) { m = M() m = m + w t0 = t }
FUNCTION M() { M = m*exp(-(t - t0)/tau) }
PROCEDURE kick(x) { m = m + x }
`

// TestHocRan4: mcell_ran4 of a program and of a mechanism have one low index;
// C in procedures of a mechanism asks for the arguments of the call. NEURON
// 9.0.2 prints the same.
func TestHocRan4(t *testing.T) {
	hocPrints(t, map[string]string{"ran": ranMod}, `objref a, b
a = new Ran()
b = new Ran()
x = 5
print mcell_ran4(&x), mcell_ran4(&x), x
print mcell_ran4_init(9)
print mcell_ran4_init()
print mcell_ran4(&x), x
a.idx = 4294967295
print a.draw(), a.idx, a.draw(), a.idx
b.idx = 7
print b.draw(), b.idx
print mcell_ran4_init(0)
print b.draw(), a.draw()
x = 7
print mcell_ran4(&x), mcell_ran4(&x)
print a.set(3), a.got, a.set(3, 4), a.got, a.set(3, 4, 5), a.got
print a.sum(1, 2), a.sum(1, 2.5, 3, 4)
`, `0.3329034 0.25973824 7 
0 
9 
0.16413463 8 
0.33283839 0 0.22865218 1 
0.16413463 8 
9 
0.99425607 0.76283034 
0.46297889 0.99425607 
1 3 1 43 1 543 
4 6.5 
`)
}

const ranMod = `NEURON {
	ARTIFICIAL_CELL Ran
	RANGE idx, low, got
}
ASSIGNED { idx low got }
FUNCTION draw() {
	VERBATIM
	uint32_t i = (uint32_t) idx;
	double y;
	mcell_ran4(&i, &y, 1, 1.0);
	idx = i;
	_ldraw = y;
	ENDVERBATIM
}
PROCEDURE set(x) {
	VERBATIM
	got = 0;
	if (ifarg(1)) { got += *getarg(1); }
	if (ifarg(2)) { got += 10 * *getarg(2); }
	if (ifarg(3) && hoc_is_double_arg(3)) { got += 100 * chkarg(3, 0, 5); }
	ENDVERBATIM
}
FUNCTION sum() {
	VERBATIM
	int i, n = 0;
	for (i = 1; ifarg(i); i++) n++;
	_lsum = n + *getarg(2);
	ENDVERBATIM
}
NET_RECEIVE (w) { }
`

// TestHocCurrentsAtStart: fcurrent in FInitializeHandlers, of what they have set.
func TestHocCurrentsAtStart(t *testing.T) {
	hocPrints(t, nil, `create soma
access soma
{ L = 20 diam = 20 nseg = 1 insert hh }
objref f1, f2, st
st = new IClamp(.5)
{ st.dur = 10 st.amp = .1 }
f1 = new FInitializeHandler("m_hh = .2 fcurrent() print ina")
f2 = new FInitializeHandler(2, "print ina v = -40 fcurrent() print ina, v")
x = finitialize(-65)
print ina, v
x = fadvance()
print ina, v
`, `-0.065811731 
-0.065811731 
-0.051504833 -40 
-0.051504833 -40 
-0.051504833 -38.991081 
`)
}

// TestHocPushed: what push_section leaves is there until the statement of the
// program ends.
func TestHocPushed(t *testing.T) {
	hocPrints(t, nil, `create soma, x1
access soma
push_section("x1")
print secname()
{ push_section("x1") print secname() }
print secname()
proc p() { push_section("x1") print secname() }
p()
print secname()
if (1) { push_section("x1") push_section("soma") pop_section() print secname() }
x1 { print secname() }
print secname()
`, "\t1 \nsoma\nx1\nsoma\nx1\nsoma\nx1\nx1\nsoma\n")
}
