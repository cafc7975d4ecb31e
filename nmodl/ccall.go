package nmodl

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// cMath are the functions of C's library that are functions of NMODL under
// the same or another name.
var cMath = map[string]string{"exp": "exp", "log": "log", "log10": "log10", "sqrt": "sqrt", "fabs": "fabs", "floor": "floor",
	"ceil": "ceil", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos", "atan": "atan", "atan2": "atan2",
	"sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "pow": "pow", "fmod": "fmod", "fmin": "fmin", "fmax": "fmax", "hoc_Exp": "exp"}

// threadArgs are what C hands to a function of NMODL besides its arguments.
var threadArgs = map[string]bool{"_p": true, "_ppvar": true, "_thread": true, "_nt": true, "_globals": true, "_ml": true, "_iml": true,
	"_ml_arg": true, "_lmc": true}

// arguments drops what only NEURON's C wants.
func arguments(e *cCall) []cExpr {
	args := e.args
	for len(args) > 0 {
		n, ok := args[0].(*cName)
		if !ok || !threadArgs[n.name] {
			break
		}
		args = args[1:]
	}
	return args
}

// cCallStmt lowers a call whose value nobody wants; false when it is one
// like any other.
func (b *body) cCallStmt(e *cCall) ([]mech.Stmt, bool) {
	l := b.l
	args := arguments(e)
	switch e.name {
	case "printf", "fprintf", "Printf", "Fprintf", "puts", "fputs", "debug_printf":
		return b.cPrint(e), true
	case "fflush", "hoc_malchk":
		return nil, true
	case "assert":
		if len(e.args) == 1 {
			b.sure(b.truth(b.cExpr(e.args[0]), e.Pos), e.Pos, "what is asserted does not hold")
			return nil, true
		}
	case "hoc_execerror", "hoc_execerr_ext", "nrn_exit", "abort", "exit":
		text := e.name
		for i, a := range e.args {
			if v := b.cExpr(a); v.text != nil {
				if text += " "; i == 0 {
					text = ""
				}
				text += unescape(*v.text)
			}
		}
		return []mech.Stmt{mech.Fail{Text: strings.TrimSpace(text), Pos: e.Pos}}, true
	case "hoc_warning":
		return nil, true
	case "nrnran123_deletestream":
		if len(args) == 1 && !b.asks {
			b.streamOf(b.cExpr(args[0]), e)
			return nil, true
		}
	case "nrnran123_setseq":
		if len(args) == 2 || len(args) == 3 {
			vs := b.operands(args...)
			s := b.streamOf(vs[0], e)
			seq := mech.Expr(mech.Binary{Op: mech.Mul, X: b.number(vs[1], e.Pos), Y: mech.Num{V: 4}})
			if len(args) == 3 {
				seq = mech.Binary{Op: mech.Add, X: seq, Y: b.number(vs[2], e.Pos)}
			} else {
				seq = b.number(vs[1], e.Pos)
			}
			if k := numOf(seq); k != nil {
				seq = *k
			}
			return []mech.Stmt{mech.SetSeq{Stream: s, Seq: seq, Pos: e.Pos}}, true
		}
	case "set_seed", "setseed", "srand48", "srand", "srandom":
		if len(args) == 1 {
			if b.seedless(e.name, e.Pos) {
				return nil, true
			}
			return b.reseed(b.number(b.cExpr(args[0]), e.Pos), e.name, e.Pos), true
		}
	case "install_vector_method":
		if len(args) != 2 {
			break
		}
		if name, ok := args[0].(*cStr); ok {
			l.d.VectorMethods = append(l.d.VectorMethods, mech.LeftOut{Name: name.text, Why: "a method of Vector in C", Pos: e.Pos})
			return nil, true
		}
	case "mcell_ran4_init":
		if len(args) == 1 {
			id := l.lowIndex(e.Pos)
			l.d.Vars[id].Written = true
			return []mech.Stmt{mech.Assign{Var: id, X: b.convert(b.cExpr(args[0]), cUint, e.Pos), Pos: e.Pos}}, true
		}
	case "memset":
		if len(args) == 3 {
			return b.cleared(e), true
		}
	case "memcpy", "memmove":
		if len(args) == 3 {
			return b.copiedC(e), true
		}
	case "net_event":
		if strings.HasSuffix(b.kind, "NET_RECEIVE") && len(e.args) == 2 {
			return []mech.Stmt{mech.Emit{At: b.number(b.cExpr(e.args[1]), e.Pos), Pos: e.Pos}}, true
		}
	case "net_send", "artcell_net_send":
		if !l.receives() {
			l.rep.hintf(diag.BadMech, e.Pos, toReceive, "%s in a mechanism without NET_RECEIVE, where the event would go", e.name)
			return nil, true
		}
		if len(e.args) == 5 {
			vs := b.operands(e.args[3], e.args[4])
			return []mech.Stmt{mech.Send{Delay: b.sinceNow(b.number(vs[0], e.Pos), e.Pos), Flag: b.number(vs[1], e.Pos), Pos: e.Pos}}, true
		}
	}
	if i, ok := l.funcs[e.name]; ok {
		var xs []mech.Expr
		for k, v := range b.operands(args...) {
			xs = append(xs, b.number(v, args[k].at()))
		}
		if len(xs) != l.d.Funcs[i].NArgs {
			b.giveUp(e.Pos, "%s with %s; it wants %d", e.name, argCount(len(xs)), l.d.Funcs[i].NArgs)
		}
		return []mech.Stmt{mech.CallStmt{Func: i, Args: xs, Pos: e.Pos}}, true
	}
	return nil, false
}

// numOf is the value of a small sum and product of numbers.
func numOf(x mech.Expr) *mech.Num {
	switch x := x.(type) {
	case mech.Num:
		return &mech.Num{V: x.V}
	case mech.Binary:
		a, c := numOf(x.X), numOf(x.Y)
		if a == nil || c == nil {
			return nil
		}
		switch x.Op {
		case mech.Mul:
			return &mech.Num{V: float64(a.V * c.V)}
		case mech.Add:
			return &mech.Num{V: a.V + c.V}
		}
	}
	return nil
}

// sinceNow is the delay until a time: x of "t + x".
func (b *body) sinceNow(at mech.Expr, pos diag.Pos) mech.Expr {
	t := b.l.variable(Ident{"t", pos})
	if s, ok := at.(mech.Binary); ok && s.Op == mech.Add {
		if r, ok := s.X.(mech.Ref); ok && r.Var == t {
			return s.Y
		}
		if r, ok := s.Y.(mech.Ref); ok && r.Var == t {
			return s.X
		}
	}
	return mech.Binary{Op: mech.Sub, X: at, Y: mech.Ref{Var: t}}
}

// streamOf is the stream that a pointer points to.
func (b *body) streamOf(v cValue, e *cCall) mech.VarID {
	if v.ptr == nil || v.ptr.kind != ptrStream {
		b.giveUp(e.Pos, "%s of %s", e.name, b.what(v))
	}
	return v.ptr.v
}

func (b *body) cCallExpr(e *cCall) cValue {
	l := b.l
	if f := l.c.funcs[e.name]; f != nil {
		args := e.args
		if len(args) != len(f.params) {
			args = arguments(e)
		}
		return b.inlineC(f, b.operands(args...), e.Pos)
	}
	if i, ok := l.funcs[e.name]; ok {
		args := arguments(e)
		var xs []mech.Expr
		for k, v := range b.operands(args...) {
			xs = append(xs, b.number(v, args[k].at()))
		}
		if len(xs) != l.d.Funcs[i].NArgs {
			b.giveUp(e.Pos, "%s with %s; it wants %d", e.name, argCount(len(xs)), l.d.Funcs[i].NArgs)
		}
		if l.d.Funcs[i].Result < 0 {
			b.pre = append(b.pre, mech.CallStmt{Func: i, Args: xs, Pos: e.Pos})
			return cValue{x: mech.Num{}}
		}
		return cValue{x: mech.FuncCall{Func: i, Args: xs, Pos: e.Pos}}
	}
	if why, ok := l.extern[e.name]; ok {
		b.giveUp(e.Pos, "%s, which %s", e.name, why)
	}
	if name, ok := cMath[strings.TrimPrefix(e.name, "std::")]; ok {
		return b.mathCall(name, e, false)
	}
	if name, ok := cMath[strings.TrimSuffix(e.name, "f")]; ok && strings.HasSuffix(e.name, "f") { // expf
		return b.mathCall(name, e, true)
	}
	args := arguments(e)
	arg := func(n int) mech.Expr { return b.number(b.cExpr(args[n]), e.Pos) }
	draw := func(fn mech.Builtin) cValue {
		return b.drawn(mech.Call{Fn: fn, Args: []mech.Expr{mech.Ref{Var: b.streamOf(b.cExpr(args[0]), e)}}, Pos: e.Pos})
	}
	n := len(args)
	switch e.name {
	case "mcell_ran4":
		if n == 4 {
			return b.ran4(e)
		}
	case "strlen":
		if n == 1 {
			v := b.cExpr(args[0])
			if v.text != nil {
				return cValue{x: num(float64(len(*v.text))), num: cUlong}
			}
			if p := v.ptr; b.isText(p) {
				return cValue{x: binary(mech.Sub, seriesLen(p.v), num(1)), num: cUlong}
			}
		}
	case "strcmp":
		if n == 2 {
			return b.compared(b.cExpr(args[0]), b.cExpr(args[1]), e.Pos)
		}
	}
	if v, ok := b.libraryCall(e, args); ok {
		return v
	}
	if hocArgs[e.name] {
		if v, ok := b.argument(e, args); ok {
			return v
		}
		if n == 1 && b.in == "CONSTRUCTOR" && e.name == "ifarg" {
			if k := b.constantOf(args[0]); k >= 1 {
				l.d.AsksArgs = true
				return truthOf(k == 1 && l.d.Kind == mech.PointProcess) // the place
			}
		}
	}
	switch e.name {
	case "at_time":
		if n == 1 {
			return integer(mech.Call{Fn: mech.AtTime, Args: []mech.Expr{arg(0)}, Pos: e.Pos})
		}
	case "nrn_ghk":
		if n == 4 {
			vs := b.operands(args...)
			var xs []mech.Expr
			for _, v := range vs {
				xs = append(xs, b.number(v, e.Pos))
			}
			return cValue{x: mech.Call{Fn: mech.GHK, Args: xs, Pos: e.Pos}}
		}
	case "nrnran123_dblpick":
		if n == 1 {
			return draw(mech.RandUnif)
		}
	case "nrnran123_uniform":
		if n == 1 {
			return draw(mech.RandUnif)
		}
	case "nrnran123_negexp":
		if n == 1 {
			return draw(mech.RandExp)
		}
	case "nrnran123_normal", "nrnran123_gauss":
		if n == 1 {
			return draw(mech.RandNorm)
		}
	case "nrnran123_ipick":
		if n == 1 {
			// a uniform draw is (the integer + 1)/2^32, rounded
			u := draw(mech.RandUnif)
			scaled := mech.Binary{Op: mech.Mul, X: u.x, Y: mech.Num{V: 4294967297}}
			return cValue{x: mech.Call{Fn: mech.Floor, Args: []mech.Expr{mech.Binary{Op: mech.Sub, X: scaled, Y: mech.Num{V: 0.5}}}, Pos: e.Pos}, num: cUint}
		}
	case "nrn_random_pick":
		if n == 1 {
			p := b.cExpr(args[0])
			s := b.streamOf(p, e)
			return draw(b.distribution(s, e))
		}
	case "vector_capacity":
		if n == 1 {
			return integer(seriesLen(b.seriesOf(b.cExpr(args[0]), e)))
		}
	case "vector_vec":
		if n == 1 {
			v := b.cExpr(args[0])
			if v.ptr != nil && v.ptr.kind == ptrNull {
				return v
			}
			return cValue{ptr: &cPtr{kind: ptrData, v: b.seriesOf(v, e)}}
		}
	case "vector_instance_px":
		if n == 2 {
			s := b.seriesOf(b.cExpr(args[0]), e)
			if u, ok := args[1].(*cUnary); ok && u.op == "&" {
				if p := b.place(u.x); p.pointer > 0 {
					b.ptrs[p.pointer-1] = &cPtr{kind: ptrData, v: s}
					return integer(seriesLen(s))
				}
			}
		}
	case "scop_random", "exprand", "normrand", "poisrand", "drand48":
		var xs []mech.Expr
		for k, v := range b.operands(args...) {
			xs = append(xs, b.number(v, args[k].at()))
		}
		name := e.name
		if name == "drand48" {
			name = "scop_random"
		}
		if x, ok := b.legacy(name, xs, e.Pos); ok {
			return cValue{x: x}
		}
	}
	if _, stmt := builtins[e.name]; stmt && builtins[e.name].stmt {
		b.giveUp(e.Pos, "%s as a value", e.name)
	}
	b.giveUp(e.Pos, "the function %s", e.name)
	return cValue{}
}

// hocArgs ask for the arguments of a call by HOC.
var hocArgs = map[string]bool{"getarg": true, "hoc_getarg": true, "chkarg": true, "ifarg": true, "hoc_is_double_arg": true, "hoc_is_str_arg": true,
	"hoc_is_object_arg": true, "hoc_is_pdouble_arg": true, "vector_arg": true, "is_vector_arg": true, "gargstr": true, "hoc_gargstr": true}

// argument is a call that asks for the arguments of the call by HOC that led
// here: numbers all of them. False when they are not to be had.
func (b *body) argument(e *cCall, args []cExpr) (cValue, bool) {
	if !b.asks || b.fn == nil || len(args) != map[bool]int{false: 1, true: 3}[e.name == "chkarg"] {
		return cValue{}, false
	}
	if len(b.fn.Asked) == 0 {
		b.fn.Asked = []int{b.temporary("arguments")}
	}
	count := mech.Local{Slot: b.fn.Asked[0]}
	v := b.cExpr(args[0])
	which := b.raw(v, e.Pos)
	switch e.name {
	case "ifarg":
		return logical(binary(mech.Ge, count, which)), true
	case "hoc_is_pdouble_arg":
		return truthOf(false), true
	}
	n, ok := which.(mech.Num)
	if !ok || n.V < 1 || n.V > mostArgs || n.V != math.Trunc(n.V) {
		b.giveUp(e.Pos, "%s of a number that is not from 1 to %d, and constant,", e.name, mostArgs)
	}
	for len(b.fn.Asked) <= int(n.V) {
		b.fn.Asked = append(b.fn.Asked, b.temporary(fmt.Sprintf("argument%d", len(b.fn.Asked))))
	}
	slot := b.fn.Asked[int(n.V)]
	isText := mech.Expr(num(0)) // where the file asks for texts
	if words := b.l.c.words; words["gargstr"] || words["hoc_gargstr"] || words["hoc_is_str_arg"] {
		isText = binary(mech.Ge, seriesLen(b.given(int(n.V), true, e.Pos)), num(0))
	}
	switch e.name {
	case "hoc_is_str_arg":
		return logical(isText), true
	case "hoc_is_double_arg":
		is := binary(mech.And, binary(mech.Ge, count, n), binary(mech.Lt, seriesLen(b.given(int(n.V), false, e.Pos)), num(0)))
		return logical(binary(mech.And, is, mech.Unary{Op: mech.Not, X: isText})), true
	case "hoc_is_object_arg", "is_vector_arg":
		return logical(binary(mech.Ge, seriesLen(b.given(int(n.V), false, e.Pos)), num(0))), true
	case "gargstr", "hoc_gargstr":
		b.sure(isText, e.Pos, "argument %g is no text", n.V)
		return cValue{ptr: &cPtr{kind: ptrData, v: b.given(int(n.V), true, e.Pos), num: cChar}}, true
	case "vector_arg":
		v := b.given(int(n.V), false, e.Pos)
		b.sure(binary(mech.Ge, seriesLen(v), num(0)), e.Pos, "argument %g is no Vector", n.V)
		return cValue{ptr: &cPtr{kind: ptrSeries, v: v}}, true
	}
	b.sure(binary(mech.Ge, count, n), e.Pos, "argument %g is not given", n.V)
	if isText != mech.Expr(num(0)) {
		b.sure(mech.Unary{Op: mech.Not, X: isText}, e.Pos, "argument %g is a text", n.V)
	}
	if e.name != "chkarg" {
		return cValue{ptr: &cPtr{kind: ptrLocal, slot: slot}}, true
	}
	x := mech.Local{Slot: slot}
	bounds := b.operands(args[1], args[2])
	lo, hi := b.number(bounds[0], e.Pos), b.number(bounds[1], e.Pos)
	b.sure(binary(mech.And, binary(mech.Ge, x, lo), binary(mech.Le, x, hi)), e.Pos, "argument %g is out of its range", n.V)
	return cValue{x: x}, true
}

// isText says whether p points to the characters of a text of HOC.
func (b *body) isText(p *cPtr) bool {
	return p != nil && p.kind == ptrData && b.l.d.Vars[p.v].Text
}

// mostCompared bounds the text of a file with which one of HOC is compared.
const mostCompared = 100

// compared is strcmp: of a text of HOC with one of the file.
func (b *body) compared(x, y cValue, pos diag.Pos) cValue {
	sign := mech.Expr(num(1))
	if x.text != nil {
		x, y, sign = y, x, num(-1)
	}
	if !b.isText(x.ptr) || y.text == nil || len(*y.text) > mostCompared {
		b.giveUp(pos, "strcmp but of a text of HOC with one of at most %d characters", mostCompared)
	}
	// The next two characters are looked at only where those before were equal.
	diff := b.scratch()
	var look []mech.Stmt
	for i := len(*y.text); i >= 0; i-- {
		c := 0.0
		if i < len(*y.text) {
			c = float64((*y.text)[i])
		}
		own := mech.Expr(mech.Index{Var: x.ptr.v, At: num(float64(i)), Pos: pos})
		own = mech.Select{Cond: binary(mech.Lt, own, num(0)), Then: binary(mech.Add, own, num(256)), Else: own} // of unsigned ones
		at := setLocal(diff, binary(mech.Mul, sign, binary(mech.Sub, own, num(c))), pos)
		if look != nil {
			look = []mech.Stmt{mech.If{Cond: binary(mech.Eq, mech.Local{Slot: diff}, num(0)), Then: look, Pos: pos}}
		}
		look = append([]mech.Stmt{at}, look...)
	}
	b.pre = append(b.pre, look...)
	return integer(mech.Local{Slot: diff})
}

// given is the variable for the Vector, or the text, that argument k of a call by
// HOC is.
func (b *body) given(k int, text bool, pos diag.Pos) mech.VarID {
	l := b.l
	name := fmt.Sprintf("Vector %d of a call", k)
	if text {
		name = fmt.Sprintf("text %d of a call", k)
	}
	if v, ok := l.syms[name]; ok {
		return v
	}
	v := l.add(mech.Var{Name: fmt.Sprintf("argument%d", k), Storage: mech.Given, Arg: k, Text: text, Pos: pos})
	l.syms[name] = v
	return v
}

// mostArgs is the last argument that C may ask for.
const mostArgs = 100

// mathCall is a function of C's mathematics: of floats it is a float, since a
// mechanism of NEURON is C++.
func (b *body) mathCall(name string, e *cCall, float bool) cValue {
	f := builtins[name]
	if len(e.args) != f.args {
		b.giveUp(e.Pos, "%s with %s", e.name, argCount(len(e.args)))
	}
	vals := b.operands(e.args...)
	if !float {
		float = e.name != "hoc_Exp"
		for _, v := range vals {
			float = float && v.num == cFloat
		}
	}
	var xs []mech.Expr
	for k, v := range vals {
		if float {
			v = cValue{x: b.convert(v, cFloat, e.args[k].at()), num: cFloat}
		}
		xs = append(xs, b.number(v, e.args[k].at()))
	}
	x := mech.Expr(mech.Call{Fn: f.fn, Args: xs, Pos: e.Pos})
	if float {
		return cValue{x: call(mech.Single, x), num: cFloat}
	}
	return cValue{x: x}
}

// upTo runs what f lowers n times, k counting from 0.
func (b *body) upTo(n int, pos diag.Pos, f func(k mech.Expr)) []mech.Stmt {
	slot := b.temporary("k")
	outer := b.takePre()
	f(mech.Local{Slot: slot})
	round := b.pre
	b.pre = outer
	return []mech.Stmt{mech.For{Slot: slot, From: num(0), To: num(float64(n - 1)), By: num(1), Body: round, Pos: pos}}
}

// ran4 is mcell_ran4(&index, &x, n, range): n numbers from 0 up to range, each
// a hash of the index, which counts on, and of an index of the whole process.
func (b *body) ran4(e *cCall) cValue {
	at := func(k int) *cPtr { return b.pointer(b.cExpr(e.args[k]), e.args[k], e.Pos) }
	index, to := b.element(at(0), num(0), e.Pos), at(1)
	if index.num != cUint {
		b.giveUp(e.Pos, "mcell_ran4 with an index that is no uint32_t")
	}
	n := b.constantOf(e.args[2])
	switch {
	case !(n >= 1 && n <= maxArray):
		b.giveUp(e.Pos, "mcell_ran4 of a number of draws that is not constant, and at least 1,")
	case to.kind == ptrArray && to.at == nil && n > float64(b.l.d.Vars[to.v].Array), to.kind != ptrArray && n > 1:
		b.giveUp(e.Pos, "mcell_ran4 of %g draws, for which there is no room,", n)
	}
	size := b.held(b.convert(b.cExpr(e.args[3]), cDouble, e.Pos))
	low := mech.Ref{Var: b.l.lowIndex(e.Pos)}
	draw := func(k mech.Expr) {
		x := b.element(to, k, e.Pos)
		if x.num != cDouble {
			b.giveUp(e.Pos, "mcell_ran4 to numbers of type %s", x.num)
		}
		b.store(x, mech.Binary{Op: mech.Mul, X: size, Y: mech.Call{Fn: mech.Ran4, Args: []mech.Expr{b.load(index).x, low}, Pos: e.Pos}}, e.Pos)
		b.store(index, b.next(b.load(index), 1, e.Pos), e.Pos)
	}
	if n == 1 {
		draw(num(0))
	} else {
		b.pre = append(b.pre, b.upTo(int(n), e.Pos, draw)...)
	}
	return b.load(b.element(to, num(0), e.Pos))
}

// lowIndex is the variable that stands for the low index, which a HOC program
// may set.
func (l *lowerer) lowIndex(pos diag.Pos) mech.VarID {
	if v, ok := l.syms["low index of mcell_ran4"]; ok {
		return v
	}
	v := l.add(mech.Var{Name: mech.Ran4Low, Storage: mech.Uniform, Visible: true, Param: true, Pos: pos})
	l.syms["low index of mcell_ran4"] = v
	return v
}

// drawn is a draw that has happened here, in the order of the C.
func (b *body) drawn(x mech.Call) cValue {
	slot := b.scratch()
	b.pre = append(b.pre, setLocal(slot, x, x.Pos))
	return cValue{x: mech.Local{Slot: slot}}
}

// seriesOf is the list of numbers that a pointer points to.
func (b *body) seriesOf(v cValue, e *cCall) mech.VarID {
	if v.ptr == nil || v.ptr.kind != ptrSeries {
		b.giveUp(e.Pos, "%s of %s", e.name, b.what(v))
	}
	return v.ptr.v
}

// maxInline bounds how deep functions of C may call each other.
const maxInline = 20

// inlineC puts the body of a function of C where it is called.
func (b *body) inlineC(f *cFunc, args []cValue, pos diag.Pos) cValue {
	if slices.Contains(b.stack, f.name) || len(b.stack) >= maxInline {
		b.giveUp(pos, "the function %s, which calls itself", f.name)
	}
	if f.wrong != "" {
		b.giveUp(pos, "the function %s: %s", f.name, f.wrong)
	}
	if len(args) != len(f.params) {
		b.giveUp(pos, "%s with %s; it wants %d", f.name, argCount(len(args)), len(f.params))
	}
	if why, ok := b.l.c.wrong[f.typ.name]; ok && f.typ.ptr == 0 {
		b.giveUp(why.pos, "%s", why.msg)
	}
	if f.typ.ptr > 0 || !f.typ.number() && f.typ.name != "void" {
		b.giveUp(pos, "the function %s, whose value is a %s%s", f.name, f.typ.name, strings.Repeat("*", f.typ.ptr))
	}
	scope := map[string]scopeName{}
	for k, v := range args {
		p := f.params[k]
		t := f.types[k]
		t.ptr = p.ptr
		switch {
		case t.ptr > 0:
			scope["c:"+p.name] = scopeName{v: -1, slot: -1, pointer: b.newPointer(b.pointer(v, nil, pos), p.name, pos)}
		case b.l.c.structs[t.name] != nil:
			own := b.structure(t.name, cVar{name: p.name, pos: pos})
			b.copyFields(own, v, pos)
			scope["c:"+p.name] = scopeName{v: -1, slot: -1, fields: own}
		case !t.number():
			b.ofType(t, pos, "the function "+f.name+", with an argument")
		default:
			x := b.convert(v, t.num, pos)
			slot := b.temporary(p.name)
			b.pre = append(b.pre, setLocal(slot, x, pos))
			scope["c:"+p.name] = scopeName{v: -1, slot: slot, num: t.num}
		}
	}
	parser := &cparser{toks: f.body, types: &b.l.c.cTypes}
	var list []Stmt
	if !parser.try(func() { list = parser.list(false) }) {
		at := parser.pos
		if at.Line == 0 {
			at = f.pos
		}
		b.giveUp(at, "%s", parser.msg)
	}
	// The function sees the file and its arguments, not the names of the
	// block that calls it.
	outer := *b
	b.scopes, b.result, b.num, b.ret = []map[string]scopeName{scope}, -1, f.typ.num, -1
	b.stack, b.labels = append(slices.Clone(outer.stack), f.name), nil
	b.name = f.name
	if f.typ.name != "void" {
		b.result = b.temporary(f.name)
		b.pre = append(b.pre, setLocal(b.result, mech.Num{}, pos))
	}
	result := b.result
	pre := b.takePre()
	before := b.l.rep.errors
	inner := b.settle(b.stmts(list, true))
	failed := b.l.rep.errors > before
	b.scopes, b.result, b.num, b.ret, b.stack, b.name, b.labels = outer.scopes, outer.result, outer.num, outer.ret, outer.stack, outer.name, outer.labels
	b.pre = append(pre, inner...)
	if failed || result < 0 {
		return cValue{x: mech.Num{}}
	}
	return cValue{x: mech.Local{Slot: result}, num: f.typ.num}
}

// cPrint lowers printf and its kin.
func (b *body) cPrint(e *cCall) []mech.Stmt {
	args := e.args
	if strings.HasPrefix(strings.ToLower(e.name), "f") && e.name != "fputs" && len(args) > 0 {
		args = args[1:] // the file
	}
	if len(args) == 0 {
		return nil
	}
	f, ok := args[0].(*cStr)
	if !ok {
		b.l.rep.warnf(diag.Ignored, e.Pos, "a %s whose text is computed is left out", e.name)
		return nil
	}
	text := f.text
	if e.name == "puts" {
		text += "\n"
	}
	var xs []mech.Expr
	for _, a := range args[1:] {
		v := b.cExpr(a)
		if v.x == nil {
			b.l.rep.warnf(diag.Ignored, e.Pos, "a %s of what is no number is left out", e.name)
			return nil
		}
		xs = append(xs, b.number(v, e.Pos))
	}
	return b.print(e.Pos, e.name, unescape(text), xs)
}

// print prints text with numbers in it, as C does: an argument for which there
// is no place is computed and not printed.
func (b *body) print(pos diag.Pos, name, text string, xs []mech.Expr) []mech.Stmt {
	format, n, bad := goFormat(text)
	switch {
	case bad != "" && numberless.MatchString(bad):
		b.l.rep.warnf(diag.Ignored, pos, "a %s with %q, which is no number to read, is left out", name, bad)
		return nil
	case bad != "":
		b.l.rep.errorf(diag.BadMech, pos, "%q in the text of %s is no conversion of C", bad, name)
		return nil
	case n > len(xs):
		b.l.rep.errorf(diag.BadMech, pos, "the text of %s wants %d numbers and is given %d", name, n, len(xs))
		return nil
	}
	var out []mech.Stmt
	for _, x := range xs[n:] {
		out = append(out, setLocal(b.temporary("unread"), x, pos))
	}
	return append(out, mech.Printf{Format: format, Args: xs[:n], Pos: pos})
}

var (
	cVerb = regexp.MustCompile(`^%([-+ #0]*)([0-9]*)(\.[0-9]*)?(?:hh|h|ll|l|L|z|j|t)?([diufFeEgG%])`)
	// numberless are the conversions to what is no decimal number.
	numberless = regexp.MustCompile(`^%[-+ #0-9.*]*(?:hh|h|ll|l|L|z|j|t)?[diufFeEgGxXoaAcspn]$`)
	anyVerb    = regexp.MustCompile(`^%[-+ #0-9.*hlLzjt]*.?`)
)

// goFormat turns a format of C for numbers into one of Go, whose n arguments
// are all real numbers; bad is a conversion that has no such form.
func goFormat(f string) (format string, n int, bad string) {
	var out strings.Builder
	for {
		text, rest, found := strings.Cut(f, "%")
		out.WriteString(text)
		if !found {
			return out.String(), n, ""
		}
		f = "%" + rest
		m := cVerb.FindStringSubmatch(f)
		if m == nil {
			return "", 0, anyVerb.FindString(f)
		}
		f = f[len(m[0]):]
		flags, width, prec, verb := m[1], m[2], m[3], m[4]
		n++
		switch verb {
		case "%":
			n--
			flags, width, prec = "", "", ""
		case "d", "i", "u":
			prec, verb = ".0", "f"
		case "g", "G", "e", "E":
			if prec == "" {
				prec = ".6"
			}
		case "F":
			verb = "f"
		}
		out.WriteString("%" + flags + width + prec + verb)
	}
}
