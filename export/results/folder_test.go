package results

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fakerun"
	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/runtime/record"
)

func TestMain(m *testing.M) {
	h5.MaybeChild()
	os.Exit(m.Run())
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var s []string
	for _, e := range es {
		s = append(s, e.Name())
	}
	return strings.Join(s, " ")
}

func TestRoundTrip(t *testing.T) {
	for _, opt := range []Options{{}, {Tables: true}, {Deflate: 3, SimData: true, Texts: map[string][]byte{"model.json": []byte("{}")}, Warnings: []string{"odd <weight>"}}} {
		res := fakerun.Gamma()
		res.Reports[1].Label = "v/dend:0" // no name for a file
		dir := filepath.Join(t.TempDir(), "a", "b")
		files, err := WriteFolder(dir, res, opt)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range files {
			names = append(names, filepath.Base(f))
			if _, err := os.Stat(f); err != nil {
				t.Error(err)
			}
		}
		want := "V_soma.h5 cells.csv connections.csv run.json spikes.h5 stims.csv v_dend_0.h5"
		if opt.Tables || !h5.Available {
			want = "V_soma.json V_soma.npy V_soma.time.npy cells.csv connections.csv run.json spikes.csv stims.csv v_dend_0.json v_dend_0.npy v_dend_0.time.npy"
		}
		if opt.SimData {
			want = strings.Replace(want, "run.json ", "model.json run.json simdata.json ", 1)
		}
		if got := listing(t, dir); got != want {
			t.Errorf("files %s\nwant  %s", got, want)
		}
		if len(names) != len(strings.Fields(want)) || names[len(names)-1] != "run.json" {
			t.Errorf("reported files %v", names)
		}
		got, err := ReadFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, res) {
			t.Errorf("%+v: the result comes back different", opt)
			for i, f := range []bool{reflect.DeepEqual(got.Run, res.Run), reflect.DeepEqual(got.Pops, res.Pops), reflect.DeepEqual(got.Cells, res.Cells), reflect.DeepEqual(got.Conns, res.Conns), reflect.DeepEqual(got.Spikes, res.Spikes), reflect.DeepEqual(got.Stims, res.Stims), reflect.DeepEqual(got.Reports, res.Reports)} {
				if !f {
					t.Errorf("field %d", i)
				}
			}
		}
	}
}

func TestNeverOverwrites(t *testing.T) {
	res := fakerun.Gamma()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cells.csv"), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteFolder(dir, res, Options{Tables: true}); !errors.Is(err, ErrExists) || !strings.Contains(err.Error(), "cells.csv") {
		t.Errorf("foreign file: %v", err)
	}
	if l := listing(t, dir); l != "cells.csv" {
		t.Errorf("left: %s", l)
	}
	os.Remove(filepath.Join(dir, "cells.csv"))
	if _, err := WriteFolder(dir, res, Options{Tables: true}); err != nil {
		t.Fatal(err)
	}
	if err := CheckFolder(dir); !errors.Is(err, ErrExists) {
		t.Errorf("CheckFolder: %v", err)
	}
	if _, err := WriteFolder(dir, res, Options{Tables: true}); !errors.Is(err, ErrExists) {
		t.Errorf("second write: %v", err)
	}
	os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o666)
	os.WriteFile(filepath.Join(dir, "raster.png"), nil, 0o666)
	for range 2 {
		if err := AddFiles(dir, []string{filepath.Join(dir, "raster.png"), filepath.Join(dir, "cells.csv")}); err != nil {
			t.Fatal(err)
		}
	}
	if ix, err := readIndex(dir); err != nil || !reflect.DeepEqual(ix.Files.Others, []string{"raster.png"}) {
		t.Errorf("files added: %v, %v", ix.Files.Others, err)
	}
	res.Reports = res.Reports[:1]
	res.Conns = nil
	if _, err := WriteFolder(dir, res, Options{Tables: true, Force: true}); err != nil {
		t.Fatal(err)
	}
	want := "V_soma.json V_soma.npy V_soma.time.npy cells.csv notes.txt run.json spikes.csv stims.csv"
	if l := listing(t, dir); l != want {
		t.Errorf("after Force: %s", l)
	}
	Remove(dir)
	if l := listing(t, dir); l != "notes.txt" {
		t.Errorf("after Remove: %s", l)
	}
	Remove(dir)
	os.Remove(filepath.Join(dir, "notes.txt"))
	if err := CheckFolder(dir); err != nil {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	w := &writer{used: map[string]bool{"spikes.h5": true}}
	for _, c := range [][2]string{{"V_soma", "V_soma"}, {"v_SOMA", "v_SOMA_2"}, {"spikes", "spikes_2"}, {"../../etc", "_.._etc"}, {"", "report"}, {"a b/c\\d", "a_b_c_d"}, {"µ", "µ"}} {
		if n := w.name(c[0], ".h5"); n != c[1] {
			t.Errorf("%q: %q, want %q", c[0], n, c[1])
		}
	}
}

func TestBadFolders(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadFolder(dir); err == nil || !strings.Contains(err.Error(), "not a result folder") {
		t.Errorf("empty: %v", err)
	}
	good := filepath.Join(dir, "good")
	if _, err := WriteFolder(good, fakerun.Gamma(), Options{Tables: true}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(good, "run.json"))
	for _, c := range []struct{ old, new, want string }{
		{"rall result 1", "rall result 9", "format"},
		{`"spikes.csv"`, `"../spikes.csv"`, "not a file of this folder"},
		{`"spikes.csv"`, `"nowhere.csv"`, "nowhere.csv"},
		{`"spikes.csv"`, `""`, "no spikes"},
		{`"gids": [`, `"gids": [7,`, "there twice"},
		{"{", "[", "run.json"},
		{`"name": "I"`, `"name": "J"`, `"I" is not a population`},
	} {
		bad := strings.Replace(string(text), c.old, c.new, 1)
		if bad == string(text) {
			t.Fatalf("nothing replaced for %v", c)
		}
		os.WriteFile(filepath.Join(good, "run.json"), []byte(bad), 0o666)
		if _, err := ReadFolder(good); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, want %q", c.new, c.old, err, c.want)
		}
	}
	os.WriteFile(filepath.Join(good, "run.json"), text, 0o666)
	f := filepath.Join(good, "V_soma.npy")
	b, _ := os.ReadFile(f)
	os.WriteFile(f, b[:len(b)-1], 0o666)
	if _, err := ReadFolder(good); err == nil || !strings.Contains(err.Error(), "V_soma.npy: npy: the data end after 30002 of 30003") {
		t.Errorf("truncated array: %v", err)
	}
}

// A full disk leaves nothing, whether HDF5 or Go meets it. A limit on the
// size of a file stands in for the disk.
func TestFullDisk(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // no such limit there
	}
	if dir := os.Getenv("RESULTS_TEST_FULL"); dir != "" {
		for _, tables := range []bool{false, true} {
			d := filepath.Join(dir, fmt.Sprint("new", tables))
			files, err := WriteFolder(d, fakerun.Gamma(), Options{Tables: tables})
			if err == nil || files != nil || strings.Contains(err.Error(), ".part") || strings.Contains(err.Error(), "\n") {
				t.Errorf("tables %v: %v", tables, err)
			}
			fmt.Println("full:", err)
			if _, err := os.Stat(d); err == nil {
				t.Errorf("left: %s", listing(t, d))
			}
		}
		return
	}
	cmd := exec.Command("/bin/sh", "-c", `trap "" XFSZ; ulimit -f 100; exec "$0" -test.run='^TestFullDisk$'`, os.Args[0])
	cmd.Env = append(os.Environ(), "RESULTS_TEST_FULL="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "full: ") != 2 {
		t.Fatalf("%v\n%s", err, out)
	}
}

// run.json is for people too, also with 100,000 cells.
func TestIndexText(t *testing.T) {
	res := fakerun.Gamma()
	res.Run.Label = "\"gids\": ["
	res.Run.Reached = 1000.0000000014
	dir := t.TempDir()
	if _, err := WriteFolder(dir, res, Options{Tables: true}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "run.json"))
	if !strings.Contains(string(text), "\n   \"gids\": [80,81,82,") || strings.Count(string(text), "\n") > 90 {
		t.Errorf("%s", text)
	}
	if !strings.Contains(string(text), "\"I\": 32.2") {
		t.Errorf("rates: %s", text)
	}
	if got, err := ReadFolder(dir); err != nil || !reflect.DeepEqual(got.Run, res.Run) || !reflect.DeepEqual(got.Pops, res.Pops) {
		t.Errorf("%v", err)
	}
}

// A result with almost nothing in it is still a result.
func TestEmpty(t *testing.T) {
	res := &record.Result{Pops: []record.Pop{{Name: "A"}}}
	for _, tables := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "x")
		if _, err := WriteFolder(dir, res, Options{Tables: tables}); err != nil {
			t.Fatal(err)
		}
		got, err := ReadFolder(dir)
		if err != nil || len(got.Spikes) != 0 || len(got.Pops) != 1 || got.Conns != nil {
			t.Errorf("%+v %v", got, err)
		}
	}
}

// A damaged run.json is an error, whatever it says.
func FuzzReadFolder(f *testing.F) {
	dir := f.TempDir()
	res := fakerun.Gamma()
	res.Reports, res.Conns, res.Spikes = nil, res.Conns[:3], res.Spikes[:3]
	if _, err := WriteFolder(dir, res, Options{Tables: true}); err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"format": "rall result 1", "files": {"spikes": "spikes.csv", "cells": "cells.csv", "reports": [{"file": "run.json"}]}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		if err := os.WriteFile(filepath.Join(dir, "run.json"), in, 0o666); err != nil {
			t.Fatal(err)
		}
		if r, err := ReadFolder(dir); (r == nil) == (err == nil) {
			t.Errorf("%v %v", r, err)
		}
	})
}
