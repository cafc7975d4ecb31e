package event

import "unsafe"

// fetch asks the processor for the instances that the first and the last edge of n
// entries go to, without waiting for them; row is that of edge 0.
//
//go:noescape
func fetch(row *int32, list *entry, n int)

// fillAlike is makeAlike for n > 0 deliveries; rest is the set and, above, the spike.
//
//go:noescape
func fillAlike(to *delivery, row *int32, n int, args uint32, at, weight float64, rest uint64)

// What fillAlike takes a delivery for.
var _ = [1]struct{}{}[unsafe.Sizeof(delivery{})-32+unsafe.Offsetof(delivery{}.At)+unsafe.Offsetof(delivery{}.Weight)-8+
	unsafe.Offsetof(delivery{}.Row)-16+unsafe.Offsetof(delivery{}.Args)-20+unsafe.Offsetof(delivery{}.Set)-24+unsafe.Offsetof(delivery{}.Spike)-28]

func makeAlike(to []delivery, row []int32, args int32, at, weight float64, set int32, spike uint32) {
	if len(to) > 0 {
		fillAlike(&to[0], &row[:len(to)][0], len(to), uint32(args), at, weight, uint64(uint32(set))|uint64(spike)<<32)
	}
}
