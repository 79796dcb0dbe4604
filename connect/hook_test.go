// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"daylight/normalize"
	"daylight/source"
	"daylight/store"
	"daylight/store/sqlite"
)

const greenhouseHook = `{"action":"new_candidate_application","payload":{"application":{"id":46194062,"prospect":false,"status":"active","applied_at":"2026-11-20T10:20:30Z",
 "source":{"id":27,"public_name":"Jobs page"},"jobs":[{"id":3485,"name":"Engineer"}],"answers":[],
 "candidate":{"id":265277,"first_name":"Priya","last_name":"Raman","created_at":"2026-11-20T10:20:30Z","external_id":null,
  "phone_numbers":[{"value":"212-555-0155","type":"home"}],"email_addresses":[{"value":"priya@example.com","type":"personal"}],"addresses":[],"website_addresses":[],"social_media_addresses":[],"attachments":[],"recruiter":null}}}}`

const ashbyHook = `{"action":"applicationSubmit","data":{"application":{"id":"a1","createdAt":"2026-11-20T10:20:30.000Z","status":"Active","currentInterviewStage":{"id":"s","title":"Review"},
 "candidate":{"id":"c1","name":"Omar Haddad","primaryEmailAddress":{"value":"omar@example.com","type":"Personal","isPrimary":true}},"job":{"id":"j1","title":"Engineer"}}}}`

func hexMAC(secret string, text []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil))
}

// hookServer is the three webhooks as web mounts them.
func hookServer(t *testing.T, now time.Time) (http.Handler, *sink, chan string) {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return hooksOn(t, st, func() time.Time { return now })
}

// hooksOn is the three webhooks on a store.
func hooksOn(t *testing.T, st store.Store, now func() time.Time) (http.Handler, *sink, chan string) {
	t.Helper()
	out, wake := newSink(), make(chan string, 4)
	old, current := secretIn(t, "old-secret"), secretIn(t, "new-secret")
	mux := http.NewServeMux()
	mux.Handle("/v1/hooks/{vendor}", Webhook(HookOptions{
		Hooks: map[string]Hook{
			"greenhouse": {Secrets: []Secret{old, current}}, "ashby": {Secrets: []Secret{current}},
			"lever": {Secrets: []Secret{current}, Wakes: "lever"},
		},
		Store: st, Sink: out, Now: now, Log: quiet(), Wake: wake,
	}))
	return mux, out, wake
}

func post(h http.Handler, vendor, body string, headers ...string) int {
	r := httptest.NewRequest(http.MethodPost, "/v1/hooks/"+vendor, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// TestPublishedSignature is the value of RFC 4231, test case 2, in the headers of
// the vendors.
func TestPublishedSignature(t *testing.T) {
	const digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	body := []byte("what do ya want for nothing?")
	for vendor, header := range map[string][2]string{"greenhouse": {"Signature", "sha256 " + digest}, "ashby": {"Ashby-Signature", "sha256=" + digest}} {
		if !schemes[vendor].verify(delivery{http.Header{header[0]: {header[1]}}, body}, "Jefe") {
			t.Errorf("%s: a published signature does not fit", vendor)
		}
	}
}

// TestHookSignatures: only raw bytes that a known secret signed are taken in.
func TestHookSignatures(t *testing.T) {
	for _, c := range []struct {
		name, vendor, body string
		headers            []string
		want, files        int
	}{
		{"greenhouse", "greenhouse", greenhouseHook, []string{"Signature", "sha256 " + hexMAC("new-secret", []byte(greenhouseHook))}, 200, 1},
		{"the secret before", "greenhouse", greenhouseHook, []string{"Signature", "sha256 " + hexMAC("old-secret", []byte(greenhouseHook))}, 200, 1},
		{"ashby", "ashby", ashbyHook, []string{"Ashby-Signature", "sha256=" + hexMAC("new-secret", []byte(ashbyHook))}, 200, 1},
		{"capitals", "ashby", ashbyHook, []string{"Ashby-Signature", "sha256=" + strings.ToUpper(hexMAC("new-secret", []byte(ashbyHook)))}, 200, 1},
		{"a ping", "ashby", `{"action":"ping"}`, []string{"Ashby-Signature", "sha256=" + hexMAC("new-secret", []byte(`{"action":"ping"}`))}, 200, 0},
		{"another act", "greenhouse", `{"action":"job_created","payload":{"job":{"id":1}}}`, []string{"Signature", "sha256 " + hexMAC("new-secret", []byte(`{"action":"job_created","payload":{"job":{"id":1}}}`))}, 200, 0},
		{"no signature", "greenhouse", greenhouseHook, nil, 401, 0},
		{"empty signature", "greenhouse", greenhouseHook, []string{"Signature", "sha256 "}, 401, 0},
		{"a prefix of it", "greenhouse", greenhouseHook, []string{"Signature", "sha256 " + hexMAC("new-secret", []byte(greenhouseHook))[:32]}, 401, 0},
		{"another algorithm", "greenhouse", greenhouseHook, []string{"Signature", "md5 " + hexMAC("new-secret", []byte(greenhouseHook))}, 401, 0},
		{"another secret", "greenhouse", greenhouseHook, []string{"Signature", "sha256 " + hexMAC("x", []byte(greenhouseHook))}, 401, 0},
		{"an empty secret", "greenhouse", greenhouseHook, []string{"Signature", "sha256 " + hexMAC("", []byte(greenhouseHook))}, 401, 0},
		{"another vendor's secret", "ashby", ashbyHook, []string{"Ashby-Signature", "sha256=" + hexMAC("old-secret", []byte(ashbyHook))}, 401, 0},
		{"one byte more", "greenhouse", greenhouseHook + " ", []string{"Signature", "sha256 " + hexMAC("new-secret", []byte(greenhouseHook))}, 401, 0},
		{"two signatures", "greenhouse", greenhouseHook, []string{"Signature", "sha256 00", "Signature", "sha256 " + hexMAC("new-secret", []byte(greenhouseHook))}, 401, 0},
		{"signed and broken", "greenhouse", `{"payload":`, []string{"Signature", "sha256 " + hexMAC("new-secret", []byte(`{"payload":`))}, 400, 0},
		{"the same key twice", "ashby", `{"data":1,"data":2}`, []string{"Ashby-Signature", "sha256=" + hexMAC("new-secret", []byte(`{"data":1,"data":2}`))}, 400, 0},
		{"unknown vendor", "workday", "{}", nil, 404, 0},
		{"too large", "greenhouse", strings.Repeat("x", maxHook+1), []string{"Signature", "sha256 " + hexMAC("x", nil)}, 413, 0},
		{"too large for what is not used", "lever", strings.Repeat("x", maxWake+1), nil, 413, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, out, _ := hookServer(t, time.Now())
			if got := post(h, c.vendor, c.body, c.headers...); got != c.want || len(out.files) != c.files {
				t.Errorf("answered %d with %d files, want %d and %d", got, len(out.files), c.want, c.files)
			}
		})
	}
}

// TestHookBodiesAreRead: what is handed on is read by the decoders of exports.
func TestHookBodiesAreRead(t *testing.T) {
	h, out, _ := hookServer(t, time.Now())
	post(h, "greenhouse", greenhouseHook, "Signature", "sha256 "+hexMAC("new-secret", []byte(greenhouseHook)))
	post(h, "ashby", ashbyHook, "Ashby-Signature", "sha256="+hexMAC("new-secret", []byte(ashbyHook)))
	found := map[string]bool{}
	for path, data := range out.files {
		if bytes.Count(data, []byte("\n")) != 1 {
			t.Errorf("%s is not one line: %s", path, data)
		}
		file, rejection := source.Open(t.Context(), fstest.MapFS{path: {Data: data}}, path)
		if rejection != nil {
			t.Fatal(rejection)
		}
		if f, why := normalize.Recognise(file.Sample(t.Context()), nil); f == nil {
			t.Errorf("%s: %s", path, why)
		} else {
			found[f.Name] = true
		}
	}
	if !found["greenhouse.candidates"] || !found["ashby.applications"] {
		t.Errorf("read as %v", found)
	}
}

// TestHookIsIdempotent: the same delivery again is the same file, and one that could
// not be stored is asked for again.
func TestHookIsIdempotent(t *testing.T) {
	h, out, _ := hookServer(t, time.Now())
	signature := "sha256 " + hexMAC("new-secret", []byte(greenhouseHook))
	out.fail = 1
	if got := post(h, "greenhouse", greenhouseHook, "Signature", signature); got != http.StatusServiceUnavailable {
		t.Errorf("a full disk is answered %d", got)
	}
	for range 3 {
		if got := post(h, "greenhouse", greenhouseHook, "Signature", signature); got != 200 {
			t.Errorf("answered %d", got)
		}
	}
	if len(out.files) != 1 {
		t.Errorf("%d files", len(out.files))
	}
}

func TestHookMethodAndSecret(t *testing.T) {
	h := Webhook(HookOptions{Hooks: map[string]Hook{"ashby": {Secrets: []Secret{{File: "/nonexistent/secret"}}}}, Store: newMemory(), Sink: newSink(), Now: time.Now, Log: quiet()})
	mux := http.NewServeMux()
	mux.Handle("/v1/hooks/{vendor}", h)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/hooks/ashby", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET is answered %d", w.Code)
	}
	if got := post(mux, "ashby", ashbyHook, "Ashby-Signature", "sha256="+hexMAC("", []byte(ashbyHook))); got != http.StatusServiceUnavailable {
		t.Errorf("without a secret it answers %d", got)
	}
}

func leverHook(secret string, at time.Time) string {
	text := fmt.Sprintf("token-1%d", at.UnixMilli())
	return fmt.Sprintf(`{"id":"h","event":"candidateStageChange","triggeredAt":%d,"token":"token-1","signature":%q,"data":{"opportunityId":"op-1"}}`, at.UnixMilli(), hexMAC(secret, []byte(text)))
}

// TestLeverWakes: a delivery wakes the connector, once, within its window, and
// nothing else of it is used: Lever does not sign it.
func TestLeverWakes(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	h, out, wake := hookServer(t, now)
	for _, c := range []struct {
		name, body  string
		want, woken int
	}{
		{"signed", leverHook("new-secret", now.Add(-time.Minute)), 200, 1},
		{"the same again", leverHook("new-secret", now.Add(-time.Minute)), 200, 0},
		{"the same, with other data", strings.Replace(leverHook("new-secret", now.Add(-time.Minute)), "op-1", "op-2", 1), 200, 0},
		{"a little ahead", leverHook("new-secret", now.Add(4*time.Minute)), 200, 1},
		{"too far ahead", leverHook("new-secret", now.Add(6*time.Minute)), 401, 0},
		{"too old", leverHook("new-secret", now.Add(-61*time.Minute)), 401, 0},
		{"another secret", leverHook("x", now), 401, 0},
		{"another time", strings.Replace(leverHook("new-secret", now.Add(-2*time.Hour)), fmt.Sprint(now.Add(-2*time.Hour).UnixMilli()), fmt.Sprint(now.UnixMilli()), 1), 401, 0},
		{"the token shifted into the time", strings.NewReplacer(`"token-1"`, `"token-"`, `"triggeredAt":`, `"triggeredAt":1`).Replace(leverHook("new-secret", now.Add(time.Minute))), 401, 0},
		{"two tokens", strings.Replace(leverHook("new-secret", now), `"token":`, `"token":"x","token":`, 1), 401, 0},
		{"no object", `[]`, 401, 0},
	} {
		got := post(h, "lever", c.body)
		woken := 0
		for len(wake) > 0 {
			if name := <-wake; name != "lever" {
				t.Errorf("it woke %q", name)
			}
			woken++
		}
		if got != c.want || woken != c.woken {
			t.Errorf("%s: answered %d and woke %d times, want %d and %d", c.name, got, woken, c.want, c.woken)
		}
	}
	if len(out.files) != 0 {
		t.Error("something unsigned was stored")
	}
}

// TestHookIsNotReplayed: a delivery is taken once, also by a service that was started
// anew on the same store and even if what it brought is gone; by the name that its
// vendor gave it where there is one, and by its bytes elsewhere. What is over is
// forgotten.
func TestHookIsNotReplayed(t *testing.T) {
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close() //nolint:errcheck // temporary
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	named := func(data string) string {
		return strings.Replace(strings.Replace(ashbyHook, `{"action"`, `{"webhookActionId":"w-1","action"`, 1), "Omar Haddad", data, 1)
	}
	sign := func(body string) string { return "sha256=" + hexMAC("new-secret", []byte(body)) }
	greenhouse := func(h http.Handler) int {
		return post(h, "greenhouse", greenhouseHook, "Signature", "sha256 "+hexMAC("new-secret", []byte(greenhouseHook)))
	}
	took := func() (files, woken int) {
		h, out, wake := hooksOn(t, st, clock)
		for _, status := range []int{
			greenhouse(h), greenhouse(h),
			post(h, "ashby", named("Omar Haddad"), "Ashby-Signature", sign(named("Omar Haddad"))),
			post(h, "ashby", named("Somebody Else"), "Ashby-Signature", sign(named("Somebody Else"))),
			post(h, "lever", leverHook("new-secret", now.Add(-time.Minute).Truncate(time.Hour))),
		} {
			if status != http.StatusOK {
				t.Errorf("answered %d", status)
			}
		}
		return len(out.files), len(wake)
	}
	now = now.Add(10 * time.Minute)
	if files, woken := took(); files != 2 || woken != 1 {
		t.Errorf("at first %d files and %d calls", files, woken)
	}
	if files, woken := took(); files != 0 || woken != 0 {
		t.Errorf("started anew, %d files and %d calls", files, woken)
	}
	now = now.Add(300 * 24 * time.Hour)
	if files, _ := took(); files != 0 {
		t.Errorf("300 days later, %d files", files)
	}
	now = now.Add(101 * 24 * time.Hour)
	if files, _ := took(); files != 2 {
		t.Errorf("when it was forgotten, %d files", files)
	}
	if err := st.View(t.Context(), func(r store.Reader) error {
		if n, err := r.Count(store.Hooked, store.Query{}); n != 3 || err != nil {
			t.Errorf("%d deliveries are remembered (%v)", n, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func FuzzHook(f *testing.F) {
	f.Add("greenhouse", greenhouseHook)
	f.Add("ashby", ashbyHook)
	f.Add("lever", leverHook("s", time.UnixMilli(1)))
	f.Add("greenhouse", `{"payload":{"application":{"candidate":{"applications":[1]}}}}`)
	f.Fuzz(func(t *testing.T, vendor, body string) {
		s := schemes[vendor]
		if s == nil {
			return
		}
		if s.verify(delivery{http.Header{}, []byte(body)}, "no such secret") {
			t.Errorf("%q is taken for signed", body)
		}
		if s.rows == nil {
			return
		}
		rows, err := s.rows([]byte(body))
		if err == nil && rows != nil && (source.CheckJSON(bytes.TrimSuffix(rows, []byte("\n"))) != "" || bytes.Count(rows, []byte("\n")) != 1) {
			t.Errorf("%q gives %q", body, rows)
		}
	})
}
