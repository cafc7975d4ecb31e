package rall

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rallsim/rall/analysis/plot"
	"github.com/rallsim/rall/internal/wholefile"
	"github.com/rallsim/rall/protocol"
)

// Protocols are the reports of one cell, as they are written.
type Protocols struct {
	Cell    string           `json:"cell"`
	File    string           `json:"file"`
	Version string           `json:"rallVersion"`
	Args    []string         `json:"commandLine"`
	Celsius float64          `json:"celsius"`
	VInit   float64          `json:"v_init"`
	Dt      float64          `json:"dt"`
	At      string           `json:"stimulus"`
	Reports []ProtocolReport `json:"protocols"`
}

// ProtocolReport is a report with a name of its own, by which its files are
// called.
type ProtocolReport struct {
	Name     string             `json:"name"`
	Title    string             `json:"title"`
	Values   []protocol.Value   `json:"values,omitempty"`
	Table    *JSONTable         `json:"table,omitempty"`
	Features []ProtocolFeatures `json:"features,omitempty"`
	Notes    []string           `json:"notes,omitempty"`

	report *protocol.Report
}

// JSONTable is a table whose missing numbers are null.
type JSONTable struct {
	Key     *protocol.Column  `json:"key,omitempty"`
	Columns []protocol.Column `json:"columns"`
	Keys    []string          `json:"keys,omitempty"`
	Rows    [][]*float64      `json:"rows"`
}

// ProtocolFeatures are those of one sweep.
type ProtocolFeatures struct {
	Sweep string `json:"sweep"`
	protocol.Stimulus
	Features []protocol.Measured `json:"features"`
}

// Add adds a report, under its own name or that with a number.
func (p *Protocols) Add(r *protocol.Report) {
	r.Finite()
	out := ProtocolReport{Name: r.Name, Title: r.Title, Values: r.Values, Notes: r.Notes, report: r}
	n := 1
	for i := range p.Reports {
		if p.Reports[i].report.Name == r.Name {
			n++
		}
	}
	if n > 1 {
		out.Name = fmt.Sprintf("%s_%d", r.Name, n)
	}
	if t := r.Table; t != nil {
		out.Table = &JSONTable{Columns: t.Columns, Keys: t.Keys, Rows: [][]*float64{}}
		if t.Keys != nil {
			out.Table.Key = &t.Key
		}
		for _, row := range t.Rows {
			cells := make([]*float64, len(row))
			for i := range row {
				if !math.IsNaN(row[i]) {
					cells[i] = &row[i]
				}
			}
			out.Table.Rows = append(out.Table.Rows, cells)
		}
	}
	for i := range r.Sweeps {
		if s := &r.Sweeps[i]; len(s.Features) > 0 {
			out.Features = append(out.Features, ProtocolFeatures{s.Label, s.Stimulus, s.Features})
		}
	}
	p.Reports = append(p.Reports, out)
}

// JSON writes everything but traces.
func (p *Protocols) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(p)
}

// CSV writes values, tables, and features that were chosen by name, a line for
// each number.
func (p *Protocols) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write([]string{"protocol", "row", "quantity", "value", "unit"})
	for i := range p.Reports {
		r := &p.Reports[i]
		for _, v := range r.Values {
			c.Write([]string{r.Name, "", v.Name, number(v.Value), v.Unit})
		}
		if t := r.report.Table; t != nil {
			for k, row := range t.Rows {
				key := number(row[0])
				if t.Keys != nil {
					key = t.Keys[k]
				}
				for j, x := range row {
					if !math.IsNaN(x) {
						c.Write([]string{r.Name, key, t.Columns[j].Name, number(x), t.Columns[j].Unit})
					}
				}
			}
		}
		if !r.report.Named {
			continue
		}
		for _, s := range r.Features {
			for _, f := range s.Features {
				for k, x := range f.X {
					name := f.Name
					if len(f.X) > 1 {
						name = fmt.Sprintf("%s[%d]", f.Name, k)
					}
					c.Write([]string{r.Name, number(s.Current), name, number(x), f.Unit})
				}
			}
		}
	}
	c.Flush()
	return c.Error()
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// Write writes everything into a folder: protocols.json; features.csv and
// features.json; and of each protocol its table, traces and pictures.
func (p *Protocols) Write(dir string) (files []string, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	var batch wholefile.Batch
	write := func(name string, f func(w io.Writer) error) {
		if err == nil {
			err = batch.Write(filepath.Join(dir, name), f)
		}
	}
	write("protocols.json", p.JSON)
	write("features.json", p.featuresJSON)
	write("features.csv", p.featuresCSV)
	for i := range p.Reports {
		r := &p.Reports[i]
		if r.report.Table != nil {
			write(r.Name+".csv", r.report.Table.WriteCSV)
		}
		if len(r.report.Sweeps) > 0 {
			write(r.Name+"_traces.csv", r.report.WriteTraces)
		}
	}
	if err == nil {
		err = batch.Commit()
	}
	if err != nil {
		batch.Discard()
		return nil, err
	}
	files = batch.Files()
	for i := range p.Reports {
		r := &p.Reports[i]
		for k := range r.report.Charts {
			c := &r.report.Charts[k]
			chart := &plot.LineChart{Title: c.Title, XLabel: c.XLabel, YLabel: c.YLabel, Dots: c.Dots, Within: c.Within}
			for _, l := range c.Curves {
				chart.Lines = append(chart.Lines, plot.Line(l))
			}
			name := r.Name
			if c.Name != r.report.Name {
				name += "_" + c.Name
			}
			made, err := plot.DrawLines(chart, dir, name, plotFormats)
			if err != nil {
				return files, err
			}
			files = append(files, made...)
		}
	}
	return files, nil
}

// featuresJSON writes features by protocol, sweep and name: null where there is
// none.
func (p *Protocols) featuresJSON(w io.Writer) error {
	out := map[string]map[string]map[string][]float64{}
	for i := range p.Reports {
		r := &p.Reports[i]
		for _, s := range r.Features {
			if out[r.Name] == nil {
				out[r.Name] = map[string]map[string][]float64{}
			}
			m := map[string][]float64{}
			for _, f := range s.Features {
				m[f.Name] = f.X
			}
			out[r.Name][s.Sweep] = m
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func (p *Protocols) featuresCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write([]string{"protocol", "sweep", "feature", "index", "value", "unit"})
	for i := range p.Reports {
		r := &p.Reports[i]
		for _, s := range r.Features {
			for _, f := range s.Features {
				for k, x := range f.X {
					c.Write([]string{r.Name, s.Sweep, f.Name, strconv.Itoa(k), number(x), f.Unit})
				}
			}
		}
	}
	c.Flush()
	return c.Error()
}
