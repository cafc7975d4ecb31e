TITLE BEFORE and AFTER blocks, CONSTRUCTOR

NEURON {
    SUFFIX moments
    USEION na READ ina
    RANGE nbi, nai, nbb, nas, nbs, vbb, vas, vbs, ibb, order, seen, c0
}

CONSTRUCTOR {
    c0 = 3
}

ASSIGNED { v (mV) ina (mA/cm2) nbi nai nbb nas nbs vbb (mV) vas (mV) vbs (mV) ibb (mA/cm2) order seen c0 }

STATE { x }

BEFORE INITIAL {
    nbi = 10
    order = 1
    vbb = v
}

INITIAL {
    nai = nbi
    x = 1
    seen = order
    nbb = 0
    nas = 0
    nbs = 0
    order = order*10 + 2
}

AFTER INITIAL {
    nai = nai + 1
    order = order*10 + c0
}

BREAKPOINT {
    SOLVE st METHOD cnexp
}

DERIVATIVE st { x' = (vbb + 60)/100 - x/5 }

BEFORE BREAKPOINT {
    nbb = nbb + 1
    vbb = v
    ibb = ina
}

AFTER SOLVE {
    nas = nas + 1
    vas = v + x
    order = order + 1
}

BEFORE STEP {
    LOCAL a
    nbs = nbs + 1
    a = v - vas
    vbs = a
    order = order + 0.5
}
