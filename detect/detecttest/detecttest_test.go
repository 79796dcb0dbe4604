// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/detect"
	"daylight/record"

	"pgregory.net/rapid"
)

type noParams struct{}

// good returns metadata with which nothing is wrong.
func good() detect.Meta {
	return detect.Meta{
		ID: "tst.sample", Title: "A sample", Rationale: "Because.", Innocent: []string{"chance"}, References: []string{"method §1"},
		Family: detect.Conduct, Lifecycle: detect.Stable, Needs: []record.Kind{record.KindPerson},
		Present: 20, Absent: -5, Weighing: "Two dB.",
		Next: &detect.NextCheck{Do: "ask", CandidateCost: 1, CompanyCost: 1, Asks: []string{"people.name"}},
	}
}

func TestMetaProblems(t *testing.T) {
	run := func(p *detect.Pass, _ noParams) {}
	if got := metaProblems(detect.Define(good(), noParams{}, run)); len(got) > 0 {
		t.Fatalf("good metadata has problems: %q", got)
	}
	for name, spoil := range map[string]func(*detect.Meta){
		"id":            func(m *detect.Meta) { m.ID = "Sample" },
		"title":         func(m *detect.Meta) { m.Title = "" },
		"rationale":     func(m *detect.Meta) { m.Rationale = "" },
		"weighing":      func(m *detect.Meta) { m.Weighing = "" },
		"innocent":      func(m *detect.Meta) { m.Innocent = nil },
		"references":    func(m *detect.Meta) { m.References = []string{""} },
		"family":        func(m *detect.Meta) { m.Family = "zodiac" },
		"lifecycle":     func(m *detect.Meta) { m.Lifecycle = "" },
		"needs":         func(m *detect.Meta) { m.Needs = nil },
		"present":       func(m *detect.Meta) { m.Present = 0 },
		"absent":        func(m *detect.Meta) { m.Absent, m.Next = 5, nil },
		"reassuring":    func(m *detect.Meta) { m.Present, m.Absent, m.Next, m.Reassuring = -20, -5, nil, true },
		"not said":      func(m *detect.Meta) { m.Present, m.Absent, m.Next = -20, 0, nil },
		"said wrongly":  func(m *detect.Meta) { m.Reassuring = true },
		"no such key":   func(m *detect.Meta) { m.References = []string{"FBI-9901"} },
		"no section":    func(m *detect.Meta) { m.References = []string{"method §11"} },
		"unpublished":   func(m *detect.Meta) { m.References = []string{"notes.md §4 (2025)"} },
		"no citation":   func(m *detect.Meta) { m.References = []string{"somebody's blog"} },
		"one-sided":     func(m *detect.Meta) { m.OneSided = true },
		"conclusive":    func(m *detect.Meta) { m.Conclusive = true },
		"useless check": func(m *detect.Meta) { m.Absent = 0 },
		"order": func(m *detect.Meta) {
			m.Next = &detect.NextCheck{Do: "Ask.", CandidateCost: 1, CompanyCost: 1, Asks: []string{"documents"}}
		},
		"cost": func(m *detect.Meta) {
			m.Next = &detect.NextCheck{Do: "ask", CandidateCost: 0, CompanyCost: 1, Asks: []string{"documents"}}
		},
		"no answer": func(m *detect.Meta) { m.Next = &detect.NextCheck{Do: "ask", CandidateCost: 1, CompanyCost: 1} },
		"no column": func(m *detect.Meta) {
			m.Next = &detect.NextCheck{Do: "ask", CandidateCost: 1, CompanyCost: 1, Asks: []string{"ask"}}
		},
		"accusation": func(m *detect.Meta) { m.Rationale = "A fraudster does this." },
	} {
		t.Run(name, func(t *testing.T) {
			m := good()
			spoil(&m)
			if got := metaProblems(detect.Define(m, noParams{}, run)); len(got) != 1 {
				t.Errorf("found %q, want one problem", got)
			}
		})
	}
	cited := good()
	cited.References = []string{"FBI-2501", "method §10", "A. Author, A Paper (2024)", "https://example.com/report"}
	if got := metaProblems(detect.Define(cited, noParams{}, run)); len(got) > 0 {
		t.Errorf("good references have problems: %q", got)
	}
}

func TestParamProblems(t *testing.T) {
	type good struct {
		Limit int      `json:"limit" doc:"records; a starting value" min:"1" max:"9"`
		Share float64  `json:"share" doc:"share, 0-1 (from method §4)" min:"0" max:"1"`
		Names []string `json:"names" doc:"parts of names (from makers' documentation)"`
	}
	if got := paramProblems(good{Limit: 1}); len(got) > 0 {
		t.Errorf("good parameters have problems: %q", got)
	}
	for name, params := range map[string]any{
		"no tags": struct{ Limit int }{},
		"no source": struct {
			Limit int `json:"limit" doc:"records (seven days)" min:"0" max:"9"`
		}{},
		"no bounds": struct {
			Limit int `json:"limit" doc:"records; a starting value" min:"0"`
		}{},
		"bounds the wrong way round": struct {
			Limit int `json:"limit" doc:"records; a starting value" min:"9" max:"1"`
		}{Limit: 5},
		"default out of bounds": good{},
		"no struct":             7,
	} {
		if got := paramProblems(params); len(got) == 0 || len(got) > 2 {
			t.Errorf("%s: found %q, want a problem", name, got)
		}
	}
}

func TestWordProblems(t *testing.T) {
	for _, tt := range []struct {
		statement string
		wrong     bool
	}{
		{"Signed in from two places 8,950 km apart within 50 minutes (Austin, then Frankfurt).", false},
		{"The identity document was verified, last on 2026-03-10.", false},
		{"Signed in from Germany.", true},
		{"Signed in from [country].", true},
		{"The person is a fraud.", true},
		{"A cheat.", true},
		{"A con man did this.", true},
		{"The con-artist left.", true},
		{"An imposter.", true},
		{"Liar.", true},
		{"Criminal acts.", true},
		{"Perhaps a spy.", true},
		{"A stolen identity.", true},
		{"Signed in from the USA.", true},
		{"Signed in from the UK", true},
		{"A U.S. address.", true},
		{"A Finnish address.", true},
		{"Two Russian networks.", true},
		{"Written by Kenyans.", true},
		{"From Viet Nam.", true},
		{"A Bissau-Guinean bank.", true},
		{"The polish of the text.", false},
		{"Let us know.", false},
		{"Uses a kiwi as a picture.", false},
		{"Lies far from the place.", false},
		{"Speaks with an accent.", true},
		{"Seen %!d(string=x) times.", true},
		{"", true},
	} {
		if got := wordProblems(tt.statement); len(got) > 0 != tt.wrong {
			t.Errorf("%q: problems %q, want any: %v", tt.statement, got, tt.wrong)
		}
	}
}

func TestParseCase(t *testing.T) {
	c, err := ParseCase([]byte(`{"records":[{"at":"2026-03-02T10:00:00Z","kind":"person","body":{"stage":"worker","name":"Ana Sá","protected":true}}],
		"edges":[{"other":"w-2","via":"phone"}],
		"events":[{"at":"2026-04-01T08:00:00Z","class":"code","act":"push"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := c.View()
	if err != nil {
		t.Fatal(err)
	}
	if v.Records[0].ID != "r01" || v.Records[0].Origin.Path != "person.csv" || len(v.Edges[0].Cites) != 1 || !v.Protected || v.Accommodation {
		t.Errorf("the envelope was not filled in: %+v, %+v", v.Records[0], v.Edges[0])
	}
	if want := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC); !v.AsOf.Equal(want) || v.Profile == nil {
		t.Errorf("as of %s with profile %v, want %s and one", v.AsOf, v.Profile, want)
	}
	if problems := c.leaks("Ana was seen."); len(problems) != 0 {
		t.Errorf("a word too short to tell is taken for a leak: %q", problems)
	}
	for _, bad := range []string{
		`{"recrods":[]}`, `{"records":[{"kind":"person","body":{"nmae":"x"}}]}`, `{"records":[{"body":{}}]}`,
		`{"records":[{"kind":"interview","body":{"camera":"refsued"}}]}`, `{"records":[{"kind":"check","body":{"check":"visa","result":"passed"}}]}`,
		`{"records":[{"kind":"check","body":{"check":"in_person","result":"pased"}}]}`, `{"records":[{"kind":"device","body":{"fact":"keyboard"}}]}`,
		`{"records":[{"kind":"outcome","body":{"outcome":"guilty"}}]}`, `{"stage":"hero"}`, `{"records":[{"kind":"person","body":{"stage":"hero"}}]}`,
		`{"records":[{"kind":"person","body":{"stage":"worker","relations":[{"kind":"cousin","with":"x"}]}}]}`,
		`{"edges":[{"other":"w-2","via":"fone"}]}`, `{"edges":[{"other":"w-2","via":"phone","other_outcome":"guilty"}]}`,
		`{"events":[{"at":"2026-04-01T08:00:00Z","class":"dreams"}]}`, `{"pattern":[{"from":"2026-04-01","weeks":1,"days":"mon-fri","zone":"Mars/Olympus"}]}`,
	} {
		if _, err := ParseCase([]byte(bad)); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

// FuzzParseCase: whatever a case says, it is refused or gives the same view
// twice, and swapping it loses nothing.
func FuzzParseCase(f *testing.F) {
	f.Add([]byte(`{"records":[{"at":"2026-03-02T10:00:00Z","kind":"person","body":{"stage":"worker","name":"Ana Sá","address":{"line":"1 Mill Lane","city":"Leeds","country":"GB"}}}]}`))
	f.Add([]byte(`{"edges":[{"other":"w-2","via":"phone","value":"t","text":{"share":0.5}}],"listed":[{"type":"email","value":"a@example.com"}]}`))
	f.Add([]byte(`{"pattern":[{"from":"2026-01-05","weeks":2,"days":"mon-fri,sun","hours":[9,17],"zone":"Asia/Kathmandu","act":"message","class":"chat","vary_minutes":30}]}`))
	f.Add([]byte(`{"facts":{"places":[{"city":"Leeds","place":{"name":"Leeds"}}],"networks":{"192.0.2.1":{"country":"GB"}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCase(data)
		if err != nil {
			return
		}
		a, errA := c.View()
		b, errB := c.swapped().View()
		if errA != nil || errB != nil {
			t.Fatalf("an accepted case has no view: %v, %v", errA, errB)
		}
		if len(a.Records) != len(b.Records) || len(a.Edges) != len(b.Edges) || len(a.Listed) != len(b.Listed) || (a.Profile == nil) != (b.Profile == nil) || !a.AsOf.Equal(b.AsOf) {
			t.Errorf("swapping changed what there is: %+v, then %+v", a, b)
		}
	})
}

// TestPattern counts by hand: two weeks of four weekdays (Monday is left out)
// from 09:00 to 17:00, two events an hour, across the change of clocks in
// Chicago on 8 March 2026.
func TestPattern(t *testing.T) {
	p := Pattern{From: "2026-03-02", Weeks: 2, Days: "tue-fri", Hours: [2]float64{9, 17}, Zone: "America/Chicago", EveryMinutes: 30}
	events, err := p.events()
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 2*4*16 {
		t.Fatalf("%d events, want %d", len(events), 2*4*16)
	}
	first, last := events[0].At.UTC(), events[len(events)-1].At.UTC()
	if want := time.Date(2026, 3, 3, 15, 0, 0, 0, time.UTC); !first.Equal(want) {
		t.Errorf("first event at %s, want %s (UTC-6)", first, want)
	}
	if want := time.Date(2026, 3, 13, 21, 30, 0, 0, time.UTC); !last.Equal(want) {
		t.Errorf("last event at %s, want %s (UTC-5)", last, want)
	}
	p.VaryMinutes = 40
	varied, err := p.events()
	if err != nil {
		t.Fatal(err)
	}
	starts := map[int]bool{}
	for _, e := range varied {
		if m := e.At.Hour()*60 + e.At.Minute(); m < 9*60-40 || m >= 17*60+40 {
			t.Errorf("an event at %s lies outside what the pattern may vary", e.At)
		}
		starts[e.At.Minute()] = true
	}
	if len(starts) < 6 {
		t.Errorf("days begin at only %d different minutes", len(starts))
	}
}

// TestSwapKeepsEquality: however names are drawn, swapping them keeps how far
// any two agree, and changes every one.
func TestSwapKeepsEquality(t *testing.T) {
	word := rapid.SampledFrom([]string{
		"Ngozi", "ngozi", "N.", "Adeyemi-Okoro", "de", "la", "Cruz", "Siân", "Sian", "李", "小龙", "Þór", "O'Neill", "Al", "al-Rashid", "Σοφία", "A", "Mai", "Nguyễn",
	})
	name := rapid.Custom(func(t *rapid.T) record.Name {
		return record.NewName(strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "words"), " "))
	})
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(name, 2, 6).Draw(t, "names")
		c := Case{Records: []record.Record{{Body: record.Person{Former: names}}}}
		p, ok := c.swapped().Records[0].Body.(record.Person)
		if !ok {
			t.Fatal("the body changed its type")
		}
		for i, a := range names {
			if !a.IsZero() && a.Reveal() == p.Former[i].Reveal() && strings.ContainsAny(strings.ToLower(a.Reveal()), "bcdeghilmnoruy") {
				t.Errorf("%q was not swapped", a.Reveal())
			}
			for j, b := range names {
				if got, want := p.Former[i].Compare(p.Former[j]), a.Compare(b); got != want {
					t.Errorf("%q and %q are %s, and %s when swapped for %q and %q",
						a.Reveal(), b.Reveal(), want, got, p.Former[i].Reveal(), p.Former[j].Reveal())
				}
			}
		}
	})
}

func TestShift(t *testing.T) {
	for in, want := range map[string]string{
		"mele@example.com": "tlsl@example.com", "+4416": "+7749", "192.0.2.7": "192.0.2.7", "2001:db8::1": "2001:db8::1", "": "",
	} {
		if got := shift(in); got != want {
			t.Errorf("shift(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMisplaced(t *testing.T) {
	for want, ids := range [][]string{{"a", "b", "c"}, {"b", "a", "c"}, {"a", "b", "b"}} {
		if got := misplaced(ids); got != want {
			t.Errorf("misplaced(%q) = %d, want %d", ids, got, want)
		}
	}
}

func TestDeclaredIDs(t *testing.T) {
	t.Chdir("../indicators")
	ids, err := declaredIDs()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(ids, declaration{"int.camera_refused", "camera_refused.go"}) || len(ids) < 20 {
		t.Errorf("found %q in the catalogue's folder", ids)
	}
}

// TestText holds that golden files show what weighing reads of a finding beside
// its outcome and strength.
func TestText(t *testing.T) {
	f := detect.Finding{Indicator: "tst.sample", Outcome: detect.Present, Strength: 50, Statement: "Seen.", Related: []record.SubjectID{"s2"}, Cites: []record.Citation{{Path: "a.csv", Locator: "line 2"}}}
	if got, want := Text(f), "outcome: present\nstrength: 50\nstatement: Seen.\nrelated: s2\ncites: 1\n- a.csv, line 2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for mark, set := range map[string]func(*detect.Finding){
		"\nspared\n":    func(f *detect.Finding) { f.Spared = true },
		"\nmore\n":      func(f *detect.Finding) { f.More = true },
		"\nrepeated\n":  func(f *detect.Finding) { f.Repeated = true },
		"\ndoubt: 75\n": func(f *detect.Finding) { f.Doubt = 75 },
	} {
		marked := f
		set(&marked)
		if got := Text(marked); !strings.Contains(got, mark) || len(got) != len(Text(f))+len(mark)-1 {
			t.Errorf("%q does not have the line %q, and no other, more", got, mark)
		}
	}
}

// TestStale holds that who meets a golden file that does not fit learns how it is
// written.
func TestStale(t *testing.T) {
	const how = "to rewrite it: go test ./detect/indicators -update"
	if got := stale("testdata/a.txtar", "x\n", "x\n"); got != "" {
		t.Errorf("a file that fits: %q", got)
	}
	for want, words := range map[string]string{"": "has no want for this case", "y\n": "want (testdata/a.txtar):\ny\n"} {
		if got := stale("testdata/a.txtar", "x\n", want); !strings.Contains(got, words) || !strings.Contains(got, how) {
			t.Errorf("%q lacks %q or %q", got, words, how)
		}
	}
}
