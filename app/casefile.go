// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"daylight/casework"
	"daylight/report"
)

func (a *app) caseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "case",
		Short: "Verify an evidence package",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.caseVerifyCommand())
	return cmd
}

func (a *app) caseVerifyCommand() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "verify PACKAGE.zip",
		Short: "Verify an evidence package of a case",
		Long: `Verify checks the SHA-256 of every file of a package, the signature over all of them,
and the proof that each entry of its chain of custody is in the signed audit log.
With --key, the key is the one that was written down when the service was set up;
without it, the package's own is used, which shows that the package agrees with
itself. It needs no service and opens no network connection.

The exit status is 1 if anything contradicts.`,
		Example: `  daylight case verify e-0a1b2c3d4e.zip --key key.txt`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			verifier, err := verifierKey(key)
			if err != nil {
				return err
			}
			return a.caseVerify(args[0], verifier)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "verifier key of the audit log, or a file that holds it")
	return cmd
}

func (a *app) caseVerify(path, key string) (err error) {
	in, err := os.Open(path) //nolint:gosec // the file that was named
	if err != nil {
		return fmt.Errorf("read %s: %w", path, bare(err))
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("read %s: %w", path, bare(err))
	}
	c, err := casework.Check(in, info.Size(), key)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	m := c.Manifest
	var b strings.Builder
	fmt.Fprintf(&b, "package %s of case %s, frozen %s by %s\n", report.Visible(m.ID), report.Visible(m.Case), m.FrozenAt.UTC().Format("2006-01-02 15:04:05 UTC"), report.Visible(m.FrozenBy))
	fmt.Fprintf(&b, "%d files have the hash that is listed\n%d entries of the audit log are proven to be among the %d that were signed\n", c.Files, c.Entries, c.Log)
	fmt.Fprintf(&b, "key %s\n", report.Visible(c.Key))
	if c.Own {
		b.WriteString("The key came with the package: compare it with the one that was written down.\n")
	}
	for _, f := range c.Faults {
		fmt.Fprintf(&b, "WRONG: %s\n", report.Visible(f))
	}
	if c.OK() {
		b.WriteString("The package verifies.\n")
	}
	if _, err := io.WriteString(a.Stdout, b.String()); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	if !c.OK() {
		return fmt.Errorf("evidence package: %w", errTampered)
	}
	return nil
}
