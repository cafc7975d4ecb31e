package mech

import (
	"fmt"
	"strconv"
	"strings"
)

// Format prints a block's statements in the manner of NMODL, one a line, for
// people, for --emit and for tests of passes.
func (d *Def) Format(b Block) string {
	p := printer{d: d, locals: b.Locals}
	p.stmts(b.Body, "")
	return p.b.String()
}

// FormatExpr prints an expression; locals names the Local slots.
func (d *Def) FormatExpr(e Expr, locals []string) string {
	p := printer{d: d, locals: locals}
	return p.expr(e, 0)
}

type printer struct {
	d      *Def
	locals []string
	b      strings.Builder
}

func (p *printer) local(slot int) string {
	if slot >= 0 && slot < len(p.locals) {
		return p.locals[slot]
	}
	return "local" + strconv.Itoa(slot)
}

func (p *printer) varName(v VarID) string {
	if v >= 0 && int(v) < len(p.d.Vars) {
		return p.d.Vars[v].Name
	}
	return "var" + strconv.Itoa(int(v))
}

func (p *printer) target(v VarID, local int, at Expr) string {
	switch {
	case v < 0:
		return p.local(local)
	case at != nil:
		return p.varName(v) + "[" + p.expr(at, 0) + "]"
	}
	return p.varName(v)
}

func (p *printer) line(ind, format string, args ...any) {
	fmt.Fprintf(&p.b, ind+format+"\n", args...)
}

func (p *printer) stmts(body []Stmt, ind string) {
	in := ind + "  "
	for _, s := range body {
		switch x := s.(type) {
		case Assign:
			once := ""
			if x.Once {
				once = "once "
			}
			p.line(ind, "%s%s = %s", once, p.target(x.Var, x.Local, x.At), p.expr(x.X, 0))
		case If:
			p.line(ind, "if (%s) {", p.expr(x.Cond, 0))
			p.stmts(x.Then, in)
			if len(x.Else) > 0 {
				p.line(ind, "} else {")
				p.stmts(x.Else, in)
			}
			p.line(ind, "}")
		case While:
			p.line(ind, "while (%s) {", p.expr(x.Cond, 0))
			p.stmts(x.Body, in)
			p.line(ind, "}")
		case For:
			by := ""
			if x.By != nil {
				by = " BY " + p.expr(x.By, 0)
			}
			p.line(ind, "FROM %s = %s TO %s%s {", p.local(x.Slot), p.expr(x.From, 0), p.expr(x.To, 0), by)
			p.stmts(x.Body, in)
			p.line(ind, "}")
		case CallStmt:
			p.line(ind, "%s(%s)", p.d.Funcs[x.Func].Name, p.exprs(x.Args))
		case DerivEq:
			p.line(ind, "%s' = %s", p.target(x.Var, 0, x.At), p.expr(x.X, 0))
		case Reaction:
			right := ""
			if x.Backward != nil {
				right = ", " + p.expr(x.Backward, 0)
			}
			p.line(ind, "~ %s <-> %s (%s%s)", p.terms(x.Left), p.terms(x.Right), p.expr(x.Forward, 0), right)
		case Conserve:
			p.line(ind, "CONSERVE %s = %s", p.terms(x.Sum), p.expr(x.Total, 0))
		case Equation:
			p.line(ind, "~ %s = %s", p.expr(x.X, 0), p.expr(x.Y, 0))
		case Compartment:
			p.along(ind, "COMPARTMENT", x.Slot, x.Volume, x.States)
		case Diffusion:
			p.along(ind, "LONGITUDINAL_DIFFUSION", x.Slot, x.Area, x.States)
		case Send:
			p.line(ind, "net_send(%s, %s)", p.expr(x.Delay, 0), p.expr(x.Flag, 0))
		case Move:
			p.line(ind, "net_move(%s)", p.expr(x.At, 0))
		case Emit:
			p.line(ind, "net_event(%s)", p.expr(x.At, 0))
		case Watch:
			op := "<"
			if x.Rising {
				op = ">"
			}
			p.line(ind, "WATCH (%s %s %s) %s", p.expr(x.X, 0), op, p.expr(x.Y, 0), p.expr(x.Flag, 0))
		case SetSeq:
			if x.ID > 0 {
				p.line(ind, "id %d of %s = %s", x.ID, p.varName(x.Stream), p.expr(x.Seq, 0))
			} else {
				p.line(ind, "random_setseq(%s, %s)", p.varName(x.Stream), p.expr(x.Seq, 0))
			}
		case Printf:
			args := ""
			if len(x.Args) > 0 {
				args = ", " + p.exprs(x.Args)
			}
			p.line(ind, "printf(%q%s)", x.Format, args)
		case Fail:
			p.line(ind, "fail %q", x.Text)
		case SolveNow:
			p.line(ind, "SOLVE %s %s", p.d.Systems[x.System].Name, x.Method)
		case Newton:
			var xs []string
			for _, t := range x.X {
				xs = append(xs, p.target(t.Var, t.Local, t.At))
			}
			p.line(ind, "newton %s {", strings.Join(xs, ", "))
			p.stmts(x.Body, in)
			for _, r := range x.R {
				p.line(in, "0 = %s", p.expr(r, 0))
			}
			p.line(ind, "}")
		case Linear:
			n := len(x.X)
			var xs []string
			for _, t := range x.X {
				xs = append(xs, p.target(t.Var, t.Local, t.At))
			}
			p.line(ind, "linear %s {", strings.Join(xs, ", "))
			for i, r := range x.R {
				sum := ""
				for j, m := range x.M[i*n : i*n+n] {
					if m != nil {
						sum += fmt.Sprintf("%s*[%s] + ", p.expr(m, 0), xs[j])
					}
				}
				p.line(in, "%s = %s", strings.TrimSuffix(sum, " + "), p.expr(r, 0))
			}
			p.line(ind, "}")
		case Lookup:
			var out []string
			for _, t := range x.Outputs {
				out = append(out, p.target(t.Var, t.Local, t.At))
			}
			p.line(ind, "lookup %s = %s(%s = %s) else {", strings.Join(out, ", "), p.d.Funcs[x.Func].Name,
				p.local(x.Slot), p.expr(x.Arg, 0))
			p.stmts(x.Direct, in)
			p.line(ind, "}")
		default:
			p.line(ind, "%T", s)
		}
	}
}

func (p *printer) along(ind string, word string, slot int, x Expr, states []VarID) {
	var names []string
	for _, v := range states {
		names = append(names, p.varName(v))
	}
	index := ""
	if slot >= 0 {
		index = p.local(slot) + ", "
	}
	p.line(ind, "%s %s%s {%s}", word, index, p.expr(x, 0), strings.Join(names, " "))
}

func (p *printer) terms(ts []Term) string {
	var out []string
	for _, t := range ts {
		s := p.target(t.State, 0, t.At)
		if t.Coef != 1 {
			s = strconv.Itoa(t.Coef) + " " + s
		}
		out = append(out, s)
	}
	return strings.Join(out, " + ")
}

func (p *printer) exprs(es []Expr) string {
	var out []string
	for _, e := range es {
		out = append(out, p.expr(e, 0))
	}
	return strings.Join(out, ", ")
}

// binding is how tightly an operator binds; a tree prints with the fewest
// parentheses that keep its shape.
func binding(o Op) int {
	switch o {
	case Or:
		return 1
	case And:
		return 2
	case Lt, Le, Gt, Ge, Eq, Ne:
		return 3
	case Add, Sub:
		return 4
	case Mul, Div, Mod:
		return 5
	case Neg, Not:
		return 6
	}
	return 7
}

func (p *printer) expr(e Expr, outer int) string {
	paren := func(prec int, s string) string {
		if prec < outer {
			return "(" + s + ")"
		}
		return s
	}
	switch x := e.(type) {
	case nil:
		return ""
	case Num:
		if x.Text != "" {
			return x.Text
		}
		s := strconv.FormatFloat(x.V, 'g', -1, 64)
		if strings.HasPrefix(s, "-") {
			return paren(6, s)
		}
		return s
	case Ref:
		return p.varName(x.Var)
	case Local:
		return p.local(x.Slot)
	case Index:
		return p.varName(x.Var) + "[" + p.expr(x.At, 0) + "]"
	case Unary:
		return paren(6, x.Op.String()+p.expr(x.X, 6))
	case Binary:
		b := binding(x.Op)
		left, right := b, b+1
		if x.Op == Pow {
			left, right = b+1, b+1
		}
		sep := " "
		if b >= 5 {
			sep = ""
		}
		return paren(b, p.expr(x.X, left)+sep+x.Op.String()+sep+p.expr(x.Y, right))
	case Call:
		return string(x.Fn) + "(" + p.exprs(x.Args) + ")"
	case FuncCall:
		return p.d.Funcs[x.Func].Name + "(" + p.exprs(x.Args) + ")"
	case Select:
		return paren(0, "("+p.expr(x.Cond, 1)+" ? "+p.expr(x.Then, 1)+" : "+p.expr(x.Else, 1)+")")
	}
	return fmt.Sprintf("%T", e)
}
