//go:build !unix

package main

import (
	"os"
	"syscall"
)

// stopSignals stop a run in order.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}
