package rall

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/spec"
)

// The corpus' specs written as YAML are the same specs and run the same, bit
// for bit.
func TestYAML(t *testing.T) {
	for _, name := range []string{"net1-sensory-motor/sensory_motor", "net2-layers/layers", "net3-gamma/gamma", "net4-ring/ring",
		"swc-cell/swc-cell", "net6-hybrid/hybrid", "net7-imported/imported"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("corpus", name+".json")
			o := Settings{Set: []string{"simConfig.duration=25"}}
			want, tree := loadRun(t, file, o)
			// The YAML stands in another folder, with what lies beside the spec.
			dir := t.TempDir()
			abs, err := filepath.Abs(filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			entries, err := os.ReadDir(abs)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if err := os.Symlink(filepath.Join(abs, e.Name()), filepath.Join(dir, e.Name())); err != nil {
					t.Fatal(err)
				}
			}
			var b strings.Builder
			writeYAML(&b, tree, 0)
			path := filepath.Join(dir, "spec.yaml")
			if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
				t.Fatal(err)
			}
			got, again := loadRun(t, path, o)
			if string(again.JSON()) != string(tree.JSON()) {
				t.Error("the YAML reads as another tree")
			}
			if !reflect.DeepEqual(got.Spikes, want.Spikes) || !reflect.DeepEqual(got.Reports, want.Reports) || !reflect.DeepEqual(got.Conns, want.Conns) {
				t.Error("the YAML runs differently")
			}
		})
	}
}

func loadRun(t *testing.T, file string, o Settings) (*record.Result, *spec.Node) {
	t.Helper()
	var diags diag.List
	p := Load([]string{file}, o, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	res, err := p.Run(context.Background(), o, RunOptions{KeepConns: true})
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Spec.Tree
}

// plain are texts that YAML reads as what they are without quotes.
var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_ .>*/()+]*[A-Za-z0-9_)]$`)

// writeYAML writes a node in YAML's block style, as people do.
func writeYAML(b *strings.Builder, n *spec.Node, depth int) {
	indent := strings.Repeat("  ", depth)
	text := func(s string) string {
		switch {
		case plain.MatchString(s) && s != "true" && s != "false" && s != "null":
			return s
		case !strings.ContainsAny(s, "\n\t"):
			return "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
		return strconv.Quote(s)
	}
	switch n.Kind {
	case spec.Object:
		if len(n.Keys) == 0 {
			fmt.Fprintf(b, " {}\n")
			return
		}
		b.WriteByte('\n')
		for _, k := range n.Keys {
			fmt.Fprintf(b, "%s%s:", indent, text(k.Key))
			writeYAML(b, k.Val, depth+1)
		}
	case spec.Array:
		if len(n.Items) == 0 {
			fmt.Fprintf(b, " []\n")
			return
		}
		b.WriteByte('\n')
		for _, it := range n.Items {
			fmt.Fprintf(b, "%s-", indent)
			writeYAML(b, it, depth+1)
		}
	case spec.Str:
		fmt.Fprintf(b, " %s\n", text(n.Str))
	case spec.Num:
		switch {
		case math.IsInf(n.Num, 0):
			fmt.Fprintf(b, " %s\n", strings.Replace(fmt.Sprintf("%+g", n.Num), "Inf", ".inf", 1))
		case n.Raw != "":
			fmt.Fprintf(b, " %s\n", n.Raw)
		default:
			fmt.Fprintf(b, " %s\n", strconv.FormatFloat(n.Num, 'g', -1, 64))
		}
	case spec.Bool:
		fmt.Fprintf(b, " %v\n", n.Bool)
	default:
		b.WriteString(" null\n")
	}
}
