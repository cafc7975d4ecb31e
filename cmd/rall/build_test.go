package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/h5"
)

// runIn runs a program in a folder and wants an exit code.
func runIn(t *testing.T, dir string, want int, exe string, args ...string) (stdout, stderr string) {
	t.Helper()
	c := exec.Command(exe, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "RALL_AS_COMMAND=1", "TMPDIR="+dir)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if c.ProcessState == nil || c.ProcessState.ExitCode() != want {
		t.Fatalf("%s %v: %v, want exit code %d\n%s%s", filepath.Base(exe), args, err, want, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// copyTree copies a folder of the corpus.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// A built program runs its model where the model's files are no more, with the
// same results, and takes run's flags.
func TestBuild(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	models := []struct {
		name, spec string
		args       []string
	}{
		{"net6-hybrid", "hybrid.json", []string{"--set", "netParams.connParams.pyr->inh.delay=3", "--seed", "stim=9"}}, // .mod files
		{"swc-cell", "swc-cell.json", nil}, // and morphologies
	}
	for _, m := range models {
		t.Run(m.name, func(t *testing.T) {
			dir := t.TempDir()
			away := filepath.Join(dir, "away")
			copyTree(t, filepath.Join("../../corpus", m.name), filepath.Join(dir, "here", m.name))
			if err := os.Mkdir(away, 0o777); err != nil {
				t.Fatal(err)
			}
			spec := filepath.Join("here", m.name, m.spec)
			bin := filepath.Join(away, "model"+filepath.Ext(exe))
			args := append([]string{"build", spec, "-o", bin}, m.args...)
			out, _ := runIn(t, dir, 0, exe, args...)
			if !strings.Contains(out, "run it with the flags of rall run") {
				t.Error(out)
			}
			runIn(t, dir, 0, exe, append([]string{"run", spec, "-o", "want", "--csv", "--no-plots", "--duration", "60"}, m.args...)...)
			if m.args != nil { // which make a difference
				runIn(t, dir, 0, exe, "run", spec, "-o", "plain", "--csv", "--no-plots", "--duration", "60")
				if readText(t, filepath.Join(dir, "plain", "spikes.csv")) == readText(t, filepath.Join(dir, "want", "spikes.csv")) {
					t.Errorf("%v changes nothing", m.args)
				}
			}
			if err := os.RemoveAll(filepath.Join(dir, "here")); err != nil {
				t.Fatal(err)
			}
			runIn(t, away, 0, bin, "-o", "got", "--csv", "--no-plots", "--duration", "60", "--threads", "1", "--backend", "go")
			files, err := os.ReadDir(filepath.Join(dir, "want"))
			if err != nil {
				t.Fatal(err)
			}
			compared := 0
			for _, f := range files {
				if f.Name() == "run.json" {
					continue // other times and command lines
				}
				want, got := readText(t, filepath.Join(dir, "want", f.Name())), readText(t, filepath.Join(away, "got", f.Name()))
				if want != got {
					t.Errorf("%s differs", f.Name())
				}
				compared++
			}
			if compared < 2 {
				t.Errorf("only %d files to compare", compared)
			}
			// What was unpacked is gone.
			left, _ := filepath.Glob(filepath.Join(away, "rall-*"))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			for _, c := range []struct{ args, want string }{
				{"other.json", "carries its model and takes flags only"},
				{"--mod x", "--mod is for rall build"},
				{"--durations 3", "did you mean --duration?"},
				{"--backend gpu", "expected vm, go, interp"},
			} {
				if _, errs := runIn(t, away, exitUsage, bin, strings.Fields(c.args)...); !strings.Contains(errs, c.want) {
					t.Errorf("%s: %s", c.args, errs)
				}
			}
			if help, _ := runIn(t, away, 0, bin, "--help"); !strings.Contains(help, "Run the model that this program carries") || strings.Contains(help, "--mod ") {
				t.Error(help)
			}
		})
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A SONATA circuit is carried with all its files.
func TestBuildCircuit(t *testing.T) {
	if !h5.Available {
		t.Skip("needs HDF5")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	spec, err := filepath.Abs("../../corpus/net6-hybrid/hybrid.json")
	if err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, 0, exe, "convert", spec, "--to", "sonata", "-o", "circuit")
	config, err := filepath.Glob(filepath.Join(dir, "circuit", "simulation*.json"))
	if err != nil || len(config) != 1 {
		t.Fatalf("%v, %v", config, err)
	}
	runIn(t, dir, 0, exe, "build", config[0], "-o", "model")
	runIn(t, dir, 0, exe, "run", config[0], "-o", "want", "--csv", "--no-plots", "--duration", "60")
	if err := os.RemoveAll(filepath.Join(dir, "circuit")); err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, 0, filepath.Join(dir, "model"), "-o", "got", "--csv", "--no-plots", "--duration", "60")
	if readText(t, filepath.Join(dir, "want", "spikes.csv")) != readText(t, filepath.Join(dir, "got", "spikes.csv")) {
		t.Error("spikes differ")
	}
}

// A built program that lost or changed a byte says so and runs nothing; a model
// that another machine could not read is not built.
func TestBuildRefuses(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	model := `{"netParams": {"popParams": {"A": {"cellType": "C", "numCells": 1}}, "cellParams": {"C": {"secs": {"soma": {"geom": {"L": 20, "diam": 20}, "mechs": {"pas": {}}}}}}}, "simConfig": {"duration": 1}}`
	write := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write("model.json", []byte(model))
	runIn(t, dir, 0, exe, "build", "model.json", "-o", "new/whole")
	whole, err := os.ReadFile(filepath.Join(dir, "new", "whole"))
	if err != nil {
		t.Fatal(err)
	}
	for i, damage := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:len(b)-1] },
		func(b []byte) []byte { return b[:len(b)-700] },
		func(b []byte) []byte { b[len(b)-500] ^= 1; return b },
		func(b []byte) []byte { b[len(b)-20] ^= 0x80; return b }, // the length
		func(b []byte) []byte { return append(b, 0) },
	} {
		name := fmt.Sprintf("damaged%d", i)
		write(name, damage(bytes.Clone(whole)))
		if _, errs := runIn(t, dir, exitRun, filepath.Join(dir, name), "-o", "out"); !strings.Contains(errs, "the file is damaged") {
			t.Errorf("%s: %s", name, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
		t.Error("a damaged program has run")
	}
	for _, c := range []struct{ args, want string }{
		{"build model.json", "rall build needs -o BIN"},
		{"build -o x", "needs a model"},
		{"build model.json -o " + dir, "there is a folder of that name"},
	} {
		if _, errs := runIn(t, dir, exitUsage, exe, strings.Fields(c.args)...); !strings.Contains(errs, c.want) {
			t.Errorf("%s: %s", c.args, errs)
		}
	}
	if runtime.GOOS == "linux" {
		if _, errs := runIn(t, dir, exitRun, exe, "build", "model.json", "-o", "model.json/bin"); !strings.Contains(errs, "not a directory") {
			t.Error(errs)
		}
	}
	morph, err := filepath.Abs("../../corpus/swc-cell")
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(morph, "*", "*.swc"))
	if more, _ := filepath.Glob(filepath.Join(morph, "*.swc")); err != nil || len(found)+len(more) == 0 {
		t.Fatal("no morphology")
	} else {
		found = append(found, more...)
	}
	text := readText(t, filepath.Join(morph, "swc-cell.json"))
	rel, err := filepath.Rel(morph, found[0])
	if err != nil || !strings.Contains(text, filepath.ToSlash(rel)) {
		t.Fatalf("%s does not name %s", morph, rel)
	}
	copyTree(t, morph, filepath.Join(dir, "swc"))
	write("swc/swc-cell.json", []byte(strings.ReplaceAll(text, filepath.ToSlash(rel), filepath.ToSlash(found[0]))))
	if _, errs := runIn(t, dir, exitRun, exe, "build", "swc/swc-cell.json", "-o", "bin"); !strings.Contains(errs, "by its absolute path") {
		t.Error(errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "bin")); err == nil {
		t.Error("written all the same")
	}
}
