TITLE Takes events and does nothing

NEURON { POINT_PROCESS MechSink }
NET_RECEIVE (w) { }
