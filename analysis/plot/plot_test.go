package plot

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fakerun"
	"github.com/rallsim/rall/runtime/record"
	"gonum.org/v1/plot/vg"
)

// args of a plot as a spec has them.
func kw(t testing.TB, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func table(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Every plot makes well-formed pictures and a table, and nothing else.
func TestAllPlots(t *testing.T) {
	res := fakerun.Gamma()
	res.Pops[1].Name = `I <&"fast"`
	res.Reports[0].Label = "V/soma"
	for _, c := range []struct{ name, kwargs, files string }{
		{"plotRaster", `{}`, "raster"},
		{"plotRaster", `{"include": ["all"], "orderBy": "ynorm", "orderInverse": true, "popRates": "minimal", "syncLines": true, "timeRange": [100, 300]}`, "raster"},
		{"iplotRaster", `{"popRates": false, "legend": false, "saveFig": "/somewhere/else/my.png"}`, "my"},
		{"plotSpikeHist", `{"binSize": 10, "yaxis": "rate"}`, "spikeHist"},
		{"plotSpikeHist", `{"stacked": true, "cumulative": true, "include": ["eachPop"]}`, "spikeHist"},
		{"plotSpikeFreq", `{}`, "spikeFreq"},
		{"plotRates", `{}`, "rates"},
		{"plotRates", `{"timeRanges": [[0, 500], [500, 1000]], "ylim": [0, 50]}`, "rates"},
		{"plotSpikeStats", `{}`, "spikeStats_rate spikeStats_isicv"},
		{"plotSpikeStats", `{"stats": ["rate"], "graphType": "histogram", "bins": 20}`, "spikeStats_rate"},
		{"plotTraces", `{"include": [5, ["E", 0]]}`, "traces_cell_0 traces_cell_5"},
		{"plotTraces", `{"oneFigPer": "trace", "overlay": true}`, "traces_V_soma traces_V_dend"},
		{"plot2Dnet", `{"view": "xz"}`, "2Dnet"},
		{"plotConn", `{}`, "conn_strength"},
		{"plotConn", `{"feature": "delay", "groupBy": "cell", "orderBy": "y"}`, "conn_cell_delay"},
		{"plotConn", `{"feature": "divergence", "graphType": "bar"}`, "conn_divergence"},
		{"plotConn", `{"feature": "weight", "logPlot": true, "synMech": "GABA"}`, "conn_weight"},
		{"plotOverview", `{}`, "overview"},
	} {
		dir := filepath.Join(t.TempDir(), "new")
		files, warn, err := Make(res, c.name, kw(t, c.kwargs), dir, []string{"png", "svg"})
		if err != nil || len(warn) > 0 {
			t.Errorf("%s %s: %v %v", c.name, c.kwargs, err, warn)
			continue
		}
		var want []string
		for _, f := range strings.Fields(c.files) {
			for _, e := range []string{".png", ".svg", ".csv"} {
				want = append(want, filepath.Join(dir, f+e))
			}
		}
		if !reflect.DeepEqual(files, want) {
			t.Errorf("%s %s: files %v, want %v", c.name, c.kwargs, files, want)
		}
		es, _ := os.ReadDir(dir)
		if len(es) != len(want) {
			t.Errorf("%s: %d files in the folder, want %d", c.name, len(es), len(want))
		}
		for _, f := range files {
			text, _ := os.ReadFile(f)
			switch filepath.Ext(f) {
			case ".png":
				img, err := png.Decode(bytes.NewReader(text))
				if err != nil {
					t.Errorf("%s: %v", f, err)
				} else if inked(img.Bounds().Dx(), img.Bounds().Dy(), func(x, y int) bool { r, g, b, _ := img.At(x, y).RGBA(); return r+g+b < 3*0xE000 }) < 0.002 {
					t.Errorf("%s is all but empty", f)
				}
			case ".svg":
				d := xml.NewDecoder(bytes.NewReader(text))
				for {
					if _, err := d.Token(); err == io.EOF {
						break
					} else if err != nil {
						t.Errorf("%s: %v", f, err)
						break
					}
				}
			case ".csv":
				if len(table(t, f)) < 2 {
					t.Errorf("%s has no rows", f)
				}
			}
		}
	}
}

// inked is the share of the pixels that are not white.
func inked(w, h int, ink func(x, y int) bool) float64 {
	n := 0
	for y := 0; y < h; y++ {
		for x := 0; x < w; x++ {
			if ink(x, y) {
				n++
			}
		}
	}
	return float64(n) / float64(w*h)
}

// small is a network whose figures can be counted by hand.
func small() *record.Result {
	res := &record.Result{
		Run:    record.Run{Duration: 100, Reached: 100, Dt: 0.025},
		Pops:   []record.Pop{{Name: "A", Gids: []int{0, 1}}, {Name: "B", Gids: []int{2, 3, 4}}},
		Spikes: []record.Spike{{T: 0, Gid: 0}, {T: 5, Gid: 2}, {T: 10, Gid: 0}, {T: 10, Gid: 3}, {T: 40, Gid: 0}, {T: 100, Gid: 4}},
		Stims:  []record.Train{{Label: "bkg", Gid: 1, T: []float64{2, 3}}},
		Conns: []record.Conn{
			{PreGid: 0, PostGid: 2, Rule: "r", SynMech: "e", Weight: 1, Delay: 2},
			{PreGid: 0, PostGid: 2, Rule: "r", SynMech: "e", Weight: 3, Delay: 2},
			{PreGid: 1, PostGid: 4, Rule: "r", SynMech: "i", Weight: 2, Delay: 5},
			{PreGid: -1, PostGid: 1, Rule: "bkg", SynMech: "e", Weight: 0.5, Delay: 1},
		},
	}
	for p, pop := range res.Pops {
		for n, g := range pop.Gids {
			res.Cells = append(res.Cells, record.Cell{Gid: g, Pop: p, NodeID: n, X: float64(10 * g), Y: float64(100 - g)})
		}
	}
	return res
}

// The numbers behind the pictures.
func TestNumbers(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, kwargs, file, want string }{
		{"plotRaster", `{"include": ["B", 1, "bkg"], "orderBy": "y"}`, "raster", `t_ms,gid,population,row
2,,bkg,4
3,,bkg,4
5,2,B,2
10,3,B,1
100,4,B,0
`},
		{"plotRaster", `{"timeRange": [5, 40], "maxSpikes": 2}`, "raster", "t_ms,gid,population,row\n5,2,B,2\n10,0,A,0\n10,3,B,3\n"},
		{"plotSpikeHist", `{"binSize": 30}`, "spikeHist", `from_ms,to_ms,all cells_spikes,A_spikes,B_spikes
0,30,4,2,2
30,60,1,1,0
60,90,0,0,0
90,100,1,0,1
`},
		{"plotSpikeHist", `{"binSize": 50, "yaxis": "rate", "include": [["A", "B"], ["A", [0]], 3]}`, "spikeHist", `from_ms,to_ms,"A, B_Hz",A 0_Hz,cell 3_Hz
0,50,20,60,20
50,100,4,0,0
`},
		{"plotRates", `{}`, "rates", `set,from_ms,to_ms,cells,mean_Hz,sd_Hz
all cells,0,100,5,12,9.797958971132712
A,0,100,2,15,15
B,0,100,3,10,0
`},
		{"plotSpikeStats", `{"stats": ["isicv"], "include": ["A"]}`, "spikeStats_isicv", "set,gid,isi_cv\nA,0,0.5\n"},
		{"plotSpikeStats", `{"stats": ["rate"], "include": ["A"]}`, "spikeStats_rate", "set,gid,rate_Hz\nA,0,30\n"},
		{"plotConn", `{"feature": "numConns"}`, "conn_numConns", "pre,A,B\nA,0,3\nB,0,0\nbkg,1,0\n"},
		{"plotConn", `{"feature": "numConns", "synOrConn": "conn", "includePre": ["A"]}`, "conn_numConns", "pre,A,B\nA,0,2\n"},
		{"plotConn", `{"feature": "weight"}`, "conn_weight", "pre,A,B\nA,,2\nB,,\nbkg,0.5,\n"},
		{"plotConn", `{"feature": "delay", "synMech": ["e"]}`, "conn_delay", "pre,A,B\nA,,2\nB,,\nbkg,1,\n"},
		{"plotConn", `{"feature": "probability"}`, "conn_probability", "pre,A,B\nA,0,0.5\nB,0,0\nbkg,0.25,0\n"},
		{"plotConn", `{"feature": "convergence"}`, "conn_convergence", "pre,A,B\nA,0,1\nB,0,0\nbkg,0.5,0\n"},
		{"plotConn", `{"feature": "divergence"}`, "conn_divergence", "pre,A,B\nA,0,1.5\nB,0,0\nbkg,0.5,0\n"},
		{"plotConn", `{}`, "conn_strength", "pre,A,B\nA,0,3\nB,0,0\nbkg,0.125,0\n"},
		{"plotConn", `{"groupBy": "cell", "feature": "numConns", "includePre": ["A"], "includePost": ["B"], "orderBy": "y"}`, "conn_cell_numConns", "pre,4,3,2\n1,1,0,0\n0,0,0,2\n"},
		{"plot2Dnet", `{"include": ["A"]}`, "2Dnet", "gid,population,x_um,y_um,z_um\n0,A,0,100,0\n1,A,10,99,0\n"},
	} {
		if _, _, err := Make(small(), c.name, kw(t, c.kwargs), dir, []string{"svg"}); err != nil {
			t.Errorf("%s %s: %v", c.name, c.kwargs, err)
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, c.file+".csv"))
		if err != nil {
			t.Error(err)
		} else if string(got) != c.want {
			t.Errorf("%s %s:\n%swant\n%s", c.name, c.kwargs, got, c.want)
		}
	}
}

func TestLegendAndTitle(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Make(small(), "plotRaster", nil, dir, []string{"svg"}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "raster.svg"))
	for _, want := range []string{"cells: 5   syn/cell: 0.8   rate: 12.0 Hz", "Populations", ">A<", "  rate: 15 Hz", "  syn/cell: 0.5", "  cells: 3", "Time (ms)", "Cells (ordered by gid)", "font-family:'Liberation Sans',Arial"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the raster lacks %q", want)
		}
	}
}

// A title too wide for its page gets smaller, and then loses its middle.
func TestFitTitle(t *testing.T) {
	full := titleStyle()
	for _, c := range []struct {
		title string
		part  float64 // of the width that it takes
		size  float64 // of letters [points]
	}{{"a title", 1.01, 11}, {"a title", .8, 8.7}, {strings.Repeat("wide ", 30), .2, 7}, {"", 1, 11}} {
		width := full.Width(c.title) * vg.Length(c.part)
		st, title := fitTitle(c.title, width)
		if st.Width(title) > width || math.Abs(float64(st.Font.Size)-c.size) > .1 || (title == c.title) != (c.size > 7) {
			t.Errorf("%q on %.3g points: %q, %.3g points wide, letters of %.3g", c.title, width, title, st.Width(title), st.Font.Size)
		}
	}
}

// The synchrony of NetPyNE: spikes at least 1 ms after the last counted one
// are counted.
func TestSynchrony(t *testing.T) {
	rows := []rasterRow{{t: []float64{0.2, 1.1, 1.3}}, {t: []float64{0.9, 5}}}
	if s := synchrony(rows, 10); s != 1-3.0/10 {
		t.Errorf("synchrony %v", s)
	}
}

func TestWarnings(t *testing.T) {
	res := fakerun.Gamma()
	bare := fakerun.Gamma()
	bare.Reports, bare.Conns, bare.Spikes = nil, nil, nil
	for _, c := range []struct {
		res                *record.Result
		name, kwargs, want string
		files              int
	}{
		{res, "plotRaster", `{"include": ["Q", 3]}`, `there is no population or recorded stimulator "Q"`, 2},
		{res, "plotRaster", `{"include": [1000]}`, "there is no cell 1000", 0},
		{res, "plotRaster", `{"include": [["E", 80]]}`, "has no cell 80", 0},
		{res, "plotRaster", `{"timeRange": [5]}`, "timeRange: expected [from, to]", 2},
		{res, "plotRaster", `{"timeRange": [10, 5]}`, "timeRange: expected [from, to]", 2},
		{res, "plotRaster", `{"orderBy": "weight"}`, "cannot be ordered by weight", 2},
		{res, "plotRaster", `{"colorbyPhase": {"signal": "LFP"}}`, "colorbyPhase is not supported yet", 2},
		{res, "plotRaster", `{"popratez": true}`, "unknown argument popratez", 2},
		{res, "plotRaster", `{"popColors": {"E": "no colour"}}`, "no colour is not known", 2},
		{res, "plotRaster", `{"figSize": [0.1, 5]}`, "figSize", 2},
		{res, "plotRaster", `{"maxSpikes": 10}`, "only the first 10", 2},
		{res, "plotRaster", `{"showFig": true, "saveData": "x.json", "dpi": 80, "colorbyPhase": null, "labels": false}`, "", 2},
		{res, "plotSpikeHist", `{"binSize": -5}`, "binSize: expected a positive number", 2},
		{res, "plotSpikeHist", `{"binSize": 1e-7}`, "more than a million bins", 0},
		{res, "plotSpikeStats", `{"stats": ["sync", "rate"]}`, `"sync" is not supported yet`, 2},
		{res, "plotSpikeStats", `{"stats": "pairsync"}`, "no statistic could be drawn", 0},
		{res, "plotTraces", `{"include": [7]}`, "none of the included cells was recorded", 0},
		{res, "plotConn", `{"feature": "color"}`, `"color" is not one of strength`, 2},
		{res, "plotConn", `{"feature": "probability", "groupBy": "cell"}`, "not defined between cells", 2},
		{bare, "plotTraces", `{}`, "nothing was recorded", 0},
		{bare, "plotConn", `{}`, "kept no connections", 0},
		{bare, "plotRaster", `{}`, "", 2},
		{bare, "plotSpikeHist", `{}`, "no spikes", 2},
		{bare, "plotSpikeStats", `{}`, "no cell has enough spikes", 0},
		{bare, "plot2Dnet", `{}`, "", 2},
		{bare, "plotOverview", `{}`, "", 2},
		{res, "plotLFP", `{}`, "not made yet", 0},
	} {
		files, warn, err := Make(c.res, c.name, kw(t, c.kwargs), t.TempDir(), []string{"svg"})
		all := strings.Join(warn, "\n")
		if err != nil || len(files) != c.files || !strings.Contains(all, c.want) || c.want == "" && all != "" {
			t.Errorf("%s %s: %d files, %v, warnings %q; want %d files, %q", c.name, c.kwargs, len(files), err, all, c.files, c.want)
		}
	}
	if _, _, err := Make(res, "plotNothing", nil, t.TempDir(), nil); err == nil {
		t.Error("an unknown plot was accepted")
	}
	if _, _, err := Make(res, "plotRaster", nil, t.TempDir(), []string{"gif"}); err == nil {
		t.Error("an unknown format was accepted")
	}
}

// Nothing is left when the pictures cannot be written.
func TestUnwritable(t *testing.T) {
	dir := t.TempDir()
	os.MkdirAll(filepath.Join(dir, "raster.csv", "x"), 0o777) // in the way of the table
	if _, _, err := Make(small(), "plotRaster", nil, dir, []string{"svg"}); err == nil {
		t.Error("no error")
	}
	es, _ := os.ReadDir(dir)
	for _, e := range es {
		if strings.Contains(e.Name(), ".part") {
			t.Errorf("left: %s", e.Name())
		}
	}
	file := filepath.Join(dir, "file")
	os.WriteFile(file, nil, 0o666)
	if _, _, err := Make(small(), "plotRaster", nil, filepath.Join(file, "sub"), nil); err == nil || errors.Is(err, errNothing) {
		t.Errorf("folder below a file: %v", err)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		want   string
	}{
		{0, 1000, 10, "0 100 200 300 400 500 600 700 800 900 1000"},
		{-71.3, 33.2, 4, "\u221250 0"},
		{0, 0.0024, 8, "0 0.0005 0.0010 0.0015 0.0020"},
		{0, 1, 4, "0.00 0.25 0.50 0.75 1.00"},
		{3e-9, 9e-9, 4, "4e-9 6e-9 8e-9"},
		{0, 4e7, 4, "0 1e7 2e7 3e7 4e7"},
	} {
		var s []string
		for _, k := range ticks(c.lo, c.hi, c.n) {
			s = append(s, k.label)
		}
		if got := strings.Join(s, " "); got != c.want && !(c.lo == 0 && c.hi == 1 && got == "0 0.25 0.50 0.75 1.00") {
			t.Errorf("%v..%v: %s, want %s", c.lo, c.hi, got, c.want)
		}
	}
	for _, c := range [][2]float64{{1e300, 1.0000001e300}, {-1e308, 1e308}, {0, 5e-324}, {1, math.Nextafter(1, 2)}} {
		if k := ticks(c[0], c[1], 5); len(k) > 6 {
			t.Errorf("%v: %d ticks", c, len(k))
		}
	}
}

// A long trace keeps its peaks when it is drawn in fewer points.
func TestTraceKeepsPeaks(t *testing.T) {
	n := 100000
	rep := record.Report{Label: "v", Unit: "mV", Elements: []record.Element{{Gid: 0}}}
	for k := 0; k < n; k++ {
		rep.Time = append(rep.Time, float64(k)*0.001)
		v := -65.0
		if k == 54321 {
			v = 40
		}
		rep.Data = append(rep.Data, v)
	}
	res := small()
	res.Reports = []record.Report{rep}
	dir := t.TempDir()
	if _, _, err := Make(res, "plotTraces", nil, dir, []string{"svg"}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "traces_cell_0.svg"))
	if len(text) > 600000 {
		t.Errorf("the picture has %d bytes", len(text))
	}
	// The highest point of the longest path is well above the rest.
	var ys []float64
	for _, line := range strings.Split(string(text), "\n") {
		_, d, ok := strings.Cut(line, `<path d="`)
		if !ok || len(d) < 10000 {
			continue
		}
		d, _, _ = strings.Cut(d, `"`)
		for _, p := range strings.FieldsFunc(d, func(r rune) bool { return r == 'M' || r == 'L' }) {
			if _, y, ok := strings.Cut(p, ","); ok {
				if v, err := strconv.ParseFloat(y, 64); err == nil {
					ys = append(ys, v)
				}
			}
		}
	}
	if len(ys) < 1000 || slices.Max(ys)-slices.Min(ys) < 100 {
		t.Errorf("%d points, the spike is not among them", len(ys))
	}
	if rows := table(t, filepath.Join(dir, "traces_cell_0.csv")); len(rows) != n+1 {
		t.Errorf("the table has %d rows", len(rows))
	}
}

// No arguments whatever make Make panic or hang.
func FuzzKwargs(f *testing.F) {
	names := append(Names(), "iplotConn")
	for i, s := range []string{
		`{"include": ["all", ["A", [0, 1]], [["A"], 2], 3]}`, `{"timeRange": [1e300, 2e300], "ylim": [0, 1e-300]}`, `{"binSize": 0.01, "figSize": 3}`,
		`{"popColors": {"A": [0, 1, 0.5]}, "colors": ["r"], "saveFig": "../../x.png"}`, `{"clim": [5, 6], "graphType": "bar", "groupBy": "cell"}`,
		`{"timeRanges": [[0, 1], "x"], "bins": 1e9, "maxSpikes": 0.1}`, `{"include": [[]]}`, `{"title": "\u0000\n<", "stats": [[]]}`,
	} {
		f.Add(i, s)
	}
	dir := f.TempDir()
	res := small()
	res.Reports = []record.Report{{Label: "v", Elements: []record.Element{{Gid: 1}, {Gid: 2}}, Time: []float64{0, 50, 100}, Data: []float64{1, 2, math.NaN(), 4, 5, math.Inf(1)}}}
	f.Fuzz(func(t *testing.T, plot int, text string) {
		var m map[string]any
		if json.Unmarshal([]byte(text), &m) != nil {
			return
		}
		name := names[int(uint(plot)%uint(len(names)))]
		files, _, err := Make(res, name, m, dir, []string{"svg"})
		if err != nil {
			var pe *os.PathError
			var le *os.LinkError
			if !errors.As(err, &pe) && !errors.As(err, &le) && !strings.Contains(err.Error(), "write ") {
				t.Errorf("%s %s: %v", name, text, err)
			}
		}
		for _, file := range files {
			if filepath.Dir(file) != filepath.Clean(dir) {
				t.Errorf("%s %s: wrote %s", name, text, file)
			}
			os.Remove(file)
		}
	})
}
