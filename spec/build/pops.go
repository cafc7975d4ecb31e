package build

import (
	"maps"
	"math"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/vec"
	"github.com/rallsim/rall/spec"
)

// cell is one cell with a gid.
type cell struct {
	gid, pop, index int
	tags            map[string]spec.Tag
	labels          []string   // of the cell rules that apply
	pos, norm       [3]float64 // [um], and as a fraction of the network's size
	entry           *spec.CellEntry
	typ             *cellType // nil for artificial cells
	rand            *rng      // NetPyNE's stream for cell and synapse parameters, made on first use
	own             bool      // this rank steps it: connections onto it are kept
	watched         bool      // its synapses are known to all ranks: somebody asks which there are
	syns            []synapse // of a watched cell
	stims           []placedStim
	point           *pointCell
	lengths         []float64 // [um] of its own sections with 3-D points, made on first use
}

// tag returns a tag, coordinates and norms included.
func (c *cell) tag(key string) (spec.Tag, bool) {
	switch key {
	case "x", "y", "z":
		return spec.Tag{IsNum: true, N: c.pos[key[0]-'x']}, true
	case "xnorm", "ynorm", "znorm":
		return spec.Tag{IsNum: true, N: c.norm[key[0]-'x']}, true
	}
	t, ok := c.tags[key]
	return t, ok
}

// cellRand returns the cell's own stream: all string functions of its
// sections and synapses draw from it, in order of evaluation.
func (b *builder) cellRand(c *cell) rng {
	if c.rand == nil {
		r := b.stream(random.HashStr("cellParams"), uint32(c.gid), uint32(b.s.Cfg.Seeds.Cell))
		if b.rall() {
			r = b.keyed(b.s.Cfg.Seeds.Cell, "cellParams", "", int64(c.gid))
		}
		c.rand = &r
	}
	return *c.rand
}

// size returns the network's extent along a coordinate.
func (b *builder) size(axis int) float64 {
	return [3]float64{b.s.Net.SizeX, b.s.Net.SizeY, b.s.Net.SizeZ}[axis]
}

// populations creates the cells with their places and tags.
func (b *builder) populations() {
	for pi := range b.s.Net.Pops {
		p := &b.s.Net.Pops[pi]
		var norm [][3]float64
		var abs [][3]float64 // where coordinates are given in um
		n := 0               // cells made; may differ from the gids used up
		used := 0
		switch p.Size {
		case spec.ByNumCells:
			if !b.cellCount(p, float64(p.NumCells)) {
				return
			}
			used = p.NumCells
			n = int(b.s.Net.Scale * float64(p.NumCells))
			switch {
			case b.rall():
				if !b.cellCount(p, float64(n)) {
					return
				}
				used = n
			case n > used:
				b.diags.ErrorHint(diag.Unsupported, p.Pos, "raise numCells instead, or set simConfig rng: rall",
					"population %q: scale %g with numCells: NetPyNE stops there, because it gives places and gids to %d cells only", p.Label, b.s.Net.Scale, used)
				return
			case n < used:
				b.compat("scale", p.Pos, "scale %g: gids of population %q are counted as if it had %d cells, which leaves holes", b.s.Net.Scale, p.Label, used)
			}
			norm = b.scatter(p, used, used)
		case spec.ByDensity:
			norm = b.byDensity(p)
			n = len(norm)
			used = n
		case spec.ByGrid:
			abs = b.grid(p)
			n = len(abs)
			used = n
		case spec.ByList:
			n = len(p.Cells)
			used = n
		}
		if n == 0 && !b.diags.HasErrors() {
			b.diags.Warnf(diag.NoMatch, p.Pos, "population %q has no cells", p.Label)
		}
		fractions := b.fractions(p, n)
		tags := b.popTags(p, b.tagsLost(p)) // shared by the cells that have no own
		for i := 0; i < n; i++ {
			c := &cell{gid: b.lastGid + i, pop: pi, index: i, tags: tags}
			switch {
			case norm != nil:
				c.norm = norm[i]
				for k := range c.pos {
					c.pos[k] = b.size(k) * c.norm[k]
				}
			case abs != nil:
				c.pos = abs[i]
				for k := range c.norm {
					c.norm[k] = c.pos[k] / b.size(k)
				}
			default:
				b.listed(c, &p.Cells[i])
			}
			if fractions != nil {
				c.tags = maps.Clone(c.tags)
				c.tags["fraction"] = spec.Tag{IsNum: true, N: fractions[i]}
			}
			b.cells = append(b.cells, c)
			b.byGid[c.gid] = c
		}
		b.lastGid += used
	}
}

// tagsLost says whether a population's own tags are lost: NetPyNE takes all
// keys of a population of artificial cells that it does not know for
// parameters, unless it has params.
func (b *builder) tagsLost(p *spec.Pop) bool {
	return !b.rall() && b.artificialModel(p) != nil && b.s.Tree.Get("netParams").Get("popParams").Get(p.Label).Get("params") == nil
}

// popTags returns the tags that cells inherit.
func (b *builder) popTags(p *spec.Pop, lost bool) map[string]spec.Tag {
	tags := map[string]spec.Tag{"pop": {S: p.Label}}
	for _, name := range b.s.Net.PopTagsCopiedToCells {
		switch name {
		case "cellType":
			if p.CellType.S != "" {
				tags[name] = spec.Tag{S: p.CellType.S}
			}
		case "cellModel":
			if p.CellModel.S != "" {
				tags[name] = spec.Tag{S: p.CellModel.S}
			}
		}
		for _, t := range p.Tags {
			if t.Name != name {
				continue
			}
			if lost {
				b.compat("lost tag", t.Key, "tag %q does not reach the artificial cells of population %q, as NetPyNE has it, because the population has no params: put its parameters there",
					name, p.Label)
				continue
			}
			tags[name] = t.Tag
		}
	}
	return tags
}

// listed places a cell of a cellsList.
func (b *builder) listed(c *cell, e *spec.CellEntry) {
	c.entry = e
	if len(e.Tags) > 0 {
		c.tags = maps.Clone(c.tags)
	}
	for _, t := range e.Tags {
		c.tags[t.Name] = t.Tag
	}
	abs := [3]spec.Value{e.X, e.Y, e.Z}
	norm := [3]spec.Value{e.XNorm, e.YNorm, e.ZNorm}
	for k := range c.pos {
		switch {
		case abs[k].IsSet():
			c.pos[k] = abs[k].Num
			c.norm[k] = c.pos[k] / b.size(k)
		case norm[k].IsSet():
			c.norm[k] = norm[k].Num
			c.pos[k] = c.norm[k] * b.size(k)
		}
	}
}

// normRange returns a population's range along a coordinate as a fraction of
// the network's size.
func (b *builder) normRange(p *spec.Pop, axis int) (lo, hi float64, ok bool) {
	abs := [3]spec.Range{p.X, p.Y, p.Z}[axis]
	norm := [3]spec.Range{p.XNorm, p.YNorm, p.ZNorm}[axis]
	if abs.Set {
		return abs.Lo / b.size(axis), abs.Hi / b.size(axis), true
	}
	return norm.Lo, norm.Hi, norm.Set
}

// locRand is the stream of a population's places.
func (b *builder) locRand(p *spec.Pop, first int) rng {
	if b.rall() {
		return b.keyed(b.s.Cfg.Seeds.Loc, "locations", p.Label)
	}
	return b.stream(uint32(first), uint32(b.lastGid), uint32(b.s.Cfg.Seeds.Loc))
}

// maxCells is the largest size of a population.
const maxCells = 2e7

func (b *builder) cellCount(p *spec.Pop, n float64) bool {
	if n >= 0 && n <= maxCells {
		return true
	}
	b.diags.Errorf(diag.BadValue, p.SizePos, "population %q would have %g cells; rall makes from 0 to %g", p.Label, n, float64(maxCells))
	return false
}

// scatter draws n places in the network's shape and maps them into the
// population's ranges.
func (b *builder) scatter(p *spec.Pop, n, seed int) [][3]float64 {
	r := b.locRand(p, seed)
	r.Uniform(0, 1) // setting the distribution draws, in NEURON
	out := make([][3]float64, n)
	for i := range out {
		for k := range out[i] {
			out[i][k] = r.Repick()
		}
	}
	b.shape(out)
	for k := 0; k < 3; k++ {
		lo, hi, ok := b.normRange(p, k)
		if !ok {
			continue
		}
		for i := range out {
			out[i][k] = float64(out[i][k]*(hi-lo)) + lo
		}
	}
	return out
}

// shape bends the unit cube into the network's shape.
func (b *builder) shape(at [][3]float64) {
	for i := range at {
		u := at[i]
		switch b.s.Net.Shape {
		case "cylinder":
			phi := 2 * math.Pi * u[2]
			rho := math.Sqrt(u[0])
			at[i][0] = (1 + float64(rho*vec.Cos(phi))) / 2
			at[i][2] = (1 + float64(rho*vec.Sin(phi))) / 2
		case "ellipsoid":
			rho := vec.Pow(u[0], 1.0/3.0)
			phi := 2 * math.Pi * u[1]
			theta := vec.Acos(float64(2*u[2]) - 1)
			at[i][0] = (1 + float64(rho*vec.Cos(phi)*vec.Sin(theta))) / 2
			at[i][1] = (1 + float64(rho*vec.Sin(phi)*vec.Sin(theta))) / 2
			at[i][2] = (1 + float64(rho*vec.Cos(theta))) / 2
		}
	}
}

// byDensity returns places for a density in cells/mm3, a number or a function
// of one normalised coordinate.
func (b *builder) byDensity(p *spec.Pop) [][3]float64 {
	sx, sy, sz := b.size(0), b.size(1), b.size(2)
	var volume float64 // [mm3]
	switch b.s.Net.Shape {
	case "cylinder":
		volume = sy / 1e3 * sx / 1e3 / 2 * sz / 1e3 / 2 * math.Pi
	case "ellipsoid":
		volume = sy / 1e3 / 2.0 * sx / 1e3 / 2.0 * sz / 1e3 / 2.0 * math.Pi * 4.0 / 3.0
	default:
		volume = sy / 1e3 * sx / 1e3 * sz / 1e3
	}
	for k := 0; k < 3; k++ {
		if lo, hi, ok := b.normRange(p, k); ok {
			volume *= hi - lo
		}
	}
	if p.Density.Kind != spec.Function {
		if !b.cellCount(p, p.Density.Num*volume) {
			return nil
		}
		n := int(p.Density.Num * volume)
		return b.scatter(p, n, n)
	}
	axis := map[string]int{"xnorm": 0, "ynorm": 1, "znorm": 2}[p.DensityVar]
	lo, hi, ok := b.normRange(p, axis)
	if !ok {
		b.diags.ErrorHint(diag.BadValue, p.Density.Pos, "give "+p.DensityVar+"Range", "a density that depends on %s needs the population's range along it", p.DensityVar)
		return nil
	}
	prog, err := p.Density.Func.Compile([]string{p.DensityVar}, b.consts)
	if err != nil {
		b.diags.Errorf(diag.BadValue, p.Density.Pos, "%v", err)
		return nil
	}
	density := func(x float64) float64 { return prog.Eval([]float64{x}, nil) }
	top := math.Inf(-1)
	if hi-lo > 1e4 {
		b.diags.Errorf(diag.BadValue, p.Pos, "population %q: a range from %g to %g of %s is no fraction of the network's size", p.Label, lo, hi, p.DensityVar)
		return nil
	}
	for _, x := range arange(lo, hi, .001) {
		top = math.Max(top, density(x))
	}
	if !(top > 0) || math.IsInf(top, 0) {
		b.diags.Errorf(diag.BadValue, p.Density.Pos, "the density's maximum between %g and %g is %g cells/mm3", lo, hi, top)
		return nil
	}
	if !b.cellCount(p, volume*top) {
		return nil
	}
	r := b.locRand(p, int(top))
	where := make([]float64, int(volume*top))
	for i := range where {
		where[i] = lo + float64((hi-lo)*r.Uniform(0, 1))
	}
	var kept []float64
	for _, x := range where {
		if density(x)/top > r.Uniform(0, 1) {
			kept = append(kept, x)
		}
	}
	out := b.scatter(p, len(kept), len(kept))
	for i, x := range kept {
		out[i][axis] = x
	}
	return out
}

// grid returns places [um] on a grid, x slowest. Its upper end is open at one
// um beyond the range, as NetPyNE has it.
func (b *builder) grid(p *spec.Pop) [][3]float64 {
	var axes [3][]float64
	total := 1.
	for k := range axes {
		lo, hi := 0.0, b.size(k)
		abs := [3]spec.Range{p.X, p.Y, p.Z}[k]
		norm := [3]spec.Range{p.XNorm, p.YNorm, p.ZNorm}[k]
		switch {
		case norm.Set:
			lo, hi = float64(norm.Lo*b.size(k)), float64(norm.Hi*b.size(k))
		case abs.Set:
			lo, hi = abs.Lo, abs.Hi
		}
		total *= math.Max(math.Ceil((hi+1-lo)/p.GridSpacing[k]), 0)
		if !b.cellCount(p, total) {
			return nil
		}
		axes[k] = arange(lo, hi+1, p.GridSpacing[k])
	}
	var out [][3]float64
	for _, x := range axes[0] {
		for _, y := range axes[1] {
			for _, z := range axes[2] {
				out = append(out, [3]float64{x, y, z})
			}
		}
	}
	return out
}

// arange returns numbers from lo up to, and without, hi as NumPy's arange
// does, whose step is the difference of the first two.
func arange(lo, hi, step float64) []float64 {
	n := int(math.Ceil((hi - lo) / step))
	out := make([]float64, max(n, 0))
	delta := lo + step - lo
	for i := range out {
		out[i] = lo + float64(float64(i)*delta)
	}
	return out
}

// fractions returns each cell's place in a diverse population, 0 to 1. On a
// grid, where places in order are no mixture, they are shuffled.
func (b *builder) fractions(p *spec.Pop, n int) []float64 {
	if !p.Diversity {
		return nil
	}
	f := make([]float64, n)
	for i := range f {
		f[i] = float64(i) / float64(n)
	}
	switch {
	case p.Size != spec.ByGrid:
	case b.rall():
		r := b.keyed(b.s.Cfg.Seeds.Cell, "diversity", p.Label)
		for i := n - 1; i > 0; i-- {
			j := int(r.DiscUnif(0, float64(i)))
			f[i], f[j] = f[j], f[i]
		}
	default:
		random.NumPyShuffle(uint64(b.s.Cfg.Seeds.Cell), f)
	}
	return f
}
