// Package spec reads NetPyNE-style declarative specifications, in JSON or
// YAML, and checks everything that can be checked without mechanisms and
// without building the network.
//
// In: one file with netParams and simConfig, or the two files that NetPyNE
// saves. Out: a Spec, typed, every value with its place in the input, every
// string function compiled from the safe language of ir/expr; and
// diagnostics, several per run. Next: spec/build makes an ir.Model of it.
//
// The way through the package: json.go and yaml.go read a file into one
// ordered tree (node.go); set.go applies --set and NetPyNE's mapping to the
// tree; the tables in table_*.go say which keys exist, of which kind and unit;
// decode*.go turns the tree into types.go's structs; check.go compares names.
package spec
