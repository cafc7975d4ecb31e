// Package validate compares rall with reference simulators. Its tests hold
// what rall computes for the models of corpus/ against golden results, or,
// with RALL_GOLDEN_ROOT set to a folder laid out as corpus/, against results
// that the oracles have made a moment ago.
package validate
