package hoc

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
)

// An Engine makes what a program has built ready to run. What the program does
// between steps, and in handlers within them, it does through the Run.
type Engine interface {
	// Build returns nil when diags got an error. was is the run of the model
	// as it was before, nil if there is none: time, events and all variables
	// of what is still there go on from it.
	Build(m *Model, h Hooks, was Run, diags *diag.List) Run
}

// Run is a model at work. All values of a model that is not at work any more
// are those of the tree.
type Run interface {
	Init(set bool, v float64) error // NEURON's finitialize
	Start()                         // steps follow without Init, from the values there are
	Step(dt float64) error
	Currents() error // NEURON's fcurrent: all currents as they are now
	T() float64
	SetT(t float64)
	Address(r Ref) (*float64, error) // as long as there is the run; nil for what is computed
	Get(r Ref) (float64, error)
	Set(r Ref, x float64) error
	SetOff(c *Con)
	Stream(inst *tree.Inst, name string) *random.Stream // that inst draws from, as it is now; nil if it is not in the run with the Stream it has
	Send(c *Con, at, flag float64) error
	At(t float64, f Caller) error       // in the order of events
	After(t float64, f Caller) error    // when the step in which time t comes is over
	Keep() *State                       // all that changes as the model runs
	Resume(s *State, events bool) error // goes on from there; with the events of then, if not those there are now
	Save()                              // writes all values to the tree, connections and globals
}

// Hooks are what a Run calls.
type Hooks struct {
	Phase  func(k int) error        // during Init: FInitializeHandlers of type 0, 1, 2
	Sample func()                   // at the end of Init and of a step, before the events of that time
	Fired  func(c *Con, at float64) // the source of c, or of others that have the same
}

// RefKind says what a Ref names.
type RefKind uint8

const (
	NoRef              RefKind = iota
	PotentialRef               // of Node [mV]
	CapacitanceRef             // of Node [uF/cm2]
	CapCurrentRef              // of Node [mA/cm2]
	MembraneCurrentRef         // of Node [nA]
	ElementRef                 // Inst.P[K]
	HiddenRef                  // element K of the variable Name of Inst, one that no program sees
	WeightRef                  // Con.Weight[K]
	DelayRef
	ThresholdRef
	GlobalRef // Name of Mech
	LengthRef // of the section of Node; as the two that follow, the program's own
	ResistivityRef
	DiameterRef
	TimeRef
)

// Ref names a variable of a model.
type Ref struct {
	Kind RefKind
	K    int
	Node *tree.Node
	Inst *tree.Inst
	Con  *Con
	Mech *tree.Mechanism
	Name string
}

// Model is all that a program has built.
type Model struct {
	Tree       *tree.Tree
	Points     []*Process // on sections, in the order in which they were made
	Artificial []*Process
	Cons       []*Con
	Pointers   []Pointer
	Transfers  []Transfer
	Refs       map[*float64]Ref // of what POINTERs and Transfers name
	Plays      []Play
	Uniforms   []Uniform
	Tables     []*Table
	Membrane   bool // membrane currents are asked for

	Dt, Celsius float64
	SecondOrder int
}

// Uniform is a GLOBAL of a mechanism, or an ion's initial concentration.
type Uniform struct {
	Mech  *tree.Mechanism
	Name  string // without the mechanism's suffix; "i0" and "o0" of an ion
	Value *float64
}

// Play sets a variable to Values[i] at Times[i], or (Continuous) along the lines
// between.
type Play struct {
	To            Ref
	Times, Values []float64
	Continuous    bool
	Pos           diag.Pos
}

// driver is what an Interp keeps of runs.
type driver struct {
	run         Run
	changes     int  // of the model, the tree's aside
	built       int  // all changes when the run was built
	builtSecond bool // whether secondorder was not 0 then
	begun       bool // steps can be taken
	recording   bool // an initialisation has begun what is recorded
	stepping    bool
	starting    bool // FInitializeHandlers are called, and mechanisms are initialised
	saved       bool // the tree has all that the run has
	lastT       float64
	stepT       float64 // where the step under way began
	furthest    float64 // the latest time since the run began
	uniforms    []Uniform
	uniformAt   map[*float64]int // by Value
	told        []float64        // what the run has of uniforms, as far as is known
	records     []*recorder
	plays       []*player
	cues        []*cue
	events      []diag.Pos // where CVode.event was given statements, of a program that only builds
	dice        []dice
	transfers   transfers
	starters    []*starter
	membrane    bool        // the program has asked for membrane currents
	played      [][]float64 // what the Vectors that are played held when the run was built
}

// statement is a text that a handler executes.
type statement struct {
	fr   *frame
	pos  syntax.Pos
	text string
	obj  *Object
}

// starter is an FInitializeHandler.
type starter struct {
	kind int
	statement
}

// recorder is a Vector that records.
type recorder struct {
	to    *vector
	from  *float64
	ref   Ref
	addr  *float64 // in the run
	every float64  // [ms]; 0: every step
	times *vector  // when, if not nil
	ended bool     // what is queued of it has no effect any more
	round int      // how often it has begun anew: nor has what older rounds have queued
	fr    *frame
	pos   syntax.Pos
}

// player is a Vector that is played.
type player struct {
	from       *vector
	ref        Ref
	every      float64
	times      *vector
	continuous bool
	pos        diag.Pos
}

// named notes what a pointer points to.
func (in *Interp) named(p *float64, r Ref) {
	if r.Kind != NoRef {
		in.refs[p] = r
	}
}

// fetch brings a number up to date with the model that is run.
func (in *Interp) fetch(fr *frame, at syntax.Pos, r Ref, p *float64) {
	if r.Kind == NoRef || in.run == nil || r.Kind == TimeRef || r.geometry() {
		return
	}
	x, err := in.run.Get(r)
	if err != nil {
		return // it is not part of the run yet
	}
	*p = x
	if r.Kind == GlobalRef {
		in.agree(p, x)
	}
}

// agree notes that the run has value x of a variable that settle looks after.
func (in *Interp) agree(p *float64, x float64) {
	if i, ok := in.uniformAt[p]; ok && in.told != nil {
		in.told[i] = x
	}
}

// tell lets the model that is run know of a number that the program has
// changed.
func (in *Interp) tell(fr *frame, at syntax.Pos, r Ref, p *float64, x float64) {
	if r.geometry() {
		in.reshape(r, x)
		return
	}
	if r.Kind == NoRef || in.run == nil || r.Kind == TimeRef {
		return
	}
	if r.Kind == DelayRef && !(x >= 0) {
		in.fail(fr, at, "a NetCon with a delay of %g ms", x)
		return
	}
	if err := in.run.Set(r, x); err != nil {
		return // as above
	}
	if r.Kind == GlobalRef {
		in.agree(p, x)
	}
}

// model gathers what there is.
func (in *Interp) model() *Model {
	m := &Model{Membrane: in.membrane, Tree: in.Tree, Refs: in.refs, Uniforms: in.uniforms,
		Dt: *in.globals["dt"], Celsius: *in.globals["celsius"], SecondOrder: int(*in.globals["secondorder"])}
	for _, name := range slices.Sorted(maps.Keys(in.tables)) {
		m.Tables = append(m.Tables, in.tables[name])
	}
	var points []*Object
	for _, c := range in.classes {
		for _, o := range c.objects {
			if _, ok := o.native.(*Process); ok {
				points = append(points, o)
			}
		}
	}
	slices.SortFunc(points, func(a, b *Object) int { return a.born - b.born })
	used := map[*Process]bool{}
	for _, o := range points {
		p := o.native.(*Process)
		switch {
		case p.At == nil && p.Inst != nil:
			m.Artificial = append(m.Artificial, p)
		case p.At != nil && p.At.Node != nil:
			m.Points = append(m.Points, p)
		default:
			continue
		}
		used[p] = true
	}
	// What is nowhere takes no part.
	m.Cons = slices.DeleteFunc(in.cons(), func(c *Con) bool {
		if nd := c.Source.Node; nd != nil && nd.Sec.Gone {
			return true
		}
		return c.To != nil && !used[c.To] || c.From != nil && !used[c.From]
	})
	for _, p := range in.pointers {
		if k, ok := p.From.(*Process); !ok || used[k] {
			m.Pointers = append(m.Pointers, p)
		}
	}
	m.Transfers = in.transfers.set
	for _, p := range in.plays {
		y := slices.Clone(p.from.x)
		t := make([]float64, len(y))
		if p.times != nil {
			t = slices.Clone(p.times.x)
			n := min(len(t), len(y))
			t, y = t[:n], y[:n]
		} else {
			for i := 1; i < len(t); i++ {
				t[i] = t[i-1] + p.every
			}
		}
		if len(y) > 0 {
			m.Plays = append(m.Plays, Play{To: p.ref, Times: t, Values: y, Continuous: p.continuous, Pos: p.pos})
		}
	}
	return m
}

// save has the tree hold all values that the run has, for who changes the
// model. Between steps the run changes nothing by itself.
func (in *Interp) save() {
	if in.run != nil && (in.stepping || !in.saved) {
		in.run.Save()
		in.saved = true
	}
}

// noRuns refuses what needs a run.
func (c *call) noRuns() value {
	return c.unsupported("%s: this program is read for the cells that it builds; rall run runs a model", c.name)
}

// second says whether mechanisms are compiled for NEURON's secondorder.
func (in *Interp) second() bool { return *in.globals["secondorder"] != 0 }

// prepare makes the model ready, if it is another than before.
func (in *Interp) prepare(c *call) bool {
	in.reap()
	if in.run != nil && in.built == in.changes+in.Tree.Changes && !in.playsChanged() && in.builtSecond == in.second() {
		return true
	}
	if in.o.Engine == nil {
		c.noRuns()
		return false
	}
	if err := in.Tree.RefreshAll(); err != nil {
		c.fail("%v", err)
		return false
	}
	in.save()
	m := in.model()
	var found diag.List
	run := in.o.Engine.Build(m, Hooks{Phase: in.phase, Sample: in.sample, Fired: in.fired}, in.run, &found)
	for _, d := range found.All() {
		if d.Pos.IsZero() {
			d.Pos = c.fr.pos(c.pos)
		}
		in.diags.Add(d)
	}
	if run == nil {
		in.failed, in.ctl = true, stopping
		return false
	}
	in.run, in.built, in.builtSecond, in.saved = run, in.changes+in.Tree.Changes, in.second(), false
	in.giveHidden()
	in.told = nil
	in.played = nil
	for _, p := range in.plays {
		in.played = append(in.played, slices.Clone(p.from.x))
	}
	for _, r := range in.records {
		r.addr = nil
	}
	return true
}

// giveHidden gives a run what functions of mechanisms have set of variables that
// no program sees, before it was there.
func (in *Interp) giveHidden() {
	for key := range in.hiddenSet {
		name := key.inst.Mech.Def.Vars[key.id].Name
		for k, x := range in.hidden[key] {
			if in.run.Set(Ref{Kind: HiddenRef, Inst: key.inst, Name: name, K: k}, x) == nil {
				delete(in.hiddenSet, key) // it is the run's now
			}
		}
	}
}

// playsChanged says whether a Vector that is played holds other numbers than
// when the run was built.
func (in *Interp) playsChanged() bool {
	for i, p := range in.plays {
		if i >= len(in.played) || !slices.EqualFunc(p.from.x, in.played[i], sameBits) {
			return true
		}
	}
	return false
}

// sameBits tells numbers apart, and no NaN from itself.
func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// settle tells the run of variables of NEURON's that the program has changed.
func (in *Interp) settle() {
	if in.told == nil {
		in.told = make([]float64, len(in.uniforms))
		for i := range in.told {
			in.told[i] = *in.uniforms[i].Value
		}
		return // they were built in
	}
	for i, u := range in.uniforms {
		if x := *u.Value; !sameBits(x, in.told[i]) {
			in.told[i] = x
			in.run.Set(Ref{Kind: GlobalRef, Mech: u.Mech, Name: u.Name}, x)
		}
	}
	in.run.Set(Ref{Kind: GlobalRef, Name: "celsius"}, *in.globals["celsius"])
	in.run.Set(Ref{Kind: GlobalRef, Name: "secondorder"}, *in.globals["secondorder"])
}

// clock sets HOC's t.
func (in *Interp) clock(t float64) {
	*in.globals["t"] = t
	in.lastT = t
}

var failed = stopped{}

// stopped is the error of a program that has failed, which has been told.
type stopped struct{}

func (stopped) Error() string { return "the program has failed" }

// finitialize begins a run.
func (in *Interp) finitialize(c *call) value {
	if in.stepping {
		return c.fail("within a step")
	}
	set, v := c.has(0), 0.0
	if set {
		v = c.num(0)
	}
	if in.failed {
		return value{}
	}
	if in.phase(3) != nil || !in.prepare(c) {
		return value{}
	}
	in.clock(0)
	in.settle()
	in.stepping, in.stepT = true, 0
	if in.playFirst(); in.failed {
		return value{}
	}
	err := in.run.Init(set, v)
	in.saved = false
	in.stepping = false
	in.work(4096 + 16*in.Tree.CVs) // to begin again and again is no way to get on
	in.clock(0)
	in.begun, in.furthest = true, math.Inf(-1)
	return in.after(c, err)
}

// after reports how a run went on.
func (in *Interp) after(c *call, err error) value {
	if err != nil && !in.failed {
		return c.fail("%v", err)
	}
	return number(1)
}

// begin has a run go on without finitialize, as in NEURON: states are 0, and nothing
// is recorded, played or sent but what crosses a threshold.
func (in *Interp) begin() {
	if !in.begun {
		in.run.Start()
		in.begun, in.furthest = true, math.Inf(-1)
	}
}

// fadvance takes a step.
func (in *Interp) fadvance(c *call) value {
	switch {
	case in.stepping:
		return c.fail("within a step")
	case in.o.Engine == nil || in.o.Building:
		return c.noRuns()
	}
	dt, t := *in.globals["dt"], *in.globals["t"]
	if !(dt > 0) {
		return c.fail("dt is %g", dt)
	}
	if !in.prepare(c) {
		return value{}
	}
	in.begin()
	if t != in.lastT {
		in.run.SetT(t)
	}
	in.fixedSteps(dt)
	in.playRandoms()
	in.settle()
	in.stepping, in.stepT = true, in.run.T()
	err := in.run.Step(dt)
	in.saved = false
	in.stepping = false
	if now := in.run.T(); now > in.furthest {
		in.steps, in.since, in.furthest = 0, time.Time{}, now // the program gets on
	} else {
		in.work(4096 + 16*in.Tree.CVs)
	}
	in.clock(in.run.T())
	in.heed(c.fr, c.pos)
	if in.failed {
		return value{}
	}
	return in.after(c, err)
}

// fcurrent computes the currents of the moment; also in FInitializeHandlers
// that follow the INITIAL blocks.
func (in *Interp) fcurrent(c *call) value {
	switch {
	case in.starting:
		in.settle()
		return in.after(c, in.run.Currents())
	case in.stepping:
		return c.fail("within a step")
	case !in.prepare(c):
		return value{}
	}
	in.begin()
	in.settle()
	in.saved = false
	return in.after(c, in.run.Currents())
}

// phase executes the FInitializeHandlers of a kind.
func (in *Interp) phase(k int) error {
	if k == 0 {
		in.playLater()
	}
	if k == 1 {
		for _, w := range in.watches {
			if w.times != nil {
				w.times.x = w.times.x[:0]
			}
			if w.ids != nil {
				w.ids.x = w.ids.x[:0]
			}
		}
	}
	in.starting = k == 1 || k == 2
	defer func() { in.starting = false }()
	for _, s := range slices.Clone(in.starters) {
		if s.kind == k {
			if err := in.do(&s.statement, *in.globals["t"]); err != nil {
				return err
			}
		}
	}
	if k == 1 {
		in.recording = true
		in.startRecords()
	}
	if in.failed {
		return failed
	}
	return nil
}

// do executes the statement of a handler at time t.
func (in *Interp) do(s *statement, t float64) error {
	in.clock(t)
	if s.obj != nil && s.obj.gone {
		return nil
	}
	was := in.ctl
	in.ctl = goOn
	in.execute(s.fr, s.pos, s.text, s.obj, true)
	if in.failed {
		return failed
	}
	in.ctl = was
	return nil
}

// startRecords empties what records, and queues what does so at its own times.
func (in *Interp) startRecords() {
	for _, r := range slices.Clone(in.records) {
		if _, ok := in.look(r); !ok {
			in.stopRecording(r.to)
			continue
		}
		in.startRecord(r, 0)
	}
}

// startRecord empties a Vector that records, from time t on.
func (in *Interp) startRecord(r *recorder, t float64) {
	r.to.x = r.to.x[:0]
	r.round++
	switch {
	case r.times != nil:
		if n := len(r.times.x) - cap(r.to.x); n > 0 {
			if !in.room(r.fr, r.pos, n) {
				return
			}
			r.to.x = make([]float64, 0, len(r.times.x))
		}
		in.recordAt(r, 0)
	case r.every > 0:
		in.recordEvery(r, t)
	}
}

// recordEvery records at time t, and at intervals from there.
func (in *Interp) recordEvery(r *recorder, t float64) {
	in.recordNext(t, recording{in: in, r: r, round: r.round})
}

// recordNext has a recorder look again.
func (in *Interp) recordNext(t float64, k recording) {
	if err := in.run.At(t, k); err != nil {
		in.fail(k.r.fr, k.r.pos, "Vector.record: %v", err)
	}
}

func (in *Interp) recordAt(r *recorder, i int) {
	if i < len(r.times.x) {
		in.recordNext(r.times.x[i], recording{in: in, r: r, round: r.round, i: i})
	}
}

// recording is the event at which a recorder looks: element i of its times, or
// again and again.
type recording struct {
	in    *Interp
	r     *recorder
	round int
	i     int
}

func (k recording) Call(t float64) error {
	in, r, i := k.in, k.r, k.i
	if r.ended || r.round != k.round {
		return nil
	}
	in.clock(t)
	if r.times == nil {
		if !in.take(r) {
			return failed
		}
		if !r.ended {
			in.recordEvery(r, t+r.every)
		}
		return nil
	}
	x, ok := in.look(r)
	if !ok {
		in.stopRecording(r.to)
		return nil
	}
	if r.ref.Kind == TimeRef { // in NEURON, t follows when the step is over
		x = in.stepT
	}
	// The Vector is as long as what has been recorded, whatever was done to it.
	if n := i + 1 - cap(r.to.x); n > 0 && !in.room(r.fr, r.pos, n) {
		return failed
	}
	if n := i + 1 - len(r.to.x); n > 0 {
		r.to.x = append(r.to.x, make([]float64, n)...)
	}
	r.to.x = r.to.x[:i+1]
	r.to.x[i] = x
	in.recordAt(r, i+1)
	return nil
}

// sample reads what is recorded at every step.
func (in *Interp) sample() {
	in.clock(in.run.T())
	for _, r := range slices.Clone(in.records) {
		if in.recording && r.every == 0 && r.times == nil && !in.take(r) {
			return
		}
	}
	for _, o := range in.classes["APCount"].objects {
		if p := o.native.(*Process); p.counted != nil {
			in.count(p)
		}
	}
}

// count appends the time of an APCount's last count to its Vector.
func (in *Interp) count(p *Process) {
	at := func(name string) float64 {
		x, _ := in.run.Get(Ref{Kind: ElementRef, Inst: p.Inst, K: p.Mech.Var(name).First})
		return x
	}
	n := at("n")
	if n < p.was {
		p.was, p.counted.x = 0, p.counted.x[:0]
	}
	if n > p.was {
		p.counted.x = append(p.counted.x, at("time"))
	}
	p.was = n
}

// look returns what a recorder sees.
func (in *Interp) look(r *recorder) (float64, bool) {
	if r.ref.Kind == NoRef || r.ref.Kind == TimeRef {
		return *r.from, true
	}
	if r.addr == nil {
		p, err := in.run.Address(r.ref)
		if err != nil { // what it recorded is gone
			return 0, false
		}
		r.addr = p
	}
	if r.addr != nil {
		return *r.addr, true
	}
	x, _ := in.run.Get(r.ref)
	return x, true
}

func (in *Interp) take(r *recorder) bool {
	x, ok := in.look(r)
	if !ok {
		in.stopRecording(r.to)
		return true
	}
	if len(r.to.x) == cap(r.to.x) {
		ok = in.room(r.fr, r.pos, max(cap(r.to.x), 64))
	}
	if ok {
		r.to.x = append(r.to.x, x)
	}
	return ok
}

// fired takes note of an event of the source that a NetCon has.
func (in *Interp) fired(c *Con, at float64) {
	w := c.watch
	if w.times != nil {
		w.times.x = append(w.times.x, at)
		if w.ids != nil {
			w.ids.x = append(w.ids.x, w.id)
		}
	}
	if w.stmt != nil {
		t := *in.globals["t"]
		in.do(w.stmt, at)
		in.clock(t)
	}
}

// recordSpikes is NetCon.record(times), record(times, ids[, id]),
// record("statement") and record(), which ends it.
func (c *call) recordSpikes(w *watch) value {
	switch {
	case len(c.args) == 0:
		w.times, w.ids, w.stmt = nil, nil, nil
	case c.is(0, strKind):
		w.stmt = c.statement(0)
		w.stmt.obj = c.fr.this
	default:
		w.times, w.ids = c.vector(0), nil
		w.times.watching = true
		if c.has(1) {
			w.ids, w.id = c.vector(1), c.numOr(2, -1)
			w.ids.watching = true
		}
	}
	return number(0)
}

// statement is argument i, a text to be executed later at the top level, or in
// the object that follows.
func (c *call) statement(i int) *statement {
	s := &statement{fr: &frame{unit: c.fr.unit, scope: c.in.top, data: c.in.topData}, pos: c.pos, text: c.str(i)}
	if c.is(i+1, objKind) {
		s.obj = c.obj(i + 1)
	}
	return s
}

// newHandler is new FInitializeHandler([kind,] "statement"[, object]).
func newHandler(c *call) any {
	i, kind := 0, 1
	if c.is(0, numKind) {
		i, kind = 1, c.within(0, 0, 3)
	}
	if c.is(i, objKind) {
		c.unsupported("a Python function as handler")
		return nil
	}
	s := &starter{kind: kind, statement: *c.statement(i)}
	if !c.in.failed {
		c.in.starters = append(c.in.starters, s)
		c.in.handlers = append(c.in.handlers, c.fr.pos(c.pos).String())
	}
	return s
}

// recordVector is Vector.record(&x), record(&x, interval) and record(&x, times).
func recordVector(c *call) value {
	i := 0
	if c.is(0, objKind) { // the point process whose local step it would follow
		i = 1
	}
	p := c.ref(i)
	if c.in.failed {
		return value{}
	}
	r := &recorder{to: c.vec(), from: p, ref: c.in.refs[p], fr: &frame{unit: c.fr.unit, scope: c.in.top, data: c.in.topData}, pos: c.pos}
	switch {
	case c.isVector(i + 1):
		r.times = c.vector(i + 1)
	case c.has(i + 1):
		if r.every = c.num(i + 1); !c.in.failed && !(r.every > 0) {
			return c.fail("an interval of %g ms", r.every)
		}
	}
	c.in.stopRecording(c.vec())
	c.in.records = append(c.in.records, r)
	return c.self()
}

func (in *Interp) stopRecording(v *vector) {
	in.records = slices.DeleteFunc(in.records, func(r *recorder) bool {
		r.ended = r.ended || r.to == v
		return r.to == v
	})
}

// stopPlaying says whether the Vector was played.
func (in *Interp) stopPlaying(v *vector) bool {
	told := false
	in.cues = slices.DeleteFunc(in.cues, func(q *cue) bool {
		q.ended = q.ended || q.from == v
		told = told || q.from == v
		return q.from == v
	})
	n := len(in.plays)
	in.plays = slices.DeleteFunc(in.plays, func(p *player) bool { return p.from == v })
	if len(in.plays) == n {
		return told
	}
	in.changes++
	return true
}

// playVector is Vector.play(&x, interval), play(&x, times[, continuous]), play()
// and play of a statement.
func playVector(c *call) value {
	in := c.in
	v := c.vec()
	if len(c.args) == 0 {
		return truth(in.stopPlaying(v))
	}
	if c.is(0, strKind) {
		return playStatement(c)
	}
	i := 0
	if c.is(0, objKind) {
		i = 1
	}
	ref := in.refs[c.ref(i)]
	if in.failed {
		return value{}
	}
	if ref.Kind == NoRef || ref.Kind == TimeRef {
		return c.unsupported("Vector.play into what is no variable of the model")
	}
	p := &player{from: v, ref: ref, pos: c.fr.pos(c.pos)}
	switch {
	case c.isVector(i + 1):
		p.times = c.vector(i + 1)
		p.continuous = c.numOr(i+2, 0) != 0
	default:
		if p.every = c.num(i + 1); !in.failed && !(p.every > 0) {
			return c.fail("an interval of %g ms", p.every)
		}
	}
	in.stopPlaying(v)
	in.plays = append(in.plays, p)
	in.changes++
	return c.self()
}

// event is CVode.event(t) and event(t, "statement"[, point process, flag]); with
// a point process the statement is executed within the step, at its time.
func (c *call) event() value {
	t := c.num(0)
	dt := *c.in.globals["dt"]
	// A time on the grid comes earlier, so that rounding cannot make it a step late.
	if y := t / dt; y > 1 && math.Abs(math.Floor(y+1e-6)-y) < 1e-6 {
		t -= dt / 4
	}
	if c.has(1) && (c.in.o.Building || c.in.o.Engine == nil) {
		c.in.events = append(c.in.events, c.fr.pos(c.pos))
	}
	if c.in.failed || c.in.run == nil || !c.has(1) {
		return number(t) // finitialize would forget it
	}
	if c.is(1, objKind) {
		return c.unsupported("CVode.event with a Python function")
	}
	s := c.statement(1)
	s.obj = c.fr.this
	if c.has(2) {
		o := c.obj(2)
		var p *Process
		if o != nil {
			p = c.process(o)
		}
		if p == nil || p.At == nil {
			return c.fail("%s is no point process of a section", o.Name())
		}
		c.within(3, 0, 1) // whether a variable step is to begin anew
	}
	if c.in.failed || !c.has(2) && t < c.in.run.T() {
		return number(t)
	}
	send := c.in.run.After
	if c.has(2) { // it is executed at its time within the step
		send = c.in.run.At
	}
	if err := send(t, doing{c.in, s}); err != nil {
		return c.fail("%v", err)
	}
	return number(t)
}

// doing is the event at which a statement is executed.
type doing struct {
	in *Interp
	s  *statement
}

func (d doing) Call(t float64) error { return d.in.do(d.s, t) }

// frecordInit empties what records, in the middle of a run.
func (c *call) frecordInit() value {
	c.in.recording = c.in.run != nil
	for _, r := range slices.Clone(c.in.records) {
		if c.in.run == nil {
			r.to.x = r.to.x[:0]
		} else {
			c.in.startRecord(r, c.in.run.T())
		}
	}
	if c.in.run != nil && !c.in.failed {
		c.in.sample()
	}
	return number(1)
}
