NEURON { : and word
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	if (v > 0 and m > 0) { m = 1 } : ### "syntax: ... is wanted, not .and. .&&. stands for and"
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : assigned value
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf = 3 mtau } : ### "syntax: a variable is wanted, not .=. give it its value in INITIAL, or make it a PARAMETER"
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
NEURON { : breakpoint current misspelt
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	iK = g*m*(v - ek) : ### "unknown-name: nothing declares iK did you mean .ik.\\?"
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : c comment
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
// a comment : ### "syntax: a block is wanted, not ./. a comment begins with : or stands between COMMENT and ENDCOMMENT"
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
NEURON { : c comment2
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
/* a comment */ : ### "syntax: a block is wanted, not ./. a comment begins with : or stands between COMMENT and ENDCOMMENT"
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
NEURON { : case name
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	ik = G*m*(v - ek) : ### "unknown-name: nothing declares G did you mean .g.\\?"
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : comma decl
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf, mtau } : ### "syntax: a variable is wanted, not .,. blanks and line ends separate declarations"
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
NEURON { : conserve eq
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m n }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD sparse
	ik = g*m*(v - ek)
}
KINETIC states {
	~ m <-> n (1, 2)
	CONSERVE m + n
} : ### "syntax: .=. is wanted, not ..."
---
NEURON { : dup fn
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
FUNCTION f(x) { f = 1 }
FUNCTION f(x) { f = 2 } : ### "duplicate-name: f is a block already, at line 20"
---
NEURON { : dup param
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) minf = 3 }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau } : ### "duplicate-name: minf is declared already, at line 6"
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
NEURON { : dup var
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau m }
STATE { m } : ### "duplicate-name: m is declared already, at line 8"
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau : ### "bad-mechanism: m has a differential equation but is no STATE declare it in STATE . ."
}
---
NEURON { : elif
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	if (v > 0) { m = 1 } elif (v < 0) { m = 2 } : ### "unknown-name: there is no function elif else if .…. . … ."
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : endverbatim indent
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
VERBATIM : ### "syntax: VERBATIM without END"
	int x; ENDVERBATIM
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : extra close
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
} : ### "syntax: a block is wanted, not ... there may be one too many above"
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : fn args
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = f(1,2) : ### "bad-mechanism: f wants 1 argument and has 2"
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
FUNCTION f(x) {
	f = x
}
---
NEURON { : hash comment
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
# a comment : ### "syntax: a block is wanted, not ... a comment begins with : or stands between COMMENT and ENDCOMMENT"
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
NEURON { : if eq
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	if (v = 3) { : ### "syntax: ... is wanted, not .=. .==. compares, .=. assigns"
		m = 1
	}
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : incr
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m++ : ### "syntax: .=. is wanted after m, not .\\+. m = m \\+ 1"
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : ion undeclared
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	ik = g*m*(v - ek) + cai : ### "unknown-name: nothing declares cai USEION ca READ cai in NEURON makes it known"
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : kin cnexp
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m n }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp : ### "bad-mechanism: METHOD cnexp does not fit KINETIC states one of sparse, euler, runge"
	ik = g*m*(v - ek)
}
KINETIC states {
	~ m <-> n (1, 2)
}
---
NEURON { : method missing word
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states cnexp : ### "syntax: .=. is wanted after cnexp, not .ik. METHOD cnexp"
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : missing close breakpoint
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT { : ### "syntax: the block that begins here is not closed before DERIVATIVE at line 16"
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : missing close if
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT { : ### "syntax: the block that begins here is not closed before DERIVATIVE at line 18"
	SOLVE states METHOD cnexp
	if (v > 0) {
		ik = g*m
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : missing close last
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
DERIVATIVE states { : ### "syntax: the block that begins here is not closed"
	m' = (minf - m)/mtau
---
NEURON { : ### "syntax: the block that begins here is not closed before PARAMETER at line 6"
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf

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
NEURON { : missing close param
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) : ### "syntax: the block that begins here is not closed before CONSTANT at line 7"
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
NEURON { : missing endverbatim
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
VERBATIM : ### "syntax: VERBATIM without END"
	int x;
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : missing op
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	ik = g m*(v - ek) : ### "syntax: .=. is wanted after m, not .\\*. an operator may be missing before m"
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : missing open
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT
	SOLVE states METHOD cnexp : ### "syntax: ... is wanted, not .SOLVE."
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : missing paren
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	ik = g*m*(v - ek : ### "syntax: the parenthesis that begins here is not closed: ... is wanted before ..."
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : misspelt state
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	ik = g*mm*(v - ek) : ### "unknown-name: nothing declares mm did you mean .m.\\?"
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : misspelt state deriv
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	mh' = (minf - m)/mtau : ### "unknown-name: nothing declares mh did you mean .m.\\?"
}
---
NEURON { : netreceive suffix
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
NET_RECEIVE(w) { : ### "bad-mechanism: NET_RECEIVE stands in a SUFFIX mechanism; only a POINT_PROCESS or an ARTIFICIAL_CELL gets events"
	m = m + w
}
---
NEURON { : plus eq
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m += 1 : ### "syntax: .=. is wanted after m, not .\\+. m = m \\+ …"
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : power star
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	ik = g*m**3*(v - ek) : ### "syntax: an expression is wanted, not .\\*. x\\^3 is the power of NMODL"
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : prime in breakpoint
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	m' = (minf-m)/mtau : ### "bad-mechanism: m' is given in BREAKPOINT; differential equations belong into a DERIVATIVE block"
	ik = g*m*(v - ek)
}
---
NEURON { : reaction args
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m n }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD sparse
	ik = g*m*(v - ek)
}
KINETIC states {
	~ m <-> n (1) : ### "syntax: the backward rate is wanted, not ... .forward rate, backward rate."
}
---
NEURON { : reaction in deriv
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
	~ m <-> m (1, 2) : ### "bad-mechanism: a reaction stands in DERIVATIVE; it belongs into a KINETIC block"
}
---
NEURON { : recursion
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
FUNCTION f(x) {
	f = f(x-1) : ### "f calls itself whatever happens, and never ends"
}
---
NEURON { : recursion used
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = f(v)
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
FUNCTION f(x) {
	f = h(x-1) : ### "f calls h, which is on the way to it, whatever happens, and never ends"
}
FUNCTION h(x) { h = f(x) }
---
NEURON { : return
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
FUNCTION f(x) {
	return x : ### "syntax: .=. is wanted after return, not .x. the value of a FUNCTION is what is assigned to its name"
}
---
NEURON { : semicolon
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf; : ### "syntax: a statement is wanted, not .;. a statement of NMODL ends without a semicolon"
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : solve misspelt
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE state METHOD cnexp : ### "bad-mechanism: SOLVE state: there is no such block did you mean .states.\\?"
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : solve proc missing
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexp : ### "bad-mechanism: SOLVE states: there is no such block it solves DERIVATIVE states . … ., or a block of another kind with that name"
	ik = g*m*(v - ek)
}
---
NEURON { : state value
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m = 0 } : ### "syntax: a variable is wanted, not .=. give it its value in INITIAL, or write START and the value"
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
NEURON { : suffix lower
	suffix x : ### "syntax: .suffix. is no entry of NEURON did you mean .SUFFIX.\\?"
	USEION k READ ek WRITE ik
	RANGE g, minf
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
NEURON { : table missing with
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
PROCEDURE p(v) {
	TABLE minf FROM -100 TO 100
	minf = 1 : ### "syntax: WITH and the number of intervals are wanted, not .minf. FROM -100 TO 100 WITH 200"
}
---
NEURON { : undef fn
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minff(v) : ### "unknown-name: there is no function minff"
}
BREAKPOINT {
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : unit colon
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2 : ### "syntax: a unit that is not closed by a parenthesis on its line"
}
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
NEURON { : unit unknown factor
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
UNITS {
	F = (farady) (coulomb) : ### "bad-unit: constant F: no unit is called .farady. did you mean .faraday.\\?"
}
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
NEURON { : unknown method
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPOINT {
	SOLVE states METHOD cnexpr : ### "bad-mechanism: METHOD cnexpr does not fit DERIVATIVE states did you mean .cnexp.\\?"
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : wrong block
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETER { g = 1 (S/cm2) }
CONSTANT { kq = 3 }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf
}
BREAKPIONT { : ### "syntax: a block is wanted, not .BREAKPIONT. did you mean .BREAKPOINT.\\?"
	SOLVE states METHOD cnexp
	ik = g*m*(v - ek)
}
DERIVATIVE states {
	m' = (minf - m)/mtau
}
---
NEURON { : wrong block2
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
}
PARAMETERS { g = 1 (S/cm2) } : ### "syntax: a block is wanted, not .PARAMETERS. did you mean .PARAMETER.\\?"
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
NEURON { : wrong block3
	SUFFIX x
	USEION k READ ek WRITE ik
	RANGE g, minf
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
DERIVATIV states { : ### "syntax: a block is wanted, not .DERIVATIV. did you mean .DERIVATIVE.\\?"
	m' = (minf - m)/mtau
}
---
NEURON { SUFFIX x } : the prime behind the index
STATE { z[2] }
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s {
	z[0]' = -z[0] : ### "syntax: .=. is wanted after z, not .* z'\\[…\\] is the derivative of an element"
	z'[1] = -z[1]
}
---
NEURON { SUFFIX x RANGE a } : a function of hoc's
ASSIGNED { a }
INITIAL {
	a = nernst(1, 2, 1) : ### "unknown-name: there is no function nernst USEION x READ ex gives the reversal potential"
}
---
DEFINE NN 4
NEURON { : assignment to a DEFINE
	SUFFIX x
	RANGE a
}
ASSIGNED { a }
INITIAL {
	NN = 5 : ### "bad-mechanism: NN is the DEFINE of line 1, a number that nothing changes make it a PARAMETER or ASSIGNED"
	a = NN
}
---
NEURON { : the character after m is U+2019
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
STATE { m }
BREAKPOINT {
	SOLVE states METHOD cnexp
	i = m
}
DERIVATIVE states {
	m’ = -m : ### "syntax: .=. is wanted after m, not .’. U.2019 stands there for ', which looks alike"
}
---
NEURON { : a minus from a web page
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	i = v − 3 : ### "syntax: a statement is wanted, not .−. U.2212 stands there for -, which looks alike"
}
---
NEURON { : a letter of another alphabet
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	i = γ*v : ### "syntax: an expression is wanted, not .γ. outside of comments and texts NMODL has ASCII alone"
}
---
NEURON { : a loop as in C
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	for (k = 0; k < 3; k++) { i = v } : ### "syntax: ... is wanted, not .=. FROM i = 0 TO 9"
}
---
NEURON { : if without parentheses
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	if v > 3 { i = v } : ### "syntax: .\\(. is wanted, not .v. if \\(…\\) . … ."
}
---
NEURON { : assignment as in Pascal
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	i := v ### "syntax: .=. is wanted after i, not ... a comment begins with :, and = alone assigns"
}
---
NEURON { : a unit without its parenthesis
	SUFFIX x
	NONSPECIFIC_CURRENT i
	RANGE g
}
PARAMETER { g = 1 (S/cm2 } : ### "syntax: a unit that is not closed by a parenthesis on its line"
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	i = g*v
}
---
NEURON { : words of USEION
	SUFFIX x
	USEION k READS ek WRITE ik : ### "syntax: .READS. is no entry of NEURON did you mean .READ."
}
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) }
BREAKPOINT {
	ik = v - ek
}
---
NEURON { : a parameter is a number
	SUFFIX x
	NONSPECIFIC_CURRENT i
	RANGE g
}
PARAMETER { g = 2*3 (S/cm2) } : ### "^syntax: a parameter is wanted, not ... $"
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	i = g*v
}
---
NEURON { : words behind the last block
	SUFFIX x
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
	i = v
}
Written in the practical of May : ### "syntax: a block is wanted, not .Written. a comment begins with :"
