// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/audit"
	"daylight/checkin"
	"daylight/interview"
	"daylight/store"
)

// drawnFollowUps has n follow-ups of the person drawn, by the plan of what they applied
// for.
func drawnFollowUps(t *testing.T, n int) (store.Store, []interview.FollowUp) {
	t.Helper()
	st := newStore(t)
	var all []interview.FollowUp
	update(t, st, func(w store.Writer) error {
		p := interview.Standard("R-1")
		p.Challenges, p.FollowUps, p.Days, p.Minutes = []string{interview.Camera, interview.Window}, n, 20, 60
		if _, err := interview.SetPlan(w, hr, p, now); err != nil {
			return err
		}
		agreed := interview.Agreement{Zone: "Europe/Lisbon", Opens: 9 * 60, Closes: 17 * 60, Days: []int{1, 2, 3, 4, 5}}
		if _, err := interview.DrawFollowUps(w, hr, interview.Hours{Subject: handle, Agreed: agreed, Answered: now}, bytes.NewReader(bytes.Repeat([]byte{7}, 64)), now); err != nil {
			return err
		}
		var err error
		all, err = interview.FollowUpsOf(w, handle)
		return err
	})
	if len(all) != n {
		t.Fatalf("%d follow-ups", len(all))
	}
	return st, all
}

// logged are the details of the entries of an act.
func logged(t *testing.T, st store.Store, act string) (out []map[string]string) {
	t.Helper()
	err := st.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Opened(r, 0) {
			if err != nil {
				return err
			}
			if e.Act == act {
				e.Detail["object"] = e.Object
				out = append(out, e.Detail)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// short asks for the line alone.
var short = checkin.Plan{Connection: true, Answer: 48, Box: 15}

// asked makes the link of a check-in for a follow-up, a minute after its window opened.
func asked(t *testing.T, st store.Store, f interview.FollowUp) {
	t.Helper()
	update(t, st, func(w store.Writer) error {
		c, err := checkin.Invite(w, checkin.Invitation{
			ID: "k-" + f.ID, Handle: handle, By: hr, Secret: "link of " + f.ID, Plan: short, Seed: seed, FollowUp: f.ID,
		}, f.At.Add(time.Minute))
		if err == nil && !c.Until.Equal(f.Until) {
			t.Errorf("the link waits until %s, the window of the follow-up ends at %s", c.Until, f.Until)
		}
		return err
	})
}

// onPage changes the check-in of a follow-up as the page does.
func onPage(t *testing.T, st store.Store, f interview.FollowUp, at time.Time, change func(store.Writer, *checkin.CheckIn) error) error {
	t.Helper()
	return st.Update(t.Context(), func(w store.Writer) error {
		c, err := checkin.Open(w, "link of "+f.ID, visit, at)
		if err != nil {
			return err
		}
		return change(w, c)
	})
}

func agreeTo(w store.Writer, c *checkin.CheckIn, at time.Time) error { return c.Agree(w, visit, at) }

// handIn does the check-in of a follow-up.
func handIn(t *testing.T, st store.Store, f interview.FollowUp) {
	t.Helper()
	at := f.At.Add(2 * time.Minute)
	for _, change := range []func(store.Writer, *checkin.CheckIn) error{
		func(w store.Writer, c *checkin.CheckIn) error { return agreeTo(w, c, at) },
		func(w store.Writer, c *checkin.CheckIn) error { _, _, err := c.Ask(w, at); return err },
		func(w store.Writer, c *checkin.CheckIn) error {
			return c.Take(w, checkin.Answer{Outcome: checkin.Done}, nil, at)
		},
		func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, at) },
	} {
		if err := onPage(t, st, f, at, change); err != nil {
			t.Fatal(err)
		}
	}
}

func followUp(t *testing.T, st store.Store, id string) (f interview.FollowUp) {
	t.Helper()
	err := st.View(t.Context(), func(r store.Reader) (err error) {
		f, err = interview.LoadFollowUp(r, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestFollowUpByCheckIn is the way from a drawing to evidence: follow-ups are drawn,
// each is asked by a check-in, each check-in says by itself what became of its follow-up,
// the follow-ups together become a record, and the seed is told after the last.
func TestFollowUpByCheckIn(t *testing.T) {
	st, all := drawnFollowUps(t, 2)
	for i, f := range all {
		asked(t, st, f)
		if got := followUp(t, st, f.ID); got.Invited.IsZero() || got.How != interview.ByCheckIn || got.State != interview.Drawn {
			t.Errorf("the follow-up does not say that it is asked: %+v", got)
		}
		handIn(t, st, f)
		if got := followUp(t, st, f.ID); got.State != interview.Answered || got.How != interview.ByCheckIn || got.By != audit.Person {
			t.Errorf("handed in, the follow-up is %+v", got)
		}
		told := slices.ContainsFunc(logged(t, st, "draw.reveal"), func(d map[string]string) bool { return d["object"] == f.Draw })
		if last := i == len(all)-1; told != last {
			t.Errorf("after %d of %d follow-ups the seed is told: %v", i+1, len(all), told)
		}
	}
	found := ""
	for _, r := range rows(t, st, store.Records) {
		found += string(r.Body)
	}
	if !strings.Contains(found, `"check":"slow_replies","result":"not_found"`) {
		t.Errorf("the records are %s", found)
	}
	var d interview.Draw
	err := st.View(t.Context(), func(r store.Reader) error {
		draws, err := interview.DrawsOf(r, handle)
		d = draws[0]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	at, commitment, err := interview.Redraw(d.Terms(), d.AgreedTerms(), d.Seed)
	if err != nil || !slices.ContainsFunc(logged(t, st, "draw.commit"), func(e map[string]string) bool { return e["commitment"] == commitment }) {
		t.Errorf("drawn again: %v, commitment %s", err, commitment)
	}
	for i, f := range all {
		if !f.At.Equal(at[i]) {
			t.Errorf("drawn again, %d is %s, was %s", i, at[i], f.At)
		}
	}
}

// TestFollowUpEnds: every other end of a check-in settles its follow-up too, once; what
// cannot be told from an accident or a need counts as not asked.
func TestFollowUpEnds(t *testing.T) {
	begun := func(then func(store.Writer, *checkin.CheckIn, time.Time) error) func(*testing.T, store.Store, interview.FollowUp) {
		return func(t *testing.T, st store.Store, f interview.FollowUp) {
			t.Helper()
			at := f.At.Add(2 * time.Minute)
			if err := onPage(t, st, f, at, func(w store.Writer, c *checkin.CheckIn) error { return agreeTo(w, c, at) }); err != nil {
				t.Fatal(err)
			}
			if then == nil {
				return
			}
			if err := onPage(t, st, f, at, func(w store.Writer, c *checkin.CheckIn) error { return then(w, c, at) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	unbegun := func(s checkin.State) func(*testing.T, store.Store, interview.FollowUp) {
		return func(t *testing.T, st store.Store, f interview.FollowUp) {
			t.Helper()
			at := f.At.Add(2 * time.Minute)
			if err := onPage(t, st, f, at, func(w store.Writer, c *checkin.CheckIn) error { return c.Decline(w, s, "", at) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, q := range map[string]struct {
		end  func(*testing.T, store.Store, interview.FollowUp)
		want interview.FollowUpState
	}{
		"refused":               {unbegun(checkin.Refused), interview.Declined},
		"another way":           {unbegun(checkin.Another), interview.Withdrawn},
		"deleted by the person": {begun(func(w store.Writer, c *checkin.CheckIn, at time.Time) error { return c.Withdraw(w, at) }), interview.Declined},
		"another way, begun": {begun(func(w store.Writer, c *checkin.CheckIn, at time.Time) error {
			return c.Decline(w, checkin.Another, "", at)
		}), interview.Withdrawn},
		"not finished in time": {begun(nil), interview.Withdrawn},
		"the link ran out":     {func(*testing.T, store.Store, interview.FollowUp) {}, interview.Missed},
		"taken back": {func(t *testing.T, st store.Store, f interview.FollowUp) {
			t.Helper()
			if err := onPage(t, st, f, f.At.Add(time.Minute), func(w store.Writer, c *checkin.CheckIn) error { return c.Revoke(w, f.At.Add(time.Minute)) }); err != nil {
				t.Fatal(err)
			}
			if got := followUp(t, st, f.ID); !got.Invited.IsZero() {
				t.Errorf("a follow-up whose link was taken back was asked: %+v", got)
			}
		}, interview.Drawn},
	} {
		t.Run(name, func(t *testing.T) {
			st, all := drawnFollowUps(t, 1)
			asked(t, st, all[0])
			q.end(t, st, all[0])
			for range 2 {
				if err := checkin.Sweep(t.Context(), st, all[0].Until); err != nil {
					t.Fatal(err)
				}
			}
			if got := followUp(t, st, all[0].ID); got.State != q.want {
				t.Errorf("the follow-up is %s, want %s", got.State, q.want)
			} else if got.Reason != "" {
				t.Errorf("nobody was asked why, and the reason is kept as %q", got.Reason.Reveal())
			}
			if n := len(logged(t, st, "follow-up."+string(q.want))); q.want != interview.Drawn && n != 1 {
				t.Errorf("it was settled %d times", n)
			}
			for _, r := range rows(t, st, store.Records) {
				if strings.Contains(string(r.Body), "slow_replies") {
					t.Errorf("one follow-up became evidence: %s", r.Body)
				}
			}
			if seeds := logged(t, st, "draw.reveal"); !slices.ContainsFunc(seeds, func(d map[string]string) bool { return d["object"] == "k-"+all[0].ID }) {
				t.Errorf("the seed of a check-in that ended is not told: %v", seeds)
			}
		})
	}
}

// TestFollowUpsDeclinedTogether: three that were declined on the page, and more than
// were answered, are the pattern that weighs; and one that was settled by a call while
// its link waited stays as it was.
func TestFollowUpsDeclinedTogether(t *testing.T) {
	st, all := drawnFollowUps(t, 4)
	for i, f := range all {
		asked(t, st, f)
		if i == 0 {
			update(t, st, func(w store.Writer) error {
				_, err := interview.Settle(w, hr, f.ID, interview.Answer{State: interview.Answered, How: interview.ByCall}, f.At.Add(time.Minute))
				return err
			})
		}
		at := f.At.Add(2 * time.Minute)
		if err := onPage(t, st, f, at, func(w store.Writer, c *checkin.CheckIn) error { return c.Decline(w, checkin.Refused, "", at) }); err != nil {
			t.Fatal(err)
		}
		found := ""
		for _, r := range rows(t, st, store.Records) {
			found += string(r.Body)
		}
		if weighs := strings.Contains(found, `"check":"slow_replies","result":"found"`); weighs != (i == 3) {
			t.Errorf("after %d that were declined it weighs: %v", i, weighs)
		}
	}
	if got := followUp(t, st, all[0].ID); got.State != interview.Answered || got.How != interview.ByCall {
		t.Errorf("a follow-up that was settled by a call is %+v", got)
	}
}

// TestFollowUpOfAnother: nobody is asked by the follow-up of somebody else, or outside
// its window.
func TestFollowUpOfAnother(t *testing.T) {
	st, all := drawnFollowUps(t, 1)
	for name, q := range map[string]struct {
		who  string
		at   time.Time
		want error
	}{
		"somebody else": {"p-9999999999", all[0].At, checkin.ErrFollowUp},
		"too early":     {handle, all[0].At.Add(-time.Minute), interview.ErrTime},
		"too late":      {handle, all[0].Until, interview.ErrTime},
	} {
		err := st.Update(t.Context(), func(w store.Writer) error {
			_, err := checkin.Invite(w, checkin.Invitation{ID: "k-9", Handle: q.who, By: hr, Secret: name, Plan: short, Seed: seed, FollowUp: all[0].ID}, q.at)
			return err
		})
		if !errors.Is(err, q.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(rows(t, st, store.CheckIns)); n != 0 {
		t.Errorf("%d check-ins", n)
	}
}

// TestStepsAreCommitted: the audit log holds the commitment to the order of the steps
// before anybody saw one, the seed only after the end, and the two give the steps that
// the person had.
func TestStepsAreCommitted(t *testing.T) {
	p := checkin.DefaultPlan()
	p.Typed = true
	st := invited(t, p)
	commits := logged(t, st, "draw.commit")
	if len(commits) != 1 || commits[0]["object"] != "k-1" || len(logged(t, st, "draw.reveal")) != 0 {
		t.Fatalf("after the invitation the log holds %v", commits)
	}
	if err := do(t, st, "", now, func(w store.Writer, c *checkin.CheckIn) error { return c.Agree(w, visit, now) }); err != nil {
		t.Fatal(err)
	}
	var steps []checkin.Step
	var terms string
	if err := do(t, st, visit, now, func(_ store.Writer, c *checkin.CheckIn) error { steps, terms = c.Steps, c.Terms(); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, a := range []checkin.Answer{{Outcome: checkin.Missing}, {Outcome: checkin.Skipped}, {Outcome: checkin.Failed}} {
		if err := answer(t, st, a, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(logged(t, st, "draw.reveal")); n != 0 {
		t.Fatal("the seed is told before the end")
	}
	if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, now) }); err != nil {
		t.Fatal(err)
	}
	told := logged(t, st, "draw.reveal")
	if len(told) != 1 {
		t.Fatalf("the seed was told %d times", len(told))
	}
	again, commitment, err := checkin.Redraw(terms, interview.Seed(told[0]["seed"]))
	if err != nil || commitment != commits[0]["commitment"] || fmt.Sprint(kinds(again)) != fmt.Sprint(kinds(steps)) {
		t.Errorf("drawn again: %v, %s, %v; the person had %v", kinds(again), commitment, err, kinds(steps))
	}
	if _, other, _ := checkin.Redraw(terms, "another"); other == commitment {
		t.Error("another seed has the same commitment")
	}
}

func kinds(steps []checkin.Step) (out []string) {
	for _, s := range steps {
		out = append(out, s.Kind+" "+s.Drawn)
	}
	return out
}
