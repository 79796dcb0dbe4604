// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"cmp"
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
)

type dormantAccountRevivedParams struct {
	Years   int     `json:"years" doc:"years without a commit before an account counts as dormant; a starting value" min:"1" max:"20"`
	Recent  int     `json:"recent" doc:"months before the application within which the commits began again; a starting value" min:"1" max:"120"`
	Share   float64 `json:"share" doc:"share of all commits, 0-1, that came after the gap; a starting value" min:"0" max:"1"`
	Commits int     `json:"commits" doc:"least commits on record; fewer are no history to speak of; a starting value" min:"2" max:"100000"`
}

var dormantAccountRevived = detect.Define(detect.Meta{
	ID:        "app.dormant_account_revived",
	Title:     "Nearly all commits follow years of silence, shortly before the application",
	Rationale: "An old account that was bought, or taken over, looks long-established; its work begins with the new owner.",
	Innocent: []string{
		"a change of career, or years at a firm whose code is not public",
		"parental leave, illness, study or service",
		"older repositories that were deleted, or moved and left behind",
	},
	References: []string{"SEAL"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCode},
	Present:    20,
	Absent:     -5,
	Weighing:   "Two dB: careers have gaps, and few publish what they do at work. Work that is spread over the years is slight comfort, since dates of commits can be set.",
}, dormantAccountRevivedParams{Years: 3, Recent: 24, Share: 0.8, Commits: 20}, func(p *detect.Pass, cfg dormantAccountRevivedParams) {
	var histories []record.Record
	var stretches []stretch
	total := 0
	for r, c := range detect.Each[record.CodeHistory](p.View) {
		if c.Fork || c.Commits < 1 || c.FirstCommit.IsZero() || c.LastCommit.IsZero() {
			continue
		}
		histories = append(histories, r)
		stretches = append(stretches, stretchesOf(c)...)
		total += c.Commits
	}
	if total < cfg.Commits {
		p.Unknown("%s on record; a history needs %d", count(total, "commit"), cfg.Commits)
		return
	}
	applied := cameAt(p)
	if applied.IsZero() {
		applied = p.AsOf
	}
	from, to := widestBetween(stretches)
	after := 0
	for _, s := range stretches {
		if !s.from.Before(to) {
			after += s.commits
		}
	}
	share := float64(after) / float64(total)
	switch {
	case to.IsZero() || to.Before(from.AddDate(cfg.Years, 0, 0)):
		p.Clear(cites(histories...), "The %s on record leave no gap of %s.", count(total, "commit"), count(cfg.Years, "year"))
	case to.After(applied):
		p.Unknown("the commits began again only after the application")
	case to.Before(applied.AddDate(0, -cfg.Recent, 0)) || share < cfg.Share:
		p.Clear(cites(histories...), "Of %s, %s came after the longest gap, which ended on %s.", count(total, "commit"), percent(share), day(to))
	default:
		p.Report(100, cites(histories...), "No commit from %s to %s; %s of all %s came after that.", day(from), day(to), percent(share), count(total, "commit"))
	}
})

// stretch is a time in which commits were made, both ends included.
type stretch struct {
	from, to time.Time
	commits  int
}

// stretchesOf returns when a history has commits: before and after its longest
// gap. Shorter gaps are not on record.
func stretchesOf(c record.CodeHistory) []stretch {
	if c.GapDays < 1 || c.AfterGap < 1 || c.AfterGap >= c.Commits || !c.Resumed.After(c.FirstCommit) {
		return []stretch{{c.FirstCommit, c.LastCommit, c.Commits}}
	}
	return []stretch{
		{c.FirstCommit, c.Resumed.AddDate(0, 0, -c.GapDays), c.Commits - c.AfterGap},
		{c.Resumed, c.LastCommit, c.AfterGap},
	}
}

// widestBetween returns the longest time that no stretch covers between two that
// do, so that one repository's silence is none while another is worked on. It
// returns zero times when there is no such time.
func widestBetween(stretches []stretch) (from, to time.Time) {
	slices.SortFunc(stretches, func(a, b stretch) int {
		return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to), cmp.Compare(a.commits, b.commits))
	})
	var end time.Time
	for i, s := range stretches {
		if i > 0 && s.from.Sub(end) >= to.Sub(from) && s.from.After(end) {
			from, to = end, s.from
		}
		if s.to.After(end) {
			end = s.to
		}
	}
	return from, to
}
