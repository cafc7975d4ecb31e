TITLE A concentration of species that follows the potential, for mechanisms that read one

NEURON { SUFFIX MechPool USEION species WRITE speciesi RANGE base, gain, tau }
PARAMETER { base = 1 (mM) gain = 1 tau = 7 (ms) }
ASSIGNED { v (mV) aim (mM) }
STATE { speciesi (mM) }
INITIAL { speciesi = base }
BREAKPOINT { SOLVE pool METHOD cnexp }
DERIVATIVE pool {
	aim = base
	if (v > -80) { aim = base*(1 + gain*(v + 80)/100) }
	speciesi' = (aim - speciesi)/tau
}
