package main

import (
	"fmt"
	"math"
	"slices"
)

// The layers from the pia downwards, [um] thick: Markram et al. (2015), figure 2.
var layers = []struct {
	name  string
	thick float64 // [um]
}{{"L1", 165}, {"L23", 502}, {"L4", 190}, {"L5", 525}, {"L6", 700}}

const (
	wholeColumn = 31346 // cells
	radius      = 210   // [um] of the disc with the area of the paper's hexagon
)

// mtype is a morphological type: where its cells lie, how many there are in
// the whole column, how they look and which electrical types they have.
type mtype struct {
	name   string
	layer  int // index into layers
	count  int // before it is scaled to wholeColumn
	form   form
	etypes []string // the first ones are the most frequent
	excite bool
	onto   domain // where its synapses lie on their targets
	tm     int    // of inhibitory ones: index into pathways
}

// meType is a morpho-electric type.
type meType struct {
	m          *mtype
	etype      string
	count      int   // cells
	morphology []int // numbers of the morphologies of its m-type that its cells share
}

// interneurons are what the layers below the first have in common. The classes
// and their electrical types are those of the paper's figures 2 and 4, evened
// out over the layers so that there are 207 morpho-electric types in all.
var interneurons = []struct {
	class  string
	etypes []string
	form   form
	onto   domain
	tm     int
	count  [4]int // in layers 2/3 to 6
}{
	{"BP", []string{"bAC", "cNAC", "bNAC", "bIR", "cAC", "dSTUT"}, bipolar, dendrites, inhF, [4]int{28, 7, 34, 7}},
	{"BTC", []string{"cAC", "bAC", "bNAC", "cNAC", "bIR"}, bitufted, dendrites, inhD, [4]int{104, 20, 76, 16}},
	{"ChC", []string{"cNAC", "cAC", "dNAC"}, bitufted, initial, inhD, [4]int{61, 8, 19, 15}},
	{"DBC", []string{"cAC", "bAC", "bNAC", "bIR", "cIR"}, bitufted, dendrites, inhD, [4]int{175, 41, 96, 31}},
	{"LBC", []string{"cAC", "cNAC", "dNAC", "cSTUT", "bAC", "bNAC", "cIR", "dSTUT"}, basket, proximal, inhD, [4]int{456, 122, 210, 462}},
	{"MC", []string{"cAC", "bAC", "cNAC", "bNAC", "dNAC"}, martinotti, distal, inhD, [4]int{333, 118, 395, 336}},
	{"NBC", []string{"cAC", "cNAC", "bAC", "dNAC", "cIR", "cSTUT", "bNAC"}, basket, proximal, inhR, [4]int{267, 96, 201, 233}},
	{"NGC", []string{"cNAC", "cAC", "bNAC"}, gliaform, dendrites, inhD, [4]int{57, 6, 8, 17}},
	{"SBC", []string{"cAC", "bNAC", "dNAC"}, basket, proximal, inhF, [4]int{166, 60, 25, 72}},
}

// mtypes returns the 55 morphological types. Counts of layers and of principal
// cells are those of the portal that came with the paper (Ramaswamy et al.
// 2015); those of the rarer interneurons are ours within the layers' sums.
func mtypes() []*mtype {
	var all []*mtype
	principal := func(name string, layer, count int, f form) {
		all = append(all, &mtype{name: name, layer: layer, count: count, form: f, etypes: []string{"cADpyr"}, excite: true, onto: dendrites})
	}
	first := func(name string, count int, f form, etypes ...string) {
		all = append(all, &mtype{name: name, layer: 0, count: count, form: f, etypes: etypes, onto: distal, tm: inhD})
	}
	first("L1_DAC", 58, bitufted, "bNAC", "cNAC")
	first("L1_NGC-DA", 72, gliaform, "bNAC", "cAC", "cNAC", "cSTUT")
	first("L1_NGC-SA", 52, gliaform, "cNAC")
	first("L1_HAC", 91, bitufted, "bNAC", "cIR", "cNAC")
	first("L1_DLAC", 24, bitufted, "cNAC")
	first("L1_SLAC", 41, bitufted, "bNAC", "cAC", "cNAC")
	principal("L23_PC", 1, 5877, pyramid(6, 4, 260, 6, 7))
	principal("L4_PC", 2, 2674, pyramid(5, 4, 450, 6, 4))
	principal("L4_SP", 2, 1098, pyramid(5, 4, 380, 5, 2))
	principal("L4_SS", 2, 406, stellate)
	principal("L5_TTPC1", 3, 2403, pyramid(8, 5, 850, 10, 14))
	principal("L5_TTPC2", 3, 2003, pyramid(8, 5, 800, 11, 12))
	principal("L5_STPC", 3, 302, pyramid(7, 5, 700, 8, 5))
	principal("L5_UTPC", 3, 342, pyramid(7, 4, 750, 9, 3))
	principal("L6_TPC_L1", 4, 1637, pyramid(6, 5, 1050, 10, 6))
	principal("L6_TPC_L4", 4, 1440, pyramid(6, 5, 600, 9, 5))
	principal("L6_UTPC", 4, 1735, pyramid(6, 4, 550, 8, 2))
	principal("L6_IPC", 4, 3476, inverted(pyramid(6, 4, 400, 7, 4)))
	principal("L6_BPC", 4, 3174, pyramid(5, 4, 450, 7, 4))
	for layer := 1; layer < len(layers); layer++ {
		for _, in := range interneurons {
			all = append(all, &mtype{name: layers[layer].name + "_" + in.class, layer: layer, count: in.count[layer-1], form: in.form,
				etypes: in.etypes, onto: in.onto, tm: in.tm})
		}
	}
	slices.SortStableFunc(all, func(a, b *mtype) int { return a.layer - b.layer })
	return all
}

// variants is how many morphologies the cells of a morpho-electric type share.
func (m *mtype) variants() int {
	if m.excite {
		return 13 // most cells are of these few types
	}
	return 5
}

// meTypes returns the 207 morpho-electric types with their shares of n cells.
// Where an m-type has several electrical types, one morphology serves two of
// them. So there are about 1,000 morphologies.
func meTypes(n int) ([]*meType, error) {
	ms := mtypes()
	total := 0.0
	for _, m := range ms {
		total += float64(m.count)
	}
	var all []*meType
	var want []float64
	for _, m := range ms {
		sum := 0.0
		for k := range m.etypes {
			sum += 1 / float64(k+1)
		}
		variants := m.variants()
		pool := variants*len(m.etypes) - min(len(m.etypes)-1, 1)
		for k, e := range m.etypes {
			me := &meType{m: m, etype: e}
			for v := range variants {
				me.morphology = append(me.morphology, (variants*k+v)%pool)
			}
			all = append(all, me)
			want = append(want, float64(n)*float64(m.count)/total/float64(k+1)/sum)
		}
	}
	if len(ms) != 55 || len(all) != 207 {
		return nil, fmt.Errorf("BUG: %d m-types, %d me-types", len(ms), len(all))
	}
	for i, c := range apportion(want, n) {
		all[i].count = c
	}
	return all, nil
}

// apportion rounds shares so that they add up to n: the largest remainders are
// rounded up.
func apportion(want []float64, n int) []int {
	out, order := make([]int, len(want)), make([]int, len(want))
	left := n
	for i, w := range want {
		out[i], order[i] = int(math.Floor(w)), i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		ra, rb := want[a]-math.Floor(want[a]), want[b]-math.Floor(want[b])
		switch {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	})
	for i := range max(left, 0) {
		out[order[i%len(order)]]++
	}
	return out
}
