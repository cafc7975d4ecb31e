package gogen

import (
	"fmt"
	"slices"
	"strings"

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
	c := g.read(ofEdges(g.p.Receive))
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
	g.steady = steady(c)
	defer func() { g.steady = nil }()
	for _, x := range u.columns {
		if g.steady(x) {
			g.line("s%d := f.Stride(%d)", x, x)
		}
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
	args := &kernel.Code{}
	var list []kernel.Instr
	for k := range exps {
		var r kernel.Reg
		list, r = exps[k].arg.emit(list)
		args.Results = append(args.Results, r)
	}
	args.Body, args.NumRegs = []kernel.Node{kernel.Straight{Instrs: list}}, len(list)
	columns, weights := changing(args, c)
	g.line("early := f.Early(%d)", len(exps)+len(columns)+len(weights))
	for k := range exps {
		g.line("x%d := &early[%d]", k, k)
	}
	for k, x := range columns {
		g.line("y%d := &early[%d] // %s", x, len(exps)+k, g.columnName(x))
	}
	for k, x := range weights {
		g.line("z%d := &early[%d]", x, len(exps)+len(columns)+k)
	}
	g.line("for from := 0; from < len(due); {")
	g.line("part := due[from:]\npart = part[:min(len(part), kernel.MostApart)]")
	g.line("for n := range part {")
	g.delivery(args, nil, "part")
	for _, x := range columns {
		g.line("y%d[n] = c%d[i]", x, x)
	}
	for _, x := range weights {
		g.line("z%d[n] = %s", x, g.arg(x))
	}
	g.registers(args)
	g.nodes(args.Body)
	for k, r := range args.Results {
		g.line("x%d[n] = r%d", k, r)
	}
	g.line("}")
	for k := range exps {
		g.line("vec.ExpV(x%d[:len(part)], x%d[:len(part)])", k, k)
	}
	g.line("for n := range part {")
	g.delivery(c, u.ports, "part")
	if len(columns)+len(weights) > 0 {
		var other []string
		for _, x := range columns {
			other = append(other, fmt.Sprintf("math.Float64bits(y%d[n]) != math.Float64bits(c%d[i])", x, x))
		}
		for _, x := range weights {
			other = append(other, fmt.Sprintf("math.Float64bits(z%d[n]) != math.Float64bits(%s)", x, g.arg(x)))
		}
		g.line("if %s {", strings.Join(other, " || "))
		g.registers(args)
		g.nodes(args.Body)
		for k, r := range args.Results {
			g.line("x%d[n] = vec.Exp(r%d)", k, r)
		}
		g.line("}")
	}
	for k := range exps {
		g.ahead[exps[k].exp] = k
	}
	g.registers(c)
	g.nodes(c.Body)
	if stops {
		g.line("if asked {\nreturn from + n + 1\n}")
	}
	g.line("}\nfrom += len(part)\n}\nreturn len(due)\n}\n")
}

// steady returns what says which columns a code leaves alone.
func steady(c *kernel.Code) func(column int32) bool {
	stored := map[int32]bool{}
	all := false
	kernel.Walk(c.Body, func(in *kernel.Instr) {
		switch in.Op {
		case kernel.StoreC, kernel.KeepC:
			stored[in.Imm] = true
		case kernel.StoreCX:
			all = true
		}
	})
	return func(x int32) bool { return !all && !stored[x] }
}

// column is an instance's element of a column. Deliveries go to instances in no
// order: the fewer cache lines they touch, the better.
func (g *writer) column(x int32) string {
	if g.steady != nil && g.steady(x) {
		return fmt.Sprintf("c%d[i&s%d]", x, x)
	}
	return fmt.Sprintf("c%d[i]", x)
}

// ofEdges returns Receive as it is for events of edges, whose flag is 0: without
// choices that are made by it.
func ofEdges(c *kernel.Code) *kernel.Code {
	out := *c
	known := make([]*float64, c.NumRegs)
	out.Body = folded(c.Body, known)
	return &out
}

// folded returns nodes as they are where flag is 0, known being the registers
// whose numbers are known, or are those of truth values.
func folded(ns []kernel.Node, known []*float64) []kernel.Node {
	out := slices.Clone(ns)
	for i, n := range out {
		switch n := n.(type) {
		case kernel.Straight:
			n.Instrs = slices.Clone(n.Instrs)
			for k := range n.Instrs {
				in := &n.Instrs[k]
				var x *float64
				switch {
				case in.Op == kernel.LoadFlag:
					in.Op, in.Value = kernel.Const, 0
					x = &in.Value
				case in.Op == kernel.Const:
					x = &in.Value
				case compared[in.Op] != "" && known[in.A] != nil && known[in.B] != nil:
					holds, a, b := false, *known[in.A], *known[in.B]
					switch in.Op {
					case kernel.Lt:
						holds = a < b
					case kernel.Le:
						holds = a <= b
					case kernel.Gt:
						holds = a > b
					case kernel.Ge:
						holds = a >= b
					case kernel.Eq:
						holds = a == b
					case kernel.Ne:
						holds = a != b
					}
					x = new(float64)
					*x = kernel.Truth(holds)
				case in.Op == kernel.Select && known[in.A] != nil:
					from := in.C
					if *known[in.A] != 0 {
						from = in.B
					}
					*in = kernel.Instr{Op: kernel.Move, Dst: in.Dst, A: from, B: -1, C: -1}
					x = known[from]
				}
				if in.Op.Writes() {
					if in.Op == kernel.Lookup { // sets several
						clear(known)
					}
					known[in.Dst] = x
				}
			}
			out[i] = n
		case kernel.Branch:
			then := slices.Clone(known)
			n.Then = folded(n.Then, then)
			for r := range known {
				if known[r] != then[r] {
					known[r] = nil
				}
			}
			out[i] = n
		default: // may set any register
			clear(known)
		}
	}
	return out
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
