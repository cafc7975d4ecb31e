package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/rallsim/rall/export/results"
)

// series is several trials of one model, as they were asked for. It is kept in
// trials.json, so that rall resume can go on with it.
type series struct {
	First   int             `json:"first"`
	N       int             `json:"trials"`
	Restart restart         `json:"restart"`
	Options results.Options `json:"options"` // without texts
}

// trials sums up several trials; it is what trials.json holds.
type trials struct {
	Folder string            `json:"folder"`
	N      int               `json:"trials"` // that have reached their end: those of the means
	Asked  int               `json:"asked"`
	Rates  map[string]spread `json:"rates_Hz"`
	Each   []summary         `json:"each"` // those that have begun
	Series *series           `json:"series,omitempty"`
}

// spread is a rate over trials [Hz].
type spread struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"` // of the sample, n-1; 0 for a single trial
}

const trialsFile = "trials.json"

func trialFolder(out string, k int) string { return filepath.Join(out, fmt.Sprintf("trial_%03d", k)) }

// overTrials sums up the trials that have begun.
func overTrials(out string, all []summary, s *series) *trials {
	t := &trials{Folder: out, Asked: s.N, Rates: map[string]spread{}, Each: all, Series: s}
	var whole []*summary
	for i := range all {
		if !all[i].Stopped {
			whole = append(whole, &all[i])
		}
	}
	t.N = len(whole)
	if t.N == 0 {
		return t
	}
	for _, name := range whole[0].names() {
		var s spread
		for _, one := range whole {
			s.Mean += one.Rates[name]
		}
		s.Mean /= float64(t.N)
		for _, one := range whole {
			d := one.Rates[name] - s.Mean
			s.SD += d * d
		}
		s.SD = math.Sqrt(s.SD / float64(max(1, t.N-1)))
		t.Rates[name] = s
	}
	return t
}

func (t *trials) print(w io.Writer) {
	switch {
	case t.N == t.Asked:
		fmt.Fprintf(w, "%d trials, mean rate and standard deviation:\n", t.N)
	case t.N == 0:
		fmt.Fprintf(w, "none of %d trials has reached its end\n", t.Asked)
	default:
		fmt.Fprintf(w, "%d of %d trials have reached their end; their mean rate and standard deviation:\n", t.N, t.Asked)
	}
	if t.N > 0 {
		pops := t.Each[0].names()
		width := nameWidth(pops)
		for _, name := range pops {
			fmt.Fprintf(w, "  %-*s %8.3f ± %.3f Hz\n", width, name, t.Rates[name].Mean, t.Rates[name].SD)
		}
	}
	fmt.Fprintf(w, "wrote %s\n", filepath.Join(t.Folder, trialsFile))
}

// write writes trials.json, whole or not at all.
func (t *trials) write() error {
	if err := os.MkdirAll(t.Folder, 0o777); err != nil {
		return err
	}
	path := filepath.Join(t.Folder, trialsFile)
	temp := filepath.Join(t.Folder, "."+trialsFile+".part")
	if err := os.WriteFile(temp, jsonText(t), 0o666); err != nil {
		os.Remove(temp)
		return err
	}
	return os.Rename(temp, path)
}

// readTrials reads what an earlier run left in out; nil if that is nothing.
func readTrials(out string) *trials {
	var t trials
	text, err := os.ReadFile(filepath.Join(out, trialsFile))
	if err != nil || json.Unmarshal(text, &t) != nil {
		return nil
	}
	t.Folder = out // it may have been moved
	for i := range t.Each {
		t.Each[i].Folder = filepath.Join(out, filepath.Base(t.Each[i].Folder))
	}
	return &t
}

// oldTrials lists the folders of trials that an earlier run left in out.
func oldTrials(out string) []string {
	t := readTrials(out)
	if t == nil {
		return nil
	}
	dirs := []string{}
	for i := range t.Each {
		dirs = append(dirs, t.Each[i].Folder)
	}
	return dirs
}

// one is the summary of trial k, nil if it has not begun.
func (t *trials) one(k int) *summary {
	for i := range t.Each {
		if t.Each[i].Trial == k {
			return &t.Each[i]
		}
	}
	return nil
}

// goOn runs the trials that have not reached their end, those that were stopped
// from where they were, and writes trials.json after each. Rank 0 alone returns
// a summary, if there is something to sum up.
func (j *job) goOn(ctx context.Context, t *trials, options results.Options, resume bool, bar func(k int) *progress, each func(*summary, bool)) (*trials, error) {
	s := t.Series
	before := *t
	t = overTrials(before.Folder, nil, s)
	save := func() error {
		return j.first(func() error {
			*t = *overTrials(t.Folder, t.Each, s)
			if err := t.write(); err != nil {
				return &exit{exitRun, err}
			}
			return nil
		})
	}
	// A run that is killed in its first trial can be gone on with too.
	t.Each = before.Each
	failed := save()
	t.Each = nil
	for k := s.First; k < s.First+s.N; k++ {
		if old := before.one(k); old != nil && !old.Stopped {
			t.Each = append(t.Each, *old)
			continue
		}
		if failed != nil {
			if old := before.one(k); old != nil {
				t.Each = append(t.Each, *old)
			}
			continue
		}
		again := s.Restart
		again.Trial = k
		dir := trialFolder(t.Folder, k)
		log, open := results.Join(dir), false
		if resume {
			// Without a checkpoint the trial begins anew.
			if u, err := results.Open(dir); err == nil {
				c, err := u.Checkpoint()
				log, open = u, err == nil && c != nil
			}
			open = j.ofFirst(open) // all have looked before one begins
		}
		if !open {
			failed = j.first(func() (err error) {
				if log, err = results.Start(dir, options, again); err != nil {
					err = &exit{exitRun, err}
				}
				return err
			})
		}
		var sum *summary
		if failed == nil {
			sum, failed = j.carryOut(ctx, log, again, bar(k), open)
			failed = j.agree(failed) // of plots rank 0 alone knows
		}
		if failed == nil && k+1 < s.First+s.N && j.agree(ctx.Err()) != nil {
			failed = &exit{exitInterrupted, fmt.Errorf("interrupted after %d of %d trials; what was computed is in %s, and rall resume %[3]s goes on", k+1-s.First, s.N, t.Folder)}
		}
		if sum != nil {
			each(sum, len(t.Each) == 0)
			t.Each = append(t.Each, *sum)
		} else if old := before.one(k); old != nil {
			t.Each = append(t.Each, *old)
		}
		if err := save(); err != nil && failed == nil {
			failed = err
		}
	}
	if err := save(); err != nil && failed == nil {
		failed = err
	}
	return t, failed
}

// refreshTrials writes trials.json anew where a trial of it has been gone on
// with by itself.
func refreshTrials(sum *summary) error {
	folder, err := filepath.Abs(sum.Folder)
	if err != nil {
		return err
	}
	out := filepath.Dir(folder)
	t := readTrials(out)
	if t == nil || t.Series == nil || filepath.Base(folder) != filepath.Base(trialFolder(out, sum.Trial)) {
		return nil
	}
	one := t.one(sum.Trial)
	if one == nil {
		return nil
	}
	*one = *sum
	one.Folder = folder
	return overTrials(out, t.Each, t.Series).write()
}

// removeStale removes what is left of earlier results in out, which this run
// replaces: single ones where there are trials now, and further trials.
func removeStale(out string, old []string, all []summary) {
	mine := map[string]bool{}
	for i := range all {
		mine[all[i].Folder] = true
	}
	if !mine[out] {
		results.Remove(out)
	} else if old != nil {
		os.Remove(filepath.Join(out, trialsFile))
	}
	for _, dir := range old {
		if !mine[dir] {
			results.Remove(dir)
		}
	}
}
