package rall

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/sonata"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
)

// isSonata says whether a file is a SONATA simulation config: a JSON object
// with a network or a circuit, and no spec.
func isSonata(path string) bool {
	if !strings.EqualFold(filepath.Ext(path), ".json") {
		return false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var top map[string]json.RawMessage
	if json.Unmarshal(text, &top) != nil || top["netParams"] != nil || top["simConfig"] != nil {
		return false
	}
	return top["network"] != nil && (top["run"] != nil || top["simulation"] != nil) || top["networks"] != nil && top["run"] != nil
}

// loadSonata reads a SONATA simulation with its circuit. Its mechanisms come
// from --mod, else from the circuit's own folder.
func loadSonata(path string, o Settings, diags *diag.List) *Project {
	p := &Project{}
	var share *sonata.Share
	if o.Ranks > 1 && !o.Whole {
		// What there is to warn of is said when all is read.
		var quiet diag.List
		var settings ir.Model
		setConditions(&settings, path, o, &quiet)
		share = &sonata.Share{Dt: settings.Conditions.Dt, Own: func(s *sonata.Simulation) func(gid int) bool {
			var quiet diag.List
			if !setConditions(s.Model, path, o, &quiet) || !p.mechanisms(s, o, &quiet) {
				diags.Append(&quiet)
				return nil
			}
			return own(s.Model, o, diags)
		}}
	}
	s := sonata.Load(path, share, diags)
	if s == nil || !setConditions(s.Model, path, o, diags) {
		return nil
	}
	if !p.mechanisms(s, o, diags) {
		return nil
	}
	p.Model, p.Configs = s.Model, s.Files
	p.Inputs = append(s.Read, modInputs(p.Mods)...)
	p.Model.Name = filepath.Base(filepath.Dir(path))
	if p.Model.Conditions.Label == "" {
		p.Model.Conditions.Label = p.Model.Name
	}
	if !p.Model.Check(diags) {
		return nil
	}
	if p.Net = lower.Lower(p.Model, o.lowering(), diags); p.Net == nil {
		return nil
	}
	return p
}

// mechanisms gives a circuit's model its mechanisms: those of --mod, else those
// of the circuit's own folder.
func (p *Project) mechanisms(s *sonata.Simulation, o Settings, diags *diag.List) bool {
	if p.Mods == nil {
		folders := o.Mods
		if len(folders) == 0 {
			folders = s.ModFolders
		}
		p.Mods = ReadMods(folders, diags)
	}
	p.Mechs = catalogue(Builtins(), p.Mods, usedMechanisms(s.Model), diags)
	s.Model.Mechanisms = p.Mechs
	return !diags.HasErrors()
}

// Texts are the files that tell, in a result's folder, what was run.
func (p *Project) Texts() map[string][]byte {
	if p.Spec != nil {
		return p.specTexts()
	}
	out := map[string][]byte{}
	for _, path := range p.Configs {
		if text, err := os.ReadFile(path); err == nil {
			out[filepath.Base(path)] = text
		}
	}
	return out
}

// MergeSynapses is the assignment to a spec, understood for SONATA circuits too,
// that has synapses of equal kinetics on one CV go together.
const MergeSynapses = "simConfig.mergeSynapses=true"

// setConditions applies --duration, --dt and --merge; other settings change specs only.
func setConditions(m *ir.Model, path string, o Settings, diags *diag.List) bool {
	c := &m.Conditions
	pos := diag.Pos{File: path}
	if len(o.Seeds) > 0 {
		diags.Errorf(diag.Unsupported, pos, "--seed changes a spec; a SONATA circuit carries its event trains")
	}
	for _, set := range o.Set {
		name, text, _ := strings.Cut(set, "=")
		x, err := strconv.ParseFloat(text, 64)
		switch {
		case name == "simConfig.duration" && err == nil && x > 0:
			if x > c.Duration {
				diags.Warnf(diag.OddValue, pos, "the circuit's event trains end at %g ms", c.Duration)
			}
			c.Duration = x
		case name == "simConfig.dt" && err == nil && x > 0:
			c.Dt = x
		case set == MergeSynapses:
			c.MergeSynapses = true
		default:
			diags.Errorf(diag.Unsupported, pos, "--set %s changes a spec; edit the config of a SONATA circuit instead", set)
		}
	}
	return !diags.HasErrors()
}
