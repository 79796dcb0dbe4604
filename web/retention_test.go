// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// TestRetentionPage: it is off at first and says what would be erased; an
// administrator sets it, others look, and it is recorded.
func TestRetentionPage(t *testing.T) {
	c := sampleConsole(t)
	admin, legal := c.as(account.Administrator), c.as(account.Legal)
	p := legal.get("/retention").want(t, http.StatusOK).page(t)
	p.In(t, ".lead", htmlcheck.Says("Nothing is erased by itself"))
	p.In(t, "form[action$=retention]", htmlcheck.None())
	p.In(t, "#next", htmlcheck.None())
	admin.post("/retention", "/retention", url.Values{"applicants": {"7"}, "leavers": {"7"}, "documents": {"7"}}).want(t, http.StatusSeeOther)
	var due []intake.Due
	err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
		due, err = intake.Plan(r, intake.Retention{Applicants: 7, Leavers: 7}, c.now.Add(soon))
		return err
	})
	if err != nil || len(due) < 5 {
		t.Fatalf("%d are due within a month, %v", len(due), err)
	}
	kept := 0
	for _, d := range due {
		if d.Hold != intake.HeldNot {
			kept++
		}
	}
	p = legal.get("/retention").want(t, http.StatusOK).page(t)
	p.In(t, "section[aria-labelledby=next] tbody tr", htmlcheck.Count(min(mostDue, len(due)-kept)))
	p.In(t, "section[aria-labelledby=next] tbody th", htmlcheck.Says(due[0].Handle))
}

// TestRetentionSet holds what the form takes and what it refuses.
func TestRetentionSet(t *testing.T) {
	c := sampleConsole(t)
	admin := c.as(account.Administrator)
	good := url.Values{"on": {"yes"}, "applicants": {"90"}, "leavers": {"400"}, "documents": {"30"}}
	for name, value := range map[string]string{"applicants": "6", "leavers": "3651", "documents": "soon"} {
		wrong := url.Values{"on": {"yes"}, "applicants": {"90"}, "leavers": {"400"}, "documents": {"30"}}
		wrong.Set(name, value)
		looks := len(c.acts(t, "retention.list"))
		p := admin.post("/account", "/retention", wrong).want(t, http.StatusUnprocessableEntity).page(t)
		p.In(t, ".wrong", htmlcheck.Says("between 7 and 3650"))
		p.In(t, "p.lead", htmlcheck.Says("Nothing is erased by itself.")) // what is in force, not what was asked for
		if n := len(c.acts(t, "retention.list")) - looks; n != 1 {
			t.Errorf("%d looks at who is due are recorded", n)
		}
	}
	read := func() (got intake.Retention) {
		t.Helper()
		err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
			got, err = intake.ReadRetention(r)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := read(); !reflect.DeepEqual(got, intake.DefaultRetention()) {
		t.Errorf("what was refused is kept: %+v", got)
	}
	admin.post("/retention", "/retention", good).want(t, http.StatusSeeOther)
	if got, want := read(), (intake.Retention{On: true, Applicants: 90, Leavers: 400, Documents: 30}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	c.as(account.Auditor).get("/audit?act=config.change&object=retention").want(t, http.StatusOK).page(t).In(t, "tbody tr", htmlcheck.Count(1))
}

// TestClosedRequisitions holds that requisitions that were closed are kept as they were
// written, and that a line that is not one changes nothing.
func TestClosedRequisitions(t *testing.T) {
	c := sampleConsole(t)
	boss := c.as(account.Administrator)
	form := url.Values{"applicants": {"180"}, "leavers": {"365"}, "documents": {"180"}, "closed": {"R-204 2026-05-01\n\nSite Reliability 2026-04-30\n"}}
	boss.post("/retention", "/retention", form).want(t, http.StatusSeeOther)
	if page := boss.get("/retention").want(t, http.StatusOK); !strings.Contains(page.body, "r-204 2026-05-01\nsite reliability 2026-04-30\n") {
		t.Error("the page does not show the requisitions")
	}
	form.Set("closed", "R-204 soon")
	boss.post("/retention", "/retention", form).want(t, http.StatusUnprocessableEntity)
}

// TestRetentionOfACircle: whoever is due and kept by a case is named, and where that
// case is kept to a circle only to those who see it. They are counted all the same.
func TestRetentionOfACircle(t *testing.T) {
	c := sampleConsole(t)
	rule := intake.Retention{Applicants: intake.MinDays, Leavers: intake.MinDays, Documents: intake.MinDays}
	var handle string
	held := 0
	c.change(t, func(w store.Writer) error {
		due, err := intake.Plan(w, rule, c.now.Add(soon))
		if err != nil || len(due) == 0 {
			return fmt.Errorf("%d are due within a month: %w", len(due), err)
		}
		handle = due[0].Handle
		row, err := w.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		row.Ints["from"] -= soon.Milliseconds() // due by now
		if err := w.Put(store.Subjects, row); err != nil {
			return err
		}
		if _, _, err := casework.Open(w, casework.Matter{Subject: handle}, c.now); err != nil {
			return err
		}
		if due, err = intake.Plan(w, rule, c.now.Add(soon)); err != nil {
			return err
		}
		for _, d := range due {
			if d.Hold != intake.HeldNot {
				held++
			}
		}
		return intake.SetRetention(w, c.as(account.Administrator).who.Account, rule, c.now)
	})
	look := func(role account.Role, named bool) {
		t.Helper()
		got := c.as(role).get("/retention").want(t, http.StatusOK)
		if strings.Contains(got.body, handle) != named {
			t.Errorf("as %s the person is named: %v, want %v", role, !named, named)
		}
		all := 0
		for _, cell := range got.page(t).Find("td[data-label=Kept]") {
			n, err := strconv.Atoi(htmlcheck.Text(cell))
			if err != nil {
				t.Fatal(err)
			}
			all += n
		}
		if all != held {
			t.Errorf("as %s %d are counted as kept, want %d", role, all, held)
		}
	}
	roles := []account.Role{account.HR, account.Legal, account.Auditor, account.Administrator}
	for _, role := range roles {
		look(role, true)
	}
	sec := c.as(account.Security).who.Account
	c.change(t, func(w store.Writer) error {
		by := casework.Actor{Account: sec, Roles: []string{casework.RoleSecurity}}
		_, err := casework.Do(w, casework.ID(w, handle), casework.Event{At: c.now, By: by, Act: casework.Enclose{Accounts: []string{sec}}})
		return err
	})
	for _, role := range roles {
		look(role, role == account.Legal)
	}
}
