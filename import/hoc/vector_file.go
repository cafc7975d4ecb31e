package hoc

import (
	"encoding/binary"
	"math"
	"slices"
)

// The types of elements in NEURON's binary files, and their sizes.
const (
	chars   = 1 // scaled to 8 bits
	shorts  = 2 // scaled to 16 bits
	floats  = 3
	doubles = 4
	whole   = 5 // int32 in vwrite and vread, int16 in fread
)

// putBytes writes to the file of argument i.
func (c *call) putBytes(i int, b []byte) bool {
	f := c.file(i)
	if c.in.failed {
		return false
	}
	if f.out == nil {
		c.fail("%s is not open for writing", f.name)
		return false
	}
	c.put(f, string(b))
	return !c.in.failed
}

// bytes reads n bytes, fewer at the end.
func (f *textFile) bytes(n int) []byte {
	if left := len(f.text) - f.at; n > left {
		n = left
		f.atEnd = true
	}
	b := f.text[f.at : f.at+n]
	f.at += n
	return b
}

// reading returns the file of argument i, nil if it is not open for reading.
func (c *call) reading(i int) *textFile {
	f := c.file(i)
	if !c.in.failed && (!f.opened || f.out != nil) {
		c.fail("%s is not open for reading", f.name)
	}
	if c.in.failed {
		return nil
	}
	return f
}

func binaryMethods() map[string]method {
	return map[string]method{
		"fwrite": func(c *call) value {
			x := c.part(c.vec().x, 1)
			var b []byte
			for _, a := range x {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(a))
			}
			if !c.putBytes(0, b) {
				return number(0)
			}
			return number(float64(len(x)))
		},
		"fread":  vectorFread,
		"vwrite": vectorVwrite,
		"vread":  vectorVread,
	}
}

// vectorFread is fread(file[, n[, type]]).
func vectorFread(c *call) value {
	v, f, n, kind := c.vec(), c.reading(0), len(c.vec().x), doubles
	if c.has(1) {
		n = c.within(1, 0, 1<<40)
	}
	if c.has(2) {
		kind = c.within(2, 1, 5)
	}
	if c.in.failed || !c.room(max(0, n-len(v.x))) {
		return value{}
	}
	if n != len(v.x) {
		v.x = append(slices.Clone(v.x[:min(n, len(v.x))]), make([]float64, max(0, n-len(v.x)))...)
	}
	if f == nil {
		return number(0)
	}
	size := [...]int{chars: 1, shorts: 2, floats: 4, doubles: 8, whole: 2}[kind]
	b := f.bytes(n * size)
	for i := 0; (i+1)*size <= len(b); i++ {
		e := b[i*size:]
		switch kind {
		case chars:
			v.x[i] = float64(int8(e[0]))
		case shorts:
			v.x[i] = float64(binary.LittleEndian.Uint16(e))
		case floats:
			v.x[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(e)))
		case doubles:
			v.x[i] = math.Float64frombits(binary.LittleEndian.Uint64(e))
		case whole:
			v.x[i] = float64(int16(binary.LittleEndian.Uint16(e)))
		}
	}
	return number(1)
}

// scaling is what maps the elements onto 0..top.
func scaling(x []float64, top float64) (factor, least float64) {
	if len(x) == 0 {
		return 1, 0
	}
	least = slices.Min(x)
	if r := slices.Max(x) - least; r > 0 {
		return top / r, least
	}
	return 1, least
}

// vectorVwrite is vwrite(file[, type]): the number of elements, their type,
// what scales them, and they themselves.
func vectorVwrite(c *call) value {
	x, kind := c.vec().x, doubles
	if c.has(1) {
		kind = c.within(1, 1, 5)
	}
	if c.in.failed {
		return value{}
	}
	le := binary.LittleEndian
	b := le.AppendUint32(le.AppendUint32(nil, uint32(len(x))), uint32(kind))
	factor, least := 1.0, 0.0
	if kind == chars || kind == shorts {
		factor, least = scaling(x, [...]float64{chars: 255, shorts: 65535}[kind])
		b = le.AppendUint64(le.AppendUint64(b, math.Float64bits(factor)), math.Float64bits(least))
	}
	for _, a := range x {
		switch kind {
		case chars:
			b = append(b, byte(int8(cInt(float64((a-least)*factor)-128))))
		case shorts:
			b = le.AppendUint16(b, uint16(cInt((a-least)*factor)))
		case floats:
			b = le.AppendUint32(b, math.Float32bits(float32(a)))
		case doubles:
			b = le.AppendUint64(b, math.Float64bits(a))
		case whole:
			b = le.AppendUint32(b, uint32(cInt32(a)))
		}
	}
	return truth(c.putBytes(0, b))
}

// vectorVread is vread(file). The type tells the order of the bytes.
func vectorVread(c *call) value {
	f := c.reading(0)
	if f == nil {
		return number(0)
	}
	head := f.bytes(8)
	if len(head) < 8 {
		return number(0)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if k := order.Uint32(head[4:]); k < 1 || k > 5 {
		order = binary.BigEndian
	}
	n, kind := int(int32(order.Uint32(head))), int(order.Uint32(head[4:]))
	if n < 0 || kind < 1 || kind > 5 {
		return number(0)
	}
	factor, least := 1.0, 0.0
	if kind == chars || kind == shorts {
		b := f.bytes(16)
		if len(b) < 16 {
			return number(0)
		}
		factor, least = math.Float64frombits(order.Uint64(b)), math.Float64frombits(order.Uint64(b[8:]))
	}
	size := [...]int{chars: 1, shorts: 2, floats: 4, doubles: 8, whole: 4}[kind]
	if left := len(f.text) - f.at; n > left/size {
		return c.fail("%s says that it holds %d elements, and ends before", f.name, n)
	}
	b := f.bytes(n * size)
	if !c.room(max(0, n-cap(c.vec().x))) {
		return value{}
	}
	x := make([]float64, n)
	for i := range x {
		e := b[i*size:]
		switch kind {
		case chars:
			x[i] = float64((float64(int8(e[0]))+128)/factor) + least
		case shorts:
			x[i] = float64(float64(order.Uint16(e))/factor) + least
		case floats:
			x[i] = float64(math.Float32frombits(order.Uint32(e)))
		case doubles:
			x[i] = math.Float64frombits(order.Uint64(e))
		case whole:
			x[i] = float64(int32(order.Uint32(e)))
		}
	}
	c.vec().x = x
	return number(1)
}

// columns is which of how many columns of a file are read, from arguments i
// and i+1.
func (c *call) columns(i int) (at, of int) {
	if !c.has(i) {
		return 1, 1
	}
	at, of = c.within(i, 1, 1<<30), c.within(i+1, 1, 1<<30)
	return at, of
}

// vectorScanf is scanf(file), scanf(file, n), scanf(file, column, columns) and
// scanf(file, n, column, columns).
func vectorScanf(c *call) value {
	f, n := c.reading(0), -1
	next := 1
	if len(c.args) == 2 || len(c.args) > 3 {
		n = int(cInt(c.num(1)))
		next = 2
	}
	at, of := c.columns(next)
	v := c.vec()
	v.x = nil
	skip := func(k int) bool {
		for ; k > 0 && !f.eof(); k-- {
			if _, ok := f.number(); !ok {
				return false
			}
		}
		return true
	}
	for !c.in.failed && (n < 0 || len(v.x) < n) && !f.eof() && c.room(1) {
		if !skip(at - 1) {
			return c.fail("the end of %s", f.name)
		}
		if f.eof() {
			break
		}
		x, ok := f.number()
		if !ok {
			break
		}
		v.x = append(v.x, x)
		if !skip(of - at) {
			return c.fail("the end of %s", f.name)
		}
	}
	return number(float64(len(v.x)))
}

// vectorScantil is scantil(file, sentinel[, column, columns]).
func vectorScantil(c *call) value {
	f, end := c.reading(0), c.num(1)
	at, of := c.columns(2)
	v := c.vec()
	v.x = nil
	for !c.in.failed {
		for k := 1; k <= max(at, of); k++ {
			x, ok := f.number()
			if !ok {
				return c.fail("the end of %s before %g", f.name, end)
			}
			if x == end && k <= at {
				return number(float64(len(v.x)))
			}
			if k == at {
				if !c.room(1) {
					return value{}
				}
				v.x = append(v.x, x)
			}
		}
	}
	return value{}
}
