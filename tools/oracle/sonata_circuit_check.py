#!/usr/bin/env python3
"""sonata_circuit_check.py CIRCUIT GOLDEN: reads a SONATA circuit that rall wrote with
h5py and libsonata alone, and compares the in-degrees, weights, delays, sections
and positions of its tables with the connections that NetPyNE made (GOLDEN is a
golden/netpyne-... folder, see README.md). Exits with 1 on a difference."""
import collections
import csv
import glob
import json
import os
import sys

import h5py
import libsonata
import numpy as np

circuit, golden = sys.argv[1:3]


def column(c):
    if isinstance(c, list):
        return c
    if 'range' in c:
        return list(range(*c['range']))
    if 'index' in c:
        return [c['dict'][i] for i in c['index']]
    return [c['dict'][0]] * c['n']


bad = 0


def check(ok, *what):
    global bad
    if not ok:
        bad += 1
        if bad < 20:
            print('DIFFERS', *what)


# Nodes: gids and positions.
cells = json.load(open(os.path.join(golden, 'cells.json')))
place = dict(zip(column(cells['gid']), zip(column(cells['x']), column(cells['y']), column(cells['z']))))
gid_of, sections = {}, {}
seen = 0
for path in glob.glob(os.path.join(circuit, 'network', '*_nodes.h5')):
    types = {r['node_type_id']: r for r in csv.DictReader(open(path.replace('_nodes.h5', '_node_types.csv')), delimiter=' ', skipinitialspace=True)}
    storage = libsonata.NodeStorage(path)
    with h5py.File(path) as f:
        for pop, g in f['nodes'].items():
            n = len(g['node_type_id'])
            check(storage.open_population(pop).size == n, pop, 'size in libsonata')
            for i in range(n):
                t = types[str(g['node_type_id'][i])]
                if t['model_type'] == 'virtual':
                    continue
                grp, at = str(g['node_group_id'][i]), g['node_group_index'][i]
                gid = int(g[grp]['gid'][at])
                gid_of[pop, i] = gid
                seen += 1
                check(gid in place, pop, i, 'gid', gid)
                for axis, want in zip('xyz', place.get(gid, (0, 0, 0))):
                    check(abs(g[grp][axis][at] - want) <= 1e-12 * max(1, abs(want)), pop, i, axis)
                if t['model_template'].endswith('.json'):
                    name = t['model_template'][len('rall:'):]
                    if name not in sections:
                        cell = json.load(open(os.path.join(circuit, 'components', 'cells', name)))
                        sections[name] = [s['name'] for s in cell['sections']]
                    gid_of[pop, i, 'sections'] = sections[name]
check(seen == len(place), 'cells', seen, len(place))

# Edges: every connection once, as NetPyNE made it.
conns = json.load(open(os.path.join(golden, 'conns.json')))
want = collections.Counter()
degree = collections.Counter()
cols = {k: column(conns[k]) for k in ('preGid', 'postGid', 'sec', 'loc', 'weight', 'delay', 'label')}


def num(x):
    return float('%.11e' % x)


artificial = set()
for key in gid_of:
    if len(key) == 2 and key + ('sections',) not in gid_of:
        artificial.add(gid_of[key])
for i in range(conns['n']):
    post = cols['postGid'][i]
    where = ('', 0.0) if post in artificial else (cols['sec'][i], num(cols['loc'][i]))
    want[cols['preGid'][i], post, where, num(cols['weight'][i]), num(cols['delay'][i])] += 1
    degree[post] += 1
have, indegree = collections.Counter(), collections.Counter()
for path in glob.glob(os.path.join(circuit, 'network', '*_edges.h5')):
    storage = libsonata.EdgeStorage(path)
    with h5py.File(path) as f:
        for pop, g in f['edges'].items():
            src, tgt = g['source_node_id'], g['target_node_id']
            sp, tp = (x.attrs['node_population'] for x in (src, tgt))
            sp, tp = (x.decode() if isinstance(x, bytes) else x for x in (sp, tp))
            n = len(src)
            lib = storage.open_population(pop)
            check(lib.size == n, pop, 'size in libsonata')
            if n:
                check(np.array_equal(lib.get_attribute('delay', lib.select_all()), g['0/delay'][:]), pop, 'delay in libsonata')
            weight, delay = g['0/syn_weight'][:], g['0/delay'][:]
            check(weight.dtype == np.float64 and delay.dtype == np.float64, pop, 'not float64')
            sec = g['0/afferent_section_id'][:] if 'afferent_section_id' in g['0'] else None
            pos = g['0/afferent_section_pos'][:] if sec is not None else None
            for i in range(n):
                post = gid_of[tp, int(tgt[i])]
                where = ('', 0.0)
                if sec is not None and sec[i] >= 0:
                    where = (gid_of[tp, int(tgt[i]), 'sections'][sec[i]], num(pos[i]))
                have[gid_of.get((sp, int(src[i])), -1), post, where, num(weight[i]), num(delay[i])] += 1
                indegree[post] += 1
check(indegree == degree, 'in-degrees')
for k in (have - want):
    check(False, 'only in the circuit', k)
for k in (want - have):
    check(False, 'only in NetPyNE', k)
print('%d cells, %d edges, %d differences' % (seen, sum(have.values()), bad))
sys.exit(1 if bad else 0)
