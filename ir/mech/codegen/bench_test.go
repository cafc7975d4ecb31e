package codegen_test

import (
	"testing"

	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
	"github.com/rallsim/rall/runtime/vm"
)

// BenchmarkStep times one step (current and state) per instance.
func BenchmarkStep(b *testing.B) {
	all := builtins(b)
	for _, name := range []string{"hh", "pas", "ExpSyn", "Exp2Syn", "IClamp"} {
		for _, n := range []int{8, 64, 1024} {
			for _, table := range []float64{1, 0} {
				if table == 0 && name != "hh" {
					continue
				}
				p := compile(b, name, all["../../../nmodl/builtin/"+name+".mod"], codegen.Options{})
				f := frame(p, sequence(n), false)
				for i, u := range p.Uniforms {
					if u.Name == "usetable" {
						f.Uniforms[i] = table
					}
				}
				vm.BuildTables(p, f)
				v := vm.NewBlock()
				if p.Init != nil {
					v.Run(p, p.Init, f, 0, n)
				}
				if p.Prepare != nil {
					v.Run(p, p.Prepare, f, 0, n)
				}
				label := name
				if table == 0 {
					label += "-notable"
				}
				b.Run(label+"/"+itoa(n), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						v.Run(p, p.Current, f, 0, n)
						if p.State != nil {
							v.Run(p, p.State, f, 0, n)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/instance")
				})
			}
		}
	}
}

func itoa(n int) string {
	s := ""
	for ; n > 0; n /= 10 {
		s = string(rune('0'+n%10)) + s
	}
	return s
}

// BenchmarkReceive times the delivery of one event.
func BenchmarkReceive(b *testing.B) {
	all := builtins(b)
	for _, name := range []string{"ExpSyn", "Exp2Syn", "IntFire1"} {
		p := compile(b, name, all["../../../nmodl/builtin/"+name+".mod"], codegen.Options{})
		f := frame(p, sequence(64), false)
		f.Host = silent{}
		v := vm.NewBlock()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v.Run(p, p.Receive, f, 7, 8)
			}
		})
	}
}

type silent struct{}

func (silent) Draw(int, int, kernel.DrawKind) float64 { return 0.5 }
func (silent) SetSeq(int, int, int, float64)          {}
func (silent) Train(int, int, int) float64            { return -1 }
func (silent) TrainLen(int, int) int                  { return 0 }
func (silent) EdgeCount(int) int                      { return 0 }
func (silent) EdgeArgs(int, int) []float64            { return nil }
func (silent) Send(int, float64, float64, string)     {}
func (silent) MoveEvent(int, float64, string)         {}
func (silent) Emit(int, float64, string)              {}
func (silent) ArmWatch(int, int, float64, bool)       {}
func (silent) Printf(int, string, []float64)          {}
func (silent) Failed(int, string)                     {}
