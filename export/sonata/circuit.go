package sonata

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/internal/wholefile"
	"github.com/rallsim/rall/ir"
)

// Circuit is a model with what its tables take from elsewhere.
type Circuit struct {
	Model *ir.Model
	// Trains are the event times [ms] of every stimulator over the whole run,
	// by set of Model.Stims and row. Virtual nodes play them.
	Trains [][][]float64
	Mods   []ModFile // in the order of their registration
}

// ModFile is the text of a .mod file, or of what one includes.
type ModFile struct {
	Name string // within components/mechanisms/modfiles
	Text []byte
}

// The files that tell a circuit's folder.
const (
	circuitFile    = "circuit_config.json"
	simulationFile = "simulation_config.json"
	modFolder      = "components/mechanisms/modfiles"
)

// ErrExists says that a folder holds a circuit already.
var ErrExists = errors.New("holds a circuit already")

// circuit is the writing in progress.
type circuit struct {
	*Circuit
	dir   string
	batch wholefile.Batch
	names map[string]fileNames // by folder
	made  []string             // folders made for it

	cellFile map[*ir.CellType]string
	swcFile  map[*ir.CellType]string
	pops     []*nodePop
	byGid    map[int]node
	virtual  []*nodePop // by set of Model.Stims
	numbers  [][]int    // by table and row: the instance's number
	edgeSets []*edgeSet
	models   []string // by table: its file of constant parameters, "" none
	constant [][]bool // by table and parameter
	reached  [][]bool // by table and row: some edge ends there
	inputs   object
	reports  object
	// What SONATA has no word for stands apart, so that SONATA's own readers
	// open the rest.
	ownInputs  object
	ownReports object
	sets       object // node sets
	compSets   object // compartment sets
	nodeList   []object
	edgeList   []object
	typeID     int // edge types given out
}

// node is where a gid went.
type node struct {
	pop *nodePop
	id  int
}

// WriteCircuit writes the model as a SONATA circuit with a simulation config
// and returns the paths of the files. Without force it replaces nothing;
// after an error nothing is left.
func WriteCircuit(dir string, c *Circuit, force bool) (paths []string, err error) {
	if !h5.Available {
		return nil, h5.ErrNoHDF5
	}
	if err := checkFree(dir, force); err != nil {
		return nil, err
	}
	w := &circuit{Circuit: c, dir: dir, names: map[string]fileNames{}, byGid: map[int]node{}, typeID: 100}
	defer func() {
		if err != nil {
			w.batch.Discard()
			for i := len(w.made) - 1; i >= 0; i-- {
				os.Remove(w.made[i]) // stays where there is something in it
			}
		}
	}()
	if err := w.folder("."); err != nil {
		return nil, err
	}
	for _, step := range []func() error{w.carried, w.number, w.mechanisms, w.cells, w.synapticModels, w.nodes, w.edges, w.stimuli, w.plays, w.pointInputs, w.record, w.configs} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	paths = w.batch.Files()
	if err := w.batch.Commit(); err != nil {
		return nil, err
	}
	return paths, w.removeOldMods(paths)
}

// carried refuses a model with something that circuits have no place for.
func (w *circuit) carried() error {
	if w.Model.Part != nil {
		return errors.New("BUG: a rank's part of a model is to be written as a circuit")
	}
	if c := w.Model.Couplings; len(c) > 0 && c[0].Weight != nil {
		return fmt.Errorf("a SONATA circuit has no place for plasticity: rule %q has a mechanism change weights; run the spec itself", c[0].Label)
	} else if len(c) > 0 {
		return fmt.Errorf("a SONATA circuit has no place for continuous couplings (gap junctions): rule %q makes some of the %d; run the spec itself", c[0].Label, len(c))
	}
	if p := w.Model.Plays; len(p) > 0 {
		return fmt.Errorf("a SONATA circuit has no place for variables that are played: %s is one of %d; run the spec itself", p[0].Label, len(p))
	}
	if t := w.Model.Tables; len(t) > 0 {
		return fmt.Errorf("a SONATA circuit has no place for the values of a FUNCTION_TABLE: %s of %s is one of %d; run the spec itself", t[0].Name, t[0].Mech, len(t))
	}
	return nil
}

func checkFree(dir string, force bool) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", dir)
	}
	for _, name := range []string{circuitFile, simulationFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil && !force {
			return fmt.Errorf("%s %w (%s); --force replaces it", dir, ErrExists, name)
		}
	}
	return nil
}

// folder makes a folder of the circuit and those above it.
func (w *circuit) folder(rel string) error {
	path := filepath.Join(w.dir, filepath.FromSlash(rel))
	var missing []string
	for p := path; ; p = filepath.Dir(p) {
		if _, err := os.Stat(p); err == nil || filepath.Dir(p) == p {
			break
		}
		missing = append([]string{p}, missing...)
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return err
	}
	w.made = append(w.made, missing...)
	return nil
}

// file returns a name, not used yet, for a file in a folder of the circuit.
func (w *circuit) file(folder, name, ext string) (string, error) {
	if w.names[folder] == nil {
		w.names[folder] = fileNames{}
		if err := w.folder(folder); err != nil {
			return "", err
		}
	}
	return w.names[folder].name(name+ext[:strings.LastIndexByte(ext, '.')]) + ext[strings.LastIndexByte(ext, '.'):], nil
}

func (w *circuit) path(folder, name string) string {
	return filepath.Join(w.dir, filepath.FromSlash(folder), name)
}

func (w *circuit) text(folder, name string, text []byte) error {
	return w.batch.Write(w.path(folder, name), func(out io.Writer) error {
		_, err := out.Write(text)
		return err
	})
}

func (w *circuit) json(folder, name string, v any) error {
	text, err := jsonText(v)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.text(folder, name, text)
}

// hdf5 writes an HDF5 file.
func (w *circuit) hdf5(folder, name string, fill func(f *h5.File) error) error {
	return create(w.batch.Temp(w.path(folder, name)), fill)
}

// number gives every instance of the model's point tables its number in
// order of creation, over all tables.
func (w *circuit) number() error {
	n := 0
	inOrder := true
	for _, t := range w.Model.Points {
		numbers := make([]int, len(t.Gid))
		for row := range numbers {
			numbers[row] = n
			n++
		}
		w.numbers = append(w.numbers, numbers)
		inOrder = inOrder && t.Order == nil
	}
	if inOrder {
		return nil
	}
	type row struct {
		order int64
		to    *int
	}
	var rows []row
	next := int64(0)
	for k, t := range w.Model.Points {
		for i := range t.Gid {
			if t.Order != nil {
				next = t.Order[i]
			}
			rows = append(rows, row{next, &w.numbers[k][i]})
			next++
		}
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].order < rows[j].order })
	for n, r := range rows {
		*r.to = n
	}
	return nil
}

func (w *circuit) mechanisms() error {
	if err := w.folder("components/mechanisms"); err != nil {
		return err
	}
	for _, m := range w.Mods {
		if !filepath.IsLocal(m.Name) {
			return fmt.Errorf("%q is no name for a file of the circuit", m.Name)
		}
		if err := w.folder(filepath.ToSlash(filepath.Dir(filepath.Join(modFolder, m.Name)))); err != nil {
			return err
		}
		if err := w.text(modFolder, filepath.FromSlash(m.Name), m.Text); err != nil {
			return err
		}
	}
	return nil
}

// removeOldMods removes .mod files that an earlier circuit left in the
// folder: they would be taken for this one's.
func (w *circuit) removeOldMods(now []string) error {
	keep := map[string]bool{}
	for _, p := range now {
		keep[p] = true
	}
	old, err := filepath.Glob(filepath.Join(w.dir, filepath.FromSlash(modFolder), "*.mod"))
	if err != nil {
		return err
	}
	for _, p := range old {
		if !keep[p] {
			if err := os.Remove(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// configs writes the two configurations and the node sets.
func (w *circuit) configs() error {
	if err := w.json(".", "node_sets.json", w.sets); err != nil {
		return err
	}
	components := object{
		{"biophysical_neuron_models_dir", "$COMPONENTS_DIR/cells"},
		{"mechanisms_dir", "$COMPONENTS_DIR/mechanisms"},
	}
	if w.names[synapticFolder] != nil {
		components.add("synaptic_models_dir", "$COMPONENTS_DIR/synaptic_models")
	}
	if w.names[swcFolder] != nil {
		components.add("morphologies_dir", "$COMPONENTS_DIR/morphologies")
	}
	networks := object{{"nodes", w.nodeList}, {"edges", w.edgeList}}
	err := w.json(".", circuitFile, object{
		{"manifest", object{{"$BASE_DIR", "."}, {"$NETWORK_DIR", "$BASE_DIR/network"}, {"$COMPONENTS_DIR", "$BASE_DIR/components"}}},
		{"components", components},
		{"node_sets_file", "$BASE_DIR/node_sets.json"},
		{"networks", networks},
	})
	if err != nil {
		return err
	}
	c := &w.Model.Conditions
	conditions := object{{"celsius", c.Celsius}, {"v_init", c.VInit}}
	if g := w.globals(); len(g) > 0 {
		conditions.add("mechanisms", g)
	}
	if c.SecondOrder != 0 {
		conditions.add("rall_second_order", c.SecondOrder)
	}
	if c.YDown {
		conditions.add("rall_y_down", true)
	}
	if c.MergeSynapses {
		conditions.add("rall_merge_synapses", true)
	}
	out := object{{"output_dir", "$BASE_DIR/output"}, {"spikes_file", "spikes.h5"}}
	if c.RecordStim {
		out.add("stimuli_file", "stims.csv")
	}
	if w.Model.SpikesOf != nil {
		out.add("spikes_node_sets", w.spikesOf())
	}
	sim := object{
		{"manifest", object{{"$BASE_DIR", "."}, {"$INPUT_DIR", "$BASE_DIR/inputs"}}},
		{"network", "$BASE_DIR/" + circuitFile},
		{"run", object{{"tstart", 0.}, {"tstop", c.Duration}, {"dt", c.Dt}, {"random_seed", max(c.Seeds["stim"], 0)}}},
		{"conditions", conditions},
		{"inputs", w.inputs},
		{"output", out},
		{"reports", w.reports},
	}
	if len(w.compSets) > 0 {
		if err := w.json(".", "compartment_sets.json", w.compSets); err != nil {
			return err
		}
		sim.add("compartment_sets_file", "$BASE_DIR/compartment_sets.json")
	}
	meta := object{{"simLabel", c.Label}, {"rng", c.RNG}}
	for _, k := range keys(c.Seeds) {
		meta.add("seed_"+k, c.Seeds[k])
	}
	if len(w.ownInputs) > 0 {
		sim.add("rall_inputs", w.ownInputs)
	}
	if len(w.ownReports) > 0 {
		sim.add("rall_reports", w.ownReports)
	}
	sim.add("metadata", meta)
	return w.json(".", simulationFile, sim)
}

// globals are the uniform parameters by mechanism; an ion's initial
// concentrations stand under its mechanism's name in NEURON.
func (w *circuit) globals() object {
	found := map[string]map[string]any{}
	for _, g := range w.Model.Globals {
		name := g.Mech
		if name == "" {
			name = g.Name[:max(len(g.Name)-2, 0)] + "_ion" // nai0 is na_ion's
		}
		if found[name] == nil {
			found[name] = map[string]any{}
		}
		found[name][g.Name] = g.Value
	}
	return nested(found)
}

// spikesOf lists the nodes whose spikes are kept, where not all are.
func (w *circuit) spikesOf() []object {
	nodes := map[*nodePop][]int{}
	for gid, kept := range w.Model.SpikesOf {
		if nd, ok := w.byGid[gid]; ok && kept {
			nodes[nd.pop] = append(nodes[nd.pop], nd.id)
		}
	}
	var out []object
	for _, p := range w.pops {
		if ids := nodes[p]; ids != nil {
			sort.Ints(ids)
			out = append(out, object{{"population", p.name}, {"node_id", ids}})
		}
	}
	return out
}
