// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/detect"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// TestLongLineKeepsItsBeginning holds that of 60 moments the application, the hire and
// each break stay on the line, kept and drawn, and that it says how many do not.
func TestLongLineKeepsItsBeginning(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	records := []record.Record{
		{ID: "a", At: day(0), Body: record.Person{AppliedAt: day(0)}},
		{ID: "b", At: day(2), Body: record.Shipment{ChangedAt: day(2)}},
		{ID: "e", At: day(2), Body: record.Shipment{ChangedAt: day(2).Add(time.Hour)}},
		{ID: "f", At: day(2), Body: record.Shipment{ChangedAt: day(2).Add(2 * time.Hour)}},
		{ID: "c", At: day(30), Body: record.Person{HiredAt: day(30)}},
		{ID: "d", At: day(31), Body: record.Interview{SamePerson: "no"}},
	}
	for i := range 54 {
		if n := i + 3; n < 30 {
			records = append(records, record.Record{ID: record.ID(fmt.Sprint(i)), At: day(n), Body: record.Interview{}})
		} else {
			records = append(records, record.Record{ID: record.ID(fmt.Sprint(i)), At: day(n + 2), Body: record.Interview{}})
		}
	}
	v := &detect.View{Subject: "w-1", AsOf: day(90), Facts: enrich.NewFacts(), Records: records}
	res := &pipeline.Result{Subjects: []*pipeline.Subject{{View: v, Ring: -1, Assessment: weigh.Assessment{Subject: "w-1"}}}}
	data, err := EncodeDossier(Build(res, weigh.DefaultPolicy(), nil, "test").Subjects[0])
	if err != nil {
		t.Fatal(err)
	}
	s, err := DecodeDossier(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Journey) != 40 || s.Omitted != (Omitted{Moments: 20}) {
		t.Errorf("%d moments are kept, %+v are not", len(s.Journey), s.Omitted)
	}
	early := Moment{At: day(1), What: "another telephone number", Lane: "contact", Break: true}
	line, err := DrawJourney(s, []Moment{early}, day(90))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"09:00 UTC</time> contact: applied<", "work: hired<", "09:00 UTC</time> place: shipping address changed <", "10:00 UTC</time> place: shipping address changed <", "11:00 UTC</time> place: shipping address changed <", "not the same person as before <", "contact: another telephone number <",
		">2026-02-28 09:00 UTC<", // the last interview, on day 58
		"40 moments from 1 January 2026 to 1 April 2026, with 5 breaks in continuity.",
		"Not drawn: 21 more moments between the first and the last.",
	} {
		if !strings.Contains(string(line), want) {
			t.Errorf("the line does not say %q:\n%s", want, line)
		}
	}
}

// TestThin reads of which moments a line is thinned. Letters are moments of a day each: a
// for applied, h for hired, B for a break, and dots for the rest.
func TestThin(t *testing.T) {
	for _, c := range []struct {
		line string
		most int
		want string
		out  Omitted
	}{
		{"a..B.h..", 8, "a..B.h..", Omitted{}},
		{"a..B.h..", 5, "aB.h.", Omitted{Moments: 3}},            // the third of the four between
		{".a.B.h.B.", 6, ".aBhB.", Omitted{Moments: 3}},          // the ends are no others
		{"aBBBBBBh", 5, "aBBBh", Omitted{Moments: 3, Breaks: 3}}, // even breaks have a bound
	} {
		var line []Moment
		for i, letter := range c.line {
			m := Moment{At: time.Unix(int64(i), 0).UTC(), What: "session held", Lane: "interview"}
			switch letter {
			case 'a':
				m.What, m.Lane = applied, "contact"
			case 'h':
				m.What, m.Lane = "hired", "work"
			case 'B':
				m.Break = true
			}
			line = append(line, m)
		}
		kept, out := thin(line, c.most)
		got := ""
		for i, m := range kept {
			got += string(c.line[m.At.Unix()])
			if i > 0 && m.At.Before(kept[i-1].At) {
				t.Errorf("%s: out of order", c.line)
			}
		}
		if got != c.want || out != c.out {
			t.Errorf("%s to %d: %s without %+v, want %s without %+v", c.line, c.most, got, out, c.want, c.out)
		}
	}
	// What stays of the rest is spread over it: of ten, the third and the eighth.
	var rest []Moment
	for i := range 12 {
		rest = append(rest, Moment{At: time.Unix(int64(i), 0).UTC()})
	}
	kept, _ := thin(rest, 4)
	var at []int64
	for _, m := range kept {
		at = append(at, m.At.Unix())
	}
	if diff := cmp.Diff([]int64{0, 3, 8, 11}, at); diff != "" {
		t.Errorf("what stays (-want +got):\n%s", diff)
	}
}
