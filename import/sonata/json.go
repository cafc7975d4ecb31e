package sonata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/rallsim/rall/ir/diag"
)

// kind is the type of a JSON value.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a string", "a list", "an object"}[k]
}

// value is a JSON value that knows where it stands.
type value struct {
	kind  kind
	pos   diag.Pos
	truth bool
	num   float64
	str   string
	items []*value
	keys  []member // in the order of the file
}

type member struct {
	key string
	val *value
}

// deepest bounds nesting, so that no file can exhaust the stack.
const deepest = 200

// parseJSON reads one JSON document. It returns nil after an error.
func parseJSON(file string, src []byte, diags *diag.List) *value {
	p := &jsonParser{file: file, src: src, dec: json.NewDecoder(bytes.NewReader(src)), diags: diags}
	p.dec.UseNumber()
	v, err := p.value("", 0)
	if err == nil {
		if _, end := p.dec.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("something follows the end of the document")
		}
	}
	if err != nil {
		at := p.dec.InputOffset()
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = syntax.Offset
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file ends too early")
		}
		pos := p.at(at)
		pos.Path = ""
		diags.Errorf(diag.Syntax, pos, "%v", err)
		return nil
	}
	return v
}

type jsonParser struct {
	file  string
	src   []byte
	dec   *json.Decoder
	diags *diag.List
	line  int // lines before seen
	seen  int64
	start int64 // of the line
}

// at turns an offset, at or behind all before, into a position.
func (p *jsonParser) at(off int64) diag.Pos {
	off = min(max(off, 0), int64(len(p.src)))
	if off < p.seen {
		p.line, p.seen, p.start = 0, 0, 0
	}
	for ; p.seen < off; p.seen++ {
		if p.src[p.seen] == '\n' {
			p.line++
			p.start = p.seen + 1
		}
	}
	return diag.Pos{File: p.file, Line: p.line + 1, Col: utf8.RuneCount(p.src[p.start:off]) + 1}
}

// here is the position of the next token.
func (p *jsonParser) here(path string) diag.Pos {
	off := p.dec.InputOffset()
	for off < int64(len(p.src)) && bytes.IndexByte([]byte(" \t\r\n,:"), p.src[off]) >= 0 {
		off++
	}
	pos := p.at(off)
	pos.Path = path
	return pos
}

func (p *jsonParser) value(path string, depth int) (*value, error) {
	if depth > deepest {
		return nil, fmt.Errorf("more than %d levels of nesting", deepest)
	}
	v := &value{pos: p.here(path)}
	tok, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case nil:
	case bool:
		v.kind, v.truth = boolean, t
	case json.Number:
		v.kind = number
		if v.num, err = strconv.ParseFloat(t.String(), 64); err != nil || math.IsInf(v.num, 0) {
			return nil, fmt.Errorf("%s is no number that a double holds", t)
		}
	case string:
		v.kind, v.str = text, t
	case json.Delim:
		if t == '[' {
			v.kind = list
			for p.dec.More() {
				it, err := p.value(fmt.Sprintf("%s[%d]", path, len(v.items)), depth+1)
				if err != nil {
					return nil, err
				}
				v.items = append(v.items, it)
			}
		} else {
			v.kind = object
			if err := p.members(v, path, depth); err != nil {
				return nil, err
			}
		}
		if _, err := p.dec.Token(); err != nil { // the closing bracket
			return nil, err
		}
	}
	return v, nil
}

func (p *jsonParser) members(v *value, path string, depth int) error {
	seen := map[string]bool{}
	for p.dec.More() {
		pos := p.here(path)
		tok, err := p.dec.Token()
		if err != nil {
			return err
		}
		key, ok := tok.(string)
		if !ok {
			return fmt.Errorf("expected a key, found %v", tok)
		}
		sub := key
		if path != "" {
			sub = path + "/" + key
		}
		if seen[key] {
			pos.Path = sub
			p.diags.Errorf(diag.Duplicate, pos, "key %q is there already", key)
		}
		seen[key] = true
		val, err := p.value(sub, depth+1)
		if err != nil {
			return err
		}
		v.keys = append(v.keys, member{key, val})
	}
	return nil
}

// get returns a member, or nil; a nil value has none.
func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	for i := range v.keys {
		if v.keys[i].key == key {
			return v.keys[i].val
		}
	}
	return nil
}

// fields reads an object's members and says what is wrong with them.
type fields struct {
	v     *value
	diags *diag.List
}

// object returns the members of v if it is an object with no keys but the
// known ones; otherwise it says so. A nil v has no members.
func (r *reader) object(v *value, known ...string) fields {
	f := fields{v, r.diags}
	if v == nil {
		return f
	}
	if v.kind != object {
		r.diags.Errorf(diag.BadType, v.pos, "expected an object, found %s", v.kind)
		f.v = nil
		return f
	}
	for _, m := range v.keys {
		ok := false
		for _, k := range known {
			ok = ok || k == m.key
		}
		if !ok {
			r.diags.ErrorHint(diag.UnknownKey, m.val.pos, diag.DidYouMean(m.key, known), "unknown key %q", m.key)
		}
	}
	return f
}

func (f fields) want(key string, k kind) *value {
	v := f.v.get(key)
	if v == nil || v.kind == null {
		return nil
	}
	if v.kind != k {
		f.diags.Errorf(diag.BadType, v.pos, "%s: expected %s, found %s", key, k, v.kind)
		return nil
	}
	return v
}

// missing says that a key must be there.
func (f fields) missing(key string) {
	if f.v == nil {
		return
	}
	f.diags.Errorf(diag.BadValue, f.v.pos, "%q is missing", key)
}

func (f fields) number(key string, def float64) float64 {
	if v := f.want(key, number); v != nil {
		return v.num
	}
	return def
}

// need is a number that must be there.
func (f fields) need(key string) float64 {
	if v := f.v.get(key); v == nil || v.kind == null {
		f.missing(key)
		return 0
	}
	return f.number(key, 0)
}

// whole is an integer that must be there, between least and most.
func (f fields) whole(key string, least, most int) int {
	x := f.need(key)
	v := f.v.get(key)
	if v == nil || v.kind != number {
		return least
	}
	if x != math.Trunc(x) || x < float64(least) || x > float64(most) {
		f.diags.Errorf(diag.BadValue, v.pos, "%s: %g; expected a whole number from %d to %d", key, x, least, most)
		return least
	}
	return int(x)
}

func (f fields) text(key, def string) string {
	if v := f.want(key, text); v != nil {
		return v.str
	}
	return def
}

// needText is a string that must be there.
func (f fields) needText(key string) string {
	if v := f.v.get(key); v == nil || v.kind == null {
		f.missing(key)
		return ""
	}
	return f.text(key, "")
}

func (f fields) list(key string) []*value {
	if v := f.want(key, list); v != nil {
		return v.items
	}
	return nil
}

// numbers reads a list of numbers, or one number as a list of one.
func (r *reader) numbers(v *value) []float64 {
	if v == nil || v.kind == null {
		return nil
	}
	if v.kind == number {
		return []float64{v.num}
	}
	if v.kind != list {
		r.diags.Errorf(diag.BadType, v.pos, "expected a number or a list of numbers, found %s", v.kind)
		return nil
	}
	out := make([]float64, 0, len(v.items))
	for _, it := range v.items {
		if it.kind != number {
			r.diags.Errorf(diag.BadType, it.pos, "expected a number, found %s", it.kind)
			return nil
		}
		out = append(out, it.num)
	}
	return out
}

// indices reads a list of whole numbers from 0 up to below n.
func (r *reader) indices(v *value, n int, what string) []int {
	if v == nil || v.kind == null {
		return nil
	}
	if v.kind != list {
		r.diags.Errorf(diag.BadType, v.pos, "expected a list of numbers, found %s", v.kind)
		return nil
	}
	out := make([]int, 0, len(v.items))
	for _, it := range v.items {
		if it.kind != number || it.num != math.Trunc(it.num) || it.num < 0 || it.num >= float64(n) {
			r.diags.Errorf(diag.BadValue, it.pos, "no such %s: they go from 0 to %d", what, n-1)
			return nil
		}
		out = append(out, int(it.num))
	}
	return out
}
