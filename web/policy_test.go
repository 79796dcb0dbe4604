// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/audit"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/policy"
	"daylight/store"
	"daylight/weigh"
)

// slower is a policy file that clears fewer and escalates fewer than the one that ships.
const slower = `schema: daylight.policy/v1
version: 2026-03-02.1
based_on: default-11
prior: {applicant: 0.01, worker: 0.004}
thresholds: {escalate_probability: 0.97, minimum_answers: 4}
changed:
  - {indicator: net.impossible_travel, side: present, from_db: 0, to_db: 14, why: seen in every case of last year}
weights:
  net.impossible_travel: {present_db: 14}
`

// proposed is that policy, proposed by security.
func (c *console) proposed(t *testing.T) policy.Kept {
	t.Helper()
	sec := c.as(account.Security)
	res := sec.post("/policy", "/policy", url.Values{"text": {strings.ReplaceAll(slower, "\n", "\r\n")}, "reason": {"The cases of last year began like this."}}).want(t, http.StatusSeeOther)
	var k policy.Kept
	err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
		k, err = policy.Get(r, strings.TrimPrefix(res.Header.Get("Location"), "/policy/"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestPolicyTwoPeople: whoever proposes a policy sees whom it would move and cannot
// adopt it; somebody else can, and then it is in force and everybody is to be assessed
// again.
func TestPolicyTwoPeople(t *testing.T) {
	c := sampleConsole(t)
	k := c.proposed(t)
	if k.Compared == nil || k.Compared.Moved == 0 || k.Compared.People < 10 || len(k.Compared.Moves) != k.Compared.Moved {
		t.Fatalf("what it would change: %+v", k.Compared)
	}
	sec, legal, page := c.as(account.Security), c.as(account.Legal), "/policy/"+k.Key
	p := sec.get(page).want(t, http.StatusOK).page(t)
	p.In(t, "table.moves tbody tr", htmlcheck.Count(k.Compared.Moved))
	p.In(t, "table.moves tbody th", htmlcheck.Says(k.Compared.Moves[0].Handle))
	p.In(t, "form[action="+page+"/compare]", htmlcheck.Count(1))
	p.In(t, "form[action="+page+"/adopt]", htmlcheck.None())
	sec.send(page+"/adopt", url.Values{"csrf": {sec.anyToken()}}).want(t, http.StatusUnprocessableEntity).page(t).In(t, ".wrong", htmlcheck.Says("Another person has to adopt it"))
	if got := c.inForce(t); got != weigh.DefaultPolicy().Version {
		t.Fatalf("%s is in force after the one who proposed it tried to adopt it", got)
	}
	legal.post(page, page+"/adopt", nil).want(t, http.StatusSeeOther)
	if got := c.inForce(t); got != k.Version {
		t.Errorf("%s is in force, want %s", got, k.Version)
	}
	legal.get("/policy").want(t, http.StatusOK).page(t).In(t, "h1", htmlcheck.Says(k.Version))
	legal.get("/catalogue/net.impossible_travel").want(t, http.StatusOK).page(t).In(t, "main", htmlcheck.Says("+14.0 dB"))
	legal.send(page+"/adopt", url.Values{"csrf": {legal.anyToken()}}).want(t, http.StatusUnprocessableEntity)
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		if n, _, err := r.Depth(store.Dirty); err != nil || n != 1 {
			t.Errorf("%d jobs to assess, %v", n, err)
		}
		var done []string
		for e, err := range audit.Entries(r, 0) {
			if err != nil {
				return err
			}
			if e.Act == "config.change" && e.Object == "policy" {
				done = append(done, e.Detail["changed"]+" "+e.Actor)
			}
		}
		if want := []string{"propose " + sec.who.Account, "adopt " + legal.who.Account}; !slices.Equal(done, want) {
			t.Errorf("recorded %v, want %v", done, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// inForce is the version by which assessments are worded.
func (c *console) inForce(t *testing.T) string {
	t.Helper()
	book, err := c.opened(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return book.Policy.Version
}

// TestPolicyOfOneName: two accounts that show one name are one human being.
func TestPolicyOfOneName(t *testing.T) {
	c := sampleConsole(t)
	k := c.proposed(t)
	legal := c.as(account.Legal)
	legal.post("/account", "/account/name", url.Values{"name": {"  test SECURITY "}}).want(t, http.StatusSeeOther)
	legal.send("/policy/"+k.Key+"/adopt", url.Values{"csrf": {legal.anyToken()}}).want(t, http.StatusUnprocessableEntity)
	if got := c.inForce(t); got == k.Version {
		t.Error("adopted by the one who proposed it, under another account")
	}
}

// TestPolicyOfOneHand: whoever invited the other may be the other.
func TestPolicyOfOneHand(t *testing.T) {
	c := sampleConsole(t)
	admin, legal := c.as(account.Administrator), c.as(account.Legal)
	res := admin.post("/policy", "/policy", url.Values{"text": {slower}, "reason": {"The cases of last year began like this."}}).want(t, http.StatusSeeOther)
	page := res.Header.Get("Location")
	legal.get(page).want(t, http.StatusOK).page(t).In(t, "form[action="+page+"/adopt]", htmlcheck.None())
	c.as(account.Security).get(page).want(t, http.StatusOK).page(t).In(t, "form[action="+page+"/adopt]", htmlcheck.None())
	legal.send(page+"/adopt", url.Values{"csrf": {legal.anyToken()}}).want(t, http.StatusUnprocessableEntity)
}

// TestPolicyCompareAgain: what was worked out against a policy that is no longer in
// force is no ground for adoption.
func TestPolicyCompareAgain(t *testing.T) {
	c := sampleConsole(t)
	first := c.proposed(t)
	other, legal := c.invited(t, c.as(account.Administrator), "two@example.com", "two", account.Security), c.as(account.Legal)
	res := other.post("/policy", "/policy", url.Values{"text": {strings.Replace(slower, "02.1", "02.2", 1)}, "reason": {"The same under another version."}}).want(t, http.StatusSeeOther)
	second := res.Header.Get("Location")
	legal.post(second, second+"/adopt", nil).want(t, http.StatusSeeOther)
	page := "/policy/" + first.Key
	legal.send(page+"/adopt", url.Values{"csrf": {legal.anyToken()}}).want(t, http.StatusUnprocessableEntity).page(t).In(t, ".wrong", htmlcheck.Says("worked out against another policy"))
	legal.post(page, page+"/compare", nil).want(t, http.StatusSeeOther)
	legal.post(page, page+"/adopt", nil).want(t, http.StatusSeeOther)
	legal.get("/policy").page(t).In(t, "main", htmlcheck.Says("2026-03-02.2"))
	legal.get(second).page(t).In(t, ".facts", htmlcheck.Says("past"))
}

// TestPolicyRefused: every problem of a file is said, what was typed stays in the
// form, and nothing is kept.
func TestPolicyRefused(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	for name, wrong := range map[string]struct{ text, reason, says string }{
		"no file":           {"", "Because of last year's cases.", "schema is"},
		"unknown key":       {slower + "fast: true\n", "Because of last year's cases.", "fast"},
		"two problems":      {strings.Replace(slower, "worker: 0.004", "worker: 2", 1) + "  no.such: {present_db: 1}\n", "Because of last year's cases.", "no.such"},
		"weight unreasoned": {slower + "  net.consumer_vpn: {present_db: 9}\n", "Because of last year's cases.", "nothing under changed says why"},
		"no reason":         {slower, "why not", "takes a sentence"},
		"markup":            {"<script>alert(1)</script>", "Because of last year's cases.", "cannot unmarshal"},
		"too long":          {strings.Repeat("#", policy.MaxFile+1), "Because of last year's cases.", "larger than"},
	} {
		got := sec.post("/policy", "/policy", url.Values{"text": {wrong.text}, "reason": {wrong.reason}}).want(t, http.StatusUnprocessableEntity)
		got.page(t).In(t, ".wrong", htmlcheck.Says(wrong.says))
		if strings.Contains(got.body, "<script>alert") {
			t.Errorf("%s: what was typed became markup", name)
		}
	}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		n, err := r.Count(store.Policies, store.Query{})
		if n != 0 {
			t.Errorf("%d policies are kept", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPolicySent takes the file of a form as it is.
func TestPolicySent(t *testing.T) {
	c := newConsole(t)
	admin := c.as(account.Administrator)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("csrf", admin.token("/policy"))
	_ = form.WriteField("reason", "The policy that ships, written down.")
	part, err := form.CreateFormFile("file", "policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := policy.NewFile(weigh.DefaultPolicy(), nil, nil).Encode()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(shipped)
	_ = form.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, admin.base+"/policy", &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Origin", admin.base)
	got := admin.do(req).want(t, http.StatusSeeOther)
	admin.get(got.Header.Get("Location")).want(t, http.StatusOK).page(t).In(t, "pre", htmlcheck.Says("version: "+weigh.DefaultPolicy().Version))
}

// TestPolicyThatMovesNobody: of nobody it is said that nobody would move.
func TestPolicyThatMovesNobody(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	const same = "schema: daylight.policy/v1\nversion: 2026-03-02.2\nbased_on: default-11\nprior: {applicant: 0.01, worker: 0.00401}\n"
	to := sec.post("/policy", "/policy", url.Values{"text": {same}, "reason": {"The rate of workers, to a digit more."}}).want(t, http.StatusSeeOther).Header.Get("Location")
	sec.get(to).want(t, 200).page(t).In(t, "main", htmlcheck.Says("nobody would be in another state than"))
}

// TestCompareWithItself: nobody moves under the policy by which they were assessed.
func TestCompareWithItself(t *testing.T) {
	c := sampleConsole(t)
	got, err := intake.Compare(t.Context(), c.Store, c.Catalog, weigh.DefaultPolicy(), weigh.DefaultPolicy(), start)
	if err != nil || got.Moved != 0 || got.People < 10 || got.Unread != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}
