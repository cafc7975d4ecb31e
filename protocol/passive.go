package protocol

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/rallsim/rall/runtime/vec"
)

// Passive measures with a weak step of amp [nA]:
//
//   - the resting potential, that at the last sample before the step;
//   - the input resistance, the change until the last sample of the step over
//     the current; at its largest on the way for the peak one;
//   - the sag, by how much of the largest change the potential comes back;
//   - the membrane time constant, by a fit of a + b exp(-t/tau) from where a
//     tenth of the largest change is reached to where all of it is.
func (s *Setup) Passive(ctx context.Context, cell Cell, amp float64, p Pulse) (*Report, error) {
	begin, end, _, err := s.window(p)
	if err != nil {
		return nil, err
	}
	if amp == 0 {
		return nil, usage("input resistance by a step of 0 nA")
	}
	recs, err := s.steps(ctx, cell, []float64{amp}, p, s.places())
	if err != nil {
		return nil, err
	}
	rep := &Report{Name: "passive", Title: fmt.Sprintf("Passive properties by a step of %.6g nA for %g ms into %v", amp, end-begin, s.At)}
	r := &recs[0]
	label := fmt.Sprintf("%.6g nA", amp)
	w := s.sweep(label, r)
	if w.Features, err = s.measure(r, begin, end, amp); err != nil {
		return nil, err
	}
	w.Stimulus = Stimulus{begin, end, amp}
	rep.Sweeps = append(rep.Sweeps, w)
	chart := Chart{Name: "passive", Title: rep.Title, XLabel: "time (ms)", YLabel: "membrane potential (mV)", Curves: []Curve{{label, r.T, r.V[0]}}, Within: &[2]float64{begin, end}}
	v := r.V[0]
	on, off := lastAt(r.T, begin), lastAt(r.T, end)
	rest := v[on]
	far := on
	for i := on; i <= off; i++ {
		if math.Abs(v[i]-rest) > math.Abs(v[far]-rest) {
			far = i
		}
	}
	steady, top := v[off]-rest, v[far]-rest
	rep.Charts = []Chart{chart}
	s.outside(rep, recs, begin, end)
	if firstSpike(r, s.Settings.Threshold, begin) < end {
		rep.Notes = append(rep.Notes, "the cell spikes during the step, and no passive property can be told: take a weaker step, or a --hold that keeps the cell silent")
		return rep, nil
	}
	rep.Values = []Value{{Name: "resting potential", Value: rest, Unit: "mV"},
		{Name: "input resistance", Value: steady / amp, Unit: "MOhm"},
		{Name: "peak input resistance", Value: top / amp, Unit: "MOhm"},
		{Name: "sag", Value: 1 - steady/top, Note: "of the largest change"}}
	if late := lastAt(r.T, end-float64(.1*(end-begin))); math.Abs(v[off]-v[late]) > float64(.01*math.Abs(steady)) {
		rep.Notes = append(rep.Notes, "the potential still moves when the step ends: take a longer one")
	}
	if on > 0 && math.Abs(v[on]-v[lastAt(r.T, begin*.9)]) > float64(.01*math.Abs(steady)) {
		rep.Notes = append(rep.Notes, "the potential still moves when the step begins: take a longer delay, or a better --v-init")
	}
	from := on
	for from < far && math.Abs(v[from]-rest) < float64(.1*math.Abs(top)) {
		from++
	}
	fit, err := FitExponential(r.T[from:far+1], v[from:far+1])
	if err != nil {
		rep.Notes = append(rep.Notes, fmt.Sprintf("no time constant: %v", err))
	} else {
		rep.Values = append(rep.Values, Value{Name: "membrane time constant", Value: fit.Tau, Unit: "ms", Note: fmt.Sprintf("standard error %.2g ms; rms of the fit %.2g mV, from %.6g to %.6g ms", fit.TauError, fit.RMS, r.T[from], r.T[far])},
			Value{Name: "fit error", Value: fit.TauError, Unit: "ms"},
			Value{Name: "capacitance", Value: fit.Tau / (top / amp) * 1000, Unit: "pF", Note: "time constant over peak input resistance"})
		c := Curve{Label: "fit"}
		for i := from; i <= far; i++ {
			c.X, c.Y = append(c.X, r.T[i]), append(c.Y, fit.A+float64(fit.B*vec.Exp((r.T[from]-r.T[i])/fit.Tau)))
		}
		rep.Charts[0].Curves = append(rep.Charts[0].Curves, c)
	}
	return rep, nil
}

// lastAt is the last sample before a stimulus at a time has an effect: the last
// at or before it, times being sums of steps.
func lastAt(t []float64, at float64) int {
	i := 0
	for i+1 < len(t) && t[i+1] <= at+1e-6 {
		i++
	}
	return i
}

// Exponential is A + B exp(-(t-t0)/Tau), t0 the first time.
type Exponential struct {
	A, B, Tau float64
	TauError  float64 // standard error of Tau
	RMS       float64 // of what is left
}

// FitExponential fits by least squares: for a given time constant A and B
// follow by linear ones, and the best constant is searched for.
func FitExponential(t, v []float64) (Exponential, error) {
	n := len(t)
	if n < 4 {
		return Exponential{}, errors.New("too few samples")
	}
	at := make([]float64, n)
	for i := range t {
		at[i] = t[i] - t[0]
	}
	e := make([]float64, n)
	linear := func(tau float64) (a, b, rss float64) {
		var me, mv float64
		for i := range at {
			e[i] = vec.Exp((0 - at[i]) / tau)
			me, mv = me+e[i], mv+v[i]
		}
		me, mv = me/float64(n), mv/float64(n)
		var see, sev float64
		for i := range at {
			see += float64((e[i] - me) * (e[i] - me))
			sev += float64((e[i] - me) * (v[i] - mv))
		}
		b = sev / see
		a = mv - float64(b*me)
		for i := range at {
			r := v[i] - a - float64(b*e[i])
			rss += float64(r * r)
		}
		return a, b, rss
	}
	// The valley is found on a grid of constants and then by golden sections.
	lo, hi := (at[1]-at[0])/2, at[n-1]*20
	if !(lo > 0) {
		return Exponential{}, errors.New("times do not ascend")
	}
	const golden, grid = .6180339887498949, 60
	best, least := 0, math.Inf(1)
	span := vec.Log(hi / lo)
	tau := func(k float64) float64 { return float64(lo * vec.Exp(span*k/grid)) }
	for k := range grid + 1 {
		if _, _, rss := linear(tau(float64(k))); rss < least {
			best, least = k, rss
		}
	}
	if best == 0 || best == grid {
		return Exponential{}, errors.New("it follows no exponential")
	}
	a, b := float64(best-1), float64(best+1)
	for b-a > 1e-12 {
		x, y := b-float64(golden*(b-a)), a+float64(golden*(b-a))
		_, _, p := linear(tau(x))
		_, _, q := linear(tau(y))
		if p < q {
			b = y
		} else if a == x {
			break
		} else {
			a = x
		}
	}
	f := Exponential{Tau: tau((a + b) / 2)}
	// Golden sections find the valley to half the digits; where the derivative
	// vanishes is found to all of them.
	for range 8 {
		var rss float64
		f.A, f.B, rss = linear(f.Tau)
		f.RMS = math.Sqrt(rss / float64(n))
		step, se, ok := f.newton(at, v, e, rss)
		if !ok {
			return Exponential{}, errors.New("the samples do not tell it")
		}
		f.TauError = se
		if f.Tau += step; math.Abs(step) < float64(1e-13*f.Tau) {
			break
		}
	}
	if !(f.Tau > 0) || !isFinite(f.Tau) || !isFinite(f.TauError) || !isFinite(f.A) || !isFinite(f.B) {
		return Exponential{}, errors.New("it follows no exponential")
	}
	return f, nil
}

// newton is the step of Gauss and Newton in tau and its standard error: by the
// inverse of J'J, J the derivatives to A, B and tau.
func (f *Exponential) newton(at, v, e []float64, rss float64) (step, se float64, ok bool) {
	n := float64(len(at))
	var se1, st, see, set, stt, r1, re, rt float64
	for i := range at {
		d := float64(f.B*e[i]) * at[i] / float64(f.Tau*f.Tau)
		r := v[i] - f.A - float64(f.B*e[i])
		se1, st = se1+e[i], st+d
		see, set, stt = see+float64(e[i]*e[i]), set+float64(e[i]*d), stt+float64(d*d)
		r1, re, rt = r1+r, re+float64(e[i]*r), rt+float64(d*r)
	}
	// Eliminate A and B.
	see -= float64(se1 * se1 / n)
	set -= float64(se1 * st / n)
	stt -= float64(st * st / n)
	re -= float64(se1 * r1 / n)
	rt -= float64(st * r1 / n)
	stt -= float64(set * set / see)
	rt -= float64(set * re / see)
	if !(stt > 0) {
		return 0, 0, false
	}
	return rt / stt, math.Sqrt(rss / (n - 3) / stt), true
}

// VClamp holds the cell at hold [mV], steps to each command, and back. Currents
// are those of the electrode: what leaves the cell through its membrane is above
// 0. For settle [ms] after the step its capacitive current is not looked at.
func (s *Setup) VClamp(ctx context.Context, cell Cell, commands []float64, hold, rs, settle float64, p Pulse) (*Report, error) {
	begin, end, total, err := s.window(p)
	if err != nil {
		return nil, err
	}
	if !(rs > 0) {
		return nil, usage("a series resistance of %g MOhm", rs)
	}
	if !(settle >= 0) || settle >= end-begin {
		return nil, usage("a step of %g ms of which the first %g ms are not looked at", end-begin, settle)
	}
	var in []Input
	for _, v := range commands {
		in = append(in, Input{Currents: s.holding(), Clamp: &Clamp{At: s.At, Dur: [3]float64{begin, end - begin, total}, V: [3]float64{hold, v, hold}, RS: rs}})
	}
	recs, err := cell.Run(ctx, in, s.places(), total)
	if err != nil {
		return nil, err
	}
	rep := &Report{Name: "vclamp", Title: fmt.Sprintf("Voltage clamp of %v at %g mV, steps from %g to %g ms", s.At, hold, begin, end),
		Table: &Table{Columns: []Column{{Name: "command", Unit: "mV"}, {Name: "inward peak", Unit: "nA"}, {Name: "after", Unit: "ms"}, {Name: "outward peak", Unit: "nA"}, {Name: "after", Unit: "ms"}, {Name: "steady", Unit: "nA"}, {Name: "before", Unit: "nA"}}}}
	trace := Chart{Name: "vclamp", Title: rep.Title, XLabel: "time (ms)", YLabel: "current (nA)"}
	in1, out1, steady := Curve{Label: "inward peak"}, Curve{Label: "outward peak"}, Curve{Label: "steady"}
	var early []string
	for i := range recs {
		r := &recs[i]
		on, from, off := lastAt(r.T, begin), lastAt(r.T, begin+settle), lastAt(r.T, end)
		from = max(from, on+1)
		lo, hi := from, from
		for k := from; k <= off; k++ {
			if r.I[k] < r.I[lo] {
				lo = k
			}
			if r.I[k] > r.I[hi] {
				hi = k
			}
		}
		rep.Table.Rows = append(rep.Table.Rows, []float64{commands[i], r.I[lo], r.T[lo] - begin, r.I[hi], r.T[hi] - begin, r.I[off], r.I[on]})
		if sure := .01 * math.Abs(r.I[off]-r.I[on]); lo == from && r.I[off]-r.I[lo] > sure || hi == from && r.I[hi]-r.I[off] > sure {
			early = append(early, fmt.Sprintf("%.6g", commands[i]))
		}
		w := s.sweep(fmt.Sprintf("%.6g mV", commands[i]), r)
		rep.Sweeps = append(rep.Sweeps, w)
		// Capacitive currents would be all that is seen.
		shown := make([]float64, len(r.I))
		for k := range r.I {
			shown[k] = r.I[k]
			if k <= from && k > on || k > off && r.T[k] < end+settle || r.T[k] < begin-float64(.1*(end-begin)) || r.T[k] > end+float64(.3*(end-begin)) {
				shown[k] = math.NaN()
			}
		}
		trace.Curves = append(trace.Curves, Curve{w.Label, r.T, shown})
		in1.X, in1.Y = append(in1.X, commands[i]), append(in1.Y, r.I[lo])
		out1.X, out1.Y = append(out1.X, commands[i]), append(out1.Y, r.I[hi])
		steady.X, steady.Y = append(steady.X, commands[i]), append(steady.Y, r.I[off])
	}
	if len(early) > 0 {
		rep.Notes = append(rep.Notes, fmt.Sprintf("at %s mV a peak is the first sample that is looked at, %.6g ms after the step: it may be earlier, or capacitive (--settle)", strings.Join(early, ", "), settle))
	}
	rep.Charts = []Chart{trace, {Name: "iv", Title: "I-V curve of " + s.At.String(), XLabel: "command (mV)", YLabel: "current (nA)", Curves: []Curve{in1, out1, steady}, Dots: true}}
	return rep, nil
}
