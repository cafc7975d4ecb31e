// Command mechrun runs specs for tools/oracle/mech_compare.py. Each line of
// its input is a job as JSON; its answer is a line of JSON, followed by the
// samples of every recorded label as little-endian float64. Unlike rall run it
// takes ids for random streams, so that a mechanism draws what it draws in
// NEURON, and the numbers of hoc Vectors that mechanisms read.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/record"
)

type job struct {
	Spec    string
	Mods    []string
	FD      bool                 // conductances by finite difference
	Mech    string               // the mechanism whose streams are set
	Streams map[string][3]uint32 // ids by stream; each stream starts at its beginning
	Series  map[string][]float64 // numbers by the variable that holds the Vector
	Sink    string               // events for this mechanism go to Mech's first instance instead
}

type answer struct {
	Error  string    `json:"error,omitempty"`
	Labels []string  `json:"labels"`
	Counts []int     `json:"counts"` // samples of each label
	Spikes []float64 `json:"spikes"` // times [ms]
	Gids   []int     `json:"gids"`   // the cells of the spikes
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var j job
		var a answer
		var res *record.Result
		if err := json.Unmarshal(line, &j); err != nil {
			a.Error = err.Error()
		} else if res, err = run(&j); err != nil {
			a.Error = err.Error()
		} else {
			for _, r := range res.Reports {
				a.Labels = append(a.Labels, r.Label)
				a.Counts = append(a.Counts, len(r.Data))
			}
			for _, s := range res.Spikes {
				a.Spikes = append(a.Spikes, s.T)
				a.Gids = append(a.Gids, s.Gid)
			}
		}
		head, err := json.Marshal(a)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		out.Write(append(head, '\n'))
		if res != nil {
			for _, r := range res.Reports {
				for _, x := range r.Data {
					out.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
				}
			}
		}
		if out.Flush() != nil {
			return
		}
	}
}

func run(j *job) (*record.Result, error) {
	var diags diag.List
	set := rall.Settings{Mods: j.Mods, Threads: 1, ConductanceFD: j.FD}
	p := rall.Load([]string{j.Spec}, set, &diags)
	if p == nil {
		return nil, fmt.Errorf("%v", &diags)
	}
	for g := range p.Net.Groups {
		if j.Sink != "" {
			redirect(p.Net, &p.Net.Groups[g], j.Sink, j.Mech)
		}
		for k := range p.Net.Groups[g].Instances {
			in := &p.Net.Groups[g].Instances[k]
			prog := p.Net.Mechs[in.Mech].Program
			if prog.Mech != j.Mech {
				continue
			}
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
	}
	return p.Run(context.Background(), set, rall.RunOptions{})
}

// redirect sends what is sent to one mechanism to the first instance of another.
// Specs can bind POINTERs of point processes, but not of synapses.
func redirect(net *layout.Network, g *layout.Group, from, to string) {
	name := func(set int32) string { return net.Mechs[g.Instances[set].Mech].Program.Mech }
	for k := range g.Edges.Set {
		if name(g.Edges.Set[k]) != from {
			continue
		}
		for set := range g.Instances {
			if name(int32(set)) == to {
				g.Edges.Set[k], g.Edges.Row[k] = int32(set), 0
			}
		}
	}
}
