package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/ir/morph"
)

// densities are maximal conductances [S/cm2] by mechanism.
type densities map[string]float64

// membrane is what an electrical type has in each region. The values are ours,
// of the size that fits of such cells find (Hay et al. 2011; Markram et al.
// 2015); they are not fitted to recordings.
type membrane struct {
	soma, axon, dend, apic densities
	leak                   float64 // [S/cm2]
	rest                   float64 // [mV] reversal of the leak
}

var pyramidal = membrane{
	soma: densities{"naf": .9, "kv3": .3, "sk": .01, "cahva": .001, "calva": .0003, "kt": .01, "kp": .01, "ih": 8e-5},
	axon: densities{"naa": 3, "nap": .005, "kt": .08, "kp": .5, "kv3": 1, "sk": .007, "cahva": .0003, "calva": .003},
	dend: densities{"ih": 8e-5},
	apic: densities{"naf": .02, "kv3": .004, "im": 1.5e-4, "ih": 8e-5},
	leak: 3e-5, rest: -75,
}

var interneuron = membrane{
	soma: densities{"naf": .6, "kv3": .5, "sk": .005, "cahva": .0003, "calva": .0002, "im": .0005, "ih": 1e-5},
	axon: densities{"naa": 2.5, "nap": .003, "kt": .05, "kp": .3, "kv3": 1, "sk": .003},
	dend: densities{"naf": .01, "kv3": .01, "kt": .003, "ih": 1e-5},
	leak: 1e-4, rest: -72,
}

// membraneOf varies the interneurons' membrane by what the two parts of an
// electrical type's name say: how it begins to fire (bursting, continuous,
// delayed) and how it goes on.
func membraneOf(etype string) membrane {
	if etype == "cADpyr" {
		return pyramidal
	}
	m := interneuron
	m.soma, m.axon = maps.Clone(m.soma), maps.Clone(m.axon)
	switch etype[0] {
	case 'b':
		m.soma["calva"] *= 5
	case 'd':
		m.axon["kt"] *= 3
	}
	switch etype[1:] {
	case "AC":
		m.soma["im"] *= 2
	case "STUT":
		m.axon["kp"] *= .5
		m.axon["kt"] *= 2
	case "IR":
		m.soma["ih"] *= 3
	}
	return m
}

var ionOf = map[string]string{"naf": "na", "naa": "na", "nap": "na", "kt": "k", "kp": "k", "kv3": "k", "im": "k", "sk": "k"}

// apicalIh grows with the distance from the soma (Kole et al. 2006).
const apicalIh = "8e-05*(-0.8696 + 2.087*exp(0.0031*dist_path))"

// cellType makes a cell type of a morphology and an electrical type.
func cellType(name string, m *morph.Morphology, etype string) (*ir.CellType, error) {
	t := &ir.CellType{Name: name, Morph: &morph.Morphology{Lists: m.Lists}, Threshold: -20, SpikeFrom: ir.Location{Pos: .5}}
	t.Morph.Sections = append(t.Morph.Sections, m.Sections...)
	var diags diag.List
	ih := expr.Parse(apicalIh, diag.Pos{}, &diags)
	if diags.HasErrors() {
		return nil, &diags
	}
	mem := membraneOf(etype)
	for i := range t.Morph.Sections {
		s := &t.Morph.Sections[i]
		at := []int{i}
		kind := kindOf(s)
		have := map[string]densities{"soma": mem.soma, "axon": mem.axon, "dend": mem.dend, "apic": mem.apic}[kind]
		if kind == "dend" || kind == "apic" {
			if etype == "cADpyr" {
				s.Cm = []float64{2} // for the spines
			}
		}
		t.Paint = append(t.Paint, ir.Paint{Mech: "pas", Sections: at, Params: []ir.Param{{Name: "g", Value: ir.Value{Num: mem.leak}}, {Name: "e", Value: ir.Value{Num: mem.rest}}}})
		ions := map[string]bool{}
		for _, mech := range slices.Sorted(maps.Keys(have)) {
			v := ir.Value{Num: have[mech]}
			if mech == "ih" && kind == "apic" {
				v = ir.Value{Expr: ih}
			}
			t.Paint = append(t.Paint, ir.Paint{Mech: mech, Sections: at, Params: []ir.Param{{Name: "gbar", Value: v}}})
			ions[ionOf[mech]] = true
		}
		if have["sk"] > 0 {
			t.Paint = append(t.Paint, ir.Paint{Mech: "cadyn", Sections: at, Params: []ir.Param{{Name: "tau", Value: ir.Value{Num: 210}}, {Name: "gamma", Value: ir.Value{Num: .0006}}}})
		}
		for _, ion := range []struct {
			name string
			e    float64
		}{{"na", 50}, {"k", -85}} {
			if ions[ion.name] {
				t.Ions = append(t.Ions, ir.IonValue{Ion: ion.name, What: "e", Sections: at, Value: ir.Value{Num: ion.e}})
			}
		}
	}
	if !t.Morph.Check(&diags) {
		return nil, &diags
	}
	return t, nil
}

// cellName is the name of a cell type, and of its file.
func cellName(me *meType, variant int) string {
	return fmt.Sprintf("%s_%s_%d", me.m.name, me.etype, variant+1)
}
