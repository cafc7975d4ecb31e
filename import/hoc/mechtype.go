package hoc

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/mech"
)

// standing are the mechanisms of NEURON 9.0.2 in the order of their numbers,
// from 2 on. Those that are not here keep their numbers, and no list has them.
var standing = []string{"morphology", "capacitance", "pas", "extracellular", "fastpas", "IClamp", "AlphaSynapse", "ExpSyn", "Exp2Syn", "SEClamp", "VClamp", "OClamp",
	"APCount", "na_ion", "k_ion", "hh", "NetStim", "IntFire1", "IntFire2", "IntFire4", "PointProcessMark", "PatternStim"}

// numbered is a mechanism with NEURON's number. Mech is nil for the two that
// every section has, morphology and capacitance.
type numbered struct {
	name string
	mech *tree.Mechanism
	n    int
}

func (t *numbered) placed() bool {
	return t.mech != nil && t.mech.Def != nil && t.mech.Def.Kind != mech.Density
}

// mechanisms lists all: NEURON's own, then the others by the names of their files, each
// with the ions before it that it is the first to use, and last the program's ions.
func (in *Interp) mechanisms() []numbered {
	ms := in.Tree.Mechs
	var out []numbered
	seen := map[*tree.Mechanism]bool{}
	next := 2
	for _, name := range standing {
		m := ms.Get(name)
		if m != nil {
			seen[m] = true
		}
		if m != nil || next < 4 {
			out = append(out, numbered{name, m, next})
		}
		next++
	}
	add := func(m *tree.Mechanism) {
		if !seen[m] {
			seen[m] = true
			out = append(out, numbered{m.Name, m, next})
			next++
		}
	}
	names := ms.Names()
	file := func(name string) string {
		if m := ms.Get(name); m.Def != nil {
			return path.Base(filepath.ToSlash(m.Def.Pos.File))
		}
		return ""
	}
	slices.SortStableFunc(names, func(a, b string) int { return strings.Compare(file(a), file(b)) })
	for _, name := range names {
		if m := ms.Get(name); m.Def != nil && name != "VecStim" { // which NEURON does not have
			for i := range m.Def.Ions {
				add(ms.Get(m.Def.Ions[i].Name + "_ion"))
			}
			add(m)
		}
	}
	for _, name := range names {
		if m := ms.Get(name); name == "VecStim" || m.Ion != nil && name != "ca_ion" {
			add(m)
		}
	}
	return out
}

// mechNumber is the number of a mechanism, -1 of none.
func (c *call) mechNumber(name string) float64 {
	for _, t := range c.in.mechanisms() {
		if t.name == name {
			return float64(t.n)
		}
	}
	return -1
}

// mechType is the state of a MechanismType: the mechanisms that are inserted,
// or those that are placed and the artificial cells.
type mechType struct {
	placed bool
	of     []numbered
	chosen int           // -1: none
	found  []*tree.Point // what pp_next goes through
}

func newMechType(c *call) any {
	m := &mechType{placed: c.num(0) != 0}
	for _, t := range c.in.mechanisms() {
		if t.placed() == m.placed {
			m.of = append(m.of, t)
		}
	}
	c.work(16 * len(c.in.Tree.Mechs.Names()))
	return m
}

// chosen returns the mechanism that is selected; nil and an error if none is.
func (c *call) chosen() *numbered {
	m := c.o.native.(*mechType)
	if m.chosen < 0 {
		c.fail("no mechanism is selected")
		return nil
	}
	return &m.of[m.chosen]
}

func mechTypeMethods() map[string]method {
	of := func(f func(t *numbered) bool) method { // of the mechanism of that place in the list
		return func(c *call) value {
			m := c.o.native.(*mechType)
			i := c.within(0, 0, len(m.of)-1)
			return truth(!c.in.failed && f(&m.of[i]))
		}
	}
	defined := func(f func(d *mech.Def) bool) method {
		return of(func(t *numbered) bool { return t.mech != nil && t.mech.Def != nil && f(t.mech.Def) })
	}
	return map[string]method{
		"select": func(c *call) value {
			m := c.o.native.(*mechType)
			if c.is(0, strKind) {
				if i := slices.IndexFunc(m.of, func(t numbered) bool { return t.name == c.str(0) }); i >= 0 {
					m.chosen = i
				}
				return number(0)
			}
			if i := c.within(0, -1, len(m.of)-1); !c.in.failed {
				m.chosen = i
			}
			return number(0)
		},
		"selected": func(c *call) value {
			if c.has(0) {
				if t := c.chosen(); t != nil {
					*c.strVar(0) = t.name
				}
			}
			return number(float64(c.o.native.(*mechType).chosen))
		},
		"count": func(c *call) value { return number(float64(len(c.o.native.(*mechType).of))) },
		"make": func(c *call) value {
			t := c.chosen()
			switch {
			case t == nil || t.mech == nil:
			case t.placed():
				if c.obj(0); !c.in.failed {
					o := c.in.make(c.fr, c.pos, c.in.classes[t.name], nil)
					c.in.set(c.args[0].obj, o)
				}
			default:
				if s := c.section(); s != nil {
					if err := c.in.Tree.Insert(s, t.mech); err != nil {
						return c.fail("%v", err)
					}
				}
			}
			return number(0)
		},
		"remove": func(c *call) value {
			if t, s := c.chosen(), c.section(); t != nil && s != nil && !t.placed() {
				switch {
				case t.mech == nil || t.mech.Ion != nil || t.name == "extracellular":
					return c.fail("%s cannot be taken out", t.name)
				case s.Has(t.mech):
					c.in.Tree.Uninsert(s, t.mech)
				}
			}
			return number(0)
		},
		"is_artificial":    defined(func(d *mech.Def) bool { return d.Kind == mech.ArtificialCell }),
		"is_netcon_target": defined(func(d *mech.Def) bool { return d.Receive != nil }),
		"has_net_event":    defined(emits),
		"is_ion": func(c *call) value {
			t := c.chosen()
			return truth(t != nil && t.mech != nil && t.mech.Ion != nil)
		},
		"internal_type": func(c *call) value {
			if t := c.chosen(); t != nil {
				return number(float64(t.n))
			}
			return value{}
		},
		"file": func(c *call) value {
			if t := c.chosen(); t != nil {
				return text(c.modFile(t))
			}
			return value{}
		},
		"code": func(c *call) value {
			t := c.chosen()
			if t == nil {
				return value{}
			}
			path := c.modFile(t)
			if c.in.failed || path == "" {
				return text("")
			}
			code, ok := c.in.read(c.fr, c.pos, path)
			if !ok || !c.room(len(code)) {
				return value{}
			}
			return text(string(code))
		},
		"pp_begin": func(c *call) value {
			m, s := c.o.native.(*mechType), c.section()
			if !m.placed {
				return c.fail("it goes through point processes: new MechanismType(1)")
			}
			t := c.chosen()
			if s == nil || t == nil {
				return value{}
			}
			m.found = nil
			for _, n := range append([]*tree.Node{c.in.Tree.Near(s)}, s.Nodes...) {
				for _, p := range slices.Backward(n.Points()) {
					if at, _ := p.Where(); at == s && p.Mech.Mech == t.mech {
						m.found = append(m.found, p)
					}
				}
			}
			return c.nextPoint()
		},
		"pp_next": func(c *call) value { return c.nextPoint() },
		"menu":    gui, "action": gui,
	}
}

// emits says whether instances of a mechanism send events of their own.
func emits(d *mech.Def) bool {
	found := false
	if d.Receive != nil {
		mech.WalkStmts(d.Receive.Body, func(s mech.Stmt) {
			if _, ok := s.(mech.Emit); ok {
				found = true
			}
		})
	}
	return found
}

// modFile is the .mod file of a mechanism, "" if it has none.
func (c *call) modFile(t *numbered) string {
	if t.mech == nil || t.mech.Def == nil {
		return ""
	}
	if slices.Contains(standing, t.name) {
		c.unsupported("%s: the text of %s, which is built in", c.name, t.name)
		return ""
	}
	return t.mech.Def.Pos.File
}

// nextPoint takes the next of the point processes that pp_begin found.
func (c *call) nextPoint() value {
	m := c.o.native.(*mechType)
	if len(m.found) == 0 {
		return object(nil)
	}
	p := m.found[0]
	m.found = m.found[1:]
	for _, o := range c.in.classes[p.Mech.Mech.Name].objects {
		if q, ok := o.native.(*Process); ok && q.At == p {
			return object(o)
		}
	}
	return object(nil)
}

// standardVar is a variable of a mechanism with NEURON's name.
type standardVar struct {
	name string
	v    *tree.Var // nil for diam, cm and i_cap
	n    int       // elements
	typ  int       // of vartype: 1 a parameter, 2 ASSIGNED, 3 a state; 0 or 1 to 3 of an ion, as it is used
	at   int       // where its values begin
}

// vartypes lists the variables of a mechanism as NEURON does: parameters,
// ASSIGNED, states. Those of ions depend on how the section uses them.
func (in *Interp) vartypes(t *numbered, s *tree.Section) []standardVar {
	switch {
	case t.name == "morphology":
		return []standardVar{{name: "diam", n: 1, typ: 1}}
	case t.mech == nil:
		return []standardVar{{name: "cm", n: 1, typ: 1}, {name: "i_cap", n: 1, typ: 2, at: 1}}
	}
	var out []standardVar
	suffix := "_" + t.name
	if t.mech.Ion != nil || t.placed() {
		suffix = ""
	}
	for i := range t.mech.Vars {
		v := &t.mech.Vars[i]
		if v.Pointer {
			continue
		}
		x := standardVar{name: v.Name + suffix, v: v, n: v.N, typ: 2, at: v.First}
		if short := in.builtin.names[v.Name]; suffix != "" && short != nil && short.rng != nil && short.rng.v == v {
			x.name = v.Name // as those of extracellular
		}
		switch {
		case t.mech.Ion != nil && i <= tree.IonOut:
			x.typ = 1
			if s != nil {
				if inst := s.Nodes[0].Find(t.mech); inst != nil && i == tree.IonE {
					x.typ = inst.Style & 030 >> 3
				} else if inst != nil {
					x.typ = inst.Style & 3
				}
			}
		case v.Param && !v.Assigned:
			x.typ = 1
		case v.State:
			x.typ = 3
		}
		out = append(out, x)
	}
	if t.mech.Ion == nil {
		slices.SortStableFunc(out, func(a, b standardVar) int { return a.typ - b.typ })
	}
	return out
}

// standard is the state of a MechanismStandard: values for a mechanism.
type standard struct {
	of      numbered
	typ     int // -1: GLOBALs, whose names alone there are; 0: all variables; 1, 2 or 3
	vars    []standardVar
	from    int      // NEURON's offset of the first that is named
	count   int      // how many are named
	globals []string // of typ -1
	x       []float64
}

func newStandard(c *call) any {
	m := &standard{typ: int(cInt32(c.numOr(1, 1)))}
	name := c.str(0)
	if c.in.failed {
		return m
	}
	all := c.in.mechanisms()
	i := slices.IndexFunc(all, func(t numbered) bool { return t.name == name })
	if i < 0 {
		c.fail("%q is neither a mechanism nor a point process", name)
		return m
	}
	m.of = all[i]
	var s *tree.Section
	if m.of.mech != nil && m.of.mech.Ion != nil && len(c.in.Tree.Sections()) > 0 {
		s = c.section()
	}
	m.vars = c.in.vartypes(&m.of, s)
	switch {
	case m.typ == -1:
		for _, u := range c.in.uniforms {
			if u.Mech == m.of.mech && u.Mech != nil {
				m.globals = append(m.globals, u.Name+"_"+name)
			}
		}
		slices.SortStableFunc(m.globals, func(a, b string) int { // NEURON has it first
			return strings.Index(b, "usetable_") - strings.Index(a, "usetable_")
		})
		m.count = len(m.globals)
	default:
		for _, v := range m.vars {
			switch {
			case v.typ < m.typ:
				m.from++
			case m.typ == 0 || v.typ == m.typ:
				m.count++
			}
		}
	}
	if m.of.mech != nil {
		m.x = m.of.mech.NewInst().P
	} else {
		m.x = []float64{1, 0}
		if name == "morphology" {
			m.x[0] = 500
		}
	}
	if !c.room(len(m.x)) {
		m.x = nil
	}
	return m
}

func (c *call) standard() *standard {
	m := c.o.native.(*standard)
	if m.typ == -1 {
		c.unsupported("%s: of a MechanismStandard of GLOBALs there are the names alone, as in NEURON", c.name)
	}
	return m
}

// element finds the number that get and set are for.
func (m *standard) element(c *call, i int) *float64 {
	name := c.str(0)
	for _, v := range m.vars {
		if v.name == name {
			if k := c.index(i, v.n); !c.in.failed {
				return &m.x[v.at+k]
			}
			return nil
		}
	}
	c.fail("%s has no variable %q", m.of.name, name)
	return nil
}

func (c *call) index(i, n int) int {
	if !c.has(i) {
		return 0
	}
	return c.within(i, 0, n-1)
}

// exchange copies the variables of the vartype into a place, or from it.
func (m *standard) exchange(c *call, out bool, at func(v *standardVar, k int) (*float64, Ref)) {
	for i := range m.vars {
		v := &m.vars[i]
		for k := 0; (m.typ == 0 || v.typ == m.typ) && k < v.n; k++ {
			p, ref := at(v, k)
			if x := &m.x[v.at+k]; out {
				*p = *x
				c.in.tell(c.fr, c.pos, ref, p, *p)
			} else {
				c.in.fetch(c.fr, c.pos, ref, p)
				*x = *p
			}
		}
	}
}

func (m *standard) ofNode(c *call, out bool, n *tree.Node) {
	if m.of.mech == nil {
		m.exchange(c, out, func(v *standardVar, k int) (*float64, Ref) {
			r, ref := c.in.rangeRef(c.fr, c.pos, place{k: rangePlace, rng: c.in.builtin.names[v.name].rng, sec: n.Sec}, n)
			return r, ref
		})
		return
	}
	if inst := n.Find(m.of.mech); inst != nil {
		m.ofInst(c, out, inst)
	}
}

func (m *standard) ofInst(c *call, out bool, inst *tree.Inst) {
	m.exchange(c, out, func(v *standardVar, k int) (*float64, Ref) {
		return &inst.P[v.at+k], Ref{Kind: ElementRef, Inst: inst, K: v.at + k}
	})
}

// transfer is in(…) and out(…): of the current section, of a place on it, of a
// point process, of another MechanismStandard.
func (c *call) transfer(out bool) value {
	m := c.standard()
	if c.in.failed {
		return value{}
	}
	if c.is(0, objKind) {
		o := c.obj(0)
		if o == nil {
			return c.fail("argument 1 refers to no object")
		}
		switch other := o.native.(type) {
		case *standard:
			if other.of.name == m.of.name && other.typ != -1 {
				m.exchange(c, out, func(v *standardVar, k int) (*float64, Ref) { return &other.x[v.at+k], Ref{} })
			}
			return number(0)
		case *Process:
			if other.Mech != m.of.mech || other.Inst == nil {
				return c.fail("%s is no %s", o.Name(), m.of.name)
			}
			m.ofInst(c, out, other.Inst)
			return number(0)
		}
		return c.fail("%s is neither a point process nor a MechanismStandard", o.Name())
	}
	s, x := c.section(), c.numOr(0, -1)
	if c.in.failed {
		return value{}
	}
	if c.has(0) && !(x >= 0 && x <= 1) {
		return c.fail("a place along a section runs from 0 to 1, not %g", x)
	}
	if m.of.placed() {
		return number(0)
	}
	diam := m.of.name == "morphology"
	if diam && out && c.in.Tree.Const(nil) {
		return number(0)
	}
	if diam {
		if err := c.in.Tree.Refresh(s); err != nil {
			return c.fail("%v", err)
		}
	}
	nodes := s.Nodes[:s.NSeg()]
	switch {
	case c.has(0):
		nodes = []*tree.Node{s.Nodes[s.Node(x)]}
	case !out:
		nodes = nodes[:1]
	}
	c.in.work(len(nodes) * (1 + len(m.x)))
	for _, n := range nodes {
		m.ofNode(c, out, n)
	}
	if diam && out {
		c.in.work(len(s.Points))
		c.in.Tree.DiamChanged(s)
	}
	return number(0)
}

func standardMethods() map[string]method {
	return map[string]method{
		"count": func(c *call) value { return number(float64(c.o.native.(*standard).count)) },
		"name": func(c *call) value {
			m, p := c.o.native.(*standard), c.strVar(0)
			if !c.has(1) {
				*p = m.of.name
				return number(0)
			}
			i := c.within(1, 0, m.count-1)
			if c.in.failed {
				return value{}
			}
			if m.typ == -1 {
				*p = m.globals[i]
				return number(1)
			}
			v := &m.vars[i+m.from]
			*p = v.name
			return number(float64(v.n))
		},
		"is_array": func(c *call) value {
			m := c.o.native.(*standard)
			i := c.within(0, 0, m.count-1)
			return truth(!c.in.failed && m.typ != -1 && m.vars[i+m.from].n > 1)
		},
		"get": func(c *call) value {
			if p := c.standard().element(c, 1); p != nil && !c.in.failed {
				return number(*p)
			}
			return value{}
		},
		"set": func(c *call) value {
			x := c.num(1)
			if p := c.standard().element(c, 2); p != nil && !c.in.failed {
				*p = x
			}
			return number(0)
		},
		"in":    func(c *call) value { return c.transfer(false) },
		"out":   func(c *call) value { return c.transfer(true) },
		"save":  zero, // into a session of the graphical interface
		"panel": gui, "action": gui,
	}
}
