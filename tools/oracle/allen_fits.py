#!/usr/bin/env python3
"""Runs every fit that bmtk 1.2.0 carries in NEURON, for validate/whole_test.go.

    python tools/oracle/allen_fits.py DIR [FIT...]
    RALL_WHOLE_DIR=DIR go test ./validate -run Whole

makes DIR/allen-FIT/ for the five perisomatic fits with their morphologies and
for 485184849 and 318331342 (all-active), whose morphologies the package does
not carry and which take another's. The cells are built as bmtk builds them,
the axon replaced by its stub; the spec is the instantiated cell read back
(whole_cell.py). Needs neuron 9.0.2, numpy, g++, make and an installed
bmtk 1.2.0 (without what it depends on).
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import allen_spec

FITS = {  # morphology, steps of current: begin, length [ms], amplitude [nA]
    "472363762": ("Scnn1a_473845048_m", [(10, 150, 0.35), (200.3, 90, 0.22)]),
    "473863510": ("Rorb_325404214_m", [(10, 150, 0.35), (200.3, 90, 0.22)]),
    "473863035": ("Nr5a1_471087815_m", [(10, 150, 0.35), (200.3, 90, 0.22)]),
    "472912177": ("Pvalb_470522102_m", [(10, 150, 0.4), (200.3, 90, 0.3)]),
    "473862421": ("Pvalb_469628681_m", [(10, 150, 0.35), (200.3, 90, 0.25)]),
    "485184849": ("Pvalb_469628681_m", [(10, 150, 0.6), (200.3, 90, 0.4)]),
    "318331342": ("Rorb_325404214_m", [(10, 150, 1), (200.3, 90, 0.85)]),
}
KINDS = ("soma", "dend", "apic", "axon")
DURATION = 300  # ms
DL = 20  # um, bmtk's dL


class Holder:
    """What Import3d instantiates into."""


def build(h, fit, swc):
    """bmtk's cell: Biophys1.hoc, its default setters, and dL."""
    h.load_file("stdrun.hoc")
    h.load_file("import3d.hoc")
    reader = h.Import3d_SWC_read()
    reader.quiet = 1
    reader.input(swc)
    holder = Holder()
    h.Import3d_GUI(reader, 0).instantiate(holder)
    of = {kind: list(getattr(holder, kind, [])) for kind in KINDS}
    allactive = "axon_morph" not in fit and "cm" not in fit["passive"][0]
    diams = [1, 1]
    if allactive and of["axon"]:
        diams = [of["axon"][0].diam, of["axon"][-1].diam]
    for s in of["axon"]:
        h.delete_section(sec=s)
    holder.axon = None
    of["axon"] = [h.Section(name="axon[%d]" % i) for i in range(2)]
    for s, d in zip(of["axon"], diams):
        s.L, s.diam = 30, d
    of["axon"][0].connect(of["soma"][0], 1.0 if allactive else 0.5, 0)
    of["axon"][1].connect(of["axon"][0], 1, 0)
    h.define_shape()
    secs = {"%s_%d" % (k, i): s for k in KINDS for i, s in enumerate(of[k])}
    passive, conditions = fit["passive"][0], fit["conditions"][0]
    for s in secs.values():
        s.insert("pas")
    for s in secs.values():
        if "ra" in passive:
            s.Ra = passive["ra"]
        if "e_pas" in passive:
            s.e_pas = passive["e_pas"]
    for c in passive.get("cm", []):
        for s in of[c["section"]]:
            s.cm = c["cm"]
    for g in fit["genome"]:
        for s in of.get(g["section"], []):
            if g.get("mechanism"):
                s.insert(g["mechanism"])
            setattr(s, g["name"], float(g["value"]))
    for e in conditions["erev"]:
        for s in of[e["section"]]:
            s.ena, s.ek = e["ena"], e["ek"]
    for s in secs.values():
        s.nseg = 1 + 2 * int(s.L / (2 * DL))
    h.celsius, h.dt = conditions["celsius"], 0.025
    lists = {n: ["%s_%d" % (k, i) for i in range(len(of[k]))] for k, n in allen_spec.REGION.items() if of[k]}
    return secs, lists, float(conditions["v_init"]), holder


def one(folder, name):
    import numpy as np
    from neuron import h

    import whole_cell
    root, (swc, steps) = allen_spec.package(), FITS[name]
    with open(os.path.join(root, "biophysical_neuron_models", name + "_fit.json")) as f:
        fit = json.load(f)
    secs, lists, v_init, holder = build(h, fit, os.path.join(root, "morphologies", swc + ".swc"))
    cell = whole_cell.Whole(h, secs, lists)
    for begin, length, amp in steps:
        cell.step("soma_0", 0.5, begin, length, amp)
    for sec, x in (("soma_0", 0.5), ("axon_0", 0.5), ("axon_1", 1), ("dend_0", 0.5), (lists["basal"][-1], 0.9)):
        cell.record("v_%s_%g" % (sec, x), sec, x, "v")
    if "apical" in lists:
        cell.record("v_apic", lists["apical"][-1], 1, "v")
    calcium = ("cai", "eca", "ica") if secs["soma_0"](0.5).Ca_HVA.gbar else ()  # else it stands still
    for var in calcium + ("ina", "ik"):
        cell.record(var, "soma_0", 0.5, var)
    for mech, var in (("NaV", "O"), ("NaV", "I6"), ("NaTs", "m"), ("NaTs", "h"), ("Nap", "h"), ("Kv3_1", "m"), ("SK", "z"),
                      ("Ih", "m"), ("Kv2like", "h1"), ("Kd", "h"), ("Im_v2", "m"), ("Im", "m"), ("Ca_LVA", "h"), ("Ca_HVA", "m")):
        if h.ismembrane(mech, sec=secs["soma_0"]) and (calcium or mech != "SK"):
            cell.record(var + "_" + mech, "soma_0", 0.5, var, mech)
    cell.write(np, folder, "allen-" + name, v_init, DURATION, ("soma_0", 0.5), least_spikes=3, threshold=-15)


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        return one(sys.argv[2], sys.argv[3])
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    import neuron_golden
    out, fits = os.path.abspath(sys.argv[1]), sys.argv[2:] or list(FITS)
    mods = os.path.join(out, "allen-mod")
    os.makedirs(mods, exist_ok=True)
    source = os.path.join(allen_spec.package(), "mechanisms", "modfiles")
    for n in sorted(os.listdir(source)):
        if n.endswith(".mod") and n != "vecevent.mod":  # VecStim is built in
            shutil.copyfile(os.path.join(source, n), os.path.join(mods, n))
    status = 0
    with tempfile.TemporaryDirectory() as scratch:
        neuron_golden.compile_mods([os.path.join(mods, n) for n in sorted(os.listdir(mods))], scratch)
        for name in fits:
            folder = os.path.join(out, "allen-" + name)
            shutil.copytree(mods, os.path.join(folder, "mod"), dirs_exist_ok=True)
            status |= subprocess.run([sys.executable, os.path.abspath(__file__), "--one", folder, name], cwd=scratch,
                                     env=dict(os.environ, NEURON_MODULE_OPTIONS="-nogui")).returncode
    shutil.rmtree(mods)
    return status


if __name__ == "__main__":
    sys.exit(main())
