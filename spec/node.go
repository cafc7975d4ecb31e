package spec

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"github.com/rallsim/rall/ir/diag"
)

// Kind is the kind of a Node.
type Kind uint8

const (
	Null Kind = iota
	Bool
	Num
	Str
	Array
	Object
)

var kindNames = [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}

// String names the kind as messages do.
func (k Kind) String() string { return kindNames[k] }

// Node is a value of JSON or YAML with its place. Pos.Path is the data path
// from the root of the spec.
type Node struct {
	Kind  Kind
	Pos   diag.Pos
	Bool  bool
	Num   float64
	Raw   string // a number as written, for printing
	Str   string
	Items []*Node   // of an Array
	Keys  []*Member // of an Object, in file order
}

// Member is one key of an object with its value.
type Member struct {
	Key string
	Pos diag.Pos // of the key
	Val *Node

	merged bool // came from a YAML merge key, so that a later key may replace it
}

// Get returns the value of key, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Object {
		return nil
	}
	for _, m := range n.Keys {
		if m.Key == key {
			return m.Val
		}
	}
	return nil
}

// setPaths gives the node and everything below its data path.
func (n *Node) setPaths(path string) {
	n.Pos.Path = path
	for i, it := range n.Items {
		it.setPaths(path + "[" + strconv.Itoa(i) + "]")
	}
	for _, m := range n.Keys {
		p := m.Key
		if path != "" {
			p = path + "/" + m.Key
		}
		m.Pos.Path = p
		m.Val.setPaths(p)
	}
}

// put sets the value of key, at its old place or at the end.
func (n *Node) put(m *Member) {
	for i, old := range n.Keys {
		if old.Key == m.Key {
			n.Keys[i] = m
			return
		}
	}
	n.Keys = append(n.Keys, m)
}

// drop removes key.
func (n *Node) drop(key string) {
	for i, m := range n.Keys {
		if m.Key == key {
			n.Keys = append(n.Keys[:i:i], n.Keys[i+1:]...)
			return
		}
	}
}

// clone copies the tree.
func (n *Node) clone() *Node {
	c := *n
	c.Items = make([]*Node, len(n.Items))
	for i, it := range n.Items {
		c.Items[i] = it.clone()
	}
	c.Keys = make([]*Member, len(n.Keys))
	for i, m := range n.Keys {
		c.Keys[i] = &Member{Key: m.Key, Pos: m.Pos, Val: m.Val.clone()}
	}
	return &c
}

// same compares values, not places; the order of keys does not count.
func (n *Node) same(o *Node) bool {
	if n.Kind != o.Kind || len(n.Items) != len(o.Items) || len(n.Keys) != len(o.Keys) {
		return false
	}
	switch n.Kind {
	case Bool:
		return n.Bool == o.Bool
	case Num:
		return n.Num == o.Num
	case Str:
		return n.Str == o.Str
	}
	for i := range n.Items {
		if !n.Items[i].same(o.Items[i]) {
			return false
		}
	}
	for _, m := range n.Keys {
		if v := o.Get(m.Key); v == nil || !m.Val.same(v) {
			return false
		}
	}
	return true
}

// shown is how a message names the node: a string in quotes, else its kind.
func (n *Node) shown() string {
	if n.Kind == Str {
		return strconv.Quote(n.Str)
	}
	return n.Kind.String()
}

// isEmpty says whether the value is null, false, an empty string, list or
// object: what NetPyNE's code tests as "not given".
func (n *Node) isEmpty() bool {
	switch n.Kind {
	case Null:
		return true
	case Bool:
		return !n.Bool
	case Str:
		return n.Str == ""
	case Array:
		return len(n.Items) == 0
	case Object:
		return len(n.Keys) == 0
	}
	return false
}

// JSON prints the tree, indented, lists of plain values on one line.
func (n *Node) JSON() []byte {
	var b bytes.Buffer
	n.write(&b, 0)
	b.WriteByte('\n')
	return b.Bytes()
}

func (n *Node) write(b *bytes.Buffer, depth int) {
	line := func(d int) {
		b.WriteByte('\n')
		for ; d > 0; d-- {
			b.WriteString("  ")
		}
	}
	switch n.Kind {
	case Null:
		b.WriteString("null")
	case Bool:
		b.WriteString(strconv.FormatBool(n.Bool))
	case Num:
		b.WriteString(n.number())
	case Str:
		writeString(b, n.Str)
	case Array:
		plain := true
		for _, it := range n.Items {
			plain = plain && it.Kind != Array && it.Kind != Object
		}
		b.WriteByte('[')
		for i, it := range n.Items {
			if i > 0 {
				b.WriteByte(',')
				if plain {
					b.WriteByte(' ')
				}
			}
			if !plain {
				line(depth + 1)
			}
			it.write(b, depth+1)
		}
		if !plain {
			line(depth)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		for i, m := range n.Keys {
			if i > 0 {
				b.WriteByte(',')
			}
			line(depth + 1)
			writeString(b, m.Key)
			b.WriteString(": ")
			m.Val.write(b, depth+1)
		}
		if len(n.Keys) > 0 {
			line(depth)
		}
		b.WriteByte('}')
	}
}

func (n *Node) number() string {
	switch {
	case math.IsNaN(n.Num):
		return "NaN"
	case math.IsInf(n.Num, 1):
		return "Infinity"
	case math.IsInf(n.Num, -1):
		return "-Infinity"
	}
	if n.Raw != "" && json.Valid([]byte(n.Raw)) {
		return n.Raw
	}
	return strconv.FormatFloat(n.Num, 'g', -1, 64)
}

func writeString(b *bytes.Buffer, s string) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("BUG: a string that JSON cannot hold")
	}
	b.Truncate(b.Len() - 1) // Encode's newline
}
