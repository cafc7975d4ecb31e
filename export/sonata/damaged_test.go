//go:build cgo

package sonata

import (
	"math/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/rallsim/rall/internal/fakerun"
)

// Damaged spike files and reports are refused or read, never fatal.
func TestDamaged(t *testing.T) {
	res := fakerun.Gamma()
	rep := &res.Reports[0]
	rep.Time, rep.Data = rep.Time[:5], rep.Data[:15]
	res.Spikes = res.Spikes[:20]
	dir := t.TempDir()
	spikes, report := filepath.Join(dir, "s.h5"), filepath.Join(dir, "r.h5")
	if err := WriteSpikes(spikes, res); err != nil {
		t.Fatal(err)
	}
	if err := WriteReport(report, res, rep, ReportOptions{}); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewSource(3))
	refused := 0
	for _, good := range []string{spikes, report} {
		text, err := os.ReadFile(good)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < 30; i++ {
			b := append([]byte(nil), text...)
			if i%5 == 0 {
				b = b[:rng.Intn(len(b))]
			}
			for k := 0; k < 1+4*i && len(b) > 0; k++ {
				b[rng.Intn(len(b))] ^= byte(1 << rng.Intn(8))
			}
			bad := filepath.Join(dir, "bad.h5")
			if err := os.WriteFile(bad, b, 0o666); err != nil {
				t.Fatal(err)
			}
			if good == spikes {
				_, err = Spikes(bad, res.Pops)
			} else {
				_, err = Report(bad, res.Pops)
			}
			if err != nil {
				refused++
			}
		}
	}
	if refused < 15 {
		t.Errorf("only %d of 60 damaged files were refused", refused)
	}
}
