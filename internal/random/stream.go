package random

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"math"

	"github.com/rallsim/rall/runtime/vec"
)

// Stream is a position in a sequence of random words. It is a plain value: a
// copy goes on from the same position independently. The zero Stream is
// New(0, 0, 0).
//
// Its identity is (ID1, ID2, ID3, Key), its position Seq; a checkpoint keeps
// these through State and puts them back through SetState.
type Stream struct {
	id    [3]uint32 // counter words 1 to 3: NEURON's id3, id1, id2
	key   [2]uint32 // NEURON: the global index and 0; keyed and ran4 mark other streams
	seq   uint32    // counter word 0
	which uint8     // next word of the block, 0..3
	ready bool      // block holds the words of seq
	block [4]uint32

	second float64 // the other one of a pair of normal deviates, if
	waits  bool    // it has not been handed out
}

// New returns NEURON's Random123(id1, id2, id3) with global index 0.
func New(id1, id2, id3 uint32) Stream {
	return Stream{id: [3]uint32{id3, id1, id2}}
}

// NewIndexed is New with NEURON's Random123_globalindex.
func NewIndexed(id1, id2, id3, globalIndex uint32) Stream {
	s := New(id1, id2, id3)
	s.key[0] = globalIndex
	return s
}

// Keyed returns the stream that rall's own mode draws a purpose from: seed is
// the user's, purpose says what is drawn ("conn/E->E/weight", "pos/EXC",
// "mech/NetStim"), identity for whom: gids, edge number, instance, in an
// order that the purpose fixes.
//
// The counter's three words and the first key word are taken, little endian, from the first 16
// bytes of SHA-256 over: the seed's upper 4 bytes, the 8 bytes of len(purpose), the
// purpose, and 8 bytes for each identity, all little endian. The seed's lower
// 4 bytes are added to the first key word, so that a stream can be moved to
// another seed without its name: Reseed.
func Keyed(seed int64, purpose string, identity ...int64) Stream {
	var buf [128]byte
	b := binary.LittleEndian.AppendUint32(buf[:0], uint32(uint64(seed)>>32))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(purpose)))
	b = append(b, purpose...)
	for _, v := range identity {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	h := sha256.Sum256(b)
	w := func(i int) uint32 { return binary.LittleEndian.Uint32(h[4*i:]) }
	// The second key word keeps these streams apart from all of NEURON's,
	// where it is 0.
	return Stream{id: [3]uint32{w(0), w(1), w(2)}, key: [2]uint32{w(3) + uint32(seed), keyed}}
}

// The second key word of the streams of Keyed, and of MCellRan4.
const (
	keyed = 1
	ran4  = 2
)

// Reseed returns the stream with a seed larger by k, at the same position: of
// Keyed's streams that of seed + k (the lower 32 bits), of the others that
// whose third id, NetPyNE's place for the seed, is larger by k.
func (s Stream) Reseed(k uint32) Stream {
	if s.key[1] == keyed {
		s.key[0] += k
	} else {
		s.id[0] += k
	}
	s.ready, s.waits = false, false
	return s
}

// IDs returns the ids of New.
func (s *Stream) IDs() (id1, id2, id3 uint32) { return s.id[1], s.id[2], s.id[0] }

// SetIDs changes the ids as NEURON's random_setids does: the sequence goes on
// from where it is, and the block in use is used up first.
func (s *Stream) SetIDs(id1, id2, id3 uint32) {
	s.fill()
	s.id = [3]uint32{id3, id1, id2}
}

// SetGlobalIndex changes NEURON's global index in the same way.
func (s *Stream) SetGlobalIndex(k uint32) {
	if s.Random123() {
		s.fill()
		s.key[0] = k
	}
}

// Seq returns the position in NEURON's form: 4*sequence + word, or the high
// index of MCellRan4.
func (s *Stream) Seq() float64 {
	if s.key[1] == ran4 {
		return float64(s.seq)
	}
	return float64(s.seq)*4 + float64(s.which)
}

// SetSeq moves to a position in the form of Seq, by NEURON's rule: negative
// numbers and those above 2^40-1 mean 0, fractions are cut, and only 34 bits count.
func (s *Stream) SetSeq(pos float64) {
	if s.key[1] == ran4 {
		if math.IsNaN(pos) {
			pos = 0
		}
		s.seq = uint32(int64(max(-1<<52, min(pos, 1<<52))))
		return
	}
	if !(pos >= 0 && pos <= 0xffffffffff) {
		pos = 0
	}
	x := uint64(pos) & 0x3ffffffff
	s.seq, s.which, s.ready = uint32(x>>2), uint8(x&3), false
}

// Set is SetSeq for id 0. With id from 1 to 3 that one of the numbers that name the
// stream becomes x, modulo 2^32, and the stream is as New makes it: at its beginning,
// and one of NEURON's.
func (s *Stream) Set(id int, x float64) {
	if id == 0 {
		s.SetSeq(x)
		return
	}
	n := Stream{id: s.id}
	if s.key[1] == 0 {
		n.key = s.key
	}
	if math.IsNaN(x) {
		x = 0 // which processors convert in different ways
	}
	n.id[id%3] = uint32(int64(max(-1<<62, min(x, 1<<62)))) // id3, id1, id2
	*s = n
}

// Random123 says whether the stream is one of NEURON's Random123.
func (s *Stream) Random123() bool { return s.key[1] == 0 }

// State is what a checkpoint keeps of a Stream.
type State struct {
	IDs    [3]uint32 // id1, id2, id3
	Key    [2]uint32
	Seq    uint32  // block
	Which  uint8   // word of the block, 0..3
	Second float64 // the deviate that PairedNormal hands out next, if Waits
	Waits  bool
}

// State returns identity and position.
func (s *Stream) State() State {
	return State{IDs: [3]uint32{s.id[1], s.id[2], s.id[0]}, Key: s.key, Seq: s.seq, Which: s.which,
		Second: s.second, Waits: s.waits}
}

// SetState is the inverse of State.
func (s *Stream) SetState(st State) {
	*s = Stream{id: [3]uint32{st.IDs[2], st.IDs[0], st.IDs[1]}, key: st.Key, seq: st.Seq, which: st.Which & 3,
		second: st.Second, waits: st.Waits}
}

func (s *Stream) fill() {
	if !s.ready {
		s.block = Philox([4]uint32{s.seq, s.id[0], s.id[1], s.id[2]}, s.key)
		s.ready = true
	}
}

// Uint32 returns the next random word: nrnran123_ipick.
func (s *Stream) Uint32() uint32 {
	if s.key[1] == ran4 {
		return s.ran4()
	}
	s.fill()
	v := s.block[s.which&3]
	s.which++
	if s.which > 3 {
		s.which = 0
		s.ready = false
		// The counter is one number of 128 bits; after 2^32 blocks it
		// carries into the ids, as NEURON's does.
		s.seq++
		for i := 0; s.seq == 0 && i < 3; i++ {
			s.id[i]++
			if s.id[i] != 0 {
				break
			}
		}
	}
	return v
}

// Uniform returns the next number of (0, 1): (word+1)/(2^32+1), as
// nrnran123_dblpick does.
func (s *Stream) Uniform() float64 {
	if s.key[1] == ran4 {
		return float64(s.ran4()) * 0x1p-32
	}
	const scale = 1.0 / 4294967297.0
	return float64((float64(s.Uint32()) + 1) * scale)
}

// Uniforms fills x with the next numbers of Uniform.
func (s *Stream) Uniforms(x []float64) {
	for len(x) > 0 && s.which != 0 {
		x[0], x = s.Uniform(), x[1:]
	}
	const scale = 1.0 / 4294967297.0
	for len(x) >= 8 && !s.ready && s.key[1] != ran4 && s.seq < math.MaxUint32-1 {
		a, b := philox2([4]uint32{s.seq, s.id[0], s.id[1], s.id[2]}, s.key)
		for k, w := range a {
			x[k] = float64((float64(w) + 1) * scale)
		}
		for k, w := range b {
			x[k+4] = float64((float64(w) + 1) * scale)
		}
		s.seq += 2
		x = x[8:]
	}
	for len(x) >= 4 && !s.ready && s.key[1] != ran4 && s.seq != math.MaxUint32 {
		b := Philox([4]uint32{s.seq, s.id[0], s.id[1], s.id[2]}, s.key)
		for k, w := range b {
			x[k] = float64((float64(w) + 1) * scale)
		}
		s.seq++
		x = x[4:]
	}
	for i := range x {
		x[i] = s.Uniform()
	}
}

// NegExp returns an exponential deviate with mean 1: -ln u.
func (s *Stream) NegExp() float64 { return -vec.Log(s.Uniform()) }

// NegExpMean is nrnran123_negexp with a mean: -ln u times mean.
func (s *Stream) NegExpMean(mean float64) float64 { return float64(-vec.Log(s.Uniform()) * mean) }

// Normal returns a normal deviate of mean 0 and standard deviation 1 as
// nrnran123_normal does: polar method, the second deviate discarded.
func (s *Stream) Normal() float64 {
	x, _ := polar(s)
	return x
}

// NormalMuSigma is nrnran123_normal with mean and standard deviation.
func (s *Stream) NormalMuSigma(mu, sigma float64) float64 {
	return mu + float64(s.Normal()*sigma)
}

// PairedNormal returns a normal deviate of mean 0 and standard deviation 1 as
// a hoc Random that is normal does, which hands out both deviates of a pair.
func (s *Stream) PairedNormal() float64 {
	if s.waits {
		s.waits = false
		return s.second
	}
	var x float64
	x, s.second = polar(s)
	s.waits = true
	return x
}

// polar is Marsaglia's method: a pair of normal deviates. The point (0, 0)
// cannot come up, since 2u-1 = 0 has no solution among the uniforms.
func polar(s *Stream) (float64, float64) {
	for {
		a := float64(2*s.Uniform()) - 1
		b := float64(2*s.Uniform()) - 1
		w := float64(a*a) + float64(b*b)
		if w <= 1 {
			y := math.Sqrt(float64(-2*vec.Log(w)) / w)
			return float64(a * y), float64(b * y)
		}
	}
}

// HashStr is NetPyNE's id for a string: the first 32 bits, big endian, of the
// MD5 of its UTF-8 bytes.
func HashStr(s string) uint32 {
	h := md5.Sum([]byte(s))
	return binary.BigEndian.Uint32(h[:])
}

// HashList is NetPyNE's id for a list of gids: the same over the numbers as
// 8-byte little-endian words (C's unsigned long on Linux and macOS).
func HashList(gids []int) uint32 {
	b := make([]byte, 0, 8*len(gids))
	for _, g := range gids {
		b = binary.LittleEndian.AppendUint64(b, uint64(g))
	}
	h := md5.Sum(b)
	return binary.BigEndian.Uint32(h[:])
}
