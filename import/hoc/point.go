package hoc

import (
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// Pointer is a POINTER that setpointer set.
type Pointer struct {
	Pos  diag.Pos
	From pointerOwner
	Name string
	Sec  *tree.Section // of the variable, if it is one of a section
	To   *float64
}

// pointerOwner has POINTERs.
type pointerOwner interface {
	pointer(name string, to *float64)
	pointsTo(name string) *float64
}

// pointProcess is the state of an object of a mechanism.
type pointProcess struct {
	mech *tree.Mechanism
	inst *tree.Inst
	at   *tree.Point // nil for an artificial cell
	born diag.Pos

	pointers map[string]*float64
}

func (p *pointProcess) pointer(name string, to *float64) {
	if p.pointers == nil {
		p.pointers = map[string]*float64{}
	}
	p.pointers[name] = to
}

func (p *pointProcess) pointsTo(name string) *float64 { return p.pointers[name] }

// mechClass makes the class of a mechanism that objects are made of.
func (in *Interp) mechClass(m *tree.Mechanism) *class {
	c := &class{name: m.Name}
	c.create = func(k *call) any {
		p := &pointProcess{mech: m, born: k.fr.pos(k.pos)}
		if m.Def.Kind == mech.ArtificialCell {
			p.inst = m.NewInst()
			return p
		}
		s := k.section()
		if s == nil {
			return p
		}
		if !k.has(0) {
			p.at = &tree.Point{Mech: m.NewInst()}
			p.inst = p.at.Mech
			return p
		}
		x := k.num(0)
		if !(x >= 0 && x <= 1) {
			k.fail("a place along a section runs from 0 to 1, not %g", x)
			return p
		}
		p.at = in.Tree.PlaceInst(m, s, x)
		p.inst = p.at.Mech
		return p
	}
	for i := range m.Vars {
		c.fields = append(c.fields, m.Vars[i].Name)
	}
	c.field = func(o *Object, name string, subs []int) (place, bool) {
		p := o.native.(*pointProcess)
		v := m.Var(name)
		if v == nil || p.inst == nil {
			return place{}, false
		}
		if v.Pointer {
			return place{k: pointerPlace, owner: p, name: name}, true
		}
		k := 0
		switch {
		case len(subs) == 1 && subs[0] >= 0 && subs[0] < v.N:
			k = subs[0]
		case len(subs) > 0:
			return place{}, false
		}
		r := place{k: numPlace, num: &p.inst.P[v.First+k]}
		if p.at != nil {
			r.sec, _ = p.at.Where()
		}
		return r, true
	}
	c.methods = map[string]method{
		"loc": func(k *call) value {
			p := k.o.native.(*pointProcess)
			s, x := k.section(), k.num(0)
			if s == nil || p.at == nil || k.in.failed {
				return k.fail("it cannot be placed")
			}
			if !(x >= 0 && x <= 1) {
				return k.fail("a place along a section runs from 0 to 1, not %g", x)
			}
			k.in.Tree.Move(p.at, s, x)
			return number(0)
		},
		"get_loc": func(k *call) value {
			p := k.o.native.(*pointProcess)
			if p.at == nil || p.at.Node == nil {
				return k.fail("%s is nowhere", k.o.Name())
			}
			s, x := p.at.Where()
			k.in.push(s)
			return number(x)
		},
		"has_loc": func(k *call) value {
			p := k.o.native.(*pointProcess)
			return truth(p.at != nil && p.at.Node != nil)
		},
	}
	for i := range m.Def.Funcs {
		name := m.Def.Funcs[i].Name
		if c.methods[name] == nil {
			c.methods[name] = func(k *call) value { return k.seed(m, name) }
		}
	}
	for _, sd := range m.Def.Seedings {
		name := sd.Proc
		c.methods[name] = func(k *call) value { return k.seed(m, name) }
	}
	return c
}

// seed calls a function of a mechanism. Only those that name its random
// stream have a meaning while a cell is built.
func (c *call) seed(m *tree.Mechanism, name string) value {
	for _, sd := range m.Def.Seedings {
		if sd.Proc == name {
			p := c.o.native.(*pointProcess)
			c.in.seeded = append(c.in.seeded, p.born)
			return number(0)
		}
	}
	return c.unsupported("%s: functions of a mechanism cannot be called from HOC yet", c.name)
}

// netCon is the state of a NetCon.
type netCon struct {
	source    *float64 // a variable, or
	sourceObj *Object  // an object
	sec       *tree.Section
	target    *Object
	threshold float64
	delay     float64
	weight    []float64
	active    float64
	x         float64
	pos       diag.Pos
}

func newNetCon(c *call) any {
	n := &netCon{threshold: 10, delay: 1, active: 1, pos: c.fr.pos(c.pos)}
	switch {
	case c.is(0, refKind):
		n.source, n.sec = c.args[0].num, c.section()
	case c.is(0, objKind):
		n.sourceObj = c.obj(0)
	default:
		c.want(0, refKind)
		return n
	}
	n.target = c.obj(1)
	size := 1
	if n.target != nil {
		p, ok := n.target.native.(*pointProcess)
		if !ok {
			c.fail("the target %s receives no events", n.target.Name())
			return n
		}
		if r := p.mech.Def.Receive; r != nil {
			size = max(len(r.Args), 1)
		} else {
			size = 0
		}
	}
	n.weight = make([]float64, size)
	if c.has(2) {
		n.threshold, n.delay = c.num(2), c.numOr(3, 1)
		if w := c.numOr(4, 0); size > 0 {
			n.weight[0] = w
		}
	}
	return n
}

var netConFields = []string{"threshold", "delay", "weight", "x"}

func netConField(o *Object, name string, subs []int) (place, bool) {
	n := o.native.(*netCon)
	switch name {
	case "threshold":
		return place{k: numPlace, num: &n.threshold}, len(subs) == 0
	case "delay":
		return place{k: numPlace, num: &n.delay}, len(subs) == 0
	case "x":
		return place{k: numPlace, num: &n.x}, len(subs) == 0
	case "weight":
		k := 0
		if len(subs) == 1 {
			k = subs[0]
		}
		if len(subs) > 1 || k < 0 || k >= len(n.weight) {
			return place{}, false
		}
		return place{k: numPlace, num: &n.weight[k]}, true
	}
	return place{}, false
}

func netConMethods() map[string]method {
	return map[string]method{
		"valid": func(c *call) value {
			n := c.o.native.(*netCon)
			return truth(n.target != nil && (n.source != nil || n.sourceObj != nil))
		},
		"active": func(c *call) value {
			n := c.o.native.(*netCon)
			was := n.active
			if c.has(0) {
				n.active = truth(c.num(0) != 0).x
			}
			return number(was)
		},
		"wcnt":    func(c *call) value { return number(float64(len(c.o.native.(*netCon).weight))) },
		"syn":     func(c *call) value { return object(c.o.native.(*netCon).target) },
		"pre":     func(c *call) value { return object(c.o.native.(*netCon).sourceObj) },
		"setpost": func(c *call) value { c.o.native.(*netCon).target = c.obj(0); return number(0) },
		"srcgid":  func(c *call) value { return number(-1) },
		"record":  func(c *call) value { return c.recording() },
		"event": func(c *call) value {
			return c.unsupported("NetCon.event: running a model from HOC is not supported yet")
		},
	}
}

// recording asks for something to be recorded in a run.
func (c *call) recording() value {
	c.in.warnOnce(c.fr, c.pos, diag.Ignored, "record", "%s: recording has no effect on a cell that is imported", c.name)
	return number(0)
}

// newRandom makes a Random of the generator that NEURON begins with.
func newRandom(c *call) any {
	return random.NewRandom(uint32(cInt(c.numOr(0, 0))), uint32(cInt(c.numOr(1, 55))), 0)
}

func randomMethods() map[string]method {
	r := func(c *call) *random.Random { return c.o.native.(*random.Random) }
	legacy := func(c *call) value {
		c.in.warnOnce(c.fr, c.pos, diag.Unsupported, "legacy random", "%s: NEURON 9 has this generator no more; the numbers come from Random123", c.name)
		r(c).Random123(uint32(cInt(c.numOr(0, 0))), uint32(cInt(c.numOr(1, 0))), 0)
		return number(0)
	}
	two := func(f func(r *random.Random, a, b float64) float64) method {
		return func(c *call) value {
			a, b := c.num(0), c.num(1)
			if c.in.failed {
				return value{}
			}
			return number(f(r(c), a, b))
		}
	}
	one := func(f func(r *random.Random, a float64) float64) method {
		return func(c *call) value {
			a := c.num(0)
			if c.in.failed {
				return value{}
			}
			return number(f(r(c), a))
		}
	}
	return map[string]method{
		"Random123": func(c *call) value {
			ids := [3]uint32{}
			for i := range ids {
				ids[i] = uint32(cInt(c.numOr(i, 0)))
			}
			r(c).Random123(ids[0], ids[1], ids[2])
			return number(0)
		},
		"ACG": legacy, "MLCG": legacy, "Isaac64": legacy,
		"MCellRan4": func(c *call) value {
			high, low := uint32(cInt(c.numOr(0, 0))), uint32(cInt(c.numOr(1, 0)))
			c.in.ran4s++
			if high == 0 {
				high = random.MCellRan4Seed(c.in.ran4s, low)
			}
			r(c).Stream = random.MCellRan4(high, low)
			return number(float64(high))
		},
		"seq": zero, "play": func(c *call) value { return c.unsupported("Random.play") },
		"Random123_globalindex": zero,
		"repick":                func(c *call) value { return number(r(c).Repick()) },
		"uniform":               two((*random.Random).Uniform), "discunif": two((*random.Random).DiscUnif), "normal": two((*random.Random).Normal),
		"lognormal": two((*random.Random).LogNormal), "binomial": two((*random.Random).Binomial), "erlang": two((*random.Random).Erlang),
		"weibull": two((*random.Random).Weibull), "hypergeo": two((*random.Random).HyperGeo),
		"poisson": one((*random.Random).Poisson), "negexp": one((*random.Random).NegExp), "geometric": one((*random.Random).Geometric),
	}
}

// file returns argument i, an open File.
func (c *call) file(i int) *textFile {
	if o := c.obj(i); o != nil {
		if f, ok := o.native.(*textFile); ok {
			return f
		}
	}
	c.fail("argument %d is no File", i+1)
	return nil
}

func newFile(c *call) any {
	f := &textFile{}
	if c.has(0) {
		f.name = c.str(0)
	}
	return f
}

func fileMethods() map[string]method {
	f := func(c *call) *textFile { return c.o.native.(*textFile) }
	open := func(how func(c *call, f *textFile) bool) method {
		return func(c *call) value {
			if c.has(0) {
				f(c).name = c.str(0)
			}
			return truth(how(c, f(c)))
		}
	}
	return map[string]method{
		"ropen": open(func(c *call, f *textFile) bool { return f.open(c.in) }),
		"wopen": open(func(c *call, f *textFile) bool { return c.write(f, false) }),
		"aopen": open(func(c *call, f *textFile) bool { return c.write(f, true) }),
		"xopen": func(c *call) value {
			path, ok := c.in.find(c.str(0))
			if !ok {
				c.in.missing(c.fr, c.pos, path, nil)
				return value{}
			}
			return truth(c.in.loadFile(c.fr, c.pos, path))
		},
		"close":  func(c *call) value { f(c).close(); return number(0) },
		"isopen": func(c *call) value { return truth(f(c).opened) },
		"eof":    func(c *call) value { return truth(f(c).eof()) },
		"gets": func(c *call) value {
			s, ok := f(c).line()
			if !ok {
				return number(-1)
			}
			if p := c.strVar(0); c.room(max(0, len(s)-len(*p)) / 8) {
				*p = s
			}
			return number(float64(len(s)))
		},
		"scanvar": func(c *call) value {
			x, ok := f(c).number()
			if !ok {
				return c.fail("the end of %s", f(c).name)
			}
			return number(x)
		},
		"scanstr": func(c *call) value {
			t := f(c)
			for t.at < len(t.text) && isBlank(t.text[t.at]) {
				t.at++
			}
			start := t.at
			for t.at < len(t.text) && !isBlank(t.text[t.at]) {
				t.at++
			}
			if t.at == start {
				return number(-1)
			}
			*c.strVar(0) = string(t.text[start:t.at])
			return number(float64(t.at - start))
		},
		"printf": func(c *call) value {
			s := c.sprintf(0)
			if c.in.failed {
				return value{}
			}
			if t := f(c); t.out != nil {
				t.out.WriteString(s)
			} else {
				return c.fail("%s is not open for writing", t.name)
			}
			return number(float64(len(s)))
		},
		"getname": func(c *call) value {
			if c.has(0) {
				*c.strVar(0) = f(c).name
			}
			return text(f(c).name)
		},
		"seek": func(c *call) value {
			f(c).at = min(max(int(cInt(c.numOr(0, 0))), 0), len(f(c).text))
			return number(0)
		},
		"tell":    func(c *call) value { return number(float64(f(c).at)) },
		"flush":   one,
		"chooser": gui, "dir": func(c *call) value { return text(c.in.dir) },
		"unlink": func(c *call) value { return c.unsupported("File.unlink") },
		"vread":  func(c *call) value { return c.unsupported("Vector.vread") },
	}
}
