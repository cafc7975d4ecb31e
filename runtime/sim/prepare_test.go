package sim

import (
	"context"
	"fmt"
	"testing"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// inverse is an artificial cell with a parameter p, y = 1/p in every step by
// way of a hidden column, and z that nobody reads.
func inverse() *kernel.Program {
	ins := func(list ...kernel.Instr) *kernel.Code {
		for i := range list {
			list[i].B, list[i].C = max(list[i].B, -1), -1
		}
		return &kernel.Code{NumRegs: 3, Body: []kernel.Node{kernel.Straight{Instrs: list}}}
	}
	return &kernel.Program{Mech: "inverse", Kind: kernel.ArtificialCell, WatchCol: 4,
		Uniforms: []kernel.Uniform{{Name: "t"}, {Name: "dt"}, {Name: "celsius"}},
		Columns: []kernel.Column{{Name: "p", Len: 1, Param: true}, {Name: "y", Len: 1, Visible: true}, {Name: "z", Len: 1, Visible: true},
			{Name: "~0", Len: 1, Hidden: true}},
		Prepare: ins(kernel.Instr{Op: kernel.Const, Dst: 0, A: -1, B: -1, Value: 1},
			kernel.Instr{Op: kernel.LoadC, Dst: 1, A: -1, B: -1, Imm: 0},
			kernel.Instr{Op: kernel.Div, Dst: 2, A: 0, B: 1},
			kernel.Instr{Op: kernel.KeepC, Dst: -1, A: 2, B: -1, Imm: 3}),
		State: ins(kernel.Instr{Op: kernel.LoadC, Dst: 0, A: -1, B: -1, Imm: 3},
			kernel.Instr{Op: kernel.StoreC, Dst: -1, A: 0, B: -1, Imm: 1},
			kernel.Instr{Op: kernel.StoreC, Dst: -1, A: 0, B: -1, Imm: 2})}
}

// What Prepare computes is there from the first step on, follows a played
// parameter, and no other instance's.
func TestPrepareFollowsPlay(t *testing.T) {
	p := inverse()
	if err := kernel.Check(p); err != nil {
		t.Fatal(err)
	}
	const n = 5
	in := layout.Instances{N: n, Columns: make([][]float64, 4), Source: make([]int32, n)}
	for c := range in.Columns {
		in.Columns[c] = make([]float64, n)
	}
	for k := range n {
		in.Columns[0][k] = 2
		in.Source[k] = -1
	}
	net := &layout.Network{Dt: 0.5, Duration: 2, RecordStep: 0.5, Epoch: 2,
		Mechs: []layout.Mech{{Program: p, Uniforms: make([]float64, 3)}},
		Groups: []layout.Group{{Instances: []layout.Instances{in}, Edges: layout.Edges{First: []int32{0}},
			Plays: []layout.Play{{Var: layout.Var{What: layout.Column, Row: 3}, Times: []float64{1.1}, Values: []float64{8}}}}},
		Records: []layout.Record{{Label: "a", Var: layout.Var{What: layout.Column, Col: 1, Row: 2}}, {Label: "b", Var: layout.Var{What: layout.Column, Col: 1, Row: 3}}}}
	for _, v := range []kernel.Backend{vm.Interp{}, vm.NewBlock()} {
		s := New(net, Options{Backend: v, Threads: 1})
		for range 2 { // the second run starts like the first
			if err := s.Init(); err != nil {
				t.Fatal(err)
			}
			if err := s.Run(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			res, err := s.Result(nil)
			if err != nil {
				t.Fatal(err)
			}
			r := res.Reports
			if got := fmt.Sprint(r[0].Data, r[1].Data); got != "[0 0.5 0.5 0.5 0.5] [0 0.5 0.5 0.125 0.125]" {
				t.Errorf("%s: %s", v.Name(), got)
			}
		}
		if v.Name() == "vm" && s.groups[0].mechs[0].frame.Columns[2][0] != 0 {
			t.Error("a variable that nobody reads was stored")
		}
	}
}
