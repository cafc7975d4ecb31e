package vm

import (
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
)

// withoutUnread returns c without the stores to columns that nobody reads, and
// without what only they need. A Code with loops is left as it is.
func withoutUnread(p *kernel.Program, c *kernel.Code, unread []bool) *kernel.Code {
	some := false
	kernel.Walk(c.Body, func(in *kernel.Instr) { some = some || in.Op == kernel.StoreC && unread[in.Imm] })
	if !some || loops(c.Body) {
		return c
	}
	pr := pruner{p: p, unread: unread, live: make([]bool, c.NumRegs)}
	for _, r := range c.Results {
		pr.live[r] = true
	}
	return &kernel.Code{Body: pr.nodes(c.Body, true), NumRegs: c.NumRegs, Results: c.Results, Texts: c.Texts}
}

func loops(ns []kernel.Node) bool {
	for _, n := range ns {
		switch n := n.(type) {
		case kernel.Straight:
		case kernel.Branch:
			if loops(n.Then) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// pruner goes through code from its end; live are the registers that what
// follows reads.
type pruner struct {
	p      *kernel.Program
	unread []bool
	live   []bool
}

// nodes prunes ns; always says that they run whenever what surrounds them does,
// so that what they write makes an earlier value dead.
func (pr *pruner) nodes(ns []kernel.Node, always bool) []kernel.Node {
	var back []kernel.Node // from the end
	for i := len(ns) - 1; i >= 0; i-- {
		switch n := ns[i].(type) {
		case kernel.Straight:
			if kept := pr.straight(n.Instrs, always); len(kept) > 0 {
				back = append(back, kernel.Straight{Instrs: kept})
			}
		case kernel.Branch:
			if then := pr.nodes(n.Then, false); len(then) > 0 {
				pr.live[n.Mask] = true
				back = append(back, kernel.Branch{Mask: n.Mask, Then: then})
			}
		}
	}
	slices.Reverse(back)
	return back
}

func (pr *pruner) straight(ins []kernel.Instr, always bool) []kernel.Instr {
	var back []kernel.Instr
	for i := len(ins) - 1; i >= 0; i-- {
		in := &ins[i]
		if in.Op == kernel.StoreC && pr.unread[in.Imm] {
			continue
		}
		if in.Op.Writes() {
			outputs := 1
			if in.Op == kernel.Lookup {
				outputs = pr.p.Tables[in.Imm].Outputs
			}
			wanted := in.Op.Effect()
			for k := range outputs {
				wanted = wanted || pr.live[in.Dst+kernel.Reg(k)]
			}
			if !wanted {
				continue
			}
			// A draw sets its lanes under a mask only.
			if always && !in.Op.Effect() {
				for k := range outputs {
					pr.live[in.Dst+kernel.Reg(k)] = false
				}
			}
		}
		in.Operands(func(r kernel.Reg) { pr.live[r] = true })
		back = append(back, *in)
	}
	slices.Reverse(back)
	return back
}
