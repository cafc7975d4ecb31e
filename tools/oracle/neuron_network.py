"""Builds a spec of several cells in NEURON, for neuron_golden.py.

A network of stylised cells as neuron_spec.py builds one: populations of
`numCells`, connections by connList or of all pairs, with synMechs that receive
events or, by pointerParams, follow another cell's variable; stimuli; what is
played; recordTraces of every cell. Objects are made in NetPyNE's order.
"""
import json
import os

import neuron_spec
from neuron_spec import only


POINTERS = {"vgap"}  # target variables that mechanisms of the corpus declare as POINTER


class Cell(neuron_spec.Build):
    """One cell: what Build keeps of the only one that it knows."""

    def __init__(self, h, folder, gid, rule):
        self.h, self.folder, self.gid = h, folder, gid
        self.secs, self.lists, self.vinit, self.pointps = {}, {}, {}, {}
        self.syns, self.stims = [], {}
        self.spike_from, self.threshold = None, 10.0
        self.cell(rule)


def moved(rule, at):
    """The rule with its 3-D points where the cell lies: y is a depth."""
    rule = json.loads(json.dumps(rule))
    for sec in rule["secs"].values():
        for p in sec["geom"].get("pt3d", []):
            p[0], p[1], p[2] = at.get("x", 0) + p[0], p[1] - at.get("y", 0), at.get("z", 0) + p[2]
    return rule


class Network(neuron_spec.Build):
    def __init__(self, h, folder, spec):
        self.h, self.folder = h, folder
        self.net, self.cfg = spec["netParams"], spec["simConfig"]
        only(self.net, neuron_spec.NETPARAMS | {"playParams"}, "netParams")
        only(self.cfg, neuron_spec.SIMCONFIG | {"allowSelfConns"}, "simConfig")
        self.secs, self.netcons, self.sources, self.played = {}, [], [], []
        self.cells, self.pops = [], {}
        self.ids = 0
        self.pc = h.ParallelContext()
        for k, x in self.cfg.get("hParams", {}).items():
            if k != "v_init":
                setattr(h, k, x)
        h.dt = self.cfg["dt"]
        for label, pop in self.net["popParams"].items():
            only(pop, {"cellType", "cellModel", "numCells", "cellsList", "spkTimes"}, label)
            places = pop.get("cellsList", [{}] * pop.get("numCells", 1))
            for i, at in enumerate(places):
                if "cellModel" in pop:
                    cell = self.artificial(pop, i)
                else:
                    cell = Cell(h, folder, len(self.cells), moved(self.net["cellParams"][pop["cellType"]], at))
                    for name, sec in cell.secs.items():
                        self.secs[cell.gid, name] = sec
                self.pops.setdefault(label, []).append(len(self.cells))
                self.cells.append(cell)
        self.vinit = any(c.vinit for c in self.cells if isinstance(c, Cell))
        for gid, cell in enumerate(self.cells):
            nc, times = self.source(cell, None), h.Vector()
            nc.record(times)
            self.sources.append((gid, nc, times))
        self.connections()
        self.stimuli()
        self.plays()
        if self.ids:
            self.pc.setup_transfer()

    def source(self, cell, target):
        if not isinstance(cell, Cell):
            return self.h.NetCon(cell, target)
        return Cell.source(cell, None, target)

    def set_vinit(self):
        for c in self.cells:
            if isinstance(c, Cell):
                c.set_vinit()

    def chosen(self, conds):
        gids = self.pops[conds["pop"]] if "pop" in conds else range(len(self.cells))
        return [gids[i] for i in conds["cellList"]] if "cellList" in conds else list(gids)

    # ----------------------------------------------------------- connections

    def connections(self):
        back = []
        for label, c in self.net.get("connParams", {}).items():
            only(c, {"preConds", "postConds", "sec", "loc", "synMech", "weight", "delay", "connList", "preSec", "preLoc"}, label)
            pres, posts = self.chosen(c["preConds"]), self.chosen(c["postConds"])
            pairs = c.get("connList") or [(i, j) for j in range(len(posts)) for i in range(len(pres)) if pres[i] != posts[j]]

            def of(name, k, default):
                x = c.get(name, default)
                return x[k] if isinstance(x, list) else x
            for k, (i, j) in enumerate(pairs):
                pre, post = self.cells[pres[i]], self.cells[posts[j]]
                if not isinstance(post, Cell):
                    target = post
                else:
                    sec, loc = of("sec", k, "soma"), of("loc", k, 0.5)
                    target = self.synapse_on(post, c["synMech"], sec, loc, of("weight", k, 1))
                    how = self.net["synMechParams"][c["synMech"]].get("pointerParams")
                    if how:
                        there = (of("preSec", k, "soma"), of("preLoc", k, 0.5))
                        back.append((how, c["synMech"], pre, there, post, (sec, loc), target, of("weight", k, 1)))
                        continue
                nc = self.source(pre, target)
                nc.weight[0], nc.delay = of("weight", k, 1), of("delay", k, 1)
                self.netcons.append(nc)
        for how, syn, pre, there, post, here, target, weight in back:
            self.follow(how, target, pre, there)
            if how.get("bidirectional", True):
                self.follow(how, self.synapse_on(pre, syn, there[0], there[1], weight), post, here)

    def synapse_on(self, cell, label, sec, loc, weight):
        params = self.net["synMechParams"][label]
        o = getattr(self.h, params["mod"])(cell.secs[sec](loc))
        for k, x in params.items():
            if k not in ("mod", "pointerParams"):
                setattr(o, k, x)
        if "pointerParams" in params and hasattr(o, "weight"):
            o.weight = weight
        cell.syns.append((sec, loc, label, o))
        return o

    def follow(self, how, target, cell, at):
        seg = cell.secs[at[0]](at[1])
        ref = getattr(seg, "_ref_" + how.get("source_var", "v"))
        if how["target_var"] in POINTERS:
            self.h.setpointer(ref, how["target_var"], target)
            return
        self.pc.source_var(ref, self.ids, sec=seg.sec)
        self.pc.target_var(target, getattr(target, "_ref_" + how["target_var"]), self.ids)
        self.ids += 1

    # --------------------------------------------------- stimuli and records

    def stimuli(self):
        for label, t in self.net.get("stimTargetParams", {}).items():
            only(t, {"source", "conds", "sec", "loc"}, label)
            for gid in self.chosen(t["conds"]):
                cell = self.cells[gid]
                cell.stims[label] = self.stimulus(t, cell.secs)

    def variable(self, cell, t):
        """The reference that sec, loc, var and mech, synMech, stim or pointp name on a cell, and what holds it."""
        seg = cell.secs[t["sec"]](t.get("loc", 0.5))
        name = "_ref_" + t["var"].split("[")[0]
        if "synMech" in t:
            there = [o for sec, loc, lab, o in cell.syns if (sec, loc, lab) == (t["sec"], t.get("loc", 0.5), t["synMech"])]
            if not there:
                return None, None
            o = there[t.get("index", 0)]
        elif "stim" in t:
            if t["stim"] not in cell.stims:
                return None, None
            o = cell.stims[t["stim"]]
        elif "pointp" in t:
            o = cell.pointps[t["sec"], t["pointp"]]
        elif t.get("mech") == "extracellular":
            o = seg
            if "[" not in t["var"]:
                name += "_extracellular"
        elif "mech" in t:
            o = getattr(seg, t["mech"])
        else:
            o = seg
        if t["var"].startswith("vext["):
            return neuron_spec.HocRef(seg, t["var"]), seg
        ref = getattr(o, name)
        if "[" in t["var"]:
            ref = ref[int(t["var"].split("[")[1][:-1])]
        return ref, o

    def plays(self):
        for label, p in self.net.get("playParams", {}).items():
            only(p, {"conds", "sec", "loc", "var", "mech", "synMech", "stim", "pointp", "index", "times", "values", "continuous"}, label)
            for gid in self.chosen(p.get("conds", {})):
                ref, o = self.variable(self.cells[gid], p)
                times, values = self.h.Vector(p["times"]), self.h.Vector(p["values"])
                if p.get("continuous"):
                    values.play(ref, times, 1)
                else:
                    values.play(ref, times)
                self.played += [times, values]

    def refs(self):
        out = []
        for label, t in self.cfg["recordTraces"].items():
            for gid in self.chosen(t.get("conds", {})):
                cell = self.cells[gid]
                if isinstance(cell, Cell) and t["sec"] in cell.secs:
                    ref, _ = self.variable(cell, t)
                    if ref is not None:
                        out.append((label, dict(t, gid=gid), ref))
        return out


def build(h, path):
    with open(path) as f:
        spec = json.load(f)
    h.CVode().use_fast_imem(any("i_membrane_" == t["var"] for t in spec["simConfig"]["recordTraces"].values()))
    return Network(h, os.path.dirname(os.path.abspath(path)), spec)
