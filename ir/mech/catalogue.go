package mech

import "sync"

// Catalogue holds the mechanisms that a model can name, in registration
// order: NEURON's built-ins first, then the user's by file name. The order
// decides the order of mechanisms in a step.
type Catalogue struct {
	names  []string
	defs   []func() *Def // by place
	by     map[string]int
	broken map[string]bool
	libs   []*Def
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
// so that whoever misses it need not say that it is unknown.
func (c *Catalogue) AddBroken(name string) {
	if c.broken == nil {
		c.broken = map[string]bool{}
	}
	c.broken[name] = true
}

// IsBroken says whether AddBroken noted the name.
func (c *Catalogue) IsBroken(name string) bool { return c.broken[name] }

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
