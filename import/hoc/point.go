package hoc

import (
	"encoding/binary"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// Process is the state of an object of a mechanism: a point process or an
// artificial cell.
type Process struct {
	Mech *tree.Mechanism
	Inst *tree.Inst
	At   *tree.Point // nil for an artificial cell
	Pos  diag.Pos    // where it was made

	played    map[string]*vector // the numbers that it reads, by its name for them; "" the event times of the built-in VecStim
	pointers  map[string]*float64
	counted   *vector       // APCount: where the times of its counts go,
	countedAt diag.Pos      // and where that was said
	was       float64       // its count when it was last looked at
	cons      map[*Con]bool // that it is an end of
}

// draws gives an instance a stream.
func (in *Interp) draws(inst *tree.Inst, name string, s random.Stream, r *random.Random) {
	if inst.Streams == nil {
		inst.Streams = map[string]*tree.Stream{}
	}
	in.given++
	inst.Streams[name] = &tree.Stream{Stream: s, Random: r, Nth: in.given}
}

// numberRandoms gives the RANDOM variables of a new instance what NEURON gives to
// those that nobody gives ids.
func (in *Interp) numberRandoms(inst *tree.Inst) {
	if inst.Mech.Def == nil {
		return
	}
	for i := range inst.Mech.Def.Vars {
		if v := &inst.Mech.Def.Vars[i]; v.Random {
			in.randoms++
			in.draws(inst, v.Name, in.stream([3]uint32{1, 0, in.randoms}), nil)
		}
	}
}

// countRegistered counts the streams that NEURON makes and throws away as it
// registers mechanisms: it makes an instance of each that has equations of
// time, to learn which of its numbers are states.
func (in *Interp) countRegistered() {
	for _, name := range in.Tree.Mechs.Names() {
		d := in.Tree.Mechs.Get(name).Def
		if d == nil || !slices.ContainsFunc(d.Solves, func(s mech.Solve) bool {
			return s.System >= 0 && s.Method != mech.NoMethod && s.Method != mech.SteadyState
		}) {
			continue
		}
		for i := range d.Vars {
			if d.Vars[i].Random {
				in.randoms++
			}
		}
	}
}

// mechClass makes the class of a mechanism that objects are made of.
func (in *Interp) mechClass(m *tree.Mechanism) *class {
	c := &class{name: m.Name}
	c.create = func(k *call) any {
		p := &Process{Mech: m, Pos: k.fr.pos(k.pos)}
		defer func() {
			if p.Inst != nil {
				in.numberRandoms(p.Inst)
				if m.Def.Maker > 0 && !in.failed {
					k.functionOf(m, m.Def.Maker-1, p)
				}
			}
		}()
		if first := 0; m.Def.AsksArgs && m.Def.Maker == 0 {
			if m.Def.Kind == mech.PointProcess {
				first = 1
			}
			if k.has(first) {
				k.unsupported("an argument of new that the CONSTRUCTOR of %s takes", m.Name)
				return p
			}
		}
		if m.Def.Kind == mech.ArtificialCell {
			p.Inst = m.NewInst()
			return p
		}
		s := k.section()
		if s == nil {
			return p
		}
		if !k.has(0) {
			p.At = &tree.Point{Mech: m.NewInst()}
			p.Inst = p.At.Mech
			return p
		}
		x := k.num(0)
		if !(x >= 0 && x <= 1) {
			k.fail("a place along a section runs from 0 to 1, not %g", x)
			return p
		}
		p.At = in.Tree.PlaceInst(m, s, x)
		p.Inst = p.At.Mech
		return p
	}
	for i := range m.Vars {
		c.fields = append(c.fields, m.Vars[i].Name)
	}
	c.field = func(o *Object, name string, subs []int) (place, bool) {
		p := o.native.(*Process)
		v := m.Var(name)
		if v == nil || p.Inst == nil {
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
		r := place{k: numPlace, num: &p.Inst.P[v.First+k], ref: Ref{Kind: ElementRef, Inst: p.Inst, K: v.First + k}}
		if p.At != nil {
			r.sec, _ = p.At.Where()
		}
		return r, true
	}
	c.methods = map[string]method{
		"loc": func(k *call) value {
			p := k.o.native.(*Process)
			s, x := k.section(), k.num(0)
			if s == nil || p.At == nil || k.in.failed {
				return k.fail("it cannot be placed")
			}
			if !(x >= 0 && x <= 1) {
				return k.fail("a place along a section runs from 0 to 1, not %g", x)
			}
			k.in.Tree.Move(p.At, s, x)
			return number(x)
		},
		"get_loc": func(k *call) value {
			p := k.o.native.(*Process)
			if p.At == nil || p.At.Node == nil {
				return k.fail("%s is nowhere", k.o.Name())
			}
			s, x := p.At.Where()
			k.in.push(s)
			return number(x)
		},
		"has_loc": func(k *call) value {
			p := k.o.native.(*Process)
			return truth(p.At != nil && p.At.Node != nil)
		},
	}
	if m.Name == "APCount" {
		c.methods["record"] = func(k *call) value {
			p := k.o.native.(*Process)
			p.counted, p.countedAt = k.vector(0), k.fr.pos(k.pos)
			return number(1)
		}
	}
	if m.Name == "NetStim" {
		c.methods["noiseFromRandom123"] = func(k *call) value {
			var ids [3]uint32
			for i := range ids {
				ids[i] = uint32(cInt(k.num(i)))
			}
			k.in.draws(k.o.native.(*Process).Inst, "ranvar", k.in.stream(ids), nil)
			k.in.changes++
			return number(1)
		}
		c.methods["noiseFromRandom"] = func(k *call) value {
			o := k.obj(0)
			if k.in.failed {
				return value{}
			}
			var r *random.Random
			if o != nil {
				r, _ = o.native.(*random.Random)
			}
			if r == nil || !r.Stream.Random123() {
				return k.fail("noiseFromRandom takes a Random whose generator is Random123")
			}
			k.in.draws(k.o.native.(*Process).Inst, "ranvar", r.Stream, nil)
			k.in.changes++
			return number(1)
		}
	}
	play := func(k *call, series string, arg int) {
		p := k.o.native.(*Process)
		if p.played == nil {
			p.played = map[string]*vector{}
		}
		delete(p.played, series)
		if k.has(arg) {
			p.played[series] = k.vector(arg)
		}
		k.in.changes++
	}
	if m.Name == "VecStim" {
		c.methods["play"] = func(k *call) value {
			play(k, "", 0)
			return number(1) // as every PROCEDURE
		}
	}
	for _, pl := range m.Def.Players {
		c.methods[pl.Proc] = func(k *call) value {
			for _, q := range m.Def.Players {
				if q.Proc == pl.Proc {
					play(k, m.Def.Vars[q.Series].Name, q.Arg-1)
				}
			}
			return number(1)
		}
	}
	for i := range m.Def.Grids {
		c.methods["table_"+m.Def.Grids[i].Name] = func(k *call) value { return k.table(m, i) }
	}
	for i := range m.Def.Funcs {
		name := m.Def.Funcs[i].Name
		if c.methods[name] == nil {
			c.methods[name] = func(k *call) value { return k.function(m, i) }
		}
	}
	for i := range m.Def.Vars {
		if v := &m.Def.Vars[i]; v.Random {
			c.methods[v.Name] = func(k *call) value { return k.object("NMODLRandom", &mechRandom{of: k.o, name: v.Name}) }
		}
	}
	for _, sd := range m.Def.Seedings {
		name := sd.Proc
		c.methods[name] = func(k *call) value {
			p := k.o.native.(*Process)
			return k.seed(m, p.Inst, p.Pos, name)
		}
	}
	return c
}

// stream returns NEURON's stream of these ids.
func (in *Interp) stream(ids [3]uint32) random.Stream {
	return random.NewIndexed(ids[0], ids[1], ids[2], in.globalIndex)
}

// seed calls a function of a mechanism that names its random streams: each gets
// its ids, or the Random, by that one of the ways of the function for which the
// arguments are given. The instance was made at pos.
func (c *call) seed(m *tree.Mechanism, inst *tree.Inst, pos diag.Pos, name string) value {
	c.in.seeded = append(c.in.seeded, pos)
	x := 0.0
	var streams []mech.VarID
	for _, sd := range m.Def.Seedings {
		if sd.Proc != name || slices.Contains(streams, sd.Stream) {
			continue
		}
		streams, x = append(streams, sd.Stream), sd.Value
		to := m.Def.Vars[sd.Stream].Name
		best, score := mech.Seeding{}, -1
		for _, way := range m.Def.Seedings {
			if way.Proc != name || way.Stream != sd.Stream {
				continue
			}
			if n := c.fits(way); n > score {
				best, score = way, n
			}
		}
		switch {
		case score < 0:
			c.in.warnOnce(c.fr, c.pos, diag.Ignored, "no ids of "+name+" "+to, "%s is not given what the stream %s needs, which stays as it is", name, to)
			continue
		case best.Random > 0:
			r, ok := c.obj(best.Random - 1).native.(*random.Random)
			if !ok {
				return c.fail("argument %d is no Random", best.Random)
			}
			c.in.draws(inst, to, c.in.stream([3]uint32{}), r)
		default:
			ids, ok := c.seedIDs(m, inst, best)
			if !ok {
				return value{}
			}
			c.in.draws(inst, to, c.in.stream(ids), nil)
		}
	}
	c.in.changes++
	if math.IsNaN(x) {
		c.in.warnOnce(c.fr, c.pos, diag.Unsupported, "value of "+name, "%s seeds a stream; the value that it computes besides is not to be had, and is 0 here", name)
		return number(0)
	}
	return number(x)
}

// fits says how well the arguments of a call fit a way to name a stream: -1
// where they do not, else more where more of what is given is used.
func (c *call) fits(sd mech.Seeding) int {
	if k := sd.Random; k > 0 {
		if c.is(k-1, objKind) && c.obj(k-1) != nil {
			return 10
		}
		return -1
	}
	used, missing, first := 0, 0, true
	for _, id := range sd.IDs {
		switch given := id.Arg > 0 && c.is(id.Arg-1, numKind); {
		case id.Arg == 0:
			continue
		case given:
			used++
		case first:
			return -1
		default:
			missing++
		}
		first = false
	}
	return 2*used + 1 - min(missing, 1)
}

// seedIDs are the ids that a call gives a stream.
func (c *call) seedIDs(m *tree.Mechanism, inst *tree.Inst, sd mech.Seeding) (ids [3]uint32, ok bool) {
	for i, id := range sd.IDs {
		x := id.Else
		switch {
		case id.Computed:
			c.fail("%s computes the ids of the stream %s in a way that rall does not follow", sd.Proc, m.Def.Vars[sd.Stream].Name)
		case id.Arg > 0 && c.is(id.Arg-1, numKind):
			x = c.num(id.Arg - 1)
		case id.Arg == 0 && id.Var != "":
			mem := &memory{call: c, m: m, inst: inst, temps: map[mech.VarID][]float64{}}
			var err error
			if x, err = mem.Load(m.Def.Lookup(id.Var), 0); err != nil {
				c.fail("%s: %v", sd.Proc, err)
			}
		}
		if c.in.failed {
			return ids, false
		}
		ids[i] = uint32(cInt(x))
	}
	return ids, true
}

// Con is the state of a NetCon.
type Con struct {
	Source    Ref           // the variable that it watches, or
	From      *Process      // what sends its events
	Sec       *tree.Section // of the variable
	To        *Process      // nil: it only watches
	Threshold *float64      // shared by all that have the source
	Delay     float64
	Weight    []float64
	Off       bool // it carries no events
	Pos       diag.Pos

	source *float64
	from   *Object // of From
	target *Object // of To
	x      float64
	watch  *watch
	born   int // as its object is
	gids   int // that stand for its source
}

// watch is what NetCons of one source have in common.
type watch struct {
	key       any // in Interp.watches; nil: it is not there
	users     int // NetCons
	threshold float64
	times     *vector // where the source's times are recorded, and
	ids       *vector // its number id
	id        float64
	stmt      *statement // executed when the source fires
}

func newNetCon(c *call) any {
	c.in.changes++
	n := &Con{Delay: 1, Pos: c.fr.pos(c.pos), born: c.o.born}
	switch {
	case c.is(0, refKind):
		n.source, n.Sec = c.args[0].num, c.section()
		if n.Source = c.in.refs[n.source]; (n.Source.Kind == NoRef || n.Source.Kind == TimeRef) && !c.in.failed {
			return c.fail("the source is no variable of the model")
		}
	case c.is(0, objKind):
		if n.from = c.obj(0); n.from != nil {
			p, ok := n.from.native.(*Process)
			if !ok {
				return c.fail("the source %s sends no events", n.from.Name())
			}
			n.From = p
			p.join(n)
		}
	default:
		c.want(0, refKind)
		n.watch = &watch{}
		n.Threshold = &n.watch.threshold
		return n
	}
	n.watch = c.in.watchOf(n)
	n.Threshold = &n.watch.threshold
	n.target = c.obj(1)
	if n.target != nil {
		p, ok := n.target.native.(*Process)
		if !ok {
			c.fail("the target %s receives no events", n.target.Name())
			return n
		}
		n.To = p
		p.join(n)
	}
	n.fit()
	if c.has(2) {
		*n.Threshold, n.Delay = c.num(2), c.numOr(3, 1)
		if w := c.numOr(4, 0); len(n.Weight) > 0 {
			n.Weight[0] = w
		}
	}
	return n
}

// fit gives the connection as many weights as its target has arguments, one if
// there is no target. Another number of them begins at 0, where NEURON leaves
// them undefined.
func (n *Con) fit() {
	size := 1
	if n.To != nil {
		size = 0
		if r := n.To.Mech.Def.Receive; r != nil {
			size = max(len(r.Args), 1)
		}
	}
	if len(n.Weight) != size {
		n.Weight = make([]float64, size)
	}
}

// watchOf returns what a NetCon shares with those of the same source.
func (in *Interp) watchOf(n *Con) *watch {
	var key any
	switch {
	case n.source != nil:
		key = n.source
	case n.From != nil:
		key = n.From
	default:
		return &watch{threshold: 10}
	}
	w := in.watches[key]
	if w == nil {
		w = &watch{key: key, threshold: 10}
		in.watches[key] = w
	}
	w.users++
	return w
}

var netConFields = []string{"threshold", "delay", "weight", "x"}

func netConField(o *Object, name string, subs []int) (place, bool) {
	n := o.native.(*Con)
	switch name {
	case "threshold":
		return place{k: numPlace, num: n.Threshold, ref: Ref{Kind: ThresholdRef, Con: n}}, len(subs) == 0
	case "delay":
		return place{k: numPlace, num: &n.Delay, ref: Ref{Kind: DelayRef, Con: n}}, len(subs) == 0
	case "x":
		return place{k: numPlace, num: &n.x}, len(subs) == 0
	case "weight":
		k := 0
		if len(subs) == 1 {
			k = subs[0]
		}
		if len(subs) > 1 || k < 0 || k >= len(n.Weight) {
			return place{}, false
		}
		return place{k: numPlace, num: &n.Weight[k], ref: Ref{Kind: WeightRef, Con: n, K: k}}, true
	}
	return place{}, false
}

func netConMethods() map[string]method {
	n := func(c *call) *Con { return c.o.native.(*Con) }
	section := func(of func(n *Con) (*tree.Section, float64)) method {
		return func(c *call) value {
			s, x := of(n(c))
			if s == nil || s.Gone {
				return number(-1)
			}
			c.in.push(s)
			return number(x)
		}
	}
	m := listingMethods()
	maps.Copy(m, map[string]method{
		"precell":  func(c *call) value { return object(n(c).cellOf(false)) },
		"postcell": func(c *call) value { return object(n(c).cellOf(true)) },
		"valid": func(c *call) value {
			return truth(n(c).To != nil && (n(c).source != nil || n(c).From != nil))
		},
		"active": func(c *call) value {
			was := truth(!n(c).Off)
			if c.has(0) {
				n(c).Off = c.num(0) == 0
				if c.in.run != nil {
					c.in.run.SetOff(n(c))
				}
			}
			return was
		},
		"wcnt": func(c *call) value { return number(float64(len(n(c).Weight))) },
		"syn":  func(c *call) value { return object(n(c).target) },
		"pre":  func(c *call) value { return object(n(c).from) },
		"setpost": func(c *call) value {
			o := c.obj(0)
			if c.in.failed {
				return value{}
			}
			n(c).leave()
			n(c).target, n(c).To = o, nil
			if o != nil {
				p, ok := o.native.(*Process)
				if !ok {
					return c.fail("the target %s receives no events", o.Name())
				}
				n(c).To = p
			}
			n(c).From.join(n(c))
			n(c).To.join(n(c))
			n(c).fit()
			c.in.changes++
			return number(0)
		},
		"preloc": section(func(n *Con) (*tree.Section, float64) {
			if nd := n.Source.Node; nd != nil {
				return nd.Sec, nd.Sec.Arc(nd)
			}
			return nil, 0
		}),
		"postloc": section(func(n *Con) (*tree.Section, float64) {
			if n.To == nil || n.To.At == nil {
				return nil, 0
			}
			return n.To.At.Where()
		}),
		"srcgid": func(c *call) value {
			for k, g := range c.in.gids {
				if g.con != nil && g.con.watch == n(c).watch {
					return number(float64(k))
				}
			}
			return number(-1)
		},
		"record": func(c *call) value { return c.recordSpikes(n(c).watch) },
		"event": func(c *call) value {
			at := c.num(0)
			if n(c).Off {
				return number(0)
			}
			if c.in.failed || c.in.run == nil {
				return number(1)
			}
			if n(c).To == nil {
				return c.fail("it has no target")
			}
			if err := c.in.run.Send(n(c), at, c.numOr(1, 0)); err != nil {
				return c.fail("%v", err)
			}
			return number(1)
		},
	})
	return m
}

// newRandom makes a Random of the generator that NEURON begins with.
func newRandom(c *call) any {
	r := random.NewRandom(uint32(cInt(c.numOr(0, 0))), uint32(cInt(c.numOr(1, 55))), 0)
	id1, id2, id3 := r.Stream.IDs()
	r.Stream = random.NewIndexed(id1, id2, id3, c.in.globalIndex)
	return r
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
			r(c).Stream = c.in.stream(ids)
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
		// Random123's position, MCellRan4's high index.
		"seq": func(c *call) value {
			if c.has(0) {
				r(c).Stream.SetSeq(c.num(0))
			}
			return number(r(c).Stream.Seq())
		},
		"play": playRandom,
		"Random123_globalindex": func(c *call) value {
			if c.has(0) {
				k := uint32(cInt(c.num(0)))
				if c.in.given > 0 && k != c.in.globalIndex {
					c.in.warnOnce(c.fr, c.pos, diag.Unsupported, "globalindex", "Random123_globalindex changes the streams of Randoms, and those that mechanisms get from here on; in NEURON it changes those that they have, too")
				}
				c.in.globalIndex = k
				for _, o := range c.in.classes["Random"].objects {
					if r, ok := o.native.(*random.Random); ok {
						r.Stream.SetGlobalIndex(k)
					}
				}
			}
			return number(float64(c.in.globalIndex))
		},
		"repick":  func(c *call) value { return number(r(c).Repick()) },
		"uniform": two((*random.Random).Uniform), "discunif": two((*random.Random).DiscUnif), "normal": two((*random.Random).Normal),
		"lognormal": two((*random.Random).LogNormal), "binomial": two((*random.Random).Binomial), "erlang": two((*random.Random).Erlang),
		"weibull": two((*random.Random).Weibull), "hypergeo": two((*random.Random).HyperGeo),
		"poisson": one((*random.Random).Poisson), "negexp": one((*random.Random).NegExp), "geometric": one((*random.Random).Geometric),
	}
}

// file returns argument i, a File; it need not be open.
func (c *call) file(i int) *textFile {
	if o := c.obj(i); o != nil {
		if f, ok := o.native.(*textFile); ok {
			return f
		}
	}
	c.fail("argument %d is no File", i+1)
	return nil
}

// counted is how many numbers File.vwrite and vread are about, one if no
// number says so, and which argument points to the first.
func (c *call) counted() (n, i int) {
	if len(c.args) < 2 {
		return 1, 0
	}
	return c.within(0, 1, 1<<40), 1
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
	opened := func(do func(c *call, f *textFile) value) method {
		return func(c *call) value {
			if !f(c).opened {
				return c.fail("%s is not open", f(c).name)
			}
			return do(c, f(c))
		}
	}
	open := func(how func(c *call, f *textFile) bool) method {
		return func(c *call) value {
			if c.has(0) {
				f(c).name = c.str(0)
			}
			return truth(how(c, f(c)))
		}
	}
	return map[string]method{
		"ropen": open(func(c *call, f *textFile) bool { c.close(f); return f.open(c.in) }),
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
		"close":  func(c *call) value { c.close(f(c)); return number(0) },
		"isopen": func(c *call) value { return truth(f(c).opened) },
		"eof":    opened(func(_ *call, f *textFile) value { return truth(f.eof()) }),
		"gets": opened(func(c *call, f *textFile) value {
			s, ok := f.line()
			if !ok {
				return number(-1)
			}
			if p := c.strVar(0); c.in.text(c.fr, c.pos, *p, s) {
				*p = s
			}
			return number(float64(len(s)))
		}),
		"scanvar": opened(func(c *call, f *textFile) value {
			x, ok := f.number()
			if !ok {
				return c.fail("the end of %s", f.name)
			}
			return number(x)
		}),
		"scanstr": opened(func(c *call, t *textFile) value {
			s, ok := t.word()
			if !ok {
				return number(-1)
			}
			if p := c.strVar(0); c.in.text(c.fr, c.pos, *p, s) {
				*p = s
			}
			return number(float64(len(s)))
		}),
		"printf": func(c *call) value {
			s := c.sprintf(0)
			if c.in.failed {
				return value{}
			}
			if c.forWriting(f(c)) {
				c.put(f(c), s)
			}
			return number(0)
		},
		"getname": func(c *call) value {
			if c.has(0) {
				*c.strVar(0) = f(c).name
			}
			return text(f(c).name)
		},
		"seek": opened(func(c *call, t *textFile) value {
			whence := 0
			if c.has(1) {
				whence = c.within(1, 0, 2)
			}
			if t.out != nil && !c.in.failed {
				c.place(t, cInt(c.numOr(0, 0)), whence)
				return number(0)
			}
			from := [...]int{0, t.at, len(t.text)}[whence]
			t.at = min(max(from+int(cInt(c.numOr(0, 0))), 0), len(t.text))
			t.atEnd = false
			return number(0)
		}),
		"tell": opened(func(c *call, f *textFile) value {
			if f.out != nil {
				return number(float64(c.place(f, 0, io.SeekCurrent)))
			}
			return number(float64(f.at))
		}),
		"flush": func(c *call) value {
			if t := f(c); t.out != nil {
				if err := t.buf.Flush(); err != nil {
					return c.fail("writing %s: %v", t.name, unwrapped(err))
				}
			}
			return number(1)
		},
		"chooser": gui, "dir": func(c *call) value { return text(c.in.dir) },
		"unlink": func(c *call) value { return truth(c.unlink(f(c))) },
		"mktemp": func(c *call) value { return c.unsupported("File.mktemp: files are written below one folder") },
		"vwrite": func(c *call) value {
			n, i := c.counted()
			x := c.array(i, n)
			if c.in.failed {
				return value{}
			}
			if !c.forWriting(f(c)) {
				return number(0)
			}
			var b []byte
			for _, a := range x {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(a))
			}
			c.put(f(c), string(b))
			return number(float64(n))
		},
		"vread": func(c *call) value {
			n, i := c.counted()
			x := c.array(i, n)
			if c.in.failed {
				return value{}
			}
			b := f(c).bytes(8 * n)
			for k := range len(b) / 8 {
				x[k] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*k:]))
				c.in.tell(c.fr, c.pos, c.in.refs[&x[k]], &x[k], x[k])
			}
			if n == 1 && len(b) >= 8 {
				c.setNum(i, x[0])
			}
			return number(float64(len(b) / 8))
		},
	}
}

// Played returns the numbers of a Vector that is played into a process, by the
// mechanism's name for them; "" are the event times [ms] of the built-in VecStim.
func (p *Process) Played(series string) []float64 {
	if v := p.played[series]; v != nil {
		return slices.Clone(v.x)
	}
	return nil
}

// process returns the state of an object of a mechanism, nil for others.
func (c *call) process(o *Object) *Process {
	p, _ := o.native.(*Process)
	return p
}
