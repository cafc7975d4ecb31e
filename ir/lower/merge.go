package lower

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
)

// Synapses that go together. Instances of a mechanism that ir/mech/merge has
// taken apart, on one node and with equal values of all that its steps read, are
// one instance. If nothing tells them apart but their edges it is an instance of
// the mechanism as it is, which receives the events of all; else one of the
// shared part, into which an instance of the own part reaches for each. Which go
// together depends on the node and on parameters, so that no partition changes it.

// merging is what becomes of a mechanism's instances.
type merging struct {
	parts       *codegen.Merged // nil: all stay as they are
	name        string
	shared, own int // mechanisms of the network, -1: none
	info        *layout.Merging
	classes     map[string]int // of info
}

// mostClasses bounds the classes that rall inspect tells apart.
const mostClasses = 64

// merge takes a mechanism apart, if the model wants that, and returns the
// programs of the parts.
func (l *lowering) merge(def *mech.Def, p *kernel.Program, opt codegen.Options) []*kernel.Program {
	if !l.m.Conditions.MergeSynapses || p.Kind != kernel.PointProcess || p.Receive == nil {
		return nil
	}
	m := &merging{name: p.Mech, shared: -1, own: -1, classes: map[string]int{}, info: &layout.Merging{Mech: p.Mech, Alone: map[string]int{}}}
	m.parts, m.info.Why = codegen.Merge(def, opt)
	l.merging = append(l.merging, m)
	if m.parts == nil || m.parts.Own == nil {
		return nil
	}
	return []*kernel.Program{m.parts.Shared, m.parts.Own}
}

// mergeParts finds the parts among the network's mechanisms, and the instances
// that must stay alone.
func (l *lowering) mergeParts() {
	l.merges = map[int]*merging{}
	for _, m := range l.merging {
		l.merges[l.mechIndex[m.name]] = m
		if m.parts != nil && m.parts.Own != nil {
			m.shared, m.own = l.mechIndex[m.parts.Shared.Mech], l.mechIndex[m.parts.Own.Mech]
		}
	}
	if len(l.merging) == 0 {
		return
	}
	l.lone = map[pointKey]string{}
	mark := func(r *ir.Ref, why string) {
		switch {
		case r.Table >= 0:
			l.lone[pointKey{r.Table, r.Row, r.Gid}] = why
		case r.Place >= 0:
			l.lone[pointKey{-2, r.Place, r.Gid}] = why
		}
	}
	for i := range l.m.Couplings {
		mark(&l.m.Couplings[i].From, "coupled")
		mark(&l.m.Couplings[i].To, "coupled")
	}
	for i := range l.m.Plays {
		mark(&l.m.Plays[i].To, "played")
	}
	for i := range l.m.Records {
		mark(&l.m.Records[i].Ref, "recorded")
	}
}

// parts are the mechanisms that have the uniforms of mechanism k: itself, and
// the parts into which it is taken.
func (l *lowering) parts(k int) []int {
	if m := l.merges[k]; m != nil && m.own >= 0 {
		return []int{k, m.shared, m.own}
	}
	return []int{k}
}

// pointKey names a point process of a cell: a row of a table, or (table -2) one
// that the cell's type places. A rank may have other rows than others.
type pointKey struct {
	table, row int32
	gid        int
}

// alone says why an instance must stay alone, "" if it need not.
func (l *lowering) alone(p *pointRow) string {
	if v := p.cell.typ.SpikeVar; p.table == -2 && v != nil && v.Index == int(p.row) {
		return "watched for spikes"
	}
	return l.lone[pointKey{p.table, p.row, p.cell.gid}]
}

// merge makes the sets of instances of a mechanism that go together where they
// can. list and cols are the instances as they would be, node by node.
func (f *filler) merge(mech int, m *merging, list []inst, cols [][]float64) {
	key := f.l.same(mech, m)
	params := f.l.rows(mech, m, m.parts.Split.Params)
	var whole, shared, own []int // of list: who stands for how many, and who keeps something
	standsFor := make([]int, len(list))
	pair := make([]bool, len(list))
	for lo, hi := 0, 0; lo < len(list); lo = hi {
		for hi = lo; hi < len(list) && list[hi].node == list[lo].node; hi++ {
			standsFor[hi] = hi
		}
		var classes []string
		members := map[string][]int{}
		for i := lo; i < hi; i++ {
			if why := f.l.alone(list[i].point); why != "" {
				m.info.Alone[why]++
				continue
			}
			if hi == lo+1 {
				m.info.Alone["the only one on its CV"]++
				continue
			}
			k := bitsOf(cols, key, i)
			if members[k] == nil {
				classes = append(classes, k)
			}
			members[k] = append(members[k], i)
		}
		for _, k := range classes {
			of := members[k]
			if len(of) == 1 {
				m.info.Alone["the only one of its class on its CV"]++
				continue
			}
			first := bitsOf(cols, params, of[0])
			apart := len(m.parts.Split.Keeps) > 0 || slices.ContainsFunc(of, func(i int) bool { return bitsOf(cols, params, i) != first })
			for _, i := range of {
				standsFor[i], pair[i] = of[0], apart
			}
			m.count(f.l.describe(mech, m, cols, of[0]), len(of))
		}
	}
	row := make([]int, len(list)) // in the set that the instance goes to
	for i := range list {
		first := standsFor[i] == i
		switch {
		case first && !pair[i]:
			row[i] = len(whole)
			whole = append(whole, i)
		case first:
			row[i] = len(shared)
			shared = append(shared, i)
		}
		if pair[i] {
			own = append(own, i)
		}
	}
	m.info.Steps += len(whole) + len(shared)
	m.info.Own += len(own)
	prog := f.l.net.Mechs[mech].Program
	if len(whole) > 0 {
		set := len(f.g.Instances)
		for i := range list {
			if !pair[i] {
				f.note(&list[i], set, row[standsFor[i]])
			}
		}
		f.add(mech, prog, picked(list, whole), f.l.pick(mech, mech, cols, whole))
	}
	if len(own) == 0 {
		return
	}
	commonSet := int32(len(f.g.Instances))
	f.add(m.shared, f.l.net.Mechs[m.shared].Program, picked(list, shared), f.l.pick(mech, m.shared, cols, shared))
	for k, i := range own {
		f.note(&list[i], len(f.g.Instances), k)
	}
	in := f.add(m.own, prog, picked(list, own), f.l.pick(mech, m.own, cols, own))
	in.CommonSet, in.Common = commonSet, make([]int32, len(own))
	for k, i := range own {
		in.Common[k] = int32(row[standsFor[i]])
	}
}

// same returns the columns of a mechanism in which all that go together are
// alike: all that a step has, its variables' initial values included.
func (l *lowering) same(mech int, m *merging) []int {
	of := l.net.Mechs[mech].Program
	if m.shared >= 0 {
		of = l.net.Mechs[m.shared].Program
	}
	var rows []int
	for _, c := range of.Columns {
		if at, ok := l.colIndex[mech][c.Name]; ok && !c.Hidden {
			for k := range at.n {
				rows = append(rows, at.first+k)
			}
		}
	}
	return rows
}

// rows returns the columns of variables.
func (l *lowering) rows(mech int, m *merging, vars []mech.VarID) []int {
	var rows []int
	for _, v := range vars {
		if at, ok := l.colIndex[mech][m.parts.Split.Shared.Def.Vars[v].Name]; ok {
			for k := range at.n {
				rows = append(rows, at.first+k)
			}
		}
	}
	return rows
}

// bitsOf returns the values in columns of an instance, to be compared.
func bitsOf(cols [][]float64, rows []int, i int) string {
	b := make([]byte, 0, 8*len(rows))
	for _, r := range rows {
		x := math.Float64bits(cols[r][i])
		b = append(b, byte(x), byte(x>>8), byte(x>>16), byte(x>>24), byte(x>>32), byte(x>>40), byte(x>>48), byte(x>>56))
	}
	return string(b)
}

func picked(list []inst, which []int) []inst {
	out := make([]inst, len(which))
	for k, i := range which {
		out[k] = list[i]
	}
	return out
}

// pick makes the columns of mechanism part from those of instances of the
// whole mechanism.
func (l *lowering) pick(whole, part int, cols [][]float64, which []int) [][]float64 {
	prog := l.net.Mechs[part].Program
	out := make([][]float64, prog.Rows())
	for i, c := range prog.Columns {
		from, ok := l.colIndex[whole][c.Name]
		for w := range c.Len {
			col := make([]float64, len(which))
			for k, at := range which {
				col[k] = c.Default
				if ok && !c.Hidden {
					col[k] = cols[from.first+w][at]
				}
			}
			out[prog.Row(i)+w] = col
		}
	}
	return out
}

// describe names the class of an instance by its parameters.
func (l *lowering) describe(mech int, m *merging, cols [][]float64, i int) string {
	var b strings.Builder
	s := m.parts.Split
	for _, v := range s.Class {
		d := &s.Shared.Def.Vars[v]
		if at, ok := l.colIndex[mech][d.Name]; ok && d.Param && at.n == 1 {
			fmt.Fprintf(&b, "%s=%.6g ", d.Name, cols[at.first][i])
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

// count counts n instances of a class that go together.
func (m *merging) count(values string, n int) {
	k, ok := m.classes[values]
	if !ok {
		if len(m.classes) >= mostClasses {
			values = "others"
			k, ok = m.classes[values]
		}
		if !ok {
			k = len(m.info.Classes)
			m.classes[values] = k
			m.info.Classes = append(m.info.Classes, layout.MergedClass{Values: values})
		}
	}
	m.info.Classes[k].N += n
	m.info.Classes[k].Steps++
}

// told returns what there is to say of merging: of the parameters that name
// classes those in which they differ.
func (l *lowering) told() []layout.Merging {
	var out []layout.Merging
	for _, m := range l.merging {
		if m.info.N == 0 {
			continue
		}
		var names [][]string
		for _, c := range m.info.Classes {
			names = append(names, strings.Fields(c.Values))
		}
		for i := range m.info.Classes {
			var differ []string
			for k, word := range names[i] {
				if slices.ContainsFunc(names, func(o []string) bool { return k < len(o) && len(o) == len(names[i]) && o[k] != word }) || len(names[i]) == 1 && word == "others" {
					differ = append(differ, word)
				}
			}
			m.info.Classes[i].Values = strings.Join(differ, " ")
		}
		out = append(out, *m.info)
	}
	return out
}
