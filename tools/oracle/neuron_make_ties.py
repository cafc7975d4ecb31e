#!/usr/bin/env python3
"""Write corpus/event-ties/ties.json: 200 ties of deliveries whose order decides who fires.

    python tools/oracle/neuron_make_ties.py > corpus/event-ties/ties.json

Forty VecStims of one event each project to 200 IntFire1 cells. Each cell gets
one tie, two to four deliveries at one instant, such that it fires in first-in
first-out order and does not in the reverse order, or the other way round; half
of them also get a later delivery that ties with the end of their refractory
period. All times are multiples of 1/64 ms, so that sums are exact.

In NEURON's queue equal times are first in, first out unless an event that is
earlier than the earliest displaces it. Here that cannot hurt: the sources are in
order of time, each sends once, all deliveries of a group come after its last
source but those of the last source itself, which stand in order of time, and
the first source of a group has its time to itself.
"""
import json
import sys

GROUPS, SOURCES, CELLS = 5, 8, 40  # per group
REFRAC = 2.0                       # ms
QUANTUM = 64


def generator(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (seed >> 11) / 2**53


def fires(weights):
    m = 0.0
    for w in weights:
        m += w
        if m > 1:
            return True
    return False


def network():
    g = generator(4711)
    pick = lambda n: int(next(g) * n)
    weights = (1.5, -1.0, 0.75, 0.5, -0.5, -1.25, 1.125)
    trains, edges, ties = [], [], []
    for group in range(GROUPS):
        t0 = 1 + 12 * group
        times = sorted(t0 + 1 + pick(2 * QUANTUM) / QUANTUM for _ in range(SOURCES - 2))
        times[2] = times[1]  # two sources of one group send at one time
        # the last source comes after the ties: it meets cells at the end of their rest
        times = [t0 + 0.25] + times + [t0 + 5.5]
        base = group * SOURCES
        trains += [[t] for t in times]
        for c in range(CELLS):
            cell = group * CELLS + c
            due = t0 + 4 + pick(QUANTUM) / QUANTUM
            while True:
                n = 2 + pick(3)
                sources = sorted(pick(SOURCES - 1) for _ in range(n))
                if len(set(sources)) != n:
                    continue
                ws = [weights[pick(len(weights))] for _ in range(n)]
                if fires(ws) != fires(ws[::-1]):
                    break
            ties.append({"cell": cell, "t": due, "weights": ws, "fires": fires(ws)})
            mine = [(base + s, cell, w, due - times[s]) for s, w in zip(sources, ws)]
            if c % 2:
                # sent before the cell can have fired: ignored if it rests until just then
                mine.append((base, cell, 1.25, due + REFRAC - times[0]))
            elif c % 4 == 0:
                # sent while it rests: the end of the rest is first, so it counts
                mine.append((base + SOURCES - 1, cell, 1.25, due + REFRAC - times[-1]))
            # edges of one cell do not stand together or in order of time
            edges += mine
    # But for the last source of a group: when it sends, the end of a rest is the
    # earliest of the queue, and a still earlier delivery would put it behind.
    last = lambda s: s % SOURCES == SOURCES - 1
    arrives = lambda e: trains[e[0]][0] + e[3]
    order = sorted(range(len(edges)), key=lambda i: (edges[i][0], arrives(edges[i]) if last(edges[i][0]) else next(g)))
    return trains, [edges[i] for i in order], ties


def spec():
    trains, edges, _ = network()
    return {
        "netParams": {
            "popParams": {
                "sources": {"cellModel": "VecStim", "numCells": len(trains), "spkTimes": trains},
                "targets": {"cellModel": "IntFire1", "numCells": GROUPS * CELLS, "tau": 10, "refrac": REFRAC}},
            "connParams": {
                "ties": {"preConds": {"pop": "sources"}, "postConds": {"pop": "targets"},
                         "connList": [[a, b] for a, b, _, _ in edges],
                         "weight": [w for _, _, w, _ in edges],
                         "delay": [d for _, _, _, d in edges]}}},
        "simConfig": {
            "duration": 70, "dt": 0.025, "hParams": {"celsius": 6.3, "v_init": -65},
            "recordTraces": {}, "recordStep": 0.1, "simLabel": "ties"}}


if __name__ == "__main__":
    s = spec()
    text = json.dumps(s, indent=1)
    for long in ("spkTimes", "connList", "weight", "delay"):
        head, rest = text.split('"%s": ' % long, 1)
        value, end = json.JSONDecoder().raw_decode(rest)
        text = head + '"%s": ' % long + json.dumps(value) + rest[end:]
    sys.stdout.write(text + "\n")
