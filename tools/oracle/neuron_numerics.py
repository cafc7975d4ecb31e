"""Goldens that are no run of a spec: facts of NEURON that one small experiment shows."""
import os

import neuron_write as w


def netstim_streams(h, job):
    """Event times of NetStims for the ids of their Random123 stream."""
    lone = h.Section()
    out = []
    for ids, interval, noise, start, number in (
            ((1, 2, 3), 10, 1, 5, 1e9), ((0, 0, 0), 10, 1, 5, 1e9), ((4294967295, 7, 12), 3.7, 1, 0, 1e9),
            ((20, 1, 0), 8, 0.5, 50, 1e9), ((3, 3, 3), 1, 0.1, 20, 40), ((9, 8, 7), 5, 1, 0.01, 1e9)):
        ns = h.NetStim()
        ns.interval, ns.noise, ns.start, ns.number = interval, noise, start, number
        ns.noiseFromRandom123(*ids)
        nc, t = h.NetCon(ns, None), h.Vector()
        nc.record(t)
        out.append((ids, ns, nc, t))
    h.finitialize(-65)
    while h.t < 200:
        h.fadvance()
    rows = []
    for ids, ns, nc, t in out:
        w.must_vary(str(ids), list(t))
        rows.append({"ids": list(ids), "interval": ns.interval, "noise": ns.noise, "start": ns.start,
                     "number": ns.number, "duration_ms": 200, "t": list(t)})
    w.json_(job["dest"], "streams.json", {"oracle": "NEURON " + h.nrnversion(5).strip(), "streams": rows})
    del lone


def check_ties(job, meta, data, spikes):
    """Who fired at a tie is who fires first in, first out, and not in reverse."""
    import neuron_make_ties
    import json
    trains, edges, ties = neuron_make_ties.network()
    assert len(ties) == 200
    with open(os.path.join(job["folder"], job["item"]["spec"][0])) as f:
        assert json.load(f) == json.loads(json.dumps(neuron_make_ties.spec())), "ties.json is not neuron_make_ties.py's"
    fired = {(gid - len(trains), t) for t, gid in spikes if gid >= len(trains)}
    for tie in ties:
        assert ((tie["cell"], tie["t"]) in fired) == tie["fires"], tie
    assert 60 < sum(tie["fires"] for tie in ties) < 140
    # the deliveries that tie with the end of a rest
    rested = sum(1 for tie in ties if tie["fires"] and tie["cell"] % 4 == 0)
    late = sum(1 for c, t in fired if any(c == tie["cell"] and t > tie["t"] for tie in ties))
    assert late >= rested > 10, (late, rested)


def check_counter_example(job, meta, data, spikes):
    """The target fires without the event for the other cell, and not with it."""
    fired = [t for t, gid in spikes if gid == 1]
    assert fired == ([] if "with" in os.path.basename(job["item"]["golden"]).split("-") else [5.0]), fired


# ------------------------------------------------ checks of single rules

def rows_of(meta, data):
    return dict(zip(["t"] + [r["label"] for r in meta["rows"]], data))


def check_finite_difference(job, meta, data, spikes):
    """One CV by hand: the quotient follows NEURON, the derivative does not."""
    import math
    r = rows_of(meta, data)
    g, k, e, dt = 1e-4, 4e-5, -65.0, 0.025
    area = math.pi * 400
    I = lambda v: g * (v - e) + k * (v - e) ** 3
    slopes = {"quotient": lambda v: (I(v + 0.001) - I(v)) / 0.001,
              "derivative": lambda v: g + 3 * k * (v - e) ** 2}
    worst = {}
    for name, slope in slopes.items():
        v, t, d = -65.0, 0.0, 0.0
        for n in range(len(r["t"]) - 1):
            tm = t + dt / 2
            amp = (3 if 2 <= tm < 12 else 0) + (-5 if 20 <= tm < 35 else 0)
            rhs = -I(v) + amp * 100 / area
            v += rhs / (slope(v) + 1e-3 / dt)
            t = tm + dt / 2
            d = max(d, abs(v - r["v"][n + 1]))
        worst[name] = d
    assert worst["quotient"] < 1e-8 and worst["derivative"] > 1e-5, worst


def check_cnexp(job, meta, data, spikes):
    from math import exp
    r = rows_of(meta, data)
    dt, inf, tau, op, cl, rate = 0.025, 0.731, 3.7, 0.217, 0.083, 0.019
    for n in range(len(r["t"]) - 1):
        p, s = r["p"][n], r["s"][n]
        assert r["p"][n + 1] == p + (1 - exp(dt * (-1.0 / tau))) * (-(inf / tau) / (-1.0 / tau) - p)
        assert r["s"][n + 1] == s - dt * (-(rate * inf))


def check_initialise(job, meta, data, spikes):
    r = rows_of(meta, data)
    assert r["g"][0] == 0.003 and r["i"][0] == 0.003 * -65
    assert r["g_dend"][0] == 0.002
    assert (r["v0"][0], r["v0_dend"][0], r["v_hot"][0]) == (-65, -58.5, -40)
    assert r["ca0"][0] == 7e-4 and r["ca0_dend"][0] == 5e-5


def check_pool_order(job, meta, data, spikes):
    r = rows_of(meta, data)
    assert (r["seen"] == r["cai_soma"]).all()
    assert abs(r["cai_soma"][1:] - r["cai_soma"][:-1]).max() > 1e-6


def check_threshold(job, meta, data, spikes):
    r = rows_of(meta, data)
    spikes = [s for s in spikes if s[1] == 0]
    assert spikes[0] == (1e-10, 0) and len(spikes) >= 3
    for t, _ in spikes[1:]:
        n = int(abs(r["t"] - (t - 1e-10)).argmin())
        assert r["t"][n] + 1e-10 == t and r["v"][n] > -20 >= r["v"][n - 1]


# ----------------------------------------------------------------- facts

def table(h, job):
    """hh's rates at chosen voltages, by its table and by evaluation."""
    import math
    s = h.Section()
    s.insert("hh")
    vs = [-150.0, -100.0000001, -100.0, -99.9999999, -99.5, -77.3, -65.0, -64.123456789, -55.0, -54.999, -54.5,
          -40.0, -39.99, -39.5, -0.25, 0.0, 12.34, 99.0, 99.9999, 100.0, 100.0001, 180.0]
    names = ("minf", "mtau", "hinf", "htau", "ninf", "ntau")
    out = []
    for celsius in (6.3, 20.0):
        h.celsius = celsius
        h.finitialize(-65)
        for use in (1, 0):
            h.usetable_hh = use
            h.finitialize(-65)
            rows = {n: [] for n in names}
            for v in vs:
                h.setdata_hh(s(0.5))
                h.rates_hh(v)
                for n in names:
                    rows[n].append(getattr(s(0.5).hh, n))
            for n in names:
                w.must_vary(n, rows[n])
            out.append({"celsius": celsius, "table": bool(use), "rates": rows})
        h.usetable_hh = 1
    for a, b in ((0, 1), (2, 3)):
        d = max(abs(p - q) for p, q in zip(out[a]["rates"]["minf"], out[b]["rates"]["minf"]))
        assert d > 1e-5, d
    w.json_(job["dest"], "table.json", {"oracle": "NEURON " + h.nrnversion(5).strip(), "v": vs, "cases": out})


def record_steps(h, job):
    """Sample times of recorders with a step, and a recorded voltage."""
    import numpy as np
    s = h.Section()
    s.L = s.diam = 20
    s.insert("hh")
    ic = h.IClamp(s(0.5))
    ic.delay, ic.dur, ic.amp = 1, 1e9, 0.3
    h.celsius = 6.3
    cases, traces = [], []
    for dt, duration, step in ((0.025, 50, 0.1), (0.025, 500, 0.1), (0.025, 1000, 0.025), (0.025, 100, 0.03),
                               (0.1, 100, 0.1), (0.05, 73.3, 0.07), (0.025, 20, 1), (0.025, 30, 0.01),
                               (0.1, 10.04, 0.1), (0.025, 100, 0.1)):
        h.dt = dt
        t, v = h.Vector(), h.Vector()
        t.record(h._ref_t, step)
        v.record(s(0.5)._ref_v, step)
        h.finitialize(-65)
        n = int((duration * (1 + 1e-11) - h.t) / dt + 1e-9)
        for _ in range(n):
            h.fadvance()
        cases.append({"dt": dt, "duration": duration, "step": step, "steps": n, "end_t": h.t,
                      "samples": len(t), "t": {str(i): t[i] for i in sorted({0, 1, 2, 3, 7, len(t) // 3, len(t) - 2, len(t) - 1})}})
        w.must_vary("v", list(v))
        keep = min(len(v), 1500)
        traces.append(np.array([list(t)[:keep], list(v)[:keep]]))
        cases[-1]["trace"] = "v_%g_%g_%g.npy" % (dt, duration, step)
        if len(cases) in (4, 6, 8, 10):
            w.array(job["dest"], cases[-1]["trace"], traces[-1])
        else:
            del cases[-1]["trace"]
        t.play_remove()
        v.play_remove()
    assert [c["samples"] for c in cases[:3]] == [501, 5000, 40001]
    w.json_(job["dest"], "record_step.json", {
        "oracle": "NEURON " + h.nrnversion(5).strip(),
        "cell": "soma 20 x 20 um, hh, IClamp del 1 amp 0.3, 6.3 degC, v_init -65", "cases": cases})
