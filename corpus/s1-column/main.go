// Command s1-column writes a column like that of rat somatosensory cortex
// (Markram H et al. 2015, Cell 163:456-492) as a SONATA circuit, of any size
// up to the whole: 31,346 cells of 207 morpho-electric types with about 1,000
// morphologies, ten channel types, and 37 million Tsodyks-Markram synapses.
//
// Everything is drawn from random streams that are named by what they are for
// (a morphology's number, a cell's), so that a seed gives one circuit, and
// edges are written as they are drawn, cell by cell: memory does not grow with
// the number of synapses. doc/performance.md says what running it takes.
//
// In: a size, a seed, a folder. Out: a circuit there. Next: rall run
// DIR/simulation_config.json.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"

	"github.com/rallsim/rall/internal/random"
)

// options are what is asked for.
type options struct {
	size         float64
	seed         int64
	duration, dt float64 // [ms]
	rate         float64 // [Hz] of the thalamus' fibres
	dir          string
}

func main() {
	o := options{}
	flag.Float64Var(&o.size, "size", .01, "part of the whole column, above 0 to 1")
	flag.Int64Var(&o.seed, "seed", 1, "of all random streams")
	flag.Float64Var(&o.duration, "duration", 100, "model time in the simulation's config [ms]")
	flag.Float64Var(&o.dt, "dt", .025, "time step there [ms]")
	flag.Float64Var(&o.rate, "rate", 8, "of each fibre of the thalamus [Hz]")
	flag.StringVar(&o.dir, "o", "", "folder for the circuit, which must not hold one")
	flag.Parse()
	if flag.NArg() > 0 || o.dir == "" {
		flag.Usage()
		os.Exit(2)
	}
	s, err := write(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d cells of %d types (%d morpho-electric), %d CVs, %d connections, %d synapses; %d from the thalamus\n",
		s.cells, s.types, s.meTypes, s.cvs, s.connections, s.synapses, s.fromThalamus)
}

// size is what a circuit has.
type size struct {
	cells, types, meTypes, cvs          int
	connections, synapses, fromThalamus int
}

// newColumn places the cells and makes their types.
func newColumn(o options) (*column, error) {
	if !(o.size > 0 && o.size <= 1) || !(o.duration > 0) || !(o.dt > 0) || !(o.rate > 0) {
		return nil, fmt.Errorf("a size of %g, %g ms in steps of %g ms, %g Hz: expected a size above 0 to 1 and the rest above 0", o.size, o.duration, o.dt, o.rate)
	}
	n := max(int(math.Round(o.size*wholeColumn)), 1)
	mes, err := meTypes(n)
	if err != nil {
		return nil, err
	}
	c := &column{seed: o.seed, cells: make([]cell, 0, n)}
	for _, me := range mes {
		used := min(me.m.variants(), me.count)
		for v := range used {
			name := fmt.Sprintf("%s_%02d", me.m.name, me.morphology[v])
			r := random.Keyed(o.seed, "s1-column/morphology/"+me.m.name, int64(me.morphology[v]))
			t, err := cellType(cellName(me, v), grow(&me.m.form, &r), me.etype)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			own := typ{CellType: t, me: me, morphology: name}
			own.survey()
			c.types = append(c.types, own)
			for range me.count*(v+1)/used - me.count*v/used {
				c.cells = append(c.cells, cell{typ: len(c.types) - 1, layer: me.m.layer, m: me.m})
			}
		}
	}
	bottom := make([]float64, len(layers))
	for i := len(layers) - 2; i >= 0; i-- {
		bottom[i] = bottom[i+1] + layers[i+1].thick
	}
	for i := range c.cells {
		r := random.Keyed(o.seed, "s1-column/place", int64(i))
		l := c.cells[i].layer
		x, z := 1., 1.
		for float64(x*x)+float64(z*z) > 1 {
			x, z = float64(2*r.Uniform())-1, float64(2*r.Uniform())-1
		}
		c.cells[i].at = vector{hundredth(radius * x), hundredth(bottom[l] + float64(layers[l].thick*r.Uniform())), hundredth(radius * z)}
	}
	return c, nil
}
