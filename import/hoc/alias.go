package hoc

import (
	"maps"
	"slices"
)

// alias is another name for an object, or for a number, as a component of an object.
type alias struct {
	obj *Object
	num *float64
}

// aliased finds the component of an object that StringFunctions.alias has given it.
func (in *Interp) aliased(o *Object, name string) (place, bool) {
	a, ok := o.aliases[name]
	switch {
	case !ok:
		return place{}, false
	case a.num != nil:
		return place{k: numPlace, num: a.num, ref: in.refs[a.num]}, true
	}
	return rvalue(object(a.obj)), true
}

// aliasOwner is argument 0, which has the aliases: an object of a template.
func (c *call) aliasOwner() *Object {
	o := c.obj(0)
	if !c.in.failed && (o == nil || o.class.scope == nil) {
		c.fail("argument 1 is no object of a template")
	}
	return o
}

// alias is alias(object), which takes all aliases away, alias(object, "name"), which
// takes one, and alias(object, "name", object or &variable), which makes one.
func (c *call) alias() value {
	o := c.aliasOwner()
	if c.in.failed {
		return value{}
	}
	if !c.has(1) {
		c.in.unalias(o)
		return number(0)
	}
	name := c.str(1)
	if c.in.failed {
		return value{}
	}
	c.in.release(o.aliases[name].obj)
	delete(o.aliases, name)
	if !c.has(2) {
		return number(0)
	}
	a := alias{}
	if c.is(2, refKind) {
		a.num = c.ref(2)
	} else if a.obj = c.obj(2); a.obj == nil && !c.in.failed {
		return c.fail("argument 3 refers to no object")
	}
	if c.in.failed || !c.room(16) {
		return value{}
	}
	c.in.retain(a.obj)
	if o.aliases == nil {
		o.aliases = map[string]alias{}
	}
	o.aliases[name] = a
	return number(0)
}

// unalias takes the aliases of an object away.
func (in *Interp) unalias(o *Object) {
	for _, name := range slices.Sorted(maps.Keys(o.aliases)) {
		in.release(o.aliases[name].obj)
	}
	o.aliases = nil
}

// aliasList is alias_list(object): their names, as Strings.
func (c *call) aliasList() value {
	o := c.aliasOwner()
	if c.in.failed || !c.room(16*len(o.aliases)) {
		return value{}
	}
	l := &list{}
	for _, name := range slices.Sorted(maps.Keys(o.aliases)) {
		s := c.object("String", &stringState{s: name}).o
		c.in.retain(s)
		l.items = append(l.items, s)
	}
	return c.object("List", l)
}
