package random

import "math/bits"

// NumPy's default generator, for the one place where NetPyNE draws from it:
// PCG64 (O'Neill 2014, XSL-RR over a 128-bit congruential generator) seeded
// through SeedSequence, a hash that spreads a seed over a pool of four words.

// seedState is SeedSequence(seed).generate_state(4, uint64).
func seedState(seed uint64) [4]uint64 {
	var pool [4]uint32
	c := uint32(0x43b0d7e5)
	hash := func(x uint32) uint32 {
		x ^= c
		c *= 0x931e8875
		x *= c
		return x ^ x>>16
	}
	pool[0], pool[1] = hash(uint32(seed)), hash(uint32(seed>>32))
	pool[2], pool[3] = hash(0), hash(0)
	for src := range pool {
		for dst := range pool {
			if src != dst {
				x := 0xca01f9dd*pool[dst] - 0x4973f715*hash(pool[src])
				pool[dst] = x ^ x>>16
			}
		}
	}
	var words [8]uint32
	c = 0x8b51f9dd
	for i := range words {
		x := pool[i%len(pool)] ^ c
		c *= 0x58f38ded
		x *= c
		words[i] = x ^ x>>16
	}
	var out [4]uint64
	for i := range out {
		out[i] = uint64(words[2*i]) | uint64(words[2*i+1])<<32
	}
	return out
}

// pcg64 is the generator's state and increment, high words first. NumPy takes
// 32-bit draws from one 64-bit draw at a time, the low half first.
type pcg64 struct {
	hi, lo, incHi, incLo uint64
	half                 uint32
	hasHalf              bool
}

func newPCG64(seed uint64) *pcg64 {
	s := seedState(seed)
	p := &pcg64{incHi: s[2]<<1 | s[3]>>63, incLo: s[3]<<1 | 1}
	p.step()
	var carry uint64
	p.lo, carry = bits.Add64(p.lo, s[1], 0)
	p.hi, _ = bits.Add64(p.hi, s[0], carry)
	p.step()
	return p
}

func (p *pcg64) step() {
	const mulHi, mulLo = 2549297995355413924, 4865540595714422341
	hi, lo := bits.Mul64(p.lo, mulLo)
	hi += p.hi*mulLo + p.lo*mulHi
	var carry uint64
	p.lo, carry = bits.Add64(lo, p.incLo, 0)
	p.hi, _ = bits.Add64(hi, p.incHi, carry)
}

func (p *pcg64) uint64() uint64 {
	p.step()
	return bits.RotateLeft64(p.hi^p.lo, -int(p.hi>>58))
}

func (p *pcg64) uint32() uint32 {
	if p.hasHalf {
		p.hasHalf = false
		return p.half
	}
	x := p.uint64()
	p.half, p.hasHalf = uint32(x>>32), true
	return uint32(x)
}

// below returns a number from 0 to top inclusive: draws are cut to the bits
// that top has until one fits.
func (p *pcg64) below(top uint32) uint32 {
	mask := ^uint32(0) >> bits.LeadingZeros32(top)
	for {
		if x := p.uint32() & mask; x <= top {
			return x
		}
	}
}

// NumPyShuffle permutes x as numpy.random.default_rng(seed).shuffle(x) does.
// x has fewer than 2^32 elements.
func NumPyShuffle(seed uint64, x []float64) {
	p := newPCG64(seed)
	for i := len(x) - 1; i > 0; i-- {
		j := p.below(uint32(i))
		x[i], x[j] = x[j], x[i]
	}
}
