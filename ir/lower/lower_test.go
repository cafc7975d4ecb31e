package lower_test

import (
	"flag"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fixture"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/spec"
	"github.com/rallsim/rall/spec/build"
)

var update = flag.Bool("update", false, "write what comes out into testdata")

// Every file of testdata holds a model, as the small spec that it is built of,
// and, after a line "====", the network that it is lowered to, or the
// findings if it cannot be lowered.
func TestLower(t *testing.T) {
	artificial := func(name string) bool { return name == "NetStim" || name == "IntFire1" }
	noFiles := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	cat := fixture.Catalogue(t, "pas", "IClamp", "ExpSyn", "hh", "NetStim", "IntFire1")
	fixture.Each(t, *update, func(in string) string {
		var b strings.Builder
		var diags diag.List
		s := spec.Parse([]spec.Source{{Name: "spec.yaml", Text: []byte(in)}}, spec.Options{IsArtificial: artificial}, &diags)
		if s == nil {
			t.Fatal(diags.Error())
		}
		m := build.Build(s, cat, noFiles, &diags)
		if m == nil {
			t.Fatal(diags.Error())
		}
		if net := lower.Lower(m, lower.Options{}, &diags); net != nil {
			printNetwork(&b, net)
		}
		for _, d := range diags.Sorted() {
			if d.Severity == diag.Error {
				fmt.Fprintf(&b, "%s: %s: %s\n", d.Severity, d.Pos.Path, d.Msg)
			}
		}
		return b.String()
	})
}

// printNetwork writes a network as text: of columns those that can be named.
func printNetwork(w *strings.Builder, net *layout.Network) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("%d CVs, %d connections, %d synapses; epoch %d: %s\n", net.NumCVs, net.NumConns, net.NumSyns, net.Epoch, net.Why)
	for _, x := range net.Ions {
		p("ion %s: charge %g, inside %g, outside %g\n", x.Name, x.Valence, x.In0, x.Out0)
	}
	for _, c := range net.Cells {
		p("cell %d: group %d block %d lane %d, %d CVs\n", c.Gid, c.Group, c.Block, c.Lane, c.NumCVs)
	}
	for i, s := range net.Sources {
		p("source %d: gid %d stim %d target %d group %d\n", i, s.Gid, s.Stim, s.Target, s.Group)
	}
	for gi := range net.Groups {
		g := &net.Groups[gi]
		p("group %d\n", gi)
		for _, b := range g.Blocks {
			p("  block at %d: %d of %d lanes, parents %d\n", b.First, b.Used, b.Lanes, b.Parent)
			for k := range b.Parent {
				for l := range b.Used {
					i := b.First + k*b.Lanes + l
					p("    node %d: v %g, area %.6g, cm %g, A %.6g, B %.6g\n", i, g.VInit[i], g.Area[i], g.Cm[i], g.A[i], g.B[i])
				}
			}
		}
		for _, s := range g.Ions {
			p("  ion %s on nodes %d: e %.6g, in %.6g, out %.6g, style %d\n", net.Ions[s.Ion].Name, s.Node, s.E, s.In, s.Out, s.Style)
		}
		for _, in := range g.Instances {
			prog := net.Mechs[in.Mech].Program
			p("  %d of %s on nodes %d\n", in.N, prog.Mech, in.Node)
			for i, c := range prog.Columns {
				if c.Visible && c.Len <= 1 {
					values := make([]float64, in.N)
					for k := range values {
						values[k] = in.Value(prog.Row(i), k)
					}
					p("    %s %.6g\n", c.Name, values)
				}
			}
		}
		for _, d := range g.Detectors {
			p("  detector of source %d on node %d above %g\n", d.Source, d.Node, d.Threshold)
		}
		e := &g.Edges
		for k, s := range e.Sources {
			for i := e.First[k]; i < e.First[k+1]; i++ {
				p("  edge %d: source %d to set %d row %d after %g, weight %g\n", e.Order[i], s, e.Set[i], e.Row[i], e.Delay[i], e.Value[i])
			}
		}
	}
	for _, r := range net.Records {
		p("record %s: what %d group %d set %d col %d row %d [%s]\n", r.Label, r.What, r.Group, r.Set, r.Col, r.Row, r.Unit)
	}
}
