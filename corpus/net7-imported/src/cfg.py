from netpyne import specs

cfg = specs.SimConfig()
cfg.duration = 500
cfg.dt = 0.025
# No celsius here, so that the one the cell rule brought along holds.
cfg.hParams = {'v_init': -70.0, 'clamp_resist': 0.001}
cfg.seeds = {'conn': 2, 'stim': 3, 'loc': 4}
cfg.recordCells = [0, 5, 9]
cfg.recordTraces = {
    'V_soma': {'sec': 'soma', 'loc': 0.5, 'var': 'v'},
    'V_tuft': {'sec': 'apic_1', 'loc': 0.9, 'var': 'v'},
    'm_ihcn': {'sec': 'apic_0', 'loc': 0.5, 'mech': 'ihcn', 'var': 'm'},
}
cfg.recordStep = 0.1
cfg.simLabel = 'imported'
cfg.saveFolder = 'output'
cfg.analysis['plotRaster'] = {'saveFig': True}
cfg.analysis['plotTraces'] = {'include': [0, 5], 'saveFig': True}
