package nmodl

import (
	"slices"

	"github.com/rallsim/rall/ir/mech"
)

// A goto is a jump like return: forward it leaves out what stands before its
// label, as a break does; backward it is the next round of a loop that begins at
// the label and ends behind the last goto to it. It may leave blocks and loops,
// not enter them.

// cTarget is a label of a list of statements that is being lowered.
type cTarget struct {
	kind jump
	flag int // the local that is set where the jump leaves a loop, -1: none does
}

// taken is the flag that says that the jump is under way.
func (t *cTarget) taken(b *body) int {
	if t.flag < 0 {
		t.flag = b.temporary("jumped")
	}
	return t.flag
}

// targets makes those of the labels of a list; nil if it has none.
func (b *body) targets(list []Stmt) map[string]*cTarget {
	var out map[string]*cTarget
	for _, s := range list {
		if at, ok := s.(*cLabel); ok {
			if out == nil {
				out = map[string]*cTarget{}
			}
			if out[at.name] != nil {
				b.refuse(at.Pos, cAbort{at.Pos, "the label " + at.name + " for the second time"})
			}
			out[at.name] = &cTarget{kind: jumpGoto + jump(b.l.labels), flag: -1}
			b.l.labels++
		}
	}
	return out
}

// labelled is where a goto goes.
func (b *body) labelled(s *cJump) *cTarget {
	for i := len(b.labels) - 1; i >= 0; i-- {
		if t := b.labels[i][s.label]; t != nil {
			return t
		}
	}
	b.giveUp(s.Pos, "goto %s, which jumps into a block, or to a label that is not there", s.label)
	return nil
}

// leaving lists the labels to which statements of a loop jump out of it.
func (b *body) leaving(list []mech.Stmt) (out []*cTarget) {
	for _, labels := range b.labels {
		for _, t := range labels {
			if hasJump(list, t.kind) || t.flag >= 0 && sets(list, t.flag) {
				out = append(out, t)
			}
		}
	}
	slices.SortFunc(out, func(x, y *cTarget) int { return int(x.kind - y.kind) })
	return out
}

// arrive lowers a label: out is what stands before it, from the sources in
// before, and rest what follows. It returns how many statements of rest are
// lowered with it: those of a loop.
func (b *body) arrive(at *cLabel, out []mech.Stmt, before, rest []Stmt) ([]mech.Stmt, int) {
	t := b.labels[len(b.labels)-1][at.name]
	if hasJump(out, t.kind) || t.flag >= 0 && sets(out, t.flag) {
		flag := t.taken(b)
		out, _, _ = cut(out, t.kind, flag)
		out = b.dropFlag(out, flag, at.Pos)
		t.flag = -1
		b.lose(before)
	}
	last := -1
	for i, s := range rest {
		if goesTo([]Stmt{s}, at.name) {
			last = i
		}
	}
	if last < 0 {
		return out, 0
	}
	t.flag = b.temporary("again")
	again := t.flag
	b.lose(rest[:last+1])
	round := b.sequence(rest[:last+1], false)
	round, _, _ = cut(round, t.kind, again)
	t.flag = -1
	if hasJump(round, jumpBreak, jumpContinue) {
		b.refuse(at.Pos, cAbort{at.Pos, "a break or continue beside a goto back to " + at.name})
		for _, k := range []jump{jumpBreak, jumpContinue} {
			round, _, _ = cut(round, k, again)
		}
	}
	if hasJump(round, jumpReturn) || b.ret >= 0 && sets(round, b.ret) {
		round, _, _ = cut(round, jumpReturn, b.returned())
		round = append(round, mech.If{Cond: mech.Local{Slot: b.ret}, Then: []mech.Stmt{setLocal(again, num(0), at.Pos)}, Pos: at.Pos})
	}
	for _, to := range b.leaving(round) {
		round, _, _ = cut(round, to.kind, to.taken(b))
		round = append(round, mech.If{Cond: mech.Local{Slot: to.flag}, Then: []mech.Stmt{setLocal(again, num(0), at.Pos)}, Pos: at.Pos})
	}
	round = append([]mech.Stmt{setLocal(again, num(0), at.Pos)}, round...)
	return append(out, setLocal(again, num(1), at.Pos), mech.While{Cond: mech.Local{Slot: again}, Body: round, Pos: at.Pos}), last + 1
}

// goesTo says whether statements hold a goto to a label.
func goesTo(list []Stmt, label string) bool {
	for _, s := range list {
		found := false
		switch s := s.(type) {
		case *cJump:
			found = s.label == label
		case *cIf:
			found = goesTo(s.then, label) || goesTo(s.alts, label)
		case *cLoop:
			found = goesTo(s.body, label)
		case *cBlock:
			found = goesTo(s.body, label)
		case *cSwitch:
			for _, p := range s.parts {
				found = found || goesTo(p.body, label)
			}
		case *IfStmt:
			found = goesTo(s.Then, label) || goesTo(s.Else, label)
		}
		if found {
			return true
		}
	}
	return false
}
