// Package plot draws results: rasters, histograms, traces, rates, networks
// and connectivity, under the names and arguments of NetPyNE's
// simConfig.analysis.
//
// In: record.Result, the name of a plot and its arguments. Out: PNG or SVG
// files, and a CSV of what each picture shows. Next: the user's eyes.
package plot

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/rallsim/rall/internal/wholefile"
	"github.com/rallsim/rall/runtime/record"
)

// kind is one plot that can be made.
type kind struct {
	name  string
	make  func(j *job) error
	later []string // arguments of NetPyNE's that have no effect yet
}

func kinds() []kind {
	return []kind{
		{"plotRaster", raster, []string{"colorbyPhase", "labels", "popNumCells", "popLabels", "rasterData"}},
		{"plotSpikeHist", spikeHist, []string{"density", "log", "measure", "norm", "smooth", "filtFreq", "filtOrder", "histData"}},
		{"plotSpikeFreq", spikeFreq, []string{"norm", "smooth", "filtFreq", "filtOrder", "freqData"}},
		{"plotRates", rates, []string{"peakBin", "timeRangeLabels"}},
		{"plotSpikeStats", spikeStats, []string{"statDataIn", "histlogy", "histlogx", "histmin", "density", "normfit", "histShading", "legendLabels", "xlim"}},
		{"plotTraces", traces, []string{"scaleBarLoc"}},
		{"plot2Dnet", net2D, []string{"tagsFile"}},
		{"plotConn", conn, []string{"groupByIntervalPre", "groupByIntervalPost", "removeWeightNorm", "connsFile", "tagsFile"}},
		{"plotOverview", overview, nil},
	}
}

// later are NetPyNE's plots that are not made yet.
var later = []string{
	"plotLFP", "plotLFPTimeSeries", "plotLFPPSD", "plotLFPSpectrogram", "plotLFPLocations", "plotCSD", "plotCSDPSD", "plotCSDTimeSeries",
	"plotTimeSeries", "plotTimeSeriesPSD", "plotShape", "plotSyncs", "plotRatePSD", "plotRateSpectrogram", "plotfI", "calculatefI",
	"plotEPSPAmp", "plot2Dfiring", "calculateDisynaptic", "plotDipole", "plotEEG", "plotRxDConcentration", "nTE", "granger", "plotGranger",
	"popAvgRates", "calculateRate",
}

// Names lists the plots that Make can make.
func Names() []string {
	var s []string
	for _, k := range kinds() {
		s = append(s, k.name)
	}
	return s
}

// Make draws the named plot of res into outDir, once in each format ("png",
// "svg"; none means png), and writes the numbers it shows as CSV beside it.
// What cannot be drawn as asked is a warning; a plot of NetPyNE's that is not
// made yet gives only a warning. An interactive name (iplotRaster) stands for
// its still twin.
func Make(res *record.Result, name string, kwargs map[string]any, outDir string, formats []string) (files []string, warnings []string, err error) {
	if len(formats) == 0 {
		formats = []string{"png"}
	}
	for _, f := range formats {
		if f != "png" && f != "svg" {
			return nil, nil, fmt.Errorf("%s: pictures can be png or svg, not %q", name, f)
		}
	}
	still := name
	if strings.HasPrefix(name, "iplot") {
		still = name[1:]
	}
	for _, k := range kinds() {
		if k.name != still {
			continue
		}
		j := &job{res: res, a: newArgs(name, kwargs), dir: outDir, formats: formats, names: map[string]bool{}}
		j.net = newNetwork(res, j.a)
		j.base = j.fileName(still)
		if err := os.MkdirAll(outDir, 0o777); err != nil {
			return nil, nil, err
		}
		if err := k.make(j); err != nil {
			j.batch.Discard()
			if errors.Is(err, errNothing) {
				j.a.rest(k.later)
				return nil, append(j.a.warn, name+": "+err.Error()), nil
			}
			return nil, j.a.warn, fmt.Errorf("%s: %w", name, err)
		}
		j.a.rest(k.later)
		if err := j.batch.Commit(); err != nil {
			return nil, j.a.warn, err
		}
		return j.batch.Files(), j.a.warn, nil
	}
	for _, l := range later {
		if l == still {
			return nil, []string{name + ": this plot is not made yet"}, nil
		}
	}
	return nil, nil, fmt.Errorf("there is no plot %q; known are %s", name, strings.Join(Names(), ", "))
}

// errNothing is the reason of a picture that would be empty.
var errNothing = errors.New("nothing to draw")

func nothing(why string) error { return fmt.Errorf("%w: %s", errNothing, why) }

// job is one call of Make.
type job struct {
	res     *record.Result
	net     *network
	a       *args
	dir     string
	base    string // file name without ending
	formats []string
	batch   wholefile.Batch
	names   map[string]bool // taken, in lower case
}

// fileName is what saveFig says, else the plot's name without "plot". Only
// the last part of a path is used: pictures stay in their folder.
func (j *job) fileName(plot string) string {
	base := strings.TrimPrefix(plot, "plot")
	if base != "2Dnet" {
		base = strings.ToLower(base[:1]) + base[1:]
	}
	if s, ok := j.a.m["saveFig"].(string); ok {
		s = filepath.Base(filepath.ToSlash(s))
		if e := strings.ToLower(filepath.Ext(s)); e == ".png" || e == ".svg" || e == ".jpg" || e == ".eps" || e == ".tiff" || e == ".pdf" {
			s = s[:len(s)-len(e)]
		}
		if s != "" && s != "." && s != ".." && s != "/" {
			base = s
		}
	}
	return base
}

// title is the argument, or def.
func (j *job) title(def string) string { return j.a.string("title", def) }

// save writes a figure in all formats and its numbers as CSV. suffix tells
// several figures of one plot apart.
func (j *job) save(suffix string, f *figure, head []string, rows [][]string) error {
	name, err := j.pictures(suffix, f)
	if err != nil {
		return err
	}
	return j.batch.Write(name+".csv", func(w io.Writer) error {
		c := csv.NewWriter(w)
		c.Write(head)
		c.WriteAll(rows)
		return c.Error()
	})
}

// pictures writes a figure in every format, and returns its path without
// ending.
func (j *job) pictures(suffix string, f *figure) (string, error) {
	if _, given := j.a.get("figSize"); !given {
		f.fit()
	}
	base := j.base + suffix
	for k := 2; j.names[strings.ToLower(base)]; k++ {
		base = fmt.Sprintf("%s%s_%d", j.base, suffix, k)
	}
	j.names[strings.ToLower(base)] = true
	name := filepath.Join(j.dir, base)
	for _, format := range j.formats {
		if err := j.batch.Write(name+"."+format, func(w io.Writer) error { return j.render(w, f, format) }); err != nil {
			return "", err
		}
	}
	return name, nil
}

func (j *job) render(w io.Writer, f *figure, format string) error {
	width, height := vg.Length(f.w)*vg.Inch, vg.Length(f.h)*vg.Inch
	if format == "png" {
		dpi := min(max(j.a.float("dpi", 150), 30), 600)
		c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(int(dpi)))
		f.paint(draw.New(c))
		_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
		return err
	}
	c := vgsvg.New(width, height)
	f.paint(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	// A viewer without the Liberation fonts takes its own of the same widths.
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif")))
	return err
}

func num(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// spikesIn returns the spikes of the given cells in the range, by gid.
func (j *job) spikesIn(gids []int, t0, t1 float64) map[int][]float64 {
	in := map[int]bool{}
	for _, g := range gids {
		in[g] = true
	}
	out := map[int][]float64{}
	for _, s := range j.res.Spikes {
		if in[s.Gid] && s.T >= t0 && s.T <= t1 {
			out[s.Gid] = append(out[s.Gid], s.T)
		}
	}
	return out
}
