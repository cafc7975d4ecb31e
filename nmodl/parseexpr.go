package nmodl

// The precedences follow what NEURON computes in the end. Its translator
// hands comparisons on to C as they stand, so that < binds tighter than ==;
// "-" and "!" bind looser than "^" and tighter than "*".
var precedence = map[string]int{
	"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
	"+": 5, "-": 5, "*": 6, "/": 6, "^": 8,
}

// unaryLevel is the precedence of the operand of "-" and "!".
const unaryLevel = 7

func (p *parser) expr() Expr { return p.binary(1) }

// binary reads operators of at least the given precedence.
func (p *parser) binary(least int) Expr {
	depth := p.depth
	p.deeper()
	x := p.unary()
	for p.tok.kind == tOp {
		op := p.tok
		level := precedence[op.text]
		if level == 0 || level < least {
			break
		}
		p.advance()
		next := level + 1
		if op.text == "^" {
			next = unaryLevel // right associative, and 2^-x
		}
		y := p.binary(next)
		x = &BinaryExpr{Op: op.text, X: x, Y: y, Pos: op.pos}
		p.deeper() // a chain makes a tree as deep as it is long
	}
	p.depth = depth
	return x
}

func (p *parser) unary() Expr {
	t := p.tok
	if t.kind == tOp && (t.text == "-" || t.text == "!") {
		p.advance()
		return &UnaryExpr{t.text, p.binary(unaryLevel), t.pos}
	}
	if t.kind == tOp && t.text == "+" {
		p.failAt(t.pos, "a plus sign without a left side")
	}
	return p.primary()
}

func (p *parser) primary() Expr {
	t := p.tok
	if p.atNumber() {
		n := &NumExpr{V: p.unsigned("a number"), Pos: t.pos}
		if t.kind != tName {
			n.Text = t.text
		}
		n.Unit = p.unitOpt()
		return n
	}
	switch {
	case p.accept("("):
		plain := p.tok.kind != tOp
		x := p.expr()
		p.closeParen(t.pos)
		if n, ok := x.(*NumExpr); ok && plain && n.Unit == "" {
			n.Paren = true
		}
		return x
	case t.kind == tStr:
		p.advance()
		return &StrExpr{t.text, t.pos}
	case t.kind == tPrime:
		p.advance()
	case t.kind == tName && !keywords[t.text]:
		p.advance()
		if p.is("(") {
			return p.call(Ident{t.text, t.pos})
		}
	default:
		p.fail("an expression")
	}
	if p.accept("[") {
		at := p.intExpr()
		p.expect("]")
		return &ElemExpr{Ident{t.text, t.pos}, t.primes, at}
	}
	if p.is("@") {
		p.failAt(p.tok.pos, "a past value (%s@n) belongs to DISCRETE blocks, by which each instance moves NEURON's clock on; keep it in an ASSIGNED variable", t.text)
	}
	return &NameExpr{Ident{t.text, t.pos}, t.primes}
}

// call reads the arguments of name.
func (p *parser) call(name Ident) *CallExpr {
	c := &CallExpr{Ident: name}
	open := p.expect("(")
	for !p.accept(")") {
		if len(c.Args) > 0 && !p.accept(",") {
			p.closeParen(open)
			break
		}
		c.Args = append(c.Args, p.expr())
		if len(c.Args) > 1000 {
			p.failAt(name.Pos, "too many arguments")
		}
	}
	return c
}

// intExpr reads an integer expression: names are truncated, and division is
// that of integers.
func (p *parser) intExpr() Expr { return p.intBinary(5) }

func (p *parser) intBinary(least int) Expr {
	depth := p.depth
	p.deeper()
	x := p.intPrimary()
	for p.tok.kind == tOp {
		op := p.tok
		level := precedence[op.text]
		if level < least || level > 6 {
			break
		}
		p.advance()
		x = &BinaryExpr{Op: op.text, X: x, Y: p.intBinary(level + 1), Int: true, Pos: op.pos}
		p.deeper()
	}
	p.depth = depth
	return x
}

func (p *parser) intPrimary() Expr {
	t := p.tok
	switch {
	case t.kind == tReal:
		p.failAt(t.pos, "an integer is wanted, not %s", t.text)
	case p.atNumber():
		n := &NumExpr{V: p.unsigned("an integer"), Pos: t.pos}
		if t.kind == tInt {
			n.Text = t.text
		}
		return n
	case p.accept("("):
		x := p.intExpr()
		p.expect(")")
		return x
	case p.accept("-"): // NEURON has no sign here; its meaning is plain
		zero := &NumExpr{Text: "0", Pos: t.pos}
		return &BinaryExpr{Op: "-", X: zero, Y: p.intPrimaryDeeper(), Int: true, Pos: t.pos}
	case p.word("INT"):
		p.advance()
		p.expect("(")
		x := p.expr()
		p.expect(")")
		return &UnaryExpr{"int", x, t.pos}
	}
	id := p.ident("an integer expression")
	return &UnaryExpr{"int", &NameExpr{id, 0}, t.pos}
}

func (p *parser) intPrimaryDeeper() Expr {
	p.deeper()
	x := p.intPrimary()
	p.depth--
	return x
}
