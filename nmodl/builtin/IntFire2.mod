TITLE Integrate-and-fire cell with a bias and one decaying synaptic current

: taus*i' = ib - i, with i jumping by the weight of each event, drives
: taum*m' = i - m. The cell fires when m rises through 1; then m = 0. The
: synaptic current must outlast the membrane (taum < taus; INITIAL sees to it).
:
: Between events the solution is known, with s = taus/(taus - taum):
:     m(t) = ib + s*(i-ib)*exp(-t/taus) + (m - ib - s*(i-ib))*exp(-t/taum)
: so the time of the next spike is found in advance and an event with flag 1 is
: kept on the queue for it. Each input moves that event.

NEURON {
    ARTIFICIAL_CELL IntFire2
    THREADSAFE
    RANGE taus, taum, ib, i, m
}

PARAMETER {
    taus = 20 (ms)
    taum = 10 (ms)
    ib   = 0
}

ASSIGNED {
    i
    m
    t0 (ms)
}

INITIAL {
    if (taus <= taum) {
        taus = taum + .1
    }
    t0 = t
    i = ib
    m = 0
    net_send(firetime(ib, 0, 0), 1)
}

NET_RECEIVE (w) {
    LOCAL decayed, now, s
    s = taus/(taus - taum)
    decayed = (i - ib)*exp(-(t - t0)/taus)
    now = ib + decayed

    if (flag == 1) {
        net_event(t)
        m = 0
        net_send(firetime(ib, (now - ib)*s, 0), 1)
    } else {
        m = ib + s*decayed + (m - (ib + (i - ib)*s))*exp(-(t - t0)/taum)
        now = now + w
        if (m >= 1) {
            net_move(t)
        } else {
            net_move(firetime(ib, (now - ib)*s, m) + t)
        }
    }
    i = now
    t0 = t
}

FUNCTION M() {
    LOCAL decayed, s
    s = taus/(taus - taum)
    decayed = (i - ib)*exp(-(t - t0)/taus)
    M = ib + s*decayed + (m - (ib + (i - ib)*s))*exp(-(t - t0)/taum)
}

FUNCTION I() {
    LOCAL decayed
    decayed = (i - ib)*exp(-(t - t0)/taus)
    I = decayed + ib
}

: The first t at which a + b*exp(-t/taus) + (c - a - b)*exp(-t/taum) = 1, or 1e9
: if there is none; c < 1 is the value at t = 0. In x = exp(-t/taum) and with r =
: taum/taus this is a + b*x^r + (c - a - b)*x = 1 on 0 < x <= 1, searched for by
: Newton's method from x = 1 down. Where the slope at x = 1 points away, the
: equation is taken in x = exp(-t/taus) instead, whose exponent is 1/r.
FUNCTION firetime(a, b, c) (ms) {
    LOCAL r, rest, x, slope, top

    r = taum/taus
    rest = c - a - b
    if (a <= 1 && a + b <= 1) {
        firetime = 1e9
    } else if (a > 1 && b <= 0) {
        : the value at infinity is above 1, so there is one crossing
        slope = r*b + rest
        if (slope >= 0) {
            firetime = -taus*log(descend(a, rest, b, 1/r, 0))
        } else {
            x = (1 - c + slope)/slope
            if (x <= 0) {
                firetime = -taus*log(descend(a, rest, b, 1/r, 0))
            } else {
                firetime = -taum*log(descend(a, b, rest, r, x))
            }
        }
    } else {
        : it crosses only if its maximum is above 1 and lies ahead (x < 1)
        x = (-rest/(r*b))^(1/(r - 1))
        top = a + b*x^r + rest*x
        if (x >= 1 || top <= 1) {
            firetime = 1e9
        } else {
            slope = r*b + rest
            x = (1 - c + slope)/slope
            firetime = -taum*log(descend(a, b, rest, r, x))
        }
    }
}

: Newton's method for a + b*x^r + c*x = 1, kept inside 0 < x <= 1, at most 11 steps.
FUNCTION descend(a, b, c, r, x) {
    LOCAL dx, f, df, count
    dx = 1
    f = 0
    count = 0
    while (fabs(dx) > 1e-6 || fabs(f - 1) > 1e-6) {
        f = a + b*x^r + c*x
        df = r*b*x^(r - 1) + c
        dx = (1 - f)/df
        x = x + dx
        if (x <= 0) {
            x = 1e-4
        } else if (x > 1) {
            x = 1
        }
        count = count + 1
        if (count > 10) {
            printf("IntFire2: no convergence of the firing time, x=%g f=%g dx=%g\n", x, f, dx)
            f = 1
            dx = 0
        }
    }
    descend = x
}
