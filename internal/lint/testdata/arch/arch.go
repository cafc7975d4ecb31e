// Package arch has arithmetic of its own on arm64.
package arch
