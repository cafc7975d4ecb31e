package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"

	"github.com/rallsim/rall/internal/h5"
)

// TestMain lets the test binary be rall itself.
func TestMain(m *testing.M) {
	if os.Getenv("RALL_AS_COMMAND") == "1" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestScripts runs testdata/script/*.txtar. A script is lines of
//
//	rall ARGS…           must exit with 0; $CORPUS is the corpus
//	exit N rall ARGS…    must exit with N
//	stdout REGEXP        somewhere in the last command's standard output
//	stderr REGEXP        somewhere in its standard error
//	! stdout REGEXP      nowhere there; likewise ! stderr
//	exists FILE          and ! exists FILE
//	same FILE FILE       the same bytes
//	write FILE TEXT      writes a line to a file
//	mkdir DIR
//	[hdf5] LINE          only with HDF5; [!hdf5] only without
//
// in a folder that holds the archive's files.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runScript(t, file)
		})
	}
}

type script struct {
	t              *testing.T
	dir            string
	stdout, stderr string
}

func runScript(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, dir: t.TempDir()}
	for _, f := range ar.Files {
		path := filepath.Join(s.dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for i, line := range strings.Split(string(ar.Comment), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.line(line); err != nil {
			t.Errorf("%s:%d: %s: %v\nstdout:\n%sstderr:\n%s", file, i+1, line, err, s.stdout, s.stderr)
		}
	}
}

func (s *script) line(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	not := word == "!"
	if not {
		word, rest, _ = strings.Cut(strings.TrimSpace(rest), " ")
	}
	rest = strings.TrimSpace(rest)
	switch word {
	case "[hdf5]", "[!hdf5]":
		if h5.Available != (word == "[hdf5]") {
			return nil
		}
		return s.line(rest)
	case "rall":
		return s.rall(0, rest)
	case "exit":
		code, args, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(code)
		if err != nil || !strings.HasPrefix(args, "rall") {
			return fmt.Errorf("expected: exit N rall …")
		}
		return s.rall(n, strings.TrimSpace(strings.TrimPrefix(args, "rall")))
	case "stdout", "stderr":
		text := s.stdout
		if word == "stderr" {
			text = s.stderr
		}
		re, err := regexp.Compile("(?m)" + rest)
		if err != nil {
			return err
		}
		if re.MatchString(text) == not {
			return fmt.Errorf("not so")
		}
	case "exists":
		_, err := os.Stat(filepath.Join(s.dir, rest))
		if (err == nil) == not {
			return fmt.Errorf("not so: %v", err)
		}
	case "same":
		a, b, _ := strings.Cut(rest, " ")
		x, err := os.ReadFile(filepath.Join(s.dir, a))
		if err != nil {
			return err
		}
		y, err := os.ReadFile(filepath.Join(s.dir, b))
		if err != nil {
			return err
		}
		if bytes.Equal(x, y) == not {
			return fmt.Errorf("not so")
		}
	case "write":
		name, text, _ := strings.Cut(rest, " ")
		return os.WriteFile(filepath.Join(s.dir, name), []byte(text+"\n"), 0o666)
	case "mkdir":
		return os.MkdirAll(filepath.Join(s.dir, rest), 0o777)
	default:
		return fmt.Errorf("no such word")
	}
	return nil
}

// command prepares rall with arguments as a shell would split them; 'quotes'
// keep spaces.
func command(dir, args string) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	corpus, err := filepath.Abs("../../corpus")
	if err != nil {
		return nil, err
	}
	var list []string
	for i, part := range strings.Split(args, "'") {
		if i%2 == 1 {
			list = append(list, part)
			continue
		}
		list = append(list, strings.Fields(strings.ReplaceAll(part, "$CORPUS", corpus))...)
	}
	c := exec.Command(exe, list...)
	c.Dir = dir
	c.Env = append(os.Environ(), "RALL_AS_COMMAND=1")
	return c, nil
}

func (s *script) rall(want int, args string) error {
	c, err := command(s.dir, args)
	if err != nil {
		return err
	}
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	s.stdout, s.stderr = out.String(), errs.String()
	code := c.ProcessState.ExitCode()
	if code != want {
		return fmt.Errorf("exit code %d, want %d (%v)", code, want, err)
	}
	return nil
}

// TestHelpExamples runs every example of every help text, shortened.
func TestHelpExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("runs ten models")
	}
	dir := t.TempDir()
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	// Examples name the repository's folders; results go elsewhere.
	for _, name := range []string{"corpus", "nmodl"} {
		if err := os.Symlink(filepath.Join(repo, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	top := rootCommand()
	for _, c := range append([]*cobra.Command{top}, top.Commands()...) {
		for _, line := range strings.Split(c.Example, "\n") {
			line = strings.TrimSpace(line)
			if line == "" {
				continue
			}
			args := strings.TrimPrefix(line, "rall ")
			if args == line {
				t.Errorf("%s: example %q does not begin with rall", c.Name(), line)
				continue
			}
			if strings.HasPrefix(args, "run ") && !strings.Contains(args, "--duration") && !strings.HasSuffix(args, ".hoc") {
				args += " --duration 20 --force"
			}
			// What can be recovered or resumed has been killed or stopped before.
			const start = "run corpus/net3-gamma/gamma.json --threads 1 --force -o out/gamma --flush-every 50ms "
			switch c.Name() {
			case "recover":
				killAfter(t, dir, "out/gamma", start+"--duration 1e6", 300*time.Millisecond)
			case "resume":
				os.RemoveAll(filepath.Join(dir, "out", "gamma"))
				stopAfter(t, dir, "out/gamma", start+"--duration 500", 100*time.Millisecond, syscall.SIGTERM)
			}
			expanded, err := expand(dir, args)
			if err != nil {
				t.Fatal(err)
			}
			cmd, err := command(dir, expanded)
			if err != nil {
				t.Fatal(err)
			}
			n++
			text, err := cmd.CombinedOutput()
			if !h5.Available && strings.Contains(line, "sonata") {
				continue // script/sonata has what is said then
			}
			if err != nil {
				t.Errorf("%s: %v\n%s", line, err, text)
			}
		}
	}
	if n < 10 {
		t.Errorf("%d examples only", n)
	}
}

// expand expands * in arguments that are not quoted.
func expand(dir, args string) (string, error) {
	var out []string
	for _, a := range strings.Fields(args) {
		if !strings.Contains(a, "*") || strings.HasPrefix(a, "'") {
			out = append(out, a)
			continue
		}
		found, err := filepath.Glob(filepath.Join(dir, a))
		if err != nil {
			return "", err
		}
		out = append(out, found...)
	}
	return strings.Join(out, " "), nil
}
