package hoc

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// Cell is what a program has built: the sections of an object and of the
// objects that it refers to, or all sections. Geometry is up to date.
type Cell struct {
	Name     string
	Sections []*tree.Section // in NEURON's order
	Names    []string        // of sections, without their object's name: "dend_3" for Cell[0].dend[3]
	Lists    []List
	Points   []Placed
	Globals  []Global // what the program set to another value
	Lost     []diag.Diag

	// Ions whose ion_style is not what the mechanisms of their section make it, by
	// the section's first instance: NEURON's bits in each CV.
	Styles map[*tree.Inst][]float64

	// Concentrations inside and outside that CVs get at the beginning of a run if
	// their ion's style has tree.StyleAnew: nai0_na_ion, nao0_na_ion.
	Starts map[*tree.Mechanism][2]float64

	Step, Stop       float64  // dt and tstop [ms]; 0: the program has not set them
	StepPos, StopPos diag.Pos // where it has

	// The program has initialised it, so that variables of mechanisms that are no
	// parameters have values of which nobody knows whether it was the program that
	// set them.
	Initialised bool
}

// List is a SectionList: indices into Sections.
type List struct {
	Name     string
	Sections []int
}

// Placed is a point process on a section.
type Placed struct {
	Mech    *tree.Mechanism
	Section int
	X       float64
	Inst    *tree.Inst
	Pos     diag.Pos
}

// Global is a variable of NEURON's or a mechanism's GLOBAL.
type Global struct {
	Name  string
	Value float64
}

// Templates returns the names of the program's templates, in the order in which
// they are defined.
func (in *Interp) Templates() []string {
	var names []string
	for _, s := range in.top.order {
		if s.kind == classSym && s.class.scope != nil && !s.standard {
			names = append(names, s.name)
		}
	}
	return names
}

// CellTemplates returns those that declare sections.
func (in *Interp) CellTemplates() []string {
	return slices.DeleteFunc(in.Templates(), func(name string) bool {
		return !slices.ContainsFunc(in.top.names[name].class.scope.order, func(s *symbol) bool { return s.kind == secSym })
	})
}

// HasSections says whether there are sections yet.
func (in *Interp) HasSections() bool { return len(in.Tree.Sections()) > 0 }

// suits says whether init of a template can be called with n numbers and strings, and
// tells of those that it does not look at.
func (in *Interp) suits(c *class, n int) bool {
	takes, at := 0, diag.Pos{}
	if s := c.scope.names["init"]; s != nil && s.kind == funcSym {
		f := s.fn.decl
		at = in.topFrame(s.fn.unit).pos(f.Pos())
		if o := f.ObjArg; o > 0 && (n >= o || !f.AnyArg) {
			in.failed, in.ctl = true, stopping
			in.diags.ErrorHint(diag.BadValue, at, "write a HOC file that makes the object and calls new "+c.name+"(…), and import that one without a template",
				"argument %d of %s.init is an object; only numbers and strings can be given here", o, c.name)
			return false
		}
		if takes = f.MaxArg; f.AnyArg {
			return true
		}
	}
	if n > takes {
		in.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: at, Msg: fmt.Sprintf("%s.init looks at %d of the %d arguments that are given", c.name, takes, n)})
	}
	return true
}

// Make makes an object of a template from numbers (float64) and strings, as
// new Template(args) at the top level. It returns nil when the program has
// failed.
func (in *Interp) Make(template string, args ...any) *Object {
	if in.failed {
		return nil
	}
	src := "new " + template + "(…)"
	fr := in.topFrame(&unit{file: &syntax.File{Name: "", Text: []byte(src)}, within: &diag.Pos{}})
	c := in.class(fr, template)
	if c == nil || c.scope == nil {
		names := in.Templates()
		hint := diag.DidYouMean(template, names)
		if hint == "" {
			hint = "it has " + strings.Join(names, ", ")
		}
		if len(names) == 0 {
			hint = "it has no templates; without one, all sections make the cell"
		}
		in.failed = true
		in.diags.ErrorHint(diag.UnknownName, diag.Pos{}, hint, "the program has no template %q", template)
		return nil
	}
	if !in.suits(c, len(args)) {
		return nil
	}
	var list []arg
	for _, a := range args {
		v := value{}
		switch a := a.(type) {
		case float64:
			v = number(a)
		case string:
			v = text(a)
		}
		g, _ := asArg(v)
		list = append(list, g)
	}
	if n := len(c.objects); n > 0 {
		and := ""
		if n > 1 {
			and = fmt.Sprintf(" and %d more", n-1)
		}
		in.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: c.first,
			Msg:  fmt.Sprintf("the program has made %s%s already; the cell is another %s, and has nothing of what the program did with that", c.objects[0].Name(), and, template),
			Hint: "without template, all sections that the program has made are the cell"})
	}
	o := in.make(fr, syntax.Pos{}, c, list)
	in.retain(o)
	if in.ctl == stopping && !in.failed {
		in.ctl = goOn
	}
	if in.failed {
		return nil
	}
	return o
}

// Cell reads the cell that an object is, or that all sections make (nil). It
// returns nil, with an error, if there is none.
func (in *Interp) Cell(o *Object) *Cell {
	if in.failed {
		return nil
	}
	c := &Cell{Initialised: in.run != nil, Starts: map[*tree.Mechanism][2]float64{}}
	in.save()
	var objs []*Object
	if o != nil {
		c.Name = o.class.name
		objs = reachable(o)
		within := map[*Object]bool{}
		for _, k := range objs {
			within[k] = true
		}
		for _, s := range in.Tree.Sections() {
			if own, ok := s.Owner.(*Object); ok && within[own] {
				c.Sections = append(c.Sections, s)
			}
		}
	} else {
		c.Sections = slices.Clone(in.Tree.Sections())
	}
	if len(c.Sections) == 0 {
		what := "the program"
		if o != nil {
			what = o.Name()
		}
		hint := ""
		if names := in.CellTemplates(); o == nil && len(names) > 0 {
			hint = "name the template that makes the cell: it has " + strings.Join(names, ", ")
		}
		in.diags.ErrorHint(diag.BadTree, diag.Pos{File: in.main}, hint, "%s has no sections", what)
		return nil
	}
	for _, s := range in.Tree.Sections() {
		if err := in.Tree.Refresh(s); err != nil {
			in.diags.Errorf(diag.BadValue, s.Pos, "%v", err)
			return nil
		}
	}
	index := map[*tree.Section]int{}
	for i, s := range c.Sections {
		index[s] = i
	}
	for _, s := range c.Sections {
		if s.Parent != nil {
			if _, in := index[s.Parent]; !in {
				c.lose(s.Pos, "the connection of %s to %s, which is no part of the cell", s.Name, s.Parent.Name)
			}
		}
	}
	c.Names = shortNames(c.Sections)
	in.cellLists(c, objs, index)
	made := map[*tree.Point]diag.Pos{}
	for _, cl := range in.classes {
		for _, o := range cl.objects {
			if p, ok := o.native.(*Process); ok && p.At != nil {
				made[p.At] = p.Pos
			}
		}
	}
	for i, s := range c.Sections {
		for _, n := range append([]*tree.Node{}, s.Nodes...) {
			c.place(i, s, n, made)
		}
		if near := in.Tree.Near(s); near.I < 0 && near.Sec == s {
			c.place(i, s, near, made)
		}
	}
	for _, s := range c.Sections {
		for _, inst := range s.Nodes[0].Mechs {
			ion := inst.Mech.Ion
			if ion == nil {
				continue
			}
			c.Starts[inst.Mech] = [2]float64{*in.globals[ion.Name+"i0_"+inst.Mech.Name], *in.globals[ion.Name+"o0_"+inst.Mech.Name]}
			if x := in.styles(s, inst.Mech); x != nil {
				if c.Styles == nil {
					c.Styles = map[*tree.Inst][]float64{}
				}
				c.Styles[inst] = x
			}
		}
	}
	in.cellGlobals(c)
	in.cellLost(c, index)
	return c
}

func (c *Cell) lose(pos diag.Pos, format string, args ...any) {
	c.Lost = append(c.Lost, diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// reachable returns an object and those that its variables lead to.
func reachable(o *Object) []*Object {
	out, seen := []*Object{o}, map[*Object]bool{o: true}
	for i := 0; i < len(out); i++ {
		if out[i].data == nil {
			continue
		}
		for _, cl := range out[i].data.cells {
			for _, k := range cl.objs {
				if k != nil && !seen[k] {
					seen[k] = true
					out = append(out, k)
				}
			}
		}
	}
	return out
}

// shortNames names sections without their object, "dend[3]" as "dend_3". Where
// two objects have sections of one name, those of the later get the object's; one
// without a name, and what still is of a name that is taken, get a number.
func shortNames(secs []*tree.Section) []string {
	out := make([]string, len(secs))
	seen := map[string]bool{}
	for i, s := range secs {
		name := s.Name
		if name == "" { // SectionRef.unname has taken it
			name = "unnamed_" + strconv.Itoa(i)
		} else if o, ok := s.Owner.(*Object); ok {
			name = strings.TrimPrefix(name, o.Name()+".")
			if seen[plain(name)] {
				name = o.Name() + "_" + name
			}
		}
		out[i] = plain(name)
		for k := 2; seen[out[i]]; k++ {
			out[i] = plain(name) + "_" + strconv.Itoa(k)
		}
		seen[out[i]] = true
	}
	return out
}

func plain(s string) string { return strings.NewReplacer("[", "_", "]", "", ".", "_").Replace(s) }

// cellLists finds the SectionLists that variables hold.
func (in *Interp) cellLists(c *Cell, objs []*Object, index map[*tree.Section]int) {
	add := func(sc *scope, d *data) {
		for _, s := range sc.order {
			if s.kind != objSym || s.external != nil || s.slot >= len(d.cells) {
				continue
			}
			for k, o := range d.cells[s.slot].objs {
				if o == nil {
					continue
				}
				l, ok := o.native.(*sectionList)
				if !ok {
					continue
				}
				list := List{Name: s.name}
				if len(d.cells[s.slot].dims) > 0 {
					list.Name += "_" + strconv.Itoa(k)
				}
				for _, sec := range l.alive() {
					if i, in := index[sec]; in {
						list.Sections = append(list.Sections, i)
					}
				}
				if !slices.ContainsFunc(c.Lists, func(o List) bool { return o.Name == list.Name }) {
					c.Lists = append(c.Lists, list)
				}
			}
		}
	}
	if objs == nil {
		add(in.top, in.topData)
	}
	for _, o := range objs {
		if o.class.scope != nil {
			add(o.class.scope, o.data)
		}
	}
}

// place adds the point processes of a node of section i, with where they were made.
func (c *Cell) place(i int, s *tree.Section, n *tree.Node, made map[*tree.Point]diag.Pos) {
	for _, p := range n.Points() {
		pl := Placed{Mech: p.Mech.Mech, Section: i, X: p.X, Inst: p.Mech, Pos: s.Pos}
		if at, ok := made[p]; ok {
			pl.Pos = at
		}
		c.Points = append(c.Points, pl)
	}
}

// timing is dt or tstop, and where the program sets it.
type timing struct {
	at  *float64
	was float64
	set bool
	pos diag.Pos
}

// timed takes down that the program sets a number, if that is dt or tstop.
func (in *Interp) timed(fr *frame, at syntax.Pos, to *float64) {
	for k := range in.timing {
		if t := &in.timing[k]; t.at == to {
			t.set, t.pos = true, fr.pos(at)
		}
	}
}

// cellGlobals finds the variables that the program set.
func (in *Interp) cellGlobals(c *Cell) {
	for k, to := range []*float64{&c.Step, &c.Stop} {
		if t := &in.timing[k]; t.set || *t.at != t.was {
			*to = *t.at
		}
	}
	c.StepPos, c.StopPos = in.timing[0].pos, in.timing[1].pos
	for _, sc := range []*scope{in.top, in.builtin} {
		for _, s := range sc.order {
			if s.kind != constSym || in.globals[s.name] != s.num {
				continue
			}
			if s.refs != nil {
				for k, x := range s.nums {
					if x != in.defined[s.name] {
						c.Globals = append(c.Globals, Global{fmt.Sprintf("%s[%d]", s.name, k), x})
					}
				}
				continue
			}
			mechs := strings.Contains(s.name, "_") && sc == in.builtin
			if (mechs || s.name == "celsius" || s.name == "v_init" || s.name == "secondorder") && *s.num != in.defined[s.name] {
				c.Globals = append(c.Globals, Global{s.name, *s.num})
			}
		}
		for _, name := range []string{"v_init"} { // the program's own variable of the name
			if s := sc.names[name]; sc == in.top && s != nil && s.kind == varSym {
				if cl := in.topData.cell(s); len(cl.nums) > 0 && cl.nums[0] != in.defined[name] {
					c.Globals = append(c.Globals, Global{name, cl.nums[0]})
				}
			}
		}
	}
	slices.SortFunc(c.Globals, func(a, b Global) int { return strings.Compare(a.Name, b.Name) })
}

// cellLost lists what the program did that a description of a cell does not
// hold.
func (in *Interp) cellLost(c *Cell, index map[*tree.Section]int) {
	for _, p := range in.pointers {
		c.lose(p.Pos, "the POINTER %s of a mechanism", p.Name)
	}
	for _, h := range in.handlers {
		c.Lost = append(c.Lost, diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Msg: "an FInitializeHandler, made at " + h})
	}
	for _, name := range slices.Sorted(maps.Keys(in.tables)) {
		c.lose(in.tables[name].Pos, "the values of FUNCTION_TABLE %s: give them by tableParams", name)
	}
	for _, p := range in.plays {
		c.lose(p.pos, "a Vector that is played")
	}
	for _, q := range in.cues {
		c.lose(q.stmt.fr.pos(q.stmt.pos), "a statement that a Vector plays")
	}
	for _, d := range in.dice {
		c.lose(d.fr.pos(d.pos), "a Random that is played")
	}
	for _, r := range in.records {
		c.lose(r.fr.pos(r.pos), "a Vector that records")
	}
	if cl := in.classes["APCount"]; cl != nil {
		for _, o := range cl.objects {
			if p := o.native.(*Process); p.counted != nil {
				c.lose(p.countedAt, "a Vector into which an APCount records")
			}
		}
	}
	for _, pos := range in.events {
		c.lose(pos, "a statement that CVode.event executes")
	}
	for _, pos := range in.seeded {
		c.lose(pos, "the random stream that the program gave a mechanism")
	}
	for _, n := range in.cons() {
		if w := n.watch; w != nil && n.target == nil && (w.times != nil || w.stmt != nil) {
			c.lose(n.Pos, "a NetCon that records from %s", sourceName(n))
		}
		if n.target != nil && (n.Sec == nil || hasKey(index, n.Sec)) {
			c.lose(n.Pos, "a NetCon from %s to %s", sourceName(n), n.target.Name())
		}
	}
}

func hasKey(m map[*tree.Section]int, s *tree.Section) bool {
	_, ok := m[s]
	return ok
}

func sourceName(n *Con) string {
	switch {
	case n.Sec != nil:
		return n.Sec.Name
	case n.from != nil:
		return n.from.Name()
	}
	return "nothing"
}

// styles are the styles of an ion in the CVs of a section, from arc 0 on, nil if the
// mechanisms there make them so.
func (in *Interp) styles(s *tree.Section, ion *tree.Mechanism) []float64 {
	own := false
	x := Values(s, func(n *tree.Node) float64 {
		style := n.Find(ion).Style & styleBits
		own = own || style != in.Tree.ImpliedStyle(n, ion)&styleBits
		return float64(style)
	})
	if !own {
		return nil
	}
	return x
}

// styleBits are those that ion_style sets.
const styleBits = 0177

// Values returns a range variable's values in the CVs of a section, from arc
// 0 on.
func Values(s *tree.Section, f func(n *tree.Node) float64) []float64 {
	n := s.NSeg()
	out := make([]float64, n)
	for i, nd := range s.Nodes[:n] {
		if s.ChildX != 0 {
			i = n - 1 - i
		}
		out[i] = f(nd)
	}
	return out
}
