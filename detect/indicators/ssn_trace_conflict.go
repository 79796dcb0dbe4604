// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var ssnTraceConflict = detect.Define(detect.Meta{
	ID:        "onb.ssn_trace_conflict",
	Title:     "The number's history lacks the claimed addresses and lists several current employers",
	Rationale: "A borrowed number has the history of the person it belongs to, and of everybody else who uses it.",
	Innocent: []string{
		"a thin file: young people, and people new to a place",
		"a number that was mistyped at another employer",
		"several jobs at once, and moves that no register noted",
	},
	References: []string{"CASES", "method §4"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"number_trace_conflict"},
	Present:    40,
	Absent:     -5,
	Weighing:   "Two and a half times likelier when two reports agree, half of that for one: such reports are often wrong, and most often for those with little history, so it never stands alone. A history that fits is easily had with a borrowed number too.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "number_trace_conflict",
		found: "the number's history lacks the claimed addresses and lists several current employers",
		clear: "the number's history fits the claimed addresses",
	})
})
