package hoc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/tree"
)

// topology prints all sections as trees, a character for a CV.
func (c *call) topology() value {
	type branch struct {
		s      *tree.Section
		indent int
		mark   string
	}
	c.in.print("\n")
	for _, root := range c.in.Tree.Sections() {
		if root.Parent != nil {
			continue
		}
		for todo := []branch{{root, 0, "|-"}}; len(todo) > 0 && !c.in.failed; {
			b := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			s := b.s
			rall := ""
			if s.Rall != 1 {
				rall = " with " + formatG(s.Rall, 6) + " rall branches"
			}
			if b.indent > 1<<20 || !c.work(b.indent+s.NSeg()) {
				return c.fail("a line of more than a million characters")
			}
			c.in.print(strings.Repeat(" ", b.indent) + b.mark + strings.Repeat("-", s.NSeg()-1) + fmt.Sprintf("|       %s(%d-%d)%s\n", s.Name, int(s.ChildX), 1-int(s.ChildX), rall))
			for _, ch := range s.Children() { // the last comes first
				at := -1
				switch x := ch.ParentX; {
				case x > 0 && x < 1:
					at = s.Node(x)
				case x != s.ChildX:
					at = s.NSeg()
				}
				todo = append(todo, branch{ch, max(b.indent-1, 0) + at + 2, "`"})
			}
		}
	}
	c.in.print("\n")
	return number(1)
}

// psection prints what the current section is, with the parameters of its
// first CV.
func (c *call) psection() value {
	s := c.section()
	if s == nil {
		return value{}
	}
	if err := c.in.Tree.Refresh(s); err != nil {
		return c.fail("%v", err)
	}
	g := func(x float64) string { return formatG(x, 6) }
	var b strings.Builder
	fmt.Fprintf(&b, "%s { nseg=%d  L=%s  Ra=%s", s.Name, s.NSeg(), g(s.Length()), g(s.Ra))
	if s.Rall != 1 {
		b.WriteString(" rallbranch=" + g(s.Rall))
	}
	if s.Parent != nil {
		fmt.Fprintf(&b, "\n\t%s connect %s (%s), %s\n", s.Parent.Name, s.Name, g(s.ChildX), g(s.ParentX))
	} else {
		root := 0
		for _, k := range c.in.Tree.Sections()[:slices.Index(c.in.Tree.Sections(), s)] {
			if k.Parent == nil {
				root++
			}
		}
		fmt.Fprintf(&b, "\n\t/*location %s attached to cell %d*/\n", g(s.ChildX), root)
	}
	b.WriteString("\t/* First segment only */\n")
	n := s.Nodes[0]
	var diam, cap tree.Inst
	for _, inst := range c.in.Tree.Order(n, &diam, &cap) {
		switch inst {
		case &diam:
			b.WriteString("\tinsert morphology { diam=" + g(n.Diam) + "}\n")
			continue
		case &cap:
			c.in.fetch(c.fr, c.pos, Ref{Kind: CapacitanceRef, Node: n}, &n.Cm)
			b.WriteString("\tinsert capacitance { cm=" + g(n.Cm) + "}\n")
			continue
		}
		b.WriteString("\tinsert " + inst.Mech.Name + " {")
		for _, v := range c.in.vartypes(&numbered{name: inst.Mech.Name, mech: inst.Mech}, s) {
			if v.typ == 1 {
				c.in.fetch(c.fr, c.pos, Ref{Kind: ElementRef, Inst: inst, K: v.at}, &inst.P[v.at])
				b.WriteString(" " + v.name + "=" + g(inst.P[v.at]))
			}
		}
		b.WriteString("}\n")
	}
	b.WriteString("}\n")
	c.in.print(b.String())
	return number(1)
}
