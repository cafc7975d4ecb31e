package hoc

import (
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/internal/random"
)

// cue is a Vector that is played by a statement: Vector.play("statement of $1",
// interval or times).
type cue struct {
	from  *vector
	times *vector
	every float64 // [ms], when times is nil
	next  int     // the element that comes
	round int     // of finitialize: what older ones have queued has no effect
	ended bool
	stmt  *statement
}

// at is when an element is played; ok is false behind the last.
func (q *cue) at(i int, t float64) (when float64, ok bool) {
	switch {
	case i >= len(q.from.x):
		return 0, false
	case q.times == nil && i == 0:
		return 0, true
	case q.times == nil:
		return t + q.every, true
	case i >= len(q.times.x):
		return 0, false
	}
	return q.times.x[i], true
}

// playStatement is Vector.play("statement", interval or times).
func playStatement(c *call) value {
	q := &cue{from: c.vec(), stmt: c.statement(0)}
	q.stmt.obj = c.fr.this
	q.stmt.text = strings.ReplaceAll(q.stmt.text, "$1", "hoc_ac_")
	switch {
	case c.isVector(1):
		q.times = c.vector(1)
	default:
		if q.every = c.num(1); !c.in.failed && !(q.every > 0) {
			return c.fail("an interval of %g ms", q.every)
		}
	}
	if c.in.failed {
		return value{}
	}
	c.in.stopPlaying(c.vec())
	c.in.cues = append(c.in.cues, q)
	return c.self()
}

// playFirst executes what is played at time 0, which comes before the
// potentials are set, and draws what Randoms play.
func (in *Interp) playFirst() {
	in.playRandoms()
	for _, q := range slices.Clone(in.cues) {
		q.next = 0
		q.round++
		for !in.failed && !q.ended {
			if when, ok := q.at(q.next, 0); !ok || when > 0 {
				break
			}
			in.playOne(q, 0)
		}
	}
}

func (in *Interp) playOne(q *cue, t float64) error {
	*in.globals["hoc_ac_"] = q.from.x[q.next]
	q.next++
	return in.do(q.stmt, t)
}

// playLater queues the statements of times to come.
func (in *Interp) playLater() {
	for _, q := range in.cues {
		in.queue(q, 0)
	}
}

func (in *Interp) queue(q *cue, t float64) {
	when, ok := q.at(q.next, t)
	if !ok || in.failed {
		return
	}
	if err := in.run.At(when, playing{in, q, q.round}); err != nil {
		in.fail(q.stmt.fr, q.stmt.pos, "Vector.play: %v", err)
	}
}

// playing is the event at which a cue's next element is played.
type playing struct {
	in    *Interp
	q     *cue
	round int
}

func (k playing) Call(t float64) error {
	in, q := k.in, k.q
	if q.ended || q.round != k.round || q.next >= len(q.from.x) {
		return nil
	}
	if err := in.playOne(q, t); err != nil {
		return err
	}
	if !q.ended {
		in.queue(q, t)
	}
	return nil
}

// dice is a Random that plays into a variable: Random.play(&x).
type dice struct {
	from *random.Random
	to   *float64
	ref  Ref
	fr   *frame
	pos  syntax.Pos
}

func playRandom(c *call) value {
	p := c.ref(0)
	if !c.in.failed {
		c.in.dice = append(c.in.dice, dice{c.o.native.(*random.Random), p, c.in.refs[p], c.fr, c.pos})
	}
	return number(0)
}

// playRandoms draws for every variable that a Random plays into: when a run
// begins, and before each step.
func (in *Interp) playRandoms() {
	for _, d := range in.dice {
		*d.to = d.from.Repick()
		in.tell(d.fr, d.pos, d.ref, d.to, *d.to)
	}
}
