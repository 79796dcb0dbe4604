// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/store"
)

// TestThePersonSaysWhichHours goes from hours that somebody wrote down to the draw: the
// person sees them on their own page, with who is asked until when, changes them, and the
// draw is within what they said; others are shown that they answered, and not what.
func TestThePersonSaysWhichHours(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	page, link := "/people/"+handle+"/interviews", c.madeLink(t, handle)
	person, cl := c.client(t), c.as(account.Security)
	own := url.Values{"act": {"hours"}, "zone": {"Europe/Lisbon"}, "opens": {"10:00"}, "closes": {"16:00"}, "day": {"2", "4"}, "off": {"2026-03-17"}, "ahead": {"yes"}}
	if strings.Contains(person.get(link).want(t, http.StatusOK).body, "short checks") {
		t.Error("the person is asked for hours though nobody wrote any down")
	}
	person.post(link, link, own).want(t, http.StatusBadRequest)
	draw := url.Values{"act": {"draw"}}
	cl.post(page, "/people/"+handle+"/follow-ups", draw).want(t, http.StatusUnprocessableEntity)
	written := url.Values{"zone": {"Europe/Lisbon"}, "opens": {"09:00"}, "closes": {"17:30"}, "quiet": {"12:00-13:00"}, "day": {"1", "2", "3", "4", "5"}}
	cl.post(page, "/people/"+handle+"/follow-ups", written).want(t, http.StatusSeeOther)
	if body := cl.get(page).want(t, http.StatusOK).body; !strings.Contains(body, "can confirm or change them") || strings.Contains(body, ">Draw<") {
		t.Error("it is not said that the person is asked first")
	}
	if got := cl.post(page, "/people/"+handle+"/follow-ups", draw).want(t, http.StatusUnprocessableEntity); !strings.Contains(got.body, "The person can say until") {
		t.Error("it is not said why nothing is drawn")
	}
	asked := person.get(link).want(t, http.StatusOK)
	if zone := htmlcheck.Attr(asked.page(t).Find("#closes")[0], "value"); zone != "17:30" || !strings.Contains(asked.body, instant(c.now.Add(interview.HoursWait))) {
		t.Errorf("the person is shown hours until %q, or not until when to answer", zone)
	}
	wrong := url.Values{"act": {"hours"}, "zone": {"Europe/Lisbon"}, "opens": {"16:00"}, "closes": {"10:00"}, "day": {"2"}}
	if got := person.post(link, link, wrong).want(t, http.StatusUnprocessableEntity); !strings.Contains(got.body, "Nothing was changed") || htmlcheck.Attr(got.page(t).Find("#opens")[0], "value") != "16:00" {
		t.Error("hours that are none are not refused with what was typed")
	}
	person.post(link, link, own).want(t, http.StatusSeeOther)
	if body := person.get(link).want(t, http.StatusOK).body; !strings.Contains(body, "You answered on") {
		t.Error("the person is not told that they answered")
	}
	said := cl.get(page).want(t, http.StatusOK).body
	if !strings.Contains(said, "The person made them others on their own page") || strings.Contains(said, "2026-03-17") || strings.Contains(said, "Told the day before") {
		t.Error("whoever interviews is not told that the person answered, or is told what")
	}
	if body := c.as(account.HR).get(page).want(t, http.StatusOK).body; !strings.Contains(body, "10:00 to 16:00") || !strings.Contains(body, "2026-03-17") || !strings.Contains(body, "Told the day before") {
		t.Error("HR is not shown what the person said")
	}
	cl.post(page, "/people/"+handle+"/follow-ups", written).want(t, http.StatusUnprocessableEntity)
	cl.post(page, "/people/"+handle+"/follow-ups", draw).want(t, http.StatusSeeOther)
	if body := cl.get(page).want(t, http.StatusOK).body; !strings.Contains(body, "The person confirmed the hours on") {
		t.Error("it is not said within which hours was drawn")
	}
	c.change(t, func(w store.Writer) error {
		d, err := interview.DrawsOf(w, handle)
		if err == nil && (len(d) != 1 || d[0].Agreed.Opens != 600 || !d[0].Agreed.Ahead) {
			t.Errorf("drawn within %+v", d)
		}
		return err
	})
	if body := person.get(link).want(t, http.StatusOK).body; !strings.Contains(body, "cannot be changed here any more") || strings.Contains(body, "These hours suit me") {
		t.Error("the person is not told that the times are drawn")
	}
	person.post(link, link, own).want(t, http.StatusUnprocessableEntity)
}
