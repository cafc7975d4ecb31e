//go:build unix

package rall

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/nmodl"
)

// scheme is a KINETIC block of n states: a chain, as of the states of a channel;
// every state with every other; or n shells of calcium with a buffer each.
func scheme(kind string, n int) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if kind == "shells" {
		p("NEURON { SUFFIX shells USEION ca READ ica, cai WRITE cai }")
		p("DEFINE N %d", n)
		p("UNITS { (mA) = (milliamp) (mM) = (milli/liter) (um) = (micron) FARADAY = (faraday) (10000 coulomb) PI = (pi) (1) }")
		p("PARAMETER { D = 0.3 (um2/ms) kon = 100 (/mM-ms) koff = 0.1 (/ms) total = 0.05 (mM) }")
		p("ASSIGNED { diam (um) ica (mA/cm2) cai (mM) volume[N] gate[N] (um) size (um2) }")
		p("STATE { ca[N] (mM) cab[N] (mM) b[N] (mM) }")
		p("INITIAL { shells() FROM i = 0 TO N-1 { ca[i] = cai b[i] = total cab[i] = 0 } }")
		p("BREAKPOINT { SOLVE scheme METHOD sparse }")
		p("PROCEDURE shells() { LOCAL r, dr r = 0.5 dr = r/(N-1)/2 volume[0] = 0 gate[0] = 2*r")
		p("FROM i = 0 TO N-2 { volume[i] = volume[i] + PI*(r-dr/2)*2*dr r = r-dr gate[i+1] = 2*PI*r/(2*dr) r = r-dr volume[i+1] = PI*(r+dr/2)*2*dr } }")
		p("KINETIC scheme { COMPARTMENT i, diam*diam*volume[i] { ca cab b }")
		p("LONGITUDINAL_DIFFUSION i, D*diam*diam*volume[i] { ca }")
		p("~ ca[0] << (-ica*PI*diam/(2*FARADAY))")
		p("FROM i = 0 TO N-2 { ~ ca[i] <-> ca[i+1] (D*gate[i+1], D*gate[i+1]) }")
		p("size = diam*diam")
		p("FROM i = 0 TO N-1 { ~ ca[i] + b[i] <-> cab[i] (kon*size*volume[i], koff*size*volume[i]) }")
		p("cai = ca[0] }")
		return b.String()
	}
	p("NEURON { SUFFIX %s NONSPECIFIC_CURRENT i }", kind)
	b.WriteString("STATE {")
	for i := range n {
		fmt.Fprintf(&b, " s%d", i)
	}
	p(" }\nASSIGNED { v (mV) i (mA/cm2) }\nINITIAL { SOLVE scheme STEADYSTATE sparse }")
	p("BREAKPOINT { SOLVE scheme METHOD sparse i = 0.001*s%d*v }\nKINETIC scheme {", n-1)
	sum := "s0"
	for i := range n {
		if i > 0 {
			sum += fmt.Sprintf(" + s%d", i)
		}
		for j := i + 1; j < n; j++ {
			if kind == "dense" || j == i+1 {
				p("~ s%d <-> s%d (0.01*%d*exp(v/%d), 0.3/(1 + exp(-v/%d)))", i, j, i+1, 20+i, 10+j)
			}
		}
	}
	p("CONSERVE %s = 1 }", sum)
	return b.String()
}

// BenchmarkCompileKinetic takes large KINETIC blocks from text to program.
func BenchmarkCompileKinetic(b *testing.B) {
	for _, kind := range []string{"chain", "dense", "shells"} {
		for _, n := range []int{10, 20, 40, 100} {
			text := []byte(scheme(kind, n))
			b.Run(fmt.Sprintf("%s-%d", kind, n), func(b *testing.B) {
				start := processorTime(b)
				for b.Loop() {
					var list diag.List
					def := nmodl.Compile("x.mod", text, nil, &list)
					if def == nil || codegen.Compile(def, codegen.Options{}, &list) == nil {
						b.Fatal(list.All())
					}
				}
				b.ReportMetric((processorTime(b)-start)*1e3/float64(b.N), "cpu-ms/op")
			})
		}
	}
}
