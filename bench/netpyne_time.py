#!/usr/bin/env python3
"""netpyne_time.py SPEC [THREADS]: builds a spec with NetPyNE on NEURON and runs
it; prints one JSON line: seconds to create
the cells and to connect them (wall, and of the processor), connections, seconds to run (psolve only; wall and CPU), CVs,
steps, spikes."""
import io
import json
import os
import sys
import time
from contextlib import redirect_stdout

spec = os.path.abspath(sys.argv[1])
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
sys.argv = sys.argv[:1]
with redirect_stdout(io.StringIO()):
    from netpyne import sim
    from neuron import h
    net = sim.loadNetParams(spec, variable='netParams', setLoaded=False)
    cfg = sim.loadSimCfg(spec, variable='simConfig', setLoaded=False)
    cfg.progressBar = 0
    sim.initialize(netParams=net, simConfig=cfg)
    t0 = time.perf_counter()
    sim.net.createPops()
    sim.net.createCells()
    create = time.perf_counter() - t0
    t0, c0 = time.perf_counter(), time.process_time()
    sim.net.connectCells()
    connect, connect_cpu = time.perf_counter() - t0, time.process_time() - c0
    sim.net.addStims()
    sim.setupRecording()
    pc = h.ParallelContext()
    pc.nthread(threads)
    from netpyne.sim import run as netpyne_run
    netpyne_run.preRun()
    h.finitialize(float(cfg.hParams['v_init']))
    pc.set_maxstep(10)
    t0, c0 = time.perf_counter(), time.process_time()
    pc.psolve(cfg.duration)
    run, cpu = time.perf_counter() - t0, time.process_time() - c0
    cvs = sum(s.nseg for s in h.allsec())
print(json.dumps({'create_s': create, 'connect_s': connect, 'connect_cpu_s': connect_cpu, 'conns': sum(len(c.conns) for c in sim.net.cells), 'run_s': run, 'run_cpu_s': cpu, 'cvs': cvs, 'steps': round(h.t / h.dt), 'spikes': len(sim.simData['spkt'])}))
