"""Whole cells: what NEURON has built becomes a spec of rall's, and a golden.

Whoever builds a cell in NEURON, by the calls of the package that it comes
from, hands its sections to Whole. export() reads the instantiated cell back
into cellParams: points, discretisation, parameters of density mechanisms and
ions. run() records it; write() stores both. Used by allen_golden.py,
hnn_golden.py and sscx_golden.py; nothing that comes of it belongs to this
repository.
"""
import json
import os

import neuron_write as w

NOT_MECHS = {"capacitance", "morphology"}


def one_or_list(values):
    return values[0] if all(x == values[0] for x in values) else values


def length(s):
    """The length that NEURON gives the points, which are float32, on the way back."""
    import numpy as np
    xyz = np.array([[s.x3d(i), s.y3d(i), s.z3d(i)] for i in range(s.n3d())], dtype="f4")
    d = np.diff(xyz, axis=0).astype("f8")
    return float(np.sum(np.sqrt((d * d).sum(axis=1))))


def close(a, b):
    return abs(a - b) <= 1e-12 * abs(a)


class Whole:
    """secs maps labels to sections, the root first and parents before children."""

    def __init__(self, h, secs, lists=None):
        self.h, self.secs, self.lists = h, secs, lists or {}
        self.clamps, self.stims, self.targets = [], {}, {}
        self.pointps, self.vecstims, self.rules, self.syns = {}, {}, {}, {}
        self.more = {}  # (section, mechanism): what is no PARAMETER: ASSIGNED that the package sets, POINTERs
        self.keep, self.traces = [], []
        self.streams = []  # by input: name of the synapse's stream, to Random123 ids and global index

    # ------------------------------------------------------------- the spec

    def parameters(self, mech):
        h = self.h
        if mech not in self.keep_names:
            m, names = h.MechanismStandard(mech, 1), []
            for i in range(int(m.count())):
                name = h.ref("")
                size = m.name(name, i)
                assert size == 1, "an array parameter: " + name[0]
                names.append(name[0])
            self.keep_names[mech] = names
        return self.keep_names[mech]

    keep_names = {}

    def section(self, label):
        h, s = self.h, self.secs[label]
        n = s.n3d()
        if n and not close(s.L, length(s)):
            n = 0  # a cylinder whose points of float32 are for pictures
        geom = {"nseg": s.nseg, "Ra": s.Ra, "cm": one_or_list([seg.cm for seg in s])}
        if n:
            geom["pt3d"] = [[s.x3d(i), s.y3d(i), s.z3d(i), s.diam3d(i)] for i in range(n)]
        else:
            geom["L"], geom["diam"] = s.L, one_or_list([seg.diam for seg in s])
            for seg in s:
                assert close(seg.area(), 3.141592653589793 * seg.diam * s.L / s.nseg), "no cylinder: %s" % label
        out, here = {"geom": geom, "mechs": {}, "ions": {}}, label
        parent = s.parentseg()
        if parent is not None:
            label = next(k for k, q in self.secs.items() if q == parent.sec)
            out["topol"] = {"parentSec": label, "parentX": parent.x, "childX": s.orientation()}
        for mech in list(s(0.5)):
            mech = mech.name()
            if mech in NOT_MECHS:
                continue
            if mech.endswith("_ion"):
                ion = mech[:-4]
                if (h.ion_style(mech, sec=s) // 8) % 4 == 1:  # the reversal potential is a parameter
                    out["ions"][ion] = {"e": one_or_list([getattr(seg, "e" + ion) for seg in s])}
                continue
            params = {}
            for name in self.parameters(mech):
                short = name[:-len(mech) - 1] if name.endswith("_" + mech) else name
                params[short] = one_or_list([getattr(seg, name) for seg in s])
            params.update(self.more.get((here, mech), {}))
            out["mechs"][mech] = params
        return out

    def export(self, label, v_init, duration, detector, threshold, globals_=None):
        h = self.h
        rule = {"secs": {k: self.section(k) for k in self.secs}}
        rule["secs"][detector[0]].update(spikeGenLoc=detector[1], threshold=threshold)
        if self.lists:
            rule["secLists"] = self.lists
        if globals_:
            rule["globals"] = globals_
        for (sec, name), (mod, loc, params) in self.pointps.items():
            rule["secs"][sec].setdefault("pointps", {})[name] = dict(params, mod=mod, loc=loc)
        pops = {"cell": {"cellType": "cell", "cellsList": [{"x": 0, "y": 0, "z": 0}]}}
        pops.update(self.vecstims)
        return {
            "netParams": {"popParams": pops, "cellParams": {"cell": rule}, "synMechParams": self.syns, "connParams": self.rules,
                          "stimSourceParams": self.stims, "stimTargetParams": self.targets},
            "simConfig": {"duration": duration, "dt": h.dt, "hParams": {"celsius": h.celsius, "v_init": v_init},
                          "recordTraces": {k: d for k, d, _ in self.traces}, "recordCells": ["cell"], "recordStep": h.dt, "recordCellsSpikes": ["cell"],
                          "simLabel": label},
        }

    # -------------------------------------------------- stimuli and recordings

    def step(self, sec, loc, begin, length, amp):
        c = self.h.IClamp(self.secs[sec](loc))
        c.delay, c.dur, c.amp = begin, length, amp
        self.keep.append(c)
        name = "step%d" % (len(self.stims) + 1)
        self.stims[name] = {"type": "IClamp", "del": begin, "dur": length, "amp": amp}
        self.targets[name + "->" + sec] = {"source": name, "conds": {"pop": "cell"}, "sec": sec, "loc": loc}

    def synapse(self, name, mod, sec, loc, params, times, weight, delay):
        """A point process of ours with a train of events of its own."""
        o = getattr(self.h, mod)(self.secs[sec](loc))
        for k, x in params.items():
            setattr(o, k, x)
        return self.follow(name, mod, sec, loc, o, times, weight, delay)

    def follow(self, name, mod, sec, loc, o, times, weight, delay, streams=None):
        """A point process that is there, read back, with a train of events."""
        h = self.h
        std, params = h.MechanismStandard(mod, 1), {}
        for k in self.parameters(mod):
            if getattr(o, k) != std.get(k):
                params[k] = getattr(o, k)
        self.streams.append(streams or {})
        source, vector = h.VecStim(), h.Vector(times)
        source.play(vector)
        nc = h.NetCon(source, o)
        nc.delay, nc.weight[0] = delay, weight
        self.keep.append((o, source, nc, vector))
        self.syns[name] = dict(params, mod=mod)
        inputs = self.vecstims.setdefault("in", {"cellModel": "VecStim", "numCells": 0, "spkTimes": []})
        self.rules[name] = {"preConds": {"pop": "in"}, "postConds": {"pop": "cell"}, "connList": [[inputs["numCells"], 0]],
                            "sec": sec, "loc": loc, "synMech": name, "weight": weight, "delay": delay}
        inputs["numCells"] += 1
        inputs["spkTimes"].append(list(times))
        return o

    def record(self, label, sec, loc, var, mech=None, obj=None, **where):
        d = dict({"sec": sec, "loc": loc, "var": var}, **where)
        at = self.secs[sec](loc)
        if mech:
            d["mech"] = mech
            at = getattr(at, mech)
        if obj is not None:
            at = obj
        self.traces.append((label, d, getattr(at, "_ref_" + var)))

    # ----------------------------------------------------------------- the run

    def run(self, np, v_init, duration, detector, threshold=10):
        """Rows of every step and the times of spikes at detector (sec, loc)."""
        h = self.h
        # What events change is seen by a recorder with a step, as rall's samples
        # are, after the events of its time; by one without, before them.
        vectors = [h.Vector().record(h._ref_t)] + [h.Vector().record(ref, *([h.dt] if "synMech" in d else [])) for _, d, ref in self.traces]
        sec = self.secs[detector[0]]
        nc, times = h.NetCon(sec(detector[1])._ref_v, None, sec=sec), h.Vector()
        nc.threshold = threshold
        nc.record(times)
        h.finitialize(v_init)
        for _ in range(int((duration * (1 + 1e-11)) / h.dt + 1e-9)):
            h.fadvance()
        steps = len(vectors[0])
        assert all(steps - 1 <= len(x) <= steps for x in vectors)
        return np.array([list(x) + list(x)[-1:] * (steps - len(x)) for x in vectors]), list(times)

    def perturb(self, mech, param, delta):
        for s in self.secs.values():
            if self.h.ismembrane(mech, sec=s):
                for seg in s:
                    m = getattr(seg, mech)
                    setattr(m, param, getattr(m, param) + delta)

    def geometry(self):
        import neuron_spec
        return neuron_spec.Build.geometry(self)

    def write(self, np, folder, name, v_init, duration, detector, least_spikes=1, threshold=10, shift=("pas", "e"), **spec):
        """Makes folder/NAME.json and folder/golden; NEURON is also compared with itself."""
        h = self.h
        out = self.export(name, v_init, duration, detector, threshold, **spec)
        os.makedirs(os.path.join(folder, "golden"), exist_ok=True)
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(out, f)
            f.write("\n")
        dest = os.path.join(folder, "golden")
        data, spikes = self.run(np, v_init, duration, detector, threshold)
        assert len(spikes) >= least_spikes, "only %d spikes" % len(spikes)
        for (label, _, _), row in zip(self.traces, data[1:]):
            w.must_vary(label, row)
        meta = {"oracle": "NEURON " + h.nrnversion(5).strip(), "duration_ms": duration, "dt_ms": h.dt, "trace_ms": duration,
                "celsius": h.celsius, "cvs": sum(s.nseg for s in self.secs.values()), "sections": len(self.secs),
                "spikes": len(spikes), "rows": [dict(d, label=label) for label, d, _ in self.traces], "divergence": []}
        if any(self.streams):
            meta["streams"] = self.streams
        w.array(dest, "traces.npy", data)
        w.spikes(dest, [(t, 0) for t in spikes])
        w.json_(dest, "geometry.json", self.geometry())
        if shift:
            mech, param = shift
            self.perturb(mech, param, 1e-12)  # mV, NEURON against itself
            data2, spikes2 = self.run(np, v_init, duration, detector, threshold)
            v = [i + 1 for i, (_, d, _) in enumerate(self.traces) if d["var"] == "v"]
            first = next((i for i, (p, q) in enumerate(zip(spikes, spikes2)) if p != q), None)
            if first is None and len(spikes) != len(spikes2):
                first = min(len(spikes), len(spikes2))
            meta["divergence"].append({"mech": mech, "param": param, "delta_mV": 1e-12, "first_difference": first,
                                       "max_dv_mV": float(np.max(np.abs(data[v] - data2[v])))})
        w.json_(dest, "meta.json", meta)
        print("%s: %d sections, %d CVs, %d spikes; divergence %s" % (
            name, meta["sections"], meta["cvs"], len(spikes), meta["divergence"]))
