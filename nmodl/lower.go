package nmodl

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/unit"
)

// lowerer turns a File into a mech.Def. Names are resolved here, once.
type lowerer struct {
	f         *File
	rep       *reporter
	d         *mech.Def
	syms      map[string]mech.VarID // variables that are made
	consts    map[string]constant   // unit factors and CONSTANTs, made when first used
	tops      map[string]LocalDecl  // LOCALs outside of blocks, made when first used
	start     map[string]float64    // START values of states
	randoms   map[string]bool
	nums      map[mech.VarID]cKind // the types of members of structures of C
	dims      map[mech.VarID][]int // of arrays of C with several dimensions: the sizes behind the first
	funcs     map[string]int
	systems   map[string]int
	blocks    map[string]*Block // named blocks that are no functions
	decls     map[string]*Decl
	extern    map[string]string // names that are known and not to be had, with the reason
	c         *cFile            // what the VERBATIMs hold
	impureFns map[string]bool   // functions with effects, when first wanted
	scope     *unit.Scope       // the units of UNITS
	used      map[string]bool   // functions that the equations call
	draws     bool              // an equation draws by one of the old random functions
	ownV      bool              // v is assigned somewhere: it is a copy then
	netcons   int               // how many FOR_NETCONS there have been

	tables  map[mech.VarID]string // arrays of C with first values that nothing seems to assign
	again   map[string]bool       // those that something does, by way of a pointer
	statics map[cPlaceOf]*cGlobal // variables of C that are static in a function
	labels  int                   // how many of C there have been
}

type constant struct {
	value float64
	unit  string
	pos   diag.Pos
	decl  bool // from CONSTANT: it may be assigned
}

// specials are the names that NEURON gives every mechanism.
var specials = map[string]struct {
	storage mech.Storage
	unit    string
}{
	"v": {mech.Voltage, "mV"}, "t": {mech.Time, "ms"}, "dt": {mech.Step, "ms"}, "celsius": {mech.Celsius, "degC"},
	"area": {mech.AreaOf, "um2"}, "diam": {mech.DiamOf, "um"},
}

// Lower turns a parsed file into a mechanism. It returns nil when it reported
// an error, now or while the file was parsed.
func Lower(f *File, list *diag.List) *mech.Def {
	if f.broken {
		return nil
	}
	dropped, changed := map[string]diag.Diag{}, map[string]bool{}
	for {
		found := &diag.List{}
		l := newLowerer(f, found, dropped)
		for name := range changed {
			l.c.set[name] = true
		}
		before := len(changed)
		l.again = changed
		if d, again := l.lower(dropped); !again && len(changed) == before {
			list.Append(found)
			return d
		}
	}
}

// Compile parses and lowers; open may be nil when there is nothing to INCLUDE.
func Compile(name string, src []byte, open Opener, list *diag.List) *mech.Def {
	return Lower(Parse(name, src, open, list), list)
}

func newLowerer(f *File, list *diag.List, dropped map[string]diag.Diag) *lowerer {
	l := &lowerer{
		f: f, rep: &reporter{list: list, sources: f.sources}, d: &mech.Def{Source: "nmodl", Title: f.Title, Pos: f.Pos},
		syms: map[string]mech.VarID{}, consts: map[string]constant{}, tops: map[string]LocalDecl{},
		start: map[string]float64{}, randoms: map[string]bool{}, nums: map[mech.VarID]cKind{}, funcs: map[string]int{}, systems: map[string]int{},
		blocks: map[string]*Block{}, decls: map[string]*Decl{}, extern: map[string]string{}, c: readC(f),
		tables: map[mech.VarID]string{}, statics: map[cPlaceOf]*cGlobal{}, again: map[string]bool{},
	}
	l.f = withLibrary(f, l.c, l.rep)
	l.rep.sources = l.f.sources
	l.addMaker()
	for name := range dropped {
		l.extern[name] = "was left out, because it holds what rall does not do"
	}
	return l
}

// makerName is the name of the procedure that CONSTRUCTOR is for a program that
// makes an instance, and may give arguments.
const makerName = "CONSTRUCTOR"

// addMaker makes a procedure of CONSTRUCTOR blocks, which a program runs when it
// makes an instance.
func (l *lowerer) addMaker() {
	maker := &Block{Kind: "PROCEDURE", Name: Ident{Name: makerName}}
	for _, b := range l.f.Blocks {
		if b.Kind == "CONSTRUCTOR" {
			maker.Body, maker.Pos = append(maker.Body, b.Body...), b.Pos
			maker.Name.Pos = b.Pos
		}
	}
	if !trivialBody(maker.Body) && l.f.Neuron.Suffix.Name != "nothing" {
		f := *l.f
		f.Blocks = append(slices.Clone(f.Blocks), maker)
		l.f = &f
	}
}

// lower does the work. When functions that no equation calls cannot be
// lowered, they are added to dropped and again is true: the caller starts
// over without them.
func (l *lowerer) lower(dropped map[string]diag.Diag) (d *mech.Def, again bool) {
	if !l.header() {
		return nil, false
	}
	l.units()
	l.declare()
	l.neuronNames()
	l.nameBlocks(dropped)

	// first the functions that only a user would call
	used := reachable(l.f, l.c)
	l.used = used
	l.draws = l.drawsOld(used)
	if l.ownV = setsV(l.f, used) && l.d.Kind != mech.ArtificialCell; l.ownV {
		l.syms["v of the node"] = l.add(mech.Var{Name: "v of the node", Storage: mech.Voltage, Unit: "mV", Pos: l.f.Pos})
		l.syms["v"] = l.add(mech.Var{Name: "v", Storage: mech.Temp, Unit: "mV", Pos: l.f.Pos})
	}
	trial := false
	for _, b := range l.f.Blocks {
		if i, ok := l.funcs[b.Name.Name]; ok && isFunc(b) && !used[b.Name.Name] {
			list := &diag.List{}
			rep := l.rep
			l.rep = &reporter{list: list, sources: l.f.sources}
			l.lowerFunc(b, i, false)
			l.rep = rep
			drop, beyond := false, diag.Diag{}
			for _, x := range list.All() {
				if x.Severity == diag.Error && x.Code != diag.Unsupported {
					drop = false // it is wrong, not only beyond rall
					break
				}
				if x.Severity == diag.Error && !drop {
					drop, beyond = true, x
				}
			}
			if drop {
				dropped[b.Name.Name] = beyond
			} else {
				l.rep.list.Append(list)
				l.rep.errors += list.Count(diag.Error)
			}
			trial = trial || drop
		}
	}
	if trial {
		return nil, true
	}
	for _, b := range l.f.Blocks {
		x, ok := dropped[b.Name.Name]
		switch {
		case !ok || !isFunc(b):
		case b.Name.Name == makerName:
			continue // a model gives no arguments
		case l.c.seeds(b.Name.Name):
			l.rep.notef(diag.Ignored, b.Pos, "%s %s is for the model: it names the instance's random stream", b.Kind, b.Name.Name)
			l.tellBesides(b)
		case l.c.plays(b.Name.Name):
			l.rep.notef(diag.Ignored, b.Pos, "%s %s is for the model: it gives the instance its numbers", b.Kind, b.Name.Name)
			l.tellBesides(b)
		case l.d.Kind == mech.Library:
			l.rep.warnf(diag.Ignored, b.Pos, "%s %s is left out: line %d holds what rall does not do (%s)", b.Kind, b.Name.Name, x.Pos.Line, x.Msg)
		case strings.HasSuffix(x.Msg, "(hoc)") || strings.HasSuffix(x.Msg, "(hoc vector)") || l.c.asks(b):
			l.rep.notef(diag.Ignored, b.Pos, "%s %s is left out: only hoc can call it", b.Kind, b.Name.Name)
		default:
			l.rep.warnf(diag.Ignored, b.Pos, "%s %s is left out: no equation calls it, and line %d holds what rall does not do (%s)",
				b.Kind, b.Name.Name, x.Pos.Line, x.Msg)
		}
		if ok && isFunc(b) {
			l.d.LeftOut = append(l.d.LeftOut, mech.LeftOut{Name: b.Name.Name, Why: x.Msg, Pos: x.Pos})
		}
	}
	for _, b := range l.f.Blocks {
		if i, ok := l.funcs[b.Name.Name]; ok && isFunc(b) && used[b.Name.Name] {
			l.lowerFunc(b, i, true)
		}
	}
	l.recursion()
	if i, ok := l.funcs[makerName]; ok {
		l.d.Maker = i + 1
	}
	l.bodies()
	l.finish()
	l.oddities()
	if l.rep.errors == 0 {
		l.tableEffects()
	}
	if l.rep.errors > 0 {
		return nil, false
	}
	if err := mech.Check(l.d); err != nil {
		panic("BUG: nmodl made a wrong mechanism of " + l.f.Name + ": " + err.Error())
	}
	return l.d, false
}

// tellBesides reports what a procedure for the model, which is not run, sets: a
// warning unless INITIAL sets it anew before it counts.
func (l *lowerer) tellBesides(b *Block) {
	initial := map[string]bool{}
	for _, o := range l.f.Blocks {
		if o.Kind == "INITIAL" {
			for _, id := range l.setsBesides(o) {
				initial[id.Name] = true
			}
		}
	}
	for _, id := range l.setsBesides(b) {
		severity, but := diag.Warning, ""
		if initial[id.Name] {
			severity, but = diag.Note, " in the midst of a run: INITIAL sets it anew"
		}
		l.rep.add(severity, diag.Ignored, id.Pos, "set it in a PROCEDURE of its own", "%s %s sets %s besides, which is left out%s",
			b.Kind, b.Name.Name, id.Name, but)
	}
}

// setsBesides names the variables that a block sets and that are no switch
// between ways to draw.
func (l *lowerer) setsBesides(b *Block) (names []Ident) {
	note := func(name string, pos diag.Pos) {
		_, fixed := l.c.fixed[name]
		if l.decls[name] != nil && !fixed && l.c.role[name] == noRole && !slices.ContainsFunc(names, func(id Ident) bool { return id.Name == name }) {
			names = append(names, Ident{name, pos})
		}
	}
	walkStmts(b.Body, func(s Stmt) {
		switch s := s.(type) {
		case *AssignStmt:
			note(s.Target.Name, s.Target.Pos)
		case *VerbatimStmt:
			toks := l.c.toks[s]
			for i, t := range toks {
				if t.kind == cPunct && isAssign(t.text) {
					if k := assigned(toks[:i]); k >= 0 && !declares(toks, k) {
						note(toks[k].text, toks[k].pos)
					}
				}
			}
		}
	}, func(Expr) {})
	return names
}

func isFunc(b *Block) bool { return b.Kind == "FUNCTION" || b.Kind == "PROCEDURE" }

// header sets what kind of mechanism it is.
func (l *lowerer) header() bool {
	n := &l.f.Neuron
	l.d.Name, l.d.ThreadSafe = n.Suffix.Name, n.ThreadSafe
	switch n.Kind {
	case "SUFFIX":
		if n.Suffix.Name == "nothing" {
			l.d.Kind, l.d.Name = mech.Library, baseName(l.f.Name)
			l.onlyFunctions()
		}
	case "POINT_PROCESS":
		l.d.Kind = mech.PointProcess
	case "ARTIFICIAL_CELL":
		l.d.Kind = mech.ArtificialCell
	default:
		l.d.Name = strings.TrimSuffix(baseName(l.f.Name), ".mod")
		l.rep.warnf(diag.OddValue, l.f.Pos, "NEURON has no SUFFIX, so the mechanism takes the file's name, %s", l.d.Name)
	}
	return true
}

// baseName is a path's last part.
func baseName(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

// onlyFunctions reports what a file without a mechanism (SUFFIX nothing) has
// no use for.
func (l *lowerer) onlyFunctions() {
	for _, b := range l.f.Blocks {
		switch b.Kind {
		case "FUNCTION", "PROCEDURE", "FUNCTION_TABLE", "VERBATIM":
		default:
			l.rep.errorf(diag.BadMech, b.Pos, "%s in a file of SUFFIX nothing, which makes no mechanism", b.Kind)
		}
	}
}

// units computes the UNITS block.
func (l *lowerer) units() {
	scope := unit.NewScope()
	l.scope = scope
	for _, u := range l.f.Units {
		if !u.Factor {
			if err := scope.Define(u.Name, u.From); err != nil {
				if _, bad := scope.Parse(u.From); bad != nil {
					l.rep.hintf(diag.BadUnit, u.Pos, unknownUnit(scope, bad, "declare it first: (name) = (a unit that is known)"), "unit (%s): %v", u.From, bad)
				} else {
					l.rep.warnf(diag.Duplicate, u.Pos, "%v; the first definition holds", err)
				}
			}
			continue
		}
		c := constant{value: u.Value, unit: u.From, pos: u.Pos}
		if !u.HasValue {
			from, err := scope.Parse(u.From)
			to := unit.None
			if err == nil {
				to, err = scope.Parse(u.To)
			}
			if err != nil {
				l.rep.hintf(diag.BadUnit, u.Pos, unknownUnit(scope, err, "declare it first: (name) = (a unit that is known)"), "constant %s: %v", u.Name, err)
			} else if from.Dim != to.Dim {
				l.rep.warnf(diag.BadUnit, u.Pos, "constant %s is %v over %v; the number is used as it is", u.Name, from.Dim, to.Dim)
			}
			c.value, c.unit = from.Factor/to.Factor, u.To
		}
		l.addConst(u.Ident, c)
	}
}

func (l *lowerer) addConst(id Ident, c constant) {
	if old, ok := l.consts[id.Name]; ok {
		l.rep.errorf(diag.Duplicate, id.Pos, "%s is a constant already, at line %d", id.Name, old.pos.Line)
	}
	l.consts[id.Name] = c
}

// sixDigits rounds as NEURON's translator does when it writes a parameter's
// default into the C++ it generates, by "%g".
func sixDigits(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// undeclared declares the names that GLOBAL alone holds: to NEURON they are
// variables that begin at 0.
func (l *lowerer) undeclared() {
	known := map[string]bool{"usetable": true}
	for _, d := range l.f.Decls {
		known[d.Name] = true
		known[d.Name+"0"] = known[d.Name+"0"] || d.Kind == inState
	}
	for _, t := range l.f.Locals {
		known[t.Name] = true
	}
	for _, id := range l.f.Neuron.Global {
		_, special := specials[id.Name]
		_, isConst := l.consts[id.Name]
		if known[id.Name] || special || isConst {
			continue
		}
		l.rep.add(diag.Warning, diag.Ignored, id.Pos, "declare it in PARAMETER or ASSIGNED", "nothing but GLOBAL declares %s: it begins at 0", id.Name)
		l.f.Decls = append(l.f.Decls, Decl{Ident: id, Kind: inAssigned})
	}
}

// declare collects the declared names.
func (l *lowerer) declare() {
	l.undeclared()
	for i := range l.f.Decls {
		d := &l.f.Decls[i]
		if d.Kind == inConstant {
			l.addConst(d.Ident, constant{d.Value, d.Unit, d.Pos, true})
			continue
		}
		_, special := specials[d.Name]
		if old := l.decls[d.Name]; old != nil && !special {
			l.rep.errorf(diag.Duplicate, d.Pos, "%s is declared already, at line %d", d.Name, old.Pos.Line)
			continue
		}
		if c, ok := l.consts[d.Name]; ok {
			l.rep.errorf(diag.Duplicate, d.Pos, "%s is a constant already, at line %d", d.Name, c.pos.Line)
			continue
		}
		if special {
			if d.Kind == inState {
				l.rep.errorf(diag.BadMech, d.Pos, "%s is a variable of NEURON and cannot be a STATE", d.Name)
			} else if d.HasValue && d.Name != "v" {
				l.rep.notef(diag.Ignored, d.Pos, "the default of %s is not used: the simulation sets it", d.Name)
			}
		}
		l.decls[d.Name] = d
	}
	for _, t := range l.f.Locals {
		l.tops[t.Name] = t
	}
}

// neuronNames makes the variables, with what NEURON says about them.
func (l *lowerer) neuronNames() {
	n := &l.f.Neuron
	flag := func(ids []Ident) map[string]bool {
		m := map[string]bool{}
		for _, id := range ids {
			m[id.Name] = true
		}
		return m
	}
	ranges, globals := flag(n.Range), flag(n.Global)
	for _, id := range n.Global {
		if ranges[id.Name] {
			l.rep.errorf(diag.Duplicate, id.Pos, "%s is both RANGE and GLOBAL", id.Name)
		}
	}
	pointers, bbcore := flag(n.Pointer), flag(n.BBCore)
	external := flag(n.External)

	ions := l.ions()
	currents := map[string]bool{}
	for _, c := range n.Currents {
		currents[c.Name] = true
	}
	for _, ion := range n.Ions {
		for _, id := range append(append([]Ident(nil), ion.Read...), ion.Write...) {
			if c, ok := l.consts[id.Name]; ok {
				l.rep.errorf(diag.Duplicate, c.pos, "%s belongs to the ion %s and cannot be a constant", id.Name, ion.Name.Name)
				break
			}
		}
	}
	make1 := func(d *Decl) {
		v := mech.Var{Name: d.Name, Unit: d.Unit, Pos: d.Pos, Array: d.Array, State: d.Kind == inState, HasLim: d.HasLim}
		v.Lo, v.Hi = sixDigits(d.Lo), sixDigits(d.Hi)
		if f, ok := ions[d.Name]; ok {
			v.Storage, v.Ion, v.Field = mech.IonField, f.ion, f.field
			v.Visible = ranges[d.Name]
			if d.Array > 0 {
				l.rep.errorf(diag.BadMech, d.Pos, "%s belongs to an ion and cannot be an array", d.Name)
			}
			if d.HasValue && d.Kind == inParameter {
				l.rep.notef(diag.Ignored, d.Pos, "the default of %s is not used: it belongs to the ion %s", d.Name, l.d.Ions[f.ion].Name)
			}
			l.syms[d.Name] = l.add(v)
			return
		}
		fixed, isFixed := l.c.fixed[d.Name]
		switch {
		case l.c.role[d.Name] == aStream:
			v.Storage, v.Visible, v.Array = mech.Stream, true, 0
			l.randoms[d.Name] = true
		case l.c.role[d.Name] == aSeries:
			v.Storage, v.Visible, v.Array = mech.Series, true, 0
		case isFixed && d.Array == 0:
			// which generator is used; there is only one here
			v.Storage, v.Default = mech.Constant, fixed
		case l.c.role[d.Name] == aRecord:
			l.members(d)
			return
		case l.c.role[d.Name] == somethingC, bbcore[d.Name]:
			l.extern[d.Name] = "points to data that only C can reach"
			return
		case pointers[d.Name]:
			v.Storage = mech.Pointer
		case external[d.Name]:
			v.Storage, v.Extern = mech.Uniform, true
		case globals[d.Name]:
			v.Storage, v.Visible = mech.Uniform, true
			v.Param = d.Kind == inParameter
			if d.Kind == inState {
				l.rep.errorf(diag.BadMech, d.Pos, "the STATE %s cannot be GLOBAL", d.Name)
			}
		case d.Kind == inParameter && !ranges[d.Name] && !currents[d.Name]:
			v.Storage, v.Param, v.Visible = mech.Uniform, true, true
		default:
			v.Storage = mech.Instance
			v.Visible = ranges[d.Name] || currents[d.Name] || d.Kind == inState
			v.Param = d.Kind == inParameter || l.d.Kind != mech.Density && ranges[d.Name]
			v.Assigned = d.Kind != inParameter && d.Kind != inState
		}
		if d.HasValue {
			exact := d.Value
			if v.Default = sixDigits(exact); d.Kind == inState {
				l.start[d.Name] = v.Default
				v.Default = 0
			} else if v.Default != exact {
				l.rep.notef(diag.NrnCompat, d.Pos, "the default of %s is %s: NEURON keeps six digits", d.Name,
					strconv.FormatFloat(v.Default, 'g', -1, 64))
			}
		}
		l.syms[d.Name] = l.add(v)
	}
	for i := range l.f.Decls {
		d := &l.f.Decls[i]
		if _, special := specials[d.Name]; !special && l.decls[d.Name] == d {
			make1(d)
		}
	}
	// START of a state and a PARAMETER for its initial value are one variable;
	// the later one in the file holds
	for i := range l.f.Decls {
		d := &l.f.Decls[i]
		p := l.decls[d.Name+"0"]
		if d.Kind != inState || !d.HasValue || p == nil || l.decls[d.Name] != d {
			continue
		}
		if v, ok := l.syms[p.Name]; ok && p.Pos.File == d.Pos.File && p.Pos.Line < d.Pos.Line {
			l.d.Vars[v].Default = l.start[d.Name]
		}
	}
	// what only the NEURON block names
	for _, ion := range n.Ions {
		for _, id := range append(append([]Ident(nil), ion.Read...), ion.Write...) {
			if _, ok := l.syms[id.Name]; !ok {
				make1(&Decl{Ident: id, Kind: inAssigned})
			}
		}
	}
	electrode := false
	for _, c := range n.Currents {
		electrode = electrode || c.Electrode
	}
	for _, c := range n.Currents {
		if _, ok := l.syms[c.Name]; !ok {
			make1(&Decl{Ident: c.Ident, Kind: inAssigned})
		}
		ion := -1
		if f, ok := ions[c.Name]; ok {
			ion = f.ion
		}
		if electrode && !c.Electrode {
			l.rep.warnf(diag.NrnCompat, c.Pos, "%s counts as an electrode current, because another one is: NEURON knows one sign a mechanism", c.Name)
		}
		l.d.Currents = append(l.d.Currents, mech.Current{Var: l.syms[c.Name], Ion: ion, Electrode: electrode})
	}
	if len(l.d.Currents) > 0 && l.d.Kind == mech.ArtificialCell {
		l.rep.errorf(diag.BadMech, n.Suffix.Pos, "an ARTIFICIAL_CELL has no membrane and no current")
	}
	for _, id := range n.Pointer {
		if _, ok := l.syms[id.Name]; !ok {
			make1(&Decl{Ident: id, Kind: inAssigned})
		}
	}
	for _, id := range n.External {
		if _, ok := l.syms[id.Name]; !ok {
			make1(&Decl{Ident: id, Kind: inAssigned})
		}
	}
	for _, id := range n.BBCore {
		if _, ok := l.syms[id.Name]; !ok {
			make1(&Decl{Ident: id, Kind: inAssigned})
		}
	}
	for _, s := range l.c.seeding {
		for k := range s.ids {
			id := &s.ids[k]
			if _, ok := l.syms[id.Var]; id.Var == "" || ok {
				continue
			}
			x, ok := l.consts[id.Var]
			*id = mech.SeedID{Else: x.value, Computed: !ok}
		}
		if v, ok := l.syms[s.pointer]; ok {
			l.d.Seedings = append(l.d.Seedings, mech.Seeding{Proc: s.proc, Stream: v, IDs: s.ids, Random: s.random, Value: s.value})
		}
	}
	for _, p := range l.c.players {
		if v, ok := l.syms[p.pointer]; ok && l.d.Vars[v].Storage == mech.Series {
			l.d.Players = append(l.d.Players, mech.Player{Proc: p.proc, Series: v, Arg: p.arg})
		}
	}
	for _, id := range n.Random {
		if _, ok := l.syms[id.Name]; ok || l.randoms[id.Name] {
			l.rep.errorf(diag.Duplicate, id.Pos, "%s is declared already", id.Name)
			continue
		}
		l.randoms[id.Name] = true
		l.syms[id.Name] = l.add(mech.Var{Name: id.Name, Storage: mech.Stream, Visible: true, Random: true, Pos: id.Pos})
	}
	for _, id := range append(append([]Ident(nil), n.Range...), n.Global...) {
		_, special := specials[id.Name]
		_, known := l.syms[id.Name]
		switch {
		case special:
			l.rep.errorf(diag.BadMech, id.Pos, "%s is a variable of NEURON: it cannot be RANGE or GLOBAL", id.Name)
		case !known && id.Name != "usetable":
			if _, isConst := l.consts[id.Name]; !isConst && !l.isState0(id.Name) {
				var names []string
				for n := range l.decls {
					names = append(names, n)
				}
				hint := "declare it in PARAMETER or ASSIGNED"
				if len(id.Name) > 1 { // one letter is near any other
					if near := nearest(id.Name, names); near != "" {
						hint = near
					}
				}
				l.rep.add(diag.Warning, diag.Ignored, id.Pos, hint, "nothing declares %s", id.Name)
			}
		}
	}
}

// isState0 says whether name is the initial value of a state.
func (l *lowerer) isState0(name string) bool {
	s, ok := strings.CutSuffix(name, "0")
	return ok && l.decls[s] != nil && l.decls[s].Kind == inState
}

// add makes a variable. What the author declared keeps its name; one that
// rall makes besides (the flag of an event, a local array) gives way.
func (l *lowerer) add(v mech.Var) mech.VarID {
	for l.d.Lookup(v.Name) >= 0 {
		v.Name += "'"
	}
	l.d.Vars = append(l.d.Vars, v)
	return mech.VarID(len(l.d.Vars) - 1)
}

type ionField struct {
	ion   int
	field mech.Field
}

// ions makes the ions and tells which names are theirs.
func (l *lowerer) ions() map[string]ionField {
	fields := map[string]ionField{}
	seen := map[string]bool{}
	for _, u := range l.f.Neuron.Ions {
		x := u.Name.Name
		if seen[x] {
			l.rep.errorf(diag.Duplicate, u.Name.Pos, "USEION %s stands there twice; put its READ and WRITE into one", x)
			continue
		}
		seen[x] = true
		ion := mech.Ion{Name: x, Valence: math.NaN(), Pos: u.Name.Pos}
		if u.HasValence {
			ion.Valence = u.Valence
		}
		at := len(l.d.Ions)
		roles := map[string]mech.Field{"e" + x: mech.Reversal, x + "i": mech.Inside, x + "o": mech.Outside, "i" + x: mech.Amperage}
		mark := func(ids []Ident, set *[4]bool) {
			for _, id := range ids {
				role, ok := roles[id.Name]
				if !ok {
					l.rep.hintf(diag.BadMech, id.Pos, "its variables are e"+x+", i"+x+", "+x+"i and "+x+"o",
						"%s is no variable of the ion %s", id.Name, x)
					continue
				}
				set[role] = true
				fields[id.Name] = ionField{at, role}
			}
		}
		mark(u.Read, &ion.Reads)
		mark(u.Write, &ion.Writes)
		l.d.Ions = append(l.d.Ions, ion)
	}
	return fields
}

// maxGrid is the largest number of arguments of a FUNCTION_TABLE.
const maxGrid = 8

// nameBlocks gives functions and systems their numbers.
func (l *lowerer) nameBlocks(dropped map[string]diag.Diag) {
	seen := map[string]diag.Pos{}
	for _, b := range l.f.Blocks {
		name := b.Name.Name
		if name == "" {
			continue
		}
		if p, ok := seen[name]; ok {
			l.rep.errorf(diag.Duplicate, b.Name.Pos, "%s is a block already, at line %d", name, p.Line)
			continue
		}
		seen[name] = b.Name.Pos
		if d := l.decls[name]; d != nil {
			l.rep.errorf(diag.Duplicate, b.Name.Pos, "%s is a variable already, at line %d", name, d.Pos.Line)
			continue
		}
		if _, ok := builtins[name]; ok && !b.library {
			l.rep.errorf(diag.Duplicate, b.Name.Pos, "%s is a function of NMODL itself", name)
			continue
		}
		switch {
		case isFunc(b):
			if _, gone := dropped[name]; gone {
				continue
			}
			l.funcs[name] = len(l.d.Funcs)
			f := mech.Func{Name: name, NArgs: len(b.Args), Result: -1, Unit: b.Unit, Pos: b.Pos}
			if b.Kind == "FUNCTION" {
				f.Result = len(b.Args)
			}
			l.d.Funcs = append(l.d.Funcs, f)
		case b.Kind == "FUNCTION_TABLE":
			// Its values come from the model. As in NEURON the mechanism is whole
			// without them, and a call ends the run.
			if n := len(b.Args); n < 1 || n > maxGrid {
				l.rep.errorf(diag.Unsupported, b.Pos, "FUNCTION_TABLE %s has %d arguments; it can have one to %d", name, n, maxGrid)
				continue
			}
			args := []mech.Expr{mech.Num{V: float64(len(l.d.Grids))}}
			for i := range b.Args {
				args = append(args, mech.Local{Slot: i})
			}
			l.d.Grids = append(l.d.Grids, mech.Grid{Name: name, NArgs: len(b.Args), Pos: b.Pos})
			l.funcs[name] = len(l.d.Funcs)
			f := mech.Func{Name: name, NArgs: len(b.Args), Result: len(b.Args), Unit: b.Unit, Pos: b.Pos,
				Body: []mech.Stmt{mech.Assign{Var: -1, Local: len(b.Args), X: mech.Call{Fn: mech.GridAt, Args: args, Pos: b.Pos}, Pos: b.Pos}}}
			for _, a := range b.Args {
				f.Locals = append(f.Locals, a.Name)
			}
			f.Locals = append(f.Locals, name)
			l.d.Funcs = append(l.d.Funcs, f)
		default:
			l.blocks[name] = b
		}
	}
}

// finish settles what depends on the whole file.
func (l *lowerer) finish() {
	for i := range l.d.Vars {
		v := &l.d.Vars[i]
		switch {
		case v.Extern && v.Written:
			l.rep.hintf(diag.Unsupported, v.Pos, "a POINTER can be assigned", "%s is assigned here, and another mechanism's", v.Name)
		case v.Written && v.Storage == mech.Uniform, v.Written && v.Storage == mech.Constant:
			v.Storage = mech.Global
		}
	}
}
