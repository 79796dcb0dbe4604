// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// message is what a delivery says.
type message struct {
	key string
	happening
	delivery delivery
	link     string
}

// expand puts the object into a path of the console.
func expand(path, object string) string {
	return strings.Replace(path, "%", url.PathEscape(object), 1)
}

// post sends a message in the form that the target's interface has.
func (o Options) post(ctx context.Context, t Target, m message) error {
	var body any
	to := t.URL
	header := http.Header{"Content-Type": {"application/json"}}
	switch t.Kind {
	case Slack:
		body = map[string]string{"text": m.text + "\n" + m.link}
	case Teams:
		body = teamsCard(m)
	case Jira:
		body = jiraIssue(t, m)
		to = strings.TrimSuffix(t.URL, "/") + "/rest/api/3/issue"
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(t.User+":"+t.Secret)))
	case Webhook:
		data := map[string]string{"url": m.link}
		if strings.HasPrefix(m.delivery.Act, "case.") { // any other object can be the handle of a person
			data["object"] = m.delivery.Object
		}
		body = map[string]any{"type": m.slug, "timestamp": m.delivery.At.UTC().Format(time.RFC3339), "data": data}
	case Email, OCSFFile, OCSFHTTP, Syslog:
		return refused{fmt.Errorf("%s is not posted to", t.Kind)}
	}
	data, err := json.Marshal(body)
	if err != nil {
		return refused{err}
	}
	if t.Kind == Webhook {
		if err := sign(header, m.key, o.Now(), data, t.Secret); err != nil {
			return refused{err}
		}
	}
	return o.request(ctx, to, header, data)
}

// sign adds the headers of the Standard Webhooks specification 1.0.0
// (https://www.standardwebhooks.com). A secret that begins with whsec_ is base64;
// any other is used as it is.
func sign(header http.Header, id string, at time.Time, body []byte, secret string) error {
	key := []byte(secret)
	if coded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(coded); err != nil {
			return errors.New("the secret begins with whsec_ and is not base64")
		}
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", id, stamp, body) // a hash takes everything
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", stamp)
	header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return nil
}

// requestTime bounds one request with its answer.
const requestTime = 10 * time.Second

// request posts once and sorts the answer: done, not now, never.
func (o Options) request(ctx context.Context, to string, header http.Header, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return refused{errors.New("the address cannot be asked")}
	}
	req.Header = header
	// A redirect is no answer: it would take the signature elsewhere and turn the post
	// into a look at a page.
	client := *o.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil {
		return errors.New(withoutURL(err))
	}
	defer res.Body.Close() //nolint:errcheck // nothing was written to it
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		return later{fmt.Errorf("it answered %d", code), retryAfter(res.Header.Get("Retry-After"), o.Now())}
	case code == http.StatusRequestTimeout, code >= 500:
		return fmt.Errorf("it answered %d", code)
	case code >= 300 && code < 400:
		return fmt.Errorf("it answered %d, and redirects are not followed", code)
	default:
		return refused{fmt.Errorf("it answered %d", code)}
	}
}

// withoutURL words an error of a request without its address, which is a secret
// of Slack's and of Teams'.
func withoutURL(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}

// retryAfter reads the header of RFC 9110, section 10.2.3: seconds or a date.
func retryAfter(v string, now time.Time) time.Duration {
	if s, err := strconv.Atoi(v); err == nil && s >= 0 {
		return time.Duration(min(s, int(longestWait/time.Second))) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// teamsCard is an adaptive card in the envelope that Teams' workflows expect.
func teamsCard(m message) any {
	type object = map[string]any
	return object{"type": "message", "attachments": []object{{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content": object{
			"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
			"body":    []object{{"type": "TextBlock", "text": m.text, "wrap": true}},
			"actions": []object{{"type": "Action.OpenUrl", "title": "Open Daylight", "url": m.link}},
		},
	}}}
}

// jiraIssue is an issue in version 3 of Jira's interface, whose description is in
// the Atlassian Document Format. The label tells a repetition apart: Jira has no
// key for that, so an answer lost on its way can make two issues.
func jiraIssue(t Target, m message) any {
	type object = map[string]any
	kind := t.IssueType
	if kind == "" {
		kind = "Task"
	}
	return object{"fields": object{
		"project": object{"key": t.Project}, "issuetype": object{"name": kind}, "summary": "Daylight: " + m.title,
		"labels": []string{"daylight", "daylight-" + m.key},
		"description": object{"type": "doc", "version": 1, "content": []object{
			{"type": "paragraph", "content": []object{{"type": "text", "text": m.text}}},
			{"type": "paragraph", "content": []object{{"type": "text", "text": m.link, "marks": []object{{"type": "link", "attrs": object{"href": m.link}}}}}},
		}},
	}}
}
