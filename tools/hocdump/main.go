// Command hocdump prints, as JSON, the sections that a HOC program makes:
// their connections, 3-D points, and the geometry and parameters of every CV.
// tools/oracle/hoc_compare.py compares it with NEURON.
//
//	hocdump [-mod FOLDER] [-template NAME] [-path FOLDER] FILE.hoc… [-- ARG…]
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/import/hoc"
	"github.com/rallsim/rall/import/hoc/tree"
	"github.com/rallsim/rall/ir/diag"
)

type section struct {
	Name            string
	Parent          string
	ParentX, ChildX float64
	NSeg            int
	L, Ra           float64
	Points          [][4]float64
	Diam, Cm        []float64
	Area, Ri        []float64
	Mechs           map[string]map[string][]float64
	Ions            map[string]map[string][]float64
	Styles          map[string]int
}

type point struct {
	Mech, Section string
	X             float64
	Params        map[string]float64
}

type cell struct {
	Sections []section
	Lists    map[string][]string
	Points   []point
	Globals  map[string]float64
}

func main() {
	mods := flag.String("mod", "", "folder of .mod files")
	template := flag.String("template", "", "the template to make")
	path := flag.String("path", "", "folder in which files are looked for")
	quiet := flag.Bool("q", false, "print nothing but errors")
	flag.Parse()
	files := flag.Args()
	o := rall.HocSettings{Template: *template, Out: os.Stderr}
	if i := slices.Index(files, "--"); i >= 0 {
		for _, a := range files[i+1:] {
			o.Args = append(o.Args, rall.HocArg(a))
		}
		files = files[:i]
	}
	if *mods != "" {
		o.Mods = []string{*mods}
	}
	if *path != "" {
		o.Path = []string{*path}
	}
	var diags diag.List
	c := rall.ReadHoc(files, o, &diags)
	for _, d := range diags.Sorted() {
		if d.Severity == diag.Error || !*quiet {
			fmt.Fprintln(os.Stderr, d.Error())
		}
	}
	if c == nil {
		os.Exit(1)
	}
	text, err := json.Marshal(dump(c))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(text)
}

func dump(c *hoc.Cell) cell {
	out := cell{Lists: map[string][]string{}, Globals: map[string]float64{}}
	for _, s := range c.Sections {
		d := section{Name: s.Name, NSeg: s.NSeg(), L: s.LengthAsIs(), Ra: s.Ra, ChildX: s.ChildX,
			Mechs: map[string]map[string][]float64{}, Ions: map[string]map[string][]float64{}, Styles: map[string]int{}}
		if s.Parent != nil {
			d.Parent, d.ParentX = s.Parent.Name, s.ParentX
		}
		for _, p := range s.Points {
			d.Points = append(d.Points, [4]float64{float64(p.X), float64(p.Y), float64(p.Z), math.Abs(float64(p.D))})
		}
		d.Diam = hoc.Values(s, func(n *tree.Node) float64 { return n.Diam })
		d.Cm = hoc.Values(s, func(n *tree.Node) float64 { return n.Cm })
		d.Area = hoc.Values(s, func(n *tree.Node) float64 { return n.Area() })
		d.Ri = hoc.Values(s, func(n *tree.Node) float64 { return n.Ri() })
		for _, in := range s.Nodes[0].Mechs {
			to := d.Mechs
			if in.Mech.Ion != nil {
				to = d.Ions
				d.Styles[in.Mech.Name] = in.Style & 0177
			}
			vals := map[string][]float64{}
			for _, v := range in.Mech.Vars {
				if v.Param && v.N == 1 {
					vals[v.Name] = hoc.Values(s, func(n *tree.Node) float64 { return n.Find(in.Mech).P[v.First] })
				}
			}
			to[in.Mech.Name] = vals
		}
		out.Sections = append(out.Sections, d)
	}
	for _, l := range c.Lists {
		names := []string{}
		for _, i := range l.Sections {
			names = append(names, c.Sections[i].Name)
		}
		out.Lists[l.Name] = names
	}
	for _, p := range c.Points {
		q := point{Mech: p.Mech.Name, Section: c.Sections[p.Section].Name, X: p.X, Params: map[string]float64{}}
		for _, v := range p.Mech.Vars {
			if v.Param && v.N == 1 {
				q.Params[v.Name] = p.Inst.P[v.First]
			}
		}
		out.Points = append(out.Points, q)
	}
	for _, g := range c.Globals {
		out.Globals[g.Name] = g.Value
	}
	return out
}
