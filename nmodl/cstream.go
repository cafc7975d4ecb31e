package nmodl

import (
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// renewal is a place where C makes the stream of a pointer: block is the name of
// a PROCEDURE or FUNCTION, "" of any other block.
type renewal struct{ block, pointer string }

// made is the variable that says whether the equations' own C has made the stream
// of a pointer, -1 if it makes none: it is there from the start, or the model's.
// Where the model can name it too, that counts as done.
func (l *lowerer) made(name string, pos diag.Pos) mech.VarID {
	if v, ok := l.syms["made "+name]; ok {
		return v
	}
	if !slices.ContainsFunc(l.c.renewals, func(r renewal) bool { return r.pointer == name && (r.block == "" || l.used[r.block]) }) {
		return -1
	}
	v := mech.Var{Name: name + "'made", Storage: mech.Instance, Written: true, Pos: pos}
	if slices.ContainsFunc(l.c.seeding, func(s seeding) bool { return s.pointer == name && !l.used[s.proc] }) {
		v.Default = 1
	}
	l.syms["made "+name] = l.add(v)
	return l.syms["made "+name]
}

// newStream lowers the change of a pointer to a random stream, to a new stream or
// to nothing; false if it is none of these.
func (b *body) newStream(name string, e *cAssign) bool {
	l := b.l
	v, ok := l.syms[name]
	if !ok || l.d.Vars[v].Storage != mech.Stream || e.op != "" || b.asks {
		return false
	}
	made := l.made(name, e.Pos)
	y := e.y
	for {
		cast, ok := y.(*cCast)
		if !ok {
			break
		}
		y = cast.x
	}
	if n, ok := y.(*cLit); ok && n.v == 0 && made >= 0 {
		b.pre = append(b.pre, mech.Assign{Var: made, X: num(0), Pos: e.Pos})
		return true
	}
	c, ok := y.(*cCall)
	if !ok || c.name != "nrnran123_newstream" && c.name != "nrnran123_newstream3" || made < 0 {
		return false
	}
	args := arguments(c)
	if len(args) != 2 && len(args) != 3 {
		b.giveUp(c.Pos, "%s with %s", c.name, argCount(len(args)))
	}
	ids := []mech.Expr{num(0), num(0), num(0)}
	for i, x := range b.operands(args...) {
		ids[i] = b.convert(x, cUint, c.Pos)
	}
	var st []mech.Stmt
	for i, x := range ids {
		st = append(st, mech.SetSeq{Stream: v, ID: i + 1, Seq: x, Pos: c.Pos})
	}
	st = append(st, mech.Assign{Var: made, X: num(1), Pos: c.Pos})
	if b.in == "CONSTRUCTOR" { // which NEURON does once, and INITIAL's beginning each time
		st = []mech.Stmt{mech.If{Cond: mech.Binary{Op: mech.Eq, X: mech.Ref{Var: made}, Y: num(0)}, Then: st}}
	}
	b.pre = append(b.pre, st...)
	return true
}
