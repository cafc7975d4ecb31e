package validate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/netpyne"
)

// TestSimData: what NetPyNE saves as simData is in ours, under the same names
// and with the same values.
func TestSimData(t *testing.T) {
	seen := 0
	for _, m := range models(t, "netpyne-1.1.1") {
		text, err := os.ReadFile(filepath.Join(m.golden, "simData.json"))
		if err != nil {
			continue
		}
		seen++
		var b bytes.Buffer
		if err := netpyne.Write(&b, m.run(t, m.load(t), rall.Settings{})); err != nil {
			t.Fatal(err)
		}
		var got, want map[string]any
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		// The oracle takes NetStims' trains away to record them itself, so that
		// NetPyNE's are empty: their names count, TestNetPyNE compares them.
		data := want["simData"].(map[string]any)
		for _, cell := range data["stims"].(map[string]any) {
			for label := range cell.(map[string]any) {
				cell.(map[string]any)[label] = any(nil)
			}
		}
		within(t, m.name+": simData", got["simData"], data)
	}
	if seen == 0 && goldenRoot() == corpus {
		t.Error("no simData.json")
	}
}

// within wants all of want in got.
func within(t *testing.T, path string, got, want any) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is %T, want an object", path, got)
			return
		}
		for k := range w {
			within(t, path+"/"+k, g[k], w[k])
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			t.Errorf("%s has %d values, want %d", path, len(g), len(w))
			return
		}
		for i := range w {
			within(t, fmt.Sprintf("%s[%d]", path, i), g[i], w[i])
		}
	case float64:
		if g, ok := got.(float64); !ok || math.Abs(g-w) > 1e-7 {
			t.Errorf("%s is %v, want %v", path, got, w)
		}
	case nil:
		if got == nil {
			t.Errorf("%s is missing", path)
		}
	default:
		if got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}
