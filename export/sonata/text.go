package sonata

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	key string
	val any
}

func (o *object) add(key string, val any) { *o = append(*o, member{key, val}) }

// jsonText prints v, built of objects, slices, strings, numbers and truth
// values. Numbers keep all their bits; a list of scalars stays on one line.
func jsonText(v any) ([]byte, error) {
	var b strings.Builder
	if err := printJSON(&b, v, "\n"); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return []byte(b.String()), nil
}

func printJSON(b *strings.Builder, v any, nl string) error {
	switch x := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(x))
	case int:
		b.WriteString(strconv.Itoa(x))
	case int64:
		b.WriteString(strconv.FormatInt(x, 10))
	case string:
		quoteJSON(b, x)
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%g cannot be written as a number", x)
		}
		b.WriteString(number(x))
	case object:
		if len(x) == 0 {
			b.WriteString("{}")
			return nil
		}
		b.WriteByte('{')
		for i, m := range x {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(nl + "  ")
			quoteJSON(b, m.key)
			b.WriteString(": ")
			if err := printJSON(b, m.val, nl+"  "); err != nil {
				return fmt.Errorf("%s: %w", m.key, err)
			}
		}
		b.WriteString(nl + "}")
	case []object:
		return printList(b, x, nl, true)
	case [][]float64:
		return printList(b, x, nl, true)
	case []any:
		return printList(b, x, nl, true)
	case [][]any:
		return printList(b, x, nl, true)
	case []float64:
		return printList(b, x, nl, false)
	case []int:
		return printList(b, x, nl, false)
	case []int64:
		return printList(b, x, nl, false)
	case []string:
		return printList(b, x, nl, false)
	default:
		panic(fmt.Sprintf("BUG: no JSON for a %T", v))
	}
	return nil
}

func printList[T any](b *strings.Builder, list []T, nl string, lines bool) error {
	if _, scalars := any(list).([]any); scalars {
		lines = false
	}
	b.WriteByte('[')
	for i := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		switch {
		case lines:
			b.WriteString(nl + "  ")
		case i > 0:
			b.WriteByte(' ')
		}
		if err := printJSON(b, list[i], nl+"  "); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	if lines && len(list) > 0 {
		b.WriteString(nl)
	}
	b.WriteByte(']')
	return nil
}

func quoteJSON(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20:
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// number prints x so that it reads back with the same bits.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// csvText prints a table as SONATA's CSV: columns separated by a space, NULL
// for what is not given.
func csvText(rows [][]string) []byte {
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(' ')
			}
			switch {
			case cell == "":
				b.WriteString("NULL")
			case strings.ContainsAny(cell, " \t\r\n\"") || cell == "NULL" || cell == "NONE":
				b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
			default:
				b.WriteString(cell)
			}
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// fileNames makes names fit for files, different ones for different things.
type fileNames map[string]bool

func (f fileNames) name(s string) string {
	s = strings.ToValidUTF8(s, "_")
	t := strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 || strings.ContainsRune(`/\:*?"<>| '`, r):
			return '_'
		}
		return r
	}, s)
	for len(t) > 80 {
		_, n := utf8.DecodeLastRuneInString(t)
		t = t[:len(t)-n]
	}
	if strings.Trim(t, ".") == "" {
		t = "_" + t
	}
	base, lower := t, ""
	for k := 2; ; k++ {
		// Some file systems take names for equal that differ in case.
		if lower = strings.ToLower(t); !f[lower] {
			break
		}
		t = base + "_" + strconv.Itoa(k)
	}
	f[lower] = true
	return t
}
