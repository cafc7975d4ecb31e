package codegen_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
	"github.com/rallsim/rall/runtime/vm"
)

const mechanisms = "../../../corpus/mechanisms"

// golden is a NEURON run of one mechanism in one CV.
type golden struct {
	params  map[string]float64
	celsius float64 // [degC]
	dt      float64 // [ms]
	rows    map[string][]float64
}

func readGolden(t *testing.T, mech, run string) golden {
	t.Helper()
	var spec struct {
		NetParams struct {
			CellParams map[string]struct {
				Secs map[string]struct{ Mechs map[string]map[string]float64 }
			}
		}
		SimConfig struct {
			Dt      float64
			HParams map[string]float64
		}
	}
	read(t, filepath.Join(mechanisms, mech, run+".json"), &spec)
	var meta struct{ Rows []struct{ Label string } }
	dir := filepath.Join(mechanisms, mech, "golden", "neuron-9.0.2", run)
	read(t, filepath.Join(dir, "meta.json"), &meta)
	g := golden{params: spec.NetParams.CellParams["CELL"].Secs["soma"].Mechs[mech],
		celsius: spec.SimConfig.HParams["celsius"], dt: spec.SimConfig.Dt, rows: map[string][]float64{}}
	data := readNPY(t, filepath.Join(dir, "traces.npy"))
	n := len(data) / (len(meta.Rows) + 1) // the first row is t
	for i, r := range meta.Rows {
		g.rows[r.Label] = data[(i+1)*n : (i+2)*n]
	}
	return g
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// readNPY reads a C-ordered array of little-endian float64.
func readNPY(t *testing.T, name string) []float64 {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head := 10 + int(binary.LittleEndian.Uint16(b[8:]))
	if !strings.Contains(string(b[10:head]), "'<f8'") || strings.Contains(string(b[10:head]), "'fortran_order': True") {
		t.Fatalf("%s: unexpected header %s", name, b[10:head])
	}
	out := make([]float64, (len(b)-head)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[head+8*i:]))
	}
	return out
}

// driven runs a density mechanism along the membrane potential that NEURON
// recorded and compares states and currents at every step. What differs is
// the rounding of exp and log, and of what the compiler shares, which the states
// forget with their time constants.
func TestDrivenByNEURON(t *testing.T) {
	runs := []struct {
		mech, run, file string
		tolerance       float64 // relative to the largest value of the row
	}{
		{"hh", "hh-6.3", "nmodl/builtin/hh.mod", 1e-15},
		{"hh", "hh-23", "nmodl/builtin/hh.mod", 1e-15},
		{"hh", "hh-37", "nmodl/builtin/hh.mod", 1e-15},
		{"pas", "pas-6.3", "nmodl/builtin/pas.mod", 0},
		{"naf", "naf-6.3", "corpus/swc-cell/mod/naf.mod", 1e-15},
		{"naf", "naf-37", "corpus/swc-cell/mod/naf.mod", 1e-15},
		{"nap", "nap-23", "corpus/swc-cell/mod/nap.mod", 1e-15},
		{"kdr", "kdr-23", "corpus/swc-cell/mod/kdr.mod", 1e-15},
		{"ka", "ka-37", "corpus/swc-cell/mod/ka.mod", 1e-15},
		{"im", "im-23", "corpus/swc-cell/mod/im.mod", 1e-15},
		{"ih", "ih-37", "corpus/swc-cell/mod/ih.mod", 2e-15},
		{"cahva", "cahva-23", "corpus/swc-cell/mod/cahva.mod", 1e-15},
	}
	for _, r := range runs {
		t.Run(r.run, func(t *testing.T) {
			src, err := os.ReadFile("../../../" + r.file)
			if err != nil {
				t.Fatal(err)
			}
			g := readGolden(t, r.mech, r.run)
			p := compile(t, r.file, string(src), codegen.Options{})
			worst, where := drive(t, p, g)
			if !(worst <= r.tolerance) {
				t.Errorf("%s differs from NEURON by %.3g (relative)", where, worst)
			}
			t.Logf("worst relative difference %.3g (%s)", worst, where)
		})
	}
}

func drive(t *testing.T, p *kernel.Program, g golden) (worst float64, where string) {
	f := frame(p, []int{0}, false)
	rows := map[string]int{}
	for i, c := range p.Columns {
		rows[c.Name] = p.Row(i)
		f.Columns[p.Row(i)][0] = c.Default
		if x, ok := g.params[c.Name]; ok {
			f.Columns[p.Row(i)][0] = x
		}
	}
	f.Uniforms[kernel.UniformCelsius] = g.celsius
	f.Uniforms[kernel.UniformDt] = g.dt
	f.Uniforms[kernel.UniformT] = 0
	ports := map[string]*float64{}
	for i, q := range p.Ports {
		d := &f.Ports[i].Data[3]
		switch q.Quantity {
		case kernel.V:
			ports["v"] = d
		case kernel.IonE:
			*d = map[string]float64{"na": 50, "k": -77, "ca": 12.5 * vec.Log(2/5e-5)}[p.Ions[q.Ion].Name]
		case kernel.IonI:
			ports["i"+p.Ions[q.Ion].Name] = d
		}
	}
	vm.BuildTables(p, f)
	run := func(c *kernel.Code) {
		if c != nil {
			for name, d := range ports {
				if name != "v" {
					*d = 0
				}
			}
			vm.Interp{}.Run(p, c, f, 0, 1)
		}
	}
	v := g.rows["v"]
	moved := 0.0
	size := map[string]float64{}
	for label, row := range g.rows {
		for _, x := range row {
			size[label] = math.Max(size[label], math.Abs(x))
		}
	}
	compare := func(k int, state bool) {
		for label, row := range g.rows {
			var got float64
			isState := false
			if c, ok := rows[label]; ok {
				got = f.Columns[c][0]
				isState = !strings.HasPrefix(label, "i")
			} else if d, ok := ports[label]; ok && label != "v" {
				got = *d
			} else {
				continue
			}
			if isState != state {
				continue
			}
			moved = math.Max(moved, math.Abs(row[k]-row[0]))
			if d := math.Abs(got-row[k]) / size[label]; !(d <= worst) {
				worst, where = d, label
			}
		}
	}
	*ports["v"] = v[0]
	run(p.Init)
	run(p.Prepare)
	compare(0, true)
	for k := 1; k < len(v); k++ {
		*ports["v"] = v[k-1]
		run(p.Current)
		compare(k, false)
		*ports["v"] = v[k]
		run(p.State)
		compare(k, true)
	}
	if moved == 0 {
		t.Error("the reference does not vary")
	}
	return worst, where
}
