// Package held measures the memory that data structures hold on the heap, by
// part.
//
// In: values with the names of their parts. Out: bytes by part; memory that
// several parts reach counts for the first. Next: rall inspect --memory.
//
// It walks everything that a value leads to, unexported fields too, and adds up
// whole backing arrays as their capacities say. What the allocator rounds up to
// and what closures hold is left out; maps are estimated.
package held

import (
	"cmp"
	"math/bits"
	"reflect"
	"slices"
	"unsafe"
)

// span is a stretch of memory that a part holds.
type span struct {
	lo, hi uintptr
	part   int32
}

// Counter gathers what parts hold. The values must not change meanwhile.
type Counter struct {
	names []string
	spans []span
	maps  map[string]int64 // estimates, by part
	seen  map[visit]bool
	flat  map[reflect.Type]bool // types that hold no pointers
	part  int32
}

// visit is a place that has been walked as a type.
type visit struct {
	at  unsafe.Pointer
	typ reflect.Type
	n   int
}

// Add counts what v leads to as held by a part.
func (c *Counter) Add(part string, v any) {
	if c.seen == nil {
		c.seen, c.flat, c.maps = map[visit]bool{}, map[reflect.Type]bool{}, map[string]int64{}
	}
	k := slices.Index(c.names, part)
	if k < 0 {
		k = len(c.names)
		c.names = append(c.names, part)
	}
	c.part = int32(k)
	c.walk(reflect.ValueOf(v))
}

// Parts returns the names of the parts in the order in which they came.
func (c *Counter) Parts() []string { return c.names }

// Bytes returns what each part holds.
func (c *Counter) Bytes() map[string]int64 {
	out := map[string]int64{}
	for _, name := range c.names {
		out[name] = c.maps[name]
	}
	own := make([][]span, len(c.names))
	for _, s := range c.spans {
		own[s.part] = append(own[s.part], s)
	}
	var taken []span // by the parts before, apart and in order
	for k, spans := range own {
		both := merged(append(spans, taken...))
		out[c.names[k]] += length(both) - length(taken)
		taken = both
	}
	return out
}

// merged sorts spans and joins those that overlap.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.lo, b.lo) })
	out := spans[:0]
	for _, s := range spans {
		if k := len(out) - 1; k >= 0 && s.lo <= out[k].hi {
			out[k].hi = max(out[k].hi, s.hi)
		} else {
			out = append(out, s)
		}
	}
	return out
}

func length(spans []span) int64 {
	n := int64(0)
	for _, s := range spans {
		n += int64(s.hi - s.lo)
	}
	return n
}

func (c *Counter) note(at unsafe.Pointer, size uintptr) {
	if size > 0 && at != nil {
		c.spans = append(c.spans, span{uintptr(at), uintptr(at) + size, c.part})
	}
}

// first says whether a place was not walked before.
func (c *Counter) first(at unsafe.Pointer, t reflect.Type, n int) bool {
	v := visit{at, t, n}
	if at == nil || c.seen[v] {
		return false
	}
	c.seen[v] = true
	return true
}

// plain says whether a type holds no pointers.
func (c *Counter) plain(t reflect.Type) bool {
	if p, ok := c.flat[t]; ok {
		return p
	}
	p := false
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16,
		reflect.Uint32, reflect.Uint64, reflect.Uintptr, reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		p = true
	case reflect.Array:
		p = c.plain(t.Elem())
	case reflect.Struct:
		p = true
		for i := range t.NumField() {
			p = p && c.plain(t.Field(i).Type)
		}
	}
	c.flat[t] = p
	return p
}

func (c *Counter) walk(v reflect.Value) {
	if !v.IsValid() || c.plain(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if t := v.Type().Elem(); c.first(v.UnsafePointer(), t, 1) {
			c.note(v.UnsafePointer(), t.Size())
			c.walk(v.Elem())
		}
	case reflect.Interface:
		e := v.Elem()
		if e.IsValid() && e.Kind() != reflect.Pointer && e.Kind() != reflect.Map && e.Kind() != reflect.Func {
			c.maps[c.names[c.part]] += int64(e.Type().Size()) // its box
		}
		c.walk(e)
	case reflect.String:
		if s := v.String(); len(s) > 0 {
			c.note(unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s)))
		}
	case reflect.Slice:
		t := v.Type().Elem()
		c.note(v.UnsafePointer(), uintptr(v.Cap())*t.Size())
		if !c.plain(t) && c.first(v.UnsafePointer(), v.Type(), v.Len()) {
			for i := range v.Len() {
				c.walk(v.Index(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			c.walk(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			c.walk(v.Field(i))
		}
	case reflect.Map:
		if v.IsNil() || !c.first(v.UnsafePointer(), v.Type(), v.Len()) {
			return
		}
		c.maps[c.names[c.part]] += mapBytes(v)
		if t := v.Type(); c.plain(t.Key()) && c.plain(t.Elem()) {
			return
		}
		for it := v.MapRange(); it.Next(); {
			c.walk(it.Key())
			c.walk(it.Value())
		}
	}
}

// mapBytes estimates a map's own memory: slots in groups of eight with a byte
// of control each, at most seven of eight in use, doubling as it grows.
func mapBytes(v reflect.Value) int64 {
	n := v.Len()
	slots := 8
	if n > 8 {
		slots = 1 << bits.Len(uint(n*8/7-1))
	}
	t := v.Type()
	return 48 + int64(slots)*int64(t.Key().Size()+t.Elem().Size()+1)
}
