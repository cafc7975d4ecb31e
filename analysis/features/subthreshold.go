package features

import (
	"errors"
	"math"
	"slices"

	"github.com/rallsim/rall/runtime/vec"
)

// subthreshold are features of rest and of how the potential follows the
// stimulus.
func subthreshold() []Feature {
	return []Feature{
		{"voltage_base", "mV", "Mean potential in the last tenth before the stimulus.", (*Extractor).base},
		{"steady_state_voltage_stimend", "mV", "Mean potential in the last tenth of the stimulus.", func(x *Extractor) ([]float64, error) {
			return one(x.mean(x.from(x.end-float64(.1*(x.end-x.start))), x.from(x.end)))
		}},
		{"steady_state_hyper", "mV", "Mean potential of the 30 samples that end 5 samples before the stimulus does.", func(x *Extractor) ([]float64, error) {
			hi := x.from(x.end) - 5
			return one(x.mean(hi-30, hi))
		}},
		{"steady_state_voltage", "mV", "Mean potential after the stimulus.", func(x *Extractor) ([]float64, error) {
			sum, n := 0.0, 0
			for i := len(x.t) - 1; i >= 0 && x.t[i] > x.end; i-- {
				sum += x.v[i]
				n++
			}
			if n == 0 {
				return nil, errWindow
			}
			return []float64{sum / float64(n)}, nil
		}},
		{"voltage_after_stim", "mV", "Mean potential in the middle half of the time after the stimulus.", func(x *Extractor) ([]float64, error) {
			rest := x.t[len(x.t)-1] - x.end
			hi := x.from(x.end + float64(rest*.75))
			for hi < len(x.t) && x.t[hi] <= x.end+float64(rest*.75) {
				hi++
			}
			return one(x.mean(x.from(x.end+float64(rest*.25)), min(hi+1, len(x.t))))
		}},
		{"maximum_voltage", "mV", "Highest potential during the stimulus.", func(x *Extractor) ([]float64, error) {
			lo, hi, err := x.during()
			if err != nil {
				return nil, err
			}
			return []float64{x.v[most(x.v, lo, hi)]}, nil
		}},
		{"minimum_voltage", "mV", "Lowest potential during the stimulus.", func(x *Extractor) ([]float64, error) {
			lo, hi, err := x.during()
			if err != nil {
				return nil, err
			}
			return []float64{x.v[least(x.v, lo, hi)]}, nil
		}},
		{"maximum_voltage_from_voltagebase", "mV", "maximum_voltage less voltage_base.", less("maximum_voltage", "voltage_base")},
		{"voltage_deflection", "mV", "Mean of five samples shortly before the stimulus ends less the mean of all before it.", (*Extractor).deflection},
		{"voltage_deflection_begin", "mV", "Mean potential from 5 to 15 % of the stimulus less the mean of all before it.", (*Extractor).deflectionBegin},
		{"voltage_deflection_vb_ssse", "mV", "steady_state_voltage_stimend less voltage_base.", less("steady_state_voltage_stimend", "voltage_base")},
		{"ohmic_input_resistance", "MOhm", "voltage_deflection over the stimulus' current.", resistance("voltage_deflection")},
		{"ohmic_input_resistance_vb_ssse", "MOhm", "voltage_deflection_vb_ssse over the stimulus' current.", resistance("voltage_deflection_vb_ssse")},
		{"time_constant", "ms", "Time constant of the fall under a hyperpolarising stimulus, by a line through log(v - v_end + x) for the best x.", (*Extractor).timeConstant},
		{"decay_time_constant_after_stim", "ms", "Time constant of the way back from 1 to 10 ms after the stimulus, by a line through log |v - v at its start|.", (*Extractor).decay},
		{"sag_amplitude", "mV", "steady_state_voltage_stimend less minimum_voltage, under a hyperpolarising stimulus.", func(x *Extractor) ([]float64, error) {
			d, err := x.get("voltage_deflection_vb_ssse")
			if err != nil {
				return nil, err
			}
			if d > 0 {
				return nil, errors.New("the stimulus depolarises")
			}
			return less("steady_state_voltage_stimend", "minimum_voltage")(x)
		}},
		{"sag_ratio1", "", "sag_amplitude over the whole depth of minimum_voltage below voltage_base.", func(x *Extractor) ([]float64, error) {
			sag, err := x.get("sag_amplitude")
			if err != nil {
				return nil, err
			}
			depth, err := x.depth()
			return one(sag/depth, err)
		}},
		{"sag_ratio2", "", "Depth of steady_state_voltage_stimend over that of minimum_voltage.", func(x *Extractor) ([]float64, error) {
			d, err := x.get("voltage_deflection_vb_ssse")
			if err != nil {
				return nil, err
			}
			depth, err := x.depth()
			return one((0-d)/depth, err)
		}},
		{"sag_time_constant", "ms", "Time constant of the way from minimum_voltage to where nine tenths of the sag are gone.", (*Extractor).sagTimeConstant},
	}
}

func (x *Extractor) base() ([]float64, error) {
	lo, hi := float64(x.start*x.s.VoltageBaseStart), float64(x.start*x.s.VoltageBaseEnd)
	if lo >= hi {
		return nil, errors.New("there is no time before the stimulus")
	}
	stop := len(x.t)
	for stop > 1 && x.t[stop-1]-hi >= x.s.Precision {
		stop--
	}
	return one(x.mean(x.from(lo), stop))
}

// during are the samples of the stimulus.
func (x *Extractor) during() (lo, hi int, err error) {
	last := x.t[len(x.t)-1]
	if x.start > last {
		return 0, 0, errWindow
	}
	lo, hi = x.from(x.start), x.from(min(x.end, last))
	if lo >= hi {
		return 0, 0, errWindow
	}
	return lo, hi, nil
}

func (x *Extractor) depth() (float64, error) {
	d, err := less("voltage_base", "minimum_voltage")(x)
	if err != nil {
		return 0, err
	}
	if d[0] == 0 {
		return 0, errors.New("the potential does not leave voltage_base")
	}
	return d[0], nil
}

func (x *Extractor) deflection() ([]float64, error) {
	base, err := x.mean(0, x.from(x.start))
	if err != nil {
		return nil, err
	}
	i := x.from(x.end)
	for i < len(x.t) && x.t[i] <= x.end {
		i++
	}
	if i == len(x.t) {
		return nil, errWindow
	}
	v, err := x.mean(i-10, i-5)
	return one(v-base, err)
}

func (x *Extractor) deflectionBegin() ([]float64, error) {
	base, err := x.mean(0, x.from(x.start))
	if err != nil {
		return nil, err
	}
	long := x.end - x.start
	lo := x.start + float64(long*.05)
	hi := lo + float64(long*.1)
	sum, n := 0.0, 0
	for i := range x.t {
		if x.t[i] > lo && x.t[i] <= hi {
			sum += x.v[i]
			n++
		}
	}
	if n == 0 {
		return nil, errWindow
	}
	return []float64{sum/float64(n) - base}, nil
}

func resistance(of string) func(*Extractor) ([]float64, error) {
	return func(x *Extractor) ([]float64, error) {
		d, err := x.get(of)
		if err != nil {
			return nil, err
		}
		if math.IsNaN(x.current) || x.current == 0 {
			return nil, errors.New("the stimulus' current is not known, or 0")
		}
		return []float64{d / x.current}, nil
	}
}

// stencil is the derivative by five points of steps of one.
func stencil(v []float64) []float64 {
	n := len(v)
	out := central(v)
	for i := 2; i < n-2; i++ {
		out[i] = (v[i-2] - v[i+2] + float64(8*v[i+1]) - float64(8*v[i-1])) / 12
	}
	return out
}

func (x *Extractor) timeConstant() ([]float64, error) {
	const (
		flat    = 5e-3 // [mV/ms] a slope near the minimum
		plateau = 70   // [ms] over which the mean slope must be flat
		skip    = 10   // samples of a transient
		fewest  = 10   // samples of a decay
	)
	lo := x.from(x.start) + skip
	mid := x.from((x.start + x.end) / 2)
	if lo >= len(x.t) || mid >= len(x.t) || mid-lo < 5 {
		return nil, errWindow
	}
	v, t := x.v[lo:mid], x.t[lo:mid]
	slope, dt := stencil(v), stencil(t)
	for i := range slope {
		slope[i] /= dt[i]
	}
	begin := 0
	for slices.ContainsFunc(slope[begin:begin+5], func(d float64) bool { return d > -flat }) {
		if begin+5 == len(slope) {
			return nil, errors.New("the potential does not fall")
		}
		begin++
	}
	end := begin
	for ; end < len(t) && t[end] < x.t[mid]-plateau; end++ {
		if slope[end] <= -flat {
			continue
		}
		sum, n := 0.0, 0
		for i := end; i < len(t) && t[i]-t[end] < plateau; i++ {
			sum += slope[i]
			n++
		}
		if sum/float64(n) > -flat {
			break
		}
	}
	if end-begin < fewest {
		return nil, errors.New("the potential falls too shortly")
	}
	v, t = v[begin:end], t[begin:end]
	// A golden section search for the offset that makes log v straightest.
	y := make([]float64, len(v))
	fit := func(offset float64) (slope, badness float64) {
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range v {
			y[i] = vec.Log(v[i] - v[len(v)-1] + offset)
			lo, hi = min(lo, y[i]), max(hi, y[i])
		}
		slope, rss := line(t, y)
		return slope, rss / float64((hi-lo)*(hi-lo))
	}
	const golden = 1.618033988
	a, c := 0.0, flat*1000 // time constants up to 1000 ms
	b := (float64(a*golden) + c) / (1 + golden)
	k, best := fit(b)
	for right := true; c-a > .01; {
		at := (a + float64(golden*b)) / (1 + golden)
		if right {
			at = (float64(b*golden) + c) / (1 + golden)
		}
		var bad float64
		k, bad = fit(at)
		switch {
		case bad < best && right:
			a, b, best = b, at, bad
		case bad < best:
			c, b, best = b, at, bad
		case right:
			c, right = at, false
		default:
			a, right = at, true
		}
	}
	return []float64{-1 / k}, nil
}

// logLine is the time constant of |v - to| from sample lo to hi-1.
func (x *Extractor) logLine(lo, hi int, to float64) ([]float64, error) {
	if lo >= hi || hi > len(x.t) {
		return nil, errWindow
	}
	var y []float64
	for _, v := range x.v[lo:hi] {
		y = append(y, vec.Log(math.Abs(v-to)))
	}
	slope, _ := line(x.t[lo:hi], y)
	return []float64{math.Abs(1 / slope)}, nil
}

func (x *Extractor) decay() ([]float64, error) {
	start := x.from(x.start)
	if start >= len(x.t) {
		return nil, errWindow
	}
	return x.logLine(x.from(x.end+x.s.DecayStart), x.from(x.end+x.s.DecayEnd), x.v[start])
}

func (x *Extractor) sagTimeConstant() ([]float64, error) {
	sag, err := x.get("sag_amplitude")
	if err != nil {
		return nil, err
	}
	low, err := x.get("minimum_voltage")
	if err != nil {
		return nil, err
	}
	steady, err := x.get("steady_state_voltage_stimend")
	if err != nil {
		return nil, err
	}
	lo := first(x.v, 0, len(x.v), func(v float64) bool { return v <= low })
	hi := first(x.v, lo, len(x.v), func(v float64) bool { return v >= steady-float64(sag*.1) })
	if hi == len(x.v) || hi-lo < 10 {
		return nil, errWindow
	}
	return x.logLine(lo, hi, x.v[hi])
}
