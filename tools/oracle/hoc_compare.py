"""Cells of HOC templates and morphologies, in NEURON and in rall.

    hoc_compare.py [--share K/N] [--only WORD] [--dump BINARY] FOLDER

FOLDER holds unpacked packages (bmtk, LFPy, bluecellulab, ...), each in a
folder of its name. Every template, SWC and ASC file in it that makes a cell is
built by NEURON and by tools/hocdump, and everything is compared: sections in
order, names, parents, connection points, nseg, 3-D points, SectionLists; L,
Ra, and per CV diameter, cm, area, ri, mechanism parameters and ions, to 1e-12
relative. NEURON's own demonstrations are among the cells, and HOC files that make
none by themselves have to load as they do in NEURON. --share K/N takes every Nth
cell from number K on. Exit code 1 if anything differs, or if less than 99 % load.
"""
import argparse
import glob
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

NEURON = r"""
import json, sys
job = json.load(open(sys.argv[1]))
from neuron import h
h.load_file("stdrun.hoc"); h.load_file("import3d.hoc")
if job["mods"]: h.nrn_load_dll(job["mods"])
for f in job["files"]:
    if h.load_file(1, f) != 1: raise SystemExit("cannot load " + f)
cell = None
if job["template"]:
    cell = getattr(h, job["template"])(*job["args"])
out = {"Sections": [], "Lists": {}, "Points": [], "Globals": {}}
own = list(h.allsec())
placed = set()
for s in own:
    s.push()
    n = s.nseg
    d = {"Name": s.name(), "NSeg": n, "Ra": s.Ra, "Parent": "", "ParentX": 0, "ChildX": h.section_orientation()}
    d["Area"] = [s(x).area() for x in [(i + .5)/n for i in range(n)]]
    ref = h.SectionRef(sec=s)
    if ref.has_parent():
        d["ParentX"] = h.parent_connection()
        d["Parent"] = ref.parent.name()
    d["L"] = s.L
    d["Points"] = [[h.x3d(i), h.y3d(i), h.z3d(i), h.diam3d(i)] for i in range(int(h.n3d()))]
    segs = list(s)
    d["Diam"] = [g.diam for g in segs]
    d["Cm"] = [g.cm for g in segs]
    d["Ri"] = [g.ri() for g in segs]
    d["Mechs"], d["Ions"], d["Styles"] = {}, {}, {}
    for m in s.psection()["density_mechs"]:
        if h.ismembrane(m): d["Mechs"][m] = {}
    for m in d["Mechs"]:
        ms = h.MechanismStandard(m, 1)
        name = h.ref("")
        for k in range(int(ms.count())):
            size = ms.name(name, k)
            v = name[0]
            if size == 1:
                d["Mechs"][m][v[:-len(m) - 1]] = [getattr(g, v) for g in segs]
    for ion in s.psection()["ions"]:
        m = ion + "_ion"
        d["Ions"][m] = {v: [getattr(g, v) for g in segs] for v in ("e" + ion, ion + "i", ion + "o")}
        d["Styles"][m] = int(h.ion_style(m)) & 0o177
    for g in list(s.allseg()):
        for p in g.point_processes():
            if p.hname() in placed: continue  # of a node that two sections share
            placed.add(p.hname())
            mech = p.hname().split("[")[0]
            ms = h.MechanismStandard(mech, 1)
            name = h.ref("")
            par = {}
            for k in range(int(ms.count())):
                if ms.name(name, k) == 1: par[name[0]] = getattr(p, name[0])
            out["Points"].append({"Mech": mech, "Section": s.name(), "X": p.get_loc(), "Params": par})
            h.pop_section()
    h.pop_section()
    out["Sections"].append(d)
seen = {}
def lists(o):
    for v in dir(o):
        if v.startswith("_"): continue
        try: x = getattr(o, v)
        except Exception: continue
        if str(x).startswith("SectionList["):
            out["Lists"].setdefault(v, [s.name() for s in x])
        elif hasattr(x, "hname") and str(x) not in seen and "Cell" in str(x):
            seen[str(x)] = 1
            lists(x)
if cell is not None: lists(cell)
out["celsius"] = h.celsius
json.dump(out, open(sys.argv[2], "w"))
"""

IMPORT = """begintemplate ImportedCell
public soma, axon, dend, apic, all, somatic, axonal, basal, apical, dendritic_0
create soma[1], axon[1], dend[1], apic[1], dend_0[1], dend_5[1], dend_6[1], dend_7[1]
objref all, somatic, axonal, basal, apical, dendritic_0, dendritic_5, dendritic_6, dendritic_7, this
proc init() { localobj morph, import
	all = new SectionList() somatic = new SectionList() axonal = new SectionList() basal = new SectionList() apical = new SectionList()
	dendritic_0 = new SectionList() dendritic_5 = new SectionList() dendritic_6 = new SectionList() dendritic_7 = new SectionList()
	forall delete_section()
	if ($2) { morph = new Import3d_Neurolucida3() } else { morph = new Import3d_SWC_read() }
	morph.quiet = 1
	morph.input($s1)
	import = new Import3d_GUI(morph, 0)
	import.instantiate(this)
	forsec all nseg = 1 + 2*int(L/40)
}
endtemplate ImportedCell
"""


def job(name, files, template="", args=(), mods="", path="", prelude=""):
    return dict(name=name, files=list(files), template=template, args=list(args), modfolder=mods, path=path, prelude=prelude)


def jobs(root, tmp):
    def here(*parts):
        return sorted(glob.glob(os.path.join(root, *parts), recursive=True))

    imp = os.path.join(tmp, "imported.hoc")
    with open(imp, "w") as f:
        f.write(IMPORT)
    lfpy = "objref all\nall = new SectionList()\n"
    for f in here("LFPy", "**", "test", "*.hoc"):
        tmpl = {"ball_and_stick_template.hoc": "ball_and_stick_template", "stick_template.hoc": "stick_template"}.get(os.path.basename(f), "")
        yield job("LFPy/" + os.path.basename(f), [f], tmpl, prelude=lfpy if "w_lists" in f else "")
    swc = here("bmtk", "**", "morphologies", "*.swc")
    for f in here("bmtk", "**", "default_templates", "Bio*.hoc") + here("bmtk", "**", "bionet", "templates", "Bio*.hoc"):
        t = os.path.basename(f)[:-4].replace("_o", "O")
        for m in swc:
            yield job("bmtk/%s/%s" % (t, os.path.basename(m)), [f], t, [m])
    for d in here("bluecellulab", "**", "hoc"):
        emodel = here("bluecellulab", "**", "ballstick", "emodel.hoc")[0]
        yield job("bluecellulab/ballstick", [os.path.join(d, "Cell.hoc"), emodel], "ballstick_cell", [0, os.path.join(os.path.dirname(emodel), "morphology.asc")], path=d)
    demo = os.path.join(importlib.util.find_spec("neuron").submodule_search_locations[0], ".data", "share", "nrn", "demo")
    for name, files, mods in DEMOS:
        yield job("neuron/demo/" + name, [os.path.join(demo, f) for f in files], mods=mods and os.path.join(demo, mods))
    for f in here("**", "*.hoc"):
        if not re.search("/(test|default_templates|bionet/templates|ballstick|import3d)/", f):
            yield job(os.path.relpath(f, root), [f])
    for f in here("**", "*.asc") + here("**", "*.swc"):
        yield job(os.path.relpath(f, root), [imp], "ImportedCell", [f, 1.0 if f.endswith(".asc") else 0.0])


# NEURON's demonstrations of cells: what each loads, and its mechanisms.
DEMOS = [
    ("nomodel.hoc", ["nomodel.hoc"], ""), ("hh.hoc", ["hh.hoc"], ""), ("dend3", ["dend3/dend3.nrn"], ""), ("pyramid", ["pyramid.nrn", "reconst.hoc"], ""),
    ("release.hoc", ["release.hoc"], "release"), ("singhh.hoc", ["singhh.hoc"], ""), ("sync/cell.hoc", ["sync/cell.hoc"], "release"),
]

# What does not load, and why: these are expected to fail.
KNOWN = {}

LOCATIONS = {  # names of EModelRunner's parameter files -> SectionLists
    "all": ["all"], "allact": ["apical", "basal", "somatic", "axonal"], "alldend": ["apical", "basal"], "somadend": ["apical", "basal", "somatic"],
    "somaxon": ["axonal", "somatic"], "allnoaxon": ["apical", "basal", "somatic"], "axonal": ["axonal"], "somatic": ["somatic"], "apical": ["apical"],
    "basal": ["basal"], "myelinated": ["myelinated"], "axon_initial_segment": ["axonal"],
}

RNG = """
func hash_str() {localobj sf strdef right
  sf = new StringFunctions()
  right = $s1
  n_int = sf.len(right)
  hash = 0  char_int = 0
  for i = 0, n_int - 1 {
     sscanf(right, "%c", & char_int)
     hash = (hash * 31 + char_int) % (2 ^ 31 - 1)
     sf.right(right, 1)
  }
  return hash
}

proc re_init_rng() {localobj sf
    strdef full_str, name
    sf = new StringFunctions()
    if(numarg() == 1) { channel_seed_set = 1 channel_seed = $1 }
    forsec axonal { for (x, 0) { full_str = secname() sf.tail(full_str, "\\\\.", name) u = hash_str(name) } }
}
"""

REPLACE = """proc replace_axon(){ local count, i1, i2 localobj d
  nsec = 0
  forsec axonal{ nsec = nsec + 1 }
  if (nsec == 0) { axon_d = 1 } else { access axon[0] axon_d = diam(0.5) }
  forsec axonal{ delete_section() }
  execute1("create axon[2]", CellRef)
  for i = 0, 1 {
    access axon[i]
    L = 30
    diam = axon_d
    nseg = 1 + 2*int(L/40)
    all.append()
    axonal.append()
  }
  nSecAxonal = 2
  soma[0] connect axon[0](0), 1
  axon[0] connect axon[1](0), 1
}
"""


def context(params, final):
    """What the templates of BluePyOpt and its users are rendered with."""
    order = ["all", "apical", "axonal", "basal", "somatic", "myelinated"]
    num = lambda x: "%.17g" % x
    channels = {l: [] for l in order}
    for where, m in params["mechanisms"].items():
        for l in LOCATIONS[where]:
            channels[l] += m["mech"]
    section = {l: [] for l in order}
    ranges, glob = [], {}
    for where, plist in params["parameters"].items():
        if where == "__comment":
            continue
        for p in plist:
            if where == "global":
                glob[p["name"]] = p["val"]
                continue
            if where not in LOCATIONS:
                continue
            for l in LOCATIONS[where]:
                v = p["val"]
                if isinstance(v, list):
                    v = final.get("%s.%s" % (p["name"], where), v[0])
                dist = p.get("dist", "uniform")
                if dist == "uniform":
                    section[l].append({"name": p["name"], "value": num(v)})
                else:
                    f = params["distributions"][dist]["fun"]
                    for k in params["distributions"][dist].get("parameters", []):
                        kv = final.get("%s.distribution_%s" % (k, dist), -0.01)
                        f = f.replace("{%s}" % k, num(kv))
                    f = f.replace("math.", "").replace("&", "&&").replace("{distance}", "%.17g").replace("{value}", num(v))
                    ranges.append((l, p["name"], f))
    return dict(channels=channels, section_params=[(l, section[l]) for l in order], range_params=ranges, re_init_rng=RNG, location_order=order,
                ignored_global_params=glob, global_params={}, banner="by hoc_compare.py", add_synapses=False)


def emodels(root, tmp):
    import jinja2
    sets = []
    for d in sorted(glob.glob(os.path.join(root, "EModelRunner", "**", "examples", "*"), recursive=True)):
        par = [f for f in glob.glob(os.path.join(d, "config", "params", "*.json")) if not f.endswith("final.json")]
        final = os.path.join(d, "config", "params", "final.json")
        morphs = sorted(glob.glob(os.path.join(d, "morphology", "*.asc")))
        if par and morphs:
            sets.append((os.path.basename(d), par[0], final, morphs, os.path.join(d, "mechanisms")))
    templates = sorted(glob.glob(os.path.join(root, "**", "cell_template*.jinja2"), recursive=True))
    for name, par, final, morphs, mods in sets:
        params = json.load(open(par))
        values = next(iter(json.load(open(final)).values()))["params"]
        for t in templates:
            pkg = os.path.relpath(t, root).split("/")[0]
            for axon in ("", REPLACE):
                try:
                    ctx = context(params, values)
                except KeyError as e:
                    print("----", name, "is not understood here:", e)
                    continue
                own = glob.glob(os.path.join(root, "EModelRunner", "**", "sscx_sample_dir", "templates", "replace_axon_hoc.hoc"), recursive=True)[0]
                text = jinja2.Template(open(t).read()).render(template_name="Rendered", replace_axon=(open(own).read() if axon and pkg == "EModelRunner" else axon), **ctx)
                out = os.path.join(tmp, "rendered_%s_%s_%s_%d.hoc" % (name, pkg, os.path.basename(t)[:-7], bool(axon)))
                with open(out, "w") as f:
                    f.write(text)
                for m in morphs[:1]:
                    args = [os.path.dirname(m), os.path.basename(m)]
                    if "neurodamus" in t:
                        args = [7.0, m] if pkg == "EModelRunner" else [7.0] + args
                    yield job("emodel/%s/%s/%s%s" % (name, pkg, os.path.basename(t), "/axon" if axon else ""), [out], "Rendered", args, mods)


def compile_mods(folder, tmp):
    if not folder:
        return ""
    out = os.path.join(tmp, "mods" + folder.replace("/", "_"))
    lib = os.path.join(out, "x86_64", "libnrnmech.so")
    if not os.path.exists(lib):
        os.makedirs(out, exist_ok=True)
        env = dict(os.environ, PATH=os.path.dirname(sys.executable) + ":" + os.environ["PATH"])
        subprocess.run(["nrnivmodl", folder], cwd=out, env=env, check=True, capture_output=True)
    return lib


def close(a, b, tol=1e-12):
    return a == b or abs(a - b) <= tol * max(abs(a), abs(b))


def compare(want, got):
    bad = []

    def say(fmt, *args):
        if len(bad) < 8:
            bad.append(fmt % args)

    def values(where, w, g):
        if len(w) != len(g):
            say("%s: %d values, not %d", where, len(g), len(w))
            return
        for i, (a, b) in enumerate(zip(w, g)):
            if not close(a, b):
                say("%s[%d]: %.17g, NEURON %.17g", where, i, b, a)
                return

    ws, gs = want["Sections"], got["Sections"] or []
    if [s["Name"] for s in ws] != [s["Name"] for s in gs]:
        say("sections %s; NEURON %s", [s["Name"] for s in gs][:12], [s["Name"] for s in ws][:12])
        return bad
    for w, g in zip(ws, gs):
        n = w["Name"]
        for k in ("Parent", "ParentX", "ChildX", "NSeg"):
            if w[k] != g[k]:
                say("%s.%s: %s, NEURON %s", n, k, g[k], w[k])
        values(n + ".L", [w["L"], w["Ra"]], [g["L"], g["Ra"]])
        if w["Points"] != (g["Points"] or []):
            for i, (a, b) in enumerate(zip(w["Points"], g["Points"] or [])):
                if any(abs(u - v) > 1e-12 for u, v in zip(a, b)):  # digits of rounding around 0 differ
                    say("%s point %d: %s, NEURON %s", n, i, b, a)
                    break
            if len(w["Points"]) != len(g["Points"] or []):
                say("%s: %d points, NEURON %d", n, len(g["Points"] or []), len(w["Points"]))
        for k in ("Diam", "Cm", "Area", "Ri"):
            values(n + "." + k, w[k], g[k])
        for k in ("Mechs", "Ions"):
            if sorted(w[k]) != sorted(g[k]):
                say("%s.%s: %s, NEURON %s", n, k, sorted(g[k]), sorted(w[k]))
                continue
            for m in w[k]:
                if sorted(w[k][m]) != sorted(g[k][m]):
                    say("%s.%s: %s, NEURON %s", n, m, sorted(g[k][m]), sorted(w[k][m]))
                    continue
                for v in w[k][m]:
                    values("%s.%s.%s" % (n, m, v), w[k][m][v], g[k][m][v])
        if w["Styles"] != g["Styles"]:
            say("%s ion styles %s, NEURON %s", n, g["Styles"], w["Styles"])
    for l in want["Lists"]:
        if l not in got["Lists"] or want["Lists"][l] != got["Lists"][l]:
            say("list %s: %s, NEURON %s", l, str(got["Lists"].get(l))[:90], str(want["Lists"][l])[:90])
    key = lambda p: json.dumps([p["Section"], p["X"], p["Mech"]])
    wp, gp = sorted(want["Points"], key=key), sorted(got["Points"] or [], key=key)
    if [key(p) for p in wp] != [key(p) for p in gp]:
        say("point processes %s, NEURON %s", [key(p) for p in gp][:5], [key(p) for p in wp][:5])
    else:
        for w, g in zip(wp, gp):
            for v in w["Params"]:
                if v not in g["Params"] or not close(w["Params"][v], g["Params"][v]):
                    say("%s.%s: %s, NEURON %s", key(w), v, g["Params"].get(v), w["Params"][v])
    return bad


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--share", default="1/1")
    ap.add_argument("--only", default="")
    ap.add_argument("--dump", default="")
    ap.add_argument("--keep", default="")
    o = ap.parse_args()
    tmp = o.keep or tempfile.mkdtemp()
    os.makedirs(tmp, exist_ok=True)
    dump = o.dump
    if not dump:
        dump = os.path.join(tmp, "hocdump")
        subprocess.run(["go", "build", "-o", dump, "./tools/hocdump"], cwd=os.path.join(HERE, "..", ".."), check=True)
    script = os.path.join(tmp, "neuron_side.py")
    with open(script, "w") as f:
        f.write(NEURON)
    good, failed, skipped, known, fixed = 0, [], [], [], []
    part, parts = (int(x) for x in o.share.split("/"))
    for n, j in enumerate(list(jobs(os.path.abspath(o.folder), tmp)) + list(emodels(os.path.abspath(o.folder), tmp))):
        if n % parts != part - 1 or o.only not in j["name"]:
            continue
        if j["prelude"]:
            pre = os.path.join(tmp, "prelude.hoc")
            with open(pre, "w") as f:
                f.write(j["prelude"])
            j["files"].insert(0, pre)
        j["mods"] = compile_mods(j["modfolder"], tmp)
        jf, wf = os.path.join(tmp, "job.json"), os.path.join(tmp, j["name"].replace("/", "_") + ".json")
        cwd = os.path.dirname(j["files"][-1])
        if not (o.keep and os.path.exists(wf)):
            json.dump(j, open(jf, "w"))
            env = dict(os.environ)
            if j["path"]:
                env["HOC_LIBRARY_PATH"] = j["path"]
            p = subprocess.run([sys.executable, script, jf, wf], cwd=cwd, env=env, capture_output=True, text=True)
            if p.returncode:
                skipped.append(j["name"])
                print("----", j["name"], "NEURON fails:", (p.stderr or p.stdout).strip().splitlines()[-1:])
                continue
        cmd = [dump, "-q", "-template", j["template"], "-mod", j["modfolder"], "-path", j["path"]] + j["files"] + ["--"] + [str(a) for a in j["args"]]
        p = subprocess.run(cmd, cwd=cwd, capture_output=True, text=True)
        if "has no sections" in p.stderr and not json.load(open(wf))["Sections"]:
            good += 1
            print("ok  ", j["name"], "(no sections)")
            continue
        if p.returncode and j["name"] in KNOWN:
            known.append(j["name"])
            print("NOT ", j["name"], "does not load:", KNOWN[j["name"]])
            continue
        if j["name"] in KNOWN:
            fixed.append(j["name"])
            print("FAIL", j["name"], "is said not to load, and does")
        if p.returncode:
            failed.append(j["name"])
            print("FAIL", j["name"], "\n    " + p.stderr.strip().replace("\n", "\n    ")[:1500])
            continue
        bad = compare(json.load(open(wf)), json.loads(p.stdout))
        if bad:
            failed.append(j["name"])
            print("DIFF", j["name"])
            for b in bad:
                print("    " + b[:300])
        else:
            good += 1
            print("ok  ", j["name"])
        sys.stdout.flush()
    total = good + len(failed) + len(known)
    print("%d the same, %d not, %d that NEURON does not build" % (good, len(failed) + len(known), len(skipped)))
    few = o.share == "1/1" and not o.only and good < .99 * total
    if few:
        print("FAIL only %d of %d are the same: less than 99 %%" % (good, total), file=sys.stderr)
    sys.exit(1 if failed or fixed or few else 0)


if __name__ == "__main__":
    main()
