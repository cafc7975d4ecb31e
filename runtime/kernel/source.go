package kernel

import "embed"

// Source is this package's text, for code that is to stand by itself.
//
//go:embed check.go frame.go generated.go grid.go meaning.go ops.go print.go program.go solver.go table.go uses.go
var Source embed.FS
