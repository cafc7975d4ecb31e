package rall

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/lower"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/protocol"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/sim"
)

// BenchOptions are for cells on the bench.
type BenchOptions struct {
	Celsius, VInit *float64                  // [degC], [mV]; nil: the model's
	Dt             float64                   // [ms]; 0: the model's
	Print          io.Writer                 // where mechanisms' printf goes
	Progress       func(done, total float64) // ms of model time, of all runs of a call
}

// Bench runs protocols on one cell type of a project: it is their Cell. Cells
// of one call lie side by side in the lanes of networks of their own, which
// share nothing.
type Bench struct {
	Cell     *ir.CellType
	p        *Project
	settings Settings
	opt      BenchOptions
	pop      *ir.Population // of one cell
	base     ir.Model
	geometry *morph.Geometry
	single   bool // mechanisms draw random numbers, by the cell's gid: one cell a network
}

// lanes is how many cells are computed side by side.
const lanes = 8

// Bench puts the cell type of that name ("": the first) on the bench: one cell,
// without what the network does to it.
func (p *Project) Bench(name string, s Settings, o BenchOptions) (*Bench, error) {
	t, err := p.cellType(name)
	if err != nil {
		return nil, UsageError{err}
	}
	b := &Bench{p: p, settings: s, opt: o, base: *p.Model}
	for _, pop := range p.Model.Pops {
		if pop.Type == t && pop.N > 0 {
			b.pop = pop
			break
		}
	}
	if b.pop == nil {
		return nil, fmt.Errorf("the model has no cell of type %q", t.Name)
	}
	own := *t
	m := &b.base
	if o.VInit != nil {
		own.VInit = nil
		m.Conditions.VInit = *o.VInit
	}
	if o.Celsius != nil {
		m.Conditions.Celsius = *o.Celsius
	}
	if o.Dt > 0 {
		m.Conditions.Dt = o.Dt
	}
	b.Cell = &own
	b.geometry = t.Morph.Geometry(morph.Offset{})
	if len(t.Paint) == 0 && len(t.Points) == 0 {
		return nil, fmt.Errorf("%s has no mechanisms, and without a membrane's conductance there is nothing to measure: --insert puts some in (pas:g=1e-4,e=-70), or name a cell that has its own (a HOC template, a spec with --cell)", t.Name)
	}
	m.CellTypes = []*ir.CellType{&own}
	m.Projs, m.Stims, m.Points, m.Plays, m.Records = nil, nil, nil, nil, nil
	m.SpikesOf = map[int]bool{}
	m.Conditions.RecordStep = m.Conditions.Dt
	net, err := b.network(nil, nil, 1)
	if err != nil {
		return nil, err
	}
	for i := range net.Mechs {
		b.single = b.single || len(net.Mechs[i].Program.Streams) > 0
	}
	return b, nil
}

// Dt is the step [ms], and VInit and Celsius what the runs begin with.
func (b *Bench) Dt() float64      { return b.base.Conditions.Dt }
func (b *Bench) Celsius() float64 { return b.base.Conditions.Celsius }

// VInit is that of the soma.
func (b *Bench) VInit() float64 {
	v := b.base.Conditions.VInit
	soma := b.Cell.Morph.Index(b.Soma().Section)
	for _, x := range b.Cell.VInit {
		if slices.Contains(x.Sections, soma) {
			v = x.V
		}
	}
	return v
}

// model is one of as many cells as inputs.
func (b *Bench) model(inputs []protocol.Input, places []protocol.Place, duration float64) (*ir.Model, error) {
	m := b.base
	n := max(len(inputs), 1)
	pop := *b.pop
	pop.Type, pop.FirstGid, pop.FirstNode, pop.N = b.Cell, 0, 0, n
	pop.X, pop.Y, pop.Z = slices.Repeat(b.pop.X[:1], n), slices.Repeat(b.pop.Y[:1], n), slices.Repeat(b.pop.Z[:1], n)
	if b.pop.Offsets != nil {
		pop.Offsets = slices.Repeat(b.pop.Offsets[:1], n)
	}
	pop.Columns = nil
	for _, c := range b.pop.Columns {
		c.Values = slices.Repeat(c.Values[:1], n)
		pop.Columns = append(pop.Columns, c)
	}
	m.Pops = []*ir.Population{&pop}
	m.Conditions.Duration = duration
	m.Couplings = nil
	for _, c := range b.base.Couplings {
		was := b.pop.FirstGid
		if c.To.Gid != was || c.From.Gid != was && c.Shared == "" || c.To.Table >= 0 || c.From.Table >= 0 && c.Shared == "" {
			continue // of other cells, or of what is not here
		}
		for gid := range n {
			c.To.Gid, c.From.Gid = gid, gid
			m.Couplings = append(m.Couplings, c)
		}
	}
	for gid, in := range inputs {
		for _, c := range in.Currents {
			sec, err := b.section(c.At)
			if err != nil {
				return nil, err
			}
			t := int32(len(m.Points))
			m.Points = append(m.Points, point("IClamp", gid, sec, c.At.Pos, "del", c.Delay, "dur", c.Dur, "amp", c.From))
			if c.To != c.From {
				m.Plays = append(m.Plays, ir.Played{Label: "ramp", To: ir.Ref{Gid: gid, Table: t, Place: -1, Var: "amp"},
					Times: []float64{c.Delay, c.Delay + c.Dur}, Values: []float64{c.From, c.To}, Continuous: true})
			}
		}
		if c := in.Clamp; c != nil {
			sec, err := b.section(c.At)
			if err != nil {
				return nil, err
			}
			t := int32(len(m.Points))
			m.Points = append(m.Points, point("SEClamp", gid, sec, c.At.Pos, "rs", c.RS, "dur1", c.Dur[0], "amp1", c.V[0], "dur2", c.Dur[1], "amp2", c.V[1], "dur3", c.Dur[2], "amp3", c.V[2]))
			m.Records = append(m.Records, ir.Record{Label: "i", Ref: ir.Ref{Gid: gid, Table: t, Place: -1, Var: "i"}})
		}
		for _, at := range places {
			sec, err := b.section(at)
			if err != nil {
				return nil, err
			}
			m.Records = append(m.Records, ir.Record{Label: "v", Ref: ir.Ref{Gid: gid, At: ir.Location{Section: sec, Pos: at.Pos}, Table: -1, Place: -1, Var: "v"}})
		}
	}
	return &m, nil
}

func point(mech string, gid, section int, at float64, params ...any) *ir.PointTable {
	t := &ir.PointTable{Label: mech, Mech: mech, Gid: []int{gid}, Section: []int{section}, At: []float64{at}}
	for i := 0; i < len(params); i += 2 {
		t.Params = append(t.Params, ir.ParamColumn{Name: params[i].(string), Values: []float64{params[i+1].(float64)}})
	}
	return t
}

func (b *Bench) network(inputs []protocol.Input, places []protocol.Place, duration float64) (*layout.Network, error) {
	m, err := b.model(inputs, places, duration)
	if err != nil {
		return nil, err
	}
	var diags diag.List
	net := lower.Lower(m, b.settings.lowering(), &diags)
	if net == nil {
		return nil, errors.New(strings.TrimSpace(diags.Error()))
	}
	return net, nil
}

// Own lists the point processes that the cell itself carries, which go on under every
// protocol: "" if there are none.
func (b *Bench) Own() string {
	const most = 4 // places of one mechanism
	var names []string
	places := map[string][]string{}
	for _, p := range b.Cell.Points {
		if places[p.Mech] == nil {
			names = append(names, p.Mech)
		}
		places[p.Mech] = append(places[p.Mech], protocol.Place{Section: b.Cell.Morph.Sections[p.At.Section].Name, Pos: p.At.Pos}.String())
	}
	var out []string
	for _, name := range names {
		at := places[name]
		text := name + " at " + strings.Join(at[:min(len(at), most)], ", ")
		if len(at) > most {
			text = fmt.Sprintf("%d %s (at %s, \u2026)", len(at), name, strings.Join(at[:most], ", "))
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// section returns the number of a place's section.
func (b *Bench) section(at protocol.Place) (int, error) {
	if i := b.Cell.Morph.Index(at.Section); i >= 0 {
		return i, nil
	}
	return -1, fmt.Errorf("there is no section %q", at.Section)
}

// Place reads where something is: a section with a position, soma(0.5), or by
// itself (its middle). Sections go by their names, dend_3 also as dend[3].
func (b *Bench) Place(text string) (protocol.Place, error) {
	name, pos := strings.TrimSpace(text), .5
	if i := strings.LastIndexByte(name, '('); i >= 0 && strings.HasSuffix(name, ")") {
		x, err := strconv.ParseFloat(strings.TrimSpace(name[i+1:len(name)-1]), 64)
		if err != nil || !(x >= 0 && x <= 1) {
			return protocol.Place{}, fmt.Errorf("%s: expected a position from 0 to 1, as in soma(0.5)", text)
		}
		name, pos = name[:i], x
	}
	plain := strings.NewReplacer("[", "_", "]", "")
	var names []string
	for i := range b.Cell.Morph.Sections {
		names = append(names, b.Cell.Morph.Sections[i].Name)
	}
	for _, is := range []func(own string) bool{ // the nearest meaning counts
		func(own string) bool { return own == name },
		func(own string) bool { return plain.Replace(own) == plain.Replace(name) },
		func(own string) bool { return plain.Replace(own) == name+"_0" },
	} {
		if i := slices.IndexFunc(names, is); i >= 0 {
			return protocol.Place{Section: names[i], Pos: pos}, nil
		}
	}
	said := strings.Join(names[:min(len(names), 8)], ", ")
	if len(names) > 8 {
		said += fmt.Sprintf(" and %d more (rall inspect lists them)", len(names)-8)
	}
	near := diag.DidYouMean(name, names)
	for i := 0; near == "" && i < len(names); i++ {
		near = diag.DidYouMean(name, []string{strings.TrimSuffix(plain.Replace(names[i]), "_0")})
	}
	return protocol.Place{}, fmt.Errorf("there is no section %q%s; there are %s", name, hint(near), said)
}

// Soma is the middle of the soma, or of what stands for it.
func (b *Bench) Soma() protocol.Place {
	m := b.Cell.Morph
	k := m.Origin()
	for i := range m.Sections {
		if isSoma(kindOf(m, i)) {
			k = i
			break
		}
	}
	return protocol.Place{Section: m.Sections[k].Name, Pos: .5}
}

// Far is the end that lies farthest from a place in the apical dendrite, or where
// there is none in any dendrite; nil where there is no dendrite.
func (b *Bench) Far(from protocol.Place) *protocol.Place {
	k, err := b.section(from)
	if err != nil {
		return nil
	}
	m := b.Cell.Morph
	var best *protocol.Place
	for _, apical := range []bool{true, false} {
		far := 0.0
		for i := range m.Sections {
			kind := kindOf(m, i)
			if isSoma(kind) || strings.HasPrefix(kind, "ax") || strings.HasPrefix(kind, "myelin") || apical && !strings.HasPrefix(kind, "apic") {
				continue
			}
			x := 1.0
			if b.geometry.Sections[i].Reversed {
				x = 0
			}
			if d := b.geometry.PathDistance(k, from.Pos, i, x); d > far && d < 1e19 {
				far, best = d, &protocol.Place{Section: m.Sections[i].Name, Pos: x}
			}
		}
		if best != nil {
			break
		}
	}
	return best
}

// Sites are the middles of CVs on the way from a place to another, or of all.
func (b *Bench) Sites(from protocol.Place, to *protocol.Place) ([]protocol.Site, error) {
	k, err := b.section(from)
	if err != nil {
		return nil, err
	}
	m := b.Cell.Morph
	end, way := -1, 0.0
	if to != nil {
		if end, err = b.section(*to); err != nil {
			return nil, err
		}
		way = b.geometry.PathDistance(k, from.Pos, end, to.Pos)
	}
	var out []protocol.Site
	for i := range m.Sections {
		for cv := range m.Sections[i].NSeg {
			x := morph.CVCentre(m.Sections[i].NSeg, cv)
			d := b.geometry.PathDistance(k, from.Pos, i, x)
			if d > 1e19 {
				continue
			}
			// On the way is where no detour is made.
			if to != nil && d+b.geometry.PathDistance(i, x, end, to.Pos) > way+float64(1e-6*math.Max(way, 1)) {
				continue
			}
			out = append(out, protocol.Site{Place: protocol.Place{Section: m.Sections[i].Name, Pos: x}, Kind: kindOf(m, i), Distance: d})
		}
	}
	slices.SortStableFunc(out, func(a, b protocol.Site) int {
		switch {
		case a.Distance < b.Distance:
			return -1
		case a.Distance > b.Distance:
			return 1
		}
		return 0
	})
	return out, nil
}

// maxRecorded is how much one call of a Bench may record [bytes].
const maxRecorded = 8 << 30

// Run implements protocol.Cell. How inputs are put together never changes a
// bit.
func (b *Bench) Run(ctx context.Context, inputs []protocol.Input, places []protocol.Place, duration float64) ([]protocol.Recording, error) {
	if n := float64(len(inputs)) * float64(len(places)+2) * (duration/b.Dt() + 1) * 8; !(n <= maxRecorded) {
		return nil, UsageError{fmt.Errorf("%d runs of %g ms at dt %g ms, recorded at %d places at every step, need %.3g GiB of memory; %d GiB are the most: shorter or fewer runs, fewer places, or a longer dt",
			len(inputs), duration, b.Dt(), len(places), n/(1<<30), maxRecorded>>30)}
	}
	threads := b.settings.threads()
	size := min(max((len(inputs)+threads-1)/threads, 1), lanes)
	if b.single {
		size = 1
	}
	chunks := slices.Collect(slices.Chunk(inputs, size))
	out := make([][]protocol.Recording, len(chunks))
	errs := make([]error, len(chunks))
	var next atomic.Int64
	var progress sync.Mutex
	at := make([]float64, len(chunks))
	var wg sync.WaitGroup
	for range min(threads, len(chunks)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= len(chunks) {
					return
				}
				out[k], errs[k] = b.run(ctx, chunks[k], places, duration, func(t float64) {
					if b.opt.Progress == nil {
						return
					}
					progress.Lock()
					defer progress.Unlock()
					at[k] = t
					sum := 0.0
					for _, x := range at {
						sum += x
					}
					b.opt.Progress(sum, duration*float64(len(chunks)))
				})
			}
		})
	}
	wg.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		for _, e := range errs {
			if e != nil {
				return nil, e // the first says enough
			}
		}
		return nil, err
	}
	return slices.Concat(out...), nil
}

func (b *Bench) run(ctx context.Context, inputs []protocol.Input, places []protocol.Place, duration float64, progress func(t float64)) ([]protocol.Recording, error) {
	net, err := b.network(inputs, places, duration)
	if err != nil {
		return nil, err
	}
	be := backend(b.settings.Backend)
	if be == nil {
		return nil, fmt.Errorf("no kernel backend %q: there are %s", b.settings.Backend, strings.Join(Backends, ", "))
	}
	opt := sim.Options{Threads: 1, Backend: be}
	if slices.ContainsFunc(net.Mechs, func(m layout.Mech) bool { return kernel.Uses(m.Program, kernel.Print) }) {
		opt.Print = b.opt.Print
	}
	s := sim.New(net, opt)
	if err := s.Init(); err != nil {
		return nil, err
	}
	if err := s.Run(ctx, progress); err != nil {
		return nil, err
	}
	res, err := s.Result(sim.Outline(net))
	if err != nil {
		return nil, err
	}
	out := make([]protocol.Recording, len(inputs))
	for i := range res.Reports {
		r := &res.Reports[i]
		for e := range r.Elements {
			gid := r.Elements[e].Gid
			rec := &out[gid]
			rec.T = r.Time
			if x := r.Column(e); r.Label == "i" {
				rec.I = x
			} else {
				rec.V = append(rec.V, x)
			}
		}
	}
	return out, nil
}
