package vec

import (
	"math"
	"testing"
)

// TestBlocks compares every block operation with its comment's loop, at all
// lengths up to a few unrollings, apart from its operands and in place.
func TestBlocks(t *testing.T) {
	bool1 := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	type three = func(a, b, c float64) float64
	for _, o := range []struct {
		name string
		op   func(dst, a, b, c []float64, k float64)
		want three // with c the constant for the C forms
		k    bool
	}{
		{"Add", func(d, a, b, _ []float64, _ float64) { Add(d, a, b) }, func(a, b, _ float64) float64 { return a + b }, false},
		{"Sub", func(d, a, b, _ []float64, _ float64) { Sub(d, a, b) }, func(a, b, _ float64) float64 { return a - b }, false},
		{"Mul", func(d, a, b, _ []float64, _ float64) { Mul(d, a, b) }, func(a, b, _ float64) float64 { return a * b }, false},
		{"Div", func(d, a, b, _ []float64, _ float64) { Div(d, a, b) }, func(a, b, _ float64) float64 { return a / b }, false},
		{"AddC", func(d, a, _, _ []float64, k float64) { AddC(d, a, k) }, func(a, _, c float64) float64 { return a + c }, true},
		{"SubC", func(d, a, _, _ []float64, k float64) { SubC(d, a, k) }, func(a, _, c float64) float64 { return a - c }, true},
		{"MulC", func(d, a, _, _ []float64, k float64) { MulC(d, a, k) }, func(a, _, c float64) float64 { return a * c }, true},
		{"DivC", func(d, a, _, _ []float64, k float64) { DivC(d, a, k) }, func(a, _, c float64) float64 { return a / c }, true},
		{"RsubC", func(d, a, _, _ []float64, k float64) { RsubC(d, a, k) }, func(a, _, c float64) float64 { return c - a }, true},
		{"RdivC", func(d, a, _, _ []float64, k float64) { RdivC(d, a, k) }, func(a, _, c float64) float64 { return c / a }, true},
		{"FMA", func(d, a, b, c []float64, _ float64) { FMA(d, a, b, c) }, math.FMA, false},
		{"FMAC", func(d, a, _, _ []float64, k float64) { FMAC(d, a, 3, k) }, func(a, _, c float64) float64 { return math.FMA(a, 3, c) }, true},
		{"MulAdd", func(d, a, b, c []float64, _ float64) { MulAdd(d, a, b, c) }, func(a, b, c float64) float64 { return float64(a*b) + c }, false},
		{"Neg", func(d, a, _, _ []float64, _ float64) { Neg(d, a) }, func(a, _, _ float64) float64 { return math.Copysign(a, -math.Copysign(1, a)) }, false},
		{"Abs", func(d, a, _, _ []float64, _ float64) { Abs(d, a) }, func(a, _, _ float64) float64 { return math.Abs(a) }, false},
		{"Sqrt", func(d, a, _, _ []float64, _ float64) { Sqrt(d, a) }, func(a, _, _ float64) float64 { return math.Sqrt(a) }, false},
		{"Floor", func(d, a, _, _ []float64, _ float64) { Floor(d, a) }, func(a, _, _ float64) float64 { return math.Floor(a) }, false},
		{"Ceil", func(d, a, _, _ []float64, _ float64) { Ceil(d, a) }, func(a, _, _ float64) float64 { return math.Ceil(a) }, false},
		{"Mod", func(d, a, b, _ []float64, _ float64) { Mod(d, a, b) }, func(a, b, _ float64) float64 { return math.Mod(a, b) }, false},
		{"Min", func(d, a, b, _ []float64, _ float64) { Min(d, a, b) }, func(a, b, _ float64) float64 {
			if a < b {
				return a
			}
			return b
		}, false},
		{"Max", func(d, a, b, _ []float64, _ float64) { Max(d, a, b) }, func(a, b, _ float64) float64 {
			if a > b {
				return a
			}
			return b
		}, false},
		{"MinC", func(d, a, _, _ []float64, k float64) { MinC(d, a, k) }, func(a, _, c float64) float64 {
			if a < c {
				return a
			}
			return c
		}, true},
		{"MaxC", func(d, a, _, _ []float64, k float64) { MaxC(d, a, k) }, func(a, _, c float64) float64 {
			if a > c {
				return a
			}
			return c
		}, true},
		{"Copy", func(d, a, _, _ []float64, _ float64) { Copy(d, a) }, func(a, _, _ float64) float64 { return a }, false},
		{"Set", func(d, _, _, _ []float64, k float64) { Set(d, k) }, func(_, _, c float64) float64 { return c }, true},
		{"Flush", func(d, a, _, _ []float64, _ float64) { Flush(d, a) }, func(a, _, _ float64) float64 {
			if a > -1e-290 && a < 1e-290 {
				return 0
			}
			return a
		}, false},
		{"Lt", func(d, a, b, _ []float64, _ float64) { Lt(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a < b) }, false},
		{"Le", func(d, a, b, _ []float64, _ float64) { Le(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a <= b) }, false},
		{"Gt", func(d, a, b, _ []float64, _ float64) { Gt(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a > b) }, false},
		{"Ge", func(d, a, b, _ []float64, _ float64) { Ge(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a >= b) }, false},
		{"Eq", func(d, a, b, _ []float64, _ float64) { Eq(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a == b) }, false},
		{"Ne", func(d, a, b, _ []float64, _ float64) { Ne(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a != b) }, false},
		{"LtC", func(d, a, _, _ []float64, k float64) { LtC(d, a, k) }, func(a, _, c float64) float64 { return bool1(a < c) }, true},
		{"LeC", func(d, a, _, _ []float64, k float64) { LeC(d, a, k) }, func(a, _, c float64) float64 { return bool1(a <= c) }, true},
		{"GtC", func(d, a, _, _ []float64, k float64) { GtC(d, a, k) }, func(a, _, c float64) float64 { return bool1(a > c) }, true},
		{"GeC", func(d, a, _, _ []float64, k float64) { GeC(d, a, k) }, func(a, _, c float64) float64 { return bool1(a >= c) }, true},
		{"EqC", func(d, a, _, _ []float64, k float64) { EqC(d, a, k) }, func(a, _, c float64) float64 { return bool1(a == c) }, true},
		{"NeC", func(d, a, _, _ []float64, k float64) { NeC(d, a, k) }, func(a, _, c float64) float64 { return bool1(a != c) }, true},
		{"And", func(d, a, b, _ []float64, _ float64) { And(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a != 0 && b != 0) }, false},
		{"Or", func(d, a, b, _ []float64, _ float64) { Or(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a != 0 || b != 0) }, false},
		{"AndNot", func(d, a, b, _ []float64, _ float64) { AndNot(d, a, b) }, func(a, b, _ float64) float64 { return bool1(a != 0 && b == 0) }, false},
		{"Not", func(d, a, _, _ []float64, _ float64) { Not(d, a) }, func(a, _, _ float64) float64 { return bool1(a == 0) }, false},
		{"Select", func(d, a, b, c []float64, _ float64) { Select(d, a, b, c) }, func(a, b, c float64) float64 {
			if a != 0 {
				return b
			}
			return c
		}, false},
		{"PowVC", func(d, a, _, _ []float64, k float64) { PowVC(d, a, k) }, func(a, _, c float64) float64 { return Pow(a, c) }, true},
	} {
		check := func(n int, got []float64, a, b, c []float64, k float64) {
			for i := range got {
				z := c[i]
				if o.k {
					z = k
				}
				want := o.want(a[i], b[i], z)
				if math.Float64bits(got[i]) != math.Float64bits(want) && (got[i] == got[i] || want == want) {
					t.Fatalf("%s, length %d, element %d: %v, want %v (operands %v %v %v)", o.name, n, i, got[i], want, a[i], b[i], z)
				}
			}
		}
		for n := range 20 {
			a, b, c := bitArguments(n+len(special), uint64(n)), bitArguments(n+len(special)*2, uint64(n)+50), bitArguments(n+len(special)*3, uint64(n)+90)
			a, b, c = a[len(special)-n/2:][:n], b[len(special)-n/3:][:n], c[len(special)-n/4:][:n]
			for _, k := range []float64{0, 3, -1e-300, math.NaN(), math.Inf(1)} {
				dst := make([]float64, n)
				o.op(dst, a, b, c, k)
				check(n, dst, a, b, c, k)
				in := append([]float64(nil), a...)
				o.op(in, in, b, c, k)
				check(n, in, a, b, c, k)
			}
		}
		// every pair of special values
		for shift := range special {
			rot := append(append([]float64(nil), special[shift:]...), special[:shift]...)
			dst := make([]float64, len(special))
			o.op(dst, special, rot, rot, rot[0])
			check(len(special), dst, special, rot, rot, rot[0])
		}
	}
}

func TestMaskedAndIndexed(t *testing.T) {
	eq := func(name string, got []float64, want ...float64) {
		t.Helper()
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s = %v, want %v", name, got, want)
				return
			}
		}
	}
	dst := []float64{1, 2, 3, 4}
	FlushMasked(dst, []float64{0, 1, math.NaN(), 0}, []float64{9, 1e-300, 8, 7})
	eq("FlushMasked", dst, 1, 0, 8, 4)
	dst = make([]float64, 4)
	Gather(dst, []float64{10, 20, 30}, []int32{2, 0, 0, 1})
	eq("Gather", dst, 30, 10, 10, 20)
	dst = make([]float64, 3)
	Scatter(dst, []int32{2, 0, 2}, []float64{5, 6, 7})
	eq("Scatter", dst, 6, 0, 7)
	// in the order of the instances: 1 + 2^53 - 2^53 is 0 that way
	dst = []float64{1, 1, 0}
	ScatterAdd(dst, []int32{0, 1, 0}, []float64{0x1p53, 3, -0x1p53})
	eq("ScatterAdd", dst, 0, 4, 0)
	if Any([]float64{0, math.Copysign(0, -1)}) || !Any([]float64{0, math.NaN()}) || !All([]float64{1, -2}) || All([]float64{1, 0}) {
		t.Error("Any or All")
	}
}

// TestLookup holds Lookup to the rule of NEURON's TABLE: clamped outside,
// linear inside, NaN through.
func TestLookup(t *testing.T) {
	const n = 200
	grid, y := make([]float64, n+1), make([]float64, n+1)
	mfac := TableGrid(grid, -100, 100)
	if grid[0] != -100 || grid[1] != -99 || grid[n] != 100 || mfac != 1 {
		t.Fatalf("grid %v %v … %v, mfac %v", grid[0], grid[1], grid[n], mfac)
	}
	for i, x := range grid {
		y[i] = Exp(x / 25)
	}
	a := []float64{-1000, -100, -99.25, 0, 0.125, 99.875, 100, 1000, math.NaN(), math.Inf(1), math.Inf(-1), 3}
	want := []float64{y[0], y[0], y[0] + float64(0.75*(y[1]-y[0])), y[100], y[100] + float64(0.125*(y[101]-y[100])),
		y[199] + float64(0.875*(y[200]-y[199])), y[200], y[200], math.NaN(), y[200], y[0], y[103]}
	dst, two := make([]float64, len(a)), make([]float64, len(a))
	Lookup(dst, a, y, -100, mfac)
	index, frac := make([]int32, len(a)), make([]float64, len(a))
	LookupPlace(index, frac, a, -100, mfac, n)
	LookupAt(two, index, frac, y)
	for i := range a {
		if dst[i] != want[i] && want[i] == want[i] || want[i] != want[i] && dst[i] == dst[i] {
			t.Errorf("Lookup(%v) = %v, want %v", a[i], dst[i], want[i])
		}
		if dst[i] != two[i] && (dst[i] == dst[i] || two[i] == two[i]) {
			t.Errorf("in two halves Lookup(%v) = %v, want %v", a[i], two[i], dst[i])
		}
	}
	// A grid whose step is no binary fraction is made by accumulation.
	grid = make([]float64, 11)
	TableGrid(grid, 0, 1)
	if grid[10] != 0.9999999999999999 {
		t.Errorf("last of 0, 0.1, …: %v", grid[10])
	}
}

// TestTables recomputes the constant tables.
func TestTables(t *testing.T) {
	rest := func(name string, i int, h, l float64, want func() float64) {
		if w := want(); w != l {
			t.Errorf("%s[%d]: %x beside %x, want %x", name, i, l, h, w)
		}
	}
	for j := range expT {
		v := bExp(bMul(bQuo(bf(float64(j)), bf(8)), bLn2))
		h, _ := v.Float64()
		if h != expT[j] {
			t.Errorf("expT[%d] = %x, want %x", j, expT[j], h)
		}
		rest("expTail", j, h, expTail[j], func() float64 { f, _ := bSub(v, bf(h)).Float64(); return f })
	}
	for j, a := range atanEighths {
		if j == 0 {
			continue
		}
		v := bAtan2(bf(float64(j)), bf(8))
		h, _ := v.Float64()
		if h != a.hi {
			t.Errorf("atanEighths[%d] = %x, want %x", j, a.hi, h)
		}
		rest("atanEighths", j, h, a.lo, func() float64 { f, _ := bSub(v, bf(h)).Float64(); return f })
	}
	for i, e := range powTable {
		v := bn().Neg(bLog(bf(e.inv)))
		h, _ := v.Float64()
		if h != e.logHi {
			t.Errorf("powTable[%d].logHi = %x, want %x", i, e.logHi, h)
		}
		rest("powTable", i, h, e.logLo, func() float64 { f, _ := bSub(v, bf(h)).Float64(); return f })
		lo := math.Float64frombits(sqrtHalfBits + uint64(i)<<46)
		hi := math.Float64frombits(sqrtHalfBits + uint64(i+1)<<46 - 1)
		if math.Abs(lo*e.inv-1) > 0.008 || math.Abs(hi*e.inv-1) > 0.008 {
			t.Errorf("powTable[%d]: %v is no inverse of %v to %v", i, e.inv, lo, hi)
		}
	}
	// 2/pi, all its bits
	p := bn().SetPrec(1500).Quo(bf(2).SetPrec(1500), bPi)
	for i, w := range twoOverPiBits {
		p.SetMantExp(p, 64)
		u, _ := p.Uint64()
		if u != w {
			t.Errorf("twoOverPiBits[%d] = %x, want %x", i, w, u)
		}
		p.Sub(p, bn().SetPrec(1500).SetUint64(u))
	}
}

// What is stored as 0 ends at 1e-290, on either side of 0.
func TestFlushed(t *testing.T) {
	limit := 1e-290
	for _, x := range []float64{limit, -limit, math.Inf(1), math.Inf(-1), 1, math.Nextafter(limit, 1)} {
		if got := Flushed(x); got != x {
			t.Errorf("%g becomes %g", x, got)
		}
	}
	for _, x := range []float64{math.Nextafter(limit, 0), -math.Nextafter(limit, 0), 5e-324, -5e-324, 0, math.Copysign(0, -1)} {
		if got := Flushed(x); math.Float64bits(got) != 0 {
			t.Errorf("%g becomes %g", x, got)
		}
	}
	if got := Flushed(math.NaN()); !math.IsNaN(got) {
		t.Errorf("NaN becomes %g", got)
	}
}
