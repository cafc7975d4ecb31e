package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// compares returns the comparison of two columns, or of one with a constant.
func compares(name string, how uint64) function {
	f := function{name: name, in: []string{"a", "b"}, unroll: 4}
	if name[len(name)-1] == 'C' {
		f.in, f.consts = []string{"a"}, []string{"c"}
	}
	f.body = func(k *kit, c vecs) func(in vecs) reg.VecVirtual {
		one := k.holdF(1)
		return func(in vecs) reg.VecVirtual {
			in = append(in, c...)
			return k.keep(k.compare(how, in[0], in[1]), one)
		}
	}
	return f
}

// logic returns 1 where op of the masks of the operands is true.
func logic(name string, op func(k *kit, a, b reg.Register) reg.Register) function {
	return function{name: name, in: []string{"a", "b"}, unroll: 4, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		one, zero := k.holdF(1), k.zero()
		return func(in vecs) reg.VecVirtual {
			return k.keep(op(k, k.truth(in[0], zero), k.truth(in[1], zero)), one)
		}
	}}
}

var masks = []function{
	compares("lt", less), compares("ltC", less),
	compares("le", lessEqual), compares("leC", lessEqual),
	compares("gt", more), compares("gtC", more),
	compares("ge", moreEqual), compares("geC", moreEqual),
	compares("eq", equal), compares("eqC", equal),
	compares("ne", notEqual), compares("neC", notEqual),
	{name: "inside", in: []string{"a"}, consts: []string{"c", "lo", "hi"}, unroll: 4, body: func(k *kit, c vecs) func(in vecs) reg.VecVirtual {
		one := k.holdF(1)
		return func(in vecs) reg.VecVirtual {
			k.VMULPD(c[0], in[0], in[0])
			return k.keep(k.both(k.compare(more, in[0], c[1]), k.compare(less, in[0], c[2])), one)
		}
	}},
	logic("and", func(k *kit, a, b reg.Register) reg.Register {
		if k.wide {
			k.KANDW(a, b, a)
		} else {
			k.VANDPD(a, b, a)
		}
		return a
	}),
	logic("or", func(k *kit, a, b reg.Register) reg.Register {
		if k.wide {
			k.KORW(a, b, a)
		} else {
			k.VORPD(a, b, a)
		}
		return a
	}),
	logic("andNot", func(k *kit, a, b reg.Register) reg.Register {
		if k.wide {
			k.KANDNW(a, b, a) // a and not b
		} else {
			k.VANDNPD(a, b, a)
		}
		return a
	}),
	{name: "not", in: []string{"a"}, unroll: 4, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		one, zero := k.holdF(1), k.zero()
		return func(in vecs) reg.VecVirtual { return k.keep(k.compare(equal, in[0], zero), one) }
	}},
	{name: "select", in: []string{"mask", "a", "b"}, unroll: 2, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		zero := k.zero()
		return func(in vecs) reg.VecVirtual { return k.choose(k.truth(in[0], zero), in[1], in[2]) }
	}},
	{name: "any", in: []string{"mask"}, noDst: true, unroll: 2, body: func(k *kit, _ vecs) func(in vecs) reg.VecVirtual {
		zero := k.zero()
		return func(in vecs) reg.VecVirtual {
			k.jumpIf(k.truth(in[0], zero), k.out)
			return nil
		}
	}},
}

// jumpIf jumps if the mask is true of any lane.
func (k *kit) jumpIf(m reg.Register, label string) {
	if k.wide {
		k.KORTESTB(m, m)
	} else {
		k.VPTEST(m, m)
	}
	k.JNE(operand.LabelRef(label))
}
