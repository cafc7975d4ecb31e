package kernel

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func sound() *Program {
	return &Program{Mech: "x",
		Columns:  []Column{{Name: "a", Len: 1}, {Name: "b", Len: 2}},
		Uniforms: []Uniform{{Name: "t"}, {Name: "dt"}, {Name: "celsius"}},
		Ports:    []Port{{Quantity: V, Ion: -1}, {Quantity: IonE, Ion: 0}},
		Ions:     []Ion{{Name: "na"}}, NArgs: 1,
		State: &Code{NumRegs: 3, Body: []Node{
			Straight{[]Instr{
				{Op: LoadC, Dst: 0, A: -1, B: -1, C: -1, Imm: 2},
				{Op: LoadP, Dst: 1, A: -1, B: -1, C: -1, Imm: 1},
				{Op: Lt, Dst: 2, A: 0, B: 1, C: -1},
			}},
			Branch{Mask: 2, Then: []Node{Straight{[]Instr{{Op: StoreC, Dst: -1, A: 1, B: 2, C: -1, Imm: 0}}}}},
			While{Cond: []Node{Straight{[]Instr{{Op: Lt, Dst: 1, A: 0, B: 2, C: -1}}}}, Test: 1, Mask: 2, Limit: 3},
		}}}
}

func TestCheckAcceptsAndPrints(t *testing.T) {
	p := sound()
	if err := Check(p); err != nil {
		t.Fatal(err)
	}
	want := `program x density
column 0 a = 0
column 1 b = 0 len 2
uniform 0 t = 0
uniform 1 dt = 0
uniform 2 celsius = 0
ion 0 na valence 0
port 0 v
port 1 na.e
args 1
state: 3 registers
  r0 = loadc b[1]
  r1 = loadp na.e
  r2 = lt r0 r1
  branch r2
    storec a r1 if r2
  while mask r2 test r1 limit 3
    r1 = lt r0 r2
  do
`
	if p.String() != want {
		t.Errorf("prints\n%s", p)
	}
}

func TestCheckRefuses(t *testing.T) {
	first := func(p *Program) *Instr { return &p.State.Body[0].(Straight).Instrs[0] }
	tests := []struct {
		name, want string
		spoil      func(*Program)
	}{
		{"column", "index 3 of 3", func(p *Program) { first(p).Imm = 3 }},
		{"negative index", "index -1", func(p *Program) { first(p).Imm = -1 }},
		{"port", "index 2 of 2", func(p *Program) { first(p).Op, first(p).Imm = LoadP, 2 }},
		{"register", "register 7 of 3", func(p *Program) { first(p).Dst = 7 }},
		{"unset", "r1 is read before", func(p *Program) { *first(p) = Instr{Op: Neg, Dst: 0, A: 1, B: -1, C: -1} }},
		{"mask", "register 9 of 3", func(p *Program) { p.State.Body[1] = Branch{Mask: 9} }},
		{"opcode", "opcode 200", func(p *Program) { first(p).Op = 200 }},
		{"loop", "without a limit", func(p *Program) { w := p.State.Body[2].(While); w.Limit = 0; p.State.Body[2] = w }},
		{"uniforms", "uniform 1 must be dt", func(p *Program) { p.Uniforms[1].Name = "x" }},
		{"ion", "port 1 (e) has ion index -1", func(p *Program) { p.Ports[1].Ion = -1 }},
		{"array", "array of 3", func(p *Program) { *first(p) = Instr{Op: LoadCX, Dst: 0, A: 0, B: -1, C: -1, Imm: 1, Aux: 3} }},
		{"args", "index 1 of 1", func(p *Program) { *first(p) = Instr{Op: LoadArg, Dst: 0, A: -1, B: -1, C: -1, Imm: 1} }},
		{"tables", "0 tables but 1 fills", func(p *Program) { p.TableFill = []*Code{{}} }},
		{"watches", "watches", func(p *Program) { p.Watches = 1 }},
		{"newton", "newton with 1 unknowns and 0", func(p *Program) {
			p.State.Body[2] = Newton{X: []Reg{0}, Steps: 3, Mask: -1}
		}},
		{"hidden column", "storec writes a", func(p *Program) { p.Columns[0].Hidden = true }},
		{"prepare", "keepc writes a", func(p *Program) {
			p.Prepare = &Code{NumRegs: 1, Body: []Node{Straight{[]Instr{
				{Op: Const, Dst: 0, A: -1, B: -1, C: -1}, {Op: KeepC, Dst: -1, A: 0, B: -1, C: -1}}}}}
		}},
		{"prepare reads its own", "prepare reads b", func(p *Program) {
			p.Columns[1].Hidden = true
			p.Prepare = &Code{NumRegs: 1, Body: []Node{Straight{[]Instr{{Op: LoadC, Dst: 0, A: -1, B: -1, C: -1, Imm: 2}}}}}
		}},
		{"linear", "linear system of 2", func(p *Program) { p.State.Body[2] = Linear{N: 2, Mask: -1} }},
	}
	for _, c := range tests {
		p := sound()
		c.spoil(p)
		if err := Check(p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Every opcode has a name and a description of its operands.
func TestOpTable(t *testing.T) {
	seen := map[string]bool{}
	for op := Op(0); op < numOps; op++ {
		n := op.String()
		if n == "" || seen[n] {
			t.Errorf("opcode %d is named %q", op, n)
		}
		seen[n] = true
		if !op.Writes() && !op.Effect() && op != Nop {
			t.Errorf("%s neither writes nor has an effect", n)
		}
		if op.Pure() && op.Effect() {
			t.Errorf("%s is pure and has an effect", n)
		}
	}
}

func TestFindRuns(t *testing.T) {
	stretch := func(first, step int32) []int32 {
		out := make([]int32, shortRun)
		for i := range out {
			out[i] = first + int32(i)*step
		}
		return out
	}
	tests := []struct {
		index []int32
		want  []Run
	}{
		{nil, nil},
		{stretch(4, 0), []Run{{0, 4, Same}}},
		{slices.Concat(stretch(4, 1), stretch(9, 0)), []Run{{0, 4, Up}, {16, 9, Same}}},
		{slices.Concat([]int32{7, 3}, stretch(1, 0), []int32{2, 2, 1}, stretch(20, 1)), []Run{{0, 7, Mixed}, {2, 1, Same}, {18, 2, Mixed}, {21, 20, Up}}},
		{[]int32{1, 3, 5, 7, 9, 11, 13, 13, 13, 13, 14, 15, 16, 17}, nil},
	}
	for _, c := range tests {
		got := FindRuns(c.index)
		if len(got) != len(c.want) {
			t.Errorf("%v: %v, want %v", c.index, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%v: %v, want %v", c.index, got, c.want)
			}
		}
	}
}

func TestUnread(t *testing.T) {
	p := sound()
	p.State.Body = append(p.State.Body, Straight{[]Instr{{Op: StoreC, Dst: -1, A: 0, B: -1, C: -1, Imm: 1}}})
	if got := fmt.Sprint(Unread(p)); got != "[true true false]" {
		t.Errorf("%s", got)
	}
	if got := fmt.Sprint(Steady(p)); got != "[false false true]" {
		t.Errorf("steady: %s", got)
	}
	p.Init, p.State = p.State, nil
	if got := fmt.Sprint(Steady(p)); got != "[true true true]" {
		t.Errorf("steady: %s", got)
	}
	p.Init, p.State = nil, p.Init
	p.Columns = append(p.Columns, Column{Name: "w", Len: 1}, Column{Name: "z", Len: 1})
	p.Watches, p.WatchCol = 1, 3
	if got := fmt.Sprint(Unread(p)); got != "[true true false false true]" {
		t.Errorf("%s", got)
	}
	p.State.Body[0].(Straight).Instrs[0] = Instr{Op: LoadCX, A: 0, B: -1, C: -1, Imm: 0, Aux: 2}
	if got := fmt.Sprint(Unread(p)); got != "[false false true false true]" {
		t.Errorf("%s", got)
	}
}
