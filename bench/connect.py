#!/usr/bin/env python3
"""Times a million random connections between 2,000 IntFire1 cells, 500 onto each,
in NEURON's Python, and the same network in rall (BenchmarkBuild of the root
package, from the text of the spec to the first step), in turn; prints processor
time [ns] of each connection and the median of the ratios. Arguments: rounds."""
import os
import re
import statistics
import subprocess
import sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

NEURON = '''
import random, time
from neuron import h
n, k = 2000, 500
r = random.Random(1)
cells = [h.IntFire1() for _ in range(n)]
start = time.process_time()
cons = []
for to in range(n):
    for i in r.sample(range(n), k):
        c = h.NetCon(cells[i], cells[to])
        c.weight[0] = 0.001
        c.delay = 2
        cons.append(c)
print((time.process_time() - start) / (n * k) * 1e9)
'''


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    binary = os.path.join(root, 'out', 'bench', 'build.test')
    os.makedirs(os.path.dirname(binary), exist_ok=True)
    subprocess.run(['go', 'test', '-c', '-o', binary, '.'], cwd=root, check=True)
    rall, neuron = [], []
    for _ in range(rounds):
        text = subprocess.run([binary, '-test.run', 'xxx', '-test.bench', 'Build/points-convergence$', '-test.benchtime', '3x', '-test.cpu', '1'],
                              cwd=root, check=True, capture_output=True, text=True).stdout
        rall.append(float(re.search(r'([\d.]+) cpu-ns/edge', text)[1]))
        neuron.append(float(subprocess.run([sys.executable, '-c', NEURON], check=True, capture_output=True, text=True).stdout.split()[-1]))
    ratios = sorted(b / a for a, b in zip(rall, neuron))
    print('rall %.0f ns, NEURON %.0f ns a connection; NEURON / rall %.1f (%.1f to %.1f)' % (
        statistics.median(rall), statistics.median(neuron), statistics.median(ratios), ratios[0], ratios[-1]))


main()
