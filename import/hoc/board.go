package hoc

import (
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
)

// board is the bulletin board of ParallelContext as NEURON's single rank has
// it: messages under keys, and tasks that submit leaves for working to execute,
// in the order of submission, those of a task before those after it.
type board struct {
	posted  map[string][]*message
	todo    []*task
	results []*task
	now     *task // being executed
	last    int   // id of the last task
	out     *message
	in      *message
	user    int // of the task that working told of last
	ret     value

	patience float64 // as timeout set it [s]
}

// parallelContext is a ParallelContext.
type parallelContext struct{ unnamed int } // tasks without an id of the program's

// message is what is packed: numbers, strings and Vectors.
type message struct {
	items []item
	at    int // of the next to unpack
}

type item struct {
	k    kind // objKind: a Vector
	x    float64
	s    string
	nums []float64
}

// task is a function to be called, or a statement to be executed.
type task struct {
	id, user  int
	parent    *task
	obj       *Object // whose method it is
	fn        string
	statement bool
	args      message
	ret       value
}

// before says whether a is to be executed before b: tasks of one parent in
// their order, others in that of their ancestors.
func (a *task) before(b *task) bool {
	for a.parent != b.parent {
		if b.parent != nil && (a.parent == nil || a.id < b.id) {
			b = b.parent
		} else {
			a = a.parent
		}
	}
	return a.id < b.id
}

func boardMethods() map[string]method {
	return map[string]method{
		"submit":  func(c *call) value { return c.submit(true) },
		"context": func(c *call) value { return c.submit(false) }, // is for the other ranks
		"working": func(c *call) value {
			b := &c.in.board
			for !c.in.failed && c.in.ctl != stopping {
				for i, t := range b.results {
					if t.parent == b.now {
						b.results = slices.Delete(b.results, i, i+1)
						t.args.at = 0
						b.in, b.user, b.ret = &t.args, t.user, t.ret
						return number(float64(t.id))
					}
				}
				if !slices.ContainsFunc(b.todo, func(t *task) bool { return t.parent == b.now }) || !c.next() {
					return number(0)
				}
			}
			return value{}
		},
		"retval": func(c *call) value {
			if c.in.board.ret.k == none {
				return number(0)
			}
			return c.in.board.ret
		},
		"userid": func(c *call) value { return number(float64(c.in.board.user)) },
		"pack": func(c *call) value {
			b := &c.in.board
			if b.out == nil {
				b.out = &message{}
			}
			c.pack(b.out, 0)
			return number(0)
		},
		"post": func(c *call) value {
			b, key := &c.in.board, c.key()
			m := b.out
			if m == nil {
				m = &message{}
			}
			b.out = nil
			c.pack(m, 1)
			if c.in.failed || !c.room(16) {
				return value{}
			}
			if b.posted == nil {
				b.posted = map[string][]*message{}
			}
			b.posted[key] = append(b.posted[key], m)
			return number(1)
		},
		"take": func(c *call) value {
			key := c.key()
			for !c.in.failed && c.in.ctl != stopping {
				if c.look(key, true) {
					c.unpack(1)
					return number(1)
				}
				if !c.next() {
					return c.fail("nothing is posted as %q, and no task is left that might", key)
				}
			}
			return value{}
		},
		"look": func(c *call) value {
			key := c.key()
			if !c.in.failed && c.look(key, false) {
				c.unpack(1)
				return number(1)
			}
			return number(0)
		},
		"look_take": func(c *call) value {
			key := c.key()
			if !c.in.failed && c.look(key, true) {
				c.unpack(1)
				return number(1)
			}
			return number(0)
		},
		"unpack": func(c *call) value { c.unpack(0); return number(1) },
		"upkscalar": func(c *call) value {
			if it := c.item(numKind); it != nil {
				return number(it.x)
			}
			return value{}
		},
		"upkstr": func(c *call) value {
			p := c.strVar(0)
			if it := c.item(strKind); it != nil && c.in.text(c.fr, c.pos, *p, it.s) {
				*p = it.s
				return value{k: strKind, s: it.s, sref: p}
			}
			return value{}
		},
		"upkvec": func(c *call) value {
			if c.has(0) {
				c.unpackVector(0)
				return object(c.obj(0))
			}
			it := c.item(objKind)
			if it == nil || !c.room(len(it.nums)) {
				return value{}
			}
			return c.object("Vector", &vector{x: slices.Clone(it.nums)})
		},
		"upkpyobj": func(c *call) value { return c.unsupported("%s: there is no Python here", c.name) },
	}
}

// key is argument 0, a number or a string.
func (c *call) key() string {
	if c.is(0, numKind) {
		return formatG(c.num(0), 6)
	}
	return c.str(0)
}

// pack adds the arguments from i on to a message.
func (c *call) pack(m *message, i int) {
	for ; i < len(c.args) && !c.in.failed; i++ {
		it := item{k: c.args[i].k}
		switch {
		case it.k == numKind:
			it.x = c.num(i)
		case it.k == strKind:
			it.s = c.str(i)
		case c.isVector(i):
			it.nums = slices.Clone(c.vector(i).x)
		default:
			c.fail("argument %d is neither a number nor a string nor a Vector", i+1)
			return
		}
		if !c.room(8 + len(it.s)/8 + len(it.nums)) {
			return
		}
		m.items = append(m.items, it)
	}
}

// item takes the next of the message that is being unpacked.
func (c *call) item(k kind) *item {
	if c.in.failed {
		return nil
	}
	what := map[kind]string{numKind: "a number", strKind: "a string", objKind: "a Vector"}
	m := c.in.board.in
	switch {
	case m == nil || m.at >= len(m.items):
		c.fail("nothing is left to unpack; expected %s", what[k])
		return nil
	case m.items[m.at].k != k:
		c.fail("what is to be unpacked is %s, not %s", what[m.items[m.at].k], what[k])
		return nil
	}
	m.at++
	return &m.items[m.at-1]
}

func (c *call) unpackVector(i int) {
	v := c.vector(i)
	if it := c.item(objKind); it != nil && c.in.room(c.fr, c.pos, len(it.nums)-len(v.x)) {
		v.x = append(v.x[:0], it.nums...)
	}
}

// unpack fills the arguments from i on: pointers, strdefs and Vectors.
func (c *call) unpack(i int) {
	for ; i < len(c.args) && !c.in.failed; i++ {
		switch {
		case c.is(i, refKind):
			if it := c.item(numKind); it != nil {
				c.setNum(i, it.x)
			}
		case c.is(i, strKind):
			p := c.strVar(i)
			if it := c.item(strKind); it != nil && c.in.text(c.fr, c.pos, *p, it.s) {
				*p = it.s
			}
		default:
			c.unpackVector(i)
		}
	}
}

// look makes the oldest message with a key the one to unpack, if there is one.
func (c *call) look(key string, take bool) bool {
	b := &c.in.board
	list := b.posted[key]
	if len(list) == 0 {
		return false
	}
	b.in = &message{items: list[0].items}
	if take {
		b.posted[key] = list[1:]
		if len(list) == 1 {
			delete(b.posted, key)
		}
	}
	return true
}

// submit is submit([id,] "statement"), submit([id,] "function", args...) and
// submit([id,] object, "method", args...).
func (c *call) submit(keep bool) value {
	b := &c.in.board
	t := &task{parent: b.now}
	i := 0
	if c.is(0, numKind) {
		t.user, i = int(cInt(c.num(0))), 1
	} else {
		own := c.o.native.(*parallelContext)
		own.unnamed--
		t.user = own.unnamed
	}
	if c.is(i, objKind) {
		t.obj = c.obj(i)
		if t.obj == nil {
			return c.fail("argument %d is NULLobject", i+1)
		}
		i++
	}
	t.fn = c.str(i)
	t.statement = t.obj == nil && !c.has(i+1)
	c.pack(&t.args, i+1)
	if c.in.failed || !c.room(32) {
		return value{}
	}
	b.out = nil
	if !keep {
		return number(1)
	}
	c.in.retain(t.obj)
	b.last++
	t.id = b.last
	b.todo = append(b.todo, t)
	return number(float64(t.user))
}

// next executes the task whose turn it is; false if there is none.
func (c *call) next() bool {
	b := &c.in.board
	if len(b.todo) == 0 || c.in.failed {
		return false
	}
	k := 0
	for i, t := range b.todo {
		if t.before(b.todo[k]) {
			k = i
		}
	}
	c.in.work(len(b.todo) + 64)
	t := b.todo[k]
	b.todo = slices.Delete(b.todo, k, k+1)
	outer := b.now
	b.now = t
	if t.statement {
		c.in.execute(c.fr, c.pos, t.fn, nil, false)
		t.ret = number(0)
	} else {
		t.ret = c.in.callNamed(c.fr, c.pos, t.obj, t.fn, c.fresh(&t.args))
	}
	c.in.release(t.obj)
	b.now = outer
	b.results = append(b.results, t)
	return !c.in.failed
}

// fresh makes arguments of what was packed.
func (c *call) fresh(m *message) []arg {
	var args []arg
	for _, it := range m.items {
		v := number(it.x)
		switch it.k {
		case strKind:
			v = text(it.s)
		case objKind:
			v = c.object("Vector", &vector{x: slices.Clone(it.nums)})
		}
		a, _ := asArg(v)
		if v.k == objKind {
			a.own = true
			c.in.retain(v.o)
		}
		args = append(args, a)
	}
	return args
}

// callNamed calls a procedure of the program, of an object or of ours by name.
func (in *Interp) callNamed(fr *frame, at syntax.Pos, obj *Object, name string, args []arg) value {
	switch {
	case obj == nil:
		s := in.top.names[name]
		if s == nil {
			s = in.builtin.names[name]
		}
		if s != nil && s.kind == funcSym {
			return in.call(fr, at, s.fn, nil, args, nil)
		}
		if s != nil && s.kind == ownSym {
			return s.own.fn(&call{in: in, fr: fr, pos: at, name: name, args: args})
		}
	case obj.class.scope != nil:
		s := obj.class.scope.names[name]
		if s != nil && s.external != nil {
			s, obj = s.external, nil
		}
		if s != nil && s.kind == funcSym {
			return in.call(fr, at, s.fn, obj, args, nil)
		}
	default:
		if m := obj.class.methods[name]; m != nil {
			return m(&call{in: in, fr: fr, pos: at, name: obj.class.name + "." + name, args: args, o: obj})
		}
	}
	whose := ""
	if obj != nil {
		whose = " of " + obj.Name()
	}
	in.fail(fr, at, "no procedure or function %q%s", strings.TrimSpace(name), whose)
	return value{}
}
