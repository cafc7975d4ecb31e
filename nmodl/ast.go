package nmodl

import "github.com/rallsim/rall/ir/diag"

// File is one parsed .mod file, its INCLUDEs inserted.
type File struct {
	Name    string
	Title   string
	Neuron  Neuron
	Units   []UnitDef
	Decls   []Decl
	Locals  []LocalDecl // LOCAL outside of blocks
	Blocks  []*Block
	Defines map[string]diag.Pos // where DEFINE names a number
	Pos     diag.Pos            // of the NEURON block, or of the file's start
	sources map[string]*source
	broken  bool // the parser reported errors
	scanned *cScanned
}

// Ident is a name where it stands.
type Ident struct {
	Name string
	Pos  diag.Pos
}

// Neuron is the NEURON block.
type Neuron struct {
	Seen       bool
	Kind       string // SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL; "" if absent
	Suffix     Ident
	Ions       []Ion
	Currents   []Current // in the order in which they stand, ions' WRITEs among them
	Range      []Ident
	Global     []Ident
	Pointer    []Ident
	BBCore     []Ident
	External   []Ident
	Random     []Ident
	ThreadSafe bool
}

// Ion is a USEION line.
type Ion struct {
	Name        Ident
	Read, Write []Ident
	HasValence  bool
	Valence     float64
}

// Current is a current of the NEURON block.
type Current struct {
	Ident
	Electrode bool
	Ion       string // "" for NONSPECIFIC and ELECTRODE
}

// UnitDef is a line of UNITS: (Name) = (Def), or a factor Name = Value
// (From), Name = (From) (To), Name = (From) -> (To).
type UnitDef struct {
	Ident
	Factor   bool
	HasValue bool
	Value    float64
	From, To string
}

// declKind says in which block a variable was declared.
type declKind uint8

const (
	inParameter declKind = iota
	inAssigned
	inState
	inConstant
)

// Decl is a declared variable.
type Decl struct {
	Ident
	Kind     declKind
	Array    int // 0 for a scalar
	HasValue bool
	Value    float64 // or the START value of a STATE
	Unit     string
	HasLim   bool
	Lo, Hi   float64
}

// LocalDecl is one name of a LOCAL statement.
type LocalDecl struct {
	Ident
	Array int
}

// Block is a procedural block.
type Block struct {
	Kind  string // INITIAL, BREAKPOINT, DERIVATIVE, …; "BEFORE STEP"; VERBATIM outside of blocks
	Name  Ident
	Args  []Arg
	Unit  string
	Body  []Stmt
	C     string   // the text of a VERBATIM
	Solve []Ident  // SOLVEFOR
	NoDim bool     // UNITSOFF holds where the block begins
	Pos   diag.Pos // of the keyword

	library bool // not of the author: see withLibrary
}

// Arg is an argument with its unit.
type Arg struct {
	Ident
	Unit string
}

// Stmt is a statement.
type Stmt interface{ position() diag.Pos }

// The statements.
type (
	// AssignStmt is a = x, a' = x, a[i] = x or PROTECT a = x.
	AssignStmt struct {
		Target Target
		X      Expr
	}
	// CallStmt calls a function or procedure.
	CallStmt struct{ Call *CallExpr }
	// LocalStmt declares the block's locals.
	LocalStmt struct {
		Names []LocalDecl
		Pos   diag.Pos
	}
	// IfStmt has its else-ifs nested in Else.
	IfStmt struct {
		Cond       Expr
		Then, Else []Stmt
		Pos        diag.Pos
	}
	// WhileStmt is while (Cond) { Body }.
	WhileStmt struct {
		Cond Expr
		Body []Stmt
		Pos  diag.Pos
	}
	// FromStmt is FROM Var = From TO To BY By { Body }; By is nil for 1.
	FromStmt struct {
		Var          Ident
		From, To, By Expr
		Body         []Stmt
		Pos          diag.Pos
	}
	// BlockStmt is { Body }.
	BlockStmt struct {
		Body []Stmt
		Pos  diag.Pos
	}
	// SolveStmt is SOLVE Name METHOD Method, or STEADYSTATE for METHOD.
	SolveStmt struct {
		Name   Ident
		Method string
		Steady bool
		Pos    diag.Pos
	}
	// TableStmt is TABLE Names DEPEND Depend FROM From TO To WITH N.
	TableStmt struct {
		Names, Depend []Ident
		From, To      Expr
		N             int
		Pos           diag.Pos
	}
	// WatchStmt is one condition of a WATCH.
	WatchStmt struct {
		X, Y   Expr
		Rising bool
		Flag   Expr
		Pos    diag.Pos
	}
	// ReactionStmt is ~ Left <-> Right (F, B), ~ Left << (F) or ~ Left -> (F).
	ReactionStmt struct {
		Left, Right []ReactionTerm
		Arrow       string
		F, B        Expr
		Pos         diag.Pos
	}
	// ConserveStmt is CONSERVE Sum = Total.
	ConserveStmt struct {
		Sum   []ReactionTerm
		Total Expr
		Pos   diag.Pos
	}
	// CompartmentStmt is COMPARTMENT Index, Volume { Names }; Index is empty
	// when none is given.
	CompartmentStmt struct {
		Index  Ident
		Volume Expr
		Names  []Ident
		Pos    diag.Pos
	}
	// InitialStmt is INITIAL inside NET_RECEIVE.
	InitialStmt struct {
		Body []Stmt
		Pos  diag.Pos
	}
	// VerbatimStmt is a VERBATIM inside a block.
	VerbatimStmt struct {
		C   string
		Pos diag.Pos
	}
	// EquationStmt is ~ X = Y in a LINEAR or NONLINEAR block.
	EquationStmt struct {
		X, Y Expr
		Pos  diag.Pos
	}
	// DiffusionStmt is LONGITUDINAL_DIFFUSION Index, Constant { Names }.
	DiffusionStmt struct {
		Index    Ident
		Constant Expr
		Names    []Ident
		Pos      diag.Pos
	}
	// ForNetconsStmt is FOR_NETCONS (Args) { Body } in NET_RECEIVE.
	ForNetconsStmt struct {
		Args []Arg
		Body []Stmt
		Pos  diag.Pos
	}
	// LagStmt is LAG Name BY By, which sets lag_Name_By.
	LagStmt struct {
		Name, By Ident
		Pos      diag.Pos
	}
	// HintStmt is a statement without effect on the equations: CONDUCTANCE,
	// MUTEXLOCK, MUTEXUNLOCK, UNITSON, UNITSOFF.
	HintStmt struct {
		What string
		Pos  diag.Pos
	}
)

// ReactionTerm is Coef Name[At] in a reaction.
type ReactionTerm struct {
	Coef int
	Target
}

// Target is what an assignment sets.
type Target struct {
	Ident
	Primes int
	At     Expr // nil for a scalar
}

func (s *AssignStmt) position() diag.Pos      { return s.Target.Pos }
func (s *CallStmt) position() diag.Pos        { return s.Call.Pos }
func (s *LocalStmt) position() diag.Pos       { return s.Pos }
func (s *IfStmt) position() diag.Pos          { return s.Pos }
func (s *WhileStmt) position() diag.Pos       { return s.Pos }
func (s *FromStmt) position() diag.Pos        { return s.Pos }
func (s *BlockStmt) position() diag.Pos       { return s.Pos }
func (s *SolveStmt) position() diag.Pos       { return s.Pos }
func (s *TableStmt) position() diag.Pos       { return s.Pos }
func (s *WatchStmt) position() diag.Pos       { return s.Pos }
func (s *ReactionStmt) position() diag.Pos    { return s.Pos }
func (s *ConserveStmt) position() diag.Pos    { return s.Pos }
func (s *CompartmentStmt) position() diag.Pos { return s.Pos }
func (s *InitialStmt) position() diag.Pos     { return s.Pos }
func (s *VerbatimStmt) position() diag.Pos    { return s.Pos }
func (s *EquationStmt) position() diag.Pos    { return s.Pos }
func (s *DiffusionStmt) position() diag.Pos   { return s.Pos }
func (s *ForNetconsStmt) position() diag.Pos  { return s.Pos }
func (s *LagStmt) position() diag.Pos         { return s.Pos }
func (s *HintStmt) position() diag.Pos        { return s.Pos }

// Expr is an expression.
type Expr interface{ position() diag.Pos }

// The expressions. Int marks what NMODL takes as an integer expression
// (subscripts and FROM's bounds), where names are truncated and the quotient
// is that of C.
type (
	// NumExpr is a number; Text its spelling.
	NumExpr struct {
		V     float64
		Text  string
		Unit  string
		Paren bool // (0.001): a conversion factor to the check of dimensions
		Pos   diag.Pos
	}
	// NameExpr is a variable, or its derivative.
	NameExpr struct {
		Ident
		Primes int
	}
	// ElemExpr is Name[At].
	ElemExpr struct {
		Ident
		Primes int
		At     Expr
	}
	// UnaryExpr is -X or !X; Op "int" truncates.
	UnaryExpr struct {
		Op  string
		X   Expr
		Pos diag.Pos
	}
	// BinaryExpr is X Op Y.
	BinaryExpr struct {
		Op   string
		X, Y Expr
		Int  bool
		Pos  diag.Pos
	}
	// CallExpr is Name(Args).
	CallExpr struct {
		Ident
		Args []Expr
	}
	// StrExpr is a text, an argument of printf.
	StrExpr struct {
		Text string
		Pos  diag.Pos
	}
)

func (e *NumExpr) position() diag.Pos    { return e.Pos }
func (e *NameExpr) position() diag.Pos   { return e.Pos }
func (e *ElemExpr) position() diag.Pos   { return e.Pos }
func (e *UnaryExpr) position() diag.Pos  { return e.Pos }
func (e *BinaryExpr) position() diag.Pos { return e.Pos }
func (e *CallExpr) position() diag.Pos   { return e.Pos }
func (e *StrExpr) position() diag.Pos    { return e.Pos }
