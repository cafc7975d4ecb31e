TITLE A current of species that depends on the potential, for mechanisms that read one

NEURON { SUFFIX MechDrive USEION species WRITE ispecies RANGE g }
PARAMETER { g = 1e-5 (S/cm2) }
ASSIGNED { v (mV) ispecies (mA/cm2) }
BREAKPOINT { ispecies = g*(v - 70)/(1 + exp(-(v + 30)/8)) }
