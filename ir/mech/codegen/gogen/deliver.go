package gogen

import (
	"fmt"
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
)

// delivers says whether there is a function for many deliveries: events that
// nothing but their own instance is looked at and changed by, without loops that
// may fail.
func (g *writer) delivers() bool {
	c := g.p.Receive
	if c == nil || g.p.Watches > 0 || g.solves(c.Body) {
		return false
	}
	ok := true
	kernel.Walk(c.Body, func(in *kernel.Instr) { ok = ok && in.Op != kernel.StoreU && in.Op != kernel.AtTime })
	return ok
}

// asks says whether the Host wants to know who asks for it.
func asks(op kernel.Op) bool {
	switch op {
	case kernel.Send, kernel.MoveEv, kernel.Emit, kernel.Print, kernel.Fail:
		return true
	}
	return false
}

// deliver writes Receive as a loop over deliveries.
func (g *writer) deliver() {
	c := g.p.Receive
	g.c, g.out, g.due = c, false, true
	defer func() { g.due = false }()
	u := g.uses(c)
	u.uniforms = slices.DeleteFunc(u.uniforms, func(x int32) bool { return x == kernel.UniformT })
	stops := false
	kernel.Walk(c.Body, func(in *kernel.Instr) { stops = stops || asks(in.Op) })
	g.line("func %s(f *kernel.Frame, due []kernel.Delivery, weights []float64) int {", g.function("deliver"))
	g.prologue(u)
	for i, x := range u.columns {
		if i == 0 {
			g.line("c%d := f.Columns[%d] // %s", x, x, g.columnName(x))
		} else {
			g.line("c%d := f.Columns[%d][:len(c%d)] // %s", x, x, u.columns[0], g.columnName(x))
		}
	}
	if len(c.Body) == 0 {
		g.line("return len(due)\n}\n")
		return
	}
	if stops {
		g.line("asked := false")
	}
	exps := ahead(c)
	if len(exps) == 0 {
		g.line("for n := range due {")
		g.delivery(c, u.ports, "due")
		g.registers(c)
		g.nodes(c.Body)
		if stops {
			g.line("if asked {\nreturn n + 1\n}")
		}
		g.line("}\nreturn len(due)\n}\n")
		return
	}
	g.ahead = map[*kernel.Instr]int{}
	defer func() { g.ahead = nil }()
	for k := range exps {
		g.line("var x%d [kernel.MostApart]float64", k)
	}
	g.line("for from := 0; from < len(due); {")
	g.line("part := due[from:]\npart = part[:f.Apart(part)]")
	args := &kernel.Code{}
	var list []kernel.Instr
	for k := range exps {
		var r kernel.Reg
		list, r = exps[k].arg.emit(list)
		args.Results = append(args.Results, r)
	}
	args.Body, args.NumRegs = []kernel.Node{kernel.Straight{Instrs: list}}, len(list)
	g.line("for n := range part {")
	g.delivery(args, nil, "part")
	g.registers(args)
	g.nodes(args.Body)
	for k, r := range args.Results {
		g.line("x%d[n] = r%d", k, r)
	}
	g.line("}")
	for k := range exps {
		g.line("vec.ExpV(x%d[:len(part)], x%d[:len(part)])", k, k)
		g.ahead[exps[k].exp] = k
	}
	g.line("for n := range part {")
	g.delivery(c, u.ports, "part")
	g.registers(c)
	g.nodes(c.Body)
	if stops {
		g.line("if asked {\nreturn from + n + 1\n}")
	}
	g.line("}\nfrom += len(part)\n}\nreturn len(due)\n}\n")
}

// delivery begins the body of a loop over a list of deliveries, in which c runs.
func (g *writer) delivery(c *kernel.Code, ports []int32, list string) {
	g.line("d := &%s[n]", list)
	g.line("i := int(d.Row)\n_ = i")
	if g.needsK(c) {
		g.line("k := i")
	}
	if kernel.UsesIn(c, kernel.LoadArg) || kernel.UsesIn(c, kernel.StoreArg) {
		switch {
		case g.p.NArgs > 1:
			g.line("args := weights[d.Args : int(d.Args)+%d]", g.p.NArgs)
		case !kernel.UsesIn(c, kernel.StoreArg):
			g.line("w := d.Weight\nif weights != nil {\nw = weights[d.Args]\n}")
		}
	}
	for _, x := range ports {
		g.line("a%d := p%d.Place(k)", x, x)
	}
}

// arg is an element of the weight vector.
func (g *writer) arg(i int32) string {
	switch {
	case !g.due:
		return fmt.Sprintf("f.Args[%d]", i)
	case g.p.NArgs > 1:
		return fmt.Sprintf("args[%d]", i)
	}
	if !kernel.UsesIn(g.c, kernel.StoreArg) {
		return "w"
	}
	return "weights[d.Args]"
}
