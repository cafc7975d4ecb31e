TITLE Forward Euler, arrays and loops
NEURON {
    SUFFIX eul
    NONSPECIFIC_CURRENT i
    RANGE gl, s0, s1, s2, n, sum
}
DEFINE N 3
PARAMETER { gl = 1e-5 }
ASSIGNED { v (mV) i (mA/cm2) s0 s1 s2 n sum rate[N] }
STATE { m }
INITIAL {
    m = 0.2
    FROM k = 0 TO N-1 { rate[k] = 0.1*(k + 1) }
    shells()
}
BREAKPOINT {
    SOLVE st METHOD euler
    i = gl*(v + 65)
}
DERIVATIVE st {
    shells()
    m' = (0.5 - m*m)/4 + v/1000
}
PROCEDURE shells() {
    LOCAL last
    sum = 0
    FROM k = 0 TO N-1 {
        rate[k] = rate[k] + 0.01*(m - rate[k])
        sum = sum + rate[k]*(k + 1)
    }
    s0 = rate[0]
    s1 = rate[1]
    s2 = 0
    last = 1.5 + m
    FROM k = 0 TO last { s2 = s2*2 + rate[k] }
    n = 0
    while (n*n < 20*m + sum && n < 50) {
        n = n + 1
    }
}
