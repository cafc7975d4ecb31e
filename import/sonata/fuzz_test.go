package sonata

import (
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// FuzzCSV: no table of types makes the reader panic, and what it returns is
// rectangular.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"node_type_id model_type\n0 virtual\n", "a b\n\"x y\" \"\"\"\"\n", "a\tb\r\nNULL NONE\r\n", "a a\n", "\"", "a b\n1\n", "\ufeffa\n1"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var diags diag.List
		c := parseCSV("x.csv", src, &diags)
		if c == nil {
			if !diags.HasErrors() {
				t.Error("nothing read and nothing said")
			}
			return
		}
		for i, row := range c.rows {
			if len(row) != len(c.columns) {
				t.Errorf("row %d has %d cells of %d", i, len(row), len(c.columns))
			}
		}
		c.types("a", "p", &diags)
	})
}

// FuzzConfig: no config or cell makes the readers panic.
func FuzzConfig(f *testing.F) {
	for _, s := range []string{`{"run": {"tstop": 10, "dt": 0.1}}`, `{"manifest": {"$A": "$B", "$B": "${A}"}, "network": "$A/x"}`,
		`{"format": "rall cell 1", "name": "c", "sections": [{"id": 0, "name": "soma", "parent": -1, "nseg": 1, "L": 20, "diam": 20, "Ra": 100,
		 "mechanisms": {"hh": {"gnabar": 0.1}}}], "spike_detector": {"section": 0, "pos": 0.5, "threshold": 10}}`,
		`[[[[`, `{"a": 1e999}`, `{"conditions": {"mechanisms": {"hh": {"usetable": false}}}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var diags diag.List
		r := newReader(&diags)
		r.sim.Files = []string{"x.json"}
		v := parseJSON("x.json", src, &diags)
		if v == nil {
			if !diags.HasErrors() {
				t.Error("nothing read and nothing said")
			}
			return
		}
		r.cellType(v)
		r.runBlock(v.get("run"))
		r.conditions(v.get("conditions"))
		r.outputBlock(v.get("output"))
		c := &config{r: r, v: v, dir: ".", vars: map[string]*value{}}
		if m := v.get("manifest"); m != nil {
			for _, k := range m.keys {
				c.vars[k.key] = k.val
			}
		}
		c.path(v.get("network"))
	})
}
