// Package sealed writes and reads files of records that prove that they are
// whole, so that what a process had written when it was killed can be told
// from what it had not.
//
// In: records, a kind and some bytes each. Out: a file to which whole records
// are appended, and back from it every record up to the first that is torn or
// damaged. Next: runtime/record's logs and runtime/sim's checkpoints, which
// say what the bytes mean.
//
// A file is a title of 16 bytes, then records: length of the body and kind (4
// bytes each, little endian), CRC-32C of these 8 bytes, the body, CRC-32C of
// the body.
package sealed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

var table = crc32.MakeTable(crc32.Castagnoli)

const (
	titleLen = 16
	headLen  = 12
	tailLen  = 4

	// MaxBody is the longest body of a record, in bytes.
	MaxBody = 1 << 30
)

func title(s string) []byte {
	if len(s) > titleLen {
		panic("BUG: title " + s)
	}
	return append([]byte(s), make([]byte, titleLen-len(s))...)
}

// Writer appends records to a file.
type Writer struct {
	f    *os.File
	size int64 // of what is whole
	err  error
}

// Create makes a file, which must not exist, with a title of at most 16
// bytes that names the format and its version.
func Create(path, name string) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(title(name)); err != nil {
		f.Close()
		os.Remove(path)
		return nil, err
	}
	return &Writer{f: f, size: titleLen}, nil
}

// Append writes one record, whose body is the parts one after the other.
// After an error the file ends where it did before, and takes no more.
func (w *Writer) Append(kind uint32, parts ...[]byte) error {
	if w.err != nil {
		return w.err
	}
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if n > MaxBody {
		return fmt.Errorf("BUG: a record of %d bytes", n)
	}
	var head [headLen]byte
	binary.LittleEndian.PutUint32(head[:], uint32(n))
	binary.LittleEndian.PutUint32(head[4:], kind)
	binary.LittleEndian.PutUint32(head[8:], crc32.Checksum(head[:8], table))
	sum := uint32(0)
	for _, p := range parts {
		sum = crc32.Update(sum, table, p)
	}
	tail := binary.LittleEndian.AppendUint32(nil, sum)
	for _, p := range append(append([][]byte{head[:]}, parts...), tail) {
		if _, err := w.f.Write(p); err != nil {
			w.err = err
			w.f.Truncate(w.size)
			return err
		}
	}
	w.size += int64(headLen + n + tailLen)
	return nil
}

// Size returns the length of the file, in bytes.
func (w *Writer) Size() int64 { return w.size }

// Sync makes what was appended outlast a failure of the machine.
func (w *Writer) Sync() error {
	if w.err != nil {
		return w.err
	}
	return w.f.Sync()
}

// Close closes the file.
func (w *Writer) Close() error { return w.f.Close() }

// Damage says that a file is not whole from some byte on.
type Damage struct {
	Offset int64 // of the record that is not whole
	Torn   bool  // the file ends within it, as after a sudden end of its writer
	What   string
}

func (d *Damage) Error() string { return fmt.Sprintf("%s at byte %d", d.What, d.Offset) }

// ErrTitle says that a file is of another format or version.
var ErrTitle = errors.New("another format or version")

// Reader reads records.
type Reader struct {
	r    io.Reader
	left int64
	at   int64
	body []byte
	err  error
}

// NewReader reads a file of size bytes whose title must be name.
func NewReader(r io.Reader, size int64, name string) (*Reader, error) {
	var got [titleLen]byte
	n, err := io.ReadFull(r, got[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	want := title(name)
	if string(got[:n]) != string(want[:n]) {
		return nil, ErrTitle
	}
	if n < titleLen {
		return nil, &Damage{0, true, "torn title"}
	}
	return &Reader{r: r, left: size - titleLen, at: titleLen}, nil
}

// Next returns the next record; the body is valid until Next is called again.
// At the end of a sound file the error is io.EOF, at the first record that is
// not whole a *Damage, and so for ever after.
func (r *Reader) Next() (kind uint32, body []byte, err error) {
	if r.err != nil {
		return 0, nil, r.err
	}
	fail := func(torn bool, what string) (uint32, []byte, error) {
		r.err = &Damage{r.at, torn, what}
		return 0, nil, r.err
	}
	if r.left <= 0 {
		r.err = io.EOF
		return 0, nil, r.err
	}
	if r.left < headLen+tailLen {
		return fail(true, "torn record")
	}
	var head [headLen]byte
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		return fail(true, "torn record")
	}
	if crc32.Checksum(head[:8], table) != binary.LittleEndian.Uint32(head[8:]) {
		return fail(false, "damaged record")
	}
	n := int64(binary.LittleEndian.Uint32(head[:]))
	if n > MaxBody || n > r.left-headLen-tailLen {
		return fail(n <= MaxBody, "torn record")
	}
	if int64(cap(r.body)) < n+tailLen {
		r.body = make([]byte, n+tailLen)
	}
	b := r.body[:n+tailLen]
	if _, err := io.ReadFull(r.r, b); err != nil {
		return fail(true, "torn record")
	}
	if crc32.Checksum(b[:n], table) != binary.LittleEndian.Uint32(b[n:]) {
		return fail(false, "damaged record")
	}
	r.at += headLen + n + tailLen
	r.left -= headLen + n + tailLen
	return binary.LittleEndian.Uint32(head[4:]), b[:n], nil
}
