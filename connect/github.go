// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"net/http"
	"net/url"
	"time"
)

// github reads the audit log of an organisation or an enterprise, oldest first.
// Events since a time are asked for by the phrase created:>=, and Git events, which
// GitHub keeps for seven days, by include=all; pages follow by the Link header, whose
// after is a cursor. Sources: docs.github.com/rest/enterprise-admin/audit-log and
// "Using the audit log API for your enterprise" (1,750 requests an hour).
func github(p Pull) vendor {
	base := p.base("https://api.github.com")
	path := "/orgs/" + url.PathEscape(p.Organization) + "/audit-log"
	if p.Enterprise != "" {
		path = "/enterprises/" + url.PathEscape(p.Enterprise) + "/audit-log"
	}
	return vendor{
		base: base, gap: 2100 * time.Millisecond,
		headers:   http.Header{"Accept": {"application/vnd.github+json"}, "X-Github-Api-Version": {"2022-11-28"}},
		authorise: bearer,
		// Of secondary limits an answer may have nothing but these words
		// (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
		limits: func(body []byte) bool { return bytes.Contains(bytes.ToLower(body), []byte("rate limit")) },
		feeds: []feed{{
			name: "audit_log", overlap: 10 * time.Minute,
			first: func(since time.Time) string {
				return address(base, path, url.Values{
					"phrase": {"created:>=" + since.UTC().Format("2006-01-02T15:04:05Z")}, "include": {"all"}, "order": {"asc"}, "per_page": {"100"},
				})
			},
			split:  list,
			events: events("github.audit_log"),
			at: func(row []byte) time.Time {
				var e struct {
					Stamp   int64 `json:"@timestamp"`
					Created int64 `json:"created_at"`
				}
				_ = member(row, &e)
				if e.Stamp == 0 {
					e.Stamp = e.Created
				}
				if e.Stamp <= 0 {
					return time.Time{}
				}
				return time.UnixMilli(e.Stamp)
			},
		}},
	}
}

func checkGitHub(p Pull) []string {
	if (p.Organization == "") == (p.Enterprise == "") {
		return []string{"it needs one of organization and enterprise"}
	}
	return nil
}
