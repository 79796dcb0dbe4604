// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// The people, files and figures here are invented.

func at(day, hour int) time.Time { return time.Date(2026, 4, day, hour, 11, 0, 0, time.UTC) }

func cite(path, locator string, t time.Time) record.Citation {
	return record.Citation{Path: path, Locator: locator, At: t}
}

var fixtureCards = []detect.Meta{
	{
		ID: "app.resume_text_clone", Title: "The résumé's wording stands in another person's", Family: detect.History, Lifecycle: detect.Stable,
		Rationale: "Fabricated profiles are written from shared stock.", Innocent: []string{"both used the same résumé writer", "one person applied twice"},
		References: []string{"method §6"}, Needs: []record.Kind{record.KindResume}, Present: 132, Absent: -5,
		Weighing: "Long shared passages between strangers were not seen in honest sets.",
	},
	{
		ID: "app.skill_before_release", Title: "A skill is claimed before it existed", Family: detect.History, Lifecycle: detect.Stable,
		Innocent: []string{"a slip of the year", "an early preview"}, Needs: []record.Kind{record.KindResume}, Present: 40, Absent: -2,
	},
	{
		ID: "con.shared_phone", Title: "A phone number is shared by strangers", Family: detect.Contact, Lifecycle: detect.Stable,
		Innocent: []string{"a couple or a household", "a recruiter's number"}, Needs: []record.Kind{record.KindPerson}, Present: 120, Absent: -5, Waivers: []detect.Waiver{detect.AddressProtected},
	},
	{
		ID: "dev.remote_access_tool", Title: "A remote-access tool runs on the company's device", Family: detect.Device, Lifecycle: detect.Stable, Observation: detect.USBDevices,
		Innocent: []string{"IT support installed it"}, Needs: []record.Kind{record.KindDevice}, Present: 80, Absent: -10,
		Next: &detect.NextCheck{Do: "ask IT whether it deployed the tool", CandidateCost: 1, CompanyCost: 2},
	},
	{
		ID: "int.daylight_mismatch", Title: "The window is dark when it should be bright", Family: detect.Interview, Lifecycle: detect.Stable,
		Innocent: []string{"a basement room", "blinds"}, Needs: []record.Kind{record.KindInterview}, Present: 110, Absent: -60, Waivers: []detect.Waiver{detect.Accommodated},
		Next: &detect.NextCheck{Do: "offer a short call at a time when the sun tells the claimed place from others", CandidateCost: 2, CompanyCost: 2},
	},
	{
		ID: "log.address_changed", Title: "The shipping address changed after the offer", Family: detect.Logistics, Lifecycle: detect.Stable,
		Innocent: []string{"the person moved"}, Needs: []record.Kind{record.KindShipment}, Present: 60, Absent: -10,
	},
	{
		ID: "net.geo_vs_claimed", Title: "Sign-ins come from far from the claimed place", Family: detect.Network, Lifecycle: detect.Stable, Observation: detect.SignInAddress,
		Innocent: []string{"travel", "a company VPN"}, Needs: []record.Kind{record.KindActivity}, Present: 60, Absent: -20,
	},
	{
		ID: "net.impossible_travel", Title: "Two places in too short a time", Family: detect.Network, Lifecycle: detect.Stable, Observation: detect.SignInAddress,
		Innocent: []string{"a relay", "a wrong database entry"}, Needs: []record.Kind{record.KindActivity}, Present: 80, Absent: -5,
		Next: &detect.NextCheck{Do: "ask which networks they worked from that day", CandidateCost: 1, CompanyCost: 1},
	},
	{
		ID: "pay.holder_mismatch", Title: "The pay account is in another name", Family: detect.Pay, Lifecycle: detect.Experimental,
		Innocent: []string{"a joint account", "a married name"}, Needs: []record.Kind{record.KindPayout}, Present: 70, Absent: -10,
	},
	{
		ID: "rhy.zone_fit", Title: "The hours fit another zone better", Family: detect.Rhythm, Lifecycle: detect.Stable, Observation: detect.ActivityHours,
		Innocent: []string{"a night owl", "caring for a child", "a team in another zone"}, Needs: []record.Kind{record.KindActivity}, Present: 70, Absent: -30,
	},
	{
		ID: "ver.identity_document", Title: "An identity check was passed", Family: detect.Document, Lifecycle: detect.Stable,
		Needs: []record.Kind{record.KindCheck}, Present: -80,
		Next: &detect.NextCheck{Do: "offer an identity check in person, at a notary or with an accredited verifier", CandidateCost: 4, CompanyCost: 3},
	},
}

func fixtureCardMap() map[string]detect.Meta {
	m := map[string]detect.Meta{}
	for _, c := range fixtureCards {
		m[c.ID] = c
	}
	return m
}

// part is one contribution in short: weight and counted in centibans.
type part struct {
	id              string
	outcome         detect.Outcome
	strength        int
	weight, counted record.Weight
	why, statement  string
	cites           []record.Citation
	related         []record.SubjectID
}

func assess(id string, stage record.Stage, state weigh.State, prior record.Weight, parts []part, unanswered ...detect.Finding) weigh.Assessment {
	cards := fixtureCardMap()
	a := weigh.Assessment{
		Subject: record.SubjectID(id), Stage: stage, State: state, AsOf: at(30, 0), Policy: "default-1", Prior: prior, Total: prior, Unanswered: unanswered,
	}
	for _, p := range parts {
		a.Contributions = append(a.Contributions, weigh.Contribution{
			Finding: detect.Finding{Indicator: p.id, Outcome: p.outcome, Strength: p.strength, Statement: p.statement, Cites: p.cites, Related: p.related},
			Family:  cards[p.id].Family, Weight: p.weight, Counted: p.counted, Why: p.why,
		})
		a.Total += p.counted
	}
	slices.SortStableFunc(a.Contributions, func(x, y weigh.Contribution) int {
		return cmp.Or(cmp.Compare(slices.Index(detect.Families, x.Family), slices.Index(detect.Families, y.Family)),
			cmp.Compare(y.Counted, x.Counted), cmp.Compare(x.Finding.Indicator, y.Finding.Indicator))
	})
	for _, f := range detect.Families {
		t := weigh.FamilyTotal{Family: f}
		for _, c := range a.Contributions {
			if c.Family == f {
				t.Answered++
				t.Toward += max(c.Counted, 0)
				t.Against += min(c.Counted, 0)
			}
		}
		if t.Answered > 0 {
			a.Families = append(a.Families, t)
		}
	}
	return a
}

func unknown(ids ...string) []detect.Finding {
	var out []detect.Finding
	for _, id := range ids {
		out = append(out, detect.Finding{Indicator: id, Outcome: detect.Unknown, Statement: noData})
	}
	return out
}

func fixtureActivity() *Activity {
	a := &Activity{
		Zone: "America/Chicago", Days: 61, HasSleep: true, SleepFrom: 9, SleepTo: 17,
		Alternative: "UTC+08:00", ShiftMinutes: -10 * 60, Night: &[7][24]float64{},
	}
	for d := range 7 {
		for h := range 24 {
			switch {
			case h < 6 || h >= 20:
				a.Night[d][h] = 1
			case h == 6 || h == 19:
				a.Night[d][h] = 0.5
			}
			if d < 5 && (h >= 19 || h < 5) {
				a.Count[d][h] = 12 + (h*7+d*3)%20
			}
		}
	}
	a.Count[2][12] = 3
	return a
}

func fixture() *Report {
	const applicant, worker = -200, -270
	cards := fixtureCardMap()
	first := assess("c-0042", record.Applicant, weigh.Escalate, applicant, []part{
		{
			"app.resume_text_clone", detect.Present, 100, 132, 132, "",
			"61 % of this résumé's unusual wording also stands in the résumé of c-0107, under another name.",
			[]record.Citation{cite("resumes/c-0042.pdf", "page 1, lines 8-31", at(2, 10))},
			[]record.SubjectID{"c-0107"},
		},
		{
			"app.skill_before_release", detect.Present, 80, 32, 16, "second of its family",
			"Claims 6 years of a framework that was first published 4 years before the application.",
			[]record.Citation{cite("resumes/c-0042.pdf", "page 1, line 12", at(2, 10))},
			nil,
		},
		{
			"con.shared_phone", detect.Present, 100, 120, 120, "",
			"The phone number is also that of c-0107 and c-0113, who give other names and live in other cities.",
			[]record.Citation{cite("candidates.csv", "row 3", at(2, 10)), cite("candidates.csv", "row 9", at(3, 8)), cite("more.csv", "row 2", at(4, 9))},
			[]record.SubjectID{"c-0107", "c-0113"},
		},
		{
			"net.impossible_travel", detect.Present, 100, 80, 80, "",
			"Signed in from two places 8,950 km apart within 50 minutes (Austin, then Frankfurt; both addresses home broadband; error radii 20 and 50 km).",
			[]record.Citation{cite("okta.jsonl", "line 811", at(12, 14)), cite("okta.jsonl", "line 816", at(12, 15))},
			nil,
		},
		{
			"net.geo_vs_claimed", detect.Present, 100, 60, 30, "second of its family",
			"On 31 of 61 days the first sign-in came from more than 500 km from Austin, Texas.",
			[]record.Citation{cite("okta.jsonl", "line 17", at(13, 14))},
			nil,
		},
		{
			"rhy.zone_fit", detect.Present, 60, 42, 42, "",
			"The hours of activity on 61 days fit UTC+8 better than America/Chicago.",
			[]record.Citation{cite("okta.jsonl", "line 17", at(13, 14))},
			nil,
		},
		{
			"ver.identity_document", detect.Present, 100, -80, -80, "",
			"An identity document was checked in person and passed.",
			[]record.Citation{cite("checks.csv", "row 4", at(20, 9))},
			nil,
		},
		{"log.address_changed", detect.Absent, 0, -10, -10, "", "The equipment went to the address of the application.", []record.Citation{cite("shipping.csv", "row 1", at(21, 9))}, nil},
		{"pay.holder_mismatch", detect.Present, 100, 0, 0, "experimental: shown, weighs nothing", "The account's holder differs from the name on the contract.", []record.Citation{cite("pay.csv", "row 1", at(22, 9))}, nil},
	}, unknown("dev.remote_access_tool", "int.daylight_mismatch")...)
	first.Next = []weigh.Suggestion{
		{Indicator: "int.daylight_mismatch", Asks: []string{"interviews.window"}, Do: "offer a short call at a time when the sun tells the claimed place from others", Why: "a dark window would add 11.0 dB, a bright one take away 6.0 dB", Expected: 61},
		{Indicator: "dev.remote_access_tool", Do: "ask IT whether it deployed the tool", Why: "it would settle who controls the device", Expected: 22},
	}
	s1 := NewSubject(first, cards)
	s1.Aliases, s1.Ring = []string{"u-7"}, "ring-1"
	s1.Activity = fixtureActivity()
	s1.Claimed = &Claim{Place: "Austin, Texas", Zone: "America/Chicago", Lat: 30.27, Lon: -97.74}
	s1.Places = []Seen{{Place: "Austin", Lat: 30.27, Lon: -97.74, RadiusKM: 20, Network: "home broadband", Days: 41, First: at(1, 9), Last: at(28, 17)}}
	s1.Journey = []Moment{
		{At: at(2, 10), What: "applied, with an e-mail address and a phone number", Lane: "contact"},
		{At: at(5, 17), What: "interview, camera on", Lane: "interview"},
		{At: at(12, 14), What: "signed in from near Austin", Lane: "place"},
		{At: at(12, 15), What: "signed in from near Frankfurt", Lane: "place", Break: true},
		{At: at(20, 9), What: "identity document passed", Lane: "contact"},
		{At: at(22, 9), What: "pay account set", Lane: "pay"},
	}

	clone := func(id, other, path string) *Subject {
		a := assess(id, record.Applicant, weigh.Escalate, applicant, []part{
			{
				"app.resume_text_clone", detect.Present, 100, 132, 132, "", "58 % of this résumé's unusual wording also stands in the résumé of " + other + ", under another name.",
				[]record.Citation{cite(path, "page 1, lines 9-30", at(3, 8))},
				[]record.SubjectID{record.SubjectID(other)},
			},
			{
				"con.shared_phone", detect.Present, 100, 120, 120, "", "The phone number is also that of c-0042 and others, who give other names.",
				[]record.Citation{cite("candidates.csv", "row 9", at(3, 8))},
				[]record.SubjectID{"c-0042"},
			},
		}, unknown("int.daylight_mismatch", "rhy.zone_fit", "net.impossible_travel")...)
		s := NewSubject(a, cards)
		s.Ring = "ring-1"
		return s
	}
	follow := NewSubject(assess("u-1187", record.Worker, weigh.FollowUp, worker, []part{
		{
			"dev.remote_access_tool", detect.Present, 100, 80, 80, "",
			"A remote-access tool that IT does not deploy was running on 4 days (LT-2041, from 3 to 9 April 2026).",
			[]record.Citation{cite("fleet/osquery-2026-04.jsonl.gz", "line 40221", at(9, 3))},
			nil,
		},
		{"net.geo_vs_claimed", detect.Absent, 0, -20, -20, "", "All 212 sign-ins came from within 60 km of the claimed place.", []record.Citation{cite("okta.jsonl", "line 30", at(11, 3))}, nil},
		{"rhy.zone_fit", detect.Absent, 0, -30, -15, "same observation as net.geo_vs_claimed", "The hours fit the claimed zone.", nil, nil},
	}, append(unknown("pay.holder_mismatch", "log.address_changed"),
		detect.Finding{Indicator: "con.shared_phone", Outcome: detect.Failed, Statement: "the indicator failed: index out of range"})...), cards)
	follow.Outcomes = []Outcome{{"unresolved", at(2, 9), "analyst-4"}, {"cleared", at(14, 9), "analyst-2"}}
	follow.NextChecks = []NextCheck{{Check: "dev.remote_access_tool", Do: "ask IT whether it deployed the tool", Why: "if it did, 8.0 dB fall away", ExpectedDB: 5.5}}

	lean := NewSubject(assess("c-0300", record.Applicant, weigh.Insufficient, applicant, []part{
		{"app.skill_before_release", detect.Present, 100, 40, 40, "", "Claims a language version a year before its release.", []record.Citation{cite("resumes/c-0300.docx", "page 2, line 4", at(4, 4))}, nil},
	}, unknown("rhy.zone_fit", "int.daylight_mismatch", "dev.remote_access_tool")...), cards)

	r := &Report{
		AsOf: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), Prior: Prior{Applicant: 0.01, Worker: 0.002},
		Policy: weigh.Policy{
			Version: "default-1", PriorApplicant: 0.01, PriorWorker: 0.002, FollowUpFamily: 70, FollowUpProbability: 0.1,
			EscalateProbability: 0.5, EscalateFamilies: 2, EscalateFamily: 50, MinimumAnswers: 2,
			Weights: map[string]weigh.Override{"int.daylight_mismatch": {Present: 90, Absent: -60}},
		},
		Cards: fixtureCards, Tool: "daylight 0.1.0",
		Inputs: []Input{
			{Path: "candidates.csv", Format: "csv.people", Records: 31, Notes: []string{"column \"shoe_size\" is not known and was not read"}},
			{Path: "okta.jsonl", Format: "okta.system_log", Records: 1200, Skipped: 3, Unattributed: 4},
			{Path: "resumes/c-0042.pdf", Format: "resume.pdf", Records: 1},
			{Path: "fleet/osquery-2026-04.jsonl.gz", Format: "osquery.results", Records: 40500},
			{Path: "notes/broken.pdf", Format: "resume.pdf", Skipped: 1},
		},
		Skipped: []Skipped{
			{Path: "okta.jsonl", Line: 17, Reason: "not JSON: unexpected end of input"},
			{Path: "okta.jsonl", Line: 90, Reason: "not JSON: invalid character 'x'"},
			{Path: "notes/broken.pdf", Reason: "the PDF is encrypted"},
		},
		Rings: []Ring{{
			ID: "ring-1", Subjects: []string{"c-0042", "c-0107", "c-0113"},
			Links: []Link{
				{A: "c-0042", B: "c-0107", Kind: "resume_text", WeightDB: 13.2, Holders: 2, Sentence: "c-0042 and c-0107 share 61 % of unusual résumé wording"},
				{A: "c-0042", B: "c-0107", Kind: "phone", WeightDB: 12, Holders: 3, Sentence: "c-0042 and c-0107 give the same phone number, which 3 people hold"},
				{A: "c-0107", B: "c-0113", Kind: "phone", WeightDB: 12, Holders: 3, Sentence: "c-0107 and c-0113 give the same phone number, which 3 people hold"},
				{A: "c-0042", B: "c-0113", Kind: "client_address", WeightDB: 3.1, Holders: 40, Sentence: "c-0042 and c-0113 applied from the same address, which 40 people used"},
			},
		}},
		Subjects: []*Subject{s1, clone("c-0107", "c-0042", "resumes/c-0107.pdf"), clone("c-0113", "c-0107", "resumes/c-0113.pdf"), follow, lean},
	}
	for i := range 6 {
		r.Subjects = append(r.Subjects, NewSubject(assess(fmt.Sprintf("u-%04d", 2000+i), record.Worker, weigh.Clear, worker, []part{
			{"net.geo_vs_claimed", detect.Absent, 0, -20, -20, "", "All sign-ins came from near the claimed place.", []record.Citation{cite("okta.jsonl", record.Line(100+i), at(12, 9))}, nil},
			{"rhy.zone_fit", detect.Absent, 0, -30, -15, "same observation as net.geo_vs_claimed", "The hours fit the claimed zone.", nil, nil},
		}, unknown("app.resume_text_clone")...), cards))
	}
	r.Subjects[len(r.Subjects)-1].Outcomes = []Outcome{{"cleared", time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC), "analyst-2"}}
	for i := range 3 {
		r.Subjects = append(r.Subjects, NewSubject(assess(fmt.Sprintf("c-%04d", 400+i), record.Applicant, weigh.Insufficient, applicant, nil,
			unknown("app.resume_text_clone", "rhy.zone_fit", "int.daylight_mismatch", "con.shared_phone")...), cards))
	}
	return r
}

// hostile holds what an attacker can put into a field of the input.
var hostile = []string{
	"\x1b[31mred\x1b[0m\x1b]0;title\x07", "\u009b31m", "<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`,
	"=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\u202egnp.exe", "a\u200bb\u200dc\ufeff", "\u2066isolate\u2069",
	"line\nbreak", "nul\x00byte", "bad\xff\xfeutf8", "</style><style>*{display:none}", "javascript:alert(1)", "{{.}}", "--><!--",
	"\u2028sep", "\U000e0041tag", "z\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "=\"a\"\",b;c", "＝1+1", "'", "",
}

// hostileReport puts one string into every field that input can reach.
func hostileReport(s string) *Report {
	r := fixture()
	id := record.SubjectID(s)
	a := assess(s, record.Stage(s), weigh.Escalate, -200, []part{
		{"net.impossible_travel", detect.Present, 100, 80, 80, s, s, []record.Citation{cite(s, s, at(2, 2))}, []record.SubjectID{id}},
	}, detect.Finding{Indicator: s, Outcome: detect.Failed, Statement: s})
	a.Next = []weigh.Suggestion{{Indicator: s, Do: s, Why: s, Expected: 10}}
	x := NewSubject(a, fixtureCardMap())
	x.Aliases, x.Ring, x.Missing = []string{s}, s, []string{s}
	x.Evidence[0].Innocent = []string{s}
	x.Journey = []Moment{{At: at(1, 1), What: s, Lane: s}, {At: at(2, 1), What: s, Lane: s, Break: true}}
	x.Activity = fixtureActivity()
	x.Activity.Zone, x.Activity.Alternative = s, s
	x.Claimed = &Claim{Place: s, Zone: s}
	x.Outcomes = []Outcome{{s, at(3, 3), s}}
	b := *x
	b.ID, b.State = s+" b", weigh.Insufficient
	c := *x
	c.ID, c.State = s+" c", weigh.Clear
	r.Subjects = []*Subject{x, &b, &c}
	r.Inputs = append(r.Inputs, Input{Path: s, Format: s, Skipped: 1, Notes: []string{s}})
	r.Skipped = append(r.Skipped, Skipped{Path: s, Line: 3, Reason: s})
	r.Rings = []Ring{{ID: s, Subjects: []string{s, s + "2"}, Links: []Link{{A: s, B: s + "2", Kind: s, WeightDB: 3, Sentence: s}, {A: s, B: s + "2", Kind: s, WeightDB: 2}}}}
	r.Tool, r.Policy.Version = s, s
	r.Policy.Weights = map[string]weigh.Override{s: {Present: 10}}
	return r
}
