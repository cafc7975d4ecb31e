package rall

import (
	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/runtime/sim"
)

// states tells the columns that NEURON's SaveState keeps of mechanisms that receive
// no events: STATE variables, and the potentials of extracellular layers.
func (r *hocRun) states() func(mech, column int) bool {
	keep := map[[2]int]bool{}
	for _, name := range r.model.Tree.Mechs.Names() {
		m := r.model.Tree.Mechs.Get(name)
		k, ok := r.index.Mech(name)
		if m.Def == nil || !ok {
			continue
		}
		for i, col := range r.columnsOf(m) {
			v := &m.Vars[i]
			for n := 0; col >= 0 && n < v.N && (v.State || name == "extracellular" && v.Name == "vext"); n++ {
				keep[[2]int{k, col + n}] = true
			}
		}
	}
	return func(mech, column int) bool { return keep[[2]int{mech, column}] }
}

func (r *hocRun) Keep() *hoc.State {
	numbers, calls := r.handle.Keep(r.states())
	s := &hoc.State{Numbers: numbers}
	for _, c := range calls {
		end, atEnd := c.Caller.(sim.AtEnd)
		k := hoc.Later{At: c.At, Sent: c.Sent, Ord: c.Ord, AtEnd: atEnd}
		if k.Caller = end.Caller; !atEnd {
			k.Caller = c.Caller
		}
		s.Calls = append(s.Calls, k)
	}
	return s
}

func (r *hocRun) Resume(s *hoc.State, events bool) error {
	var calls []sim.Pending
	for _, c := range s.Calls {
		p := sim.Pending{At: c.At, Sent: c.Sent, Ord: c.Ord, Caller: c.Caller}
		if c.AtEnd {
			p.Caller = sim.AtEnd{Caller: c.Caller}
		}
		calls = append(calls, p)
	}
	return r.handle.Resume(s.Numbers, calls, events, r.states())
}
