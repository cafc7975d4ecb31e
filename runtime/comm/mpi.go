//go:build mpi

package comm

/*
#cgo pkg-config: ompi
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

// One buffer for what the ranks send each other, and the counts and places of
// their parts in it. One goroutine at a time communicates.
static int ranks, rank;
static int *counts, *places, *heads;
static char *room;
static size_t roomSize;

static int rallStart(void) {
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	counts = malloc(sizeof(int) * ranks);
	places = malloc(sizeof(int) * ranks);
	heads = malloc(sizeof(int) * 2 * ranks);
	return counts && places && heads ? 0 : -1;
}

// rallGather sends n bytes and some bits to all ranks, and receives theirs. It
// returns the number of bytes received, -1 where there are too many for MPI's
// counts, -2 where there is no memory. The bits of all are in *bits.
static long long rallGather(const void *send, int n, unsigned *bits) {
	int head[2] = {n, (int)*bits};
	MPI_Allgather(head, 2, MPI_INT, heads, 2, MPI_INT, MPI_COMM_WORLD);
	long long total = 0;
	for (int r = 0; r < ranks; r++) {
		counts[r] = heads[2 * r];
		places[r] = (int)total;
		total += counts[r];
		*bits |= (unsigned)heads[2 * r + 1];
	}
	if (total > INT_MAX) return -1;
	if (total == 0) return 0;
	if ((size_t)total > roomSize) {
		char *more = realloc(room, 2 * (size_t)total);
		if (!more) return -2;
		room = more;
		roomSize = 2 * (size_t)total;
	}
	MPI_Allgatherv(send, n, MPI_BYTE, room, counts, places, MPI_BYTE, MPI_COMM_WORLD);
	return total;
}

static int rallCount(int r) { return counts[r]; }
static int rallPlace(int r) { return places[r]; }
static char *rallRoom(void) { return room; }
static void rallAbort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }
*/
import "C"

import (
	"errors"
	"os"
	"unsafe"

	"github.com/emer/empi/mpi"
)

// MPI says whether this program knows MPI.
const MPI = true

// World returns the transport that the launcher of this process wants.
func World() (Transport, error) {
	if !underLauncher() {
		return One(), nil
	}
	if err := mpi.InitThreadSafe(); err != nil {
		return nil, err
	}
	if C.rallStart() != 0 {
		return nil, errors.New("MPI: no memory")
	}
	return world{}, nil
}

// underLauncher says whether a launcher has started this process as a rank.
func underLauncher() bool {
	for _, v := range []string{"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK"} {
		if os.Getenv(v) != "" {
			return true
		}
	}
	return false
}

// world is MPI_COMM_WORLD.
type world struct{}

func (world) Rank() int    { return mpi.WorldRank() }
func (world) Size() int    { return mpi.WorldSize() }
func (world) Abort(c int)  { C.rallAbort(C.int(c)) }
func (world) Close() error { mpi.Finalize(); return nil }

// gather sends bytes and bits to all ranks.
func gather(p unsafe.Pointer, n int, bits uint32) (uint32, error) {
	all := C.uint(bits)
	switch size := C.rallGather(p, C.int(min(n, 1<<31-1)), &all); {
	case size == -1:
		return 0, errors.New("MPI: more than 2 GiB at once between ranks")
	case size < 0:
		return 0, errors.New("MPI: no memory")
	}
	return uint32(all), nil
}

// part returns what rank r has sent: the buffer's own bytes.
func part(r int) []byte {
	n := int(C.rallCount(C.int(r)))
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(C.rallRoom()), int(C.rallPlace(C.int(r))))), n)
}

const spikeSize = int(unsafe.Sizeof(Spike{}))

func (w world) Exchange(out []Spike, bits uint32, into []Spike) ([]Spike, uint32, error) {
	bits, err := gather(unsafe.Pointer(unsafe.SliceData(out)), len(out)*spikeSize, bits)
	if err != nil {
		return into, bits, err
	}
	me := w.Rank()
	for r := range w.Size() {
		if b := part(r); r != me && len(b) > 0 {
			into = append(into, unsafe.Slice((*Spike)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/spikeSize)...)
		}
	}
	return into, bits, nil
}

func (w world) Share(b []byte) ([][]byte, error) {
	if _, err := gather(unsafe.Pointer(unsafe.SliceData(b)), len(b), 0); err != nil {
		return nil, err
	}
	all := make([][]byte, w.Size())
	for r := range all {
		all[r] = append([]byte{}, part(r)...)
	}
	return all, nil
}
