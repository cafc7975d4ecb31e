package codegen

// reach finds the values that can be shared at one place of the program, those
// of the prologue and of all open regions, by what makes them the same. It is a
// hash table with chains: an entry is made and looked for at every operation.
type reach struct {
	heads   []int32 // by hash: the first entry of a chain, -1 for none
	entries []reached
	free    int32 // the first of the entries given back, -1 for none
	n       int
}

type reached struct {
	k    key
	v    val
	next int32
}

// newReach makes a table with room for n values.
func newReach(n int) *reach {
	r := &reach{free: -1, entries: make([]reached, 0, n)}
	size := 64
	for size < n {
		size *= 2
	}
	r.resize(size)
	return r
}

func (r *reach) resize(n int) {
	old := r.heads
	r.heads = make([]int32, n)
	for i := range r.heads {
		r.heads[i] = -1
	}
	for _, e := range old {
		for e >= 0 {
			x := &r.entries[e]
			next, h := x.next, r.slot(&x.k)
			x.next, r.heads[h] = r.heads[h], e
			e = next
		}
	}
}

func (r *reach) slot(k *key) uint64 {
	const odd = 0x9e3779b97f4a7c15
	h := uint64(k.op)<<32 ^ uint64(uint32(k.c))
	h = h*odd ^ uint64(uint32(k.a))<<32 ^ uint64(uint32(k.b))
	h = h*odd ^ uint64(k.place.kind)<<48 ^ uint64(uint32(k.place.id))<<16 ^ uint64(uint32(k.place.at))
	h = (h^h>>29)*odd ^ uint64(uint32(k.aux))<<32 ^ uint64(uint32(k.version))
	h = (h^h>>32)*odd ^ k.bits
	h = (h ^ h>>29) * odd
	return h >> 32 & uint64(len(r.heads)-1)
}

func (r *reach) get(k *key) (val, bool) {
	for e := r.heads[r.slot(k)]; e >= 0; e = r.entries[e].next {
		if r.entries[e].k == *k {
			return r.entries[e].v, true
		}
	}
	return none, false
}

// put notes v under k, under which nothing is known.
func (r *reach) put(k *key, v val) {
	if r.n >= len(r.heads) {
		r.resize(4 * len(r.heads))
	}
	h := r.slot(k)
	e := r.free
	if e >= 0 {
		r.free = r.entries[e].next
	} else {
		e = int32(len(r.entries))
		r.entries = append(r.entries, reached{})
	}
	r.entries[e] = reached{*k, v, r.heads[h]}
	r.heads[h] = e
	r.n++
}

func (r *reach) remove(k *key) {
	for at := &r.heads[r.slot(k)]; *at >= 0; at = &r.entries[*at].next {
		if e := *at; r.entries[e].k == *k {
			*at = r.entries[e].next
			r.entries[e].next, r.free = r.free, e
			r.n--
			return
		}
	}
}
