package sim

import (
	"cmp"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/rallsim/rall/runtime/kernel"
)

// Spent is wall time of one phase, in one mechanism where Mech is not empty,
// summed over threads.
type Spent struct {
	Phase     string // state, current, solve, events, coupling, samples, exchange, io, waiting
	Mech      string // of waiting, the thread
	Time      time.Duration
	Instances int // of the mechanism

	Worked time.Duration // of waiting: processor time that the thread stepped
}

// phases of a group; those of its mechanisms follow.
const (
	phaseNone = iota // not at work
	phaseEvents
	phaseCurrent // sums and ions
	phaseSolve
	phaseCoupling
	phaseSamples
	phaseMechs
)

// phases of a mechanism, from phaseMechs + perMech times its place on
const (
	mechState = iota
	mechCurrent
	mechEvents
	perMech
)

// clock tells how long a group has been in each phase. A nil clock does not
// run.
type clock struct {
	spent []time.Duration
	now   int
	last  time.Time
}

// to enters a phase and returns the one before.
func (c *clock) to(phase int) int {
	if c == nil {
		return phaseNone
	}
	t := time.Now()
	c.spent[c.now] += t.Sub(c.last)
	c.last = t
	before := c.now
	c.now = phase
	return before
}

func (g *group) newClock() {
	g.clock = &clock{spent: make([]time.Duration, phaseMechs+perMech*len(g.mechs)), last: time.Now()}
}

// phaseOf returns the phase in which code of a mechanism runs.
func (m *instances) phaseOf(c *kernel.Code) int {
	phase := phaseMechs + perMech*m.set
	switch c {
	case m.prog.State, m.prog.AfterSolve, m.prog.Diffuse, m.prog.Diffused:
		return phase + mechState
	case m.prog.Current, m.prog.BeforeBreakpoint:
		return phase + mechCurrent
	}
	return phase + mechEvents
}

// Profile returns where the time of this rank went, if Options.Profile asked
// for it.
func (s *Sim) Profile() []Spent {
	if !s.opt.Profile {
		return nil
	}
	type key struct{ phase, mech string }
	total := map[key]*Spent{}
	add := func(phase, mech string, t time.Duration, n int) {
		k := key{phase, mech}
		if total[k] == nil {
			total[k] = &Spent{Phase: phase, Mech: mech}
		}
		total[k].Time += t
		total[k].Instances += n
	}
	for _, g := range s.groups {
		for i, name := range []string{phaseEvents: "events", phaseCurrent: "current", phaseSolve: "solve", phaseCoupling: "coupling", phaseSamples: "samples"} {
			if name != "" {
				add(name, "", g.clock.spent[i], 0)
			}
		}
		for k := range g.mechs {
			m := &g.mechs[k]
			for i, name := range []string{mechState: "state", mechCurrent: "current", mechEvents: "events"} {
				t := g.clock.spent[phaseMechs+perMech*k+i]
				add(name, m.prog.Mech, t, m.lay.N)
			}
		}
	}
	add("exchange", "", s.spent.exchange, 0)
	add("io", "", s.spent.io, 0)
	var out []Spent
	for _, x := range total {
		if x.Time > 0 {
			out = append(out, *x)
		}
	}
	for k, b := range s.stepped {
		name := "thread " + strconv.Itoa(k)
		if s.comm.Size() > 1 {
			name += " of rank " + strconv.Itoa(s.comm.Rank())
		}
		out = append(out, Spent{Phase: "waiting", Mech: name, Time: max(s.spent.stepping-b.wall, 0), Worked: b.worked})
	}
	slices.SortFunc(out, func(a, b Spent) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.Mech, b.Mech))
	})
	return out
}

// busy is how long a thread has been at work: worked is its processor time, of
// which account is kept for a profile alone.
type busy struct{ wall, worked time.Duration }

// measureEvery is how many epochs go by from one measurement of what groups cost
// to the next.
const measureEvery = 8

var began = time.Now()

func wallTime() time.Duration { return time.Since(began) }

// startTimer binds the goroutine to its thread, whose time it returns, until
// stopTimer tells what has gone by.
func (s *Sim) startTimer() time.Duration {
	runtime.LockOSThread()
	return s.timer()
}

func (s *Sim) stopTimer(start time.Duration) time.Duration {
	defer runtime.UnlockOSThread()
	return s.timer() - start
}

// byCost puts groups in the order in which threads take them: those that took
// longest first, so that all threads end at about the same time.
func byCost(groups []*group) {
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(b.cost, a.cost) })
}

// measure adds what a group's share of an epoch has taken since start to its
// cost, which forgets what is long ago.
func (g *group) measure(start time.Duration) { g.took(g.sim.stopTimer(start)) }

func (g *group) took(t time.Duration) {
	if g.cost == 0 {
		g.cost = float64(t)
	}
	g.cost += (float64(t) - g.cost) / 4
}
