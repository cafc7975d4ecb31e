"""Opens a column that corpus/s1-column wrote with libsonata and bmtk and compares what they say with the bare tables.

    python tools/oracle/column_check.py DIR
"""
import sys
import h5py
import libsonata
import numpy as np
from bmtk.utils import sonata

folder = sys.argv[1]
circuit = libsonata.CircuitConfig.from_file(folder + '/circuit_config.json')
simulation = libsonata.SimulationConfig.from_file(folder + '/simulation_config.json')
assert simulation.run.tstop > 0 and list(simulation.list_input_names) == ['thalamus']
nodes = circuit.node_population('column')
assert len(set(nodes.get_attribute('mtype', nodes.select_all()))) > 5
network = folder + '/network/'
for name in ('column__column', 'thalamus__column'):
    edges = circuit.edge_population(name)
    with h5py.File(f'{network}{name}_edges.h5') as f:
        base = f['edges/' + name]
        target, source = base['target_node_id'][:], base['source_node_id'][:]
        delay, use = base['0/delay'][:], base['0/dynamics_params/Use'][:]
    assert edges.size == len(target) and (np.diff(target.astype(int)) >= 0).all()
    assert .5 <= delay.min() and delay.max() < 20 and 0 < use.min() and use.max() < 1 and use.std() > .001
    for node in range(0, nodes.size, max(nodes.size // 20, 1)):
        mine = edges.afferent_edges(node)
        at = np.flatnonzero(target == node)
        assert (mine.flatten() == at).all() and (edges.source_nodes(mine) == source[at]).all(), node
        assert (edges.get_attribute('delay', mine) == delay[at]).all(), node
tables = sonata.File(data_files=[network + 'column_nodes.h5', network + 'column__column_edges.h5'],
                     data_type_files=[network + 'column_node_types.csv', network + 'column__column_edge_types.csv'])
with h5py.File(network + 'column__column_edges.h5') as f:
    target = f['edges/column__column/target_node_id'][:]
got = list(tables.edges['column__column'].get_target(3))
assert len(got) == (target == 3).sum() and {e['model_template'] for e in got} <= {'rall:TMExc', 'rall:TMInh'}
assert tables.nodes['column'][3]['model_type'] == 'biophysical'
print(f'column: libsonata and bmtk read {nodes.size} cells and {len(target)} edges as they are written')
