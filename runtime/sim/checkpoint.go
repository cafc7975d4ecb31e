package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/internal/sealed"
	"github.com/rallsim/rall/runtime/event"
)

// A checkpoint is everything that a run goes on from: one file a rank, each
// with what that rank computes. Everything in it is found by what it is in the
// model (gid and node of a cell, number of an instance, edge or source), never
// by where a group keeps it, so that any number of ranks and threads can go on
// with any partition. It is taken between epochs, when every spike has been
// handed to those who listen: what is on its way is in the queues.
//
// What follows from the model alone (geometry, weights of edges that never
// change, tables) is not in it: Restore initialises the network first, then
// puts in what the checkpoint holds, and wants every cell, instance, edge and
// detector of this rank to be in one of the files.

const checkpointTitle = "rall state 1"

// kinds of records of a checkpoint
const (
	recHead uint32 = iota + 1
	recNodes
	recIon
	recMech
	recEdges
	recDetectors
	recEvents
	recEnd
)

// checkpointHead is the first record.
type checkpointHead struct {
	Fingerprint string
	Steps       int64
	Samples     int64
	T           uint64 // bits of times [ms]
	SampleT     uint64
	LastT       uint64
	Mechs       []string
	Ions        []string
}

func (s *Sim) mechNames() []string {
	var names []string
	for i := range s.net.Mechs {
		names = append(names, s.net.Mechs[i].Program.Mech)
	}
	return names
}

func (s *Sim) ionNames() []string {
	var names []string
	for i := range s.net.Ions {
		names = append(names, s.net.Ions[i].Name)
	}
	return names
}

// WriteCheckpoint writes the state of this rank to a new file. The run must
// be between two epochs, and the sink hold everything.
func (s *Sim) WriteCheckpoint(path, fingerprint string) (err error) {
	w, err := sealed.Create(path, checkpointTitle)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := w.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(path)
		}
	}()
	h := checkpointHead{Fingerprint: fingerprint, Steps: int64(s.steps), T: math.Float64bits(s.t), Samples: s.frames,
		Mechs: s.mechNames(), Ions: s.ionNames()}
	if len(s.groups) > 0 {
		g := s.groups[0]
		h.Samples, h.SampleT, h.LastT = int64(g.sample), math.Float64bits(g.sampleT), math.Float64bits(g.lastT)
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := w.Append(recHead, text); err != nil {
		return err
	}
	var e encoder
	for _, g := range s.groups {
		for _, part := range []struct {
			kind  uint32
			write func(*encoder)
		}{{recNodes, g.saveNodes}, {recEdges, g.saveEdges}, {recDetectors, g.saveDetectors}, {recEvents, g.saveEvents}} {
			e.b = e.b[:0]
			part.write(&e)
			if err := w.Append(part.kind, e.b); err != nil {
				return err
			}
		}
		for k := range g.ions {
			e.b = e.b[:0]
			g.saveIon(&e, k)
			if err := w.Append(recIon, e.b); err != nil {
				return err
			}
		}
		for k := range g.mechs {
			e.b = e.b[:0]
			g.saveMech(&e, k)
			if err := w.Append(recMech, e.b); err != nil {
				return err
			}
		}
	}
	if err := w.Append(recEnd); err != nil {
		return err
	}
	return w.Sync()
}

// cells calls f for every compartmental cell of the group, with the flat
// number of its first node and the distance to the next.
func (g *group) cells(f func(gid, first, stride, n int)) {
	for i := range g.sim.net.Cells {
		c := &g.sim.net.Cells[i]
		if c.Group == g.index && c.Block >= 0 {
			b := &g.lay.Blocks[c.Block]
			f(c.Gid, b.First+int(c.Lane), b.Lanes, len(b.Parent))
		}
	}
}

func (g *group) saveNodes(e *encoder) {
	g.cells(func(gid, first, stride, n int) {
		e.int(int64(gid))
		e.int(int64(n))
		for k := range n {
			e.float(g.nodes.V[first+k*stride])
			e.float(g.nodes.Rhs[first+k*stride])
			e.float(g.membrane.at(first + k*stride))
		}
	})
}

// nodeKeys returns gid and number of every node of the group; padding lanes
// have -1.
func (g *group) nodeKeys() (gid []int64, node []int32) {
	gid, node = make([]int64, len(g.nodes.V)), make([]int32, len(g.nodes.V))
	for i := range gid {
		gid[i] = -1
	}
	g.cells(func(id, first, stride, n int) {
		for k := range n {
			gid[first+k*stride], node[first+k*stride] = int64(id), int32(k)
		}
	})
	return gid, node
}

func (g *group) saveIon(e *encoder, k int) {
	ion := &g.ions[k]
	gid, node := g.nodeKeys()
	e.int(int64(ion.slots.Ion))
	for i, n := range ion.slots.Node {
		e.int(gid[n])
		e.int(int64(node[n]))
		for _, col := range ion.columns() {
			e.float(col[i])
		}
	}
}

func (ion *ionState) columns() [5][]float64 {
	return [5][]float64{ion.e, ion.in, ion.out, ion.cur, ion.di}
}

func (g *group) saveMech(e *encoder, k int) {
	m := &g.mechs[k]
	e.int(int64(m.lay.Mech))
	e.int(int64(len(m.frame.Uniforms)))
	for _, x := range m.frame.Uniforms {
		e.float(x)
	}
	for i := range m.lay.N {
		e.int(m.lay.Order[i])
		for c, col := range m.frame.Columns {
			if m.idle[c] {
				col = m.lay.Columns[c]
				e.float(col[min(i, len(col)-1)])
				continue
			}
			e.float(col[i])
		}
		for s := range m.streams {
			st := m.streams[s][i].State()
			for _, x := range [...]uint32{st.IDs[0], st.IDs[1], st.IDs[2], st.Key[0], st.Key[1], st.Seq, uint32(st.Which)} {
				e.int(int64(x))
			}
			e.bool(st.Waits)
			e.float(st.Second)
		}
		for p := range m.pointers {
			e.float(m.pointers[p].held(m.lay.Bound[p][i], i))
		}
		if m.prog.Receive != nil {
			sent := int64(0)
			if m.seq != nil {
				sent = m.seq[i]
			}
			e.int(sent)
			for _, w := range m.watch[i*m.prog.Watches : (i+1)*m.prog.Watches] {
				e.bool(w.armed)
				e.bool(w.was)
				e.float(w.flag)
			}
		}
	}
}

func (g *group) saveEdges(e *encoder) {
	ed := &g.lay.Edges
	for k, order := range ed.Order {
		w := g.weightsOf(k)
		e.int(order)
		e.int(int64(len(w)))
		for _, x := range w {
			e.float(x)
		}
	}
}

// weightsOf returns the weight vector of an edge of the group.
func (g *group) weightsOf(k int) []float64 {
	ed := &g.lay.Edges
	first := int(ed.Weight[k])
	return g.weights[first : first+g.mechs[ed.Set[k]].prog.NArgs]
}

func (g *group) saveDetectors(e *encoder) {
	for k := range g.lay.Detectors {
		e.int(int64(g.lay.Detectors[k].Source))
		e.bool(g.fired[k])
	}
}

// nthPlay returns how many plays before play k set the same variable.
func (g *group) nthPlay(k int) int {
	p, n := &g.lay.Plays[k], 0
	for i := range k {
		if q := &g.lay.Plays[i]; q.Set == p.Set && q.Row == p.Row && q.Col == p.Col {
			n++
		}
	}
	return n
}

// Events know their target by its mechanism and number, and the weight vector
// in force by its edge. A play is known by what it sets.
func (g *group) saveEvents(e *encoder) {
	for _, ev := range g.queue.All() {
		e.float(ev.At)
		e.float(ev.Sent)
		e.int(ev.Src)
		e.int(ev.Ord)
		e.float(ev.Flag)
		set, row, col := ev.Set, ev.Row, int32(-1)
		if ev.Set < 0 {
			p := &g.lay.Plays[ev.Row]
			set, row, col = p.Set, p.Row, p.Col
		}
		e.int(int64(g.mechs[set].lay.Mech))
		e.int(g.mechs[set].lay.Order[row])
		e.int(int64(col))
		edge := int64(-1)
		if ev.Set < 0 {
			edge = int64(g.nthPlay(int(ev.Row)))
		} else if ev.Args >= 0 {
			k, _ := slices.BinarySearch(g.lay.Edges.Weight, ev.Args)
			edge = g.lay.Edges.Order[k]
		}
		e.int(edge)
		e.bool(ev.Self)
		e.bool(ev.Handle > 0)
	}
}

// Restore sets the network to the state of a checkpoint, the files of all the
// ranks that took it.
func (s *Sim) Restore(paths []string, fingerprint string) error {
	print := s.opt.Print
	s.opt.Print = nil // what INITIAL prints was printed when the run began
	s.each(s.groups, (*group).reset)
	s.each(s.groups, func(g *group) { g.init(); g.queue.Clear(); g.out = g.out[:0] })
	s.opt.Print = print
	r := newRestorer(s)
	for i, path := range paths {
		if err := r.file(path, fingerprint, i == 0); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if err := r.complete(); err != nil {
		return err
	}
	for _, g := range s.groups {
		g.resumePlays()
		for k := range g.mechs {
			clear(g.mechs[k].frame.Same)
			g.mechs[k].findSame()
		}
		for k := range g.records {
			g.records[k].data = g.records[k].data[:0]
		}
	}
	s.events = s.events[:0]
	if err := s.failed(); err != nil {
		return err
	}
	return nil
}

// restorer puts the records of a checkpoint where they belong.
type restorer struct {
	s     *Sim
	cells map[int64]cellAt
	slots []map[nodeKey]slotAt // by ion
	insts []map[int64]instAt   // by mechanism
	edges map[int64]edgeAt     // by order
	det   map[int64]detectorAt // by source
	plays map[playKey]playAt   //
	head  checkpointHead
	left  [5]int // cells, slots, instances, edges, detectors not seen yet
}

type nodeKey struct {
	gid  int64
	node int32
}
type cellAt struct {
	g                *group
	first, stride, n int
}
type slotAt struct {
	ion *ionState
	i   int
}
type instAt struct {
	g        *group
	set, row int32
}
type edgeAt struct {
	g *group
	k int
}
type detectorAt struct {
	g *group
	k int
}
type playKey struct {
	mech  int
	order int64
	col   int32
	n     int // of several that set the same
}
type playAt struct {
	g *group
	k int
}

func newRestorer(s *Sim) *restorer {
	r := &restorer{s: s, cells: map[int64]cellAt{}, slots: make([]map[nodeKey]slotAt, len(s.net.Ions)), insts: make([]map[int64]instAt, len(s.net.Mechs)),
		edges: map[int64]edgeAt{}, det: map[int64]detectorAt{}, plays: map[playKey]playAt{}}
	for i := range r.slots {
		r.slots[i] = map[nodeKey]slotAt{}
	}
	for i := range r.insts {
		r.insts[i] = map[int64]instAt{}
	}
	for _, g := range s.groups {
		g.cells(func(gid, first, stride, n int) { r.cells[int64(gid)] = cellAt{g, first, stride, n} })
		gid, node := g.nodeKeys()
		for k := range g.ions {
			ion := &g.ions[k]
			for i, n := range ion.slots.Node {
				r.slots[ion.slots.Ion][nodeKey{gid[n], node[n]}] = slotAt{ion, i}
			}
		}
		for k := range g.mechs {
			lay := g.mechs[k].lay
			for i, order := range lay.Order {
				r.insts[lay.Mech][order] = instAt{g, int32(k), int32(i)}
			}
		}
		for k, order := range g.lay.Edges.Order {
			r.edges[order] = edgeAt{g, k}
		}
		for k := range g.lay.Detectors {
			r.det[int64(g.lay.Detectors[k].Source)] = detectorAt{g, k}
		}
		for k := range g.lay.Plays {
			p := &g.lay.Plays[k]
			lay := g.mechs[p.Set].lay
			r.plays[playKey{lay.Mech, lay.Order[p.Row], p.Col, g.nthPlay(k)}] = playAt{g, k}
		}
	}
	r.left = [5]int{len(r.cells), 0, 0, len(r.edges), len(r.det)}
	for _, m := range r.slots {
		r.left[1] += len(m)
	}
	for _, m := range r.insts {
		r.left[2] += len(m)
	}
	return r
}

// complete wants everything of this rank to have been in the files, once.
func (r *restorer) complete() error {
	for i, what := range []string{"cells", "places of ions", "instances", "edges", "detectors"} {
		if r.left[i] != 0 {
			return fmt.Errorf("the checkpoint does not have every one of the model's %s once (%+d)", what, -r.left[i])
		}
	}
	return nil
}

func (r *restorer) file(path, fingerprint string, first bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return r.read(f, info.Size(), fingerprint, first)
}

func (r *restorer) read(f io.Reader, size int64, fingerprint string, first bool) error {
	in, err := sealed.NewReader(f, size, checkpointTitle)
	if err != nil {
		return err
	}
	kind, body, err := in.Next()
	if err != nil {
		return notWhole(err)
	}
	var h checkpointHead
	if kind != recHead || json.Unmarshal(body, &h) != nil {
		return errors.New("its first record is not the head of a checkpoint")
	}
	if h.Fingerprint != fingerprint || !slices.Equal(h.Mechs, r.s.mechNames()) || !slices.Equal(h.Ions, r.s.ionNames()) {
		return fmt.Errorf("it was taken of another model, with other settings, or by another version of rall (fingerprint %s, expected %s)", h.Fingerprint, fingerprint)
	}
	switch {
	case first:
		if err := r.start(h); err != nil {
			return err
		}
	case h.Steps != r.head.Steps || h.T != r.head.T:
		return fmt.Errorf("it was taken at step %d, another rank's at step %d", h.Steps, r.head.Steps)
	}
	for {
		kind, body, err := in.Next()
		if err != nil {
			return notWhole(err)
		}
		if kind == recEnd {
			return nil
		}
		if err := r.record(kind, body); err != nil {
			return err
		}
	}
}

func (r *restorer) record(kind uint32, body []byte) error {
	d := decoder{b: body}
	switch kind {
	case recNodes:
		r.nodes(&d)
	case recIon:
		r.ion(&d)
	case recMech:
		r.mech(&d)
	case recEdges:
		r.edgeRecords(&d)
	case recDetectors:
		r.detectors(&d)
	case recEvents:
		r.events(&d)
	default:
		return fmt.Errorf("a record of kind %d, which is unknown", kind)
	}
	if d.bad != "" {
		return errors.New(d.bad)
	}
	return nil
}

func notWhole(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("it ends before its end")
	}
	return err
}

// start sets the clocks.
func (r *restorer) start(h checkpointHead) error {
	r.head = h
	t, sampleT, lastT := math.Float64frombits(h.T), math.Float64frombits(h.SampleT), math.Float64frombits(h.LastT)
	if h.Steps < 0 || h.Samples < 0 || !(t >= 0) || math.IsInf(t, 0) || math.IsNaN(sampleT) || math.IsNaN(lastT) {
		return errors.New("its times make no sense")
	}
	r.s.steps, r.s.t, r.s.frames = int(h.Steps), t, h.Samples
	for _, g := range r.s.groups {
		g.t, g.sample, g.sampleT, g.lastT = t, int(h.Samples), sampleT, lastT
	}
	return nil
}

func (r *restorer) nodes(d *decoder) {
	for d.more() {
		gid, n := d.int(), d.count(24)
		c, ok := r.cells[gid]
		if ok && c.n != n {
			d.fail("cell %d has %d nodes, not %d", gid, c.n, n)
			return
		}
		for k := range n {
			v, rhs, i := d.float(), d.float(), d.float()
			if ok {
				c.g.membrane.put(c.first+k*c.stride, i)
				c.g.nodes.V[c.first+k*c.stride], c.g.nodes.Rhs[c.first+k*c.stride] = v, rhs
			}
		}
		if ok {
			r.left[0]--
		}
	}
}

func (r *restorer) ion(d *decoder) {
	k := d.index(len(r.slots))
	for d.bad == "" && d.more() {
		key := nodeKey{d.int(), int32(d.int())}
		at, ok := r.slots[k][key]
		for c := range 5 {
			x := d.float()
			if ok {
				at.ion.columns()[c][at.i] = x
			}
		}
		if ok {
			r.left[1]--
		}
	}
}

func (r *restorer) mech(d *decoder) {
	k := d.index(len(r.insts))
	uniforms := make([]float64, d.count(8))
	if d.bad != "" {
		return
	}
	for i := range uniforms {
		uniforms[i] = d.float()
	}
	prog := r.s.net.Mechs[k].Program
	if len(uniforms) != len(r.s.net.Mechs[k].Uniforms) {
		d.fail("%s has %d uniforms, not %d", prog.Mech, len(r.s.net.Mechs[k].Uniforms), len(uniforms))
		return
	}
	for d.more() {
		order := d.int()
		at, ok := r.insts[k][order]
		var m *instances
		if ok {
			m = &at.g.mechs[at.set]
			copy(m.frame.Uniforms, uniforms)
			r.left[2]--
		}
		for c := range prog.Rows() {
			x := d.float()
			switch {
			case !ok, m.idle[c]:
			case !m.fixed[c]:
				m.frame.Columns[c][at.row] = x
			case math.Float64bits(m.frame.Columns[c][at.row]) != math.Float64bits(x):
				d.fail("%s has another value of what nothing changes", prog.Mech)
				return
			}
		}
		for s := range prog.Streams {
			var x [7]uint32
			for i := range x {
				x[i] = uint32(d.int())
			}
			waits, second := d.bool(), d.float()
			if ok {
				m.streams[s][at.row].SetState(random.State{IDs: [3]uint32(x[:3]), Key: [2]uint32(x[3:5]), Seq: x[5], Which: uint8(x[6]),
					Second: second, Waits: waits})
			}
		}
		for p := range prog.Pointers {
			x := d.float()
			if ok {
				m.pointers[p].hold(m.lay.Bound[p][at.row], int(at.row), x)
			}
		}
		if prog.Receive == nil {
			continue
		}
		seq := d.int()
		if ok && m.seq != nil {
			m.seq[at.row] = seq
		}
		for w := range prog.Watches {
			st := watchState{d.bool(), d.bool(), d.float()}
			if ok {
				m.watch[int(at.row)*prog.Watches+w] = st
			}
		}
	}
}

func (r *restorer) edgeRecords(d *decoder) {
	for d.more() {
		order, n := d.int(), d.count(8)
		at, ok := r.edges[order]
		if ok && len(at.g.weightsOf(at.k)) != n {
			d.fail("edge %d has %d weights, not %d", order, len(at.g.weightsOf(at.k)), n)
			return
		}
		for i := range n {
			x := d.float()
			if ok && math.Float64bits(at.g.weightsOf(at.k)[i]) != math.Float64bits(x) {
				at.g.ownWeights()
				at.g.weightsOf(at.k)[i] = x
			}
		}
		if ok {
			r.left[3]--
		}
	}
}

func (r *restorer) detectors(d *decoder) {
	for d.more() {
		at, ok := r.det[d.int()]
		fired := d.bool()
		if ok {
			at.g.fired[at.k] = fired
			r.left[4]--
		}
	}
}

func (r *restorer) events(d *decoder) {
	for d.more() {
		ev := event.Event{At: d.float(), Sent: d.float(), Src: d.int(), Ord: d.int(), Flag: d.float(), Args: -1}
		k, order, col, edge := d.index(len(r.insts)), d.int(), int32(d.int()), d.int()
		self, handle := d.bool(), d.bool()
		if d.bad != "" {
			return
		}
		if math.IsNaN(ev.At) || math.IsNaN(ev.Sent) {
			d.fail("an event at no time")
			return
		}
		at, ok := r.insts[k][order]
		if !ok {
			continue // another rank's
		}
		ev.Set, ev.Row, ev.Self = at.set, at.row, self
		m := &at.g.mechs[at.set]
		if m.place != nil {
			ev.Place = m.place[at.row]
		}
		switch {
		case col >= 0:
			p, ok := r.plays[playKey{k, order, col, int(edge)}]
			if !ok || ev.Ord < 0 || ev.Ord >= int64(len(p.g.lay.Plays[p.k].Times)) {
				d.fail("%s %d: an event of a play that the model does not have", m.prog.Mech, order)
				return
			}
			ev.Set, ev.Row, ev.Place = playSet, int32(p.k), int32(p.k)
		case m.prog.Receive == nil:
			d.fail("%s: an event, which it cannot receive", m.prog.Mech)
			return
		case edge >= 0:
			e, ok := r.edges[edge]
			if !ok || e.g != at.g || e.g.lay.Edges.Set[e.k] != at.set || e.g.lay.Edges.Row[e.k] != at.row {
				d.fail("%s: an event of edge %d, which does not lead there", m.prog.Mech, edge)
				return
			}
			ev.Args = e.g.lay.Edges.Weight[e.k]
		}
		if handle {
			if m.handle == 0 {
				d.fail("%s: an event that can be moved, which it has none of", m.prog.Mech)
				return
			}
			ev.Handle = m.handle + at.row
		}
		at.g.queue.Push(ev)
	}
}
