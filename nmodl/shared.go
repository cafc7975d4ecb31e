package nmodl

import (
	"maps"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// latches warns where what a variable becomes depends on what it was, and
// NEURON has one of it for all instances (a LOCAL outside of blocks, a
// GLOBAL): an instance finds there what another has left, a latch that is
// shut, a counter. Here each has its own, from the same beginning, unless a HOC
// program runs the model, in one group: then it is as in NEURON.
func (l *lowerer) latches(uses map[*Block]uses) {
	shared := map[string]bool{}
	for name := range l.tops {
		shared[name] = true
	}
	for _, id := range l.f.Neuron.Global {
		if v, ok := l.syms[id.Name]; ok && l.d.Vars[v].Storage == mech.Global {
			shared[id.Name] = true
		}
	}
	if len(shared) == 0 {
		return
	}
	sets := map[string]map[string]bool{} // by procedures
	for _, b := range l.f.Blocks {
		if isFunc(b) {
			sets[b.Name.Name] = uses[b].set
		}
	}
	used := reachable(l.f, l.c)
	for _, b := range l.f.Blocks {
		if b.Kind != "DESTRUCTOR" && (b.Name.Name == "" || used[b.Name.Name]) {
			x := &latch{l: l, b: b, shared: shared, uses: uses, sets: sets, from: map[string]map[string]bool{}}
			x.stmts(b.Body, map[string]bool{})
		}
	}
}

// latch looks through a block.
type latch struct {
	l      *lowerer
	b      *Block
	shared map[string]bool
	uses   map[*Block]uses
	sets   map[string]map[string]bool
	from   map[string]map[string]bool // what is shared and has gone into a variable of the block
}

// reads returns what is shared and goes into e as it was before, by way of other
// variables and of functions too. fresh are the names that the block has set.
func (x *latch) reads(e Expr, fresh map[string]bool) map[string]bool {
	found := map[string]bool{}
	note := func(name string) {
		if x.shared[name] && !fresh[name] && !x.uses[x.b].own[name] {
			found[name] = true
		}
	}
	walkExpr(e, func(e Expr) {
		switch e := e.(type) {
		case *NameExpr:
			note(e.Name)
			maps.Copy(found, x.from[e.Name])
		case *ElemExpr:
			note(e.Name)
			maps.Copy(found, x.from[e.Name])
		case *CallExpr:
			for _, name := range x.l.readBy(e.Name, x.uses) {
				note(name)
			}
			maps.Copy(fresh, x.sets[e.Name])
		}
	})
	return found
}

// readBy lists the names that a function and those that it calls read.
func (l *lowerer) readBy(name string, uses map[*Block]uses) []string {
	var out []string
	for _, b := range l.f.Blocks {
		if b.Name.Name != name || b.Kind != "FUNCTION" {
			continue
		}
		for at := range reached(l.f, l.c, []*Block{b}) {
			for read := range uses[at].read {
				if !uses[at].set[read] { // else the function itself is looked through
					out = append(out, read)
				}
			}
		}
	}
	return out
}

func (x *latch) say(name string, pos diag.Pos) {
	x.shared[name] = false // once
	x.l.rep.add(diag.Warning, diag.NrnCompat, pos, "keep it in an ASSIGNED variable if each instance shall have its own",
		"what %s becomes here depends on what it was: NEURON has one for all instances of a thread, each of which finds what another has left, and rall one for each instance, but in a HOC program NEURON's", name)
}

// stmts looks at statements in their order; fresh are the names that the block
// has set before them.
func (x *latch) stmts(list []Stmt, fresh map[string]bool) {
	for _, s := range list {
		switch s := s.(type) {
		case *AssignStmt:
			name, read := s.Target.Name, x.reads(s.X, fresh)
			if read[name] {
				x.say(name, s.Target.Pos)
			}
			x.from[name] = read
			fresh[name] = true // of an array that has an element set, all
		case *CallStmt:
			x.reads(s.Call, fresh)
		case *IfStmt:
			for name := range x.reads(s.Cond, fresh) {
				if !x.l.touchesInstance(x.b, s, x.uses) {
					continue // set once and for all: one or many make no difference
				}
				walkStmts([]Stmt{s}, func(inner Stmt) {
					if a, ok := inner.(*AssignStmt); ok && a.Target.Name == name && x.shared[name] {
						x.say(name, s.Pos)
					}
				}, func(Expr) {})
			}
			x.stmts(s.Then, maps.Clone(fresh))
			x.stmts(s.Else, maps.Clone(fresh))
		case *WhileStmt:
			x.stmts(s.Body, maps.Clone(fresh))
		case *FromStmt:
			x.stmts(s.Body, maps.Clone(fresh))
		case *BlockStmt:
			x.stmts(s.Body, fresh)
		case *InitialStmt:
			x.stmts(s.Body, maps.Clone(fresh))
		}
	}
}

// touchesInstance says whether a statement of b, or what it calls, reads or
// sets what instances have of their own.
func (l *lowerer) touchesInstance(b *Block, s Stmt, uses map[*Block]uses) bool {
	part := &Block{Kind: b.Kind, Name: b.Name, Args: b.Args, Body: []Stmt{s}}
	for at := range reached(l.f, l.c, []*Block{part}) {
		u, whole := uses[at]
		if !whole {
			u = usesOf(at)
		}
		names := maps.Clone(u.set)
		for name := range u.read {
			names[name] = true
		}
		for name := range names {
			if _, special := specials[name]; special && name != "celsius" && name != "dt" && name != "t" {
				return true
			}
			if uses[b].own[name] && at == part || u.own[name] {
				continue
			}
			if v, ok := l.syms[name]; ok {
				switch l.d.Vars[v].Storage {
				case mech.Global, mech.Uniform, mech.Constant, mech.Time, mech.Step, mech.Celsius:
				default:
					return true
				}
			}
		}
	}
	return false
}
