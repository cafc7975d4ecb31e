NEURON { : what NEURON has one of for all instances
	SUFFIX x
	RANGE g
	GLOBAL count, fine
}
LOCAL done, q, first
ASSIGNED { g count fine }
INITIAL {
	if (done == 0) { : ### "neuron-compat: what done becomes here depends on what it was: NEURON has one for all instances .* keep it in an ASSIGNED"
		done = 1
		geom()
	}
	count = count + 1 : ### "neuron-compat: what count becomes here"
	q = 3
	q = q*2
	fine = q
	start()
	if (first == 0) { first = 1 }
}
PROCEDURE geom() { g = 7 }
PROCEDURE start() { first = 0 }
---
NEURON { : what all instances would compute alike
	SUFFIX x
	GLOBAL vol
}
DEFINE N 3
LOCAL done, q
ASSIGNED { vol[N] }
STATE { m }
INITIAL {
	if (done == 0) {
		done = 1
		geom(2)
	}
	m = vol[1]*q
}
PROCEDURE geom(k) { LOCAL r
	r = k/2
	vol[0] = 0
	FROM i = 0 TO N - 2 {
		vol[i] = vol[i] + r
		vol[i + 1] = r
	}
	q = celsius*r
}
---
NEURON { : the first instance's diameter
	SUFFIX x
}
LOCAL done, q
STATE { m }
ASSIGNED { diam (um) }
INITIAL {
	if (done == 0) { : ### "neuron-compat: what done becomes here"
		done = 1
		q = diam
	}
	m = q
}
---
NEURON { : instances counted by way of a LOCAL and of a function
	SUFFIX x
	RANGE id, other
}
LOCAL count, number
ASSIGNED { id other }
INITIAL { LOCAL n
	n = count + 1
	count = n : ### "neuron-compat: what count becomes here"
	id = n
	number = next() : ### "neuron-compat: what number becomes here"
	other = number
}
FUNCTION next() { next = number + 1 }
