"""Goldens that are no run of a spec: facts of NEURON that one small experiment shows."""
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
