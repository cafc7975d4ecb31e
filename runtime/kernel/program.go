// Package kernel is the contract between the mechanism compiler and the
// runtime: the Program a mechanism compiles to, the opcodes it is made of,
// and the Frame of columns it runs on. It depends on nothing but the
// standard library.
//
// In: ir/mech/codegen writes a Program. Out: runtime/vm (and generated code)
// run it over Frames that runtime/sim lays out. A Program is immutable and
// shared by all groups and threads; a Frame belongs to one group.
package kernel

// Program is one compiled mechanism.
type Program struct {
	Mech        string
	Kind        Kind
	Fingerprint string // hash of the printed program, integrator and opcode-table version
	Columns     []Column
	Uniforms    []Uniform
	Ports       []Port
	Ions        []Ion
	Tables      []Table
	Grids       []GridDecl
	Streams     []string // names of the random streams, one of each per instance
	Series      []string // names of the lists of numbers, one of each per instance
	Pointers    []string // names of the variables that stand for others, bound when the network is built
	Shared      []string // those of them that stand for one number of all instances
	NArgs       int      // length of an edge's weight vector, weight included
	Watches     int      // number of WATCH conditions
	WatchCol    int      // Watch stores condition k's value (positive = true) in column WatchCol+k

	// Entry points; nil when the mechanism has none.
	Init        *Code // INITIAL
	Prepare     *Code // fills the hidden columns and uniforms: after Init, and when a parameter or a uniform was set from outside
	Current     *Code // BREAKPOINT's currents: adds to the rhs, d and ion ports
	State       *Code // the step's SOLVEs
	Receive     *Code // NET_RECEIVE, width 1
	ReceiveInit *Code // NET_RECEIVE's INITIAL, width 1
	Watch       *Code // stores the value of every watch condition in its column
	BeforeStep  *Code // at the end of every step, before what is recorded is read
	AfterSolve  *Code

	// Diffuse fills the columns of Diffusion from the states; when the runtime
	// has let the states spread, Diffused takes them back from there.
	Diffuse, Diffused *Code
	Diffusion         *Diffusion // nil: no state spreads along the cable

	BeforeInit       *Code // before any INITIAL
	AfterInit        *Code // when all INITIALs are done, those of edges too
	BeforeBreakpoint *Code // before the currents, with the ions' currents still those of the step before

	// TableFill computes the tabulated outputs for a value of the argument:
	// TableFill[k] belongs to Tables[k]; it runs at width 1 with the argument
	// in register 0 and leaves the outputs in Results.
	TableFill []*Code
}

// Kind mirrors mech.Kind.
type Kind uint8

const (
	Density Kind = iota
	PointProcess
	ArtificialCell
	GapJunction
)

// Column is one float64 per instance (Len of them for an array, stored as
// Len consecutive columns).
type Column struct {
	Name    string
	Unit    string
	Default float64
	Len     int  // 1 for a scalar
	Param   bool // users may set it
	Visible bool // users may name it
	State   bool // a checkpoint needs it
	Hidden  bool // Prepare computes it from parameters: nobody else names or writes it
}

// Uniform is one value for all instances of the mechanism. Published marks a
// GLOBAL that the numerics write, Hidden one that Prepare computes.
type Uniform struct {
	Name      string
	Unit      string
	Default   float64
	Published bool
	Hidden    bool
	Extern    bool // it is the uniform of another Program, x_other
}

// The first uniforms of every Program, in this order; the runtime sets them.
const (
	UniformT       = iota // [ms] the time that the block of code may see as t
	UniformDt             // [ms]
	UniformCelsius        // [degC]
	UniformFirst          // the mechanism's own start here
)

// Quantity names what a Port reaches.
type Quantity uint8

const (
	V        Quantity = iota // node potential [mV]
	Rhs                      // node right-hand side [mA/cm2], density, or nA-scaled for points
	D                        // node diagonal
	Area                     // CV area [um2]; 100 for a zero-area end node
	Diam                     // CV diameter [um]
	IonE                     // reversal potential [mV]
	IonIn                    // inner concentration [mM]
	IonOut                   // outer concentration [mM]
	IonI                     // total current of the ion [mA/cm2]
	IonDI                    // its derivative with respect to v
	PointFac                 // 100/area of the node: scales point-process currents to a density
	Pointed                  // what a POINTER names: the runtime's copy, taken before an entry and put back behind it
	StimRhs                  // the part of Rhs that electrode currents make
	StimD                    // the part of D that electrode currents make
	Common                   // a column of the instance of another Program that stands for this one and others
)

var quantityNames = [...]string{"v", "rhs", "d", "area", "diam", "e", "in", "out", "i", "di", "100/area", "pointer", "rhs of electrodes", "d of electrodes", "common"}

func (q Quantity) String() string { return quantityNames[q] }

// Port is an array outside the mechanism's own columns, reached through an
// index per instance: node quantities through the node index, ion quantities
// through the index of the ion's slot on that CV.
type Port struct {
	Quantity Quantity
	Ion      int // index into Program.Ions for the ion quantities, else -1
	Pointer  int // index into Program.Pointers, for Pointed
	Row      int // of the other Program's Columns in a Frame, for Common
}

// Ion says how the mechanism uses an ion, for the order of mechanisms and
// the styles of reversal potentials.
type Ion struct {
	Name                                string
	Valence                             float64 // NaN when not declared
	ReadE, ReadIn, ReadOut, ReadI       bool
	WriteE, WriteIn, WriteOut, WriteCur bool
}

// Diffusion says where the N states are that spread along the cable: N rows of
// Columns from each of these on.
type Diffusion struct {
	N      int
	State  int // the states, to be changed
	Area   int // diffusion constant times cross section
	Volume int // of which a state is the concentration
}

// Table is a look-up table of one argument, N+1 entries per output.
type Table struct {
	Outputs int
	N       int
	Use     int   // uniform that switches it on (nonzero), -1: always on
	Depend  []int // uniforms whose change rebuilds it (celsius, dt included)
	Columns []int // rows of an instance's variables that go into it, so that each instance has its own
	Ports   []int // and ports
	Follow  []int // those of Columns that are named as what rebuilds it
	From    *Code // width 1, value in Results[0]
	To      *Code
}

// GridDecl is a function that a model gives by values.
type GridDecl struct {
	Name string
	Args int // 1 or 2
}

// TableData is a built table. Y[k][i] is output k at entry i.
type TableData struct {
	On   bool
	Min  float64
	MFac float64 // entries per unit of the argument
	N    int
	Y    [][]float64
	Dep  []float64    // values of Depend when it was built
	Each []*TableData // by instance; nil: this one is for all

	known map[string]*TableData // those of Each, by the values that are in them
}

// Op is an opcode. Operands A, B, C and Dst are registers unless said
// otherwise; Imm indexes what the comment names.
type Op uint8

const (
	Nop      Op = iota
	Const       // Dst = Value
	LoadU       // Dst = uniform Imm
	LoadC       // Dst = column Imm
	LoadP       // Dst = port Imm
	LoadArg     // Dst = weight-vector element Imm (width 1)
	LoadFlag    // Dst = flag of the event being delivered (width 1)
	Move        // Dst = A
	Add
	Sub
	Mul
	Div
	FMA // Dst = A*B + C, one rounding
	Neg
	Abs
	Sqrt
	Floor
	Ceil
	Min // A < B ? A : B
	Max // A > B ? A : B
	Mod // C's fmod
	Exp
	Log
	Log10
	Pow
	Sin
	Cos
	Tan
	Asin
	Acos
	Atan
	Atan2
	Sinh
	Cosh
	Tanh
	Exprelr
	BitAnd // C's operators on integers
	BitOr
	BitXor
	Single // A rounded to a float of 32 bits
	Ran4   // the hash of indices A and B of mcell_ran4, in units of 2^-32
	Lt     // comparisons give 1 or 0
	Le
	Gt
	Ge
	Eq
	Ne
	And // nonzero counts as true; result 1 or 0
	Or
	Not
	Select    // Dst = A != 0 ? B : C
	AtTime    // Dst = 1 if A-1e-11 is in (t-dt, t], with UniformT and UniformDt
	Lookup    // Dst… = the outputs of table Imm at A into registers Dst, Dst+1, …; the table is on
	TableOn   // Dst = 1 if table Imm is on
	StoreC    // column Imm = A, |A| < 1e-290 stored as +0, for lanes with mask B (B < 0: all)
	KeepC     // column Imm = A as it is, for all lanes: hidden columns
	StoreP    // port Imm = A, under mask B
	AddP      // port Imm += A, instance after instance, under mask B
	StoreU    // uniform Imm = A when the Run ends: publishes a Global; the last lane under mask B
	StoreArg  // weight-vector element Imm = A (width 1), under mask B
	LoadCX    // Dst = column Imm+int(A): array element, clamped to its Len in Aux
	StoreCX   // column Imm+int(C) = A under mask B, Len in Aux
	Draw      // Dst = draw of kind Aux from stream Imm, for lanes under mask B
	GridOp    // Dst = grid Imm at A, and C on its second axis, for lanes under mask B
	SetSeq    // stream Imm restarts at sequence A under mask B
	Train     // Dst = element int(A) of the instance's series Imm (a train of events), -1 past the end
	TrainLen  // Dst = number of elements of series Imm
	Edges     // Dst = number of edges onto the instance
	LoadEdge  // Dst = element Imm of the weight vector of the instance's edge int(A)
	StoreEdge // the same element of edge int(C) = A, under mask B
	Send      // net_send(delay A, flag C) under mask B; the place in the source is Program text Imm
	MoveEv    // net_move(A) under mask B, Imm as of Send
	Emit      // net_event(A) under mask B, Imm as of Send
	ArmWatch  // watch Imm armed under mask B: flag C; Aux 1 rising, 0 falling
	Print     // printf: format in Program text Imm, arguments Aux registers from A, under mask B
	Fail      // ends the run with the error in Program text Imm, under mask B
	numOps
)

// DrawKind is Aux of Draw.
type DrawKind int32

const (
	DrawUniform DrawKind = iota // (u32+1)/(2^32+1)
	DrawNegExp                  // -ln u
	DrawNormal                  // polar Marsaglia, second value discarded

	// These three draw from the distribution of the hoc Random that the stream
	// is, and if it is none as their names say.
	PickUniform
	PickNegExp
	PickNormal // polar Marsaglia, both values of a pair
)

// Reg is a register of a Code; -1 is "none".
type Reg int32

// Instr is one instruction.
type Instr struct {
	Op           Op
	Dst, A, B, C Reg
	Imm          int32
	Aux          int32
	Value        float64
}

// Code is an entry point: structured control flow over straight-line blocks.
type Code struct {
	Body    []Node
	NumRegs int
	Results []Reg    // what the caller reads, for TableFill and tables' bounds
	Texts   []string // printf formats, and what errors say
}

// Node is a piece of control flow: Straight, Branch, While, Newton or Linear. An "if" whose
// branches have no effects but registers, stores and adds is straight-line
// code under masks.
type Node interface{ node() }

// Straight runs its instructions in order.
type Straight struct{ Instrs []Instr }

// Branch runs Then only if any lane has Mask != 0 (and the instructions in it
// carry the mask themselves): a shortcut that never changes a result.
type Branch struct {
	Mask Reg
	Then []Node
}

// While evaluates Cond, ANDs its result into Mask (set by the caller), and
// repeats Body for lanes still under Mask. Registers that Body changes are
// merged under Mask by Body itself. Limit trips is a numeric error, for which
// Failure has the words.
type While struct {
	Cond    []Node
	Test    Reg // result of Cond
	Mask    Reg // lanes still running
	Body    []Node
	Limit   int
	Failure string
}

// Newton solves F(x) = 0 for the registers X, lane by lane: a converged lane
// is frozen. F reads X and leaves the residuals in R. The iteration is
// NEURON's (numerics item 5).
type Newton struct {
	X, R  []Reg
	F     []Node
	Mask  Reg    // -1: all lanes
	Steps int    // most iterations
	Place string // in the source, for errors
}

// Linear solves M·x = B per lane, M row-major with -1 for an element that is
// zero, by Gaussian elimination in the order of the rows, without pivoting;
// the result replaces B.
type Linear struct {
	N     int
	M, B  []Reg
	Mask  Reg
	Place string // as of Newton
}

func (Straight) node() {}
func (Branch) node()   {}
func (While) node()    {}
func (Newton) node()   {}
func (Linear) node()   {}
