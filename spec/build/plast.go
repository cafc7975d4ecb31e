package build

import (
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// Plasticity. A rule with plast has an instance of a mechanism for every
// connection, at the beginning of the section of its synapse. Events of weight
// 1 tell it of the source's spikes, of weight -1 of the target's, both 1 ms
// late, and its POINTER stands for the connection's weight.

const (
	plastMech    = "STDP"      // the only one that NetPyNE connects
	plastPointer = "synweight" // its POINTER
	plastDelay   = 1           // [ms] NEURON's default
)

// plastMaker returns the maker of a rule's instances, nil if it is no good.
func (b *builder) plastMaker(q *request) *synMaker {
	p := q.plast
	if maker, ok := b.plastMakers[p]; ok {
		return maker
	}
	b.plastMakers[p] = nil // so that its errors are told once
	if p.Mech.S != plastMech {
		b.diags.ErrorHint(diag.Unsupported, or(p.Mech.Pos, p.Pos), "name the mechanism "+plastMech, "%q: plast connects a mechanism of the name %s only, as NetPyNE does: %q would change nothing", q.label, plastMech, p.Mech.S)
		return nil
	}
	def := b.mechanism(p.Mech.S, p.Mech.Pos, mech.PointProcess, "point process")
	if def == nil {
		return nil
	}
	if id := def.Lookup(plastPointer); id < 0 || def.Vars[id].Storage != mech.Pointer || def.Receive == nil {
		b.diags.Errorf(diag.BadMech, p.Mech.Pos, "%q: plast needs a mechanism with a POINTER %s and a NET_RECEIVE, which %q has not", q.label, plastPointer, def.Name)
		return nil
	}
	maker := &synMaker{}
	t := &ir.PointTable{Label: plastMech, Mech: def.Name, Synapse: true, Plastic: true, Pos: p.Pos}
	for _, x := range p.Params {
		if x.Kind != spec.Number {
			b.diags.Errorf(diag.BadType, x.Pos, "%q: plast takes numbers, %s is none", q.label, x.Name)
			continue
		}
		b.checkParam(def, x)
		t.Params = append(t.Params, ir.ParamColumn{Name: x.Name})
		maker.values = append(maker.values, b.convert(x.Value, b.unitOf(def, x.Name)))
	}
	b.plastMakers[p] = maker
	maker.table = b.newTable(t)
	return maker
}

// plastic makes what changes the weight of the edge that has just been made,
// whose synapse is in section sec.
func (b *builder) plastic(q *request, sec, element int) {
	if q.plast == nil || b.failed {
		return
	}
	maker := b.plastMaker(q)
	if maker == nil {
		b.failed = true
		return
	}
	edge := b.order - 1
	to := ir.Target{Gid: q.post.gid, Table: int32(maker.table), Row: -1}
	kept := q.post.own || q.post.watched
	t := b.m.Points[maker.table]
	if b.part != nil {
		place := b.made(maker.table, q.post, sec, 0, 1)
		if kept {
			t.Order = append(room(t.Order, 1), int64(place))
		}
	}
	if kept {
		to.Row = int32(len(t.Gid))
		t.Gid, t.Section, t.At = append(room(t.Gid, 1), q.post.gid), append(room(t.Section, 1), sec), append(room(t.At, 1), 0)
		for k, x := range maker.values {
			t.Params[k].Values = append(room(t.Params[k].Values, 1), x)
		}
		if q.post.watched {
			q.post.syns = append(q.post.syns, synapse{to.Table, to.Row})
		}
	}
	if q.post.own {
		b.m.Couplings = append(b.m.Couplings, ir.Coupling{Label: q.label, Pos: q.plast.Pos, Weight: &ir.EdgeWeight{Order: edge, Element: element},
			From: ir.Ref{Gid: q.post.gid, Table: -1, Place: -1}, To: ir.Ref{Gid: q.post.gid, Var: plastPointer, Table: to.Table, Row: to.Row, Place: -1}})
	}
	b.addEdgeTo(q.tellers, q, int64(q.pre.gid), to, 1, plastDelay, 0)
	b.addEdgeTo(q.tellers, q, int64(q.post.gid), to, -1, plastDelay, 0)
}
