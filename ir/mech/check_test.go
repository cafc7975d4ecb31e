package mech

import (
	"math"
	"strings"
	"testing"
)

// regimeCell is what LEMS's iafRefCell comes to: an integrate-and-fire cell
// of two regimes. The regime is a state that the conditions set; what LEMS
// does on entry stands behind the transition.
func regimeCell() *Def {
	d := &Def{Name: "iafRef", Kind: ArtificialCell, Source: "lems"}
	add := func(v Var) VarID {
		d.Vars = append(d.Vars, v)
		return VarID(len(d.Vars) - 1)
	}
	param := func(name, unit string, x float64) Expr {
		return Ref{add(Var{Name: name, Unit: unit, Storage: Instance, Param: true, Visible: true, Default: x})}
	}
	state := func(name, unit string) VarID {
		return add(Var{Name: name, Unit: unit, Storage: Instance, State: true, Visible: true, Written: true})
	}
	leak, rest, thresh := param("leakReversal", "mV", -70), param("reset", "mV", -70), param("thresh", "mV", -55)
	tau, refract := param("tau", "ms", 20), param("refract", "ms", 5)
	in := param("iSyn", "mV", 0)
	v, regime, last := state("v", "mV"), state("regime", ""), state("lastSpikeTime", "ms")
	t := Ref{add(Var{Name: "t", Unit: "ms", Storage: Time})}
	set := func(v VarID, x Expr) Stmt { return Assign{Var: v, X: x} }
	is := func(n float64) Expr { return Binary{Eq, Ref{regime}, Num{V: n}} }

	const refractory, integrating = 0, 1
	d.Initial = Block{Body: []Stmt{set(v, leak), set(regime, Num{V: integrating})}}
	d.Systems = []System{{
		Name: "integrating", When: is(integrating), Locals: []string{"drive"},
		Body: []Stmt{
			Assign{Var: -1, Local: 0, X: Binary{Add, Binary{Sub, leak, Ref{v}}, in}}, // a DerivedVariable
			DerivEq{Var: v, X: Binary{Div, Local{0}, tau}},
		},
	}}
	d.Solves = []Solve{{System: 0, Proc: -1, Method: JLEMSForward}}
	d.Conditions = []Condition{
		{
			Test: Binary{Gt, Ref{v}, thresh}, When: is(integrating),
			Block: Block{Body: []Stmt{Emit{At: t}, set(regime, Num{V: refractory}), set(last, t), set(v, rest)}},
		},
		{
			Test: Binary{Gt, t, Binary{Add, Ref{last}, refract}}, When: is(refractory),
			Block: Block{Body: []Stmt{set(regime, Num{V: integrating})}},
		},
	}
	return d
}

const regimeText = `artificial cell iafRef (lems)
  var instance leakReversal (mV) = -70 param visible
  var instance reset (mV) = -70 param visible
  var instance thresh (mV) = -55 param visible
  var instance tau (ms) = 20 param visible
  var instance refract (ms) = 5 param visible
  var instance iSyn (mV) param visible
  var instance v (mV) state visible written
  var instance regime state visible written
  var instance lastSpikeTime (ms) state visible written
  var time t (ms)
  solve integrating lems-step
  system integrating when regime == 1 { local drive
    drive = leakReversal - v + iSyn
    v' = drive/tau
  }
  initial {
    v = leakReversal
    regime = 1
  }
  on v > thresh when regime == 1 {
    net_event(t)
    regime = 0
    lastSpikeTime = t
    v = reset
  }
  on t > lastSpikeTime + refract when regime == 0 {
    regime = 1
  }
`

func TestRegime(t *testing.T) {
	d := regimeCell()
	if err := Check(d); err != nil {
		t.Error(err)
	}
	if got := d.String(); got != regimeText {
		t.Errorf("got\n%s", got)
	}
}

// gate is a channel of two states, by reactions.
func gate() *Def {
	return &Def{
		Name: "gate", Source: "nmodl",
		Vars: []Var{
			{Name: "c", Storage: Instance, State: true, Visible: true, Written: true},
			{Name: "o", Storage: Instance, State: true, Visible: true, Written: true},
			{Name: "v", Storage: Voltage},
			{Name: "i", Storage: Instance, Visible: true, Written: true},
			{Name: "g", Storage: Uniform, Param: true, Visible: true, Default: 0.001},
			{Name: "r", Storage: Stream},
			{Name: "w", Storage: Edge},
		},
		Ions:     []Ion{{Name: "na", Valence: math.NaN()}},
		Currents: []Current{{Var: 3, Ion: -1}},
		Funcs: []Func{{
			Name: "rate", NArgs: 1, Result: 1, Locals: []string{"x", "rate"},
			Body: []Stmt{Assign{Var: -1, Local: 1, X: Call{Fn: Exp, Args: []Expr{Binary{Div, Local{0}, Num{V: 10}}}}}},
		}},
		Systems: []System{{Name: "kin", Body: []Stmt{
			Reaction{Left: []Term{{1, 0, nil}}, Right: []Term{{1, 1, nil}}, Forward: FuncCall{Func: 0, Args: []Expr{Ref{2}}}, Backward: Num{V: 0.1}},
			Conserve{Sum: []Term{{1, 0, nil}, {1, 1, nil}}, Total: Num{V: 1}},
		}}},
		Initial:    Block{Body: []Stmt{SolveNow{System: 0, Method: SteadyState}}},
		Breakpoint: Block{Body: []Stmt{Assign{Var: 3, X: Binary{Mul, Ref{4}, Ref{1}}}}},
		Solves:     []Solve{{System: 0, Proc: -1, Method: Sparse}},
	}
}

const gateText = `density gate (nmodl)
  var instance c state visible written
  var instance o state visible written
  var voltage v
  var instance i visible written
  var uniform g = 0.001 param visible
  var stream r
  var edge w
  ion na
  current i nonspecific
  solve kin sparse
  function rate(x) {
    rate = exp(x/10)
  }
  system kin {
    ~ c <-> o (rate(v), 0.1)
    CONSERVE c + o = 1
  }
  initial {
    SOLVE kin steady
  }
  breakpoint {
    i = g*o
  }
`

func TestKineticGate(t *testing.T) {
	d := gate()
	if err := Check(d); err != nil {
		t.Error(err)
	}
	if got := d.String(); got != gateText {
		t.Errorf("got\n%s", got)
	}
}

// TestCheckFinds breaks a good mechanism in one way at a time.
func TestCheckFinds(t *testing.T) {
	for want, breakIt := range map[string]func(d *Def){
		"no name":                   func(d *Def) { d.Name = "" },
		"of none or another":        func(d *Def) { d.Vars[1].Name = "c" },
		"storage 77":                func(d *Def) { d.Vars[1].Storage = 77 },
		"field of an ion":           func(d *Def) { d.Vars[3].Storage, d.Vars[3].Ion = IonField, 1 },
		"uniform g is written":      func(d *Def) { d.Vars[4].Written = true },
		"state c has storage":       func(d *Def) { d.Vars[0].Storage = Global },
		"the default NaN":           func(d *Def) { d.Vars[4].Default = math.NaN() },
		"a current is variable 9":   func(d *Def) { d.Currents[0].Var = 9 },
		"a current has ion 1":       func(d *Def) { d.Currents[0].Ion = 1 },
		"result 2 of 2":             func(d *Def) { d.Funcs[0].Result = 2 },
		"procedure rate is used":    func(d *Def) { d.Funcs[0].Result = -1 },
		"a solve of system":         func(d *Def) { d.Solves[0].System = -1 },
		"system 3 of 1":             func(d *Def) { d.Initial.Body[0] = SolveNow{System: 3} },
		"SolveNow does not belong":  func(d *Def) { d.Breakpoint.Body[0] = SolveNow{} },
		"DerivEq does not belong":   func(d *Def) { d.Breakpoint.Body[0] = DerivEq{Var: 0, X: Num{}} },
		"Reaction does not belong":  func(d *Def) { d.Initial.Body = d.Systems[0].Body },
		"Emit does not belong":      func(d *Def) { d.Initial.Body[0] = Emit{At: Num{}} },
		"Send does not belong":      func(d *Def) { d.Breakpoint.Body[0] = Send{Delay: Num{}, Flag: Num{}} },
		"i is no state":             func(d *Def) { d.Systems[0].Body[0] = DerivEq{Var: 3, X: Num{}} },
		"coefficient 0":             func(d *Def) { d.Systems[0].Body[1] = Conserve{Sum: []Term{{0, 1, nil}}, Total: Num{}} },
		"voltage v is set":          func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 2, X: Num{}} },
		"uniform g is set":          func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 4, X: Num{}} },
		"local 0 of 0 is set":       func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: -1, X: Num{}} },
		"local 5 of 0":              func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3, X: Local{5}} },
		"variable 99 of 7":          func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3, X: Ref{99}} },
		"elements and subscript":    func(d *Def) { d.Vars[0].Array = 3 },
		"set and not marked":        func(d *Def) { d.Vars[3].Written = false },
		"an expression of type":     func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3} },
		"a statement of type":       func(d *Def) { d.Breakpoint.Body[0] = nil },
		"exp with 2 arguments":      func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3, X: Call{Fn: Exp, Args: []Expr{Num{}, Num{}}}} },
		"sine with 1 arguments":     func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3, X: Call{Fn: "sine", Args: []Expr{Num{}}}} },
		"no random stream":          func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3, X: Call{Fn: RandExp, Args: []Expr{Ref{0}}}} },
		"random stream r is read":   func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3, X: Ref{5}} },
		"w of an edge is used":      func(d *Def) { d.Breakpoint.Body[0] = Assign{Var: 3, X: Ref{6}} },
		"function 4 of 1":           func(d *Def) { d.Breakpoint.Body[0] = CallStmt{Func: 4} },
		"rate wants 1 arguments":    func(d *Def) { d.Breakpoint.Body[0] = CallStmt{Func: 0} },
		"argument 0 is no edge":     func(d *Def) { d.Receive = &NetReceive{Args: []VarID{0}, Flag: -1} },
		"no weight":                 func(d *Def) { d.Receive = &NetReceive{Flag: -1} },
		"the flag is variable 1":    func(d *Def) { d.Receive = &NetReceive{Args: []VarID{6}, Flag: 1} },
		"a table of 0 intervals":    func(d *Def) { d.Funcs[0].Table = &Table{From: Num{}, To: Num{}, Use: -1} },
		"a look-up in function 0":   func(d *Def) { d.Breakpoint.Body[0] = Lookup{Arg: Num{}} },
		"1 unknowns and 0":          func(d *Def) { d.Breakpoint.Body[0] = Newton{X: []Target{{Var: 0}}} },
		"a compartment of variable": func(d *Def) { d.Systems[0].Body[1] = Compartment{Slot: -1, Volume: Num{}, States: []VarID{50}} },
	} {
		d := gate()
		breakIt(d)
		if err := Check(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: Check says %v", want, err)
		}
	}
}
