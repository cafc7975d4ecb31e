package features

import (
	"math"
	"slices"
)

// spikeShapes are features of how spikes look.
func spikeShapes() []Feature {
	list := []Feature{
		{"peak_voltage", "mV", "Potential of each spike's peak.", func(x *Extractor) ([]float64, error) { return x.voltagesOf(x.peaks()) }},
		{"AP_height", "mV", "The same.", alias("peak_voltage")},
		{"AP1_peak", "mV", "peak_voltage of the first spike.", element("peak_voltage", 0)},
		{"AP2_peak", "mV", "peak_voltage of the second spike.", element("peak_voltage", 1)},
		{"AP2_AP1_peak_diff", "mV", "peak_voltage of the second spike less that of the first.", apart("peak_voltage", 1, 0)},
		{"amp_drop_first_second", "mV", "peak_voltage of the first spike less that of the second.", apart("peak_voltage", 0, 1)},
		{"amp_drop_first_last", "mV", "peak_voltage of the first spike less that of the last.", apart("peak_voltage", 0, -1)},
		{"amp_drop_second_last", "mV", "peak_voltage of the second spike less that of the last of three or more.", func(x *Extractor) ([]float64, error) {
			if v, err := x.Get("peak_voltage"); err != nil || len(v) < 3 {
				return nil, orFew(err)
			}
			return apart("peak_voltage", 1, -1)(x)
		}},
		{"max_amp_difference", "mV", "The largest drop of peak_voltage from a spike to the next.", func(x *Extractor) ([]float64, error) {
			v, err := x.Get("peak_voltage")
			if err != nil || len(v) < 2 {
				return nil, orFew(err)
			}
			d := steps(v)
			return []float64{0 - d[least(d, 0, len(d))]}, nil
		}},
		{"AP_begin_time", "ms", "Where each spike begins: from there on dv/dt stays above derivative_threshold for a few samples.", func(x *Extractor) ([]float64, error) { return x.timesOf(x.begins()) }},
		{"AP_begin_voltage", "mV", "Potential where each spike begins: its threshold.", func(x *Extractor) ([]float64, error) { return x.voltagesOf(x.begins()) }},
		{"AP1_begin_voltage", "mV", "AP_begin_voltage of the first spike.", element("AP_begin_voltage", 0)},
		{"AP2_begin_voltage", "mV", "AP_begin_voltage of the second spike.", element("AP_begin_voltage", 1)},
		{"AP_amplitude", "mV", "peak_voltage less AP_begin_voltage of each spike during the stimulus.", (*Extractor).amplitude},
		{"AP1_amp", "mV", "AP_amplitude of the first spike.", element("AP_amplitude", 0)},
		{"AP2_amp", "mV", "AP_amplitude of the second spike.", element("AP_amplitude", 1)},
		{"APlast_amp", "mV", "AP_amplitude of the last spike.", element("AP_amplitude", -1)},
		{"mean_AP_amplitude", "mV", "Mean AP_amplitude.", func(x *Extractor) ([]float64, error) {
			v, err := x.Get("AP_amplitude")
			return one(average(v), err)
		}},
		{"AP2_AP1_diff", "mV", "AP_amplitude of the second spike less that of the first.", apart("AP_amplitude", 1, 0)},
		{"AP_amplitude_diff", "mV", "Change of AP_amplitude from each spike to the next.", func(x *Extractor) ([]float64, error) {
			v, err := x.Get("AP_amplitude")
			return steps(v), err
		}},
		{"AP_amplitude_change", "", "AP_amplitude of every further spike less that of the first, over that of the first.", change("AP_amplitude")},
		{"AP_amplitude_from_voltagebase", "mV", "peak_voltage less voltage_base.", func(x *Extractor) ([]float64, error) { return x.above("peak_voltage") }},

		{"AHP_depth_abs", "mV", "First minimum after each spike.", func(x *Extractor) ([]float64, error) { return x.voltagesOf(x.ahps()) }},
		{"min_AHP_values", "mV", "The same.", alias("AHP_depth_abs")},
		{"AHP_depth", "mV", "AHP_depth_abs less voltage_base.", func(x *Extractor) ([]float64, error) { return x.above("AHP_depth_abs") }},
		{"AHP_depth_diff", "mV", "Change of AHP_depth from each spike to the next.", func(x *Extractor) ([]float64, error) {
			v, err := x.Get("AHP_depth")
			return steps(v), err
		}},
		{"AHP_depth_from_peak", "mV", "peak_voltage less AHP_depth_abs.", func(x *Extractor) ([]float64, error) {
			p, a, err := both(x.peaks(), x.ahps())
			if err != nil || len(p) < len(a) {
				return nil, orSync(err)
			}
			var out []float64
			for i := range a {
				out = append(out, x.v[p[i]]-x.v[a[i]])
			}
			return out, nil
		}},
		{"AHP1_depth_from_peak", "mV", "AHP_depth_from_peak of the first spike.", element("AHP_depth_from_peak", 0)},
		{"AHP2_depth_from_peak", "mV", "AHP_depth_from_peak of the second spike.", element("AHP_depth_from_peak", 1)},
		{"AHP_time_from_peak", "ms", "From each peak to the first minimum after it.", func(x *Extractor) ([]float64, error) { return x.between(x.peaks(), x.ahps()) }},
		{"AHP_depth_abs_slow", "mV", "Lowest potential from 5 ms after each spike to the next, from the second spike on.", func(x *Extractor) ([]float64, error) {
			at, err := x.slowAHPs()
			return pick(x.v, found{at, err})
		}},
		{"AHP_slow_time", "", "When AHP_depth_abs_slow is reached, as a fraction of the interval.", func(x *Extractor) ([]float64, error) {
			at, err := x.slowAHPs()
			var out []float64
			for i, k := range at {
				a, b := x.t[x.peaks().at[i+1]], x.t[x.peaks().at[i+2]]
				out = append(out, (x.t[k]-a)/(b-a))
			}
			return out, err
		}},
		{"AHP_depth_slow", "mV", "AHP_depth_abs_slow less voltage_base.", func(x *Extractor) ([]float64, error) { return x.above("AHP_depth_abs_slow") }},
		{"fast_AHP", "mV", "AP_begin_voltage less AHP_depth_abs of each spike but the last.", func(x *Extractor) ([]float64, error) {
			b, a, err := both(x.begins(), x.ahps())
			if err != nil || len(b)-1 > len(a) {
				return nil, orSync(err)
			}
			var out []float64
			for i := range len(b) - 1 {
				out = append(out, x.v[b[i]]-x.v[a[i]])
			}
			return out, nil
		}},
		{"fast_AHP_change", "", "fast_AHP of every further spike less that of the first, over that of the first.", change("fast_AHP")},
		{"min_voltage_between_spikes", "mV", "Lowest potential between spikes.", func(x *Extractor) ([]float64, error) {
			p := x.peaks()
			var out []float64
			for i := 1; i < len(p.at); i++ {
				out = append(out, x.v[least(x.v, p.at[i-1], p.at[i])])
			}
			return out, p.err
		}},
		{"min_between_peaks_values", "mV", "Lowest potential between spikes, and after the last.", func(x *Extractor) ([]float64, error) { return x.voltagesOf(x.lows()) }},
		{"ADP_peak_values", "mV", "Highest potential between the first and the lowest minimum after each spike.", func(x *Extractor) ([]float64, error) {
			at, err := x.adps()
			return pick(x.v, found{at, err})
		}},
		{"ADP_peak_amplitude", "mV", "ADP_peak_values less AHP_depth_abs.", func(x *Extractor) ([]float64, error) {
			at, err := x.adps()
			var out []float64
			for i, k := range at {
				out = append(out, x.v[k]-x.v[x.ahps().at[i]])
			}
			return out, err
		}},
		{"depolarized_base", "mV", "Mean potential from the end of each spike to the beginning of the next, of three spikes or more.", (*Extractor).depolarizedBase},

		{"spike_half_width", "ms", "Width of each spike halfway between peak and AHP_depth_abs, along straight lines.", (*Extractor).halfWidth},
		{"AP1_width", "ms", "spike_half_width of the first spike.", element("spike_half_width", 0)},
		{"AP2_width", "ms", "spike_half_width of the second spike.", element("spike_half_width", 1)},
		{"APlast_width", "ms", "spike_half_width of the last spike.", element("spike_half_width", -1)},
		{"spike_width2", "ms", "Width of each spike but the first halfway between peak and where the second derivative is largest.", (*Extractor).width2},
		{"AP_width", "ms", "Width of each spike at the threshold of detection.", (*Extractor).width},
		{"AP_width_between_threshold", "ms", "The same, spikes told apart by min_between_peaks_values.", (*Extractor).widthBetween},
		{"AP_begin_width", "ms", "From each spike's beginning until the potential is back there.", (*Extractor).beginWidth},
		{"AP1_begin_width", "ms", "AP_begin_width of the first spike.", element("AP_begin_width", 0)},
		{"AP2_begin_width", "ms", "AP_begin_width of the second spike.", element("AP_begin_width", 1)},
		{"AP2_AP1_begin_width_diff", "ms", "AP_begin_width of the second spike less that of the first.", apart("AP_begin_width", 1, 0)},
		{"AP_duration", "ms", "From each spike's beginning to its end, where dv/dt is back above down_derivative_threshold.", func(x *Extractor) ([]float64, error) { return x.between(x.begins(), x.ends()) }},
		{"AP_duration_change", "", "AP_duration of every further spike less that of the first, over that of the first.", change("AP_duration")},
		{"AP_duration_half_width", "ms", "Between the samples nearest to half of AP_amplitude on either side of each peak.", func(x *Extractor) ([]float64, error) { return x.between(x.halfRises(), x.halfFalls()) }},
		{"AP_duration_half_width_change", "", "AP_duration_half_width of every further spike less that of the first, over that of the first.", change("AP_duration_half_width")},
		{"AP_rise_time", "ms", "From each spike's beginning to its peak.", (*Extractor).riseTime},
		{"AP_fall_time", "ms", "From each spike's peak to its end.", func(x *Extractor) ([]float64, error) { return x.between(x.peaksDuring(), x.ends()) }},
		{"AP_rise_rate", "mV/ms", "Mean slope from each spike's beginning to its peak.", func(x *Extractor) ([]float64, error) { return x.rate(x.begins(), x.peaksFromBegin()) }},
		{"AP_fall_rate", "mV/ms", "Mean slope from each spike's peak to its end.", func(x *Extractor) ([]float64, error) { return x.rate(x.peaksDuring(), x.ends()) }},
		{"AP_rise_rate_change", "", "AP_rise_rate of every further spike less that of the first, over that of the first.", change("AP_rise_rate")},
		{"AP_fall_rate_change", "", "AP_fall_rate of every further spike less that of the first, over that of the first.", change("AP_fall_rate")},
		{"AP_peak_upstroke", "mV/ms", "Steepest rise of each spike.", (*Extractor).upstroke},
		{"AP_peak_downstroke", "mV/ms", "Steepest fall of each spike.", (*Extractor).downstroke},
		{"AP_phaseslope", "1/ms", "Slope of dv/dt against v at each spike's beginning.", (*Extractor).phaseSlope},
		{"phaseslope_max", "mV/ms", "Largest difference of potentials of neighbouring samples over that of their times.", func(x *Extractor) ([]float64, error) {
			top := math.Inf(-1)
			for i := 1; i < len(x.v); i++ {
				top = max(top, (x.v[i]-x.v[i-1])/(x.t[i]-x.t[i-1]))
			}
			return []float64{top}, nil
		}},
	}
	return list
}

// apart is one value of a feature less another; -1 is the last.
func apart(name string, i, k int) func(*Extractor) ([]float64, error) {
	a, b := element(name, i), element(name, k)
	return func(x *Extractor) ([]float64, error) {
		if v, err := x.Get(name); err != nil || len(v) < 2 {
			return nil, orFew(err)
		}
		p, err := a(x)
		if err != nil {
			return nil, err
		}
		q, err := b(x)
		if err != nil {
			return nil, err
		}
		return []float64{p[0] - q[0]}, nil
	}
}

// change compares every further value with the first.
func change(name string) func(*Extractor) ([]float64, error) {
	return func(x *Extractor) ([]float64, error) {
		v, err := x.Get(name)
		if err != nil {
			return nil, err
		}
		var out []float64
		for _, a := range v[1:] {
			out = append(out, (a-v[0])/v[0])
		}
		return out, nil
	}
}

// above is a feature less voltage_base.
func (x *Extractor) above(name string) ([]float64, error) {
	base, err := x.get("voltage_base")
	if err != nil {
		return nil, err
	}
	v, err := x.Get(name)
	v = slices.Clone(v)
	for i := range v {
		v[i] -= base
	}
	return v, err
}

func both(a, b found) ([]int, []int, error) {
	if a.err != nil {
		return nil, nil, a.err
	}
	return a.at, b.at, b.err
}

func orSync(err error) error {
	if err == nil {
		err = errSync
	}
	return err
}

// between is how much later each of b is than that of a.
func (x *Extractor) between(a, b found) ([]float64, error) {
	p, q, err := both(a, b)
	var out []float64
	for i := range min(len(p), len(q)) {
		out = append(out, x.t[q[i]]-x.t[p[i]])
	}
	return out, err
}

func (x *Extractor) rate(a, b found) ([]float64, error) {
	p, q, err := both(a, b)
	var out []float64
	for i := range min(len(p), len(q)) {
		out = append(out, (x.v[q[i]]-x.v[p[i]])/(x.t[q[i]]-x.t[p[i]]))
	}
	return out, err
}

// stop is where the trace ends, or the stimulus if spikes must lie in it.
func (x *Extractor) stop() int {
	if x.s.StrictStimInterval {
		return x.from(x.end)
	}
	return len(x.t)
}

// ahps finds the first minimum after each spike: a sample that the two after
// it do not undercut.
func (x *Extractor) ahps() found {
	return x.once("ahps", func() ([]int, error) {
		p := x.peaks()
		if p.err != nil {
			return nil, p.err
		}
		stop := x.stop()
		var at []int
		for i, lo := range p.at {
			hi := stop
			if i+1 < len(p.at) {
				hi = p.at[i+1]
			}
			k, since := lo, 0
			for j := lo + 1; j < hi && since < 2; j++ {
				if since++; x.v[j] < x.v[k] {
					k, since = j, 0
				}
			}
			if k != stop-1 {
				at = append(at, k)
			}
		}
		if len(at) == 0 {
			return nil, errNone
		}
		return at, nil
	})
}

// lows are the places of the lowest potential after each spike.
func (x *Extractor) lows() found {
	return x.once("lows", func() ([]int, error) {
		p := x.peaks()
		var at []int
		for i, lo := range p.at {
			hi := x.stop()
			if i+1 < len(p.at) {
				hi = p.at[i+1]
			}
			at = append(at, least(x.v, lo, hi))
		}
		return at, p.err
	})
}

func (x *Extractor) adps() ([]int, error) {
	a, low, err := both(x.ahps(), x.lows())
	if err != nil || len(a) > len(low) {
		return nil, orSync(err)
	}
	var at []int
	for i := range a {
		at = append(at, most(x.v, a[i], low[i]))
	}
	return at, nil
}

// later are places after one.
func later(at []int, than int) []int {
	var out []int
	for _, i := range at {
		if i > than {
			out = append(out, i)
		}
	}
	return out
}

// begins finds where spikes after the stimulus' start begin: going back from
// the peak, the last sample whose slope, and that of the few after it, is at
// least the threshold.
func (x *Extractor) begins() found {
	return x.once("begins", func() ([]int, error) {
		p := x.peaks()
		if p.err != nil {
			return nil, p.err
		}
		start, n, w := x.from(x.start), len(x.v), x.s.DerivativeWindow
		bounds := append([]int{max(start-2, 0)}, later(x.ahps().at, start)...)
		peaks := later(p.at, start)
		if len(bounds) < len(peaks) {
			return nil, errSync
		}
		slope := x.slope()
		var at []int
		for i, peak := range peaks {
			low := bounds[i]
			begin := peak
			for {
				k := begin - 1
				for k >= low && slope[k] > x.s.DerivativeThreshold {
					k--
				}
				if begin = min(max(k+1, low), n-w); begin <= low {
					break
				}
				if !slices.ContainsFunc(slope[begin:begin+w], func(d float64) bool { return d < x.s.DerivativeThreshold }) {
					at = append(at, begin)
					break
				}
				begin--
			}
		}
		if len(at) == 0 {
			return nil, errNone
		}
		return at, nil
	})
}

// ends finds where spikes after the stimulus' start end: from the steepest
// fall on, the first sample whose slope is back above the threshold.
func (x *Extractor) ends() found {
	return x.once("ends", func() ([]int, error) {
		p := x.peaks()
		if p.err != nil {
			return nil, p.err
		}
		peaks := later(p.at, x.from(x.start))
		slope := x.slope()
		var at []int
		for i, peak := range peaks {
			lo, hi := peak+1, len(x.v)-1
			if i+1 < len(peaks) {
				hi = peaks[i+1]
			}
			if lo >= hi {
				continue
			}
			k := first(slope, least(slope, lo, hi), hi, func(d float64) bool { return d >= x.s.DownDerivativeThreshold })
			if k < hi {
				at = append(at, k)
			}
		}
		if len(at) == 0 {
			return nil, errNone
		}
		return at, nil
	})
}

// peaksDuring are spikes after the stimulus' start, and peaksFromBegin those
// after the first beginning.
func (x *Extractor) peaksDuring() found {
	p := x.peaks()
	var at []int
	for _, i := range p.at {
		if x.t[i] > x.start {
			at = append(at, i)
		}
	}
	return found{at, p.err}
}

func (x *Extractor) peaksFromBegin() found {
	p, b, err := both(x.peaks(), x.begins())
	if err != nil || len(b) == 0 {
		return found{nil, orSync(err)}
	}
	return found{later(p, b[0]), nil}
}

func (x *Extractor) amplitude() ([]float64, error) {
	p, b, err := both(x.peaks(), x.begins())
	if err != nil {
		return nil, err
	}
	var out []float64
	for _, i := range p {
		if x.t[i] < x.start || x.t[i] > x.end {
			continue
		}
		if len(out) >= len(b) {
			return nil, errSync
		}
		out = append(out, x.v[i]-x.v[b[len(out)]])
	}
	return out, nil
}

func (x *Extractor) slowAHPs() ([]int, error) {
	p := x.peaks()
	if p.err != nil || len(p.at) < 3 {
		return nil, orFew(p.err)
	}
	var at []int
	for i := 1; i+1 < len(p.at); i++ {
		lo := min(max(x.from(x.t[p.at[i]]+x.s.SAHPStart), p.at[i]), p.at[i+1])
		at = append(at, least(x.v, lo, p.at[i+1]))
	}
	return at, nil
}

func (x *Extractor) depolarizedBase() ([]float64, error) {
	b, e, err := both(x.begins(), x.ends())
	if err != nil || min(len(b), len(e)) < 3 {
		return nil, orFew(err)
	}
	var out []float64
	for i := range min(len(b), len(e)) - 1 {
		if m, err := x.mean(e[i], b[i+1]); err == nil {
			out = append(out, m)
		}
	}
	return out, nil
}

// crossing is the time at which the straight line between samples i-1 and i is
// at v.
func (x *Extractor) crossing(i int, v float64) float64 {
	return x.t[i] + float64((x.t[i]-x.t[i-1])*(v-x.v[i])/(x.v[i]-x.v[i-1]))
}

func (x *Extractor) halfWidth() ([]float64, error) {
	p, a, err := both(x.peaks(), x.ahps())
	if err != nil {
		return nil, err
	}
	var out []float64
	lo := x.from(x.start)
	for i := range a {
		if i >= len(p) || a[i] < p[i] {
			return nil, errSync
		}
		if lo > p[i] { // before the stimulus
			lo = 0
		}
		half := (x.v[p[i]] + x.v[a[i]]) / 2
		up := first(x.v, lo, p[i], func(v float64) bool { return v >= half })
		down := first(x.v, p[i], a[i], func(v float64) bool { return v <= half })
		if up == 0 || down == 0 {
			return nil, errSync
		}
		out = append(out, x.crossing(down, half)-x.crossing(up, half))
		lo = a[i]
	}
	return out, nil
}

func (x *Extractor) width2() ([]float64, error) {
	p, a, err := both(x.peaks(), x.ahps())
	if err != nil || len(p) < 2 {
		return nil, orFew(err)
	}
	var out []float64
	for i := range min(len(a), len(p)-1) {
		lo, hi := a[i], p[i+1]
		if lo >= hi {
			return nil, errSync
		}
		curve := central(central(x.v[lo : hi+1]))
		k := 0
		for j, c := range curve {
			if c >= curve[k] { // the last of the largest
				k = j
			}
		}
		half := (x.v[hi] + x.v[lo+k]) / 2
		up := first(x.v, lo, hi+1, func(v float64) bool { return v > half })
		down := first(x.v, hi, len(x.v), func(v float64) bool { return v < half })
		if up == 0 || up > hi || down == len(x.v) {
			return nil, errSync
		}
		out = append(out, x.crossing(down, half)-x.crossing(up, half))
	}
	return out, nil
}

// widths measures the time at or above the threshold between bounds.
func (x *Extractor) widths(bounds []int, whole bool) []float64 {
	var out []float64
	for i := 1; i < len(bounds); i++ {
		up := first(x.v, bounds[i-1], bounds[i], func(v float64) bool { return v >= x.s.Threshold })
		down := first(x.v, up, bounds[i], func(v float64) bool { return v <= x.s.Threshold })
		if !whole || down != bounds[i] {
			out = append(out, x.t[down]-x.t[up])
		}
	}
	return out
}

func (x *Extractor) width() ([]float64, error) {
	a := x.ahps()
	if a.err != nil {
		return nil, a.err
	}
	bounds := append([]int{0}, a.at...)
	if x.s.StrictStimInterval {
		lo, hi := x.from(x.start), x.from(x.end)
		bounds = []int{lo}
		for _, i := range a.at {
			if i > lo && i < hi {
				bounds = append(bounds, i)
			}
		}
	}
	return x.widths(bounds, false), nil
}

func (x *Extractor) widthBetween() ([]float64, error) {
	low := x.lows()
	if low.err != nil {
		return nil, low.err
	}
	return x.widths(append([]int{x.from(x.start)}, low.at...), true), nil
}

func (x *Extractor) beginWidth() ([]float64, error) {
	b, a, err := both(x.begins(), x.ahps())
	a = later(a, x.from(x.start))
	if err != nil || len(b) < len(a) {
		return nil, orSync(err)
	}
	var out []float64
	for i := range a {
		if b[i] >= a[i] {
			return nil, errSync
		}
		back := first(x.v, b[i]+1, a[i], func(v float64) bool { return v <= x.v[b[i]] })
		out = append(out, x.t[back]-x.t[b[i]])
	}
	return out, nil
}

// nearest is the sample in [lo, hi) that is nearest to v.
func (x *Extractor) nearest(lo, hi int, v float64) int {
	k := lo
	for i := lo; i < hi; i++ {
		if math.Abs(x.v[i]-v) < math.Abs(x.v[k]-v) {
			k = i
		}
	}
	return k
}

func (x *Extractor) halfRises() found {
	p, b, err := both(x.peaks(), x.begins())
	var at []int
	for i := range min(len(p), len(b)) {
		if p[i] < b[i] {
			return found{nil, errSync}
		}
		at = append(at, x.nearest(b[i], p[i], (x.v[p[i]]+x.v[b[i]])/2))
	}
	return found{at, err}
}

func (x *Extractor) halfFalls() found {
	p, b, err := both(x.peaks(), x.begins())
	e := x.ends()
	if err == nil {
		err = e.err
	}
	if err != nil {
		return found{nil, err}
	}
	var at []int
	for i := range min(len(p), len(b)) {
		if i >= len(e.at) || p[i] > e.at[i] {
			return found{nil, errSync}
		}
		at = append(at, x.nearest(p[i], e.at[i], (x.v[p[i]]+x.v[b[i]])/2))
	}
	return found{at, nil}
}

// riseTime goes from RiseStart to RiseEnd of the height; rounding is let pass.
func (x *Extractor) riseTime() ([]float64, error) {
	b, p, err := both(x.begins(), x.peaksFromBegin())
	if err != nil {
		return nil, err
	}
	const slack = 1e-13 // [mV]
	var out []float64
	for i := range min(len(b), len(p)) {
		height := x.v[p[i]] - x.v[b[i]]
		lo := x.v[b[i]] + float64(x.s.RiseStart*height)
		hi := x.v[b[i]] + float64(x.s.RiseEnd*height)
		j, k := b[i], p[i]
		for j < p[i] && x.v[j] < lo-slack {
			j++
		}
		for k > b[i] && x.v[k] > hi+slack {
			k--
		}
		out = append(out, x.t[k]-x.t[j])
	}
	return out, nil
}

func (x *Extractor) upstroke() ([]float64, error) {
	b, p, err := both(x.begins(), x.peaks())
	slope := x.slope()
	var out []float64
	j := 0
	for _, begin := range b {
		for j < len(p) && p[j] < begin {
			j++
		}
		if j < len(p) {
			out = append(out, slope[most(slope, begin, p[j])])
			j++
		}
	}
	return out, err
}

func (x *Extractor) downstroke() ([]float64, error) {
	p, a, err := both(x.peaks(), x.ahps())
	slope := x.slope()
	var out []float64
	for i := range min(len(p), len(a)) {
		out = append(out, slope[least(slope, p[i], a[i])])
	}
	return out, err
}

func (x *Extractor) phaseSlope() ([]float64, error) {
	b := x.begins()
	slope := x.slope()
	var out []float64
	for _, i := range b.at {
		lo, hi := i-x.s.PhaseSlopeRange, i+x.s.PhaseSlopeRange
		if lo < 0 || hi >= len(x.v) || x.v[hi] == x.v[lo] {
			return nil, errWindow
		}
		out = append(out, (slope[hi]-slope[lo])/(x.v[hi]-x.v[lo]))
	}
	return out, b.err
}
