package results

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	sonataexport "github.com/rallsim/rall/export/sonata"
	"github.com/rallsim/rall/export/table"
	"github.com/rallsim/rall/runtime/record"
)

// ReadFolder reads a result back from its folder. The main program must have
// called h5.MaybeChild.
func ReadFolder(dir string) (*record.Result, error) {
	ix, err := readIndex(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range ix.Files.all() {
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("%s: %q is not a file of this folder", filepath.Join(dir, runFile), name)
		}
	}
	res := &record.Result{Run: ix.Run, Pops: ix.Populations}
	path := filepath.Join(dir, ix.Files.Spikes)
	if filepath.Ext(path) == ".h5" {
		res.Spikes, err = sonataexport.Spikes(path, res.Pops)
	} else {
		err = with(path, func(r io.Reader) (e error) { res.Spikes, e = table.ReadSpikes(r); return })
	}
	if err != nil {
		return nil, err
	}
	if err := with(filepath.Join(dir, ix.Files.Cells), func(r io.Reader) (e error) { res.Cells, e = table.ReadCells(r, res.Pops); return }); err != nil {
		return nil, err
	}
	if n := ix.Files.Conns; n != "" {
		res.Conns = []record.Conn{}
		if err := with(filepath.Join(dir, n), func(r io.Reader) error {
			c, e := table.ReadConns(r)
			res.Conns = append(res.Conns, c...)
			return e
		}); err != nil {
			return nil, err
		}
	}
	if n := ix.Files.Stims; n != "" {
		res.Stims = []record.Train{}
		if err := with(filepath.Join(dir, n), func(r io.Reader) error {
			s, e := table.ReadStims(r)
			res.Stims = append(res.Stims, s...)
			return e
		}); err != nil {
			return nil, err
		}
	}
	for _, r := range ix.Files.Reports {
		rep, err := readReport(dir, r)
		if err == nil && rep == nil {
			rep, err = sonataexport.Report(filepath.Join(dir, r.File), res.Pops)
		}
		if err != nil {
			return nil, err
		}
		rep.Label, rep.Variable, rep.Unit = r.Label, r.Variable, r.Unit
		res.Reports = append(res.Reports, *rep)
	}
	if err := checkGids(res); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return res, nil
}

// readReport reads a report kept as tables; nil for one in SONATA.
func readReport(dir string, r reportFile) (*record.Report, error) {
	if filepath.Ext(r.File) == ".h5" {
		return nil, nil
	}
	var h *table.Header
	if err := with(filepath.Join(dir, r.File), func(f io.Reader) (e error) { h, e = table.ReadHeader(f); return }); err != nil {
		return nil, err
	}
	if !filepath.IsLocal(h.Data) || !filepath.IsLocal(h.Time) {
		return nil, fmt.Errorf("%s: its arrays are not files of this folder", filepath.Join(dir, r.File))
	}
	data, err := os.Open(filepath.Join(dir, h.Data))
	if err != nil {
		return nil, err
	}
	defer data.Close()
	time, err := os.Open(filepath.Join(dir, h.Time))
	if err != nil {
		return nil, err
	}
	defer time.Close()
	rep, err := table.ReadReport(h, data, time)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return rep, nil
}

func readIndex(dir string) (*index, error) {
	path := filepath.Join(dir, runFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s is not a result folder: %w", dir, err)
	}
	var ix index
	if err := json.Unmarshal(text, &ix); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if ix.Format != format {
		return nil, fmt.Errorf("%s: format %q, this program reads %q", path, ix.Format, format)
	}
	if ix.Files.Spikes == "" || ix.Files.Cells == "" {
		return nil, fmt.Errorf("%s: it names no spikes or no cells", path)
	}
	return &ix, nil
}

// with opens a file and puts its name before any error.
func with(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := read(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// checkGids makes sure that whoever reads the result can index by gid and by
// population.
func checkGids(res *record.Result) error {
	pop := map[int]bool{}
	for _, p := range res.Pops {
		for _, g := range p.Gids {
			if g < 0 || pop[g] {
				return fmt.Errorf("run.json: gid %d of population %q is negative or there twice", g, p.Name)
			}
			pop[g] = true
		}
	}
	for _, s := range res.Spikes {
		if !pop[s.Gid] {
			return fmt.Errorf("a spike of gid %d, which is in no population", s.Gid)
		}
	}
	for _, c := range res.Cells {
		if !pop[c.Gid] {
			return fmt.Errorf("cells.csv has gid %d, which is in no population", c.Gid)
		}
	}
	for _, r := range res.Reports {
		for _, e := range r.Elements {
			if !pop[e.Gid] {
				return fmt.Errorf("report %q has gid %d, which is in no population", r.Label, e.Gid)
			}
		}
	}
	return nil
}

func sortedNames(m map[string][]byte) []string {
	s := make([]string, 0, len(m))
	for k := range m {
		s = append(s, k)
	}
	sort.Strings(s)
	return s
}
