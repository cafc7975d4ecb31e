package diag

import (
	"strings"
	"testing"
)

// TestContain: a mistake of rall's own is an error of its file.
func TestContain(t *testing.T) {
	var list List
	Contain(Pos{File: "a.mod", Line: 1, Col: 1}, &list, func() { panic("BUG: wrong\nmore") })
	got := list.Error()
	for _, want := range []string{"a.mod:1:1", "internal", "a mistake of rall itself: wrong (contain_test.go:"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}
