// Package rall is the façade: load a model, compile it, run it, write what it
// yields. It is the only place that knows every format; cmd/rall is a thin
// shell around it.
//
// In: the paths and settings that a user gives. Out: a Project (the loaded
// spec, its mechanisms, the model and its lowered network) and a
// record.Result. The way through the house is in doc/architecture.md.
package rall

// Version is written into every result.
const Version = "0.1.0"
