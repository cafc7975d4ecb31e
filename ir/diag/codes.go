package diag

// Code names a kind of diagnostic; it is stable, so that users can look it
// up and silence warnings by it.
type Code string

// Info says what a code means.
type Info struct {
	Meaning string
	Form    Form   // of the example
	Example string // a shortest input that brings it up
}

// Form says what an example is.
type Form uint8

const (
	Words   Form = iota // a sentence
	JSON                // a spec
	NetPart             // YAML to be merged into the netParams of a sound spec
	CfgPart             // likewise into simConfig
	Mod                 // a .mod file that a spec uses
	SWC                 // a morphology that a spec uses
	ModBody             // what a .mod file holds besides the declarations of the test, checked for dimensions
)

// The codes, by the stage that says them first. Errors cannot be silenced.
const (
	Unsupported Code = "unsupported"    // a construct rall knows of but does not do yet
	FileMissing Code = "file-missing"   // a named file is not there or not readable
	Syntax      Code = "syntax"         // the text does not parse
	UnknownKey  Code = "unknown-key"    // a key that nothing reads
	UnknownName Code = "unknown-name"   // a population, section, mechanism, parameter… that does not exist
	Duplicate   Code = "duplicate-name" // two things of one name
	BadType     Code = "bad-type"       // a value of the wrong type
	BadValue    Code = "bad-value"      // a value outside what makes sense
	BadUnit     Code = "bad-unit"       // a unit of the wrong dimension, or an unknown one
	OddValue    Code = "odd-value"      // warning: legal, but rarely what was meant
	NeverSet    Code = "never-set"      // warning: a variable of a mechanism is read, and nothing gives it a value
	NoMatch     Code = "no-match"       // warning: a rule that matches nothing
	Ignored     Code = "ignored"        // warning: accepted, without effect on the results
	Compat      Code = "netpyne-compat" // warning: a NetPyNE defect that is reproduced
	NrnCompat   Code = "neuron-compat"  // note or warning: what NEURON does and few expect is reproduced
	Replaced    Code = "replaced"       // note: one definition serves instead of another
	Chosen      Code = "chosen"         // note: what the input leaves open was chosen, since there is only one
	Repaired    Code = "repaired"       // warning: an input was repaired while read
	BadTree     Code = "bad-tree"       // a morphology that is no tree
	BadMech     Code = "bad-mechanism"  // a mechanism that parses but cannot be compiled
	Internal    Code = "internal"       // a mistake of rall itself, which takes only what it was met in out of the run
	LongCV      Code = "long-cv"        // warning: a CV longer than 0.3 lambda at 100 Hz
)

// The findings of the check of dimensions, all of them warnings.
const (
	UnitMismatch Code = "unit-mismatch" // two sides measure different things
	UnitFactor   Code = "unit-factor"   // two sides measure one thing in different units
	UnitArgument Code = "unit-argument" // an argument in another unit than the function declares
	UnitNumber   Code = "unit-number"   // something with a unit where a plain number is wanted
	UnitReaction Code = "unit-reaction" // a rate or a state of a reaction in another unit than the others make it
	UnitNeuron   Code = "unit-neuron"   // a variable of the simulation declared in another unit, or in none
	UnitUnknown  Code = "unit-unknown"  // a unit that UNITS does not define
	UnitNone     Code = "unit-none"     // no name in the file has a unit
	Units        Code = "units"         // note: how many mechanisms of a model have such findings
)

// Codes explains every code; a test checks that none is missing and runs the
// examples.
var Codes = map[Code]Info{
	Unsupported: {"a construct that rall knows of but does not do yet", NetPart, `stimSourceParams: {s: {type: XStim}}`},
	FileMissing: {"a file that the input names is not there or cannot be read", NetPart, `cellParams: {C: {morphology: nowhere.swc}}`},
	Syntax:      {"the text does not parse", JSON, `{"netParams": `},
	UnknownKey:  {"a key that nothing reads", NetPart, `connParams: {r: {probabilty: 0.5}}`},
	UnknownName: {"a name that nothing defines", NetPart, `connParams: {r: {preConds: {pop: Nowhere}}}`},
	Duplicate:   {"two things of one name", JSON, `{"netParams": {}, "netParams": {}}`},
	BadType:     {"a value of the wrong type", NetPart, `popParams: {E: {numCells: many}}`},
	BadValue:    {"a value outside what makes sense", NetPart, `connParams: {r: {probability: 50}}`},
	BadUnit:     {"a unit of the wrong dimension, or one that is not known", NetPart, `connParams: {r: {delay: 5 mV}}`},
	OddValue:    {"a legal value that is rarely what was meant", NetPart, `connParams: {r: {weight: 10}}`},
	NeverSet:    {"a variable of a mechanism is read, and nothing has given it a value", Mod, `NEURON { SUFFIX example } ASSIGNED { minf } STATE { m } INITIAL { m = minf }`},
	NoMatch:     {"a rule that matches nothing", NetPart, `connParams: {r: {postConds: {y: [5000, 6000]}}}`},
	Ignored:     {"accepted, without effect on the results", CfgPart, `analysis: {plotLFP: true}`},
	Compat:      {"a defect of NetPyNE that is reproduced so that the network is the same", NetPart, `scale: 0.5`},
	NrnCompat:   {"what NEURON does and few expect is reproduced", Mod, `NEURON { SUFFIX example } PARAMETER { g = 0.123456789 }`},
	Replaced:    {"one definition serves instead of another", Mod, `NEURON { SUFFIX pas RANGE g, e } PARAMETER { g = 1 e = 0 }`},
	Chosen:      {"what the input leaves open was chosen, since there is only one", Words, "the only template of a HOC program makes the cell when none is named"},
	Repaired:    {"an input was repaired while it was read", SWC, "1 1 0 0 0 5 -1"},
	BadTree:     {"a morphology that is not a tree", SWC, "1 1 0 0 0 5 2\n2 1 9 0 0 5 1"},
	BadMech:     {"a mechanism that parses but cannot be compiled", Mod, `NEURON { SUFFIX example } BREAKPOINT { SOLVE nowhere METHOD cnexp }`},
	Internal:    {"a mistake of rall itself, met in one file; the others are not concerned", Words, "a mechanism whose own check fails after it has been lowered"},
	LongCV:      {"a CV longer than 0.3 lambda at 100 Hz", NetPart, `cellParams: {C: {secs: {soma: {geom: {L: 1000, diam: 1}}}}}`},

	UnitMismatch: {"what is added, compared or assigned measures different things", ModBody, `BREAKPOINT { i = g*v + t }`},
	UnitFactor:   {"the two sides measure the same in units of different size", ModBody, `BREAKPOINT { i = 1 (uA/cm2) }`},
	UnitArgument: {"an argument has another unit than the function declares for it", ModBody, `FUNCTION f(x (mV)) { f = 1 } INITIAL { m = f(t) }`},
	UnitNumber:   {"something with a unit stands where a plain number is wanted", ModBody, `INITIAL { m = exp(v) }`},
	UnitReaction: {"a rate does not make the flux of its reaction", ModBody, `KINETIC k { ~ m <-> n (1 (mV), 1 (/ms)) }`},
	UnitNeuron:   {"a variable of the simulation is declared in another unit, or in none", ModBody, `ASSIGNED { celsius }`},
	UnitUnknown:  {"a unit that UNITS does not define", ModBody, `ASSIGNED { x (furlong) }`},
	Units:        {"mechanisms of a model whose units do not agree", Mod, "NEURON { SUFFIX example RANGE a } ASSIGNED { a (/mV) v (mV) } INITIAL { a = v }"},
	UnitNone:     {"no name in the file has a unit, so that nothing can be checked", ModBody, `NEURON { SUFFIX x }`},
}
