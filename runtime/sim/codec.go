package sim

import (
	"encoding/binary"
	"fmt"
	"math"
)

// encoder makes the body of a record: eight bytes a number, one a flag.
type encoder struct{ b []byte }

func (e *encoder) int(x int64)     { e.b = binary.LittleEndian.AppendUint64(e.b, uint64(x)) }
func (e *encoder) float(x float64) { e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(x)) }
func (e *encoder) bool(x bool) {
	c := byte(0)
	if x {
		c = 1
	}
	e.b = append(e.b, c)
}

// decoder reads such a body. After the first thing that is wrong, bad says
// what, and it gives zeros.
type decoder struct {
	b   []byte
	bad string
}

func (d *decoder) fail(format string, args ...any) {
	if d.bad == "" {
		d.bad = fmt.Sprintf(format, args...)
	}
	d.b = nil
}

func (d *decoder) more() bool { return len(d.b) > 0 }

func (d *decoder) int() int64 {
	if len(d.b) < 8 {
		d.fail("a record ends in the midst of a number")
		return 0
	}
	x := binary.LittleEndian.Uint64(d.b)
	d.b = d.b[8:]
	return int64(x)
}

func (d *decoder) float() float64 { return math.Float64frombits(uint64(d.int())) }

func (d *decoder) bool() bool {
	if len(d.b) < 1 {
		d.fail("a record ends in the midst of a number")
		return false
	}
	x := d.b[0]
	d.b = d.b[1:]
	return x != 0
}

// count reads a number of things that take at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.int()
	if n < 0 || n > int64(len(d.b)/size) {
		d.fail("a record says that it holds %d things", n)
		return 0
	}
	return int(n)
}

// index reads a number below n.
func (d *decoder) index(n int) int {
	k := d.int()
	if k < 0 || k >= int64(n) {
		d.fail("a record is of number %d of %d", k, n)
		return 0
	}
	return int(k)
}
