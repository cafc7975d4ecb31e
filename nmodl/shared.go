package nmodl

import (
	"maps"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// latches warns where what a variable becomes depends on what it was, and
// NEURON has one of it for all instances (a LOCAL outside of blocks, a
// GLOBAL): an instance finds there what another has left, a latch that is
// shut, a counter. Here each has its own, from the same beginning.
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
			l.latchesIn(b, b.Body, shared, uses, sets, map[string]bool{})
		}
	}
}

// latchesIn looks at statements in their order; fresh are the names that the
// block has set before them.
func (l *lowerer) latchesIn(b *Block, list []Stmt, shared map[string]bool, uses map[*Block]uses, sets map[string]map[string]bool, fresh map[string]bool) {
	reads := func(e Expr) map[string]bool {
		found := map[string]bool{}
		walkExpr(e, func(e Expr) {
			var name string
			switch e := e.(type) {
			case *NameExpr:
				name = e.Name
			case *ElemExpr:
				name = e.Name
			case *CallExpr:
				maps.Copy(fresh, sets[e.Name])
			}
			if shared[name] && !fresh[name] && !uses[b].own[name] {
				found[name] = true
			}
		})
		return found
	}
	say := func(name string, pos diag.Pos) {
		shared[name] = false // once
		l.rep.add(diag.Warning, diag.NrnCompat, pos, "keep it in an ASSIGNED variable if each instance shall have its own",
			"what %s becomes here depends on what it was: NEURON has one for all instances of a thread, each of which finds what another has left, and rall one for each instance", name)
	}
	for _, s := range list {
		switch s := s.(type) {
		case *AssignStmt:
			if reads(s.X)[s.Target.Name] {
				say(s.Target.Name, s.Target.Pos)
			}
			fresh[s.Target.Name] = true // of an array that has an element set, all
		case *CallStmt:
			reads(s.Call)
		case *IfStmt:
			for name := range reads(s.Cond) {
				if !l.touchesInstance(b, s, uses) {
					continue // set once and for all: one or many make no difference
				}
				walkStmts([]Stmt{s}, func(inner Stmt) {
					if a, ok := inner.(*AssignStmt); ok && a.Target.Name == name && shared[name] {
						say(name, s.Pos)
					}
				}, func(Expr) {})
			}
			l.latchesIn(b, s.Then, shared, uses, sets, maps.Clone(fresh))
			l.latchesIn(b, s.Else, shared, uses, sets, maps.Clone(fresh))
		case *WhileStmt:
			l.latchesIn(b, s.Body, shared, uses, sets, maps.Clone(fresh))
		case *FromStmt:
			l.latchesIn(b, s.Body, shared, uses, sets, maps.Clone(fresh))
		case *BlockStmt:
			l.latchesIn(b, s.Body, shared, uses, sets, fresh)
		case *InitialStmt:
			l.latchesIn(b, s.Body, shared, uses, sets, maps.Clone(fresh))
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
