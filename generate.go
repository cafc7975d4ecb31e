package rall

import (
	_ "embed"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/rallsim/rall/ir/mech/codegen/gogen"
	"github.com/rallsim/rall/runtime/kernel"
)

//go:embed LICENSE
var license []byte

// What WriteGo refuses to do.
var (
	ErrFolderInUse = errors.New("the folder is in use")
	ErrTwice       = errors.New("two files define one mechanism")
)

// goMark begins the go.mod of every package that WriteGo has written.
const goMark = "// Written by rall; the files here are replaced when it writes again.\n"

// WriteGo writes programs as a Go package into a folder that does not exist, is
// empty, or holds what an earlier WriteGo wrote, and returns the number of
// files.
func WriteGo(programs []*kernel.Program, dir string) (int, error) {
	if err := emptyOrOurs(dir); err != nil {
		return 0, err
	}
	names := map[string]bool{}
	for _, p := range programs {
		if names[p.Mech] {
			return 0, fmt.Errorf("%w: %s is there twice", ErrTwice, p.Mech)
		}
		names[p.Mech] = true
	}
	files, err := gogen.Package(programs, moduleName(dir), license)
	if err != nil {
		return 0, err
	}
	files["go.mod"] = append([]byte(goMark), files["go.mod"]...)
	old, err := filepath.Glob(filepath.Join(dir, "*.gen.go"))
	if err != nil {
		return 0, err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return 0, err
		}
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return 0, err
		}
		if err := os.WriteFile(path, text, 0o666); err != nil {
			return 0, err
		}
	}
	return len(files), nil
}

func emptyOrOurs(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist), err == nil && len(entries) == 0:
		return nil
	case err != nil:
		return fmt.Errorf("%w: %v", ErrFolderInUse, err)
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil || !strings.HasPrefix(string(mod), goMark) {
		return fmt.Errorf("%w: %s holds what rall has not written", ErrFolderInUse, dir)
	}
	return nil
}

// moduleName makes the path of a module, which is also its package's name, of
// a folder's name.
func moduleName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	var out []rune
	for _, r := range strings.ToLower(filepath.Base(dir)) {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r) && len(out) > 0) {
			out = append(out, r)
		}
	}
	name := string(out)
	if name == "" || token.IsKeyword(name) || slices.Contains([]string{"kernel", "vec", "main", "internal", "vendor", "math", "std", "cmd"}, name) {
		name += "mechanisms"
	}
	return name
}
