package rall

import "testing"

// TestHocGlobals: GLOBALs of which instances find what others have left (counters, latches, arrays, what
// INITIAL computes of a RANGE variable) are one for all, which the program reads and sets. The numbers are
// those of NEURON 9.0.2.
func TestHocGlobals(t *testing.T) {
	hocPrints(t, map[string]string{
		"garr": `NEURON { SUFFIX garr GLOBAL vol, n, lim, cnt, latch RANGE s, mine }
DEFINE N 3
PARAMETER { lim = 2 }
ASSIGNED { vol[N] n s v (mV) cnt mine latch }
INITIAL {
 n = n + 1
 mine = n
 if (n == 1) { FROM i = 0 TO N-1 { vol[i] = lim*(i+1) } }
 s = vol[1] + vol[2]
 cnt = 0
 latch = 0
}
BREAKPOINT { cnt = cnt + 1 s = s + vol[0]
 if (v > -50) { latch = latch + 1 } }
`,
		"gnet": `NEURON { POINT_PROCESS GNet GLOBAL total, last RANGE own, at }
ASSIGNED { total last (ms) own at }
INITIAL { own = 0 at = 0 }
NET_RECEIVE(w) { total = total + w own = own + 1 last = t at = total }
`,
	}, `create a, b, c
objref p1, p2, ns, n1, n2
forall { insert garr L = 10 diam = 10 nseg = 2 }
a p1 = new GNet(.5)
b p2 = new GNet(.5)
ns = new NetStim()
{ ns.start = 1 ns.number = 3 ns.interval = 2 ns.noise = 0 dt = 0.025 }
n1 = new NetCon(ns, p1, 0, 0.5, 1)
n2 = new NetCon(ns, p2, 0, 0.25, 10)
access a
{ printf("%g %g %g\n", vol_garr[0], vol_garr[2], n_garr) vol_garr[1] = 7 }
proc show() {
 printf("%g n %g cnt %g latch %g vol %g %g %g s %g %g mine %g %g %g %g total %g last %g at %g %g\n", t, n_garr, cnt_garr, latch_garr, vol_garr[0], vol_garr[1], vol_garr[2], a.s_garr(.25), c.s_garr(.75), a.mine_garr(.25), a.mine_garr(.75), b.mine_garr(.25), c.mine_garr(.75), total_GNet, last_GNet, p1.at, p2.at)
}
{ finitialize(-65) show() fadvance() fadvance() show() vol_garr[0] = 3 fadvance() show() }
{ while (t < 2) fadvance()  show() while (t < 8) fadvance()  show() }
{ finitialize(-65) show() }
{ lim_garr = 5 n_garr = 0 finitialize(-65) show() fadvance() show() }
`, `0 0 0
0 n 6 cnt 0 latch 0 vol 2 4 6 s 10 10 mine 1 2 3 6 total 0 last 0 at 0 0
0.05 n 6 cnt 12 latch 0 vol 2 4 6 s 14 14 mine 1 2 3 6 total 0 last 0 at 0 0
0.075 n 6 cnt 18 latch 0 vol 3 4 6 s 17 17 mine 1 2 3 6 total 0 last 0 at 0 0
2 n 6 cnt 480 latch 0 vol 3 4 6 s 248 248 mine 1 2 3 6 total 11 last 1.5 at 11 10
8 n 6 cnt 1920 latch 0 vol 3 4 6 s 968 968 mine 1 2 3 6 total 33 last 5.5 at 33 32
0 n 12 cnt 0 latch 0 vol 3 4 6 s 10 10 mine 7 8 9 12 total 33 last 5.5 at 0 0
0 n 6 cnt 0 latch 0 vol 5 10 15 s 25 25 mine 1 2 3 6 total 33 last 5.5 at 0 0
0.025 n 6 cnt 6 latch 0 vol 5 10 15 s 30 30 mine 1 2 3 6 total 33 last 5.5 at 0 0
`)
}

// TestHocGlobalOfCurrents: NEURON evaluates currents twice a step, and counts twice.
func TestHocGlobalOfCurrents(t *testing.T) {
	hocPrints(t, map[string]string{
		"gcur": `NEURON { SUFFIX gcur GLOBAL calls NONSPECIFIC_CURRENT i }
PARAMETER { calls = 0 }
ASSIGNED { v (mV) i (mA/cm2) }
INITIAL { calls = 0 }
BREAKPOINT { i = g()*(v + 65) }
FUNCTION g() { calls = calls + 1 g = 1e-6 }
`,
	}, `create a
{ a { insert gcur nseg = 3 } }
{ finitialize(-60) print calls_gcur, a.i_gcur(.5) fadvance() print calls_gcur fadvance() print calls_gcur }
`, `6 5e-06 
12 
18 
`)
}

// TestHocGlobalOrder: instances go through a GLOBAL in NEURON's order: by node, on a node from the latest
// to the first, BREAKPOINT twice where it has currents.
func TestHocGlobalOrder(t *testing.T) {
	hocPrints(t, map[string]string{
		"bcount": `NEURON { SUFFIX bcount NONSPECIFIC_CURRENT i GLOBAL cur, first, busy, tadj, made RANGE g, mine, when, rank }
PARAMETER { g = 1e-4 }
ASSIGNED { i (mA/cm2) v (mV) cur mine first (ms) busy when (ms) tadj made rank }
STATE { m }
INITIAL { m = 0 cur = 0 first = -1 busy = 0 when = -1 tadj = 1 + g*1000 made = made + 1 rank = made }
BREAKPOINT { SOLVE s METHOD cnexp cur = cur + 1
 if (v > -40 && first < 0) { first = t when = t }
 i = g*(v + 60) + 1e-3*busy*tadj }
DERIVATIVE s { mine = busy  busy = busy + 0.001*m  m' = (v/100 + 1 - m)/10 }
`,
		"latch": `NEURON { POINT_PROCESS Latch GLOBAL owner, count RANGE id, got, order, hits NONSPECIFIC_CURRENT i }
ASSIGNED { owner count id got order hits v (mV) i (nA) }
INITIAL { count = count + 1 order = count got = 0 owner = 0 hits = 0 }
BREAKPOINT { i = 0.001*got*(v - 0) }
NET_RECEIVE(w) {
 if (owner == 0) { owner = id got = got + 1 net_send(3, 1) }
 else { if (flag == 1) { owner = 0 } else { hits = hits + 1 } }
}
`,
	}, `create a, b[3], c
objref p[5], ns, nc[5]
a { L = 30 diam = 15 nseg = 3 }
for i = 0, 2 b[i] { L = 100 + 10*i diam = 2 nseg = 3 }
c { L = 20 diam = 20 }
connect b[0](0), a(1)
connect b[1](0), b[0](1)
connect b[2](0), a(0.5)
forall { insert hh insert bcount g_bcount = 1e-5*L }
c p[0] = new Latch(.5)
b[1] p[1] = new Latch(.8)
a p[2] = new Latch(.5)
a p[3] = new Latch(.5)
b[2] p[4] = new Latch(.1)
ns = new NetStim()
{ ns.start = 1 ns.number = 20 ns.interval = 1.3 ns.noise = 0 dt = 0.025 }
for i = 0, 4 { p[i].id = i + 1 nc[i] = new NetCon(ns, p[i], 0, 0.5 + (i*7)%5*0.4, 1) }
access a
proc show() { local i
 printf("%g %g %.8g %.10g %.8g %.8g| %.10g %.10g %.10g |", t, cur_bcount, first_bcount, busy_bcount, tadj_bcount, made_bcount, mine_bcount(.5), c.mine_bcount(.5), c.v(.5))
 printf(" %g %g", owner_Latch, count_Latch)
 for i = 0, 4 printf(" %g/%g/%g", p[i].order, p[i].got, p[i].hits)
 printf(" ranks")
 forall for (x, 0) printf(" %g", rank_bcount(x))
 printf(" %g %g\n", b[1].when_bcount(.9), c.when_bcount(.5))
}
{ finitialize(-65) show() fadvance() show() fadvance() show() }
while (t < 30) { fadvance() if (int(t/5) != int((t-dt)/5)) show() }
{ finitialize(-60) show() tadj_bcount = 3 owner_Latch = 2 fadvance() show() }
`, `0 26 -1 0 1.2 13| 0 0 -65 | 0 5 5/0/0 4/0/0 2/0/0 1/0/0 3/0/0 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 -1
0.025 52 -1 0 1.2 13| 0 0 -64.97479469 | 0 5 5/0/0 4/0/0 2/0/0 1/0/0 3/0/0 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 -1
0.05 78 -1 1.139166154e-05 1.2 13| 8.756268894e-07 1.051712503e-05 -64.95010477 | 0 5 5/0/0 4/0/0 2/0/0 1/0/0 3/0/0 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 -1
5 5226 4.2375 0.2079077268 1.2 13| 0.206062004 0.207694969 30.08569642 | 4 5 5/1/2 4/0/3 2/0/2 1/1/2 3/0/2 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 4.2375
10 10426 4.2375 0.7450193627 1.2 13| 0.7420637221 0.7447150205 -72.4897837 | 5 5 5/1/6 4/0/6 2/0/6 1/1/6 3/1/5 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 4.2375
15 15626 4.2375 1.459876115 1.2 13| 1.45627328 1.45956783 -65.58483074 | 2 5 5/1/10 4/1/9 2/1/9 1/1/10 3/1/9 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 4.2375
20 20826 4.2375 2.291771 1.2 13| 2.28772975 2.291441709 -63.08809731 | 5 5 5/1/14 4/1/13 2/1/12 1/1/13 3/2/12 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 4.2375
25 26026 4.2375 3.201454165 1.2 13| 3.197123533 3.201110482 -63.84578398 | 2 5 5/1/18 4/2/16 2/2/15 1/1/17 3/2/16 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 4.2375
30 31226 4.2375 4.162195876 1.2 13| 4.157680174 4.161846889 -64.6159863 | 0 5 5/1/19 4/2/18 2/2/18 1/1/19 3/3/17 ranks 1 2 3 7 8 9 10 11 12 4 5 6 13 -1 4.2375
0 26 -1 0 1.2 26| 4.157680174 4.161846889 -60 | 0 10 10/0/0 9/0/0 7/0/0 6/0/0 8/0/0 ranks 14 15 16 20 21 22 23 24 25 17 18 19 26 -1 -1
0.025 52 -1 0 3 26| 0 0 -60.21357989 | 2 10 10/0/0 9/0/0 7/0/0 6/0/0 8/0/0 ranks 14 15 16 20 21 22 23 24 25 17 18 19 26 -1 -1
`)
}
