NEURON { POINT_PROCESS x
	BBCOREPOINTER q
	EXTERNAL e_y
	NONSPECIFIC_CURRENT i
	RANDOM r
}
ASSIGNED { i e }
STATE { a b }
INITIAL {
	i = q : ### "q points to data"
	i = random_setids(r, 1, 2, 3) : ### "random_setids: the model gives every instance its stream"
	VERBATIM
	_li = 3; /* ### "the name _li, which rall does not know \\(plain C\\)" */
	i = get()->x; /* ### "VERBATIM in INITIAL: the member x of a structure \\(engine\\)" */
	i = *getarg(1); /* ### "the function getarg \\(hoc\\).*hoc alone" */
	ENDVERBATIM
	i = unread : ### "unread is declared by a VERBATIM"
	SOLVE lin
}
VERBATIM
static struct { double unread; } all;
static double down(int n) { return n > 0 ? down(n - 1) : 0; } // ### "the function down, which calls itself"
ENDVERBATIM
VERBATIM : ### "VERBATIM redefines exp in C"
#define exp(x) x
ENDVERBATIM
BREAKPOINT { i = down(3) }
DISCRETE lin { : ### "DISCRETE lin: in NEURON each instance"
	a = 3
}
BEFORE STEP {
VERBATIM
	i = (int) 5 & 3.0; /* ### "BEFORE STEP: & of numbers that are no integers" */
	i = 3 << 40; /* ### "a shift by 40 of an integer of 32 bits" */
	i = 3 / 0; /* ### "a division of an integer by 0" */
	i = 3000000000 * 4000000000; /* ### "3e.09 . 4e.09 of integers, 2.53 or more" */
	{ long double z; } /* ### "a variable of type long double" */
	{ float z; *(double*) &z = 3; } /* ### "a pointer to float that is used as one to double" */
	switch (i) { case 1: i = 3; } /* ### "a switch over what is no integer" */
	{ int k; switch (k) { case 1: case 2: i = 3; break; case 1: i = 4; } } /* ### "the case 1 for the second time" */
	{ int k; switch (1) { case k: i = 3; } } /* ### "a case that is no constant integer" */
	{ double idx = 3, y[2]; mcell_ran4(&idx, y, 2, 1.); } /* ### "an index that is no uint32_t .rng" */
	{ uint32_t idx = 3; double y; mcell_ran4(&idx, &y, 2, 1.); } /* ### "mcell_ran4 of 2 draws, for which there is no room, .rng" */
	{ double y[2]; y[1.0] = 3; } /* ### "a subscript that is no integer" */
ENDVERBATIM
}
BEFORE SOLVE { } : ### "there is no BEFORE SOLVE"
AFTER SOLVE { FOR_NETCONS(w) { w = 3 } } : ### "FOR_NETCONS stands in AFTER SOLVE"
AFTER INITIAL { state_discontinuity(v, 3) } : ### "setting the membrane potential in AFTER INITIAL"
NET_RECEIVE (w, u) {
	FOR_NETCONS(w, u, z) { u = 3 } : ### "FOR_NETCONS has 3 arguments, and NET_RECEIVE has 2"
	u = fac(3)
}
FUNCTION fac(n) { if (n < 2) { fac = 1 } else { fac = n*fab(n) } }
FUNCTION fab(n) { fab = fac(n - 1) }
---
NEURON { SUFFIX nothing }
STATE { m }
INITIAL { m = 1 } : ### "INITIAL in a file of SUFFIX nothing"
---
NEURON { SUFFIX x EXTERNAL e_y } : ### "e_y is assigned here, and another mechanism.s"
INITIAL { e_y = 3 }
---
NEURON { ARTIFICIAL_CELL x NONSPECIFIC_CURRENT i } : ### "no membrane"
ASSIGNED { i }
INITIAL { i = v } : ### "an ARTIFICIAL_CELL has no v"
---
NEURON { POINT_PROCESS x BBCOREPOINTER p }
ASSIGNED { p y }
CONSTRUCTOR {
VERBATIM
	y = new int[3]; /* ### "VERBATIM in CONSTRUCTOR: new, which makes or ends objects of C..." */
ENDVERBATIM
}
NET_RECEIVE (w) {
VERBATIM
	y = there->run(3); /* ### "a call of the member run of a structure .engine" */
ENDVERBATIM
}
AFTER INITIAL {
VERBATIM
	y = foo(1); /* ### "the function foo" */
	y = foo(2); /* once for a block is enough */
ENDVERBATIM
}
---
NEURON { SUFFIX x }
INITIAL {
	printf("%d of %g\n", 3) : ### "the text of printf wants 2 numbers and is given 1"
	printf("%g%%, %y\n", 3, 4) : ### ".%y. in the text of printf is no conversion of C"
	printf("%g\n", 3, 4)
VERBATIM
	printf("%5.2f %i\n", t); /* ### "the text of printf wants 2 numbers and is given 1" */
ENDVERBATIM
}
---
NEURON { SUFFIX x RANGE i }
ASSIGNED { i }
INITIAL {
VERBATIM
	i = 3; /* what follows is no C that can be read: the block is left at the first of it */
	if (i) { case 3: i = 4; } /* ### "case, which does not stand right between the braces of a switch" */
ENDVERBATIM
}
BEFORE STEP {
VERBATIM
	switch ((int) i) { i = 3; case 2: ; } /* ### "case is wanted, not .i." */
ENDVERBATIM
}
AFTER SOLVE {
VERBATIM
	unsigned long u = 6364136223846793005ul; /* ### "an expression is wanted, not the number 6364136223846793005ul, an integer of 64 bits that is 2.53 or more" */
ENDVERBATIM
}
PROCEDURE asks() {
VERBATIM
	i = *getarg(1); /* ### "the function getarg \\(hoc\\)" */
ENDVERBATIM
}
BREAKPOINT { asks() }
---
NEURON { : an argument of FOR_NETCONS in C
	POINT_PROCESS x
	RANGE a
}
ASSIGNED { a }
NET_RECEIVE(w) {
	FOR_NETCONS(each) {
		each = each + 1
		VERBATIM
		a = _leach; /* ### "the argument each of FOR_NETCONS as _leach.*_fnargs1.0. for the first argument" */
		ENDVERBATIM
	}
}
---
NEURON { : moments at which NEURON ends
	SUFFIX x
	RANGE g, a
}
ASSIGNED { a }
STATE { m }
INITIAL { m = a*g } : ### "nothing declares g declare it in PARAMETER or ASSIGNED"
AFTER STEP { a = 1 } : ### "there is no AFTER STEP: NEURON's translator takes it, and NEURON ends when it loads the mechanism BEFORE STEP"
AFTER BREAKPOINT { a = 1 } : ### "there is no AFTER BREAKPOINT: NEURON's translator"
---
NEURON { : a stream of another generator made in INITIAL
	POINT_PROCESS x
	RANGE a
	THREADSAFE BBCOREPOINTER rng
}
PARAMETER { seed = 3 }
ASSIGNED { a rng }
INITIAL {
	VERBATIM
	*((nrnran123_State**)(&_p_rng)) = nrnran123_newstream((uint32_t)seed); /* ### "nrnran123_newstream with 1 argument" */
	a = nrnran123_dblpick((nrnran123_State*)_p_rng);
	ENDVERBATIM
}
---
NEURON { SUFFIX x RANGE i }
ASSIGNED { i }
VERBATIM
typedef union { double whole; int half[2]; } Bits; // ### "a union, whose members share their memory"
struct Shape : Base { double x; }; // ### "a structure of C.. that has another one in it"
typedef double (*Curve)(double); // ### "a pointer to a function"
enum Kind { A = 1, B = sizeof(struct Unknown) }; // ### "sizeof"
struct Pair { double x, *y; };
static struct Pair pair = {1, 0}; // ### "first values of the structure pair, whose members are not all numbers"
ENDVERBATIM
INITIAL {
VERBATIM
	{ Bits b; }
	{ Bits c; } /* once, where it is declared */
	{ struct Shape s; }
	{ Curve c; }
	i = B;
	i = pair.x;
	{ double z; double *q = &z; q++; } /* ### "the movement of a pointer that rall cannot follow" */
	{ double y[3], z[3], *q = y, *r = z; i = q < r; } /* ### "the comparison of pointers that are none into one array" */
	{ double y[3], z[3], *q = y, *r = z; i = q - r; } /* ### "arithmetic of pointers that are none into one array" */
	goto nowhere; /* ### "goto nowhere, which jumps into a block, or to a label that is not there" */
	goto inside; /* ### "goto inside, which jumps into a block" */
	if (i > 3) { inside: i = 2; }
ENDVERBATIM
}
BEFORE STEP {
VERBATIM
	for (int k = 0; k < 3; k++) {
		back: if (i > k) break; /* ### "a break or continue beside a goto back to back" */
		i = i + 1;
		if (i < 2) goto back;
	}
ENDVERBATIM
}
BREAKPOINT {
VERBATIM
	union { double a; int b; } u; /* ### "a union, whose members share their memory" */
ENDVERBATIM
}
