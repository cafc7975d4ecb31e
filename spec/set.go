package spec

import (
	"sort"
	"strconv"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// vocab says which keys an object of the spec may have: what Set needs to
// tell a new key from a misspelt one.
type vocab struct {
	keys  []keyInfo
	open  bool              // any name may be added (parameters of a mechanism)
	child map[string]*vocab // by key
	each  *vocab            // of labelled entries
}

func (v *vocab) names() []string {
	var out []string
	if v == nil {
		return nil
	}
	for _, k := range v.keys {
		out = append(out, k.name)
	}
	return out
}

// vocabulary is the tree of all keys.
func vocabulary() *vocab {
	leaf := func(keys []keyInfo) *vocab { return &vocab{keys: keys} }
	anyName := &vocab{open: true}
	each := func(v *vocab) *vocab { return &vocab{each: v} }
	var intFire, stims []keyInfo
	for _, m := range []string{"IntFire1", "IntFire2", "IntFire4"} {
		intFire = append(intFire, mechInfos(m)...)
	}
	for _, t := range []string{"NetStim", "VecStim", "IClamp", "SEClamp", "VClamp", "AlphaSynapse"} {
		stims = append(stims, stimInfos(stimTypes[t])...)
	}
	point := &vocab{keys: append(infos(pointKeys), intFire...), child: map[string]*vocab{"spikePattern": leaf(infos(patternKeys))}}
	pop := &vocab{keys: append(infos(popKeys), point.keys...), child: map[string]*vocab{"params": point, "spikePattern": point.child["spikePattern"]}}
	mechs := &vocab{open: true, each: anyName}
	ions := &vocab{open: true, each: leaf(infos(ionKeys))}
	nseg := leaf(infos(nsegKeys))
	sec := &vocab{keys: infos(secKeys), child: map[string]*vocab{
		"geom": {keys: infos(geomKeys), child: map[string]*vocab{"nseg": nseg}}, "topol": leaf(infos(topolKeys)),
		"mechs": mechs, "ions": ions, "pointps": each(&vocab{keys: infos(pointpKeys), open: true})}}
	region := &vocab{keys: infos(regionKeys), child: map[string]*vocab{"geom": leaf(infos(regionGeomKeys)), "mechs": mechs, "ions": ions}}
	var coords []keyInfo
	for _, c := range append([]string{"pop", "cellType", "cellModel"}, coordKeys...) {
		coords = append(coords, keyInfo{name: c})
	}
	conds := &vocab{keys: coords, open: true}
	cell := &vocab{keys: infos(cellKeys), child: map[string]*vocab{"secs": each(sec), "vars": anyName, "globals": anyName,
		"regions": each(region), "nseg": nseg, "params": point, "conds": conds, "secLists": anyName}}
	conn := &vocab{keys: infos(connKeys), child: map[string]*vocab{"preConds": conds, "postConds": conds}}
	net := &vocab{keys: append(infos(netParamsKeys), containers...), child: map[string]*vocab{
		"popParams": each(pop), "cellParams": each(cell), "synMechParams": each(&vocab{keys: infos(synMechKeys), open: true, child: map[string]*vocab{"pointerParams": leaf(infos(pointerKeys))}}),
		"tableParams": each(leaf(infos(tableKeys))),
		"playParams":  each(&vocab{keys: append(infos(playKeys), infos(traceKeys)...), child: map[string]*vocab{"conds": conds}}),
		"connParams":  each(conn), "stimSourceParams": each(&vocab{keys: append(infos(stimSourceKeys), stims...), open: true}),
		"stimTargetParams":      each(&vocab{keys: infos(stimTargetKeys), child: map[string]*vocab{"conds": conds}}),
		"scaleConnWeightModels": anyName, "correctBorder": leaf(infos(correctBorderKeys))}}
	var plots []keyInfo
	for _, p := range append(append([]string(nil), plotsMade...), plotsKnown...) {
		plots = append(plots, keyInfo{name: p})
	}
	sim := &vocab{keys: infos(simConfigKeys), child: map[string]*vocab{
		"hParams": {keys: infos(hParamKeys), open: true}, "seeds": leaf(infos(seedKeys)), "recordTraces": each(leaf(infos(traceKeys))),
		"analysis": {keys: plots, each: anyName}}}
	return &vocab{keys: []keyInfo{{name: "netParams"}, {name: "simConfig"}}, child: map[string]*vocab{"netParams": net, "simConfig": sim}}
}

// of is the vocabulary of the value of key.
func (v *vocab) of(key string) *vocab {
	if v == nil {
		return nil
	}
	if c := v.child[key]; c != nil {
		return c
	}
	return v.each
}

// Set applies one assignment "PATH=VALUE" to a spec's tree and says whether it
// did. PATH is a data path, its parts separated by "/" or "."; labels may
// contain both. VALUE is JSON, or else a string. A path that leads to nothing
// and to no known key is an error, and so is a label that does not exist.
func Set(tree *Node, assign string, diags *diag.List) bool {
	path, text, ok := strings.Cut(assign, "=")
	pos := diag.Pos{File: "--set", Path: path}
	if !ok || path == "" {
		diags.ErrorHint(diag.BadValue, pos, "for example --set simConfig.duration=500", "%q is no assignment PATH=VALUE", assign)
		return false
	}
	s := &setter{path: path, pos: pos, diags: diags}
	return s.descend(tree, vocabulary(), path, "", setValue(text, pos))
}

// setValue reads a command line's value.
func setValue(text string, pos diag.Pos) *Node {
	var quiet diag.List
	py := map[string]string{"True": "true", "False": "false", "None": "null"}
	t := strings.TrimSpace(text)
	if p, ok := py[t]; ok {
		t = p
	}
	n := readJSON(pos.File, []byte(t), &quiet)
	if n == nil {
		n = &Node{Kind: Str, Str: text}
	}
	n.place(pos)
	return n
}

// place gives the node and all below one position.
func (n *Node) place(pos diag.Pos) {
	n.Pos = pos
	for _, it := range n.Items {
		it.place(pos)
	}
	for _, m := range n.Keys {
		m.Pos = pos
		m.Val.place(pos)
	}
}

type setter struct {
	path  string
	pos   diag.Pos
	diags *diag.List
}

func isSep(c byte) bool { return c == '/' || c == '.' }

// longestKey returns the longest of the names that path begins with, at the
// end of a part.
func longestKey(path string, names []string) string {
	best := ""
	for _, n := range names {
		if strings.HasPrefix(path, n) && (len(path) == len(n) || isSep(path[len(n)])) && len(n) > len(best) {
			best = n
		}
	}
	return best
}

func keysOf(n *Node) []string {
	var out []string
	for _, m := range n.Keys {
		out = append(out, m.Key)
	}
	return out
}

func (s *setter) descend(n *Node, v *vocab, rest, done string, val *Node) bool {
	switch n.Kind {
	case Array:
		return s.item(n, rest, done, val)
	case Object:
	default:
		s.diags.Errorf(diag.UnknownKey, s.pos, "%s is %s: it has no %q", done, n.Kind, rest)
		return false
	}
	key := longestKey(rest, keysOf(n))
	isNew := key == ""
	if isNew {
		if key = longestKey(rest, v.names()); key == "" && v != nil && v.open {
			key = firstPart(rest)
		}
	}
	if key == "" {
		s.missing(n, v, firstPart(rest), done)
		return false
	}
	if len(key) < len(rest) {
		after := rest[len(key)+1:]
		if isNew {
			obj := &Node{Kind: Object, Pos: s.pos}
			if !s.descend(obj, v.of(key), after, join2(done, key), val) {
				return false
			}
			n.put(&Member{Key: key, Pos: s.pos, Val: obj})
			return true
		}
		return s.descend(n.Get(key), v.of(key), after, join2(done, key), val)
	}
	if strings.HasPrefix(done, "netParams/popParams/") && strings.Count(done, "/") == 2 && has(sizeNames, key) {
		for _, other := range sizeNames {
			n.drop(other) // a population has one size
		}
	}
	path := join2(done, key)
	val.setPaths(path)
	m := &Member{Key: key, Pos: s.pos, Val: val}
	m.Pos.Path = path
	n.put(m)
	return true
}

var sizeNames = []string{"numCells", "density", "gridSpacing", "cellsList"}

func join2(a, b string) string {
	if a == "" {
		return b
	}
	return a + "/" + b
}

func firstPart(s string) string {
	if i := strings.IndexAny(s, "/."); i >= 0 {
		return s[:i]
	}
	return s
}

func (s *setter) item(n *Node, rest, done string, val *Node) bool {
	part := firstPart(rest)
	i, err := strconv.Atoi(part)
	if err != nil || i < 0 || i >= len(n.Items) {
		s.diags.Errorf(diag.UnknownKey, s.pos, "%s is a list of %d items, counted from 0: there is no item %q", done, len(n.Items), part)
		return false
	}
	path := done + "[" + part + "]"
	if len(part) == len(rest) {
		val.setPaths(path)
		n.Items[i] = val
		return true
	}
	return s.descend(n.Items[i], nil, rest[len(part)+1:], path, val)
}

// missing reports a part of the path that leads nowhere.
func (s *setter) missing(n *Node, v *vocab, part, done string) {
	cands := append(keysOf(n), v.names()...)
	hint := suggest(part, cands)
	switch {
	case done == "" && has(vocabulary().of("simConfig").names(), part):
		hint = "did you mean simConfig." + part + "?"
	case done == "" && has(vocabulary().of("netParams").names(), part):
		hint = "did you mean netParams." + part + "?"
	case misplaced[part] != "" && done == "simConfig":
		hint = "did you mean simConfig." + misplaced[part] + "?"
	}
	if hint == "" {
		sort.Strings(cands)
		if len(cands) > 0 && len(cands) <= 12 {
			hint = "there are " + strings.Join(cands, ", ")
		}
	}
	where := done
	if where == "" {
		where = "the spec"
	}
	s.diags.ErrorHint(diag.UnknownKey, s.pos, hint, "%s has no %q", where, part)
}

// applyMapping copies values of simConfig into netParams as netParams.mapping
// says: {key of simConfig: path in netParams}, a path being a name, a list of
// parts, or parts joined by dots.
func (d *decoder) applyMapping() {
	net, cfg := d.tree.Get("netParams"), d.tree.Get("simConfig")
	mapping := net.Get("mapping")
	if mapping.empty() || !d.object(mapping, "mapping") {
		return
	}
	for _, m := range mapping.Keys {
		if m.Key == "__dict__" { // NetPyNE writes it into files of whole simulations
			continue
		}
		d.mapped[m.Key] = true
		val := cfg.Get(m.Key)
		if val == nil {
			hint := ""
			if cfg != nil {
				hint = suggest(m.Key, keysOf(cfg))
			}
			d.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: m.Pos, Hint: hint,
				Msg: "mapping has no effect: simConfig has no " + strconv.Quote(m.Key)})
			continue
		}
		var parts []string
		switch n := m.Val; n.Kind {
		case Str:
			parts = []string{n.Str}
			if strings.Contains(n.Str, ".") {
				parts = strings.Split(n.Str, ".")
			}
		case Array:
			for _, it := range n.Items {
				switch it.Kind {
				case Str:
					parts = append(parts, it.Str)
				case Num:
					parts = append(parts, it.number())
				}
			}
		}
		if len(parts) == 0 {
			d.diags.Errorf(diag.BadType, m.Val.Pos, "a mapping leads to a path: a string or a list of strings")
			continue
		}
		d.mapTo(net, m, parts, val)
	}
}

func (d *decoder) mapTo(n *Node, m *Member, parts []string, val *Node) {
	for i, p := range parts {
		last := i == len(parts)-1
		switch n.Kind {
		case Object:
			if last {
				mem := &Member{Key: p, Pos: val.Pos, Val: val.clone()}
				n.put(mem)
				return
			}
			next := n.Get(p)
			if next == nil {
				d.diags.ErrorHint(diag.UnknownName, m.Val.Pos, suggest(p, keysOf(n)), "the mapping of %q leads nowhere: there is no %q", m.Key, p)
				return
			}
			n = next
		case Array:
			k, err := strconv.Atoi(p)
			if err != nil || k < 0 || k >= len(n.Items) {
				d.diags.Errorf(diag.UnknownName, m.Val.Pos, "the mapping of %q leads nowhere: there is no item %q", m.Key, p)
				return
			}
			if last {
				n.Items[k] = val.clone()
				return
			}
			n = n.Items[k]
		default:
			d.diags.Errorf(diag.UnknownName, m.Val.Pos, "the mapping of %q leads nowhere: %s has no %q", m.Key, n.Kind, p)
			return
		}
	}
}
