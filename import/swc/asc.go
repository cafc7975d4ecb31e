package swc

import (
	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/morph"
)

type Neurolucida struct{}

func ParseASC(name string, text []byte, list *diag.List) *Neurolucida { return nil }
func (f *Neurolucida) Import(list *diag.List) *morph.Morphology       { return nil }
