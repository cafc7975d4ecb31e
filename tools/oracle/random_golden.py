#!/usr/bin/env python3
"""Writes internal/random/testdata/*.txt: draws of NEURON's Random class, of the
NMODL RANDOM functions and NetPyNE's hashes, as NEURON and NetPyNE make them.

Usage: random_golden.py OUTDIR   (needs neuron with its compiler, and netpyne)
Numbers are printed with 17 digits. Run it in an empty scratch folder: it
compiles a small mechanism there.
"""
import os
import subprocess
import sys

MOD = """
NEURON {
    POINT_PROCESS Rnd
    RANGE out
    RANDOM r
}
PARAMETER { out = 0 }
ASSIGNED { dummy }
BREAKPOINT { }
FUNCTION uni() { uni = random_uniform(r) }
FUNCTION ne() { ne = random_negexp(r) }
FUNCTION nem(m) { nem = random_negexp(r, m) }
FUNCTION nor() { nor = random_normal(r) }
FUNCTION nors(mu, sigma) { nors = random_normal(r, mu, sigma) }
FUNCTION pick() { pick = random_ipick(r) }
PROCEDURE ids(a, b, c) { random_setids(r, a, b, c) }
PROCEDURE seq(s) { random_setseq(r, s) }
"""

IDS = [(0, 0, 0), (1, 2, 3), (4294967295, 4294967295, 4294967295), (20, 40, 1), (123456789, 7, 3000000000)]

DISTRIBUTIONS = [
    ("uniform", (0, 1)), ("uniform", (5, -3)), ("discunif", (0, 9)), ("discunif", (7.9, -3.9)),
    ("normal", (0, 1)), ("normal", (-65, 4)), ("negexp", (1,)), ("negexp", (12.5,)),
    ("lognormal", (1, 0.5)), ("lognormal", (30, 900)), ("poisson", (0.3,)), ("poisson", (20,)), ("poisson", (500,)),
    ("binomial", (10, 0.3)), ("binomial", (40, 0.95)), ("geometric", (0.8,)), ("geometric", (0.1,)),
    ("hypergeo", (10, 150)), ("erlang", (10, 20)), ("erlang", (1, 50)), ("weibull", (1.5, 3)), ("weibull", (0.5, 2)),
]


def g(x):
    return "%.17g" % x


def main(out):
    with open("rnd.mod", "w") as f:
        f.write(MOD)
    subprocess.run(["nrnivmodl", "."], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    from neuron import h
    if not hasattr(h, "Rnd"):
        h.nrn_load_dll(os.path.join(os.getcwd(), "x86_64", "libnrnmech.so"))

    with open(os.path.join(out, "random.txt"), "w") as f:
        f.write("# NEURON %s: the setter's draw and 7 repicks of each distribution,\n" % h.nrnversion(5))
        f.write("# id1 id2 id3 name args | draws | seq() after them\n")
        for ids in IDS:
            r = h.Random()
            r.Random123(*ids)
            for name, args in DISTRIBUTIONS:
                draws = [getattr(r, name)(*args)] + [r.repick() for _ in range(7)]
                f.write("%d %d %d %s %s | %s | %s\n" % (*ids, name, " ".join(map(g, args)), " ".join(map(g, draws)), g(r.seq())))

    with open(os.path.join(out, "stream.txt"), "w") as f:
        f.write("# NEURON %s: NMODL RANDOM. id1 id2 id3 seq function args | draws\n" % h.nrnversion(5))
        s = h.Section(name="s")
        for ids in IDS:
            p = h.Rnd(s(0.5))
            for seq in (0, 3, 17179869183):
                for name, args in [("pick", ()), ("uni", ()), ("ne", ()), ("nem", (12.5,)), ("nor", ()), ("nors", (-65, 4))]:
                    p.ids(*ids)
                    p.seq(seq)
                    draws = [getattr(p, name)(*args) for _ in range(9)]
                    f.write("%d %d %d %d %s %s | %s\n" % (*ids, seq, name, " ".join(map(g, args)), " ".join(map(g, draws))))
        # the global index
        for gix in (1, 4000000000):
            r = h.Random()
            r.Random123_globalindex(gix)
            r.Random123(1, 2, 3)
            draws = [r.uniform(0, 1)] + [r.repick() for _ in range(5)]
            f.write("%d index 1 2 3 | %s\n" % (gix, " ".join(map(g, draws))))
            r.Random123_globalindex(0)

    from netpyne.sim.utils import hashStr, hashList
    with open(os.path.join(out, "hash.txt"), "w") as f:
        f.write("# NetPyNE's hashStr (s) and hashList (l)\n")
        for s in ["", "cellParams", "conn_probConn", "stim_NetStim", "connSynMechsSecs", "EXC→INH", "point_rate"]:
            f.write("s\t%s\t%d\n" % (s, hashStr(s)))
        for l in [[], [0], [1, 2, 3], list(range(100)), [4294967296, 7]]:
            f.write("l\t%s\t%d\n" % (" ".join(map(str, l)), hashList(l)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
