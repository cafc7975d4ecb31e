package swc

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Printed is what NEURON's Import3d says of a file, for the programs in HOC that
// read it so and whose output has these lines.
type Printed struct {
	Input    []Line // when the file is read
	Check    []Line // when the sections are checked, before they are created; a quiet reader too
	Create   []Line // when they are created, each time; a quiet reader too
	Err      bool   // the reader's err
	Sections int    // how many objects Import3d makes of sections
	Made     []int  // which of them each section of the morphology is
}

// Line is a line, or a piece of lines: Before, a name, After.
type Line struct {
	Before string
	Name   Name
	After  string
	Always bool         // a quiet reader says it too
	Stack  [][3]float64 // behind it: the centre of these points, and their principal axes
}

// Name is what a line names: the object of a section, by its number, the file, or
// nothing.
type Name int

const (
	NoName   Name = -1
	FileName Name = -2
)

func line(format string, args ...any) Line {
	return Line{Before: fmt.Sprintf(format, args...), Name: NoName}
}

func (p *Printed) input(l ...Line) { p.Input = append(p.Input, l...) }

// removed tells that a section of so many points, number k, was removed; moved
// are those that move to its parent. NEURON removes none of more than two points.
func (p *Printed) removed(k, points, at int, moved []int) {
	switch {
	case points < 2:
		p.Check = append(p.Check, Line{Before: "One point section ", Name: Name(k), After: fmt.Sprintf(" ending at line %d has been removed\n", at)})
	case points == 2:
		p.Check = append(p.Check, line("Two point section ending at line %d with 0 length has been removed\n", at))
	default:
		return
	}
	for _, m := range moved {
		p.Check = append(p.Check, Line{Before: "\tand child ", Name: Name(m), After: " reattached\n"})
	}
}

// progress is what the reader of Neurolucida files says while it reads lines,
// all of the file or not.
func progress(lines int, all bool) Line {
	var b strings.Builder
	b.WriteString("\n")
	for n := 1000; n <= lines; n += 1000 {
		fmt.Fprintf(&b, "\r%d lines read", n)
	}
	if all {
		fmt.Fprintf(&b, "\r%d lines read\n", lines)
	}
	return line("%s", b.String())
}

// stackArea is the area of the triangles between the outlines of a stack, as
// Import3d measures it; it prints it and makes no use of it. It is no number
// where NEURON finds that three lengths make no triangle.
func stackArea(stack []*part) float64 {
	area := 0.0
	for i := 1; i < len(stack); i++ {
		a, b := stack[i-1].x, stack[i].x
		ia, ib := stack[i-1].clockwise(a[0]), stack[i].clockwise(a[0])
		p, q := 0, 0
		side := distance(a[ia[0]], b[ib[0]])
		for p < len(ia)-1 || q < len(ib)-1 {
			// The next triangle is the one with the shorter new side.
			onB := p == len(ia)-1
			if !onB && q < len(ib)-1 {
				onB = !(flat(a[ia[p+1]], b[ib[q]]) < flat(a[ia[p]], b[ib[q+1]])-eps)
			}
			var third float64
			if onB {
				third = distance(b[ib[q]], b[ib[q+1]])
				q++
			} else {
				third = distance(a[ia[p]], a[ia[p+1]])
				p++
			}
			next := distance(a[ia[p]], b[ib[q]])
			area += triangle(side, next, third)
			side = next
		}
	}
	return area
}

// flat is the square of a distance in the xy plane.
func flat(a, b [3]float64) float64 {
	dx, dy := a[0]-b[0], a[1]-b[1]
	return float64(dx*dx) + float64(dy*dy)
}

// clockwise are the numbers of an outline's points, one way round, from the one
// nearest to a place and back to it.
func (p *part) clockwise(from [3]float64) []int {
	c, _ := circle(p.x)
	n := len(p.x)
	order := make([]int, n)
	u, v := p.x[0], p.x[1]
	back := float64((u[0]-c[0])*(v[1]-c[1]))-float64((v[0]-c[0])*(u[1]-c[1])) > eps
	for i := range order {
		order[i] = i
		if back {
			order[i] = n - 1 - i
		}
	}
	best, dmin := 0, 1e9
	for i, k := range order {
		if d := distance(p.x[k], from); d < dmin-eps {
			best, dmin = i, d
		}
	}
	order = append(order[best:], order[:best]...)
	return append(order, order[0])
}

// triangle is the area of a triangle with sides a, b and c, after Kahan.
func triangle(sides ...float64) float64 {
	slices.Sort(sides)
	a, b, c := sides[2], sides[1], sides[0]
	return .25 * math.Sqrt(float64(float64(float64((a+(b+c))*(c-(a-b)))*(c+(a-b)))*(a+(b-c))))
}
