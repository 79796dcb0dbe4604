// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// okta reads the System Log. Without an end the request is one that polls: since is
// then the time at which an event was stored, events come in the order in which
// they were, a link to the next page is there even when nothing is left, and it is
// where to go on later. Sources: developer.okta.com/docs/reference/api/system-log
// (request types), the since and after parameters of /api/v1/logs, and for the
// limits developer.okta.com/docs/reference/rl-best-practices.
func okta(p Pull) vendor {
	return vendor{
		base: p.base(""), gap: 500 * time.Millisecond,
		headers: http.Header{"Accept": {"application/json"}},
		authorise: func(a *api, secret string) (credentials, error) {
			if p.ClientID == "" {
				return key{"SSWS " + secret}, nil
			}
			return oktaToken(a, p, secret)
		},
		feeds: []feed{{
			name: "system_log", polls: true, overlap: 10 * time.Minute,
			first: func(since time.Time) string {
				return address(p.base(""), "/api/v1/logs", url.Values{
					"since": {since.UTC().Format("2006-01-02T15:04:05.000Z")}, "limit": {"1000"}, "sortOrder": {"ASCENDING"},
				})
			},
			split:  list,
			events: events("okta.system_log"),
			at: func(row []byte) time.Time {
				var e struct {
					Published string `json:"published"`
				}
				return instant(member(row, &e).Published)
			},
		}},
	}
}

// oktaToken authorises as a service app that may do nothing but read the log
// (developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp): a signed
// assertion of the app is exchanged for a token.
func oktaToken(a *api, p Pull, secret string) (credentials, error) {
	k, err := privateKey(secret)
	if err != nil {
		return nil, err
	}
	where := p.base("") + "/oauth2/v1/token"
	return &token{api: a, url: where, form: func(now time.Time) (url.Values, error) {
		id := make([]byte, 16)
		if _, err := a.random.Read(id); err != nil {
			return nil, err
		}
		assertion, err := sign(k, p.KeyID, map[string]any{
			"iss": p.ClientID, "sub": p.ClientID, "aud": where, "jti": fmt.Sprintf("%x", id),
			"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
		})
		return url.Values{
			"grant_type": {"client_credentials"}, "scope": {"okta.logs.read"},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion},
		}, err
	}}, nil
}

func checkOkta(p Pull) []string {
	if p.URL == "" {
		return []string{"it needs the url of the organisation"}
	}
	return nil
}
