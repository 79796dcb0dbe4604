// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/document"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/report"
	"daylight/weigh"
)

// scanFlags are what scan, explain and evaluate have in common.
type scanFlags struct {
	geoip   []string
	asOf    string
	workers int
	policy  string
}

func (f *scanFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.policy, "policy", "", "policy file to use instead of the configuration's, or \"default\"")
	f.addReading(cmd)
}

// addReading adds the flags that say how a folder is read, for commands that have
// their own way with policies.
func (f *scanFlags) addReading(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.geoip, "geoip", nil, "MaxMind-format database of places or networks; repeatable, later ones refine earlier ones")
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "instant of the assessment, RFC 3339 or a date (default: the newest record)")
	cmd.Flags().IntVar(&f.workers, "workers", 0, "how many cores to use (default: all); it never changes the result")
}

var formats = []string{"text", "json", "csv", "html", "ocsf", "stix"}

func (a *app) scanCommand() *cobra.Command {
	var f scanFlags
	var format, out, failOn string
	var strict, all bool
	cmd := &cobra.Command{
		Use:   "scan EXPORTS",
		Short: "Read a folder of exports and assess everyone in it",
		Long: `Scan reads a folder of what a company already has. Every file is recognised by its
content; docs/formats.md lists what is understood. What cannot be read is named with
file, line and reason, and the rest goes on.

Exit status: 0 done; 1 failed; 2 wrong usage; 3 done, and --fail-on was reached.`,
		Example: `  daylight scan exports/
  daylight scan exports/ -o json > report.json
  daylight scan exports/ -o html --out report.html --geoip city.mmdb
  daylight scan exports/ --fail-on escalate`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(formats, format) {
				return usage("--format is one of %s, not %q", strings.Join(formats, ", "), format)
			}
			limit, err := parseState(failOn)
			if err != nil {
				return err
			}
			if err := canWrite(out); err != nil {
				return err
			}
			r, err := a.scan(cmd.Context(), args[0], f)
			if err != nil {
				return err
			}
			if err := a.write(cmd.Context(), r, format, out, all); err != nil {
				return err
			}
			if strict && len(r.Skipped) > 0 {
				return fmt.Errorf("input was skipped (%s), and --strict was given", count(len(r.Skipped), "piece", "pieces"))
			}
			if limit >= 0 && slices.ContainsFunc(r.Subjects, func(s *report.Subject) bool { return severity(s.State) >= limit }) {
				return errReached
			}
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&format, "format", "o", "text", "text, json, csv, html, ocsf (Detection Findings) or stix (identifiers of confirmed cases)")
	cmd.Flags().StringVar(&out, "out", "", "write to this file instead of standard output")
	cmd.Flags().StringVar(&failOn, "fail-on", "", "exit with 3 if anyone is in this state or above: follow-up or escalate")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 1 if any input was skipped")
	cmd.Flags().BoolVar(&all, "all", false, "text: show everybody in full")
	return cmd
}

// count gives a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// severity orders states for --fail-on.
func severity(s weigh.State) int {
	return slices.Index([]weigh.State{weigh.Clear, weigh.Insufficient, weigh.FollowUp, weigh.Escalate}, s)
}

// parseState reads --fail-on; -1 for none.
func parseState(s string) (int, error) {
	switch weigh.State(s) {
	case "":
		return -1, nil
	case weigh.FollowUp, weigh.Escalate:
		return severity(weigh.State(s)), nil
	case weigh.Clear, weigh.Insufficient:
	}
	return 0, usage("--fail-on is follow-up or escalate, not %q", s)
}

// scan reads the folder with the configuration in force, for a report.
func (a *app) scan(ctx context.Context, folder string, f scanFlags) (*report.Report, error) {
	res, set, err := a.assess(ctx, folder, f)
	if err != nil {
		return nil, err
	}
	return report.Build(res, set.policy, set.catalog, "daylight "+Version), nil
}

// assess reads the folder with the configuration in force.
func (a *app) assess(ctx context.Context, folder string, f scanFlags) (*pipeline.Result, compiled, error) {
	info, err := os.Stat(folder)
	switch {
	case err != nil:
		return nil, compiled{}, usage("%w", err)
	case !info.IsDir():
		return nil, compiled{}, usage("%s is not a folder", folder)
	}
	config, _, err := loadConfigUnder(a.configPath, f.policy)
	if err != nil {
		return nil, compiled{}, err
	}
	set, err := config.compile(a.catalog)
	if err != nil {
		return nil, compiled{}, err
	}
	asOf, err := parseInstant(f.asOf)
	if err != nil {
		return nil, compiled{}, usage("--as-of: %w", err)
	}
	tables, err := a.tables(config, f.geoip, asOf)
	if err != nil {
		return nil, compiled{}, err
	}
	wording, err := boilerplate(config)
	if err != nil {
		return nil, compiled{}, err
	}
	// A root keeps what is read within the folder, whatever symbolic links lie in it.
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, compiled{}, fmt.Errorf("open %s: %w", folder, bare(err))
	}
	defer root.Close() //nolint:errcheck // read only
	progress := a.progress()
	defer progress.end()
	res, err := pipeline.Scan(ctx, pipeline.Options{
		Files: root.FS(), Tables: tables, Catalog: set.catalog, Policy: set.policy, Company: set.company,
		Territories: set.territories, Columns: config.Columns, Boilerplate: wording, AsOf: asOf, Latest: a.Now(), Workers: f.workers, Progress: progress.tell, Log: a.log,
	})
	return res, set, err
}

// boilerplate reads the files of the company's own wording.
func boilerplate(config Config) ([]pipeline.Wording, error) {
	var out []pipeline.Wording
	for _, path := range config.Boilerplate {
		f, err := os.Open(path) //nolint:gosec // the path is the user's own
		if err != nil {
			return nil, fmt.Errorf("open boilerplate: %w", err)
		}
		data, err := io.ReadAll(io.LimitReader(f, document.MaxBytes+1)) // one more is refused where it is read
		if err = cmp.Or(err, f.Close()); err != nil {
			return nil, fmt.Errorf("read boilerplate %s: %w", path, err)
		}
		out = append(out, pipeline.Wording{Name: filepath.Base(path), Data: data})
	}
	return out, nil
}

// tables opens the built-in reference data and refines it by the user's own.
func (a *app) tables(config Config, geoip []string, asOf time.Time) (*enrich.Tables, error) {
	tables, err := enrich.Builtin()
	if err != nil {
		return nil, fmt.Errorf("open the built-in reference data: %w", err)
	}
	for _, path := range append(slices.Clone(config.GeoIP), geoip...) {
		data, err := os.ReadFile(path) //nolint:gosec // the path is the user's own argument
		if err != nil {
			return nil, fmt.Errorf("open place data: %w", err)
		}
		if err := tables.AddDatabase(filepath.Base(path), data); err != nil {
			return nil, err
		}
	}
	if asOf.IsZero() {
		asOf = a.Now()
	}
	for _, l := range config.Lists {
		data, err := os.ReadFile(l.File)
		if err != nil {
			return nil, fmt.Errorf("open a list: %w", err)
		}
		d := enrich.List{Name: filepath.Base(l.File), Class: enrich.NetworkClass(l.Class), Source: l.Source}
		if l.Expires != "" {
			if d.Expires, err = time.Parse(time.DateOnly, l.Expires); err != nil {
				return nil, fmt.Errorf("list %s: expires: %w", l.File, err)
			}
		}
		if _, err := tables.AddList(d, asOf, bytes.NewReader(data)); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

func parseInstant(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a date (2026-05-01) nor an instant (2026-05-01T09:30:00Z)", s)
}

// write renders the report to a file or to standard output.
func (a *app) write(ctx context.Context, r *report.Report, format, out string, all bool) error {
	return a.deliver(ctx, "the report", out, func(w io.Writer) error {
		switch format {
		case "json":
			return r.WriteJSON(w)
		case "csv":
			return r.WriteCSV(w)
		case "html":
			return r.WriteHTML(w)
		case "ocsf":
			return r.WriteOCSF(w)
		case "stix":
			return r.WriteSTIX(w)
		default:
			return r.WriteText(w, report.TextOptions{Width: a.width(), Colour: out == "" && a.colour(a.Stdout), All: all})
		}
	})
}

// deliver writes what is rendered to a file or to standard output. A file
// appears whole or not at all.
func (a *app) deliver(ctx context.Context, what, out string, render func(io.Writer) error) error {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if out == "" {
		if _, err := a.Stdout.Write(b.Bytes()); err != nil {
			return fmt.Errorf("write %s: %w", what, err)
		}
		return nil
	}
	return writeWhole(out, b.Bytes())
}

// width is the terminal's width as the environment gives it, or 80.
func (a *app) width() int {
	var n int
	if _, err := fmt.Sscanf(a.Env("COLUMNS"), "%d", &n); err != nil || n < 60 || n > 200 {
		return 80
	}
	return min(n, 100)
}

func (a *app) explainCommand() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "explain PERSON EXPORTS",
		Short: "Show everything behind one assessment, for someone who doubts it",
		Example: `  daylight explain c-0042 exports/
  daylight explain c-101 daylight-demo/exports`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.scan(cmd.Context(), args[1], f)
			if err != nil {
				return err
			}
			return r.WriteExplain(a.Stdout, args[0], report.TextOptions{Width: a.width(), Colour: a.colour(a.Stdout)})
		},
	}
	f.add(cmd)
	return cmd
}
