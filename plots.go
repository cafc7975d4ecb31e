package rall

import (
	"os"
	"path/filepath"

	"github.com/rallsim/rall/analysis/plot"
	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/spec"
)

// plotFormats are written for every plot.
var plotFormats = []string{"png", "svg"}

// connPlots need the connections of a result.
var connPlots = map[string]bool{"plotConn": true, "plot2Dnet": true, "plotRaster": true, "plotOverview": true}

// WantsConns says whether a plot of the spec needs the connections.
func (p *Project) WantsConns() bool {
	if p.Spec == nil {
		return false
	}
	for _, a := range p.Spec.Cfg.Analysis {
		if connPlots[a.Name] {
			return true
		}
	}
	return false
}

// Plots draws what simConfig.analysis names, into dir. What cannot be drawn
// is a warning, never an error: the results are there.
func (p *Project) Plots(res *record.Result, dir string) (files, warnings []string) {
	if p.Spec == nil {
		return nil, nil
	}
	for _, a := range p.Spec.Cfg.Analysis {
		kwargs, _ := nodeValue(a.Args).(map[string]any)
		f, w, err := plot.Make(res, a.Name, kwargs, dir, plotFormats)
		files = append(files, f...)
		warnings = append(warnings, w...)
		if err != nil {
			warnings = append(warnings, a.Name+": "+err.Error())
		}
	}
	return files, warnings
}

// nodeValue turns a node of a spec into Go's generic values.
func nodeValue(n *spec.Node) any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case spec.Bool:
		return n.Bool
	case spec.Num:
		return n.Num
	case spec.Str:
		return n.Str
	case spec.Array:
		list := make([]any, len(n.Items))
		for i, it := range n.Items {
			list[i] = nodeValue(it)
		}
		return list
	case spec.Object:
		m := make(map[string]any, len(n.Keys))
		for _, k := range n.Keys {
			m[k.Key] = nodeValue(k.Val)
		}
		return m
	}
	return nil
}

// Replot draws plots of a result folder again: those of its model, or the
// kinds given.
func Replot(dir string, kinds []string, out string) (files, warnings []string, err error) {
	res, err := results.ReadFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	var diags diag.List
	s := spec.Load([]string{filepath.Join(dir, "model.json")}, spec.Options{}, &diags)
	p := &Project{Spec: s}
	if s == nil {
		p.Spec = &spec.Spec{}
	}
	if len(kinds) > 0 {
		known := p.Spec.Cfg.Analysis
		p.Spec.Cfg.Analysis = nil
		for _, k := range kinds {
			a := spec.Analysis{Name: k}
			for _, old := range known {
				if old.Name == k {
					a = old
				}
			}
			p.Spec.Cfg.Analysis = append(p.Spec.Cfg.Analysis, a)
		}
	}
	if len(p.Spec.Cfg.Analysis) == 0 {
		return nil, []string{"the model names no plots under simConfig.analysis: name one with --plot"}, nil
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return nil, nil, err
	}
	files, warnings = p.Plots(res, out)
	return files, warnings, nil
}
