// Package golden reads the reference results of corpus/: what a reference
// simulator computed for a model, in the format that tools/oracle/README.md
// describes.
//
// In: a folder corpus/<model>/golden/<oracle>-<version>. Out: columns, spikes
// and traces in plain Go. Next: the tests beside package validate compare
// them with what rall computes.
package golden

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rallsim/rall/internal/npy"
)

// Column is one value per row.
type Column []any

// UnmarshalJSON expands the short forms of a column.
func (c *Column) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '[' {
		var list []any
		if err := json.Unmarshal(text, &list); err != nil {
			return err
		}
		*c = list
		return nil
	}
	var short struct {
		Dict  []any
		Index []int
		N     int
		Range []int
	}
	if err := json.Unmarshal(text, &short); err != nil {
		return err
	}
	switch {
	case short.Range != nil:
		for i := short.Range[0]; i < short.Range[1]; i++ {
			*c = append(*c, float64(i))
		}
	case short.Index != nil:
		for _, i := range short.Index {
			*c = append(*c, short.Dict[i])
		}
	default:
		for i := 0; i < short.N; i++ {
			*c = append(*c, short.Dict[0])
		}
	}
	return nil
}

// Num returns row i as a number; ok is false for null and text.
func (c Column) Num(i int) (x float64, ok bool) {
	if i >= len(c) {
		return 0, false
	}
	x, ok = c[i].(float64)
	return x, ok
}

// Int returns row i as an integer, -1 for null.
func (c Column) Int(i int) int {
	if x, ok := c.Num(i); ok {
		return int(x)
	}
	return -1
}

// Str returns row i as text, "" for null.
func (c Column) Str(i int) string {
	if i >= len(c) {
		return ""
	}
	s, _ := c[i].(string)
	return s
}

// Spikes are spike times [ms] and the gids that fired.
type Spikes struct {
	T   []float64
	Gid Column
}

// Cells are the cells of a network.
type Cells struct {
	Gid, Pop, X, Y, Z Column
	Tags              map[string]Column
}

// Conns are connections in order of creation.
type Conns struct {
	N                                    int
	PreGid, PostGid, Sec, Loc            Column
	Weight, Delay, SynMech, Label, SynCV Column
	PreLabel                             Column
}

// NetStims are the trains of stimulators [ms].
type NetStims struct {
	Stim Column
	T    [][]float64
}

// Trace tells which cells a trace file holds.
type Trace struct{ Cells []any }

// Row describes a row of NEURON's traces.npy. Sampled is its row in
// sampled.npy, where a recorder with the spec's step sees other values, else 0.
type Row struct {
	Label, Sec, Mech, Var string
	Sampled               int
}

// Meta is meta.json.
type Meta struct {
	Oracle     string
	Spec       []string
	Cells      int
	Conns      int
	Spikes     int
	Traces     map[string]Trace
	Rows       []Row
	Dt         float64               `json:"dt_ms"`
	TraceMs    float64               `json:"trace_ms"`
	FullDt     *struct{ Gids []int } `json:"full_dt"`
	Divergence []struct {
		Delta     float64 `json:"delta_mV"`
		FirstDiff *int    `json:"first_difference"`
	}
}

// Read decodes a JSON file of a golden folder.
func Read(dir, name string, into any) error {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, name), err)
	}
	return nil
}

// Rows reads a two-dimensional .npy file as its rows.
func Rows(path string) ([][]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, shape, err := npy.Read(f, 1<<28)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(shape) != 2 {
		return nil, fmt.Errorf("%s: %d dimensions, want 2", path, len(shape))
	}
	rows := make([][]float64, shape[0])
	for i := range rows {
		rows[i] = data[i*shape[1] : (i+1)*shape[1]]
	}
	return rows, nil
}
