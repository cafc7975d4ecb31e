package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// crossCheck compares the names of a spec with each other: everything that
// needs neither mechanisms nor the network.
func (d *decoder) crossCheck(s *Spec) {
	c := &checker{decoder: d, s: s, net: &s.Net}
	c.collect()
	for i := range c.net.CellParams {
		c.cell(&c.net.CellParams[i])
	}
	c.populations()
	c.synapses()
	for i := range c.net.Conns {
		c.conn(&c.net.Conns[i])
	}
	c.stims()
	c.records()
	c.times()
}

// checker holds the names of a spec.
type checker struct {
	*decoder
	s   *Spec
	net *NetParams

	pops      []string
	cellTypes []string // that populations carry
	models    []string
	rules     []string // labels of cellParams
	synMechs  []string
	sources   []string
	targets   []string
	cellless  map[string]bool // populations that no cells can be made for, which is an error of its own
	copied    map[string]bool // tags that cells carry
	tagValues map[string][]Tag
	recordOK  bool // recordCells names what there is

	secs     map[string]bool  // sections of all rules
	imports  bool             // a rule's sections come from a file
	byLabel  map[string][]int // indices of populations
	bySource map[string]*StimSource
	rulesFor map[*Pop][]*CellRule          // what rulesOf found
	namesOf  map[*CellRule]map[string]bool // sections and lists of a rule
}

func (c *checker) collect() {
	c.copied, c.cellless = map[string]bool{"pop": true}, map[string]bool{}
	for _, t := range c.net.PopTagsCopiedToCells {
		c.copied[t] = true
	}
	c.tagValues = map[string][]Tag{}
	for i := range c.net.Pops {
		p := &c.net.Pops[i]
		c.pops = append(c.pops, p.Label)
		if p.CellType.S != "" {
			c.cellTypes = append(c.cellTypes, p.CellType.S)
		}
		if p.CellModel.S != "" {
			c.models = append(c.models, p.CellModel.S)
		}
		if p.model != "" && p.CellModel.S == "" {
			c.models = append(c.models, p.model) // from the cell rule
		}
		for _, t := range p.Tags {
			c.tagValues[t.Name] = append(c.tagValues[t.Name], t.Tag)
		}
		for _, e := range p.Cells {
			for _, t := range e.Tags {
				c.tagValues[t.Name] = append(c.tagValues[t.Name], t.Tag)
				c.copied[t.Name] = true
			}
		}
	}
	c.rulesFor, c.namesOf = map[*Pop][]*CellRule{}, map[*CellRule]map[string]bool{}
	c.secs = map[string]bool{}
	for i := range c.net.CellParams {
		r := &c.net.CellParams[i]
		c.rules = append(c.rules, r.Label)
		for k := range r.Secs {
			c.secs[r.Secs[k].Name] = true
		}
		c.imports = c.imports || r.Morphology.S != ""
	}
	c.byLabel = map[string][]int{}
	for i := range c.net.Pops {
		c.byLabel[c.net.Pops[i].Label] = append(c.byLabel[c.net.Pops[i].Label], i)
	}
	for _, m := range c.net.SynMechs {
		c.synMechs = append(c.synMechs, m.Label)
	}
	c.bySource = map[string]*StimSource{}
	for i := range c.net.StimSources {
		s := &c.net.StimSources[i]
		c.sources = append(c.sources, s.Label)
		c.bySource[s.Label] = s
	}
	for _, t := range c.net.StimTargets {
		c.targets = append(c.targets, t.Label)
	}
}

// unknownName reports a name that nothing defines.
func (c *checker) unknownName(pos diag.Pos, name string, known []string, format string, args ...any) {
	hint := suggest(name, known)
	switch {
	case hint != "":
	case len(known) == 0:
		hint = "there are none"
	case len(known) <= 12:
		hint = "there are " + strings.Join(known, ", ")
	}
	c.diags.ErrorHint(diag.UnknownName, pos, hint, format, args...)
}

// mayMatch says whether cells of a population can meet the conditions, as far
// as that is known before cells exist: gids and fractions count as met, and
// coordinates unless the population lies wholly outside.
func (c *checker) mayMatch(conds *Conds, p *Pop) bool {
	for i := range conds.Items {
		q := &conds.Items[i]
		if isCoord(q.Key) {
			if lo, hi, known := c.extent(p, q.Key); known && q.Range && (hi < q.Lo || lo > q.Hi) {
				return false
			}
			continue
		}
		if q.Key == "gid" || q.Key == "fraction" || q.Key == "label" {
			continue
		}
		vals, maybe := c.tagsOf(p, q.Key)
		if maybe {
			continue
		}
		hit := false
		for _, v := range vals {
			if q.Range {
				hit = hit || v.IsNum && v.N >= q.Lo && v.N <= q.Hi
				continue
			}
			for _, want := range q.In {
				hit = hit || v.Equal(want)
			}
		}
		if !hit {
			return false
		}
	}
	return true
}

// extent returns the interval that a coordinate of the population's cells lies
// in; known is false when their places are listed or given twice.
func (c *checker) extent(p *Pop, key string) (lo, hi float64, known bool) {
	if p.Size == ByList {
		return 0, 0, false
	}
	axis := key[0] - 'x'
	size := [...]float64{c.net.SizeX, c.net.SizeY, c.net.SizeZ}[axis]
	abs := [...]Range{p.X, p.Y, p.Z}[axis]
	norm := [...]Range{p.XNorm, p.YNorm, p.ZNorm}[axis]
	lo, hi = 0, size
	switch {
	case abs.Set && norm.Set || size <= 0:
		return 0, 0, false
	case abs.Set:
		lo, hi = abs.Lo, abs.Hi
	case norm.Set:
		lo, hi = float64(norm.Lo*size), float64(norm.Hi*size)
	}
	if p.Size == ByGrid {
		hi += p.GridSpacing[axis]
	}
	if len(key) > 1 {
		lo, hi = lo/size, hi/size
	}
	return lo, hi, true
}

// tagsOf returns the values of a tag that the population's cells carry; maybe
// says that they cannot be told.
func (c *checker) tagsOf(p *Pop, key string) (vals []Tag, maybe bool) {
	switch key {
	case "pop":
		return []Tag{{S: p.Label}}, false
	case "cellType":
		if c.copied[key] && p.CellType.S != "" {
			vals = append(vals, Tag{S: p.CellType.S})
		}
	case "cellModel":
		if c.copied[key] {
			for _, m := range []string{p.CellModel.S, p.model} {
				if m != "" {
					vals = append(vals, Tag{S: m})
				}
			}
		}
	default:
		if c.copied[key] {
			for _, t := range p.Tags {
				if t.Name == key {
					vals = append(vals, t.Tag)
				}
			}
		}
	}
	for _, e := range p.Cells {
		for _, t := range e.Tags {
			if t.Name == key {
				return nil, true
			}
		}
	}
	return vals, false
}

// matching returns the populations that may meet conditions.
func (c *checker) matching(conds *Conds) []*Pop {
	var out []*Pop
	if q := conds.Get("pop"); q != nil && !q.Range { // few of many
		var named []int
		for _, t := range q.In {
			named = append(named, c.byLabel[t.S]...)
		}
		slices.Sort(named)
		for _, i := range slices.Compact(named) {
			if p := &c.net.Pops[i]; c.mayMatch(conds, p) {
				out = append(out, p)
			}
		}
		return out
	}
	for i := range c.net.Pops {
		if c.mayMatch(conds, &c.net.Pops[i]) {
			out = append(out, &c.net.Pops[i])
		}
	}
	return out
}

// rulesOf returns the cell rules that may apply to a population.
func (c *checker) rulesOf(p *Pop) []*CellRule {
	out, ok := c.rulesFor[p]
	if ok {
		return out
	}
	for i := range c.net.CellParams {
		r := &c.net.CellParams[i]
		if len(r.Conds.Items) > 0 && c.mayMatch(&r.Conds, p) || len(r.Conds.Items) == 0 && p.CellType.S == r.Label {
			out = append(out, r)
		}
	}
	c.rulesFor[p] = out
	return out
}

// hasSection says whether a rule has a section or a list of that name.
func (c *checker) hasSection(r *CellRule, name string) bool {
	names := c.namesOf[r]
	if names == nil {
		names = map[string]bool{}
		for _, n := range join(r.secNames(), r.listNames()) {
			names[n] = true
		}
		c.namesOf[r] = names
	}
	return names[name]
}

// populations checks that every population has cells to be made of, and looks
// at the user's tags.
func (c *checker) populations() {
	for i := range c.net.Pops {
		p := &c.net.Pops[i]
		c.popTags(p)
		c.outside(p)
		if p.model == "NetStim" && p.Point.SpkTimes != nil {
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: p.Point.SpkTimesPos, Hint: "cellModel VecStim plays a list of spike times",
				Msg: fmt.Sprintf("population %q: spkTimes has no effect on NetStims", p.Label)})
		}
		if p.model != "" {
			continue
		}
		rules := c.rulesOf(p)
		empty := len(rules) > 0
		for _, r := range rules {
			empty = empty && r.isEmpty()
		}
		if len(rules) == 0 || empty {
			c.cellless[p.Label] = true
		}
		switch {
		case len(rules) > 0:
		case p.CellType.S == "" && p.CellModel.S == "":
			c.diags.ErrorHint(diag.BadValue, p.Pos, "give a cellType (a label of cellParams) or a cellModel (NetStim …)", "population %q does not say what its cells are", p.Label)
		case p.CellType.S == "" && pointProcesses[p.CellModel.S]:
			c.diags.ErrorHint(diag.BadMech, p.CellModel.Pos, "place it with pointps in a section of a cell rule",
				"population %q: %q is a point process, which lives in a section: NEURON cannot run one by itself", p.Label, p.CellModel.S)
		case p.CellType.S == "":
			c.unknownName(p.CellModel.Pos, p.CellModel.S, join(c.rules, []string{"NetStim", "VecStim", "IntFire1", "IntFire2", "IntFire4"}),
				"population %q: %q is no artificial cell and no rule of cellParams applies", p.Label, p.CellModel.S)
		default:
			c.unknownName(p.CellType.Pos, p.CellType.S, c.ruleTypes(), "population %q: no rule of cellParams applies to cellType %q", p.Label, p.CellType.S)
		}
	}
	used := map[*CellRule]bool{}
	for k := range c.net.Pops {
		for _, r := range c.rulesOf(&c.net.Pops[k]) {
			used[r] = true
		}
	}
	for i := range c.net.CellParams {
		r := &c.net.CellParams[i]
		before := len(c.diags.All())
		c.conds(&r.Conds, "conds of "+ruleName("cellParams", r.Label), cellConds)
		if !used[r] && len(c.diags.All()) == before {
			hint := ""
			if len(r.Conds.Items) == 0 {
				hint = suggest(r.Label, c.cellTypes)
			}
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.NoMatch, Pos: r.Pos, Hint: hint,
				Msg: ruleName("cellParams", r.Label) + " applies to no population"})
		}
	}
}

// outside warns of cells that lie beyond the network's size, which norms and
// conditions count by.
func (c *checker) outside(p *Pop) {
	size := [...]float64{c.net.SizeX, c.net.SizeY, c.net.SizeZ}
	for axis, name := range []string{"x", "y", "z"} {
		r, top := [...]Range{p.X, p.Y, p.Z}[axis], size[axis]
		norm := [...]Range{p.XNorm, p.YNorm, p.ZNorm}[axis]
		key, unit := name+"Range", " um"
		if norm.Set {
			r, top, key, unit = norm, 1, name+"normRange", ""
		}
		if !r.Set || top <= 0 || r.Lo >= 0 && r.Hi <= top {
			continue
		}
		c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: r.Pos, Hint: fmt.Sprintf("size%s is %g um", strings.ToUpper(name), size[axis]),
			Msg: fmt.Sprintf("population %q: %s [%g, %g] lies outside the network, which runs from 0 to %g%s", p.Label, key, r.Lo, r.Hi, top, unit)})
	}
}

// pointProcesses are NEURON's own that a cellModel may be mistaken for.
var pointProcesses = map[string]bool{"ExpSyn": true, "Exp2Syn": true, "AlphaSynapse": true, "IClamp": true, "SEClamp": true, "VClamp": true, "APCount": true}

// ruleTypes are the cell types that cell rules are for.
func (c *checker) ruleTypes() []string {
	var out []string
	for i := range c.net.CellParams {
		r := &c.net.CellParams[i]
		if len(r.Conds.Items) == 0 {
			out = append(out, r.Label)
		}
		if q := r.Conds.Get("cellType"); q != nil {
			for _, t := range q.In {
				out = append(out, t.S)
			}
		}
	}
	return out
}

// popTags reports tags that look like misspelt keys: a warning when something
// reads the tag, an error when nothing does.
func (c *checker) popTags(p *Pop) {
	known := infos(popKeys)
	if p.model != "" {
		known = append(append(known, infos(pointKeys)...), mechInfos(p.model)...)
	}
	for _, t := range p.Tags {
		if hasKey(infos(pointKeys), t.Name) && p.model == "" {
			c.diags.Warnf(diag.Ignored, t.Key, "population %q: %s has no effect on cells that are not artificial", p.Label, t.Name)
			continue
		}
		k := near(t.Name, known)
		switch {
		case k == "":
		case c.copied[t.Name]:
			c.diags.Warnf(diag.OddValue, t.Key, "population %q: the tag %s resembles the key %s", p.Label, t.Name, k)
		default:
			c.diags.ErrorHint(diag.UnknownKey, t.Key, fmt.Sprintf("did you mean %q?", k), "unknown key %q in %s: as a tag it reaches nothing, because popTagsCopiedToCells does not name it", t.Name, ruleName("popParams", p.Label))
		}
	}
}

func hasKey(keys []keyInfo, name string) bool {
	for _, k := range keys {
		if k.name == name {
			return true
		}
	}
	return false
}

// isEmpty says whether the rule describes no cell.
func (r *CellRule) isEmpty() bool {
	return len(r.Secs) == 0 && r.Morphology.S == "" && r.CellModel.S == ""
}

// anyCellless says whether one of the populations has an error of its own, so
// that what is missing in its cells says nothing new.
func (c *checker) anyCellless(pops []*Pop) bool {
	for _, p := range pops {
		if c.cellless[p.Label] {
			return true
		}
	}
	return false
}

// conds checks the names in conditions, and says whether they are sound.
func (c *checker) conds(conds *Conds, what string, style condStyle) bool {
	before := c.diags.Count(diag.Error)
	c.condKeys(conds, what, style)
	return c.diags.Count(diag.Error) == before
}

func (c *checker) condKeys(conds *Conds, what string, style condStyle) {
	for i := range conds.Items {
		q := &conds.Items[i]
		switch {
		case isCoord(q.Key):
		case q.Key == "pop":
			c.condNames(q, c.pops, what, "population", style)
		case q.Key == "cellType":
			c.copiedTag(q, what)
			c.condNames(q, append(append([]string(nil), c.cellTypes...), c.rules...), what, "cellType", style)
		case q.Key == "cellModel":
			c.copiedTag(q, what)
			c.condNames(q, c.models, what, "cellModel", style)
		case style == cellConds && (q.Key == "label" || q.Key == "fraction" || q.Key == "gid"):
		default:
			c.userCond(q, what)
		}
	}
}

// condNames checks the values of a condition against the names there are. A
// name that a list of several holds in vain, or that a cell rule is for, only
// warns: rules are shared between models.
func (c *checker) condNames(q *Cond, known []string, what, kind string, style condStyle) {
	some := false
	for _, t := range q.In {
		some = some || has(known, t.S)
	}
	for _, t := range q.In {
		switch {
		case t.IsNum:
			c.diags.Errorf(diag.BadType, t.Pos, "%s: a %s is a string, not the number %g", what, kind, t.N)
		case has(known, t.S):
		case style == cellConds || some && suggest(t.S, known) == "":
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.NoMatch, Pos: t.Pos, Hint: suggest(t.S, known),
				Msg: fmt.Sprintf("%s: there is no %s %q", what, kind, t.S)})
		default:
			c.unknownName(t.Pos, t.S, known, "%s: unknown %s %q", what, kind, t.S)
		}
	}
}

func (c *checker) copiedTag(q *Cond, what string) {
	if !c.copied[q.Key] {
		c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.NoMatch, Pos: q.KeyPos, Hint: fmt.Sprintf("add %q to popTagsCopiedToCells", q.Key),
			Msg: fmt.Sprintf("%s: cells do not carry the tag %q, so that the condition never holds", what, q.Key)})
	}
}

// userCond checks a condition on a user's tag.
func (c *checker) userCond(q *Cond, what string) {
	vals, exists := c.tagValues[q.Key]
	if !exists && !c.copied[q.Key] {
		known := append([]string{"pop", "cellType", "cellModel"}, coordKeys...)
		for t := range c.tagValues {
			known = append(known, t)
		}
		hint := suggest(q.Key, known)
		if hint == "" {
			hint = "conditions are on pop, cellType, cellModel, x, y, z, xnorm, ynorm, znorm and tags of populations"
		}
		c.diags.ErrorHint(diag.UnknownKey, q.KeyPos, hint, "%s: no population has a tag %q", what, q.Key)
		return
	}
	c.copiedTag(q, what)
	if q.Range {
		return
	}
	for _, t := range q.In {
		found := false
		var names []string
		for _, v := range vals {
			found = found || v.Equal(t)
			if !v.IsNum {
				names = append(names, v.S)
			}
		}
		if !found {
			c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.NoMatch, Pos: t.Pos, Hint: suggest(t.S, names),
				Msg: fmt.Sprintf("%s: no population has this value of %s", what, q.Key)})
		}
	}
}
