// Package codegen writes the kernel.Program of a mechanism.
//
// In: a mech.Def. Compile runs the passes of ir/mech/solve and ir/mech/opt
// over it, then builds each entry point: a hash-consed graph of operations
// with branches converted to selects, dead code dropped, registers assigned.
// Out: a Program that kernel.Check accepts. Next: runtime/vm and generated
// kernels run it.
package codegen

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/opt"
	"github.com/rallsim/rall/ir/mech/solve"
	"github.com/rallsim/rall/runtime/kernel"
)

// version is part of every fingerprint: it changes when the meaning of a
// printed program does.
const version = "fixed-step 1"

// Options choose between ways to compile.
type Options struct {
	// ConductanceFD takes every conductance as NEURON does, by the difference
	// of the currents at v+0.001 and v mV. Otherwise a current that is affine
	// in v has its exact derivative, and only the others the difference.
	ConductanceFD bool
	// KeepInvariants leaves in the entries what depends on parameters alone,
	// instead of computing it once, in Prepare. It never changes a result.
	KeepInvariants bool
	// Varying names variables that change from outside in every step, so that
	// nothing may be computed from them once and for all.
	Varying []string
	// AsWritten keeps the author's operations, each rounded as written: without
	// the passes that share divisions and exponentials.
	AsWritten bool
	// MembraneCurrents lets electrode currents add to ports of their own too, so
	// that the currents through the membrane are known without them.
	MembraneCurrents bool
	// OneGlobal has all instances share a GLOBAL of which one finds what another has
	// left, as in NEURON: it becomes a POINTER that Program.Shared names, and
	// instances that write it run one after another.
	OneGlobal bool
	// SecondOrder is for models whose secondorder is not 0.
	SecondOrder bool
	// Dump, when not nil, is given what each pass leaves, as text.
	Dump func(pass, text string)
}

// Compile makes the Program of def. Findings go to diags; the result is nil
// when there were errors.
func Compile(def *mech.Def, opts Options, diags *diag.List) *kernel.Program {
	var found diag.List
	m := module(def, opts, &found)
	var p *made
	if m != nil {
		p = generate(m, opts, &found)
	}
	diags.Append(&found)
	if p == nil {
		return nil
	}
	p.seal()
	if opts.Dump != nil {
		opts.Dump("program", p.String())
	}
	return p.Program
}

// module runs the passes on def; nil when one finds errors.
func module(def *mech.Def, opts Options, diags *diag.List) *opt.Module {
	s, dump := state{def: def, second: opts.SecondOrder, diags: diags}, opts.Dump
	for _, p := range passes {
		p.run(&s)
		if dump != nil {
			dump(p.name, p.text(&s))
		}
		if diags.HasErrors() {
			return nil
		}
	}
	return s.module
}

// made is a program with the rows of its columns by variable.
type made struct {
	*kernel.Program
	row map[mech.VarID]int32
}

// generate makes the program of m; nil when there are errors.
func generate(m *opt.Module, opts Options, diags *diag.List) *made {
	g := &generator{m: m, def: m.Def, opts: opts, diags: diags}
	p := g.program()
	if diags.HasErrors() {
		return nil
	}
	return &made{p, g.lay.row}
}

// seal gives a program its fingerprint when it is done.
func (p *made) seal() {
	p.Fingerprint = fingerprint(p.Program)
	if err := kernel.Check(p.Program); err != nil {
		panic("BUG: codegen made an unsound program: " + err.Error() + "\n" + p.String())
	}
}

func fingerprint(p *kernel.Program) string {
	h := sha256.Sum256([]byte(version + "\n" + p.String()))
	return hex.EncodeToString(h[:16])
}

// state is what the passes hand on.
type state struct {
	def     *mech.Def
	entries *solve.Entries
	module  *opt.Module
	second  bool
	diags   *diag.List
}

// passes are run in this order, which the types make the only one possible.
var passes = []struct {
	name string
	run  func(*state)
	text func(*state) string
}{
	{"unroll", func(s *state) { s.def = opt.Unroll(s.def) }, func(s *state) string { return s.def.String() }},
	{"solve", func(s *state) {
		if s.second {
			s.entries = solve.SolveSecond(s.def, s.diags)
		} else {
			s.entries = solve.Solve(s.def, s.diags)
		}
	}, func(s *state) string { return s.entries.String() }},
	{"inline", func(s *state) { s.module = opt.Inline(s.entries, s.diags) }, func(s *state) string { return s.module.String() }},
	{"fold", func(s *state) { s.module = opt.Fold(s.module) }, func(s *state) string { return s.module.String() }},
}

// generator builds the entries of one mechanism.
type generator struct {
	m     *opt.Module
	def   *mech.Def
	opts  Options
	diags *diag.List
	lay   *layout
	// memory are the arrays that some entry indexes by a value that is not
	// constant: they are read and written in place.
	memory map[mech.VarID]bool
	shared []string // GLOBALs that have become POINTERs
}

// built is an entry before columns have numbers.
type built struct {
	b       *builder
	root    *region
	results []val
	arg     val
}

// program builds all entries again and again until no load needs a column
// that is not there; each round adds at least one.
func (g *generator) program() *kernel.Program {
	g.lay = newLayout(g.def)
	g.findMemory()
	for v := range g.memory {
		g.lay.carried[v] = true
	}
	for {
		quiet := &diag.List{}
		all := g.entries(quiet)
		grown := false
		for _, e := range all {
			for _, v := range e.b.needs(e.root) {
				if !g.lay.hasColumn(v) {
					g.lay.carried[v] = true
					grown = true
				}
			}
		}
		if !grown && g.opts.OneGlobal && g.shareGlobals(all) {
			g.findMemory()
			for v := range g.memory {
				g.lay.carried[v] = true
			}
			continue
		}
		if !grown {
			g.report(quiet)
			g.warnShared()
			g.dump("build", all)
			g.rewrite(all)
			if !g.opts.KeepInvariants {
				g.hoist(all)
			}
			g.lay.number()
			return g.assemble(all)
		}
		g.lay.ports = nil
		g.lay.refused = map[mech.VarID]bool{}
	}
}

// shareGlobals makes POINTERs of the GLOBALs in which an instance finds what
// another has left, and says whether there were any that are not yet. TABLEs
// cannot follow a POINTER.
func (g *generator) shareGlobals(all map[string]*built) bool {
	loads := func(entries func(string) bool, v mech.VarID) bool {
		found := false
		for name, e := range all {
			if entries(name) {
				e.b.walk([]*region{e.b.pre, e.root}, func(x *ins) {
					found = found || x.op == kernel.LoadU && x.place.kind == inIndex && x.place.id == g.lay.uniform[v]
				})
			}
		}
		return found
	}
	// differs says whether instances leave different values, whichever of them
	// is the last.
	differs := func(v mech.VarID) bool {
		found := false
		for _, e := range all {
			e.b.walk([]*region{e.b.pre, e.root}, func(x *ins) {
				found = found || x.op == kernel.StoreU && x.place.kind == inIndex && x.place.id == g.lay.uniform[v] && !e.b.vals[x.a].uniform
			})
		}
		return found
	}
	def, changed := *g.def, false
	def.Vars = slices.Clone(def.Vars)
	for i := range def.Vars {
		v, x := mech.VarID(i), &def.Vars[i]
		if x.Storage != mech.Global || !x.Written || x.Array > 0 || loads(isTable, v) {
			continue
		}
		later := false
		g.m.Each(func(name string, b *mech.Block) {
			later = later || name != "init" && assigns(b.Body, v)
		})
		if g.lay.carried[v] && (later || differs(v)) || !g.lay.carried[v] && loads(func(name string) bool { return name == "init" }, v) {
			x.Storage, changed = mech.Pointer, true
			g.shared = append(g.shared, x.Name)
		}
	}
	if !changed {
		return false
	}
	entries := *g.m.Entries
	entries.Def = &def
	g.def, g.m = &def, &opt.Module{Entries: &entries, Tables: g.m.Tables}
	g.lay = newLayout(g.def)
	return true
}

// report passes findings on, each once: a BREAKPOINT may be built twice.
func (g *generator) report(l *diag.List) {
	seen := map[diag.Diag]bool{}
	for _, d := range l.All() {
		if !seen[d] {
			seen[d] = true
			g.diags.Add(d)
		}
	}
}

// warnShared warns of a GLOBAL through which an instance sees another's value
// in NEURON.
func (g *generator) warnShared() {
	for i := range g.def.Vars {
		v := mech.VarID(i)
		name := g.def.Vars[i].Name
		if g.def.Vars[i].Storage != mech.Global || !g.lay.carried[v] || strings.HasSuffix(name, mech.Begun) {
			continue
		}
		what, hint := "GLOBAL "+name, "make it RANGE"
		if local, ok := strings.CutPrefix(name, "LOCAL."); ok {
			what, hint = local, "keep it in an ASSIGNED variable"
		} else if of, ok := strings.CutPrefix(name, "C."); ok {
			what, hint = "the variable "+of+" of C", "keep it in an ASSIGNED variable"
		}
		if g.memory[v] { // perhaps it is set anew each time: who indexes it knows
			of, ok := strings.CutPrefix(name, "C.")
			if !ok {
				continue
			}
			what = "the array " + of + " of C, where it is read before it is set,"
		}
		written := false
		g.m.Each(func(name string, b *mech.Block) {
			written = written || name != "init" && assigns(b.Body, v)
		})
		if written {
			g.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: g.def.Vars[i].Pos,
				Msg: what + " carries a value from one block to another; here each instance has its own, in NEURON all have that of the last", Hint: hint})
		}
	}
}

func assigns(body []mech.Stmt, v mech.VarID) bool {
	found := false
	mech.WalkStmts(body, func(s mech.Stmt) {
		switch x := s.(type) {
		case mech.Assign:
			found = found || x.Var == v
		case mech.Lookup:
			for _, o := range x.Outputs {
				found = found || o.Var == v
			}
		}
	})
	return found
}

// findMemory looks for arrays with an index that is not constant.
func (g *generator) findMemory() {
	g.memory = map[mech.VarID]bool{}
	mark := func(v mech.VarID, at mech.Expr, where diag.Pos) {
		if _, ok := at.(mech.Num); ok || at == nil || g.memory[v] {
			return
		}
		switch g.def.Vars[v].Storage {
		case mech.Instance, mech.Temp, mech.Global:
			g.memory[v] = true
		case mech.EachEdge: // of every edge, in its weight vector
		default:
			g.diags.Errorf(diag.Unsupported, where, "the index of %s is not constant, which is not supported for a %s",
				g.def.Vars[v].Name, g.def.Vars[v].Storage)
		}
	}
	look := func(body []mech.Stmt) {
		mech.WalkExprs(body, func(e mech.Expr) {
			if x, ok := e.(mech.Index); ok {
				mark(x.Var, x.At, x.Pos)
			}
		})
		mech.WalkStmts(body, func(s mech.Stmt) {
			if x, ok := s.(mech.Assign); ok && x.Var >= 0 {
				mark(x.Var, x.At, x.Pos)
			}
		})
	}
	g.m.Each(func(_ string, b *mech.Block) { look(b.Body) })
	for _, t := range g.m.Tables {
		look(t.Fill.Body)
	}
}

func (g *generator) entries(diags *diag.List) map[string]*built {
	out := map[string]*built{}
	g.m.Each(func(name string, blk *mech.Block) {
		if name == "current" {
			out[name] = g.current(*blk, diags)
			return
		}
		b := g.builder(name, blk.Body, diags)
		e := newEnv()
		b.stmts(e, blk.Body)
		g.finish(b, e)
		out[name] = g.done(b, nil, none)
	})
	if w := g.lay.watches; len(w) > 0 {
		b := g.builder("watch", nil, diags)
		e := newEnv()
		for i, x := range w {
			b.effect(ins{op: kernel.StoreC, dst: none, a: b.watched(e, x), b: none, c: none, place: place{inWatch, int32(i), 0}})
		}
		out["watch"] = g.done(b, nil, none)
	}
	for i := range g.m.Tables {
		t := &g.m.Tables[i]
		bound := func(blk mech.Block) *built {
			b := g.builder("table", blk.Body, diags)
			e := newEnv()
			b.stmts(e, blk.Body)
			return g.done(b, []val{b.read(e, slot{-1, 0})}, none)
		}
		out[tableEntry(i, "from")], out[tableEntry(i, "to")] = bound(t.From), bound(t.To)
		b := g.builder("table", t.Fill.Body, diags)
		e := newEnv()
		arg := b.mutable()
		e.vals[slot{-1, 0}] = arg
		b.stmts(e, t.Fill.Body)
		var results []val
		for _, o := range t.Outputs {
			if o.Var >= 0 && g.memory[o.Var] {
				diags.Errorf(diag.Unsupported, g.def.Funcs[t.Func].Pos, "the TABLE of %s holds %s, which is also indexed by a value that is not constant",
					g.def.Funcs[t.Func].Name, g.def.Vars[o.Var].Name)
				continue
			}
			results = append(results, b.read(e, slotOf(o)))
		}
		out[tableEntry(i, "fill")] = g.done(b, results, arg)
	}
	return out
}

// slotOf is the slot of a local, a scalar or an element whose index is constant.
func slotOf(t mech.Target) slot {
	switch at := t.At.(type) {
	case mech.Num:
		return slot{t.Var, int32(at.V)}
	case nil:
		if t.Var < 0 {
			return slot{-1, int32(t.Local)}
		}
	}
	return slot{t.Var, 0}
}

func tableEntry(i int, what string) string { return fmt.Sprintf("%03d%s", i, what) }

// isTable says whether an entry is one of a TABLE's.
func isTable(entry string) bool { return entry[0] <= '9' }

func newEnv() *env { return &env{vals: map[slot]val{}, dirty: map[slot]bool{}} }

func (g *generator) builder(entry string, body []mech.Stmt, diags *diag.List) *builder {
	n := 32
	mech.WalkExprs(body, func(mech.Expr) { n++ })
	b := newBuilder(g.m, g.lay, diags, entry, n)
	b.memory = g.memory
	return b
}

func (g *generator) done(b *builder, results []val, arg val) *built {
	root := b.regions[0]
	b.prune(root, results)
	return &built{b, root, results, arg}
}

// finish stores what an entry leaves behind: columns, published globals,
// edge variables, concentrations.
func (g *generator) finish(b *builder, e *env) {
	g.refresh(b, e)
	var list []slot
	for s := range e.dirty {
		list = append(list, s)
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].v != list[j].v {
			return list[i].v < list[j].v
		}
		return list[i].at < list[j].at
	})
	for _, s := range list {
		v := &g.def.Vars[s.v]
		x := e.vals[s]
		if x == b.initialIfMade(s) && !g.copies(b, s.v) {
			continue // put back as it was
		}
		store := func(op kernel.Op, p place) {
			b.effect(ins{op: op, dst: none, a: x, b: none, c: none, place: p})
		}
		if g.lay.hasColumn(s.v) {
			store(kernel.StoreC, place{inVar, int32(s.v), s.at})
		}
		switch v.Storage {
		case mech.Global:
			store(kernel.StoreU, place{inIndex, g.lay.uniform[s.v] + s.at, 0})
		case mech.Voltage: // an event sets the potential
			store(kernel.StoreP, b.port(kernel.V, -1))
		case mech.Pointer:
			store(kernel.StoreP, b.pointed(s.v))
		case mech.Common:
			store(kernel.StoreP, b.common(s.v))
		case mech.Edge:
			store(kernel.StoreArg, b.argument(s.v))
		case mech.IonField:
			if q, ok := g.lay.storesIon(s.v); ok {
				store(kernel.StoreP, b.port(q, v.Ion))
			}
		}
	}
}

// copies says whether a variable's column has to follow something else, so
// that it is stored even when the entry leaves the value alone.
func (g *generator) copies(b *builder, v mech.VarID) bool {
	if !g.lay.hasColumn(v) {
		return false
	}
	switch g.def.Vars[v].Storage {
	case mech.Global: // starts from the user's value
		return b.entry == "init"
	case mech.IonField: // RANGE besides USEION: what users see is the ion's
		_, ok := g.lay.loadsIon(v)
		return ok && (b.entry == "init" || b.entry == "current" || b.entry == "state")
	}
	return false
}

// refresh marks the variables of copies as assigned.
func (g *generator) refresh(b *builder, e *env) {
	for i := range g.def.Vars {
		v := mech.VarID(i)
		if !g.copies(b, v) || g.memory[v] {
			continue
		}
		for k := 0; k < max(1, g.def.Vars[i].Array); k++ {
			s := slot{v, int32(k)}
			b.write(e, s, b.read(e, s))
		}
	}
}

// initialIfMade returns the value that a slot had at the beginning, if it was
// ever read.
func (b *builder) initialIfMade(s slot) val {
	n := len(b.vals)
	items, scope := len(b.pre.items), len(b.pre.scope)
	v := b.initial(s)
	if int(v) >= n { // made just now: forget it
		b.pre.items = b.pre.items[:items]
		k := b.vals[v].key()
		b.reach.remove(&k)
		b.pre.scope = b.pre.scope[:scope]
		b.vals = b.vals[:n]
		return none
	}
	return v
}

// assemble writes the Program.
func (g *generator) assemble(all map[string]*built) *kernel.Program {
	code := func(name string) *kernel.Code {
		e, ok := all[name]
		if !ok {
			return nil
		}
		c := e.b.code(e.root, e.results, e.arg)
		if len(c.Body) == 0 && len(c.Results) == 0 {
			return nil
		}
		return c
	}
	p := &kernel.Program{
		Mech: g.def.Name, Kind: kernel.Kind(g.def.Kind),
		Init: code("init"), Prepare: code("prepare"), Current: code("current"), State: code("state"), Receive: code("receive"),
		ReceiveInit: code("receiveinit"), Watch: code("watch"), BeforeStep: code("beforestep"), AfterSolve: code("aftersolve"),
		BeforeInit: code("beforeinit"), AfterInit: code("afterinit"), BeforeBreakpoint: code("beforebreakpoint"),
		Shared: g.shared, Columns: g.lay.columns(), Uniforms: g.lay.uniforms(), Watches: len(g.lay.watches), WatchCol: g.lay.rows,
	}
	if d := g.m.Diffusion; d != nil {
		p.Diffuse, p.Diffused = code("diffuse"), code("diffused")
		p.Diffusion = &kernel.Diffusion{N: d.N, State: int(g.lay.row[d.State]), Area: int(g.lay.row[d.Area]), Volume: int(g.lay.row[d.Volume])}
	}
	if g.def.Receive != nil {
		p.NArgs = len(g.def.Receive.Args)
		if p.Receive == nil {
			p.Receive = &kernel.Code{}
		}
		if p.ReceiveInit == nil && g.def.Receive.Initial != nil {
			p.ReceiveInit = &kernel.Code{} // that it is there keeps the weights
		}
	}
	for i := range g.def.Vars {
		if g.def.Vars[i].Storage == mech.Stream {
			p.Streams = append(p.Streams, g.def.Vars[i].Name)
		}
		if g.def.Vars[i].Storage == mech.Series {
			p.Series = append(p.Series, g.def.Vars[i].Name)
		}
		if g.def.Vars[i].Storage == mech.Pointer {
			p.Pointers = append(p.Pointers, g.def.Vars[i].Name)
		}
	}
	for _, n := range g.def.Ions {
		p.Ions = append(p.Ions, kernel.Ion{Name: n.Name, Valence: n.Valence,
			ReadE: n.Reads[mech.Reversal], ReadIn: n.Reads[mech.Inside], ReadOut: n.Reads[mech.Outside], ReadI: n.Reads[mech.Amperage],
			WriteE: n.Writes[mech.Reversal], WriteIn: n.Writes[mech.Inside], WriteOut: n.Writes[mech.Outside], WriteCur: n.Writes[mech.Amperage]})
	}
	for _, x := range g.def.Grids {
		p.Grids = append(p.Grids, kernel.GridDecl{Name: x.Name, Args: x.NArgs})
	}
	for i := range g.m.Tables {
		f := &g.def.Funcs[g.m.Tables[i].Func]
		t := kernel.Table{Outputs: len(g.m.Tables[i].Outputs), N: f.Table.N, Use: -1,
			From: code(tableEntry(i, "from")), To: code(tableEntry(i, "to"))}
		if f.Table.Use >= 0 {
			t.Use = int(g.lay.uniform[f.Table.Use])
		}
		for _, v := range f.Table.Depend {
			switch g.def.Vars[v].Storage {
			case mech.Celsius:
				t.Depend = append(t.Depend, kernel.UniformCelsius)
			case mech.Step:
				t.Depend = append(t.Depend, kernel.UniformDt)
			case mech.Time:
				t.Depend = append(t.Depend, kernel.UniformT)
			case mech.Uniform, mech.Global:
				t.Depend = append(t.Depend, int(g.lay.uniform[v]))
			case mech.Instance:
				for at := range max(1, g.def.Vars[v].Array) {
					t.Follow = append(t.Follow, int(g.lay.row[v])+at)
				}
				g.diags.Warnf(diag.NrnCompat, f.Pos, "TABLE of %s depends on %s, which may differ between instances: each has its table here; in NEURON all have that of the first", f.Name, g.def.Vars[v].Name)
			default:
				g.diags.Errorf(diag.Unsupported, f.Pos, "TABLE of %s depends on %s, which differs between instances", f.Name, g.def.Vars[v].Name)
			}
		}
		p.Tables, p.TableFill = append(p.Tables, t), append(p.TableFill, code(tableEntry(i, "fill")))
	}
	p.Ports = g.lay.ports
	dropPorts(p)
	for i := range p.Tables {
		p.Tables[i].FindOwn(p.TableFill[i])
	}
	return p
}

// dropPorts removes ports that no code reaches any more.
func dropPorts(p *kernel.Program) {
	used := make([]bool, len(p.Ports))
	each := func(f func(in *kernel.Instr)) {
		p.Codes(func(_ string, c *kernel.Code) {
			kernel.Walk(c.Body, func(in *kernel.Instr) {
				switch in.Op {
				case kernel.LoadP, kernel.StoreP, kernel.AddP:
					f(in)
				}
			})
		})
	}
	each(func(in *kernel.Instr) { used[in.Imm] = true })
	number := make([]int32, len(p.Ports))
	var kept []kernel.Port
	for i, q := range p.Ports {
		number[i] = int32(len(kept))
		if used[i] {
			kept = append(kept, q)
		}
	}
	p.Ports = kept
	each(func(in *kernel.Instr) { in.Imm = number[in.Imm] })
}
