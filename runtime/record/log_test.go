package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// chunks are three chunks of a log of two columns.
func chunks() []*Chunk {
	return []*Chunk{
		{Steps: 10, T: 1, Frame0: 0, Events: []Event{{0.25, 3}, {0.5, ^int64(1)}}, Data: [][]float64{{1, 2, 3}, {-1, -2, -3}}},
		{Steps: 20, T: 2, Frame0: 3, Events: []Event{}, Data: [][]float64{{}, {}}},
		{Steps: 30, T: 3, Frame0: 3, Events: []Event{{2.5, 1}}, Data: [][]float64{{4}, {-4}}},
	}
}

func writeLog(t testing.TB, path string, h LogHead, cs ...*Chunk) []byte {
	t.Helper()
	w, err := CreateLog(path, h)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		if err := w.Append(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readLog(b []byte) (head LogHead, got []*Chunk, damage, err error) {
	damage, err = ReadLog(bytes.NewReader(b), int64(len(b)), func(h LogHead) error { head = h; return nil },
		func(c *Chunk) error { got = append(got, c); return nil })
	return head, got, damage, err
}

func TestLog(t *testing.T) {
	h := LogHead{Rank: 1, Ranks: 2, Columns: []int{4, 7}}
	b := writeLog(t, filepath.Join(t.TempDir(), "log"), h, chunks()...)
	head, got, damage, err := readLog(b)
	if err != nil || damage != nil || !reflect.DeepEqual(head, h) || !reflect.DeepEqual(got, chunks()) {
		t.Errorf("%v, %v: %+v %+v", damage, err, head, got)
	}
}

// However a log is cut or damaged, what comes back is its beginning, chunk by
// chunk.
func TestDamagedLog(t *testing.T) {
	b := writeLog(t, filepath.Join(t.TempDir(), "log"), LogHead{Ranks: 1, Columns: []int{0, 1}}, chunks()...)
	counts := map[int]int{}
	check := func(what string, at int, b []byte) {
		_, got, damage, err := readLog(b)
		if err != nil && at >= 16 {
			t.Fatalf("%s at %d: %v", what, at, err)
		}
		if err == nil && damage == nil && len(got) == 3 {
			t.Fatalf("%s at %d: nothing noticed", what, at)
		}
		if len(got) > 0 && !reflect.DeepEqual(got, chunks()[:len(got)]) {
			t.Fatalf("%s at %d: %+v", what, at, got)
		}
		counts[len(got)]++
	}
	for at := range b {
		c := bytes.Clone(b)
		c[at] ^= 1 << (at % 8)
		check("damage", at, c)
	}
	for at := range b {
		if _, got, damage, _ := readLog(b[:at]); damage == nil && len(got) < 3 {
			counts[len(got)]++ // cut between two chunks: nothing to notice
			continue
		}
		check("cut", at, b[:at])
	}
	if len(counts) != 3 {
		t.Errorf("numbers of chunks that came back: %v", counts)
	}
}

func outline() *Outline {
	return &Outline{RecordStep: 0.5, Columns: [][]int{{1}, {0, 2}}, Result: Result{
		Pops: []Pop{{Name: "A", Gids: []int{1, 3}}}, Stims: []Train{{Label: "s", Gid: 1}, {Label: "s", Gid: 3}},
		Reports: []Report{{Label: "a", Elements: make([]Element, 1)}, {Label: "b", Elements: make([]Element, 2)}}}}
}

// Two ranks, resumed once with one rank: what counts is put together, what was
// computed twice or by one rank alone is not.
func TestFill(t *testing.T) {
	dir := t.TempDir()
	path := func(n string) string { return filepath.Join(dir, n) }
	writeLog(t, path("0"), LogHead{Rank: 0, Ranks: 2, Columns: []int{0, 2}},
		&Chunk{Steps: 10, T: 1, Data: [][]float64{{1, 2}, {21, 22}}, Events: []Event{{0.5, 3}}},
		&Chunk{Steps: 20, T: 2, Frame0: 2, Data: [][]float64{{3}, {23}}, Events: []Event{{1.5, 3}}},
		&Chunk{Steps: 30, T: 3, Frame0: 3, Data: [][]float64{{99}, {99}}, Events: []Event{{2.5, 3}}})
	other := writeLog(t, path("1"), LogHead{Rank: 1, Ranks: 2, Columns: []int{1}},
		&Chunk{Steps: 10, T: 1, Data: [][]float64{{11, 12}}, Events: []Event{{0.25, 1}, {0.5, 1}, {0.75, ^int64(1)}}},
		&Chunk{Steps: 20, T: 2, Frame0: 2, Data: [][]float64{{13}}, Events: []Event{{1.25, ^int64(1)}}},
		&Chunk{Steps: 30, T: 3, Frame0: 3, Data: [][]float64{{99}}})
	writeLog(t, path("2"), LogHead{Ranks: 1, Steps: 20, Columns: []int{0, 1, 2}},
		&Chunk{Steps: 40, T: 4, Frame0: 3, Data: [][]float64{{4}, {14}, {24}}, Events: []Event{{3.5, 1}}})
	scan := func(names ...string) (set []*LogFile) {
		for _, n := range names {
			l, err := Scan(path(n))
			if err != nil || l == nil {
				t.Fatal(l, err)
			}
			set = append(set, l)
		}
		return set
	}
	fill := func(sets ...[]*LogFile) (*Result, []string) {
		t.Helper()
		parts, notes := Parts(sets)
		res, err := outline().Fill(parts)
		if err != nil {
			t.Fatal(err)
		}
		return res, notes
	}
	res, notes := fill(scan("0", "1"), scan("2"))
	if len(notes) > 0 || res.Run.Reached != 4 {
		t.Errorf("%v, reached %g", notes, res.Run.Reached)
	}
	if want := []Spike{{0.25, 1}, {0.5, 1}, {0.5, 3}, {1.5, 3}, {3.5, 1}}; !reflect.DeepEqual(res.Spikes, want) {
		t.Errorf("spikes %v", res.Spikes)
	}
	if res.Stims[0].T != nil || !reflect.DeepEqual(res.Stims[1].T, []float64{0.75, 1.25}) {
		t.Errorf("trains %v", res.Stims)
	}
	a, b := res.Reports[0], res.Reports[1]
	if !reflect.DeepEqual(a.Data, []float64{11, 12, 13, 14}) || !reflect.DeepEqual(b.Data, []float64{1, 21, 2, 22, 3, 23, 4, 24}) ||
		!reflect.DeepEqual(a.Time, []float64{0, 0.5, 1, 1.5}) {
		t.Errorf("reports %v %v %v", a.Data, b.Data, a.Time)
	}
	// A torn log of one rank holds the others back.
	if err := os.WriteFile(path("1"), other[:len(other)-1], 0o666); err != nil {
		t.Fatal(err)
	}
	res, notes = fill(scan("0", "1"))
	if len(notes) != 1 || res.Run.Reached != 2 || len(res.Reports[0].Time) != 3 {
		t.Errorf("%v, reached %g", notes, res.Run.Reached)
	}
	// A log that is not there leaves nothing of its part.
	res, notes = fill(scan("0"))
	if len(notes) != 1 || res.Run.Reached != 0 || len(res.Spikes) != 0 {
		t.Errorf("%v, reached %g", notes, res.Run.Reached)
	}
	// Neither does one that starts after those before it have ended.
	late := LogHead{Ranks: 1, Steps: 25, Columns: []int{0, 1, 2}}
	writeLog(t, path("3"), late, &Chunk{Steps: 40, T: 4, Frame0: 3, Data: [][]float64{{4}, {14}, {24}}})
	res, notes = fill(scan("0", "1"), scan("3"))
	if len(notes) != 2 || res.Run.Reached != 2 {
		t.Errorf("%v, reached %g", notes, res.Run.Reached)
	}
}

func FuzzReadLog(f *testing.F) {
	b := writeLog(f, filepath.Join(f.TempDir(), "log"), LogHead{Ranks: 1, Columns: []int{0, 1}}, chunks()...)
	f.Add(b)
	f.Add(b[:len(b)-20])
	f.Fuzz(func(t *testing.T, b []byte) {
		_, got, _, _ := readLog(b)
		size := 0
		for _, c := range got {
			size += 16*len(c.Events) + 8*len(c.Data)*c.Frames()
		}
		if size > len(b) {
			t.Fatalf("%d bytes from %d", size, len(b))
		}
	})
}

// FuzzChunk gets past the checksums.
func FuzzChunk(f *testing.F) {
	b := writeLog(f, filepath.Join(f.TempDir(), "log"), LogHead{Ranks: 1, Columns: []int{0, 1}}, chunks()...)
	f.Add(b[len(b)-12-chunkHead-16-16:len(b)-4], uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, columns uint8) {
		if c, err := decodeChunk(kindChunk, b, int(columns)); err == nil && 16*len(c.Events)+8*len(c.Data)*c.Frames() > len(b) {
			t.Fatal("more than there is")
		}
	})
}
