package rall

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rallsim/rall/export/sonata"
	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/nmodl/builtin"
	"github.com/rallsim/rall/runtime/sim"
)

// WriteSonata writes the network as a SONATA circuit with a simulation config
// into a folder and returns the paths of the files. Without force it replaces
// nothing.
func (p *Project) WriteSonata(dir string, force bool) ([]string, error) {
	if !h5.Available {
		return nil, h5.ErrNoHDF5
	}
	trains, err := stimulatorTrains(p.Model)
	if err != nil {
		return nil, err
	}
	mods, err := p.modTexts()
	if err != nil {
		return nil, err
	}
	return sonata.WriteCircuit(dir, &sonata.Circuit{Model: p.Model, Trains: trains, Mods: mods}, force)
}

// stimulatorTrains runs the stimulators out, alone: nothing in a network acts
// on them, so that they emit what they would emit in it.
func stimulatorTrains(m *ir.Model) ([][][]float64, error) {
	alone := &ir.Model{Mechanisms: m.Mechanisms, Globals: m.Globals, Conditions: m.Conditions}
	trains := make([][][]float64, len(m.Stims))
	type row struct{ set, row int }
	var at []row
	for k, s := range m.Stims {
		n := len(s.Target)
		trains[k] = make([][]float64, n)
		alone.Pops = append(alone.Pops, &ir.Population{Name: fmt.Sprint(k), Artificial: &s.Artificial, FirstGid: len(at), N: n,
			X: make([]float64, n), Y: make([]float64, n), Z: make([]float64, n)})
		for i := range n {
			at = append(at, row{k, i})
		}
	}
	if len(at) == 0 {
		return trains, nil
	}
	var diags diag.List
	net := lower.Lower(alone, lower.Options{}, &diags)
	if net == nil {
		return nil, fmt.Errorf("BUG: the stimulators alone: %w", diags.Err())
	}
	s := sim.New(net, sim.Options{})
	if err := s.Init(); err != nil {
		return nil, err
	}
	if err := s.Run(context.Background(), nil); err != nil {
		return nil, err
	}
	res, err := s.Result(nil)
	if err != nil {
		return nil, err
	}
	for _, sp := range res.Spikes {
		r := at[sp.Gid]
		trains[r.set][r.row] = append(trains[r.set][r.row], sp.T)
	}
	return trains, nil
}

// usedMechanisms names the mechanisms that a model places.
func usedMechanisms(m *ir.Model) map[string]bool {
	used := map[string]bool{}
	for _, t := range m.CellTypes {
		for i := range t.Paint {
			used[t.Paint[i].Mech] = true
		}
		for i := range t.Points {
			used[t.Points[i].Mech] = true
		}
	}
	for _, p := range m.Pops {
		if p.Artificial != nil {
			used[p.Artificial.Mech] = true
		}
	}
	for _, s := range m.Stims {
		used[s.Mech] = true
	}
	for _, t := range m.Points {
		used[t.Mech] = true
	}
	return used
}

// modTexts collects the texts of the mechanisms that the model uses. Their
// file names sort in the order of registration, which decides the order of a
// step.
func (p *Project) modTexts() ([]sonata.ModFile, error) {
	used := usedMechanisms(p.Model)
	own := map[string]*ModFile{}
	for _, f := range p.Mods {
		if f.Def != nil && p.Mechs.Get(f.Name) == f.Def {
			own[f.Name] = f
		}
	}
	var out []sonata.ModFile
	included := map[string]string{}
	last, sorted := "", true
	var users []int // of out, those that are not built in
	for _, name := range p.Mechs.Names() {
		if !used[name] {
			continue
		}
		def := p.Mechs.Get(name)
		f := own[def.Name]
		if f == nil {
			text, err := builtin.FS.ReadFile(def.Name + ".mod")
			if err != nil {
				return nil, fmt.Errorf("BUG: mechanism %q comes from nowhere: %w", def.Name, err)
			}
			out = append(out, sonata.ModFile{Name: def.Name + ".mod", Text: text})
			continue
		}
		text, err := os.ReadFile(f.Path)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(f.Path)
		sorted = sorted && name > last
		last = name
		users = append(users, len(out))
		out = append(out, sonata.ModFile{Name: name, Text: text})
		if err := includes(f.Path, text, included); err != nil {
			return nil, err
		}
	}
	builtIn := map[string]bool{}
	for _, m := range out {
		builtIn[m.Name] = true
	}
	if !sorted || len(builtIn) < len(out) {
		for k, i := range users {
			out[i].Name = fmt.Sprintf("%03d_%s", k, out[i].Name)
		}
	}
	for name, text := range included {
		out = append(out, sonata.ModFile{Name: filepath.ToSlash(name), Text: []byte(text)})
	}
	return out, nil
}

// includes adds the files that a .mod file includes, by their names there.
func includes(path string, text []byte, found map[string]string) error {
	dir := filepath.Dir(path)
	var failed error
	open := func(from, name string) (string, []byte, error) {
		file := filepath.Join(filepath.Dir(from), name)
		text, err := os.ReadFile(file)
		if err != nil {
			return file, nil, err
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil || !filepath.IsLocal(rel) {
			failed = fmt.Errorf("%s includes %s, which lies outside its folder and cannot be copied into a circuit", path, name)
		} else if old, ok := found[rel]; ok && old != string(text) {
			failed = fmt.Errorf("%s includes another %s than an earlier file", path, name)
		}
		found[rel] = string(text)
		return file, text, nil
	}
	var quiet diag.List
	nmodl.Compile(path, text, open, &quiet)
	return failed
}
