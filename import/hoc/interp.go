// Package hoc executes HOC, NEURON's language, to build cells and models: its
// whole grammar, and the functions and classes that come with it.
//
// In: files and strings of HOC, and a catalogue of mechanisms. Out: sections
// with everything on them (package tree), objects and variables; a Cell is
// read off them. Next: the façade writes the cell as a rule of cellParams.
//
// Numbers are float64 and compare with a tolerance of 1e-11, as in HOC. What
// a name stands for is looked up when it is first executed and kept, one
// place of the text, one meaning.
//
// A program that never ends, or that wants all memory, is stopped by limits.
// The first error ends the program; it names the place and how it was reached.
package hoc

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// Options are what a program may use.
type Options struct {
	Mechs *mech.Catalogue
	Out   io.Writer // what the program prints; nil: nowhere. One with Flush() is flushed before commands of the shell print
	Path  []string  // folders in which load_file and xopen look after the current one
	Dir   string    // the current folder; relative names are taken from it
	Write string    // the folder below which files may be written; "": none may

	System bool // system() may run shell commands

	Stop context.Context // ends the program when it is done; nil: nothing does

	// Slow is told, after some seconds in which the model takes no step and then less and
	// less often, which line is executed; nil: nobody is.
	Slow func(at diag.Pos)

	Engine   Engine // runs models; nil: only cells are built
	Building bool   // the program is read for the cells that it builds: models are initialised, as some programs do to find their parameters, and take no step

	Steps int // limit of statements executed without a step of the model; 0: DefaultSteps
	Cells int // limit of numbers, objects, characters, CVs and points alive; 0: DefaultCells
}

// The limits of a program that gives none.
const (
	DefaultSteps = 100_000_000
	DefaultCells = 100_000_000
	maxCalls     = 1000
)

// slowAfter is how long a program runs without a step of the model before somebody is told.
const slowAfter = 5 * time.Second

// Interp is a program being executed.
type Interp struct {
	o     Options
	diags *diag.List
	Tree  *tree.Tree

	builtin *scope // names of ours, seen everywhere
	top     *scope
	topData *data
	tables  map[string]*Table // by NAME_MECHANISM
	classes map[string]*class // ours
	born    int

	stack   []*tree.Section // the section stack; the last is the current one
	ctl     control
	result  value
	steps   int
	cells   int
	calls   int
	failed  bool
	quit    bool      // the program has called quit
	until   int       // statements until Stop is looked at
	left    *diag.Pos // where Stop ended it
	since   time.Time // when it got on last; zero: it has, since that was looked at
	slow    time.Duration
	epsilon float64

	globals map[string]*float64 // of mechanisms, by NEURON's name
	defined map[string]float64  // what they started with
	timing  [2]timing           // dt and tstop
	main    string              // the last file that was asked for
	loaded  map[string]bool
	opened  map[string]bool // files of NEURON's library
	said    map[string]bool
	absents []string        // files, and what files would define, that were not found, and where
	words   map[string]bool // names in statements so far, outside of templates
	dir     string

	pointers  []Pointer
	bound     map[boundKey]*float64           // POINTERs of density mechanisms
	chosen    map[*tree.Mechanism]dataOf      // by setdata
	hidden    map[hiddenKey][]float64         // variables of instances that only functions called from HOC see
	libraries map[*tree.Mechanism][][]float64 // the variables of files of SUFFIX nothing, by number
	hiddenSet map[hiddenKey]bool              // those that one has set
	refs      map[*float64]Ref                // what pointers were taken of
	unheld    []*Object                       // that nothing refers to, perhaps
	watches   map[any]*watch                  // by source of NetCons
	lone      []*Con
	driver
	cvode               cvodeState
	handlers            []string
	pushed              []*Object // by object_push
	numbered            []*tree.Section
	numberOf            map[*tree.Section]int
	seeded              []diag.Pos   // point processes whose random stream was named
	ran4s               uint32       // generators MCellRan4 made
	ran4Low             uint32       // what mcell_ran4_init set
	ran4Used            float64      // what use_mcell_ran4 set, which changes nothing
	randoms             uint32       // streams of RANDOM variables made
	given               int          // streams given to point processes
	gids                map[int]*gid // of ParallelContext
	board               board
	unitOf              map[*symbol]string // as units set them
	morphs              morphologies
	globalIndex         uint32          // Random123_globalindex
	readFile, writeFile *textFile       // of ropen, fscan, getstr; of wopen, fprint
	program             *textFile       // being executed; what is left of it stands behind the statement
	reads               bool            // the program has a word that may read from it
	redirected          *textFile       // of hoc_stdout; nil: what is printed goes to Options.Out
	written             []*textFile     // open for writing
	wrote               map[string]bool // paths of files that the program has made
}

// control is what a statement makes of those after it.
type control uint8

const (
	goOn control = iota
	breakOut
	continueOn
	returning
	stopping // stop, quit, or an error
)

// unit is a parsed text with the meaning of its names.
type unit struct {
	file   *syntax.File
	syms   []*symbol
	within *diag.Pos // where the text was executed, for texts that are no file
	braced bool      // the text stands in braces that are not the program's
}

// said is the text as the program has it.
func (u *unit) said() string {
	s := string(u.file.Text)
	if u.braced {
		s = s[1 : len(s)-1]
	}
	return s
}

// function is a procedure of the program.
type function struct {
	decl *syntax.Func
	unit *unit
}

// frame is a procedure being executed, or a text.
type frame struct {
	unit   *unit
	scope  *scope
	data   *data
	this   *Object
	args   []arg
	vars   []float64
	objs   []*Object
	decl   *syntax.Func
	caller *frame
	from   syntax.Pos // where the caller stands

	body      syntax.Stmt // of an iterator: what iterator_statement runs
	bodyFrame *frame
	left      bool // the body returned from the procedure around the loop
}

// arg is an argument: by value, or by reference for strings and objects that
// a variable holds, and for &x.
type arg struct {
	k   kind
	x   float64
	num *float64
	str *string
	obj **Object
	sec *tree.Section
	own bool // obj is the call's own variable

	rest []float64 // of a pointer into an array: what it points to, and those behind
}

// New returns a program that has executed nothing.
func New(o Options, diags *diag.List) *Interp {
	if o.Steps == 0 {
		o.Steps = DefaultSteps
	}
	if o.Cells == 0 {
		o.Cells = DefaultCells
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Stop == nil {
		o.Stop = context.Background()
	}
	if o.Mechs == nil {
		o.Mechs = mech.NewCatalogue()
	}
	in := &Interp{
		o: o, diags: diags, Tree: tree.New(tree.NewMechanisms(o.Mechs)),
		builtin: newScope(nil), top: newScope(nil), topData: &data{},
		refs: map[*float64]Ref{}, driver: driver{uniformAt: map[*float64]int{}}, watches: map[any]*watch{}, gids: map[int]*gid{}, globals: map[string]*float64{}, defined: map[string]float64{}, loaded: map[string]bool{}, opened: map[string]bool{}, said: map[string]bool{}, words: map[string]bool{},
		epsilon: 1e-11, dir: o.Dir, board: board{patience: 20}, program: &textFile{name: "the program's text"},
	}
	in.Tree.Max = o.Cells / 8
	in.Tree.Made = in.construct
	in.countRegistered()
	in.install()
	return in
}

func (in *Interp) topFrame(u *unit) *frame {
	return &frame{unit: u, scope: in.top, data: in.topData}
}

// Load executes a file. It returns false when the program has failed.
func (in *Interp) Load(path string) bool {
	if !in.failed && !in.quit {
		in.main = path
		in.loadFile(in.topFrame(&unit{file: &syntax.File{}}), syntax.Pos{}, path)
	}
	return !in.failed
}

// Run executes a text at the top level. It returns false when the program has
// failed.
func (in *Interp) Run(name string, text []byte) bool {
	if in.failed || in.quit {
		return !in.failed
	}
	in.source(name, text)
	return !in.failed
}

// source executes the text of a file. What its statements read from it as data
// (fscan, getstr) is no text of the program any more.
func (in *Interp) source(name string, text []byte) {
	text = syntax.EndLines(text)
	outer, program := in.program, &textFile{name: name, text: text}
	in.program = program
	defer func() { in.program = outer }()
	in.reads = in.reads || readers.Match(text)
	list := in.diags
	if in.reads { // lines that do not parse may be data
		list = &diag.List{}
	}
	f := syntax.Parse(name, text, list)
	switch {
	case f != nil:
		fr := in.topFrame(&unit{file: f, syms: make([]*symbol, f.Names)})
		i, depth, assigned, words := 0, len(in.stack), f.Assigned, f.Words
		for ; i < len(f.Stmts) && in.ctl != stopping && (i == 0 || program.at == f.Ends[i-1]); i++ {
			program.at = f.Ends[i]
			for ; len(words) > 0 && words[0].In <= i; words = words[1:] {
				in.words[words[0].Name] = in.words[words[0].Name] || len(in.pushed) == 0
			}
			for n := 0; ; n++ {
				if n == len(assigned) || assigned[n].In > i {
					in.assigned(fr, assigned[:n])
					assigned = assigned[n:]
					break
				}
			}
			if fr := in.scoped(fr, f.Stmts[i]); fr != nil {
				in.topLevel(fr, f.Stmts[i:i+1])
			}
			if in.stopped() && in.calls > 1 {
				return
			}
			if in.calls <= 1 { // the program itself: what push_section left goes, which in files that it loads stays
				in.popTo(max(depth, 1))
			}
		}
		if in.ctl == stopping || i == 0 || i == len(f.Stmts) && program.at == f.Ends[i-1] {
			return
		}
	case !in.reads:
		in.failed, in.ctl = true, stopping
	}
	at, line := 0, 1
	for in.ctl != stopping {
		line += bytes.Count(text[at:program.at], []byte{'\n'})
		at = program.at
		f := syntax.ParseOne(name, text, at, line, in.diags)
		if f == nil {
			in.failed, in.ctl = true, stopping
			return
		}
		if len(f.Stmts) == 0 {
			return
		}
		program.at = f.Ends[0]
		fr := in.topFrame(&unit{file: f, syms: make([]*symbol, f.Names)})
		for _, w := range f.Words {
			in.words[w.Name] = in.words[w.Name] || len(in.pushed) == 0
		}
		if fr = in.scoped(fr, f.Stmts[0]); fr != nil {
			in.assigned(fr, f.Assigned)
			in.topLevel(fr, f.Stmts)
		}
		if in.stopped() && in.calls > 1 {
			return
		}
	}
}

// stopped says whether stop has ended the statement of a file, and lets the program go on: in
// the program's own file behind that statement, elsewhere behind what loaded the file.
func (in *Interp) stopped() bool {
	if in.ctl != stopping || in.failed || in.quit || in.left != nil {
		return false
	}
	in.ctl = goOn
	return true
}

// readers are what a program reads its own text with: sections of a CellBuild do so
// with rdses.
var readers = regexp.MustCompile(`\b(fscan|getstr|rdses)\b`)

// topLevel executes the statements of a file.
func (in *Interp) topLevel(fr *frame, list []syntax.Stmt) {
	for _, s := range list {
		if x, ok := s.(*syntax.ExprStmt); ok {
			in.step(fr, s)
			in.shown(fr, x.X)
		} else {
			in.exec(fr, s)
		}
		if in.ctl != goOn {
			if in.ctl != stopping {
				in.ctl = goOn
				continue
			}
			return
		}
	}
}

// shown evaluates an expression at the top level, whose value is printed.
func (in *Interp) shown(fr *frame, x syntax.Expr) {
	v := in.eval(fr, x)
	if _, ok := x.(*syntax.Assign); ok || in.failed || in.ctl != goOn {
		return
	}
	switch v.k {
	case numKind:
		in.print("\t" + formatG(v.x, 8) + " \n")
	case strKind:
		if component(x) {
			in.print("\t" + v.s + " \n")
		} else {
			in.print(v.s + "\n")
		}
	case objKind:
		in.print("\t" + v.o.Name() + " \n")
	}
}

func (in *Interp) print(s string) {
	in.work(512 + 4*len(s))
	if f := in.redirected; f != nil && f.out != nil {
		f.buf.WriteString(s) // an error comes again when it is closed
		return
	}
	io.WriteString(in.o.Out, s)
}

// pos is a place of the text that a frame executes.
func (fr *frame) pos(p syntax.Pos) diag.Pos {
	if fr.unit.within != nil {
		return *fr.unit.within
	}
	return diag.Pos{File: fr.unit.file.Name, Line: int(p.Line), Col: int(p.Col)}
}

// fail ends the program with an error; the first one counts.
func (in *Interp) fail(fr *frame, at syntax.Pos, format string, args ...any) {
	in.failAs(fr, at, diag.BadValue, "", format, args...)
}

func (in *Interp) failHint(fr *frame, at syntax.Pos, code diag.Code, hint, format string, args ...any) {
	in.failAs(fr, at, code, hint, format, args...)
}

func (in *Interp) failAs(fr *frame, at syntax.Pos, code diag.Code, hint, format string, args ...any) {
	if in.failed {
		return
	}
	in.failed = true
	in.ctl = stopping
	d := diag.Diag{Severity: diag.Error, Code: code, Pos: fr.pos(at), Msg: fmt.Sprintf(format, args...), Hint: hint}
	if fr.unit.within == nil {
		d.Source = syntax.Line(fr.unit.file.Text, int(at.Line))
	} else {
		d.Msg += fmt.Sprintf(", in the text %q", short(fr.unit.said(), 80))
	}
	if code == diag.UnknownName {
		d.Hint = joined(d.Hint, strings.Join(in.absents, "; "))
	}
	d.Hint = joined(d.Hint, fr.way())
	in.diags.Add(d)
}

// joined are hints, either of which may be empty.
func joined(a, b string) string {
	if a != "" && b != "" {
		return a + "; " + b
	}
	return a + b
}

func short(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}

// way tells how a frame was reached, innermost call first.
func (fr *frame) way() string {
	out := ""
	for n := 0; fr != nil && fr.decl != nil && n < 4; n++ {
		name := fr.decl.Name
		if fr.this != nil {
			name = fr.this.class.name + "." + name
		}
		if out != "" {
			out += ", "
		}
		out += "in " + name
		if fr.caller == nil || fr.caller.unit.file.Name == "" {
			break
		}
		out += fmt.Sprintf(" called at %s", fr.caller.pos(fr.from))
		fr = fr.caller
	}
	return out
}

// warnOnce says something the first time only.
func (in *Interp) warnOnce(fr *frame, at syntax.Pos, code diag.Code, key, format string, args ...any) {
	if !in.said[key] {
		in.said[key] = true
		in.diags.Warnf(code, fr.pos(at), format, args...)
	}
}

// step counts a statement.
func (in *Interp) step(fr *frame, s syntax.Stmt) {
	if len(in.unheld) > 0 {
		in.reap()
	}
	if in.until--; in.until < 0 {
		in.until = 256
		in.heed(fr, s.Pos())
	}
	in.steps++
	if in.steps > in.o.Steps {
		in.failHint(fr, s.Pos(), diag.BadValue, "a loop that does not end? If not, allow more (--statements)", "the program was stopped after %d statements without a step of the model", in.o.Steps)
	}
}

// heed ends the program if it is to stop, and tells where it is if it gets on slowly.
func (in *Interp) heed(fr *frame, at syntax.Pos) {
	if !in.failed && in.o.Stop.Err() != nil {
		pos := in.userPos(fr, at)
		in.failed, in.ctl, in.left = true, stopping, &pos
	}
	switch {
	case in.o.Slow == nil:
	case in.since.IsZero():
		in.since, in.slow = time.Now(), slowAfter
	case time.Since(in.since) > in.slow:
		in.slow *= 2
		in.o.Slow(in.userPos(fr, at))
	}
}

// userPos is the place in the user's file from which a place in NEURON's library was
// reached.
func (in *Interp) userPos(fr *frame, at syntax.Pos) diag.Pos {
	for inner, from := fr, at; inner != nil; inner, from = inner.caller, inner.from {
		if name := inner.unit.file.Name; name != "" && !in.opened[name] {
			return inner.pos(from)
		}
	}
	return fr.pos(at)
}

// Stopped says where Options.Stop ended the program and at which time of its
// model [ms]; nil if it did not.
func (in *Interp) Stopped() (*diag.Pos, float64) { return in.left, *in.globals["t"] }

// work counts n small operations of a statement that makes many, so that the
// limit of statements bounds the time.
func (in *Interp) work(n int) { in.steps += n / 16 }

// room counts n numbers, characters or objects, and says whether the limit
// allows them.
func (in *Interp) room(fr *frame, at syntax.Pos, n int) bool {
	if n < 0 || n > in.o.Cells-in.cells-perSection*len(in.Tree.Sections()) {
		in.failHint(fr, at, diag.BadValue, "", "the program needs more memory than the limit of %d values", in.o.Cells)
		return false
	}
	in.cells += n
	return true
}

// perSection is what a section counts.
const perSection = 64

// text counts a string that takes another's place.
func (in *Interp) text(fr *frame, at syntax.Pos, old, s string) bool {
	if n := (len(s) - len(old)) / 8; n > 0 {
		return in.room(fr, at, n)
	} else {
		in.cells += n
	}
	return true
}

// size is what an object counts as memory, besides sections.
func (o *Object) size() int {
	switch n := o.native.(type) {
	case *vector:
		return cap(n.x)
	case *matrix:
		return n.size()
	case *list:
		return cap(n.items)
	case *sectionList:
		return cap(n.secs)
	case *saved:
		return n.size()
	}
	n := 0
	if o.data != nil {
		for _, c := range o.data.cells {
			n += len(c.nums) + len(c.objs)
		}
	}
	return n
}

// current returns the current section, the first of all where it is gone; nil and an
// error if there is none.
func (in *Interp) current(fr *frame, at syntax.Pos) *tree.Section {
	if n := len(in.stack); n > 0 {
		s := in.stack[n-1]
		if s != nil && !s.Gone {
			return s
		}
	}
	if all := in.Tree.Sections(); len(all) > 0 {
		if len(in.stack) == 0 {
			in.stack = append(in.stack, nil)
		}
		in.stack[len(in.stack)-1] = all[0]
		return all[0]
	}
	in.fail(fr, at, "there is no section")
	return nil
}

func (in *Interp) push(s *tree.Section) int {
	if len(in.stack) == 0 {
		in.stack = append(in.stack, nil)
	}
	in.stack = append(in.stack, s)
	return len(in.stack) - 1
}

func (in *Interp) popTo(n int) {
	if len(in.stack) > n {
		in.stack = in.stack[:n]
	}
}

// equal is HOC's comparison of numbers.
func (in *Interp) equal(a, b float64) bool {
	return a <= b+in.epsilon && a >= b-in.epsilon
}

// index turns a number into an index, as HOC does.
func (in *Interp) index(x float64) int {
	x += in.epsilon
	if math.IsNaN(x) || math.Abs(x) > 1e15 {
		return -1
	}
	return int(x)
}
