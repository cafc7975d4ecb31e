NEURON { SUFFIX x USEION na READ ena, nai WRITE ik : ### "ik is no variable of the ion na"
	RANGE g, both
	GLOBAL both : ### "both is both RANGE and GLOBAL"
	RANGE celsius : ### "celsius is a variable of NEURON"
}
UNITS {
	F = (faradey) (coulomb) : ### "bad-unit: constant F: no unit is called .faradey. did you mean .faraday.\\?"
	(mM) = (millimolar) : ### "no unit is called .millimolar."
	G = (faraday) (mV) : ### "no unit is called .mV."
}
PARAMETER { g both h }
ASSIGNED { g arr[3] } : ### "duplicate-name: g is declared already, at line 11"
STATE { m }
INITIAL {
	m = gg : ### "nothing declares gg"
	m = tauu : ### "nothing declares tauu"
	m = expp(3) : ### "there is no function expp did you mean .exp."
	m = f(1) : ### "f wants 2 arguments and has 1"
	m = f : ### "f is a function and wants its arguments"
	m = exp(1, 2) : ### "exp wants 1 argument and has 2"
	arr = 3 : ### "arr is an array of 3 and wants an index"
	m = arr[3] : ### "index 3 is outside of arr"
	m = m[1] : ### "m is no array"
	t = 3 : ### "t is a variable of the simulation"
	celsius = 3 : ### "celsius is a variable of the simulation"
	m = m'' : ### "derivatives of order 2 are not to be had"
	m' = 3 : ### "m' is given in INITIAL"
	m = net_send(1, 2) : ### "net_send has no value"
	net_event(t) : ### "net_event can be used in NET_RECEIVE only"
	m = "text" : ### "a text where a number is wanted"
	SOLVE nowhere METHOD cnexp : ### "there is no such block"
	m(3) : ### "m is a variable and cannot be called"
}
FUNCTION f(a, b) { f = a + b }
PROCEDURE f() { } : ### "f is a block already, at line 34"
PROCEDURE h() { } : ### "h is a variable already"
FUNCTION exp(x) { } : ### "exp is a function of NMODL itself"
PROCEDURE k(a, a) { } : ### "two arguments are called a"
---
NEURON { SUFFIX x NONSPECIFIC_CURRENT i }
ASSIGNED { i }
STATE { m n }
BREAKPOINT {
	SOLVE s METHOD cnex : ### "METHOD cnex does not fit DERIVATIVE s did you mean .cnexp."
	SOLVE p METHOD cnexp : ### "METHOD cnexp is for equations, and p is a PROCEDURE"
	SOLVE q : ### "PROCEDURE q has arguments"
	SOLVE k : ### "SOLVE k names no METHOD"
	SOLVE s STEADYSTATE cnexp : ### "STEADYSTATE cannot be had by cnexp"
	TABLE m FROM 0 TO 1 WITH 3 : ### "TABLE belongs into"
	WATCH (v > 3) 2 : ### "WATCH belongs into NET_RECEIVE"
	~ m <-> n (1, 2) : ### "it belongs into a KINETIC block"
	v = 3
}
DERIVATIVE s {
	m' = 1
	i' = 3 : ### "i has a differential equation but is no STATE"
	n'' = 3 : ### "derivatives of order 2"
}
KINETIC k { ~ m <-> n (1, 2) }
PROCEDURE p() { }
PROCEDURE q(x) { TABLE FROM 0 TO 1 WITH 3 } : ### "the TABLE of a PROCEDURE names"
PROCEDURE two(x, y) { TABLE i FROM 0 TO 1 WITH 3 } : ### "two has 2 arguments; a table has one"
PROCEDURE tt(x) { TABLE celsius FROM 0 TO 1 WITH 3 } : ### "a table cannot hold celsius"
NET_RECEIVE (w) { } : ### "NET_RECEIVE stands in a SUFFIX mechanism"
---
NEURON { POINT_PROCESS x USEION ca READ eca, cai RANDOM r, m } : ### "m is declared already"
STATE { m }
INITIAL { m = random_negexp(m) : ### "random_negexp wants a random stream"
	m = r : ### "r is a random stream; it can only be"
	r = 3 : ### "r is a random stream, not a variable"
	m = random_uniform(r, 1) : ### "wants its stream and 2 numbers"
	random_setseq(r) : ### "wants a stream and a number"
}
NET_RECEIVE (w) { m = cai
	m = eca : ### "NET_RECEIVE can use concentrations"
}
NET_RECEIVE (w) { } : ### "two NET_RECEIVE"
---
NEURON { SUFFIX x USEION ca READ cao }
CONSTANT { cao = 2 } : ### "cao belongs to the ion ca and cannot be a constant"
---
NEURON { SUFFIX x SUFFIX x RANGE a } : ### "the mechanism has a name already, x"
ASSIGNED { a }
---
NEURON { POINT_PROCESS x RANGE a }
ASSIGNED { a }
INITIAL { a = 1
	net_send(1, 1) : ### "net_send in a mechanism without NET_RECEIVE, where the event would go NET_RECEIVE"
	net_move(2) : ### "net_move can be used in NET_RECEIVE only"
	WATCH (a > 1) 2 : ### "WATCH belongs into NET_RECEIVE"
}
---
NEURON { SUFFIX x RANGE a }
ASSIGNED { a }
INITIAL { a = 1
	net_send(1, 1) : ### "net_send in a mechanism without NET_RECEIVE"
VERBATIM
	net_send(_tqitem, (double*)0, _ppvar[1]._pvoid, t + 1, 2.0); // : ### "net_send in a mechanism without NET_RECEIVE"
ENDVERBATIM
}
