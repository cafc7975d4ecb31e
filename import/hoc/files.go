package hoc

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/ir/diag"
)

// maxFile is the size of the largest file that is read.
const maxFile = 1 << 28

// libraries are the files of NEURON's library that are part of this package.
var libraries = map[string]bool{
	"nrngui.hoc": true, "stdgui.hoc": true, "stdlib.hoc": true, "stdrun.hoc": true, "import3d.hoc": true, "noload.hoc": true,
	"netparmpi.hoc": true, "loadbal.hoc": true, "celbild.hoc": true, "subiter.hoc": true, "family.hoc": true, "grapher.hoc": true, "varmeth1.hoc": true,
	"electrod.hoc": true, "pointman.hoc": true, "pointgrp.hoc": true, "vplay.hoc": true, "wingroup.hoc": true, "shapebox.hoc": true, "attshape.hoc": true,
	"import3d/import3d_sec.hoc": true, "import3d/read_swc.hoc": true, "import3d/read_nlcda.hoc": true, "import3d/read_nlcda3.hoc": true,
	"import3d/read_nts.hoc": true, "import3d/read_morphml.hoc": true, "import3d/import3d_gui.hoc": true, "movierun.hoc": true, "mview.hoc": true,
	"showmech.hoc": true, "single.hoc": true, "parcom.hoc": true, "gatherv.hoc": true, "vecwrap.hoc": true, "logax.hoc": true, "netbild.hoc": true,
	"binfo.hoc": true, "inserter.hoc": true, "impedanc.hoc": true, "impedanx.hoc": true, "mulfit.hoc": true, "runfit.hoc": true, "funfit.hoc": true,
	"chanbild.hoc": true, "lincir.hoc": true, "impratio.hoc": true, "mkcurve.hoc": true, "thresh.hoc": true, "prcellstate.hoc": true,
	"atoltool.hoc": true, "pointbsr.hoc": true, "corenrn.hoc": true, "macload.hoc": true, "nrngui1.hoc": true, "single1.hoc": true,
}

var environment = regexp.MustCompile(`\$\(\w+\)`)

// find returns the path of a file that a program names; $(NAME) in it stands for
// a variable of the environment, and for nothing if there is none.
func (in *Interp) find(name string) (string, bool) {
	name = environment.ReplaceAllStringFunc(name, func(s string) string { return os.Getenv(s[2 : len(s)-1]) })
	if filepath.IsAbs(name) {
		return name, exists(name)
	}
	// What the program itself has written is below the folder for that.
	if p := filepath.Join(in.o.Write, name); in.wrote[p] && exists(p) {
		return p, true
	}
	for _, dir := range append([]string{in.dir}, in.o.Path...) {
		if p := filepath.Join(dir, name); exists(p) {
			return p, true
		}
	}
	return name, false
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func (in *Interp) read(fr *frame, at syntax.Pos, path string) ([]byte, bool) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxFile {
		in.fail(fr, at, "%s has %d bytes; %d are the most that are read", path, info.Size(), maxFile)
		return nil, false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		in.missing(fr, at, path, err)
		return nil, false
	}
	return text, true
}

func (in *Interp) missing(fr *frame, at syntax.Pos, path string, err error) {
	reason := "it is not there"
	if err != nil {
		reason = unwrapped(err).Error()
	}
	in.failHint(fr, at, diag.FileMissing, "relative names are looked for from "+in.dir, "cannot read %s: %s", path, reason)
}

// loadFile executes a file, from its folder's point of view as NEURON does:
// a file that it loads is looked for beside it too.
func (in *Interp) loadFile(fr *frame, at syntax.Pos, path string) bool {
	text, ok := in.read(fr, at, path)
	if !ok {
		return false
	}
	if in.calls >= maxCalls/10 {
		in.fail(fr, at, "files load each other %d deep", in.calls)
		return false
	}
	in.calls++
	in.o.Path = append(in.o.Path, filepath.Dir(path))
	in.source(path, text)
	in.o.Path = in.o.Path[:len(in.o.Path)-1]
	in.calls--
	return !in.failed
}

// loadFile is load_file("name"), load_file("name", "what it defines") and
// load_file(0 or 1, "name").
func (c *call) loadFile() value {
	again, i := false, 0
	if c.is(0, numKind) {
		again, i = c.num(0) == 1, 1
	}
	name := c.str(i)
	if c.in.failed {
		return value{}
	}
	if c.has(i + 1) {
		if s := c.in.top.names[c.str(i+1)]; s != nil && s.kind != undefined {
			return number(1)
		}
	}
	path, ok := c.in.find(name)
	if !ok {
		if lib := strings.TrimPrefix(filepath.ToSlash(name), "$(NEURONHOME)/lib/hoc/"); libraries[lib] {
			c.in.openLibrary(lib)
			return number(1)
		}
		if name == "" { // which NEURON would open
			c.in.missing(c.fr, c.pos, name, nil)
			return value{}
		}
		return c.absent(name, "it is not there")
	}
	if c.in.loaded[path] && !again {
		return number(1)
	}
	c.in.loaded[path] = true
	dir := c.in.dir
	away := filepath.Dir(path) != filepath.Clean(dir)
	if away { // NEURON goes there and comes back; otherwise chdir in the file lasts
		c.in.dir = filepath.Dir(path)
	}
	ok = c.in.loadFile(c.fr, c.pos, path)
	if away {
		c.in.dir = dir
	}
	return truth(ok)
}

func (c *call) xopen() value {
	name := c.str(0)
	path, ok := c.in.find(name)
	if !ok && !c.in.failed {
		if libraries[filepath.Base(name)] && strings.HasPrefix(name, "$(NEURONHOME)") {
			c.in.openLibrary(name)
			return number(1)
		}
		c.in.missing(c.fr, c.pos, name, nil)
		return value{}
	}
	return truth(c.in.loadFile(c.fr, c.pos, path))
}

// textFile is a file being read or written.
type textFile struct {
	name   string
	path   string
	text   []byte // what is being read
	at     int
	atEnd  bool // a read met the end
	out    *os.File
	buf    *bufio.Writer // of out
	where  diag.Pos      // where it was opened for writing
	writes bool
	opened bool
}

// open reads a file whole. It returns false if there is none. Folders are opened
// as well, and have nothing in them to read.
func (f *textFile) open(in *Interp) bool {
	path, ok := in.find(f.name)
	if !ok {
		if f.name == "" || !isFolder(in.path(f.name)) {
			return false
		}
		f.path, f.text, f.at, f.atEnd, f.opened, f.writes = path, nil, 0, false, true, false
		return true
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > maxFile {
		return false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	f.path, f.text, f.at, f.atEnd, f.opened, f.writes = path, text, 0, false, true, false
	return true
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// path is where a name leads from the folder that the program is in.
func (in *Interp) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(in.dir, name)
}

// root opens the folder that the program may write to, and tells the name of a
// file below it; nil where the file lies outside, which has been told then.
func (c *call) root(f *textFile) (root *os.Root, rel string, err error) {
	in := c.in
	if in.o.Write == "" {
		in.failHint(c.fr, c.pos, diag.Unsupported, "an import writes no files", "%s: writing %s is not allowed", c.name, f.name)
		return nil, "", nil
	}
	rel = filepath.Clean(f.name)
	switch {
	case filepath.IsAbs(f.name):
		rel, err = filepath.Rel(in.o.Write, f.name)
	case !filepath.IsLocal(rel): // after chdir(), a file that lies within the first folder all the same
		rel, err = filepath.Rel(filepath.Clean(in.o.Dir), in.path(f.name))
	}
	if err != nil || !filepath.IsLocal(rel) {
		if path := in.path(f.name); !isFolder(filepath.Dir(path)) { // NEURON cannot write it either, and goes on
			in.warnOnce(c.fr, c.pos, diag.Ignored, "wopen "+path, "%s: %s is not written: its folder is not there", c.name, f.name)
			return nil, "", nil
		}
		in.failHint(c.fr, c.pos, diag.Unsupported, "write below "+in.o.Write, "%s: writing %s is not allowed", c.name, f.name)
		return nil, "", nil
	}
	// Not even a link leads out of the folder.
	if err = os.MkdirAll(in.o.Write, 0o777); err == nil {
		root, err = os.OpenRoot(in.o.Write)
	}
	return root, rel, err
}

// unlink deletes a file that the program itself has made.
func (c *call) unlink(f *textFile) bool {
	root, rel, err := c.root(f)
	if err != nil {
		c.fail("%s: %v", f.name, unwrapped(err))
	}
	if root == nil {
		return false
	}
	defer root.Close()
	path := filepath.Join(c.in.o.Write, rel)
	if _, err := os.Lstat(c.in.path(f.name)); !c.in.wrote[path] && err != nil {
		return false
	}
	if !c.in.wrote[path] {
		c.unsupported("%s: %s was not made by this program", c.name, f.name)
		return false
	}
	delete(c.in.wrote, path)
	return root.Remove(rel) == nil
}

// write opens a file for writing, below the folder that the program may write
// to. It returns false where NEURON cannot write either: the file's own folder is
// neither there nor in the folder that the program is in, or is a file.
func (c *call) write(f *textFile, add bool) bool {
	in := c.in
	root, rel, err := c.root(f)
	if root == nil && err == nil {
		return false
	}
	c.close(f)
	path := filepath.Join(in.o.Write, rel)
	if err == nil {
		defer root.Close()
		dir := filepath.Dir(rel)
		if info, e := root.Stat(dir); f.name == "" || errors.Is(e, fs.ErrNotExist) && !isFolder(in.path(filepath.Dir(f.name))) || e == nil && !info.IsDir() || isFolder(path) {
			return false
		}
		err = root.MkdirAll(dir, 0o777)
	}
	mode := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if add {
		mode = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	var out *os.File
	if err == nil {
		out, err = root.OpenFile(rel, mode, 0o666)
	}
	if err != nil {
		c.fail("writing %s: %v", path, unwrapped(err))
		return false
	}
	f.where = c.fr.pos(c.pos)
	f.path, f.out, f.buf, f.opened, f.writes = path, out, bufio.NewWriter(out), true, true
	f.text, f.at = nil, 0
	in.written = append(in.written, f)
	if in.wrote == nil {
		in.wrote = map[string]bool{}
	}
	in.wrote[path] = true
	return true
}

// put appends text to a file that is open for writing.
func (c *call) put(f *textFile, s string) {
	if c.in.failed || f.out == nil {
		return
	}
	c.in.work(512 + 4*len(s))
	if _, err := f.buf.WriteString(s); err != nil {
		c.fail("writing %s: %v", f.name, unwrapped(err))
	}
}

// place sets or, with nothing to add to where it stands, tells the place in a file
// that is open for writing.
func (c *call) place(f *textFile, by int64, from int) int64 {
	err := f.buf.Flush()
	at := int64(0)
	if err == nil {
		at, err = f.out.Seek(by, from)
	}
	if err != nil {
		c.fail("%s: no place %d in it: %v", f.name, by, unwrapped(err))
	}
	return at
}

// forWriting says whether a file is open for writing. One that is closed fails the
// program, and to one that is being read NEURON writes nothing.
func (c *call) forWriting(f *textFile) bool {
	switch {
	case !f.opened:
		c.fail("%s is not open", f.name)
	case f.out == nil:
		c.in.warnOnce(c.fr, c.pos, diag.NrnCompat, "reading "+f.name, "%s is open for reading: nothing is written, as in NEURON", f.name)
	}
	return !c.in.failed && f.out != nil
}

// close closes a file; what could not be written fails the program.
func (c *call) close(f *textFile) {
	if err := c.in.closeFile(f); err != nil {
		c.fail("writing %s: %v", f.name, unwrapped(err))
	}
}

func (in *Interp) closeFile(f *textFile) (err error) {
	if f.out != nil {
		err = errors.Join(f.buf.Flush(), f.out.Close())
		f.out = nil
		in.written = slices.DeleteFunc(in.written, func(w *textFile) bool { return w == f })
	}
	f.opened = false
	return err
}

// Close closes what the program has left open, false if that fails.
func (in *Interp) Close() bool {
	ok := true
	for len(in.written) > 0 {
		f := in.written[0]
		if err := in.closeFile(f); err != nil && (!in.failed || in.left != nil) {
			in.diags.Errorf(diag.BadValue, f.where, "writing %s: %v", f.name, unwrapped(err))
			ok = false
		}
	}
	return ok
}

// unwrapped is the reason alone of an error that names a file.
func unwrapped(err error) error {
	var pe *fs.PathError
	for errors.As(err, &pe) { // one may hold another
		err = pe.Err
	}
	if err != nil && strings.HasSuffix(err.Error(), "path escapes from parent") { // which os.Root has no name for
		return errors.New("a link leads out of the folder that may be written to")
	}
	return err
}

// line reads a line with its end; ok is false at the end of the file.
func (f *textFile) line() (string, bool) {
	if f.at >= len(f.text) {
		f.atEnd = true
		return "", false
	}
	rest := f.text[f.at:]
	n := bytes.IndexByte(rest, '\n')
	if n < 0 {
		n = len(rest) - 1
	}
	f.at += n + 1
	return string(rest[:n+1]), true
}

// word reads what stands up to the next blank.
func (f *textFile) word() (string, bool) {
	for f.at < len(f.text) && isBlank(f.text[f.at]) {
		f.at++
	}
	start := f.at
	for f.at < len(f.text) && !isBlank(f.text[f.at]) {
		f.at++
	}
	f.atEnd = f.atEnd || f.at == start
	return string(f.text[start:f.at]), f.at > start
}

// maxWord is the longest word in which NEURON looks for a number.
const maxWord = 255

// number reads the next word that begins with a number, as NEURON does: the
// rest of the word goes with it, and so do blanks and line ends behind it. Words
// that begin with i or n are none, inf and nan either.
func (f *textFile) number() (float64, bool) {
	blanks := func() {
		for f.at < len(f.text) && isBlank(f.text[f.at]) {
			f.at++
		}
	}
	for {
		blanks()
		start := f.at
		for f.at < len(f.text) && f.at < start+maxWord && !isBlank(f.text[f.at]) {
			f.at++
		}
		if f.at == start {
			f.atEnd = true
			return 0, false
		}
		word := string(f.text[start:f.at])
		if word[0] == 'i' || word[0] == 'n' {
			continue
		}
		if n := scanFloat(word, 0, len(word)); n > 0 {
			blanks()
			return parseFloat(word[:n]), true
		}
	}
}

func parseFloat(s string) float64 {
	x, _ := strconv.ParseFloat(strings.TrimPrefix(s, "+"), 64)
	return x
}

// eof says whether nothing is left, blanks either.
func (f *textFile) eof() bool { return f.at >= len(f.text) }

func (c *call) ropen() value {
	if !c.has(0) {
		c.in.readFile = nil
		return number(1)
	}
	f := &textFile{name: c.str(0)}
	if !f.open(c.in) {
		return number(0)
	}
	c.in.readFile = f
	return number(1)
}

func (c *call) wopen() value {
	if c.in.writeFile != nil {
		c.close(c.in.writeFile)
		c.in.writeFile = nil
	}
	if !c.has(0) {
		return number(1)
	}
	f := &textFile{name: c.str(0)}
	if !c.write(f, false) {
		return number(0)
	}
	c.in.writeFile = f
	return number(1)
}

func (c *call) fprint() value {
	s := c.sprintf(0)
	if f := c.in.writeFile; f != nil {
		c.put(f, s)
	} else {
		c.in.print(s)
	}
	return number(float64(len(s)))
}

// input is what fscan and getstr read: the file of ropen, or what is left of
// the program's own text.
func (c *call) input() *textFile {
	if c.in.readFile != nil {
		return c.in.readFile
	}
	return c.in.program
}

func (c *call) fscan() value {
	f := c.input() // arguments change nothing
	x, ok := f.number()
	if !ok {
		return c.fail("no number is left in %s", f.name)
	}
	return number(x)
}

// getstr reads a line with its end, or with 1 behind it a word.
func (c *call) getstr() value {
	f, p := c.input(), c.strVar(0)
	word := c.has(1) && c.within(1, 0, 1) == 1
	if c.in.failed {
		return value{}
	}
	read := f.line
	if word {
		read = f.word
	}
	s, ok := read()
	if !ok {
		return c.fail("nothing is left in %s", f.name)
	}
	if c.in.text(c.fr, c.pos, *p, s) {
		*p = s
	}
	return number(float64(len(s)))
}
