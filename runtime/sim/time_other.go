//go:build !linux

package sim

import "time"

// threadTime is wall time, where the system does not tell a thread's own.
func threadTime() time.Duration { return wallTime() }
