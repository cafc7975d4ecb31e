package hoc

// Lists of NetCons, by what they connect.

// cellOf is the object that has the section of the source, or of the target.
func (n *Con) cellOf(ofTarget bool) *Object {
	s := n.Sec
	if ofTarget {
		s = nil
		if n.To != nil && n.To.At != nil {
			s, _ = n.To.At.Where()
		}
	}
	if s == nil || s.Gone {
		return nil
	}
	o, _ := s.Owner.(*Object)
	return o
}

// connections is a List of the NetCons that fit, those of one source together.
func (c *call) connections(to *Object, fits func(n *Con) bool) value {
	if c.in.failed {
		return value{}
	}
	all := c.in.classes["NetCon"].objects
	c.in.work(16 * len(all))
	at := map[*watch]int{}
	var groups [][]*Object
	for _, o := range all {
		n, ok := o.native.(*Con)
		if !ok || !fits(n) {
			continue
		}
		k, seen := at[n.watch]
		if !seen {
			k = len(groups)
			at[n.watch] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], o)
	}
	if to == nil {
		to = c.object("List", &list{}).o
	}
	l := to.native.(*list)
	for _, g := range groups {
		for _, o := range g {
			if !c.room(1) {
				return value{}
			}
			c.in.retain(o)
			l.items = append(l.items, o)
		}
	}
	return object(to)
}

// alike is a method that lists the NetCons which have something in common with
// this one.
func alike(same func(a, b *Con) bool) method {
	return func(c *call) value {
		self := c.o.native.(*Con)
		return c.connections(nil, func(n *Con) bool { return same(self, n) })
	}
}

func listingMethods() map[string]method {
	cells := func(ofTarget bool) func(a, b *Con) bool {
		return func(a, b *Con) bool {
			cell := a.cellOf(ofTarget)
			return cell != nil && cell == b.cellOf(ofTarget)
		}
	}
	return map[string]method{
		"synlist":      alike(func(a, b *Con) bool { return a.target != nil && a.target == b.target }),
		"prelist":      alike(func(a, b *Con) bool { return a.watch == b.watch }),
		"precelllist":  alike(cells(false)),
		"postcelllist": alike(cells(true)),
		"get_recordvec": func(c *call) value {
			return c.unsupported("%s: keep the Vector that record was given in a variable", c.name)
		},
	}
}

// netconList is CVode.netconlist(source cell, target cell, target[, List]): each
// an object, or a pattern of names, and "" for any.
func (c *call) netconList() value {
	var want [3]func(o *Object) bool
	for i := range want {
		if c.is(i, strKind) {
			s := c.str(i)
			if s == "" {
				want[i] = func(*Object) bool { return true }
				continue
			}
			re := c.in.pattern(c.fr, c.pos, s)
			if re == nil {
				return value{}
			}
			want[i] = func(o *Object) bool { return o != nil && (re.MatchString(o.Name()) || re.MatchString(o.class.name)) }
			continue
		}
		o := c.obj(i)
		want[i] = func(k *Object) bool { return o != nil && k == o }
	}
	var to *Object
	if c.has(3) {
		if to = c.obj(3); to == nil {
			return c.fail("argument 4 is NULLobject")
		}
		if l, ok := to.native.(*list); !ok || l.all != nil {
			return c.fail("argument 4 is no List that can be added to")
		}
	}
	return c.connections(to, func(n *Con) bool {
		pre, post := n.cellOf(false), n.cellOf(true)
		if n.Sec == nil {
			pre = n.from
		}
		if post == nil && (n.To == nil || n.To.At == nil) {
			post = n.target
		}
		return want[0](pre) && want[1](post) && want[2](n.target)
	})
}
