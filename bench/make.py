#!/usr/bin/env python3
"""Writes the specs of the benchmarks beside this file: ring.json (256 branching
cells in a ring), projection.json (500 x 500 cells, a probability, weight and
delay by string functions), one-cell.json (hh, one CV, one trace)."""
import json
import os

here = os.path.dirname(os.path.abspath(__file__))


def write(name, net, cfg):
    with open(os.path.join(here, name), 'w') as f:
        json.dump({'netParams': net, 'simConfig': cfg}, f, indent=1)
        f.write('\n')


def ring(cells=256, branches=15, nseg=4):
    """Soma with hh, a binary tree of passive dendrites of 4 CVs each, two
    synapses a cell; a spike goes round several rings of 16 cells."""
    secs = {'soma': {'geom': {'L': 20, 'diam': 20, 'Ra': 100, 'cm': 1, 'nseg': 1}, 'mechs': {'hh': {}}}}
    for i in range(branches):
        parent = 'soma' if i == 0 else 'dend%d' % ((i - 1) // 2)
        secs['dend%d' % i] = {
            'geom': {'L': 100, 'diam': 2, 'Ra': 100, 'cm': 1, 'nseg': nseg},
            'mechs': {'pas': {'g': 0.001, 'e': -65}},
            'topol': {'parentSec': parent, 'parentX': 1.0, 'childX': 0.0}}
    size = 16
    nxt = [[r * size + k, r * size + (k + 1) % size] for r in range(cells // size) for k in range(size)]
    net = {
        'popParams': {'ring': {'cellType': 'C', 'numCells': cells}},
        'cellParams': {'C': {'secs': secs}},
        'synMechParams': {'syn': {'mod': 'ExpSyn', 'tau': 2, 'e': 0}},
        'connParams': {
            'next': {'preConds': {'pop': 'ring'}, 'postConds': {'pop': 'ring'}, 'connList': nxt,
                     'sec': 'dend0', 'loc': 0.5, 'synMech': 'syn', 'weight': 0.01, 'delay': 1}},
        'stimSourceParams': {'kick': {'type': 'NetStim', 'interval': 1000, 'number': 1, 'start': 0, 'noise': 0}},
        'stimTargetParams': {'kick->first': {'source': 'kick', 'conds': {'pop': 'ring', 'cellList': [r * size for r in range(cells // size)]},
                                            'sec': 'dend0', 'loc': 0.5, 'synMech': 'syn', 'weight': 0.01, 'delay': 1}}}
    write('ring.json', net, {'duration': 100, 'dt': 0.025, 'hParams': {'celsius': 6.3, 'v_init': -65}, 'simLabel': 'ring'})


def projection(n=500):
    cell = {'secs': {'soma': {'geom': {'L': 20, 'diam': 20}, 'mechs': {'hh': {}}}}}
    net = {
        'sizeX': 500, 'sizeY': 500, 'sizeZ': 500, 'propVelocity': 300,
        'popParams': {'A': {'cellType': 'C', 'numCells': n}, 'B': {'cellType': 'C', 'numCells': n}},
        'cellParams': {'C': cell},
        'synMechParams': {'syn': {'mod': 'Exp2Syn', 'tau1': 1, 'tau2': 5, 'e': 0}},
        'connParams': {'A->B': {'preConds': {'pop': 'A'}, 'postConds': {'pop': 'B'},
                                'probability': '0.3*exp(-dist_3D/200)', 'weight': '0.001*post_ynorm', 'delay': '1+dist_3D/propVelocity',
                                'synMech': 'syn', 'sec': 'soma'}}}
    write('projection.json', net, {'duration': 0.1, 'dt': 0.025, 'simLabel': 'projection'})


def one_cell():
    net = {
        'popParams': {'P': {'cellType': 'C', 'numCells': 1}},
        'cellParams': {'C': {'secs': {'soma': {'geom': {'L': 20, 'diam': 20}, 'mechs': {'hh': {}}}}}},
        'stimSourceParams': {'step': {'type': 'IClamp', 'del': 5, 'dur': 90, 'amp': 0.15}},
        'stimTargetParams': {'step->P': {'source': 'step', 'conds': {'pop': 'P'}, 'sec': 'soma', 'loc': 0.5}}}
    write('one-cell.json', net, {'duration': 100, 'dt': 0.025, 'recordStep': 0.025, 'recordCells': ['all'], 'simLabel': 'one-cell',
                                 'recordTraces': {'v': {'sec': 'soma', 'loc': 0.5, 'var': 'v'}}})


ring()
projection()
one_cell()
