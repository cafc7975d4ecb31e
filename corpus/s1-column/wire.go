package main

import (
	"math"
	"sort"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/runtime/vec"
)

// domain says on which part of its targets a cell makes synapses.
type domain int

const (
	dendrites domain = iota
	proximal         // soma and what begins within 60 um of it
	distal           // what begins farther away
	initial          // the axon's first section
	domains
)

// pathway is a class of synapses with its Tsodyks-Markram parameters: means,
// from which every synapse draws its own. The values are those of the classes
// E1, E2, I1 to I3 of Markram et al. (2015).
type pathway struct {
	rule, mech    string
	use, dep, fac float64 // -, [ms], [ms]
	weight        float64 // [uS]
	tau           float64 // [ms] decay, of inhibitory ones
}

const (
	excE = iota
	excF
	excI
	inhF
	inhD
	inhR
	thalamic
)

var pathways = []pathway{
	excE:     {rule: "E->E", mech: "TMExc", use: .5, dep: 671, fac: 17, weight: .72e-3},
	excF:     {rule: "E->I facilitating", mech: "TMExc", use: .09, dep: 138, fac: 670, weight: .43e-3},
	excI:     {rule: "E->I", mech: "TMExc", use: .72, dep: 227, fac: 14, weight: .43e-3},
	inhF:     {rule: "I facilitating", mech: "TMInh", use: .16, dep: 45, fac: 376, weight: .83e-3, tau: 10.4},
	inhD:     {rule: "I depressing", mech: "TMInh", use: .25, dep: 706, fac: 21, weight: .83e-3, tau: 8.3},
	inhR:     {rule: "I recovering", mech: "TMInh", use: .32, dep: 144, fac: 62, weight: .83e-3, tau: 6.4},
	thalamic: {rule: "thalamus", mech: "TMExc", use: .75, dep: 671, fac: 17, weight: .72e-3},
}

const (
	partners  = 252  // mean number of cells that a cell has synapses from
	perExc    = 4.2  // mean number of synapses of an excitatory connection
	perInh    = 10.0 // of an inhibitory one
	reachExc  = 220  // [um] over which connections become rarer by e
	reachInh  = 110  // [um]
	release   = .5   // [ms] of a synapse's delay that is not conduction
	speed     = 300  // [um/ms] along axons
	fibres    = 310  // of the thalamus, whatever the column's size
	perCell   = 20   // fibres that a cell has synapses from
	perFibre  = 3    // synapses of such a connection
	near      = 60   // [um] the end of the proximal domain
	variation = .1   // relative standard deviation of what synapses draw
)

// Affinities of layers, from the first index to the second: how much more
// often connections are made than between neighbours of one layer.
var (
	affinityExc = [5][5]float64{
		{1, 1, 1, 1, 1},
		{.5, 1, .2, .6, .1},
		{.2, 1, 1, .5, .2},
		{.5, .4, .2, 1, .4},
		{.1, .1, .5, .4, 1},
	}
	affinityInh = [5][5]float64{
		{2, 1, .1, .1, .05},
		{.4, 2, .4, .2, .05},
		{.1, .5, 2, .4, .1},
		{.4, .4, .5, 2, .3},
		{.1, .1, .3, .5, 2},
	}
)

// cell is one cell of the column.
type cell struct {
	typ   int // index into column.types
	layer int
	at    vector // [um]
	m     *mtype
}

// column is the circuit without its edges.
type column struct {
	seed  int64
	cells []cell
	types []typ
}

// typ is a cell type with the places for synapses on it.
type typ struct {
	*ir.CellType
	me         *meType
	morphology string    // file without its ending
	start      []float64 // [um] path from the soma to each section
	long       []float64 // [um] length of each section
	places     [domains]places
}

// places are sections with their lengths summed up to draw from.
type places struct {
	section []int
	upto    []float64
}

// survey finds the domains of a cell type.
func (t *typ) survey() {
	n := len(t.Morph.Sections)
	t.start, t.long = make([]float64, n), make([]float64, n)
	add := func(d domain, i int) {
		p := &t.places[d]
		sum := t.long[i]
		if k := len(p.upto); k > 0 {
			sum += p.upto[k-1]
		}
		p.section, p.upto = append(p.section, i), append(p.upto, sum)
	}
	for i := range n {
		s := &t.Morph.Sections[i]
		t.long[i] = length(s)
		if s.Parent > 0 {
			t.start[i] = t.start[s.Parent] + t.long[s.Parent]
		}
		switch kind := kindOf(s); {
		case s.Name == "axon[0]":
			add(initial, i)
		case kind == "axon":
		case kind == "soma":
			add(proximal, i)
		default:
			add(dendrites, i)
			if t.start[i] < near {
				add(proximal, i)
			} else {
				add(distal, i)
			}
		}
	}
	if t.places[distal].section == nil {
		t.places[distal] = t.places[dendrites]
	}
}

// draw draws a place, evenly along the sections of a domain.
func (t *typ) draw(d domain, r *random.Stream) (section int, pos, path float64) {
	p := &t.places[d]
	x := float64(r.Uniform() * p.upto[len(p.upto)-1])
	k := min(sort.SearchFloat64s(p.upto, x), len(p.upto)-1)
	section = p.section[k]
	if k > 0 {
		x -= p.upto[k-1]
	}
	pos = math.Min(math.Max(x/t.long[section], 0), 1)
	return section, pos, t.start[section] + x
}

// synapse is one edge.
type synapse struct {
	path           int
	source, target int
	section        int
	pos            float64
	weight, delay  float64
	use, dep, fac  float64
}

// about draws a value about a mean; it is never below a fifth of it.
func about(mean float64, r *random.Stream) float64 {
	return math.Max(float64(mean*(1+float64(variation*r.Normal()))), mean/5)
}

// connect draws n synapses of a connection.
func (c *column) connect(path, source, target, n int, on domain, dist float64, r *random.Stream, put func(*synapse) error) error {
	p, t := &pathways[path], &c.types[c.cells[target].typ]
	s := synapse{path: path, source: source, target: target}
	for range n {
		var along float64
		s.section, s.pos, along = t.draw(on, r)
		s.delay = release + (dist+along)/speed
		s.weight = about(p.weight, r)
		s.use = math.Min(about(p.use, r), .95)
		s.dep, s.fac = about(p.dep, r), about(p.fac, r)
		if err := put(&s); err != nil {
			return err
		}
	}
	return nil
}

func distance(a, b vector) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return math.Sqrt(float64(x*x) + float64(y*y) + float64(z*z))
}

// kindOfPath is the pathway between two cells.
func kindOfPath(pre, post *mtype) int {
	switch {
	case !pre.excite:
		return pre.tm
	case post.excite:
		return excE
	case post.onto == distal: // Martinotti cells and those of layer 1
		return excF
	}
	return excI
}

// afferents draws all synapses onto one cell from cells of the column. Each
// cell has a random stream of its own, so that any range of targets can be
// drawn by itself. weights is scratch, a number for each cell.
//
// The chance of a connection falls with distance; its mean over a cell's
// possible partners is such that it has synapses from 252 of them. A small
// column has fewer cells than that, or hardly more: chances end at 1, and
// connections have more synapses instead, so that the synapses onto a cell are
// as many as in the whole column.
func (c *column) afferents(target int, weights []float64, put func(*synapse) error) error {
	r := random.Keyed(c.seed, "s1-column/afferents", int64(target))
	post := &c.cells[target]
	sum := 0.0
	for j := range c.cells {
		pre := &c.cells[j]
		if j == target {
			weights[j] = 0
			continue
		}
		reach, a := float64(reachExc), affinityExc[pre.layer][post.layer]
		if !pre.m.excite {
			reach, a = reachInh, affinityInh[pre.layer][post.layer]
		}
		weights[j] = float64(a * vec.Exp(-distance(pre.at, post.at)/reach))
		sum += weights[j]
	}
	chances := 0.0
	for j, w := range weights {
		weights[j] = math.Min(partners*w/sum, 1)
		chances += weights[j]
	}
	more := partners / math.Max(chances, 1)
	for j, p := range weights {
		if p == 0 || r.Uniform() >= p {
			continue
		}
		pre := &c.cells[j]
		mean, on := perExc, dendrites
		if !pre.m.excite {
			mean, on = perInh, pre.m.onto
			if on == initial && !post.m.excite {
				on = proximal
			}
		}
		n := int(float64(mean*more*(.5+r.Uniform())) + .5)
		if err := c.connect(kindOfPath(pre.m, post.m), j, target, max(n, 1), on, distance(pre.at, post.at), &r, put); err != nil {
			return err
		}
	}
	return nil
}

// fromThalamus draws the synapses of one cell from fibres of the thalamus.
func (c *column) fromThalamus(target int, put func(*synapse) error) error {
	r := random.Keyed(c.seed, "s1-column/thalamus", int64(target))
	height := c.cells[target].at[1]
	for range perCell {
		fibre := min(int(float64(r.Uniform()*fibres)), fibres-1)
		if err := c.connect(thalamic, fibre, target, perFibre, dendrites, height, &r, put); err != nil {
			return err
		}
	}
	return nil
}

// train draws the times [ms] at which a fibre fires, rate times a second.
func (c *column) train(fibre int, rate, until float64) []float64 {
	r := random.Keyed(c.seed, "s1-column/train", int64(fibre))
	var times []float64
	for t := r.NegExpMean(1000 / rate); t < until; t += r.NegExpMean(1000 / rate) {
		times = append(times, t)
	}
	return times
}
