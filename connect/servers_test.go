// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The orders in which vendors list.
func oldestFirst(a, b event) int { return a.at.Compare(b.at) }
func newestFirst(a, b event) int { return b.at.Compare(a.at) }
func storedFirst(a, b event) int { return a.had().Compare(b.had()) }

// byID is the order of the rows' own numbers, which does not follow the time of change.
func byID(a, b event) int { return cmp.Compare(idOf(a.row), idOf(b.row)) }

func idOf(row string) int {
	_, after, _ := strings.Cut(row, `"id":`)
	digits, _, _ := strings.Cut(after, ",")
	n, _ := strconv.Atoi(digits)
	return n
}

// had is when the vendor had an event.
func (e event) had() time.Time {
	if e.stored.IsZero() {
		return e.at
	}
	return e.stored
}

func oktaRow(i int, at time.Time) string {
	return fmt.Sprintf(`{"uuid":"%d","published":%q,"eventType":"user.session.start","severity":"INFO","actor":{"id":"00u%d","type":"User","alternateId":%q},"client":{"ipAddress":"192.0.2.%d"},"outcome":{"result":"SUCCESS"}}`,
		i, at.UTC().Format("2006-01-02T15:04:05.000Z"), i%len(people), mail(i), i%250)
}

// serveOkta is the System Log by polling: since is the time at which an event was
// stored, a next link is always there and keeps the other parameters, each link is a
// header of its own, and every answer has the state of the limit.
func serveOkta(s *server) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		since, from, ok := q.Get("since"), 0, true
		if q.Has("after") {
			since, from, ok = readPlace(s, q.Get("after"))
		}
		at, err := time.Parse(time.RFC3339, since)
		n, fits := s.size(q.Get("limit"), 100, 1000)
		if !ok || !fits || err != nil || r.URL.Path != "/api/v1/logs" || q.Has("until") || q.Get("sortOrder") != "ASCENDING" {
			http.Error(w, `{"errorCode":"E0000001"}`, http.StatusBadRequest)
			return
		}
		var all []event
		for _, e := range s.of("", time.Time{}, storedFirst) {
			if !e.had().Before(at) {
				all = append(all, e)
			}
		}
		got, _ := s.cut(all, from, n)
		base := "http://okta.example.com" + r.URL.Path + "?"
		w.Header().Add("Link", "<"+base+r.URL.RawQuery+`>; rel="self"`)
		q.Set("after", place(s, since, from+s.sizes[len(s.sizes)-1]))
		w.Header().Add("Link", "<"+base+q.Encode()+`>; rel="next"`)
		if w.Header().Get("X-Rate-Limit-Remaining") == "" {
			w.Header().Set("X-Rate-Limit-Limit", "120")
			w.Header().Set("X-Rate-Limit-Remaining", strconv.Itoa(max(1, 120-s.asked)))
			w.Header().Set("X-Rate-Limit-Reset", strconv.FormatInt(time.Now().Add(s.skew+time.Minute).Unix(), 10))
		}
		_, _ = fmt.Fprintf(w, "[%s]", rows(got))
	}
}

func oktaBusy(w http.ResponseWriter, _, reset time.Time) {
	w.Header().Set("X-Rate-Limit-Remaining", "0")
	w.Header().Set("X-Rate-Limit-Reset", strconv.FormatInt(reset.Unix()+1, 10))
	http.Error(w, `{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit due to too many requests."}`, http.StatusTooManyRequests)
}

func retryAfter(w http.ResponseWriter, now, reset time.Time) {
	w.Header().Set("Retry-After", strconv.Itoa(int(reset.Sub(now)/time.Second)+1))
	http.Error(w, `{"ok":false,"error":"ratelimited"}`, http.StatusTooManyRequests)
}

// greenhouseRow is a candidate, or an application of the one before, as version 3 has
// them.
func greenhouseRow(i int, at time.Time) string {
	when := at.UTC().Format(time.RFC3339Nano)
	if i%2 == 1 {
		return fmt.Sprintf(`{"id":%d,"candidate_id":%d,"job_id":7,"prospect":false,"created_at":%q,"updated_at":%q,"last_activity_at":%q}`, i+1, i, when, when, when)
	}
	return fmt.Sprintf(`{"id":%d,"first_name":"Test","last_name":"Person %d","updated_at":%q,"email_addresses":[{"value":%q,"type":"personal"}],"phone_numbers":[],"website_addresses":[],"social_media_addresses":[]}`,
		i+1, i, when, mail(i/2))
}

var greenhouseLists = []string{"candidates", "applications"}

// serveGreenhouse is Harvest v3: a cursor that stands alone and holds the filters of the
// first request, the newest id first, and no Link header on the last page.
func serveGreenhouse(s *server) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		list := strings.TrimPrefix(r.URL.Path, "/v3/")
		since, ok := strings.CutPrefix(q.Get("updated_at"), "gte|")
		size, from := q.Get("per_page"), 0
		if q.Has("cursor") {
			var kept string
			kept, from, ok = readPlace(s, q.Get("cursor"))
			since, size, _ = strings.Cut(kept, "~")
			ok = ok && len(q) == 1 // it must stand alone
		}
		at, err := time.Parse(time.RFC3339, since)
		n, fits := s.size(size, 100, 500)
		if !ok || !fits || err != nil || !slices.Contains(greenhouseLists, list) {
			http.Error(w, `{"message":"invalid"}`, http.StatusUnprocessableEntity)
			return
		}
		got, more := s.cut(s.of(list, at, func(a, b event) int { return byID(b, a) }), from, n)
		if more {
			w.Header().Set("Link", `<https://harvest.greenhouse.io`+r.URL.Path+`?cursor=`+place(s, since+"~"+size, from+s.sizes[len(s.sizes)-1])+`>; rel="next"`)
		}
		_, _ = fmt.Fprintf(w, "[%s]", rows(got))
	}
}

// serveHarvest1 is Harvest v1: numbers of pages, filters that every link keeps, all
// links in one header, and of applications the time of the last activity.
func serveHarvest1(s *server) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		list := strings.TrimPrefix(r.URL.Path, "/v1/")
		filter := map[string]string{"candidates": "updated_after", "applications": "last_activity_after"}[list]
		at, err := time.Parse(time.RFC3339, q.Get(filter))
		n, fits := s.size(q.Get("per_page"), 100, 500)
		number := 1
		if q.Has("page") {
			number, _ = strconv.Atoi(q.Get("page")) // 0 is refused
		}
		if !fits || err != nil || number < 1 || filter == "" || len(q) > 3 {
			http.Error(w, `{"message":"invalid"}`, http.StatusUnprocessableEntity)
			return
		}
		all := s.of(list, at, byID)
		got, more := s.cut(all, (number-1)*n, n)
		link := func(page int, rel string) string {
			q.Set("page", strconv.Itoa(page))
			return `<https://harvest.greenhouse.io` + r.URL.Path + "?" + q.Encode() + `>; rel="` + rel + `"`
		}
		var links []string
		if more {
			links = append(links, link(number+1, "next"))
		}
		if number > 1 {
			links = append(links, link(number-1, "prev"))
		}
		w.Header().Set("Link", strings.Join(append(links, link(max(1, (len(all)+n-1)/n), "last")), ","))
		w.Header().Set("X-RateLimit-Limit", "50")
		w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(max(1, 50-s.asked)))
		_, _ = fmt.Fprintf(w, "[%s]", rows(got))
	}
}

// testVendors are the vendors, each as its documentation describes it. Sources, beside
// those of the connectors: developer.okta.com/docs/reference/rl-best-practices,
// docs.slack.dev/apis/web-api/rate-limits, docs.github.com/rest/using-the-rest-api/
// rate-limits-for-the-rest-api, developers.google.com/admin-sdk/reports/v1/limits,
// harvestdocs.greenhouse.io/docs/api-rate-limiting.
var testVendors = []testVendor{
	{
		name: "okta", kind: "okta", formats: []string{"okta.system_log"}, most: 1000, limit: 120, window: time.Minute, busy: oktaBusy,
		row: oktaRow, serve: serveOkta,
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want = "SSWS okta-key"
			return Pull{Name: "okta", Kind: "okta", URL: "http://okta.example.com/", Secret: secret("okta-key")}
		},
	},
	{
		name: "slack", kind: "slack", formats: []string{"slack.audit_log"}, most: 9999, limit: 50, window: time.Minute, busy: retryAfter,
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
				n, fits := s.size(q.Get("limit"), 1000, 9999)
				if !ok || !fits || err != nil || r.URL.Path != "/audit/v1/logs" {
					_, _ = fmt.Fprint(w, `{"ok":false,"error":"invalid_cursor"}`)
					return
				}
				got, more := s.cut(s.of("", time.Unix(oldest, 0), newestFirst), from, n)
				next := ""
				if more {
					next = place(s, "", from+s.sizes[len(s.sizes)-1])
				}
				_, _ = fmt.Fprintf(w, `{"entries":[%s],"response_metadata":{"next_cursor":%q}}`, rows(got), next)
			}
		},
	},
	{
		name: "github", kind: "github", formats: []string{"github.audit_log"}, most: 100, limit: 1750, window: time.Hour,
		// The limit of the endpoint is said by headers, with either status.
		busy: func(w http.ResponseWriter, _, reset time.Time) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix()+1, 10))
			http.Error(w, `{"message":"API rate limit exceeded"}`, http.StatusForbidden)
		},
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
				n, fits := s.size(q.Get("per_page"), 30, 100)
				if !ok || !fits || err != nil || r.URL.Path != "/orgs/example/audit-log" || q.Get("include") != "all" || q.Get("order") != "asc" {
					http.Error(w, "unprocessable", http.StatusUnprocessableEntity)
					return
				}
				got, more := s.cut(s.of("", at, oldestFirst), from, n)
				if more {
					q.Set("after", place(s, "", from+s.sizes[len(s.sizes)-1]))
					w.Header().Set("Link", `<https://api.github.com/orgs/example/audit-log?`+q.Encode()+`>; rel="next", <https://api.github.com/orgs/example/audit-log?before=a,b>; rel="prev"`)
				}
				_, _ = fmt.Fprintf(w, "[%s]", rows(got))
			}
		},
	},
	{
		name: "google", kind: "google", formats: []string{"google.activities"}, most: 1000, limit: 2400, window: time.Minute,
		// A quota is said by the reason in the body alone.
		busy: func(w http.ResponseWriter, _, _ time.Time) {
			http.Error(w, `{"error":{"code":403,"errors":[{"domain":"usageLimits","reason":"rateLimitExceeded"}]}}`, http.StatusForbidden)
		},
		row: func(i int, at time.Time) string {
			return fmt.Sprintf(`{"kind":"admin#reports#activity","id":{"time":%q,"uniqueQualifier":"%d","applicationName":"login"},"actor":{"email":%q,"profileId":"1%d"},"ipAddress":"192.0.2.%d","events":[{"type":"login","name":"login_success"}]}`,
				at.UTC().Format("2006-01-02T15:04:05.000Z"), i, mail(i), i%len(people), i%250)
		},
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want, s.token = "Bearer google-token", s.serviceAccount
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
				n, fits := s.size(q.Get("maxResults"), 1000, 1000)
				if !ok || !fits || err != nil || r.URL.Path != "/admin/reports/v1/activity/users/all/applications/login" {
					http.Error(w, "bad token", http.StatusBadRequest)
					return
				}
				got, more := s.cut(s.of("", at, newestFirst), from, n)
				next := ""
				if more {
					next = fmt.Sprintf(`,"nextPageToken":%q`, place(s, "", from+s.sizes[len(s.sizes)-1]))
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
		name: "greenhouse", kind: "greenhouse", formats: []string{"greenhouse.candidates", "greenhouse.applications"}, lists: greenhouseLists,
		most: 500, limit: 50, window: 30 * time.Second, busy: retryAfter, row: greenhouseRow, serve: serveGreenhouse,
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
	},
	{
		name: "lever", kind: "lever", formats: []string{"lever.opportunities"}, most: 100, limit: 10, window: time.Second,
		busy: func(w http.ResponseWriter, _, _ time.Time) {
			http.Error(w, `{"code":"RateLimitExceeded"}`, http.StatusTooManyRequests)
		},
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
				n, fits := s.size(q.Get("limit"), 100, 100)
				if !ok || !fits || err != nil || r.URL.Path != "/v1/opportunities" || q.Get("expand") != "applications" {
					http.Error(w, "bad offset", http.StatusBadRequest)
					return
				}
				got, more := s.cut(s.of("", time.UnixMilli(ms), oldestFirst), from, n)
				next := ""
				if more {
					next = place(s, "", from+s.sizes[len(s.sizes)-1])
				}
				_, _ = fmt.Fprintf(w, `{"data":[%s],"hasNext":%v,"next":%q}`, rows(got), more, next)
			}
		},
	},
	{
		name: "okta service app", kind: "okta", formats: []string{"okta.system_log"}, most: 1000, limit: 120, window: time.Minute, busy: oktaBusy,
		row: oktaRow, serve: serveOkta,
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want, s.token = "Bearer okta-token", serviceApp(s)
			return Pull{Name: "okta", Kind: "okta", URL: "http://okta.example.com/", ClientID: "0oa1", KeyID: "k1", Secret: secret(keyPEM())}
		},
	},
	{
		name: "greenhouse v1", kind: "greenhouse", formats: []string{"greenhouse.candidates", "greenhouse.applications"}, lists: greenhouseLists,
		most: 500, limit: 50, window: 30 * time.Second, busy: retryAfter, row: greenhouseRow, serve: serveHarvest1,
		pull: func(s *server, secret func(string) Secret) Pull {
			s.want = basic("harvest-key", "")
			return Pull{Name: "greenhouse", Kind: "greenhouse", Version: "v1", Secret: secret("harvest-key")}
		},
	},
}
