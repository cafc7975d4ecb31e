// Package comm carries spikes and a few bytes between the ranks of a run.
//
// In: what one rank has for the others. Out: what all ranks have, in the order
// of ranks, on every rank. Next: runtime/sim, which calls it at the end of
// every epoch, and the façade, which gathers what rank 0 writes.
//
// There are three transports: One for a run by itself, Local for ranks that
// are goroutines of one process, and MPI (mpi.go, build tag mpi, Open MPI).
// A transport is for one goroutine at a time, on every rank the same calls in
// the same order.
package comm

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
)

// Spike is an event of a source on its way to other ranks: 16 bytes.
type Spike struct {
	At     float64 // [ms]
	Source int32   // number of the source in the model
	_      int32
}

// Transport joins the ranks of a run.
type Transport interface {
	Rank() int
	Size() int
	// Exchange gives every rank the spikes of all others, appended to into,
	// and the bits that any rank has set. The spikes' order is that of ranks.
	Exchange(out []Spike, bits uint32, into []Spike) ([]Spike, uint32, error)
	// Share gives every rank the bytes of all ranks, its own included.
	Share(b []byte) ([][]byte, error)
	// Abort ends all ranks at once; it does not return where there are others
	// that could wait for ever.
	Abort(code int)
	// Close ends the transport in order.
	Close() error
}

// Agree tells all ranks of an error that any of them has: the caller's own, or
// that of the first rank that has one.
func Agree(t Transport, err error) error {
	if t.Size() == 1 {
		return err
	}
	text := ""
	if err != nil {
		text = err.Error()
	}
	all, terr := t.Share([]byte(text))
	if err != nil {
		return err
	}
	for r, b := range all {
		if len(b) > 0 {
			return &RankError{r, string(b)}
		}
	}
	return terr
}

// RankError is an error of another rank.
type RankError struct {
	Rank int
	Text string
}

func (e *RankError) Error() string { return fmt.Sprintf("rank %d: %s", e.Rank, e.Text) }

// one is the transport of a run by itself.
type one struct{}

// One returns the transport of a run that has one rank.
func One() Transport { return one{} }

func (one) Rank() int                        { return 0 }
func (one) Size() int                        { return 1 }
func (one) Share(b []byte) ([][]byte, error) { return [][]byte{b}, nil }
func (one) Abort(int)                        {}
func (one) Close() error                     { return nil }
func (one) Exchange(out []Spike, bits uint32, into []Spike) ([]Spike, uint32, error) {
	return into, bits, nil
}

// meeting is where the ranks of one process put down what they have. Two
// boards are used in turn: a rank that is late still reads one while others
// fill the next.
type meeting struct {
	mu     sync.Mutex
	cond   sync.Cond
	n      int
	here   int
	round  int
	boards [2][]entry
	broken bool
}

type entry struct {
	spikes []Spike
	bits   uint32
	bytes  []byte
}

type local struct {
	m    *meeting
	rank int
}

// ErrAborted says that another rank has given up.
var ErrAborted = errors.New("another rank has given up")

// Local returns the transports of n ranks that are goroutines of this
// process.
func Local(n int) []Transport {
	m := &meeting{n: n}
	m.cond.L = &m.mu
	m.boards[0], m.boards[1] = make([]entry, n), make([]entry, n)
	t := make([]Transport, n)
	for i := range t {
		t[i] = &local{m, i}
	}
	return t
}

// meet puts down an entry and waits for those of all ranks. What an entry
// points to must not change before the next meeting but one.
func (l *local) meet(e entry) ([]entry, error) {
	m := l.m
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return nil, ErrAborted
	}
	board, round := m.boards[m.round%2], m.round
	board[l.rank] = e
	if m.here++; m.here == m.n {
		m.here = 0
		m.round++
		m.cond.Broadcast()
	}
	for m.round == round && !m.broken {
		m.cond.Wait()
	}
	if m.round == round {
		return nil, ErrAborted
	}
	return board, nil
}

func (l *local) Rank() int { return l.rank }
func (l *local) Size() int { return l.m.n }

func (l *local) Exchange(out []Spike, bits uint32, into []Spike) ([]Spike, uint32, error) {
	board, err := l.meet(entry{spikes: append([]Spike(nil), out...), bits: bits})
	if err != nil {
		return into, bits, err
	}
	for r := range board {
		bits |= board[r].bits
		if r != l.rank {
			into = append(into, board[r].spikes...)
		}
	}
	return into, bits, nil
}

func (l *local) Share(b []byte) ([][]byte, error) {
	board, err := l.meet(entry{bytes: append([]byte(nil), b...)})
	if err != nil {
		return nil, err
	}
	all := make([][]byte, len(board))
	for r := range board {
		all[r] = append([]byte(nil), board[r].bytes...)
	}
	return all, nil
}

func (l *local) Abort(int) {
	l.m.mu.Lock()
	l.m.broken = true
	l.m.cond.Broadcast()
	l.m.mu.Unlock()
}

func (l *local) Close() error { return nil }

// launched returns how many ranks an MPI launcher says that there are, 1
// without one, and the variable that says so.
func launched() (int, string) {
	variables := []string{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}
	if os.Getenv("PMIX_RANK") != "" || os.Getenv("PMI_RANK") != "" {
		variables = append(variables, "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS") // of srun, which says no more
	}
	for _, v := range variables {
		if n, err := strconv.Atoi(os.Getenv(v)); err == nil && n > 1 {
			return n, v
		}
	}
	return 1, ""
}

// withoutMPI is World of a program that knows no MPI: N copies of one run
// would all write the same files.
func withoutMPI() (Transport, error) {
	if n, v := launched(); n > 1 {
		return nil, fmt.Errorf("started as one of %d ranks (%s=%d), but built without MPI: build with -tags mpi where Open MPI is installed, as tools/setup does", n, v, n)
	}
	return One(), nil
}
