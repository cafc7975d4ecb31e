package layout

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/rallsim/rall/runtime/kernel"
)

// Check returns an error that lists what is unsound in n: an index out of
// range, columns of unequal length, an order that is broken. Tests run it
// after every lowering.
func (n *Network) Check() error {
	c := &checker{n: n}
	if !(n.Dt > 0) || !(n.RecordStep > 0) || n.Epoch < 1 {
		c.bad("dt %g, record step %g, epoch %d", n.Dt, n.RecordStep, n.Epoch)
	}
	for i := range n.Groups {
		c.group(i)
	}
	for i := range n.Sources {
		if g := n.Sources[i].Group; g < 0 || int(g) >= len(n.Groups) {
			c.bad("source %d is in group %d of %d", i, g, len(n.Groups))
		}
	}
	for i := range n.Records {
		c.record(i)
	}
	for i := 1; i < len(n.Cells); i++ {
		if n.Cells[i].Gid <= n.Cells[i-1].Gid {
			c.bad("cells are not in gid order at %d", i)
		}
	}
	return errors.Join(c.found...)
}

type checker struct {
	n     *Network
	found []error
}

func (c *checker) bad(format string, args ...any) {
	if len(c.found) < 20 {
		c.found = append(c.found, fmt.Errorf(format, args...))
	}
}

func (c *checker) group(gi int) {
	g := &c.n.Groups[gi]
	if g.Foreign {
		return
	}
	nodes := len(g.VInit)
	for name, col := range map[string][]float64{"Area": g.Area, "Diam": g.Diam, "Cm": g.Cm, "A": g.A, "B": g.B} {
		if len(col) != nodes {
			c.bad("group %d: %s has %d entries for %d nodes", gi, name, len(col), nodes)
			return
		}
	}
	next := 0
	for bi, b := range g.Blocks {
		if b.First != next || (b.Lanes != 1 && b.Lanes != Lanes) || b.Used < 1 || b.Used > b.Lanes {
			c.bad("group %d, block %d: first %d (want %d), %d of %d lanes", gi, bi, b.First, next, b.Used, b.Lanes)
		}
		for k, p := range b.Parent {
			if int(p) >= k || p < -1 {
				c.bad("group %d, block %d: node %d has parent %d", gi, bi, k, p)
			}
		}
		next += b.Lanes * len(b.Parent)
	}
	if next != nodes {
		c.bad("group %d: blocks hold %d nodes, columns %d", gi, next, nodes)
	}
	for i, a := range g.Area {
		if !(a > 0) || math.IsInf(a, 0) || math.IsNaN(g.VInit[i]) || math.IsNaN(g.A[i]) || math.IsNaN(g.B[i]) {
			c.bad("group %d, node %d: area %g, v %g, a %g, b %g", gi, i, a, g.VInit[i], g.A[i], g.B[i])
		}
	}
	for k := range g.Ions {
		s := &g.Ions[k]
		if s.Ion < 0 || s.Ion >= len(c.n.Ions) || len(s.E) != len(s.Node) || len(s.In) != len(s.Node) || len(s.Out) != len(s.Node) || len(s.Style) != len(s.Node) {
			c.bad("group %d: ion columns %d are unsound", gi, k)
		}
		c.indices(gi, "ion slot", s.Node, nodes)
	}
	for k := range g.Instances {
		c.instances(gi, k)
	}
	for _, x := range g.Gives {
		c.variable(gi, "what is given", x.Var)
		if x.Slot < 0 || int(x.Slot) >= c.n.Slots {
			c.bad("group %d: gives to slot %d of %d", gi, x.Slot, c.n.Slots)
		}
	}
	for _, x := range g.Takes {
		if x.Slot < 0 || int(x.Slot) >= c.n.Slots || x.Set < 0 || int(x.Set) >= len(g.Instances) || x.Row < 0 || int(x.Row) >= g.Instances[x.Set].N ||
			x.Pointer < 0 && (x.Col < 0 || int(x.Col) >= len(g.Instances[x.Set].Columns)) {
			c.bad("group %d: take %+v is unsound", gi, x)
		}
	}
	for _, d := range g.Detectors {
		if d.Node < 0 || int(d.Node) >= nodes || d.Source < 0 || int(d.Source) >= len(c.n.Sources) {
			c.bad("group %d: detector of source %d on node %d", gi, d.Source, d.Node)
		}
	}
	c.edges(gi)
}

func (c *checker) indices(gi int, what string, index []int32, top int) {
	for i, x := range index {
		if x < 0 || int(x) >= top {
			c.bad("group %d: %s %d reaches %d of %d", gi, what, i, x, top)
			return
		}
	}
}

func (c *checker) instances(gi, k int) {
	g := &c.n.Groups[gi]
	in := &g.Instances[k]
	if in.Mech < 0 || in.Mech >= len(c.n.Mechs) {
		c.bad("group %d: instances of mechanism %d of %d", gi, in.Mech, len(c.n.Mechs))
		return
	}
	p := c.n.Mechs[in.Mech].Program
	for i, col := range in.Columns {
		if len(col) != in.N && len(col) != 1 {
			c.bad("group %d, %s: column %d has %d entries for %d instances", gi, p.Mech, i, len(col), in.N)
		}
	}
	common := false
	for _, q := range p.Ports {
		if q.Quantity != kernel.Common {
			continue
		}
		common = true
		if s := in.CommonSet; in.Common == nil || s < 0 || int(s) >= k || q.Row < 0 || q.Row >= len(g.Instances[s].Columns) {
			c.bad("group %d, %s: row %d of set %d, for others, is not there", gi, p.Mech, q.Row, s)
		}
	}
	if in.Common != nil && (!common || len(in.Common) != in.N) {
		c.bad("group %d, %s: %d instances belong to %d others", gi, p.Mech, in.N, len(in.Common))
	} else if in.Common != nil && int(in.CommonSet) < k {
		c.indices(gi, p.Mech+" of instance", in.Common, g.Instances[in.CommonSet].N)
	}
	if in.Node != nil {
		if len(in.Node) != in.N {
			c.bad("group %d, %s: %d node indices for %d instances", gi, p.Mech, len(in.Node), in.N)
		}
		c.indices(gi, p.Mech+" on node", in.Node, len(g.VInit))
	}
	if len(in.Ion) != len(p.Ions) || len(in.IonSet) != len(p.Ions) {
		c.bad("group %d, %s: %d ion indices for %d ions", gi, p.Mech, len(in.Ion), len(p.Ions))
		return
	}
	for i := range in.Ion {
		if s := in.IonSet[i]; s < 0 || int(s) >= len(g.Ions) {
			c.bad("group %d, %s: ion set %d of %d", gi, p.Mech, s, len(g.Ions))
			continue
		}
		c.indices(gi, p.Mech+" ion", in.Ion[i], len(g.Ions[in.IonSet[i]].Node))
	}
	d := in.Diffusion
	if (d != nil) != (p.Diffusion != nil) || d != nil && (len(d.Parent) != in.N || len(d.A) != in.N || len(d.B) != in.N) {
		c.bad("group %d, %s: diffusion does not fit", gi, p.Mech)
	} else if d != nil {
		for i, p := range d.Parent {
			if p < -1 || int(p) >= i {
				c.bad("group %d: instance %d has its diffusion to %d", gi, i, p)
			}
		}
	}
	if in.Source != nil && len(in.Source) != in.N {
		c.bad("group %d, %s: %d sources for %d instances", gi, p.Mech, len(in.Source), in.N)
	}
}

func (c *checker) edges(gi int) {
	g := &c.n.Groups[gi]
	e := &g.Edges
	if len(e.First) != len(e.Sources)+1 {
		c.bad("group %d: %d edge ranges for %d sources", gi, len(e.First), len(e.Sources))
		return
	}
	for i := range e.Row {
		if s := e.Set[i]; s < 0 || int(s) >= len(g.Instances) || e.Row[i] < 0 || int(e.Row[i]) >= g.Instances[s].N {
			c.bad("group %d: edge %d goes to row %d of instances %d", gi, i, e.Row[i], s)
			return
		}
		if !(e.Delay[i] >= 0) {
			c.bad("group %d: edge %d has delay %g", gi, i, e.Delay[i])
		}
	}
	for k := range e.Sources {
		for i := e.First[k] + 1; i < e.First[k+1]; i++ {
			if e.Delay[i] < e.Delay[i-1] || e.Delay[i] == e.Delay[i-1] && e.Order[i] <= e.Order[i-1] {
				c.bad("group %d: edges of source %d are out of order", gi, e.Sources[k])
				return
			}
		}
		s := e.Sources[k]
		if c.n.Sources[s].Group == int32(gi) {
			continue
		}
		for i := e.First[k]; i < e.First[k+1]; i++ {
			if e.Delay[i] < float64(c.n.Epoch)*c.n.Dt {
				c.bad("group %d: edge %d crosses groups with a delay of %g ms, shorter than an epoch of %d steps", gi, i, e.Delay[i], c.n.Epoch)
				return
			}
		}
	}
}

func (c *checker) record(i int) {
	r := &c.n.Records[i]
	if r.Group < 0 || int(r.Group) >= len(c.n.Groups) {
		c.bad("record %d is in group %d", i, r.Group)
		return
	}
	c.variable(int(r.Group), fmt.Sprintf("record %d", i), r.Var)
}

func (c *checker) variable(gi int, what string, v Var) {
	g := &c.n.Groups[gi]
	if g.Foreign {
		return
	}
	top := len(g.VInit)
	switch v.What {
	case Zero:
		return
	case Column:
		if v.Set < 0 || int(v.Set) >= len(g.Instances) || v.Col < 0 || int(v.Col) >= len(g.Instances[v.Set].Columns) {
			c.bad("group %d, %s: column %d of instances %d", gi, what, v.Col, v.Set)
			return
		}
		top = g.Instances[v.Set].N
	case Shared:
		top = g.NumShared
	case Weight:
		top = len(g.Edges.Row)
	case IonE, IonIn, IonOut, IonI:
		if v.Set < 0 || int(v.Set) >= len(g.Ions) {
			c.bad("group %d, %s: ion set %d", gi, what, v.Set)
			return
		}
		top = len(g.Ions[v.Set].Node)
	}
	if v.Row < 0 || int(v.Row) >= top {
		c.bad("group %d, %s: row %d of %d", gi, what, v.Row, top)
	}
}

// String prints the network for reading: its groups with their blocks and
// instances, sources and edges by number.
func (n *Network) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "network: %g ms at dt %g ms, %g degC, epoch %d steps (%s)\n", n.Duration, n.Dt, n.Celsius, n.Epoch, n.Why)
	for i := range n.Mechs {
		fmt.Fprintf(&b, "mech %d %s\n", i, n.Mechs[i].Program.Mech)
	}
	for i := range n.Ions {
		fmt.Fprintf(&b, "ion %d %s valence %g, start %g in, %g out\n", i, n.Ions[i].Name, n.Ions[i].Valence, n.Ions[i].In0, n.Ions[i].Out0)
	}
	for gi := range n.Groups {
		g := &n.Groups[gi]
		fmt.Fprintf(&b, "group %d: %d nodes\n", gi, len(g.VInit))
		for _, blk := range g.Blocks {
			fmt.Fprintf(&b, "  block at %d: %d of %d lanes, parents %v\n", blk.First, blk.Used, blk.Lanes, blk.Parent)
		}
		for k := range g.Ions {
			fmt.Fprintf(&b, "  ion %s on %d nodes\n", n.Ions[g.Ions[k].Ion].Name, len(g.Ions[k].Node))
		}
		for k := range g.Instances {
			in := &g.Instances[k]
			fmt.Fprintf(&b, "  %d of %s\n", in.N, n.Mechs[in.Mech].Program.Mech)
		}
		fmt.Fprintf(&b, "  %d detectors, %d edges of %d sources\n", len(g.Detectors), len(g.Edges.Row), len(g.Edges.Sources))
	}
	fmt.Fprintf(&b, "%d cells, %d sources, %d records\n", len(n.Cells), len(n.Sources), len(n.Records))
	return b.String()
}
