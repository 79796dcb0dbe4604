// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/account"
	"daylight/casework"
	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"

	"golang.org/x/net/html"
)

// TestPagesOpen opens every page that the sample company has.
func TestPagesOpen(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	paths := []string{"/queue", "/people", "/rings", "/catalogue", "/search", "/requests", "/people?family=network", "/queue?state=clear&sort=since&page=99", "/people?page=-1&sort=nothing"}
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true}) {
		paths = append(paths, "/people/"+row.Key)
	}
	for _, row := range c.rows(t, store.Rings, store.Query{Bare: true}) {
		paths = append(paths, "/rings/"+row.Key)
	}
	for _, ind := range indicators.Catalog() {
		paths = append(paths, "/catalogue/"+ind.ID)
	}
	for _, p := range paths {
		sec.get(p).want(t, 200)
	}
	for _, p := range []string{"/people/nobody", "/people/p-ZZZZZZZZZZ", "/rings/none", "/catalogue/none", "/requests/none"} {
		sec.get(p).want(t, 404)
	}
}

// handles are the people that a list shows, in its order.
func handles(t *testing.T, a answered) []string {
	t.Helper()
	var out []string
	for _, n := range a.want(t, 200).page(t).Find("tr[data-row] th a") {
		out = append(out, htmlcheck.Text(n))
	}
	return out
}

// TestQueue: the queue holds who is in a pressing state, by weight, and each
// selection holds what the rows of the store say.
func TestQueue(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	people := c.rows(t, store.Subjects, store.Query{Bare: true, By: "weight", Desc: true})
	want := func(keep func(store.Row) bool) []string {
		var out []string
		for _, row := range people {
			if keep(row) {
				out = append(out, row.Key)
			}
		}
		return out
	}
	pressed := func(row store.Row) bool { return slices.Contains(pressing, row.Text["state"]) }
	for path, keep := range map[string]func(store.Row) bool{
		"/queue":                 pressed,
		"/queue?state=escalate":  func(row store.Row) bool { return row.Text["state"] == "escalate" },
		"/queue?stage=applicant": func(row store.Row) bool { return pressed(row) && row.Text["stage"] == "applicant" },
		"/queue?family=pay": func(row store.Row) bool {
			return pressed(row) && slices.Contains(strings.Split(row.Text["families"], ","), "pay")
		},
		"/queue?owner=me":       func(store.Row) bool { return false },
		"/queue?owner=nobody":   pressed,
		"/people?state=clear":   func(row store.Row) bool { return row.Text["state"] == "clear" },
		"/people?family=rhythm": func(row store.Row) bool { return slices.Contains(strings.Split(row.Text["families"], ","), "rhythm") },
	} {
		got, want := handles(t, sec.get(path)), want(keep)
		if path == "/queue?owner=me" != (len(want) == 0) {
			t.Fatalf("%s: the sample company has %d such people", path, len(want))
		}
		slices.Sort(got) // people of equal weight
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s lists %q, want %q", path, got, want)
		}
	}
	up, down := handles(t, sec.get("/queue?sort=person")), handles(t, sec.get("/queue?sort=person&desc=1"))
	if !slices.IsSorted(up) || len(up) < 5 {
		t.Errorf("sorted by person: %q", up)
	}
	slices.Reverse(down)
	if !slices.Equal(up, down) {
		t.Errorf("the other way round: %q", down)
	}
	// A column's link turns its order round, and says how it is sorted.
	page := sec.get("/queue").page(t)
	page.In(t, "th[aria-sort=descending] a", htmlcheck.Says("dB ↓"))
	page.In(t, `a[href=?sort=weight]`, htmlcheck.Count(1))
}

// TestQueueOfNoOne says so, with the real counts.
func TestQueueOfNoOne(t *testing.T) {
	c := sampleConsole(t)
	people := c.rows(t, store.Subjects, store.Query{Where: []store.Cond{{Column: "state", Op: store.OneOf, In: pressing}}})
	c.change(t, func(w store.Writer) error {
		for i, row := range people {
			row.Text["state"] = "clear"
			if i < 2 {
				row.Text["state"] = "insufficient"
			}
			if err := w.Put(store.Subjects, row); err != nil {
				return err
			}
			if err := w.Delete(store.Cases, casework.ID(w, row.Key)); err != nil {
				return err
			}
		}
		return nil
	})
	page := c.as(account.Security).get("/queue").want(t, 200).page(t)
	page.In(t, "main", htmlcheck.Says("No one needs you today. 46 people assessed at 2026-03-02 09:14 UTC, 2 lack data: see why."))
	page.In(t, "main .lead a[href=/people?state=insufficient]", htmlcheck.Count(1))
	page.In(t, "main form[action=/queue/claim]", htmlcheck.None())
}

// TestStages: a recruiter sees applicants, and finds no trace of anybody else.
func TestStages(t *testing.T) {
	c := sampleConsole(t)
	rec := c.as(account.Recruiter)
	workers := 0
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true}) {
		want := 200
		if row.Text["stage"] != "applicant" {
			want = 404
			workers++
		}
		rec.get("/people/"+row.Key).want(t, want)
		if want == 404 {
			rec.post("/search", "/people/"+row.Key+"/reveal", url.Values{"reason": {"contact"}}).want(t, 404)
		}
	}
	if workers < 10 {
		t.Fatalf("the sample company has %d workers", workers)
	}
	for _, path := range []string{"/queue", "/people", "/people?stage=worker"} {
		for _, h := range handles(t, rec.get(path)) {
			rec.get("/people/"+h).want(t, 200)
		}
	}
	rec.get("/rings").want(t, 403)
	rec.get("/queue").want(t, 200).page(t).In(t, "main form[action=/queue/claim] input[name=person]", htmlcheck.None())
	rec.post("/search", "/queue/claim", url.Values{"person": {"p-0000000000"}}).want(t, 403)
}

// firstCheck is the first check that is offered about a person.
func firstCheck(t *testing.T, c *console, handle string) string {
	t.Helper()
	fields := c.as(account.Security).get("/people/" + handle).page(t).Find("main input[name=check]")
	if len(fields) == 0 {
		t.Fatalf("no check is offered about %s", handle)
	}
	return htmlcheck.Attr(fields[0], "value")
}

// TestBulkClaim: of two who take the same people at the same time each gets what
// nobody has, and both are told how many.
func TestBulkClaim(t *testing.T) {
	c := sampleConsole(t)
	sec, legal := c.as(account.Security), c.as(account.Legal)
	all := handles(t, sec.get("/queue"))
	if len(all) < 6 {
		t.Fatalf("only %d people in the queue", len(all))
	}
	half := len(all) / 2
	var wg sync.WaitGroup
	var answers [2]answered
	for i, who := range []*client{sec, legal} {
		wg.Go(func() { answers[i] = who.post("/queue", "/queue/claim", url.Values{"person": all[i : half+i]}) })
	}
	wg.Wait()
	owners := map[string]int{}
	for _, row := range c.rows(t, store.Cases, store.Query{Bare: true}) {
		owners[row.Text["owner"]]++
	}
	taken := 0
	for i, who := range []*client{sec, legal} {
		to, err := url.Parse(answers[i].want(t, 303).Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		var claimed, kept int
		if err := json.Unmarshal([]byte(to.Query().Get("claimed")), &claimed); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(to.Query().Get("kept")), &kept); err != nil {
			t.Fatal(err)
		}
		if claimed+kept != half || owners[who.who.Account] != claimed {
			t.Errorf("%s was told %d and %d of %d, and owns %d", who.who.Name, claimed, kept, half, owners[who.who.Account])
		}
		taken += claimed
		who.get(to.String()).want(t, 200).page(t).In(t, "[role=status]", htmlcheck.Says("yours now"))
	}
	if taken != half+1 {
		t.Errorf("%d cases were taken, want %d", taken, half+1)
	}
	if got := len(c.acts(t, "case.take")); got != taken {
		t.Errorf("%d takings are recorded, want %d", got, taken)
	}
	mine := handles(t, sec.get("/queue?owner=me"))
	if len(mine) != owners[sec.who.Account] {
		t.Errorf("owner=me lists %d, want %d", len(mine), owners[sec.who.Account])
	}
	// A colleague's are listed under the colleague's name, and by when they are due.
	theirs := sec.get("/queue?owner="+legal.who.Account+"&sort=due").want(t, 200)
	if got := handles(t, theirs); len(got) != owners[legal.who.Account] {
		t.Errorf("%d cases of a colleague are listed, want %d", len(got), owners[legal.who.Account])
	}
	theirs.page(t).In(t, "#owner option[selected]", htmlcheck.Says(legal.who.Name))
	theirs.page(t).In(t, "td[data-label=Case]", htmlcheck.Says("of "+legal.who.Name))
	sec.get("/queue?owner=Ana+Souza").want(t, 200).page(t).In(t, "#owner option[selected]", htmlcheck.Count(0))
	// Who needs a follow-up has no case until somebody takes it.
	last := all[len(all)-1]
	sec.post("/queue", "/queue/claim", url.Values{"person": {last}}).want(t, 303)
	sec.get("/people/"+last).want(t, 200).page(t).In(t, ".case", htmlcheck.Says("yours"))
	sec.post("/queue", "/queue/claim", url.Values{}).want(t, 400)
}

// TestCircle: whoever is outside the circle of a case learns nothing of it and cannot
// take it.
func TestCircle(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	sec, hr := c.as(account.Security), c.as(account.HR)
	c.change(t, func(w store.Writer) error {
		_, err := casework.Do(w, casework.ID(w, handle), casework.Event{
			At: c.now, By: casework.Actor{Account: sec.who.Account, Roles: []string{"security"}}, Act: casework.Enclose{Accounts: []string{sec.who.Account}},
		})
		return err
	})
	hr.get("/people/"+handle).want(t, 200).page(t).In(t, "a", func(found []*html.Node) string {
		for _, n := range found {
			if strings.HasPrefix(htmlcheck.Attr(n, "href"), "/cases/") {
				return "a link to the case"
			}
		}
		return ""
	})
	if to := hr.post("/queue", "/queue/claim", url.Values{"person": {handle}}).want(t, 303).Header.Get("Location"); to != "/queue?claimed=0&kept=1" {
		t.Errorf("the claim leads to %s", to)
	}
	hr.get("/queue").page(t).In(t, "td", htmlcheck.Says("in a small circle"))
}

// TestClaimSaysWhatWasNotTaken: nothing is said of nobody.
func TestClaimSaysWhatWasNotTaken(t *testing.T) {
	sec := sampleConsole(t).as(account.Security)
	for query, want := range map[string]string{
		"?claimed=2&kept=0": "2 cases are yours now.",
		"?claimed=1&kept=1": "1 case is yours now. 1 other was not taken: somebody else has the case, it is closed, or it was changed meanwhile.",
		"?claimed=0&kept=3": "0 cases are yours now. 3 others were not taken: somebody else has the case, it is closed, or it was changed meanwhile.",
	} {
		if got := htmlcheck.Text(sec.get("/queue"+query).want(t, 200).page(t).Find("#claimed")[0]); got != want {
			t.Errorf("%s says %q, want %q", query, got, want)
		}
	}
}

// TestRequests: a check is asked for once, has a due date and a neutral message, and
// is settled by a person.
func TestRequests(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	sec := c.as(account.Security)
	check := firstCheck(t, c, handle)
	path := "/people/" + handle
	to := sec.post(path, path+"/requests", url.Values{"check": {check}}).want(t, 303).Header.Get("Location")
	if again := sec.post(path, path+"/requests", url.Values{"check": {check}}).want(t, 303).Header.Get("Location"); again != to {
		t.Errorf("asked again it is %s, and was %s", again, to)
	}
	sec.post(path, path+"/requests", url.Values{"check": {"not.offered"}}).want(t, 400)
	if n := len(c.acts(t, "check.ask")); n != 1 {
		t.Errorf("%d requests are recorded", n)
	}
	page := sec.get(to).want(t, 200).page(t)
	page.In(t, "dl", htmlcheck.Says("2026-03-09 09:14 UTC"))
	text := htmlcheck.Text(page.Find("textarea")[0])
	ind := c.Catalog[slices.IndexFunc(c.Catalog, func(i *detect.Indicator) bool { return i.ID == check })]
	for _, hint := range []string{ind.Title, ind.Next.Do, check, handle, "suspicio", "fraud", "mismatch"} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(hint)) {
			t.Errorf("the message says %q", hint)
		}
	}
	for _, must := range []string{"notary", "in person", "adjustment", "wrong", "Nothing has been decided"} {
		if !strings.Contains(text, must) {
			t.Errorf("the message does not say %q", must)
		}
	}
	sec.get(path).page(t).In(t, "a[href="+to+"]", htmlcheck.Says("Asked for"))
	sec.get("/requests").page(t).In(t, "main", htmlcheck.Says("1 request waits."))
	c.change(t, func(w store.Writer) error {
		row, err := w.Get(store.Requests, strings.TrimPrefix(to, "/requests/"))
		if err != nil {
			return err
		}
		row.Ints["due"] = c.now.Add(-time.Minute).UnixMilli()
		return w.Put(store.Requests, row)
	})
	sec.get("/requests").page(t).In(t, "main", htmlcheck.Says("1 request waits, 1 past the due date."))
	sec.post(to, to, url.Values{"state": {"cleared"}}).want(t, 400)
	sec.post(to, to, url.Values{"state": {"done"}}).want(t, 303)
	sec.post("/search", to, url.Values{"state": {"done"}}).want(t, 409)
	settled := sec.get("/requests").page(t)
	settled.In(t, "main", htmlcheck.Says("Nothing waits."))
	settled.In(t, ".settled td strong", htmlcheck.Says("done"))
	settled.In(t, ".settled th a[href="+to+"]", htmlcheck.Count(1))
	c.as(account.Recruiter).get("/requests").page(t).In(t, ".settled", htmlcheck.None())
	// A recruiter does not find what is asked about somebody who works here.
	if row := c.rows(t, store.Subjects, store.Query{Bare: true, Where: []store.Cond{{Column: "key", Op: store.Equal, Text: handle}}})[0]; row.Text["stage"] == "worker" {
		c.as(account.Recruiter).get(to).want(t, 404)
	} else {
		t.Error("the heaviest person of the sample company is no worker: the test shows nothing")
	}
}

// TestCatalogueCard: a card says all that its indicator declares, and its counts add
// up to everybody.
func TestCatalogueCard(t *testing.T) {
	c := sampleConsole(t)
	people := len(c.rows(t, store.Subjects, store.Query{Bare: true}))
	var answers intake.Answers
	err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
		answers, err = intake.ReadAnswers(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, ind := range c.Catalog {
		n := answers.Indicators[ind.ID]
		if n.Present+n.Absent+n.Unknown+n.Failed != people {
			t.Errorf("%s: %+v, of %d people", ind.ID, n, people)
		}
		page := c.as(account.Auditor).get("/catalogue/"+ind.ID).want(t, 200).page(t)
		page.In(t, "h1", htmlcheck.Says(ind.Title))
		page.In(t, "main", htmlcheck.Says(strings.Join(strings.Fields(ind.Weighing), " ")))
		for _, why := range ind.Innocent {
			page.In(t, "main li", htmlcheck.Says(why))
		}
		for said, is := range map[string]bool{
			"It is how many honest people live:":      ind.Habit,
			"Somebody else's application can make it": ind.Framable,
		} {
			got := slices.ContainsFunc(page.Find("main li"), func(li *html.Node) bool { return strings.HasPrefix(htmlcheck.Text(li), said) })
			if got != is {
				t.Errorf("%s: %q on its page: %v, declared: %v", ind.ID, said, got, is)
			}
		}
		page.In(t, "aside", htmlcheck.None()) // an auditor sees no counts
	}
	c.as(account.Security).get("/catalogue/"+c.Catalog[0].ID).page(t).In(t, "aside td", htmlcheck.Count(3))
}
