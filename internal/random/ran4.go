package random

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

// ran4 returns the hash of the indices, and counts: two rounds of a cipher
// on 32-bit halves (Press et al. 1992, section 7.5).
func (s *Stream) ran4() uint32 {
	n, m := s.seq, s.id[0]
	s.seq++
	round := func(x, xor, with uint32) uint32 {
		x ^= xor
		low, high := x&0xffff, x>>16
		u := ^((high - low) * (high + low))
		return (u>>16 | u<<16) ^ with + low*high
	}
	m ^= round(n, 0xbaa96887, 0x4b0f3b58)
	n ^= round(m, 0x1e17d32c, 0xe874f0c3)
	return n
}
