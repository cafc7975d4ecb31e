#!/usr/bin/env python3
"""Runs whole published HOC models in NEURON and in rall, and compares them.

    python tools/oracle/published.py [--statements FILE] [--keep DIR] [--table FILE] [--rall BIN] MODEL ...

MODEL is the folder of a model that begins with mosinit.hoc, as those of ModelDB do
(github.com/ModelDBRepository/NUMBER). Each is copied, its .mod files are compiled
by both, and mosinit.hoc is executed, then the statements that FILE has for the
folder's name, {NAME: {run: [STATEMENT, ...], model_dir: DIR}} in YAML, which is how
NEURON's own tests of these models are written (nrn-modeldb-ci), without those that
look at graphs. Both take fixed steps, cvode_active(0), and in the end t and the
potential of every node of every section are compared.

What NEURON gave is kept in DIR, and taken from there the next time. Exit code 1 if
a model that NEURON runs to its end is refused by rall or has other sections.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
BIN = os.path.dirname(sys.executable)
SAME = 1e-4  # mV
FIXED = 'if (name_declared("cvode_active")) { execute1("cvode_active(0)") }'
DUMP = """proc told_in_the_end_() { printf("END t=%.10g\\n", t) forall for (x, 0) printf("V %s %g %.12g\\n", secname(), x, v(x)) }
told_in_the_end_()
"""


def statements(spec):
    """What is executed behind mosinit.hoc, with fixed steps."""
    lines = [str(s) for s in spec.get("run") or [] if "verify_graph_" not in str(s) and "cvode_active(1)" not in str(s)]
    return [FIXED + "\n" + s if s.strip() in ("run()", "init()") else s for s in lines]


def program(folder, spec):
    """The folder where the program begins, the folders of its .mod files, and its text."""
    start = next((at for at, _, files in os.walk(folder) if "mosinit.hoc" in files), None)
    if start is None:
        return None, [], ""
    lines, first = statements(spec), 'xopen("mosinit.hoc")'
    if lines and lines[0].startswith("chdir"):
        start, first = folder, ""
    elif lines and "mosinit.hoc" in lines[0]:
        first = ""
    wanted = spec.get("model_dir") or []
    wanted = wanted.split() if isinstance(wanted, str) else [x for w in wanted for x in str(w).split()]
    mods = [m for m in wanted if glob.glob(os.path.join(start, m, "*.mod"))] or ["."] * bool(glob.glob(os.path.join(start, "*.mod")))
    if not mods:
        mods = sorted({os.path.relpath(os.path.dirname(f), start) for f in glob.glob(os.path.join(start, "**", "*.mod"), recursive=True)})
    return start, mods, "\n".join([first, FIXED, *lines, DUMP, "quit()", ""])


def call(args, cwd, out, limit):
    env = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], NEURON_MODULE_OPTIONS="-nogui")
    begin = time.time()
    with open(out, "w") as f:
        try:
            subprocess.run(args, cwd=cwd, stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT, timeout=limit, env=env, check=False)
        except subprocess.TimeoutExpired:
            f.write("\nstopped after %g s\n" % limit)
    with open(out, errors="replace") as f:
        return f.read(), time.time() - begin


def in_neuron(start, mods, out, limit):
    if mods:
        log, _ = call([os.path.join(BIN, "nrnivmodl"), *mods], start, out + ".mods", 900)
        if not os.path.exists(os.path.join(start, "x86_64", "special")):
            return "nrnivmodl fails: " + log[-200:]
    special = os.path.join(start, "x86_64", "special")
    said, took = call([special if mods else os.path.join(BIN, "nrniv"), "-nogui", "-nobanner", "told__.hoc"], start, out, limit)
    with open(out, "a") as f:
        f.write("\ntook %.1f s\n" % took)
    return said


def end(said):
    """(t, {node: potential}) of what a program said, None if it did not come to its end."""
    t = re.findall(r"^END t=(\S+)", said, re.M)
    return (t[-1], dict(re.findall(r"^V (\S+ \S+) (\S+)", said, re.M))) if t else None


def verdict(neuron, rall):
    a, b = end(neuron), end(rall)
    if a is None:
        why = (re.findall(r"hoc_execerror: (.*)", neuron) or ["it does not come to its end"])[0]
        return "no reference", "NEURON: " + why
    if b is None:
        return "refused", (re.findall(r"^\S+?:\d+:\d+: error\[.*", rall, re.M) or re.findall(r"^.*(?:error|stopped).*", rall, re.M) or [rall[-120:]])[0].strip()
    if set(a[1]) != set(b[1]):
        return "refused", "other sections: %d nodes, NEURON %d" % (len(b[1]), len(a[1]))
    worst = max((abs(float(x) - float(b[1][k])) if x == x and x != b[1][k] else 0 for k, x in a[1].items()), default=0)
    text = "%d nodes, t = %s ms, %.1e mV" % (len(a[1]), a[0], worst)
    if a[0] != b[0]:
        return "differs", text + ", rall's t = " + b[0]
    if not a[1] or float(a[0]) == 0:
        return "loads", text
    return ("same" if worst < SAME else "differs"), text


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--statements", metavar="FILE")
    ap.add_argument("--keep", metavar="DIR")
    ap.add_argument("--table", metavar="FILE", help="write the results as a page")
    ap.add_argument("--rall", default=os.path.join(ROOT, "bin", "rall"))
    ap.add_argument("--limit", type=float, default=300, help="seconds that one program may take")
    ap.add_argument("models", nargs="+", metavar="MODEL")
    o = ap.parse_args()
    specs = {}
    if o.statements:
        import yaml  # pip install pyyaml
        with open(o.statements) as f:
            specs = {str(k): v or {} for k, v in yaml.safe_load(f).items()}
    keep = o.keep or tempfile.mkdtemp()
    os.makedirs(keep, exist_ok=True)
    rows, bad = [], 0
    for model in o.models:
        name = os.path.basename(os.path.abspath(model))
        with tempfile.TemporaryDirectory() as work:
            folder = os.path.join(work, name)
            shutil.copytree(model, folder, symlinks=True, ignore=shutil.ignore_patterns("x86_64", ".git"))
            start, mods, text = program(folder, specs.get(name, {}))
            if start is None:
                rows.append((name, "no reference", "there is no mosinit.hoc"))
                print(*rows[-1], flush=True)
                continue
            with open(os.path.join(start, "told__.hoc"), "w") as f:
                f.write(text)
            kept = os.path.join(keep, name + ".neuron")
            if os.path.exists(kept):
                with open(kept, errors="replace") as f:
                    said = f.read()
            else:
                said = in_neuron(start, mods, kept, o.limit)
            args = [os.path.abspath(o.rall), "run", "told__.hoc", "-o", os.path.join(work, "out"), "--force", "--allow-system"]
            got, took = call(args + [x for m in mods for x in ("--mod", m)], start, os.path.join(keep, name + ".rall"), o.limit)
        kind, why = verdict(said, got)
        bad += kind == "refused"
        rows.append((name, kind, why.replace(work, "").replace("|", "/")))
        print(*rows[-1], "(%.1f s)" % took, flush=True)
    kinds = ["same", "loads", "differs", "refused", "no reference"]
    counts = ", ".join("%d %s" % (sum(r[1] == k for r in rows), k) for k in kinds)
    print(counts)
    if o.table:
        with open(o.table, "w") as f:
            f.write(PAGE % (SAME, counts))
            for k in kinds:
                for name, kind, why in rows:
                    if kind == k:
                        f.write("| %s | %s | %s |\n" % (name, kind, why))
    return 1 if bad else 0


PAGE = """# Whole published models

Models of ModelDB, by their accession numbers, run whole in NEURON 9.0.2 and in rall by `tools/oracle/published.py`, with the statements by which NEURON's
own tests run them, with fixed steps in both. *same*: t is equal in the end, and the potential of every node within %g mV. *loads*: the statements take no
step. *differs*: spikes amplify rounding, random numbers of generators that NEURON shares in one process, or what is not yet known. The models are not part of rall.

%s.

| model | | |
|---|---|---|
"""

if __name__ == "__main__":
    sys.exit(main())
