// SPDX-License-Identifier: Apache-2.0

package web

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/record"
	"daylight/report"
	"daylight/store"
	"daylight/texts"
	"daylight/weigh"
)

// hoursFor has somebody write down which hours suit a person.
func (c *console) hoursFor(t *testing.T, handle string) {
	t.Helper()
	c.as(account.Security).post("/people/"+handle+"/interviews", "/people/"+handle+"/follow-ups", url.Values{
		"zone": {"America/St_Johns"}, "opens": {"09:00"}, "closes": {"17:30"}, "quiet": {"12:00-13:00"}, "off": {"2026-12-24"}, "ahead": {"yes"}, "day": {"1", "3"},
	}).want(t, http.StatusSeeOther)
}

// foreign finds words in Latin letters that are neither a name nor a value.
var (
	marked  = regexp.MustCompile(`(?s)<[^>]*\blang="en"[^>]*>.*?</(?:ul|p|span|a)>|<time.*?</time>|<bdi>.*?</bdi>|\x{2068}.*?\x{2069}|<[^>]*>`)
	foreign = regexp.MustCompile(`[A-Za-z]{4,}[ ,.]+[A-Za-z]{3,}`)
)

// TestThePersonReadsTheirLanguage goes through what a person does on their own page in
// each language: the page, the errors of its forms, what they sent, links that do not
// work and the copy are in it, and what is not says so.
func TestThePersonReadsTheirLanguage(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	c.hoursFor(t, handle)
	link := c.madeLink(t, handle)
	var face intake.Face
	for _, row := range c.rows(t, store.Faces, store.Query{Where: []store.Cond{{Column: "key", Op: store.Equal, Text: handle}}}) {
		var err error
		if face, err = intake.DecodeFace(row.Body); err != nil {
			t.Fatal(err)
		}
	}
	c.holds(t, handle, record.Person{Stage: record.Applicant, Name: face.Names[0], Emails: face.Emails}, face.IDs[0])
	for _, l := range texts.Languages() {
		words, person, at := texts.In(l.Code), c.client(t), link+"?l="+l.Code
		read := func(name string, got answered, keys ...string) {
			t.Helper()
			root := got.page(t).Find("html")[0]
			if htmlcheck.Attr(root, "lang") != l.Code || htmlcheck.Attr(root, "dir") != l.Dir {
				t.Errorf("%s in %s is in %q", name, l.Code, htmlcheck.Attr(root, "lang"))
			}
			for _, key := range keys {
				if !strings.Contains(got.body, words.T(key)) {
					t.Errorf("%s in %s does not say %s", name, l.Code, key)
				}
			}
			_, body, _ := strings.Cut(got.body, "<body")
			if found := foreign.FindString(marked.ReplaceAllString("<body"+body, " ")); found != "" && l.Dir == "rtl" {
				t.Errorf("%s in %s says %q", name, l.Code, found)
			}
		}
		hours := func(field, value string) url.Values {
			form := url.Values{"act": {"hours"}, "zone": {"America/St_Johns"}, "opens": {"10:00"}, "closes": {"16:00"}, "day": {"2"}}
			form[field] = strings.Fields(value)
			return form
		}
		read("the page", person.get(at).want(t, http.StatusOK), "mine.title", "mine.lead", "kind.person", "hours.zone", "day.1", "say.appeal", "mine.foot")
		if strings.Contains(person.get(at).body, words.T("mine.english")) {
			t.Errorf("in %s it is said that a part is in English", l.Code)
		}
		for key, form := range map[string]url.Values{
			"zone": hours("zone", "Lisbon"), "bounds": hours("opens", "18:00"), "quiet": hours("quiet", "noon"), "days": hours("day", ""), "off": hours("off", "Monday"),
			"many": hours("quiet", strings.Repeat("12:00-12:01 ", 11)),
		} {
			if key == "quiet" || key == "many" {
				form.Set("quiet", strings.Join(form["quiet"], " "))
			}
			read("hours that are none", person.post(at, at, form).want(t, http.StatusUnprocessableEntity), "hours.wrong."+key, "hours.kept")
		}
		read("no kind", person.post(at, at, url.Values{"text": {"x"}}).want(t, http.StatusUnprocessableEntity), "say.wrong.kind", "say.kept")
		read("no words", person.post(at, at, url.Values{"kind": {"appeal"}}).want(t, http.StatusUnprocessableEntity), "say.wrong.text")
		read("another's address", person.post(at, link+"/copy?l="+l.Code, url.Values{"address": {"nobody@example.net"}}).want(t, http.StatusUnprocessableEntity), "mine.copy.wrong")
		sent := person.post(at, at, url.Values{"kind": {"correction"}, "text": {"7"}}).want(t, http.StatusSeeOther)
		read("what was sent", person.get(sent.Header.Get("Location")).want(t, http.StatusOK), "say.done", "say.correction")
		person.post(at, at, hours("closes", "15:00")).want(t, http.StatusSeeOther)
		for key, got := range map[string]answered{
			"mine.gone":  person.get("/mine/none?l="+l.Code).want(t, http.StatusGone),
			"mine.stale": person.send(at, url.Values{"csrf": {"none"}}).want(t, http.StatusForbidden),
			"mine.wrong": person.request(http.MethodDelete, at, nil, nil).want(t, http.StatusMethodNotAllowed),
		} {
			read(key, got, key+".title", key+".text")
		}
		copied := copyText(t, person.post(at, link+"/copy?l="+l.Code, url.Values{"address": {face.Emails[0].Reveal()}}).want(t, http.StatusOK))
		for _, said := range []string{words.T("took.systems"), words.T("took.left.own"), words.T("hours.title"), words.T("day.2"), words.T("met.planned"), face.Names[0].Reveal(), words.T("say.correction"), "America/St_Johns", "10:00", "15:00"} {
			if !strings.Contains(copied, said) {
				t.Errorf("the copy in %s lacks %q:\n%s", l.Code, said, copied)
			}
		}
		// The day on which it was written down, and that the person made the hours others.
		if changed := words.T("took.hours.changed", "day", c.now.UTC().Format(time.DateOnly)); !strings.Contains(copied, changed) {
			t.Errorf("the copy in %s does not say %q", l.Code, changed)
		}
	}
}

// TestIndicatorsAreToldInArabic: the page and the copy say in Arabic what was looked at;
// an indicator that nobody has translated is in English, is marked so, and the page says it.
func TestIndicatorsAreToldInArabic(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	link := c.madeLink(t, handle) + "?l=ar"
	words := texts.In("ar")
	read := func() (answered, *htmlcheck.Page) {
		got := c.client(t).get(link).want(t, http.StatusOK)
		return got, got.page(t)
	}
	got, page := read()
	if n := len(page.Find("section[aria-labelledby=open] li li")); n < 4 {
		t.Errorf("%d innocent explanations", n)
	}
	if strings.Contains(got.body, words.T("mine.english")) || len(page.Find("section [lang=en]")) > 0 {
		t.Errorf("a part of the page is in English:\n%s", got.body)
	}
	var open, fine *detect.Indicator
	for _, ind := range c.Catalog {
		told, _ := ind.In("ar")
		switch {
		case strings.Contains(got.body, "<strong>"+told.Title):
			open = ind
		case strings.Contains(got.body, ">"+told.Title+"</span>: "+words.T("mine.fine.no")):
			fine = ind
		}
	}
	if open == nil || fine == nil {
		t.Fatal("no indicator is told in Arabic")
	}
	for _, ind := range c.Catalog {
		if ind == open || ind == fine {
			ind.Words = nil
		}
	}
	got, page = read()
	if n := strings.Count(got.body, words.T("mine.english")); n != 2 {
		t.Errorf("the page says %d times that a part of it is in English", n)
	}
	page.In(t, "section[aria-labelledby=open] p[lang=en][dir=ltr]", htmlcheck.Says(open.Title))
	page.In(t, "section[aria-labelledby=open] ul[lang=en][dir=ltr] li", htmlcheck.Says(open.Innocent[0]))
	page.In(t, "section[aria-labelledby=fine] span[lang=en][dir=ltr]", htmlcheck.Says(fine.Title))
}

// TestSeenIsNotSaidToBeAbsent: what speaks for the person and was seen is a yes.
func TestSeenIsNotSaidToBeAbsent(t *testing.T) {
	part := func(id string, o detect.Outcome, w record.Weight) weigh.Contribution {
		return weigh.Contribution{Finding: detect.Finding{Indicator: id, Outcome: o}, Weight: w}
	}
	sub := &report.Subject{Assessment: weigh.Assessment{Contributions: []weigh.Contribution{
		part("onb.in_person_verified", detect.Present, -100), part("pay.account_shared", detect.Absent, -10), part("app.contact_reuse", detect.Present, 90),
	}}}
	v := &mineView{Texts: texts.In("en")}
	v.looked(sub, indicators.Catalog())
	var got []string
	for _, l := range v.Looked {
		got = append(got, fmt.Sprint(l.Title, " open=", l.Open, " seen=", l.Seen))
	}
	want := []string{
		"A contact point is shared with a person of another name open=true seen=true",
		"Identity was verified in person open=false seen=true",
		"Pay goes to an account that others are paid into open=false seen=false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestLacksAreWorded: what could not be looked at is said in the language of the page,
// whatever was lacking.
func TestLacksAreWorded(t *testing.T) {
	catalog := indicators.Catalog()
	cards := map[string]detect.Meta{}
	for _, ind := range catalog {
		cards[ind.ID] = ind.Meta
	}
	v := &mineView{Texts: texts.In("ar")}
	latin := regexp.MustCompile(`[a-z]{3,}[ ._][a-z]{3,}`)
	kinds := map[record.Kind]bool{}
	for _, ind := range catalog {
		for _, f := range []detect.Finding{
			{Indicator: ind.ID, Outcome: detect.Unknown, Statement: "no data to answer from"},
			{Indicator: ind.ID, Outcome: detect.Unknown, Statement: "too few days to say"},
			{Indicator: ind.ID, Outcome: detect.Failed, Statement: "the indicator failed: it broke"},
		} {
			for _, lack := range report.Lacks(weigh.Assessment{Unanswered: []detect.Finding{f}}, cards) {
				kinds[lack.Kind] = true
				if n := v.lack(lack, cards); n.English || n.Words == "" || latin.MatchString(n.Words) {
					t.Errorf("%s, %s is told as %+v", ind.ID, f.Statement, n)
				}
			}
		}
	}
	if len(kinds) < 8 {
		t.Errorf("only these kinds were lacking: %v", kinds)
	}
	for _, c := range []struct{ code, indicator, want string }{
		{"ar", "net.never_off", "يستمر النشاط من دون توقف يكفي لنوم ليلة: المعلومات أقل من أن تكفي للجواب"},
		{"en", "net.never_off", "too few days to say"},
		{"ar", "private.one", "too few days to say"},
	} {
		v := &mineView{Texts: texts.In(c.code)}
		n := v.lack(report.Lack{Indicator: c.indicator, Words: "too few days to say"}, cards)
		if got := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(n.Words); got != c.want || n.English != (c.indicator == "private.one") {
			t.Errorf("%s in %s is %+v", c.indicator, c.code, n)
		}
	}
}

// holds keeps a record about a person.
func (c *console) holds(t *testing.T, handle string, b record.Body, id string) {
	t.Helper()
	r := record.Record{ID: "held-1", Ref: record.Ref{ID: id}, Origin: record.Origin{Feed: "greenhouse.candidates", Path: "x", Locator: "line 1"}, At: start, Body: b}
	body, err := json.Marshal(struct {
		Record record.Record `json:"record"`
	}{r})
	if err != nil {
		t.Fatal(err)
	}
	c.change(t, func(w store.Writer) error {
		if err := w.Put(store.Records, store.Row{Key: "held-1", Holder: "r:held", Body: body, Text: map[string]string{"kind": string(b.Kind())}}); err != nil {
			return err
		}
		return w.Put(store.Identifiers, store.Row{Key: "r:held " + handle, Text: map[string]string{"hash": "r:held", "type": intake.HolderType, "subject": handle}})
	})
}

// copyText is what a copy says in words.
func copyText(t *testing.T, got answered) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("copy.txt")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestLettersInEachLanguage: whoever sends a link has words for it in each language, with
// the link and until when it works.
func TestLettersInEachLanguage(t *testing.T) {
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	for path, title := range map[string]string{"/people/" + handle + "/link": "/mine/", "/people/" + handle + "/check-ins": "/check-in/"} {
		made := c.as(account.HR).post("/people/"+handle, path, nil).want(t, http.StatusOK).page(t)
		for _, l := range texts.Languages() {
			letter := made.Find("blockquote[lang=" + l.Code + "][dir=" + l.Dir + "]")
			if len(letter) != 1 || !strings.Contains(htmlcheck.Text(letter[0]), title) || !strings.Contains(htmlcheck.Text(letter[0]), "UTC") {
				t.Errorf("%s has no letter in %s", path, l.Code)
			}
		}
	}
}

// TestOwnPageAccessible looks at a person's own page in each language, as
// TestPagesAccessible does at those of the console.
func TestOwnPageAccessible(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	c := sampleConsole(t)
	_, handle, _ := c.interviewed(t)
	c.hoursFor(t, handle)
	heaviest, _ := c.heaviest(t)
	full, hours := c.madeLink(t, heaviest), c.madeLink(t, handle)
	c.client(t).post(full, full, url.Values{"kind": {"appeal"}, "text": {"I moved in March."}}).want(t, http.StatusSeeOther)
	var pages []htmlcheck.Visited
	for _, l := range texts.Languages() {
		for name, page := range map[string]struct {
			path   string
			status int
		}{"full": {full, 0}, "hours": {hours, 0}, "gone": {"/mine/none", http.StatusGone}} {
			v := htmlcheck.Visited{Name: "mine-page-" + name + "-" + l.Code, Path: page.path + "?l=" + l.Code, Status: page.status, Views: everyView}
			pages = append(pages, v)
		}
	}
	htmlcheck.Visit(t, c.http.URL, asideSelector, string(axe), axeCheck, pages)
}
