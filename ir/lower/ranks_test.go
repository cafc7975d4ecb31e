package lower

import "testing"

// TestEven: groups are exchanged where the greedy order leaves one rank with too much, and
// every group stays with exactly one rank.
func TestEven(t *testing.T) {
	load := []int{7, 6, 5, 5, 4, 3} // greedy: 7+4+3 and 6+5+5
	of := []int{0, 1, 1, 1, 0, 0}
	done := []int{14, 16}
	even(load, of, done)
	sums := make([]int, 2)
	for g, r := range of {
		sums[r] += load[g]
	}
	if sums[0] != 15 || sums[1] != 15 || done[0] != 15 || done[1] != 15 {
		t.Errorf("groups %v on ranks %v: %v, told %v", load, of, sums, done)
	}
}
