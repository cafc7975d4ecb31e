package hoc

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/rallsim/rall/ir/diag"
)

// system runs a shell command in the current folder, if the program may, and
// returns what C's system does: 256 times the exit code. What the command prints goes where
// the program prints, or into the strdef of the second argument.
func (c *call) system() value {
	in := c.in
	command := c.str(0)
	if !in.o.System {
		in.failHint(c.fr, c.pos, diag.Unsupported, "--allow-system lets the program run any command", "system(%q): shell commands are not run", short(command, 80))
		return value{}
	}
	run := exec.CommandContext(in.o.Stop, "sh", "-c", command)
	run.Dir, run.Stdout, run.Stderr = in.dir, in.o.Out, os.Stderr
	run.WaitDelay = time.Second // for what it started, and that lives on
	var said strings.Builder
	if c.has(1) {
		run.Stdout = &limited{&said, in.o.Cells}
	}
	if f, ok := in.o.Out.(interface{ Flush() error }); ok {
		f.Flush() // what it printed before comes first, on whatever the command prints
	}
	err := run.Run()
	if in.heed(c.fr, c.pos); in.failed {
		return value{}
	}
	var left *exec.ExitError
	if err != nil && !errors.As(err, &left) {
		in.failHint(c.fr, c.pos, diag.BadValue, "", "system(%q): %v", short(command, 80), err)
		return value{}
	}
	if c.has(1) {
		if !c.room(said.Len() / 8) {
			return value{}
		}
		*c.strVar(1) = said.String()
	}
	return number(float64(run.ProcessState.ExitCode() << 8))
}

// limited passes on up to left bytes, and no more is an error.
type limited struct {
	to   io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errors.New("it prints too much to be kept")
	}
	return l.to.Write(p)
}
