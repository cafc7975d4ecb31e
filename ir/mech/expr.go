package mech

import "github.com/rallsim/rall/ir/diag"

// Expr is an expression tree over float64; truth is 1 and 0, and any value
// other than 0 counts as true, as in NMODL. The concrete types are Num, Ref,
// Local, Index, Unary, Binary, Call, FuncCall and Select.
type Expr interface{ expr() }

// Num is a literal. Text keeps the author's spelling for printing.
type Num struct {
	V    float64
	Text string
}

// Ref reads a scalar variable.
type Ref struct{ Var VarID }

// Local reads a local of the enclosing block, function or loop.
type Local struct{ Slot int }

// Index reads an element of an array variable, from 0.
type Index struct {
	Var VarID
	At  Expr
	Pos diag.Pos
}

// Op is a unary or binary operator.
type Op uint8

const (
	Add Op = iota
	Sub
	Mul
	Div
	Pow // a^b
	Mod // Go's math.Mod, C's fmod
	Lt
	Le
	Gt
	Ge
	Eq
	Ne
	And
	Or
	Neg // unary
	Not // unary
)

var opNames = [...]string{"+", "-", "*", "/", "^", "%", "<", "<=", ">", ">=", "==", "!=", "&&", "||", "-", "!"}

func (o Op) String() string { return opNames[o] }

// Unary is Neg or Not.
type Unary struct {
	Op Op
	X  Expr
}

// Binary is every other operator. Both sides of And and Or are evaluated:
// expressions have no side effects except through FuncCall, which the opt
// pass inlines in order.
type Binary struct {
	Op   Op
	X, Y Expr
}

// Builtin names a function of one opcode, or a draw.
type Builtin string

const (
	Exp      Builtin = "exp"
	Log      Builtin = "log"
	Log10    Builtin = "log10"
	Sqrt     Builtin = "sqrt"
	Fabs     Builtin = "fabs"
	Floor    Builtin = "floor"
	Ceil     Builtin = "ceil"
	Sin      Builtin = "sin"
	Cos      Builtin = "cos"
	Tan      Builtin = "tan"
	Asin     Builtin = "asin"
	Acos     Builtin = "acos"
	Atan     Builtin = "atan"
	Atan2    Builtin = "atan2"
	Sinh     Builtin = "sinh"
	Cosh     Builtin = "cosh"
	Tanh     Builtin = "tanh"
	PowFn    Builtin = "pow"
	FmodFn   Builtin = "fmod"
	MinFn    Builtin = "fmin"
	MaxFn    Builtin = "fmax"
	Exprelr  Builtin = "exprelr" // x/(exp(x)-1), 1 at 0
	BitAnd   Builtin = "bit_and" // C's &, | and ^ of integers below 2^53
	BitOr    Builtin = "bit_or"
	BitXor   Builtin = "bit_xor"
	Single   Builtin = "single"  // rounded to a float of 32 bits
	Ran4     Builtin = "ran4"    // high and low index of mcell_ran4 -> a number from 0 up to 1
	AtTime   Builtin = "at_time" // 1 in the step that contains its argument (numerics item 10)
	Nernst   Builtin = "nernst"  // ci, co, z -> mV at celsius
	GHK      Builtin = "ghk"     // v, ci, co, z
	Train    Builtin = "rall_train"
	RandUnif Builtin = "random_uniform" // Args[0] a Ref to a Stream, then nothing or lo, hi
	RandExp  Builtin = "random_negexp"
	RandNorm Builtin = "random_normal"
	RandSeq  Builtin = "random_setseq" // as a statement: restarts the stream

	// These draw from the distribution that a hoc Random has, which the stream
	// may be; from their own if it is none.
	PickUnif Builtin = "pick_uniform"
	PickExp  Builtin = "pick_negexp"
	PickNorm Builtin = "pick_normal"

	SeriesLen Builtin = "series_len" // Args[0] a Ref to a Series: how many numbers it has
	SeriesAt  Builtin = "series_at"  // and its element Args[1], from 0
	GridAt    Builtin = "grid_at"    // Args[0] the number of a Grid, then its arguments
	EdgeCount Builtin = "edge_count" // how many edges end at the instance
)

// Draws says whether fn draws from a stream.
func (fn Builtin) Draws() bool {
	switch fn {
	case RandUnif, RandExp, RandNorm, PickUnif, PickExp, PickNorm:
		return true
	}
	return false
}

// Call applies a builtin.
type Call struct {
	Fn   Builtin
	Args []Expr
	Pos  diag.Pos
}

// FuncCall calls one of the mechanism's own functions.
type FuncCall struct {
	Func int
	Args []Expr
	Pos  diag.Pos
}

// Select is Cond ? Then : Else.
type Select struct{ Cond, Then, Else Expr }

func (Num) expr()      {}
func (Ref) expr()      {}
func (Local) expr()    {}
func (Index) expr()    {}
func (Unary) expr()    {}
func (Binary) expr()   {}
func (Call) expr()     {}
func (FuncCall) expr() {}
func (Select) expr()   {}

// Stmt is a statement.
type Stmt interface{ stmt() }

// Assign sets a scalar variable, an array element or a local; exactly one
// target is meant: Local when Var < 0, an element when At is not nil.
type Assign struct {
	Var   VarID
	Local int
	At    Expr
	X     Expr
	Once  bool // state_discontinuity: where a current is evaluated twice (at v+0.001 and at v), done in the first evaluation only
	Pos   diag.Pos
}

// If runs Then or Else.
type If struct {
	Cond       Expr
	Then, Else []Stmt
	Pos        diag.Pos
	Rare       bool // Cond hardly ever holds
}

// While runs Body as long as Cond holds, at most Limit times (then it is a
// numeric error at that instance, of which What tells if it is not ""); a Limit
// of 0 means 1e6. Ends says that it counts to a bound, so that it may be left
// out where nothing needs its results.
type While struct {
	Cond  Expr
	Body  []Stmt
	Limit int
	What  string
	Ends  bool
	Pos   diag.Pos
}

// For is FROM: Slot runs over From, From+By, … up to and including To.
type For struct {
	Slot         int
	From, To, By Expr
	Body         []Stmt
	Pos          diag.Pos
}

// CallStmt calls a PROCEDURE (or a FUNCTION for its effects).
type CallStmt struct {
	Func int
	Args []Expr
	Pos  diag.Pos
}

// DerivEq is state' = X, only inside a System.
type DerivEq struct {
	Var VarID
	At  Expr // element of an array state, or nil
	X   Expr
	Pos diag.Pos
}

// Term is a stoichiometric term of a reaction.
type Term struct {
	Coef  int
	State VarID
	At    Expr
}

// Reaction is ~ Left <-> Right (Forward, Backward), only inside a System.
// Backward is nil for a one-way flux (<<, ->).
type Reaction struct {
	Left, Right       []Term
	Forward, Backward Expr
	Pos               diag.Pos
}

// Conserve is CONSERVE Sum = Total.
type Conserve struct {
	Sum   []Term
	Total Expr
	Pos   diag.Pos
}

// Equation is ~ X = Y of a LINEAR or NONLINEAR block, only inside a System.
// The states in it are the unknowns.
type Equation struct {
	X, Y Expr
	Pos  diag.Pos
}

// Compartment gives states of a KINETIC block their volumes: their sums of
// fluxes are divided by Volume. For array states Slot is the local that holds
// the index of the element in Volume, else -1. Only inside a System.
type Compartment struct {
	Slot   int
	Volume Expr
	States []VarID
	Pos    diag.Pos
}

// Diffusion is LONGITUDINAL_DIFFUSION: the states spread along the cable with
// Area, their diffusion constant times the cross section. Slot is as in
// Compartment. Only inside a System, by itself and not under a condition.
type Diffusion struct {
	Slot   int
	Area   Expr
	States []VarID
	Pos    diag.Pos
}

// Send is net_send(Delay, Flag).
type Send struct {
	Delay, Flag Expr
	Pos         diag.Pos
}

// Move is net_move(At).
type Move struct {
	At  Expr
	Pos diag.Pos
}

// Emit is net_event(At), or a LEMS EventOut.
type Emit struct {
	At  Expr
	Pos diag.Pos
}

// Watch is WATCH (X > Y) Flag; Rising is false for <.
type Watch struct {
	X, Y   Expr
	Rising bool
	Flag   Expr
	Pos    diag.Pos
}

// SetSeq restarts a random stream at a sequence number, or with ID from 1 to 3 at
// its beginning, after one of the three numbers that name it has become another.
type SetSeq struct {
	Stream VarID
	ID     int
	Seq    Expr
	Pos    diag.Pos
}

// Printf prints; it never changes a result.
type Printf struct {
	Format string
	Args   []Expr
	Pos    diag.Pos
}

// Fail ends the run with an error at this instance.
type Fail struct {
	Text string
	Pos  diag.Pos
}

// SolveNow solves a System inside INITIAL (STEADYSTATE).
type SolveNow struct {
	System int
	Method Method
	Pos    diag.Pos
}

func (Assign) stmt()      {}
func (If) stmt()          {}
func (While) stmt()       {}
func (For) stmt()         {}
func (CallStmt) stmt()    {}
func (DerivEq) stmt()     {}
func (Reaction) stmt()    {}
func (Conserve) stmt()    {}
func (Equation) stmt()    {}
func (Send) stmt()        {}
func (Compartment) stmt() {}
func (Diffusion) stmt()   {}
func (Move) stmt()        {}
func (Emit) stmt()        {}
func (Watch) stmt()       {}
func (SetSeq) stmt()      {}
func (Printf) stmt()      {}
func (Fail) stmt()        {}
func (SolveNow) stmt()    {}
