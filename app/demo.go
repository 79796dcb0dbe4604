// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"daylight/report"
	"daylight/sample"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make the sample company, scan it, and write its report",
		Long: `Demo writes the exports of an invented company of about fifty people in vendors'
formats, scans them, prints the report and writes the HTML report beside them. A few of
the people are not what they claim to be; most of the others look unusual and are
innocent.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			exports := filepath.Join(dir, "exports")
			files := 0
			err := sample.Files(func(path string, data []byte) error {
				files++
				full := filepath.Join(exports, filepath.FromSlash(path))
				if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
					return err
				}
				return os.WriteFile(full, data, 0o600)
			}, nil)
			if err != nil {
				return fmt.Errorf("write the sample company: %w", err)
			}
			a.say("Wrote the sample company's %d exports to %s.\n\n", files, exports)
			r, err := a.scan(cmd.Context(), exports, scanFlags{})
			if err != nil {
				return err
			}
			if err := r.WriteText(a.Stdout, report.TextOptions{Width: a.width(), Colour: a.colour(a.Stdout)}); err != nil {
				return err
			}
			page := filepath.Join(dir, "report.html")
			if err := a.write(cmd.Context(), r, "html", page, false); err != nil {
				return err
			}
			a.say("\nThe same as a page: %s\nEverything behind one person: go run ./cmd/daylight explain %s %s\n", page, firstID(r), exports)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "daylight-demo", "folder to write to")
	return cmd
}

func firstID(r *report.Report) string {
	if len(r.Subjects) == 0 {
		return "PERSON"
	}
	return r.Subjects[0].ID
}
