// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"daylight/intake"
	"daylight/internal/htmlcheck"
)

// visitor is a browser without scripts, or a program, that lives longer than the
// service it talks to.
type visitor struct {
	http  http.Client
	base  string // of the service that runs now
	csrf  string // of its session, which outlives the service
	token string // of a program
}

func newVisitor(tb testing.TB) *visitor {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &visitor{http: http.Client{
		Jar: jar, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// reply is an answer that was read to its end: whatever it acknowledges counts.
type reply struct {
	status   int
	location string
	body     []byte
	after    string // when to try again
}

// do asks, and fails only as the network does: the service is gone.
func (v *visitor) do(ctx context.Context, method, path, kind string, body []byte) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
	} else {
		req.Header.Set("Origin", v.base)
	}
	res, err := v.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	read, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header.Get("Location"), read, res.Header.Get("Retry-After")}, err
}

func (v *visitor) send(ctx context.Context, path string, fields url.Values) (reply, error) {
	fields.Set("csrf", v.csrf)
	return v.do(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(fields.Encode()))
}

// page reads a page and remembers the token of its forms.
func (v *visitor) page(tb testing.TB, path string) *htmlcheck.Page {
	tb.Helper()
	got, err := v.do(tb.Context(), http.MethodGet, path, "", nil)
	return v.parsed(tb, path, got, err)
}

// filled sends a form whose answer is a page.
func (v *visitor) filled(tb testing.TB, path string, fields url.Values) *htmlcheck.Page {
	tb.Helper()
	got, err := v.send(tb.Context(), path, fields)
	return v.parsed(tb, path, got, err)
}

func (v *visitor) parsed(tb testing.TB, path string, got reply, err error) *htmlcheck.Page {
	tb.Helper()
	if err != nil || got.status != http.StatusOK {
		tb.Fatalf("%s: %d %v\n%s", path, got.status, err, got.body)
	}
	p, err := htmlcheck.Parse(bytes.NewReader(got.body))
	if err != nil {
		tb.Fatal(err)
	}
	if csrf := valueOf(p, "input[name=csrf]"); csrf != "" {
		v.csrf = csrf
	}
	return p
}

func valueOf(p *htmlcheck.Page, selector string) string {
	for _, n := range p.Find(selector) {
		return htmlcheck.Attr(n, "value")
	}
	return ""
}

// shownOnce is the secret or the link that a page shows once.
func shownOnce(p *htmlcheck.Page) string {
	for _, n := range p.Find(".done code") {
		return htmlcheck.Text(n)
	}
	return ""
}

// welcome makes an account by a one-time link.
func (v *visitor) welcome(tb testing.TB, link, login string) {
	tb.Helper()
	path := strings.TrimPrefix(link, v.base)
	secret := valueOf(v.page(tb, path), "input[name=otp]")
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	v.filled(tb, path, url.Values{"login": {login}, "name": {"Tui " + login}, "password": {pathPassword}, "again": {pathPassword}, "otp": {secret}, "code": {code}})
	v.page(tb, "/account") // the token of the new session's forms
}

// sent is a file that the service acknowledged.
type sent struct {
	path, receipt string
	body          []byte
}

// sender sends files, each until it is acknowledged.
type sender struct {
	*visitor
	rng    *rand.Rand
	acked  []sent
	tried  bool // the next one was sent before, and nobody answered
	doubts int  // how often
}

// eventsOf writes sign-ins of people of the test, all before the sample company's
// exports were taken.
func eventsOf(i, n int) []byte {
	var b bytes.Buffer
	for k := range n {
		at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(i*31+k*97%40000) * time.Minute / 40)
		_, _ = fmt.Fprintf(&b, `{"uuid":"kill-%d-%d","published":"%s","eventType":"user.session.start","actor":{"id":"kill-%d","type":"User","alternateId":"k%d@example.org"},"client":{"ipAddress":"198.51.100.%d"},"outcome":{"result":"SUCCESS"}}`+"\n",
			i, k, at.Format("2006-01-02T15:04:05.000Z"), k%killPeople, k%killPeople, k%200)
	}
	return b.Bytes()
}

// killPeople is how many people the files that are sent are about.
const killPeople = 30

// file is the i-th file that is sent: people, events, some of them compressed and
// some larger than one transaction takes.
func (s *sender) file(i int) (path string, body []byte) {
	switch {
	case i%25 == 7:
		return fmt.Sprintf("kill/large-%d.jsonl", i), eventsOf(i, 6000)
	case i%3 == 0:
		k := i / 3 % killPeople
		return fmt.Sprintf("kill/people-%d.csv", i), fmt.Appendf(nil, "id,stage,name,email,applied_at,role\nkill-%d,applicant,%s %s,k%d@example.org,2026-02-%02dT09:00:00Z,Role %d\n",
			k, []string{"Aroha", "Bilal", "Chipo", "Dilnoza", "Eluned"}[k%5], []string{"Dukaan", "Esempio", "Fampl", "Mfano", "Namuna", "Pavyzdys"}[k/5], k, 1+k%28, i)
	case i%3 == 1:
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(eventsOf(i, 40)) // into memory
		_ = z.Close()
		return fmt.Sprintf("kill/log-%d.jsonl.gz", i), b.Bytes()
	}
	return fmt.Sprintf("kill/log-%d.jsonl", i), eventsOf(i, 40)
}

// live sends until the service is gone, at most so many files that it does not know.
func (s *sender) live(ctx context.Context, fresh int) error {
	for n := 0; ; n++ {
		if len(s.acked) > 0 && (n >= fresh || s.rng.IntN(6) == 0) {
			again := s.acked[s.rng.IntN(len(s.acked))]
			if _, known, err := s.post(ctx, again.path, again.body); err != nil {
				return gone(err)
			} else if !known {
				return fmt.Errorf("%s was acknowledged before and is not known", again.path)
			}
		} else {
			path, body := s.file(len(s.acked))
			tried := s.tried
			s.tried = true
			receipt, known, err := s.post(ctx, path, body)
			if err != nil {
				return gone(err)
			}
			if known && !tried {
				return fmt.Errorf("%s is known before it was sent", path)
			}
			if tried {
				s.doubts++
			}
			s.acked, s.tried = append(s.acked, sent{path, receipt, body}), false
		}
		time.Sleep(time.Duration(s.rng.IntN(30)) * time.Millisecond)
	}
}

var errGone = errors.New("the service does not answer")

// gone tells a service that was killed from one that answers wrongly.
func gone(err error) error {
	if _, ok := errors.AsType[*url.Error](err); ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errGone) {
		return errGone
	}
	return err
}

func (s *sender) post(ctx context.Context, path string, body []byte) (receipt string, known bool, err error) {
	got, err := s.do(ctx, http.MethodPost, "/v1/ingest?path="+url.QueryEscape(path), "application/octet-stream", body)
	if err != nil {
		return "", false, fmt.Errorf("%w: %w", errGone, err)
	}
	var out struct{ Receipts []intake.Receipt }
	if err := json.Unmarshal(got.body, &out); got.status != http.StatusAccepted || err != nil || len(out.Receipts) != 1 {
		return "", false, fmt.Errorf("%s: %d %s", path, got.status, got.body)
	}
	return out.Receipts[0].ID, out.Receipts[0].Known, nil
}

// act is one thing that somebody did to a case, or tried to.
type act struct {
	kind  string // as the audit log has it
	of    string // which explanation or step
	text  string
	acked bool
}

// desk is one case on which somebody works.
type desk struct {
	handle, id   string
	explanations [][2]string // indicator and number
	steps        []string
	checks       []string
	acts         []act
}

// wanted is a check that was asked for.
type wanted struct {
	id      string
	settled bool // it was said that it is done, and that was acknowledged
	tried   bool // it was said, and nobody answered
}

// worker works on cases.
type worker struct {
	*visitor
	rng    *rand.Rand
	desks  []*desk
	asked  map[string][]wanted // by handle and check, in order
	serial int
}

var caseOf = regexp.MustCompile(`/cases/(c-[0-9a-f]+)`)

// sit finds the cases that there are, and what can be done to each.
func (w *worker) sit(tb testing.TB) {
	tb.Helper()
	for _, row := range w.page(tb, "/queue?state=escalate").Find("input[name=person]") {
		d := &desk{handle: htmlcheck.Attr(row, "value")}
		person, err := w.do(tb.Context(), http.MethodGet, "/people/"+d.handle, "", nil)
		if err != nil || person.status != http.StatusOK {
			tb.Fatalf("%s: %d %v", d.handle, person.status, err)
		}
		if m := caseOf.FindSubmatch(person.body); m != nil {
			d.id = string(m[1])
		}
		for _, n := range w.page(tb, "/people/"+d.handle).Find("input[name=check]") {
			d.checks = append(d.checks, htmlcheck.Attr(n, "value"))
		}
		p := w.page(tb, "/cases/"+d.id)
		numbers := p.Find("input[name=number]")
		for i, n := range p.Find("form input[name=indicator]") {
			if i < len(numbers) {
				d.explanations = append(d.explanations, [2]string{htmlcheck.Attr(n, "value"), htmlcheck.Attr(numbers[i], "value")})
			}
		}
		for _, n := range p.Find("input[name=step]") {
			d.steps = append(d.steps, htmlcheck.Attr(n, "value"))
		}
		w.desks = append(w.desks, d)
	}
	if len(w.desks) < 3 || len(w.desks[0].explanations) == 0 || len(w.desks[0].steps) == 0 {
		tb.Fatalf("there is nothing to work on: %+v", w.desks)
	}
}

// live works until the service is gone.
func (w *worker) live(ctx context.Context) error {
	for {
		d := w.desks[w.rng.IntN(len(w.desks))]
		var err error
		switch n := w.rng.IntN(10); {
		case n < 4:
			err = w.act(ctx, d, act{kind: "case.note"}, url.Values{"act": {"note"}})
		case n < 6 && len(d.explanations) > 0:
			e := d.explanations[w.rng.IntN(len(d.explanations))]
			err = w.act(ctx, d, act{kind: "case.explanation", of: e[0] + " " + e[1]}, url.Values{"act": {"explain"}, "indicator": {e[0]}, "number": {e[1]}, "looked": {"yes"}, "found": {"does-not"}})
		case n < 8:
			step := d.steps[w.rng.IntN(len(d.steps))]
			err = w.act(ctx, d, act{kind: "case.step", of: step}, url.Values{"act": {"step"}, "step": {step}, "answer": {"done"}})
		case n < 9 && len(d.checks) > 0:
			err = w.check(ctx, d.handle, d.checks[w.rng.IntN(len(d.checks))])
		default:
			err = w.claim(ctx, d)
		}
		if err != nil {
			return gone(err)
		}
		time.Sleep(time.Duration(w.rng.IntN(20)) * time.Millisecond)
	}
}

// act does one thing to a case, under a text that is given once.
func (w *worker) act(ctx context.Context, d *desk, a act, fields url.Values) error {
	w.serial++
	a.text = fmt.Sprintf("%s number %d", a.kind, w.serial)
	fields.Set("text", a.text)
	d.acts = append(d.acts, a)
	got, err := w.send(ctx, "/cases/"+d.id, fields)
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	if got.status != http.StatusSeeOther {
		return fmt.Errorf("%s on %s: %d %s", a.kind, d.id, got.status, got.body)
	}
	d.acts[len(d.acts)-1].acked = true
	return nil
}

// claim takes a case, again and again: it stays one's own.
func (w *worker) claim(ctx context.Context, d *desk) error {
	got, err := w.send(ctx, "/queue/claim", url.Values{"person": {d.handle}})
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	if got.location != "/queue?claimed=1&kept=0" {
		return fmt.Errorf("claim %s: %d %s", d.handle, got.status, got.location)
	}
	return nil
}

// check asks for a check of a person, or says that the one that was asked for is
// done. What nobody answered is done again.
func (w *worker) check(ctx context.Context, handle, check string) error {
	key := handle + " " + check
	all := w.asked[key]
	if len(all) > 0 && !all[len(all)-1].settled {
		last := &all[len(all)-1]
		tried := last.tried
		last.tried = true
		got, err := w.send(ctx, "/requests/"+last.id, url.Values{"state": {"done"}})
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w", errGone, err)
		case got.status != http.StatusSeeOther && (got.status != http.StatusConflict || !tried):
			return fmt.Errorf("settle %s: %d %s", last.id, got.status, got.body)
		}
		last.settled = true
		return nil
	}
	got, err := w.send(ctx, "/people/"+handle+"/requests", url.Values{"check": {check}})
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	id, ok := strings.CutPrefix(got.location, "/requests/")
	if got.status != http.StatusSeeOther || !ok {
		return fmt.Errorf("ask for %s of %s: %d %s", check, handle, got.status, got.body)
	}
	w.asked[key] = append(all, wanted{id: id})
	return nil
}
