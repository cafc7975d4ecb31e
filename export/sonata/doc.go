// Package sonata writes and reads SONATA files (the Allen guide 0.1 and the
// readers of the Blue Brain extension).
//
// In: record.Result. Out: spike files and frame reports in HDF5, or from such
// files the columns of a Result. Next: export/results, which puts them into a
// folder together with what else a result needs.
//
// Nodes count from 0 in each population; the pair (population, node_id) is
// SONATA's only identity. Beyond the guide, a report keeps its samples
// in float64, their exact times, the names of the sections and the order in which the columns
// were recorded, so that nothing is lost on the way back.
package sonata

import (
	"fmt"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/runtime/record"
)

// The root attributes that the guide asks for.
const magic = uint32(0x0A7A)

var version = []uint32{0, 1}

// The values of the `sorting` attribute.
var sorting = []string{"none", "by_id", "by_time"}

const sortedByTime = 2

// place is where a gid lives: an index of pops and the node in it.
type place struct{ pop, node int }

func places(pops []record.Pop) (map[int]place, error) {
	m := make(map[int]place)
	for p, pop := range pops {
		for i, g := range pop.Gids {
			if at, dup := m[g]; dup {
				return nil, fmt.Errorf("BUG: gid %d is in populations %q and %q", g, pops[at.pop].Name, pop.Name)
			}
			m[g] = place{p, i}
		}
	}
	return m, nil
}

// groupName makes the name of a population fit for an HDF5 link, which
// cannot hold a slash nor be a dot alone.
func groupName(name string) string {
	switch name {
	case "":
		return "_"
	case ".":
		return "\u2024"
	}
	return strings.ReplaceAll(name, "/", "\u2215")
}

// create makes a SONATA file with its root attributes, lets fill write the
// content, and closes it whatever happens. After an error the file at path is
// worthless; the caller removes it.
func create(path string, fill func(f *h5.File) error) error {
	f, err := h5.Create(path)
	if err != nil {
		return err
	}
	err = f.SetAttr("/", "magic", magic)
	if err == nil {
		err = f.SetAttr("/", "version", version)
	}
	if err == nil {
		err = fill(f)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
