// Package lower turns an ir.Model into a layout.Network: it discretises
// morphologies, compiles the mechanisms, resolves every name to a slot, groups
// cells into lanes, and decides the epoch.
//
// In: a checked ir.Model. Out: a layout.Network, and diagnostics that name
// the rule which asked for what does not exist. Next: runtime/sim.
//
// The stages, one file each: mechs.go (programs, uniforms, order of a step),
// cells.go (geometry, nodes, painted values of each cell type), partition.go
// (lane blocks and groups), fill.go (columns), edges.go (sources, edges,
// epoch), couple.go (couplings without events), records.go (what is sampled).
package lower

import (
	"math"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/ir/mech/codegen"
	"github.com/rallsim/rall/runtime/kernel"
)

// Options choose between lowerings of one model that give the same results.
type Options struct {
	Compile codegen.Options
	// GroupNodes is the number of CVs that a group aims at; 0 chooses by the
	// size of the network.
	GroupNodes int
	// Threads is how many will step the groups.
	Threads int
	// Ends fills Network.CVs even where no i_membrane_ is recorded.
	Ends bool
	// Shuffle, for tests, permutes cells over lanes and groups with this seed.
	Shuffle uint64
	// Rank of Ranks asks for one rank's part of the network: groups of other
	// ranks stay empty. Ranks 0: all.
	Rank, Ranks int
}

// lowering is the work in progress.
type lowering struct {
	m     *ir.Model
	opt   Options
	diags *diag.List
	net   *layout.Network

	mechIndex   map[string]int // into net.Mechs
	colIndex    []map[string]column
	ionIndex    map[string]int
	types       map[*ir.CellType]*cellType
	cells       []*cell // every gid, compartmental and artificial, in gid order
	byGid       gidIndex
	stims       []stim // numbered as edges name them
	points      []pointRow
	rowPlace    [][]place // by table and row: where the instance went
	projs       []projection
	stimPlace   []place
	couplings   []coupling
	placed      map[placedKey]place
	merging     []*merging
	merges      map[int]*merging // by mechanism
	lone        map[pointKey]string
	keepColumns bool                      // somebody will write into the columns
	indexed     bool                      // somebody will put edges into the network
	globals     map[globalKey]layout.Var  // that are a number of the group
	tableCols   map[*ir.ParamColumn][]int // by the first column of a table: the frame's, -1 where there is none
}

// column is where a named column of a program stands in a Frame.
type column struct{ first, n int }

// place is an instance in a group.
type place struct{ group, set, row int32 }

// Lower lowers m. It returns nil when diags holds an error.
func Lower(m *ir.Model, opt Options, diags *diag.List) *layout.Network {
	l := newLowering(m, opt, diags)
	if !l.run() {
		return nil
	}
	return l.net
}

func newLowering(m *ir.Model, opt Options, diags *diag.List) *lowering {
	c := m.Conditions
	l := &lowering{m: m, opt: opt, diags: diags, types: map[*ir.CellType]*cellType{}, globals: map[globalKey]layout.Var{}}
	l.net = &layout.Network{Dt: c.Dt, Duration: c.Duration, Celsius: c.Celsius, RecordStep: c.RecordStep, RecordStim: c.RecordStim, SecondOrder: c.SecondOrder}
	if l.net.RecordStep <= 0 {
		l.net.RecordStep = c.Dt
	}
	return l
}

// run takes the model through all stages, and says whether it came through.
func (l *lowering) run() bool {
	for _, stage := range []func(){l.mechanisms, l.buildCells, l.collectEdges, l.collectCouplings, l.partition, l.fill, l.connect, l.couple, l.play, l.ends, l.record} {
		stage()
		if l.diags.HasErrors() {
			return false
		}
	}
	return true
}

// frameColumns numbers a program's columns as a Frame holds them; the hidden
// ones, which nothing may name, only count.
func frameColumns(p *kernel.Program) (map[string]column, int) {
	at := make(map[string]column, len(p.Columns))
	n := 0
	for _, c := range p.Columns {
		w := max(c.Len, 1)
		if !c.Hidden {
			at[c.Name] = column{n, w}
		}
		n += w
	}
	return at, n
}

func isNaN(x float64) bool { return math.IsNaN(x) }
