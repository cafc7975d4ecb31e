"""Runs the scenarios of this folder in NEURON and writes what it computes.

python oracle.py OUT SCENARIO.json...   (in a scratch folder: mechanisms are compiled into the current one)

A scenario puts one mechanism of a .mod file beside it on one CV, 20 x 20 um, or
makes one artificial cell of it, with events at given times, and names variables
to record at every step. OUT/SCENARIO.json holds the rows.
"""
import json
import os
import shutil
import subprocess
import sys


def main(out, files):
    mods = set()
    for f in files:
        s = json.load(open(f))
        mods.add(os.path.join(os.path.dirname(os.path.abspath(f)), s["mod"]))
    os.makedirs("mod", exist_ok=True)
    for m in mods:
        shutil.copy(m, "mod")
    subprocess.run([os.path.join(os.path.dirname(sys.executable), "nrnivmodl"), "mod"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for f in files:  # a process each: the old random functions draw from one generator
        subprocess.run([sys.executable, os.path.abspath(__file__), "--one", out, f], check=True)


def one(out, f):
    from neuron import h
    s = json.load(open(f))
    name = s["mechanism"]
    h.celsius = s.get("celsius", 6.3)
    h.dt = s["dt"]
    for k, x in s.get("globals", {}).items():
        setattr(h, k + "_" + name, x)
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    soma.cm = 1
    soma.insert("pas")
    soma.g_pas = s.get("g_pas", 0.0002)
    soma.e_pas = -65
    keep = []
    rows = {"v": h.Vector().record(soma(0.5)._ref_v, s["dt"])}
    kind = s["kind"]
    if kind == "density":
        soma.insert(name)
        obj = None
        for k, x in s.get("params", {}).items():
            setattr(soma, k + "_" + name, x)
        for k in s.get("record", []):
            rows[k] = h.Vector().record(getattr(soma(0.5), "_ref_" + (k if s.get("ions", {}).get(k) else k + "_" + name)), s["dt"])
        call = {k: getattr(h, k + "_" + name) for k in s.get("seed", {})}
        if call:
            getattr(h, "setdata_" + name)(soma(0.5))
    else:
        obj = getattr(h, name)() if kind == "cell" else getattr(h, name)(soma(0.5))
        for k, x in s.get("params", {}).items():
            setattr(obj, k, x)
        for k in s.get("record", []):
            rows[k] = h.Vector().record(getattr(obj, "_ref_" + k), s["dt"])
        call = {k: getattr(obj, k) for k in s.get("seed", {})}
    for k, ids in s.get("seed", {}).items():
        args = []
        for x in ids:
            if isinstance(x, dict):  # a Random object
                r = h.Random()
                r.Random123(*x["ids"])
                getattr(r, x["distribution"])(*x["args"])
                r.seq(0)  # naming the distribution has drawn one
                keep.append(r)
                x = r
            args.append(x)
        call[k](*args)
    for k, ids in s.get("random", {}).items():
        r = getattr(obj if obj is not None else getattr(soma(0.5), name), k)
        r.set_ids(*ids)
    for amp in s.get("clamp", []):
        c = h.IClamp(soma(0.5))
        c.delay, c.dur, c.amp = amp
        keep.append(c)
    for times, weight in s.get("events", []):
        src = h.NetStim()
        src.number = 0
        nc = h.NetCon(src, obj)
        nc.delay = 0
        nc.weight[0] = weight
        keep.append((src, nc, times))
    spikes = h.Vector()
    if obj is not None:
        listen = h.NetCon(obj, None)
        listen.record(spikes)
    def start():
        for item in keep:
            if isinstance(item, tuple):
                for t in item[2]:
                    item[1].event(t)
    fih = h.FInitializeHandler(1, start)
    h.finitialize(s.get("v_init", -65))
    while h.t < s["duration"] - s["dt"] / 2:
        h.fadvance()
    n = int(round(s["duration"] / s["dt"])) + 1
    result = {"neuron": "9.0.2", "rows": {k: [float(x) for x in list(v)[:n]] for k, v in rows.items()}, "spikes": list(spikes)}
    with open(os.path.join(out, os.path.basename(f)), "w") as w:
        json.dump(result, w)
        w.write("\n")


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        one(sys.argv[2], sys.argv[3])
    else:
        main(sys.argv[1], sys.argv[2:])
