"""Runs the mechanisms of this folder alone in one CV under NEURON and writes
what they did as JSON, one file a mechanism: t, v after each step, and every
recorded variable. Usage: python oracle.py (nrnivmodl has to be in PATH)."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = {
    "dimp": ["a", "b", "w", "i"],
    "cnx": ["a", "b", "c", "d", "e", "f", "h", "q", "r", "u", "x", "yy"],
    "nonlin": ["a", "b"],
    "eul": ["m", "s0", "s1", "s2", "n", "sum"],
    "rk": ["a", "b"],
    "expeul": ["m", "h", "minf", "hexp"],
    "tab": ["m", "n", "f"],
    "PPIon": ["s", "seen", "i", "count"],
    "kin": ["c", "o", "p", "net", "i"],
    "alg": ["x", "w", "z", "p", "q", "sum", "i"],
    "nonalg": ["a", "b"],
    "kinca": ["x0", "x1", "bound", "d", "e", "i"],
}
IONS = {"PPIon": ["ina", "ica", "dina_dv_", "dica_dv_"]}


def run(name, h):
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    soma.insert("pas")
    soma(0.5).pas.e = -65
    h.celsius = 17
    h.dt = 0.1
    point = name[0].isupper()
    if point:
        mech = getattr(h, name)(soma(0.5))
    else:
        soma.insert(name)
        mech = getattr(soma(0.5), name)
    clamp = h.SEClamp(soma(0.5))
    clamp.rs = 0.5
    clamp.dur1, clamp.amp1 = 3, -85
    clamp.dur2, clamp.amp2 = 3.03, -20
    clamp.dur3, clamp.amp3 = 3, 35
    h.finitialize(-65)
    rows = {"t": [], "v": [], "area": [soma(0.5).area()], "cai": [], "after": []}
    keys = RUNS[name]
    ions = [x for x in IONS.get(name, []) if hasattr(soma(0.5), x)]
    for k in keys + ions:
        rows[k] = []

    def sample():
        rows["t"].append(h.t)
        rows["v"].append(soma(0.5).v)
        for k in keys:
            rows[k].append(getattr(mech, k))
        for k in ions:
            rows[k].append(getattr(soma(0.5), k))

    sample()
    for _ in range(150):
        h.fadvance()
        sample()
    del rows["cai"], rows["after"]
    return {"mechanism": name, "celsius": h.celsius, "dt": h.dt, "oracle": "NEURON " + h.nrnversion(0), "rows": rows}


def main():
    work = tempfile.mkdtemp()
    os.chdir(work)
    shutil.copytree(os.path.join(HERE, "mod"), "mod")
    subprocess.run(["nrnivmodl", "mod"], check=True, stdout=subprocess.DEVNULL)
    from neuron import h
    os.makedirs(os.path.join(HERE, "golden"), exist_ok=True)
    for name in RUNS:
        if not (hasattr(h, name) or hasattr(h, "gl_" + name) or hasattr(h, "g_" + name) or os.path.exists("mod/%s.mod" % name.lower())):
            print("no mechanism", name, file=sys.stderr)
            continue
        with open(os.path.join(HERE, "golden", name + ".json"), "w") as f:
            json.dump(run(name, h), f, separators=(",", ":"))
            f.write("\n")
    shutil.rmtree(work)


main()
