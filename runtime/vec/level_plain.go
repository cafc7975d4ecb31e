//go:build !amd64 || noasm

package vec

const (
	twins  = false
	noTwin = "BUG: a twin in assembly called where there is none"
)

// Best is the highest level that the processor has.
func Best() Level { return Plain }

// CurrentLevel is the level in use: the best, unless SetLevel has said otherwise.
func CurrentLevel() Level { return Plain }

// SetLevel makes the block functions use l, and returns whether the processor
// has it; if not, nothing changes. Call it while no block function runs.
func SetLevel(l Level) bool { return l == Plain }
