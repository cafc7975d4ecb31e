// Package bundle makes an executable that carries files: a copy of the running
// one with an archive behind it.
//
// In: files. Out: an executable; and, in a process that was started from one,
// the files again. Next: the façade packs a model, the command runs it.
//
// The copy is the executable's own bytes, but for a mark in its data that says
// that an archive must follow, so that a shortened file is found out. Behind
// them come a zip archive, its SHA-256, the archive's length and a closing
// word.
package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/rallsim/rall/internal/wholefile"
)

// mark is found in the file of the executable and changed in the copy.
var mark = struct {
	text   [36]byte
	loaded uint32 // 1: an archive follows
}{text: [36]byte{'r', 'a', 'l', 'l', ':', ' ', 'm', 'o', 'd', 'e', 'l', ' ', 'b', 'e', 'h', 'i', 'n', 'd', ' ', 't', 'h', 'i', 's', ' ', 'p', 'r', 'o', 'g', 'r', 'a', 'm', '?', ' ', '0', ':', ' '}}

const (
	closing = "rall bundle 1\n\x00\x00" // 16 bytes
	trailer = sha256.Size + 8 + len(closing)
)

// ErrDamaged: the archive is not what was packed.
var ErrDamaged = errors.New("the file is damaged: the model behind the program is not what was packed")

// ErrLoaded: a program that carries an archive makes no others.
var ErrLoaded = errors.New("this program carries a model already")

// Loaded says whether the running executable carries an archive.
func Loaded() bool { return atomic.LoadUint32(&mark.loaded) != 0 }

// Pack writes a copy of the running executable with an archive that add fills,
// whole or not at all.
func Pack(path string, add func(*zip.Writer) error) error {
	if Loaded() {
		return ErrLoaded
	}
	own, err := os.Executable()
	if err != nil {
		return err
	}
	program, err := os.ReadFile(own)
	if err != nil {
		return err
	}
	text := append([]byte(nil), mark.text[:]...)
	at := bytes.Index(program, text)
	if at < 0 || bytes.Contains(program[at+1:], text) {
		return fmt.Errorf("BUG: the mark in %s is not there once", own)
	}
	program[at+len(text)] = 1 // the low byte: all machines here are little-endian
	var b wholefile.Batch
	defer b.Discard()
	temp := b.Temp(path)
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o777)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(program); err != nil {
		return err
	}
	sum := sha256.New()
	out := &counter{w: io.MultiWriter(f, sum)}
	z := zip.NewWriter(out)
	if err := errors.Join(add(z), z.Close()); err != nil {
		return err
	}
	end := binary.LittleEndian.AppendUint64(sum.Sum(nil), uint64(out.n))
	if _, err := f.Write(append(end, closing...)); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return b.Commit()
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Open returns the archive of the running executable, checked. The caller
// closes the file when it is done with the archive.
func Open() (*zip.Reader, io.Closer, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	return open(own)
}

func open(path string) (_ *zip.Reader, _ io.Closer, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	end := make([]byte, trailer)
	if _, err := f.ReadAt(end, max(0, info.Size()-int64(trailer))); err != nil || string(end[sha256.Size+8:]) != closing {
		return nil, nil, ErrDamaged
	}
	n := binary.LittleEndian.Uint64(end[sha256.Size:])
	if n > uint64(info.Size()-int64(trailer)) {
		return nil, nil, ErrDamaged
	}
	archive := io.NewSectionReader(f, info.Size()-int64(trailer)-int64(n), int64(n))
	sum := sha256.New()
	if _, err := io.Copy(sum, archive); err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(sum.Sum(nil), end[:sha256.Size]) {
		return nil, nil, ErrDamaged
	}
	z, err := zip.NewReader(archive, int64(n))
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%v)", ErrDamaged, err)
	}
	return z, f, nil
}

// Extract writes the files below folder of an archive into a folder on disk.
func Extract(z *zip.Reader, folder, dir string) error {
	sub, err := fs.Sub(z, folder)
	if err != nil {
		return err
	}
	return fs.WalkDir(sub, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return fmt.Errorf("%w: %q", ErrDamaged, name)
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(to, 0o777)
		}
		from, err := sub.Open(name)
		if err != nil {
			return err
		}
		defer from.Close()
		f, err := os.Create(to)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, from)
		return errors.Join(err, f.Close())
	})
}
