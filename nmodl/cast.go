package nmodl

import (
	"math"

	"github.com/rallsim/rall/ir/diag"
)

// cType is what rall needs to know of a type of C.
type cType struct {
	name   string // as written: "unsigned int", "void", or the name of another
	basic  bool   // of numbers, which num says
	num    cKind
	ptr    int
	dims   []cExpr // of a typedef of arrays
	static bool
	konst  bool

	settled bool // the name is no longer that of a typedef
}

func (t cType) number() bool { return t.ptr == 0 && t.basic }

// The statements of C; they stand among those of NMODL.
type (
	// cDecl declares variables of one type.
	cDecl struct {
		typ    cType
		vars   []cVar
		consts []cVar // of the enums in it
		Pos    diag.Pos
	}
	// cDo is an expression for its effects; nil for an empty statement.
	cDo struct {
		x   cExpr
		Pos diag.Pos
	}
	cIf struct {
		cond       cExpr
		then, alts []Stmt
		Pos        diag.Pos
	}
	// cLoop is for, while and do; parts may be nil.
	cLoop struct {
		init  Stmt
		cond  cExpr
		post  cExpr
		body  []Stmt
		after bool // do … while: the condition comes after the body
		Pos   diag.Pos
	}
	cBlock struct {
		body []Stmt
		Pos  diag.Pos
	}
	// cSwitch is switch; what follows a group of labels runs on into the next.
	cSwitch struct {
		x     cExpr
		parts []cCase
		Pos   diag.Pos
	}
	// cJump is break, continue, return or goto.
	cJump struct {
		kind  jump
		x     cExpr // of return, or nil
		label string
		Pos   diag.Pos
	}
	// cLabel is where a goto goes.
	cLabel struct {
		name string
		Pos  diag.Pos
	}
)

// cCase is a group of labels of a switch and what follows it.
type cCase struct {
	vals []cExpr
	rest bool // default is one of the labels
	body []Stmt
	pos  diag.Pos
}

// cVar is one declared variable.
type cVar struct {
	name string
	typ  cType
	ptr  int
	dims []cExpr // of an array
	init cExpr
	list []cExpr // of an array
	pos  diag.Pos
}

func (s *cDecl) position() diag.Pos   { return s.Pos }
func (s *cDo) position() diag.Pos     { return s.Pos }
func (s *cIf) position() diag.Pos     { return s.Pos }
func (s *cLoop) position() diag.Pos   { return s.Pos }
func (s *cBlock) position() diag.Pos  { return s.Pos }
func (s *cSwitch) position() diag.Pos { return s.Pos }
func (s *cJump) position() diag.Pos   { return s.Pos }
func (s *cLabel) position() diag.Pos  { return s.Pos }

// cExpr is an expression of C.
type cExpr interface {
	at() diag.Pos
	constant() float64 // its value, NaN when it has none before the program runs
}

type (
	cLit struct {
		v    float64
		num  cKind
		text string
		Pos  diag.Pos
	}
	cStr struct {
		text string
		Pos  diag.Pos
	}
	// cList is first values in braces, among others.
	cList struct {
		list []cExpr
		Pos  diag.Pos
	}
	cName struct {
		name string
		Pos  diag.Pos
	}
	// cUnary is one of - + ! ~ * &.
	cUnary struct {
		op  string
		x   cExpr
		Pos diag.Pos
	}
	cBinary struct {
		op   string
		x, y cExpr
		Pos  diag.Pos
	}
	// cAssign is x op= y; op is empty for =.
	cAssign struct {
		op   string
		x, y cExpr
		Pos  diag.Pos
	}
	// cStep is ++ and --.
	cStep struct {
		x    cExpr
		by   float64
		post bool
		Pos  diag.Pos
	}
	cCond struct {
		c, x, y cExpr
		Pos     diag.Pos
	}
	cCall struct {
		name string
		args []cExpr
		Pos  diag.Pos
	}
	cIndex struct {
		x, i cExpr
		Pos  diag.Pos
	}
	cCast struct {
		typ cType
		x   cExpr
		Pos diag.Pos
	}
	// cMember is x.name or x->name.
	cMember struct {
		x    cExpr
		name string
		Pos  diag.Pos
	}
	// cSizeof is sizeof of a type or of an expression; of neither where rall
	// does not read what it is of.
	cSizeof struct {
		typ *cType
		x   cExpr
		Pos diag.Pos
	}
	// cComma is x, y.
	cComma struct {
		x, y cExpr
		Pos  diag.Pos
	}
)

func (e *cLit) at() diag.Pos    { return e.Pos }
func (e *cStr) at() diag.Pos    { return e.Pos }
func (e *cList) at() diag.Pos   { return e.Pos }
func (e *cName) at() diag.Pos   { return e.Pos }
func (e *cUnary) at() diag.Pos  { return e.Pos }
func (e *cBinary) at() diag.Pos { return e.Pos }
func (e *cAssign) at() diag.Pos { return e.Pos }
func (e *cStep) at() diag.Pos   { return e.Pos }
func (e *cCond) at() diag.Pos   { return e.Pos }
func (e *cCall) at() diag.Pos   { return e.Pos }
func (e *cIndex) at() diag.Pos  { return e.Pos }
func (e *cCast) at() diag.Pos   { return e.Pos }
func (e *cMember) at() diag.Pos { return e.Pos }
func (e *cSizeof) at() diag.Pos { return e.Pos }
func (e *cComma) at() diag.Pos  { return e.Pos }

func (e *cLit) constant() float64    { return e.v }
func (e *cStr) constant() float64    { return math.NaN() }
func (e *cList) constant() float64   { return math.NaN() }
func (e *cName) constant() float64   { return math.NaN() }
func (e *cAssign) constant() float64 { return math.NaN() }
func (e *cStep) constant() float64   { return math.NaN() }
func (e *cCall) constant() float64   { return math.NaN() }
func (e *cIndex) constant() float64  { return math.NaN() }
func (e *cMember) constant() float64 { return math.NaN() }
func (e *cSizeof) constant() float64 { return math.NaN() }
func (e *cComma) constant() float64  { return math.NaN() }

func (e *cCast) constant() float64 {
	v := e.x.constant()
	if e.typ.number() && e.typ.num.integer() {
		return math.Trunc(v)
	}
	return v
}

func (e *cCond) constant() float64 {
	switch c := e.c.constant(); {
	case math.IsNaN(c):
		return c
	case c != 0:
		return e.x.constant()
	}
	return e.y.constant()
}

func (e *cUnary) constant() float64 {
	v := e.x.constant()
	switch {
	case math.IsNaN(v):
		return v
	case e.op == "-":
		return -v
	case e.op == "+":
		return v
	case e.op == "!":
		return float64(b2i(v == 0))
	case e.op == "~":
		return -1 - v
	}
	return math.NaN()
}

// wholeLit says whether an expression of literals is of integers.
func wholeLit(e cExpr) bool {
	switch e := e.(type) {
	case *cLit:
		return e.num.integer()
	case *cUnary:
		return wholeLit(e.x)
	case *cBinary:
		return wholeLit(e.x) && wholeLit(e.y)
	case *cCast:
		return e.typ.number() && e.typ.num.integer()
	}
	return false
}

func (e *cBinary) constant() float64 {
	x, y := e.x.constant(), e.y.constant()
	if math.IsNaN(x) || math.IsNaN(y) {
		return math.NaN()
	}
	switch e.op {
	case "&&":
		return float64(b2i(x != 0 && y != 0))
	case "||":
		return float64(b2i(x != 0 || y != 0))
	}
	t := cDouble
	if wholeLit(e) {
		t = cLong // as #if computes
	}
	if v, _, ok := folded(e.op, x, y, t); ok {
		return v
	}
	return math.NaN()
}
