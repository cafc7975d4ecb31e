NEURON { SUFFIX x
	RANG g  : ### "syntax: .*RANG.* did you mean .RANGE."
	RANGE a,, b : ### "a variable is wanted"
}
PARAMETER {
	a = = 3 : ### "a number is wanted"
	b = 4 (mV : ### "not closed by a parenthesis"
	c = 5 <1 2> : ### "\",\" is wanted"
	if = 3 : ### "a parameter is wanted, not .if."
}
ASSIGNED { d[0] } : ### "must be from 1"
INITIAL {
	a = 3 + * 2 : ### "an expression is wanted, not .\\*"
}
---
NEURON { SUFFIX x }
ASSIGNED { a b }
INITIAL {
	a = (b + 3 : ### "the parenthesis that begins here is not closed: \"\\)\" is wanted before .b."
	b = 4
	a = b c : ### "\"=\" is wanted after"
	a = b % 3 : ### "a statement is wanted, not .%."
	a + b : ### "\"=\" is wanted after"
	b = 3
}
PROCEDUR q() { } : ### "did you mean .PROCEDURE."
PROCEDURE p( { : ### "an argument is wanted"
}
FUNCTION r() { r = 3 $ } : ### "a statement is wanted, not .\\$."
---
NEURON { SUFFIX x }
INITIAL {
	if (1) { : ### "not closed before PROCEDURE at line 5"

PROCEDURE p() { }
---
NEURON { SUFFIX x }
VERBATIM : ### "without END"
int x;
---
NEURON { SUFFIX x }
COMMENT : ### "without END"
int x;
---
: ### "there is no NEURON block"
PARAMETER { a }
---
NEURON { SUFFIX x }
ASSIGNED { é } : ### "a variable is wanted, not .é."
INITIAL {
	FROM i = 0.5 TO 3 { } : ### "an integer is wanted"
	FROM i = 0 { } : ### "TO is wanted"
	WATCH (a) 3 : ### "\">\" or \"<\""
	SOLVE 3 : ### "the name of a block"
}
