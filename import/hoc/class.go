package hoc

import (
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// call is a function or method of ours at work.
type call struct {
	in   *Interp
	fr   *frame
	pos  syntax.Pos
	name string
	args []arg
	o    *Object // of a method
	took int     // counted as memory
}

func (c *call) fail(format string, args ...any) value {
	c.in.fail(c.fr, c.pos, c.name+": "+format, args...)
	return value{}
}

// unsupported ends the program at something that is known but not done.
func (c *call) unsupported(format string, args ...any) value {
	c.in.failHint(c.fr, c.pos, diag.Unsupported, "", format, args...)
	return value{}
}

func (c *call) has(i int) bool        { return i < len(c.args) }
func (c *call) is(i int, k kind) bool { return i < len(c.args) && c.args[i].k == k }

func (c *call) want(i int, k kind) bool {
	if c.in.failed {
		return false
	}
	if i >= len(c.args) {
		c.fail("argument %d is missing; expected %s", i+1, k)
		return false
	}
	if c.args[i].k != k {
		c.fail("argument %d is %s, not %s", i+1, c.args[i].k, k)
		return false
	}
	return true
}

// num returns argument i, a number; 0 after an error.
func (c *call) num(i int) float64 {
	if c.want(i, numKind) {
		return c.args[i].x
	}
	return 0
}

// numOr returns argument i, or def when it is not given.
func (c *call) numOr(i int, def float64) float64 {
	if !c.has(i) {
		return def
	}
	return c.num(i)
}

// within returns argument i, a whole number of lo..hi.
func (c *call) within(i, lo, hi int) int {
	x := c.num(i)
	if c.in.failed {
		return lo
	}
	if !(x >= float64(lo) && x <= float64(hi)) {
		c.fail("argument %d is %g; expected %d to %d", i+1, x, lo, hi)
		return lo
	}
	return int(x)
}

func (c *call) str(i int) string {
	if c.want(i, strKind) {
		return *c.args[i].str
	}
	return ""
}

// strVar returns argument i, a strdef to write to.
func (c *call) strVar(i int) *string {
	if c.want(i, strKind) {
		return c.args[i].str
	}
	return new(string)
}

func (c *call) obj(i int) *Object {
	if c.want(i, objKind) {
		return *c.args[i].obj
	}
	return nil
}

// ref returns argument i, a pointer.
func (c *call) ref(i int) *float64 {
	if c.want(i, refKind) {
		return c.args[i].num
	}
	return new(float64)
}

// vector returns argument i, a Vector.
func (c *call) vector(i int) *vector {
	if o := c.obj(i); o != nil {
		if v, ok := o.native.(*vector); ok {
			return v
		}
	}
	if !c.in.failed {
		c.fail("argument %d is no Vector", i+1)
	}
	return &vector{}
}

func (c *call) isVector(i int) bool {
	if !c.is(i, objKind) || *c.args[i].obj == nil {
		return false
	}
	_, ok := (*c.args[i].obj).native.(*vector)
	return ok
}

// section returns the current section, nil after an error.
func (c *call) section() *tree.Section { return c.in.current(c.fr, c.pos) }

// self returns the object of a method, as its own value.
func (c *call) self() value { return object(c.o) }

// room counts memory.
func (c *call) room(n int) bool {
	ok := c.in.room(c.fr, c.pos, n)
	if ok {
		c.took += n
	}
	return ok
}

// held is the memory of the objects that a call can change.
func (c *call) held() int {
	n := c.o.size()
	for i := range c.args {
		if c.args[i].k == objKind {
			if o := *c.args[i].obj; o != nil && o != c.o {
				n += o.size()
			}
		}
	}
	return n
}

// work counts n small operations, and says whether the limit of statements
// allows them.
func (c *call) work(n int) bool {
	c.in.work(n)
	if !c.in.failed && c.in.steps > c.in.o.Steps {
		c.in.failHint(c.fr, c.pos, diag.BadValue, "", "%s: too much work for what is left of the limit of %d statements", c.name, c.in.o.Steps)
	}
	return !c.in.failed
}

// effort is how many elements a method goes through before it counts more
// itself.
func (c *call) effort(method string) int {
	_, isVector := c.o.native.(*vector)
	_, isMatrix := c.o.native.(*matrix)
	_, isList := c.o.native.(*list)
	switch {
	case constant[method], isVector && ranged[method], isList && moving[method]:
		return 0
	case isVector, isMatrix: // what they are given counts too
		return c.held()
	}
	return c.o.size()
}

// constant are methods that take the same time whatever the object's size.
var constant = map[string]bool{"append": true, "size": true, "get": true, "set": true, "count": true, "object": true, "o": true, "nrow": true, "ncol": true,
	"getval": true, "setval": true, "buffer_size": true, "label": true}

// ranged are methods of Vector that go through a part of it and count that.
var ranged = map[string]bool{"c": true, "cl": true, "at": true, "fill": true, "sum": true, "sumsq": true, "mag": true, "mean": true, "var": true, "stdev": true,
	"stderr": true, "median": true, "min": true, "max": true, "min_ind": true, "max_ind": true, "apply": true, "reduce": true, "setrand": true, "addrand": true,
	"copy": true, "resize": true}

// moving are methods of List that count what they move.
var moving = map[string]bool{"remove": true, "prepend": true, "insrt": true}

// object makes an object of a class of ours.
func (c *call) object(class string, native any) value {
	cl := c.in.classes[class]
	c.in.born++
	o := &Object{class: cl, index: cl.next, native: native, born: c.in.born}
	cl.next++
	cl.count++
	c.in.doomed(o)
	return object(o)
}

// builtin is a function of ours.
type builtin struct{ fn func(c *call) value }

// native returns a class of ours, or of a point process.
func (in *Interp) native(name string) *class {
	if c := in.classes[name]; c != nil {
		return c
	}
	return nil
}

// ofNative finds a component of an object of ours.
func (in *Interp) ofNative(fr *frame, d *syntax.Dot, o *Object, ix *syntax.Index, c *syntax.Call) place {
	if m := o.class.methods[d.Sel]; m != nil && (ix == nil || o.class.field == nil || c != nil) {
		var args []arg
		switch {
		case c != nil:
			args = in.args(fr, c.Args)
		case ix != nil: // list.object[i] is list.object(i)
			args = in.args(fr, ix.Subs)
		}
		if in.failed {
			return place{}
		}
		in.retain(o)
		k := &call{in: in, fr: fr, pos: d.Pos(), name: o.class.name + "." + d.Sel, args: args, o: o}
		in.work(256 + k.effort(d.Sel))
		was, born := k.held(), in.born
		v := m(k)
		// What counts is what there is now, and not what was counted on the way.
		in.cells += k.held() - was - k.took
		if v.k == objKind && v.o != nil && v.o.born > born {
			in.cells += v.o.size() + 8
		}
		in.done(args)
		in.release(o)
		if in.failed {
			return place{}
		}
		return rvalue(v)
	}
	if s, ok := o.native.(*stubState); ok {
		return in.ofStub(fr, d, o, s, c)
	}
	if o.class.field != nil {
		subs, brackets := []int(nil), false
		if _, ok := o.native.(*sectionRef); ok { // ref.sec(.5) is a place
			subs = in.subs(fr, ix)
		} else {
			subs, brackets = in.bracketed(fr, ix, c)
		}
		if in.failed {
			return place{}
		}
		if p, ok := o.class.field(o, d.Sel, subs); ok {
			if c != nil && !brackets {
				if p.k == valuePlace && p.v.k == secKind {
					return in.atPlace(fr, c, p)
				}
				in.fail(fr, d.Pos(), "%s.%s is no function", o.class.name, d.Sel)
				return place{}
			}
			return p
		} else if len(subs) > 0 && slices.Contains(o.class.fields, d.Sel) {
			in.fail(fr, d.Pos(), "%s.%s: no element %v", o.Name(), d.Sel, subs)
			return place{}
		}
	}
	var all []string
	for n := range o.class.methods {
		all = append(all, n)
	}
	slices.Sort(all)
	all = append(all, o.class.fields...)
	code := diag.UnknownName
	if neuronHas(o.class.name, d.Sel) {
		code = diag.Unsupported
	}
	in.failHint(fr, d.Pos(), code, diag.DidYouMean(d.Sel, all), "%s has no %q", o.class.name, d.Sel)
	return place{}
}

// stubState is the state of an object that does nothing: it takes any call and
// keeps what is assigned to it. A Python object's components are such objects
// again, but its functions cannot be called.
type stubState struct {
	python bool
	nums   map[string]*float64
	objs   map[string]**Object
}

func (in *Interp) ofStub(fr *frame, d *syntax.Dot, o *Object, s *stubState, c *syntax.Call) place {
	if c != nil {
		args := in.args(fr, c.Args)
		n := stubReturns(o.class.name, d.Sel)
		if d.Sel == "intercept" && len(args) > 0 && args[0].k == numKind && args[0].x == 0 {
			n = 0
		}
		if d.Sel == "ref" && len(args) == 1 && args[0].k == objKind && o.class.name != "Graph" { // a box holds the object that it belongs to
			if held := *args[0].obj; held != nil {
				s.objs["ref"] = &held
				in.retain(held)
			}
		}
		in.done(args)
		if in.failed {
			return place{}
		}
		if s.python {
			in.failHint(fr, d.Pos(), diag.Unsupported, "", "the Python function %q cannot be called: there is no Python here", d.Sel)
			return place{}
		}
		return rvalue(number(n))
	}
	if s.python {
		if s.objs[d.Sel] == nil {
			k := &Object{class: o.class, index: o.class.next, native: newStub(true), refs: 1}
			o.class.next++
			o.class.count++
			s.objs[d.Sel] = &k
		}
		return place{k: objPlace, obj: s.objs[d.Sel]}
	}
	if slices.Contains(boxes, d.Sel) {
		return in.box(s, d.Sel)
	}
	if s.nums[d.Sel] == nil {
		s.nums[d.Sel] = new(float64)
	}
	return place{k: numPlace, num: s.nums[d.Sel]}
}

// drawing are the classes of the graphical interface whose methods return 1
// where there is none, and the methods that return 0 all the same. A program
// shows these numbers when it calls them as statements.
var drawing = map[string]string{
	"Graph":     "size exec_menu unmap view_count crosshair_action gif view_size glyph",
	"VBox":      "ismapped unmap adjuster full_request dismiss_action dialog",
	"HBox":      "ismapped unmap adjuster full_request dismiss_action dialog",
	"Deck":      "unmap",
	"Shape":     "size color_all observe point_mark exec_menu rotate color color_list",
	"PlotShape": "size exec_menu",
}

// stubReturns is what a method of an object that does nothing returns.
func stubReturns(class, method string) float64 {
	if zeros, ok := drawing[class]; ok && !slices.Contains(strings.Fields(zeros), method) {
		return 1
	}
	return 0
}

func newStub(python bool) *stubState {
	return &stubState{python: python, nums: map[string]*float64{}, objs: map[string]**Object{}}
}

// neuronHas says whether NEURON's class has a component that ours lacks.
func neuronHas(class, name string) bool {
	return slices.Contains(strings.Fields(missing[class]), name)
}

// missing are components of NEURON's classes that are known and not there.
var missing = map[string]string{
	"NetCon": "preseg postseg",
	"CVode":  "acor dstates error_weights event_queue_info f state_magnitudes states ygather yscatter",
	"ParallelContext": "get_partition master_works_on_jobs nrnbbcore_register_mapping nrnbbcore_write nrncore_run nrncore_write prcellstate " +
		"print_memory_stats py_allgather py_alltoall py_broadcast py_gather py_scatter pyret spike_statistics splitcell_connect",
}
