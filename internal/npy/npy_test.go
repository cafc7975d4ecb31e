package npy

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	for _, c := range []struct {
		data  any
		shape []int
		want  []float64
	}{
		{[]float64{0.1, -5e-324, math.Inf(-1), 1e300, 0, 3}, []int{3, 2}, []float64{0.1, -5e-324, math.Inf(-1), 1e300, 0, 3}},
		{[]float64{7}, nil, []float64{7}},
		{[]float64{}, []int{0, 4}, []float64{}},
		{[]float32{1.5, 2}, []int{2}, []float64{1.5, 2}},
		{[]int64{-1, 1 << 40}, []int{1, 2, 1}, []float64{-1, 1 << 40}},
		{[]int32{-7}, []int{1}, []float64{-7}},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.data, c.shape); err != nil {
			t.Fatal(err)
		}
		text := b.Bytes()
		start := 10 + int(text[8]) + int(text[9])<<8
		if start%64 != 0 || text[start-1] != '\n' {
			t.Errorf("data of shape %v start at %d", c.shape, start)
		}
		got, shape, err := Read(&b, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, c.want) || len(shape) != len(c.shape) {
			t.Errorf("%v %v: read %v %v", c.data, c.shape, got, shape)
		}
	}
	if err := Write(&bytes.Buffer{}, []float64{1}, []int{2}); err == nil {
		t.Error("one element for two")
	}
}

// The header is, byte for byte, what numpy.save writes.
func TestHeader(t *testing.T) {
	for _, c := range []struct {
		shape []int
		want  string
	}{
		{[]int{3}, "(3,), }"}, {[]int{3, 4}, "(3, 4), }"}, {nil, "(), }"},
	} {
		n := 1
		for _, d := range c.shape {
			n *= d
		}
		var b bytes.Buffer
		if err := Write(&b, make([]float64, n), c.shape); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "{'descr': '<f8', 'fortran_order': False, 'shape': "+c.want) {
			t.Errorf("%q", b.String()[:80])
		}
	}
}

func TestRefusals(t *testing.T) {
	file := func(head string, data string) string {
		return magic + "\x01\x00" + string([]byte{byte(len(head)), 0}) + head + data
	}
	for _, c := range []struct{ in, want string }{
		{"", "not an .npy"},
		{"\x93NUMPY\x09\x00\x00\x00", "version 9"},
		{file("{'descr': '<f8'}", ""), "damaged"},
		{file("{'descr': '<c16', 'fortran_order': False, 'shape': (1,)}", ""), "not numbers"},
		{file("{'descr': '<u2', 'fortran_order': False, 'shape': (1,)}", ""), "type <u2"},
		{file("{'descr': '<f8', 'fortran_order': True, 'shape': (1,)}", ""), "Fortran"},
		{file("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "12345678"), "after 1 of 2"},
		{file("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000, 1000)}", ""), "limit"},
		{file("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", ""), "dimension"},
	} {
		if _, _, err := Read(strings.NewReader(c.in), 1<<20); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, shape := range [][]int{nil, {3}, {2, 2}} {
		n := 1
		for _, d := range shape {
			n *= d
		}
		var b bytes.Buffer
		Write(&b, make([]float64, n), shape)
		f.Add(b.Bytes())
	}
	f.Add([]byte(magic + "\x02\x00\x10\x00\x00\x00{'descr': '>i4'}"))
	f.Fuzz(func(t *testing.T, in []byte) {
		data, shape, err := Read(bytes.NewReader(in), 1<<16)
		if err != nil {
			return
		}
		n := 1
		for _, d := range shape {
			n *= d
		}
		if n != len(data) {
			t.Errorf("%d elements of shape %v", len(data), shape)
		}
	})
}
