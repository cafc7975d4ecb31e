// Package table writes and reads results as plain tables: CSV for spikes,
// cells, connections and stimulators, .npy with a JSON header for sampled
// traces.
//
// In: record.Result, or such files. Out: the files, or the columns of a
// Result. Next: export/results, which uses the CSVs always and the rest where
// HDF5 is missing or not wanted.
//
// Numbers are written so that reading gives the same bits. A column's name
// ends in its unit (t_ms, x_um).
package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"

	"github.com/rallsim/rall/runtime/record"
)

var (
	spikeHead = []string{"t_ms", "gid", "population", "node_id"}
	cellHead  = []string{"gid", "population", "node_id", "x_um", "y_um", "z_um"}
	connHead  = []string{"pre_gid", "post_gid", "rule", "section", "loc", "syn_mech", "weight", "delay_ms"}
	stimHead  = []string{"label", "gid", "t_ms"}
)

func num(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// rows writes a header and what next gives until it says there is no more.
func rows(w io.Writer, head []string, next func(rec []string) bool) error {
	c := csv.NewWriter(w)
	if err := c.Write(head); err != nil {
		return err
	}
	rec := make([]string, len(head))
	for next(rec) {
		if err := c.Write(rec); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// WriteSpikes writes one line a spike, by time, then gid.
func WriteSpikes(w io.Writer, res *record.Result) error {
	at := map[int][2]int{}
	for p, pop := range res.Pops {
		for n, g := range pop.Gids {
			at[g] = [2]int{p, n}
		}
	}
	i := 0
	return rows(w, spikeHead, func(rec []string) bool {
		if i == len(res.Spikes) {
			return false
		}
		s := res.Spikes[i]
		i++
		rec[0], rec[1], rec[2], rec[3] = num(s.T), strconv.Itoa(s.Gid), "", ""
		if p, ok := at[s.Gid]; ok {
			rec[2], rec[3] = res.Pops[p[0]].Name, strconv.Itoa(p[1])
		}
		return true
	})
}

// WriteCells writes one line a cell, in gid order.
func WriteCells(w io.Writer, res *record.Result) error {
	i := 0
	return rows(w, cellHead, func(rec []string) bool {
		if i == len(res.Cells) {
			return false
		}
		c := res.Cells[i]
		i++
		copy(rec, []string{strconv.Itoa(c.Gid), res.Pops[c.Pop].Name, strconv.Itoa(c.NodeID), num(c.X), num(c.Y), num(c.Z)})
		return true
	})
}

// WriteConns writes one line a connection, in model order.
func WriteConns(w io.Writer, res *record.Result) error {
	i := 0
	return rows(w, connHead, func(rec []string) bool {
		if i == len(res.Conns) {
			return false
		}
		c := &res.Conns[i]
		i++
		copy(rec, []string{strconv.Itoa(c.PreGid), strconv.Itoa(c.PostGid), c.Rule, c.Section, num(c.Loc), c.SynMech, num(c.Weight), num(c.Delay)})
		return true
	})
}

// WriteStims writes one line an event of a stimulator; a train without events
// is one line without a time.
func WriteStims(w io.Writer, res *record.Result) error {
	i, k := 0, 0
	return rows(w, stimHead, func(rec []string) bool {
		if i == len(res.Stims) {
			return false
		}
		s := &res.Stims[i]
		rec[0], rec[1], rec[2] = s.Label, strconv.Itoa(s.Gid), ""
		if len(s.T) > 0 {
			rec[2] = num(s.T[k])
			k++
		}
		if k >= len(s.T) {
			i, k = i+1, 0
		}
		return true
	})
}

// reader reads a CSV of a known header, giving errors with their line.
type reader struct {
	c   *csv.Reader
	rec []string
	err error
}

func open(r io.Reader, head []string) (*reader, error) {
	c := csv.NewReader(r)
	c.ReuseRecord = true
	first, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("no header line (%s …)", head[0])
	}
	if len(first) != len(head) {
		return nil, fmt.Errorf("line 1: %d columns, expected %d (%s …)", len(first), len(head), head[0])
	}
	for i, h := range head {
		if first[i] != h {
			return nil, fmt.Errorf("line 1: column %d is %q, expected %q", i+1, first[i], h)
		}
	}
	return &reader{c: c}, nil
}

func (r *reader) next() bool {
	if r.err != nil {
		return false
	}
	rec, err := r.c.Read()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			r.err = err
		}
		return false
	}
	r.rec = rec
	return true
}

func (r *reader) fail(col int, what string) {
	if r.err == nil {
		line, _ := r.c.FieldPos(col)
		r.err = fmt.Errorf("line %d: %q is not %s", line, r.rec[col], what)
	}
}

func (r *reader) int(col int) int {
	v, err := strconv.Atoi(r.rec[col])
	if err != nil {
		r.fail(col, "an integer")
	}
	return v
}

func (r *reader) float(col int) float64 {
	v, err := strconv.ParseFloat(r.rec[col], 64)
	if err != nil || math.IsNaN(v) {
		r.fail(col, "a number")
	}
	return v
}

// ReadSpikes reads what WriteSpikes writes, sorted by time, then gid.
func ReadSpikes(in io.Reader) ([]record.Spike, error) {
	r, err := open(in, spikeHead)
	if err != nil {
		return nil, err
	}
	var out []record.Spike
	for r.next() {
		out = append(out, record.Spike{T: r.float(0), Gid: r.int(1)})
	}
	sort.SliceStable(out, func(i, j int) bool {
		return out[i].T < out[j].T || out[i].T == out[j].T && out[i].Gid < out[j].Gid
	})
	return out, r.err
}

// ReadCells reads what WriteCells writes; pops gives the populations their
// indices.
func ReadCells(in io.Reader, pops []record.Pop) ([]record.Cell, error) {
	index := map[string]int{}
	for i, p := range pops {
		index[p.Name] = i
	}
	r, err := open(in, cellHead)
	if err != nil {
		return nil, err
	}
	var out []record.Cell
	for r.next() {
		p, ok := index[r.rec[1]]
		if !ok {
			r.fail(1, "a population of this result")
		}
		out = append(out, record.Cell{Gid: r.int(0), Pop: p, NodeID: r.int(2), X: r.float(3), Y: r.float(4), Z: r.float(5)})
	}
	return out, r.err
}

// ReadConns reads what WriteConns writes.
func ReadConns(in io.Reader) ([]record.Conn, error) {
	r, err := open(in, connHead)
	if err != nil {
		return nil, err
	}
	var out []record.Conn
	names := interner{}
	for r.next() {
		out = append(out, record.Conn{PreGid: r.int(0), PostGid: r.int(1), Rule: names.get(r.rec[2]), Section: names.get(r.rec[3]),
			Loc: r.float(4), SynMech: names.get(r.rec[5]), Weight: r.float(6), Delay: r.float(7)})
	}
	return out, r.err
}

// ReadStims reads what WriteStims writes.
func ReadStims(in io.Reader) ([]record.Train, error) {
	r, err := open(in, stimHead)
	if err != nil {
		return nil, err
	}
	var out []record.Train
	names := interner{}
	for r.next() {
		label, gid := names.get(r.rec[0]), r.int(1)
		if r.rec[2] == "" {
			out = append(out, record.Train{Label: label, Gid: gid})
			continue
		}
		if n := len(out); n == 0 || out[n-1].Label != label || out[n-1].Gid != gid || len(out[n-1].T) == 0 {
			out = append(out, record.Train{Label: label, Gid: gid})
		}
		last := &out[len(out)-1]
		last.T = append(last.T, r.float(2))
	}
	return out, r.err
}

// interner keeps one copy of each name of a long table.
type interner map[string]string

func (m interner) get(s string) string {
	if v, ok := m[s]; ok {
		return v
	}
	c := string(append([]byte(nil), s...))
	m[c] = c
	return c
}
