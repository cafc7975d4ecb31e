package rall

import "testing"

// TestHocCOrder: the order in which C is evaluated: assignments whose left or right side does
// something, a for whose counter or bound is changed on the way; and escapes of characters. What
// NEURON 9.0.2 prints.
func TestHocCOrder(t *testing.T) {
	hocPrints(t, map[string]string{"order": `NEURON { SUFFIX nothing }
VERBATIM
static int order = 0;
static int call(int r) { order = order*10 + r; return r; }
static int side(int* p) { *p += 10; return 1; }
static void skip(int* p) { (*p)++; }
ENDVERBATIM
FUNCTION c1() { VERBATIM
int i, s = 0; int *p = &i; for (i = 0; i < 5; i++) { *p += 1; s++; } _lc1 = s;
ENDVERBATIM
}
FUNCTION c2() { VERBATIM
int i, s = 0; int *p = &i; for (i = 0; i < 5; i++) s = s*10 + *p; _lc2 = s;
ENDVERBATIM
}
FUNCTION c3() { VERBATIM
int i, n = 0; for (i = 0; i < 6; i++) { skip(&i); n++; } _lc3 = n*100 + i;
ENDVERBATIM
}
FUNCTION c4() { VERBATIM
int i, s = 0; for (i = 0; i < (s++, 5); i++) ; _lc4 = s;
ENDVERBATIM
}
FUNCTION c5() { VERBATIM
int i, s = 0; for (i = -1; i < 3u; i++) s++; _lc5 = s;
ENDVERBATIM
}
FUNCTION c6() { VERBATIM
int x = 1; x += side(&x); _lc6 = x;
ENDVERBATIM
}
FUNCTION c7() { VERBATIM
double x = 2; int y = 1; x *= side(&y) + y; _lc7 = x;
ENDVERBATIM
}
FUNCTION c8() { VERBATIM
int i = 2, a[4] = {0}; a[++i] = i; _lc8 = a[3];
ENDVERBATIM
}
FUNCTION c9() { VERBATIM
int i = 1, a[4] = {0}; a[i] = i++; _lc9 = a[0] + 10*a[1] + 100*a[2] + 1000*i;
ENDVERBATIM
}
FUNCTION c10() { VERBATIM
int i = 0, a[3] = {1,2,3}; a[i] += (i = 2)*10; _lc10 = a[0] + 1000*a[2];
ENDVERBATIM
}
FUNCTION c11() { VERBATIM
int i = 0; double m[2][2] = {{1,2},{3,4}}; m[i][i] = (i = 1)*10; _lc11 = m[0][0] + 100*m[1][1];
ENDVERBATIM
}
FUNCTION c12() { VERBATIM
order = 0; int a[4] = {0}; a[call(1)] = call(2); _lc12 = order*10 + a[1];
ENDVERBATIM
}
FUNCTION c13() { VERBATIM
order = 0; int a[4] = {0}; a[call(1)] += call(3); _lc13 = order*10 + a[1];
ENDVERBATIM
}
FUNCTION c14() { VERBATIM
int x = 5; x += x++ * 2; _lc14 = x;
ENDVERBATIM
}
FUNCTION c15() { VERBATIM
int x = 5; x += (x = 3); _lc15 = x;
ENDVERBATIM
}
FUNCTION c16() { VERBATIM
int x = 5; int y = (x += 2) + 1; _lc16 = x*10 + y;
ENDVERBATIM
}
FUNCTION c17() { VERBATIM
int i = 0, a[4] = {1,2,3,4}; a[i++] = a[i++]*10; _lc17 = a[0] + 10*a[1] + 1000*i;
ENDVERBATIM
}
FUNCTION c18() { VERBATIM
int i = 0, a[4] = {1,2,3,4}; a[i++] += a[i++]*10; _lc18 = a[0] + 10*a[1] + 1000*i;
ENDVERBATIM
}
FUNCTION c19() { VERBATIM
int i = 3, a[5] = {1,2,3,4,5}; a[i--] += a[i]*10; _lc19 = a[3] + 1000*i;
ENDVERBATIM
}
FUNCTION c20() { VERBATIM
int i = 3; double a[5] = {1,2,3,4,5}; a[i--] += sqrt(a[i]); _lc20 = a[3] + 1000*i;
ENDVERBATIM
}
FUNCTION c21() { VERBATIM
int i = 3, a[5] = {1,2,3,4,5}; a[i--] = a[i]*10; _lc21 = a[3] + 1000*i;
ENDVERBATIM
}
FUNCTION c22() { VERBATIM
int a[3] = {1,2,3}, *p = a; *p++ = *p*10; *p++ += *p*10; _lc22 = a[0] + 100*a[1];
ENDVERBATIM
}
FUNCTION c23() { VERBATIM
int a[3] = {1,2,3}, b[3] = {10,20,30}, *p = a; p[1] = (p = b, 7); _lc23 = a[1] + 100*b[1];
ENDVERBATIM
}
FUNCTION c24() { VERBATIM
_lc24 = '\x41' + '\101'*1000 + '\0' + '\12'*1e6 + '\''*1e9 + '\\'*1e12;
ENDVERBATIM
}
FUNCTION c25() { VERBATIM
_lc25 = '\xff' + '\v'*1000 + '\?'*1e6;
ENDVERBATIM
}
FUNCTION c26() { VERBATIM
static int n = 'a' + 1; _lc26 = n;
ENDVERBATIM
}
`}, `proc show() {
	printf("%.15g ", c1())
	printf("%.15g ", c2())
	printf("%.15g ", c3())
	printf("%.15g ", c4())
	printf("%.15g ", c5())
	printf("%.15g ", c6())
	printf("%.15g ", c7())
	printf("%.15g ", c8())
	printf("%.15g ", c9())
	printf("%.15g ", c10())
	printf("%.15g ", c11())
	printf("%.15g ", c12())
	printf("%.15g ", c13())
	printf("%.15g ", c14())
	printf("%.15g ", c15())
	printf("%.15g ", c16())
	printf("%.15g ", c17())
	printf("%.15g ", c18())
	printf("%.15g ", c19())
	printf("%.15g ", c20())
	printf("%.15g ", c21())
	printf("%.15g ", c22())
	printf("%.15g ", c23())
	printf("%.15g ", c24())
	printf("%.15g ", c25())
	printf("%.15g ", c26())
	print ""
}
show()
`, "3 1234 306 6 0 12 24 2 2100 23001 1001 212 313 16 6 78 2101 2121 2034 2006 2040 3210 702 92039010065065 63010999 98 \n")
}
