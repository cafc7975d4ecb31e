TITLE The GLOBALs that externglobal reads

NEURON {
    SUFFIX externowner
    RANGE out
    GLOBAL half, gain
}
UNITS { (mV) = (millivolt) }

PARAMETER { half = -43 (mV)  gain = 1.7 }
ASSIGNED { v (mV)  out }

INITIAL { out = 0 }

BREAKPOINT { out = gain*(v - half) }
