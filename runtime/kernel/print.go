package kernel

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

func tableName(k int, what string) string { return "table" + strconv.Itoa(k) + "." + what }

func (k Kind) String() string {
	return [...]string{"density", "point process", "artificial cell", "gap junction"}[k]
}

// String prints the whole Program: declarations, then each entry point, one
// instruction a line. Two programs that print alike compute alike; the
// Fingerprint is a hash of this text without its own line.
func (p *Program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "program %s %s\n", p.Mech, p.Kind)
	if p.Fingerprint != "" {
		fmt.Fprintf(&b, "fingerprint %s\n", p.Fingerprint)
	}
	for i, c := range p.Columns {
		fmt.Fprintf(&b, "column %d %s = %s", i, c.Name, num(c.Default))
		if c.Len != 1 {
			fmt.Fprintf(&b, " len %d", c.Len)
		}
		if c.Unit != "" {
			fmt.Fprintf(&b, " (%s)", c.Unit)
		}
		flags(&b, c.Param, "param", c.Visible, "visible", c.State, "state", c.Hidden, "hidden")
	}
	for i, u := range p.Uniforms {
		fmt.Fprintf(&b, "uniform %d %s = %s", i, u.Name, num(u.Default))
		if u.Unit != "" {
			fmt.Fprintf(&b, " (%s)", u.Unit)
		}
		flags(&b, u.Published, "published", u.Hidden, "hidden")
	}
	for i, n := range p.Ions {
		fmt.Fprintf(&b, "ion %d %s valence %s", i, n.Name, num(n.Valence))
		flags(&b, n.ReadE, "reads-e", n.ReadIn, "reads-in", n.ReadOut, "reads-out", n.ReadI, "reads-i",
			n.WriteE, "writes-e", n.WriteIn, "writes-in", n.WriteOut, "writes-out", n.WriteCur, "writes-i")
	}
	for i := range p.Ports {
		fmt.Fprintf(&b, "port %d %s\n", i, p.portName(i))
	}
	for i, t := range p.Tables {
		fmt.Fprintf(&b, "table %d outputs %d n %d use %d depend %v", i, t.Outputs, t.N, t.Use, t.Depend)
		if t.Own() {
			fmt.Fprintf(&b, " own columns %v ports %v", t.Columns, t.Ports)
		}
		flags(&b, len(t.Follow) > 0, "follows")
	}
	if d := p.Diffusion; d != nil {
		fmt.Fprintf(&b, "diffusion of %d states in columns %d, area %d, volume %d\n", d.N, d.State, d.Area, d.Volume)
	}
	for i, g := range p.Grids {
		fmt.Fprintf(&b, "grid %d %s of %d\n", i, g.Name, g.Args)
	}
	for i, s := range p.Streams {
		fmt.Fprintf(&b, "stream %d %s\n", i, s)
	}
	for i, s := range p.Series {
		fmt.Fprintf(&b, "series %d %s\n", i, s)
	}
	for i, s := range p.Pointers {
		fmt.Fprintf(&b, "pointer %d %s\n", i, s)
	}
	if p.NArgs > 0 {
		fmt.Fprintf(&b, "args %d\n", p.NArgs)
	}
	if p.Watches > 0 {
		fmt.Fprintf(&b, "watches %d in %s..\n", p.Watches, p.columnName(int32(p.WatchCol)))
	}
	p.Codes(func(name string, c *Code) {
		fmt.Fprintf(&b, "%s: %d registers\n", name, c.NumRegs)
		p.printNodes(&b, c, c.Body, "  ")
		if len(c.Results) > 0 {
			fmt.Fprintf(&b, "  results %s\n", regs(c.Results))
		}
	})
	return b.String()
}

// flags writes the names whose flag is set, and ends the line.
func flags(b *strings.Builder, pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(bool) {
			b.WriteString(" " + pairs[i+1].(string))
		}
	}
	b.WriteByte('\n')
}

func num(x float64) string {
	if x == 0 && math.Signbit(x) {
		return "-0"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func regs(rs []Reg) string {
	s := make([]string, len(rs))
	for i, r := range rs {
		s[i] = reg(r)
	}
	return strings.Join(s, " ")
}

func reg(r Reg) string {
	if r < 0 {
		return "-"
	}
	return "r" + strconv.Itoa(int(r))
}

func (p *Program) portName(i int) string {
	if i < 0 || i >= len(p.Ports) {
		return "port?"
	}
	q := p.Ports[i]
	if q.Ion >= 0 && q.Ion < len(p.Ions) {
		return p.Ions[q.Ion].Name + "." + q.Quantity.String()
	}
	if q.Quantity == Common {
		return q.Quantity.String() + " " + strconv.Itoa(q.Row)
	}
	return q.Quantity.String()
}

// columnName names the row of Frame.Columns that row is.
func (p *Program) columnName(row int32) string {
	at := int32(0)
	for _, c := range p.Columns {
		if row < at+int32(c.Len) {
			if c.Len == 1 {
				return c.Name
			}
			return fmt.Sprintf("%s[%d]", c.Name, row-at)
		}
		at += int32(c.Len)
	}
	return "column?"
}

// column returns the column that a row of Frame.Columns belongs to.
func (p *Program) column(row int32) *Column {
	for i := range p.Columns {
		if row -= int32(p.Columns[i].Len); row < 0 {
			return &p.Columns[i]
		}
	}
	return nil
}

// Rows is the number of rows that Frame.Columns must have.
func (p *Program) Rows() int {
	n := 0
	for _, c := range p.Columns {
		n += c.Len
	}
	return n
}

// Row returns the first row of column c in Frame.Columns.
func (p *Program) Row(c int) int {
	n := 0
	for _, k := range p.Columns[:c] {
		n += k.Len
	}
	return n
}

func (p *Program) printNodes(b *strings.Builder, c *Code, nodes []Node, ind string) {
	for _, n := range nodes {
		switch n := n.(type) {
		case Straight:
			for i := range n.Instrs {
				b.WriteString(ind + p.instr(c, &n.Instrs[i]) + "\n")
			}
		case Branch:
			fmt.Fprintf(b, "%sbranch %s\n", ind, reg(n.Mask))
			p.printNodes(b, c, n.Then, ind+"  ")
		case While:
			fmt.Fprintf(b, "%swhile mask %s test %s limit %d\n", ind, reg(n.Mask), reg(n.Test), n.Limit)
			p.printNodes(b, c, n.Cond, ind+"  ")
			fmt.Fprintf(b, "%sdo\n", ind)
			p.printNodes(b, c, n.Body, ind+"  ")
		case Newton:
			fmt.Fprintf(b, "%snewton x %s residual %s mask %s steps %d\n", ind, regs(n.X), regs(n.R), reg(n.Mask), n.Steps)
			p.printNodes(b, c, n.F, ind+"  ")
		case Linear:
			fmt.Fprintf(b, "%slinear %d m %s b %s mask %s\n", ind, n.N, regs(n.M), regs(n.B), reg(n.Mask))
		}
	}
}

func (p *Program) instr(c *Code, in *Instr) string {
	var b strings.Builder
	info := opTable[in.Op]
	if info.dst {
		b.WriteString(reg(in.Dst) + " = ")
	}
	b.WriteString(info.name)
	switch in.Op {
	case Const:
		b.WriteString(" " + num(in.Value))
	case LoadU, StoreU:
		b.WriteString(" " + p.uniformName(in.Imm))
	case LoadC, StoreC, KeepC:
		b.WriteString(" " + p.columnName(in.Imm))
	case LoadCX, StoreCX:
		fmt.Fprintf(&b, " %s.. of %d", p.columnName(in.Imm), in.Aux)
	case LoadP, StoreP, AddP:
		b.WriteString(" " + p.portName(int(in.Imm)))
	case LoadArg, StoreArg, Lookup, TableOn, Train, TrainLen:
		fmt.Fprintf(&b, " %d", in.Imm)
	case SetSeq:
		fmt.Fprintf(&b, " %d", in.Imm)
		if in.Aux > 0 {
			fmt.Fprintf(&b, " id %d", in.Aux)
		}
	case Draw:
		fmt.Fprintf(&b, " %d %s", in.Imm, DrawKind(in.Aux))
	case ArmWatch:
		fmt.Fprintf(&b, " %d %s", in.Imm, map[int32]string{0: "falling", 1: "rising"}[in.Aux])
	case Print, Fail:
		if int(in.Imm) < len(c.Texts) {
			fmt.Fprintf(&b, " %q", c.Texts[in.Imm])
		}
		for i := int32(0); i < in.Aux; i++ {
			b.WriteString(" " + reg(in.A+Reg(i)))
		}
	}
	for _, o := range info.reads {
		switch o {
		case 'A':
			b.WriteString(" " + reg(in.A))
		case 'B':
			b.WriteString(" " + reg(in.B))
		case 'C':
			b.WriteString(" " + reg(in.C))
		}
	}
	if strings.Contains(info.reads, "b") && in.B >= 0 {
		b.WriteString(" if " + reg(in.B))
	}
	return b.String()
}

func (p *Program) uniformName(i int32) string {
	if i < 0 || int(i) >= len(p.Uniforms) {
		return "uniform?"
	}
	return p.Uniforms[i].Name
}

func (k DrawKind) String() string {
	switch k {
	case DrawUniform:
		return "uniform"
	case DrawNegExp:
		return "negexp"
	case DrawNormal:
		return "normal"
	case PickUniform:
		return "pick uniform"
	case PickNegExp:
		return "pick negexp"
	case PickNormal:
		return "pick normal"
	}
	return "draw?"
}
