package record

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/rallsim/rall/internal/sealed"
)

// A run keeps what it yields in logs, one a rank, to which it appends a Chunk
// every few seconds; logs are all that is left of it when it ends suddenly.
// Ranks write chunks at the same steps. A run that is resumed writes new logs
// beside those there are, which count up to the step at which it was resumed.

// Chunk is what a rank has yielded since the chunk before.
type Chunk struct {
	Steps  int64   // taken since the beginning of the run
	T      float64 // [ms] reached
	Frame0 int64   // samples taken before
	Events []Event // by time, then source
	Data   [][]float64
}

// Event is one spike of a cell or event of a stimulator.
type Event struct {
	T      float64 // [ms]
	Source int64   // gid, or ^k for stimulator k
}

// Frames returns the number of samples of the chunk.
func (c *Chunk) Frames() int {
	if len(c.Data) == 0 {
		return 0
	}
	return len(c.Data[0])
}

// LogHead says what a log holds.
type LogHead struct {
	Rank, Ranks int
	Steps       int64 // at which it starts
	Columns     []int // of the network's records, in the order of Chunk.Data
}

const (
	logTitle  = "rall log 1"
	kindHead  = 1
	kindChunk = 2
	chunkHead = 6 * 8
)

// LogWriter appends to a log.
type LogWriter struct {
	w   *sealed.Writer
	buf []byte
}

// CreateLog makes a new log.
func CreateLog(path string, h LogHead) (*LogWriter, error) {
	w, err := sealed.Create(path, logTitle)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(h)
	if err == nil {
		err = w.Append(kindHead, text)
	}
	if err != nil {
		w.Close()
		os.Remove(path)
		return nil, err
	}
	return &LogWriter{w: w}, nil
}

// Append appends one chunk.
func (l *LogWriter) Append(c *Chunk) error {
	b := l.buf[:0]
	put := func(x uint64) { b = binary.LittleEndian.AppendUint64(b, x) }
	put(uint64(c.Steps))
	put(math.Float64bits(c.T))
	put(uint64(c.Frame0))
	put(uint64(c.Frames()))
	put(uint64(len(c.Events)))
	put(uint64(len(c.Data)))
	for _, e := range c.Events {
		put(math.Float64bits(e.T))
		put(uint64(e.Source))
	}
	for _, col := range c.Data {
		if len(col) != c.Frames() {
			return fmt.Errorf("BUG: a chunk with %d and %d samples", c.Frames(), len(col))
		}
		for _, x := range col {
			put(math.Float64bits(x))
		}
	}
	l.buf = b
	return l.w.Append(kindChunk, b)
}

// Sync makes what was appended outlast a failure of the machine.
func (l *LogWriter) Sync() error { return l.w.Sync() }

// Close closes the log.
func (l *LogWriter) Close() error { return l.w.Close() }

// ReadLog reads a log of size bytes and calls f for every chunk, up to the
// first that is torn or damaged: damage says so then. What a chunk holds is
// f's own. err is an error of f, or that the file is no log.
func ReadLog(r io.Reader, size int64, head func(LogHead) error, f func(*Chunk) error) (damage, err error) {
	in, err := sealed.NewReader(r, size, logTitle)
	var d *sealed.Damage
	if errors.As(err, &d) {
		return err, nil
	}
	if err != nil {
		return nil, err
	}
	kind, body, err := in.Next()
	if err != nil {
		return notEOF(err), nil
	}
	var h LogHead
	if kind != kindHead || json.Unmarshal(body, &h) != nil || h.Rank < 0 || h.Rank >= h.Ranks || h.Steps < 0 {
		return nil, errors.New("its first record is not the head of a log")
	}
	if err := head(h); err != nil {
		return nil, err
	}
	steps, frames := h.Steps, int64(-1)
	for {
		kind, body, err := in.Next()
		if err != nil {
			return notEOF(err), nil
		}
		c, err := decodeChunk(kind, body, len(h.Columns))
		if err != nil {
			return nil, err
		}
		if c.Steps < steps || frames >= 0 && c.Frame0 != frames {
			return nil, fmt.Errorf("chunks out of order: step %d after %d, sample %d after %d", c.Steps, steps, c.Frame0, frames)
		}
		steps, frames = c.Steps, c.Frame0+int64(c.Frames())
		if err := f(c); err != nil {
			return nil, err
		}
	}
}

// notEOF is damage: nil at the end of a sound file.
func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func decodeChunk(kind uint32, b []byte, columns int) (*Chunk, error) {
	if kind != kindChunk || len(b) < chunkHead {
		return nil, errors.New("a record that is no chunk")
	}
	at := 0
	get := func() uint64 {
		x := binary.LittleEndian.Uint64(b[at:])
		at += 8
		return x
	}
	c := &Chunk{Steps: int64(get()), T: math.Float64frombits(get()), Frame0: int64(get())}
	frames, events, cols := get(), get(), get()
	words := uint64(len(b)-chunkHead) / 8
	if c.Steps < 0 || c.Frame0 < 0 || math.IsNaN(c.T) || math.IsInf(c.T, 0) || len(b)%8 != 0 || cols != uint64(columns) ||
		events > words/2 || cols > 0 && frames > words/cols || 2*events+frames*cols != words {
		return nil, errors.New("a chunk whose counts make no sense")
	}
	c.Events = make([]Event, events)
	for i := range c.Events {
		c.Events[i] = Event{T: math.Float64frombits(get()), Source: int64(get())}
		if math.IsNaN(c.Events[i].T) || math.IsInf(c.Events[i].T, 0) {
			return nil, errors.New("a chunk with an event at no time")
		}
	}
	c.Data = make([][]float64, cols)
	for i := range c.Data {
		c.Data[i] = make([]float64, frames)
		for k := range c.Data[i] {
			c.Data[i][k] = math.Float64frombits(get())
		}
	}
	return c, nil
}
