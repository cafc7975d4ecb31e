TITLE Spike-timing dependent plasticity of a weight elsewhere

COMMENT
Song S, Miller KD, Abbott LF (2000) Nat Neurosci 3:919-926. Events of weight 0 or more are presynaptic, others
postsynaptic; the weight stands behind a POINTER, as that of a NetCon does.
ENDCOMMENT

NEURON {
	POINT_PROCESS STDPWeight
	RANGE tauhebb, tauanti, hebbwt, antiwt, hebblast, antilast, softthresh, wmax, pairs
	POINTER synweight
}

PARAMETER {
	tauhebb = 20 (ms)
	tauanti = 20 (ms)
	hebbwt = 0.05
	antiwt = -0.0525
	wmax = 1
	softthresh = 1
}

ASSIGNED { synweight hebblast (ms) antilast (ms) pairs }

INITIAL {
	hebblast = -1e9
	antilast = -1e9
	pairs = 0
	synweight = 0.4*wmax
	net_send(0.7, 7)
}

NET_RECEIVE (w) {
	LOCAL change
	if (flag == 7) {
		: the cell's own train: a postsynaptic spike, ever later after the one before
		pairs = pairs + 1
		change = hebbwt*exp(-(t - hebblast)/tauhebb)
		adjust(change)
		antilast = t
		net_send(4 + 0.31*pairs, 7)
	} else {
		change = antiwt*exp(-(t - antilast)/tauanti)
		adjust(change)
		hebblast = t
	}
}

PROCEDURE adjust(by) {
	if (softthresh) {
		if (by > 0) { synweight = synweight + by*(1 - synweight/wmax) } else { synweight = synweight + by*synweight/wmax }
	} else {
		synweight = synweight + by
	}
	if (synweight > wmax) { synweight = wmax }
	if (synweight < 0) { synweight = 0 }
}
