// Package npy reads and writes arrays in NumPy's .npy format, version 1.0.
//
// In: a slice of numbers and its shape. Out: the bytes that numpy.load reads.
// Next: export/table, for builds without HDF5.
package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

const magic = "\x93NUMPY"

// Write writes data, row-major, little-endian. data is a []float64,
// []float32, []int64 or []int32 of as many elements as shape says.
func Write(w io.Writer, data any, shape []int) error {
	n := 1
	dims := ""
	for _, d := range shape {
		n *= d
		dims += strconv.Itoa(d) + ", "
	}
	if len(shape) > 1 {
		dims = strings.TrimSuffix(dims, ", ")
	} else {
		dims = strings.TrimSuffix(dims, " ")
	}
	descr, have := "", 0
	switch d := data.(type) {
	case []float64:
		descr, have = "<f8", len(d)
	case []float32:
		descr, have = "<f4", len(d)
	case []int64:
		descr, have = "<i8", len(d)
	case []int32:
		descr, have = "<i4", len(d)
	default:
		return fmt.Errorf("BUG: npy cannot store a %T", data)
	}
	if have != n {
		return fmt.Errorf("BUG: npy: %d elements for shape %v", have, shape)
	}
	h := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, dims)
	// The data start at a multiple of 64 bytes; the header ends in a newline.
	pad := 64 - (len(magic)+4+len(h)+1)%64
	h += strings.Repeat(" ", pad%64) + "\n"
	if len(h) > math.MaxUint16 {
		return errors.New("npy: the shape has too many dimensions")
	}
	bw := bufio.NewWriterSize(w, 1<<16)
	bw.WriteString(magic + "\x01\x00")
	binary.Write(bw, binary.LittleEndian, uint16(len(h)))
	bw.WriteString(h)
	var b [8]byte
	switch d := data.(type) {
	case []float64:
		for _, x := range d {
			binary.LittleEndian.PutUint64(b[:], math.Float64bits(x))
			bw.Write(b[:])
		}
	case []float32:
		for _, x := range d {
			binary.LittleEndian.PutUint32(b[:], math.Float32bits(x))
			bw.Write(b[:4])
		}
	case []int64:
		for _, x := range d {
			binary.LittleEndian.PutUint64(b[:], uint64(x))
			bw.Write(b[:])
		}
	case []int32:
		for _, x := range d {
			binary.LittleEndian.PutUint32(b[:], uint32(x))
			bw.Write(b[:4])
		}
	}
	return bw.Flush()
}

// Read reads an array of numbers as float64; integers beyond 2^53 are
// rounded. Arrays in Fortran order, of other types, or of more than maxBytes
// are errors.
func Read(r io.Reader, maxBytes int64) (data []float64, shape []int, err error) {
	br := bufio.NewReaderSize(r, 1<<16)
	head := make([]byte, len(magic)+2)
	if _, err := io.ReadFull(br, head); err != nil || string(head[:len(magic)]) != magic {
		return nil, nil, errors.New("not an .npy file")
	}
	var hlen int64
	switch head[len(magic)] {
	case 1:
		var v uint16
		err = binary.Read(br, binary.LittleEndian, &v)
		hlen = int64(v)
	case 2, 3:
		var v uint32
		err = binary.Read(br, binary.LittleEndian, &v)
		hlen = int64(v)
	default:
		return nil, nil, fmt.Errorf("npy: unknown version %d", head[len(magic)])
	}
	if err != nil || hlen > 1<<20 {
		return nil, nil, errors.New("npy: the header is damaged")
	}
	text := make([]byte, hlen)
	if _, err := io.ReadFull(br, text); err != nil {
		return nil, nil, errors.New("npy: the header ends early")
	}
	descr, shape, err := parseHeader(string(text))
	if err != nil {
		return nil, nil, err
	}
	size := int64(descr[len(descr)-1] - '0')
	n := int64(1)
	for _, d := range shape {
		if d > 0 && n > maxBytes/int64(d) {
			return nil, nil, fmt.Errorf("npy: shape %v is larger than the limit of %d bytes", shape, maxBytes)
		}
		n *= int64(d)
	}
	if n > maxBytes/8 {
		return nil, nil, fmt.Errorf("npy: shape %v is larger than the limit of %d bytes", shape, maxBytes)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if descr[0] == '>' {
		order = binary.BigEndian
	}
	// Grown as it is read: a header that promises too much costs nothing.
	data = make([]float64, 0, min(n, 1<<16))
	var b [8]byte
	for i := int64(0); i < n; i++ {
		if _, err := io.ReadFull(br, b[:size]); err != nil {
			return nil, nil, fmt.Errorf("npy: the data end after %d of %d elements", i, n)
		}
		var x float64
		switch descr[1:] {
		case "f8":
			x = math.Float64frombits(order.Uint64(b[:]))
		case "f4":
			x = float64(math.Float32frombits(order.Uint32(b[:])))
		case "i8":
			x = float64(int64(order.Uint64(b[:])))
		case "i4":
			x = float64(int32(order.Uint32(b[:])))
		}
		data = append(data, x)
	}
	return data, shape, nil
}

// parseHeader reads the Python dictionary of the header, in any order and
// spacing that NumPy has written.
func parseHeader(s string) (descr string, shape []int, err error) {
	field := func(key string) (string, bool) {
		for _, q := range []string{"'", `"`} {
			if _, rest, ok := strings.Cut(s, q+key+q); ok {
				rest = strings.TrimLeft(rest, " ")
				if strings.HasPrefix(rest, ":") {
					return strings.TrimLeft(rest[1:], " "), true
				}
			}
		}
		return "", false
	}
	d, ok1 := field("descr")
	o, ok2 := field("fortran_order")
	h, ok3 := field("shape")
	if !ok1 || !ok2 || !ok3 {
		return "", nil, errors.New("npy: the header is damaged")
	}
	if len(d) < 5 || d[0] != d[4] || !strings.ContainsRune("<>=|", rune(d[1])) {
		return "", nil, errors.New("npy: the data are not numbers")
	}
	descr = d[1:4]
	switch descr[1:] {
	case "f8", "f4", "i8", "i4":
	default:
		return "", nil, fmt.Errorf("npy: type %s is not supported", descr)
	}
	if !strings.HasPrefix(o, "False") {
		return "", nil, errors.New("npy: Fortran order is not supported")
	}
	end := strings.IndexByte(h, ')')
	if !strings.HasPrefix(h, "(") || end < 0 {
		return "", nil, errors.New("npy: the shape is damaged")
	}
	shape = []int{}
	for _, p := range strings.Split(h[1:end], ",") {
		p = strings.TrimSpace(p)
		if p == "" {
			continue
		}
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return "", nil, fmt.Errorf("npy: dimension %q", p)
		}
		shape = append(shape, v)
	}
	return descr, shape, nil
}
