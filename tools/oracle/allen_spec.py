#!/usr/bin/env python3
"""Writes a spec of the Allen Institute's fit 472363762 from an installed bmtk.

    python tools/oracle/allen_spec.py DIR

makes DIR/allen-472363762/ with the spec, the morphology and mod/, all copied
from the package (bmtk 1.2.0; `pip install --no-deps bmtk==1.2.0` is enough, as
nothing of it is imported). None of these files belongs to this repository.
The file's own axon is kept: the fit's stub is not made.
"""
import importlib.util
import json
import os
import shutil
import sys

NAME = "allen-472363762"
FIT = "472363762"
SWC = "Scnn1a_473845048_m.swc"
REGION = {"soma": "somatic", "axon": "axonal", "dend": "basal", "apic": "apical"}
MAX_LENGTH = 20.0  # um, the longest CV
STEPS = [  # IClamps into the soma: begin, length [ms], amplitude [nA]
    (10, 200, 0.35),
    (300.3, 250, 0.22),
    (600, 100, -0.15),
    (750, 200, 0.5),
]
TRACES = [  # section, position
    ("soma_0", 0.5), ("soma_0", 0), ("axon_0", 0.5), ("axon_2", 1),
    ("dend_0", 0.5), ("dend_20", 0.9), ("apic_0", 0.5), ("apic_10", 1), ("apic_23", 0.9),
]
SOMA = [  # variable, mechanism
    ("cai", None), ("eca", None), ("ica", None), ("ina", None), ("ik", None),
    ("m", "NaTs"), ("h", "NaTs"), ("h", "Nap"), ("m", "Kv3_1"), ("m", "K_P"), ("h", "K_T"),
    ("z", "SK"), ("m", "Im"), ("m", "Ih"), ("m", "Ca_HVA"), ("h", "Ca_LVA"),
]


def package():
    """The folder of bmtk's example models."""
    found = importlib.util.find_spec("bmtk")
    if found is None or not found.submodule_search_locations:
        sys.exit("allen_spec: bmtk is not installed (pip install --no-deps bmtk==1.2.0)")
    return os.path.join(list(found.submodule_search_locations)[0], "utils", "scripts", "bionet")


def read_fit(root):
    with open(os.path.join(root, "biophysical_neuron_models", FIT + "_fit.json")) as f:
        return json.load(f)


def spec(fit):
    passive, conditions = fit["passive"][0], fit["conditions"][0]
    regions = {"all": {"geom": {"Ra": passive["ra"]}, "mechs": {"pas": {"e": passive["e_pas"]}}}}
    for short, name in REGION.items():
        regions[name] = {"geom": {}, "mechs": {}, "ions": {}}
    for c in passive["cm"]:
        regions[REGION[c["section"]]]["geom"]["cm"] = c["cm"]
    for g in fit["genome"]:
        mech = g["mechanism"] or "pas"
        assert g["name"].endswith("_" + mech)
        mechs = regions[REGION[g["section"]]]["mechs"]
        mechs.setdefault(mech, {})[g["name"][:-len(mech) - 1]] = g["value"]
    for e in conditions["erev"]:
        for key, value in e.items():
            if key != "section":
                regions[REGION[e["section"]]]["ions"][key[1:]] = {"e": value}
    sources, targets = {}, {}
    for i, (begin, length, amp) in enumerate(STEPS):
        label = "step%d" % (i + 1)
        sources[label] = {"type": "IClamp", "del": begin, "dur": length, "amp": amp}
        targets[label + "->soma"] = {"source": label, "conds": {"pop": "cell"}, "sec": "soma_0", "loc": 0.5}
    traces = {}
    for sec, x in TRACES:
        traces["v_%s_%g" % (sec, x)] = {"sec": sec, "loc": x, "var": "v"}
    for var, mech in SOMA:
        t = {"sec": "soma_0", "loc": 0.5, "var": var}
        if mech:
            t["mech"] = mech
        traces[var + ("_" + mech if mech else "")] = t
    return {
        "netParams": {
            "popParams": {"cell": {"cellType": "allen", "cellsList": [{"x": 0, "y": 0, "z": 0}]}},
            "cellParams": {"allen": {"morphology": SWC, "nseg": {"maxLength": MAX_LENGTH}, "regions": regions}},
            "stimSourceParams": sources,
            "stimTargetParams": targets,
        },
        "simConfig": {
            "duration": 1000,
            "dt": 0.025,
            "hParams": {"celsius": conditions["celsius"], "v_init": conditions["v_init"]},
            "recordTraces": traces,
            "recordCells": ["all"],
            "recordStep": 0.025,
            "simLabel": NAME,
        },
    }


def write(out):
    """Writes spec, morphology and mechanisms below out; returns the folder."""
    root = package()
    folder = os.path.join(out, NAME)
    mods = os.path.join(folder, "mod")
    os.makedirs(mods, exist_ok=True)
    source = os.path.join(root, "mechanisms", "modfiles")
    for name in sorted(os.listdir(source)):
        if name.endswith(".mod") and name != "vecevent.mod":  # VecStim is built in
            shutil.copyfile(os.path.join(source, name), os.path.join(mods, name))
    shutil.copyfile(os.path.join(root, "morphologies", SWC), os.path.join(folder, SWC))
    with open(os.path.join(folder, NAME + ".json"), "w") as f:
        json.dump(spec(read_fit(root)), f, indent=1)
        f.write("\n")
    return folder


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(write(sys.argv[1]))
