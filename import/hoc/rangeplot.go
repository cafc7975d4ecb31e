package hoc

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

// rangePlot is the state of a RangeVarPlot: a variable along a path.
type rangePlot struct {
	expr       string
	begin, end pathEnd
	origin     float64 // [um]
	pieces     []piece
	left       float64 // [um] the way from begin to the place of the path that is next to the root
}

type pathEnd struct {
	sec *tree.Section
	x   float64
}

// piece is the part of a path that is on one section.
type piece struct {
	sec   *tree.Section
	nodes []pathNode
}

// pathNode is a node on a path.
type pathNode struct {
	n   *tree.Node
	arc float64 // on the section of the piece, 0..1
	x   float64 // [um] along the path, from its beginning
}

// sample is a point of what is plotted; one without a section is 0.
type sample struct {
	x, arc float64
	sec    *tree.Section
}

func newRangePlot(c *call) any { return &rangePlot{expr: c.str(0)} }

func rangePlotMethods() map[string]method {
	end := func(which func(p *rangePlot) *pathEnd) method {
		return func(c *call) value {
			p, s := c.o.native.(*rangePlot), c.section()
			x := c.num(0)
			if c.in.failed {
				return value{}
			}
			*which(p) = pathEnd{s, x}
			if p.begin.sec != nil && p.end.sec != nil {
				c.lay(p)
			}
			return number(1)
		}
	}
	return map[string]method{
		"begin": end(func(p *rangePlot) *pathEnd { return &p.begin }),
		"end":   end(func(p *rangePlot) *pathEnd { return &p.end }),
		"origin": func(c *call) value {
			c.o.native.(*rangePlot).origin = c.num(0)
			return number(1)
		},
		"left": func(c *call) value {
			p := c.o.native.(*rangePlot)
			return number(p.origin - p.left)
		},
		"right": func(c *call) value {
			p := c.o.native.(*rangePlot)
			return number(p.origin - p.left + p.length())
		},
		"list": func(c *call) value {
			p := c.o.native.(*rangePlot)
			o := c.obj(0)
			if c.in.failed {
				return value{}
			}
			l, ok := (*sectionList)(nil), false
			if o != nil {
				l, ok = o.native.(*sectionList)
			}
			if !ok {
				return c.fail("argument 1 is no SectionList")
			}
			for i := range p.pieces {
				l.secs = append(l.secs, p.pieces[i].sec)
			}
			return number(0)
		},
		"to_vector": func(c *call) value {
			p, y := c.o.native.(*rangePlot), c.vector(0)
			at := c.plottedAt(p)
			if c.in.failed || !c.room(2*len(at)) {
				return value{}
			}
			values := make([]float64, len(at))
			for i, s := range at {
				values[i] = c.plotted(p, s)
			}
			y.x = values
			if c.has(1) {
				x := c.vector(1)
				x.x = make([]float64, len(at))
				for i, s := range at {
					x.x[i] = s.x
				}
			}
			return number(float64(len(at)))
		},
		"from_vector": func(c *call) value {
			p, y := c.o.native.(*rangePlot), c.vector(0)
			r, sub := c.plottedVar(p)
			at := c.plottedAt(p)
			switch {
			case c.in.failed:
				return value{}
			case r == nil:
				return c.fail("%q is no range variable", p.expr)
			case len(y.x) < len(at):
				return c.fail("the path has %d places, the Vector %d numbers", len(at), len(y.x))
			}
			for i, s := range at {
				if s.sec != nil {
					c.in.putRange(c.fr, c.pos, place{k: rangePlace, sec: s.sec, rng: r, sub: sub, x: s.arc, hasX: true}, syntax.Set, y.x[i])
				}
			}
			return number(float64(len(at)))
		},
	}
}

func (p *rangePlot) length() float64 {
	if len(p.pieces) == 0 {
		return 0
	}
	last := p.pieces[len(p.pieces)-1].nodes
	return last[len(last)-1].x
}

// lay finds the path.
func (c *call) lay(p *rangePlot) {
	t := c.in.Tree
	p.pieces, p.left = nil, 0
	for _, e := range [...]pathEnd{p.begin, p.end} {
		if e.sec.Gone {
			c.fail("a section of the path has been deleted")
			return
		}
	}
	if err := t.RefreshAll(); err != nil {
		c.fail("%v", err)
		return
	}
	up, down := t.Climb(p.begin.sec, p.begin.x), t.Climb(p.end.sec, p.end.x)
	i, j := len(up), len(down) // where both are on one section
	for k := range up {
		if m := slices.IndexFunc(down, func(s tree.Stretch) bool { return s.Sec == up[k].Sec }); m >= 0 {
			i, j = k, m
			break
		}
	}
	if i == len(up) && t.Near(up[i-1].Sec) != t.Near(down[j-1].Sec) {
		c.fail("there is no path from %s(%g) to %s(%g)", p.begin.sec.Name, p.begin.x, p.end.sec.Name, p.end.x)
		return
	}
	var all []piece
	x := 0.0
	add := func(s *tree.Section, from, to float64) {
		all = append(all, c.in.piece(s, from, to, x))
		x += math.Abs(to - from)
	}
	for _, s := range up[:i] {
		add(s.Sec, s.At, 0)
	}
	p.left = x
	if i < len(up) {
		p.left += max(0, up[i].At-down[j].At)
		add(up[i].Sec, up[i].At, down[j].At)
	}
	for _, s := range slices.Backward(down[:j]) {
		add(s.Sec, 0, s.At)
	}
	for _, k := range all {
		if k.nodes[0].x != k.nodes[len(k.nodes)-1].x {
			p.pieces = append(p.pieces, k)
		}
	}
	if len(p.pieces) == 0 {
		n := t.At(p.begin.sec, p.begin.x)
		p.pieces = []piece{{p.begin.sec, []pathNode{{n, p.begin.x, 0}}}}
	}
}

// piece is the way on a section between two places that are so far [um] from its
// near end; it begins at x of the path.
func (in *Interp) piece(s *tree.Section, from, to, x float64) piece {
	k := piece{sec: s}
	lo, hi := min(from, to), max(from, to)
	visit := func(n *tree.Node) {
		d := in.Tree.FromNear(s, n)
		if d < lo || d > hi {
			return
		}
		arc := s.Arc(n)
		if n.Sec != s || n.I < 0 { // the near end
			arc = s.ChildX
		}
		k.nodes = append(k.nodes, pathNode{n, arc, x + math.Abs(d-from)})
	}
	visit(in.Tree.Near(s))
	for _, n := range s.Nodes {
		visit(n)
	}
	if to < from {
		slices.Reverse(k.nodes)
	}
	return k
}

// plottedVar returns the range variable that is plotted, and which element of
// it; nil if there is none.
func (c *call) plottedVar(p *rangePlot) (r *rangeVar, sub int) {
	name, index, _ := strings.Cut(p.expr, "[")
	if s := c.in.lookup(c.in.top, strings.TrimSpace(name)); s != nil && s.kind == rangeSym && s.rng.random == "" {
		sub, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(index), "]"))
		if n := 1; sub > 0 {
			if s.rng.v != nil {
				n = s.rng.v.N
			}
			if sub >= n {
				c.fail("%s has no element %d", name, sub)
			}
		}
		return s.rng, sub
	}
	return nil, 0
}

// plottedAt returns the places whose values are plotted, as in NEURON: potentials
// and expressions at all nodes; variables of CVs in the middle of these and
// at both ends of the path, and 0 from one border to the other of sections that do
// not have them.
func (c *call) plottedAt(p *rangePlot) []sample {
	if c.in.failed || len(p.pieces) == 0 {
		return nil
	}
	if p.begin.sec.Gone || p.end.sec.Gone || slices.ContainsFunc(p.pieces, func(k piece) bool { return k.sec.Gone }) {
		c.fail("a section of the path has been deleted")
		return nil
	}
	c.lay(p) // lengths may have changed
	r, _ := c.plottedVar(p)
	if c.in.failed {
		return nil
	}
	var out []sample
	last := (*tree.Node)(nil)
	shift := p.origin - p.left
	put := func(s *tree.Section, n pathNode) {
		out = append(out, sample{n.x + shift, n.arc, s})
		last = n.n
	}
	if r == nil && !strings.Contains(p.expr, "$1") {
		c.in.warnOnce(c.fr, c.pos, diag.NrnCompat, "plotted "+p.expr, "RangeVarPlot: %q is neither a range variable nor an expression of $1, so that there is nothing along the path, as in NEURON", p.expr)
		return nil
	}
	if r == nil || r.what == voltageVar {
		for i, k := range p.pieces {
			for _, n := range k.nodes {
				switch {
				case n.n != last:
					put(k.sec, n)
				case i > 0 && n == k.nodes[0] && k.sec.TrueParent() == p.pieces[i-1].sec: // a place of both is the child's
					out[len(out)-1] = sample{n.x + shift, n.arc, k.sec}
				}
			}
		}
		return out
	}
	has := func(s *tree.Section) bool { return r.mech == nil || s.Has(r.mech) }
	bears := func(n *tree.Node) bool { // it is the middle of a CV that has the variable
		return n.I >= 0 && n.I < n.Sec.NSeg() && has(n.Sec)
	}
	none := func(n pathNode) { out = append(out, sample{x: n.x + shift}) }
	if k := p.pieces[0]; len(k.nodes) == 1 {
		if bears(k.nodes[0].n) {
			put(k.sec, k.nodes[0])
		} else {
			none(k.nodes[0])
		}
		return out
	}
	for i, k := range p.pieces {
		first, end := k.nodes[0], k.nodes[len(k.nodes)-1]
		if !has(k.sec) {
			if i == 0 {
				none(first)
				none(first)
			}
			continue
		}
		switch {
		case i > 0 && !has(p.pieces[i-1].sec):
			none(first)
			put(k.sec, first)
		case i == 0:
			put(k.sec, first)
		}
		for _, n := range k.nodes {
			if n.n != last && n.n.Sec == k.sec && bears(n.n) {
				put(k.sec, n)
			}
		}
		switch {
		case end.n == last:
		case i == len(p.pieces)-1, !has(p.pieces[i+1].sec), bears(end.n):
			put(k.sec, end)
		}
		if i < len(p.pieces)-1 && !has(p.pieces[i+1].sec) {
			none(end)
		}
	}
	return out
}

// plotted is the value at a place.
func (c *call) plotted(p *rangePlot, s sample) float64 {
	in := c.in
	if s.sec == nil || in.failed {
		return 0
	}
	if r, sub := c.plottedVar(p); r != nil {
		return in.load(c.fr, c.pos, place{k: rangePlace, sec: s.sec, rng: r, sub: sub, x: s.arc, hasX: true}).x
	}
	depth := in.push(s.sec)
	*in.globals["hoc_ac_"] = s.arc
	in.execute(c.fr, c.pos, "hoc_ac_ = "+strings.ReplaceAll(p.expr, "$1", "hoc_ac_"), nil, true)
	in.popTo(depth)
	return *in.globals["hoc_ac_"]
}
