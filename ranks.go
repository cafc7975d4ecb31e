package rall

import (
	"errors"

	"github.com/rallsim/rall/runtime/comm"
	"github.com/rallsim/rall/runtime/sim"
)

// Transport joins the ranks of a run.
type Transport = comm.Transport

// World returns the transport that the launcher of this process wants: that of
// one rank, or MPI's under mpirun.
func World() (Transport, error) { return comm.World() }

// Agree tells all ranks of an error that any of them has.
func Agree(t Transport, err error) error { return comm.Agree(t, err) }

// OfOtherRank says whether an error only tells that another rank has one.
func OfOtherRank(err error) bool {
	var r *comm.RankError
	return errors.Is(err, sim.ErrOtherRank) || errors.As(err, &r) || errors.Is(err, comm.ErrAborted)
}
