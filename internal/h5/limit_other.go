//go:build !linux

package h5

// limitMemory does nothing where the address space cannot be bounded.
func limitMemory() {}
