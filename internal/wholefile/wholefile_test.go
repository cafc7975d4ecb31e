package wholefile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var s []string
	for _, e := range es {
		s = append(s, e.Name())
	}
	return strings.Join(s, " ")
}

func TestBatch(t *testing.T) {
	dir := t.TempDir()
	say := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	var b Batch
	if err := b.Write(filepath.Join(dir, "a"), say("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.Temp(filepath.Join(dir, "b")), []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := names(t, dir); strings.Contains(" "+n+" ", " a ") {
		t.Errorf("before Commit: %s", n)
	}
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := names(t, dir); n != "a b" {
		t.Errorf("after Commit: %s", n)
	}
	if err := Write(filepath.Join(dir, "a"), say("three")); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "a")); string(text) != "three" {
		t.Errorf("a holds %q", text)
	}
}

func TestFailureLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	err := Write(filepath.Join(dir, "a"), func(w io.Writer) error {
		w.Write(make([]byte, 1<<20))
		return errors.New("no more")
	})
	if err == nil || !strings.Contains(err.Error(), "no more") {
		t.Errorf("error %v", err)
	}
	if n := names(t, dir); n != "" {
		t.Errorf("left: %s", n)
	}
	// A directory stands where the second file should go: the first has its name, nothing temporary is left.
	var b Batch
	os.MkdirAll(filepath.Join(dir, "y", "x"), 0o777)
	for _, f := range []string{"x", "y", "z"} {
		if err := b.Write(filepath.Join(dir, f), func(w io.Writer) error { _, err := fmt.Fprint(w, f); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Commit(); err == nil {
		t.Error("Commit over a directory")
	}
	if n := names(t, dir); n != "x y" {
		t.Errorf("left: %s", n)
	}
}

func TestFullDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		return // only Linux has it
	}
	err := write2full()
	if err == nil || strings.Count(err.Error(), "no space") != 1 {
		t.Errorf("error %v", err)
	}
}

func write2full() error {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write([]byte("x"))
	return cause(errors.Join(err, err))
}
