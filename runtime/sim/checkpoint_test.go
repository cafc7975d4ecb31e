package sim

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/random"
	"github.com/rallsim/rall/internal/sealed"
	"github.com/rallsim/rall/ir/layout"
	"github.com/rallsim/rall/runtime/kernel"
)

// kept is a network that has one of everything that a checkpoint holds: two
// cells of three nodes, an ion, edges with and without weights, detectors,
// streams, conditions that are watched, a play, events of every kind.
func kept() *layout.Network {
	code := &kernel.Code{NumRegs: 1, Texts: []string{""}, Body: []kernel.Node{kernel.Straight{Instrs: []kernel.Instr{{Op: kernel.MoveEv, Dst: -1, A: 0, B: -1, C: -1}}}}}
	p := &kernel.Program{Mech: "art", Kind: kernel.ArtificialCell, NArgs: 2, Watches: 1, WatchCol: 1, Streams: []string{"r"}, Receive: code,
		Uniforms: []kernel.Uniform{{Name: "t"}, {Name: "dt"}, {Name: "celsius"}}, Columns: []kernel.Column{{Name: "x", Len: 1}, {Name: "w", Len: 1}}}
	n := 6
	ones := func(n int, x float64) []float64 {
		s := make([]float64, n)
		for i := range s {
			s[i] = x
		}
		return s
	}
	in := layout.Instances{N: 2, Columns: [][]float64{{1, 2}, {0, 0}}, Source: []int32{2, 3}, Order: []int64{70, 71},
		Streams: [][]random.Stream{{random.New(1, 2, 3), random.New(4, 5, 6)}}}
	g := layout.Group{VInit: ones(n, -65), Area: ones(n, 100), Diam: ones(n, 1), Cm: ones(n, 1), A: ones(n, 0), B: ones(n, 0),
		Blocks:    []layout.Block{{First: 0, Lanes: 1, Used: 1, Parent: []int32{-1, 0, 1}}, {First: 3, Lanes: 1, Used: 1, Parent: []int32{-1, 0, 1}}},
		Ions:      []layout.IonSlots{{Node: []int32{1, 4}, E: ones(2, 50), In: ones(2, 1), Out: ones(2, 2), Style: make([]uint8, 2)}},
		Instances: []layout.Instances{in},
		Detectors: []layout.Detector{{Source: 0, Node: 0}, {Source: 1, Node: 3}},
		Edges: layout.Edges{Sources: []int32{0}, First: []int32{0, 2}, Order: []int64{5, 9}, Set: []int32{0, 0}, Row: []int32{0, 1},
			Delay: ones(2, 1), Weight: []int32{0, 2}, Weights: []float64{1, 2, 3, 4}, Length: 4},
		Plays: []layout.Play{{Var: layout.Var{What: layout.Column, Row: 1}, Times: []float64{0.5, 5}, Values: []float64{8, 9}}}}
	return &layout.Network{Dt: 0.5, Duration: 10, RecordStep: 0.5, Epoch: 2, Mechs: []layout.Mech{{Program: p, Uniforms: make([]float64, 3)}},
		Ions: []layout.Ion{{Name: "na", Valence: 1}}, Groups: []layout.Group{g},
		Cells:   []layout.Cell{{Gid: 10, Block: 0}, {Gid: 11, Block: 1}},
		Sources: []layout.Source{{Gid: 10}, {Gid: 11}, {Gid: 70}, {Gid: 71}}}
}

// takeCheckpoint returns the bytes of a checkpoint of kept.
func takeCheckpoint(t testing.TB) []byte {
	t.Helper()
	s := New(kept(), Options{Threads: 1})
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	g := s.groups[0]
	g.enqueue(s.reach.of(0)[0], 0, 1.25)
	g.args = g.lay.Edges.Weight[1]
	g.sendSelf(0, 1, 7, 1, 3)
	g.args = -1
	g.sendSelf(0, 0, 8, 1, 4)
	g.mechs[0].watch[1] = watchState{true, true, 6}
	g.mechs[0].streams[0][1].Uint32()
	g.fired[1] = true
	path := filepath.Join(t.TempDir(), "state")
	if err := s.WriteCheckpoint(path, "f"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A checkpoint comes back as it was, and what is not whole is refused.
func TestCheckpointFile(t *testing.T) {
	b := takeCheckpoint(t)
	dir := t.TempDir()
	restore := func(name string, b []byte, print string) (*Sim, error) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		s := New(kept(), Options{Threads: 1})
		return s, s.Restore([]string{path}, print)
	}
	s, err := restore("whole", b, "f")
	if err != nil {
		t.Fatal(err)
	}
	if g := s.groups[0]; g.queue.Len() != 5 || !g.fired[1] || g.fired[0] || g.mechs[0].watch[1] != (watchState{true, true, 6}) || g.mechs[0].streams[0][1].Seq() != 1 {
		t.Errorf("%d events, fired %v, watch %v", g.queue.Len(), g.fired, g.mechs[0].watch)
	}
	again := filepath.Join(dir, "again")
	if err := s.WriteCheckpoint(again, "f"); err != nil {
		t.Fatal(err)
	}
	if c, _ := os.ReadFile(again); !bytes.Equal(b, c) {
		t.Error("it comes back different")
	}
	for what, try := range map[string][]byte{"cut": b[:len(b)-1], "cut before the end": b[:len(b)-16], "empty": nil, "title": b[:16]} {
		if _, err := restore("broken", try, "f"); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	for at := 16; at < len(b); at += 7 {
		c := bytes.Clone(b)
		c[at] ^= 4
		if _, err := restore("broken", c, "f"); err == nil {
			t.Errorf("byte %d changed: no error", at)
		}
	}
	if _, err := restore("other", b, "g"); err == nil || !strings.Contains(err.Error(), "another model") {
		t.Errorf("another model: %v", err)
	}
	s = New(kept(), Options{})
	if err := s.Restore([]string{filepath.Join(dir, "whole"), filepath.Join(dir, "whole")}, "f"); err == nil {
		t.Error("everything twice: no error")
	}
}

// FuzzCheckpoint reads files; FuzzCheckpointRecord gets past the checksums.
func FuzzCheckpoint(f *testing.F) {
	f.Add(takeCheckpoint(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := New(kept(), Options{Threads: 1})
		newRestorer(s).read(bytes.NewReader(b), int64(len(b)), "f", true)
	})
}

func FuzzCheckpointRecord(f *testing.F) {
	b := takeCheckpoint(f)
	in, err := sealed.NewReader(bytes.NewReader(b), int64(len(b)), checkpointTitle)
	if err != nil {
		f.Fatal(err)
	}
	for {
		kind, body, err := in.Next()
		if err != nil {
			break
		}
		f.Add(uint8(kind), bytes.Clone(body))
	}
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		s := New(kept(), Options{Threads: 1})
		r := newRestorer(s)
		r.record(uint32(kind), body)
		if s.groups[0].queue.Len() > len(body) {
			t.Fatal("more events than there is room for")
		}
	})
}
