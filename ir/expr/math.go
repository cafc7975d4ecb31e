package expr

import "math"

func mathExp(x float64) float64      { return math.Exp(x) }
func mathLog(x float64) float64      { return math.Log(x) }
func mathLog10(x float64) float64    { return math.Log10(x) }
func mathSin(x float64) float64      { return math.Sin(x) }
func mathCos(x float64) float64      { return math.Cos(x) }
func mathTan(x float64) float64      { return math.Tan(x) }
func mathAsin(x float64) float64     { return math.Asin(x) }
func mathAcos(x float64) float64     { return math.Acos(x) }
func mathAtan(x float64) float64     { return math.Atan(x) }
func mathSinh(x float64) float64     { return math.Sinh(x) }
func mathCosh(x float64) float64     { return math.Cosh(x) }
func mathTanh(x float64) float64     { return math.Tanh(x) }
func mathAtan2(y, x float64) float64 { return math.Atan2(y, x) }
func mathPow(x, y float64) float64   { return math.Pow(x, y) }
