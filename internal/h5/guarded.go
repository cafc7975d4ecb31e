package h5

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// ReadOptions bounds a reading. The zero value reads everything, up to the
// defaults.
type ReadOptions struct {
	Only       []string      // read these groups and datasets alone, with what is above and below them
	ListOnly   bool          // names, kinds, dimensions and attributes, without the datasets' data
	Rows       [][2]int64    // of every dataset these half-open ranges of its first dimension alone, one after another; nil: all
	MaxBytes   int64         // of data, in memory; 0: 4 GiB
	MaxObjects int           // groups and datasets; 0: 1,000,000
	Timeout    time.Duration // of the child; 0: 10 minutes
}

func (o *ReadOptions) fill() {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 4 << 30
	}
	if o.MaxObjects <= 0 {
		o.MaxObjects = 1000000
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Minute
	}
}

// wanted says whether the object at the absolute path p is asked for: it lies
// on the way to one of Only, or under one.
func (o *ReadOptions) wanted(p string) bool {
	if len(o.Only) == 0 {
		return true
	}
	p = strings.Trim(p, "/") + "/"
	for _, w := range o.Only {
		w = strings.Trim(w, "/") + "/"
		if strings.HasPrefix(p, w) || strings.HasPrefix(w, p) {
			return true
		}
	}
	return false
}

// The child is our own executable, started with these arguments and the
// request on its standard input; it answers on its standard output.
const (
	childCommand = "internal-h5read"
	childMagic   = "rall-h5 1\n"
)

var hooked atomic.Bool // MaybeChild was called, so a child of ours would answer

// MaybeChild serves a ReadAll of the parent process and exits, when this
// process was started for that; otherwise it returns. Call it first in main,
// and in TestMain of packages that read HDF5.
func MaybeChild() {
	if len(os.Args) == 2 && os.Args[1] == childCommand {
		limitMemory()
		if err := serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	hooked.Store(true)
}

// request is what the child is asked, as JSON.
type request struct {
	Path    string
	Options ReadOptions
}

// The answer: childMagic, the length of a JSON header as 8 bytes, the header,
// then the numbers of all values as they lie in memory, in the header's order
// (attributes by name, the dataset, then the members).
type header struct {
	Error string    `json:",omitempty"`
	Root  *wireNode `json:",omitempty"`
}

type wireNode struct {
	Name     string      `json:"n"`
	Attrs    []wireValue `json:"a,omitempty"`
	Value    *wireValue  `json:"v,omitempty"`
	Children []*wireNode `json:"c,omitempty"`
}

type wireValue struct {
	Name    string           `json:"n,omitempty"`
	Kind    Kind             `json:"k"`
	Dims    []int            `json:"d,omitempty"`
	Enum    map[string]int64 `json:"e,omitempty"`
	Read    bool             `json:"r,omitempty"`
	Strings []string         `json:"s,omitempty"`
}

// ReadAll reads the tree of a file of any origin, in a child process.
func ReadAll(path string, opt ReadOptions) (*Node, error) {
	if !Available {
		return nil, ErrNoHDF5
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	if !hooked.Load() {
		return nil, errors.New("BUG: h5.MaybeChild was not called at the start of main")
	}
	opt.fill()
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), opt.Timeout)
	defer cancel()
	req, err := json.Marshal(request{path, opt})
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, childCommand)
	cmd.Stdin = bytes.NewReader(req)
	var stderr tail
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	root, rerr := receive(out, opt)
	io.Copy(io.Discard, out)
	werr := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("read %s: gave up after %s: the file is damaged, or too large to read", path, opt.Timeout)
	case werr != nil:
		return nil, fmt.Errorf("read %s: the HDF5 library failed (%v): the file is damaged%s", path, werr, stderr.firstLine())
	case rerr != nil:
		return nil, rerr
	}
	return root, nil
}

// tail keeps the first kilobyte written to it.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	if room := 1024 - len(t.b); room > 0 {
		t.b = append(t.b, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (t *tail) firstLine() string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(t.b)), "\n")
	if line == "" {
		return ""
	}
	return ": " + line
}

// serve answers one request.
func serve(in io.Reader, out io.Writer) error {
	var req request
	if err := json.NewDecoder(in).Decode(&req); err != nil {
		return err
	}
	root, err := readHere(req.Path, req.Options)
	return send(out, root, err)
}

func readHere(path string, opt ReadOptions) (*Node, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Tree(opt)
}

func send(out io.Writer, root *Node, err error) error {
	w := bufio.NewWriterSize(out, 1<<20)
	var h header
	var raw [][]byte
	if err != nil {
		h.Error = err.Error()
	} else {
		h.Root = toWire(root, &raw)
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	w.WriteString(childMagic)
	binary.Write(w, binary.LittleEndian, uint64(len(text)))
	w.Write(text)
	for _, b := range raw {
		w.Write(b)
	}
	return w.Flush()
}

func toWire(n *Node, raw *[][]byte) *wireNode {
	w := &wireNode{Name: n.Name}
	for _, name := range sortedKeys(n.Attrs) {
		v := wireOf(n.Attrs[name], raw)
		v.Name = name
		w.Attrs = append(w.Attrs, v)
	}
	if n.Value != nil {
		v := wireOf(*n.Value, raw)
		w.Value = &v
	}
	for _, c := range n.Children {
		w.Children = append(w.Children, toWire(c, raw))
	}
	return w
}

func wireOf(v Value, raw *[][]byte) wireValue {
	w := wireValue{Kind: v.Kind, Dims: v.Dims, Enum: v.Enum, Read: v.Data != nil}
	if s, ok := v.Data.([]string); ok {
		w.Strings = s
	} else if v.Data != nil {
		*raw = append(*raw, bytesOf(v.Data))
	}
	return w
}

// maxHeader bounds the JSON part of an answer, in bytes.
const maxHeader = 2 << 30

func receive(in io.Reader, opt ReadOptions) (*Node, error) {
	r := bufio.NewReaderSize(in, 1<<20)
	magic := make([]byte, len(childMagic))
	if _, err := io.ReadFull(r, magic); err != nil || string(magic) != childMagic {
		return nil, errors.New("BUG: no answer from the reading process")
	}
	var size uint64
	if err := binary.Read(r, binary.LittleEndian, &size); err != nil || size > maxHeader {
		return nil, errors.New("BUG: broken answer from the reading process")
	}
	var h header
	dec := json.NewDecoder(io.LimitReader(r, int64(size)))
	if err := dec.Decode(&h); err != nil {
		return nil, fmt.Errorf("BUG: broken answer from the reading process: %w", err)
	}
	if h.Error != "" {
		return nil, errors.New(h.Error)
	}
	if h.Root == nil {
		return nil, errors.New("BUG: empty answer from the reading process")
	}
	left := opt.MaxBytes
	return fromWire(h.Root, r, &left)
}

func fromWire(w *wireNode, r io.Reader, left *int64) (*Node, error) {
	n := &Node{Name: w.Name}
	for _, a := range w.Attrs {
		v, err := valueOf(a, r, left)
		if err != nil {
			return nil, err
		}
		if n.Attrs == nil {
			n.Attrs = map[string]Value{}
		}
		n.Attrs[a.Name] = v
	}
	if w.Value != nil {
		v, err := valueOf(*w.Value, r, left)
		if err != nil {
			return nil, err
		}
		n.Value = &v
	}
	for _, c := range w.Children {
		k, err := fromWire(c, r, left)
		if err != nil {
			return nil, err
		}
		n.Children = append(n.Children, k)
	}
	return n, nil
}

func valueOf(w wireValue, r io.Reader, left *int64) (Value, error) {
	v := Value{Kind: w.Kind, Dims: w.Dims, Enum: w.Enum}
	if !w.Read {
		return v, nil
	}
	n, err := product(w.Dims)
	if err != nil {
		return Value{}, err
	}
	if w.Kind == String {
		if len(w.Strings) != n {
			return Value{}, errors.New("BUG: broken answer from the reading process")
		}
		v.Data = append([]string{}, w.Strings...)
		return v, nil
	}
	size := int64(w.Kind.size())
	if size == 0 || int64(n) > *left/size {
		return Value{}, errors.New("BUG: broken answer from the reading process")
	}
	*left -= int64(n) * size
	v.Data = makeData(w.Kind, n)
	if _, err := io.ReadFull(r, bytesOf(v.Data)); err != nil {
		return Value{}, fmt.Errorf("the reading process ended early: %w", err)
	}
	return v, nil
}
