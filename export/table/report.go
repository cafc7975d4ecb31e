package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rallsim/rall/internal/npy"
	"github.com/rallsim/rall/runtime/record"
)

// Header describes a report whose samples lie in .npy files: Data has one row
// a sample time and one column an element; Time has the sample times [ms].
type Header struct {
	Label    string    `json:"label"`
	Variable string    `json:"variable"`
	Unit     string    `json:"unit"`
	TimeUnit string    `json:"timeUnit"`
	Data     string    `json:"dataFile"`
	Time     string    `json:"timeFile"`
	Frames   int       `json:"frames"`
	Elements []Element `json:"elements"`
}

// Element is one column of a report.
type Element struct {
	Gid        int     `json:"gid"`
	Population string  `json:"population"`
	NodeID     int     `json:"node_id"`
	Section    string  `json:"section"`
	SectionID  int     `json:"section_id"`
	Pos        float64 `json:"pos"`
}

// WriteHeader writes the header of rep, whose data and times are in the named
// files.
func WriteHeader(w io.Writer, res *record.Result, rep *record.Report, dataFile, timeFile string) error {
	h := Header{Label: rep.Label, Variable: rep.Variable, Unit: rep.Unit, TimeUnit: "ms", Data: dataFile, Time: timeFile,
		Frames: len(rep.Time), Elements: []Element{}}
	type place struct {
		pop  string
		node int
	}
	at := map[int]place{}
	for _, pop := range res.Pops {
		for n, g := range pop.Gids {
			at[g] = place{pop.Name, n}
		}
	}
	for _, e := range rep.Elements {
		p := at[e.Gid]
		h.Elements = append(h.Elements, Element{e.Gid, p.pop, p.node, e.Section, e.SectionID, e.Pos})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(h)
}

// WriteData writes the samples of rep as an array of frames x elements,
// float64 or float32.
func WriteData(w io.Writer, rep *record.Report, float32s bool) error {
	shape := []int{len(rep.Time), len(rep.Elements)}
	if !float32s {
		return npy.Write(w, rep.Data, shape)
	}
	d := make([]float32, len(rep.Data))
	for i, x := range rep.Data {
		d[i] = float32(x)
	}
	return npy.Write(w, d, shape)
}

// WriteTime writes the sample times of rep.
func WriteTime(w io.Writer, rep *record.Report) error {
	return npy.Write(w, rep.Time, []int{len(rep.Time)})
}

// ReadHeader reads a header.
func ReadHeader(r io.Reader) (*Header, error) {
	var h Header
	dec := json.NewDecoder(io.LimitReader(r, 1<<30))
	if err := dec.Decode(&h); err != nil {
		return nil, err
	}
	if h.Data == "" || h.Time == "" {
		return nil, errors.New("not the header of a report: dataFile or timeFile is missing")
	}
	return &h, nil
}

// maxArray bounds an array that is read, in bytes.
const maxArray = 16 << 30

// ReadReport puts a report together from its header and its two arrays.
func ReadReport(h *Header, data, time io.Reader) (*record.Report, error) {
	rep := &record.Report{Label: h.Label, Variable: h.Variable, Unit: h.Unit}
	for _, e := range h.Elements {
		rep.Elements = append(rep.Elements, record.Element{Gid: e.Gid, Section: e.Section, SectionID: e.SectionID, Pos: e.Pos})
	}
	var shape []int
	var err error
	if rep.Time, shape, err = npy.Read(time, maxArray); err != nil {
		return nil, fmt.Errorf("%s: %w", h.Time, err)
	}
	if len(shape) != 1 {
		return nil, fmt.Errorf("%s: shape %v, expected one dimension", h.Time, shape)
	}
	if rep.Data, shape, err = npy.Read(data, maxArray); err != nil {
		return nil, fmt.Errorf("%s: %w", h.Data, err)
	}
	if len(shape) != 2 || shape[0] != len(rep.Time) || shape[1] != len(rep.Elements) {
		return nil, fmt.Errorf("%s: shape %v, expected %d x %d", h.Data, shape, len(rep.Time), len(rep.Elements))
	}
	return rep, nil
}
