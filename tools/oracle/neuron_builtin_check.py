#!/usr/bin/env python3
"""Compare the mechanisms that rall ships with NEURON's own, bit for bit.

    python tools/oracle/neuron_builtin_check.py

Every file of nmodl/builtin but VecStim (whose source of times is native to
rall) is compiled with nrnivmodl under its name with an X in front, and runs
beside NEURON's mechanism in twin sections or as twin cells with the same
inputs. The script prints one line a mechanism, with the number of values
compared, how many of them differ in any bit and the largest difference, and
exits 1 if any differs or any trace is constant.
"""
import math
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILTIN = os.path.join(HERE, "..", "..", "nmodl", "builtin")


def compile_twins(folder):
    for name in sorted(os.listdir(BUILTIN)):
        base, ext = os.path.splitext(name)
        if ext != ".mod" or base == "VecStim":
            continue
        with open(os.path.join(BUILTIN, name)) as f:
            text = f.read()
        text, n = re.subn(
            r"(?m)^(\s*(?:SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+)%s\b" % base,
            r"\1X" + base, text)
        assert n == 1, name
        with open(os.path.join(folder, "X" + name), "w") as f:
            f.write(text)
    tool = os.path.join(os.path.dirname(sys.executable), "nrnivmodl")
    subprocess.run([tool, "."], cwd=folder, check=True,
                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def lcg(seed):
    """Uniform numbers in (0, 1), the same everywhere."""
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (seed >> 11) / 2**53


class Twins:
    def __init__(self, h):
        self.h = h
        self.keep = []
        self.pairs = []
        self.spikes = []

    def soma(self, L=20, diam=20):
        s = self.h.Section()
        s.L, s.diam, s.Ra = L, diam, 100
        self.keep.append(s)
        return s

    def record(self, label, a, b):
        va, vb = self.h.Vector().record(a), self.h.Vector().record(b)
        self.pairs.append((label, va, vb))

    def count(self, label, a, b):
        out = []
        for src in (a, b):
            nc = self.h.NetCon(src, None)
            v = self.h.Vector()
            nc.record(v)
            self.keep.append(nc)
            out.append(v)
        self.spikes.append((label, *out))

    def play_events(self, target, seed, weights, n=60, span=80, delay=0):
        """A VecStim-free train: one NetStim per event on target."""
        g = lcg(seed)
        t = 1.0
        for k in range(n):
            t += -math.log(next(g)) * span / n
            ns = self.h.NetStim()
            ns.start, ns.number, ns.noise = t, 1, 0
            nc = self.h.NetCon(ns, target)
            nc.weight[0] = weights[k % len(weights)]
            nc.delay = delay
            self.keep += [ns, nc]

    def run(self, tstop, v=-65):
        h = self.h
        h.finitialize(v)
        while h.t < tstop - h.dt / 2:
            h.fadvance()
        values = differing = 0
        worst = 0.0
        flat = []
        for label, a, b in self.pairs:
            a, b = list(a), list(b)
            assert len(a) == len(b) > 1, label
            values += len(a)
            for p, q in zip(a, b):
                if p != q:
                    differing += 1
                    worst = max(worst, abs(p - q))
            if min(a) == max(a):
                flat.append(label)
        for label, a, b in self.spikes:
            a, b = list(a), list(b)
            values += len(a)
            if len(a) < 2:
                flat.append(label + " spikes")
            if a != b:
                differing += abs(len(a) - len(b)) + sum(p != q for p, q in zip(a, b))
                worst = max([worst] + [abs(p - q) for p, q in zip(a, b)])
        return values, differing, worst, flat


def density(h, name, fields, amp, celsius, drive_ions):
    h.celsius = celsius
    w = Twins(h)
    for_each = []
    for mech in (name, "X" + name):
        s = w.soma()
        s.insert(mech)
        ic = h.IClamp(s(0.5))
        ic.delay, ic.dur, ic.amp = 2, 40, amp
        w.keep.append(ic)
        for_each.append((s, mech))
    (a, ma), (b, mb) = for_each
    w.record("v", a(0.5)._ref_v, b(0.5)._ref_v)
    for f in fields:
        w.record(f, getattr(getattr(a(0.5), ma), "_ref_" + f),
                 getattr(getattr(b(0.5), mb), "_ref_" + f))
    for f in drive_ions:
        w.record(f, getattr(a(0.5), "_ref_" + f), getattr(b(0.5), "_ref_" + f))
    return w.run(60)


def point(h, name, fields, params, weights=None, hhcell=False, tstop=100):
    w = Twins(h)
    pair = []
    for i, mech in enumerate((name, "X" + name)):
        s = w.soma()
        # our hh: it is registered after both twins, so that a node's currents
        # add up in the same order (NEURON's own hh comes after its clamps)
        s.insert("Xhh" if hhcell else "pas")
        pp = getattr(h, mech)(s(0.5))
        for k, x in params.items():
            if isinstance(x, list):
                for j, y in enumerate(x):
                    getattr(pp, k)[j] = y
            else:
                setattr(pp, k, x)
        w.keep.append(pp)
        if weights:
            w.play_events(pp, 7, weights)
        if hhcell:
            ic = h.IClamp(s(0.5))
            ic.delay, ic.dur, ic.amp = 5, 1e9, 0.3
            w.keep.append(ic)
        pair.append((s, pp))
    (a, pa), (b, pb) = pair
    w.record("v", a(0.5)._ref_v, b(0.5)._ref_v)
    for f in fields:
        w.record(f, getattr(pa, "_ref_" + f), getattr(pb, "_ref_" + f))
    return w.run(tstop)


def artificial(h, name, fields, params, weights, tstop=100, functions=(), n=60):
    w = Twins(h)
    a, b = getattr(h, name)(), getattr(h, "X" + name)()
    w.keep += [a, b]
    # one section gives the fixed step something to integrate
    w.soma()
    for pp in (a, b):
        for k, x in params.items():
            setattr(pp, k, x)
        if weights:
            w.play_events(pp, 11, weights, n=n, span=0.8 * tstop)
    w.count(name, a, b)
    for f in fields:
        w.record(f, getattr(a, "_ref_" + f), getattr(b, "_ref_" + f))
    r = w.run(tstop)
    return r


def netstim(h, params, weights=None):
    w = Twins(h)
    w.soma()
    a, b = h.NetStim(), h.XNetStim()
    a.noiseFromRandom123(5, 17, 3)
    b.ranvar.set_ids(5, 17, 3)
    for pp in (a, b):
        for k, x in params.items():
            setattr(pp, k, x)
        if weights:
            w.play_events(pp, 3, weights, n=12, span=800)
    w.keep += [a, b]
    w.count("NetStim", a, b)
    return w.run(1000)


def checks(h):
    for c in (6.3, 20, 37):
        for amp in (0.1, 2.0):
            yield "hh", "celsius %g, %g nA" % (c, amp), density(
                h, "hh", ("m", "h", "n", "gna", "gk", "il"), amp, c, ("ina", "ik"))
    h.celsius = 6.3
    yield "pas", "", density(h, "pas", ("i",), 0.2, 6.3, ())
    yield "ExpSyn", "", point(h, "ExpSyn", ("g", "i"), dict(tau=3.3, e=0), [0.001, 0.004, 0.0007])
    yield "Exp2Syn", "", point(h, "Exp2Syn", ("A", "B", "g", "i"), dict(tau1=.7, tau2=5.1, e=-10), [0.001, 0.004, 0.0007])
    yield "Exp2Syn", "tau1 > tau2", point(h, "Exp2Syn", ("A", "B", "g", "i"), dict(tau1=7, tau2=5.1), [0.001, 0.004])
    yield "Exp2Syn", "tau1 = 0", point(h, "Exp2Syn", ("B", "g", "i"), dict(tau1=1e-12, tau2=5.1), [0.001, 0.004])
    yield "AlphaSynapse", "", point(h, "AlphaSynapse", ("i",), dict(onset=7.1, tau=2.3, gmax=.01))
    yield "IClamp", "", point(h, "IClamp", ("i",), {"del": 5, "dur": 20, "amp": .1})
    yield "IClamp", "off the grid", point(h, "IClamp", ("i",), {"del": 5.01, "dur": 20.007, "amp": .1})
    yield "SEClamp", "", point(h, "SEClamp", ("i", "vc"), dict(dur1=5, amp1=-70, dur2=10, amp2=-20, dur3=30, amp3=-80, rs=2), hhcell=True)
    yield "SEClamp", "no third level", point(h, "SEClamp", ("i", "vc"), dict(dur1=5.01, amp1=-70, dur2=10, amp2=-20, rs=.1), hhcell=True)
    yield "VClamp", "", point(h, "VClamp", ("i", "vo", "vi", "e"), dict(dur=[5, 10, 30], amp=[-70, -20, -80]), hhcell=True)
    yield "VClamp", "tau2", point(h, "VClamp", ("i", "vo", "vi", "e"), dict(dur=[5, 10.01, 30], amp=[-70, -20, -80], tau1=.01, tau2=.02, gain=1e4), hhcell=True)
    yield "VClamp", "tau1 = 0", point(h, "VClamp", ("i", "vo", "vi", "e"), dict(dur=[5, 10.01, 30], amp=[-70, -20, -80], tau1=0, gain=100), hhcell=True)
    yield "VClamp", "fac = 2", point(h, "VClamp", ("i", "vo", "vi", "e"), dict(dur=[5, 10, 1], amp=[-70, -20, -80], fac=2, gain=100, rstim=20), hhcell=True)
    yield "APCount", "", point(h, "APCount", ("n", "time", "firing"), {}, hhcell=True)
    yield "NetStim", "noise 0", netstim(h, dict(interval=7.3, number=50, start=3))
    yield "NetStim", "noise 1", netstim(h, dict(interval=7.3, number=1e9, start=3, noise=1))
    yield "NetStim", "noise .4", netstim(h, dict(interval=7.3, number=30, start=0, noise=.4))
    yield "NetStim", "triggered", netstim(h, dict(interval=7.3, number=5, start=-1, noise=.4), [1, 1, -1, 1])
    yield "IntFire1", "", artificial(h, "IntFire1", ("m",), {}, [.7, .4, -.2, .5])
    yield "IntFire2", "", artificial(h, "IntFire2", ("m", "i"), {}, [.7, .4, -.2, 1.5])
    yield "IntFire2", "bias 1.3", artificial(h, "IntFire2", ("m", "i"), dict(ib=1.3), [.7, .4, -.6, -.2])
    yield "IntFire2", "bias .9, taus < taum", artificial(h, "IntFire2", ("m", "i"), dict(ib=.9, taus=5), [.7, .4, -.2, .5])
    yield "IntFire4", "", artificial(h, "IntFire4", ("e", "i1", "i2", "m", "nself"), {}, [.7, .4, -.2, .5])
    yield "IntFire4", "fast membrane", artificial(h, "IntFire4", ("e", "i1", "i2", "m", "nself"), dict(taum=8), [.7, .9, -.2, .9], n=120)
    yield "IntFire4", "taus to repair", artificial(h, "IntFire4", ("e", "i1", "i2", "m", "nself"), dict(taue=30, taui1=25, taui2=20, taum=20), [.7, .9, -.2, .9], n=120)
    g = lcg(99)
    for k in range(12):
        p = dict(taus=12 + 30 * next(g), taum=2 + 9 * next(g), ib=2.4 * next(g) - .6)
        yield "IntFire2", "random %d" % k, artificial(h, "IntFire2", ("m", "i"), p, [1.7 * next(g), next(g), -next(g), 2 * next(g)], n=100)
        p = dict(taue=1 + 5 * next(g), taui1=5 + 4 * next(g), taui2=12 + 9 * next(g), taum=1 + 80 * next(g))
        yield "IntFire4", "random %d" % k, artificial(h, "IntFire4", ("e", "i1", "i2", "m", "nself"), p, [1.7 * next(g), next(g), -next(g), 2 * next(g)], n=100)


def main():
    with tempfile.TemporaryDirectory() as folder:
        compile_twins(folder)
        os.chdir(folder)
        os.environ["NEURON_MODULE_OPTIONS"] = "-nogui"
        from neuron import h, load_mechanisms  # after chdir: NEURON loads ./x86_64
        if not hasattr(h, "XNetStim"):
            load_mechanisms(folder)
        h.load_file("stdrun.hoc")
        bad = 0
        print("%-13s %-22s %8s %8s  %s" % ("mechanism", "case", "values", "differ", "largest"))
        for name, case, (values, differing, worst, flat) in checks(h):
            print("%-13s %-22s %8d %8d  %g%s" % (
                name, case, values, differing, worst,
                "  CONSTANT: " + ", ".join(flat) if flat else ""))
            bad += differing + len(flat)
        os.chdir(HERE)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
