package rall

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// traced is a template in the manner of the Blue Brain Project's: its cells read
// a morphology, cut it, and paint it by distance.
const traced = `begintemplate C%[1]d
public soma, dend, axon, apic, all
create soma[1], dend[1], axon[1], apic[1]
objref all, somatic, basal, apical, axonal, this
proc init() { localobj m, i
	all = new SectionList() somatic = new SectionList() basal = new SectionList() apical = new SectionList() axonal = new SectionList()
	forall delete_section()
	m = new Import3d_SWC_read()
	m.quiet = 1
	m.input("m%[1]d.swc")
	i = new Import3d_GUI(m, 0)
	i.instantiate(this)
	soma[0] distance(0, .5)
	forsec all { nseg = 1 + 2*int(L/40)  insert pas  for (x, 0) g_pas(x) = 1e-5*(1 + exp(-distance(x)/100)) }
	soma[0] insert hh
}
endtemplate C%[1]d
`

// writeTraced writes a morphology of about as many points, in branches of 100, and
// the template that reads it.
func writeTraced(tb testing.TB, dir string, k, points int) {
	var swc strings.Builder
	swc.WriteString("1 1 0 0 0 8 -1\n2 1 0 8 0 8 1\n3 1 0 -8 0 8 1\n")
	for id, s := 4, 0; s < points/100; s++ {
		for i, parent := 0, 1; i < 100; i++ {
			fmt.Fprintf(&swc, "%d %d %g %g %d %g %d\n", id, 3+s%2, 8+1.5*float64(i), float64(s-points/200)+.1*float64(k), s%7, .5+.3*float64(i%3), parent)
			parent = id
			id++
		}
	}
	write(tb, filepath.Join(dir, fmt.Sprintf("m%d.swc", k)), swc.String())
	write(tb, filepath.Join(dir, fmt.Sprintf("t%d.hoc", k)), fmt.Sprintf(traced, k))
}

func write(tb testing.TB, path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkHocCells imports a cell with a morphology of 10,000 points, and builds a
// thousand cells of twenty templates, each with a morphology of 1,000 points: by a
// program that makes them all and is ready to run, and by a spec whose rules name
// the templates. Files go to the folder RALL_HOC_BENCH if there is one, for
// bench/hoc.py.
func BenchmarkHocCells(b *testing.B) {
	const templates, each = 20, 50
	dir := os.Getenv("RALL_HOC_BENCH")
	if dir == "" {
		dir = b.TempDir()
	}
	writeTraced(b, dir, templates, 10000)
	var program, rules, pops strings.Builder
	for k := range templates {
		writeTraced(b, dir, k, 1000)
		fmt.Fprintf(&program, "load_file(\"t%d.hoc\")\n", k)
		fmt.Fprintf(&rules, "%q: {\"hoc\": \"t%d.hoc\", \"template\": \"C%d\"},\n", fmt.Sprint("C", k), k, k)
		fmt.Fprintf(&pops, "%q: {\"cellType\": \"C%d\", \"numCells\": %d},\n", fmt.Sprint("P", k), k, each)
	}
	fmt.Fprintf(&program, "objref cells\ncells = new List()\nfor i = 1, %d {\n", each)
	for k := range templates {
		fmt.Fprintf(&program, "cells.append(new C%d())\n", k)
	}
	fmt.Fprintf(&program, "}\nif (cells.count != %d) execerror(\"cells\")\nfinitialize(-65)\n", templates*each)
	list := func(s string) string { return strings.TrimSuffix(s, ",\n") }
	write(b, filepath.Join(dir, "build.hoc"), program.String())
	write(b, filepath.Join(dir, "build.json"), `{"simConfig": {"duration": 1}, "netParams": {"cellParams": {`+list(rules.String())+`}, "popParams": {`+list(pops.String())+`}}}`)
	b.Run("import", func(b *testing.B) {
		for b.Loop() {
			var diags diag.List
			c := ReadHoc([]string{filepath.Join(dir, fmt.Sprintf("t%d.hoc", templates))}, HocSettings{Template: fmt.Sprint("C", templates)}, &diags)
			if c == nil || len(c.Sections) != 101 {
				b.Fatal(diags.Error())
			}
		}
	})
	b.Run("program", func(b *testing.B) {
		for b.Loop() {
			var diags diag.List
			if RunHoc([]string{filepath.Join(dir, "build.hoc")}, HocSettings{Out: io.Discard}, Settings{}, &diags) != nil {
				b.Fatal(diags.Error())
			}
		}
	})
	b.Run("spec", func(b *testing.B) {
		for b.Loop() {
			var diags diag.List
			p := Load([]string{filepath.Join(dir, "build.json")}, Settings{}, &diags)
			if p == nil || len(p.Net.Cells) != templates*each {
				b.Fatal(diags.Error())
			}
		}
	})
}
