package rall

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/protocol"
)

// A soma of one cylinder, a dendrite that forks into two, and an axon from the
// soma's other end: figures that can be reckoned by hand.
func TestCellTree(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "cell.hoc")
	text := `create soma, dend[3], axon
soma { L = 20 diam = 10 }
dend[0] { L = 100 diam = 4 nseg = 5 }
dend[1] { L = 50 diam = 2 }
dend[2] { L = 200 diam = 1 nseg = 3 }
axon { L = 30 diam = 1 }
connect dend[0](0), soma(1)
connect dend[1](0), dend[0](1)
connect dend[2](0), dend[0](1)
connect axon(0), soma(0)
forall { Ra = 100 cm = 1 insert pas g_pas = 1e-4 }
dend[2].g_pas = 4e-4
`
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	p := LoadCell([]string{file}, HocSettings{}, Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	c, err := p.Tree("")
	if err != nil {
		t.Fatal(err)
	}
	if c.Sections != 5 || c.CVs != 11 || c.Length != 400 || c.Stems != 2 || c.Forks != 1 || c.Tips != 3 || c.MaxOrder != 2 || c.MaxPath != 320 {
		t.Errorf("%+v", c)
	}
	if want := math.Pi * (20*10 + 100*4 + 50*2 + 200 + 30); math.Abs(c.Area-want) > 1e-9*want {
		t.Errorf("area %g, want %g", c.Area, want)
	}
	// lambda = sqrt(d/(4 Ra g)): 0.1581 cm for 10 um, 0.1 cm for 4 um, 0.025 cm for 1 um and four times the leak
	want := 20/math.Sqrt(10e-4/(4*100*1e-4))/1e4 + 100/math.Sqrt(4e-4/(4*100*1e-4))/1e4 + 200/math.Sqrt(1e-4/(4*100*4e-4))/1e4
	if c.MaxPathG == nil || math.Abs(*c.MaxPathG-want) > 1e-9*want {
		t.Errorf("%v lambda, want %g", c.MaxPathG, want)
	}
	var order []string
	for _, s := range c.Tree {
		order = append(order, s.Name)
	}
	if got := strings.Join(order, " "); got != "soma dend_0 dend_1 dend_2 axon" {
		t.Errorf("order %s", got)
	}
	// A section that hangs by its end 1 is the other way round.
	text = `create soma, a, b
soma { L = 20 diam = 10 }
a { L = 100 diam = 4 }
b { L = 50 diam = 2 }
connect a(1), soma(1)
connect b(0), a(0)
`
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	turned := LoadCell([]string{file}, HocSettings{}, Settings{}, &diags)
	if turned == nil {
		t.Fatal(diags.Error())
	}
	if c, err := turned.Tree(""); err != nil || c.MaxPath != 170 || c.MaxOrder != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	// Values along the cell: those of the CV that each stretch lies in.
	d, err := p.Draw("", "pas.g", "xy")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.cell.Stretches {
		want := 1e-4
		if s.Section == "dend_2" {
			want = 4e-4
		}
		if s.Value != want {
			t.Errorf("%s: g %g, want %g", s.Section, s.Value, want)
		}
	}
	// Values that differ from CV to CV are seen between two points too.
	text = "create a\na { pt3dadd(0, 0, 0, 4) pt3dadd(100, 0, 0, 2) nseg = 5 insert pas g_pas(0:1) = 0:1 }"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	line := LoadCell([]string{file}, HocSettings{}, Settings{}, &diags)
	if line == nil {
		t.Fatal(diags.Error())
	}
	if d, err = line.Draw("", "g_pas", "xy"); err != nil {
		t.Fatal(err)
	}
	if len(d.cell.Stretches) != 5 {
		t.Errorf("5 CVs between two points are drawn as %d stretches", len(d.cell.Stretches))
	}
	for i, s := range d.cell.Stretches {
		if x := float64(i); math.Abs(s.Value-(.1+.2*x)) > 1e-9 || math.Abs(s.A[0]-20*x) > 1e-4 || math.Abs(s.B[0]-20*(x+1)) > 1e-4 || math.Abs(s.DiamA-(4-.4*x)) > 1e-6 {
			t.Errorf("stretch %d: %+v", i, s)
		}
	}
	for by, want := range map[string]float64{"diam": 4, "L": 100, "area": math.Pi * 4 * 20, "Ra": 100, "cm": 1, "v": -65, "g_pas": 1e-4} {
		d, err := p.Draw("", by, "xy")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.cell.Stretches {
			if s.Section == "dend_0" && math.Abs(s.Value-want) > 1e-9*math.Abs(want) {
				t.Errorf("%s is %g, want %g", by, s.Value, want)
			}
		}
		if d.cell.Label == "" {
			t.Errorf("%s has no label", by)
		}
	}
	for _, c := range []struct{ by, view, want string }{{"pas.h", "xy", `pas has no parameter "h"`}, {"hh.m", "xy", "no mechanism \"hh\""}, {"colour", "xy", "colours can go by type, diam"}, {"diam", "xq", "planes xy, xz, yz"}} {
		if _, err := p.Draw("", c.by, c.view); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %s: %v", c.by, c.view, err)
		}
	}
}

// TestIonStyle runs a rule that imported an ion_style; NEURON 9.0.2's peak for the same
// file, with reversal potentials that follow from concentrations at the start, is
// 49.61799642402268 mV, and 41.12 mV with the style that hh makes.
func TestIonStyle(t *testing.T) {
	dir := t.TempDir()
	text := `create soma
access soma
L = 20
diam = 20
nseg = 3
insert hh
{ ena = 50 ek = -77 nai = 12 nao = 140 }
x = ion_style("na_ion", 1, 2, 1, 0, 0)
x = ion_style("k_ion", 1, 2, 1, 1, 1)
objref st
st = new IClamp(.5)
{ st.del = 2 st.dur = 1e9 st.amp = 0.3 }
tstop = 20
`
	file := filepath.Join(dir, "style.hoc")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var diags diag.List
	p := LoadCell([]string{file}, HocSettings{}, Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	b, err := p.Bench("", Settings{}, BenchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	at := b.Soma()
	recs, err := b.Run(context.Background(), []protocol.Input{{}}, []protocol.Place{at}, 20)
	if err != nil {
		t.Fatal(err)
	}
	if peak := slices.Max(recs[0].V[0]); math.Abs(peak-49.61799642402268) > 1e-9 {
		t.Errorf("peak %.12g mV", peak)
	}
}

// TestCellTreeSides counts branches at the sides of sections, as many templates
// have them: tips are stems and forks together.
func TestCellTreeSides(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cell.hoc")
	write(t, file, `create soma, apic[3], side[3], axon
connect apic[0](0), soma(1)
connect apic[1](0), apic[0](1)
connect apic[2](0), apic[1](1)
connect side[0](0), apic[0](.5)
connect side[1](0), apic[2](.5)
connect side[2](1), apic[2](.25)
soma connect axon(0), .5
`)
	var diags diag.List
	p := LoadCell([]string{file}, HocSettings{}, Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	c, err := p.Tree("")
	if err != nil {
		t.Fatal(err)
	}
	if c.Stems != 2 || c.Forks != 3 || c.Tips != 5 || c.MaxOrder != 3 {
		t.Errorf("%d stems, %d forks, %d tips, order %d", c.Stems, c.Forks, c.Tips, c.MaxOrder)
	}
	orders := map[string]int{"soma": 0, "axon": 1, "apic_0": 1, "side_0": 2, "apic_1": 2, "apic_2": 2, "side_1": 3, "side_2": 3}
	for _, s := range c.Tree {
		if s.Order != orders[s.Name] {
			t.Errorf("%s: order %d", s.Name, s.Order)
		}
	}
}
