package record

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Outline is a Result before the run: everything but events and samples, and
// where to find those in logs.
type Outline struct {
	Result     Result
	Columns    [][]int // by report and element: column of the logs
	RecordStep float64 // [ms] between samples
}

// LogFile is a log as it was found.
type LogFile struct {
	Path  string
	Head  LogHead
	Steps int64 // of its last whole chunk
	T     float64
	Torn  error // nil: whole to its end
}

// Scan reads the head and the last chunk of a log. A file that is too short
// for a head gives nil.
func Scan(path string) (*LogFile, error) {
	l := &LogFile{Path: path, Head: LogHead{Rank: -1}}
	var err error
	l.Torn, err = eachChunk(path, func(h LogHead) error { l.Head, l.Steps = h, h.Steps; return nil },
		func(c *Chunk) error { l.Steps, l.T = c.Steps, c.T; return nil })
	if err != nil || l.Head.Rank < 0 {
		return nil, err
	}
	return l, nil
}

func eachChunk(path string, head func(LogHead) error, f func(*Chunk) error) (damage, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if damage, err = ReadLog(file, info.Size(), head, f); err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return damage, err
}

// Part is the logs that a run, or one of the runs that resumed it, has left:
// one a rank.
type Part struct {
	Logs  []*LogFile
	Until int64 // steps up to which they count
}

// Parts puts the logs of a run in order. Each set counts up to the last step
// that all its ranks have, or to where the next one starts. notes tells what
// was left out and why.
func Parts(sets [][]*LogFile) (parts []Part, notes []string) {
	for _, set := range sets {
		if len(set) == 0 {
			continue
		}
		p := Part{Logs: set, Until: set[0].Steps}
		start := set[0].Head.Steps
		ranks := map[int]bool{}
		for _, l := range set {
			ranks[l.Head.Rank] = true
			p.Until = min(p.Until, l.Steps)
			if l.Torn != nil {
				notes = append(notes, fmt.Sprintf("%s counts up to %g ms: %v", filepath.Base(l.Path), l.T, l.Torn))
			}
		}
		if len(ranks) != set[0].Head.Ranks {
			notes = append(notes, fmt.Sprintf("%d of %d logs from step %d on are missing", set[0].Head.Ranks-len(ranks), set[0].Head.Ranks, start))
			p.Until = start
		}
		if n := len(parts); n > 0 {
			if start > parts[n-1].Until {
				notes = append(notes, fmt.Sprintf("logs from step %d on do not count: those before end at step %d", start, parts[n-1].Until))
				continue
			}
			// Later logs repeat what came after their start.
			for i := range parts {
				parts[i].Until = min(parts[i].Until, start)
			}
		}
		parts = append(parts, p)
	}
	return parts, notes
}

// Fill makes the result of a run from its logs.
func (o *Outline) Fill(parts []Part) (*Result, error) {
	var events []Event
	data := make([][]float64, o.columns())
	reached := 0.0
	for _, p := range parts {
		for _, l := range p.Logs {
			var head LogHead
			_, err := eachChunk(l.Path, func(h LogHead) error { head = h; return nil }, func(c *Chunk) error {
				if c.Steps > p.Until {
					return nil
				}
				reached = max(reached, c.T)
				events = append(events, c.Events...)
				for i, col := range c.Data {
					k := head.Columns[i]
					if k < 0 || k >= len(data) || int64(len(data[k])) != c.Frame0 {
						return fmt.Errorf("column %d does not go on at sample %d", k, c.Frame0)
					}
					data[k] = append(data[k], col...)
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return o.Collect(events, data, reached)
}

func (o *Outline) columns() int {
	n := 0
	for _, c := range o.Columns {
		n += len(c)
	}
	return n
}

// Collect makes the result of all events of a run, in any order, the samples
// of its columns, and the time [ms] that it has reached.
func (o *Outline) Collect(events []Event, data [][]float64, reached float64) (*Result, error) {
	res := o.Result
	res.Spikes, res.Stims, res.Run.Reached = []Spike{}, slices.Clone(o.Result.Stims), reached
	for _, e := range events {
		switch {
		case e.Source >= 0:
			res.Spikes = append(res.Spikes, Spike{T: e.T, Gid: int(e.Source)})
		case ^e.Source < int64(len(res.Stims)):
			t := &res.Stims[^e.Source]
			t.T = append(t.T, e.T)
		default:
			return nil, fmt.Errorf("an event of stimulator %d of %d", ^e.Source, len(res.Stims))
		}
	}
	slices.SortFunc(res.Spikes, func(a, b Spike) int { return cmp.Or(cmp.Compare(a.T, b.T), cmp.Compare(a.Gid, b.Gid)) })
	for k := range res.Stims {
		slices.Sort(res.Stims[k].T)
	}
	var err error
	res.Reports, err = o.reports(data)
	return &res, err
}

// reports gives every report the samples of its columns.
func (o *Outline) reports(data [][]float64) ([]Report, error) {
	if len(o.Result.Reports) == 0 {
		return nil, nil
	}
	frames := -1
	for k, col := range data {
		if frames >= 0 && len(col) != frames {
			return nil, fmt.Errorf("column %d has %d samples, others %d", k, len(col), frames)
		}
		frames = len(col)
	}
	times := SampleTimes(max(frames, 0), o.RecordStep)
	reports := slices.Clone(o.Result.Reports)
	for r := range reports {
		rep := &reports[r]
		n := len(rep.Elements)
		rep.Time, rep.Data = times, make([]float64, len(times)*n)
		for e, k := range o.Columns[r] {
			for j, x := range data[k] {
				rep.Data[j*n+e] = x
			}
		}
	}
	return reports, nil
}

// SampleTimes returns the times of n samples, accumulated as the run does.
func SampleTimes(n int, step float64) []float64 {
	times := make([]float64, n)
	for k, t := 0, 0.; k < n; k++ {
		times[k] = t
		t += step
	}
	return times
}
