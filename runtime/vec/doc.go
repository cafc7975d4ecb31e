// Package vec is the arithmetic of results: the elementary functions and the
// block operations that kernels, geometry, random variates and string
// functions are made of. It depends on the standard library alone.
//
// In: numbers or slices of them. Out: the same bits on every machine. Next:
// runtime/vm and generated kernels run on it; internal/random, spec/build and
// ir/morph call the scalar functions.
//
// # The same bits everywhere
//
// Every function is a fixed sequence of IEEE 754 operations: + - * / sqrt,
// fused multiply-add where math.FMA is written, comparisons and bit
// operations. Nothing is left to the compiler, which fuses x*y+z at
// GOAMD64=v3 and on arm64: where a product is added without fusing, the code
// says float64(x*y)+z. The bits of a NaN are not part of the promise, only
// that it is one.
//
// # Names
//
// A scalar function has the name of the mathematics (Exp, Log, …). The block
// form of a function that also exists as a scalar has a V behind (ExpV,
// LogV, …); the other block operations have plain names (Add, Mul, Select).
// A C behind means that one operand is a constant (AddC), an R before it that
// the constant is on the left (RsubC is c - a). In every block operation the
// length is that of dst, the first argument; the other slices must be at
// least as long, and may be dst itself but must not overlap it otherwise.
//
// Masks are float64 columns: 0 is false, everything else (NaN too) true, and what
// vec writes is 0 or 1.
//
// # Accuracy
//
// Errors are below 1 ulp for all functions, measured against math/big in
// accuracy_test.go, where the table with the figures stands.
//
// # Fused or not
//
// The polynomials are written with math.FMA. At GOAMD64=v1 the compiler puts a test of
// a CPU flag before each; measured on 1,024-element blocks, Exp takes 4.2 ns
// with FMA and 3.9 ns without at v1, 3.3 and 3.9 ns at v3, and its latency is
// 14 against 16 ns. In vector code the fused form needs 13 arithmetic
// instructions instead of 23, which decided it. A CPU without FMA gets the same bits from Go's
// software version, slowly.
package vec
