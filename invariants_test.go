package rall

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
	"github.com/rallsim/rall/runtime/vm"
)

// A network gives the same bits whether invariants are computed once or in
// every step, and in a backend that stores what nobody reads, fuses nothing
// and knows no runs.
func TestInvariantsKeepResults(t *testing.T) {
	for _, spec := range []string{"net1-sensory-motor/sensory_motor.json", "net4-ring/ring.json", "net6-hybrid/hybrid.json", "swc-cell/swc-cell.json"} {
		var diags diag.List
		p := Load([]string{filepath.Join("corpus", filepath.FromSlash(spec))}, Settings{}, &diags)
		if p == nil {
			t.Fatalf("%s: %v", spec, diags.Error())
		}
		run := func(keep, interp bool) ([]record.Spike, []record.Report) {
			net := lower.Lower(p.Model, lower.Options{Compile: codegen.Options{KeepInvariants: keep}}, &diags)
			if net == nil {
				t.Fatalf("%s: %v", spec, diags.Error())
			}
			net.Duration = min(net.Duration, 40)
			hidden := 0
			for _, m := range net.Mechs {
				for _, c := range m.Program.Columns {
					if c.Hidden {
						hidden++
					}
				}
			}
			if keep != (hidden == 0) {
				t.Errorf("%s: %d hidden columns", spec, hidden)
			}
			o := sim.Options{Threads: 1}
			if interp {
				o.Backend = vm.Interp{}
			}
			s := sim.New(net, o)
			if err := s.Init(); err != nil {
				t.Fatal(err)
			}
			if err := s.Run(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			res, err := s.Result(nil)
			if err != nil {
				t.Fatal(err)
			}
			return res.Spikes, res.Reports
		}
		spikes, reports := run(true, true)
		if len(spikes) == 0 {
			t.Errorf("%s: no spikes to compare", spec)
		}
		gotSpikes, gotReports := run(false, false)
		if !reflect.DeepEqual(spikes, gotSpikes) {
			t.Errorf("%s: spikes differ", spec)
		}
		if !reflect.DeepEqual(reports, gotReports) {
			t.Errorf("%s: samples differ", spec)
		}
	}
}
