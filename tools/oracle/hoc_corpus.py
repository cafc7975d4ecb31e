"""The goldens of corpus/hoc-cells: what NEURON makes of each HOC file there.

    .venv-oracle/bin/python tools/oracle/hoc_corpus.py [NAME ...]

writes golden/neuron-9.0.2/NAME.json, one for each cell of CELLS. To show that
they vary, each cell is built a second time with one number of its file changed
and the sums of areas and parameters must differ.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from hoc_compare import NEURON, compile_mods, job  # noqa: E402

FOLDER = os.path.join(HERE, "..", "..", "corpus", "hoc-cells")
CELLS = [  # file, template, arguments, a number to change
    ("ball_stick", "BallStick", [], ("diam = 18", "diam = 19")),
    ("branched", "Branched", [], ("/200", "/210")),
    ("emodel", "Emodel", [".", "traced.asc"], ("L = 30", "L = 31")),
    ("refs", "Refs", ["../swc-cell/cell.swc"], ("3.6161", "3.7")),
    ("compartments", "", [], ("20 + 3*i", "20 + 4*i")),
]


def build(tmp, lib, text, template, args):
    path = os.path.join(FOLDER, ".golden.hoc")
    with open(path, "w") as f:
        f.write(text)
    try:
        j = job("", [path], template, args)
        j["mods"] = lib
        jf, wf, script = (os.path.join(tmp, n) for n in ("job.json", "out.json", "side.py"))
        json.dump(j, open(jf, "w"))
        open(script, "w").write(NEURON)
        subprocess.run([sys.executable, script, jf, wf], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return json.load(open(wf))
    finally:
        os.remove(path)


def main():
    tmp = os.path.join(tempfile.gettempdir(), "hoc_corpus")  # kept: compiling the mechanisms takes a minute
    os.makedirs(tmp, exist_ok=True)
    lib = compile_mods(os.path.abspath(os.path.join(FOLDER, "..", "swc-cell", "mod")), tmp)
    for name, template, args, (old, new) in CELLS:
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        text = open(os.path.join(FOLDER, name + ".hoc")).read()
        a = build(tmp, lib, text, template, args)
        assert old in text, (name, old)
        b = build(tmp, lib, text.replace(old, new), template, args)
        digits = lambda g: sum(float(x) for x in re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?", json.dumps(g["Sections"])))
        assert digits(a) != digits(b), name
        out = os.path.join(FOLDER, "golden", "neuron-9.0.2", name + ".json")
        with open(out, "w") as f:
            json.dump(a, f, indent=None, separators=(",", ":"))
            f.write("\n")
        print(name, len(a["Sections"]), "sections", os.path.getsize(out), "bytes")


main()
