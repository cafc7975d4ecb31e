TITLE Reads the inner calcium concentration and nothing else

NEURON {
    SUFFIX careader
    USEION ca READ cai
    RANGE c
}

UNITS { (mM) = (milli/liter) }

ASSIGNED {
    cai (mM)
    c   (mM)
}

INITIAL { c = cai }

BREAKPOINT { c = cai }
