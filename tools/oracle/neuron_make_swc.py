#!/usr/bin/env python3
"""Write the morphology of corpus/swc-cell: a pyramidal cell of no real animal.

    python tools/oracle/neuron_make_swc.py > corpus/swc-cell/cell.swc

Soma of five points, an axon with side branches, basal trees from the middle and
the ends of the soma, and an apical tree with obliques and a tuft; sections are
curved and taper. The numbers come from a linear congruential generator and are
written with three decimals, so the file is the same on every machine.
"""
import math
import sys

SOMA, AXON, DEND, APIC = 1, 2, 3, 4


class Tree:
    def __init__(self, seed):
        self.state = seed
        self.rows = []

    def u(self, lo=0.0, hi=1.0):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return lo + (hi - lo) * ((self.state >> 11) / 2**53)

    def add(self, kind, p, r, parent):
        self.rows.append((len(self.rows) + 1, kind, p, r, parent))
        return len(self.rows)

    def turn(self, d, angle):
        """d turned by about angle [rad] in a random plane."""
        r = [self.u(-1, 1) for _ in range(3)]
        dot = sum(a * b for a, b in zip(r, d))
        side = unit([a - dot * b for a, b in zip(r, d)])
        c, s = math.cos(angle), math.sin(angle)
        return unit([c * a + s * b for a, b in zip(d, side)])

    def branch(self, kind, parent, start, d, length, r0, r1, first=True):
        """A section of points 6 to 14 um apart from the point `parent` on."""
        n = max(2, int(length / self.u(6, 14)))
        p, at = list(start), parent
        for k in range(1, n + 1):
            d = self.turn(d, self.u(0, 0.25))
            p = [a + b * length / n for a, b in zip(p, d)]
            r = (r0 + (r1 - r0) * k / n) * self.u(0.9, 1.1)
            at = self.add(kind, p, r, at)
        return at, p, d

    def tree(self, kind, parent, start, d, length, r0, depth, shrink=0.7):
        r1 = r0 * 0.75
        at, p, d = self.branch(kind, parent, start, d, length, r0, r1)
        if depth == 0:
            return
        for k in range(2):
            self.tree(kind, at, p, self.turn(d, self.u(0.35, 0.9)),
                      length * self.u(0.7, 1.3), max(0.2, r1 * shrink * self.u(0.85, 1.1)),
                      depth - 1, shrink)


def unit(d):
    n = math.sqrt(sum(a * a for a in d))
    return [a / n for a in d]


def pyramidal():
    t = Tree(20260811)
    soma = []
    for k, (y, r) in enumerate([(-9.0, 4.2), (-4.5, 7.8), (0.0, 8.6), (5.0, 6.4), (9.5, 3.4)]):
        soma.append(t.add(SOMA, [0.3 * k - 0.6, y, 0.2 * k], r, soma[-1] if soma else -1))
    place = {i: t.rows[i - 1][2] for i in soma}

    # axon: initial segment, then a main branch with two collaterals
    at, p, d = t.branch(AXON, soma[0], place[soma[0]], [0.05, -1, 0.1], 42, 0.9, 0.55)
    for length in (75, 110):
        t.tree(AXON, at, p, t.turn(d, 1.1), 60, 0.28, 1, 0.9)
        at, p, d = t.branch(AXON, at, p, t.turn(d, 0.2), length, 0.5, 0.4)

    # basal trees
    for k, (root, length, r, depth) in enumerate([
            (soma[1], 34, 1.05, 2), (soma[2], 48, 0.9, 2), (soma[2], 27, 1.2, 2),
            (soma[1], 60, 0.8, 1), (soma[3], 41, 0.95, 2), (soma[0], 38, 0.7, 1)]):
        angle = 2 * math.pi * k / 6
        d = unit([math.cos(angle), -0.35, math.sin(angle)])
        t.tree(DEND, root, place[root], d, length, r, depth)

    # apical trunk with an oblique at each joint, then the tuft
    at, p, d = soma[4], place[soma[4]], [0.0, 1.0, 0.05]
    for length, r0, r1 in ((52, 2.3, 2.0), (64, 1.95, 1.7), (71, 1.7, 1.45), (88, 1.4, 1.2), (93, 1.2, 1.0)):
        at, p, d = t.branch(APIC, at, p, d, length, r0, r1)
        t.tree(APIC, at, p, t.turn(d, t.u(0.8, 1.3)), t.u(40, 85), t.u(0.45, 0.7), 1 if length > 60 else 0)
        d = unit([0.5 * d[0], d[1] + 0.5, 0.5 * d[2]])
    for k in range(3):
        t.tree(APIC, at, p, t.turn(d, t.u(0.4, 0.8)), t.u(60, 90), 0.6, 2, 0.8)
    return t.rows


def main(out):
    out.write("# A pyramidal cell of no real animal, written by tools/oracle/neuron_make_swc.py.\n")
    out.write("# id type x y z radius parent; um; 1 soma, 2 axon, 3 basal, 4 apical\n")
    for i, kind, p, r, parent in pyramidal():
        out.write("%d %d %.3f %.3f %.3f %.3f %d\n" % (i, kind, p[0], p[1], p[2], r, parent))


if __name__ == "__main__":
    main(sys.stdout)
