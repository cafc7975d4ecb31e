package nmodl

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

//go:embed scop.mod
var scop []byte

// withLibrary returns the file with what NEURON's translator adds to it: the
// functions of the SCoP library that it calls, and for each LAG the history of
// its variable. Both are NMODL themselves.
func withLibrary(f *File, c *cFile, rep *reporter) *File {
	out := *f
	out.sources = maps.Clone(f.sources)
	var lags []*LagStmt
	wanted := map[string]bool{}
	note := func(b *Block) {
		for _, n := range calledNames(b.Body, c) {
			wanted[n] = wanted[n] || builtins[n].scop
		}
		walkStmts(b.Body, func(s Stmt) {
			if x, ok := s.(*LagStmt); ok {
				lags = append(lags, x)
			}
		}, func(Expr) {})
	}
	for _, b := range f.Blocks {
		note(b)
	}
	if slices.Contains(slices.Collect(maps.Values(wanted)), true) {
		lib := out.take("the SCoP library", scop)
		for grown := true; grown; {
			grown = false
			for i, b := range lib.Blocks {
				if b != nil && wanted[b.Name.Name] {
					out.Blocks, lib.Blocks[i], grown = append(slices.Clip(out.Blocks), b), nil, true
					note(b)
				}
			}
		}
	}
	for _, x := range lags {
		var of, by *Decl
		for i := range f.Decls {
			d := &f.Decls[i]
			if d.Name == x.Name.Name && (d.Kind == inState || d.Kind == inAssigned) {
				of = d
			}
			if d.Name == x.By.Name && (d.Kind == inConstant || d.Kind == inParameter) {
				by = d
			}
		}
		switch {
		case of == nil:
			rep.errorf(diag.BadMech, x.Name.Pos, "LAG %s, which is neither STATE nor ASSIGNED", x.Name.Name)
		case by == nil:
			rep.errorf(diag.BadMech, x.By.Pos, "LAG BY %s, which is neither PARAMETER nor CONSTANT", x.By.Name)
		default:
			lib := out.take("LAG", []byte(history(x, of.Array)))
			out.Decls = append(slices.Clip(out.Decls), lib.Decls...)
			out.Blocks = append(lib.Blocks, out.Blocks...)
		}
	}
	return &out
}

// take parses text of our own, which reads as if it stood in f.
func (f *File) take(name string, text []byte) *File {
	list := &diag.List{}
	lib := Parse(name, append([]byte("NEURON { SUFFIX x }\n"), text...), nil, list)
	if list.Count(diag.Error) > 0 {
		panic("BUG: " + name + ": " + list.Error())
	}
	maps.Copy(f.sources, lib.sources)
	for _, b := range lib.Blocks {
		b.library = true
	}
	return lib
}

// maxLag is how many values LAG remembers: its time over dt, and two.
const maxLag = 2048

// history is what LAG does: it notes the variable at each new time, from the
// first call behind INITIAL, and finds its value of some time ago on the line
// between two notes. What is older than the first note is the first note.
func history(x *LagStmt, array int) string {
	name := x.name()
	each := func(format string) string {
		at := func(i string) string { return fmt.Sprintf("%s_x[%s]", name, i) }
		of, value := x.Name.Name, name
		if array > 0 {
			at = func(i string) string { return fmt.Sprintf("%s_x[%s*%d + k]", name, i, array) }
			of, value = of+"[k]", value+"[k]"
			format = fmt.Sprintf("FROM k = 0 TO %d { %s }", array-1, format)
		}
		return strings.NewReplacer("LAST", at(name+"_last"), "FIRST", at(name+"_first"), "NEXT", at("next"), "OF", of, "VALUE", value).Replace(format)
	}
	size := ""
	if array > 0 {
		size = fmt.Sprintf("[%d]", array)
	}
	return strings.NewReplacer("LAG", name, "SIZE", size, "ALL", fmt.Sprint(maxLag*max(1, array)), "MAX", fmt.Sprint(maxLag), "BY", x.By.Name,
		"KEEP", each("LAST = OF"), "OLD", each("VALUE = FIRST"), "BETWEEN", each("VALUE = FIRST + part*(NEXT - FIRST)")).Replace(`
ASSIGNED { LAGSIZE  LAG_t[MAX]  LAG_x[ALL]  LAG_n  LAG_first  LAG_last }
INITIAL { LAG_n = 0 }
PROCEDURE LAG_note() {
	LOCAL next, part
	if (LAG_n == 0) {
		LAG_n = 1
		LAG_first = 0
		LAG_last = 0
		LAG_t[0] = t
		KEEP
		OLD
	} else if (t == LAG_t[LAG_last]) {
		KEEP
		if (t - LAG_t[LAG_first] < BY) {
			OLD
		}
	} else if (t > LAG_t[LAG_last]) {
		if (LAG_n == MAX) {
			prterr("LAG reaches back more steps than it remembers, which are MAX")
		}
		part = t - LAG_t[LAG_first]
		LAG_n = LAG_n + 1
		LAG_last = fmod(LAG_last + 1, MAX)
		LAG_t[LAG_last] = t
		KEEP
		next = fmod(LAG_first + 1, MAX)
		if (part < BY) {
			OLD
		} else {
			while (LAG_n > 2 && t - LAG_t[next] >= BY) {
				LAG_first = next
				next = fmod(next + 1, MAX)
				LAG_n = LAG_n - 1
			}
			if (t - BY > LAG_t[LAG_first]) {
				part = (t - BY - LAG_t[LAG_first])/(LAG_t[next] - LAG_t[LAG_first])
				BETWEEN
			} else {
				OLD
			}
		}
	}
}
`)
}

// name is the variable that LAG sets.
func (s *LagStmt) name() string { return "lag_" + s.Name.Name + "_" + s.By.Name }
