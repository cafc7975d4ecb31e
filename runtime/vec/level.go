package vec

import "unsafe"

// Level says with which instructions the block functions compute. The bits
// are the same with all.
type Level uint8

const (
	Plain  Level = iota // the loops in Go
	AVX2                // with FMA: four numbers at a time
	AVX512              // F, DQ and VL: eight
)

var levelNames = [...]string{"plain", "avx2", "avx512"}

func (l Level) String() string { return levelNames[l] }

// LevelNamed returns the level of a name as String gives it.
func LevelNamed(name string) (l Level, ok bool) {
	for i, s := range levelNames {
		if s == name {
			return Level(i), true
		}
	}
	return Plain, false
}

// The twins of the block functions are assembly that gen writes. Where a
// vector of a few elements needs what only the scalar function knows
// (denormals, overflow, NaN), the twins of elementary functions stop in front
// of it.

//go:generate go run -C gen . -o ..

// first is the address that a twin starts from. A block may be empty.
func first(x []float64) *float64 { return unsafe.SliceData(x) }

// edge is how many elements after the place where a twin stopped are computed by the
// scalar function before the twin goes on: the longest vector.
const edge = 8

// byTwin is dst[i] = f(a[i]) by a twin that stops at edges.
func byTwin(dst, a []float64, twin func(dst, a *float64, n int) int, f func(float64) float64) {
	for {
		done := twin(first(dst), first(a), len(dst))
		if done == len(dst) {
			return
		}
		end := min(done+edge, len(dst))
		for i := done; i < end; i++ {
			dst[i] = f(a[i])
		}
		dst, a = dst[end:], a[end:]
	}
}
