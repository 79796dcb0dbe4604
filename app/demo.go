// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"daylight/account"
	"daylight/connect"
	"daylight/intake"
	"daylight/report"
	"daylight/sample"
)

func (a *app) demoCommand() *cobra.Command {
	var dir, listen string
	var noServe bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make the sample company, scan it, and open the console on it",
		Long: `Demo writes the exports of an invented company of about fifty people in vendors'
formats, scans them, prints the report and writes the HTML report beside them. A few of
the people are not what they claim to be; most of the others look unusual and are
innocent. Then it takes the exports into a store of its own and runs the console on it,
until it is stopped.`,
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
			if noServe {
				return nil
			}
			plan, err := a.planServe(Serve{Data: filepath.Join(dir, "data"), Listen: listen}, keySource{})
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("listen") {
				if plan.Listen, err = a.freeListen(cmd.Context(), plan.Listen); err != nil {
					return err
				}
			}
			// The people are invented: whoever tries it may see them all, and nobody has to be told.
			plan.config.Connect.Notices.Everybody = &connect.Everybody{Policy: "none is needed", Version: "demo", Date: "2000-01-01"}
			plan.also = []account.Role{account.HR, account.Security}
			plan.beside = []guest{
				{"a second person: who approves what the first proposes (legal)", "second@" + sample.Domain, []account.Role{account.Legal}},
				{"a recruiter: who sees applicants, and no figures", "recruiter@" + sample.Domain, []account.Role{account.Recruiter}},
			}
			a.say("\nTaking the exports into the console.\n")
			return a.serve(cmd.Context(), plan, func(ctx context.Context, s *daemon) error {
				if err := s.takeIn(ctx, exports); err != nil {
					return err
				}
				return s.console.Introduce(ctx, sample.Company, "people@"+sample.Domain)
			})
		},
	}
	cmd.Flags().BoolVar(&noServe, "no-serve", false, "end after the report, without the console")
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "host and port of the console; without it, any free port if that one is taken")
	cmd.Flags().StringVar(&dir, "dir", "daylight-demo", "folder to write to")
	return cmd
}

// takeIn takes a folder into the store and assesses everybody in it.
func (s *daemon) takeIn(ctx context.Context, folder string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("open %s: %w", folder, bare(err))
	}
	defer root.Close() //nolint:errcheck // read only
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := root.Open(filepath.FromSlash(name))
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // read only
		_, err = s.box.Receive(ctx, intake.Source, name, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("take in %s: %w", folder, err)
	}
	if err := s.reader.Drain(ctx); err != nil {
		return err
	}
	_, err = s.assessor.Some(ctx)
	return err
}

func firstID(r *report.Report) string {
	if len(r.Subjects) == 0 {
		return "PERSON"
	}
	return r.Subjects[0].ID
}
