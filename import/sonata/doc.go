// Package sonata reads SONATA circuits with their simulation configs: those
// that export/sonata writes, and of others what doc/sonata.md lists.
//
// In: the path of a simulation config. Out: an ir.Model without its
// mechanisms, the folders where their .mod files lie, and diagnostics that name
// the file with the line or the dataset. Next: the façade, which compiles the
// mechanisms and hands the model to ir/lower.
//
// Files of any origin are read: HDF5 in a child process, everything else with
// bounds. What SONATA knows and rall does not do yet is an error of code
// diag.Unsupported, never dropped.
package sonata

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir"
	"github.com/rallsim/rall/ir/diag"
)

// Simulation is a simulation config with its circuit, read.
type Simulation struct {
	Model      *ir.Model // its Mechanisms are still to be set
	ModFolders []string  // where mechanisms_dir has .mod files
	Files      []string  // the configs read: the simulation's, then the circuit's
	Read       []string  // every file read
}

// reader is the reading in progress.
type reader struct {
	diags *diag.List
	sim   *Simulation
	m     *ir.Model

	components map[string]string // folder by component
	cells      map[string]*ir.CellType
	params     map[string][]param // by file: parameters of a model
	pops       []*population
	byName     map[string]*population
	sets       map[string]*value // node sets
	threshold  float64           // of cells that do not say their own [mV]; NaN: none

	share *Share             // nil: everything is kept
	own   func(gid int) bool // nil: every cell is this rank's

	edgeSets    []*edgeSet
	edgeCount   int64 // edges of all of them
	kinds       []*pointKind
	byID        map[int64]place // of the instances that a file numbers
	lastID      int64           // given to an instance
	projections []*projection
	byRule      map[string]*projection
	last        *projection
	ordered     bool // some edges have places in the model's order
}

// Share asks for one rank's part of a circuit.
type Share struct {
	// Dt is the step [ms] of the run, where it is not the circuit's; else 0.
	Dt float64
	// Own is given a model without edges and says which gids are this rank's;
	// nil after an error.
	Own func(*Simulation) func(gid int) bool
}

// Load reads a simulation config. It returns nil when diags holds an error.
// share, if not nil, asks for one rank's part: the edges onto its own cells.
// Where edges cannot be read in parts, or reports name single synapses, all is
// kept.
func Load(path string, share *Share, diags *diag.List) *Simulation {
	if !h5.Available {
		diags.Errorf(diag.FileMissing, diag.Pos{File: path}, "%v", h5.ErrNoHDF5)
		return nil
	}
	r := newReader(diags)
	r.share = share
	if !r.load(path) || diags.HasErrors() {
		return nil
	}
	return r.sim
}

func newReader(diags *diag.List) *reader {
	r := &reader{diags: diags, sim: &Simulation{}, m: &ir.Model{}, components: map[string]string{}, cells: map[string]*ir.CellType{},
		params: map[string][]param{}, byName: map[string]*population{}, sets: map[string]*value{}, threshold: math.NaN(), byID: map[int64]place{}, byRule: map[string]*projection{}, lastID: unnumbered}
	r.sim.Model = r.m
	return r
}

// readFile returns a file's bytes, or nil after an error.
func (r *reader) readFile(path string, from diag.Pos) []byte {
	r.sim.Read = append(r.sim.Read, path)
	src, err := os.ReadFile(path)
	if err != nil {
		r.diags.Errorf(diag.FileMissing, from, "%v", err)
		return nil
	}
	if src == nil {
		src = []byte{}
	}
	return src
}

func (r *reader) readJSON(path string, from diag.Pos) *value {
	src := r.readFile(path, from)
	if src == nil {
		return nil
	}
	return parseJSON(path, src, r.diags)
}

// readHDF5 returns the tree of a file.
func (r *reader) readHDF5(path string, o h5.ReadOptions) (*h5.Node, error) {
	r.sim.Read = append(r.sim.Read, path)
	return h5.ReadAll(path, o)
}

// unsupported says that a construct is known and not done yet.
func (r *reader) unsupported(pos diag.Pos, format string, args ...any) {
	r.diags.Errorf(diag.Unsupported, pos, "%s is not supported yet", fmt.Sprintf(format, args...))
}

// inFolder joins a component's folder and a file named in a table.
func (r *reader) inFolder(component, name string, pos diag.Pos) (string, bool) {
	dir, ok := r.components[component]
	if !ok {
		r.diags.Errorf(diag.BadValue, pos, "%q is asked for, but the circuit's components have no %s", name, component)
		return "", false
	}
	if filepath.IsAbs(name) {
		return name, true
	}
	return filepath.Join(dir, filepath.FromSlash(name)), true
}
