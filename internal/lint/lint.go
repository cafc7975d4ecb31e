// Package lint finds, in packages whose arithmetic reaches a result, what
// could make the bits of that result differ between machines:
//
//   - package math's transcendental functions, which have assembly on some
//     machines and other rounding on others (runtime/vec has them all);
//   - a product that is added to something without being rounded first: at
//     GOAMD64=v3 and on arm64 the compiler fuses x*y+z, elsewhere not.
//     float64(x*y)+z or math.FMA(x, y, z) says which is meant.
//
// The language allows fusing through assignments, and inlining carries it
// through calls, so a product counts as unrounded wherever it may have come
// from: a variable, a field or element written in the same function, a
// parameter, a result. A product with a constant power of two is exact and
// may be added freely.
//
// In: folders of one module. Out: findings, sorted by place. Its only user is the test beside it.
package lint

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// Finding is one place that needs a change.
type Finding struct {
	Pos     token.Position
	Message string
}

func (f Finding) String() string { return fmt.Sprintf("%s: %s", f.Pos, f.Message) }

// allowedMath lists what package math may be used for: functions that are
// exact or correctly rounded by definition, bit patterns and constants.
var allowedMath = map[string]bool{
	"Sqrt": true, "Abs": true, "Floor": true, "Ceil": true, "Trunc": true, "Round": true, "RoundToEven": true,
	"Mod": true, "Modf": true, "Remainder": true, "FMA": true, "Inf": true, "IsInf": true, "IsNaN": true, "NaN": true,
	"Max": true, "Min": true, "Dim": true, "Signbit": true, "Copysign": true, "Frexp": true, "Ldexp": true,
	"Logb": true, "Ilogb": true, "Nextafter": true, "Nextafter32": true,
	"Float64bits": true, "Float64frombits": true, "Float32bits": true, "Float32frombits": true,
}

// pkg is one type-checked folder.
type pkg struct {
	files []*ast.File
	info  *types.Info
}

// Check lints the packages in dirs, relative to the module's root, as they are
// built for a GOARCH ("" is this machine's; others are built without cgo).
// Test files are not read; a folder without Go files is an error.
func Check(root, arch string, dirs []string) ([]Finding, error) {
	ctx := build.Default
	if arch != "" && arch != ctx.GOARCH {
		ctx.GOARCH, ctx.CgoEnabled = arch, false
	}
	exports, err := exportData(root, &ctx, dirs)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		file := exports[path]
		if file == "" {
			return nil, fmt.Errorf("no export data for %s", path)
		}
		return os.Open(file)
	})
	c := &checker{fset: fset, unrounded: map[any]token.Pos{}}
	for _, dir := range dirs {
		p, err := load(fset, imp, &ctx, filepath.Join(root, dir), dir)
		if err != nil {
			return nil, err
		}
		c.pkgs = append(c.pkgs, p)
	}
	for changed := true; changed; {
		changed = false
		c.changed = &changed
		c.each((*checker).mark)
	}
	c.each((*checker).report)
	sort.SliceStable(c.findings, func(i, j int) bool {
		a, b := c.findings[i].Pos, c.findings[j].Pos
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		return a.Offset < b.Offset
	})
	for i := range c.findings {
		if rel, err := filepath.Rel(root, c.findings[i].Pos.Filename); err == nil {
			c.findings[i].Pos.Filename = rel
		}
	}
	return c.findings, nil
}

// exportData asks the go command for the export data of everything that dirs import.
func exportData(root string, ctx *build.Context, dirs []string) (map[string]string, error) {
	args := []string{"list", "-e", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"}
	for _, d := range dirs {
		args = append(args, "./"+filepath.ToSlash(d))
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	if ctx.GOARCH != build.Default.GOARCH {
		cmd.Env = append(os.Environ(), "GOARCH="+ctx.GOARCH, "CGO_ENABLED=0")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, stderr.Bytes())
	}
	m := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok {
			m[path] = file
		}
	}
	return m, nil
}

// load parses and type-checks the package in dir.
func load(fset *token.FileSet, imp types.Importer, ctx *build.Context, dir, name string) (*pkg, error) {
	bp, err := ctx.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	p := &pkg{info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Defs:  map[*ast.Ident]types.Object{},
		Uses:  map[*ast.Ident]types.Object{},
	}}
	for _, f := range append(bp.GoFiles, bp.CgoFiles...) {
		file, err := parser.ParseFile(fset, filepath.Join(dir, f), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file)
	}
	conf := types.Config{Importer: imp, FakeImportC: true}
	if _, err := conf.Check(name, fset, p.files, p.info); err != nil {
		return nil, fmt.Errorf("%s does not type-check: %v", name, err)
	}
	return p, nil
}

// checker finds where products go. unrounded holds what may carry one, and
// where that product is made:
//
//	types.Object            a variable or parameter of a package
//	inFunc{f, object}       a field, or the elements of a variable, written in function f
//	result{function, i}     result i of a declared function, by its full name
//	param{function, i}      parameter i of one
//	closure{object, i}      result i of the function that a variable holds
type checker struct {
	fset      *token.FileSet
	pkgs      []*pkg
	unrounded map[any]token.Pos
	changed   *bool
	findings  []Finding

	// The function being walked.
	info *types.Info
	fn   *ast.FuncDecl
}

type inFunc struct {
	fn  *ast.FuncDecl
	obj types.Object
}

type result struct {
	fn string
	i  int
}

type param struct {
	fn string
	i  int
}

type closure struct {
	obj types.Object
	i   int
}

// each walks every declaration of every package.
func (c *checker) each(visit func(c *checker, n ast.Node, signature *ast.FuncType, returns func(i int) any)) {
	for _, p := range c.pkgs {
		c.info = p.info
		for _, f := range p.files {
			for _, d := range f.Decls {
				fd, ok := d.(*ast.FuncDecl)
				c.fn = nil
				var returns func(i int) any
				var sig *ast.FuncType
				if ok {
					c.fn, sig = fd, fd.Type
					if obj, ok := c.info.Defs[fd.Name].(*types.Func); ok {
						name := obj.FullName()
						c.takeParams(name, fd.Type)
						returns = func(i int) any { return result{name, i} }
					}
				}
				c.walk(d, sig, returns, visit)
			}
		}
	}
}

// walk visits n in order, and function literals with their own results.
func (c *checker) walk(n ast.Node, sig *ast.FuncType, returns func(int) any, visit func(*checker, ast.Node, *ast.FuncType, func(int) any)) {
	holders := map[*ast.FuncLit]types.Object{}
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case nil:
			return true
		case *ast.FuncLit:
			var ret func(int) any
			if obj := holders[m]; obj != nil {
				ret = func(i int) any { return closure{obj, i} }
			}
			c.walk(m.Body, m.Type, ret, visit)
			return false
		case *ast.AssignStmt:
			if len(m.Lhs) == len(m.Rhs) {
				for i := range m.Lhs {
					c.hold(holders, m.Lhs[i], m.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			if len(m.Names) == len(m.Values) {
				for i := range m.Names {
					c.hold(holders, m.Names[i], m.Values[i])
				}
			}
		}
		visit(c, m, sig, returns)
		return true
	})
}

// hold notes that a variable holds a function literal.
func (c *checker) hold(holders map[*ast.FuncLit]types.Object, lhs, rhs ast.Expr) {
	if lit, ok := ast.Unparen(rhs).(*ast.FuncLit); ok {
		if id, ok := lhs.(*ast.Ident); ok {
			holders[lit] = c.object(id)
		}
	}
}

// takeParams marks parameters that some call gives a product to.
func (c *checker) takeParams(name string, ft *ast.FuncType) {
	i := 0
	for _, f := range ft.Params.List {
		for _, id := range f.Names {
			c.set(c.info.Defs[id], c.unrounded[param{name, i}])
			i++
		}
		if len(f.Names) == 0 {
			i++
		}
	}
}

func (c *checker) set(key any, at token.Pos) {
	if key == nil || key == types.Object(nil) || !at.IsValid() || c.unrounded[key].IsValid() {
		return
	}
	c.unrounded[key] = at
	if c.changed != nil {
		*c.changed = true
	}
}

func (c *checker) object(id *ast.Ident) types.Object {
	if o := c.info.Defs[id]; o != nil {
		return o
	}
	return c.info.Uses[id]
}

// mark follows products one step through node n.
func (c *checker) mark(n ast.Node, sig *ast.FuncType, returns func(int) any) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		switch n.Tok {
		case token.ASSIGN, token.DEFINE:
			if len(n.Lhs) == len(n.Rhs) {
				for i := range n.Lhs {
					c.assign(n.Lhs[i], n.Rhs[i])
				}
			} else if call, ok := ast.Unparen(n.Rhs[0]).(*ast.CallExpr); ok {
				for i := range n.Lhs {
					c.setPlace(n.Lhs[i], c.callResult(call, i))
				}
			}
		case token.MUL_ASSIGN:
			if c.isFloat(n.Lhs[0]) && !c.isPowerOfTwo(n.Rhs[0]) {
				c.setPlace(n.Lhs[0], n.Pos())
			}
		}
	case *ast.ValueSpec:
		for i, v := range n.Values {
			if len(n.Values) == len(n.Names) {
				c.assign(n.Names[i], v)
			} else if call, ok := ast.Unparen(v).(*ast.CallExpr); ok {
				for j := range n.Names {
					c.setPlace(n.Names[j], c.callResult(call, j))
				}
			}
		}
	case *ast.CompositeLit:
		st, _ := c.info.Types[n].Type.Underlying().(*types.Struct)
		for i, e := range n.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			switch {
			case ok:
				if id, ok := kv.Key.(*ast.Ident); ok && st != nil {
					c.set(inFunc{c.fn, c.info.Uses[id]}, c.product(kv.Value))
				}
			case st != nil && i < st.NumFields():
				c.set(inFunc{c.fn, st.Field(i)}, c.product(e))
			}
		}
	case *ast.ReturnStmt:
		if returns == nil {
			return
		}
		for i, e := range n.Results {
			c.set(returns(i), c.product(e))
		}
		if len(n.Results) == 0 && sig != nil && sig.Results != nil {
			i := 0
			for _, f := range sig.Results.List {
				for _, id := range f.Names {
					c.set(returns(i), c.unrounded[c.info.Defs[id]])
					i++
				}
			}
		}
		if len(n.Results) == 1 && sig != nil && sig.Results.NumFields() > 1 {
			if call, ok := ast.Unparen(n.Results[0]).(*ast.CallExpr); ok {
				for i := range sig.Results.NumFields() {
					c.set(returns(i), c.callResult(call, i))
				}
			}
		}
	case *ast.CallExpr:
		if fn := c.callee(n); fn != nil {
			for i, a := range n.Args {
				c.set(param{fn.FullName(), i}, c.product(a))
			}
		}
	}
}

// assign marks lhs when rhs carries a product.
func (c *checker) assign(lhs, rhs ast.Expr) {
	c.setPlace(lhs, c.product(rhs))
	if lit, ok := ast.Unparen(rhs).(*ast.CompositeLit); ok {
		id, ok := lhs.(*ast.Ident)
		if _, isStruct := c.info.Types[lit].Type.Underlying().(*types.Struct); !ok || isStruct {
			return
		}
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Value
			}
			c.set(inFunc{c.fn, c.object(id)}, c.product(e))
		}
	}
}

// place returns the key of an expression that can be assigned to.
func (c *checker) place(e ast.Expr) any {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if o, ok := c.object(e).(*types.Var); ok {
			return types.Object(o)
		}
	case *ast.SelectorExpr:
		if o, ok := c.info.Uses[e.Sel].(*types.Var); ok {
			return inFunc{c.fn, o}
		}
	case *ast.IndexExpr:
		return c.elements(e.X)
	case *ast.StarExpr:
		return c.elements(e.X)
	}
	return nil
}

// elements is the key of what e holds or points to.
func (c *checker) elements(e ast.Expr) any {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if o := c.object(e); o != nil {
			return inFunc{c.fn, o}
		}
	case *ast.SelectorExpr:
		if o := c.info.Uses[e.Sel]; o != nil {
			return inFunc{c.fn, o}
		}
	case *ast.IndexExpr:
		return c.elements(e.X)
	case *ast.StarExpr:
		return c.elements(e.X)
	}
	return nil
}

func (c *checker) setPlace(e ast.Expr, at token.Pos) { c.set(c.place(e), at) }

// isFloat says whether e is a float (or complex) computed at run time.
func (c *checker) isFloat(e ast.Expr) bool {
	tv := c.info.Types[e]
	if id, ok := e.(*ast.Ident); ok && tv.Type == nil {
		if o := c.object(id); o != nil {
			tv.Type = o.Type()
		}
	}
	if tv.Type == nil || tv.Value != nil {
		return false
	}
	b, ok := tv.Type.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsFloat|types.IsComplex) != 0
}

func (c *checker) isPowerOfTwo(e ast.Expr) bool {
	v := c.info.Types[e].Value
	if v == nil {
		return false
	}
	f, _ := constant.Float64Val(constant.ToFloat(v))
	m, _ := math.Frexp(f)
	return math.Abs(m) == 0.5
}

// product returns where the unrounded product is made that e may be, NoPos if
// it is none.
func (c *checker) product(e ast.Expr) token.Pos {
	e = ast.Unparen(e)
	if !c.isFloat(e) {
		return token.NoPos
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.MUL && !c.isPowerOfTwo(e.X) && !c.isPowerOfTwo(e.Y) {
			return e.Pos()
		}
		return token.NoPos
	case *ast.UnaryExpr:
		if e.Op == token.SUB || e.Op == token.ADD {
			return c.product(e.X)
		}
		return token.NoPos
	case *ast.CallExpr:
		return c.callResult(e, 0)
	}
	if key := c.place(e); key != nil {
		return c.unrounded[key]
	}
	return token.NoPos
}

// callee is the declared function or method that a call names, nil for others and for the
// functions of package math, which the compiler does not fuse into.
func (c *checker) callee(call *ast.CallExpr) *types.Func {
	f := ast.Unparen(call.Fun)
	switch x := f.(type) { // instantiated generics
	case *ast.IndexExpr:
		f = x.X
	case *ast.IndexListExpr:
		f = x.X
	}
	var id *ast.Ident
	switch f := f.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return nil
	}
	fn, _ := c.info.Uses[id].(*types.Func)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() == "math" {
		return nil
	}
	return fn.Origin()
}

// callResult returns where the product is made that result i of the call may
// be. Conversions round.
func (c *checker) callResult(call *ast.CallExpr, i int) token.Pos {
	if fn := c.callee(call); fn != nil {
		return c.unrounded[result{fn.FullName(), i}]
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if o := c.object(id); o != nil {
			return c.unrounded[closure{o, i}]
		}
	}
	return token.NoPos
}

// report writes the findings at node n.
func (c *checker) report(n ast.Node, _ *ast.FuncType, _ func(int) any) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == token.ADD || n.Op == token.SUB {
			if c.isFloat(n) {
				c.operand(n.X)
				c.operand(n.Y)
			}
		}
	case *ast.AssignStmt:
		if (n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN) && c.isFloat(n.Lhs[0]) {
			c.operand(n.Lhs[0])
			c.operand(n.Rhs[0])
		}
	case *ast.IncDecStmt:
		c.operand(n.X)
	case *ast.Ident:
		o := c.info.Uses[n]
		fn, ok := o.(*types.Func)
		if ok && fn.Pkg() != nil && (fn.Pkg().Path() == "math" && !allowedMath[fn.Name()] || fn.Pkg().Path() == "math/cmplx") {
			c.find(n.Pos(), "math.%s differs between machines: use runtime/vec", fn.Name())
		}
	}
}

// operand reports an operand of + or - that may be an unrounded product.
func (c *checker) operand(e ast.Expr) {
	at := c.product(e)
	if !at.IsValid() {
		return
	}
	e = ast.Unparen(e)
	switch e.(type) {
	case *ast.BinaryExpr, *ast.UnaryExpr:
		c.find(e.Pos(), "product may be fused into this sum: write float64(%s) or math.FMA", types.ExprString(e))
	default:
		p := c.fset.Position(at)
		c.find(e.Pos(), "%s may be the product made at %s:%d:%d and be fused into this sum: round it there with float64()",
			types.ExprString(e), filepath.Base(p.Filename), p.Line, p.Column)
	}
}

func (c *checker) find(pos token.Pos, format string, args ...any) {
	c.findings = append(c.findings, Finding{c.fset.Position(pos), fmt.Sprintf(format, args...)})
}
