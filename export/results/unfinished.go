package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rallsim/rall/internal/wholefile"
	"github.com/rallsim/rall/runtime/record"
)

// unfinishedDir is the folder, inside that of the results, of a run that is
// under way or was ended before it could write them:
//
//	head.json               what the result is made of but events and samples
//	part000-rank0000.log    those, in chunks; a part more each time it is resumed
//	checkpoint-…            where it can be resumed
const (
	unfinishedDir = "unfinished"
	headFile      = "head.json"
	headFormat    = "rall unfinished run 1"
)

// Unfinished is a run whose results are not written yet.
type Unfinished struct {
	dir  string // of the results
	head head
	log  *record.LogWriter
	sync chan error // the last Sync's outcome, while one is under way

	failed error // of writing the log
}

// head is head.json. Restart is the caller's own: what it needs to load the
// model again.
type head struct {
	Format  string          `json:"format"`
	Restart json.RawMessage `json:"restart"`
	Options Options         `json:"options"`
	Outline *record.Outline `json:"outline"`
}

// Start makes room in dir for a run. It replaces what another run has left
// there only if opt.Force is set.
func Start(dir string, opt Options, restart any) (*Unfinished, error) {
	if err := CheckFolder(dir); err != nil && !(opt.Force && errors.Is(err, ErrExists)) {
		return nil, err
	}
	text, err := json.Marshal(restart)
	if err != nil {
		return nil, err
	}
	u := &Unfinished{dir: dir, head: head{Format: headFormat, Restart: text, Options: opt}}
	os.RemoveAll(u.folder())
	return u, os.MkdirAll(u.folder(), 0o777)
}

// Join gives another rank access to a run that rank 0 has started.
func Join(dir string) *Unfinished { return &Unfinished{dir: dir} }

// Open opens a run that was ended before it had written its results.
func Open(dir string) (*Unfinished, error) {
	u := &Unfinished{dir: dir}
	path := filepath.Join(u.folder(), headFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := readIndex(dir); err == nil {
			return nil, fmt.Errorf("the run in %s has written its results: there is nothing unfinished", dir)
		}
		return nil, fmt.Errorf("%s holds no unfinished run (no %s)", dir, path)
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &u.head); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := u.head.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return u, nil
}

func (h *head) check() error {
	if h.Format != headFormat {
		return fmt.Errorf("format %q, this program reads %q", h.Format, headFormat)
	}
	o := h.Outline
	if o == nil || len(o.Columns) != len(o.Result.Reports) {
		return errors.New("not one list of columns for each report")
	}
	var all []int
	for r, cols := range o.Columns {
		if len(cols) != len(o.Result.Reports[r].Elements) {
			return fmt.Errorf("report %q: %d columns for %d elements", o.Result.Reports[r].Label, len(cols), len(o.Result.Reports[r].Elements))
		}
		all = append(all, cols...)
	}
	slices.Sort(all)
	for i, k := range all {
		if i != k {
			return errors.New("the columns of the reports are not numbered through")
		}
	}
	return checkGids(&o.Result)
}

func (u *Unfinished) folder() string { return filepath.Join(u.dir, unfinishedDir) }

// Restart decodes what Start was given.
func (u *Unfinished) Restart(into any) error { return json.Unmarshal(u.head.Restart, into) }

// Dir returns the folder of the results.
func (u *Unfinished) Dir() string { return u.dir }

// SetOutline says what the run will yield. One rank does it, before any log
// is made.
func (u *Unfinished) SetOutline(o *record.Outline) error {
	u.head.Outline = o
	return wholefile.Write(filepath.Join(u.folder(), headFile), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(&u.head)
	})
}

// NextPart returns the number of the next part of the run's logs: 0, and one
// more each time it is resumed.
func (u *Unfinished) NextPart() (int, error) {
	names, err := u.logs()
	next := 0
	for part := range names {
		next = max(next, part+1)
	}
	return next, err
}

// CreateLog makes the log of one rank for a part of the run.
func (u *Unfinished) CreateLog(part int, h record.LogHead) error {
	var err error
	u.log, err = record.CreateLog(filepath.Join(u.folder(), logName(part, h.Rank)), h)
	return err
}

func logName(part, rank int) string { return fmt.Sprintf("part%03d-rank%04d.log", part, rank) }

// Append puts a chunk into this rank's log. The disk is told to keep it, but
// not waited for.
func (u *Unfinished) Append(c *record.Chunk) error {
	u.failed = u.log.Append(c)
	select {
	case err := <-u.sync:
		u.failed, u.sync = errors.Join(u.failed, err), nil
	default:
	}
	if u.failed != nil {
		return fmt.Errorf("write %s: %w", u.folder(), plain(u.failed))
	}
	if u.sync == nil {
		log, done := u.log, make(chan error, 1)
		u.sync = done
		go func() { done <- log.Sync() }()
	}
	return nil
}

// CloseLog ends this rank's log.
func (u *Unfinished) CloseLog() error {
	if u.log == nil {
		return nil
	}
	if u.sync != nil {
		<-u.sync
	}
	err := u.log.Close()
	u.log, u.sync = nil, nil
	return err
}

// checkpointFile names the last checkpoint, whose files are all there.
const (
	checkpointFile   = "checkpoint.json"
	checkpointFormat = "rall checkpoint 2"
)

// Checkpoint is where a run can be resumed.
type Checkpoint struct {
	Format string   `json:"format"`
	Steps  int64    `json:"steps"`
	T      float64  `json:"t_ms"`
	Files  []string `json:"files"` // one for each rank that took it
}

// NewCheckpoint returns the path to which a rank writes its file of a
// checkpoint.
func (u *Unfinished) NewCheckpoint(steps int64, rank int) string {
	path := filepath.Join(u.folder(), checkpointName(steps, rank))
	os.Remove(path) // of a run that did not get further than that
	return path
}

func checkpointName(steps int64, rank int) string {
	return fmt.Sprintf("checkpoint-%d-rank%04d", steps, rank)
}

// Commit makes a checkpoint the last, when all its files are written. One
// rank does it.
func (u *Unfinished) Commit(steps int64, t float64, ranks int) error {
	c := Checkpoint{Format: checkpointFormat, Steps: steps, T: t}
	for r := range ranks {
		c.Files = append(c.Files, checkpointName(steps, r))
	}
	err := wholefile.Write(filepath.Join(u.folder(), checkpointFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(c) })
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(u.folder(), "checkpoint-*-rank*"))
	for _, path := range old {
		if !slices.Contains(c.Files, filepath.Base(path)) {
			os.Remove(path)
		}
	}
	return err
}

// Checkpoint returns the last checkpoint, with the paths of its files; nil if
// there is none.
func (u *Unfinished) Checkpoint() (*Checkpoint, error) {
	path := filepath.Join(u.folder(), checkpointFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var c Checkpoint
	if err := json.Unmarshal(text, &c); err != nil || c.Format != checkpointFormat || c.Steps < 0 || len(c.Files) == 0 {
		return nil, fmt.Errorf("%s: not a checkpoint of this version", path)
	}
	for i, name := range c.Files {
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("%s: %q is not a file of this folder", path, name)
		}
		c.Files[i] = filepath.Join(u.folder(), name)
	}
	return &c, nil
}

// logs returns the names of the logs by part.
func (u *Unfinished) logs() (map[int][]string, error) {
	entries, err := os.ReadDir(u.folder())
	if err != nil {
		return nil, err
	}
	logs := map[int][]string{}
	for _, e := range entries {
		var part, rank int
		if _, err := fmt.Sscanf(e.Name(), "part%d-rank%d.log", &part, &rank); err == nil && e.Name() == logName(part, rank) {
			logs[part] = append(logs[part], e.Name())
		}
	}
	return logs, nil
}

// Result makes the result of what is in the logs. notes tell what does not
// count there, such as the last chunk of a process that was killed in the
// midst of writing it.
func (u *Unfinished) Result() (res *record.Result, notes []string, err error) {
	names, err := u.logs()
	if err != nil {
		return nil, nil, err
	}
	parts := make([]int, 0, len(names))
	for p := range names {
		parts = append(parts, p)
	}
	slices.Sort(parts)
	var sets [][]*record.LogFile
	for _, p := range parts {
		var set []*record.LogFile
		for _, name := range names[p] {
			l, err := record.Scan(filepath.Join(u.folder(), name))
			if err != nil {
				return nil, nil, err
			}
			if l == nil {
				notes = append(notes, name+" has no head yet")
				continue
			}
			set = append(set, l)
		}
		sets = append(sets, set)
	}
	counting, more := record.Parts(sets)
	res, err = u.head.Outline.Fill(counting)
	return res, append(notes, more...), err
}

// Write writes the results of res and the texts that go with it, in the
// place and form that the run was started with.
func (u *Unfinished) Write(res *record.Result) ([]string, error) {
	opt := u.head.Options
	opt.Force = true // the folder is this run's since it began
	return WriteFolder(u.dir, res, opt)
}

// Failed says whether the log could not be written to its end.
func (u *Unfinished) Failed() bool { return u.failed != nil }

// Empty says whether no log holds anything that results could be made of.
func (u *Unfinished) Empty() bool {
	names, _ := u.logs()
	for _, set := range names {
		for _, name := range set {
			if l, err := record.Scan(filepath.Join(u.folder(), name)); err != nil || l != nil && l.Steps > l.Head.Steps {
				return false
			}
		}
	}
	return true
}

// Remove removes everything but the results; the folder too if there are
// none.
func (u *Unfinished) Remove() {
	u.CloseLog()
	os.RemoveAll(u.folder())
	os.Remove(u.dir)
}
