// Package nmodl reads NEURON's model description language.
//
// In: the text of a .mod file. Out: a mech.Def with the equations as the
// author wrote them, and located diagnostics. Next: ir/mech/solve turns the
// equations into an update.
//
// Parse makes an AST, Lower resolves names and makes the Def; Compile does
// both. What is accepted is what NEURON's own translator, nocmodl, accepts,
// with its meaning wherever that differs from what one would guess; what rall
// knows of and does not do is reported as diag.Unsupported.
package nmodl
