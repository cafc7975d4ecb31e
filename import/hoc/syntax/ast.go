// Package syntax reads the HOC language: a scanner, a parser of its whole
// grammar, and the tree that comes of it.
//
// In: the text of a file, or of a string given to execute. Out: a File whose
// statements keep their places, or located errors. Next: package hoc executes
// the tree.
//
// HOC's own reader is guided by what a name stands for when it is met (a
// section, a template, a range variable), so that the same words can parse in
// different ways. This one does not know what names stand for: it builds a tree
// that fits every meaning (Prefix, Call, Dot), and the interpreter decides.
package syntax

// Pos is a place in the text, counted from 1.
type Pos struct{ Line, Col int32 }

// File is a parsed text. Names counts the Name nodes in it: their IDs run
// from 0 to Names-1, so that what they are bound to can stand in a slice.
type File struct {
	Name  string
	Text  []byte
	Stmts []Stmt
	Ends  []int // of each statement, the offset in Text of the line after it
	Names int

	Assigned []Assigned // in the order of the text, outside of templates
	Words    []Word     // names that the text has outside of templates, where they first come
}

// Word is a name that the statement Stmts[In] has.
type Word struct {
	Name string
	In   int
}

// Assigned is a name to which the statement Stmts[In] would assign, whether or not it
// comes to that: from that statement on it stands for a number.
type Assigned struct {
	Name string
	In   int
}

// Expr is an expression.
type Expr interface{ Pos() Pos }

// Stmt is a statement.
type Stmt interface{ Pos() Pos }

// At is where a node begins.
type At Pos

// Pos returns the place.
func (a At) Pos() Pos { return Pos(a) }

// The expressions.
type (
	// Num is a number.
	Num struct {
		At
		X float64
	}
	// Str is a quoted string.
	Str struct {
		At
		S string
	}
	// Name is a name that stands by itself. Local is its place among the
	// locals of the procedure around it, -1 if it is none of them.
	Name struct {
		At
		Ident string
		ID    int
		Local int
	}
	// Arg is an argument of the procedure around it: $1, $s1, $o1, $&1; Index
	// is nil for a number in the text (then N is it), else the local i ($i).
	Arg struct {
		At
		Kind  ArgKind
		N     int
		Index *Name
	}
	// Index is X[Subs[0]][Subs[1]]….
	Index struct {
		At
		X    Expr
		Subs []Expr
	}
	// Call is Fn(Args): a call, or a range variable or section at a place.
	Call struct {
		At
		Fn   Expr
		Args []Expr
	}
	// Dot is X.Sel.
	Dot struct {
		At
		X   Expr
		Sel string
	}
	// New is new Class(Args).
	New struct {
		At
		Class string
		Args  []Expr
	}
	// Unary is -X or !X.
	Unary struct {
		At
		Op Op
		X  Expr
	}
	// Binary is L Op R.
	Binary struct {
		At
		Op   Op
		L, R Expr
	}
	// Assign is L = R, or L op= R (Op is the operator, or Set).
	Assign struct {
		At
		Op   Op
		L, R Expr
	}
	// Paren is (X).
	Paren struct {
		At
		X Expr
	}
	// AddrOf is &X.
	AddrOf struct {
		At
		X Expr
	}
)

// ArgKind is the type of an argument that the text asks for.
type ArgKind byte

// The kinds of arguments: $1, $s1, $o1, $&1.
const (
	NumArg ArgKind = iota
	StrArg
	ObjArg
	RefArg
)

// Op is an operator.
type Op byte

// The operators.
const (
	Set Op = iota // =
	Add
	Sub
	Mul
	Div
	Mod
	Pow
	Lt
	Le
	Gt
	Ge
	Eq
	Ne
	And
	Or
	Not
)

var opText = [...]string{"=", "+", "-", "*", "/", "%", "^", "<", "<=", ">", ">=", "==", "!=", "&&", "||", "!"}

func (o Op) String() string { return opText[o] }

// The statements.
type (
	// ExprStmt evaluates X.
	ExprStmt struct {
		At
		X Expr
	}
	// Block is { … }.
	Block struct {
		At
		Stmts []Stmt
	}
	// If is if (Cond) Then else Else; Else may be nil.
	If struct {
		At
		Cond       Expr
		Then, Else Stmt
	}
	// While is while (Cond) Body.
	While struct {
		At
		Cond Expr
		Body Stmt
	}
	// For is for (Init; Cond; Post) Body; Init and Post may be nil.
	For struct {
		At
		Init Stmt
		Cond Expr
		Post Stmt
		Body Stmt
	}
	// ForRange is for Var = From, To Body.
	ForRange struct {
		At
		Var      Expr
		From, To Expr
		Body     Stmt
	}
	// ForIter is for Iter(…) Body, with an iterator.
	ForIter struct {
		At
		Iter Expr
		Body Stmt
	}
	// ForSeg is for (Var) Body, or for (Var, Ends) Body: over the CVs of the
	// section; Ends 0 leaves out the section's ends.
	ForSeg struct {
		At
		Var  Expr
		Ends Expr
		Body Stmt
	}
	// ForAll is forall Body.
	ForAll struct {
		At
		Body Stmt
	}
	// ForSec is forsec X Body: X is a name pattern or a list of sections.
	ForSec struct {
		At
		X    Expr
		Body Stmt
	}
	// IfSec is ifsec X Body.
	IfSec struct {
		At
		X    Expr
		Body Stmt
	}
	// Prefix is X Body: Body runs with X as the section, if X is one; else X is
	// a statement of its own, followed by Body.
	Prefix struct {
		At
		X    Expr
		Body Stmt
	}
	// Insert is insert Mech, or uninsert Mech.
	Insert struct {
		At
		Mech string
		Un   bool
	}
	// Create is create Names.
	Create struct {
		At
		Decls []Decl
	}
	// ObjDecl is objref Names.
	ObjDecl struct {
		At
		Decls []Decl
	}
	// StrDecl is strdef Names.
	StrDecl struct {
		At
		Decls []Decl
	}
	// Double is double Names.
	Double struct {
		At
		Decls []Decl
	}
	// Connect is connect Child, Parent: Child is a section at a place, Parent
	// too or a number on the current section.
	Connect struct {
		At
		Child, Parent Expr
	}
	// Access is access X.
	Access struct {
		At
		X Expr
	}
	// SetPointer is setpointer L, R.
	SetPointer struct {
		At
		L, R Expr
	}
	// Ramp is X(A:B) = P:Q.
	Ramp struct {
		At
		X          Expr
		A, B, P, Q Expr
		Op         Op
	}
	// Return is return X; X may be nil.
	Return struct {
		At
		X Expr
	}
	// Jump is break, continue, stop or iterator_statement.
	Jump struct {
		At
		Kind JumpKind
	}
	// Print is print Args.
	Print struct {
		At
		Args []Expr
	}
	// Delete is delete Names.
	Delete struct {
		At
		Name *Name
	}
	// Func declares a procedure, function or iterator.
	Func struct {
		At
		Kind    FuncKind
		Name    string
		Locals  []string
		NumVars int // the first NumVars locals are numbers, the others objects
		Body    []Stmt

		MaxArg int  // the highest of the arguments that it names
		ObjArg int  // the first of them that is an object; 0: none
		AnyArg bool // it counts them, or takes the i-th
	}
	// Template declares a class.
	Template struct {
		At
		Name     string
		Body     []Stmt
		Assigned []Assigned
	}
	// Public is public Names.
	Public struct {
		At
		Names []string
	}
	// External is external Names.
	External struct {
		At
		Names []string
	}
	// Unused is a part of the grammar that the interpreter reports when it is
	// executed: equations and dependent variables.
	Unused struct {
		At
		What string
	}
)

// Decl is a name that is declared, with its dimensions.
type Decl struct {
	At
	Ident string
	Dims  []Expr
}

// JumpKind is the kind of a Jump.
type JumpKind byte

// The kinds of jumps.
const (
	Break JumpKind = iota
	Continue
	Stop
	IterBody // iterator_statement
)

// FuncKind says what a Func gives back.
type FuncKind byte

// The kinds of functions.
const (
	Proc     FuncKind = iota // nothing
	NumFunc                  // a number
	ObjFunc                  // an object
	Iterator                 // runs the loop's body
)

func (k FuncKind) String() string { return [...]string{"proc", "func", "obfunc", "iterator"}[k] }
