// Package protocol runs the experiments by which a cell is characterised:
// current steps and ramps, f-I curves, rheobase, passive properties, families
// under voltage clamp, back-propagation of a spike.
//
// In: a Cell, which whoever knows models provides, and what to do to it. Out:
// a Report with numbers, tables, curves and the traces themselves. Next:
// whoever prints, draws and writes.
//
// Units are NEURON's: ms, mV, nA, MOhm, um.
package protocol

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rallsim/rall/analysis/features"
)

// Place is a point on a cell: a section by its name, and how far along it.
type Place struct {
	Section string
	Pos     float64
}

func (p Place) String() string { return fmt.Sprintf("%s(%.4g)", p.Section, p.Pos) }

// Current is injected from Delay for Dur: From all the time, or along a
// straight line to To.
type Current struct {
	At         Place
	Delay, Dur float64 // [ms]
	From, To   float64 // [nA]
}

// Clamp holds a place at three levels, one after another, through a series
// resistance.
type Clamp struct {
	At   Place
	Dur  [3]float64 // [ms]
	V    [3]float64 // [mV]
	RS   float64    // [MOhm]
	Name string
}

// Input is what is done to the cell in one run.
type Input struct {
	Currents []Current
	Clamp    *Clamp
}

// Recording is what one run yields, at every step.
type Recording struct {
	T []float64   // [ms]
	V [][]float64 // [mV] by place
	I []float64   // [nA] of the clamp, if there is one
}

// Cell can be run from its initial state any number of times.
type Cell interface {
	// Run runs the cell under each of the inputs, all of which have as many
	// currents and clamps, for so long [ms]. The runs know nothing of each other.
	Run(ctx context.Context, inputs []Input, record []Place, duration float64) ([]Recording, error)
	// Sites are the middles of CVs, and Distance [um] is along the cell from at:
	// on the way to a place, or (nil) everywhere.
	Sites(from Place, to *Place) ([]Site, error)
}

// Site is a place and how far it is.
type Site struct {
	Place
	Kind     string  // of the section
	Distance float64 // [um]
}

// Setup is what all protocols share.
type Setup struct {
	At       Place   // of the stimulus
	Record   []Place // potentials to record besides that at At
	Hold     float64 // [nA] injected all the time
	Delay    float64 // [ms] before the stimulus
	Duration float64 // [ms] of it
	Total    float64 // [ms] of the run; 0: Tail after the stimulus
	Tail     float64 // [ms]
	Settings features.Settings
	Own      string   // the cell's own point processes, for notes; "": it has none
	Features []string // to be measured of steps and ramps
	Named    bool     // the features were chosen: they are measured of f-I curves as well, and printed
}

// Value is one number of a report.
type Value struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Note  string  `json:"note,omitempty"`
}

// Column of a table.
type Column struct {
	Name    string `json:"name"`
	Unit    string `json:"unit,omitempty"`
	Feature string `json:"feature,omitempty"` // of eFEL that it shows
}

// Table is what a protocol yields, a row for every run or place. NaN is none.
type Table struct {
	Key     Column      `json:"key"` // what the rows are called by
	Keys    []string    `json:"keys,omitempty"`
	Columns []Column    `json:"columns"`
	Rows    [][]float64 `json:"rows"`
}

// Sweep is one run.
type Sweep struct {
	Label    string // such as "0.2 nA"
	Stimulus Stimulus
	T        []float64
	Traces   []Trace
	Features []Measured
}

// Stimulus is what features are measured by.
type Stimulus struct {
	Start   float64 `json:"stim_start"` // [ms]
	End     float64 `json:"stim_end"`   // [ms]
	Current float64 `json:"current"`    // [nA]
}

// Trace is one variable of a sweep.
type Trace struct {
	Name string
	Unit string
	X    []float64
}

// Measured is a feature of a sweep.
type Measured struct {
	Name string    `json:"name"`
	Unit string    `json:"unit,omitempty"`
	X    []float64 `json:"values"`        // nil: it has none,
	Why  string    `json:"why,omitempty"` // and why
}

// Curve is a line of a chart.
type Curve struct {
	Label string
	X, Y  []float64
}

// Chart is what there is to draw.
type Chart struct {
	Name, Title, XLabel, YLabel string
	Curves                      []Curve
	Dots                        bool        // the points are few, and matter
	Within                      *[2]float64 // the range of y is that of the curves in these x; nil: of all
}

// Report is what a protocol yields.
type Report struct {
	Name   string
	Title  string
	Values []Value
	Table  *Table
	Sweeps []Sweep
	Charts []Chart
	Notes  []string
	Named  bool // the sweeps' features are to be printed
}

// Finite takes out what is no number, as quotients by 0 and potentials that ran
// away make it: values and features say so, cells of the table are left empty.
func (r *Report) Finite() {
	r.Values = slices.DeleteFunc(slices.Clone(r.Values), func(v Value) bool {
		if !isFinite(v.Value) {
			r.Notes = append(r.Notes, fmt.Sprintf("no %s: it would be %g", v.Name, v.Value))
		}
		return !isFinite(v.Value)
	})
	if r.Table != nil {
		for _, row := range r.Table.Rows {
			for i := range row {
				if !isFinite(row[i]) {
					row[i] = math.NaN()
				}
			}
		}
	}
	for i := range r.Sweeps {
		for k := range r.Sweeps[i].Features {
			f := &r.Sweeps[i].Features[k]
			if at := slices.IndexFunc(f.X, func(x float64) bool { return !isFinite(x) }); at >= 0 {
				f.Why, f.X = fmt.Sprintf("it would be %g", f.X[at]), nil
			}
		}
	}
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// UsageError says that what was asked for makes no sense.
type UsageError struct{ error }

func usage(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// Pulse is when a stimulus is; what is 0 is taken from the setup.
type Pulse struct {
	Duration, Delay float64 // [ms]
}

// window returns when the stimulus begins and ends, and the run.
func (s *Setup) window(p Pulse) (begin, end, total float64, err error) {
	if p.Delay == 0 {
		p.Delay = s.Delay
	}
	if p.Duration == 0 {
		p.Duration = s.Duration
	}
	begin, end = p.Delay, p.Delay+p.Duration
	total = s.Total
	if total == 0 {
		total = end + s.Tail
	}
	switch {
	case !(p.Delay >= 0) || math.IsInf(p.Delay, 0):
		err = usage("a delay of %g ms", p.Delay)
	case !(p.Duration > 0) || math.IsInf(p.Duration, 0):
		err = usage("a stimulus of %g ms", p.Duration)
	case begin >= total:
		err = usage("the stimulus begins at %g ms, when the run of %g ms is over", begin, total)
	case end > total:
		err = usage("the stimulus ends at %g ms, and the run at %g ms", end, total)
	}
	return begin, end, total, err
}

// currents are those of a stimulus and the holding current.
func (s *Setup) currents(c Current) []Current {
	return append([]Current{c}, s.holding()...)
}

// holding is the current that is injected all the time, if there is one.
func (s *Setup) holding() []Current {
	if s.Hold == 0 {
		return nil
	}
	return []Current{{At: s.At, Dur: 1e9, From: s.Hold, To: s.Hold}}
}

// places are what is recorded, At first.
func (s *Setup) places() []Place {
	list := []Place{s.At}
	for _, p := range s.Record {
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// steps runs one step of each amplitude.
func (s *Setup) steps(ctx context.Context, cell Cell, amps []float64, p Pulse, record []Place) ([]Recording, error) {
	begin, end, total, err := s.window(p)
	if err != nil {
		return nil, err
	}
	var in []Input
	for _, a := range amps {
		in = append(in, Input{Currents: s.currents(Current{At: s.At, Delay: begin, Dur: end - begin, From: a, To: a})})
	}
	return cell.Run(ctx, in, record, total)
}

// measure takes the features of a recording's first place.
func (s *Setup) measure(r *Recording, begin, end, amp float64) ([]Measured, error) {
	x, err := s.extractor(r, begin, end, amp)
	if err != nil {
		return nil, err
	}
	units := map[string]string{}
	for _, f := range features.List() {
		units[f.Name] = f.Unit
	}
	var out []Measured
	for _, name := range s.Features {
		m := Measured{Name: name, Unit: units[name]}
		v, err := x.Get(name)
		if errors.Is(err, features.ErrUnknown) {
			return nil, usage("%v", err)
		}
		if m.X = v; err != nil {
			m.Why = err.Error()
		}
		out = append(out, m)
	}
	return out, nil
}

// extractor measures features of a recording, those that it is asked for.
func (s *Setup) extractor(r *Recording, begin, end, amp float64) (*features.Extractor, error) {
	return features.New(features.Trace{T: r.T, V: r.V[0], StimStart: begin, StimEnd: end, Current: amp}, s.Settings)
}

func (s *Setup) sweep(label string, r *Recording) Sweep {
	w := Sweep{Label: label, T: r.T}
	for i, p := range s.places() {
		w.Traces = append(w.Traces, Trace{"v of " + p.String(), "mV", r.V[i]})
	}
	if r.I != nil {
		w.Traces = append(w.Traces, Trace{"i", "nA", r.I})
	}
	return w
}

// stepColumns are those of a table of steps.
func stepColumns() []Column {
	return []Column{{Name: "current", Unit: "nA"},
		column("spikes", "Spikecount_stimint"), column("mean frequency", "mean_frequency"), column("latency", "time_to_first_spike"),
		column("AP amplitude", "AP1_amp"), column("half width above AHP", "AP1_width"), column("first AHP", "AHP_depth_abs"),
		column("ISI CV", "ISI_CV"), column("adaptation", "adaptation_index"),
		column("base", "voltage_base"), column("steady", "steady_state_voltage_stimend"), column("sag ratio", "sag_ratio1")}
}

// Steps runs a current step of each amplitude [nA].
func (s *Setup) Steps(ctx context.Context, cell Cell, amps []float64, p Pulse) (*Report, error) {
	begin, end, _, err := s.window(p)
	if err != nil {
		return nil, err
	}
	recs, err := s.steps(ctx, cell, amps, p, s.places())
	if err != nil {
		return nil, err
	}
	rep := &Report{Name: "step", Title: fmt.Sprintf("Current steps into %v from %g to %g ms", s.At, begin, end),
		Table: &Table{Columns: stepColumns()}, Named: s.Named}
	return rep, s.fill(rep, recs, amps, begin, end, func(a float64) string { return fmt.Sprintf("%.6g nA", a) })
}

func (s *Setup) fill(rep *Report, recs []Recording, amps []float64, begin, end float64, label func(float64) string) error {
	chart := Chart{Name: rep.Name, Title: rep.Title, XLabel: "time (ms)", YLabel: "membrane potential (mV)"}
	for i := range recs {
		m, err := s.measure(&recs[i], begin, end, amps[i])
		if err != nil {
			return err
		}
		x, err := s.strict(&recs[i], begin, end, amps[i])
		if err != nil {
			return err
		}
		w := s.sweep(label(amps[i]), &recs[i])
		w.Features, w.Stimulus = m, Stimulus{begin, end, amps[i]}
		rep.Sweeps = append(rep.Sweeps, w)
		rep.Table.Rows = append(rep.Table.Rows, featureRow(rep.Table.Columns, amps[i:i+1], x))
		chart.Curves = append(chart.Curves, Curve{w.Label, recs[i].T, recs[i].V[0]})
	}
	rep.Charts = append(rep.Charts, chart)
	s.outside(rep, recs, begin, end)
	return nil
}

// Ramp runs a current that goes from one amplitude [nA] to another. Of spikes
// the current at the first one is told.
func (s *Setup) Ramp(ctx context.Context, cell Cell, from, to float64, p Pulse) (*Report, error) {
	begin, end, total, err := s.window(p)
	if err != nil {
		return nil, err
	}
	c := Current{At: s.At, Delay: begin, Dur: end - begin, From: from, To: to}
	recs, err := cell.Run(ctx, []Input{{Currents: s.currents(c)}}, s.places(), total)
	if err != nil {
		return nil, err
	}
	rep := &Report{Name: "ramp", Title: fmt.Sprintf("Current ramp into %v, %.6g to %.6g nA from %g to %g ms", s.At, from, to, begin, end),
		Table: &Table{Columns: stepColumns()}, Named: s.Named}
	if err := s.fill(rep, recs, []float64{to}, begin, end, func(float64) string { return fmt.Sprintf("%.6g to %.6g nA", from, to) }); err != nil {
		return nil, err
	}
	if t := firstSpike(&recs[0], s.Settings.Threshold, begin); t <= end {
		rep.Values = append(rep.Values, Value{Name: "current at the first spike", Value: from + float64((to-from)*(t-begin)/(end-begin)), Unit: "nA"})
	}
	return rep, nil
}

// firstSpike is when the potential first rises above a threshold, from a time
// on; infinite if it does not.
func firstSpike(r *Recording, threshold, from float64) float64 {
	v := r.V[0]
	for i := 1; i < len(v); i++ {
		if r.T[i] >= from && v[i] > threshold && v[i-1] <= threshold {
			return r.T[i]
		}
	}
	return math.Inf(1)
}
