package kernel

// TablePart is one of the codes of a table.
type TablePart uint8

const (
	TableFrom   TablePart = iota // the lowest value of the argument, one result
	TableTo                      // the highest
	TableFilled                  // the outputs at a value of the argument
)

// TableCode runs a part of table i at width 1 with the argument, and leaves
// the results in out.
type TableCode func(f *Frame, i int, part TablePart, arg float64, out []float64)

// BuildTables makes f.Tables fit f.Uniforms: it builds what is missing and
// rebuilds a table when a uniform of its Depend list has changed. It is
// called when a simulation is initialised and before each advance, as NEURON
// tests its tables; it does nothing when nothing changed. A table that is
// switched off is left as it is.
func BuildTables(p *Program, f *Frame, run TableCode) {
	for len(f.Tables) < len(p.Tables) {
		f.Tables = append(f.Tables, &TableData{})
	}
	for i := range p.Tables {
		t := &p.Tables[i]
		d := f.Tables[i]
		d.On = t.Use < 0 || f.Uniforms[t.Use] != 0
		if d.On && stale(t, d, f) {
			f.Tables[i] = buildTable(p, i, f, run)
		}
	}
}

func stale(t *Table, d *TableData, f *Frame) bool {
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
func buildTable(p *Program, i int, f *Frame, run TableCode) *TableData {
	t := &p.Tables[i]
	g := *f // the fill sees the frame with no table in force
	g.Tables = make([]*TableData, len(f.Tables))
	for k := range g.Tables {
		g.Tables[k] = &TableData{}
		if k < i {
			g.Tables[k] = f.Tables[k]
		}
	}
	out := make([]float64, max(1, t.Outputs))
	value := func(part TablePart, arg float64) float64 {
		run(&g, i, part, arg, out)
		return out[0]
	}
	d := &TableData{On: true, N: t.N, Min: value(TableFrom, 0)}
	dx := (value(TableTo, 0) - d.Min) / float64(t.N)
	d.MFac = 1 / dx
	d.Y = make([][]float64, t.Outputs)
	for o := range d.Y {
		d.Y[o] = make([]float64, t.N+1)
	}
	x := d.Min
	for k := 0; k <= t.N; k++ {
		run(&g, i, TableFilled, x, out)
		for o := range d.Y {
			d.Y[o][k] = out[o]
		}
		x += dx
	}
	for _, u := range t.Depend {
		d.Dep = append(d.Dep, f.Uniforms[u])
	}
	return d
}
