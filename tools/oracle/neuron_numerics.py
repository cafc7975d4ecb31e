"""Goldens that are no run of a spec: facts of NEURON that one small experiment shows."""
import os

import neuron_write as w


def netstim_streams(h, job):
    """Event times of NetStims for the ids of their Random123 stream."""
    lone = h.Section()
    out = []
    for ids, interval, noise, start, number in (
            ((1, 2, 3), 10, 1, 5, 1e9), ((0, 0, 0), 10, 1, 5, 1e9), ((4294967295, 7, 12), 3.7, 1, 0, 1e9),
            ((20, 1, 0), 8, 0.5, 50, 1e9), ((3, 3, 3), 1, 0.1, 20, 40), ((9, 8, 7), 5, 1, 0.01, 1e9)):
        ns = h.NetStim()
        ns.interval, ns.noise, ns.start, ns.number = interval, noise, start, number
        ns.noiseFromRandom123(*ids)
        nc, t = h.NetCon(ns, None), h.Vector()
        nc.record(t)
        out.append((ids, ns, nc, t))
    h.finitialize(-65)
    while h.t < 200:
        h.fadvance()
    rows = []
    for ids, ns, nc, t in out:
        w.must_vary(str(ids), list(t))
        rows.append({"ids": list(ids), "interval": ns.interval, "noise": ns.noise, "start": ns.start,
                     "number": ns.number, "duration_ms": 200, "t": list(t)})
    w.json_(job["dest"], "streams.json", {"oracle": "NEURON " + h.nrnversion(5).strip(), "streams": rows})
    del lone


def check_ties(job, meta, data, spikes):
    """Who fired at a tie is who fires first in, first out, and not in reverse."""
    import neuron_make_ties
    import json
    trains, edges, ties = neuron_make_ties.network()
    assert len(ties) == 200
    with open(os.path.join(job["folder"], job["item"]["spec"][0])) as f:
        assert json.load(f) == json.loads(json.dumps(neuron_make_ties.spec())), "ties.json is not neuron_make_ties.py's"
    fired = {(gid - len(trains), t) for t, gid in spikes if gid >= len(trains)}
    for tie in ties:
        assert ((tie["cell"], tie["t"]) in fired) == tie["fires"], tie
    assert 60 < sum(tie["fires"] for tie in ties) < 140
    # the deliveries that tie with the end of a rest
    rested = sum(1 for tie in ties if tie["fires"] and tie["cell"] % 4 == 0)
    late = sum(1 for c, t in fired if any(c == tie["cell"] and t > tie["t"] for tie in ties))
    assert late >= rested > 10, (late, rested)


def check_counter_example(job, meta, data, spikes):
    """The target fires without the event for the other cell, and not with it."""
    fired = [t for t, gid in spikes if gid == 1]
    assert fired == ([] if "with" in os.path.basename(job["item"]["golden"]).split("-") else [5.0]), fired
