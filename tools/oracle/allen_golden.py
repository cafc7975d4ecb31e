#!/usr/bin/env python3
"""Runs the Allen Institute's fit 472363762 in NEURON, for validate/allen_test.go.

    python tools/oracle/allen_golden.py DIR
    RALL_ALLEN_DIR=DIR go test ./validate -run Allen

makes DIR/allen-472363762/ with the spec (allen_spec.py) and golden/ with what
NEURON computes. The cell is built from the package's fit and morphology by
NEURON's own Import3d and calls; of the spec only the steps, traces and the
longest CV are taken. Needs neuron 9.0.2, numpy, g++, make and an installed
bmtk 1.2.0.
"""
import math
import os
import subprocess
import sys
import tempfile

import allen_spec

TRACE_MS = 210  # every step is kept so long: the first step of current and its spikes


def one(folder):
    import numpy as np
    from neuron import h

    import neuron_spec
    import neuron_write as w
    h.load_file("stdrun.hoc")
    h.load_file("import3d.hoc")
    h.CVode().active(0)
    root = allen_spec.package()
    fit = allen_spec.read_fit(root)
    cell = Cell(h, fit, os.path.join(root, "morphologies", allen_spec.SWC))
    dest = os.path.join(folder, "golden")
    os.makedirs(dest, exist_ok=True)
    rows, data, spikes = cell.run(np)
    assert len(spikes) > 5, "the cell hardly fires"
    for (label, _), row in zip(rows, data[1:]):
        w.must_vary(label, row)
    meta = {"oracle": "NEURON " + h.nrnversion(5).strip(), "duration_ms": 1000, "dt_ms": h.dt, "trace_ms": TRACE_MS,
            "celsius": h.celsius, "cvs": sum(s.nseg for s in cell.secs.values()), "sections": len(cell.secs),
            "spikes": len(spikes), "rows": [dict(d, label=label) for label, d in rows], "divergence": []}
    w.array(dest, "traces.npy", data)
    w.spikes(dest, [(t, 0) for t in spikes])
    w.json_(dest, "geometry.json", neuron_spec.Build.geometry(cell))
    e = cell.secs["soma_0"](0.5).pas.e
    for delta in (1e-12, 1e-9):  # mV, NEURON against itself
        for s in cell.secs.values():
            for seg in s:
                seg.pas.e = e + delta
        _, data2, spikes2 = cell.run(np)
        v = [i + 1 for i, (_, d) in enumerate(rows) if d["var"] == "v"]
        first = next((i for i, (p, q) in enumerate(zip(spikes, spikes2)) if p != q), None)
        if first is None and len(spikes) != len(spikes2):
            first = min(len(spikes), len(spikes2))
        meta["divergence"].append({"mech": "pas", "param": "e", "delta_mV": delta, "first_difference": first,
                                   "max_dv_mV": float(np.max(np.abs(data[v] - data2[v])))})
    w.json_(dest, "meta.json", meta)
    print("%d sections, %d CVs, %d spikes; divergence %s" % (
        meta["sections"], meta["cvs"], len(spikes), meta["divergence"]))


class Holder:
    """What Import3d instantiates into."""


class Cell:
    def __init__(self, h, fit, swc):
        self.h = h
        reader = h.Import3d_SWC_read()
        reader.quiet = 1
        reader.input(swc)
        self.holder = Holder()
        h.Import3d_GUI(reader, 0).instantiate(self.holder)
        self.secs, self.lists, self.short = {}, {}, {}
        for kind, name in allen_spec.REGION.items():
            for i, s in enumerate(getattr(self.holder, kind, [])):
                label = "%s_%d" % (kind, i)
                self.secs[label], self.short[label] = s, kind
                self.lists.setdefault(name, []).append(label)
        self.lists["all"] = list(self.secs)
        assert sum(1 for _ in h.allsec()) == len(self.secs)
        passive, conditions = fit["passive"][0], fit["conditions"][0]
        cm = {c["section"]: c["cm"] for c in passive["cm"]}
        for label, s in self.secs.items():
            s.Ra, s.cm = passive["ra"], cm[self.short[label]]
            s.nseg = math.ceil(s.L / allen_spec.MAX_LENGTH) // 2 * 2 + 1  # an odd number
            s.insert("pas")
            s.e_pas = passive["e_pas"]
        for g in fit["genome"]:
            for label, s in self.secs.items():
                if self.short[label] == g["section"]:
                    if g["mechanism"]:
                        s.insert(g["mechanism"])
                    setattr(s, g["name"], g["value"])
        for e in conditions["erev"]:
            for label, s in self.secs.items():
                if self.short[label] == e["section"]:
                    s.ena, s.ek = e["ena"], e["ek"]
        h.celsius = conditions["celsius"]
        h.dt = 0.025
        self.v_init = conditions["v_init"]
        self.clamps = []
        for begin, length, amp in allen_spec.STEPS:
            c = h.IClamp(self.secs["soma_0"](0.5))
            c.delay, c.dur, c.amp = begin, length, amp
            self.clamps.append(c)

    def run(self, np):
        h = self.h
        rows, vectors = [], [h.Vector().record(h._ref_t)]

        def add(label, sec, loc, var, mech=None):
            at = self.secs[sec](loc)
            vectors.append(h.Vector().record(getattr(getattr(at, mech) if mech else at, "_ref_" + var)))
            rows.append((label, dict({"sec": sec, "loc": loc, "var": var}, **({"mech": mech} if mech else {}))))
        for sec, x in allen_spec.TRACES:
            add("v_%s_%g" % (sec, x), sec, x, "v")
        for var, mech in allen_spec.SOMA:
            add(var + ("_" + mech if mech else ""), "soma_0", 0.5, var, mech)
        soma = self.secs["soma_0"]
        nc, times = h.NetCon(soma(0.5)._ref_v, None, sec=soma), h.Vector()
        nc.threshold = 10
        nc.record(times)
        h.finitialize(self.v_init)
        data = None
        for k in range(40000):
            h.fadvance()
            if k + 1 == int(round(TRACE_MS / 0.025)):
                data = np.array([list(x) for x in vectors])
                for x in vectors:
                    x.play_remove()
        return rows, data, list(times)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        return one(sys.argv[2])
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    import neuron_golden
    folder = os.path.abspath(allen_spec.write(sys.argv[1]))
    mods = os.path.join(folder, "mod")
    with tempfile.TemporaryDirectory() as scratch:
        neuron_golden.compile_mods([os.path.join(mods, n) for n in sorted(os.listdir(mods))], scratch)
        p = subprocess.run([sys.executable, os.path.abspath(__file__), "--one", folder], cwd=scratch,
                           env=dict(os.environ, NEURON_MODULE_OPTIONS="-nogui"))
    return p.returncode


if __name__ == "__main__":
    sys.exit(main())
