// Package alone runs one mechanism as the oracle runs it: in a spec of one
// cell, with ids for its random streams, so that it draws what it draws in
// NEURON, and with the numbers of the hoc Vectors that it reads.
//
// In: a Job, as tools/oracle/mech_run.py writes it. Out: what the run
// recorded. Next: validate/mechrun hands it to the oracle's comparison, the
// tests of validate compare it with goldens.
package alone

import (
	"context"
	"fmt"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/record"
)

// Job is one run.
type Job struct {
	Spec    string
	Mods    []string
	FD      bool                 // conductances by finite difference
	Mech    string               // the mechanism whose streams are set
	Streams map[string][3]uint32 // ids by stream; each stream starts at its beginning
	Series  map[string][]float64 // numbers by the variable that holds the Vector
	Sink    string               // events for this mechanism go to Mech's instance of the same cell instead
}

// Load compiles the job's model.
func (j *Job) Load(set rall.Settings) (*rall.Project, error) {
	var diags diag.List
	set.Mods, set.ConductanceFD = j.Mods, j.FD
	p := rall.Load([]string{j.Spec}, set, &diags)
	if p == nil {
		return nil, fmt.Errorf("%v", &diags)
	}
	j.Bind(p.Net)
	return p, nil
}

// Bind gives what specs cannot say to the instances of a lowered network.
func (j *Job) Bind(net *layout.Network) {
	for g := range net.Groups {
		if j.Sink != "" {
			redirect(net, &net.Groups[g], j.Sink, j.Mech)
		}
		for k := range net.Groups[g].Instances {
			in := &net.Groups[g].Instances[k]
			if prog := net.Mechs[in.Mech].Program; prog.Mech == j.Mech {
				j.bind(in, prog)
			}
		}
	}
}

func (j *Job) bind(in *layout.Instances, prog *kernel.Program) {
	for i, name := range prog.Streams {
		if ids, ok := j.Streams[name]; ok {
			for row := range in.Streams[i] {
				in.Streams[i][row] = random.New(ids[0], ids[1], ids[2])
			}
		}
	}
	if len(j.Series) > 0 && len(prog.Series) > 0 {
		in.Series = make([][][]float64, len(prog.Series))
	}
	for i := range in.Series {
		for row := 0; row < in.N; row++ {
			in.Series[i] = append(in.Series[i], j.Series[prog.Series[i]])
		}
	}
}

// Run loads and runs it.
func (j *Job) Run(set rall.Settings) (*record.Result, error) {
	p, err := j.Load(set)
	if err != nil {
		return nil, err
	}
	set.Mods, set.ConductanceFD = j.Mods, j.FD
	return p.Run(context.Background(), set, rall.RunOptions{})
}

// redirect sends what is sent to one mechanism to another's instance of the same cell.
// Specs can bind POINTERs of point processes, but not of synapses.
func redirect(net *layout.Network, g *layout.Group, from, to string) {
	name := func(set int32) string { return net.Mechs[g.Instances[set].Mech].Program.Mech }
	for k := range g.Edges.Set {
		if name(g.Edges.Set[k]) != from {
			continue
		}
		for set := range g.Instances {
			if name(int32(set)) == to {
				g.Edges.Set[k] = int32(set) // each cell has one of both
			}
		}
	}
}
