package vm

import (
	"math"

	"github.com/rallsim/rall/runtime/kernel"
)

// lookup is the Lookup opcode, NEURON's rule: the argument outside the range
// takes the end entry, NaN gives NaN, and between two entries it
// interpolates as y[i] + th*(y[i+1]-y[i]).
func lookup(t *kernel.TableData, x float64, out []float64) {
	xi := float64(t.MFac * (x - t.Min))
	i := 0
	switch {
	case math.IsNaN(xi):
		for o := range t.Y {
			out[o] = xi
		}
		return
	case xi <= 0:
	case xi >= float64(t.N):
		i = t.N
	default:
		i = int(xi)
		th := xi - float64(i)
		for o, y := range t.Y {
			out[o] = y[i] + float64(th*(y[i+1]-y[i]))
		}
		return
	}
	for o, y := range t.Y {
		out[o] = y[i]
	}
}

// BuildTables makes f.Tables fit f.Uniforms: it builds what is missing and
// rebuilds a table when a uniform of its Depend list has changed. It is
// called when a simulation is initialised and before each advance, as NEURON
// tests its tables; it does nothing when nothing changed. A table that is
// switched off is left as it is.
func BuildTables(p *kernel.Program, f *kernel.Frame) {
	for len(f.Tables) < len(p.Tables) {
		f.Tables = append(f.Tables, &kernel.TableData{})
	}
	for i := range p.Tables {
		t := &p.Tables[i]
		d := f.Tables[i]
		d.On = t.Use < 0 || f.Uniforms[t.Use] != 0
		if d.On && stale(t, d, f) {
			f.Tables[i] = buildTable(p, i, f)
		}
	}
}

func stale(t *kernel.Table, d *kernel.TableData, f *kernel.Frame) bool {
	if d.Y == nil {
		return true
	}
	for k, u := range t.Depend {
		if d.Dep[k] != f.Uniforms[u] {
			return true
		}
	}
	return false
}

// buildTable fills a table as NEURON does: the argument starts at From and
// grows by accumulation, so entry k is not exactly at From + k*dx.
func buildTable(p *kernel.Program, i int, f *kernel.Frame) *kernel.TableData {
	t := &p.Tables[i]
	m := machines.Get().(*machine)
	defer m.release()
	g := *f // the fill sees the frame with no table in force
	g.Tables = make([]*kernel.TableData, len(f.Tables))
	for k := range g.Tables {
		g.Tables[k] = &kernel.TableData{}
		if k < i {
			g.Tables[k] = f.Tables[k]
		}
	}
	value := func(c *kernel.Code, arg float64) []float64 {
		m.bind(p, c, &g)
		m.k = 0
		if len(m.regs) > 0 {
			m.regs[0] = arg
		}
		m.nodes(c.Body)
		m.pend = m.pend[:0]
		out := make([]float64, len(c.Results))
		for k, r := range c.Results {
			out[k] = m.regs[r]
		}
		return out
	}
	d := &kernel.TableData{On: true, N: t.N, Min: value(t.From, 0)[0]}
	dx := (value(t.To, 0)[0] - d.Min) / float64(t.N)
	d.MFac = 1 / dx
	d.Y = make([][]float64, t.Outputs)
	for o := range d.Y {
		d.Y[o] = make([]float64, t.N+1)
	}
	x := d.Min
	for k := 0; k <= t.N; k++ {
		for o, y := range value(p.TableFill[i], x) {
			d.Y[o][k] = y
		}
		x += dx
	}
	for _, u := range t.Depend {
		d.Dep = append(d.Dep, f.Uniforms[u])
	}
	return d
}
