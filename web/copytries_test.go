// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/intake"
	"daylight/store"
	"daylight/texts"
)

// TestCopyIsNotGuessed: ten wrong addresses close the copy for a link for a day, even to
// the right one, and the log says so once.
func TestCopyIsNotGuessed(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	link := c.madeLink(t, handle)
	var own string
	for _, row := range c.rows(t, store.Faces, store.Query{Where: []store.Cond{{Column: "key", Op: store.Equal, Text: handle}}}) {
		face, err := intake.DecodeFace(row.Body)
		if err != nil {
			t.Fatal(err)
		}
		own = face.Emails[0].Reveal()
	}
	person := c.client(t)
	try := func(address string) answered {
		return person.post(link, link+"/copy", url.Values{"address": {address}})
	}
	closed := texts.In("en").T("mine.copy.closed")
	for i := range 25 {
		got := try("g"+strconv.Itoa(i)+"@example.net").want(t, http.StatusUnprocessableEntity)
		if says := strings.Contains(got.body, closed); says != (i >= 9) {
			t.Errorf("wrong address %d: it says that the copy is closed: %v", i+1, says)
		}
	}
	try(own).want(t, http.StatusUnprocessableEntity)
	if n, m := len(c.acts(t, "copy.refuse")), len(c.acts(t, "copy.close")); n != 9 || m != 1 {
		t.Errorf("%d refusals and %d closings are recorded, want 9 and 1", n, m)
	}
	c.now = c.now.Add(24 * time.Hour)
	try(own).want(t, http.StatusOK)
}
