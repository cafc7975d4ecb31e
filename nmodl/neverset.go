package nmodl

import (
	"slices"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// neverSet warns of variables that the equations read and nothing has given a
// value, which are 0 then: a call of rates(v) is missing as a rule. RANGE and
// GLOBAL variables are the model's to set, as the voltage of the other side of
// a gap junction is, unless a procedure that nothing calls would compute them;
// EXTERNAL variables are another mechanism's.
func (l *lowerer) neverSet(uses map[*Block]uses, said map[string]bool) {
	used := reachable(l.f, l.c)
	runs := map[*Block]bool{}
	var initial []*Block
	for _, b := range l.f.Blocks {
		runs[b] = used[b.Name.Name] || b.Name.Name == "" && b.Kind != "DESTRUCTOR"
		switch b.Kind {
		case "INITIAL", "CONSTRUCTOR", "BEFORE INITIAL", "AFTER INITIAL":
			initial = append(initial, b)
		}
	}
	atStart := reached(l.f, l.c, initial)
	visible := map[string]bool{}
	for _, id := range slices.Concat(l.f.Neuron.Range, l.f.Neuron.Global, l.f.Neuron.External) {
		visible[id.Name] = true
	}
	for _, d := range l.f.Decls {
		v, ok := l.syms[d.Name]
		if !ok || d.Kind != inAssigned || l.c.words[d.Name] || said[d.Name] {
			continue
		}
		if s := l.d.Vars[v].Storage; s != mech.Instance && s != mech.Uniform {
			continue
		}
		var setter, idle *Block // that run, and that nothing calls
		var read, readAtStart diag.Pos
		setAtStart := false
		for _, b := range l.f.Blocks {
			if uses[b].set[d.Name] && !uses[b].own[d.Name] {
				switch {
				case runs[b]:
					setter = b
				case isFunc(b):
					idle = b
				}
				setAtStart = setAtStart || atStart[b]
			}
			pos, ok := uses[b].read[d.Name]
			if ok && runs[b] && read.Line == 0 {
				read = pos
			}
			if ok && atStart[b] && readAtStart.Line == 0 {
				readAtStart = pos
			}
		}
		switch {
		case read.Line == 0:
		case setter != nil:
			if readAtStart.Line != 0 && !setAtStart {
				where := setter.Kind
				if setter.Name.Name != "" {
					where = setter.Name.Name
				}
				l.rep.add(diag.Warning, diag.NeverSet, readAtStart, "set "+d.Name+" in INITIAL, or call there what sets it",
					"%s is read when the model starts, and nothing has set it then, so that it is 0: only %s sets it, later", d.Name, where)
			}
		case idle != nil && (!visible[d.Name] || l.computes(idle, uses[idle])):
			l.rep.add(diag.Warning, diag.NeverSet, read, "call "+idle.Name.Name+" before it is read",
				"nothing sets %s, so that it is 0: %s would, and nothing calls %s", d.Name, idle.Name.Name, idle.Name.Name)
		case idle == nil && !visible[d.Name]:
			l.rep.add(diag.Warning, diag.NeverSet, read, "set it, or make it a PARAMETER, or RANGE if the model sets it",
				"nothing sets %s, so that it is 0", d.Name)
		}
	}
}

// computes says whether a procedure works on arguments or on what changes as
// the simulation runs; one that does not is a switch for the user.
func (l *lowerer) computes(b *Block, u uses) bool {
	if len(b.Args) > 0 {
		return true
	}
	for name := range u.read {
		if _, special := specials[name]; special {
			return true
		}
		if v, ok := l.syms[name]; ok && (l.d.Vars[v].State || l.d.Vars[v].Storage == mech.IonField) {
			return true
		}
	}
	return false
}
