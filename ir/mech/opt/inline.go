package opt

import (
	"fmt"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/solve"
)

// maxStmts bounds what inlining may write out in one mechanism.
const maxStmts = 200000

// Inline puts the bodies of functions and procedures in place of their calls,
// in the order in which the calls are evaluated (left to right, arguments
// first). A function with a TABLE becomes a Lookup. Functions that call
// themselves or each other in a circle are written out to a depth; to come
// deeper ends the run.
func Inline(e *solve.Entries, diags *diag.List) *Module {
	in := &inliner{def: e.Def, diags: diags, tables: map[int]bool{}}
	m := &Module{Entries: e.Map(func(name string, b mech.Block) mech.Block {
		b = in.block(b)
		if e.Half && name == "state" {
			b = e.HalfStep(b)
		}
		return b
	})}
	// In the order of declaration, until the tables' own bodies ask for no more.
	made := map[int]bool{}
	for grown := true; grown; {
		grown = false
		for i := range e.Def.Funcs {
			if in.tables[i] && !made[i] {
				made[i], grown = true, true
				m.Tables = append(m.Tables, in.table(i))
			}
		}
	}
	return m
}

type inliner struct {
	def    *mech.Def
	diags  *diag.List
	locals []string
	stack  []int
	tables map[int]bool
	count  int
	lives  map[int]bool // whether a function's TABLE is computed at its calls

	circles map[int]map[int]bool
}

func (in *inliner) block(b mech.Block) mech.Block {
	in.locals = append([]string(nil), b.Locals...)
	body := in.stmts(b.Body)
	return mech.Block{Body: body, Locals: in.locals}
}

// table makes the code that fills the table of function f and gives its
// bounds. A table inside a table's body (another function's) is evaluated
// directly or looked up like anywhere else.
func (in *inliner) table(f int) Table {
	fn := &in.def.Funcs[f]
	bound := func(e mech.Expr) mech.Block {
		in.locals = []string{"bound"}
		var out []mech.Stmt
		e = in.expr(e, &out)
		out = append(out, mech.Assign{Var: -1, Local: 0, X: e, Pos: fn.Pos})
		return mech.Block{Body: out, Locals: in.locals}
	}
	t := Table{Func: f, From: bound(fn.Table.From), To: bound(fn.Table.To)}
	in.locals = []string{"x"}
	body, result := in.body(f, []int{0})
	t.Fill = mech.Block{Body: body, Locals: in.locals}
	t.Outputs = in.outputs(fn, result)
	return t
}

// outputs lists what a table holds, arrays element by element.
func (in *inliner) outputs(fn *mech.Func, result int) []mech.Target {
	if len(fn.Table.Outputs) == 0 {
		return []mech.Target{{Var: -1, Local: result}}
	}
	var out []mech.Target
	for _, v := range fn.Table.Outputs {
		n := in.def.Vars[v].Array
		if n == 0 {
			out = append(out, mech.Target{Var: v})
		}
		for k := 0; k < n; k++ {
			out = append(out, mech.Target{Var: v, At: mech.Num{V: float64(k)}})
		}
	}
	return out
}

func (in *inliner) stmts(body []mech.Stmt) []mech.Stmt {
	var out []mech.Stmt
	for _, st := range body {
		in.stmt(st, &out)
	}
	return out
}

func (in *inliner) stmt(st mech.Stmt, out *[]mech.Stmt) {
	if in.count++; in.count > maxStmts {
		if in.count == maxStmts+1 {
			in.diags.Errorf(diag.BadMech, in.def.Pos, "mechanism %s is too large: its functions written out exceed %d statements", in.def.Name, maxStmts)
		}
		return
	}
	switch x := st.(type) {
	case mech.CallStmt:
		args := in.exprs(x.Args, out)
		in.call(x.Func, args, x.Pos, out)
		return
	case mech.If:
		x.Cond = in.expr(x.Cond, out)
		x.Then, x.Else = in.stmts(x.Then), in.stmts(x.Else)
		st = x
	case mech.While:
		st = in.while(x, out)
	case mech.Newton:
		x.Body = in.stmts(x.Body)
		x.R = in.exprs(x.R, &x.Body)
		st = x
	default:
		st = in.plain(st, out)
	}
	*out = append(*out, st)
}

// while moves a condition with calls into the loop: it is computed before the
// loop and again at the end of each round.
func (in *inliner) while(x mech.While, out *[]mech.Stmt) mech.Stmt {
	if !calls(x.Cond) {
		x.Body = in.stmts(x.Body)
		return x
	}
	test := in.local("test")
	round := func(to *[]mech.Stmt) {
		c := in.expr(x.Cond, to)
		*to = append(*to, mech.Assign{Var: -1, Local: test, X: c, Pos: x.Pos})
	}
	round(out)
	body := in.stmts(x.Body)
	round(&body)
	x.Body, x.Cond = body, mech.Local{Slot: test}
	return x
}

// plain inlines in the expressions that a simple statement holds.
func (in *inliner) plain(st mech.Stmt, out *[]mech.Stmt) mech.Stmt {
	switch x := st.(type) {
	case mech.Assign:
		x.At = in.expr(x.At, out)
		x.X = in.expr(x.X, out)
		return x
	case mech.Send:
		x.Delay = in.expr(x.Delay, out)
		x.Flag = in.expr(x.Flag, out)
		return x
	case mech.Move:
		x.At = in.expr(x.At, out)
		return x
	case mech.Emit:
		x.At = in.expr(x.At, out)
		return x
	case mech.SetSeq:
		x.Seq = in.expr(x.Seq, out)
		return x
	case mech.Printf:
		x.Args = in.exprs(x.Args, out)
		return x
	case mech.Watch:
		x.Flag = in.expr(x.Flag, out)
		if calls(x.X) || calls(x.Y) {
			in.diags.Errorf(diag.Unsupported, x.Pos, "WATCH with a function call in its condition is not supported yet")
		}
		return x
	}
	return st
}

func calls(e mech.Expr) bool {
	found := false
	mech.WalkExpr(e, func(e mech.Expr) {
		if _, ok := e.(mech.FuncCall); ok {
			found = true
		}
	})
	return found
}

func (in *inliner) local(name string) int {
	in.locals = append(in.locals, name)
	return len(in.locals) - 1
}

func (in *inliner) exprs(es []mech.Expr, out *[]mech.Stmt) []mech.Expr {
	var list []mech.Expr
	for _, e := range es {
		list = append(list, in.expr(e, out))
	}
	return list
}

// expr returns e without calls; what they do is appended to out. A random
// draw beside a call is taken out too, so that the order of draws stays.
func (in *inliner) expr(e mech.Expr, out *[]mech.Stmt) mech.Expr {
	if e == nil || !calls(e) {
		return e
	}
	return mech.MapExpr(e, func(e mech.Expr) mech.Expr {
		switch x := e.(type) {
		case mech.FuncCall:
			return mech.Local{Slot: in.call(x.Func, x.Args, x.Pos, out)}
		case mech.Call:
			if draws(x.Fn) {
				l := in.local("draw")
				*out = append(*out, mech.Assign{Var: -1, Local: l, X: x, Pos: x.Pos})
				return mech.Local{Slot: l}
			}
		}
		return e
	})
}

// call appends what calling f does and returns the local with its value.
func (in *inliner) call(f int, args []mech.Expr, pos diag.Pos, out *[]mech.Stmt) int {
	fn := &in.def.Funcs[f]
	if circle := in.circle(f); circle != nil {
		deep := 0
		for _, s := range in.stack {
			if circle[s] {
				deep++
			}
		}
		if limit := in.depth(circle); deep >= limit {
			*out = append(*out, mech.Fail{Text: fmt.Sprintf("function %s calls itself more than %d times over", fn.Name, limit), Pos: pos})
			return in.local(fn.Name)
		}
	}
	if len(args) != fn.NArgs {
		in.diags.Errorf(diag.BadMech, pos, "%s takes %d arguments, not %d", fn.Name, fn.NArgs, len(args))
		return in.local(fn.Name)
	}
	if fn.Table != nil && fn.NArgs == 1 && in.live(f) {
		x := in.local(fn.Locals[0])
		*out = append(*out, mech.Assign{Var: -1, Local: x, X: args[0], Pos: pos})
		return in.between(f, x, pos, out)
	}
	if fn.Table != nil && fn.NArgs == 1 {
		in.tables[f] = true
		slot := in.local(fn.Locals[0])
		direct, result := in.body(f, []int{slot})
		*out = append(*out, mech.Lookup{Func: f, Slot: slot, Arg: args[0],
			Outputs: in.outputs(fn, result), Direct: direct, Pos: pos})
		return result
	}
	slots := make([]int, len(args))
	for i, a := range args {
		slots[i] = in.local(fn.Locals[i])
		*out = append(*out, mech.Assign{Var: -1, Local: slots[i], X: a, Pos: pos})
	}
	body, result := in.body(f, slots)
	*out = append(*out, body...)
	return result
}

// maxCopies bounds how often functions that call themselves or each other are
// written out for one call, maxDepth how deep.
const (
	maxCopies = 64
	maxDepth  = 24
)

// circle are the functions on the ways from f back to f, nil if there is none.
func (in *inliner) circle(f int) map[int]bool {
	if in.circles == nil {
		in.circles = map[int]map[int]bool{}
	}
	if c, known := in.circles[f]; known {
		return c
	}
	reach := func(from int) map[int]bool {
		seen := map[int]bool{}
		for todo := []int{from}; len(todo) > 0; todo = todo[1:] {
			for g := range in.sites(todo[0]) {
				if !seen[g] {
					seen[g] = true
					todo = append(todo, g)
				}
			}
		}
		return seen
	}
	var circle map[int]bool
	if ahead := reach(f); ahead[f] {
		circle = map[int]bool{}
		for g := range ahead {
			circle[g] = reach(g)[f]
		}
	}
	in.circles[f] = circle
	return circle
}

// sites is how often function f calls each other one.
func (in *inliner) sites(f int) map[int]int {
	n := map[int]int{}
	mech.WalkStmts(in.def.Funcs[f].Body, func(st mech.Stmt) {
		if c, ok := st.(mech.CallStmt); ok {
			n[c.Func]++
		}
	})
	mech.WalkExprs(in.def.Funcs[f].Body, func(e mech.Expr) {
		if c, ok := e.(mech.FuncCall); ok {
			n[c.Func]++
		}
	})
	return n
}

// depth is how many calls in a circle are written out inside each other.
func (in *inliner) depth(circle map[int]bool) int {
	most := 0
	for f, is := range circle {
		sites := 0
		for g, n := range in.sites(f) {
			if circle[g] {
				sites += n
			}
		}
		if is {
			most = max(most, sites)
		}
	}
	depth := 0
	for width, copies := 1, 1; copies <= maxCopies && depth < maxDepth; copies += width {
		depth++
		width *= most
	}
	return depth
}

// body returns f's body on fresh locals, its arguments in args, and the local
// of its value, which is 0 until assigned.
func (in *inliner) body(f int, args []int) ([]mech.Stmt, int) {
	fn := &in.def.Funcs[f]
	slots := make([]int, len(fn.Locals))
	for i := range slots {
		if i < len(args) {
			slots[i] = args[i]
		} else {
			slots[i] = in.local(fn.Locals[i])
		}
	}
	move := func(s int) int { return slots[s] }
	body := mech.MapStmts(fn.Body, func(e mech.Expr) mech.Expr {
		if l, ok := e.(mech.Local); ok {
			l.Slot = move(l.Slot)
			return l
		}
		return e
	}, move)
	in.stack = append(in.stack, f)
	var out []mech.Stmt
	result := -1
	if fn.Result >= 0 {
		result = slots[fn.Result]
		out = append(out, mech.Assign{Var: -1, Local: result, X: mech.Num{V: 0}, Pos: fn.Pos})
	} else {
		result = in.local(fn.Name)
	}
	out = append(out, in.stmts(body)...)
	in.stack = in.stack[:len(in.stack)-1]
	return out, result
}
