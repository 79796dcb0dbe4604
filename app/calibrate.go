// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/detect"
	"daylight/evaluate"
	"daylight/evaluate/calibrate"
	"daylight/pipeline"
	"daylight/policy"
	"daylight/record"
	"daylight/report"
	"daylight/weigh"
)

// calibrateFlags say what to learn from and what to call the result.
type calibrateFlags struct {
	scanFlags
	out, version, from, truth string
	pseudoCount               int
}

func (a *app) calibrateCommand() *cobra.Command {
	var f calibrateFlags
	cmd := &cobra.Command{
		Use:   "calibrate EXPORTS",
		Short: "Learn weights from what people have concluded, as a new policy file",
		Long: `Calibrate counts, for every indicator, how often it was present and absent among people
who were confirmed and who were cleared, and writes a policy file in which each weight
has moved from the shipped one towards the observed ratio, with its reason. Outcomes
come from the exports, where "unresolved" counts for neither side, or from a file that
knows, as for evaluate. Nothing else of a person is read: no weight depends on who
anybody is.

Small numbers move little, and a weight that fewer than ` + strconv.Itoa(calibrate.MinConfirmed) + ` confirmed or ` + strconv.Itoa(calibrate.MinCleared) + ` cleared people
have an answer for does not move. Where nothing changes, no file is written. Nothing is
adopted: look at "daylight policy diff" first, then name the file in daylight.yaml.

The status is 0 when it was done, also when nothing changes; 1 when it failed; 2 for
wrong usage.`,
		Example: `  daylight calibrate exports/ --out policy.yaml
  daylight calibrate exports/ --truth truth.csv --out policy.yaml
  daylight calibrate exports/ --from policy.yaml --pseudo-count 40`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.pseudoCount < 1 || f.pseudoCount > calibrate.MaxPseudoCount {
				return usage("--pseudo-count is 1 to %d, not %d", calibrate.MaxPseudoCount, f.pseudoCount)
			}
			if f.version != "" && !policy.ValidVersion(f.version) {
				return usage("--version is up to 64 letters, digits and . _ -, such as 2026-05-01.1, not %q", f.version)
			}
			if err := canWrite(f.out); err != nil {
				return err
			}
			return a.calibrate(cmd.Context(), args[0], f)
		},
	}
	f.addReading(cmd)
	cmd.Flags().StringVar(&f.out, "out", "", "write the policy to this file instead of standard output")
	cmd.Flags().StringVar(&f.truth, "truth", "", "truth.csv: learn from it instead of the outcomes in the exports")
	cmd.Flags().IntVar(&f.pseudoCount, "pseudo-count", calibrate.DefaultPseudoCount, "how many observations a shipped weight is worth")
	cmd.Flags().StringVar(&f.version, "version", "", "version of the new policy (default: today's date and a number)")
	cmd.Flags().StringVar(&f.from, "from", "", "policy file to start from, or \"default\" (default: the configuration's)")
	return cmd
}

// calibrate learns a policy from the folder and writes it.
func (a *app) calibrate(ctx context.Context, folder string, f calibrateFlags) error {
	config, _, err := loadConfigUnder(a.configPath, f.from)
	if err != nil {
		return err
	}
	from, base, err := a.loadPolicy(config.Policy)
	if err != nil {
		return err
	}
	version := cmp.Or(f.version, nextVersion(from.Version, a.Now()))
	if version == from.Version || version == weigh.DefaultPolicy().Version {
		return usage("--version: %s is taken; a new policy needs a version of its own", version)
	}
	var truth *evaluate.Truth
	if f.truth != "" {
		if truth, err = readBeside(folder, f.truth, evaluate.ReadTruth); err != nil {
			return err
		}
	}
	f.policy = f.from
	res, set, err := a.assess(ctx, folder, f.scanFlags)
	if err != nil {
		return err
	}
	given := concluded(res)
	if truth != nil {
		given = known(res, truth)
	}
	r, err := calibrate.Learn(given.cases(res, set.catalog), set.catalog, base, f.pseudoCount)
	if err != nil {
		return fmt.Errorf("learn weights: %w", err)
	}
	changed := changedWeights(from, r)
	a.say("%s", learnedWords(r, given, from, f))
	if sameJudgement(base, r.Policy) {
		a.say("No weight differs from those of policy %s, so no policy is written.\n", from.Version)
		return nil
	}
	r.Policy.Version = version
	file := policy.NewFile(r.Policy, set.catalog, changed)
	file.BasedOn, file.MadeAt = from.Version, a.Now().UTC().Format(time.RFC3339)
	file.MadeFrom = &policy.MadeFrom{
		Labels: given.source, Confirmed: r.Confirmed, Cleared: r.Cleared, Unresolved: given.unresolved, PseudoCount: f.pseudoCount,
	}
	switch {
	case r.Fit != nil:
		file.Scale.Why = r.Fit.Why
	case from.Scale != nil:
		file.Scale.Why = from.Scale.Why
	}
	if _, err := file.Compile(set.catalog); err != nil {
		return fmt.Errorf("the policy made:\n%w", err)
	}
	return a.deliver(ctx, "the policy", f.out, file.Write)
}

// nextVersion is today's date with the first number that the version before has
// not.
func nextVersion(before string, now time.Time) string {
	today := now.UTC().Format(time.DateOnly)
	if rest, ok := strings.CutPrefix(before, today+"."); ok {
		if n, err := strconv.Atoi(rest); err == nil && n > 0 {
			return today + "." + strconv.Itoa(n+1)
		}
	}
	return today + ".1"
}

// labels are what is known of people: deceptive or not.
type labels struct {
	source     string
	deceptive  map[record.SubjectID]bool
	unresolved int // people with an outcome that says neither
}

// concluded takes each person's newest outcome. Who was cleared and then left
// unresolved is neither.
func concluded(res *pipeline.Result) labels {
	l := labels{source: "outcomes", deceptive: map[record.SubjectID]bool{}}
	for _, s := range res.Subjects {
		newest := ""
		for _, o := range detect.Each[record.Outcome](s.View) {
			newest = o.Outcome // records are in order of time
		}
		switch newest {
		case "confirmed", "cleared":
			l.deceptive[s.View.Subject] = newest == "confirmed"
		case "":
		default:
			l.unresolved++
		}
	}
	return l
}

// known takes what the truth says of the people in the folder. Who is there and
// not in the truth, or is contradicted by it, has no label.
func known(res *pipeline.Result, truth *evaluate.Truth) labels {
	l := labels{source: "truth", deceptive: map[record.SubjectID]bool{}}
	outcomes, _ := evaluate.Match(res, truth)
	for _, o := range outcomes {
		l.deceptive[o.Subject] = o.Deceptive
	}
	return l
}

// cases are the answers about everybody who has a label.
func (l labels) cases(res *pipeline.Result, catalog []*detect.Indicator) []calibrate.Case {
	var out []calibrate.Case
	for _, s := range res.Subjects {
		if deceptive, ok := l.deceptive[s.View.Subject]; ok {
			out = append(out, calibrate.NewCase(s.View, catalog, calibrate.Answers(s.Assessment), deceptive))
		}
	}
	return out
}

// changedWeights are the reasons of the new policy: those that were learned, and
// those of the policy before for what the outcomes say too little about.
func changedWeights(from policy.File, r calibrate.Result) []policy.Changed {
	learned := map[string]bool{}
	for _, l := range r.Learned {
		learned[l.Indicator] = l.Enough
	}
	out := slices.DeleteFunc(slices.Clone(from.Changed), func(c policy.Changed) bool { return learned[c.Indicator] })
	for _, c := range r.Changes {
		out = append(out, policy.Changed{Indicator: c.Indicator, Side: c.Side, From: c.From.DB(), To: c.To.DB(), Why: c.Why})
	}
	return out
}

// sameJudgement reports whether two policies weigh alike.
func sameJudgement(a, b weigh.Policy) bool {
	if a.Scale != b.Scale || len(a.Weights) != len(b.Weights) {
		return false
	}
	for id, o := range a.Weights {
		if b.Weights[id] != o {
			return false
		}
	}
	return true
}

// learnedWords says what was learned and what was not, and why.
func learnedWords(r calibrate.Result, l labels, from policy.File, f calibrateFlags) string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) } // cannot fail
	line("%s (%s): %d confirmed and %d cleared; %d unresolved, which count for neither.",
		count(r.Confirmed+r.Cleared+l.unresolved, "person with a conclusion", "people with a conclusion"), l.source, r.Confirmed, r.Cleared, l.unresolved)
	for _, c := range r.Changes {
		line("  %s: %s", report.Visible(c.Indicator), c.Why)
	}
	few, same := 0, 0
	changed := map[string]bool{}
	for _, c := range r.Changes {
		changed[c.Indicator] = true
	}
	for _, n := range r.Learned {
		switch {
		case !n.Enough:
			few++
		case !changed[n.Indicator]:
			same++
		}
	}
	if few > 0 {
		line("%s the weights of policy %s: it takes answers about %d confirmed and %d cleared people to move them.",
			count(few, "indicator keeps", "indicators keep"), from.Version, calibrate.MinConfirmed, calibrate.MinCleared)
	}
	if same > 0 {
		line("%s as shipped: the outcomes agree, or say too little beside a pseudo-count of %d.", count(same, "indicator stays", "indicators stay"), f.pseudoCount)
	}
	if fit := r.Fit; fit != nil {
		line("For the probability, %d %% of the evidence counts and %s are added: %s.", fit.Scale.Slope, fit.Scale.Intercept, fit.Why)
	} else {
		line("Sums stay scaled as they were: to learn that takes %d people with a conclusion, of whom %d are confirmed and as many cleared.",
			calibrate.MinScaleLabels, calibrate.MinScaleConfirmed)
	}
	return b.String()
}
