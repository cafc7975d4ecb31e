"""Potentials outside cells, for neuron_golden.py: LFPykit on NEURON's i_membrane_.

LFPykit is run, nothing of it is here. Needs `pip install lfpykit==0.6.2`.
"""
import numpy as np

import neuron_write as w

SIGMA = 0.3  # S/m
ELECTRODES = [[30.0, -12.0, 8.0], [-60.0, 150.0, 40.0], [400.0, -20.0, -5.0]]  # um


def ends(h, at):
    """x, y, z of both ends of every CV, and diameters, in the laboratory frame."""
    h.define_shape()
    rows, diam = [], []
    for s in h.allsec():
        n = s.n3d()
        arc = np.array([s.arc3d(i) for i in range(n)])
        xyz = np.array([[s.x3d(i), s.y3d(i), s.z3d(i)] for i in range(n)]) + at
        # arcs are sums of single precision, L is the last
        for k in range(s.nseg):
            pair = []
            for f in (k / s.nseg, (k + 1) / s.nseg):
                pair.append([np.interp(f * s.L, arc, xyz[:, j]) for j in range(3)])
            rows.append(pair)
        diam += [seg.diam for seg in s]
    return np.array(rows), np.array(diam)


def line_source(job, meta, data, spikes):
    import lfpykit
    from neuron import h
    import json
    import os
    with open(os.path.join(job["folder"], job["item"]["spec"][0])) as f:
        pop = next(iter(json.load(f)["netParams"]["popParams"].values()))
    c = pop.get("cellsList", [{}])[0]
    # A cell with points was built where it lies; y is a depth.
    at = [0, 0, 0] if any(s.n3d() for s in h.allsec()) else [c.get("x", 0), -c.get("y", 0), c.get("z", 0)]
    e, d = ends(h, np.array(at, dtype=float))
    current = np.array([row for r, row in zip(meta["rows"], data[1:]) if r["label"].startswith("i_")])
    assert len(current) == len(d)
    cell = lfpykit.CellGeometry(x=e[:, :, 0], y=e[:, :, 1], z=e[:, :, 2], d=d)
    p = np.array(ELECTRODES).T
    probe = lfpykit.LineSourcePotential(cell, x=p[0], y=p[1], z=p[2], sigma=SIGMA)
    lfp = probe.get_transformation_matrix() @ current
    for row in lfp:
        w.must_vary("lfp", row)
    # What leaves the cell comes in by its electrodes.
    stim = sum(row for r, row in zip(meta["rows"], data[1:]) if r["label"].startswith("stim"))
    worst = abs(current.sum(axis=0) - stim)[2:].max()
    assert worst < 1e-9, worst
    w.array(job["dest"], "lfp.npy", lfp)
    w.json_(job["dest"], "ends.json", {"oracle": "NEURON define_shape; LFPykit " + lfpykit.__version__, "sigma_S_m": SIGMA, "electrodes_um": ELECTRODES,
                                       "x": e[:, :, 0].tolist(), "y": e[:, :, 1].tolist(), "z": e[:, :, 2].tolist(), "diam": d.tolist()})


def thresholds(h, job):
    """The least cathodic current [uA] of a point source beside the middle of an
    axon that makes a spike run along it, by bisection, for several distances [um]."""
    import math
    import os
    import neuron_network
    b = neuron_network.build(h, os.path.join(job["folder"], "field.json"))
    axon = b.secs[0, "axon"]
    vectors = [x for x in b.played if x.size() == 4 and x[0] == 0 and x[1] != 1]
    assert len(vectors) == axon.nseg

    def fires(dist, amp):
        for k, vec in enumerate(vectors):
            x = (2 * k + 1) / (2 * axon.nseg) * axon.L - axon.L / 2
            v = amp / (4 * math.pi * SIGMA * math.sqrt(x * x + dist * dist)) * 1e3
            for i, y in enumerate((0, -v, v * 0.5, 0)):
                vec[i] = y
        h.finitialize(-65)
        for _ in range(480):
            h.fadvance()
            if axon(0.05).v > 0:
                return True
        return False

    rows = []
    for dist in (40, 80, 160, 320):
        lo, hi = 0.0, 1.0  # far above the threshold the field blocks the axon
        while not fires(dist, hi):
            lo, hi = hi, hi * 1.25
        for _ in range(16):
            mid = (lo + hi) / 2
            if fires(dist, mid):
                hi = mid
            else:
                lo = mid
        rows.append([lo, hi])
    assert all(p[1] < q[0] for p, q in zip(rows, rows[1:])), rows
    w.json_(job["dest"], "thresholds.json", {"oracle": "NEURON " + h.nrnversion(5).strip(), "distance_um": [40, 80, 160, 320], "between_uA": rows})
