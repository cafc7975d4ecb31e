"""What doc/hoc-cells.md says of cells that load, and doc/mechanisms.md of mechanisms,
for doc/fidelity.md:

    hoc_summary.py doc/hoc-cells.md doc/mechanisms.md

What does not load, and what NEURON does not build, is named with its reason. Exit
code 1 if the pages do not say how many there are.
"""
import re
import sys


def main():
    with open(sys.argv[2]) as f:
        text = f.read()
    m = re.search(r"^(\d+) distinct files; NEURON takes (\d+), of which (\d+) compile \((.*?)\)\. Of these (\d+) do not vary; of the other (\d+) pass (\d+) \((.*?)\)", text, re.M)
    if not m:
        sys.exit(sys.argv[2] + " does not count mechanisms")
    print("Of %s distinct .mod files of published packages and NEURON itself NEURON takes %s; %s of those compile (%s), and of the %s that vary %s are what NEURON computes (%s): "
          "[mechanisms.md](mechanisms.md) has each with its largest difference, and those that do not compile with the reason." % (m[1], m[2], m[3], m[4], m[6], m[7], m[8]))
    print()
    with open(sys.argv[1]) as f:
        text = f.read()
    m = re.search(r"^(\d+) the same, (\d+) not, (\d+) that NEURON does not build", text, re.M)
    if not m:
        sys.exit(sys.argv[1] + " does not count cells")
    same, other, unbuilt = map(int, m.groups())
    print("Of %d cell files of published packages and NEURON itself (HOC, SWC, ASC) that NEURON builds, %d load and are what NEURON makes of them (%.1f %%), %d are not: "
          "[hoc-cells.md](hoc-cells.md) has them one by one."
          % (same + other, same, 100 * same / (same + other), other))
    if other:
        print("They are:\n")
        for name, why in re.findall(r"^- (\S+) does not load: (.*)$", text, re.M):
            print("- %s: %s" % (name, why))
        print()
    reasons = re.findall(r"^- (\S+): (.*(?:Error|error).*)$", text, re.M)
    if unbuilt:
        print("NEURON does not build %d more:\n" % unbuilt)
        for name, why in reasons:
            print("- %s: %s" % (name, why))


if __name__ == "__main__":
    main()
