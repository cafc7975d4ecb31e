package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// TablePart is one of the codes of a table.
type TablePart uint8

const (
	TableFrom   TablePart = iota // the lowest value of the argument, one result
	TableTo                      // the highest
	TableFilled                  // the outputs at a value of the argument
)

// TableCode runs a part of table i for instance k at width 1 with the argument,
// and leaves the results in out.
type TableCode func(f *Frame, i, k int, part TablePart, arg float64, out []float64)

// BuildTables makes f.Tables fit f.Uniforms: it builds what is missing and
// rebuilds a table when a uniform of its Depend list has changed. It is
// called when a simulation is initialised and before each advance, as NEURON
// tests its tables; it does nothing when nothing changed. A table that is
// switched off is left as it is. Instances whose own variables are in a table
// have one each; those with the same values share it.
func BuildTables(p *Program, f *Frame, run TableCode) {
	for len(f.Tables) < len(p.Tables) {
		f.Tables = append(f.Tables, &TableData{})
	}
	for i := range p.Tables {
		t := &p.Tables[i]
		d := f.Tables[i]
		d.On = t.Use < 0 || f.Uniforms[t.Use] != 0
		switch {
		case !d.On:
		case t.Own():
			f.Tables[i] = ownTables(p, i, f, run)
		case stale(t, d, f):
			f.Tables[i] = buildTable(p, i, 0, f, run)
		}
	}
}

// maxOwn bounds the values in the tables that the instances of a mechanism have
// of their own.
const maxOwn = 1 << 26

// ownTables builds what is missing of a table that instances have of their own.
func ownTables(p *Program, i int, f *Frame, run TableCode) *TableData {
	t, old := &p.Tables[i], f.Tables[i]
	all := &TableData{On: true, Each: make([]*TableData, f.N), known: old.known}
	if all.known == nil {
		all.known = map[string]*TableData{}
	}
	for k, d := range all.known {
		if stale(t, d, f) {
			delete(all.known, k)
		}
	}
	for k := range all.Each {
		all.Each[k] = ownTable(p, i, k, all, f, run)
	}
	return all
}

// ownTable is the table of instance k: a known one of the same values, or a
// new one.
func ownTable(p *Program, i, k int, all *TableData, f *Frame, run TableCode) *TableData {
	key := ownKey(p, i, k, f)
	if d := all.known[key]; d != nil {
		return d
	}
	t := &p.Tables[i]
	if size := (t.N + 1) * max(1, t.Outputs); size*(len(all.known)+1) > maxOwn {
		all.forget()
		if size*(len(all.known)+1) > maxOwn {
			f.Host.Failed(k, fmt.Sprintf("a TABLE of %d values for each of more than %d instances whose variables in it differ does not fit: give them equal values, or set usetable to 0",
				size, len(all.known)))
			for _, d := range all.known {
				return d
			}
		}
	}
	d := buildTable(p, i, k, f, run)
	all.known[key] = d
	return d
}

// forget drops the known tables that no instance has.
func (d *TableData) forget() {
	used := map[*TableData]bool{}
	for _, x := range d.Each {
		used[x] = true
	}
	for key, x := range d.known {
		if !used[x] {
			delete(d.known, key)
		}
	}
}

// FollowColumn makes the tables of instance k fit its variables when the one
// in column c has changed in the midst of a run. As in NEURON that touches
// those whose DEPEND names it, and no others.
func FollowColumn(p *Program, f *Frame, k, c int, run TableCode) {
	for i := range p.Tables {
		if d := f.Tables[i]; d.Each != nil && slices.Contains(p.Tables[i].Follow, c) {
			if len(d.known) > 2*len(d.Each)+8 {
				d.forget()
			}
			d.Each[k] = ownTable(p, i, k, d, f, run)
		}
	}
}

// ownKey are the values of instance k's variables that go into table i.
func ownKey(p *Program, i, k int, f *Frame) string {
	var key []byte
	put := func(x float64) { key = binary.LittleEndian.AppendUint64(key, math.Float64bits(x)) }
	for _, c := range p.Tables[i].Columns {
		put(f.Columns[c][k])
	}
	for _, q := range p.Tables[i].Ports {
		put(f.Ports[q].Data[f.Ports[q].Place(k)])
	}
	return string(key)
}

// FindOwn finds out which variables of an instance go into a table whose code fill
// is.
func (t *Table) FindOwn(fill *Code) {
	add := func(list *[]int, x int) {
		if !slices.Contains(*list, x) {
			*list = append(*list, x)
		}
	}
	for _, c := range []*Code{t.From, t.To, fill} {
		Walk(c.Body, func(in *Instr) {
			switch in.Op {
			case LoadC:
				add(&t.Columns, int(in.Imm))
			case LoadCX:
				for at := range int(in.Aux) {
					add(&t.Columns, int(in.Imm)+at)
				}
			case LoadP:
				add(&t.Ports, int(in.Imm))
			}
		})
	}
}

// Own says whether each instance has its own table.
func (t *Table) Own() bool { return len(t.Columns)+len(t.Ports) > 0 }

// Of returns the table of instance k.
func (t *TableData) Of(k int) *TableData {
	if t.Each != nil {
		return t.Each[k]
	}
	return t
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
func buildTable(p *Program, i, k int, f *Frame, run TableCode) *TableData {
	t := &p.Tables[i]
	g := *f // the fill sees the frame with no table in force
	g.Tables = make([]*TableData, len(f.Tables))
	for j := range g.Tables {
		g.Tables[j] = &TableData{}
		if j < i {
			g.Tables[j] = f.Tables[j]
		}
	}
	out := make([]float64, max(1, t.Outputs))
	value := func(part TablePart, arg float64) float64 {
		run(&g, i, k, part, arg, out)
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
	for at := 0; at <= t.N; at++ {
		run(&g, i, k, TableFilled, x, out)
		for o := range d.Y {
			d.Y[o][at] = out[o]
		}
		x += dx
	}
	for _, u := range t.Depend {
		d.Dep = append(d.Dep, f.Uniforms[u])
	}
	return d
}
