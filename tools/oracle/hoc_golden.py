"""What NEURON prints when it runs the HOC files of import/hoc/testdata/run.

    .venv-oracle/bin/python tools/oracle/hoc_golden.py [FILE.hoc ...]

writes FILE.out beside each file; without arguments all of them.
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "import", "hoc", "testdata", "run")

RUN = """
import sys
from neuron import h
h.load_file("stdrun.hoc")
h.xopen(sys.argv[1])
"""


def main():
    files = sys.argv[1:] or sorted(glob.glob(os.path.join(ROOT, "*.hoc")))
    for f in files:
        with tempfile.TemporaryDirectory() as tmp:  # what a program writes is not kept
            here = shutil.copytree(os.path.dirname(os.path.abspath(f)), os.path.join(tmp, "run"))
            p = subprocess.run([sys.executable, "-c", RUN, os.path.basename(f)], cwd=here, capture_output=True)
        if p.returncode:
            print(p.stdout[-500:].decode(), p.stderr.decode(), file=sys.stderr)
            sys.exit(f"{f}: NEURON failed")
        with open(f[:-4] + ".out", "wb") as out:
            out.write(p.stdout)
        print(f, len(p.stdout.splitlines()), "lines")


main()
