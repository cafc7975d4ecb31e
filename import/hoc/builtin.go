package hoc

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/runtime/vec"
)

// install fills the scopes with what NEURON brings along.
func (in *Interp) install() {
	for name, x := range map[string]float64{
		"PI": math.Pi, "E": math.E, "GAMMA": 0.57721566490153286060, "DEG": 57.29577951308232087680, "PHI": 1.61803398874989484820,
		"FARADAY": 96485.33212331001, "R": 8.31446261815324, "Avogadro_constant": 6.02214076e23,
		"t": 0, "dt": .025, "celsius": 6.3, "secondorder": 0, "stoprun": 0, "clamp_resist": 1e-3,
		"hoc_ac_": 0, "hoc_cross_x_": 0, "hoc_cross_y_": 0, "diam_changed": 1, "nrn_shape_changed_": 0, "default_dll_loaded_": 0,
		"nrn_netrec_state_adjust": 0, "nrn_sparse_partrans": 0,
	} {
		in.constant(in.builtin, name, x)
	}
	in.builtin.add("float_epsilon")
	eps := in.builtin.names["float_epsilon"]
	eps.kind, eps.num = constSym, &in.epsilon
	for name, fn := range functions() {
		s := in.builtin.add(name)
		s.kind, s.own = ownSym, &builtin{fn}
	}
	for names, why := range refused {
		for _, name := range strings.Fields(names) {
			s := in.builtin.add(name)
			s.kind, s.own = ownSym, &builtin{func(c *call) value { return c.unsupported("%s: %s", c.name, why) }}
		}
	}
	for name, f := range mathFunctions {
		s := in.builtin.add(name)
		s.kind, s.own = ownSym, &builtin{func(c *call) value { return number(f(c, c.num(0))) }}
	}
	for name, p := range map[string]prop{"nseg": nsegProp, "L": lengthProp, "Ra": raProp, "rallbranch": rallProp} {
		s := in.builtin.add(name)
		s.kind, s.prop = propSym, p
	}
	for name, w := range map[string]membrane{"diam": diamVar, "cm": cmVar, "v": voltageVar, "i_cap": capCurrent, "i_membrane_": membraneCurrent} {
		s := in.builtin.add(name)
		s.kind, s.rng = rangeSym, &rangeVar{name: name, what: w}
	}
	in.installClasses()
	for _, name := range in.Tree.Mechs.Names() {
		in.installMech(in.Tree.Mechs.Get(name))
	}
	for _, def := range in.o.Mechs.Libraries() {
		in.installLibraryOf(def)
	}
	in.installLibrary()
	for k, name := range []string{"dt", "tstop"} {
		in.timing[k] = timing{at: in.globals[name], was: in.defined[name]}
	}
}

func (in *Interp) constant(sc *scope, name string, x float64) {
	s := sc.add(name)
	s.kind, s.num = constSym, &x
	in.globals[name] = s.num
	in.defined[name] = x
	if name == "t" {
		s.ref = Ref{Kind: TimeRef}
	}
}

// uniform names a variable that all instances of a mechanism share.
func (in *Interp) uniform(name string, x float64, m *tree.Mechanism, own string) {
	in.constant(in.builtin, name, x)
	s := in.builtin.names[name]
	s.ref = Ref{Kind: GlobalRef, Mech: m, Name: own}
	in.uniformAt[s.num] = len(in.uniforms)
	in.uniforms = append(in.uniforms, Uniform{m, own, s.num})
}

// uniformArray names an array that all instances of a mechanism share.
func (in *Interp) uniformArray(name string, n int, x float64, m *tree.Mechanism, own string) {
	s := in.builtin.add(name)
	s.kind, s.nums, s.dims = constSym, slices.Repeat([]float64{x}, n), []int{n}
	s.num = &s.nums[0]
	in.globals[name], in.defined[name] = s.num, x
	for k := range n {
		element := fmt.Sprintf("%s[%d]", own, k)
		s.refs = append(s.refs, Ref{Kind: GlobalRef, Mech: m, Name: element})
		in.uniformAt[&s.nums[k]] = len(in.uniforms)
		in.uniforms = append(in.uniforms, Uniform{m, element, &s.nums[k]})
	}
	s.ref = s.refs[0]
}

// installMech names the range variables and globals of a mechanism.
func (in *Interp) installMech(m *tree.Mechanism) {
	suffix := "_" + m.Name
	if m.Ion != nil {
		suffix = ""
		in.uniform(m.Ion.Name+"i0_"+m.Name, m.Vars[tree.IonIn].Default, m, "i0")
		in.uniform(m.Ion.Name+"o0_"+m.Name, m.Vars[tree.IonOut].Default, m, "o0")
	}
	if m.Def == nil || m.Def.Kind == mech.Density {
		for i := range m.Vars {
			v := &m.Vars[i]
			name := v.Name + suffix
			if m.Name == "extracellular" && v.N > 1 { // NEURON names its arrays, of the layers, as they are
				name = v.Name
			}
			if in.builtin.names[name] != nil {
				continue
			}
			s := in.builtin.add(name)
			s.kind, s.rng = rangeSym, &rangeVar{name: s.name, mech: m, v: v}
		}
	}
	if m.Def != nil && m.Def.Kind == mech.Density {
		for i := range m.Def.Vars {
			if v := &m.Def.Vars[i]; v.Random && in.builtin.names[v.Name+suffix] == nil {
				s := in.builtin.add(v.Name + suffix)
				s.kind, s.rng = rangeSym, &rangeVar{name: s.name, mech: m, random: v.Name}
			}
		}
	}
	if m.Def == nil {
		return
	}
	in.installTables(m)
	if m.Def.Kind == mech.Density {
		in.installFunctions(m)
	}
	for i := range m.Def.Vars {
		v := &m.Def.Vars[i]
		if v.Storage != mech.Uniform && v.Storage != mech.Global || v.Extern {
			continue
		}
		name := v.Name + "_" + m.Name
		switch {
		case in.builtin.names[name] != nil:
		case v.Array > 0:
			in.uniformArray(name, v.Array, v.Default, m, v.Name)
		default:
			in.uniform(name, v.Default, m, v.Name)
		}
	}
}

// refused are functions of NEURON's interpreter that are not here, and what to do
// instead.
var refused = map[string]string{
	"prstim":                 "this prints currents of NEURON's first versions; print their fstimi(index)",
	"fsyn fsyni fsyng":       "synapses of NEURON's first versions; use an AlphaSynapse",
	"fclamp fclampi fclampv": "the clamp of NEURON's first versions; use an SEClamp or VClamp",
	"fit_praxis attr_praxis pval_praxis stop_praxis": "parameters are not searched for here; run the program once for each set of them",
	"eqinit solve":                          "equations of the interpreter's own (eqn, depvar); use Matrix.solv",
	"initnrn":                               "defaults are not brought back; set nseg, Ra, cm and the like",
	"object_pushed":                         "use execute(text, object)",
	"nrn_get_config_key nrn_get_config_val": "it is NEURON that has these settings",
	"print_local_memory_usage coreneuron_handle": "it is about NEURON's own memory",
}

// mathFunctions are functions of one number.
var mathFunctions = map[string]func(c *call, x float64) float64{
	"sin":  func(_ *call, x float64) float64 { return vec.Sin(x) },
	"cos":  func(_ *call, x float64) float64 { return vec.Cos(x) },
	"atan": func(_ *call, x float64) float64 { return vec.Atan(x) },
	"tanh": func(_ *call, x float64) float64 { return vec.Tanh(x) },
	"exp": func(c *call, x float64) float64 { // cut at 700 either way
		switch {
		case x < -700:
			return 0
		case x > 700:
			c.odd("of %g, taken as exp(700)", x)
			x = 700
		}
		return vec.Exp(x)
	},
	"abs":   func(_ *call, x float64) float64 { return math.Abs(x) },
	"erf":   func(_ *call, x float64) float64 { return erf(x) },
	"erfc":  func(_ *call, x float64) float64 { return erfc(x) },
	"log":   func(c *call, x float64) float64 { return c.logarithm(vec.Log, x) },
	"log10": func(c *call, x float64) float64 { return c.logarithm(vec.Log10, x) },
	"sqrt": func(c *call, x float64) float64 {
		if x < 0 {
			c.fail("of %g", x)
			return 0
		}
		return math.Sqrt(x)
	},
	"int": func(c *call, x float64) float64 { // towards 0, with the tolerance
		if x < 0 {
			return math.Ceil(x-c.in.epsilon) + 0 // no -0
		}
		return math.Floor(x + c.in.epsilon)
	},
}

// logarithm is log or log10 of x: of 0 it is -Inf, of what is below an error.
func (c *call) logarithm(of func(float64) float64, x float64) float64 {
	switch {
	case x < 0:
		c.fail("of %g", x)
		return 0
	case x == 0:
		c.odd("of 0, which is -Inf")
	}
	return of(x)
}

// odd warns of a value that NEURON warns of too, once at a place.
func (c *call) odd(format string, args ...any) {
	c.in.warnOnce(c.fr, c.pos, diag.OddValue, "value at "+c.fr.pos(c.pos).String(), c.name+": "+format, args...)
}

func one(*call) value { return number(1) }

func zero(*call) value { return number(0) }

// functions are the functions of NEURON's interpreter. Those of its library
// are in library.go.
func functions() map[string]func(c *call) value {
	return map[string]func(c *call) value{
		"atan2":  func(c *call) value { return number(vec.Atan2(c.num(0), c.num(1))) },
		"numarg": func(c *call) value { return number(float64(len(c.fr.args))) },
		"argtype": func(c *call) value {
			n := int(c.num(0))
			if n < 1 || n > len(c.fr.args) {
				return number(-1)
			}
			return number(map[kind]float64{numKind: 0, objKind: 1, strKind: 2, refKind: 3}[c.fr.args[n-1].k])
		},

		"printf": func(c *call) value {
			s := c.sprintf(0)
			c.in.print(s)
			return number(float64(len(s)))
		},
		"sprint": func(c *call) value {
			p := c.strVar(0)
			s := c.sprintf(1)
			if c.in.text(c.fr, c.pos, *p, s) {
				*p = s
			}
			return number(1)
		},
		"sscanf":  func(c *call) value { return number(float64(c.sscanf(c.str(0), c.str(1), 2))) },
		"strcmp":  func(c *call) value { return number(float64(strings.Compare(c.str(0), c.str(1)))) },
		"startsw": idle("it measures no time"), "stopsw": idle("it measures no time and returns 0"),

		"execute":  func(c *call) value { return c.execute(false) },
		"execute1": func(c *call) value { return c.execute(true) },
		"execerror": func(c *call) value {
			msg := c.str(0)
			if c.has(1) {
				msg += " " + c.str(1)
			}
			if !c.in.failed {
				c.in.fail(c.fr, c.pos, "the program gave up: %s", strings.TrimSpace(msg))
			}
			return value{}
		},
		"quit": func(c *call) value {
			if c.in.o.Engine != nil && !c.in.o.Building {
				c.in.ctl, c.in.quit = stopping, true
				return value{}
			}
			c.in.failHint(c.fr, c.pos, diag.BadValue, "", "the program called quit()")
			return value{}
		},
		"system":          func(c *call) value { return c.system() },
		"WinExec":         func(c *call) value { return c.unsupported("WinExec: commands are not run") },
		"nrn_load_dll":    func(c *call) value { return c.loadDLL() },
		"name_declared":   func(c *call) value { return c.nameDeclared() },
		"object_id":       func(c *call) value { return c.objectID() },
		"object_push":     func(c *call) value { return c.push() },
		"object_pop":      func(c *call) value { return c.pop() },
		"allobjects":      unprinted,
		"allobjectvars":   unprinted,
		"hoc_pointer_":    func(c *call) value { return pointer(c.ref(0)) },
		"unix_mac_pc":     one,
		"machine_name":    func(c *call) value { *c.strVar(0) = "localhost"; return number(1) },
		"nrnversion":      func(c *call) value { return text("9.0.2") },
		"neuronhome":      func(c *call) value { return text("") },
		"getcwd":          func(c *call) value { return text(strings.TrimSuffix(c.in.dir, "/") + "/") },
		"chdir":           func(c *call) value { return c.chdir() },
		"units":           func(c *call) value { return c.units() },
		"variable_domain": idle("no domain is kept"),
		"hoc_stdout":      func(c *call) value { return c.stdout() },
		"nrnpython": func(c *call) value { // NEURON's answer where it was built without Python
			c.in.warnOnce(c.fr, c.pos, diag.Unsupported, "nrnpython", "nrnpython: there is no Python here, and the statement is not executed")
			return number(0)
		},
		"save_session": idle("no session is written"), "print_session": idle("nothing is printed"),
		"saveaudit": idle("no audit is kept"), "retrieveaudit": idle("no audit is kept"),
		"nrn_mallinfo": idle("memory is not counted so, and it returns 0"), "nrn_feenableexcept": idle("exceptions of the floating-point unit are not caught"),
		"use_exp_pow_precision": func(c *call) value {
			if c.has(0) && c.num(0) != 0 {
				return c.unsupported("use_exp_pow_precision: exp and pow are one and the same on every machine")
			}
			return number(0)
		},
		// What has no effect in NEURON either, without a graphical interface.
		"show_errmess_always": zero, "coredump_on_error": zero, "show_winio": zero, "ivoc_style": zero, "pwman_place": zero,
		"nrniv_bind_thread": zero, "use_mcell_ran4": (*call).useRan4, "nrnmpi_init": zero, "nrn_num_config_keys": zero, "doEvents": one, "doNotify": one,
		"setcolor": zero, "plt": zero, "axis": zero, "plot": zero, "plotx": zero, "ploty": zero, "regraph": zero, "graph": zero, "graphmode": zero, "lw": zero,
		"xpanel": gui, "xbutton": gui, "xcheckbox": gui, "xstatebutton": gui, "xlabel": gui, "xmenu": gui, "xvalue": gui, "xpvalue": gui,
		"xradiobutton": gui, "xfixedvalue": gui, "xvarlabel": gui, "xslider": gui,
		"boolean_dialog": gui, "string_dialog": gui, "continue_dialog": func(c *call) value { c.in.print(c.str(0) + "\n"); return number(0) },
		"nrnsecmenu": guiOne, "nrnallsectionmenu": guiOne, "nrnallpointmenu": guiOne, "nrnglobalmechmenu": guiOne, "nrnmechmenu": guiOne, "nrnpointmenu": guiOne,

		"load_file": func(c *call) value { return c.loadFile() },
		"load_proc": (*call).loadFunction, "load_func": (*call).loadFunction, "load_template": (*call).loadTemplate,
		"xopen":  func(c *call) value { return c.xopen() },
		"ropen":  func(c *call) value { return c.ropen() },
		"wopen":  func(c *call) value { return c.wopen() },
		"fscan":  func(c *call) value { return c.fscan() },
		"getstr": func(c *call) value { return c.getstr() },
		"fprint": func(c *call) value { return c.fprint() },
		"xred":   func(c *call) value { return number(c.num(1)) },
		"sred":   func(c *call) value { return c.unsupported("sred: there is no one to ask") },
		"read":   func(c *call) value { return c.unsupported("read: there is no one to ask") },
		"prmat":  unprinted, "symbols": unprinted,

		"secname": func(c *call) value {
			if s := c.section(); s != nil {
				return text(s.Name)
			}
			return value{}
		},
		"sectionname": func(c *call) value {
			if s := c.section(); s != nil {
				*c.strVar(0) = s.Name
			}
			return number(1)
		},
		"issection": func(c *call) value {
			re, s := c.in.pattern(c.fr, c.pos, c.str(0)), c.section()
			return truth(re != nil && s != nil && re.MatchString(s.Name))
		},
		"ismembrane": func(c *call) value {
			m, s := c.in.Tree.Mechs.Get(c.str(0)), c.section()
			if name := c.str(0); name == "capacitance" || name == "morphology" {
				return number(1)
			}
			return truth(m != nil && s != nil && s.Has(m))
		},
		"section_exists":      func(c *call) value { return c.sectionExists() },
		"section_owner":       func(c *call) value { return c.sectionOwner() },
		"section_orientation": func(c *call) value { return c.ofSection(func(s *tree.Section) float64 { return s.ChildX }) },
		"parent_connection":   func(c *call) value { return c.ofSection(func(s *tree.Section) float64 { return s.ParentX }) },
		"parent_section": func(c *call) value {
			return c.ofSection(func(s *tree.Section) float64 { return c.in.number(s.Parent) })
		},
		"this_section": func(c *call) value { return c.ofSection(func(s *tree.Section) float64 { return c.in.number(s) }) },
		"this_node":    func(c *call) value { return c.unsupported("this_node: the address of a node means nothing here") },
		"push_section": func(c *call) value { return c.pushSection() },
		"pop_section": func(c *call) value {
			if n := len(c.in.stack); n > 1 {
				c.in.stack = c.in.stack[:n-1]
			}
			return number(1)
		},
		"delete_section": func(c *call) value {
			if s := c.section(); s != nil {
				c.in.Tree.Delete(s)
			}
			return number(1)
		},
		"disconnect": func(c *call) value {
			if s := c.section(); s != nil {
				c.in.Tree.Detach(s)
			}
			return number(0)
		},
		"topology": func(c *call) value { return c.topology() },
		"psection": func(c *call) value { return c.psection() },
		"area":     func(c *call) value { return c.along(c.in.Tree.Area) },
		"ri":       func(c *call) value { return c.along(c.in.Tree.Ri) },
		"distance": func(c *call) value { return c.distance() },
		"define_shape": func(c *call) value {
			c.in.work(c.in.Tree.CVs * 16)
			if err := c.in.Tree.DefineShape(); err != nil {
				return c.fail("%v", err)
			}
			return number(1)
		},
		"pt3dadd": func(c *call) value { return c.pt3dadd() },
		"pt3dclear": func(c *call) value {
			if s := c.section(); s != nil {
				c.in.Tree.ClearPoints(s)
			}
			return number(0)
		},
		"pt3dinsert": func(c *call) value { return c.pt3dinsert() },
		"pt3dremove": func(c *call) value {
			if s, i := c.point(); s != nil {
				c.in.Tree.RemovePoint(s, i)
			}
			return number(0)
		},
		"pt3dchange": func(c *call) value { return c.pt3dchange() },
		"pt3dstyle":  func(c *call) value { return c.pt3dstyle() },
		"pt3dconst": func(c *call) value {
			if !c.has(0) {
				return truth(c.in.Tree.Const(nil))
			}
			on := c.num(0) != 0
			return truth(c.in.Tree.Const(&on))
		},
		"n3d": func(c *call) value {
			return c.ofSection(func(s *tree.Section) float64 { return float64(len(s.Points)) })
		},
		"x3d": func(c *call) value {
			return c.coordinate(func(s *tree.Section, i int) float64 { return float64(s.Points[i].X) })
		},
		"y3d": func(c *call) value {
			return c.coordinate(func(s *tree.Section, i int) float64 { return float64(s.Points[i].Y) })
		},
		"z3d": func(c *call) value {
			return c.coordinate(func(s *tree.Section, i int) float64 { return float64(s.Points[i].Z) })
		},
		"arc3d": func(c *call) value {
			return c.coordinate(func(s *tree.Section, i int) float64 { return s.Points[i].Arc })
		},
		"diam3d": func(c *call) value {
			return c.coordinate(func(s *tree.Section, i int) float64 { return math.Abs(float64(s.Points[i].D)) })
		},
		"spine3d": func(c *call) value {
			return c.coordinate(func(s *tree.Section, i int) float64 { return truth(s.Points[i].D < 0).x })
		},
		"setSpineArea": func(c *call) value {
			if c.num(0) != 0 {
				return c.unsupported("setSpineArea: the area of a CV is that of its 3-D points alone")
			}
			return number(0)
		},
		"getSpineArea": zero,
		"ion_style":    func(c *call) value { return c.ionStyle() },
		"ion_charge":   func(c *call) value { return c.ionCharge() },
		"ion_register": func(c *call) value { return c.ionRegister() },
		"nernst":       func(c *call) value { return c.nernst() },
		"ghk":          func(c *call) value { return c.ghk() },
		"keep_nseg_parm": func(c *call) value {
			if c.has(0) && c.num(0) == 0 {
				return c.unsupported("keep_nseg_parm(0): a section keeps its parameters when nseg changes")
			}
			return number(1)
		},
		"nrnunit_use_legacy": func(c *call) value {
			if c.has(0) && c.num(0) != 0 {
				return c.unsupported("nrnunit_use_legacy(1): constants are those of CODATA 2018")
			}
			return number(0)
		},
		"make_mechanism":    func(c *call) value { return c.unsupported("make_mechanism: mechanisms written in HOC") },
		"make_pointprocess": func(c *call) value { return c.unsupported("make_pointprocess: mechanisms written in HOC") },

		"finitialize":     func(c *call) value { return c.in.finitialize(c) },
		"fadvance":        func(c *call) value { return c.in.fadvance(c) },
		"fcurrent":        func(c *call) value { return c.in.fcurrent(c) },
		"frecord_init":    func(c *call) value { return c.frecordInit() },
		"batch_run":       func(c *call) value { return c.unsupported("batch_run") },
		"fmatrix":         func(c *call) value { return c.unsupported("fmatrix: the equations of a step are not kept") },
		"mcell_ran4":      func(c *call) value { return c.mcellRan4() },
		"mcell_ran4_init": func(c *call) value { return c.mcellRan4Init() },
	}
}

// unprinted is a function that lists what there is, for people.
func unprinted(c *call) value {
	c.in.warnOnce(c.fr, c.pos, diag.Ignored, "unprinted "+c.name, "%s prints nothing here", c.name)
	return number(1)
}

// idle is a function that does not do what it does in NEURON; nothing of what is
// computed depends on it.
func idle(why string) func(c *call) value {
	return func(c *call) value {
		c.in.warnOnce(c.fr, c.pos, diag.Ignored, "idle "+c.name, "%s: %s", c.name, why)
		return number(0)
	}
}

// stdout is hoc_stdout("file"), after which what is printed goes to a file, and
// hoc_stdout(), which ends that.
func (c *call) stdout() value {
	if f := c.in.redirected; f != nil {
		c.in.redirected = nil
		c.close(f)
	}
	if c.has(0) {
		f := &textFile{name: c.str(0)}
		if !c.write(f, false) {
			return value{}
		}
		c.in.redirected = f
	}
	return number(1)
}

// gui is a function of the graphical interface: nothing happens.
func gui(c *call) value {
	c.in.warnOnce(c.fr, c.pos, diag.Ignored, "gui", "%s: there is no graphical interface; what asks for one does nothing", c.name)
	return number(0)
}

// guiOne is gui where NEURON returns 1 without an interface.
func guiOne(c *call) value {
	gui(c)
	return number(1)
}

// guiProc is gui where NEURON has a procedure, which yields nothing.
func guiProc(c *call) value {
	gui(c)
	return value{}
}

// nothing is a procedure that has nothing to do.
func nothing(*call) value { return value{} }

func (c *call) ofSection(f func(s *tree.Section) float64) value {
	s := c.section()
	if s == nil {
		return value{}
	}
	return number(f(s))
}

// along is a function of a place on the current section.
func (c *call) along(f func(s *tree.Section, x float64) (float64, error)) value {
	x, s := c.num(0), c.section()
	if c.in.failed {
		return value{}
	}
	if !(x >= 0 && x <= 1) {
		return c.fail("a place along a section runs from 0 to 1, not %g", x)
	}
	y, err := f(s, x)
	if err != nil {
		return c.fail("%v", err)
	}
	return number(y)
}

func (c *call) distance() value {
	s := c.section()
	if s == nil {
		return value{}
	}
	switch len(c.args) {
	case 0:
		c.in.Tree.SetOrigin(s, 0)
		return number(0)
	case 1:
		return c.along(c.in.Tree.Distance)
	}
	mode, x := c.num(0), c.num(1)
	if c.in.failed {
		return value{}
	}
	if mode == 0 {
		c.in.Tree.SetOrigin(s, x)
		return number(x)
	}
	d, err := c.in.Tree.Distance(s, x)
	if err != nil {
		return c.fail("%v", err)
	}
	return number(d)
}

// number numbers sections for programs that keep them in variables.
func (in *Interp) number(s *tree.Section) float64 {
	if s == nil {
		return 0
	}
	k, ok := in.numberOf[s]
	if !ok {
		in.numbered = append(in.numbered, s)
		k = len(in.numbered)
		if in.numberOf == nil {
			in.numberOf = map[*tree.Section]int{}
		}
		in.numberOf[s] = k
	}
	return float64(k)
}

func (c *call) pushSection() value {
	if c.is(0, strKind) {
		name := c.str(0)
		for _, s := range c.in.Tree.Sections() {
			if s.Name == name {
				c.in.push(s)
				return number(1)
			}
		}
		return c.fail("there is no section %q", name)
	}
	i := int(c.num(0)) - 1
	if c.in.failed || i < 0 || i >= len(c.in.numbered) || c.in.numbered[i].Gone {
		return c.fail("there is no such section")
	}
	c.in.push(c.in.numbered[i])
	return number(1)
}

func (c *call) sectionExists() value {
	name := c.str(0)
	k, next := 0, 1
	if c.is(1, numKind) {
		k, next = int(c.num(1)), 2
	} else if i := strings.IndexByte(name, '['); i > 0 {
		k, _ = strconv.Atoi(strings.TrimSuffix(name[i+1:], "]"))
		name = name[:i]
	}
	sc, d := c.fr.scope, c.fr.data
	if c.has(next) {
		o := c.obj(next)
		if o == nil || o.class.scope == nil {
			return number(0)
		}
		sc, d = o.class.scope, o.data
	}
	s := sc.names[name]
	if s != nil && s.external != nil {
		s, d = s.external, c.in.topData
	}
	if s == nil || s.kind != secSym {
		return number(0)
	}
	cl := d.cell(s)
	return truth(k >= 0 && k < len(cl.secs) && cl.secs[k] != nil && !cl.secs[k].Gone)
}

func (c *call) sectionOwner() value {
	if s := c.section(); s != nil {
		if o, ok := s.Owner.(*Object); ok {
			return object(o)
		}
	}
	return object(nil)
}

func (c *call) pt3dadd() value {
	s := c.section()
	if s == nil {
		return value{}
	}
	if c.isVector(0) {
		x, y, z, d := c.vector(0), c.vector(1), c.vector(2), c.vector(3)
		if c.in.failed {
			return value{}
		}
		n := len(x.x)
		if len(y.x) != n || len(z.x) != n || len(d.x) != n {
			return c.fail("Vectors of %d, %d, %d and %d elements", n, len(y.x), len(z.x), len(d.x))
		}
		c.in.Tree.ClearPoints(s)
		for i := range n {
			if err := c.in.Tree.AddPoint(s, x.x[i], y.x[i], z.x[i], d.x[i]); err != nil {
				return c.fail("%v", err)
			}
		}
		return number(1)
	}
	x, y, z, d := c.num(0), c.num(1), c.num(2), c.num(3)
	if c.in.failed {
		return value{}
	}
	if err := c.in.Tree.AddPoint(s, x, y, z, d); err != nil {
		return c.fail("%v", err)
	}
	return number(1)
}

// point returns the current section and the index of a 3-D point, the first
// argument.
func (c *call) point() (*tree.Section, int) {
	s := c.section()
	if s == nil {
		return nil, 0
	}
	c.in.work(len(s.Points) / 8)
	if len(s.Points) == 0 {
		c.fail("%s has no 3-D points", s.Name)
		return nil, 0
	}
	i := c.within(0, 0, len(s.Points)-1)
	if c.in.failed {
		return nil, 0
	}
	return s, i
}

func (c *call) coordinate(f func(s *tree.Section, i int) float64) value {
	s, i := c.point()
	if s == nil {
		return value{}
	}
	return number(f(s, i))
}

func (c *call) pt3dinsert() value {
	s := c.section()
	if s == nil {
		return value{}
	}
	c.in.work(len(s.Points))
	i := c.within(0, 0, len(s.Points))
	x, y, z, d := c.num(1), c.num(2), c.num(3), c.num(4)
	if c.in.failed {
		return value{}
	}
	if err := c.in.Tree.InsertPoint(s, i, x, y, z, d); err != nil {
		return c.fail("%v", err)
	}
	return number(0)
}

func (c *call) pt3dchange() value {
	s, i := c.point()
	if s == nil {
		return value{}
	}
	if !c.has(4) {
		if d := c.num(1); !c.in.failed {
			c.in.Tree.ChangePointDiam(s, i, d)
		}
		return number(0)
	}
	x, y, z, d := c.num(1), c.num(2), c.num(3), c.num(4)
	if !c.in.failed {
		c.in.Tree.ChangePoint(s, i, x, y, z, d)
	}
	return number(0)
}

func (c *call) pt3dstyle() value {
	s := c.section()
	if s == nil {
		return value{}
	}
	switch {
	case !c.has(0):
	case c.num(0) == 0:
		c.in.Tree.SetWire(s, nil)
	case c.is(1, refKind):
		if s.Wire != nil {
			for i := range s.Wire {
				c.setNum(i+1, float64(s.Wire[i]))
			}
		}
	default:
		x, y, z := c.num(1), c.num(2), c.num(3)
		c.in.Tree.SetWire(s, &[3]float32{float32(x), float32(y), float32(z)})
	}
	return truth(s.Wire != nil)
}

func (c *call) ionMech(i int) *tree.Mechanism {
	m := c.in.Tree.Mechs.Get(c.str(i))
	if m == nil || m.Ion == nil {
		c.fail("%q is no ion", c.str(i))
		return nil
	}
	return m
}

func (c *call) ionStyle() value {
	m, s := c.ionMech(0), c.section()
	if m == nil || s == nil {
		return value{}
	}
	old := -1
	if in := s.Nodes[0].Find(m); in != nil {
		old = in.Style
	}
	if c.has(1) {
		style := c.within(1, 0, 3) + 010*c.within(2, 0, 3) + 040*c.within(3, 0, 1) + 0100*c.within(4, 0, 1) + 04*c.within(5, 0, 1)
		for _, n := range s.Nodes {
			if in := n.Find(m); in != nil {
				in.Style = in.Style&0600 + style
			}
		}
	}
	return number(float64(old))
}

func (c *call) ionCharge() value {
	if m := c.ionMech(0); m != nil {
		return number(m.Ion.Valence)
	}
	return value{}
}

func (c *call) execute(once bool) value {
	var o *Object // the other argument, of execute1, says whether to print errors
	for i := 1; i < len(c.args); i++ {
		if c.is(i, objKind) {
			o = c.obj(i)
		}
	}
	src := c.str(0)
	if c.in.failed {
		return value{}
	}
	if once { // the program's errors end execute1 only, and not what is not done here
		before := *c.in.diags
		ok := c.in.execute(c.fr, c.pos, src, o, true)
		if !ok && c.in.steps <= c.in.o.Steps {
			why := diag.Diag{}
			for _, d := range c.in.diags.All() {
				if d.Severity == diag.Error {
					why = d
				}
			}
			if why.Code == diag.Unsupported || why.Code == diag.BadMech {
				return value{}
			}
			*c.in.diags = before
			c.in.failed, c.in.ctl = false, goOn
			if loud := c.args[len(c.args)-1]; loud.k != numKind || loud.x != 0 {
				c.in.warnOnce(c.fr, c.pos, diag.Ignored, "execute1 "+src, "execute1(%q) ended at an error: %s: %s", short(src, 80), why.Pos, why.Msg)
			}
		}
		return truth(ok)
	}
	c.in.execute(c.fr, c.pos, src, o, true)
	return number(0)
}

func (c *call) loadDLL() value {
	c.in.warnOnce(c.fr, c.pos, diag.Ignored, "dll", "nrn_load_dll(%q): mechanisms are compiled from their .mod files instead", c.str(0))
	return number(1)
}

// nameDeclared tells what kind of name an argument is, by NEURON's numbers.
func (c *call) nameDeclared() value {
	name := c.str(0)
	sc := c.in.top
	arg := c.numOr(1, 0)
	if arg == 1 {
		sc = c.fr.scope
	}
	s := sc.names[name]
	if s == nil {
		s = c.in.builtin.names[name]
	}
	if s == nil || s.kind == undefined && !s.assigned { // no name at all is declared, too
		return truth(name == "" || sc == c.in.top && c.in.words[name] || syntax.IsKeyword(name) || c.in.classes[name] != nil || c.in.Tree.Mechs.Get(name) != nil)
	}
	d := c.in.topData
	if sc == c.fr.scope {
		d = c.fr.data
	}
	switch s.kind {
	case objSym:
		return number(2)
	case secSym:
		return number(3)
	case strSym:
		return number(4)
	case varSym, constSym, undefined:
		if arg == 2 && (s.kind == varSym && len(d.cell(s).dims) > 0 || s.nums != nil) {
			return number(6)
		}
		return number(5)
	case propSym:
		if arg == 2 {
			return number(8)
		}
		return number(5)
	}
	return number(1)
}

func (c *call) objectID() value {
	o := c.obj(0)
	if o == nil {
		if c.has(1) {
			return number(-1)
		}
		return number(0)
	}
	if c.has(1) && c.num(1) == 1 {
		return number(float64(o.index))
	}
	return number(float64(o.born))
}

func (c *call) chdir() value {
	dir := c.str(0)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(c.in.dir, dir)
	}
	c.in.dir = dir
	return number(0)
}
