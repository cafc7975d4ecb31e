package table

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/rallsim/rall/internal/fakerun"
	"github.com/rallsim/rall/runtime/record"
)

func TestRoundTrip(t *testing.T) {
	res := fakerun.Gamma()
	res.Pops[0].Name = `E, "the" first`
	var b bytes.Buffer
	if err := WriteSpikes(&b, res); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "t_ms,gid,population,node_id\n") {
		t.Errorf("header %q", b.String()[:40])
	}
	if s, err := ReadSpikes(&b); err != nil || !reflect.DeepEqual(s, res.Spikes) {
		t.Errorf("spikes: %v", err)
	}
	b.Reset()
	WriteCells(&b, res)
	if c, err := ReadCells(&b, res.Pops); err != nil || !reflect.DeepEqual(c, res.Cells) {
		t.Errorf("cells: %v", err)
	}
	b.Reset()
	WriteConns(&b, res)
	if c, err := ReadConns(&b); err != nil || !reflect.DeepEqual(c, res.Conns) {
		t.Errorf("connections: %v", err)
	}
	b.Reset()
	WriteStims(&b, res)
	if s, err := ReadStims(&b); err != nil || !reflect.DeepEqual(s, res.Stims) {
		t.Errorf("stims: %v %v", s, err)
	}
	rep := &res.Reports[1]
	var head, data, time bytes.Buffer
	if err := WriteHeader(&head, res, rep, "d.npy", "t.npy"); err != nil {
		t.Fatal(err)
	}
	WriteData(&data, rep, false)
	WriteTime(&time, rep)
	h, err := ReadHeader(&head)
	if err != nil {
		t.Fatal(err)
	}
	if h.Unit != "mV" || h.Elements[0].Population != "I" || h.Elements[0].NodeID != 2 {
		t.Errorf("header %+v", h)
	}
	got, err := ReadReport(h, &data, &time)
	if err != nil || !reflect.DeepEqual(got, rep) {
		t.Errorf("report: %v", err)
	}
}

func TestBadTables(t *testing.T) {
	for _, c := range []struct{ kind, text, want string }{
		{"spikes", "", "no header"},
		{"spikes", "t,gid,population,node_id\n", `column 1 is "t", expected "t_ms"`},
		{"spikes", "t_ms,gid\n", "2 columns, expected 4"},
		{"spikes", "t_ms,gid,population,node_id\n1,2,A,0\nx,2,A,0\n", `line 3: "x" is not a number`},
		{"spikes", "t_ms,gid,population,node_id\n1,2.5,A,0\n", `line 2: "2.5" is not an integer`},
		{"spikes", "t_ms,gid,population,node_id\n1,2\n", "wrong number of fields"},
		{"cells", "gid,population,node_id,x_um,y_um,z_um\n0,Q,0,1,2,3\n", `"Q" is not a population`},
		{"conns", "pre_gid,post_gid,rule,section,loc,syn_mech,weight,delay_ms\n0,1,r,s,0.5,m,NaN,1\n", "not a number"},
		{"stims", "label,gid,t_ms\na,b,\n", "not an integer"},
	} {
		var err error
		in := strings.NewReader(c.text)
		switch c.kind {
		case "spikes":
			_, err = ReadSpikes(in)
		case "cells":
			_, err = ReadCells(in, []record.Pop{{Name: "A"}})
		case "conns":
			_, err = ReadConns(in)
		case "stims":
			_, err = ReadStims(in)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.kind, c.text, err, c.want)
		}
	}
	if _, err := ReadHeader(strings.NewReader("{}")); err == nil {
		t.Error("an empty header was accepted")
	}
}

func FuzzReadConns(f *testing.F) {
	var b bytes.Buffer
	WriteConns(&b, &record.Result{Conns: []record.Conn{{PreGid: -1, Rule: "a,b", Loc: 0.1, Weight: 1e-300}}})
	f.Add(b.Bytes())
	f.Add([]byte("pre_gid,post_gid\n\"1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := ReadConns(bytes.NewReader(in))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteConns(&b, &record.Result{Conns: c}); err != nil {
			t.Fatal(err)
		}
		again, err := ReadConns(&b)
		// Carriage returns in quoted names are CSV's own loss.
		if err != nil || !bytes.Contains(in, []byte("\r")) && fmt.Sprint(again) != fmt.Sprint(c) {
			t.Errorf("%v -> %v (%v)", c, again, err)
		}
	})
}
