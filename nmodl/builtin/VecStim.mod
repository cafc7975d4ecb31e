TITLE Source that replays a given list of event times

: The times, ascending and not negative, belong to the instance and are given by
: the model (spkTimes of a population, for example). rall_train(index) is native
: to rall: the time [ms] at position index (from 0) of the instance's list, or -1
: behind its end. It is the one name in this file that is not NMODL.
:
: Each event goes on the queue when the one before it has been sent, at t +
: (etime - t) as the sum rounds. index is the number of times taken from the list,
: -1 after the last.

NEURON {
    ARTIFICIAL_CELL VecStim
    THREADSAFE
}

ASSIGNED {
    index
    etime (ms)
}

INITIAL {
    index = 0
    take()
    if (index > 0) {
        net_send(etime - t, 1)
    }
}

NET_RECEIVE (w) {
    if (flag == 1) {
        net_event(t)
        take()
        if (index > 0) {
            net_send(etime - t, 1)
        }
    }
}

PROCEDURE take() {
    LOCAL due
    if (index >= 0) {
        due = rall_train(index)
        if (due >= 0) {
            etime = due
            index = index + 1
        } else {
            index = -1
        }
    }
}
