"""The page of tools/hoc-cells, from what its three stages have printed:

    hoc_table.py COMPARED RUNS TESTED...
"""
import os
import re
import sys

HEAD = """# Cells of published packages against NEURON

`tools/hoc-cells --full --table doc/hoc-cells.md` writes this page: cells that HOC templates, SWC and ASC files of published packages, and NEURON's demonstrations,
make, in rall and in NEURON 9.0.2. `tools/live` does a third of them on every run.

%s What is compared: sections, names, parents, connection points, nseg, 3-D points and SectionLists, which are equal; L, Ra, and per CV
diameter, cm, area, axial resistance, every mechanism parameter and ion, to 1e-12 relative.

Then each gets three current steps into its soma in turn, 10, 20 and 40 mV over its input resistance, as a rule of cellParams that rall makes
of it. Without `--full`, as in `tools/live`, large cells run for less than 500 ms, in proportion to CVs times mechanisms. A cell that comes without
mechanisms is given `pas` everywhere and `hh` in the soma. Spikes have to be at NEURON's steps, and potentials within 1e-6 mV before the first.

| cell | CVs | [ms] | spikes at NEURON's steps | largest difference before the first [mV] |
|---|---|---|---|---|
"""


def short(name):
    """A path without the middle of it."""
    parts = name.split("/")
    return name if len(parts) <= 5 else "/".join(parts[:1] + ["…"] + parts[-1:])


def main():
    with open(sys.argv[1]) as f:
        same = f.read().strip().splitlines()
    with open(sys.argv[2]) as f:
        runs = f.read().splitlines()
    sys.stdout.write(HEAD % (same[-1] + "."))
    now, bad, rows, all_, hit, done = "", [], [], 0, 0, []
    for path in sys.argv[3:]:
        with open(path) as f:
            for line in f:
                m = re.match(r"=== RUN +TestHocRuns/(.*)", line)
                if m:
                    now, bad = m.group(1), []
                elif re.search(r"NEURON (has )?[-0-9]|NEURON's at", line):
                    bad.append(line)
                m = re.search(r"(\d+) CVs, (\S+) ms: (\d+) of (\d+) spikes .* worst difference (\S+) mV", line)
                if m:
                    cvs, ms, got, of, worst = m.groups()
                    done.append(re.sub(r"#\d\d$", "", now))
                    all_, hit = all_ + int(of), hit + int(got)
                    rows.append("| %s | %s | %s | %s of %s | %s%s |" % (short(now), cvs, ms, got, of, worst, " DIFFERS" if bad else ""))
    print("\n".join(rows))
    print("\n%d cells, %d of %d spikes. Not run:\n" % (len(rows), hit, all_))
    for line in runs:
        m = re.match(r"made (\S+) ", line)
        if m and m.group(1) in done:
            done.remove(m.group(1))
        elif m:
            print("- %s: its runs were not compared when this page was written" % short(m.group(1)))
    for line in same:
        m = re.match(r"NOT +(\S+) (does not load: .*)", line)
        if m:
            print("- %s %s" % m.groups())
    seen = set()
    for line in runs + [x for x in same if not x.startswith("ok")][:-1]:
        m = re.match(r"---- (\S+) (?:is not run|NEURON fails): (.*)", line)
        if m and m.group(1) not in seen:
            seen.add(m.group(1))
            print("- %s: %s" % (short(m.group(1)), re.sub(r"(\S*/)+", "", m.group(2)).strip("[]'\"")))


if __name__ == "__main__":
    main()
