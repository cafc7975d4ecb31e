package spec

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// Options say how a spec is read.
type Options struct {
	// Set are assignments "PATH=VALUE" of the command line, applied in order
	// before anything is decoded.
	Set []string
	// IsArtificial says whether a mechanism is an artificial cell (nil: only
	// NEURON's own are known).
	IsArtificial func(mech string) bool
	// Hoc makes the rule of cellParams that stands instead of one that names a
	// HOC file; nil, with an error, when it cannot.
	Hoc func(label string, rule *Node, diags *diag.List) *Node
}

// Load reads a spec of one file, or of the two that NetPyNE saves, in any
// order. The Spec is nil when the input cannot be decoded at all; it is only
// to be used when diags holds no error.
func Load(files []string, o Options, diags *diag.List) *Spec {
	sources := Read(files, diags)
	if sources == nil {
		return nil
	}
	return Parse(sources, o, diags)
}

// Read reads the files of a spec; nil if diags got an error.
func Read(files []string, diags *diag.List) []Source {
	var sources []Source
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			why := err.Error()
			if pe, ok := err.(*os.PathError); ok {
				why = pe.Err.Error()
			}
			diags.Errorf(diag.FileMissing, diag.Pos{File: f}, "cannot read the spec: %s", why)
			continue
		}
		sources = append(sources, Source{Name: f, Text: text})
	}
	if diags.HasErrors() {
		return nil
	}
	return sources
}

// Source is a file's text, or what was made of it already.
type Source struct {
	Name string
	Text []byte
	Tree *Node // nil: Text is to be read
}

// Parse is Load on texts.
func Parse(sources []Source, o Options, diags *diag.List) *Spec {
	var found diag.List
	s := parse(sources, o, &found)
	for _, d := range found.All() {
		for _, src := range sources {
			if d.Source == "" && d.Pos.Line > 0 && d.Pos.File == src.Name {
				d.Source = sourceLine(src.Text, d.Pos.Line)
			}
		}
		diags.Add(d)
	}
	return s
}

func parse(sources []Source, o Options, diags *diag.List) *Spec {
	var roots []*Node
	for _, s := range sources {
		n := readSource(s, diags)
		if n != nil {
			roots = append(roots, n)
		}
	}
	if len(roots) < len(sources) || len(sources) == 0 {
		return nil
	}
	tree := assemble(roots, diags)
	if tree == nil {
		return nil
	}
	tree.setPaths("")
	for _, set := range o.Set {
		Set(tree, set, diags)
	}
	expandHoc(tree, o, diags)
	s := decodeTree(tree, o, diags)
	for _, src := range sources {
		s.Files = append(s.Files, src.Name)
	}
	return s
}

// expandHoc puts the cells that HOC files make in the place of the rules that
// name them.
func expandHoc(tree *Node, o Options, diags *diag.List) {
	rules := tree.Get("netParams").Get("cellParams")
	if rules == nil || rules.Kind != Object {
		return
	}
	for _, m := range rules.Keys {
		h := m.Val.Get("hoc")
		if h == nil {
			continue
		}
		if o.Hoc == nil {
			diags.Errorf(diag.Unsupported, h.Pos, "cells of HOC files are not read here")
			continue
		}
		path := m.Val.Pos.Path
		if rule := o.Hoc(m.Key, m.Val, diags); rule != nil {
			m.Val = rule
			rule.setPaths(path)
		}
	}
}

// readSource reads JSON or YAML, by the name's ending or else by the first
// character.
func readSource(s Source, diags *diag.List) *Node {
	if s.Tree != nil {
		return s.Tree
	}
	switch strings.ToLower(filepath.Ext(s.Name)) {
	case ".json":
		return readJSON(s.Name, s.Text, diags)
	case ".yaml", ".yml":
		return readYAML(s.Name, s.Text, diags)
	case ".py", ".ipynb":
		diags.ErrorHint(diag.Unsupported, diag.Pos{File: s.Name}, "tools/netpyne2json turns netParams and cfg scripts into JSON", "a Python script is not a declarative spec")
		return nil
	}
	if t := bytes.TrimLeft(s.Text, "\xef\xbb\xbf \t\r\n"); len(t) > 0 && t[0] == '{' {
		return readJSON(s.Name, s.Text, diags)
	}
	return readYAML(s.Name, s.Text, diags)
}

// rootKeys are what a file may hold at its top, with what NetPyNE writes
// besides.
var rootKeys = []string{"netParams", "simConfig", "net"}
var rootIgnored = []string{"simData", "netpyne_version", "netpyne_changeset", "netCells", "netPops"}

// assemble makes one tree {netParams, simConfig} of the files' contents.
func assemble(roots []*Node, diags *diag.List) *Node {
	tree := &Node{Kind: Object}
	put := func(key string, m *Member) {
		if m.Val.Kind != Object {
			diags.Errorf(diag.BadType, m.Val.Pos, "%s must be an object, not %s", key, m.Val.Kind)
			return
		}
		if old := tree.Get(key); old != nil {
			diags.ErrorHint(diag.Duplicate, m.Pos, "the first is at "+old.Pos.String(), "%s is given twice", key)
			return
		}
		tree.put(&Member{Key: key, Pos: m.Pos, Val: m.Val})
	}
	for _, r := range roots {
		if r.Kind != Object {
			diags.Errorf(diag.BadType, r.Pos, "a spec is an object with netParams and simConfig, not %s", r.Kind)
			continue
		}
		if bareNetParams(r) {
			put("netParams", &Member{Key: "netParams", Pos: r.Pos, Val: r})
			continue
		}
		for _, m := range r.Keys {
			switch {
			case m.Key == "netParams" || m.Key == "simConfig":
				put(m.Key, m)
			case m.Key == "net":
				netPart(m, put, diags)
			case has(rootIgnored, m.Key) || strings.HasPrefix(m.Key, "x-"):
				if m.Key == "simData" || m.Key == "netCells" {
					diags.Warnf(diag.Ignored, m.Pos, "%s is not read: the network is made from netParams", m.Key)
				}
			default:
				hint := suggest(m.Key, rootKeys)
				if near := near(m.Key, infos(simConfigKeys)); hint == "" && near != "" || isSimKey(m.Key) {
					hint = "it belongs into simConfig"
				}
				if hint == "" {
					hint = "a spec holds netParams and simConfig"
				}
				diags.ErrorHint(diag.UnknownKey, m.Pos, hint, "unknown key %q at the top of the spec", m.Key)
			}
		}
	}
	if tree.Get("netParams") == nil && !diags.HasErrors() {
		diags.ErrorHint(diag.BadValue, roots[0].Pos, "a spec holds netParams and simConfig, in one file or two", "there are no netParams")
	}
	if tree.Get("netParams") == nil {
		return nil
	}
	return tree
}

func isSimKey(name string) bool {
	for _, k := range simConfigKeys {
		if k.name == name {
			return true
		}
	}
	return false
}

// bareNetParams says whether a file is netParams themselves.
func bareNetParams(r *Node) bool {
	if r.Get("netParams") != nil || r.Get("simConfig") != nil || r.Get("net") != nil {
		return false
	}
	return r.Get("popParams") != nil || r.Get("cellParams") != nil
}

// netPart reads {"net": {"params": …}}, as netParams.save writes; a saved
// network holds its cells besides.
func netPart(m *Member, put func(string, *Member), diags *diag.List) {
	if m.Val.Kind != Object {
		diags.Errorf(diag.BadType, m.Val.Pos, "net must be an object, not %s", m.Val.Kind)
		return
	}
	for _, k := range m.Val.Keys {
		switch k.Key {
		case "params":
			put("netParams", k)
		case "cells", "pops":
			if !k.Val.isEmpty() {
				diags.Warnf(diag.Ignored, k.Pos, "net.%s is not read: the network is made from its params", k.Key)
			}
		default:
			diags.ErrorHint(diag.UnknownKey, k.Pos, suggest(k.Key, []string{"params", "cells", "pops"}), "unknown key %q in net", k.Key)
		}
	}
}

// decodeTree decodes an assembled tree.
func decodeTree(tree *Node, o Options, diags *diag.List) *Spec {
	d := &decoder{diags: diags, isArtificial: o.IsArtificial, tree: tree,
		constUsed: map[string]bool{}, mapped: map[string]bool{}, cellVars: map[string][]string{}}
	s := &Spec{Tree: tree}
	d.applyMapping()
	s.Net = d.netParams(tree.Get("netParams"))
	s.Cfg = d.simConfig(tree.Get("simConfig"))
	if tree.Get("simConfig") == nil {
		diags.Notef(diag.Ignored, tree.Get("netParams").Pos, "there is no simConfig: defaults hold (1000 ms, dt 0.025 ms, nothing recorded but spikes)")
	}
	d.crossCheck(s)
	return s
}

// netParams reads netParams: first the numbers, because string functions may
// use all of them, then the containers.
func (d *decoder) netParams(n *Node) NetParams {
	var p NetParams
	fill(d, netParamsKeys, &p)
	if !d.object(n, "netParams") {
		return p
	}
	d.constants(n, &p)
	fields(d, n, "netParams", netParamsKeys, &p, func(m *Member) {})
	p.CellParams = d.cells(n.Get("cellParams"))
	p.Pops = d.pops(n.Get("popParams"), n.Get("cellParams"))
	p.SynMechs = d.synMechs(n.Get("synMechParams"))
	p.Conns = d.conns(n.Get("connParams"))
	p.StimSources = d.stimSources(n.Get("stimSourceParams"))
	p.StimTargets = d.stimTargets(n.Get("stimTargetParams"))
	p.Tables = d.tables(n.Get("tableParams"))
	p.Plays = d.plays(n.Get("playParams"))
	d.userConstants()
	// the values, now that they are read
	for i := range p.Constants {
		if v := numberField(&p, p.Constants[i].Name); v != nil {
			p.Constants[i].X = *v
		}
	}
	return p
}

// numericKeys are the numbers among NetPyNE's own attributes of netParams.
var numericKeys = []string{"scale", "sizeX", "sizeY", "sizeZ", "scaleConnWeight", "scaleConnWeightNetStims",
	"defaultWeight", "defaultDelay", "defaultThreshold", "propVelocity"}

func numberField(p *NetParams, name string) *float64 {
	at := [...]*float64{&p.Scale, &p.SizeX, &p.SizeY, &p.SizeZ, &p.ScaleConnWeight, &p.ScaleConnWeightNetStims,
		&p.DefaultWeight, &p.DefaultDelay, &p.DefaultThreshold, &p.PropVelocity}
	for i, k := range numericKeys {
		if k == name {
			return at[i]
		}
	}
	return nil
}

// constants collects the numbers of netParams.
func (d *decoder) constants(n *Node, p *NetParams) {
	all := append(infos(netParamsKeys), containers...)
	for _, k := range numericKeys {
		p.Constants = append(p.Constants, Constant{Name: k})
		d.constNames = append(d.constNames, k)
	}
	for _, m := range n.Keys {
		known := false
		for _, k := range all {
			known = known || k.name == m.Key
		}
		if known || strings.HasPrefix(m.Key, "_") {
			continue
		}
		v := Value{}
		switch {
		case m.Val.Kind == Num || m.Val.Kind == Bool:
			v = d.value(m.Val, mechQ, nil, 0)
		case m.Val.Kind == Str:
			// A number with a unit keeps its number only when the unit says nothing.
			d.diags.ErrorHint(diag.UnknownKey, m.Pos, constantHint(m.Key, all), "unknown key %q in netParams; a name of one's own holds a plain number", m.Key)
			continue
		case m.Val.Kind == Null:
			continue
		default:
			d.unknown(m, "netParams", all)
			continue
		}
		if isCoord(m.Key) || has(pairScope.vars, m.Key) {
			d.diags.Errorf(diag.Duplicate, m.Pos, "%q is a variable of string functions already", m.Key)
			continue
		}
		p.Constants = append(p.Constants, Constant{Name: m.Key, X: v.Num, Pos: m.Pos})
		d.constNames = append(d.constNames, m.Key)
		d.userConsts = append(d.userConsts, m)
	}
}

func constantHint(name string, all []keyInfo) string {
	var names []string
	for _, k := range all {
		names = append(names, k.name)
	}
	return suggest(name, names)
}

// userConstants looks at the user's own numbers when it is known which of
// them string functions read: one that resembles a key is a warning, or an
// error when nothing reads it.
func (d *decoder) userConstants() {
	all := append(infos(netParamsKeys), containers...)
	for _, m := range d.userConsts {
		k := near(m.Key, all)
		switch {
		case k == "":
		case d.constUsed[m.Key]:
			d.diags.Warnf(diag.OddValue, m.Pos, "%s resembles the key %s; it is taken for a number of your own, which a string function reads", m.Key, k)
		default:
			d.diags.ErrorHint(diag.UnknownKey, m.Pos, "did you mean \""+k+"\"?", "unknown key %q in netParams: no string function reads it", m.Key)
		}
	}
}
