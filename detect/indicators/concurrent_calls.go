// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
)

type concurrentCallsParams struct {
	One     int `json:"one" doc:"percent of the weight when one source has found it and no other has; a starting value" min:"1" max:"100"`
	Rows    int `json:"rows" doc:"percent of the weight when the meeting software's own rows show it; a starting value" min:"1" max:"100"`
	Unsure  int `json:"unsure" doc:"percent of the weight when the rows do not say whether a telephone was among them; a starting value" min:"1" max:"100"`
	Minutes int `json:"minutes" doc:"minutes beyond which two meetings at once are more than a late change of rooms; (from the row of the catalogue: 10)" min:"1" max:"240"`
	Days    int `json:"days" doc:"days with such meetings that it takes; (from the row of the catalogue: 3)" min:"1" max:"100"`
}

var concurrentCalls = detect.Define(detect.Meta{
	ID:        "dev.concurrent_calls",
	Title:     "Several calls ran at the same time on several days",
	Rationale: "One person is in one call; a laptop that several people share is in several.",
	Innocent: []string{
		"a call left open on hold, or in a waiting room",
		"a second job, which is a matter of policy and not this question",
		"somebody whose work is to run several rooms at once",
	},
	References: []string{"FBI-2501", "MANDIANT"},
	Family:     detect.Rhythm,
	Lifecycle:  detect.Stable,
	Either:     []record.Kind{record.KindCall, record.KindCheck},
	Asks:       []string{"calls_at_once"},
	Present:    45,
	Absent:     -5,
	Weighing:   "Three times likelier: several sources describe it, and so do people with two jobs, who are many more. One source, or the company's own meetings alone, counts three fifths, and half of that where they do not say on what; telephones and rooms left in a meeting are not counted. Never two at once, as a source that sees all calls says, is what nearly everybody shows; the company's meetings alone cannot say it.",
}, concurrentCallsParams{One: 60, Rows: 60, Unsure: 30, Minutes: 10, Days: 3}, func(p *detect.Pass, cfg concurrentCallsParams) {
	if attestFirst(p, cfg.One, attestation{
		check: "calls_at_once",
		found: "several calls ran on the laptop at the same time on three days or more",
		clear: "no two calls ran on the laptop at the same time",
	}) {
		return
	}
	longer := time.Duration(cfg.Minutes) * time.Minute
	words, strength := "By the meeting software's record, a computer", cfg.Rows
	rows, days := meetingsAtOnce(p, longer, onComputer)
	if days < cfg.Days {
		words, strength = "By the meeting software's record, which does not say whether a telephone was among them, the person", cfg.Unsure
		rows, days = meetingsAtOnce(p, longer, func(c record.Call) bool { return c.Client == "" || onComputer(c) })
	}
	if days < cfg.Days {
		p.Unknown("nobody has answered whether several calls ran at the same time, and the meetings on record do not show it")
		return
	}
	p.Report(strength, cites(rows...), "%s was in two meetings at once for more than %s, on %s, first on %s.", words,
		count(cfg.Minutes, "minute"), count(days, "day"), clock(rows[0].At))
})

// longestCall bounds what is taken for one call: beyond it the end was not recorded
// when it came.
const longestCall = 12 * time.Hour

// stay is a call of the person.
type stay struct {
	record.Record
	record.Call
}

// meetingsAtOnce returns the rows of those meetings, of the calls that count, that
// overlap others by more than a time, and the number of days on which they do. Each
// call is held against the two of other meetings that last longest, which find an
// overlap wherever there is one, in one pass over any number of them.
func meetingsAtOnce(p *detect.Pass, longer time.Duration, counts func(record.Call) bool) (rows []record.Record, days int) {
	var last [2]stay // of two meetings, those of the calls so far that last longest
	seen := map[int32]bool{}
	for r, c := range detect.Each[record.Call](p.View) { // in the order of joining
		if c.Meeting == "" || !c.Left.After(r.At) || c.Left.Sub(r.At) > longestCall || !counts(c) {
			continue
		}
		for _, o := range last {
			until := c.Left
			if o.Left.Before(until) {
				until = o.Left
			}
			if o.Meeting != c.Meeting && until.Sub(r.At) > longer {
				rows, seen[dayNumber(r.At)] = append(rows, o.Record, r), true
				break
			}
		}
		switch s := (stay{r, c}); {
		case s.Meeting == last[0].Meeting:
			if s.Left.After(last[0].Left) {
				last[0] = s
			}
		case s.Left.After(last[0].Left):
			last[0], last[1] = s, last[0]
		case s.Left.After(last[1].Left):
			last[1] = s
		}
	}
	return rows, len(seen)
}

// onComputer reports whether a call was a computer's, by the kind that the meeting
// software names. A telephone or a room stays in a meeting after the person went on
// to the next.
func onComputer(c record.Call) bool {
	kind := strings.ToLower(c.Client)
	return contains(kind, []string{"win", "mac", "linux", "chrome", "web"}) && !contains(kind, []string{"phone", "room"})
}
