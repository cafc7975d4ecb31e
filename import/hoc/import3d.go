package hoc

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/import/swc"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

// reader is the state of Import3d_SWC_read and Import3d_Neurolucida3.
type reader struct {
	kind  string // swc or asc
	name  string // of the file, as the program has it
	morph *morph.Morphology
	said  swc.Printed
	first int  // number of the first object of its sections
	done  bool // its sections were checked, which is told once
	quiet float64
	err   float64
	list  *Object // of its sections
}

// readSection is the state of Import3d_Section: a section that a reader has
// found.
type readSection struct {
	typ, index float64
	name       string
}

func readSectionField(o *Object, name string, subs []int) (place, bool) {
	s := o.native.(*readSection)
	switch name {
	case "type":
		return place{k: numPlace, num: &s.typ}, len(subs) == 0
	case "nameindex":
		return place{k: numPlace, num: &s.index}, len(subs) == 0
	}
	return place{}, false
}

// sectionObjects makes objects of the sections, roots first, then in the
// order in which they are connected.
//
// NEURON made them in another order, and some that it removed; their numbers are
// NEURON's.
func (c *call) sectionObjects(m *morph.Morphology, said *swc.Printed) *Object {
	class := c.in.classes["Import3d_Section"]
	first := class.next
	var order []int
	for i := range m.Sections {
		if m.Sections[i].Parent < 0 {
			order = append(order, i)
		}
	}
	l := &list{}
	for _, i := range append(order, m.ConnectOrder...) {
		typ, k := sectionType(m.Sections[i].Name)
		name := swc.BaseName(typ)
		if k > 0 {
			name += "[" + strconv.Itoa(k) + "]"
		}
		class.next = first + said.Made[i]
		o := c.object("Import3d_Section", &readSection{float64(typ), float64(k), name}).o
		c.in.retain(o)
		l.items = append(l.items, o)
	}
	class.next = first + said.Sections
	return c.object("List", l).o
}

// say prints what Import3d says of a file; the numbers of sections count from
// the first one's.
func (c *call) say(r *reader, lines []swc.Line, quiet bool) {
	for _, l := range lines {
		if quiet && !l.Always {
			continue
		}
		name := ""
		switch {
		case l.Name == swc.FileName:
			name = r.name
		case l.Name >= 0:
			name = "Import3d_Section[" + strconv.Itoa(r.first+int(l.Name)) + "]"
		}
		c.in.print(l.Before + name + l.After)
		if len(l.Stack) > 0 {
			c.sayAxes(l.Stack)
		}
	}
}

// sayAxes prints the centre of points and their principal axes.
func (c *call) sayAxes(points [][3]float64) {
	x := newFull(3, len(points))
	centre := make([]float64, 3)
	for i := range centre {
		for j, p := range points {
			x.row(i)[j] = p[i]
			centre[i] += p[i]
		}
		centre[i] /= float64(len(points))
	}
	m := newFull(3, 3)
	for i := range 3 {
		for j := range points {
			x.row(i)[j] -= centre[i]
		}
		for k := range i + 1 {
			sum := 0.0
			for j := range points {
				sum += float64(x.row(i)[j] * x.row(k)[j])
			}
			m.row(i)[k], m.row(k)[i] = sum, sum
		}
	}
	values, axes, ok := eigen(m)
	if !ok {
		c.fail("the axes of a soma's outlines cannot be found")
		return
	}
	show := func(class string, native any) {
		o := c.object(class, native).o
		d := &call{in: c.in, fr: c.fr, pos: c.pos, name: "printf", o: o}
		o.class.methods["printf"](d)
	}
	c.in.print("center\n")
	show("Vector", &vector{x: centre})
	c.in.print("Principle values\n")
	show("Vector", &vector{x: values})
	c.in.print("Principle axes\n")
	show("Matrix", axes)
}

func readSWC(name string, text []byte, list *diag.List) (*morph.Morphology, swc.Printed) {
	if f := swc.Parse(name, text, list); f != nil {
		return f.Import(list), f.Said
	}
	return nil, swc.Printed{}
}

func readASC(name string, text []byte, list *diag.List) (*morph.Morphology, swc.Printed) {
	if f := swc.ParseASC(name, text, list); f != nil {
		return f.Import(list), f.Said
	}
	return nil, swc.Printed{}
}

func newReader(kind string) func(c *call) any {
	return func(*call) any { return &reader{kind: kind} }
}

// morphologies are those that a program has read: programs make many cells of
// one.
type morphologies struct {
	of   map[morphKey]imported
	size int // of their files
}

type imported struct {
	m    *morph.Morphology
	said swc.Printed
}

type morphKey struct {
	kind, path string
	text       [sha256.Size]byte
}

// maxMorphs limits the size of the files whose morphologies are kept.
const maxMorphs = 64 << 20

func (k *morphologies) read(kind, path string, text []byte, list *diag.List) imported {
	key := morphKey{kind, path, sha256.Sum256(text)}
	if m, ok := k.of[key]; ok {
		return m
	}
	read := readSWC
	if kind == "asc" {
		read = readASC
	}
	m, said := read(path, text, list)
	if m == nil {
		return imported{}
	}
	if k.size += len(text); k.of == nil || k.size > maxMorphs {
		k.of, k.size = map[morphKey]imported{}, len(text)
	}
	k.of[key] = imported{m, said}
	return k.of[key]
}

func readerField(o *Object, name string, subs []int) (place, bool) {
	r := o.native.(*reader)
	switch name {
	case "quiet":
		return place{k: numPlace, num: &r.quiet}, len(subs) == 0
	case "err":
		return place{k: numPlace, num: &r.err}, len(subs) == 0
	case "sections":
		return rvalue(object(r.list)), len(subs) == 0 && r.list != nil
	}
	return place{}, false
}

func readerMethods() map[string]method {
	return map[string]method{
		"input": func(c *call) value {
			r := c.o.native.(*reader)
			path, ok := c.in.find(c.str(0))
			if c.in.failed {
				return value{}
			}
			if !ok {
				c.in.missing(c.fr, c.pos, path, nil)
				return value{}
			}
			text, ok := c.in.read(c.fr, c.pos, path)
			if !ok {
				return value{}
			}
			got := c.in.morphs.read(r.kind, path, text, c.in.diags)
			if r.morph, r.said = got.m, got.said; r.morph == nil {
				return c.fail("the morphology %s cannot be read", path)
			}
			r.name, r.done, r.err = c.str(0), false, 0
			if r.said.Err {
				r.err = 1
			}
			r.first = c.in.classes["Import3d_Section"].next
			c.say(r, r.said.Input, r.quiet != 0)
			r.list = c.sectionObjects(r.morph, &r.said)
			c.in.retain(r.list)
			return number(0)
		},
	}
}

// import3d is the state of Import3d_GUI.
type import3d struct {
	from *reader
	swc  *Object
}

func import3dField(o *Object, name string, subs []int) (place, bool) {
	if name != "swc" || len(subs) > 0 {
		return place{}, false
	}
	return rvalue(object(o.native.(*import3d).swc)), true
}

func newImport3d(c *call) any {
	if o := c.obj(0); o != nil {
		if r, ok := o.native.(*reader); ok && r.morph != nil {
			c.in.retain(o)
			return &import3d{r, o}
		}
		c.fail("%s has read no morphology", o.Name())
	} else {
		c.fail("argument 1 is no reader of morphologies")
	}
	return &import3d{from: &reader{morph: &morph.Morphology{}}}
}

func import3dMethods() map[string]method {
	return map[string]method{
		"instantiate": func(c *call) value { return c.instantiate() },
		"name": func(c *call) value {
			o, p := c.obj(0), c.strVar(1)
			if o == nil {
				return value{}
			}
			s, ok := o.native.(*readSection)
			if !ok {
				return c.fail("argument 1 is no section of a morphology")
			}
			*p = s.name
			return value{}
		},
	}
}

// instantiate makes the sections of a morphology in an object (or at the top
// level), type by type, and appends them to its lists somatic, axonal, basal,
// apical and all.
func (c *call) instantiate() value {
	in := c.in
	from := c.o.native.(*import3d).from
	m := from.morph
	if !from.done {
		from.done = true
		c.say(from, from.said.Check, false)
	}
	owner := c.obj(0)
	if in.failed {
		return value{}
	}
	fr := &frame{unit: c.fr.unit, scope: in.top, data: in.topData, caller: c.fr.caller, from: c.fr.from, decl: c.fr.decl}
	if owner != nil {
		if owner.class.scope == nil {
			return c.fail("%s has no sections", owner.Name())
		}
		fr.this, fr.scope, fr.data = owner, owner.class.scope, owner.data
	}
	counts := map[int]int{}
	lo, hi := 1, 1
	for i := range m.Sections {
		typ, _ := sectionType(m.Sections[i].Name)
		counts[typ]++
		lo, hi = min(lo, typ), max(hi, typ)
	}
	made := map[string][]*tree.Section{}
	types := slices.Sorted(maps.Keys(counts))
	if owner != nil { // it has a list for every type between, too
		types = types[:0]
		for typ := lo; typ <= hi && len(types) <= mostTypes; typ++ {
			types = append(types, typ)
		}
	}
	for _, typ := range types {
		if in.failed {
			break
		}
		base := swc.BaseName(typ)
		if n := counts[typ]; n > 0 {
			made[base] = c.createAll(fr, base, n)
		}
		if owner != nil && !in.failed {
			c.appendTo(fr, swc.ListName(typ), func(s *tree.Section) bool { return strings.Contains(s.Name[len(owner.Name()):], base) })
		}
	}
	if owner != nil && !in.failed {
		c.appendTo(fr, "all", func(*tree.Section) bool { return true })
	}
	if in.failed {
		return value{}
	}
	secs := make([]*tree.Section, len(m.Sections))
	for i := range m.Sections {
		typ, k := sectionType(m.Sections[i].Name)
		secs[i] = made[swc.BaseName(typ)][k]
		secs[i].Morph = m.Sections[i].Pos
	}
	for _, i := range m.ConnectOrder {
		s := &m.Sections[i]
		if err := in.Tree.Connect(secs[i], 0, secs[s.Parent], s.ParentX); err != nil {
			return c.fail("%v", err)
		}
	}
	c.say(from, from.said.Create, false)
	for i := range m.Sections {
		s := &m.Sections[i]
		if w := s.Wire; w != nil {
			in.Tree.SetWire(secs[i], &[3]float32{float32(w.X), float32(w.Y), float32(w.Z)})
		}
		for _, p := range s.Points {
			if err := in.Tree.AddPoint(secs[i], p.X, p.Y, p.Z, p.D); err != nil {
				return c.fail("%v", err)
			}
		}
	}
	if owner == nil && len(secs) > 0 {
		if len(in.stack) == 0 {
			in.stack = append(in.stack, nil)
		}
		in.stack[len(in.stack)-1] = secs[0]
	}
	return number(0)
}

// mostTypes is more than a template has lists for.
const mostTypes = 1 << 16

// sectionType takes the name of a section of import/swc apart.
func sectionType(name string) (typ, number int) {
	k := strings.LastIndexByte(name, '_')
	number, _ = strconv.Atoi(name[k+1:])
	switch base := name[:k]; base {
	case "soma":
		return 1, number
	case "axon":
		return 2, number
	case "dend":
		return 3, number
	case "apic":
		return 4, number
	default:
		typ, _ = strconv.Atoi(base[strings.LastIndexByte(base, '_')+1:])
		if strings.HasPrefix(base, "minus") {
			typ = -typ
		}
	}
	return typ, number
}

// createAll executes create base[n].
func (c *call) createAll(fr *frame, base string, n int) []*tree.Section {
	in := c.in
	sym := in.declared(fr, c.pos, base, secSym)
	if sym == nil {
		return nil
	}
	if sym.kind == undefined && fr.this != nil {
		in.failHint(fr, c.pos, diag.BadValue, "add create "+base+"[1] to the template", "the morphology has sections %s, which the template %s does not create", base, fr.this.class.name)
		return nil
	}
	sym.kind = secSym
	owner := fr.this
	sym2, cl := in.where(fr, sym)
	if sym.external != nil {
		owner = nil
	}
	for _, s := range cl.secs {
		if s != nil {
			in.Tree.Delete(s)
		}
	}
	cl.secs, cl.dims = nil, []int{n}
	if owner == nil {
		sym2.dims = cl.dims
	}
	in.sections(fr, c.pos, owner, sym2, cl)
	return cl.secs
}

// appendTo executes forall name.append() for the sections that keep chooses.
func (c *call) appendTo(fr *frame, name string, keep func(s *tree.Section) bool) {
	in := c.in
	var chosen []*tree.Section
	for _, s := range in.Tree.Of(fr.this) {
		if keep(s) {
			chosen = append(chosen, s)
		}
	}
	sym := fr.scope.names[name]
	if sym == nil || sym.kind != objSym {
		in.failHint(fr, c.pos, diag.UnknownName, "add objref "+name+" to the template, and make it a SectionList", "the template %s has no SectionList %s to append the morphology's sections to", fr.this.class.name, name)
		return
	}
	_, cl := in.where(fr, sym)
	if len(cl.objs) == 0 || cl.objs[0] == nil {
		if len(chosen) > 0 {
			in.fail(fr, c.pos, "%s refers to no SectionList yet", name)
		}
		return
	}
	l, ok := cl.objs[0].native.(*sectionList)
	if !ok {
		in.fail(fr, c.pos, "%s is no SectionList", name)
		return
	}
	l.secs = append(l.secs, chosen...)
}
