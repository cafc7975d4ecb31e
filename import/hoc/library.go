package hoc

import (
	"math"
	"path"
	"path/filepath"
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// installClasses makes NEURON's classes.
func (in *Interp) installClasses() {
	in.classes = map[string]*class{}
	add := func(name string, create func(c *call) any, methods map[string]method, field func(o *Object, name string, subs []int) (place, bool), fields ...string) {
		in.classes[name] = &class{name: name, create: create, methods: methods, field: field, fields: fields}
	}
	nothing := func(*call) any { return nil }
	add("Vector", newVector, vectorMethods(), vectorField, "x")
	add("Matrix", newMatrix, matrixMethods(), matrixField, "x")
	add("List", newList, listMethods(), nil)
	add("SectionList", func(*call) any { return &sectionList{} }, sectionListMethods(), nil)
	add("SectionRef", newSectionRef, sectionRefMethods(), sectionRefField, "sec", "parent", "trueparent", "root", "child")
	add("StringFunctions", nothing, stringMethods(), nil)
	add("String", newString, map[string]method{}, stringField, "s")
	add("File", newFile, fileMethods(), nil)
	add("Random", newRandom, randomMethods(), nil)
	add("NMODLRandom", newMechRandom, mechRandomMethods(), nil)
	add("NetCon", newNetCon, netConMethods(), netConField, netConFields...)
	add("Import3d_SWC_read", newReader("swc"), readerMethods(), readerField, "quiet", "sections", "err")
	add("Import3d_Neurolucida3", newReader("asc"), readerMethods(), readerField, "quiet", "sections", "err")
	add("Import3d_GUI", newImport3d, import3dMethods(), import3dField, "swc")
	add("Import3d_Section", nothing, nil, readSectionField, "type", "nameindex")
	add("Pointer", newPointer, pointerMethods(), pointerField, "val", "s")
	add("FInitializeHandler", newHandler, map[string]method{"allprint": zero}, nil)
	add("CVode", nothing, cvodeMethods(), nil)
	add("MechanismType", newMechType, mechTypeMethods(), nil)
	add("MechanismStandard", newStandard, standardMethods(), nil)
	add("SessionText", func(*call) any { return &sessionText{} }, sessionTextMethods(), nil)
	add("RangeVarPlot", newRangePlot, rangePlotMethods(), nil)
	add("SaveState", func(*call) any { return &saved{} }, saveStateMethods(), nil)
	add("ParallelContext", func(*call) any { return &parallelContext{} }, parallelMethods(), nil)
	for _, name := range strings.Fields("Graph VBox HBox Deck Shape PlotShape SymChooser PWManager ValueFieldEditor TextEditor Glyph GUIMath MenuExplore SpikePlot " +
		"ShapeSection PPShape PointBrowser ShapeBrowser PointProcessLocator ExecCommand WindowMenu MulRunFitter RegionFitness ShowMechanism MultipleRunControlGUI ModelView NrnMain Timer TQueue SymbolList BBSaveState Timer Fourier Impedance " +
		"LinearMechanism KSChan KSState KSGate KSTrans NetStims PythonObject StateTransitionEvent") {
		in.classes[name] = in.stub(name)
	}
	for name, way := range builders {
		add(name, func(c *call) any {
			c.in.failHint(c.fr, c.pos, diag.Unsupported, way, "%s makes parts of the model from what its window holds; the window is not there, and without it the model would be another one", name)
			return nil
		}, nil, nil)
	}
	for _, name := range in.Tree.Mechs.Names() {
		if m := in.Tree.Mechs.Get(name); m.Def != nil && m.Def.Kind != mech.Density {
			in.classes[name] = in.mechClass(m)
		}
	}
}

// acting are classes without which a run would be another one, and what to do
// instead.
var acting = map[string]string{
	"KSChan":               "write the channel as a .mod file (KINETIC) and name its folder with --mod",
	"KSState":              "write the channel as a .mod file (KINETIC) and name its folder with --mod",
	"KSGate":               "write the channel as a .mod file (KINETIC) and name its folder with --mod",
	"KSTrans":              "write the channel as a .mod file (KINETIC) and name its folder with --mod",
	"LinearMechanism":      "write it as a point process in a .mod file (LINEAR or NONLINEAR) and name its folder with --mod",
	"BBSaveState":          "use SaveState",
	"Impedance":            "inject a small sine wave with Vector.play and compare the potentials",
	"StateTransitionEvent": "use a WATCH statement in a .mod file, or NetCon.record(statement)",
}

// builders are classes whose windows make models, as session files hold them, and
// how the same gets into a HOC file.
var builders = map[string]string{
	"ChannelBuild":  "describe the channel in a .mod file",
	"LinearCircuit": "leave the circuit out, or clamp with IClamp, VClamp or SEClamp",
}

// stub is a class of the graphical interface, or another that has no effect
// on a cell: its objects take any call.
func (in *Interp) stub(name string) *class {
	c := &class{name: name}
	c.create = func(k *call) any {
		if way := acting[name]; way != "" && in.o.Engine != nil && !in.o.Building {
			in.failHint(k.fr, k.pos, diag.Unsupported, way, "%s is not supported, and a run without it would be another one", name)
			return nil
		}
		in.warnOnce(k.fr, k.pos, diag.Ignored, "class "+name, "%s is not supported; its objects do nothing", name)
		return newStub(name == "PythonObject")
	}
	return c
}

// settings are methods that choose how a model is run.
func settings(names ...string) map[string]method {
	m := map[string]method{}
	for _, n := range names {
		m[n] = func(c *call) value {
			c.in.warnOnce(c.fr, c.pos, diag.Ignored, "setting "+c.name, "%s changes nothing here", c.name)
			return number(c.numOr(0, 0))
		}
	}
	return m
}

type stringState struct{ s string }

func newString(c *call) any {
	s := &stringState{}
	if c.has(0) {
		s.s = c.str(0)
	}
	return s
}

func stringField(o *Object, name string, subs []int) (place, bool) {
	if name != "s" || len(subs) > 0 {
		return place{}, false
	}
	return place{k: strPlace, str: &o.native.(*stringState).s}, true
}

// installLibrary defines what the files of NEURON's library define, at the
// top level, where the program may take every name for itself.
func (in *Interp) installLibrary() {
	for name, x := range map[string]float64{
		"tstop": 5, "v_init": -65, "steps_per_ms": 40, "nstep_steprun": 1, "stdrun_quiet": 0, "realtime": 0, "using_cvode_": 0, "runStopAt": 5, "runStopIn": 1,
		"eventslow": 1, "eventcount": 0, "running_": 0, "screen_update_invl": .05, "global_ra": 35.4, "itmp": 0, "stop_event_queue_": 0,
		"n_graph_lists": 4,
	} {
		in.constant(in.top, name, x)
		in.top.names[name].standard = true
	}
	for name, fn := range map[string]func(c *call) value{
		"lambda_f":     lambdaF,
		"object_index": func(c *call) value { o := c.obj(0); return number(float64(indexOf(o))) },
		"classname": func(c *call) value {
			if o := c.obj(0); o != nil {
				*c.strVar(1) = o.class.name
			}
			return value{}
		},
		"realtime_plot":  nothing,
		"nrncontrolmenu": guiProc, "nrnmainmenu": guiProc, "load_from_hoc": zero, "Plot": nothing, "flushPlot": nothing, "fastflushPlot": nothing, "initPlot": nothing, "tstop_changed": nothing,
		"screen_update": nothing, "clipboard_save": guiProc, "execerror_": zero,
	} {
		s := in.top.add(name)
		s.kind, s.own, s.standard = ownSym, &builtin{fn}, true
	}
	for _, name := range strings.Fields(panels) {
		s := in.top.add(name)
		s.kind, s.own, s.standard = ownSym, &builtin{guiProc}, true
	}
	known := len(in.top.order)
	in.Run("stdlib.hoc", []byte(stdlibText))
	in.Run("stdrun.hoc", []byte(runText))
	clear(in.words)
	for _, s := range in.top.order[known:] {
		s.standard = true
	}
	in.classes["List"].next, in.classes["List"].count = 0, 0
	for name, o := range map[string]string{"hoc_sf_": "StringFunctions", "cvode": "CVode"} {
		s := in.top.add(name)
		s.kind, s.standard = objSym, true
		in.topData.cell(s).objs = []*Object{in.libraryObject(in.classes[o], nil)}
	}
}

// libraryObject makes an object that NEURON's library holds.
func (in *Interp) libraryObject(c *class, native any) *Object {
	in.born++
	o := &Object{class: c, index: c.next, native: native, born: in.born, refs: 1}
	c.next++
	c.count++
	c.objects = append(c.objects, o)
	return o
}

// panels are procedures of NEURON's library that open windows.
const panels = `newcommand newphaseplane newshapeplot newvectorplot celsius_panel globalra_panel graphmenu toolmenu vectormenu windowmenu
	helpmenu buildmenu pointmenu pointprocessesmenu miscellaneousmenu distmechmenu distmechviewers impedancemenu fittingmenu channel_builder makecellbuilder
	makeimport3dtool makePointBrowser cbimportmenu movierunpanel`

// libraryObjects are how many objects the files of NEURON 9.0.2's library make
// when they are loaded without a graphical interface. The program's own are
// numbered after them.
var libraryObjects = map[string]map[string]int{
	"stdrun.hoc": {"List": 6},
	"nrngui.hoc": {"List": 2, "Vector": 3, "StringFunctions": 1},
}

// openLibrary counts the objects of a file of NEURON's library that is loaded.
// What the file defines is there from the beginning.
func (in *Interp) openLibrary(name string) {
	name = path.Base(filepath.ToSlash(name))
	if in.opened[name] {
		return
	}
	in.opened[name] = true
	if name == "nrngui.hoc" || name == "stdgui.hoc" {
		in.openLibrary("stdrun.hoc")
	}
	if name == "netparmpi.hoc" && in.top.names["ParallelNetManager"] == nil {
		in.Run(name, []byte(netManager))
	}
	if name == "stdrun.hoc" {
		in.Run(name, []byte("objref numericalmethodpanel\nnumericalmethodpanel = new NumericalMethodPanel()\n"))
	}
	if name == "nrngui.hoc" { // windows' manager, which programs address by its number
		in.libraryObject(in.classes["PWManager"], newStub(false))
		in.libraryObject(in.classes["WindowMenu"], newStub(false))
	}
	for class, n := range libraryObjects[name] {
		in.classes[class].next += n
		in.classes[class].count += n
	}
}

func indexOf(o *Object) int {
	if o == nil {
		return -1
	}
	return o.index
}

// lambdaF is lambda_f(frequency): the length over which a potential of that
// frequency falls by e in the current section.
func lambdaF(c *call) value {
	s, f := c.section(), c.num(0)
	if s == nil || c.in.failed {
		return value{}
	}
	mid := s.Nodes[s.Node(.5)]
	if c.in.equal(mid.Cm, 0) {
		return number(1e10)
	}
	if len(s.Points) < 2 {
		if err := c.in.Tree.Refresh(s); err != nil {
			return c.fail("%v", err)
		}
		return number(1e5 * math.Sqrt(mid.Diam/(4*math.Pi*f*s.Ra*mid.Cm)))
	}
	lam := 0.0
	for i := 1; i < len(s.Points); i++ {
		a, b := &s.Points[i-1], &s.Points[i]
		d := math.Abs(float64(a.D)) + math.Abs(float64(b.D))
		if d == 0 {
			return c.fail("two points of %s have no diameter", s.Name)
		}
		lam += (b.Arc - a.Arc) / math.Sqrt(d)
	}
	scale := math.Sqrt(2) * 1e-5 * math.Sqrt(4*math.Pi*f*s.Ra*mid.Cm)
	return number(s.LengthAsIs() / float64(lam*scale))
}

// stdlibText is the iterator of for case (&x, 1, 2, 3) statement, what puts the two
// columns of a file on the clipboard, and the numbered currents of NEURON's first
// versions, as clamps.
const stdlibText = `strdef tstr
objref hoc_obj_[2], clipboard_file[2], fstim_clamps_[1]
iterator case() { local i
	i = 1
	while (i < numarg()) {
		i += 1
		$&1 = $i
		iterator_statement
	}
}
proc clipboard_set() { hoc_obj_[0] = $o2.c  hoc_obj_[1] = $o1.c }
proc clipboard_get() { $o2 = hoc_obj_[0].c  $o1 = hoc_obj_[1].c }
proc clipboard_retrieve() { local n, all  localobj file
	hoc_obj_[0] = new Vector(1)
	hoc_obj_[1] = new Vector(1)
	file = new File()
	clipboard_file[1] = file
	if (numarg() == 0) return
	if (!file.ropen($s1)) {
		continue_dialog("Clipboard Retrieve failed")
		return
	}
	file.gets(tstr)
	if (hoc_sf_.substr(tstr, "label") != -1) {
		if (sscanf(tstr, "label:%s", tstr) == 1) hoc_obj_[0].label(tstr)
		file.gets(tstr)
	}
	n = sscanf(tstr, "%g %g", &hoc_obj_[1].x[0], &hoc_obj_[0].x[0]) - 1
	all = 1e20
	if (n == 0) {
		all = hoc_obj_[1].x[0]
		hoc_obj_[0].resize(0)
		hoc_obj_[1].resize(0)
	}
	while (n <= all && !file.eof()) {
		hoc_obj_[1].append(file.scanvar())
		hoc_obj_[0].append(file.scanvar())
		n += 1
	}
	file.close()
}
func fstim() {
	if (numarg() == 1) {
		objref fstim_clamps_[$1]
		return 0
	}
	fstim_clamps_[$1] = new IClamp($2)
	fstim_clamps_[$1].del = $3
	fstim_clamps_[$1].dur = $4
	fstim_clamps_[$1].amp = $5
	return 0
}
func fstimi() { localobj clamp
	clamp = fstim_clamps_[$1]
	if (!object_id(clamp)) return 0
	return clamp.amp*(t >= clamp.del - 1e-9 && t < clamp.del + clamp.dur - 1e-9)
}
func valid_name_syntax() { localobj s
	s = new String()
	return !(hoc_sf_.len($s1) == 0 || hoc_sf_.head($s1, "[^A-Za-z0-9_]", s.s) > -1)
}
`

// runText is how a model is run. Every procedure may be replaced by the
// program's own, which the others call then.
const runText = `
objref graphList[4], graphItem, flush_list, fast_flush_list, tobj, tobj1, nrnmainmenu_, pyobj, nil
strdef temp_string_, temp_string2_
temp_string_ = "t"
{ graphList[0] = new List()  graphList[1] = new List()  graphList[2] = new List()  graphList[3] = new List() }
{ flush_list = new List()  fast_flush_list = new List() }
cvode_dt_ = 0.025
cvode_dt_kept_ = 0
func cvode_active() {
	if (numarg() == 1) {
		if ($1 && !cvode.active() && !cvode_dt_kept_) {
			cvode_dt_ = dt
			cvode_dt_kept_ = 1
		}
		if (!$1 && cvode.active()) {
			dt = cvode_dt_
			cvode_dt_kept_ = 0
		}
		cvode.active($1)
		using_cvode_ = cvode.active()
	}
	return cvode.active()
}
func cvode_local() {
	if (numarg() == 1) {
		if ($1) cvode.use_local_dt(1)
		cvode_active($1)
	}
	return cvode.use_local_dt()
}
func set_v_init() { local old
	old = v_init
	v_init = $1
	return old
}
proc newPlot() { graphItem = new Graph() }
proc addplot() { graphList[$2].append($o1) }
proc newPlotV() {
	newPlot(0, tstop, -80, 40)
	addplot(graphItem, 0)
}
proc newPlotI() {
	newPlot(0, tstop, -1, 1)
	addplot(graphItem, 1)
}
proc newPlotS() {
	newPlot(0, tstop, 0, 1)
	addplot(graphItem, 2)
}
proc set_ra() {
	if (numarg() == 1) { global_ra = $1 }
	forall Ra = global_ra
}
proc setdt() { local every
	every = 1/steps_per_ms
	nstep_steprun = int(every/dt)
	if (nstep_steprun == 0) nstep_steprun = 1
	if (abs(dt*nstep_steprun*steps_per_ms - 1) > 1e-6) {
		print "Changed dt"
		dt = every/nstep_steprun
	}
}
proc stdinit() {
	realtime = 0
	setdt()
	init()
	initPlot()
}
proc init() {
	finitialize(v_init)
}
proc run() {
	running_ = 1
	stdinit()
	continuerun(tstop)
}
proc movierun() { run() }
proc runbutton() {
	run()
	running_ = 0
}
func stoppedrun() { return stoprun }
proc continuerun() { local until, was, still
	realtime = 0
	stoprun = 0
	until = $1 - dt/2
	still = 0
	while (t < until && stoprun == 0) {
		was = t
		step()
		still += 1
		if (t != was) still = 0
		if (still == 2e5) execerror("200000 steps have not moved t; advance() has to call fadvance()")
	}
	flushPlot()
}
proc steprun() {
	step()
	flushPlot()
}
proc step() { local i
	for i = 1, nstep_steprun advance()
	Plot()
}
proc advance() {
	fadvance()
}
`

// netManager is ParallelNetManager on one rank, which has all cells.
const netManager = `begintemplate ParallelNetManager
public ncell, nhost, nwork, myid, pc, cells, nclist, tmpcell, spikevec, idvec
public round_robin, set_gid2node, gid_exists, create_cell, register_cell, nc_append, want_all_spikes, spike_record, gatherspikes, serialize
public set_maxstep, maxstepsize, pinit, psolve, pcontinue, prun, prstat
external stdinit, tstop, hoc_sf_
objref this, pc, cells, nclist, tmpcell, spikevec, idvec
strdef making
proc init() {
	ncell = $1
	nhost = 1
	nwork = 1
	myid = 0
	pc = new ParallelContext()
	cells = new List()
	nclist = new List()
	spikevec = new Vector()
	idvec = new Vector()
}
proc set_gid2node() { if ($2 == myid) pc.set_gid2node($1, pc.id) }
proc round_robin() { local gid
	for gid = 0, ncell-1 pc.set_gid2node(gid, pc.id)
}
func gid_exists() { return pc.gid_exists($1) }
proc register_cell() { localobj source, none
	if (pc.gid_exists($1) == 0) pc.set_gid2node($1, pc.id)
	cells.append($o2)
	if (hoc_sf_.is_artificial($o2)) {
		source = new NetCon($o2, none)
	} else {
		$o2.connect2target(none, source)
	}
	pc.cell($1, source, 1)
}
obfunc create_cell() { localobj made
	if (gid_exists($1)) {
		sprint(making, "tmpcell = %s", $s2)
		execute(making, this)
		made = tmpcell
		register_cell($1, made)
	}
	objref tmpcell
	return made
}
func nc_append() { localobj con, cell
	if (gid_exists($2) == 0) return -1
	cell = pc.gid2cell($2)
	if ($3 < 0) {
		con = pc.gid_connect($1, cell)
	} else {
		con = pc.gid_connect($1, cell.synlist.object($3))
	}
	con.weight = $4
	con.delay = $5
	nclist.append(con)
	return nclist.count - 1
}
proc spike_record() { if (gid_exists($1)) pc.spike_record($1, spikevec, idvec) }
proc want_all_spikes() { local gid
	for gid = 0, ncell-1 spike_record(gid)
}
proc gatherspikes() { }
iterator serialize() { iterator_statement }
proc set_maxstep() { pc.set_maxstep(10) }
proc maxstepsize() { set_maxstep() }
proc pinit() { stdinit() }
proc psolve() { pc.psolve($1) }
proc pcontinue() { pc.psolve($1) }
proc prun() {
	pinit()
	pcontinue(tstop)
}
proc prstat() {
	if ($1 == 0) {
		printf("%d wait time %g\n", myid, pc.wait_time())
	} else {
		printf("id\t nsmax\t nsend\t nrecv\t nrused\t wait\n%d\t 0\t 0\t 0\t 0\t %g\nend of prstat\n", myid, pc.wait_time())
	}
}
endtemplate ParallelNetManager
`
