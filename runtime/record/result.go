// Package record holds what a run yields: spikes, sampled traces, and the
// description of the network and the run that a reader needs to make sense of
// them. runtime/sim fills a Result; export/sonata and analysis/plot read it.
package record

// Result is everything that one run (or one trial) recorded. It is complete
// and immutable once the run has handed it over.
type Result struct {
	Run     Run
	Pops    []Pop
	Cells   []Cell   // in gid order
	Conns   []Conn   // in model order; nil when the run was told not to keep them
	Spikes  []Spike  // by time, then gid
	Stims   []Train  // recordStim: the event times of every stimulator
	Reports []Report // one for each recorded label, in the order of the model
}

// Run describes how the result came about.
type Run struct {
	Label       string           `json:"simLabel"`
	Version     string           `json:"rallVersion"`
	CommandLine []string         `json:"commandLine"`
	Backend     string           `json:"kernelBackend"`
	SIMD        string           `json:"simd"` // the instructions of the blocks' arithmetic
	Seeds       map[string]int64 `json:"seeds"`
	RNG         string           `json:"rng"`      // "netpyne" or "rall"
	Duration    float64          `json:"duration"` // [ms] asked for
	Reached     float64          `json:"reached"`  // [ms] < Duration if interrupted
	Dt          float64          `json:"dt"`       // [ms]
	Celsius     float64          `json:"celsius"`  // [degC]
	VInit       float64          `json:"v_init"`   // [mV]
	Threads     int              `json:"threads"`
	Ranks       int              `json:"ranks"`
	Trial       int              `json:"trial"` // from 0
	Cells       int              `json:"cells"`
	CVs         int              `json:"cvs"`
	Connections int              `json:"connections"`
	Synapses    int              `json:"synapses"`
	BuildTime   float64          `json:"buildTime"` // [s] wall
	RunTime     float64          `json:"runTime"`   // [s] wall
}

// Pop is one population. SONATA counts node ids from 0 in each population;
// Gids[i] is the gid of node i.
type Pop struct {
	Name     string `json:"name"`
	CellType string `json:"cellType"`
	Gids     []int  `json:"gids"`
}

// Cell places one cell. X, Y and Z are in um.
type Cell struct {
	Gid, Pop, NodeID int // Pop indexes Result.Pops
	X, Y, Z          float64
}

// Conn is one delivered connection, as plots and tables need it. PreGid is
// -1 for a stimulator, named by Label then.
type Conn struct {
	PreGid, PostGid int
	Rule            string // label of the rule or stimulus target
	Section         string // of the target cell; "" for an artificial cell
	Loc             float64
	SynMech         string
	Weight          float64 // [uS] for conductance synapses, else the mechanism's own unit
	Delay           float64 // [ms]
}

// Spike is one threshold crossing or artificial-cell event.
type Spike struct {
	T   float64 // [ms]
	Gid int
}

// Train is the event train of one stimulator on one cell.
type Train struct {
	Label string
	Gid   int       // target cell
	T     []float64 // [ms]
}

// Report is one recorded label: the same variable sampled in several places.
// Data is frame-major: the sample of element e at Time[k] is
// Data[k*len(Elements)+e].
type Report struct {
	Label    string
	Variable string // the recorded variable, e.g. "v" or "ina"
	Unit     string
	Time     []float64 // [ms], NEURON's accumulated sample times
	Elements []Element
	Data     []float64
	All      bool // all synapses of a mechanism on a cell, several of which may share a place
}

// Element is where one column of a Report was recorded.
type Element struct {
	Gid       int
	Section   string
	SectionID int // index of the section in its cell type
	Pos       float64
}

// Column returns a copy of the samples of element e.
func (r *Report) Column(e int) []float64 {
	n := len(r.Elements)
	c := make([]float64, len(r.Time))
	for k := range c {
		c[k] = r.Data[k*n+e]
	}
	return c
}
