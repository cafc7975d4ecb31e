package protocol

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// batch is how many amplitudes a search tries at once: cells are computed side
// by side, and so many cost little more than one.
const batch = 8

// Rheobase finds the smallest multiple of a resolution [nA], up to most, at which
// a step makes the cell spike. It doubles the current until there is a spike,
// and then cuts the interval; that there is one such border is taken for given.
func (s *Setup) Rheobase(ctx context.Context, cell Cell, resolution, most float64, p Pulse) (*Report, error) {
	begin, end, total, err := s.window(p)
	if err != nil {
		return nil, err
	}
	if !(resolution > 0) || !(most >= resolution) || most/resolution > 1e9 {
		return nil, usage("a resolution of %g nA in a search up to %g nA", resolution, most)
	}
	top := int(float64(most/resolution) + 1e-9)
	rep := &Report{Name: "rheobase", Title: fmt.Sprintf("Rheobase of steps of %g ms into %v", end-begin, s.At)}
	lo, hi, latency := -1, -1, 0.0 // silent, firing
	var rec Recording
	narrow := func(ks []int) error { // by steps of so many resolutions, in ascending order
		var amps []float64
		for _, k := range ks {
			amps = append(amps, float64(k)*resolution)
		}
		recs, err := s.steps(ctx, cell, amps, p, s.places())
		if err != nil {
			return err
		}
		for i, k := range ks {
			t := firstSpike(&recs[i], s.Settings.Threshold, begin)
			if rec.T == nil || t <= total {
				rec = recs[i]
			}
			if t <= total {
				hi, latency = k, t-begin
				break
			}
			lo = k
		}
		return nil
	}
	for k := 0; hi < 0 && lo < top; {
		var ks []int
		for ; len(ks) < batch && k < top; k = max(2*k, 1) {
			ks = append(ks, k)
		}
		if k >= top && len(ks) < batch {
			ks = append(ks, top)
		}
		if err := narrow(ks); err != nil {
			return nil, err
		}
	}
	switch {
	case hi < 0:
		rep.Notes = append(rep.Notes, fmt.Sprintf("no spike (rise above %g mV) up to %.6g nA", s.Settings.Threshold, float64(top)*resolution))
		s.outside(rep, []Recording{rec}, begin, math.Inf(1))
		return rep, nil
	case hi == 0:
		rep.Notes = append(rep.Notes, "the cell spikes without a stimulus; "+s.own())
	}
	for hi-lo > 1 && hi > 0 {
		var ks []int
		for i := 1; i <= batch; i++ {
			if k := lo + (hi-lo)*i/(batch+1); k > lo && !slices.Contains(ks, k) {
				ks = append(ks, k)
			}
		}
		if err := narrow(ks); err != nil {
			return nil, err
		}
	}
	rep.Values = []Value{{Name: "rheobase", Value: float64(hi) * resolution, Unit: "nA", Note: fmt.Sprintf("to %g nA; spike: above %g mV", resolution, s.Settings.Threshold)},
		{Name: "latency there", Value: latency, Unit: "ms"}}
	if hi > 0 {
		s.outside(rep, []Recording{rec}, begin, math.Inf(1))
	}
	if latency > end-begin {
		rep.Notes = append(rep.Notes, "the spike comes after the step: tables of steps and f-I curves do not count it")
	}
	label := fmt.Sprintf("%.6g nA", float64(hi)*resolution)
	rep.Sweeps = append(rep.Sweeps, s.sweep(label, &rec))
	rep.Charts = append(rep.Charts, Chart{Name: "rheobase", Title: rep.Title, XLabel: "time (ms)", YLabel: "membrane potential (mV)", Curves: []Curve{{label, rec.T, rec.V[0]}}})
	return rep, nil
}

// FI measures the frequency of spikes against current [nA]; spikes are those with a
// peak during the step. Where the cell
// begins to fire, the interval between amplitudes is halved until it is at most
// finest wide (0: it is left).
func (s *Setup) FI(ctx context.Context, cell Cell, amps []float64, finest float64, p Pulse) (*Report, error) {
	begin, end, _, err := s.window(p)
	if err != nil {
		return nil, err
	}
	rep := &Report{Name: "fi", Title: fmt.Sprintf("f-I curve of steps of %g ms into %v", end-begin, s.At),
		Table: &Table{Columns: []Column{{Name: "current", Unit: "nA"}, column("spikes", "Spikecount_stimint"), {Name: "frequency", Unit: "Hz"},
			column("first interval", "inv_first_ISI"), column("last interval", "inv_last_ISI"), column("latency", "time_to_first_spike"),
			column("ISI CV", "ISI_CV"), column("adaptation", "adaptation_index")}}, Named: s.Named}
	type point struct {
		row   []float64
		sweep Sweep
	}
	var points []point
	var runs []Recording
	run := func(amps []float64) error {
		recs, err := s.steps(ctx, cell, amps, p, s.places())
		if err != nil {
			return err
		}
		for i := range recs {
			x, err := s.strict(&recs[i], begin, end, amps[i])
			if err != nil {
				return err
			}
			w := s.sweep(fmt.Sprintf("%.6g nA", amps[i]), &recs[i])
			if s.Named {
				if w.Features, err = s.measure(&recs[i], begin, end, amps[i]); err != nil {
					return err
				}
				w.Stimulus = Stimulus{begin, end, amps[i]}
			}
			n, err := x.Get("Spikecount_stimint")
			if err != nil {
				return err
			}
			points = append(points, point{featureRow(rep.Table.Columns, []float64{amps[i], n[0] * 1000 / (end - begin)}, x), w})
			runs = append(runs, recs[i])
		}
		slices.SortStableFunc(points, func(a, b point) int {
			if a.row[0] < b.row[0] {
				return -1
			}
			return 1
		})
		return nil
	}
	if err := run(amps); err != nil {
		return nil, err
	}
	for finest > 0 {
		i := slices.IndexFunc(points, func(q point) bool { return q.row[1] > 0 })
		if i <= 0 || points[i].row[0]-points[i-1].row[0] <= finest*(1+1e-9) {
			break
		}
		if err := run([]float64{(points[i].row[0] + points[i-1].row[0]) / 2}); err != nil {
			return nil, err
		}
	}
	s.outside(rep, runs, begin, end)
	f := Curve{Label: "whole step"}
	first, last := Curve{Label: "first interval"}, Curve{Label: "last interval"}
	for _, q := range points {
		rep.Table.Rows = append(rep.Table.Rows, q.row)
		rep.Sweeps = append(rep.Sweeps, q.sweep)
		f.X, f.Y = append(f.X, q.row[0]), append(f.Y, q.row[2])
		if !math.IsNaN(q.row[3]) {
			first.X, first.Y = append(first.X, q.row[0]), append(first.Y, q.row[3])
			last.X, last.Y = append(last.X, q.row[0]), append(last.Y, q.row[4])
		}
	}
	curves := []Curve{f}
	if len(first.X) > 1 {
		curves = append(curves, first, last)
	}
	rep.Charts = []Chart{{Name: "fi", Title: rep.Title, XLabel: "current (nA)", YLabel: "frequency (Hz)", Curves: curves, Dots: true}}
	return rep, nil
}

// BackPropagation makes one spike with a short step (amp 0: the smallest of 0.1,
// 0.2, 0.4 … nA that does) and measures what arrives at the sites.
func (s *Setup) BackPropagation(ctx context.Context, cell Cell, amp, most float64, to *Place, p Pulse) (*Report, error) {
	if p.Duration == 0 {
		p.Duration = 5
	}
	begin, end, total, err := s.window(p)
	if err != nil {
		return nil, err
	}
	if s.Total == 0 {
		total = end + min(s.Tail, 50)
	}
	sites, err := cell.Sites(s.At, to)
	if err != nil {
		return nil, err
	}
	run := func(amps []float64, record []Place) ([]Recording, error) {
		var in []Input
		for _, a := range amps {
			in = append(in, Input{Currents: s.currents(Current{At: s.At, Delay: begin, Dur: end - begin, From: a, To: a})})
		}
		return cell.Run(ctx, in, record, total)
	}
	if amp == 0 {
		for a := .1; amp == 0 && a <= most; {
			var amps []float64
			for ; len(amps) < batch && a <= most; a *= 2 {
				amps = append(amps, a)
			}
			recs, err := run(amps, []Place{s.At})
			if err != nil {
				return nil, err
			}
			for i := range recs {
				if firstSpike(&recs[i], s.Settings.Threshold, begin) <= total {
					amp = amps[i]
					break
				}
			}
		}
		if !(most >= .1) {
			return nil, usage("a search up to %g nA, which begins at 0.1 nA: give the current of the step, or search further", most)
		}
		if amp == 0 {
			return nil, fmt.Errorf("no step of %g ms up to %g nA into %v makes the cell spike", end-begin, most, s.At)
		}
	}
	record := []Place{s.At}
	for _, q := range sites {
		record = append(record, q.Place)
	}
	recs, err := run([]float64{amp}, record)
	if err != nil {
		return nil, err
	}
	r := &recs[0]
	rep := &Report{Name: "bap", Title: fmt.Sprintf("A spike from %v (%.6g nA for %g ms)", s.At, amp, end-begin),
		Table: &Table{Key: Column{Name: "place"}, Columns: []Column{{Name: "distance", Unit: "um"}, {Name: "rest", Unit: "mV"}, {Name: "peak", Unit: "mV"}, {Name: "amplitude", Unit: "mV"}, {Name: "of the first"}, {Name: "delay", Unit: "ms"}}}}
	on := 0
	for on+1 < len(r.T) && r.T[on+1] <= begin {
		on++
	}
	peak := func(v []float64) int {
		k := on
		for i := on; i < len(v); i++ {
			if v[i] > v[k] {
				k = i
			}
		}
		return k
	}
	k0 := peak(r.V[0])
	first := r.V[0][k0] - r.V[0][on]
	byKind := map[string]int{}
	chart := Chart{Name: "bap", Title: rep.Title, XLabel: "distance (\u00b5m)", YLabel: "amplitude (mV)", Dots: true}
	for i, q := range sites {
		v := r.V[i+1]
		k := peak(v)
		a := v[k] - v[on]
		rep.Table.Keys = append(rep.Table.Keys, q.Place.String())
		rep.Table.Rows = append(rep.Table.Rows, []float64{q.Distance, v[on], v[k], a, a / first, r.T[k] - r.T[k0]})
		c, ok := byKind[q.Kind]
		if !ok {
			c = len(chart.Curves)
			byKind[q.Kind] = c
			chart.Curves = append(chart.Curves, Curve{Label: q.Kind})
		}
		chart.Curves[c].X, chart.Curves[c].Y = append(chart.Curves[c].X, q.Distance), append(chart.Curves[c].Y, a)
	}
	if firstSpike(r, s.Settings.Threshold, begin) > total {
		rep.Notes = append(rep.Notes, "the step makes no spike")
	}
	rep.Values = []Value{{Name: "current", Value: amp, Unit: "nA"}, {Name: "amplitude at " + s.At.String(), Value: first, Unit: "mV"}}
	rep.Charts = []Chart{chart}
	w := Sweep{Label: fmt.Sprintf("%.6g nA", amp), T: r.T}
	for i, q := range record {
		if i == 0 || q != s.At {
			w.Traces = append(w.Traces, Trace{"v of " + q.String(), "mV", r.V[i]})
		}
	}
	rep.Sweeps = []Sweep{w}
	return rep, nil
}

// AutoFI measures an f-I curve around the rheobase, from half of it to three
// times, in steps of a quarter.
func (s *Setup) AutoFI(ctx context.Context, cell Cell, resolution, most float64, p Pulse) (*Report, error) {
	r, err := s.Rheobase(ctx, cell, resolution, most, p)
	if err != nil {
		return nil, err
	}
	if len(r.Values) == 0 || r.Values[0].Value == 0 {
		r.Name, r.Title, r.Values = "fi", "f-I curve", nil
		r.Notes = append(r.Notes, "no rheobase, and so no f-I curve around it: give currents")
		return r, nil
	}
	k := math.Round(r.Values[0].Value / resolution)
	var amps []float64
	for i := 2; i <= 12; i++ {
		if x := math.Ceil(k*float64(i)/4) * resolution; !slices.Contains(amps, x) {
			amps = append(amps, x)
		}
	}
	return s.FI(ctx, cell, amps, 0, p)
}
