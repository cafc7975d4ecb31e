TITLE Spike-timing dependent plasticity of the weight of a connection

COMMENT
Song S, Miller KD, Abbott LF (2000) Nat Neurosci 3:919-926: each spike pairs with the latest one of the other cell. Events of
weight 1 are presynaptic, of -1 postsynaptic, as connParams' plast sends them. What a pair changes, it changes 0.8 ms later.
ENDCOMMENT

NEURON {
	POINT_PROCESS STDP
	RANGE tauhebb, tauanti, hebbwt, antiwt, wmax, softthresh, last, pres, posts
	POINTER synweight
}

PARAMETER {
	tauhebb = 10 (ms)
	tauanti = 10 (ms)
	hebbwt = 1
	antiwt = -1
	wmax = 15
	softthresh = 0
}

ASSIGNED { synweight last pre (ms) post (ms) pres posts change }

INITIAL {
	pre = -1e9
	post = -1e9
	pres = 0
	posts = 0
	change = 0
	last = 0
}

NET_RECEIVE (w) {
	if (flag == 3) {
		last = change
		if (softthresh) {
			last = last*(1 - synweight/wmax)
		}
		synweight = synweight + last
		change = 0
		if (synweight > wmax) { synweight = wmax }
		if (synweight < 0) { synweight = 0 }
	} else if (w > 0) {
		pre = t
		pres = pres + 1
		change = change + antiwt*exp((post - t)/tauanti)
		net_send(0.8, 3)
	} else {
		post = t
		posts = posts + 1
		change = change + hebbwt*exp((pre - t)/tauhebb)
		net_send(0.8, 3)
	}
}
