package nmodl

import (
	"maps"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// oddities warns of what NEURON's translator accepts and hardly anybody
// means: a current or a state that nothing sets, a function without a value,
// a constant that changes, an ion's variable that is not the ion's.
func (l *lowerer) oddities() {
	set := map[string]bool{}  // assigned or solved for anywhere
	read := map[string]bool{} // used in an expression
	used := reachable(l.f, l.c)
	uses := map[*Block]uses{}
	for _, b := range l.f.Blocks {
		u := usesOf(b)
		uses[b] = u
		maps.Copy(set, u.set)
		for name := range u.read {
			read[name] = true
		}
		walkStmts(b.Body, func(s Stmt) {
			if s, ok := s.(*AssignStmt); ok {
				if c, ok := l.consts[s.Target.Name]; ok && !u.own[s.Target.Name] {
					what := "a constant of UNITS"
					if c.decl {
						what = "a CONSTANT"
					}
					l.rep.warnf(diag.OddValue, s.Target.Pos, "%s is %s, of line %d, and changes here", s.Target.Name, what, c.pos.Line)
				}
			}
		}, func(Expr) {})
		if b.Kind == "FUNCTION" && used[b.Name.Name] && !u.set[b.Name.Name] && !holdsC(b.Body) {
			l.rep.add(diag.Warning, diag.OddValue, b.Name.Pos, b.Name.Name+" = … inside sets it", "FUNCTION %s never sets its value, which is 0 then", b.Name.Name)
		}
	}
	l.unprimed()
	for _, c := range l.f.Neuron.Currents {
		if !set[c.Name] && !l.c.words[c.Name] {
			l.rep.warnf(diag.OddValue, c.Pos, "nothing sets the current %s, so that it is 0", c.Name)
		}
	}
	for _, d := range l.f.Decls {
		if v, ok := l.syms[d.Name]; ok && d.Kind == inState && !set[d.Name] && !l.c.words[d.Name] && l.d.Vars[v].Storage != mech.Pointer {
			l.rep.warnf(diag.OddValue, d.Pos, "STATE %s has no equation, and nothing sets it: it keeps its initial value", d.Name)
		}
	}
	if l.d.Kind == mech.Library {
		return // a program sets what it likes
	}
	l.neverSet(uses, l.ionNames(set, read))
	l.latches(uses)
}

// unprimed warns of a state without a differential equation that a DERIVATIVE
// block sets: the prime is missing as a rule.
func (l *lowerer) unprimed() {
	primed := map[string]bool{}
	plain := map[string]diag.Pos{} // where a DERIVATIVE sets it
	var order []string
	for _, b := range l.f.Blocks {
		own := localTo(b)
		walkStmts(b.Body, func(s Stmt) {
			a, ok := s.(*AssignStmt)
			switch {
			case !ok || own[a.Target.Name]:
			case a.Target.Primes > 0:
				primed[a.Target.Name] = true
			case b.Kind == "DERIVATIVE" && plain[a.Target.Name].Line == 0:
				plain[a.Target.Name] = a.Target.Pos
				order = append(order, a.Target.Name)
			}
		}, func(Expr) {})
	}
	for _, name := range order {
		if v, ok := l.syms[name]; ok && l.d.Vars[v].State && !primed[name] {
			l.rep.add(diag.Warning, diag.OddValue, plain[name], name+"' = … is a differential equation",
				"STATE %s has no equation: it is set here, and nothing integrates it", name)
		}
	}
}

// uses are the names that a block sets, of itself or of the mechanism, and
// those of the mechanism that it reads, with the first place.
type uses struct {
	set  map[string]bool
	read map[string]diag.Pos
	own  map[string]bool // its arguments and LOCALs
}

func usesOf(b *Block) uses {
	u := uses{map[string]bool{}, map[string]diag.Pos{}, localTo(b)}
	note := func(name string, pos diag.Pos) {
		if _, ok := u.read[name]; !ok && !u.own[name] {
			u.read[name] = pos
		}
	}
	walkStmts(b.Body, func(s Stmt) {
		switch s := s.(type) {
		case *AssignStmt:
			u.set[s.Target.Name] = true
		case *CallStmt:
			if s.Call.Name == "state_discontinuity" && len(s.Call.Args) > 0 {
				if n, ok := s.Call.Args[0].(*NameExpr); ok {
					u.set[n.Name] = true
				}
			}
		case *TableStmt:
			for _, n := range s.Names {
				u.set[n.Name] = true
			}
		case *ReactionStmt:
			for _, t := range append(append([]ReactionTerm(nil), s.Left...), s.Right...) {
				u.set[t.Name] = true
			}
		case *ConserveStmt:
			for _, t := range s.Sum {
				u.set[t.Name] = true
			}
		case *EquationStmt:
			for _, e := range []Expr{s.X, s.Y} {
				walkExpr(e, func(e Expr) {
					switch e := e.(type) {
					case *NameExpr:
						u.set[e.Name] = true
					case *ElemExpr:
						u.set[e.Name] = true
					}
				})
			}
		}
	}, func(e Expr) {
		switch e := e.(type) {
		case *NameExpr:
			note(e.Name, e.Pos)
		case *ElemExpr:
			note(e.Name, e.Pos)
		}
	})
	return u
}

// localTo lists the names that are the block's own: its arguments and LOCALs.
func localTo(b *Block) map[string]bool {
	own := map[string]bool{b.Name.Name: true}
	for _, a := range b.Args {
		own[a.Name] = true
	}
	walkStmts(b.Body, func(s Stmt) {
		switch s := s.(type) {
		case *LocalStmt:
			for _, n := range s.Names {
				own[n.Name] = true
			}
		case *FromStmt:
			own[s.Var.Name] = true
		}
	}, func(Expr) {})
	return own
}

func holdsC(list []Stmt) bool {
	found := false
	walkStmts(list, func(s Stmt) {
		_, is := s.(*VerbatimStmt)
		found = found || is
	}, func(Expr) {})
	return found
}

// ionNames warns of variables that have the name of an ion's and are none,
// because USEION does not list them, and returns their names.
func (l *lowerer) ionNames(set, read map[string]bool) map[string]bool {
	said := map[string]bool{}
	for _, ion := range l.f.Neuron.Ions {
		x := ion.Name.Name
		for _, name := range []string{"e" + x, x + "i", x + "o", "i" + x} {
			d := l.decls[name]
			v, ok := l.syms[name]
			if d == nil || !ok || l.d.Vars[v].Storage == mech.IonField || d.HasValue || !set[name] && !read[name] {
				continue
			}
			said[name] = true
			verb := "READ "
			if set[name] {
				verb = "WRITE "
			}
			l.rep.add(diag.Warning, diag.OddValue, d.Pos, "USEION "+x+" "+verb+name, "%s is no variable of the ion %s: USEION %s neither reads nor writes it", name, x, x)
		}
	}
	return said
}
