// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"image/color"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/checkin"
	"daylight/enrich"
	"daylight/intake"
	"daylight/interview"
	"daylight/store"
	"daylight/store/sqlite"
)

const (
	handle = "p-0123456789"
	seed   = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	secret = "a secret of the link"
	visit  = "a secret of the browser"
)

// hr is whoever invites.
var hr = interview.Actor{Account: "a-1", Person: "a-1", Roles: []string{interview.RoleHR}}

var now = time.Date(2026, 3, 2, 9, 14, 0, 0, time.UTC)

func newStore(t *testing.T) store.Store {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	face, err := json.Marshal(intake.Face{IDs: []string{"c-7"}, Requisitions: []string{"R-1"}})
	if err != nil {
		t.Fatal(err)
	}
	update(t, st, func(w store.Writer) error {
		if err := w.Put(store.Subjects, store.Row{Key: handle, Holder: intake.Holder(handle), Body: []byte("{}")}); err != nil {
			return err
		}
		return w.Put(store.Faces, store.Row{Key: handle, Holder: intake.Holder(handle), Body: face})
	})
	return st
}

func update(t *testing.T, st store.Store, f func(store.Writer) error) {
	t.Helper()
	if err := st.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// do changes the check-in of the link at an instant, in the browser with the secret v.
func do(t *testing.T, st store.Store, v string, at time.Time, f func(store.Writer, *checkin.CheckIn) error) error {
	t.Helper()
	return st.Update(t.Context(), func(w store.Writer) error {
		c, err := checkin.Open(w, secret, v, at)
		if err != nil {
			return err
		}
		return f(w, c)
	})
}

func invited(t *testing.T, p checkin.Plan) store.Store {
	t.Helper()
	st := newStore(t)
	update(t, st, func(w store.Writer) error {
		_, err := checkin.Invite(w, checkin.Invitation{ID: "k-1", Handle: handle, By: hr, Secret: secret, Plan: p, Seed: seed}, now)
		return err
	})
	return st
}

func agreed(t *testing.T, p checkin.Plan) store.Store {
	t.Helper()
	st := invited(t, p)
	if err := do(t, st, "", now, func(w store.Writer, c *checkin.CheckIn) error { return c.Agree(w, visit, now) }); err != nil {
		t.Fatal(err)
	}
	return st
}

// answer asks for the next step and answers it.
func answer(t *testing.T, st store.Store, a checkin.Answer, still []byte) error {
	t.Helper()
	return do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error {
		n, _, err := c.Ask(w, now)
		if err != nil {
			return err
		}
		a.Step = n
		return c.Take(w, a, still, now.Add(time.Duration(n)*time.Second))
	})
}

func rows(t *testing.T, st store.Store, c store.Collection) (out []store.Row) {
	t.Helper()
	err := st.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(c, store.Query{}) {
			if err != nil && !errors.Is(err, store.ErrErased) {
				return err
			}
			out = append(out, row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func acts(t *testing.T, st store.Store) (out []string) {
	t.Helper()
	err := st.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Opened(r, 0) {
			if err != nil {
				return err
			}
			for _, word := range []string{"decline", "withdraw", "agree", "checkin.more"} {
				if bytes.Contains(e.Data, []byte(word)) {
					t.Errorf("the log says for good what the person did: %s", e.Data)
				}
			}
			out = append(out, e.Act)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestNothingWithoutAgreement: before the person agrees nothing is taken and nothing
// is kept, and a refusal or a wish for another way ends it with nothing kept.
func TestNothingWithoutAgreement(t *testing.T) {
	p := checkin.DefaultPlan()
	for name, f := range map[string]func(store.Writer, *checkin.CheckIn) error{
		"ask": func(w store.Writer, c *checkin.CheckIn) error { _, _, err := c.Ask(w, now); return err },
		"take": func(w store.Writer, c *checkin.CheckIn) error {
			return c.Take(w, checkin.Answer{Outcome: "done"}, nil, now)
		},
		"try": func(w store.Writer, c *checkin.CheckIn) error { return c.Try(w) },
		"measure": func(w store.Writer, c *checkin.CheckIn) error {
			return c.Measured(w, checkin.Path{}, netip.Addr{}, enrich.Network{})
		},
		"finish": func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, now) },
	} {
		st := invited(t, p)
		if err := do(t, st, "", now, f); !errors.Is(err, checkin.ErrEarly) {
			t.Errorf("%s before agreeing: %v", name, err)
		}
		if n := len(rows(t, st, store.Notices)) + len(rows(t, st, store.Records)) + len(rows(t, st, store.Stills)); n != 0 {
			t.Errorf("%s before agreeing kept %d rows", name, n)
		}
	}
	for _, s := range []checkin.State{checkin.Refused, checkin.Another} {
		st := invited(t, p)
		if err := do(t, st, "", now, func(w store.Writer, c *checkin.CheckIn) error { return c.Decline(w, s, "I have no camera", now) }); err != nil {
			t.Fatal(err)
		}
		// Of a wish for another way one record is left, which silences and says nothing.
		left := rows(t, st, store.Records)
		if n := len(rows(t, st, store.Notices)); n != 0 || (s == checkin.Refused && len(left) != 0) || (s == checkin.Another && (len(left) != 1 || !strings.Contains(string(left[0].Body), `"check":"arrangement"`))) {
			t.Errorf("%s left %v", s, left)
		}
		if got := rows(t, st, store.CheckIns)[0].Text["state"]; got != "closed" {
			t.Errorf("the plain column says %q", got)
		}
		if got := acts(t, st); !slices.Contains(got, "checkin.decline") {
			t.Errorf("%s is not in the audit log: %v", s, got)
		}
		if err := do(t, st, "", now, func(store.Writer, *checkin.CheckIn) error { return nil }); !errors.Is(err, checkin.ErrGone) {
			t.Errorf("the link still works after %s: %v", s, err)
		}
	}
}

// TestLink: a link works for one browser, for its time, and tells nobody why it does
// not.
func TestLink(t *testing.T) {
	st := agreed(t, checkin.DefaultPlan())
	nothing := func(store.Writer, *checkin.CheckIn) error { return nil }
	for name, v := range map[string]string{"another browser": "another", "no cookie": ""} {
		if err := do(t, st, v, now, nothing); !errors.Is(err, checkin.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := do(t, st, visit, now, nothing); err != nil {
		t.Errorf("its own browser: %v", err)
	}
	if err := do(t, st, visit, now.Add(15*time.Minute), nothing); !errors.Is(err, checkin.ErrOver) {
		t.Errorf("after the time: %v", err)
	}
	for range 3 {
		if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Extend(w, now) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Extend(w, now) }); !errors.Is(err, checkin.ErrMany) {
		t.Errorf("a fourth time more: %v", err)
	}
	if err := do(t, st, visit, now.Add(59*time.Minute), nothing); err != nil {
		t.Errorf("within the time that was added: %v", err)
	}
	if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Agree(w, "x", now) }); !errors.Is(err, checkin.ErrGone) {
		t.Errorf("agreed twice: %v", err)
	}
	late := invited(t, checkin.DefaultPlan())
	if err := do(t, late, "", now.Add(48*time.Hour), nothing); !errors.Is(err, checkin.ErrGone) {
		t.Errorf("an expired link: %v", err)
	}
	for _, s := range rows(t, late, store.CheckIns) {
		if strings.Contains(s.Text["link"]+string(s.Body), secret) {
			t.Error("the store holds the secret of a link")
		}
	}
	err := late.View(t.Context(), func(r store.Reader) error {
		for _, guess := range []string{"", "none", secret + " ", strings.Repeat("x", 10_000)} {
			if _, err := checkin.Open(r, guess, visit, now); !errors.Is(err, checkin.ErrGone) {
				t.Errorf("the guess %.20q: %v", guess, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	update(t, late, func(w store.Writer) error {
		for i := range 3 {
			_, err := checkin.Invite(w, checkin.Invitation{ID: "k-x" + string(hex(i)), Handle: handle, By: hr, Secret: string(hex(i)), Plan: checkin.DefaultPlan()}, now)
			if i < 2 && err != nil || i == 2 && !errors.Is(err, checkin.ErrMany) {
				t.Errorf("link %d of a person: %v", i+2, err)
			}
		}
		return nil
	})
}

// withStills has a plan for what the person applied for that keeps pictures.
func withStills(t *testing.T, st store.Store) {
	t.Helper()
	update(t, st, func(w store.Writer) error {
		p := interview.Standard("R-1")
		p.Challenges = []string{interview.Camera, interview.Window, interview.Hand}
		p.Stills, p.KeepDays = true, 7
		_, err := interview.SetPlan(w, hr, p, now)
		return err
	})
}

// TestCheckIn goes through one: pictures are the person's until they are handed in,
// the measurements become records, and everything is deleted on time.
func TestCheckIn(t *testing.T) {
	st := newStore(t)
	withStills(t, st)
	var plan checkin.Plan
	update(t, st, func(w store.Writer) (err error) {
		if plan, err = checkin.DefaultPlan().For(w, handle); err != nil {
			return err
		}
		_, err = checkin.Invite(w, checkin.Invitation{ID: "k-1", Handle: handle, By: hr, Secret: secret, Plan: plan, Seed: seed}, now)
		return err
	})
	if !slices.Equal(plan.Asked, []string{checkin.Window, checkin.Hand}) || plan.StillDays != 7 {
		t.Fatalf("the plan of the requisition is not in force: %+v", plan)
	}
	if err := do(t, st, "", now, func(w store.Writer, c *checkin.CheckIn) error { return c.Agree(w, visit, now) }); err != nil {
		t.Fatal(err)
	}
	if n := rows(t, st, store.Notices); len(n) != 1 || n[0].Text["kind"] != checkin.Consent || n[0].Text["version"] != checkin.Version {
		t.Fatalf("the agreement is not recorded: %v", n)
	}
	light := &checkin.Light{Mean: 0.5}
	pic := still(t, 320, 240, color.RGBA{200, 210, 255, 255})
	for i, a := range []checkin.Answer{{Outcome: "done", Camera: "Front camera"}, {Outcome: "done", Light: light}, {Outcome: "done", Light: light}} {
		var s []byte
		if i > 0 {
			s = pic
		}
		if err := answer(t, st, a, s); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	stills := rows(t, st, store.Stills)
	if len(stills) != 2 || stills[0].Text["subject"] != "" {
		t.Fatalf("pictures before handing in: %v", stills)
	}
	from := netip.MustParseAddr("192.0.2.7")
	err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error {
		if err := c.Try(w); err != nil {
			return err
		}
		return c.Measured(w, checkin.Path{Rounds: 30, Least: 20_000}, from, enrich.Network{City: "Austin"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, now) }); !errors.Is(err, checkin.ErrEarly) {
		t.Fatalf("handed in before the last step: %v", err)
	}
	if err := answer(t, st, checkin.Answer{Outcome: "done", Zone: "America/Chicago"}, nil); err != nil {
		t.Fatal(err)
	}
	if n := rows(t, st, store.Records); len(n) != 0 {
		t.Fatalf("records before handing in: %v", n)
	}
	if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, now) }); err != nil {
		t.Fatal(err)
	}
	records := ""
	for _, r := range rows(t, st, store.Records) {
		records += string(r.Body)
		if r.Holder != intake.Holder(handle) {
			t.Errorf("a record is sealed under %s", r.Holder)
		}
	}
	for _, want := range []string{`"camera_device":"Front camera"`, `"addr":"192.0.2.7"`, `"id":"c-7"`} {
		if !strings.Contains(records, want) {
			t.Errorf("no record says %s: %s", want, records)
		}
	}
	err = do(t, st, visit, now.Add(23*time.Hour), func(w store.Writer, c *checkin.CheckIn) error {
		for i, s := range c.Steps {
			got, err := c.Still(w, i, now)
			if err != nil || (got != nil) != (i == 1 || i == 2) {
				t.Errorf("step %d (%s): %d bytes, %v", i, s.Kind, len(got), err)
			}
		}
		return c.Read(w, checkin.Reading{By: "a-2", At: now, Outcomes: map[string]string{checkin.Window: "bright", checkin.Hand: "failed"}}, now)
	})
	if err != nil {
		t.Fatal(err)
	}
	read := rows(t, st, store.Records)
	if len(read) != 3 || !slices.ContainsFunc(read, func(r store.Row) bool {
		return strings.Contains(string(r.Body), `"window":"bright","prompt_hand":"failed"`)
	}) {
		t.Errorf("records after a reading: %v", read)
	}
	for _, bad := range []map[string]string{{checkin.Window: "guilty"}, {checkin.Hand: "bright"}, {checkin.Profile: "done"}} {
		err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error {
			return c.Read(w, checkin.Reading{By: "a-2", Outcomes: bad}, now)
		})
		if !errors.Is(err, interview.ErrWord) {
			t.Errorf("%v was read: %v", bad, err)
		}
	}
	if err := do(t, st, visit, now.Add(24*time.Hour), func(store.Writer, *checkin.CheckIn) error { return nil }); !errors.Is(err, checkin.ErrGone) {
		t.Errorf("a day later the page still opens: %v", err)
	}
	sweep := func(at time.Time) {
		t.Helper()
		if err := checkin.Sweep(t.Context(), st, at); err != nil {
			t.Fatal(err)
		}
	}
	sweep(now.AddDate(0, 0, 7).Add(-time.Second))
	if n := len(rows(t, st, store.Stills)); n != 2 {
		t.Errorf("%d pictures within their days", n)
	}
	sweep(now.AddDate(0, 0, 7))
	if n := len(rows(t, st, store.Stills)); n != 0 {
		t.Errorf("%d pictures after their days", n)
	}
	addressed := func() (n int) {
		for _, r := range rows(t, st, store.Records) {
			if strings.Contains(string(r.Body), "192.0.2.7") {
				n++
			}
		}
		return n
	}
	sweep(now.AddDate(0, 0, checkin.KeptDays).Add(-time.Second))
	if n := addressed(); n != 1 {
		t.Errorf("%d records of the address within %d days", n, checkin.KeptDays)
	}
	sweep(now.AddDate(0, 0, checkin.KeptDays))
	if left := rows(t, st, store.Records); addressed() != 0 || len(left) != 2 {
		t.Errorf("after %d days these records are left: %v", checkin.KeptDays, left)
	}
	if n := len(rows(t, st, store.CheckIns)); n != 0 {
		t.Errorf("%d check-ins after %d days", n, checkin.KeptDays)
	}
}

// TestNothingHalfKept: what was not handed in is gone when the person deletes it, when
// the time is over, and when the person is erased, and the keys of pictures with it.
func TestNothingHalfKept(t *testing.T) {
	for name, end := range map[string]func(*testing.T, store.Store){
		"deleted": func(t *testing.T, st store.Store) {
			t.Helper()
			if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Withdraw(w, now) }); err != nil {
				t.Fatal(err)
			}
		},
		"another way": func(t *testing.T, st store.Store) {
			t.Helper()
			if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Decline(w, checkin.Another, "", now) }); err != nil {
				t.Fatal(err)
			}
		},
		"out of time": func(t *testing.T, st store.Store) {
			t.Helper()
			if err := checkin.Sweep(t.Context(), st, now.Add(15*time.Minute)); err != nil {
				t.Fatal(err)
			}
		},
		"erased": func(t *testing.T, st store.Store) {
			t.Helper()
			if err := intake.Erase(t.Context(), st, handle, casework.Actor{Account: "a-1"}, "request", now); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := checkin.DefaultPlan()
			p.StillDays = 7
			st := agreed(t, p)
			if err := answer(t, st, checkin.Answer{Outcome: "done", Camera: "Front camera"}, nil); err != nil {
				t.Fatal(err)
			}
			if err := answer(t, st, checkin.Answer{Outcome: "done", Light: &checkin.Light{}}, still(t, 64, 48, color.White)); err != nil {
				t.Fatal(err)
			}
			kept := rows(t, st, store.Stills)
			if len(kept) != 1 {
				t.Fatalf("%d pictures", len(kept))
			}
			end(t, st)
			records := rows(t, st, store.Records)
			if name == "another way" && len(records) == 1 && strings.Contains(string(records[0].Body), `"check":"arrangement"`) {
				records = nil
			}
			if n := len(rows(t, st, store.Stills)) + len(records); n != 0 {
				t.Errorf("%d rows are left", n)
			}
			for _, r := range rows(t, st, store.CheckIns) {
				if strings.Contains(string(r.Body), "Front camera") || strings.Contains(string(r.Body), `"steps"`) {
					t.Errorf("the check-in still holds %s", r.Body)
				}
			}
			err := st.View(t.Context(), func(r store.Reader) error {
				erased, err := r.Erased(kept[0].Holder)
				if !erased {
					t.Error("the key of the picture is there")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestMoreTimeIsForPictures: pictures that were taken before the person asked for more
// time are there until that is over, and no longer.
func TestMoreTimeIsForPictures(t *testing.T) {
	for name, q := range map[string]struct {
		after time.Duration
		left  int
	}{
		"within the time that was added": {29 * time.Minute, 1},
		"after it":                       {31 * time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			st := newStore(t)
			withStills(t, st)
			update(t, st, func(w store.Writer) error {
				plan, err := checkin.DefaultPlan().For(w, handle)
				if err == nil {
					plan.Connection = false
					_, err = checkin.Invite(w, checkin.Invitation{ID: "k-1", Handle: handle, By: hr, Secret: secret, Plan: plan, Seed: seed}, now)
				}
				return err
			})
			if err := do(t, st, "", now, func(w store.Writer, c *checkin.CheckIn) error { return c.Agree(w, visit, now) }); err != nil {
				t.Fatal(err)
			}
			for _, a := range []checkin.Answer{{Outcome: "done", Camera: "Front camera"}, {Outcome: "done"}, {Outcome: "skipped"}} {
				var pic []byte
				if a.Outcome == "done" && a.Camera == "" {
					pic = still(t, 320, 240, color.RGBA{200, 210, 255, 255})
				}
				if err := answer(t, st, a, pic); err != nil {
					t.Fatal(err)
				}
			}
			if err := do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Extend(w, now) }); err != nil {
				t.Fatal(err)
			}
			later := now.Add(q.after)
			if err := checkin.Sweep(t.Context(), st, later); err != nil {
				t.Fatal(err)
			}
			if n := len(rows(t, st, store.Stills)); n != q.left {
				t.Fatalf("%d pictures are left", n)
			}
			err := do(t, st, visit, later, func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, later) })
			if q.left == 0 != errors.Is(err, checkin.ErrOver) {
				t.Fatalf("handed in: %v", err)
			}
			if n := len(rows(t, st, store.Stills)); n != q.left {
				t.Errorf("%d pictures were handed in", n)
			}
		})
	}
}

// TestSteps: answers come in order, once, with what their step asks for and no more.
func TestSteps(t *testing.T) {
	p := checkin.Plan{Asked: []string{checkin.Window}, Typed: true, Answer: 4, Box: 5}
	take := func(st store.Store, a checkin.Answer, still []byte) error {
		return do(t, st, visit, now, func(w store.Writer, c *checkin.CheckIn) error { return c.Take(w, a, still, now) })
	}
	st := agreed(t, p)
	if err := take(st, checkin.Answer{Outcome: "done"}, nil); !errors.Is(err, checkin.ErrEarly) {
		t.Errorf("answered before it was asked: %v", err)
	}
	for name, a := range map[string]checkin.Answer{
		"light":           {Outcome: "done", Light: &checkin.Light{}},
		"digits":          {Outcome: "done", Typed: "1"},
		"zone":            {Outcome: "done", Zone: "UTC"},
		"skipped, camera": {Outcome: "skipped", Camera: "Front"},
	} {
		if err := answer(t, st, a, nil); !errors.Is(err, checkin.ErrAnswer) {
			t.Errorf("the camera's step took %s: %v", name, err)
		}
	}
	if err := answer(t, st, checkin.Answer{Outcome: "done", Camera: "Front"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := answer(t, st, checkin.Answer{Outcome: "done", Light: &checkin.Light{}}, still(t, 64, 48, color.Black)); !errors.Is(err, checkin.ErrStill) {
		t.Errorf("a picture was taken that the plan does not keep: %v", err)
	}
	if err := answer(t, st, checkin.Answer{Outcome: "skipped"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := take(st, checkin.Answer{Step: 1, Outcome: "done", Light: &checkin.Light{Mean: 1}}, nil); err != nil {
		t.Errorf("an answer that was sent twice: %v", err)
	}
	if err := take(st, checkin.Answer{Step: 3, Outcome: "done"}, nil); !errors.Is(err, checkin.ErrEarly) {
		t.Errorf("a step that is not there: %v", err)
	}
	if err := answer(t, st, checkin.Answer{Outcome: "done", Typed: "123", Gaps: []int{90, 110, 400}}, nil); err != nil {
		t.Fatal(err)
	}
	err := do(t, st, visit, now, func(_ store.Writer, c *checkin.CheckIn) error {
		if c.Steps[1].Outcome != "skipped" || c.Steps[1].Light != nil {
			t.Errorf("the first answer does not stand: %+v", c.Steps[1])
		}
		if c.Typing == nil || c.Typing.Right || c.Typing.Median != 110 || c.Typing.Least != 90 || c.Typing.Most != 400 {
			t.Errorf("typing %+v", c.Typing)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Without a camera the challenges are passed over, and say so.
	st = agreed(t, checkin.DefaultPlan())
	if err := answer(t, st, checkin.Answer{Outcome: "denied"}, nil); err != nil {
		t.Fatal(err)
	}
	err = do(t, st, visit, now, func(_ store.Writer, c *checkin.CheckIn) error {
		n, open := c.At()
		if !open || c.Steps[n].Kind != checkin.Connection {
			t.Errorf("step %d comes next", n)
		}
		for _, s := range c.Steps[1:n] {
			if s.Outcome != checkin.Missing {
				t.Errorf("%s: %s", s.Kind, s.Outcome)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
