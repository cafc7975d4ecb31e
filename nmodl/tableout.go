package nmodl

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// tableEffects sees to variables that a procedure with a TABLE sets besides
// those that the table holds, and that something else reads: q10 factors,
// mostly. NEURON runs the procedure only while it fills the table, so a
// GLOBAL keeps the value of the table's last entry, and a variable of the
// instance gets it in the first instance alone. Here such a variable becomes
// one more output of the table, which is the same for all that does not
// depend on the table's argument.
func (l *lowerer) tableEffects() {
	d := l.d
	for i := range d.Funcs {
		t := d.Funcs[i].Table
		if t == nil || d.Funcs[i].Result >= 0 {
			continue
		}
		inside := l.calledFrom(i)
		set := map[mech.VarID]bool{}
		for f := range inside {
			mech.WalkStmts(d.Funcs[f].Body, func(s mech.Stmt) {
				if a, ok := s.(mech.Assign); ok && a.Var >= 0 {
					set[a.Var] = true
				}
			})
			if own := d.Funcs[f].Table; own != nil {
				for _, v := range own.Outputs {
					delete(set, v)
				}
			}
		}
		for _, v := range t.Outputs {
			delete(set, v)
		}
		if len(set) == 0 {
			continue
		}
		read := l.readOutside(inside)
		for v := range mech.VarID(len(d.Vars)) {
			x := &d.Vars[v]
			if !set[v] || !read[v] || x.Storage != mech.Global && x.Storage != mech.Instance {
				continue
			}
			whose := "NEURON sets it only while it fills the table"
			if x.Storage == mech.Instance {
				whose += ", and in the first instance alone"
			}
			l.rep.warnf(diag.NrnCompat, d.Funcs[i].Pos, "%s sets %s, which its TABLE does not hold: %s; rall tabulates it too",
				d.Funcs[i].Name, x.Name, whose)
			t.Outputs = append(t.Outputs, v)
		}
	}
}

// calledFrom returns function i and all that it calls, directly or not.
func (l *lowerer) calledFrom(i int) map[int]bool {
	seen := map[int]bool{i: true}
	todo := []int{i}
	for len(todo) > 0 {
		body := l.d.Funcs[todo[len(todo)-1]].Body
		todo = todo[:len(todo)-1]
		visit := func(f int) {
			if !seen[f] {
				seen[f] = true
				todo = append(todo, f)
			}
		}
		mech.WalkStmts(body, func(s mech.Stmt) {
			if c, ok := s.(mech.CallStmt); ok {
				visit(c.Func)
			}
		})
		mech.WalkExprs(body, func(e mech.Expr) {
			if c, ok := e.(mech.FuncCall); ok {
				visit(c.Func)
			}
		})
	}
	return seen
}

// readOutside returns the variables that are read anywhere but in the
// functions given.
func (l *lowerer) readOutside(funcs map[int]bool) map[mech.VarID]bool {
	d := l.d
	read := map[mech.VarID]bool{}
	note := func(e mech.Expr) {
		switch e := e.(type) {
		case mech.Ref:
			read[e.Var] = true
		case mech.Index:
			read[e.Var] = true
		}
	}
	bodies := [][]mech.Stmt{d.Initial.Body, d.Breakpoint.Body}
	for i := range d.Systems {
		bodies = append(bodies, d.Systems[i].Body)
	}
	if d.Receive != nil {
		bodies = append(bodies, d.Receive.Body)
		if d.Receive.Initial != nil {
			bodies = append(bodies, d.Receive.Initial.Body)
		}
	}
	for i := range d.Funcs {
		if !funcs[i] {
			bodies = append(bodies, d.Funcs[i].Body)
		}
	}
	for _, b := range bodies {
		mech.WalkExprs(b, note)
	}
	return read
}
