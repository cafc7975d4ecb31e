"""Holds the features that rall protocol writes to those of eFEL on the same traces.

    python tools/oracle/features_check.py FOLDER ...     (folders that rall protocol -o wrote, with all features)

Every feature of every sweep is compared to 1e-7 relative: the same definitions, sums and
logarithms rounded otherwise. Exit code 1 if any differs, or if nothing was compared.
"""

import csv
import json
import logging
import os
import sys
import warnings

import efel
import numpy as np

# Where eFEL has a value that is none: a line through one interval; the rise of a spike
# before the stimulus; the width of a spike without an end.
LENIENT = {"ISI_semilog_slope", "ISI_log_slope", "ISI_log_slope_skip"}


def traces(path):
    with open(path) as f:
        rows = csv.reader(f)
        head = next(rows)
        data = np.array([[float(x) for x in r] for r in rows]).T
    return {h: d for h, d in zip(head, data)}


def main():
    warnings.simplefilter("ignore")
    logging.disable()
    compared, values, bad = 0, 0, 0
    for folder in sys.argv[1:]:
        for p in json.load(open(os.path.join(folder, "protocols.json")))["protocols"]:
            if not p.get("features"):
                continue
            cols = traces(os.path.join(folder, p["name"] + "_traces.csv"))
            for s in p["features"]:
                v = next(x for h, x in cols.items() if h.startswith(s["sweep"] + ", v of "))
                trace = {"T": cols["t (ms)"], "V": v, "stim_start": [s["stim_start"]], "stim_end": [s["stim_end"]], "stimulus_current": [s["current"]]}
                names = [f["name"] for f in s["features"]]
                efel.reset()
                want = efel.get_feature_values([trace], names, raise_warnings=False)[0]
                isi = want["all_ISI_values"]
                for f in s["features"]:
                    w = want[f["name"]]
                    if w is None or len(w) == 0 or not all(np.isfinite(w)):
                        w = []
                    if f["name"] in LENIENT and (isi is None or len(isi) < 3):
                        continue
                    got = f["values"] or []
                    compared += 1
                    values += len(got)
                    if len(got) != len(w) or any(abs(a - b) > 1e-7 * max(abs(b), 1) for a, b in zip(got, w)):
                        bad += 1
                        print(f"{folder}, {p['name']}, {s['sweep']}: {f['name']} is {got}, eFEL's {list(w)}")
    print(f"{compared} features of {len(sys.argv) - 1} folders, {values} values: {bad} differ")
    sys.exit(1 if bad or not values else 0)


if __name__ == "__main__":
    main()
