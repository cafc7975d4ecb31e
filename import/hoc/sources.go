package hoc

import "slices"

// NetCons go with their last reference, but what they watch goes on as long as its times are
// recorded in a Vector or a gid stands for it.

// ended takes away a NetCon that has gone.
func (in *Interp) ended(n *Con) {
	if n.gids == 0 && (n.watch.users > 1 || n.watch.times == nil) {
		n.leave()
		in.unwatch(n.watch)
		return
	}
	n.leave()
	n.To, n.target = nil, nil
	n.From.join(n)
	in.lone = append(in.lone, n)
}

// unwatch forgets what NetCons of a source had in common when the last of them goes.
func (in *Interp) unwatch(w *watch) {
	if w.users--; w.users <= 0 && w.key != nil && in.watches[w.key] == w {
		delete(in.watches, w.key)
	}
}

// lones are the NetCons that are gone, but for their sources.
func (in *Interp) lones() []*Con {
	in.lone = slices.DeleteFunc(in.lone, func(n *Con) bool {
		if (n.gids > 0 || n.watch.times != nil) && (n.source != nil || n.From != nil) {
			return false
		}
		n.leave()
		in.unwatch(n.watch)
		return true
	})
	return in.lone
}

// cons are all NetCons in the order in which they were made, with those that are gone but for
// their sources.
func (in *Interp) cons() []*Con {
	c := in.classes["NetCon"]
	if c == nil {
		return nil
	}
	var out []*Con
	for _, o := range c.objects {
		if n, ok := o.native.(*Con); ok {
			out = append(out, n)
		}
	}
	if lone := in.lones(); len(lone) > 0 {
		out = append(out, lone...)
		slices.SortStableFunc(out, func(a, b *Con) int { return a.born - b.born })
	}
	return out
}

// hold makes a gid stand for the source of a NetCon, nil for none.
func (g *gid) hold(n *Con) {
	if g.con != nil {
		g.con.gids--
	}
	if g.con = n; n != nil {
		n.gids++
	}
}
