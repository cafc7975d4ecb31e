"""Runs of the cells of hoc_compare.py in NEURON, for validate/hoc_runs_test.go.

    python tools/oracle/hoc_runs.py [--share K/N] [--full] [--only WORD] [--keep FOLDER] PACKAGES DIR
    RALL_HOC_RUNS=DIR go test ./validate -run HocRuns

PACKAGES holds unpacked packages, as for hoc_compare.py. Every cell gets three
current steps into its soma in turn: 10, 20 and 40 mV over its input
resistance. DIR gets a folder a cell: what makes it, the potential of the soma
at every step, and the times of its spikes. A cell that comes without any
mechanism is given pas everywhere and hh in its soma, by a HOC template that
both simulators run. --share K/N takes every Nth cell from number K on. Large
cells run for less than 500 ms, in proportion to CVs times mechanisms, but
with --full.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import hoc_compare

NEURON = r"""
import json, sys, os
import numpy as np
job = json.load(open(sys.argv[1]))
dest = sys.argv[2]
from neuron import h
h.load_file("stdrun.hoc"); h.load_file("import3d.hoc")
if job["mods"]: h.nrn_load_dll(job["mods"])
for f in job["files"]:
    if h.load_file(1, f) != 1: raise SystemExit("cannot load " + f)
cell = None
if job["template"]:
    cell = getattr(h, job["template"])(*job["args"])
secs = list(h.allsec())
if not secs: sys.exit(3)
mechs = [len([m for m in s(.5) if m.name() not in ("capacitance", "morphology")]) for s in secs]
if not any(mechs): sys.exit(4)
at = next((i for i, s in enumerate(secs) if "soma" in s.name()), 0)
soma = secs[at](.5)
h.dt, h.steps_per_ms = .025, 40
h.finitialize(h.v_init)
z = h.Impedance()
z.loc(.5, sec=soma.sec)
z.compute(0)
rin = z.input(.5, sec=soma.sec)
job["section"], job["v_init"], job["celsius"] = at, h.v_init, h.celsius
job["sections"], job["cvs"] = len(secs), sum(s.nseg for s in secs)
work = sum(s.nseg * (2 + m) for s, m in zip(secs, mechs))
duration = 500.
if not job["full"]: duration = min(500, max(60, round(500 * 1500 / work)))
job["duration"], job["delay"], job["dur"] = duration, min(50., duration / 6), duration * 2 / 3
clamp = h.IClamp(soma)
clamp.delay, clamp.dur = job["delay"], job["dur"]
v = h.Vector().record(soma._ref_v)
nc, times = h.NetCon(soma._ref_v, None, sec=soma.sec), h.Vector()
nc.threshold = 0
nc.record(times)
job["amps"], job["spikes"], rows = [], [], []
for mv in (10, 20, 40):
    clamp.amp = float("%.3g" % min(max(mv / rin, 1e-3), 20))
    h.finitialize(h.v_init)
    for _ in range(int(duration * (1 + 1e-11) / h.dt + 1e-9)): h.fadvance()
    job["amps"].append(clamp.amp)
    job["spikes"].append(list(times))
    rows.append(np.array(v))
    if not np.isfinite(rows[-1]).all(): sys.exit(5)
np.save(os.path.join(dest, "v.npy"), np.array(rows))
json.dump(job, open(os.path.join(dest, "job.json"), "w"), indent=1)
"""

# Makes the cell of a template and wakes it up. text() quotes an argument.
WAKE = """%(before)s
execute("forall { insert pas g_pas = 5e-5 e_pas = -65 } forall ifsec \\"soma\\" { insert hh }")
"""
TEMPLATE = """begintemplate AwakeCell
public cell
objref cell
proc init() {
	cell = new %(name)s(%(args)s)
%(wake)s}
endtemplate AwakeCell
"""

LARGEST = 800000  # bytes of a morphology that is run


def awake(j, path):
    """The job of the same cell with mechanisms."""
    wake = WAKE % {"before": ""}
    j = dict(j, files=list(j["files"]) + [path])
    if j["template"]:
        args = ", ".join('"%s"' % a if isinstance(a, str) else repr(a) for a in j["args"])
        wake = TEMPLATE % {"name": j["template"], "args": args, "wake": wake.strip() + "\n"}
        j["template"], j["args"] = "AwakeCell", []
    with open(path, "w") as f:
        f.write(wake)
    return j


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("packages")
    ap.add_argument("dest")
    ap.add_argument("--share", default="1/1")
    ap.add_argument("--full", action="store_true")
    ap.add_argument("--only", default="")
    ap.add_argument("--keep", default="")
    o = ap.parse_args()
    part, parts = (int(x) for x in o.share.split("/"))
    root, dest = os.path.abspath(o.packages), os.path.abspath(o.dest)
    os.makedirs(dest, exist_ok=True)
    tmp = os.path.join(dest, "made")
    lib = o.keep or os.path.join(dest, "made")
    os.makedirs(tmp, exist_ok=True)
    os.makedirs(lib, exist_ok=True)
    script = os.path.join(tmp, "run.py")
    with open(script, "w") as f:
        f.write(NEURON)
    made, failed = 0, 0
    for n, j in enumerate(list(hoc_compare.jobs(root, tmp)) + list(hoc_compare.emodels(root, tmp))):
        if n % parts != part - 1 or o.only not in j["name"] or j["name"] in hoc_compare.KNOWN or "singhh" in j["name"]:
            continue
        large = [a for a in j["args"] if isinstance(a, str) and os.path.isfile(a) and os.path.getsize(a) > LARGEST]
        if large:
            print("----", j["name"], "is not run: larger than %d kB" % (LARGEST // 1000), flush=True)
            continue
        if j["prelude"]:
            pre = os.path.join(tmp, "prelude%d.hoc" % n)
            with open(pre, "w") as f:
                f.write(j["prelude"])
            j["files"].insert(0, pre)
        j["mods"], j["full"] = hoc_compare.compile_mods(j["modfolder"], lib), o.full
        folder = os.path.join(dest, "%03d" % n)
        os.makedirs(folder, exist_ok=True)
        for again in range(2):
            request = os.path.join(tmp, "request.json")
            with open(request, "w") as f:
                json.dump(j, f)
            env = dict(os.environ, NEURON_MODULE_OPTIONS="-nogui")
            if j["path"]:
                env["HOC_LIBRARY_PATH"] = j["path"]
            p = subprocess.run([sys.executable, script, request, folder], cwd=os.path.dirname(j["files"][0]), env=env, capture_output=True, text=True)
            if p.returncode != 4:
                break
            j = awake(j, os.path.join(tmp, "awake%d.hoc" % n))
        if p.returncode:
            why = {3: "no sections", 4: "no mechanisms", 5: "the potential is no number"}.get(p.returncode) or (p.stderr or p.stdout).strip().splitlines()[-1:]
            print("----", j["name"], "is not run:", why, flush=True)
            failed += 1
            continue
        made += 1
        got = json.load(open(os.path.join(folder, "job.json")))
        print("made", j["name"], "%d CVs, %g ms, spikes %s" % (got["cvs"], got["duration"], [len(s) for s in got["spikes"]]), flush=True)
    print("%d cells run, %d not" % (made, failed))
    sys.exit(0 if made else 1)


if __name__ == "__main__":
    main()
