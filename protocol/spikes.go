package protocol

import (
	"fmt"
	"math"

	"github.com/rallsim/rall/analysis/features"
)

// Tables show eFEL's features under its setting strict_stiminterval: of spikes whose
// peak lies within the stimulus. Features that are written by their names are eFEL's by
// default, which go by all spikes of a trace.

// strict takes the features of a recording's first place by spikes within the stimulus
// alone.
func (s *Setup) strict(r *Recording, begin, end, amp float64) (*features.Extractor, error) {
	only := *s
	only.Settings.StrictStimInterval = true
	return only.extractor(r, begin, end, amp)
}

// column is a column that shows the first value of one of eFEL's features.
func column(name, feature string) Column {
	for _, f := range features.List() {
		if f.Name == feature {
			return Column{Name: name, Unit: f.Unit, Feature: feature}
		}
	}
	panic("there is no feature " + feature)
}

// featureRow is a row of a table: of columns that show no feature the values given.
func featureRow(columns []Column, own []float64, x *features.Extractor) []float64 {
	var row []float64
	for _, c := range columns {
		value := math.NaN()
		if c.Feature == "" {
			value, own = own[0], own[1:]
		} else if v, err := x.Get(c.Feature); err == nil {
			value = v[0]
		}
		row = append(row, value)
	}
	return row
}

// peaks are when the potential at the first place is highest between a rise above a
// threshold and the fall below it.
func peaks(r *Recording, threshold float64) []float64 {
	v := r.V[0]
	var out []float64
	top := -1 // of a spike that is up
	for i := 1; i < len(v); i++ {
		switch {
		case v[i] > threshold && v[i-1] <= threshold:
			top = i
		case v[i] < threshold && top >= 0:
			out = append(out, r.T[top])
			top = -1
		case top >= 0 && v[i] > v[top]:
			top = i
		}
	}
	return out
}

// outside says of spikes before and behind the stimulus, which no number of the report
// is about, how many there are and what may make them.
func (s *Setup) outside(rep *Report, recs []Recording, begin, end float64) {
	before, behind := 0, 0 // runs
	first, after := math.Inf(1), math.Inf(1)
	for i := range recs {
		early, late := false, false
		for _, t := range peaks(&recs[i], s.Settings.Threshold) {
			if t < begin {
				first, early = min(first, t), true
			}
			if t > end {
				after, late = min(after, t), true
			}
		}
		if early {
			before++
		}
		if late {
			behind++
		}
	}
	in := func(n int) string {
		if len(recs) == 1 {
			return ""
		}
		return fmt.Sprintf(" in %d of %d runs", n, len(recs))
	}
	if before > 0 {
		rep.Notes = append(rep.Notes, fmt.Sprintf("the cell spikes before the stimulus%s, first at %.6g ms, which is not counted; %s", in(before), first, s.own()))
	}
	if behind > 0 {
		rep.Notes = append(rep.Notes, fmt.Sprintf("the cell spikes behind the stimulus%s, first %.6g ms after its end, which is not counted", in(behind), after-end))
	}
}

// own says what may make a cell spike without a stimulus.
func (s *Setup) own() string {
	if s.Own == "" {
		return "it has no point processes of its own"
	}
	return "of its own it has " + s.Own
}
