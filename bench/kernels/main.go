//go:build linux

// Command kernels times the VM beside C: every mechanism of a set makes steps
// on the same numbers, in the VM and in C programs that are written from the
// same kernel programs: one with intrinsics, its values in registers (same
// operations, same bits), and one in plain C for gcc -O3 -ffast-math with
// libmvec's exp. The last set makes whole steps of 64 branching cells: currents,
// tree solve, new potentials, states. Runs are interleaved; what is printed are the fastest steps and
// the median of the ratios of the pairs.
package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/kernels"
	"github.com/rallsim/rall/runtime/vec"
	"github.com/rallsim/rall/runtime/vm"
)

// sets of mechanisms; TABLEs are switched off.
var sets = []struct {
	name  string
	files []string
	whole bool // steps of cells, with their trees
}{
	{name: "hh", files: []string{"nmodl/builtin/hh.mod"}},
	{name: "channels", files: []string{"nmodl/builtin/pas.mod", "nmodl/builtin/hh.mod", "corpus/swc-cell/mod/naf.mod", "corpus/swc-cell/mod/nap.mod",
		"corpus/swc-cell/mod/kdr.mod", "corpus/swc-cell/mod/ka.mod", "corpus/swc-cell/mod/im.mod", "corpus/swc-cell/mod/ih.mod",
		"corpus/swc-cell/mod/cahva.mod", "corpus/swc-cell/mod/cadyn.mod"}},
	{name: "hh cells", files: []string{"nmodl/builtin/hh.mod"}, whole: true},
}

func main() {
	log.SetFlags(0)
	instances := flag.Int("n", 4096, "instances of each mechanism, but in whole cells")
	pairs := flag.Int("pairs", 11, "interleaved runs")
	asWritten := flag.Bool("as-written", false, "without the passes that share divisions and exponentials")
	flag.Parse()
	dir, err := os.MkdirTemp("", "rall-kernels-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, set := range sets {
		n, t := *instances, (*trees)(nil)
		if set.whole {
			t = newTrees()
			n = t.size()
		}
		var ps []*kernel.Program
		for _, file := range set.files {
			p, err := compile(file, codegen.Options{AsWritten: *asWritten})
			if err != nil {
				log.Fatal(err)
			}
			ps = append(ps, p)
		}
		for l := vec.Plain; l <= vec.AVX512; l++ {
			if !vec.SetLevel(l) {
				fmt.Printf("%s, %v: NOT MEASURED, this processor has none\n", set.name, l)
				continue
			}
			if l == vec.Plain {
				for _, v := range []kernel.Backend{vm.NewBlock(), kernels.New(kernels.All(), vm.NewBlock())} {
					m := newModel(v, ps, n, t)
					fmt.Printf("%-9s %-7s ns per instance and step: %.2f\n", set.name, v.Name()+" plain", m.time(3))
				}
				continue
			}
			if err := compare(dir, set.name, ps, l, n, t, *pairs); err != nil {
				log.Print(err)
			}
		}
	}
}

func compile(file string, o codegen.Options) (*kernel.Program, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var l diag.List
	def := nmodl.Compile(file, src, nil, &l)
	if def == nil {
		return nil, l.Err()
	}
	p := codegen.Compile(def, o, &l)
	if p == nil {
		return nil, l.Err()
	}
	return p, nil
}

// model is what is stepped: frames of mechanisms on common nodes, and the trees
// that join these, or nil.
type model struct {
	v      kernel.Backend
	ps     []*kernel.Program
	fs     []*kernel.Frame
	ids    [][]int64            // by mechanism and port: which of the common columns it is
	shared map[string][]float64 // these by name
	number map[string]int64
	trees  *trees
}

// step makes one step.
func (m *model) step() {
	if m.trees != nil {
		clear(m.shared["rhs"])
		clear(m.shared["d"])
	}
	for k, p := range m.ps {
		if p.Current != nil {
			m.v.Run(p, p.Current, m.fs[k], 0, m.fs[k].N)
		}
	}
	if m.trees != nil {
		m.trees.solve(m.shared["v"], m.shared["rhs"], m.shared["d"])
	}
	for k, p := range m.ps {
		if p.State != nil {
			m.v.Run(p, p.State, m.fs[k], 0, m.fs[k].N)
		}
	}
}

const firstSteps = 5 // whose results are compared

func compare(dir, name string, ps []*kernel.Program, l vec.Level, n int, t *trees, pairs int) error {
	v := vm.NewBlock()
	m := newModel(v, ps, n, t)
	input := filepath.Join(dir, "in")
	if err := m.write(input); err != nil {
		return err
	}
	var exes []string
	for _, fast := range []bool{false, true} {
		text, err := source(ps, fast, t != nil)
		if err != nil {
			fmt.Printf("%-9s %-7v ns per instance and step: VM %.2f; no C (%v)\n", name, l, m.time(60), err)
			return nil
		}
		exe := filepath.Join(dir, fmt.Sprintf("%s-%v-%v", strings.ReplaceAll(name, " ", "-"), l, fast))
		if err := os.WriteFile(exe+".c", []byte(text), 0o666); err != nil {
			return err
		}
		args := []string{"-O3", "-march=native", "-ffp-contract=off", "-o", exe, exe + ".c", "-lm"}
		if fast {
			args[2] = "-ffast-math"
		}
		if l == vec.AVX512 {
			args = append([]string{"-DWIDE", "-mprefer-vector-width=512"}, args...)
		} else {
			args = append([]string{"-mno-avx512f"}, args...)
		}
		if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("gcc: %v\n%s", err, out)
		}
		exes = append(exes, exe)
	}
	for range firstSteps {
		m.step()
	}
	want := m.results()
	lean := newModel(v, ps, n, t) // stores nothing that nobody reads, as in a run
	for k, p := range ps {
		lean.fs[k].Unread = kernel.Unread(p)
	}
	var ours, inRun, c, fast []float64
	const chunks = 60
	for range pairs {
		for i, exe := range exes {
			x, err := run(exe, input, chunks)
			if err != nil {
				return err
			}
			if i == 0 {
				c = append(c, x/float64(n))
				got, err := os.ReadFile(input + ".out")
				if err != nil {
					return err
				}
				if !bytes.Equal(got, want) {
					return fmt.Errorf("%s: the bits of C are not those of the VM", name)
				}
			} else {
				fast = append(fast, x/float64(n))
			}
		}
		ours = append(ours, m.time(chunks))
		inRun = append(inRun, lean.time(chunks))
	}
	fmt.Printf("%-9s %-7v ns per instance and step: VM %.2f (%.2f in a run), C intrinsics %.2f, gcc -O3 -ffast-math %.2f; VM / intrinsics %.2f, VM / fast-math %.2f\n",
		name, l, least(ours), least(inRun), least(c), least(fast), median(ratios(ours, c)), median(ratios(ours, fast)))
	return nil
}

func run(exe, input string, chunks int) (float64, error) {
	out, err := exec.Command(exe, input, input+".out", strconv.Itoa(firstSteps), strconv.Itoa(chunks)).Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", exe, err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

// time returns the nanoseconds per instance of the fastest step.
func (m *model) time(chunks int) float64 {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	best := math.Inf(1)
	for range chunks {
		t := threadTime()
		for range 20 {
			m.step()
		}
		best = math.Min(best, (threadTime()-t)/20)
	}
	return best / float64(m.fs[0].N)
}

// threadTime is the processor time of this thread [ns], which other processes on
// the machine leave alone.
func threadTime() float64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		log.Fatal(err)
	}
	return float64(t.Nano())
}

// newModel makes the mechanisms' frames on common nodes, initialised.
func newModel(v kernel.Backend, ps []*kernel.Program, n int, t *trees) *model {
	shared, number := map[string][]float64{}, map[string]int64{}
	m := &model{v: v, ps: ps, shared: shared, number: number, trees: t}
	for _, p := range ps {
		f := kernel.NewFrame(p, n)
		var id []int64
		for k, q := range p.Ports {
			name := q.Quantity.String()
			if q.Ion >= 0 {
				name += " " + p.Ions[q.Ion].Name
			}
			if shared[name] == nil {
				number[name] = int64(len(number))
				x := f.Ports[k].Data
				for i := range x {
					switch q.Quantity {
					case kernel.V:
						x[i] = -75 + 60*float64(i)/float64(n)
					case kernel.IonE:
						x[i] = map[string]float64{"na": 50, "k": -77, "ca": 120}[p.Ions[q.Ion].Name]
					case kernel.IonIn:
						x[i] = 1e-4
					case kernel.IonOut:
						x[i] = 2
					}
				}
				shared[name] = x
			}
			f.Ports[k].Data = shared[name]
			id = append(id, number[name])
		}
		f.Unread = kernel.Unread(p)
		for i, u := range p.Uniforms {
			if strings.HasPrefix(u.Name, "usetable") {
				f.Uniforms[i] = 0
			}
		}
		for i, c := range p.Columns {
			if c.Param && strings.HasPrefix(c.Name, "g") && c.Default == 0 {
				for k := range f.Columns[p.Row(i)] {
					f.Columns[p.Row(i)][k] = 0.01
				}
			}
		}
		for i := range p.Tables {
			if u := p.Tables[i].Use; u >= 0 {
				f.Uniforms[u] = 0
			}
		}
		vm.BuildTables(p, f)
		m.fs, m.ids = append(m.fs, f), append(m.ids, id)
	}
	for k, p := range ps {
		for _, c := range []*kernel.Code{p.Init, p.Prepare} {
			if c != nil {
				v.Run(p, c, m.fs[k], 0, n)
			}
		}
		clear(m.fs[k].Unread) // the C programs store all
	}
	return m
}

// write writes what the C programs read.
func (m *model) write(path string) error {
	var b bytes.Buffer
	put := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	put(int64(len(m.ps)))
	for k, f := range m.fs {
		put([]int64{int64(len(f.Columns)), int64(len(f.Ports)), int64(len(f.Uniforms)), int64(f.N)})
		for _, c := range f.Columns {
			put(c)
		}
		for i, q := range f.Ports {
			put(m.ids[k][i])
			put(q.Data[:f.N])
		}
		put(f.Uniforms)
	}
	if t := m.trees; t != nil {
		put([]int64{int64(len(t.parent)), int64(t.blocks), m.number["v"], m.number["rhs"], m.number["d"]})
		put(t.parent)
		put(t.nodes.Cm)
		put(t.nodes.A)
		put(t.nodes.B)
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}

func (m *model) results() []byte {
	var b bytes.Buffer
	for _, f := range m.fs {
		for _, c := range f.Columns {
			binary.Write(&b, binary.LittleEndian, c)
		}
		for _, q := range f.Ports {
			binary.Write(&b, binary.LittleEndian, q.Data[:f.N])
		}
	}
	return b.Bytes()
}

func least(x []float64) float64 {
	best := math.Inf(1)
	for _, y := range x {
		best = math.Min(best, y)
	}
	return best
}

func median(x []float64) float64 {
	sort.Float64s(x)
	return x[len(x)/2]
}

func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}
