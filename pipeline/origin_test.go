// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"daylight/detect"
	"daylight/detect/detecttest"
	"daylight/detect/indicators"
	"daylight/sample"
	"daylight/weigh"
)

// elsewhere makes everybody of the sample company come from somewhere else, and
// counts what it replaced. Whatever was equal stays equal and whatever was
// different stays different: names and telephone numbers, with the prefixes of
// their countries, go round among all people, and so do school, mother tongue,
// nationality, birth date and title; street lines and mailboxes are made anew.
func elsewhere() (swap *sample.Swap, replaced map[string]int) {
	phones := map[string]bool{}
	_ = sample.Files(func(string, []byte) error { return nil }, &sample.Swap{Phone: func(p string) string { // no write fails
		phones[p] = true
		return p
	}})
	replaced = map[string]int{}
	count := func(what string, with func(string) string) sample.Replace {
		return func(s string) string {
			to := with(s)
			if to != s {
				replaced[what]++
			}
			return to
		}
	}
	round := func(all []string) func(string) string {
		next := map[string]string{}
		for i, s := range all {
			next[s] = all[(i+len(all)/3)%len(all)]
		}
		return func(s string) string { return next[s] }
	}
	lines := map[string]string{}
	return &sample.Swap{
		Name:  count("name", round(sample.Names())),
		Phone: count("phone", round(slices.Sorted(maps.Keys(phones)))),
		Street: count("street", func(s string) string {
			if lines[s] == "" {
				lines[s] = fmt.Sprintf("%s %d", []string{"Rua do Exemplo", "ulica Przykładowa", "Mfano Road", "Örnek Sokak", "Näidise tänav"}[len(lines)%5], 200+len(lines))
			}
			return lines[s]
		}),
		Mailbox: count("mailbox", func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= 'a' && r <= 'z' {
					r = 'a' + (r-'a'+7)%26
				}
				return r
			}, s)
		}),
		Origin: func(id string) sample.Origin { return origin(id, 1) },
	}, replaced
}

// origin is what the exports say of somebody's origin: of as many as there are, the
// one so many places further than their own.
func origin(id string, further int) sample.Origin {
	n := further
	for _, b := range []byte(id) {
		n += int(b)
	}
	of := func(all ...string) string { return all[n%len(all)] }
	return sample.Origin{
		School:   of("Universidade do Exemplo", "Specimen Institute of Technology", "Namuna University", "Uniwersytet Wzorcowy", "Mfano Polytechnic"),
		Language: of("pt-PT", "en-US", "ur-PK", "pl-PL", "sw-KE", "et-EE", "ja-JP"),
		Nation:   of("Portuguese", "American", "Pakistani", "Polish", "Kenyan", "Estonian", "Japanese"),
		Born:     fmt.Sprintf("19%02d-0%d-1%d", 60+n%40, 1+n%9, n%10),
		Title:    of("Ms", "Mr", "Mx"),
	}
}

// TestOriginNeverMatters scans the whole sample company as it is, with what exports
// and résumés may say of everybody's origin beside it, and with all of that and
// every name, mailbox, street line and telephone number swapped: every weight, what
// it counts, and every total, state and ring must be the same to the bit.
//
// What stays is what may matter, because it is no origin but a place that somebody
// says they are at: town, country, time zone and network. TestCountriesNeverMatter
// swaps the countries of these.
func TestOriginNeverMatters(t *testing.T) {
	swap, replaced := elsewhere()
	plain, turned := company(t, nil), company(t, swap)
	said := company(t, &sample.Swap{Origin: func(id string) sample.Origin { return origin(id, 0) }})

	people := len(sample.Genuine()) + len(sample.Deceptive())
	for what, least := range map[string]int{"name": 2 * people, "phone": people, "street": people, "mailbox": 7} {
		if replaced[what] < least {
			t.Errorf("%d times another %s, of %d people", replaced[what], what, people)
		}
	}
	for path := range plain {
		written := strings.HasPrefix(path, "resumes/") || strings.HasPrefix(path, "ats/") || strings.HasPrefix(path, "hr/")
		if written && (bytes.Equal(plain[path].Data, said[path].Data) || bytes.Equal(said[path].Data, turned[path].Data)) {
			t.Errorf("%s is as it was", path)
		}
	}
	if !bytes.Contains(turned["hr/people.csv"].Data, []byte("native_language")) || !bytes.Contains(turned["hr/users.json"].Data, []byte("preferredLanguage")) {
		t.Error("the exports say nothing of languages")
	}

	want, present := weighed(scan(t, plain, 2))
	findings := 0
	for _, n := range present {
		findings += n
	}
	if findings < people {
		t.Errorf("%d findings weigh against %d people: the test shows little", findings, people)
	}
	for what, files := range map[string]fstest.MapFS{"said": said, "said and swapped": turned} {
		got, _ := weighed(scan(t, files, 2))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("weights change where origin is %s (-as cast +this):\n%s", what, diff)
		}
	}
}

// TestCountriesNeverMatter gives every country in the records of the whole sample
// company, and in what reference data knows of its places and networks, the name of
// another, all at once: every finding, weight, total and state must be the same to
// the bit. A country is no part of a text export that could be swapped by itself,
// since town and network lie in it, and the tables that know so are built in;
// therefore views are changed, after places were looked up and people joined.
// Changed of the networks alone, so that whoever is at home seems abroad, it must
// matter.
func TestCountriesNeverMatter(t *testing.T) {
	res := scan(t, company(t, nil), 2)
	assess := func(v *detect.View) string {
		findings, err := detect.Run(t.Context(), indicators.Catalog(), v)
		if err != nil {
			t.Fatal(err)
		}
		a := weigh.Assess(weigh.DefaultPolicy(), indicators.Catalog(), v, findings)
		var b strings.Builder
		fmt.Fprintf(&b, "%s %d\n", a.State, a.Total)
		for _, c := range a.Contributions {
			fmt.Fprintf(&b, "%s %s %d: %d, counted %d: %s\n", c.Finding.Indicator, c.Finding.Outcome, c.Finding.Strength, c.Weight, c.Counted, c.Finding.Statement)
		}
		for _, f := range a.Unanswered {
			fmt.Fprintf(&b, "%s %s: %s\n", f.Indicator, f.Outcome, f.Statement)
		}
		return b.String()
	}
	apart := 0
	for _, s := range res.Subjects {
		want, abroad := assess(s.View), detecttest.Abroad(s.View)
		if !strings.HasPrefix(want, fmt.Sprintf("%s %d\n", s.Assessment.State, s.Assessment.Total)) {
			t.Errorf("%s is assessed otherwise than in the scan", s.View.Subject)
		}
		if diff := cmp.Diff(want, assess(abroad)); diff != "" {
			t.Errorf("%s is assessed otherwise where each country is another (-as it is +this):\n%s", s.View.Subject, diff)
		}
		lines, facts := *s.View, *s.View.Facts
		facts.Networks = abroad.Facts.Networks
		if lines.Facts = &facts; assess(&lines) != want {
			apart++
		}
	}
	if apart < len(res.Subjects)/2 {
		t.Errorf("of %d people, %d are assessed otherwise where only their networks are in another country: the test shows little", len(res.Subjects), apart)
	}
	t.Logf("%d people, of whom %d are assessed otherwise where only their networks are in another country", len(res.Subjects), apart)
}
