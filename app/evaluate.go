// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"daylight/evaluate"
)

// evaluateFlags are those of evaluate alone.
type evaluateFlags struct {
	truth, self string
	fairness    bool
	format, out string
}

var evaluationFormats = []string{"text", "json", "html"}

func (a *app) evaluateCommand() *cobra.Command {
	var f scanFlags
	var e evaluateFlags
	cmd := &cobra.Command{
		Use:   "evaluate --truth truth.csv EXPORTS",
		Short: "Measure the assessments of a folder against known truth",
		Long: `Evaluate scans a folder and compares what it says with a file that knows who is
deceptive and who is not: how many are found, how many are bothered by mistake, whether
probabilities come true, what each indicator is worth, and, with --fairness, whether
groups of honest people are reviewed alike. docs/formats.md describes both files. They
may not lie in the scanned folder, and nothing but this command and calibrate reads them.

Exit status: 0 done; 1 failed; 2 wrong usage; 3 done, and --fairness found a group that
is reviewed more often than the limit allows.`,
		Example: `  daylight evaluate --truth truth.csv exports/
  daylight evaluate --truth truth.csv exports/ -o html --out evaluation.html
  daylight evaluate --truth truth.csv exports/ --fairness --self-identification answers.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.evaluate(cmd.Context(), args[0], f, e)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&e.truth, "truth", "", "truth.csv: who is deceptive and who is genuine (required)")
	cmd.Flags().BoolVar(&e.fairness, "fairness", false, "compare groups of honest people, and exit with 3 when one is reviewed too often")
	cmd.Flags().StringVar(&e.self, "self-identification", "", "self_identification.csv: groups that people named themselves; implies --fairness")
	cmd.Flags().StringVarP(&e.format, "format", "o", "text", "text, json or html")
	cmd.Flags().StringVar(&e.out, "out", "", "write to this file instead of standard output")
	return cmd
}

func (a *app) evaluate(ctx context.Context, folder string, f scanFlags, e evaluateFlags) error {
	switch {
	case !slices.Contains(evaluationFormats, e.format):
		return usage("--format is one of %s, not %q", strings.Join(evaluationFormats, ", "), e.format)
	case e.truth == "":
		return usage("--truth is required: the file that knows who is deceptive")
	}
	if err := canWrite(e.out); err != nil {
		return err
	}
	truth, err := readBeside(folder, e.truth, evaluate.ReadTruth)
	if err != nil {
		return err
	}
	o := evaluate.Options{Tool: "daylight " + Version, Workers: f.workers, Fairness: e.fairness}
	if e.self != "" {
		if o.SelfIdentification, err = readBeside(folder, e.self, evaluate.ReadSelfIdentification); err != nil {
			return err
		}
	}
	res, set, err := a.assess(ctx, folder, f)
	if err != nil {
		return err
	}
	measured, err := evaluate.Measure(ctx, res, set.catalog, set.policy, truth, o)
	if err != nil {
		return err
	}
	err = a.deliver(ctx, "the evaluation", e.out, func(w io.Writer) error {
		switch e.format {
		case "json":
			return measured.WriteJSON(w)
		case "html":
			return measured.WriteHTML(w)
		default:
			return measured.WriteText(w, evaluate.TextOptions{Width: a.width(), Colour: e.out == "" && a.colour(a.Stdout)})
		}
	})
	if err != nil {
		return err
	}
	if measured.Fairness != nil && measured.Fairness.Fails {
		return errUnfair
	}
	return nil
}

// readBeside reads a file that may not be part of what is scanned: what is to be
// found out would be among the exports.
func readBeside[T any](folder, path string, read func(string, io.Reader) (T, error)) (T, error) {
	var nothing T
	inside, err := within(folder, path)
	switch {
	case err != nil:
		return nothing, usage("%w", err)
	case inside:
		return nothing, usage("%s lies in the folder that is scanned; move it out, or the scan could read the answers", path)
	}
	file, err := os.Open(path) //nolint:gosec // the path is the user's own argument
	if err != nil {
		return nothing, fmt.Errorf("open %s: %w", path, bare(err))
	}
	defer file.Close() //nolint:errcheck // read only
	return read(path, file)
}

// within reports whether a file lies in a folder, links resolved.
func within(folder, path string) (bool, error) {
	var whole [2]string
	for i, p := range []string{folder, path} {
		p, err := filepath.EvalSymlinks(p)
		if err != nil {
			return false, err
		}
		if whole[i], err = filepath.Abs(p); err != nil {
			return false, err
		}
	}
	rel, err := filepath.Rel(whole[0], whole[1])
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}
