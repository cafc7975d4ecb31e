"""Checks a SONATA circuit written by `rall convert` from its tables alone.

usage: sonata_circuit_check.py CIRCUIT [GOLDEN]

CIRCUIT is the folder with circuit_config.json. libsonata must open both configs and every
population, and agree with h5py on sizes, in-degrees, out-degrees and values;
the two indices must lead to exactly the edges that the columns name. GOLDEN,
if given, is a golden folder of the same network made by another simulator
(see README.md): in-degrees, pairs, rules, sections, places, weights, delays,
positions and the events of the virtual nodes are recomputed from the tables
and compared. No spec is read. Prints one line a check and ends with status 1
if one fails. Needs numpy, h5py and libsonata.
"""
import collections
import csv
import json
import os
import sys

import h5py
import libsonata
import numpy as np

REL = 1e-12  # two implementations of exp, log and sqrt may differ in the last bit
bad = 0


def check(ok, what):
    global bad
    if not ok:
        bad += 1
    print("ok  " if ok else "FAIL", what)


def expand(manifest, text, base):
    """Replaces the manifest's variables in a path."""
    for _ in range(20):
        if "$" not in text:
            break
        for name in sorted(manifest, key=len, reverse=True):
            value = manifest[name]
            text = text.replace(name, base if value in (".", "./", "${configdir}", "$configdir") else value)
    return text


def types(path, key):
    """Rows of a types CSV by id; NULL becomes None."""
    with open(path, newline="") as f:
        rows = csv.reader(f, delimiter=" ", quotechar='"', doublequote=True)
        head = next(rows)
        out = {}
        for row in rows:
            d = {h: (None if v in ("NULL", "NONE", "") else v) for h, v in zip(head, row)}
            out[int(d[key])] = d
        return out


class Nodes:
    def __init__(self, name, group, rows, storage):
        self.name = name
        self.n = group["node_type_id"].shape[0]
        self.rows = [rows[int(t)] for t in group["node_type_id"][:]]
        self.label = self.rows[0]["label"] or name
        self.model_type = self.rows[0]["model_type"]
        self.group, self.index = group["node_group_id"][:], group["node_group_index"][:].astype(int)
        self.gid = self.attribute(group, "gid")
        self.pos = None
        check(storage.size == self.n, "nodes %s: libsonata sees %d nodes" % (name, self.n))
        if self.gid is not None:
            self.pos = np.stack([self.attribute(group, a) for a in "xyz"], 1)
            same = self.pos.dtype == np.float64
            if set(self.group) <= {0}:  # libsonata knows one group only
                sel = storage.select_all()
                same = same and all(np.array_equal(storage.get_attribute(a, sel), self.pos[:, k]) for k, a in enumerate("xyz"))
            check(same, "nodes %s: positions by libsonata, in float64" % name)

    def attribute(self, group, name):
        """An attribute by node, gathered over the groups; None if there is none."""
        if name not in group[str(self.group[0])]:
            return None
        data = {g: group[str(g)][name][:] for g in set(self.group)}
        return np.array([data[g][i] for g, i in zip(self.group, self.index)])


def check_index(name, group, ids, n, which, storage_edges):
    """The index must name each node's edges, all of them and no others."""
    g = group["indices"][which]
    nodes, ranges = g["node_id_to_ranges"][:], g["range_to_edge_id"][:]
    ok = nodes.shape == (n, 2)
    seen = np.zeros(len(ids), bool)
    degree = np.zeros(n, int)
    for node in range(n if ok else 0):
        for a, b in ranges[nodes[node, 0]:nodes[node, 1]]:
            ok = ok and bool(np.all(ids[a:b] == node)) and not seen[a:b].any()
            seen[a:b] = True
            degree[node] += b - a
    check(ok and bool(seen.all()), "edges %s: index %s" % (name, which))
    check(np.array_equal(degree, np.bincount(ids, minlength=n)), "edges %s: degrees by index %s" % (name, which))
    lib = np.array([storage_edges([node]).flat_size for node in range(n)])
    check(np.array_equal(lib, degree), "edges %s: degrees by libsonata (%s)" % (name, which))


def read(folder):
    with open(os.path.join(folder, "circuit_config.json")) as f:
        config = json.load(f)
    manifest = config.get("manifest", {})
    path = lambda s: os.path.join(folder, expand(manifest, s, folder))
    lib = libsonata.CircuitConfig.from_file(os.path.join(folder, "circuit_config.json"))
    nodes, edges = {}, []
    for entry in config["networks"]["nodes"]:
        rows = types(path(entry["node_types_file"]), "node_type_id")
        with h5py.File(path(entry["nodes_file"]), "r") as f:
            check(f.attrs["magic"] == 0x0A7A and list(f.attrs["version"]) == [0, 1], "nodes: magic and version of " + entry["nodes_file"])
            for name in f["nodes"]:
                nodes[name] = Nodes(name, f["nodes"][name], rows, lib.node_population(name))
    check(set(nodes) == set(lib.node_populations), "libsonata: node populations")
    names = set()
    for entry in config["networks"]["edges"]:
        rows = types(path(entry["edge_types_file"]), "edge_type_id")
        with h5py.File(path(entry["edges_file"]), "r") as f:
            for name in f["edges"]:
                names.add(name)
                edges += edge_rows(name, f["edges"][name], rows, nodes, lib.edge_population(name))
    check(names == set(lib.edge_populations), "libsonata: edge populations")
    edges.sort(key=lambda e: e["order"])
    check(len({e["order"] for e in edges}) == len(edges), "model_order names every edge once (%d edges)" % len(edges))
    cells = {}
    for p in nodes.values():
        for row in p.rows:
            template = row["model_template"]
            if row["model_type"] == "biophysical" and template not in cells:
                with open(path(config["components"]["biophysical_neuron_models_dir"]) + "/" + template.split(":", 1)[1]) as f:
                    cells[template] = json.load(f)
    return nodes, edges, cells


def edge_rows(name, group, rows, nodes, storage):
    source, target = group["source_node_id"], group["target_node_id"]
    pops = []
    for d in (source, target):
        p = d.attrs["node_population"]
        pops.append(p.decode() if isinstance(p, bytes) else p)
    src, tgt = source[:].astype(int), target[:].astype(int)
    a = group["0"]
    for column in ("syn_weight", "delay") + (("afferent_section_pos",) if "afferent_section_pos" in a else ()):
        check(a[column].dtype == np.float64, "edges %s: %s is float64" % (name, column))
    check(storage.size == len(src) and storage.source == pops[0] and storage.target == pops[1], "edges %s: libsonata sees %d edges" % (name, len(src)))
    sel = storage.select_all()
    same = all(np.array_equal(storage.get_attribute(c, sel), a[c][:]) for c in ("syn_weight", "delay"))
    check(same and np.array_equal(storage.source_nodes(sel), src) and np.array_equal(storage.target_nodes(sel), tgt), "edges %s: values by libsonata" % name)
    check(bool(np.all(np.diff(tgt) >= 0)), "edges %s: sorted by target" % name)
    check_index(name, group, src, nodes[pops[0]].n, "source_to_target", storage.efferent_edges)
    check_index(name, group, tgt, nodes[pops[1]].n, "target_to_source", storage.afferent_edges)
    columns = {c: (a[c][:] if c in a else None) for c in ("syn_weight", "delay", "model_order", "afferent_section_id", "afferent_section_pos", "afferent_instance_id")}
    ids = group["edge_type_id"][:]
    out = []
    for i in range(len(src)):
        row = rows[int(ids[i])]
        get = lambda c: None if columns[c] is None else columns[c][i]
        out.append({"source": nodes[pops[0]], "src": src[i], "target": nodes[pops[1]], "tgt": tgt[i], "rule": row["rule"], "synapse": row["label"],
                    "order": int(get("model_order")), "weight": float(get("syn_weight")), "delay": float(get("delay")),
                    "section": get("afferent_section_id"), "pos": get("afferent_section_pos"), "instance": get("afferent_instance_id")})
    return out


def column(c):
    """A golden column as a list."""
    if isinstance(c, list):
        return c
    if "range" in c:
        return list(range(*c["range"]))
    if "n" in c:
        return c["dict"] * c["n"]
    return [c["dict"][i] for i in c["index"]]


def close(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= REL * np.abs(b)))


def gid(nodes, i):
    return -1 if nodes.gid is None else int(nodes.gid[i])


def compare(folder, nodes, edges, cells, golden):
    load = lambda name: json.load(open(os.path.join(golden, name)))
    want = {k: (v if k == "n" else column(v)) for k, v in load("conns.json").items() if k != "weights"}
    check(len(edges) == want["n"], "golden: %d connections, %d in the tables" % (want["n"], len(edges)))
    if len(edges) != want["n"]:
        return
    into = collections.Counter(gid(e["target"], e["tgt"]) for e in edges)
    check(into == collections.Counter(want["postGid"]), "golden: in-degree of every cell")
    out = collections.Counter(gid(e["source"], e["src"]) for e in edges)
    check(out == collections.Counter(want["preGid"]), "golden: out-degree of every cell")
    check([gid(e["source"], e["src"]) for e in edges] == want["preGid"] and [gid(e["target"], e["tgt"]) for e in edges] == want["postGid"],
          "golden: pairs in the order in which they were made")
    check([e["source"].label if e["source"].gid is None else None for e in edges] == want["preLabel"], "golden: stimulators")
    check(all(r is None or r == e["rule"] for e, r in zip(edges, want["label"])), "golden: rules")
    check(close([e["weight"] for e in edges], want["weight"]), "golden: weights, relative %g" % REL)
    check(close([e["delay"] for e in edges], want["delay"]), "golden: delays, relative %g" % REL)
    placed = [i for i, e in enumerate(edges) if e["section"] is not None and e["section"] >= 0]
    section = [cells[edges[i]["target"].rows[edges[i]["tgt"]]["model_template"]]["sections"][edges[i]["section"]]["name"] for i in placed]
    check(section == [want["sec"][i] for i in placed], "golden: sections of %d synapses" % len(placed))
    check([edges[i]["synapse"] for i in placed] == [want["synMech"][i] for i in placed], "golden: synaptic mechanisms")
    # NetPyNE says where it put a synapse; NEURON puts it in the middle of the CV there.
    check(close([edges[i]["pos"] for i in placed], [want["loc"][i] for i in placed]), "golden: places, relative %g" % REL)
    shared = lambda ids: [ids.index(x) for x in ids] if len(ids) < 5000 else np.unique(ids, return_inverse=True)[1].tolist()
    check(shared([int(edges[i]["instance"]) for i in placed]) == shared([want["syn"][i] for i in placed]), "golden: which edges share a synapse")
    cell = {k: column(v) for k, v in load("cells.json").items() if k in ("gid", "pop", "x", "y", "z")}
    mine = {int(g): (p.label, p.pos[i]) for p in nodes.values() if p.gid is not None for i, g in enumerate(p.gid)}
    check(sorted(mine) == sorted(cell["gid"]), "golden: gids of %d cells" % len(mine))
    check(all(mine[g][0] == p for g, p in zip(cell["gid"], cell["pop"])), "golden: populations")
    check(close([mine[g][1] for g in cell["gid"]], np.stack([cell[a] for a in "xyz"], 1)), "golden: positions, relative %g" % REL)
    if os.path.exists(os.path.join(golden, "netstims.json")):
        compare_trains(folder, edges, want, load("stims.json"), load("netstims.json"))


def compare_trains(folder, edges, want, stims, trains):
    """The events of every virtual node against those that the oracle's sent."""
    with open(os.path.join(folder, "simulation_config.json")) as f:
        config = json.load(f)
    events = {}
    for block in config["inputs"].values():
        if block["input_type"] != "spikes":
            continue
        with h5py.File(os.path.join(folder, expand(config["manifest"], block["spike_file"], folder)), "r") as f:
            for pop, g in f["spikes"].items():
                t, n = g["timestamps"][:], g["node_ids"][:]
                check(bool(np.all(np.diff(t) >= 0)), "spikes %s: by time" % pop)
                for node in np.unique(n):
                    events[pop, int(node)] = t[n == node]
    conn = column(stims["NetStim"]["conn"])
    ok = True
    for k, stim in enumerate(column(trains["stim"])):
        e = edges[conn[stim]]
        got = events.get((e["source"].name, int(e["src"])), np.zeros(0))
        ref = np.asarray(trains["t"][k], float)
        ok = ok and close(got[:len(ref)], ref[:len(got)]) and abs(len(got) - len(ref)) <= 1  # one may lie on the end of the run
    check(ok, "golden: events of %d stimulators" % len(trains["stim"]))


def opens(folder):
    """libsonata reads the configs, every input and every report."""
    sim = libsonata.SimulationConfig.from_file(os.path.join(folder, "simulation_config.json"))
    inputs = [sim.input(name) for name in sim.list_input_names]
    reports = [sim.report(name) for name in sim.list_report_names]
    circuit = libsonata.CircuitConfig.from_file(sim.network)
    check(sim.run.tstop > 0 and circuit.node_populations, "libsonata: configs, %d inputs, %d reports" % (len(inputs), len(reports)))


def main():
    folder = os.path.abspath(sys.argv[1])
    opens(folder)
    nodes, edges, cells = read(folder)
    if len(sys.argv) > 2:
        compare(folder, nodes, edges, cells, sys.argv[2])
    print("%d failed" % bad if bad else "all good")
    sys.exit(1 if bad else 0)


main()
