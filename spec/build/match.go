package build

import "github.com/rallsim/rall/spec"

var coordinates = map[string]bool{"x": true, "y": true, "z": true, "xnorm": true, "ynorm": true, "znorm": true}

// matches says whether a cell meets the conditions of a connection rule or a
// stimulation target: ranges of coordinates are half open, and only those are
// ranges.
func matches(c *cell, conds *spec.Conds) bool {
	for i := range conds.Items {
		cond := &conds.Items[i]
		t, ok := c.tag(cond.Key)
		if cond.Range && coordinates[cond.Key] {
			if !ok || t.N < cond.Lo || t.N >= cond.Hi {
				return false
			}
			continue
		}
		if !ok || !isOneOf(t, cond) {
			return false
		}
	}
	return true
}

// meets says whether a cell meets the conditions of a cell rule or a recorded
// trace: ranges are closed, for any tag. NetPyNE takes the first two of any
// list of numbers for a range.
func (b *builder) meets(c *cell, conds *spec.Conds) bool {
	for i := range conds.Items {
		cond := &conds.Items[i]
		if cond.Key == "gid" {
			if !isOneOf(spec.Tag{IsNum: true, N: float64(c.gid)}, cond) {
				return false
			}
			continue
		}
		if cond.Key == "label" {
			found := false
			for _, l := range c.labels {
				found = found || isOneOf(spec.Tag{S: l}, cond)
			}
			if !found {
				return false
			}
			continue
		}
		t, ok := c.tag(cond.Key)
		lo, hi, isRange := cond.Lo, cond.Hi, cond.Range
		if !isRange && !b.rall() && len(cond.In) > 2 && cond.In[0].IsNum {
			lo, hi, isRange = cond.In[0].N, cond.In[1].N, true
			b.compat("list "+cond.Key, cond.Pos, "the first two numbers of the list, %g and %g, are a range of %s, as NetPyNE has it; the others are not looked at", lo, hi, cond.Key)
		}
		if isRange {
			if !ok || t.N < lo || t.N > hi {
				return false
			}
			continue
		}
		if !ok || !isOneOf(t, cond) {
			return false
		}
	}
	return true
}

func isOneOf(t spec.Tag, cond *spec.Cond) bool {
	for _, want := range cond.In {
		if t.Equal(want) {
			return true
		}
	}
	return cond.Range && t.IsNum && (t.N == cond.Lo || t.N == cond.Hi)
}

func (b *builder) matching(conds *spec.Conds) []*cell {
	var out []*cell
	for _, c := range b.cells {
		if matches(c, conds) {
			out = append(out, c)
		}
	}
	return out
}
