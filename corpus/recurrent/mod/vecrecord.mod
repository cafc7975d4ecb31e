TITLE Events at the times of a Vector that C keeps in a structure

COMMENT
The idiom of readers that keep more than the Vector: CONSTRUCTOR makes a structure behind a POINTER, with the Vector, how far it
has been read, and what has been seen on the way.
ENDCOMMENT

NEURON {
	THREADSAFE
	ARTIFICIAL_CELL VecRecord
	RANGE seen, following, longest, mean
	BBCOREPOINTER store
}

ASSIGNED { seen following (ms) longest (ms) mean (ms) store }

VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
extern double* vector_vec(void* vv);
extern int vector_capacity(void* vv);
extern void* vector_arg(int iarg);
#endif

typedef struct {
	void* times;      /* whose elements are asked for */
	int at, pinned;   /* the next element; whether the Vector is held */
	double recent[3]; /* the latest intervals, in a ring */
	double last;
} Kept;

#define KEPT Kept** place = (Kept**)(&(_p_store))

static double mean_of(Kept* k) {
	double sum = 0.;
	int i;
	for (i = 0; i < 3; ++i) {
		sum += k->recent[i];
	}
	return sum / 3;
}
ENDVERBATIM

CONSTRUCTOR {
VERBATIM
	KEPT;
	Kept* kept = (Kept*)hoc_Emalloc(sizeof(Kept));
	hoc_malchk();
	kept->times = 0;
	kept->at = 0;
	kept->pinned = 0;
	*place = kept;
ENDVERBATIM
}

DESTRUCTOR {
VERBATIM
	KEPT;
	Kept* kept = *place;
	if (kept->pinned) {
		hoc_obj_unref(*vector_pobj((IvocVect*)kept->times));
	}
	free(kept);
ENDVERBATIM
}

INITIAL {
	seen = 0
	longest = 0
	mean = 0
VERBATIM
	{
		KEPT;
		Kept* kept = *place;
		kept->at = 0;
		kept->last = 0.;
		kept->recent[0] = kept->recent[1] = kept->recent[2] = 0.;
	}
ENDVERBATIM
	if (more()) { net_send(following - t, 1) }
}

NET_RECEIVE (w) {
	if (flag == 1) {
		seen = seen + 1
		net_event(t)
		if (more()) { net_send(following - t, 1) }
	} else {
		: an event from outside counts double
		seen = seen + 2
	}
}

FUNCTION more() {
	more = 0
VERBATIM
	KEPT;
	Kept* kept = *place;
	if (kept->times) {
		int size = vector_capacity((IvocVect*)kept->times);
		double* px = vector_vec((IvocVect*)kept->times);
		if (kept->at < size) {
			double apart;
			following = px[kept->at];
			apart = following - kept->last;
			kept->last = following;
			kept->recent[kept->at % 3] = apart;
			kept->at++;
			if (apart > longest) {
				longest = apart;
			}
			mean = mean_of(kept);
			_lmore = 1.;
		}
	}
ENDVERBATIM
}

PROCEDURE play() {
VERBATIM
	KEPT;
	Kept* kept = *place;
	if (kept->pinned) {
		hoc_obj_unref(*vector_pobj((IvocVect*)kept->times));
	}
	kept->times = 0;
	kept->pinned = 0;
	if (ifarg(1)) {
		kept->times = vector_arg(1);
		hoc_obj_ref(*vector_pobj((IvocVect*)kept->times));
		kept->pinned = 1;
	}
ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
	KEPT;
	Kept* kept = *place;
	if (d) {
		d[*xx] = kept->at;
	}
	*xx += 1;
}
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
	KEPT;
	*place = (Kept*)ecalloc(1, sizeof(Kept));
	*xx += 1;
}
ENDVERBATIM
