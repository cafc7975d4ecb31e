package features

import (
	"errors"
	"math"
	"slices"

	"github.com/rallsim/rall/runtime/vec"
)

// spikeTimes are features of when spikes are.
func spikeTimes() []Feature {
	return []Feature{
		{"Spikecount", "", "Spikes of the whole trace.", func(x *Extractor) ([]float64, error) { return one(float64(len(x.peaks().at)), nil) }},
		{"spike_count", "", "The same.", alias("Spikecount")},
		{"Spikecount_stimint", "", "Spikes during the stimulus.", (*Extractor).countDuring},
		{"spike_count_stimint", "", "The same.", alias("Spikecount_stimint")},
		{"peak_time", "ms", "Times of the spikes' peaks.", func(x *Extractor) ([]float64, error) { return x.timesOf(x.peaks()) }},
		{"time_to_first_spike", "ms", "From the stimulus' start to the first peak.", since(0)},
		{"time_to_second_spike", "ms", "From the stimulus' start to the second peak.", since(1)},
		{"time_to_last_spike", "ms", "From the stimulus' start to the last peak.", since(-1)},
		{"inv_time_to_first_spike", "Hz", "1000 over time_to_first_spike.", func(x *Extractor) ([]float64, error) {
			v, err := x.get("time_to_first_spike")
			return one(1000/v, err)
		}},
		{"mean_frequency", "Hz", "Spikes during the stimulus over the time from its start to the last of them.", (*Extractor).meanFrequency},
		{"number_initial_spikes", "", "Spikes in the first tenth of the stimulus.", func(x *Extractor) ([]float64, error) {
			peaks, err := x.Get("peak_time")
			if err != nil {
				return nil, err
			}
			upTo := x.start + float64((x.end-x.start)*x.s.InitialFraction)
			n := 0
			for _, t := range peaks {
				if t >= x.start && t < upTo {
					n++
				}
			}
			return []float64{float64(n)}, nil
		}},
		{"trace_check", "", "0 if no spike lies outside of the stimulus (5 % of its end are let pass).", func(x *Extractor) ([]float64, error) {
			for _, i := range x.peaks().at {
				if t := x.t[i]; t < x.start || t > float64(x.end*1.05) {
					return nil, errors.New("a spike lies outside of the stimulus")
				}
			}
			return []float64{0}, nil
		}},
		{"is_not_stuck", "", "1 if there is a spike between half of the stimulus' end and its end.", func(x *Extractor) ([]float64, error) {
			for _, i := range x.peaks().at {
				if t := x.t[i]; t > x.end*.5 && t < x.end {
					return []float64{1}, nil
				}
			}
			return nil, errors.New("it is stuck")
		}},
		{"all_ISI_values", "ms", "All intervals between spikes.", func(x *Extractor) ([]float64, error) {
			p, err := x.Get("peak_time")
			if err != nil {
				return nil, err
			}
			return steps(p), nil
		}},
		{"ISIs", "ms", "The same.", alias("all_ISI_values")},
		{"ISI_values", "ms", "Intervals between spikes but the first one.", (*Extractor).intervals},
		{"doublet_ISI", "ms", "The first interval.", element("all_ISI_values", 0)},
		{"ISI_CV", "", "Standard deviation over mean of the intervals but the first.", (*Extractor).variation},
		{"irregularity_index", "ms", "Mean absolute difference of consecutive intervals, without the first.", (*Extractor).irregularity},
		{"single_burst_ratio", "", "The first of the intervals (the very first left out) over their mean.", func(x *Extractor) ([]float64, error) {
			v, err := x.intervals()
			if err != nil || len(v) < 2 {
				return nil, orFew(err)
			}
			return []float64{v[0] / average(v)}, nil
		}},
		{"ISI_log_slope", "", "Slope of log interval against log number, without the first interval.", logSlope(false, false)},
		{"ISI_semilog_slope", "", "Slope of log interval against number, without the first interval.", logSlope(true, false)},
		{"ISI_log_slope_skip", "", "ISI_log_slope without the first tenth of spikes (at most two).", logSlope(false, true)},
		{"inv_ISI_values", "Hz", "1000 over every interval.", func(x *Extractor) ([]float64, error) {
			v, err := x.Get("all_ISI_values")
			v = slices.Clone(v)
			for i := range v {
				v[i] = 1000 / v[i]
			}
			return v, err
		}},
		{"inv_first_ISI", "Hz", "1000 over the first interval.", element("inv_ISI_values", 0)},
		{"inv_second_ISI", "Hz", "1000 over the second interval.", element("inv_ISI_values", 1)},
		{"inv_third_ISI", "Hz", "1000 over the third interval.", element("inv_ISI_values", 2)},
		{"inv_fourth_ISI", "Hz", "1000 over the fourth interval.", element("inv_ISI_values", 3)},
		{"inv_fifth_ISI", "Hz", "1000 over the fifth interval.", element("inv_ISI_values", 4)},
		{"inv_last_ISI", "Hz", "1000 over the last interval.", element("inv_ISI_values", -1)},
		{"adaptation_index", "", "Mean of (b-a)/(b+a) of consecutive intervals a and b, after the first tenth of spikes (at most two); above 0 where intervals lengthen.", func(x *Extractor) ([]float64, error) {
			return x.adaptation(func(n int) int { return min(int(float64(float64(n)*x.s.SpikeSkipFraction)+.5), x.s.MaxSpikeSkip) }, 4)
		}},
		{"adaptation_index2", "", "The same from the second interval on.", func(x *Extractor) ([]float64, error) {
			return x.adaptation(func(n int) int { return min(n, 1) }, 3)
		}},
		{"burst_mean_freq", "Hz", "Frequency within each burst; an interval that is longer than those before and after it by burst_factor ends one.", (*Extractor).burstFrequency},
		{"burst_number", "", "Number of bursts by burst_mean_freq.", func(x *Extractor) ([]float64, error) { return x.count("burst_mean_freq") }},
		{"interburst_voltage", "mV", "Mean potential between bursts, 5 ms away from their spikes.", (*Extractor).interburst},
		{"strict_burst_mean_freq", "Hz", "Frequency within each burst; not every spike need be in one.", (*Extractor).strictFrequency},
		{"strict_burst_number", "", "Number of bursts by strict_burst_mean_freq.", func(x *Extractor) ([]float64, error) { return x.count("strict_burst_mean_freq") }},
		{"spikes_per_burst", "", "Spikes in each burst.", (*Extractor).perBurst},
		{"spikes_per_burst_diff", "", "By how many spikes a burst has more than the next.", func(x *Extractor) ([]float64, error) {
			v, err := x.Get("spikes_per_burst")
			d := steps(v)
			for i := range d {
				d[i] = 0 - d[i]
			}
			return d, err
		}},
		{"spikes_in_burst1_burst2_diff", "", "The first value of spikes_per_burst_diff.", element("spikes_per_burst_diff", 0)},
		{"spikes_in_burst1_burstlast_diff", "", "Spikes of the first burst less those of the last.", func(x *Extractor) ([]float64, error) {
			v, err := x.Get("spikes_per_burst")
			if err != nil || len(v) < 2 {
				return nil, orFew(err)
			}
			return []float64{v[0] - v[len(v)-1]}, nil
		}},
		{"initburst_sahp", "mV", "Lowest potential from 5 to 100 ms after an initial burst above 50 Hz.", (*Extractor).afterInitialBurst},
		{"initburst_sahp_vb", "mV", "initburst_sahp from voltage_base.", less("initburst_sahp", "voltage_base")},
		{"initburst_sahp_ssse", "mV", "initburst_sahp from steady_state_voltage_stimend.", less("initburst_sahp", "steady_state_voltage_stimend")},
		{"depol_block", "", "1 if there is no depolarisation block: neither a plateau of 50 ms above the spikes' beginning nor as long a stay below -75 mV.", (*Extractor).noBlock},
		{"depol_block_bool", "", "1 if there is a depolarisation block, else 0.", func(x *Extractor) ([]float64, error) {
			if _, err := x.Get("depol_block"); err != nil {
				return []float64{1}, nil
			}
			return []float64{0}, nil
		}},
	}
}

func alias(name string) func(*Extractor) ([]float64, error) {
	return func(x *Extractor) ([]float64, error) { return x.Get(name) }
}

// less is the first value of one feature less that of another.
func less(a, b string) func(*Extractor) ([]float64, error) {
	return func(x *Extractor) ([]float64, error) {
		p, err := x.get(a)
		if err != nil {
			return nil, err
		}
		q, err := x.get(b)
		return one(p-q, err)
	}
}

func orFew(err error) error {
	if err == nil {
		err = errSpikes
	}
	return err
}

// count is how many values a feature has: none is 0.
func (x *Extractor) count(name string) ([]float64, error) {
	v, _ := x.Get(name)
	return []float64{float64(len(v))}, nil
}

// steps are the differences of neighbours.
func steps(v []float64) []float64 {
	var out []float64
	for i := 1; i < len(v); i++ {
		out = append(out, v[i]-v[i-1])
	}
	return out
}

func average(v []float64) float64 {
	sum := 0.0
	for _, a := range v {
		sum += a
	}
	return sum / float64(len(v))
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

// peaks finds spikes: from a sample above the threshold whose forerunner is
// below it to one below it whose forerunner is above it. A spike's place is
// its highest sample.
func (x *Extractor) peaks() found {
	return x.once("peaks", func() ([]int, error) {
		var up, down []int
		for i := 1; i < len(x.v); i++ {
			switch a, b, th := x.v[i-1], x.v[i], x.s.Threshold; {
			case a < th && b > th:
				up = append(up, i)
			case a > th && b < th:
				down = append(down, i)
			}
		}
		if len(up) == 0 {
			return nil, errNoSpikes
		}
		for len(down) > 0 && down[0] < up[0] {
			down = down[1:]
		}
		var at []int
		for i := range min(len(up), len(down)) {
			k := most(x.v, up[i], down[i]+1)
			if x.s.StrictStimInterval && !(x.t[k] >= x.start && x.t[k] <= x.end) {
				continue
			}
			at = append(at, k)
		}
		if len(at) == 0 {
			return nil, errNoSpikes
		}
		return at, nil
	})
}

// once keeps places once they were found.
func (x *Extractor) once(name string, f func() ([]int, error)) found {
	r, ok := x.indices[name]
	if !ok {
		r.at, r.err = f()
		x.indices[name] = r
	}
	return r
}

func (x *Extractor) timesOf(f found) ([]float64, error)    { return pick(x.t, f) }
func (x *Extractor) voltagesOf(f found) ([]float64, error) { return pick(x.v, f) }

func pick(v []float64, f found) ([]float64, error) {
	var out []float64
	for _, i := range f.at {
		out = append(out, v[i])
	}
	return out, f.err
}

func (x *Extractor) countDuring() ([]float64, error) {
	n := 0
	for _, i := range x.peaks().at {
		if t := x.t[i]; t >= x.start && t <= x.end {
			n++
		}
	}
	return []float64{float64(n)}, nil
}

func since(k int) func(*Extractor) ([]float64, error) {
	peak := element("peak_time", k)
	return func(x *Extractor) ([]float64, error) {
		v, err := peak(x)
		if err != nil {
			return nil, err
		}
		return []float64{v[0] - x.start}, nil
	}
}

func (x *Extractor) meanFrequency() ([]float64, error) {
	peaks, err := x.Get("peak_time")
	if err != nil {
		return nil, err
	}
	n, last := 0, 0.0
	for _, t := range peaks {
		if t >= x.start && t <= x.end {
			n, last = n+1, t
		}
	}
	switch {
	case n == 0:
		return []float64{0}, nil
	case last == x.start:
		return nil, errors.New("the only spike is at the stimulus' start")
	}
	return []float64{float64(n*1000) / (last - x.start)}, nil
}

// intervals are all between spikes, without the first if it is to be ignored.
func (x *Extractor) intervals() ([]float64, error) {
	v, err := x.Get("all_ISI_values")
	if err == nil && x.s.IgnoreFirstISI {
		v = v[1:]
	}
	return v, err
}

func (x *Extractor) variation() ([]float64, error) {
	v, err := x.intervals()
	if err != nil || len(v) < 2 {
		return nil, orFew(err)
	}
	m, sum := average(v), 0.0
	for _, a := range v {
		sum += float64((a - m) * (a - m))
	}
	return []float64{math.Sqrt(sum/float64(len(v)-1)) / m}, nil
}

func (x *Extractor) irregularity() ([]float64, error) {
	v, err := x.intervals()
	if err != nil || len(v) < 2 {
		return nil, orFew(err)
	}
	sum := 0.0
	for _, d := range steps(v) {
		sum += math.Abs(d)
	}
	return []float64{sum / float64(len(v)-1)}, nil
}

func logSlope(semilog, skip bool) func(*Extractor) ([]float64, error) {
	return func(x *Extractor) ([]float64, error) {
		v, err := x.intervals()
		if err != nil {
			return nil, err
		}
		if skip {
			v = v[min(x.s.MaxSpikeSkip, int(float64(float64(len(v)+1)*x.s.SpikeSkipFraction)+.5), len(v)):]
		}
		if len(v) < 2 {
			return nil, errSpikes
		}
		var at, y []float64
		for i, isi := range v {
			k := float64(i + 1)
			if !semilog {
				k = vec.Log(k)
			}
			at, y = append(at, k), append(y, vec.Log(isi))
		}
		m, n := average(at), average(y)
		var sxx, sxy float64
		for i := range at {
			sxx += float64((at[i] - m) * (at[i] - m))
			sxy += float64((at[i] - m) * (y[i] - n))
		}
		return []float64{sxy / sxx}, nil
	}
}

// adaptation leaves out as many spikes of the stimulus as skip says of their
// number, and wants so many of the others.
func (x *Extractor) adaptation(skip func(n int) int, need int) ([]float64, error) {
	peaks, err := x.Get("peak_time")
	if err != nil {
		return nil, err
	}
	var during []float64
	for _, t := range peaks {
		if t >= x.start && t <= x.end {
			during = append(during, t)
		}
	}
	during = during[skip(len(during)):]
	if len(during) < need {
		return nil, errSpikes
	}
	isi := steps(during)
	sum := 0.0
	for i := 1; i < len(isi); i++ {
		sum += (isi[i] - isi[i-1]) / (isi[i] + isi[i-1])
	}
	return []float64{sum / float64(len(isi)-1)}, nil
}

// burstEnds are the numbers of spikes before which a burst begins but for the
// first burst.
func (x *Extractor) burstEnds() ([]int, error) {
	v, err := x.intervals()
	if err != nil || len(v) < 4 {
		return nil, orFew(err)
	}
	var at []int
	from := 0
	for i := 1; i < len(v)-1; i++ {
		if from >= i {
			continue
		}
		if v[i] > float64(x.s.BurstFactor*median(v[from:i])) && v[i+1] < v[i]/x.s.BurstFactor {
			at = append(at, i+1)
			from = i
		}
	}
	if len(at) == 0 {
		return nil, errNone
	}
	return at, nil
}

func (x *Extractor) burstFrequency() ([]float64, error) {
	ends, err := x.burstEnds()
	if err != nil {
		return nil, err
	}
	peaks, _ := x.Get("peak_time")
	ends = append(slices.Clone(ends), len(peaks)-1)
	out := []float64{float64((ends[0]+1)*1000) / (peaks[ends[0]] - peaks[0])}
	for i := 1; i < len(ends); i++ {
		if n := ends[i] - ends[i-1]; n != 1 {
			out = append(out, float64(n*1000)/(peaks[ends[i]]-peaks[ends[i-1]+1]))
		}
	}
	return out, nil
}

func (x *Extractor) interburst() ([]float64, error) {
	ends, err := x.burstEnds()
	if err != nil {
		return nil, err
	}
	var out []float64
	for _, k := range ends {
		a, b := x.t[x.peaks().at[k]]+5, x.t[x.peaks().at[k+1]]-5
		lo := x.from(a) - 1
		hi := x.from(b)
		for hi < len(x.t) && x.t[hi] <= b {
			hi++
		}
		m, err := x.mean(lo, hi+1)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// strictBursts are first and last spikes of bursts, of which the first spike
// of all is in none. One ends where an interval exceeds the median of those in
// it, and one begins where an interval is shorter than the one before, by
// StrictBurstFactor.
func (x *Extractor) strictBursts() (begin, end []int, err error) {
	isi, err := x.Get("all_ISI_values")
	if err != nil || len(isi) < 2 {
		return nil, nil, orFew(err)
	}
	f := x.s.StrictBurstFactor
	from := 0
	if x.s.IgnoreFirstISI {
		from = 1
	}
	begin = []int{from}
	open := func() bool { return len(end) == 0 || begin[len(begin)-1] > end[len(end)-1] }
	for i := from + 1; i < len(isi); i++ {
		in := open()
		if in && isi[i] > float64(f*median(isi[from:i])) {
			end = append(end, i)
			from = i
		}
		if isi[i] < isi[i-1]/f {
			if in {
				begin[len(begin)-1] = i
			} else {
				begin = append(begin, i)
			}
			from = i
		}
	}
	if open() {
		end = append(end, len(isi))
	}
	return begin, end, nil
}

func (x *Extractor) strictFrequency() ([]float64, error) {
	begin, end, err := x.strictBursts()
	if err != nil {
		return nil, err
	}
	peaks, _ := x.Get("peak_time")
	var out []float64
	for i := range begin {
		if n := end[i] - begin[i]; n > 0 {
			out = append(out, float64((n+1)*1000)/(peaks[end[i]]-peaks[begin[i]]))
		}
	}
	return out, nil
}

func (x *Extractor) perBurst() ([]float64, error) {
	begin, end, err := x.strictBursts()
	var out []float64
	for i := range begin {
		out = append(out, float64(end[i]-begin[i]+1))
	}
	return out, err
}

func (x *Extractor) afterInitialBurst() ([]float64, error) {
	isi, err := x.Get("all_ISI_values")
	if err != nil {
		return nil, err
	}
	peaks, _ := x.Get("peak_time")
	last := 0
	for last < len(isi) && 1000/isi[last] >= x.s.InitBurstFrequency {
		last++
	}
	if last == 0 {
		return nil, errors.New("there is no initial burst")
	}
	lo, hi := min(peaks[last]+x.s.InitBurstSAHPStart, x.end), min(peaks[last]+x.s.InitBurstSAHPEnd, x.end)
	if last+1 < len(peaks) {
		hi = min(hi, peaks[last+1])
	}
	if hi <= lo {
		return nil, errWindow
	}
	i := x.from(lo)
	if i >= len(x.t) || x.t[i] > hi {
		return nil, errWindow
	}
	low := x.v[i]
	for ; i < len(x.t) && x.t[i] <= hi; i++ {
		low = min(low, x.v[i])
	}
	return []float64{low}, nil
}

var errBlock = errors.New("there is a depolarisation block")

func (x *Extractor) noBlock() ([]float64, error) {
	begin, err := x.Get("AP_begin_voltage")
	if err != nil {
		return []float64{1}, nil // of no spikes
	}
	lo, hi := x.from(x.start), min(x.from(x.end), len(x.t)-1)
	// crossings are the samples before which the potential rises above, and falls
	// below, a level.
	crossings := func(level float64) (up, down []int) {
		for i := 1; i < len(x.v); i++ {
			switch a, b := x.v[i-1] > level, x.v[i] > level; {
			case b && !a:
				up = append(up, i-1)
			case a && !b:
				down = append(down, i-1)
			}
		}
		return up, down
	}
	up, down := crossings(average(begin))
	if len(up) > len(down) {
		down = append(down, hi)
	}
	if len(up) == 0 {
		return nil, errors.New("the potential does not rise")
	}
	for k := range up {
		if x.t[down[k]]-x.t[up[k]] > x.s.BlockDuration {
			return nil, errBlock
		}
	}
	up, down = crossings(-75)
	inside := func(i int) bool { return i > lo && i < hi }
	down = slices.DeleteFunc(down, func(i int) bool { return !inside(i) })
	if len(down) == 0 {
		return []float64{1}, nil
	}
	up = slices.DeleteFunc(up, func(i int) bool { return !inside(i) || i <= down[0] })
	if len(up) < len(down) {
		up = append(up, hi)
	}
	for k := range down {
		if x.t[up[k]]-x.t[down[k]] > x.s.BlockDuration {
			return nil, errBlock
		}
	}
	return []float64{1}, nil
}
