package sim

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/record"
)

// Error is a failure of the model while it runs: what went wrong, when and
// where. It depends on the model alone, not on how the work was divided.
type Error struct {
	T    float64 // [ms]
	Mech string  // "" where the potential itself is at fault
	What string

	Gid     int     // -1: of no cell
	Section string  // "" of an artificial cell
	Pos     float64 // arc, 0..1
	Label   string  // of a stimulator
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Mech != "" {
		fmt.Fprintf(&b, "%s: ", e.Mech)
	}
	fmt.Fprintf(&b, "%s at t = %.6g ms", e.What, e.T)
	if e.Label != "" {
		fmt.Fprintf(&b, ", stimulator %q", e.Label)
	}
	if e.Gid >= 0 {
		fmt.Fprintf(&b, ", cell %d", e.Gid)
	}
	if e.Section != "" {
		fmt.Fprintf(&b, ", %s(%.6g)", e.Section, e.Pos)
	}
	return b.String()
}

// before says which of two failures is told.
func (e *Error) before(o *Error) bool {
	return cmp.Or(cmp.Compare(e.T, o.T), cmp.Compare(e.Gid, o.Gid), cmp.Compare(e.Mech, o.Mech),
		cmp.Compare(e.Section, o.Section), cmp.Compare(e.Pos, o.Pos), cmp.Compare(e.Label, o.Label)) < 0
}

// fail stops the group: the first failure in time is the one that is told.
func (g *group) fail(e *Error) {
	if g.err == nil || e.before(g.err) {
		g.err = e
	}
}

// failAt fails at an instance of a mechanism.
func (g *group) failAt(set, row int, t float64, what string) {
	if g.err != nil && g.err.T < t {
		return
	}
	m := &g.mechs[set]
	e := &Error{T: t, Mech: m.prog.Mech, What: what, Gid: -1}
	switch {
	case m.lay.Node != nil:
		g.locate(e, m.lay.Node[row])
	case m.lay.Source != nil && m.lay.Source[row] >= 0:
		src := &g.sim.net.Sources[m.lay.Source[row]]
		e.Gid, e.Label = src.Gid, src.Label
		if src.Gid < 0 {
			e.Gid = src.Target
		}
	}
	g.fail(e)
}

// locate says where a node is.
func (g *group) locate(e *Error, node int32) {
	for b := range g.lay.Blocks {
		blk := &g.lay.Blocks[b]
		k := int(node) - blk.First
		if k < 0 || k >= len(blk.Parent)*blk.Lanes {
			continue
		}
		if g.cellAt == nil {
			g.cellAt = map[[2]int32]*layout.Cell{}
			for i := range g.sim.net.Cells {
				if c := &g.sim.net.Cells[i]; c.Group == g.index && c.Block >= 0 {
					g.cellAt[[2]int32{c.Block, c.Lane}] = c
				}
			}
		}
		if c := g.cellAt[[2]int32{int32(b), int32(k % blk.Lanes)}]; c != nil {
			e.Gid = c.Gid
			if p := c.Places; p != nil {
				at := k / blk.Lanes
				e.Section, e.Pos = p.Names[p.Section[at]], p.Pos[at]
			}
		}
		return
	}
}

// checkSteps is how often potentials are looked at: at steps whose number this
// divides, so that what is told does not depend on the length of epochs.
const checkSteps = 64

// checkFinite fails where a potential is none. One that has become NaN or
// infinite never becomes a number again.
func (g *group) checkFinite() {
	if !slices.ContainsFunc(g.nodes.V, unfit) {
		return
	}
	for i := range g.sim.net.Cells {
		c := &g.sim.net.Cells[i]
		if c.Group != g.index || c.Block < 0 {
			continue
		}
		blk := &g.lay.Blocks[c.Block]
		for k := range blk.Parent {
			node := blk.First + k*blk.Lanes + int(c.Lane)
			if v := g.nodes.V[node]; unfit(v) {
				e := &Error{T: g.t, What: fmt.Sprintf("the membrane potential has become %g", v), Gid: -1}
				g.locate(e, int32(node))
				g.fail(e)
				return
			}
		}
	}
}

func unfit(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// checks says whether potentials are looked at after a step.
func (s *Sim) checks(step int) bool { return step%checkSteps == 0 || step == s.Steps() }

// failed returns the first failure of this rank in time.
func (s *Sim) failed() *Error {
	var first *Error
	for _, g := range s.groups {
		if g.err != nil && (first == nil || g.err.before(first)) {
			first = g.err
		}
	}
	return first
}

// ErrOtherRank says that the run has failed on another rank, which knows why.
var ErrOtherRank = errors.New("the run has failed on another rank")

// stopAt ends the run where it failed first on any rank: what groups have
// computed from then on is forgotten. own is this rank's failure, nil if there is
// none.
func (s *Sim) stopAt(own *Error) error {
	var mine []byte
	if own != nil {
		mine = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, math.Float64bits(own.T)), uint64(own.Gid))
	}
	all, err := s.comm.Share(mine)
	if err != nil {
		return err
	}
	first, t, gid := -1, math.Inf(1), uint64(0) // the rank that tells
	for r, b := range all {
		if len(b) < 16 {
			continue // it has not failed
		}
		x, g := math.Float64frombits(binary.LittleEndian.Uint64(b)), binary.LittleEndian.Uint64(b[8:])
		if first < 0 || x < t || x == t && int64(g) < int64(gid) {
			first, t, gid = r, x, g
		}
	}
	// Samples are counted as they are taken: by adding up their distance.
	frames := int64(0)
	for at := 0.; at < t; at += s.net.RecordStep {
		frames++
	}
	frames = max(frames-s.frames, 0)
	for _, g := range s.groups {
		for k := range g.records {
			r := &g.records[k]
			r.data = r.data[:min(int(frames), len(r.data))]
		}
	}
	s.events = slices.DeleteFunc(s.events, func(e record.Event) bool { return e.T >= t })
	s.t, s.stopped = t, true
	if first != s.comm.Rank() {
		return ErrOtherRank
	}
	return own
}
