package morph

import "math"

func atan2(y, x float64) float64 { return math.Atan2(y, x) }
func cos(x float64) float64      { return math.Cos(x) }
func sin(x float64) float64      { return math.Sin(x) }
