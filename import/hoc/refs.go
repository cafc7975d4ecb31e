package hoc

import (
	"slices"

	"github.com/rallsim/rall/internal/random"
)

// Objects live as long as something refers to them: variables, Lists, and the
// arguments of calls under way. An object that nothing refers to waits until
// the next statement begins, since what has just been made or returned may
// still be stored; then it goes, with all that it alone held. NetCons refer to
// their ends weakly, as handlers do to their objects.

// retain counts a reference.
func (in *Interp) retain(o *Object) {
	if o != nil {
		o.refs++
	}
}

// release takes a reference back.
func (in *Interp) release(o *Object) {
	if o == nil {
		return
	}
	if o.refs--; o.refs <= 0 {
		in.doomed(o)
	}
}

// doomed notes an object that has no references.
func (in *Interp) doomed(o *Object) {
	if !o.doomed && !o.gone {
		o.doomed = true
		in.unheld = append(in.unheld, o)
	}
}

// set stores an object in a variable.
func (in *Interp) set(slot **Object, o *Object) {
	in.retain(o)
	old := *slot
	*slot = o
	in.release(old)
}

// drop forgets the objects of variables that go.
func (in *Interp) drop(objs []*Object) {
	for i, o := range objs {
		objs[i] = nil
		in.release(o)
	}
}

// done takes the arguments of a call back that no variable holds.
func (in *Interp) done(args []arg) {
	for i := range args {
		if args[i].own {
			args[i].own = false
			in.release(*args[i].obj)
		}
	}
}

// reap lets the objects go that nothing refers to.
func (in *Interp) reap() {
	for len(in.unheld) > 0 {
		o := in.unheld[len(in.unheld)-1]
		in.unheld = in.unheld[:len(in.unheld)-1]
		o.doomed = false
		if o.refs <= 0 && !o.gone {
			in.destroy(o)
		}
	}
}

func (in *Interp) destroy(o *Object) {
	o.gone = true
	c := o.class
	in.cells -= o.size() + 8
	// Objects of a class stand in the order in which they were made.
	if i, ok := slices.BinarySearchFunc(c.objects, o.born, func(k *Object, born int) int { return k.born - born }); ok && c.objects[i] == o {
		c.objects = slices.Delete(c.objects, i, i+1)
	}
	if c.count--; c.count == 0 {
		c.next = 0
	}
	in.unalias(o)
	if o.data != nil {
		for _, s := range c.scope.order {
			if s.external != nil || s.slot >= len(o.data.cells) {
				continue
			}
			cl := o.data.cells[s.slot]
			if s.name != "this" {
				in.drop(cl.objs)
			}
			for _, sec := range cl.secs {
				if sec != nil {
					in.Tree.Delete(sec)
				}
			}
		}
		return
	}
	switch n := o.native.(type) {
	case *list:
		if n.all == nil {
			in.drop(n.items)
			n.items = nil
		}
	case *Process:
		in.Tree.Displace(n.At)
		for con := range n.cons {
			if con.target == o {
				con.target, con.To = nil, nil
			}
			if con.from == o {
				con.from, con.From = nil, nil
			}
		}
		if n.pointers != nil {
			in.pointers = slices.DeleteFunc(in.pointers, func(p Pointer) bool { return p.From == pointerOwner(n) })
		}
		in.changes++
	case *Con:
		in.ended(n)
		in.changes++
	case *starter:
		in.starters = slices.DeleteFunc(in.starters, func(s *starter) bool { return s == n })
	case *vector:
		in.forget(n)
	case *random.Random:
		in.dice = slices.DeleteFunc(in.dice, func(d dice) bool { return d.from == n })
	case *import3d:
		in.release(n.swc)
	case *stubState:
		for _, p := range n.objs {
			in.release(*p)
		}
	}
}

// join notes that a NetCon begins or ends at a process, if there is one.
func (p *Process) join(n *Con) {
	if p == nil {
		return
	}
	if p.cons == nil {
		p.cons = map[*Con]bool{}
	}
	p.cons[n] = true
}

// leave takes a NetCon off its ends.
func (n *Con) leave() {
	for _, p := range []*Process{n.From, n.To} {
		if p != nil {
			delete(p.cons, n)
		}
	}
}

// forget ends what a Vector that has gone took part in.
func (in *Interp) forget(v *vector) {
	in.stopRecording(v)
	in.stopPlaying(v)
	if !v.watching {
		return
	}
	for _, w := range in.watches {
		if w.times == v {
			w.times = nil
		}
		if w.ids == v {
			w.ids = nil
		}
	}
}
