package hoc

import (
	"maps"
	"math"
	"slices"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/vec"
)

// vector is the state of a Vector.
type vector struct {
	x     []float64
	label string

	watching bool // NetCons record into it
}

func newVector(c *call) any {
	v := &vector{}
	if !c.has(0) {
		return v
	}
	n := c.size(0)
	if c.in.failed {
		return v
	}
	v.x = make([]float64, n)
	if fill := c.numOr(1, 0); fill != 0 {
		for i := range v.x {
			v.x[i] = fill
		}
	}
	return v
}

// size returns argument i, a number of elements, counted as memory.
func (c *call) size(i int) int {
	n := c.within(i, 0, 1<<40)
	if c.in.failed || !c.room(n) {
		return 0
	}
	return n
}

func vectorField(o *Object, name string, subs []int) (place, bool) {
	v := o.native.(*vector)
	if name != "x" {
		return place{}, false
	}
	i := 0
	if len(subs) == 1 {
		i = subs[0]
	}
	if len(subs) > 1 || i < 0 || i >= len(v.x) {
		return place{}, false
	}
	return place{k: numPlace, num: &v.x[i], rest: v.x[i:]}, true
}

// vec returns the state of the method's Vector.
func (c *call) vec() *vector { return c.o.native.(*vector) }

// each changes every element.
func each(f func(c *call, x float64) float64) method {
	return func(c *call) value {
		v := c.vec()
		if c.isVector(0) {
			v.x = slices.Clone(c.vector(0).x)
		}
		for i, x := range v.x {
			v.x[i] = f(c, x)
		}
		return c.self()
	}
}

// with combines every element with a number, or with another Vector's.
func with(f func(a, b float64) float64) method {
	return func(c *call) value {
		v := c.vec()
		if c.isVector(0) {
			w := c.vector(0)
			if len(w.x) != len(v.x) {
				return c.fail("a Vector of %d elements and one of %d", len(v.x), len(w.x))
			}
			for i := range v.x {
				v.x[i] = f(v.x[i], w.x[i])
			}
			return c.self()
		}
		b := c.num(0)
		if c.in.failed {
			return value{}
		}
		for i := range v.x {
			v.x[i] = f(v.x[i], b)
		}
		return c.self()
	}
}

// part returns the elements that arguments i and i+1 choose, all without.
func (c *call) part(x []float64, i int) []float64 {
	if !c.has(i) {
		c.in.work(len(x))
		return x
	}
	if len(x) == 0 {
		c.fail("an empty Vector")
		return nil
	}
	from := c.within(i, 0, len(x)-1)
	to := len(x) - 1
	if c.has(i + 1) {
		to = c.within(i+1, from, len(x)-1)
	}
	if c.in.failed {
		return nil
	}
	c.in.work(to + 1 - from)
	return x[from : to+1]
}

// over is a number made of elements; it needs at least n of them.
func over(n int, f func(x []float64) float64) method {
	return func(c *call) value {
		x := c.part(c.vec().x, 0)
		if !c.in.failed && len(x) < n {
			return c.fail("%d elements; it takes %d", len(x), n)
		}
		if c.in.failed {
			return value{}
		}
		return number(f(x))
	}
}

func sum(x []float64) float64 {
	s := 0.0
	for _, a := range x {
		s += a
	}
	return s
}

func sumSquares(x []float64) float64 {
	s := 0.0
	for _, a := range x {
		s += float64(a * a)
	}
	return s
}

func variance(x []float64) float64 {
	m := sum(x) / float64(len(x))
	s := 0.0
	for _, a := range x {
		s += float64((a - m) * (a - m))
	}
	return s / float64(len(x)-1)
}

func vectorMethods() map[string]method {
	m := basicVectorMethods()
	for _, more := range []map[string]method{signalMethods(), fourierMethods(), binaryMethods()} {
		maps.Copy(m, more)
	}
	for _, name := range []string{"plot", "line", "mark", "ploterr"} {
		m[name] = func(c *call) value {
			gui(c)
			return c.self()
		}
	}
	for _, name := range []string{"from_python", "to_python", "as_numpy"} {
		m[name] = func(c *call) value { return c.unsupported("%s: there is no Python here", c.name) }
	}
	return m
}

func basicVectorMethods() map[string]method {
	fresh := func(c *call, x []float64) value {
		if !c.room(len(x)) {
			return value{}
		}
		return c.object("Vector", &vector{x: slices.Clone(x)})
	}
	return map[string]method{
		"record": recordVector,
		"play":   playVector,
		"play_remove": func(c *call) value { // ends recording too
			c.in.stopRecording(c.vec())
			c.in.stopPlaying(c.vec())
			return number(1)
		},
		"size": func(c *call) value { return number(float64(len(c.vec().x))) },
		"buffer_size": func(c *call) value {
			v := c.vec()
			if c.has(0) {
				n := c.within(0, len(v.x), 1<<40)
				if c.in.failed || !c.room(max(0, n-cap(v.x))) {
					return value{}
				}
				if n > cap(v.x) {
					v.x = append(make([]float64, 0, n), v.x...)
				}
			}
			return number(float64(cap(v.x)))
		},
		"clear": func(c *call) value {
			c.vec().x = c.vec().x[:0]
			return c.self()
		},
		"from_double": func(c *call) value {
			n := c.within(0, 0, 1<<40)
			x := c.array(1, n)
			if c.in.failed || !c.room(n) {
				return value{}
			}
			c.vec().x = slices.Clone(x)
			return c.self()
		},
		"resize": func(c *call) value {
			v := c.vec()
			n, old := c.within(0, 0, 1<<40), len(v.x)
			c.in.work(max(0, n-old))
			if c.in.failed || !c.room(max(0, n-cap(v.x))) {
				return value{}
			}
			if n > cap(v.x) { // twice as much at least, or growing one by one takes for ever
				grown := max(n, 2*old)
				if !c.room(grown - n) {
					return value{}
				}
				v.x = append(make([]float64, 0, grown), v.x...)
				c.in.work(old)
			}
			v.x = v.x[:n]
			clear(v.x[min(n, old):])
			return c.self()
		},
		"append": func(c *call) value {
			v := c.vec()
			for i := range c.args {
				if c.isVector(i) {
					w := c.vector(i).x
					if c.vector(i) == v {
						return c.fail("the argument needs to be copied first")
					}
					if !c.room(len(w)) {
						return value{}
					}
					v.x = append(v.x, w...)
				} else if x := c.num(i); !c.in.failed && c.room(1) {
					v.x = append(v.x, x)
				}
			}
			return c.self()
		},
		"c": func(c *call) value { return fresh(c, c.part(c.vec().x, 0)) },
		"cl": func(c *call) value {
			v := fresh(c, c.part(c.vec().x, 0))
			if v.o != nil {
				v.o.native.(*vector).label = c.vec().label
			}
			return v
		},
		"at": func(c *call) value { return fresh(c, c.part(c.vec().x, 0)) },
		"get": func(c *call) value {
			i := c.within(0, 0, len(c.vec().x)-1)
			if c.in.failed {
				return value{}
			}
			return number(c.vec().x[i])
		},
		"set": func(c *call) value {
			i, x := c.within(0, 0, len(c.vec().x)-1), c.num(1)
			if !c.in.failed {
				c.vec().x[i] = x
			}
			return c.self()
		},
		"copy": vectorCopy,
		"fill": func(c *call) value {
			a := c.num(0)
			part := c.part(c.vec().x, 1)
			for i := range part {
				part[i] = a
			}
			return c.self()
		},
		"indgen": func(c *call) value {
			from, step := 0.0, 1.0
			v := c.vec()
			switch len(c.args) {
			case 0:
			case 1:
				step = c.num(0)
			case 2:
				from, step = c.num(0), c.num(1)
			default:
				from = c.num(0)
				to := c.num(1)
				step = c.between(2, min(from-to, to-from), max(from-to, to-from))
				n := math.Floor((to-from)/step+1e-9) + 1
				if c.in.failed || !(n >= 0 && n < 1e12) || !c.room(int(n)) {
					return c.fail("a range of %g elements", n)
				}
				v.x = make([]float64, int(n))
			}
			for i := range v.x {
				v.x[i] = from + float64(float64(i)*step)
			}
			return c.self()
		},
		"add": with(func(a, b float64) float64 { return a + b }),
		"sub": with(func(a, b float64) float64 { return a - b }),
		"mul": with(func(a, b float64) float64 { return a * b }),
		"div": func(c *call) value {
			if c.is(0, numKind) && c.num(0) == 0 {
				return c.fail("division by zero")
			}
			return with(func(a, b float64) float64 { return a / b })(c)
		},
		"abs":  each(func(_ *call, x float64) float64 { return math.Abs(x) }),
		"sqrt": each(root),
		"log":  each(func(_ *call, x float64) float64 { return vec.Log(x) }),
		"log10": each(func(_ *call, x float64) float64 {
			return vec.Log10(x)
		}),
		"floor": each(func(_ *call, x float64) float64 { return math.Floor(x) }),
		"pow":   vectorPow,
		"scale": func(c *call) value {
			v, lo, hi := c.vec(), c.num(0), c.num(1)
			if len(v.x) == 0 || c.in.failed {
				return c.fail("an empty Vector")
			}
			a, b := slices.Min(v.x), slices.Max(v.x)
			if !(b > a) { // NEURON leaves it as it is
				return number(0)
			}
			f := (hi - lo) / (b - a)
			for i := range v.x {
				v.x[i] = float64((v.x[i]-a)*f) + lo
			}
			return number(f)
		},
		"sum":    over(0, sum),
		"sumsq":  over(0, sumSquares),
		"mag":    over(0, func(x []float64) float64 { return math.Sqrt(sumSquares(x)) }),
		"mean":   vectorMean,
		"var":    over(2, variance),
		"stdev":  over(2, func(x []float64) float64 { return math.Sqrt(variance(x)) }),
		"stderr": over(2, func(x []float64) float64 { return math.Sqrt(variance(x)) / math.Sqrt(float64(len(x))) }),
		"min": func(c *call) value {
			return c.extreme(func(a, b float64) bool { return a < b }, func(x []float64, k int) float64 { return x[k] }, 0)
		},
		"max": func(c *call) value {
			return c.extreme(func(a, b float64) bool { return a > b }, func(x []float64, k int) float64 { return x[k] }, 0)
		},
		"min_ind": func(c *call) value {
			return c.extreme(func(a, b float64) bool { return a < b }, func(_ []float64, k int) float64 { return float64(k) }, -1)
		},
		"max_ind": func(c *call) value {
			return c.extreme(func(a, b float64) bool { return a > b }, func(_ []float64, k int) float64 { return float64(k) }, -1)
		},
		"median": over(1, func(x []float64) float64 {
			y := slices.Sorted(slices.Values(x))
			n := len(y)
			return (y[(n-1)/2] + y[n/2]) / 2
		}),
		"dot": func(c *call) value {
			a, b := c.vec().x, c.vector(0).x
			if len(a) != len(b) {
				return c.fail("a Vector of %d elements and one of %d", len(a), len(b))
			}
			s := 0.0
			for i := range a {
				s += float64(a[i] * b[i])
			}
			return number(s)
		},
		"eq": func(c *call) value { return truth(slices.EqualFunc(c.vec().x, c.vector(0).x, c.in.equal)) },
		"sort": func(c *call) value {
			slices.Sort(c.vec().x)
			return c.self()
		},
		"sortindex": func(c *call) value {
			x := c.vec().x
			idx := make([]int, len(x))
			for i := range idx {
				idx[i] = i
			}
			slices.SortStableFunc(idx, func(a, b int) int {
				switch {
				case x[a] < x[b]:
					return -1
				case x[a] > x[b]:
					return 1
				}
				return 0
			})
			out := make([]float64, len(x))
			for i, k := range idx {
				out[i] = float64(k)
			}
			return c.into(out)
		},
		"reverse": func(c *call) value {
			slices.Reverse(c.vec().x)
			return c.self()
		},
		"rotate": vectorRotate,
		"remove": func(c *call) value {
			v := c.vec()
			i := c.within(0, 0, len(v.x)-1)
			j := i
			if c.has(1) {
				j = c.within(1, i, len(v.x)-1)
			}
			if !c.in.failed {
				v.x = slices.Delete(v.x, i, j+1)
			}
			return c.self()
		},
		"insrt": func(c *call) value {
			v := c.vec()
			i := c.within(0, 0, len(v.x))
			var added []float64
			for k := 1; k < len(c.args) && !c.in.failed; k++ {
				switch {
				case !c.isVector(k):
					added = append(added, c.num(k))
				case c.vector(k) == v:
					return c.fail("the argument needs to be copied first")
				default:
					added = append(added, c.vector(k).x...)
				}
			}
			if !c.in.failed && c.room(len(added)) {
				v.x = slices.Insert(v.x, i, added...)
			}
			return c.self()
		},
		"contains": func(c *call) value {
			a := c.num(0)
			return truth(slices.ContainsFunc(c.vec().x, func(x float64) bool { return c.in.equal(x, a) }))
		},
		"indwhere": func(c *call) value {
			test := c.test(0)
			if c.in.failed {
				return value{}
			}
			return number(float64(slices.IndexFunc(c.vec().x, test)))
		},
		"indvwhere": func(c *call) value {
			src, k := c.vec().x, 0
			if c.isVector(0) {
				src, k = c.vector(0).x, 1
			}
			test := c.test(k)
			out := []float64{}
			for i, x := range src {
				if !c.in.failed && test(x) {
					out = append(out, float64(i))
				}
			}
			if k == 1 {
				c.vec().x = out
				return c.self()
			}
			return fresh(c, out)
		},
		"where": func(c *call) value {
			src, k := slices.Clone(c.vec().x), 0
			if c.isVector(0) {
				src, k = c.vector(0).x, 1
			}
			test := c.test(k)
			out := []float64{}
			for _, x := range src {
				if !c.in.failed && test(x) {
					out = append(out, x)
				}
			}
			c.vec().x = out
			return c.self()
		},
		"index": func(c *call) value {
			src, idx := c.vec().x, c.vector(0).x
			if c.has(1) {
				src, idx = idx, c.vector(1).x
			}
			if c.in.failed || !c.room(max(0, len(idx)-cap(c.vec().x))) {
				return value{}
			}
			out := make([]float64, len(idx))
			for i, k := range idx {
				if k = math.Trunc(k); k >= 0 && k < float64(len(src)) { // 0 where there is none
					out[i] = src[int(k)]
				}
			}
			c.vec().x = out
			return c.self()
		},
		"interpolate": vectorInterpolate,
		"deriv":       vectorDeriv,
		"integral": func(c *call) value {
			src := c.vec().x
			k := 0
			if c.isVector(0) {
				src, k = c.vector(0).x, 1
			}
			dx := c.numOr(k, 1)
			out := make([]float64, len(src))
			s := 0.0
			for i, x := range src {
				if i == 0 {
					s = x
				} else {
					s += float64(x * dx)
				}
				out[i] = s
			}
			c.vec().x = out
			return c.self()
		},
		"apply": func(c *call) value {
			name := c.str(0)
			x := c.part(c.vec().x, 1)
			for i := range x {
				if c.in.failed {
					break
				}
				x[i] = c.applied(name, x[i])
			}
			return c.self()
		},
		"reduce": func(c *call) value {
			name, s := c.str(0), c.numOr(1, 0)
			for _, x := range slices.Clone(c.part(c.vec().x, 2)) {
				if c.in.failed {
					break
				}
				s += c.applied(name, x)
			}
			return number(s)
		},
		"label": func(c *call) value {
			if c.has(0) {
				c.vec().label = c.str(0)
			}
			return text(c.vec().label)
		},
		"printf": func(c *call) value {
			f, at, file := "%g\t", 0, false
			say := c.in.print
			if c.is(0, objKind) {
				to := c.file(0)
				if c.in.failed {
					return value{}
				}
				if to.out == nil {
					return c.fail("%s is not open for writing", to.name)
				}
				say, at, file, f = func(s string) { c.put(to, s) }, 1, true, "%g\n"
			}
			tabs := !file // five a line
			if c.is(at, strKind) {
				f, tabs = c.str(at), false
				at++
				c.oneNumber(f)
			}
			x := c.part(c.vec().x, at)
			if c.in.failed {
				return value{}
			}
			for i, a := range x {
				d := &call{in: c.in, fr: c.fr, pos: c.pos, name: c.name, args: []arg{{k: strKind, str: &f}, {k: numKind, x: a}}}
				say(d.sprintf(0))
				if (i+1)%5 == 0 && tabs {
					say("\n")
				}
			}
			if tabs || file { // a file's line ends after a format's own, too
				say("\n")
			}
			return number(float64(len(x)))
		},
		"scanf":   vectorScanf,
		"scantil": vectorScantil,
		"setrand": func(c *call) value { return c.draw(func(_, r float64) float64 { return r }) },
		"addrand": func(c *call) value { return c.draw(func(x, r float64) float64 { return x + r }) },
	}
}

// applied is a function's value of a number, by the function's name.
func (c *call) applied(name string, x float64) float64 {
	v := c.in.callTop(c.fr, c.pos, name, arg{k: numKind, x: x})
	if f := mathFunctions[name]; v.k == none && f != nil && !c.in.failed {
		v = number(f(c, x))
	}
	if v.k != numKind {
		c.fail("there is no function %q of a number", name)
	}
	return v.x
}

// into returns values as a new Vector, or in the Vector given as argument.
func (c *call) into(x []float64) value {
	if c.isVector(0) {
		c.vector(0).x = x
		return object(*c.args[0].obj)
	}
	if !c.room(len(x)) {
		return value{}
	}
	return c.object("Vector", &vector{x: x})
}

// array is the n numbers from the one on that argument i points to.
func (c *call) array(i, n int) []float64 {
	p := c.ref(i)
	if c.in.failed || n == 0 {
		return nil
	}
	rest := c.args[i].rest
	if rest == nil {
		rest = []float64{*p}
	}
	if n > len(rest) {
		c.fail("%d numbers from where there are %d", n, len(rest))
		return nil
	}
	return rest[:n]
}

// draw fills a Vector from a Random.
func (c *call) draw(f func(x, r float64) float64) value {
	o := c.obj(0)
	r, ok := (*random.Random)(nil), false
	if o != nil {
		r, ok = o.native.(*random.Random)
	}
	if !ok {
		return c.fail("argument 1 is no Random")
	}
	x := c.part(c.vec().x, 1)
	for i := range x {
		x[i] = f(x[i], r.Repick())
	}
	return c.self()
}

// extreme tells of the best element of all or of a part, the first of equals;
// of an empty Vector it gives none.
func (c *call) extreme(better func(a, b float64) bool, tell func(x []float64, k int) float64, none float64) value {
	x, from := c.vec().x, 0
	if len(x) == 0 {
		return number(none)
	}
	y := c.part(x, 0)
	if c.in.failed {
		return value{}
	}
	if c.has(0) {
		from = int(c.num(0))
	}
	k := 0
	for i := range y {
		if better(y[i], y[k]) {
			k = i
		}
	}
	return number(tell(x, from+k))
}

// root is the square root.
func root(c *call, x float64) float64 {
	if x < 0 {
		c.fail("of %g", x)
		return 0
	}
	return math.Sqrt(x)
}

// vectorPow is pow([source,] p).
func vectorPow(c *call) value {
	p := c.num(max(len(c.args)-1, 0))
	if c.in.failed {
		return value{}
	}
	return each(func(c *call, x float64) float64 {
		switch p {
		case -1:
			if x == 0 {
				c.fail("1/0")
				return 0
			}
			return 1 / x
		case 0:
			return 1
		case .5:
			return root(c, x)
		case 1:
			return x
		case 2:
			return x * x
		}
		return vec.Pow(x, p)
	})(c)
}

// vectorMean is mean() and mean(from, to).
func vectorMean(c *call) value {
	x := c.part(c.vec().x, 0)
	if c.in.failed {
		return value{}
	}
	if !c.has(0) {
		if len(x) == 0 {
			return c.fail("an empty Vector")
		}
		return number(sum(x) / float64(len(x)))
	}
	from := int(c.num(0))
	to := from + len(x) - 1
	if len(x) < 2 {
		return c.fail("%d element; it takes 2", len(x))
	}
	c.in.warnOnce(c.fr, c.pos, diag.NrnCompat, "mean", "Vector.mean(from, to) is sum/to - from + 1, as NEURON 9 computes it, and no mean; the sum over the number of elements is")
	return number(sum(x)/float64(to) - float64(from) + 1)
}

// test makes a condition of an operator and a number or two.
func (c *call) test(i int) func(float64) bool {
	op, a := c.str(i), c.num(i+1)
	e := c.in.epsilon
	switch op {
	case "==":
		return func(x float64) bool { return c.in.equal(x, a) }
	case "!=":
		return func(x float64) bool { return !c.in.equal(x, a) }
	case ">":
		return func(x float64) bool { return x > a+e }
	case "<":
		return func(x float64) bool { return x < a-e }
	case ">=":
		return func(x float64) bool { return x >= a-e }
	case "<=":
		return func(x float64) bool { return x <= a+e }
	}
	b := c.num(i + 2)
	loOpen, hiOpen := op == "()" || op == "(]", op == "()" || op == "[)"
	if op != "()" && op != "[]" && op != "(]" && op != "[)" {
		c.fail("the condition %q is not known", op)
	}
	return func(x float64) bool {
		lo, hi := x >= a-e, x <= b+e
		if loOpen {
			lo = x > a+e
		}
		if hiOpen {
			hi = x < b-e
		}
		return lo && hi
	}
}

// vectorCopy is dest.copy(src), copy(src, to), copy(src, from, end),
// copy(src, to, from, end[, every of dest, every of src]), copy(src, indices)
// and copy(src, indices of src, indices of dest). It makes dest longer where
// it has to be, and shorter only when src alone is given.
func vectorCopy(c *call) value {
	v, src := c.vec(), c.vector(0)
	if c.in.failed {
		return value{}
	}
	x := src.x
	if c.isVector(1) {
		return copyIndexed(c, v, src)
	}
	to, from, end, step, every := 0, 0, len(x)-1, 1, 1
	switch n := len(c.args); {
	case n == 2:
		to = c.within(1, 0, 1<<40)
	case n == 3:
		from, end = c.within(1, 0, max(end, 0)), c.within(2, -1, end)
	case n >= 4:
		to, from, end = c.within(1, 0, 1<<40), c.within(2, 0, max(end, 0)), c.within(3, -1, end)
		if n > 4 {
			step, every = c.within(4, 1, 1<<40), c.within(5, 1, 1<<40)
		}
	}
	if end == -1 {
		end = len(x) - 1
	}
	if !c.in.failed && end < from && len(x) > 0 {
		return c.fail("the end %d lies before the start %d", end, from)
	}
	n := 0
	if len(x) > 0 {
		n = (end-from)/every + 1
	}
	need := to
	if n > 0 {
		if step > (1<<40)/n {
			return c.fail("every %d of %d elements", step, n)
		}
		need += (n-1)*step + 1
	}
	if c.in.failed || !c.room(max(0, need-cap(v.x))) {
		return value{}
	}
	c.in.work(n + max(0, need-len(v.x)))
	if v == src {
		c.in.work(len(x))
		x = slices.Clone(x)
	}
	if need > len(v.x) {
		v.x = append(v.x, make([]float64, need-len(v.x))...)
	} else if len(c.args) == 1 {
		v.x = v.x[:need]
	}
	for i := range n {
		v.x[to+i*step] = x[from+i*every]
	}
	return c.self()
}

// copyIndexed copies elements by their indices, those that there are.
func copyIndexed(c *call, v, src *vector) value {
	x := src.x
	from := c.vector(1).x
	to := from
	if c.has(2) {
		to = c.vector(2).x
	}
	if c.in.failed {
		return value{}
	}
	c.in.work(len(from))
	if v == src {
		c.in.work(len(x))
		x = slices.Clone(x)
	}
	for i := range min(len(from), len(to)) {
		j, k := c.in.index(from[i]), c.in.index(to[i])
		if j >= 0 && k >= 0 && j < len(x) && k < len(v.x) {
			v.x[k] = x[j]
		}
	}
	return c.self()
}

// vectorRotate is rotate(k) and rotate(k, 0), which fills with zeros.
func vectorRotate(c *call) value {
	v := c.vec()
	n := len(v.x)
	k := int(cInt(c.num(0)))
	if n == 0 || c.in.failed {
		return c.self()
	}
	back := k < 0
	if k > n {
		k %= n
	} else if back {
		k = n - (-k)%n
	}
	if k == 0 {
		return c.self()
	}
	out := append(slices.Clone(v.x[n-k:]), v.x[:n-k]...)
	if c.has(1) {
		if back {
			clear(out[k:])
		} else {
			clear(out[:k])
		}
	}
	v.x = out
	return c.self()
}

// vectorInterpolate is y.interpolate(xdest, xsrc[, ysrc]), for places in
// ascending order.
func vectorInterpolate(c *call) value {
	v := c.vec()
	xd, xs := slices.Clone(c.vector(0).x), slices.Clone(c.vector(1).x)
	ys := slices.Clone(v.x)
	if c.has(2) {
		ys = slices.Clone(c.vector(2).x)
	}
	if c.in.failed || len(xs) == 0 || len(ys) < len(xs) {
		return c.fail("%d places and %d values", len(xs), len(ys))
	}
	out := make([]float64, len(xd))
	i := 0
	for ; i < len(xd) && xd[i] <= xs[0]; i++ {
		out[i] = ys[0]
	}
	for k := 1; k < len(xs); k++ {
		if xs[k] <= xs[k-1] {
			continue
		}
		for ; i < len(xd) && xd[i] <= xs[k]; i++ {
			th := (xd[i] - xs[k-1]) / (xs[k] - xs[k-1])
			out[i] = float64((1-th)*ys[k-1]) + float64(th*ys[k])
		}
	}
	for ; i < len(xd); i++ {
		out[i] = ys[len(xs)-1]
	}
	return c.gives(out)
}

// vectorDeriv is the Euler or central difference.
func vectorDeriv(c *call) value {
	v := c.vec()
	src, k := slices.Clone(v.x), 0
	if c.isVector(0) {
		src, k = slices.Clone(c.vector(0).x), 1
	}
	dx, flag := c.numOr(k, 1), c.numOr(k+1, 2)
	n := len(src)
	if c.in.failed || n < 2 {
		return c.fail("%d elements", n)
	}
	var out []float64
	if flag == 1 {
		for i := 0; i+1 < n; i++ {
			out = append(out, (src[i+1]-src[i])/dx)
		}
	} else {
		out = append(out, (src[1]-src[0])/dx)
		for i := 1; i+1 < n; i++ {
			out = append(out, (src[i+1]-src[i-1])/dx/2)
		}
		out = append(out, (src[n-1]-src[n-2])/dx)
	}
	v.x = out
	return c.self()
}
