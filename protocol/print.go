package protocol

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Print writes a report for people; of a table's rows at most as many as most
// (0: all).
func (r *Report) Print(w io.Writer, most int) {
	fmt.Fprintln(w, r.Title)
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, v := range r.Values {
		note := v.Note
		if note != "" {
			note = "(" + note + ")"
		}
		fmt.Fprintf(tw, "  %s\t%.6g %s\t%s\n", v.Name, v.Value, v.Unit, note)
	}
	tw.Flush()
	if r.Table != nil {
		r.Table.print(w, most)
	}
	if r.Named {
		r.printFeatures(w, most)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, "  note: "+n)
	}
}

// printFeatures writes the features of the sweeps, a row each; several values stand
// one after the other.
func (r *Report) printFeatures(w io.Writer, most int) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for i := range r.Sweeps {
		s := &r.Sweeps[i]
		for k := range s.Features {
			label := s.Label
			if k > 0 {
				label = ""
			}
			f := &s.Features[k]
			text := "- (" + f.Why + ")"
			if f.X != nil {
				text = ""
				for n, x := range f.X {
					if most > 0 && n == most {
						text += fmt.Sprintf(" \u2026 (%d in all)", len(f.X))
						break
					}
					text += fmt.Sprintf(" %.6g", x)
				}
				text += " " + f.Unit
			}
			fmt.Fprintf(tw, "  %s\t%s\t%s\n", label, f.Name, strings.TrimSpace(text))
		}
	}
	tw.Flush()
}

func (t *Table) print(w io.Writer, most int) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	if t.Keys != nil {
		fmt.Fprintf(tw, "  %s\t", t.Key.Name)
	}
	for _, c := range t.Columns {
		name := c.Name
		if c.Unit != "" {
			name += " [" + c.Unit + "]"
		}
		fmt.Fprintf(tw, "  %s\t", name)
	}
	fmt.Fprintln(tw)
	shown := len(t.Rows)
	if most > 0 {
		shown = min(shown, most)
	}
	for i := range shown {
		// A long table is thinned out: first and last rows are in it.
		k := i
		if shown < len(t.Rows) {
			k = i * (len(t.Rows) - 1) / max(shown-1, 1)
		}
		if t.Keys != nil {
			fmt.Fprintf(tw, "  %s\t", t.Keys[k])
		}
		for _, x := range t.Rows[k] {
			if math.IsNaN(x) {
				fmt.Fprint(tw, "  -\t")
			} else if math.Abs(x) < 1e-12 {
				fmt.Fprint(tw, "  0\t") // or a sum's rounding
			} else {
				fmt.Fprintf(tw, "  %.5g\t", x)
			}
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
	if shown < len(t.Rows) {
		fmt.Fprintf(w, "  (%d of %d rows; --json, --csv and -o have all)\n", shown, len(t.Rows))
	}
	t.printLegend(w)
}

// printLegend says which columns are features of eFEL, and which ones.
func (t *Table) printLegend(w io.Writer) {
	line := "  by eFEL, of spikes within the stimulus:"
	n := 0
	for _, c := range t.Columns {
		if c.Feature == "" {
			continue
		}
		if n++; n > 1 {
			line += ","
		}
		if what := " " + c.Name + " = " + c.Feature; len(line)+len(what) < 110 {
			line += what
		} else {
			fmt.Fprintln(w, line)
			line = "   " + what
		}
	}
	if n > 0 {
		fmt.Fprintln(w, line)
	}
}

func num(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// WriteCSV writes a table as it is, units in its head.
func (t *Table) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	var head []string
	if t.Keys != nil {
		head = append(head, t.Key.Name)
	}
	for _, q := range t.Columns {
		if q.Unit != "" {
			head = append(head, q.Name+" ("+q.Unit+")")
		} else {
			head = append(head, q.Name)
		}
	}
	c.Write(head)
	for i, r := range t.Rows {
		var row []string
		if t.Keys != nil {
			row = append(row, t.Keys[i])
		}
		for _, x := range r {
			row = append(row, num(x))
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

// WriteTraces writes the traces of all sweeps, which have the same times, a
// column each.
func (r *Report) WriteTraces(w io.Writer) error {
	c := csv.NewWriter(w)
	head := []string{"t (ms)"}
	for i := range r.Sweeps {
		for _, t := range r.Sweeps[i].Traces {
			head = append(head, fmt.Sprintf("%s, %s (%s)", r.Sweeps[i].Label, t.Name, t.Unit))
		}
	}
	c.Write(head)
	row := make([]string, len(head))
	for k, at := range r.Sweeps[0].T {
		row[0] = num(at)
		j := 1
		for i := range r.Sweeps {
			for _, t := range r.Sweeps[i].Traces {
				row[j] = num(t.X[k])
				j++
			}
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}
