// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"testing"
	"time"

	"daylight/record"
)

// TestStageOf holds who is here, who left and who came back.
func TestStageOf(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	person := func(at int, p record.Person) record.Record { return record.Record{At: day(at), Body: p} }
	worker := person(1, record.Person{Stage: record.Worker})
	off := person(5, record.Person{Stage: record.Leaver})
	back := person(1, record.Person{Stage: record.Worker, ActiveAt: day(9)})
	for name, tc := range map[string]struct {
		records []record.Record
		want    record.Stage
	}{
		"applied":                              {[]record.Record{person(1, record.Person{Stage: record.Applicant})}, record.Applicant},
		"works here":                           {[]record.Record{worker}, record.Worker},
		"account ended":                        {[]record.Record{worker, off}, record.Leaver},
		"account ended and in use again":       {[]record.Record{worker, back, off}, record.Worker},
		"in use again and ended again":         {[]record.Record{worker, back, off, person(12, record.Person{Stage: record.Leaver})}, record.Leaver},
		"account ended, in use again tomorrow": {[]record.Record{worker, off, person(1, record.Person{Stage: record.Worker, ActiveAt: day(21)})}, record.Leaver},
		"left":                                 {[]record.Record{person(1, record.Person{Stage: record.Leaver, LeftAt: day(5)})}, record.Leaver},
		"left, and the account is not closed":  {[]record.Record{person(1, record.Person{Stage: record.Leaver, LeftAt: day(5)}), back}, record.Leaver},
		"left and hired again":                 {[]record.Record{person(1, record.Person{Stage: record.Leaver, HiredAt: day(1), LeftAt: day(5)}), person(8, record.Person{Stage: record.Worker, HiredAt: day(8)})}, record.Worker},
		"leaves next week":                     {[]record.Record{person(1, record.Person{Stage: record.Worker, HiredAt: day(1), LeftAt: day(25)})}, record.Worker},
		"hired next week after having left":    {[]record.Record{person(1, record.Person{Stage: record.Leaver, LeftAt: day(5)}), person(8, record.Person{HiredAt: day(25)})}, record.Leaver},
		"a record of leaving that has no day":  {[]record.Record{{Body: record.Person{Stage: record.Leaver}}}, record.Worker},
	} {
		if got := stageOf(tc.records, day(20)); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
