TITLE Channels of two states that open and close by chance

NEURON {
    SUFFIX stochgate
    USEION k READ ek WRITE ik
    RANGE total, gamma, density, nopen
    POINTER rng
}

PARAMETER { gamma = 20 (pS)  density = 0.5 (1/um2)  ek (mV) }

ASSIGNED { v (mV) dt (ms) area (um2) ik (mA/cm2) total nopen a b rng r123 }

STATE { n }

INITIAL {
    VERBATIM
    if (r123) nrnran123_setseq((nrnran123_State*)_p_rng, 0, 0);
    ENDVERBATIM
    rates(v)
    n = a/(a + b)
    total = floor(density*area + 0.5)
    nopen = floor(n*total + 0.5)
}

BREAKPOINT {
    SOLVE st METHOD cnexp
    ik = (nopen*gamma/area)*(0.0001)*(v - ek)
}

DERIVATIVE st {
    rates(v)
    n' = a - (a + b)*n
    nopen = nopen + binomial(a*dt, total - nopen) - binomial(b*dt, nopen)
    if (nopen < 0) { nopen = 0 }
}

PROCEDURE rates(v (mV)) {
    a = 0.1*exp((v + 50)/30)
    b = 0.2*exp(-(v + 50)/25)
}

FUNCTION binomial(prob, n) {
    VERBATIM
    /* by trial for small n, by waiting times of the rarer outcome otherwise */
    int j, hits = 0;
    double q = (_lprob <= 0.5 ? _lprob : 1. - _lprob), sum, left;
    if (_ln < 1 || q <= 0.) {
        return 0.;
    }
    if (_ln < 25) {
        for (j = 1; j <= _ln; j++)
            if (pick(_threadargs_) < q) hits += 1;
    } else {
        left = _ln;
        for (;;) {
            sum = floor(log(pick(_threadargs_))/log(1. - q)) + 1.;
            left -= sum;
            if (left < 0) break;
            ++hits;
        }
    }
    if (q != _lprob) { hits = (int)_ln - hits; }
    return hits;
    ENDVERBATIM
    binomial = hits
}

FUNCTION pick() {
    VERBATIM
    return nrnran123_dblpick((nrnran123_State*)_p_rng);
    ENDVERBATIM
}

PROCEDURE setRNG() {
    VERBATIM
    *((nrnran123_State**)(&_p_rng)) = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
    r123 = 1;
    ENDVERBATIM
}
