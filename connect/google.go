// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// googleScope allows reading audit reports and nothing else.
const googleScope = "https://www.googleapis.com/auth/admin.reports.audit.readonly"

// googleApps are read unless others are named: those whose events have a meaning
// for an assessment and that every edition has.
var googleApps = []string{"login", "admin", "drive", "token", "saml", "user_accounts"}

// googleApp is a name that an application of the reports can have.
var googleApp = regexp.MustCompile(`^[a-z][a-z_]{1,40}$`)

// google reads the activity reports, one application after the other, newest first:
// startTime bounds them, pages follow by nextPageToken. Events arrive hours after
// they happened, so much is read again. Sources: developers.google.com/admin-sdk/
// reports/v1/reference/activities/list, and "Data retention and lag times".
func google(p Pull) vendor {
	base := p.base("https://admin.googleapis.com")
	apps := p.Applications
	if len(apps) == 0 {
		apps = googleApps
	}
	v := vendor{
		base: base, gap: 400 * time.Millisecond,
		headers: http.Header{"Accept": {"application/json"}},
		authorise: func(a *api, secret string) (credentials, error) {
			return googleToken(a, p, secret)
		},
		limits: googleLimits,
	}
	for _, app := range apps {
		v.feeds = append(v.feeds, feed{
			name: app, overlap: 6 * time.Hour,
			first: func(since time.Time) string {
				return address(base, "/admin/reports/v1/activity/users/all/applications/"+app, url.Values{
					"startTime": {since.UTC().Format("2006-01-02T15:04:05.000Z")}, "maxResults": {"1000"},
				})
			},
			split:  googlePage,
			events: events("google.activities"),
			at: func(row []byte) time.Time {
				var e struct {
					ID struct {
						Time string `json:"time"`
					} `json:"id"`
				}
				return instant(member(row, &e).ID.Time)
			},
		})
	}
	return v
}

// googleLimits reads the reason of an error (developers.google.com/admin-sdk/reports/
// v1/limits, and "Resolve errors" of Google's APIs: domain usageLimits).
func googleLimits(body []byte) bool {
	var answer struct {
		Error struct {
			Errors []struct {
				Reason string `json:"reason"`
			} `json:"errors"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return false
	}
	for _, e := range answer.Error.Errors {
		switch e.Reason {
		case "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded":
			return true
		}
	}
	return false
}

func googlePage(body []byte, _ http.Header, at *url.URL) (page, error) {
	var answer struct {
		Items []json.RawMessage `json:"items"`
		Next  string            `json:"nextPageToken"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return page{}, err
	}
	p := page{rows: answer.Items}
	if answer.Next != "" {
		p.next = with(at, "pageToken", answer.Next)
	}
	return p, nil
}

// googleToken authorises as a service account that acts for an administrator, by an
// assertion that it signs (developers.google.com/identity/protocols/oauth2/
// service-account; RFC 7523). The secret is the account's key file.
func googleToken(a *api, p Pull, secret string) (credentials, error) {
	var file struct {
		Email string `json:"client_email"`
		Key   string `json:"private_key"`
		ID    string `json:"private_key_id"`
	}
	if err := json.Unmarshal([]byte(secret), &file); err != nil || file.Email == "" {
		return nil, errors.New("it is not the key file of a service account")
	}
	k, err := privateKey(file.Key)
	if err != nil {
		return nil, err
	}
	where := cmp.Or(p.TokenURL, "https://oauth2.googleapis.com/token")
	return &token{api: a, url: where, form: func(now time.Time) (url.Values, error) {
		assertion, err := sign(k, file.ID, map[string]any{
			"iss": file.Email, "sub": p.Subject, "scope": googleScope, "aud": where,
			"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		})
		return url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}}, err
	}}, nil
}

func checkGoogle(p Pull) []string {
	var out []string
	if p.Subject == "" {
		out = append(out, "it needs the subject: the administrator in whose name the service account reads")
	}
	for _, app := range p.Applications {
		if !googleApp.MatchString(app) {
			out = append(out, "no application is called \""+app+"\"")
		}
	}
	return out
}
