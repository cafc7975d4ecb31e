package vec

import (
	"math"
	"testing"
)

// Block length of the benchmarks: 256 doubles, the block VM's.
const benchN = 256

func benchColumns() (dst, a, b, c []float64) {
	dst, a, b, c = make([]float64, benchN), make([]float64, benchN), make([]float64, benchN), make([]float64, benchN)
	for i := range a {
		u := math.Mod(float64(i)*0.6180339887498949, 1)
		a[i], b[i], c[i] = -40+80*u, 0.5+u, 1-2*u
	}
	return
}

func perElement(b *testing.B, f func()) {
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchN, "ns/elem")
}

func BenchmarkBlock(b *testing.B) {
	dst, x, y, z := benchColumns()
	pos := make([]float64, benchN)
	mask := make([]float64, benchN)
	index := make([]int32, benchN)
	for i := range pos {
		pos[i] = math.Abs(x[i]) + 0.01
		mask[i] = float64(i & 1)
		index[i] = int32(i * 7 % benchN)
	}
	table := make([]float64, 201)
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"math.Exp", func() {
			for i := range dst {
				dst[i] = math.Exp(x[i])
			}
		}},
		{"Exp", func() {
			for i := range dst {
				dst[i] = Exp(x[i])
			}
		}},
		{"ExpV", func() { ExpV(dst, x) }},
		{"math.Log", func() {
			for i := range dst {
				dst[i] = math.Log(pos[i])
			}
		}},
		{"LogV", func() { LogV(dst, pos) }},
		{"math.Pow", func() {
			for i := range dst {
				dst[i] = math.Pow(y[i], z[i])
			}
		}},
		{"PowV", func() { PowV(dst, y, z) }},
		{"math.Sin", func() {
			for i := range dst {
				dst[i] = math.Sin(x[i])
			}
		}},
		{"SinV", func() { SinV(dst, x) }},
		{"CosV", func() { CosV(dst, x) }},
		{"TanV", func() { TanV(dst, x) }},
		{"AtanV", func() { AtanV(dst, x) }},
		{"AsinV", func() { AsinV(dst, z) }},
		{"TanhV", func() { TanhV(dst, x) }},
		{"SinhV", func() { SinhV(dst, x) }},
		{"Expm1V", func() { Expm1V(dst, x) }},
		{"ExprelrV", func() { ExprelrV(dst, x) }},
		{"Log10V", func() { Log10V(dst, pos) }},
		{"CbrtV", func() { CbrtV(dst, x) }},
		{"Add", func() { Add(dst, x, y) }},
		{"AddC", func() { AddC(dst, x, 3) }},
		{"Mul", func() { Mul(dst, x, y) }},
		{"Div", func() { Div(dst, x, y) }},
		{"FMA", func() { FMA(dst, x, y, z) }},
		{"FMAC", func() { FMAC(dst, x, 2, 3) }},
		{"MulAdd", func() { MulAdd(dst, x, y, z) }},
		{"Abs", func() { Abs(dst, x) }},
		{"Sqrt", func() { Sqrt(dst, pos) }},
		{"Floor", func() { Floor(dst, x) }},
		{"Min", func() { Min(dst, x, y) }},
		{"Lt", func() { Lt(dst, x, y) }},
		{"And", func() { And(dst, mask, x) }},
		{"Or", func() { Or(dst, mask, x) }},
		{"Select", func() { Select(dst, mask, x, y) }},
		{"Flush", func() { Flush(dst, x) }},
		{"Gather", func() { Gather(dst, x, index) }},
		{"ScatterAdd", func() { ScatterAdd(dst, index, x) }},
		{"Lookup", func() { Lookup(dst, x, table, -100, 1) }},
	} {
		b.Run(c.name, func(b *testing.B) { perElement(b, c.f) })
	}
}

// BenchmarkExpLatency is one Exp waiting for the other.
func BenchmarkExpLatency(b *testing.B) {
	x := 1.0
	for b.Loop() {
		x = Exp(x * 1e-3)
	}
	_ = x
}
