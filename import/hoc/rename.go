package hoc

import (
	"fmt"

	"github.com/rallsim/rall/import/hoc/tree"
)

// slotOf is where the variable that created a section holds it; nil for a section
// without a name.
func (in *Interp) slotOf(s *tree.Section) **tree.Section {
	sc, d := in.top, in.topData
	if o, ok := s.Owner.(*Object); ok {
		sc, d = o.class.scope, o.data
	}
	if sym := sc.names[s.Base]; sym != nil && sym.kind == secSym {
		if c := d.cell(sym); s.Index < len(c.secs) && c.secs[s.Index] == s {
			return &c.secs[s.Index]
		}
	}
	return nil
}

// unname is SectionRef.unname(): the section stays, and its name is free.
func (c *call) unname() value {
	s := c.o.native.(*sectionRef).sec
	switch {
	case s == nil || s.Gone:
		return c.fail("the section has been deleted")
	case s.Name == "":
		return c.fail("the section has no name")
	}
	if slot := c.in.slotOf(s); slot != nil {
		*slot = nil
	}
	c.in.work(len(c.in.Tree.Sections()))
	c.in.Tree.Rename(s, s.Owner, "", 0, "")
	return number(1)
}

// rename is SectionRef.rename("name") of a section without one, and
// rename("name", list), after which name[i] is the section of the i-th SectionRef of
// the List. They belong to the top level then. It returns 0, and says why, where a
// section has a name still.
func (c *call) rename() value {
	s, name := c.o.native.(*sectionRef).sec, c.str(0)
	if c.in.failed {
		return value{}
	}
	secs, dims := []*tree.Section{s}, []int(nil)
	if c.has(1) {
		l := c.obj(1)
		if l == nil {
			return c.fail("argument 2 is no List")
		}
		refs, ok := l.native.(*list)
		if !ok {
			return c.fail("argument 2 is no List")
		}
		secs = nil
		for i, o := range refs.items {
			r, ok := o.native.(*sectionRef)
			if !ok {
				return c.fail("item %d of the List is no SectionRef", i)
			}
			secs = append(secs, r.sec)
		}
		if len(secs) == 0 {
			return c.fail("the List is empty")
		}
		dims = []int{len(secs)}
	}
	for _, k := range append([]*tree.Section{s}, secs...) {
		if k == nil || k.Gone {
			return c.fail("the section has been deleted")
		}
		if k.Name != "" {
			c.in.print(k.Name + " must first be unnamed\n")
			return number(0)
		}
	}
	sym := c.in.top.names[name]
	if b := c.in.builtin.names[name]; b != nil && !b.standard || sym != nil && sym.kind != undefined && sym.kind != secSym && !sym.standard {
		return c.fail("%s means something else already", name)
	}
	if sym == nil {
		sym = c.in.top.add(name)
	}
	sym.kind, sym.dims, sym.standard = secSym, dims, false
	cell := c.in.topData.cell(sym)
	c.in.dropSections(cell)
	cell.secs, cell.dims = secs, dims
	c.in.work(len(secs) * (16 + len(c.in.Tree.Sections())))
	for i, k := range secs {
		full := name
		if dims != nil {
			full = fmt.Sprintf("%s[%d]", name, i)
		}
		c.in.Tree.Rename(k, nil, name, i, full)
	}
	return number(1)
}
