#!/usr/bin/env python3
"""Compares rall with NEURON on every mechanism of packages, one at a time.

    python tools/oracle/mech_compare.py [--rall BIN] [--mods DIR] [--quick] [--table FILE]
        [--only REGEXP] [--keep DIR] [PACKAGE | FOLDER ...]

Without names all packages of mech_build.py are compared; a FOLDER is taken as
a package of its own. See mech_run.py for what is run. Exit code 1 if too few
pass.
"""
import argparse
import concurrent.futures
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time

import mech_build
from mech_build import run

HERE = os.path.dirname(os.path.abspath(__file__))
CELSIUS = (6.3, 23.0, 36.0)
COMPILED, PASSED = 0.97, 0.95  # of the files; of those that compile


def prepare(comp, mod, scratch):
    """Writes the mechanism's folder of .mod files and its library; the reason if that fails."""
    folder = os.path.join(scratch, re.sub(r"\W+", "_", mod.label))
    mods = os.path.join(folder, "mods")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(mods)
    mod.write(mods)
    source = os.path.dirname(mod.path)
    for f in os.listdir(source):
        if f.endswith(".inc"):
            shutil.copy(os.path.join(source, f), mods)
    drive, pool = mod.helpers()
    objects = []
    for kind, ions in (("mechclamp", [""]), ("mechdrive", drive), ("mechpool", pool)):
        for ion in ions:
            text = mech_build.helper(kind, ion)
            with open(os.path.join(mods, "a_" + kind + ion + ".mod"), "w") as f:
                f.write(text)
            objects.append(comp.object(kind + ion + mech_build.digest(text), kind + ion, text))
            if objects[-1][0] is None:
                sys.exit("%s: %s" % (kind, objects[-1][1]))
    o = comp.object(mod.key, os.path.splitext(os.path.basename(mod.path))[0], mod.text, source)
    if o[0] is None:
        return folder, o[1]
    objects.append(o)
    comp.library(os.path.join(folder, "libmech.so"), objects)
    return folder, ""


def child(mod, folder, runner, ir, celsius, pipe):
    """Runs in a process of its own, which a mechanism may bring down."""
    log = os.open(os.path.join(folder, "log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    import mech_run
    from neuron import h
    h.nrn_load_dll(os.path.join(folder, "libmech.so"))
    h.load_file("stdrun.hoc")
    h.CVode().active(0)
    pipe.send(mech_run.measure(h, mod, folder, runner, ir, celsius))
    pipe.close()


def compare(context, mod, folder, runner, ir, celsius):
    here, there = context.Pipe(False)
    p = context.Process(target=child, args=(mod, folder, runner, ir, celsius, there))
    p.start()
    there.close()
    out = None
    if here.poll(120):
        try:
            out = here.recv()
        except EOFError:
            pass
    else:
        p.kill()
    p.join()
    if out is None:
        with open(os.path.join(folder, "log"), errors="replace") as f:
            text = [x for x in f.read().strip().splitlines() if x.strip()]
        why = next((x for x in text if "error" in x.lower() or "nrniv:" in x), (text or ["no word"])[-1])
        return {"state": "oracle", "why": "NEURON: " + why[:160]}
    return out


def one(context, comp, mod, scratch, rall, runner, celsius):
    r = {"label": mod.label, "kind": mod.kind, "name": mod.original}
    p = run([rall, "compile", mod.path])
    r["compiles"] = p.returncode == 0
    if p.returncode:
        import mech_run
        return dict(r, state="refused", why=mech_run.refused(p.stdout))
    if mod.kind == "none":
        return dict(r, state="nothing", why="no mechanism: a library of functions")
    folder, why = prepare(comp, mod, scratch)
    if why:
        return dict(r, state="other", why=why)
    ir = run([rall, "compile", "--emit", "ir", mod.path]).stdout
    r.update(compare(context, mod, folder, runner, ir, celsius))
    return r


def line(r):
    worst = "%8.1e" % r["worst"] if "worst" in r else "       -"
    free = "%8.1e" % r["free"] if r.get("free") is not None else "       -"
    return "%-9s %-8s %s %s  %-60s %s" % (r["state"], r.get("class", r["kind"]), worst, free, r["label"], r.get("why", ""))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rall", default=os.path.join(mech_build.ROOT, "bin", "rall"))
    ap.add_argument("--runner", default=os.path.join(mech_build.ROOT, "bin", "mechrun"), help="validate/mechrun, built")
    ap.add_argument("--mods", default=os.path.join(mech_build.ROOT, "out", "mods"))
    ap.add_argument("--cache")
    ap.add_argument("--keep")
    ap.add_argument("--only")
    ap.add_argument("--quick", action="store_true", help="one temperature")
    ap.add_argument("--json")
    ap.add_argument("-j", type=int, default=2)
    ap.add_argument("names", nargs="*")
    a = ap.parse_args()
    folders = [n for n in a.names if os.path.isdir(n)]
    names = [n for n in a.names if n not in folders]
    packages = {} if folders and not names else mech_build.fetch(a.mods)
    for n in names:
        if n not in packages:
            sys.exit("no package %s; there are %s" % (n, ", ".join(packages)))
    if a.names:
        packages = {n: packages[n] for n in names}
    packages.update({os.path.basename(os.path.abspath(f)): os.path.abspath(f) for f in folders})
    mods = mech_build.collect(packages, a.only)
    comp = mech_build.Compiler(a.cache or os.path.join(a.mods, "compiled"))
    scratch = a.keep or tempfile.mkdtemp()
    rall = os.path.abspath(a.rall)
    runner = os.path.abspath(a.runner)
    celsius = CELSIUS[2:] if a.quick else CELSIUS
    import neuron  # loaded once, before the processes are forked off
    del neuron
    context = multiprocessing.get_context("fork")
    results = []
    with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        for r in pool.map(lambda m: one(context, comp, m, scratch, rall, runner, celsius), mods):
            results.append(r)
            print(line(r), flush=True)
    if not a.keep:
        shutil.rmtree(scratch)
    if a.json:
        with open(a.json, "w") as f:
            json.dump(results, f, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
