from netpyne import specs

netParams = specs.NetParams()
netParams.sizeX = 200
netParams.sizeY = 120
netParams.sizeZ = 200
netParams.propVelocity = 150.0

netParams.importCellParams(
    label='PYR', conds={'cellType': 'PYR'}, fileName='cell.hoc', cellName='Pyramid', importSynMechs=False)

# How much less a 100 Hz current does to the soma from here than from the soma itself (transfer impedances), per segment.
norm = {
    'soma': [1.0],
    'axon': [1.021, 1.066, 1.112, 1.147, 1.166],
    'dend_0': [1.004, 1.009, 1.012],
    'dend_1': [1.004, 1.011, 1.013],
    'dend_2': [1.021],
    'apic_0': [1.02, 1.059, 1.098, 1.135, 1.17, 1.203, 1.23],
    'apic_1': [1.255, 1.275, 1.289, 1.297, 1.3],
    'apic_2': [1.248, 1.256, 1.263, 1.267, 1.269],
}
for sec, values in norm.items():
    netParams.cellParams['PYR']['secs'][sec]['weightNorm'] = values
netParams.cellParams['PYR']['secs']['axon']['spikeGenLoc'] = 0.5

netParams.popParams['PYR'] = {'cellType': 'PYR', 'numCells': 10}

netParams.synMechParams['AMPA'] = {'mod': 'Exp2Syn', 'tau1': 0.5, 'tau2': 3.5, 'e': 0}
netParams.synMechParams['NMDA'] = {'mod': 'Exp2Syn', 'tau1': 3, 'tau2': 40, 'e': 0}

netParams.stimSourceParams['bkg'] = {'type': 'NetStim', 'rate': 30, 'noise': 0.9, 'start': 10}
netParams.stimTargetParams['bkg->apical'] = {
    'source': 'bkg', 'conds': {'pop': 'PYR'}, 'sec': 'apical', 'synsPerConn': 4,
    'weight': 0.0025, 'delay': 'uniform(1,2)', 'synMech': 'AMPA'}
netParams.stimSourceParams['hold'] = {'type': 'IClamp', 'del': 250, 'dur': 100, 'amp': '-0.05*post_xnorm'}
netParams.stimTargetParams['hold->soma'] = {'source': 'hold', 'conds': {'pop': 'PYR'}, 'sec': 'soma', 'loc': 0.5}

netParams.connParams['PYR->apical'] = {
    'preConds': {'pop': 'PYR'}, 'postConds': {'pop': 'PYR'}, 'probability': 0.35,
    'weight': [0.0008, 0.0001], 'delay': '1.1 + dist_3D/propVelocity', 'sec': 'apical', 'synsPerConn': 3,
    'synMech': ['AMPA', 'NMDA']}
netParams.connParams['PYR->basal'] = {
    'preConds': {'pop': 'PYR'}, 'postConds': {'pop': 'PYR'}, 'convergence': 2,
    'weight': 'normal(0.002, 1e-7)', 'delay': '0.9 + dist_3D/propVelocity', 'sec': 'basal', 'loc': 0.6,
    'synMech': 'AMPA'}
