//go:build !noasm

package vec

import "golang.org/x/sys/cpu"

// Best is the highest level that the processor has.
func Best() Level {
	switch x := &cpu.X86; {
	case !x.HasAVX2 || !x.HasFMA:
		return Plain
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL:
		return AVX512
	}
	return AVX2
}

// twins says whether the block functions use their twins, wide whether these
// are the AVX-512 ones. The assembly reads wide.
var twins, wide = Best() != Plain, Best() == AVX512

// CurrentLevel is the level in use: the best, unless SetLevel has said otherwise.
func CurrentLevel() Level {
	switch {
	case wide:
		return AVX512
	case twins:
		return AVX2
	}
	return Plain
}

// SetLevel makes the block functions use l, and returns whether the processor
// has it; if not, nothing changes. Call it while no block function runs.
func SetLevel(l Level) bool {
	if l > Best() {
		return false
	}
	twins, wide = l != Plain, l == AVX512
	return true
}
