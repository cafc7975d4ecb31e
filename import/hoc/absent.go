package hoc

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/rallsim/rall/ir/diag"
)

// maxAbsents is of how many things that were not found later errors tell.
const maxAbsents = 3

// absent says that load_file found no file, after which NEURON's programs go on. What
// later fails for want of it says so too.
func (c *call) absent(name, why string) value {
	at := c.fr.pos(c.pos)
	c.in.warnOnce(c.fr, c.pos, diag.FileMissing, fmt.Sprintf("absent %s %s", at, name), "%s cannot read %s: %s; the program goes on without it", c.name, name, why)
	if said := fmt.Sprintf("%s at %s did not find %s", c.name, at, name); len(c.in.absents) < maxAbsents && !slices.Contains(c.in.absents, said) {
		c.in.absents = append(c.in.absents, said)
	}
	return number(0)
}

// loadFunction is load_proc("name", ...) and load_func("name", ...).
func (c *call) loadFunction() value {
	for i := range c.args {
		name := c.str(i)
		if s := c.in.lookup(c.in.top, name); s == nil || s.kind != funcSym && s.kind != ownSym {
			c.loadFrom(name, `(proc|func|obfunc|iterator)`)
		}
	}
	return number(1)
}

// loadTemplate is load_template("Name", ...).
func (c *call) loadTemplate() value {
	for i := range c.args {
		name := c.str(i)
		if s := c.in.top.names[name]; s != nil && s.kind == classSym {
			continue
		}
		if path, ok := c.in.find(name + ".hoc"); ok {
			c.in.loadFile(c.fr, c.pos, path)
		} else if c.in.class(c.fr, name) == nil {
			c.loadFrom(name, `begintemplate`)
		}
	}
	return number(1)
}

// loadFrom loads the first file of the program's folder that declares a name.
func (c *call) loadFrom(name, what string) {
	if c.in.failed {
		return
	}
	declares := regexp.MustCompile(`(?m)^[ \t]*` + what + `[ \t]+` + regexp.QuoteMeta(name) + `\b`)
	files, _ := fs.Glob(os.DirFS(filepath.Join(c.in.dir, ".")), "*.hoc")
	for _, file := range files {
		path := filepath.Join(c.in.dir, file)
		if info, err := os.Stat(path); err != nil || info.Size() > maxFile || !info.Mode().IsRegular() {
			continue
		}
		if text, err := os.ReadFile(path); err == nil && declares.Match(text) {
			c.in.loadFile(c.fr, c.pos, path)
			return
		}
	}
	c.absent(name, "no file beside the program declares it")
}
