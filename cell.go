package rall

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rallsim/rall/analysis/plot"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
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
	return strings.EqualFold(ext, ".hoc") || strings.EqualFold(ext, ".oc")
}

// LoadCell reads one cell by itself, a morphology (.swc, .asc, .h5) or a HOC program
// with what o says of it, as a model of one cell that nothing happens to. CVs of
// a morphology are at most 0.1 lambda at 100 Hz long. It returns nil when diags
// holds an error.
func LoadCell(file string, o HocSettings, s Settings, diags *diag.List) *Project {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	src := spec.Source{Name: file}
	if IsHoc(file) {
		if o.Axon != "" {
			diags.Errorf(diag.BadValue, diag.Pos{File: file}, "axon %q: a HOC program replaces axons itself", o.Axon)
			return nil
		}
		if o.Exact {
			diags.Errorf(diag.BadValue, diag.Pos{File: file}, "exact: a HOC program reads morphologies itself, as NEURON does")
			return nil
		}
		if len(o.Insert) > 0 {
			diags.Errorf(diag.BadValue, diag.Pos{File: file}, "insert: a HOC program says itself what is in its sections")
			return nil
		}
		cell := ReadHoc([]string{file}, o, diags)
		if cell == nil {
			return nil
		}
		if o.Template != "" {
			name = o.Template
		}
		src.Tree = HocSpec(cell, name)
	} else {
		if _, err := os.Stat(file); err != nil {
			diags.Errorf(diag.FileMissing, diag.Pos{File: file}, "cannot read the morphology")
			return nil
		}
		type object = map[string]any
		rule := object{"morphology": filepath.Base(file), "nseg": object{"dLambda": .1, "freq": 100}}
		if o.Exact {
			rule["exact"] = true
		}
		if o.Axon != "" {
			rule["axon"] = o.Axon
		}
		if len(o.Insert) > 0 {
			regions := object{}
			for _, in := range o.Insert {
				if regions[in.Region] == nil {
					regions[in.Region] = object{"mechs": object{}}
				}
				regions[in.Region].(object)["mechs"].(object)[in.Mech] = in.Params
			}
			rule["regions"] = regions
		}
		src.Text, _ = json.Marshal(object{"simConfig": object{}, "netParams": object{
			"popParams":  object{name: object{"cellType": name, "numCells": 1}},
			"cellParams": object{name: rule}}})
	}
	p := load([]spec.Source{src}, filepath.Dir(file), s, diags)
	if p != nil && src.Tree != nil {
		p.Inputs = append(append(p.Inputs, file), modInputs(p.Mods)...)
	}
	return p
}

// Insert is a mechanism to be put into a region of a morphology that is read by
// itself: all, somatic, axonal, basal, apical.
type Insert struct {
	Region, Mech string
	Params       map[string]float64
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
	Base string // the files' name without ending
	view string
	cell *plot.Cell
}

// Draw makes a picture of the cell type of that name ("": the first) as it lies
// in a plane, its colours by "type" of section, by "diam", or by the value of a
// parameter along the cell, such as hh.gnabar.
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
	d := &Drawing{view: view, cell: c}
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

// Write writes the picture as PNG and SVG, and what it shows as CSV.
func (d *Drawing) Write(dir string) ([]string, error) {
	return plot.Shape(d.cell, d.view, dir, d.Base, plotFormats)
}

// shape returns the shape of a cell type for a picture.
func (p *Project) shape(t *ir.CellType, by string) (*plot.Cell, error) {
	m := t.Morph
	g := m.Geometry(morph.Offset{})
	shape := g.Shape(true)
	c := &plot.Cell{Title: t.Name}
	value := func(section, cv int) float64 { return math.NaN() }
	switch by {
	case "type":
	case "diam":
		c.Label = "diameter (\u00b5m)"
		value = func(section, cv int) float64 { return g.Sections[section].Diam[cv] }
	default:
		values, label, err := p.along(t, by)
		if err != nil {
			return nil, err
		}
		c.Label = label
		value = func(section, cv int) float64 { return values[section][cv] }
	}
	for i := range m.Sections {
		pts, n := shape.Points(i), m.Sections[i].NSeg
		kind, total, arc := kindOf(m, i), 0.0, 0.0
		for k := 1; k < len(pts); k++ {
			total += gap(pts[k-1], pts[k])
		}
		for k := 1; k < len(pts); k++ {
			a, b := pts[k-1], pts[k]
			d := gap(a, b)
			x := .5
			if total > 0 {
				x = (arc + d/2) / total
			}
			arc += d
			c.Stretches = append(c.Stretches, plot.Stretch{Section: m.Sections[i].Name, Kind: kind, A: [3]float64{a.X, a.Y, a.Z}, B: [3]float64{b.X, b.Y, b.Z},
				DiamA: math.Abs(a.D), DiamB: math.Abs(b.D), Value: value(i, morph.CVAt(n, x))})
		}
	}
	return c, nil
}

func gap(a, b morph.Point) float64 {
	dx, dy, dz := a.X-b.X, a.Y-b.Y, a.Z-b.Z
	return math.Sqrt(float64(dx*dx) + float64(dy*dy) + float64(dz*dz))
}

// along returns the values of a parameter MECH.NAME by section and CV, NaN where
// the mechanism is not, as the network of the project has them in the first cell
// of the type.
func (p *Project) along(t *ir.CellType, what string) (values [][]float64, label string, err error) {
	mechName, name, ok := strings.Cut(what, ".")
	if !ok {
		near := ""
		for _, in := range t.Paint { // NEURON writes g_pas
			if par, ok := strings.CutSuffix(what, "_"+in.Mech); ok {
				near = hint("did you mean " + in.Mech + "." + par + "?")
			}
		}
		return nil, "", fmt.Errorf("colours can go by type, diam or a parameter such as hh.gnabar, not by %q%s", what, near)
	}
	c := p.firstCell(t)
	if c == nil {
		return nil, "", fmt.Errorf("the model has no cell of type %q", t.Name)
	}
	values = make([][]float64, len(t.Morph.Sections))
	index := map[string]int{}
	for i := range t.Morph.Sections {
		index[t.Morph.Sections[i].Name] = i
		values[i] = slices.Repeat([]float64{math.NaN()}, t.Morph.Sections[i].NSeg)
	}
	g := &p.Net.Groups[c.Group]
	blk := &g.Blocks[c.Block]
	var mechs []string
	for k := range g.Instances {
		in := &g.Instances[k]
		prog := p.Net.Mechs[in.Mech].Program
		if in.Node == nil {
			continue
		}
		mechs = append(mechs, prog.Mech)
		if prog.Mech != mechName {
			continue
		}
		at, names := 0, []string{}
		found := false
		for _, col := range prog.Columns {
			if !col.Hidden {
				names = append(names, col.Name)
			}
			if col.Name == name && !col.Hidden {
				found, label = true, name+" of "+mechName
				if col.Unit != "" {
					label += " (" + col.Unit + ")"
				}
				break
			}
			at += max(col.Len, 1)
		}
		if !found {
			return nil, "", fmt.Errorf("%s has no %q%s; it has %s", mechName, name, hint(diag.DidYouMean(name, names)), strings.Join(names, ", "))
		}
		for row, node := range in.Node {
			i := int(node) - blk.First
			if i < 0 || i >= len(blk.Parent)*blk.Lanes || i%blk.Lanes != int(c.Lane) {
				continue
			}
			where := i / blk.Lanes
			s := index[c.Places.Names[c.Places.Section[where]]]
			values[s][morph.CVAt(len(values[s]), c.Places.Pos[where])] = in.Value(at, row)
		}
		return values, label, nil
	}
	return nil, "", fmt.Errorf("the cell has no mechanism %q%s; it has %s", mechName, hint(diag.DidYouMean(mechName, mechs)), strings.Join(mechs, ", "))
}

func (p *Project) firstCell(t *ir.CellType) *layout.Cell {
	for _, pop := range p.Model.Pops {
		if pop.Type != t || pop.N == 0 {
			continue
		}
		for i := range p.Net.Cells {
			if p.Net.Cells[i].Gid == pop.FirstGid {
				return &p.Net.Cells[i]
			}
		}
	}
	return nil
}
