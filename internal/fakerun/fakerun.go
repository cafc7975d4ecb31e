// Package fakerun makes results without running anything, for tests.
//
// In: nothing. Out: a record.Result that looks like a small network in a
// gamma rhythm. Next: the tests of export and of analysis/plot.
package fakerun

import (
	"math"

	"github.com/rallsim/rall/runtime/record"
)

// source is a small generator of uniform numbers, so that results never
// change.
type source uint64

func (s *source) uniform() float64 {
	*s = *s*6364136223846793005 + 1442695040888963407
	x := uint64(*s)
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}

// gauss is a rough normal variate.
func (s *source) gauss() float64 {
	sum := 0.0
	for i := 0; i < 12; i++ {
		sum += s.uniform()
	}
	return sum - 6
}

// Gamma returns 80 excitatory and 20 inhibitory cells that fire in volleys
// at 40 Hz for a second, traces of three cells, connections and one
// stimulator train.
func Gamma() *record.Result {
	s := source(12345)
	res := &record.Result{
		Run: record.Run{
			Label: "gamma", Version: "test", CommandLine: []string{"rall", "run", "gamma.yaml"}, Backend: "interp",
			Seeds: map[string]int64{"conn": 1, "stim": 2, "loc": 3}, RNG: "netpyne",
			Duration: 1000, Reached: 1000, Dt: 0.025, Celsius: 6.3, VInit: -65, Threads: 2,
			Cells: 100, CVs: 100, BuildTime: 0.05, RunTime: 1.25,
		},
		Pops: []record.Pop{{Name: "E", CellType: "pyr"}, {Name: "I", CellType: "basket"}},
	}
	for g := 0; g < 100; g++ {
		p := 0
		if g >= 80 {
			p = 1
		}
		pop := &res.Pops[p]
		res.Cells = append(res.Cells, record.Cell{Gid: g, Pop: p, NodeID: len(pop.Gids),
			X: 200 * s.uniform(), Y: 100 + 300*s.uniform(), Z: 200 * s.uniform()})
		pop.Gids = append(pop.Gids, g)
	}
	for volley := 12.0; volley < 1000; volley += 25 {
		for g := 0; g < 100; g++ {
			rate, late, width := 0.25, 0.0, 2.2
			if g >= 80 {
				rate, late, width = 0.8, 2.5, 1.2
			}
			if s.uniform() < rate {
				// On the grid of time steps, as a run's spikes are.
				k := math.Round((volley + late + width*s.gauss()) / res.Run.Dt)
				if t := k * res.Run.Dt; t > 0 && t < 1000 {
					res.Spikes = append(res.Spikes, record.Spike{T: t, Gid: g})
				}
			}
		}
	}
	sortSpikes(res.Spikes)
	res.Conns = conns(&s)
	res.Run.Connections = len(res.Conns)
	res.Run.Synapses = len(res.Conns)
	res.Stims = []record.Train{{Label: "bkg->E", Gid: 0, T: []float64{1.5, 20.25, 30.125}}, {Label: "bkg->E", Gid: 3}}
	res.Reports = []record.Report{trace(res, "V_soma", "v", "mV", 0.5), trace(res, "V_dend", "v", "mV", 0.2)}
	return res
}

func sortSpikes(s []record.Spike) {
	for i := 1; i < len(s); i++ {
		for j := i; j > 0 && (s[j].T < s[j-1].T || s[j].T == s[j-1].T && s[j].Gid < s[j-1].Gid); j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
}

func conns(s *source) []record.Conn {
	var out []record.Conn
	for post := 0; post < 100; post++ {
		out = append(out, record.Conn{PreGid: -1, PostGid: post, Rule: "bkg->E", Section: "soma", Loc: 0.5, SynMech: "AMPA", Weight: 0.01, Delay: 1})
		for pre := 0; pre < 100; pre++ {
			mech, p, w := "AMPA", 0.1, 0.0004
			if pre >= 80 {
				mech, p, w = "GABA", 0.4, 0.002
			}
			if pre != post && s.uniform() < p {
				rule := map[bool]string{true: "I->", false: "E->"}[pre >= 80] + map[bool]string{true: "I", false: "E"}[post >= 80]
				out = append(out, record.Conn{PreGid: pre, PostGid: post, Rule: rule, Section: "dend", Loc: 0.1 + 0.1*float64(pre%9),
					SynMech: mech, Weight: w * (0.8 + 0.4*s.uniform()), Delay: 1 + 2*s.uniform()})
			}
		}
	}
	return out
}

// trace makes a membrane potential with a spike wherever the cell fires.
// Its times are accumulated, as NEURON's.
func trace(res *record.Result, label, variable, unit string, pos float64) record.Report {
	rep := record.Report{Label: label, Variable: variable, Unit: unit}
	gids := []int{82, 0, 5} // not in order, as a user may ask
	sec := map[float64]string{0.5: "soma", 0.2: "dend"}[pos]
	for _, g := range gids {
		rep.Elements = append(rep.Elements, record.Element{Gid: g, Section: sec, SectionID: map[string]int{"soma": 0, "dend": 1}[sec], Pos: pos})
	}
	at := map[int][]float64{}
	for _, sp := range res.Spikes {
		at[sp.Gid] = append(at[sp.Gid], sp.T)
	}
	scale := map[float64]float64{0.5: 1, 0.2: 0.6}[pos]
	t := 0.0
	for k := 0; k <= 10000; k++ {
		rep.Time = append(rep.Time, t)
		for _, g := range gids {
			v := -65.0 + 2*math.Sin(2*math.Pi*(t-float64(g%7))/25)
			for _, ts := range at[g] {
				d := t - ts
				switch {
				case d > -1 && d <= 0:
					v += scale * 95 * (d + 1)
				case d > 0 && d < 12:
					v += scale * (103*math.Exp(-d/0.5) - 8*math.Exp(-d/5))
				}
			}
			rep.Data = append(rep.Data, v)
		}
		t += 0.1
	}
	return rep
}
