package vec

// What the block VM does in one go where a program has several operations.
// Each is rounded after every operation, as the single ones are.

// SumFrom returns s + a[0] + a[1] + …, added in this order.
func SumFrom(s float64, a []float64) float64 {
	for _, x := range a {
		s += x
	}
	return s
}
