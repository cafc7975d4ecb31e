package sonata

import (
	"sort"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
)

// inputs reads the simulation's inputs.
func (r *reader) inputs(c *config) {
	inputs := c.v.get("inputs")
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
		module := ""
		if v := m.val.get("module"); v != nil {
			module = v.str
		}
		switch module {
		case "sonata", "h5":
			r.spikes(c, m.val)
		case "IClamp":
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
	for _, p := range r.pops {
		if !p.virtual {
			r.trainsOf(p)
		}
	}
}

// spikes reads a spike file onto virtual nodes, or cells that play trains.
func (r *reader) spikes(c *config, v *value) {
	f := r.object(v, "input_type", "module", "input_file", "node_set", "trial")
	path, ok := c.path(f.v.get("input_file"))
	if !ok {
		f.missing("input_file")
		return
	}
	root, err := h5.ReadAll(path, h5.ReadOptions{})
	if err != nil {
		r.diags.Errorf(diag.FileMissing, f.v.get("input_file").pos, "%v", err)
		return
	}
	for _, s := range r.nodeSet(f.v.get("node_set"), nil) {
		pos := diag.Pos{File: path, Path: "/spikes/" + s.pop.name}
		g := root.At("spikes", s.pop.name)
		if g == nil {
			r.diags.Errorf(diag.UnknownName, pos, "the file has no spikes of population %q", s.pop.name)
			return
		}
		if g.Child("timestamps") == nil || g.Child("node_ids") == nil || g.Child("timestamps").Value == nil || g.Child("node_ids").Value == nil {
			r.diags.Errorf(diag.BadValue, pos, "expected the datasets timestamps and node_ids")
			return
		}
		times, err := g.Child("timestamps").Value.Floats()
		if err != nil {
			r.diags.Errorf(diag.BadType, pos, "timestamps: %v", err)
			return
		}
		ids, err := g.Child("node_ids").Value.Ints()
		if err != nil || len(ids) != len(times) {
			r.diags.Errorf(diag.BadType, pos, "node_ids: %d for %d times (%v)", len(ids), len(times), err)
			return
		}
		wanted := map[int]bool{}
		for _, n := range s.nodes {
			wanted[n] = true
		}
		s.pop.played = true
		for i, t := range times {
			n := ids[i]
			if n < 0 || n >= int64(s.pop.n) {
				r.diags.Errorf(diag.BadValue, pos, "spike %d: population %q has no node %d", i, s.pop.name, n)
				return
			}
			if !(t >= 0) {
				r.diags.Errorf(diag.BadValue, pos, "spike %d is at %g ms", i, t)
				return
			}
			if wanted[int(n)] {
				s.pop.trains[n] = append(s.pop.trains[n], t)
			}
		}
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
		if run.Artificial == nil || run.Name != p.label {
			continue
		}
		run.Artificial.Trains = p.trains[run.FirstNode : run.FirstNode+run.N]
	}
}

// iclamp reads SONATA's current clamp: one on each node of the set.
func (r *reader) iclamp(label string, v *value) {
	f := r.object(v, "input_type", "module", "node_set", "delay", "duration", "amp", "section_name", "section_dist", "section_index", "instance_id", "label")
	label = f.text("label", label)
	del, dur, amp := f.need("delay"), f.need("duration"), f.need("amp")
	name := f.text("section_name", "soma")
	dist := f.number("section_dist", .5)
	id := int64(1)<<41 + int64(len(r.instances))
	if f.v.get("instance_id") != nil {
		id = int64(f.need("instance_id"))
	}
	for _, s := range r.nodeSet(f.v.get("node_set"), nil) {
		for _, n := range s.nodes {
			t := s.pop.typeOf(n)
			if t == nil {
				r.diags.Errorf(diag.BadValue, v.pos, "node %d of %q has no sections to put a clamp on", n, s.pop.name)
				return
			}
			sec := sectionNamed(t, name)
			if sec < 0 {
				r.diags.Errorf(diag.UnknownName, v.pos, "cell type %q has no section %q", t.Name, name)
				return
			}
			in := instance{id: id, label: label, mech: "IClamp", gid: s.pop.gid[n], section: sec, at: dist, pos: v.pos,
				params: []param{{"del", del}, {"dur", dur}, {"amp", amp}}}
			if !r.addInstance(in) {
				return
			}
			id++
		}
	}
}

// placedPoints reads point processes from a table of ours.
func (r *reader) placedPoints(c *config, v *value) {
	f := r.object(v, "input_type", "module", "input_file", "points", "node_set")
	path, ok := c.path(f.v.get("input_file"))
	if !ok {
		f.missing("input_file")
		return
	}
	root, err := h5.ReadAll(path, h5.ReadOptions{})
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
		if t == nil || section[i] < 0 || int(section[i]) >= len(t.Morph.Sections) || !(at[i] >= 0 && at[i] <= 1) {
			r.diags.Errorf(diag.BadValue, pos, "point %d: no place %g on section %d of node %d", i, at[i], section[i], node[i])
			return
		}
		in := instance{id: id[i], label: g.AttrString("label"), mech: strings.TrimPrefix(g.AttrString("model_template"), "rall:"), gid: p.gid[node[i]],
			section: int(section[i]), at: at[i], synapse: synapse, pos: pos}
		for k := range names {
			in.params = append(in.params, param{names[k], cols[k][i]})
		}
		if !r.addInstance(in) {
			return
		}
	}
}
