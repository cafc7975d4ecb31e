package spec

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

var standard = []struct{ key, text string }{
	{"popParams:", "  popParams: {S: {cellType: HH, numCells: 4}, M: {cellType: HH, numCells: 4}}"},
	{"cellParams:", "  cellParams: {HH: {secs: {soma: {geom: {L: 20, diam: 20}, mechs: {hh: {}}}}}}"},
	{"synMechParams:", "  synMechParams: {exc: {mod: ExpSyn, tau: 2}}"},
}

// chunk completes a chunk of findings.yaml to a spec; lines keep their order,
// after one line of heading.
func chunk(lines []string) string {
	var b strings.Builder
	if len(lines) > 0 && strings.HasPrefix(lines[0], "simConfig:") {
		b.WriteString("simConfig:\n")
		for _, l := range lines[1:] {
			b.WriteString("  " + l + "\n")
		}
		b.WriteString("netParams:\n")
		lines = nil
	} else {
		b.WriteString("netParams:\n")
		for _, l := range lines {
			b.WriteString("  " + l + "\n")
		}
	}
	for _, s := range standard {
		missing := true
		for _, l := range lines {
			missing = missing && !strings.HasPrefix(l, s.key)
		}
		if missing {
			b.WriteString(s.text + "\n")
		}
	}
	return b.String()
}

// TestFindings runs testdata/findings.yaml.
func TestFindings(t *testing.T) {
	text, err := os.ReadFile("testdata/findings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type want struct {
		line int
		sev  diag.Severity
		re   *regexp.Regexp
		met  bool
	}
	marks := regexp.MustCompile(`#([!?]) (.*?)(?: +#[!?] |$)`)
	all := strings.Split(string(text), "\n")
	var start []int
	for i, l := range all {
		if strings.HasPrefix(l, "---") {
			start = append(start, i)
		}
	}
	start = append(start, len(all))
	for c := 0; c+1 < len(start); c++ {
		lines := all[start[c]+1 : start[c+1]]
		var wants []*want
		simOnly := len(lines) > 0 && strings.HasPrefix(lines[0], "simConfig:")
		for i, l := range lines {
			at := i + 2
			if simOnly {
				at = i + 1
			}
			for rest := l; ; {
				m := marks.FindStringSubmatchIndex(rest)
				if m == nil {
					break
				}
				w := &want{line: at, sev: diag.Error, re: regexp.MustCompile(rest[m[4]:m[5]])}
				if rest[m[2]:m[3]] == "?" {
					w.sev = diag.Warning
				}
				wants = append(wants, w)
				rest = rest[m[5]:]
			}
		}
		name := fmt.Sprintf("line %d", start[c]+1)
		var l diag.List
		s := Parse([]Source{{Name: "t.yaml", Text: []byte(chunk(lines))}}, Options{}, &l)
		if s == nil {
			t.Errorf("%s: nothing decoded: %s", name, l.Err())
			continue
		}
		for _, d := range l.All() {
			if d.Severity == diag.Note {
				continue
			}
			met := false
			for _, w := range wants {
				if !w.met && w.line == d.Pos.Line && w.sev == d.Severity && w.re.MatchString(d.Msg+" "+d.Hint) {
					w.met, met = true, true
					break
				}
			}
			if !met {
				t.Errorf("%s: not expected: %s", name, d.Error())
			}
			if d.Pos.Path == "" || d.Pos.Col == 0 {
				t.Errorf("%s: without a place: %s", name, d.Error())
			}
		}
		for _, w := range wants {
			if !w.met {
				t.Errorf("%s: chunk line %d: nothing matches %q", name, w.line-1, w.re)
			}
		}
	}
}
