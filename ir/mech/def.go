// Package mech is the mechanism IR: the equations of one channel, synapse,
// pump or artificial cell, however they were written down. nmodl lowers .mod
// files to a Def; LEMS dynamics lower to the same Def.
//
// In: nothing but the types below. Out: a Def that Check accepts. Next: the
// passes of ir/mech/solve turn the author's equations into an update for the
// chosen integrator, ir/mech/opt simplifies, ir/mech/codegen writes a
// kernel.Program.
//
// A Def is immutable once its front end has handed it over; passes return
// new values.
package mech

import (
	"slices"
	"strconv"

	"github.com/rallsim/rall/ir/diag"
)

// Kind says what a mechanism can be attached to.
type Kind uint8

const (
	Density        Kind = iota // per area of membrane (SUFFIX, ionChannel)
	PointProcess               // at a Location (POINT_PROCESS, synapse, clamp)
	ArtificialCell             // by itself, events only
	GapJunction                // between two Locations
	Library                    // to nothing: functions and variables for HOC programs (SUFFIX nothing)
)

func (k Kind) String() string {
	return [...]string{"density", "point process", "artificial cell", "gap junction", "library"}[k]
}

// Storage says where a variable lives (decision 2c).
type Storage uint8

const (
	Constant Storage = iota // known when compiled (CONSTANT, unit factors)
	Uniform                 // one value for all instances, set by the user, never written by the numerics (GLOBAL PARAMETER)
	Global                  // GLOBAL that the numerics write: a temporary whose last value is published
	Instance                // one value per instance: RANGE parameters, states, kept assigned variables
	Temp                    // lives within one entry point
	IonField                // shared per CV and ion: see Var.Ion and Var.Field
	Edge                    // argument of NET_RECEIVE beyond the flag: one value per edge, mutable
	Pointer                 // another variable, bound when the network is built
	Stream                  // a random stream, one per instance
	Voltage                 // membrane potential of the node [mV]
	Time                    // t [ms]
	Step                    // dt [ms]
	Celsius                 // temperature [degC]
	AreaOf                  // area of the CV [um2]
	DiamOf                  // diameter of the CV [um]
	Series                  // a list of numbers that the model gives, one per instance (hoc's Vector)
	EachEdge                // an argument of FOR_NETCONS: element k belongs to the k-th edge onto the instance
	Given                   // the numbers of a Vector with which HOC calls a function: argument Var.Arg of the call
	Common                  // of the instance that stands for several on a CV, in what is left of each (ir/mech/merge)
)

var storageNames = [...]string{"constant", "uniform", "global", "instance", "temp", "ion", "edge",
	"pointer", "stream", "voltage", "time", "step", "celsius", "area", "diam", "series", "each edge", "given", "common"}

func (s Storage) String() string { return storageNames[s] }

// Field names one of an ion's shared quantities.
type Field uint8

const (
	Reversal Field = iota // e.g. ena [mV]
	Inside                // e.g. nai [mM]
	Outside               // e.g. nao [mM]
	Amperage              // e.g. ina [mA/cm2]
)

// Begun ends the name of a variable that says whether another one has its first
// value.
const Begun = " begun"

// VarID indexes Def.Vars.
type VarID int32

// Var is one named quantity.
type Var struct {
	Name     string
	Storage  Storage
	Param    bool // the user may set it: PARAMETER, or any RANGE variable of a point process
	State    bool
	Assigned bool    // declared as such, whether the user may set it or not
	Visible  bool    // RANGE or GLOBAL: users can name it from outside
	Unit     string  // as declared; a label that warns, never scales (decision 2b)
	Default  float64 // in Unit
	HasLim   bool
	Lo, Hi   float64 // limits as declared, for checks of user input only
	Array    int     // number of elements; 0 = scalar
	Ion      int     // index into Def.Ions, for IonField
	Field    Field   // for IonField
	Written  bool    // some block assigns it
	Extern   bool    // a Uniform that is another mechanism's GLOBAL and has its whole name, x_other
	Arg      int     // of Given: which argument, from 1
	Text     bool    // of Given: the characters of a string, and a 0
	Random   bool    // a stream declared as RANDOM: NEURON numbers these as they are made
	Pos      diag.Pos
}

// Ion is one USEION line.
type Ion struct {
	Name    string
	Valence float64 // NaN when not declared
	Reads   [4]bool // by Field
	Writes  [4]bool // by Field
	Pos     diag.Pos
}

// Current is one current that the mechanism contributes, in the order in
// which NEURON sums them: the order of the ions' WRITE lists, then
// NONSPECIFIC and ELECTRODE currents as declared.
type Current struct {
	Var       VarID
	Ion       int  // index into Def.Ions, -1 for a nonspecific current
	Electrode bool // positive inward, excluded from the membrane current
}

// Method is the author's choice of integrator for a block, as written.
type Method string

const (
	CNExp        Method = "cnexp"
	Euler        Method = "euler"
	DerivImp     Method = "derivimplicit"
	Runge        Method = "runge"
	Sparse       Method = "sparse"
	AfterCVode   Method = "after_cvode"
	NoMethod     Method = ""          // a PROCEDURE called once a step
	SteadyState  Method = "steady"    // STEADYSTATE sparse and kin
	JLEMSForward Method = "lems-step" // forward Euler as jLEMS steps it
)

// Solve is one SOLVE statement of the step, in order of execution.
type Solve struct {
	System int // index into Def.Systems, or -1 when Proc is solved
	Proc   int // index into Def.Funcs, or -1
	Method Method
	Pos    diag.Pos
}

// System is a set of equations solved together: a DERIVATIVE, KINETIC or
// LINEAR block, or the time derivatives of one LEMS regime. Body mixes plain
// statements with DerivEq, Reaction, Conserve and Equation.
type System struct {
	Name   string
	Body   []Stmt
	Locals []string // names of the block's Local slots
	Only   []VarID  // SOLVEFOR: the states that it solves for; nil: all
	When   Expr     // nil, or the condition under which the system is in force (a LEMS regime)
	Pos    diag.Pos
}

// Solves says whether a state is an unknown of the system.
func (s *System) Solves(v VarID) bool { return s.Only == nil || slices.Contains(s.Only, v) }

// Func is a FUNCTION (Result >= 0) or a PROCEDURE. Arguments are the first
// NArgs locals; the function's value is local Result.
type Func struct {
	Name   string
	NArgs  int
	Result int // local slot of the value, -1 for a procedure
	Locals []string
	Body   []Stmt
	Table  *Table // nil when it has no TABLE statement
	Asked  []int  // locals for what C asks of the call by HOC that led here: how many arguments it has, then these; nil: nothing
	Unit   string
	Pos    diag.Pos
}

// Table is a TABLE statement: Outputs are functions of the single argument,
// tabulated at N+1 points from From to To (reference/neuron-numerics, item
// 26 of the numerics notes in doc). For a FUNCTION Outputs is empty: its
// value is tabulated.
type Table struct {
	Outputs  []VarID
	Depend   []VarID
	From, To Expr // constant when the network is built
	N        int
	Use      VarID // the usetable_ switch (Uniform), -1 if none
}

// Block is statements with their own locals.
type Block struct {
	Body   []Stmt
	Locals []string
}

// NetReceive handles a delivered event. Args[0] is the weight; all are Edge
// variables except that Flag is the event's flag.
type NetReceive struct {
	Args    []VarID // Edge storage
	Flag    VarID   // Temp; -1 if the body never reads it
	Each    []VarID // EachEdge storage: the first of the same arguments for every edge onto the instance; nil without FOR_NETCONS
	Initial *Block  // NET_RECEIVE's INITIAL: run once per edge at initialisation
	Block
	Pos diag.Pos
}

// Condition is something watched at every step: a LEMS OnCondition. Body
// runs when Test becomes true (Edge), or whenever it is true.
type Condition struct {
	Test   Expr
	Rising bool // only when Test was false one step earlier
	When   Expr // nil, or the regime's condition
	Block
	Pos diag.Pos
}

// Deriv names the variable that keeps the latest derivative of a state, where
// the author reads x' besides setting it.
type Deriv struct{ State, Value VarID }

// Grid is a FUNCTION_TABLE: a function that the model gives by values.
type Grid struct {
	Name  string
	NArgs int
	Pos   diag.Pos
}

// Seeding is a procedure of the source by which a model names an instance's
// random stream: setRNG(id1, id2, id3). It is no part of the equations; what
// builds the model gives the stream these ids.
type Seeding struct {
	Proc   string
	Stream VarID
	IDs    [3]SeedID // the stream's ids
	Random int       // which argument is a Random object of hoc instead, 0: none
	Value  float64   // what its call is; NaN where only running it would tell
}

// SeedID is an id of a stream: an argument of the call, the value that a variable
// has then, or a number.
type SeedID struct {
	Arg      int     // counted from 1; 0: no argument
	Var      string  // a variable of the mechanism, where Arg is 0
	Else     float64 // the id where neither is given
	Computed bool    // only running the C would tell
}

func (s SeedID) String() string {
	switch {
	case s.Computed:
		return "?"
	case s.Arg > 0:
		return strconv.Itoa(s.Arg)
	case s.Var != "":
		return s.Var
	case s.Else != 0:
		return "=" + strconv.FormatFloat(s.Else, 'g', -1, 64)
	}
	return "0"
}

// Ran4Low is the variable of a mechanism that stands for the low index of
// mcell_ran4, which in NEURON is one for the process: mcell_ran4_init sets it in
// all mechanisms.
const Ran4Low = "mcell_ran4_low"

// Player is a procedure by which a model gives an instance the numbers of a
// Series: play(vector). Like a Seeding it is no part of the equations.
type Player struct {
	Proc   string
	Series VarID
	Arg    int // which argument has them, counted from 1
}

// LeftOut is a function of the source that is not there, because it holds what
// cannot be done.
type LeftOut struct {
	Name, Why string
	Pos       diag.Pos
}

// Def is one mechanism.
type Def struct {
	Name          string
	Kind          Kind
	Title         string
	Source        string // "nmodl" or "lems"
	Vars          []Var
	Derivs        []Deriv
	Ions          []Ion
	Currents      []Current
	Funcs         []Func
	Systems       []System
	Initial       Block
	Breakpoint    Block // the current's statements: BREAKPOINT without its SOLVEs
	Solves        []Solve
	Receive       *NetReceive
	Conditions    []Condition
	Before        map[string]Block // "BREAKPOINT", "INITIAL", "STEP"
	After         map[string]Block // "SOLVE", "INITIAL"
	Seedings      []Seeding
	Players       []Player
	LeftOut       []LeftOut
	VectorMethods []LeftOut // what the source would add to HOC's Vector
	AsksArgs      bool      // its CONSTRUCTOR looks for arguments of hoc's new; a model gives none
	Maker         int       // the function, from 1, that does what CONSTRUCTOR does when a program makes an instance; 0: there is none
	Making        int       // statements of CONSTRUCTOR with which INITIAL begins
	Grids         []Grid
	ThreadSafe    bool // the author says that several threads may run it
	Pos           diag.Pos
}

// Lookup returns the variable of that name, or -1.
func (d *Def) Lookup(name string) VarID {
	for i := range d.Vars {
		if d.Vars[i].Name == name {
			return VarID(i)
		}
	}
	return -1
}

// Func returns the index of the function or procedure of that name, or -1.
func (d *Def) Func(name string) int {
	for i := range d.Funcs {
		if d.Funcs[i].Name == name {
			return i
		}
	}
	return -1
}
