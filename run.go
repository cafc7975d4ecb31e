package rall

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/comm"
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

	// Resume goes on from the log's last checkpoint. Checkpoints are taken
	// every CheckpointEvery of wall time (0: never), and when the run is
	// stopped.
	Resume          bool
	CheckpointEvery time.Duration

	// Comm joins the ranks of the run: all call Run, with projects of which
	// each holds its own part (Settings.Rank). Only rank 0 is given the
	// result. nil: there is one.
	Comm comm.Transport

	// Profile, if not nil, is given where the time of all ranks went; rank 0
	// has it.
	Profile *[]Spent
}

// Spent is wall time of one phase of a run.
type Spent = sim.Spent

// Run runs a project. When the context is cancelled the result holds what was
// computed, and the error is the context's. There is no result when the log
// could not be written; what there is stays in it.
func (p *Project) Run(ctx context.Context, o Settings, r RunOptions) (*record.Result, error) {
	be := backend(o.Backend)
	if be == nil {
		return nil, fmt.Errorf("no kernel backend %q: there are %s", o.Backend, strings.Join(Backends, ", "))
	}
	if r.Comm == nil {
		r.Comm = comm.One()
	}
	if r.Log == nil && r.Comm.Size() > 1 {
		return nil, errors.New("BUG: several ranks and no log")
	}
	start := time.Now()
	opt := sim.Options{Threads: o.threads(), Backend: be, Print: r.Print, Comm: r.Comm, Profile: r.Profile != nil}
	var s *sim.Sim
	if r.Log != nil {
		opt.Sink, opt.FlushEvery = r.Log.Append, r.FlushEvery
		print := ""
		opt.Checkpoint = func() (err error) {
			if print == "" {
				print, err = p.fingerprint(r.Comm)
			}
			if err == nil {
				err = checkpoint(s, print, r)
			}
			return err
		}
		opt.CheckpointEvery = r.CheckpointEvery
	}
	s = sim.New(p.Net, opt)
	outline := p.outline(o, r, be.Name())
	if err := p.begin(s, outline, r); err != nil {
		return nil, err
	}
	var err error
	if !r.Resume {
		err = s.Init()
	}
	if err == nil {
		var progress func(float64)
		if r.Progress != nil {
			progress = func(t float64) { r.Progress(t, p.Net.Duration) }
		}
		err = s.Run(ctx, progress)
	}
	if r.Profile != nil {
		var perr error
		if *r.Profile, perr = profile(s, r.Comm); perr != nil {
			return nil, errors.Join(err, perr)
		}
	}
	res, rerr := collect(s, outline, r)
	if res == nil {
		return nil, errors.Join(err, rerr)
	}
	res.Run.RunTime = time.Since(start).Seconds()
	res.Run.Threads, res.Run.Ranks = o.threads(), r.Comm.Size()
	return res, err
}

// begin makes the logs of a run, and puts it where it goes on from.
func (p *Project) begin(s *sim.Sim, o *record.Outline, r RunOptions) error {
	if r.Log == nil {
		return nil
	}
	head := record.LogHead{Rank: r.Comm.Rank(), Ranks: r.Comm.Size(), Columns: s.Columns()}
	part := 0
	if r.Resume {
		print, err := p.fingerprint(r.Comm)
		if err != nil {
			return err
		}
		// Rank 0 looks for all.
		text, err := fromFirst(r.Comm, func() (any, error) {
			c, err := r.Log.Checkpoint()
			if err == nil && c == nil {
				err = fmt.Errorf("%s holds no checkpoint to go on from; rall recover makes results of what it holds", r.Log.Dir())
			}
			if err != nil {
				return nil, err
			}
			next, err := r.Log.NextPart()
			return resumption{c, next}, err
		})
		if err != nil {
			return err
		}
		var at resumption
		if err := json.Unmarshal(text, &at); err != nil {
			return err
		}
		if err := comm.Agree(r.Comm, s.Restore(at.Checkpoint.Files, print)); err != nil {
			return err
		}
		head.Steps, part = at.Checkpoint.Steps, at.Part
	} else if _, err := fromFirst(r.Comm, func() (any, error) { return nil, r.Log.SetOutline(o) }); err != nil {
		return err
	}
	return comm.Agree(r.Comm, r.Log.CreateLog(part, head))
}

// profile sums up over ranks where the time went, the longest first.
func profile(s *sim.Sim, t comm.Transport) ([]Spent, error) {
	text, err := json.Marshal(s.Profile())
	if err != nil {
		return nil, err
	}
	all, err := t.Share(text)
	if err != nil {
		return nil, err
	}
	var sum []Spent
	for _, b := range all {
		var of []Spent
		if err := json.Unmarshal(b, &of); err != nil {
			return nil, err
		}
		for _, x := range of {
			same := func(y Spent) bool { return x.Phase == y.Phase && x.Mech == y.Mech }
			if i := slices.IndexFunc(sum, same); i >= 0 {
				sum[i].Time += x.Time
				sum[i].Instances += x.Instances
			} else {
				sum = append(sum, x)
			}
		}
	}
	slices.SortStableFunc(sum, func(a, b Spent) int { return cmp.Compare(b.Time, a.Time) })
	return sum, nil
}

// fingerprint tells models apart: by the network, and by the text that it was
// made from, which says what is coupled with what.
func (p *Project) fingerprint(t comm.Transport) (string, error) {
	h := sha256.New()
	texts := p.Texts()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		fmt.Fprintf(h, "%q %d ", name, len(texts[name]))
		h.Write(texts[name])
	}
	net, err := sim.Fingerprint(p.Net, t)
	return fmt.Sprintf("%s-%x", net, h.Sum(nil)[:8]), err
}

// resumption is what rank 0 tells the others.
type resumption struct {
	Checkpoint *results.Checkpoint
	Part       int
}

// fromFirst gives every rank what f returns on rank 0, as JSON.
func fromFirst(t comm.Transport, f func() (any, error)) ([]byte, error) {
	var text []byte
	var err error
	if t.Rank() == 0 {
		var x any
		if x, err = f(); err == nil {
			text, err = json.Marshal(x)
		}
	}
	if err := comm.Agree(t, err); err != nil {
		return nil, err
	}
	all, err := t.Share(text)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// checkpoint writes a checkpoint: every rank its file, then rank 0 says that
// it is whole.
func checkpoint(s *sim.Sim, print string, r RunOptions) error {
	steps := int64(s.Step())
	if err := comm.Agree(r.Comm, s.WriteCheckpoint(r.Log.NewCheckpoint(steps, r.Comm.Rank()), print)); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	_, err := fromFirst(r.Comm, func() (any, error) { return nil, r.Log.Commit(steps, s.T(), r.Comm.Size()) })
	return err
}

// collect makes the result of a run from its logs or from memory.
func collect(s *sim.Sim, o *record.Outline, r RunOptions) (*record.Result, error) {
	if r.Log == nil {
		return s.Result(o)
	}
	failed := r.Log.Failed()
	err := r.Log.CloseLog()
	if failed && err == nil {
		err = errors.New("a log could not be written")
	}
	if aerr := comm.Agree(r.Comm, err); aerr != nil || r.Comm.Rank() != 0 {
		if failed {
			return nil, nil // the run's own error says why
		}
		return nil, aerr
	}
	res, notes, err := r.Log.Result()
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
	out.Result.Run = record.Run{Label: c.Label, Version: Version, CommandLine: r.Args, Backend: backend, SIMD: vec.CurrentLevel().String(), Seeds: c.Seeds, RNG: c.RNG,
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
		if ir.Tells(proj) {
			continue
		}
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

// Release lets go of what a network that is ready does not need to run: the
// model's edges and point processes, its cell types, and the parameters of its
// artificial cells. Connections and Inspect find none then.
func (p *Project) Release() {
	m := *p.Model
	m.Points, m.Projs, m.Stims, m.Couplings, m.Plays, m.CellTypes, m.Part = nil, nil, nil, nil, nil, nil, nil
	m.Pops = make([]*ir.Population, len(p.Model.Pops))
	for i, pop := range p.Model.Pops {
		q := *pop
		q.Offsets, q.Columns = nil, nil
		if q.Type != nil {
			q.Type = &ir.CellType{Name: q.Type.Name}
		} else {
			q.Artificial = &ir.Artificial{Mech: q.Artificial.Mech}
		}
		m.Pops[i] = &q
	}
	p.Model = &m
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
// The network is the same, and shared, with what its making drew from the stim
// seed, such as trains of patterns. Trial 0 is the project itself.
func (p *Project) Trial(k int) *Project {
	t := *p
	t.trial = k
	t.Net = p.Net.WithStreams(func(s random.Stream) random.Stream {
		return s.Reseed(uint32(k))
	})
	return &t
}
