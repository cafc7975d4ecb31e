#!/usr/bin/env python3
"""Runs EModelRunner 1.2.5's cell of the somatosensory cortex in NEURON, for validate/whole_test.go.

    python tools/oracle/sscx_golden.py DIR EXAMPLE
    RALL_WHOLE_DIR=DIR go test ./validate -run Whole

makes DIR/sscx-L4PC/ of EXAMPLE, the folder examples/sscx_sample_dir of the
package's source: its morphology with the replaced axon, its parameters, its
mechanisms, and the stochastic synapses of its synapses.tsv with the Random123
streams that the package gives them. EModelRunner builds the cell and its
synapses; the spec is the instantiated cell read back (whole_cell.py), and each
synapse gets a short train of events of ours. Needs neuron 9.0.2, numpy,
emodelrunner 1.2.5, g++ and make.
"""
import os
import shutil
import subprocess
import sys
import tempfile

NAME = "sscx-L4PC"
DURATION = 120  # ms
KINDS = ("soma", "dend", "apic", "axon", "myelin")


def train(i):
    """Event times [ms] of synapse i, spread evenly and off the grid."""
    first = 5.013 + (i * 389 % 1297) / 1297 * 75
    return [first, first + 7.3 + i % 11, first + 30.1]


def one(folder, example):
    import numpy as np
    from bluepyopt import ephys
    from emodelrunner.create_cells import create_cell_using_config
    from emodelrunner.load import get_release_params, load_config

    import whole_cell
    os.chdir(example)
    config = load_config(config_path="config/config_synapses_short.ini")
    cell = create_cell_using_config(config)
    sim = ephys.simulators.NrnSimulator(dt=0.025, cvode_active=False)
    cell.freeze(get_release_params(config))
    cell.instantiate(sim=sim)
    h = sim.neuron.h
    h.celsius, h.dt = config.getfloat("Cell", "celsius"), 0.025
    secs = {"%s_%d" % (k, i): s for k in KINDS for i, s in enumerate(getattr(cell.icell, k, []))}
    assert len(secs) == sum(1 for _ in h.allsec())
    whole = whole_cell.Whole(h, secs)
    whole.step("soma_0", 0.5, 10, 100, 0.2)
    label = {s: k for k, s in secs.items()}
    seed = config.getint("Synapses", "seed")
    syns = cell.mechanisms[-1].pprocesses
    for i, y in enumerate(syns):
        o = y.hsynapse
        mod = o.hname().split("[")[0]
        whole.follow("syn%d" % i, mod, label[o.get_segment().sec], o.get_segment().x, o, train(i), y.weight, y.delay,
                     {"rng": [int(x) for x in (y.randseed1, y.randseed2, y.randseed3, seed)]})
    for sec, x in (("soma_0", 0.5), ("axon_1", 0.5), ("dend_0", 0.5), ("dend_20", 0.9), ("apic_0", 0.5), ("apic_20", 0.9)):
        whole.record("v_%s_%g" % (sec, x), sec, x, "v")
    for var in ("cai", "ica", "ina", "ik"):
        whole.record(var, "soma_0", 0.5, var)
    for mech, var in (("NaTg", "m"), ("SKv3_1", "m"), ("SK_E2", "z"), ("K_Pst", "h"), ("Ca_LVAst", "h"), ("Ih", "m")):
        whole.record(var + "_" + mech, "soma_0", 0.5, var, mech)
    often = [i for i, y in enumerate(syns) if y.hsynapse.Use > 0.6]  # these release in time
    for i in often[:2] + often[-2:]:
        y = syns[i].hsynapse
        names = ("A_AMPA", "B_NMDA", "u") if "AMPA" in y.hname() else ("A_GABAA", "B_GABAB", "u")
        for var in names:
            whole.record("%s_%d" % (var, i), label[y.get_segment().sec], y.get_segment().x, var, obj=y, synMech="syn%d" % i)
    whole.write(np, folder, NAME, config.getfloat("Cell", "v_init"), DURATION, ("soma_0", 0.5), least_spikes=2, threshold=-10)


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        return one(sys.argv[2], sys.argv[3])
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    import neuron_golden
    folder, example = os.path.join(os.path.abspath(sys.argv[1]), NAME), os.path.abspath(sys.argv[2])
    source = os.path.join(example, "mechanisms")
    files = sorted(n for n in os.listdir(source) if n.endswith(".mod"))
    os.makedirs(os.path.join(folder, "mod"), exist_ok=True)
    for n in files:
        shutil.copyfile(os.path.join(source, n), os.path.join(folder, "mod", n))
    with tempfile.TemporaryDirectory() as scratch:
        neuron_golden.compile_mods([os.path.join(source, n) for n in files], scratch)
        env = dict(os.environ, NEURON_MODULE_OPTIONS="-nogui")
        copy = os.path.join(scratch, "example")  # the package writes into its folder
        shutil.copytree(example, copy, ignore=shutil.ignore_patterns("x86_64"))
        os.symlink(os.path.join(scratch, "x86_64"), os.path.join(copy, "x86_64"))
        return subprocess.run([sys.executable, os.path.abspath(__file__), "--one", folder, copy], cwd=copy, env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
