package gogen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/runtime/kernel"
)

// A register is a number, a truth value, or both: a Go variable for each that is
// read. What is computed and not read is left out, which takes going through the
// code from its end.

// wants says as what a value is read before the register gets another.
type wants struct{ number, truth bool }

// result is what an instruction sets: its k-th register.
type result struct {
	in *kernel.Instr
	k  int
}

// liveness goes backwards through a code. Its state between two instructions is
// what the code behind them wants of each register.
type liveness struct {
	g    *writer
	want map[result]wants
	end  map[*kernel.Node]wants // of a loop's mask, behind the loop
}

func either(a, b wants) wants { return wants{a.number || b.number, a.truth || b.truth} }

// nodes turns what is wanted behind ns into what is wanted before.
func (l *liveness) nodes(ns []kernel.Node, w []wants) {
	join := func(others []wants) {
		for r := range w {
			w[r] = either(w[r], others[r])
		}
	}
	mask := func(r kernel.Reg) {
		if r >= 0 {
			w[r].truth = true
		}
	}
	for i := len(ns) - 1; i >= 0; i-- {
		switch n := ns[i].(type) {
		case kernel.Straight:
			for k := len(n.Instrs) - 1; k >= len(chosen(ns, i-1)); k-- {
				l.instr(&n.Instrs[k], w)
			}
		case kernel.Branch:
			then := slices.Clone(w)
			l.choose(chosen(ns, i), true, then)
			l.choose(chosen(ns, i), false, w)
			l.nodes(n.Then, then)
			join(then)
			mask(n.Mask)
		case kernel.While:
			l.end[&ns[i]] = either(l.end[&ns[i]], w[n.Mask])
			mask(n.Mask)
			for {
				before := slices.Clone(w)
				round := slices.Clone(w)
				l.nodes(n.Body, round)
				join(round) // the loop may end where it is tested
				round = slices.Clone(w)
				round[n.Test].truth = true
				l.nodes(n.Cond, round)
				if join(round); slices.Equal(w, before) {
					break
				}
			}
		case kernel.Newton:
			for {
				before := slices.Clone(w)
				for _, r := range slices.Concat(n.X, n.R) {
					w[r].number = true
				}
				round := slices.Clone(w)
				l.nodes(n.F, round)
				if join(round); slices.Equal(w, before) {
					break
				}
			}
			mask(n.Mask)
		case kernel.Linear:
			for _, r := range slices.Concat(n.M, n.B) {
				if r >= 0 { // else it is zero
					w[r].number = true
				}
			}
			mask(n.Mask)
		}
	}
}

func (l *liveness) instr(in *kernel.Instr, w []wants) {
	if in.Op.Writes() {
		any := in.Op.Effect()
		for k := range l.g.outputs(in) {
			r := in.Dst + kernel.Reg(k)
			l.want[result{in, k}] = either(l.want[result{in, k}], w[r])
			any = any || w[r] != wants{}
			if !in.Op.Effect() { // which may not come about
				w[r] = wants{}
			}
		}
		if !any {
			return
		}
	}
	if _, known := l.g.ahead[in]; !known {
		operands(in, func(r kernel.Reg) {
			if r >= 0 {
				w[r].truth = true
			}
		}, func(r kernel.Reg) { w[r].number = true })
	}
}

// choose is instr for instructions that writer.choose writes: what is not chosen is not read.
func (l *liveness) choose(list []kernel.Instr, holds bool, w []wants) {
	for k := len(list) - 1; k >= 0; k-- {
		in := &list[k]
		if in.Op != kernel.Select {
			l.instr(in, w)
			continue
		}
		at := result{in, 0}
		l.want[at] = either(l.want[at], w[in.Dst])
		if w[in.Dst] == (wants{}) {
			continue
		}
		w[in.Dst] = wants{}
		if holds {
			w[in.B].number = true
		} else {
			w[in.C].number = true
		}
	}
}

// read returns a code without the instructions whose results nobody reads.
func (g *writer) read(c *kernel.Code) *kernel.Code {
	l := liveness{g, map[result]wants{}, map[*kernel.Node]wants{}}
	w := make([]wants, c.NumRegs)
	for _, r := range c.Results {
		w[r].number = true
	}
	l.nodes(c.Body, w)
	g.want = l.want
	var strip func(ns []kernel.Node) []kernel.Node
	strip = func(ns []kernel.Node) []kernel.Node {
		out := slices.Clone(ns)
		for i, n := range out {
			switch n := n.(type) {
			case kernel.Straight:
				var list []kernel.Instr
				for k := range n.Instrs {
					if in := &n.Instrs[k]; in.Op.Effect() || in.Op != kernel.Nop && !g.dead(in) {
						list = append(list, *in)
					}
				}
				out[i] = kernel.Straight{Instrs: list}
			case kernel.Branch:
				n.Then = strip(n.Then)
				out[i] = n
			}
		}
		return out
	}
	out := *c
	out.Body = strip(c.Body)
	return &out
}

// dead says whether nothing that an instruction sets is read.
func (g *writer) dead(in *kernel.Instr) bool {
	for k := range g.outputs(in) {
		if g.want[result{in, k}] != (wants{}) {
			return false
		}
	}
	return true
}

// registers finds out what a code reads and declares its variables. Go wants each
// to be read somewhere.
func (g *writer) registers(c *kernel.Code) {
	l := liveness{g, map[result]wants{}, map[*kernel.Node]wants{}}
	w := make([]wants, c.NumRegs)
	for _, r := range c.Results {
		w[r].number = true
	}
	l.nodes(c.Body, w)
	g.want, g.end, g.start = l.want, l.end, w
	number, truth, read := make([]bool, c.NumRegs), make([]bool, c.NumRegs), make([]bool, c.NumRegs)
	set := func(r kernel.Reg, w wants, logical bool) {
		number[r] = number[r] || w.number || !logical
		truth[r] = truth[r] || w.truth
		read[r] = read[r] || w.number || w.truth && !logical
	}
	if g.out && c.NumRegs > 0 {
		set(0, w[0], false)
	}
	for r := range w { // what a branch leaves as it was
		number[r], truth[r] = number[r] || w[r].number, truth[r] || w[r].truth
		read[r] = read[r] || w[r].number
	}
	var walk func(ns []kernel.Node)
	walk = func(ns []kernel.Node) {
		for i, n := range ns {
			switch n := n.(type) {
			case kernel.Straight:
				for k := range n.Instrs {
					in := &n.Instrs[k]
					if in.Op.Writes() && (in.Op.Effect() || !g.dead(in)) {
						for k := range g.outputs(in) {
							set(in.Dst+kernel.Reg(k), g.want[result{in, k}], logical(in.Op))
						}
					}
				}
			case kernel.Branch:
				walk(n.Then)
			case kernel.While:
				set(n.Mask, l.end[&ns[i]], true)
				walk(n.Cond)
				walk(n.Body)
			case kernel.Newton:
				for _, r := range slices.Concat(n.X, n.R) {
					set(r, wants{number: true}, false)
				}
				walk(n.F)
			case kernel.Linear:
				for _, r := range n.B {
					set(r, wants{number: true}, false)
				}
			}
		}
	}
	walk(c.Body)
	g.truth = truth
	var numbers, truths, unread []string
	for r := range w {
		name := strconv.Itoa(r)
		if number[r] {
			numbers = append(numbers, "r"+name)
			if !read[r] {
				unread = append(unread, "r"+name)
			}
		}
		if truth[r] {
			truths = append(truths, "b"+name)
		}
	}
	if len(numbers) > 0 {
		g.line("var %s float64", strings.Join(numbers, ", "))
	}
	if len(truths) > 0 {
		g.line("var %s bool", strings.Join(truths, ", "))
	}
	for _, r := range unread {
		g.line("_ = %s", r)
	}
}

// operands calls mask with the registers that in reads as truth values, and
// number with the others.
func operands(in *kernel.Instr, mask, number func(kernel.Reg)) {
	rest := *in
	switch {
	case in.Op == kernel.And || in.Op == kernel.Or || in.Op == kernel.Not:
		number = mask
	case in.Op == kernel.Select:
		mask(in.A)
		number(in.B)
		number(in.C)
		return
	case in.Op.Effect():
		mask(in.B)
		rest.B = -1
	}
	rest.Operands(number)
}

// logical says whether an operation gives truth values.
func logical(op kernel.Op) bool {
	switch op {
	case kernel.And, kernel.Or, kernel.Not, kernel.AtTime, kernel.TableOn:
		return true
	}
	return compared[op] != ""
}

// agree gives the truth value of registers that have been set to numbers, where
// one is read at all.
func (g *writer) agree(rs ...kernel.Reg) {
	for _, r := range rs {
		if g.truth[r] {
			g.line("b%d = r%d != 0", r, r)
		}
	}
}

// follow gives the truth values of what an instruction has set to numbers.
func (g *writer) follow(in *kernel.Instr) {
	if !in.Op.Writes() || logical(in.Op) {
		return
	}
	for k := range g.outputs(in) {
		if r := in.Dst + kernel.Reg(k); g.want[result{in, k}].truth {
			g.line("b%d = r%d != 0", r, r)
		}
	}
}

// setTruth sets a register to a truth value, as it is wanted.
func (g *writer) setTruth(r kernel.Reg, w wants, text string) {
	if w.truth {
		g.line("b%d = %s", r, text)
		text = "b" + strconv.Itoa(int(r))
	}
	if w.number {
		g.line("r%d = kernel.Truth(%s)", r, text)
	}
}
