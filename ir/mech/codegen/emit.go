package codegen

import (
	"container/heap"
	"slices"
	"sort"

	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/kernel"
)

// prune marks what is live: effects, and what they depend on. A branch or
// loop is live when something in it is; a move is live when the register it
// writes is read by something live. results are values that the caller reads.
func (b *builder) prune(root *region, results []val) {
	used := make([]bool, len(b.vals))
	for _, r := range results {
		used[r] = true
	}
	use := func(vs ...val) {
		for _, v := range vs {
			if v != none {
				used[v] = true
			}
		}
	}
	var sweep func(r *region) (live, changed bool)
	sweep = func(r *region) (live, changed bool) {
		for i := len(r.items) - 1; i >= 0; i-- {
			switch x := r.items[i].(type) {
			case *ins:
				if !x.live && (x.op.Effect() || b.anyUsed(used, x)) {
					x.live, changed = true, true
					use(x.a, x.b, x.c)
					use(x.args...)
				}
				live = live || x.live
			case *branchItem:
				l, c := sweep(x.then)
				if l && !x.live {
					x.live, changed = true, true
					use(x.mask)
				}
				live, changed = live || x.live, changed || c
			case *whileItem:
				l1, c1 := sweep(x.body)
				l2, c2 := sweep(x.cond)
				if (l1 || l2 || x.must) && !x.live {
					x.live, changed = true, true
					use(x.mask, x.test)
				}
				live, changed = live || x.live, changed || c1 || c2
			case *linearItem:
				if !x.live {
					for _, v := range x.x {
						if used[v] {
							x.live, changed = true, true
						}
					}
					if x.live {
						use(x.m...)
						use(x.x...)
						use(x.mask)
					}
				}
				live = live || x.live
			case *newtonItem:
				if !x.live {
					for _, v := range x.x {
						if used[v] {
							x.live, changed = true, true
						}
					}
					if x.live {
						use(x.x...)
						use(x.r...)
						use(x.mask)
					}
				}
				if x.live {
					_, c := sweep(x.f)
					changed = changed || c
				}
				live = live || x.live
			}
		}
		return live, changed
	}
	for changed := true; changed; {
		_, c1 := sweep(root)
		_, c2 := sweep(b.pre)
		changed = c1 || c2
	}
}

// anyUsed says whether something reads what x writes.
func (b *builder) anyUsed(used []bool, x *ins) bool {
	if x.dst == none {
		return false
	}
	if x.op == kernel.Lookup {
		for k := int32(0); k < x.aux; k++ {
			if used[x.dst+val(k)] {
				return true
			}
		}
	}
	return used[x.dst]
}

// needs lists the variables that live code loads from columns.
func (b *builder) needs(root *region) []mech.VarID {
	var out []mech.VarID
	b.walk([]*region{b.pre, root}, func(x *ins) {
		if x.place.kind == inVar {
			out = append(out, mech.VarID(x.place.id))
		}
	})
	return out
}

// walk calls f for every live instruction in order.
func (b *builder) walk(rs []*region, f func(*ins)) {
	for _, r := range rs {
		for _, i := range r.items {
			switch x := i.(type) {
			case *ins:
				if x.live {
					f(x)
				}
			case *branchItem:
				if x.live {
					b.walk([]*region{x.then}, f)
				}
			case *whileItem:
				if x.live {
					b.walk([]*region{x.cond, x.body}, f)
				}
			case *newtonItem:
				if x.live {
					b.walk([]*region{x.f}, f)
				}
			}
		}
	}
}

// interval is the stretch of instructions over which a value is wanted.
type interval struct {
	v          val
	start, end int
}

// allocate gives every live value a register. Values that are the same for
// all lanes have registers of their own; the others share, a register being
// free again after the last use of what it held, so that the scratch of a
// block VM stays small. A value that a loop uses from outside lives until the
// loop ends.
func (b *builder) allocate(root *region, results []val, firstArg val) (reg []kernel.Reg, count int) {
	start, end := make([]int, len(b.vals)), make([]int, len(b.vals))
	from := map[val]val{} // what a move makes a register of
	for i := range start {
		start[i] = -1
	}
	pos := 0
	def := func(v val) {
		if v == none {
			return
		}
		if start[v] < 0 {
			start[v] = pos
		}
		end[v] = max(end[v], pos)
	}
	use := func(v val) {
		if v != none {
			end[v] = max(end[v], pos)
			if start[v] < 0 {
				start[v] = pos // a register that only some way through the code sets
			}
		}
	}
	if firstArg != none {
		def(firstArg)
		pos++
	}
	var scan func(r *region)
	loop := func(body func()) {
		from := pos
		body()
		pos++
		for v := range start {
			if start[v] >= 0 && start[v] < from && end[v] >= from || b.vals[v].mutable && start[v] >= from {
				end[v] = max(end[v], pos)
			}
		}
	}
	scan = func(r *region) {
		for _, i := range r.items {
			switch x := i.(type) {
			case *ins:
				if !x.live {
					continue
				}
				use(x.a)
				use(x.b)
				use(x.c)
				for _, a := range x.args {
					use(a)
				}
				if x.op == kernel.Lookup {
					for k := int32(0); k < x.aux; k++ {
						def(x.dst + val(k))
					}
				} else {
					if x.op == kernel.Move && start[x.dst] < 0 {
						from[x.dst] = x.a
					}
					def(x.dst)
				}
				pos++
			case *branchItem:
				if x.live {
					use(x.mask)
					pos++
					scan(x.then)
				}
			case *whileItem:
				if x.live {
					loop(func() {
						use(x.mask)
						pos++
						scan(x.cond)
						use(x.test)
						pos++
						scan(x.body)
						use(x.mask)
						use(x.test)
					})
				}
			case *linearItem:
				if x.live {
					for _, v := range slices.Concat(x.m, x.x) {
						use(v)
					}
					use(x.mask)
					pos++
				}
			case *newtonItem:
				if x.live {
					loop(func() {
						for _, v := range x.x {
							use(v)
						}
						use(x.mask)
						pos++
						scan(x.f)
						for _, v := range x.x {
							use(v)
						}
						for _, v := range x.r {
							use(v)
						}
					})
				}
			}
		}
	}
	scan(b.pre)
	scan(root)
	for _, r := range results {
		use(r)
	}

	// Members of a group live alike and get registers side by side.
	groupStart, groupEnd, members := map[int32]int{}, map[int32]int{}, map[int32][]val{}
	for v := range b.vals {
		g := b.vals[v].group
		if g == 0 {
			continue
		}
		members[g] = append(members[g], val(v))
		if start[v] < 0 {
			continue
		}
		if s, ok := groupStart[g]; !ok || start[v] < s {
			groupStart[g] = start[v]
		}
		groupEnd[g] = max(groupEnd[g], end[v])
	}
	var list []interval
	for v := range b.vals {
		if start[v] < 0 {
			continue
		}
		if g := b.vals[v].group; g != 0 {
			if val(v) != firstLive(members[g], start) {
				continue
			}
			list = append(list, interval{members[g][0], groupStart[g], groupEnd[g]})
			continue
		}
		list = append(list, interval{val(v), start[v], end[v]})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].start < list[j].start })

	reg = make([]kernel.Reg, len(b.vals))
	for i := range reg {
		reg[i] = -1
	}
	next := 0
	if firstArg != none {
		reg[firstArg] = 0
		next = 1
	}
	for _, iv := range list { // uniform values first
		if b.vals[iv.v].uniform && iv.v != firstArg {
			reg[iv.v] = kernel.Reg(next)
			next++
		}
	}
	var busy []int // per shared register: the position until which it is taken
	var taken, free places
	base := next
	for _, iv := range list {
		if b.vals[iv.v].uniform || iv.v == firstArg {
			continue
		}
		n := max(1, len(members[b.vals[iv.v].group]))
		for len(taken) > 0 && taken[0][0] < iv.start {
			heap.Push(&free, [2]int{heap.Pop(&taken).([2]int)[1]})
		}
		at := -1 // that of which it is made, if nobody else wants it; else the first that is free, of n that follow each other
		if a, ok := from[iv.v]; ok && n == 1 && !b.vals[a].uniform && a != firstArg && b.vals[a].group == 0 && start[a] >= 0 && end[a] == iv.start {
			if r := int(reg[a]) - base; r >= 0 && busy[r] == iv.start {
				at = r
			}
		}
		for n == 1 && len(free) > 0 && at < 0 {
			if r := heap.Pop(&free).([2]int)[0]; busy[r] < iv.start { // or a group has it
				at = r
			}
		}
		for r := 0; n > 1 && r+n <= len(busy) && at < 0; r++ {
			if slices.Max(busy[r:r+n]) < iv.start {
				at = r
			}
		}
		if at < 0 {
			at = len(busy)
			busy = append(busy, make([]int, n)...)
		}
		for k := 0; k < n; k++ {
			busy[at+k] = iv.end
			heap.Push(&taken, [2]int{iv.end, at + k})
			reg[iv.v+val(k)] = kernel.Reg(base + at + k)
		}
	}
	return reg, base + len(busy)
}

// places is a heap of pairs, the smallest first.
type places [][2]int

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return slices.Compare(p[i][:], p[j][:]) < 0 }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.([2]int)) }
func (p *places) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

func firstLive(vs []val, start []int) val {
	for _, v := range vs {
		if start[v] >= 0 {
			return v
		}
	}
	return none
}

// code writes the kernel form of what is live.
func (b *builder) code(root *region, results []val, firstArg val) *kernel.Code {
	reg, n := b.allocate(root, results, firstArg)
	c := &kernel.Code{Texts: b.texts}
	at := func(v val) kernel.Reg {
		if v == none {
			return -1
		}
		return reg[v]
	}
	regs := func(vs []val) []kernel.Reg {
		var out []kernel.Reg
		for _, v := range vs {
			out = append(out, at(v))
		}
		return out
	}
	spare := n // registers for the arguments of prints
	var nodes func(out []kernel.Node, r *region) []kernel.Node
	nodes = func(out []kernel.Node, r *region) []kernel.Node {
		var run []kernel.Instr
		flush := func() {
			if len(run) == 0 {
				return
			}
			if n := len(out); n > 0 { // what follows the prologue goes on with it
				if s, ok := out[n-1].(kernel.Straight); ok {
					out[n-1] = kernel.Straight{Instrs: append(s.Instrs, run...)}
					run = nil
					return
				}
			}
			out = append(out, kernel.Straight{Instrs: run})
			run = nil
		}
		for _, i := range r.items {
			switch x := i.(type) {
			case *ins:
				if !x.live {
					continue
				}
				k := kernel.Instr{Op: x.op, Dst: at(x.dst), A: at(x.a), B: at(x.b), C: at(x.c), Aux: x.aux, Value: x.num}
				switch x.place.kind {
				case inVar:
					k.Imm = b.lay.row[mech.VarID(x.place.id)] + x.place.at
				case inIndex:
					k.Imm = x.place.id
				case inWatch:
					k.Imm = int32(b.lay.rows) + x.place.id
				case inHidden:
					k.Imm = int32(b.lay.rows+len(b.lay.watches)) + x.place.id
				}
				if x.op == kernel.Lookup {
					k.Aux = 0
				}
				if x.op == kernel.Move && k.Dst == k.A {
					continue
				}
				if x.op == kernel.Print {
					k.A = kernel.Reg(n)
					for j, a := range x.args {
						run = append(run, kernel.Instr{Op: kernel.Move, Dst: kernel.Reg(n + j), A: at(a), B: -1, C: -1})
					}
					spare = max(spare, n+len(x.args))
				}
				run = append(run, k)
			case *branchItem:
				if x.live {
					flush()
					out = append(out, kernel.Branch{Mask: at(x.mask), Then: nodes(nil, x.then)})
				}
			case *whileItem:
				if x.live {
					flush()
					out = append(out, kernel.While{Cond: nodes(nil, x.cond), Test: at(x.test), Mask: at(x.mask),
						Body: nodes(nil, x.body), Limit: x.limit, Failure: x.failure})
				}
			case *linearItem:
				if x.live {
					flush()
					out = append(out, kernel.Linear{N: len(x.x), M: regs(x.m), B: regs(x.x), Mask: at(x.mask), Place: x.place})
				}
			case *newtonItem:
				if x.live {
					flush()
					out = append(out, kernel.Newton{X: regs(x.x), R: regs(x.r), F: nodes(nil, x.f), Mask: at(x.mask), Steps: x.steps, Place: x.place})
				}
			}
		}
		flush()
		return out
	}
	c.Body = nodes(nodes(nil, b.pre), root)
	c.Results = regs(results)
	c.NumRegs = spare
	return c
}
