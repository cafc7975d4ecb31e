// Package wholefile makes files appear whole or not at all.
//
// In: the final path of a file, and a writer of its content. Out: the file
// under a temporary name beside it, renamed when everything has been written.
// Next: nothing; export and analysis/plot write through it.
package wholefile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Batch is a set of files that appear together.
type Batch struct {
	temps, finals []string
}

// Temp returns the temporary name under which the caller writes the file
// that is to appear at path. The file must not exist under that name before.
func (b *Batch) Temp(path string) string {
	dir, name := filepath.Split(path)
	t := filepath.Join(dir, fmt.Sprintf(".%s.%d.part", name, os.Getpid()))
	os.Remove(t)
	b.temps = append(b.temps, t)
	b.finals = append(b.finals, path)
	return t
}

// Write writes one file of the batch.
func (b *Batch) Write(path string, content func(w io.Writer) error) error {
	return write(b.Temp(path), path, content)
}

// Files returns the final paths, in the order of writing.
func (b *Batch) Files() []string { return append([]string(nil), b.finals...) }

// Commit gives every file its final name. After an error no file of the
// batch is left under a temporary name.
func (b *Batch) Commit() error {
	for i, t := range b.temps {
		if err := os.Rename(t, b.finals[i]); err != nil {
			b.temps = b.temps[i:]
			b.Discard()
			return err
		}
	}
	b.temps = nil
	return nil
}

// Discard removes what was written and not committed. The space is given
// back even if a library still holds a file open after an error.
func (b *Batch) Discard() {
	for _, t := range b.temps {
		os.Truncate(t, 0)
		os.Remove(t)
	}
	b.temps = nil
}

// Write writes one file by itself.
func Write(path string, content func(w io.Writer) error) error {
	var b Batch
	if err := b.Write(path, content); err != nil {
		b.Discard()
		return err
	}
	return b.Commit()
}

func write(temp, path string, content func(w io.Writer) error) error {
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<16)
	err = errors.Join(content(w), w.Flush())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	return nil
}

// cause drops the temporary name from an error of the operating system, and
// the repetition that a failed flush adds.
func cause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
