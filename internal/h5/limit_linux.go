package h5

import (
	"fmt"
	"os"
	"syscall"
)

// limitMemory bounds the address space of the reading child to what it has
// now and 32 GiB, so that an absurd size in a damaged file fails as an
// allocation instead of taking the machine's memory.
func limitMemory() {
	syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return
	}
	var pages uint64
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return
	}
	n := pages*uint64(os.Getpagesize()) + 32<<30
	syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: n, Max: n})
}
