package rall

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// TestHocRunErrors: what goes wrong in a run is told with its place.
func TestHocRunErrors(t *testing.T) {
	const soma = "create soma\naccess soma\ninsert hh\nobjref s, n, w, nil\n"
	for _, c := range []struct{ src, want string }{
		{soma + "fadvance()", `x\.hoc:5:9: error\[bad-value\]: fadvance: the model is not initialised`},
		{soma + "s = new IClamp(.5)\nn = new NetCon(&v(.5), s)\nfinitialize()", `x\.hoc:6:5: error\[bad-mechanism\]: mechanism "IClamp" cannot receive events`},
		{soma + "s = new IClamp(.5)\nn = new NetCon(&t, s)", `x\.hoc:6:5: .*no variable of the model`},
		{soma + "s = new ExpSyn(.5)\nn = new NetCon(&v(.5), s)\nn.delay = -1\nfinitialize()", `x\.hoc:6:5: .*a delay of -1 ms`},
		{soma + "finitialize()\nv(.5) = 1e300*1e300\nfadvance()", `x\.hoc:7:9: .*membrane potential`},
		{soma + "dt = 0\nfinitialize()\nfadvance()", `x\.hoc:7:9: .*dt is 0`},
		{soma + "cvode.active(1)", `error\[unsupported\]: CVode\.active: the variable step`},
		{soma + "s = new FInitializeHandler(\"nonsense()\")\nfinitialize()", `x\.hoc:5:5: error\[unknown-name\]: .*nonsense`},
		{soma + "s = new FInitializeHandler(\"cvode.event(1, \\\"fadvance()\\\")\")\nfinitialize()\nwhile (t < 2) fadvance()", `fadvance: within a step`},
		{soma + "s = new File()\ns.wopen(\"/etc/x\")", `writing /etc/x is not allowed`},
		{soma + "w = new Vector(3)\nw.play(\"x = $1\", 1)", `error\[unsupported\]: .*Vector\.play of a statement`},
		{"load_file(\"stdrun.hoc\")\nproc advance() { }\ncreate soma\nrun()", `stopped after \d+ statements`},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "x.hoc")
		if err := os.WriteFile(path, []byte(c.src+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		var diags diag.List
		var out strings.Builder
		ok := RunHoc([]string{path}, HocSettings{Out: &out, Write: filepath.Join(dir, "out"), Steps: 100_000}, Settings{}, &diags)
		if ok || !regexp.MustCompile(c.want).MatchString(diags.Error()) {
			t.Errorf("%q: %v\n got %s\nwant %s", c.src, ok, diags.Error(), c.want)
		}
	}
}
