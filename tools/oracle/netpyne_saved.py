#!/usr/bin/env python3
"""Writes a one-JSON spec as NetPyNE's own netParams.save and cfg.save write it (keys sorted, every default spelt out).

    python tools/oracle/netpyne_saved.py SPEC.json FOLDER     writes FOLDER/netParams.json and FOLDER/cfg.json
"""
import os
import sys


def main(spec, folder):
    os.environ.setdefault('MPLBACKEND', 'Agg')
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    from netpyne import sim
    net_params = sim.loadNetParams(spec, variable='netParams', setLoaded=False)
    cfg = sim.loadSimCfg(spec, variable='simConfig', setLoaded=False)
    os.makedirs(folder, exist_ok=True)
    here = os.getcwd()
    os.chdir(folder)  # save() wants a folder in the name; './' keeps this machine's paths out
    net_params.save('./netParams.json')
    cfg.save('./cfg.json')
    os.chdir(here)
    os._exit(0)


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(os.path.abspath(sys.argv[1]), sys.argv[2])
