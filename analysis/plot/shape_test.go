package plot

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/plot/vg"
)

// drawnCell draws a cell and returns its picture.
func drawnCell(t *testing.T, c *Cell, view string) image.Image {
	t.Helper()
	dir := t.TempDir()
	if _, err := Shape(c, view, dir, "cell", []string{"png"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "cell.png"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func is(img image.Image, x, y int, colour [3]uint8) bool {
	r, g, b, _ := img.At(x, y).RGBA()
	return [3]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)} == colour
}

// extent is the rectangle around what has a colour, left of a place.
func extent(img image.Image, colour [3]uint8, left int) image.Rectangle {
	var r image.Rectangle
	for y := range img.Bounds().Max.Y {
		for x := range min(img.Bounds().Max.X, left) {
			if is(img, x, y, colour) {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

func cylinder(a, b [3]float64, diam, value float64) Stretch {
	return Stretch{Section: "soma", Kind: "soma", A: a, B: b, DiamA: diam, DiamB: diam, Value: value}
}

// TestShapeToScale: a cylinder is as long and as wide as the scale bar says, flat from
// its side and a disc from its end.
func TestShapeToScale(t *testing.T) {
	blue := [3]uint8{palette[0].R, palette[0].G, palette[0].B}
	c := &Cell{Title: "one", Stretches: []Stretch{cylinder([3]float64{0, 0, 0}, [3]float64{40, 0, 0}, 20, 0)}}
	for view, want := range map[string][2]float64{"xy": {40, 20}, "xz": {40, 20}, "yz": {20, 20}} {
		axes := map[string][2]int{"xy": {0, 1}, "xz": {0, 2}, "yz": {1, 2}}[view]
		img := drawnCell(t, c, view)
		f := c.figure(axes)
		legend := float64(f.rightWidth()) + outer + 2 // points from the right
		cell, bar := extent(img, blue, img.Bounds().Max.X-int(legend*float64(img.Bounds().Max.X)/(72*f.w))), image.Rectangle{}
		for y := range img.Bounds().Max.Y { // the longest line of ink
			run := 0
			for x := range img.Bounds().Max.X {
				if run++; !is(img, x, y, [3]uint8{ink.R, ink.G, ink.B}) {
					run = 0
				} else if run > bar.Dx() {
					bar = image.Rect(x-run+1, y, x+1, y+1)
				}
			}
		}
		um := niceStep(max(want[0], want[1]), 5)
		k := float64(bar.Dx()) / um // pixels per um
		if w, h := float64(cell.Dx())/k, float64(cell.Dy())/k; math.Abs(w-want[0]) > .03*want[0] || math.Abs(h-want[1]) > .03*want[1] {
			t.Errorf("%s: %.3g by %.3g um, want %g by %g", view, w, h, want[0], want[1])
		}
		if cell.Max.Y >= bar.Min.Y-20 {
			t.Errorf("%s: the cell reaches to %d, its scale bar lies at %d", view, cell.Max.Y, bar.Min.Y)
		}
		round := view == "yz"
		if r, _, _, _ := img.At(cell.Min.X+2, cell.Min.Y+2).RGBA(); (r>>8 == 0xff) != round {
			t.Errorf("%s: its corner has the red %#x", view, r>>8)
		}
	}
}

// TestShapeHasRoom: flat, narrow and small cells leave the colour bar, its label, the
// legend and the scale bar the room that they need.
func TestShapeHasRoom(t *testing.T) {
	label := "path distance from the soma's middle (\u00b5m)"
	for name, b := range map[string][3]float64{"flat": {1000, 3, 0}, "tall": {3, 1000, 0}, "point": {1, 0, 0}} {
		for _, by := range []string{"", label} {
			c := &Cell{Title: name, Label: by}
			half := [3]float64{b[0] / 2, b[1] / 2, 0}
			c.Stretches = []Stretch{cylinder([3]float64{}, half, 1, 1), cylinder(half, b, 1, 500)}
			f := c.figure([2]int{0, 1})
			p := f.panels[0]
			w, h := vg.Length(f.w)*vg.Inch, vg.Length(f.h)*vg.Inch
			if by != "" && h < labelStyle().Width(label)+2*outer || h < smallest || w < smallest+f.rightWidth() || w > 8*vg.Inch || h > 7*vg.Inch {
				t.Errorf("%s by %q is %v by %v", name, by, w, h)
			}
			// The cell lies in the middle, above the bar.
			if x := (p.x.min + p.x.max) / 2; math.Abs(x-half[0]) > .01*(p.x.max-p.x.min) {
				t.Errorf("%s: the middle of x is %g, that of the cell %g", name, x, half[0])
			}
			if below := (half[1] - p.y.min) - (p.y.max - half[1]); below <= 0 {
				t.Errorf("%s: there is no room for the scale bar: %g", name, below)
			}
		}
	}
}

// TestLinesWithin: the range of y is that of the lines in the window.
func TestLinesWithin(t *testing.T) {
	c := &LineChart{Lines: []Line{{X: []float64{0, 1, 2, 3}, Y: []float64{40, -70, -71, -60}}}, Within: &[2]float64{1, 2}}
	if p := c.figure().panels[0]; p.y.min > -71 || p.y.max < -70 || p.y.max-p.y.min > 1.5 || p.x.min != 0 || p.x.max != 3 {
		t.Errorf("%+v %+v", p.x, p.y)
	}
	c.Within = nil
	if p := c.figure().panels[0]; p.y.max < 40 {
		t.Errorf("%+v", p.y)
	}
}
