// Package features measures what a membrane potential does: when it spikes, how
// spikes look, how the intervals between them change, how deep it lies under a
// weak stimulus.
//
// In: a Trace, times and potentials as they were computed or recorded, evenly
// spaced or not, with when the stimulus was. Out: numbers by name. Nobody below
// it knows simulations: recordings will do as well.
//
// Names, units and definitions are those of the Electrophys Feature Extraction
// Library (eFEL, https://efel.readthedocs.io/en/latest/eFeatures.html), since
// configurations of BluePyOpt and BluePyEModel name them, and so are its
// defaults: the trace is first taken at steps of 0.1 ms along straight lines
// between samples, a spike is a crossing of -20 mV and back. The
// implementation is our own; its values agree with those of eFEL 5.7.34.
package features

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Trace is a potential over time and when the stimulus was that it answers.
type Trace struct {
	T, V               []float64 // [ms] ascending, [mV]
	StimStart, StimEnd float64   // [ms]
	Current            float64   // [nA] of the stimulus; NaN where none is known
}

// Settings are the thresholds and windows of the definitions.
type Settings struct {
	Threshold               float64 // [mV] that a spike crosses
	DerivativeThreshold     float64 // [mV/ms] where a spike begins
	DownDerivativeThreshold float64 // [mV/ms] where a spike ends
	DerivativeWindow        int     // samples that the slope must stay above it
	InterpStep              float64 // [ms] at which the trace is taken
	StrictStimInterval      bool    // spikes count only within the stimulus
	IgnoreFirstISI          bool    // in statistics of intervals
	SpikeSkipFraction       float64 // of spikes that adaptation_index leaves out,
	MaxSpikeSkip            int     // but no more than so many
	BurstFactor             float64
	StrictBurstFactor       float64
	VoltageBaseStart        float64 // fraction of StimStart where voltage_base begins
	VoltageBaseEnd          float64 // and ends
	InitialFraction         float64 // of the stimulus, for number_initial_spikes
	InitBurstFrequency      float64 // [Hz] above which an initial burst lasts
	InitBurstSAHPStart      float64 // [ms] after it
	InitBurstSAHPEnd        float64 // [ms] after it
	SAHPStart               float64 // [ms] after a spike, where its slow AHP may begin
	RiseStart, RiseEnd      float64 // fractions of a spike's height
	PhaseSlopeRange         int     // samples on either side of a spike's beginning
	DecayStart, DecayEnd    float64 // [ms] after the stimulus
	BlockDuration           float64 // [ms] from which a plateau is a depolarisation block
	Precision               float64 // [ms] by which times may miss
}

// Default returns eFEL's settings.
func Default() Settings {
	return Settings{Threshold: -20, DerivativeThreshold: 10, DownDerivativeThreshold: -12, DerivativeWindow: 3, InterpStep: .1,
		IgnoreFirstISI: true, SpikeSkipFraction: .1, MaxSpikeSkip: 2, BurstFactor: 1.5, StrictBurstFactor: 2,
		VoltageBaseStart: .9, VoltageBaseEnd: 1, InitialFraction: .1, InitBurstFrequency: 50, InitBurstSAHPStart: 5, InitBurstSAHPEnd: 100,
		SAHPStart: 5, RiseEnd: 1, PhaseSlopeRange: 2, DecayStart: 1, DecayEnd: 10, BlockDuration: 50, Precision: 1e-10}
}

// Feature describes one of those that there are.
type Feature struct {
	Name string
	Unit string // "" for a number
	Doc  string // one sentence

	of func(*Extractor) ([]float64, error)
}

// List returns all features, related ones side by side.
func List() []Feature { return slices.Concat(spikeTimes(), spikeShapes(), subthreshold()) }

// Names are the names of all features, in the order of List.
func Names() []string {
	var out []string
	for _, f := range List() {
		out = append(out, f.Name)
	}
	return out
}

// Extractor takes features of one trace. It is for one goroutine.
type Extractor struct {
	s          Settings
	start, end float64 // [ms]
	current    float64 // [nA]
	t, v       []float64
	table      map[string]*Feature
	known      map[string]outcome
	indices    map[string]found
}

type outcome struct {
	x   []float64
	err error
}

// found are places in t and v.
type found struct {
	at  []int
	err error
}

// New prepares the extraction of a trace's features.
func New(tr Trace, s Settings) (*Extractor, error) {
	switch {
	case len(tr.T) != len(tr.V):
		return nil, fmt.Errorf("%d times and %d potentials", len(tr.T), len(tr.V))
	case len(tr.T) < 3:
		return nil, fmt.Errorf("a trace of %d samples: three are needed", len(tr.T))
	case !(s.InterpStep > 0):
		return nil, fmt.Errorf("an interpolation step of %g ms", s.InterpStep)
	case !(tr.StimStart <= tr.StimEnd):
		return nil, fmt.Errorf("a stimulus from %g to %g ms", tr.StimStart, tr.StimEnd)
	}
	for i := range tr.T {
		if i > 0 && !(tr.T[i] > tr.T[i-1]) || math.IsNaN(tr.V[i]) || math.IsInf(tr.V[i], 0) || math.IsNaN(tr.T[i]) || math.IsInf(tr.T[i], 0) {
			return nil, fmt.Errorf("sample %d (%g ms, %g mV): times must ascend and potentials be numbers", i, tr.T[i], tr.V[i])
		}
	}
	if n := (tr.T[len(tr.T)-1] - tr.T[0]) / s.InterpStep; n > maxSamples {
		return nil, fmt.Errorf("%g samples at steps of %g ms: at most %d are possible", n, s.InterpStep, maxSamples)
	}
	x := &Extractor{s: s, start: tr.StimStart, end: tr.StimEnd, current: tr.Current, table: map[string]*Feature{}, known: map[string]outcome{}, indices: map[string]found{}}
	x.t, x.v = resample(tr.T, tr.V, s.InterpStep)
	list := List()
	for i := range list {
		x.table[list[i].Name] = &list[i]
	}
	return x, nil
}

const maxSamples = 100_000_000

// ErrUnknown is the error of a name that is no feature's.
var ErrUnknown = errors.New("there is no such feature")

// Get returns the values of a feature: one, or one for each spike, interval or
// burst. The error says why the trace has none.
func (x *Extractor) Get(name string) ([]float64, error) {
	if o, ok := x.known[name]; ok {
		return o.x, o.err
	}
	f, ok := x.table[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, ErrUnknown)
	}
	val, err := f.of(x)
	if err == nil && len(val) == 0 {
		err = errNone
	}
	if err == nil && slices.ContainsFunc(val, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		err = errors.New("it comes out as no finite number")
	}
	if err != nil {
		val = nil
	}
	x.known[name] = outcome{val, err}
	return val, err
}

// Why a trace has no value of a feature.
var (
	errNone     = errors.New("the trace has none")
	errNoSpikes = errors.New("no spike: the potential does not cross the threshold up and down again")
	errSpikes   = errors.New("there are too few spikes")
	errSync     = errors.New("spikes and their beginnings or ends cannot be told apart")
	errWindow   = errors.New("the trace has no samples in the window")
)

// get returns the only value of a feature.
func (x *Extractor) get(name string) (float64, error) {
	v, err := x.Get(name)
	if err != nil {
		return 0, err
	}
	return v[0], nil
}

// one wraps a value.
func one(v float64, err error) ([]float64, error) {
	if err != nil {
		return nil, err
	}
	return []float64{v}, nil
}

// element makes a feature of value k of another; from the end where k < 0.
func element(of string, k int) func(*Extractor) ([]float64, error) {
	return func(x *Extractor) ([]float64, error) {
		v, err := x.Get(of)
		switch {
		case err != nil:
			return nil, err
		case k >= len(v) || -k > len(v):
			return nil, errSpikes
		case k < 0:
			return v[len(v)+k:][:1], nil
		}
		return v[k : k+1], nil
	}
}

// resample takes a trace at even steps along straight lines. The times are
// sums of steps, as in eFEL.
func resample(t, v []float64, step float64) (tt, vv []float64) {
	n := int(math.Ceil((t[len(t)-1] - t[0]) / step))
	at := t[0]
	for range n {
		tt = append(tt, at)
		at += step
	}
	if tt[len(tt)-1] < t[len(t)-1] {
		tt = append(tt, at)
	}
	j := 0
	for _, at := range tt {
		for j+1 < len(t) && t[j+1] < at {
			j++
		}
		if j+1 == len(t) { // a rounding beyond the end
			vv = append(vv, v[j])
			break
		}
		slope := (v[j+1] - v[j]) / (t[j+1] - t[j])
		vv = append(vv, v[j]+float64(slope*(at-t[j])))
	}
	return tt[:len(vv)], vv
}

// from returns the first sample at or after a time, len(t) if there is none.
func (x *Extractor) from(at float64) int {
	i, _ := slices.BinarySearch(x.t, at)
	return i
}

// mean is the mean potential of samples lo to hi-1.
func (x *Extractor) mean(lo, hi int) (float64, error) {
	if lo < 0 || lo >= hi || hi > len(x.v) {
		return 0, errWindow
	}
	sum := 0.0
	for _, v := range x.v[lo:hi] {
		sum += v
	}
	return sum / float64(hi-lo), nil
}

// first returns the first place in [lo, hi) where ok holds, hi if nowhere.
func first(v []float64, lo, hi int, ok func(float64) bool) int {
	for i := lo; i < hi; i++ {
		if ok(v[i]) {
			return i
		}
	}
	return hi
}

// least returns the place of the first smallest value in [lo, hi), lo if there
// are none.
func least(v []float64, lo, hi int) int {
	at := lo
	for i := lo + 1; i < hi; i++ {
		if v[i] < v[at] {
			at = i
		}
	}
	return at
}

// most is least's opposite.
func most(v []float64, lo, hi int) int {
	at := lo
	for i := lo + 1; i < hi; i++ {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}

// central is the derivative by central differences of steps of one.
func central(v []float64) []float64 {
	n := len(v)
	out := make([]float64, n)
	if n < 2 {
		return out
	}
	out[0], out[n-1] = v[1]-v[0], v[n-1]-v[n-2]
	for i := 1; i < n-1; i++ {
		out[i] = (v[i+1] - v[i-1]) / 2
	}
	return out
}

// slope is dv/dt [mV/ms].
func (x *Extractor) slope() []float64 {
	dv, dt := central(x.v), central(x.t)
	for i := range dv {
		dv[i] /= dt[i]
	}
	return dv
}

// line fits a straight line by least squares.
func line(x, y []float64) (slope, residuals float64) {
	var sx, sy, sxx, sxy float64
	n := float64(len(x))
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		sxx, sxy = sxx+float64(x[i]*x[i]), sxy+float64(x[i]*y[i])
	}
	slope = (float64(n*sxy) - float64(sx*sy)) / (float64(n*sxx) - float64(sx*sx))
	at0 := (sy - float64(slope*sx)) / n
	for i := range x {
		r := y[i] - at0 - float64(slope*x[i])
		residuals += float64(r * r)
	}
	return slope, residuals
}
