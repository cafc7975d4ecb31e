package rall

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/kernels"
	"github.com/rallsim/rall/runtime/vec"
	"github.com/rallsim/rall/runtime/vm"
	"github.com/rallsim/rall/spec"
	"github.com/rallsim/rall/spec/build"
)

// Settings are what a user chooses beside the model itself.
type Settings struct {
	Mods    []string // folders or files of .mod files; none: ModFolders of the spec
	Set     []string // PATH=VALUE assignments to the spec
	Threads int      // 0: one per processor
	Backend string   // one of Backends, "" for the first

	// ConductanceFD takes every conductance by finite difference, as NEURON
	// does, also where the exact derivative is known.
	ConductanceFD bool
	// AsWritten keeps the operations that a mechanism's author wrote, where the
	// compiler would share divisions and exponentials.
	AsWritten bool
	// Shuffle permutes cells over lanes and groups, for tests; it never
	// changes a result.
	Shuffle uint64
	// Rank of Ranks is the part of the network that Load makes ready to run;
	// Ranks 0: the whole.
	Rank, Ranks int
	// Whole lets rank 0 have all edges, for Connections.
	Whole bool
	// Seeds replaces seeds of the spec, by name.
	Seeds map[string]int64
}

// Project is a loaded model, through all stages short of running.
type Project struct {
	Spec    *spec.Spec // nil when the model is a SONATA circuit
	Configs []string   // the files of such a circuit's configuration
	Mods    []*ModFile
	Inputs  []string // every file that was read
	Mechs   *mech.Catalogue
	Model   *ir.Model
	Net     *layout.Network

	trial int
	dir   string // from which a spec's paths count
	texts map[string][]byte
}

// Load reads a spec (one file, or the two that NetPyNE saves) and takes it
// through every stage short of running. It returns nil when diags holds an
// error; then diags names every error found up to the first stage that failed.
func Load(files []string, o Settings, diags *diag.List) *Project {
	if len(files) == 1 && isSonata(files[0]) {
		return loadSonata(files[0], o, diags)
	}
	dir := "."
	if len(files) > 0 {
		dir = filepath.Dir(files[0])
	}
	sources := spec.Read(files, diags)
	if sources == nil {
		return nil
	}
	p := load(sources, dir, o, diags)
	if p != nil {
		p.Inputs = append(append(p.Inputs, files...), modInputs(p.Mods)...)
	}
	return p
}

// load takes what was read of a spec in a folder through the stages.
func load(sources []spec.Source, dir string, o Settings, diags *diag.List) *Project {
	p := &Project{dir: dir}
	p.Mods = ReadMods(ModFolders(o.Mods, dir), diags)
	cat := Builtins()
	isArtificial := func(name string) bool {
		for _, f := range p.Mods {
			if f.Def != nil && f.Name == name {
				return f.Def.Kind == mech.ArtificialCell
			}
		}
		d := cat.Get(name)
		return d != nil && d.Kind == mech.ArtificialCell
	}
	p.Spec = spec.Parse(sources, spec.Options{Set: o.assignments(), IsArtificial: isArtificial, Hoc: hocExpander(dir, o)}, diags)
	if p.Spec == nil {
		return nil
	}
	p.Mechs = catalogue(cat, p.Mods, build.Used(p.Spec), diags)
	if diags.HasErrors() {
		build.CheckNames(p.Spec, p.Mechs, diags)
		return nil
	}
	open := func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		text, err := os.ReadFile(name)
		p.Inputs = append(p.Inputs, name)
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return text, err
	}
	var found diag.List
	if o.Ranks > 1 {
		p.Model = build.BuildPart(p.Spec, p.Mechs, open, func(m *ir.Model) func(gid int) bool {
			if o.Rank == 0 && (o.Whole || p.WantsConns()) {
				return func(int) bool { return true }
			}
			return own(m, o, &found)
		}, &found)
	} else {
		p.Model = build.Build(p.Spec, p.Mechs, open, &found)
	}
	appendNew(diags, &found)
	if p.Model == nil {
		return nil
	}
	if p.Net = lower.Lower(p.Model, o.lowering(), diags); p.Net == nil {
		return nil
	}
	return p
}

// own says which gids are those of the rank of o. It returns nil when diags
// holds an error; what there is to warn of is said when the network is made.
func own(m *ir.Model, o Settings, diags *diag.List) func(gid int) bool {
	var found diag.List
	f := lower.Own(m, o.lowering(), &found)
	if f == nil {
		diags.Append(&found)
	}
	return f
}

// specTexts are the resolved spec and copies of the morphologies that it names,
// beside which it can be run again.
func (p *Project) specTexts() map[string][]byte {
	if p.texts != nil {
		return p.texts
	}
	out := map[string][]byte{}
	tree := *p.Spec.Tree
	rules := within(within(&tree, "netParams"), "cellParams")
	if rules != nil {
		copied := map[string]string{} // by path
		for _, m := range rules.Keys {
			if m.Val.Kind != spec.Object || m.Val.Get("morphology") == nil || m.Val.Get("morphology").Kind != spec.Str {
				continue
			}
			rule := *m.Val
			rule.Keys = slices.Clone(rule.Keys)
			m.Val = &rule
			name := within(&rule, "morphology")
			path := name.Str
			if !filepath.IsAbs(path) {
				path = filepath.Join(p.dir, path)
			}
			if _, ok := copied[path]; !ok {
				copied[path] = path // it stays where it is
				if abs, err := filepath.Abs(path); err == nil {
					copied[path] = abs
				}
				// No report is called so, nor any other file of a result.
				base := fmt.Sprintf("morphology-%d%s", len(copied), strings.ToLower(filepath.Ext(path)))
				text, err := os.ReadFile(path)
				taken := slices.ContainsFunc(p.Model.Records, func(r ir.Record) bool { return strings.HasPrefix(strings.ToLower(r.Label), "morphology-") })
				if err == nil && !taken {
					copied[path], out[base] = base, text
				}
			}
			name.Str = copied[path]
		}
	}
	out["model.json"] = tree.JSON()
	p.texts = out
	return out
}

// within returns a copy of a member's value, which stands in the member's place
// from now on; nil if there is none. n has members of its own afterwards.
func within(n *spec.Node, key string) *spec.Node {
	if n == nil || n.Get(key) == nil {
		return nil
	}
	n.Keys = slices.Clone(n.Keys)
	for i, m := range n.Keys {
		if m.Key == key {
			v := *m.Val
			c := *m
			c.Val = &v
			n.Keys[i] = &c
			if v.Kind == spec.Object {
				v.Keys = slices.Clone(v.Keys)
				for k, member := range v.Keys {
					own := *member
					v.Keys[k] = &own
				}
			}
			return &v
		}
	}
	return nil
}

// appendNew appends findings but those of rules that are known to match
// nothing from reading the spec alone.
func appendNew(diags, more *diag.List) {
	known := diags.All()
	for _, d := range more.All() {
		said := func(k diag.Diag) bool {
			return k.Code == diag.NoMatch && strings.HasPrefix(d.Pos.Path+"/", k.Pos.Path+"/")
		}
		if d.Code != diag.NoMatch || !slices.ContainsFunc(known, said) {
			diags.Add(d)
		}
	}
}

// assignments are the settings that change the spec's tree, so that the
// resolved model of a result holds them.
func (o *Settings) assignments() []string {
	set := slices.Clone(o.Set)
	for _, name := range slices.Sorted(maps.Keys(o.Seeds)) {
		set = append(set, fmt.Sprintf("simConfig.seeds.%s=%d", name, o.Seeds[name]))
	}
	return set
}

func (o *Settings) lowering() lower.Options {
	return lower.Options{Compile: codegen.Options{ConductanceFD: o.ConductanceFD, AsWritten: o.AsWritten}, Shuffle: o.Shuffle, Threads: o.threads(), Rank: o.Rank, Ranks: o.Ranks}
}

func (o *Settings) threads() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// Backends are the names of the kernels' backends, the default first: a VM
// over blocks of instances, Go code generated for the built-in mechanisms (the
// VM runs the others), and an interpreter.
var Backends = []string{"vm", "go", "interp"}

// SIMDs are the names of what the arithmetic of blocks may be computed with:
// the best that the processor has, the loops in Go, or instructions.
var SIMDs = []string{"auto", vec.Plain.String(), vec.AVX2.String(), vec.AVX512.String()}

// UseSIMD chooses one of SIMDs for the whole process; "" is auto. It never
// changes a result. Call it while nothing runs.
func UseSIMD(name string) error {
	if name == "" || name == SIMDs[0] {
		vec.SetLevel(vec.Best())
		return nil
	}
	l, ok := vec.LevelNamed(name)
	switch {
	case !ok:
		return fmt.Errorf("%s: expected %s", name, strings.Join(SIMDs, ", "))
	case !vec.SetLevel(l):
		return fmt.Errorf("%s: this processor (or build) has nothing better than %v", name, vec.Best())
	}
	return nil
}

// backend returns the kernels' backend of that name, nil if there is none.
func backend(name string) kernel.Backend {
	switch name {
	case "", "vm":
		return kernels.NewReceivers(kernels.All(), vm.NewBlock())
	case "go":
		return kernels.New(kernels.All(), vm.NewBlock())
	case "interp":
		return &vm.Interp{}
	}
	return nil
}
