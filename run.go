package rall

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/runtime/sim"
	"github.com/rallsim/rall/runtime/vec"
)

// RunOptions are for one run.
type RunOptions struct {
	Print     io.Writer              // where mechanisms' printf goes
	Progress  func(t, until float64) // called every few milliseconds of model time [ms]
	Args      []string               // the command line, for the record
	BuildTime time.Duration          // for the record
	KeepConns bool                   // Result.Conns is filled

	// Log keeps what the run yields while it lasts, so that nothing is lost
	// however it ends; nil: memory does.
	Log        *results.Unfinished
	FlushEvery time.Duration // wall time; 0: 2 s
}

// Run runs a project. When the context is cancelled the result holds what was
// computed, and the error is the context's. There is no result when the log
// could not be written; what there is stays in it.
func (p *Project) Run(ctx context.Context, o Settings, r RunOptions) (*record.Result, error) {
	be := backend(o.Backend)
	if be == nil {
		return nil, fmt.Errorf("no kernel backend %q: there are %s", o.Backend, strings.Join(Backends, ", "))
	}
	start := time.Now()
	opt := sim.Options{Threads: o.threads(), Backend: be, Print: r.Print}
	if r.Log != nil {
		opt.Sink, opt.FlushEvery = r.Log.Append, r.FlushEvery
	}
	s := sim.New(p.Net, opt)
	outline := p.outline(o, r, be.Name())
	if r.Log != nil {
		err := r.Log.SetOutline(outline)
		if err == nil {
			err = r.Log.CreateLog(0, record.LogHead{Ranks: 1, Columns: s.Columns()})
		}
		if err != nil {
			return nil, err
		}
	}
	err := s.Init()
	if err == nil {
		var progress func(float64)
		if r.Progress != nil {
			progress = func(t float64) { r.Progress(t, p.Net.Duration) }
		}
		err = s.Run(ctx, progress)
	}
	res, rerr := p.collect(s, outline, r.Log)
	if res == nil {
		return nil, errors.Join(err, rerr)
	}
	res.Run.RunTime = time.Since(start).Seconds()
	return res, err
}

// collect makes the result of a run from its log or from memory.
func (p *Project) collect(s *sim.Sim, o *record.Outline, log *results.Unfinished) (*record.Result, error) {
	if log == nil {
		return s.Result(o)
	}
	if err := log.CloseLog(); err != nil {
		return nil, err
	}
	if log.Failed() {
		return nil, nil
	}
	res, notes, err := log.Result()
	if err == nil && len(notes) > 0 {
		err = fmt.Errorf("the log of the run is not whole: %s", strings.Join(notes, "; "))
	}
	return res, err
}

// outline is the result of a run before it has any events and samples.
func (p *Project) outline(o Settings, r RunOptions, backend string) *record.Outline {
	out := sim.Outline(p.Net)
	p.describe(&out.Result, r.KeepConns)
	c := p.Model.Conditions
	out.Result.Run = record.Run{Label: c.Label, Version: Version, CommandLine: r.Args, Backend: backend, SIMD: vec.CurrentLevel().String(), Seeds: trialSeeds(c.Seeds, p.trial), RNG: c.RNG,
		Duration: c.Duration, Dt: c.Dt, Celsius: c.Celsius, VInit: c.VInit, Threads: o.threads(), Trial: p.trial,
		Cells: len(p.Net.Cells), CVs: p.Net.NumCVs, Connections: p.Net.NumConns, Synapses: p.Net.NumSyns,
		BuildTime: r.BuildTime.Seconds()}
	return out
}

// describe fills in populations, cells and, if asked, connections.
func (p *Project) describe(res *record.Result, conns bool) {
	index := map[string]int{}
	for _, pop := range p.Model.Pops {
		k, ok := index[pop.Name]
		if !ok {
			k = len(res.Pops)
			index[pop.Name] = k
			kind := ""
			if pop.Type != nil {
				kind = pop.Type.Name
			} else {
				kind = pop.Artificial.Mech
			}
			res.Pops = append(res.Pops, record.Pop{Name: pop.Name, CellType: kind})
		}
		for i := 0; i < pop.N; i++ {
			res.Pops[k].Gids = append(res.Pops[k].Gids, pop.FirstGid+i)
			res.Cells = append(res.Cells, record.Cell{Gid: pop.FirstGid + i, Pop: k, NodeID: pop.FirstNode + i, X: pop.X[i], Y: pop.Y[i], Z: pop.Z[i]})
		}
	}
	if conns {
		res.Conns = Connections(p.Model)
	}
}

// Connections lists the edges of a model in model order.
func Connections(m *ir.Model) []record.Conn {
	types := map[int]*ir.CellType{}
	top := 0
	for _, pop := range m.Pops {
		for i := 0; i < pop.N; i++ {
			types[pop.FirstGid+i] = pop.Type
			top = max(top, pop.FirstGid+i+1)
		}
	}
	var out []record.Conn
	for _, proj := range m.Projs {
		e := proj.Edges(0, top)
		for i := range e.Order {
			c := record.Conn{PreGid: int(e.Source[i]), PostGid: e.Target[i].Gid, Rule: proj.Label(), Weight: e.Weight[i], Delay: e.Delay[i]}
			if c.PreGid < 0 {
				c.PreGid = -1
			}
			if t := e.Target[i]; t.Table >= 0 {
				pt := m.Points[t.Table]
				c.SynMech = pt.Label
				c.Loc = pt.At[t.Row]
				c.Section = types[t.Gid].Morph.Sections[pt.Section[t.Row]].Name
			}
			out = append(out, c)
		}
	}
	return out
}

// Check takes a spec through every stage short of running and returns all
// diagnostics.
func Check(files []string, o Settings) *diag.List {
	var diags diag.List
	Load(files, o, &diags)
	return &diags
}

// Trial returns the project with the event streams of trial k: the seed of
// every stream of events (those of NetStims and their like) is moved on by k.
// The network is the same, and shared. Trial 0 is the project itself.
func (p *Project) Trial(k int) *Project {
	t := *p
	t.trial = k
	t.Net = p.Net.WithStreams(func(s random.Stream) random.Stream {
		st := s.State()
		st.IDs[2] += uint32(k)
		s.SetState(st)
		return s
	})
	return &t
}

// trialSeeds are the seeds with which trial k can be run again by itself.
func trialSeeds(seeds map[string]int64, k int) map[string]int64 {
	if k == 0 || seeds == nil {
		return seeds
	}
	out := map[string]int64{}
	for name, seed := range seeds {
		out[name] = seed
	}
	out["stim"] += int64(k)
	return out
}
