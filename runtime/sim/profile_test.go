package sim

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rallsim/rall/ir/layout"
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

// What threads are measured to spend on groups decides in which order these are
// taken, while it changes: the timer that each group's share of an epoch is
// measured by is the test's.
func TestMeasuredCost(t *testing.T) {
	net := kept()
	const n = 9
	for range n - 1 {
		net.Groups = append(net.Groups, layout.Group{})
	}
	net.Epoch, net.Duration = 1, 1000
	s := New(net, Options{Threads: 1})
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	cost := func(g *group, step int) time.Duration {
		if step < 400 {
			return time.Duration(1+g.index*5%n) * time.Millisecond
		}
		return time.Duration(1+g.index*7%n) * time.Millisecond
	}
	// Two readings for each group, in the order in which the thread takes them.
	now, readings := time.Duration(0), 0
	var taken []*group
	s.timer = func() time.Duration {
		if readings%2 == 0 {
			taken = append(taken, s.free[readings/2%n])
		} else {
			now += cost(taken[len(taken)-1], s.steps)
		}
		readings++
		return now
	}
	for _, until := range []int{400, 1000} {
		for s.steps < until {
			if err := s.advance(1); err != nil {
				t.Fatal(err)
			}
			s.steps++
		}
		for i := 1; i < n; i++ {
			if a, b := cost(s.free[i-1], until-1), cost(s.free[i], until-1); a < b {
				t.Errorf("at step %d group %d, which costs %v, is taken before group %d, which costs %v", until, s.free[i-1].index, a, s.free[i].index, b)
			}
		}
		if first := cost(s.free[0], until-1); first != n*time.Millisecond {
			t.Errorf("at step %d the first group costs %v", until, first)
		}
	}
	if want := 2 * n * 1000 / measureEvery; readings != want {
		t.Errorf("%d readings of the timer, want %d", readings, want)
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
