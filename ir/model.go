package ir

import (
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/morph"
)

// Model is a whole network, symbolic and named. It is immutable once built:
// whoever holds one may share it between goroutines.
type Model struct {
	Name       string
	Mechanisms *mech.Catalogue
	CellTypes  []*CellType
	Pops       []*Population
	Projs      []Projection // in model order
	Points     []*PointTable
	Stims      []*Stimulators
	Records    []Record
	Couplings  []Coupling   // in model order
	Plays      []Played     // in model order
	SpikesOf   map[int]bool // gids whose spikes are kept; nil: all
	Globals    []Global
	Tables     []FunctionTable
	Conditions Conditions
	Part       *Part // nil: the model is whole
}

// Conditions are the settings of the run that belong to the model.
type Conditions struct {
	Duration   float64 // [ms]
	Dt         float64 // [ms]
	Celsius    float64 // [degC]
	VInit      float64 // [mV] where no section says otherwise
	RecordStep float64 // [ms]
	RecordStim bool
	Seeds      map[string]int64
	RNG        string // "netpyne" or "rall"
	Label      string

	MergeSynapses bool // synapses with equal kinetics on one CV go together

	SecondOrder int  // NEURON's secondorder: 0 backward Euler; 1 Crank-Nicolson; 2 that, with currents of ions at the middle of the step
	YDown       bool // a cell's y is a depth: in the laboratory frame it is -y
}

// Global sets a mechanism's uniform (a GLOBAL parameter), or an ion's initial
// concentration (Name "nai0", "nao0", … with Mech "").
type Global struct {
	Mech, Name string
	Value      float64
	Pos        diag.Pos
}

// FunctionTable gives the values of a mechanism's FUNCTION_TABLE: Y has a row
// for each point of the first axis. Without axes it is Y[0] everywhere.
type FunctionTable struct {
	Mech, Name string
	Axes       []TableAxis
	Y          []float64
	Pos        diag.Pos
}

// TableAxis are the points of an argument, ascending, or N of them evenly from
// Lo to Hi.
type TableAxis struct {
	Points []float64
	Lo, Hi float64
	N      int
}

// Value is a number, one number for each CV of a section, or an expression of
// a CV's place (dist_path, dist_euclidean, x, y, z, arc), evaluated in
// ir/lower only.
type Value struct {
	Num   float64
	PerCV []float64
	Expr  *expr.Expr
	Pos   diag.Pos
}

// CellType is the template of the cells of a population.
type CellType struct {
	Name      string
	Morph     *morph.Morphology
	Paint     []Paint     // applied in order, later wins parameter by parameter
	Ions      []IonValue  // applied in order
	VInit     []VInit     // applied in order
	Points    []Placed    // point processes that every cell of this type carries
	SpikeFrom Location    // where the spike detector sits
	SpikeVar  *PlacedVar  // watched instead of the potential at SpikeFrom
	Threshold float64     // [mV]
	Addresses []Addresses // the source's own section numbering, by dialect
	Pos       diag.Pos
}

// Addresses keeps a source's own way to name sections: ID[i] (NeuroML segment
// ids, SONATA section ids) or Name[i] (HOC's "dend[3]") belongs to section i of
// the morphology. A source that numbers leaves Name nil, one that names ID.
type Addresses struct {
	Dialect string
	ID      []int64
	Name    []string
}

// Location is a point on a cell: Pos runs from 0 to 1 along Section (an
// index into the morphology).
type Location struct {
	Section int
	Pos     float64
}

// Paint inserts a density mechanism into sections and sets its parameters
// there.
type Paint struct {
	Mech     string
	Sections []int
	Params   []Param
	Pos      diag.Pos
}

// Param is one parameter's value.
type Param struct {
	Name string
	Value
}

// IonValue sets a reversal potential ("e"), an inner or outer concentration
// ("i", "o"), or the bits of NEURON's ion_style ("style") of an ion in sections.
type IonValue struct {
	Ion, What string
	Sections  []int
	Value
}

// VInit sets the initial potential [mV] of sections.
type VInit struct {
	Sections []int
	V        float64
}

// Placed is a point process of a cell type.
type Placed struct {
	Label  string // by which records and edges name it
	Mech   string
	At     Location
	Params []Param
	Pos    diag.Pos
}

// PlacedVar is a variable of a point process of a cell type: of Points[Index].
type PlacedVar struct {
	Index int
	Var   string
}

// Population is a group of cells of one kind: either Type or Artificial is
// set. Cell i has gid FirstGid+i; spec/build may leave gaps between
// populations. A population whose cells differ in type (string functions,
// diversity) is several of one name in a row, numbered on by FirstNode.
type Population struct {
	Name       string
	Type       *CellType   // nil for artificial cells
	Artificial *Artificial // nil for compartmental cells
	FirstGid   int
	FirstNode  int // node id of the first cell: populations of one name continue each other
	N          int
	X, Y, Z    []float64      // [um]
	Offsets    []morph.Offset // added to each cell's 3-D points before they are rounded; nil: none
	Columns    []Column       // parameters that differ from cell to cell
	Pos        diag.Pos
}

// Column gives a painted or placed parameter one value per cell of a
// population. Sections is nil for a placed mechanism, named by Label then.
type Column struct {
	Mech, Label, Param string
	Sections           []int
	Values             []float64
}

// Artificial describes artificial cells: one instance of Mech per cell.
type Artificial struct {
	Mech    string
	Params  []ParamColumn
	Streams []random.Stream // one per cell for mechanisms that draw, else nil
	Trains  [][]float64     // [ms] one per cell for mechanisms that play a train, else nil
	Plays   []Play          // variables that change at given times
}

// Play sets a variable to Values[i] at Times[i] [ms], ascending.
type Play struct {
	Cell          int // place in the population
	Var           string
	Times, Values []float64
}

// ParamColumn is one parameter of a table of instances.
type ParamColumn struct {
	Name   string
	Values []float64
}

// Stimulators are artificial cells outside the network: they have no gid and
// are not counted as cells. Target[i] is the gid that stimulator i was made
// for (recordStim names it by that).
type Stimulators struct {
	Label  string
	Target []int
	Artificial
}

// PointTable holds point processes placed on cells of the network one by one
// (clamps, and the synapses of edges), in order of creation.
type PointTable struct {
	Label   string // of the stimulus or synaptic mechanism, by which records name it
	Mech    string
	Gid     []int
	Section []int
	At      []float64 // position along the section
	Params  []ParamColumn
	Order   []int64 // by row: its place in order of creation, unique over all tables; nil: the rows follow those of the table before
	Synapse bool    // made for edges
	Plastic bool    // one that changes weights, and is no synapse
	Pos     diag.Pos
}

// Projection yields edges by ranges of target gids, always the same ones, so
// that each rank builds only its own part.
type Projection interface {
	// Label names the rule for messages and tables.
	Label() string
	// Edges returns the edges onto gids in [lo, hi), in model order.
	Edges(lo, hi int) EdgeTable
}

// Piecewise is a Projection that can yield its edges without a table of all.
type Piecewise interface {
	Projection
	// Pieces calls f with all edges in model order, some thousand at a time,
	// until f returns false. A piece is f's until it returns.
	Pieces(f func(*EdgeTable) bool)
}

// Tells says whether the edges of a projection are no connections of the
// network: they only tell mechanisms that change weights of spikes.
func Tells(p Projection) bool {
	t, ok := p.(interface{ Tells() bool })
	return ok && t.Tells()
}

// EdgeTable is a set of edges in columns; all columns have the same length.
type EdgeTable struct {
	Order  []int64   // place in the model's order of edges, unique over all projections
	Source []int64   // gid, or ^k for stimulator k of the model (counted over Model.Stims)
	Target []Target  // what receives the event
	Delay  []float64 // [ms]
	Weight []float64 // one element of the weight vector; the others start as the mechanism says
	Index  []uint8   // which element Weight is; nil: the first, for all edges
}

// Target is the receiver of an edge: instance Row of Model.Points[Table], or
// the artificial cell Gid itself when Table is -1, or the placed point process
// Placed of the cell type when Table is -2.
type Target struct {
	Gid    int
	Table  int32
	Row    int32
	Placed int32
}

// Ref names one variable of the network.
type Ref struct {
	Gid   int
	At    Location
	Mech  string // "" for v and ion variables (ina, cai, ek)
	Var   string
	Table int32 // >= 0: variable of row Row of Model.Points[Table]
	Row   int32
	Place int32 // >= 0: variable of that Placed of the cell type
}

// Record asks for one variable to be sampled every Conditions.RecordStep under
// a label; records of one label form a report.
type Record struct {
	Label string
	Ref
	All bool // one of all synapses of a cell, told apart by their places
	Pos diag.Pos
}

// Played sets a variable of a mechanism to Values[i] at Times[i] [ms],
// ascending: in steps, or (Continuous) along straight lines between them.
type Played struct {
	Label         string // for messages
	To            Ref
	Times, Values []float64
	Continuous    bool
	Pos           diag.Pos
}

// Coupling makes the variable To of a mechanism's instance follow the
// variable From of any cell, without events. A POINTER To stands for From
// itself. Any other To is given From's value once in a step, when the
// potentials are known and before the states advance (NEURON's
// ParallelTransfer), so that currents see it one step late.
type Coupling struct {
	Label    string // the rule, for messages
	From, To Ref
	Shared   string      // instead of From: a number of To's cell by this name, 0 at the beginning; To is a POINTER
	Weight   *EdgeWeight // instead of From: it changes while the edge lives; To is a POINTER
	Pos      diag.Pos
}

// EdgeWeight names an element of the weight vector of an edge onto the cell
// that has the POINTER.
type EdgeWeight struct {
	Order   int64 // of the edge; of edges that who lowers puts into the network himself, the place there
	Element int
}
