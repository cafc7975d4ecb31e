package spec

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/rallsim/rall/ir/diag"
)

// maxYAMLNodes bounds what aliases may unfold to.
const maxYAMLNodes = 2_000_000

// readYAML reads one YAML document into the same tree as readJSON. Anchors,
// aliases and merge keys are resolved; a plain scalar that JSON would read as
// a number is one (1e3 included).
func readYAML(file string, src []byte, diags *diag.List) (n *Node) {
	r := &yamlReader{file: file, src: src, diags: diags, anchors: map[string]ast.Node{}, open: map[string]bool{}}
	defer func() {
		// The library is not ours: whatever it stumbles over is the input's fault.
		if e := recover(); e != nil {
			if s, ok := e.(string); ok && strings.HasPrefix(s, "BUG:") {
				panic(e)
			}
			diags.Errorf(diag.Syntax, diag.Pos{File: file}, "this YAML cannot be read (%v)", e)
			n = nil
		}
	}()
	if deepYAML(src) {
		diags.Errorf(diag.Syntax, diag.Pos{File: file}, "more than %d levels of nesting", maxNesting)
		return nil
	}
	f, err := parser.ParseBytes(src, 0)
	if err != nil {
		r.syntax(err)
		return nil
	}
	var doc ast.Node
	for _, d := range f.Docs {
		if d == nil || d.Body == nil {
			continue
		}
		if doc != nil {
			r.fail(diag.Syntax, d.Body.GetToken(), "one file holds one document", "a second YAML document")
			return nil
		}
		doc = d.Body
	}
	if doc == nil {
		diags.Errorf(diag.Syntax, diag.Pos{File: file}, "the file holds no YAML document")
		return nil
	}
	n = r.node(doc)
	if r.bad {
		return nil
	}
	return n
}

// deepYAML says whether flow brackets or indentation nest deeper than the
// library, which recurses, should be given.
func deepYAML(src []byte) bool {
	depth := 0
	for _, c := range src {
		switch c {
		case '[', '{':
			depth++
			if depth > 10*maxNesting {
				return true
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	// Block collections nest at most once for each "- ", "? " or indented line.
	compact := 0
	for _, line := range strings.Split(string(src), "\n") {
		n := 0
		for rest := strings.TrimLeft(line, " "); strings.HasPrefix(rest, "- ") || strings.HasPrefix(rest, "? "); rest = strings.TrimLeft(rest[1:], " ") {
			n++
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		compact = max(compact, n+indent)
	}
	return compact > 10*maxNesting
}

type yamlReader struct {
	file    string
	src     []byte
	diags   *diag.List
	anchors map[string]ast.Node
	open    map[string]bool // aliases being unfolded
	count   int
	depth   int
	bad     bool
}

func (r *yamlReader) pos(t *token.Token) diag.Pos {
	p := diag.Pos{File: r.file}
	if t != nil && t.Position != nil {
		p.Line, p.Col = t.Position.Line, t.Position.Column
	}
	return p
}

func (r *yamlReader) fail(code diag.Code, t *token.Token, hint, format string, args ...any) *Node {
	p := r.pos(t)
	r.bad = true
	r.diags.Add(diag.Diag{Severity: diag.Error, Code: code, Pos: p, Hint: hint,
		Msg: fmt.Sprintf(format, args...), Source: sourceLine(r.src, p.Line)})
	return nil
}

func (r *yamlReader) syntax(err error) {
	var at interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if !errors.As(err, &at) {
		r.diags.Errorf(diag.Syntax, diag.Pos{File: r.file}, "%s", err)
		return
	}
	code, hint, msg := diag.Syntax, "", at.GetMessage()
	switch {
	case strings.Contains(msg, "already defined"):
		code = diag.Duplicate
		msg = "a key is given twice: " + msg
	case strings.Contains(msg, "tab"):
		hint = "indent with spaces"
	}
	r.fail(code, at.GetToken(), hint, "%s", msg)
}

func (r *yamlReader) node(y ast.Node) *Node {
	r.depth++
	defer func() { r.depth-- }()
	r.count++
	if y == nil {
		return &Node{Pos: diag.Pos{File: r.file}}
	}
	if r.depth > maxNesting {
		return r.fail(diag.Syntax, y.GetToken(), "", "more than %d levels of nesting", maxNesting)
	}
	if r.count > maxYAMLNodes {
		if !r.bad {
			r.fail(diag.Syntax, y.GetToken(), "", "the aliases unfold to more than %d values", maxYAMLNodes)
		}
		return nil
	}
	n := &Node{Pos: r.pos(y.GetToken())}
	switch y := y.(type) {
	case *ast.NullNode:
	case *ast.BoolNode:
		n.Kind, n.Bool = Bool, y.Value
	case *ast.IntegerNode:
		return r.number(n, y.Token, fmt.Sprint(y.Value))
	case *ast.FloatNode:
		return r.number(n, y.Token, strconv.FormatFloat(y.Value, 'g', -1, 64))
	case *ast.InfinityNode:
		n.Kind, n.Num = Num, y.Value
	case *ast.NanNode:
		n.Kind, n.Num = Num, math.NaN()
	case *ast.StringNode:
		n.Kind, n.Str = Str, y.Value
		if t := y.Token; t != nil && t.Type == token.StringType {
			if x, err := strconv.ParseFloat(y.Value, 64); err == nil && plainNumber(y.Value) {
				n.Kind, n.Num, n.Raw, n.Str = Num, x, y.Value, ""
			}
		}
	case *ast.LiteralNode:
		n.Kind = Str
		if y.Value != nil {
			n.Str = y.Value.Value
		}
	case *ast.TagNode:
		return r.tagged(y)
	case *ast.AnchorNode:
		if y.Name != nil && y.Value != nil {
			r.anchors[y.Name.GetToken().Value] = y.Value
		}
		return r.node(y.Value)
	case *ast.AliasNode:
		return r.alias(y)
	case *ast.SequenceNode:
		n.Kind = Array
		for _, v := range y.Values {
			if it := r.node(v); it != nil {
				n.Items = append(n.Items, it)
			}
		}
	case *ast.MappingNode:
		n.Kind = Object
		if y.Start != nil && len(y.Values) > 0 && !y.IsFlowStyle {
			n.Pos = r.pos(y.Values[0].Key.GetToken())
		}
		for _, v := range y.Values {
			r.member(n, v)
		}
	case *ast.MappingValueNode:
		n.Kind = Object
		n.Pos = r.pos(y.Key.GetToken())
		r.member(n, y)
	default:
		return r.fail(diag.Syntax, y.GetToken(), "", "this YAML construct has no meaning in a spec")
	}
	return n
}

// plainNumber keeps words that ParseFloat takes (inf, nan, 0x1p3) strings.
func plainNumber(s string) bool {
	return strings.Trim(s, "+-.0123456789eE") == "" && strings.ContainsAny(s, "0123456789")
}

func (r *yamlReader) number(n *Node, t *token.Token, printed string) *Node {
	text := strings.ReplaceAll(t.Value, "_", "")
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !plainNumber(text) {
		text = printed
		if x, err = strconv.ParseFloat(text, 64); err != nil {
			return r.fail(diag.Syntax, t, "", "%q is not a number", t.Value)
		}
	}
	n.Kind, n.Num, n.Raw = Num, x, text
	return n
}

func (r *yamlReader) tagged(y *ast.TagNode) *Node {
	switch tag := y.Start.Value; tag {
	case "!!str":
		if y.Value != nil {
			t := y.Value.GetToken()
			return &Node{Kind: Str, Str: t.Value, Pos: r.pos(t)}
		}
	case "!!float", "!!int", "!!bool", "!!null", "!!map", "!!seq":
		return r.node(y.Value)
	default:
		return r.fail(diag.Syntax, y.Start, "", "the YAML tag %q has no meaning in a spec", tag)
	}
	return &Node{Kind: Str, Pos: r.pos(y.Start)}
}

func (r *yamlReader) alias(y *ast.AliasNode) *Node {
	name := y.Value.GetToken().Value
	target, ok := r.anchors[name]
	if !ok {
		var known []string
		for k := range r.anchors {
			known = append(known, k)
		}
		return r.fail(diag.UnknownName, y.GetToken(), diag.DidYouMean(name, known), "unknown YAML anchor %q", name)
	}
	if r.open[name] {
		return r.fail(diag.Syntax, y.GetToken(), "", "the YAML anchor %q contains itself", name)
	}
	r.open[name] = true
	defer delete(r.open, name)
	return r.node(target)
}

func (r *yamlReader) member(n *Node, v *ast.MappingValueNode) {
	t := v.Key.GetToken()
	if v.Key.IsMergeKey() {
		r.merge(n, v)
		return
	}
	var key ast.Node = v.Key
	if mk, ok := key.(*ast.MappingKeyNode); ok { // "? key"
		key = mk.Value
	}
	m := &Member{Pos: r.pos(t)}
	switch k := key.(type) {
	case *ast.StringNode:
		m.Key = k.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		m.Key = key.GetToken().Value
		m.Pos = r.pos(key.GetToken())
	default:
		r.fail(diag.Syntax, t, "quote the key", "a key that is no name")
		return
	}
	if m.Val = r.node(v.Value); m.Val == nil {
		return
	}
	if m.Val.Pos.Line == 0 {
		m.Val.Pos = m.Pos
	}
	for i, old := range n.Keys {
		if old.Key != m.Key {
			continue
		}
		if old.merged {
			n.Keys[i] = m
			return
		}
		r.fail(diag.Duplicate, t, fmt.Sprintf("the first is on line %d", old.Pos.Line), "the key %q is given twice", m.Key)
		return
	}
	n.Keys = append(n.Keys, m)
}

// merge handles "<<: *base" and "<<: [*a, *b]": keys that are not there yet.
func (r *yamlReader) merge(n *Node, v *ast.MappingValueNode) {
	from := r.node(v.Value)
	if from == nil {
		return
	}
	list := []*Node{from}
	if from.Kind == Array {
		list = from.Items
	}
	for _, o := range list {
		if o.Kind != Object {
			r.fail(diag.BadType, v.Key.GetToken(), "", "<< merges objects, not %s", o.Kind)
			return
		}
		for _, m := range o.Keys {
			if n.Get(m.Key) == nil {
				n.Keys = append(n.Keys, &Member{Key: m.Key, Pos: m.Pos, Val: m.Val.clone(), merged: true})
			}
		}
	}
}
