package hoc

import (
	"bytes"
	"encoding/gob"
	"math"
	"slices"
)

// State is all that changes as a model runs, at one time.
type State struct {
	Numbers []byte // in the Run's own layout
	Calls   []Later
}

// Later is what a program has a Run call.
type Later struct {
	At, Sent float64 // [ms]
	Ord      int64
	AtEnd    bool // of the step
	Caller   Caller
}

// Caller is what is called.
type Caller interface{ Call(t float64) error }

// saved is the state of a SaveState.
type saved struct {
	state *State
	next  map[*cue]int // the elements that come
}

func (s *saved) size() int {
	if s.state == nil {
		return 0
	}
	return len(s.state.Numbers)/8 + 8*len(s.state.Calls)
}

func saveStateMethods() map[string]method {
	return map[string]method{
		"save": func(c *call) value {
			if !c.atRest() {
				return value{}
			}
			s := &saved{state: c.in.run.Keep(), next: map[*cue]int{}}
			for _, q := range c.in.cues {
				s.next[q] = q.next
			}
			if c.room(s.size()) {
				*c.o.native.(*saved) = *s
			}
			return number(1)
		},
		"restore": func(c *call) value {
			events := c.numOr(0, 0) != 1
			if c.in.failed || !c.atRest() {
				return value{}
			}
			return c.restoreState(c.o.native.(*saved), events)
		},
		"fwrite": func(c *call) value { return c.writeState(c.o.native.(*saved)) },
		"fread":  func(c *call) value { return c.readState(c.o.native.(*saved)) },
	}
}

// atRest has the model ready, and says whether it is between steps: then its state
// is whole.
func (c *call) atRest() bool {
	in := c.in
	switch {
	case in.o.Engine == nil || in.o.Building:
		c.noRuns()
	case in.starting || in.stepping && (in.run.T() < *in.globals["t"] || in.built != in.changes+in.Tree.Changes):
		c.fail("within a step, or the model has changed in it")
	case in.stepping:
		return true
	case in.prepare(c):
		in.begin()
		in.settle()
		return true
	}
	return false
}

func (c *call) restoreState(s *saved, events bool) value {
	in := c.in
	if s.state == nil {
		return c.fail("nothing has been saved")
	}
	if err := in.run.Resume(s.state, events); err != nil {
		return c.fail("%v", err)
	}
	in.saved = false
	in.furthest = math.Inf(-1)
	in.work(4096 + 16*in.Tree.CVs)
	in.clock(in.run.T())
	if events {
		for _, k := range s.state.Calls {
			switch k := k.Caller.(type) {
			case recording:
				k.r.round = k.round
			case playing:
				k.q.round = k.round
			}
		}
		for _, q := range slices.Clone(in.cues) { // NEURON plays the last element again
			if n := s.next[q]; n > 0 && n <= len(q.from.x) && !in.failed {
				q.next = n - 1
				in.playOne(q, in.run.T())
			}
		}
	}
	return number(1)
}

// stateTitle begins files of states; NEURON's begin otherwise.
const stateTitle = "rall SaveState 1\n"

// stateFile is what a file holds behind the title.
type stateFile struct {
	Numbers       []byte
	Calls         []stateCall
	Records, Cues int
	CueNext       []int
}

// stateCall is a Later by number or text.
type stateCall struct {
	At, Sent float64
	Ord      int64
	AtEnd    bool
	Kind     uint8 // 0 recording, 1 playing, 2 a statement
	Which, I int
	Text     string
	Object   string
}

// writeState is fwrite(File[, whether it is closed then]).
func (c *call) writeState(s *saved) value {
	f := c.file(0)
	if f == nil {
		return value{}
	}
	if s.state == nil {
		return c.fail("nothing has been saved")
	}
	out := stateFile{Numbers: s.state.Numbers, Records: len(c.in.records), Cues: len(c.in.cues)}
	for _, q := range c.in.cues {
		out.CueNext = append(out.CueNext, s.next[q])
	}
	for _, k := range s.state.Calls {
		e := stateCall{At: k.At, Sent: k.Sent, Ord: k.Ord, AtEnd: k.AtEnd}
		switch k := k.Caller.(type) {
		case recording:
			e.Which, e.I = slices.Index(c.in.records, k.r), k.i
			if k.round != k.r.round {
				e.Which = -1
			}
		case playing:
			e.Kind, e.Which = 1, slices.Index(c.in.cues, k.q)
			if k.round != k.q.round {
				e.Which = -1
			}
		case doing:
			e.Kind, e.Text = 2, k.s.text
			if k.s.obj != nil {
				e.Object = k.s.obj.Name()
			}
		}
		if e.Which >= 0 { // else it would do nothing
			out.Calls = append(out.Calls, e)
		}
	}
	var b bytes.Buffer
	b.WriteString(stateTitle)
	if err := gob.NewEncoder(&b).Encode(&out); err != nil {
		return c.fail("%v", err)
	}
	if !c.write(f, false) {
		if !c.in.failed {
			return c.fail("cannot open %s for writing", f.name)
		}
		return value{}
	}
	c.put(f, b.String())
	if c.numOr(1, 1) != 0 {
		c.close(f)
	}
	return number(1)
}

// readState is fread(File[, whether it is closed then]).
func (c *call) readState(s *saved) value {
	f := c.file(0)
	if f == nil {
		return value{}
	}
	if !f.open(c.in) {
		return c.fail("cannot open %s for reading", f.name)
	}
	body, ours := bytes.CutPrefix(f.text, []byte(stateTitle))
	path := f.path
	if c.numOr(1, 1) != 0 {
		c.close(f)
	}
	if !ours {
		return c.unsupported("%s: %s is no state that rall has written; NEURON's own files of states are not read: save the state with this program", c.name, path)
	}
	var from stateFile
	if err := gob.NewDecoder(bytes.NewReader(body)).Decode(&from); err != nil {
		return c.fail("%s: %v", path, err)
	}
	in := c.in
	if from.Records != len(in.records) || from.Cues != len(in.cues) || len(from.CueNext) != from.Cues {
		return c.fail("%s: then %d Vectors were recorded and %d played by statements, now they are %d and %d", path, from.Records, from.Cues, len(in.records), len(in.cues))
	}
	n := &saved{state: &State{Numbers: from.Numbers}, next: map[*cue]int{}}
	for i, q := range in.cues {
		n.next[q] = from.CueNext[i]
	}
	for _, e := range from.Calls {
		k := Later{At: e.At, Sent: e.Sent, Ord: e.Ord, AtEnd: e.AtEnd}
		switch {
		case e.Kind == 0 && e.Which < from.Records:
			r := in.records[e.Which]
			if r.times == nil && !(r.every > 0) || r.times != nil && uint(e.I) >= uint(len(r.times.x)) {
				return c.fail("%s: the Vectors that are recorded are others", path)
			}
			k.Caller = recording{in: in, r: r, round: r.round, i: e.I}
		case e.Kind == 1 && e.Which < from.Cues:
			k.Caller = playing{in, in.cues[e.Which], in.cues[e.Which].round}
		case e.Kind == 2:
			st := &statement{fr: &frame{unit: c.fr.unit, scope: in.top, data: in.topData}, pos: c.pos, text: e.Text}
			if e.Object != "" {
				if st.obj = in.withName(e.Object); st.obj == nil {
					return c.fail("%s: an event of %s, which is not there", path, e.Object)
				}
			}
			k.Caller = doing{in, st}
		default:
			return c.fail("%s: an event of what is not there", path)
		}
		n.state.Calls = append(n.state.Calls, k)
	}
	if c.room(n.size()) {
		*s = *n
	}
	return number(1)
}

// withName is the object of the program's templates that has a name, nil if there
// is none.
func (in *Interp) withName(name string) *Object {
	for _, s := range in.top.order {
		if s.kind != classSym {
			continue
		}
		for _, o := range s.class.objects {
			if o.Name() == name {
				return o
			}
		}
	}
	return nil
}
