package h5

import (
	"fmt"
	"sort"
	"unsafe"
)

// pointer returns the address of a slice's first number.
func pointer(data any) unsafe.Pointer {
	switch d := data.(type) {
	case []int8:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []int16:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []int32:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []int64:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []uint8:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []uint16:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []uint32:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []uint64:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []float32:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []float64:
		return unsafe.Pointer(unsafe.SliceData(d))
	}
	panic(fmt.Sprintf("BUG: h5 pointer to %T", data))
}

// bytesOf shows the memory of a slice of numbers. Parent and child are one
// executable on one machine, so the byte order is the same.
func bytesOf(data any) []byte {
	k, n, err := kindOf(data)
	if err != nil || n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(data)), n*k.size())
}

func sortedKeys(m map[string]Value) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
