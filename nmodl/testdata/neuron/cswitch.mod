: switch with many cases, fall-through, breaks under conditions, returns; cases
: that change what the switch is over
NEURON {
	SUFFIX cswitch
	RANGE plain, mixed, early, own
	NONSPECIFIC_CURRENT i
}
ASSIGNED { v i plain mixed early own n }
INITIAL { n = 0 }
BREAKPOINT { i = 1e-4*n }
AFTER SOLVE {
	n = n + 1
	plain = all(n)
	mixed = some(n)
	early = left(n)
	own = self(n)
}
FUNCTION all(x) {
VERBATIM
	int k = (int)_lx % 9; double r = _lx;
	switch (k) {
	case 0: r += 0.5; break;
	case 1: case 2: r = r*3; break;
	default: r -= 100; break;
	case 5: r = 1/r; break;
	case 7: r = r*r; break;
	}
	return r;
ENDVERBATIM
}
FUNCTION some(x) {
VERBATIM
	int k = (int)_lx % 7; double r = 0;
	switch (k) {
	case 0: r += 1;
	case 1: r += 2; if (_lx > 20) break; r += 4;
	case 2: r += 8; break;
	case 3: if (_lx < 30) { r += 16; break; } else r += 32;
	case 4: r += 64;
		if (_lx > 10) { if (_lx < 25) break; r += 128; }
	case 5: r += 256; break;
	default: r += 512;
	}
	return r;
ENDVERBATIM
}
FUNCTION left(x) {
VERBATIM
	int k = (int)_lx % 6, m; double r = 0;
	for (m = 0; m < 4; m++) {
		switch (k + m) {
		case 0: r += 1; continue;
		case 1: r += 2;
		case 2: r += 4; if (_lx > 15) return r; break;
		case 3: r += 8; continue;
		case 4: switch (m) { case 2: r += 0.25; break; default: r += 0.5; } break;
		case 7: return -r;
		default: r += 16;
		}
		r += 1000;
	}
	return r;
ENDVERBATIM
}
FUNCTION self(x) {
VERBATIM
	int k = (int)_lx % 4; double r = 0;
	switch (k) {
	case 0: k = 2; r += 1; break;
	case 1: k = 3; r += 2;
	case 2: k = 3; r += 4; if (_lx > 12) break;
	case 3: r += 8; k = 0;
	}
	return r + 100*k;
ENDVERBATIM
}
