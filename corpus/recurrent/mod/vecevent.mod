TITLE Events at the times of a Vector

COMMENT
The idiom of the readers of event times: C keeps the Vector, and asks it for the next number.
ENDCOMMENT

NEURON {
	THREADSAFE
	ARTIFICIAL_CELL VecEvent
	RANGE count, following
	BBCOREPOINTER times
}

ASSIGNED { index following (ms) count times }

INITIAL {
	index = 0
	count = 0
	advance()
	if (index > 0) { net_send(following - t, 1) }
}

NET_RECEIVE (w) {
	if (flag == 1) {
		count = count + 1
		net_event(t)
		advance()
		if (index > 0) { net_send(following - t, 1) }
	} else {
		: an event from outside counts double
		count = count + 2
	}
}

VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
extern double* vector_vec(void* vv);
extern int vector_capacity(void* vv);
extern void* vector_arg(int iarg);
#endif
ENDVERBATIM

PROCEDURE advance() {
VERBATIM
	void* vv = *((void**)(&_p_times));
	int i = (int)index;
	if (i >= 0 && vv) {
		int size = vector_capacity((IvocVect*)vv);
		double* px = vector_vec((IvocVect*)vv);
		if (i < size) {
			following = px[i];
			index += 1.;
		} else {
			index = -1.;
		}
	}
ENDVERBATIM
}

PROCEDURE play() {
VERBATIM
	void** pv = (void**)(&_p_times);
	void* ptr = NULL;
	if (ifarg(1)) {
		ptr = vector_arg(1);
	}
	*pv = ptr;
ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
ENDVERBATIM
