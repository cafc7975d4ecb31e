// Package h5 reads and writes HDF5 files.
//
// In: paths and slices of numbers or strings. Out: datasets, attributes and
// groups in a file, or the tree of a file as Nodes. Next: export/sonata and
// import/sonata, which know what the names mean.
//
// There are two ways to read. ReadAll reads files of any origin: the work is
// done in a child process of our own executable, because a damaged file can
// make libhdf5 crash and a crash must never take the run down. Open reads in
// this process and is for files that this process has just written.
//
// The package stands on gonum.org/v1/hdf5 and a shim of its own for what that
// lacks (conversion to the type in memory, length checks, enums, strings of
// variable length, growing datasets, attributes of the root). Without cgo
// every opener returns ErrNoHDF5.
package h5

import (
	"errors"
	"fmt"
	"math"
)

// ErrNoHDF5 is what every opener returns in a build without cgo.
var ErrNoHDF5 = errors.New("HDF5 support is not in this build (CGO_ENABLED=0): use CSV/.npy output")

// Kind is the type of a dataset's or attribute's elements.
type Kind uint8

// The kinds. Other stands for what SONATA does not use (compounds,
// references, opaque data): such values are listed and never read.
const (
	Other Kind = iota
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float32
	Float64
	String
)

var kindNames = [...]string{"other", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "string"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// size returns the bytes that one element takes in memory; strings count as
// one pointer.
func (k Kind) size() int {
	switch k {
	case Int8, Uint8:
		return 1
	case Int16, Uint16:
		return 2
	case Int32, Uint32, Float32:
		return 4
	case Int64, Uint64, Float64, String:
		return 8
	}
	return 0
}

// Value is a dataset or an attribute. Data is a slice of the Go type of Kind
// ([]int8 … []float64, []string), row-major, also for a scalar; it is nil
// when the value was only listed. Dims is nil for a scalar.
type Value struct {
	Kind Kind
	Dims []int
	Enum map[string]int64 // names of an enum's values, else nil
	Data any
}

// Len returns the number of elements that Dims give.
func (v Value) Len() int {
	n, err := product(v.Dims)
	if err != nil {
		return 0
	}
	return n
}

// product multiplies dims and refuses what does not fit an int.
func product(dims []int) (int, error) {
	n := 1
	for _, d := range dims {
		if d < 0 {
			return 0, fmt.Errorf("a dimension of %d", d)
		}
		if d > 0 && n > math.MaxInt/d {
			return 0, fmt.Errorf("dimensions %v are too large", dims)
		}
		n *= d
	}
	return n, nil
}

// Floats returns the numbers as float64.
func (v Value) Floats() ([]float64, error) {
	switch d := v.Data.(type) {
	case []float64:
		return d, nil
	case []float32:
		return toFloats(d), nil
	case []int8:
		return toFloats(d), nil
	case []int16:
		return toFloats(d), nil
	case []int32:
		return toFloats(d), nil
	case []int64:
		return toFloats(d), nil
	case []uint8:
		return toFloats(d), nil
	case []uint16:
		return toFloats(d), nil
	case []uint32:
		return toFloats(d), nil
	case []uint64:
		return toFloats(d), nil
	}
	return nil, fmt.Errorf("expected numbers, found %s", v.describe())
}

// Ints returns the numbers as int64. Floats must be whole, and nothing may
// exceed the range.
func (v Value) Ints() ([]int64, error) {
	switch d := v.Data.(type) {
	case []int64:
		return d, nil
	case []int8:
		return toInts(d), nil
	case []int16:
		return toInts(d), nil
	case []int32:
		return toInts(d), nil
	case []uint8:
		return toInts(d), nil
	case []uint16:
		return toInts(d), nil
	case []uint32:
		return toInts(d), nil
	case []uint64:
		for i, x := range d {
			if x > math.MaxInt64 {
				return nil, fmt.Errorf("element %d is %d, above the largest integer", i, x)
			}
		}
		return toInts(d), nil
	case []float32:
		return wholeInts(d)
	case []float64:
		return wholeInts(d)
	}
	return nil, fmt.Errorf("expected integers, found %s", v.describe())
}

// Strings returns the strings.
func (v Value) Strings() ([]string, error) {
	if d, ok := v.Data.([]string); ok {
		return d, nil
	}
	return nil, fmt.Errorf("expected strings, found %s", v.describe())
}

func (v Value) describe() string {
	if v.Data == nil && v.Kind != Other {
		return "data that was not read"
	}
	return v.Kind.String()
}

type number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

func toFloats[T number](s []T) []float64 {
	r := make([]float64, len(s))
	for i, x := range s {
		r[i] = float64(x)
	}
	return r
}

func toInts[T number](s []T) []int64 {
	r := make([]int64, len(s))
	for i, x := range s {
		r[i] = int64(x)
	}
	return r
}

func wholeInts[T ~float32 | ~float64](s []T) ([]int64, error) {
	r := make([]int64, len(s))
	for i, x := range s {
		f := float64(x)
		if math.Floor(f) != f || math.Abs(f) > 1<<53 {
			return nil, fmt.Errorf("element %d is %v, not an integer", i, x)
		}
		r[i] = int64(f)
	}
	return r, nil
}

// makeData returns a slice of n elements of kind k, n zeroes.
func makeData(k Kind, n int) any {
	switch k {
	case Int8:
		return make([]int8, n)
	case Int16:
		return make([]int16, n)
	case Int32:
		return make([]int32, n)
	case Int64:
		return make([]int64, n)
	case Uint8:
		return make([]uint8, n)
	case Uint16:
		return make([]uint16, n)
	case Uint32:
		return make([]uint32, n)
	case Uint64:
		return make([]uint64, n)
	case Float32:
		return make([]float32, n)
	case Float64:
		return make([]float64, n)
	case String:
		return make([]string, n)
	}
	return nil
}

// kindOf returns the kind and the length of a slice of data.
func kindOf(data any) (Kind, int, error) {
	switch d := data.(type) {
	case []int8:
		return Int8, len(d), nil
	case []int16:
		return Int16, len(d), nil
	case []int32:
		return Int32, len(d), nil
	case []int64:
		return Int64, len(d), nil
	case []uint8:
		return Uint8, len(d), nil
	case []uint16:
		return Uint16, len(d), nil
	case []uint32:
		return Uint32, len(d), nil
	case []uint64:
		return Uint64, len(d), nil
	case []float32:
		return Float32, len(d), nil
	case []float64:
		return Float64, len(d), nil
	case []string:
		return String, len(d), nil
	}
	return Other, 0, fmt.Errorf("BUG: h5 cannot store a %T", data)
}

// Storage says how a dataset lies in the file. The zero Storage is one
// contiguous block.
type Storage struct {
	Chunk   []int // elements along each dimension; needed to grow and to compress
	Deflate int   // 0 none, 1 to 9
	Grow    bool  // the first dimension may grow by Append
}

// Enum is an attribute of an enumerated type over uint8, as SONATA's
// `sorting`.
type Enum struct {
	Names []string // Names[i] has the value i
	Value uint8
}

// Node is a group (Value nil) or a dataset of a file that was read.
type Node struct {
	Name     string
	Attrs    map[string]Value
	Children []*Node // in the file's order of names
	Value    *Value
}

// Child returns the member of that name, or nil.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// At follows names down from n; it returns nil when one is missing.
func (n *Node) At(names ...string) *Node {
	for _, s := range names {
		n = n.Child(s)
	}
	return n
}

// AttrString returns a string attribute, or "".
func (n *Node) AttrString(name string) string {
	if n == nil {
		return ""
	}
	if s, ok := n.Attrs[name].Data.([]string); ok && len(s) > 0 {
		return s[0]
	}
	return ""
}
