TITLE Source of regular or random event trains

: From start on, `number` events with mean distance `interval`. Each distance is
: (1 - noise)*interval + noise*interval*x, x drawn from a negative exponential
: distribution of mean 1; noise = 0 is a clock, noise = 1 a Poisson train.
:
: An event from outside with a positive weight starts a train at once if none is
: running; one with a negative weight stops the running train.
:
: The instance's random stream begins anew at INITIAL, so every run of one model
: gives one train.
:
: Flags of the events the cell sends to itself: 1 is the next spike, 3 the start
: that INITIAL has scheduled.

NEURON {
    ARTIFICIAL_CELL NetStim
    THREADSAFE
    RANGE interval, number, start, noise
    RANDOM ranvar
}

PARAMETER {
    interval = 10 (ms) <1e-9,1e9>
    number   = 10      <0,1e9>
    start    = 50 (ms)
    noise    = 0       <0,1>
}

ASSIGNED {
    wait (ms)
    on
    fired
}

INITIAL {
    random_setseq(ranvar, 0)
    on = 0
    fired = 0
    if (noise < 0) {
        noise = 0
    }
    if (noise > 1) {
        noise = 1
    }
    if (start >= 0 && number > 0) {
        on = 1
        : the mean of the first time is start + noise*interval; never before 0
        wait = start + spacing(interval) - interval*(1. - noise)
        if (wait < 0) {
            wait = 0
        }
        net_send(wait, 3)
    }
}

NET_RECEIVE (w) {
    if (flag == 0) {
        if (w > 0 && on == 0) {
            begin()
            next()
            wait = wait - interval*(1. - noise)
            net_send(wait, 1)
        } else if (w < 0) {
            on = 0
        }
    }
    if (flag == 3 && on == 1) {
        begin()
        net_send(0, 1)
    }
    if (flag == 1 && on == 1) {
        fired = fired + 1
        net_event(t)
        next()
        if (on == 1) {
            net_send(wait, 1)
        }
    }
}

PROCEDURE begin() {
    if (number > 0) {
        on = 1
        wait = 0
        fired = 0
    }
}

PROCEDURE next() {
    if (number > 0) {
        wait = spacing(interval)
    }
    if (fired >= number) {
        on = 0
    }
}

FUNCTION spacing(mean (ms)) (ms) {
    if (mean <= 0.) {
        mean = .01
    }
    if (noise == 0) {
        spacing = mean
    } else {
        spacing = (1. - noise)*mean + noise*mean*random_negexp(ranvar)
    }
}
