package plot

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// args reads the keyword arguments of one plot. What is of the wrong type is
// a warning and counts as not given: a picture never stops a run.
type args struct {
	plot string
	m    map[string]any
	used map[string]bool
	warn []string
}

func newArgs(plot string, m map[string]any) *args {
	return &args{plot: plot, m: m, used: map[string]bool{}}
}

func (a *args) warnf(format string, v ...any) {
	w := a.plot + ": " + fmt.Sprintf(format, v...)
	for _, old := range a.warn {
		if old == w {
			return
		}
	}
	a.warn = append(a.warn, w)
}

// get returns a value and whether it is given; null is as good as absent.
func (a *args) get(key string) (any, bool) {
	a.used[key] = true
	v, ok := a.m[key]
	return v, ok && v != nil
}

func (a *args) float(key string, def float64) float64 {
	v, ok := a.get(key)
	if !ok {
		return def
	}
	f, ok := toFloat(v)
	if !ok {
		a.warnf("%s: expected a number, found %v", key, v)
		return def
	}
	return f
}

func (a *args) positive(key string, def float64) float64 {
	f := a.float(key, def)
	if !(f > 0) || f > 1e12 {
		a.warnf("%s: expected a positive number, found %v", key, f)
		return def
	}
	return f
}

func (a *args) bool(key string, def bool) bool {
	v, ok := a.get(key)
	if !ok {
		return def
	}
	switch b := v.(type) {
	case bool:
		return b
	default:
		if f, ok := toFloat(v); ok {
			return f != 0
		}
	}
	a.warnf("%s: expected true or false, found %v", key, v)
	return def
}

func (a *args) string(key, def string) string {
	v, ok := a.get(key)
	if !ok {
		return def
	}
	if s, ok := v.(string); ok {
		return s
	}
	a.warnf("%s: expected a text, found %v", key, v)
	return def
}

// choice is a string of a given set, the first of which is the default.
func (a *args) choice(key string, of ...string) string {
	s := a.string(key, of[0])
	for _, o := range of {
		if s == o {
			return s
		}
	}
	a.warnf("%s: %q is not one of %s; %q is used", key, s, strings.Join(of, ", "), of[0])
	return of[0]
}

// strings is a string or a list of them.
func (a *args) strings(key string, def []string) []string {
	v, ok := a.get(key)
	if !ok {
		return def
	}
	var out []string
	for _, x := range toList(v) {
		s, ok := x.(string)
		if !ok {
			a.warnf("%s: expected texts, found %v", key, x)
			return def
		}
		out = append(out, s)
	}
	return out
}

// pair is a list of two rising numbers, e.g. a range.
func (a *args) pair(key string) (lo, hi float64, ok bool) {
	v, given := a.get(key)
	if !given {
		return 0, 0, false
	}
	l := toList(v)
	if len(l) == 2 {
		f0, ok0 := toFloat(l[0])
		f1, ok1 := toFloat(l[1])
		if ok0 && ok1 && f0 < f1 {
			return f0, f1, true
		}
	}
	a.warnf("%s: expected [from, to], found %v", key, v)
	return 0, 0, false
}

// size is figSize in inches, as [width, height] or one number for both.
func (a *args) size(w, h float64) (float64, float64) {
	v, ok := a.get("figSize")
	if !ok {
		return w, h
	}
	l := toList(v)
	if len(l) == 1 {
		l = append(l, l[0])
	}
	if len(l) == 2 {
		f0, ok0 := toFloat(l[0])
		f1, ok1 := toFloat(l[1])
		if ok0 && ok1 && f0 >= 2 && f1 >= 1.5 && f0 <= 60 && f1 <= 60 {
			return f0, f1
		}
	}
	a.warnf("figSize: expected [width, height] in inches, at least [2, 1.5], found %v", v)
	return w, h
}

// rest warns of what nothing has read. quiet keys change nothing that rall
// makes; later ones are NetPyNE's and not done yet.
func (a *args) rest(later []string) {
	var keys []string
	for k := range a.m {
		if !a.used[k] && !quiet[k] {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	for _, k := range keys {
		known := false
		for _, l := range later {
			known = known || l == k
		}
		switch v := a.m[k]; {
		case v == nil || v == false:
		case known:
			a.warnf("%s is not supported yet and has no effect", k)
		default:
			a.warnf("unknown argument %s", k)
		}
	}
}

// quiet are arguments about windows, files and matplotlib.
var quiet = map[string]bool{
	"showFig": true, "saveData": true, "saveFig": true, "returnPlotter": true, "overwrite": true, "rcParams": true, "fileName": true,
	"fileDesc": true, "fileType": true, "fileDir": true, "legendKwargs": true, "sim": true, "rerun": true, "dpi": true, "fontSize": true,
	"lineWidth": true, "linewidth": true, "marker": true, "markerSize": true, "markersize": true, "s": true, "tightLayout": true, "axis": true,
}

func toFloat(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, x-x == 0
	case float32:
		return float64(x), x-x == 0
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	case uint64:
		return float64(x), true
	case json.Number:
		f, err := x.Float64()
		return f, err == nil && f-f == 0
	}
	return 0, false
}

// toList makes a list of one of what is no list.
func toList(v any) []any {
	switch l := v.(type) {
	case []any:
		return l
	case []string:
		out := make([]any, len(l))
		for i, s := range l {
			out[i] = s
		}
		return out
	case []float64:
		out := make([]any, len(l))
		for i, s := range l {
			out[i] = s
		}
		return out
	case []int:
		out := make([]any, len(l))
		for i, s := range l {
			out[i] = s
		}
		return out
	}
	return []any{v}
}
