TITLE Draws by nrn_random_pick from a hoc Random, as older mechanisms do

NEURON {
    THREADSAFE
    ARTIFICIAL_CELL PickRandom
    RANGE mean, drawn
    POINTER donotuse
}

PARAMETER { mean = 5 (ms) }

ASSIGNED { drawn (ms) donotuse }

INITIAL {
    drawn = 0
    net_send(erand()*mean, 1)
}

NET_RECEIVE (w) {
    if (flag == 1) {
        net_event(t)
        drawn = erand()*mean
        net_send(drawn, 1)
    }
}

FUNCTION erand() {
VERBATIM
    if (_p_donotuse) {
        _lerand = nrn_random_pick((Rand*)_p_donotuse);
    } else {
        if (_nt != nrn_threads) {
            hoc_execerror("several threads", "want a Random each");
        }
ENDVERBATIM
        erand = exprand(1)
VERBATIM
    }
ENDVERBATIM
}

PROCEDURE noiseFromRandom() {
VERBATIM
    {
        void** pv = (void**)(&_p_donotuse);
        if (ifarg(1)) {
            *pv = nrn_random_arg(1);
        } else {
            *pv = (void*)0;
        }
    }
ENDVERBATIM
}
