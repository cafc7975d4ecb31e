//go:build cgo

package h5

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"bytes"
	"fmt"
	"unsafe"

	"gonum.org/v1/hdf5"
)

// Read returns a dataset of at most maxBytes.
func (f *File) Read(name string, maxBytes int64) (Value, error) {
	defer enter()()
	cn := C.CString(name)
	defer C.free(unsafe.Pointer(cn))
	id := C.rh5_open(C.int64_t(f.f.ID()), cn)
	if id < 0 {
		return Value{}, failure(f.path + ": open " + name)
	}
	defer C.rh5_close(id)
	return f.value(id, 0, name, maxBytes, true, nil)
}

// value describes, and with data reads, a dataset (attr 0) or attribute (1);
// rows, if not nil, are the ranges of its first dimension that are wanted.
func (f *File) value(id C.int64_t, attr C.int, name string, maxBytes int64, data bool, rows [][2]int64) (Value, error) {
	var d C.rh5_desc
	if C.rh5_describe(id, attr, &d) < 0 {
		return Value{}, failure(f.path + ": " + name)
	}
	v := Value{Kind: Kind(d.kind)}
	for i := 0; i < int(d.rank); i++ {
		v.Dims = append(v.Dims, int(d.dims[i]))
	}
	if d.rank < 0 {
		v.Dims = []int{0}
	}
	if d.enumerated != 0 {
		if err := f.enum(&v, id, attr, name); err != nil {
			return Value{}, err
		}
	}
	if rows != nil {
		if len(v.Dims) == 0 {
			return Value{}, fmt.Errorf("%s: %s has no rows", f.path, name)
		}
		wanted := 0
		for _, r := range rows {
			if r[0] < 0 || r[1] < r[0] || r[1] > int64(v.Dims[0]) {
				return Value{}, fmt.Errorf("%s: %s: rows %d to %d of %d", f.path, name, r[0], r[1], v.Dims[0])
			}
			wanted += int(r[1] - r[0])
		}
		v.Dims[0] = wanted
	}
	n, err := product(v.Dims)
	if err != nil {
		return Value{}, fmt.Errorf("%s: %s: %w", f.path, name, err)
	}
	if !data || v.Kind == Other {
		return v, nil
	}
	size := int64(v.Kind.size())
	if v.Kind == String && d.vlen == 0 {
		size = int64(d.strsize)
	}
	if size > 0 && int64(n) > maxBytes/size {
		return Value{}, fmt.Errorf("%s: %s (%d elements of %d bytes) %w of %d bytes", f.path, name, n, size, errTooLarge, maxBytes)
	}
	v.Data = makeData(v.Kind, n)
	if n == 0 {
		return v, nil
	}
	if rows == nil {
		return v, f.fill(&v, id, attr, name, maxBytes, size, d.vlen != 0, 0, n, 0, -1)
	}
	inRow := n / v.Dims[0]
	at := 0
	for _, r := range rows {
		k := int(r[1]-r[0]) * inRow
		if k == 0 {
			continue
		}
		if err := f.fill(&v, id, attr, name, maxBytes, size, d.vlen != 0, at, k, r[0], r[1]-r[0]); err != nil {
			return Value{}, err
		}
		at += k
	}
	return v, nil
}

// fill reads count rows from off (0 and -1: all), which are n elements of size
// bytes, into those of v from at.
func (f *File) fill(v *Value, id C.int64_t, attr C.int, name string, maxBytes, size int64, vlen bool, at, n int, off, count int64) error {
	var r C.int
	switch {
	case v.Kind != String:
		r = C.rh5_read(id, attr, C.int(v.Kind), unsafe.Add(pointer(v.Data), at*v.Kind.size()), C.int64_t(off), C.int64_t(count))
	case vlen:
		return f.vlen(v.Data.([]string)[at:at+n], id, attr, name, maxBytes, off, count)
	default:
		buf := make([]byte, int64(n)*size)
		r = C.rh5_read_fixed(id, attr, C.int64_t(off), C.int64_t(count), C.int64_t(size), (*C.char)(unsafe.Pointer(&buf[0])))
		s := v.Data.([]string)[at : at+n]
		for i := range s {
			s[i] = string(bytes.TrimRight(cut(buf[int64(i)*size:int64(i+1)*size]), " "))
		}
	}
	if r < 0 {
		return failure(f.path + ": read " + name)
	}
	return nil
}

// cut ends a fixed string at its first zero byte.
func cut(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}

func (f *File) vlen(s []string, id C.int64_t, attr C.int, name string, maxBytes, off, count int64) error {
	out := (*[1 << 40]*C.char)(C.calloc(C.size_t(len(s)), 8))[:len(s):len(s)]
	defer C.free(unsafe.Pointer(&out[0]))
	if C.rh5_read_vlen(id, attr, C.int64_t(off), C.int64_t(count), C.int64_t(len(s)), &out[0]) < 0 {
		return failure(f.path + ": read " + name)
	}
	defer C.rh5_free_vlen(C.int64_t(len(s)), &out[0])
	var total int64
	for i, p := range out {
		if p == nil {
			continue
		}
		s[i] = C.GoString(p)
		if total += int64(len(s[i])); total > maxBytes {
			return fmt.Errorf("%s: %s %w of %d bytes", f.path, name, errTooLarge, maxBytes)
		}
	}
	return nil
}

func (f *File) enum(v *Value, id C.int64_t, attr C.int, name string) error {
	n := C.rh5_enum_count(id, attr)
	if n < 0 {
		return failure(f.path + ": " + name)
	}
	v.Enum = map[string]int64{}
	for i := C.int(0); i < n && i < 4096; i++ {
		var buf [256]C.char
		var val C.int64_t
		if C.rh5_enum_member(id, attr, i, &buf[0], C.size_t(len(buf)), &val) < 0 {
			return failure(f.path + ": " + name)
		}
		v.Enum[C.GoString(&buf[0])] = int64(val)
	}
	return nil
}

// attrs reads all attributes of an open object.
func (f *File) attrs(loc C.int64_t, name string, budget *int64) (map[string]Value, error) {
	n := C.rh5_attr_count(loc)
	if n < 0 {
		return nil, failure(f.path + ": " + name)
	}
	var m map[string]Value
	for i := C.int64_t(0); i < n && i < 65536; i++ {
		var buf [1024]C.char
		a := C.rh5_attr_open(loc, i, &buf[0], C.size_t(len(buf)))
		if a < 0 {
			return nil, failure(f.path + ": attributes of " + name)
		}
		an := C.GoString(&buf[0])
		v, err := f.value(a, 1, name+"@"+an, *budget, true, nil)
		C.rh5_attr_close(a)
		if err != nil {
			return nil, err
		}
		*budget -= int64(v.Len() * v.Kind.size())
		if m == nil {
			m = map[string]Value{}
		}
		m[an] = v
	}
	return m, nil
}

// Tree reads the file, or what opt asks of it. Use ReadAll for files of
// unknown origin.
func (f *File) Tree(opt ReadOptions) (*Node, error) {
	defer enter()()
	opt.fill()
	r := treeReader{f: f, opt: opt, budget: opt.MaxBytes, objects: opt.MaxObjects}
	root, err := f.f.OpenGroup("/")
	if err != nil {
		return nil, failure("read " + f.path)
	}
	defer root.Close()
	return r.group(root, "/", "", 0)
}

type treeReader struct {
	f       *File
	opt     ReadOptions
	budget  int64 // bytes left
	objects int   // groups and datasets left
}

const maxDepth = 32

func (r *treeReader) group(g *hdf5.Group, at, name string, depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%s: %s: groups nested more than %d deep", r.f.path, at, maxDepth)
	}
	n := &Node{Name: name}
	var err error
	if n.Attrs, err = r.f.attrs(C.int64_t(g.ID()), at, &r.budget); err != nil {
		return nil, err
	}
	count, err := g.NumObjects()
	if err != nil {
		return nil, failure(r.f.path + ": " + at)
	}
	for i := uint(0); i < count; i++ {
		if r.objects--; r.objects < 0 {
			return nil, fmt.Errorf("%s: more than %d groups and datasets", r.f.path, r.opt.MaxObjects)
		}
		child, err := g.ObjectNameByIndex(i)
		if err != nil {
			return nil, failure(r.f.path + ": members of " + at)
		}
		full := at + child
		if !r.opt.wanted(full) {
			continue
		}
		kind, err := g.ObjectTypeByIndex(i)
		if err != nil {
			return nil, failure(r.f.path + ": " + full)
		}
		c, err := r.child(g, kind, child, full, depth)
		if err != nil {
			return nil, err
		}
		if c != nil {
			n.Children = append(n.Children, c)
		}
	}
	return n, nil
}

// child reads one member; nil for what is neither group nor dataset, and for
// a soft link that leads nowhere.
func (r *treeReader) child(g *hdf5.Group, kind hdf5.GType, child, full string, depth int) (*Node, error) {
	if kind == hdf5.H5G_GROUP || kind == hdf5.H5G_LINK {
		if sub, err := g.OpenGroup(child); err == nil {
			defer sub.Close()
			return r.group(sub, full+"/", child, depth+1)
		} else if kind == hdf5.H5G_GROUP {
			return nil, failure(r.f.path + ": " + full)
		}
	}
	if kind != hdf5.H5G_DATASET && kind != hdf5.H5G_LINK {
		return nil, nil
	}
	cn := C.CString(child)
	defer C.free(unsafe.Pointer(cn))
	id := C.rh5_open(C.int64_t(g.ID()), cn)
	if id < 0 {
		if kind == hdf5.H5G_LINK {
			return nil, nil
		}
		return nil, failure(r.f.path + ": " + full)
	}
	defer C.rh5_close(id)
	n := &Node{Name: child}
	var err error
	if n.Attrs, err = r.f.attrs(id, full, &r.budget); err != nil {
		return nil, err
	}
	v, err := r.f.value(id, 0, full, r.budget, !r.opt.ListOnly, r.opt.Rows)
	if err != nil {
		return nil, err
	}
	if v.Data != nil {
		r.budget -= int64(v.Len() * v.Kind.size())
	}
	n.Value = &v
	return n, nil
}
