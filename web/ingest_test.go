// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"daylight/account"
	"daylight/enrich"
	"daylight/intake"
	"daylight/store"
)

func TestIngest(t *testing.T) {
	c := newConsole(t, func(o *Options) { o.Intake = &intake.Box{Store: o.Store, Now: o.Now} })
	boss := c.as(account.Administrator).who.Account
	secret, err := c.accounts.NewToken(t.Context(), boss, "log shipper", []account.Scope{account.ScopeIngest}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.accounts.NewToken(t.Context(), boss, "prometheus", []account.Scope{account.ScopeMetrics}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	const people = "id,name,email\nc-1,Wanjiru Mfano,wanjiru@example.com\n"
	const more = people + "c-2,Ana Souza,ana@example.com\n"
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	for _, name := range []string{"a.csv", "../../b.csv"} {
		p, err := parts.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(p, people+name)
	}
	_ = parts.Close()

	seen := map[string]bool{}
	for _, test := range []struct {
		name, token, query, kind, coding string
		body                             io.Reader
		status, receipts, known          int
	}{
		{"a file", secret, "?path=hr/people.csv", "text/csv", "", strings.NewReader(people), 202, 1, 0},
		{"the same again", secret, "?path=hr/people.csv", "text/csv", "", strings.NewReader(people), 202, 1, 1},
		{"gzip", secret, "?path=hr/more.csv", "text/csv", "gzip", compressed(t, "gzip", more), 202, 1, 0},
		{"zstd", secret, "?path=hr/others.csv", "text/csv", "zstd", compressed(t, "zstd", more), 202, 1, 0},
		{"a form", secret, "?path=hr", parts.FormDataContentType(), "", &form, 202, 2, 0},
		{"no path", secret, "", "application/x-ndjson", "", strings.NewReader("{}\n"), 202, 1, 0},
		{"a coding nobody knows", secret, "", "text/csv", "br", strings.NewReader(people), 415, 0, 0},
		{"a form without a boundary", secret, "", "multipart/form-data", "", strings.NewReader(people), 400, 0, 0},
		{"a form without files", secret, "", "multipart/form-data; boundary=x", "", strings.NewReader("--x--\r\n"), 400, 0, 0},
		{"a path that is too long", secret, "?path=" + strings.Repeat("a", 2000), "text/csv", "", strings.NewReader(people), 400, 0, 0},
		{"another scope", other, "", "text/csv", "", strings.NewReader(people), 401, 0, 0},
		{"no token", "", "", "text/csv", "", strings.NewReader(people), 401, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body := c.program(t, http.MethodPost, "/v1/ingest"+test.query, test.token, test.body, map[string]string{"Content-Type": test.kind, "Content-Encoding": test.coding})
			if status != test.status {
				t.Fatalf("%d: %s", status, body)
			}
			if status != 202 {
				return
			}
			var got struct{ Receipts []intake.Receipt }
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatal(err)
			}
			known := 0
			for _, r := range got.Receipts {
				if r.Known {
					known++
				}
				seen[r.ID] = true
				status, body := c.program(t, http.MethodGet, "/v1/ingest/"+r.ID, test.token, nil, nil)
				if status != 200 || !strings.Contains(string(body), `"state":"waiting"`) {
					t.Errorf("%d: %s", status, body)
				}
			}
			if len(got.Receipts) != test.receipts || known != test.known {
				t.Errorf("%d receipts, %d known: %s", len(got.Receipts), known, body)
			}
		})
	}
	err = c.Store.View(t.Context(), func(r store.Reader) error {
		if n, _, err := r.Depth(store.Inbox); n != len(seen) || err != nil {
			t.Errorf("%d inputs wait for %d receipts (%v)", n, len(seen), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := c.program(t, http.MethodGet, "/v1/ingest/nothing", secret, nil, nil); status != 404 {
		t.Errorf("a receipt that nobody gave: %d", status)
	}
}

// compressed is a body as it is sent in a content coding, "" for none.
func compressed(t *testing.T, coding, body string) io.Reader {
	t.Helper()
	var out bytes.Buffer
	var z io.WriteCloser
	switch coding {
	case "gzip":
		z = gzip.NewWriter(&out)
	case "zstd":
		var err error
		if z, err = zstd.NewWriter(&out); err != nil {
			t.Fatal(err)
		}
	default:
		return strings.NewReader(body)
	}
	if _, err := io.WriteString(z, body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &out
}

// TestCompressedBodiesAreReadAlike follows bodies from their receipt until they were
// read: in whatever coding they came, into the same records.
func TestCompressedBodiesAreReadAlike(t *testing.T) {
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		kind, path, body string
		records          int
	}{
		{"text/csv", "hr/people.csv", "id,name,email\nc-1,Wanjiru Mfano,wanjiru@example.com\nc-2,Ana Souza,ana@example.com\n", 2},
		{"application/x-ndjson", "hr/staff.jsonl", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"s-1","userName":"ana@example.com","active":true}` + "\n" +
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"s-2","userName":"bilal@example.com","active":false}` + "\n" +
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"s-3","userName":"chipo@example.com","active":true}` + "\n", 3},
	} {
		var plain []string
		for _, coding := range []string{"", "gzip", "zstd"} {
			c := newConsole(t, func(o *Options) { o.Intake = &intake.Box{Store: o.Store, Now: o.Now} })
			secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "log shipper", []account.Scope{account.ScopeIngest}, c.now.Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			status, body := c.program(t, http.MethodPost, "/v1/ingest?path="+test.path, secret, compressed(t, coding, test.body), map[string]string{"Content-Type": test.kind, "Content-Encoding": coding})
			var got struct{ Receipts []intake.Receipt }
			if err := json.Unmarshal(body, &got); status != 202 || err != nil || len(got.Receipts) != 1 {
				t.Fatalf("%s %q: %d %s (%v)", test.path, coding, status, body, err)
			}
			reader := &intake.Reader{Store: c.Store, Tables: tables, Now: c.Now, Log: slog.New(slog.DiscardHandler)}
			if err := reader.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, body = c.program(t, http.MethodGet, "/v1/ingest/"+got.Receipts[0].ID, secret, nil, nil)
			var became intake.Status
			if err := json.Unmarshal(body, &became); err != nil || became.State != "read" || became.Records != test.records || became.Skipped != 0 {
				t.Errorf("%s %q: %s (%v)", test.path, coding, body, err)
			}
			var records []string
			for _, row := range c.rows(t, store.Records, store.Query{}) {
				records = append(records, string(row.Body))
			}
			slices.Sort(records) // their keys are of a store's own
			if coding == "" {
				plain = records
			}
			if diff := cmp.Diff(plain, records); diff != "" || len(records) != test.records {
				t.Errorf("%s %q: %d records, and not those of the plain body: %s", test.path, coding, len(records), diff)
			}
		}
	}
}

// TestBrokenUploadIsNotAcknowledged cuts a body off and finds nothing received.
func TestBrokenUploadIsNotAcknowledged(t *testing.T) {
	c := newConsole(t, func(o *Options) { o.Intake = &intake.Box{Store: o.Store, Now: o.Now} })
	_, err := c.Intake.Receive(t.Context(), "api", "a.csv", io.MultiReader(strings.NewReader("id,email\n"), cutOff{}))
	if err == nil {
		t.Error("a body that broke off was acknowledged")
	}
	err = c.Store.View(t.Context(), func(r store.Reader) error {
		if n, _, err := r.Depth(store.Inbox); n != 0 || err != nil {
			t.Errorf("%d inputs wait (%v)", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// cutOff is a connection that broke off.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// program sends a request as a program does.
func (c *console) program(t *testing.T, method, path, token string, body io.Reader, header map[string]string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.http.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		if v != "" {
			req.Header.Set(k, v)
		}
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, data
}
