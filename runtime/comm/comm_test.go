package comm

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// exercise calls a transport as a run does, many times over, and checks what
// every rank is given.
func exercise(t Transport) error {
	n, me := t.Size(), t.Rank()
	for round := range 200 {
		// Some ranks have nothing to say in some rounds.
		spikesOf := func(r int) []Spike {
			var out []Spike
			for k := range (r*7 + round*3) % 5 {
				out = append(out, Spike{At: float64(1000*round + 10*r + k), Source: int32(r)})
			}
			return out
		}
		var want []Spike
		bits := uint32(0)
		for r := range n {
			if r != me {
				want = append(want, spikesOf(r)...)
			}
			if (r+round)%4 == 0 {
				bits |= 1 << r
			}
		}
		mine := uint32(0)
		if (me+round)%4 == 0 {
			mine = 1 << me
		}
		got, all, err := t.Exchange(spikesOf(me), mine, nil)
		if err != nil {
			return err
		}
		if !slices.Equal(got, want) || all != bits {
			return fmt.Errorf("round %d, rank %d: %v and bits %x, want %v and %x", round, me, got, all, want, bits)
		}
		text := func(r int) string { return strings.Repeat(fmt.Sprint(r, ",", round, ";"), (r+round)%3*50) }
		shared, err := t.Share([]byte(text(me)))
		if err != nil {
			return err
		}
		for r := range n {
			if string(shared[r]) != text(r) {
				return fmt.Errorf("round %d, rank %d: rank %d shared %q", round, me, r, shared[r])
			}
		}
	}
	err := Agree(t, nil)
	if err != nil {
		return err
	}
	var own error
	if me == n-1 {
		own = errors.New("mine")
	}
	err = Agree(t, own)
	var other *RankError
	if me == n-1 && err != own || me != n-1 && (!errors.As(err, &other) || other.Rank != n-1 || other.Text != "mine") {
		return fmt.Errorf("rank %d agrees on %v", me, err)
	}
	return nil
}

func TestTransports(t *testing.T) {
	if err := exercise(One()); err != nil {
		t.Error("one:", err)
	}
	for _, n := range []int{1, 2, 3, 7} {
		errs := make([]error, n)
		var wg sync.WaitGroup
		for r, tr := range Local(n) {
			wg.Add(1)
			go func() {
				defer wg.Done()
				errs[r] = exercise(tr)
			}()
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Errorf("%d ranks: %v", n, err)
		}
	}
}

// A rank that gives up does not leave others waiting.
func TestAbort(t *testing.T) {
	tr := Local(3)
	done := make(chan error)
	for r := range 2 {
		go func() {
			_, err := tr[r].Share(nil)
			done <- err
		}()
	}
	tr[2].Abort(1)
	for range 2 {
		if err := <-done; !errors.Is(err, ErrAborted) {
			t.Error(err)
		}
	}
}

// TestWorld: this process is a rank of whatever has started it. Under mpirun,
// with -tags mpi, it tests MPI; without the tag, it is told so.
func TestWorld(t *testing.T) {
	tr, err := World()
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if err := exercise(tr); err != nil {
		t.Fatal(err)
	}
	t.Logf("rank %d of %d", tr.Rank(), tr.Size())
	if n, _ := launched(); n != tr.Size() {
		t.Errorf("%d ranks, started as %d", tr.Size(), n)
	}
}

func TestWithoutMPI(t *testing.T) {
	for _, v := range []string{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK", "SLURM_NTASKS", "SLURM_STEP_NUM_TASKS"} {
		t.Setenv(v, "")
		os.Unsetenv(v)
	}
	for _, c := range []struct {
		env  string
		fail bool
	}{{"", false}, {"OMPI_COMM_WORLD_SIZE=1", false}, {"OMPI_COMM_WORLD_SIZE=2", true}, {"PMI_SIZE=4", true},
		{"SLURM_NTASKS=4", false}, {"SLURM_NTASKS=4 PMIX_RANK=0", true}} {
		for _, e := range strings.Fields(c.env) {
			k, v, _ := strings.Cut(e, "=")
			os.Setenv(k, v)
		}
		if _, err := withoutMPI(); (err != nil) != c.fail {
			t.Errorf("%q: %v", c.env, err)
		}
		for _, e := range strings.Fields(c.env) {
			k, _, _ := strings.Cut(e, "=")
			os.Unsetenv(k)
		}
	}
}
