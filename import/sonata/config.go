package sonata

import (
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// config is a config file with the variables of its manifest.
type config struct {
	r    *reader
	v    *value
	dir  string
	vars map[string]*value
}

func (r *reader) config(path string, from diag.Pos) *config {
	v := r.readJSON(path, from)
	if v == nil {
		return nil
	}
	if v.kind != object {
		r.diags.Errorf(diag.BadType, v.pos, "a SONATA config is an object, not %s", v.kind)
		return nil
	}
	r.sim.Files = append(r.sim.Files, path)
	dir, err := filepath.Abs(filepath.Dir(path)) // variables may hold it, and are joined to it
	if err != nil {
		r.diags.Errorf(diag.FileMissing, from, "%v", err)
		return nil
	}
	c := &config{r: r, v: v, dir: dir, vars: map[string]*value{}}
	if m := v.get("manifest"); m != nil && m.kind == object {
		for _, k := range m.keys {
			if k.val.kind != text {
				r.diags.Errorf(diag.BadType, k.val.pos, "a variable of the manifest is a string, not %s", k.val.kind)
				continue
			}
			name := strings.TrimPrefix(k.key, "$")
			c.vars[strings.TrimSuffix(strings.TrimPrefix(name, "{"), "}")] = k.val
		}
	}
	return c
}

// longest is the longest path [bytes] that variables may make.
const longest = 1 << 16

// path expands the variables in a string and joins it to the config's folder.
func (c *config) path(v *value) (string, bool) {
	if v == nil || v.kind == null {
		return "", false
	}
	if v.kind != text {
		c.r.diags.Errorf(diag.BadType, v.pos, "expected a path, found %s", v.kind)
		return "", false
	}
	s, ok := c.expand(v.str, v.pos, nil)
	if !ok || s == "" {
		return "", false
	}
	if !filepath.IsAbs(s) {
		s = filepath.Join(c.dir, filepath.FromSlash(s))
	}
	return s, true
}

// expand replaces $NAME and ${NAME}; open are the variables being expanded.
func (c *config) expand(s string, pos diag.Pos, open []string) (string, bool) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		name := ""
		if strings.HasPrefix(s, "{") {
			end := strings.IndexByte(s, '}')
			if end < 0 {
				c.r.diags.Errorf(diag.Syntax, pos, "${ without its }")
				return "", false
			}
			name, s = s[1:end], s[end+1:]
		} else {
			n := 0
			for n < len(s) && (s[n] == '_' || s[n] >= '0' && s[n] <= '9' || s[n]|32 >= 'a' && s[n]|32 <= 'z') {
				n++
			}
			name, s = s[:n], s[n:]
		}
		text, ok := c.variable(name, pos, open)
		if !ok {
			return "", false
		}
		b.WriteString(text)
		if b.Len() > longest {
			c.r.diags.Errorf(diag.BadValue, pos, "the variables make a path of more than %d characters", longest)
			return "", false
		}
	}
	return b.String(), true
}

func (c *config) variable(name string, pos diag.Pos, open []string) (string, bool) {
	switch name {
	case "configdir":
		return c.dir, true
	case "workingdir":
		wd, err := os.Getwd()
		if err != nil {
			c.r.diags.Errorf(diag.FileMissing, pos, "%v", err)
			return "", false
		}
		return wd, true
	}
	for _, o := range open {
		if o == name {
			c.r.diags.Errorf(diag.BadValue, pos, "variables of the manifest that need each other: $%s", strings.Join(append(open, name), " -> $"))
			return "", false
		}
	}
	v, ok := c.vars[name]
	if !ok {
		var names []string
		for n := range c.vars {
			names = append(names, n)
		}
		sort.Strings(names)
		c.r.diags.ErrorHint(diag.UnknownName, pos, diag.DidYouMean(name, names), "the manifest has no variable $%s", name)
		return "", false
	}
	if v.str == "." || v.str == "./" {
		return c.dir, true
	}
	return c.expand(v.str, v.pos, append(open[:len(open):len(open)], name))
}

// The keys of the two configs.
var (
	circuitKeys = []string{"manifest", "components", "networks", "node_sets_file", "target_simulator", "target_simulator_version",
		"version", "metadata"}
	simulationKeys = []string{"manifest", "network", "run", "conditions", "inputs", "output", "reports", "node_sets_file", "node_sets",
		"compartment_sets_file", "node_set", "connection_overrides", "target_simulator", "target_simulator_version", "version", "metadata", "beta_features",
		"rall_inputs", "rall_reports"}
)

// load reads the configs and, in the order in which they need each other,
// what they name.
func (r *reader) load(path string) bool {
	sim := r.config(path, diag.Pos{File: path})
	if sim == nil {
		return false
	}
	if s := sim.v.get("simulation"); s != nil && s.kind == text {
		return r.wrapper(sim)
	}
	return r.simulation(sim, nil)
}

// wrapper reads a config that names a circuit and a simulation.
func (r *reader) wrapper(w *config) bool {
	r.object(w.v, "manifest", "network", "simulation")
	path, ok := w.path(w.v.get("simulation"))
	if !ok {
		return false
	}
	sim := r.config(path, w.v.get("simulation").pos)
	if sim == nil {
		return false
	}
	var circuit *config
	if n, ok := w.path(w.v.get("network")); ok {
		if circuit = r.config(n, w.v.get("network").pos); circuit == nil {
			return false
		}
	}
	return r.simulation(sim, circuit)
}

func (r *reader) simulation(sim, circuit *config) bool {
	keys := simulationKeys
	network := sim.v.get("network")
	switch {
	case circuit != nil:
	case sim.v.get("networks") != nil:
		// The circuit stands in the same file.
		circuit = sim
		keys = append(append([]string(nil), simulationKeys...), circuitKeys...)
	case network == nil:
		r.diags.Errorf(diag.BadValue, sim.v.pos, "%q is missing: the path of the circuit config", "network")
		return false
	default:
		path, ok := sim.path(network)
		if !ok {
			return false
		}
		if circuit = r.config(path, network.pos); circuit == nil {
			return false
		}
	}
	f := r.object(sim.v, keys...)
	if circuit != sim {
		r.object(circuit.v, circuitKeys...)
	}
	for _, k := range []string{"connection_overrides", "node_set"} {
		if v := f.v.get(k); v != nil {
			r.unsupported(v.pos, "%q", k)
		}
	}
	r.runBlock(f.v.get("run"))
	r.conditions(f.v.get("conditions"))
	r.outputBlock(f.v.get("output"))
	r.componentBlock(circuit)
	networks := r.object(circuit.v.get("networks"), "nodes", "edges", "gap_juncs")
	if networks.v == nil {
		r.diags.Errorf(diag.BadValue, circuit.v.pos, "the circuit config has no %q", "networks")
		return false
	}
	if g := networks.v.get("gap_juncs"); g != nil {
		r.unsupported(g.pos, "%q", "gap_juncs")
	}
	for _, n := range networks.list("nodes") {
		r.nodeFile(circuit, n)
	}
	r.nodeSets(circuit, circuit.v)
	if circuit != sim {
		r.nodeSets(sim, sim.v)
	}
	if r.diags.HasErrors() {
		return false
	}
	r.numberCells()
	for _, e := range networks.list("edges") {
		r.edgeFile(circuit, e)
	}
	if r.diags.HasErrors() {
		return false
	}
	r.spikesOf(sim)
	r.inputs(sim, sim.v.get("inputs"))
	r.inputs(sim, sim.v.get("rall_inputs"))
	if r.diags.HasErrors() {
		return false
	}
	r.readEdges(namesSynapses(sim.v.get("reports")) || namesSynapses(sim.v.get("rall_reports")))
	if r.diags.HasErrors() {
		return false
	}
	for _, p := range r.pops {
		if !p.virtual {
			r.trainsOf(p)
		}
	}
	r.finishEdges()
	r.reports(sim)
	return !r.diags.HasErrors()
}

// mostSteps bounds a run that nobody can have meant.
const mostSteps = 1e11

func (r *reader) runBlock(v *value) {
	c := &r.m.Conditions
	if v == nil {
		r.diags.Errorf(diag.BadValue, diag.Pos{File: r.sim.Files[0]}, "%q is missing", "run")
		return
	}
	f := r.object(v, "tstart", "tstop", "dt", "dL", "spike_threshold", "nsteps_block", "tsteps_block", "random_seed", "overwrite_output_dir", "integration_method")
	if f.v == nil {
		return
	}
	if f.number("tstart", 0) != 0 {
		r.unsupported(f.v.get("tstart").pos, "a start at another time than 0")
	}
	c.Duration, c.Dt = f.need("tstop"), f.need("dt")
	if !r.diags.HasErrors() && !(c.Duration > 0 && c.Dt > 0 && c.Duration/c.Dt < mostSteps) {
		r.diags.Errorf(diag.BadValue, f.v.pos, "a run of %g ms in steps of %g ms", c.Duration, c.Dt)
	}
	if f.want("spike_threshold", number) != nil {
		r.threshold = f.number("spike_threshold", 0)
	}
	if m := f.v.get("integration_method"); m != nil && !(m.kind == text && (m.str == "euler" || m.str == "0") || m.kind == number && m.num == 0) {
		r.unsupported(m.pos, "an integration method other than euler")
	}
	c.RecordStep = c.Dt
	c.RNG = "rall"
}

// conditions reads temperature, initial potential and uniform parameters.
func (r *reader) conditions(v *value) {
	c := &r.m.Conditions
	f := r.object(v, "celsius", "v_init", "mechanisms", "spike_location", "extracellular_calcium", "randomize_gaba_rise_time", "modifications", "rall_second_order", "rall_y_down", "rall_merge_synapses")
	c.Celsius, c.VInit = f.number("celsius", 6.3), f.number("v_init", -65)
	if x := f.number("rall_second_order", 0); x == 0 || x == 1 || x == 2 {
		c.SecondOrder = int(x)
	} else {
		r.diags.Errorf(diag.BadValue, f.v.get("rall_second_order").pos, "rall_second_order is %g; it is 0, 1 or 2", x)
	}
	if x := f.want("rall_y_down", boolean); x != nil {
		c.YDown = x.truth
	}
	if x := f.want("rall_merge_synapses", boolean); x != nil {
		c.MergeSynapses = x.truth
	}
	for _, k := range []string{"extracellular_calcium", "randomize_gaba_rise_time", "modifications", "spike_location"} {
		if x := f.v.get(k); x != nil && !(k == "spike_location" && x.kind == text && x.str == "soma") && !(x.kind == boolean && !x.truth) {
			r.unsupported(x.pos, "conditions: %q", k)
		}
	}
	mechs := f.want("mechanisms", object)
	if mechs == nil {
		return
	}
	for _, m := range mechs.keys {
		if m.val.kind != object {
			r.diags.Errorf(diag.BadType, m.val.pos, "expected an object of variables, found %s", m.val.kind)
			continue
		}
		for _, p := range m.val.keys {
			x := p.val.num
			switch p.val.kind {
			case boolean:
				if p.val.truth {
					x = 1
				}
			case number:
			default:
				r.diags.Errorf(diag.BadType, p.val.pos, "expected a number, found %s", p.val.kind)
				continue
			}
			mech := m.key
			if strings.HasSuffix(mech, "_ion") {
				mech = ""
			}
			r.m.Globals = append(r.m.Globals, ir.Global{Mech: mech, Name: p.key, Value: x, Pos: p.val.pos})
		}
	}
}

// outputBlock: where results go is said on the command line; the block is
// read for its errors and for whether trains of stimulators are kept.
func (r *reader) outputBlock(v *value) {
	f := r.object(v, "output_dir", "log_file", "overwrite_output_dir", "spikes_file", "spikes_file_csv", "spikes_file_nwb",
		"spikes_sort_order", "compression", "stimuli_file", "spikes_node_sets")
	r.m.Conditions.RecordStim = f.text("stimuli_file", "") != ""
}

// spikesOf reads whose spikes are kept, where not all cells' are.
func (r *reader) spikesOf(c *config) {
	list := fields{c.v.get("output"), r.diags}.want("spikes_node_sets", list)
	if list == nil {
		return
	}
	r.m.SpikesOf = map[int]bool{}
	for _, it := range list.items {
		for _, s := range r.nodeSet(it, nil) {
			if s.pop.virtual {
				r.diags.Errorf(diag.BadValue, it.pos, "the spikes of virtual nodes are no spikes of the network")
				return
			}
			for _, n := range s.nodes {
				r.m.SpikesOf[s.pop.gid[n]] = true
			}
		}
	}
}

var componentKeys = []string{"biophysical_neuron_models_dir", "mechanisms_dir", "synaptic_models_dir", "point_neuron_models_dir",
	"morphologies_dir", "templates_dir", "alternate_morphologies", "spatial_segment_index_dir", "spatial_synapse_index_dir"}

func (r *reader) componentBlock(c *config) {
	f := r.object(c.v.get("components"), componentKeys...)
	for _, k := range componentKeys[:4] {
		if p, ok := c.path(f.want(k, text)); ok {
			r.components[k] = p
		}
	}
	dir, ok := r.components["mechanisms_dir"]
	if !ok {
		return
	}
	pos := f.v.get("mechanisms_dir").pos
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		r.diags.Errorf(diag.FileMissing, pos, "mechanisms_dir %s is not a folder", dir)
		return
	}
	// BMTK keeps .mod files in a folder of that name.
	if sub := filepath.Join(dir, "modfiles"); isDir(sub) {
		dir = sub
	}
	r.sim.ModFolders = []string{dir}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// nodeSets reads the sets of a config: a file, or the block itself. Later
// ones replace earlier ones.
func (r *reader) nodeSets(c *config, v *value) {
	if p, ok := c.path(v.get("node_sets_file")); ok {
		if s := r.readJSON(p, v.get("node_sets_file").pos); s != nil {
			r.addSets(s)
		}
	}
	if s := v.get("node_sets"); s != nil {
		r.addSets(s)
	}
}

func (r *reader) addSets(s *value) {
	if s.kind != object {
		r.diags.Errorf(diag.BadType, s.pos, "node sets are an object, not %s", s.kind)
		return
	}
	for _, m := range s.keys {
		r.sets[m.key] = m.val
	}
}

// selection are nodes of one population.
type selection struct {
	pop   *population
	nodes []int // ascending
}

// nodeSet resolves a node set: a name, "all", or an object of population and
// node_id. Sets by other attributes are not supported yet.
func (r *reader) nodeSet(v *value, open []string) []selection {
	if v == nil {
		return nil
	}
	switch v.kind {
	case text:
		for _, o := range open {
			if o == v.str {
				r.diags.Errorf(diag.BadValue, v.pos, "node sets that name each other: %s", strings.Join(append(open, v.str), " -> "))
				return nil
			}
		}
		if s, ok := r.sets[v.str]; ok {
			return r.nodeSet(s, append(open[:len(open):len(open)], v.str))
		}
		if v.str == "all" {
			var out []selection
			for _, p := range r.pops {
				out = append(out, p.all())
			}
			return out
		}
		var names []string
		for n := range r.sets {
			names = append(names, n)
		}
		sort.Strings(names)
		r.diags.ErrorHint(diag.UnknownName, v.pos, diag.DidYouMean(v.str, names), "no node set %q", v.str)
		return nil
	case list:
		var out []selection
		for _, it := range v.items {
			if it.kind != text {
				r.diags.Errorf(diag.BadType, it.pos, "a compound node set lists names, not %s", it.kind)
				return nil
			}
			out = append(out, r.nodeSet(it, open)...)
		}
		return union(out)
	case object:
		return r.basicSet(v)
	}
	r.diags.Errorf(diag.BadType, v.pos, "expected a node set, found %s", v.kind)
	return nil
}

func (r *reader) basicSet(v *value) []selection {
	for _, m := range v.keys {
		if m.key != "population" && m.key != "node_id" {
			r.unsupported(m.val.pos, "a node set by %q", m.key)
			return nil
		}
	}
	var pops []*population
	switch p := v.get("population"); {
	case p == nil:
		pops = r.pops
	case p.kind == text:
		pops = r.named(pops, p)
	case p.kind == list:
		for _, it := range p.items {
			pops = r.named(pops, it)
		}
	default:
		r.diags.Errorf(diag.BadType, p.pos, "expected a population, found %s", p.kind)
	}
	ids := v.get("node_id")
	var out []selection
	for _, p := range pops {
		if ids == nil {
			out = append(out, p.all())
			continue
		}
		for _, x := range r.numbers(ids) {
			if x != math.Trunc(x) || x < 0 || x >= float64(p.n) {
				r.diags.Errorf(diag.BadValue, ids.pos, "population %q has no node %g: it has %d", p.name, x, p.n)
				return nil
			}
			out = append(out, selection{p, []int{int(x)}})
		}
	}
	return union(out)
}

func (r *reader) named(pops []*population, v *value) []*population {
	if v.kind != text {
		r.diags.Errorf(diag.BadType, v.pos, "expected the name of a population, found %s", v.kind)
		return pops
	}
	if p := r.population(v.str, v.pos); p != nil {
		return append(pops, p)
	}
	return pops
}

// population finds a node population by name and says if there is none.
func (r *reader) population(name string, pos diag.Pos) *population {
	if p := r.byName[name]; p != nil {
		return p
	}
	var names []string
	for _, p := range r.pops {
		names = append(names, p.name)
	}
	r.diags.ErrorHint(diag.UnknownName, pos, diag.DidYouMean(name, names), "no node population %q", name)
	return nil
}

// union joins selections population by population, each node once.
func union(in []selection) []selection {
	var out []selection
	at := map[*population]int{}
	seen := map[*population]map[int]bool{}
	for _, s := range in {
		k, ok := at[s.pop]
		if !ok {
			k = len(out)
			at[s.pop] = k
			seen[s.pop] = map[int]bool{}
			out = append(out, selection{pop: s.pop})
		}
		for _, n := range s.nodes {
			if !seen[s.pop][n] {
				seen[s.pop][n] = true
				out[k].nodes = append(out[k].nodes, n)
			}
		}
	}
	for k := range out {
		sort.Ints(out[k].nodes)
	}
	return out
}
