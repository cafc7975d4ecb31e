package build_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
	"github.com/rallsim/rall/spec/build"
)

const partCells = `
netParams:
  sizeX: 300
  sizeY: 200
  sizeZ: 100
  propVelocity: 250
  popParams:
    A: {cellType: C, numCells: 23}
    B: {cellType: D, numCells: 17}
    P: {cellModel: IntFire1, numCells: 31}
  cellParams:
    C: {conds: {cellType: C}, secs: {soma: {geom: {L: 20, diam: 20, nseg: 3}, mechs: {hh: {}}}, dend: {geom: {L: 90, diam: 1, nseg: 5}, topol: {parentSec: soma, parentX: 1, childX: 0}, mechs: {pas: {}}}}}
    D: {conds: {cellType: D}, secs: {soma: {geom: {L: 20, diam: 20, nseg: 3}, mechs: {hh: {}}}}}
  synMechParams:
    s: {mod: ExpSyn, tau: 2, e: 0}
    p: {mod: Exp2Syn, tau1: "0.1+uniform(0, 1)", tau2: "5+0.001*post_y", e: -10}
    gap: {mod: Junction, g: 0.001, pointerParams: {target_var: vpeer, bidirectional: true}}
    half: {mod: Junction, g: 0.002}
  stimSourceParams:
    drive: {type: NetStim, rate: 40, noise: 0.5}
    clamp: {type: IClamp, amp: 0.1, dur: 10, del: "uniform(0, 5)"}
  stimTargetParams:
    drive->A: {source: drive, conds: {pop: A}, sec: dend, synMech: p, synsPerConn: 3, weight: "uniform(0, 1)", delay: 2}
    clamp->B: {source: clamp, conds: {pop: B}, sec: soma, loc: 0.2}
  playParams:
    tau: {conds: {pop: B}, synMech: s, sec: soma, loc: 0.5, index: 0, var: tau, times: [0, 5], values: [2, 3]}
  connParams:
`

// partRules are rules of every kind, all in one network, so that each counts
// what those before have made.
var partRules = []string{
	`{preConds: {pop: P}, postConds: {pop: P}, probability: 0.3, weight: 0.5, delay: 2}`,
	`{preConds: {pop: P}, postConds: {pop: P}, convergence: 5, weight: "uniform(0, 1)", delay: "lognormal(2, 1)"}`,
	`{preConds: {pop: P}, postConds: {pop: [P, A]}, divergence: "3+uniform(0, 4)", weight: "0.5*exp(-dist_3D/100)", synMech: p}`,
	`{preConds: {pop: [A, B]}, postConds: {pop: A}, probability: "exp(-dist_3D/150)", weight: "pre_ynorm+post_x*dist_x", delay: "1+dist_2D/propVelocity", synMech: s, sec: dend, loc: 0.3}`,
	`{preConds: {pop: [A, B, P]}, postConds: {pop: [A, B, P]}, probability: "0.2+uniform(0, 0.2)", weight: 0.5, delay: "normal(9, 1)", synMech: s}`,
	`{preConds: {pop: A}, postConds: {pop: [A, B]}, weight: "uniform(0, 1)", delay: "0.01+uniform(0, 1)", synMech: p, sec: soma, loc: 1}`,
	`{preConds: {pop: A}, postConds: {pop: B}, probability: 0.2, weight: 1, delay: 1, synMech: [s, p], synsPerConn: 2}`,
	`{preConds: {pop: P}, postConds: {pop: A}, weight: 1, delay: 1, synMech: s, sec: [soma, dend], synsPerConn: 4}`,
	`{preConds: {pop: A}, postConds: {pop: B}, connList: [[3, 1], [2, 1], [3, 1], [9, 4]], weight: [0.001, 0.002, 0.002, 0.001], synMech: gap}`,
	`{preConds: {pop: P}, postConds: {pop: A}, connList: [[3, 1], [2, 1], [3, 1], [9, 4]], weight: [1, 2, 2, 1], delay: 1, synMech: s}`,
	`{preConds: {pop: P}, postConds: {pop: B}, connList: [[3, 1], [2, 1], [9, 4], [4, 1], [7, 9]], weight: [1, 0, 2, 1, 0], delay: 1, synMech: s}`,
	`{preConds: {pop: B}, postConds: {pop: B}, convergence: 4, delay: "1+0.1*post_znorm", synMech: s, sec: soma, loc: 0.5, weight: "uniform(0, 1)"}`,
	`{preConds: {pop: B}, postConds: {pop: A}, probability: 0.1, weight: 0.001, gapJunction: true, synMech: half}`,
	`{preConds: {pop: [A, P]}, postConds: {pop: [A, B]}, probability: 0.2, weight: "uniform(0, 1)", delay: 3, synMech: [s, p], plast: {mech: STDP, params: {wmax: 2}}}`,
}

// edge is an edge with all that it ends on, whatever table holds it.
type edge struct {
	rule                string
	source              int64
	gid                 int
	delay, weight       float64
	index               uint8
	label               string
	place               int64 // of the synapse, in order of creation
	section             int
	at                  float64
	params              string
	table, placedOrSelf int32
}

// edgesOf returns the edges onto some cells by their place in the model's order.
func edgesOf(m *ir.Model, own func(int) bool) map[int64]edge {
	places := placesOf(m)
	out := map[int64]edge{}
	for _, p := range m.Projs {
		t := p.Edges(0, 1000)
		for i := range t.Order {
			to := t.Target[i]
			if !own(to.Gid) {
				continue
			}
			e := edge{rule: p.Label(), source: t.Source[i], gid: to.Gid, delay: t.Delay[i], weight: t.Weight[i], table: to.Table, placedOrSelf: to.Placed}
			if t.Index != nil {
				e.index = t.Index[i]
			}
			if to.Table >= 0 {
				e.point(m, to.Table, to.Row, places)
			}
			out[t.Order[i]] = e
		}
	}
	return out
}

func (e *edge) point(m *ir.Model, table, row int32, places [][]int64) {
	p := m.Points[table]
	e.label, e.place, e.section, e.at = p.Label, places[table][row], p.Section[row], p.At[row]
	for _, c := range p.Params {
		e.params += fmt.Sprint(c.Name, c.Values[row], " ")
	}
	if p.Gid[row] != e.gid {
		e.params += fmt.Sprint("on ", p.Gid[row])
	}
}

// placesOf are the places of all rows in order of creation.
func placesOf(m *ir.Model) [][]int64 {
	n := int64(0)
	var out [][]int64
	for _, t := range m.Points {
		places := slices.Clone(t.Order)
		if t.Order == nil {
			for range t.Gid {
				places = append(places, n)
				n++
			}
		}
		out = append(out, places)
	}
	return out
}

// TestPart: what ranks make of a network for their own cells is what the whole
// has there, with the same names for everything; and little more than that.
func TestPart(t *testing.T) {
	for _, cfg := range []string{"rng: netpyne, recordCells: [0, 4, 9]", "rng: rall, allowConnsWithWeight0: false, recordCells: [4, 5]", "allowSelfConns: true, recordCells: [all]", "oneSynPerNetcon: false, allowConnsWithWeight0: false, recordCells: [2]"} {
		for _, most := range []int{1 << 20, 100} {
			restore := build.KeepDrawn(most)
			text := partCells
			for i, r := range partRules {
				text += fmt.Sprintf("    r%d: %s\n", i, r)
			}
			text += "simConfig: {duration: 10, " + cfg + ", recordTraces: {g: {synMech: p, sec: soma, loc: 1, var: g, index: 1, conds: {pop: A}}}}\n"
			testPart(t, fmt.Sprint(cfg, ", ", most), text)
			restore()
		}
	}
}

func testPart(t *testing.T, name, text string) {
	whole, want := made(t, text, build.Build)
	if whole == nil {
		t.Fatalf("%s: %q", name, want)
	}
	all := func(int) bool { return true }
	wholeEdges, wholePlaces := edgesOf(whole, all), placesOf(whole)
	load := map[string]map[int]int32{}
	for _, p := range whole.Points {
		if !p.Synapse {
			continue
		}
		for _, gid := range p.Gid {
			if load[p.Mech] == nil {
				load[p.Mech] = map[int]int32{}
			}
			load[p.Mech][gid]++
		}
	}
	edges := 0
	const ranks = 3
	for rank := range ranks {
		own := func(gid int) bool { return gid/4%ranks == rank }
		part, found := made(t, text, func(s *spec.Spec, cat *mech.Catalogue, files build.Files, diags *diag.List) *ir.Model {
			return build.BuildPart(s, cat, files, func(m *ir.Model) func(int) bool {
				for _, p := range m.Projs {
					if n := len(p.Edges(0, 1000).Order); n > 0 {
						t.Errorf("%s: %d edges of rule %s before anybody is known to want them", name, n, p.Label())
					}
				}
				return own
			}, diags)
		})
		if part == nil || !reflect.DeepEqual(found, want) {
			t.Fatalf("%s: rank %d finds %q, want %q", name, rank, found, want)
		}
		mine := edgesOf(whole, own)
		got := edgesOf(part, all)
		if len(mine) < 300 || len(got) != len(mine) {
			t.Fatalf("%s: rank %d has %d edges, want %d", name, rank, len(got), len(mine))
		}
		for order, e := range got {
			if e != mine[order] {
				t.Fatalf("%s: rank %d, edge %d: %+v, want %+v", name, rank, order, e, mine[order])
			}
		}
		edges += len(got)
		samePoints(t, name, part, whole, placesOf(part), wholePlaces, own)
		for _, p := range part.Points {
			for _, gid := range p.Gid {
				// cells of A whose synapses nobody asks for
				if known := strings.Contains(name, "all") || strings.Contains(name, "oneSyn"); !known && gid > 9 && gid < 23 && !own(gid) && p.Synapse && p.Mech != "Junction" {
					t.Fatalf("%s: rank %d has a %s on cell %d", name, rank, p.Label, gid)
				}
			}
		}
		links := part.Part.Links
		plastic := 0
		for _, p := range whole.Points {
			if p.Plastic {
				plastic += len(p.Gid)
			}
		}
		if want := len(wholeEdges) - 2*plastic; plastic < 50 || part.Part.Plastic != plastic || links.Conns != want {
			t.Errorf("%s: %d connections in all, %d of changing weights, want %d, %d", name, links.Conns, part.Part.Plastic, want, plastic)
		}
		checkLinks(t, name, links, wholeEdges, &whole.Conditions)
		for mech, of := range part.Part.Load {
			for gid, n := range of {
				if n != load[mech][gid] {
					t.Errorf("%s: %d of %s on cell %d, want %d", name, n, mech, gid, load[mech][gid])
				}
			}
		}
		if len(part.Part.Load) != len(load) {
			t.Errorf("%s: a load of %d mechanisms, want %d", name, len(part.Part.Load), len(load))
		}
	}
	if edges != len(wholeEdges) {
		t.Errorf("%s: ranks have %d edges, the whole %d", name, edges, len(wholeEdges))
	}
	if whole.Records == nil || whole.Plays == nil || whole.Couplings == nil {
		t.Errorf("%s: nothing is recorded, played or coupled", name)
	}
}

// samePoints compares the point processes on a rank's own cells, and what is
// recorded, played and coupled anywhere.
func samePoints(t *testing.T, name string, part, whole *ir.Model, places, wholePlaces [][]int64, own func(int) bool) {
	t.Helper()
	byPlace := func(m *ir.Model, places [][]int64) map[int64]edge {
		out := map[int64]edge{}
		for k, p := range m.Points {
			for row, gid := range p.Gid {
				if own(gid) {
					e := edge{gid: gid, table: int32(k)}
					e.point(m, int32(k), int32(row), places)
					out[e.place] = e
				}
			}
		}
		return out
	}
	if got, want := byPlace(part, places), byPlace(whole, wholePlaces); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %d point processes, want %d, or other ones", name, len(got), len(want))
	}
	refs := func(m *ir.Model, places [][]int64) []string {
		var out []string
		add := func(r ir.Ref) {
			place := int64(-1)
			if r.Table >= 0 {
				place, r.Row = places[r.Table][r.Row], 0
			}
			out = append(out, fmt.Sprintf("%+v %d", r, place))
		}
		for i := range m.Records {
			add(m.Records[i].Ref)
		}
		for i := range m.Plays {
			add(m.Plays[i].To)
		}
		for i := range m.Couplings {
			if w := m.Couplings[i].Weight; w != nil {
				if !own(m.Couplings[i].To.Gid) {
					continue // only the cell's rank needs it
				}
				out = append(out, fmt.Sprintf("%+v", *w))
			}
			add(m.Couplings[i].From)
			add(m.Couplings[i].To)
		}
		return out
	}
	if got, want := refs(part, places), refs(whole, wholePlaces); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: variables %v, want %v", name, got, want)
	}
}

// checkLinks compares what is known of all edges with the edges.
func checkLinks(t *testing.T, name string, l *ir.Links, all map[int64]edge, c *ir.Conditions) {
	t.Helper()
	least, short := 1e9, 0
	for _, e := range all {
		switch {
		case e.source < 0 || int(e.source) == e.gid:
		case e.delay < c.Shortest():
			short++
		default:
			least = min(least, e.delay)
		}
	}
	joined := 0
	for _, j := range l.Joins {
		joined += j.Conns
		if len(j.Cells) > 70 {
			t.Errorf("%s: %d joints of 71 cells", name, len(j.Cells))
		}
	}
	if l.Least != least || joined != short || short == 0 {
		t.Errorf("%s: a shortest delay of %g, %d too short; want %g, %d", name, l.Least, joined, least, short)
	}
}
