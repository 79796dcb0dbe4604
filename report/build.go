// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/enrich"
	"daylight/link"
	"daylight/pipeline"
	"daylight/record"
	"daylight/sun"
	"daylight/weigh"
)

// Build puts a scan's result into the form that is shown. catalog and policy are
// those the scan ran with; tool is the program's name and version.
func Build(res *pipeline.Result, policy weigh.Policy, catalog []*detect.Indicator, tool string) *Report {
	r := &Report{
		Schema: Schema, AsOf: res.AsOf.UTC(), Policy: policy, Tool: tool,
		Prior:  Prior{Applicant: policy.PriorApplicant, Worker: policy.PriorWorker},
		Inputs: []Input{}, Skipped: []Skipped{}, Subjects: []*Subject{}, Rings: []Ring{},
	}
	b := NewBuilder(res.AsOf, res.Rings, catalog)
	for _, ind := range catalog {
		r.Cards = append(r.Cards, ind.Meta)
	}
	slices.SortFunc(r.Cards, func(a, b detect.Meta) int { return cmp.Compare(a.ID, b.ID) })
	for _, in := range res.Inputs {
		r.Inputs = append(r.Inputs, Input(in))
	}
	for _, s := range res.Skipped {
		r.Skipped = append(r.Skipped, Skipped(s))
	}
	for _, s := range res.Subjects {
		r.Subjects = append(r.Subjects, b.Subject(s))
	}
	r.Known = known(res)
	r.Undated = undated(res)
	r.Compliance = Concerns(res.Concerns)
	slices.SortStableFunc(r.Subjects, func(a, b *Subject) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.ID, b.ID))
	})
	r.Rings = append(r.Rings, b.Rings()...)
	return r
}

// Builder puts people one by one into the form that is shown. It is for any number
// of goroutines.
type Builder struct {
	asOf  time.Time
	rings []link.Ring
	cards map[string]detect.Meta
}

// NewBuilder returns a builder for the people of a run with those rings. catalog is
// what the run asked.
func NewBuilder(asOf time.Time, rings []link.Ring, catalog []*detect.Indicator) *Builder {
	b := &Builder{asOf: asOf, rings: rings, cards: map[string]detect.Meta{}}
	for _, ind := range catalog {
		b.cards[ind.ID] = ind.Meta
	}
	return b
}

// Subject puts one person into the form that is shown.
func (b *Builder) Subject(s *pipeline.Subject) *Subject {
	out := NewSubject(s.Assessment, b.cards)
	out.Aliases = s.Aliases
	if s.Ring >= 0 {
		out.Ring = b.rings[s.Ring].ID
	}
	if place, _, ok := s.View.Claimed(b.asOf); ok && !s.View.Protected {
		out.Claimed = &Claim{Place: place.Name, Zone: place.Zone, Lat: place.Lat, Lon: place.Lon, RadiusKM: place.RadiusKM}
	}
	out.Equipment = newEquipment(s.View)
	out.Arrival = newArrival(s.View)
	out.Journey, out.Omitted = journey(s.View)
	out.Touches = newTouches(s.View)
	// These are only drawn of people with a section of their own.
	if out.State != weigh.Clear {
		out.Activity = newActivity(s.View)
		out.Places = newSeen(s.View)
	} else {
		daily(out.Journey)
	}
	out.Outcomes = outcomes(s.View.Records)
	return out
}

// Rings puts the rings into the form that is shown.
func (b *Builder) Rings() []Ring {
	var out []Ring
	for _, g := range b.rings {
		ring := Ring{ID: g.ID, Subjects: []string{}, Links: []Link{}}
		for _, id := range g.Subjects {
			ring.Subjects = append(ring.Subjects, string(id))
		}
		for _, l := range g.Links {
			ring.Links = append(ring.Links, Link{
				A: string(l.A), B: string(l.B), Kind: string(l.Edge.Via), WeightDB: l.Edge.Weight.DB(),
				Holders: l.Edge.Holders, Sentence: l.Sentence,
			})
		}
		out = append(out, ring)
	}
	return out
}

// undated reports whether nothing that was read has a date. Events that are
// nobody's may have had one, so with them it cannot be told.
func undated(res *pipeline.Result) bool {
	if slices.ContainsFunc(res.Inputs, func(in pipeline.Input) bool { return in.Unattributed > 0 }) {
		return false
	}
	return !slices.ContainsFunc(res.Subjects, func(s *pipeline.Subject) bool {
		if s.View.Profile != nil {
			if _, _, ok := s.View.Profile.Span(); ok {
				return true
			}
		}
		return slices.ContainsFunc(s.View.Records, func(r record.Record) bool { return !r.At.IsZero() })
	})
}

// outcomes returns what people concluded, oldest first.
func outcomes(records []record.Record) []Outcome {
	var out []Outcome
	for _, r := range records {
		if b, ok := r.Body.(record.Outcome); ok {
			out = append(out, Outcome{Word: b.Outcome, At: r.At.UTC(), By: b.By})
		}
	}
	slices.SortStableFunc(out, func(a, b Outcome) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Word, b.Word), cmp.Compare(a.By, b.By))
	})
	return slices.Compact(out)
}

// newActivity lays a subject's activity out in claimed local time, with the
// share of the weeks in which it is night there. A protected person's clock would
// name the place, and how the hours fit is not asked of anybody with an
// accommodation: their pictures are those of somebody whose place is not known.
func newActivity(v *detect.View) *Activity {
	if v.Profile == nil {
		return nil
	}
	first, last, ok := v.Profile.Span()
	if !ok {
		return nil
	}
	place, _, claimed := v.Claimed(v.AsOf)
	claimed = claimed && !v.Protected && !v.Accommodation
	zone := "UTC"
	if claimed && place.Zone != "" {
		zone = place.Zone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		zone, loc = "UTC", time.UTC
	}
	a := &Activity{Zone: zone}
	a.Count, a.Days = v.Profile.Grid(loc)
	if claimed {
		a.Night = nights(place, loc, first, last)
	}
	if sleep := activity.Sleep(v.Profile, loc, first, last); sleep.Enough && sleep.QuietMinutes >= 5*60 {
		a.HasSleep = true
		a.SleepFrom = sleep.QuietStart / 60 % 24
		a.SleepTo = (sleep.QuietStart + sleep.QuietMinutes) / 60 % 24
	}
	hours, _ := v.WorkingHours()
	if fit := activity.Rhythm(v.Profile, loc, hours, time.Time{}, time.Time{}); claimed && fit.Enough && fit.ClaimMass < 0.5 {
		a.Alternative = "UTC" + signed(fit.Best)
		a.ShiftMinutes = fit.Error
	}
	return a
}

// signed words an offset as the evidence does: "+05:30".
func signed(minutes int) string {
	sign := "+"
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	return fmt.Sprintf("%s%02d:%02d", sign, minutes/60, minutes%60)
}

// nights returns, by weekday and hour of local time, the share of weeks between
// two instants in which the sun is below -6° in the middle of the hour.
func nights(p enrich.Place, loc *time.Location, first, last time.Time) *[7][24]float64 {
	if last.Sub(first) > 366*24*time.Hour {
		first = last.AddDate(-1, 0, 0)
	}
	// The sun moves by less than two minutes a day against the clock, so one day
	// stands for its week.
	var dark [24]float64
	weeks := 0.0
	for day := first.In(loc); !day.After(last); day = day.AddDate(0, 0, 7) {
		weeks++
		for h := range 24 {
			if sun.Elevation(time.Date(day.Year(), day.Month(), day.Day(), h, 30, 0, 0, loc), p.Lat, p.Lon) < -6 {
				dark[h]++
			}
		}
	}
	var out [7][24]float64
	for d := range out {
		for h := range 24 {
			out[d][h] = dark[h] / weeks
		}
	}
	return &out
}

// spoken words a closed word of a format: "no_answer" is "no answer".
func spoken(word string) string { return strings.ReplaceAll(word, "_", " ") }

// journey lists what a reader needs to follow a person from application to
// today, without personal data, and says what it leaves out.
func journey(v *detect.View) ([]Moment, Omitted) {
	var out []Moment
	add := func(at time.Time, lane, what string, broken bool) {
		if !at.IsZero() {
			out = append(out, Moment{At: at.UTC(), What: what, Lane: lane, Break: broken})
		}
	}
	payouts := 0
	var account record.Redacted
	var known points
	for _, r := range v.Records {
		switch b := r.Body.(type) {
		case record.Person:
			phone, mailbox, address := known.add(v, b)
			if phone {
				add(r.At, "contact", "another telephone number on record", false)
			}
			if mailbox {
				add(r.At, "contact", "another private mailbox on record", false)
			}
			if address && !v.Protected {
				add(r.At, "place", "another address on record", false)
			}
			add(b.AppliedAt, "contact", applied, false)
			add(b.HiredAt, "work", "hired", false)
			add(b.LeftAt, "work", "left", false)
		case record.Interview:
			what := "session held"
			switch b.Channel {
			case record.StillsChannel:
				what = "stills of two rounds compared"
			case record.CheckInChannel:
				what = "check-in"
			}
			if b.SamePerson == "no" {
				what += "; recorded as not the same person as before"
			}
			add(r.At, "interview", what, b.SamePerson == "no")
		case record.Check:
			add(r.At, "interview", "check of "+spoken(b.Check)+": "+spoken(b.Result), false)
		case record.Shipment:
			add(b.RequestedAt, "device", "equipment asked for", false)
			add(b.ShippedAt, "device", "equipment shipped", false)
			add(b.DeliveredAt, "device", "equipment delivered", false)
			add(b.ChangedAt, "place", "shipping address changed", true)
		case record.Payout:
			payouts++
			what := "pay account set"
			if payouts > 1 && b.Account != account {
				what = "pay account changed"
			}
			add(r.At, "pay", what, payouts > 1 && b.Account != account)
			account = b.Account
		case record.Device:
			if b.Fact == record.Enrolled {
				add(r.At, "device", "first seen by device management", false)
			}
		case record.Resume, record.Photo, record.IdentityDocument, record.CodeHistory, record.Outcome, record.Call:
		}
	}
	if v.Profile != nil {
		if first, last, ok := v.Profile.Span(); ok {
			add(first, "network", "first activity", false)
			add(last, "network", latestActivity, false)
		}
	}
	slices.SortStableFunc(out, func(a, b Moment) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Lane, b.Lane), cmp.Compare(a.What, b.What))
	})
	return thin(slices.Compact(out), journeyMost)
}

// latestActivity is what the end of a line of somebody who works is called.
const latestActivity = "latest activity"

// daily moves the latest activity to the beginning of its day. Nobody calls for a
// look at somebody who is clear, and what is kept of them need not be written anew
// whenever they do something.
func daily(line []Moment) {
	for i := range line {
		if line[i].What != latestActivity {
			continue
		}
		line[i].At = line[i].At.Truncate(24 * time.Hour)
		if i > 0 && line[i].At.Before(line[i-1].At) {
			line[i].At = line[i-1].At
		}
	}
}

// points are the telephone numbers, private mailboxes and addresses that records of one
// person name.
type points struct {
	phones, mailboxes, addresses []record.Redacted
}

// add enters those of another record, and reports whether it has a number, a mailbox or
// an address that those before had not, while they had others. A mailbox of any domain but
// those of free and throw-away services may be the company's own and is none.
func (k *points) add(v *detect.View, p record.Person) (phone, mailbox, address bool) {
	var private []record.Redacted
	for _, e := range p.Emails {
		if class, known := v.Mail(e); known && class != enrich.MailOrdinary {
			private = append(private, e)
		}
	}
	phone, mailbox = another(&k.phones, p.Phones), another(&k.mailboxes, private)
	if key := p.Address.Key(); key != "" && !slices.Contains(k.addresses, key) {
		address = len(k.addresses) > 0
		k.addresses = append(k.addresses, key)
	}
	return phone, mailbox, address
}

// another enters the contact points of another record, and reports whether one is new
// while others were there.
func another(known *[]record.Redacted, of []record.Redacted) (is bool) {
	had := len(*known) > 0
	for _, p := range of {
		if !slices.Contains(*known, p) {
			is = had
			*known = append(*known, p)
		}
	}
	return is
}
