package build_test

import (
	"reflect"
	"testing"

	"github.com/rallsim/rall/spec/build"
)

// cellsApart are cells whose rules depend on the cell: what differs is a
// parameter, a length, or a place that points are rounded at.
const cellsApart = `
netParams:
  sizeX: 300
  popParams:
    A: {cellType: A, numCells: 5}
    B: {cellType: B, numCells: 5}
    C: {cellType: C, numCells: 5}
  cellParams:
    A:
      secs:
        soma: {geom: {L: 20, diam: 20}, mechs: {hh: {gnabar: "uniform(0.1, 0.14)"}}, ions: {na: {e: 50}}, pointps: {clamp: {mod: IClamp, loc: 0.5, amp: "0.001*x"}}}
        dend: {geom: {L: 90, diam: 1, nseg: 3}, topol: {parentSec: soma, parentX: 1, childX: 0}, mechs: {pas: {g: "0.001*(1+dist_path/100)", e: -65}}, vinit: -66}
    B:
      vars: {long: "uniform(50, 90)"}
      secs:
        soma: {geom: {L: 20, diam: 20}, mechs: {hh: {}}}
        dend: {geom: {L: long, diam: 1, nseg: 3}, topol: {parentSec: soma, parentX: 1, childX: 0}, mechs: {pas: {g: "0.001*dist_path/100", e: -65}}}
    C:
      secs:
        soma: {geom: {diam: 10, pt3d: [[0, 0, 0, 10], [0, 0, 10, 10]]}, mechs: {hh: {gnabar: "0.12+0.0001*x"}}}
        dend: {geom: {nseg: 3, pt3d: [[0, 0, 10, 1], [3, 40, 10, 1], [0, 90, 20, 1]]}, topol: {parentSec: soma, parentX: 1, childX: 0}, mechs: {pas: {g: "0.001*dist_euclidean/100", e: -65}}}
  synMechParams:
    s: {mod: Exp2Syn, tau1: "0.1+0.001*post_dist_path", tau2: "5+uniform(0, 1)+0.001*post_dist_euclidean", e: 0}
  connParams:
    all: {preConds: {pop: [A, B, C]}, postConds: {pop: [A, B, C]}, probability: 0.5, weight: 1, delay: 1, synMech: s, sec: [soma, dend], synsPerConn: 3}
simConfig: {duration: 1, `

// TestAlike: types that share what is equal are those that share nothing.
func TestAlike(t *testing.T) {
	for _, cfg := range []string{"rng: netpyne}\n", "rng: rall, pt3dRelativeToCellLocation: false}\n", "invertedYCoord: false}\n"} {
		got, found := made(t, cellsApart+cfg, build.Build)
		want, said := made(t, cellsApart+cfg, build.BuildApart)
		if got == nil || !reflect.DeepEqual(found, said) {
			t.Fatalf("%s: found %q, want %q", cfg, found, said)
		}
		if len(got.CellTypes) < 10 || !reflect.DeepEqual(got.CellTypes, want.CellTypes) {
			t.Errorf("%s: %d types, not as those of %d", cfg, len(got.CellTypes), len(want.CellTypes))
		}
		if !reflect.DeepEqual(got.Pops, want.Pops) || len(got.Points) == 0 || !reflect.DeepEqual(got.Points, want.Points) {
			t.Errorf("%s: other populations, or synapses", cfg)
		}
		if a, b := got.CellTypes[0], got.CellTypes[1]; a.Morph != b.Morph || &a.Paint[1].Params[0] != &b.Paint[1].Params[0] || reflect.DeepEqual(a.Paint, b.Paint) {
			t.Errorf("%s: types share all or nothing", cfg)
		}
	}
}
