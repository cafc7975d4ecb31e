TITLE Integrate-and-fire cell with fast excitation and alpha-shaped inhibition

: Four states in a chain: an excitatory current e that decays with taue, an
: inhibitory i1 (taui1) that feeds i2 (taui2), and the membrane m (taum) that
: integrates both. The cell fires when m reaches 1; then only m returns to 0.
: With rates k = 1/tau:
:     e' = -ke*e         i1' = -ki1*i1        i2' = -ki2*i2 + ai1*i1
:     m' = -km*m + ae*e + ai2*i2
: A positive weight raises e, a negative one lowers i1. The factors make the peak
: of m 1 for a lone weight of 1 and -1 for a lone weight of -1.
:
: The solution between events is a sum of exponentials (`move`). The time of a
: spike is not solved for: (1 - m)/m' at the present is never later than the true
: crossing as long as inhibition outlasts excitation, so an event with flag 1 is
: kept at that bound, and on its arrival a new bound is taken, until m > 1 - eps.
: (Carnevale and Hines, The NEURON Book, 2006; van Elburg and van Ooyen, Neural
: Computation 21:1913, 2009.)
:
: Required: taue < taui2, taui1 < taui2, and no two of the time constants nearer
: than taueps to each other; INITIAL moves them apart where that is not so.

NEURON {
    ARTIFICIAL_CELL IntFire4
    THREADSAFE
    RANGE taue, taui1, taui2, taum
    RANGE e, i1, i2, m
    RANGE ae, ai2, ai1
    RANGE nself, nexcite, ninhibit
    GLOBAL eps, taueps
}

PARAMETER {
    taue   = 5  (ms) <0,1e9>
    taui1  = 10 (ms) <0,1e9>
    taui2  = 20 (ms) <0,1e9>
    taum   = 50 (ms) <0,1e9>
    eps    = 1e-6    <1e-9,0.01>
    taueps = 0.01    <1e-9,1e9>
}

ASSIGNED {
    e
    i1
    i2
    m
    nexte
    nexti1
    nexti2
    nextm
    t0  (ms)
    ke  (1/ms)
    ki1 (1/ms)
    ki2 (1/ms)
    km  (1/ms)
    ae  (1/ms)
    ai1 (1/ms)
    ai2 (1/ms)
    be
    bi1
    bi2
    a
    b
    nself
    nexcite
    ninhibit
}

INITIAL {
    separate()
    scale()
    e = 0
    i1 = 0
    i2 = 0
    m = 0
    t0 = t
    nself = 0
    nexcite = 0
    ninhibit = 0
    net_send(bound(), 1)
}

NET_RECEIVE (w) {
    move(t - t0)
    e = nexte
    i1 = nexti1
    i2 = nexti2
    m = nextm
    t0 = t
    if (m > 1 - eps) {
        net_event(t)
        m = 0
    }
    if (flag == 1) {
        nself = nself + 1
        net_send(bound(), 1)
    } else {
        if (w > 0) {
            nexcite = nexcite + 1
            e = e + w
        } else {
            ninhibit = ninhibit + 1
            i1 = i1 + w
        }
        net_move(bound() + t)
    }
}

: The states d [ms] from now.
PROCEDURE move(d (ms)) {
    LOCAL fe, f1, f2, fm
    fe = exp(-ke*d)
    f1 = exp(-ki1*d)
    f2 = exp(-ki2*d)
    fm = exp(-km*d)
    nexte = e*fe
    nexti1 = i1*f1
    nexti2 = i2*f2 + bi1*i1*(f2 - f1)
    nextm = m*fm + be*e*(fm - fe) + (bi2*i2 + a*i1)*(fm - f2) - b*i1*(fm - f1)
}

: Lower bound of the time to the next spike.
FUNCTION bound() (ms) {
    LOCAL slope
    slope = -km*m + ae*e + ai2*i2
    if (slope <= 1e-9) {
        bound = 1e9
    } else {
        bound = (1 - m)/slope
    }
}

FUNCTION M() {
    move(t - t0)
    M = nextm
}

FUNCTION E() {
    move(t - t0)
    E = ae*nexte
}

FUNCTION I() {
    move(t - t0)
    I = ai2*nexti2
}

: Sets the rates and the factors that normalise the peaks.
PROCEDURE scale() {
    LOCAL peak
    ke = 1/taue
    ki1 = 1/taui1
    ki2 = 1/taui2
    km = 1/taum

    : m after a lone e of 1
    peak = log(km/ke)/(km - ke)
    be = 1/(exp(-km*peak) - exp(-ke*peak))
    ae = be*(ke - km)

    : i2 after a lone i1 of 1
    peak = log(ki2/ki1)/(ki2 - ki1)
    bi1 = 1/(exp(-ki2*peak) - exp(-ki1*peak))
    ai1 = bi1*(ki1 - ki2)

    : m after a lone i1 of 1: solve with bi2 = 1, then divide by the peak
    bi2 = 1
    ai2 = bi2*(ki2 - km)
    a = bi2*bi1
    b = a*(ki2 - km)/(ki1 - km)
    e = 0
    i1 = 1
    i2 = 0
    m = 0
    peak = extremum()
    move(peak)
    bi2 = 1/nextm
    ai2 = bi2*(ki2 - km)
    a = bi2*bi1
    b = a*(ki2 - km)/(ki1 - km)
    i1 = 0
}

: Has the sign of m' at d after a lone i1 of 1.
FUNCTION rising(d (ms)) (/ms2) {
    rising = (-km*exp(-d*km) + ki2*exp(-d*ki2))/(ki2 - km) - (-km*exp(-d*km) + ki1*exp(-d*ki1))/(ki1 - km)
}

: When m peaks after a lone i1 of 1: a bracket by decades from 1 ms, then bisection.
FUNCTION extremum() (ms) {
    LOCAL lo, hi, found
    found = 1
    lo = 1
    hi = 1
    if (rising(lo) < 0) {
        while (rising(lo) < 0 && lo > 1e-9) {
            hi = lo
            lo = lo/10
        }
        if (rising(lo) < 0) {
            printf("IntFire4: m does not rise even at %g ms\n", lo)
            found = 0
            extremum = 1e-9
        }
    } else {
        while (rising(hi) > 0 && hi < 1e9) {
            lo = hi
            hi = hi*10
        }
        if (rising(hi) > 0) {
            printf("IntFire4: m still rises at %g ms\n", hi)
            found = 0
            extremum = 1e9
        }
    }
    while (hi - lo > 1e-6 && found == 1) {
        extremum = (lo + hi)/2
        if (rising(extremum) > 0) {
            lo = extremum
        } else {
            hi = extremum
        }
    }
}

: Moves the time constants so that the requirements above hold. Each may have to
: move up to three times, so they are kept that far from zero first.
PROCEDURE separate() {
    LOCAL was
    if (taui2 < 4*taueps) {
        taui2 = 4*taueps
    }
    if (taui1 < 3*taueps) {
        taui1 = 3*taueps
    }
    if (taue < 2*taueps) {
        taue = 2*taueps
    }

    if (taue > taui2) {
        was = taue
        taue = taui2 - taueps
        printf("IntFire4: taue %g lowered to %g, below taui2\n", was, taue)
    } else if (taui2 - taue < taueps) {
        taue = taui2 - taueps
    }

    if (taui1 > taui2) {
        was = taui2
        taui2 = taui1
        taui1 = was
        printf("IntFire4: taui1 and taui2 exchanged\n")
    }
    if (taui2 - taui1 < taueps) {
        taui1 = taui2 - taueps
    }

    if (taum <= taui2) {
        if (taui2 - taum < taueps) {
            taum = taui2 - taueps
        }
        if (fabs(taui1 - taum) < taueps) {
            taum = taui1 - taueps
        }
        if (fabs(taui1 - taum) < taueps) {
            if (taui1 - taum < 0) {
                taum = taui1 - taueps
            } else {
                taui1 = taum - taueps
            }
        }
        if (fabs(taue - taum) < taueps) {
            if (taue - taum < 0) {
                taum = taue - taueps
            } else {
                taue = taum - taueps
            }
        }
        if (fabs(taui1 - taum) < taueps) {
            taum = taui1 - taueps
        }
    } else if (taum - taui2 < taueps) {
        taum = taui2 + taueps
    }
}
