// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// greenhouse reads candidates and applications of the Harvest API. Version 3 filters
// by updated_at=gte|time; its pages follow by the Link header, whose cursor must
// stand alone, and which Greenhouse says to follow exactly. It takes a token by the
// client credentials grant. Version 1 filters by updated_after and takes the key as
// a user name; it was announced to end on 31 August 2026 and remains for
// installations that still answer to it. Sources: harvestdocs.greenhouse.io/docs/
// authentication, /pagination and /list-endpoints; developers.greenhouse.io/harvest.html.
func greenhouse(p Pull) vendor {
	base := p.base("https://harvest.greenhouse.io")
	v := vendor{
		base: base, gap: 700 * time.Millisecond, // 50 requests in 30 seconds
		headers: http.Header{"Accept": {"application/json"}},
		authorise: func(a *api, secret string) (credentials, error) {
			if p.Version == "v1" {
				return key{basic(secret, "")}, nil
			}
			form := url.Values{"grant_type": {"client_credentials"}}
			if p.Subject != "" {
				form.Set("sub", p.Subject)
			}
			return &token{
				api: a, url: cmp.Or(p.TokenURL, "https://auth.greenhouse.io/token"), basic: basic(p.ClientID, secret),
				form: func(time.Time) (url.Values, error) { return form, nil },
			}, nil
		},
	}
	for _, name := range []string{"candidates", "applications"} {
		v.feeds = append(v.feeds, feed{
			name: name, overlap: 10 * time.Minute, split: list,
			first: func(since time.Time) string {
				at := since.UTC().Format("2006-01-02T15:04:05Z")
				if p.Version != "v1" {
					return address(base, "/v3/"+name, url.Values{"updated_at": {"gte|" + at}, "per_page": {"500"}})
				}
				if name == "applications" {
					// Of applications version 1 has no time of change, but one of activity.
					return address(base, "/v1/applications", url.Values{"last_activity_after": {at}, "per_page": {"500"}})
				}
				return address(base, "/v1/candidates", url.Values{"updated_after": {at}, "per_page": {"500"}})
			},
			at: func(row []byte) time.Time {
				var e struct {
					Updated  string `json:"updated_at"`
					Activity string `json:"last_activity_at"`
					Last     string `json:"last_activity"`
				}
				_ = member(row, &e)
				return instant(cmp.Or(e.Updated, e.Activity, e.Last))
			},
		})
	}
	return v
}

func checkGreenhouse(p Pull) []string {
	switch p.Version {
	case "", "v3":
		if p.ClientID == "" {
			return []string{"it needs the client_id of the Harvest v3 credentials"}
		}
	case "v1":
	default:
		return []string{"version is v3 or v1"}
	}
	return nil
}

// lever reads opportunities that changed, with their applications. Lever's webhooks
// say only which one changed; they wake this connector. Pages follow by hasNext and
// next, which is the next page's offset. Source: hire.lever.co/developer/
// documentation (list all opportunities, pagination; 10 requests a second).
func lever(p Pull) vendor {
	base := p.base("https://api.lever.co")
	return vendor{
		base: base, gap: 200 * time.Millisecond,
		headers: http.Header{"Accept": {"application/json"}},
		authorise: func(_ *api, secret string) (credentials, error) {
			return key{basic(secret, "")}, nil
		},
		feeds: []feed{{
			name: "opportunities", overlap: 10 * time.Minute,
			first: func(since time.Time) string {
				return address(base, "/v1/opportunities", url.Values{
					"updated_at_start": {strconv.FormatInt(since.UnixMilli(), 10)}, "expand": {"applications"}, "limit": {"100"},
				})
			},
			split: func(body []byte, _ http.Header, at *url.URL) (page, error) {
				var answer struct {
					Data []json.RawMessage `json:"data"`
					More bool              `json:"hasNext"`
					Next string            `json:"next"`
				}
				if err := json.Unmarshal(body, &answer); err != nil {
					return page{}, err
				}
				p := page{rows: answer.Data}
				if answer.More && answer.Next != "" {
					p.next = with(at, "offset", answer.Next)
				}
				return p, nil
			},
			at: func(row []byte) time.Time {
				var e struct {
					Updated int64 `json:"updatedAt"`
				}
				if member(row, &e).Updated <= 0 {
					return time.Time{}
				}
				return time.UnixMilli(e.Updated)
			},
		}},
	}
}
