package build

import (
	"slices"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// Continuous connections: a variable of a synaptic mechanism on the target
// cell follows a variable of the source cell, and the other way round by an
// instance on the source cell. NetPyNE makes the target's side with the
// connection, and the sides of all source cells when all rules are done.

// follower is a continuous connection of which the target's side is made.
type follower struct {
	q       request
	label   *spec.SynMech
	pointer *spec.PointerParams
	row     ir.Target
	at      ir.Location
	weight  float64 // before factors
}

// weightName is the parameter that takes a continuous connection's weight.
const weightName = "weight"

func weightOf(def *mech.Def) bool {
	id := def.Lookup(weightName)
	return id >= 0 && def.Vars[id].Storage == mech.Instance
}

// pointer returns what makes a request's connections continuous, nil for those
// with events.
func (q *request) pointer(sm *spec.SynMech) *spec.PointerParams {
	if sm.Pointer == nil && q.gap.S != "" {
		return &spec.PointerParams{Pos: q.gap.Pos, Target: q.gap, Source: spec.Text{S: "v", Pos: q.gap.Pos}}
	}
	return sm.Pointer
}

// follow makes the target's side of a request's continuous connections.
func (b *builder) follow(q *request, sm *spec.SynMech, p *spec.PointerParams, rows []ir.Target, at []int, locs, weights []float64) {
	if b.failed {
		return
	}
	if q.plast != nil {
		b.failf(diag.BadValue, q.plast.Pos, "%q: plast changes weights of events, and synMech %q follows the source cell without any", q.label, sm.Label)
		return
	}
	if q.stim != nil || q.pre.typ == nil {
		b.failf(diag.BadValue, q.pos, "%q: synMech %q follows a variable of the source cell's sections, but the source is a stimulus or an artificial cell", q.label, sm.Label)
		return
	}
	def := b.cat.Get(sm.Mod.S)
	id := def.Lookup(p.Target.S)
	if id < 0 || def.Vars[id].Storage != mech.Pointer && (def.Vars[id].Storage != mech.Instance || !def.Vars[id].Visible && !def.Vars[id].Param) {
		var names []string
		for i := range def.Vars {
			if v := &def.Vars[i]; v.Storage == mech.Pointer || v.Storage == mech.Instance && v.Visible {
				names = append(names, v.Name)
			}
		}
		b.failHint(diag.UnknownName, p.Target.Pos, diag.DidYouMean(p.Target.S, names), "synMech %q: mechanism %q has no RANGE or POINTER variable %q that could follow another cell",
			sm.Label, def.Name, p.Target.S)
		return
	}
	weights = slices.Clone(weights) // spread uses its memory again
	raw, ok := b.spread(q, argWeight, len(rows), b.s.Net.DefaultWeight, 1)
	if !ok {
		return
	}
	for i := range rows {
		if !b.s.Cfg.AllowConnsWithWeight0 && weights[i] == 0 {
			continue
		}
		b.setWeight(rows[i], weights[i])
		b.followers = append(b.followers, follower{*q, sm, p, rows[i], ir.Location{Section: at[i], Pos: locs[i]}, raw[i]})
	}
}

// setWeight gives an instance its connection's weight, if it has a parameter
// for it.
func (b *builder) setWeight(at ir.Target, weight float64) {
	t := b.m.Points[at.Table]
	for k := range t.Params {
		if t.Params[k].Name == weightName {
			t.Params[k].Values[at.Row] = weight
		}
	}
}

// followBack makes the source's side of all continuous connections.
func (b *builder) followBack() {
	for i := range b.followers {
		f := &b.followers[i]
		b.failed = false
		sec := f.q.preSec
		if !sec.IsSet() {
			sec = spec.Names{One: "soma", Pos: f.q.pos}
		}
		q := request{label: f.q.label, pos: f.q.pos, pre: f.q.post, post: f.q.pre, synMech: f.q.synMech, nth: f.q.nth, sec: sec, gap: f.q.gap,
			randomSec: b.s.Cfg.ConnRandomSecFromList, uniform: b.s.Cfg.DistributeSynsUniformly}
		q.args[argLoc] = fixed(f.q.preLoc)
		secs := b.targetSections(&q)
		if secs == nil {
			continue
		}
		at, locs, ok := b.placeSynapses(&q, secs, 1)
		if !ok {
			continue
		}
		if !(locs[0] >= 0 && locs[0] <= 1) {
			b.failf(diag.BadValue, q.pos, "%q: preLoc is %g; it runs from 0 to 1", q.label, locs[0])
			continue
		}
		there := ir.Location{Section: at[0], Pos: locs[0]}
		b.coupling(f, q.post, there, f.q.post, f.row)
		if f.pointer.OneWay {
			continue
		}
		row := b.synapseAt(&q, f.label, at[0], locs[0])
		if b.failed {
			continue
		}
		b.setWeight(row, float64(f.weight*b.weightScale(&q)))
		b.coupling(f, f.q.post, f.at, q.post, row)
	}
	b.followers = nil
}

func (b *builder) coupling(f *follower, from *cell, at ir.Location, to *cell, row ir.Target) {
	src := ir.Ref{Gid: from.gid, At: at, Var: f.pointer.Source.S, Table: -1, Place: -1}
	if src.Var != "v" {
		src.Mech, src.Var = b.suffixed(src.Var)
	}
	b.m.Couplings = append(b.m.Couplings, ir.Coupling{Label: f.q.label, From: src, Pos: f.pointer.Pos,
		To: ir.Ref{Gid: to.gid, Var: f.pointer.Target.S, Table: row.Table, Row: row.Row, Place: -1}})
}
