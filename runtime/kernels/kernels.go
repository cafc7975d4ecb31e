// Package kernels holds the built-in mechanisms as Go code, written by
// ir/mech/codegen/gogen, and the backend that runs it.
//
// In: a Program whose fingerprint is that of one of them. Out: what the
// interpreter would leave in the Frame, bit for bit. A Program that is not
// among them is given to another backend. Next: runtime/sim runs it through
// kernel.Backend.
package kernels

import "github.com/rallsim/rall/runtime/kernel"

//go:generate go test -run TestGenerated -update

// Backend runs generated code where there is some. It may be used by many
// goroutines at once, on different Frames.
type Backend struct {
	byPrint map[string]*kernel.Generated
	rest    kernel.Backend
	single  bool // only what answers events
}

// New returns a Backend for generated programs; rest runs the others.
func New(all []*kernel.Generated, rest kernel.Backend) *Backend {
	b := &Backend{byPrint: map[string]*kernel.Generated{}, rest: rest}
	for _, g := range all {
		b.byPrint[g.Fingerprint] = g
	}
	return b
}

// NewReceivers returns a Backend that answers events by generated code where
// there is some, and leaves the rest, and its name, to another: one instance at
// a time is no work for blocks.
func NewReceivers(all []*kernel.Generated, rest kernel.Backend) *Backend {
	b := New(all, rest)
	b.single = true
	return b
}

// Name returns "go", or what the other backend is called if that does most.
func (b *Backend) Name() string {
	if b.single {
		return b.rest.Name()
	}
	return "go"
}

// Has says whether there is generated code for p.
func (b *Backend) Has(p *kernel.Program) bool { return b.byPrint[p.Fingerprint] != nil }

// Deliver returns the code of p for many deliveries, nil if there is none.
func (b *Backend) Deliver(p *kernel.Program) (d kernel.Deliver, abreast bool) {
	if g := b.byPrint[p.Fingerprint]; g != nil && g.Deliver != nil {
		return g.Deliver, false
	}
	if rest, ok := b.rest.(kernel.Deliverer); ok {
		return rest.Deliver(p)
	}
	return nil, false
}

// bound is what a Backend keeps with a Frame.
type bound struct {
	b       *Backend
	codes   []*kernel.Code
	entries []kernel.Entry
	solver  kernel.Solver
	rest    any // what the other backend keeps
}

// Run runs c over instances [lo, hi) of f.
func (b *Backend) Run(p *kernel.Program, c *kernel.Code, f *kernel.Frame, lo, hi int) {
	l, ok := f.Scratch.(*bound)
	if !ok || l.b != b {
		l = b.bind(p)
		f.Scratch = l
	}
	for i, x := range l.codes {
		if x == c {
			l.entries[i](f, &l.solver, lo, hi)
			return
		}
	}
	f.Scratch = l.rest
	b.rest.Run(p, c, f, lo, hi)
	l.rest, f.Scratch = f.Scratch, l
}

func (b *Backend) bind(p *kernel.Program) *bound {
	l := &bound{b: b}
	g := b.byPrint[p.Fingerprint]
	if g == nil {
		return l
	}
	p.Codes(func(name string, c *kernel.Code) {
		if e := g.Entries[name]; e != nil && (!b.single || c == p.Receive) {
			l.codes, l.entries = append(l.codes, c), append(l.entries, e)
		}
	})
	return l
}
