package hoc

import (
	"embed"
	"slices"
	"strings"

	"github.com/rallsim/rall/import/hoc/syntax"
	"github.com/rallsim/rall/ir/diag"
)

// Session files, as NEURON's windows are saved, make an object of a template of
// NEURON's library for each window, go into its scope with object_push, and set
// its variables and call its procedures there. What such objects do to the model
// is in the templates of library; windows that do nothing to it are stubs, and
// what a session does in their scope is passed over.

//go:embed library/*.hoc
var libraryTexts embed.FS

// libraryFiles are the templates that the files of library define.
var libraryFiles = map[string]string{
	"celbild.hoc": "CellBuild CellBuildTopology CellBuildSection SectionSubsets SNList DomainParmInfo InhomoParm InhomoFun CellGeometry GeoSpec LDiamInfo " +
		"CellMembrane FakeMechStan MStanWrap CellManage",
	"electrod.hoc": "Electrode",
	"family.hoc":   "Family",
	"grapher.hoc":  "Grapher",
	"inserter.hoc": "Inserter",
	"netbild.hoc":  "SynType SynTypeGUI SynTypeInstance NetReadyCell NetReadyCellGUI ArtCell ArtCellGUI NetCell NetEdge EmptyClass NetGUI",
	"pointgrp.hoc": "PointProcessGroupManager",
	"pointman.hoc": "PointProcessManager",
	"single.hoc":   "SingleCompartment",
	"subiter.hoc":  "SubsetDomainIterator",
	"varmeth1.hoc": "NumericalMethodPanel",
}

// templateFiles are the files of library, by what they define.
var templateFiles = func() map[string]string {
	m := map[string]string{}
	for file, names := range libraryFiles {
		for name := range strings.FieldsSeq(names) {
			m[name] = file
		}
	}
	return m
}()

// fromLibrary defines a template of the library, when a program first makes an
// object of it, and says whether there is one.
func (in *Interp) fromLibrary(name string) *class {
	file := templateFiles[name]
	if file == "" || in.failed || in.ctl != goOn {
		return nil
	}
	text, err := libraryTexts.ReadFile("library/" + file)
	if err != nil {
		panic(err)
	}
	in.opened[file] = true
	pushed, reads, known := in.pushed, in.reads, len(in.top.order)
	in.pushed = nil
	in.Run(file, text)
	in.pushed, in.reads = pushed, reads
	for _, s := range in.top.order[known:] {
		s.standard = true
	}
	if s := in.top.names[name]; s != nil && s.kind == classSym {
		s.standard = true
		return s.class
	}
	return nil
}

// sessionText is text that the library writes, of templates that a network needs.
type sessionText struct{ text []byte }

func sessionTextMethods() map[string]method {
	return map[string]method{
		"printf": func(c *call) value {
			s := c.sprintf(0)
			if c.room(len(s)) {
				t := c.o.native.(*sessionText)
				t.text = append(t.text, s...)
			}
			return number(float64(len(s)))
		},
		"run": func(c *call) value {
			pushed := c.in.pushed
			c.in.pushed = nil
			c.in.Run("templates of a session", c.o.native.(*sessionText).text)
			c.in.pushed = pushed
			return number(1)
		},
	}
}

// push is object_push(object): the statements of files that follow are in its
// scope.
func (c *call) push() value {
	if o := c.obj(0); o != nil {
		c.in.retain(o)
		c.in.pushed = append(c.in.pushed, o)
	} else if !c.in.failed {
		return c.fail("argument 1 is NULLobject")
	}
	return number(0)
}

func (c *call) pop() value {
	if n := len(c.in.pushed); n > 0 {
		c.in.release(c.in.pushed[n-1])
		c.in.pushed = c.in.pushed[:n-1]
	} else {
		return c.fail("no object has been pushed")
	}
	return number(0)
}

// scoped is the frame of a statement of a file; nil for one that is passed over.
func (in *Interp) scoped(fr *frame, s syntax.Stmt) *frame {
	if len(in.pushed) == 0 {
		return fr
	}
	o := in.pushed[len(in.pushed)-1]
	switch {
	case o.class.scope != nil:
		return &frame{unit: fr.unit, scope: o.class.scope, data: o.data, this: o}
	case pops(s):
		return fr
	}
	in.warnOnce(fr, s.Pos(), diag.Ignored, "scope of "+o.class.name, "what is said in the scope of a %s is passed over: it does nothing here", o.class.name)
	return nil
}

// pops says whether a statement calls object_pop.
func pops(s syntax.Stmt) bool {
	switch s := s.(type) {
	case *syntax.Block:
		return slices.ContainsFunc(s.Stmts, pops)
	case *syntax.ExprStmt:
		if c, ok := s.X.(*syntax.Call); ok {
			n, ok := c.Fn.(*syntax.Name)
			return ok && n.Ident == "object_pop"
		}
	}
	return false
}

// boxes are the components under which windows keep their boxes.
var boxes = strings.Fields("b b1 box v1 vbox hbox")

// box is the box of an object that does nothing.
func (in *Interp) box(s *stubState, name string) place {
	if s.objs[name] == nil {
		o := in.libraryObject(in.classes["VBox"], newStub(false))
		s.objs[name] = &o
	}
	return place{k: objPlace, obj: s.objs[name]}
}
