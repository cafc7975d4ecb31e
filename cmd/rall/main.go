// Command rall compiles and runs biophysical neural network models.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rallsim/rall"
	"github.com/rallsim/rall/internal/h5"
	"github.com/rallsim/rall/ir/diag"
)

// Exit codes, as the help says.
const (
	exitModel       = 1   // the model has errors
	exitUsage       = 2   // the command line makes no sense
	exitRun         = 3   // the run or the writing of results failed
	exitInterrupted = 130 // Ctrl-C; what was computed has been written
)

// exit is an error with the code to leave with. What there was to say has
// been said when err is nil.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func main() {
	h5.MaybeChild()
	os.Exit(execute())
}

// execute runs the command line and returns the code to leave with.
func execute() int {
	c := rootCommand()
	model, err := rall.OpenCarried()
	if err != nil {
		fmt.Fprintln(os.Stderr, "rall: "+err.Error())
		return exitRun
	}
	if model != nil {
		defer model.Close()
		c = carriedCommand(model)
	}
	if err = c.Execute(); err == nil {
		return 0
	}
	code := exitUsage
	var e *exit
	if errors.As(err, &e) {
		code = e.code
		err = e.err
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rall: "+err.Error())
	}
	return code
}

func rootCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "rall",
		Short: "Compile and run biophysical neural network models",
		Long: `rall compiles and runs biophysical neural network models: NetPyNE-style specs,
HOC programs and templates, NMODL mechanisms, SONATA circuits and morphologies (SWC, ASC,
HDF5) go in; spikes, traces and plots come out.
No compiler, no Python; the same bits on any number of threads.

Exit codes: 0 done, 1 the model has errors, 2 usage, 3 the run or writing its
results failed, 130 interrupted (what was computed has been written).`,
		Example: `  rall run corpus/net3-gamma/gamma.json -o out/gamma
  rall check corpus/net2-layers/layers.json
  rall inspect corpus/net4-ring/ring.json
  rall compile corpus/net6-hybrid/mod
  rall build corpus/net3-gamma/gamma.json -o out/gamma-run
  rall plot out/gamma
  rall protocol corpus/hoc-cells/ball_stick.hoc --template BallStick`,
		Version:           rall.Version,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	c.SetFlagErrorFunc(flagError)
	c.AddCommand(runCommand(), checkCommand(), inspectCommand(), compileCommand(), buildCommand(), plotCommand(), recoverCommand(), resumeCommand(nil), convertCommand(), importCommand(), protocolCommand())
	return c
}

// flagError adds to an unknown flag's error what was likely meant.
func flagError(c *cobra.Command, err error) error {
	hint := ""
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := diag.Nearest(unknown.GetSpecifiedName(), names, 2); near != "" {
			hint = "; did you mean --" + near + "?"
		}
	}
	var bad *pflag.InvalidValueError
	if errors.As(err, &bad) {
		kind := map[string]string{"int": "a whole number", "float64": "a number", "bool": "true or false", "duration": "a length of time such as 30s or 5m"}[bad.GetFlag().Value.Type()]
		if kind == "" {
			kind = "a " + bad.GetFlag().Value.Type()
		}
		if q, ok := bad.GetFlag().Value.(flagOf); ok {
			kind = fmt.Sprintf("%s in %s (a plain number is %s)", q.name, strings.Join(q.names(), ", "), q.unit)
		}
		err = fmt.Errorf("--%s takes %s, not %q", bad.GetFlag().Name, kind, bad.GetValue())
	}
	return fmt.Errorf("%w%s (see %s --help)", err, hint, c.CommandPath())
}
