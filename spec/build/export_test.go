package build

import (
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
	"github.com/rallsim/rall/spec"
)

// BuildOneByOne is Build where every connection is made by itself.
func BuildOneByOne(s *spec.Spec, cat *mech.Catalogue, files Files, diags *diag.List) *ir.Model {
	b := newBuilder(s, cat, files, diags)
	b.single = true
	return b.build(nil)
}

// Runs returns how many stretches a projection keeps its edges in.
func Runs(p ir.Projection) int { return len(p.(*edges).runs) }

// KeepDrawn has rules keep so many drawn numbers at a time.
func KeepDrawn(most int) (restore func()) {
	old := mostDrawn
	mostDrawn = most
	return func() { mostDrawn = old }
}

// BuildApart is Build where types share nothing.
func BuildApart(s *spec.Spec, cat *mech.Catalogue, files Files, diags *diag.List) *ir.Model {
	b := newBuilder(s, cat, files, diags)
	b.apart = true
	return b.build(nil)
}
