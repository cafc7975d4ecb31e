package rall

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/morph"
)

// CellTree describes the tree of a cell type.
type CellTree struct {
	Name     string     `json:"name"`
	Sections int        `json:"sections"`
	CVs      int        `json:"cvs"`
	Length   float64    `json:"length_um"`
	Area     float64    `json:"area_um2"`
	Kinds    []KindInfo `json:"kinds"`

	Stems    int `json:"stems"`    // sections that leave the soma
	Forks    int `json:"forks"`    // places where a neurite goes on as several
	Tips     int `json:"tips"`     // ends that nothing leaves
	MaxOrder int `json:"maxOrder"` // of branching: 0 the soma, 1 what leaves it, one more after every fork

	// The way from the root to the farthest end: in um, in lambdas at 100 Hz (by
	// NEURON's lambda_f), and, where all of it has a leak by pas, in lambdas of
	// a constant current.
	MaxPath  float64  `json:"maxPath_um"`
	MaxPathF float64  `json:"maxPath_lambda100Hz"`
	MaxPathG *float64 `json:"maxPath_lambdaDC,omitempty"`

	Tree []SectionInfo `json:"tree"` // parents come first
}

// KindInfo sums up the sections of one kind.
type KindInfo struct {
	Kind     string  `json:"kind"`
	Sections int     `json:"sections"`
	CVs      int     `json:"cvs"`
	Length   float64 `json:"length_um"`
	Area     float64 `json:"area_um2"`
	Volume   float64 `json:"volume_um3"`
	MinDiam  float64 `json:"minDiam_um"`
	MaxDiam  float64 `json:"maxDiam_um"`
}

// SectionInfo is one section.
type SectionInfo struct {
	Name    string  `json:"name"`
	Kind    string  `json:"kind"`
	Parent  string  `json:"parent,omitempty"`
	ParentX float64 `json:"parentX"`
	Order   int     `json:"order"`
	CVs     int     `json:"cvs"`
	Length  float64 `json:"length_um"`
	Diam    float64 `json:"meanDiam_um"` // of its CVs
	Area    float64 `json:"area_um2"`
	Path    float64 `json:"pathToEnd_um"`
	PathF   float64 `json:"pathToEnd_lambda100Hz"`

	depth      int
	ownF, ownG float64 // length in lambdas; NaN: not known
	pathG      float64
}

// Tree describes the tree of the cell type of that name ("": the first).
func (p *Project) Tree(name string) (*CellTree, error) {
	t, err := p.cellType(name)
	if err != nil {
		return nil, err
	}
	return p.treeOf(t), nil
}

func (p *Project) treeOf(t *ir.CellType) *CellTree {
	m := t.Morph
	g := m.Geometry(morph.Offset{})
	leak, _, err := p.along(t, "pas.g")
	if err != nil {
		leak = nil // there is none
	}
	c := &CellTree{Name: t.Name, Sections: len(m.Sections)}
	infos := make([]SectionInfo, len(m.Sections))
	// from is how far along its parent, from the near end, a section leaves it.
	from := func(s *morph.Section) float64 {
		if g.Sections[s.Parent].Reversed {
			return 1 - s.ParentX
		}
		return s.ParentX
	}
	// What leaves the far half of a section goes on from its end; what leaves the
	// near half is a branch at its side, and the section goes on beside it.
	type place struct {
		section int
		from    float64
	}
	ahead, sides := make([]int, len(m.Sections)), make([]int, len(m.Sections)) // sections; places
	seen := map[place]bool{}
	for i := range m.Sections {
		s := &m.Sections[i]
		if s.Parent < 0 {
			continue
		}
		if at := (place{s.Parent, from(s)}); at.from > .5 {
			ahead[s.Parent]++
		} else if !seen[at] {
			seen[at] = true
			sides[s.Parent]++
		}
	}
	byKind := map[string]int{}
	for _, i := range g.Order {
		s, sg, x := &m.Sections[i], &g.Sections[i], &infos[i]
		*x = SectionInfo{Name: s.Name, Kind: kindOf(m, i), ParentX: s.ParentX, CVs: s.NSeg, Length: sg.L, Area: g.TotalArea(i), Path: sg.L}
		lambdaG, volume := 0.0, 0.0
		lo, hi := math.Inf(1), 0.0
		for cv, d := range sg.Diam {
			dx := sg.L / float64(len(sg.Diam))
			x.Diam += d / float64(len(sg.Diam))
			lo, hi = min(lo, d), max(hi, d)
			volume += float64(math.Pi / 4 * d * d * dx)
			conductance := math.NaN()
			if leak != nil {
				conductance = leak[i][cv]
			}
			// lambda = sqrt(d/(4 Ra g)), in um with d in um, Ra in ohm cm, g in S/cm2
			lambdaG += dx / math.Sqrt(float64(d*1e4)/float64(4*s.Ra*conductance))
		}
		x.ownF, x.ownG = sg.L/s.LambdaF(100), lambdaG
		x.PathF, x.pathG = x.ownF, x.ownG
		if s.Parent >= 0 {
			up := &infos[s.Parent]
			x.Parent, x.depth = up.Name, up.depth+1
			rest := 1 - from(s) // of the parent lies beyond
			x.Path += up.Path - float64(rest*up.Length)
			x.PathF += up.PathF - float64(rest*up.ownF)
			x.pathG += up.pathG - float64(rest*up.ownG)
			x.Order = up.Order
			if isSoma(up.Kind) || ahead[s.Parent] > 1 || sides[s.Parent] > 0 {
				x.Order++
			}
			if isSoma(up.Kind) {
				c.Stems++
			}
		}
		k, ok := byKind[x.Kind]
		if !ok {
			k = len(c.Kinds)
			byKind[x.Kind] = k
			c.Kinds = append(c.Kinds, KindInfo{Kind: x.Kind, MinDiam: lo})
		}
		kind := &c.Kinds[k]
		kind.Sections++
		kind.CVs += x.CVs
		kind.Length, kind.Area, kind.Volume = kind.Length+x.Length, kind.Area+x.Area, kind.Volume+volume
		kind.MinDiam, kind.MaxDiam = min(kind.MinDiam, lo), max(kind.MaxDiam, hi)
		c.CVs += x.CVs
		c.Length, c.Area = c.Length+x.Length, c.Area+x.Area
	}
	far := 0.0
	known := true
	for i := range infos {
		x := &infos[i]
		if ahead[i] == 0 && (sides[i] == 0 || !isSoma(x.Kind)) {
			c.Tips++
		}
		if !isSoma(x.Kind) {
			c.Forks += sides[i]
			if ahead[i] > 1 {
				c.Forks++
			}
		}
		c.MaxOrder, c.MaxPath, c.MaxPathF = max(c.MaxOrder, x.Order), max(c.MaxPath, x.Path), max(c.MaxPathF, x.PathF)
		known = known && !math.IsNaN(x.pathG)
		far = max(far, x.pathG)
	}
	if known {
		c.MaxPathG = &far
	}
	c.Tree = depthFirst(infos, m)
	return c
}

func isSoma(kind string) bool { return kind == "soma" }

// depthFirst puts every section after its parent and its elder siblings'
// offspring.
func depthFirst(list []SectionInfo, m *morph.Morphology) []SectionInfo {
	under := make([][]int, len(list)+1) // by parent, -1 first
	for i := range list {
		at := m.Sections[i].Parent + 1
		under[at] = append(under[at], i)
	}
	out := make([]SectionInfo, 0, len(list))
	var todo []int
	push := func(parent int) {
		for _, i := range slices.Backward(under[parent+1]) {
			todo = append(todo, i)
		}
	}
	push(-1)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		out = append(out, list[i])
		push(i)
	}
	return out
}

// Print writes the description as tables; of the sections, most at most (0:
// all).
func (c *CellTree) Print(w io.Writer, most int) {
	fmt.Fprintf(w, "%s: %d sections, %d CVs, %.6g um, %.6g um2\n", c.Name, c.Sections, c.CVs, c.Length, c.Area)
	fmt.Fprintf(w, "%d stems, %d forks, %d tips, branch order up to %d\n", c.Stems, c.Forks, c.Tips, c.MaxOrder)
	fmt.Fprintf(w, "farthest end %.6g um from the root, %.3g lambda at 100 Hz", c.MaxPath, c.MaxPathF)
	if c.MaxPathG != nil {
		fmt.Fprintf(w, ", %.3g lambda at rest (by g of pas)", *c.MaxPathG)
	}
	fmt.Fprint(w, "\n\n")
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "kind\tsections\tCVs\tlength [um]\tarea [um2]\tvolume [um3]\tdiameter [um]")
	for _, k := range c.Kinds {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%.6g\t%.6g\t%.6g\t%s\n", k.Kind, k.Sections, k.CVs, k.Length, k.Area, k.Volume, shortSpan(k.MinDiam, k.MaxDiam))
	}
	fmt.Fprintln(tw, "\nsection\tkind\torder\tCVs\tlength [um]\tdiam [um]\tarea [um2]\tto its end [um]\tlambda 100 Hz")
	for i, x := range c.Tree {
		if most > 0 && i == most {
			break
		}
		fmt.Fprintf(tw, "%s%s\t%s\t%d\t%d\t%.5g\t%.4g\t%.5g\t%.5g\t%.3g\n", strings.Repeat("  ", min(x.depth, 12)), x.Name, x.Kind, x.Order, x.CVs, x.Length, x.Diam, x.Area, x.Path, x.PathF)
	}
	tw.Flush()
	if most > 0 && len(c.Tree) > most {
		fmt.Fprintf(w, "and %d more sections (--all, or --json)\n", len(c.Tree)-most)
	}
}

func shortSpan(lo, hi float64) string {
	if lo == hi {
		return fmt.Sprintf("%.4g", lo)
	}
	return fmt.Sprintf("%.4g to %.4g", lo, hi)
}
