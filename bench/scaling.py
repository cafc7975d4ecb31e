#!/usr/bin/env python3
"""scaling.py [--rounds N] ranks ROW | size | silent: what two cores, more cells and
more time cost rall.

ranks   ROW of models.py on one thread, in two copies of that side by side (the
        most that two cores of this machine can do), on two threads, and on two MPI
        ranks, in turn; the speed-ups of the latter two over that of the two copies.
size    a ring of 164 cells (10,004 CVs) and one of 16,394 (1,000,034), delays of
        1 ms and more: the cost of a CV-step, and the ratio.
silent  256 cells of different trees with 200 silent synapses each and no current:
        the cost of every second of ten.

Wall times of the run alone, as run.json has them (silent: processor time). Needs Go, and Open MPI for
ranks."""
import json
import os
import statistics
import subprocess
import sys

import models

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(here)
work = os.path.join(root, 'out', 'scaling')
env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT='1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1')


def start(spec, name, threads, before=(), more=()):
    out = os.path.join(work, name)
    cmd = [*before, os.path.join(work, 'rall'), 'run', spec, '-q', '--csv', '--no-plots', '--force', '--threads', str(threads), '-o', out, *more]
    p = subprocess.Popen(cmd, env=dict(env, GOMAXPROCS=str(threads)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait():
        said = p.communicate()[0]
        if p.returncode:
            sys.exit(said)
        return json.load(open(os.path.join(out, 'run.json')))['run']['runTime'], open(os.path.join(out, 'spikes.csv')).read()
    return wait


def spread(x):
    return '%.2f (%.2f to %.2f)' % (statistics.median(x), min(x), max(x))


def ranks(row, rounds):
    m = models.make(row)
    spec = os.path.join(work, row + '.json')
    models.spec(m, spec)
    mods = ['--mod', m['mods']] if m['mods'] else []
    threads, two = [], []
    on = ['mpirun', '-q', '--bind-to', 'none', '-n', '2']
    for _ in range(rounds):
        one, spikes = start(spec, 'one', 1, more=mods)()
        copies = [start(spec, 'copy%d' % i, 1, more=mods) for i in range(2)]
        beside = max(w()[0] for w in copies)
        t, s = start(spec, 'threads', 2, more=mods)()
        r, z = start(spec, 'ranks', 1, on, mods)()
        if not spikes == s == z:
            sys.exit('the spikes are not the same')
        most = 2 * one / beside
        threads.append(one / t / most)
        two.append(one / r / most)
        print('%s: one %.2f s, copies %.2f s, threads %.2f s, ranks %.2f s' % (row, one, beside, t, r), flush=True)
    print('| %s | two threads %s | two ranks %s | of the speed-up of two copies |' % (row, spread(threads), spread(two)))


def size(rounds):
    cost = {}
    for cells, duration in ((164, 200), (16394, 4)):
        m = models.ring(cells - cells % 2, duration=duration)
        spec = os.path.join(work, 'size%d.json' % cells)
        models.spec(m, spec)
        cost[cells] = (spec, 61 * len(m['cells']) * duration / m['dt'])
    ratios, ns = [], {164: [], 16394: []}
    for _ in range(rounds):
        for cells, (spec, n) in cost.items():
            ns[cells].append(start(spec, 'size', 1)()[0] / n * 1e9)
        ratios.append(ns[16394][-1] / ns[164][-1])
    print('| ring | 10,004 CVs: %s ns per CV-step | 1,000,034 CVs: %s | ratio %s |' % (spread(ns[164]), spread(ns[16394]), spread(ratios)))


def silent():
    m = models.morphologies(256, True, 200, duration=10000)
    m['clamps'] = []
    spec = os.path.join(work, 'silent.json')
    models.spec(m, spec)
    subprocess.run(['go', 'build', '-o', os.path.join(work, 'run'), './bench/run'], cwd=root, check=True)
    said = json.loads(subprocess.run([os.path.join(work, 'run'), '-parts', '10', spec], check=True, capture_output=True, text=True).stdout)
    parts = said['parts_cpu_s']
    print('| silent | seconds of processor time by second of model time: %s | tenth over first %.2f | %d spikes |' %
          (' '.join('%.2f' % x for x in parts), parts[9] / parts[0], len(said['spikes'] or [])))


def main():
    args, rounds = sys.argv[1:], 5
    if args[:1] == ['--rounds']:
        rounds, args = int(args[1]), args[2:]
    if not args or args[0] not in ('ranks', 'size', 'silent') or (args[0] == 'ranks') != (len(args) == 2):
        sys.exit(__doc__)
    os.makedirs(work, exist_ok=True)
    tags = ['-tags', 'mpi'] if args[0] == 'ranks' else []
    subprocess.run(['go', 'build', *tags, '-o', os.path.join(work, 'rall'), './cmd/rall'], cwd=root, check=True)
    if args[0] == 'ranks':
        ranks(args[1], rounds)
    elif args[0] == 'size':
        size(rounds)
    else:
        silent()


main()
