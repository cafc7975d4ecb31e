package nmodl

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// Mechanisms have no jumps: kernels run many instances at once, and those
// that have returned wait, masked, for the others. The C of a VERBATIM has
// return, break and continue, also in the midst of a block. They are lowered
// to marks, calls of functions below 0, which the functions of this file turn
// into conditions: what follows a jump moves into the other arm of the if in
// which the jump stands, or, where that is not enough, under the condition
// that a flag is not set.

// jump is a kind of jump.
type jump int

const (
	jumpReturn jump = iota
	jumpBreak
	jumpContinue
	jumpGoto // and beyond: to the labels
)

func (j jump) String() string {
	return [...]string{"return", "break", "continue", "goto"}[min(j, jumpGoto)]
}

func jumpMark(k jump, pos diag.Pos) mech.Stmt { return mech.CallStmt{Func: -1 - int(k), Pos: pos} }

func jumpOf(s mech.Stmt) (jump, bool) {
	c, ok := s.(mech.CallStmt)
	if !ok || c.Func >= 0 {
		return 0, false
	}
	return jump(-1 - c.Func), true
}

// hasJump says whether list holds a mark of one of the kinds, or of any.
func hasJump(list []mech.Stmt, kinds ...jump) bool {
	found := false
	mech.WalkStmts(list, func(s mech.Stmt) {
		if k, ok := jumpOf(s); ok {
			for _, want := range kinds {
				found = found || k == want
			}
			found = found || len(kinds) == 0
		}
	})
	return found
}

// sets says whether list assigns the local.
func sets(list []mech.Stmt, slot int) bool {
	found := false
	mech.WalkStmts(list, func(s mech.Stmt) {
		a, ok := s.(mech.Assign)
		found = found || ok && a.Var < 0 && a.Local == slot
	})
	return found
}

// reads says whether list reads the local.
func reads(list []mech.Stmt, slot int) bool {
	found := false
	mech.WalkExprs(list, func(e mech.Expr) {
		l, ok := e.(mech.Local)
		found = found || ok && l.Slot == slot
	})
	return found
}

func setLocal(slot int, x mech.Expr, pos diag.Pos) mech.Stmt {
	return mech.Assign{Var: -1, Local: slot, X: x, Pos: pos}
}

// cut replaces the marks of one kind by assignments of 1 to flag, and makes
// what follows them conditional. may says that a jump may happen in list,
// always that one does.
func cut(list []mech.Stmt, kind jump, flag int) (out []mech.Stmt, may, always bool) {
	for i, s := range list {
		if k, ok := jumpOf(s); ok && k == kind {
			return append(out, setLocal(flag, mech.Num{V: 1}, s.(mech.CallStmt).Pos)), true, true
		}
		switch x := s.(type) {
		case mech.If:
			var mayT, allT, mayE, allE bool
			x.Then, mayT, allT = cut(x.Then, kind, flag)
			x.Else, mayE, allE = cut(x.Else, kind, flag)
			if !mayT && !mayE {
				out = append(out, x)
				continue
			}
			if allT && allE {
				return append(out, x), true, true
			}
			rest, _, allR := cut(list[i+1:], kind, flag)
			switch {
			case len(rest) == 0:
			case allT && !mayE:
				x.Else = append(x.Else, rest...)
			case allE && !mayT:
				x.Then = append(x.Then, rest...)
			default:
				return append(out, x, unless(flag, rest, x.Pos)), true, allR
			}
			return append(out, x), true, allR
		case mech.While:
			if !sets(x.Body, flag) {
				break
			}
			out = append(out, x)
			rest, _, allR := cut(list[i+1:], kind, flag)
			if len(rest) > 0 {
				out = append(out, unless(flag, rest, x.Pos))
			}
			return out, true, allR
		}
		out = append(out, s)
	}
	return out, may, false
}

func unless(flag int, body []mech.Stmt, pos diag.Pos) mech.Stmt {
	return mech.If{Cond: mech.Unary{Op: mech.Not, X: mech.Local{Slot: flag}}, Then: body, Pos: pos}
}

// settle takes the returns out of a whole body, and reports other jumps.
func (b *body) settle(list []mech.Stmt) []mech.Stmt {
	if !hasJump(list) && b.ret < 0 {
		return list
	}
	pos := b.l.f.Pos
	mech.WalkStmts(list, func(s mech.Stmt) {
		if k, ok := jumpOf(s); ok {
			pos = s.(mech.CallStmt).Pos
			if k != jumpReturn {
				b.l.rep.errorf(diag.Unsupported, pos, "%s outside of a loop", k)
			}
		}
	})
	flag := b.returned()
	b.ret = -1
	list, _, _ = cut(list, jumpReturn, flag)
	return b.dropFlag(list, flag, pos)
}

// dropFlag begins list with the flag at 0, or takes the flag out where
// nothing reads it.
func (b *body) dropFlag(list []mech.Stmt, flag int, pos diag.Pos) []mech.Stmt {
	if reads(list, flag) {
		return append([]mech.Stmt{setLocal(flag, mech.Num{}, pos)}, list...)
	}
	var drop func(list []mech.Stmt) []mech.Stmt
	drop = func(list []mech.Stmt) []mech.Stmt {
		var out []mech.Stmt
		for _, s := range list {
			switch x := s.(type) {
			case mech.Assign:
				if x.Var < 0 && x.Local == flag {
					continue
				}
			case mech.If:
				x.Then, x.Else = drop(x.Then), drop(x.Else)
				if len(x.Then) == 0 && len(x.Else) == 0 && !hasEffects(x.Cond) {
					continue
				}
				s = x
			case mech.While:
				x.Body = drop(x.Body)
				s = x
			}
			out = append(out, s)
		}
		return out
	}
	return drop(list)
}

// returned is the flag that a loop sets when the body returns in it.
func (b *body) returned() int {
	if b.ret < 0 {
		b.ret = b.temporary("returned")
	}
	return b.ret
}

// temporary makes a local that is no name of the author's.
func (b *body) temporary(name string) int {
	b.locals = append(b.locals, name)
	return len(b.locals) - 1
}

func hasDraws(e mech.Expr) bool {
	found := false
	mech.WalkExpr(e, func(e mech.Expr) {
		if x, ok := e.(mech.Call); ok {
			found = found || x.Fn.Draws()
		}
	})
	return found
}

// hasEffects says whether evaluating e may do more than give a value.
func hasEffects(e mech.Expr) bool {
	found := false
	mech.WalkExpr(e, func(e mech.Expr) {
		switch x := e.(type) {
		case mech.FuncCall:
			found = true
		case mech.Call:
			found = found || x.Fn.Draws() || x.Fn == mech.RandSeq
		}
	})
	return found
}

// loop is a loop as C has it: pre and cond are evaluated before every round,
// or behind it when after is set; post ends a round.
type loop struct {
	pre   []mech.Stmt
	cond  mech.Expr
	body  []mech.Stmt
	post  []mech.Stmt
	after bool
	pos   diag.Pos
}

// build makes a while of the loop.
func (b *body) build(l loop) []mech.Stmt {
	plain := !hasJump(l.body) && !sets(l.body, b.ret) && len(b.leaving(l.body)) == 0
	// A call in the condition is no trouble, a draw would be one for every
	// instance, whether it is still in the loop or not.
	if plain && !l.after && len(l.pre) == 0 && !hasDraws(l.cond) {
		return []mech.Stmt{mech.While{Cond: l.cond, Body: append(l.body, l.post...), Pos: l.pos}}
	}
	num := func(v float64) mech.Expr { return mech.Num{V: v} }
	round := l.body
	if hasJump(round, jumpContinue) {
		flag := b.temporary("continued")
		round, _, _ = cut(round, jumpContinue, flag)
		round = b.dropFlag(round, flag, l.pos)
	}
	more := b.temporary("more")
	round = append(round, l.post...)
	if l.after {
		round = append(append(round, l.pre...), setLocal(more, l.cond, l.pos))
	}
	var out []mech.Stmt
	stop := mech.Stmt(setLocal(more, num(0), l.pos))
	if hasJump(round, jumpBreak) {
		flag := b.temporary("broken")
		round, _, _ = cut(round, jumpBreak, flag)
		round = append(round, mech.If{Cond: mech.Local{Slot: flag}, Then: []mech.Stmt{stop}, Pos: l.pos})
		out = append(out, setLocal(flag, num(0), l.pos))
	}
	if hasJump(round, jumpReturn) || b.ret >= 0 && sets(round, b.ret) {
		flag := b.returned()
		round, _, _ = cut(round, jumpReturn, flag)
		round = append(round, mech.If{Cond: mech.Local{Slot: flag}, Then: []mech.Stmt{stop}, Pos: l.pos})
	}
	for _, to := range b.leaving(round) {
		round, _, _ = cut(round, to.kind, to.taken(b))
		round = append(round, mech.If{Cond: mech.Local{Slot: to.flag}, Then: []mech.Stmt{stop}, Pos: l.pos})
	}
	if !l.after {
		round = append(l.pre, mech.If{Cond: l.cond, Then: round, Else: []mech.Stmt{stop}, Pos: l.pos})
	}
	return append(out, setLocal(more, num(1), l.pos), mech.While{Cond: mech.Local{Slot: more}, Body: round, Pos: l.pos})
}
