package rall

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/rallsim/rall/internal/held"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/sim"
)

// Memory says what a loaded model holds on the heap when it is ready to run:
// measured on its data, by part. The program itself takes some 25 MiB besides,
// and Go lets the heap grow beyond what it holds (GOGC, GOMEMLIMIT).
type Memory struct {
	Total int64        `json:"total_bytes"`
	Parts []MemoryPart `json:"parts"`
	Per   []MemoryPer  `json:"per"`

	// Recorded is what all samples of the run take in the end.
	Recorded int64 `json:"recorded_bytes"`
}

// String is the sum, for people.
func (m *Memory) String() string { return bytes(int(m.Total + m.Recorded)) }

// MemoryPart is the memory of one part: Count of What make it up, if there is
// something to count.
type MemoryPart struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Count int    `json:"count,omitempty"`
	What  string `json:"what,omitempty"`
}

// MemoryPer is what one thing needs by all parts that grow with it.
type MemoryPer struct {
	What  string  `json:"what"`
	Count int     `json:"count"`
	Bytes float64 `json:"bytes"` // of one
}

// mechanismPart begins the parts of the network's mechanisms.
const mechanismPart = "mechanism "

// Memory makes the network ready to run, and measures what everything holds.
func (p *Project) Memory(o Settings) (*Memory, error) {
	s := sim.New(p.Net, sim.Options{Threads: 1, Backend: backend(o.Backend)})
	if err := s.Init(); err != nil {
		return nil, err
	}
	var c held.Counter
	m := p.Model
	c.Add("cell types", m.CellTypes)
	c.Add("model: synapses and clamps", m.Points)
	c.Add("model: edges", m.Projs)
	c.Add("populations", m.Pops)
	c.Add("trains of events", m.Stims)
	c.Add("programs", p.Mechs)
	s.CountMemory(&c)
	c.Add("the rest", p)

	type of struct {
		what  string
		count int
	}
	counts := map[string]of{"cell types": {"types", len(m.CellTypes)}, "populations": {"cells", len(p.Net.Cells)}, "cells": {"cells", len(p.Net.Cells)},
		"nodes": {"CVs", p.Net.NumCVs}, "edges": {"connections", p.Net.NumConns}, "model: edges": {"connections", p.Net.NumConns}}
	rows := 0
	for _, t := range m.Points {
		rows += len(t.Gid)
	}
	counts["model: synapses and clamps"] = of{"rows", rows}
	onNodes := map[string]bool{} // density mechanisms
	instances := 0               // of point processes
	for i := range p.Net.Mechs {
		prog := p.Net.Mechs[i].Program
		n := 0
		for gi := range p.Net.Groups {
			for _, in := range p.Net.Groups[gi].Instances {
				if in.Mech == i {
					n += in.N
				}
			}
		}
		counts[mechanismPart+prog.Mech] = of{"instances", n}
		switch prog.Kind {
		case kernel.Density:
			onNodes[mechanismPart+prog.Mech] = true
		case kernel.PointProcess:
			instances += n
		}
	}
	for _, m := range p.Net.Merging {
		instances += m.N - m.Steps - m.Own // those that have gone together are in two parts, or in none
	}
	out := &Memory{Recorded: int64(len(p.Net.Records)) * 8 * int64(p.Net.Duration/p.Net.RecordStep+1)}
	bytes := c.Bytes()
	per := map[string]int64{}
	for _, name := range c.Parts() {
		n := bytes[name]
		out.Total += n
		if n == 0 {
			continue
		}
		out.Parts = append(out.Parts, MemoryPart{name, n, counts[name].count, counts[name].what})
		switch {
		case name == "cell types":
			per["type"] += n
		case name == "populations" || name == "cells":
			per["cell"] += n
		case name == "nodes" || name == "ions" || name == "places of CVs" || onNodes[name]:
			per["CV"] += n
		case strings.HasPrefix(name, mechanismPart) || name == "model: synapses and clamps":
			per["synapse"] += n
		case name == "edges" || name == "model: edges" || name == "events":
			per["connection"] += n
		}
	}
	for _, x := range []of{{"type", len(m.CellTypes)}, {"cell", len(p.Net.Cells)}, {"CV", p.Net.NumCVs}, {"synapse", instances}, {"connection", p.Net.NumConns}} {
		if x.count > 0 && per[x.what] > 0 {
			out.Per = append(out.Per, MemoryPer{x.what, x.count, float64(per[x.what]) / float64(x.count)})
		}
	}
	return out, nil
}

// Print writes the memory as tables.
func (m *Memory) Print(w io.Writer) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "part\tmemory\tof\tbytes each")
	for _, p := range m.Parts {
		fmt.Fprintf(tw, "%s\t%s\t", p.Name, bytes(int(p.Bytes)))
		if p.Count > 0 {
			fmt.Fprintf(tw, "%d %s\t%.4g", p.Count, p.What, float64(p.Bytes)/float64(p.Count))
		}
		fmt.Fprintln(tw)
	}
	fmt.Fprintf(tw, "all\t%s\n", bytes(int(m.Total)))
	if m.Recorded > 0 {
		fmt.Fprintf(tw, "samples of the whole run\t%s\n", bytes(int(m.Recorded)))
	}
	fmt.Fprintln(tw, "\na\tbytes\tof")
	for _, p := range m.Per {
		fmt.Fprintf(tw, "%s\t%.4g\t%d\n", p.What, p.Bytes, p.Count)
	}
	tw.Flush()
}
