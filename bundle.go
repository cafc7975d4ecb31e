package rall

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rallsim/rall/internal/bundle"
	"github.com/rallsim/rall/ir/diag"
)

// carried is what an executable that carries a model says of it.
type carried struct {
	Version       string            `json:"rallVersion"`
	Model         []string          `json:"model"` // files, below the archive's folder of files
	Mods          []string          `json:"mods"`
	Set           []string          `json:"set"`
	Seeds         map[string]int64  `json:"seeds"`
	ConductanceFD bool              `json:"conductanceFD"`
	AsWritten     bool              `json:"asWritten"`
	Programs      map[string]string `json:"programs"` // fingerprint by mechanism
}

const (
	carriedManifest = "manifest.json"
	carriedFiles    = "files"
	carriedPrograms = "programs" // every program as text
)

// Build writes an executable that runs the project, loaded from files with
// settings o, on a machine that has none of its files. It reads the model back
// from what it packs, as the executable will.
func (p *Project) Build(files []string, o Settings, path string) error {
	var inputs []string
	for _, in := range p.Inputs {
		abs, err := filepath.Abs(in)
		if err != nil {
			return err
		}
		inputs = append(inputs, abs)
	}
	slices.Sort(inputs)
	inputs = slices.Compact(inputs)
	root := commonFolder(inputs)
	below := func(name string) (string, error) {
		abs, err := filepath.Abs(name)
		if err != nil {
			return "", err
		}
		rel, err := filepath.Rel(root, abs)
		return filepath.ToSlash(rel), err
	}
	m := carried{Version: Version, Set: o.Set, Seeds: o.Seeds, ConductanceFD: o.ConductanceFD, AsWritten: o.AsWritten, Programs: p.fingerprints()}
	for _, f := range files {
		rel, err := below(f)
		if err != nil {
			return err
		}
		m.Model = append(m.Model, rel)
	}
	for _, f := range p.Mods {
		if f.Def == nil {
			continue // the model runs without it
		}
		rel, err := below(f.Path)
		if err != nil {
			return err
		}
		m.Mods = append(m.Mods, rel)
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return bundle.Pack(path, func(z *zip.Writer) error {
		dir, err := os.MkdirTemp("", "rall-build-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := packText(z, carriedManifest, text); err != nil {
			return err
		}
		for _, in := range inputs {
			rel, err := below(in)
			if err != nil {
				return err
			}
			if err := packFile(z, carriedFiles+"/"+rel, in, filepath.Join(dir, filepath.FromSlash(rel))); err != nil {
				return err
			}
		}
		for i := range p.Net.Mechs {
			prog := p.Net.Mechs[i].Program
			if err := packText(z, carriedPrograms+"/"+prog.Mech+".txt", []byte(prog.String())); err != nil {
				return err
			}
		}
		return m.check(dir)
	})
}

// check loads the model from a copy of its files.
func (m *carried) check(dir string) error {
	var diags diag.List
	files, o := m.at(dir)
	p := Load(files, o, &diags)
	if p == nil {
		return fmt.Errorf("the model cannot be read from a copy of its files: %s", strings.ReplaceAll(diags.Error(), dir+string(filepath.Separator), ""))
	}
	for _, in := range p.Inputs {
		rel, err := filepath.Rel(dir, in)
		if err != nil || !filepath.IsLocal(rel) {
			return fmt.Errorf("the model names %s by its absolute path, which another machine lacks; make it relative", in)
		}
	}
	if !maps.Equal(p.fingerprints(), m.Programs) {
		return errors.New("BUG: a copy of the model's files compiles to other programs")
	}
	return nil
}

// at returns what to load when the files lie below dir.
func (m *carried) at(dir string) ([]string, Settings) {
	o := Settings{Mods: []string{}, Set: slices.Clone(m.Set), Seeds: maps.Clone(m.Seeds), ConductanceFD: m.ConductanceFD, AsWritten: m.AsWritten}
	join := func(rel []string) (out []string) {
		for _, r := range rel {
			out = append(out, filepath.Join(dir, filepath.FromSlash(r)))
		}
		return out
	}
	o.Mods = append(o.Mods, join(m.Mods)...)
	return join(m.Model), o
}

func (p *Project) fingerprints() map[string]string {
	out := map[string]string{}
	for i := range p.Net.Mechs {
		out[p.Net.Mechs[i].Program.Mech] = p.Net.Mechs[i].Program.Fingerprint
	}
	return out
}

func packText(z *zip.Writer, name string, text []byte) error {
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// packFile puts a file into an archive and, what went in, into a copy.
func packFile(z *zip.Writer, name, path, to string) error {
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.MultiWriter(w, out), in)
	return errors.Join(err, out.Close())
}

// commonFolder is the deepest folder that all absolute paths lie below.
func commonFolder(paths []string) string {
	root := filepath.Dir(paths[0])
	for _, p := range paths[1:] {
		for rel, err := filepath.Rel(root, p); err != nil || !filepath.IsLocal(rel); rel, err = filepath.Rel(root, p) {
			root = filepath.Dir(root)
		}
	}
	return root
}

// Carried is the model that the running executable carries, unpacked.
type Carried struct {
	dir string
	m   carried
}

// OpenCarried unpacks the model that the running executable carries into a
// temporary folder; it returns nil if there is none.
func OpenCarried() (*Carried, error) {
	if !bundle.Loaded() {
		return nil, nil
	}
	z, f, err := bundle.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := z.Open(carriedManifest)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	c := &Carried{}
	if err := json.NewDecoder(text).Decode(&c.m); err != nil {
		return nil, fmt.Errorf("%s: %w", carriedManifest, err)
	}
	if c.dir, err = os.MkdirTemp("", "rall-run-"); err != nil {
		return nil, err
	}
	if err := bundle.Extract(z, carriedFiles, c.dir); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Files returns the files to load.
func (c *Carried) Files() []string {
	files, _ := c.m.at(c.dir)
	return files
}

// Settings returns settings with those that the model was packed with: what
// the user sets comes after them.
func (c *Carried) Settings(user Settings) Settings {
	_, o := c.m.at(c.dir)
	user.Mods = o.Mods
	user.Set = append(o.Set, user.Set...)
	seeds := o.Seeds
	if seeds == nil {
		seeds = map[string]int64{}
	}
	maps.Copy(seeds, user.Seeds)
	user.Seeds = seeds
	user.ConductanceFD, user.AsWritten = o.ConductanceFD, o.AsWritten
	return user
}

// Check makes sure that the project has the programs that were packed.
func (c *Carried) Check(p *Project) error {
	for name, print := range p.fingerprints() {
		if want, ok := c.m.Programs[name]; ok && want != print {
			return fmt.Errorf("BUG: %s compiles to another program than was packed", name)
		}
	}
	return nil
}

// Place names a file of the model without the temporary folder.
func (c *Carried) Place(file string) string {
	return strings.TrimPrefix(file, c.dir+string(filepath.Separator))
}

// Close removes the temporary folder.
func (c *Carried) Close() { os.RemoveAll(c.dir) }
