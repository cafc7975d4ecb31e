#!/usr/bin/env python3
"""Makes the golden results of the single-cell corpus with NEURON (see neuron_README.md in this folder).

    python tools/oracle/neuron_golden.py [--out DIR] [--list] [MODEL ...]

MODEL is a folder of corpus/ (hh-one-cv, swc-cell, mechanisms, ...) or one input
of it (numerics/ion-styles); without MODEL all are made. Without --out the
goldens are written into the corpus; with it under DIR/MODEL/. Run it with a
Python that has neuron 9.0.2 and numpy; g++ and make are needed. Two runs give
the same bytes.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
CORPUS = os.path.join(ROOT, "corpus")
DELTAS = (1e-12, 1e-9)  # mV, shifts of a leak reversal


# ------------------------------------------------------------- the driver

def manifests():
    out = {}
    for name in sorted(os.listdir(CORPUS)):
        path = os.path.join(CORPUS, name, "manifest.json")
        if os.path.exists(path):
            with open(path) as f:
                m = json.load(f)
            if m.get("oracle", {}).get("kind") == "neuron":
                out[name] = m
    return out


def compile_mods(sources, scratch):
    """Compiles files ([path, new name or None]) with nrnivmodl in scratch."""
    src = os.path.join(scratch, "src")
    os.mkdir(src)
    for path in sources:
        shutil.copy(path, src)
    tool = os.path.join(os.path.dirname(sys.executable), "nrnivmodl")
    p = subprocess.run([tool, "src"], cwd=scratch, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True)
    if p.returncode:
        sys.exit("nrnivmodl failed:\n" + p.stdout[-3000:])


def mods_of(name, manifest):
    paths = [os.path.join(HERE, "netpyne_vecstim.mod")]
    for folder in [os.path.join(CORPUS, name, "mod")] + [
            os.path.join(CORPUS, d) for d in manifest["oracle"].get("mods", [])]:
        if os.path.isdir(folder):
            paths += [os.path.join(folder, n) for n in sorted(os.listdir(folder)) if n.endswith(".mod")]
    return paths


def needed(paths, folder, item):
    """Those of paths whose mechanism the specs of item name: one input takes seconds then."""
    specs = ""
    for spec in item.get("spec", []):
        with open(os.path.join(folder, spec)) as f:
            specs += f.read()
    out = []
    for path in paths:
        with open(path, encoding="latin-1") as f:
            m = re.search(r"\b(?:SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)", f.read())
        if not m or '"%s"' % m.group(1) in specs:
            out.append(path)
    return out


def make(name, manifest, only, out):
    with tempfile.TemporaryDirectory() as scratch:
        paths = mods_of(name, manifest)
        for item in manifest["inputs"]:
            if only == os.path.basename(item["golden"]) and "script" not in item:
                paths = needed(paths, os.path.join(CORPUS, name), item)
        compile_mods(paths, scratch)
        for item in manifest["inputs"]:
            label = os.path.basename(item["golden"])
            if only and only != label:
                continue
            dest = os.path.join(out, name, item["golden"])
            if os.path.isdir(dest):
                shutil.rmtree(dest)
            os.makedirs(dest)
            job = {"model": name, "folder": os.path.join(CORPUS, name), "item": item,
                   "oracle": manifest["oracle"], "dest": dest}
            path = os.path.join(scratch, "job.json")
            with open(path, "w") as f:
                json.dump(job, f)
            p = subprocess.run([sys.executable, os.path.abspath(__file__), "--job", path], cwd=scratch,
                               env=dict(os.environ, NEURON_MODULE_OPTIONS="-nogui"))
            if p.returncode:
                sys.exit("%s/%s failed" % (name, label))
            print("%s/%s" % (name, label), flush=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", default=CORPUS)
    ap.add_argument("--list", action="store_true")
    ap.add_argument("--job", help=argparse.SUPPRESS)
    ap.add_argument("models", nargs="*")
    a = ap.parse_args()
    if a.job:
        with open(a.job) as f:
            return one(json.load(f))
    all_ = manifests()
    wanted = [(m.split("/") + [None])[:2] for m in a.models] or [(n, None) for n in all_]
    for name, only in wanted:
        if name not in all_:
            sys.exit("no such model: %s (--list names them)" % name)
        if a.list:
            for item in all_[name]["inputs"]:
                print("%s/%s" % (name, os.path.basename(item["golden"])))
        else:
            make(name, all_[name], only, os.path.abspath(a.out))


# ------------------------------------------------- one input in one process

def one(job):
    from neuron import h
    import neuron_write as w
    h.load_file("stdrun.hoc")
    h.CVode().active(0)
    script = job["item"].get("script")
    if script:
        module, function = script.split(":")
        getattr(__import__(module), function)(h, job)
    else:
        spec_golden(h, job, w)
    return 0


def spec_golden(h, job, w):
    import numpy as np
    item, oracle = job["item"], job["oracle"]
    path = os.path.join(job["folder"], item["spec"][0])
    b = __import__(oracle.get("build", "neuron_spec")).build(h, path)
    ms = min(item.get("trace_ms", oracle.get("trace_ms", 100)), b.cfg["duration"])
    lone = None if b.secs else h.Section()  # NEURON steps nothing without a section
    child = sampling(b, np, job["dest"], ms)
    data, rows, spikes, end = b.run(ms)
    meta = {"oracle": "NEURON " + h.nrnversion(5).strip(), "spec": item["spec"],
            "duration_ms": b.cfg["duration"], "dt_ms": b.cfg["dt"], "end_t_ms": end,
            "trace_ms": ms, "celsius": h.celsius,
            "v_init": b.cfg.get("hParams", {}).get("v_init", -65.0),
            "cvs": sum(s.nseg for s in b.secs.values()), "sections": len(b.secs), "spikes": len(spikes),
            "rows": [dict(d, label=label) for label, d in rows]}
    if rows:  # a recorder is an event of the queue, which may turn ties round
        sampled(b, np, w, job["dest"], meta, data, spikes, child)
    else:
        os.waitpid(child, 0)
        os.remove(os.path.join(job["dest"], "sampled.npz"))
    varies(w, data, rows, item.get("constant_ok"))
    if item.get("spikes", oracle.get("spikes", True)):
        assert spikes, "no spikes"
    if rows:
        w.array(job["dest"], "traces.npy", data)
    w.spikes(job["dest"], spikes)
    if item.get("geometry", oracle.get("geometry")):
        w.json_(job["dest"], "geometry.json", b.geometry())
        p = b.painted()
        if p:
            w.json_(job["dest"], "painted.json", p)
    perturb = item.get("perturb", oracle.get("perturb"))
    if perturb:
        meta["divergence"] = []
        done = 0.0
        for delta in DELTAS:
            b.perturb(perturb["mech"], perturb["param"], delta - done)
            done = delta
            data2, _, spikes2, _ = b.run(ms)
            first = next((i for i, (p, q) in enumerate(zip(spikes, spikes2)) if p != q), None)
            if first is None and len(spikes) != len(spikes2):
                first = min(len(spikes), len(spikes2))
            v = [i + 1 for i, (_, d) in enumerate(rows) if d["var"] == "v" and "mech" not in d]
            dv = float(np.max(np.abs(data[v] - data2[v]))) if v else None
            meta["divergence"].append(dict(perturb, delta_mV=delta, first_difference=first, max_dv_mV=dv))
            if delta <= 1e-9 and first is not None:
                sys.exit("%s: NEURON does not reproduce its own spikes under %g mV" % (path, delta))
    w.json_(job["dest"], "meta.json", meta)
    if "check" in item:
        module, function = item["check"].split(":")
        getattr(__import__(module), function)(job, meta, data, spikes)
    del lone


def sampling(b, np, dest, ms):
    """Starts a run with the spec's recordStep in a process of its own, which shares
    nothing with the other run: not every variable is set by INITIAL."""
    child = os.fork()
    if child == 0:
        other, _, spikes, end = b.run(ms, b.cfg["recordStep"])
        np.savez(os.path.join(dest, "sampled.npz"), data=other, spikes=np.array(spikes), end=end)
        os._exit(0)
    return child


def sampled(b, np, w, dest, meta, data, spikes, child):
    """Stores the rows that a recorder with the spec's recordStep sees otherwise.

    It samples in the queue's turn, so states that events change show the events
    of the sample's own instant; a recorder without a step looks before them.
    """
    step = b.cfg["recordStep"]
    path = os.path.join(dest, "sampled.npz")
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("%s: the sampled run failed" % dest)
    with np.load(path) as f:
        other = f["data"]
        same = f["spikes"].tolist() == [list(x) for x in spikes if x[0] <= f["end"]]
    os.remove(path)
    if not same:
        sys.exit("%s: the sampled run has other spikes" % dest)
    n = other.shape[1]
    at = np.clip(np.floor(other[0] / b.cfg["dt"] + 0.5).astype(int), 0, data.shape[1] - 1)
    keep = [i for i in range(1, len(other)) if not np.array_equal(other[i], data[i][at])]
    meta["recordStep_ms"], meta["samples"] = step, n
    for k, i in enumerate(keep):
        meta["rows"][i - 1]["sampled"] = k + 1
    if keep:
        w.array(dest, "sampled.npy", other[[0] + keep])


def varies(w, data, rows, constant_ok):
    """Every row varies; where constants are part of the point, at least every voltage does."""
    for (label, d), row in zip(rows, data[1:]):
        if not constant_ok or d["var"] == "v":
            w.must_vary(label, row)


if __name__ == "__main__":
    sys.exit(main())
