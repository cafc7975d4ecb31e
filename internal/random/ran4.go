package random

import "github.com/rallsim/rall/runtime/vec"

// MCellRan4 is NEURON's generator of that name: the value is a hash of two
// indices, of which the high one counts the draws. Such a Stream has the low
// index in place of ids and the high one as its position.
func MCellRan4(high, low uint32) Stream {
	return Stream{id: [3]uint32{low}, key: [2]uint32{0, ran4}, seq: high}
}

// MCellRan4Seed is the high index that NEURON gives the nth generator made
// (from 1) when none is asked for.
func MCellRan4Seed(nth, low uint32) uint32 {
	s := MCellRan4(nth, low)
	return s.ran4()
}

// ran4 returns the hash of the indices, and counts.
func (s *Stream) ran4() uint32 {
	s.seq++
	return vec.HashRan4(s.seq-1, s.id[0])
}
