package sonata

import (
	"fmt"
	"math"
	"sort"

	"github.com/rallsim/rall/internal/h5"
)

// stimuli writes the event times of the virtual nodes, and of cells that play
// a list, as spike files.
func (w *circuit) stimuli() error {
	for i, v := range w.virtual {
		if len(w.Trains[i]) != v.n {
			return fmt.Errorf("BUG: %d trains for the %d nodes of %q", len(w.Trains[i]), v.n, v.label)
		}
		if err := w.spikeInput(v, w.Trains[i]); err != nil {
			return err
		}
	}
	for _, p := range w.pops {
		var trains [][]float64
		plays := false
		for _, run := range p.runs {
			if a := run.Artificial; a != nil && a.Trains != nil {
				plays = true
				trains = append(trains, a.Trains...)
				continue
			}
			trains = append(trains, make([][]float64, run.N)...)
		}
		if plays {
			if err := w.spikeInput(p, trains); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *circuit) spikeInput(p *nodePop, trains [][]float64) error {
	type event struct {
		t    float64
		node int
	}
	var all []event
	for n, train := range trains {
		if p.stims != nil {
			// What a stimulator sent is to be sent again; a cell's own list is
			// what it is given, and stays as it is.
			var err error
			if train, err = playable(train); err != nil {
				return fmt.Errorf("%s, node %d: %w", p.label, n, err)
			}
		}
		for _, t := range train {
			all = append(all, event{t, n})
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].t != all[j].t {
			return all[i].t < all[j].t
		}
		return all[i].node < all[j].node
	})
	times, nodes := make([]float64, len(all)), make([]uint64, len(all))
	for i, e := range all {
		times[i], nodes[i] = e.t, uint64(e.node)
	}
	file, err := w.file(inputFolder, p.name, "_spikes.h5")
	if err != nil {
		return err
	}
	w.inputs.add(p.name, object{{"input_type", "spikes"}, {"module", "synapse_replay"}, {"spike_file", "$INPUT_DIR/" + file}, {"node_set", p.name},
		{"delay", 0.}, {"duration", w.Model.Conditions.Duration}})
	return w.hdf5(inputFolder, file, func(f *h5.File) error {
		g := "/spikes/" + p.name
		if err := f.Write(g+"/timestamps", times, nil, h5.Storage{}); err != nil {
			return err
		}
		if err := f.Write(g+"/node_ids", nodes, nil, h5.Storage{}); err != nil {
			return err
		}
		if err := f.SetAttr(g+"/timestamps", "units", "ms"); err != nil {
			return err
		}
		return f.SetAttr(g, "sorting", h5.Enum{Names: sorting, Value: sortedByTime})
	})
}

// plays writes the variables of cells that change at given times: by
// population and variable the cells, where each one's values begin, and all
// times and values.
func (w *circuit) plays() error {
	type series struct {
		name, variable string
		pop            *nodePop
		node, first    []int64
		times, values  []float64
	}
	var all []*series
	taken := map[string]bool{}
	for _, m := range w.inputs {
		taken[m.key] = true
	}
	for _, p := range w.pops {
		by := map[string]*series{}
		for _, run := range p.runs {
			if run.Artificial == nil {
				continue
			}
			for _, pl := range run.Artificial.Plays {
				s := by[pl.Var]
				if s == nil {
					s = &series{name: unique(p.name+"."+pl.Var, taken), variable: pl.Var, pop: p}
					by[pl.Var] = s
					all = append(all, s)
				}
				s.node, s.first = append(s.node, int64(run.FirstNode+pl.Cell)), append(s.first, int64(len(s.times)))
				s.times, s.values = append(s.times, pl.Times...), append(s.values, pl.Values...)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	file, err := w.file(inputFolder, "plays", ".h5")
	if err != nil {
		return err
	}
	for _, s := range all {
		w.ownInputs.add(s.name, object{{"input_type", "parameter"}, {"module", "rall_play"}, {"input_file", "$INPUT_DIR/" + file}, {"series", s.name}, {"node_set", s.pop.name}})
	}
	return w.hdf5(inputFolder, file, func(f *h5.File) error {
		for _, s := range all {
			base := "/plays/" + s.name
			cols := []column{{name: "node_id", ints: s.node}, {name: "first", ints: s.first}, {name: "times", data: s.times, attrs: object{{"units", "ms"}}}, {name: "values", data: s.values}}
			if err := writeColumns(f, base, cols); err != nil {
				return err
			}
			for _, a := range []member{{"node_population", s.pop.name}, {"variable", s.variable}} {
				if err := f.SetAttr(base, a.key, a.val); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// playable returns the times [ms] to write so that the train is played
// exactly: a player waits for the difference to the event before, and the sum
// of time and difference may round to a neighbour of the time that was meant.
func playable(train []float64) ([]float64, error) {
	out := append([]float64(nil), train...)
	now := 0.0
	for i, t := range train {
		if math.IsNaN(t) || math.IsInf(t, 0) || t < now {
			return nil, fmt.Errorf("event %d at %g ms: expected a time not before %g ms", i, t, now)
		}
		write := t
		if now+(write-now) != t {
			up, down := math.Nextafter(t, math.Inf(1)), math.Nextafter(t, 0)
			switch {
			case now+(up-now) == t:
				write = up
			case now+(down-now) == t:
				write = down
			default:
				return nil, fmt.Errorf("event %d at %v ms after %v ms cannot be played exactly", i, t, now)
			}
		}
		out[i] = write
		now = t
	}
	return out, nil
}

// pointInputs writes the point processes that no edge reaches: clamps. An
// IClamp with one set of values is SONATA's; everything else goes to a table
// of placed points.
func (w *circuit) pointInputs() error {
	type group struct {
		name  string
		pop   *nodePop
		table int
		rows  []int
	}
	var groups []group
	taken := map[string]bool{}
	inputName := map[string]bool{}
	for _, m := range w.inputs {
		inputName[m.key] = true
	}
	for k, t := range w.Model.Points {
		byPop := map[*nodePop][]int{}
		var pops []*nodePop
		for row, gid := range t.Gid {
			if w.reached[k][row] {
				continue
			}
			p := w.byGid[gid].pop
			if byPop[p] == nil {
				pops = append(pops, p)
			}
			byPop[p] = append(byPop[p], row)
		}
		for _, p := range pops {
			name := unique(groupName(t.Label), inputName)
			if in := w.currentClamp(k, p, byPop[p], name); in != nil {
				w.inputs.add(name, in)
				continue
			}
			g := group{unique(name, taken), p, k, byPop[p]}
			kind := "point_process"
			switch t.Mech {
			case "IClamp":
				kind = "current_clamp"
			case "SEClamp", "VClamp":
				kind = "voltage_clamp"
			}
			w.ownInputs.add(name, object{{"input_type", kind}, {"module", "rall_points"}, {"input_file", "$INPUT_DIR/points.h5"}, {"points", g.name}, {"node_set", p.name}})
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 {
		return nil
	}
	file, err := w.file(inputFolder, "points", ".h5")
	if err != nil {
		return err
	}
	return w.hdf5(inputFolder, file, func(f *h5.File) error {
		for _, g := range groups {
			t := w.Model.Points[g.table]
			base := "/points/" + g.name
			node, instance := column{name: "node_id", ints: []int64{}}, column{name: "instance_id", ints: []int64{}}
			section, pos := column{name: "section_id", ints: []int64{}}, column{name: "section_pos"}
			for _, r := range g.rows {
				node.ints = append(node.ints, int64(w.byGid[t.Gid[r]].id))
				instance.ints = append(instance.ints, int64(w.numbers[g.table][r]))
				section.ints, pos.data = append(section.ints, int64(t.Section[r])), append(pos.data, t.At[r])
			}
			cols := []column{node, section, pos, instance}
			for _, p := range t.Params {
				c := column{name: "dynamics_params/" + p.Name}
				for _, r := range g.rows {
					c.data = append(c.data, p.Values[r])
				}
				cols = append(cols, c)
			}
			if err := writeColumns(f, base, cols); err != nil {
				return err
			}
			synapse := uint8(0)
			if t.Synapse {
				synapse = 1
			}
			for _, a := range []member{{"node_population", g.pop.name}, {"model_template", "rall:" + t.Mech}, {"label", t.Label}, {"synapse", synapse}} {
				if err := f.SetAttr(base, a.key, a.val); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// currentClamp returns SONATA's input for rows of a table of IClamps that
// differ in nothing but the node, or nil.
func (w *circuit) currentClamp(table int, p *nodePop, rows []int, name string) object {
	t := w.Model.Points[table]
	if t.Mech != "IClamp" || t.Synapse {
		return nil
	}
	key := map[string]string{"del": "delay", "dur": "duration", "amp": "amp_start"}
	values := object{}
	for _, par := range t.Params {
		if key[par.Name] == "" {
			return nil
		}
		for _, r := range rows {
			if par.Values[r] != par.Values[rows[0]] {
				return nil
			}
		}
		values.add(key[par.Name], par.Values[rows[0]])
	}
	if len(values) != 3 {
		return nil // what is not set has IClamp's own default, not SONATA's
	}
	var nodes []int
	typ := w.typeOf(t.Gid[rows[0]])
	for i, r := range rows {
		nodes = append(nodes, w.byGid[t.Gid[r]].id)
		if t.Section[r] != t.Section[rows[0]] || t.At[r] != t.At[rows[0]] || w.numbers[table][r] != w.numbers[table][rows[0]]+i || i > 0 && nodes[i] <= nodes[i-1] || w.typeOf(t.Gid[r]) != typ {
			return nil
		}
	}
	taken := map[string]bool{}
	for _, m := range w.sets {
		taken[m.key] = true
	}
	set := unique("nodes of "+name, taken)
	w.sets.add(set, object{{"population", p.name}, {"node_id", nodes}})
	in := object{{"input_type", "current_clamp"}, {"module", "linear"}, {"node_set", set}}
	in = append(in, values...)
	return append(in, member{"section_name", typ.Morph.Sections[t.Section[rows[0]]].Name}, member{"section_dist", t.At[rows[0]]},
		member{"instance_id", w.numbers[table][rows[0]]}, member{"label", t.Label})
}

// record writes what is sampled: a report per label, population and kind.
func (w *circuit) record() error {
	type key struct {
		label, variable string
		pop             *nodePop
		kind            string
		all             bool
	}
	type report struct {
		key
		places [][]any
		nodes  []int
		ids    []int
	}
	var list []*report
	at := map[key]*report{}
	for i := range w.Model.Records {
		r := &w.Model.Records[i]
		nd, ok := w.byGid[r.Gid]
		if !ok {
			return fmt.Errorf("BUG: record %q of cell %d, which does not exist", r.Label, r.Gid)
		}
		k := key{r.Label, r.Var, nd.pop, "compartment_set", r.All}
		if r.Mech != "" {
			k.variable = r.Mech + "." + r.Var
		}
		switch {
		case r.Table >= 0:
			k.kind = "synapse"
			k.variable = r.Var
		case r.Place >= 0:
			k.kind = "point"
			k.variable = r.Var
		}
		rep := at[k]
		if rep == nil {
			rep = &report{key: k}
			at[k] = rep
			list = append(list, rep)
		}
		switch k.kind {
		case "synapse":
			rep.ids = append(rep.ids, w.numbers[r.Table][r.Row])
		case "point":
			rep.nodes = append(rep.nodes, nd.id)
			rep.ids = append(rep.ids, int(r.Place))
		default:
			rep.places = append(rep.places, []any{nd.id, max(r.At.Section, 0), r.At.Pos})
		}
	}
	c := &w.Model.Conditions
	step := c.RecordStep
	if step <= 0 {
		step = c.Dt
	}
	used := map[string]bool{}
	for _, r := range list {
		name := groupName(r.label)
		if used[name] {
			name = unique(name+"."+r.pop.name, used)
		} else {
			name = unique(name, used)
		}
		o := object{{"label", r.label}, {"type", r.kind}, {"variable_name", r.variable}}
		switch r.kind {
		case "compartment_set":
			sort.SliceStable(r.places, func(i, j int) bool {
				a, b := r.places[i], r.places[j]
				if a[0] != b[0] {
					return a[0].(int) < b[0].(int)
				}
				if a[1] != b[1] {
					return a[1].(int) < b[1].(int)
				}
				return a[2].(float64) < b[2].(float64)
			})
			w.compSets.add(name, object{{"population", r.pop.name}, {"compartment_set", r.places}})
			o.add("compartment_set", name)
		case "synapse":
			o.add("cells", r.pop.name)
			o.add("instance_ids", r.ids)
			if r.all {
				o.add("all_synapses", true)
			}
		default:
			o.add("cells", r.pop.name)
			o.add("node_ids", r.nodes)
			o.add("point_ids", r.ids)
		}
		o = append(o, member{"start_time", 0.}, member{"end_time", c.Duration}, member{"dt", step}, member{"file_name", name + ".h5"})
		if r.kind == "compartment_set" {
			w.reports.add(name, o)
		} else {
			o.add("order", len(w.reports)+len(w.ownReports))
			w.ownReports.add(name, o)
		}
	}
	return nil
}
