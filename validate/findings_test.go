package validate

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
)

var standard = []struct{ key, text string }{
	{"popParams:", "  popParams: {A: {cellType: C, numCells: 4}, B: {cellType: C, numCells: 4}}"},
	{"cellParams:", "  cellParams: {C: {secs: {soma: {geom: {L: 20, diam: 20}, mechs: {hh: {}}}}}}"},
	{"synMechParams:", "  synMechParams: {exc: {mod: ExpSyn, tau: 2, e: 0}}"},
}

// finding is what a chunk of findings.yaml expects on a line.
type finding struct {
	line int
	kind string // !, ?, or file and mod: an error elsewhere, found by its place and text
	re   *regexp.Regexp
	met  bool
}

// TestFindings runs testdata/findings.yaml through all stages short of
// running: every error and warning is located, and there are no others.
func TestFindings(t *testing.T) {
	text, err := os.ReadFile("testdata/findings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	marks := regexp.MustCompile(`#(!|\?|file|mod) (.*?)(?: +#[!?] |$)`)
	chunks := strings.Split(string(text), "\n---")
	if len(chunks) < 50 {
		t.Fatalf("%d chunks", len(chunks))
	}
	for i, c := range chunks[1:] {
		lines := strings.Split(c, "\n")[1:]
		title := strings.TrimSpace(strings.Split(c, "\n")[0])
		t.Run(fmt.Sprintf("%d%s", i, strings.ReplaceAll(title, " ", "")), func(t *testing.T) {
			var wants []*finding
			mods := []string(nil)
			for k, l := range lines {
				for {
					m := marks.FindStringSubmatchIndex(l)
					if m == nil {
						break
					}
					w := &finding{line: k + 1, kind: l[m[2]:m[3]]}
					if w.re, err = regexp.Compile(l[m[4]:m[5]]); err != nil {
						t.Fatal(err)
					}
					if w.kind == "mod" {
						mods = []string{filepath.Join("testdata", "mod")}
					}
					wants = append(wants, w)
					l = l[m[5]:]
				}
			}
			for _, s := range standard {
				if !strings.Contains(c, "\n  "+s.key) {
					lines = append(lines, s.text)
				}
			}
			dir := t.TempDir()
			for _, name := range []string{"truncated.swc", "cycle.swc"} {
				text, err := os.ReadFile(filepath.Join("testdata", name))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			path := filepath.Join(dir, "spec.yaml")
			if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
				t.Fatal(err)
			}
			var diags diag.List
			rall.Load([]string{path}, rall.Settings{Mods: mods}, &diags)
			compareFindings(t, path, wants, diags.All())
		})
	}
}

func compareFindings(t *testing.T, path string, wants []*finding, got []diag.Diag) {
	for _, d := range got {
		if d.Severity == diag.Note {
			continue
		}
		if d.Pos.IsZero() {
			t.Errorf("no place: %s", d.Msg)
		}
		said := d.Msg
		if d.Hint != "" {
			said += " (" + d.Hint + ")"
		}
		found := false
		for _, w := range wants {
			var ok bool
			switch w.kind {
			case "!":
				ok = d.Severity == diag.Error && d.Pos.File == path && d.Pos.Line == w.line
			case "?":
				ok = d.Severity == diag.Warning && d.Pos.File == path && d.Pos.Line == w.line
			default:
				ok = d.Severity == diag.Error && d.Pos.File != path
				said = fmt.Sprintf("%s:%d:%d: %s", d.Pos.File, d.Pos.Line, d.Pos.Col, d.Msg)
			}
			if ok && !w.met && w.re.MatchString(said) {
				w.met, found = true, true
				break
			}
		}
		if !found {
			t.Errorf("line %d, %s, not expected: %s (%s)", d.Pos.Line, d.Severity, d.Msg, d.Hint)
		}
	}
	for _, w := range wants {
		if !w.met {
			t.Errorf("line %d: nothing matches %q", w.line, w.re)
		}
	}
}
