TITLE C: mcell_ran4, several numbers a call, and its low index

NEURON {
    SUFFIX cran4
    NONSPECIFIC_CURRENT i
    RANGE counter, one, three, sum
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
PARAMETER { counter = 5 }
ASSIGNED { v (mV)  i (mA/cm2)  one  three  sum }

INITIAL {
    sum = 0
    VERBATIM
    mcell_ran4_init(0);
    ENDVERBATIM
    draw()
}
BREAKPOINT {
    SOLVE draw
    i = 1e-6*one
}
PROCEDURE draw() {
    VERBATIM
    double y[3], first;
    uint32_t idx = (uint32_t) counter;
    if (counter > 200 && counter < 204) mcell_ran4_init(9);
    first = mcell_ran4(&idx, y, 3, 2.0);
    one = y[0];
    three = y[2];
    sum += first - 1;
    mcell_ran4(&idx, &first, 1, 1.);
    sum += first * 0.5;
    counter = idx;
    ENDVERBATIM
}
