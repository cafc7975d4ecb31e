package nmodl

import (
	"fmt"
	"sort"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

func trimTitle(s string) string {
	s, _, _ = strings.Cut(s, "!")
	return strings.ToValidUTF8(strings.TrimSpace(s), "?")
}

// nearest is a "did you mean" over words in any order. Short names have too
// many neighbours to suggest one.
func nearest(name string, words []string) string {
	edits := min(len(name)/3, 2) // of a shorter one the case alone
	sort.Strings(words)
	if near := diag.Nearest(name, words, edits); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// neuronEntry reads one entry of NEURON.
func (p *parser) neuronEntry() {
	n := &p.file.Neuron
	t := p.tok
	if t.kind != tName {
		p.fail("an entry of NEURON")
	}
	p.advance()
	switch t.text {
	case "SUFFIX", "POINT_PROCESS", "ARTIFICIAL_CELL":
		if p.tok.kind != tName {
			p.fail("the mechanism's name")
		}
		kind := t.text
		switch {
		case n.Kind == "":
		case n.Suffix.Name == p.tok.text && (kind == "SUFFIX") != (n.Kind == "SUFFIX"):
			if kind == "SUFFIX" { // SUFFIX x POINT_PROCESS x: a point process, to NEURON
				kind = n.Kind
			}
			p.rep.add(diag.Warning, diag.Duplicate, t.pos, "", "the mechanism has a name already: it is a %s", kind)
		default:
			p.rep.errorf(diag.Duplicate, t.pos, "the mechanism has a name already, %s", n.Suffix.Name)
		}
		n.Kind = kind
		n.Suffix = Ident{p.tok.text, p.tok.pos}
		p.advance()
	case "USEION":
		p.useIon()
	case "NONSPECIFIC_CURRENT", "ELECTRODE_CURRENT":
		for _, id := range p.identList("a current") {
			n.Currents = append(n.Currents, Current{Ident: id, Electrode: t.text == "ELECTRODE_CURRENT"})
		}
	case "RANGE":
		n.Range = append(n.Range, p.identList("a variable")...)
	case "GLOBAL":
		n.Global = append(n.Global, p.identList("a variable")...)
	case "POINTER":
		n.Pointer = append(n.Pointer, p.identList("a variable")...)
	case "BBCOREPOINTER":
		n.BBCore = append(n.BBCore, p.identList("a variable")...)
	case "EXTERNAL":
		n.External = append(n.External, p.identList("a variable")...)
	case "RANDOM":
		n.Random = append(n.Random, p.identList("a random stream")...)
	case "THREADSAFE":
		n.ThreadSafe = true
	case "REPRESENTS":
		p.represents()
	default:
		p.rep.hintf(diag.Syntax, t.pos, nearest(t.text, []string{"SUFFIX", "POINT_PROCESS", "ARTIFICIAL_CELL", "USEION",
			"NONSPECIFIC_CURRENT", "ELECTRODE_CURRENT", "RANGE", "GLOBAL", "POINTER", "BBCOREPOINTER", "EXTERNAL", "RANDOM",
			"THREADSAFE", "REPRESENTS", "READ", "WRITE", "VALENCE"}), "%q is no entry of NEURON", t.text)
		panic(bail{})
	}
}

// represents skips an ontology term, whose ":" is no comment: the scanner has
// read the term's first word, or "[".
func (p *parser) represents() {
	if p.peek(0) == ':' || p.is("[") {
		for c := p.peek(0); c == ':' || c == '_' || c == ']' || isLetter(c) || isDigit(c); c = p.peek(0) {
			p.off++
		}
	}
	p.advance()
}

func (p *parser) useIon() {
	ion := Ion{Name: p.ident("an ion")}
	for {
		switch {
		case p.word("READ"):
			p.advance()
			ion.Read = append(ion.Read, p.identList("a variable of the ion")...)
		case p.word("WRITE"):
			p.advance()
			ion.Write = append(ion.Write, p.identList("a variable of the ion")...)
		case p.word("VALENCE"), p.word("CHARGE"):
			p.advance()
			ion.HasValence = true
			ion.Valence = p.number()
		case p.word("REPRESENTS"):
			p.advance()
			p.represents()
		default:
			n := &p.file.Neuron
			n.Ions = append(n.Ions, ion)
			for _, w := range ion.Write {
				if w.Name == "i"+ion.Name.Name {
					n.Currents = append(n.Currents, Current{Ident: w, Ion: ion.Name.Name})
				}
			}
			return
		}
	}
}

// unitEntry reads one line of UNITS.
func (p *parser) unitEntry() {
	if p.is("(") {
		pos := p.tok.pos
		name := p.unitText()
		p.expect("=")
		p.file.Units = append(p.file.Units, UnitDef{Ident: Ident{name, pos}, From: p.unitText()})
		return
	}
	if p.acceptWord("UNITSON") || p.acceptWord("UNITSOFF") {
		return
	}
	u := UnitDef{Ident: p.ident("a unit or a constant"), Factor: true}
	p.expect("=")
	if p.atNumber() || p.is("-") {
		u.HasValue = true
		u.Value = p.number()
		u.From = p.unitOpt()
	} else {
		u.From = p.unitText()
		if p.accept("-") {
			p.expect(">")
		}
		u.To = p.unitText()
	}
	p.file.Units = append(p.file.Units, u)
}

// limitsOpt reads "<lo, hi>" if it is there.
func (p *parser) limitsOpt(d *Decl) {
	if !p.accept("<") {
		return
	}
	d.HasLim = true
	d.Lo = p.number()
	p.expect(",")
	d.Hi = p.number()
	p.expect(">")
}

func (p *parser) parameter() {
	d := Decl{Ident: p.ident("a parameter"), Kind: inParameter}
	d.Array = p.arrayOpt()
	if p.accept("=") {
		d.HasValue = true
		d.Value = p.number()
	}
	d.Unit = p.unitOpt()
	p.limitsOpt(&d)
	p.file.Decls = append(p.file.Decls, d)
}

func (p *parser) constant() {
	d := Decl{Ident: p.ident("a constant"), Kind: inConstant}
	p.expect("=")
	d.HasValue = true
	d.Value = p.number()
	d.Unit = p.unitOpt()
	p.file.Decls = append(p.file.Decls, d)
}

// dependent reads a variable of ASSIGNED or STATE.
func (p *parser) dependent(kind declKind) {
	prime := p.tok.kind == tPrime
	if prime {
		p.tok.kind = tName
	}
	if p.is(",") {
		p.failHint(p.tok.pos, "blanks and line ends separate declarations", "a variable is wanted, not %s", p.what())
	}
	if p.is("=") {
		hint := "give it its value in INITIAL, or make it a PARAMETER"
		if kind == inState {
			hint = "give it its value in INITIAL, or write START and the value"
		}
		p.failHint(p.tok.pos, hint, "a variable is wanted, not %s", p.what())
	}
	d := Decl{Ident: p.ident("a variable"), Kind: kind}
	d.Array = p.arrayOpt()
	if p.acceptWord("FROM") {
		p.number()
		p.expectWord("TO")
		p.number()
	}
	if p.acceptWord("START") {
		d.HasValue = true
		d.Value = p.number()
	}
	d.Unit = p.unitOpt()
	if p.accept("<") { // the tolerance of the variable step
		p.number()
		if p.accept(",") {
			p.number()
		}
		p.expect(">")
	}
	if !prime { // a declared derivative declares nothing new
		p.file.Decls = append(p.file.Decls, d)
	}
}

// localNames reads the names of LOCAL.
func (p *parser) localNames() []LocalDecl {
	var names []LocalDecl
	for {
		d := LocalDecl{Ident: p.ident("a local name")}
		d.Array = p.arrayOpt()
		names = append(names, d)
		if !p.accept(",") {
			return names
		}
	}
}

// args reads "(a (unit), b (unit))".
func (p *parser) args() []Arg {
	p.expect("(")
	var args []Arg
	for !p.accept(")") {
		if len(args) > 0 {
			p.expect(",")
		}
		a := Arg{Ident: p.ident("an argument")}
		a.Unit = p.unitOpt()
		args = append(args, a)
		if len(args) > 1000 {
			p.failAt(a.Pos, "too many arguments")
		}
	}
	return args
}
