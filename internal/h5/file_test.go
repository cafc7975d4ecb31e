//go:build cgo

package h5

import (
	"errors"
	"math"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func writeSample(t *testing.T, path string) map[string]any {
	t.Helper()
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	data := map[string]any{
		"/n/i8":          []int8{-128, 127, 0},
		"/n/i16":         []int16{-32768, 32767},
		"/n/i32":         []int32{math.MinInt32, math.MaxInt32},
		"/n/i64":         []int64{math.MinInt64, math.MaxInt64},
		"/n/u8":          []uint8{0, 255},
		"/n/u16":         []uint16{65535},
		"/n/u32":         []uint32{math.MaxUint32},
		"/n/u64":         []uint64{math.MaxUint64, 1 << 53},
		"/n/f32":         []float32{1.5, float32(math.Inf(1))},
		"/n/f64":         []float64{0.1, math.Copysign(0, -1), 5e-324},
		"/deep/er/str":   []string{"", "gamma", "µ → ü", "last"},
		"/deep/empty":    []float64{},
		"/deep/er/e_str": []string{},
	}
	for name, d := range data {
		if err := f.Write(name, d, nil, Storage{}); err != nil {
			t.Fatal(err)
		}
	}
	m := make([]float64, 7*5)
	for i := range m {
		m[i] = float64(i) / 3
	}
	if err := f.Write("/m/chunked", m, []int{7, 5}, Storage{Chunk: []int{4, 4}, Deflate: 4}); err != nil {
		t.Fatal(err)
	}
	data["/m/chunked"] = m
	for _, a := range []struct {
		at, name string
		v        any
	}{
		{"/", "magic", uint32(0x0A7A)},
		{"/", "version", []uint32{0, 1}},
		{"/n/f64", "units", "mV"},
		{"/n", "sorting", Enum{[]string{"none", "by_id", "by_time"}, 2}},
		{"/m/chunked", "sorted", uint8(1)},
		{"/m/chunked", "x", 0.1},
	} {
		if err := f.SetAttr(a.at, a.name, a.v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	data := writeSample(t, path)
	root, err := ReadAll(path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range data {
		n := root.At(strings.Split(name, "/")[1:]...)
		if n == nil || n.Value == nil {
			t.Errorf("%s is missing", name)
			continue
		}
		if !reflect.DeepEqual(n.Value.Data, want) {
			t.Errorf("%s: %v, want %v", name, n.Value.Data, want)
		}
	}
	if d := root.At("m", "chunked").Value.Dims; !reflect.DeepEqual(d, []int{7, 5}) {
		t.Errorf("dims %v", d)
	}
	if v := root.Attrs["magic"]; v.Kind != Uint32 || v.Dims != nil || !reflect.DeepEqual(v.Data, []uint32{0x0A7A}) {
		t.Errorf("magic %+v", v)
	}
	if v := root.Attrs["version"]; !reflect.DeepEqual(v.Data, []uint32{0, 1}) || !reflect.DeepEqual(v.Dims, []int{2}) {
		t.Errorf("version %+v", v)
	}
	if s := root.At("n", "f64").AttrString("units"); s != "mV" {
		t.Errorf("units %q", s)
	}
	v := root.At("n").Attrs["sorting"]
	if !reflect.DeepEqual(v.Data, []uint8{2}) || !reflect.DeepEqual(v.Enum, map[string]int64{"none": 0, "by_id": 1, "by_time": 2}) {
		t.Errorf("sorting %+v", v)
	}

	part, err := ReadAll(path, ReadOptions{Only: []string{"/n/f32"}, ListOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(part.Children) != 1 || len(part.At("n").Children) != 1 || part.At("n", "f32").Value.Data != nil || part.At("n", "f32").Value.Dims[0] != 2 {
		t.Errorf("partial reading gives %+v", part.At("n"))
	}
}

func TestGrowing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g.h5")
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	num, err := f.Growing("/a/t", Float64, nil, 16, 0)
	if err != nil {
		t.Fatal(err)
	}
	mat, err := f.Growing("/a/m", Float32, []int{3}, 8, 5)
	if err != nil {
		t.Fatal(err)
	}
	str, err := f.Growing("/a/s", String, nil, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	var wantT []float64
	var wantM []float32
	var wantS []string
	for i := 0; i < 50; i++ {
		a := make([]float64, i%4)
		b := make([]float32, 3*(i%3))
		for j := range a {
			a[j] = float64(i) + 0.1
		}
		for j := range b {
			b[j] = float32(i*j) / 7
		}
		s := []string{strings.Repeat("x", i)}
		if err := errors.Join(num.Append(a), mat.Append(b), str.Append(s)); err != nil {
			t.Fatal(err)
		}
		wantT, wantM, wantS = append(wantT, a...), append(wantM, b...), append(wantS, s...)
	}
	if err := mat.Append(make([]float32, 4)); err == nil {
		t.Error("a partial row was accepted")
	}
	if err := errors.Join(num.Close(), mat.Close(), str.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	root, err := ReadAll(path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"t": wantT, "m": wantM, "s": wantS} {
		if got := root.At("a", name).Value.Data; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if d := root.At("a", "m").Value.Dims; !reflect.DeepEqual(d, []int{len(wantM) / 3, 3}) {
		t.Errorf("dims %v", d)
	}
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.h5")
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path); err == nil {
		t.Error("an existing file was overwritten")
	}
	if err := f.Write("/a", []float64{1, 2, 3}, []int{2, 2}, Storage{}); err == nil {
		t.Error("3 numbers written as 2 x 2")
	}
	if err := f.Write("/b", make([]float64, 1000), nil, Storage{}); err != nil {
		t.Fatal(err)
	}
	if err := f.Write("/b", []float64{1}, nil, Storage{}); err == nil {
		t.Error("a dataset was written twice")
	}
	if err := f.Write("/s", []string{"a\x00b"}, nil, Storage{}); err == nil {
		t.Error("a string with a zero byte was written")
	}
	if err := f.SetAttr("/nowhere", "a", "b"); err == nil {
		t.Error("attribute of nothing")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if _, err := ReadAll(path, ReadOptions{MaxBytes: 7999}); err == nil || !strings.Contains(err.Error(), "larger than the limit") {
		t.Errorf("limit: %v", err)
	}
	if _, err := ReadAll(path, ReadOptions{MaxObjects: 1}); err != nil {
		t.Errorf("one object: %v", err)
	}
	if _, err := ReadAll(filepath.Join(dir, "none.h5"), ReadOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	text := filepath.Join(dir, "text.h5")
	os.WriteFile(text, []byte("not HDF5"), 0o644)
	if _, err := ReadAll(text, ReadOptions{}); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("text file: %v", err)
	}
}

// A damaged file gives an error or data, and this process lives on.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "a.h5")
	writeSample(t, whole)
	good, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewSource(1))
	bad := filepath.Join(dir, "bad.h5")
	failed := 0
	for i := 0; i < 60; i++ {
		b := append([]byte(nil), good...)
		if i%4 == 0 {
			b = b[:rng.Intn(len(b))]
		}
		for j := 0; j < 1+i%16 && len(b) > 0; j++ {
			b[rng.Intn(len(b))] = byte(rng.Intn(256))
		}
		if err := os.WriteFile(bad, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadAll(bad, ReadOptions{MaxBytes: 1 << 20}); err != nil {
			failed++
			if strings.Contains(err.Error(), "BUG") {
				t.Errorf("mutation %d: %v", i, err)
			}
		}
	}
	if failed < 15 {
		t.Errorf("only %d of 60 damaged files were refused", failed)
	}
}

// A child that dies is an error of the file, told in one line.
func TestCrashedChild(t *testing.T) {
	if os.Getenv("H5_TEST_CRASH") != "" {
		return
	}
	_, err := receive(strings.NewReader(childMagic+"\x10\x00"), ReadOptions{})
	if err == nil {
		t.Error("half an answer was accepted")
	}
	_, err = receive(strings.NewReader("PASS\n"), ReadOptions{})
	if err == nil {
		t.Error("a foreign answer was accepted")
	}
}

// A full disk is an error that leaves the process able to write elsewhere.
// The limit on the size of a file stands in for the full disk.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv("H5_TEST_FULL"); dir != "" {
		fillDisk(t, dir)
		return
	}
	cmd := exec.Command("/bin/sh", "-c", `trap "" XFSZ; ulimit -f 200; exec "$0" -test.run='^TestFullDisk$' -test.v`, os.Args[0])
	cmd.Env = append(os.Environ(), "H5_TEST_FULL="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "full: ") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func fillDisk(t *testing.T, dir string) {
	big := make([]float64, 1<<20)
	for i := range big {
		big[i] = float64(i)
	}
	for _, st := range []Storage{{}, {Chunk: []int{1 << 10}}, {Chunk: []int{1 << 19}}} {
		path := filepath.Join(dir, "full.h5")
		f, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		err = f.Write("/x", big, nil, st)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err == nil || !(errors.Is(err, syscall.EFBIG) || errors.Is(err, syscall.ENOSPC)) {
			t.Errorf("storage %+v: %v", st, err)
		}
		t.Logf("full: %v", err)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	small, err := Create(filepath.Join(dir, "small.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if err := small.Write("/x", []float64{1}, nil, Storage{}); err != nil {
		t.Fatal(err)
	}
	if err := small.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadAll(small.path, ReadOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestParallelUse(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for g := 0; g < 4; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 20; i++ {
				path := filepath.Join(dir, string(rune('a'+g))+string(rune('a'+i)))
				f, err := Create(path)
				if err != nil {
					t.Error(err)
					return
				}
				if err := errors.Join(f.Write("/p/q/r", []int32{int32(g), int32(i)}, nil, Storage{}), f.Close()); err != nil {
					t.Error(err)
				}
				r, err := Open(path)
				if err != nil {
					t.Error(err)
					return
				}
				v, err := r.Read("/p/q/r", 100)
				if err != nil || !reflect.DeepEqual(v.Data, []int32{int32(g), int32(i)}) {
					t.Errorf("%v %v", v, err)
				}
				r.Close()
			}
		}()
	}
	wg.Wait()
}

// TestRows: parts of datasets, of every kind and layout.
func TestRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.h5")
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	m := make([]float64, 9*2)
	for i := range m {
		m[i] = float64(i)
	}
	for name, d := range map[string]any{"/a/i": []int16{0, 1, 2, 3, 4, 5, 6, 7, 8}, "/a/s": []string{"0", "1", "two", "3", "", "5", "6", "7", "8"}} {
		if err := f.Write(name, d, nil, Storage{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Write("/a/m", m, []int{9, 2}, Storage{Chunk: []int{4, 1}, Deflate: 3}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	root, err := ReadAll(path, ReadOptions{Rows: [][2]int64{{2, 5}, {5, 5}, {7, 9}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"i": []int16{2, 3, 4, 7, 8}, "s": []string{"two", "3", "", "7", "8"}, "m": []float64{4, 5, 6, 7, 8, 9, 14, 15, 16, 17}} {
		if got := root.At("a", name).Value; !reflect.DeepEqual(got.Data, want) || got.Dims[0] != 5 {
			t.Errorf("%s: %v %v, want %v", name, got.Dims, got.Data, want)
		}
	}
	for _, bad := range [][2]int64{{0, 10}, {5, 4}, {-1, 2}} {
		if _, err := ReadAll(path, ReadOptions{Rows: [][2]int64{bad}}); err == nil || !strings.Contains(err.Error(), "rows") {
			t.Errorf("rows %v: %v", bad, err)
		}
	}
}
