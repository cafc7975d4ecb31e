//go:build cgo

package h5

// #cgo LDFLAGS: -lhdf5
// #cgo darwin CFLAGS: -I/usr/local/include
// #cgo darwin LDFLAGS: -L/usr/local/lib
// #cgo darwin,arm64 CFLAGS: -I/opt/homebrew/include
// #cgo darwin,arm64 LDFLAGS: -L/opt/homebrew/lib
// #cgo linux,amd64 CFLAGS: -I/usr/lib/x86_64-linux-gnu/hdf5/serial/include
// #cgo linux,amd64 LDFLAGS: -L/usr/lib/x86_64-linux-gnu/hdf5/serial
// #cgo linux,arm64 CFLAGS: -I/usr/lib/aarch64-linux-gnu/hdf5/serial/include
// #cgo linux,arm64 LDFLAGS: -L/usr/lib/aarch64-linux-gnu/hdf5/serial
// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"gonum.org/v1/hdf5"
)

// Available says whether this build has HDF5.
const Available = true

// One lock for the whole library: Debian's libhdf5 is thread-safe, other
// builds need not be.
var mu sync.Mutex

// enter takes the lock and pins the thread, because libhdf5 keeps its error
// stack and its silence per thread. Call what it returns when done.
func enter() func() {
	mu.Lock()
	runtime.LockOSThread()
	C.rh5_quiet()
	return func() {
		runtime.UnlockOSThread()
		mu.Unlock()
	}
}

// failure makes an error of libhdf5's own message. A full disk can be told by
// errors.Is(err, syscall.ENOSPC).
func failure(what string) error {
	var buf [512]C.char
	errno := syscall.Errno(C.rh5_error(&buf[0], C.size_t(len(buf))))
	if errno != 0 {
		return fmt.Errorf("%s: %w", what, errno)
	}
	msg := C.GoString(&buf[0])
	if msg == "" {
		msg = "HDF5 gives no reason"
	}
	return fmt.Errorf("%s: %s", what, msg)
}

// File is an open HDF5 file. Its methods may be called from any goroutine.
type File struct {
	path string
	f    *hdf5.File
}

// Create makes a new file; an existing one is an error.
func Create(name string) (*File, error) {
	defer enter()()
	f, err := hdf5.CreateFile(name, hdf5.F_ACC_EXCL)
	if err != nil {
		return nil, failure("create " + name)
	}
	return &File{name, f}, nil
}

// Open opens a file for reading, in this process: see the package comment.
func Open(name string) (*File, error) {
	defer enter()()
	f, err := hdf5.OpenFile(name, hdf5.F_ACC_RDONLY)
	if err != nil {
		if _, e := os.Stat(name); e != nil {
			return nil, e
		}
		return nil, failure("open " + name)
	}
	return &File{name, f}, nil
}

// Close flushes and closes. After an error the file's contents are unusable.
func (f *File) Close() error {
	if f.f == nil {
		return nil
	}
	defer enter()()
	err := f.f.Close()
	f.f = nil
	if err != nil {
		return failure("write " + f.path)
	}
	return nil
}

// parents creates the groups above name that do not exist.
func (f *File) parents(name string) error {
	dir := path.Dir(path.Clean("/" + name))
	at := ""
	for _, part := range strings.Split(dir, "/") {
		if part == "" {
			continue
		}
		at += "/" + part
		if f.f.LinkExists(at) {
			continue
		}
		g, err := f.f.CreateGroup(at)
		if err != nil {
			return failure("create group " + at)
		}
		g.Close()
	}
	return nil
}

// Group creates a group and those above it that do not exist.
func (f *File) Group(name string) error {
	defer enter()()
	return f.parents(name + "/.x")
}

// Write creates a dataset at name, and the groups above it. data is a slice
// of numbers or strings, row-major; dims nil means one dimension.
func (f *File) Write(name string, data any, dims []int, st Storage) error {
	k, n, err := kindOf(data)
	if err != nil {
		return err
	}
	if dims == nil {
		dims = []int{n}
	}
	want, err := product(dims)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", f.path, name, err)
	}
	if want != n {
		return fmt.Errorf("%s: %s: BUG: %d elements for dimensions %v", f.path, name, n, dims)
	}
	if s, ok := data.([]string); ok {
		if _, _, err := pack(s); err != nil {
			return fmt.Errorf("%s: %s: %w", f.path, name, err)
		}
	}
	defer enter()()
	id, err := f.create(name, k, dims, st)
	if err != nil {
		return err
	}
	defer C.rh5_close(id)
	if n == 0 {
		return nil
	}
	return f.put(id, name, data, k, -1, n)
}

// create makes an empty dataset; the caller holds the lock and closes it.
func (f *File) create(name string, k Kind, dims []int, st Storage) (C.int64_t, error) {
	if st.Chunk != nil && len(st.Chunk) != len(dims) || st.Grow && st.Chunk == nil || len(dims) > 32 {
		panic("BUG: h5 storage of " + name)
	}
	if err := f.parents(name); err != nil {
		return 0, err
	}
	cd := make([]C.int64_t, len(dims)+1)
	cc := make([]C.int64_t, len(dims)+1)
	for i, d := range dims {
		cd[i] = C.int64_t(d)
		if st.Chunk != nil {
			c := st.Chunk[i]
			if !(st.Grow && i == 0) {
				c = min(c, d)
			}
			cc[i] = C.int64_t(max(c, 1))
		}
	}
	var chunk *C.int64_t
	if st.Chunk != nil {
		chunk = &cc[0]
	}
	cn := C.CString(name)
	defer C.free(unsafe.Pointer(cn))
	grow := C.int(0)
	if st.Grow {
		grow = 1
	}
	id := C.rh5_create(C.int64_t(f.f.ID()), cn, C.int(k), C.int(len(dims)), &cd[0], chunk, grow, C.int(st.Deflate))
	if id < 0 {
		return 0, failure(f.path + ": create " + name)
	}
	return id, nil
}

// put writes data to the rows from off (-1: the whole dataset).
func (f *File) put(id C.int64_t, name string, data any, k Kind, off, rows int) error {
	var r C.int
	count := C.int64_t(rows)
	if off < 0 {
		count = -1
	}
	if s, ok := data.([]string); ok {
		blob, offs, err := pack(s)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", f.path, name, err)
		}
		r = C.rh5_write_strings(id, (*C.char)(unsafe.Pointer(&blob[0])), &offs[0], C.int64_t(len(s)), C.int64_t(off))
	} else {
		r = C.rh5_write(id, C.int(k), pointer(data), C.int64_t(max(off, 0)), count)
	}
	if r < 0 {
		return failure(f.path + ": write " + name)
	}
	return nil
}

// pack lays strings end to end, each with its closing zero.
func pack(s []string) ([]byte, []C.int64_t, error) {
	var b []byte
	offs := make([]C.int64_t, len(s)+1)
	for i, x := range s {
		if strings.IndexByte(x, 0) >= 0 {
			return nil, nil, fmt.Errorf("string %d holds a zero byte", i)
		}
		offs[i] = C.int64_t(len(b))
		b = append(append(b, x...), 0)
	}
	offs[len(s)] = C.int64_t(len(b))
	if len(b) == 0 {
		b = []byte{0}
	}
	return b, offs, nil
}

// Growing is a dataset whose first dimension grows.
type Growing struct {
	f    *File
	name string
	id   C.int64_t
	kind Kind
	row  int // elements in a row
	rows int
}

// Growing creates a dataset without rows, of rows of the given dimensions
// (none: numbers one after another), stored in chunks of chunkRows rows.
func (f *File) Growing(name string, k Kind, row []int, chunkRows, deflate int) (*Growing, error) {
	n, err := product(row)
	if err != nil {
		return nil, err
	}
	defer enter()()
	dims := append([]int{0}, row...)
	chunk := append([]int{max(chunkRows, 1)}, row...)
	id, err := f.create(name, k, dims, Storage{Chunk: chunk, Deflate: deflate, Grow: true})
	if err != nil {
		return nil, err
	}
	return &Growing{f, name, id, k, n, 0}, nil
}

// Append adds whole rows.
func (g *Growing) Append(data any) error {
	k, n, err := kindOf(data)
	if err != nil {
		return err
	}
	if k != g.kind || g.row == 0 || n%g.row != 0 {
		return fmt.Errorf("%s: %s: BUG: append of %d %s to rows of %d %s", g.f.path, g.name, n, k, g.row, g.kind)
	}
	if n == 0 {
		return nil
	}
	defer enter()()
	rows := n / g.row
	if C.rh5_grow(g.id, C.int64_t(g.rows+rows)) < 0 {
		return failure(g.f.path + ": grow " + g.name)
	}
	if err := g.f.put(g.id, g.name, data, k, g.rows, rows); err != nil {
		return err
	}
	g.rows += rows
	return nil
}

// Close ends the dataset; close it before its File.
func (g *Growing) Close() error {
	defer enter()()
	if g.id == 0 {
		return nil
	}
	r := C.rh5_close(g.id)
	g.id = 0
	if r < 0 {
		return failure(g.f.path + ": write " + g.name)
	}
	return nil
}

// SetAttr gives the group or dataset at name ("/" for the root) an attribute:
// a string, an Enum, a number (uint8 … float64), or a slice of numbers.
func (f *File) SetAttr(name, attr string, value any) error {
	defer enter()()
	loc, done, err := f.object(name)
	if err != nil {
		return err
	}
	defer done()
	ca := C.CString(attr)
	defer C.free(unsafe.Pointer(ca))
	var r C.int
	switch v := value.(type) {
	case string:
		if strings.IndexByte(v, 0) >= 0 {
			return fmt.Errorf("%s: %s@%s: a string with a zero byte", f.path, name, attr)
		}
		cv := C.CString(v)
		defer C.free(unsafe.Pointer(cv))
		r = C.rh5_attr_string(loc, ca, cv)
	case Enum:
		blob, offs, err := pack(v.Names)
		if err != nil {
			return err
		}
		r = C.rh5_attr_enum(loc, ca, C.int(len(v.Names)), (*C.char)(unsafe.Pointer(&blob[0])), &offs[0], C.uint8_t(v.Value))
	default:
		scalar := C.int(0)
		if s := asSlice(value); s != nil {
			value, scalar = s, 1
		}
		k, n, err := kindOf(value)
		if err != nil {
			return err
		}
		if k == String {
			return fmt.Errorf("BUG: h5 cannot store a list of strings as an attribute")
		}
		r = C.rh5_attr_numbers(loc, ca, C.int(k), C.int64_t(n), scalar, pointer(value))
	}
	if r < 0 {
		return failure(fmt.Sprintf("%s: write attribute %s of %s", f.path, attr, name))
	}
	return nil
}

// asSlice makes a slice of one of a single number, or returns nil.
func asSlice(v any) any {
	switch x := v.(type) {
	case int8:
		return []int8{x}
	case int16:
		return []int16{x}
	case int32:
		return []int32{x}
	case int64:
		return []int64{x}
	case uint8:
		return []uint8{x}
	case uint16:
		return []uint16{x}
	case uint32:
		return []uint32{x}
	case uint64:
		return []uint64{x}
	case float32:
		return []float32{x}
	case float64:
		return []float64{x}
	}
	return nil
}

// object opens the group or dataset at name; the caller calls done.
func (f *File) object(name string) (loc C.int64_t, done func(), err error) {
	if g, err := f.f.OpenGroup(name); err == nil {
		return C.int64_t(g.ID()), func() { g.Close() }, nil
	}
	cn := C.CString(name)
	defer C.free(unsafe.Pointer(cn))
	id := C.rh5_open(C.int64_t(f.f.ID()), cn)
	if id < 0 {
		return 0, nil, failure(f.path + ": open " + name)
	}
	return id, func() { C.rh5_close(id) }, nil
}

var errTooLarge = errors.New("is larger than the limit")
