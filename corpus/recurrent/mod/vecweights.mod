TITLE Events at the times of one Vector, that another Vector has the weights of

COMMENT
The idiom of readers with two Vectors, of times and of weights: each stands behind a POINTER of its own, and an event of weight 0 or less is
not sent.
ENDCOMMENT

NEURON {
	THREADSAFE
	ARTIFICIAL_CELL VecWeights
	RANGE count, following, weight, total
	BBCOREPOINTER times, amounts
}

ASSIGNED { index following (ms) weight total count times amounts }

INITIAL {
	index = 0
	count = 0
	total = 0
	advance()
	if (index > 0) { net_send(following - t, 1) }
}

NET_RECEIVE (w) {
	if (flag == 1) {
		count = count + 1
		total = total + weight
		if (weight > 0) { net_event(t) }
		advance()
		if (index > 0) { net_send(following - t, 1) }
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
	void* tv = *((void**)(&_p_times));
	void* wv = *((void**)(&_p_amounts));
	int i = (int)index;
	if (i >= 0 && tv && wv) {
		int n = vector_capacity((IvocVect*)tv);
		int m = vector_capacity((IvocVect*)wv);
		double* px = vector_vec((IvocVect*)tv);
		double* pw = vector_vec((IvocVect*)wv);
		if (i < n) {
			following = px[i];
			weight = i < m ? pw[i] : 0.;
			index += 1.;
		} else {
			index = -1.;
		}
	}
ENDVERBATIM
}

PROCEDURE play() {
VERBATIM
	void** pt = (void**)(&_p_times);
	*pt = ifarg(1) ? (void*)vector_arg(1) : NULL;
ENDVERBATIM
}

PROCEDURE playWeights() {
VERBATIM
	void** pw = (void**)(&_p_amounts);
	*pw = NULL;
	if (ifarg(1)) {
		*pw = vector_arg(1);
	}
ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
}
ENDVERBATIM
