"""The goldens of corpus/hoc-models: what NEURON prints and writes there.

    .venv-oracle/bin/python tools/oracle/hoc_models.py [--out ROOT] [NAME ...]

writes golden/neuron-9.0.2/NAME.out and what the program writes, below
corpus/hoc-models or ROOT/hoc-models. To show that they vary, each program is
run a second time with one number of it changed, and must print something else.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "..", "..", "corpus", "hoc-models")
MODELS = {  # a number to change
    "single": ("0.1*i", "0.1001*i"),
    "ring": ("0.006", "0.0061"),
    "loop": ("0.97", "0.971"),
    "handlers": ("0.02*sin", "0.021*sin"),
    "structure": ("nseg = 9", "nseg = 7"),
    "objects": ("amp = 0.4", "amp = 0.41"),
    "noise": ("0.004)", "0.0041)"),
    "parallel": ("0.3*i", "0.31*i"),
    "manager": (".05, 2)", ".05, 3)"),
    "calls": ("gmax = .05", "gmax = .051"),
    "gids": ("weight = 0.01", "weight = 0.011"),
    "sweep": ("amp = 2}", "amp = 2.1}"),
    "raster": ("interval = 5", "interval = 6"),
    "played": ("indgen(.01)", "indgen(.011)"),
    "layers": ("4e4", "4.1e4"),
    "session": ("0.3, 0)", "0.31, 0)"),
    "drawn": ("tobj.value = 700", "tobj.value = 710"),
    "unstarted": ("amp = .1 }", "amp = .11 }"),
    "ends": ("amp = .3}", "amp = .31}"),
}


def run(text, folder):
    path = os.path.join(folder, "model.hoc")
    with open(path, "w") as f:
        f.write(text + "\nquit()\n")
    nrniv = os.path.join(os.path.dirname(sys.executable), "nrniv")
    env = dict(os.environ, NEURON_MODULE_OPTIONS="-nogui")
    p = subprocess.run([nrniv, "-nogui", "-nobanner", path], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
    errors = [x for x in p.stderr.splitlines() if x.strip() and "DISPLAY" not in x and "graphics" not in x]
    assert not errors, errors
    os.remove(path)
    return p.stdout


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", default="")
    ap.add_argument("names", nargs="*")
    o = ap.parse_args()
    dest = os.path.join(o.out and os.path.join(o.out, "hoc-models") or CORPUS, "golden", "neuron-9.0.2")
    os.makedirs(dest, exist_ok=True)
    for name, (old, new) in MODELS.items():
        if o.names and name not in o.names:
            continue
        with open(os.path.join(CORPUS, name + ".hoc")) as f:
            text = f.read()
        with tempfile.TemporaryDirectory() as tmp:
            said = run(text, tmp)
            with open(os.path.join(dest, name + ".out"), "w") as f:
                f.write(said)
            for n in os.listdir(tmp):
                shutil.copyfile(os.path.join(tmp, n), os.path.join(dest, n))
        assert old in text, "%s: %r is not there" % (name, old)
        with tempfile.TemporaryDirectory() as tmp:
            assert run(text.replace(old, new), tmp) != said, name + " prints the same whatever it does"
        print(name, len(said.splitlines()), "lines")


if __name__ == "__main__":
    main()
