package hoc

import (
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/ir/diag"
)

// reference is the state of a Pointer object: a number somewhere.
type reference struct {
	to     *float64
	ref    Ref
	name   string
	assign *statement // what assign executes; nil: it sets the number
}

// newPointer is new Pointer(&x) and new Pointer("x"[, "what assign executes"]).
func newPointer(c *call) any {
	p := &reference{name: "unknown"}
	if c.is(0, strKind) {
		p.name = c.str(0)
		p.to = c.in.pointTo(c.fr, c.pos, p.name)
	} else {
		p.to = c.ref(0)
	}
	if c.in.failed {
		return p
	}
	p.ref = c.in.refs[p.to]
	if c.has(1) {
		p.assign = c.statement(1)
		p.assign.obj = c.fr.this
		if strings.Contains(p.assign.text, "$1") {
			p.assign.text = strings.ReplaceAll(p.assign.text, "$1", "hoc_ac_")
		} else {
			p.assign.text += "=hoc_ac_"
		}
	}
	return p
}

func pointerField(o *Object, name string, subs []int) (place, bool) {
	p, ok := o.native.(*reference)
	switch {
	case !ok || len(subs) > 0:
	case name == "val":
		return place{k: numPlace, num: p.to, ref: p.ref}, true
	case name == "s":
		return rvalue(text(p.name)), true
	}
	return place{}, false
}

func pointerMethods() map[string]method {
	return map[string]method{
		"assign": func(c *call) value {
			p, x := c.o.native.(*reference), c.num(0)
			switch {
			case c.in.failed:
			case p.assign != nil:
				*c.in.globals["hoc_ac_"] = x
				c.in.execute(p.assign.fr, p.assign.pos, p.assign.text, p.assign.obj, true)
			default:
				*p.to = x
				c.in.tell(c.fr, c.pos, p.ref, p.to, x)
			}
			return number(x)
		},
	}
}

// pointTo is the variable that a text names, nil after an error.
func (in *Interp) pointTo(fr *frame, at syntax.Pos, name string) *float64 {
	where := fr.pos(at)
	var found diag.List
	f := syntax.Parse(where.File, []byte("hoc_pointer_(&"+name+")"), &found)
	if f != nil && len(f.Stmts) == 1 {
		if x, ok := f.Stmts[0].(*syntax.ExprStmt); ok {
			inner := &frame{unit: &unit{file: f, syms: make([]*symbol, f.Names), within: &where}, scope: fr.scope, data: fr.data, this: fr.this}
			if v := in.eval(inner, x.X); v.k == refKind {
				return v.num
			}
		}
	}
	in.fail(fr, at, "%q names no variable", name)
	return nil
}

// ownUnits are units of variables that no mechanism has.
var ownUnits = map[string]string{"t": "ms", "dt": "ms", "celsius": "degC", "v": "mV", "L": "um", "diam": "um", "Ra": "ohm-cm", "cm": "uF/cm2", "i_cap": "mA/cm2"}

// units is units("name"[, "unit"]) and units(&variable): the unit of a variable.
func (c *call) units() value {
	if c.is(0, refKind) {
		r := c.in.refs[c.ref(0)]
		switch r.Kind {
		case PotentialRef:
			return text("mV")
		case TimeRef:
			return text("ms")
		}
		if r.Inst != nil && r.K < len(r.Inst.P) {
			for i := range r.Inst.Mech.Vars {
				if v := &r.Inst.Mech.Vars[i]; r.K >= v.First && r.K < v.First+v.N {
					return text(v.Unit)
				}
			}
		}
		for s, u := range c.in.unitOf {
			if s.kind == varSym && s.slot < len(c.in.topData.cells) && c.in.top.names[s.name] == s {
				if nums := c.in.topData.cell(s).nums; len(nums) > 0 && &nums[0] == c.args[0].num {
					return text(u)
				}
			}
		}
		return text("")
	}
	name := c.str(0)
	if c.in.failed {
		return value{}
	}
	if class, v, ok := strings.Cut(name, "."); ok {
		if m := c.in.Tree.Mechs.Get(class); m != nil && m.Def != nil {
			if v := m.Var(v); v != nil {
				return text(v.Unit)
			}
		}
		if k := c.in.native(class); k != nil && slices.Contains(k.fields, v) {
			return text("")
		}
		return c.fail("no variable %q", name)
	}
	s := c.in.lookup(c.fr.scope, name)
	if s == nil || s.kind == undefined {
		return c.fail("no variable %q", name)
	}
	if c.has(1) {
		if c.in.unitOf == nil {
			c.in.unitOf = map[*symbol]string{}
		}
		c.in.unitOf[s] = c.str(1)
	}
	if u, ok := c.in.unitOf[s]; ok {
		return text(u)
	}
	switch {
	case s.rng != nil && s.rng.v != nil:
		return text(s.rng.v.Unit)
	case s.ref.Kind == GlobalRef:
		if d := s.ref.Mech.Def; d != nil {
			for i := range d.Vars {
				if base, _, _ := strings.Cut(s.ref.Name, "["); d.Vars[i].Name == base {
					return text(d.Vars[i].Unit)
				}
			}
		}
	}
	return text(ownUnits[name])
}
