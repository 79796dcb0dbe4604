// SPDX-License-Identifier: Apache-2.0

package web

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/checkin"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// madeLink makes a link for a person and returns its path.
func (c *console) madeLink(t *testing.T, handle string) string {
	t.Helper()
	page := c.as(account.HR).post("/people/"+handle, "/people/"+handle+"/link", url.Values{}).want(t, http.StatusOK)
	found := regexp.MustCompile(`/mine/[A-Za-z0-9_-]{32}`).FindString(page.body)
	if found == "" {
		t.Fatalf("the page shows no link:\n%s", page.body)
	}
	return found
}

// TestWhatThePersonSees: everything that was looked at, and no weight, no state,
// no handle and nothing about anybody else.
func TestWhatThePersonSees(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	link := c.madeLink(t, handle)
	got := c.as("").get(link).want(t, http.StatusOK)
	p := got.page(t)
	p.In(t, "h1", htmlcheck.Says("What was looked at"))
	if n := len(p.Find("section[aria-labelledby=open] li")); n == 0 {
		t.Error("the person with the most evidence has no open question")
	}
	if words := regexp.MustCompile(`p-[0-9a-f]{10}|\d dB|escalat|follow-up|probab|fraud|suspic|fake`).FindString(got.body); words != "" {
		t.Errorf("the page holds %q", words)
	}
	for name := range c.allFaces(t) {
		if strings.Contains(got.body, name) {
			t.Errorf("the page holds %q", name)
		}
	}
}

// TestThePersonTakesACopy: the person has what they supplied and what was looked at, in
// words and for machines; whoever has only the link does not; nobody else is in it, no
// weight and no state; and both are recorded.
func TestThePersonTakesACopy(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	link := c.madeLink(t, handle)
	var face intake.Face
	for _, row := range c.rows(t, store.Faces, store.Query{Where: []store.Cond{{Column: "key", Op: store.Equal, Text: handle}}}) {
		var err error
		if face, err = intake.DecodeFace(row.Body); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := json.Marshal(face)
	if err != nil {
		t.Fatal(err)
	}
	own := string(whole)
	c.change(t, func(w store.Writer) error {
		for i, b := range []record.Body{
			record.Person{Stage: record.Worker, Name: face.Names[0], Emails: face.Emails, Manager: "Manager Ffluellyn", Referrer: "Referrer Ffluellyn", Accommodation: true},
			record.Interview{Interviewer: "Interviewer Ffluellyn", Note: "Said by Ffluellyn.", Camera: "brief", Lighting: "poor"},
			record.Check{Check: "employment", Result: "no_answer", By: "Checker Ffluellyn", Note: "Said by Ffluellyn."},
			record.Check{Check: "extortion", Result: "reported", By: "Ffluellyn"},
			record.Payout{Method: "bank", Institution: "Example Savings", Account: "DE00777788889999", Holder: record.NewName("Holder Ffluellyn")},
			record.Device{Fact: record.Software, Host: "own-machine-7", Name: "Example Editor", Command: "ffluellyn --as Ffluellyn"},
			record.Device{Fact: record.Neighbour, Host: "own-machine-7", Vendor: "Neighbour Ffluellyn", MAC: "00:00:5e"},
			record.Shipment{Serial: "SERIAL-7", DeliveredAt: start},
			record.Call{Meeting: "Meeting Ffluellyn", Camera: "Example Cam 7"},
			record.CodeHistory{Repository: "own-repository-7", Commits: 41},
			record.Outcome{Outcome: "confirmed", By: "a-decider"},
		} {
			id := fmt.Sprintf("%032d", i)
			r := record.Record{ID: record.ID(id), Ref: record.Ref{ID: face.IDs[0]}, Origin: record.Origin{Feed: "greenhouse.candidates", Path: "x", Locator: "line 1"}, At: start, Body: b}
			body, err := json.Marshal(struct {
				Record record.Record   `json:"record"`
				Places []record.Origin `json:"places"`
			}{r, nil})
			if err != nil {
				return err
			}
			if err := w.Put(store.Records, store.Row{Key: id, Holder: "r:mine", Body: body, Text: map[string]string{"kind": string(b.Kind())}}); err != nil {
				return err
			}
		}
		drawn, err := json.Marshal(interview.FollowUp{ID: "fu-1", Subject: handle, State: interview.Drawn, At: start.AddDate(0, 0, 3)}) // yet to come
		if err != nil {
			return err
		}
		if err := w.Put(store.FollowUps, store.Row{Key: "fu-1", Holder: intake.Holder(handle), Body: drawn, Text: map[string]string{"subject": handle, "state": string(interview.Drawn)}}); err != nil {
			return err
		}
		in, err := checkin.Invite(w, checkin.Invitation{ID: "ci-1", Handle: handle, By: interview.Actor{Account: "a-1"}, Plan: checkin.DefaultPlan(), Secret: "s"}, c.now)
		if err == nil {
			err = in.Decline(w, checkin.Refused, "I have no camera", c.now)
		}
		if err != nil {
			return err
		}
		return w.Put(store.Identifiers, store.Row{Key: "r:mine " + handle, Text: map[string]string{"hash": "r:mine", "type": intake.HolderType, "subject": handle}})
	})
	me := c.as("")
	for _, wrong := range []string{"", "nobody@example.com", face.IDs[0], handle} {
		if got := me.post(link, link+"/copy", url.Values{"address": {wrong}}).want(t, http.StatusUnprocessableEntity); strings.Contains(got.body, face.Names[0].Reveal()) {
			t.Errorf("%q: the page names the person", wrong)
		}
	}
	got := me.post(link, link+"/copy", url.Values{"address": {face.Emails[0].Reveal()}}).want(t, http.StatusOK)
	z, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(data)
	}
	for _, name := range []string{"copy.txt", "copy.json"} {
		text := files[name]
		if !strings.Contains(text, face.Names[0].Reveal()) || !strings.Contains(text, face.Emails[0].Reveal()) || !strings.Contains(text, "question") {
			t.Errorf("%s lacks what the person supplied, or what was looked at: %.500s", name, text)
		}
		if words := regexp.MustCompile(`p-[0-9a-f]{10}|\d dB|escalat|follow-up|probab|fraud|suspic|fake|Ffluellyn|a-decider|accommodation|"confirmed`).FindString(text); words != "" {
			t.Errorf("%s holds %q", name, words)
		}
		for _, own := range []string{"brief", "no_answer", "Example Savings", "…9999", "Example Editor", "SERIAL-7", "Example Cam 7", "own-repository-7", "interview", "check-in", "I have no camera"} {
			if !strings.Contains(text, own) {
				t.Errorf("%s lacks %q", name, own)
			}
		}
		for _, kept := range []string{"88889999", "check: extortion", `"check": "extortion"`, "- short call", `"what": "short call"`} {
			if strings.Contains(text, kept) {
				t.Errorf("%s tells a whole account, what somebody reported or when a call will be: %q", name, kept)
			}
		}
		for other := range c.allFaces(t) {
			if strings.Contains(text, other) && !strings.Contains(own, other) {
				t.Errorf("%s holds %q, who is somebody else", name, other)
			}
		}
	}
	var read struct {
		Schema   string            `json:"schema"`
		Profiles []json.RawMessage `json:"profiles"`
		Looked   []json.RawMessage `json:"looked_at"`
	}
	if err := json.Unmarshal([]byte(files["copy.json"]), &read); err != nil || read.Schema != copySchema || len(read.Profiles) == 0 || len(read.Looked) == 0 {
		t.Errorf("%+v, %v", read, err)
	}
	if n, m := len(c.acts(t, "copy.take")), len(c.acts(t, "copy.refuse")); n != 1 || m != 4 {
		t.Errorf("%d copies and %d refusals are recorded", n, m)
	}
}

// TestThePersonIsHeard: an appeal goes into the case, opens it again when it was
// closed, and is recorded as the person's own act.
func TestThePersonIsHeard(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	link := c.madeLink(t, handle)
	me := c.as("")
	for _, wrong := range []url.Values{{"kind": {"bribe"}, "text": {"x"}}, {"kind": {"appeal"}, "text": {" "}}, {"kind": {"appeal"}, "text": {strings.Repeat("x", 4001)}}} {
		me.post(link, link, wrong).want(t, http.StatusUnprocessableEntity)
	}
	me.post(link, link, url.Values{"kind": {"appeal"}, "text": {"I moved in March <b>."}}).want(t, http.StatusSeeOther)
	after := me.get(link).want(t, http.StatusOK)
	after.page(t).In(t, "section[aria-labelledby=ask] li", htmlcheck.Count(1))
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		var heard int
		for row, err := range r.Find(store.Cases, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}) {
			if err != nil {
				return err
			}
			k, err := casework.Decode(row.Body)
			if err != nil {
				return err
			}
			for _, q := range k.Requests {
				if q.Kind == casework.Appeal && q.Text == "I moved in March <b>." {
					heard++
				}
			}
		}
		if heard != 1 {
			t.Errorf("the case holds the appeal %d times", heard)
		}
		acts := map[string]string{}
		for e, err := range audit.Entries(r, 0) {
			if err != nil {
				return err
			}
			acts[e.Act] = e.Actor
			if strings.Contains(string(e.Data), "March") {
				t.Errorf("the log holds what the person wrote: %s", e.Data)
			}
		}
		if acts["case.request"] != audit.Person || acts["person.self"] != audit.Person || acts["person.link"] != c.as(account.HR).who.Account {
			t.Errorf("acts %v", acts)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLinksOfOthers: a wrong, an old and another purpose's link are answered alike.
func TestLinksOfOthers(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	link := c.madeLink(t, handle)
	invited, err := c.accounts.Invite(t.Context(), c.as(account.Administrator).who.Account, "new@example.com", []account.Role{account.HR})
	if err != nil {
		t.Fatal(err)
	}
	unknown := c.as("").get("/mine/" + strings.Repeat("A", 32))
	for _, path := range []string{"/mine/" + invited, strings.ToLower(link), link + "x"} {
		if got := c.as("").get(path); got.StatusCode != unknown.StatusCode {
			t.Errorf("%s answers %d, an unknown link %d", path, got.StatusCode, unknown.StatusCode)
		}
	}
	c.as("").get(strings.Replace(link, "/mine/", "/welcome/", 1)).want(t, unknown.StatusCode)
	c.as("").get(link).want(t, http.StatusOK)
	c.now = c.now.Add(mineLife)
	c.as("").get(link).want(t, unknown.StatusCode)
}

// allFaces are the names and contact points in the sample company.
func (c *console) allFaces(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Faces, store.Query{}) {
			if err != nil {
				return err
			}
			for _, v := range regexp.MustCompile(`"([^"]{6,})"`).FindAllStringSubmatch(string(row.Body), -1) {
				if strings.ContainsAny(v[1], "@+ ") {
					out[v[1]] = true
				}
			}
		}
		return nil
	})
	if err != nil || len(out) < 40 {
		t.Fatalf("only %d names are known: %v", len(out), err)
	}
	return out
}
