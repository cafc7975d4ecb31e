package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/runtime/record"
)

// summary is what a run ends with.
type summary struct {
	Trial       int                `json:"trial"`
	Folder      string             `json:"folder"`
	Cells       int                `json:"cells"`
	CVs         int                `json:"cvs"`
	Connections int                `json:"connections"`
	Synapses    int                `json:"synapses"`
	Spikes      int                `json:"spikes"`
	Rates       map[string]float64 `json:"rates_Hz"`
	Build       float64            `json:"build_s"`
	Run         float64            `json:"run_s"`
	Reached     float64            `json:"reached_ms"`
	Stopped     bool               `json:"stopped,omitempty"` // before its end
	Ratio       float64            `json:"realTimeRatio"`     // model time over wall time
	Files       []string           `json:"files"`

	pops      []string // in order
	plotError error
	written   bool
}

func summarize(res *record.Result, dir string, files []string) summary {
	r := &res.Run
	s := summary{Trial: r.Trial, Folder: dir, Cells: r.Cells, CVs: r.CVs, Connections: r.Connections, Synapses: r.Synapses,
		Spikes: len(res.Spikes), Rates: results.Rates(res), Build: r.BuildTime, Run: r.RunTime, Reached: round(r.Reached), Files: files}
	if r.RunTime > 0 {
		s.Ratio = r.Reached / 1000 / r.RunTime
	}
	for _, p := range res.Pops {
		if _, ok := s.Rates[p.Name]; ok {
			s.pops = append(s.pops, p.Name)
		}
	}
	return s
}

// names lists the populations that have a rate, in the model's order where that
// is known.
func (s *summary) names() []string {
	if s.pops == nil {
		return slices.Sorted(maps.Keys(s.Rates))
	}
	return s.pops
}

func (s *summary) size() string {
	return fmt.Sprintf("%s, %s, %s, %s", plural(s.Cells, "cell"), plural(s.CVs, "CV"), plural(s.Connections, "connection"), plural(s.Synapses, "synapse"))
}

func (s *summary) print(w io.Writer) {
	fmt.Fprintln(w, s.size())
	fmt.Fprintf(w, "%s in %g ms\n", plural(s.Spikes, "spike"), s.Reached)
	width := nameWidth(s.pops)
	for _, name := range s.pops {
		fmt.Fprintf(w, "  %-*s %8.3f Hz\n", width, name, s.Rates[name])
	}
	if s.Run > 0 { // not known of a run that was recovered
		fmt.Fprintf(w, "built in %s, ran in %s: %.3g times real time\n", seconds(s.Build), seconds(s.Run), s.Ratio)
	}
	fmt.Fprintf(w, "wrote %s: %s\n", s.Folder, fileList(s.Files))
}

// printTrial is one line of several trials.
func (s *summary) printTrial(w io.Writer, first bool) {
	if first {
		fmt.Fprintf(w, "%s; built in %s\n", s.size(), seconds(s.Build))
	}
	fmt.Fprintf(w, "trial %d: %s in %g ms, ran in %s: %.3g times real time; wrote %s\n", s.Trial, plural(s.Spikes, "spike"), s.Reached, seconds(s.Run), s.Ratio, s.Folder)
}

// fileList names files on one line, those that differ in the ending only as
// one: spikes.h5 raster.{png,svg,csv}.
func fileList(paths []string) string {
	var stems []string
	ends := map[string][]string{}
	for _, p := range paths {
		name := filepath.Base(p)
		end := filepath.Ext(name)
		stem := strings.TrimSuffix(name, end)
		if ends[stem] == nil {
			stems = append(stems, stem)
		}
		ends[stem] = append(ends[stem], end)
	}
	for i, stem := range stems {
		if e := ends[stem]; len(e) > 1 {
			stems[i] = stem + ".{" + strings.ReplaceAll(strings.Join(e, ","), ".", "") + "}"
		} else {
			stems[i] = stem + e[0]
		}
	}
	return strings.Join(stems, " ")
}

func nameWidth(names []string) int {
	n := 12
	for _, s := range names {
		n = max(n, len([]rune(s)))
	}
	return n
}

func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

func seconds(x float64) string { return fmt.Sprintf("%.3g s", x) }

func printJSON(v any) { fmt.Print(string(jsonText(v))) }

// jsonText is indented JSON in which "A->B" stays readable.
func jsonText(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		panic("BUG: " + err.Error())
	}
	return b.Bytes()
}

// plural counts things: 1 cell, 2 cells.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
