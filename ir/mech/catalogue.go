package mech

import (
	"sync"

	"github.com/rallsim/rall/ir/diag"
)

// Catalogue holds the mechanisms that a model can name, in registration
// order: NEURON's built-ins first, then the user's by file name. The order
// decides the order of mechanisms in a step.
type Catalogue struct {
	names  []string
	defs   []func() *Def // by place
	by     map[string]int
	broken []broken
	libs   []*Def
}

// broken is a mechanism, or a file that makes none, that does not compile.
type broken struct {
	name string
	why  diag.Diag
}

// NewCatalogue returns a catalogue of the given mechanisms; a later one of
// the same name takes the place (and the order) of the earlier.
func NewCatalogue(defs ...*Def) *Catalogue {
	c := &Catalogue{by: map[string]int{}}
	for _, d := range defs {
		c.Add(d)
	}
	return c
}

// Add puts d in, replacing a mechanism of the same name in its place.
func (c *Catalogue) Add(d *Def) { c.put(d.Name, func() *Def { return d }) }

// AddLazy is Add of what compile returns, which is called once, when the
// mechanism is first asked for.
func (c *Catalogue) AddLazy(name string, compile func() *Def) {
	c.put(name, sync.OnceValue(compile))
}

func (c *Catalogue) put(name string, def func() *Def) {
	if i, ok := c.by[name]; ok {
		c.defs[i] = def
		return
	}
	c.by[name] = len(c.defs)
	c.names = append(c.names, name)
	c.defs = append(c.defs, def)
}

// AddLibrary puts in a Library, which no model can name.
func (c *Catalogue) AddLibrary(d *Def) { c.libs = append(c.libs, d) }

// Libraries returns what AddLibrary put in.
func (c *Catalogue) Libraries() []*Def { return c.libs }

// AddBroken notes the name of a mechanism that is there but does not compile,
// or of a file that makes none, with its first error, so that whoever misses it
// need not say that it is unknown.
func (c *Catalogue) AddBroken(name string, why diag.Diag) {
	c.broken = append(c.broken, broken{name, why})
}

// IsBroken says whether AddBroken noted the name.
func (c *Catalogue) IsBroken(name string) bool { return c.FirstError(name) != nil }

// FirstError is what AddBroken noted of a name, nil if nothing.
func (c *Catalogue) FirstError(name string) *diag.Diag {
	for i := range c.broken {
		if c.broken[i].name == name {
			return &c.broken[i].why
		}
	}
	return nil
}

// FirstErrors is what AddBroken noted, of all that does not compile.
func (c *Catalogue) FirstErrors() []diag.Diag {
	var out []diag.Diag
	for _, b := range c.broken {
		out = append(out, b.why)
	}
	return out
}

// Get returns the mechanism of that name, or nil.
func (c *Catalogue) Get(name string) *Def {
	if i, ok := c.by[name]; ok {
		return c.defs[i]()
	}
	return nil
}

// Order returns the place of a mechanism in registration order, -1 if absent.
func (c *Catalogue) Order(name string) int {
	if i, ok := c.by[name]; ok {
		return i
	}
	return -1
}

// Names returns the mechanisms' names in registration order.
func (c *Catalogue) Names() []string { return append([]string(nil), c.names...) }
