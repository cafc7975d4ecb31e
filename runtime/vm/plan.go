package vm

import "github.com/rallsim/rall/runtime/kernel"

// plan is a Code prepared for blocks: which registers have one value for all
// lanes, what can be done once a Run, and a step per remaining instruction.
type plan struct {
	code    *kernel.Code
	serial  bool  // effects whose order across instances shows: one instance at a time
	ordered []int // ports whose order of instances shows: serial unless contiguous
	uniform []bool
	alias   []kernel.Reg // registers that stand for a column or port at times
	isAlias []bool
	pre     []kernel.Instr // uniform instructions that hold for the whole Run
	// constants are the registers before pre, those of constants filled in.
	constants []float64
	lean      []kernel.Node // the Code without what constants has, for single instances
	body      []planNode
}

func (pl *plan) aliases(r kernel.Reg) bool { return pl.isAlias[r] }

// planNode is the block form of a kernel.Node.
type planNode interface{ planNode() }

type (
	// steps are vector instructions, with the uniform ones in between done on
	// the scalar registers.
	steps struct{ list []step }
	// scalars are uniform instructions inside a Branch or loop.
	scalars struct{ instrs []kernel.Instr }
	branch  struct {
		mask kernel.Reg
		then []planNode
	}
	loop struct {
		node       kernel.While
		cond, body []planNode
		scalar     bool // nothing but uniform registers: done once for the block
	}
	newton struct {
		node *kernel.Newton
		in   []kernel.Reg // varying registers that F reads from outside
	}
	linear struct{ node *kernel.Linear }
)

func (steps) planNode()   {}
func (scalars) planNode() {}
func (branch) planNode()  {}
func (loop) planNode()    {}
func (newton) planNode()  {}
func (linear) planNode()  {}

// step is one instruction over a block.
type step struct {
	kind stepKind
	owns bool // Dst may stand for a column elsewhere: it gets its scratch back
	f1   func(dst, a []float64)
	f2   func(dst, a, b []float64)
	fc   func(dst, a []float64, c float64)
	run  func(*block, *step)
	kernel.Instr

	minus bool  // of AddP: -A is added
	with  *step // of addPair: the second AddP
	coefs []coef
}

// makePlan prepares c; apart says that the order in which instances ask the Host
// does not matter.
func makePlan(p *kernel.Program, c *kernel.Code, apart bool) *plan {
	pl := &plan{code: c, uniform: uniforms(p, c)}
	pl.findSerial(p)
	pl.serial = pl.serial && !apart
	b := planner{p: p, pl: pl, defs: make([]int, c.NumRegs), hoisted: make([]bool, c.NumRegs)}
	for _, w := range writes(p, c.Body) {
		b.defs[w]++
	}
	b.hoist(c.Body)
	pl.lean = b.withoutConstants(c.Body)
	if pl.serial {
		return pl
	}
	b.copied = copies(p, c)
	b.control = make([]bool, c.NumRegs)
	controls(c.Body, b.control)
	b.findAliases(c.Body)
	pl.body = b.nodes(c.Body)
	return pl
}

// findSerial looks for what makes lanes depend on each other's order: requests
// to the host, and ports that several instances may reach and that are
// written more than once or also read.
func (pl *plan) findSerial(p *kernel.Program) {
	ports := make([]portUse, len(p.Ports))
	var walk func(ns []kernel.Node, times int)
	walk = func(ns []kernel.Node, times int) {
		for _, n := range ns {
			switch n := n.(type) {
			case kernel.Straight:
				for i := range n.Instrs {
					pl.touch(&n.Instrs[i], ports, times)
				}
			case kernel.Branch:
				walk(n.Then, times)
			case kernel.While:
				walk(n.Cond, 2)
				walk(n.Body, 2)
			case kernel.Newton:
				walk(n.F, 2)
			}
		}
	}
	walk(pl.code.Body, 1)
	for i, u := range ports {
		if u.writes > 1 || u.writes == 1 && u.read {
			pl.ordered = append(pl.ordered, i)
		}
	}
}

// portUse is what a Code does with a port; a write in a loop counts twice.
type portUse struct {
	read   bool
	writes int
}

func (pl *plan) touch(in *kernel.Instr, ports []portUse, times int) {
	switch in.Op {
	case kernel.Send, kernel.MoveEv, kernel.Emit, kernel.ArmWatch, kernel.Print, kernel.Fail, kernel.StoreArg,
		kernel.Edges, kernel.LoadEdge, kernel.StoreEdge, kernel.GridOp:
		pl.serial = true
	case kernel.LoadP:
		ports[in.Imm].read = true
	case kernel.StoreP, kernel.AddP:
		ports[in.Imm].writes += times
	}
}

// uniforms finds the registers that hold one value for all lanes at every
// place: those that nothing but uniform instructions write.
func uniforms(p *kernel.Program, c *kernel.Code) []bool {
	u := make([]bool, c.NumRegs)
	for i := range u {
		u[i] = true
	}
	for changed := true; changed; {
		changed = false
		vary := func(r kernel.Reg) {
			if u[r] {
				u[r], changed = false, true
			}
		}
		var nodes func(ns []kernel.Node)
		nodes = func(ns []kernel.Node) {
			for _, n := range ns {
				switch n := n.(type) {
				case kernel.Straight:
					for i := range n.Instrs {
						varyInstr(p, &n.Instrs[i], u, vary)
					}
				case kernel.Branch:
					nodes(n.Then)
				case kernel.While:
					if !u[n.Test] {
						vary(n.Mask)
					}
					nodes(n.Cond)
					nodes(n.Body)
				case kernel.Newton:
					for _, r := range n.X {
						vary(r)
					}
					nodes(n.F)
				case kernel.Linear:
					for _, r := range n.B {
						vary(r)
					}
				}
			}
		}
		nodes(c.Body)
	}
	return u
}

func varyInstr(p *kernel.Program, in *kernel.Instr, u []bool, vary func(kernel.Reg)) {
	if !in.Op.Writes() {
		return
	}
	switch in.Op {
	case kernel.LoadU, kernel.TableOn, kernel.AtTime, kernel.LoadArg, kernel.LoadFlag:
	case kernel.Lookup:
		if !u[in.A] || p.Tables[in.Imm].Own() {
			for i := 0; i < p.Tables[in.Imm].Outputs; i++ {
				vary(in.Dst + kernel.Reg(i))
			}
		}
		return
	default:
		if !in.Op.Pure() {
			vary(in.Dst)
			return
		}
	}
	in.Operands(func(r kernel.Reg) {
		if !u[r] {
			vary(in.Dst)
		}
	})
}

// writes lists the registers that nodes write, once per writing.
func writes(p *kernel.Program, nodes []kernel.Node) []kernel.Reg {
	var out []kernel.Reg
	var walk func(ns []kernel.Node)
	walk = func(ns []kernel.Node) {
		for _, n := range ns {
			switch n := n.(type) {
			case kernel.Straight:
				for i := range n.Instrs {
					in := &n.Instrs[i]
					if !in.Op.Writes() {
						continue
					}
					count := 1
					if in.Op == kernel.Lookup {
						count = p.Tables[in.Imm].Outputs
					}
					for k := 0; k < count; k++ {
						out = append(out, in.Dst+kernel.Reg(k))
					}
				}
			case kernel.Branch:
				walk(n.Then)
			case kernel.While:
				out = append(out, n.Mask)
				walk(n.Cond)
				walk(n.Body)
			case kernel.Newton:
				out = append(out, n.X...)
				walk(n.F)
			case kernel.Linear:
				out = append(out, n.B...)
			}
		}
	}
	walk(nodes)
	return out
}

// reads calls f for every register that nodes read before they write it.
func reads(p *kernel.Program, nodes []kernel.Node, written map[kernel.Reg]bool, f func(kernel.Reg)) {
	read := func(r kernel.Reg) {
		if r >= 0 && !written[r] {
			f(r)
		}
	}
	for _, n := range nodes {
		switch n := n.(type) {
		case kernel.Straight:
			for i := range n.Instrs {
				n.Instrs[i].Operands(read)
				for _, w := range writes(p, []kernel.Node{kernel.Straight{Instrs: n.Instrs[i : i+1]}}) {
					written[w] = true
				}
			}
		case kernel.Branch:
			read(n.Mask)
			reads(p, n.Then, copyOf(written), f)
		case kernel.While:
			read(n.Mask)
			inner := copyOf(written)
			reads(p, n.Cond, inner, f)
			if !inner[n.Test] {
				f(n.Test)
			}
			reads(p, n.Body, inner, f)
		case kernel.Newton:
			for _, r := range n.X {
				read(r)
			}
			read(n.Mask)
			reads(p, n.F, copyOf(written), f)
		case kernel.Linear:
			for _, r := range n.M {
				read(r)
			}
			for _, r := range n.B {
				read(r)
			}
			read(n.Mask)
		}
	}
}

func copyOf(m map[kernel.Reg]bool) map[kernel.Reg]bool {
	c := make(map[kernel.Reg]bool, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}

// planner turns nodes into steps.
type planner struct {
	p       *kernel.Program
	pl      *plan
	defs    []int  // times a register is written
	hoisted []bool // written by pre
	copied  map[*kernel.Instr]bool
	control []bool // registers that control flow reads
}

// findAliases lists the registers that loads set to a column or port.
func (b *planner) findAliases(ns []kernel.Node) {
	b.pl.isAlias = make([]bool, b.pl.code.NumRegs)
	kernel.Walk(ns, func(in *kernel.Instr) {
		load := in.Op == kernel.LoadC || in.Op == kernel.LoadP
		if load && !b.copied[in] && !b.pl.isAlias[in.Dst] {
			b.pl.isAlias[in.Dst] = true
			b.pl.alias = append(b.pl.alias, in.Dst)
		}
	})
}

// hoist moves uniform instructions of the outermost level, whose operands are
// hoisted too, to the front of the Run.
func (b *planner) hoist(ns []kernel.Node) {
	for _, n := range ns {
		s, ok := n.(kernel.Straight)
		if !ok {
			continue
		}
		for i := range s.Instrs {
			in := &s.Instrs[i]
			if !b.scalar(in) || in.Op == kernel.Lookup || b.defs[in.Dst] != 1 {
				continue
			}
			ready := true
			in.Operands(func(r kernel.Reg) { ready = ready && b.hoisted[r] })
			if ready {
				b.hoisted[in.Dst] = true
				if in.Op != kernel.Const {
					b.pl.pre = append(b.pl.pre, *in)
					continue
				}
				if b.pl.constants == nil {
					b.pl.constants = make([]float64, b.pl.code.NumRegs)
				}
				b.pl.constants[in.Dst] = in.Value
			}
		}
	}
}

// withoutConstants leaves out, on the outermost level, the constants that hoist
// has taken.
func (b *planner) withoutConstants(ns []kernel.Node) []kernel.Node {
	var out []kernel.Node
	for _, n := range ns {
		if s, ok := n.(kernel.Straight); ok {
			var kept []kernel.Instr
			for _, in := range s.Instrs {
				if in.Op != kernel.Const || !b.hoisted[in.Dst] || b.defs[in.Dst] != 1 {
					kept = append(kept, in)
				}
			}
			n = kernel.Straight{Instrs: kept}
		}
		out = append(out, n)
	}
	return out
}

// scalar says whether in is done on the uniform registers.
func (b *planner) scalar(in *kernel.Instr) bool {
	return in.Op.Writes() && b.pl.uniform[in.Dst]
}

func (b *planner) nodes(ns []kernel.Node) []planNode {
	var out []planNode
	for _, n := range ns {
		switch n := n.(type) {
		case kernel.Straight:
			out = b.straight(out, n.Instrs)
		case kernel.Branch:
			out = append(out, branch{n.Mask, b.nodes(n.Then)})
		case kernel.While:
			l := loop{node: n, scalar: true}
			kernel.Walk([]kernel.Node{n}, func(in *kernel.Instr) { l.scalar = l.scalar && b.scalar(in) })
			for _, w := range writes(b.p, []kernel.Node{n}) {
				l.scalar = l.scalar && b.pl.uniform[w]
			}
			l.cond, l.body = b.nodes(n.Cond), b.nodes(n.Body)
			out = append(out, l)
		case kernel.Newton:
			nn := n
			in := newton{node: &nn}
			seen := map[kernel.Reg]bool{}
			reads(b.p, []kernel.Node{n}, map[kernel.Reg]bool{}, func(r kernel.Reg) {
				if !b.pl.uniform[r] && !seen[r] {
					seen[r] = true
					in.in = append(in.in, r)
				}
			})
			out = append(out, in)
		case kernel.Linear:
			nn := n
			out = append(out, linear{&nn})
		}
	}
	return out
}

func (b *planner) straight(out []planNode, ins []kernel.Instr) []planNode {
	list := b.fuse(ins)
	for i := range list {
		in := &list[i].Instr
		if b.scalar(in) {
			if in.Op != kernel.Lookup && b.defs[in.Dst] == 1 && b.hoisted[in.Dst] {
				continue
			}
			if len(out) > 0 {
				if s, ok := out[len(out)-1].(scalars); ok {
					s.instrs = append(s.instrs, *in)
					out[len(out)-1] = s
					continue
				}
			}
			out = append(out, scalars{[]kernel.Instr{*in}})
			continue
		}
		s := step{Instr: *in, run: list[i].run, minus: list[i].minus, coefs: list[i].coefs, owns: in.Op.Writes() && b.pl.aliases(in.Dst)}
		if x := list[i].with; x != nil {
			s.with = &step{Instr: x.Instr, minus: x.minus}
		}
		if s.run == nil {
			b.choose(&s, b.copied[list[i].from])
		}
		if len(out) > 0 {
			if l, ok := out[len(out)-1].(steps); ok {
				l.list = append(l.list, s)
				out[len(out)-1] = l
				continue
			}
		}
		out = append(out, steps{[]step{s}})
	}
	return out
}

// copies finds the loads that must copy: what they alias is stored to while
// the register is still read.
func copies(p *kernel.Program, c *kernel.Code) map[*kernel.Instr]bool {
	var order []*kernel.Instr
	loops := false
	var walk func(ns []kernel.Node)
	walk = func(ns []kernel.Node) {
		for _, n := range ns {
			switch n := n.(type) {
			case kernel.Straight:
				for i := range n.Instrs {
					order = append(order, &n.Instrs[i])
				}
			case kernel.Branch:
				walk(n.Then)
			case kernel.While:
				loops = true
				walk(n.Cond)
				walk(n.Body)
			case kernel.Newton:
				loops = true
				walk(n.F)
			case kernel.Linear:
				loops = true
			}
		}
	}
	walk(c.Body)
	lastUse := map[kernel.Reg]int{}
	for i, in := range order {
		in.Operands(func(r kernel.Reg) { lastUse[r] = i })
	}
	for _, r := range c.Results {
		lastUse[r] = len(order)
	}
	out := map[*kernel.Instr]bool{}
	for i, in := range order {
		if in.Op != kernel.LoadC && in.Op != kernel.LoadP {
			continue
		}
		for j, st := range order {
			same := false
			switch st.Op {
			case kernel.StoreC, kernel.KeepC:
				same = in.Op == kernel.LoadC && st.Imm == in.Imm
			case kernel.StoreCX:
				same = in.Op == kernel.LoadC && in.Imm >= st.Imm && in.Imm < st.Imm+st.Aux
			case kernel.StoreP, kernel.AddP:
				same = in.Op == kernel.LoadP && st.Imm == in.Imm
			}
			if same && (loops || j > i && j < lastUse[in.Dst]) {
				out[in] = true
			}
		}
	}
	return out
}
