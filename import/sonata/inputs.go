package sonata

import (
	"math"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// inputs reads an object of inputs of the simulation.
func (r *reader) inputs(c *config, inputs *value) {
	if inputs == nil {
		return
	}
	if inputs.kind != object {
		r.diags.Errorf(diag.BadType, inputs.pos, "expected an object of inputs, found %s", inputs.kind)
		return
	}
	for _, m := range inputs.keys {
		if m.val.kind != object {
			r.diags.Errorf(diag.BadType, m.val.pos, "expected an object, found %s", m.val.kind)
			continue
		}
		f := fields{m.val, r.diags}
		if e := f.want("enabled", boolean); e != nil && !e.truth {
			continue
		}
		switch module := f.text("module", ""); module {
		case "sonata", "h5", "csv", "synapse_replay":
			r.spikes(c, m.val)
		case "rall_play":
			r.plays(c, m.val)
		case "IClamp", "linear":
			r.iclamp(m.key, m.val)
		case "rall_points":
			r.placedPoints(c, m.val)
		default:
			r.unsupported(m.val.pos, "input %q: module %q", m.key, module)
		}
		if r.diags.HasErrors() {
			return
		}
	}
}

// events are a file's spikes of one population; "" stands for all.
type events struct {
	pop   string
	times []float64 // [ms]
	ids   []int64
	pos   diag.Pos
}

// eventFile reads a spike file in HDF5: a group for each population, or, as
// before there were populations, one for all.
func (r *reader) eventFile(path string, from diag.Pos) []events {
	root, err := r.readHDF5(path, h5.ReadOptions{Only: []string{"/spikes"}})
	if err != nil {
		r.diags.Errorf(diag.FileMissing, from, "%v", err)
		return nil
	}
	top := root.Child("spikes")
	if top == nil || top.Value != nil {
		r.diags.Errorf(diag.BadValue, diag.Pos{File: path}, "no group /spikes")
		return nil
	}
	groups := map[string]*h5.Node{}
	var names []string
	if t := top.Child("timestamps"); t != nil && t.Value != nil {
		groups[""], names = top, []string{""}
	} else {
		for _, g := range top.Children {
			if g.Value == nil {
				groups[g.Name], names = g, append(names, g.Name)
			}
		}
	}
	var out []events
	for _, name := range names {
		e := events{pop: name, pos: diag.Pos{File: path, Path: strings.TrimSuffix("/spikes/"+name, "/")}}
		times, ids := groups[name].Child("timestamps"), groups[name].Child("node_ids")
		if ids == nil {
			ids = groups[name].Child("gids")
		}
		if times == nil || ids == nil || times.Value == nil || ids.Value == nil {
			r.diags.Errorf(diag.BadValue, e.pos, "expected the datasets timestamps and node_ids")
			return nil
		}
		var err, err2 error
		e.times, err = times.Value.Floats()
		e.ids, err2 = ids.Value.Ints()
		if u := times.AttrString("units"); err == nil && u != "" && u != "ms" {
			r.diags.Errorf(diag.BadUnit, e.pos, "timestamps in %q; expected ms", u)
			return nil
		}
		if err != nil || err2 != nil || len(e.ids) != len(e.times) {
			r.diags.Errorf(diag.BadType, e.pos, "%d timestamps and %d node ids do not make events", len(e.times), len(e.ids))
			return nil
		}
		out = append(out, e)
	}
	return out
}

// eventTable reads spikes from a CSV with columns timestamps, node_ids and,
// where there are several, population.
func (r *reader) eventTable(path string, from diag.Pos) []events {
	src := r.readFile(path, from)
	if src == nil {
		return nil
	}
	t := parseCSV(path, src, r.diags)
	if t == nil {
		return nil
	}
	if t.column("timestamps") < 0 || t.column("node_ids") < 0 {
		r.diags.Errorf(diag.BadValue, diag.Pos{File: path, Line: 1}, "expected the columns timestamps and node_ids")
		return nil
	}
	at := map[string]int{}
	var out []events
	for row := range t.rows {
		x, err := strconv.ParseFloat(t.cell(row, "timestamps"), 64)
		id, err2 := strconv.ParseInt(t.cell(row, "node_ids"), 10, 64)
		if err != nil || err2 != nil {
			r.diags.Errorf(diag.BadValue, t.pos(row), "expected a time and a node")
			return nil
		}
		name := t.cell(row, "population")
		k, ok := at[name]
		if !ok {
			k = len(out)
			at[name] = k
			out = append(out, events{pop: name, pos: diag.Pos{File: path}})
		}
		out[k].times, out[k].ids = append(out[k].times, x), append(out[k].ids, id)
	}
	return out
}

// spikes gives virtual nodes, or cells that play trains, the events of a file.
func (r *reader) spikes(c *config, v *value) {
	f := r.object(v, "input_type", "module", "input_file", "spike_file", "node_set", "trial", "source", "delay", "duration", "enabled")
	if tstop := r.m.Conditions.Duration; f.number("delay", 0) != 0 || f.number("duration", tstop) < tstop {
		r.unsupported(v.pos, "spikes over a part of the run")
		return
	}
	if s := f.text("input_type", "spikes"); s != "spikes" {
		r.diags.Errorf(diag.BadValue, v.pos, "input_type %q of a module of spikes", s)
		return
	}
	file := f.v.get("input_file")
	if file == nil {
		file = f.v.get("spike_file")
	}
	path, ok := c.path(file)
	if !ok {
		f.missing("input_file")
		return
	}
	set := f.v.get("node_set")
	if set == nil {
		f.missing("node_set")
		return
	}
	var all []events
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		all = r.eventTable(path, file.pos)
	} else {
		all = r.eventFile(path, file.pos)
	}
	everything := set.kind == text && set.str == "all" && r.sets["all"] == nil
	for _, s := range r.nodeSet(set, nil) {
		if everything && !s.pop.virtual {
			continue
		}
		wanted := make([]bool, s.pop.n)
		for _, n := range s.nodes {
			wanted[n] = true
		}
		found := false
		for _, e := range all {
			if e.pop != "" && e.pop != s.pop.name {
				continue
			}
			found = true
			for i, t := range e.times {
				n := e.ids[i]
				if n < 0 || n >= int64(s.pop.n) {
					r.diags.Errorf(diag.BadValue, e.pos, "event %d: population %q has no node %d", i, s.pop.name, n)
					return
				}
				if !(t >= 0) || math.IsInf(t, 0) {
					r.diags.Errorf(diag.BadValue, e.pos, "event %d is at %g ms", i, t)
					return
				}
				if wanted[n] {
					s.pop.trains[n] = append(s.pop.trains[n], t)
				}
			}
		}
		if !found && !everything && !r.diags.HasErrors() {
			r.diags.Errorf(diag.UnknownName, file.pos, "%s has no spikes of population %q", path, s.pop.name)
			return
		}
		s.pop.played = true
		for n := range s.pop.trains {
			if !sort.Float64sAreSorted(s.pop.trains[n]) {
				sort.Float64s(s.pop.trains[n])
			}
		}
	}
}

// trainsOf gives the trains read to artificial cells that play them.
func (r *reader) trainsOf(p *population) {
	if !p.played {
		return
	}
	for _, run := range r.m.Pops {
		if run.Name != p.label || run.FirstGid != p.gid[run.FirstNode] {
			continue
		}
		if run.Artificial == nil || run.Artificial.Mech != "VecStim" {
			r.unsupported(p.t.pos, "playing spikes on nodes that are neither virtual nor of rall:VecStim")
			return
		}
		run.Artificial.Trains = p.trains[run.FirstNode : run.FirstNode+run.N]
	}
}

// plays reads variables of artificial cells that change at given times.
func (r *reader) plays(c *config, v *value) {
	f := r.object(v, "input_type", "module", "input_file", "series", "node_set", "enabled")
	path, ok := c.path(f.v.get("input_file"))
	if !ok {
		f.missing("input_file")
		return
	}
	name := f.needText("series")
	root, err := r.readHDF5(path, h5.ReadOptions{Only: []string{"/plays/" + name}})
	if err != nil {
		r.diags.Errorf(diag.FileMissing, v.pos, "%v", err)
		return
	}
	g := root.At("plays", name)
	pos := diag.Pos{File: path, Path: "/plays/" + name}
	if g == nil || g.Value != nil {
		r.diags.Errorf(diag.UnknownName, pos, "the file has no series %q", name)
		return
	}
	p := r.population(g.AttrString("node_population"), pos)
	if p == nil {
		return
	}
	t := &table{r: r, pos: pos, node: g}
	node, ok1 := t.dataset(g, "node_id", -1)
	first, ok2 := t.dataset(g, "first", len(node))
	times, ok3 := t.reals("times", -1)
	values, ok4 := t.reals("values", len(times))
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return
	}
	if node == nil || first == nil || times == nil || values == nil || g.AttrString("variable") == "" {
		r.diags.Errorf(diag.BadValue, pos, "a series has node_id, first, times, values and the attribute variable")
		return
	}
	for i, n := range node {
		end := int64(len(times))
		if i+1 < len(first) {
			end = first[i+1]
		}
		if first[i] < 0 || first[i] > end || end > int64(len(times)) || n < 0 || n >= int64(p.n) {
			t.errorf("first", "row %d: node %d has values %d to %d of %d", i, n, first[i], end, len(times))
			return
		}
		play := ir.Play{Var: g.AttrString("variable"), Times: times[first[i]:end], Values: values[first[i]:end]}
		if !sort.Float64sAreSorted(play.Times) {
			t.errorf("times", "the times of node %d are not ascending", n)
			return
		}
		done := false
		for _, run := range r.m.Pops {
			if run.Artificial != nil && run.Name == p.label && int(n) >= run.FirstNode && int(n) < run.FirstNode+run.N {
				play.Cell, done = int(n)-run.FirstNode, true
				run.Artificial.Plays = append(run.Artificial.Plays, play)
			}
		}
		if !done {
			r.unsupported(pos, "changing a variable of nodes with sections")
			return
		}
	}
}

// iclamp reads SONATA's current clamp, bmtk's IClamp or a linear input that is
// level: one on each node of the set, or, of
// lists of values, one for each value.
func (r *reader) iclamp(label string, v *value) {
	f := r.object(v, "input_type", "module", "node_set", "delay", "duration", "amp", "amp_start", "amp_end", "represents_physical_electrode", "section_name", "section_dist", "section_index", "instance_id", "label", "enabled")
	if s := f.text("input_type", "current_clamp"); s != "current_clamp" {
		r.diags.Errorf(diag.BadValue, v.pos, "input_type %q of an IClamp", s)
		return
	}
	current := f.v.get("amp")
	if current == nil {
		current = f.v.get("amp_start")
	}
	if end := f.v.get("amp_end"); end != nil && !(end.kind == number && current != nil && current.kind == number && end.num == current.num) {
		r.unsupported(end.pos, "a current that ramps (amp_end other than amp_start)")
		return
	}
	if e := f.v.get("represents_physical_electrode"); e != nil && e.kind == boolean && e.truth {
		r.unsupported(e.pos, "an electrode's current that is not of the membrane (represents_physical_electrode)")
		return
	}
	del, dur, amp := r.numbers(f.v.get("delay")), r.numbers(f.v.get("duration")), r.numbers(current)
	if len(amp) == 0 || len(del) != len(amp) || len(dur) != len(amp) {
		r.diags.Errorf(diag.BadValue, v.pos, "an IClamp has amp, delay and duration: three numbers, or three lists of one length")
		return
	}
	if i := f.v.get("section_index"); i != nil && !(i.kind == number && i.num == 0) {
		r.unsupported(i.pos, "a section_index other than 0")
		return
	}
	name, dist := f.text("section_name", "soma"), f.number("section_dist", .5)
	if !(dist >= 0 && dist <= 1) {
		r.diags.Errorf(diag.BadValue, f.v.get("section_dist").pos, "section_dist %g; expected 0 to 1", dist)
		return
	}
	label = f.text("label", label)
	numbered := f.v.get("instance_id") != nil
	id := int64(0)
	if numbered {
		id = int64(f.whole("instance_id", 0, math.MaxInt32))
	}
	set := f.v.get("node_set")
	if set == nil {
		f.missing("node_set")
		return
	}
	for _, s := range r.nodeSet(set, nil) {
		for _, n := range s.nodes {
			t := s.pop.typeOf(n)
			if t == nil {
				if set.kind == text && set.str == "all" {
					continue
				}
				r.diags.Errorf(diag.BadValue, v.pos, "node %d of %q has no sections to put a clamp on", n, s.pop.name)
				return
			}
			sec := sectionNamed(t, name)
			if sec < 0 {
				var names []string
				for i := range t.Morph.Sections {
					names = append(names, t.Morph.Sections[i].Name)
				}
				r.diags.ErrorHint(diag.UnknownName, v.pos, diag.DidYouMean(name, names), "cell type %q has no section %q", t.Name, name)
				return
			}
			for k := range amp {
				if !numbered {
					id = r.nextID()
				}
				in := instance{id: id, gid: s.pop.gid[n], section: sec, at: dist, pos: v.pos, values: []float64{amp[k], del[k], dur[k]}}
				if _, ok := r.add(r.kindOf(label, "IClamp", false, []string{"amp", "del", "dur"}, v.pos), &in); !ok {
					return
				}
				id++
			}
		}
	}
}

// placedPoints reads point processes from a table of ours.
func (r *reader) placedPoints(c *config, v *value) {
	f := r.object(v, "input_type", "module", "input_file", "points", "node_set", "enabled")
	path, ok := c.path(f.v.get("input_file"))
	if !ok {
		f.missing("input_file")
		return
	}
	root, err := r.readHDF5(path, h5.ReadOptions{})
	if err != nil {
		r.diags.Errorf(diag.FileMissing, v.pos, "%v", err)
		return
	}
	name := f.needText("points")
	g := root.At("points", name)
	pos := diag.Pos{File: path, Path: "/points/" + name}
	if g == nil {
		r.diags.Errorf(diag.UnknownName, pos, "the file has no group of points %q", name)
		return
	}
	mech, ours := strings.CutPrefix(g.AttrString("model_template"), "rall:")
	if !ours || mech == "" {
		r.unsupported(pos, "model_template %q", g.AttrString("model_template"))
		return
	}
	p := r.population(g.AttrString("node_population"), pos)
	if p == nil {
		return
	}
	ints := func(name string) []int64 {
		d := g.Child(name)
		if d == nil || d.Value == nil {
			r.diags.Errorf(diag.BadValue, pos, "no dataset %s", name)
			return nil
		}
		x, err := d.Value.Ints()
		if err != nil {
			r.diags.Errorf(diag.BadType, pos, "%s: %v", name, err)
		}
		return x
	}
	floats := func(d *h5.Node) []float64 {
		if d == nil || d.Value == nil {
			r.diags.Errorf(diag.BadValue, pos, "a dataset is missing")
			return nil
		}
		x, err := d.Value.Floats()
		if err != nil {
			r.diags.Errorf(diag.BadType, pos, "%s: %v", d.Name, err)
		}
		return x
	}
	node, section, id := ints("node_id"), ints("section_id"), ints("instance_id")
	at := floats(g.Child("section_pos"))
	if len(section) != len(node) || len(id) != len(node) || len(at) != len(node) {
		r.diags.Errorf(diag.BadValue, pos, "columns of unequal length")
		return
	}
	var names []string
	var cols [][]float64
	if d := g.Child("dynamics_params"); d != nil {
		for _, ch := range d.Children {
			x := floats(ch)
			if len(x) != len(node) {
				r.diags.Errorf(diag.BadValue, pos, "dynamics_params/%s has %d values for %d points", ch.Name, len(x), len(node))
				return
			}
			names, cols = append(names, ch.Name), append(cols, x)
		}
	}
	synapse := false
	if a, has := g.Attrs["synapse"]; has {
		if x, err := a.Ints(); err == nil && len(x) == 1 {
			synapse = x[0] != 0
		}
	}
	for i := range node {
		if node[i] < 0 || node[i] >= int64(p.n) {
			r.diags.Errorf(diag.BadValue, pos, "point %d: population %q has no node %d", i, p.name, node[i])
			return
		}
		t := p.typeOf(int(node[i]))
		if id[i] < 0 {
			r.diags.Errorf(diag.BadValue, pos, "point %d has the number %d", i, id[i])
			return
		}
		if t == nil || section[i] < 0 || section[i] >= int64(len(t.Morph.Sections)) || !(at[i] >= 0 && at[i] <= 1) {
			r.diags.Errorf(diag.BadValue, pos, "point %d: no place %g on section %d of node %d", i, at[i], section[i], node[i])
			return
		}
		var params []param
		for k := range names {
			if !math.IsNaN(cols[k][i]) {
				params = append(params, param{names[k], cols[k][i]})
			}
		}
		names, values := sorted(params)
		in := instance{id: id[i], gid: p.gid[node[i]], section: int(section[i]), at: at[i], values: values, pos: pos}
		if _, ok := r.add(r.kindOf(g.AttrString("label"), mech, synapse, names, pos), &in); !ok {
			return
		}
	}
}

// reals reads n numbers of a dataset, nil if there is none; a negative n
// takes them all.
func (t *table) reals(name string, n int) ([]float64, bool) {
	d := t.node.Child(name)
	if d == nil {
		return nil, true
	}
	if d.Value == nil {
		t.errorf(name, "a group where a dataset is expected")
		return nil, false
	}
	v, err := d.Value.Floats()
	if err != nil {
		t.errorf(name, "%v", err)
		return nil, false
	}
	if n >= 0 && len(v) != n {
		t.errorf(name, "%d values for %d elements", len(v), n)
		return nil, false
	}
	if v == nil {
		v = []float64{}
	}
	return v, true
}
