package build

import (
	"math"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/spec"
)

// The variables of a connection rule's string functions, by slot.
var pairSlots = []string{
	"pre_x", "pre_y", "pre_z", "pre_xnorm", "pre_ynorm", "pre_znorm",
	"post_x", "post_y", "post_z", "post_xnorm", "post_ynorm", "post_znorm",
	"dist_x", "dist_y", "dist_z", "dist_xnorm", "dist_ynorm", "dist_znorm",
	"dist_2D", "dist_3D", "dist_norm2D", "dist_norm3D", "dist_3D_border",
}

const numPairSlots = 23

// pairFunc is a compiled string function of a pair.
type pairFunc struct {
	prog  *expr.Prog
	slots []int // that it reads
	rand  bool
	src   spec.Value
}

// compile compiles a string function of pairs; nil for other values.
func (b *builder) compile(v spec.Value) *pairFunc {
	if v.Kind != spec.Function {
		return nil
	}
	prog, err := v.Func.Compile(pairSlots, b.consts)
	if err != nil {
		b.diags.Errorf(diag.UnknownName, v.Pos, "%v", err)
		return nil
	}
	f := &pairFunc{prog: prog, rand: v.Func.UsesRand(), src: v}
	for i, name := range pairSlots {
		if v.Func.Uses(name) {
			f.slots = append(f.slots, i)
			if i >= 20 && i < 22 {
				b.compat("dist_norm", v.Pos, "%s takes a square root where a square is meant, as NetPyNE's does", name)
			}
		}
	}
	return f
}

// eval evaluates f for a pair; pre or post may be nil where NetPyNE has none.
func (b *builder) eval(f *pairFunc, pre, post *cell, vars *[numPairSlots]float64, r expr.Rand) float64 {
	for _, s := range f.slots {
		vars[s] = b.pairVar(s, pre, post)
	}
	return f.prog.Eval(vars[:], r)
}

func sq(x float64) float64 { return float64(x * x) }

// pairVar returns a variable of a pair, in NetPyNE's order of operations.
func (b *builder) pairVar(slot int, pre, post *cell) float64 {
	switch {
	case slot < 3:
		return pre.pos[slot]
	case slot < 6:
		return pre.norm[slot-3]
	case slot < 9:
		return post.pos[slot-6]
	case slot < 12:
		return post.norm[slot-9]
	case slot < 15:
		return math.Abs(pre.pos[slot-12] - post.pos[slot-12])
	case slot < 18:
		return math.Abs(pre.norm[slot-15] - post.norm[slot-15])
	}
	d := func(k int) float64 { return pre.pos[k] - post.pos[k] }
	n := func(k int) float64 { return pre.norm[k] - post.norm[k] }
	switch slot {
	case 18:
		return math.Sqrt(sq(d(0)) + sq(d(2)))
	case 19:
		return math.Sqrt(sq(d(0)) + sq(d(1)) + sq(d(2)))
	case 20:
		if b.rall() {
			return math.Sqrt(sq(n(0)) + sq(n(2)))
		}
		return math.Sqrt(sq(n(0)) + math.Sqrt(n(2)))
	case 21:
		if b.rall() {
			return math.Sqrt(sq(n(0)) + sq(n(1)) + sq(n(2)))
		}
		return math.Sqrt(sq(n(0)) + math.Sqrt(n(1)) + math.Sqrt(n(2)))
	}
	c := b.border(post)
	return math.Sqrt(sq(math.Abs(d(0))-c[0]) + sq(math.Abs(d(1))-c[1]) + sq(math.Abs(d(2))-c[2]))
}

// border is NetPyNE's correction of distances near the network's borders.
func (b *builder) border(post *cell) [3]float64 {
	var c [3]float64
	cb := b.s.Net.CorrectBorder
	if cb == nil {
		return c
	}
	p := &b.s.Net.Pops[post.pop]
	for k := range c {
		lo, hi := 0., b.size(k)
		abs, norm := [3]spec.Range{p.X, p.Y, p.Z}[k], [3]spec.Range{p.XNorm, p.YNorm, p.ZNorm}[k]
		switch {
		case cb.Given[k]:
			lo, hi = float64(cb.Borders[k][0]*b.size(k)), float64(cb.Borders[k][1]*b.size(k))
		case abs.Set:
			lo, hi = abs.Lo, abs.Hi
		case norm.Set:
			lo, hi = float64(norm.Lo*b.size(k)), float64(norm.Hi*b.size(k))
		}
		c[k] = math.Max(0, cb.Threshold[k]-math.Min(math.Abs(post.pos[k]-lo), math.Abs(post.pos[k]-hi)))
	}
	return c
}

// argument is the final value of weight, delay, synsPerConn or loc for a
// pair: absent, a number or a list.
type argument struct {
	set  bool
	num  float64
	list []spec.Value
}

func fixed(v spec.Value) argument {
	switch v.Kind {
	case spec.Absent:
		return argument{}
	case spec.List:
		return argument{set: true, list: v.Items}
	}
	return argument{set: true, num: v.Num}
}

// The four arguments of a connection, in the order in which NetPyNE
// evaluates them.
const (
	argWeight = iota
	argDelay
	argSynsPerConn
	argLoc
	numArgs
)

var argNames = [numArgs]string{"weight", "delay", "synsPerConn", "loc"}

// rule is a connection rule at work.
type rule struct {
	*spec.ConnRule
	pre, post  []*cell
	args       [numArgs]spec.Value
	funcs      [numArgs]*pairFunc
	listed     [numArgs][]float64 // values drawn for the pairs of connList
	drawn      [numArgs]*drawn    // values drawn for all pairs
	stream     rng                // NetPyNE's stream of the rule
	synMechs   []string           // labels of SynMech, or ""
	vars       [numPairSlots]float64
	edges      *edges
	tellers    *edges // with plast: what its instances hear of spikes by
	row        *row
	plain      bool // its connections may be made together
	continuous bool // some have no events
}
