"""Writes golden files: float64 .npy arrays and JSON that reads back to the same bits."""
import json
import os

import numpy as np


def must_vary(label, row):
    row = np.asarray(row)
    if not np.all(np.isfinite(row)):
        raise SystemExit("golden %s is not finite" % label)
    if row.size < 2 or row.min() == row.max():
        raise SystemExit("golden %s does not vary" % label)


def array(folder, name, data):
    data = np.ascontiguousarray(data, dtype="<f8")
    np.save(os.path.join(folder, name), data, allow_pickle=False)


def json_(folder, name, value):
    with open(os.path.join(folder, name), "w") as f:
        f.write(text(value, 0))
        f.write("\n")


def spikes(folder, pairs):
    json_(folder, "spikes.json", {"t": [t for t, _ in pairs], "gid": [g for _, g in pairs]})


def text(value, depth):
    """JSON with one line per member, lists of scalars on one line."""
    pad = " " * (depth + 1)
    if isinstance(value, dict) and value:
        body = ",\n".join("%s%s: %s" % (pad, json.dumps(k), text(v, depth + 1)) for k, v in value.items())
        return "{\n%s\n%s}" % (body, " " * depth)
    if isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
        body = ",\n".join(pad + text(v, depth + 1) for v in value)
        return "[\n%s\n%s]" % (body, " " * depth)
    return json.dumps(value, allow_nan=False)
