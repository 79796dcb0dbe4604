// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
)

type vanishOnRecheckParams struct {
	One     int `json:"one" doc:"percent of the weight when one source says so and no other; a starting value" min:"1" max:"100"`
	Hours   int `json:"hours" doc:"hours from the request to the end that count; (from the row of the catalogue)" min:"1" max:"720"`
	Derived int `json:"derived" doc:"percent of the weight of dates alone, which do not say who ended it or when that was decided; a starting value" min:"1" max:"100"`
}

var vanishOnRecheck = detect.Define(detect.Meta{
	ID:        "off.vanish_on_recheck",
	Title:     "Left, or removed accounts, within two days of a request to verify again",
	Rationale: "A profile that would not survive a second verification ends when one is asked for.",
	Innocent: []string{
		"anger at being asked, and at how it was asked",
		"a notice or a dismissal that was decided before the request",
		"an account that IT removed",
	},
	References: []string{"SEAL", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"vanished_on_recheck"},
	Checks:     []string{"identity_document", "in_person", "background"},
	Present:    70,
	Absent:     0,
	Weighing:   "Five times likelier when two people say that the person went because of the request; one counts three quarters. Dates alone do not say who ended it, so they count two fifths. Staying is what most do; what the verification finds has indicators of its own.",
}, vanishOnRecheckParams{One: 75, Hours: 48, Derived: 40}, func(p *detect.Pass, cfg vanishOnRecheckParams) {
	// Who saw it knows more than two dates do.
	if attestFirst(p, cfg.One, attestation{
		check: "vanished_on_recheck",
		found: "the person left or removed accounts within two days of a request to verify again",
		clear: "the person did not leave because of a request to verify again",
	}) {
		return
	}
	within := time.Duration(cfg.Hours) * time.Hour
	requests := recheckRequests(p)
	for _, asked := range requests {
		if end, cite, what := endAfter(p, asked, within); what != "" {
			p.Report(cfg.Derived, append(cites(asked), cite), "%s on %s, within %d hours of a request to verify again on %s.", what, moment(end), cfg.Hours, moment(asked.At))
			return
		}
	}
	switch {
	case len(requests) == 0:
		p.Unknown("no open request to verify a worker again is on record")
	case !p.AsOf.After(requests[len(requests)-1].At.Add(within)):
		p.Unknown("the newest request to verify again is less than %d hours old", cfg.Hours)
	default:
		p.Clear(cites(requests...), "No end and no removed account is on record within %d hours of a request to verify again, the newest on %s.",
			cfg.Hours, moment(requests[len(requests)-1].At))
	}
})

// recheckRequests returns the checks of identity that were asked for after the
// hire: rows without a result yet.
func recheckRequests(p *detect.Pass) (asked []record.Record) {
	hired, ok := p.HiredAt()
	if !ok {
		return nil
	}
	for r, c := range detect.Each[record.Check](p.View) {
		if c.Result == "pending" && slices.Contains([]string{"identity_document", "in_person", "background"}, c.Check) && r.At.After(hired.AddDate(0, 0, 1)) {
			asked = append(asked, r)
		}
	}
	return asked
}

// endAfter returns the end that followed a request: the day of leaving, unless
// the person was hired again since, or the removal of an account. It finds none
// when the check was passed before.
func endAfter(p *detect.Pass, asked record.Record, within time.Duration) (at time.Time, cite record.Citation, what string) {
	until := asked.At.Add(within)
	check, _ := asked.Body.(record.Check)
	for r, c := range detect.Each[record.Check](p.View) {
		if c.Check == check.Check && c.Result == "passed" && !r.At.Before(asked.At) && !r.At.After(until) {
			return at, cite, ""
		}
	}
	again := false
	for _, b := range detect.Each[record.Person](p.View) {
		again = again || b.HiredAt.After(asked.At)
	}
	for r, b := range detect.Each[record.Person](p.View) {
		// A day of leaving has no hour: it may be the day of the request itself.
		if !again && !b.LeftAt.IsZero() && b.LeftAt.Add(24*time.Hour).After(asked.At) && !b.LeftAt.After(until) {
			return b.LeftAt, r.Cite(), "The person left"
		}
	}
	if p.Profile != nil {
		for _, d := range p.Profile.Deeds(record.AccountRemoved) {
			if d.At.After(asked.At) && !d.At.After(until) {
				return d.At, p.Cite(d.Sighting), "An account of the person was removed"
			}
		}
	}
	return at, cite, ""
}
