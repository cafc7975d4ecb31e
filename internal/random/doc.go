// Package random draws the numbers of a model: NEURON's Random123 streams,
// its Random class with the distributions, the hashes by which NetPyNE names
// streams, and the keys of rall's own streams.
//
// In: identities (seed, purpose, gids, instances). Out: the same numbers on
// every machine, thread and rank, because a stream is a counter and its key
// and nothing else. Next: spec/build draws the network from it, runtime/sim
// hands streams to mechanisms and saves their positions in checkpoints.
//
// # The generator
//
// Philox4x32 with ten rounds (Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011) maps a counter of four 32-bit words
// and a key of two to four random words. NEURON's layout is counter
// {sequence, id3, id1, id2} and key {global index, 0}; the words of a block
// are used in order, then the sequence grows by one.
//
// # Two ways to name a stream
//
// NetPyNE's: New(id1, id2, id3) with ids that are hashes of strings and gid
// lists, HashStr and HashList. They are 32 bits, made of few facts, and some
// of them coincide (two rules between the same cells, two stimulators on one
// cell); the netpyne mode needs exactly these.
//
// rall's: Keyed(seed, purpose, identity...). The purpose says what is drawn
// ("conn/E->E/weight"), the identity for whom (gids, edge, instance). The
// stream is keyed by 128 bits of a hash of all of it, so that streams of
// different purposes or identities are independent, and none depends on a
// slot, thread or rank.
package random
