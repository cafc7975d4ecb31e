package rall

import "testing"

// TestHocSourceOutlivesNetCon: what a NetCon watches goes on without it as long as its times are
// recorded in a Vector or a gid stands for it, and is no NetCon then. What NEURON 9.0.2 prints.
func TestHocSourceOutlivesNetCon(t *testing.T) {
	hocPrints(t, nil, `load_file("stdrun.hoc")
create soma
access soma
insert hh
objref st, l, nc, nil, pc, v1, v2, v3, i3, ns, sy, cv
st = new IClamp(.5)
{st.del=1 st.dur=20 st.amp=10 L=30 diam=30}
pc = new ParallelContext()
cv = new CVode()
v1 = new Vector()
v2 = new Vector()
v3 = new Vector()
i3 = new Vector()
l = new List("NetCon")
nc = new NetCon(&v(.5), nil)
{nc.record(v1)}
objref nc
print "record vec:", l.count
tstop=20
run()
print v1.size
ns = new NetStim()
{ns.interval=5 ns.number=100 ns.start=1}
nc = new NetCon(ns, nil)
proc say() { print "fired", t }
{nc.record("say()")}
objref nc
print "record stmt:", l.count
run()
print v1.size
nc = new NetCon(&v(.5), nil)
nc.threshold=-30
{pc.set_gid2node(3,0) pc.cell(3, nc)}
objref nc
print "after pc.cell:", l.count
print pc.threshold(3), pc.gid_exists(3)
print pc.gid2cell(3)
nc = new NetCon(&v(.5), nil)
print nc, nc.threshold, nc.srcgid, l.count
sy = new ExpSyn(.5)
objref nc
nc = pc.gid_connect(3, sy)
print nc, l.count, nc.threshold, nc.srcgid
objref nc
print l.count
{pc.spike_record(3, v3, i3)}
run()
print v1.size, v3.size, i3.sum
print cv.netconlist("","","").count
{pc.gid_clear()}
print l.count
run()
print v1.size, v3.size
`, `	1 
record vec:0 
1 
record stmt:0 
1 
after pc.cell:0 
-30 3 
NULLobject 
NetCon[0] -30 3 1 
NetCon[0] 1 -30 3 
0 
1 1 3 
0 
0 
1 1 
`)
}

// TestHocSourceEnds: a source that nothing holds any more loses its threshold. What NEURON 9.0.2 prints.
func TestHocSourceEnds(t *testing.T) {
	hocPrints(t, nil, `create soma
access soma
objref nc, nil
nc = new NetCon(&v(.5), nil)
nc.threshold = -30
objref nc
nc = new NetCon(&v(.5), nil)
print nc.threshold, nc
`, `10 NetCon[0] 
`)
}
