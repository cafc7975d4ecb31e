package codegen

import (
	"fmt"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/kernel"
)

// layout decides where variables live. Columns are kept for what users can
// see or set, for states, and for what one entry leaves to another; the last
// is found by building the entries and looking which loads are still there
// when dead code is gone.
type layout struct {
	def      *mech.Def
	carried  map[mech.VarID]bool // needs a column beyond what its declaration asks for
	row      map[mech.VarID]int32
	uniform  map[mech.VarID]int32
	streamOf map[mech.VarID]int32
	seriesOf map[mech.VarID]int32
	pointers map[mech.VarID]int
	ports    []kernel.Port
	watches  []mech.Watch
	rows     int // of the variables' columns; those of watch conditions follow, then the hidden ones
	refused  map[mech.VarID]bool

	hidden         int // hidden columns
	hiddenUniforms int
	nextUniform    int32 // number of the first hidden uniform
}

func newLayout(def *mech.Def) *layout {
	l := &layout{def: def, nextUniform: kernel.UniformFirst, carried: map[mech.VarID]bool{}, uniform: map[mech.VarID]int32{}, streamOf: map[mech.VarID]int32{}, seriesOf: map[mech.VarID]int32{}, pointers: map[mech.VarID]int{},
		refused: map[mech.VarID]bool{}}
	for i := range def.Vars {
		v := mech.VarID(i)
		switch def.Vars[i].Storage {
		case mech.Uniform, mech.Global:
			l.uniform[v] = l.nextUniform
			l.nextUniform += int32(max(1, def.Vars[i].Array))
		case mech.Stream:
			l.streamOf[v] = int32(len(l.streamOf))
		case mech.Series:
			l.seriesOf[v] = int32(len(l.seriesOf))
		case mech.Pointer:
			l.pointers[v] = len(l.pointers)
		}
	}
	return l
}

// declared says whether a variable's declaration asks for a column.
func (l *layout) declared(v mech.VarID) bool {
	x := &l.def.Vars[v]
	switch x.Storage {
	case mech.Instance:
		return x.Param || x.Visible || x.State
	case mech.IonField:
		return x.Visible
	}
	return false
}

func (l *layout) hasColumn(v mech.VarID) bool { return l.declared(v) || l.carried[v] }

// loadsIon says through which port a variable of an ion is read when an entry
// begins: what the USEION line READs, and a concentration that is written,
// which continues from the ion's.
func (l *layout) loadsIon(v mech.VarID) (kernel.Quantity, bool) {
	x := &l.def.Vars[v]
	ion := &l.def.Ions[x.Ion]
	q := [...]kernel.Quantity{mech.Reversal: kernel.IonE, mech.Inside: kernel.IonIn, mech.Outside: kernel.IonOut, mech.Amperage: kernel.IonI}[x.Field]
	return q, ion.Reads[x.Field] || ion.Writes[x.Field] && (x.Field == mech.Inside || x.Field == mech.Outside)
}

// storesIon says through which port a written concentration or reversal
// potential leaves.
func (l *layout) storesIon(v mech.VarID) (kernel.Quantity, bool) {
	x := &l.def.Vars[v]
	if x.Storage != mech.IonField || x.Field == mech.Amperage || !l.def.Ions[x.Ion].Writes[x.Field] {
		return 0, false
	}
	return [...]kernel.Quantity{mech.Reversal: kernel.IonE, mech.Inside: kernel.IonIn, mech.Outside: kernel.IonOut}[x.Field], true
}

func (l *layout) port(q kernel.Quantity, ion int) int {
	if q < kernel.IonE || q > kernel.IonDI {
		ion = -1
	}
	return l.portOf(kernel.Port{Quantity: q, Ion: ion})
}

func (l *layout) portOf(p kernel.Port) int {
	for i := range l.ports {
		if l.ports[i] == p {
			return i
		}
	}
	l.ports = append(l.ports, p)
	return len(l.ports) - 1
}

// watch returns the number of a WATCH statement.
func (l *layout) watch(w mech.Watch) int {
	text := func(w mech.Watch) string { return l.def.Format(mech.Block{Body: []mech.Stmt{w}}) }
	for i := range l.watches {
		if l.watches[i].Pos == w.Pos && text(l.watches[i]) == text(w) {
			return i
		}
	}
	l.watches = append(l.watches, w)
	return len(l.watches) - 1
}

// refuse reports, once, a variable of a kind that kernels cannot reach yet.
func (l *layout) refuse(diags *diag.List, v mech.VarID) {
	if l.refused[v] {
		return
	}
	l.refused[v] = true
	x := &l.def.Vars[v]
	diags.Errorf(diag.Unsupported, x.Pos, "%s is a %s variable, which is not supported yet", x.Name, x.Storage)
}

// number gives every column its first row.
func (l *layout) number() {
	l.row = map[mech.VarID]int32{}
	next := int32(0)
	for i := range l.def.Vars {
		if v := mech.VarID(i); l.hasColumn(v) {
			l.row[v] = next
			next += int32(max(1, l.def.Vars[i].Array))
		}
	}
	l.rows = int(next)
}

// columns describes the columns for the Program.
func (l *layout) columns() []kernel.Column {
	var out []kernel.Column
	for i := range l.def.Vars {
		v := &l.def.Vars[i]
		if !l.hasColumn(mech.VarID(i)) {
			continue
		}
		// A Global's own column is not the user's: the uniform is.
		own := v.Storage != mech.Global
		out = append(out, kernel.Column{Name: v.Name, Unit: v.Unit, Default: v.Default, Len: max(1, v.Array),
			Param: v.Param && own, Visible: v.Visible && own, State: v.State || v.Written || !own})
	}
	for i := range l.watches {
		out = append(out, kernel.Column{Name: fmt.Sprintf("watch%d", i), Len: 1, State: true})
	}
	for i := range l.hidden {
		out = append(out, kernel.Column{Name: fmt.Sprintf("~%d", i), Len: 1, Hidden: true})
	}
	return out
}

func (l *layout) uniforms() []kernel.Uniform {
	out := []kernel.Uniform{{Name: "t", Unit: "ms"}, {Name: "dt", Unit: "ms", Default: 0.025}, {Name: "celsius", Unit: "degC", Default: 6.3}}
	for i := range l.def.Vars {
		if _, ok := l.uniform[mech.VarID(i)]; !ok {
			continue
		}
		v := &l.def.Vars[i]
		u := kernel.Uniform{Name: v.Name, Unit: v.Unit, Default: v.Default, Published: v.Storage == mech.Global, Extern: v.Extern}
		if v.Array == 0 {
			out = append(out, u)
		}
		for k := 0; k < v.Array; k++ {
			u.Name = fmt.Sprintf("%s[%d]", v.Name, k)
			out = append(out, u)
		}
	}
	for i := range l.hiddenUniforms {
		out = append(out, kernel.Uniform{Name: fmt.Sprintf("~u%d", i), Hidden: true})
	}
	return out
}
