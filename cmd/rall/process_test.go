package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// output collects what a process says while it runs.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// TestInterrupt: the first Ctrl-C or SIGTERM stops a run, and what was
// computed is kept: a sound result, the beginning of the whole one.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to send")
	}
	if testing.Short() {
		t.Skip("waits for a run of some seconds")
	}
	const spec = "$CORPUS/net3-gamma/gamma.json --csv --no-plots --set simConfig.recordTraces={} "
	whole := t.TempDir()
	c, err := command(whole, "run "+spec+"--duration 300 -o out")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	want, err := os.ReadFile(filepath.Join(whole, "out", "spikes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c, err := command(dir, "run "+spec+"--duration 1e6 -o out --threads 1")
			if err != nil {
				t.Fatal(err)
			}
			var errs output
			c.Stderr = &errs
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			log := filepath.Join(dir, "out", "unfinished", "part000-rank0000.log")
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
				if info, err := os.Stat(log); err == nil && info.Size() > 10000 {
					break
				}
				if time.Now().After(deadline) {
					c.Process.Kill()
					t.Fatalf("no results in a minute\n%s", errs.String())
				}
			}
			if err := c.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			err = c.Wait()
			if code := c.ProcessState.ExitCode(); code != exitInterrupted {
				t.Fatalf("exit code %d (%v)\n%s", code, err, errs.String())
			}
			var index struct {
				Run struct{ Reached, Duration float64 }
			}
			text, err := os.ReadFile(filepath.Join(dir, "out", "run.json"))
			if err == nil {
				err = json.Unmarshal(text, &index)
			}
			if err != nil {
				t.Fatal(err)
			}
			if index.Run.Duration != 1e6 || index.Run.Reached <= 0 || index.Run.Reached >= 1e6 {
				t.Errorf("reached %g of %g ms", index.Run.Reached, index.Run.Duration)
			}
			got, err := os.ReadFile(filepath.Join(dir, "out", "spikes.csv"))
			if err != nil {
				t.Fatal(err)
			}
			if n := min(len(got), len(want)); n < 1000 || !bytes.Equal(got[:n], want[:n]) {
				t.Error("the spikes are not the beginning of the whole run's")
			}
		})
	}
}

// waitFor waits until a process that has been started has said something. What
// Wait returns when the process ends comes from the channel.
func waitFor(t *testing.T, c *exec.Cmd, out *output, what string) <-chan error {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for deadline := time.Now().Add(time.Minute); !strings.Contains(out.String(), what); time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-ended:
			if ended <- err; !strings.Contains(out.String(), what) {
				t.Fatalf("the process has ended (%v) without %q\n%s", err, what, out.String())
			}
			return ended
		default:
		}
		if time.Now().After(deadline) {
			c.Process.Kill()
			t.Fatalf("no %q in a minute\n%s", what, out.String())
		}
	}
	return ended
}

// TestInterruptedTrials: trials that are complete stay, and are summed up.
func TestInterruptedTrials(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to send")
	}
	dir := t.TempDir()
	c, err := command(dir, "run $CORPUS/net3-gamma/gamma.json --csv --no-plots --duration 150 --trials 1000 -o out")
	if err != nil {
		t.Fatal(err)
	}
	var out output
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := waitFor(t, c, &out, "trial 1:")
	c.Process.Signal(os.Interrupt)
	err = <-ended
	if code := c.ProcessState.ExitCode(); code != exitInterrupted {
		t.Fatalf("exit code %d (%v)\n%s", code, err, out.String())
	}
	sum := oldTrials(filepath.Join(dir, "out"))
	folders, _ := filepath.Glob(filepath.Join(dir, "out", "trial_*"))
	if len(sum) < 2 || len(sum) != len(folders) {
		t.Errorf("%d trials summed up, %d folders", len(sum), len(folders))
	}
}

// TestInterruptedHoc: a HOC program shows what it prints while it lasts, and
// when it is stopped, between steps or in a loop of its own, what it printed and wrote
// is there.
func TestInterruptedHoc(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to send")
	}
	for name, loop := range map[string]string{
		"steps":      `while (1) { fadvance() }`,
		"run":        `{load_file("stdrun.hoc") tstop = 1e9 run()}`,
		"statements": `while (1) { x = 1 }`,
		"command":    `system("exec sleep 100")`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			src := "create soma\naccess soma\nobjref f\nf = new File()\nf.wopen(\"kept.txt\")\nf.printf(\"first\\n\")\nfinitialize(-65)\nprint \"begun\"\n" + loop + "\n"
			if err := os.WriteFile(filepath.Join(dir, "x.hoc"), []byte(src), 0o666); err != nil {
				t.Fatal(err)
			}
			c, err := command(dir, "run x.hoc -o out --allow-system")
			if err != nil {
				t.Fatal(err)
			}
			var out, errs output
			c.Stdout, c.Stderr = &out, &errs
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			ended := waitFor(t, c, &out, "begun")
			c.Process.Signal(syscall.SIGTERM)
			<-ended
			if code := c.ProcessState.ExitCode(); code != exitInterrupted || !regexp.MustCompile(`interrupted at [0-9.]+ ms, in x\.hoc:\d`).MatchString(errs.String()) {
				t.Errorf("exit code %d\n%s", code, errs.String())
			}
			if text, err := os.ReadFile(filepath.Join(dir, "out", "kept.txt")); string(text) != "first\n" {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

// TestPrinter: a terminal gets lines, others what was printed soon.
func TestPrinter(t *testing.T) {
	var out output
	p := newPrinter(&out, true)
	p.Write([]byte("a"))
	if p.Write([]byte("b\nc")); out.String() != "ab\nc" {
		t.Errorf("a terminal got %q", out.String())
	}
	out = output{}
	p = newPrinter(&out, false)
	if p.Write([]byte("a\n")); out.String() != "" {
		t.Errorf("%q at once", out.String())
	}
	for deadline := time.Now().Add(time.Minute); out.String() == "" && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
	}
	if p.Write([]byte("b")); out.String() != "a\n" {
		t.Errorf("%q after a while", out.String())
	}
	if p.Flush(); out.String() != "a\nb" {
		t.Errorf("%q at the end", out.String())
	}
}

// TestResumedTrials: a series that was stopped goes on to what it would have
// been; trials that are not whole are in no mean.
func TestResumedTrials(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to send")
	}
	dir := t.TempDir()
	const spec = "run $CORPUS/net3-gamma/gamma.json --csv --no-plots --duration 1000 --trials 3 --threads 1 "
	run := func(line string, code int) string {
		c, err := command(dir, line)
		if err != nil {
			t.Fatal(err)
		}
		text, err := c.CombinedOutput()
		if c.ProcessState.ExitCode() != code {
			t.Fatalf("%s: %v\n%s", line, err, text)
		}
		return string(text)
	}
	c, err := command(dir, spec+"-o out")
	if err != nil {
		t.Fatal(err)
	}
	var out output
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := waitFor(t, c, &out, "trial 0:")
	c.Process.Signal(os.Interrupt)
	<-ended
	sum := readTrials(filepath.Join(dir, "out"))
	if c.ProcessState.ExitCode() != exitInterrupted || sum == nil || sum.Asked != 3 || sum.N < 1 || sum.N > 2 {
		t.Fatalf("exit code %d, %+v\n%s", c.ProcessState.ExitCode(), sum, out.String())
	}
	for _, one := range sum.Each {
		if one.Stopped != (one.Reached < 1000) {
			t.Errorf("trial %d reached %g ms, stopped %v", one.Trial, one.Reached, one.Stopped)
		}
	}
	if text := run("resume out", 0); !strings.Contains(text, "3 trials, mean rate") {
		t.Error(text)
	}
	run(spec+"-o whole", 0)
	for _, trial := range []string{"trial_000", "trial_001", "trial_002"} {
		a, err1 := os.ReadFile(filepath.Join(dir, "out", trial, "spikes.csv"))
		b, err2 := os.ReadFile(filepath.Join(dir, "whole", trial, "spikes.csv"))
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) || len(a) < 1000 {
			t.Errorf("%s: %v, %v, %d and %d bytes", trial, err1, err2, len(a), len(b))
		}
	}
	if text := run("resume out", exitUsage); !strings.Contains(text, "nothing unfinished") {
		t.Error(text)
	}
}

// TestFullDisk: wherever the disk fills up, there is one clear error, nothing
// half-written, and earlier results are whole.
func TestFullDisk(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("mounts a small tmpfs, which only root on Linux may")
	}
	rall := func(dir, args string) (string, int) {
		t.Helper()
		c, err := command(dir, args)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := c.CombinedOutput()
		return string(text), c.ProcessState.ExitCode()
	}
	mount := func(size string) (dir string) {
		t.Helper()
		dir = t.TempDir()
		if text, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
			t.Skipf("no tmpfs to be had: %s", text)
		}
		t.Cleanup(func() { exec.Command("umount", dir).Run() })
		return dir
	}
	parts := func(dir string) (found []string) {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.Contains(d.Name(), ".part") {
				found = append(found, path)
			}
			return nil
		})
		return found
	}
	const spec = "$CORPUS/net4-ring/ring.json --duration 50 -q -o out"
	complete, kept := 0, 0
	for _, size := range []string{"4k", "16k", "64k", "128k", "256k", "400k"} {
		dir := mount(size)
		text, code := rall(dir, "run "+spec)
		if code != exitRun || !strings.Contains(text, "no space left") {
			t.Errorf("%s: exit code %d, want %d\n%s", size, code, exitRun, text)
		}
		if p := parts(dir); len(p) > 0 {
			t.Errorf("%s: half-written: %v", size, p)
		}
		if _, err := os.Stat(filepath.Join(dir, "out", "run.json")); err == nil {
			complete++ // the results fit, their plots did not
			if text, code := rall(dir, "plot out --plot plotSpikeStats -o ../elsewhere"); strings.Contains(text, "run.json") {
				t.Errorf("%s: exit code %d from a result that should be whole: %s", size, code, text)
			}
		} else if left, _ := filepath.Glob(filepath.Join(dir, "out", "*")); len(left) > 0 {
			// What was computed fits, but not the results made of it.
			kept++
			if len(left) != 1 || !strings.Contains(text, "rall recover out writes it") {
				t.Errorf("%s: left behind: %v\n%s", size, left, text)
			}
			elsewhere := t.TempDir()
			if err := os.CopyFS(filepath.Join(elsewhere, "out"), os.DirFS(filepath.Join(dir, "out"))); err != nil {
				t.Fatal(err)
			}
			if text, code := rall(elsewhere, "recover out"); code != 0 || !strings.Contains(text, "in 50 ms") {
				t.Errorf("%s: recover: exit code %d\n%s", size, code, text)
			}
		}
	}
	if complete == 0 || kept == 0 || complete+kept == 6 {
		t.Errorf("in %d of 6 cases the results fit, in %d what they are made of: the sizes test less than they should", complete, kept)
	}

	// A longer run replaces a result, and does not fit: the old one stays.
	dir := mount("300k")
	if text, code := rall(dir, "run "+spec+" --no-plots --csv"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, text)
	}
	before, err := os.ReadFile(filepath.Join(dir, "out", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if text, code := rall(dir, "run "+strings.Replace(spec, "50", "500", 1)+" --no-plots --csv --force"); code != exitRun || !strings.Contains(text, "no space left") {
		t.Errorf("exit code %d\n%s", code, text)
	}
	after, err := os.ReadFile(filepath.Join(dir, "out", "run.json"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the earlier result is gone (%v)", err)
	}
	if p := parts(dir); len(p) > 0 {
		t.Errorf("half-written: %v", p)
	}
}

// TestProgressLines: nothing for half a minute, then a line every half.
func TestProgressLines(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	p := &progress{name: "run", out: &out, now: func() time.Time { return now }, start: now, last: now}
	for i := 1; i <= 14; i++ {
		if now = now.Add(5 * time.Second); i == 6 && out.Len() > 0 {
			t.Errorf("after 25 s: %s", out.String())
		}
		p.update(float64(i)*10, 200)
	}
	p.done()
	want := "run: 30 % (60 of 200 ms), 0.002 times real time, 1m10s left\nrun: 60 % (120 of 200 ms), 0.002 times real time, 40s left\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// TestProgressBar: on a terminal, a bar from the first second on, gone at the
// end.
func TestProgressBar(t *testing.T) {
	var out output
	now := time.Unix(0, 0)
	p := &progress{name: "run", out: &out, terminal: true, now: func() time.Time { return now }, start: now, last: now}
	now = now.Add(500 * time.Millisecond)
	p.update(5, 100)
	if p.bar != nil {
		t.Error("a bar for a short run")
	}
	now = now.Add(time.Second)
	p.update(10, 100)
	if p.bar == nil || p.bar.Current() != 100 || p.left.Load() != 18 {
		t.Errorf("no bar, or a wrong one: %d s left", p.left.Load())
	}
	p.done()
}

// TestProgressGoesOn: of a run that goes on, only what it does now counts.
func TestProgressGoesOn(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	p := &progress{name: "run", out: &out, now: func() time.Time { return now }, start: now, last: now}
	p.update(900, 1000)
	now = now.Add(30 * time.Second)
	p.update(920, 1000)
	if want := "run: 92 % (920 of 1000 ms), 0.00067 times real time, 2m0s left\n"; out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// TestProgressOfRuns: of runs one after the other each counts by itself.
func TestProgressOfRuns(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	p := &progress{name: "fi", out: &out, now: func() time.Time { return now }, start: now, last: now}
	for range 2 {
		for _, at := range []float64{10, 50, 90, 100} {
			p.update(at, 100)
			now = now.Add(16 * time.Second)
		}
	}
	if want := "fi: 90 % (90 of 100 ms), 0.0025 times real time, 4s left\n"; out.String() != want+want {
		t.Errorf("got\n%swant\n%s", out.String(), want+want)
	}
}

func TestFileList(t *testing.T) {
	got := fileList([]string{"o/spikes.h5", "o/v.time.npy", "o/raster.png", "o/raster.svg", "o/LICENSE"})
	if want := "spikes.h5 v.time.npy raster.{png,svg} LICENSE"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
