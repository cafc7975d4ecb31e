package build

import (
	"github.com/rallsim/rall/internal/random"
)

// strips holds a rule's uniform numbers for a strip of targets at a time. The
// stream runs along the targets of each source, but rules go target by target:
// a strip is wide enough that few blocks of the generator are made twice, and
// needs no table over all pairs.
type strips struct {
	u          *random.Stream
	skip       int // numbers before the first pair's
	pre, post  int
	from, upTo int // the targets at hand
	x          []float64
}

const stripWidth = 64

func newStrips(u *random.Stream, skip, pre, post int) *strips {
	return &strips{u: u, skip: skip, pre: pre, post: post, x: make([]float64, pre*min(stripWidth, post))}
}

// reach returns the numbers of target j, by source.
func (s *strips) reach(j int) []float64 {
	if j >= s.upTo {
		s.from, s.upTo = j, min(j+stripWidth, s.post)
		n := s.upTo - s.from
		var row [stripWidth]float64
		for i := range s.pre {
			s.u.SetSeq(float64(s.skip + i*s.post + j))
			s.u.Uniforms(row[:n])
			for k, x := range row[:n] {
				s.x[k*s.pre+i] = x
			}
		}
	}
	return s.x[(j-s.from)*s.pre:][:s.pre]
}

// mostDrawn is how many drawn numbers a rule keeps at a time; tests keep fewer.
var mostDrawn = 1 << 20

// drawn holds what a rule's string function draws for its pairs, source by
// source along the rule's stream, while rules go target by target. The first
// time it is evaluated for all pairs; if these are too many to be kept, all
// that is known then is where in the stream every source begins, and it is
// evaluated again for a strip of targets at a time.
type drawn struct {
	b          *builder
	r          *rule
	f          *pairFunc
	begin      []random.Stream // by source, at the next strip
	from, upTo int             // the targets at hand
	x          []float64
}

func (b *builder) newDrawn(r *rule, f *pairFunc, check func(i, j int, x float64)) *drawn {
	d := &drawn{b: b, r: r, f: f}
	pairs := len(r.pre) * len(r.post)
	whole := pairs <= mostDrawn
	if whole {
		d.upTo, d.x = len(r.post), make([]float64, pairs)
	} else {
		d.begin, d.x = make([]random.Stream, len(r.pre)), make([]float64, len(r.pre)*min(stripWidth, len(r.post)))
	}
	for i, pre := range r.pre {
		if !whole {
			d.begin[i] = r.stream.Stream
		}
		for j, post := range r.post {
			x := b.eval(f, pre, post, &r.vars, r.stream)
			if check != nil {
				check(i, j, x)
			}
			if whole {
				d.x[j*len(r.pre)+i] = x
			}
		}
		if b.failed {
			return d
		}
	}
	return d
}

// reach returns the numbers of target j, by source. It goes forwards only.
func (d *drawn) reach(j int) []float64 {
	r := d.r
	for j >= d.upTo {
		d.from, d.upTo = d.upTo, min(d.upTo+stripWidth, len(r.post))
		for i, pre := range r.pre {
			s := rng{&random.Random{Stream: d.begin[i]}}
			for k, post := range r.post[d.from:d.upTo] {
				d.x[k*len(r.pre)+i] = d.b.eval(d.f, pre, post, &r.vars, s)
			}
			d.begin[i] = s.Stream
		}
	}
	return d.x[(j-d.from)*len(r.pre):][:len(r.pre)]
}
