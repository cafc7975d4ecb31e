#!/usr/bin/env python3
"""on_neuron.py ROW [--core] [--threads N]: a model of models.py on NEURON, or on
CoreNEURON; prints a line of JSON: seconds to build, to run (wall and processor
time), CVs, steps, spikes (as [time, cell])."""
import json
import os
import sys
import time

import models

row = sys.argv[1]
core = '--core' in sys.argv
threads = int(sys.argv[sys.argv.index('--threads') + 1]) if '--threads' in sys.argv else 1
lib = sys.argv[sys.argv.index('--lib') + 1] if '--lib' in sys.argv else None
if core and lib:
    os.environ['CORENEURONLIB'] = os.path.join(lib, 'x86_64', 'libcorenrnmech.so')
sys.argv = sys.argv[:1]
from neuron import h  # noqa: E402

if lib:
    h.nrn_load_dll(os.path.join(lib, 'x86_64', 'libnrnmech.so'))
m = models.make(row)
pc = h.ParallelContext()
t0, c0 = time.perf_counter(), time.process_time()
cells, ncs, keep = [], [], []
cvs = 0
for gid, t in enumerate(m['cells']):
    secs = []
    for s in m['types'][t]:
        x = h.Section(name='%s_%d' % (s['name'], gid))
        x.L, x.diam, x.nseg, x.Ra, x.cm = s['L'], s['diam'], s['nseg'], 100, 1
        if s['parent'] >= 0:
            x.connect(secs[s['parent']](1.0 if s['parent'] else 0.5), 0)
        for mech, params in s['mechs'].items():
            x.insert(mech)
            for p, v in params.items():
                setattr(x, '%s_%s' % (p, mech), v)
        if 'cadyn' in s['mechs']:
            x.eca, x.cai, x.cao, x.ena, x.ek = 120, 1e-4, 2, 50, -85
        cvs += x.nseg
        secs.append(x)
    cells.append(secs)
    pc.set_gid2node(gid, pc.id())
    nc = h.NetCon(secs[0](0.5)._ref_v, None, sec=secs[0])
    nc.threshold = 10
    pc.cell(gid, nc)
    keep.append(nc)
for gid in range(m['point']):
    c = h.IntFire1()
    c.tau, c.refrac = 10, 5
    pc.set_gid2node(gid, pc.id())
    pc.cell(gid, h.NetCon(c, None))
    cells.append(c)
syns = []
for c, s, x in m['syns']:
    y = h.ExpSyn(cells[c][s](x))
    y.tau, y.e = 2, 0
    syns.append(y)
stims = []
for times in m['stims']:
    s = h.NetStim()
    s.start, s.number, s.noise = times[0], len(times), 0
    s.interval = times[1] - times[0] if len(times) > 1 else 1000
    stims.append(s)
targets = syns or cells
for src, to, w, d in m['edges']:
    nc = h.NetCon(stims[-1 - src], targets[to]) if src < 0 else pc.gid_connect(src, targets[to])
    nc.weight[0], nc.delay = w, d
    ncs.append(nc)
clamps = []
for c, delay, dur, amp in m['clamps']:
    x = h.IClamp(cells[c][0](0.5))
    x.delay, x.dur, x.amp = delay, dur, amp
    clamps.append(x)
build, build_cpu = time.perf_counter() - t0, time.process_time() - c0
tv, iv = h.Vector(), h.Vector()
pc.spike_record(-1, tv, iv)
h.dt, h.celsius = m['dt'], m['celsius']
if any('hh' in s['mechs'] for secs in m['types'].values() for s in secs):
    h.usetable_hh = 1 if m['usetable'] else 0
h.CVode().cache_efficient(1)
if os.environ.get('BINQUEUE'):
    h.CVode().queue_mode(1)
pc.nthread(threads)
pc.set_maxstep(10)
if core:
    from neuron import coreneuron
    coreneuron.enable = True
    coreneuron.verbose = 0
h.finitialize(-65)
if core:
    # Two runs: what is left when the short one's time is taken off is the stepping alone.
    pc.psolve(m['dt'])
    h.finitialize(-65)
    t1, c1 = time.perf_counter(), time.process_time()
    pc.psolve(m['dt'])
    t2, c2 = time.perf_counter(), time.process_time()
    h.finitialize(-65)
else:
    t1 = t2 = c1 = c2 = 0
t0, c0 = time.perf_counter(), time.process_time()
pc.psolve(m['duration'])
run, cpu = time.perf_counter() - t0 - (t2 - t1), time.process_time() - c0 - (c2 - c1)
n = len(m['cells']) + m['point']
spikes = sorted([t, int(g)] for t, g in zip(tv, iv) if g < n)
print(json.dumps(dict(build_s=build, build_cpu_s=build_cpu, run_s=run, cpu_s=cpu, cvs=cvs, steps=round(m['duration'] / m['dt']), spikes=spikes)))
