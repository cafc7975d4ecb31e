package nmodl

import (
	"math"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/ir/unit"
)

// labels warns where a declared unit is not the one in which the simulation
// gives or takes a variable. Units of a .mod file never scale anything, so a
// wrong one hides an error of some power of ten.
func (l *lowerer) labels() {
	current := "milliamp/cm2"
	if l.d.Kind != mech.Density {
		current = "nanoamp"
	}
	currents := map[mech.VarID]bool{}
	for _, c := range l.d.Currents {
		currents[c.Var] = true
	}
	for i := range l.d.Vars {
		v := &l.d.Vars[i]
		want := ""
		switch {
		case currents[mech.VarID(i)]:
			want = current
		case v.Storage == mech.IonField:
			want = [...]string{mech.Reversal: "millivolt", mech.Inside: "milli/liter", mech.Outside: "milli/liter",
				mech.Amperage: "milliamp/cm2"}[v.Field]
		}
		l.label(v.Name, v.Unit, want)
	}
	for _, x := range [][2]string{{"v", "millivolt"}, {"t", "millisec"}, {"dt", "millisec"}, {"celsius", "degC"},
		{"area", "micron2"}, {"diam", "micron"}} {
		if d := l.decls[x[0]]; d != nil {
			l.label(x[0], d.Unit, x[1])
		}
	}
}

func (l *lowerer) label(name, declared, want string) {
	d := l.decls[name]
	if declared == "" || declared == "1" || want == "" || d == nil {
		return
	}
	u, err := l.scope.Parse(declared)
	if err != nil {
		if u, err = unit.Parse(declared); err != nil {
			return // a label that nobody can read
		}
	}
	w, err := l.scope.Parse(want)
	if err != nil {
		panic("BUG: unit " + want)
	}
	const mole = 6.02214076e23 // some files count moles in (molar), some do not
	r := u.Factor / w.Factor
	if u.Dim != w.Dim || math.Abs(r-1) > 1e-5 && math.Abs(r/mole-1) > 1e-5 {
		l.rep.warnf(diag.BadUnit, d.Pos, "%s is declared in (%s); the simulation takes it in (%s), and nothing is converted", name, declared, short[want])
	}
}

var short = map[string]string{"millivolt": "mV", "millisec": "ms", "degC": "degC", "micron2": "um2", "micron": "um",
	"milliamp/cm2": "mA/cm2", "nanoamp": "nA", "milli/liter": "mM"}
