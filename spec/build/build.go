// Package build makes the network that a spec describes: cells with their
// types and places, connections with their synapses, stimulation, and what is
// to be recorded.
//
// In: a checked spec.Spec and the catalogue of mechanisms. Out: an ir.Model,
// and diagnostics that name the rule. Next: ir/lower.
//
// In the "netpyne" scheme of random streams (the default) the network is
// NetPyNE's, cell for cell and draw for draw: every stream is NEURON's
// Random123 with NetPyNE's three identifiers, and evaluation goes in NetPyNE's
// order: populations in file order, then connection rules, then stimulation
// targets; within a rule by target gid, then source gid. Where that reproduces
// a defect of NetPyNE, a warning says so, once a kind. In the "rall" scheme
// every stream is keyed by rule and entity and has none of the defects.
package build

import (
	"fmt"
	"sort"
	"strings"

	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// Files opens what a spec names, relative to the spec's folder.
type Files func(name string) ([]byte, error)

// builder is the work in progress.
type builder struct {
	s      *spec.Spec
	cat    *mech.Catalogue
	files  Files
	diags  *diag.List
	m      *ir.Model
	consts map[string]float64
	said   map[string]bool // defects warned of already
	failed bool            // the rule at work has an error
	single bool            // for tests: connections are made one by one
	apart  bool            // for tests: types share nothing
	part   *part           // nil: the whole network is made

	cells    []*cell // in gid order
	byGid    map[int]*cell
	lastGid  int
	types    map[string]*cellType
	warm     *cellType            // of one cell, whose geometry is at hand
	firsts   map[string]*cellType // the first type of those that rules make for one cell each
	fraction map[int][2]float64   // slices of diverse rules
	ionInit  map[string]float64   // NetPyNE's global Xi0, last cell wins

	synMakers   map[*spec.SynMech]*synMaker
	plastMakers map[*spec.Plast]*synMaker
	synAt       map[synKey]int // oneSynPerNetcon false: shared synapses
	order       int64          // of the next edge
	scratch     scratch
	stimSets    map[string]*stimulator // by source label
	numStims    int
	netStimOn   map[[2]int64]string // target label by gid and seed
	followers   []follower          // continuous connections, whose source cells are yet to be visited
}

// Share says which gids are a rank's own, from a model that has all but the
// connections and their synapses; nil after an error.
type Share func(*ir.Model) func(gid int) bool

// Build builds the network. It returns nil when diags holds an error.
func Build(s *spec.Spec, cat *mech.Catalogue, files Files, diags *diag.List) *ir.Model {
	return newBuilder(s, cat, files, diags).build(nil)
}

// BuildPart builds the network without connections onto cells that are not the
// rank's own. It returns nil when diags holds an error.
func BuildPart(s *spec.Spec, cat *mech.Catalogue, files Files, share Share, diags *diag.List) *ir.Model {
	return newBuilder(s, cat, files, diags).build(share)
}

func newBuilder(s *spec.Spec, cat *mech.Catalogue, files Files, diags *diag.List) *builder {
	b := &builder{s: s, cat: cat, files: files, diags: diags, consts: map[string]float64{}, said: map[string]bool{},
		byGid: map[int]*cell{}, types: map[string]*cellType{}, firsts: map[string]*cellType{}, ionInit: map[string]float64{}, synMakers: map[*spec.SynMech]*synMaker{}, plastMakers: map[*spec.Plast]*synMaker{},
		synAt: map[synKey]int{}}
	for _, c := range s.Net.Constants {
		b.consts[c.Name] = c.X
	}
	cfg := &s.Cfg
	b.m = &ir.Model{Name: cfg.SimLabel.S, Mechanisms: cat, Conditions: ir.Conditions{
		Duration: cfg.Duration, Dt: cfg.Dt, Celsius: cfg.Celsius, VInit: cfg.VInit, RecordStep: cfg.RecordStep,
		RecordStim: cfg.RecordStim, RNG: cfg.RNG, Label: cfg.SimLabel.S, YDown: cfg.InvertedYCoord, MergeSynapses: cfg.MergeSynapses,
		Seeds: map[string]int64{"conn": cfg.Seeds.Conn, "stim": cfg.Seeds.Stim, "loc": cfg.Seeds.Loc, "cell": cfg.Seeds.Cell}}}
	return b
}

// build makes the cells, and then what they have in the network: twice where a
// rank keeps its own part, first to see what there is (part.go).
func (b *builder) build(share Share) *ir.Model {
	if !b.stages(b.populations, b.createCells) {
		return nil
	}
	b.watch()
	if share == nil {
		for _, c := range b.cells {
			c.own = true
		}
		if !b.network() {
			return nil
		}
		return b.m
	}
	if !b.survey(share) {
		return nil
	}
	said := b.diags
	b.diags = &diag.List{} // what there is to say has been said
	if !b.network() {
		said.Append(b.diags)
		return nil
	}
	b.part.number(b.m.Points)
	return b.m
}

// network makes what is between the cells and on them.
func (b *builder) network() bool {
	return b.stages(b.connect, b.stimulate, b.plays, b.records, b.globals, b.tables, b.unusedIons)
}

func (b *builder) stages(stages ...func()) bool {
	for _, stage := range stages {
		stage()
		if b.diags.HasErrors() {
			return false
		}
	}
	return true
}

// failf reports an error of the rule at work and ends it: of one rule only the
// first error is told, since the others are mostly the same for other cells.
func (b *builder) failf(code diag.Code, pos diag.Pos, format string, args ...any) {
	b.failHint(code, pos, "", format, args...)
}

func (b *builder) failHint(code diag.Code, pos diag.Pos, hint, format string, args ...any) {
	if !b.failed {
		b.failed = true
		b.diags.ErrorHint(code, pos, hint, format, args...)
	}
}

// compat says once that a defect of NetPyNE is reproduced.
func (b *builder) compat(what string, pos diag.Pos, format string, args ...any) {
	if b.s.Cfg.RNG == spec.RNGNetPyNE && !b.said[what] {
		b.said[what] = true
		b.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Compat, Pos: pos,
			Msg: fmt.Sprintf(format, args...), Hint: "simConfig rng: rall has none of NetPyNE's defects"})
	}
}

// unusedIons warns of ions that a cell rule sets and no mechanism uses: the
// name is misspelt, or the mechanism is missing.
func (b *builder) unusedIons() {
	used := map[string]bool{}
	var names []string
	use := func(mechName string) {
		if def := b.cat.Get(mechName); def != nil {
			for i := range def.Ions {
				if name := def.Ions[i].Name; !used[name] {
					used[name] = true
					names = append(names, name)
				}
			}
		}
	}
	for _, t := range b.m.CellTypes {
		for i := range t.Paint {
			use(t.Paint[i].Mech)
		}
		for i := range t.Points {
			use(t.Points[i].Mech)
		}
	}
	for _, t := range b.m.Points {
		use(t.Mech)
	}
	for _, t := range b.m.CellTypes {
		for i := range t.Ions {
			ion := &t.Ions[i]
			if !used[ion.Ion] {
				used[ion.Ion] = true // told once
				b.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: ion.Value.Pos, Hint: diag.DidYouMean(ion.Ion, names),
					Msg: fmt.Sprintf("no mechanism of the model uses the ion %q: what is set of it has no effect", ion.Ion)})
			}
		}
	}
}

// globals sets hoc globals (NAME_MECH) from hParams and the cell rules'
// globals, which yield to hParams. Concentrations of sections become the ions'
// initial ones first, so that a global of that name counts more, as in NetPyNE.
func (b *builder) globals() {
	seen := map[string]bool{"v_init": true, "clamp_resist": true}
	if h := b.s.Tree.Get("simConfig").Get("hParams"); h == nil || h.Get("celsius") != nil {
		seen["celsius"] = true // hParams has it, by default if it is not given
	}
	have := map[string]float64{"celsius": b.m.Conditions.Celsius}
	set := func(p spec.Param) {
		if seen[p.Name] {
			if x, ok := have[p.Name]; ok && x != p.Num {
				b.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: p.Key, Hint: fmt.Sprintf("one value holds for all cells: set simConfig.hParams.%s", p.Name),
					Msg: fmt.Sprintf("%s = %g of a cell rule has no effect: it is %g already", p.Name, p.Num, x)})
			}
			return
		}
		seen[p.Name] = true
		have[p.Name] = p.Num
		switch p.Name {
		case "celsius":
			b.m.Conditions.Celsius = p.Num
			return
		case "secondorder":
			if p.Num != 0 && p.Num != 1 && p.Num != 2 {
				b.diags.Errorf(diag.BadValue, p.Key, "secondorder is %g; it is 0 (backward Euler), 1 (Crank-Nicolson) or 2 (that, with the ions' currents in the middle of the step)", p.Num)
			}
			b.m.Conditions.SecondOrder = int(p.Num)
			return
		}
		whole, element := p.Name, ""
		if i := strings.IndexByte(whole, '['); i > 0 {
			whole, element = whole[:i], whole[i:]
		}
		mechName, name, ok := b.splitGlobal(whole)
		name += element
		if !ok {
			b.diags.Warnf(diag.Ignored, p.Key, "no global variable %q: a mechanism's is called NAME_MECHANISM", p.Name)
			return
		}
		b.m.Globals = append(b.m.Globals, ir.Global{Mech: mechName, Name: name, Value: p.Num, Pos: p.Pos})
	}
	names := make([]string, 0, len(b.ionInit))
	for n := range b.ionInit {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		b.m.Globals = append(b.m.Globals, ir.Global{Name: n, Value: b.ionInit[n]})
	}
	for _, p := range b.s.Cfg.HParams {
		set(p)
	}
	for i := range b.s.Net.CellParams {
		for _, p := range b.s.Net.CellParams[i].Globals {
			set(p)
		}
	}
}

// tables hands on the values of FUNCTION_TABLEs.
func (b *builder) tables() {
	for i := range b.s.Net.Tables {
		t := &b.s.Net.Tables[i]
		mechName, name, ok := b.splitGlobal(t.Name)
		if !ok || mechName == "" {
			b.diags.Errorf(diag.UnknownName, t.Key, "tableParams: no mechanism for %q: a FUNCTION_TABLE is called NAME_MECHANISM", t.Name)
			continue
		}
		out := ir.FunctionTable{Mech: mechName, Name: name, Y: t.Y, Pos: t.Key}
		for k, a := range t.Axes {
			out.Axes = append(out.Axes, ir.TableAxis{Points: a.Points, Lo: a.Lo, Hi: a.Hi, N: t.Len(k)})
		}
		b.m.Tables = append(b.m.Tables, out)
	}
}

// splitGlobal splits hoc's NAME_MECH, and "nai0_na_ion" into an ion's own.
func (b *builder) splitGlobal(full string) (mechName, name string, ok bool) {
	if full == "tstop" || full == "dt" {
		return "", "", false
	}
	for i := 1; i < len(full)-1; i++ {
		if full[i] != '_' {
			continue
		}
		if full[i+1:] != "" && len(full) > 4 && full[len(full)-4:] == "_ion" && len(full[i+1:]) > 4 {
			return "", full[:i], true
		}
		if b.cat.Get(full[i+1:]) != nil {
			return full[i+1:], full[:i], true
		}
	}
	return "", "", false
}
