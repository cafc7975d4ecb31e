package mech

// MapExpr rebuilds e bottom-up: f sees every node after its operands have
// been rebuilt and returns what stands in its place. A nil e stays nil.
func MapExpr(e Expr, f func(Expr) Expr) Expr {
	switch x := e.(type) {
	case nil:
		return nil
	case Index:
		x.At = MapExpr(x.At, f)
		return f(x)
	case Unary:
		x.X = MapExpr(x.X, f)
		return f(x)
	case Binary:
		x.X, x.Y = MapExpr(x.X, f), MapExpr(x.Y, f)
		return f(x)
	case Call:
		x.Args = mapExprs(x.Args, f)
		return f(x)
	case FuncCall:
		x.Args = mapExprs(x.Args, f)
		return f(x)
	case Select:
		x.Cond, x.Then, x.Else = MapExpr(x.Cond, f), MapExpr(x.Then, f), MapExpr(x.Else, f)
		return f(x)
	}
	return f(e)
}

func mapExprs(es []Expr, f func(Expr) Expr) []Expr {
	if es == nil {
		return nil
	}
	out := make([]Expr, len(es))
	for i, e := range es {
		out[i] = MapExpr(e, f)
	}
	return out
}

// MapStmts rebuilds statements: every expression by MapExpr with f, every
// local that is assigned by slot.
func MapStmts(body []Stmt, f func(Expr) Expr, slot func(int) int) []Stmt {
	if body == nil {
		return nil
	}
	out := make([]Stmt, len(body))
	for i, s := range body {
		out[i] = mapStmt(s, f, slot)
	}
	return out
}

func mapStmt(s Stmt, f func(Expr) Expr, slot func(int) int) Stmt {
	ex := func(e Expr) Expr { return MapExpr(e, f) }
	block := func(b []Stmt) []Stmt { return MapStmts(b, f, slot) }
	target := func(t Target) Target {
		if t.Var < 0 {
			t.Local = slot(t.Local)
		}
		t.At = ex(t.At)
		return t
	}
	terms := func(ts []Term) []Term {
		out := append([]Term(nil), ts...)
		for i := range out {
			out[i].At = ex(out[i].At)
		}
		return out
	}
	switch x := s.(type) {
	case Assign:
		if x.Var < 0 {
			x.Local = slot(x.Local)
		}
		x.At, x.X = ex(x.At), ex(x.X)
		return x
	case If:
		x.Cond, x.Then, x.Else = ex(x.Cond), block(x.Then), block(x.Else)
		return x
	case While:
		x.Cond, x.Body = ex(x.Cond), block(x.Body)
		return x
	case For:
		x.Slot = slot(x.Slot)
		x.From, x.To, x.By, x.Body = ex(x.From), ex(x.To), ex(x.By), block(x.Body)
		return x
	case CallStmt:
		x.Args = mapExprs(x.Args, f)
		return x
	case DerivEq:
		x.At, x.X = ex(x.At), ex(x.X)
		return x
	case Reaction:
		x.Left, x.Right = terms(x.Left), terms(x.Right)
		x.Forward, x.Backward = ex(x.Forward), ex(x.Backward)
		return x
	case Conserve:
		x.Sum, x.Total = terms(x.Sum), ex(x.Total)
		return x
	case Equation:
		x.X, x.Y = ex(x.X), ex(x.Y)
		return x
	case Compartment:
		if x.Slot >= 0 {
			x.Slot = slot(x.Slot)
		}
		x.Volume = ex(x.Volume)
		return x
	case Diffusion:
		if x.Slot >= 0 {
			x.Slot = slot(x.Slot)
		}
		x.Area = ex(x.Area)
		return x
	case Send:
		x.Delay, x.Flag = ex(x.Delay), ex(x.Flag)
		return x
	case Move:
		x.At = ex(x.At)
		return x
	case Emit:
		x.At = ex(x.At)
		return x
	case Watch:
		x.X, x.Y, x.Flag = ex(x.X), ex(x.Y), ex(x.Flag)
		return x
	case SetSeq:
		x.Seq = ex(x.Seq)
		return x
	case Printf:
		x.Args = mapExprs(x.Args, f)
		return x
	case Newton:
		xs := append([]Target(nil), x.X...)
		for i := range xs {
			xs[i] = target(xs[i])
		}
		x.X, x.Body, x.R = xs, block(x.Body), mapExprs(x.R, f)
		return x
	case Linear:
		xs := append([]Target(nil), x.X...)
		for i := range xs {
			xs[i] = target(xs[i])
		}
		x.X, x.M, x.R = xs, mapExprs(x.M, f), mapExprs(x.R, f)
		return x
	case Lookup:
		x.Slot, x.Arg = slot(x.Slot), ex(x.Arg)
		outs := append([]Target(nil), x.Outputs...)
		for i := range outs {
			outs[i] = target(outs[i])
		}
		x.Outputs, x.Direct = outs, block(x.Direct)
		return x
	}
	return s
}

// Replace rebuilds statements: f gives what stands in a statement's place, or
// false to keep it and to look into the blocks that it holds.
func Replace(body []Stmt, f func(Stmt) ([]Stmt, bool)) []Stmt {
	var out []Stmt
	for _, s := range body {
		if list, ok := f(s); ok {
			out = append(out, list...)
			continue
		}
		switch x := s.(type) {
		case If:
			x.Then, x.Else = Replace(x.Then, f), Replace(x.Else, f)
			s = x
		case While:
			x.Body = Replace(x.Body, f)
			s = x
		case For:
			x.Body = Replace(x.Body, f)
			s = x
		}
		out = append(out, s)
	}
	return out
}

// ShiftLocals moves every local of body up by n slots, so that two blocks can
// share one list of locals.
func ShiftLocals(body []Stmt, n int) []Stmt {
	if n == 0 {
		return body
	}
	return MapStmts(body, func(e Expr) Expr {
		if l, ok := e.(Local); ok {
			l.Slot += n
			return l
		}
		return e
	}, func(s int) int { return s + n })
}

// WalkExpr calls f for e and everything in it, outermost first.
func WalkExpr(e Expr, f func(Expr)) {
	if e == nil {
		return
	}
	f(e)
	switch x := e.(type) {
	case Index:
		WalkExpr(x.At, f)
	case Unary:
		WalkExpr(x.X, f)
	case Binary:
		WalkExpr(x.X, f)
		WalkExpr(x.Y, f)
	case Call:
		for _, a := range x.Args {
			WalkExpr(a, f)
		}
	case FuncCall:
		for _, a := range x.Args {
			WalkExpr(a, f)
		}
	case Select:
		WalkExpr(x.Cond, f)
		WalkExpr(x.Then, f)
		WalkExpr(x.Else, f)
	}
}

// WalkStmts calls f for every statement of body and of the blocks in it.
func WalkStmts(body []Stmt, f func(Stmt)) {
	for _, s := range body {
		f(s)
		switch x := s.(type) {
		case If:
			WalkStmts(x.Then, f)
			WalkStmts(x.Else, f)
		case While:
			WalkStmts(x.Body, f)
		case For:
			WalkStmts(x.Body, f)
		case Newton:
			WalkStmts(x.Body, f)
		case Lookup:
			WalkStmts(x.Direct, f)
		}
	}
}

// WalkExprs calls f for every expression of body and everything in it,
// innermost first.
func WalkExprs(body []Stmt, f func(Expr)) {
	terms := func(ts []Term) {
		for _, t := range ts {
			walkUp(t.At, f)
		}
	}
	targets := func(ts []Target) {
		for _, t := range ts {
			walkUp(t.At, f)
		}
	}
	WalkStmts(body, func(s Stmt) {
		switch x := s.(type) {
		case Assign:
			walkUp(x.At, f)
			walkUp(x.X, f)
		case If:
			walkUp(x.Cond, f)
		case While:
			walkUp(x.Cond, f)
		case For:
			walkUp(x.From, f)
			walkUp(x.To, f)
			walkUp(x.By, f)
		case CallStmt:
			walkUps(x.Args, f)
		case DerivEq:
			walkUp(x.At, f)
			walkUp(x.X, f)
		case Reaction:
			terms(x.Left)
			terms(x.Right)
			walkUp(x.Forward, f)
			walkUp(x.Backward, f)
		case Conserve:
			terms(x.Sum)
			walkUp(x.Total, f)
		case Equation:
			walkUp(x.X, f)
			walkUp(x.Y, f)
		case Compartment:
			walkUp(x.Volume, f)
		case Diffusion:
			walkUp(x.Area, f)
		case Send:
			walkUp(x.Delay, f)
			walkUp(x.Flag, f)
		case Move:
			walkUp(x.At, f)
		case Emit:
			walkUp(x.At, f)
		case Watch:
			walkUp(x.X, f)
			walkUp(x.Y, f)
			walkUp(x.Flag, f)
		case SetSeq:
			walkUp(x.Seq, f)
		case Printf:
			walkUps(x.Args, f)
		case Newton:
			targets(x.X)
			walkUps(x.R, f)
		case Linear:
			targets(x.X)
			walkUps(x.M, f)
			walkUps(x.R, f)
		case Lookup:
			walkUp(x.Arg, f)
			targets(x.Outputs)
		}
	})
}

// walkUp calls f for everything in e and for e, innermost first.
func walkUp(e Expr, f func(Expr)) {
	if e == nil {
		return
	}
	switch x := e.(type) {
	case Index:
		walkUp(x.At, f)
	case Unary:
		walkUp(x.X, f)
	case Binary:
		walkUp(x.X, f)
		walkUp(x.Y, f)
	case Call:
		walkUps(x.Args, f)
	case FuncCall:
		walkUps(x.Args, f)
	case Select:
		walkUp(x.Cond, f)
		walkUp(x.Then, f)
		walkUp(x.Else, f)
	}
	f(e)
}

func walkUps(es []Expr, f func(Expr)) {
	for _, e := range es {
		walkUp(e, f)
	}
}
