COMMENT
The functions of the SCoP library that NEURON still has, for files that call
them. Their values are those of NEURON's; what they tell a variable step is
left out.
ENDCOMMENT
UNITSOFF

: the error function: its series of positive terms, and far out the continued
: fraction of what is missing to 1
FUNCTION erf(x) {
	LOCAL y, n, term, sum
	y = fabs(x)
	if (y < 2.5) {
		n = 1
		term = y
		sum = y
		while (term > sum*1e-18) {
			n = n + 2
			term = term*2*y*y/n
			sum = sum + term
		}
		sum = 1.1283791670955126*exp(-y*y)*sum
	} else if (y > 6) {
		sum = 1
	} else {
		sum = 0
		n = 60
		while (n > 0) {
			sum = n/2/(y + sum)
			n = n - 1
		}
		sum = 1 - 0.5641895835477563*exp(-y*y)/(y + sum)
	}
	if (x < 0) {
		sum = -sum
	}
	if (x != x) {
		sum = x
	}
	erf = sum
}

FUNCTION factorial(n) {
	LOCAL x, i
	x = floor(n + 0.1)
	if (n + 0.1 <= -1) {
		prterr("factorial of a negative number")
	}
	if (x < 2) {
		factorial = 1
	} else if (x < 20) {
		factorial = 1
		i = floor(n)
		while (i > 1) {
			factorial = factorial*i
			i = i - 1
		}
	} else {
		factorial = exp(-x)*pow(x, x)*sqrt(6.28318530*x)
	}
}

: densities and probabilities, not draws
FUNCTION gauss(x, mean, deviation) {
	LOCAL z
	z = (x - mean)/deviation
	gauss = exp(-0.5*z*z)/(sqrt(6.28318530)*deviation)
}
FUNCTION poisson(x, mean) { poisson = pow(mean, x)*exp(-mean)/factorial(x) }

FUNCTION hyperbol(x, max, k) { hyperbol = max*x/(x + k) }
FUNCTION revhyperbol(x, max, k) { revhyperbol = max*k/(x + k) }
FUNCTION sigmoid(x, max, k, n) {
	LOCAL p
	p = pow(x, n)
	sigmoid = max*p/(p + pow(k, n))
}
FUNCTION revsigmoid(x, max, k, n) {
	LOCAL p
	p = pow(k, n)
	revsigmoid = max*p/(p + pow(x, n))
}

FUNCTION harmonic(t, period, amplitude, offset) { harmonic = amplitude*sin(6.2831853/period*(t + offset)) }
FUNCTION squarewave(t, period, amplitude) {
	if (fmod(t/period, 1) < 0.5) {
		squarewave = amplitude
	} else {
		squarewave = -amplitude
	}
}
FUNCTION sawtooth(t, period, amplitude) { sawtooth = amplitude*fmod(t/period, 1) }
FUNCTION revsawtooth(t, period, amplitude) { revsawtooth = amplitude*(1 - fmod(t/period, 1)) }
FUNCTION ramp(t, begin, height, duration) {
	if (t < begin) {
		ramp = 0
	} else if (t > begin + duration) {
		ramp = height
	} else {
		ramp = (t - begin)*height/duration
	}
}
FUNCTION pulse(t, begin, height, duration) {
	pulse = 0
	if (t >= begin && t < begin + duration) {
		pulse = height
	}
}
FUNCTION perpulse(t, begin, height, duration, pause) {
	LOCAL period
	perpulse = 0
	period = duration + pause
	if (t >= begin && fmod((t - begin)/period, 1)*period < duration) {
		perpulse = height
	}
}
FUNCTION step(t, begin, height) {
	step = 0
	if (t >= begin) {
		step = height
	}
}
FUNCTION perstep(t, begin, period, height) {
	LOCAL n
	perstep = 0
	if (t >= begin) {
		n = (t - begin)/period
		perstep = (n - fmod(n, 1) + 1)*height
	}
}
