package mech

import "github.com/rallsim/rall/ir/diag"

// The statements below are made by passes; no front end writes them.

// Target is something that can be assigned: a scalar variable, an element of
// an array variable (At not nil), or a local (Var < 0).
type Target struct {
	Var   VarID
	Local int
	At    Expr
}

// Newton sets the unknowns X so that every residual R is zero; Body computes
// what the residuals need from the unknowns and has no effect but on
// variables and locals.
type Newton struct {
	X     []Target
	Body  []Stmt
	R     []Expr
	Steps int // most iterations
	Pos   diag.Pos
}

// Linear sets the unknowns X so that M*X = R, M row by row with nil for an
// element that is zero, by elimination in the order of the rows as they are.
type Linear struct {
	X   []Target
	M   []Expr
	R   []Expr
	Pos diag.Pos
}

// Lookup computes the outputs of a function with a TABLE at Arg: from the
// table when it is switched on, else by Direct, which finds the argument in
// local Slot. Outputs are variables, or one local for a FUNCTION.
type Lookup struct {
	Func    int // index into Def.Funcs
	Slot    int // local that holds the argument
	Arg     Expr
	Outputs []Target
	Direct  []Stmt
	Pos     diag.Pos
}

func (Newton) stmt() {}
func (Linear) stmt() {}
func (Lookup) stmt() {}
