"""What NEURON yields under the protocols that rall protocol runs.

    python tools/oracle/protocol_golden.py [--out DIR] [NAME ...]     (NEURON 9.0.2, scipy)

writes protocol/testdata/neuron-9.0.2/NAME.json, one for each cell of CELLS: for steps, a
ramp with a holding current and voltage-clamp commands what is measured and some samples
of the traces; the rheobase by bisection; resistance and time constant (scipy's fit of an
exponential); the peak of a back-propagating spike at the middle of every CV.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, HERE)

DELAY, DUR, TAIL, DT = 50.0, 150.0, 50.0, 0.025
EVERY = 20  # of the samples one is stored
THRESHOLD = -20.0

CELLS = {  # celsius, v_init, amplitudes of steps [nA], of the back-propagated spike
    "ball_stick": {"celsius": 20.0, "v_init": -65.0, "steps": [-0.1, 0.05, 0.3, 0.8], "bap": 0.8},
    "emodel": {"celsius": 34.0, "v_init": -75.0, "steps": [-0.2, 0.6, 4.0], "bap": 8.0},
    "pyramidal": {"celsius": 34.0, "v_init": -72.0, "steps": [-0.3, 0.2, 0.8], "bap": 3.0},
}


def load(h, name):
    """The sections by rall's names, the section of the stimulus first."""
    if name == "pyramidal":
        import neuron_spec
        folder = os.path.join(ROOT, "corpus", "swc-cell")
        spec = json.load(open(os.path.join(folder, "swc-cell.json")))
        spec["netParams"]["stimSourceParams"], spec["netParams"]["stimTargetParams"] = {}, {}
        b = neuron_spec.Build(h, folder, spec)
        return b, b.secs
    h.load_file("stdrun.hoc")
    h.load_file("import3d.hoc")
    os.chdir(os.path.join(ROOT, "corpus", "hoc-cells"))
    h.load_file(1, name + ".hoc")
    cell = h.BallStick() if name == "ball_stick" else h.Emodel(".", "traced.asc")
    return cell, {s.name().split(".", 1)[1]: s for s in h.allsec()}


def one(name, dest):
    import numpy as np
    from neuron import h
    from scipy.optimize import curve_fit

    c = CELLS[name]
    kept, secs = load(h, name)
    h.CVode().active(0)
    soma = next(s for n, s in secs.items() if n.startswith("soma"))
    at = soma(0.5)
    h.celsius, h.dt = c["celsius"], DT

    def run(total, watch=(), current=None):
        t = h.Vector().record(h._ref_t)
        v = h.Vector().record(at._ref_v)
        more = [h.Vector().record(p._ref_v) for p in watch]
        i = h.Vector().record(current) if current is not None else None
        h.dt = DT
        h.finitialize(c["v_init"])
        for _ in range(int(total / DT + 1e-9)):
            h.fadvance()
        return np.array(t), np.array(v), [np.array(m) for m in more], np.array(i) if i is not None else None

    def clamp(amp, delay=DELAY, dur=DUR):
        k = h.IClamp(at)
        k.delay, k.dur, k.amp = delay, dur, amp
        return k

    def spikes(v):
        return [int(k) for k in np.flatnonzero((v[1:] > THRESHOLD) & (v[:-1] <= THRESHOLD)) + 1]

    def samples(x):
        return [float(a) for a in x[::EVERY]]

    def last(t, when):
        return int(np.flatnonzero(t <= when + 1e-6)[-1])

    out = {"oracle": "NEURON 9.0.2", "celsius": c["celsius"], "v_init": c["v_init"], "delay": DELAY, "duration": DUR, "tail": TAIL,
           "dt": DT, "every": EVERY, "steps": [], "vclamp": []}
    total = DELAY + DUR + TAIL
    for amp in c["steps"]:
        k = clamp(amp)
        t, v, _, _ = run(total)
        out["steps"].append({"amp": amp, "spikes": spikes(v), "v": samples(v)})
    del k

    # passive properties by a weak step
    amp = -0.01
    k = clamp(amp)
    t, v, _, _ = run(total)
    del k
    on, off = last(t, DELAY), last(t, DELAY + DUR)
    d = v[on:off + 1] - v[on]
    far = on + int(np.argmax(np.abs(d)))
    top = v[far] - v[on]
    start = on + int(np.flatnonzero(np.abs(d) >= 0.1 * abs(top))[0])
    x, y = t[start:far + 1] - t[start], v[start:far + 1]
    (a, b, tau), cov = curve_fit(lambda s, a, b, tau: a + b * np.exp(-s / tau), x, y, p0=(y[-1], y[0] - y[-1], x[-1] / 5),
                                 ftol=1e-14, xtol=1e-14, gtol=1e-14, maxfev=20000)
    out["passive"] = {"amp": amp, "rest": v[on], "rin": (v[off] - v[on]) / amp, "peak_rin": top / amp, "tau": tau, "tau_error": float(np.sqrt(cov[2, 2]))}

    # rheobase in pA by bisection
    def fires(k):
        i = clamp(k * 0.001)
        t, v, _, _ = run(total)
        return any(s >= last(t, DELAY) for s in spikes(v))
    lo, hi = 0, 4000
    assert fires(hi) and not fires(lo)
    while hi - lo > 1:
        mid = (lo + hi) // 2
        if fires(mid):
            hi = mid
        else:
            lo = mid
    out["rheobase_pA"] = hi

    # a ramp on top of a holding current
    to = 8 * hi * 0.001
    k, hold = clamp(0), clamp(-0.02, 0, 1e9)
    vt, vi = h.Vector([DELAY, DELAY + DUR]), h.Vector([0, to])
    vi.play(k._ref_amp, vt, True)
    t, v, _, _ = run(total)
    out["ramp"] = {"from": 0, "to": to, "hold": -0.02, "spikes": spikes(v), "v": samples(v)}
    vi.play_remove()
    del k, hold

    # a family under voltage clamp
    for command in (-90.0, -40.0, -10.0, 20.0):
        k = h.SEClamp(at)
        k.rs, k.dur1, k.dur2, k.dur3 = 0.05, DELAY, 30, total
        k.amp1, k.amp2, k.amp3 = -80, command, -80
        t, v, _, i = run(DELAY + 30 + TAIL, current=k._ref_i)
        on, frm, off = last(t, DELAY), last(t, DELAY + 0.5), last(t, DELAY + 30)
        w = i[frm:off + 1]
        out["vclamp"].append({"command": command, "inward": float(w.min()), "outward": float(w.max()), "steady": float(i[off]), "before": float(i[on]),
                              "inward_at": float(t[frm + int(w.argmin())] - DELAY)})
        del k

    # back-propagation
    names = [(n, (j + 0.5) / s.nseg) for n, s in secs.items() for j in range(s.nseg)]
    k = clamp(c["bap"], DELAY, 5)
    t, v, more, _ = run(DELAY + 5 + 50, watch=[secs[n](x) for n, x in names])
    on = last(t, DELAY)
    h.distance(0, at)
    out["bap"] = {"amp": c["bap"], "sites": [{"section": n, "x": x, "distance": float(h.distance(secs[n](x))), "rest": float(m[on]), "peak": float(m[on:].max()),
                                                "step": on + int(m[on:].argmax())} for (n, x), m in zip(names, more)]}


    assert any(s["spikes"] for s in out["steps"]) and not all(s["spikes"] for s in out["steps"]) and out["ramp"]["spikes"]
    assert len({p["peak"] for p in out["bap"]["sites"]}) > 10 and len({round(q["steady"], 6) for q in out["vclamp"]}) == 4
    with open(os.path.join(dest, name + ".json"), "w") as f:
        json.dump(out, f, separators=(",", ":"))
        f.write("\n")
    print(f"{name}: rheobase {hi} pA, Rin {out['passive']['rin']:.2f} MOhm, tau {tau:.3f} ms, {[len(s['spikes']) for s in out['steps']]} spikes")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", default=os.path.join(ROOT, "protocol", "testdata", "neuron-9.0.2"))
    ap.add_argument("--one", help=argparse.SUPPRESS)
    ap.add_argument("names", nargs="*", default=list(CELLS))
    a = ap.parse_args()
    dest = os.path.abspath(a.out)
    if a.one:
        return one(a.one, dest)
    os.makedirs(dest, exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        env = dict(os.environ, PATH=os.path.dirname(sys.executable) + ":" + os.environ["PATH"])
        subprocess.run(["nrnivmodl", os.path.abspath(os.path.join(ROOT, "corpus", "swc-cell", "mod"))], cwd=tmp, env=env, check=True, capture_output=True)
        for name in a.names:  # a process each; NEURON finds the mechanisms in the folder that it starts in
            subprocess.run([sys.executable, os.path.abspath(__file__), "--out", dest, "--one", name], cwd=tmp, env=env, check=True)


if __name__ == "__main__":
    main()
