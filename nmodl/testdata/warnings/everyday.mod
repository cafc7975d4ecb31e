NEURON { : assign const
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	kq = 4 : ### "odd-value: kq is a CONSTANT, of line 7, and changes here"
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : assign fn value missing
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = f(1)
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
FUNCTION f(x) { : ### "odd-value: FUNCTION f never sets its value, which is 0 then f = … inside sets it"
	m = x
}
---
NEURON { : current never set
	SUFFIX x
	USEION k READ ek WRITE ik : ### "odd-value: nothing sets the current ik, so that it is 0"
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : ion read nolist
	SUFFIX x
	USEION k WRITE ik
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau } : ### "odd-value: ek is no variable of the ion k: USEION k neither reads nor writes it USEION k READ ek"
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : ion write undeclared
	SUFFIX x
	USEION k READ ek 
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau } : ### "odd-value: ik is no variable of the ion k: USEION k neither reads nor writes it USEION k WRITE ik"
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : missing solve
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	ik = g*m*(v - ek)
}
DERIVATIVE states { : ### "ignored: nothing solves DERIVATIVE states SOLVE states METHOD cnexp in BREAKPOINT advances it"
	m' = (minf - m)/mtau
}
---
NEURON { : no breakpoint
	SUFFIX x
	USEION k READ ek WRITE ik : ### "odd-value: nothing sets the current ik, so that it is 0"
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
DERIVATIVE states { : ### "ignored: nothing solves DERIVATIVE states SOLVE states METHOD cnexp in BREAKPOINT advances it"
	m' = (minf - m)/mtau
}
---
NEURON { : ### "odd-value: NEURON has no SUFFIX, so the mechanism takes the file's name, everyday"
	USEION k READ ek WRITE ik
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : range undeclared
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf, mtau, mimf : ### "ignored: nothing declares mimf did you mean .minf.\\?"
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : state no eq
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf, mtau
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m h } : ### "odd-value: STATE h has no equation, and nothing sets it: it keeps its initial value"
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : a constant of UNITS set
	SUFFIX x
	RANGE g
}
UNITS {
	PI = (pi) (1)
	Q = 3 (1)
}
ASSIGNED { g }
INITIAL {
	PI = 3 : ### "odd-value: PI is a constant of UNITS, of line 6, and changes here"
	g = PI*own(3) + Q
}
FUNCTION own(Q) {
	Q = Q + 1
	own = Q
}
---
NEURON { : a procedure as a value
	SUFFIX x
	RANGE a
}
ASSIGNED { a b }
INITIAL {
	a = 1 + set(2) : ### "odd-value: set is a PROCEDURE: its value is 0 make it a FUNCTION"
	set(a)
	a = a + b
}
PROCEDURE set(x) { b = x }
---
NEURON { : no prime
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
STATE { m }
INITIAL { m = 1 }
BREAKPOINT {
	SOLVE states METHOD cnexp
	i = m
}
DERIVATIVE states {
	m = (1 - m)/3 : ### "odd-value: STATE m has no equation: it is set here, and nothing integrates it m' = … is a differential equation"
}
---
NEURON { : LOCAL below a statement
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	i = 2
	LOCAL q : ### "neuron-compat: NEURON takes LOCAL before the other statements of a block only move it to where the block begins"
	q = i
	i = v + q
}
---
NEURON { : a procedure for the model that sets more
	POINT_PROCESS x
	RANGE a, b
	THREADSAFE BBCOREPOINTER rng
}
ASSIGNED { a b rng }
INITIAL {
	b = 0
	VERBATIM
	a = nrnran123_dblpick((nrnran123_State*)_p_rng);
	ENDVERBATIM
}
PROCEDURE setRNG() { : ### "is for the model: it names the instance's random stream"
	VERBATIM
	*((nrnran123_State**)(&_p_rng)) = nrnran123_newstream3((uint32_t)*getarg(1), 0, 0);
	late = b + 1; /* ### "PROCEDURE setRNG sets late besides, which is left out set it in a PROCEDURE" */
	b = 2; /* ### "sets b besides, which is left out in the midst of a run: INITIAL sets it anew" */
	ENDVERBATIM
}
ASSIGNED { late }
FUNCTION at() { at = late }
