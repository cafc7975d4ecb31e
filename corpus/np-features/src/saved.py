# Makes saved-labels-netParams.json and saved-labels-cfg.json: rules without labels of their own, tuples, a mapping,
# every default, as NetPyNE's save writes them.   python src/saved.py   (in a folder where NetPyNE can be imported)
import os
import sys

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.chdir(here)
from netpyne import specs

netParams = specs.NetParams()
netParams.sizeY = 150
netParams.lam = 0.7
netParams.addPopParams('Z', {'cellType': 'HH', 'numCells': 4, 'yRange': (50, 100)})
netParams.addPopParams('A', {'cellType': 'HH', 'numCells': 5})
netParams.addPopParams('noise', {'cellModel': 'NetStim', 'numCells': 4, 'rate': 120, 'noise': 0.3})
netParams.addCellParams('rule', {'conds': {'cellType': 'HH'}, 'secs': {'soma': {
    'geom': {'L': 20, 'diam': 20, 'Ra': 100, 'pt3d': [(0, 0, 0, 20), (0, 20, 0, 20)]}, 'mechs': {'hh': {}}}}})
netParams.addSynMechParams('syn', {'mod': 'Exp2Syn', 'tau1': 0.3, 'tau2': 2.0, 'e': 0})
netParams.addStimSourceParams('ic', {'type': 'IClamp', 'del': 10, 'dur': 15, 'amp': 0.4})
netParams.addStimTargetParams('ic->Z', {'source': 'ic', 'conds': {'pop': 'Z'}, 'sec': 'soma', 'loc': 0.5})
for i in range(12):
    netParams.addConnParams(None, {'preConds': {'pop': ['noise', 'Z', 'A'][i % 3]}, 'postConds': {'pop': ['A', 'Z'][i % 2]},
                                   'probability': 'lam*%g' % (0.1 + 0.05 * i), 'weight': 'w%d*uniform(0.5,1)' % (i % 2),
                                   'delay': (1 + i), 'synMech': 'syn'})
netParams.mapping = {'wA': 'w0', 'wB': 'w1'}
netParams.w0 = 1.0
netParams.w1 = 1.0
cfg = specs.SimConfig()
cfg.duration = 60
cfg.wA = 0.004
cfg.wB = 0.003
cfg.recordCells = [('Z', [0, 1]), 7]
cfg.recordTraces = {'v': {'sec': 'soma', 'loc': 0.5, 'var': 'v'}}
cfg.analysis = {'plotRaster': True}
netParams.save('./saved-labels-netParams.json')
cfg.save('./saved-labels-cfg.json')
sys.stdout.flush()
os._exit(0)
