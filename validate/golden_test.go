package validate

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/runtime/record"
	"github.com/rallsim/rall/validate/golden"
)

const corpus = "../corpus"

// manifest is what the tests need of a model's manifest.json.
type manifest struct {
	Inputs []struct {
		Form   string
		Spec   []string
		Golden string
	}
	Fixtures []struct {
		Name string
		Spec []string
	}
	Oracle struct {
		FullDtSec string `json:"fullDtSec"`
		Mods      any    // a folder, for networks
	}
}

// model is one spec with its golden folder.
type model struct {
	name   string
	folder string
	spec   []string
	mods   []string
	golden string
	full   string // section of the voltages stored at every step
}

// models lists every spec of the corpus that has a golden of an oracle.
func models(t *testing.T, oracle string) []model {
	root := os.Getenv("RALL_GOLDEN_ROOT")
	if root == "" {
		root = corpus
	}
	paths, err := filepath.Glob(filepath.Join(corpus, "*", "manifest.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var out []model
	for _, path := range paths {
		var m manifest
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		folder := filepath.Dir(path)
		add := func(name string, spec []string, dir string) {
			if !strings.HasPrefix(dir, "golden/"+oracle) {
				return
			}
			md := model{name: name, folder: folder, golden: filepath.Join(root, filepath.Base(folder), dir), full: m.Oracle.FullDtSec}
			for _, s := range spec {
				md.spec = append(md.spec, filepath.Join(folder, s))
			}
			if dir, ok := m.Oracle.Mods.(string); ok {
				md.mods = []string{filepath.Join(folder, dir)}
			}
			if _, err := os.Stat(md.golden); err == nil {
				out = append(out, md)
			} else if root == corpus {
				t.Errorf("%s: %v", name, err)
			}
		}
		base := filepath.Base(folder)
		for _, in := range m.Inputs {
			name := base
			if len(m.Inputs) > 1 && len(in.Spec) > 0 {
				name += "/" + strings.TrimSuffix(in.Spec[0], ".json")
			}
			add(name, in.Spec, in.Golden)
		}
		for _, f := range m.Fixtures {
			spec := f.Spec
			if spec == nil {
				spec = []string{f.Name + ".json"}
			}
			add(base+"/"+f.Name, spec, "golden/"+oracle+"/"+f.Name)
		}
	}
	return out
}

// load loads a model; a mod-NAME folder beside a fixture belongs to it.
func (m *model) load(t *testing.T, set ...string) *rall.Project {
	t.Helper()
	var diags diag.List
	p := rall.Load(m.spec, rall.Settings{Mods: m.modFolders(), Set: set}, &diags)
	if p == nil {
		t.Fatalf("%s does not load:\n%v", m.name, diags.Error())
	}
	return p
}

func (m *model) modFolders() []string {
	if m.mods != nil {
		return m.mods
	}
	more, _ := filepath.Glob(filepath.Join(m.folder, "mod-*"))
	return rall.ModFolders(more, m.folder)
}

func (m *model) run(t *testing.T, p *rall.Project, s rall.Settings) *record.Result {
	t.Helper()
	res, err := p.Run(context.Background(), s, rall.RunOptions{KeepConns: true})
	if err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	return res
}

// close1 says whether a and b agree to 1e-12 relative.
func close1(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-12*math.Max(math.Abs(a), math.Abs(b))
}

// TestNetPyNE: cells, pairs, sections, positions, weights, delays, trains and
// spikes of every network are NetPyNE's.
func TestNetPyNE(t *testing.T) {
	for _, m := range models(t, "netpyne-1.1.1") {
		t.Run(m.name, func(t *testing.T) {
			p := m.load(t, "simConfig.recordStim=true")
			res := m.run(t, p, rall.Settings{})
			m.compareCells(t, res)
			m.compareConns(t, res)
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

func (m *model) compareTraces(t *testing.T, res *record.Result) {
	var meta golden.Meta
	if err := golden.Read(m.golden, "meta.json", &meta); err != nil {
		t.Fatal(err)
	}
	for key, tr := range meta.Traces {
		rows, err := golden.Rows(filepath.Join(m.golden, "trace_"+key+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		rep := report(res, key)
		if rep == nil || len(rep.Elements) != len(rows)-1 {
			n := 0
			if rep != nil {
				n = len(rep.Elements)
			}
			t.Errorf("trace %s: %d recorded, want %d (%v)", key, n, len(rows)-1, tr.Cells)
			continue
		}
		for e := range rep.Elements {
			m.compareTrace(t, fmt.Sprintf("%s of cell %d", key, rep.Elements[e].Gid), rep.Time, rep.Column(e), rows[0], rows[e+1])
		}
	}
}

// compareTrace wants the same samples at the same times, and values within
// 1e-7 (mV or nA, relative above 1) over the first 100 ms.
func (m *model) compareTrace(t *testing.T, what string, gotT, got, wantT, want []float64) float64 {
	if len(got) != len(want) {
		t.Errorf("%s: %d samples, want %d", what, len(got), len(want))
		return math.NaN()
	}
	worst := 0.0
	for k := range got {
		if wantT != nil && gotT[k] != wantT[k] {
			t.Errorf("%s: sample %d at %.17g ms, want %.17g", what, k, gotT[k], wantT[k])
			return math.NaN()
		}
		if wantT != nil && wantT[k] > 100 {
			break
		}
		d := math.Abs(got[k]-want[k]) / math.Max(1, math.Abs(want[k])/100)
		if !(d <= worst) {
			worst = d
		}
		if !(d <= 1e-7) {
			t.Errorf("%s: sample %d (%g ms) is %.17g, want %.17g", what, k, gotT[k], got[k], want[k])
			return d
		}
	}
	return worst
}

func report(res *record.Result, label string) *record.Report {
	for i := range res.Reports {
		if res.Reports[i].Label == label {
			return &res.Reports[i]
		}
	}
	return nil
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
						worst = math.Max(worst, m.compareTrace(t, fmt.Sprintf("v of cell %d", gid), rep.Time, rep.Column(e), rows[0], rows[i+1]))
					}
				}
			}
			t.Logf("worst difference %.2g mV", worst)
		})
	}
}
