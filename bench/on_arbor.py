#!/usr/bin/env python3
"""on_arbor.py ROW [--threads N] [--catalogue FILE]: a model of models.py on Arbor;
prints the line of JSON that on_neuron.py prints."""
import json
import sys
import time

import arbor
from arbor import units as U

import models

row = sys.argv[1]
threads = int(sys.argv[sys.argv.index('--threads') + 1]) if '--threads' in sys.argv else 1
catalogue = sys.argv[sys.argv.index('--catalogue') + 1] if '--catalogue' in sys.argv else None
m = models.make(row)
ncells, npoints = len(m['cells']), m['point']
t0, c0 = time.perf_counter(), time.process_time()


class Template:
    """A cell type: the morphology, its decoration and where its CVs end."""

    def __init__(self, secs):
        tree = arbor.segment_tree()
        ends, at, self.nseg = [], [], 0
        for i, s in enumerate(secs):
            # Children of a section's middle hang on a half of it; so do ours of the soma.
            r = s['diam'] / 2
            if s['parent'] < 0:
                half = tree.append(arbor.mnpos, arbor.mpoint(0, 0, 0, r), arbor.mpoint(s['L'] / 2, 0, 0, r), tag=1)
                end = tree.append(half, arbor.mpoint(s['L'] / 2, 0, 0, r), arbor.mpoint(s['L'], 0, 0, r), tag=1)
                ends.append(half)
                at.append([(half, 0.0, 0.5), (end, 0.5, 1.0)])
                continue
            x = s['L'] + sum(secs[j]['L'] for j in range(i))
            seg = tree.append(ends[s['parent']], arbor.mpoint(x, 0, 0, r), arbor.mpoint(x + s['L'], 0, 0, r), tag=i + 1)
            ends.append(seg)
            at.append([(seg, 0.0, 1.0)])
        morph = arbor.morphology(tree)
        where = {}
        for b in range(morph.num_branches):
            segs = morph.branch_segments(b)
            total = sum(abs(g.dist.x - g.prox.x) for g in segs)
            done = 0
            for g in segs:
                n = abs(g.dist.x - g.prox.x)
                where[(g.prox.x, g.dist.x, g.tag)] = (b, done / total, (done + n) / total)
                done += n
        segs = tree.segments
        place = [where[(g.prox.x, g.dist.x, g.tag)] for g in segs]

        def loc(sec, x):
            for seg, lo, hi in at[sec]:
                if x <= hi or hi == 1.0:
                    b, p, q = place[seg]
                    return '(location %d %.17g)' % (b, p + (q - p) * (x - lo) / (hi - lo))

        self.loc = loc
        bounds = []
        for i, s in enumerate(secs):
            if i == 0:
                bounds += [loc(0, 1.0), loc(0, 0.0)]
            else:
                bounds += [loc(i, k / s['nseg']) for k in range(s['nseg'] + 1)]
        self.cvs = sum(s['nseg'] for s in secs)
        self.policy = arbor.cv_policy_explicit('(sum %s)' % ' '.join(bounds)) if len(bounds) > 1 else arbor.cv_policy_single()
        self.morph, self.secs = morph, secs
        self.labels = {'s%d' % i: '(tag %d)' % (i + 1) for i in range(len(secs))}

    def decor(self):
        d = arbor.decor()
        d.set_property(Vm=-65 * U.mV, cm=0.01 * U.F / U.m2, rL=100 * U.Ohm * U.cm, tempK=(m['celsius'] + 273.15) * U.Kelvin)
        for i, s in enumerate(self.secs):
            for mech, params in s['mechs'].items():
                if mech == 'pas':
                    x = arbor.density('pas/e=%g' % params['e'], {'g': params['g']})
                elif mech == 'cadyn':
                    x = arbor.density('cadyn', {})
                else:
                    x = arbor.density(mech, params)
                d.paint('"s%d"' % i, x)
            if 'cadyn' in s['mechs']:
                d.paint('"s%d"' % i, ion='ca', int_con=1e-4 * U.mM, ext_con=2 * U.mM, rev_pot=120 * U.mV)
                d.paint('"s%d"' % i, ion='na', rev_pot=50 * U.mV)
                d.paint('"s%d"' % i, ion='k', rev_pot=-85 * U.mV)
        return d


templates = {name: Template(secs) for name, secs in m['types'].items()}
syns, into, clamps = [[] for _ in range(ncells)], [[] for _ in range(ncells + npoints)], [[] for _ in range(ncells)]
nth = []
for c, s, x in m['syns']:
    nth.append((c, len(syns[c])))
    syns[c].append((s, x))
for src, to, w, d in m['edges']:
    if npoints:
        into[to].append((src, 'syn', w * 1000, d)) # 20 pF: into a unit of threshold
    else:
        into[nth[to][0]].append((src, 'y%d' % nth[to][1], w, d))
for c, first, dur, amp in m['clamps']:
    clamps[c].append((first, dur, amp))


class Recipe(arbor.recipe):
    def __init__(self):
        arbor.recipe.__init__(self)
        self.props = arbor.neuron_cable_properties()
        if catalogue:
            cat = arbor.load_catalogue(catalogue)
            self.props.catalogue.extend(cat, '')
            self.props.set_ion('ca', method='nernst/x=ca')

    def num_cells(self):
        return ncells + npoints + len(m['stims'])

    def cell_kind(self, gid):
        if gid < ncells:
            return arbor.cell_kind.cable
        return arbor.cell_kind.lif if gid < ncells + npoints else arbor.cell_kind.spike_source

    def cell_description(self, gid):
        if gid >= ncells + npoints:
            return arbor.spike_source_cell('out', arbor.explicit_schedule([t * U.ms for t in m['stims'][gid - ncells - npoints]]))
        if gid >= ncells:
            c = arbor.lif_cell('out', 'syn')
            c.tau_m, c.C_m, c.t_ref, c.V_th, c.E_L, c.E_R, c.V_m = 10 * U.ms, 1000 * U.pF, 5 * U.ms, 1 * U.mV, 0 * U.mV, 0 * U.mV, 0 * U.mV
            return c
        t = templates[m['cells'][gid]]
        d = t.decor()
        d.place(t.loc(0, 0.49), arbor.threshold_detector(10 * U.mV), 'out')
        for k, (s, x) in enumerate(syns[gid]):
            d.place(t.loc(s, x), arbor.synapse('expsyn', {'tau': 2, 'e': 0}), 'y%d' % k)
        for first, dur, amp in clamps[gid]:
            d.place(t.loc(0, 0.49), arbor.i_clamp(first * U.ms, dur * U.ms, amp * U.nA))
        return arbor.cable_cell(t.morph, d, arbor.label_dict(t.labels), discretization=t.policy)

    def connections_on(self, gid):
        if gid >= ncells + npoints:
            return []
        return [arbor.connection((ncells + npoints - 1 - src if src < 0 else src, 'out'), to, w, d * U.ms) for src, to, w, d in into[gid]]

    def global_properties(self, kind):
        return self.props


recipe = Recipe()
ctx = arbor.context(threads=threads)
hints = {}
sim = arbor.simulation(recipe, ctx, arbor.partition_load_balance(recipe, ctx, hints))
build, build_cpu = time.perf_counter() - t0, time.process_time() - c0
sim.record(arbor.spike_recording.all)
t0, c0 = time.perf_counter(), time.process_time()
sim.run(m['duration'] * U.ms, m['dt'] * U.ms)
run, cpu = time.perf_counter() - t0, time.process_time() - c0
if not m['edges']:
    # Arbor gathers no spikes of cells without connections: count them in a run with some that do nothing.
    syns[0].append((0, 0.5))
    into[0] += [(c, 'y%d' % (len(syns[0]) - 1), 0.0, 1.0) for c in range(ncells)]
    sim = arbor.simulation(recipe, ctx, arbor.partition_load_balance(recipe, ctx, hints))
    sim.record(arbor.spike_recording.all)
    sim.run(m['duration'] * U.ms, m['dt'] * U.ms)
spikes = sorted([float(t), int(s[0])] for s, t in sim.spikes() if s[0] < ncells + npoints)
cvs = sum(templates[t].cvs for t in m['cells'])
print(json.dumps(dict(build_s=build, build_cpu_s=build_cpu, run_s=run, cpu_s=cpu, cvs=cvs, steps=round(m['duration'] / m['dt']), spikes=spikes)))
