package nmodl

import (
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// cFile is what the VERBATIMs of a file hold.
type cFile struct {
	*cScanned
	funcs    map[string]*cFunc
	vars     map[string]*cGlobal
	set      map[string]bool         // names that C assigns
	moved    map[string]bool         // those that it counts up or down: pointers among them
	role     map[string]role         // of the pointers
	kept     map[string]func(string) // of the block that is looked at: what it means that a local pointer is stored in one of the mechanism
	seeding  []seeding
	renewals []renewal
	players  []player
	cTypes
	record map[string]string  // the structure that a pointer points to
	fixed  map[string]float64 // switches that only seeding procedures set
	params []Arg              // the arguments of the block that is looked at
}

// cFunc is a function of C outside of blocks.
type cFunc struct {
	name   string
	typ    cType
	params []cVar
	types  []cType
	body   []ctok
	pos    diag.Pos
	wrong  string // why its head cannot be read
}

// cGlobal is a variable of C outside of blocks, or a static one of a function.
type cGlobal struct {
	typ cType
	v   cVar
	id  mech.VarID
	set bool // made already

	fields   *cFields     // of a structure
	constant bool         // nothing changes it
	list     []firstValue // of what is no single number
	begun    mech.VarID   // whether it has got them, where it changes
}

// role is what a pointer points to.
type role uint8

const (
	noRole     role = iota
	aStream         // a random stream: nrnran123_State, Rand
	aSeries         // a list of numbers: hoc's Vector
	aRecord         // a structure of C; of its members, role has POINTER.MEMBER
	somethingC      // memory of C's own
)

// seeding is a procedure by which a model gives streams their ids.
type seeding struct {
	proc    string
	pointer string
	ids     [3]mech.SeedID
	random  int // which argument is a Random object, 0 if none
	value   float64
}

// player is a procedure that takes a Vector for a pointer.
type player struct {
	proc, pointer string
	arg           int
}

// cScanned is the C of a file behind its preprocessor. A file that is lowered more
// than once has it once.
type cScanned struct {
	toks  map[*VerbatimStmt][]ctok
	off   map[*VerbatimStmt]bool // what follows is not compiled: a conditional is open
	top   map[*Block][]ctok      // of the VERBATIMs outside of blocks
	words map[string]bool        // every name as it was written
}

// scanC takes all VERBATIMs through the preprocessor, in the order of the file.
func scanC(f *File) *cScanned {
	c := &cScanned{toks: map[*VerbatimStmt][]ctok{}, off: map[*VerbatimStmt]bool{}, top: map[*Block][]ctok{}, words: map[string]bool{}}
	p := newCpp()
	for _, b := range f.Blocks {
		if b.Kind == "VERBATIM" {
			c.noteWords(b.C)
			c.top[b] = p.read(b.C, b.Pos)
			p.closed()
			continue
		}
		walkStmts(b.Body, func(s Stmt) {
			if v, ok := s.(*VerbatimStmt); ok {
				c.noteWords(v.C)
				c.toks[v] = p.read(v.C, v.Pos)
				c.off[v] = !p.on
			}
		}, func(Expr) {})
		p.closed()
	}
	return c
}

// readC notes what the VERBATIMs of a file hold.
func readC(f *File) *cFile {
	if f.scanned == nil {
		f.scanned = scanC(f)
	}
	c := &cFile{cScanned: f.scanned, funcs: map[string]*cFunc{}, vars: map[string]*cGlobal{},
		set: map[string]bool{}, role: map[string]role{}, fixed: map[string]float64{},
		cTypes: cTypes{named: map[string]cType{}, structs: map[string][]cMemberDecl{}, sizes: map[string]int{}, wrong: map[string]cAbort{}}, moved: map[string]bool{}, record: map[string]string{}}
	for _, b := range f.Blocks {
		if b.Kind == "VERBATIM" {
			toks := c.top[b]
			c.outside(toks)
			c.params = nil
			c.look("", toks)
			continue
		}
		var all []ctok
		walkStmts(b.Body, func(s Stmt) {
			if v, ok := s.(*VerbatimStmt); ok {
				all = append(all, c.toks[v]...)
			}
		}, func(Expr) {})
		c.params = b.Args
		c.look(b.Name.Name, all)
		for i := range c.seeding {
			if s := &c.seeding[i]; s.proc == b.Name.Name {
				s.value = valueOf(b, all)
			}
		}
	}
	c.settleRoles(f)
	c.switches(f)
	return c
}

func (c *cScanned) noteWords(text string) {
	for _, w := range cWord.FindAllString(text, -1) {
		c.words[w] = true
	}
}

// outside reads C that stands outside of blocks: functions and variables.
func (c *cFile) outside(toks []ctok) {
	for i := 0; i < len(toks); {
		start := i
		depth, brace, eq := 0, -1, false
		for ; i < len(toks); i++ {
			t := toks[i]
			if t.kind != cPunct {
				continue
			}
			switch t.text {
			case "(", "[":
				depth++
			case ")", "]":
				depth--
			case "=":
				eq = eq || depth == 0
			case "{":
				if depth == 0 && brace < 0 {
					brace = i
				}
				depth++
			case "}":
				depth--
			}
			if depth <= 0 && (t.text == ";" || t.text == "}" && brace >= 0 && !eq && !structure(toks[start:brace])) {
				break
			}
		}
		end := min(i+1, len(toks))
		i = end
		item := toks[start:end]
		switch {
		case len(item) == 0:
		case brace >= 0 && !eq && !structure(toks[start:brace]):
			body := toks[brace+1 : end]
			if n := len(body); n > 0 && body[n-1].text == "}" { // else the brace is not closed
				body = body[:n-1]
			}
			if brace > start && toks[brace-1].kind == cText { // extern "C" {
				c.outside(body)
				continue
			}
			c.function(toks[start:brace], body)
		case item[0].text == "extern", item[0].text == "using":
		default:
			c.declaration(item)
		}
	}
}

// structure says whether a struct, union or enum is defined.
func structure(toks []ctok) bool {
	for _, t := range toks {
		switch t.text {
		case "typedef", "class":
			return true
		case "struct", "union", "enum":
			return !slices.ContainsFunc(toks, func(t ctok) bool { return t.text == "(" })
		}
	}
	return false
}

// function notes a definition; its body is read when it is called.
func (c *cFile) function(head, body []ctok) {
	open := slices.IndexFunc(head, func(t ctok) bool { return t.text == "(" })
	if open < 1 || head[open-1].kind != cIdent {
		return
	}
	f := &cFunc{name: head[open-1].text, body: body, pos: head[open-1].pos}
	c.funcs[f.name] = f
	p := &cparser{toks: head[:open-1], types: &c.cTypes, outside: true}
	ok := p.try(func() {
		f.typ = p.typ()
		f.typ.ptr += p.stars()
	})
	p = &cparser{toks: head[open+1:], types: &c.cTypes, outside: true}
	ok = ok && p.try(func() {
		for !p.accept(")") {
			if len(f.params) > 0 && !p.accept(",") {
				p.unexpected(`","`)
			}
			if p.is("void") && p.ahead(1).text == ")" {
				p.i++
				continue
			}
			t := p.typ()
			v := cVar{ptr: t.ptr + p.stars(), pos: p.peek().pos}
			if len(t.dims) > 0 {
				v.ptr++
			}
			if p.peek().kind == cIdent {
				v.name = p.next().text
			}
			if p.is("[") {
				v.ptr++
			}
			for p.is("[") { // it is given an array, which knows its dimensions
				p.skipGroup()
			}
			f.params = append(f.params, v)
			f.types = append(f.types, t)
		}
	})
	if !ok {
		f.wrong = p.msg
	}
}

// look notes, for the C of one block, which names it assigns, what its
// pointers are used for, and whether it seeds streams.
func (c *cFile) look(block string, toks []ctok) {
	alias := map[string]string{} // local pointer to the variable that holds it
	c.kept = map[string]func(string){}
	first := len(c.seeding)
	defer func() {
		lost := slices.ContainsFunc(c.seeding[first:], func(s seeding) bool { return s.pointer == "" })
		for i := range c.seeding[first:] { // where a stream's place is not known, none of them is
			if s := &c.seeding[first+i]; lost {
				s.ids[0].Computed, s.random = true, 0
			}
		}
	}()
	base := func(ts []ctok) string {
		for i, t := range ts {
			if t.kind != cIdent {
				continue
			}
			if name, ok := strings.CutPrefix(t.text, "_p_"); ok {
				return c.memberOf(name, ts, i)
			}
			if a := alias[t.text]; a != "" {
				return c.memberOf(a, ts, i)
			}
			if i > 0 && ts[i-1].text == "&" {
				return c.memberOf(t.text, ts, i)
			}
		}
		return ""
	}
	for i, t := range toks {
		if t.kind == cPunct && isAssign(t.text) && i > 0 {
			if k := assigned(toks[:i]); k >= 0 && !declares(toks, k) {
				c.set[toks[k].text] = true
			}
		}
		if t.kind == cPunct && (t.text == "++" || t.text == "--") {
			for _, k := range []int{i - 1, i + 1} {
				if k >= 0 && k < len(toks) && toks[k].kind == cIdent {
					c.set[toks[k].text], c.moved[toks[k].text] = true, true
				}
			}
		}
		if i > 0 && t.kind == cPunct && toks[i-1].kind == cIdent {
			name := toks[i-1].text
			c.moved[name] = c.moved[name] || t.text == "+=" || t.text == "-=" || t.text == "=" && i+1 < len(toks) && toks[i+1].text == name
		}
		if t.kind == cIdent && i > 1 && toks[i-1].text == "&" && toks[i-2].kind == cPunct && toks[i-2].text != ")" && toks[i-2].text != "]" {
			c.set[t.text] = true // whoever has the address may
		}
		if t.kind == cIdent {
			c.records(toks, i, base)
		}
		if t.text == "=" {
			c.stored(toks, i, base)
		}
		// T** pv = (T**)(&_p_x); and T* s = *((T**)(&_p_x));
		if t.text == "=" && i > 0 && toks[i-1].kind == cIdent && (i < 2 || toks[i-2].text != "*" || starsOfDecl(toks[:i-1])) {
			end := i + 1
			for end < len(toks) && toks[end].text != ";" && toks[end].text != "," {
				if toks[end].text == "(" && end > i+1 && toks[end-1].kind == cIdent {
					end = -1 // a call: its value is no alias
					break
				}
				end++
			}
			if end > 0 {
				rhs := toks[i+1 : min(end, len(toks))]
				addressed := slices.ContainsFunc(rhs, func(t ctok) bool { return t.text == "&" || strings.HasPrefix(t.text, "_p_") || alias[t.text] != "" })
				if name := base(rhs); name != "" && addressed {
					alias[toks[i-1].text] = name
					c.cast(rhs, name)
				}
			}
		}
		if t.kind == cIdent && i+1 < len(toks) && toks[i+1].text == "(" {
			c.called(block, t.text, toks, i, base)
		}
	}
}

// starsOfDecl says whether the stars at the end of toks belong to a declared
// type: T** name.
func starsOfDecl(toks []ctok) bool {
	i := len(toks) - 1
	for i >= 0 && toks[i].text == "*" {
		i--
	}
	return i >= 0 && toks[i].kind == cIdent
}

func isAssign(op string) bool {
	switch op {
	case "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=":
		return true
	}
	return false
}

// declares says whether a type stands before name k.
func declares(toks []ctok, k int) bool {
	if k == 0 || toks[k-1].kind != cIdent {
		return false
	}
	switch toks[k-1].text {
	case "else", "do", "return":
		return false
	}
	return true
}

// assigned is the index of the name that stands before "=", -1 if none does.
func assigned(toks []ctok) int {
	i := len(toks) - 1
	for depth := 0; i >= 0; i-- {
		switch toks[i].text {
		case "]":
			depth++
			continue
		case "[":
			depth--
			continue
		}
		if depth == 0 {
			break
		}
	}
	if i >= 0 && toks[i].kind == cIdent {
		return i
	}
	return -1
}

// cast notes what a pointer is cast to.
func (c *cFile) cast(toks []ctok, name string) {
	for _, t := range toks {
		switch t.text {
		case "nrnran123_State", "Rand":
			c.claim(name, aStream)
		case "IvocVect":
			c.claim(name, aSeries)
		}
	}
}

func (c *cFile) claim(name string, r role) {
	if c.role[name] == noRole || c.role[name] == somethingC {
		c.role[name] = r
	}
}

// called notes what a call says of pointers.
func (c *cFile) called(block, fn string, toks []ctok, at int, base func([]ctok) string) {
	args, end, ok := macroArgs(toks, at+1)
	if !ok {
		return
	}
	// *pv = f(…) or _p_x = f(…)
	target := func() string {
		if k := equalsBefore(toks, at); k >= 0 {
			return base(toks[statementOf(toks, k):k])
		}
		return ""
	}
	switch {
	case fn == "nrnran123_newstream" || fn == "nrnran123_newstream3":
		name := target()
		s := seeding{proc: block, pointer: name}
		for k := 0; k < len(args) && k < 3; k++ {
			s.ids[k] = c.idOf(args[k], toks, 0)
		}
		c.seeding = append(c.seeding, s)
		if name != "" {
			c.renewals = append(c.renewals, renewal{block, name})
			c.claim(name, aStream)
			c.sibling(toks, at)
		}
	case fn == "nrn_random_arg":
		name := target()
		k := len(c.seeding)
		c.seeding = append(c.seeding, seeding{proc: block, pointer: name, random: argNumber(args)})
		if name != "" {
			c.claim(name, aStream)
		} else {
			c.keep(toks, at, func(name string) {
				c.claim(name, aStream)
				c.seeding[k].pointer = name
			})
		}
	case strings.HasPrefix(fn, "nrnran123_"), strings.HasPrefix(fn, "nrn_random_"):
		if len(args) > 0 {
			if name := base(args[0]); name != "" {
				c.claim(name, aStream)
			}
		}
	case strings.HasPrefix(fn, "vector_"):
		name := ""
		plays := func(name string) {
			c.claim(name, aSeries)
			if block != "" {
				c.players = append(c.players, player{block, name, argNumber(args)})
			}
		}
		if fn == "vector_arg" {
			if name := target(); name != "" {
				plays(name)
			} else {
				c.keep(toks, at, plays)
			}
		} else if len(args) > 0 {
			name = base(args[0])
		}
		if name != "" {
			c.claim(name, aSeries)
		}
	case strings.HasSuffix(fn, "alloc"):
		if name := target(); name != "" && c.role[name] == noRole {
			c.role[name] = somethingC
		}
	}
	_ = end
}

// equalsBefore is the "=" whose right side a token belongs to, -1 if there is none.
func equalsBefore(toks []ctok, at int) int {
	for k := at - 1; k >= 0 && toks[k].text != ";" && toks[k].text != "{" && toks[k].text != "}"; k-- {
		if toks[k].text == "=" {
			return k
		}
	}
	return -1
}

// statementOf is where the statement of a token begins.
func statementOf(toks []ctok, at int) int {
	for at > 0 && toks[at-1].text != ";" && toks[at-1].text != "{" && toks[at-1].text != "}" {
		at--
	}
	return at
}

// keep notes that a local pointer gets the value of the call at a token, and what it
// means when the value goes on into a pointer of the mechanism.
func (c *cFile) keep(toks []ctok, at int, mean func(string)) {
	if k := equalsBefore(toks, at); k > 0 && toks[k-1].kind == cIdent {
		c.kept[toks[k-1].text] = mean
	}
}

// stored looks whether the assignment at "=" gives a pointer of the mechanism what a
// local one has kept: *pv = (void*)p.
func (c *cFile) stored(toks []ctok, at int, base func([]ctok) string) {
	end := at + 1
	for end < len(toks) && toks[end].text != ";" {
		end++
	}
	for end > at+1 && toks[end-1].text == ")" {
		end--
	}
	if end < at+2 || toks[end-1].kind != cIdent {
		return
	}
	mean := c.kept[toks[end-1].text]
	if mean == nil {
		return
	}
	for i := at + 1; i < end-1; i++ { // nothing but casts before it
		if t := toks[i].text; toks[i].kind == cIdent && toks[i+1].text == "(" || t != "(" && t != ")" && t != "*" && toks[i].kind != cIdent {
			return
		}
	}
	if name := base(toks[statementOf(toks, at):at]); name != "" {
		mean(name)
	}
}

// valueOf is the value of a call of a block that is not lowered: 1 for a
// PROCEDURE; for a FUNCTION what its C assigns, if that is one number.
func valueOf(b *Block, toks []ctok) float64 {
	if b.Kind == "PROCEDURE" {
		return 1
	}
	x := 0.0
	found := false
	for i, t := range toks {
		if t.kind != cIdent || t.text != "_l"+b.Name.Name {
			continue
		}
		if found || i+3 >= len(toks) || toks[i+1].text != "=" || toks[i+2].kind != cNum || toks[i+3].text != ";" || i > 0 && toks[i-1].text != ";" && toks[i-1].text != "}" {
			return math.NaN()
		}
		x, found = toks[i+2].v, true
	}
	walkStmts(b.Body, func(s Stmt) {
		if _, ok := s.(*VerbatimStmt); !ok {
			x = math.NaN()
		}
	}, func(Expr) {})
	return x
}

// argNumber is the number that is a call's only argument, 1 if it is none.
func argNumber(args [][]ctok) int {
	if len(args) == 1 && len(args[0]) == 1 && args[0][0].kind == cNum {
		return int(args[0][0].v)
	}
	return 1
}

// seedWords are what may stand around the argument that is an id of a stream.
var seedWords = map[string]bool{"uint32_t": true, "uint64_t": true, "unsigned": true, "int": true, "long": true, "double": true, "size_t": true,
	"static_cast": true, "std::uint32_t": true, "(": true, ")": true, "*": true, "<": true, ">": true}

// idOf finds what an id of a stream is: getarg(2), an argument of the block, a
// number, a variable, or one of C that has got one of these.
func (c *cFile) idOf(e []ctok, toks []ctok, depth int) mech.SeedID {
	var rest []ctok
	for _, t := range e {
		if !seedWords[t.text] {
			rest = append(rest, t)
		}
	}
	computed := mech.SeedID{Computed: true}
	switch {
	case len(rest) == 2 && (rest[0].text == "getarg" || rest[0].text == "hoc_getarg") && rest[1].kind == cNum,
		len(rest) >= 2 && rest[0].text == "chkarg" && rest[1].kind == cNum && !slices.ContainsFunc(rest[2:], func(t ctok) bool {
			return t.kind != cNum && t.text != "," && t.text != "-"
		}):
		return mech.SeedID{Arg: int(rest[1].v)}
	case len(rest) != 1:
		return computed
	case rest[0].kind == cNum:
		return mech.SeedID{Else: rest[0].v}
	case rest[0].kind != cIdent:
		return computed
	}
	name := rest[0].text
	if local, ok := strings.CutPrefix(name, "_l"); ok {
		if k := slices.IndexFunc(c.params, func(a Arg) bool { return a.Name == local }); k >= 0 {
			return mech.SeedID{Arg: k + 1}
		}
	}
	out, set := mech.SeedID{Var: name}, 0
	for i, t := range toks {
		if t.kind != cIdent || t.text != name || i+1 >= len(toks) || toks[i+1].kind != cPunct {
			continue
		}
		switch op := toks[i+1].text; {
		case op == "++", op == "--", i > 0 && (toks[i-1].text == "++" || toks[i-1].text == "--" || toks[i-1].text == "&"), isAssign(op) && op != "=":
			return computed
		case op != "=":
			continue
		}
		end, open := i+2, 0
		for end < len(toks) && toks[end].text != ";" && (open > 0 || toks[end].text != ",") {
			switch toks[end].text {
			case "(":
				open++
			case ")":
				open--
			}
			end++
		}
		if depth > 3 {
			return computed
		}
		x := c.idOf(toks[i+2:end], toks, depth+1)
		switch {
		case set > 0 && x == out:
		case x.Computed, set > 0 && (out.Arg == 0 && x.Arg == 0 || out.Arg > 0 && x.Arg > 0 && x != out) || x.Var != "" && set > 0:
			return computed
		case x.Arg > 0 && set > 0 && out.Arg == 0:
			out.Var, out.Arg = "", x.Arg // the number from before, where it is not given
		case set == 0:
			out = x
		default: // set anew to a number
			return computed
		}
		set++
	}
	return out
}

// sibling notes the switches that are set beside a call, in the same braces:
// usingR123 = 1.
func (c *cFile) sibling(toks []ctok, at int) {
	from, depth := at, 0
	for ; from > 0; from-- {
		if toks[from].text == "}" {
			depth++
		} else if toks[from].text == "{" {
			if depth--; depth < 0 {
				break
			}
		}
	}
	depth = 0
	for i := from + 1; i+2 < len(toks); i++ {
		switch toks[i].text {
		case "{":
			depth++
		case "}":
			depth--
		}
		if depth < 0 {
			return
		}
		if depth == 0 && toks[i].kind == cIdent && toks[i+1].text == "=" && toks[i+2].kind == cNum && toks[i+2].v != 0 &&
			i+3 < len(toks) && toks[i+3].text == ";" && (i == 0 || toks[i-1].kind == cPunct) {
			c.fixed[toks[i].text] = toks[i+2].v
		}
	}
}

// settleRoles forgets roles of names that are no pointers of the mechanism.
func (c *cFile) settleRoles(f *File) {
	known := map[string]bool{}
	for _, list := range [][]Ident{f.Neuron.Pointer, f.Neuron.BBCore} {
		for _, id := range list {
			known[id.Name] = true
		}
	}
	for i := range f.Decls {
		if f.Decls[i].Kind == inAssigned || f.Decls[i].Kind == inParameter {
			known[f.Decls[i].Name] = true
		}
	}
	for name := range c.role {
		if base, _, _ := strings.Cut(name, "."); !known[base] {
			delete(c.role, name)
		}
	}
	c.seeding = slices.DeleteFunc(c.seeding, func(s seeding) bool { return c.role[s.pointer] != aStream || s.proc == "" })
}

// switches keeps those of fixed that nothing but seeding procedures set.
func (c *cFile) switches(f *File) {
	seeds := map[string]bool{}
	for _, s := range c.seeding {
		seeds[s.proc] = true
	}
	drop := func(name string) { delete(c.fixed, name) }
	for _, b := range f.Blocks {
		if b.Kind == "VERBATIM" || seeds[b.Name.Name] && b.Name.Name != "" {
			continue
		}
		walkStmts(b.Body, func(s Stmt) {
			switch s := s.(type) {
			case *AssignStmt:
				drop(s.Target.Name)
			case *VerbatimStmt:
				toks := c.toks[s]
				for i, t := range toks {
					if t.kind == cPunct && isAssign(t.text) {
						if k := assigned(toks[:i]); k >= 0 {
							drop(toks[k].text)
						}
					}
				}
			}
		}, func(Expr) {})
	}
	for i := range f.Decls {
		if f.Decls[i].Kind != inAssigned {
			drop(f.Decls[i].Name)
		}
	}
	for _, id := range slices.Concat(f.Neuron.Range, f.Neuron.Global) {
		drop(id.Name)
	}
}

// seeds says whether a procedure is one that names streams.
func (c *cFile) seeds(proc string) bool {
	return slices.ContainsFunc(c.seeding, func(s seeding) bool { return s.proc == proc })
}

// plays says whether a procedure is one that takes a Vector.
func (c *cFile) plays(proc string) bool {
	return slices.ContainsFunc(c.players, func(p player) bool { return p.proc == proc })
}

// asks says whether the C of a block asks for the arguments of a call by HOC.
func (c *cFile) asks(b *Block) bool {
	found := false
	walkStmts(b.Body, func(s Stmt) {
		if v, ok := s.(*VerbatimStmt); ok {
			for _, t := range c.toks[v] {
				found = found || t.kind == cIdent && hocArgs[t.text]
			}
		}
	}, func(Expr) {})
	return found
}
