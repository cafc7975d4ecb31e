: A file in order: conversion factors, constants, powers, locals, tables, a flux
NEURON { SUFFIX fine USEION ca READ ica, cai, eca WRITE cai, ica NONSPECIFIC_CURRENT i RANGE g, q }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar)
	F = (faraday) (coulomb) R = (k-mole) (joule/degC) K = (faraday) (kilocoulomb) pi = (pi) (1) }
PARAMETER { g = .001 (S/cm2) tau = 5 (ms) depth = .1 (um) celsius (degC) cainf = 1e-4 (mM) e = -70 (mV) pmax = 1e-5 (cm/sec) }
ASSIGNED { v (mV) i (mA/cm2) ica (mA/cm2) eca (mV) q minf mtau (ms) diam (um) }
STATE { m cai (mM) h (/ms) }
INITIAL { m = minf  q = 3^((celsius - 37 (degC))/10 (degC))  cai = cainf }
BREAKPOINT { SOLVE s METHOD cnexp
	i = g*m^2*(v - e)  ica = pmax*ghk(v, cai) + 0*i
	if (i > 0 && q > 1) { i = 0 } }
DERIVATIVE s { LOCAL x
	rates(v)
	x = minf - m
	m' = x/mtau
	h' = -h/tau
	x = -(10000)*ica/(2*F*depth)
	cai' = x + (cainf - cai)/tau }
PROCEDURE rates(v (mV)) { TABLE minf, mtau FROM -100 TO 100 WITH 200
	minf = 1/(1 + exp(-(v + 20)/9(mV)))  mtau = fabs(q*1(ms)) + fmax(tau, 1) + sqrt(tau*tau) }
FUNCTION ghk(v (mV), ci (mM)) (.001 coul/cm3) { LOCAL z
	z = (1e-3)*2*F*v/(R*(celsius + 273.15(degC)))
	ghk = (.001)*2*F*ci*exp(-z) }
---
: Each of the warnings
NEURON { SUFFIX odd USEION na READ ena, nai, ina USEION k WRITE ik NONSPECIFIC_CURRENT i RANGE g }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (uA) = (microamp) (S) = (siemens) (mS) = (millisiemens) F = (faraday) (coulomb) }
PARAMETER {
	g = .001 (mS/cm2)
	tau = 5 (ms)
	far = 2 (uM) : ### "unit-unknown: unit \\(uM\\): no unit is called .uM. define it in UNITS: \\(uM\\) = \\(micro/liter\\)"
	celsius : ### "unit-neuron: celsius has no unit; the simulation has it in \\(degC\\) declare it: celsius \\(degC\\)"
}
ASSIGNED {
	v (volt) : ### "unit-neuron: v is declared in \\(volt\\), 1000 times as large; the simulation has it in \\(mV\\)"
	i (uA/cm2) : ### "unit-neuron: i is declared in \\(uA/cm2\\), 1000 times as small"
	ena : ### "unit-neuron: ena has no unit"
	nai (mA) : ### "unit-neuron: nai is declared in \\(mA\\); the simulation has it in \\(mM\\)"
	ik (mA/cm2)
	x (mV)
}
STATE { m }
INITIAL {
	m = v : ### "unit-mismatch: m is a plain number and is set to a potential in \\(mV\\)"
	m = exp(v) : ### "unit-number: the argument of exp must be a plain number, and is a potential in \\(mV\\) divide it by something in \\(mV\\)"
	m = exp(v/1(volt)) : ### "unit-number: the argument of exp must be a plain number, and is a plain number in \\(0.001\\) write \\(0.001\\) in front of it"
	m = 3^celsius : ### "unit-number: an exponent must be a plain number"
	m = v^m : ### "unit-number: what has an exponent that is no constant"
	x = f(t) : ### "unit-argument: argument x of f is a potential in \\(mV\\) and is given a time in \\(ms\\)"
	x = f(3) + tau : ### "unit-mismatch: the sum adds a potential in \\(mV\\) and a time in \\(ms\\)"
	if (v > tau) { } : ### "unit-mismatch: the comparison is of a potential in \\(mV\\) and a time"
	UNITSOFF
	m = v
	UNITSON
	m = at_time(v) : ### "unit-argument: at_time wants a time in \\(ms\\) and is given a potential"
	m = fmax(v, tau) : ### "unit-mismatch: fmax compares"
	far = v
}
BREAKPOINT { SOLVE s METHOD cnexp
	ik = g*(v - x) : ### "unit-factor: ik is a current density in \\(mA/cm2\\) and is set to a current density in \\(uA/cm2\\), which wants the factor 0.001 write \\(0.001\\) in front of what follows the ="
	i = 0
}
DERIVATIVE s {
	m' = (1 - m)/5 : ### "unit-mismatch: m' is a rate in \\(/ms\\) and is set to a plain number"
}
UNITSOFF
FUNCTION f(x (mV)) (mV) { f = tau }
UNITSON
PROCEDURE p() { m = tau : ### "unit-mismatch"
}
---
NEURON { POINT_PROCESS pp NONSPECIFIC_CURRENT i USEION ca READ ica }
UNITS { (nA) = (nanoamp) (uS) = (microsiemens) (mV) = (millivolt) (mA) = (milliamp) (um) = (micron) }
ASSIGNED {
	i (mA/cm2) : ### "unit-neuron: i is declared in \\(mA/cm2\\); the simulation has it in \\(nA\\)"
	ica (mA/cm2)
	v (mV)
	vol (um3)
	k1 (/ms)
	kp
}
STATE { a (um) b (um) c (um2) d (um) }
KINETIC kin {
	~ a <-> b (k1, 1) 
	~ a <-> b (k1, ica) : ### "unit-reaction: the backward rate of this reaction must be a rate in \\(/ms\\), and is a current density"
	~ a <-> c (k1, k1) : ### "unit-reaction: c reacts as an area in \\(um2\\), and what stands before it as a length"
	~ a << (k1) : ### "unit-reaction: the flux of this reaction must be \\(0.001 m/sec\\)|unit-reaction: the flux"
	~ a <-> b (1 (/ms), f_flux/a)
	~ a <-> b (kp, 2*kp) : ### "unit-reaction: the rates of this reaction must be a rate in \\(/ms\\), and are plain numbers"
	~ a + b <-> b (kp, kp) : ### "unit-reaction: the rates of this reaction must be .* and a rate in \\(/ms\\), and are plain numbers"
	COMPARTMENT vol { d }
	~ d <-> d (1 (um3/ms), k1) : ### "unit-reaction: the backward rate of this reaction must be a rate over concentration in"
	CONSERVE a + b = vol : ### "unit-mismatch: CONSERVE sets equal a length in \\(um\\) and a volume in \\(um3\\)"
}
BREAKPOINT { SOLVE kin METHOD sparse i = 0 }
NET_RECEIVE (w (uS)) {
	i = w*v
	net_send(v, 1) : ### "unit-argument: net_send wants a time"
	net_event(t)
	vol = w : ### "unit-mismatch: vol is a volume"
	WATCH (v > t) 2 : ### "unit-mismatch: WATCH compares a potential in \\(mV\\) and a time"
}
---
NEURON { SUFFIX none RANGE a } : ### "unit-none: nothing in this file has a unit"
ASSIGNED { a v (mV) }
INITIAL { a = v }
---
: Names of units that are nearly right; which side of a sum to scale
NEURON { SUFFIX near RANGE g }
UNITS { (mV) = (millivolt) (pA) = (picoamp) (mA) = (milliamp) }
PARAMETER {
	a = 1 (milisec) : ### "unit-unknown: .* no unit is called .milisec. did you mean .millisec.\\?"
	b = 1 (joul) : ### "unit-unknown: .* did you mean .joule.\\?"
	c = 1 (furlong) : ### "unit-unknown: .* define it in UNITS"
	i1 = 1 (mA)
	i2 = 1 (pA)
}
ASSIGNED { g (mA) }
INITIAL {
	g = i1 + i2 : ### "unit-factor: the sum adds .* which wants the factor 1e-09 write \\(1e-09\\) in front of i2: in parentheses"
	g = i1 - 2*i2 : ### "unit-factor: the difference is of .* write \\(1e-09\\) in front of what follows the -: "
	g = i2 + i2*3 : ### "unit-factor: g is .* write \\(1e-09\\) in front of what follows the = \\(a sum: put it in brackets\\): "
}
