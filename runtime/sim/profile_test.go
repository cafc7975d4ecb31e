package sim

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// Groups of very different cost, taken in the order of what they have cost:
// threads end within 5 % of each other.
func TestByCost(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, threads := range []int{2, 3, 4, 8} {
		var groups []*group
		total := 0.0
		for range 12 * threads {
			g := &group{}
			c := 1 + 20*r.Float64()*r.Float64()
			for range 40 {
				g.took(time.Duration(1e6 * c * (0.9 + 0.2*r.Float64())))
			}
			g.index = int32(1e3 * c)
			groups = append(groups, g)
			total += c
		}
		byCost(groups)
		ends := make([]float64, threads)
		for _, g := range groups {
			first := 0
			for i := range ends {
				if ends[i] < ends[first] {
					first = i
				}
			}
			ends[first] += float64(g.index) / 1e3
		}
		longest := 0.0
		for _, e := range ends {
			longest = max(longest, e)
		}
		if longest > 1.05*total/float64(threads) {
			t.Errorf("%d threads: the last ends at %.3g of %.3g", threads, longest, total/float64(threads))
		}
	}
}

// Every phase that a run goes through is in the profile, and no time is there
// twice.
func TestProfile(t *testing.T) {
	s := New(kept(), Options{Threads: 1, Profile: true})
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := s.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	wall := time.Since(start)
	seen := map[string]bool{}
	sum := time.Duration(0)
	for _, x := range s.Profile() {
		seen[x.Phase] = true
		sum += x.Time
	}
	for _, phase := range []string{"solve", "events", "current", "exchange"} {
		if !seen[phase] {
			t.Errorf("no phase %s: %v", phase, seen)
		}
	}
	if sum > wall {
		t.Errorf("%v of %v", sum, wall)
	}
	if New(kept(), Options{}).Profile() != nil {
		t.Error("a profile that nobody asked for")
	}
}
