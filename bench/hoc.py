#!/usr/bin/env python3
"""hoc.py [--rounds N]: rall and NEURON build the cells of BenchmarkHocCells in
turn: one of a 10,000-point morphology; a thousand of twenty templates and
finitialize, of which NEURON makes 40 and gets 25 times the time. Prints medians
[ms] of wall time, and of the ratios round by round, which hold when the machine's
speed drifts. Needs Go, and Python with neuron 9.0.2 (RALL_NEURON=python, default
.venv-oracle/bin/python)."""
import os
import re
import statistics
import subprocess
import sys
import tempfile

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
neuron = os.environ.get('RALL_NEURON', os.path.join(root, '.venv-oracle', 'bin', 'python'))
rounds = int(sys.argv[2]) if sys.argv[1:2] == ['--rounds'] else 5

SIDE = '''
import time
from neuron import h
h.load_file("stdrun.hoc"); h.load_file("import3d.hoc")
h.load_file("t20.hoc")
t = time.perf_counter()
one = h.C20()
print("import", time.perf_counter() - t)
assert len(list(one.all)) == 101
one = None
for k in range(20): h.load_file("t%d.hoc" % k)
t = time.perf_counter()
cells = [getattr(h, "C%d" % k)() for _ in range(2) for k in range(20)]
h.finitialize(-65)
print("program", 25*(time.perf_counter() - t))
'''


def call(cmd, **kw):
    return subprocess.run(cmd, check=True, capture_output=True, text=True, **kw).stdout


with tempfile.TemporaryDirectory() as work:
    test = os.path.join(work, 'rall.test')
    call(['go', 'test', '-c', '-o', test, '.'], cwd=root)
    env = dict(os.environ, RALL_HOC_BENCH=work, NEURON_MODULE_OPTIONS='-nogui')
    took = {}
    for r in range(rounds + 1):
        said = call([test, '-test.run', 'none', '-test.bench', 'HocCells', '-test.benchtime', '1x'], cwd=root, env=env)
        ours = {m[0]: float(m[1])/1e6 for m in re.findall(r'HocCells/(\w+)\S*\s+\d+\s+(\S+) ns/op', said)}
        theirs = {m[0]: float(m[1])*1e3 for m in re.findall(r'(import|program) (\S+)', call([neuron, '-c', SIDE], cwd=work, env=env))}
        if r:  # the first warms up
            for k in ours:
                took.setdefault(k, []).append((ours[k], theirs['program' if k == 'spec' else k]))
    for k, pairs in took.items():
        a, b, ratio = (statistics.median(x) for x in ([p[0] for p in pairs], [p[1] for p in pairs], [p[1]/p[0] for p in pairs]))
        print('%-8s rall %7.1f ms   NEURON %9.1f ms   %6.1f times as long' % (k, a, b, ratio))
