"""Builds a single-cell rall spec in NEURON and records it, for neuron_golden.py.

It reads the part of the vocabulary that the specs of the single-cell corpus
use: one compartmental cell given by `secs`, or by `morphology` with `nseg` and
`regions`; VecStim populations; synMechParams; connParams between them; point
processes by stimSourceParams and stimTargetParams; recordTraces. Keys that it
does not know stop it. Objects are made in NetPyNE's order.
"""
import json
import math
import os

import numpy as np

NETPARAMS = {"popParams", "cellParams", "synMechParams", "connParams",
             "stimSourceParams", "stimTargetParams", "tableParams"}
SIMCONFIG = {"duration", "dt", "hParams", "recordTraces", "recordCells", "recordStep",
             "simLabel", "saveFolder", "saveJson", "analysis", "recordStim"}


def only(d, keys, where):
    for k in d:
        if k not in keys:
            raise SystemExit("neuron_spec: unknown key %s in %s" % (k, where))


def evaluate(text, names):
    """The value of a string function of place."""
    scope = {n: getattr(math, n) for n in ("exp", "log", "sqrt", "sin", "cos", "tan", "pi")}
    scope.update(names)
    return float(eval(text, {"__builtins__": {}}, scope))


class Build:
    def __init__(self, h, folder, spec):
        self.h = h
        self.folder = folder
        self.net, self.cfg = spec["netParams"], spec["simConfig"]
        only(self.net, NETPARAMS, "netParams")
        only(self.cfg, SIMCONFIG, "simConfig")
        self.secs = {}        # name -> Section, in order of creation
        self.lists = {}       # secList -> names
        self.syns = []        # (sec, loc, label, object)
        self.stims = {}       # target label -> object
        self.netcons = []
        self.pop_members = {}  # pop -> [artificial cell] or [None]
        self.sources = []     # (gid, netcon, times)
        self.vinit, self.pointps = {}, {}
        self.shared = {}  # numbers that only POINTERs hold
        self.spike_from, self.threshold = None, 10.0
        for k, x in self.cfg.get("hParams", {}).items():
            if k != "v_init":
                setattr(h, k, x)
        h.dt = self.cfg["dt"]
        self.celltype = None
        gid = 0
        for label, pop in self.net["popParams"].items():
            if "cellModel" not in pop:
                only(pop, {"cellType", "numCells", "cellsList"}, label)
            if "cellModel" in pop:
                n = pop.get("numCells", 1)
                self.pop_members[label] = [self.artificial(pop, i) for i in range(n)]
            else:
                # 3-D points move with the cell, so a cell that has some must lie at the origin
                if self.secs or pop.get("numCells", 1) != 1 or pop.get("cellsList", [{}]) not in (
                        [{}], [{"x": 0, "y": 0, "z": 0}]):
                    raise SystemExit("neuron_spec: one compartmental cell only, at the origin")
                self.celltype = pop["cellType"]
                self.cell(self.net["cellParams"][self.celltype])
                self.pop_members[label] = [None]
            for member in self.pop_members[label]:
                self.listen(gid, member)
                gid += 1
        self.tables = [self.table(name, t) for name, t in self.net.get("tableParams", {}).items()]
        self.connections()
        self.stimuli()

    def table(self, name, t):
        """Gives a FUNCTION_TABLE its values; what it points to must be kept."""
        only(t, {"value", "y", "x", "xRange", "z", "zRange", "axes"}, name)
        f = getattr(self.h, "table_" + name)
        if "value" in t:
            f(t["value"])
            return None
        shape, first, flat = [], t["y"], t["y"]
        while isinstance(first, list):
            shape.append(len(first))
            first = first[0]
        for _ in shape[1:]:
            flat = [x for row in flat for x in row]
        y = self.h.Vector(flat)
        kept, args = [y], [y._ref_x[0]]
        for i, n in enumerate(shape):
            args.append(n)
            points = t["axes"][i] if "axes" in t else t.get("xz"[i])
            if points is not None:
                kept.append(self.h.Vector(points))
                args.append(kept[-1]._ref_x[0])
            else:
                args += t["xz"[i] + "Range"]
        f(*args)
        return kept

    # ------------------------------------------------------------ the cell

    def cell(self, rule):
        only(rule, {"secs", "secLists", "morphology", "nseg", "regions", "globals"}, "cellParams")
        for k, x in rule.get("globals", {}).items():
            setattr(self.h, k, x)
        if "morphology" in rule:
            self.imported(rule)
        else:
            self.stylised(rule)

    def stylised(self, rule):
        h = self.h
        for name, sec in rule["secs"].items():
            only(sec, {"geom", "topol", "mechs", "ions", "pointps", "spikeGenLoc", "vinit", "threshold"}, name)
            s = h.Section(name=name)
            self.secs[name] = s
            geom = sec["geom"]
            only(geom, {"L", "diam", "Ra", "cm", "nseg", "pt3d"}, name + ".geom")
            for k, x in geom.items():
                if k == "pt3d":
                    continue
                if isinstance(x, list):
                    continue
                setattr(s, k, x)
            if "pt3d" in geom:
                h.pt3dclear(sec=s)
                for p in geom["pt3d"]:
                    s.pt3dadd(*p)
            for k, x in geom.items():
                if k != "pt3d" and isinstance(x, list):
                    for seg, y in zip(s, x):
                        setattr(seg, k, y)
        for name, sec in rule["secs"].items():
            if "topol" in sec:
                t = sec["topol"]
                self.secs[name].connect(self.secs[t["parentSec"]](t["parentX"]), t["childX"])
        self.lists = dict(rule.get("secLists", {}))
        for name, sec in rule["secs"].items():
            self.density(self.secs[name], sec)
            if "spikeGenLoc" in sec:
                self.spike_from = self.secs[name](sec["spikeGenLoc"])
            if "vinit" in sec:
                self.vinit[name] = sec["vinit"]
            if "threshold" in sec:
                self.threshold = sec["threshold"]
            for label, pp in sec.get("pointps", {}).items():
                o = getattr(h, pp["mod"])(self.secs[name](pp.get("loc", 0.5)))
                for k, x in pp.items():
                    if k not in ("mod", "loc") and not isinstance(x, dict):
                        setattr(o, k, x)
                self.pointps[name, label] = o
        for name, sec in rule["secs"].items():
            for mech, params in sec.get("mechs", {}).items():
                for k, x in params.items():
                    for i, seg in enumerate(self.secs[name]):
                        y = x[i] if isinstance(x, list) else x
                        if isinstance(y, dict):
                            setattr(getattr(seg, mech), "_ref_" + k, self.ref(y, seg))
            for label, pp in sec.get("pointps", {}).items():
                for k, x in pp.items():
                    if isinstance(x, dict):
                        setattr(self.pointps[name, label], "_ref_" + k, self.ref(x, self.secs[name](pp.get("loc", 0.5))))

    def ref(self, d, seg):
        """What a POINTER of a mechanism at seg is given."""
        only(d, {"sec", "loc", "var", "mech", "pointp", "shared"}, "a POINTER")
        if "shared" in d:
            if d["shared"] not in self.shared:
                self.shared[d["shared"]] = self.h.Vector(1)
            return self.shared[d["shared"]]._ref_x[0]
        if "sec" in d:
            seg = self.secs[d["sec"]](d.get("loc", 0.5))
        at = seg
        if "mech" in d:
            at = getattr(seg, d["mech"])
        elif "pointp" in d:
            name = next(n for n, s in self.secs.items() if s == seg.sec)
            at = self.pointps[name, d["pointp"]]
        return getattr(at, "_ref_" + d["var"])

    def imported(self, rule):
        h = self.h
        h.load_file("import3d.hoc")
        reader = h.Import3d_SWC_read()
        reader.quiet = 1
        reader.input(os.path.join(self.folder, rule["morphology"]))
        holder = Holder()
        self.holder = holder
        h.Import3d_GUI(reader, 0).instantiate(holder)
        for kind, name in (("soma", "somatic"), ("axon", "axonal"), ("dend", "basal"), ("apic", "apical")):
            for i, s in enumerate(getattr(holder, kind, [])):
                self.secs["%s_%d" % (kind, i)] = s
                self.lists.setdefault(name, []).append("%s_%d" % (kind, i))
        self.lists["all"] = list(self.secs)
        assert sum(1 for _ in h.allsec()) == len(self.secs)
        regions = rule.get("regions", {})
        for label, region in regions.items():
            only(region, {"geom", "mechs", "ions"}, label)
            for name in self.lists[label]:
                for k, x in region.get("geom", {}).items():
                    assert k in ("Ra", "cm")
                    setattr(self.secs[name], k, x)
        nseg = rule.get("nseg", "asImported")
        for s in self.secs.values():
            if isinstance(nseg, dict) and "dLambda" in nseg:
                lam = h.lambda_f(nseg.get("freq", 100), sec=s)
                s.nseg = int((s.L / (nseg["dLambda"] * lam) + 0.9) / 2) * 2 + 1
            elif isinstance(nseg, dict):
                s.nseg = math.ceil(s.L / nseg["maxLength"]) // 2 * 2 + 1
            elif nseg != "asImported":
                s.nseg = nseg
        for label, region in regions.items():
            for name in self.lists[label]:
                self.density(self.secs[name], region)

    def density(self, s, d):
        h = self.h
        for mech, params in d.get("mechs", {}).items():
            if not h.ismembrane(mech, sec=s):
                s.insert(mech)
            for k, x in params.items():
                for i, seg in enumerate(s):
                    y = x[i] if isinstance(x, list) else x
                    if isinstance(y, dict):
                        continue  # a POINTER
                    y = self.number(y, s, seg)
                    if "[" in k:
                        getattr(seg, k.split("[")[0])[int(k.split("[")[1][:-1])] = y
                    elif mech == "extracellular":
                        setattr(seg, k + "_extracellular", y)
                    else:
                        setattr(getattr(seg, mech), k, y)
        for ion, params in d.get("ions", {}).items():
            if not h.ismembrane(ion + "_ion", sec=s):
                s.insert(ion + "_ion")
            for k, x in params.items():
                for seg in s:
                    setattr(seg, {"e": "e" + ion, "i": ion + "i", "o": ion + "o"}[k], x)
                if k in "io":  # as NetPyNE does: the global too
                    setattr(h, "%s%s0_%s_ion" % (ion, k, ion), x)

    def number(self, x, s, seg):
        if not isinstance(x, str):
            return x
        names = {}
        origin = next((q for n, q in self.secs.items() if n.startswith("soma")),
                      next(iter(self.secs.values())))
        names["dist_path"] = self.h.distance(origin(0.5), seg)
        p, q = place(self.h, s, seg.x), place(self.h, origin, 0.5)
        names["x"], names["y"], names["z"] = p
        names["dist_euclidean"] = math.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2)
        return evaluate(x, names)

    # ------------------------------------------------- events and stimuli

    def artificial(self, pop, i):
        o = getattr(self.h, pop["cellModel"])()
        if "spkTimes" in pop:
            times = pop["spkTimes"]
            o.play(self.h.Vector(times[i] if isinstance(times[0], list) else times))
        for k, x in pop.items():
            if k not in ("cellModel", "numCells", "spkTimes"):
                setattr(o, k, x)
        return o

    def source(self, member, target):
        if member is not None:
            return self.h.NetCon(member, target)
        seg = self.spike_from or next(iter(self.secs.values()))(0.5)
        nc = self.h.NetCon(seg._ref_v, target, sec=seg.sec)
        nc.threshold = self.threshold
        return nc

    def listen(self, gid, member):
        nc, times = self.source(member, None), self.h.Vector()
        nc.record(times)
        self.sources.append((gid, nc, times))

    def connections(self):
        for label, c in self.net.get("connParams", {}).items():
            only(c, {"preConds", "postConds", "sec", "loc", "synMech", "weight", "delay", "connList"}, label)
            pres, posts = self.pop_members[c["preConds"]["pop"]], self.pop_members[c["postConds"]["pop"]]
            pairs = c.get("connList") or [(i, j) for i in range(len(pres)) for j in range(len(posts))]
            for k, (i, j) in enumerate(pairs):
                target = posts[j]
                if target is None:
                    target = self.synapse(c["synMech"], c["sec"], c.get("loc", 0.5))
                nc = self.source(pres[i], target)
                nc.weight[0], nc.delay = (x[k] if isinstance(x, list) else x for x in (c["weight"], c["delay"]))
                self.netcons.append(nc)

    def synapse(self, label, sec, loc):
        params = self.net["synMechParams"][label]
        o = getattr(self.h, params["mod"])(self.secs[sec](loc))
        for k, x in params.items():
            if k != "mod":
                setattr(o, k, x)
        self.syns.append((sec, loc, label, o))
        return o

    def stimuli(self):
        for label, t in self.net.get("stimTargetParams", {}).items():
            only(t, {"source", "conds", "sec", "loc"}, label)
            self.stims[label] = self.stimulus(t, self.secs)

    def stimulus(self, t, secs):
        """The point process of a stimTargetParams entry, on one cell's sections."""
        src = self.net["stimSourceParams"][t["source"]]
        o = getattr(self.h, src["type"])(secs[t["sec"]](t.get("loc", 0.5)))
        for k, x in src.items():
            if k == "type":
                continue
            if isinstance(x, list):
                for i, y in enumerate(x):
                    getattr(o, k)[i] = y
            else:
                setattr(o, "delay" if src["type"] == "IClamp" and k == "del" else k, x)
        return o

    # ------------------------------------------------------------ records

    def refs(self):
        """(label, description, reference) of each recordTraces entry."""
        out = []
        for label, t in self.cfg["recordTraces"].items():
            name = "_ref_" + t["var"]
            if "sec" not in t:
                pop = t["conds"]["pop"]
                out.append((label, dict(t), getattr(self.pop_members[pop][0], name)))
                continue
            seg = self.secs[t["sec"]](t.get("loc", 0.5))
            if "mech" in t:
                ref = getattr(getattr(seg, t["mech"]), name)
            elif "synMech" in t:
                ref = next(getattr(o, name) for sec, loc, lab, o in self.syns
                           if (sec, loc, lab) == (t["sec"], t["loc"], t["synMech"]))
            elif "stim" in t:
                ref = getattr(self.stims[t["stim"]], name)
            elif "pointp" in t:
                o = self.pointps[t["sec"], t["pointp"]]
                bound = self.net["cellParams"][self.celltype]["secs"][t["sec"]]["pointps"][t["pointp"]].get(t["var"])
                ref = self.ref(bound, o.get_segment()) if isinstance(bound, dict) else getattr(o, name)
            else:
                ref = getattr(seg, name)
            out.append((label, dict(t), ref))
        return out

    def run(self, trace_ms, step=None):
        """Runs the whole duration; traces are of every step up to trace_ms.

        With step they are NEURON's samples at that interval, which its event
        queue takes: they see the events of their own instant that stand before
        them. Such a run ends at trace_ms, and the process can make no other after
        it: the recorders' events stay on the queue.
        """
        h = self.h
        refs = self.refs()
        extra = () if step is None else (step,)
        vectors = [h.Vector().record(h._ref_t, *extra)] + [r.record(h, *extra) if isinstance(r, HocRef) else h.Vector().record(r, *extra) for _, _, r in refs]
        for _, _, times in self.sources:
            times.resize(0)
        v = self.cfg.get("hParams", {}).get("v_init", -65.0)
        if self.vinit:
            handler = h.FInitializeHandler(0, self.set_vinit)
        h.finitialize(v)
        dt, duration = self.cfg["dt"], self.cfg["duration"]
        steps = int((duration * (1 + 1e-11) - h.t) / dt + 1e-9)
        keep = min(steps, int(round(trace_ms / dt)))
        data = None
        if step is not None:
            steps = keep
        for k in range(steps):
            h.fadvance()
            if k + 1 == keep:
                data, last = np.array([list(x) for x in vectors]), h.t
                # a recorder with a step has an event in the queue, which must not outlive it
                if step is None:
                    for x in vectors:
                        x.play_remove()
        if step is not None:
            data = data[:, data[0] <= last]
            for x in vectors:
                x.play_remove()
        end = h.t
        spikes = sorted((t, gid) for gid, _, times in self.sources for t in times)
        return data, [(a, b) for a, b, _ in refs], spikes, end

    def set_vinit(self):
        for name, x in self.vinit.items():
            self.secs[name].v = x  # the end nodes too, as NetPyNE does

    def perturb(self, mech, param, delta):
        n = 0
        for s in self.secs.values():
            if self.h.ismembrane(mech, sec=s):
                for seg in s:
                    m = getattr(seg, mech)
                    setattr(m, param, getattr(m, param) + delta)
                    n += 1
        assert n

    def geometry(self):
        h = self.h
        out = []
        for name, s in self.secs.items():
            parent = s.parentseg()
            names = {q: n for n, q in self.secs.items()}
            d = {"name": name, "nseg": s.nseg, "L": s.L, "Ra": s.Ra,
                 "parent": None if parent is None else [names[parent.sec], parent.x, s.orientation()],
                 "area": [seg.area() for seg in s],
                 "ri": [seg.ri() for seg in s],
                 "ri_end": s(1).ri(),
                 "diam": [seg.diam for seg in s],
                 "cm": [seg.cm for seg in s]}
            n = s.n3d()
            d["pt3d"] = {k: [getattr(s, f)(i) for i in range(n)] for k, f in
                         (("x", "x3d"), ("y", "y3d"), ("z", "z3d"), ("diam", "diam3d"), ("arc", "arc3d"))}
            out.append(d)
        return {"units": {"L": "um", "Ra": "ohm cm", "area": "um2", "ri": "MOhm", "diam": "um",
                          "cm": "uF/cm2", "pt3d": "um"},
                "secLists": self.lists, "sections": out}

    def painted(self):
        """Parameters that strings of place gave, by mechanism."""
        out = {}
        rule = self.net["cellParams"][self.celltype]
        for label, region in rule.get("regions", {}).items():
            for mech, params in region.get("mechs", {}).items():
                for k, x in params.items():
                    if isinstance(x, str):
                        d = out.setdefault(mech + "." + k, {})
                        for name in self.lists[label]:
                            d[name] = [getattr(getattr(seg, mech), k) for seg in self.secs[name]]
        return out


class HocRef:
    """A variable that Python's references miss: seg._ref_vext[1] is vext[0] in NEURON 9.0.2."""

    def __init__(self, seg, text):
        self.sec, self.text = seg.sec, "%s(%.17g)" % (text, seg.x)

    def record(self, h, *step):
        v = h.Vector()
        h("objref rall_vector")
        h.rall_vector = v
        self.sec.push()
        h("{rall_vector.record(&%s%s)}" % (self.text, "".join(", %.17g" % s for s in step)))
        h.pop_section()
        h("objref rall_vector")
        return v


class Holder:
    """What Import3d instantiates into."""


def place(h, s, x):
    """The point at arc position x, between the neighbouring 3-D points."""
    n = s.n3d()
    if n == 0:
        return 0.0, 0.0, 0.0
    arc = x * s.L
    b = next((i for i in range(n) if s.arc3d(i) >= arc), n - 1)
    if s.arc3d(b) == arc or b == 0:
        return s.x3d(b), s.y3d(b), s.z3d(b)
    a = b - 1
    f = (arc - s.arc3d(a)) / (s.arc3d(b) - s.arc3d(a))
    return tuple(g(a) + f * (g(b) - g(a)) for g in (s.x3d, s.y3d, s.z3d))


def build(h, path):
    with open(path) as f:
        spec = json.load(f)
    return Build(h, os.path.dirname(os.path.abspath(path)), spec)
