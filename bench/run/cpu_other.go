//go:build !unix

package main

import "time"

var started = time.Now()

// cpu is wall time [s] where there is no other.
func cpu() float64 { return time.Since(started).Seconds() }
