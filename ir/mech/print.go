package mech

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// String prints the whole mechanism, one line a variable or statement, always
// in the same order: for people, for --emit ir, and for tests.
func (d *Def) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s)\n", d.Kind, d.Name, d.Source)
	if d.Title != "" {
		fmt.Fprintf(&b, "  title %q\n", d.Title)
	}
	for i := range d.Vars {
		fmt.Fprintf(&b, "  var %s\n", d.varLine(&d.Vars[i]))
	}
	for _, x := range d.Ions {
		fmt.Fprintf(&b, "  ion %s", x.Name)
		if !math.IsNaN(x.Valence) {
			fmt.Fprintf(&b, " valence %v", x.Valence)
		}
		for f, name := range [4]string{"e" + x.Name, x.Name + "i", x.Name + "o", "i" + x.Name} {
			if x.Reads[f] {
				b.WriteString(" read " + name)
			}
			if x.Writes[f] {
				b.WriteString(" write " + name)
			}
		}
		b.WriteByte('\n')
	}
	for _, c := range d.Currents {
		kind := "nonspecific"
		if c.Ion >= 0 && c.Ion < len(d.Ions) {
			kind = "ion " + d.Ions[c.Ion].Name
		}
		if c.Electrode {
			kind += " electrode"
		}
		fmt.Fprintf(&b, "  current %s %s\n", d.name(c.Var), kind)
	}
	for _, s := range d.Solves {
		what := "?"
		if s.System >= 0 && s.System < len(d.Systems) {
			what = d.Systems[s.System].Name
		} else if s.Proc >= 0 && s.Proc < len(d.Funcs) {
			what = "procedure " + d.Funcs[s.Proc].Name
		}
		if s.Method != NoMethod {
			what += " " + string(s.Method)
		}
		fmt.Fprintf(&b, "  solve %s\n", what)
	}
	for _, s := range d.Seedings {
		if s.Random > 0 {
			fmt.Fprintf(&b, "  seeding %s of %s by the Random in argument %d\n", s.Proc, d.name(s.Stream), s.Random)
		} else {
			fmt.Fprintf(&b, "  seeding %s of %s by the ids in arguments %v\n", s.Proc, d.name(s.Stream), s.IDs)
		}
	}
	for _, p := range d.Players {
		fmt.Fprintf(&b, "  playing %s into %s\n", p.argument(), d.name(p.Series))
	}
	for _, g := range d.Grids {
		fmt.Fprintf(&b, "  grid %s of %d\n", g.Name, g.NArgs)
	}
	for i := range d.Funcs {
		d.printFunc(&b, &d.Funcs[i])
	}
	for i := range d.Systems {
		s := &d.Systems[i]
		when := ""
		if s.When != nil {
			when = " when " + d.FormatExpr(s.When, s.Locals)
		}
		d.printBlock(&b, "system "+s.Name+when, Block{s.Body, s.Locals})
	}
	d.printBlock(&b, "initial", d.Initial)
	d.printBlock(&b, "breakpoint", d.Breakpoint)
	if r := d.Receive; r != nil {
		args := make([]string, len(r.Args))
		for i, a := range r.Args {
			args[i] = d.name(a)
		}
		head := "receive (" + strings.Join(args, ", ") + ")"
		if r.Flag >= 0 {
			head += " flag " + d.name(r.Flag)
		}
		d.printBlock(&b, head, r.Block)
		if r.Initial != nil {
			d.printBlock(&b, "receive initial", *r.Initial)
		}
	}
	for _, c := range d.Conditions {
		head := "on "
		if c.Rising {
			head += "rising "
		}
		head += d.FormatExpr(c.Test, c.Locals)
		if c.When != nil {
			head += " when " + d.FormatExpr(c.When, c.Locals)
		}
		d.printBlock(&b, head, c.Block)
	}
	for _, set := range []struct {
		word   string
		blocks map[string]Block
	}{{"before", d.Before}, {"after", d.After}} {
		for _, k := range sortedKeys(set.blocks) {
			d.printBlock(&b, set.word+" "+k, set.blocks[k])
		}
	}
	return b.String()
}

func sortedKeys(m map[string]Block) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (d *Def) name(v VarID) string {
	if v < 0 || int(v) >= len(d.Vars) {
		return "var" + strconv.Itoa(int(v))
	}
	return d.Vars[v].Name
}

// varLine prints a variable: storage, name, what is known of it.
func (d *Def) varLine(v *Var) string {
	var b strings.Builder
	b.WriteString(v.Storage.String() + " " + v.Name)
	if v.Array > 0 {
		fmt.Fprintf(&b, "[%d]", v.Array)
	}
	if v.Unit != "" {
		b.WriteString(" (" + v.Unit + ")")
	}
	if v.Default != 0 || v.Storage == Constant {
		b.WriteString(" = " + strconv.FormatFloat(v.Default, 'g', -1, 64))
	}
	if v.HasLim {
		fmt.Fprintf(&b, " <%v, %v>", v.Lo, v.Hi)
	}
	for _, f := range []struct {
		on   bool
		word string
	}{{v.Param, "param"}, {v.State, "state"}, {v.Visible, "visible"}, {v.Written, "written"}} {
		if f.on {
			b.WriteString(" " + f.word)
		}
	}
	return b.String()
}

// printBlock prints a named block; an empty one is left out.
func (d *Def) printBlock(b *strings.Builder, head string, blk Block) {
	if len(blk.Body) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s {%s\n", head, localsNote(blk.Locals, 0))
	for line := range strings.Lines(d.Format(Block{blk.Body, unique(blk.Locals)})) {
		b.WriteString("    " + line)
	}
	b.WriteString("  }\n")
}

func (d *Def) printFunc(b *strings.Builder, f *Func) {
	names := unique(f.Locals)
	head := "procedure "
	from := f.NArgs
	if f.Result >= 0 {
		head = "function "
		from = max(from, f.Result+1)
	}
	n := min(f.NArgs, len(names))
	head += f.Name + "(" + strings.Join(names[:n], ", ") + ")"
	if f.Unit != "" {
		head += " (" + f.Unit + ")"
	}
	if n := len(f.Asked); n > 0 {
		head += fmt.Sprintf(" asks for %d", n-1)
	}
	fmt.Fprintf(b, "  %s {%s\n", head, localsNote(names, from))
	if t := f.Table; t != nil {
		var out, dep []string
		for _, v := range t.Outputs {
			out = append(out, d.name(v))
		}
		for _, v := range t.Depend {
			dep = append(dep, d.name(v))
		}
		line := "    table " + strings.Join(out, ", ")
		if len(dep) > 0 {
			line += " depend " + strings.Join(dep, ", ")
		}
		fmt.Fprintf(b, "%s from %s to %s with %d\n", line, d.FormatExpr(t.From, nil), d.FormatExpr(t.To, nil), t.N)
	}
	for line := range strings.Lines(d.Format(Block{f.Body, names})) {
		b.WriteString("    " + line)
	}
	b.WriteString("  }\n")
}

func localsNote(names []string, from int) string {
	if len(names) <= from {
		return ""
	}
	return " local " + strings.Join(unique(names)[from:], ", ")
}

// unique tells locals of one name in different scopes apart.
func unique(names []string) []string {
	seen := map[string]int{}
	out := make([]string, len(names))
	for i, n := range names {
		seen[n]++
		out[i] = n
		if k := seen[n]; k > 1 {
			out[i] = n + "~" + strconv.Itoa(k)
		}
	}
	return out
}

// argument names the procedure, and the argument where it is not the first.
func (p *Player) argument() string {
	if p.Arg > 1 {
		return fmt.Sprintf("argument %d of %s", p.Arg, p.Proc)
	}
	return p.Proc
}
