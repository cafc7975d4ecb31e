package build_test

import (
	"flag"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fixture"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/spec"
	"github.com/rallsim/rall/spec/build"
)

var update = flag.Bool("update", false, "write what comes out into testdata")

// Every file of testdata holds a small spec and, after a line "====", the
// model that is built of it, or the findings if it cannot be built.
func TestBuild(t *testing.T) {
	artificial := map[string]bool{"NetStim": true, "VecStim": true, "IntFire1": true}
	noFiles := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	cat := fixture.Catalogue(t, "pas", "IClamp", "ExpSyn", "Exp2Syn", "hh", "NetStim", "IntFire1", "VecStim")
	fixture.Each(t, *update, func(in string) string {
		var b strings.Builder
		var diags diag.List
		s := spec.Parse([]spec.Source{{Name: "spec.yaml", Text: []byte(in)}}, spec.Options{IsArtificial: func(name string) bool { return artificial[name] }}, &diags)
		if s != nil {
			if m := build.Build(s, cat, noFiles, &diags); m != nil {
				printModel(&b, m)
			}
		}
		for _, d := range diags.Sorted() {
			fmt.Fprintf(&b, "%s: %s: %s\n", d.Severity, d.Pos.Path, d.Msg)
		}
		return b.String()
	})
}

// printModel writes a model as text, in its own order. Random figures are cut
// to six digits.
func printModel(w *strings.Builder, m *ir.Model) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	value := func(v ir.Value) string {
		switch {
		case v.Expr != nil:
			return v.Expr.String()
		case v.PerCV != nil:
			return fmt.Sprintf("%.6g", v.PerCV)
		}
		return fmt.Sprintf("%.6g", v.Num)
	}
	params := func(ps []ir.Param) string {
		s := ""
		for _, x := range ps {
			s += " " + x.Name + "=" + value(x.Value)
		}
		return s
	}
	row := func(ps []ir.ParamColumn, i int) string {
		s := ""
		for _, x := range ps {
			s += fmt.Sprintf(" %s=%.6g", x.Name, x.Values[i])
		}
		return s
	}
	for _, t := range m.CellTypes {
		name := func(i int) string { return t.Morph.Sections[i].Name }
		names := func(is []int) string {
			var s []string
			for _, i := range is {
				s = append(s, name(i))
			}
			return strings.Join(s, ",")
		}
		p("type %s spikes from %s(%g) above %g mV\n", t.Name, name(t.SpikeFrom.Section), t.SpikeFrom.Pos, t.Threshold)
		for i := range t.Morph.Sections {
			s := &t.Morph.Sections[i]
			p("  section %s L=%.6g diam=%.6g Ra=%g cm=%g nseg=%d", s.Name, s.L, s.Diam, s.Ra, s.Cm, s.NSeg)
			if s.Parent >= 0 {
				p(" on %s(%g)", name(s.Parent), s.ParentX)
			}
			p("\n")
		}
		for _, l := range t.Morph.Lists {
			p("  list %s: %s\n", l.Name, names(l.Sections))
		}
		for _, x := range t.Paint {
			p("  paint %s in %s:%s\n", x.Mech, names(x.Sections), params(x.Params))
		}
		for _, x := range t.Ions {
			p("  ion %s%s in %s: %s\n", x.Ion, x.What, names(x.Sections), value(x.Value))
		}
		for _, x := range t.VInit {
			p("  v starts in %s at %g\n", names(x.Sections), x.V)
		}
		for _, x := range t.Points {
			p("  point %s: %s at %s(%g)%s\n", x.Label, x.Mech, name(x.At.Section), x.At.Pos, params(x.Params))
		}
	}
	for _, x := range m.Pops {
		kind := ""
		if x.Type != nil {
			kind = x.Type.Name
		} else {
			kind = x.Artificial.Mech
		}
		p("population %s of %s\n", x.Name, kind)
		for i := range x.N {
			p("  gid %d at %.6g %.6g %.6g", x.FirstGid+i, x.X[i], x.Y[i], x.Z[i])
			if x.Artificial != nil {
				p("%s", row(x.Artificial.Params, i))
			}
			p("\n")
		}
	}
	for _, x := range m.Points {
		p("points %s of %s\n", x.Label, x.Mech)
		for i := range x.Gid {
			p("  %d: cell %d section %d at %g%s\n", i, x.Gid[i], x.Section[i], x.At[i], row(x.Params, i))
		}
	}
	for _, x := range m.Stims {
		p("stimulators %s: %s\n", x.Label, x.Mech)
		for i := range x.Target {
			p("  for cell %d%s\n", x.Target[i], row(x.Params, i))
		}
	}
	for _, x := range m.Projs {
		p("edges of %s\n", x.Label())
		e := x.Edges(0, 1<<30)
		for i := range e.Order {
			to := e.Target[i]
			p("  %d: %d -> cell %d table %d row %d, %.6g after %.6g ms\n", e.Order[i], e.Source[i], to.Gid, to.Table, to.Row, e.Weight[i], e.Delay[i])
		}
	}
	for _, x := range m.Records {
		p("record %s: cell %d section %d (%g) %s.%s table %d\n", x.Label, x.Gid, x.At.Section, x.At.Pos, x.Mech, x.Var, x.Table)
	}
	for _, x := range m.Globals {
		p("global %s of %q: %g\n", x.Name, x.Mech, x.Value)
	}
	c := &m.Conditions
	p("run %g ms by %g, %g degC, from %g mV\n", c.Duration, c.Dt, c.Celsius, c.VInit)
}
