package rall

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rallsim/rall/ir/diag"
)

// structVecStim reads its Vector from a structure of C behind a POINTER.
const structVecStim = `NEURON { ARTIFICIAL_CELL VecStim
 POINTER space
 RANGE index, ping }
PARAMETER { ping = 1 }
ASSIGNED { index etime space }
VERBATIM
struct Info { void* vec; int own; };
#define INFOCAST Info** ip = (Info**)(&(_p_space))
ENDVERBATIM
CONSTRUCTOR {
VERBATIM
  INFOCAST; Info* info = (Info*)hoc_Emalloc(sizeof(Info)); hoc_malchk(); info->vec = NULL; *ip = info;
ENDVERBATIM
}
INITIAL { index = 0  element()  if (index > 0) { net_send(etime - t, 1) } }
NET_RECEIVE (w) { if (flag == 1) { net_event(t)  element()  if (index > 0) { net_send(etime - t, 1) } } }
PROCEDURE element() {
VERBATIM
 INFOCAST; Info* info = *ip; int i = (int)index;
 if (i >= 0 && info->vec && i < vector_capacity((IvocVect*)info->vec)) {
  etime = vector_vec((IvocVect*)info->vec)[i]; index += 1.;
 } else { index = -1.; }
ENDVERBATIM
}
PROCEDURE play() {
VERBATIM
 INFOCAST; Info* info = *ip; info->vec = 0;
 if (ifarg(1)) { info->vec = vector_arg(1); }
ENDVERBATIM
}
`

// TestHocReaders: Vectors that a program gives to readers which keep them in
// structures of C. What NEURON 9.0.2 prints.
func TestHocReaders(t *testing.T) {
	record, err := os.ReadFile("corpus/recurrent/mod/vecrecord.mod")
	if err != nil {
		t.Fatal(err)
	}
	hocPrints(t, map[string]string{"vecrecord": string(record), "vecevent": structVecStim}, `load_file("stdrun.hoc")
create soma
access soma
soma { L = 20 diam = 20 insert hh }
objref syn, a, b, va, vb, na, nb, ab, spk
{ syn = new ExpSyn(0.5)
va = new Vector()
vb = new Vector(3)
a = new VecRecord()
b = new VecStim() }
{ va.append(1.5, 2, 7.25, 8.0375)
vb.indgen(3, 4.1) }
a.play(va)
b.play(vb)
{ na = new NetCon(a, syn, 0, 1, 0.01)
nb = new NetCon(b, syn, 0, 0.5, 0.004)
ab = new NetCon(b, a, 0, 0.3, 1)
spk = new Vector() }
{ na.record(spk)
tstop = 15
run() }
print a.seen, a.longest, a.mean, b.index
for i=0,spk.size()-1 print spk.x[i]
{ printf("%.10g\n", soma.v(.5)) }
`, "\t1 \n\t1 \n\t1 \n10 5.25 2.1791667 -1 \n1.5 \n2 \n7.25 \n8.0375 \n-69.48693864\n")
}

// TestPlayedInSpec: spkTimes go to a VecStim of the user's as to the built-in one.
func TestPlayedInSpec(t *testing.T) {
	dir := t.TempDir()
	spec, mod := filepath.Join(dir, "x.json"), filepath.Join(dir, "vecevent.mod")
	for name, text := range map[string]string{mod: structVecStim, spec: `{"netParams": {"popParams": {"x": {"cellModel": "VecStim", "numCells": 1, "spkTimes": [2.5, 3, 9.125]}}},
 "simConfig": {"duration": 10, "dt": 0.025}}`} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var diags diag.List
	set := Settings{Mods: []string{mod}}
	p := Load([]string{spec}, set, &diags)
	if p == nil {
		t.Fatal(diags.Error())
	}
	res, err := p.Run(context.Background(), set, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var times []float64
	for _, s := range res.Spikes {
		times = append(times, s.T)
	}
	if want := []float64{2.5, 3, 9.125}; !slices.Equal(times, want) {
		t.Errorf("spikes at %v, not at %v", times, want)
	}
}

// TestHocConstructor: CONSTRUCTOR that looks for arguments of new: of a point
// process the place is the first. What NEURON 9.0.2 prints.
func TestHocConstructor(t *testing.T) {
	body := ` RANGE x, y }
ASSIGNED { x y }
CONSTRUCTOR {
VERBATIM
  if (ifarg(2)) { x = *getarg(2); } else { x = 3; }
  if (ifarg(1)) { y = 1; } else { y = 2; }
ENDVERBATIM
}
NET_RECEIVE (w) { x = x + w }
`
	mods := map[string]string{"ctor": "NEURON { POINT_PROCESS Ctor" + body, "ctora": "NEURON { ARTIFICIAL_CELL CtorA" + body}
	hocPrints(t, mods, `create s
access s
objref p, q
p = new Ctor(0.5)
q = new CtorA()
{ finitialize(-65) }
print p.x, p.y
print q.x, q.y
`, "3 1 \n3 2 \n")
}

// TestHocReadersByLocal: a procedure that keeps the Vector in a local pointer first, and stores that in the
// mechanism's. NEURON 9.0.2's output.
func TestHocReadersByLocal(t *testing.T) {
	hocPrints(t, map[string]string{"dyn": `NEURON { ARTIFICIAL_CELL DynamicVecStim
 POINTER ptr
}
ASSIGNED { index etime (ms) ptr }
INITIAL { index = 0 element() if (index > 0) { net_send(etime - t, 1) } }
NET_RECEIVE (w) { if (flag == 1) { net_event(t) element() if (index > 0) { net_send(etime - t, 1) } } }
PROCEDURE element() {
VERBATIM
  { void* vv; int i, size; double* px;
	i = (int)index;
	if (i >= 0) {
		vv = (void*)(_p_ptr);
		if (vv) {
			size = vector_capacity((IvocVect*)vv);
			px = vector_vec((IvocVect*)vv);
			if (i < size) {
				etime = px[i];
				index += 1.;
			}else{
				index = -1.;
			}
		}else{
			index = -1.;
		}
	}
  }
ENDVERBATIM
}
PROCEDURE set_delays() {
VERBATIM
	void** pv;
	void* ptmp = NULL;
	if (ifarg(1)) {
		ptmp = vector_arg(1);
		hoc_obj_ref(*vector_pobj(ptmp));
	}
	pv = (void**)(&_p_ptr);
	if (*pv) {
		hoc_obj_unref(*vector_pobj(*pv));
	}
	*pv = ptmp;
ENDVERBATIM
}
`}, `objref d, b, nc, r, nil
d = new DynamicVecStim()
b = new Vector()
{ b.append(1, 3, 7) }
{ d.set_delays(b) }
nc = new NetCon(d, nil)
r = new Vector()
{ nc.record(r) }
{ finitialize(-65) }
while (t < 10) fadvance()
print r.size(), r.x[0], r.x[1], r.x[2]
`, "3 1 3 7 \n")
}
