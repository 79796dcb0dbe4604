// SPDX-License-Identifier: Apache-2.0

// Package app is the command line, the configuration and the wiring: the one
// package that knows every other, and the only one that reads the clock. A
// private edition is a main that calls [Main] with more indicators.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/egress"
	"daylight/report"

	// The zones of claimed places must be known on machines without a zone
	// database of their own.
	_ "time/tzdata"
)

// Version is the program's version, set when a release is built.
var Version = "0.1.0" //nolint:gochecknoglobals // set by the linker

// Exit codes, as docs/formats.md gives them.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitReached = 3 // done, and --fail-on or a limit of fairness was reached
)

// World is everything outside the program that it may touch.
type World struct {
	Args           []string // without the program's name
	Stdout, Stderr io.Writer
	Env            func(string) string
	// Extra are indicators of a private edition.
	Extra []*detect.Indicator
	// Now reads the clock; nil is the machine's.
	Now func() time.Time
}

var (
	// errUsage is wrapped by errors in how the program was called.
	errUsage = errors.New("wrong usage")
	// errReached is returned when a scan found someone at or above --fail-on.
	errReached = errors.New("reached")
	// errUnfair is returned when an evaluation found a group of honest people that
	// is reviewed more often than the limit allows.
	errUnfair = errors.New("a group of honest people is reviewed more often than the limit allows; see the part on fairness")
)

// Main runs the command line and returns the exit status.
func Main(ctx context.Context, w World) int {
	if w.Now == nil {
		w.Now = time.Now
	}
	w.Stderr = &turns{w: w.Stderr} // several loggers write to it, and say beside them
	a := &app{World: w, catalog: append(indicators.Catalog(), w.Extra...)}
	slices.SortFunc(a.catalog, byID)
	if err := eachOnce(a.catalog); err != nil {
		a.say("daylight: %s\n", err)
		return exitFailed
	}
	a.log = slog.New(slog.NewTextHandler(w.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	root := a.root() //nolint:contextcheck // the context comes with ExecuteContext
	root.SetArgs(w.Args)
	root.SetOut(w.Stdout)
	root.SetErr(w.Stderr)
	err := root.ExecuteContext(ctx)
	return a.exit(ctx, err)
}

// eachOnce refuses a sorted catalogue in which two indicators have one id: a weight
// or a setting would be of either.
func eachOnce(catalog []*detect.Indicator) error {
	for i := 1; i < len(catalog); i++ {
		if catalog[i].ID == catalog[i-1].ID {
			return fmt.Errorf("two indicators are called %q; one of a private edition needs an id that the catalogue does not have", catalog[i].ID)
		}
	}
	return nil
}

func byID(x, y *detect.Indicator) int { return strings.Compare(x.ID, y.ID) }

// turns lets one write at a time.
type turns struct {
	mu sync.Mutex
	w  io.Writer
}

func (t *turns) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.w.Write(b)
}

// exit words an error for standard error, and gives the status that goes with
// it. It is the one table between errors and exit codes.
func (a *app) exit(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errReached):
		return exitReached
	case errors.Is(err, errUnfair):
		a.say("daylight: %s\n", harmless(err))
		return exitReached
	case ctx.Err() != nil:
		a.say("daylight: interrupted; nothing was written\n")
		return exitFailed
	case errors.Is(err, errUsage):
		a.say("daylight: %s\n", harmless(err))
		return exitUsage
	default:
		a.say("daylight: %s\n", harmless(err))
		return exitFailed
	}
}

type app struct {
	World
	catalog []*detect.Indicator
	log     *slog.Logger

	configPath string
	noColour   bool
	// out is how systems are reached that are read and written to, beside what the
	// configuration allows; the zero value but in tests.
	out egress.Options
}

// say writes words, as opposed to data, to standard error. There is nobody to
// tell when that fails.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintf(a.Stderr, format, args...)
}

// harmless words an error so that nothing in it can steer the terminal: names of
// files and keys of the configuration are other people's words.
func harmless(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		lines[i] = report.Visible(l)
	}
	return strings.Join(lines, "\n")
}

// usage marks an error as one in how the program was called.
func usage(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errUsage, fmt.Errorf(format, args...))
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "daylight",
		Short: "Is one real, consistent person behind this application, this interview, this account?",
		Long: `Daylight reads what a company already has - ATS exports, résumés, identity-provider,
chat and code logs, device inventories, payroll and shipping records - and says, for
every person in it, whether one real, consistent person stands behind the profile:
with the evidence for and against, its innocent explanations, and the next check.

It decides nothing about anyone. A scan opens no network connection; a console that
"daylight serve" starts reaches what its configuration names and nothing else.`,
		Example: `  daylight demo                       the sample company, end to end
  daylight scan exports/              a report for a terminal
  daylight scan exports/ -o html --out report.html
  daylight explain c-0042 exports/    everything behind one assessment`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&a.configPath, "config", "", "configuration file (default: daylight.yaml here, if there is one)")
	root.PersistentFlags().BoolVar(&a.noColour, "no-colour", false, "no colour, even on a terminal")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%w", err) })
	root.AddCommand(a.scanCommand(), a.demoCommand(), a.serveCommand(), a.vantageCommand(), a.simulateCommand(), a.explainCommand(), a.evaluateCommand(), a.indicatorsCommand(), a.sunCommand(), a.configCommand(), a.calibrateCommand(), a.policyCommand(), a.storeCommand(), a.auditCommand(), a.caseCommand(), a.interviewCommand(), a.versionCommand(), a.manCommand())
	wrapArgs(root)
	return root
}

// wrapArgs makes wrong arguments wrong usage, for a command and those below it.
func wrapArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usage("%w", err)
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}

// terminal reports whether w is a terminal that wants colour and progress.
func (a *app) terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || a.Env("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (a *app) colour(w io.Writer) bool {
	return !a.noColour && a.Env("NO_COLOR") == "" && a.terminal(w)
}
