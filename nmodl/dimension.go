package nmodl

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/unit"
)

// The check of dimensions goes over the equations as the author wrote them
// and computes the unit of every expression. Units of a .mod file never scale
// anything (decision 2b), so all that it finds are warnings, but a factor of
// 1000 that is missing shows here and nowhere else.
//
// The rules are those of NEURON's modlunit. A variable without a unit is a
// plain number. A number without one takes the unit of what it is added to,
// compared with or assigned to. A single number in parentheses is a conversion
// factor: (0.001) stands for 1 of a unit that is 1000 times as large. Arguments
// and values of functions have the declared units; those of exp, log and kin
// are plain numbers. A rate of a reaction has the unit that makes the flux the
// change of its states, volumes counted, in a millisecond. UNITSOFF and
// UNITSON switch the check in the order of the text. What has met one warning
// fits everything from there on.
//
// It is kinder than modlunit in these: fabs, fmin, fmax, floor, ceil and fmod
// keep the unit of their arguments; sqrt and constant powers compute theirs; a
// local keeps being a bare number if a bare number was assigned to it; (molar)
// may count moles or not.

// amount is what the check knows of an expression.
type amount struct {
	u   unit.Unit
	num bool // a number without a unit
	any bool // nothing is known
}

var (
	anything = amount{u: unit.None, any: true}
	bare     = amount{u: unit.None, num: true}
	unitless = amount{u: unit.None}
)

type signature struct {
	args  []amount
	names []string
	value amount
}

type dimensions struct {
	f       *File
	rep     *reporter
	scope   *unit.Scope
	vars    map[string]amount
	tops    map[string]bool // LOCAL outside of blocks
	funcs   map[string]signature
	locals  []map[string]*amount
	volumes map[string]amount // of the states of the present KINETIC block
	kinetic bool
	off     bool // UNITSOFF
	fluxes  amount
	unknown map[string]bool // units that were reported
}

// Dimensions checks the units of a file that Lower accepts, and adds
// warnings to list.
func Dimensions(f *File, list *diag.List) {
	if f.broken {
		return
	}
	d := &dimensions{f: f, rep: &reporter{list: list, sources: f.sources}, vars: map[string]amount{}, tops: map[string]bool{}, funcs: map[string]signature{},
		unknown: map[string]bool{}, volumes: map[string]amount{}, fluxes: anything}
	d.scope = unit.NewScope()
	if !d.hasUnits() {
		d.rep.add(diag.Warning, diag.UnitNone, f.Pos, "declare units as in v (mV), and the check of dimensions has something to compare",
			"nothing in this file has a unit")
		return
	}
	d.declare()
	d.neuron()
	for _, b := range f.Blocks {
		d.block(b)
	}
}

// hasUnits says whether any name has a unit.
func (d *dimensions) hasUnits() bool {
	for _, x := range d.f.Decls {
		if _, special := specials[x.Name]; x.Unit != "" && !special {
			return true
		}
	}
	for _, b := range d.f.Blocks {
		for _, a := range b.Args {
			if a.Unit != "" {
				return true
			}
		}
	}
	return false
}

// parse reads a declared unit; one that is not known fits everything.
func (d *dimensions) parse(text string, pos diag.Pos) amount {
	if strings.TrimSpace(text) == "" {
		return unitless
	}
	u, err := d.scope.Parse(text)
	if err == nil {
		return amount{u: u}
	}
	if !d.unknown[text] {
		d.unknown[text] = true
		d.rep.add(diag.Warning, diag.UnitUnknown, pos, unknownUnit(d.scope, err, "define it in UNITS from a unit that is known"), "unit (%s): %v", text, err)
	}
	return anything
}

// unknownUnit is the hint for an error of scope: the definition that is
// missing, the name that was meant, or otherwise.
func unknownUnit(scope *unit.Scope, err error, otherwise string) string {
	_, name, _ := strings.Cut(err.Error(), `"`)
	name = strings.TrimSuffix(name, `"`)
	if known, ok := usualDefinitions[name]; ok {
		return "define it in UNITS: (" + name + ") = (" + known + ")"
	}
	// of names that are equally near, those with the same first and last letter
	alike := func(n string) int {
		k := 0
		if name != "" && strings.EqualFold(n[:1], name[:1]) {
			k -= 2
		}
		if name != "" && strings.EqualFold(n[len(n)-1:], name[len(name)-1:]) {
			k--
		}
		return k
	}
	names := scope.Names()
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(alike(a), alike(b)), strings.Compare(a, b)) })
	if near := diag.Nearest(name, names, min(len(name)/3, 2)); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return otherwise
}

// usualDefinitions are lines that UNITS blocks often miss.
var usualDefinitions = map[string]string{"mV": "millivolt", "mA": "milliamp", "nA": "nanoamp", "pA": "picoamp", "uA": "microamp", "S": "siemens",
	"mS": "millisiemens", "uS": "microsiemens", "nS": "nanosiemens", "pS": "picosiemens", "um": "micron", "molar": "1/liter",
	"mM": "milli/liter", "uM": "micro/liter", "nM": "nano/liter", "M": "1/liter", "uF": "microfarad", "mC": "millicoul", "F": "farad"}

// declare collects the units of all names.
func (d *dimensions) declare() {
	for _, u := range d.f.Units {
		if !u.Factor {
			if err := d.scope.Define(u.Name, u.From); err != nil {
				continue // Lower has said it
			}
			continue
		}
		var a amount
		switch {
		case u.HasValue:
			a = d.parse(u.From, u.Pos)
		default:
			from, err1 := d.scope.Parse(u.From)
			to, err2 := d.scope.Parse(u.To)
			if a = (amount{u: to}); err1 != nil || err2 != nil || from.Dim != to.Dim {
				a = anything
			}
		}
		d.vars[u.Name] = a
	}
	for name, s := range specials {
		u, err := unit.Parse(s.unit)
		if err != nil {
			panic("BUG: unit " + s.unit)
		}
		u.Offset = 0
		d.vars[name] = amount{u: u}
	}
	for _, x := range d.f.Decls {
		if _, special := specials[x.Name]; special {
			continue // what NEURON gives has NEURON's unit, whatever is written
		}
		d.vars[x.Name] = d.parse(x.Unit, x.Pos)
	}
	for _, x := range d.f.Decls {
		if _, ok := d.vars[x.Name+"0"]; !ok && x.Kind == inState {
			d.vars[x.Name+"0"] = d.vars[x.Name]
		}
	}
	for _, t := range d.f.Locals {
		d.vars[t.Name] = anything
		d.tops[t.Name] = true
	}
	for _, b := range d.f.Blocks {
		if b.Kind == "FUNCTION" || b.Kind == "PROCEDURE" || b.Kind == "FUNCTION_TABLE" {
			s := signature{value: d.parse(b.Unit, b.Name.Pos)}
			if b.Kind == "PROCEDURE" {
				s.value = bare
			}
			for _, a := range b.Args {
				s.args = append(s.args, d.parse(a.Unit, a.Pos))
				s.names = append(s.names, a.Name)
			}
			d.funcs[b.Name.Name] = s
		}
	}
}

// neuron compares what is declared with what the simulation gives and takes.
func (d *dimensions) neuron() {
	decls := map[string]*Decl{}
	for i := range d.f.Decls {
		decls[d.f.Decls[i].Name] = &d.f.Decls[i]
	}
	want := func(id Ident, text string) {
		x := decls[id.Name]
		if x == nil {
			return
		}
		u, err := unit.Parse(text)
		if err != nil {
			panic("BUG: unit " + text)
		}
		u.Offset = 0
		const mole = 6.02214076e23
		if strings.HasSuffix(text, "mol/L") {
			u.Factor /= mole
		}
		name := u.Name()
		if strings.TrimSpace(x.Unit) == "" || x.Unit == "1" {
			d.rep.add(diag.Warning, diag.UnitNeuron, x.Pos, "declare it: "+id.Name+" ("+name+")",
				"%s has no unit; the simulation has it in (%s)", id.Name, name)
			d.vars[id.Name] = amount{u: u}
			return
		}
		a := d.parse(x.Unit, x.Pos)
		if a.any || a.u.Equal(u) || a.u.Dim == u.Dim && a.u.Equal(unit.Unit{Factor: u.Factor * mole, Dim: u.Dim}) {
			return
		}
		factor := ""
		if a.u.Dim == u.Dim {
			factor = ", " + number(a.u.Factor/u.Factor) + " times as large"
			if a.u.Factor < u.Factor {
				factor = ", " + number(u.Factor/a.u.Factor) + " times as small"
			}
		}
		d.rep.add(diag.Warning, diag.UnitNeuron, x.Pos, "declare it in ("+name+") and convert in the equations",
			"%s is declared in (%s)%s; the simulation has it in (%s) and converts nothing", id.Name, x.Unit, factor, name)
		if _, special := specials[id.Name]; !special {
			d.vars[id.Name] = anything
		}
	}
	current := "mA/cm2"
	if d.f.Neuron.Kind == "POINT_PROCESS" || d.f.Neuron.Kind == "ARTIFICIAL_CELL" {
		current = "nA"
	}
	for _, c := range d.f.Neuron.Currents {
		want(c.Ident, current)
	}
	written := map[string]bool{}
	for _, ion := range d.f.Neuron.Ions {
		x := ion.Name.Name
		for _, w := range ion.Write {
			written[w.Name] = true
		}
		for _, id := range append(append([]Ident(nil), ion.Read...), ion.Write...) {
			switch id.Name {
			case "e" + x:
				want(id, "mV")
			case x + "i", x + "o":
				want(id, "mmol/L")
			case "i" + x:
				if !written[id.Name] {
					want(id, "mA/cm2") // what is read is a density in a point process too
				}
			}
			delete(decls, id.Name) // once
		}
	}
	for _, x := range d.f.Decls {
		if s, special := specials[x.Name]; special && decls[x.Name] != nil && decls[x.Name].Pos == x.Pos {
			want(x.Ident, s.unit)
		}
	}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// describe names the unit of an amount, in words and in symbols.
func describe(a amount) string {
	kind := a.u.Dim.Kind()
	switch {
	case a.u.Dim == (unit.Dim{}) && a.u.Equal(unit.None):
		return "a plain number"
	case kind == "":
		return "(" + a.u.Name() + ")"
	}
	return kind + " in (" + a.u.Name() + ")"
}

// same compares two amounts that must have one unit, and returns what both
// are. A difference is reported by report, unless UNITSOFF holds; second says
// where the author finds y.
func (d *dimensions) same(x, y amount, second string, report func(code diag.Code, hint, why string)) amount {
	switch {
	case x.any || y.any:
		return anything
	case y.num:
		return x
	case x.num:
		return y
	case x.u.Equal(y.u):
		return x
	}
	if !d.off {
		if x.u.Dim != y.u.Dim {
			report(diag.UnitMismatch, "", "")
		} else {
			f := number(y.u.Factor / x.u.Factor)
			report(diag.UnitFactor, "write ("+f+") in front of "+second+": in parentheses it is a conversion factor", ", which wants the factor "+f)
		}
	}
	return anything
}

// operand names an expression for a hint: as it stands in the text where it is
// short, else by where it is; a sum needs brackets before it can be multiplied.
func operand(e Expr, where string) string {
	switch e := e.(type) {
	case *NameExpr:
		return e.Name + strings.Repeat("'", e.Primes)
	case *ElemExpr:
		return e.Name + "[…]" + strings.Repeat("'", e.Primes)
	case *CallExpr:
		return e.Name + "(…)"
	case *BinaryExpr:
		if e.Op == "+" || e.Op == "-" {
			return where + " (a sum: put it in brackets)"
		}
	}
	return where
}

// wantPlain says that an amount must be a plain number.
func (d *dimensions) wantPlain(a amount, pos diag.Pos, what string) {
	if a.any || a.num || d.off || a.u.Equal(unit.None) {
		return
	}
	hint := ""
	if a.u.Dim == (unit.Dim{}) {
		hint = "write (" + number(a.u.Factor) + ") in front of it: in parentheses it is a conversion factor"
	} else {
		hint = "divide it by something in (" + a.u.Name() + "), such as 1 (" + a.u.Name() + ")"
	}
	d.rep.add(diag.Warning, diag.UnitNumber, pos, hint, "%s must be a plain number, and is %s", what, describe(a))
}

func (d *dimensions) block(b *Block) {
	d.off = b.NoDim
	scope := map[string]*amount{}
	for _, a := range b.Args {
		x := d.parse(a.Unit, a.Pos)
		scope[a.Name] = &x
	}
	d.kinetic = b.Kind == "KINETIC"
	d.fluxes = anything
	switch b.Kind {
	case "NET_RECEIVE":
		flag := bare
		scope["flag"] = &flag
	case "FUNCTION":
		x := d.funcs[b.Name.Name].value
		scope[b.Name.Name] = &x
	case "KINETIC":
		d.volumes = map[string]amount{}
	}
	d.locals = []map[string]*amount{scope}
	d.stmts(b.Body)
	d.locals = nil
}

func (d *dimensions) stmts(list []Stmt) {
	d.locals = append(d.locals, map[string]*amount{})
	for _, s := range list {
		d.stmt(s)
	}
	d.locals = d.locals[:len(d.locals)-1]
}

// local finds a name of the block; declared says that it has a unit of its
// own, as arguments have.
func (d *dimensions) local(name string) (a *amount, declared bool) {
	for i := len(d.locals) - 1; i >= 0; i-- {
		if a, ok := d.locals[i][name]; ok {
			return a, i == 0
		}
	}
	return nil, false
}

func (d *dimensions) stmt(s Stmt) {
	switch s := s.(type) {
	case *LocalStmt:
		for _, n := range s.Names {
			x := anything
			d.locals[len(d.locals)-1][n.Name] = &x
		}
	case *AssignStmt:
		d.assign(s)
	case *CallStmt:
		d.call(s.Call)
	case *IfStmt:
		d.expr(s.Cond)
		d.stmts(s.Then)
		d.stmts(s.Else)
	case *WhileStmt:
		d.expr(s.Cond)
		d.stmts(s.Body)
	case *FromStmt:
		x := bare
		d.locals = append(d.locals, map[string]*amount{s.Var.Name: &x})
		d.stmts(s.Body)
		d.locals = d.locals[:len(d.locals)-1]
	case *BlockStmt:
		d.stmts(s.Body)
	case *InitialStmt:
		d.stmts(s.Body)
	case *ForNetconsStmt:
		scope := map[string]*amount{}
		for i, a := range s.Args {
			x := d.parse(a.Unit, a.Pos)
			if a.Unit == "" && i < len(d.receiveArgs()) {
				x = d.parse(d.receiveArgs()[i].Unit, a.Pos)
			}
			scope[a.Name] = &x
		}
		d.locals = append(d.locals, scope)
		d.stmts(s.Body)
		d.locals = d.locals[:len(d.locals)-1]
	case *WatchStmt:
		op := "<"
		if s.Rising {
			op = ">"
		}
		x, y := d.expr(s.X), d.expr(s.Y)
		d.same(x, y, operand(s.Y, "what follows the "+op), d.between(s.Pos, "WATCH compares", x, y))
	case *TableStmt:
		// bounds are bare numbers nearly always
	case *EquationStmt:
		x, y := d.expr(s.X), d.expr(s.Y)
		d.same(x, y, operand(s.Y, "what follows the ="), d.between(s.Pos, "the equation sets equal", x, y))
	case *CompartmentStmt:
		x := d.inIndex(s.Index, s.Volume)
		for _, n := range s.Names {
			d.volumes[n.Name] = x
		}
	case *DiffusionStmt:
		d.inIndex(s.Index, s.Constant)
	case *ConserveStmt:
		sum := anything
		for i, t := range s.Sum {
			x := d.times(d.volume(t.Name), d.name(t.Ident, 0), 1)
			if i == 0 {
				sum = x
				continue
			}
			sum = d.same(sum, x, t.Name, d.between(t.Pos, "CONSERVE adds", sum, x))
		}
		total := d.expr(s.Total)
		d.same(sum, total, operand(s.Total, "what follows the ="), d.between(s.Pos, "CONSERVE sets equal", sum, total))
	case *ReactionStmt:
		d.reaction(s)
	case *HintStmt:
		switch s.What {
		case "UNITSON":
			d.off = false
		case "UNITSOFF":
			d.off = true
		}
	}
}

func (d *dimensions) receiveArgs() []Arg {
	for _, b := range d.f.Blocks {
		if b.Kind == "NET_RECEIVE" {
			return b.Args
		}
	}
	return nil
}

func (d *dimensions) inIndex(index Ident, e Expr) amount {
	x := bare
	d.locals = append(d.locals, map[string]*amount{index.Name: &x})
	defer func() { d.locals = d.locals[:len(d.locals)-1] }()
	return d.expr(e)
}

// between reports a difference between two sides.
func (d *dimensions) between(pos diag.Pos, verb string, x, y amount) func(diag.Code, string, string) {
	return func(code diag.Code, hint, why string) {
		d.rep.add(diag.Warning, code, pos, hint, "%s %s and %s%s", verb, describe(x), describe(y), why)
	}
}

func (d *dimensions) assign(s *AssignStmt) {
	y := d.expr(s.X)
	name := s.Target.Name
	if a, declared := d.local(name); a != nil && !declared {
		*a = y // a local takes what it is given
		return
	}
	if a, _ := d.local(name); a == nil && d.tops[name] {
		d.vars[name] = y
		return
	}
	x := d.name(s.Target.Ident, s.Target.Primes)
	what := name + strings.Repeat("'", s.Target.Primes)
	d.same(x, y, operand(s.X, "what follows the ="), func(code diag.Code, hint, why string) {
		d.rep.add(diag.Warning, code, s.Target.Pos, hint, "%s is %s and is set to %s%s", what, describe(x), describe(y), why)
	})
}

// name returns the amount of a variable or of its derivative.
func (d *dimensions) name(id Ident, primes int) amount {
	if a, _ := d.local(id.Name); a != nil {
		return *a
	}
	a, ok := d.vars[id.Name]
	if !ok {
		if (id.Name == "f_flux" || id.Name == "b_flux") && d.kinetic {
			return d.fluxes
		}
		return anything // of C, or an error of Lower's
	}
	if primes > 0 {
		return d.times(a, amount{u: unit.Unit{Factor: 1e-3, Dim: timeDim}}, -primes)
	}
	return a
}

var timeDim = func() (t unit.Dim) { t[unit.Time] = 1; return }()

// times returns x*y^n.
func (d *dimensions) times(x, y amount, n int) amount {
	if x.any || y.any {
		return anything
	}
	u, err := x.u.Times(y.u, n)
	if err != nil || u.Factor == 0 || math.IsInf(u.Factor, 0) {
		return anything
	}
	return amount{u: u, num: x.num && y.num}
}

func (d *dimensions) expr(e Expr) amount {
	switch e := e.(type) {
	case *NumExpr:
		switch {
		case e.Unit != "":
			return d.parse(e.Unit, e.Pos)
		case e.Paren && e.V != 0:
			return amount{u: unit.Unit{Factor: 1 / e.V}}
		}
		return bare
	case *NameExpr:
		return d.name(e.Ident, e.Primes)
	case *ElemExpr:
		return d.name(e.Ident, e.Primes)
	case *UnaryExpr:
		x := d.expr(e.X)
		if e.Op == "!" {
			return unitless
		}
		return x
	case *CallExpr:
		return d.call(e)
	case *BinaryExpr:
		return d.binary(e)
	}
	return anything
}

var verbs = map[string]string{"+": "the sum adds", "-": "the difference is of", "<": "the comparison is of", ">": "the comparison is of",
	"<=": "the comparison is of", ">=": "the comparison is of", "==": "the comparison is of", "!=": "the comparison is of"}

func (d *dimensions) binary(e *BinaryExpr) amount {
	x := d.expr(e.X)
	if e.Op == "^" {
		return d.power(x, e)
	}
	y := d.expr(e.Y)
	switch e.Op {
	case "*":
		return d.times(x, y, 1)
	case "/":
		return d.times(x, y, -1)
	case "&&", "||":
		return unitless
	}
	z := d.same(x, y, operand(e.Y, "what follows the "+e.Op), d.between(e.Pos, verbs[e.Op], x, y))
	if e.Op == "+" || e.Op == "-" {
		return z
	}
	return unitless
}

// power is X^Y: a constant whole Y raises the unit, any other wants plain
// numbers on both sides.
func (d *dimensions) power(x amount, e *BinaryExpr) amount {
	y := e.Y
	sign := 1
	if m, ok := y.(*UnaryExpr); ok && m.Op == "-" {
		sign, y = -1, m.X
	}
	if n, ok := y.(*NumExpr); ok && n.Unit == "" && !n.Paren && n.V == math.Trunc(n.V) && n.V <= 20 {
		return d.times(amount{u: unit.None, num: x.num}, x, sign*int(n.V))
	}
	d.wantPlain(d.expr(e.Y), e.Y.position(), "an exponent")
	d.wantPlain(x, e.X.position(), "what has an exponent that is no constant")
	return unitless
}

// keeping are the functions whose value has the unit of their arguments.
var keeping = map[string]bool{"fabs": true, "abs": true, "floor": true, "ceil": true, "fmin": true, "fmax": true, "fmod": true}

func (d *dimensions) call(c *CallExpr) amount {
	var args []amount
	for _, a := range c.Args {
		if _, text := a.(*StrExpr); text {
			args = append(args, anything)
			continue
		}
		args = append(args, d.expr(a))
	}
	if s, ok := d.funcs[c.Name]; ok {
		for i, a := range args {
			if i >= len(s.args) {
				break
			}
			x, pos := s.args[i], c.Args[i].position()
			d.same(x, a, operand(c.Args[i], "the argument"), func(_ diag.Code, hint, why string) {
				d.rep.add(diag.Warning, diag.UnitArgument, pos, hint, "argument %s of %s is %s and is given %s%s", s.names[i], c.Name, describe(x), describe(a), why)
			})
		}
		return s.value
	}
	at := func(i int) amount {
		if i < len(args) {
			return args[i]
		}
		return anything
	}
	ms := amount{u: unit.Unit{Factor: 1e-3, Dim: timeDim}}
	wants := func(i int, x amount) {
		if i < len(args) {
			d.same(x, args[i], operand(c.Args[i], "the argument"), func(code diag.Code, hint, why string) {
				d.rep.add(diag.Warning, diag.UnitArgument, c.Args[i].position(), hint, "%s wants %s and is given %s%s", c.Name, describe(x), describe(args[i]), why)
			})
		}
	}
	switch {
	case keeping[c.Name]:
		if len(args) == 2 {
			return d.same(at(0), at(1), operand(c.Args[1], "the second argument"), d.between(c.Pos, c.Name+" compares", at(0), at(1)))
		}
		return at(0)
	case c.Name == "sqrt":
		return d.root(at(0), c)
	case c.Name == "pow" && len(args) == 2:
		return d.power(args[0], &BinaryExpr{Op: "^", X: c.Args[0], Y: c.Args[1], Pos: c.Pos})
	case c.Name == "atan2" && len(args) == 2:
		d.same(at(0), at(1), operand(c.Args[1], "the second argument"), d.between(c.Pos, "atan2 divides", at(0), at(1)))
		return unitless
	case c.Name == "at_time", c.Name == "net_send", c.Name == "net_event", c.Name == "net_move":
		wants(0, ms)
		return unitless
	case c.Name == "state_discontinuity" && len(args) == 2:
		d.same(args[0], args[1], operand(c.Args[1], "the second argument"), d.between(c.Pos, "state_discontinuity sets equal", args[0], args[1]))
		return unitless
	case c.Name == "normrand", c.Name == "exprand":
		return at(0) // the value has the unit of the mean
	case strings.HasPrefix(c.Name, "random_"):
		if len(args) > 1 {
			return at(1)
		}
		return bare
	case c.Name == "nrn_ghk", c.Name == "printf", c.Name == "prterr", c.Name == "nrn_pointing", c.Name == "scop_random", c.Name == "set_seed":
		return anything
	}
	if _, ok := builtins[c.Name]; !ok {
		return anything // a function of C
	}
	for i, a := range args {
		d.wantPlain(a, c.Args[i].position(), "the argument of "+c.Name)
	}
	return unitless
}

func (d *dimensions) root(a amount, c *CallExpr) amount {
	if a.any {
		return a
	}
	for i, e := range a.u.Dim {
		if e%2 != 0 {
			d.wantPlain(a, c.Pos, "the argument of sqrt")
			return anything
		}
		a.u.Dim[i] = e / 2
	}
	a.u.Factor = math.Sqrt(a.u.Factor)
	return a
}

// volume is what COMPARTMENT says of a state, else nothing.
func (d *dimensions) volume(state string) amount {
	if v, ok := d.volumes[state]; ok {
		return v
	}
	return bare
}

// reaction compares the rates with the fluxes that they must make: the
// amount of a state, its volume counted, in a millisecond.
func (d *dimensions) reaction(s *ReactionStmt) {
	side := func(list []ReactionTerm) amount {
		p := amount{u: unit.None}
		for _, t := range list {
			p = d.times(p, d.name(t.Ident, 0), t.Coef)
		}
		return p
	}
	quantity := bare
	for _, t := range append(append([]ReactionTerm(nil), s.Left...), s.Right...) {
		x := d.times(d.volume(t.Name), d.name(t.Ident, 0), 1)
		quantity = d.same(quantity, x, t.Name, func(code diag.Code, hint, why string) {
			d.rep.add(diag.Warning, diag.UnitReaction, t.Pos, "COMPARTMENT gives the states their volumes",
				"%s reacts as %s, and what stands before it as %s%s", t.Name, describe(x), describe(quantity), why)
		})
	}
	ms := amount{u: unit.Unit{Factor: 1e-3, Dim: timeDim}}
	d.fluxes = d.times(quantity, ms, -1)
	plain := 0 // how many rates are plain numbers that must not be
	rate := func(e Expr, list []ReactionTerm, what string) (report func()) {
		if e == nil {
			return func() {}
		}
		x := d.expr(e)
		want := d.times(d.fluxes, side(list), -1)
		report = func() {}
		d.same(want, x, operand(e, "the "+what), func(code diag.Code, hint, why string) {
			plain += b2i(describe(x) == "a plain number")
			report = func() {
				d.rep.add(diag.Warning, diag.UnitReaction, e.position(), hint, "the %s of this reaction must be %s, and is %s%s", what, describe(want), describe(x), why)
			}
		})
		return report
	}
	switch s.Arrow {
	case "<<":
		rate(s.F, nil, "flux")()
	default:
		forward, backward := rate(s.F, s.Left, "forward rate"), rate(s.B, s.Right, "backward rate")
		if plain == 2 { // the author works without units: said once
			there, back := describe(d.times(d.fluxes, side(s.Left), -1)), describe(d.times(d.fluxes, side(s.Right), -1))
			if back != there {
				there += " and " + back
			}
			d.rep.add(diag.Warning, diag.UnitReaction, s.F.position(), "", "the rates of this reaction must be %s, and are plain numbers", there)
			return
		}
		forward()
		backward()
	}
}
