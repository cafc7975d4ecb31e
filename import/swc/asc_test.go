package swc

import (
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// FuzzASC: a Neurolucida file yields a sound morphology or errors.
func FuzzASC(f *testing.F) {
	for _, s := range []string{
		`("CellBody" (Color Red) (CellBody) (0 0 0 .1) (10 0 0 .1) (10 10 0 .1) (0 10 0 .1))
		 ((Dendrite) (10 5 0 2) (20 5 0 1.5) ((30 5 1 1) (40 5 1 1) Normal | (20 15 0 1) (20 30 0 1) Incomplete))`,
		`("CellBody" (CellBody) (0 0 0 0) (9 0 0 0) (9 9 0 0)) ("CellBody" (CellBody) (0 0 3 0) (8 0 3 0) (8 8 3 0) (1 7 3 0))
		 ((Axon) (4 4 0 1) <(1 1 1 1)> (4 -40 0 .5)) ; text`,
		"((Apical) (0 0 0 1)\r(0,9,0,1)\r)", `(ImageCoords) ("x" (Closed) (1 1 1 1)) (Thumbnail (Rows 1))`, `((Dendrite) (((((((`, `("CellBody" (CellBody) (0 0 0 0) (0 0 0 0) (0 0 0 0))`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var list diag.List
		file := ParseASC("f.asc", []byte(text), &list)
		if (file == nil) != list.HasErrors() {
			t.Fatalf("file %v, errors %v", file != nil, list.Error())
		}
		if file == nil {
			return
		}
		m := file.Import(&list)
		if (m == nil) != list.HasErrors() {
			t.Fatalf("morphology %v, errors %v", m != nil, list.Error())
		}
		if m == nil {
			return
		}
		sound(t, m)
	})
}
