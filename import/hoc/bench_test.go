package hoc

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// importTemplate reads a morphology as templates of the Blue Brain Project do.
const importTemplate = `begintemplate C
public soma, dend, axon, apic, all
create soma[1], dend[1], axon[1], apic[1]
objref all, somatic, basal, apical, axonal, this
proc init() { localobj m, i
	all = new SectionList() somatic = new SectionList() basal = new SectionList() apical = new SectionList() axonal = new SectionList()
	forall delete_section()
	m = new Import3d_SWC_read()
	m.input($s1)
	i = new Import3d_GUI(m, 0)
	i.instantiate(this)
	forsec all { nseg = 1 + 2*int(L/40)  insert pas  for (x, 0) g_pas(x) = 1e-5*(1 + exp(-distance(x)/100)) }
	soma[0] insert hh
}
endtemplate C
create origin
origin distance()
`

// BenchmarkImport reads a morphology of 10,000 points in 100 sections.
func BenchmarkImport(b *testing.B) {
	var swc strings.Builder
	swc.WriteString("1 1 0 0 0 8 -1\n2 1 0 8 0 8 1\n3 1 0 -8 0 8 1\n")
	id := 4
	for s := range 100 {
		parent := 1
		for k := range 100 {
			fmt.Fprintf(&swc, "%d 3 %g %g %d %g %d\n", id, 8+1.5*float64(k), float64(s)-50, s%7, .5+.3*float64(k%3), parent)
			parent = id
			id++
		}
	}
	path := filepath.Join(b.TempDir(), "cell.swc")
	if err := os.WriteFile(path, []byte(swc.String()), 0o666); err != nil {
		b.Fatal(err)
	}
	cat := builtins(b)
	for b.Loop() {
		var l diag.List
		in := New(Options{Mechs: cat}, &l)
		in.Run("cell.hoc", []byte(importTemplate))
		o := in.Make("C", path)
		if o == nil || in.Cell(o) == nil {
			b.Fatal(l.Error())
		}
	}
}
