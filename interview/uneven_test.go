// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/detect/indicators"
	"daylight/store"
)

// TestWhoWasAskedLess holds two finalists of one plan against each other.
func TestWhoWasAskedLess(t *testing.T) {
	s := newStore(t)
	p := planned(t, s, func(p *Plan) {
		p.Challenges, p.FollowUps = []string{Camera, Window, OwnFacts, SamePerson}, 2
	})
	later := start.Add(3 * time.Hour)
	for i, c := range []struct {
		who      string
		outcomes map[string]string
		n        int
	}{
		{first, map[string]string{Camera: "on", Window: Another, OwnFacts: "good"}, 3},
		{second, map[string]string{Camera: "on", Window: NotAsked, OwnFacts: "poor"}, 2},
	} {
		si := proposed(t, s, c.who, byte(i+1))
		update(t, s, func(w store.Writer) error {
			_, err := Record(w, ana, si.ID, Recorded{Outcomes: c.outcomes, Questions: c.n}, later)
			return err
		})
	}
	drawn(t, s, first)
	var all []Asked
	update(t, s, func(w store.Writer) (err error) {
		all, err = WhoWasAsked(w, p, nothingBeside)
		return err
	})
	if len(all) != 2 || len(all[0].Less)+len(all[0].More)+len(all[1].More) != 0 {
		t.Fatalf("%+v", all)
	}
	// What was shown in another way was asked.
	want := []string{"look out of a window", "questions about the own application: 2 of 3", "follow-ups asked or to come: 0 of 2"}
	if diff := cmp.Diff(want, all[1].Less); diff != "" {
		t.Errorf("asked less (-want +got):\n%s", diff)
	}
	var b strings.Builder
	if err := WriteAsked(&b, p, all); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(rows) != 3 || len(rows[0]) != 3+4+5 || rows[2][4] != "no" || rows[1][4] != "yes" {
		t.Errorf("%v: %q", err, rows)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				t.Errorf("the cell %q begins a formula", cell)
			}
		}
	}
}

func nothingBeside(string) (Beside, error) { return Beside{}, nil }

// TestAskedAndNotOnlyDrawn holds two finalists with as many follow-ups drawn against each
// other, of whom one was asked and the other was not, or otherwise.
func TestAskedAndNotOnlyDrawn(t *testing.T) {
	steps := func(words ...string) Beside {
		b := Beside{Steps: map[string]bool{}}
		for _, w := range words {
			b.Steps[w] = true
		}
		return b
	}
	for name, c := range map[string]struct {
		settle func(f FollowUp, w store.Writer) error
		beside Beside // of the second
		want   string // less of the first, and of the second
	}{
		"not asked": {func(f FollowUp, w store.Writer) error {
			_, err := Settle(w, ana, f.ID, Answer{State: Withdrawn}, f.Until)
			return err
		}, steps(), "[] [follow-ups asked or to come: 0 of 2]"},
		"nobody called, and the window passed": {func(f FollowUp, w store.Writer) error {
			_, err := Settle(w, ana, f.ID, Answer{State: Missed}, f.Until)
			return err
		}, steps(), "[] [follow-ups asked or to come: 0 of 2]"},
		"not asked, with an arrangement": {func(f FollowUp, w store.Writer) error {
			_, err := Settle(w, ana, f.ID, Answer{State: Withdrawn}, f.Until)
			return err
		}, Beside{Apart: true}, "[] []"},
		"asked, and missed": {func(f FollowUp, w store.Writer) error {
			if _, err := MarkInvited(w, ana, f.ID, ByCall, f.At); err != nil {
				return err
			}
			_, err := Settle(w, ana, f.ID, Answer{State: Missed}, f.Until)
			return err
		}, steps(), "[] []"},
		"by a check-in": {func(f FollowUp, w store.Writer) error {
			_, err := MarkInvited(w, ana, f.ID, ByCheckIn, f.At)
			return err
		}, steps(), "[follow-ups by a check-in: 0 of 2] [follow-ups by a call: 0 of 2]"},
		"still to come":              {func(FollowUp, store.Writer) error { return nil }, steps(), "[] []"},
		"check-ins ask for less":     {func(FollowUp, store.Writer) error { return nil }, steps("digits to type"), "[] [in check-ins: the connection]"},
		"check-ins ask for the same": {func(FollowUp, store.Writer) error { return nil }, steps("the connection", "digits to type"), "[] []"},
	} {
		s := newStore(t)
		p := planned(t, s, func(p *Plan) { p.Challenges, p.FollowUps = []string{Camera}, 2 })
		for i, who := range []string{first, second} {
			si := proposed(t, s, who, byte(i+1))
			update(t, s, func(w store.Writer) error {
				_, err := Record(w, ana, si.ID, Recorded{Outcomes: map[string]string{Camera: "on"}}, start.Add(3*time.Hour))
				return err
			})
			update(t, s, func(w store.Writer) error {
				_, err := DrawFollowUps(w, ana, Hours{Subject: who, Agreed: agreed(), Answered: start}, dice(byte(9+i)), start)
				return err
			})
		}
		var all []Asked
		update(t, s, func(w store.Writer) error {
			for _, who := range []string{first, second} {
				fs, err := FollowUpsOf(w, who)
				if err != nil {
					return err
				}
				for _, f := range fs {
					if who == second {
						err = c.settle(f, w)
					} else {
						_, err = Settle(w, ana, f.ID, Answer{State: Answered, How: ByCall}, f.At)
					}
					if err != nil {
						return err
					}
				}
			}
			var err error
			all, err = WhoWasAsked(w, p, func(subject string) (Beside, error) {
				if subject == second {
					return c.beside, nil
				}
				return steps("the connection", "digits to type"), nil
			})
			return err
		})
		if len(all) != 2 || fmt.Sprint(all[0].Less, all[1].Less) != c.want || all[0].FollowUps != all[1].FollowUps {
			t.Errorf("%s: %+v, want less %s", name, all, c.want)
		}
	}
}

// TestAskedWithoutAnInterview holds that whoever was asked some of a plan and had no
// interview is listed as asked less, and that what they were asked is held against the
// others as well.
func TestAskedWithoutAnInterview(t *testing.T) {
	const linked, elsewhere, toCome, absent = "p-2222222222", "p-3333333333", "p-4444444444", "p-5555555555"
	s := newStore(t)
	update(t, s, func(w store.Writer) error {
		for handle, requisition := range map[string]string{linked: post, elsewhere: "R-200", toCome: post, absent: post} {
			if err := w.Put(store.Faces, store.Row{Key: handle, Holder: Holder(handle), Body: fmt.Appendf(nil, `{"requisitions":[%q]}`, requisition)}); err != nil {
				return err
			}
		}
		for i, handle := range []string{linked, elsewhere} {
			if err := w.Put(store.CheckIns, store.Row{Key: fmt.Sprint(i), Holder: Holder(handle), Body: []byte(`{}`), Text: map[string]string{"subject": handle, "asked": AskedAlone}}); err != nil {
				return err
			}
		}
		return nil
	})
	p := planned(t, s, func(p *Plan) { p.Challenges, p.FollowUps = []string{Camera, Window, Background}, 2 })
	held, _, gone := proposed(t, s, first, 1), proposed(t, s, toCome, 2), proposed(t, s, absent, 3)
	update(t, s, func(w store.Writer) error {
		if _, err := Record(w, ana, held.ID, Recorded{Outcomes: map[string]string{Camera: "on", Window: "bright", Background: "willing"}}, start.Add(3*time.Hour)); err != nil {
			return err
		}
		_, err := CallOff(w, ana, gone.ID, start.Add(3*time.Hour))
		return err
	})
	_, followUps := drawn(t, s, second)
	var all []Asked
	update(t, s, func(w store.Writer) (err error) {
		for _, f := range followUps {
			if _, err := Settle(w, ana, f.ID, Answer{State: Answered, How: ByCall}, f.At); err != nil {
				return err
			}
		}
		p.Challenges = []string{Camera, Window} // nobody who was met lacks the check that it no longer holds
		all, err = WhoWasAsked(w, p, nothingBeside)
		return err
	})
	got := map[string]string{}
	for _, a := range all {
		got[a.Subject] = strings.Join(a.Less, "; ")
		if a.More != nil && a.Subject != linked {
			t.Errorf("%s was asked more: %v", a.Subject, a.More)
		}
	}
	want := map[string]string{
		first:  "follow-ups asked or to come: 0 of 2; check-ins outside the follow-ups: 0 of 1",
		second: "check-ins outside the follow-ups: 0 of 1; interviews: 0 of 1",
		linked: "follow-ups asked or to come: 0 of 2; interviews: 0 of 1",
		absent: "follow-ups asked or to come: 0 of 2; check-ins outside the follow-ups: 0 of 1; interviews: 0 of 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("asked less (-want +got):\n%s", diff)
	}
}

// TestWhoWasAskedMore holds that what one alone was asked, outside the plan of now,
// is named.
func TestWhoWasAskedMore(t *testing.T) {
	p := Plan{Challenges: []string{Camera}}
	all := []Asked{
		{Subject: first, Held: 1, Challenges: map[string]bool{Camera: true, Background: true}},
		{Subject: second, Held: 2, Challenges: map[string]bool{Camera: true}},
	}
	compare(p, all)
	if fmt.Sprint(all[0].More) != "[background and identity check]" || fmt.Sprint(all[0].Less) != "[interviews: 1 of 2]" || fmt.Sprint(all[1].Less) != "[background and identity check]" {
		t.Errorf("%+v", all)
	}
	linked := []Asked{
		{Subject: first, Held: 1, Challenges: map[string]bool{Camera: true}, CheckIns: 1},
		{Subject: second, Held: 1, Challenges: map[string]bool{Camera: true}},
	}
	compare(p, linked)
	if fmt.Sprint(linked[0].More, linked[1].Less) != "[check-ins outside the follow-ups: 1] [check-ins outside the follow-ups: 0 of 1]" {
		t.Errorf("a check-in of one: %+v", linked)
	}
	if compare(p, linked[:1]); len(linked[0].More) != 2 {
		t.Errorf("a check-in of the only one: %+v", linked[0])
	}
	even := []Asked{{Subject: first, Held: 1, Challenges: map[string]bool{Camera: true}}, {Subject: second, Held: 1, Challenges: map[string]bool{Camera: true}}}
	compare(p, even)
	if len(even[0].Less)+len(even[0].More)+len(even[1].Less)+len(even[1].More) != 0 {
		t.Errorf("the same: %+v", even)
	}
}

func TestQuestions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Stated
		for i := range rapid.IntRange(0, 4).Draw(t, "jobs") {
			s.Jobs = append(s.Jobs, StatedJob{Employer: fmt.Sprintf("Firm %d", i), Title: rapid.SampledFrom([]string{"", "Engineer"}).Draw(t, "title"), From: 2019})
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "skills") {
			s.Skills = append(s.Skills, StatedSkill{Name: fmt.Sprintf("tool%d", i)})
		}
		n, seed := rapid.IntRange(0, mostQuestions).Draw(t, "n"), Seed(rapid.String().Draw(t, "seed"))
		got := Questions(s, seed, n)
		things := len(s.Jobs) + len(s.Skills)
		if len(got) > n || things > 0 && len(got) < min(n, things) || things == 0 && len(got) > 0 {
			t.Fatalf("%d questions of %d about %d things", len(got), n, things)
		}
		seen, about := map[string]bool{}, map[string]int{}
		for _, q := range got {
			if seen[q.Text] || q.From == "" || strings.Contains(q.Text, "%") {
				t.Fatalf("%+v of %+v", q, got)
			}
			seen[q.Text] = true
			about[q.From]++
		}
		if len(got) <= things && len(about) != len(got) {
			t.Fatalf("two questions about one thing while others are left: %+v", got)
		}
		if !slices.Equal(got, Questions(s, seed, n)) {
			t.Fatal("drawn again, they are others")
		}
	})
}

// TestQuestionsAskNothingElse holds that no form of a question, and no example on the card
// of the indicator that weighs the answers, asks for what must not be asked: a place, how
// somebody came there, a custom, a family, a language.
func TestQuestionsAskNothingElse(t *testing.T) {
	asked := slices.Concat(jobQuestions, titleQuestions, skillQuestions)
	c, _ := ChallengeOf(OwnFacts)
	for _, ind := range indicators.Catalog() {
		if ind.ID == c.Indicator {
			asked = append(asked, ind.Rationale)
		}
	}
	if len(asked) != len(jobQuestions)+len(titleQuestions)+len(skillQuestions)+1 {
		t.Fatalf("no card of %q", c.Indicator)
	}
	words := regexp.MustCompile(`[a-z]+`).FindAllString(strings.ToLower(strings.Join(asked, "\n")), -1)
	for _, word := range []string{
		"where", "place", "places", "office", "building", "site", "address", "street", "town", "city", "region", "country", "way", "commute", "travel", "remote", "home", "live",
		"holiday", "food", "neighbour", "born", "family", "language", "accent", "church", "weather", "sport", "school", "restaurant", "culture", "age",
	} {
		if slices.Contains(words, word) {
			t.Errorf("a question says %q", word)
		}
	}
}
