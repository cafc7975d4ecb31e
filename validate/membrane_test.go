package validate

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/validate/golden"
)

// TestNEURONMembraneCurrents: i_membrane_ sums to what the electrodes give, the CVs
// lie where NEURON has them, and line sources of these currents in these
// places make the potentials that LFPykit computes from NEURON's.
func TestNEURONMembraneCurrents(t *testing.T) {
	for _, m := range models(t, "neuron-9.0.2") {
		if !strings.HasPrefix(m.name, "membrane-currents/") {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			var want struct {
				Sigma      float64     `json:"sigma_S_m"`
				Electrodes [][]float64 `json:"electrodes_um"`
				X, Y, Z    [][]float64
				Diam       []float64
			}
			if err := golden.Read(m.golden, "ends.json", &want); err != nil {
				t.Fatal(err)
			}
			p := m.load(t)
			res := m.run(t, p, rall.Settings{})
			cvs := &p.Net.CVs
			n := len(want.Diam)
			if len(cvs.Diam) != n {
				t.Fatalf("%d CVs, want %d", len(cvs.Diam), n)
			}
			apart := 0.0
			for k := range n {
				for _, d := range []float64{cvs.X0[k] - want.X[k][0], cvs.X1[k] - want.X[k][1], cvs.Y0[k] - want.Y[k][0], cvs.Y1[k] - want.Y[k][1],
					cvs.Z0[k] - want.Z[k][0], cvs.Z1[k] - want.Z[k][1]} {
					apart = math.Max(apart, math.Abs(d))
				}
				// define_shape turns diameters into single precision.
				if !(math.Abs(cvs.Diam[k]-want.Diam[k]) <= 1e-7*want.Diam[k]) {
					t.Errorf("CV %d is %v um thick, want %v", k, cvs.Diam[k], want.Diam[k])
				}
			}
			if !(apart <= 1e-9) {
				t.Errorf("a CV lies %g um from where NEURON has it", apart)
			}
			var current [][]float64
			for i := range res.Reports {
				if r := &res.Reports[i]; strings.HasPrefix(r.Label, "i_") {
					if r.Unit != "nA" {
						t.Errorf("%s is in %q", r.Label, r.Unit)
					}
					current = append(current, r.Column(0))
				}
			}
			if len(current) != n {
				t.Fatalf("%d currents of %d CVs", len(current), n)
			}
			inj, clamp := report(res, "stim_c").Column(0), report(res, "stim_s").Column(0)
			worst := 0.0
			// The clamp's recorded current is that of the new potential, as is the sum;
			// the injected one is that of the middle of the step.
			for s := 2; s < len(inj); s++ {
				sum := 0.0
				for k := range current {
					sum += current[k][s]
				}
				worst = math.Max(worst, math.Abs(sum-inj[s]-clamp[s]))
			}
			if !(worst <= 1e-12) {
				t.Errorf("the cell's currents sum up to %g nA beside its electrodes'", worst)
			}
			lfp, err := golden.Rows(filepath.Join(m.golden, "lfp.npy"))
			if err != nil {
				t.Fatal(err)
			}
			for e, at := range want.Electrodes {
				size, off := 0.0, 0.0
				for s := range min(len(lfp[e]), len(current[0])) { // the last step is no sample of ours: see record-step
					v := 0.0
					for k := range current {
						v += lineSource(cvs, k, at, want.Sigma) * current[k][s]
					}
					size = math.Max(size, math.Abs(lfp[e][s]))
					off = math.Max(off, math.Abs(v-lfp[e][s]))
				}
				if !(off <= 1e-9*size) {
					t.Errorf("electrode %d: %g mV off of %g", e, off, size)
				}
				t.Logf("electrode %d: up to %.3g mV, relative difference %.2g", e, size, off/size)
			}
			t.Logf("sum %.2g nA off, ends %.2g um", worst, apart)
		})
	}
}

// lineSource is the potential [mV] that 1 nA along CV k makes at a point, in a
// medium of conductivity sigma [S/m] (Holt and Koch 1999). Within the CV's
// radius it is that at the radius.
func lineSource(c *layout.CVs, k int, at []float64, sigma float64) float64 {
	d := [3]float64{c.X1[k] - c.X0[k], c.Y1[k] - c.Y0[k], c.Z1[k] - c.Z0[k]}
	r := [3]float64{at[0] - c.X1[k], at[1] - c.Y1[k], at[2] - c.Z1[k]}
	length := math.Sqrt(d[0]*d[0] + d[1]*d[1] + d[2]*d[2])
	h := (r[0]*d[0] + r[1]*d[1] + r[2]*d[2]) / length // along the axis, from the end
	r2 := math.Max(math.Abs(r[0]*r[0]+r[1]*r[1]+r[2]*r[2]-h*h), c.Diam[k]*c.Diam[k]/4)
	l := h + length
	var x float64
	switch {
	case h < 0 && l < 0:
		x = (math.Sqrt(h*h+r2) - h) / (math.Sqrt(l*l+r2) - l)
	case h < 0:
		x = (math.Sqrt(h*h+r2) - h) * (l + math.Sqrt(l*l+r2)) / r2
	default:
		x = (l + math.Sqrt(l*l+r2)) / (h + math.Sqrt(h*h+r2))
	}
	return math.Log(x) / (4 * math.Pi * sigma * length)
}
