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

// templateFiles are the files of library, by what they define.
var templateFiles = map[string]string{
	"Electrode":                "electrod.hoc",
	"Family":                   "family.hoc",
	"Inserter":                 "inserter.hoc",
	"NumericalMethodPanel":     "varmeth1.hoc",
	"PointProcessGroupManager": "pointgrp.hoc",
	"PointProcessManager":      "pointman.hoc",
	"SingleCompartment":        "single.hoc",
}

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
	pushed := in.pushed
	in.pushed = nil
	in.Run(file, text)
	in.pushed = pushed
	if s := in.top.names[name]; s != nil && s.kind == classSym {
		s.standard = true
		return s.class
	}
	return nil
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
