package diag

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Contain runs f for the file at pos. A mistake of rall's own in it, a panic, is
// an error of that file, and the others go on; the diagnostic names the place in
// rall where it happened.
func Contain(pos Pos, list *List, f func()) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		where := ""
		pcs := make([]uintptr, 32)
		frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
		for more := true; more && where == ""; {
			var fr runtime.Frame
			if fr, more = frames.Next(); !strings.HasPrefix(fr.Function, "runtime.") && fr.File != "" {
				where = fmt.Sprintf(" (%s:%d)", filepath.Base(fr.File), fr.Line)
			}
		}
		text := strings.TrimPrefix(fmt.Sprint(r), "BUG: ")
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			text = text[:i]
		}
		list.Add(Diag{Severity: Error, Code: Internal, Pos: pos, Msg: "a mistake of rall itself: " + text + where,
			Hint: "please report it with the file; it concerns no other one"})
	}()
	f()
}
