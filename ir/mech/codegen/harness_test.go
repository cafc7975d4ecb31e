package codegen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/nmodl"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// compile makes the Program of a .mod text; errors end the test.
func compile(t testing.TB, name, src string, opts codegen.Options) *kernel.Program {
	t.Helper()
	var l diag.List
	def := nmodl.Compile(name, []byte(src), nil, &l)
	if def == nil {
		t.Fatalf("%s: %v", name, l.Err())
	}
	p := codegen.Compile(def, opts, &l)
	if p == nil {
		t.Fatalf("%s: %v", name, l.Err())
	}
	return p
}

// builtins returns the sources of the built-in mechanisms by file name.
func builtins(t testing.TB) map[string]string {
	t.Helper()
	return sources(t, "../../../nmodl/builtin/*.mod", "../../../corpus/*/*.mod", "../../../corpus/*/*/*.mod", "../../../nmodl/testdata/neuron/*.mod")
}

// sources reads the files that the patterns match.
func sources(t testing.TB, patterns ...string) map[string]string {
	t.Helper()
	var files []string
	for i, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil || i == 0 && len(found) == 0 {
			t.Fatalf("%s: nothing there (%v)", p, err)
		}
		files = append(files, found...)
	}
	out := map[string]string{}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[f] = string(src)
	}
	return out
}

func names(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// journal is a Host that writes down what instances ask for. Draws are a
// function of the instance's identity and of how many it had before.
type journal struct {
	ids   []int // instance to identity
	drawn map[int]int
	lines map[int][]string     // by identity
	order []string             // in order of call
	edges map[[2]int][]float64 // weight vectors by identity and edge
}

func newJournal(ids []int) *journal {
	return &journal{ids: ids, drawn: map[int]int{}, lines: map[int][]string{}}
}

func (j *journal) note(k int, format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	j.lines[j.ids[k]] = append(j.lines[j.ids[k]], s)
	j.order = append(j.order, fmt.Sprintf("%d %s", k, s))
}

func (j *journal) Draw(k, stream int, kind kernel.DrawKind) float64 {
	id := j.ids[k]*8 + stream
	j.drawn[id]++
	return rand.New(rand.NewPCG(uint64(id), uint64(j.drawn[id]))).Float64() + float64(kind)
}
func (j *journal) SetSeq(k, stream, id int, x float64) {
	j.drawn[j.ids[k]*8+stream] = (int(x) + 7*id) * 100
}
func (j *journal) Train(k, s, i int) float64 { return float64(j.ids[k]) + float64(i&7) + float64(s) }
func (j *journal) TrainLen(k, s int) int     { return j.ids[k]&3 + s }
func (j *journal) EdgeCount(k int) int       { return 1 + j.ids[k]%3 }
func (j *journal) EdgeArgs(k, i int) []float64 {
	key := [2]int{j.ids[k], i}
	if j.edges == nil {
		j.edges = map[[2]int][]float64{}
	}
	if j.edges[key] == nil {
		for n := range 256 {
			j.edges[key] = append(j.edges[key], 0.1*float64(1+key[0]+i*7+n))
		}
	}
	return j.edges[key]
}
func (j *journal) Send(k int, delay, flag float64, at string) {
	j.note(k, "send %x %x %s", delay, flag, at)
}
func (j *journal) MoveEvent(k int, at float64, p string)    { j.note(k, "move %x %s", at, p) }
func (j *journal) Emit(k int, at float64, p string)         { j.note(k, "emit %x %s", at, p) }
func (j *journal) ArmWatch(k, w int, flag float64, up bool) { j.note(k, "watch %d %x %v", w, flag, up) }
func (j *journal) Printf(k int, format string, args []float64) {
	j.note(k, "print %s %x", format, args)
}
func (j *journal) Failed(k int, what string) { j.lines[j.ids[k]] = append(j.lines[j.ids[k]], what) }

// frame lays out n instances of p with identities ids; the values of an
// instance depend on its identity alone. shared puts two instances on each
// node.
func frame(p *kernel.Program, ids []int, shared bool) *kernel.Frame {
	n := len(ids)
	f := &kernel.Frame{N: n, Host: newJournal(ids), Flag: 1}
	row := 0
	for _, c := range p.Columns {
		for k := 0; k < c.Len; k++ {
			col := make([]float64, n)
			for i, id := range ids {
				r := rand.New(rand.NewPCG(uint64(id), uint64(row)))
				switch {
				case c.Param && c.Default != 0:
					col[i] = c.Default * (0.9 + 0.2*r.Float64())
				default:
					col[i] = r.Float64()
				}
			}
			f.Columns = append(f.Columns, col)
			row++
		}
	}
	for _, u := range p.Uniforms {
		f.Uniforms = append(f.Uniforms, u.Default)
	}
	for _, g := range p.Grids {
		axes := []kernel.Axis{{Lo: -70, Hi: 20, N: 3}, {Points: []float64{-50, 0}}, {Lo: -30, Hi: 30, N: 2}, {Points: []float64{-40, 10}}}[:g.Args]
		y := make([]float64, []int{0, 3, 6, 12, 24}[g.Args])
		for k := range y {
			y[k] = []float64{1, 2, 4, 3, 0.5, 9}[k%6] + float64(k/6)
		}
		f.Grids = append(f.Grids, kernel.Grid{Name: g.Name, Axes: axes, Y: y})
	}
	f.Uniforms[kernel.UniformT] = 0.3
	for _, q := range p.Ports {
		nodes := n
		if shared {
			nodes = (n + 1) / 2
		}
		d := kernel.PortData{Data: make([]float64, nodes+3), First: 3}
		if shared {
			d.First = -1
			d.Index = make([]int32, n)
			for k := range d.Index {
				d.Index[k] = int32(k / 2)
			}
		}
		for k := range d.Data {
			id := uint64(1000 + k)
			if !shared && k >= 3 {
				id = uint64(ids[k-3])
			}
			r := rand.New(rand.NewPCG(id, uint64(77+100*int(q.Quantity)+q.Ion+1)))
			x := r.Float64()
			switch q.Quantity {
			case kernel.V:
				x = -90 + 120*x
			case kernel.Area, kernel.Diam:
				x = 50 + 500*x
			case kernel.IonE:
				x = -80 + 130*x
			}
			d.Data[k] = x
		}
		f.Ports = append(f.Ports, d)
	}
	for i := 0; i < p.NArgs; i++ {
		f.Args = append(f.Args, 0.01*float64(i+1))
	}
	vm.BuildTables(p, f)
	return f
}

func sequence(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i
	}
	return ids
}

// bits prints everything a frame holds, bit for bit.
func bits(f *kernel.Frame) string {
	var b strings.Builder
	line := func(what string, k int, xs []float64) {
		fmt.Fprintf(&b, "%s %d", what, k)
		for _, x := range xs {
			if x != x {
				b.WriteString(" NaN")
			} else {
				fmt.Fprintf(&b, " %x", math.Float64bits(x))
			}
		}
		b.WriteByte('\n')
	}
	for k, c := range f.Columns {
		line("column", k, c)
	}
	for k, p := range f.Ports {
		line("port", k, p.Data)
	}
	line("uniforms", 0, f.Uniforms)
	line("args", 0, f.Args)
	for _, s := range f.Host.(*journal).order {
		b.WriteString(s + "\n")
	}
	return b.String()
}

// steps runs what a simulation runs: init, then a few steps, each with other
// potentials and concentrations. Events go to the instances of the lowest
// identities, wherever they stand.
func steps(v kernel.Backend, p *kernel.Program, f *kernel.Frame, count int) {
	stepsInPieces(v, p, f, count, f.N)
}

// stepsInPieces is steps with every entry run over so many instances at a
// time.
func stepsInPieces(v kernel.Backend, p *kernel.Program, f *kernel.Frame, count, piece int) {
	run := func(c *kernel.Code) {
		for lo := 0; c != nil && lo < f.N; lo += piece {
			v.Run(p, c, f, lo, min(lo+piece, f.N))
		}
	}
	j := f.Host.(*journal)
	args := slices.Clone(f.Args)
	run(p.BeforeInit)
	run(p.Init)
	run(p.AfterInit)
	run(p.Prepare)
	for s := 0; s < count; s++ {
		for i, q := range p.Ports {
			switch q.Quantity {
			case kernel.V, kernel.IonE, kernel.IonIn, kernel.IonOut:
				for k := range f.Ports[i].Data {
					f.Ports[i].Data[k] *= 1 - 0.3*float64(s)
				}
			}
		}
		run(p.BeforeBreakpoint)
		run(p.Current)
		run(p.BeforeStep)
		f.Uniforms[kernel.UniformT] += f.Uniforms[kernel.UniformDt]
		run(p.State)
		run(p.Diffuse)
		run(p.Diffused)
		run(p.AfterSolve)
		run(p.Watch)
		for id := 0; id < min(f.N, 5) && p.Receive != nil; id++ {
			k := slices.Index(j.ids, id)
			copy(f.Args, args)
			if p.ReceiveInit != nil {
				v.Run(p, p.ReceiveInit, f, k, k+1)
			}
			f.Flag = float64(s % 4)
			v.Run(p, p.Receive, f, k, k+1)
		}
	}
}
