package validate

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/morph"
	"github.com/rallsim/rall/validate/golden"
)

// What cells consist of: sections, painted parameters, synapses and stimuli,
// as the model has them before it is lowered.

// painted is the final value of every parameter that a cell type sets, by
// section, mechanism and parameter, one value per CV.
func painted(c *ir.CellType) map[string][]float64 {
	out := map[string][]float64{}
	put := func(sec int, name string, v ir.Value) {
		s := &c.Morph.Sections[sec]
		vals := make([]float64, s.NSeg)
		for i := range vals {
			vals[i] = v.Num
			if v.PerCV != nil {
				vals[i] = v.PerCV[i]
			}
		}
		out[s.Name+"/"+name] = vals
	}
	for _, p := range c.Paint {
		for _, sec := range p.Sections {
			for _, par := range p.Params {
				put(sec, p.Mech+"/"+par.Name, par.Value)
			}
		}
	}
	for _, p := range c.Ions {
		name := p.Ion + p.What
		if p.What == "e" {
			name = "e" + p.Ion
		}
		for _, sec := range p.Sections {
			put(sec, p.Ion+"_ion/"+name, p.Value)
		}
	}
	return out
}

type goldenSection struct {
	NSeg               int `json:"nseg"`
	L, Ra              float64
	Diam, Cm, Area, Ri []float64
	Parent             []any
	Mechs              map[string]map[string][]float64
	Ions               map[string]map[string][]float64
}

// compareSecs compares every section of every cell with secs.json, where there
// is one: sizes, resistances, places on the parent, and what is painted.
func (m *model) compareSecs(t *testing.T, p *rall.Project) {
	var want struct {
		Cells map[int]map[string]goldenSection
	}
	if err := golden.Read(m.golden, "secs.json", &want); err != nil {
		if os.IsNotExist(err) {
			return
		}
		t.Fatal(err)
	}
	compared, worst := 0, 0.0
	for _, pop := range p.Model.Pops {
		if pop.Type == nil {
			continue
		}
		values := painted(pop.Type)
		for i := 0; i < pop.N; i++ {
			gid := pop.FirstGid + i
			at := morph.Offset{}
			if pop.Offsets != nil {
				at = pop.Offsets[i]
			}
			g := pop.Type.Morph.Geometry(at)
			secs, ok := want.Cells[gid]
			if !ok {
				continue
			}
			if len(secs) != len(pop.Type.Morph.Sections) {
				t.Errorf("cell %d: %d sections, want %d", gid, len(pop.Type.Morph.Sections), len(secs))
			}
			for k := range pop.Type.Morph.Sections {
				s := &pop.Type.Morph.Sections[k]
				w, ok := secs[s.Name]
				if !ok {
					t.Errorf("cell %d: section %s is not NetPyNE's", gid, s.Name)
					continue
				}
				check := func(what string, got, want []float64) {
					compared++
					d := apart(got, want)
					worst = math.Max(worst, d)
					if !(d <= 1e-12) {
						t.Errorf("cell %d, section %s: %s is %v, want %v", gid, s.Name, what, got, want)
					}
				}
				n := s.NSeg
				ri, cm := make([]float64, n), make([]float64, n)
				for cv := range ri {
					ri[cv], cm[cv] = g.Tree.Ri(g.Sections[k].Node(cv)), s.CmAt(cv)
				}
				check("nseg", []float64{float64(n)}, []float64{float64(w.NSeg)})
				check("L", []float64{g.Sections[k].L}, []float64{w.L})
				check("Ra", []float64{s.Ra}, []float64{w.Ra})
				check("diam", g.Sections[k].Diam, w.Diam)
				check("area", g.Sections[k].Area, w.Area)
				check("ri", ri, w.Ri)
				check("cm", cm, w.Cm)
				if (s.Parent >= 0) != (w.Parent != nil) {
					t.Errorf("cell %d, section %s: parent %d, want %v", gid, s.Name, s.Parent, w.Parent)
				} else if w.Parent != nil {
					if name := pop.Type.Morph.Sections[s.Parent].Name; name != w.Parent[0] || s.ParentX != w.Parent[1] || s.ChildX != w.Parent[2] {
						t.Errorf("cell %d, section %s joins %s at %g by %g, want %v", gid, s.Name, name, s.ParentX, s.ChildX, w.Parent)
					}
				}
				m.compareMechs(t, fmt.Sprintf("cell %d, section %s", gid, s.Name), s.Name, p, values, &w, check)
			}
		}
	}
	if compared == 0 {
		t.Error("secs.json holds none of the cells")
	}
	t.Logf("secs: %d compared, worst difference %.2g relative", compared, worst)
}

func (m *model) compareMechs(t *testing.T, where, sec string, p *rall.Project, values map[string][]float64, w *goldenSection, check func(string, []float64, []float64)) {
	for mech, params := range w.Mechs {
		def := p.Mechs.Get(mech)
		if def == nil {
			t.Errorf("%s: no mechanism %s", where, mech)
			continue
		}
		for name, want := range params {
			got := values[sec+"/"+mech+"/"+name]
			if got == nil {
				got = make([]float64, len(want))
				for i := range got {
					got[i] = def.Vars[def.Lookup(name)].Default
				}
			}
			check(mech+"."+name, got, want)
		}
	}
	for name := range values {
		parts := strings.Split(name, "/")
		if parts[0] != sec || strings.HasSuffix(parts[1], "_ion") {
			continue
		}
		if _, ok := w.Mechs[parts[1]]; !ok {
			t.Errorf("%s: %s is no mechanism of NetPyNE's", where, parts[1])
		}
	}
	for ion, vars := range w.Ions {
		for name, want := range vars {
			// What the spec does not set is the ion's business, see the traces.
			if got := values[sec+"/"+ion+"_ion/"+name]; got != nil {
				check(name, got, want)
			}
		}
	}
}

// apart is the largest relative difference of two lists, NaN if one is longer.
func apart(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.NaN()
	}
	d := 0.0
	for i := range a {
		if a[i] != b[i] {
			d = math.Max(d, math.Abs(a[i]-b[i])/math.Max(math.Abs(a[i]), math.Abs(b[i])))
		}
	}
	return d
}

// compareSynapses compares the parameters of every synapse with
// synapses.json, and which connections share one.
func (m *model) compareSynapses(t *testing.T, p *rall.Project) {
	var conns struct{ Syn golden.Column }
	if err := golden.Read(m.golden, "conns.json", &conns); err != nil {
		t.Fatal(err)
	}
	type instance struct{ table, row int32 }
	number := map[instance]int{}
	var order []instance
	k := 0
	for _, proj := range p.Model.Projs {
		if ir.Tells(proj) {
			continue
		}
		e := proj.Edges(0, math.MaxInt)
		for i := range e.Order {
			at := e.Target[i]
			if at.Table >= 0 && k < len(conns.Syn) {
				in := instance{at.Table, at.Row}
				if _, ok := number[in]; !ok {
					number[in] = conns.Syn.Int(k)
					order = append(order, in)
				}
				if number[in] != conns.Syn.Int(k) {
					t.Errorf("connection %d ends at synapse %d, want %d", k, number[in], conns.Syn.Int(k))
					return
				}
			}
			k++
		}
	}
	var want struct {
		Syn    golden.Column
		Label  golden.Column
		Params map[string]golden.Column
	}
	if err := golden.Read(m.golden, "synapses.json", &want); err != nil {
		if os.IsNotExist(err) {
			return
		}
		t.Fatal(err)
	}
	row := map[int]int{}
	for i := range want.Syn {
		row[want.Syn.Int(i)] = i
	}
	compared := 0
	for _, in := range order {
		table := p.Model.Points[in.table]
		i, ok := row[number[in]]
		if !ok {
			t.Errorf("synapse %d is not NetPyNE's", number[in])
			return
		}
		def := p.Mechs.Get(table.Mech)
		for name, col := range want.Params {
			x, ok := col.Num(i)
			if !ok {
				continue
			}
			got := math.NaN()
			if id := def.Lookup(name); id >= 0 {
				got = def.Vars[id].Default
			}
			for _, c := range table.Params {
				if c.Name == name {
					got = c.Values[in.row]
				}
			}
			compared++
			if !close1(got, x) {
				t.Errorf("synapse %d (%s): %s is %.17g, want %.17g", number[in], table.Label, name, got, x)
				return
			}
		}
	}
	if compared == 0 {
		t.Error("no parameter of a synapse compared")
	}
}

// compareStims compares the clamps with stims.json; NetStims are compared by
// their trains.
func (m *model) compareStims(t *testing.T, p *rall.Project) {
	var want map[string]map[string]json.RawMessage
	if err := golden.Read(m.golden, "stims.json", &want); err != nil {
		if os.IsNotExist(err) {
			return
		}
		t.Fatal(err)
	}
	types := map[int]*ir.CellType{}
	for _, pop := range p.Model.Pops {
		for i := 0; i < pop.N; i++ {
			types[pop.FirstGid+i] = pop.Type
		}
	}
	for typ, raw := range want {
		if typ == "NetStim" {
			continue
		}
		cols := map[string]golden.Column{}
		for name, text := range raw {
			var c golden.Column
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatal(err)
			}
			cols[name] = c
		}
		k := 0
		for _, table := range p.Model.Points {
			if table.Synapse || table.Mech != typ {
				continue
			}
			for r := range table.Gid {
				got := map[string]any{"gid": float64(table.Gid[r]), "label": table.Label, "loc": table.At[r],
					"sec": types[table.Gid[r]].Morph.Sections[table.Section[r]].Name}
				for _, c := range table.Params {
					got[c.Name] = c.Values[r]
				}
				for name, col := range cols {
					if name == "source" || k >= len(col) {
						continue
					}
					switch w := col[k].(type) {
					case float64:
						x, ok := got[name].(float64)
						if !ok || !close1(x, w) {
							t.Errorf("%s %d: %s is %v, want %v", typ, k, name, got[name], w)
						}
					case string:
						if got[name] != w {
							t.Errorf("%s %d: %s is %v, want %v", typ, k, name, got[name], w)
						}
					case []any:
						for i := range w {
							if x, ok := got[fmt.Sprintf("%s[%d]", name, i)].(float64); !ok || x != w[i] {
								t.Errorf("%s %d: %s[%d] is %v, want %v", typ, k, name, i, x, w[i])
							}
						}
					}
				}
				k++
			}
		}
		if k != len(cols["gid"]) {
			t.Errorf("%d %ss, want %d", k, typ, len(cols["gid"]))
		}
	}
}
