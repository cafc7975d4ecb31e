package build_test

import (
	"fmt"
	"io/fs"
	"reflect"
	"testing"

	"github.com/rallsim/rall/internal/fixture"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/spec"
	"github.com/rallsim/rall/spec/build"
)

// Connections made by columns are those made one by one, to the bit, whatever
// rules ask for; and pieces and ranges of a projection are its whole.
func TestTogether(t *testing.T) {
	const cells = `
netParams:
  sizeX: 300
  sizeY: 200
  sizeZ: 100
  propVelocity: 250
  scaleConnWeight: 0.7
  defaultDelay: 1.25
  popParams:
    A: {cellType: C, numCells: 23}
    B: {cellType: D, numCells: 17}
    P: {cellModel: IntFire1, numCells: 31}
  cellParams:
    C: {conds: {cellType: C}, secs: {soma: {geom: {L: 20, diam: 20, nseg: 3}, mechs: {hh: {}}}, dend: {geom: {L: 90, diam: 1, nseg: 5}, topol: {parentSec: soma, parentX: 1, childX: 0}, mechs: {pas: {}}}}}
    D: {conds: {cellType: D}, secs: {soma: {geom: {L: 20, diam: 20}, mechs: {hh: {}}, weightNorm: [0.5]}}}
  synMechParams:
    s: {mod: ExpSyn, tau: 2, e: 0}
    p: {mod: Exp2Syn, tau1: "0.1+uniform(0, 1)", tau2: "5+0.001*post_y", e: -10}
  connParams:
`
	used, draws := 0, 0
	for i, rule := range []string{
		`r: {preConds: {pop: P}, postConds: {pop: P}, probability: 0.3, weight: 0.5, delay: 2}`,
		`r: {preConds: {pop: P}, postConds: {pop: P}, convergence: 5, weight: "uniform(0, 1)", delay: "lognormal(2, 1)"}`,
		`r: {preConds: {pop: P}, postConds: {pop: P}, divergence: "3+uniform(0, 4)", weight: "0.5*exp(-dist_3D/100)"}`,
		`r: {preConds: {pop: [A, B]}, postConds: {pop: A}, probability: "exp(-dist_3D/150)", weight: "pre_ynorm+post_x*dist_x", delay: "1+dist_2D/propVelocity", synMech: s, sec: dend, loc: 0.3}`,
		`r: {preConds: {pop: [A, B, P]}, postConds: {pop: [A, B, P]}, probability: "0.2+uniform(0, 0.2)", weight: 0.5, delay: "normal(9, 1)", synMech: s}`,
		`r: {preConds: {pop: A}, postConds: {pop: [A, B]}, weight: "uniform(0, 1)", delay: "1+post_znorm", synMech: p, sec: soma}`,
		`r: {preConds: {pop: A}, postConds: {pop: B}, weight: 1, delay: 1, synMech: [s, p], synsPerConn: 2}`,
		`r: {preConds: {pop: P}, postConds: {pop: A}, weight: 1, delay: 1, synMech: s, sec: [soma, dend]}`,
		`r: {preConds: {pop: P}, postConds: {pop: A}, connList: [[3, 1], [2, 1], [3, 1], [9, 4]], weight: [1, 2, 2, 1], delay: 1, synMech: s}`,
		`r: {preConds: {pop: A}, postConds: {pop: A}, convergence: 4, delay: "dist_3D-60", synMech: s}`,
		`r: {preConds: {pop: A}, postConds: {pop: A}, probability: 0.4, weight: "sqrt(dist_x-30)", synMech: s}`,
	} {
		for _, cfg := range []string{"{}", "{rng: rall}", "{allowSelfConns: true}", "{allowConnsWithWeight0: false, oneSynPerNetcon: false}"} {
			text := cells + "    " + rule + "\nsimConfig: " + cfg + "\n"
			name := fmt.Sprintf("%d %s", i, cfg)
			many, found := made(t, text, build.Build)
			single, want := made(t, text, build.BuildOneByOne)
			if !reflect.DeepEqual(found, want) {
				t.Fatalf("%s: findings %q, want %q", name, found, want)
			}
			if many == nil {
				if i < 9 {
					t.Fatalf("%s: %q", name, found)
				}
				continue
			}
			if !reflect.DeepEqual(many.Points, single.Points) {
				t.Errorf("%s: other synapses", name)
			}
			a, b := many.Projs[0], single.Projs[0]
			whole := a.Edges(0, 1000)
			if len(whole.Order) == 0 || !reflect.DeepEqual(whole, b.Edges(0, 1000)) {
				t.Errorf("%s: %d edges, other ones", name, len(whole.Order))
			}
			if build.Runs(a) < len(whole.Order)/2 {
				used++
			}
			var joined, ranges ir.EdgeTable
			a.(ir.Piecewise).Pieces(func(e *ir.EdgeTable) bool { join(&joined, e); return true })
			if !reflect.DeepEqual(joined, whole) {
				t.Errorf("%s: pieces are not the whole", name)
			}
			for gid := range 71 {
				e := a.Edges(gid, gid+1)
				draws += len(e.Order)
				join(&ranges, &e)
			}
			if len(ranges.Order) != len(whole.Order) {
				t.Errorf("%s: ranges have %d edges of %d", name, len(ranges.Order), len(whole.Order))
			}
		}
	}
	if used < 15 || draws < 5000 {
		t.Errorf("%d networks by columns, %d edges: too few to tell", used, draws)
	}
}

// junction is a gap junction's half.
const junction = `NEURON { POINT_PROCESS Junction NONSPECIFIC_CURRENT i RANGE g, i, vpeer }
PARAMETER { g = 1 (uS) vpeer (mV) }
ASSIGNED { v (mV) i (nA) }
BREAKPOINT { i = g*(v - vpeer) }
`

// rule is one of plasticity.
const rule = `NEURON { POINT_PROCESS STDP POINTER synweight RANGE wmax }
PARAMETER { wmax = 1 }
ASSIGNED { synweight }
NET_RECEIVE(w) { synweight = synweight + 0.1*w*(wmax - synweight) }
`

func join(to, e *ir.EdgeTable) {
	to.Order, to.Source, to.Target = append(to.Order, e.Order...), append(to.Source, e.Source...), append(to.Target, e.Target...)
	to.Delay, to.Weight, to.Index = append(to.Delay, e.Delay...), append(to.Weight, e.Weight...), append(to.Index, e.Index...)
}

func made(t *testing.T, text string, with func(*spec.Spec, *mech.Catalogue, build.Files, *diag.List) *ir.Model) (*ir.Model, []string) {
	t.Helper()
	var diags diag.List
	s := spec.Parse([]spec.Source{{Name: "spec.yaml", Text: []byte(text)}}, spec.Options{IsArtificial: func(name string) bool { return name == "IntFire1" }}, &diags)
	if s == nil {
		t.Fatal(diags.Error())
	}
	cat := fixture.Catalogue(t, "pas", "ExpSyn", "Exp2Syn", "hh", "IntFire1", "NetStim", "IClamp")
	cat.Add(nmodl.Compile("junction.mod", []byte(junction), nil, &diags))
	cat.Add(nmodl.Compile("stdp.mod", []byte(rule), nil, &diags))
	m := with(s, cat, func(string) ([]byte, error) { return nil, fs.ErrNotExist }, &diags)
	var found []string
	for _, d := range diags.Sorted() {
		found = append(found, d.Msg)
	}
	return m, found
}
