"""Write ir/morph/testdata/neuron.json: what NEURON makes of random morphologies.

Usage: python morph_golden.py OUT.json [COUNT]   (needs NEURON 9.0.2 and NetPyNE 1.1.1)

Every case is a list of sections as NetPyNE would give them to NEURON (connect
in the order of "connect", then L, nseg, diam, Ra, cm, then 3-D points), with
NEURON's geometry, node order, matrix coefficients, distances, lambda_f, NetPyNE's places
of arc positions (posFromLoc) and the points after define_shape beside it. Numbers are printed so that they read back
to the same bits.
"""

import json
import math
import random
import sys

from netpyne.network.subconn import posFromLoc
from neuron import h

h.load_file("stdlib.hoc")


def points(rng, n, kind, origin, diam):
    """n points from origin: a random walk, with repeats, or with fixed diameter."""
    x, y, z = origin
    out = []
    for _ in range(n):
        d = diam if kind == "fixed" else round(rng.uniform(0.2, 6), rng.choice([1, 3, 9]))
        if kind == "zeros" and out and out[-1][3] and rng.random() < 0.3:
            d = 0.0
        out.append([x, y, z, d])
        if kind == "repeats" and rng.random() < 0.4:
            continue
        step = 10 ** rng.uniform(-2, 1.7)
        x, y, z = (c + round(rng.gauss(0, step), rng.choice([1, 4, 12])) for c in (x, y, z))
    return out


def describe(rng):
    """One random case: sections, the order of connecting, whether nseg comes late."""
    n = rng.randint(1, 7)
    secs = []
    for i in range(n):
        nseg = rng.choice([1, 1, 2, 3, 4, 5, 7, 11, 21] if n < 5 else [1, 1, 2, 3, 5])
        s = {"name": f"s{i}", "nseg": nseg, "Ra": rng.choice([35.4, 100.0, rng.uniform(20, 300)])}
        s["cm"] = rng.choice([1.0, rng.uniform(0.5, 2)])
        diam = rng.choice([1.0, 0.7, rng.uniform(0.1, 30)])
        kind = rng.choice(["cylinder", "cylinder", "walk", "walk", "repeats", "fixed", "zeros"])
        if kind != "cylinder":
            origin = [rng.uniform(-300, 300) for _ in range(3)]
            for _ in range(100):
                s["points"] = points(rng, rng.randint(2, 9), kind, origin, diam)
                if len({tuple(p[:3]) for p in s["points"]}) > 1 and any(p[3] for p in s["points"]):
                    break
        if kind in ("cylinder", "fixed") or rng.random() < 0.3:
            s["L"] = rng.uniform(1, 500)
            s["diam"] = [diam]
        if kind == "cylinder" and nseg > 1 and rng.random() < 0.3:
            s["diam"] = [rng.uniform(0.3, 9) for _ in range(nseg)]
        s["parent"] = -1
        if i and not (i == n - 1 and rng.random() < 0.1):
            s["parent"] = rng.randrange(i)
            s["parentx"] = rng.choice([0.0, 0.5, 1.0, 1.0, 1.0, rng.random()])
            s["childx"] = rng.choice([0.0, 0.0, 0.0, 1.0])
        secs.append(s)
    if rng.random() < 0.3:  # parents after their children
        place = list(range(n))
        rng.shuffle(place)
        for s in secs:
            if s["parent"] >= 0:
                s["parent"] = place[s["parent"]]
        secs = [s for _, s in sorted(zip(place, secs), key=lambda t: t[0])]
    connect = [i for i, s in enumerate(secs) if s["parent"] >= 0]
    if rng.random() < 0.3:
        rng.shuffle(connect)
    offset = [0.0, 0.0, 0.0] if rng.random() < 0.7 else [rng.uniform(-900, 900) for _ in range(3)]
    return {"sections": secs, "connect": connect, "offset": offset}


def late_turn():
    """A section that is turned around when it has children, three of them at one place, and gets more."""
    secs = [{"name": f"s{i}", "nseg": 2, "Ra": 100.0, "cm": 1.0, "L": 10.0 + i, "diam": [1.0 + i], "parent": -1} for i in range(8)]
    for i, (parent, x, end) in enumerate([(0, 1.0, 1.0), (1, 0.4, 0.0), (1, 0.4, 0.0), (1, 0.0, 0.0), (1, 0.4, 0.0), (1, 1.0, 0.0), (1, 0.4, 0.0)], 1):
        secs[i].update(parent=parent, parentx=x, childx=end)
    return {"sections": secs, "connect": [2, 3, 4, 5, 1, 6, 7], "offset": [0.0, 0.0, 0.0]}


def build(case):
    secs = [h.Section(name=s["name"]) for s in case["sections"]]
    for i in case["connect"]:
        s = case["sections"][i]
        secs[i].connect(secs[s["parent"]], s["parentx"], s["childx"])
    for s, sec in zip(case["sections"], secs):
        if "L" in s:
            sec.L = s["L"]
        sec.nseg = s["nseg"]
        if "diam" in s:
            for cv, seg in enumerate(sec):
                seg.diam = s["diam"][cv if len(s["diam"]) > 1 else 0]
        sec.Ra = s["Ra"]
        sec.cm = s["cm"]
        if "points" in s:
            h.pt3dclear(sec=sec)
            for x, y, z, d in s["points"]:
                h.pt3dadd(case["offset"][0] + x, case["offset"][1] + y, case["offset"][2] + z, d, sec=sec)
    return secs


def measure(rng, case, secs):
    h.finitialize(-65)
    h.fadvance()  # sets the matrix up
    out = []
    for s, sec in zip(case["sections"], secs):
        xs = [seg.x for seg in sec]
        end = 1.0 if sec.orientation() == 0 else 0.0
        g = {
            "L": sec.L,
            "diam": [seg.diam for seg in sec],
            "area": [seg.area() for seg in sec],
            "ri": [seg.ri() for seg in sec] + [sec(end).ri()],
            "node": [seg.node_index() for seg in sec] + [sec(end).node_index()],
            "attach": sec(1 - end).node_index(),
            "a": [h.fmatrix(x, 1, sec=sec) for x in xs + [end]],
            "b": [h.fmatrix(x, 3, sec=sec) for x in xs + [end]],
        }
        if all(p[3] for p in s.get("points", [])):
            g["lambda"] = h.lambda_f(100, sec=sec)
            g["dlambda"] = int((sec.L / (0.1 * h.lambda_f(100, sec=sec)) + 0.9) / 2) * 2 + 1
        out.append(g)
    dist = []
    for _ in range(12):
        a, b = rng.randrange(len(secs)), rng.randrange(len(secs))
        xa, xb = (rng.choice([0.0, 0.5, 1.0, rng.random()]) for _ in range(2))
        dist.append([a, xa, b, xb, h.distance(secs[a](xa), secs[b](xb))])
    place = []
    for k, sec in enumerate(secs):
        if sec.n3d():
            for x in (0.0, 1.0, 0.5 / sec.nseg, rng.random()):
                place.append([k, x, *posFromLoc({"hObj": sec}, x)])
    h.define_shape()
    for sec, g in zip(secs, out):
        g["shape"] = [[sec.x3d(k), sec.y3d(k), sec.z3d(k), sec.diam3d(k)] for k in range(sec.n3d())]
    return {"sections": out, "distance": dist, "place": place}


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 72
    cases = []
    for number in range(count):
        rng = random.Random(number)
        case = describe(rng) if number else late_turn()
        secs = build(case)
        case["neuron"] = measure(rng, case, secs)
        assert all(math.isfinite(v) for g in case["neuron"]["sections"] for v in g["area"])
        for sec in secs:
            h.delete_section(sec=sec)
        cases.append(case)
    with open(sys.argv[1], "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases) + "\n]\n")


if __name__ == "__main__":
    main()
