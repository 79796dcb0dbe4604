// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
)

// comparison keeps two stills of a person and has them compared.
func (c *console) comparison(tb testing.TB, handle string) string {
	tb.Helper()
	by := interview.Actor{Account: c.as(account.HR).who.Account, Roles: []string{interview.RoleHR}}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 32, 24))); err != nil {
		tb.Fatal(err)
	}
	var id string
	err := c.Store.Update(tb.Context(), func(w store.Writer) error {
		p, _, _, err := interview.PlanFor(w, handle)
		if err != nil {
			return err
		}
		p.Stills, p.KeepDays, p.Reason = true, 30, "Rounds are compared."
		if _, err := interview.SetPlan(w, by, p, c.now); err != nil {
			return err
		}
		var ids []string
		for _, round := range []string{"Application", "First interview"} {
			st, err := interview.KeepStill(w, interview.Still{Subject: handle, Visit: round, Round: round, At: c.now, Consent: "1", Type: "image/png", Image: picture.Bytes()}, c.now)
			if err != nil {
				return err
			}
			ids = append(ids, st.ID)
		}
		co, err := interview.Compare(w, by, handle, ids[0], ids[1], c.now)
		id = co.ID
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// TestStillsAreComparedBlind has two people look at two stills, and holds that the
// second page says nothing of what the first said.
func TestStillsAreComparedBlind(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	id := c.comparison(t, handle)
	path, one, two := "/comparisons/"+id, c.as(account.HR), c.as(account.Recruiter)
	page := one.get(path).want(t, 200).page(t)
	pictures := page.Find("main img")
	if len(pictures) != 2 {
		t.Fatalf("%d pictures", len(pictures))
	}
	src := htmlcheck.Attr(pictures[0], "src")
	if got := one.get(src).want(t, 200); got.Header.Get("Content-Type") != "image/png" {
		t.Errorf("a still is %s", got.Header.Get("Content-Type"))
	}
	c.as(account.Auditor).get(src).want(t, http.StatusForbidden)
	before := two.get(path).want(t, 200).body
	one.post(path, path, url.Values{"seen": {"not_the_same"}}).want(t, http.StatusSeeOther)
	one.get(path).want(t, 200).page(t).In(t, "main form", htmlcheck.None())
	one.send(path, url.Values{"seen": {"same"}, "csrf": {one.anyToken()}}).want(t, http.StatusUnprocessableEntity)
	token := regexp.MustCompile(`name="csrf" value="[^"]*"|request [0-9a-f]+`)
	if after := two.get(path).want(t, 200).body; token.ReplaceAllString(after, "") != token.ReplaceAllString(before, "") {
		t.Error("the second sees another page once the first has said something")
	}
	two.post(path, path, url.Values{"seen": {"not_sure"}}).want(t, http.StatusSeeOther)
	for _, cl := range []*client{one, two} {
		cl.get(path).want(t, 200).page(t).In(t, "section[aria-labelledby=said-h] li", htmlcheck.Count(2))
	}
	two.get("/people/"+handle+"/continuity").want(t, 200).page(t).In(t, "main tbody tr[data-row]", htmlcheck.Count(1))
}
