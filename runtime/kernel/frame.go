package kernel

// Frame is what one Program runs on in one group: N instances. All slices
// belong to the group; nothing in a Frame is shared between groups except
// Uniforms and Tables, which are read-only while an epoch runs (a group that
// runs a Program with Published uniforms has a copy of its own).
type Frame struct {
	N        int         // number of instances, padding lanes excluded
	Columns  [][]float64 // [column][instance]; an array column takes Len rows
	Ports    []PortData  // as Program.Ports
	Uniforms []float64   // as Program.Uniforms
	Tables   []*TableData
	Grids    []Grid    // as Program.Grids, with their values
	Args     []float64 // weight vector of the edge being delivered (width 1)
	Flag     float64   // flag of the event being delivered (width 1)
	Host     Host
	Due      *Delivery // what is delivered, while a Deliver asks the Host; nil: Args and Flag say it

	// Unread marks rows of Columns that nobody reads, neither the Program nor
	// whoever runs it: a backend may leave out stores to them. nil: none.
	Unread []bool

	// Same marks rows of Columns that hold one value for all instances and that
	// no code changes as long as the mark is there: a backend may read any part
	// of such a row in place of any other. nil: none.
	Same []bool

	// Scratch is for the backend that runs on the frame, from one Run to the
	// next.
	Scratch any

	// Gathered is for the Deliver that runs on the frame.
	Gathered any

	seen  []uint32 // by instance: the turn of Apart that has last seen it
	turn  uint32
	early [][MostApart]float64
}

// PortData is a bound Port. Instance k reaches Data[Index[k]]; when First >= 0
// the indices are First, First+1, … and Index may be skipped. Runs, when
// there, says the same as Index.
type PortData struct {
	Data  []float64
	Index []int32
	First int
	Runs  []Run
}

// Run is a stretch of instances, up to the From of the next Run.
type Run struct {
	From  int32 // the first instance
	Index int32 // its index
	Shape Shape
}

// Shape says what the indices of a run's instances are.
type Shape uint8

const (
	Same  Shape = iota // all Index: synapses on one node
	Up                 // counting up from Index: nodes of a cell that are not all covered
	Mixed              // any; they stand in the index
)

// FindRuns returns the runs of an index, nil where they are so short that
// there is nothing to gain.
func FindRuns(index []int32) []Run {
	var runs []Run
	long := false
	for i := 0; i < len(index); {
		r := Run{From: int32(i), Index: index[i]}
		step := int32(0)
		if i+1 < len(index) && index[i+1] == index[i]+1 {
			r.Shape, step = Up, 1
		}
		k := i + 1
		for k < len(index) && index[k] == index[k-1]+step {
			k++
		}
		if k-i < shortRun {
			r.Shape = Mixed
		} else {
			long = true
		}
		if n := len(runs); r.Shape != Mixed || n == 0 || runs[n-1].Shape != Mixed {
			runs = append(runs, r)
		}
		i = k
	}
	if !long {
		return nil
	}
	return runs
}

// shortRun is the length from which a run is worth a call of its own.
const shortRun = 16

// Host is what a Program may ask of the runtime, always for one instance.
type Host interface {
	// Draw returns a draw of the kind from the instance's stream.
	Draw(instance int, stream int, kind DrawKind) float64
	// SetSeq restarts the instance's stream at a position, or with id from 1 to 3
	// as the stream of which x is that one of the numbers that name it.
	SetSeq(instance int, stream, id int, x float64)
	// Train returns element i of one of the instance's series of numbers, an
	// event train [ms] mostly, -1 past its end.
	Train(instance int, series, i int) float64
	// TrainLen returns how many numbers the series has.
	TrainLen(instance int, series int) int
	// EdgeCount returns how many edges end at the instance.
	EdgeCount(instance int) int
	// EdgeArgs returns the weight vector of edge i onto the instance, in NEURON's
	// order of NetCons; it may be changed.
	EdgeArgs(instance, i int) []float64
	// Send delivers an event with flag to the instance itself after delay [ms].
	// What goes wrong is told with the place in the mechanism's source.
	Send(instance int, delay, flag float64, place string)
	// MoveEvent moves the instance's pending self-event to time at [ms].
	MoveEvent(instance int, at float64, place string)
	// Emit delivers an event at time at [ms] to every edge of the instance.
	Emit(instance int, at float64, place string)
	// ArmWatch makes condition w of the instance live: it sends flag when it
	// becomes true.
	ArmWatch(instance int, w int, flag float64, rising bool)
	// Printf prints; it must not change any result.
	Printf(instance int, format string, args []float64)
	// Failed reports a numeric failure (no convergence, a loop past its limit).
	Failed(instance int, what string)
}

// Backend runs Programs. Every backend gives the same bits.
type Backend interface {
	Name() string
	// Run runs code over instances [lo, hi) of the frame.
	Run(p *Program, c *Code, f *Frame, lo, hi int)
}
