package syntax

// The levels of precedence of binary operators; ^ is right-associative.
const (
	lowest = iota
	orLevel
	andLevel
	compareLevel
	sumLevel
	productLevel
	powerLevel
)

type binary struct {
	op    Op
	level int
}

var binaries = map[string]binary{
	"||": {Or, orLevel}, "&&": {And, andLevel},
	"<": {Lt, compareLevel}, "<=": {Le, compareLevel}, ">": {Gt, compareLevel}, ">=": {Ge, compareLevel},
	"==": {Eq, compareLevel}, "!=": {Ne, compareLevel},
	"+": {Add, sumLevel}, "-": {Sub, sumLevel},
	"*": {Mul, productLevel}, "/": {Div, productLevel}, "%": {Mod, productLevel},
	"^": {Pow, powerLevel},
}

var assigns = map[string]Op{"=": Set, "+=": Add, "-=": Sub, "*=": Mul, "/=": Div}

func (p *parser) assignOp() (Op, bool) {
	if p.tok.kind != tOp {
		return 0, false
	}
	op, ok := assigns[p.tok.text]
	if ok {
		p.advance()
	}
	return op, ok
}

func (p *parser) expr() Expr { return p.binary(orLevel) }

// binary parses operators of a level and above. It never returns nil.
func (p *parser) binary(level int) Expr {
	defer func(d int) { p.depth = d }(p.depth)
	if !p.enter() {
		return &Num{}
	}
	l := p.operand()
	for p.tok.kind == tOp && !p.failed {
		b, ok := binaries[p.tok.text]
		if !ok || b.level < level {
			break
		}
		at := At(p.tok.pos)
		p.advance()
		next := b.level + 1
		if b.op == Pow {
			next = b.level
		}
		l = &Binary{at, b.op, l, p.binary(next)}
	}
	return l
}

// operand parses what operators join. An assignment is an operand too: in
// a + b = c, b is assigned to.
func (p *parser) operand() Expr {
	at := At(p.tok.pos)
	switch {
	case p.isOp("-"):
		p.advance()
		return &Unary{at, Sub, p.binary(powerLevel)}
	case p.isOp("!"):
		p.advance()
		return &Unary{at, Not, p.binary(powerLevel)}
	}
	x := p.postfix()
	if !assignable(x) {
		return x
	}
	at = At(p.tok.pos)
	if op, ok := p.assignOp(); ok {
		p.assigned(x)
		return &Assign{at, op, x, p.expr()}
	}
	return x
}

func assignable(x Expr) bool {
	switch x := x.(type) {
	case *Name, *Arg, *Index, *Dot:
		return true
	case *Call:
		for _, a := range x.Args {
			if _, ok := a.(*span); ok {
				return false
			}
		}
		return true
	}
	return false
}

// postfix parses a number, string, name, argument, parenthesis or new, and
// the indices, arguments and components behind it.
func (p *parser) postfix() Expr {
	x := p.primary()
	for !p.failed {
		at := At(p.tok.pos)
		switch {
		case p.isOp("["):
			ix := &Index{At: at, X: x}
			for p.takeOp("[") {
				ix.Subs = append(ix.Subs, p.expr())
				p.wantOp("]")
				if p.failed {
					break
				}
			}
			x = ix
		case p.isOp("(") && callable(x):
			p.advance()
			x = &Call{at, x, p.args()}
		case p.isOp("."):
			p.advance()
			if p.tok.kind == tKeyword {
				p.tok.kind = tName // v.delete and the like: any word may be a component
			}
			x = &Dot{at, x, p.anyName("the name of a component")}
		default:
			return x
		}
	}
	return x
}

func callable(x Expr) bool {
	switch x.(type) {
	case *Name, *Index, *Dot, *Arg:
		return true
	}
	return false
}

func (p *parser) primary() Expr {
	t := p.tok
	at := At(t.pos)
	switch t.kind {
	case tNum:
		p.advance()
		return &Num{at, t.num}
	case tStr:
		p.advance()
		return &Str{at, t.text}
	case tName:
		p.advance()
		return p.name(t)
	case tArg:
		p.advance()
		return p.arg(t)
	case tKeyword:
		if t.text == "new" {
			p.advance()
			n := &New{At: at, Class: p.anyName("the name of a class")}
			if p.takeOp("(") {
				n.Args = p.args()
			} else {
				p.wrong(`"("`)
			}
			return n
		}
	case tOp:
		switch t.text {
		case "(":
			defer func(d int) { p.depth = d }(p.depth)
			if !p.enter() {
				return &Num{}
			}
			p.advance()
			x := p.expr()
			p.wantOp(")")
			return &Paren{at, x}
		case "&":
			p.advance()
			return &AddrOf{at, p.postfix()}
		}
	}
	p.wrong("a value")
	return &Num{}
}

func (p *parser) name(t token) *Name {
	n := &Name{At: At(t.pos), Ident: t.text, ID: p.file.Names, Local: -1}
	p.file.Names++
	if i, ok := p.locals[t.text]; ok {
		n.Local = i
	}
	if p.within != nil && t.text == "numarg" {
		p.within.AnyArg = true
	}
	return n
}

// assigned notes that a statement gives a number to a name that is no local.
func (p *parser) assigned(x Expr) {
	if n, ok := x.(*Name); ok && n.Local < 0 {
		list := &p.file.Assigned
		if p.inside != nil {
			list = &p.inside.Assigned
		}
		*list = append(*list, Assigned{n.Ident, len(p.file.Stmts)})
	}
}

func (p *parser) arg(t token) Expr {
	if p.locals == nil {
		p.fail(t.pos, "", "an argument outside of a proc, func, obfunc or iterator")
	}
	a := &Arg{At: At(t.pos), Kind: t.arg, N: int(t.num)}
	if f := p.within; f != nil {
		f.MaxArg = max(f.MaxArg, a.N)
		f.AnyArg = f.AnyArg || a.N == 0
		if a.Kind == ObjArg && a.N > 0 && (f.ObjArg == 0 || a.N < f.ObjArg) {
			f.ObjArg = a.N
		}
	}
	if a.N == 0 {
		t.text = "i"
		a.Index = p.name(t)
		if a.Index.Local < 0 {
			p.fail(t.pos, "declare it: local i", "an argument is chosen by i, but i is no local")
		}
	}
	return a
}

// args parses arguments up to the closing parenthesis.
func (p *parser) args() []Expr {
	var out []Expr
	if p.takeOp(")") {
		return nil
	}
	for !p.failed {
		x := p.expr()
		if at := At(p.tok.pos); len(out) == 0 && p.takeOp(":") {
			b := p.expr()
			p.wantOp(")")
			return []Expr{&span{at, x, b}}
		}
		out = append(out, x)
		if !p.takeOp(",") {
			p.wantOp(")")
			break
		}
	}
	return out
}

// list1 parses one or more expressions.
func (p *parser) list1() []Expr {
	out := []Expr{p.expr()}
	for !p.failed && p.takeOp(",") {
		out = append(out, p.expr())
	}
	return out
}
