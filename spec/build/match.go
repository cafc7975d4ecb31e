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
// trace: ranges are closed, for any tag.
func meets(c *cell, conds *spec.Conds) bool {
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
		if cond.Range {
			if !ok || t.N < cond.Lo || t.N > cond.Hi {
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
