"""Fetches published .mod files and compiles them for NEURON, for mech_compare.py.

Packages are installed by pip without what they need, into out/mods of the
checkout (ignored by git), and only read. Each file is compiled once by
nocmodl and g++ with NEURON's own flags for precision; a header compiled
beforehand saves most of the time that nrnivmodl takes.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
PACKAGES = {
    "hnn-core": "0.4.2", "bmtk": "1.2.0", "LFPy": "2.3.7", "EModelRunner": "1.2.5", "snudda": "3.0",
    "dbbs-mod-collection": "2.2.3", "PyNN": "0.13.0", "neurodamus": "4.2.9", "bluepyemodel": "1.0.50",
}
CELLS = {"bluecellulab": "2.6.111", "bluepyopt": "1.14.26"}  # have cells, and no mechanisms of their own
HEADERS = """#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include "mech_api.h"
"""
# Mechanisms of NEURON itself: a file of the same name is compiled under another.
TAKEN = {"hh", "pas", "extracellular", "capacitance", "morphology", "fastpas", "IClamp", "SEClamp", "VClamp", "AlphaSynapse",
         "ExpSyn", "Exp2Syn", "APCount", "NetStim", "IntFire1", "IntFire2", "IntFire4", "OClamp", "PointProcessMark", "SVClamp",
         "PatternStim", "VecStim", "MechClamp", "MechDrive", "MechPool",
         "MechSink", "MechWave"}


def run(args, **more):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def neuron_data():
    import importlib.util
    return os.path.join(os.path.dirname(importlib.util.find_spec("neuron").origin), ".data")


def fetch(dest, names):
    """Folders of the packages named, each unpacked under dest if it is not there."""
    out, asked = {}, False
    for name in names:
        if name == "neuron":
            out[name] = neuron_data()
            continue
        version = PACKAGES.get(name) or CELLS[name]
        folder = os.path.join(dest, name)
        if not os.path.isdir(folder):
            if not asked:  # what the set-up scripts of source packages ask for
                run([sys.executable, "-m", "pip", "install", "-q", "setuptools", "wheel", "cython", "poetry-core"])
                asked = True
            scratch = folder + ".part"
            shutil.rmtree(scratch, ignore_errors=True)
            os.makedirs(scratch)
            p = run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-build-isolation", "-d", scratch,
                     "%s==%s" % (name, version)])
            if p.returncode:
                sys.exit("%s %s cannot be had:\n%s" % (name, version, p.stdout[-1000:]))
            for f in os.listdir(scratch):
                path = os.path.join(scratch, f)
                with zipfile.ZipFile(path) if f.endswith(".whl") else tarfile.open(path) as z:
                    z.extractall(scratch)
                os.remove(path)
            os.rename(scratch, folder)
        out[name] = folder
    return out


def digest(text):
    return hashlib.sha1(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def strip(text):
    """NMODL without comments and C."""
    text = re.sub(r"(?s)\bCOMMENT\b.*?\bENDCOMMENT\b", " ", text)
    text = re.sub(r"(?s)\bVERBATIM\b.*?\bENDVERBATIM\b", " ", text)
    text = re.sub(r"(?m)^\s*TITLE.*", "", text)
    return re.sub(r"[:?].*", "", text)


class Mod:
    """What the driver must know of a file, from its text."""

    def __init__(self, package, path, label):
        self.package, self.path, self.label = package, path, label
        with open(path, "rb") as f:
            self.raw = f.read()
        self.text = self.raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        plain = self.plain = strip(self.text)
        self.kind, self.name = "none", None
        for word, kind in (("SUFFIX", "density"), ("POINT_PROCESS", "point"), ("ARTIFICIAL_CELL", "cell")):
            m = re.search(r"\b%s\s+(\w+)" % word, plain)
            if m:
                self.kind, self.name = kind, m.group(1)
        self.original = self.name
        if self.name == "nothing":
            self.kind = "none"
        if self.name in TAKEN:
            self.name += "User"
            self.text = re.sub(r"\b(SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)(\s+)%s\b" % self.original, r"\1\2" + self.name, self.text)
            self.text = self.text.replace("_" + self.original, "_" + self.name)
        block = re.search(r"(?s)\bNEURON\s*\{(.*?)\}", plain)
        head = block.group(1) if block else ""
        # POINTERs of VERBATIM streams are set by calls, others by setpointer.
        self.pointers = []
        for m in re.finditer(r"\b(?<!BBCORE)POINTER\s+(\w+(?:\s*,\s*\w+)*)", head):
            self.pointers += re.split(r"\s*,\s*", m.group(1))
        self.receives = "NET_RECEIVE" in plain
        self.sets_v = bool(re.search(r"(?s)\bNET_RECEIVE\b.*?(?<![\w.])v\s*=[^=]", plain))
        self.ions = {}
        for m in re.finditer(r"\bUSEION\s+(\w+)((?:\s+(?:READ|WRITE)\s+\w+(?:\s*,\s*\w+)*)*)", head):
            use = self.ions.setdefault(m.group(1), {"READ": [], "WRITE": []})
            for word, names in re.findall(r"(READ|WRITE)\s+(\w+(?:\s*,\s*\w+)*)", m.group(2)):
                use[word] += re.split(r"\s*,\s*", names)
        self.key = digest(self.text)

    def has(self, *words):
        return any(re.search(r"\b%s\b" % w, self.plain) for w in words)

    @property
    def random(self):
        return self.has("RANDOM", "BBCOREPOINTER") and bool(re.search(r"(?i)rand|rng|erand|mcell", self.text)) or \
            self.has("scop_random", "exprand", "normrand", "poisrand", "set_seed") or "nrn_random_pick" in self.text

    def helpers(self):
        """Ions that need a current, ions that need a pool."""
        drive, pool = [], []
        for ion, use in self.ions.items():
            # what writes a concentration too is a pump, which needs a current to answer
            if "i" + ion in use["READ"] and ("i" + ion not in use["WRITE"] or ion + "i" in use["WRITE"]):
                drive.append(ion)
            if ion + "i" in use["READ"] and ion + "i" not in use["WRITE"]:
                pool.append(ion)
        return drive, pool

    def write(self, folder):
        with open(os.path.join(folder, os.path.basename(self.path)), "w", encoding="utf-8", newline="") as f:
            f.write(self.text)


def collect(packages, only=None):
    """The distinct files of the packages, in order of name."""
    seen, out = set(), []
    for name in sorted(packages):
        paths = []
        for root, dirs, files in os.walk(packages[name]):
            dirs.sort()
            paths += [os.path.join(root, f) for f in files if f.endswith(".mod")]
        for p in sorted(paths):
            m = Mod(name, p, os.path.join(name, os.path.relpath(p, packages[name])))
            if (m.raw not in seen) and (not only or re.search(only, m.label)):
                out.append(m)
            seen.add(m.raw)
    return out


def helper(kind, ion=""):
    """The text of a helper mechanism and its name."""
    with open(os.path.join(HERE, "mech", kind + ".mod")) as f:
        text = f.read()
    name = "Mech" + kind[4:].capitalize()
    return text.replace("species", ion).replace(name, name + ion)


class Compiler:
    """Makes libraries of mechanisms in folder, one object a file, kept by content."""

    def __init__(self, folder):
        self.folder, self.lock, self.busy = folder, threading.Lock(), {}
        self.data = neuron_data()
        self.env = dict(os.environ, MODLUNIT=os.path.join(self.data, "share", "nrn", "lib", "nrnunits.lib"),
                        NRNHOME=self.data, NEURONHOME=os.path.join(self.data, "share", "nrn"))
        self.flags = ["-std=c++17", "-fPIC", "-O1", "-w", "-I" + os.path.join(self.data, "include"),
                      "-I" + os.path.join(self.data, "include", "nrncvode")]
        os.makedirs(folder, exist_ok=True)
        self.header = os.path.join(folder, "all.h")
        if not os.path.exists(self.header + ".gch"):
            with open(self.header, "w") as f:
                f.write(HEADERS)
            p = run(["g++"] + self.flags + ["-x", "c++-header", self.header, "-o", self.header + ".gch"])
            if p.returncode:
                sys.exit(p.stdout)

    def object(self, key, stem, text, source=None):
        """(object file, name of its registration function) or (None, why not)."""
        with self.lock:
            mine = self.busy.setdefault(key, threading.Lock())
        with mine:
            return self.make(key, stem, text, source)

    def make(self, key, stem, text, source):
        place = os.path.join(self.folder, key)
        done = os.path.join(place, "done")
        if not os.path.exists(done):
            shutil.rmtree(place, ignore_errors=True)
            os.makedirs(place)
            if source:  # what INCLUDE may want
                for f in os.listdir(source):
                    if f.endswith((".inc", ".h")):
                        shutil.copy(os.path.join(source, f), place)
            with open(os.path.join(place, stem + ".mod"), "w", encoding="utf-8", newline="") as f:
                f.write(text)
            result = ""
            p = run([os.path.join(self.data, "bin", "nocmodl"), stem + ".mod"], cwd=place, env=self.env)
            if p.returncode or not os.path.exists(os.path.join(place, stem + ".cpp")):
                result = "nocmodl: " + last(p.stdout)
            else:
                p = run(["g++"] + self.flags + ["-include", self.header, "-c", stem + ".cpp", "-o", "m.o"], cwd=place)
                if p.returncode:
                    result = "g++: " + next((x for x in p.stdout.splitlines() if "error" in x), last(p.stdout))
            with open(done, "w") as f:
                f.write(result)
        with open(done) as f:
            result = f.read()
        if result:
            return None, result
        return os.path.join(place, "m.o"), "_%s_reg" % re.sub(r"\W", "_", stem)

    def library(self, path, objects):
        """Links objects ((file, function) each) so that nrn_load_dll takes them."""
        source = path[:-3] + ".cpp"
        with open(source, "w") as f:
            f.writelines('extern "C" void %s(void);\n' % fn for _, fn in objects)
            f.write('extern "C" void modl_reg() {\n%s}\n' % "".join("\t%s();\n" % fn for _, fn in objects))
        p = run(["g++", "-shared", "-fPIC", "-o", path, source] + [o for o, _ in objects])
        if p.returncode:
            sys.exit(p.stdout)


def last(text):
    lines = [x for x in text.strip().splitlines() if x.strip()]
    bad = [x for x in lines if "rror" in x]
    return " ".join((bad or lines or ["?"])[-2:])[:200]
