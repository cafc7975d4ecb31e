#!/usr/bin/env python3
"""Makes the goldens of corpus/recurrent with NEURON: each mechanism alone, as mech_run.py runs it.

    python tools/oracle/mech_golden.py [--out DIR] [NAME ...]

NAME is a file of corpus/recurrent/mod without .mod. Run it with a Python that
has neuron 9.0.2 and numpy; g++ is needed. A golden is

    job.json        streams, numbers of Vectors, class and bounds, and the cases
    CASE.json       the spec of a case: clamped (imposed potential) or free
    CASE.npy        the rows that vary, in the order of the case's labels, at every EVERY'th step
"""
import argparse
import json
import multiprocessing
import os
import shutil
import tempfile

import numpy as np

import mech_build
import mech_compare

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "corpus", "recurrent")
CELSIUS, EVERY = 34.0, 16
FRAMES = (1, 8, 15)  # pairs of frames that are kept of what draws by itself


def golden(mod, folder, rall, dest):
    import mech_run
    from neuron import h
    h.nrn_load_dll(os.path.join(folder, "libmech.so"))
    h.load_file("stdrun.hoc")
    h.CVode().active(0)
    ir = mech_build.run([rall, "compile", "--emit", "ir", mod.path]).stdout
    seeds = mech_run.Seeds(ir)
    names = mech_run.variables(h, mod)
    shutil.rmtree(dest, ignore_errors=True)
    os.makedirs(dest)
    job = {"oracle": "NEURON " + h.nrnversion(5).strip(), "mech": mod.name, "streams": {s: mech_run.ids(i) for i, s in enumerate(seeds.streams)},
           "every": EVERY, "cases": []}
    drawn = seeds.old and len(seeds.streams) == 1
    if drawn:
        job["streams"] = {}
    for clamped in (True,) if mod.kind == "cell" or drawn else (False,) if mod.sets_v else (True, False):
        case = mech_run.Case(mod, names, seeds, CELSIUS, clamped)
        name = "clamped" if clamped else "free"
        if drawn:
            spec, labels, want = mech_run.sampled(h, case)
            job["class"] = "statistics"
            keys = sorted(x for x in want if x[1] // mech_run.EVERY in FRAMES and np.ptp(want[x]) > 0)
            rows = [want[x] for x in keys]
            entry = {"labels": [x for x, _ in keys], "frames": [k for _, k in keys]}
        else:
            want, sent = case.neuron(h)
            spec = case.spec()
            labels = list(want)
            bound, job["class"] = mech_run.limit(mod, mech_run.tau_max(want))
            keep = [x for x in labels if np.ptp(want[x]) > 1e-9 * np.max(np.abs(want[x]))]
            assert any(x.startswith(("m.", "at.")) for x in keep) or len(sent) > 1, mod.name
            rows = [want[x][::EVERY] for x in keep]
            entry = {"labels": keep, "sizes": [float(np.max(np.abs(want[x]))) for x in keep], "bound": bound,
                     "steps": len(next(iter(want.values()))) if want else 0}
            if mod.kind == "cell":
                entry["spikes"] = list(sent)
            if "v" in want and not clamped:
                v = want["v"]
                up = np.nonzero((v[1:] > 0) & (v[:-1] <= 0))[0]
                entry["until"] = int(up[mech_run.FREE_SPIKES - 1]) if len(up) >= mech_run.FREE_SPIKES else len(v)
            if mod.sets_v and len(sent) >= mech_run.FREE_SPIKES:
                entry["until"] = int(sent[mech_run.FREE_SPIKES - 1] / mech_run.DT)
        entry["name"] = name
        job["series"] = dict(case.series)
        job["cases"].append(entry)
        with open(os.path.join(dest, name + ".json"), "w") as f:
            json.dump(spec, f, indent=1)
            f.write("\n")
        if rows:
            np.save(os.path.join(dest, name + ".npy"), np.array(rows))
    with open(os.path.join(dest, "job.json"), "w") as f:
        json.dump(job, f, indent=1)
        f.write("\n")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", default=os.path.join(MODEL, "golden", "neuron-9.0.2"))
    ap.add_argument("--rall", default=os.path.join(mech_build.ROOT, "bin", "rall"))
    ap.add_argument("names", nargs="*")
    a = ap.parse_args()
    mods = mech_build.collect({"recurrent": os.path.join(MODEL, "mod")})
    known = {os.path.basename(m.path)[:-4]: m for m in mods}
    with tempfile.TemporaryDirectory() as scratch:
        comp = mech_build.Compiler(os.path.join(scratch, "compiled"))
        for name in a.names or sorted(known):
            folder, why = mech_compare.prepare(comp, known[name], scratch)
            if why:
                raise SystemExit("%s: %s" % (name, why))
            p = multiprocessing.get_context("fork").Process(target=golden, args=(known[name], folder, a.rall, os.path.join(a.out, name)))
            p.start()
            p.join()
            if p.exitcode:
                raise SystemExit(name + " failed")
            print(name, flush=True)


if __name__ == "__main__":
    main()
