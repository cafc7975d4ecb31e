package validate

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/validate/golden"
)

// TestNetPyNE: cells, pairs, sections, positions, weights, delays, trains and
// spikes of every network are NetPyNE's.
func TestNetPyNE(t *testing.T) {
	for _, m := range models(t, "netpyne-1.1.1") {
		t.Run(m.name, func(t *testing.T) {
			p := m.load(t, "simConfig.recordStim=true")
			res := m.run(t, p, rall.Settings{})
			m.compareCells(t, res)
			m.compareSecs(t, p)
			m.compareConns(t, res)
			m.compareSynapses(t, p)
			m.compareStims(t, p)
			m.compareTrains(t, res)
			m.compareSpikes(t, res)
			m.compareTraces(t, res)
		})
	}
}

func (m *model) compareCells(t *testing.T, res *record.Result) {
	var want golden.Cells
	if err := golden.Read(m.golden, "cells.json", &want); err != nil {
		t.Fatal(err)
	}
	if len(res.Cells) != len(want.Gid) {
		t.Errorf("%d cells, want %d", len(res.Cells), len(want.Gid))
		return
	}
	for i := range res.Cells {
		c := &res.Cells[i]
		if c.Gid != want.Gid.Int(i) || res.Pops[c.Pop].Name != want.Pop.Str(i) {
			t.Errorf("cell %d: gid %d of %s, want %d of %s", i, c.Gid, res.Pops[c.Pop].Name, want.Gid.Int(i), want.Pop.Str(i))
			return
		}
		for k, col := range []golden.Column{want.X, want.Y, want.Z} {
			x, _ := col.Num(i)
			if got := [3]float64{c.X, c.Y, c.Z}[k]; !close1(got, x) {
				t.Errorf("cell %d: coordinate %d is %.17g, want %.17g", c.Gid, k, got, x)
				return
			}
		}
	}
}

func (m *model) compareConns(t *testing.T, res *record.Result) {
	var want golden.Conns
	if err := golden.Read(m.golden, "conns.json", &want); err != nil {
		t.Fatal(err)
	}
	if len(res.Conns) != want.N {
		t.Errorf("%d connections, want %d", len(res.Conns), want.N)
	}
	bad := 0
	for i := range res.Conns {
		if i >= want.N || bad > 3 {
			break
		}
		c := &res.Conns[i]
		loc, hasLoc := want.Loc.Num(i)
		w, _ := want.Weight.Num(i)
		d, _ := want.Delay.Num(i)
		label := want.Label.Str(i)
		same := c.PreGid == want.PreGid.Int(i) && c.PostGid == want.PostGid.Int(i) && close1(c.Weight, w) && close1(c.Delay, d) &&
			(label == "" || c.Rule == label)
		if c.Section != "" { // no artificial cell
			same = same && c.Section == want.Sec.Str(i) && (!hasLoc || close1(c.Loc, loc)) && c.SynMech == want.SynMech.Str(i)
		}
		if !same {
			bad++
			t.Errorf("connection %d: %+v, want pre %d post %d sec %s loc %v weight %v delay %v syn %s rule %s", i, *c,
				want.PreGid.Int(i), want.PostGid.Int(i), want.Sec.Str(i), loc, w, d, want.SynMech.Str(i), label)
		}
	}
}

func (m *model) compareTrains(t *testing.T, res *record.Result) {
	var want golden.NetStims
	if err := golden.Read(m.golden, "netstims.json", &want); err != nil {
		if os.IsNotExist(err) {
			return
		}
		t.Fatal(err)
	}
	sorted := func(trains [][]float64) [][]float64 {
		var out [][]float64
		for _, x := range trains {
			if len(x) > 0 {
				out = append(out, x)
			}
		}
		sort.Slice(out, func(i, j int) bool {
			a, b := out[i], out[j]
			for k := range a {
				if k >= len(b) {
					return false
				}
				if !close1(a[k], b[k]) {
					return a[k] < b[k]
				}
			}
			return len(a) < len(b)
		})
		return out
	}
	var got [][]float64
	for _, s := range res.Stims {
		got = append(got, s.T)
	}
	g, w := sorted(got), sorted(want.T)
	if len(g) != len(w) {
		t.Errorf("%d trains of stimulators, want %d", len(g), len(w))
		return
	}
	for i := range g {
		if len(g[i]) != len(w[i]) {
			t.Errorf("train %d has %d events, want %d", i, len(g[i]), len(w[i]))
			return
		}
		for k := range g[i] {
			if !close1(g[i][k], w[i][k]) {
				t.Errorf("train %d, event %d at %.17g, want %.17g", i, k, g[i][k], w[i][k])
				return
			}
		}
	}
}

// compareSpikes wants every spike at the same step; times of artificial cells
// may lie off the grid and agree to rounding.
func (m *model) compareSpikes(t *testing.T, res *record.Result) {
	var want golden.Spikes
	if err := golden.Read(m.golden, "spikes.json", &want); err != nil {
		t.Fatal(err)
	}
	ref := make([]record.Spike, len(want.T))
	for i := range ref {
		ref[i] = record.Spike{T: want.T[i], Gid: want.Gid.Int(i)}
	}
	sort.SliceStable(ref, func(i, j int) bool {
		if math.Abs(ref[i].T-ref[j].T) > 1e-7 {
			return ref[i].T < ref[j].T
		}
		return ref[i].Gid < ref[j].Gid
	})
	got := append([]record.Spike(nil), res.Spikes...)
	sort.SliceStable(got, func(i, j int) bool {
		if math.Abs(got[i].T-got[j].T) > 1e-7 {
			return got[i].T < got[j].T
		}
		return got[i].Gid < got[j].Gid
	})
	if len(got) != len(ref) {
		t.Errorf("%d spikes, want %d", len(got), len(ref))
	}
	for i := range got {
		if i >= len(ref) || got[i].Gid != ref[i].Gid || math.Abs(got[i].T-ref[i].T) > 1e-7 {
			t.Errorf("spike %d: %v, want %v", i, got[i], at(ref, i))
			return
		}
	}
}

func at(s []record.Spike, i int) any {
	if i < len(s) {
		return s[i]
	}
	return "none"
}

// compareTraces finds traces by the names that NetPyNE gives them: cell_GID,
// and for several synapses of a cell cell_GID/SECTION_PLACE, where it keeps
// the last synapse of a place.
func (m *model) compareTraces(t *testing.T, res *record.Result) {
	var meta golden.Meta
	if err := golden.Read(m.golden, "meta.json", &meta); err != nil {
		t.Fatal(err)
	}
	for key, tr := range meta.Traces {
		rep := report(res, key)
		if len(tr.Cells) == 0 {
			if rep != nil {
				t.Errorf("trace %s: %d recorded, want none", key, len(rep.Elements))
			}
			continue
		}
		rows, err := golden.Rows(filepath.Join(m.golden, "trace_"+key+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		if rep == nil {
			t.Errorf("trace %s is not recorded", key)
			continue
		}
		at, short := map[string]int{}, map[string]int{}
		for e, el := range rep.Elements {
			short[fmt.Sprintf("cell_%d", el.Gid)] = e
			at[fmt.Sprintf("cell_%d/%s_%s", el.Gid, el.Section, python(el.Pos))] = e
		}
		if !strings.Contains(fmt.Sprint(tr.Cells[0]), "/") {
			at = short
		}
		if len(at) != len(tr.Cells) {
			t.Errorf("trace %s: %d recorded, want %d (%v)", key, len(at), len(tr.Cells), tr.Cells)
			continue
		}
		for i, cell := range tr.Cells {
			e, ok := at[fmt.Sprint(cell)]
			if !ok {
				t.Errorf("trace %s: nothing for %v", key, cell)
				continue
			}
			compareTrace(t, fmt.Sprintf("%s of %v", key, cell), rep.Time, rep.Column(e), rows[0], rows[i+1], 1e-7)
		}
	}
}

// python prints a place as Python's str does.
func python(x float64) string {
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// TestNetPyNEVoltage: the potential at every step of the first 100 ms.
func TestNetPyNEVoltage(t *testing.T) {
	for _, m := range models(t, "netpyne-1.1.1") {
		var meta golden.Meta
		if err := golden.Read(m.golden, "meta.json", &meta); err != nil {
			t.Fatal(err)
		}
		if meta.FullDt == nil {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			rows, err := golden.Rows(filepath.Join(m.golden, "full_dt_v.npy"))
			if err != nil {
				t.Fatal(err)
			}
			gids, _ := json.Marshal(meta.FullDt.Gids)
			sec := m.full
			if sec == "" {
				sec = "soma"
			}
			p := m.load(t, "simConfig.duration=100", "simConfig.recordStep=0.025", "simConfig.recordCells="+string(gids),
				fmt.Sprintf(`simConfig.recordTraces={"v":{"sec":%q,"loc":0.5,"var":"v"}}`, sec))
			res := m.run(t, p, rall.Settings{})
			rep := report(res, "v")
			worst := 0.0
			for i, gid := range meta.FullDt.Gids {
				for e := range rep.Elements {
					if rep.Elements[e].Gid == gid {
						worst = math.Max(worst, compareTrace(t, fmt.Sprintf("v of cell %d", gid), rep.Time, rep.Column(e), nil, rows[i+1], 1e-7))
					}
				}
			}
			t.Logf("worst difference %.2g mV", worst)
		})
	}
}
