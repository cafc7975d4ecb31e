package nmodl

import (
	"fmt"

	"github.com/rallsim/rall/ir/diag"
)

// maxErrors ends the reading of a file that is probably no NMODL at all.
const maxErrors = 50

// reporter adds diagnostics with their source lines to a list.
type reporter struct {
	list    *diag.List
	sources map[string]*source
	errors  int
	said    map[string]bool // by once
}

func (r *reporter) add(sev diag.Severity, code diag.Code, pos diag.Pos, hint, format string, args ...any) {
	d := diag.Diag{Severity: sev, Code: code, Pos: pos, Hint: hint, Msg: fmt.Sprintf(format, args...)}
	if s := r.sources[pos.File]; s != nil {
		d.Source = s.line(pos.Line)
	}
	if sev == diag.Error {
		r.errors++
		if r.errors > maxErrors {
			return
		}
	}
	r.list.Add(d)
}

// before is what stands on the line of a place in front of it.
func (r *reporter) before(pos diag.Pos) string {
	s := r.sources[pos.File]
	if s == nil {
		return ""
	}
	line := []rune(s.line(pos.Line))
	return string(line[:min(pos.Col-1, len(line))])
}

// after is what stands behind a name on its line.
func (r *reporter) after(pos diag.Pos, name string) string {
	s := r.sources[pos.File]
	if s == nil {
		return ""
	}
	line := []rune(s.line(pos.Line))
	return string(line[min(pos.Col-1+len([]rune(name)), len(line)):])
}

func (r *reporter) errorf(code diag.Code, pos diag.Pos, format string, args ...any) {
	r.add(diag.Error, code, pos, "", format, args...)
}

func (r *reporter) hintf(code diag.Code, pos diag.Pos, hint, format string, args ...any) {
	r.add(diag.Error, code, pos, hint, format, args...)
}

// once is hintf for the first of errors of one text; the others only count.
func (r *reporter) once(code diag.Code, pos diag.Pos, hint, msg string) {
	if r.said[msg] {
		r.errors++
		return
	}
	if r.said == nil {
		r.said = map[string]bool{}
	}
	r.said[msg] = true
	r.add(diag.Error, code, pos, hint, "%s", msg)
}

func (r *reporter) warnf(code diag.Code, pos diag.Pos, format string, args ...any) {
	r.add(diag.Warning, code, pos, "", format, args...)
}

func (r *reporter) notef(code diag.Code, pos diag.Pos, format string, args ...any) {
	r.add(diag.Note, code, pos, "", format, args...)
}
