// Package opt simplifies the statements of a mechanism without changing a bit
// of what they compute: constants, loops of known length, and the bodies of
// functions put in place of their calls.
//
// In: a mech.Def (Unroll) or the solve.Entries made of it (Inline, Fold).
// Out: the same with less in it. Next: ir/mech/codegen builds the kernel, and
// shares common subexpressions and drops dead code while doing so.
package opt

import (
	"math"

	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/solve"
)

// Module is a mechanism without calls: its entries, and the tables that its
// functions' TABLE statements ask for.
type Module struct {
	*solve.Entries
	Tables []Table
}

// Table is the TABLE of one function that some entry uses.
type Table struct {
	Func    int           // index into Def.Funcs
	From    mech.Block    // sets local 0 to the lower bound
	To      mech.Block    // sets local 0 to the upper bound
	Fill    mech.Block    // computes Outputs for the argument in local 0
	Outputs []mech.Target // variables, or one local
}

// String prints entries and tables.
func (m *Module) String() string {
	s := m.Entries.String()
	for _, t := range m.Tables {
		s += "table " + m.Def.Funcs[t.Func].Name + " {\n" + m.Def.Format(t.Fill) + "}\n"
	}
	return s
}

// Fold computes what is constant in every entry. It applies only identities
// that hold bit for bit (x*1, x/1, x-0), and keeps exp and its kin for the
// kernel.
func Fold(m *Module) *Module {
	out := *m
	block := func(_ string, b mech.Block) mech.Block {
		return mech.Block{Body: FoldStmts(m.Def, b.Body), Locals: b.Locals}
	}
	out.Entries = m.Entries.Map(block)
	out.Tables = nil
	for _, t := range m.Tables {
		t.From, t.To, t.Fill = block("", t.From), block("", t.To), block("", t.Fill)
		out.Tables = append(out.Tables, t)
	}
	return &out
}

// FoldStmts folds a list of statements; an if with a constant condition
// leaves the branch taken.
func FoldStmts(def *mech.Def, body []mech.Stmt) []mech.Stmt {
	body = mech.MapStmts(body, func(e mech.Expr) mech.Expr { return foldNode(def, e) }, func(s int) int { return s })
	return choose(body)
}

func choose(body []mech.Stmt) []mech.Stmt {
	var out []mech.Stmt
	for _, st := range body {
		switch x := st.(type) {
		case mech.If:
			if c, ok := x.Cond.(mech.Num); ok {
				if c.V != 0 {
					out = append(out, choose(x.Then)...)
				} else {
					out = append(out, choose(x.Else)...)
				}
				continue
			}
			x.Then, x.Else = choose(x.Then), choose(x.Else)
			if len(x.Then) == 0 && len(x.Else) == 0 && pure(x.Cond) {
				continue
			}
			st = x
		case mech.While:
			x.Body = choose(x.Body)
			st = x
		case mech.For:
			x.Body = choose(x.Body)
			st = x
		case mech.Newton:
			x.Body = choose(x.Body)
			st = x
		case mech.Lookup:
			x.Direct = choose(x.Direct)
			st = x
		}
		out = append(out, st)
	}
	return out
}

// pure says whether evaluating e has no effect.
func pure(e mech.Expr) bool {
	ok := true
	mech.WalkExpr(e, func(e mech.Expr) {
		switch x := e.(type) {
		case mech.FuncCall:
			ok = false
		case mech.Call:
			ok = ok && !draws(x.Fn)
		}
	})
	return ok
}

func draws(fn mech.Builtin) bool {
	switch fn {
	case mech.RandUnif, mech.RandExp, mech.RandNorm, mech.PickUnif, mech.PickExp, mech.PickNorm, mech.RandSeq:
		return true
	}
	return false
}

// FoldExpr folds one expression.
func FoldExpr(def *mech.Def, e mech.Expr) mech.Expr {
	return mech.MapExpr(e, func(e mech.Expr) mech.Expr { return foldNode(def, e) })
}

func foldNode(def *mech.Def, e mech.Expr) mech.Expr {
	switch x := e.(type) {
	case mech.Ref:
		if v := &def.Vars[x.Var]; v.Storage == mech.Constant && v.Array == 0 {
			return mech.Num{V: v.Default}
		}
	case mech.Unary:
		if c, ok := x.X.(mech.Num); ok {
			if x.Op == mech.Not {
				return mech.Num{V: truth(c.V == 0)}
			}
			return mech.Num{V: -c.V}
		}
		if y, ok := x.X.(mech.Unary); ok && x.Op == mech.Neg && y.Op == mech.Neg {
			return y.X
		}
	case mech.Binary:
		a, ok1 := x.X.(mech.Num)
		b, ok2 := x.Y.(mech.Num)
		switch {
		case ok1 && ok2:
			if v, ok := arith(x.Op, a.V, b.V); ok {
				return mech.Num{V: v}
			}
		case ok2 && b.V == 1 && (x.Op == mech.Mul || x.Op == mech.Div),
			ok2 && b.V == 0 && !math.Signbit(b.V) && x.Op == mech.Sub:
			return x.X
		case ok1 && a.V == 1 && x.Op == mech.Mul:
			return x.Y
		}
	case mech.Select:
		if c, ok := x.Cond.(mech.Num); ok {
			if c.V != 0 {
				return x.Then
			}
			return x.Else
		}
	}
	return e
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func arith(op mech.Op, a, b float64) (float64, bool) {
	switch op {
	case mech.Add:
		return a + b, true
	case mech.Sub:
		return a - b, true
	case mech.Mul:
		return float64(a * b), true
	case mech.Div:
		return a / b, true
	case mech.Lt:
		return truth(a < b), true
	case mech.Le:
		return truth(a <= b), true
	case mech.Gt:
		return truth(a > b), true
	case mech.Ge:
		return truth(a >= b), true
	case mech.Eq:
		return truth(a == b), true
	case mech.Ne:
		return truth(a != b), true
	case mech.And:
		return truth(a != 0 && b != 0), true
	case mech.Or:
		return truth(a != 0 || b != 0), true
	}
	return 0, false
}
