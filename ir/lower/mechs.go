package lower

import (
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// NEURON's defaults for the ions that it knows (membdef.h) and for the rest.
var ionDefaults = map[string]layout.Ion{
	"na": {Valence: 1, In0: 10, Out0: 140, DefaultRev: 50},
	"k":  {Valence: 1, In0: 54.4, Out0: 2.5, DefaultRev: -77},
	"ca": {Valence: 2, In0: 5e-5, Out0: 2, DefaultRev: 12.5 * vec.Log(2/5e-5)},
}

// mechanisms compiles what the model uses and puts it into the order of a
// step (numerics item 29): registration order, with every mechanism that
// writes a concentration moved to the front, a later one before an earlier;
// artificial cells come last.
func (l *lowering) mechanisms() {
	used := l.usedMechanisms()
	varying := l.varying()
	var writers, rest, artificial []*kernel.Program
	for _, name := range l.m.Mechanisms.Names() {
		if !used[name] {
			continue
		}
		def := l.m.Mechanisms.Get(name)
		opt := l.opt.Compile
		opt.MembraneCurrents = l.recordsIMem() || used[layersMech]
		opt.SecondOrder = l.net.SecondOrder != 0
		opt.Varying = varying[name]
		opt.OneGlobal = l.indexed       // there is one group
		if l.indexed && def.Maker > 0 { // the program has made its instances
			made := *def
			made.Initial.Body = made.Initial.Body[made.Making:]
			def = &made
		}
		var p *kernel.Program
		var parts []*kernel.Program
		errors := l.diags.Count(diag.Error)
		diag.Contain(def.Pos, l.diags, func() {
			if p = codegen.Compile(def, opt, l.diags); p != nil {
				parts = l.merge(def, p, opt)
			}
		})
		if p == nil || l.diags.Count(diag.Error) > errors {
			continue
		}
		writes := false
		for _, ion := range p.Ions {
			writes = writes || ion.WriteIn || ion.WriteOut
		}
		switch {
		case p.Kind == kernel.ArtificialCell:
			artificial = append(artificial, p)
		case writes:
			writers = append([]*kernel.Program{p}, writers...)
		default:
			rest = append(append(rest, p), parts...)
		}
	}
	l.mechIndex = map[string]int{}
	l.ionIndex = map[string]int{}
	for _, p := range append(append(writers, rest...), artificial...) {
		u := make([]float64, len(p.Uniforms))
		for i := range u {
			u[i] = p.Uniforms[i].Default
		}
		l.mechIndex[p.Mech] = len(l.net.Mechs)
		l.net.Mechs = append(l.net.Mechs, layout.Mech{Program: p, Uniforms: u})
		cols, _ := frameColumns(p)
		l.colIndex = append(l.colIndex, cols)
		for _, ion := range p.Ions {
			l.addIon(ion)
		}
	}
	l.mergeParts()
	for _, ion := range l.net.Ions {
		if math.IsNaN(ion.Valence) {
			l.diags.Errorf(diag.BadMech, diag.Pos{}, "no mechanism declares the VALENCE of ion %q", ion.Name)
		}
	}
	l.setGlobals()
	l.setExterns()
	l.setTables()
}

// externOf finds the mechanism and the GLOBAL that a name such as x_other means.
func (l *lowering) externOf(name string) (owner *mech.Def, v mech.VarID) {
	for i := range name {
		if name[i] != '_' {
			continue
		}
		if def := l.m.Mechanisms.Get(name[i+1:]); def != nil {
			if v := def.Lookup(name[:i]); v >= 0 && def.Vars[v].Visible && !def.Vars[v].Extern {
				if s := def.Vars[v].Storage; s == mech.Uniform || s == mech.Global {
					return def, v
				}
			}
		}
	}
	return nil, -1
}

// setExterns gives the variables of other mechanisms (EXTERNAL) their values.
func (l *lowering) setExterns() {
	for k := range l.net.Mechs {
		m := &l.net.Mechs[k]
		for _, u := range m.Program.Uniforms {
			if !u.Extern {
				continue
			}
			def := l.m.Mechanisms.Get(m.Program.Mech)
			if def == nil {
				continue // a part of one, which that sees to
			}
			name, element, isArray := strings.Cut(u.Name, "[")
			pos := def.Vars[def.Lookup(name)].Pos
			other, v := l.externOf(name)
			switch {
			case other == nil:
				l.diags.Errorf(diag.UnknownName, pos, "EXTERNAL %s: no mechanism here has a GLOBAL of that name", name)
				continue
			case other.Vars[v].Storage == mech.Global:
				l.diags.Errorf(diag.Unsupported, pos, "EXTERNAL %s: %s computes it, so that its value differs from one moment to the next", name, other.Name)
				continue
			}
			whose := other.Vars[v].Name
			if isArray {
				whose += "[" + element
			}
			j := l.mechIndex[other.Name]
			of := slices.IndexFunc(l.net.Mechs[j].Program.Uniforms, func(x kernel.Uniform) bool { return x.Name == whose })
			if of < 0 {
				l.diags.Errorf(diag.BadMech, pos, "EXTERNAL %s: %s has no %s", u.Name, other.Name, whose)
				continue
			}
			for _, part := range l.parts(k) {
				m := &l.net.Mechs[part]
				if i := slices.IndexFunc(m.Program.Uniforms, func(x kernel.Uniform) bool { return x.Name == u.Name }); i >= 0 {
					m.Externs = append(m.Externs, layout.Extern{Uniform: i, Mech: j, Of: of})
					m.Uniforms[i] = l.net.Mechs[j].Uniforms[of]
				}
			}
		}
	}
}

func (l *lowering) addIon(ion kernel.Ion) {
	i, ok := l.ionIndex[ion.Name]
	if !ok {
		def, known := ionDefaults[ion.Name]
		if !known {
			def = layout.Ion{Valence: math.NaN(), In0: 1, Out0: 1}
		}
		def.Name = ion.Name
		i = len(l.net.Ions)
		l.ionIndex[ion.Name] = i
		l.net.Ions = append(l.net.Ions, def)
	}
	if isNaN(l.net.Ions[i].Valence) {
		l.net.Ions[i].Valence = ion.Valence
	}
}

// usedMechanisms returns the names that the model's types, populations and
// tables ask for; unknown names are errors of the stage that placed them.
func (l *lowering) usedMechanisms() map[string]bool {
	used := map[string]bool{}
	for _, t := range l.m.CellTypes {
		for i := range t.Paint {
			used[t.Paint[i].Mech] = true
		}
		for i := range t.Points {
			used[t.Points[i].Mech] = true
		}
	}
	for _, p := range l.m.Pops {
		if p.Artificial != nil {
			used[p.Artificial.Mech] = true
		}
	}
	for _, s := range l.m.Stims {
		used[s.Mech] = true
	}
	for _, t := range l.m.Points {
		used[t.Mech] = true
	}
	for name := range used { // and those whose variables they read
		if def := l.m.Mechanisms.Get(name); def != nil {
			for i := range def.Vars {
				if def.Vars[i].Extern {
					if other, _ := l.externOf(def.Vars[i].Name); other != nil {
						used[other.Name] = true
					}
				}
			}
		}
	}
	for name := range used {
		if l.m.Mechanisms.Get(name) == nil {
			l.diags.ErrorHint(diag.UnknownName, diag.Pos{}, diag.DidYouMean(name, l.m.Mechanisms.Names()), "no mechanism %q", name)
		}
	}
	return used
}

// setGlobals applies GLOBAL parameters and initial concentrations. A global
// of a mechanism or ion that the model does not use has no effect.
func (l *lowering) setGlobals() {
	for _, g := range l.m.Globals {
		if g.Mech == "" {
			for i := range l.net.Ions {
				ion := &l.net.Ions[i]
				switch g.Name {
				case ion.Name + "i0":
					ion.In0 = g.Value
				case ion.Name + "o0":
					ion.Out0 = g.Value
				}
			}
			continue
		}
		k, ok := l.mechIndex[g.Mech]
		if !ok {
			continue
		}
		u := l.net.Mechs[k].Program.Uniforms
		found := false
		var names []string
		for i := kernel.UniformFirst; i < len(u) && !u[i].Hidden; i++ {
			names = append(names, u[i].Name)
			if u[i].Name == g.Name {
				for _, k := range l.parts(k) {
					l.net.Mechs[k].Uniforms[i] = g.Value
				}
				found = true
			}
		}
		if !found {
			l.diags.ErrorHint(diag.UnknownName, g.Pos, diag.DidYouMean(g.Name, names),
				"mechanism %q has no global parameter %q (it has %s)", g.Mech, g.Name, orNone(names))
		}
	}
}

// setTables gives FUNCTION_TABLEs their values. What the model does not give
// stays without.
func (l *lowering) setTables() {
	for k := range l.net.Mechs {
		m := &l.net.Mechs[k]
		for _, g := range m.Program.Grids {
			m.Grids = append(m.Grids, kernel.Grid{Name: g.Name})
		}
	}
	for _, t := range l.m.Tables {
		k, ok := l.mechIndex[t.Mech]
		if !ok {
			continue
		}
		m := &l.net.Mechs[k]
		i := slices.IndexFunc(m.Grids, func(g kernel.Grid) bool { return g.Name == t.Name })
		if i < 0 {
			var names []string
			for _, g := range m.Grids {
				names = append(names, g.Name)
			}
			l.diags.ErrorHint(diag.UnknownName, t.Pos, diag.DidYouMean(t.Name, names),
				"mechanism %q has no FUNCTION_TABLE %q (it has %s)", t.Mech, t.Name, orNone(names))
			continue
		}
		if n := m.Program.Grids[i].Args; len(t.Axes) > 0 && len(t.Axes) != n {
			l.diags.Errorf(diag.BadValue, t.Pos, "FUNCTION_TABLE %s of %s has %d arguments; the table has %d", t.Name, t.Mech, n, len(t.Axes))
			continue
		}
		grid := &m.Grids[i]
		grid.Y = t.Y
		for _, a := range t.Axes {
			grid.Axes = append(grid.Axes, kernel.Axis(a))
		}
		for _, k := range l.parts(k) {
			l.net.Mechs[k].Grids[i] = *grid
		}
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
