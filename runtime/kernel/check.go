package kernel

import (
	"errors"
	"fmt"
)

// Check tests that p is well formed: every index names something, every
// register is written before it is read on the straight way through the code,
// and the fixed uniforms are in place. Backends rely on it and do not look
// again. A nil result means a sound Program; an error is a bug of whoever
// made it.
func Check(p *Program) error {
	c := checker{p: p}
	for i, name := range []string{"t", "dt", "celsius"} {
		if i >= len(p.Uniforms) || p.Uniforms[i].Name != name {
			c.errorf("uniform %d must be %s", i, name)
		}
	}
	for i, q := range p.Ports {
		ion := q.Quantity >= IonE && q.Quantity <= IonDI
		if ion != (q.Ion >= 0) || q.Ion >= len(p.Ions) {
			c.errorf("port %d (%s) has ion index %d", i, q.Quantity, q.Ion)
		}
		if q.Quantity == Pointed && (q.Pointer < 0 || q.Pointer >= len(p.Pointers)) {
			c.errorf("port %d is pointer %d of %d", i, q.Pointer, len(p.Pointers))
		}
	}
	for i, col := range p.Columns {
		if col.Len < 1 {
			c.errorf("column %s has length %d", p.Columns[i].Name, col.Len)
		}
	}
	if d := p.Diffusion; d != nil {
		for _, first := range []int{d.State, d.Area, d.Volume} {
			if d.N < 1 || first < 0 || first+d.N > p.Rows() {
				c.errorf("diffusion of %d states in column %d of %d", d.N, first, p.Rows())
			}
		}
	}
	if (p.Diffuse != nil) != (p.Diffusion != nil) || (p.Diffused != nil) != (p.Diffusion != nil) {
		c.errorf("diffusion without its code")
	}
	if len(p.TableFill) != len(p.Tables) {
		c.errorf("%d tables but %d fills", len(p.Tables), len(p.TableFill))
		return errors.Join(c.errs...)
	}
	for k, t := range p.Tables {
		if t.From == nil || t.To == nil || p.TableFill[k] == nil {
			c.errorf("table %d lacks code", k)
			return errors.Join(c.errs...)
		}
		if t.N < 1 || t.Outputs < 1 {
			c.errorf("table %d has %d intervals of %d outputs", k, t.N, t.Outputs)
		}
		for _, u := range append([]int{t.Use}, t.Depend...) {
			if u >= len(p.Uniforms) {
				c.errorf("table %d names uniform %d", k, u)
			}
		}
		if len(p.TableFill[k].Results) != t.Outputs || len(t.From.Results) != 1 || len(t.To.Results) != 1 {
			c.errorf("table %d: wrong number of results", k)
		}
	}
	p.Codes(func(name string, code *Code) {
		c.where, c.code = name, code
		c.set = make([]bool, code.NumRegs)
		for k := range p.TableFill {
			if code == p.TableFill[k] && code.NumRegs > 0 {
				c.set[0] = true // the argument
			}
		}
		c.nodes(code.Body)
		for _, r := range code.Results {
			c.read(r)
		}
	})
	if p.Watches > 0 && (p.Watch == nil || p.WatchCol < 0 || p.WatchCol+p.Watches > p.Rows()) {
		c.errorf("%d watches have no code or no columns", p.Watches)
	}
	return errors.Join(c.errs...)
}

type checker struct {
	p     *Program
	where string
	code  *Code
	set   []bool // registers written so far
	errs  []error
}

func (c *checker) errorf(format string, args ...any) {
	if len(c.errs) < 20 {
		where := ""
		if c.where != "" {
			where = c.where + ": "
		}
		c.errs = append(c.errs, fmt.Errorf("program %s: %s%s", c.p.Mech, where, fmt.Sprintf(format, args...)))
	}
}

func (c *checker) read(r Reg) {
	switch {
	case r < 0 || int(r) >= len(c.set):
		c.errorf("register %d of %d", r, len(c.set))
	case !c.set[r]:
		c.errorf("r%d is read before it is written", r)
	}
}

func (c *checker) write(r Reg) {
	if r < 0 || int(r) >= len(c.set) {
		c.errorf("register %d of %d", r, len(c.set))
		return
	}
	c.set[r] = true
}

func (c *checker) nodes(ns []Node) {
	for _, n := range ns {
		switch n := n.(type) {
		case Straight:
			for i := range n.Instrs {
				c.instr(&n.Instrs[i])
			}
		case Branch:
			c.read(n.Mask)
			c.nodes(n.Then)
		case While:
			c.read(n.Mask)
			c.nodes(n.Cond)
			c.read(n.Test)
			c.nodes(n.Body)
			if n.Limit <= 0 {
				c.errorf("while without a limit")
			}
		case Newton:
			if len(n.X) == 0 || len(n.X) != len(n.R) {
				c.errorf("newton with %d unknowns and %d residuals", len(n.X), len(n.R))
			}
			for _, r := range n.X {
				c.read(r)
			}
			if n.Mask >= 0 {
				c.read(n.Mask)
			}
			c.nodes(n.F)
			for _, r := range n.R {
				c.read(r)
			}
			if n.Steps <= 0 {
				c.errorf("newton without a limit")
			}
		case Linear:
			if len(n.M) != n.N*n.N || len(n.B) != n.N {
				c.errorf("linear system of %d has %d and %d registers", n.N, len(n.M), len(n.B))
			}
			for _, r := range n.M {
				if r >= 0 {
					c.read(r)
				}
			}
			for _, r := range n.B {
				c.read(r)
			}
			if n.Mask >= 0 {
				c.read(n.Mask)
			}
		default:
			c.errorf("unknown node %T", n)
		}
	}
}

func (c *checker) instr(in *Instr) {
	if in.Op >= numOps {
		c.errorf("opcode %d", in.Op)
		return
	}
	in.Operands(c.read)
	if in.Op.Writes() {
		n := 1
		if in.Op == Lookup && int(in.Imm) < len(c.p.Tables) && in.Imm >= 0 {
			n = c.p.Tables[in.Imm].Outputs
		}
		for i := 0; i < n; i++ {
			c.write(in.Dst + Reg(i))
		}
	}
	limit := -1
	switch in.Op {
	case LoadU, StoreU:
		limit = len(c.p.Uniforms)
	case LoadC, StoreC, KeepC:
		limit = c.p.Rows()
	case LoadCX, StoreCX:
		limit = c.p.Rows()
		if in.Aux < 1 || int(in.Imm)+int(in.Aux) > limit {
			c.errorf("%s: array of %d", in.Op, in.Aux)
		}
	case LoadP, StoreP, AddP:
		limit = len(c.p.Ports)
	case LoadArg, StoreArg, LoadEdge, StoreEdge:
		limit = c.p.NArgs
	case Lookup, TableOn:
		limit = len(c.p.Tables)
	case Draw, SetSeq:
		limit = len(c.p.Streams)
	case GridOp:
		limit = len(c.p.Grids)
	case ArmWatch:
		limit = c.p.Watches
	case Print, Fail, Send, MoveEv, Emit:
		limit = len(c.code.Texts)
	case Train, TrainLen:
		limit = max(1, len(c.p.Series))
	}
	if in.Op == SetSeq && (in.Aux < 0 || in.Aux > 3) {
		c.errorf("%s: number %d of the name of a stream", in.Op, in.Aux)
	}
	if limit >= 0 && (in.Imm < 0 || int(in.Imm) >= limit) {
		c.errorf("%s: index %d of %d", in.Op, in.Imm, limit)
		return
	}
	c.hidden(in)
}

// hidden tests that what Prepare computes is written by Prepare, where it is
// not read, and that nothing else is.
func (c *checker) hidden(in *Instr) {
	to, name := false, ""
	switch in.Op {
	case StoreC, StoreCX, KeepC:
		col := c.p.column(in.Imm)
		to, name = col.Hidden, col.Name
	case StoreU:
		to, name = c.p.Uniforms[in.Imm].Hidden, c.p.Uniforms[in.Imm].Name
	case LoadC, LoadCX:
		if c.code == c.p.Prepare && c.p.column(in.Imm).Hidden {
			c.errorf("prepare reads %s", c.p.column(in.Imm).Name)
		}
		return
	case LoadU:
		if c.code == c.p.Prepare && c.p.Uniforms[in.Imm].Hidden {
			c.errorf("prepare reads %s", c.p.Uniforms[in.Imm].Name)
		}
		return
	default:
		if in.Op.Effect() && c.code == c.p.Prepare {
			c.errorf("%s has no place in prepare", in.Op)
		}
		return
	}
	if from := c.code == c.p.Prepare; from != to || from && in.Op != KeepC && in.Op != StoreU {
		c.errorf("%s writes %s", in.Op, name)
	}
}
