"""What the axon replacements of published packages make of morphologies, in NEURON.

    .venv-oracle/bin/python tools/oracle/axon_golden.py PACKAGES OUT.json MORPHOLOGY ...
    go test ./import/swc -run Axon -axon OUT.json

PACKAGES holds unpacked bluepyopt, EModelRunner and bmtk, whose own code is taken
from their files and run: the functions in Python and HOC as they stand. OUT.json
gets, for every morphology and way, the cell's sections and lists, or that the
original fails. import/swc/testdata/axon.json is made in that folder, of single_soma.swc
type_change.swc random.swc roots_r5.swc connect_prox.swc wire_from_end.swc ../../../corpus/swc-cell/cell.swc ../../../corpus/hoc-cells/traced.asc.
"""
import ast
import glob
import json
import logging
import os
import subprocess
import sys
import tempfile

import numpy as np

TEMPLATE = """begintemplate AxonCell
public soma, dend, apic, axon, myelin, all, somatic, basal, apical, axonal, myelinated, CellRef, replace, sec_count
create soma[1], dend[1], apic[1], axon[1], myelin[1]
objref this, CellRef, all, somatic, basal, apical, axonal, myelinated
proc init() { localobj m, i
	all = new SectionList() somatic = new SectionList() basal = new SectionList()
	apical = new SectionList() axonal = new SectionList() myelinated = new SectionList()
	CellRef = this
	forall delete_section()
	if ($2) { m = new Import3d_Neurolucida3() } else { m = new Import3d_SWC_read() }
	m.quiet = 1
	m.input($s1)
	i = new Import3d_GUI(m, 0)
	i.instantiate(this)
}
func sec_count() { local n
	n = 0
	forsec $o1 n += 1
	return n
}
%s
proc replace() { replace_axon() }
endtemplate AxonCell
"""


def defined(path, name, inside=None, **names):
    """The function of that name in a Python file, by itself."""
    tree = ast.parse(open(path).read())
    for n in ast.walk(tree):
        if isinstance(n, ast.FunctionDef) and n.name == name and (inside is None or any(
                isinstance(c, ast.ClassDef) and c.name == inside and n in c.body for c in ast.walk(tree))):
            n.decorator_list = []
            exec(compile(ast.Module([n], []), path, "exec"), names)
            return names[name]
    raise KeyError(name)


class PCA:
    """scikit-learn's, as far as it is used: the directions of greatest variance."""

    def __init__(self, n_components):
        pass

    def fit(self, x):
        self.components_ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2]


class Say:
    def log_exception(self, text):
        raise ValueError(text)


def ways(root):
    """name -> (HOC for the template, what to do with the cell)"""
    def find(*parts):
        return sorted(glob.glob(os.path.join(root, *parts), recursive=True))[0]
    from neuron import h
    bpo = find("bluepyopt", "**", "ephys", "morphologies.py")
    runner = find("EModelRunner", "**", "morphology", "morphology.py")
    taper = open(find("EModelRunner", "**", "sscx_sample_dir", "templates", "replace_axon_hoc.hoc")).read()
    for n in ast.walk(ast.parse(open(bpo).read())):
        if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "default_replace_axon_hoc":
            stub = n.value.value
    sim = type("Sim", (), {})()
    sim.neuron = type("Neuron", (), {"h": h})()
    log = logging.getLogger("axon")
    setters = find("bmtk", "**", "bionet", "default_setters", "cell_models.py")
    names = dict(h=h, np=np, PCA=PCA, io=Say())
    names["get_axon_direction"] = defined(setters, "get_axon_direction", **names)

    def nseg(cell):
        for s in cell.all:
            s.nseg = 1 + 2*int(s.L/40)

    def hoc(cell):
        nseg(cell)
        cell.replace()

    def python(f):
        def do(cell):
            nseg(cell)
            f(sim=sim, icell=cell)
        return do
    empty = "proc replace_axon() {}"
    out = {"bbp": (empty, python(defined(bpo, "replace_axon", "NrnFileMorphology", logger=log))), "bbp-hoc": (stub, hoc), "bbp-taper": (taper, hoc),
           "bbp-taper (Python)": (empty, python(defined(runner, "replace_axon", "SSCXNrnFileMorphology", logger=log)))}
    for name, f in (("bmtk-perisomatic", "fix_axon_peri"), ("bmtk-allactive", "fix_axon_allactive"),
                    ("bmtk-perisomatic-directed", "fix_axon_perisomatic_directed"), ("bmtk-allactive-directed", "fix_axon_allactive_directed")):
        out[name] = (empty, defined(setters, f, **names))
    return out


def one(root, way, path):
    from neuron import h
    h.load_file("stdrun.hoc")
    h.load_file("import3d.hoc")
    more, do = ways(root)[way]
    text = TEMPLATE % more
    with open("axon_template.hoc", "w") as f:
        f.write(text)
    h.load_file(1, "axon_template.hoc")
    cell = h.AxonCell(path, 1.0 if path.lower().endswith(".asc") else 0.0)
    try:
        do(cell)
    except Exception as e:  # what the original does not do
        return {"fails": str(e).splitlines()[0]}
    name = lambda s: s.name().split(".")[1].replace("[", "_").replace("]", "")
    out = {"sections": [], "lists": {}}
    for s in h.allsec():
        up = s.parentseg()
        out["sections"].append({"name": name(s), "parent": name(up.sec) if up else "", "x": up.x if up else 0, "nseg": s.nseg, "L": s.L,
                                "diam": [g.diam for g in s], "area": [g.area() for g in s], "ri": [g.ri() for g in s]})
    for l in ("all", "somatic", "basal", "apical", "axonal", "myelinated"):
        out["lists"][l] = [name(s) for s in getattr(cell, l)]
    return out


def main():
    if sys.argv[1] == "--one":
        json.dump(one(*sys.argv[2:5]), open(sys.argv[5], "w"))
        return
    root, dest = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    out = []
    with tempfile.TemporaryDirectory() as tmp:
        for f in sys.argv[3:]:
            for way in ways(root):
                answer = os.path.join(tmp, "answer.json")
                env = dict(os.environ, NEURON_MODULE_OPTIONS="-nogui")
                p = subprocess.run([sys.executable, os.path.abspath(__file__), "--one", root, way, os.path.abspath(f), answer], cwd=tmp, env=env, capture_output=True, text=True)
                if p.returncode < 0 and "NEURON:" in p.stderr:  # it takes Python with it
                    got = {"fails": p.stderr[p.stderr.index("NEURON:"):].splitlines()[0]}
                elif p.returncode:
                    raise SystemExit(p.stdout + p.stderr)
                else:
                    got = json.load(open(answer))
                if way == "bbp-taper (Python)" and "fails" in out[-1]:
                    continue  # the two originals agree where HOC's works
                out.append(dict(file=f, way=way, **got))
                print(os.path.basename(f), way, got.get("fails") or "%d sections" % len(got["sections"]), flush=True)
    with open(dest, "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in out) + "\n]\n")


main()
