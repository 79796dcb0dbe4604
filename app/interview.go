// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/checkin"
	"daylight/interview"
)

func (a *app) interviewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "interview",
		Short: "Draw again what was drawn by lot",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.redrawCommand())
	return cmd
}

func (a *app) redrawCommand() *cobra.Command {
	var seed, commitment, agreed string
	cmd := &cobra.Command{
		Use:   "redraw --seed SEED TERMS",
		Short: "Draw follow-ups, or the steps of a check-in, again from their seed",
		Long: `Redraw draws the times of follow-ups, or the steps of a check-in, again, so that
whoever was asked can tell that nothing was changed since the commitment. SEED is what
the audit log holds as draw.reveal, TERMS the line of JSON that the console shows
beside it, or a file that holds it. Of follow-ups the times depend on what the person
agreed to as well, which HR is shown in the console: --agreed names it, likewise, and without it the commitment alone is printed. With
--commitment, the value that the audit log held beforehand (draw.commit) is compared.
It needs no service and opens no network connection.

The exit status is 1 if the commitment is another.`,
		Example: `  daylight interview redraw --seed 5f1c... --commitment 0a9b... terms.json`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			terms, err := lineOrFile(args[0])
			if err != nil {
				return fmt.Errorf("read the terms: %w", err)
			}
			own, err := lineOrFile(agreed)
			if err != nil {
				return fmt.Errorf("read what was agreed to: %w", err)
			}
			if seed == "" {
				return usage("--seed is needed: what the audit log holds as draw.reveal")
			}
			return a.redraw(terms, own, interview.Seed(seed), commitment)
		},
	}
	cmd.Flags().StringVar(&seed, "seed", "", "the seed, 64 hexadecimal digits")
	cmd.Flags().StringVar(&agreed, "agreed", "", "what the person agreed to, as a line of JSON or a file that holds it")
	cmd.Flags().StringVar(&commitment, "commitment", "", "the commitment that the audit log held beforehand")
	return cmd
}

// lineOrFile is a line of JSON, or what a file holds; "" for neither.
func lineOrFile(text string) (string, error) {
	if text != "" && !strings.HasPrefix(text, "{") {
		data, err := os.ReadFile(text) //nolint:gosec // the file that was named
		if err != nil {
			return "", bare(err)
		}
		text = string(data)
	}
	return strings.TrimSpace(text), nil
}

func (a *app) redraw(terms, agreed string, seed interview.Seed, commitment string) error {
	drawn, got, err := redrawn(terms, agreed, seed)
	if err != nil {
		return usage("%w", err)
	}
	for i, words := range drawn {
		if _, err := fmt.Fprintf(a.Stdout, "%d  %s\n", i+1, words); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(a.Stdout, "commitment  %s\n", got); err != nil {
		return err
	}
	if commitment != "" && !strings.EqualFold(commitment, got) {
		return fmt.Errorf("the commitment is another: the log held %s", commitment)
	}
	return nil
}

// redrawn words what a seed draws: the times of follow-ups, or the steps of a check-in.
func redrawn(terms, agreed string, seed interview.Seed) (drawn []string, commitment string, err error) {
	var of struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal([]byte(terms), &of) == nil && of.Kind == checkin.DrawKind {
		steps, commitment, err := checkin.Redraw(terms, seed)
		for _, s := range steps {
			drawn = append(drawn, strings.TrimSpace(s.Kind+" "+s.Drawn))
		}
		return drawn, commitment, err
	}
	times, commitment, err := interview.Redraw(terms, agreed, seed)
	for _, t := range times {
		drawn = append(drawn, t.UTC().Format(time.RFC3339))
	}
	return drawn, commitment, err
}
