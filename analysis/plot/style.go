package plot

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"
	"sync"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// The palette of Okabe and Ito, which people with any kind of colour vision
// can tell apart, then darker companions for more populations. Yellow is left
// out: it is lost on white.
var palette = []color.RGBA{
	rgb(0x0072B2), rgb(0xD55E00), rgb(0x009E73), rgb(0xCC79A7), rgb(0xE69F00), rgb(0x56B4E9),
	rgb(0x332288), rgb(0x882255), rgb(0x117733), rgb(0x999933), rgb(0x44AA99), rgb(0xAA4499),
}

var (
	ink   = rgb(0x222222) // text and axes
	grey  = rgb(0x777777)
	white = rgb(0xFFFFFF)
)

func rgb(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

// fade mixes a colour with white, so that no transparency is needed.
func fade(c color.RGBA, keep float64) color.RGBA {
	mix := func(v uint8) uint8 { return uint8(255 - float64((255-float64(v))*keep)) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

// viridis goes from dark blue to yellow with even steps of lightness; x in
// 0..1.
func viridis(x float64) color.RGBA {
	stops := [...]uint32{0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725}
	x = min(max(x, 0), 1) * float64(len(stops)-1)
	i := min(int(x), len(stops)-2)
	f := x - float64(i)
	a, b := rgb(stops[i]), rgb(stops[i+1])
	mix := func(p, q uint8) uint8 { return uint8(float64(p) + float64((float64(q)-float64(p))*f) + 0.5) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// dark says whether white text reads better on c than black.
func dark(c color.RGBA) bool {
	return 299*int(c.R)+587*int(c.G)+114*int(c.B) < 140*1000
}

var fonts = sync.OnceValue(func() *font.Cache { return font.NewCache(liberation.Collection()) })

// style returns a text style of a size in points.
func style(size float64, bold bool, c color.RGBA) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return text.Style{Font: f, Color: c, Handler: text.Plain{Fonts: fonts()}}
}

// parseColor reads a colour as NetPyNE users write it: [r, g, b] from 0 to 1,
// '#rrggbb', or one of matplotlib's short names.
func parseColor(v any) (color.RGBA, error) {
	switch c := v.(type) {
	case []any:
		if len(c) < 3 {
			break
		}
		var p [3]uint8
		for i := range p {
			f, ok := toFloat(c[i])
			if !ok || f < 0 || f > 1 {
				return color.RGBA{}, fmt.Errorf("colour %v: three numbers from 0 to 1 are needed", v)
			}
			p[i] = uint8(float64(f*255) + 0.5)
		}
		return color.RGBA{p[0], p[1], p[2], 255}, nil
	case string:
		s := strings.ToLower(strings.TrimSpace(c))
		if n, ok := colorNames[s]; ok {
			return rgb(n), nil
		}
		if len(s) == 7 && s[0] == '#' {
			if n, err := strconv.ParseUint(s[1:], 16, 32); err == nil {
				return rgb(uint32(n)), nil
			}
		}
	}
	return color.RGBA{}, fmt.Errorf("colour %v is not known", v)
}

var colorNames = map[string]uint32{
	"r": 0xD62728, "red": 0xD62728, "b": 0x1F4FB4, "blue": 0x1F4FB4, "g": 0x2A8A2A, "green": 0x2A8A2A,
	"c": 0x17A5B5, "cyan": 0x17A5B5, "m": 0xB83DBA, "magenta": 0xB83DBA, "y": 0xC9B400, "yellow": 0xC9B400,
	"k": 0x000000, "black": 0x000000, "gray": 0x7F7F7F, "grey": 0x7F7F7F, "orange": 0xFF7F0E, "purple": 0x8440B0,
	"brown": 0x8C564B, "pink": 0xE377C2, "navy": 0x000080, "teal": 0x008080, "gold": 0xE0A800,
}
