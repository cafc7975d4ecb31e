package opt

import (
	"math"

	"github.com/rallsim/rall/ir/mech"
)

// maxUnroll is the longest loop that is written out, unless equations stand in
// it, and maxWritten how many statements of loops one mechanism may have written out.
const (
	maxUnroll  = 256
	maxWritten = 20000
)

// Unroll writes out every FROM loop whose bounds are constant, so that the
// elements of arrays become variables of their own, and leaves a while loop
// where they are not, or where it would be too much. It works on the whole Def, before its systems are
// solved.
func Unroll(def *mech.Def) *mech.Def {
	out := *def
	left := maxWritten
	block := func(b mech.Block) mech.Block {
		u := unroller{def: def, locals: b.Locals, left: &left}
		b.Body = u.stmts(b.Body)
		b.Locals = u.locals
		return b
	}
	out.Initial, out.Breakpoint = block(def.Initial), block(def.Breakpoint)
	out.Funcs = append([]mech.Func(nil), def.Funcs...)
	for i := range out.Funcs {
		f := &out.Funcs[i]
		b := block(mech.Block{Body: f.Body, Locals: f.Locals})
		f.Body, f.Locals = b.Body, b.Locals
	}
	out.Systems = append([]mech.System(nil), def.Systems...)
	for i := range out.Systems {
		s := &out.Systems[i]
		b := block(mech.Block{Body: s.Body, Locals: s.Locals})
		s.Body, s.Locals = b.Body, b.Locals
	}
	if def.Receive != nil {
		r := *def.Receive
		r.Block = block(r.Block)
		if r.Initial != nil {
			b := block(*r.Initial)
			r.Initial = &b
		}
		out.Receive = &r
	}
	out.Before, out.After = map[string]mech.Block{}, map[string]mech.Block{}
	for k, b := range def.Before {
		out.Before[k] = block(b)
	}
	for k, b := range def.After {
		out.After[k] = block(b)
	}
	return &out
}

type unroller struct {
	def    *mech.Def
	locals []string
	left   *int // how many statements may be written out yet
}

func (u *unroller) stmts(body []mech.Stmt) []mech.Stmt {
	return mech.Replace(body, func(st mech.Stmt) ([]mech.Stmt, bool) {
		if x, ok := st.(mech.For); ok {
			return u.loop(x), true
		}
		return nil, false
	})
}

func (u *unroller) constant(e mech.Expr, absent float64) (float64, bool) {
	if e == nil {
		return absent, true
	}
	n, ok := FoldExpr(u.def, e).(mech.Num)
	return n.V, ok
}

// rounds is how often a loop between constants runs.
func (u *unroller) rounds(x mech.For) (n float64, ok bool) {
	from, ok1 := u.constant(x.From, 0)
	to, ok2 := u.constant(x.To, 0)
	by, ok3 := u.constant(x.By, 1)
	return max(0, math.Floor((to-math.Trunc(from))/math.Trunc(by))+1), ok1 && ok2 && ok3 && math.Trunc(by) >= 1
}

// size is how many statements body becomes. A loop whose bounds are not
// constant yet is taken to be as long as the one around it.
func (u *unroller) size(body []mech.Stmt, around float64) float64 {
	n := 0.0
	for _, st := range body {
		n++
		switch x := st.(type) {
		case mech.If:
			n += u.size(x.Then, around) + u.size(x.Else, around)
		case mech.While:
			n += u.size(x.Body, around)
		case mech.For:
			rounds, ok := u.rounds(x)
			if !ok {
				rounds = around
			}
			if rounds > mostRounds(x.Body) {
				rounds = 1 // stays a loop
			}
			n += float64(rounds * u.size(x.Body, rounds))
		}
	}
	return n
}

// mostRounds is how often a loop that is written out may run. Equations
// have to be, for states have to be known when they are solved.
func mostRounds(body []mech.Stmt) float64 {
	most := float64(maxUnroll)
	mech.WalkStmts(body, func(st mech.Stmt) {
		switch st.(type) {
		case mech.DerivEq, mech.Reaction, mech.Conserve, mech.Equation, mech.Compartment, mech.Diffusion:
			most = maxWritten
		}
	})
	return most
}

func (u *unroller) loop(x mech.For) []mech.Stmt {
	from, _ := u.constant(x.From, 0)
	to, _ := u.constant(x.To, 0)
	by, ok3 := u.constant(x.By, 1)
	rounds, constant := u.rounds(x)
	if constant && rounds <= mostRounds(x.Body) && rounds*u.size(x.Body, rounds) <= float64(*u.left) {
		*u.left -= int(rounds) * len(x.Body)
		var out []mech.Stmt
		for i := math.Trunc(from); i <= to; i += math.Trunc(by) {
			body := mech.MapStmts(x.Body, func(e mech.Expr) mech.Expr {
				if l, ok := e.(mech.Local); ok && l.Slot == x.Slot {
					return mech.Num{V: i}
				}
				return foldNode(u.def, e)
			}, func(s int) int { return s })
			out = append(out, u.stmts(body)...) // inner loops may have become constant
		}
		return out
	}
	// The counter is an integer in NEURON: the bounds are truncated.
	var step mech.Expr = mech.Num{V: 1}
	if x.By != nil {
		step = truncate(x.By)
	}
	i := mech.Local{Slot: x.Slot}
	return []mech.Stmt{
		mech.Assign{Var: -1, Local: x.Slot, X: truncate(x.From), Pos: x.Pos},
		mech.While{
			Cond: mech.Binary{Op: mech.Le, X: i, Y: x.To},
			Body: append(u.stmts(x.Body),
				mech.Assign{Var: -1, Local: x.Slot, X: mech.Binary{Op: mech.Add, X: i, Y: step}, Pos: x.Pos}),
			Ends: ok3 && math.Trunc(by) >= 1 && still(x.To, x.Body, x.Slot),
			Pos:  x.Pos,
		},
	}
}

// still says whether body, which counts in slot, leaves e alone.
func still(e mech.Expr, body []mech.Stmt, slot int) bool {
	vars, locals, calls := map[mech.VarID]bool{}, map[int]bool{slot: true}, false
	mech.WalkExpr(e, func(e mech.Expr) {
		switch e := e.(type) {
		case mech.Ref:
			vars[e.Var] = true
		case mech.Index:
			vars[e.Var] = true
		case mech.Local:
			locals[e.Slot] = true
		case mech.FuncCall:
			calls = true
		}
	})
	ok := !calls
	mech.WalkStmts(body, func(s mech.Stmt) {
		switch s := s.(type) {
		case mech.Assign:
			ok = ok && (s.Var < 0 && !locals[s.Local] || s.Var >= 0 && !vars[s.Var])
		case mech.For:
			ok = ok && !locals[s.Slot]
		case mech.CallStmt: // may assign whatever it likes
			ok = ok && len(vars) == 0
		}
	})
	return ok
}

func truncate(e mech.Expr) mech.Expr {
	if n, ok := e.(mech.Num); ok {
		return mech.Num{V: math.Trunc(n.V)}
	}
	return mech.Select{
		Cond: mech.Binary{Op: mech.Lt, X: e, Y: mech.Num{V: 0}},
		Then: mech.Call{Fn: mech.Ceil, Args: []mech.Expr{e}},
		Else: mech.Call{Fn: mech.Floor, Args: []mech.Expr{e}},
	}
}
