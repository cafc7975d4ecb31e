//go:build !cgo

package h5

// Available says whether this build has HDF5.
const Available = false

// File stands for an open HDF5 file; there is none in this build.
type File struct{}

// Create returns ErrNoHDF5.
func Create(name string) (*File, error) { return nil, ErrNoHDF5 }

// Open returns ErrNoHDF5.
func Open(name string) (*File, error) { return nil, ErrNoHDF5 }

// Flush returns ErrNoHDF5.
func (f *File) Flush() error { return ErrNoHDF5 }

// Close returns ErrNoHDF5.
func (f *File) Close() error { return ErrNoHDF5 }

// Group returns ErrNoHDF5.
func (f *File) Group(name string) error { return ErrNoHDF5 }

// Write returns ErrNoHDF5.
func (f *File) Write(name string, data any, dims []int, st Storage) error { return ErrNoHDF5 }

// SetAttr returns ErrNoHDF5.
func (f *File) SetAttr(name, attr string, value any) error { return ErrNoHDF5 }

// Read returns ErrNoHDF5.
func (f *File) Read(name string, maxBytes int64) (Value, error) { return Value{}, ErrNoHDF5 }

// Tree returns ErrNoHDF5.
func (f *File) Tree(opt ReadOptions) (*Node, error) { return nil, ErrNoHDF5 }

// Growing stands for a growing dataset; there is none in this build.
type Growing struct{}

// Growing returns ErrNoHDF5.
func (f *File) Growing(name string, k Kind, row []int, chunkRows, deflate int) (*Growing, error) {
	return nil, ErrNoHDF5
}

// Append returns ErrNoHDF5.
func (g *Growing) Append(data any) error { return ErrNoHDF5 }

// Close returns ErrNoHDF5.
func (g *Growing) Close() error { return ErrNoHDF5 }
