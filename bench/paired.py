#!/usr/bin/env python3
"""paired.py [--rounds N] [--only NAMES] ROW...: rall beside NEURON, CoreNEURON
(native: -O3 -march=native -ffast-math) and Arbor on the models of models.py, in
turn (A B C A B C ...), with processor time of the stepping alone where one
thread is asked for. Prints a table of medians, and of the ratios round by round,
which hold when the machine's speed drifts, and of what building the model takes
by the same clock (rall reads a spec and compiles mechanisms there). Spikes must be NEURON's to the step.

A ROW may end in +2 for two threads (wall time then), or in +merge: rall steps
synapses of equal kinetics on a CV as one then, as Arbor always does. Needs Go, Python with neuron
9.0.2 (RALL_NEURON=python, default .venv-oracle/bin/python) and one with arbor
0.12.2 (RALL_ARBOR=python; without it those columns stay empty)."""
import collections
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys

import models

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(here)
work = os.path.join(root, 'out', 'paired')
neuron = os.environ.get('RALL_NEURON', os.path.join(root, '.venv-oracle', 'bin', 'python'))
arbor = os.environ.get('RALL_ARBOR', '')
FLAGS = '-O3 -march=native -mprefer-vector-width=512 -ffast-math -fopenmp-simd'


def call(cmd, **kw):
    return subprocess.run(cmd, check=True, capture_output=True, text=True, **kw).stdout


def native():
    """The channels and built-in mechanisms for NEURON and for CoreNEURON, compiled once."""
    to = os.path.join(work, 'native')
    if not os.path.exists(os.path.join(to, 'x86_64', 'libcorenrnmech.so')):
        os.makedirs(to, exist_ok=True)
        for f in glob.glob(os.path.join(here, '..', 'corpus', 's1-column', 'channels', '*.mod')):
            shutil.copy(f, to)
        env = dict(os.environ, PATH=os.path.dirname(neuron) + ':' + os.environ['PATH'])
        call(['nrnivmodl', '-coreneuron', '-incflags', FLAGS, '.'], cwd=to, env=env)
    return to


def catalogue():
    so = os.path.join(work, 'channels-catalogue.so')
    if not os.path.exists(so):
        bin = os.path.dirname(arbor)
        env = dict(os.environ, PATH=bin + ':' + os.environ['PATH'])
        src = os.path.join(work, 'channels')
        os.makedirs(src, exist_ok=True)
        for f in glob.glob(os.path.join(here, '..', 'corpus', 's1-column', 'channels', '*.mod')):
            with open(f) as a, open(os.path.join(src, os.path.basename(f)), 'w') as b: # there these declare themselves
                b.write(re.sub(r'(?m)^ +(v|e(na|k|ca)|i|i(na|k|ca)|cai) +\((mV|mA/cm2|mM)\)\n', '', a.read()))
        call([os.path.join(bin, 'arbor-build-catalogue'), 'channels', src], cwd=work, env=env)
    return so


def simulators(row, threads, merge, only):
    t = ['--threads', str(threads)]
    m = models.make(row)
    spec = os.path.join(work, row + '.json')
    models.spec(m, spec)
    mods = ['-mod', m['mods']] if m['mods'] else []
    lib = ['--lib', native()] if m['mods'] or 'core' in only else []
    all = {'rall': [os.path.join(work, 'run'), '-threads', str(threads), *mods, *(['-merge'] if merge else []), spec],
           'neuron': [neuron, os.path.join(here, 'on_neuron.py'), row, *t, *(lib if m['mods'] else [])]}
    if not m['point']:
        all['core'] = [neuron, os.path.join(here, 'on_neuron.py'), row, *t, *lib, '--core']
    if arbor:
        cat = ['--catalogue', catalogue()] if m['mods'] else []
        all['arbor'] = [arbor, os.path.join(here, 'on_arbor.py'), row, *t, *cat]
    return m, {k: v for k, v in all.items() if k in only}


def once(cmd):
    return json.loads(call(cmd).strip().splitlines()[-1])


def same(a, b):
    """Spikes of the same cells in the same steps."""
    key = lambda s: collections.Counter((round(t * 1e3), int(c)) for t, c in s or [])
    return key(a) == key(b)


def main():
    args = sys.argv[1:]
    rounds, only = 5, ['rall', 'neuron', 'core', 'arbor']
    while args and args[0].startswith('--'):
        if args[0] == '--rounds':
            rounds = int(args[1])
        elif args[0] == '--only':
            only = args[1].split(',')
        args = args[2:]
    os.makedirs(work, exist_ok=True)
    call(['go', 'build', '-o', os.path.join(work, 'run'), './bench/run'], cwd=root)
    print('| row | per | rall | ' + ' | '.join('%s, times rall (range)' % s for s in only[1:]) + ' | spikes |')
    print('|---|' + '---|' * (len(only) + 2), flush=True)
    for arg in args or list(models.ROWS):
        row, _, how = arg.partition('+')
        threads = how.isdigit()
        m, sims = simulators(row, int(how) if threads else 1, how == 'merge', only)
        clock, built = ('run_s', 'build_s') if threads else ('cpu_s', 'build_cpu_s')
        took, spikes = collections.defaultdict(list), {}
        for _ in range(rounds):
            for name, cmd in sims.items():
                r = once(cmd)
                cells = len(m['cells']) + m['point'] # others drive them
                r['spikes'] = [x for x in r['spikes'] or [] if x[1] < cells]
                took[name].append(r)
                spikes[name] = r['spikes']
        first = took['rall'][0]
        if m['point']:
            n = len(spikes['rall']) * sum(e[0] >= 0 for e in m['edges']) / m['point']
            unit = 'delivery'
        else:
            n, unit = first['cvs'] * first['steps'], 'CV-step'
        cell = ['%.3g ns' % (statistics.median(r[clock] for r in took['rall']) / n * 1e9)]
        for s in only[1:]:
            if s not in took:
                cell.append('')
                continue
            ratios = sorted(b[clock] / a[clock] for a, b in zip(took['rall'], took[s]))
            build = statistics.median(b[built] / a[built] for a, b in zip(took['rall'], took[s]))
            cell.append('%.3g ns, %.2f (%.2f to %.2f); built %.2g' % (statistics.median(r[clock] for r in took[s]) / n * 1e9, statistics.median(ratios), ratios[0],
                                                                      ratios[-1], build))
        said = ['%d' % len(spikes['rall'])]
        for s in only[1:]:
            if s in ('neuron', 'core') and s in spikes and not same(spikes['rall'], spikes[s]):
                said.append('%s: not the same, %d' % (s, len(spikes[s])))
            elif s == 'arbor' and s in spikes:
                said.append('arbor %d' % len(spikes[s]) if spikes[s] else 'arbor keeps none')
        print('| %s | %s | %s | %s |' % (arg, unit, ' | '.join(cell), ', '.join(said)), flush=True)


main()
