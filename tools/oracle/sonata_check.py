"""Checks a result folder with h5py and libsonata, the strict reader.

usage: sonata_check.py FOLDER [TABLES]

FOLDER holds spikes.h5 and frame reports as rall writes them. TABLES, if given,
is the same result written as tables (spikes.csv, .npy): every number is then
compared, float64 bit for bit. Prints one line a check and ends with status 1
if one fails. Needs numpy, h5py and libsonata.
"""
import csv
import json
import os
import sys

import h5py
import libsonata
import numpy as np

bad = 0


def check(ok, what):
    global bad
    if not ok:
        bad += 1
    print("ok  " if ok else "FAIL", what)


def root_attributes(f, name):
    check(f.attrs["magic"] == 0x0A7A and f.attrs["magic"].dtype == np.uint32, name + ": magic")
    check(list(f.attrs["version"]) == [0, 1] and f.attrs["version"].dtype == np.uint32, name + ": version")


def spikes(folder, run, tables):
    path = os.path.join(folder, run["files"]["spikes"])
    want = {}
    if tables:
        with open(os.path.join(tables, "spikes.csv"), newline="") as f:
            for row in csv.DictReader(f):
                want.setdefault(row["population"], []).append((float(row["t_ms"]), int(row["node_id"])))
    with h5py.File(path, "r") as f:
        root_attributes(f, "spikes")
        names = [p["name"] for p in run["populations"]]
        check(sorted(f["spikes"]) == sorted(names), "spikes: populations")
        for name in names:
            g = f["spikes"][name]
            t, n = g["timestamps"][:], g["node_ids"][:]
            enum = h5py.check_enum_dtype(g.attrs.get_id("sorting").dtype)
            check(enum == {"none": 0, "by_id": 1, "by_time": 2} and g.attrs["sorting"] == 2, name + ": sorting")
            check(g["timestamps"].attrs["units"] == "ms", name + ": units")
            check(t.dtype == np.float64 and n.dtype == np.uint64, name + ": types")
            check(bool(np.all(np.diff(t) >= 0)), name + ": by time")
            if tables:
                got = list(zip(t.tolist(), n.tolist()))
                check(got == want.get(name, []), name + ": %d spikes equal the table's" % len(t))
    reader = libsonata.SpikeReader(path)
    check(sorted(reader.get_population_names()) == sorted(names), "libsonata: populations")
    for name in names:
        p = reader[name]
        check(p.sorting == "by_time", name + ": libsonata sorting")
        got = [(t, n) for n, t in p.get()]
        if tables:
            check(got == want.get(name, []), name + ": libsonata reads the same %d spikes" % len(got))
        if got:
            half = got[len(got) // 2][0]
            part = p.get(tstart=0, tstop=half)
            check(len(part) == sum(1 for t, _ in got if t <= half), name + ": libsonata time window")


def report(folder, entry, run, tables):
    path = os.path.join(folder, entry["file"])
    label = entry["label"]
    data = times = header = None
    if tables:
        base = os.path.join(tables, os.path.splitext(entry["file"])[0])
        with open(base + ".json") as f:
            header = json.load(f)
        data = np.load(base + ".npy")
        times = np.load(base + ".time.npy")
    with h5py.File(path, "r") as f:
        root_attributes(f, label)
        for name, g in f["report"].items():
            m = g["mapping"]
            frames, columns = g["data"].shape
            start, stop, step = m["time"][:]
            check(g["data"].attrs["units"] == entry["unit"], label + "/" + name + ": units")
            check(m["time"].attrs["units"] == "ms", label + "/" + name + ": time units")
            check(round((stop - start) / step) == frames, label + "/" + name + ": time gives %d frames" % frames)
            check(np.allclose(m["exact_time"][:], start + step * np.arange(frames), rtol=0, atol=1e-6 * step * max(frames, 1)),
                  label + "/" + name + ": exact times agree")
            p = m["index_pointers"][:]
            check(len(p) == len(m["node_ids"]) + 1 and p[0] == 0 and p[-1] == columns and bool(np.all(np.diff(p.astype(np.int64)) >= 0)),
                  label + "/" + name + ": index_pointers")
            check(m["node_ids"].attrs["sorted"] == 1 and bool(np.all(np.diff(m["node_ids"][:].astype(np.int64)) > 0)),
                  label + "/" + name + ": node_ids sorted")
            check(len(m["element_ids"]) == columns and len(m["element_pos"]) == columns, label + "/" + name + ": elements")
            if tables:
                check(np.array_equal(m["exact_time"][:], times), label + "/" + name + ": times equal the table's")
                for i in range(columns):
                    node = m["node_ids"][np.searchsorted(p, i, side="right") - 1]
                    e = header["elements"][m["column"][i]]
                    same = (e["population"], e["node_id"], e["section_id"], e["pos"], e["section"]) == (
                        name, node, m["element_ids"][i], m["element_pos"][i], m["section_names"].asstr()[i])
                    want = data[:, m["column"][i]]
                    equal = np.array_equal(g["data"][:, i], want.astype(np.float32), equal_nan=True)
                    if "exact_data" in g:
                        check(g["exact_data"].dtype == np.float64 and g["exact_data"].attrs["units"] == entry["unit"],
                              label + "/" + name + ": exact_data")
                        equal = equal and np.array_equal(g["exact_data"][:, i], want, equal_nan=True)
                    check(same and equal,
                          label + "/" + name + ": column %d equals the table's" % i)
    reader = libsonata.ElementReportReader(path)
    for name in reader.get_population_names():
        p = reader[name]
        with h5py.File(path, "r") as f:
            g = f["report"][name]
            want, ids = g["data"][:], g["mapping/element_ids"][:]
            nodes, pointers = g["mapping/node_ids"][:], g["mapping/index_pointers"][:]
            start, stop, step = g["mapping/time"][:]
        check(p.data_units == entry["unit"] and p.time_units == "ms" and p.sorted, label + "/" + name + ": libsonata units")
        check(np.allclose(p.times, (start, stop, step)), label + "/" + name + ": libsonata times")
        check(list(p.get_node_ids()) == list(nodes), label + "/" + name + ": libsonata node ids")
        if want.size:
            got = p.get()
            owner = np.repeat(nodes, np.diff(pointers.astype(np.int64)))
            check(np.array_equal(got.ids, np.stack([owner, ids], 1)), label + "/" + name + ": libsonata columns")
            check(got.data.shape == want.shape and np.array_equal(got.data, want),
                  label + "/" + name + ": libsonata data %s" % (want.shape,))


def main():
    folder = sys.argv[1]
    tables = sys.argv[2] if len(sys.argv) > 2 else None
    with open(os.path.join(folder, "run.json")) as f:
        run = json.load(f)
    spikes(folder, run, tables)
    for entry in run["files"]["reports"]:
        report(folder, entry, run, tables)
    print("%d failed" % bad)
    sys.exit(1 if bad else 0)


main()
