TITLE Axial current into a CV's neighbour, summed up through POINTERs

NEURON {
    SUFFIX sense
    RANGE ri, ia, w
    POINTER other, sum, total
}
ASSIGNED {
    v (mV)
    other (mV)
    sum (nA)
    total (nA)
    ri (Mohm)
    ia (nA)
    w
}
AFTER SOLVE {
    ia = (other - v)/ri
    sum = sum + w*ia
    total = total + ia
}
AFTER INITIAL {
    ia = (other - v)/ri
    sum = sum + w*ia
    total = total + ia
}
