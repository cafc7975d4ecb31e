// Command mechrun runs specs for tools/oracle/mech_compare.py. Each line of
// its input is a job as JSON; its answer is a line of JSON, followed by the
// samples of every recorded label as little-endian float64. Unlike rall run it
// takes ids for random streams, so that a mechanism draws what it draws in
// NEURON, and the numbers of hoc Vectors that mechanisms read.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/validate/alone"
)

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
		var j alone.Job
		var a answer
		var res *record.Result
		if err := json.Unmarshal(line, &j); err != nil {
			a.Error = err.Error()
		} else if res, err = j.Run(rall.Settings{Threads: 1}); err != nil {
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
