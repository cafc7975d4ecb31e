package spec

import "github.com/rallsim/rall/ir/diag"

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
