"""One mechanism alone in one CV, in NEURON and in rall, for mech_compare.py.

Mechanisms that set v themselves run free only, without hh.

Twice for each temperature: with the potential imposed by a clamp of 1 ohm
along steps, ramps and triangles (mech/mechclamp.mod), and free, beside hh,
under steps of current. Point processes and artificial cells get a train of
events at random times. Recorded is every RANGE variable that the equations
can change, the ions that the mechanism uses, and the potential.
"""
import json
import math
import os
import random
import re
import subprocess

import numpy as np

import mech_build

DT = 0.025
DURATION = 120.0
BASE = {"na": (10.0, 0.2), "k": (54.4, 0.1), "ca": (5e-5, 30.0)}  # mM, and the pool's gain
HOLDS = ((8, 22), (22, 32), (32, 40), (40, 50), (110, 120))  # ms at which the clamp holds
FREE_SPIKES = 5
SEEDS, STATISTICS_MS = 1000, 20000.0
APART, EVERY = 0.5, 15  # ms between two frames; a pair of frames out of so many is looked at
STATISTICS = {"tau_refrac": 300.0, "interval": 200.0, "beta": 0.005, "duration": 1e9}
AREA = {"L": 20, "diam": 20, "Ra": 100, "cm": 1}
CLAMPS = {"down": (20, 15, -0.05), "up": (40, 70, 0.25)}
# What a mechanism alone wants to do something: variables to set, and one to play, in steps.
SET = {"dipole": {"ri": 3.1, "ztan": 17.0}, "Dipole": {"ri": 3.1, "ztan": 17.0},
       "concDAfile": {"amplitude": 1.003}, "QuantalSTPWA": {"n": 6, "tau_rec": 40.0, "tau_fac": 15.0}}
PLAY = {"TTXDynamicsSwitch": ("ttxo_level", [0.0, 31.0, 74.0], [1e-12, 1e-4, 0.007]), "concDAfile": ("concentration", [0.0, 31.0, 74.0], [0.37, 1.9, 0.6]),
        "ElectSyn": ("vpeer", [0.0, 17.0, 44.0, 81.0], [-65.0, -20.0, -90.0, 10.0])}


def events(rate=6.0, seed=7):
    """Times of a train [ms], none near a boundary of the rounding of steps."""
    r, t, out = random.Random(seed), 1.0, []
    while True:
        t += r.expovariate(1 / rate)
        if t > DURATION - 2:
            break
        out.append(math.floor(t / DT) * DT + 0.0061)
        if r.random() < 0.2:
            out.append(out[-1] + 0.003)
    return out


class Case:
    """A mechanism at a temperature; clamped says whether the potential is imposed."""

    def __init__(self, mod, names, seeds, celsius, clamped):
        self.mod, self.seeds, self.celsius, self.clamped = mod, seeds, celsius, clamped
        self.params, self.record, self.arrays = names
        self.params = dict(self.params, **SET.get(mod.original, {}))
        self.play = PLAY.get(mod.original)
        if self.play and self.play[0] not in self.record:
            self.record = self.record + [self.play[0]]
        self.drive, self.pool = mod.helpers()
        self.weight = 0.0011
        if mod.kind == "cell":
            self.weight = 0.4
        elif re.search(r"NET_RECEIVE\s*\((\s*\w+[^,)]*,){3,}", mod.plain):
            self.weight = 0.7
        self.times = events()
        self.delay = 1.1
        self.geometry = AREA
        self.series = {}
        for s in seeds.series if mod.kind == "cell" else ():
            if re.search("(?i)rate", s):
                self.series[s] = [40.0, 200.0, 90.0]
                if "rmax" in mod.plain:
                    self.params = dict(self.params, rmax=200.0)
            elif re.search("(?i)bins", s):
                self.series[s] = [0.0, 35.0, 80.0]
            else:
                self.series[s] = self.times

    def fires(self):
        """Whether hh makes the CV fire; mechanisms that set v do it themselves."""
        return not self.clamped and not self.mod.sets_v

    def pools(self):
        return {"MechPool" + i: dict(zip(("base", "gain"), BASE.get(i, (1.0, 1.0)))) for i in self.pool}

    def ions(self):
        out = []
        for ion, use in self.mod.ions.items():
            for v in ("e" + ion, "i" + ion, ion + "i", ion + "o"):
                if v in use["READ"] + use["WRITE"]:
                    out.append(v)
        return out

    def pointed(self):
        """What POINTERs stand for: MechWave's number if they are called as a potential, else a number of the cell's."""
        own = [p for p in self.mod.pointers if p not in self.seeds.streams + self.seeds.series]
        return {p: "wave" if re.match("(?i)p?v|.*volt", p) else "shared" for p in own}

    # ------------------------------------------------------------ NEURON

    def alone(self, h, keep):
        """The mechanism in a section of its own: the instance, its NetCon or None, and what can be recorded by label."""
        mod, refs = self.mod, []
        if mod.kind == "cell":
            lone = h.Section(name="lone")
            m = getattr(h, mod.name)()
            keep += [lone, m]
        else:
            s = h.Section(name="soma")
            for k, x in self.geometry.items():
                setattr(s, k, x)
            s.insert("pas")
            seg = s(0.5)
            seg.pas.g, seg.pas.e = 1e-5, -65
            if self.fires():
                s.insert("hh")
            for ion in self.drive:
                s.insert("MechDrive" + ion)
            for name, params in self.pools().items():
                s.insert(name)
                for k, x in params.items():
                    setattr(getattr(seg, name), k, x)
            if mod.kind == "density":
                s.insert(mod.name)
                m = getattr(seg, mod.name)
            else:
                m = getattr(h, mod.name)(seg)
            if self.clamped:
                keep.append(h.MechClamp(seg))
            else:
                for delay, dur, amp in CLAMPS.values():
                    c = h.IClamp(seg)
                    c.delay, c.dur, c.amp = delay, dur, amp
                    keep.append(c)
            keep += [s, m]
            refs.append(("v", seg._ref_v))
            refs += [("ion." + v, getattr(seg, "_ref_" + v)) for v in self.ions()]
        for k, x in self.params.items():
            setattr(m, k, x)
        for v in self.record:
            refs.append(("m." + v, getattr(m, "_ref_" + v)))
        for v, n in self.arrays:
            refs += [("m.%s[%d]" % (v, i), getattr(m, "_ref_" + v)[i]) for i in range(n)]
        if self.seeds.streams:
            call = lambda fn: getattr(m, fn)
            if mod.kind == "density":
                getattr(h, "setdata_" + mod.name)(seg)
                call = lambda fn: getattr(h, fn + "_" + mod.name)
            self.seeds.seed(h, call, lambda s: getattr(m, s), keep)
        for s, x in self.series.items():
            keep.append(h.Vector(x))
            getattr(m, player(mod.text, s))(keep[-1])
        for name, what in self.pointed().items():
            if what == "wave":
                keep.append(h.MechWave(seg))
                h.setpointer(keep[-1]._ref_w, name, m)
            else:
                h("mech_%s = 0" % name)
                h.setpointer(getattr(h, "_ref_mech_" + name), name, m)
                refs.append(("at." + name, getattr(h, "_ref_mech_" + name)))
        if self.play:
            var, times, values = self.play
            keep += [h.Vector(times), h.Vector(values)]
            keep[-1].play(getattr(m, "_ref_" + var), keep[-2])
        nc = None
        if mod.receives and mod.kind != "density":
            nc = h.NetCon(None, m)
            nc.delay = self.delay
            nc.weight[0] = self.weight
        return m, nc, refs

    def neuron(self, h):
        """Rows by label, sampled at each step, and the spikes of an artificial cell."""
        h.celsius, h.dt = self.celsius, DT
        mod, keep, sent = self.mod, [], h.Vector()
        m, nc, refs = self.alone(h, keep)
        rows = [(label, h.Vector().record(r, DT)) for label, r in refs]
        if mod.kind == "cell" or mod.sets_v:
            out = h.NetCon(m, None)
            out.record(sent)
            keep.append(out)
        h.finitialize(-65)
        if nc:
            for t in self.times:
                nc.event(t + self.delay)
        steps = int((DURATION * (1 + 1e-11) - h.t) / DT + 1e-9)
        for _ in range(steps):
            h.fadvance()
        return {label: np.array(r) for label, r in rows}, list(sent)

    # -------------------------------------------------------------- rall

    def spec(self):
        mod, net = self.mod, {"popParams": {}}
        traces = {}
        cells = []
        if mod.kind == "cell":
            net["popParams"]["cell"] = dict(self.params, cellModel=mod.name, numCells=1)
            where = {"conds": {"pop": "cell"}}
        else:
            mechs = {"pas": {"g": 1e-5, "e": -65}}
            if self.fires():
                mechs["hh"] = {}
            for ion in self.drive:
                mechs["MechDrive" + ion] = {}
            mechs.update(self.pools())
            params = dict(self.params)
            for name, what in self.pointed().items():
                params[name] = {"sec": "soma", "pointp": "wave", "var": "w"} if what == "wave" else {"shared": name}
            soma = {"geom": AREA, "mechs": mechs, "pointps": {}}
            if "wave" in self.pointed().values():
                soma["pointps"]["wave"] = {"mod": "MechWave", "loc": 0.5}
            net["cellParams"] = {"CELL": {"secs": {"soma": soma}}}
            net["popParams"]["cell"] = {"cellType": "CELL", "numCells": 1}
            if self.clamped:
                soma["pointps"]["clamp"] = {"mod": "MechClamp", "loc": 0.5}
            else:
                net["stimSourceParams"] = {k: {"type": "IClamp", "del": d, "dur": w, "amp": a} for k, (d, w, a) in CLAMPS.items()}
                net["stimTargetParams"] = {k: {"source": k, "conds": {"pop": "cell"}, "sec": "soma", "loc": 0.5} for k in CLAMPS}
            if mod.kind == "density":
                mechs[mod.name] = params
                where = {"mech": mod.name}
            elif mod.receives and not self.pointed():
                net["synMechParams"] = {"pp": dict(params, mod=mod.name)}
                where = {"synMech": "pp"}
            else:
                soma["pointps"]["pp"] = dict(params, mod=mod.name, loc=0.5)
                net["synMechParams"] = {"sink": {"mod": "MechSink"}} if mod.receives else {}
                where = {"pointp": "pp"}
            where = dict(where, sec="soma", loc=0.5)
            for name, what in self.pointed().items():
                if what == "shared":
                    traces["at." + name] = dict(where, var=name)
            if self.play:
                var, times, values = self.play
                net["playParams"] = {"play": dict(where, var=var, times=times, values=values)}
            traces["v"] = {"sec": "soma", "loc": 0.5, "var": "v"}
            for v in self.ions():
                traces["ion." + v] = {"sec": "soma", "loc": 0.5, "var": v}
            cells = ["cell"]
        if mod.receives and mod.kind != "density":
            net["popParams"]["pre"] = {"cellModel": "VecStim", "numCells": 1, "spkTimes": self.times}
            rule = {"preConds": {"pop": "pre"}, "postConds": {"pop": "cell"}, "weight": self.weight, "delay": self.delay}
            if mod.kind == "point":
                rule.update(sec="soma", loc=0.5, synMech="sink" if self.pointed() else "pp")
            net["connParams"] = {"e": rule}
        for v in self.record:
            traces["m." + v] = dict(where, var=v)
        for v, n in self.arrays:
            for i in range(n):
                traces["m.%s[%d]" % (v, i)] = dict(where, var="%s[%d]" % (v, i))
        return {"netParams": net, "simConfig": {
            "duration": DURATION, "dt": DT, "recordStep": DT, "recordCells": cells or ["cell"],
            "hParams": {"celsius": self.celsius, "v_init": -65}, "recordTraces": traces}}

    def rall(self, runner, folder):
        """Rows by label and spikes, or None and a message."""
        spec = self.spec()
        labels = list(spec["simConfig"]["recordTraces"])
        spec["simConfig"]["recordTraces"] = {"r%d" % i: spec["simConfig"]["recordTraces"][x] for i, x in enumerate(labels)}
        path = os.path.join(folder, "spec.json")
        with open(path, "w") as f:
            json.dump(spec, f, indent=1)
        job = {"Sink": "MechSink", "Series": dict(self.series), "Spec": path, "Mods": [os.path.join(folder, "mods")], "FD": self.clamped, "Mech": self.mod.name,
               "Streams": {s: ids(i) for i, s in enumerate(self.seeds.streams)}}
        rows, fired = runner.run(job, labels)
        return rows, fired if rows is None else [t for t, gid in fired if gid == 0]


class Runner:
    """validate/mechrun as a process that takes one job after another."""

    def __init__(self, binary):
        self.p = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, job, labels):
        self.p.stdin.write(json.dumps(job).encode() + b"\n")
        self.p.stdin.flush()
        line = self.p.stdout.readline()
        if not line:
            return None, "rall died"
        a = json.loads(line)
        rows = {}
        for label, n in zip(a["labels"] or [], a["counts"] or []):
            rows[labels[int(label[1:])]] = np.frombuffer(self.p.stdout.read(8 * n))
        if a.get("error"):
            return None, refused(a["error"])
        return rows, list(zip(a["spikes"] or [], a["gids"] or []))

    def close(self):
        self.p.stdin.close()
        self.p.wait()


def ids(k):
    """The ids of stream k."""
    return [11 + k, 22, 33]


def player(text, series):
    """The procedure whose C takes the Vector for a variable."""
    for part in re.split(r"(?m)^\s*(?=PROCEDURE|FUNCTION)", text)[1:]:
        if "vector_arg" in part and re.search(r"\b(_p_)?%s\b" % series, part):
            return re.match(r"\w+\s+(\w+)", part).group(1)
    raise LookupError("no procedure takes a Vector for " + series)


class Seeds:
    """A mechanism's random streams, and the calls by which its C seeds them, as rall's --emit ir names them."""

    def __init__(self, ir):
        self.streams = re.findall(r"^\s*var stream (\w+)", ir, re.M)
        self.calls = {}  # procedure to {argument: (stream, kind)}
        for fn, s, what in re.findall(r"^\s*seeding (\w+) of (\w+) by the (.*)$", ir, re.M):
            at = [int(x) for x in re.findall(r"\d+", what)]
            self.calls.setdefault((fn, "Random" in what), []).append((s, at))
        self.series = re.findall(r"^\s*var series (\w+)", ir, re.M)
        self.old = [s for s in self.streams if s == "scop_random"]

    def seed(self, h, call, member, keep):
        """Sets every stream in NEURON; call(name) is the procedure, member(name) the RANDOM."""
        done = set()
        for (fn, random), args in sorted(self.calls.items(), key=lambda x: x[0][1]):
            if all(s in done for s, _ in args):
                continue
            values = {}
            for s, at in args:
                done.add(s)
                own = ids(self.streams.index(s))
                if random:
                    r = h.Random()
                    r.Random123(*own)
                    if "exp" in s:
                        r.negexp(1)
                    else:
                        r.uniform(0, 1)
                    r.seq(0)  # naming the distribution has drawn one
                    keep.append(r)
                    values[at[0]] = r
                else:
                    values.update(zip(at, own))
            call(fn)(*(values.get(i + 1, 0) for i in range(max(values))))
        for i, s in enumerate(self.streams):
            if s not in done and s not in self.old:
                member(s).set_ids(*ids(i))
                member(s).set_seq(0)  # else the first four draws are those of the old ids


def refused(text):
    lines = [x for x in text.splitlines() if "error[" in x]
    if lines:  # the place in the file is enough
        return "rall: " + re.sub(r"^.*?(:\d+:\d+): error", r"\1", lines[0]).lstrip(":")
    return "rall: " + (text.strip().splitlines() or ["?"])[-1]


def variables(h, mod):
    """Parameters to set, scalars and arrays to record."""
    params, record, arrays = {}, [], []
    for kind in (1, 2, 3):
        ms = h.MechanismStandard(mod.name, kind)
        for i in range(ms.count()):
            ref = h.ref("")
            size = ms.name(ref, i)
            bare = ref[0]
            if mod.kind == "density" and bare.endswith("_" + mod.name):
                bare = bare[:-len(mod.name) - 1]
            if kind == 1:
                if size == 1 and ms.get(ref[0], 0) == 0:
                    if re.match(r"(?i)^([gp]\w*(bar|max)\w*|g)$", bare):
                        params[bare] = 1e-4
                    elif re.match(r"(?i)^(amp|dur)\w*$", bare):
                        params[bare] = {"a": 0.05, "d": 60}[bare[0].lower()]
            elif bare in mod.pointers:
                continue
            elif size > 1:
                arrays.append((bare, min(size, 8)))
            else:
                record.append(bare)
    return params, record, arrays


# --------------------------------------------------------------- comparison

def tau_max(rows):
    """The longest time constant [ms] with which a row settles while the clamp holds."""
    worst = 0.0
    for label, x in rows.items():
        if not label.startswith("m."):
            continue
        for a, b in HOLDS:
            y = x[int(a / DT) + 40:int(b / DT) - 4]
            if len(y) < 3 or not np.all(np.isfinite(y)):
                continue
            d = np.diff(y)
            ok = np.abs(d[:-1]) > 1e-9 * max(np.max(np.abs(x)), 1e-300)
            with np.errstate(all="ignore"):
                r = d[1:][ok] / d[:-1][ok]
                r = r[(r > 0) & (r < 1 - 1e-9)]
                if len(r):
                    worst = max(worst, float(np.max(-DT / np.log(np.median(r)))))
    return worst


def limit(mod, tau):
    """The bound of the relative difference under imposed voltage, and its class."""
    if mod.sets_v:
        return 1e-7, "free"
    if mod.has("KINETIC", "derivimplicit", "LINEAR", "NONLINEAR", "sparse"):
        return 1e-6, "implicit"
    if mod.has("TABLE"):
        return 1e-9, "TABLE"
    return 1e-12 * max(1.0, tau / 10), "cnexp" if mod.has("cnexp") else "direct"


def differences(want, got):
    """(label, difference over the largest value, sample) of each row, missing rows, and whether one varies."""
    out, missing, varies = [], [], []
    for label, w in want.items():
        if label not in got:
            missing.append(label)
            continue
        g = got[label]
        n = min(len(g), len(w))
        if n < len(w) - 1:
            missing.append(label)
            continue
        g, w = g[:n], w[:n]
        same = (g == w) | (np.isnan(g) & np.isnan(w))
        with np.errstate(all="ignore"):
            d = np.where(same, 0, np.abs(g - w))
        finite = np.abs(w[np.isfinite(w)])
        size = finite.max() if len(finite) and finite.max() > 0 else 1.0
        d = np.where(np.isnan(d), np.inf, d) / size
        i = int(np.argmax(d))
        out.append((label, float(d[i]), i, float(g[i]), float(w[i])))
        if label.startswith(("m.", "ion.", "at.")) and len(finite) > 1 and finite.max() > 0 and np.ptp(w[np.isfinite(w)]) > 1e-9 * size:
            varies.append(label)
    return out, missing, varies


def wobble(h, mod, names, seeds, label, celsius, clamped, n=None):
    """How far NEURON's own row moves in n samples when the diameter changes in its last digit, and its size."""
    rows = []
    for diam in (20, 20 * (1 + 3e-16)):
        case = Case(mod, names, seeds, celsius, clamped)
        case.geometry = dict(AREA, diam=diam)
        rows.append(case.neuron(h)[0][label][:n])
    with np.errstate(all="ignore"):
        return float(np.nanmax(np.abs(rows[0] - rows[1]))), float(np.nanmax(np.abs(rows[0])))


def measure(h, mod, folder, binary, ir, celsius):
    """All cases of a mechanism: a row of the table."""
    runner = Runner(binary)
    try:
        return measured(h, mod, folder, runner, Seeds(ir), celsius)
    finally:
        runner.close()


def statistics(h, mod, folder, runner, names):
    """An artificial cell that draws from NEURON's one old generator: the intervals
    between the events of many of them, and the numbers of their events."""
    ms = h.MechanismStandard(mod.name, 1)
    known = []
    for i in range(ms.count()):
        ref = h.ref("")
        ms.name(ref, i)
        known.append(ref[0])
    params = dict(names[0], **{k: x for k, x in STATISTICS.items() if k in known})
    lone, cells, cons, times = h.Section(name="lone"), [], [], []
    for _ in range(SEEDS):
        c = getattr(h, mod.name)()
        for k, x in params.items():
            setattr(c, k, x)
        nc, v = h.NetCon(c, None), h.Vector()
        nc.record(v)
        cells.append(c), cons.append(nc), times.append(v)
    h.dt = 1
    h.finitialize(-65)
    while h.t < STATISTICS_MS - 1e-9:
        h.fadvance()
    want = [np.array(v) for v in times]
    del lone
    spec = {"netParams": {"popParams": {"cell": dict(params, cellModel=mod.name, numCells=SEEDS)}},
            "simConfig": {"duration": STATISTICS_MS, "dt": 1}}
    path = os.path.join(folder, "spec.json")
    with open(path, "w") as f:
        json.dump(spec, f)
    rows, fired = runner.run({"Spec": path, "Mods": [os.path.join(folder, "mods")]}, [])
    if rows is None:
        return {"state": "refused", "why": fired}
    got = [[] for _ in range(SEEDS)]
    for t, gid in fired:
        got[gid].append(t)
    got = [np.array(x) for x in got]
    a, b = (np.concatenate([np.diff(x) for x in y]) for y in (want, got))
    far = apart(a, b)
    allowed = 1.95 * math.sqrt(1 / len(a) + 1 / len(b))  # Kolmogorov and Smirnov, one chance in a thousand
    r = {"class": "statistics", "worst": far, "rows": 1, "free": None, "varies": ["events"], "state": "passed", "why": "",
         "where": "distribution of %d intervals" % len(a)}
    n, m = [len(x) for x in want], [len(x) for x in got]
    z = (np.mean(n) - np.mean(m)) / math.sqrt((np.var(n) + np.var(m)) / SEEDS + 1e-12)
    if far > allowed or abs(z) > 4:
        r["state"], r["why"] = "failed", "intervals' distributions are %.4f apart, allowed %.4f; numbers of events differ by %.1f sigma" % (far, allowed, z)
    return r


def apart(a, b):
    """The Kolmogorov-Smirnov distance of two samples."""
    a, b = np.sort(a), np.sort(b)
    both = np.concatenate([a, b])
    return float(np.max(np.abs(np.searchsorted(a, both, "right") / len(a) - np.searchsorted(b, both, "right") / len(b))))


def sampled(h, case):
    """Many instances under the clamp in NEURON: the spec of the same for rall, its labels, and
    by label and frame what the instances have, at pairs of frames."""
    spec = case.spec()
    config = spec["simConfig"]
    spec["netParams"]["popParams"]["cell"]["numCells"] = SEEDS
    config["recordStep"] = APART
    config["recordTraces"] = {k: x for k, x in config["recordTraces"].items() if k.startswith("m.")}
    labels = list(config["recordTraces"])
    h.celsius, h.dt = case.celsius, DT
    keep, ms, ncs = [], [], []
    for _ in range(SEEDS):
        m, nc, _ = case.alone(h, keep)
        ms.append(m), ncs.append(nc)
    h.finitialize(-65)
    for nc in ncs:
        for t in case.times if nc else ():
            nc.event(t + case.delay)
    want, per = {}, int(round(APART / DT))
    for n in range(1, int(round(DURATION / DT)) + 1):
        h.fadvance()
        k = n // per
        if n % per == 0 and k >= EVERY and k % EVERY < 2:
            for label in labels:
                want[label, k] = np.array([getattr(m, label[2:]) for m in ms])
    return spec, labels, want


def distributions(h, mod, folder, runner, names, seeds, celsius):
    """A mechanism of a membrane that draws from NEURON's one old generator: many
    instances, each in a cell of its own under the clamp. At several times the
    distribution over the instances of every variable, and of its change in half
    a millisecond, is that of rall's."""
    spec, labels, want = sampled(h, Case(mod, names, seeds, celsius, True))
    config = spec["simConfig"]
    config["recordTraces"] = {"r%d" % i: config["recordTraces"][x] for i, x in enumerate(labels)}
    path = os.path.join(folder, "spec.json")
    with open(path, "w") as f:
        json.dump(spec, f)
    rows, fired = runner.run({"Sink": "MechSink", "Spec": path, "Mods": [os.path.join(folder, "mods")], "FD": True, "Mech": mod.name}, labels)
    if rows is None:
        return {"state": "refused", "why": fired}
    tests, wrong = [], ""
    for label, k in want:
        if (label, k + 1) not in want:
            continue
        got = rows[label].reshape(-1, SEEDS)
        for what, a, b in (("%s at %g ms" % (label, k * APART), want[label, k], got[k]),
                           ("the change of %s at %g ms" % (label, k * APART), want[label, k + 1] - want[label, k], got[k + 1] - got[k])):
            size = max(np.max(np.abs(a)), np.max(np.abs(b)), 1e-300)
            if np.ptp(np.concatenate([a, b])) > 1e-9 * size:
                tests.append((apart(a, b), what))
            elif abs(a[0] - b[0]) > 1e-9 * size:
                wrong = what + " differs"
    r = {"class": "statistics", "rows": len(labels), "free": None, "varies": sorted({x for _, x in tests}), "state": "passed", "why": "", "worst": 0.0}
    if not tests:
        return dict(r, state="constant", why="no variable of the reference varies")
    far, where = max(tests)
    # one chance in a thousand that any of the comparisons fails
    allowed = math.sqrt(-0.5 * math.log(0.001 / 2 / len(tests))) * math.sqrt(2 / SEEDS)
    r["worst"], r["where"] = far, where
    if wrong or far > allowed:
        r["state"], r["why"] = "failed", wrong or "distributions of %s are %.4f apart, allowed %.4f" % (where, far, allowed)
    return r


def measured(h, mod, folder, runner, seeds, celsius):
    names = variables(h, mod)
    if seeds.old and len(seeds.streams) == 1:
        if mod.kind == "cell":
            return statistics(h, mod, folder, runner, names)
        return distributions(h, mod, folder, runner, names, seeds, celsius[-1])
    r = {"worst": 0.0, "free": None, "rows": 0, "varies": [], "tau": 0.0, "where": "", "state": "passed", "why": ""}
    varies, why = set(), []
    bound = 0.0
    for c in celsius:
        for clamped in (True,) if mod.kind == "cell" else (False,) if mod.sets_v else (True, False):
            case = Case(mod, names, seeds, c, clamped)
            want, sent = case.neuron(h)
            got, fired = case.rall(runner, folder)
            if got is None:
                return dict(r, state="refused", why=fired)
            if mod.sets_v and len(sent) >= FREE_SPIKES:
                n = int(sent[FREE_SPIKES - 1] / DT)
                want, got = {k: x[:n] for k, x in want.items()}, {k: x[:n] for k, x in got.items()}
            diffs, missing, var = differences(want, got)
            if missing:
                why.append("not recorded: " + " ".join(missing))
            if mod.kind == "cell":
                if len(sent) != len(fired) or any(abs(x - y) > 1e-9 for x, y in zip(sent, fired)):
                    why.append("at %g degC %d events, NEURON %d" % (c, len(fired), len(sent)))
                if len(sent) > 1:
                    varies.add("events")
            if clamped or mod.sets_v:
                varies.update(var)
                if mod.sets_v and mod.receives and len(np.unique(want["v"])) > 100:
                    varies.add("v")
                r["tau"] = max(r["tau"], tau_max(want))
                bound, r["class"] = limit(mod, r["tau"])
                r["rows"] = len(diffs)
                for label, d, i, g, w in diffs:
                    if d >= r["worst"]:
                        r["at"] = (label, c, clamped)
                        r["worst"], r["where"] = d, "%s at %g degC, %.4g ms (%.9g, NEURON %.9g)" % (label, c, i * DT, g, w)
            if not clamped:
                v, x = want["v"], got["v"]
                up = np.nonzero((v[1:] > 0) & (v[:-1] <= 0))[0]
                end = up[FREE_SPIKES - 1] + 1 if len(up) >= FREE_SPIKES else len(v)
                n = min(end, len(x))
                d = np.abs(x[:n] - v[:n])
                same = np.isnan(x[:n]) & np.isnan(v[:n])
                d = np.where(same, 0, np.where(np.isnan(d), np.inf, d))
                if r["free"] is None or d.max() > r["free"]:
                    r["free"], r["free at"] = float(d.max()), (c, int(n))
                r["spikes"] = min(len(up), r.get("spikes", 1000))
    if not varies:
        why = "no variable of the reference varies" if r["rows"] else "it has no variable, and sends no event"
        return dict(r, state="constant", why=why)
    r["varies"] = sorted(varies)
    note = "NEURON differs from itself by %.1e%s when the diameter changes in its last digit"
    if not r["worst"] <= bound and not why:
        own, size = wobble(h, mod, names, seeds, *r["at"])
        if own * 10 >= r["worst"] * size:
            r["note"] = note % (own / size, "")
            bound = r["worst"]
    if not r["worst"] <= bound:
        why.append("%s: %.1e, allowed %.1e" % (r["where"], r["worst"], bound))
    if r["free"] is not None and not r["free"] <= 1e-7:
        own, _ = wobble(h, mod, names, seeds, "v", r["free at"][0], False, r["free at"][1])
        if own * 10 >= r["free"]:
            r["note"] = note % (own, " mV")
        else:
            why.append("free: %.1e mV at %g degC" % (r["free"], r["free at"][0]))
    if why:
        r["state"] = "failed"
        r["why"] = "; ".join(why)
    return r
