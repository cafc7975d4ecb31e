// Package layout is the numeric network: structure-of-arrays columns in which
// every name has become a slot. ir/lower writes it, runtime/sim copies its
// columns and runs them; nothing in a Network changes once it is lowered, so
// that trials and ranks share one.
//
// Cells are interleaved in lane blocks: node k of lane l in a block of L lanes
// stands at First + k*L + l, so that the tree solve runs as contiguous code
// over L = 8 cells of equal topology; a cell without peers has a block of one
// lane. Mechanism instances reach nodes through index columns only, so that
// kernels batch over everything in a group.
package layout

import (
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/runtime/kernel"
)

// Lanes is the width of a full lane block, the same on every machine.
const Lanes = 8

// Network is a whole lowered model.
type Network struct {
	Dt         float64 // [ms]
	Duration   float64 // [ms]
	Celsius    float64 // [degC]
	RecordStep float64 // [ms]
	RecordStim bool

	SecondOrder int // NEURON's secondorder

	Mechs   []Mech // in the order of a step
	Ions    []Ion
	Groups  []Group
	Sources []Source
	Records []Record
	Cells   []Cell   // in gid order
	CVs     CVs      // where the CVs of the cells lie
	Epoch   int      // steps between exchanges
	Why     string   // what decided the epoch, for rall inspect
	Slots   int      // values that couplings hand on in a step
	Coupled []string // which cells couplings bring together and how, for rall inspect
	Merging []Merging

	NumCVs, NumConns, NumSyns int
}

// Steps returns how many steps of dt may be taken before an event of that delay
// [ms] can be due that was sent since, with a margin for the rounding of
// accumulated time.
func Steps(delay, dt float64) int { return max(int(min(delay/dt-1e-3, 1e9)), 0) }

// Mech is a mechanism of the network.
type Mech struct {
	Program  *kernel.Program
	Uniforms []float64 // initial values, as Program.Uniforms
	Grids    []kernel.Grid
	Externs  []Extern
}

// Extern says that a mechanism's uniform is that of another one.
type Extern struct {
	Uniform  int
	Mech, Of int // the other mechanism, and its uniform
}

// SetUniform gives a mechanism's uniform a value, and every other mechanism that
// names it.
func (n *Network) SetUniform(mech, k int, x float64) {
	n.Mechs[mech].Uniforms[k] = x
	for other := range n.Mechs {
		for _, e := range n.Mechs[other].Externs {
			if e.Mech == mech && e.Of == k {
				n.Mechs[other].Uniforms[e.Uniform] = x
			}
		}
	}
}

// Ion is a species; the conc0 values are NEURON's globals such as nai0 [mM].
type Ion struct {
	Name       string
	Valence    float64
	In0, Out0  float64
	DefaultRev float64 // [mV]
}

// Style bits of an ion slot: what the ion's own stage does.
const (
	InitConc   uint8 = 1 << iota // concentrations start from In0, Out0
	InitNernst                   // reversal from concentrations at initialisation
	StepNernst                   // reversal from concentrations at every set-up
)

// IonStyle turns the bits of NEURON's ion_style into those of a slot.
func IonStyle(bits int) uint8 {
	var s uint8
	if bits&4 != 0 {
		s |= InitConc
	}
	if bits&040 != 0 {
		s |= InitNernst
	}
	if bits&0100 != 0 {
		s |= StepNernst
	}
	return s
}

// Merging says, for rall inspect, which instances of a point process that
// receives events go together. Networks without merging have none.
type Merging struct {
	Mech    string
	Why     string // it is not merged; "": it is
	N       int    // instances
	Steps   int    // those that are stepped, for all
	Own     int    // those that have kept something of their own
	Alone   map[string]int
	Classes []MergedClass
}

// MergedClass counts the instances of a class that go together.
type MergedClass struct {
	Values   string // of the parameters in which classes differ
	N, Steps int
}

// Cell says where a compartmental cell lives; artificial cells have Block -1.
type Cell struct {
	Gid, Pop, NodeID int
	Group            int32
	Block, Lane      int32
	NumCVs           int32
	FirstCV          int // of Network.CVs; those of other ranks' cells are not there
	Places           *Places
}

// Places say where the nodes of a cell are, for errors; cells of one shape
// share them.
type Places struct {
	Names   []string  // of sections
	Section []int32   // by node: index into Names
	Pos     []float64 // by node: arc, 0..1
}

// CVs are columns with a place for every CV of every cell of this rank: cells in gid order,
// within a cell section by section, from arc 0 to 1. The ends [um] are those
// of a CV's stretch of its section in the laboratory frame; sections without
// 3-D points lie as NEURON's define_shape draws them. The columns are empty
// unless the lowering was asked for them or i_membrane_ is recorded.
type CVs struct {
	X0, Y0, Z0 []float64 // [um] nearer to arc 0
	X1, Y1, Z1 []float64 // [um]
	Diam       []float64 // [um]
	Node       []int32   // in the cell's group
}

// Group is the unit of scheduling.
type Group struct {
	Foreign bool // another rank steps it: all columns are empty here

	Blocks []Block
	// Node columns, one entry per node of every block, padding lanes included.
	VInit []float64 // [mV]
	Area  []float64 // [um2]; 100 for a zero-area node
	Diam  []float64 // [um]
	Cm    []float64 // [uF/cm2]; 0 for a zero-area node
	A, B  []float64 // coupling to the parent: into the parent's row, into the own row [mS/cm2, negative]

	Ions      []IonSlots // in the order of Network.Ions that occur here
	Instances []Instances
	Detectors []Detector
	Edges     Edges
	Plays     []Play

	// Continuous couplings: what the group gives to slots of the network, and
	// takes from there, once in a step. A Tied group shares slots with another:
	// both take one step at a time.
	Layers *Layers // extracellular layers, nil: none
	Gives  []Give
	Takes  []Take
	Tied   bool

	NumShared int // numbers that only POINTERs name
}

// Layers couple the extracellular layers of a node to those of its parent, by
// instance of the mechanism that holds their parameters and their potentials:
// through the node's own half CV, and that of the instance Before it.
type Layers struct {
	Set       int32     // index into Group.Instances
	Half      []float64 // from the node's centre to its CV's border [um]; 0: the node is an end
	Before    []int32   // -1: none
	Area      []float64 // of the node [um2], and of its parent
	AreaAbove []float64
}

// Give copies a variable into a slot when the potentials of a step are known.
type Give struct {
	Slot int32
	Var
}

// Take copies a slot into a variable of an instance, before the states
// advance: a column, or (Pointer >= 0) what a POINTER names.
type Take struct {
	Slot, Set, Row int32
	Col            int32
	Pointer        int32 // index into Program.Pointers, -1: the column
}

// Block is a set of cells of equal topology, one a lane.
type Block struct {
	First  int     // of node 0, lane 0
	Lanes  int     // 1 or Lanes
	Used   int     // lanes that hold a cell
	Parent []int32 // by node of a cell; Parent[0] is -1, parents come first
	Layers bool    // some nodes have extracellular layers
}

// IonSlots are the CVs of a group where an ion is present.
type IonSlots struct {
	Ion     int // index into Network.Ions
	Node    []int32
	E       []float64 // [mV]
	In, Out []float64 // [mM]
	I       []float64 // [mA/cm2] what INITIAL finds of a run before; nil: nothing
	Style   []uint8
}

// Instances are the instances of one mechanism in a group. Instances of
// density mechanisms are in node order, others in order of creation.
type Instances struct {
	Mech    int         // index into Network.Mechs
	N       int         //
	Columns [][]float64 // initial values, as Program.Columns laid out in a Frame; one value alone is that of all instances
	Node    []int32     // node of each instance; nil for artificial cells
	Ion     [][]int32   // per Program.Ions: slot of each instance in the group's IonSlots
	IonSet  []int32     // per Program.Ions: index into Group.Ions
	Streams [][]random.Stream
	Trains  [][]float64
	Series  [][][]float64 // lists of numbers by Program.Series and instance; nil: Trains is the only one
	Bound   [][]Var       // per Program.Pointers and instance: the variable of the group that it stands for; Row -1: a Take serves it
	Source  []int32       // source number of an instance that emits events, -1 if nothing listens
	Order   []int64       // identity of each instance, independent of the partition

	// What is left of instances that go together: the row of the one that stands
	// for them, in another set. nil: they are whole.
	Common    []int32
	CommonSet int32 // index into Group.Instances, of an earlier set

	Diffusion *Diffusion // nil: no states of the mechanism spread along the cable
}

// PointsAtWeights says whether POINTERs stand for weights of the group's edges.
func (g *Group) PointsAtWeights() bool {
	for k := range g.Instances {
		for _, bound := range g.Instances[k].Bound {
			for _, v := range bound {
				if v.What == Weight && v.Row >= 0 {
					return true
				}
			}
		}
	}
	return false
}

// Value returns the initial value of a column of one instance.
func (in *Instances) Value(col, row int) float64 {
	if c := in.Columns[col]; len(c) == in.N {
		return c[row]
	}
	return in.Columns[col][0]
}

// Diffusion says between which instances states spread: each and the one
// towards the root, with NEURON's geometry [1/um2] in that one's equation (A)
// and in its own (B). Parents come first.
type Diffusion struct {
	Parent []int32 // instance, -1: none
	A, B   []float64
}

// Source is what can start an event: a detector on a node, or an instance of
// an artificial cell.
type Source struct {
	Gid    int // -1 for a stimulator
	Stim   int // stimulator number over the whole model, -1 for a cell
	Target int // gid that a stimulator was made for, -1 for a cell
	Label  string
	Group  int32
	Count  bool // its events are kept as spikes of the network
}

// Detector watches the potential of a node, or a variable of an instance: its
// source fires when that rises above Threshold.
type Detector struct {
	Source    int32
	Node      int32   // -1: the variable
	Threshold float64 // [mV]
	Set, Row  int32   // of Group.Instances
	Col       int32
}

// Play sets a variable to Values[i] at Times[i] [ms], or (Continuous) lets it
// go along straight lines between them.
type Play struct {
	Var
	Times, Values []float64
	Continuous    bool
}

// Edges are the connections onto one group, sorted by source, then delay, then
// model order: edges First[s] to First[s+1] belong to source Sources[s].
type Edges struct {
	Sources []int32
	First   []int32
	Order   []int64
	Set     []int32   // index into Group.Instances
	Row     []int32   // instance
	Delay   []float64 // [ms]
	Weight  []int32   // offset of the weight vector among those of all edges, ascending: no two share one
	Value   []float64 // an element of the vector as it begins; the others are 0
	Element []uint8   // which; nil: the first, for all
	Weights []float64 // all vectors as they begin, in place of Value and Element, where more of their elements are not 0
	Length  int       // of all vectors
}

// Vector appends the weight vector of edge k, of n elements, as it begins.
func (e *Edges) Vector(k int, to []float64, n int) []float64 {
	if e.Weights != nil {
		return append(to, e.Weights[e.Weight[k]:][:n]...)
	}
	element := 0
	if e.Element != nil {
		element = int(e.Element[k])
	}
	for i := range n {
		x := 0.0
		if i == element {
			x = e.Value[k]
		}
		to = append(to, x)
	}
	return to
}

// Begin writes all weight vectors as they begin. Where each has one element
// they are Value.
func (e *Edges) Begin(to []float64) {
	if e.Weights != nil {
		copy(to, e.Weights)
		return
	}
	clear(to)
	for k, at := range e.Weight {
		if e.Element != nil {
			at += int32(e.Element[k])
		}
		to[at] = e.Value[k]
	}
}

// Narrow says whether every vector has one element.
func (e *Edges) Narrow() bool { return e.Weights == nil && e.Length == len(e.Row) }

// What a Record reads.
type What uint8

const (
	NodeV    What = iota // index: node
	NodeICap             // index: node; the current into its capacitance
	NodeIMem             // index: node; the current [nA] through its membrane, electrodes excluded
	Zero                 // nothing: a node of no area that carries no current
	Column               // set, column, instance
	IonE                 // set (IonSlots), slot
	IonIn
	IonOut
	IonI
	Shared   // row: of the numbers that only POINTERs name
	Weight   // row: of the group's edges; column: of its weight vector
	NodeDiam // index: node; its diameter, which nothing changes
)

// Var is a variable of a group.
type Var struct {
	What What
	Set  int32 // index into Group.Instances or Group.Ions
	Col  int32
	Row  int32
}

// Record is one sampled variable.
type Record struct {
	Label     string
	Variable  string
	Unit      string
	Gid       int
	Section   string
	SectionID int
	Pos       float64
	All       bool // one of all synapses of a cell

	Group int32
	Var
}

// WithStreams returns a network that differs in its random streams only.
func (n *Network) WithStreams(f func(random.Stream) random.Stream) *Network {
	out := *n
	out.Groups = append([]Group(nil), n.Groups...)
	for gi := range out.Groups {
		g := &out.Groups[gi]
		g.Instances = append([]Instances(nil), g.Instances...)
		for i := range g.Instances {
			in := &g.Instances[i]
			streams := make([][]random.Stream, len(in.Streams))
			for k := range in.Streams {
				streams[k] = make([]random.Stream, len(in.Streams[k]))
				for r := range streams[k] {
					streams[k][r] = f(in.Streams[k][r])
				}
			}
			in.Streams = streams
		}
	}
	return &out
}
