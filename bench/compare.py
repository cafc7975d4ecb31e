#!/usr/bin/env python3
"""compare.py [ROUNDS]: the benchmarks of doc/performance.md, rall against NetPyNE on
NEURON, in turn on this machine (A B A B ...), so that a ratio holds when the
machine's speed drifts. Needs bin/rall (tools/setup) and Python with netpyne (see
tools/live). Prints a table of medians and of the ratio pair by pair."""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
rall = os.path.join(here, '..', 'bin', 'rall')
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
out = tempfile.mkdtemp()


def run_rall(spec, *flags):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    t0 = time.perf_counter()
    text = subprocess.run([rall, 'run', spec, '-q', '--json', '--force', '--no-plots', '-o', os.path.join(out, 'r'), *flags],
                          check=True, capture_output=True, text=True).stdout
    wall = time.perf_counter() - t0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    s = json.loads(text)
    s['wall_s'] = wall
    s['cpu_s'] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return s


def run_neuron(spec, threads=1):
    text = subprocess.run([sys.executable, os.path.join(here, 'netpyne_time.py'), spec, str(threads)],
                          check=True, capture_output=True, text=True).stdout
    return json.loads(text.strip().splitlines()[-1])


def row(name, unit, mine, theirs):
    m, t = statistics.median(mine), statistics.median(theirs)
    ratios = sorted(b / a for a, b in zip(mine, theirs))
    print('| %-44s | %9.4g %-4s | %9.4g %-4s | %.2f (%.2f to %.2f) |' % (name, m, unit, t, unit, statistics.median(ratios), ratios[0], ratios[-1]))


print('| benchmark | rall | NetPyNE on NEURON | NEURON / rall, median (range) |')
print('|---|---|---|---|')
for threads in (1, 2):
    a, b, spikes = [], [], set()
    for _ in range(rounds):
        r = run_rall(os.path.join(here, 'ring.json'), '--threads', str(threads))
        n = run_neuron(os.path.join(here, 'ring.json'), threads)
        steps = n['cvs'] * n['steps']
        a.append(r['run_s'] / steps * 1e9)
        b.append(n['run_s'] / steps * 1e9)
        spikes.add((r['spikes'], n['spikes']))
    row('ring of 256 cells, %d thread%s, per CV-step' % (threads, 's' * (threads > 1)), 'ns', a, b)
    assert all(x == y for x, y in spikes), spikes
a, b = [], []
for _ in range(rounds):
    r = run_rall(os.path.join(here, 'projection.json'))
    n = run_neuron(os.path.join(here, 'projection.json'))
    a.append(r['build_s'])
    b.append(n['create_s'] + n['connect_s'])
row('500 x 500 projection: cells and connections', 's', a, b)
a = [run_rall(os.path.join(here, 'one-cell.json'))['wall_s'] for _ in range(rounds)]
print('| one hh cell, 100 ms, one trace, start to files | %.4g s | | |' % statistics.median(a))
