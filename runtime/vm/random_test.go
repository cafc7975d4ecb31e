package vm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rallsim/rall/runtime/kernel"
)

// maker writes random sound programs: every register is written before it is
// read, what a branch or loop changes is merged under its mask.
type maker struct {
	r       *rand.Rand
	p       *kernel.Program
	n       int          // registers so far
	defined []kernel.Reg // readable here
	effects bool         // sends and the like, whose order across instances shows
	depth   int
}

var pureOps = []kernel.Op{kernel.Add, kernel.Sub, kernel.Mul, kernel.Div, kernel.FMA, kernel.Neg, kernel.Abs, kernel.Sqrt,
	kernel.Floor, kernel.Ceil, kernel.Min, kernel.Max, kernel.Mod, kernel.Exp, kernel.Log, kernel.Log10, kernel.Pow, kernel.Sin,
	kernel.Cos, kernel.Tan, kernel.Asin, kernel.Acos, kernel.Atan, kernel.Atan2, kernel.Sinh, kernel.Cosh, kernel.Tanh,
	kernel.Exprelr, kernel.BitAnd, kernel.BitOr, kernel.BitXor, kernel.Single, kernel.Ran4, kernel.Lt, kernel.Le, kernel.Gt, kernel.Ge, kernel.Eq, kernel.Ne, kernel.And, kernel.Or, kernel.Not,
	kernel.Select, kernel.Move, kernel.AtTime}

func (m *maker) fresh() kernel.Reg {
	m.n++
	return kernel.Reg(m.n - 1)
}

func (m *maker) any() kernel.Reg { return m.defined[m.r.IntN(len(m.defined))] }

func (m *maker) mask() kernel.Reg {
	if m.r.IntN(3) == 0 {
		return -1
	}
	return m.any()
}

func (m *maker) load() kernel.Instr {
	in := kernel.Instr{A: -1, B: -1, C: -1, Dst: m.fresh()}
	switch m.r.IntN(6) {
	case 0:
		in.Op, in.Value = kernel.Const, []float64{0, 1, -1, 0.5, 3, -70, 1e-300, math.Inf(1)}[m.r.IntN(8)]
	case 1:
		in.Op, in.Imm = kernel.LoadU, int32(m.r.IntN(len(m.p.Uniforms)))
	case 2, 3:
		in.Op, in.Imm = kernel.LoadC, int32(m.r.IntN(m.p.Rows()))
	case 4:
		in.Op, in.Imm = kernel.LoadP, int32(m.r.IntN(2))
	case 5:
		in.Op, in.Imm = kernel.TableOn, 0
	}
	return in
}

// instr makes one instruction; guard is the mask that effects must carry.
func (m *maker) instr(guard kernel.Reg) kernel.Instr {
	in := kernel.Instr{A: m.any(), B: m.any(), C: m.any(), Dst: -1}
	effect := func(op kernel.Op, imm int) {
		in.Op, in.Imm, in.B = op, int32(imm), guard
		if guard < 0 {
			in.B = m.mask()
		}
	}
	switch m.r.IntN(24) {
	case 0, 1, 2:
		in = m.load()
	case 3:
		in.Op, in.Dst = kernel.Lookup, m.fresh()
		m.fresh()
		m.defined = append(m.defined, in.Dst+1)
	case 4, 5:
		effect(kernel.StoreC, m.r.IntN(m.p.Rows()))
	case 6:
		effect(kernel.StoreP, 2)
	case 7:
		effect(kernel.AddP, 3)
	case 8:
		effect(kernel.StoreU, kernel.UniformFirst)
	case 9:
		effect(kernel.StoreCX, 1)
		in.Aux = 3
	case 10:
		in.Op, in.Imm, in.Aux, in.Dst = kernel.LoadCX, 1, 3, m.fresh()
	case 11:
		in.Op, in.Dst = kernel.Train, m.fresh()
	case 12:
		if m.effects {
			effect(kernel.Send, 0)
			break
		}
		fallthrough
	default:
		in.Op, in.Dst = pureOps[m.r.IntN(len(pureOps))], m.fresh()
	}
	if in.Dst >= 0 {
		m.defined = append(m.defined, in.Dst)
	}
	return in
}

func (m *maker) nodes(count int, guard kernel.Reg) []kernel.Node {
	var out []kernel.Node
	m.depth++
	for ; count > 0; count-- {
		kind := m.r.IntN(10)
		if m.depth > 3 {
			kind = 9
		}
		switch kind {
		case 0:
			out = append(out, m.branch(guard)...)
		case 1:
			out = append(out, m.loop(guard)...)
		case 2:
			out = append(out, m.newton(guard)...)
		case 3:
			out = append(out, m.linear(guard)...)
		default:
			var s kernel.Straight
			for k := m.r.IntN(8) + 1; k > 0; k-- {
				s.Instrs = append(s.Instrs, m.instr(guard))
			}
			out = append(out, s)
		}
	}
	m.depth--
	return out
}

func straight(ins ...kernel.Instr) kernel.Node { return kernel.Straight{Instrs: ins} }

// combined makes the mask that is a AND guard.
func (m *maker) combined(guard kernel.Reg) (kernel.Reg, kernel.Node) {
	a, d := m.any(), m.fresh()
	if guard < 0 {
		guard = a
	}
	return d, straight(kernel.Instr{Op: kernel.And, Dst: d, A: a, B: guard, C: -1})
}

func (m *maker) branch(guard kernel.Reg) []kernel.Node {
	mask, node := m.combined(guard)
	outside := len(m.defined)
	before := m.any()
	body := m.nodes(2, mask)
	inner := m.any()
	m.defined = m.defined[:outside:outside] // what the branch computed is read under the mask only
	d := m.fresh()
	m.defined = append(m.defined, d)
	return []kernel.Node{node, kernel.Branch{Mask: mask, Then: body},
		straight(kernel.Instr{Op: kernel.Select, Dst: d, A: mask, B: inner, C: before})}
}

func (m *maker) loop(guard kernel.Reg) []kernel.Node {
	mask, node := m.combined(guard)
	x, limit := m.fresh(), m.fresh()
	from := m.any()
	init := straight(kernel.Instr{Op: kernel.Move, Dst: x, A: from, B: -1, C: -1},
		kernel.Instr{Op: kernel.Const, Dst: limit, A: -1, B: -1, C: -1, Value: 3})
	outside := len(m.defined)
	m.defined = append(m.defined, x, limit)
	test := m.fresh()
	cond := append(m.nodes(1, mask), straight(kernel.Instr{Op: kernel.Lt, Dst: test, A: x, B: limit, C: -1}))
	body := m.nodes(1, mask)
	step, next := m.fresh(), m.fresh()
	body = append(body, straight(
		kernel.Instr{Op: kernel.Abs, Dst: step, A: m.any(), B: -1, C: -1},
		kernel.Instr{Op: kernel.Add, Dst: next, A: x, B: step, C: -1},
		kernel.Instr{Op: kernel.Select, Dst: x, A: mask, B: next, C: x}))
	m.defined = append(m.defined[:outside:outside], x)
	return []kernel.Node{node, init, kernel.While{Cond: cond, Test: test, Mask: mask, Body: body, Limit: 5}}
}

// newton seeks the root of x^3 + a*x - b.
func (m *maker) newton(guard kernel.Reg) []kernel.Node {
	mask := kernel.Reg(-1)
	var out []kernel.Node
	if guard >= 0 || m.r.IntN(2) == 0 {
		var n kernel.Node
		mask, n = m.combined(guard)
		out = append(out, n)
	}
	x, a, b, r, s := m.fresh(), m.any(), m.any(), m.fresh(), m.fresh()
	out = append(out, straight(kernel.Instr{Op: kernel.Move, Dst: x, A: m.any(), B: -1, C: -1}),
		kernel.Newton{X: []kernel.Reg{x}, R: []kernel.Reg{r}, Mask: mask, Steps: 20, F: []kernel.Node{straight(
			kernel.Instr{Op: kernel.Mul, Dst: r, A: x, B: x, C: -1},
			kernel.Instr{Op: kernel.Add, Dst: r, A: r, B: a, C: -1},
			kernel.Instr{Op: kernel.Mul, Dst: r, A: r, B: x, C: -1},
			kernel.Instr{Op: kernel.Move, Dst: s, A: b, B: -1, C: -1},
			kernel.Instr{Op: kernel.Sub, Dst: r, A: r, B: s, C: -1})}})
	if mask < 0 {
		m.defined = append(m.defined, x)
	} else {
		d := m.fresh()
		out = append(out, straight(kernel.Instr{Op: kernel.Select, Dst: d, A: mask, B: x, C: a}))
		m.defined = append(m.defined, d)
	}
	return out
}

// linear solves a system with one element that is zero.
func (m *maker) linear(guard kernel.Reg) []kernel.Node {
	mask := kernel.Reg(-1)
	var out []kernel.Node
	if guard >= 0 || m.r.IntN(2) == 0 {
		var n kernel.Node
		mask, n = m.combined(guard)
		out = append(out, n)
	}
	n := kernel.Linear{N: 2 + m.r.IntN(3), Mask: mask}
	for range n.N * n.N {
		n.M = append(n.M, m.any())
	}
	n.M[1+m.r.IntN(len(n.M)-2)] = -1
	var first kernel.Straight
	for range n.N {
		x := m.fresh()
		n.B = append(n.B, x)
		first.Instrs = append(first.Instrs, kernel.Instr{Op: kernel.Move, Dst: x, A: m.any(), B: -1, C: -1})
	}
	m.defined = append(m.defined, n.B...)
	return append(out, first, n)
}

func randomProgram(seed uint64, effects bool) *kernel.Program {
	p := &kernel.Program{Mech: fmt.Sprint("random", seed), Kind: kernel.PointProcess,
		Columns:  []kernel.Column{{Name: "a", Len: 1}, {Name: "array", Len: 3}, {Name: "b", Len: 1}},
		Uniforms: []kernel.Uniform{{Name: "t", Default: 1.5}, {Name: "dt", Default: 0.025}, {Name: "celsius", Default: 20}, {Name: "g", Published: true}, {Name: "use", Default: 1}},
		Ports:    []kernel.Port{{Quantity: kernel.V, Ion: -1}, {Quantity: kernel.Area, Ion: -1}, {Quantity: kernel.D, Ion: -1}, {Quantity: kernel.Rhs, Ion: -1}},
		Tables:   []kernel.Table{{Outputs: 2, N: 10, Use: 4, Depend: []int{2}}}}
	one := func(x float64) *kernel.Code {
		return &kernel.Code{NumRegs: 1, Results: []kernel.Reg{0}, Body: []kernel.Node{straight(kernel.Instr{Op: kernel.Const, Dst: 0, A: -1, B: -1, C: -1, Value: x})}}
	}
	p.Tables[0].From, p.Tables[0].To = one(-100), one(50)
	p.TableFill = []*kernel.Code{{NumRegs: 2, Results: []kernel.Reg{0, 1}, Body: []kernel.Node{straight(
		kernel.Instr{Op: kernel.Sin, Dst: 1, A: 0, B: -1, C: -1})}}}
	m := &maker{r: rand.New(rand.NewPCG(seed, 1)), p: p, effects: effects}
	var first kernel.Straight
	for i := 0; i < 6; i++ {
		in := m.load()
		first.Instrs = append(first.Instrs, in)
		m.defined = append(m.defined, in.Dst)
	}
	body := append([]kernel.Node{first}, m.nodes(6, -1)...)
	body = append(body, straight(kernel.Instr{Op: kernel.StoreC, Dst: -1, A: m.any(), B: -1, C: -1, Imm: 0},
		kernel.Instr{Op: kernel.AddP, Dst: -1, A: m.any(), B: -1, C: -1, Imm: 3}))
	p.State = &kernel.Code{Body: body, NumRegs: m.n, Texts: []string{"here"}}
	return p
}

type host struct{ log []string }

func (h *host) Draw(k, s int, d kernel.DrawKind) float64 { return 0 }
func (h *host) SetSeq(k, s, id int, x float64)           {}
func (h *host) Train(k, s, i int) float64                { return float64(k*7+i%11+s) / 3 }
func (h *host) TrainLen(k, s int) int                    { return k%5 + s }
func (h *host) EdgeCount(k int) int                      { return 0 }
func (h *host) EdgeArgs(k, i int) []float64              { return nil }
func (h *host) Send(k int, d, f float64, at string) {
	h.log = append(h.log, fmt.Sprintf("%d %x %x", k, d, f))
}
func (h *host) MoveEvent(k int, at float64, p string)        {}
func (h *host) Emit(k int, at float64, p string)             {}
func (h *host) ArmWatch(k, w int, flag float64, rising bool) {}
func (h *host) Printf(k int, format string, args []float64)  {}
func (h *host) Failed(k int, what string)                    {}

func randomFrame(p *kernel.Program, n int, shared bool) *kernel.Frame {
	r := rand.New(rand.NewPCG(uint64(n), 9))
	f := &kernel.Frame{N: n, Host: &host{}}
	value := func() float64 {
		switch r.IntN(12) {
		case 0:
			return 0
		case 1:
			return math.NaN()
		case 2:
			return 1e-295
		case 3:
			return math.Inf(-1)
		}
		return 100*r.Float64() - 60
	}
	for i := 0; i < p.Rows(); i++ {
		c := make([]float64, n)
		for k := range c {
			c[k] = value()
		}
		f.Columns = append(f.Columns, c)
	}
	for i := range p.Ports {
		d := kernel.PortData{Data: make([]float64, n+2), First: 1}
		if shared {
			d.First = -1
			for k := 0; k < n; k++ {
				d.Index = append(d.Index, int32(k*5%7%(n+1)))
			}
			if i%2 == 1 { // long runs of one place, and of places that follow each other
				for k := range d.Index {
					d.Index[k] = int32(k / 10 * 3)
					if k/10%2 == 1 {
						d.Index[k] = int32(k)
					}
				}
				d.Runs = kernel.FindRuns(d.Index)
			}
		}
		for k := range d.Data {
			d.Data[k] = value()
		}
		f.Ports = append(f.Ports, d)
	}
	for _, u := range p.Uniforms {
		f.Uniforms = append(f.Uniforms, u.Default)
	}
	BuildTables(p, f)
	return f
}

func dump(f *kernel.Frame) string {
	var b strings.Builder
	all := append([][]float64{f.Uniforms}, f.Columns...)
	for _, p := range f.Ports {
		all = append(all, p.Data)
	}
	for i, xs := range all {
		fmt.Fprintf(&b, "%d:", i)
		for _, x := range xs {
			if x != x {
				b.WriteString(" NaN")
			} else {
				fmt.Fprintf(&b, " %x", math.Float64bits(x))
			}
		}
		b.WriteByte('\n')
	}
	return b.String() + strings.Join(f.Host.(*host).log, "\n")
}

// The interpreter and the block VM agree bit for bit on random programs, for
// every block size, NaN and infinity included.
func TestRandomPrograms(t *testing.T) {
	programs := 400
	if testing.Short() {
		programs = 60
	}
	for seed := 0; seed < programs; seed++ {
		p := randomProgram(uint64(seed), seed%4 == 0)
		if err := kernel.Check(p); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, p)
		}
		for _, n := range []int{1, 5, 40} {
			for _, shared := range []bool{false, true} {
				want := randomFrame(p, n, shared)
				for round := 0; round < 2; round++ {
					Interp{}.Run(p, p.State, want, 0, n)
				}
				for _, size := range []int{1, 3, 16, 256} {
					got := randomFrame(p, n, shared)
					v := newBlock(size)
					for round := 0; round < 2; round++ {
						v.Run(p, p.State, got, 0, n)
					}
					if x, y := dump(want), dump(got); x != y {
						t.Fatalf("seed %d, %d instances, shared %v, blocks of %d: backends differ\n%s\ninterp\n%s\nblock\n%s", seed, n, shared, size, p, x, y)
					}
				}
			}
		}
	}
}

// Run on a part of the instances leaves the others alone, and any split gives
// the same.
func TestSplit(t *testing.T) {
	for seed := 0; seed < 40; seed++ {
		p := randomProgram(uint64(seed), false)
		const n = 50
		want, got := randomFrame(p, n, false), randomFrame(p, n, false)
		v := newBlock(16)
		v.Run(p, p.State, want, 0, n)
		uses := kernel.Uses(p, kernel.StoreU)
		for _, r := range [][2]int{{0, 1}, {1, 20}, {20, 49}, {49, 50}} {
			v.Run(p, p.State, got, r[0], r[1])
		}
		if x, y := dump(want), dump(got); x != y && !uses {
			t.Fatalf("seed %d: in parts it differs\n%s", seed, p)
		}
	}
}

// Columns that nobody reads may be left as they are; all else is the same, also
// when somebody begins to read some.
func TestUnread(t *testing.T) {
	left, shorter := 0, 0
	for seed := range uint64(300) {
		p := randomProgram(seed, false)
		const n = 20
		want, got := randomFrame(p, n, false), randomFrame(p, n, false)
		got.Unread = kernel.Unread(p)
		first := slices.Clone(got.Unread)
		if withoutUnread(p, p.State, got.Unread) != p.State {
			shorter++
		}
		v := newBlock(16)
		for round := range 3 {
			Interp{}.Run(p, p.State, want, 0, n)
			v.Run(p, p.State, got, 0, n)
			if round == 1 {
				for k := range got.Unread {
					got.Unread[k] = got.Unread[k] && k%2 == 0
				}
			}
		}
		for k, u := range first {
			if u {
				left++
				copy(got.Columns[k], want.Columns[k])
			}
		}
		if x, y := dump(want), dump(got); x != y {
			t.Fatalf("seed %d: what is read differs\n%s\ninterp\n%s\nblock\n%s", seed, p, x, y)
		}
	}
	if left == 0 || shorter == 0 {
		t.Errorf("%d columns were left out, %d programs shortened", left, shorter)
	}
}
