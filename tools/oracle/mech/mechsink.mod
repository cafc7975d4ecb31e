TITLE Takes events, with as many arguments as any, and does nothing

NEURON { POINT_PROCESS MechSink }
NET_RECEIVE (w, a, b, c, d, e, f) { }
