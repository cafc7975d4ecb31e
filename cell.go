package rall

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rallsim/rall/analysis/plot"
	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/import/swc"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/spec"
)

// IsCell says whether a file holds one cell rather than a model: a morphology,
// or a HOC program.
func IsCell(file string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".swc", ".asc", ".h5":
		return true
	}
	return IsHoc(file)
}

// IsHoc says whether a file is a HOC program.
func IsHoc(file string) bool {
	ext := filepath.Ext(file)
	return strings.EqualFold(ext, ".hoc") || strings.EqualFold(ext, ".oc") || strings.EqualFold(ext, ".nrn") || strings.EqualFold(ext, ".ses")
}

// cellSteps is how many statements a program may execute that only makes a cell: a
// thousand times what a cell of 10,000 points takes, and some seconds.
const cellSteps = 50_000_000

// mostLost is how much of what was lost is told where a cell is only looked at.
const mostLost = 20

// LoadCell reads one cell by itself, a morphology (.swc, .asc, .h5) or a HOC program
// with what o says of it, as a model of one cell that nothing happens to. CVs of
// a morphology are at most 0.1 lambda at 100 Hz long. It returns nil when diags
// holds an error.
func LoadCell(files []string, o HocSettings, s Settings, diags *diag.List) *Project {
	var c *hoc.Cell
	src := spec.Source{Name: files[0]}
	if IsHoc(files[0]) {
		if c = readCell(files, o, diags); c == nil {
			return nil
		}
		tellLost(c, mostLost, diags)
		src.Tree = HocSpec(c, cellName(files, c))
	} else if src.Tree = morphologySpec(files, o, diags); src.Tree == nil {
		return nil
	}
	var found diag.List
	p := load([]spec.Source{src}, filepath.Dir(files[0]), s, &found)
	for _, d := range found.All() {
		if c == nil { // there is no spec that a path could lead through
			d.Pos.Path = ""
		}
		diags.Add(d)
	}
	if p != nil && c != nil {
		p.Inputs = append(append(p.Inputs, files...), modInputs(p.Mods)...)
	}
	return p
}

// Imported is a cell as a spec.
type Imported struct {
	Name                  string
	Spec                  *spec.Node
	Sections, CVs, Points int
}

// ImportCell reads one cell as LoadCell does, and returns it as a spec: a rule of
// cellParams under a label ("": the cell's name) with NetPyNE's keys, and a
// population of one cell. What the rule does not hold is told. It returns nil
// when diags holds an error.
func ImportCell(files []string, label string, o HocSettings, s Settings, diags *diag.List) *Imported {
	if IsHoc(files[0]) {
		c := readCell(files, o, diags)
		if c == nil {
			return nil
		}
		tellLost(c, 0, diags)
		if label == "" {
			label = cellName(files, c)
		}
		out := &Imported{Name: label, Spec: HocSpec(c, label), Sections: len(c.Sections), Points: len(c.Points)}
		for _, sec := range c.Sections {
			out.CVs += sec.NSeg()
		}
		return out
	}
	p := LoadCell(files, o, s, diags)
	if p == nil {
		return nil
	}
	t := p.Model.CellTypes[0]
	if label == "" {
		label = t.Name
	}
	out := &Imported{Name: label, Spec: typeSpec(t, label), Sections: len(t.Morph.Sections)}
	for i := range t.Morph.Sections {
		out.CVs += t.Morph.Sections[i].NSeg
	}
	return out
}

// readCell reads a cell from HOC, for which not all settings have a meaning.
func readCell(files []string, o HocSettings, diags *diag.List) *hoc.Cell {
	for _, f := range files {
		if !IsHoc(f) {
			diags.Errorf(diag.BadValue, diag.Pos{File: f}, "a cell is made by HOC files or is one morphology, not both")
		}
	}
	if o.Axon != "" {
		diags.Errorf(diag.BadValue, diag.Pos{File: files[0]}, "axon %q: a HOC program replaces axons itself", o.Axon)
	}
	if o.Exact {
		diags.Errorf(diag.BadValue, diag.Pos{File: files[0]}, "exact: a HOC program reads morphologies itself, as NEURON does")
	}
	if len(o.Insert) > 0 {
		diags.Errorf(diag.BadValue, diag.Pos{File: files[0]}, "insert: a HOC program says itself what is in its sections")
	}
	if diags.HasErrors() {
		return nil
	}
	o.Choose = true
	if o.Steps == 0 {
		o.Steps = cellSteps
	}
	return ReadHoc(files, o, diags)
}

// cellName names a cell: as its template, or its file.
func cellName(files []string, c *hoc.Cell) string {
	if c != nil && c.Name != "" {
		return c.Name
	}
	last := files[len(files)-1]
	return strings.TrimSuffix(filepath.Base(last), filepath.Ext(last))
}

// morphologySpec is a spec of one cell of a morphology. What the settings put
// into it stands, for later errors, at the flag that said so.
func morphologySpec(files []string, o HocSettings, diags *diag.List) *spec.Node {
	if len(files) > 1 {
		diags.Errorf(diag.BadValue, diag.Pos{File: files[1]}, "a cell has one morphology")
		return nil
	}
	if _, err := os.Stat(files[0]); err != nil {
		diags.Errorf(diag.FileMissing, diag.Pos{File: files[0]}, "cannot read the morphology")
		return nil
	}
	for _, g := range []struct {
		name  string
		given bool
	}{{"template", o.Template != ""}, {"args", len(o.Args) > 0}, {"path", len(o.Path) > 0}, {"allow-system", o.System}, {"statements", o.Steps != 0}} {
		if g.given {
			diags.Errorf(diag.BadValue, diag.Pos{File: files[0]}, "%s: it is for HOC programs, and this is a morphology", g.name)
		}
	}
	if diags.HasErrors() {
		return nil
	}
	w := &ruleWriter{pos: diag.Pos{File: files[0]}}
	rule, nseg := w.node(spec.Object), w.node(spec.Object)
	w.put(rule, "morphology", w.str(filepath.Base(files[0])))
	w.put(nseg, "dLambda", w.num(.1))
	w.put(nseg, "freq", w.num(100))
	w.put(rule, "nseg", nseg)
	if o.Exact {
		exact := w.node(spec.Bool)
		exact.Bool = true
		w.put(rule, "exact", exact)
	}
	if o.Axon != "" {
		w.pos.File = "--axon " + o.Axon
		w.put(rule, "axon", w.str(o.Axon))
	}
	if len(o.Insert) > 0 {
		regions := w.node(spec.Object) // one for each, in order: the last one counts
		for i := range o.Insert {
			in := &o.Insert[i]
			w.pos.File = "--insert " + in.Text
			region, mechs, params := w.node(spec.Object), w.node(spec.Object), w.node(spec.Object)
			for _, a := range in.Params {
				w.put(params, a.Name, w.num(a.Value))
			}
			w.put(mechs, in.Mech, params)
			w.put(region, "mechs", mechs)
			w.put(regions, in.Region, region)
		}
		w.put(rule, "regions", regions)
	}
	w.pos.File = files[0]
	return w.oneCell(cellName(files, nil), rule, &hoc.Cell{})
}

// AxonWays are the ways in which a stub can replace the axon of a morphology.
func AxonWays() []swc.AxonWay { return swc.AxonWays }

// Insert is a mechanism to be put into a region of a morphology that is read by
// itself: all, somatic, axonal, basal, apical.
type Insert struct {
	Text         string // as it was written, for errors
	Region, Mech string
	Params       []Assignment
}

// Assignment is a parameter with its value.
type Assignment struct {
	Name  string
	Value float64
}

// cellType returns the cell type of that name ("": the first); the error lists
// those that there are.
func (p *Project) cellType(name string) (*ir.CellType, error) {
	var names []string
	for _, t := range p.Model.CellTypes {
		if name == "" || t.Name == name {
			return t, nil
		}
		if !slices.Contains(names, t.Name) {
			names = append(names, t.Name)
		}
	}
	if names == nil {
		return nil, fmt.Errorf("the model has no cells with sections")
	}
	return nil, fmt.Errorf("there is no cell type %q%s; there are %s", name, hint(diag.DidYouMean(name, names)), strings.Join(names, ", "))
}

// kindOf says what a section is: by the lists that morphologies bring, else by
// its name up to the first digit, bracket or underscore.
func kindOf(m *morph.Morphology, section int) string {
	for _, k := range [][2]string{{"somatic", "soma"}, {"axonal", "axon"}, {"basal", "basal dendrite"}, {"apical", "apical dendrite"}} {
		if list, ok := m.List(k[0]); ok && slices.Contains(list, section) {
			return k[1]
		}
	}
	// Import3d makes a list of each type of its own, and calls the sections by it.
	for _, l := range m.Lists {
		if typ, ok := strings.CutPrefix(l.Name, "dendritic_"); ok && slices.Contains(l.Sections, section) {
			return "dend_" + typ
		}
		if typ, ok := strings.CutSuffix(l.Name, "set"); ok && strings.HasPrefix(typ, "minus_") && slices.Contains(l.Sections, section) {
			return typ
		}
	}
	name := m.Sections[section].Name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if i := strings.IndexAny(name, "0123456789[_"); i > 0 {
		name = name[:i]
	}
	return name
}

// Drawing is a picture of a cell, not yet written.
type Drawing struct {
	Base    string   // the files' name without ending
	Formats []string // png, svg
	view    string
	cell    *plot.Cell
}

// Draw makes a picture of the cell type of that name ("": the first) as it lies
// in a plane, its colours by "type" of section, or by a value along the cell (see
// along).
func (p *Project) Draw(name, by, view string) (*Drawing, error) {
	if !slices.Contains(plot.Views, view) {
		return nil, fmt.Errorf("a cell can be drawn in the planes %s, not in %q", strings.Join(plot.Views, ", "), view)
	}
	t, err := p.cellType(name)
	if err != nil {
		return nil, err
	}
	c, err := p.shape(t, by)
	if err != nil {
		return nil, err
	}
	d := &Drawing{Formats: plotFormats, view: view, cell: c}
	d.Base = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>| `, r) {
			return '_'
		}
		return r
	}, t.Name)
	if by != "type" {
		d.Base += "_" + by
	}
	return d, nil
}

// Write writes the picture in its formats, and what it shows as CSV.
func (d *Drawing) Write(dir string) ([]string, error) {
	return plot.Shape(d.cell, d.view, dir, d.Base, d.Formats)
}
