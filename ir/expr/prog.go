package expr

import (
	"fmt"

	"github.com/rallsim/rall/runtime/vec"
)

// Prog is an expression bound to columns: slot i of Eval's vars, or column i
// of EvalBatch, is the i-th name given to Compile. It is immutable and may be
// shared between goroutines.
type Prog struct {
	row    []instr // with jumps: lazy, draws in Python's order
	batch  []instr // without jumps; nil when it draws
	depth  int
	rand   bool
	consts bool // no slot is read
}

type opcode uint8

const (
	iConst opcode = iota // push x
	iLoad                // push slot a
	iNeg
	iNot
	iAdd
	iSub
	iMul
	iDiv
	iFloorDiv
	iMod
	iPow
	iCmp
	iCall1
	iCall2
	iDraw1
	iDraw2
	// jumps, rows only
	iJump        // to a
	iJumpFalse   // pop; to a when false
	iKeepIfFalse // to a and keep when false, else pop
	iKeepIfTrue  // to a and keep when true, else pop
	iChain       // pop two; when the comparison fails push 0 and go to a, else push the second
	// eager forms, batches only
	iSelect // pop else, then, condition
	iAnd
	iOr
)

type instr struct {
	op   opcode
	fn   fn
	cmp  cmpOp
	dist Dist
	a    int
	x    float64
}

// Compile binds the variables to slots: to the index of their name in slots,
// or to a constant's value. A name in both is the slot. The error names a
// variable that is in neither; after Check has passed there is none.
func (e *Expr) Compile(slots []string, consts map[string]float64) (*Prog, error) {
	c := &compiler{slots: slots, consts: consts}
	root := c.fold(e.root)
	if c.err != nil {
		return nil, c.err
	}
	p := &Prog{rand: e.rand, consts: !c.loads}
	c.emitRow(root)
	p.row, p.depth = c.code, c.most
	if !e.rand {
		c.code, c.depth = nil, 0
		c.emitBatch(root)
		p.batch, p.depth = c.code, max(p.depth, c.most)
	}
	return p, nil
}

// UsesRand says whether evaluation draws.
func (p *Prog) UsesRand() bool { return p.rand }

// IsConst says whether the value depends on no slot and no draw.
func (p *Prog) IsConst() bool { return p.consts && !p.rand }

type compiler struct {
	slots       []string
	consts      map[string]float64
	code        []instr
	depth, most int
	loads       bool
	err         error
}

const opSlot = opList // in folded trees lists are gone; num is the slot

// fold resolves names and computes what is constant.
func (c *compiler) fold(n *node) *node {
	switch n.op {
	case opNum:
		return n
	case opName:
		for i, s := range c.slots {
			if s == n.name {
				c.loads = true
				return &node{op: opSlot, num: float64(i)}
			}
		}
		if x, ok := c.consts[n.name]; ok {
			return &node{op: opNum, num: x}
		}
		if c.err == nil {
			c.err = fmt.Errorf("unknown variable %q", n.name)
		}
		return n
	}
	m := *n
	m.args = make([]*node, len(n.args))
	all := true
	for i, a := range n.args {
		m.args[i] = c.fold(a)
		all = all && m.args[i].op == opNum
	}
	if !all || n.op == opDraw || c.err != nil {
		return &m
	}
	sub := &compiler{}
	sub.emitRow(&m)
	return &node{op: opNum, num: (&Prog{row: sub.code, depth: sub.most}).Eval(nil, nil)}
}

func (c *compiler) add(i instr, push int) int {
	c.code = append(c.code, i)
	c.depth += push
	c.most = max(c.most, c.depth)
	return len(c.code) - 1
}

var binary = map[nodeOp]opcode{opAdd: iAdd, opSub: iSub, opMul: iMul, opDiv: iDiv, opFloorDiv: iFloorDiv, opMod: iMod, opPow: iPow}

// emitPlain emits what is the same in both forms and says whether it did.
func (c *compiler) emitPlain(n *node, emit func(*node)) bool {
	switch n.op {
	case opNum:
		c.add(instr{op: iConst, x: n.num}, 1)
	case opSlot:
		c.add(instr{op: iLoad, a: int(n.num)}, 1)
	case opNeg:
		emit(n.args[0])
		c.add(instr{op: iNeg}, 0)
	case opNot:
		emit(n.args[0])
		c.add(instr{op: iNot}, 0)
	case opAdd, opSub, opMul, opDiv, opFloorDiv, opMod, opPow:
		emit(n.args[0])
		emit(n.args[1])
		c.add(instr{op: binary[n.op]}, -1)
	case opCall:
		c.emitCall(n, emit)
	default:
		return false
	}
	return true
}

func (c *compiler) emitCall(n *node, emit func(*node)) {
	emit(n.args[0])
	switch n.fn {
	case fnSum, fnMean:
		for _, a := range n.args[1:] {
			emit(a)
			c.add(instr{op: iAdd}, -1)
		}
		if n.fn == fnMean && len(n.args) > 1 {
			c.add(instr{op: iConst, x: float64(len(n.args))}, 1)
			c.add(instr{op: iDiv}, -1)
		}
	case fnMin, fnMax:
		for _, a := range n.args[1:] {
			emit(a)
			c.add(instr{op: iCall2, fn: n.fn}, -1)
		}
	default:
		f := n.fn
		if f == fnRound && len(n.args) == 2 {
			f = fnRound2
		}
		if len(n.args) == 2 {
			emit(n.args[1])
			c.add(instr{op: iCall2, fn: f}, -1)
		} else {
			c.add(instr{op: iCall1, fn: f}, 0)
		}
	}
}

func (c *compiler) emitRow(n *node) {
	if c.emitPlain(n, c.emitRow) {
		return
	}
	here := func(at int) { c.code[at].a = len(c.code) }
	switch n.op {
	case opDraw:
		for _, a := range n.args {
			c.emitRow(a)
		}
		if len(n.args) == 1 {
			c.add(instr{op: iDraw1, dist: n.dist}, 0)
		} else {
			c.add(instr{op: iDraw2, dist: n.dist}, -1)
		}
	case opAnd, opOr:
		op := iKeepIfFalse
		if n.op == opOr {
			op = iKeepIfTrue
		}
		c.emitRow(n.args[0])
		jump := c.add(instr{op: op}, -1)
		c.emitRow(n.args[1])
		here(jump)
	case opCond:
		c.emitRow(n.args[1])
		toElse := c.add(instr{op: iJumpFalse}, -1)
		c.emitRow(n.args[0])
		toEnd := c.add(instr{op: iJump}, -1)
		here(toElse)
		c.emitRow(n.args[2])
		here(toEnd)
	case opCompare:
		c.emitRow(n.args[0])
		var ends []int
		last := len(n.cmps) - 1
		for i, cmp := range n.cmps {
			c.emitRow(n.args[i+1])
			if i < last {
				ends = append(ends, c.add(instr{op: iChain, cmp: cmp}, -1))
			} else {
				c.add(instr{op: iCmp, cmp: cmp}, -1)
			}
		}
		for _, at := range ends {
			here(at)
		}
	default:
		panic("BUG: an expression node that nothing compiles")
	}
}

// emitBatch evaluates both sides of every choice: without draws that has no
// effect but the result.
func (c *compiler) emitBatch(n *node) {
	if c.emitPlain(n, c.emitBatch) {
		return
	}
	switch n.op {
	case opAnd, opOr:
		op := iAnd
		if n.op == opOr {
			op = iOr
		}
		c.emitBatch(n.args[0])
		c.emitBatch(n.args[1])
		c.add(instr{op: op}, -1)
	case opCond:
		c.emitBatch(n.args[1])
		c.emitBatch(n.args[0])
		c.emitBatch(n.args[2])
		c.add(instr{op: iSelect}, -2)
	case opCompare:
		for i, cmp := range n.cmps {
			c.emitBatch(n.args[i])
			c.emitBatch(n.args[i+1])
			c.add(instr{op: iCmp, cmp: cmp}, -1)
			if i > 0 {
				c.add(instr{op: iAnd}, -1)
			}
		}
	default:
		panic("BUG: an expression node that nothing compiles")
	}
}

// Eval evaluates one row: vars[i] belongs to slot i. r may be nil when the
// expression draws nothing.
func (p *Prog) Eval(vars []float64, r Rand) float64 {
	var small [16]float64
	st := small[:]
	if p.depth > len(small) {
		st = make([]float64, p.depth)
	}
	n := -1 // top of the stack
	for pc := 0; pc < len(p.row); pc++ {
		in := &p.row[pc]
		switch in.op {
		case iConst:
			n++
			st[n] = in.x
		case iLoad:
			n++
			st[n] = vars[in.a]
		case iNeg:
			st[n] = -st[n]
		case iNot:
			st[n] = truth(st[n] == 0)
		case iAdd:
			n--
			st[n] = st[n] + st[n+1]
		case iSub:
			n--
			st[n] = st[n] - st[n+1]
		case iMul:
			n--
			st[n] = float64(st[n] * st[n+1])
		case iDiv:
			n--
			st[n] = st[n] / st[n+1]
		case iFloorDiv:
			n--
			st[n] = floorDiv(st[n], st[n+1])
		case iMod:
			n--
			st[n] = mod(st[n], st[n+1])
		case iPow:
			n--
			st[n] = power(st[n], st[n+1])
		case iCmp:
			n--
			st[n] = truth(compare(in.cmp, st[n], st[n+1]))
		case iCall1:
			st[n] = call1(in.fn, st[n])
		case iCall2:
			n--
			st[n] = call2(in.fn, st[n], st[n+1])
		case iDraw1:
			st[n] = r.Draw(in.dist, st[n], 0)
		case iDraw2:
			n--
			st[n] = r.Draw(in.dist, st[n], st[n+1])
		case iJump:
			pc = in.a - 1
		case iJumpFalse:
			n--
			if st[n+1] == 0 {
				pc = in.a - 1
			}
		case iKeepIfFalse:
			if st[n] == 0 {
				pc = in.a - 1
			} else {
				n--
			}
		case iKeepIfTrue:
			if st[n] != 0 {
				pc = in.a - 1
			} else {
				n--
			}
		case iChain:
			n--
			if compare(in.cmp, st[n], st[n+1]) {
				st[n] = st[n+1]
			} else {
				st[n] = 0
				pc = in.a - 1
			}
		default:
			panic("BUG: a batch instruction in a row program")
		}
	}
	return st[0]
}

const block = 256

// EvalBatch evaluates len(out) rows: cols[i] is the column of slot i, as long
// as out (a column that the expression does not use may be nil). An expression
// that draws is evaluated row by row with r, in order.
func (p *Prog) EvalBatch(out []float64, cols [][]float64, r Rand) {
	if p.rand {
		vars := make([]float64, len(cols))
		for i := range out {
			for k, c := range cols {
				if c != nil {
					vars[k] = c[i]
				}
			}
			out[i] = p.Eval(vars, r)
		}
		return
	}
	var small [8 * block]float64
	scratch := small[:]
	if p.depth > 8 {
		scratch = make([]float64, p.depth*block)
	}
	for lo := 0; lo < len(out); lo += block {
		hi := min(lo+block, len(out))
		p.block(out[lo:hi], cols, lo, scratch)
	}
}

func (p *Prog) block(out []float64, cols [][]float64, lo int, scratch []float64) {
	w := len(out)
	at := func(i int) []float64 { return scratch[i*block : i*block+w] }
	n := -1
	for k := range p.batch {
		in := &p.batch[k]
		switch in.op {
		case iConst:
			n++
			d := at(n)
			for i := range d {
				d[i] = in.x
			}
			continue
		case iLoad:
			n++
			copy(at(n), cols[in.a][lo:lo+w])
			continue
		case iNeg:
			d := at(n)
			for i := range d {
				d[i] = -d[i]
			}
			continue
		case iNot:
			d := at(n)
			for i := range d {
				d[i] = truth(d[i] == 0)
			}
			continue
		case iCall1:
			batch1(in.fn, at(n))
			continue
		case iSelect:
			n -= 2
			c, a, b := at(n), at(n+1), at(n+2)
			for i := range c {
				if c[i] != 0 {
					c[i] = a[i]
				} else {
					c[i] = b[i]
				}
			}
			continue
		}
		n--
		a, b := at(n), at(n+1)
		b = b[:len(a)]
		switch in.op {
		case iAdd:
			for i := range a {
				a[i] += b[i]
			}
		case iSub:
			for i := range a {
				a[i] -= b[i]
			}
		case iMul:
			for i := range a {
				a[i] = float64(a[i] * b[i])
			}
		case iDiv:
			for i := range a {
				a[i] /= b[i]
			}
		case iFloorDiv:
			for i := range a {
				a[i] = floorDiv(a[i], b[i])
			}
		case iMod:
			for i := range a {
				a[i] = mod(a[i], b[i])
			}
		case iPow:
			for i := range a {
				a[i] = power(a[i], b[i])
			}
		case iCmp:
			for i := range a {
				a[i] = truth(compare(in.cmp, a[i], b[i]))
			}
		case iCall2:
			for i := range a {
				a[i] = call2(in.fn, a[i], b[i])
			}
		case iAnd:
			for i := range a {
				if a[i] != 0 {
					a[i] = b[i]
				}
			}
		case iOr:
			for i := range a {
				if a[i] == 0 {
					a[i] = b[i]
				}
			}
		default:
			panic("BUG: a row instruction in a batch program")
		}
	}
	copy(out, at(0))
}

// batch1 is call1 over a block.
func batch1(f fn, d []float64) {
	switch f {
	case fnSqrt:
		vec.Sqrt(d, d)
	case fnExp:
		vec.ExpV(d, d)
	case fnLog:
		vec.LogV(d, d)
	case fnLog10:
		vec.Log10V(d, d)
	case fnSin:
		vec.SinV(d, d)
	case fnCos:
		vec.CosV(d, d)
	case fnTanh:
		vec.TanhV(d, d)
	default:
		for i := range d {
			d[i] = call1(f, d[i])
		}
	}
}
