package codegen_test

import (
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// Every way of solving, against NEURON running the same file (testdata/
// oracle.py). Rounding of exp and its kin, and of the sums of Newton's
// iteration, is all that may differ.
func TestSolversAgainstNEURON(t *testing.T) {
	tolerance := map[string]float64{"dimp": 1e-13, "nonlin": 1e-13, "rk": 1e-14, "alg": 1e-14}
	files, _ := filepath.Glob("testdata/golden/*.json")
	if len(files) < 8 {
		t.Fatalf("only %d references", len(files))
	}
	for _, file := range files {
		var ref struct {
			Mechanism   string
			Celsius, Dt float64
			Rows        map[string][]float64
		}
		read(t, file, &ref)
		t.Run(ref.Mechanism, func(t *testing.T) {
			src, err := os.ReadFile("testdata/mod/" + strings.ToLower(ref.Mechanism) + ".mod")
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, ref.Mechanism, string(src), codegen.Options{ConductanceFD: ref.Mechanism == "PPIon"})
			limit, ok := tolerance[ref.Mechanism]
			if !ok {
				limit = 2e-15
			}
			for _, v := range []kernel.Backend{vm.Interp{}, vm.NewBlock()} {
				n := 1
				if v.Name() == "vm" {
					n = 5
				}
				for label, d := range against(t, v, p, n, ref.Celsius, ref.Dt, ref.Rows) {
					if strings.HasPrefix(label, "d") && strings.HasSuffix(label, "_dv_") {
						d *= 1e-4 // a difference over 0.001 mV magnifies what rounding did
					}
					if !(d <= limit) {
						t.Errorf("%s: %s differs from NEURON by %.3g (relative to its largest value)", v.Name(), label, d)
					}
				}
			}
		})
	}
}

// against drives n like instances along the recorded potential and returns
// how far each row is from the reference, relative to the row's size.
func against(t *testing.T, v kernel.Backend, p *kernel.Program, n int, celsius, dt float64, rows map[string][]float64) map[string]float64 {
	f := frame(p, make([]int, n), false)
	cols := map[string]int{}
	for i, c := range p.Columns {
		cols[c.Name] = p.Row(i)
		for k := 0; k < c.Len; k++ {
			for j := range f.Columns[p.Row(i)+k] {
				f.Columns[p.Row(i)+k][j] = c.Default
			}
		}
	}
	for i, u := range p.Uniforms {
		f.Uniforms[i] = u.Default
	}
	f.Uniforms[kernel.UniformCelsius], f.Uniforms[kernel.UniformDt] = celsius, dt
	set := func(q int, x float64) {
		for k := 0; k < n; k++ {
			f.Ports[q].Data[3+k] = x
		}
	}
	volts := -1
	sums := map[string]int{}
	for i, q := range p.Ports {
		switch q.Quantity {
		case kernel.V:
			volts = i
		case kernel.IonE:
			set(i, map[string]float64{"na": 50, "k": -77, "ca": 132.4579341637009}[p.Ions[q.Ion].Name])
		case kernel.IonIn:
			set(i, 5e-5)
		case kernel.Area:
			set(i, rows["area"][0])
		case kernel.PointFac:
			set(i, 1e2/rows["area"][0])
		case kernel.IonI:
			set(i, 0)
			sums["i"+p.Ions[q.Ion].Name] = i
		case kernel.IonDI:
			set(i, 0)
			sums["di"+p.Ions[q.Ion].Name+"_dv_"] = i
		case kernel.Rhs, kernel.D:
			set(i, 0)
		}
	}
	f.Uniforms[kernel.UniformT] = 0
	vm.BuildTables(p, f)
	worst := map[string]float64{}
	compare := func(k int) {
		for label, row := range rows {
			at, isSum := sums[label]
			c, isCol := cols[label]
			var got []float64
			switch {
			case label == "v":
				continue
			case isSum:
				got = f.Ports[at].Data[3 : 3+n]
			case isCol:
				got = f.Columns[c]
			default:
				if label == "t" || label == "area" {
					continue
				}
				t.Fatalf("nothing to compare with %s", label)
			}
			size := 0.0
			for _, x := range row {
				size = math.Max(size, math.Abs(x))
			}
			for _, x := range got {
				if d := math.Abs(x-row[k]) / size; d > worst[label] || d != d {
					worst[label] = d
				} else if _, seen := worst[label]; !seen {
					worst[label] = 0
				}
			}
		}
	}
	current := func() {
		for _, q := range sums {
			set(q, 0)
		}
		v.Run(p, p.Current, f, 0, n)
	}
	time, vs := rows["t"], rows["v"]
	set(volts, vs[0])
	v.Run(p, p.Init, f, 0, n)
	if p.Prepare != nil {
		v.Run(p, p.Prepare, f, 0, n)
	}
	current()
	compare(0)
	for k := 1; k < len(vs); k++ {
		set(volts, vs[k-1])
		f.Uniforms[kernel.UniformT] = time[k-1] + dt/2
		current()
		set(volts, vs[k])
		f.Uniforms[kernel.UniformT] = time[k]
		if p.State != nil {
			v.Run(p, p.State, f, 0, n)
		}
		compare(k)
	}
	var labels []string
	for l := range worst {
		labels = append(labels, l)
	}
	sort.Strings(labels)
	for _, l := range labels {
		lo, hi := rows[l][0], rows[l][0]
		for _, x := range rows[l] {
			lo, hi = math.Min(lo, x), math.Max(hi, x)
		}
		t.Logf("%s %-8s %.3g", v.Name(), l, worst[l])
		if lo == hi {
			t.Errorf("the reference of %s does not vary", l)
		}
	}
	return worst
}
