package h5

import (
	"bytes"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	MaybeChild()
	os.Exit(m.Run())
}

func TestConversions(t *testing.T) {
	ints, err := Value{Kind: Uint64, Data: []uint64{1, math.MaxInt64}}.Ints()
	if err != nil || !reflect.DeepEqual(ints, []int64{1, math.MaxInt64}) {
		t.Errorf("Ints: %v, %v", ints, err)
	}
	for _, bad := range []any{[]uint64{math.MaxUint64}, []float64{1.5}, []float64{math.NaN()}, []float32{1e30}, []string{"1"}, nil} {
		if _, err := (Value{Data: bad}).Ints(); err == nil {
			t.Errorf("Ints of %v: no error", bad)
		}
	}
	f, err := Value{Kind: Int16, Data: []int16{-3, 4}}.Floats()
	if err != nil || !reflect.DeepEqual(f, []float64{-3, 4}) {
		t.Errorf("Floats: %v, %v", f, err)
	}
	if _, err := product([]int{1 << 40, 1 << 40}); err == nil {
		t.Error("product: no overflow seen")
	}
	if _, err := product([]int{3, -1}); err == nil {
		t.Error("product: negative dimension accepted")
	}
}

func TestWanted(t *testing.T) {
	o := ReadOptions{Only: []string{"/spikes/A"}}
	for p, want := range map[string]bool{"/spikes": true, "/spikes/A": true, "/spikes/A/node_ids": true, "/spikes/AB": false, "/report": false} {
		if o.wanted(p) != want {
			t.Errorf("wanted(%s) = %v", p, !want)
		}
	}
}

func TestNoHDF5(t *testing.T) {
	if Available {
		return
	}
	_, err1 := Create("x")
	_, err2 := Open("x")
	_, err3 := ReadAll("x", ReadOptions{})
	for _, err := range []error{err1, err2, err3} {
		if err != ErrNoHDF5 || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v", err)
		}
	}
}

// Whatever the other process answers, the parent gets a tree or an error.
func FuzzReceive(f *testing.F) {
	var b bytes.Buffer
	root := &Node{Children: []*Node{{Name: "a", Value: &Value{Kind: Float64, Dims: []int{2}, Data: []float64{1, 2}}},
		{Name: "s", Attrs: map[string]Value{"units": {Kind: String, Data: []string{"ms"}}}}}}
	if err := send(&b, root, nil); err != nil {
		f.Fatal(err)
	}
	got, err := receive(bytes.NewReader(b.Bytes()), ReadOptions{MaxBytes: 100})
	if err != nil || !reflect.DeepEqual(got, root) {
		f.Fatalf("%+v %v", got, err)
	}
	f.Add(b.Bytes())
	b.Reset()
	send(&b, nil, ErrNoHDF5)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		if n, err := receive(bytes.NewReader(in), ReadOptions{MaxBytes: 1 << 16}); (n == nil) == (err == nil) {
			t.Errorf("%v %v", n, err)
		}
	})
}
