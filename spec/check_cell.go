package spec

import (
	"fmt"

	"github.com/rallsim/rall/ir/diag"
)

// importedLists are the secLists that an SWC morphology brings.
var importedLists = []string{"all", "somatic", "axonal", "basal", "apical", "myelinated"}

func (r *CellRule) secNames() []string {
	var out []string
	for i := range r.Secs {
		out = append(out, r.Secs[i].Name)
	}
	return out
}

func (r *CellRule) listNames() []string {
	var out []string
	for i := range r.SecLists {
		out = append(out, r.SecLists[i].Name)
	}
	if r.Morphology.S != "" {
		out = append(out, importedLists...)
	}
	return out
}

// cell checks the names and lengths within a cell rule.
func (c *checker) cell(r *CellRule) {
	what := ruleName("cellParams", r.Label)
	own := r.secNames()
	all, open := c.secs, c.imports // of all rules, because rules may be merged on a cell
	for i := range r.Secs {
		s := &r.Secs[i]
		if t := s.Topol; t != nil && t.Parent.S != "" {
			switch {
			case t.Parent.S == s.Name:
				c.diags.Errorf(diag.BadTree, t.Parent.Pos, "%s: section %q is its own parent", what, s.Name)
			case !all[t.Parent.S] && !open:
				c.unknownName(t.Parent.Pos, t.Parent.S, own, "%s: section %q is joined to %q, which does not exist", what, s.Name, t.Parent.S)
			}
		}
		c.section(s, what)
	}
	c.treeCycles(r, what)
	if c.onlyRule() && r.Morphology.S == "" {
		c.roots(r, what)
	}
	for _, l := range r.SecLists {
		if r.isEmpty() {
			break // an error of its own
		}
		for _, t := range l.Secs {
			if !all[t.S] && !open {
				c.unknownName(t.Pos, t.S, own, "%s: secList %q names the section %q, which does not exist", what, l.Name, t.S)
			}
		}
	}
	lists := r.listNames()
	for _, g := range r.Regions {
		if !has(lists, g.SecList) && !has(own, g.SecList) && r.Morphology.S == "" {
			c.unknownName(g.Pos, g.SecList, append(lists, own...), "%s: region %q is no secList and no section", what, g.SecList)
		}
	}
}

// treeCycles reports sections whose parents lead back to them.
func (c *checker) treeCycles(r *CellRule, what string) {
	parent := map[string]string{}
	for i := range r.Secs {
		if t := r.Secs[i].Topol; t != nil {
			parent[r.Secs[i].Name] = t.Parent.S
		}
	}
	done := map[string]bool{}
	for i := range r.Secs {
		onPath := map[string]bool{}
		for name := r.Secs[i].Name; name != "" && !done[name]; name = parent[name] {
			if onPath[name] {
				if parent[name] != name { // said already
					c.diags.Errorf(diag.BadTree, r.Secs[i].Topol.Pos, "%s: the parents of section %q lead back to %q", what, r.Secs[i].Name, name)
				}
				break
			}
			onPath[name] = true
		}
		for name := range onPath {
			done[name] = true
		}
	}
}

// roots warns of sections that nothing joins to the cell: events there never
// reach the rest.
func (c *checker) roots(r *CellRule, what string) {
	first := ""
	for i := range r.Secs {
		s := &r.Secs[i]
		if s.Topol != nil && s.Topol.Parent.S != "" {
			continue
		}
		if first == "" {
			first = s.Name
			continue
		}
		c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.BadTree, Pos: s.Pos, Hint: "give it a topol: {parentSec: " + first + ", parentX: 1, childX: 0}",
			Msg: fmt.Sprintf("%s: section %q is joined to nothing: like %q it has no parent", what, s.Name, first)})
	}
}

// section checks lengths of lists against nseg, and what NEURON would take
// its odd defaults for.
func (c *checker) section(s *Section, what string) {
	g := &s.Geom
	if !g.HasPt3d && (!g.L.IsSet() || !g.Diam.IsSet()) && c.onlyRule() {
		c.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.OddValue, Pos: s.Pos, Hint: "give L and diam, or pt3d",
			Msg: what + ": section \"" + s.Name + "\" has NEURON's default size (L 100 um, diam 500 um)"})
	}
	n := 1
	switch {
	case g.NSeg.Kind == Number && g.NSeg.Num >= 1:
		n = int(g.NSeg.Num)
	case g.NSeg.IsSet() || g.NSegBy != nil || !c.onlyRule():
		return // known when the cell is made
	}
	lists := func(name string, v Value, one bool) {
		if v.Kind != List || len(v.Items) == n || one && len(v.Items) == 1 {
			return
		}
		c.diags.Errorf(diag.BadValue, v.Pos, "%s: %s has %d values for the %d CVs (nseg) of section %q", what, name, len(v.Items), n, s.Name)
	}
	for _, m := range s.Mechs {
		for _, p := range m.Params {
			lists(p.Name+" of "+m.Name, p.Value, true)
		}
	}
	for _, ion := range s.Ions {
		for _, p := range ion.Params {
			lists(p.Name+" of ion "+ion.Name, p.Value, false)
		}
	}
	if s.WeightNorm != nil && len(s.WeightNorm) != n {
		c.diags.Errorf(diag.BadValue, s.Pos, "%s: weightNorm has %d values for the %d CVs (nseg) of section %q", what, len(s.WeightNorm), n, s.Name)
	}
}

// onlyRule says whether cells follow one rule each for certain: another one
// may add to a section otherwise.
func (c *checker) onlyRule() bool {
	for i := range c.net.CellParams {
		if r := &c.net.CellParams[i]; len(r.Conds.Items) > 0 || r.NSeg != nil {
			return false
		}
	}
	return true
}
