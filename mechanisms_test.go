package rall

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/ir/mech"
)

// TestMistakeInCompiler: a panic while a mechanism of a model is compiled is an error that names its
// file, and not the end of the process.
func TestMistakeInCompiler(t *testing.T) {
	dir := folder(t, map[string]string{
		"mod/leaky.mod": "NEURON { SUFFIX leaky NONSPECIFIC_CURRENT i }\nASSIGNED { v (millivolt) i (milliamp/cm2) }\nBREAKPOINT { i = v }\n",
		"x.json": `{"netParams": {"popParams": {"p": {"cellType": "c", "numCells": 1}},
			"cellParams": {"c": {"secs": {"soma": {"geom": {"L": 10, "diam": 10}, "mechs": {"leaky": {}}}}}}}, "simConfig": {"duration": 1}}`,
	})
	var diags diag.List
	p := Load([]string{filepath.Join(dir, "x.json")}, Settings{}, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	def := p.Model.Mechanisms.Get("leaky")
	def.Breakpoint.Body = append(def.Breakpoint.Body, mech.CallStmt{Func: 99})
	if net := lower.Lower(p.Model, lower.Options{}, &diags); net != nil {
		t.Error("it compiles")
	}
	got := diags.Error()
	for _, want := range []string{"leaky.mod", "internal", "a mistake of rall itself: "} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}
