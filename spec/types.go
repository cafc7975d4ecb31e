package spec

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/expr"
)

// Spec is a declarative specification, read and checked as far as it can be
// without mechanisms and without building the network. It is immutable once
// returned. Order is meaning: every slice is in the order of the file.
type Spec struct {
	Files []string
	Net   NetParams
	Cfg   SimConfig

	// Tree is what was decoded, after Set and mapping: an object with the
	// members netParams and simConfig. Tree.JSON() prints the resolved spec.
	Tree *Node
}

// ValueKind says what a Value holds.
type ValueKind uint8

const (
	Absent   ValueKind = iota // the key is not there (or null): use the default
	Number                    // Num
	Function                  // Func, a string function
	List                      // Items; what an item belongs to is the field's business
)

// Value is a number, a string function or a list of those. The unit of Num is
// the field's (see doc/spec.md), except where Unit is set: mechanism
// parameters, whose unit only the mechanism knows, keep the unit as written
// and their reader converts with In. An Absent item in a List of values per CV
// leaves that CV as it is.
type Value struct {
	Kind  ValueKind
	Num   float64
	Unit  string // unit as written, "" when plain or when Num is converted already
	Func  *expr.Expr
	Items []Value
	Pos   diag.Pos // of the value; its Path is the data path
}

// IsSet says whether the key was given.
func (v Value) IsSet() bool { return v.Kind != Absent }

// Or returns the number, or def when the value is absent. The caller has made
// sure that it is no function and no list.
func (v Value) Or(def float64) float64 {
	if v.Kind == Number {
		return v.Num
	}
	return def
}

// Param is one named value.
type Param struct {
	Name string
	Key  diag.Pos // of the name
	Value
}

// Text is a string with its place; the zero Text means that it was not given.
type Text struct {
	S   string
	Pos diag.Pos
}

// Names is a name, or a list of names, or a list of such lists: `sec` and
// `synMech`. A string is {One: …}; a list, even of one, has IsList set.
type Names struct {
	One    string
	Items  []Names
	IsList bool
	Pos    diag.Pos
}

// IsSet says whether anything was given.
func (n Names) IsSet() bool { return n.One != "" || n.IsList }

// Flat returns all names in order.
func (n Names) Flat() []string {
	if !n.IsList {
		if n.One == "" {
			return nil
		}
		return []string{n.One}
	}
	var out []string
	for _, it := range n.Items {
		out = append(out, it.Flat()...)
	}
	return out
}

// Tag is a value that cells carry and conditions compare: a string, or a
// number (booleans are the numbers 0 and 1, as in Python).
type Tag struct {
	S     string
	N     float64
	IsNum bool
	Pos   diag.Pos
}

// Equal compares as Python does: a number never equals a string.
func (t Tag) Equal(o Tag) bool {
	if t.IsNum != o.IsNum {
		return false
	}
	if t.IsNum {
		return t.N == o.N
	}
	return t.S == o.S
}

// NamedTag is a user's tag of a population.
type NamedTag struct {
	Name string
	Key  diag.Pos
	Tag
}

// Cond is one condition on a cell's tags. It holds when Range is set and the
// tag lies in it, or when the tag equals one of In. For x, y, z and their
// norms in rules of connections and stimuli the range is half open [Lo, Hi);
// in cellParams and recordTraces it is closed, for any tag.
type Cond struct {
	Key    string
	KeyPos diag.Pos
	Pos    diag.Pos
	Range  bool
	Lo, Hi float64
	In     []Tag
}

// Conds hold together when every one of them holds.
type Conds struct {
	Items []Cond
	Pos   diag.Pos

	// CellList are relative indices into the matching cells in ascending
	// order of gid (stimTargetParams only); HasCellList tells [] from none.
	CellList    []int
	HasCellList bool
}

// Get returns the condition on key, or nil.
func (c *Conds) Get(key string) *Cond {
	for i := range c.Items {
		if c.Items[i].Key == key {
			return &c.Items[i]
		}
	}
	return nil
}

// Range is an interval.
type Range struct {
	Set    bool
	Lo, Hi float64
	Pos    diag.Pos
}

// NetParams holds netParams. Defaults are filled in.
type NetParams struct {
	Scale               float64 // factor on numCells
	SizeX, SizeY, SizeZ float64 // [um]
	Shape               string  // cuboid, cylinder or ellipsoid

	ScaleConnWeight         float64
	ScaleConnWeightNetStims float64
	ScaleConnWeightModels   []Param // by cellModel of the target; overrides ScaleConnWeight
	DefaultWeight           float64 // [uS] for synapses that are conductances
	DefaultDelay            float64 // [ms]
	DefaultThreshold        float64 // [mV]
	PropVelocity            float64 // [um/ms]
	CorrectBorder           *CorrectBorder
	PopTagsCopiedToCells    []string

	// Constants are all numbers among the attributes of netParams, the
	// defaults included, in order: the names that string functions of
	// connections and stimuli may use.
	Constants []Constant

	CellParams  []CellRule
	Pops        []Pop
	SynMechs    []SynMech
	Conns       []ConnRule
	StimSources []StimSource
	StimTargets []StimTarget
	Plays       []Play
	Tables      []FuncTable
}

// Constant is a number that string functions may name.
type Constant struct {
	Name string
	X    float64
	Pos  diag.Pos
}

// CorrectBorder makes dist_3D_border available.
type CorrectBorder struct {
	Threshold [3]float64    // [um] x, y, z
	Borders   [3][2]float64 // normalised
	Given     [3]bool       // Borders[i] was given; else the borders are those of the cell's population
	Pos       diag.Pos
}

// Pop is one entry of popParams. At most one of the sizes is given; NumCells
// is 1 when none is.
type Pop struct {
	Label     string
	Pos       diag.Pos // of the label
	CellType  Text
	CellModel Text

	Size        PopSize
	NumCells    int
	SizePos     diag.Pos
	Density     Value      // [cells/mm3]; a function of exactly one of xnorm, ynorm, znorm
	DensityVar  string     // "xnorm", "ynorm" or "znorm" when Density is a function
	GridSpacing [3]float64 // [um]
	Cells       []CellEntry

	X, Y, Z             Range // [um]
	XNorm, YNorm, ZNorm Range
	Diversity           bool

	Point PointParams // of artificial cells
	Tags  []NamedTag  // the user's own

	sized bool
	model string // of artificial cells, else ""
}

// PopSize says how the number of cells is given.
type PopSize uint8

const (
	ByNumCells PopSize = iota
	ByDensity
	ByGrid
	ByList
)

// CellEntry is one entry of cellsList.
type CellEntry struct {
	Pos                 diag.Pos
	X, Y, Z             Value // [um]
	XNorm, YNorm, ZNorm Value
	SpkTimes            []float64 // [ms]
	HasSpkTimes         bool
	Params              []Param
	Tags                []NamedTag
}

// PointParams are the parameters of an artificial cell, given at the top
// level of a population, in its `params`, or in the `params` of a cell rule
// with cellModel. Order keeps all keys in file order, because random draws of
// string functions come in that order.
type PointParams struct {
	Pos diag.Pos // zero when nothing was given

	Rate     Value // [Hz]; a List of two is a range, drawn from once per cell
	Interval Value // [ms]
	Noise    Value // 0..1
	Start    Value // [ms]
	Number   Value
	Seed     Value

	// SpkTimes [ms] is one train for all cells (Shared) or one per cell.
	SpkTimes    [][]float64
	Shared      bool
	SpkTimesPos diag.Pos // zero when not given

	Pattern *SpikePattern
	Pulses  []Pulse

	// Rates [Hz] change at RateTimes [ms] (NetStim's rates).
	Rates, RateTimes []float64
	RatesPos         diag.Pos // zero when not given

	Other []Param // of the mechanism: IntFire's tau and so on
	Order []string
}

// SpikePattern is VecStim's spikePattern. A Value that is absent has no
// default in NetPyNE either, or the one of its comment.
type SpikePattern struct {
	Pos  diag.Pos
	Type string // rhythmic, evoked, poisson, gauss
	Sync bool

	Start, StartMin, StartMax, StartStd Value // [ms]; rhythmic: start -1 means uniform in startMin..startMax
	Freq, FreqStd                       Value // [Hz], [Hz]
	Distribution                        string
	EventsPerCycle, Repeats             Value
	Stop                                Value // [ms]; -1 means the end of the run
	NumSpikes, Inc                      Value
	Frequency                           Value // [Hz]
	Mu, Sigma                           Value // [ms]
}

// Pulse is one entry of VecStim's pulses.
type Pulse struct {
	Pos        diag.Pos
	Rate       Value // [Hz]; a List of two is a range
	Interval   Value // [ms]
	Noise      Value
	Start, End Value // [ms]
}

// CellRule is one entry of cellParams.
type CellRule struct {
	Label             string
	Pos               diag.Pos
	Conds             Conds // none: the rule applies where cellType equals Label
	DiversityFraction Value
	Secs              []Section
	SecLists          []SecList
	Globals           []Param // hoc globals: "celsius" and "gna_hh" alike
	Vars              []Param // evaluated once per cell; usable in the rule's functions

	// Artificial cells.
	CellModel Text
	Point     PointParams

	Failed bool // the HOC file that makes the cell could not be read

	// Ours: a morphology file and what to paint on it.
	Morphology Text // as written; relative to the spec's folder
	Exact      bool // its numbers are those of the file, not rounded as Import3d does
	Axon       Text // how the morphology's axon is replaced
	NSeg       *NSegRule
	Regions    []Region
}

// NSegRule says how sections are divided into CVs: exactly one of the fields
// is set.
type NSegRule struct {
	Pos        diag.Pos
	N          int
	DLambda    float64 // of lambda at Freq
	Freq       float64 // [Hz]
	MaxLength  float64 // [um]
	AsImported bool
}

// SecList names a set of sections.
type SecList struct {
	Name string
	Secs []Text
	Pos  diag.Pos
}

// Geom is a section's geom. Absent values are NEURON's defaults (L 100,
// diam 500, Ra 35.4, cm 1, nseg 1).
type Geom struct {
	Pos     diag.Pos
	L, Diam Value // [um]; a List of diameters is one per CV
	Ra      Value // [ohm cm]
	Cm      Value // [uF/cm2]; a List is one per CV
	NSeg    Value
	NSegBy  *NSegRule    // nseg given as an object or as asImported
	Pt3d    [][4]float64 // [um] x, y, z, diameter
	HasPt3d bool
	Wire    *[3]float64 // [um] where the section hangs on its parent; nil: it touches it
	Order   []string    // keys in file order: NetPyNE sets them in that order
}

// Topol joins a section to its parent.
type Topol struct {
	Pos             diag.Pos
	Parent          Text
	ParentX, ChildX float64
}

// Mech is a density mechanism with parameters (number, List per CV, function).
type Mech struct {
	Name     string
	Pos      diag.Pos
	Params   []Param
	Pointers []PointerBinding
}

// PointerBinding says what a POINTER stands for: one variable, or one per CV.
type PointerBinding struct {
	Name string
	Pos  diag.Pos
	To   []VarRef
	List bool
}

// VarRef names a variable of the cell. Where Sec is not given, it is at the
// place of the mechanism that has the POINTER.
type VarRef struct {
	Sec, Var, Mech, PointP, Shared Text
	Loc                            Value
	Pos                            diag.Pos
}

// Ion holds an ion's e [mV], i and o [mM], and style of a section, in file order;
// a List is one per CV.
type Ion struct {
	Name   string
	Pos    diag.Pos
	Params []Param // named e, i, o, style
}

// PointP is a point process that the cell carries.
type PointP struct {
	Label    string
	Pos      diag.Pos
	Mod      Text
	Loc      Value
	VRef     Text   // variable that takes the part of the cell's potential
	SynList  []Text // labels of synMechs, in the order of the weight vector
	Params   []Param
	Pointers []PointerBinding
	GidKeys  []Text // parameters whose value is the literal 'gid': the cell's gid
}

// PlacedSyn is an entry of a section's synMechs.
type PlacedSyn struct {
	Label Text
	Loc   float64
}

// Section is one entry of secs.
type Section struct {
	Name        string
	Pos         diag.Pos
	Geom        Geom
	Topol       *Topol
	Mechs       []Mech
	Ions        []Ion
	PointPs     []PointP
	SynMechs    []PlacedSyn
	SpikeGenLoc Value
	VInit       Value // [mV]
	Threshold   Value // [mV]
	WeightNorm  []float64
}

// Region is an entry of regions: what is painted on the sections of a secList.
type Region struct {
	SecList string
	Pos     diag.Pos
	Ra      Value // [ohm cm]
	Cm      Value // [uF/cm2]
	Mechs   []Mech
	Ions    []Ion
	VInit   Value // [mV]
}

// SynMech is one entry of synMechParams.
type SynMech struct {
	Label   string
	Pos     diag.Pos
	Mod     Text
	Loc     Value
	Pointer *PointerParams
	Params  []Param
}

// PointerParams makes the connections of a synaptic mechanism continuous: no
// events, but Target of the mechanism follows Source of the other cell.
type PointerParams struct {
	Pos            diag.Pos
	Target, Source Text // Source is v unless given
	OneWay         bool // not bidirectional
}

// ConnFunc is how a rule picks pairs.
type ConnFunc uint8

const (
	FullConn ConnFunc = iota
	ProbConn
	ConvConn
	DivConn
	FromListConn
)

var connFuncNames = [...]string{"fullConn", "probConn", "convConn", "divConn", "fromListConn"}

// String is NetPyNE's name of the function (random streams are keyed by it).
func (f ConnFunc) String() string { return connFuncNames[f] }

// ConnRule is one entry of connParams. For fromListConn the Lists of Weight,
// Delay, Loc and Sec have one item per entry of ConnList; otherwise one per
// synMech, or per synapse of a connection.
type ConnRule struct {
	Label     string
	Pos       diag.Pos
	Pre, Post Conds
	Func      ConnFunc

	Probability Value
	Convergence Value
	Divergence  Value
	ConnList    [][2]int

	Weight      Value // [uS] for synapses that are conductances
	Delay       Value // [ms]
	SynsPerConn Value
	Loc         Value

	SynMech                                    Names
	WeightFactor, DelayFactor, LocFactor       []float64 // per synMech
	Sec                                        Names     // sections or secLists
	ConnRandomSecFromList, DistributeUniformly *bool     // nil: simConfig's
	WeightIndex                                int

	GapJunction Text  // deprecated by NetPyNE: pointerParams with target vpeer; zero when not given
	PreSec      Names // of continuous connections: where on the source cell
	PreLoc      Value

	Plast *Plast // nil: weights stay as they are

	connFunc string // as written
	hasList  bool
}

// Plast has a mechanism change the weights of a rule's connections: one
// instance for each, which is told of the spikes of both cells.
type Plast struct {
	Pos    diag.Pos
	Mech   Text
	Params []Param
}

// StimSource is one entry of stimSourceParams.
type StimSource struct {
	Label string
	Pos   diag.Pos
	Type  Text // NetStim, VecStim, IClamp, SEClamp, VClamp, AlphaSynapse or another point process
	// Params in file order. Lists: dur and amp of VClamp, spkTimes of VecStim.
	Params []Param
	Seed   Value
}

// Get returns the parameter called name, or an absent one.
func (s *StimSource) Get(name string) Param {
	for _, p := range s.Params {
		if p.Name == name {
			return p
		}
	}
	return Param{}
}

// StimTarget is one entry of stimTargetParams.
type StimTarget struct {
	Label                                string
	Pos                                  diag.Pos
	Source                               Text
	Conds                                Conds
	Sec                                  Names
	Loc                                  Value
	Weight                               Value // [uS] for synapses that are conductances
	Delay                                Value // [ms]
	SynsPerConn                          Value
	SynMech                              Names
	WeightFactor, DelayFactor, LocFactor []float64
}

// RNG names the scheme of random streams.
const (
	RNGNetPyNE = "netpyne" // the same network as NetPyNE's, its defects included
	RNGRall    = "rall"    // every stream keyed by rule and entity
)

// SimConfig holds simConfig. Defaults are filled in.
type SimConfig struct {
	Duration    float64 // [ms]
	Dt          float64 // [ms]
	Celsius     float64 // [degC]
	VInit       float64 // [mV]
	ClampResist float64 // [MOhm]
	HParams     []Param // the others: hoc globals such as tstop or gna_hh

	Seeds        Seeds
	RNG          string // RNGNetPyNE or RNGRall
	RandomGlobal uint32 // Random123's global index

	ConnRandomSecFromList      bool
	DistributeSynsUniformly    bool
	Pt3dRelativeToCellLocation bool
	InvertedYCoord             bool
	AllowSelfConns             bool
	AllowConnsWithWeight0      bool
	OneSynPerNetcon            bool
	MergeSynapses              bool
	AddSynMechs                bool

	RecordCells  CellSel
	RecordTraces []RecordTrace
	RecordSpikes CellSel // cells whose spikes are kept; All is the default
	RecordStim   bool
	RecordStep   float64 // [ms]
	RecordTime   bool

	SimLabel   Text
	SaveFolder Text
	Filename   Text
	SaveJSON   bool
	Analysis   []Analysis
}

// Seeds are the four seeds of NetPyNE.
type Seeds struct{ Conn, Stim, Loc, Cell int64 }

// CellSel selects cells: a union of its items.
type CellSel struct {
	Pos   diag.Pos
	All   bool
	Items []CellItem
}

// IsEmpty says that nothing is selected.
func (s CellSel) IsEmpty() bool { return !s.All && len(s.Items) == 0 }

// CellItem is a gid (Pop empty), a whole population (Index nil), or cells of
// a population by relative index.
type CellItem struct {
	Pos   diag.Pos
	Gid   int
	Pop   string
	Index []int
}

// RecordTrace is one entry of recordTraces: exactly one of Mech, SynMech, Stim
// and PointP is set, or none (a variable of the section, or of the artificial
// cell when Sec is empty too).
type RecordTrace struct {
	Label                       string
	Pos                         diag.Pos
	Sec                         Text
	Loc                         float64 // 0.5 when not given
	HasLoc                      bool
	Var                         Text
	Mech, SynMech, Stim, PointP Text
	Index                       int
	HasIndex                    bool
	Conds                       Conds
}

// Play is one entry of playParams: a variable, named as by recordTraces, that
// changes with time.
type Play struct {
	RecordTrace
	Times      []float64 // [ms]
	Values     []float64
	Continuous bool
}

// Analysis is one entry of analysis: a plot's name and its arguments.
type Analysis struct {
	Name string
	Pos  diag.Pos
	Args *Node // an object; nil for `true`
}
