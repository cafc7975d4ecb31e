package kernel

// Uses says whether any entry point of p contains the opcode.
func Uses(p *Program, op Op) bool {
	found := false
	p.Codes(func(_ string, c *Code) { found = found || UsesIn(c, op) })
	return found
}

// UsesIn says whether c contains the opcode.
func UsesIn(c *Code, op Op) bool { return uses(c.Body, op) }

func uses(nodes []Node, op Op) bool {
	for _, n := range nodes {
		switch n := n.(type) {
		case Straight:
			for i := range n.Instrs {
				if n.Instrs[i].Op == op {
					return true
				}
			}
		case Branch:
			if uses(n.Then, op) {
				return true
			}
		case While:
			if uses(n.Cond, op) || uses(n.Body, op) {
				return true
			}
		case Newton:
			if uses(n.F, op) {
				return true
			}
		}
	}
	return false
}

// Stores returns the rows of ports of a quantity to which p's code stores.
func Stores(p *Program, q Quantity) []int {
	var rows []int
	p.Codes(func(_ string, c *Code) {
		Walk(c.Body, func(in *Instr) {
			if (in.Op == StoreP || in.Op == AddP) && p.Ports[in.Imm].Quantity == q {
				rows = append(rows, p.Ports[in.Imm].Row)
			}
		})
	})
	return rows
}

// Steady marks the rows of Columns that no code but Init and Prepare stores.
func Steady(p *Program) []bool {
	return unstored(p, func(c *Code) bool { return c == p.Init || c == p.Prepare })
}

// Fixed marks the rows of Columns that no code stores.
func Fixed(p *Program) []bool { return unstored(p, func(*Code) bool { return false }) }

// unstored marks the rows that no code stores but what may.
func unstored(p *Program, may func(*Code) bool) []bool {
	out := make([]bool, p.Rows())
	for i := range out {
		out[i] = true
	}
	p.Codes(func(_ string, c *Code) {
		if may(c) {
			return
		}
		Walk(c.Body, func(in *Instr) {
			switch in.Op {
			case StoreC, KeepC:
				out[in.Imm] = false
			case StoreCX:
				for k := range in.Aux {
					out[in.Imm+k] = false
				}
			}
		})
	})
	return out
}

// Unread marks the rows of Columns that p's own code never loads, watch
// conditions aside: variables that are computed for users to see.
func Unread(p *Program) []bool {
	out := make([]bool, p.Rows())
	for i := range out {
		out[i] = p.Watches == 0 || i < p.WatchCol || i >= p.WatchCol+p.Watches
	}
	p.Codes(func(_ string, c *Code) {
		Walk(c.Body, func(in *Instr) {
			switch in.Op {
			case LoadC:
				out[in.Imm] = false
			case LoadCX:
				for k := range in.Aux {
					out[in.Imm+k] = false
				}
			}
		})
	})
	return out
}

// Cost estimates what a run of c costs for one instance, in simple operations.
func Cost(c *Code) int {
	n := 0
	Walk(c.Body, func(in *Instr) {
		switch in.Op {
		case Exp, Log, Log10, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Exprelr:
			n += 8
		case Pow, Atan2:
			n += 20
		case Ran4:
			n += 10
		case Div, Sqrt, Mod:
			n += 3
		default:
			n++
		}
	})
	return n
}
