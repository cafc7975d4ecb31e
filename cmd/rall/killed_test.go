package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

const killedSpec = "$CORPUS/net3-gamma/gamma.json --csv --no-plots --duration 400 --threads 1 -o out"

// wholeRun returns the files of the run that others are the beginning of.
func wholeRun(t *testing.T, spec string, names ...string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	mustRall(t, dir, "run "+spec)
	files := map[string][]byte{}
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(dir, "out", n))
		if err != nil {
			t.Fatal(err)
		}
		files[n] = b
	}
	return files
}

func mustRall(t *testing.T, dir, args string) string {
	t.Helper()
	c, err := command(dir, args)
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("rall %s: %v\n%s", args, err, text)
	}
	return string(text)
}

// killAfter starts rall and kills it, with no chance to do anything about it,
// some time after its log has appeared. It returns false if the run was
// faster.
func killAfter(t *testing.T, dir, out, args string, wait time.Duration) bool {
	t.Helper()
	return stopAfter(t, dir, out, args, wait, os.Kill)
}

// stopAfter does the same with another signal, and waits for the end.
func stopAfter(t *testing.T, dir, out, args string, wait time.Duration, how os.Signal) bool {
	t.Helper()
	before, _ := filepath.Glob(filepath.Join(dir, out, "unfinished", "*.log"))
	c, err := command(dir, args)
	if err != nil {
		t.Fatal(err)
	}
	var said output
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if logs, _ := filepath.Glob(filepath.Join(dir, out, "unfinished", "*.log")); len(logs) > len(before) {
			break
		}
		select {
		case <-done:
			return false
		default:
		}
		if time.Now().After(deadline) {
			c.Process.Kill()
			t.Fatalf("no log in a minute\n%s", said.String())
		}
	}
	select {
	case <-done:
		return false
	case <-time.After(wait):
	}
	c.Process.Signal(how)
	<-done
	return true
}

// isBeginning wants a table of spikes and an array of frames to be the
// beginning of the whole run's, and returns their lengths.
func isBeginning(t *testing.T, dir string, whole map[string][]byte) (spikes, frames int) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, "out", "spikes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(whole["spikes.csv"], got) {
		t.Error("the spikes are not the beginning of the whole run's")
	}
	data, err := os.ReadFile(filepath.Join(dir, "out", "V_soma.npy"))
	if err != nil {
		t.Fatal(err)
	}
	const head = 128 // of an .npy file
	if len(data) < head || !bytes.HasPrefix(whole["V_soma.npy"][head:], data[head:]) {
		t.Error("the samples are not the beginning of the whole run's")
	}
	return bytes.Count(got, []byte("\n")) - 1, (len(data) - head) / 8
}

// TestKilled: whenever a run is killed, what it had put on disk is recovered:
// the beginning of the whole run's results. Bytes lost from the end of its log,
// or changed anywhere in it, cost what stands behind them and no more.
func TestKilled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("kills processes")
	}
	whole := wholeRun(t, killedSpec, "spikes.csv", "V_soma.npy")
	r := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	kills, some := 8, 0
	if testing.Short() {
		kills = 3
	}
	for k := range kills {
		dir := t.TempDir()
		wait := time.Duration(r.Float64() * float64(time.Second))
		if !killAfter(t, dir, "out", "run "+killedSpec+" --flush-every 10ms", wait) {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "out", "run.json")); err == nil {
			continue // killed when all was written
		}
		log := filepath.Join(dir, "out", "unfinished", "part000-rank0000.log")
		text, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		what := "killed"
		if len(text) > 1000 {
			switch k % 3 {
			case 1:
				what = "killed, and its log torn"
				text = text[:len(text)-1-r.IntN(500)]
			case 2:
				what = "killed, and a byte of its log changed"
				text[500+r.IntN(len(text)-500)] ^= 1 << r.IntN(8)
			}
			if err := os.WriteFile(log, text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		said := mustRall(t, dir, "recover out")
		if strings.Contains(what, "changed") && !strings.Contains(said, "note: part000-rank0000.log counts up to") {
			t.Errorf("%s: not told of it:\n%s", what, said)
		}
		spikes, frames := isBeginning(t, dir, whole)
		t.Logf("%s after %v: %d spikes, %d samples", what, wait, spikes, frames)
		if spikes > 0 {
			some++
		}
		if _, err := os.Stat(filepath.Join(dir, "out", "unfinished")); err == nil {
			t.Error("the log is still there")
		}
		mustRall(t, dir, fmt.Sprintf("plot out --plot plotRaster -o %d", k))
	}
	if some == 0 {
		t.Error("no run was killed with anything in its log")
	}
}

// TestResumed: a run that is stopped by SIGTERM, or killed and has checkpoints,
// several times over, ends with the bytes of the run that was not.
func TestResumed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals to send")
	}
	names := []string{"spikes.csv", "V_soma.npy", "V_soma.time.npy"}
	whole := wholeRun(t, killedSpec, names...)
	r := rand.New(rand.NewPCG(2, uint64(time.Now().UnixNano())))
	for _, how := range []os.Signal{syscall.SIGTERM, os.Kill} {
		t.Run(how.String(), func(t *testing.T) {
			dir := t.TempDir()
			next := "run " + killedSpec + " --flush-every 20ms --checkpoint-every 60ms"
			stops := 0
			for try := 0; try < 3 || stops == 0; try++ {
				if try == 10 {
					t.Fatal("ten runs ended before they were stopped, or were stopped before their first checkpoint")
				}
				wait := 100*time.Millisecond + time.Duration(r.Float64()*float64(600*time.Millisecond))
				if !stopAfter(t, dir, "out", next, wait, how) {
					if stops > 0 {
						break // what was left was shorter than the wait
					}
					dir = t.TempDir()
					continue
				}
				if _, err := os.Stat(filepath.Join(dir, "out", "unfinished", "checkpoint.json")); err != nil {
					if stops > 0 {
						break // it ended as the signal came
					}
					dir = t.TempDir() // killed before its first checkpoint, or at its end
					continue
				}
				stops++
				next = fmt.Sprintf("resume out --threads %d --flush-every 20ms --checkpoint-every 60ms", 1+r.IntN(2))
			}
			if _, err := os.Stat(filepath.Join(dir, "out", "unfinished")); err == nil {
				mustRall(t, dir, "resume out -q")
			}
			for _, n := range names {
				got, err := os.ReadFile(filepath.Join(dir, "out", n))
				if err != nil || !bytes.Equal(got, whole[n]) {
					t.Errorf("%s after %d stops is not the whole run's (%v)", n, stops, err)
				}
			}
			c, err := command(dir, "resume out")
			if err != nil {
				t.Fatal(err)
			}
			if text, _ := c.CombinedOutput(); c.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(text), "nothing unfinished") {
				t.Errorf("nothing to resume: %s", text)
			}
		})
	}
}

// TestResumeOfChangedModel: a checkpoint belongs to one model.
func TestResumeOfChangedModel(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals to send")
	}
	dir := t.TempDir()
	text, err := os.ReadFile("../../corpus/net3-gamma/gamma.json")
	if err != nil {
		t.Fatal(err)
	}
	model := filepath.Join(dir, "gamma.json")
	if err := os.WriteFile(model, text, 0o666); err != nil {
		t.Fatal(err)
	}
	if !stopAfter(t, dir, "out", "run gamma.json --csv --no-plots --duration 1e6 -o out", 300*time.Millisecond, syscall.SIGTERM) {
		t.Fatal("it ended by itself")
	}
	changed := bytes.Replace(text, []byte(`"weight": `), []byte(`"weight": 1`), 1)
	if bytes.Equal(changed, text) {
		t.Fatal("nothing to change")
	}
	if err := os.WriteFile(model, changed, 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := command(dir, "resume out")
	if err != nil {
		t.Fatal(err)
	}
	said, _ := c.CombinedOutput()
	if c.ProcessState.ExitCode() != exitRun || !strings.Contains(string(said), "it was taken of another model") {
		t.Errorf("exit code %d: %s", c.ProcessState.ExitCode(), said)
	}
}
