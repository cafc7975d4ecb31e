package netpyne

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/rallsim/rall/internal/fakerun"
	"github.com/rallsim/rall/runtime/record"
)

func TestSimData(t *testing.T) {
	res := fakerun.Gamma()
	res.Reports[0].Data[3] = math.NaN()
	rep := &res.Reports[1]
	rep.Elements[1].Gid = rep.Elements[0].Gid // two places in one cell
	var b bytes.Buffer
	if err := Write(&b, res); err != nil {
		t.Fatal(err)
	}
	var d struct {
		SimConfig struct {
			Duration, Dt, RecordStep float64
			HParams                  map[string]float64
		}
		Net struct {
			Pops map[string]struct {
				Tags     map[string]any
				CellGids []int
			}
			Cells []struct {
				Gid   int
				Tags  map[string]any
				Conns []map[string]any
			}
		}
		SimData struct {
			Spkt, Spkid, T []float64
			VSoma          map[string][]*float64 `json:"V_soma"`
			VDend          map[string][]float64  `json:"V_dend"`
			Stims          map[string]map[string][]float64
			PopRates       map[string]float64
			AvgRate        float64
		}
	}
	dec := json.NewDecoder(&b)
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	s := d.SimData
	if len(s.Spkt) != len(res.Spikes) || len(s.Spkid) != len(s.Spkt) {
		t.Fatalf("%d times, %d ids, %d spikes", len(s.Spkt), len(s.Spkid), len(res.Spikes))
	}
	for i, sp := range res.Spikes {
		if s.Spkt[i] != sp.T || int(s.Spkid[i]) != sp.Gid {
			t.Fatalf("spike %d: %v %v", i, s.Spkt[i], s.Spkid[i])
		}
	}
	v := s.VSoma["cell_82"]
	if len(v) != len(s.T) || v[1] != nil || *v[2] != res.Reports[0].Data[6] {
		t.Errorf("V_soma of cell 82: %d samples of %d", len(v), len(s.T))
	}
	if s.VDend["cell_82"] == nil || s.VDend["cell_82_dend(0.2)"] == nil || s.VDend["cell_5"] == nil || len(s.VDend) != 3 {
		t.Errorf("V_dend has %d cells", len(s.VDend))
	}
	n := 0
	for _, sp := range res.Spikes {
		if sp.Gid >= 80 {
			n++
		}
	}
	if s.PopRates["I"] != float64(n)/20 || s.AvgRate != float64(len(res.Spikes))/100 {
		t.Errorf("rates %v %v", s.PopRates, s.AvgRate)
	}
	if len(s.Stims["cell_0"]["bkg->E"]) != 3 || s.Stims["cell_7"] == nil || len(s.Stims) != 100 {
		t.Errorf("stims of %d cells", len(s.Stims))
	}
	if d.SimConfig.RecordStep != 0.1 || d.SimConfig.HParams["v_init"] != -65 || len(d.Net.Pops["E"].CellGids) != 80 {
		t.Errorf("simConfig %+v, E %+v", d.SimConfig, d.Net.Pops["E"].Tags)
	}
	c := d.Net.Cells[0].Conns[0]
	if c["preGid"] != "NetStim" || c["preLabel"] != "bkg->E" || len(d.Net.Cells) != 100 {
		t.Errorf("first connection %v", c)
	}
}

func TestEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, &record.Result{Pops: []record.Pop{{Name: "none"}}}); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Errorf("not JSON: %s", b.String())
	}
}
