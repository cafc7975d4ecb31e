package hoc

import (
	"fmt"

	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// kind is the type of a value.
type kind uint8

const (
	none kind = iota
	numKind
	strKind
	objKind
	refKind // a pointer to a number
	secKind
)

func (k kind) String() string {
	return [...]string{"nothing", "a number", "a string", "an object", "a pointer", "a section"}[k]
}

// value is what an expression comes to. Strings and objects come with the
// variable that holds them, if one does, because calls pass them by reference.
type value struct {
	k   kind
	x   float64
	s   string
	o   *Object
	sec *tree.Section
	pos float64 // place on sec, where one was given

	num  *float64 // of a refKind
	sref *string
	oref **Object
}

func number(x float64) value   { return value{k: numKind, x: x} }
func text(s string) value      { return value{k: strKind, s: s} }
func object(o *Object) value   { return value{k: objKind, o: o} }
func pointer(p *float64) value { return value{k: refKind, num: p} }

func truth(b bool) value {
	if b {
		return number(1)
	}
	return number(0)
}

// Object is an instance of a class: of a template of the program, or of a
// class of ours (then native is its state).
type Object struct {
	class   *class
	index   int
	data    *data
	native  any
	aliases map[string]alias
	born    int // the how manieth object of the program

	refs   int  // variables, Lists and calls that refer to it
	doomed bool // it waits in Interp.unheld
	gone   bool
}

// Name is NEURON's name of the object, "Cell[3]".
func (o *Object) Name() string {
	if o == nil {
		return "NULLobject"
	}
	return fmt.Sprintf("%s[%d]", o.class.name, o.index)
}

// class is a template or a class of ours.
type class struct {
	name    string
	scope   *scope // of a template; nil for ours
	next    int    // index of the next object
	count   int    // of objects that there are
	objects []*Object
	first   diag.Pos // where the first object was made

	create  func(c *call) any // of ours: makes the state
	methods map[string]method
	// field finds a variable of an object of ours; subs are the indices.
	field  func(o *Object, name string, subs []int) (place, bool)
	fields []string // names that field knows, for messages
}

// method is a function of an object of ours.
type method func(c *call) value

// data holds the variables of an object, or of the top level.
type data struct{ cells []*cell }

// cell is one variable: the field of its symbol's kind is in use.
type cell struct {
	nums []float64
	strs string
	objs []*Object
	secs []*tree.Section
	dims []int
}

// symKind says what a name stands for.
type symKind uint8

const (
	undefined symKind = iota
	varSym
	strSym
	objSym
	secSym
	funcSym  // a procedure of the program
	ownSym   // a function of ours
	rangeSym // a range variable
	propSym  // nseg, L, Ra, rallbranch
	classSym
	constSym // a number of ours: t, celsius, a mechanism's global
)

func (k symKind) String() string {
	return [...]string{"an undefined name", "a variable", "a strdef", "an objref", "a section", "a procedure", "a function of NEURON's",
		"a range variable", "a variable of sections", "a template", "a variable of NEURON's"}[k]
}

// symbol is a name in a scope.
type symbol struct {
	name     string
	kind     symKind
	slot     int // in the data
	fn       *function
	own      *builtin
	rng      *rangeVar
	prop     prop
	class    *class
	num      *float64
	nums     []float64 // of an array of ours, with dims
	refs     []Ref     // of its elements, or none
	ref      Ref       // of num
	external *symbol   // the symbol of the top level that it stands for
	public   bool
	dims     []int
	assigned bool // a statement that has been read would assign to it: a number, as long as nothing has defined it
	standard bool // of NEURON's library: the program may take the name
}

// scope is the names of the top level or of a template.
type scope struct {
	names map[string]*symbol
	order []*symbol
	slots int
	class *class // nil at the top level
}

func newScope(c *class) *scope { return &scope{names: map[string]*symbol{}, class: c} }

func (s *scope) add(name string) *symbol {
	sym := &symbol{name: name, slot: s.slots}
	s.slots++
	s.names[name] = sym
	s.order = append(s.order, sym)
	return sym
}

// prop is a variable of a whole section.
type prop uint8

const (
	nsegProp prop = iota
	lengthProp
	raProp
	rallProp
)

// rangeVar is a variable along sections.
type rangeVar struct {
	name string
	mech *tree.Mechanism // nil for the variables below
	v    *tree.Var
	what membrane

	random string // the RANDOM variable of mech that it is; "": none
}

// membrane is a range variable of the membrane itself.
type membrane uint8

const (
	ofMech membrane = iota
	diamVar
	cmVar
	voltageVar
	capCurrent
	membraneCurrent
)

// cell returns the variable of a symbol.
func (d *data) cell(s *symbol) *cell {
	for len(d.cells) <= s.slot {
		d.cells = append(d.cells, &cell{})
	}
	return d.cells[s.slot]
}

func product(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}
