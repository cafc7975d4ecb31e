package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rallsim/rall/internal/h5"
)

func convertCommand() *cobra.Command {
	var f modelFlags
	var to, out string
	var force bool
	c := &cobra.Command{
		Use:   "convert MODEL [MODEL2] --to sonata -o DIR",
		Short: "Write a model in another format",
		Long: `Write the network that a spec builds as a SONATA circuit with a simulation
config: nodes and edges as tables, cells as a documented JSON each with its
morphology, mechanisms as their .mod files, inputs as virtual nodes.`,
		Example: `  rall convert corpus/net4-ring/ring.json --to sonata -o out/ring-sonata
  rall run out/ring-sonata/simulation_config.json -o out/ring-again`,
		Args: needModel,
		RunE: func(c *cobra.Command, args []string) error {
			if to != "sonata" {
				return &exit{exitUsage, fmt.Errorf("--to %q: rall writes sonata", to)}
			}
			if out == "" {
				return &exit{exitUsage, errors.New("-o DIR is needed: where the circuit goes")}
			}
			if !h5.Available {
				return &exit{exitRun, h5.ErrNoHDF5}
			}
			s, err := f.settings(c)
			if err != nil {
				return err
			}
			p, _, err := load(args, s, f.quiet, os.Stderr)
			if err != nil {
				return err
			}
			files, err := p.WriteSonata(out, force)
			if err != nil {
				return &exit{exitRun, err}
			}
			for _, file := range files {
				fmt.Println(file)
			}
			return nil
		},
	}
	f.add(c)
	c.Flags().StringVar(&to, "to", "", "`FORMAT`: sonata")
	c.Flags().StringVarP(&out, "out", "o", "", "`DIR` to write")
	c.Flags().BoolVar(&force, "force", false, "replace the circuit that the folder holds")
	return c
}
