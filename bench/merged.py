"""Steps with merged synapses beside steps without, in turn: bench/merged.py ROUNDS [CONFIG.json [MODS]].

Without a model: 256 different cells with 200 synapses each (row morph256 of
bench/models.py), as ExpSyn, and as Tsodyks-Markram AMPA and NMDA synapses of ten
kinds of release. Prints the stepping's processor time on one thread, the pairs'
ratios, and whether spikes are the same.
"""
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

import models

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')


def releases(path, out, kinds=10):
    """The spec at path with other synapses."""
    with open(path) as f:
        spec = json.load(f)
    net, r = spec['netParams'], random.Random(3)
    net['synMechParams'] = {'t%d' % i: {'mod': 'DetAMPANMDA', 'Use': 0.2 + 0.06 * i, 'Dep': 50 + 20 * i, 'Fac': 5 + 3 * i} for i in range(kinds)}
    rule = net['connParams'].pop('all')
    of = [r.randrange(kinds) for _ in rule['delay']]
    for i in range(kinds):
        pick = lambda key: [x for x, k in zip(rule[key], of) if k == i]
        net['connParams']['all%d' % i] = {**rule, 'synMech': 't%d' % i, 'weight': 0.02, **{key: pick(key) for key in ('delay', 'connList', 'sec', 'loc')}}
    with open(out, 'w') as f:
        json.dump(spec, f)


def compare(program, what, args, rounds):
    runs = {False: [], True: []}
    for k in range(rounds):
        for merge in (k % 2 == 1, k % 2 == 0):
            line = subprocess.run([program] + ['-merge'] * merge + args, check=True, capture_output=True).stdout
            runs[merge].append(json.loads(line))
    first = runs[False][0]
    same = all(x['spikes'] == first['spikes'] for x in runs[False] + runs[True])
    ms = lambda merge: statistics.median(x['cpu_s'] for x in runs[merge]) / first['steps'] * 1e3
    ratios = sorted(a['cpu_s'] / b['cpu_s'] for a, b in zip(runs[False], runs[True]))
    print('%s: %d CVs, %d connections, %d spikes, %s; ms a step %.3g, merged %.3g; ratio %.2f (%.2f to %.2f)' % (
        what, first['cvs'], first['conns'], len(first['spikes'] or []), 'the same' if same else 'NOT THE SAME', ms(False), ms(True),
        statistics.median(ratios), ratios[0], ratios[-1]), flush=True)


def main():
    rounds = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as d:
        program = os.path.join(d, 'run')
        subprocess.run(['go', 'build', '-o', program, './bench/run'], cwd=root, check=True)
        if len(sys.argv) > 2:
            compare(program, sys.argv[2], (['-mod', sys.argv[3]] if len(sys.argv) > 3 else []) + [sys.argv[2]], rounds)
            return
        plain, tm = os.path.join(d, 'morph256.json'), os.path.join(d, 'releases.json')
        models.spec(models.make('morph256'), plain)
        releases(plain, tm)
        compare(program, 'ExpSyn', ['-duration', '30', plain], rounds)
        compare(program, 'DetAMPANMDA', ['-duration', '30', '-mod', os.path.join(root, 'corpus', 'recurrent', 'mod'), tm], rounds)


main()
