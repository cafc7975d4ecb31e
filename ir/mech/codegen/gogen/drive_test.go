package gogen

import (
	"fmt"
	"math"
	"strings"

	"github.com/rallsim/rall/runtime/kernel"
)

// This file is compiled twice: here, to drive the interpreter, and into the
// package under test, to drive generated code.

// drive runs what a simulation runs, on n instances with values of all kinds,
// and returns everything that is left, bit for bit.
func drive(p *kernel.Program, n int, build func(*kernel.Frame), run func(entry string, f *kernel.Frame, lo, hi int)) string {
	f := kernel.NewFrame(p, n)
	h := &diary{}
	f.Host = h
	state := uint64(len(p.Mech)) * 7919
	random := func() float64 { // in [0, 1)
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	row := 0
	for _, c := range p.Columns {
		for range c.Len {
			for i := range f.Columns[row] {
				if c.Param && c.Default != 0 {
					f.Columns[row][i] = c.Default * (0.9 + float64(0.2*random()))
				} else {
					f.Columns[row][i] = random()
				}
			}
			row++
		}
	}
	f.Uniforms[kernel.UniformT] = 0.3
	for i, q := range p.Ports {
		d := &f.Ports[i]
		if p.Kind == kernel.PointProcess { // several on a node
			d.First = -1
			for k := range n {
				d.Index = append(d.Index, int32(k/2))
			}
		}
		for k := range d.Data {
			x := random()
			switch q.Quantity {
			case kernel.V:
				x = -90 + float64(120*x)
			case kernel.IonE:
				x = -80 + float64(130*x)
			case kernel.Area, kernel.Diam, kernel.PointFac:
				x = d.Data[k] * (1 + x)
			}
			d.Data[k] = x
		}
	}
	for i := range f.Args {
		f.Args[i] = 0.01 * float64(i+1)
	}
	build(f)
	run("beforeinit", f, 0, n)
	run("init", f, 0, n)
	run("afterinit", f, 0, n)
	run("prepare", f, 0, n)
	for step := range 4 {
		f.Flag = float64(step)
		for k := range min(n, 3) {
			run("receiveinit", f, k, k+1)
			run("receive", f, k, k+1)
		}
		for i, q := range p.Ports {
			switch q.Quantity {
			case kernel.V, kernel.IonE, kernel.IonIn, kernel.IonOut:
				for k := range f.Ports[i].Data {
					f.Ports[i].Data[k] *= 1 - float64(0.3*float64(step))
				}
			}
		}
		for _, entry := range []string{"watch", "beforebreakpoint", "current", "state", "aftersolve", "beforestep"} {
			run(entry, f, 0, n)
		}
		f.Uniforms[kernel.UniformT] += f.Uniforms[kernel.UniformDt]
	}
	for _, c := range f.Columns {
		h.numbers("column", c)
	}
	for _, q := range f.Ports {
		h.numbers("port", q.Data)
	}
	h.numbers("uniforms", f.Uniforms)
	h.numbers("args", f.Args)
	return p.Mech + "\n" + h.b.String()
}

// diary is a Host that writes down what it is asked for.
type diary struct {
	b     strings.Builder
	draws int
}

func (d *diary) numbers(what string, xs []float64) {
	d.b.WriteString(what)
	for _, x := range xs {
		if x != x {
			d.b.WriteString(" NaN")
		} else {
			fmt.Fprintf(&d.b, " %x", math.Float64bits(x))
		}
	}
	d.b.WriteByte('\n')
}

func (d *diary) note(format string, args ...any) { fmt.Fprintf(&d.b, format+"\n", args...) }

func (d *diary) Draw(k, stream int, kind kernel.DrawKind) float64 {
	d.draws++
	d.note("draw %d %d %d", k, stream, kind)
	return float64(d.draws%17)/17 + 0.01
}
func (d *diary) SetSeq(k, stream, id int, x float64) { d.note("seq %d %d %d %x", k, stream, id, x) }
func (d *diary) Train(k, series, i int) float64      { return float64(k + series + i&7) }
func (d *diary) TrainLen(k, series int) int          { return k&3 + series }
func (d *diary) EdgeCount(k int) int                 { return k % 3 }
func (d *diary) EdgeArgs(k, i int) []float64         { d.note("edge %d %d", k, i); return make([]float64, 16) }
func (d *diary) Send(k int, delay, flag float64, at string) {
	d.note("send %d %x %x %s", k, delay, flag, at)
}
func (d *diary) MoveEvent(k int, at float64, p string) { d.note("move %d %x %s", k, at, p) }
func (d *diary) Emit(k int, at float64, p string)      { d.note("emit %d %x %s", k, at, p) }
func (d *diary) ArmWatch(k, w int, flag float64, rising bool) {
	d.note("watch %d %d %x %t", k, w, flag, rising)
}
func (d *diary) Printf(k int, format string, args []float64) {
	d.note("print %d %s %x", k, format, args)
}
func (d *diary) Failed(k int, what string) { d.note("failed %d %s", k, what) }
