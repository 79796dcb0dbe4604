// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/texts"
)

// caseless is somebody about whom there is no case.
func (c *console) caseless(t *testing.T) string {
	t.Helper()
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true, By: "weight"}) {
		if row.Text["state"] == "" {
			continue
		}
		if len(c.rows(t, store.Cases, store.Query{Bare: true, Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: row.Key}}})) == 0 {
			return row.Key
		}
	}
	t.Fatal("there is a case about everybody")
	return ""
}

// TestHeardWithoutCase: whatever somebody asks for about whom there is no case waits
// where those who answer look, is answered there, and the person reads the answer.
func TestHeardWithoutCase(t *testing.T) {
	c := sampleConsole(t)
	handle := c.caseless(t)
	link := c.madeLink(t, handle)
	me, hr, legal, sec, rec := c.as(""), c.as(account.HR), c.as(account.Legal), c.as(account.Security), c.as(account.Recruiter)
	for _, kind := range casework.Kinds() {
		text := "Words of a " + string(kind) + " <b>here</b>."
		me.post(link, link, url.Values{"kind": {string(kind)}, "text": {text}}).want(t, http.StatusSeeOther)
		list := hr.get("/requests?kind="+string(kind)).want(t, http.StatusOK).page(t)
		list.In(t, "tr[data-row]", htmlcheck.Count(1))
		path := htmlcheck.Attr(list.Find("tr[data-row] th a")[0], "href")
		legal.get("/requests").page(t).In(t, "tr[data-row] th a[href="+path+"]", htmlcheck.Count(1))
		hr.get("/people/"+handle).page(t).In(t, "a[href="+path+"]", htmlcheck.Count(1))
		for _, cl := range []*client{hr, legal} {
			p := cl.get(path).want(t, http.StatusOK).page(t)
			p.In(t, "blockquote", htmlcheck.Says(text))
			p.In(t, "textarea[name=text]", htmlcheck.Count(1))
		}
		// Who works on cases sees it; HR and legal alone answer; nobody else knows of it.
		sec.get(path).want(t, http.StatusOK).page(t).In(t, "textarea[name=text]", htmlcheck.None())
		sec.post("/account", path, url.Values{"text": {"Mine."}}).want(t, http.StatusForbidden)
		rec.get(path).want(t, http.StatusNotFound)
		rec.get("/requests?kind="+string(kind)).page(t).In(t, "tr[data-row]", htmlcheck.None())
		rec.post("/account", path, url.Values{"text": {"Mine."}}).want(t, http.StatusForbidden)
		rec.post("/account", path, url.Values{"state": {"done"}}).want(t, http.StatusNotFound)

		legal.post(path, path, url.Values{"text": {" "}}).want(t, http.StatusUnprocessableEntity)
		legal.post(path, path, url.Values{"state": {"done"}}).want(t, http.StatusBadRequest)
		answer := "We looked at your " + string(kind) + "."
		legal.post(path, path, url.Values{"text": {answer}}).want(t, http.StatusSeeOther)
		hr.post("/account", path, url.Values{"text": {"Another."}}).want(t, http.StatusUnprocessableEntity)
		me.get(link).want(t, http.StatusOK).page(t).In(t, "section[aria-labelledby=ask] li", htmlcheck.Says("answered: "+answer))
		hr.get("/requests?kind="+string(kind)).page(t).In(t, "tr[data-row]", htmlcheck.None())
		if got := c.acts(t, "request."+string(kind)); len(got) != 1 || got[0].Actor != "person" || got[0].Object != handle {
			t.Errorf("recorded %+v", got)
		}
	}
	if got := c.acts(t, "request.answer"); len(got) != 4 || got[0].Actor != legal.who.Account {
		t.Errorf("answers recorded: %+v", got)
	}
	c.change(t, func(w store.Writer) error {
		for e, err := range w.Entries(store.Audit, 0) {
			if err != nil {
				return err
			}
			if strings.Contains(string(e.Data), "Words of") || strings.Contains(string(e.Data), "We looked") {
				t.Errorf("the log holds what somebody wrote: %s", e.Data)
			}
		}
		return nil
	})
}

// TestCaseTakesIn: what somebody asked for before there was a case is part of it,
// answers included, and is answered there; the list says where.
func TestCaseTakesIn(t *testing.T) {
	c := sampleConsole(t)
	handle := c.caseless(t)
	link := c.madeLink(t, handle)
	me, hr, sec, legal := c.as(""), c.as(account.HR), c.as(account.Security), c.as(account.Legal)
	ask := func(kind, text string) {
		t.Helper()
		me.post(link, link, url.Values{"kind": {kind}, "text": {text}}).want(t, http.StatusSeeOther)
	}
	ask("correction", "I moved to another flat.")
	ask("alternative", "I would rather come to the office.")
	first := htmlcheck.Attr(hr.get("/requests?kind=correction").page(t).Find("tr[data-row] th a")[0], "href")
	waits := htmlcheck.Attr(hr.get("/requests?kind=alternative").page(t).Find("tr[data-row] th a")[0], "href")
	hr.post(first, first, url.Values{"text": {"It was changed."}}).want(t, http.StatusSeeOther)
	sec.post("/account", "/queue/claim", url.Values{"person": {handle}}).want(t, http.StatusSeeOther)
	id := c.rows(t, store.Cases, store.Query{Bare: true, Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}})[0].Key
	page := sec.get("/cases/"+id).want(t, http.StatusOK).page(t)
	page.In(t, "section[aria-labelledby=requests-h] article", htmlcheck.Count(2))
	for _, text := range []string{"I moved to another flat.", "It was changed.", "I would rather come to the office."} {
		page.In(t, "section[aria-labelledby=requests-h]", htmlcheck.Says(text))
	}
	ask("appeal", "Somebody else, please.")
	list := hr.get("/requests").want(t, http.StatusOK).page(t)
	list.In(t, "tr[data-row]", htmlcheck.Count(2))
	list.In(t, "tr[data-row] a[href=/cases/"+id+"]", htmlcheck.Count(2))
	one := hr.get(waits).want(t, http.StatusOK).page(t)
	one.In(t, "main", htmlcheck.Says("answered there"))
	one.In(t, "textarea[name=text]", htmlcheck.None())
	hr.post("/account", waits, url.Values{"text": {"Here."}}).want(t, http.StatusUnprocessableEntity)
	hr.post("/account", "/cases/"+id, url.Values{"act": {"reply"}, "request": {strings.TrimPrefix(waits, "/requests/")}, "text": {"Come on Monday."}}).want(t, http.StatusSeeOther)
	inside := hr.get("/requests").page(t)
	inside.In(t, "tr[data-row]", htmlcheck.Count(1))
	inside.In(t, ".settled a[href="+waits+"]", htmlcheck.Count(1))
	inside.In(t, ".settled td strong", htmlcheck.Says("answered"))
	mine := me.get(link).want(t, http.StatusOK).page(t)
	mine.In(t, "section[aria-labelledby=ask] li", htmlcheck.Count(3))
	mine.In(t, "section[aria-labelledby=ask]", htmlcheck.Says("answered: Come on Monday."))
	mine.In(t, "section[aria-labelledby=ask]", htmlcheck.Says("answered: It was changed."))
	// Outside the circle of the case nobody learns that something waits.
	c.change(t, func(w store.Writer) error {
		by := casework.Actor{Account: sec.who.Account, Roles: []string{casework.RoleSecurity}}
		_, err := casework.Do(w, id, casework.Event{At: start, By: by, Act: casework.Enclose{Accounts: []string{sec.who.Account}}})
		return err
	})
	outside := hr.get("/requests").page(t)
	outside.In(t, "tr[data-row]", htmlcheck.None())
	outside.In(t, ".settled a[href="+waits+"]", htmlcheck.None())
	hr.get(waits).want(t, http.StatusNotFound)
	for what, want := range map[*client]int{hr: 0, legal: 1} {
		n := 0
		for _, a := range what.get("/people/"+handle).want(t, http.StatusOK).page(t).Find("a") {
			if strings.HasPrefix(htmlcheck.Attr(a, "href"), "/requests/") {
				n++
			}
		}
		if n != want {
			t.Errorf("%s sees %d requests on the person's page, want %d", what.who.Name, n, want)
		}
	}
	legal.get("/requests").page(t).In(t, "tr[data-row]", htmlcheck.Count(1))
}

// TestArrangementEnds: who asked for another way has an arrangement, which their copy
// and those who answer are told of and nobody else, until HR or legal end it.
func TestArrangementEnds(t *testing.T) {
	c := sampleConsole(t)
	handle := c.applicant(t)
	path := c.madeCheckin(t, handle)
	c.client(t).post(path, path, act("another")).want(t, http.StatusOK)
	asked := c.rows(t, store.Requests, store.Query{Where: []store.Cond{{Column: "kind", Op: store.Equal, Text: string(casework.Alternative)}, {Column: "subject", Op: store.Equal, Text: handle}}})
	if len(asked) != 1 {
		t.Fatalf("%d requests", len(asked))
	}
	page := "/requests/" + asked[0].Key
	const says = "The person says that they need none any more"
	copied := func() string {
		t.Helper()
		var words string
		err := c.Store.View(t.Context(), func(r store.Reader) error {
			own, err := c.copyOf(r, &mineView{Texts: texts.In("en")}, handle)
			if err == nil {
				words = own.words()
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return words
	}
	if hr := c.as(account.HR).get(page).want(t, http.StatusOK); !strings.Contains(hr.body, says) || !strings.Contains(copied(), "You asked for another way on") {
		t.Error("those who answer, or the person's copy, are not told of the arrangement")
	}
	if sec := c.as(account.Security).get(page); strings.Contains(sec.body, says) {
		t.Error("security is told of the arrangement")
	}
	c.as(account.Security).post(page, page, act("end-arrangement")).want(t, http.StatusForbidden)
	c.as(account.HR).post(page, page, act("end-arrangement")).want(t, http.StatusSeeOther)
	if hr := c.as(account.HR).get(page).want(t, http.StatusOK); strings.Contains(hr.body, says) || strings.Contains(copied(), "You asked for another way on") {
		t.Error("the arrangement did not end")
	}
	c.as(account.HR).post(page, page, act("end-arrangement")).want(t, http.StatusConflict)
}
