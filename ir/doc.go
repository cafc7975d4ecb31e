// Package ir is the symbolic model: what every importer and the spec builder
// produce, and what ir/lower turns into numbers.
//
// In: importers and spec/build. Out: a Model that Check accepts, immutable
// from then on. Next: ir/lower resolves every name to a slot, once.
//
// The words of the house, used in code, errors and documents alike:
//
//	Segment      frustum between two 3-D points        (NeuroML segment, SWC edge)
//	Section      unbranched cable, addressed by 0..1   (NEURON/SONATA section, Arbor branch)
//	CV           control volume, nseg per Section      (NEURON "segment")
//	Node         an unknown of the matrix: a CV's centre, or a zero-area point
//	             at a section's end or a branch
//	Region, Locset, Location{Section, Pos}             named extents, named points
//	Mechanism    a definition with equations; Density, PointProcess,
//	             ArtificialCell, GapJunction
//	CellType     template: morphology, regions, painted and placed mechanisms
//	Population, Projection, Edge, NetCon               groups of cells, groups of
//	             edges, one edge, its delivered form
//	gid          global cell id
//
// Units are NEURON's: mV, ms, um, nA for point currents, mA/cm2 for density
// currents, uS for synaptic weights, S/cm2, uF/cm2, ohm cm, mM, degC.
package ir
