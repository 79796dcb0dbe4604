// SPDX-License-Identifier: Apache-2.0

package web

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/store"
)

// The page of the audit log shows auditRows entries at a time; with a filter it looks
// through auditReach entries and offers to look further.
const (
	auditRows  = 20
	auditReach = 20_000
	auditStep  = 1_000
)

// digestLength is how long a SHA-256 is in hexadecimal digits.
const digestLength = 64

// auditors read the audit log.
var auditors = []account.Role{account.Auditor, account.Administrator}

func auditRoutes() []route {
	return []route{
		{pattern: "GET /audit", roles: auditors, acts: "read the audit log", recorded: true, handle: (*Server).auditPage},
		{pattern: "POST /audit/verify", roles: auditors, acts: "compute the audit log anew and compare it with its checkpoints", recorded: true, handle: (*Server).auditVerify},
		{pattern: "POST /audit/download", roles: auditors, acts: "download the audit log with its checkpoints", recorded: true, handle: (*Server).auditDownload},
	}
}

// auditFilter selects entries.
type auditFilter struct {
	Actor, Act, Object string
	From, Until        string // days, as the form has them
	from, until        time.Time
}

func readAuditFilter(q url.Values) (auditFilter, error) {
	f := auditFilter{Actor: strings.TrimSpace(q.Get("actor")), Act: strings.TrimSpace(q.Get("act")), Object: strings.TrimSpace(q.Get("object")), From: q.Get("from"), Until: q.Get("until")}
	var err error
	if f.From != "" {
		if f.from, err = time.Parse(day, f.From); err != nil {
			return f, errBadRequest
		}
	}
	if f.Until != "" {
		if f.until, err = time.Parse(day, f.Until); err != nil {
			return f, errBadRequest
		}
		f.until = f.until.AddDate(0, 0, 1) // the day itself included
	}
	return f, nil
}

// lets reports whether an entry is selected. An act is given whole or by its first
// words: "person" selects "person.view".
func (f auditFilter) lets(e audit.Entry) bool {
	return (f.Actor == "" || e.Actor == f.Actor) && (f.Object == "" || e.Object == f.Object) &&
		(f.Act == "" || e.Act == f.Act || strings.HasPrefix(e.Act, f.Act+".")) &&
		!e.At.Before(f.from) && (f.until.IsZero() || e.At.Before(f.until))
}

// fields are the names of those that select, "act from".
func (f auditFilter) fields() string {
	var set []string
	for _, field := range []struct{ name, value string }{{"actor", f.Actor}, {"act", f.Act}, {"object", f.Object}, {"from", f.From}, {"until", f.Until}} {
		if field.value != "" {
			set = append(set, field.name)
		}
	}
	return strings.Join(set, " ")
}

// older is the address of the page with entries before a number.
func (f auditFilter) older(before int64) string {
	q := url.Values{"before": {strconv.FormatInt(before, 10)}}
	for name, v := range map[string]string{"actor": f.Actor, "act": f.Act, "object": f.Object, "from": f.From, "until": f.Until} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return "/audit?" + q.Encode()
}

// auditRow is one entry as the page shows it.
type auditRow struct {
	audit.Entry
	Number int64
	Who    string // the actor's name, or the actor
	Known  bool   // the actor is an account
	Words  []string
}

// auditView is the page of the audit log.
type auditView struct {
	Filter auditFilter
	Rows   []auditRow
	Older  string // address of the next page, "" at the beginning of the log
	Length int64
	Last   time.Time // of the newest checkpoint
	Sealed int64
	Report *audit.Report
}

func (s *Server) auditView(x *exchange, f auditFilter, before int64) (auditView, error) {
	v := auditView{Filter: f}
	names, err := s.names(x.r.Context())
	if err != nil {
		return v, err
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		var err error
		if v.Length, err = r.Length(store.Audit); err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		if v.Sealed, v.Last, err = sealed(r); err != nil {
			return err
		}
		at := v.Length
		if before > 0 {
			at = min(at, before)
		}
		v.Rows, at, err = auditEntries(r, f, at)
		if at > 0 {
			v.Older = f.older(at)
		}
		return err
	})
	for i, row := range v.Rows {
		name, known := names[row.Actor]
		v.Rows[i].Who, v.Rows[i].Known = row.Actor, known
		if known {
			v.Rows[i].Who = name
		}
	}
	return v, err
}

// auditEntries returns the newest entries before a number that are selected, and
// the number from which to look further, 0 if there is nothing left.
func auditEntries(r store.Reader, f auditFilter, before int64) ([]auditRow, int64, error) {
	var rows []auditRow
	for least := max(0, before-auditReach); before > least && len(rows) < auditRows; {
		from := max(least, before-auditStep)
		var found []auditRow
		for e, err := range audit.Entries(r, from) {
			if err != nil && !errors.Is(err, audit.ErrEntry) {
				return nil, 0, err
			}
			if e.Number >= before {
				break
			}
			if err != nil {
				e.Act = "unreadable" // it is there and nobody can say what it means: verifying reports it
			}
			if f.lets(e.Entry) {
				found = append(found, auditRow{Entry: e.Entry, Number: e.Number, Words: details(e.Entry)})
			}
		}
		slices.Reverse(found)
		rows, before = append(rows, found...), from
	}
	if len(rows) > auditRows {
		rows = rows[:auditRows]
		before = rows[auditRows-1].Number
	}
	return rows, before, nil
}

// details are the details of an entry, "name: value", by name.
func details(e audit.Entry) []string {
	var out []string
	for k, v := range e.Detail {
		if v != "" {
			if len(v) == digestLength && strings.Trim(v, "0123456789abcdef") == "" {
				v = v[:12] + "…" // of a digest, enough to compare by eye; the download has the whole
			}
			out = append(out, strings.ReplaceAll(k, "_", " ")+": "+v)
		}
	}
	slices.Sort(out)
	return out
}

// names are the names of accounts by their ids.
func (s *Server) names(ctx context.Context) (map[string]string, error) {
	all, err := s.accounts.List(ctx)
	out := map[string]string{audit.System: "the service", audit.Person: "the person concerned"}
	for _, a := range all {
		out[a.ID] = a.Name
	}
	return out, err
}

// sealed is how many entries the newest checkpoint covers, and its time.
func sealed(r store.Reader) (int64, time.Time, error) {
	key, err := audit.PublicKey(r)
	if errors.Is(err, store.ErrNotFound) {
		return 0, time.Time{}, nil
	}
	if err != nil {
		return 0, time.Time{}, err
	}
	var newest []byte
	for signed, err := range audit.Checkpoints(r) {
		if err != nil {
			return 0, time.Time{}, err
		}
		newest = signed
	}
	c, err := audit.OpenCheckpoint(newest, key)
	if err != nil {
		return 0, time.Time{}, nil // verifying says what is wrong with it
	}
	return c.Size, c.At, nil
}

func (s *Server) auditPage(x *exchange) error {
	q := x.r.URL.Query()
	f, err := readAuditFilter(q)
	if err != nil {
		return err
	}
	var before int64
	if b := q.Get("before"); b != "" {
		if before, err = strconv.ParseInt(b, 10, 64); err != nil || before < 1 {
			return errBadRequest
		}
	}
	v, err := s.auditView(x, f, before)
	if err != nil {
		return err
	}
	// Entries name people by their handles. What was looked for may be anything, so only
	// by which fields is kept.
	if err := x.note("audit.view", "audit", map[string]string{"filter": f.fields(), "before": q.Get("before"), "count": strconv.Itoa(len(v.Rows))}); err != nil {
		return err
	}
	return x.page("audit", v)
}

// recorded records an act on the audit log itself and signs what the log is then.
func (s *Server) recorded(x *exchange, act string) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if err := audit.Append(w, audit.Entry{At: s.Now(), Actor: x.who.Account, Act: act, Object: "audit"}); err != nil {
			return err
		}
		_, err := audit.Seal(w, s.Random, s.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", act, err)
	}
	return nil
}

func (s *Server) auditVerify(x *exchange) error {
	if err := s.recorded(x, "audit.verify"); err != nil {
		return err
	}
	var report audit.Report
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		key, err := audit.PublicKey(r)
		if err != nil {
			return err
		}
		report, err = audit.Verify(x.r.Context(), r, key, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("verify the audit log: %w", err)
	}
	v, err := s.auditView(x, auditFilter{}, 0)
	if err != nil {
		return err
	}
	v.Report = &report
	return x.page("audit", v)
}

// auditDownload sends the log with what verifies it offline. The key in it is for
// comfort: whoever verifies should have it from elsewhere.
func (s *Server) auditDownload(x *exchange) error {
	if err := s.recorded(x, "export.audit"); err != nil {
		return err
	}
	h := x.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="daylight-audit-`+s.Now().UTC().Format(day)+`.zip"`)
	return s.Store.View(x.r.Context(), func(r store.Reader) error {
		z := zip.NewWriter(&download{x: x}) // a long log takes longer than a page may
		key, err := audit.PublicKey(r)
		if err != nil {
			return err
		}
		size, err := r.Length(store.Audit)
		if err != nil {
			return err
		}
		for _, part := range []struct {
			name  string
			write func(io.Writer) error
		}{
			{"entries.jsonl", func(w io.Writer) error { return audit.Export(w, r, size) }},
			{"checkpoints.txt", func(w io.Writer) error { return audit.ExportCheckpoints(w, r) }},
			{"key.txt", func(w io.Writer) error { _, err := io.WriteString(w, key+"\n"); return err }},
		} {
			w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: s.Now().UTC()})
			if err != nil {
				return fmt.Errorf("send %s: %w", part.name, err)
			}
			if err := part.write(w); err != nil {
				return fmt.Errorf("send %s: %w", part.name, err)
			}
		}
		return z.Close()
	})
}
