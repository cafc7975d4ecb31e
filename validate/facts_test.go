package validate

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/validate/golden"
)

const numerics = "numerics/golden/neuron-9.0.2/"

// oneCell is a spec of one cell of one section, with a simConfig.
func oneCell(t *testing.T, section, rest, config string) *model {
	t.Helper()
	text := fmt.Sprintf(`{"netParams": {
 "popParams": {"P": {"cellType": "C", "numCells": 1}},
 "cellParams": {"C": {"secs": {"soma": %s}}}%s},
 "simConfig": %s}`, section, rest, config)
	path := filepath.Join(t.TempDir(), "one.json")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return &model{name: "one cell", spec: []string{path}}
}

// TestRecordStep: which samples there are, when, and of which step, is what
// NEURON's Vector.record with a step gives.
func TestRecordStep(t *testing.T) {
	var want struct {
		Cases []struct {
			Dt, Duration, Step float64
			Samples            int
			EndT               float64 `json:"end_t"`
			T                  map[string]float64
			Trace              string
		}
	}
	if err := golden.Read(needGolden(t, numerics+"record-step"), "record_step.json", &want); err != nil {
		t.Fatal(err)
	}
	for _, c := range want.Cases {
		m := oneCell(t, `{"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}}}`,
			`, "stimSourceParams": {"s": {"type": "IClamp", "del": 1, "dur": 1e9, "amp": 0.3}},
 "stimTargetParams": {"s": {"source": "s", "conds": {"pop": "P"}, "sec": "soma", "loc": 0.5}}`,
			fmt.Sprintf(`{"duration": %g, "dt": %g, "recordStep": %g, "recordCells": ["all"], "recordTraces": {"v": {"sec": "soma", "loc": 0.5, "var": "v"}}}`,
				c.Duration, c.Dt, c.Step))
		res := m.run(t, m.load(t), rall.Settings{})
		what := fmt.Sprintf("%g ms by %g, recorded by %g", c.Duration, c.Dt, c.Step)
		if res.Run.Reached != c.EndT {
			t.Errorf("%s: ends at %.17g, want %.17g", what, res.Run.Reached, c.EndT)
		}
		rep := report(res, "v")
		if len(rep.Time) != c.Samples {
			t.Errorf("%s: %d samples, want %d", what, len(rep.Time), c.Samples)
			continue
		}
		for k, x := range c.T {
			if i, _ := strconv.Atoi(k); rep.Time[i] != x {
				t.Errorf("%s: sample %d at %.17g, want %.17g", what, i, rep.Time[i], x)
			}
		}
		if c.Trace == "" {
			continue
		}
		rows, err := golden.Rows(needGolden(t, numerics+"record-step", c.Trace))
		if err != nil {
			t.Fatal(err)
		}
		n := len(rows[0])
		compareTrace(t, what, rep.Time[:n], rep.Column(0)[:n], rows[0], rows[1], 1e-8)
	}
}

// TestTable: hh's steady states and time constants come from its TABLE, on the
// grid, between its points, and clamped outside; by evaluation they differ by
// more than 1e-5. They are variables of each CV, as the states are.
func TestTable(t *testing.T) {
	var want struct {
		V     []float64
		Cases []struct {
			Celsius float64
			Table   bool
			Rates   map[string][]float64
		}
	}
	if err := golden.Read(needGolden(t, numerics+"table"), "table.json", &want); err != nil {
		t.Fatal(err)
	}
	names := []string{"minf", "hinf", "ninf", "mtau", "htau", "ntau"}
	var traces []string
	for _, name := range names {
		traces = append(traces, fmt.Sprintf(`"%[1]s": {"sec": "soma", "loc": 0.5, "mech": "hh", "var": "%[1]s"}`, name))
	}
	worst := 0.0
	for _, c := range want.Cases {
		use := 0
		if c.Table {
			use = 1
		}
		for i, v := range want.V {
			m := oneCell(t, fmt.Sprintf(`{"geom": {"L": 20, "diam": 20}, "mechs": {"hh": {}}}}, "globals": {"usetable_hh": %d`, use), "",
				fmt.Sprintf(`{"duration": 0.025, "dt": 0.025, "recordStep": 0.025, "recordCells": ["all"], "hParams": {"celsius": %g, "v_init": %.17g},
 "recordTraces": {%s}}`, c.Celsius, v, strings.Join(traces, ", ")))
			res := m.run(t, m.load(t), rall.Settings{})
			for _, name := range names {
				got, ref := report(res, name).Column(0)[0], c.Rates[name][i]
				off := math.Abs(got-ref) / math.Max(1, math.Abs(ref))
				worst = math.Max(worst, off)
				if !(off <= 1e-15) {
					t.Errorf("%g degC, %g mV: %s is %.17g, want %.17g", c.Celsius, v, name, got, ref)
				}
			}
		}
	}
	t.Logf("worst difference %.2g", worst)
}
