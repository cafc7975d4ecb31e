package rall

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

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

// Plots draws what simConfig.analysis names into dir. What there is nothing
// to draw of, or no way yet, is a warning; the error says that a file could
// not be written.
func (p *Project) Plots(res *record.Result, dir string) (files, warnings []string, err error) {
	if p.Spec == nil {
		return nil, nil, nil
	}
	return draw(res, p.Spec.Cfg.Analysis, dir)
}

func draw(res *record.Result, plots []spec.Analysis, dir string) (files, warnings []string, err error) {
	for _, a := range plots {
		kwargs, _ := nodeValue(a.Args).(map[string]any)
		f, w, ferr := plot.Make(res, a.Name, kwargs, dir, plotFormats)
		files = append(files, f...)
		warnings = append(warnings, w...)
		err = errors.Join(err, ferr)
	}
	return files, warnings, err
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

func hint(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// UsageError is an error of what was asked for, not of doing it.
type UsageError struct{ error }

// Replot draws plots of a result folder again, into the folder out: those of
// its model, or the kinds given (with the arguments that the model has for
// them).
func Replot(dir string, kinds []string, out string) (files, warnings []string, err error) {
	res, err := results.ReadFolder(dir)
	if err != nil {
		return nil, nil, UsageError{err}
	}
	var plots []spec.Analysis
	var quiet diag.List // what there was to say has been said at the run
	if s := spec.Load([]string{filepath.Join(dir, "model.json")}, spec.Options{}, &quiet); s != nil {
		plots = s.Cfg.Analysis
	}
	if len(kinds) > 0 {
		known := plots
		plots = nil
		for _, k := range kinds {
			if !slices.Contains(plot.Names(), k) {
				return nil, nil, UsageError{fmt.Errorf("there is no plot %q%s; there are %s", k, hint(diag.DidYouMean(k, plot.Names())), strings.Join(plot.Names(), ", "))}
			}
			a := spec.Analysis{Name: k}
			for _, old := range known {
				if old.Name == k {
					a = old
				}
			}
			plots = append(plots, a)
		}
	}
	if len(plots) == 0 {
		return nil, nil, UsageError{fmt.Errorf("the model names no plots under simConfig.analysis: name some with --plot (%s)", strings.Join(plot.Names(), ", "))}
	}
	files, warnings, err = draw(res, plots, out)
	if filepath.Clean(out) == filepath.Clean(dir) {
		err = errors.Join(err, results.AddFiles(dir, files))
	}
	return files, warnings, err
}
