package validate

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/runtime/record"
)

// TestInvariance: the same spikes, trains and traces, bit for bit, whatever
// the threads, the backend, the instructions, and the places of cells in lanes and groups.
func TestInvariance(t *testing.T) {
	// Long enough for every population to have fired.
	nets := map[string]string{"net1-sensory-motor/sensory_motor": "250", "net4-ring": "200", "net6-hybrid": "250", "net7-imported": "150"}
	seen := 0
	for _, m := range models(t, "netpyne-1.1.1") {
		duration, ok := nets[m.name]
		if !ok {
			continue
		}
		seen++
		t.Run(m.name, func(t *testing.T) {
			sec := m.full
			if sec == "" {
				sec = "soma"
			}
			p := m.load(t, "simConfig.duration="+duration, `simConfig.recordCells=["all"]`, "simConfig.recordStim=true",
				fmt.Sprintf(`simConfig.recordTraces={"v":{"sec":%q,"loc":0.5,"var":"v"}}`, sec))
			m.invariant(t, p)
		})
	}
	if seen != len(nets) && goldenRoot() == corpus {
		t.Errorf("%d networks of %d found", seen, len(nets))
	}
}

// invariant runs p in many ways and wants the same bits of all. It returns the
// numbers of groups that took one step at a time.
func (m *model) invariant(t *testing.T, p *rall.Project) (tied map[int]bool) {
	groups := map[int]bool{}
	tied = map[int]bool{}
	run := func(o lower.Options, s rall.Settings) *record.Result {
		q := *p
		if o.GroupNodes != 0 || o.Shuffle != 0 {
			var diags diag.List
			if q.Net = lower.Lower(p.Model, o, &diags); q.Net == nil {
				t.Fatal(diags.Error())
			}
			if err := q.Net.Check(); err != nil {
				t.Errorf("unsound: %v", err)
			}
		}
		n := 0
		for i := range q.Net.Groups {
			if q.Net.Groups[i].Tied {
				n++
			}
		}
		groups[len(q.Net.Groups)] = true
		tied[n] = true
		return m.run(t, &q, s)
	}
	want := run(lower.Options{}, rall.Settings{Threads: 1})
	if len(want.Spikes) == 0 || len(want.Reports) == 0 {
		t.Fatalf("%d spikes, %d reports: nothing to compare", len(want.Spikes), len(want.Reports))
	}
	t.Logf("%d groups, %d spikes, %d samples", len(p.Net.Groups), len(want.Spikes), len(want.Reports[0].Data))
	// Every backend with every set of instructions.
	for _, simd := range rall.SIMDs[1:] {
		if err := rall.UseSIMD(simd); err != nil {
			t.Logf("NOT TESTED: %v", err)
			continue
		}
		for _, backend := range rall.Backends {
			got := run(lower.Options{}, rall.Settings{Threads: 2, Backend: backend})
			if got.Run.Backend != backend || got.Run.SIMD != simd {
				t.Errorf("ran with %s and %s, not %s and %s", got.Run.Backend, got.Run.SIMD, backend, simd)
			}
			same(t, backend+", "+simd, got, want)
		}
	}
	if err := rall.UseSIMD(rall.SIMDs[0]); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		o    lower.Options
		s    rall.Settings
	}{
		{"2 threads", lower.Options{}, rall.Settings{Threads: 2}},
		{"groups of 8 CVs", lower.Options{GroupNodes: 8}, rall.Settings{Threads: 2}},
		{"groups of 50 CVs", lower.Options{GroupNodes: 50}, rall.Settings{Threads: 2}},
		{"one group", lower.Options{GroupNodes: 1 << 30}, rall.Settings{Threads: 2}},
		{"shuffled", lower.Options{Shuffle: 7}, rall.Settings{Threads: 1}},
		{"shuffled otherwise, small groups, 2 threads", lower.Options{Shuffle: 12345, GroupNodes: 20}, rall.Settings{Threads: 2}},
		{"shuffled, interp", lower.Options{Shuffle: 99, GroupNodes: 1}, rall.Settings{Threads: 2, Backend: "interp"}},
	} {
		same(t, c.what, run(c.o, c.s), want)
	}
	if len(groups) < 3 {
		t.Errorf("only %d ways of grouping: %v", len(groups), groups)
	}
	return tied
}

// same wants two results to be the same bits.
func same(t *testing.T, what string, got, want *record.Result) {
	t.Helper()
	if !reflect.DeepEqual(got.Spikes, want.Spikes) {
		t.Errorf("%s: %d spikes, want the same %d", what, len(got.Spikes), len(want.Spikes))
	}
	if !reflect.DeepEqual(got.Stims, want.Stims) {
		t.Errorf("%s: other trains of stimulators", what)
	}
	for i := range want.Reports {
		a, b := got.Reports[i], want.Reports[i]
		if !reflect.DeepEqual(a.Elements, b.Elements) || len(a.Data) != len(b.Data) {
			t.Errorf("%s: report %s has other elements", what, b.Label)
			continue
		}
		for k := range b.Data {
			if math.Float64bits(a.Data[k]) != math.Float64bits(b.Data[k]) {
				n := len(b.Elements)
				t.Errorf("%s: %s of cell %d at %g ms is %v, want %v", what, b.Label, b.Elements[k%n].Gid, b.Time[k/n], a.Data[k], b.Data[k])
				break
			}
		}
	}
}
