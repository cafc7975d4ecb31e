package morph

import (
	"math"

	"github.com/rallsim/rall/ir/diag"
)

// LambdaF returns NEURON's lambda_f: the length [um] over which an
// alternating voltage of frequency freq [Hz] falls by e in a cable of the
// section's diameter, with the membrane's conductance neglected. For a section
// of 3-D points it is L divided by the integral of the electrotonic length
// over the points; otherwise the value at the middle.
func (s *Section) LambdaF(freq float64) float64 {
	mid := CVAt(s.NSeg, .5)
	cm := s.CmAt(mid)
	if cm == 0 {
		return 1e10
	}
	if len(s.Points) < 2 {
		return 1e5 * math.Sqrt(pick(s.Diam, mid, DefaultDiam)/(4*math.Pi*freq*s.Ra*cm))
	}
	p := s.rounded(Offset{})
	lam := 0.0
	for i := 1; i < len(p); i++ {
		lam += (p[i].Arc - p[i-1].Arc) / math.Sqrt(absD(p[i-1])+absD(p[i]))
	}
	scale := math.Sqrt(2) * 1e-5 * math.Sqrt(4*math.Pi*freq*s.Ra*cm)
	return math.Max(p[len(p)-1].Arc, minLength) / (lam * scale)
}

// Length returns the section's length [um] with at added to its points.
func (s *Section) Length(at Offset) float64 {
	if len(s.Points) > 1 {
		p := s.rounded(at)
		return math.Max(p[len(p)-1].Arc, minLength)
	}
	return math.Max(s.L, minLength)
}

// NSegRule chooses the number of CVs of each section. The zero rule leaves
// the numbers as they are; otherwise one of N, DLambda and MaxLength is set.
type NSegRule struct {
	N         int     // this many everywhere
	DLambda   float64 // an odd number of CVs, each about this part of lambda_f(Freq) at most
	Freq      float64 // [Hz]
	MaxLength float64 // the least odd number of CVs no longer than this [um]
}

// Check adds an error for a rule that makes no sense.
func (r NSegRule) Check(list *diag.List, pos diag.Pos) {
	set := 0
	if r.N != 0 {
		set++
		if r.N < 1 || r.N > MaxNSeg {
			list.Errorf(diag.BadValue, pos, "nseg is %d; expected 1 to %d", r.N, MaxNSeg)
		}
	}
	if r.DLambda != 0 || r.Freq != 0 {
		set++
		if !positive(r.DLambda) || !positive(r.Freq) {
			list.Errorf(diag.BadValue, pos, "nseg by dLambda %g at %g Hz; expected both above 0", r.DLambda, r.Freq)
		}
	}
	if r.MaxLength != 0 {
		set++
		if !positive(r.MaxLength) {
			list.Errorf(diag.BadValue, pos, "nseg by a maximal length of %g um; expected more than 0", r.MaxLength)
		}
	}
	if set > 1 {
		list.ErrorHint(diag.BadValue, pos, "give a number, {dLambda, freq} or {maxLength}", "nseg is given by %d rules at once", set)
	}
}

// Count returns the number of CVs that the rule gives section s, at most
// MaxNSeg+1, which Check refuses.
func (r NSegRule) Count(s *Section) int {
	half := func(x float64) int { return int(math.Min(x/2, MaxNSeg/2+1)) }
	switch {
	case r.N != 0:
		return r.N
	case r.DLambda != 0:
		return half(s.Length(Offset{})/float64(r.DLambda*s.LambdaF(r.Freq))+.9)*2 + 1
	case r.MaxLength != 0:
		return half(math.Ceil(s.Length(Offset{})/r.MaxLength))*2 + 1
	}
	return s.NSeg
}

// Discretise returns m with the numbers of CVs that the rule gives.
func (m *Morphology) Discretise(r NSegRule) *Morphology {
	n := make([]int, len(m.Sections))
	for i := range n {
		n[i] = r.Count(&m.Sections[i])
	}
	return m.WithNSeg(n)
}
