package nmodl

import (
	"strings"

	"github.com/rallsim/rall/ir/diag"
	"github.com/rallsim/rall/ir/mech"
)

// NEURON's old random functions (scop_random and kin) draw from one generator
// for the whole process, so that what an instance gets depends on all that
// drew before it. No simulation on several threads can repeat that; here
// every instance has a stream of its own, and the same numbers however the
// network is split.

// legacyStream makes the stream for them.
func (l *lowerer) legacyStream(name string, pos diag.Pos) mech.VarID {
	if v, ok := l.syms["stream of old draws"]; ok {
		return v
	}
	if !l.draws {
		// only hoc can call what asks for it
		l.rep.errorf(diag.Unsupported, pos, "%s of a generator that no equation draws from (hoc)", name)
		return 0
	}
	l.rep.notef(diag.NrnCompat, pos, "%s works on a stream of each instance's own: NEURON's one generator for the whole process cannot be repeated", name)
	v := l.add(mech.Var{Name: "scop_random", Storage: mech.Stream, Visible: true, Pos: pos})
	l.syms["stream of old draws"] = v
	return v
}

// drawsOld says whether a block that runs calls one of the old functions.
func (l *lowerer) drawsOld(used map[string]bool) bool {
	for _, b := range l.f.Blocks {
		if b.Name.Name != "" && !used[b.Name.Name] || b.Kind == "DESTRUCTOR" {
			continue
		}
		for _, name := range calledNames(b.Body, l.c) {
			if builtins[name].old || name == "drand48" {
				return true
			}
		}
	}
	return false
}

// legacy lowers a draw by one of the old functions; false when the number of
// arguments is wrong.
func (b *body) legacy(name string, args []mech.Expr, pos diag.Pos) (mech.Expr, bool) {
	want := map[string]int{"scop_random": 0, "exprand": 1, "normrand": 2, "poisrand": 1}[name]
	if len(args) != want && !(name == "scop_random" && len(args) == 1) {
		b.l.rep.errorf(diag.BadMech, pos, "%s wants %s and has %d", name, argCount(want), len(args))
		return nil, false
	}
	stream := mech.Ref{Var: b.l.legacyStream(name, pos)}
	draw := func(fn mech.Builtin) mech.Expr { return mech.Call{Fn: fn, Args: []mech.Expr{stream}, Pos: pos} }
	switch name {
	case "scop_random":
		return draw(mech.RandUnif), true
	case "exprand":
		return mech.Binary{Op: mech.Mul, X: draw(mech.RandExp), Y: args[0]}, true
	case "normrand":
		return mech.Binary{Op: mech.Add, X: args[0], Y: mech.Binary{Op: mech.Mul, X: draw(mech.RandNorm), Y: args[1]}}, true
	}
	if b.noPre {
		b.l.rep.hintf(diag.Unsupported, pos, "compute it inside the loop", "%s in the condition of a loop", name)
		return nil, false
	}
	// the number of events of a Poisson process of rate 1 up to the mean
	count, sum, mean := b.temporary("count"), b.temporary("sum"), b.temporary("mean")
	at := func(slot int) mech.Expr { return mech.Local{Slot: slot} }
	add := func(slot int, x mech.Expr) mech.Stmt {
		return setLocal(slot, mech.Binary{Op: mech.Add, X: at(slot), Y: x}, pos)
	}
	b.pre = append(b.pre, setLocal(mean, args[0], pos), setLocal(count, mech.Num{}, pos), setLocal(sum, draw(mech.RandExp), pos),
		mech.While{Cond: mech.Binary{Op: mech.Lt, X: at(sum), Y: at(mean)}, Pos: pos,
			Body: []mech.Stmt{add(count, mech.Num{V: 1}), add(sum, draw(mech.RandExp))}})
	return at(count), true
}

// seedless says that a seed reaches no draw: no equation of the file draws.
func (b *body) seedless(name string, pos diag.Pos) bool {
	l := b.l
	if _, ok := l.syms["stream of old draws"]; ok || l.draws {
		return false
	}
	tell := l.rep.notef
	if l.d.Kind == mech.Library { // in NEURON all files draw from one generator
		tell = l.rep.warnf
	}
	tell(diag.Ignored, pos, "%s seeds nothing: no equation of this file draws, and what other files draw from has streams of its own", name)
	return true
}

// reseed restarts the instance's stream at a place that the seed gives.
func (b *body) reseed(seed mech.Expr, name string, pos diag.Pos) []mech.Stmt {
	s := b.l.legacyStream(name, pos)
	const seeds, apart = 65536, 262144
	place := mech.Binary{Op: mech.Mul, X: mech.Call{Fn: mech.FmodFn, Args: []mech.Expr{
		mech.Call{Fn: mech.Floor, Args: []mech.Expr{mech.Call{Fn: mech.Fabs, Args: []mech.Expr{seed}}}}, mech.Num{V: seeds}}}, Y: mech.Num{V: apart}}
	return []mech.Stmt{mech.SetSeq{Stream: s, Seq: place, Pos: pos}}
}

// distribution guesses what nrn_random_pick draws: the distribution is that
// of a Random object of hoc, which the file names in words at best. What the
// block does when there is no object says it, then the names.
func (b *body) distribution(stream mech.VarID, e *cCall) mech.Builtin {
	l := b.l
	fn, word := mech.PickUnif, "uniform(0, 1)"
	name := strings.ToLower(b.name + " " + l.d.Vars[stream].Name)
	switch fallback := l.fallback(b.name); {
	case fallback == "exprand" || fallback == "" && (strings.HasPrefix(name, "erand") || strings.Contains(name, "exp")):
		fn, word = mech.PickExp, "negexp(1)"
	case fallback == "normrand" || fallback == "" && (strings.Contains(name, "norm") || strings.Contains(name, "gauss") || strings.HasPrefix(name, "grand")):
		fn, word = mech.PickNorm, "normal(0, 1)"
	}
	l.rep.notef(diag.NrnCompat, e.Pos, "nrn_random_pick draws %s from the stream %s, as a hoc Random of that distribution does", word, l.d.Vars[stream].Name)
	return fn
}

// fallback is the old random function that a block calls besides.
func (l *lowerer) fallback(block string) string {
	found := ""
	for _, src := range l.f.Blocks {
		if src.Name.Name != block || block == "" {
			continue
		}
		walkStmts(src.Body, nil, func(e Expr) {
			if c, ok := e.(*CallExpr); ok {
				switch c.Name {
				case "exprand", "normrand", "scop_random":
					found = c.Name
				}
			}
		})
		walkStmts(src.Body, func(s Stmt) {
			if v, ok := s.(*VerbatimStmt); ok {
				for _, t := range l.c.toks[v] {
					switch t.text {
					case "exprand", "normrand", "scop_random":
						found = t.text
					}
				}
			}
		}, func(Expr) {})
	}
	return found
}
