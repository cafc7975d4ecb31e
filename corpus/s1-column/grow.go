package main

import (
	"fmt"
	"math"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/runtime/vec"
)

// form says how the morphologies of an m-type grow. Numbers of sections and
// lengths are near what is reconstructed in rat somatosensory cortex: 30 to 45
// dendritic sections of 3 to 4 mm in interneurons, 60 to 130 of 4 to 10 mm in
// pyramidal cells.
type form struct {
	soma         float64 // [um] diameter
	trees        int     // basal trees
	ends         float64 // mean of the terminals of one
	inner, outer float64 // [um] mean length of a section that branches, and of one that ends
	stem         float64 // [um] diameter where a tree begins
	trunk        float64 // [um] length of the apical trunk, below 0 downwards; 0: none
	obliques     int     // trees along it
	tuft         float64 // mean of the terminals at its end
}

func pyramid(trees int, ends, trunk float64, obliques int, tuft float64) form {
	return form{soma: 17, trees: trees, ends: ends, inner: 22, outer: 95, stem: 1.8, trunk: trunk, obliques: obliques, tuft: tuft}
}

func inverted(f form) form {
	f.trunk = -f.trunk
	return f
}

var (
	stellate   = form{soma: 15, trees: 8, ends: 3.7, inner: 25, outer: 105, stem: 1.4}
	basket     = form{soma: 14, trees: 6, ends: 3.6, inner: 32, outer: 110, stem: 1.2}
	martinotti = form{soma: 13, trees: 6, ends: 3.2, inner: 38, outer: 120, stem: 1.2}
	bitufted   = form{soma: 13, trees: 4, ends: 4.2, inner: 40, outer: 115, stem: 1.2}
	bipolar    = form{soma: 12, trees: 2, ends: 5, inner: 45, outer: 130, stem: 1.3}
	gliaform   = form{soma: 12, trees: 9, ends: 2.6, inner: 20, outer: 65, stem: 1}
)

type vector [3]float64

func (a vector) plus(b vector, f float64) vector {
	for i := range a {
		a[i] += float64(b[i] * f)
	}
	return a
}

func (a vector) unit() vector {
	n := 0.0
	for _, x := range a {
		n += float64(x * x)
	}
	n = math.Sqrt(n)
	if n < 1e-9 {
		return vector{0, 1, 0}
	}
	return vector{a[0] / n, a[1] / n, a[2] / n}
}

// grower makes one morphology.
type grower struct {
	r *random.Stream
	m *morph.Morphology
	n map[string]int // sections of each kind
}

func (g *grower) normal() vector { return vector{g.r.Normal(), g.r.Normal(), g.r.Normal()} }

func hundredth(x float64) float64 { return math.Round(x*100) / 100 }

func (g *grower) point(at vector, d float64) morph.Point {
	return morph.Point{X: hundredth(at[0]), Y: hundredth(at[1]), Z: hundredth(at[2]), D: math.Max(hundredth(d), .2)}
}

// stretch adds a section that wanders along a direction, and returns its
// number, its end and the direction there.
func (g *grower) stretch(kind string, parent int, at, dir vector, length, from, to float64) (int, vector, vector) {
	s := morph.Section{Name: fmt.Sprintf("%s[%d]", kind, g.n[kind]), Parent: parent, ParentX: 1, Ra: 100}
	g.n[kind]++
	if parent == 0 {
		s.ParentX = .5
	}
	steps := max(int(length/20), 1)
	s.Points = append(s.Points, g.point(at, from))
	for k := 1; k <= steps; k++ {
		dir = dir.plus(g.normal(), .15).unit()
		at = at.plus(dir, length/float64(steps))
		s.Points = append(s.Points, g.point(at, float64(from)+float64((float64(to)-float64(from))*float64(k)/float64(steps))))
	}
	g.m.Sections = append(g.m.Sections, s)
	return len(g.m.Sections) - 1, at, dir
}

// tree grows a tree of so many terminals. Diameters follow Rall's rule at
// branches: the powers of 3/2 of the daughters add up to the parent's.
func (g *grower) tree(kind string, parent int, at, dir vector, f *form, ends int, diam float64) {
	if ends <= 1 {
		g.stretch(kind, parent, at, dir, float64(f.outer*(.6+float64(.8*g.r.Uniform()))), diam, .6*diam)
		return
	}
	i, at, dir := g.stretch(kind, parent, at, dir, float64(f.inner*(.5+g.r.Uniform())), diam, .95*diam)
	left := 1 + int(float64(g.r.Uniform()*float64(ends-1)))
	for _, n := range []int{left, ends - left} {
		d := math.Max(.95*diam*vec.Pow(float64(n)/float64(ends), 2./3), .5)
		g.tree(kind, i, at, dir.plus(g.normal(), .5).unit(), f, n, d)
	}
}

// around draws a whole number near a mean, 1 or more.
func (g *grower) around(mean float64) int {
	return max(int(math.Round(mean+float64(.25*mean*g.r.Normal()))), 1)
}

// grow makes a morphology: soma, axon stub of two sections, basal trees and,
// where the form has one, an apical trunk with obliques and a tuft.
func grow(f *form, r *random.Stream) *morph.Morphology {
	g := &grower{r: r, m: &morph.Morphology{}, n: map[string]int{}}
	d := f.soma * (.9 + float64(.2*r.Uniform()))
	soma := morph.Section{Name: "soma[0]", Parent: -1, Ra: 100}
	for k := -1; k <= 1; k++ {
		soma.Points = append(soma.Points, g.point(vector{0, float64(k) * d / 2, 0}, d))
	}
	g.m.Sections = append(g.m.Sections, soma)
	down := vector{0, -1, 0}
	i, at, dir := g.stretch("axon", 0, vector{}.plus(down, d/2), down, 30, 1.2, 1)
	g.stretch("axon", i, at, dir, 30, 1, 1)
	for k := range f.trees {
		dir := g.normal()
		switch {
		case f.trunk != 0: // a skirt on the other side of the trunk
			dir[1] = -math.Abs(dir[1])
			if f.trunk < 0 {
				dir[1] = -dir[1]
			}
		case f.trees <= 4: // two tufts
			dir[1] = float64(2*(1-float64(2*(k%2)))) + float64(.5*dir[1])
		}
		dir = dir.unit()
		g.tree("dend", 0, vector{}.plus(dir, d/2), dir, f, g.around(f.ends), f.stem)
	}
	if f.trunk != 0 {
		g.apical(f, d)
	}
	for i := range g.m.Sections {
		s := &g.m.Sections[i]
		s.NSeg = 1 + 2*int(length(s)/40) // no longer than 40 um, as the paper's
		s.Cm = []float64{1}
	}
	g.lists()
	return g.m
}

func (g *grower) apical(f *form, soma float64) {
	up := vector{0, math.Copysign(1, f.trunk), 0}
	at, dir, parent := vector{}.plus(up, soma/2), up, 0
	diam := 1.8 * f.stem
	step := math.Abs(f.trunk) * (.9 + float64(.2*g.r.Uniform())) / float64(f.obliques+1)
	for k := range f.obliques + 1 {
		next := diam * (1 - .5/float64(f.obliques+1))
		parent, at, dir = g.stretch("apic", parent, at, dir, step, diam, next)
		dir, diam = dir.plus(up, .5).unit(), next
		if k < f.obliques {
			out := g.normal()
			out[1] *= .3
			g.tree("apic", parent, at, out.unit(), f, g.around(1.4), .6*f.stem)
		}
	}
	for _, side := range []float64{-1, 1} {
		g.tree("apic", parent, at, dir.plus(g.normal(), .4*side).unit(), f, g.around(f.tuft/2), .7*f.stem)
	}
}

func (g *grower) lists() {
	of := map[string][]int{}
	for i := range g.m.Sections {
		kind := kindOf(&g.m.Sections[i])
		of[kind], of["all"] = append(of[kind], i), append(of["all"], i)
	}
	for _, l := range [][2]string{{"all", "all"}, {"somatic", "soma"}, {"basal", "dend"}, {"apical", "apic"}, {"axonal", "axon"}} {
		g.m.Lists = append(g.m.Lists, morph.List{Name: l[0], Sections: of[l[1]]})
	}
}

// kindOf is the first word of a section's name.
func kindOf(s *morph.Section) string { return s.Name[:4] }

// length is the arc length [um] of a section.
func length(s *morph.Section) float64 {
	sum := 0.0
	for k := 1; k < len(s.Points); k++ {
		a, b := &s.Points[k-1], &s.Points[k]
		x, y, z := b.X-a.X, b.Y-a.Y, b.Z-a.Z
		sum += math.Sqrt(float64(x*x) + float64(y*y) + float64(z*z))
	}
	return sum
}
