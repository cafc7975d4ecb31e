// Package results keeps a whole result in one folder.
//
// In: record.Result and the texts that go with it (the resolved model). Out:
// run.json with the run, the populations (node ids to gids) and the names of
// the other files; cells.csv, connections.csv and stims.csv; spikes and
// reports as SONATA (spikes.h5, <label>.h5) or, without HDF5 or on request,
// as tables (spikes.csv, <label>.json with <label>.npy and <label>.time.npy).
// Next: `rall plot`, which reads the folder back, and the user's own tools.
//
// All files are written under temporary names and renamed at the end, so a
// full disk leaves nothing half-written.
package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rallsim/rall/export/netpyne"
	sonataexport "github.com/rallsim/rall/export/sonata"
	"github.com/rallsim/rall/export/table"
	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/internal/wholefile"
	"github.com/rallsim/rall/runtime/record"
)

// Options says how a folder is written. The zero value is what a run does by
// default.
type Options struct {
	Tables   bool              // CSV and .npy instead of SONATA, also where HDF5 is there
	Float32  bool              // reports with 7 digits only, much smaller
	Deflate  int               // compression of the float64 samples of SONATA reports, 0 none to 9
	SimData  bool              // NetPyNE's JSON too
	Force    bool              // replace the results that the folder holds
	Texts    map[string][]byte // further files by name, e.g. the resolved model
	Warnings []string          // what the run warned of, kept in run.json
}

const (
	runFile = "run.json"
	format  = "rall result 1"
)

// index is run.json.
type index struct {
	Format      string             `json:"format"`
	Run         record.Run         `json:"run"`
	Populations []record.Pop       `json:"populations"`
	Spikes      int                `json:"spikes"`
	Rates       map[string]float64 `json:"popRates_Hz"`
	Warnings    []string           `json:"warnings,omitempty"`
	Files       files              `json:"files"`
}

// text is the index as people read it: indented, but a list of numbers on one
// line.
func (ix *index) text() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(ix); err != nil {
		return nil, err
	}
	var out []byte
	lines := strings.Split(b.String(), "\n")
	for i := 0; i < len(lines); i++ {
		out = append(out, lines[i]...)
		if strings.HasSuffix(lines[i], "\"gids\": [") {
			for i++; strings.TrimSpace(lines[i])[0] != ']'; i++ {
				out = append(out, strings.TrimSpace(lines[i])...)
			}
			out = append(out, strings.TrimSpace(lines[i])...)
		}
		if i < len(lines)-1 {
			out = append(out, '\n')
		}
	}
	return out, nil
}

type files struct {
	Spikes  string       `json:"spikes"`
	Reports []reportFile `json:"reports"`
	Cells   string       `json:"cells"`
	Conns   string       `json:"connections,omitempty"`
	Stims   string       `json:"stims,omitempty"`
	Others  []string     `json:"others,omitempty"`
}

type reportFile struct {
	Label    string   `json:"label"`
	Variable string   `json:"variable"`
	Unit     string   `json:"unit"`
	File     string   `json:"file"`
	Parts    []string `json:"parts,omitempty"` // further files of this report
}

// all lists every file of a folder but run.json.
func (f *files) all() []string {
	var s []string
	for _, n := range []string{f.Spikes, f.Cells, f.Conns, f.Stims} {
		if n != "" {
			s = append(s, n)
		}
	}
	for _, r := range f.Reports {
		s = append(append(s, r.File), r.Parts...)
	}
	return append(s, f.Others...)
}

// ErrExists says that a folder is in use.
var ErrExists = errors.New("holds files already")

// CheckFolder says whether dir is free for results, so that a run can find
// out before it has computed anything: ErrExists if it holds anything but
// hidden files.
func CheckFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		if info, serr := os.Stat(dir); serr == nil && !info.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
		return err
	}
	for _, e := range entries {
		if e.Name() == unfinishedDir {
			return fmt.Errorf("%s %w: a run that has not finished (rall recover %s makes results of it, rall resume %[1]s goes on with it)", dir, ErrExists, dir)
		}
		if !strings.HasPrefix(e.Name(), ".") {
			return fmt.Errorf("%s %w (%s)", dir, ErrExists, e.Name())
		}
	}
	return nil
}

// WriteText writes one more file beside the results, whole or not at all.
func WriteText(path string, content func(io.Writer) error) error {
	return wholefile.Write(path, content)
}

// AddFiles enters files that were made later, such as plots, into a folder's
// run.json, so that they go with the result when it is replaced.
func AddFiles(dir string, paths []string) error {
	ix, err := readIndex(dir)
	if err != nil {
		return err
	}
	known := ix.Files.all()
	n := len(known)
	for _, p := range paths {
		if name := filepath.Base(p); !slices.Contains(known, name) {
			known = append(known, name)
			ix.Files.Others = append(ix.Files.Others, name)
		}
	}
	if len(known) == n {
		return nil
	}
	text, err := ix.text()
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(dir, runFile), func(w io.Writer) error { _, err := w.Write(text); return err })
}

// Remove removes the results that a folder holds, and the folder if nothing
// else is in it. A folder without results stays as it is.
func Remove(dir string) {
	os.RemoveAll(filepath.Join(dir, unfinishedDir))
	ix, err := readIndex(dir)
	if err != nil {
		return
	}
	for _, name := range append(ix.Files.all(), runFile) {
		if filepath.IsLocal(name) {
			os.Remove(filepath.Join(dir, name))
		}
	}
	os.Remove(dir)
}

// WriteFolder writes res into dir, which it makes if need be, and returns the
// paths of the files. Without Force it replaces nothing.
func WriteFolder(dir string, res *record.Result, opt Options) (paths []string, err error) {
	if err := CheckFolder(dir); err != nil && !(opt.Force && errors.Is(err, ErrExists)) {
		return nil, err
	}
	_, statErr := os.Stat(dir)
	fresh := statErr != nil
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	var old []string
	if opt.Force {
		if ix, err := readIndex(dir); err == nil {
			old = ix.Files.all()
		}
	}
	w := &writer{dir: dir, res: res, opt: opt, used: map[string]bool{}}
	defer func() {
		if err != nil {
			w.batch.Discard()
			if fresh {
				os.Remove(dir)
			}
		}
	}()
	if err := w.write(); err != nil {
		return nil, err
	}
	if err := w.batch.Commit(); err != nil {
		return nil, err
	}
	// What an earlier run left and this one did not replace would belong to
	// no run.
	for _, name := range old {
		if filepath.IsLocal(name) && !w.used[strings.ToLower(name)] {
			os.Remove(filepath.Join(dir, name))
		}
	}
	return w.batch.Files(), nil
}

type writer struct {
	dir   string
	res   *record.Result
	opt   Options
	batch wholefile.Batch
	used  map[string]bool // names taken, in lower case
}

func (w *writer) write() error {
	res := w.res
	for _, n := range []string{runFile, "cells.csv", "connections.csv", "stims.csv", "spikes.csv", "spikes.h5", "simdata.json"} {
		w.used[n] = true
	}
	ix := index{Format: format, Run: res.Run, Populations: res.Pops, Spikes: len(res.Spikes), Rates: Rates(res), Warnings: w.opt.Warnings}
	ix.Files.Reports = []reportFile{}
	if ix.Populations == nil {
		ix.Populations = []record.Pop{}
	}
	tables := w.opt.Tables || !h5.Available

	type step struct {
		name string
		text func(io.Writer) error // one of text and file
		file func(path string) error
	}
	var steps []step
	text := func(name string, f func(io.Writer) error) { steps = append(steps, step{name: name, text: f}) }
	file := func(name string, f func(string) error) { steps = append(steps, step{name: name, file: f}) }

	if tables {
		ix.Files.Spikes = "spikes.csv"
		text(ix.Files.Spikes, func(o io.Writer) error { return table.WriteSpikes(o, res) })
	} else {
		ix.Files.Spikes = "spikes.h5"
		file(ix.Files.Spikes, func(p string) error { return sonataexport.WriteSpikes(p, res) })
	}
	for i := range res.Reports {
		rep := &res.Reports[i]
		r := reportFile{Label: rep.Label, Variable: rep.Variable, Unit: rep.Unit}
		if tables {
			base := w.name(rep.Label, ".json", ".npy", ".time.npy")
			r.File, r.Parts = base+".json", []string{base + ".npy", base + ".time.npy"}
			text(r.File, func(o io.Writer) error { return table.WriteHeader(o, res, rep, r.Parts[0], r.Parts[1]) })
			text(r.Parts[0], func(o io.Writer) error { return table.WriteData(o, rep, w.opt.Float32) })
			text(r.Parts[1], func(o io.Writer) error { return table.WriteTime(o, rep) })
		} else {
			r.File = w.name(rep.Label, ".h5") + ".h5"
			opt := sonataexport.ReportOptions{Float32: w.opt.Float32, Deflate: w.opt.Deflate}
			file(r.File, func(p string) error { return sonataexport.WriteReport(p, res, rep, opt) })
		}
		ix.Files.Reports = append(ix.Files.Reports, r)
	}
	ix.Files.Cells = "cells.csv"
	text(ix.Files.Cells, func(o io.Writer) error { return table.WriteCells(o, res) })
	if res.Conns != nil {
		ix.Files.Conns = "connections.csv"
		text(ix.Files.Conns, func(o io.Writer) error { return table.WriteConns(o, res) })
	}
	if res.Stims != nil {
		ix.Files.Stims = "stims.csv"
		text(ix.Files.Stims, func(o io.Writer) error { return table.WriteStims(o, res) })
	}
	if w.opt.SimData {
		ix.Files.Others = append(ix.Files.Others, "simdata.json")
		text("simdata.json", func(o io.Writer) error { return netpyne.Write(o, res) })
	}
	for _, name := range sortedNames(w.opt.Texts) {
		if !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) || w.used[strings.ToLower(name)] {
			return fmt.Errorf("BUG: %q is no name for a file beside the results", name)
		}
		w.used[strings.ToLower(name)] = true
		ix.Files.Others = append(ix.Files.Others, name)
		text(name, func(o io.Writer) error { _, err := o.Write(w.opt.Texts[name]); return err })
	}
	// run.json comes last: a folder with it is complete.
	text(runFile, func(o io.Writer) error {
		b, err := ix.text()
		if err != nil {
			return err
		}
		_, err = o.Write(b)
		return err
	})

	for _, s := range steps {
		path := filepath.Join(w.dir, s.name)
		var err error
		if s.text != nil {
			err = w.batch.Write(path, s.text)
		} else if err = s.file(w.batch.Temp(path)); err != nil {
			err = fmt.Errorf("write %s: %w", path, plain(err))
		}
		if err != nil {
			return err
		}
	}
	w.used = map[string]bool{runFile: true}
	for _, n := range ix.Files.all() {
		w.used[strings.ToLower(n)] = true
	}
	return nil
}

// plain drops what only repeats the (temporary) name of the file.
func plain(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// name turns a label into a file name without its ending, different from all
// that are taken, also where upper and lower case are one.
func (w *writer) name(label string, endings ...string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-+=@", r), r > 127:
			return r
		}
		return '_'
	}, label)
	clean = strings.TrimLeft(clean, ".")
	if clean == "" {
		clean = "report"
	}
	base := clean
	for k := 2; ; k++ {
		free := true
		for _, e := range endings {
			free = free && !w.used[strings.ToLower(base+e)]
		}
		if free {
			break
		}
		base = fmt.Sprintf("%s_%d", clean, k)
	}
	for _, e := range endings {
		w.used[strings.ToLower(base+e)] = true
	}
	return base
}

// Rates returns the mean rate of each population that has cells [Hz].
func Rates(res *record.Result) map[string]float64 {
	pop := map[int]int{}
	for p, q := range res.Pops {
		for _, g := range q.Gids {
			pop[g] = p
		}
	}
	n := make([]int, len(res.Pops))
	for _, s := range res.Spikes {
		if p, ok := pop[s.Gid]; ok {
			n[p]++
		}
	}
	m := map[string]float64{}
	// The accumulated time misses the asked one by rounding.
	span := res.Run.Reached
	if d := res.Run.Duration - span; d < res.Run.Dt && -d < res.Run.Dt {
		span = res.Run.Duration
	}
	for p, q := range res.Pops {
		if len(q.Gids) > 0 && span > 0 {
			m[q.Name] = float64(n[p]) / float64(len(q.Gids)) / (span / 1000)
		}
	}
	return m
}
