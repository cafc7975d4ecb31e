#!/usr/bin/env python3
"""Runs the cells of hnn-core 0.4.2 (Jones et al. 2009) in NEURON, for validate/whole_test.go.

    python tools/oracle/hnn_golden.py DIR
    RALL_WHOLE_DIR=DIR go test ./validate -run Whole

makes DIR/hnn-CELL/ for L2Pyr, L5Pyr, L2Basket and L5Basket, with all ten
mechanisms of the package: the channels as hnn-core paints them, its dipoles
with their POINTERs in the pyramidal cells, its vecevent.mod for the trains.
The package builds the cells; the spec is the instantiated cell read back
(whole_cell.py). hnn-core wants a NEURON before 9: its Python is one with
neuron 8.2.7, numpy and hnn-core 0.4.2, and g++ and make.
"""
import os
import shutil
import subprocess
import sys
import tempfile

CELLS = ("L2Pyr", "L5Pyr", "L2Basket", "L5Basket")
DURATION = 170  # ms


def one(folder, name):
    import numpy as np
    from hnn_core.cells_default import basket, pyramidal
    from neuron import h

    import whole_cell
    h.load_file("stdrun.hoc")
    h.CVode().active(0)
    h.nrnunit_use_legacy(0)  # faraday and R of CODATA 2018, which NEURON 9 and rall have
    h.celsius, h.dt = 37.0, 0.025
    pyr = name.endswith("Pyr")
    cell = pyramidal(name, gid=0) if pyr else basket(name, gid=0)
    cell.build(sec_name_apical="apical_trunk" if pyr else None)
    secs = dict(cell._nrn_sections)
    whole = whole_cell.Whole(h, secs)
    if pyr:
        dipoles(h, whole, cell, secs)
        whole.step("soma", 0.5, 20, 100, 1.0 if name == "L5Pyr" else 0.5)
    else:
        whole.step("soma", 0.5, 20, 60, 0.3)
    exc = [25.3 + 6.1 * k for k in range(20)]
    far = "apical_tuft" if pyr else "soma"
    for sec, receptor, times, weight in ((far, "ampa", exc, 0.002), (far, "nmda", exc[::3], 0.001), ("soma", "gabaa", exc[2::5], 0.003)):
        whole.synapse("%s_%s" % (sec, receptor), "Exp2Syn", sec, 0.5, cell.synapses[receptor], times, weight, 1.25)
    if pyr:
        whole.synapse("soma_gabab", "Exp2Syn", "soma", 0.5, cell.synapses["gabab"], exc[1::6], 0.001, 1.25)
    for sec in secs:
        whole.record("v_" + sec, sec, 0.5, "v")
    for mech, names in (("hh2", "m h n".split()), ("km", ["n"]), ("ca", ["m", "h"]), ("cat", ["m", "h"]), ("kca", ["n"]), ("ar", ["m"])):
        if h.ismembrane(mech, sec=secs["soma"]):
            for var in names:
                whole.record(var + "_" + mech, "soma", 0.5, var, mech)
    if h.ismembrane("cad", sec=secs["soma"]):
        for var in ("cai", "ica"):
            whole.record(var, "soma", 0.5, var)
    if pyr:
        for sec in ("soma", "apical_trunk", "apical_tuft", "basal_2"):
            whole.record("Q_" + sec, sec, 0.5, "Q", "dipole")
            i = list(secs).index(sec)
            whole.record("Qsum_" + sec, sec, 1, "Qsum", obj=cell.dipole_pp[i], pointp="dpp")
        d = dict(sec="soma", loc=1, var="Qtotal", pointp="dpp")
        whole.traces.append(("Qtotal", d, cell.dpl_ref))
    whole.write(np, folder, "hnn-" + name, -65, DURATION, ("soma", 0.5), least_spikes=2, threshold=0, shift=("hh2", "el"))


def dipoles(h, whole, cell, secs):
    """What cell._insert_dipole has set, which NEURON does not tell: POINTERs and ASSIGNED variables."""
    for name, dpp in zip(cell.sections, cell.dipole_pp):
        s = secs[name]
        xs = [seg.x for seg in s.allseg()]
        whole.more[name, "dipole"] = {
            "ri": [seg.dipole.ri for seg in s], "ztan": [seg.dipole.ztan for seg in s],
            "pv": [{"sec": name, "loc": xs[i], "var": "v"} for i in range(s.nseg)],
            "Qsum": {"sec": name, "pointp": "dpp", "var": "Qsum"}, "Qtotal": {"shared": "Qtotal"}}
        whole.pointps[name, "dpp"] = ("Dipole", 1, {
            "ri": dpp.ri, "ztan": dpp.ztan, "pv": {"sec": name, "loc": 0.99, "var": "v"}, "Qtotal": {"shared": "Qtotal"}})


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        return one(sys.argv[2], sys.argv[3])
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    import importlib.util

    import neuron_golden
    found = importlib.util.find_spec("hnn_core")
    if found is None:
        sys.exit("hnn_golden: hnn-core is not installed")
    source = os.path.join(list(found.submodule_search_locations)[0], "mod")
    out, status = os.path.abspath(sys.argv[1]), 0
    with tempfile.TemporaryDirectory() as scratch:
        files = sorted(n for n in os.listdir(source) if n.endswith(".mod"))
        neuron_golden.compile_mods([os.path.join(source, n) for n in files], scratch)
        for name in sys.argv[2:] or CELLS:
            folder = os.path.join(out, "hnn-" + name)
            os.makedirs(os.path.join(folder, "mod"), exist_ok=True)
            for n in files:
                shutil.copyfile(os.path.join(source, n), os.path.join(folder, "mod", n))
            status |= subprocess.run([sys.executable, os.path.abspath(__file__), "--one", folder, name], cwd=scratch,
                                     env=dict(os.environ, NEURON_MODULE_OPTIONS="-nogui")).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
