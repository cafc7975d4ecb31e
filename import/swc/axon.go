package swc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// AxonWay is a way in which ReplaceAxon can put a stub in place of a traced axon,
// each after a program that users know.
type AxonWay struct{ Name, Doc string }

// AxonWays are all of them.
var AxonWays = []AxonWay{
	{"none", "no axon"},
	{"bbp", "BluePyOpt's replace_axon in Python"},
	{"bbp-hoc", "BluePyOpt's in HOC, as its exported templates have it"},
	{"bbp-taper", "EModelRunner's and BluePyEModel's, with 1,000 um of myelin"},
	{"bmtk-perisomatic", "BMTK's fix_axon_peri: 1 um thick, at the soma's middle"},
	{"bmtk-allactive", "BMTK's fix_axon_allactive: as thick as the axon"},
	{"bmtk-perisomatic-directed", "BMTK's aibs_perisomatic_directed"},
	{"bmtk-allactive-directed", "BMTK's aibs_allactive_directed"},
}

func axonNames() []string {
	var names []string
	for _, w := range AxonWays {
		names = append(names, w.Name)
	}
	return names
}

const (
	stubLength  = 60   // [um] of the two sections of a stub
	bbpCV       = 40   // [um] a CV when BluePyOpt measures and makes sections
	taperCVs    = 10   // of a tapering stub
	myelin      = 1000 // [um]
	myelinCVs   = 5
	sectionStub = stubLength / 2
)

// ReplaceAxon takes the axon off a morphology that Import made, and puts a stub of
// two sections of 30 um in its place:
//
//   - none: nothing.
//   - bbp: as BluePyOpt's replace_axon in Python. Joined to the soma's end; as
//     thick as the first axonal section, and as the first one whose middle is
//     more than 60 um from the soma's; 1 um without an axon.
//   - bbp-hoc: BluePyOpt's in HOC, which measures from the soma's beginning.
//   - bbp-taper: as EModelRunner's and BluePyEModel's. The diameters of five CVs each are those of
//     the first ten CVs of the axon, about 6 um each; 1,000 um of myelin follow.
//   - bmtk-perisomatic: as BMTK's fix_axon_peri. Joined to the soma's middle, 1 um thick.
//   - bmtk-allactive: as BMTK's fix_axon_allactive. Joined to the soma's end; as thick as the
//     first and the last section of the axon.
//   - …-directed: as BMTK's, with points in the direction of the last section of the
//     axon; the list axonal is empty then.
//
// Sections that hung on the axon stand alone then, which is told. made are the
// sections whose number of CVs belongs to the way. It returns nil where the
// original fails, with an error at pos.
func ReplaceAxon(m *morph.Morphology, way string, pos diag.Pos, list *diag.List) (out *morph.Morphology, made []int) {
	if names := axonNames(); !slices.Contains(names, way) {
		list.ErrorHint(diag.BadValue, pos, diag.DidYouMean(way, names), "axon is %q; there are %s", way, strings.Join(names, ", "))
		return nil, nil
	}
	a := &axon{m: m, soma: m.Index("soma_0"), first: m.Index("axon_0"), pos: pos, list: list}
	a.secs, _ = m.List("axonal")
	if way == "none" {
		return a.cut(), nil
	}
	if a.soma < 0 {
		list.Errorf(diag.BadTree, pos, "axon %q: the morphology has no soma that a stub could be joined to", way)
		return nil, nil
	}
	stubs := [2]morph.Section{}
	at := 1.0
	switch way {
	case "bbp":
		a.asBluePyOpt(&stubs, .5)
	case "bbp-hoc":
		a.asBluePyOpt(&stubs, 0)
	case "bbp-taper":
		if !a.taper(&stubs) {
			return nil, nil
		}
	default:
		if !a.asBMTK(way, &stubs) {
			return nil, nil
		}
		if strings.HasPrefix(way, "bmtk-perisomatic") {
			at = .5
		}
	}
	out = a.cut()
	if out == nil {
		return nil, nil
	}
	n := len(out.Sections)
	for i := range stubs {
		s := &stubs[i]
		s.Name, s.L, s.Ra, s.Cm, s.Pos = fmt.Sprintf("axon_%d", i), sectionStub, morph.DefaultRa, []float64{morph.DefaultCm}, m.Sections[a.soma].Pos
		s.Parent, s.ParentX = n, 1
		if i == 0 {
			s.Parent, s.ParentX = out.Index("soma_0"), at
		}
		lists := []string{"all", "axonal"}
		if len(s.Points) > 0 { // BMTK's directed stubs are not called axonal
			lists = lists[:1]
		}
		add(out, *s, lists...)
		if strings.HasPrefix(way, "bbp") {
			made = append(made, n+i)
		}
	}
	if way == "bbp-taper" {
		s := morph.Section{Name: "myelin_0", L: myelin, NSeg: myelinCVs, Diam: stubs[1].Diam[taperCVs/2-1:], Ra: morph.DefaultRa, Cm: []float64{morph.DefaultCm},
			Parent: n + 1, ParentX: 1, Pos: m.Sections[a.soma].Pos}
		add(out, s, "all", "myelinated")
		made = append(made, n+2)
	}
	return out, made
}

// axon is the axon of a morphology that is to be replaced.
type axon struct {
	m     *morph.Morphology
	soma  int   // the first section of the soma
	first int   // the first of the axon, -1 if there is none
	secs  []int // all of it
	pos   diag.Pos
	list  *diag.List
}

// measured returns the geometry with CVs as a rule cuts sections of a length into.
func (a *axon) measured(cvs func(length float64) int) *morph.Geometry {
	g := a.m.Geometry(morph.Offset{})
	n := make([]int, len(a.m.Sections))
	for i := range n {
		n[i] = cvs(g.Sections[i].L)
	}
	return a.m.WithNSeg(n).Geometry(morph.Offset{})
}

// middle is the diameter of the CV in the middle of a section.
func middle(g *morph.Geometry, section int) float64 {
	d := g.Sections[section].Diam
	return d[morph.CVAt(len(d), .5)]
}

func (a *axon) asBluePyOpt(stubs *[2]morph.Section, from float64) {
	near, far := 1.0, 1.0
	if len(a.secs) > 0 {
		g := a.measured(func(l float64) int { return min(1+2*int(l/bbpCV), morph.MaxNSeg) })
		near = middle(g, a.first)
		far = near
		for _, s := range a.secs {
			if len(a.secs) > 1 && g.PathDistance(a.soma, from, s, .5) > stubLength {
				far = middle(g, s)
				break
			}
		}
	}
	for i, d := range []float64{near, far} {
		stubs[i].Diam, stubs[i].NSeg = []float64{d}, 1+2*int(sectionStub/bbpCV)
	}
}

func (a *axon) taper(stubs *[2]morph.Section) bool {
	if len(a.secs) < 3 {
		a.list.Errorf(diag.BadTree, a.pos, "axon \"bbp-taper\" needs an axon of at least 3 sections; the morphology has %d", len(a.secs))
		return false
	}
	g := a.measured(func(l float64) int { return min(1+int(l/(stubLength/taperCVs)/2)*2, morph.MaxNSeg) })
	var diams []float64
	for _, s := range a.secs {
		diams = append(diams, g.Sections[s].Diam...)
	}
	if len(diams) < taperCVs {
		a.list.Errorf(diag.BadTree, a.pos, "axon \"bbp-taper\" takes diameters from %d pieces of about %d um; the axon has %d", taperCVs, stubLength/taperCVs, len(diams))
		return false
	}
	const each = taperCVs / 2
	for i := range stubs {
		stubs[i].Diam, stubs[i].NSeg = slices.Clone(diams[i*each:(i+1)*each]), each
	}
	return true
}

func (a *axon) asBMTK(way string, stubs *[2]morph.Section) bool {
	directed, allactive := strings.HasSuffix(way, "-directed"), strings.HasPrefix(way, "bmtk-allactive")
	if a.first < 0 {
		a.list.Errorf(diag.BadTree, a.pos, "axon %q: the morphology has no axon", way)
		return false
	}
	near, far := 1.0, 1.0
	last := -1
	all, _ := a.m.List("all")
	for _, s := range all {
		if strings.HasPrefix(a.m.Sections[s].Name, "axon") {
			last = s
		}
	}
	if allactive {
		g := a.measured(func(float64) int { return 1 })
		near, far = middle(g, a.first), middle(g, last)
	}
	for i, d := range []float64{near, far} { // BMTK has the stubs drawn, and points are float32
		stubs[i].Diam, stubs[i].NSeg = []float64{float64(float32(d))}, 1
	}
	if directed {
		a.direct(stubs, last)
	}
	return true
}

// direct draws the stubs away from the soma's last point, in the direction in
// which the middle of the soma and the points of a section vary most.
func (a *axon) direct(stubs *[2]morph.Section, section int) {
	somatic, _ := a.m.List("somatic")
	body := a.m.Sections[somatic[len(somatic)-1]].Points
	place := func(p morph.Point) [3]float64 { return [3]float64{p.X, p.Y, p.Z} }
	end, mid := place(body[len(body)-1]), place(body[len(body)/2])
	points := [][3]float64{mid}
	for _, p := range a.m.Sections[section].Points {
		points = append(points, place(p))
	}
	u := principal(points)
	dot := 0.0
	for k, x := range points[len(points)-1] {
		dot += float64(u[k] * (x - mid[k]))
	}
	if dot < 0 {
		for k := range u {
			u[k] = -u[k]
		}
	}
	at := func(along, d float64) morph.Point {
		return morph.Point{X: end[0] + float64(along*u[0]), Y: end[1] + float64(along*u[1]), Z: end[2] + float64(along*u[2]), D: d}
	}
	for i := range stubs {
		s := &stubs[i]
		from := float64(sectionStub * i)
		s.Points, s.Drawn, s.Diam = []morph.Point{at(from, s.Diam[0]), at(from+sectionStub, s.Diam[0])}, sectionStub, nil
	}
}

// principal is the unit vector in which points vary most: the eigenvector of their
// covariance with the largest eigenvalue.
func principal(points [][3]float64) [3]float64 {
	var mean [3]float64
	for _, p := range points {
		for k := range mean {
			mean[k] += p[k] / float64(len(points))
		}
	}
	var c [3][3]float64
	for _, p := range points {
		for i := range 3 {
			for j := range 3 {
				c[i][j] += float64((p[i] - mean[i]) * (p[j] - mean[j]))
			}
		}
	}
	size, v := eigen(c)
	best := extreme(size[:], func(a, b float64) bool { return a > b })
	return [3]float64{v[0][best], v[1][best], v[2][best]}
}

// cut returns the morphology without its axon, nil if nothing is left.
func (a *axon) cut() *morph.Morphology {
	to := make([]int, len(a.m.Sections))
	out := &morph.Morphology{}
	for i, s := range a.m.Sections {
		if slices.Contains(a.secs, i) {
			to[i] = -1
			continue
		}
		to[i] = len(out.Sections)
		out.Sections = append(out.Sections, s)
	}
	if len(out.Sections) == 0 {
		a.list.Errorf(diag.BadTree, a.pos, "the morphology is nothing but an axon")
		return nil
	}
	for i := range out.Sections {
		s := &out.Sections[i]
		if s.Parent < 0 {
			continue
		}
		if s.Parent = to[s.Parent]; s.Parent < 0 {
			s.ParentX = 0
			a.list.Warnf(diag.Repaired, s.Pos, "%s hung on the axon that is replaced; it stands alone now, as in NEURON", s.Name)
		}
	}
	order := a.m.ConnectOrder
	if order == nil {
		for i := range a.m.Sections {
			order = append(order, i)
		}
	}
	for _, i := range order {
		if to[i] >= 0 && out.Sections[to[i]].Parent >= 0 {
			out.ConnectOrder = append(out.ConnectOrder, to[i])
		}
	}
	for _, l := range a.m.Lists {
		k := morph.List{Name: l.Name}
		for _, i := range l.Sections {
			if to[i] >= 0 {
				k.Sections = append(k.Sections, to[i])
			}
		}
		out.Lists = append(out.Lists, k)
	}
	return out
}

// add puts a section behind the others, and into lists.
func add(m *morph.Morphology, s morph.Section, lists ...string) {
	n := len(m.Sections)
	m.Sections = append(m.Sections, s)
	m.ConnectOrder = append(m.ConnectOrder, n)
	for _, name := range lists {
		i := slices.IndexFunc(m.Lists, func(l morph.List) bool { return l.Name == name })
		if i < 0 {
			i = len(m.Lists)
			m.Lists = append(m.Lists, morph.List{Name: name})
		}
		m.Lists[i].Sections = append(m.Lists[i].Sections, n)
	}
}
