package sealed

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func sample(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	w, err := Create(path, "test 1")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if err := w.Append(uint32(i), bytes.Repeat([]byte{byte(i)}, 7*i), []byte("tail")[:i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || int64(len(b)) != w.Size() {
		t.Fatalf("%d bytes, Size %d, %v", len(b), w.Size(), err)
	}
	return b
}

// read returns how many sound records b starts with, and what ends them.
func read(b []byte) (int, error) {
	r, err := NewReader(bytes.NewReader(b), int64(len(b)), "test 1")
	if err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		kind, body, err := r.Next()
		if err != nil {
			return n, err
		}
		if int(kind) != n || len(body) != 8*n {
			return n, errors.New("a record that was never written")
		}
	}
}

func TestWhole(t *testing.T) {
	if n, err := read(sample(t)); n != 4 || err != io.EOF {
		t.Errorf("%d records, %v", n, err)
	}
	if _, err := NewReader(bytes.NewReader(sample(t)), 1000, "test 2"); !errors.Is(err, ErrTitle) {
		t.Errorf("another version: %v", err)
	}
}

// However short a file was cut, the records that are whole come back.
func TestTorn(t *testing.T) {
	b := sample(t)
	var ends []int // offsets at which 0, 1, … records end
	for n, at := 0, titleLen; n <= 4; n++ {
		ends = append(ends, at)
		at += 16 + 8*n
	}
	for cut := range b {
		whole := 0
		for whole < 4 && ends[whole+1] <= cut {
			whole++
		}
		n, err := read(b[:cut])
		var d *Damage
		switch {
		case n != whole:
			t.Errorf("cut at %d: %d records, want %d", cut, n, whole)
		case cut == ends[whole] && err != io.EOF, cut != ends[whole] && (!errors.As(err, &d) || !d.Torn):
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

// A changed byte ends the file at its record.
func TestDamaged(t *testing.T) {
	b := sample(t)
	for at := titleLen; at < len(b); at++ {
		c := bytes.Clone(b)
		c[at] ^= 0x10
		n, err := read(c)
		var d *Damage
		if !errors.As(err, &d) || d.Offset > int64(at) || n == 4 {
			t.Errorf("byte %d changed: %d records, %v", at, n, err)
		}
	}
}

func TestFullAppend(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{f: f, size: titleLen}
	defer w.Close()
	if err := w.Append(1, []byte("x")); err == nil || w.Size() != titleLen {
		t.Errorf("%v, size %d", err, w.Size())
	}
	if w.Append(1, nil) == nil || w.Sync() == nil {
		t.Error("it goes on after an error")
	}
}

func FuzzReader(f *testing.F) {
	b := sample(f)
	f.Add(b)
	f.Add(b[:len(b)-3])
	f.Add([]byte("test 1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b), int64(len(b)), "test 1")
		if err != nil {
			return
		}
		total := 0
		for {
			_, body, err := r.Next()
			if err != nil {
				if _, _, again := r.Next(); again != err {
					t.Fatalf("%v, then %v", err, again)
				}
				return
			}
			if total += len(body); total > len(b) {
				t.Fatal("more bytes than there are")
			}
		}
	})
}
