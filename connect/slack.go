// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// slack reads the audit log, newest first: oldest is a bound in Unix seconds that
// includes itself, pages follow by response_metadata.next_cursor until that is
// empty. Sources: docs.slack.dev/reference/audit-logs-api/methods-actions-reference
// (50 calls a minute for the organisation).
func slack(p Pull) vendor {
	base := p.base("https://api.slack.com")
	return vendor{
		base: base, gap: 1300 * time.Millisecond,
		headers:   http.Header{"Accept": {"application/json"}},
		authorise: bearer,
		feeds: []feed{{
			name: "audit_log", overlap: 10 * time.Minute,
			first: func(since time.Time) string {
				return address(base, "/audit/v1/logs", url.Values{"limit": {"1000"}, "oldest": {strconv.FormatInt(since.Unix(), 10)}})
			},
			split:  slackPage,
			events: events("slack.audit_log"),
			at: func(row []byte) time.Time {
				var e struct {
					Created int64 `json:"date_create"`
				}
				if member(row, &e).Created <= 0 {
					return time.Time{}
				}
				return time.Unix(e.Created, 0)
			},
		}},
	}
}

// slackPage takes a page of the audit log apart. Slack also says errors with status
// 200 and "ok": false.
func slackPage(body []byte, _ http.Header, at *url.URL) (page, error) {
	var answer struct {
		OK       *bool             `json:"ok"`
		Error    string            `json:"error"`
		Entries  []json.RawMessage `json:"entries"`
		Metadata struct {
			Next string `json:"next_cursor"`
		} `json:"response_metadata"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return page{}, err
	}
	if answer.OK != nil && !*answer.OK || answer.Error != "" {
		return page{}, slackFailure(answer.Error)
	}
	p := page{rows: answer.Entries}
	if answer.Metadata.Next != "" {
		p.next = with(at, "cursor", answer.Metadata.Next)
	}
	return p, nil
}

// slackFailure says what an error code asks for. Only letters of it are shown.
func slackFailure(code string) *failure {
	shown := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r == '_' {
			return r
		}
		return -1
	}, code[:min(len(code), 60)])
	switch code {
	case "ratelimited", "rate_limited":
		return &failure{kind: throttled, words: "the vendor asks to wait"}
	case "invalid_cursor":
		return &failure{kind: expired, words: "the vendor does not know what was asked for"}
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "":
		return &failure{kind: broken, words: "the vendor has a fault"}
	}
	return &failure{kind: refusedUs, words: "the vendor refused: " + shown}
}

// bearer authorises with a token that is the secret.
func bearer(_ *api, secret string) (credentials, error) { return key{"Bearer " + secret}, nil }
