package rall

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/morph"
)

// Inspection describes a project for people and for tools.
type Inspection struct {
	Populations []PopInfo   `json:"populations"`
	CellTypes   []TypeInfo  `json:"cellTypes"`
	Mechanisms  []MechInfo  `json:"mechanisms"`
	Merging     []MergeInfo `json:"merging,omitempty"`
	Rules       []RuleInfo  `json:"rules"`
	Groups      GroupInfo   `json:"groups"`
	Memory      *Memory     `json:"memory,omitempty"` // of a project that was measured
	Warnings    []string    `json:"warnings,omitempty"`
}

// PopInfo is one population.
type PopInfo struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Cells    int    `json:"cells"`
	FirstGid int    `json:"firstGid"`
}

// TypeInfo is one cell type, or all types that one rule makes: where its
// functions give every cell other values, Types counts them, and sections, CVs
// and area run from the first figure to the one called Max.
type TypeInfo struct {
	Name        string   `json:"name"`
	Types       int      `json:"types"`
	Cells       int      `json:"cells"`
	Sections    int      `json:"sections"`
	SectionsMax int      `json:"sectionsMax"`
	CVs         int      `json:"cvs"`
	CVsMax      int      `json:"cvsMax"`
	Area        float64  `json:"area_um2"`
	AreaMax     float64  `json:"areaMax_um2"`
	Mechs       []string `json:"mechanisms"`
}

// add takes in another type of the same rule.
func (t *TypeInfo) add(o TypeInfo) {
	t.Types += o.Types
	t.Cells += o.Cells
	t.Sections, t.SectionsMax = min(t.Sections, o.Sections), max(t.SectionsMax, o.SectionsMax)
	t.CVs, t.CVsMax = min(t.CVs, o.CVs), max(t.CVsMax, o.CVsMax)
	t.Area, t.AreaMax = min(t.Area, o.Area), max(t.AreaMax, o.AreaMax)
}

// MechInfo is one mechanism.
type MechInfo struct {
	Name      string `json:"name"`
	Instances int    `json:"instances"`
}

// MergeInfo says which synapses of a mechanism go together.
type MergeInfo struct {
	Mech      string           `json:"mechanism"`
	Why       string           `json:"whyNot,omitempty"` // none do
	Instances int              `json:"instances"`
	Stepped   int              `json:"stepped"` // those that are left to be stepped
	Own       int              `json:"own"`     // instances that have gone together and have kept something of their own
	Classes   []MergeClassInfo `json:"classes,omitempty"`
	Alone     map[string]int   `json:"alone,omitempty"` // instances that do not go together, by reason
}

// MergeClassInfo is the synapses of one class of kinetics that go together.
type MergeClassInfo struct {
	Values    string `json:"parameters"`
	Instances int    `json:"instances"`
	Stepped   int    `json:"stepped"`
}

// RuleInfo is the edges of one rule.
type RuleInfo struct {
	Label string  `json:"label"`
	Edges int     `json:"edges"`
	Delay float64 `json:"shortestDelay_ms"`
}

// GroupInfo says how cells are grouped.
type GroupInfo struct {
	Groups     int    `json:"groups"`
	Blocks     int    `json:"laneBlocks"`
	FullLanes  int    `json:"cellsInLanes"`
	EpochSteps int    `json:"epochSteps"`
	Why        string `json:"why"`

	// Coupled says, a rule each, which cells share a group or take one step at a
	// time, and why.
	Coupled []string `json:"coupled,omitempty"`
}

// Inspect describes the project.
func (p *Project) Inspect() *Inspection {
	in := &Inspection{}
	cells := map[*ir.CellType]int{}
	top := 0
	for _, pop := range p.Model.Pops {
		kind := ""
		if pop.Type != nil {
			kind = pop.Type.Name
			cells[pop.Type] += pop.N
		} else {
			kind = pop.Artificial.Mech
		}
		top = max(top, pop.FirstGid+pop.N)
		if k := len(in.Populations) - 1; k >= 0 && in.Populations[k].Name == pop.Name {
			in.Populations[k].Cells += pop.N
			continue
		}
		in.Populations = append(in.Populations, PopInfo{pop.Name, kind, pop.N, pop.FirstGid})
	}
	long := map[longKey]longCV{}
	for _, t := range p.Model.CellTypes {
		if cells[t] == 0 {
			continue
		}
		ti := p.typeInfo(t, cells[t], long)
		k := slices.IndexFunc(in.CellTypes, func(o TypeInfo) bool { return o.Name == ti.Name && slices.Equal(o.Mechs, ti.Mechs) })
		if k >= 0 {
			in.CellTypes[k].add(ti)
		} else {
			in.CellTypes = append(in.CellTypes, ti)
		}
	}
	for _, w := range long {
		in.Warnings = append(in.Warnings, w.Error())
	}
	slices.Sort(in.Warnings)
	for _, proj := range p.Model.Projs {
		in.Rules = append(in.Rules, inspectRule(proj, top))
	}
	p.inspectNet(in)
	return in
}

// inspectRule describes a projection.
func inspectRule(proj ir.Projection, top int) RuleInfo {
	r := RuleInfo{Label: proj.Label()}
	look := func(e *ir.EdgeTable) bool {
		for _, d := range e.Delay {
			if r.Edges == 0 {
				r.Delay = d
			}
			r.Delay = min(r.Delay, d)
			r.Edges++
		}
		return true
	}
	p, ok := proj.(ir.Piecewise)
	if !ok {
		e := proj.Edges(0, top)
		look(&e)
		return r
	}
	p.Pieces(look)
	return r
}

// longKey names a section of the cell types of one name.
type longKey struct{ typ, section string }

// longCV is the finding about the longest CVs, measured in lambda, of a section.
type longCV struct {
	diag.Diag
	lambdas float64
}

func (p *Project) typeInfo(t *ir.CellType, n int, long map[longKey]longCV) TypeInfo {
	g := t.Morph.Geometry(morph.Offset{})
	ti := TypeInfo{Name: t.Name, Types: 1, Cells: n, Sections: len(t.Morph.Sections), SectionsMax: len(t.Morph.Sections)}
	for i := range t.Morph.Sections {
		s := &t.Morph.Sections[i]
		ti.CVs += s.NSeg
		ti.Area += g.TotalArea(i)
		l := g.Sections[i].CVLength()
		lambdas := l / s.LambdaF(100)
		if k := (longKey{t.Name, s.Name}); lambdas > .3 && lambdas > long[k].lambdas {
			long[k] = longCV{lambdas: lambdas, Diag: diag.Diag{Severity: diag.Warning, Code: diag.LongCV, Pos: s.Pos,
				Msg:  fmt.Sprintf("cell type %q, section %q: its %d CVs are %.4g um long, %.2f lambda at 100 Hz", t.Name, s.Name, s.NSeg, l, lambdas),
				Hint: fmt.Sprintf("nseg %d makes them shorter than 0.1 lambda", morph.NSegRule{DLambda: .1, Freq: 100}.Count(s))}}
		}
	}
	ti.CVsMax, ti.AreaMax = ti.CVs, ti.Area
	seen := map[string]bool{}
	for i := range t.Paint {
		if !seen[t.Paint[i].Mech] {
			seen[t.Paint[i].Mech] = true
			ti.Mechs = append(ti.Mechs, t.Paint[i].Mech)
		}
	}
	return ti
}

func (p *Project) inspectNet(in *Inspection) {
	net := p.Net
	count := make([]int, len(net.Mechs))
	for gi := range net.Groups {
		g := &net.Groups[gi]
		in.Groups.Blocks += len(g.Blocks)
		for _, b := range g.Blocks {
			if b.Lanes == layout.Lanes {
				in.Groups.FullLanes += b.Used
			}
		}
		for i := range g.Instances {
			x := &g.Instances[i]
			count[x.Mech] += x.N
		}
	}
	for i, n := range count {
		if n == 0 && len(net.Merging) > 0 {
			continue // all have gone into parts, or none
		}
		in.Mechanisms = append(in.Mechanisms, MechInfo{net.Mechs[i].Program.Mech, n})
	}
	for _, m := range net.Merging {
		mi := MergeInfo{Mech: m.Mech, Why: m.Why, Instances: m.N, Stepped: m.Steps, Own: m.Own, Alone: m.Alone}
		for _, c := range m.Classes {
			mi.Classes = append(mi.Classes, MergeClassInfo{c.Values, c.N, c.Steps})
		}
		in.Merging = append(in.Merging, mi)
	}
	in.Groups.Groups, in.Groups.EpochSteps, in.Groups.Why = len(net.Groups), net.Epoch, net.Why
	in.Groups.Coupled = net.Coupled
}

// Print writes the description as tables.
func (in *Inspection) Print(w io.Writer) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "population\tkind\tcells\tfirst gid")
	for _, p := range in.Populations {
		fmt.Fprintf(tw, "%s\t%s\t%d\t%d\n", p.Name, p.Kind, p.Cells, p.FirstGid)
	}
	fmt.Fprintln(tw, "\ncell type\tcells\tsections\tCVs\tarea [um2]\tmechanisms")
	for _, t := range in.CellTypes {
		name := t.Name
		if t.Types > 1 {
			name = fmt.Sprintf("%s (%d types)", t.Name, t.Types)
		}
		fmt.Fprintf(tw, "%s\t%d\t%s\t%s\t%s\t%v\n", name, t.Cells, span(float64(t.Sections), float64(t.SectionsMax)), span(float64(t.CVs), float64(t.CVsMax)),
			span(t.Area, t.AreaMax), t.Mechs)
	}
	fmt.Fprintln(tw, "\nmechanism, in the order of a step\tinstances")
	for _, m := range in.Mechanisms {
		fmt.Fprintf(tw, "%s\t%d\n", m.Name, m.Instances)
	}
	in.printMerging(tw)
	fmt.Fprintln(tw, "\nrule\tedges\tshortest delay [ms]")
	for _, r := range in.Rules {
		fmt.Fprintf(tw, "%s\t%d\t%.6g\n", r.Label, r.Edges, r.Delay)
	}
	tw.Flush()
	g := in.Groups
	fmt.Fprintf(w, "\n%d groups, %d lane blocks (%d cells in blocks of %d lanes); epoch of %d steps: %s\n", g.Groups, g.Blocks, g.FullLanes, layout.Lanes, g.EpochSteps, g.Why)
	for _, c := range g.Coupled {
		fmt.Fprintln(w, c)
	}
	if m := in.Memory; m != nil {
		fmt.Fprintf(w, "memory: %s (--memory says what for)\n", m)
	}
}

// printMerging writes which synapses go together, and why the others do not.
func (in *Inspection) printMerging(w io.Writer) {
	if len(in.Merging) == 0 {
		return
	}
	fmt.Fprintln(w, "\nsynapses that go together\tinstances\tstepped\twith something of their own")
	for _, m := range in.Merging {
		if m.Why != "" {
			fmt.Fprintf(w, "%s\t%d\t%d\t\tnot merged: %s\n", m.Mech, m.Instances, m.Stepped, m.Why)
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\n", m.Mech, m.Instances, m.Stepped, m.Own)
		for k, c := range m.Classes {
			if k == 8 && len(m.Classes) > 9 {
				fmt.Fprintf(w, "  %d more classes\n", len(m.Classes)-k)
				break
			}
			if len(m.Classes) > 1 {
				fmt.Fprintf(w, "  %s\t%d\t%d\n", c.Values, c.Instances, c.Stepped)
			}
		}
		for _, why := range slices.Sorted(maps.Keys(m.Alone)) {
			fmt.Fprintf(w, "  %s\t%d\t%d\n", why, m.Alone[why], m.Alone[why])
		}
	}
}

// span prints a range of figures that may be one figure.
func span(lo, hi float64) string {
	if lo == hi {
		return fmt.Sprintf("%.6g", lo)
	}
	return fmt.Sprintf("%.6g to %.6g", lo, hi)
}

func bytes(n int) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
}
