// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"daylight/account"
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
		admin.post("/retention", "/retention", wrong).want(t, http.StatusUnprocessableEntity).page(t).In(t, ".wrong", htmlcheck.Says("between 7 and 3650"))
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
