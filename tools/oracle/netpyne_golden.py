#!/usr/bin/env python3
"""Makes the golden results of the NetPyNE corpus with NetPyNE on NEURON (see README.md in this folder).

    python tools/oracle/netpyne_golden.py [--out DIR | --check] [--list] [NET ...]

NET is a folder of corpus/ (net1-sensory-motor, ...) or one fixture of a folder of fixtures (np-features/NAME).
Without NET all of them are made.  Without --out the goldens are written into the corpus itself; with it, under
DIR/NET/..., so that a fresh run can be compared with what is stored; --check does so itself and says what differs
beyond rounding (the elementary functions of numpy and the C library differ in the last bit between machines).  Run it with a Python that has neuron 9.0.2
and netpyne 1.1.1; a C++ compiler and make are needed where a network has .mod files.
The results do not depend on the machine's time, user or folder; two runs give the same bytes.
"""
import argparse
import json
import math
import os
import pickle
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, '..', '..', 'corpus')
RUNNER = os.path.join(HERE, 'netpyne_run.py')
ORACLE = 'netpyne-1.1.1'
DELTAS = (1e-12, 1e-9)  # mV, the shifts of a leak reversal


# ---------------------------------------------------------------- running

def compile_mods(mods, specs, scratch):
    """Compiles the .mod files of the network and the oracle's VecStim into scratch."""
    src = os.path.join(scratch, 'src')
    os.mkdir(src)
    names = []
    if os.path.isdir(mods):
        names = sorted(n for n in os.listdir(mods) if n.endswith('.mod'))
        for n in names:
            shutil.copy(os.path.join(mods, n), src)
    if uses_vecstim(specs) and 'vecstim.mod' not in names:
        shutil.copy(os.path.join(HERE, 'netpyne_vecstim.mod'), os.path.join(src, 'vecstim.mod'))
        names.append('vecstim.mod')
    if not names:
        return
    tool = os.path.join(os.path.dirname(sys.executable), 'nrnivmodl')
    if not os.path.exists(tool):
        tool = 'nrnivmodl'
    p = subprocess.run([tool, 'src'], cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if p.returncode != 0:
        sys.exit('nrnivmodl failed for %s:\n%s' % (mods, p.stdout[-1500:]))


def uses_vecstim(specs):
    for path in specs:
        with open(path) as f:
            if '"VecStim"' in f.read():
                return True
    return False


def run(job, scratch):
    """One run in a process of its own; its output stays in a file unless it fails."""
    job = dict(job, out=os.path.join(scratch, 'answer.pkl'))
    path = os.path.join(scratch, 'job.json')
    with open(path, 'w') as f:
        json.dump(job, f)
    if os.path.exists(job['out']):
        os.remove(job['out'])
    log = os.path.join(scratch, 'log')
    env = dict(os.environ, MPLBACKEND='Agg', PYTHONHASHSEED='0')
    with open(log, 'w') as f:
        subprocess.run([sys.executable, RUNNER, path], cwd=scratch, stdin=subprocess.DEVNULL, stdout=f, stderr=f,
                       env=env)
    if not os.path.exists(job['out']):
        with open(log) as f:
            sys.exit('the run of %s died:\n%s' % (job['spec'], f.read()[-4000:]))
    with open(job['out'], 'rb') as f:
        a = pickle.load(f)
    if not a['ok']:
        with open(log) as f:
            sys.exit('the run of %s failed:\n%s\n%s' % (job['spec'], a['error'], f.read()[-2000:]))
    return a['result']


# ---------------------------------------------------------------- writing

def column(values):
    """A column as README.md describes it: a list, or a shorter form where values repeat or just count up."""
    if len(values) > 8 and isinstance(values[0], int) and values == list(range(values[0], values[0] + len(values))):
        return {'range': [values[0], values[0] + len(values)]}
    distinct = []
    seen = {}
    for v in values:
        k = json.dumps(v)
        if k not in seen:
            seen[k] = len(distinct)
            distinct.append(v)
    if len(values) > 4 and len(distinct) == 1:
        return {'dict': distinct, 'n': len(values)}
    text = any(not isinstance(v, (int, float)) or isinstance(v, bool) for v in distinct)
    if len(values) > 8 and (text or any(isinstance(v, float) for v in distinct)) and len(distinct) * 2 < len(values):
        return {'dict': distinct, 'index': [seen[json.dumps(v)] for v in values]}
    return values


def columns(rows):
    keys = []
    for r in rows:
        keys.extend(k for k in r if k not in keys)
    return {k: column([r.get(k) for r in rows]) for k in keys}


def write_json(path, obj):
    with open(path, 'w') as f:
        json.dump(obj, f, separators=(',', ':'), allow_nan=False, sort_keys=False)
        f.write('\n')


def write_npy(path, rows):
    """float64, C order, format version 1.0."""
    import numpy as np
    with open(path, 'wb') as f:
        np.lib.format.write_array(f, np.ascontiguousarray(rows, dtype='<f8'), version=(1, 0))


def write(out, r, meta):
    if os.path.isdir(out):
        shutil.rmtree(out)
    os.makedirs(out)
    write_json(os.path.join(out, 'spikes.json'), {'t': r['spikes']['t'], 'gid': column(r['spikes']['gid'])})
    c = r['cells']
    cells = {k: column(v) for k, v in c.items() if k != 'tags'}
    cells['tags'] = {k: column(v) for k, v in c['tags'].items()}
    if r['point_params']:
        gids = sorted(r['point_params'])
        cells['point'] = {'gid': gids, 'params': columns([r['point_params'][g] for g in gids])}
    write_json(os.path.join(out, 'cells.json'), cells)

    k = r['conns']
    conns = {'n': len(k['preGid'])}
    for name in ('preGid', 'preLabel', 'postGid', 'sec', 'loc', 'weight', 'delay', 'synMech', 'label', 'syn', 'synCV'):
        conns[name] = column(k[name])
    if any(any(w[1:]) for w in k.get('weights', [])):  # set by a weightIndex
        conns['weights'] = k['weights']
    write_json(os.path.join(out, 'conns.json'), conns)

    stims, trains = {}, {'stim': [], 't': []}
    for kind, rows in r['stims'].items():
        for i, row in enumerate(rows):
            t = row.pop('train', None)
            if t is not None:
                trains['stim'].append(i)
                trains['t'].append(t)
        stims[kind] = columns(rows)
    write_json(os.path.join(out, 'stims.json'), stims)
    if trains['stim']:
        write_json(os.path.join(out, 'netstims.json'), trains)

    if 'secs' in r:
        write_json(os.path.join(out, 'secs.json'), {'cells': {str(g): s for g, s in r['secs'].items()}})
    if any(p['params'] for p in r['syn_params'].values()) and 'secs' in r:
        ids = sorted(r['syn_params'])
        write_json(os.path.join(out, 'synapses.json'),
                   {'syn': ids, 'label': column([r['syn_params'][i]['label'] for i in ids]),
                    'params': columns([r['syn_params'][i]['params'] for i in ids])})
    meta['traces'] = {}
    for key, tr in r['traces'].items():
        if not tr['cells']:
            meta['traces'][key] = {'cells': []}
            continue
        name = 'trace_%s.npy' % ''.join(ch if ch.isalnum() or ch in '_-' else '_' for ch in key)
        meta['traces'][key] = {'cells': tr['cells'], 'file': name, 'shape': list(tr['rows'].shape)}
        write_npy(os.path.join(out, name), tr['rows'])
    if 'full_dt' in r:
        meta['full_dt'] = {'gids': r['full_dt']['gids'], 'file': 'full_dt_v.npy', 'shape': list(r['full_dt']['rows'].shape)}
        write_npy(os.path.join(out, 'full_dt_v.npy'), r['full_dt']['rows'])
    with open(os.path.join(out, 'meta.json'), 'w') as f:
        json.dump(meta, f, indent=1, allow_nan=False)
        f.write('\n')


# ---------------------------------------------------------------- judging

def first_difference(a, b):
    """Index, time and cells at which two spike lists part; None if they are the same to the last bit of t."""
    for i in range(max(len(a['t']), len(b['t']))):
        x = (a['t'][i], a['gid'][i]) if i < len(a['t']) else None
        y = (b['t'][i], b['gid'][i]) if i < len(b['t']) else None
        if x != y:
            return {'spike': i, 'base': x, 'shifted': y}
    return None


def by_time(sp):
    """Spikes sorted by time, then gid: equal times may come in either order."""
    pairs = sorted(zip(sp['t'], sp['gid']))
    return {'t': [p[0] for p in pairs], 'gid': [p[1] for p in pairs]}


def max_dv(a, b):
    import numpy as np
    worst = 0.0
    for key in a['traces']:
        x, y = a['traces'][key]['rows'], b['traces'][key]['rows']
        if x.size and x.shape == y.shape:
            worst = max(worst, float(np.max(np.abs(x[1:] - y[1:]))))
    full = None
    if 'full_dt' in a:
        full = float(np.max(np.abs(a['full_dt']['rows'][1:] - b['full_dt']['rows'][1:])))
    return worst, full


def rates(r):
    pop = dict(zip(r['cells']['gid'], r['cells']['pop']))
    count = {}
    for g in r['spikes']['gid']:
        count[pop[g]] = count.get(pop[g], 0) + 1
    res = {}
    for p, gids in r['pops'].items():
        n = len(gids)
        res[p] = {'cells': n, 'spikes': count.get(p, 0),
                  'rate': 1000.0 * count.get(p, 0) / n / r['duration'] if n else 0.0}
    return res


def rhythm(r, pops):
    """Peak of the power spectrum of each population's spike counts (1 ms bins from 100 ms on, Welch, Hann windows of
    512 ms that overlap by three quarters) and the share of the power of 5-200 Hz that lies in 30-80 Hz."""
    import numpy as np
    pop = dict(zip(r['cells']['gid'], r['cells']['pop']))
    res = {}
    for p in pops:
        t = [x for x, g in zip(r['spikes']['t'], r['spikes']['gid']) if pop[g] == p]
        n = np.histogram(t, bins=np.arange(100, r['duration'] + 0.5, 1.0))[0].astype(float)
        n -= n.mean()
        w = np.hanning(513)[:512]
        spec = np.mean([np.abs(np.fft.rfft(w * (n[i:i + 512] - n[i:i + 512].mean()))) ** 2
                        for i in range(0, len(n) - 511, 128)], axis=0)
        f = np.fft.rfftfreq(512, 1e-3)
        wide, gamma = (f >= 5) & (f <= 200), (f >= 30) & (f <= 80)
        i = int(np.argmax(np.where(wide, spec, 0)))
        res[p] = {'peak_Hz': round(float(f[i]), 2), 'peak_over_median': round(float(spec[i] / np.median(spec[wide])), 1),
                  'share_30_80_Hz': round(float(spec[gamma].sum() / spec[wide].sum()), 3)}
    return res


# ---------------------------------------------------------------- one model

def make(folder, name, out_root, manifest, inputs):
    from importlib.metadata import version
    scratch = tempfile.mkdtemp(prefix='netpyne-golden-')
    try:
        o = manifest.get('oracle', {})
        compile_mods(os.path.join(folder, o.get('mods', 'mod')), [os.path.join(folder, s) for inp in inputs for s in inp['spec']], scratch)
        lines = []
        if 'scripts' in manifest and not from_scripts(folder, manifest, scratch):
            lines.append('    WRONG: %s is not what netpyne2json makes of %s' % (inputs[0]['spec'][0], ', '.join(manifest['scripts'])))
        for inp in inputs:
            spec = [os.path.abspath(os.path.join(folder, s)) for s in inp['spec']]
            job = {'spec': spec, 'mode': 'full', 'secs': bool(o.get('secs'))}
            if o.get('fullDtCells'):
                job['full_dt'] = {'gids': o['fullDtCells'], 'sec': o.get('fullDtSec'), 'ms': o.get('fullDtMs', 100)}
            if o.get('simData'):
                job['sim_data'] = os.path.join(scratch, 'saved')
            r = run(job, scratch)
            meta = {'oracle': 'NetPyNE %s on NEURON %s' % (version('netpyne'), version('neuron')),
                    'spec': inp['spec'], 'duration_ms': r['duration'], 'dt_ms': r['dt'], 'end_t_ms': r['steps_t'],
                    'celsius': r['celsius'], 'cells': len(r['cells']['gid']), 'conns': len(r['conns']['preGid']),
                    'conns_from_rules': r['n_net_conns'], 'spikes': len(r['spikes']['t']), 'pops': rates(r)}
            checks = []
            if o.get('rhythm'):
                meta['rhythm'] = rhythm(r, o['rhythm'])
                for pop, v in meta['rhythm'].items():
                    if not 30 <= v['peak_Hz'] <= 80:
                        checks.append('%s peaks at %g Hz' % (pop, v['peak_Hz']))
            p = o.get('perturb')
            if p:
                shifts = []
                for what, gid in (('one cell', p['gid']), ('every cell', 'all')):
                    for d in DELTAS:
                        q = run(dict(job, mode='spikes', perturb=[[gid, p['sec'], p['mech'], p['param'], d]]), scratch)
                        diff = first_difference(by_time(r['spikes']), by_time(q['spikes']))
                        dv, dv_full = max_dv(r, q)
                        shifts.append({'cells': what if gid == 'all' else gid, 'param': p['param'] + '_' + p['mech'],
                                       'delta_mV': d, 'first_difference': diff, 'max_dv_recorded_mV': dv,
                                       'max_dv_full_dt_mV': dv_full})
                        if gid != 'all' and diff is not None:
                            checks.append('NEURON does not reproduce it under %g mV' % d)
                meta['divergence'] = shifts
            if o.get('rates', True):
                for pop, v in meta['pops'].items():
                    if not 1 <= v['rate'] <= 60:
                        checks.append('%s fires at %.2f Hz' % (pop, v['rate']))
            out = os.path.join(out_root, inp['golden'])
            write(out, r, meta)
            if o.get('simData'):
                saved = os.listdir(job['sim_data'])
                shutil.copy(os.path.join(job['sim_data'], saved[0]), os.path.join(out, 'simData.json'))
            size = sum(os.path.getsize(os.path.join(out, n)) for n in os.listdir(out))
            lines.append('%-44s %5d cells %6d conns %6d spikes %8d bytes%s' % (
                os.path.join(name, os.path.basename(inp['golden'])), meta['cells'], meta['conns'], meta['spikes'], size,
                ''.join('\n    WRONG: ' + c for c in checks)))
            for n in os.listdir(out):
                if os.path.getsize(os.path.join(out, n)) > 1.5e6:
                    lines.append('    LARGE: %s' % n)
        return lines
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def from_scripts(folder, manifest, scratch):
    """Whether the stored spec is what NetPyNE (through netpyne2json) makes of the scripts, byte for byte."""
    made = os.path.join(scratch, 'made.json')
    subprocess.run([sys.executable, os.path.join(HERE, '..', 'netpyne2json'), '-o', made] +
                   [os.path.abspath(os.path.join(folder, f)) for f in manifest['scripts']], cwd=scratch,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not os.path.exists(made):
        return False
    with open(made, 'rb') as a, open(os.path.join(folder, manifest['inputs'][0]['spec'][0]), 'rb') as b:
        return a.read() == b.read()


def spelt_out(v):
    if isinstance(v, dict):
        if set(v) == {'range'}:
            return list(range(*v['range']))
        if set(v) == {'dict', 'n'}:
            return v['dict'] * v['n']
        if set(v) == {'dict', 'index'}:
            return [v['dict'][i] for i in v['index']]
    return v


def differences(a, b, where=''):
    """What differs between two read JSON values beyond rounding (columns are spelt out first)."""
    a, b = spelt_out(a), spelt_out(b)
    number = (int, float)
    if isinstance(a, bool) or isinstance(b, bool) or not isinstance(a, number) or not isinstance(b, number):
        if type(a) is not type(b):
            return ['%s: %r is not %r' % (where, a, b)]
        if isinstance(a, dict):
            if list(a) != list(b):
                return ['%s: keys differ' % where]
            return [d for k in a for d in differences(a[k], b[k], '%s.%s' % (where, k))][:5]
        if isinstance(a, list):
            if len(a) != len(b):
                return ['%s: %d values, not %d' % (where, len(a), len(b))]
            return [d for i in range(len(a)) for d in differences(a[i], b[i], '%s[%d]' % (where, i))][:5]
        return [] if a == b else ['%s: %r is not %r' % (where, a, b)]
    return [] if abs(a - b) <= 1e-12 * max(1.0, abs(a), abs(b)) else ['%s: %r is not %r' % (where, a, b)]


def compare(stored, fresh):
    """What differs between two golden folders: numbers by more than 1e-12, traces by more than 1e-7."""
    import numpy as np
    a, b = sorted(os.listdir(stored)) if os.path.isdir(stored) else [], sorted(os.listdir(fresh))
    if a != b:
        return ['files differ: %s' % ', '.join(sorted(set(a) ^ set(b)))]
    bad = []
    for n in a:
        x, y = os.path.join(stored, n), os.path.join(fresh, n)
        if n.endswith('.npy'):
            u, v = np.load(x), np.load(y)
            if u.shape != v.shape or (u.size and not np.allclose(u, v, rtol=0, atol=1e-7, equal_nan=True)):
                bad.append('%s differs' % n)
            continue
        with open(x) as f, open(y) as g:
            u, v = json.load(f), json.load(g)
        for d in (u, v):
            d.pop('divergence', None) if isinstance(d, dict) else None
        bad.extend(differences(u, v, n))
    return bad


def models():
    """(name, folder, manifest, inputs) of everything in corpus/ whose manifest names this script."""
    for n in sorted(os.listdir(CORPUS)):
        folder = os.path.join(CORPUS, n)
        path = os.path.join(folder, 'manifest.json')
        if not os.path.exists(path):
            continue
        with open(path) as f:
            m = json.load(f)
        if 'netpyne_golden.py' not in m.get('command', ''):
            continue
        if 'fixtures' in m:
            for fx in m['fixtures']:
                o = dict(m.get('oracle', {}), **fx.get('oracle', {}))
                yield (n + '/' + fx['name'], folder, dict(m, oracle=o),
                       [{'spec': fx.get('spec', [fx['name'] + '.json']), 'golden': 'golden/%s/%s' % (ORACLE, fx['name'])}])
        else:
            yield n, folder, m, m['inputs']


def main():
    ap = argparse.ArgumentParser(description='Golden results of the NetPyNE corpus.')
    ap.add_argument('--out', help='write DIR/NET/golden/... instead of the corpus', metavar='DIR')
    ap.add_argument('--check', action='store_true', help='compare a fresh run with what is stored')
    ap.add_argument('--list', action='store_true', help='name what would be made')
    ap.add_argument('net', nargs='*')
    args = ap.parse_args()
    wanted = [n.rstrip('/') for n in args.net]
    found = set()
    wrong = False
    for name, folder, manifest, inputs in models():
        hits = [w for w in wanted if w == name or name.startswith(w + '/')]
        if wanted and not hits:
            continue
        found.update(hits)
        if args.list:
            print(name)
            continue
        out_root = folder if not args.out else os.path.join(os.path.abspath(args.out), name.split('/')[0])
        if args.check:
            out_root = tempfile.mkdtemp(prefix='netpyne-check-')
        for line in make(folder, name, out_root, manifest, inputs):
            print(line, flush=True)
            wrong = wrong or 'WRONG' in line
        if args.check:
            for inp in inputs:
                for d in compare(os.path.join(folder, inp['golden']), os.path.join(out_root, inp['golden'])):
                    print('    DIFFERS: ' + d[:200], flush=True)
                    wrong = True
            shutil.rmtree(out_root)
    missing = [w for w in wanted if w not in found]
    if missing:
        sys.exit('not in the corpus: ' + ', '.join(missing))
    if wrong:
        sys.exit(1)


if __name__ == '__main__':
    main()
