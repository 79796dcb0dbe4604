// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// testVendor is a vendor as tests use it: a server as its documentation describes
// it, and a configuration for it.
type testVendor struct {
	kind   string
	format string // of what it delivers
	feeds  int
	serve  func(s *server) func(http.ResponseWriter, *http.Request)
	row    func(i int, at time.Time) string
	pull   func(s *server, secret func(string) Secret) Pull
	// newestFirst, whole seconds only: how the vendor lists.
	newestFirst bool
}

var people = []string{"amara.okafor", "lars.lindqvist", "mei.tanaka", "tomas.novak", "aroha.ngata", "priya.raman", "omar.haddad", "lucia.ferreira"}

func mail(i int) string { return people[i%len(people)] + "@example.com" }

// place is a cursor as vendors give them out: opaque, and of no use once it is old.
func place(s *server, since string, from int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf("%d|%s|%d", s.generation, since, from)))
}

func readPlace(s *server, text string) (since string, from int, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(raw), "|")
	if err != nil || len(parts) != 3 || parts[0] != strconv.Itoa(s.generation) {
		return "", 0, false
	}
	from, err = strconv.Atoi(parts[2])
	return parts[1], from, err == nil
}

var testVendors = []testVendor{
	{
		kind: "okta", format: "okta.system_log", feeds: 1,
		row: func(i int, at time.Time) string {
			return fmt.Sprintf(`{"uuid":"%d","published":%q,"eventType":"user.session.start","severity":"INFO","actor":{"id":"00u%d","type":"User","alternateId":%q},"client":{"ipAddress":"192.0.2.%d"},"outcome":{"result":"SUCCESS"}}`,
				i, at.UTC().Format("2006-01-02T15:04:05.000Z"), i%len(people), mail(i), i%250)
		},
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want = "SSWS okta-key"
			return Pull{Name: "okta", Kind: "okta", URL: "http://okta.example.com/", Secret: secret("okta-key")}
		},
		serve: func(s *server) func(http.ResponseWriter, *http.Request) {
			return func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				since, from, ok := q.Get("since"), 0, true
				if q.Has("after") {
					since, from, ok = readPlace(s, q.Get("after"))
				}
				at, err := time.Parse(time.RFC3339, since)
				if !ok || err != nil || r.URL.Path != "/api/v1/logs" || q.Has("until") {
					http.Error(w, "bad cursor", http.StatusBadRequest)
					return
				}
				all := s.since(at)
				got := window(all, from, s.page)
				w.Header().Add("Link", `<http://okta.example.com`+r.URL.String()+`>; rel="self"`)
				w.Header().Add("Link", `<http://okta.example.com/api/v1/logs?limit=1000&after=`+place(s, since, from+len(got))+`>; rel="next"`)
				_, _ = fmt.Fprintf(w, "[%s]", rows(got))
			}
		},
	},
	{
		kind: "slack", format: "slack.audit_log", feeds: 1, newestFirst: true,
		row: func(i int, at time.Time) string {
			return fmt.Sprintf(`{"id":"%d","date_create":%d,"action":"user_login","actor":{"type":"user","user":{"id":"W%d","name":"x","email":%q}},"context":{"ua":"Example/1","ip_address":"198.51.100.%d"},"entity":{"type":"user"}}`,
				i, at.Unix(), i%len(people), mail(i), i%250)
		},
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want = "Bearer xoxp-1"
			return Pull{Name: "slack", Kind: "slack", Secret: secret("xoxp-1")}
		},
		serve: func(s *server) func(http.ResponseWriter, *http.Request) {
			return func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				from, ok := 0, true
				if q.Has("cursor") {
					_, from, ok = readPlace(s, q.Get("cursor"))
				}
				oldest, err := strconv.ParseInt(q.Get("oldest"), 10, 64)
				if !ok || err != nil || r.URL.Path != "/audit/v1/logs" {
					_, _ = fmt.Fprint(w, `{"ok":false,"error":"invalid_cursor"}`)
					return
				}
				got, more := newest(s.since(time.Unix(oldest, 0)), from, s.page)
				next := ""
				if more {
					next = place(s, "", from+len(got))
				}
				_, _ = fmt.Fprintf(w, `{"entries":[%s],"response_metadata":{"next_cursor":%q}}`, rows(got), next)
			}
		},
	},
	{
		kind: "github", format: "github.audit_log", feeds: 1,
		row: func(i int, at time.Time) string {
			return fmt.Sprintf(`{"_document_id":"%d","@timestamp":%d,"action":"git.clone","actor":"%s","actor_id":%d,"org":"example","repo":"example/site","actor_ip":"203.0.113.%d"}`,
				i, at.UnixMilli(), people[i%len(people)], i%len(people), i%250)
		},
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want = "Bearer ghp-1"
			return Pull{Name: "github", Kind: "github", Organization: "example", Secret: secret("ghp-1")}
		},
		serve: func(s *server) func(http.ResponseWriter, *http.Request) {
			return func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				from, ok := 0, true
				if q.Has("after") {
					_, from, ok = readPlace(s, q.Get("after"))
				}
				at, err := time.Parse(time.RFC3339, strings.TrimPrefix(q.Get("phrase"), "created:>="))
				if !ok || err != nil || r.URL.Path != "/orgs/example/audit-log" || q.Get("include") != "all" || q.Get("order") != "asc" {
					http.Error(w, "unprocessable", http.StatusUnprocessableEntity)
					return
				}
				all := s.since(at)
				got := window(all, from, s.page)
				if from+len(got) < len(all) {
					q.Set("after", place(s, "", from+len(got)))
					w.Header().Set("Link", `<https://api.github.com/orgs/example/audit-log?`+q.Encode()+`>; rel="next", <https://api.github.com/orgs/example/audit-log?before=a,b>; rel="prev"`)
				}
				_, _ = fmt.Fprintf(w, "[%s]", rows(got))
			}
		},
	},
	{
		kind: "google", format: "google.activities", feeds: 1, newestFirst: true,
		row: func(i int, at time.Time) string {
			return fmt.Sprintf(`{"kind":"admin#reports#activity","id":{"time":%q,"uniqueQualifier":"%d","applicationName":"login"},"actor":{"email":%q,"profileId":"1%d"},"ipAddress":"192.0.2.%d","events":[{"type":"login","name":"login_success"}]}`,
				at.UTC().Format("2006-01-02T15:04:05.000Z"), i, mail(i), i%len(people), i%250)
		},
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want, s.token = "Bearer google-token", serviceAccount
			return Pull{Name: "google", Kind: "google", Subject: "admin@example.com", Applications: []string{"login"}, Secret: secret(keyFile())}
		},
		serve: func(s *server) func(http.ResponseWriter, *http.Request) {
			return func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				from, ok := 0, true
				if q.Has("pageToken") {
					_, from, ok = readPlace(s, q.Get("pageToken"))
				}
				at, err := time.Parse(time.RFC3339, q.Get("startTime"))
				if !ok || err != nil || r.URL.Path != "/admin/reports/v1/activity/users/all/applications/login" {
					http.Error(w, "bad token", http.StatusBadRequest)
					return
				}
				got, more := newest(s.since(at), from, s.page)
				next := ""
				if more {
					next = fmt.Sprintf(`,"nextPageToken":%q`, place(s, "", from+len(got)))
				}
				items := ""
				if len(got) > 0 { // Google leaves an empty list out
					items = fmt.Sprintf(`,"items":[%s]`, rows(got))
				}
				_, _ = fmt.Fprintf(w, `{"kind":"admin#reports#activities"%s%s}`, items, next)
			}
		},
	},
	{
		kind: "greenhouse", format: "greenhouse.candidates", feeds: 2,
		row: func(i int, at time.Time) string {
			return fmt.Sprintf(`{"id":%d,"first_name":"Test","last_name":"Person %d","updated_at":%q,"email_addresses":[{"value":%q,"type":"personal"}],"phone_numbers":[],"website_addresses":[],"social_media_addresses":[]}`,
				i+1, i, at.UTC().Format(time.RFC3339Nano), mail(i))
		},
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want = "Bearer greenhouse-token"
			s.token = func(r *http.Request) (string, error) {
				user, password, _ := r.BasicAuth()
				if r.Host != "auth.greenhouse.io" || user != "client-1" || password != "client-secret" || r.FormValue("grant_type") != "client_credentials" || r.FormValue("sub") != "77" {
					return "", errors.New("invalid_client")
				}
				return "greenhouse-token", nil
			}
			return Pull{Name: "greenhouse", Kind: "greenhouse", ClientID: "client-1", Subject: "77", Secret: secret("client-secret")}
		},
		serve: func(s *server) func(http.ResponseWriter, *http.Request) {
			return func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if r.URL.Path == "/v3/applications" {
					_, _ = fmt.Fprint(w, "[]")
					return
				}
				since, from, ok := strings.TrimPrefix(q.Get("updated_at"), "gte|"), 0, true
				if q.Has("cursor") {
					since, from, ok = readPlace(s, q.Get("cursor"))
					ok = ok && len(q) == 1 // it must stand alone
				}
				at, err := time.Parse(time.RFC3339, since)
				if !ok || err != nil || r.URL.Path != "/v3/candidates" {
					http.Error(w, "invalid cursor", http.StatusUnprocessableEntity)
					return
				}
				all := s.since(at)
				got := window(all, from, s.page)
				if from+len(got) < len(all) {
					w.Header().Set("Link", `<https://harvest.greenhouse.io/v3/candidates?cursor=`+place(s, since, from+len(got))+`>; rel="next"`)
				}
				_, _ = fmt.Fprintf(w, "[%s]", rows(got))
			}
		},
	},
	{
		kind: "lever", format: "lever.opportunities", feeds: 1,
		row: func(i int, at time.Time) string {
			return fmt.Sprintf(`{"id":"op-%d","name":"Test Person %d","emails":[%q],"phones":[],"applications":[],"origin":"applied","createdAt":1700000000000,"updatedAt":%d}`,
				i, i, mail(i), at.UnixMilli())
		},
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want = basic("lever-key", "")
			return Pull{Name: "lever", Kind: "lever", Secret: secret("lever-key")}
		},
		serve: func(s *server) func(http.ResponseWriter, *http.Request) {
			return func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				from, ok := 0, true
				if q.Has("offset") {
					_, from, ok = readPlace(s, q.Get("offset"))
				}
				ms, err := strconv.ParseInt(q.Get("updated_at_start"), 10, 64)
				if !ok || err != nil || r.URL.Path != "/v1/opportunities" || q.Get("expand") != "applications" {
					http.Error(w, "bad offset", http.StatusBadRequest)
					return
				}
				all := s.since(time.UnixMilli(ms))
				got := window(all, from, s.page)
				more := from+len(got) < len(all)
				next := ""
				if more {
					next = place(s, "", from+len(got))
				}
				_, _ = fmt.Fprintf(w, `{"data":[%s],"hasNext":%v,"next":%q}`, rows(got), more, next)
			}
		},
	},
}

// newest pages through events from the newest back. What is added in the meantime
// shifts the pages, so that rows come again.
func newest(all []event, from, n int) (got []event, more bool) {
	for i := len(all) - 1 - from; i >= 0 && len(got) < n; i-- {
		got = append(got, all[i])
	}
	return got, from+len(got) < len(all)
}

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func keyPEM() string {
	der, err := x509.MarshalPKCS8PrivateKey(testKey())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// keyFile is the key file of an invented service account.
func keyFile() string {
	raw, err := json.Marshal(map[string]string{"type": "service_account", "client_email": "reader@example.com", "private_key": keyPEM(), "private_key_id": "k1"})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// serviceAccount is Google's side of the grant.
func serviceAccount(r *http.Request) (string, error) {
	if r.Host != "oauth2.googleapis.com" || r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		return "", errors.New("unsupported_grant_type")
	}
	claims, err := verified(r.FormValue("assertion"))
	if err != nil {
		return "", err
	}
	if claims["iss"] != "reader@example.com" || claims["sub"] != "admin@example.com" || claims["scope"] != googleScope || claims["aud"] != "https://oauth2.googleapis.com/token" ||
		claims["exp"].(float64)-claims["iat"].(float64) > 3600 {
		return "", errors.New("invalid_grant")
	}
	return "google-token", nil
}

// verified checks a token's signature and returns its claims.
func verified(token string) (map[string]any, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a token")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	if err := rsa.VerifyPKCS1v15(&testKey().PublicKey, crypto.SHA256, digest[:], signature); err != nil {
		return nil, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	return claims, json.Unmarshal(raw, &claims)
}

func TestOktaServiceApp(t *testing.T) {
	a := &api{now: time.Now, random: steady{}}
	c, err := oktaToken(a, Pull{URL: "https://example.okta.com/", ClientID: "0oa1", KeyID: "k"}, keyPEM())
	if err != nil {
		t.Fatal(err)
	}
	form, err := c.(*token).form(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	claims, err := verified(form.Get("client_assertion"))
	if err != nil || claims["iss"] != "0oa1" || claims["sub"] != "0oa1" || claims["aud"] != "https://example.okta.com/oauth2/v1/token" || claims["jti"] == "" {
		t.Errorf("the assertion says %v, %v", claims, err)
	}
	if form.Get("scope") != "okta.logs.read" || form.Get("grant_type") != "client_credentials" {
		t.Errorf("it asks for %v", form)
	}
	if _, err := oktaToken(a, Pull{}, "not a key"); err == nil {
		t.Error("a key that is none is taken")
	}
}

func TestNextLink(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    string
	}{
		{nil, ""},
		{[]string{`<https://a/1>; rel="self"`, `<https://a/2>; rel="next"`}, "https://a/2"},
		{[]string{`<https://a/1>; rel="prev", <https://a/2>; rel="next"`}, "https://a/2"},
		{[]string{`<https://a/2,b>; title="x, <https://evil/>; rel=next"; rel="next"`}, "https://a/2,b"},
		{[]string{`<https://a/2>; rel=next`}, "https://a/2"},
		{[]string{`<https://a/2>; REL="last next"`}, "https://a/2"},
		{[]string{`<https://a/2>; rel="nextish"`}, ""},
		{[]string{`https://a/2; rel="next"`, `<`, `>`, `><`, `<a`}, ""},
		{[]string{`<>; rel="next"`}, ""},
	} {
		if got := next(http.Header{"Link": c.headers}); got != c.want {
			t.Errorf("%q: %q, want %q", c.headers, got, c.want)
		}
	}
}

func FuzzNextLink(f *testing.F) {
	f.Add(`<https://a/1>; rel="prev", <https://a/2>; rel="next"`)
	f.Add(`<a>;rel="`)
	a := &api{base: &url.URL{Scheme: "https", Host: "a"}}
	f.Fuzz(func(t *testing.T, line string) {
		target := next(http.Header{"Link": {line}})
		if to, err := a.resolve(a.base, target); err == nil && !strings.HasPrefix(to, "https://a/") && to != "https://a" && !strings.HasPrefix(to, "https://a?") && !strings.HasPrefix(to, "https://a#") {
			t.Errorf("%q leads to %q", line, to)
		}
	})
}
