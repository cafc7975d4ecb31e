package hoc

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/mech/eval"
	"github.com/rallsim/rall/runtime/kernel"
)

// dataOf is the instance that setdata_MECHANISM chose.
type dataOf struct {
	inst *tree.Inst
	sec  *tree.Section
	node *tree.Node
}

// dataOf is the instance of a density mechanism that setdata chose, if it is
// still there.
func (in *Interp) dataOf(m *tree.Mechanism) (dataOf, bool) {
	d, ok := in.chosen[m]
	return d, ok && !d.sec.Gone && slices.Contains(d.node.Mechs, d.inst) && slices.Contains(d.sec.Nodes, d.node)
}

// installFunctions names setdata_MECHANISM and the functions of a density
// mechanism, NAME_MECHANISM; those of a point process are methods.
func (in *Interp) installFunctions(m *tree.Mechanism) {
	add := func(name string, f func(c *call) value) {
		if in.builtin.names[name+"_"+m.Name] == nil {
			s := in.builtin.add(name + "_" + m.Name)
			s.kind, s.own = ownSym, &builtin{f}
		}
	}
	for i := range m.Def.Funcs {
		add(m.Def.Funcs[i].Name, func(c *call) value { return c.function(m, i) })
	}
	for _, sd := range m.Def.Seedings {
		add(sd.Proc, func(c *call) value {
			d, ok := c.in.dataOf(m)
			if !ok {
				return c.fail("it gives a stream to an instance: call setdata_%s(x) before", m.Name)
			}
			return c.seed(m, d.inst, c.fr.pos(c.pos), sd.Proc)
		})
	}
	in.installVectorMethods(m.Def)
	for _, f := range m.Def.LeftOut {
		add(f.Name, leftOut(f).fn)
	}
	add("setdata", func(c *call) value {
		s, x := c.section(), c.num(0)
		if c.in.failed {
			return value{}
		}
		if !(x >= 0 && x <= 1) {
			return c.fail("a place along a section runs from 0 to 1, not %g", x)
		}
		n := s.Nodes[s.Node(x)]
		inst := n.Find(m)
		if inst == nil {
			return c.fail("the mechanism %s is not inserted in %s", m.Name, s.Name)
		}
		if c.in.chosen == nil {
			c.in.chosen = map[*tree.Mechanism]dataOf{}
		}
		c.in.chosen[m] = dataOf{inst, s, n}
		return number(1)
	})
}

// installLibraryOf names the functions and the variables of a file that makes
// no mechanism as they are. A name that something else has it keeps.
func (in *Interp) installLibraryOf(def *mech.Def) {
	m := &tree.Mechanism{Name: def.Name, Def: def}
	add := func(name string, pos diag.Pos) *symbol {
		if in.builtin.names[name] != nil {
			in.diags.Warnf(diag.Duplicate, pos, "%s has a meaning already, which it keeps", name)
			return nil
		}
		return in.builtin.add(name)
	}
	for i := range def.Funcs {
		if s := add(def.Funcs[i].Name, def.Funcs[i].Pos); s != nil {
			s.kind, s.own = ownSym, &builtin{func(c *call) value { return c.function(m, i) }}
		}
	}
	in.installVectorMethods(def)
	for _, f := range def.LeftOut {
		if s := add(f.Name, f.Pos); s != nil {
			s.kind, s.own = ownSym, leftOut(f)
		}
	}
	values := make([][]float64, len(def.Vars))
	for i := range def.Vars {
		v := &def.Vars[i]
		switch v.Storage {
		case mech.Uniform, mech.Global, mech.Instance, mech.Temp:
		default:
			continue
		}
		values[i] = slices.Repeat([]float64{v.Default}, max(1, v.Array))
		if !v.Visible {
			continue
		}
		if s := add(v.Name, v.Pos); s != nil {
			s.kind, s.num = constSym, &values[i][0]
			if v.Array > 0 {
				s.nums, s.dims = values[i], []int{v.Array}
			}
		}
	}
	if in.libraries == nil {
		in.libraries = map[*tree.Mechanism][][]float64{}
	}
	in.libraries[m] = values
}

// installVectorMethods names the methods that a file would add to Vector, in C
// that works on NEURON's own Vectors.
func (in *Interp) installVectorMethods(def *mech.Def) {
	methods := in.classes["Vector"].methods
	for _, f := range def.VectorMethods {
		if methods[f.Name] == nil {
			methods[f.Name] = func(c *call) value {
				c.in.failHint(c.fr, c.pos, diag.Unsupported, "write it in HOC", "Vector.%s is written in C, in line %d of %s, which rall does not compile", f.Name, f.Pos.Line, f.Pos.File)
				return value{}
			}
		}
	}
}

// leftOut is a function that says why it cannot be called.
func leftOut(f mech.LeftOut) *builtin {
	return &builtin{func(c *call) value {
		return c.unsupported("%s was left out of its mechanism: line %d of %s holds what rall does not do (%s)", f.Name, f.Pos.Line, f.Pos.File, f.Why)
	}}
}

// function calls function i of a mechanism, for the object or for the instance
// that setdata chose.
func (c *call) function(m *tree.Mechanism, i int) value {
	if c.o != nil {
		return c.functionOf(m, i, c.o.native.(*Process))
	}
	return c.functionOf(m, i, nil)
}

// functionOf calls one for p, if there is one.
func (c *call) functionOf(m *tree.Mechanism, i int, p *Process) value {
	f := &m.Def.Funcs[i]
	n := f.NArgs
	if f.Asked != nil {
		n = max(n, len(c.args))
	}
	args := make([]float64, n)
	vectors, texts := map[int]*vector{}, map[int]string{}
	for k := range args {
		switch {
		case takes(m.Def, k+1, false) && c.isVector(k):
			vectors[k+1] = c.vector(k)
			continue
		case takes(m.Def, k+1, true) && c.is(k, strKind):
			texts[k+1] = c.str(k)
			continue
		}
		args[k] = c.num(k)
	}
	if c.in.failed {
		return value{}
	}
	mem := &memory{call: c, m: m, vectors: vectors, texts: texts}
	switch {
	case p != nil:
		mem.process, mem.inst = p, p.Inst
		if p.At != nil && p.At.Node != nil {
			mem.sec, _ = p.At.Where()
			mem.node = p.At.Node
		}
	default:
		if d, ok := c.in.dataOf(m); ok {
			mem.inst, mem.sec, mem.node = d.inst, d.sec, d.node
		}
	}
	return mem.run(i, args)
}

// run calls function i with what is known of the instance.
func (m *memory) run(i int, args []float64) value {
	m.temps = map[mech.VarID][]float64{}
	x, err := eval.Call(m.m.Def, i, args, m)
	if err != nil && !m.call.in.failed {
		return m.call.fail("%v", err)
	}
	return number(x)
}

// construct makes a new instance of a density mechanism what its mechanism says:
// CONSTRUCTOR runs, but of a copy of another instance it sets only what no
// program sees.
func (in *Interp) construct(n *tree.Node, inst *tree.Inst, copied bool) {
	in.numberRandoms(inst)
	d := inst.Mech.Def
	if d == nil || d.Maker == 0 || in.failed {
		return
	}
	c := &call{in: in, fr: in.topFrame(&unit{file: &syntax.File{}}), name: d.Name}
	was := slices.Clone(inst.P)
	copy(inst.P, inst.Mech.NewInst().P)
	(&memory{call: c, m: inst.Mech, inst: inst, node: n, sec: n.Sec}).run(d.Maker-1, nil)
	if copied {
		copy(inst.P, was)
	}
}

// memory has the variables of an instance, of a mechanism, or of none, and of
// the program.
type memory struct {
	call    *call
	m       *tree.Mechanism
	process *Process // nil of a density mechanism
	inst    *tree.Inst
	sec     *tree.Section
	node    *tree.Node
	temps   map[mech.VarID][]float64
	vectors map[int]*vector // arguments, from 1
	texts   map[int]string
}

// takes says whether a function of a mechanism may ask for a Vector, or a text, as
// argument k.
func takes(d *mech.Def, k int, text bool) bool {
	return slices.ContainsFunc(d.Vars, func(v mech.Var) bool { return v.Storage == mech.Given && v.Arg == k && v.Text == text })
}

// place is where a variable is. ok is false for one that lives within the call.
func (m *memory) place(id mech.VarID, k int) (p *float64, ref Ref, ok bool, err error) {
	in, v := m.call.in, &m.m.Def.Vars[id]
	global := func(name string) (*float64, Ref, bool, error) { return in.globals[name], Ref{}, true, nil }
	switch v.Storage {
	case mech.Time:
		return global("t")
	case mech.Step:
		return global("dt")
	case mech.Celsius:
		return global("celsius")
	}
	if values := in.libraries[m.m]; values != nil {
		if values[id] == nil {
			return nil, ref, false, fmt.Errorf("%s of what is nowhere", v.Name)
		}
		return &values[id][k], ref, true, nil
	}
	switch v.Storage {
	case mech.Uniform, mech.Global:
		if v.Extern {
			if p = in.globals[v.Name]; p != nil {
				return p, in.builtin.names[v.Name].ref, true, nil
			}
		}
		name := v.Name + "_" + m.m.Name
		if p = in.globals[name]; p == nil {
			return nil, ref, false, fmt.Errorf("%s, which all instances share, cannot be had", v.Name)
		}
		if s := in.builtin.names[name]; v.Array > 0 {
			return &s.nums[k], s.refs[k], true, nil
		}
		return p, Ref{Kind: GlobalRef, Mech: m.m, Name: v.Name}, true, nil
	case mech.Temp:
		return nil, ref, false, nil
	}
	if m.inst == nil {
		return nil, ref, false, fmt.Errorf("it uses %s of an instance: call setdata_%s(x) before", v.Name, m.m.Name)
	}
	switch v.Storage {
	case mech.Instance:
		if t := m.m.Var(v.Name); t != nil {
			return &m.inst.P[t.First+k], Ref{Kind: ElementRef, Inst: m.inst, K: t.First + k}, true, nil
		}
		if in.hidden == nil {
			in.hidden = map[hiddenKey][]float64{}
		}
		key := hiddenKey{m.inst, id}
		list := in.hidden[key]
		if list == nil {
			list = slices.Repeat([]float64{v.Default}, max(1, v.Array))
			in.hidden[key] = list
		}
		return &list[k], Ref{Kind: HiddenRef, Inst: m.inst, Name: v.Name, K: k}, true, nil
	case mech.Pointer:
		from := pointerOwner(m.process)
		if m.process == nil {
			from = boundInst{in, m.inst}
		}
		if p = from.pointsTo(v.Name); p == nil {
			return nil, ref, false, fmt.Errorf("the POINTER %s refers to nothing yet", v.Name)
		}
		return p, in.refs[p], true, nil
	}
	if m.node == nil {
		return nil, ref, false, fmt.Errorf("%s of what is nowhere", v.Name)
	}
	switch v.Storage {
	case mech.Voltage:
		return &m.node.V, Ref{Kind: PotentialRef, Node: m.node}, true, nil
	case mech.IonField: // the ion's own now; NEURON's copy is that of the last step, and 0 before a run
		if !in.begun {
			return new(float64), ref, true, nil
		}
		ion := m.node.Find(in.Tree.Mechs.Get(m.m.Def.Ions[v.Ion].Name + "_ion"))
		if ion == nil {
			return nil, ref, false, fmt.Errorf("%s of an ion that is not there", v.Name)
		}
		k := map[mech.Field]int{mech.Reversal: tree.IonE, mech.Inside: tree.IonIn, mech.Outside: tree.IonOut, mech.Amperage: tree.IonI}[v.Field]
		return &ion.P[k], Ref{Kind: ElementRef, Inst: ion, K: k}, true, nil
	case mech.AreaOf:
		if err := in.Tree.Refresh(m.sec); err != nil {
			return nil, ref, false, err
		}
		x := m.node.Area()
		return &x, ref, true, nil
	case mech.DiamOf:
		if err := in.Tree.Refresh(m.sec); err != nil {
			return nil, ref, false, err
		}
		return &m.node.Diam, ref, true, nil
	}
	return nil, ref, false, fmt.Errorf("%s has a value within a step only", v.Name)
}

// hiddenKey is a variable of an instance that no program sees.
type hiddenKey struct {
	inst *tree.Inst
	id   mech.VarID
}

func (m *memory) Load(id mech.VarID, k int) (float64, error) {
	v := &m.m.Def.Vars[id]
	switch {
	case v.Storage == mech.Given && v.Text:
		if text := m.texts[v.Arg]; k < len(text) {
			return float64(int8(text[k])), nil // a char
		}
		return 0, nil
	case v.Storage == mech.Given:
		return m.vectors[v.Arg].x[k], nil
	}
	if v.Storage == mech.Constant {
		return v.Default, nil
	}
	p, ref, ok, err := m.place(id, k)
	if err != nil {
		return 0, err
	}
	if !ok {
		if t := m.temps[id]; t != nil {
			return t[k], nil
		}
		return 0, fmt.Errorf("%s has a value within a step only", v.Name)
	}
	in := m.call.in
	if ref.Kind == HiddenRef && in.run != nil && !in.hiddenSet[hiddenKey{m.inst, id}] {
		if _, err := in.run.Get(ref); err != nil {
			return 0, fmt.Errorf("%s is not kept in a run, since no equation needs it", v.Name)
		}
	}
	in.fetch(m.call.fr, m.call.pos, ref, p)
	return *p, nil
}

func (m *memory) Store(id mech.VarID, k int, x float64) error {
	v := &m.m.Def.Vars[id]
	if v.Storage == mech.Given {
		m.vectors[v.Arg].x[k] = x
		return nil
	}
	p, ref, ok, err := m.place(id, k)
	if err != nil {
		return err
	}
	if !ok {
		if m.temps[id] == nil {
			m.temps[id] = make([]float64, max(1, v.Array))
		}
		m.temps[id][k] = x
		return nil
	}
	if v.Storage == mech.IonField {
		return fmt.Errorf("%s of an ion is written within a step only", v.Name)
	}
	*p = x
	if ref.Kind == HiddenRef {
		if m.call.in.hiddenSet == nil {
			m.call.in.hiddenSet = map[hiddenKey]bool{}
		}
		m.call.in.hiddenSet[hiddenKey{m.inst, id}] = true
	}
	m.call.in.tell(m.call.fr, m.call.pos, ref, p, x)
	return nil
}

// Len is how many numbers a Vector or text has that was given.
func (m *memory) Len(id mech.VarID) int {
	of := &m.m.Def.Vars[id]
	if text, ok := m.texts[of.Arg]; ok && of.Text {
		return len(text) + 1
	}
	if v := m.vectors[of.Arg]; v != nil && !of.Text {
		return len(v.x)
	}
	return -1
}

// Draw draws from a stream of the instance, at its position now.
func (m *memory) Draw(id mech.VarID, fn mech.Builtin) (float64, error) {
	s, r, err := m.stream(id)
	if err != nil {
		return 0, err
	}
	switch {
	case r != nil:
		return r.Repick(), nil
	case fn == mech.RandUnif, fn == mech.PickUnif:
		return s.Uniform(), nil
	case fn == mech.RandExp, fn == mech.PickExp:
		return s.NegExp(), nil
	case fn == mech.PickNorm:
		return s.PairedNormal(), nil
	}
	return s.Normal(), nil
}

func (m *memory) SetSeq(v mech.VarID, id int, x float64) error {
	s, r, err := m.stream(v)
	if err == nil && r == nil {
		s.Set(id, x)
	}
	return err
}

// stream is what an instance draws from, and the program's Random that it is.
func (m *memory) stream(id mech.VarID) (*random.Stream, *random.Random, error) {
	name := m.m.Def.Vars[id].Name
	if m.inst == nil {
		return nil, nil, fmt.Errorf("it draws from %s of an instance: call setdata_%s(x) before", name, m.m.Name)
	}
	s := m.inst.Streams[name]
	if s == nil && name == "scop_random" { // NEURON's one generator: no program can give it
		in := m.call.in
		in.draws(m.inst, name, in.stream([3]uint32{2, 0, uint32(in.given + 1)}), nil)
		in.changes++
		s = m.inst.Streams[name]
	}
	switch {
	case s == nil:
		return nil, nil, fmt.Errorf("%s has been given nothing to draw from", name)
	case s.Random != nil:
		return &s.Random.Stream, s.Random, nil
	}
	return m.call.in.drawsFrom(m.inst, name), nil, nil
}

func (m *memory) Celsius() (float64, error) { return *m.call.in.globals["celsius"], nil }

func (m *memory) Print(text string) { m.call.in.print(text) }

var errSteps = errors.New("the program was stopped: a loop that does not end?")

func (m *memory) Work(n int) error {
	in := m.call.in
	if in.steps += n; in.steps > in.o.Steps {
		return errSteps
	}
	return nil
}

// Grid looks a FUNCTION_TABLE up.
func (m *memory) Grid(i int, args []float64) (float64, error) {
	name := m.m.Def.Grids[i].Name
	t := m.call.in.tables[name+"_"+m.m.Name]
	if t == nil {
		return 0, fmt.Errorf("FUNCTION_TABLE %s has no table", name)
	}
	g := kernel.Grid{Name: name, Y: t.Y}
	for _, a := range t.Axes {
		g.Axes = append(g.Axes, kernel.Axis(a))
	}
	if len(args) < 3 {
		return g.At(args[0], args[len(args)-1]), nil
	}
	f := kernel.Frame{Grids: []kernel.Grid{g}}
	at := 0.0
	for a, x := range args {
		at = f.GridAt(0, 0, int32(a+1), x, at)
	}
	return f.GridAt(0, 0, kernel.GridLast, at, 0), nil
}
