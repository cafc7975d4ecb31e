#!/usr/bin/env python3
"""Compares rall with NEURON on every mechanism of packages, one at a time.

    tools/mechanisms [--quick] [--share N] [--only REGEXP] [--table FILE] [--keep DIR] [PACKAGE | FOLDER ...]

builds rall and calls this. Without names all packages of mech_build.py are
compared; a FOLDER is taken as a package of its own. See mech_run.py for what
is run. --share takes every Nth file by its content. The mechanisms of
corpus/recurrent, which are no package's, always come along when no name is
given. Exit code 1 if too few files compile or pass, or one of those fails.
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
PATIENCE = 400  # s for one mechanism
CELSIUS = (6.3, 23.0, 36.0)
OWN = "corpus"
RECURRENT = (  # names under which mechanisms recur, and the files that are one of them
    ("VecStim, vecevent", "vecstim|vecevent"), ("ProbAMPANMDA_EMS", "probampanmda"), ("ProbGABAAB_EMS", "probgabaab"),
    ("DetAMPANMDA", "detampanmda"), ("DetGABAAB", "detgabaab"), ("GluSynapse", "glusynapse"), ("StochKv, StochKv3", "stochkv"),
    ("Gfluct", "gfluct"), ("netstim_inhpoisson", "inhpoisson"), ("izhi2007b and kin", "izhi"), ("ElectSyn, gap", "electsyn|gap"),
    ("ProbUDFsyn and other release by chance", "probudf|quantal|stochastic_|tmglut|tmgabaa|nach\\.mod"),
    ("STDP and depression, weight behind a POINTER", "stdp|stdwa|tsodyksmarkram"), ("stimulators that draw", "gammastim|poisson_stim|netstim2?\\.mod|gif"))
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
    for kind, ions in (("mechclamp", [""]), ("mechsink", [""]), ("mechwave", [""]), ("mechdrive", drive), ("mechpool", pool)):
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
    if here.poll(PATIENCE):
        try:
            out = here.recv()
        except EOFError:
            pass
    else:
        p.kill()
        return {"state": "failed", "why": "no answer in %d s" % PATIENCE}
    p.join()
    if out is None:
        with open(os.path.join(folder, "log"), errors="replace") as f:
            text = [x for x in f.read().strip().splitlines() if x.strip()]
        why = next((x for x in text if "error" in x.lower() or "nrniv:" in x), (text or ["no word"])[-1])
        return {"state": "oracle", "why": "NEURON: " + why[:160]}
    return out


def one(context, comp, mod, scratch, rall, runner, celsius):
    r = {"key": mod.key, "label": mod.label, "kind": mod.kind, "name": mod.original, "own": mod.package == OWN}
    folder, why = prepare(comp, mod, scratch)
    if why:
        return dict(r, state="other", why=why)
    p = run([rall, "compile", mod.path])
    if p.returncode:
        import mech_run
        return dict(r, state="refused", why=mech_run.refused(p.stdout))
    if mod.kind == "none":
        return dict(r, state="nothing", why="no mechanism: a library of functions")
    ir = run([rall, "compile", "--emit", "ir", mod.path]).stdout
    r.update(compare(context, mod, folder, runner, ir, celsius))
    r["streams"] = len(re.findall(r"(?m)^\s*var stream ", ir))
    return r


def line(r):
    worst = "%8.1e" % r["worst"] if "worst" in r else "       -"
    free = "%8.1e" % r["free"] if r.get("free") is not None else "       -"
    return "%-9s %-8s %s %s  %-60s %s" % (r["state"], r.get("class", r["kind"]), worst, free, r["label"], r.get("why", ""))


MEANING = (
    ("failed", "differ"), ("refused", "rall does not take the file or the run"), ("oracle", "NEURON does not run the file alone"),
    ("other", "NEURON itself refuses the file"), ("constant", "nothing varies in a single CV"), ("nothing", "no mechanism in the file"))
CLASSES = (
    ("cnexp", "1e-12 x max(1, tau/10 ms), tau the longest time constant seen while the clamp holds"),
    ("direct", "1e-12: neither a method nor a table, or exponential Euler written out"), ("TABLE", "1e-9"),
    ("implicit", "1e-6: KINETIC, derivimplicit, LINEAR"), ("free", "1e-7: mechanisms that set v, which cannot be imposed on them"),
    ("statistics", "NEURON's old generator, one for all: see the next section"))


def summary(results):
    """(text, good enough) of a run."""
    own = [r for r in results if r.get("own")]
    results = [r for r in results if not r.get("own")]
    count = lambda *states: sum(r["state"] in states for r in results)
    taken = len(results) - count("other", "nothing")
    refused = sum(r["state"] == "refused" and "worst" not in r for r in results)
    compiled = taken - refused
    run_ = compiled - count("constant")
    passed = count("passed")
    text = ("%d distinct files; NEURON takes %d, of which %d compile (%.1f %%). Of these %d do not vary; of the other %d pass %d (%.1f %%)." % (
        len(results), taken + count("nothing"), compiled + count("nothing"), 100 * compiled / max(taken, 1),
        count("constant"), run_, passed, 100 * passed / max(run_, 1)))
    good = sum(r["state"] == "passed" for r in own)
    if own:
        text += " Of the %d of corpus/recurrent pass %d." % (len(own), good)
    return text, compiled >= COMPILED * taken and passed >= PASSED * run_ and good == len(own)


def table(path, results):
    """Writes the page."""
    import mech_run
    with open(path, "w") as f:
        p = lambda *x: print(*x, file=f)
        p("# Mechanisms of published packages\n")
        p("Written by `tools/mechanisms --table doc/mechanisms.md`: every distinct `.mod` file of %s, and of NEURON 9.0.2 itself, compared with NEURON 9.0.2 at equal dt." % (
            ", ".join("%s %s" % x for x in sorted(mech_build.PACKAGES.items(), key=lambda x: x[0].lower()))))
        p("""
Each mechanism stands alone in one CV, at %s degC, for %g ms with dt %g ms: once with the potential imposed by a clamp of 1 ohm (steps,
ramps up and down, triangles of the speed of an action potential), once free beside hh under two steps of current. Point processes and
artificial cells get a random train of events. Mechanisms that read a concentration or a current find one that follows the potential;
random streams have the same ids on both sides, so that draws are equal. Compared is every RANGE variable and ion at every step: "imposed"
is the largest difference over the row's largest magnitude, "free" that of the potential [mV] up to the fifth spike, at most 1e-7. A
file counts only if something varies in NEURON.
""" % (", ".join("%g" % c for c in CELSIUS), mech_run.DURATION, mech_run.DT))
        p(summary(results)[0] + "\n")
        p("| class | bound of the difference under imposed potential |\n|---|---|")
        for c, what in CLASSES:
            p("| %s | %s |" % (c, what))
        recurrent(p, results)
        for state, what in MEANING:
            rows = [r for r in results if r["state"] == state]
            if rows:
                p("\n## %s: %s\n\n| file | why |\n|---|---|" % (state[0].upper() + state[1:], what))
                for r in rows:
                    p("| %s | %s |" % (r["label"], tidy(r["why"])))
        p("\n## Passed\n\n| file | kind | class | rows | imposed | free [mV] | spikes | note |\n|---|---|---|---|---|---|---|---|")
        for r in results:
            if r["state"] == "passed" and not r.get("own"):
                p("| %s | %s | %s | %d | %.1e | %s | %s | %s |" % (
                    r["label"], r["kind"], r["class"], r["rows"], r["worst"],
                    "" if r.get("free") is None else "%.1e" % r["free"], r.get("spikes", ""), r.get("note", "")))


def recurrent(p, results):
    """The section of the mechanisms that recur."""
    p("""
## Recurrent mechanisms

Files of packages, and those of `corpus/recurrent`, written from published equations, which are compared in `go test` too. "Equal draws": the
streams have NEURON's Random123 ids, every row is NEURON's. "Statistics": NEURON's old generator is one for the whole process, so what 1,000 instances
draw is compared, by the distance of Kolmogorov and Smirnov between the distributions of intervals, or of every variable and its change in half a
millisecond at 15 times, at one chance in a thousand for all comparisons together.

| name | variant | compared by | result | imposed | free [mV] |
|---|---|---|---|---|---|""")
    for name, what in RECURRENT:
        for r in results:
            base = r["label"].split("/")[-1]
            if not re.search("(?i)" + what, base) or r["state"] in ("nothing", "other"):
                continue
            by = "statistics" if r.get("class") == "statistics" else "equal draws" if r.get("streams") else "no draws"
            p("| %s | %s | %s | %s | %s | %s |" % (
                name, r["label"], by, r["state"] if r["state"] == "passed" else r["state"] + ": " + tidy(r["why"]),
                "%.1e" % r["worst"] if "worst" in r else "", "" if r.get("free") is None else "%.1e" % r["free"]))


def tidy(why):
    return re.sub(r"\s+", " ", re.sub(r"/\S*/", "", why)).replace("|", "\\|")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rall", default=os.path.join(mech_build.ROOT, "bin", "rall"))
    ap.add_argument("--runner", default=os.path.join(mech_build.ROOT, "bin", "mechrun"), help="validate/mechrun, built")
    ap.add_argument("--mods", default=os.path.join(mech_build.ROOT, "out", "mods"))
    ap.add_argument("--cache")
    ap.add_argument("--keep")
    ap.add_argument("--only")
    ap.add_argument("--quick", action="store_true", help="one temperature")
    ap.add_argument("--share", type=int, default=1, metavar="N", help="every Nth file")
    ap.add_argument("--table", metavar="FILE", help="write the page of results")
    ap.add_argument("-v", "--verbose", action="store_true", help="a line for what passes too")
    ap.add_argument("--json", metavar="FILE", help="write the results as JSON")
    ap.add_argument("--resume", action="store_true", help="take what the JSON file has already")
    ap.add_argument("-j", type=int, default=2)
    ap.add_argument("names", nargs="*")
    a = ap.parse_args()
    folders = [n for n in a.names if os.path.isdir(n)]
    names = [n for n in a.names if n not in folders]
    for n in names:
        if n != "neuron" and n not in mech_build.PACKAGES:
            sys.exit("no package or folder %s; there are neuron, %s" % (n, ", ".join(mech_build.PACKAGES)))
    packages = mech_build.fetch(a.mods, names if a.names else ["neuron", *mech_build.PACKAGES])
    if not a.names:
        packages[OWN] = os.path.join(mech_build.ROOT, "corpus", "recurrent", "mod")
    packages.update({os.path.basename(os.path.abspath(f)): os.path.abspath(f) for f in folders})
    mods = mech_build.collect(packages, a.only)
    mods = [m for m in mods if m.package == OWN or int(m.key, 16) % a.share == 0]
    comp = mech_build.Compiler(a.cache or os.path.join(a.mods, "compiled"))
    scratch = a.keep or tempfile.mkdtemp()
    rall = os.path.abspath(a.rall)
    runner = os.path.abspath(a.runner)
    celsius = CELSIUS[2:] if a.quick else CELSIUS
    import neuron  # loaded once, before the processes are forked off
    del neuron
    context = multiprocessing.get_context("fork")
    results, known = [], {}
    if a.resume and os.path.exists(a.json):
        with open(a.json) as f:
            known = {r["key"]: r for r in json.load(f)}
    with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        for r in pool.map(lambda m: known.get(m.key) or one(context, comp, m, scratch, rall, runner, celsius), mods):
            results.append(r)
            if a.verbose or r["state"] != "passed":
                print(line(r), flush=True)
            if a.json:
                text = json.dumps(results, indent=1)
                with open(a.json, "w") as f:
                    f.write(text)
    if not a.keep:
        shutil.rmtree(scratch)
    if a.table:
        table(a.table, results)
    text, good = summary(results)
    print(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
