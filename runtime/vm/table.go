package vm

import "github.com/rallsim/rall/runtime/kernel"

// BuildTables is kernel.BuildTables with the codes of p interpreted.
func BuildTables(p *kernel.Program, f *kernel.Frame) {
	withTables(p, func(run kernel.TableCode) { kernel.BuildTables(p, f, run) })
}

// FollowColumn is kernel.FollowColumn with the codes of p interpreted.
func FollowColumn(p *kernel.Program, f *kernel.Frame, k, c int) {
	withTables(p, func(run kernel.TableCode) { kernel.FollowColumn(p, f, k, c, run) })
}

func withTables(p *kernel.Program, do func(run kernel.TableCode)) {
	if len(p.Tables) == 0 {
		return
	}
	m := machines.Get().(*machine)
	defer m.release()
	do(func(f *kernel.Frame, i, k int, part kernel.TablePart, arg float64, out []float64) {
		c := p.TableFill[i]
		switch part {
		case kernel.TableFrom:
			c = p.Tables[i].From
		case kernel.TableTo:
			c = p.Tables[i].To
		}
		m.bind(p, c, f)
		m.k = k
		if len(m.regs) > 0 {
			m.regs[0] = arg
		}
		m.nodes(c.Body)
		m.pend = m.pend[:0]
		for k, r := range c.Results {
			out[k] = m.regs[r]
		}
	})
}
