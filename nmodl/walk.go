package nmodl

import (
	"regexp"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// walkStmts calls f for every statement, outer ones first, and g for every
// expression.
func walkStmts(list []Stmt, f func(Stmt), g func(Expr)) {
	for _, s := range list {
		if f != nil {
			f(s)
		}
		switch s := s.(type) {
		case *AssignStmt:
			walkExpr(s.Target.At, g)
			walkExpr(s.X, g)
		case *CallStmt:
			walkExpr(s.Call, g)
		case *IfStmt:
			walkExpr(s.Cond, g)
			walkStmts(s.Then, f, g)
			walkStmts(s.Else, f, g)
		case *WhileStmt:
			walkExpr(s.Cond, g)
			walkStmts(s.Body, f, g)
		case *FromStmt:
			walkExpr(s.From, g)
			walkExpr(s.To, g)
			walkExpr(s.By, g)
			walkStmts(s.Body, f, g)
		case *BlockStmt:
			walkStmts(s.Body, f, g)
		case *InitialStmt:
			walkStmts(s.Body, f, g)
		case *TableStmt:
			walkExpr(s.From, g)
			walkExpr(s.To, g)
		case *WatchStmt:
			walkExpr(s.X, g)
			walkExpr(s.Y, g)
		case *ReactionStmt:
			for _, t := range append(append([]ReactionTerm(nil), s.Left...), s.Right...) {
				walkExpr(t.At, g)
			}
			walkExpr(s.F, g)
			walkExpr(s.B, g)
		case *ConserveStmt:
			walkExpr(s.Total, g)
		case *EquationStmt:
			walkExpr(s.X, g)
			walkExpr(s.Y, g)
		case *CompartmentStmt:
			walkExpr(s.Volume, g)
		case *DiffusionStmt:
			walkExpr(s.Constant, g)
		case *ForNetconsStmt:
			walkStmts(s.Body, f, g)
		}
	}
}

func walkExpr(e Expr, g func(Expr)) {
	if e == nil {
		return
	}
	g(e)
	switch e := e.(type) {
	case *ElemExpr:
		walkExpr(e.At, g)
	case *UnaryExpr:
		walkExpr(e.X, g)
	case *BinaryExpr:
		walkExpr(e.X, g)
		walkExpr(e.Y, g)
	case *CallExpr:
		for _, a := range e.Args {
			walkExpr(a, g)
		}
	}
}

// calledNames returns what the statements call or SOLVE.
func calledNames(list []Stmt, c *cFile) []string {
	var names []string
	walkStmts(list, func(s Stmt) {
		switch s := s.(type) {
		case *SolveStmt:
			names = append(names, s.Name.Name)
		case *LagStmt:
			names = append(names, s.name()+"_note")
		case *VerbatimStmt:
			names = c.callsOf(names, c.toks[s], map[string]bool{})
		}
	}, func(e Expr) {
		if c, ok := e.(*CallExpr); ok {
			names = append(names, c.Name)
		}
	})
	return names
}

// callsOf appends what C calls, by itself or by functions of C.
func (c *cFile) callsOf(names []string, toks []ctok, seen map[string]bool) []string {
	for i, t := range toks {
		if t.kind != cIdent || i+1 >= len(toks) || toks[i+1].text != "(" || seen[t.text] {
			continue
		}
		seen[t.text] = true
		names = append(names, t.text)
		if f := c.funcs[t.text]; f != nil {
			names = c.callsOf(names, f.body, seen)
		}
	}
	return names
}

// reachable returns the named blocks that INITIAL, BREAKPOINT, NET_RECEIVE and
// what they solve can reach.
func reachable(f *File, c *cFile) map[string]bool {
	var roots []*Block
	for _, b := range f.Blocks {
		if b.Name.Name == "" && b.Kind != "DESTRUCTOR" {
			roots = append(roots, b)
		}
	}
	used := map[string]bool{}
	for b := range reached(f, c, roots) {
		if b.Name.Name != "" {
			used[b.Name.Name] = true
		}
	}
	return used
}

// reached returns blocks with all that they call or solve.
func reached(f *File, c *cFile, todo []*Block) map[*Block]bool {
	byName := map[string]*Block{}
	seen := map[*Block]bool{}
	for _, b := range f.Blocks {
		if b.Name.Name != "" {
			byName[b.Name.Name] = b
		}
	}
	for _, b := range todo {
		seen[b] = true
	}
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, n := range calledNames(b.Body, c) {
			if next := byName[n]; next != nil && !seen[next] {
				seen[next] = true
				todo = append(todo, next)
			}
		}
	}
	return seen
}

// solvedNames returns what a SOLVE names.
func solvedNames(f *File) map[string]bool {
	names := map[string]bool{}
	for _, b := range f.Blocks {
		walkStmts(b.Body, func(s Stmt) {
			if s, ok := s.(*SolveStmt); ok {
				names[s.Name.Name] = true
			}
		}, func(Expr) {})
	}
	return names
}

func usesFlux(list []Stmt) bool {
	found := false
	walkStmts(list, nil, func(e Expr) {
		if n, ok := e.(*NameExpr); ok && (n.Name == "f_flux" || n.Name == "b_flux") {
			found = true
		}
	})
	return found
}

// effects says whether an expression does more than have a value: it draws,
// or calls a function that sets variables.
func (l *lowerer) effects(e Expr) bool {
	found := false
	walkExpr(e, func(e Expr) {
		if c, ok := e.(*CallExpr); ok {
			found = found || strings.HasPrefix(c.Name, "random_") || builtins[c.Name].old || l.impure()[c.Name] || l.c.funcs[c.Name] != nil
		}
	})
	return found
}

// impure returns the functions that draw, or set what is not their own.
func (l *lowerer) impure() map[string]bool {
	if l.impureFns != nil {
		return l.impureFns
	}
	l.impureFns = map[string]bool{}
	for more := true; more; {
		more = false
		for _, b := range l.f.Blocks {
			if !isFunc(b) || l.impureFns[b.Name.Name] {
				continue
			}
			own := map[string]bool{b.Name.Name: true}
			for _, a := range b.Args {
				own[a.Name] = true
			}
			found := false
			walkStmts(b.Body, func(s Stmt) {
				switch s := s.(type) {
				case *VerbatimStmt:
					found = found || len(l.c.toks[s]) > 0
				case *LocalStmt:
					for _, n := range s.Names {
						own[n.Name] = true
					}
				case *FromStmt:
					own[s.Var.Name] = true
				case *AssignStmt:
					found = found || !own[s.Target.Name]
				}
			}, func(e Expr) {
				if c, ok := e.(*CallExpr); ok {
					found = found || strings.HasPrefix(c.Name, "random_") || builtins[c.Name].old || l.impureFns[c.Name] || l.c.funcs[c.Name] != nil
				}
			})
			if found {
				l.impureFns[b.Name.Name] = true
				more = true
			}
		}
	}
	return l.impureFns
}

// recursion notes functions that call themselves or each other in a circle,
// which a later pass writes out to a depth, and reports those that never end.
func (l *lowerer) recursion() {
	byName := map[string]*Block{}
	for _, b := range l.f.Blocks {
		if _, ok := l.funcs[b.Name.Name]; ok && isFunc(b) {
			byName[b.Name.Name] = b
		}
	}
	// back is the call by which b comes back to itself, by calls on every way
	// through a function or by any; then seen has what lies on the way.
	back := func(b *Block, sure bool) (call string) {
		seen := map[string]bool{}
		var visit func(at *Block) bool
		visit = func(at *Block) bool {
			for _, n := range calledNames(at.Body, l.c) {
				if byName[n] == nil || sure && !always(at.Body, n) {
					continue
				}
				if at == b {
					call = n
				}
				if n == b.Name.Name {
					return true
				}
				if !seen[n] { // marked before: n may call itself
					seen[n] = true
					if visit(byName[n]) {
						return true
					}
				}
			}
			return false
		}
		if !visit(b) {
			return ""
		}
		return call
	}
	for _, b := range l.f.Blocks {
		name := b.Name.Name
		if byName[name] != b {
			continue
		}
		n := back(b, false)
		if n == "" {
			continue
		}
		pos := b.Pos
		walkStmts(b.Body, nil, func(e Expr) {
			if c, ok := e.(*CallExpr); ok && c.Name == n {
				pos = c.Pos
			}
		})
		how := "calls itself"
		if n != name {
			how = "calls " + n + ", which is on the way to it,"
		}
		if back(b, true) != "" {
			l.rep.errorf(diag.BadMech, pos, "%s %s whatever happens, and never ends", name, how)
			return
		}
		l.rep.notef(diag.NrnCompat, pos, "%s %s: it is written out some levels deep, and a call that goes deeper ends the run", name, strings.TrimSuffix(how, ","))
	}
}

// always says whether a body calls a function on every way through it, by
// what stands in no IF and no loop.
func always(list []Stmt, name string) bool {
	found := false
	for _, s := range list {
		switch s := s.(type) {
		case *IfStmt:
			found = found || always(s.Then, name) && always(s.Else, name)
		case *AssignStmt, *CallStmt:
			walkStmts([]Stmt{s}, nil, func(e Expr) {
				if c, ok := e.(*CallExpr); ok && c.Name == name {
					found = true
				}
			})
		}
	}
	return found
}

var (
	cComment = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	cReturn  = regexp.MustCompile(`^return\s*\(?\s*(-?[0-9.]*|_l[A-Za-z0-9_]+)\s*\)?\s*;$`)
	cDefine  = regexp.MustCompile(`(?m)^\s*#\s*(?:define|undef)\s+([A-Za-z_][A-Za-z0-9_]*)`)
)

// bareC is C text without comments and blanks around it.
func bareC(c string) string { return strings.TrimSpace(cComment.ReplaceAllString(c, " ")) }

// trivialBody says whether a block does nothing.
func trivialBody(list []Stmt) bool {
	for _, s := range list {
		v, ok := s.(*VerbatimStmt)
		if !ok || bareC(v.C) != "" && !cReturn.MatchString(bareC(v.C)) {
			return false
		}
	}
	return true
}

// fileVerbatim drops C outside of blocks: nothing but other C can reach it,
// unless it redefines a name that the mechanism uses.
func (l *lowerer) fileVerbatim(src *Block) {
	text := bareC(src.C)
	for _, m := range cDefine.FindAllStringSubmatch(text, -1) {
		_, isBuiltin := builtins[m[1]]
		_, isFunc := l.funcs[m[1]]
		if isBuiltin || isFunc || l.decls[m[1]] != nil {
			l.rep.errorf(diag.Unsupported, src.Pos, "VERBATIM redefines %s in C", m[1])
			return
		}
	}
}

var cWord = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)
