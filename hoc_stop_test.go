package rall

import "testing"

// TestHocStop: stop ends the statement under way, and the program goes on with the next one. What
// NEURON 9.0.2 prints.
func TestHocStop(t *testing.T) {
	hocPrints(t, nil, `proc f() { print "a"
 stop
 print "b" }
f()
print "next"
stop
print "next2"
`, `a
next
next2
`)
}
