// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"daylight/activity"
	"daylight/record"
)

// Log is the name under which a case's events are cited: its first source.
// Events are cited by line, patterns' events in the order they are generated.
const Log = "activity.jsonl"

// Event is one event of a case. Class and Act are in the words of
// [record.Class.String] and [record.Act.String]; without them it is "sign-ins"
// and "activity".
type Event struct {
	At        time.Time  `json:"at"`
	Class     string     `json:"class,omitzero"`
	Act       string     `json:"act,omitzero"`
	Failed    bool       `json:"failed,omitzero"`
	Automated bool       `json:"automated,omitzero"`
	Addr      netip.Addr `json:"addr,omitzero"`
	Device    string     `json:"device,omitzero"`
	Token     string     `json:"token,omitzero"`
	Session   string     `json:"session,omitzero"`
	Agent     string     `json:"agent,omitzero"`
	Object    string     `json:"object,omitzero"`
	// Lat and Lon are the source's own placing of the address, degrees.
	Lat   *float32 `json:"lat,omitzero"`
	Lon   *float32 `json:"lon,omitzero"`
	Proxy bool     `json:"proxy,omitzero"`
	// Managed says whether the source takes the machine for the company's.
	Managed *bool `json:"managed,omitzero"`
	// OffsetMinutes is the UTC offset that the client wrote.
	OffsetMinutes *int16 `json:"offset_minutes,omitzero"`
}

// Pattern generates the events of a habit: one event every EveryMinutes between
// two hours of the local day, on the named days. Its At is not used.
type Pattern struct {
	Event
	From  string `json:"from"`  // the first day, such as "2026-01-05"
	Weeks int    `json:"weeks"` // how many weeks from then on
	// Days are three-letter names, alone or as ranges: "mon-fri", "sat,sun"; ""
	// is every day.
	Days string `json:"days,omitzero"`
	// Hours are the local hours between which events lie; the second may be
	// beyond 24, which is the next day.
	Hours [2]float64 `json:"hours"`
	// Zone is the IANA zone of Days and Hours; "" is UTC.
	Zone string `json:"zone,omitzero"`
	// EveryMinutes is the interval; by default 15.
	EveryMinutes int `json:"every_minutes,omitzero"`
	// VaryMinutes moves each day's beginning and end by up to so many minutes, in
	// a fixed sequence, as people do.
	VaryMinutes int `json:"vary_minutes,omitzero"`
}

// profile folds the case's events, or returns nil when there are none.
func (c Case) profile() (*activity.Profile, error) {
	events, err := c.events()
	if err != nil || len(events) == 0 {
		return nil, err
	}
	p := &activity.Profile{}
	for i := range events {
		p.Add(&events[i])
	}
	return p, nil
}

// events returns the case's events and those of its patterns.
func (c Case) events() ([]record.Event, error) {
	all := slices.Clone(c.Events)
	for _, p := range c.Pattern {
		more, err := p.events()
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	out := make([]record.Event, len(all))
	for i, e := range all {
		var err error
		if out[i], err = e.record(); err != nil {
			return nil, err
		}
		out[i].Pos.Pos = uint64(i) + 1
	}
	if c.backward {
		slices.Reverse(out)
	}
	if c.twice {
		out = slices.Concat(out, out)
	}
	return out, nil
}

func (e Event) record() (record.Event, error) {
	r := record.Event{
		At: e.At.UnixMilli(), Failed: e.Failed, Automated: e.Automated, Addr: e.Addr, Proxy: e.Proxy,
		Device: []byte(e.Device), Token: []byte(e.Token), Session: []byte(e.Session),
		Agent: []byte(e.Agent), Object: []byte(e.Object),
	}
	for e.Class != "" && r.Class.String() != e.Class {
		if r.Class++; r.Class == record.Classes {
			return r, fmt.Errorf("no class of events is called %q", e.Class)
		}
	}
	for e.Act != "" && r.Act.String() != e.Act {
		if r.Act++; r.Act == 255 {
			return r, fmt.Errorf("no act is called %q", e.Act)
		}
	}
	if e.Lat != nil && e.Lon != nil {
		r.HasPlace, r.Lat, r.Lon = true, *e.Lat, *e.Lon
	}
	if e.Managed != nil {
		r.Managed = record.NotManaged
		if *e.Managed {
			r.Managed = record.IsManaged
		}
	}
	if e.OffsetMinutes != nil {
		r.HasOffset, r.OffsetMinutes = true, *e.OffsetMinutes
	}
	return r, nil
}

// maxWeeks bounds a pattern, so that a slip of the keyboard does not fill memory.
const maxWeeks = 2 * 53

func (p Pattern) events() ([]Event, error) {
	if p.Weeks < 1 || p.Weeks > maxWeeks || p.Hours[0] < 0 || p.Hours[1] > 48 || p.VaryMinutes < 0 || p.VaryMinutes > 24*60 {
		return nil, fmt.Errorf("pattern: 1 to %d weeks, hours from 0 to 48, variation of up to a day", maxWeeks)
	}
	loc, err := time.LoadLocation(p.Zone)
	if err != nil {
		return nil, fmt.Errorf("pattern: %w", err)
	}
	first, err := time.ParseInLocation(time.DateOnly, p.From, loc)
	if err != nil {
		return nil, fmt.Errorf("pattern: %w", err)
	}
	every := time.Duration(p.EveryMinutes) * time.Minute
	if every <= 0 {
		every = 15 * time.Minute
	}
	days, err := weekdays(p.Days)
	if err != nil {
		return nil, err
	}
	var out []Event
	for n := range 7 * p.Weeks {
		day := first.AddDate(0, 0, n)
		if !days[day.Weekday()] {
			continue
		}
		from := hour(day, p.Hours[0]).Add(p.vary(2 * n))
		to := hour(day, p.Hours[1]).Add(p.vary(2*n + 1))
		for at := from; at.Before(to); at = at.Add(every) {
			e := p.Event
			e.At = at
			out = append(out, e)
		}
	}
	return out, nil
}

// vary returns the n-th of a fixed sequence spread evenly over ±VaryMinutes
// (the golden ratio's multiples; Weyl 1916).
func (p Pattern) vary(n int) time.Duration {
	const golden = 0.6180339887498949
	x := float64(n) * golden
	x -= float64(int(x))
	return time.Duration((2*x - 1) * float64(p.VaryMinutes) * float64(time.Minute)).Round(time.Minute)
}

// hour returns an hour of a local day. It goes by the wall clock, so that a
// habit follows the clock when that changes.
func hour(day time.Time, h float64) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, int(h*60), 0, 0, day.Location())
}

var weekdayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func weekdays(s string) (days [7]bool, err error) {
	if s == "" {
		s = "mon-sun"
	}
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		a, b := slices.Index(weekdayNames, from), slices.Index(weekdayNames, to)
		if a < 0 || b < 0 {
			return days, fmt.Errorf("pattern: no days are called %q", s)
		}
		for d := a; ; d = (d + 1) % 7 {
			days[d] = true
			if d == b {
				break
			}
		}
	}
	return days, nil
}
