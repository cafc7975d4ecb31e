"""The analytic references of Rallpack 1 and 2, and the orders of NEURON's error.

A finite cable with sealed ends and a current step I at x = 0 (standard cable
theory, for example Rall 1969). With l = L/lambda, X = x/lambda, T = t/tau and
R = (2/pi) sqrt(Rm Ra) d^-1.5:

    V - E = I R [ cosh(l-X)/sinh(l) - exp(-T)/l
                  - (2/l) sum_n exp(-T (1+a^2)) cos(a X)/(1+a^2) ],  a = n pi/l

Rallpack 2 is a tree that obeys the 3/2 law with equal electrotonic lengths at a
level, hence the same formula with the diameter of the root and the sum of the
lengths.
"""
import copy
import json
import math
import os

import numpy as np

import neuron_spec
import neuron_write as w

MEMBRANE = {"Rm": 40000.0, "Ra": 100.0, "Cm": 1.0, "E": -65.0, "I": 0.1}  # ohm cm2, ohm cm, uF/cm2, mV, nA
CABLES = {
    "rallpack1": {"d": 1.0, "pieces": [(1000.0, 1.0)]},
    "rallpack2": {"d": 16.0, "pieces": [(32 * 2 ** (-k / 3), 16 * 2 ** (-2 * k / 3)) for k in range(10)]},
}


def cable(name):
    """lambda-scaled length, time constant [ms] and R [MOhm] of the equivalent cable."""
    m = MEMBRANE
    lam = lambda d: 1e4 * math.sqrt(d * 1e-4 * m["Rm"] / (4 * m["Ra"]))  # um
    c = CABLES[name]
    l = math.fsum(L / lam(d) for L, d in c["pieces"])
    R = 2 / math.pi * math.sqrt(m["Rm"] * m["Ra"]) * (c["d"] * 1e-4) ** -1.5 * 1e-6
    return l, m["Rm"] * m["Cm"] * 1e-3, R


def potential(name, t, X):
    """mV at time t > 0 [ms]; X is 0 or 1, the end of the cable."""
    l, tau, R = cable(name)
    x, T = X * l, t / tau
    terms = [math.cosh(l - x) / math.sinh(l), -math.exp(-T) / l]
    n = 1
    while True:
        a = n * math.pi / l
        e = T * (1 + a * a)
        if e > 745:
            break
        terms.append(-2 / l * math.exp(-e) * math.cos(a * x) / (1 + a * a))
        n += 1
    return MEMBRANE["E"] + MEMBRANE["I"] * R * math.fsum(terms)


def analytic(h, job):
    name = job["model"]
    t = np.arange(1, 251) * 1.0
    data = np.array([t] + [[potential(name, x, X) for x in t] for X in (0, 1)])
    for row in data:
        w.must_vary(name, row)
    l, tau, R = cable(name)
    steady = [MEMBRANE["E"] + MEMBRANE["I"] * R * math.cosh(l - x) / math.sinh(l) for x in (0, l)]
    w.array(job["dest"], "analytic.npy", data)
    w.json_(job["dest"], "meta.json", {
        "oracle": "finite cable, current step at a sealed end", "rows": ["t [ms]", "v_start [mV]", "v_end [mV]"],
        "membrane": MEMBRANE, "electrotonic_length": l, "tau_ms": tau, "R_MOhm": R, "steady_mV": steady})


def variant(h, job, dt, nseg, duration):
    with open(os.path.join(job["folder"], job["item"]["spec"][0])) as f:
        spec = json.load(f)
    spec = copy.deepcopy(spec)
    spec["simConfig"]["dt"], spec["simConfig"]["duration"] = dt, duration
    for sec in next(iter(spec["netParams"]["cellParams"].values()))["secs"].values():
        sec["geom"]["nseg"] = nseg
    b = neuron_spec.Build(h, job["folder"], spec)
    data, _, spikes, _ = b.run(duration)
    b.secs.clear()
    return data, spikes


def at(data, t):
    """Samples of data at the times t, which lie on the grid of steps."""
    i = np.searchsorted(data[0], t - 1e-6)
    assert np.max(np.abs(data[0][i] - t)) < 1e-6
    return data[1:, i]


def passive_order(h, job):
    """Largest error of both ends' voltages, in dt (against the sum) and in dx (steady state)."""
    name = job["model"]
    t = np.arange(1, 251) * 1.0
    exact = np.array([[potential(name, x, X) for x in t] for X in (0, 1)])
    nseg = 1000 if name == "rallpack1" else 1
    rows = []
    for dt in (0.1, 0.05, 0.025, 0.0125):
        data, _ = variant(h, job, dt, nseg, 250)
        err = np.abs(at(data, t) - exact)
        rows.append({"dt_ms": dt, "nseg": nseg, "max_error_mV": [float(x) for x in err.max(axis=1)]})
    l, tau, R = cable(name)
    steady = [MEMBRANE["E"] + MEMBRANE["I"] * R * math.cosh(l - x) / math.sinh(l) for x in (0, l)]
    space = []
    for n in ((10, 20, 40, 80, 1000) if name == "rallpack1" else (1, 3, 9)):
        data, _ = variant(h, job, 1.0, n, 2000)
        space.append({"dt_ms": 1.0, "duration_ms": 2000, "nseg": n,
                      "steady_error_mV": [float(abs(x - y)) for x, y in zip(data[1:, -1], steady)]})
    w.json_(job["dest"], "order.json", {"in_dt": rows, "in_dx": space})
    orders(rows, "max_error_mV", 2 if name == "rallpack1" else 2)
    for e in zip(space, space[1:]):
        if name == "rallpack1" and e[1]["nseg"] <= 80:
            for p, q in zip(e[0]["steady_error_mV"], e[1]["steady_error_mV"]):
                assert 3.8 < p / q < 4.2, (name, e)


def orders(rows, key, ratio):
    for p, q in zip(rows, rows[1:]):
        for a, b in zip(p[key], q[key]):
            assert ratio * 0.8 < a / b < ratio * 1.2, (p, q)


def crossings(t, v):
    """Times of upward crossings of 0 mV, linear between samples."""
    k = np.nonzero((v[:-1] < 0) & (v[1:] >= 0))[0]
    return [float(t[i] - v[i] * (t[i + 1] - t[i]) / (v[i + 1] - v[i])) for i in k]


def active_order(h, job):
    """Rallpack 3: times of the spikes at both ends for finer and finer dt and dx."""
    rows = []
    for dt, nseg in ((0.05, 1000), (0.025, 1000), (0.0125, 1000), (0.00625, 1000),
                     (0.025, 100), (0.025, 200), (0.025, 400), (0.025, 800)):
        data, _ = variant(h, job, dt, nseg, 40)
        rows.append({"dt_ms": dt, "nseg": nseg, "start_ms": crossings(data[0], data[1]),
                     "end_ms": crossings(data[0], data[2])})
    assert all(r["start_ms"] and r["end_ms"] for r in rows)
    w.json_(job["dest"], "order.json", {"duration_ms": 40, "crossings_of_0_mV": rows})
