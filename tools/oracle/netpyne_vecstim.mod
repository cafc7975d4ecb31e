: An artificial cell that sends an event at each time of a Vector, for the oracle only: NEURON's wheels carry no VecStim.
: h.VecStim().play(Vector) keeps a reference to the Vector; times must ascend.

NEURON {
    ARTIFICIAL_CELL VecStim
    POINTER times
}

ASSIGNED {
    times
    next
    at (ms)
}

INITIAL {
    next = 0
    upcoming()
    if (next > 0) { net_send(at - t, 1) }
}

NET_RECEIVE (w) {
    if (flag == 1) {
        net_event(t)
        upcoming()
        if (next > 0) { net_send(at - t, 1) }
    }
}

DESTRUCTOR {
VERBATIM
    if (_p_times) { hoc_obj_unref(*vector_pobj(static_cast<IvocVect*>(static_cast<void*>(_p_times)))); }
ENDVERBATIM
}

PROCEDURE upcoming() {
VERBATIM
    IvocVect* v = static_cast<IvocVect*>(static_cast<void*>(_p_times));
    int k = (int) next;
    if (v && k >= 0 && k < vector_capacity(v)) {
        at = vector_vec(v)[k];
        next = k + 1;
    } else {
        next = -1;
    }
ENDVERBATIM
}

PROCEDURE play() {
VERBATIM
    IvocVect* v = ifarg(1) ? vector_arg(1) : nullptr;
    if (v) { hoc_obj_ref(*vector_pobj(v)); }
    if (_p_times) { hoc_obj_unref(*vector_pobj(static_cast<IvocVect*>(static_cast<void*>(_p_times)))); }
    _p_times = (decltype(_p_times)) v;
ENDVERBATIM
}
