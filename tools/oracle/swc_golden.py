"""Print what NEURON's Import3d makes of SWC files, as JSON.

Usage: python swc_golden.py FILE.swc... > golden.json   (needs NEURON 9.0.2)

Each file is imported in a process of its own into a HOC template, as models
do, so that coordinates pass through Import3d's "%.8g" text. For every section,
in the order of creation: name (dend[3] becomes dend_3, as NetPyNE writes it),
parent, where it is joined, 3-D points, length, area and node number with one
CV; besides, the section lists. A file that NEURON cannot import has "error".
"""

import json
import os
import subprocess
import sys
import tempfile

TEMPLATE = """
begintemplate Golden
public all, somatic, axonal, basal, apical, init, {names}, {lists}
objref all, somatic, axonal, basal, apical, this, {lists}
create {creates}
proc init() {{ localobj nl, import
  all = new SectionList() somatic = new SectionList() axonal = new SectionList()
  basal = new SectionList() apical = new SectionList()
  {news}
  forall delete_section()
  nl = new Import3d_SWC_read()
  nl.quiet = 1
  nl.input($s1)
  import = new Import3d_GUI(nl, 0)
  import.instantiate(this)
}}
endtemplate Golden
"""


def types_of(path):
    """The types that occur, and those between the smallest and the largest, for which Import3d fills lists too."""
    seen = set()
    with open(path, errors="replace") as f:
        for line in f:
            w = line.split()
            if len(w) >= 7 and not w[0].startswith("#"):
                try:
                    seen.add(int(float(w[1])))
                except ValueError:
                    pass
    return sorted(seen), range(min(seen), max(seen) + 1)


def import_one(path):
    from neuron import h

    h.load_file("import3d.hoc")
    seen, between = types_of(path)
    known = {1: "soma", 2: "axon", 3: "dend", 4: "apic"}
    names = [known.get(t, f"minus_{-t}" if t < 0 else f"dend_{t}") for t in seen]
    lists = [f"minus_{-t}set" if t < 0 else f"dendritic_{t}" for t in between if t not in known]
    if not lists:
        lists = ["none"]
    h(TEMPLATE.format(names=", ".join(names), lists=", ".join(lists),
                      creates=", ".join(n + "[1]" for n in names),
                      news="\n".join(f"{n} = new SectionList()" for n in lists)))
    cell = h.Golden(path)

    def name(sec):
        return sec.name().split(".", 1)[1].replace("[", "_").replace("]", "")

    h.finitialize(-65)
    out = {"sections": [], "lists": {}}
    made = set()
    for sec in cell.all:
        parent = sec.parentseg()
        out["sections"].append({
            "name": name(sec),
            "parent": name(parent.sec) if parent else "",
            "parentx": parent.x if parent else 0,
            "childx": sec.orientation(),
            "L": sec.L,
            "area": sec(0.5).area(),
            "ri": sec(0.5).ri(),
            "node": sec(0.5).node_index(),
            "points": [[sec.x3d(k), sec.y3d(k), sec.z3d(k), sec.diam3d(k)] for k in range(sec.n3d())],
        })
        made.add(sec.name())
    for lst in ["all", "somatic", "axonal", "basal", "apical"] + [n for n in lists if n != "none"]:
        out["lists"][lst] = [name(sec) for sec in getattr(cell, lst)]
    return out


def main():
    if sys.argv[1] == "--one":
        json.dump(import_one(sys.argv[2]), open(sys.argv[3], "w"))
        return
    results = {}
    for path in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as tmp:
            answer = os.path.join(tmp, "answer.json")
            run = subprocess.run([sys.executable, os.path.abspath(__file__), "--one", os.path.abspath(path), answer],
                                 capture_output=True, text=True, cwd=tmp)
            if run.returncode == 0 and os.path.exists(answer):
                results[path] = json.load(open(answer))
            else:
                results[path] = {"error": "NEURON cannot import it"}
                print(path, (run.stderr.strip().splitlines() or [""])[-1], file=sys.stderr)
    print("{\n" + ",\n".join(json.dumps(k) + ":" + json.dumps(v, separators=(",", ":"), allow_nan=False)
                               for k, v in results.items()) + "\n}")


if __name__ == "__main__":
    main()
