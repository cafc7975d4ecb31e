package held

import (
	"runtime"
	"strings"
	"testing"
)

type node struct {
	name  string
	next  *node
	cols  [][]float64
	by    map[int][]int32
	shape any
}

func list(n int) *node {
	var first *node
	for i := range n {
		x := &node{name: strings.Repeat("x", 40), next: first, by: map[int][]int32{}, shape: [3]int{i, 0, 0}}
		for k := range 3 {
			x.cols = append(x.cols, make([]float64, 100+k))
			x.by[i+k] = make([]int32, 64)
		}
		first = x
	}
	return first
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestBytes: what is counted is what the heap has grown by.
func TestBytes(t *testing.T) {
	before := heap()
	x := list(2000)
	wide := make(map[int32]int64, 1)
	for i := range int32(100000) {
		wide[i] = 1
	}
	grown := heap() - before
	var c Counter
	c.Add("list", x)
	c.Add("map", wide)
	sum := int64(0)
	for _, n := range c.Bytes() {
		sum += n
	}
	if d := float64(sum-grown) / float64(grown); d < -.15 || d > .15 {
		t.Errorf("counted %d bytes, the heap grew by %d", sum, grown)
	}
	runtime.KeepAlive(x)
	runtime.KeepAlive(wide)
}

// TestShared: what two parts reach counts once, for the first; parts of one
// array do too.
func TestShared(t *testing.T) {
	a := make([]float64, 1000)
	var c Counter
	c.Add("first", [][]float64{a[:10:10], a[20:30]})
	c.Add("second", struct{ p *[]float64 }{&a})
	got := c.Bytes()
	if want := int64(2*24 + 80 + 8*980); got["first"] != want {
		t.Errorf("first: %d bytes, want %d", got["first"], want)
	}
	if want := int64(24 + 80); got["second"] != want {
		t.Errorf("second: %d bytes, want %d", got["second"], want)
	}
}
