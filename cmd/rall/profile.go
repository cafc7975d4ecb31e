package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/export/results"
	"github.com/rallsim/rall/runtime/record"
)

// writeProfile writes where the time went as a table beside the results, and
// prints it.
func writeProfile(sum *summary, spent []rall.Spent, res *record.Result, wall time.Duration) error {
	total := time.Duration(0)
	for _, x := range spent {
		total += x.Time
	}
	steps := res.Run.Reached / res.Run.Dt
	perStep := func(x rall.Spent) string {
		if x.Instances == 0 || steps < 1 {
			return ""
		}
		return strconv.FormatFloat(float64(x.Time.Nanoseconds())/float64(x.Instances)/steps, 'f', 2, 64)
	}
	fmt.Fprintf(os.Stderr, "%.3g s of threads' time in %.3g s:\n  %-10s %-16s %10s %7s %10s %18s\n", total.Seconds(), wall.Seconds(),
		"phase", "mechanism", "s", "%", "instances", "ns/instance-step")
	for _, x := range spent {
		n := ""
		if x.Instances > 0 {
			n = strconv.Itoa(x.Instances)
		}
		fmt.Fprintf(os.Stderr, "  %-10s %-16s %10.4f %7.2f %10s %18s\n", x.Phase, x.Mech, x.Time.Seconds(), 100*x.Time.Seconds()/max(total.Seconds(), 1e-9), n, perStep(x))
	}
	if over, threads := imbalance(spent); threads > 1 {
		fmt.Fprintf(os.Stderr, "  the busiest of %d threads stepped for %.1f %% more than their mean, by processor time\n", threads, 100*over)
	}
	path := filepath.Join(sum.Folder, "profile.csv")
	err := results.WriteText(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, "phase,mechanism,time_s,instances,ns_per_instance_step\n"); err != nil {
			return err
		}
		for _, x := range spent {
			if _, err := fmt.Fprintf(w, "%s,%s,%g,%d,%s\n", x.Phase, x.Mech, x.Time.Seconds(), x.Instances, perStep(x)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	sum.Files = append(sum.Files, path)
	return results.AddFiles(sum.Folder, []string{path})
}

// imbalance says by what part of their mean the processor time exceeds it that
// the busiest thread has stepped.
func imbalance(spent []rall.Spent) (over float64, threads int) {
	most, all := 0.0, 0.0
	for _, x := range spent {
		if x.Phase == "waiting" {
			t := x.Worked.Seconds()
			most, all = max(most, t), all+t
			threads++
		}
	}
	if all <= 0 {
		return 0, threads
	}
	return float64(most*float64(threads))/all - 1, threads
}
