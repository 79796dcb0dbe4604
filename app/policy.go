// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"daylight/detect"
	"daylight/evaluate/calibrate"
	"daylight/pipeline"
	"daylight/policy"
	"daylight/weigh"
)

func (a *app) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Show a policy, or what another one would change",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.policyShowCommand(), a.policyDiffCommand())
	return cmd
}

func (a *app) policyShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show [POLICY]",
		Short: "Write the policy in force, or a named one, as a policy file",
		Long: `Show writes the policy in force as a policy file (schema daylight.policy/v1), with
what the configuration changes of it; or that of the file POLICY, or of "default".
A file with problems is refused, and each is said.`,
		Example: `  daylight policy show
  daylight policy show default > policy.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var f policy.File
			var err error
			if len(args) == 1 {
				f, _, err = a.loadPolicy(args[0])
			} else {
				f, err = a.policyInForce()
			}
			if err != nil {
				return err
			}
			return a.deliver(cmd.Context(), "the policy", "", f.Write)
		},
	}
}

// policyInForce is the configuration's policy with its own changes, as a file.
func (a *app) policyInForce() (policy.File, error) {
	config, _, err := loadConfig(a.configPath)
	if err != nil {
		return policy.File{}, err
	}
	set, err := config.compile(a.catalog)
	if err != nil {
		return policy.File{}, fmt.Errorf("configuration:\n%w", err)
	}
	base := policy.NewFile(weigh.DefaultPolicy(), a.catalog, nil)
	if config.base != nil {
		base = *config.base
	}
	if set.policy.Version == base.Version {
		return base.Whole(set.policy, a.catalog), nil
	}
	// The reasons of the file, but for what the configuration weighs otherwise.
	changed := slices.DeleteFunc(slices.Clone(base.Changed), func(c policy.Changed) bool {
		_, own := config.Weights[c.Indicator]
		return own
	})
	for _, ind := range a.catalog {
		own, ok := config.Weights[ind.ID]
		now := set.policy.WeightsOf(ind)
		if ok && now.Present != ind.Present {
			changed = append(changed, policy.Changed{Indicator: ind.ID, Side: detect.Present, From: ind.Present.DB(), To: now.Present.DB(), Why: own.Why})
		}
		if ok && now.Absent != ind.Absent {
			changed = append(changed, policy.Changed{Indicator: ind.ID, Side: detect.Absent, From: ind.Absent.DB(), To: now.Absent.DB(), Why: own.Why})
		}
	}
	f := policy.NewFile(set.policy, a.catalog, changed)
	f.BasedOn = base.Version
	if base.Scale != nil {
		f.Scale.Why = base.Scale.Why
	}
	return f, nil
}

// readPolicy decodes a policy file strictly onto the defaults.
func readPolicy(path string) (policy.File, error) {
	data, err := readConfig(path)
	if err != nil {
		return policy.File{}, fmt.Errorf("read the policy: %w", err)
	}
	f, err := policy.Decode(data)
	if err != nil {
		return f, fmt.Errorf("policy %s: %w", path, err)
	}
	return f, nil
}

// loadPolicy reads and checks a policy file, or takes the policy that ships for
// "default".
func (a *app) loadPolicy(name string) (policy.File, weigh.Policy, error) {
	if name == policy.Shipped {
		p := weigh.DefaultPolicy()
		return policy.NewFile(p, a.catalog, nil), p, nil
	}
	f, err := readPolicy(name)
	if err != nil {
		return f, weigh.Policy{}, err
	}
	p, err := f.Compile(a.catalog)
	if err != nil {
		return f, p, fmt.Errorf("policy %s:\n%w", name, err)
	}
	return f.Whole(p, a.catalog), p, nil
}

func (a *app) policyDiffCommand() *cobra.Command {
	var f scanFlags
	var format, out string
	var all bool
	cmd := &cobra.Command{
		Use:   "diff OLD NEW EXPORTS",
		Short: "Show whom another policy would move, before anybody adopts it",
		Long: `Diff reads a folder once and assesses everyone in it under two policies, each a
policy file or "default": who would move from which state to which, what moved them
most, and which weights differ. It adopts nothing.

The policies are taken as they are written: prior, thresholds and weights of
daylight.yaml are left out of both, and the rest of it counts.

The status is 0 whether anybody moves or not, 1 when a policy or the folder could not
be read, and 2 for wrong usage.`,
		Example: `  daylight policy diff default policy.yaml exports/
  daylight policy diff 2026-05-01.yaml 2026-06-01.yaml exports/ -o json`,
		Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usage("--format is text or json, not %q", format)
			}
			if err := canWrite(out); err != nil {
				return err
			}
			var policies [2]weigh.Policy
			for i, name := range args[:2] {
				var err error
				if _, policies[i], err = a.loadPolicy(name); err != nil {
					return err
				}
			}
			f.policy = args[0] // read under either, it gives the same answers
			d, err := a.policyDiff(cmd.Context(), policies, args[2], f)
			if err != nil {
				return err
			}
			render := d.writeJSON
			if format == "text" {
				render = func(w io.Writer) error { return d.writeText(w, all) }
			}
			return a.deliver(cmd.Context(), "the comparison", out, render)
		},
	}
	f.addReading(cmd)
	cmd.Flags().StringVarP(&format, "format", "o", "text", "text or json (schema daylight.policy-diff/v1)")
	cmd.Flags().StringVar(&out, "out", "", "write to this file instead of standard output")
	cmd.Flags().BoolVar(&all, "all", false, "text: also list people whose state stays")
	return cmd
}

// policyDiff reads the folder and compares what two policies make of it.
func (a *app) policyDiff(ctx context.Context, policies [2]weigh.Policy, folder string, f scanFlags) (policyDiff, error) {
	res, set, err := a.assess(ctx, folder, f)
	if err != nil {
		return policyDiff{}, err
	}
	c := calibrate.Compare(policies[0], policies[1], set.catalog, answered(res))
	return newPolicyDiff(policies, res.AsOf, c), nil
}

// answered is everybody with the answers about them.
func answered(res *pipeline.Result) []calibrate.Person {
	out := make([]calibrate.Person, len(res.Subjects))
	for i, s := range res.Subjects {
		out[i] = calibrate.Person{View: s.View, Findings: calibrate.Answers(s.Assessment)}
	}
	return out
}
