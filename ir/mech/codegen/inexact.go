package codegen

import (
	"math"
	"math/bits"

	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vec"
)

// The passes of rewrites that make powers, quotients and exponentials cheaper.

// inexact says whether the rounding of v may change.
func (r *rewriter) inexact(v val) bool { return int(v) >= len(r.exact) || !r.exact[v] }

// highestPower is the exponent up to which a power is products.
const highestPower = 8

// steepest is the exponent up to which a power is the exponential of a logarithm,
// whose rounding it multiplies.
const steepest = 16

// powers makes products of whole powers, an exponential of a power of a number,
// and an exponential of a logarithm of a power by a number.
func (r *rewriter) powers() {
	r.each(func(v val, x *ins) {
		if x.op != kernel.Pow || !r.inexact(v) || r.b.vals[v].uniform || r.b.vals[x.a].mutable {
			return
		}
		if c, ok := r.b.isNum(x.a); ok && c > 0.01 && c < 100 {
			scaled := r.before(x, value{op: kernel.Mul, a: x.b, b: r.b.num(vec.Log(c)), c: none})
			r.set(x, kernel.Exp, scaled, none)
			return
		}
		n, ok := r.b.isNum(x.b)
		if ok && n != math.Trunc(n) && math.Abs(n) <= steepest && n != .5 && n != -.5 {
			log := r.before(x, value{op: kernel.Log, a: x.a, b: none, c: none})
			r.set(x, kernel.Exp, r.before(x, value{op: kernel.Mul, a: log, b: x.b, c: none}), none)
			return
		}
		if !ok || n != math.Trunc(n) || n < 2 || n > highestPower {
			return
		}
		// By the bits of n from the top: square, and times the base.
		k, base, power := int(n), x.a, x.a
		for bit := bits.Len(uint(k)) - 2; bit >= 0; bit-- {
			last := bit == 0
			multiply := k>>bit&1 == 1
			if last && !multiply {
				r.set(x, kernel.Mul, power, power)
				return
			}
			power = r.before(x, value{op: kernel.Mul, a: power, b: power, c: none})
			if last {
				r.set(x, kernel.Mul, base, power)
				return
			}
			if multiply {
				power = r.before(x, value{op: kernel.Mul, a: base, b: power, c: none})
			}
		}
	})
}

// ratios cancels what two divisions have in common: (a/t)/(b/t) is a/b, a/(1/y)
// is a*y, and c/(d/y) is y*(c/d) for numbers c and d.
func (r *rewriter) ratios() {
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) {
			return
		}
		num, negative := x.a, false
		if n, _, ok := r.is(num, kernel.Neg); ok {
			num, negative = n, true
		}
		d, y, ok := r.is(x.b, kernel.Div)
		a, t, both := r.is(num, kernel.Div)
		if !ok || !both || t != y {
			return
		}
		c, isNum := r.b.isNum(d)
		switch {
		case isNum && c == -1 && negative, isNum && c == 1 && !negative:
			r.replace(v, a)
		case isNum && (c == -1 || c == 1):
			r.set(x, kernel.Neg, a, none)
		case !negative:
			r.set(x, kernel.Div, a, d)
		}
	})
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) {
			return
		}
		d, y, ok := r.is(x.b, kernel.Div)
		if !ok {
			return
		}
		p, isP := r.b.isNum(x.a)
		q, isQ := r.b.isNum(d)
		switch {
		case isP && isQ && p == q:
			r.replace(v, y)
		case isP && isQ && p == -q:
			r.set(x, kernel.Neg, y, none)
		case isP && isQ && ordinary(p) && ordinary(q):
			r.set(x, kernel.Mul, y, r.b.num(p/q))
		case isQ && q == 1:
			r.set(x, kernel.Mul, min(x.a, y), max(x.a, y))
		}
	})
}

// reciprocals makes a product of a division by a number or by what is the same
// for all instances.
func (r *rewriter) reciprocals() {
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) || r.b.vals[v].uniform {
			return
		}
		d := &r.b.vals[x.b]
		if c, ok := r.b.isNum(x.b); ok {
			if ordinary(c) {
				r.set(x, kernel.Mul, x.a, r.b.num(1/c))
			}
			return
		}
		if d.uniform && d.early {
			one := r.b.num(1)
			r.set(x, kernel.Mul, x.a, r.b.intern(value{op: kernel.Div, a: one, b: x.b, c: none, uniform: true, early: true}))
		}
	})
}

// scales makes one factor of several: (a*c)*d is a*(c*d), and -(a*c) is a*(-c).
func (r *rewriter) scales() {
	r.each(func(v val, x *ins) {
		if !r.inexact(v) {
			return
		}
		a, d, ok := r.factor(v)
		if !ok {
			return
		}
		if y, _, ok := r.is(a, kernel.Neg); ok {
			a, d = y, -d
			r.set(x, kernel.Mul, a, r.b.num(d))
		}
		if y, c, ok := r.factor(a); ok && ordinary(c*d) {
			r.set(x, kernel.Mul, y, r.b.num(c*d))
		}
	})
}

// rates makes products of divisions by a scaled quotient, as the rate of a time
// constant is one: p/((q/y)*k) is y*(p/(q*k)). And u*(y*c), u the same for all
// instances, is y*(u*c).
func (r *rewriter) rates() {
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) || r.b.vals[v].uniform {
			return
		}
		p, isNum := r.b.isNum(x.a)
		m, k, ok := r.factor(x.b)
		if !ok || !isNum || !ordinary(k) || !ordinary(p) || !r.inexact(x.b) {
			return
		}
		d, y, ok := r.is(m, kernel.Div)
		if !ok || r.b.vals[y].mutable || !r.inexact(m) {
			return
		}
		if q, isNum := r.b.isNum(d); isNum && ordinary(q) && ordinary(p/(q*k)) {
			r.set(x, kernel.Mul, y, r.b.num(p/(q*k)))
		}
	})
	r.each(func(v val, x *ins) {
		if x.op != kernel.Mul || !r.inexact(v) || r.b.vals[v].uniform {
			return
		}
		u, of := x.a, x.b
		if d := &r.b.vals[u]; !d.uniform || !d.early {
			u, of = of, u
		}
		if _, isNum := r.b.isNum(u); isNum || !r.b.vals[u].uniform || !r.b.vals[u].early {
			return
		}
		if y, c, ok := r.factor(of); ok && ordinary(c) && !r.b.vals[y].uniform && !r.b.vals[y].mutable {
			r.set(x, kernel.Mul, y, r.b.intern(value{op: kernel.Mul, a: min(u, r.b.num(c)), b: max(u, r.b.num(c)), c: none, uniform: true, early: true}))
		}
	})
}

// shiftMost bounds by how much, in units of the exponent, one exponential is
// made of another: the argument's rounding is multiplied by no more.
const shiftMost = 30

// linear takes a value apart as (v + shift)*scale.
func (r *rewriter) linear(x val) (v val, shift, scale float64) {
	v, scale = x, 1
	if y, c, ok := r.factor(v); ok {
		v, scale = y, c
	}
	if a, b, ok := r.is(v, kernel.Add); ok {
		if c, isNum := r.b.isNum(b); isNum {
			return a, c, scale
		}
		if c, isNum := r.b.isNum(a); isNum {
			return b, c, scale
		}
	}
	if a, b, ok := r.is(v, kernel.Sub); ok {
		if c, isNum := r.b.isNum(b); isNum {
			return a, -c, scale
		}
		if c, isNum := r.b.isNum(a); isNum { // c - v
			return b, -c, -scale
		}
	}
	return v, 0, scale
}

// slope is an exponential exp((of + shift)*scale).
type slope struct {
	v            val
	shift, scale float64
	in           *region
}

// times returns how often k is to be multiplied by itself to make y, but for a number
// whose logarithm is e.
func (k *slope) times(y *slope) (n int, e float64, ok bool) {
	e = (y.shift - k.shift) * y.scale
	for _, n := range [...]int{1, 2, 4, 8} {
		if near(y.scale/k.scale/float64(n), 1) && math.Abs(e) <= shiftMost {
			return n, e, true
		}
	}
	return 0, 0, false
}

// exps makes one exponential of another: exp((v+a)*k) is exp((v+b)*k) times a
// number, that of two, four or eight times the slope is a power, and that of the
// opposite slope a number divided by it: a division takes a third of the time of an
// exponential. Of slopes that are multiples of a smaller one that comes later the
// smaller is made first.
func (r *rewriter) exps() {
	find := func(v val, x *ins) (of val, s slope, ok bool) {
		if x.op != kernel.Exp || r.b.vals[v].uniform || !r.inexact(v) {
			return none, slope{}, false
		}
		of, shift, scale := r.linear(x.a)
		if of == none || r.b.vals[of].uniform || r.b.vals[of].mutable {
			return none, slope{}, false
		}
		return of, slope{v, shift, scale, r.where(v).in}, true
	}
	all, known := map[val][]slope{}, map[val][]slope{}
	r.each(func(v val, x *ins) {
		if of, s, ok := find(v, x); ok {
			all[of] = append(all[of], s)
		}
	})
	r.each(func(v val, x *ins) {
		of, s, ok := find(v, x)
		if !ok {
			return
		}
		if r.makeOf(x, &s, known[of]) {
			if x.op != kernel.Exp { // else another stands for it
				known[of] = append(known[of], s)
			}
			return
		}
		least := s
		for _, k := range all[of] {
			if _, _, ok := k.times(&s); ok && k.in == s.in && math.Abs(k.scale) < math.Abs(least.scale) {
				least = k
			}
		}
		if least.v != s.v {
			arg := of
			if least.shift != 0 {
				arg = r.before(x, value{op: kernel.Add, a: of, b: r.b.num(least.shift), c: none})
			}
			arg = r.before(x, value{op: kernel.Mul, a: arg, b: r.b.num(least.scale), c: none})
			least.v = r.before(x, value{op: kernel.Exp, a: arg, b: none, c: none})
			r.makeOf(x, &s, []slope{least})
			known[of] = append(known[of], least, s)
			return
		}
		known[of] = append(known[of], s)
		for i := range known[of] {
			k := &known[of][i]
			if e := (s.shift - k.shift) * s.scale; near(-s.scale/k.scale, 1) && math.Abs(e) <= shiftMost && r.reaches(k, &s) {
				r.set(x, kernel.Div, r.b.num(vec.Exp(e)), k.v)
				return
			}
		}
	})
}

// reaches says whether k is there where s is made.
func (r *rewriter) reaches(k, s *slope) bool {
	return k.in == s.in || k.in == r.root || k.in == r.b.pre
}

// makeOf makes x, which is s, of one of known by multiplications, if it can.
func (r *rewriter) makeOf(x *ins, s *slope, known []slope) bool {
	for i := range known {
		k := &known[i]
		n, e, ok := k.times(s)
		if !ok || !r.reaches(k, s) {
			continue
		}
		power := k.v
		for ; n > 2 || n == 2 && e != 0; n /= 2 {
			power = r.before(x, value{op: kernel.Mul, a: power, b: power, c: none})
		}
		switch {
		case n == 2:
			r.set(x, kernel.Mul, power, power)
		case e != 0:
			r.set(x, kernel.Mul, power, r.b.num(vec.Exp(e)))
		default:
			r.replace(x.dst, power)
		}
		return true
	}
	return false
}

// values makes one value of those that the passes before have left alike.
func (r *rewriter) values() {
	reach := newReach(len(r.b.vals)) // what is found here: what regions around have
	var walk func(rg *region)
	walk = func(rg *region) {
		var own []key
		for _, i := range rg.items {
			switch x := i.(type) {
			case *ins:
				if !x.live || x.dst == none || !x.op.Pure() || r.b.vals[x.dst].mutable || r.changes(x.a) || r.changes(x.b) || r.changes(x.c) {
					continue
				}
				a, b := x.a, x.b
				if x.op == kernel.Add || x.op == kernel.Mul {
					a, b = min(a, b), max(a, b)
				}
				k := key{op: x.op, a: a, b: b, c: x.c, place: x.place, aux: x.aux, bits: math.Float64bits(x.num)}
				if same, ok := reach.get(&k); ok {
					r.replace(x.dst, same)
				} else {
					reach.put(&k, x.dst)
					if rg != r.b.pre && rg != r.root {
						own = append(own, k)
					}
				}
			case *branchItem:
				if x.live {
					walk(x.then)
				}
			case *whileItem:
				if x.live {
					walk(x.cond)
					walk(x.body)
				}
			case *newtonItem:
				if x.live {
					walk(x.f)
				}
			}
		}
		if rg == r.b.pre {
			walk(r.root)
		}
		for i := range own {
			reach.remove(&own[i])
		}
	}
	walk(r.b.pre)
}

// changes says whether v is a register that moves write.
func (r *rewriter) changes(v val) bool { return v != none && r.b.vals[v].mutable }

// near says whether x is n but for roundings.
func near(x, n float64) bool { return math.Abs(x-n) <= 4e-16*n }

// divisions makes one division of those that have their divisor in common:
// a/t and b/t are a*(1/t) and b*(1/t).
func (r *rewriter) divisions() {
	type group struct{ all []*ins }
	groups := map[val]*group{}
	var order []val
	r.each(func(v val, x *ins) {
		if x.op != kernel.Div || !r.inexact(v) || r.b.vals[v].uniform || r.b.vals[x.b].mutable {
			return
		}
		g := groups[x.b]
		if g == nil {
			g = &group{}
			groups[x.b] = g
			order = append(order, x.b)
		}
		if len(g.all) == 0 || r.where(g.all[0].dst).in == r.where(v).in {
			g.all = append(g.all, x)
		}
	})
	for _, t := range order {
		g := groups[t]
		if len(g.all) < 2 {
			continue
		}
		first := g.all[0]
		inverse := none
		if c, ok := r.b.isNum(first.a); ok && c == 1 {
			inverse = first.dst
			g.all = g.all[1:]
		} else {
			inverse = r.before(first, value{op: kernel.Div, a: r.b.num(1), b: t, c: none})
		}
		for _, x := range g.all {
			switch c, ok := r.b.isNum(x.a); {
			case ok && c == 1:
				r.replace(x.dst, inverse)
			case ok && c == -1:
				r.set(x, kernel.Neg, inverse, none)
			default:
				r.set(x, kernel.Mul, x.a, inverse)
			}
		}
	}
}
