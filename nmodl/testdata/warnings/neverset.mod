NEURON { : nothing sets minf
	SUFFIX x
	RANGE minf2
}
ASSIGNED { minf minf2 }
STATE { m h }
INITIAL {
	m = minf : ### "never-set: nothing sets minf, so that it is 0 set it, or make it a PARAMETER"
	h = minf2
}
---
NEURON { : the call of rates is missing
	SUFFIX x
	RANGE minf, verbose, q
}
ASSIGNED { v (mV) minf mtau verbose q sum[3] x }
STATE { m }
INITIAL {
	m = minf : ### "never-set: nothing sets minf, so that it is 0: rates would, and nothing calls rates call rates before"
	if (verbose > 1) {
		m = q*sum[1] : ### "never-set: nothing sets sum, so that it is 0"
	}
}
BREAKPOINT {
	SOLVE states METHOD cnexp
}
DERIVATIVE states {
	m' = (minf - m)/mtau : ### "never-set: nothing sets mtau, so that it is 0: rates would"
}
PROCEDURE rates(v) {
	minf = 1/(1 + exp(-v))
	mtau = 1
	x = 3
}
PROCEDURE toggle() {
	verbose = 1 - verbose
}
---
NEURON { : INITIAL does not call rates
	SUFFIX x
	RANGE minf
}
ASSIGNED { v (mV) minf mtau }
STATE { m }
INITIAL {
	m = minf : ### "never-set: minf is read when the model starts, and nothing has set it then, so that it is 0: only rates sets it, later set minf in INITIAL"
}
BREAKPOINT {
	SOLVE states METHOD cnexp
}
DERIVATIVE states {
	rates(v)
	m' = (minf - m)/mtau
}
PROCEDURE rates(v) {
	minf = 1/(1 + exp(-v))
	mtau = 1
}
---
NEURON { : all is set, by a SOLVE, an equation, C, an event, a block before INITIAL and another mechanism
	POINT_PROCESS x
	POINTER far
	EXTERNAL level_y
	RANGE vgap
	NONSPECIFIC_CURRENT i
}
ASSIGNED { i (nA) far level_y vgap a b c d e }
STATE { m }
BEFORE INITIAL {
	e = 2
}
INITIAL {
	SOLVE start
	m = a + b + c + e
	VERBATIM
	c = 3;
	ENDVERBATIM
}
BREAKPOINT {
	i = m*(far - vgap)*d*level_y
}
LINEAR start {
	~ a + b = 2
	~ a - b = 0
}
NET_RECEIVE (w) {
	d = d + w
}
