package main

import (
	"math"
	"strings"
	"testing"
)

func FuzzStimulus(f *testing.F) {
	for _, s := range []string{"0.2nA", "0.1nA,0.2nA,300ms", "-0.1:0.3:0.1,1s,50ms", "200pA,.5s", "-80mV:40mV:20mV,30ms", "0nA:1nA,500ms", "0:1:0", "1e308A", "0:1:1e-4,0:1:1e-4",
		"1nA,1ms,2ms,3ms", "much", "5\u00b5A", "0x1p3nA", "1e", ":,:", "-", "1:2:3:4", "1e-320:1:1e-320", " 1 nA , 2 ms "} {
		f.Add(s, false, false)
		f.Add(s, true, true)
	}
	f.Fuzz(func(t *testing.T, text string, volts, ramp bool) {
		q := &current
		if volts {
			q = &potential
		}
		levels, p, err := stimulus(text, q, ramp)
		if err != nil {
			return
		}
		if len(levels) == 0 || len(levels) > mostLevels || ramp && len(levels) != 2 || len(levels) > 1 && !ramp && len(levels) > strings.Count(text, ",")+1 && !strings.Contains(text, ":") {
			t.Errorf("%q: %d levels", text, len(levels))
		}
		for _, x := range append(levels, p.Duration, p.Delay) {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("%q: %g", text, x)
			}
		}
		if p.Duration < 0 || p.Delay < 0 {
			t.Errorf("%q: %+v", text, p)
		}
	})
}

func FuzzInsertion(f *testing.F) {
	for _, s := range []string{"hh", "pas:g=1e-4,e=-70", "somatic/hh:gnabar=.2", "/", ":", "a/b/c:x=1", "x:y=nan", "pas:g=1,g=2", "pas: g = 1 , e = 2 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in, err := insertion(text)
		if err != nil {
			return
		}
		if in.Mech == "" || in.Region == "" || in.Text != text {
			t.Errorf("%q: %+v", text, in)
		}
		for _, p := range in.Params {
			if p.Name == "" || math.IsNaN(p.Value) || math.IsInf(p.Value, 0) {
				t.Errorf("%q: %+v", text, p)
			}
		}
	})
}
