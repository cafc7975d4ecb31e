package build

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// CheckNames reports mechanisms and parameters that do not exist, for a spec
// that cannot be built because of other errors: a user wants to hear of all.
func CheckNames(s *spec.Spec, cat *mech.Catalogue, diags *diag.List) {
	b := &builder{s: s, cat: cat, diags: diags, said: map[string]bool{}}
	params := func(def *mech.Def, list []spec.Param) {
		for _, p := range list {
			if def != nil {
				b.checkParam(def, p)
			}
		}
	}
	density := func(mechs []spec.Mech) {
		for i := range mechs {
			params(b.mechanism(mechs[i].Name, mechs[i].Pos, mech.Density, "density mechanism"), mechs[i].Params)
		}
	}
	for i := range s.Net.CellParams {
		r := &s.Net.CellParams[i]
		for k := range r.Secs {
			density(r.Secs[k].Mechs)
			for j := range r.Secs[k].PointPs {
				p := &r.Secs[k].PointPs[j]
				params(b.mechanism(p.Mod.S, p.Mod.Pos, mech.PointProcess, "point process"), p.Params)
			}
		}
		for k := range r.Regions {
			density(r.Regions[k].Mechs)
		}
	}
	for i := range s.Net.SynMechs {
		if m := &s.Net.SynMechs[i]; m.Mod.S != "" {
			params(b.mechanism(m.Mod.S, m.Mod.Pos, mech.PointProcess, "point process"), m.Params)
		}
	}
}
