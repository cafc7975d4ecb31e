"""Models of the paired benchmarks, as plain data that every simulator's script
reads. The same arguments give the same model in every interpreter.

A model is a dict:
  types    name -> sections: name, parent (index or -1), L, diam [um], nseg, mechs {name: {parameter: value}}
  cells    type of each cell; or point: number of IntFire1 cells
  stims    times [ms] of spikes, one train each
  syns     (cell, section, position): an ExpSyn each (tau 2 ms, e 0 mV)
  edges    (source, target, weight, delay): source a cell or -1-k for train k, target a synapse or a point cell
  clamps   (cell, delay, dur [ms], amp [nA]) into the first section's middle
and dt, duration [ms], celsius, usetable, mods (a folder).
"""
import json
import os
import random

here = os.path.dirname(os.path.abspath(__file__))
HH = {'hh': {}}
PAS = {'pas': {'g': 0.001, 'e': -65}}


def tree(branches, nseg, mechs, soma, length=100, diam=2):
    secs = [dict(name='soma', parent=-1, L=20, diam=20, nseg=1, mechs=soma)]
    for i in range(branches):
        secs.append(dict(name='dend%d' % i, parent=0 if i == 0 else 1 + (i - 1) // 2, L=length, diam=diam, nseg=nseg, mechs=mechs))
    return secs


def base(**kw):
    m = dict(types={}, cells=[], point=0, stims=[], syns=[], edges=[], clamps=[], dt=0.025, duration=50, celsius=6.3, usetable=False, mods=None)
    m.update(kw)
    return m


def hh(cells=64, branches=15, duration=50, usetable=False):
    """hh in every CV of branching cells, a current into the soma."""
    m = base(types={'C': tree(branches, 4, HH, HH)}, cells=['C'] * cells, duration=duration, usetable=usetable)
    m['clamps'] = [(i, 1 + 0.01 * i, 1e3, 0.8) for i in range(cells)]
    return m


def ring(cells=256, branches=15, duration=100, usetable=False):
    """Rings of 16 branching cells, hh in the soma, passive dendrites."""
    m = base(types={'C': tree(branches, 4, PAS, HH)}, cells=['C'] * cells, duration=duration, usetable=usetable)
    m['syns'] = [(i, 1, 0.375) for i in range(cells)]
    for r in range(cells // 16):
        m['edges'] += [(r * 16 + k, r * 16 + (k + 1) % 16, 0.01, 1.0) for k in range(16)]
        m['edges'].append((-1, r * 16, 0.01, 1.0))
    m['stims'] = [[0.0]]
    return m


CHANNELS = dict(naf=0.5, naa=0.1, nap=1e-4, kt=0.01, kp=0.01, kv3=0.3, im=2e-4, ih=1e-4, cahva=2e-4, calva=5e-4, sk=0.01)


def channels(cells=64, branches=7, duration=50):
    """Twelve channel types and pas in every CV."""
    mechs = {k: {'gbar': g} for k, g in CHANNELS.items()}
    mechs.update({'cadyn': {}, 'pas': {'g': 1e-4, 'e': -70}})
    m = base(types={'C': tree(branches, 4, mechs, mechs)}, cells=['C'] * cells, duration=duration, celsius=34, mods=os.path.join(here, '..', 'corpus', 's1-column', 'channels'))
    m['clamps'] = [(i, 1 + 0.01 * i, 1e3, 1.5) for i in range(cells)]
    return m


def morphologies(cells=256, different=True, synapses=200, duration=50):
    """Cells of different trees: hh in the soma and the first branches with
    conductances of its own, passive dendrites, 200 synapses each."""
    r = random.Random(1)
    m = base(cells=['C%d' % (i if different else 0) for i in range(cells)], duration=duration)
    for i in range(cells):
        gna = 0.1 + 0.04 * r.random()
        hot = {'hh': {'gnabar': gna}}
        secs = [dict(name='soma', parent=-1, L=15 + 10 * r.random(), diam=15 + 10 * r.random(), nseg=1, mechs=hot)]
        n = 12 + r.randrange(8)
        for k in range(n):
            parent = 0 if k < 3 else 1 + r.randrange(k)
            secs.append(dict(name='dend%d' % k, parent=parent, L=50 + 100 * r.random(), diam=1 + r.random(), nseg=1 + 2 * r.randrange(3),
                             mechs={**hot, **PAS} if k == 0 else PAS))
        if different or i == 0:
            m['types']['C%d' % i] = secs
    for i in range(cells):
        n = len(m['types'][m['cells'][i]])
        m['clamps'].append((i, 1 + 0.05 * i, 1e3, 0.4))
        for _ in range(synapses):
            m['edges'].append(((i + r.randrange(1, cells)) % cells, len(m['syns']), 2e-5, 1 + 4 * r.random()))
            m['syns'].append((i, r.randrange(n), r.random()))
    return m


def points(cells=2000, inputs=500, grid=False, duration=200):
    """IntFire1 cells that fire at 20 Hz, 500 inputs each."""
    r = random.Random(2)
    at = (lambda x: round(round(x / 0.1) * 0.1, 1)) if grid else (lambda x: x)
    m = base(point=cells, dt=0.1, duration=duration)
    for i in range(cells):
        first = at(50 * r.random())
        m['stims'].append([first + 50 * k for k in range(int(duration / 50) + 1)])
    m['edges'] = [(-1 - i, i, 1.5, 1.0) for i in range(cells)]
    for i in range(cells):
        m['edges'] += [((i + r.randrange(1, cells)) % cells, i, 1e-5, at(1 + 4 * r.random())) for _ in range(inputs)]
    return m


def spec(m, path):
    """Writes the model as a spec."""
    net = {'cellParams': {}, 'popParams': {}, 'connParams': {}, 'stimSourceParams': {}, 'stimTargetParams': {}, 'synMechParams': {'syn': {'mod': 'ExpSyn', 'tau': 2, 'e': 0}}}
    for name, secs in m['types'].items():
        d = {}
        for s in secs:
            d[s['name']] = {'geom': {'L': s['L'], 'diam': s['diam'], 'nseg': s['nseg'], 'Ra': 100, 'cm': 1}, 'mechs': s['mechs']}
            if s['parent'] >= 0:
                d[s['name']]['topol'] = {'parentSec': secs[s['parent']]['name'], 'parentX': 1.0 if s['parent'] else 0.5, 'childX': 0.0}
            if 'cadyn' in s['mechs']:
                d[s['name']]['ions'] = {'ca': {'e': 120, 'i': 1e-4, 'o': 2}, 'na': {'e': 50}, 'k': {'e': -85}}
        net['cellParams'][name] = {'secs': d}
    pops, start = [], []
    for i, t in enumerate(m['cells']):
        if not pops or pops[-1][0] != t:
            pops.append([t, 0])
            start.append(i)
        pops[-1][1] += 1
    for k, (t, n) in enumerate(pops):
        net['popParams']['p%d' % k] = {'cellType': t, 'numCells': n}
    if m['point']:
        net['popParams']['p0'] = {'cellModel': 'IntFire1', 'numCells': m['point'], 'params': {'tau': 10, 'refrac': 5}}
    cells = {'pop': list(net['popParams'])}
    conns, stimuli = [], {}
    for e in m['edges']:
        if e[0] < 0:
            stimuli.setdefault(e[0], []).append(e)
        else:
            conns.append(e)
    secs = lambda c: m['types'][m['cells'][c]]
    if conns:
        rule = {'preConds': cells, 'postConds': cells, 'weight': conns[0][2], 'delay': [e[3] for e in conns]}
        if m['point']:
            rule['connList'] = [[e[0], e[1]] for e in conns]
        else:
            to = [m['syns'][e[1]] for e in conns]
            rule.update(connList=[[e[0], t[0]] for e, t in zip(conns, to)], sec=[secs(t[0])[t[1]]['name'] for t in to], loc=[t[2] for t in to], synMech='syn')
        net['connParams']['all'] = rule
    if stimuli:
        net['popParams']['drive'] = {'cellModel': 'VecStim', 'numCells': len(m['stims']), 'spkTimes': m['stims']}
        drive = [e for s in sorted(stimuli, reverse=True) for e in stimuli[s]]
        rule = {'preConds': {'pop': 'drive'}, 'postConds': cells, 'weight': drive[0][2], 'delay': drive[0][3]}
        if m['point']:
            rule['connList'] = [[-1 - e[0], e[1]] for e in drive]
        else:
            to = [m['syns'][e[1]] for e in drive]
            rule.update(connList=[[-1 - e[0], t[0]] for e, t in zip(drive, to)], sec=secs(to[0][0])[to[0][1]]['name'], loc=to[0][2], synMech='syn')
        net['connParams']['drive'] = rule
    for i, (c, first, dur, amp) in enumerate(m['clamps']):
        net['stimSourceParams']['c%d' % i] = {'type': 'IClamp', 'delay': first, 'dur': dur, 'amp': amp}
        net['stimTargetParams']['c%d' % i] = {'source': 'c%d' % i, 'conds': {**cells, 'cellList': [c]}, 'sec': 'soma', 'loc': 0.5}
    cfg = {'dt': m['dt'], 'duration': m['duration'], 'hParams': {'celsius': m['celsius'], 'v_init': -65}, 'simLabel': 'paired'}
    glob = {} if m['usetable'] else {'usetable_hh': 0}
    with open(path, 'w') as f:
        json.dump({'netParams': net, 'simConfig': {**cfg, 'hParams': {**cfg['hParams'], **glob}}}, f)


ROWS = {
    'hh64': lambda: hh(64), 'hh512': lambda: hh(512, duration=10), 'hh64-table': lambda: hh(64, usetable=True),
    'ring256': lambda: ring(256), 'ring1024': lambda: ring(1024, duration=50), 'ring4096': lambda: ring(4096, duration=10),
    'channels64': lambda: channels(64), 'channels512': lambda: channels(512, duration=10),
    'morph256': lambda: morphologies(256), 'equal256': lambda: morphologies(256, different=False),
    'points500': lambda: points(500, 200, duration=400), 'points500-grid': lambda: points(500, 200, grid=True, duration=400),
    'points': lambda: points(), 'points-grid': lambda: points(grid=True),
}


def make(row):
    return ROWS[row]()
