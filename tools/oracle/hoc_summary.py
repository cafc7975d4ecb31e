"""What doc/hoc-cells.md says of cells that load, for doc/fidelity.md:

    hoc_summary.py doc/hoc-cells.md

What NEURON does not build is named with its reason. Exit code 1 if the page does
not say how many cells load.
"""
import re
import sys


def main():
    with open(sys.argv[1]) as f:
        text = f.read()
    m = re.search(r"^(\d+) the same, (\d+) not, (\d+) that NEURON does not build", text, re.M)
    if not m:
        sys.exit(sys.argv[1] + " does not count cells")
    same, other, unbuilt = map(int, m.groups())
    print("Of %d cell files of published packages (HOC, SWC, ASC) that NEURON builds, %d load and are what NEURON makes of them (%.1f %%), %d are not."
          % (same + other, same, 100 * same / (same + other), other))
    reasons = re.findall(r"^- (\S+): (.*(?:Error|error).*)$", text, re.M)
    if unbuilt:
        print("NEURON does not build %d more:\n" % unbuilt)
        for name, why in reasons:
            print("- %s: %s" % (name, why))


if __name__ == "__main__":
    main()
