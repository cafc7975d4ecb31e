package vm

import (
	"math"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// straight executes instructions for instance m.k: the semantics of every
// opcode, one line each.
func (m *machine) straight(ins []kernel.Instr) {
	r, f, k := m.regs, m.f, m.k
	for i := range ins {
		in := &ins[i]
		switch in.Op {
		case kernel.Nop:
		case kernel.Const:
			r[in.Dst] = in.Value
		case kernel.LoadU:
			r[in.Dst] = f.Uniforms[in.Imm]
		case kernel.LoadC:
			r[in.Dst] = f.Columns[in.Imm][k]
		case kernel.LoadP:
			r[in.Dst] = *port(&f.Ports[in.Imm], k)
		case kernel.LoadArg:
			r[in.Dst] = f.Args[in.Imm]
		case kernel.LoadFlag:
			r[in.Dst] = f.Flag
		case kernel.Move:
			r[in.Dst] = r[in.A]
		case kernel.Add:
			r[in.Dst] = r[in.A] + r[in.B]
		case kernel.Sub:
			r[in.Dst] = r[in.A] - r[in.B]
		case kernel.Mul:
			r[in.Dst] = float64(r[in.A] * r[in.B])
		case kernel.Div:
			r[in.Dst] = r[in.A] / r[in.B]
		case kernel.FMA:
			r[in.Dst] = math.FMA(r[in.A], r[in.B], r[in.C])
		case kernel.Neg:
			r[in.Dst] = -r[in.A]
		case kernel.Abs:
			r[in.Dst] = math.Abs(r[in.A])
		case kernel.Sqrt:
			r[in.Dst] = math.Sqrt(r[in.A])
		case kernel.Floor:
			r[in.Dst] = math.Floor(r[in.A])
		case kernel.Ceil:
			r[in.Dst] = math.Ceil(r[in.A])
		case kernel.Min:
			r[in.Dst] = kernel.Least(r[in.A], r[in.B])
		case kernel.Max:
			r[in.Dst] = kernel.Most(r[in.A], r[in.B])
		case kernel.StoreC:
			if in.B < 0 || r[in.B] != 0 {
				f.Columns[in.Imm][k] = vec.Flushed(r[in.A])
			}
		case kernel.Mod:
			r[in.Dst] = math.Mod(r[in.A], r[in.B])
		case kernel.Exp:
			r[in.Dst] = vec.Exp(r[in.A])
		case kernel.Lt:
			r[in.Dst] = kernel.Truth(r[in.A] < r[in.B])
		case kernel.Le:
			r[in.Dst] = kernel.Truth(r[in.A] <= r[in.B])
		case kernel.Gt:
			r[in.Dst] = kernel.Truth(r[in.A] > r[in.B])
		case kernel.Ge:
			r[in.Dst] = kernel.Truth(r[in.A] >= r[in.B])
		case kernel.Eq:
			r[in.Dst] = kernel.Truth(r[in.A] == r[in.B])
		case kernel.Ne:
			r[in.Dst] = kernel.Truth(r[in.A] != r[in.B])
		case kernel.And:
			r[in.Dst] = kernel.Truth(r[in.A] != 0 && r[in.B] != 0)
		case kernel.Or:
			r[in.Dst] = kernel.Truth(r[in.A] != 0 || r[in.B] != 0)
		case kernel.Not:
			r[in.Dst] = kernel.Truth(r[in.A] == 0)
		case kernel.Select:
			if r[in.A] != 0 {
				r[in.Dst] = r[in.B]
			} else {
				r[in.Dst] = r[in.C]
			}
		case kernel.AtTime:
			r[in.Dst] = kernel.Truth(kernel.IsAtTime(r[in.A], f.Uniforms[kernel.UniformT], f.Uniforms[kernel.UniformDt]))
		case kernel.Lookup:
			f.Tables[in.Imm].Of(k).At(r[in.A], r[in.Dst:])
		case kernel.TableOn:
			r[in.Dst] = kernel.Truth(f.Tables[in.Imm].On)
		case kernel.LoadCX:
			r[in.Dst] = f.Columns[in.Imm+kernel.Element(r[in.A], in.Aux)][k]
		case kernel.Train:
			r[in.Dst] = f.Host.Train(k, int(in.Imm), kernel.SeriesIndex(r[in.A]))
		case kernel.TrainLen:
			r[in.Dst] = float64(f.Host.TrainLen(k, int(in.Imm)))
		case kernel.Edges:
			r[in.Dst] = float64(f.Host.EdgeCount(k))
		case kernel.LoadEdge:
			r[in.Dst] = f.Host.EdgeArgs(k, int(r[in.A]))[in.Imm]
		default:
			if in.Op.Effect() {
				m.effect(in)
			} else {
				r[in.Dst] = call(in.Op, r[in.A], operandB(r, in))
			}
		}
	}
}

// operandB is the second operand of the functions of call; those of one
// argument have none.
func operandB(r []float64, in *kernel.Instr) float64 {
	switch in.Op {
	case kernel.Pow, kernel.Atan2, kernel.BitAnd, kernel.BitOr, kernel.BitXor, kernel.Ran4:
		return r[in.B]
	}
	return 0
}

// port returns the element of a port that instance k reaches.
func port(p *kernel.PortData, k int) *float64 {
	return &p.Data[p.Place(k)]
}

// effect executes an instruction that does more than set a register, when
// its mask lets it.
func (m *machine) effect(in *kernel.Instr) {
	r, f, k := m.regs, m.f, m.k
	if in.B >= 0 && r[in.B] == 0 {
		return
	}
	switch in.Op {
	case kernel.KeepC:
		f.Columns[in.Imm][k] = r[in.A]
	case kernel.StoreP:
		*port(&f.Ports[in.Imm], k) = r[in.A]
	case kernel.AddP:
		*port(&f.Ports[in.Imm], k) += r[in.A]
	case kernel.StoreU:
		m.pending(in.Imm, k, r[in.A])
	case kernel.StoreArg:
		f.Args[in.Imm] = r[in.A]
	case kernel.StoreEdge:
		f.Host.EdgeArgs(k, int(r[in.C]))[in.Imm] = r[in.A]
	case kernel.StoreCX:
		f.Columns[in.Imm+kernel.Element(r[in.C], in.Aux)][k] = vec.Flushed(r[in.A])
	case kernel.Draw:
		r[in.Dst] = f.Host.Draw(k, int(in.Imm), kernel.DrawKind(in.Aux))
	case kernel.GridOp:
		r[in.Dst] = f.GridAt(k, in.Imm, in.Aux, r[in.A], r[in.C])
	case kernel.SetSeq:
		f.Host.SetSeq(k, int(in.Imm), int(in.Aux), r[in.A])
	case kernel.Send:
		f.Host.Send(k, r[in.A], r[in.C], m.c.Texts[in.Imm])
	case kernel.MoveEv:
		f.Host.MoveEvent(k, r[in.A], m.c.Texts[in.Imm])
	case kernel.Emit:
		f.Host.Emit(k, r[in.A], m.c.Texts[in.Imm])
	case kernel.ArmWatch:
		f.Host.ArmWatch(k, int(in.Imm), r[in.C], in.Aux != 0)
	case kernel.Print:
		m.args = append(m.args[:0], r[in.A:in.A+kernel.Reg(in.Aux)]...)
		f.Host.Printf(k, m.c.Texts[in.Imm], m.args)
	case kernel.Fail:
		f.Host.Failed(k, m.c.Texts[in.Imm])
	default:
		panic("BUG: opcode " + in.Op.String() + " has no meaning")
	}
}

func (m *machine) pending(imm int32, lane int, value float64) {
	for i := range m.pend {
		if u := &m.pend[i]; u.imm == imm {
			if lane >= u.lane {
				u.lane, u.value = lane, value
			}
			return
		}
	}
	m.pend = append(m.pend, published{imm, lane, value})
}
