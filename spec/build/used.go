package build

import "github.com/rallsim/rall/spec"

// Used returns the names of mechanisms that a spec asks for.
func Used(s *spec.Spec) map[string]bool {
	used := map[string]bool{}
	add := func(name string) {
		if name != "" {
			used[name] = true
		}
	}
	for i := range s.Net.CellParams {
		r := &s.Net.CellParams[i]
		add(r.CellModel.S)
		for k := range r.Secs {
			for _, m := range r.Secs[k].Mechs {
				add(m.Name)
			}
			for _, p := range r.Secs[k].PointPs {
				add(p.Mod.S)
			}
		}
		for k := range r.Regions {
			for _, m := range r.Regions[k].Mechs {
				add(m.Name)
			}
		}
	}
	for i := range s.Net.Pops {
		add(s.Net.Pops[i].CellModel.S)
	}
	for i := range s.Net.SynMechs {
		add(s.Net.SynMechs[i].Mod.S)
	}
	for i := range s.Net.StimSources {
		add(s.Net.StimSources[i].Type.S)
	}
	return used
}
