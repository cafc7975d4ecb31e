package protocol

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// TestFinite: what is no number is told, and JSON takes the rest.
func TestFinite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	r := &Report{Values: []Value{{Name: "a", Value: 1}, {Name: "sag", Value: nan}}, Table: &Table{Rows: [][]float64{{1, inf}}},
		Sweeps: []Sweep{{Features: []Measured{{Name: "f", X: []float64{1, inf}}, {Name: "g", X: []float64{2}}}}}}
	r.Finite()
	if len(r.Values) != 1 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "no sag") || !math.IsNaN(r.Table.Rows[0][1]) {
		t.Errorf("%+v", r)
	}
	f := r.Sweeps[0].Features
	if f[0].X != nil || f[0].Why == "" || len(f[1].X) != 1 {
		t.Errorf("%+v", f)
	}
	if _, err := json.Marshal([]any{r.Values, f}); err != nil {
		t.Error(err)
	}
}

// TestFitExponentialOfNothing: no fit rather than one that is no number.
func TestFitExponentialOfNothing(t *testing.T) {
	times := []float64{0, 1, 2, 3, 4, 5}
	for _, v := range [][]float64{{1, 1, 1, 1, 1, 1}, {0, 1, 2, 3, 4, 5}, {math.NaN(), 1, 2, 3, 4, 5}, {0, math.Inf(1), 2, 3, 4, 5}, {1, -1, 1, -1, 1, -1}} {
		if f, err := FitExponential(times, v); err == nil && (!(f.Tau > 0) || !isFinite(f.Tau+f.TauError+f.A+f.B)) {
			t.Errorf("%v: %+v", v, f)
		}
	}
}
