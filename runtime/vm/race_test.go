//go:build race

package vm

// raceEnabled: the race detector makes sync.Pool drop objects at random, so
// that allocations cannot be counted.
const raceEnabled = true
