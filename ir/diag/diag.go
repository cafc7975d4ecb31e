// Package diag holds what every stage says about its input: located errors,
// warnings and notes. Stages collect diagnostics in a List and go on as long
// as they can; the command prints them all, sorted by place.
//
// In: a position, a code of codes.go and a sentence. Out: a List, which is an
// error when it holds at least one error. Next: cmd/rall prints it.
package diag

import (
	"fmt"
	"sort"
	"strings"
)

// Pos is a place in the user's input. Text formats fill File, Line and Col
// (from 1, Col in characters); trees and tables fill Path
// ("connParams/E->E/probability"). The zero Pos means "no place known".
type Pos struct {
	File      string
	Line, Col int
	Path      string
}

// IsZero says whether p names no place at all.
func (p Pos) IsZero() bool { return p == Pos{} }

// String prints file:line:col, then the path in brackets when there is one.
func (p Pos) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Col > 0 {
			fmt.Fprintf(&b, ":%d", p.Col)
		}
	}
	if p.Path != "" {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("[" + p.Path + "]")
	}
	return b.String()
}

// Severity orders diagnostics by weight.
type Severity uint8

const (
	Note Severity = iota
	Warning
	Error
)

func (s Severity) String() string { return [...]string{"note", "warning", "error"}[s] }

// Diag is one finding. Hint is what the user may do about it, empty if
// nothing is known; Source is the offending line of text, for the caret.
type Diag struct {
	Severity Severity
	Code     Code
	Pos      Pos
	Msg      string
	Hint     string
	Source   string
}

// Error prints "pos: error[code]: message", the hint, and the source line
// with a caret under the column where both are known.
func (d Diag) Error() string {
	var b strings.Builder
	if !d.Pos.IsZero() {
		b.WriteString(d.Pos.String() + ": ")
	}
	fmt.Fprintf(&b, "%s[%s]: %s", d.Severity, d.Code, d.Msg)
	if d.Source != "" && d.Pos.Col > 0 {
		line, at := excerpt(strings.TrimRight(d.Source, "\r\n"), d.Pos.Col-1)
		b.WriteString("\n    " + strings.ReplaceAll(line, "\t", " ") + "\n    ")
		b.WriteString(strings.Repeat(" ", at) + "^")
	}
	if d.Hint != "" {
		b.WriteString("\n    hint: " + d.Hint)
	}
	return b.String()
}

// excerptWidth is how much of a line is shown around the caret, in characters.
const excerptWidth = 160

// excerpt cuts a long line around the character at.
func excerpt(line string, at int) (string, int) {
	r := []rune(line)
	if len(r) <= excerptWidth {
		return line, min(at, len(r))
	}
	from := max(0, min(at-excerptWidth/2, len(r)-excerptWidth))
	to := min(len(r), from+excerptWidth)
	out := string(r[from:to])
	at = min(at, len(r)) - from
	if from > 0 {
		out, at = "… "+out, at+2
	}
	if to < len(r) {
		out += " …"
	}
	return out, at
}

// List collects diagnostics. The zero List is ready to use. A nil *List
// panics: every stage that can find something must be given one.
type List struct{ items []Diag }

// Add appends d as it is.
func (l *List) Add(d Diag) { l.items = append(l.items, d) }

// Errorf adds an error.
func (l *List) Errorf(code Code, pos Pos, format string, args ...any) {
	l.Add(Diag{Severity: Error, Code: code, Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// ErrorHint adds an error with a suggestion.
func (l *List) ErrorHint(code Code, pos Pos, hint, format string, args ...any) {
	l.Add(Diag{Severity: Error, Code: code, Pos: pos, Hint: hint, Msg: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning.
func (l *List) Warnf(code Code, pos Pos, format string, args ...any) {
	l.Add(Diag{Severity: Warning, Code: code, Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// Notef adds a note.
func (l *List) Notef(code Code, pos Pos, format string, args ...any) {
	l.Add(Diag{Severity: Note, Code: code, Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// Append adds all of another list.
func (l *List) Append(o *List) { l.items = append(l.items, o.items...) }

// All returns the diagnostics in the order in which they were added.
func (l *List) All() []Diag { return l.items }

// HasErrors says whether at least one item is an error.
func (l *List) HasErrors() bool { return l.Count(Error) > 0 }

// Count returns how many items have severity s.
func (l *List) Count(s Severity) int {
	n := 0
	for _, d := range l.items {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Sorted returns a copy ordered by file, line and column; items without a
// place, and items of equal place, keep the order in which they were added.
func (l *List) Sorted() []Diag {
	s := append([]Diag(nil), l.items...)
	sort.SliceStable(s, func(i, j int) bool {
		a, b := s[i].Pos, s[j].Pos
		switch {
		case a.File != b.File:
			return a.File < b.File
		case a.Line != b.Line:
			return a.Line < b.Line
		default:
			return a.Col < b.Col
		}
	})
	return s
}

// Err returns nil when the list holds no error, else the list itself.
func (l *List) Err() error {
	if l.HasErrors() {
		return l
	}
	return nil
}

// Error prints the errors only, one after another.
func (l *List) Error() string {
	var parts []string
	for _, d := range l.Sorted() {
		if d.Severity == Error {
			parts = append(parts, d.Error())
		}
	}
	return strings.Join(parts, "\n")
}

// Nearest returns the candidate closest to name by edit distance, or "" when
// none is within max edits. Ties go to the earlier candidate.
func Nearest(name string, candidates []string, max int) string {
	best, at := max+1, ""
	for _, c := range candidates {
		if d := editDistance(strings.ToLower(name), strings.ToLower(c), best); d < best {
			best, at = d, c
		}
	}
	return at
}

// DidYouMean returns "did you mean …?" for a candidate within two edits of
// name, or "".
func DidYouMean(name string, candidates []string) string {
	if c := Nearest(name, candidates, 2); c != "" {
		return fmt.Sprintf("did you mean %q?", c)
	}
	return ""
}

// editDistance is Damerau-Levenshtein (adjacent transpositions count one),
// given up at limit.
func editDistance(a, b string, limit int) int {
	ra, rb := []rune(a), []rune(b)
	if d := len(ra) - len(rb); d >= limit || -d >= limit {
		return limit
	}
	prev2 := make([]int, len(rb)+1)
	prev := make([]int, len(rb)+1)
	cur := make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		cur[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(rb)]
}
