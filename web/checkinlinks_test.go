// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"daylight/internal/htmlcheck"
	"daylight/texts"

	"daylight/account"
)

// TestCheckInLinks: a link that is wrong, expired, used or taken back tells nothing
// and does nothing, whoever asks how often.
func TestCheckInLinks(t *testing.T) {
	c := sampleConsole(t)
	handle := c.applicant(t)
	path := c.madeCheckin(t, handle)
	nobody := c.client(t)
	gone := nobody.get("/check-in/none").want(t, http.StatusGone).body
	token := regexp.MustCompile(`[0-9a-f]{16,}|[A-Za-z0-9_-]{43}`)
	same := func(name string, a answered) {
		t.Helper()
		if a.want(t, http.StatusGone); token.ReplaceAllString(strings.ReplaceAll(a.body, path, "/check-in/none"), "") != token.ReplaceAllString(gone, "") {
			t.Errorf("%s is answered otherwise than a guess: %s", name, a.body)
		}
	}
	for _, guess := range []string{path + "0", path[:len(path)-1], "/check-in/" + strings.Repeat("f", 48), "/check-in/%00", "/check-in/..%2f"} {
		if got := nobody.get(guess); got.StatusCode != http.StatusGone && got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", guess, got.StatusCode)
		}
	}
	person := c.client(t)
	person.post(path, path, act("agree")).want(t, http.StatusSeeOther)
	same("a used link", nobody.get(path))
	same("a used link, agreed to again", nobody.send(path, url.Values{"csrf": {nobody.anyToken()}, "act": {"agree"}}))
	c.now = c.now.Add(15 * time.Minute)
	if got := person.get(path).want(t, http.StatusGone); !strings.Contains(got.body, "The time is over") {
		t.Error("its own browser is not told that the time is over")
	}
	expired := c.madeCheckin(t, handle)
	c.now = c.now.Add(48 * time.Hour)
	if got := nobody.get(expired); got.StatusCode != http.StatusGone {
		t.Errorf("an expired link: %d", got.StatusCode)
	}
	if log := c.log.String(); strings.Contains(log, strings.TrimPrefix(path, "/check-in/")) {
		t.Error("the log holds the secret of a link")
	}
}

// TestCheckInRefusalsSpeak: whatever a request of somebody with a link is refused for,
// the answer is a page of the check-in, in the language that they chose.
func TestCheckInRefusalsSpeak(t *testing.T) {
	c := sampleConsole(t)
	path := c.madeCheckin(t, c.applicant(t))
	person := c.client(t)
	c.withRoutes(route{pattern: "GET /check-in/{link}/break", acts: "break", handle: func(*Server, *exchange) error { panic("broken") }})
	big := strings.Repeat("x", formLimit)
	for name, q := range map[string]struct {
		send   func(lang string) answered
		status int
		key    string
	}{
		"a form of another session": {func(l string) answered { return person.send(path+l, url.Values{"csrf": {"none"}, "act": {"agree"}}) }, http.StatusForbidden, "stale"},
		"another site": {func(l string) answered {
			return person.request(http.MethodPost, path+l, act("agree"), http.Header{"Origin": {"https://elsewhere.example.net"}, "Sec-Fetch-Site": {"cross-site"}})
		}, http.StatusForbidden, "stale"},
		"too much": {func(l string) answered {
			return person.send(path+l, url.Values{"csrf": {person.anyToken()}, "words": {big}})
		}, http.StatusRequestEntityTooLarge, "large"},
		"a method": {func(l string) answered { return person.request(http.MethodDelete, path+l, nil, nil) }, http.StatusMethodNotAllowed, "wrong"},
		"a button of none": {func(l string) answered {
			return person.send(path+l, url.Values{"csrf": {person.token(path)}, "act": {"sing"}})
		}, http.StatusBadRequest, "wrong"},
		"an unknown page": {func(l string) answered { return person.get(path + "/nowhere" + l) }, http.StatusGone, "gone"},
		"a fault of ours": {func(l string) answered { return person.get(path + "/break" + l) }, http.StatusInternalServerError, "broken"},
		"another name": {func(l string) answered {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.http.URL+path+l, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = "elsewhere.example.net"
			return person.do(req)
		}, http.StatusMisdirectedRequest, "wrong"},
		"a link of nobody": {func(l string) answered { return person.get("/check-in/none" + l) }, http.StatusGone, "gone"},
		"a step of nothing": {func(l string) answered {
			return person.send(path+"/step"+l, url.Values{"csrf": {person.token(path)}, "answer": {"{"}})
		}, http.StatusBadRequest, "wrong"},
	} {
		for _, l := range texts.Languages() {
			got := q.send("?l="+l.Code).want(t, q.status)
			root := got.page(t).Find("html")[0]
			if htmlcheck.Attr(root, "lang") != l.Code || htmlcheck.Attr(root, "dir") != l.Dir || !strings.Contains(got.body, texts.In(l.Code).T(q.key+".title")) {
				t.Errorf("%s, in %s, is answered in %q: %s", name, l.Code, htmlcheck.Attr(root, "lang"), got.body)
			}
			if strings.Contains(got.body, "console\"") && strings.Contains(got.body, "/sign-in") {
				t.Errorf("%s is answered by a page of the console", name)
			}
			if back := strings.Contains(got.body, path+"?l="+l.Code+`">`+texts.In(l.Code).T("back")); back != (q.key != "gone") {
				t.Errorf("%s: a way back is there: %v", name, back)
			}
		}
	}
}

// TestCheckInPace: whoever guesses links from one address is slowed down, for as long as
// they go on and in their language; an office behind the same address is not, and one
// link that is hammered is, for itself alone.
func TestCheckInPace(t *testing.T) {
	c := sampleConsole(t)
	handle := c.applicant(t)
	one, other := c.madeCheckin(t, handle), c.madeCheckin(t, handle)
	guesser := c.client(t)
	guess := func(n int) int { return guesser.get(fmt.Sprintf("/check-in/guess-%d?l=ar", n)).StatusCode }
	for n := range guessBurst {
		if got := guess(n); got != http.StatusGone {
			t.Fatalf("guess %d: %d", n, got)
		}
	}
	slowed := guesser.get("/check-in/guess?l=ar").want(t, http.StatusTooManyRequests)
	if !strings.Contains(slowed.body, texts.In("ar").T("many.title")) || slowed.Header.Get("Retry-After") != "1" {
		t.Errorf("too many guesses are answered with %v: %s", slowed.Header, slowed.body)
	}
	c.now = c.now.Add(10 * time.Second)
	for n := range 10 * guessRate {
		if got := guess(n); got != http.StatusGone {
			t.Errorf("ten seconds later, guess %d: %d", n, got)
		}
	}
	if got := guess(0); got != http.StatusTooManyRequests {
		t.Errorf("ten seconds later, one too many: %d", got)
	}
	// The office: everybody comes from the address that guesses come from.
	person := c.client(t)
	person.post(one, one, act("agree")).want(t, http.StatusSeeOther)
	person.step(one, nil, nil)
	for range linkBurst {
		person.get(one)
	}
	person.get(one).want(t, http.StatusTooManyRequests)
	c.client(t).get(other).want(t, http.StatusOK)
	c.now = c.now.Add(time.Second)
	person.get(one).want(t, http.StatusOK)
}

// TestNothingIsSeenWithoutAPicture: where no picture left the person's device there is
// nothing to look at, and nobody can say what they saw.
func TestNothingIsSeenWithoutAPicture(t *testing.T) {
	c := sampleConsole(t)
	path := "/check-ins/" + c.doneCheckin(t, c.applicant(t))
	sec := c.as(account.Security)
	if page := sec.get(path).want(t, http.StatusOK); !strings.Contains(page.body, "No picture left the person") || strings.Contains(page.body, `name="saw-`) {
		t.Error("the page asks what was seen")
	}
	sec.post(path, path, url.Values{"saw-window": {"bright"}}).want(t, http.StatusUnprocessableEntity)
}
