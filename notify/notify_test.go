// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/notify"
	"daylight/secret"
	"daylight/store"
	"daylight/store/sqlite"
)

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// world is a store, a clock and a receiver that answers what it is told to.
type world struct {
	t      *testing.T
	store  store.Store
	now    time.Time
	server *httptest.Server

	mu       sync.Mutex
	requests []received
	answers  []int // one a request, then 200
	header   http.Header
}

type received struct {
	path, body string
	header     http.Header
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := sqlite.Temporary(t.Context(), sqlite.Options{Master: make([]byte, 32), Random: rand.NewChaCha8([32]byte{1})})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: s, now: start, header: http.Header{}}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.requests = append(w.requests, received{r.URL.Path, string(body), r.Header.Clone()})
		code := http.StatusOK
		if len(w.answers) > 0 {
			code, w.answers = w.answers[0], w.answers[1:]
		}
		maps.Copy(rw.Header(), w.header)
		rw.WriteHeader(code)
	}))
	// The service is already running when the first thing happens.
	if _, err := notify.Follow(t.Context(), s, nil, start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) options(targets ...notify.Target) notify.Options {
	return notify.Options{
		Store: w.store, Targets: targets, Address: "https://daylight.example", Client: w.server.Client(), Dial: (&net.Dialer{}).DialContext,
		Now: func() time.Time { return w.now }, Rand: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler), Tool: "daylight test",
	}
}

func (w *world) happens(act, object string) {
	w.t.Helper()
	err := w.store.Update(w.t.Context(), func(tx store.Writer) error {
		return audit.Append(tx, audit.Entry{At: w.now, Actor: audit.System, Act: act, Object: object})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) once(o notify.Options) int {
	w.t.Helper()
	n, err := notify.Once(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) states() map[string]int {
	w.t.Helper()
	out := map[string]int{}
	err := w.store.View(w.t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Deliveries, store.Query{}) {
			if err != nil {
				return err
			}
			out[row.Text["state"]]++
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// TestEachIsSaidOnce: whatever is in the log is said once to each target that
// asked for it, however often the log is followed.
func TestEachIsSaidOnce(t *testing.T) {
	w := newWorld(t)
	o := w.options(
		notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL + "/chat"},
		notify.Target{Name: "closings", Kind: notify.Teams, URL: w.server.URL + "/teams", On: []string{"case_closed"}},
	)
	w.happens("case.open", "k-1")
	w.happens("person.view", "p-0123456789")
	w.happens("case.close", "k-1")
	if n := w.once(o); n != 3 {
		t.Errorf("%d were sent, want two to chat and one to closings", n)
	}
	if n := w.once(o); n != 0 {
		t.Errorf("%d were sent again", n)
	}
	paths := map[string]int{}
	for _, r := range w.requests {
		paths[r.path]++
	}
	if paths["/chat"] != 2 || paths["/teams"] != 1 {
		t.Errorf("requests %v", paths)
	}
}

// TestUnreadableEntryHoldsUpNoOther: what stands in the log and is no entry is passed
// over, and what follows it is told.
func TestUnreadableEntryHoldsUpNoOther(t *testing.T) {
	w := newWorld(t)
	o := w.options(notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL})
	w.happens("case.open", "k-1")
	err := w.store.Update(t.Context(), func(tx store.Writer) error {
		_, err := tx.Append(store.Audit, w.now, []byte("{}"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// The Merkle tree has no hash of it: what follows is written past package audit too.
	entry, err := audit.Encode(audit.Entry{At: w.now, Actor: audit.System, Act: "case.open", Object: "k-2"})
	if err != nil {
		t.Fatal(err)
	}
	err = w.store.Update(t.Context(), func(tx store.Writer) error {
		_, err := tx.Append(store.Audit, w.now, entry)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := w.once(o); n != 2 {
		t.Errorf("%d were sent, want those before and after it", n)
	}
}

// TestCircleIsNotSaid: of a case that is kept to named accounts nothing is sent, and
// nothing that waited when it became one.
func TestCircleIsNotSaid(t *testing.T) {
	w := newWorld(t)
	o := w.options(
		notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL + "/chat"},
		notify.Target{Name: "siem", Kind: notify.OCSFHTTP, URL: w.server.URL + "/siem", Evidence: true},
	)
	w.shows("k-1", casework.Circled)
	w.shows("k-2", "")
	w.happens("case.propose", "k-1")
	w.happens("case.propose", "k-2")
	if n := w.once(o); n != 2 {
		t.Errorf("%d were sent, want those of the other case", n)
	}
	w.answers = []int{http.StatusServiceUnavailable, http.StatusServiceUnavailable}
	w.happens("case.close", "k-2")
	if n := w.once(o); n != 0 {
		t.Fatalf("%d were sent to a server that is away", n)
	}
	w.shows("k-2", casework.Circled)
	asked := len(w.requests)
	w.now = w.now.Add(time.Hour)
	if n := w.once(o); n != 0 || len(w.requests) != asked {
		t.Errorf("%d were sent of a case that is kept to named accounts now", n)
	}
}

// revealing are words that no message may hold, in lower case.
var revealing = []string{"escalate", "fraud", "suspic", "probab", "applicant", "worker", "p-0"}

// TestNothingIsRevealed holds every text against the objects of the acts: a link
// to the case is all that is said of it.
func TestNothingIsRevealed(t *testing.T) {
	w := newWorld(t)
	var targets []notify.Target
	for _, k := range []notify.Kind{notify.Slack, notify.Teams, notify.Jira, notify.Webhook} {
		targets = append(targets, notify.Target{Name: string(k), Kind: k, URL: w.server.URL, Secret: "s", User: "u@example.com", Project: "HR"})
	}
	for _, act := range []string{"case.open", "case.propose", "case.close", "case.dispute"} {
		w.happens(act, "k-77")
	}
	w.happens("request.correction", "p-0123456789") // of somebody who has no case
	if n := w.once(w.options(targets...)); n != 20 {
		t.Fatalf("%d were sent, want 20", n)
	}
	for _, r := range w.requests {
		for _, word := range revealing {
			if strings.Contains(strings.ToLower(r.body), word) {
				t.Errorf("the message says %q: %s", word, r.body)
			}
		}
	}
}

// TestFollowUpIsDue: who runs follow-ups is told that one is due, and where they are
// listed; neither whose it is, nor which, so that two messages about one cannot be told
// from those about two.
func TestFollowUpIsDue(t *testing.T) {
	w := newWorld(t)
	var targets []notify.Target
	for _, k := range []notify.Kind{notify.Slack, notify.Teams, notify.Jira, notify.Webhook} {
		targets = append(targets, notify.Target{Name: string(k), Kind: k, URL: w.server.URL, Secret: "s", User: "u@example.com", Project: "HR", On: []string{"follow_up_due"}})
	}
	w.happens("case.open", "k-1")
	err := w.store.Update(t.Context(), func(tx store.Writer) error {
		return audit.Append(tx, audit.Entry{At: w.now, Actor: audit.System, Act: "follow-up.due", Object: "follow-ups", Detail: map[string]string{"follow_up": "fu-88", "subject": "p-0123456789"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := w.once(w.options(targets...)); n != 4 {
		t.Fatalf("%d were sent, want one to each target", n)
	}
	for _, r := range w.requests {
		if !strings.Contains(r.body, "https://daylight.example/interviews") {
			t.Errorf("the message does not say where: %s", r.body)
		}
		for _, word := range append([]string{"fu-88", "ahead", "k-1"}, revealing...) {
			if strings.Contains(strings.ToLower(r.body), word) {
				t.Errorf("the message says %q: %s", word, r.body)
			}
		}
	}
}

// TestTroubleIsWaitedOut: a target that fails is asked again, later each time,
// and not before it said; one that refuses is not asked again.
func TestTroubleIsWaitedOut(t *testing.T) {
	w := newWorld(t)
	o := w.options(notify.Target{Name: "chat", Kind: notify.Slack, URL: w.server.URL})
	w.happens("case.open", "k-1")
	w.answers = []int{500, 429}
	w.header.Set("Retry-After", "600")
	for i, step := range []struct {
		after time.Duration
		asked int
		state string
	}{
		{0, 1, "waiting"},
		{9 * time.Second, 1, "waiting"},
		{5 * time.Second, 2, "waiting"}, // 10 s and at most a quarter more
		{599 * time.Second, 2, "waiting"},
		{2 * time.Second, 3, "sent"},
		{24 * time.Hour, 3, "sent"},
	} {
		w.now = w.now.Add(step.after)
		w.once(o)
		if len(w.requests) != step.asked || w.states()[step.state] != 1 {
			t.Fatalf("step %d: asked %d times, states %v; want %d and %s", i, len(w.requests), w.states(), step.asked, step.state)
		}
	}
	w.happens("case.close", "k-1")
	w.answers = []int{404}
	w.once(o)
	w.now = w.now.Add(48 * time.Hour)
	w.once(o)
	if got := w.states(); got["failed"] != 1 || len(w.requests) != 4 {
		t.Errorf("after a refusal: asked %d times, states %v", len(w.requests), got)
	}
}

// TestSignature is the example of the Standard Webhooks specification's own
// libraries: secret, id, time and body with the signature that they all make.
func TestSignature(t *testing.T) {
	w := newWorld(t)
	o := w.options(notify.Target{Name: "hook", Kind: notify.Webhook, URL: w.server.URL, Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
	w.happens("case.open", "k-1")
	w.once(o)
	r := w.requests[0]
	if got := r.header.Get("Webhook-Timestamp"); got != fmt.Sprint(start.Unix()) {
		t.Errorf("timestamp %s", got)
	}
	want := notify.Sign(t, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), `{"test": 2432232314}`, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if want != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("signature %s differs from the published one", want)
	}
	if got := notify.Sign(t, r.header.Get("Webhook-Id"), start, r.body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"); got != r.header.Get("Webhook-Signature") {
		t.Errorf("the signature does not fit what was sent")
	}
}

// TestJira holds the request against what Jira's REST API version 3 expects.
func TestJira(t *testing.T) {
	w := newWorld(t)
	w.answers = []int{201}
	w.happens("case.open", "k-1")
	w.once(w.options(notify.Target{Name: "jira", Kind: notify.Jira, URL: w.server.URL + "/", User: "bot@example.com", Secret: "token", Project: "SEC"}))
	r := w.requests[0]
	var issue struct {
		Fields struct {
			Project   struct{ Key string }
			IssueType struct{ Name string }
			Summary   string
			Labels    []string
		}
	}
	if err := json.Unmarshal([]byte(r.body), &issue); err != nil {
		t.Fatal(err)
	}
	if r.path != "/rest/api/3/issue" || r.header.Get("Authorization") != "Basic Ym90QGV4YW1wbGUuY29tOnRva2Vu" || issue.Fields.Project.Key != "SEC" ||
		issue.Fields.IssueType.Name != "Task" || issue.Fields.Summary != "Daylight: A case was opened" || len(issue.Fields.Labels) != 2 {
		t.Errorf("request %+v", r)
	}
}

// TestFindings: the file and the syslog server get a finding of a case, once.
func TestFindings(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "findings.jsonl")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // a test's own
	frames := make(chan string, 4)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(c)
			frames <- string(b)
			_ = c.Close()
		}
	}()
	w.happens("case.open", "k-1")
	w.happens("case.dispute", "p-0123456789") // no finding
	o := w.options(notify.Target{Name: "file", Kind: notify.OCSFFile, Path: path}, notify.Target{Name: "siem", Kind: notify.Syslog, URL: "tcp://" + l.Addr().String()})
	if n := w.once(o); n != 2 {
		t.Fatalf("%d were sent, want 2", n)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		ClassUID int                  `json:"class_uid"`
		TypeUID  int                  `json:"type_uid"`
		Info     struct{ UID string } `json:"finding_info"`
	}
	if err := json.Unmarshal(data, &f); err != nil || f.ClassUID != 2004 || f.TypeUID != 200401 || f.Info.UID != "k-1" || strings.Count(string(data), "\n") != 1 {
		t.Errorf("finding %+v, %v: %s", f, err, data)
	}
	frame := <-frames
	var n int
	if _, err := fmt.Sscanf(frame, "%d ", &n); err != nil || n != len(frame)-len(fmt.Sprint(n))-1 {
		t.Errorf("the length before the message is %d of %d", n, len(frame))
	}
	if !strings.Contains(frame, "<109>1 2026-11-02T09:00:00.000Z - daylight - case_opened - {") {
		t.Errorf("frame %s", frame)
	}
}

// TestValidate names everything that is wrong at once.
func TestValidate(t *testing.T) {
	err := notify.Validate([]notify.Target{
		{Kind: notify.Slack, URL: "https://hooks.example.com/x"},
		{Name: "a", Kind: "pigeon"},
		{Name: "a", Kind: notify.Email, URL: "smtp://mail.example.com", From: "nobody", To: []string{"x\r\nBcc: y"}},
		{Name: "b", Kind: notify.Webhook, URL: "file:///etc/passwd", On: []string{"never"}},
		{Name: "c", Kind: notify.Jira, URL: "https://jira.example.com", SecretAt: secret.Source{File: "token"}},
		{Name: "d", Kind: notify.OCSFFile},
		{Name: "e", Kind: notify.OCSFFile, Path: "findings.jsonl"},
		{Name: "f", Kind: notify.OCSFFile, Path: "./findings.jsonl"},
		{Name: "soc@example.com", Kind: notify.OCSFFile, Path: "soc.jsonl"},
	})
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, want := range []string{
		"target 1 (): it has no name", `kind "pigeon" is not known`, "target 3 (a): another target has this name", "from is no e-mail address", `to: "x\r\nBcc: y"`,
		"url must begin with https:// or http://", `on: "never" is none of`, "it needs a secret: file or command", "it needs project and user", "it needs a path",
		"target 8 (f): another target writes to this file", "target 9 (soc@example.com): the audit log takes no such name",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q:\n%v", want, err)
		}
	}
	if err := notify.Validate([]notify.Target{{Name: "ok", Kind: notify.Syslog, URL: "tls://siem.example.com:6514"}}); err != nil {
		t.Error(err)
	}
}

// TestNothingOldIsTold: what is in the log before anything was followed stays there.
func TestNothingOldIsTold(t *testing.T) {
	s, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: s, now: start}
	w.happens("case.open", "k-old")
	targets := []notify.Target{{Name: "chat", Kind: notify.Slack, URL: "https://chat.example"}}
	for i, want := range []int{0, 1} {
		n, err := notify.Follow(t.Context(), s, targets, start)
		if err != nil || n != want {
			t.Errorf("time %d: %d deliveries, %v; want %d", i, n, err, want)
		}
		w.happens("case.open", "k-new")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestStops: Run ends with its context.
func TestStops(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- notify.Run(ctx, w.options(), time.Millisecond) }()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
