package gogen

import (
	"slices"

	"github.com/rallsim/rall/runtime/kernel"
)

// Exponentials of many deliveries at once.
//
// An exponential alone waits for itself; a block of them takes a tenth of the
// time. Those whose arguments follow by arithmetic from what an event finds (its
// time, its weights, the variables of its instance) can be computed for many
// events before the first of them is delivered. Where an event finds another value
// of a variable then, since one before it went to the same instance, they are
// computed again. That some of the results may not be asked for does no harm.

// early is an exponential that can be computed ahead.
type early struct {
	exp *kernel.Instr
	arg *value
}

// value is what an instruction computes of what others do.
type value struct {
	in   kernel.Instr
	from [3]*value // of A, B and C
	reg  kernel.Reg
	made bool
}

// emit appends the instructions that compute v to a list, unless they are there,
// and returns the register that has it. Register k is set by instruction k.
func (v *value) emit(list []kernel.Instr) ([]kernel.Instr, kernel.Reg) {
	if v.made {
		return list, v.reg
	}
	in := v.in
	for k, r := range []*kernel.Reg{&in.A, &in.B, &in.C} {
		if v.from[k] != nil {
			list, *r = v.from[k].emit(list)
		}
	}
	v.made, v.reg = true, kernel.Reg(len(list))
	in.Dst = v.reg
	return append(list, in), v.reg
}

// ahead returns the exponentials of a code that can be computed before the code
// is run.
func ahead(c *kernel.Code) []early {
	var list []early
	stored := map[int32]bool{} // columns that are not what they were
	all, args := false, false  // or may be, and weights
	var walk func(ns []kernel.Node, defs []*value)
	walk = func(ns []kernel.Node, defs []*value) {
		for _, n := range ns {
			switch n := n.(type) {
			case kernel.Straight:
				for i := range n.Instrs {
					in := &n.Instrs[i]
					switch in.Op {
					case kernel.StoreC, kernel.KeepC:
						stored[in.Imm] = true
					case kernel.StoreCX:
						all = true
					case kernel.StoreArg, kernel.StoreEdge:
						args = true
					case kernel.Exp:
						if a := defs[in.A]; a != nil {
							list = append(list, early{in, a})
						}
						defs[in.Dst] = nil
					case kernel.Lookup: // sets several
						clear(defs)
					default:
						if in.Op.Writes() {
							v := valueOf(in, defs)
							if in.Op == kernel.LoadC && (all || stored[in.Imm]) || in.Op == kernel.LoadArg && args {
								v = nil
							}
							defs[in.Dst] = v
						}
					}
				}
			case kernel.Branch:
				then := slices.Clone(defs)
				walk(n.Then, then)
				for r := range defs {
					if then[r] != defs[r] {
						defs[r] = nil
					}
				}
			default: // may set any register
				clear(defs)
			}
		}
	}
	walk(c.Body, make([]*value, c.NumRegs))
	return list
}

// changing returns the columns, and the elements of weight vectors, that a code
// looks at and another one may change.
func changing(args, c *kernel.Code) (columns, weights []int32) {
	still := steady(c)
	edges := kernel.UsesIn(c, kernel.StoreArg) || kernel.UsesIn(c, kernel.StoreEdge)
	kernel.Walk(args.Body, func(in *kernel.Instr) {
		switch {
		case in.Op == kernel.LoadC && !still(in.Imm) && !slices.Contains(columns, in.Imm):
			columns = append(columns, in.Imm)
		case in.Op == kernel.LoadArg && edges && !slices.Contains(weights, in.Imm):
			weights = append(weights, in.Imm)
		}
	})
	return columns, weights
}

// valueOf returns what an instruction computes if that is cheap and follows from
// what the event finds, else nil.
func valueOf(in *kernel.Instr, defs []*value) *value {
	v := &value{in: *in}
	switch in.Op {
	case kernel.Const, kernel.LoadU, kernel.LoadC, kernel.LoadArg:
		return v
	case kernel.Neg, kernel.Abs, kernel.Move:
		v.from[0] = defs[in.A]
	case kernel.Add, kernel.Sub, kernel.Mul, kernel.Div:
		v.from[0], v.from[1] = defs[in.A], defs[in.B]
		if v.from[1] == nil {
			return nil
		}
	default:
		return nil
	}
	if v.from[0] == nil {
		return nil
	}
	return v
}
