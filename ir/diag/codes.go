package diag

// Code names a kind of diagnostic; it is stable, so that users can look it
// up and silence warnings by it.
type Code string

// Info says what a code means.
type Info struct {
	Meaning string
	Example string // a shortest input, or a sentence, that brings it up
}

// The codes, by the stage that says them first. Errors cannot be silenced.
const (
	Unsupported Code = "unsupported"    // a construct rall knows of but does not do yet
	FileMissing Code = "file-missing"   // a named file is not there or not readable
	WriteFailed Code = "write-failed"   // an output could not be written
	Syntax      Code = "syntax"         // the text does not parse
	UnknownKey  Code = "unknown-key"    // a key that nothing reads
	UnknownName Code = "unknown-name"   // a population, section, mechanism, parameter… that does not exist
	Duplicate   Code = "duplicate-name" // two things of one name
	BadType     Code = "bad-type"       // a value of the wrong type
	BadValue    Code = "bad-value"      // a value outside what makes sense
	BadUnit     Code = "bad-unit"       // a unit of the wrong dimension, or an unknown one
	OddValue    Code = "odd-value"      // warning: legal, but rarely what was meant
	NoMatch     Code = "no-match"       // warning: a rule that matches nothing
	Ignored     Code = "ignored"        // warning: accepted, without effect on the results
	Compat      Code = "netpyne-compat" // warning: a NetPyNE defect that is reproduced
	NrnCompat   Code = "neuron-compat"  // note or warning: what NEURON does and few expect is reproduced
	Replaced    Code = "replaced"       // note: one definition serves instead of another
	Repaired    Code = "repaired"       // warning: an input was repaired while read
	BadTree     Code = "bad-tree"       // a morphology that is no tree
	BadMech     Code = "bad-mechanism"  // a mechanism that parses but cannot be compiled
	Numeric     Code = "numeric"        // NaN, a singular pivot and kin while running
	LongCV      Code = "long-cv"        // warning: a CV longer than 0.3 lambda at 100 Hz
)

// Codes explains every code; a test checks that none is missing.
var Codes = map[Code]Info{
	Unsupported: {"a construct that rall knows of but does not do yet", `connParams: {r: {gapJunction: true}}`},
	FileMissing: {"a file that the input names is not there or cannot be read", `morphology: nowhere.swc`},
	WriteFailed: {"an output could not be written; nothing half-written is left behind", "a full disk"},
	Syntax:      {"the text does not parse", `{"netParams": `},
	UnknownKey:  {"a key that nothing reads", `connParams: {r: {probabilty: 0.5}}`},
	UnknownName: {"a name that nothing defines", `preConds: {pop: Nowhere}`},
	Duplicate:   {"two things of one name", "two files with SUFFIX kdr"},
	BadType:     {"a value of the wrong type", `numCells: many`},
	BadValue:    {"a value outside what makes sense", `probability: 50`},
	BadUnit:     {"a unit of the wrong dimension, or one that is not known", `delay: '5 mV'`},
	OddValue:    {"a legal value that is rarely what was meant", `weight: 10`},
	NoMatch:     {"a rule that matches nothing", `postConds: {y: [5000, 6000]}`},
	Ignored:     {"accepted, without effect on the results", `simConfig: {verbose: true}`},
	NrnCompat:   {"what NEURON does and few expect is reproduced", "PARAMETER { g = 0.123456789 }: NEURON keeps six digits"},
	Compat:      {"a defect of NetPyNE that is reproduced so that the network is the same", "two NetStims on one cell"},
	Replaced:    {"one definition serves instead of another", "a user's hh.mod instead of the built-in"},
	Repaired:    {"an input was repaired while it was read", "a section of a single point"},
	BadTree:     {"a morphology that is not a tree", "1 1 0 0 0 1 1"},
	BadMech:     {"a mechanism that parses but cannot be compiled", "SOLVE nowhere METHOD cnexp"},
	Numeric:     {"a number went wrong while running", "NaN in a membrane potential"},
	LongCV:      {"a CV longer than 0.3 lambda at 100 Hz", `geom: {L: 1000, diam: 1, nseg: 1}`},
}
