package vm

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

const (
	// blockSize is the number of instances a step handles at once: enough for
	// the work of a step to hide its call, and a register still takes no more
	// than 4 KiB. Half of it and twice of it were measured to be slower.
	blockSize = 512
	// mostScratch bounds the scratch of a block [numbers, 4 MiB]: code of
	// thousands of registers, such as a KINETIC of a hundred coupled states has,
	// runs in smaller blocks.
	mostScratch = 1 << 19
	leastBlock  = 8
	// fewLanes is the width up to which stepping through the instances one at
	// a time is cheaper than setting up a block.
	fewLanes = 2
)

// Block runs a block of instances at a time. Make one with NewBlock; it may
// be used by many goroutines at once, on different Frames.
type Block struct {
	size  int
	plans atomic.Pointer[map[planKey]*plan] // replaced, never changed
	mu    sync.Mutex
	pool  sync.Pool

	receivers map[*kernel.Program]*receiver // nil: events go one by one
}

// NewBlock returns a Block with the usual block size.
func NewBlock() *Block { return newBlock(blockSize) }

func newBlock(size int) *Block {
	return &Block{size: size, pool: sync.Pool{New: func() any { return new(block) }}}
}

// Name returns "vm".
func (v *Block) Name() string { return "vm" }

// Run runs c over instances [lo, hi) of f.
func (v *Block) Run(p *kernel.Program, c *kernel.Code, f *kernel.Frame, lo, hi int) {
	l, ok := f.Scratch.(*local)
	if !ok || l.v != v {
		l = &local{v: v}
		f.Scratch = l
	}
	pl := l.plan(p, c, f.Unread)
	serial := pl.serial || hi-lo <= fewLanes && hi-lo < v.size
	for _, i := range pl.ordered {
		serial = serial || f.Ports[i].First < 0
	}
	if serial {
		m := &l.one
		m.bind(p, c, f)
		copy(m.regs, pl.constants)
		for m.k = lo; m.k < hi; m.k++ {
			m.nodes(pl.lean)
		}
		m.publish()
		return
	}
	b := v.pool.Get().(*block)
	size := v.sizeFor(pl.code.NumRegs)
	b.bind(size, pl, p, f, min(size, hi-lo))
	for at := lo; at < hi; at += size {
		b.one(at, min(size, hi-at))
	}
	b.unbind()
	v.pool.Put(b)
}

// sizeFor is the size of the blocks of code with n registers.
func (v *Block) sizeFor(n int) int {
	if n*v.size <= mostScratch {
		return v.size
	}
	return min(v.size, max(leastBlock, mostScratch/n/leastBlock*leastBlock))
}

// local is what a Block keeps with a Frame, to be found without a lock.
type local struct {
	v     *Block
	one   machine // for a few instances
	codes []*kernel.Code
	plans []*plan

	unread []bool // the columns that nobody reads, as the plans have it
}

// planKey names a plan: a Code and which columns nobody reads.
type planKey struct {
	code   *kernel.Code
	unread string
}

func (l *local) plan(p *kernel.Program, c *kernel.Code, unread []bool) *plan {
	if !slices.Equal(l.unread, unread) { // somebody reads more than before
		l.codes, l.plans, l.unread = nil, nil, slices.Clone(unread)
	}
	for i, x := range l.codes {
		if x == c {
			return l.plans[i]
		}
	}
	pl := l.v.plan(p, c, unread)
	l.codes, l.plans = append(l.codes, c), append(l.plans, pl)
	return pl
}

func (v *Block) plan(p *kernel.Program, c *kernel.Code, unread []bool) *plan {
	key := planKey{c, fmt.Sprint(unread)}
	if m := v.plans.Load(); m != nil {
		if pl := (*m)[key]; pl != nil {
			return pl
		}
	}
	pruned := c
	if unread != nil {
		pruned = withoutUnread(p, c, unread)
	}
	pl := makePlan(p, pruned, false)
	v.mu.Lock()
	defer v.mu.Unlock()
	next := map[planKey]*plan{key: pl}
	if m := v.plans.Load(); m != nil {
		for k, x := range *m {
			next[k] = x
		}
	}
	v.plans.Store(&next)
	return pl
}

// block is the state of a Run over one block. Uniform registers live in the
// machine's registers, the others in slots.
type block struct {
	m       machine
	f       *kernel.Frame
	pl      *plan
	size    int
	most    int         // instances of the largest block of this Run
	lo, n   int         // the block's instances are [lo, lo+n)
	slot    [][]float64 // where a register's lanes are: its scratch, or [lo, lo+n) of a column or port
	slots   int         // of slot, those that are scratch of this size between Runs
	scratch []float64   // of a uniform register: its broadcast
	isWide  []bool      // scratch holds the uniform register's value for this Run
	runAt   []int32     // by port: the run of the latest block's first instance
}

func (b *block) bind(size int, pl *plan, p *kernel.Program, f *kernel.Frame, most int) {
	b.m.bind(p, pl.code, f)
	b.f, b.pl, b.most = f, pl, most
	n := pl.code.NumRegs
	if b.size != size {
		b.size, b.slots = size, 0
	}
	if len(b.slot) < n {
		b.slot, b.isWide, b.slots = make([][]float64, n), make([]bool, n), 0
	}
	if len(b.scratch) < n*size {
		b.scratch, b.slots = make([]float64, n*size), 0
	}
	for r := b.slots; r < n; r++ {
		b.slot[r] = b.scratch[r*size : (r+1)*size]
	}
	b.slots = max(b.slots, n)
	clear(b.isWide[:n])
	if len(b.runAt) < len(p.Ports) {
		b.runAt = make([]int32, len(p.Ports))
	}
	clear(b.runAt[:len(p.Ports)])
	copy(b.m.regs, pl.constants)
	b.m.straight(pl.pre)
}

// unbind gives the registers that stood for columns their scratch back, so
// that between Runs every slot is scratch.
func (b *block) unbind() {
	b.m.publish()
	for _, r := range b.pl.alias {
		b.slot[r] = b.scratch[int(r)*b.size : (int(r)+1)*b.size]
	}
	b.f, b.m.f, b.m.p, b.m.c = nil, nil, nil, nil
}

func (b *block) one(lo, n int) {
	b.lo, b.n = lo, n
	b.m.k = lo
	b.nodes(b.pl.body)
}

func (b *block) nodes(ns []planNode) {
	for _, n := range ns {
		switch n := n.(type) {
		case steps:
			b.steps(n.list)
		case scalars:
			b.m.straight(n.instrs)
		case branch:
			if b.any(n.mask) {
				b.nodes(n.then)
			}
		case loop:
			b.loop(&n)
		case newton:
			b.newton(&n)
		case linear:
			b.linear(n.node)
		}
	}
}

func (b *block) steps(list []step) {
	for i := range list {
		s := &list[i]
		if s.kind == general {
			s.run(b, s)
			continue
		}
		x := b.slot[s.A] // before Dst, which may be the same register
		var y []float64
		if s.kind == ofTwo {
			y = b.slot[s.B]
		}
		at := int(s.Dst) * b.size
		d := b.scratch[at : at+b.n]
		if s.owns {
			b.slot[s.Dst] = b.scratch[at : at+b.size]
		}
		switch s.kind {
		case ofOne:
			s.f1(d, x)
		case ofTwo:
			s.f2(d, x, y)
		case byConstant:
			s.fc(d, x, b.m.regs[s.B])
		}
	}
}

// own makes register r a block of its own scratch, to be written.
func (b *block) own(r kernel.Reg) []float64 {
	at := int(r) * b.size
	b.slot[r] = b.scratch[at : at+b.size]
	return b.scratch[at : at+b.n]
}

// vec returns the lanes of register r; a uniform one is broadcast.
func (b *block) vec(r kernel.Reg) []float64 {
	if !b.pl.uniform[r] {
		return b.slot[r][:b.n]
	}
	at := int(r) * b.size
	w := b.scratch[at : at+b.n : at+b.size]
	if !b.isWide[r] {
		vec.Set(b.scratch[at:at+b.most], b.m.regs[r])
		b.isWide[r] = true
		return w
	}
	if b.scratch[at] != b.m.regs[r] { // rewritten in a branch or loop, or NaN
		vec.Set(b.scratch[at:at+b.most], b.m.regs[r])
	}
	return w
}

// masked gives the mask of an effect: its lanes, or nil for "all lanes", and
// whether any lane can be under it.
func (b *block) masked(r kernel.Reg) (lanes []float64, run bool) {
	switch {
	case r < 0:
		return nil, true
	case b.pl.uniform[r]:
		return nil, b.m.regs[r] != 0
	}
	return b.slot[r][:b.n], true
}

func (b *block) any(mask kernel.Reg) bool {
	lanes, run := b.masked(mask)
	if lanes == nil {
		return run
	}
	return vec.Any(lanes)
}

func (b *block) loop(l *loop) {
	if l.scalar {
		b.m.more = b.n - 1
		b.m.while(&l.node)
		b.m.more = 0
		return
	}
	if b.pl.uniform[l.node.Mask] {
		regs := b.m.regs
		for trips := 0; regs[l.node.Mask] != 0; trips++ {
			b.nodes(l.cond)
			if regs[l.node.Test] == 0 {
				regs[l.node.Mask] = 0
				return
			}
			if trips == l.node.Limit {
				for i := 0; i < b.n; i++ {
					b.f.Host.Failed(b.lo+i, l.node.Failure)
				}
				regs[l.node.Mask] = 0
				return
			}
			b.nodes(l.body)
		}
		return
	}
	src := b.slot[l.node.Mask]
	mask := b.own(l.node.Mask)
	copy(mask, src)
	for trips := 0; b.any(l.node.Mask); trips++ {
		b.nodes(l.cond)
		test := b.vec(l.node.Test)
		for i := range mask {
			mask[i] = kernel.Truth(mask[i] != 0 && test[i] != 0)
		}
		if trips == l.node.Limit {
			for i := range mask {
				if mask[i] != 0 {
					b.f.Host.Failed(b.lo+i, l.node.Failure)
					mask[i] = 0
				}
			}
		}
		if b.any(l.node.Mask) {
			b.nodes(l.body)
		}
	}
}

// newton solves lane by lane on the scalar registers.
func (b *block) newton(n *newton) {
	lanes, run := b.masked(n.node.Mask)
	if !run {
		return
	}
	for _, r := range n.node.X { // aliases of columns must not be written through
		src := b.slot[r]
		copy(b.own(r), src)
	}
	for i := 0; i < b.n; i++ {
		if lanes != nil && lanes[i] == 0 {
			continue
		}
		b.m.k = b.lo + i
		for _, r := range n.in {
			b.m.regs[r] = b.slot[r][i]
		}
		b.m.solveNewton(n.node)
		for _, r := range n.node.X {
			b.slot[r][i] = b.m.regs[r]
		}
	}
	b.m.k = b.lo
}

func (b *block) linear(l *kernel.Linear) {
	lanes, run := b.masked(l.Mask)
	if !run {
		return
	}
	for _, r := range l.B {
		src := b.slot[r]
		copy(b.own(r), src)
	}
	for i := 0; i < b.n; i++ {
		if lanes != nil && lanes[i] == 0 {
			continue
		}
		b.m.k = b.lo + i
		for _, r := range l.M {
			if r >= 0 && !b.pl.uniform[r] {
				b.m.regs[r] = b.slot[r][i]
			}
		}
		for _, r := range l.B {
			b.m.regs[r] = b.slot[r][i]
		}
		b.m.solveLinear(l)
		for _, r := range l.B {
			b.slot[r][i] = b.m.regs[r]
		}
	}
	b.m.k = b.lo
}
