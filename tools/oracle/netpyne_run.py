"""One NetPyNE run in one process: reads a job (JSON), builds and runs the network, writes what happened.

In: the path of a job file with the keys
  spec       list of one path (netParams and simConfig together) or two (netParams.save's file, cfg.save's file)
  out        path of the answer (.pkl)
  mode       "full" (everything) or "spikes" (spikes and traces only: the perturbed runs) or "build" (no run)
  perturb    list of [gid or "all", sec, mech, param, delta]; applied to every segment of the section
  full_dt    {"gids": [...], "sec": NAME, "ms": 100}: soma voltages at every step
  secs       true: the sections of each cell as NEURON holds them after the build
  sim_data   a folder: NetPyNE's own JSON of the results is saved there
Out: a pickle for netpyne_golden.py.  Run it from the folder where the mechanisms were compiled.
Everything printed by NEURON or NetPyNE goes to this process's stdout, which the caller keeps out of sight.
"""
import json
import os
import pickle
import sys
import traceback


def plain(v):
    """v with numpy and NetPyNE containers turned into plain Python ones; NEURON objects dropped (None)."""
    import numpy as np
    if isinstance(v, np.generic):  # before float: numpy's float64 is one
        return v.item()
    if isinstance(v, (bool, int, float, str)) or v is None:
        return v
    if isinstance(v, np.ndarray):
        return [plain(x) for x in v.tolist()]
    if isinstance(v, dict):
        return {str(k): plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    return None


def main(job):
    from neuron import h
    from netpyne import sim, specs
    import numpy as np

    spec = job['spec']
    if len(spec) == 1:
        net_params = sim.loadNetParams(spec[0], variable='netParams', setLoaded=False)
        cfg = sim.loadSimCfg(spec[0], variable='simConfig', setLoaded=False)
    else:
        net_params = sim.loadNetParams(spec[0], setLoaded=False)
        cfg = sim.loadSimCfg(spec[1], setLoaded=False)
    # Only what is written or drawn is switched off: nothing here changes a result.
    for k in ('savePickle', 'saveJson', 'saveMat', 'saveCSV', 'saveDpk', 'saveHDF5', 'saveDat', 'verbose'):
        setattr(cfg, k, False)
    if job.get('sim_data'):
        cfg.saveJson, cfg.saveFolder, cfg.saveDataInclude = True, job['sim_data'], ['simData']
        cfg.timing = True
    cfg.printRunTime = False  # it would put events of its own on the queue

    # NetPyNE keeps connections per target cell; the order in which they were made is kept here.
    order = []
    for cls in (sim.CompartCell, sim.PointCell):
        def wrap(cls=cls, orig=cls.addConn):
            def add(self, *a, **k):
                n = len(self.conns)
                r = orig(self, *a, **k)
                order.extend((self.gid, i) for i in range(n, len(self.conns)))
                return r
            cls.addConn = add
        wrap()
    stim_order = []
    for cls in (sim.CompartCell, sim.PointCell):
        def wrap_stim(cls=cls, orig=cls.__dict__.get('addStim')):
            def add(self, *a, **k):
                n = len(self.stims)
                r = orig(self, *a, **k)
                stim_order.extend((self.gid, i) for i in range(n, len(self.stims)))
                return r
            if orig is not None:
                cls.addStim = add
        wrap_stim()

    sim.initialize(netParams=net_params, simConfig=cfg)
    sim.net.createPops()
    sim.net.createCells()
    sim.net.connectCells()
    n_net_conns = len(order)
    sim.net.addStims()

    cells = {c.gid: c for c in sim.net.cells}
    for gid, sec, mech, param, delta in job.get('perturb', []):
        n = 0
        for c in sim.net.cells:
            if gid != 'all' and c.gid != gid:
                continue
            for name, s in getattr(c, 'secs', {}).items() if hasattr(c, 'secs') and isinstance(c.secs, dict) else []:
                if name != sec or not s['hObj'].has_membrane(mech):
                    continue
                for seg in s['hObj']:
                    m = getattr(seg, mech)
                    setattr(m, param, getattr(m, param) + delta)
                    n += 1
        assert n, 'nothing to perturb: %r' % ((gid, sec, mech, param),)

    sim.setupRecording()
    out = {'duration': float(sim.cfg.duration), 'dt': float(sim.cfg.dt)}

    # Spike times of every NetStim, by NetCon.record on the connection that NetPyNE made for it.
    trains = {}
    if job['mode'] == 'full':
        for gid, i in order:
            conn = cells[gid].conns[i]
            if conn.get('preGid') == 'NetStim':
                trains[(gid, i)] = h.Vector()
                conn['hObj'].record(trains[(gid, i)])

    # Every step, for a few cells: recorded without a step size, so no event of ours enters the queue.
    full = job.get('full_dt')
    full_vecs = {}
    if full:
        full_vecs['t'] = h.Vector().record(h._ref_t)
        for gid in full['gids']:
            secs = cells[gid].secs
            name = full.get('sec') or next(iter(secs))
            full_vecs[gid] = h.Vector().record(secs[name]['hObj'](0.5)._ref_v)

    # Weight vectors as built: NET_RECEIVE may change them while the model runs.
    weights = {}
    if job['mode'] != 'spikes':
        for gid, i in order:
            nc = cells[gid].conns[i].get('hObj')
            weights[gid, i] = [float(nc.weight[j]) for j in range(int(nc.wcnt()))]

    if job['mode'] != 'build':
        sim.runSim()
    out['steps_t'] = h.t

    out['spikes'] = {'t': list(sim.simData['spkt']), 'gid': [int(g) for g in sim.simData['spkid']]}
    if full:
        dt = float(sim.cfg.dt)
        n = min(int(round(full['ms'] / dt)) + 1, len(full_vecs['t']))
        out['full_dt'] = {'gids': list(full['gids']),
                          'rows': np.array([np.array(full_vecs['t'])[:n]] +
                                           [np.array(full_vecs[g])[:n] for g in full['gids']])}
    traces = {}
    if job['mode'] != 'build':
        t = np.array(sim.simData['t']) if 't' in sim.simData and len(sim.cfg.recordTraces) else np.array([])
        for key in sim.cfg.recordTraces:
            rows, names = [], []
            for cell, vec in sim.simData.get(key, {}).items():
                if isinstance(vec, dict):
                    for loc, v in vec.items():
                        names.append(cell + '/' + loc)
                        rows.append(np.array(v))
                else:
                    names.append(cell)
                    rows.append(np.array(vec))
            traces[key] = {'cells': names, 'rows': np.array([t] + rows) if rows else np.zeros((0, 0))}
    out['traces'] = traces
    if job['mode'] == 'spikes':
        return out

    # Cells.
    coords = ('x', 'y', 'z', 'xnorm', 'ynorm', 'znorm')
    cols = {'gid': [], 'pop': [], **{k: [] for k in coords}}
    tags = []
    for c in sim.net.cells:
        cols['gid'].append(c.gid)
        cols['pop'].append(c.tags['pop'])
        for k in coords:
            cols[k].append(plain(c.tags.get(k)))
        tags.append({k: plain(v) for k, v in c.tags.items() if k not in coords + ('pop',)})
    keys = []
    for tg in tags:
        keys.extend(k for k in tg if k not in keys)
    cols['tags'] = {k: [tg.get(k) for tg in tags] for k in keys}
    out['cells'] = cols
    out['pops'] = {p: list(pop.cellGids) for p, pop in sim.net.pops.items()}
    out['point_params'] = {c.gid: point_params(c) for c in sim.net.cells if isinstance(c, sim.PointCell)}

    # Connections in the order they were made.
    names = ('preGid', 'postGid', 'sec', 'loc', 'weight', 'delay', 'synMech', 'label', 'preLabel', 'synCV')
    conns = {k: [] for k in names}
    syn_params = {}
    seen_syn = {}
    conns['syn'] = []
    for n, (gid, i) in enumerate(order):
        c = cells[gid].conns[i]
        for k in names:
            if k == 'postGid':
                v = gid
            elif k == 'preGid':
                v = -1 if c['preGid'] == 'NetStim' else int(c['preGid'])
            elif k == 'synCV':
                continue
            else:
                v = plain(c.get(k))
            conns[k].append(v)
        nc = c.get('hObj')
        obj = nc.syn() if nc is not None else None
        # Which synapse object: a running number, so that shared ones (oneSynPerNetcon false) can be told.
        key = str(obj) if obj is not None else None
        if key not in seen_syn:
            seen_syn[key] = len(seen_syn)
            label = plain(c.get('synMech'))
            par = {}
            if obj is not None and label in sim.net.params.synMechParams:
                for p in sim.net.params.synMechParams[label]:
                    if p in ('mod', 'loc', 'selfNetCon', 'pointerParams'):
                        continue
                    if hasattr(obj, p):
                        par[p] = float(getattr(obj, p))
            syn_params[seen_syn[key]] = {'label': label, 'params': par}
        conns['syn'].append(seen_syn[key])
        seg = None
        try:
            seg = obj.get_segment()
        except Exception:
            pass
        conns['synCV'].append(None if seg is None else int(min(seg.sec.nseg - 1, seg.x * seg.sec.nseg)))
        # What NEURON holds is what counts: the NetCon's own numbers.
        conns['delay'][-1] = float(nc.delay)
        conns.setdefault('weights', []).append(weights[gid, i])
    out['conns'] = conns
    out['syn_params'] = syn_params
    out['n_net_conns'] = n_net_conns

    # Stimuli in the order they were made.
    skip = ('hObj', 'hRandom', 'type', 'source', 'label', 'sec', 'loc', 'segCoords', 'time', 'stim')
    stims = {}
    position = {key: n for n, key in enumerate(order)}
    netstim_conns = {}
    for gid, i in order:
        if cells[gid].conns[i].get('preGid') == 'NetStim':
            netstim_conns.setdefault(gid, []).append(i)
    nth_netstim = {}
    for gid, i in stim_order:
        s = cells[gid].stims[i]
        obj = s['hObj']
        row = {k: plain(s.get(k)) for k in ('source', 'label', 'sec', 'loc')}
        if row['label'] == {}:  # NetPyNE's recordTraces leaves one where it looked for a label
            row['label'] = None
        row = {'gid': gid, **row}
        row.update({k: plain(v) for k, v in s.items() if k not in skip})
        if s['type'] == 'NetStim':  # the k-th NetStim of a cell drives its k-th NetStim connection
            for k in ('interval', 'number', 'start', 'noise'):
                row[k] = float(getattr(obj, k))
            k = nth_netstim.get(gid, 0)
            nth_netstim[gid] = k + 1
            key = (gid, netstim_conns[gid][k])
            row['conn'] = position[key]
            row['train'] = list(trains[key])
        stims.setdefault(s['type'], []).append(row)
    out['stims'] = stims

    if job.get('secs'):
        out['secs'] = {c.gid: sections(c, h) for c in sim.net.cells if isinstance(c, sim.CompartCell)}
        out['globals'] = {k: float(getattr(h, k)) for k in ('celsius', 'dt') if hasattr(h, k)}
    out['celsius'] = float(h.celsius)
    if job.get('sim_data'):
        sim.gatherData()
        sim.saveData()
    return out


def point_params(cell):
    """What a point cell was given, with the numbers that its NEURON object holds where it has such a parameter."""
    par = plain(dict(cell.params))
    names = list(par)
    if cell.tags.get('cellModel') == 'NetStim':
        names += [k for k in ('interval', 'number', 'start', 'noise') if k not in par]
    for k in names:
        try:
            par[k] = float(getattr(cell.hPointp, k))
        except Exception:
            pass  # rate, spikePattern, ...: NetPyNE's, not the mechanism's
    return par


def sections(cell, h):
    """The sections of a cell as NEURON holds them: geometry, density parameters and ions, per segment."""
    res = {}
    for name, s in cell.secs.items():
        o = s['hObj']
        parent = o.parentseg()
        r = {'nseg': int(o.nseg), 'L': float(o.L), 'Ra': float(o.Ra),
             'diam': [float(seg.diam) for seg in o], 'cm': [float(seg.cm) for seg in o],
             'area': [float(seg.area()) for seg in o], 'ri': [float(seg.ri()) for seg in o]}
        if parent is not None:
            r['parent'] = [parent.sec.name().split('.')[-1], float(parent.x), float(o.orientation())]
        if o.n3d():
            r['pt3d'] = [[o.x3d(i), o.y3d(i), o.z3d(i), o.diam3d(i)] for i in range(o.n3d())]
        mechs = {}
        info = o.psection()
        for m, ps in info['density_mechs'].items():
            mechs[m] = {p: [float(x) for x in v] for p, v in ps.items()
                        if h.MechanismStandard(m, 1).count() and param_of(h, m, p)}
        r['mechs'] = mechs
        r['ions'] = {ion: {k: [float(getattr(seg, k)) for seg in o] for k in ('e' + ion, ion + 'i', ion + 'o')}
                     for ion in info['ions']}
        r['ionstyle'] = {ion: int(h.ion_style(ion + '_ion', sec=o)) for ion in info['ions']}
        res[name] = r
    return res


def param_of(h, mech, p):
    """Whether p is a PARAMETER (not a state or an assigned variable) of the density mechanism."""
    ms = h.MechanismStandard(mech, 1)
    ref = h.ref('')
    for i in range(int(ms.count())):
        ms.name(ref, i)
        if ref[0] == p + '_' + mech:
            return True
    return False


if __name__ == '__main__':
    with open(sys.argv[1]) as f:
        JOB = json.load(f)
    try:
        answer = {'ok': True, 'result': main(JOB)}
    except BaseException:
        answer = {'ok': False, 'error': traceback.format_exc()}
    with open(JOB['out'], 'wb') as f:
        pickle.dump(answer, f)
    sys.stdout.flush()
    os._exit(0)  # NEURON's and NetPyNE's own shutdown can fail or print; the answer is on disk
