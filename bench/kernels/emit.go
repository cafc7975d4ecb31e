//go:build linux

package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rallsim/rall/runtime/kernel"
)

// An entry as C: one loop over vectors of instances that holds every value in a
// register, as somebody would write it by hand with intrinsics. The operations
// are those of the program, so that its shared subexpressions and its bits are
// the VM's. In fast form it is plain C for the compiler to vectorise.

type emitter struct {
	p    *kernel.Program
	fast bool
	b    *strings.Builder
	know map[kernel.Reg]float64 // registers whose value decides a branch
}

func (e *emitter) line(format string, args ...any) { fmt.Fprintf(e.b, format+"\n", args...) }

// entry writes void NAME(struct frame *f).
func (e *emitter) entry(name string, c *kernel.Code) error {
	e.know = map[kernel.Reg]float64{}
	e.line("static __attribute__((noinline)) void %s(struct frame *restrict f) {", name)
	seen := map[string]bool{}
	kernel.Walk(c.Body, func(in *kernel.Instr) {
		decl := ""
		switch in.Op {
		case kernel.LoadC, kernel.StoreC:
			decl = fmt.Sprintf("double *restrict c%d = f->column[%d];", in.Imm, in.Imm)
		case kernel.LoadP, kernel.AddP, kernel.StoreP:
			decl = fmt.Sprintf("double *restrict p%d = f->port[%d];", in.Imm, in.Imm)
		}
		if decl != "" && !seen[decl] {
			seen[decl] = true
			e.line("%s", decl)
		}
	})
	if e.fast {
		e.line("for (long i = 0; i < f->n; i++) {")
	} else {
		e.line("for (long i = 0; i < f->n; i += W) {")
	}
	var regs []string
	for r := range c.NumRegs {
		regs = append(regs, fmt.Sprintf("r%d = set1(0)", r)) // a branch may leave one out
	}
	if len(regs) > 0 {
		e.line("V %s;", strings.Join(regs, ", "))
	}
	err := e.nodes(c.Body)
	e.line("}\n}\n")
	return err
}

func (e *emitter) nodes(ns []kernel.Node) error {
	for _, n := range ns {
		switch n := n.(type) {
		case kernel.Straight:
			for i := range n.Instrs {
				if err := e.instr(&n.Instrs[i]); err != nil {
					return err
				}
			}
		case kernel.Branch:
			x, ok := e.know[n.Mask]
			if ok && x == 0 {
				continue
			}
			if !ok {
				e.line("if (any(r%d)) {", n.Mask)
			}
			if err := e.nodes(n.Then); err != nil {
				return err
			}
			if !ok {
				e.line("}")
			}
		default:
			return fmt.Errorf("%s: %T", e.p.Mech, n)
		}
	}
	return nil
}

var infix = map[kernel.Op]string{kernel.Add: "+", kernel.Sub: "-", kernel.Mul: "*", kernel.Div: "/"}

// compares: the C operator, and the predicate of the vector comparison.
var compares = map[kernel.Op][2]string{
	kernel.Lt: {"<", "_CMP_LT_OQ"}, kernel.Le: {"<=", "_CMP_LE_OQ"}, kernel.Gt: {">", "_CMP_GT_OQ"}, kernel.Ge: {">=", "_CMP_GE_OQ"},
}

func (e *emitter) instr(in *kernel.Instr) error {
	set := func(format string, args ...any) {
		e.line("r%d = "+format+";", append([]any{in.Dst}, args...)...)
	}
	if op := infix[in.Op]; op != "" {
		set("r%d %s r%d", in.A, op, in.B) // gcc has operators on vectors
		return nil
	}
	if c, ok := compares[in.Op]; ok {
		if e.fast {
			set("r%d %s r%d ? 1. : 0.", in.A, c[0], in.B)
		} else {
			set("compare(r%d, r%d, %s)", in.A, in.B, c[1])
		}
		return nil
	}
	switch in.Op {
	case kernel.Nop:
	case kernel.Const:
		set("set1(%s)", strconv.FormatFloat(in.Value, 'x', -1, 64))
	case kernel.LoadU:
		set("set1(f->uniform[%d])", in.Imm)
	case kernel.LoadC:
		set("load(c%d + i)", in.Imm)
	case kernel.LoadP:
		set("load(p%d + i)", in.Imm)
	case kernel.Move:
		set("r%d", in.A)
	case kernel.Neg:
		set("-r%d", in.A)
	case kernel.Abs:
		set("absolute(r%d)", in.A)
	case kernel.Exp:
		set("vexp(r%d)", in.A)
	case kernel.Max:
		set("most(r%d, r%d)", in.A, in.B)
	case kernel.And:
		set("both(r%d, r%d)", in.A, in.B)
	case kernel.Select:
		set("choose(r%d, r%d, r%d)", in.A, in.B, in.C)
	case kernel.TableOn:
		e.know[in.Dst] = 0
	case kernel.Not:
		if x, ok := e.know[in.A]; ok {
			e.know[in.Dst] = kernel.Truth(x == 0)
			break
		}
		set("negated(r%d)", in.A)
	case kernel.Or:
		set("either(r%d, r%d)", in.A, in.B)
	case kernel.StoreC:
		e.line("store(c%d + i, flushed(r%d));", in.Imm, in.A)
	case kernel.StoreP:
		e.line("store(p%d + i, r%d);", in.Imm, in.A)
	case kernel.AddP:
		e.line("store(p%d + i, load(p%d + i) + r%d);", in.Imm, in.Imm, in.A)
	case kernel.StoreU: // the last instance's value, when all is done
		if !e.fast { // there it would keep the loop from being vectorised
			e.line("if (i == f->n - W) f->uniform[%d] = r%d[W - 1];", in.Imm, in.A)
		}
	default:
		return fmt.Errorf("%s: opcode %s", e.p.Mech, in.Op)
	}
	if in.B >= 0 && in.Op.Effect() {
		return fmt.Errorf("%s: a mask", e.p.Mech)
	}
	return nil
}

// source is the whole C program for some mechanisms.
func source(ps []*kernel.Program, fast, trees bool) (string, error) {
	var b strings.Builder
	b.WriteString(prelude(fast))
	if trees {
		b.WriteString(solver)
	} else {
		b.WriteString(noSolver)
	}
	for m, p := range ps {
		e := &emitter{p: p, fast: fast, b: &b}
		for _, c := range []struct {
			name string
			code *kernel.Code
		}{{"current", p.Current}, {"state", p.State}} {
			if c.code == nil {
				fmt.Fprintf(&b, "static void m%d_%s(struct frame *f) { (void)f; }\n", m, c.name)
				continue
			}
			if err := e.entry(fmt.Sprintf("m%d_%s", m, c.name), c.code); err != nil {
				return "", err
			}
		}
	}
	b.WriteString("static void step(struct frame *f) {\nprepare();\n")
	for _, name := range []string{"current", "state"} {
		for m := range ps {
			fmt.Fprintf(&b, "m%d_%s(f + %d);\n", m, name, m)
		}
		if name == "current" {
			b.WriteString("solve();\n")
		}
	}
	b.WriteString("}\n")
	b.WriteString(driver)
	return b.String(), nil
}

// constant writes the constants of runtime/vec's exp as C.
func constant(name string, x float64) string {
	return fmt.Sprintf("#define %s %s\n", name, strconv.FormatFloat(x, 'x', -1, 64))
}

func prelude(fast bool) string {
	var b strings.Builder
	b.WriteString(common)
	if fast {
		b.WriteString(plain)
		return b.String()
	}
	for name, x := range expConstants {
		b.WriteString(constant(name, x))
	}
	table := func(name string, x [8]float64) {
		var s []string
		for _, y := range x {
			s = append(s, strconv.FormatFloat(y, 'x', -1, 64))
		}
		fmt.Fprintf(&b, "static const double %s[8] __attribute__((aligned(64))) = {%s};\n", name, strings.Join(s, ", "))
		for half, shift := range map[string]uint{"low": 0, "high": 32} { // for permutations of words
			var words []string
			for _, y := range x {
				words = append(words, fmt.Sprintf("0x%xu", uint32(math.Float64bits(y)>>shift)))
			}
			fmt.Fprintf(&b, "static const unsigned %s_%s[8] __attribute__((aligned(32))) = {%s};\n", name, half, strings.Join(words, ", "))
		}
	}
	table("T", expT)
	table("TAIL", expTail)
	b.WriteString(intrinsics)
	return b.String()
}

// These are those of runtime/vec/exp.go; the comparison of bits finds one that differs.
var (
	expConstants = map[string]float64{
		"INV": 0x1.71547652b82fep+3, "SHIFT": 0x1.8p52, "L1": 0x1.62e42fefap-4, "L2": 0x1.cf79abc9e3b3ap-43,
		"C2": 0x1.000000000010ep-1, "C3": 0x1.5555555555660p-3, "C4": 0x1.55555547f98a4p-5, "C5": 0x1.11111107cf197p-7,
		"C6": 0x1.6c1cc10ebbddep-10, "C7": 0x1.a02078c965772p-13,
	}
	expT = [8]float64{
		1, 0x1.172b83c7d517bp+0, 0x1.306fe0a31b715p+0, 0x1.4bfdad5362a27p+0,
		0x1.6a09e667f3bcdp+0, 0x1.8ace5422aa0dbp+0, 0x1.ae89f995ad3adp+0, 0x1.d5818dcfba487p+0,
	}
	expTail = [8]float64{
		0, -0x1.19041b9d78a76p-55, 0x1.6f46ad23182e4p-55, 0x1.d4397afec42e2p-56,
		-0x1.bdd3413b26456p-54, 0x1.6e9f156864b27p-54, 0x1.7a1cd345dcc81p-54, 0x1.2ed02d75b3707p-55,
	}
)
