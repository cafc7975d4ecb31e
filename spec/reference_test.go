package spec

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/expr"
	"github.com/rallsim/rall/ir/unit"
)

var update = flag.Bool("update", false, "write the tables of doc/spec.md anew")

// tables are the vocabulary as doc/spec.md shows it.
func tables() map[string][]keyInfo {
	m := map[string][]keyInfo{
		"netParams": append(infos(netParamsKeys), containers...), "correctBorder": infos(correctBorderKeys),
		"popParams": infos(popKeys), "cellsList": infos(cellEntryKeys), "point": infos(pointKeys),
		"spikePattern": infos(patternKeys), "pulses": infos(pulseKeys),
		"cellParams": infos(cellKeys), "secs": infos(secKeys), "geom": infos(geomKeys), "topol": infos(topolKeys), "ions": infos(ionKeys),
		"pointps": infos(pointpKeys), "regions": infos(regionKeys), "regionGeom": infos(regionGeomKeys), "nseg": infos(nsegKeys),
		"synMechParams": infos(synMechKeys), "pointerParams": infos(pointerKeys), "plast": infos(plastKeys), "connParams": infos(connKeys), "stimSourceParams": infos(stimSourceKeys),
		"stimTargetParams": infos(stimTargetKeys), "simConfig": infos(simConfigKeys), "hParams": infos(hParamKeys), "seeds": infos(seedKeys),
		"recordTraces": infos(traceKeys), "playParams": infos(playKeys), "tableParams": infos(tableKeys), "pointers": infos(varRefKeys),
	}
	for name, params := range stimTypes {
		m[name] = stimInfos(params)
	}
	return m
}

func table(keys []keyInfo) string {
	var b strings.Builder
	b.WriteString("| key | value | unit | default | meaning |\n|---|---|---|---|---|\n")
	cell := func(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
	row := func(k keyInfo, note string) {
		u := k.unit
		if u == byMech {
			u = "the mechanism's"
		}
		def := k.def
		if def != "" {
			def = "`" + def + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s%s |\n", k.name, cell(k.form), u, def, note, cell(k.doc))
	}
	notes := map[class]string{changesResult: "**not supported yet:** ", cosmetic: "*no effect, warned of:* ", silent: "*no effect:* "}
	for _, c := range []class{implemented, changesResult, cosmetic, silent} {
		for _, k := range keys {
			if k.class == c {
				row(k, notes[c])
			}
		}
	}
	return b.String()
}

// TestReference compares the tables between "<!-- keys NAME -->" and
// "<!-- end -->" in doc/spec.md with the vocabulary; -update writes them.
func TestReference(t *testing.T) {
	const file = "../doc/spec.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := tables()
	shown := map[string]bool{}
	out := regexp.MustCompile(`(?s)<!-- keys (\w+) -->\n.*?<!-- end -->`).ReplaceAllStringFunc(string(text), func(s string) string {
		name := regexp.MustCompile(`keys (\w+)`).FindStringSubmatch(s)[1]
		keys, ok := all[name]
		if !ok {
			t.Errorf("doc/spec.md asks for a table %q", name)
		}
		shown[name] = true
		return "<!-- keys " + name + " -->\n" + table(keys) + "<!-- end -->"
	})
	for name := range all {
		if !shown[name] {
			t.Errorf("doc/spec.md has no table %q", name)
		}
	}
	for _, f := range append(expr.Functions(), expr.Variates()...) {
		if !strings.Contains(out, "`"+f+"`") {
			t.Errorf("doc/spec.md does not name the function %s", f)
		}
	}
	for _, v := range join(preVars, postVars, distVars, placeVars) {
		if !strings.Contains(out, v) {
			t.Errorf("doc/spec.md does not name the variable %s", v)
		}
	}
	if out == string(text) {
		return
	}
	if !*update {
		t.Fatal("the tables of doc/spec.md are out of date: go test ./spec -run Reference -update")
	}
	if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestExample: the reference's first example has nothing to be said about.
func TestExample(t *testing.T) {
	text, err := os.ReadFile("../doc/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	var l diag.List
	s := Parse([]Source{{Name: "example.yaml", Text: []byte(example)}}, Options{}, &l)
	if !ok || s == nil || len(l.All()) > 0 {
		t.Fatalf("%v", l.All())
	}
	if w := s.Net.Conns[0].Weight.Num; w != 0.01 {
		t.Errorf("10 nS are %v uS", w)
	}
}

// TestTables: names are unique, every key that is implemented has a reader,
// defaults are JSON, units are units.
func TestTables(t *testing.T) {
	for name, keys := range tables() {
		seen := map[string]bool{}
		for _, k := range keys {
			if seen[k.name] {
				t.Errorf("%s: two keys %q", name, k.name)
			}
			seen[k.name] = true
			if k.doc == "" || k.form == "" {
				t.Errorf("%s: %s lacks its text", name, k.name)
			}
			if k.class != implemented && k.def != "" {
				defaultNode(k.def)
			}
			if k.unit != "" && k.unit != byMech && k.unit != "cells/mm3" {
				if _, err := unit.Parse(k.unit); err != nil {
					t.Errorf("%s: %s: %v", name, k.name, err)
				}
			}
		}
	}
	for _, k := range simConfigKeys {
		if k.class == implemented && k.read == nil {
			t.Errorf("simConfig: %s has no reader", k.name)
		}
	}
}
