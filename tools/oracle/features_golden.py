"""What eFEL measures of traces: the golden of analysis/features.

    python tools/oracle/features_golden.py          (efel 5.7.34)

makes the traces, by formula or by integrating a small model of one compartment, and
writes them (NAME.npy; uneven samples with their times) and the values of eFEL's features
under several settings (features.json) into analysis/features/testdata/efel-5.7.34.
Potentials are rounded to float32, so that every machine reads the same ones.
"""

import json
import logging
import math
import os
import warnings

import efel
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "..", "analysis", "features", "testdata", "efel-5.7.34")

# Not values of a trace, or places in it, or features of currents.
LEFT_OUT = {"voltage", "time", "current", "current_base", "steady_state_current_stimend", "impedance",
            "multiple_decay_time_constant_after_stim", "activation_time_constant", "deactivation_time_constant",
            "inactivation_time_constant"}

SETTINGS = {
    "default": {},
    "strict": {"strict_stiminterval": True, "Threshold": -30.0, "interp_step": 0.05, "ignore_first_ISI": False},
    "steep": {"Threshold": -10.0, "DerivativeThreshold": 20.0, "DownDerivativeThreshold": -8.0, "DerivativeWindow": 5,
              "rise_start_perc": 0.1, "rise_end_perc": 0.9, "burst_factor": 1.2, "strict_burst_factor": 1.4,
              "spike_skipf": 0.3, "max_spike_skip": 5, "initburst_freq_threshold": 30, "initial_perc": 0.3},
}


def cell(amp, stim=(100.0, 400.0), end=500.0, dt=0.01, every=10, gm=0.0, gh=0.0, noise=0.0, seed=1, gna=120.0, gk=36.0):
    """A compartment with the currents of Hodgkin and Huxley at -65 mV, a slow
    potassium current (gm) and a hyperpolarisation-activated one (gh) [mS/cm2]; amp in uA/cm2."""
    rng = np.random.default_rng(seed)
    v, m, h, n, w, q = -65.0, 0.053, 0.596, 0.318, 0.0, 0.0
    t, out = 0.0, []

    def linoid(x, y):
        return y * (1 - x / y / 2) if abs(x / y) < 1e-6 else x / (math.exp(x / y) - 1)

    q = 1 / (1 + math.exp((v + 80) / 8))
    w = 1 / (1 + math.exp(-(v + 35) / 8))
    steps = int(round(end / dt))
    for k in range(steps + 1):
        if k % every == 0:
            out.append(v)
        am, bm = 0.1 * linoid(-(v + 40), 10), 4 * math.exp(-(v + 65) / 18)
        ah, bh = 0.07 * math.exp(-(v + 65) / 20), 1 / (math.exp(-(v + 35) / 10) + 1)
        an, bn = 0.01 * linoid(-(v + 55), 10), 0.125 * math.exp(-(v + 65) / 80)
        m += (1 - math.exp(-dt * (am + bm))) * (am / (am + bm) - m)
        h += (1 - math.exp(-dt * (ah + bh))) * (ah / (ah + bh) - h)
        n += (1 - math.exp(-dt * (an + bn))) * (an / (an + bn) - n)
        w += (1 - math.exp(-dt / 80)) * (1 / (1 + math.exp(-(v + 35) / 8)) - w)
        q += (1 - math.exp(-dt / 40)) * (1 / (1 + math.exp((v + 80) / 8)) - q)
        i = amp if stim[0] <= t < stim[1] else 0.0
        if noise:
            i += noise * rng.standard_normal()
        ion = gna * m**3 * h * (v - 50) + gk * n**4 * (v + 77) + gm * w * (v + 85) + gh * q * (v + 35) + 0.3 * (v + 54.387)
        v += dt * (i - ion)
        t += dt
    return np.array(out), stim


def train(times, stim=(100.0, 400.0), end=500.0, step=0.1, depth=12.0, adp=0.0, wide=1.0, plateau=0.0):
    """Spikes of one shape at given times on a plateau during the stimulus."""
    t = np.arange(0, end, step)
    v = np.full(t.size, -70.0)
    on = (t >= stim[0]) & (t < stim[1])
    v[on] += plateau * (1 - np.exp(-(t[on] - stim[0]) / 12))
    off = t >= stim[1]
    v[off] += plateau * np.exp(-(t[off] - stim[1]) / 12)
    for at in times:
        d = np.maximum(t - at, 0) / wide
        v += 420 * (np.exp(-d / 0.5) - np.exp(-d / 0.25)) - depth * (np.exp(-d / 15) - np.exp(-d / 1.5)) \
            + adp * (np.exp(-d / 8) - np.exp(-d / 4))
    return v, stim


def traces():
    """name: (v, stim, current [nA], t or None for even steps, step)"""
    c = {}
    c["tonic"] = cell(10) + (0.5, None, 0.1)
    c["adapting"] = cell(14, gm=1.2) + (0.7, None, 0.1)
    c["one_spike"] = cell(4) + (0.2, None, 0.1)
    c["silent"] = cell(1) + (0.05, None, 0.1)
    c["sag"] = cell(-6, gh=0.15) + (-0.3, None, 0.1)
    c["hyperpolarised"] = cell(-2, gna=0.0, gk=0.0) + (-0.1, None, 0.1)
    c["rebound"] = cell(-12, gh=0.1) + (-0.6, None, 0.1)
    c["noisy"] = cell(8, noise=15.0) + (0.4, None, 0.1)
    c["noise_alone"] = cell(8, noise=40.0) + (0.4, None, 0.1)  # spikes before the stimulus too
    c["block"] = cell(150) + (7.5, None, 0.1)
    c["cut"] = cell(10, stim=(100.0, 104.1), end=200.0) + (0.5, None, 0.1)
    c["from_zero"] = cell(10, stim=(0.0, 200.0), end=200.0) + (0.5, None, 0.1)
    v, stim = cell(12, every=2, end=300.0, stim=(60.0, 260.0))  # finer than eFEL looks
    c["fine"] = (v, stim, 0.6, None, 0.02)
    c["coarse"] = cell(12, every=25) + (0.6, None, 0.25)
    v, stim = cell(11, gm=0.5, every=1, end=300.0, stim=(60.0, 260.0))
    rng = np.random.default_rng(7)
    keep = np.concatenate([[0], np.sort(rng.choice(np.arange(1, v.size - 1), 3500, replace=False)), [v.size - 1]])
    c["uneven"] = (v[keep], stim, 0.55, keep * 0.01, None)
    bursts = [t0 + k for t0, n in ((120, 4), (190, 5), (265, 3), (345, 4)) for k in (0, 6, 13, 21, 30)[:n]]
    c["bursting"] = train(bursts, plateau=12.0) + (0.3, None, 0.1)
    c["initial_burst"] = train([105, 110, 116.5, 124, 180, 240, 305, 371], plateau=14.0, adp=9.0) + (0.3, None, 0.1)
    c["doublet"] = train([130.04, 138.21], plateau=9.0, wide=1.7) + (0.2, None, 0.1)
    c["accelerating"] = train(list(np.cumsum([115, 60, 50, 41, 33, 26, 20, 15])), plateau=10.0) + (0.25, None, 0.1)
    c["before_and_after"] = train([40, 150, 210, 280, 430], plateau=10.0) + (0.25, None, 0.1)
    c["at_the_end"] = train([150, 220, 399.3], plateau=10.0) + (0.25, None, 0.1)
    c["unfinished"] = train([150, 220, 499.2], plateau=10.0) + (0.25, None, 0.1)
    return c


def measure(t, v, stim, current, settings, names):
    efel.reset()
    for k, x in settings.items():
        efel.set_setting(k, x)
    trace = {"T": t, "V": v, "stim_start": [stim[0]], "stim_end": [stim[1]], "stimulus_current": [current]}
    try:
        return efel.get_feature_values([trace], names, raise_warnings=False)[0]
    except (IndexError, TypeError):  # of one feature, which eFEL does not survive
        out = {}
        for n in names:
            try:
                out.update(efel.get_feature_values([trace], [n], raise_warnings=False)[0])
            except (IndexError, TypeError):
                out[n] = None
        return out


def values(x):
    if x is None or len(x) == 0 or not all(np.isfinite(x)):
        return None
    return [float(a) for a in x]


def main():
    warnings.simplefilter("ignore")
    logging.disable()
    os.makedirs(OUT, exist_ok=True)
    names = [n for n in dict.fromkeys(efel.get_feature_names()) if n not in LEFT_OUT and "indices" not in n]
    out = {"oracle": "efel " + efel.__version__, "settings": SETTINGS, "traces": {}}
    for name, (v, stim, current, t, step) in traces().items():
        v = v.astype(np.float32)
        rows = v if t is None else np.stack([t, v.astype(float)])
        np.save(os.path.join(OUT, name + ".npy"), rows)
        at = np.arange(v.size) * step if t is None else t
        row = {"stim_start": stim[0], "stim_end": stim[1], "current": current, "step": step, "features": {}}
        for label, s in SETTINGS.items():
            got = measure(at, v.astype(float), stim, current, s, names)
            row["features"][label] = {n: values(got[n]) for n in names}
        out["traces"][name] = row
        some = sum(x is not None for x in row["features"]["default"].values())
        print(f"{name}: {v.size} samples, {int(row['features']['default']['Spikecount'][0])} spikes, {some} features")
    with open(os.path.join(OUT, "features.json"), "w") as f:
        json.dump(out, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
