package nmodl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// block reads the body of b and adds b to the file.
func (p *parser) block(b *Block) {
	p.kind = b.Kind
	b.NoDim = p.noDim
	b.Body = p.stmts()
	p.file.Blocks = append(p.file.Blocks, b)
}

// stmts reads "{ statements }".
func (p *parser) stmts() []Stmt {
	open := p.expect("{")
	p.deeper()
	var list []Stmt
	for !p.accept("}") {
		if p.tok.kind == tEOF {
			p.failAt(open, "the block that begins here is not closed")
		}
		t := p.tok
		p.closedBefore(open)
		if !p.try(func() { list = p.stmt(list) }) {
			if p.rep.errors > maxErrors {
				panic(bail{})
			}
			if p.tok == t {
				p.advance()
			}
			p.resync(t.pos.Line, t.pos.File)
		}
	}
	p.depth--
	return list
}

// methods are the words behind METHOD.
var methods = []string{"cnexp", "derivimplicit", "euler", "runge", "sparse", "after_cvode"}

// inBlocks are the words of topLevel that may also begin a statement.
var inBlocks = map[string]bool{"VERBATIM": true, "LOCAL": true, "UNITSON": true, "UNITSOFF": true, "INITIAL": true}

// acts says whether s is more than a declaration or C.
func acts(s Stmt) bool {
	switch s.(type) {
	case *LocalStmt, *VerbatimStmt:
		return false
	}
	return true
}

// stmt reads one statement and appends it.
func (p *parser) stmt(list []Stmt) []Stmt {
	t := p.tok
	if t.kind == tOp {
		switch t.text {
		case "{":
			return append(list, &BlockStmt{p.stmts(), t.pos})
		case "~", "~+":
			p.advance()
			return append(list, p.reaction(t.pos))
		}
		p.fail("a statement")
	}
	if t.kind == tPrime {
		return append(list, p.assign())
	}
	if t.kind != tName {
		p.fail("a statement")
	}
	switch t.text {
	case "LOCAL":
		p.advance()
		if slices.ContainsFunc(list, acts) {
			p.rep.add(diag.Warning, diag.NrnCompat, t.pos, "move it to where the block begins", "NEURON takes LOCAL before the other statements of a block only")
		}
		return append(list, &LocalStmt{p.localNames(), t.pos})
	case "if":
		p.advance()
		return append(list, p.ifStmt(t.pos))
	case "while":
		p.advance()
		p.expect("(")
		c := p.expr()
		p.expect(")")
		return append(list, &WhileStmt{c, p.stmts(), t.pos})
	case "FROM":
		p.advance()
		return append(list, p.fromStmt(t.pos))
	case "SOLVE":
		p.advance()
		s := &SolveStmt{Name: p.ident("the name of a block"), Pos: t.pos}
		if p.word("METHOD") || p.word("STEADYSTATE") {
			s.Steady = p.tok.text == "STEADYSTATE"
			p.advance()
			s.Method = p.ident("a method").Name
		}
		return append(list, s)
	case "TABLE":
		p.advance()
		return append(list, p.table(t.pos))
	case "WATCH":
		p.advance()
		for {
			w := &WatchStmt{Pos: p.expect("(")}
			w.X = p.binary(5)
			w.Rising = p.is(">")
			if !w.Rising && !p.is("<") {
				p.fail(`">" or "<"`)
			}
			p.advance()
			w.Y = p.binary(5)
			p.expect(")")
			pos := p.tok.pos
			w.Flag = &NumExpr{V: p.number(), Pos: pos}
			list = append(list, w)
			if !p.accept(",") {
				return list
			}
		}
	case "CONSERVE":
		p.advance()
		c := &ConserveStmt{Sum: p.reactants(), Pos: t.pos}
		p.expect("=")
		c.Total = p.expr()
		return append(list, c)
	case "COMPARTMENT":
		p.advance()
		return append(list, p.compartment(t.pos))
	case "LONGITUDINAL_DIFFUSION":
		p.advance()
		c := p.compartment(t.pos)
		return append(list, &DiffusionStmt{c.Index, c.Volume, c.Names, t.pos})
	case "LAG":
		p.advance()
		s := &LagStmt{Pos: t.pos, Name: p.ident("a variable")}
		p.expectWord("BY")
		s.By = p.ident("a constant")
		return append(list, s)
	case "FOR_NETCONS":
		p.advance()
		f := &ForNetconsStmt{Args: p.args(), Pos: t.pos}
		f.Body = p.stmts()
		return append(list, f)
	case "CONDUCTANCE":
		p.advance()
		p.ident("a conductance")
		if p.acceptWord("USEION") {
			p.ident("an ion")
		}
		return append(list, &HintStmt{t.text, t.pos})
	case "MUTEXLOCK", "MUTEXUNLOCK":
		p.advance()
		return append(list, &HintStmt{t.text, t.pos})
	case "UNITSON", "UNITSOFF":
		p.noDim = t.text == "UNITSOFF"
		p.advance()
		return append(list, &HintStmt{t.text, t.pos})
	case "INITIAL":
		p.advance()
		return append(list, &InitialStmt{p.stmts(), t.pos})
	case "VERBATIM":
		return append(list, &VerbatimStmt{p.verbatimText(), t.pos})
	case "PROTECT":
		p.advance()
		return append(list, p.assign())
	}
	if keywords[t.text] {
		p.fail("a statement")
	}
	return append(list, p.assign())
}

// assign reads an assignment or a call.
func (p *parser) assign() Stmt {
	first := p.tok.first
	t := Target{Ident: Ident{p.tok.text, p.tok.pos}, Primes: p.tok.primes}
	if p.tok.kind != tPrime {
		p.ident("a variable")
	} else {
		p.advance()
	}
	if t.Primes == 0 && p.is("(") {
		return &CallStmt{p.call(t.Ident)}
	}
	if p.is("@") {
		p.failAt(p.tok.pos, "a past value (%s@n) belongs to DISCRETE blocks, by which each instance moves NEURON's clock on; keep it in an ASSIGNED variable", t.Name)
	}
	if p.accept("[") {
		t.At = p.intExpr()
		p.expect("]")
	}
	if !p.is("=") {
		hint := ""
		switch next := p.peek(0); {
		case (p.is("+") || p.is("-")) && next == p.tok.text[0]:
			hint = fmt.Sprintf("%s = %s %s 1", t.Name, t.Name, p.tok.text)
		case (p.is("+") || p.is("-") || p.is("*") || p.is("/")) && next == '=':
			hint = fmt.Sprintf("%s = %s %s …", t.Name, t.Name, p.tok.text)
		case slices.Contains(methods, t.Name):
			hint = "METHOD " + t.Name
		case p.tok.pos.Line > t.Pos.Line && strings.HasPrefix(strings.TrimLeft(p.rep.after(t.Pos, t.Name), " \t"), ":"):
			hint = "a comment begins with :, and = alone assigns"
		case t.Name == "return":
			hint = "the value of a FUNCTION is what is assigned to its name"
		case t.At != nil && p.is("'"):
			hint = t.Name + "'[…] is the derivative of an element"
		case !first:
			hint = "an operator may be missing before " + t.Name
		default:
			hint = p.habit()
		}
		p.failHint(t.Pos, hint, `"=" is wanted after %s, not %s`, t.Name, p.what())
	}
	p.advance()
	return &AssignStmt{t, p.expr()}
}

func (p *parser) ifStmt(pos diag.Pos) Stmt {
	if !p.is("(") {
		p.failHint(p.tok.pos, "if (…) { … }", `"(" is wanted, not %s`, p.what())
	}
	open := p.expect("(")
	s := &IfStmt{Cond: p.expr(), Pos: pos}
	p.closeParen(open)
	s.Then = p.stmts()
	// else-ifs make a chain, so it is built without recursion
	last := s
	for p.word("else") {
		p.advance()
		if !p.word("if") {
			last.Else = p.stmts()
			break
		}
		p.deeper()
		defer func() { p.depth-- }()
		next := &IfStmt{Pos: p.tok.pos}
		p.advance()
		p.expect("(")
		next.Cond = p.expr()
		p.expect(")")
		next.Then = p.stmts()
		last.Else = []Stmt{next}
		last = next
	}
	return s
}

func (p *parser) fromStmt(pos diag.Pos) Stmt {
	s := &FromStmt{Var: p.ident("the counter"), Pos: pos}
	p.expect("=")
	s.From = p.intExpr()
	p.expectWord("TO")
	s.To = p.intExpr()
	if p.acceptWord("BY") {
		s.By = p.intExpr()
	}
	s.Body = p.stmts()
	return s
}

func (p *parser) table(pos diag.Pos) Stmt {
	s := &TableStmt{Pos: pos}
	if !p.word("FROM") && !p.word("DEPEND") {
		s.Names = p.identList("a variable")
	}
	if p.acceptWord("DEPEND") {
		s.Depend = p.identList("a variable")
	}
	p.expectWord("FROM")
	s.From = p.expr()
	p.expectWord("TO")
	s.To = p.expr()
	if !p.word("WITH") {
		p.failHint(p.tok.pos, "FROM -100 TO 100 WITH 200", "WITH and the number of intervals are wanted, not %s", p.what())
	}
	p.advance()
	s.N = p.count("the number of intervals", 1)
	return s
}

// reaction reads what follows "~".
func (p *parser) reaction(pos diag.Pos) Stmt {
	if p.kind == "LINEAR" || p.kind == "NONLINEAR" {
		s := &EquationStmt{Pos: pos}
		s.X = p.expr()
		p.expect("=")
		s.Y = p.expr()
		return s
	}
	s := &ReactionStmt{Pos: pos}
	s.Left = p.reactants()
	switch {
	case p.accept("<->"):
		s.Arrow = "<->"
		s.Right = p.reactants()
		p.expect("(")
		s.F = p.expr()
		if !p.is(",") {
			p.failHint(p.tok.pos, "(forward rate, backward rate)", "the backward rate is wanted, not %s", p.what())
		}
		p.advance()
		s.B = p.expr()
		p.expect(")")
	case p.accept("<"):
		s.Arrow = "<<"
		p.expect("<")
		p.expect("(")
		s.F = p.expr()
		p.expect(")")
	case p.accept("-"):
		p.expect(">")
		s.Arrow = "->"
		p.expect("(")
		s.F = p.expr()
		p.expect(")")
	default:
		p.fail(`"<->", "<<" or "->"`)
	}
	return s
}

// reactants reads "2 A + B[i]".
func (p *parser) reactants() []ReactionTerm {
	var terms []ReactionTerm
	for {
		t := ReactionTerm{Coef: 1}
		if p.atNumber() {
			t.Coef = p.count("a coefficient", 1)
		}
		t.Ident = p.ident("a state")
		if p.accept("[") {
			t.At = p.intExpr()
			p.expect("]")
		}
		terms = append(terms, t)
		if len(terms) > 1000 {
			p.failAt(t.Pos, "too many terms")
		}
		if !p.accept("+") {
			return terms
		}
	}
}

// compartment reads "i, volume {names}" or "volume {names}".
func (p *parser) compartment(pos diag.Pos) *CompartmentStmt {
	s := &CompartmentStmt{Pos: pos}
	s.Volume = p.expr()
	if n, ok := s.Volume.(*NameExpr); ok && p.accept(",") {
		s.Index = n.Ident
		s.Volume = p.expr()
	}
	p.expect("{")
	for !p.accept("}") {
		s.Names = append(s.Names, p.ident("a state"))
		p.accept(",")
	}
	return s
}
