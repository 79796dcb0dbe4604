// SPDX-License-Identifier: Apache-2.0

package detect_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/link"
	"daylight/record"
)

type limit struct {
	Least int `json:"least" doc:"records before it counts" min:"1" max:"5"`
}

// define returns an indicator over persons that runs as given.
func define(waivers []detect.Waiver, run func(*detect.Pass, limit)) *detect.Indicator {
	return detect.Define(detect.Meta{
		ID: "tst.sample", Title: "A sample", Family: detect.Conduct, Lifecycle: detect.Stable, Weighing: "Two dB.",
		Needs: []record.Kind{record.KindPerson}, Waivers: waivers, Present: 20, Absent: -5,
		Innocent: []string{"chance"}, References: []string{"method"}, Next: &detect.NextCheck{Do: "ask", CandidateCost: 1, CompanyCost: 1},
	}, limit{Least: 1}, run)
}

func counting(p *detect.Pass, cfg limit) {
	var cites []record.Citation
	for r := range detect.Each[record.Person](p.View) {
		cites = append(cites, r.Cite())
	}
	if len(cites) >= cfg.Least {
		p.Relate("b", "a", "b")
		p.Report(50, cites, "%d records", len(cites))
		return
	}
	p.Clear(cites, "%d records", len(cites))
}

func person(id record.ID, at time.Time, b record.Person) record.Record {
	return record.Record{ID: id, At: at, Origin: record.Origin{Path: "people.csv", Locator: string(id)}, Body: b}
}

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func ask(t *testing.T, ind *detect.Indicator, v *detect.View) detect.Finding {
	t.Helper()
	if v.Facts == nil {
		v.Facts = enrich.NewFacts()
	}
	f, err := detect.Run(t.Context(), []*detect.Indicator{ind}, v)
	if err != nil {
		t.Fatal(err)
	}
	return f[0]
}

func TestRun(t *testing.T) {
	twice := []record.Record{person("r1", monday, record.Person{}), person("r1", monday, record.Person{}), person("r0", monday, record.Person{})}
	for _, tt := range []struct {
		name string
		ind  *detect.Indicator
		view detect.View
		want detect.Outcome
		text string
	}{
		{"present, one record read twice is one", define(nil, counting), detect.View{Records: twice}, detect.Present, "2 records"},
		{"nothing to answer from", define(nil, counting), detect.View{}, detect.Unknown, "no data to answer from"},
		{"silence is a failure, not absence", define(nil, func(*detect.Pass, limit) {}), detect.View{Records: twice}, detect.Failed, "the indicator gave no answer"},
		{"naming others is no answer", define(nil, func(p *detect.Pass, _ limit) { p.Relate("a") }), detect.View{Records: twice}, detect.Failed, "the indicator gave no answer"},
		{"accommodated", define([]detect.Waiver{detect.Accommodated}, counting), detect.View{Records: twice, Accommodation: true}, detect.Unknown, "no data to answer from"},
		{"nothing that is waived", define([]detect.Waiver{detect.Accommodated}, func(p *detect.Pass, _ limit) { p.Unknown("no answer") }), detect.View{Records: twice, Accommodation: true}, detect.Unknown, "no data to answer from"},
		{"another waiver", define([]detect.Waiver{detect.AddressProtected}, counting), detect.View{Records: twice, Accommodation: true}, detect.Present, "2 records"},
		{"protected", define([]detect.Waiver{detect.AddressProtected}, counting), detect.View{Records: twice, Protected: true}, detect.Unknown, "no data to answer from"},
		{"evidence without a record", define(nil, func(p *detect.Pass, _ limit) { p.Report(50, nil, "seen") }), detect.View{Records: twice}, detect.Failed, "the indicator failed: evidence without a record"},
		{"strength out of range", define(nil, func(p *detect.Pass, _ limit) { p.Report(101, []record.Citation{{}}, "seen") }), detect.View{Records: twice}, detect.Failed, "the indicator failed: strength 101 is not 1-100"},
		{"two answers", define(nil, func(p *detect.Pass, _ limit) { p.Clear(nil, "a"); p.Unknown("b") }), detect.View{Records: twice}, detect.Failed, "the indicator failed: the indicator answered twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := ask(t, tt.ind, &tt.view)
			if f.Outcome != tt.want || f.Statement != tt.text || f.Indicator != "tst.sample" {
				t.Errorf("%s %q, want %s %q", f.Outcome, f.Statement, tt.want, tt.text)
			}
			if spared := strings.HasPrefix(tt.name, "accommodated") || strings.HasPrefix(tt.name, "protected"); f.Spared != spared {
				t.Errorf("spared an answer: %v", f.Spared)
			}
			if f.Outcome == detect.Present && (f.Strength != 50 || len(f.Cites) != 2 || !slices.Equal(f.Related, []record.SubjectID{"a", "b"})) {
				t.Errorf("the finding is %+v", f)
			}
		})
	}
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := detect.Run(ctx, []*detect.Indicator{define(nil, counting)}, &detect.View{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
}

func TestTune(t *testing.T) {
	ind := define(nil, counting)
	tuned, err := ind.Tune(json.RawMessage(`{"least":3}`))
	if err != nil {
		t.Fatal(err)
	}
	v := &detect.View{Records: []record.Record{person("r1", monday, record.Person{})}}
	if f := ask(t, tuned, v); f.Outcome != detect.Absent {
		t.Errorf("tuned: %s, want absent", f.Outcome)
	}
	if f := ask(t, ind, v); f.Outcome != detect.Present {
		t.Errorf("tuning changed the original: %s, want present", f.Outcome)
	}
	for _, value := range []string{"0", "6", "-1"} {
		_, err := ind.Tune(json.RawMessage(`{"least":` + value + `}`))
		if want := "indicator tst.sample: parameter least is " + value + ", and may be 1 to 5"; err == nil || err.Error() != want {
			t.Errorf("least %s: error %v, want %s", value, err, want)
		}
	}
	for _, bad := range []string{`{"laest":3}`, `{"least":"three"}`, `3`} {
		if _, err := ind.Tune(json.RawMessage(bad)); err == nil || !strings.Contains(err.Error(), "tst.sample") {
			t.Errorf("Tune(%s): error %v, want one that names the indicator", bad, err)
		}
	}
}

func TestDoubleEdgesCountOnce(t *testing.T) {
	e := link.Edge{Other: "b", Via: record.Phone, Value: "t", Weight: 10}
	l := record.Listed{Identifier: record.Identifier{Type: record.Email, Value: "x"}, Source: "A", Confidence: 50}
	v := &detect.View{Edges: []link.Edge{e, {Other: "b", Via: record.Phone, Value: "u"}, e}, Listed: []record.Listed{l, {Identifier: l.Identifier, Source: "A", Confidence: 60}, l}}
	ask(t, define(nil, counting), v)
	if len(v.Edges) != 2 || len(v.Listed) != 2 || v.Listed[0].Confidence != 60 {
		t.Errorf("%d edges and listed %+v, want 2 edges and two entries, the surer first", len(v.Edges), v.Listed)
	}
}

func TestClaimed(t *testing.T) {
	here, there := record.Address{City: "Kisumu"}, record.Address{City: "Tampere"}
	facts := enrich.NewFacts()
	facts.Places[here.Place()] = enrich.Place{Name: "Kisumu"}
	facts.Places[there.Place()] = enrich.Place{Name: "Tampere"}
	v := &detect.View{Facts: facts, Records: []record.Record{
		person("r1", monday, record.Person{Address: here}),
		person("r2", monday.AddDate(0, 0, 5), record.Person{}),
		person("r3", monday.AddDate(0, 1, 0), record.Person{Address: there}),
	}}
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{monday.AddDate(0, 0, -9), "Kisumu"}, {monday, "Kisumu"}, {monday.AddDate(0, 0, 9), "Kisumu"}, {monday.AddDate(0, 2, 0), "Tampere"},
	} {
		if place, _, ok := v.Claimed(tt.at); !ok || place.Name != tt.want {
			t.Errorf("claimed at %s: %q, want %q", tt.at, place.Name, tt.want)
		}
	}
}

func TestAskedEvenly(t *testing.T) {
	var all []record.Record
	add := func(id record.SubjectID, requisition string, interviews ...record.Interview) {
		all = append(all, record.Record{Subject: id, Body: record.Person{Requisition: requisition}})
		for _, iv := range interviews {
			all = append(all, record.Record{ID: record.ID(fmt.Sprint(id, len(all))), Subject: id, Body: iv})
		}
	}
	add("a", "R1", record.Interview{Gesture: "done", Window: "bright"})
	add("b", "R1", record.Interview{Gesture: "refused"})
	add("c", "R1", record.Interview{Gesture: "done", Window: "not_shown"})
	add("d", "R1", record.Interview{Gesture: "not_asked", SamePerson: "not_compared"})
	add("e", "R2", record.Interview{Gesture: "failed"})
	add("f", "R1") // never interviewed: no finalist
	add("g", "", record.Interview{Gesture: "failed"})
	add("h", "R3", record.Interview{Gesture: "done"}, record.Interview{SamePerson: "yes"})
	add("i", "R3", record.Interview{Gesture: "failed"}, record.Interview{SamePerson: "no"})
	add("j", "R3", record.Interview{Camera: "on"}) // went no further
	add("k", "R3", record.Interview{Camera: "on"})
	want := map[string]int{
		"R1/": 4, "R1/gesture": 3, "R1/window": 2, "R2/": 1, "R2/gesture": 1,
		"R3/": 2, "R3/gesture": 2, "R3/same_person": 2,
	}
	got := detect.CountAsked(slices.Values(all))
	if !maps.Equal(got, want) {
		t.Fatalf("counted %v, want %v", got, want)
	}
	slices.Reverse(all)
	if again := detect.CountAsked(slices.Values(all)); !maps.Equal(again, want) {
		t.Errorf("in another order %v, want %v", again, want)
	}
	company := &detect.Company{Asked: got}
	for _, tt := range []struct {
		requisition, item string
		company           *detect.Company
		want              bool
	}{
		{"R1", detect.ItemGesture, company, true}, // 3 of 4
		{"R1", detect.ItemWindow, company, false}, // 2 of 4
		{"R1", detect.ItemSamePerson, company, false},
		{"R2", detect.ItemWindow, company, true},     // nobody else is known
		{"R3", detect.ItemSamePerson, company, true}, // those who went no further could not be compared
		{"", detect.ItemWindow, company, true},
		{"R1", detect.ItemWindow, nil, true},
	} {
		v := &detect.View{Company: tt.company, Records: []record.Record{person("r1", monday, record.Person{Requisition: tt.requisition})}}
		if got := v.AskedEvenly(tt.item); got != tt.want {
			t.Errorf("%q %s: %v, want %v", tt.requisition, tt.item, got, tt.want)
		}
	}
}

func TestCard(t *testing.T) {
	card := detect.Card(define([]detect.Waiver{detect.Accommodated}, counting))
	for _, want := range []string{
		"## tst.sample", "**A sample**", "up to +2.0 dB when present, −0.5 dB when absent", "- chance", "`least` = 1: records before it counts",
		"you could ask.", "never applies to: a person with an accommodation",
	} {
		if !strings.Contains(card, want) {
			t.Errorf("the card lacks %q:\n%s", want, card)
		}
	}
	for line, set := range map[string]func(*detect.Meta){
		"- somebody else's own application can make it true": func(m *detect.Meta) { m.Framable = true },
		"- a habit of many honest people":                    func(m *detect.Meta) { m.Habit = true },
		"- not seeing it says nothing":                       func(m *detect.Meta) { m.OneSided = true },
		"- lifecycle: experimental, shown and never weighed": func(m *detect.Meta) { m.Lifecycle = detect.Experimental },
	} {
		ind := define(nil, counting)
		if strings.Contains(detect.Card(ind), line) {
			t.Errorf("the card says %q of one that is not so", line)
		}
		if set(&ind.Meta); !strings.Contains(detect.Card(ind), line) {
			t.Errorf("the card lacks %q", line)
		}
	}
	for lifecycle, row := range map[detect.Lifecycle]string{
		detect.Stable:       "| [`tst.sample`](#tstsample) | A sample | conduct | +2.0 dB | −0.5 dB |",
		detect.Experimental: "| [`tst.sample`](#tstsample) | A sample | conduct | +2.0 dB (experimental) | −0.5 dB |",
	} {
		ind := define(nil, counting)
		ind.Lifecycle = lifecycle
		var b strings.Builder
		if err := detect.WriteCatalogue(&b, []*detect.Indicator{ind}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), row) {
			t.Errorf("the page lacks the row %q:\n%s", row, b.String())
		}
	}
}
