package vec

import "embed"

// Source is this package's text without the assembly, for code that is to
// stand by itself.
//
//go:embed atan.go block.go doc.go exp.go funcs.go fused.go hyper.go ion.go level.go level_plain.go log.go lookup.go mask.go pow.go
//go:embed powtable.go trig.go twins_plain.gen.go whole.go
var Source embed.FS
