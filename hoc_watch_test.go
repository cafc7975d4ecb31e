package rall

import "testing"

// TestHocWatchSetsV: a WATCH takes v from the node again when it is armed, and what NET_RECEIVE
// has assigned to v before it is lost; later assignments reach the node. What NEURON 9.0.2 prints.
func TestHocWatchSetsV(t *testing.T) {
	hocPrints(t, map[string]string{"watchv": `NEURON { POINT_PROCESS WatchV NONSPECIFIC_CURRENT i RANGE seen, seen2, mode, x }
ASSIGNED { v (millivolt) i (nanoamp) seen seen2 x }
PARAMETER { mode = 0 }
INITIAL { seen = 0 seen2 = 0 x = 0 }
BREAKPOINT { i = 0 }
NET_RECEIVE(w) {
  if (flag == 0) {
  v = -30 + w
  seen = v
  if (mode == 1) { x = 3 WATCH (v > 10) 2 }
  if (mode == 2) { WATCH (x > 10) 2 }
  if (mode == 3) { WATCH (v > 10) 2 v = -40 WATCH (x > 10) 4 }
  if (mode == 4) { WATCH (x > 10) 2 v = -40 WATCH (v < -35) 3 v = v+5 seen2=v }
  if (mode == 5) { WATCH (v > 10) 2 v = -41 }
  if (mode != 4) { seen2 = v }
  } else { x = x + flag v = -20 }
}
`}, `load_file("stdrun.hoc")
create z
access z
objref p, nc, ns
z { L=10 diam=31.8309886 cm=1 insert pas p = new WatchV(0.5) }
ns = new NetStim()
{ ns.number=2 ns.start=1 ns.interval=1 }
nc = new NetCon(ns, p, 0, 1, 1)
dt=0.025
for m=0,5 { p.mode=m finitialize(-65)
while (t < 3.5) { fadvance() if (int(t/0.5+1e-6) != int((t-dt)/0.5+1e-6) && t > 1.9) print m, z.v(.5), p.seen, p.seen2, p.x }
}
`, `	1 
0 -69.306477 0 0 0 
0 -44.978891 -29 -29 0 
0 -29 -29 -29 0 
0 -44.978891 -29 -29 0 
1 -69.306477 0 0 0 
1 -69.576763 -29 -69.306477 3 
1 -69.741711 -29 -69.741711 3 
1 -69.842374 -29 -69.741711 3 
2 -69.306477 0 0 0 
2 -69.576763 -29 -69.306477 0 
2 -69.741711 -29 -69.741711 0 
2 -69.842374 -29 -69.741711 0 
3 -69.306477 0 0 0 
3 -69.576763 -29 -69.306477 0 
3 -69.741711 -29 -69.741711 0 
3 -69.842374 -29 -69.741711 0 
4 -69.306477 0 0 0 
4 -66.525408 -29 -64.306477 0 
4 -62.879558 -29 -62.879558 0 
4 -65.654601 -29 -62.879558 0 
5 -69.306477 0 0 0 
5 -52.302143 -29 -41 0 
5 -41 -29 -41 0 
5 -52.302143 -29 -41 0 
`)
}
