package sonata

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rallsim/rall/ir/diag"
)

// csvTable is a table of node or edge types.
type csvTable struct {
	file    string
	columns []string
	rows    [][]string // "" where nothing is given
	lines   []int
}

// parseCSV reads SONATA's CSV: columns separated by spaces or tabs, "
// around a cell, "" for a quote in it, the names of the columns in the first
// row. NULL, NONE and an empty cell mean that nothing is given.
func parseCSV(file string, src []byte, diags *diag.List) *csvTable {
	t := &csvTable{file: file}
	if !utf8.Valid(src) {
		diags.Errorf(diag.Syntax, diag.Pos{File: file}, "the table is not text in UTF-8")
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	ok := true
	for n, line := range strings.Split(string(src), "\n") {
		line = strings.TrimSuffix(line, "\r")
		cells, quoted, col := splitCSV(line)
		if col > 0 {
			diags.Errorf(diag.Syntax, diag.Pos{File: file, Line: n + 1, Col: col}, "a quote without its end, or something right behind it")
			ok = false
			continue
		}
		if len(cells) == 0 {
			continue
		}
		if t.columns == nil {
			t.columns = cells
			seen := map[string]bool{}
			for _, c := range cells {
				if seen[c] {
					diags.Errorf(diag.Duplicate, diag.Pos{File: file, Line: n + 1}, "two columns are called %q", c)
					ok = false
				}
				seen[c] = true
			}
			continue
		}
		if len(cells) != len(t.columns) {
			diags.Errorf(diag.Syntax, diag.Pos{File: file, Line: n + 1}, "%d cells in a table of %d columns", len(cells), len(t.columns))
			ok = false
			continue
		}
		for i, c := range cells {
			if !quoted[i] && (c == "NULL" || c == "NONE") {
				cells[i] = ""
			}
		}
		t.rows = append(t.rows, cells)
		t.lines = append(t.lines, n+1)
	}
	if t.columns == nil && ok {
		diags.Errorf(diag.Syntax, diag.Pos{File: file}, "a table without a row of column names")
		return nil
	}
	if !ok {
		return nil
	}
	return t
}

// splitCSV splits a line; col is where it is wrong, from 1, else 0.
func splitCSV(line string) (cells []string, quoted []bool, col int) {
	for i := 0; i < len(line); {
		if line[i] == ' ' || line[i] == '\t' {
			i++
			continue
		}
		if line[i] != '"' {
			end := strings.IndexAny(line[i:], " \t")
			if end < 0 {
				end = len(line) - i
			}
			cells, quoted = append(cells, line[i:i+end]), append(quoted, false)
			i += end
			continue
		}
		var b strings.Builder
		k := i + 1
		for {
			q := strings.IndexByte(line[k:], '"')
			if q < 0 {
				return nil, nil, utf8.RuneCountInString(line[:i]) + 1
			}
			b.WriteString(line[k : k+q])
			k += q + 1
			if k < len(line) && line[k] == '"' {
				b.WriteByte('"')
				k++
				continue
			}
			break
		}
		if k < len(line) && line[k] != ' ' && line[k] != '\t' {
			return nil, nil, utf8.RuneCountInString(line[:k]) + 1
		}
		cells, quoted = append(cells, b.String()), append(quoted, true)
		i = k
	}
	return cells, quoted, 0
}

// column returns the place of a column, or -1.
func (t *csvTable) column(name string) int {
	if t == nil {
		return -1
	}
	for i, c := range t.columns {
		if c == name {
			return i
		}
	}
	return -1
}

// cell returns a cell, "" where there is none.
func (t *csvTable) cell(row int, name string) string {
	if c := t.column(name); c >= 0 && row >= 0 {
		return t.rows[row][c]
	}
	return ""
}

func (t *csvTable) pos(row int) diag.Pos {
	if t == nil || row < 0 {
		return diag.Pos{}
	}
	return diag.Pos{File: t.file, Line: t.lines[row]}
}

// types maps the ids of a column to the rows that hold for a population.
func (t *csvTable) types(id, population string, diags *diag.List) map[int64]int {
	out := map[int64]int{}
	if t == nil {
		return out
	}
	if t.column(id) < 0 {
		diags.Errorf(diag.BadValue, diag.Pos{File: t.file, Line: 1}, "the table has no column %q", id)
		return out
	}
	for row := range t.rows {
		if p := t.cell(row, "population"); p != "" && p != population {
			continue
		}
		k, err := strconv.ParseInt(t.cell(row, id), 10, 64)
		if err != nil {
			diags.Errorf(diag.BadValue, t.pos(row), "%s %q is no whole number", id, t.cell(row, id))
			continue
		}
		if _, dup := out[k]; dup {
			diags.Errorf(diag.Duplicate, t.pos(row), "%s %d is there already", id, k)
			continue
		}
		out[k] = row
	}
	return out
}
