package nmodl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// scopeName is what a local name stands for.
type scopeName struct {
	slot    int
	v       mech.VarID // an array, or an argument of NET_RECEIVE, is a variable; else -1
	integer bool       // a FROM counter
	num     cKind      // the type of a variable of C
	pointer int        // a pointer variable of C, from 1
	fields  *cFields   // a structure of C
	value   *cValue    // a constant of an enum of C
	edge    bool       // an argument of FOR_NETCONS: v belongs to the edge that slot counts
}

// body is the context of one block's statements.
type body struct {
	l      *lowerer
	kind   string // the block's keyword
	in     string // of the block whose statements have become part of this one
	name   string
	locals []string
	scopes []map[string]scopeName
	result int         // slot of a FUNCTION's value, -1
	pre    []mech.Stmt // statements to run before the one being lowered
	noPre  bool        // there is no place for them
	fn     *mech.Func  // where a TABLE goes
	forget int         // depth of blocks, for TABLE and LOCAL
	fluxes bool        // a KINETIC reads f_flux or b_flux

	asks   bool                  // HOC alone calls it, so that C may ask for the arguments of the call
	num    cKind                 // the type of the value of a function of C
	ret    int                   // slot of the flag that a loop sets when the body returns, -1: none
	ptrs   []*cPtr               // where the pointer variables of C point
	stack  []string              // functions of C that are being put in place
	first  []mech.Stmt           // what the body begins with: tables of constants of C
	copied map[mech.VarID]bool   // those that are in first
	labels []map[string]*cTarget // of the lists of statements that are being lowered
	shared map[int]bool          // locals whose address C has taken
	cursor map[int]int           // the locals of pointers of C that count, by the pointers' numbers
}

func (l *lowerer) newBody(kind, name string) *body {
	return &body{l: l, kind: kind, name: name, result: -1, ret: -1, scopes: []map[string]scopeName{{}}}
}

// local makes a slot for name in the innermost scope.
func (b *body) local(name string) int {
	b.locals = append(b.locals, name)
	slot := len(b.locals) - 1
	b.scopes[len(b.scopes)-1][name] = scopeName{slot: slot, v: -1}
	return slot
}

func (b *body) find(name string) (scopeName, bool) {
	for i := len(b.scopes) - 1; i >= 0; i-- {
		if s, ok := b.scopes[i][name]; ok {
			return s, true
		}
	}
	return scopeName{}, false
}

// lowerFunc fills function i; used says that equations call it.
func (l *lowerer) lowerFunc(src *Block, i int, used bool) {
	b := l.newBody(src.Kind, src.Name.Name)
	b.asks = !used
	for _, a := range src.Args {
		if _, twice := b.scopes[0][a.Name]; twice {
			l.rep.errorf(diag.Duplicate, a.Pos, "two arguments are called %s", a.Name)
		}
		b.local(a.Name)
	}
	if src.Kind == "FUNCTION" {
		b.result = b.local(src.Name.Name)
	}
	b.fn = &l.d.Funcs[i]
	stmts := b.all(src.Body)
	f := &l.d.Funcs[i]
	f.Body, f.Locals = stmts, b.locals
	f.Table = b.fn.Table
	f.Asked = b.fn.Asked
}

// bodies lowers every block that is no function.
func (l *lowerer) bodies() {
	// systems that something solves, in the order of the file
	solved := solvedNames(l.f)
	for _, src := range l.f.Blocks {
		name := src.Name.Name
		if l.blocks[name] != src {
			continue
		}
		if !solved[name] {
			l.rep.add(diag.Warning, diag.Ignored, src.Pos, "SOLVE "+name+" METHOD "+map[string]string{"DERIVATIVE": "cnexp", "KINETIC": "sparse"}[src.Kind]+
				" in BREAKPOINT advances it", "nothing solves %s %s", src.Kind, name)
			continue
		}
		if src.Kind == "DISCRETE" {
			l.rep.hintf(diag.Unsupported, src.Pos, "PROCEDURE "+name+"() { … } does the same once a step",
				"DISCRETE %s: in NEURON each instance that solves it moves the clock of the whole simulation on by dt", name)
			continue
		}
		l.systems[name] = len(l.d.Systems)
		l.d.Systems = append(l.d.Systems, mech.System{Name: name, Pos: src.Pos})
	}
	for _, src := range l.f.Blocks {
		i, ok := l.systems[src.Name.Name]
		if !ok || l.blocks[src.Name.Name] != src {
			continue
		}
		if len(src.Solve) > 0 {
			l.solveFor(&l.d.Systems[i], src)
		}
		b := l.newBody(src.Kind, src.Name.Name)
		b.fluxes = usesFlux(src.Body)
		stmts := append(l.loadV(src.Pos), b.all(src.Body)...)
		l.d.Systems[i].Body, l.d.Systems[i].Locals = stmts, b.locals
	}

	initial := l.newBody("INITIAL", "")
	l.d.Initial.Body = append(l.loadV(l.f.Pos), l.stateDefaults(initial)...)
	breakpoint := l.newBody("BREAKPOINT", "")
	var constructor []mech.Stmt
	if len(l.d.Currents) > 0 {
		l.d.Breakpoint.Body = l.loadV(l.f.Pos)
	}
	for _, src := range l.f.Blocks {
		switch src.Kind {
		case "INITIAL":
			l.d.Initial.Body = append(l.d.Initial.Body, initial.part(src.Body)...)
		case "BREAKPOINT":
			l.d.Breakpoint.Body = append(l.d.Breakpoint.Body, breakpoint.part(src.Body)...)
		case "NET_RECEIVE":
			l.netReceive(src)
		case "VERBATIM":
			l.fileVerbatim(src)
		case "DESTRUCTOR":
			l.rep.notef(diag.Ignored, src.Pos, "DESTRUCTOR is left out: nothing outlives a run")
		case "CONSTRUCTOR":
			if !trivialBody(src.Body) {
				l.rep.notef(diag.NrnCompat, src.Pos, "CONSTRUCTOR runs when a HOC program makes an instance; where none does, at the beginning of INITIAL, and what the model sets stays")
				initial.in = "CONSTRUCTOR"
				constructor = append(constructor, initial.part(src.Body)...)
				initial.in = ""
			}
		default:
			if word, when, ok := strings.Cut(src.Kind, " "); ok {
				l.atMoment(src, word, when)
			}
		}
	}
	constructor = l.construct(initial, constructor)
	l.d.Making = len(constructor)
	l.d.Initial.Body = append(constructor, l.d.Initial.Body...)
	l.d.Initial.Locals = initial.locals
	l.d.Breakpoint.Locals = breakpoint.locals
	if len(l.d.Currents) == 0 && len(l.d.Breakpoint.Body) > 0 {
		// Without a current NEURON runs BREAKPOINT once a step, behind the
		// SOLVEs, with the new v and t.
		l.d.Funcs = append(l.d.Funcs, mech.Func{Name: "BREAKPOINT", Result: -1, Locals: breakpoint.locals,
			Body: append(l.loadV(l.f.Pos), l.d.Breakpoint.Body...), Pos: l.f.Pos})
		l.d.Solves = append(l.d.Solves, mech.Solve{System: -1, Proc: len(l.d.Funcs) - 1, Pos: l.f.Pos})
		l.d.Breakpoint = mech.Block{}
	}
}

// construct makes of CONSTRUCTOR's statements, which NEURON runs before a model
// sets variables of the instance, what does the same at the beginning of INITIAL:
// they find the defaults, and a variable that had another value has it again.
func (l *lowerer) construct(b *body, constructor []mech.Stmt) []mech.Stmt {
	var before, after []mech.Stmt
	seen := map[mech.VarID]bool{}
	see := func(v mech.VarID, pos diag.Pos) {
		if v < 0 || seen[v] {
			return
		}
		seen[v] = true
		if x := &l.d.Vars[v]; x.Storage == mech.Instance && x.Visible && x.Array == 0 && !x.State {
			x.Written = true
			was, given := mech.Local{Slot: b.scratch()}, mech.Num{V: x.Default}
			before = append(before, setLocal(was.Slot, mech.Ref{Var: v}, pos), mech.Assign{Var: v, X: given, Pos: pos})
			after = append(after, mech.If{Cond: mech.Binary{Op: mech.Ne, X: was, Y: given}, Then: []mech.Stmt{mech.Assign{Var: v, X: was, Pos: pos}}})
		}
	}
	called := map[int]bool{}
	var look func([]mech.Stmt)
	call := func(f int) {
		if !called[f] {
			called[f] = true
			look(l.d.Funcs[f].Body)
		}
	}
	look = func(list []mech.Stmt) {
		mech.WalkStmts(list, func(s mech.Stmt) {
			switch s := s.(type) {
			case mech.Assign:
				see(s.Var, s.Pos)
			case mech.CallStmt:
				call(s.Func)
			}
		})
		mech.WalkExprs(list, func(e mech.Expr) {
			switch e := e.(type) {
			case mech.Ref:
				see(e.Var, l.f.Pos)
			case mech.FuncCall:
				call(e.Func)
			}
		})
	}
	look(constructor)
	return slices.Concat(before, constructor, after)
}

// solveFor names the states that a block solves for; it takes the others as
// they are.
func (l *lowerer) solveFor(sys *mech.System, src *Block) {
	if src.Kind == "DERIVATIVE" {
		l.rep.hintf(diag.BadMech, src.Solve[0].Pos, "leave it out: the equations say it", "SOLVEFOR is for KINETIC, LINEAR and NONLINEAR blocks")
	}
	sys.Only = []mech.VarID{}
	for _, id := range src.Solve {
		switch v := l.variable(id); {
		case v < 0:
		case !l.d.Vars[v].State:
			l.rep.errorf(diag.BadMech, id.Pos, "SOLVEFOR %s, which is no STATE", id.Name)
		default:
			sys.Only = append(sys.Only, v)
		}
	}
}

// atMoment lowers BEFORE and AFTER blocks; those of one moment run in the
// order of the file.
func (l *lowerer) atMoment(src *Block, word, when string) {
	if word == "AFTER" && (when == "BREAKPOINT" || when == "STEP") {
		l.rep.hintf(diag.BadMech, src.Pos, "BEFORE STEP runs when the next step begins, AFTER SOLVE before this one ends",
			"there is no AFTER %s: NEURON's translator takes it, and NEURON ends when it loads the mechanism", when)
		return
	}
	if word == "BEFORE" && when == "SOLVE" {
		l.rep.errorf(diag.BadMech, src.Pos, "there is no %s %s: the moments are BEFORE INITIAL, BREAKPOINT and STEP, AFTER INITIAL and SOLVE", word, when)
		return
	}
	set := &l.d.Before
	if word == "AFTER" {
		set = &l.d.After
	}
	if *set == nil {
		*set = map[string]mech.Block{}
	}
	b := l.newBody(src.Kind, "")
	before := (*set)[when]
	b.locals = before.Locals
	body := before.Body
	if len(body) == 0 && l.d.Kind != mech.ArtificialCell {
		body = l.loadV(src.Pos)
	}
	body = append(body, b.all(src.Body)...)
	(*set)[when] = mech.Block{Body: body, Locals: b.locals}
}

// stateDefaults starts every state at its state0, as NEURON does before the
// statements of INITIAL; concentrations have their start from the ion.
func (l *lowerer) stateDefaults(b *body) []mech.Stmt {
	var out []mech.Stmt
	for i := range l.f.Decls {
		d := &l.f.Decls[i]
		if d.Kind != inState || l.decls[d.Name] != d {
			continue
		}
		id, ok := l.syms[d.Name]
		if !ok || l.d.Vars[id].Storage == mech.IonField && l.d.Vars[id].Field != mech.Amperage {
			continue
		}
		var x mech.Expr = mech.Num{V: l.start[d.Name]}
		if v, ok := l.syms[d.Name+"0"]; ok {
			x = mech.Ref{Var: v}
		}
		l.d.Vars[id].Written = true
		if d.Array == 0 {
			out = append(out, mech.Assign{Var: id, X: x, Pos: d.Pos})
			continue
		}
		b.scopes = append(b.scopes, map[string]scopeName{})
		slot := b.local("i")
		b.scopes = b.scopes[:len(b.scopes)-1]
		out = append(out, mech.For{Slot: slot, From: mech.Num{}, To: mech.Num{V: float64(d.Array - 1)}, By: mech.Num{V: 1}, Pos: d.Pos,
			Body: []mech.Stmt{mech.Assign{Var: id, At: mech.Local{Slot: slot}, X: x, Pos: d.Pos}}})
	}
	return out
}

// loadV begins an entry point of a mechanism that changes v: such a v is a
// copy of the membrane potential, taken anew whenever NEURON calls in.
func (l *lowerer) loadV(pos diag.Pos) []mech.Stmt {
	if !l.ownV {
		return nil
	}
	copied := l.variable(Ident{"v", pos})
	l.d.Vars[copied].Written = true
	return []mech.Stmt{mech.Assign{Var: copied, X: mech.Ref{Var: l.syms["v of the node"]}, Pos: pos}}
}

// entry returns the procedure to solve: fi itself, or one that takes v first.
func (l *lowerer) entry(fi int, pos diag.Pos) int {
	load := l.loadV(pos)
	if load == nil {
		return fi
	}
	name := "solve " + l.d.Funcs[fi].Name
	if i := l.d.Func(name); i >= 0 {
		return i
	}
	l.d.Funcs = append(l.d.Funcs, mech.Func{Name: name, Result: -1, Pos: pos,
		Body: append(load, mech.CallStmt{Func: fi, Pos: pos})})
	return len(l.d.Funcs) - 1
}

// setsV says whether a block that runs assigns v, and no argument or local of
// that name.
func setsV(f *File, used map[string]bool) bool {
	found := false
	for _, b := range f.Blocks {
		if b.Name.Name == "" || used[b.Name.Name] {
			found = found || assignsV(b)
		}
	}
	return found
}

// setsVFrom says whether a block, or what it calls, assigns v.
func (l *lowerer) setsVFrom(src *Block) bool {
	seen := map[string]bool{}
	todo := []*Block{src}
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if assignsV(b) {
			return true
		}
		for _, name := range calledNames(b.Body, l.c) {
			for _, next := range l.f.Blocks {
				if next.Name.Name == name && isFunc(next) && !seen[name] {
					seen[name] = true
					todo = append(todo, next)
				}
			}
		}
	}
	return false
}

func assignsV(b *Block) bool {
	own := false
	for _, a := range b.Args {
		own = own || a.Name == "v"
	}
	set := false
	walkStmts(b.Body, func(s Stmt) {
		switch s := s.(type) {
		case *AssignStmt:
			set = set || s.Target.Name == "v" && s.Target.Primes == 0
		case *CallStmt:
			if c := s.Call; c.Name == "state_discontinuity" && len(c.Args) > 0 {
				n, ok := c.Args[0].(*NameExpr)
				set = set || ok && n.Name == "v"
			}
		case *LocalStmt:
			for _, n := range s.Names {
				own = own || n.Name == "v"
			}
		}
	}, func(Expr) {})
	return set && !own
}

// netReceive lowers NET_RECEIVE.
func (l *lowerer) netReceive(src *Block) {
	if l.d.Receive != nil {
		l.rep.errorf(diag.Duplicate, src.Pos, "there are two NET_RECEIVE blocks")
		return
	}
	if l.d.Kind == mech.Density {
		l.rep.errorf(diag.BadMech, src.Pos, "NET_RECEIVE stands in a SUFFIX mechanism; only a POINT_PROCESS or an ARTIFICIAL_CELL gets events")
		return
	}
	if len(src.Args) == 0 {
		l.rep.hintf(diag.Syntax, src.Pos, "NET_RECEIVE (weight)", "NET_RECEIVE wants at least one argument")
		return
	}
	r := &mech.NetReceive{Flag: -1, Pos: src.Pos}
	l.d.Receive = r
	args := map[string]scopeName{}
	for _, a := range src.Args {
		if _, twice := args[a.Name]; twice {
			l.rep.errorf(diag.Duplicate, a.Pos, "two arguments are called %s", a.Name)
		}
		name := a.Name
		if l.d.Lookup(name) >= 0 {
			name = "NET_RECEIVE." + name
		}
		id := l.add(mech.Var{Name: name, Storage: mech.Edge, Unit: a.Unit, Pos: a.Pos})
		r.Args = append(r.Args, id)
		args[a.Name] = scopeName{v: id}
	}
	flag := l.add(mech.Var{Name: "flag", Storage: mech.Temp, Pos: src.Pos})
	args["flag"] = scopeName{v: flag}
	b := l.newBody("NET_RECEIVE", "")
	b.scopes = append(b.scopes, args)
	if l.d.Kind != mech.ArtificialCell {
		r.Body = l.loadV(src.Pos)
	}
	stmts := b.stmts(src.Body, true)
	if l.ownV && l.setsVFrom(src) {
		// NEURON puts v back at the end, unless a return comes before it
		node := l.syms["v of the node"]
		stmts = append(stmts, mech.Assign{Var: node, X: mech.Ref{Var: l.variable(Ident{"v", src.Pos})}, Pos: src.Pos})
	}
	r.Body = append(r.Body, append(b.first, b.settle(stmts)...)...)
	r.Locals = b.locals
	r.Flag = flag
}

// all lowers the whole body of a block.
func (b *body) all(list []Stmt) []mech.Stmt {
	out := b.settle(b.stmts(list, true))
	return append(b.first, out...)
}

// part lowers one of the blocks that make a body together.
func (b *body) part(list []Stmt) []mech.Stmt {
	out := b.settle(b.nested(list))
	first := b.first
	b.first, b.copied = nil, nil
	return append(first, out...)
}

// nested lowers a block inside the present one, with a scope of its own.
func (b *body) nested(list []Stmt) []mech.Stmt {
	b.forget++
	out := b.stmts(list, false)
	b.forget--
	return out
}

// stmts lowers a list of statements; outer says that it is the whole body.
func (b *body) stmts(list []Stmt, outer bool) []mech.Stmt {
	b.scopes = append(b.scopes, map[string]scopeName{})
	defer func() { b.scopes = b.scopes[:len(b.scopes)-1] }()
	return b.run(list, outer)
}

// run lowers statements in the innermost scope.
func (b *body) run(list []Stmt, outer bool) []mech.Stmt {
	list = b.stitch(list)
	if labels := b.targets(list); labels != nil {
		b.labels = append(b.labels, labels)
		defer func() { b.labels = b.labels[:len(b.labels)-1] }()
	}
	return b.sequence(list, outer)
}

// sequence lowers statements whose labels are known.
func (b *body) sequence(list []Stmt, outer bool) []mech.Stmt {
	out := make([]mech.Stmt, 0, len(list))
	for i := 0; i < len(list); i++ {
		s := list[i]
		if at, ok := s.(*cLabel); ok {
			n := 0
			out, n = b.arrive(at, out, list[:i], list[i+1:])
			i += n
			continue
		}
		pre := b.pre
		b.pre = nil
		last := outer && i == len(list)-1
		st := b.stmt(s, last)
		out = append(out, b.pre...)
		out = append(out, st...)
		b.pre = pre
	}
	return out
}

// stmt lowers one statement to any number of them. last says that nothing
// follows it in the block.
func (b *body) stmt(s Stmt, last bool) []mech.Stmt {
	one := func(s mech.Stmt) []mech.Stmt { return []mech.Stmt{s} }
	l := b.l
	switch s := s.(type) {
	case *AssignStmt:
		return b.assign(s)
	case *CallStmt:
		return b.callStmt(s.Call)
	case *LocalStmt:
		for _, n := range s.Names {
			if n.Array == 0 {
				b.local(n.Name)
				continue
			}
			// an array of a block is a variable that lives while it runs
			name := b.name + "." + n.Name
			if b.name == "" {
				name = b.kind + "." + n.Name
			}
			for l.d.Lookup(name) >= 0 {
				name += "'"
			}
			id := l.add(mech.Var{Name: name, Storage: mech.Temp, Array: n.Array, Pos: n.Pos})
			b.scopes[len(b.scopes)-1][n.Name] = scopeName{v: id}
		}
		return nil
	case *IfStmt:
		cond := b.expr(s.Cond)
		// what the conditions of an else-if must do first is done inside Else
		return one(mech.If{Cond: cond, Then: b.nested(s.Then), Else: b.nested(s.Else), Pos: s.Pos})
	case *WhileStmt:
		outer := b.takePre()
		lp := loop{cond: b.expr(s.Cond), pos: s.Pos}
		lp.pre = b.takePre()
		b.pre = outer
		lp.body = b.nested(s.Body)
		return b.build(lp)
	case *FromStmt:
		f := mech.For{From: b.expr(s.From), To: b.expr(s.To), By: mech.Num{V: 1}, Pos: s.Pos}
		if s.By != nil {
			f.By = b.expr(s.By)
		}
		b.scopes = append(b.scopes, map[string]scopeName{})
		f.Slot = b.local(s.Var.Name)
		b.scopes[len(b.scopes)-1][s.Var.Name] = scopeName{slot: f.Slot, v: -1, integer: true}
		f.Body = b.nested(s.Body)
		b.scopes = b.scopes[:len(b.scopes)-1]
		return b.repeated(f)
	case *BlockStmt:
		return b.nested(s.Body)
	case *SolveStmt:
		return b.solve(s)
	case *TableStmt:
		b.table(s)
		return nil
	case *WatchStmt:
		if b.kind != "NET_RECEIVE" {
			l.rep.errorf(diag.BadMech, s.Pos, "WATCH belongs into NET_RECEIVE")
			return nil
		}
		// arming it, NEURON computes its condition, for which it takes v from the node again
		watch := mech.Watch{X: b.watched(s.X), Y: b.watched(s.Y), Rising: s.Rising, Flag: b.expr(s.Flag), Pos: s.Pos}
		return append([]mech.Stmt{watch}, l.loadV(s.Pos)...)
	case *ReactionStmt:
		return b.reaction(s)
	case *ConserveStmt:
		if b.kind != "KINETIC" {
			l.rep.errorf(diag.BadMech, s.Pos, "CONSERVE belongs into a KINETIC block")
			return nil
		}
		return one(mech.Conserve{Sum: b.terms(s.Sum), Total: b.expr(s.Total), Pos: s.Pos})
	case *EquationStmt:
		return one(b.equation(s))
	case *CompartmentStmt:
		return b.compartment(s)
	case *InitialStmt:
		if b.kind != "NET_RECEIVE" {
			l.rep.errorf(diag.BadMech, s.Pos, "INITIAL may stand inside NET_RECEIVE only")
			return nil
		}
		if l.d.Receive.Initial != nil {
			l.rep.errorf(diag.Duplicate, s.Pos, "NET_RECEIVE has two INITIAL blocks")
			return nil
		}
		in := l.newBody("INITIAL of NET_RECEIVE", "")
		in.scopes = append(in.scopes, b.scopes[1])
		blk := &mech.Block{}
		blk.Body = in.all(s.Body)
		blk.Locals = in.locals
		l.d.Receive.Initial = blk
		return nil
	case *cDecl, *cDo, *cIf, *cLoop, *cSwitch, *cBlock, *cJump:
		return b.cStmt(s)
	case *DiffusionStmt:
		return b.diffusion(s)
	case *ForNetconsStmt:
		return b.forNetcons(s)
	case *LagStmt:
		if i, ok := l.funcs[s.name()+"_note"]; ok {
			return one(mech.CallStmt{Func: i, Pos: s.Pos})
		}
		return nil
	case *HintStmt:
		if s.What == "CONDUCTANCE" {
			l.rep.warnf(diag.Ignored, s.Pos, "CONDUCTANCE is not used: the conductance is found from the current")
		}
		return nil
	}
	panic("BUG: a statement of unknown type")
}

// repeated makes the loop over a counter, or one that can be left.
func (b *body) repeated(f mech.For) []mech.Stmt {
	if !hasJump(f.Body) && (b.ret < 0 || !sets(f.Body, b.ret)) {
		return []mech.Stmt{f}
	}
	i := mech.Local{Slot: f.Slot}
	return append([]mech.Stmt{setLocal(f.Slot, truncate(b.held(f.From)), f.Pos)}, b.build(loop{
		cond: mech.Binary{Op: mech.Le, X: i, Y: f.To}, body: f.Body, pos: f.Pos,
		post: []mech.Stmt{setLocal(f.Slot, mech.Binary{Op: mech.Add, X: i, Y: f.By}, f.Pos)}})...)
}

// forNetcons lowers FOR_NETCONS to a loop over the edges of the instance. Its
// arguments are elements of their weight vectors, whatever NET_RECEIVE calls
// them.
func (b *body) forNetcons(s *ForNetconsStmt) []mech.Stmt {
	l := b.l
	if !strings.HasSuffix(b.kind, "NET_RECEIVE") {
		l.rep.errorf(diag.BadMech, s.Pos, "FOR_NETCONS stands in %s; it belongs into NET_RECEIVE", b.kind)
		return nil
	}
	if n := len(l.d.Receive.Args); len(s.Args) != n {
		l.rep.errorf(diag.BadMech, s.Pos, "FOR_NETCONS has %d arguments, and NET_RECEIVE has %d", len(s.Args), n)
		return nil
	}
	b.scopes = append(b.scopes, map[string]scopeName{})
	f := mech.For{Slot: b.local("netcon"), From: mech.Num{}, By: mech.Num{V: 1}, Pos: s.Pos,
		To: mech.Binary{Op: mech.Sub, X: mech.Call{Fn: mech.EdgeCount, Pos: s.Pos}, Y: mech.Num{V: 1}}}
	scope := map[string]scopeName{}
	for i, a := range s.Args {
		each := &l.d.Receive.Each
		if i == len(*each) {
			*each = append(*each, l.add(mech.Var{Name: "netcons." + l.d.Vars[l.d.Receive.Args[i]].Name, Storage: mech.EachEdge, Unit: a.Unit, Pos: a.Pos}))
		}
		scope[a.Name] = scopeName{v: (*each)[i], slot: f.Slot, edge: true}
	}
	l.netcons++ // the name that NEURON's C gives them
	name := fmt.Sprintf("_fnargs%d", l.netcons)
	b.ptrs = append(b.ptrs, &cPtr{kind: ptrEach, slot: f.Slot, name: name})
	scope["c:"+name] = scopeName{v: -1, slot: -1, pointer: len(b.ptrs)}
	b.scopes[len(b.scopes)-1] = scope
	f.Body = b.nested(s.Body)
	b.scopes = b.scopes[:len(b.scopes)-1]
	return b.repeated(f)
}

// watched lowers a side of WATCH, which is evaluated at every step by itself,
// with the membrane potential of that time.
func (b *body) watched(e Expr) mech.Expr {
	x := b.expr(e)
	if !b.l.ownV {
		return x
	}
	return mech.MapExpr(x, func(e mech.Expr) mech.Expr {
		if r, ok := e.(mech.Ref); ok && r.Var == b.l.syms["v"] {
			return mech.Ref{Var: b.l.syms["v of the node"]}
		}
		return e
	})
}

// target resolves what an assignment sets.
func (b *body) target(t Target) (v mech.VarID, slot int, at mech.Expr, ok bool) {
	l := b.l
	array := 0
	v = -1
	s, is := b.find(t.Name)
	if !is && !l.knows(t.Name) {
		s, is = b.find("c:" + t.Name)
		is = is && s.pointer == 0 && s.fields == nil
		if g := l.c.vars[t.Name]; !is && g != nil {
			l.c.set[t.Name] = true
			if p, ok := b.tryC(func() cPlace { return b.global(g, t.Pos) }, t.Pos); !ok {
				return 0, 0, nil, false
			} else if p.value == nil {
				s, is = scopeName{v: p.v}, true
			}
		}
	}
	if s.edge {
		_, ok = b.subscript(t.Ident, t.At, 0)
		return s.v, -1, mech.Local{Slot: s.slot}, ok
	}
	if is {
		v, slot = s.v, s.slot
		if v >= 0 {
			array = l.d.Vars[v].Array
		}
	} else {
		if v = l.variable(t.Ident); v < 0 {
			return 0, 0, nil, false
		}
		array = l.d.Vars[v].Array
		switch l.d.Vars[v].Storage {
		case mech.Time, mech.Step, mech.Celsius, mech.AreaOf, mech.DiamOf, mech.Voltage:
			l.rep.errorf(diag.BadMech, t.Pos, "%s is a variable of the simulation; a mechanism cannot set it", t.Name)
			return 0, 0, nil, false
		case mech.Stream:
			l.rep.errorf(diag.BadMech, t.Pos, "%s is a random stream, not a variable", t.Name)
			return 0, 0, nil, false
		}
	}
	if at, ok = b.subscript(t.Ident, t.At, array); !ok {
		return 0, 0, nil, false
	}
	return v, slot, at, true
}

// subscript checks and lowers the index of a variable of array elements.
func (b *body) subscript(id Ident, at Expr, array int) (mech.Expr, bool) {
	switch {
	case array > 0 && at == nil:
		b.l.rep.errorf(diag.BadMech, id.Pos, "%s is an array of %d and wants an index", id.Name, array)
		return nil, false
	case array == 0 && at != nil:
		b.l.rep.errorf(diag.BadMech, id.Pos, "%s is no array", id.Name)
		return nil, false
	case at == nil:
		return nil, true
	}
	x := b.expr(at)
	if n, ok := x.(mech.Num); ok && (n.V < 0 || n.V >= float64(array)) {
		b.l.rep.errorf(diag.BadValue, id.Pos, "index %v is outside of %s, which has %d elements from 0", n.V, id.Name, array)
		return nil, false
	}
	return x, true
}

func (b *body) assign(s *AssignStmt) []mech.Stmt {
	l := b.l
	if s.Target.Primes > 0 {
		x := b.expr(s.X)
		if s.Target.Primes > 1 {
			l.rep.hintf(diag.Unsupported, s.Target.Pos, "make the first derivative a state of its own",
				"derivatives of order %d are not done", s.Target.Primes)
			return nil
		}
		if b.kind != "DERIVATIVE" {
			l.rep.errorf(diag.BadMech, s.Target.Pos, "%s' is given in %s; differential equations belong into a DERIVATIVE block", s.Target.Name, b.kind)
			return nil
		}
		v, _, at, ok := b.target(Target{Ident: s.Target.Ident, At: s.Target.At})
		if !ok {
			return nil
		}
		if v < 0 || !l.d.Vars[v].State {
			l.rep.hintf(diag.BadMech, s.Target.Pos, "declare it in STATE { }", "%s has a differential equation but is no STATE", s.Target.Name)
			return nil
		}
		l.d.Vars[v].Written = true
		return []mech.Stmt{mech.DerivEq{Var: v, At: at, X: x, Pos: s.Target.Pos}}
	}
	x := b.expr(s.X)
	v, slot, at, ok := b.target(s.Target)
	if !ok {
		return nil
	}
	if v >= 0 {
		l.d.Vars[v].Written = true
		if l.d.Vars[v].Storage == mech.IonField {
			b.checkIon(v, s.Target.Pos, true)
		}
	}
	return []mech.Stmt{mech.Assign{Var: v, Local: slot, At: at, X: x, Pos: s.Target.Pos}}
}

// checkIon says what is odd about using an ion's variable here.
func (b *body) checkIon(v mech.VarID, pos diag.Pos, write bool) {
	x := b.l.d.Vars[v]
	ion := b.l.d.Ions[x.Ion]
	if write && !ion.Writes[x.Field] {
		b.l.rep.warnf(diag.Ignored, pos, "%s is set but not WRITTEn to the ion %s: the value stays in this mechanism", x.Name, ion.Name)
	}
	if strings.HasSuffix(b.kind, "NET_RECEIVE") && (x.Field == mech.Reversal || x.Field == mech.Amperage) {
		b.l.rep.errorf(diag.BadMech, pos, "%s: NET_RECEIVE can use concentrations of an ion only", x.Name)
	}
}

// solve handles SOLVE: in BREAKPOINT it is a solve of the step, wherever it
// stands; elsewhere it is done on the spot.
func (b *body) solve(s *SolveStmt) []mech.Stmt {
	l := b.l
	name := s.Name.Name
	if fi, ok := l.funcs[name]; ok && l.d.Funcs[fi].Result < 0 {
		if l.d.Funcs[fi].NArgs > 0 {
			l.rep.errorf(diag.BadMech, s.Name.Pos, "PROCEDURE %s has arguments and cannot be solved", name)
			return nil
		}
		switch s.Method {
		case "", "after_cvode", "cvode_t", "cvode_v", "cvode_t_v":
		default:
			l.rep.errorf(diag.BadMech, s.Pos, "METHOD %s is for equations, and %s is a PROCEDURE", s.Method, name)
			return nil
		}
		m := mech.NoMethod
		if s.Method == "after_cvode" {
			m = mech.AfterCVode
		}
		if b.kind == "BREAKPOINT" {
			b.conditional(s)
			l.d.Solves = append(l.d.Solves, mech.Solve{System: -1, Proc: l.entry(fi, s.Pos), Method: m, Pos: s.Pos})
			return nil
		}
		return []mech.Stmt{mech.CallStmt{Func: fi, Pos: s.Pos}}
	}
	i, ok := l.systems[name]
	if !ok {
		if _, known := l.blocks[name]; known {
			return nil // of a kind that was reported
		}
		if why, known := l.extern[name]; known {
			l.rep.errorf(diag.Unsupported, s.Name.Pos, "%s %s", name, why)
			return nil
		}
		var names []string
		for n := range l.blocks {
			names = append(names, n)
		}
		for n := range l.funcs {
			names = append(names, n)
		}
		hint := nearest(name, names)
		if hint == "" {
			hint = "it solves DERIVATIVE " + name + " { … }, or a block of another kind with that name"
		}
		l.rep.hintf(diag.BadMech, s.Name.Pos, hint, "SOLVE %s: there is no such block", name)
		return nil
	}
	kinetic := l.blocks[name].Kind == "KINETIC"
	m := mech.Method(s.Method)
	algebraic := l.blocks[name].Kind == "LINEAR" || l.blocks[name].Kind == "NONLINEAR"
	var fits []string
	if kinetic {
		fits = []string{"sparse", "euler", "runge"}
	} else if !algebraic {
		fits = []string{"cnexp", "derivimplicit", "euler", "runge"}
	}
	switch {
	case algebraic && (s.Method == "" || s.Method == "simeq" && l.blocks[name].Kind == "LINEAR" || s.Method == "newton" && l.blocks[name].Kind == "NONLINEAR"):
		m = mech.NoMethod
	case algebraic:
		l.rep.hintf(diag.BadMech, s.Pos, "leave METHOD out", "METHOD %s does not fit %s %s", s.Method, l.blocks[name].Kind, name)
		return nil
	case s.Method == "" && !kinetic:
		m = mech.DerivImp // NEURON's default
	case s.Method == "" && kinetic:
		l.rep.hintf(diag.Unsupported, s.Pos, "write METHOD sparse", "SOLVE %s names no METHOD; what NEURON makes of KINETIC then its C++ compiler refuses", name)
		return nil
	case s.Steady && (kinetic && s.Method != "sparse" || !kinetic && s.Method != "derivimplicit"):
		l.rep.hintf(diag.BadMech, s.Pos, "sparse for KINETIC, derivimplicit for DERIVATIVE", "STEADYSTATE cannot be had by %s", s.Method)
		return nil
	case !slices.Contains(fits, s.Method):
		hint := nearest(s.Method, slices.Clone(fits))
		if hint == "" {
			hint = "one of " + strings.Join(fits, ", ")
		}
		l.rep.hintf(diag.BadMech, s.Pos, hint, "METHOD %s does not fit %s %s", s.Method, l.blocks[name].Kind, name)
		return nil
	}
	if b.kind == "BREAKPOINT" && !s.Steady {
		b.conditional(s)
		l.d.Solves = append(l.d.Solves, mech.Solve{System: i, Proc: -1, Method: m, Pos: s.Pos})
		return nil
	}
	if s.Steady {
		m = mech.SteadyState
	}
	switch b.kind {
	case "INITIAL":
	case "BREAKPOINT": // STEADYSTATE in every step
		b.conditional(s)
		l.d.Solves = append(l.d.Solves, mech.Solve{System: i, Proc: -1, Method: m, Pos: s.Pos})
		return nil
	default:
		l.rep.errorf(diag.Unsupported, s.Pos, "SOLVE inside %s is not done; it belongs into BREAKPOINT or INITIAL", b.kind)
		return nil
	}
	return []mech.Stmt{mech.SolveNow{System: i, Method: m, Pos: s.Pos}}
}

func (b *body) conditional(s *SolveStmt) {
	if b.forget > 1 {
		b.l.rep.warnf(diag.NrnCompat, s.Pos, "SOLVE %s is done at every step, whatever surrounds it, as in NEURON", s.Name.Name)
	}
}

// table lowers TABLE of a function.
func (b *body) table(s *TableStmt) {
	l := b.l
	if b.fn == nil {
		l.rep.errorf(diag.BadMech, s.Pos, "TABLE belongs into a FUNCTION or a PROCEDURE")
		return
	}
	if b.fn.Table != nil {
		l.rep.errorf(diag.Duplicate, s.Pos, "%s has two TABLEs", b.name)
		return
	}
	if b.fn.NArgs != 1 {
		l.rep.errorf(diag.BadMech, s.Pos, "%s has %d arguments; a table has one", b.name, b.fn.NArgs)
		return
	}
	t := &mech.Table{N: s.N, Use: l.useTable(s.Pos)}
	if b.result >= 0 && len(s.Names) > 0 {
		l.rep.errorf(diag.BadMech, s.Names[0].Pos, "the TABLE of a FUNCTION holds its value and names no variables")
	}
	if b.result < 0 && len(s.Names) == 0 {
		l.rep.errorf(diag.BadMech, s.Pos, "the TABLE of a PROCEDURE names the variables that it holds")
	}
	for _, id := range s.Names {
		if v := l.variable(id); v >= 0 {
			switch l.d.Vars[v].Storage {
			case mech.Instance, mech.Global, mech.Uniform, mech.Constant, mech.IonField:
			default:
				l.rep.errorf(diag.BadMech, id.Pos, "a table cannot hold %s", id.Name)
				continue
			}
			l.d.Vars[v].Written = true
			t.Outputs = append(t.Outputs, v)
		}
	}
	for _, id := range s.Depend {
		if v := l.variable(id); v >= 0 {
			t.Depend = append(t.Depend, v)
		}
	}
	bounds := l.newBody("TABLE", b.name) // its bounds see no locals
	bounds.noPre = true
	t.From, t.To = bounds.expr(s.From), bounds.expr(s.To)
	b.fn.Table = t
}

// useTable returns the switch that turns tables off.
func (l *lowerer) useTable(pos diag.Pos) mech.VarID {
	if v, ok := l.syms["usetable"]; ok {
		return v
	}
	v := l.add(mech.Var{Name: "usetable", Storage: mech.Uniform, Param: true, Visible: true, Default: 1, HasLim: true, Hi: 1, Pos: pos})
	l.syms["usetable"] = v
	return v
}
