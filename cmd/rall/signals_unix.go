//go:build unix

package main

import (
	"os"
	"syscall"
)

// stopSignals stop a run in order. mpirun passes SIGUSR1 on to all ranks and
// does nothing else; after SIGTERM it soon kills them.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGUSR1}
