//go:build unix

package validate

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/rallsim/rall"
)

// BenchmarkSilentSynapse says what a step of ten silent seconds costs, over
// what a step of their first costs, in the processor's time.
func BenchmarkSilentSynapse(b *testing.B) {
	for _, c := range silentSynapses {
		b.Run(c.mod, func(b *testing.B) {
			whole := min(c.seconds, 10)
			cost := func(seconds int) float64 {
				p, s := c.load(b, fmt.Sprintf("simConfig.duration=%d", 1000*seconds), "simConfig.recordTraces={}", "simConfig.dt=0.1", "simConfig.recordStep=500")
				var before, after syscall.Rusage
				if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
					b.Fatal(err)
				}
				for range whole / seconds {
					if _, err := p.Run(context.Background(), s, rall.RunOptions{}); err != nil {
						b.Fatal(err)
					}
				}
				if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
					b.Fatal(err)
				}
				return float64(after.Utime.Nano() - before.Utime.Nano())
			}
			var ratios []float64
			for b.Loop() {
				ratios = append(ratios, cost(whole)/cost(1))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "end/start")
		})
	}
}
