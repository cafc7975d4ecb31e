TITLE Two layers of extracellular space around a section

: Each layer is a cable along the section, of resistance xraxial per length,
: and is joined to the next one outwards, the outer one to ground, by a
: conductance xg and a capacitance xc in parallel; between the outer layer and
: ground stands a battery e. vext are the potentials of the layers. The
: equations are those of NEURON's mechanism of this name; they are part of the
: matrix of the cable and solved with it, so that nothing is computed here.

NEURON {
    SUFFIX extracellular
    RANGE xraxial, xg, xc, e, vext
}

UNITS {
    (mV) = (millivolt)
    (uF) = (microfarad)
}

PARAMETER {
    xraxial[2] = 1e9 (megohm/cm) <1e-9,1e15>
    xg[2] = 1e9 (S/cm2) <0,1e15>
    xc[2] = 0 (uF/cm2) <0,1e15>
    e = 0 (mV)
}

ASSIGNED {
    vext[2] (mV)
}
