package swc

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
)

// Blue Brain's morphologies in HDF5 (version 1): a table of points (x, y, z,
// diameter, in um) and one of sections (first point, type, parent), the first of
// which is the outline of the soma. A section begins with its parent's last
// point. What the file means is what Neurolucida's would that MorphIO writes of
// it.

// ParseH5 reads the bytes of a file called name. It returns nil if list got an
// error.
func ParseH5(name string, file []byte, list *diag.List) *Neurolucida {
	root, err := readH5(file)
	if err != nil {
		list.Errorf(diag.Syntax, diag.Pos{File: name}, "%v", err)
		return nil
	}
	n, err := fromH5(name, root)
	if err != nil {
		list.Errorf(diag.Syntax, diag.Pos{File: name}, "%v", err)
		return nil
	}
	return n
}

// readH5 reads a file that is in memory; libhdf5 wants one on a disk.
func readH5(file []byte) (*h5.Node, error) {
	f, err := os.CreateTemp("", "rall-*.h5")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(file)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	root, err := h5.ReadAll(f.Name(), h5.ReadOptions{})
	if err != nil { // it is called otherwise where the user has it
		return nil, errors.New(strings.ReplaceAll(strings.ReplaceAll(err.Error(), "open "+f.Name()+": ", ""), f.Name(), "the file"))
	}
	return root, nil
}

// table returns a dataset of rows as wide as is said.
func table(root *h5.Node, name string, width int) (*h5.Value, int, error) {
	d := root.At(name)
	switch {
	case d == nil || d.Value == nil:
		return nil, 0, fmt.Errorf("no dataset /%s", name)
	case len(d.Value.Dims) != 2 || d.Value.Dims[1] != width:
		return nil, 0, fmt.Errorf("/%s has the dimensions %v, not [n %d]", name, d.Value.Dims, width)
	case d.Value.Dims[0] == 0:
		return nil, 0, fmt.Errorf("/%s is empty", name)
	}
	return d.Value, d.Value.Dims[0], nil
}

func fromH5(name string, root *h5.Node) (*Neurolucida, error) {
	if root.At("morphology") != nil {
		return nil, fmt.Errorf("a morphology of version 2; MorphIO's tools make version 1 of it")
	}
	pts, nPoints, err := table(root, "points", 4)
	if err != nil {
		return nil, err
	}
	secs, nSections, err := table(root, "structure", 3)
	if err != nil {
		return nil, err
	}
	xs, err := pts.Floats()
	if err != nil {
		return nil, fmt.Errorf("/points: %w", err)
	}
	rows, err := secs.Ints()
	if err != nil {
		return nil, fmt.Errorf("/structure: %w", err)
	}
	for i, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e9 {
			return nil, fmt.Errorf("/points[%d]: %g is no place", i/4, x)
		}
	}
	out := &Neurolucida{Name: name}
	parts := make([]*part, nSections)
	for i := range nSections {
		first, typ, parent := rows[3*i], rows[3*i+1], rows[3*i+2]
		end := int64(nPoints)
		if i+1 < nSections {
			end = rows[3*i+3]
		}
		switch {
		case first < 0 || first >= end || end > int64(nPoints):
			return nil, fmt.Errorf("/structure[%d]: its points are %d to %d of %d", i, first, end, nPoints)
		case typ < 1 || typ > 4:
			return nil, fmt.Errorf("/structure[%d]: type %d; there are 1 (soma), 2 (axon), 3 (basal dendrite) and 4 (apical dendrite)", i, typ)
		case parent < -1 || parent >= int64(i):
			return nil, fmt.Errorf("/structure[%d]: its parent is %d", i, parent)
		case typ == 1 && parent != -1:
			return nil, fmt.Errorf("/structure[%d]: an outline of a soma with a parent", i)
		}
		p := &part{contour: typ == 1, typ: int(typ), parentX: 1}
		for k := first; k < end; k++ {
			p.x = append(p.x, [3]float64{xs[4*k], xs[4*k+1], xs[4*k+2]})
			p.d = append(p.d, xs[4*k+3])
		}
		if parent >= 0 && !parts[parent].contour {
			q := parts[parent]
			p.parent = q
			if last := q.x[len(q.x)-1]; last != p.x[0] { // a file that does not repeat it
				p.x, p.d = append([][3]float64{last}, p.x...), append([]float64{p.d[0]}, p.d...)
			}
		}
		if p.contour && len(p.x) < 3 {
			return nil, fmt.Errorf("/structure[%d]: an outline of a soma with %d points; it takes three (a soma of one point is what SWC files have)", i, len(p.x))
		}
		parts[i] = p
		out.parts = append(out.parts, p)
	}
	return out, nil
}
