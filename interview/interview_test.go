// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests name zones whatever the machine has

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/audit"
	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/record"
	"daylight/store"
	"daylight/store/sqlite"
)

var (
	start  = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday
	ana    = Actor{Account: "a-ana", Person: "h-1", Roles: []string{RoleRecruiter}}
	bo     = Actor{Account: "a-bo", Person: "h-2", Roles: []string{RoleHR}}
	clerk  = Actor{Account: "a-cy", Person: "h-3", Roles: []string{"auditor", "legal"}}
	person = Actor{Account: audit.Person}
)

const (
	first  = "p-0a1b2c3d4e"
	second = "p-1111111111"
	post   = "R-100"
)

func newStore(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	update(t, s, func(w store.Writer) error {
		for i, handle := range []string{first, second} {
			body := fmt.Sprintf(`{"ids":["c-%d"],"requisitions":[%q]}`, i+1, post)
			if err := w.Put(store.Faces, store.Row{Key: handle, Holder: Holder(handle), Body: []byte(body)}); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

func update(t *testing.T, s store.Store, f func(store.Writer) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// dice is randomness that is the same in every run.
func dice(n byte) *bytes.Reader { return bytes.NewReader(bytes.Repeat([]byte{n, 7, 31}, 64)) }

func planned(t *testing.T, s store.Store, change ...func(*Plan)) Plan {
	t.Helper()
	p := Standard(post)
	p.Reason = "More to ask."
	for _, f := range change {
		f(&p)
	}
	update(t, s, func(w store.Writer) (err error) {
		p, err = SetPlan(w, ana, p, start)
		return err
	})
	return p
}

func proposed(t *testing.T, s store.Store, subject string, n byte) (si Sitting) {
	t.Helper()
	update(t, s, func(w store.Writer) (err error) {
		si, err = Propose(w, ana, Sitting{Subject: subject, From: start.Add(time.Hour), To: start.Add(2 * time.Hour), Claim: &Claim{Zone: "America/Chicago"}}, dice(n), start)
		return err
	})
	return si
}

// records are the bodies kept about a person, by their locators.
func records(t *testing.T, s store.Store, subject string) map[string]record.Body {
	t.Helper()
	out := map[string]record.Body{}
	err := s.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: Holder(subject)}}}) {
			if err != nil {
				return err
			}
			var rec record.Record
			if err := json.Unmarshal(row.Body, &rec); err != nil {
				return err
			}
			if rec.Ref.ID == "" || rec.Origin.Feed != Feed {
				t.Errorf("a record is of %q, from %q", rec.Ref.ID, rec.Origin.Feed)
			}
			out[rec.Origin.Locator[strings.LastIndex(rec.Origin.Locator, " ")+1:]] = rec.Body
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// logged are the details of the acts of one kind in the audit log.
func logged(t *testing.T, s store.Store, act string) (out []map[string]string) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Opened(r, 0) {
			if err != nil {
				return err
			}
			if e.Act == act {
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

// TestChallengesAreWeighed holds that every challenge names an indicator of the
// catalogue, that its words are such as records take, and that everything a person
// reads is there.
func TestChallengesAreWeighed(t *testing.T) {
	known, columns := record.Words(), map[string]string{
		Camera: "camera", Window: "window", Profile: "prompt_profile", Hand: "prompt_hand", Fingers: "prompt_fingers", Near: "prompt_near", OwnFacts: "local_knowledge", SamePerson: "same_person", Background: "background_check",
	}
	for _, c := range Challenges() {
		i := slices.IndexFunc(indicators.Catalog(), func(ind *detect.Indicator) bool { return ind.ID == c.Indicator })
		if i < 0 {
			t.Errorf("%s is weighed by no indicator", c.Slug)
		}
		if c.Title == "" || c.Another == "" || len(c.Do) == 0 || len(c.Words) < 2 {
			t.Errorf("%s is not worded: %+v", c.Slug, c)
		}
		for _, w := range c.Words {
			if column := columns[c.Slug]; column != "" && !slices.Contains(known["interview."+column], w.Word) {
				t.Errorf("%s: %q is no word of %s", c.Slug, w.Word, column)
			}
			if w.Means == "" || w.Word == NotAsked || w.Word == Another {
				t.Errorf("%s: %+v", c.Slug, w)
			}
		}
	}
	for _, n := range NoticedWords() {
		if len(n.Words) < 2 {
			t.Errorf("%s has the words %v", n.Name, n.Words)
		}
	}
}

// TestEvidenceSaysUntil: nobody writes down when in an interview the window was seen, so
// the record says when it ended: as planned, or when it was written down before that.
func TestEvidenceSaysUntil(t *testing.T) {
	from, to := start, start.Add(45*time.Minute)
	for at, want := range map[time.Time]time.Time{
		start.Add(3 * time.Hour): to, start.Add(30 * time.Minute): start.Add(30 * time.Minute), start: to,
	} {
		s := Sitting{From: from, To: to, Recorded: &Recorded{At: at, Outcomes: map[string]string{Window: "dark"}}}
		if got := s.Evidence()["interview"].(record.Interview).Until; !got.Equal(want) {
			t.Errorf("written down at %s, it ended at %s, want %s", at, got, want)
		}
	}
}

func TestRecordLeavesEvidence(t *testing.T) {
	s := newStore(t)
	planned(t, s, func(p *Plan) { p.Challenges = append(p.Challenges, Near) })
	si := proposed(t, s, first, 1)
	rec := Recorded{
		Outcomes: map[string]string{
			Camera: "on", Window: "dark", Profile: "failed", Hand: "failed", Fingers: "done", Near: "refused", OwnFacts: "good", Depth: "scored", SamePerson: Another,
		},
		Questions: 3, First: []int{4, 5}, Deeper: []int{2, 2, 3}, Noticed: map[string]string{"lighting": "poor"},
	}
	later := start.Add(3 * time.Hour)
	update(t, s, func(w store.Writer) error {
		_, err := Record(w, bo, si.ID, rec, later)
		return err
	})
	want := map[string]record.Body{
		"interview": record.Interview{
			TimeZone: "America/Chicago", Interviewer: "a-bo", Channel: "video", Scheduled: "planned", Camera: "on", Lighting: "poor", Window: "dark", Profile: "failed", Hand: "failed", Fingers: "done", Near: "refused", LocalKnowledge: "good",
			Until: si.To,
		},
		"depth": record.Check{Check: "depth_gap", Result: "found", By: "a-bo"}, // 4.5 against 2.33
	}
	if diff := cmp.Diff(want, records(t, s, first), cmp.AllowUnexported(record.Interview{}, record.Check{})); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	// Corrected, it leaves the new records alone.
	rec.Outcomes[Depth], rec.Outcomes[Window] = Another, NotAsked
	update(t, s, func(w store.Writer) error {
		_, err := Record(w, bo, si.ID, rec, later)
		return err
	})
	got := records(t, s, first)
	if iv, ok := got["interview"].(record.Interview); len(got) != 1 || !ok || iv.Window != "" {
		t.Errorf("corrected, the records are %v", got)
	}
	if n, _, err := depth(t, s, store.Dirty); err != nil || n != 1 {
		t.Errorf("%d people are to be assessed again, %v", n, err)
	}
	if other := records(t, s, second); len(other) != 0 {
		t.Errorf("somebody else has the records %v", other)
	}
	plans, acts := logged(t, s, "sitting.plan"), logged(t, s, "sitting.record")
	if len(plans) != 1 || len(acts) != 2 || acts[0]["asked"] != "9" || acts[1]["asked"] != "8" || acts[1]["again"] != "true" {
		t.Fatalf("the log holds %v and %v", plans, acts)
	}
	if Seed(acts[0]["seed"]).Commitment("sitting "+si.ID) != plans[0]["commitment"] {
		t.Error("the seed is not the one that the log was committed to")
	}
}

func depth(t *testing.T, s store.Store, q store.Queue) (n int, at time.Time, err error) {
	t.Helper()
	err = s.View(t.Context(), func(r store.Reader) (err error) {
		n, at, err = r.Depth(q)
		return err
	})
	return n, at, err
}

func TestDepthResult(t *testing.T) {
	for _, c := range []struct {
		first, deeper []int
		want          string
	}{
		{[]int{5}, []int{3}, "found"}, {[]int{5}, []int{4, 3}, "not_found"}, {[]int{4, 5}, []int{3, 2, 2}, "found"}, {[]int{0}, []int{5}, "not_found"}, {[]int{5, 4}, []int{3, 2}, "found"},
	} {
		if got := depthResult(c.first, c.deeper); got != c.want {
			t.Errorf("%v and %v: %s, want %s", c.first, c.deeper, got, c.want)
		}
	}
}

// TestRefusals goes through what must not be possible.
func TestRefusals(t *testing.T) {
	s := newStore(t)
	planned(t, s)
	si := proposed(t, s, first, 1)
	good := Recorded{Outcomes: map[string]string{Camera: "on"}}
	later := start.Add(3 * time.Hour)
	for _, c := range []struct {
		name string
		want error
		do   func(w store.Writer) error
	}{
		{"a role", ErrRole, func(w store.Writer) error { _, err := Record(w, clerk, si.ID, good, later); return err }},
		{"too early", ErrTime, func(w store.Writer) error { _, err := Record(w, ana, si.ID, good, start); return err }},
		{"a word", ErrWord, func(w store.Writer) error {
			_, err := Record(w, ana, si.ID, Recorded{Outcomes: map[string]string{Window: "grey"}}, later)
			return err
		}},
		{"outside the plan", ErrWord, func(w store.Writer) error {
			_, err := Record(w, ana, si.ID, Recorded{Outcomes: map[string]string{Background: "willing"}}, later)
			return err
		}},
		{"no scores", ErrNothing, func(w store.Writer) error {
			_, err := Record(w, ana, si.ID, Recorded{Outcomes: map[string]string{Depth: "scored"}}, later)
			return err
		}},
		{"a score", ErrNothing, func(w store.Writer) error {
			_, err := Record(w, ana, si.ID, Recorded{Outcomes: map[string]string{Depth: "scored"}, First: []int{6}, Deeper: []int{1}}, later)
			return err
		}},
		{"nobody", ErrNobody, func(w store.Writer) error {
			return Observe(w, Observed{Subject: "p-2222222222", Locator: "x", At: start, Body: record.Check{Check: "depth_gap", Result: "found"}}, start)
		}},
		{"an unknown word", ErrWord, func(w store.Writer) error {
			return Observe(w, Observed{Subject: first, Locator: "x", At: start, Body: record.Check{Check: "nationality", Result: "found"}}, start)
		}},
		{"another kind", ErrWord, func(w store.Writer) error {
			return Observe(w, Observed{Subject: first, Locator: "x", At: start, Body: record.Outcome{Outcome: "confirmed"}}, start)
		}},
		{"a plan of nothing", ErrWord, func(w store.Writer) error { _, err := SetPlan(w, ana, Plan{Requisition: "R-2"}, start); return err }},
		{"a hasty window", ErrTime, func(w store.Writer) error {
			p := Standard("R-2")
			p.Minutes = 5
			_, err := SetPlan(w, ana, p, start)
			return err
		}},
		{"no plan", ErrState, func(w store.Writer) error {
			_, err := Propose(w, ana, Sitting{Subject: "p-3333333333", From: start, To: later}, dice(3), start)
			return err
		}},
		{"a still without consent", ErrState, func(w store.Writer) error {
			_, err := KeepStill(w, Still{Subject: first, Visit: si.ID, Round: "1", Type: "image/png", Image: []byte("\x89PNG\r\n\x1a\n")}, start)
			return err
		}},
	} {
		if err := s.Update(t.Context(), c.do); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestPlanChangesForAReason holds that a plan by which people were asked changes
// only with a reason.
func TestPlanChangesForAReason(t *testing.T) {
	s := newStore(t)
	p := planned(t, s, func(p *Plan) { p.Reason = "" })
	si := proposed(t, s, first, 1)
	update(t, s, func(w store.Writer) error {
		_, err := Record(w, ana, si.ID, Recorded{Outcomes: map[string]string{Camera: "on"}}, start.Add(3*time.Hour))
		return err
	})
	// What asks nothing else is no change, and needs no reason.
	update(t, s, func(w store.Writer) error {
		kept, err := SetPlan(w, bo, p, start.Add(time.Hour))
		if kept.Version != 1 || !kept.At.Equal(p.At) || kept.By != p.By {
			t.Errorf("the same plan became version %d of %s at %v", kept.Version, kept.By, kept.At)
		}
		return err
	})
	p.Questions++
	err := s.Update(t.Context(), func(w store.Writer) error { _, err := SetPlan(w, ana, p, start); return err })
	if !errors.Is(err, ErrNothing) {
		t.Errorf("without a reason: %v", err)
	}
	p.Reason = "The team asked for one more question."
	update(t, s, func(w store.Writer) (err error) { p, err = SetPlan(w, ana, p, start); return err })
	if p.Version != 2 {
		t.Errorf("version %d", p.Version)
	}
}

// TestDrawByHand computes draws and a commitment in the plain way that the
// documentation gives.
func TestDrawByHand(t *testing.T) {
	seed, err := NewSeed(bytes.NewReader(bytes.Repeat([]byte{0xab}, 32)))
	if err != nil || string(seed) != strings.Repeat("ab", 32) {
		t.Fatalf("%q, %v", seed, err)
	}
	digest := sha256.Sum256([]byte(strings.Repeat("ab", 32) + "\nterms"))
	if got := seed.Commitment("terms"); got != hex.EncodeToString(digest[:]) {
		t.Errorf("commitment %s", got)
	}
	// printf 'follow-up/0/0' | openssl dgst -sha256 -hmac "$(printf 'ab%.0s' {1..32})",
	// the first 8 bytes modulo 1000.
	if got := seed.Draw("follow-up", 0, 1000); got != 461 {
		t.Errorf("drew %d", got)
	}
}

// TestDrawIsEven compares counts with what chance gives: 60,000 draws of one in six.
func TestDrawIsEven(t *testing.T) {
	var n [6]int
	for i := range 60_000 {
		n[Seed("a seed").Draw("die", i, 6)]++
	}
	chi := 0.0
	for _, k := range n {
		chi += float64((k-10_000)*(k-10_000)) / 10_000
	}
	if chi > 20.5 { // 5 degrees of freedom, 1 in 1,000
		t.Errorf("%v: chi-squared %.1f", n, chi)
	}
}

func TestFingers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Sitting{Seed: Seed(rapid.String().Draw(t, "seed"))}
		f := s.Fingers()
		for i, n := range f {
			if n < 1 || n > 9 || i > 0 && n == f[i-1] {
				t.Fatalf("%v", f)
			}
		}
		order := s.Seed.Order("x", rapid.IntRange(0, 9).Draw(t, "n"))
		sorted := slices.Sorted(slices.Values(order))
		for i, n := range sorted {
			if i != n {
				t.Fatalf("%v is not an order", order)
			}
		}
	})
}
