package hoc

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// list is the state of a List: of any objects, or all of one class.
type list struct {
	items []*Object
	all   *class
}

func (l *list) objects() []*Object {
	if l.all != nil {
		return l.all.objects
	}
	return l.items
}

func newList(c *call) any {
	l := &list{}
	if c.is(0, strKind) {
		if l.all = c.in.class(c.fr, c.str(0)); l.all == nil {
			c.fail("there is no class %q", c.str(0))
		}
	}
	return l
}

func (c *call) list() *list { return c.o.native.(*list) }

// moves counts n references that are moved at once, which is done fast.
func (c *call) moves(n int) { c.work(n / 8) }

func listMethods() map[string]method {
	item := func(c *call) value {
		all := c.list().objects()
		if len(all) == 0 {
			return c.fail("the list is empty")
		}
		i := c.within(0, 0, len(all)-1)
		if c.in.failed {
			return value{}
		}
		return object(all[i])
	}
	return map[string]method{
		"append": func(c *call) value {
			if o := c.obj(0); !c.in.failed && c.room(1) {
				c.in.retain(o)
				c.list().items = append(c.list().items, o)
			}
			return number(float64(len(c.list().items)))
		},
		"prepend": func(c *call) value {
			if o := c.obj(0); !c.in.failed && c.room(1) {
				c.in.retain(o)
				c.moves(len(c.list().items))
				c.list().items = slices.Insert(c.list().items, 0, o)
			}
			return number(float64(len(c.list().items)))
		},
		"insrt": func(c *call) value {
			l := c.list()
			i, o := c.within(0, 0, len(l.items)), c.obj(1)
			if !c.in.failed && c.room(1) {
				c.in.retain(o)
				c.moves(len(l.items) - i)
				l.items = slices.Insert(l.items, i, o)
			}
			return number(float64(i))
		},
		"remove": func(c *call) value {
			l := c.list()
			i := c.within(0, 0, len(l.items)-1)
			if !c.in.failed && len(l.items) > 0 {
				o := l.items[i]
				if i == 0 { // a queue
					l.items[0] = nil
					l.items = l.items[1:]
				} else {
					c.moves(len(l.items) - i)
					l.items = slices.Delete(l.items, i, i+1)
				}
				c.in.release(o)
			}
			return number(float64(len(l.items)))
		},
		"remove_all": func(c *call) value {
			c.in.drop(c.list().items)
			c.list().items = nil
			return number(0)
		},
		"index":  func(c *call) value { return number(float64(slices.Index(c.list().objects(), c.obj(0)))) },
		"count":  func(c *call) value { return number(float64(len(c.list().objects()))) },
		"object": item, "o": item,
		"browser": gui, "selected": zero, "select": gui, "select_action": gui, "accept_action": gui, "scroll_pos": zero,
	}
}

// sectionList is the state of a SectionList.
type sectionList struct{ secs []*tree.Section }

// alive drops deleted sections and returns the others.
func (l *sectionList) alive() []*tree.Section {
	l.secs = slices.DeleteFunc(l.secs, func(s *tree.Section) bool { return s.Gone })
	return slices.Clone(l.secs)
}

func (l *sectionList) has(s *tree.Section) bool { return slices.Contains(l.secs, s) }

func (c *call) sections() *sectionList { return c.o.native.(*sectionList) }

// addTree appends a section and all below it, level by level.
func (l *sectionList) addTree(s *tree.Section) {
	k := len(l.secs)
	for l.secs = append(l.secs, s); k < len(l.secs); k++ {
		l.secs = append(l.secs, l.secs[k].Children()...)
	}
}

func sectionListMethods() map[string]method {
	grow := func(f func(l *sectionList, s *tree.Section)) method {
		return func(c *call) value {
			if s := c.section(); s != nil && c.room(1) {
				f(c.sections(), s)
			}
			return number(1)
		}
	}
	return map[string]method{
		"append":   grow(func(l *sectionList, s *tree.Section) { l.secs = append(l.secs, s) }),
		"children": grow(func(l *sectionList, s *tree.Section) { l.secs = append(l.secs, s.Children()...) }),
		"subtree":  grow(func(l *sectionList, s *tree.Section) { l.addTree(s) }),
		"wholetree": grow(func(l *sectionList, s *tree.Section) {
			for s.Parent != nil {
				s = s.Parent
			}
			l.addTree(s)
		}),
		"allroots": func(c *call) value {
			for _, s := range c.in.Tree.Sections() {
				if s.Parent == nil {
					c.sections().secs = append(c.sections().secs, s)
				}
			}
			return number(1)
		},
		"remove": func(c *call) value {
			l := c.sections()
			before := len(l.secs)
			drop := func(s *tree.Section) bool { return false }
			if c.has(0) {
				if o := c.obj(0); o != nil {
					if other, ok := o.native.(*sectionList); ok {
						drop = other.has
					}
				}
			} else if s := c.section(); s != nil {
				drop = func(k *tree.Section) bool { return k == s }
			}
			l.secs = slices.DeleteFunc(slices.Clone(l.secs), drop)
			return number(float64(before - len(l.secs)))
		},
		"unique": func(c *call) value {
			l := c.sections()
			seen := map[*tree.Section]bool{}
			before := len(l.secs)
			l.secs = slices.DeleteFunc(l.secs, func(s *tree.Section) bool {
				twice := seen[s]
				seen[s] = true
				return twice
			})
			return number(float64(before - len(l.secs)))
		},
		"contains": func(c *call) value {
			s := c.section()
			return truth(s != nil && c.sections().has(s))
		},
		"printnames": func(c *call) value {
			for _, s := range c.sections().alive() {
				c.in.print(s.Name + "\n")
			}
			return number(1)
		},
		"size": func(c *call) value { return number(float64(len(c.sections().alive()))) },
	}
}

// sectionRef is the state of a SectionRef.
type sectionRef struct{ sec *tree.Section }

func newSectionRef(c *call) any { return &sectionRef{c.section()} }

func sectionRefField(o *Object, name string, subs []int) (place, bool) {
	r := o.native.(*sectionRef)
	if r.sec == nil || r.sec.Gone {
		return place{}, false
	}
	sec := func(s *tree.Section) (place, bool) {
		if s == nil {
			return place{}, false
		}
		return rvalue(value{k: secKind, sec: s}), true
	}
	switch name {
	case "sec":
		return sec(r.sec)
	case "parent":
		return sec(r.sec.Parent)
	case "trueparent":
		return sec(r.sec.TrueParent())
	case "root":
		s := r.sec
		for s.Parent != nil {
			s = s.Parent
		}
		return sec(s)
	case "child":
		if k := r.sec.Children(); len(subs) == 1 && subs[0] >= 0 && subs[0] < len(k) {
			return sec(k[subs[0]])
		}
	}
	return place{}, false
}

func sectionRefMethods() map[string]method {
	of := func(f func(s *tree.Section) float64) method {
		return func(c *call) value {
			s := c.o.native.(*sectionRef).sec
			if s == nil || s.Gone {
				return c.fail("the section has been deleted")
			}
			return number(f(s))
		}
	}
	return map[string]method{
		"nchild":         of(func(s *tree.Section) float64 { return float64(len(s.Children())) }),
		"has_parent":     of(func(s *tree.Section) float64 { return truth(s.Parent != nil).x }),
		"has_trueparent": of(func(s *tree.Section) float64 { return truth(s.TrueParent() != nil).x }),
		"is_cas": func(c *call) value {
			return truth(c.o.native.(*sectionRef).sec == c.section())
		},
		"exists": func(c *call) value {
			s := c.o.native.(*sectionRef).sec
			return truth(s != nil && !s.Gone)
		},
		"rename": func(c *call) value { return c.rename() },
		"unname": func(c *call) value { return c.unname() },
	}
}

// stringMethods are those of StringFunctions.
func stringMethods() map[string]method {
	return map[string]method{
		"len":    func(c *call) value { return number(float64(len(c.str(0)))) },
		"substr": func(c *call) value { return number(float64(strings.Index(c.str(0), c.str(1)))) },
		"is_name": func(c *call) value {
			v := c.nameDeclared()
			return truth(v.x != 0)
		},
		"left": func(c *call) value {
			p := c.strVar(0)
			*p = (*p)[:c.within(1, 0, len(*p))]
			return number(1)
		},
		"right": func(c *call) value {
			p := c.strVar(0)
			*p = (*p)[c.within(1, 0, len(*p)):]
			return number(1)
		},
		"head":       func(c *call) value { return c.match(true) },
		"tail":       func(c *call) value { return c.match(false) },
		"ltrim":      func(c *call) value { return c.trim(strings.TrimLeft) },
		"rtrim":      func(c *call) value { return c.trim(strings.TrimRight) },
		"alias":      func(c *call) value { return c.alias() },
		"alias_list": func(c *call) value { return c.aliasList() },
		"references": zero,
		"is_point_process": func(c *call) value {
			o := c.obj(0)
			if o == nil {
				return number(0)
			}
			_, ok := o.native.(*Process)
			return truth(ok)
		},
		"is_artificial": func(c *call) value {
			o := c.obj(0)
			if o == nil {
				return number(0)
			}
			p, ok := o.native.(*Process)
			return truth(ok && p.At == nil)
		},
	}
}

func (c *call) trim(f func(s, cutset string) string) value {
	set := " \r\n\t\f\v"
	if c.has(2) {
		set = c.str(2)
	}
	s := f(c.str(0), set)
	*c.strVar(1) = s
	return number(0)
}

// strangeEscape returns the first escape outside of brackets that egrep does not
// have, "" if there is none.
func strangeEscape(pattern string) string {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '[':
			i++
			if i < len(pattern) && pattern[i] == '^' {
				i++
			}
			for i++; i < len(pattern) && pattern[i] != ']'; i++ {
			}
		case '\\':
			if i++; i < len(pattern) && !strings.ContainsRune(".[\\()*+?{|^$\n", rune(pattern[i])) {
				return pattern[i-1 : i+1]
			}
		}
	}
	return ""
}

// match is head and tail: what stands before, or after, the first match of a
// pattern.
func (c *call) match(head bool) value {
	src, _, _ := strings.Cut(c.str(0), "\n")
	pattern, out := c.str(1), c.strVar(2)
	if c.in.failed {
		return value{}
	}
	re, err := regexp.CompilePOSIX(pattern)
	if why := strangeEscape(pattern); err == nil && why != "" {
		err = fmt.Errorf("%s is no escape of egrep's", why)
	}
	var loc []int
	if err != nil { // NEURON says so and goes on
		c.in.warnOnce(c.fr, c.pos, diag.NrnCompat, "pattern "+pattern, "%s: the pattern %q makes no sense, so that nothing matches it: %v", c.name, short(pattern, 80), err)
	} else {
		loc = re.FindStringIndex(src)
	}
	if loc == nil {
		*out = ""
		return number(-1)
	}
	if head {
		*out = src[:loc[0]]
		return number(float64(loc[0]))
	}
	*out = src[loc[1]:]
	return number(float64(loc[1]))
}
