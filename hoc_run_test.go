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
		{soma + "s = new ExpSyn(.5)\nn = new NetCon(&v(.5), s)\nfinitialize()\nn.delay = -1", `x\.hoc:8:\d+: .*a delay of -1 ms`},
		{soma + "w = new Vector(2)\ns = new Vector(2)\ns.x[1] = -1\nw.play(&v(.5), s, 1)\nfinitialize()", `x\.hoc:8:2: error\[bad-value\]: the times of a Vector that is played must ascend`},
		{soma + "w = new Vector(2)\ns = new Vector(2)\ns.x[0] = 1e300*1e300\ns.x[0] -= s.x[0]\nw.play(&v(.5), s, 1)\nfinitialize()", `x\.hoc:9:2: .*must ascend`},
		{soma + "s = new SaveState()", `x\.hoc:5:5: error\[unsupported\]: SaveState is not supported`},
		{soma + "s = new LinearMechanism()", `x\.hoc:5:5: error\[unsupported\]: LinearMechanism`},
		{"finitialize()\ncvode.event(1, \"print t\")", `x\.hoc:2:6: error\[bad-value\]: CVode\.event: a model without sections and cells has no events`},
		{"objref w\nw = new Vector()\nw.record(&t, 1)\nfinitialize()", `x\.hoc:3:2: error\[bad-value\]: Vector\.record: a model without sections`},
		{"objref f\nf = new File()\nf.wopen(\"full\")\nf.printf(\"text\")", `x\.hoc:4:2: error\[bad-value\]: File\.printf: writing full: no space left`},
		{"wopen(\"full\")\nfprint(\"text\")", `x\.hoc:2:7: .*fprint: writing full: no space left`},
		{"load_file(\"stdrun.hoc\")\nproc advance() { }\ncreate soma\nrun()", `stopped after \d+ statements`},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "x.hoc")
		if err := os.WriteFile(path, []byte(c.src+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(c.src, `"full"`) { // a disk without room
			if _, err := os.Stat("/dev/full"); err != nil {
				continue
			}
			if err := os.Mkdir(filepath.Join(dir, "out"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("/dev/full", filepath.Join(dir, "out", "full")); err != nil {
				t.Fatal(err)
			}
		}
		var diags diag.List
		var out strings.Builder
		ok := RunHoc([]string{path}, HocSettings{Out: &out, Write: filepath.Join(dir, "out"), Steps: 100_000}, Settings{}, &diags)
		if ok || !regexp.MustCompile(c.want).MatchString(diags.Error()) {
			t.Errorf("%q: %v\n got %s\nwant %s", c.src, ok, diags.Error(), c.want)
		}
	}
}
