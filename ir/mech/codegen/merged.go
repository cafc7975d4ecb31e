package codegen

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/merge"
	"github.com/rallsim/rall/ir/mech/opt"
	"github.com/rallsim/rall/runtime/kernel"
)

// Merged is a mechanism of which several instances on one CV may go together.
type Merged struct {
	Split *merge.Split
	// Shared computes the steps of all that go together, and Own answers the
	// events of each: its ports of quantity Common reach into columns of Shared.
	// Both are nil where one instance of the mechanism as it is can stand for
	// several (merge.Split.Whole).
	Shared, Own *kernel.Program
}

// Merge compiles the parts into which def can be taken, or says why it cannot.
func Merge(def *mech.Def, opts Options) (*Merged, string) {
	var found diag.List
	m := module(def, Options{SecondOrder: opts.SecondOrder}, &found)
	if m == nil {
		return nil, "it does not compile"
	}
	s, why := merge.Of(m)
	if s == nil {
		return nil, why
	}
	out := &Merged{Split: s}
	if s.Whole() {
		return out, ""
	}
	shared, own := generate(named(s.Shared, "shared"), opts, &found), generate(named(s.Own, "own"), opts, &found)
	if shared == nil || own == nil {
		return nil, "its parts do not compile: " + found.Error()
	}
	for i := range own.Ports {
		if p := &own.Ports[i]; p.Quantity == kernel.Common {
			row, ok := shared.row[mech.VarID(p.Row)]
			if !ok {
				panic("BUG: " + def.Name + ": there is no column of " + m.Def.Vars[p.Row].Name)
			}
			p.Row = int(row)
		}
	}
	shared.seal()
	own.seal()
	out.Shared, out.Own = shared.Program, own.Program
	return out, ""
}

// named returns the module of a part under a name of its own.
func named(m *opt.Module, part string) *opt.Module {
	d := *m.Def
	d.Name += " (" + part + ")"
	out, e := *m, *m.Entries
	e.Def = &d
	out.Entries = &e
	return &out
}
