// Package builtin holds the NMODL text of the mechanisms that rall ships, one
// file a mechanism, named after it. The nmodl front end compiles them like a
// user's files; a user's file of the same name wins.
package builtin

import "embed"

// FS holds NAME.mod for every built-in mechanism NAME.
//
//go:embed *.mod
var FS embed.FS
