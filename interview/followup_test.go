// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"daylight/record"
	"daylight/store"
)

func agreed() Agreement {
	return Agreement{
		Zone: "America/Chicago", Opens: 9 * 60, Closes: 17 * 60, Quiet: []Quiet{{12 * 60, 13 * 60}},
		Days: []int{1, 2, 4}, Off: []string{"2026-03-10"},
	}
}

func drawn(t *testing.T, s store.Store, subject string) (d Draw, all []FollowUp) {
	t.Helper()
	update(t, s, func(w store.Writer) (err error) {
		if d, err = DrawFollowUps(w, ana, Hours{Subject: subject, Agreed: agreed(), Answered: start}, dice(9), start); err != nil {
			return err
		}
		all, err = FollowUpsOf(w, subject)
		return err
	})
	return d, all
}

// TestProposedPlanCanSayEither holds that the follow-ups of the plan that is proposed can
// come out either way: fewer than three could speak for a person alone.
func TestProposedPlanCanSayEither(t *testing.T) {
	for state, want := range map[FollowUpState]string{Declined: "found", Answered: "not_found"} {
		var all []FollowUp
		for range Standard(post).FollowUps {
			all = append(all, FollowUp{State: state})
		}
		if got, _, _ := patternOf(all); got != want {
			t.Errorf("%d follow-ups, each %s, say %q, want %q", len(all), state, got, want)
		}
	}
}

// TestDrawCanBeDoneAgain holds that what the audit log and the person get is enough
// to derive the same instants, and that the seed is not told beforehand.
func TestDrawCanBeDoneAgain(t *testing.T) {
	s := newStore(t)
	planned(t, s, func(p *Plan) { p.FollowUps = 3 })
	d, all := drawn(t, s, first)
	commits := logged(t, s, "draw.commit")
	if len(commits) != 1 || len(logged(t, s, "draw.reveal")) != 0 || len(all) != 3 {
		t.Fatalf("%d follow-ups, the log holds %v", len(all), commits)
	}
	for i, f := range all {
		state := []FollowUpState{Answered, Missed, Declined}[i]
		update(t, s, func(w store.Writer) error {
			_, err := Settle(w, ana, f.ID, Answer{State: state, How: ByCall, Reason: "I was travelling."}, f.Until)
			return err
		})
	}
	told := logged(t, s, "draw.reveal")
	if len(told) != 1 {
		t.Fatalf("the seed was told %d times", len(told))
	}
	at, commitment, err := Redraw(d.Terms(), d.AgreedTerms(), Seed(told[0]["seed"]))
	if err != nil || commitment != commits[0]["commitment"] {
		t.Fatalf("drawn again: %v, commitment %s, want %s", err, commitment, commits[0]["commitment"])
	}
	for i, f := range all {
		if !f.At.Equal(at[i]) {
			t.Errorf("drawn again, %d is %s, was %s", i, at[i], f.At)
		}
	}
	if _, other, _ := Redraw(d.Terms(), d.AgreedTerms(), Seed("another")); other == commitment {
		t.Error("another seed has the same commitment")
	}
	if err := s.Update(t.Context(), func(w store.Writer) error {
		_, err := DrawFollowUps(w, ana, Hours{Subject: first, Agreed: agreed(), Answered: start}, dice(9), start)
		return err
	}); !errors.Is(err, ErrState) {
		t.Errorf("drawn a second time: %v", err)
	}
}

// TestDrawTellsOfNoArrangement holds that the terms that everybody sees, and the audit
// log, are alike for whoever is told the day before, or keeps days free, and for the
// others, and that trying every agreement does not tell them apart; and that nobody can
// be told something else afterwards.
func TestDrawTellsOfNoArrangement(t *testing.T) {
	shape := func(d Draw) string {
		digest := sha256.Sum256([]byte(d.AgreedTerms()))
		return strings.NewReplacer(hex.EncodeToString(digest[:]), "hash", d.ID, "id").Replace(d.Terms())
	}
	var shapes []string
	for _, change := range []func(*Agreement){func(*Agreement) {}, func(a *Agreement) { a.Ahead = true }, func(a *Agreement) { a.Off = []string{"2026-03-20"} }} {
		s := newStore(t)
		planned(t, s, func(p *Plan) { p.FollowUps = 1 })
		own := agreed()
		change(&own)
		var d Draw
		update(t, s, func(w store.Writer) (err error) {
			d, err = DrawFollowUps(w, ana, Hours{Subject: first, Agreed: own, Answered: start}, dice(9), start)
			return err
		})
		shapes = append(shapes, shape(d))
		guess := d
		guess.Salt = ""
		if guess.Terms() == d.Terms() || len(d.Salt) != 2*seedSize || d.Salt == string(d.Seed) {
			t.Error("what was agreed to can be found by trying")
		}
		for _, e := range logged(t, s, "draw.commit") {
			if text := fmt.Sprint(e); strings.Contains(text, d.Salt) || strings.Contains(text, "ahead") || strings.Contains(text, "2026-03") {
				t.Errorf("the log says %s", text)
			}
		}
		if at, commitment, err := Redraw(d.Terms(), "", d.Seed); err != nil || commitment != d.Commitment() || at != nil {
			t.Errorf("the commitment alone: %v, %s, %v", at, commitment, err)
		}
		other := d
		other.Agreed.Ahead = !d.Agreed.Ahead
		if _, _, err := Redraw(d.Terms(), other.AgreedTerms(), d.Seed); !errors.Is(err, ErrWord) {
			t.Errorf("with something else agreed to: %v", err)
		}
	}
	if shapes[0] != shapes[1] || shapes[0] != shapes[2] {
		t.Errorf("terms differ by what was agreed to: %q", shapes)
	}
}

// TestDrawKeepsTheAgreement draws within agreements of every kind.
func TestDrawKeepsTheAgreement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Agreement{
			Zone:  rapid.SampledFrom([]string{"America/Chicago", "Europe/Lisbon", "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns"}).Draw(t, "zone"),
			Opens: rapid.IntRange(0, 18*60).Draw(t, "opens"), Days: rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 1, 7, func(d int) int { return d }).Draw(t, "days"),
		}
		a.Closes = rapid.IntRange(a.Opens+1, 24*60).Draw(t, "closes")
		if rapid.Bool().Draw(t, "has quiet hours") {
			from := rapid.IntRange(0, 23*60).Draw(t, "from")
			a.Quiet = []Quiet{{from, from + 60}}
		}
		from := start.AddDate(0, 0, rapid.IntRange(0, 300).Draw(t, "day"))
		d := Draw{
			Count: rapid.IntRange(1, mostFollowUps).Draw(t, "count"), Minutes: rapid.IntRange(leastMinutes, 240).Draw(t, "minutes"),
			From: from, Until: from.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "length")), Agreed: a, Seed: Seed(rapid.String().Draw(t, "seed")),
		}
		d.Agreed.Off = []string{from.AddDate(0, 0, 3).Format(time.DateOnly)}
		at, err := d.instants()
		if err != nil {
			if !errors.Is(err, ErrTime) {
				t.Fatal(err)
			}
			return
		}
		if len(at) != d.Count || !slices.IsSortedFunc(at, time.Time.Compare) {
			t.Fatalf("%v", at)
		}
		loc, err := time.LoadLocation(a.Zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, instant := range at {
			local := instant.In(loc)
			begin := local.Hour()*60 + local.Minute()
			end := begin + d.Minutes
			switch {
			case begin < a.Opens || end > a.Closes:
				t.Fatalf("%s is outside %d-%d", local, a.Opens, a.Closes)
			case !slices.Contains(a.Days, int(local.Weekday())), slices.Contains(d.Agreed.Off, local.Format(time.DateOnly)):
				t.Fatalf("%s is a free day", local)
			case instant.Before(d.From) || instant.Add(time.Duration(d.Minutes)*time.Minute).After(d.Until):
				t.Fatalf("%s is outside the days", local)
			}
			for _, q := range a.Quiet {
				if begin < q.To && q.From < end {
					t.Fatalf("%s touches quiet hours", local)
				}
			}
		}
	})
}

// TestInstantsAreEven compares how often each possible time is drawn, over many seeds,
// with what chance gives: 65 times, three follow-ups a seed.
func TestInstantsAreEven(t *testing.T) {
	d := Draw{
		Count: 3, Minutes: 30, From: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC),
		Agreed: Agreement{Zone: "UTC", Opens: 9 * 60, Closes: 10*60 + 30, Days: []int{1, 2, 3, 4, 5}},
	}
	const times, seeds = 5 * 13, 3_000
	n := map[time.Time]int{}
	for i := range seeds {
		d.Seed = Seed(fmt.Sprintf("seed %d", i))
		at, err := d.instants()
		if err != nil {
			t.Fatal(err)
		}
		for _, instant := range at {
			n[instant]++
		}
	}
	expected, chi := float64(seeds*d.Count)/times, 0.0
	for _, k := range n {
		chi += (float64(k) - expected) * (float64(k) - expected) / expected
	}
	// 64 degrees of freedom, less than 1 in 1,000: three of one seed lie on three days.
	if len(n) != times || chi > 104.7 {
		t.Errorf("%d times of %d, chi-squared %.1f", len(n), times, chi)
	}
}

// TestPattern holds that one follow-up that was not answered says nothing, and what
// several together say.
func TestPattern(t *testing.T) {
	asked := start
	f := func(states ...FollowUpState) (out []FollowUp) {
		for _, s := range states {
			out = append(out, FollowUp{State: s, Invited: asked})
		}
		return out
	}
	never := f(Missed, Missed, Missed)
	for i := range never {
		never[i].Invited = time.Time{}
	}
	untold, toldOf := f(Missed, Missed, Missed), f(Missed, Missed, Missed)
	for i := range untold {
		untold[i].Ahead = true
		toldOf[i].Ahead, toldOf[i].Told = true, asked.Add(-time.Hour)
	}
	for _, c := range []struct {
		name string
		all  []FollowUp
		want string
	}{
		{"none", nil, ""},
		{"one declined", f(Declined), ""},
		{"two not answered", f(Declined, Missed), ""},
		{"three not answered", f(Declined, Missed, Declined), "found"},
		{"as many answered", f(Declined, Missed, Declined, Answered, Answered, Answered), ""},
		{"more not answered", f(Declined, Missed, Declined, Answered, Answered), "found"},
		{"two answered", f(Answered, Answered), "not_found"},
		{"two answered, one declined", f(Answered, Declined, Answered), "not_found"},
		{"one answered", f(Answered), ""},
		{"withdrawn", f(Withdrawn, Withdrawn, Withdrawn, Drawn), ""},
		{"never asked", never, ""},
		{"not told the day before", untold, ""},
		{"told the day before", toldOf, "found"},
	} {
		if got, _, _ := patternOf(c.all); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestToldTheDayBefore holds that a follow-up of whoever is told the day before may be
// seen a day ahead and told of, but not asked, and that nobody else's may.
func TestToldTheDayBefore(t *testing.T) {
	for _, ahead := range []bool{true, false} {
		s := newStore(t)
		planned(t, s, func(p *Plan) { p.FollowUps = 1 })
		var all []FollowUp
		update(t, s, func(w store.Writer) error {
			terms := agreed()
			terms.Ahead = ahead
			if _, err := DrawFollowUps(w, ana, Hours{Subject: first, Agreed: terms, Answered: start}, dice(9), start); err != nil {
				return err
			}
			var err error
			all, err = FollowUpsOf(w, first)
			return err
		})
		f := all[0]
		for _, c := range []struct {
			before    time.Duration
			seen      bool
			mayBeTold bool
		}{
			{24*time.Hour + time.Second, false, false}, {24 * time.Hour, ahead, ahead}, {time.Minute, ahead, ahead}, {0, true, false},
		} {
			now := f.At.Add(-c.before)
			update(t, s, func(w store.Writer) error {
				due, err := DueFollowUps(w, now)
				if err != nil || len(due) == 1 != c.seen {
					t.Errorf("ahead %v, %v before: %v, %v", ahead, c.before, due, err)
				}
				return nil
			})
			if c.before > 0 {
				err := s.Update(t.Context(), func(w store.Writer) error { _, err := MarkInvited(w, ana, f.ID, ByCall, now); return err })
				if !errors.Is(err, ErrTime) {
					t.Errorf("ahead %v, asked %v before: %v", ahead, c.before, err)
				}
			}
			err := s.Update(t.Context(), func(w store.Writer) error { return MarkTold(w, ana, f.ID, now) })
			if c.mayBeTold && err != nil || !c.mayBeTold && !errors.Is(err, ErrTime) {
				t.Errorf("ahead %v, told %v before: %v", ahead, c.before, err)
			}
			if err := s.Update(t.Context(), func(w store.Writer) error { return MarkTold(w, clerk, f.ID, now) }); !errors.Is(err, ErrRole) {
				t.Errorf("told by somebody else: %v", err)
			}
		}
		var got FollowUp
		update(t, s, func(w store.Writer) (err error) { got, err = LoadFollowUp(w, f.ID); return err })
		if ahead != got.Told.Equal(f.At.Add(-24*time.Hour)) {
			t.Errorf("ahead %v: told %v", ahead, got.Told)
		}
		if n := len(logged(t, s, "follow-up.told")); (n == 1) != ahead || n > 1 {
			t.Errorf("ahead %v: noted %d times that they were told", ahead, n)
		}
	}
}

// TestSettle goes through what can become of a follow-up, and what it leaves.
func TestSettle(t *testing.T) {
	s := newStore(t)
	planned(t, s, func(p *Plan) { p.FollowUps = 3 })
	_, all := drawn(t, s, first)
	try := func(f FollowUp, by Actor, a Answer, now time.Time) error {
		return s.Update(t.Context(), func(w store.Writer) error { _, err := Settle(w, by, f.ID, a, now); return err })
	}
	for _, c := range []struct {
		name string
		by   Actor
		a    Answer
		now  time.Time
		want error
	}{
		{"missed before the window ended", ana, Answer{State: Missed}, all[0].Until.Add(-time.Second), ErrTime},
		{"answered before it was due", ana, Answer{State: Answered, How: ByCall}, all[0].At.Add(-time.Second), ErrTime},
		{"declined without a reason", ana, Answer{State: Declined}, all[0].At, ErrNothing},
		{"missed, as the person says", person, Answer{State: Missed}, all[0].Until, ErrRole},
		{"by somebody else", clerk, Answer{State: Answered, How: ByCall}, all[0].At, ErrRole},
		{"no word", ana, Answer{State: "late"}, all[0].At, ErrWord},
	} {
		if err := try(all[0], c.by, c.a, c.now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if err := try(all[0], person, Answer{State: Declined, Reason: "A doctor's appointment."}, all[0].At); err != nil {
		t.Fatal(err)
	}
	if got := records(t, s, first); len(got) != 0 {
		t.Errorf("one that was declined leaves %v", got)
	}
	for _, f := range all[1:] {
		update(t, s, func(w store.Writer) error {
			due, err := DueFollowUps(w, f.At)
			if err != nil || len(due) != 1 || !due[0].Due(f.At) || due[0].Over(f.At) {
				t.Errorf("due: %v, %v", due, err)
			}
			_, err = MarkInvited(w, ana, f.ID, ByCall, f.At)
			return err
		})
		if err := try(f, ana, Answer{State: Missed}, f.Until); err != nil {
			t.Fatal(err)
		}
	}
	want := record.Check{Check: "slow_replies", Result: "found", By: Feed, Declined: 1, Missed: 2}
	if got := records(t, s, first); len(got) != 1 || got[patternPart] != record.Body(want) {
		t.Errorf("three that were not answered leave %v", got)
	}
	if err := try(all[0], ana, Answer{State: Withdrawn}, all[0].Until); !errors.Is(err, ErrState) {
		t.Errorf("settled twice: %v", err)
	}
}

// TestStills holds that a still goes when its time is over, with its key.
func TestStills(t *testing.T) {
	s := newStore(t)
	p := planned(t, s, func(p *Plan) { p.Stills, p.KeepDays = true, 30 })
	var st Still
	update(t, s, func(w store.Writer) (err error) {
		st, err = KeepStill(w, Still{Subject: first, Visit: "ci-1", Round: "Application", At: start, Consent: "3", Type: "image/png", Image: []byte("\x89PNG\r\n\x1a\nx")}, start)
		return err
	})
	end := start.AddDate(0, 0, p.KeepDays)
	for _, c := range []struct {
		now  time.Time
		want int
	}{{end.Add(-time.Second), 1}, {end, 0}} {
		update(t, s, func(w store.Writer) error {
			all, err := StillsOf(w, first, c.now)
			if len(all) != c.want {
				t.Errorf("at %s there are %d", c.now, len(all))
			}
			if _, err := LoadStill(w, st.ID, c.now); (err == nil) != (c.want == 1) {
				t.Errorf("at %s: %v", c.now, err)
			}
			return err
		})
	}
	update(t, s, func(w store.Writer) error {
		n, err := SweepStills(w, end)
		if n != 1 {
			t.Errorf("%d deleted", n)
		}
		if erased, _ := w.Erased(StillHolder(st.ID)); !erased {
			t.Error("the key is there still")
		}
		return err
	})
}
