// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"daylight/evaluate/simulate"
)

func (a *app) simulateCommand() *cobra.Command {
	c := simulate.Default()
	var out, tactics, process string
	var answer []string
	var share float64
	var show bool
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Make a company of invented people, with the truth about each beside it",
		Long: `Simulate writes the exports of an invented company in vendors' formats, and beside
them who in it is deceptive and how, so that Daylight can be measured. How often people
do what is an assumption, listed in docs/simulator.md; none comes from an indicator.

The same seed gives the same files, another seed other people. With --answer the same
people are made again, and whom a report of their scan follows up or escalates have
answered its next checks by a week later; for a second round give both reports in turn.`,
		Example: `  daylight simulate --out company
  daylight simulate --out company --people 20000 --seed 7
  daylight simulate --print-tactics > tactics.yaml
  daylight simulate --out company --tactics tactics.yaml
  daylight simulate --out company-2 --answer report.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if tactics != "" {
				data, err := readConfig(tactics)
				if err != nil {
					return usage("read the tactics: %w", err)
				}
				if c.Tactics, err = simulate.ParseTactics(data); err != nil {
					return usage("%s: %w", tactics, err)
				}
			}
			var ok bool
			if c.Process, ok = simulate.Processes()[process]; !ok {
				return usage("--process is usual or thorough, not %q", process)
			}
			if show {
				data, err := c.Tactics.YAML()
				if err != nil {
					return fmt.Errorf("print the tactics: %w", err)
				}
				_, err = a.Stdout.Write(data)
				return err
			}
			for _, path := range answer {
				asked, err := readAsked(path)
				if err != nil {
					return err
				}
				c.Answer = append(c.Answer, asked)
			}
			if out == "" {
				return usage("--out names the folder to write to")
			}
			if cmd.Flags().Changed("share") {
				if cmd.Flags().Changed("deceptive") {
					return usage("--share and --deceptive say the same thing")
				}
				if !(share >= 0 && share < 1) {
					return usage("--share is a share of everyone, from 0 to below 1, not %v", share)
				}
				c.Deceptive = int(math.Round(float64(c.People) * share / (1 - share)))
			}
			if cmd.Flags().Changed("deceptive") && c.Deceptive < 0 {
				return usage("--deceptive is a number of people, not %d", c.Deceptive)
			}
			return a.simulate(out, c)
		},
	}
	f := cmd.Flags()
	f.StringVar(&out, "out", "", "folder to write to; it must be empty or not there yet")
	f.Uint64Var(&c.Seed, "seed", c.Seed, "what everything is drawn from")
	f.IntVar(&c.People, "people", c.People, "honest people")
	f.IntVar(&c.Deceptive, "deceptive", c.Deceptive, fmt.Sprintf("deceptive people (default: one for %d honest ones)", simulate.HonestPerDeceptive))
	f.Lookup("deceptive").DefValue = "0" // the words above say it
	f.Float64Var(&share, "share", 0, "share of everyone who is deceptive, instead of --deceptive")
	f.IntVar(&c.Weeks, "weeks", c.Weeks, "weeks of activity logs")
	f.StringVar(&process, "process", "usual", "how much the company asks of people: usual or thorough")
	f.StringVar(&tactics, "tactics", "", "YAML file that changes how people deceive")
	f.StringArrayVar(&answer, "answer", nil, "report as JSON whose next checks were made; again for each further round")
	f.BoolVar(&show, "print-tactics", false, "print the tactics in force and do nothing else")
	return cmd
}

// readAsked reads the checks that a report asks for.
func readAsked(path string) (simulate.Asked, error) {
	file, err := os.Open(path) //nolint:gosec // the path is the user's own argument
	if err != nil {
		return nil, usage("open %s: %w", path, bare(err))
	}
	defer file.Close() //nolint:errcheck // read only
	asked, err := simulate.ReadAsked(file)
	if err != nil {
		return nil, usage("%s: %w", path, err)
	}
	return asked, nil
}

// simulate writes the company and says what to do with it.
func (a *app) simulate(out string, c simulate.Config) error {
	if err := mustBeEmpty(out); err != nil {
		return err
	}
	sum, err := simulate.Write(func(path string) (io.WriteCloser, error) {
		full := filepath.Join(out, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
			return nil, err
		}
		return os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the path is the user's own argument
	}, c)
	switch {
	case errors.Is(err, simulate.ErrConfig), errors.Is(err, simulate.ErrTactics):
		return usage("%w", err)
	case err != nil:
		return fmt.Errorf("simulate: %w", err)
	}
	a.say("Wrote %d honest and %d deceptive people (%d applicants, %d workers), %d events from %s to %s, in %d files.\n",
		sum.Honest, sum.Deceptive, sum.Applicants, sum.Workers, sum.Events, sum.Start.Format("2006-01-02"), sum.End.AddDate(0, 0, -1).Format("2006-01-02"), sum.Files)
	at := func(path string) string { return filepath.Join(out, filepath.FromSlash(path)) }
	day := sum.Answered.Format("2006-01-02")
	a.say("\nAssess them:  daylight scan --config %s --geoip %s --as-of %s %s\nMeasure that: daylight evaluate --config %s --truth %s --geoip %s --as-of %s %s\n",
		at(simulate.ConfigFile), at(simulate.PlacesFile), day, at(simulate.ExportsPath),
		at(simulate.ConfigFile), at(simulate.TruthFile), at(simulate.PlacesFile), day, at(simulate.ExportsPath))
	return nil
}

// mustBeEmpty refuses a folder that has something in it: files of another run
// would be read with the new ones.
func mustBeEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return usage("--out: %w", err)
	case len(entries) > 0:
		return usage("--out: %s is not empty", folder)
	}
	return nil
}
