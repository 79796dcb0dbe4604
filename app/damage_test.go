// SPDX-License-Identifier: Apache-2.0

package app

import (
	"database/sql"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/casework"
	"daylight/policy"
	"daylight/store"
	"daylight/store/tamper"
)

// ownPages are the pages that need no part of their address filled in.
var ownPages = regexp.MustCompile("(?m)^\\| `GET (/[a-z/-]*)` \\|")

// needs are the pages that a row of a collection keeps from being shown: those of what it
// is about. Lists name it as damaged and go on. {person}, {case} and {mine}, the page by
// link, are those of the test; * is every page whose look is recorded.
var needs = map[string][]string{
	"subjects": {"{person}", "{mine}"},
	"cases":    {"{person}", "{case}"},
	"tree":     {"*"},
}

// lists are where a damaged row of a collection is named as such.
var lists = map[string]string{
	"requests":     "/requests",
	"rings":        "/rings",
	"plans":        "/interviews",
	"policies":     "/policy",
	"suppressions": "/suppressions",
	"tokens":       "/admin/tokens",
	"accounts":     "/admin/accounts",
	// of the visitor's own account
	"sessions":    "/account",
	"credentials": "/account",
	"filters":     "/queue",
}

// TestServeBesideDamage flips a bit in the body of one row of every collection of a
// running service, one after the other, and then of rows of the visitor's own account. It
// looks at every page, and runs what runs each minute and each hour: what needs the row
// says that it is damaged, everything else goes on, and how many rows do not open is said.
func TestServeBesideDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("every page with every collection damaged")
	}
	t.Parallel()
	h := startHere(t, Serve{Data: filepath.Join(t.TempDir(), "data")}, everybodyTold(t))
	boss, security := newVisitor(t), newVisitor(t)
	token := h.staff(t, boss, security)
	send(t, h.address, token)
	idle(t, h.data)
	w := &worker{visitor: security}
	w.sit(t)
	handle, kase := w.desks[0].handle, w.desks[0].id
	all := append(everyOne(), own(t, h)...)
	mine, me := h.mine(t, boss, handle), newVisitor(t)
	me.base = h.address
	list, err := os.ReadFile(filepath.FromSlash("../docs/authorisation.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages := []string{"/people/" + handle, "/cases/" + kase}
	for _, m := range ownPages.FindAllStringSubmatch(string(list), -1) {
		pages = append(pages, m[1])
	}
	db, err := sql.Open("sqlite", filepath.Join(h.data, "daylight.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // each change is committed
	words := &said{}
	words.w = &words.b
	log := slog.New(slog.NewTextHandler(words, nil))
	for _, of := range all {
		c := of.collection
		key, mend := h.flip(t, db, of, handle)
		named := false
		for _, v := range []*visitor{boss, security, me} {
			seen := pages
			if v == me {
				seen = []string{mine}
			}
			for _, page := range seen {
				got, err := v.do(t.Context(), http.MethodGet, page, "", nil)
				if err != nil {
					t.Fatal(err)
				}
				named = named || page == lists[c.Name] && strings.Contains(string(got.body), "<strong>damaged</strong>") ||
					page == mine && strings.Contains(string(got.body), "can no longer be read")
				if got.status < http.StatusInternalServerError {
					continue
				}
				may := slices.ContainsFunc(needs[c.Name], func(p string) bool {
					return p == "*" || strings.NewReplacer("{person}", pages[0], "{case}", pages[1], "{mine}", mine).Replace(p) == page
				})
				if v == me && may && strings.Contains(string(got.body), "It does not count against you") {
					continue // as the person is told it
				}
				if !may || !strings.Contains(string(got.body), "This row is damaged") && (c.Name != store.Tree.Name || !strings.Contains(string(got.body), "This cannot be recorded, so it is kept back")) {
					t.Errorf("%s %s damaged: %s answers %d %.300s", c.Name, key, page, got.status, wordsIn(got.body))
				}
			}
		}
		if lists[c.Name] != "" && !named && (of.row != nil || !ofAccounts[c.Name]) {
			t.Errorf("%s %s damaged: %s does not name it", c.Name, key, lists[c.Name])
		}
		h.check(t.Context(), h.now(), log)
		h.eachMinute(t.Context(), h.now, log)
		h.eachHour(t.Context(), h.now, log)
		if got, err := boss.do(t.Context(), http.MethodGet, "/readyz", "", nil); err != nil || !strings.Contains(string(got.body), "kept rows that do not open: 1\n") {
			t.Errorf("%s damaged: ready says %s (%v)", c.Name, got.body, err)
		}
		if got, err := boss.do(t.Context(), http.MethodGet, "/sources", "", nil); err != nil || !strings.Contains(string(got.body), "1 of <code>"+c.Name+"</code>") {
			t.Errorf("%s damaged: the sources do not count it (%v)", c.Name, err)
		}
		mend()
	}
	for line := range strings.Lines(words.String()) {
		if strings.Contains(line, "level=ERROR") && !strings.Contains(line, "corrupt") && !strings.Contains(line, "the entries of the audit log are not proven") {
			t.Errorf("a worker failed for another reason: %s", line)
		}
	}
}

// damaged is a row to damage: one that is there, or one that is put there to be.
type damaged struct {
	collection store.Collection
	row        *store.Row // nil: one that is there if there is, else any
}

func everyOne() (out []damaged) {
	for _, c := range store.Collections() {
		out = append(out, damaged{collection: c})
	}
	return out
}

// ofAccounts are collections of which the rows that [everyOne] finds are in use, or nobody's.
var ofAccounts = map[string]bool{"sessions": true, "credentials": true, "filters": true}

// own are rows of the account that signed in last, another than its session in use.
func own(t *testing.T, h *here) (out []damaged) {
	t.Helper()
	account := h.signedIn(t)
	for _, c := range []store.Collection{store.Sessions, store.Credentials, store.Filters} {
		out = append(out, damaged{c, &store.Row{Text: map[string]string{"account": account}}})
	}
	return out
}

// signedIn is the account that signed in last.
func (h *here) signedIn(t *testing.T) (account string) {
	t.Helper()
	err := h.store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Sessions, store.Query{By: "until", Desc: true, Limit: 1}) {
			if err != nil {
				return err
			}
			account = row.Text["account"]
		}
		return nil
	})
	if err != nil || account == "" {
		t.Fatalf("nobody is signed in: %v", err)
	}
	return account
}

// mine is the page by link of a person, which somebody of HR makes, who then is gone: the
// rows in use stay those of who looks.
func (h *here) mine(t *testing.T, boss *visitor, handle string) string {
	t.Helper()
	boss.page(t, "/admin/accounts")
	hr := newVisitor(t)
	hr.base = h.address
	hr.welcome(t, shownOnce(boss.filled(t, "/admin/accounts", url.Values{"mail": {"hr@example.com"}, "role": {"hr"}})), "hr")
	hr.page(t, "/people/"+handle)
	made, err := hr.send(t.Context(), "/people/"+handle+"/link", url.Values{})
	link := minePage.Find(made.body)
	if err != nil || link == nil {
		t.Fatalf("no link is made: %d %v", made.status, err)
	}
	gone := h.signedIn(t)
	err = h.store.Update(t.Context(), func(w store.Writer) error {
		for row, err := range w.Find(store.Sessions, store.Query{Where: []store.Cond{{Column: "account", Op: store.Equal, Text: gone}}}) {
			if err != nil {
				return err
			}
			if err := w.Delete(store.Sessions, row.Key); err != nil {
				return err
			}
		}
		return w.Delete(store.Accounts, gone)
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(link)
}

var minePage = regexp.MustCompile(`/mine/[A-Za-z0-9_-]{32}`)

// tags are what of a page is no text.
var tags = regexp.MustCompile(`(?s)<head>.*</head>|<[^>]*>|\s+`)

func wordsIn(body []byte) string { return tags.ReplaceAllString(string(body), " ") }

// flip flips a bit of the body of a row of a collection, one about the person if there
// is, or makes such a row. mend undoes it.
func (h *here) flip(t *testing.T, db *sql.DB, of damaged, handle string) (key string, mend func()) {
	t.Helper()
	c := of.collection
	by, newest := "key = ?", ""
	for _, col := range []string{"created", "until"} {
		if slices.Contains(c.Ints, col) {
			newest = col + " DESC, " // of who signed in last, and not of who looks at the accounts
			break
		}
	}
	for _, col := range c.Text {
		if col == "subject" {
			by = "subject = ?"
		}
	}
	var body []byte
	find := func() error {
		return db.QueryRowContext(t.Context(), `SELECT key, body FROM "`+c.Name+`" WHERE length(body) > 40 ORDER BY `+by+` DESC, `+newest+`key DESC LIMIT 1`, handle).Scan(&key, &body)
	}
	made := of.row != nil
	if made || find() != nil {
		made = true
		state := "open"
		if c.Name == store.Policies.Name {
			state = string(policy.Proposed)
		}
		row := store.Row{Key: "made-up", Text: map[string]string{}, Ints: map[string]int64{}, Holder: "made-up", Body: []byte("{}")}
		for _, col := range c.Text {
			row.Text[col] = map[string]string{"subject": handle, "state": state, "kind": string(casework.Correction)}[col]
		}
		for _, col := range c.Ints {
			row.Ints[col] = time.Now().Add(time.Hour).UnixMilli()
		}
		if of.row != nil {
			maps.Copy(row.Text, of.row.Text)
			if account := of.row.Text["account"]; c.Name == store.Filters.Name {
				row.Key = account + " made-up" // by which its owner may forget it
			}
		}
		if err := h.store.Update(t.Context(), func(w store.Writer) error { return w.Put(c, row) }); err != nil {
			t.Fatal(err)
		}
		key = row.Key
		if err := db.QueryRowContext(t.Context(), `SELECT body FROM "`+c.Name+`" WHERE key = ?`, key).Scan(&body); err != nil {
			t.Fatal(err)
		}
	}
	set := func(body []byte) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`UPDATE %q SET body = ? WHERE key = ?`, c.Name), body, key); err != nil {
			t.Fatal(err)
		}
	}
	bad := slices.Clone(body)
	bad[len(bad)-1] ^= 1
	set(bad)
	return key, func() {
		t.Helper()
		if !made {
			set(body)
			return
		}
		if err := h.store.Update(t.Context(), func(w store.Writer) error { return w.Delete(c, key) }); err != nil {
			t.Fatal(err)
		}
	}
}

// TestServeBesideDamagedPolicy damages the policy in force of a running service: nobody is
// assessed by another in its place, which is said, and two people put another one in force
// from the console.
func TestServeBesideDamagedPolicy(t *testing.T) {
	t.Parallel()
	h := startHere(t, Serve{Data: filepath.Join(t.TempDir(), "data")}, everybodyTold(t))
	boss, security, legal := newVisitor(t), newVisitor(t), newVisitor(t)
	token := h.staff(t, boss, security)
	boss.page(t, "/admin/accounts")
	legal.base = h.address
	legal.welcome(t, shownOnce(boss.filled(t, "/admin/accounts", url.Values{"mail": {"legal@example.com"}, "role": {"legal"}})), "legal")
	send(t, h.address, token)
	idle(t, h.data)
	adopt := func(version string) {
		t.Helper()
		text := "schema: daylight.policy/v1\nversion: " + version + "\nthresholds: {escalate_probability: 0.97, minimum_answers: 4}\n"
		got, err := security.send(t.Context(), "/policy", url.Values{"text": {text}, "reason": {"Fewer people are to be bothered."}})
		if err != nil || got.status != http.StatusSeeOther {
			t.Fatalf("%s is not proposed: %d %s (%v)", version, got.status, wordsIn(got.body), err)
		}
		for _, try := range []struct {
			by   *visitor
			want int
		}{{security, http.StatusUnprocessableEntity}, {legal, http.StatusSeeOther}} {
			if len(try.by.page(t, got.location).Find("section[aria-labelledby=moves-h]")) != 1 {
				t.Errorf("it is not said whom %s moves", version)
			}
			if done, err := try.by.send(t.Context(), got.location+"/adopt", url.Values{}); err != nil || done.status != try.want {
				t.Fatalf("%s is adopted with %d, want %d: %s (%v)", version, done.status, try.want, wordsIn(done.body), err)
			}
		}
	}
	adopt("one")
	idle(t, h.data)
	tamper.Zero(t, filepath.Join(h.data, "daylight.db"), "policies", "state = 'in-force'")
	before, handle := h.assessments(t)
	says := func(v *visitor, page string, status int, words string, want bool) {
		t.Helper()
		got, err := v.do(t.Context(), http.MethodGet, page, "", nil)
		if err != nil || got.status != status || strings.Contains(string(got.body), words) != want {
			t.Errorf("%s answers %d, %q there: want %v: %.300s (%v)", page, got.status, words, want, wordsIn(got.body), err)
		}
	}
	sender := newVisitor(t)
	sender.base, sender.token = h.address, token
	if got, err := sender.do(t.Context(), http.MethodPost, "/v1/ingest?path=more.csv", "text/csv", []byte(twoPeople)); err != nil || got.status != http.StatusAccepted {
		t.Fatalf("%d %v", got.status, err)
	}
	const damaged = "The policy in force is damaged"
	for until := time.Now().Add(5 * time.Second); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if after, _ := h.assessments(t); !maps.Equal(after, before) {
			t.Fatal("somebody was assessed by another policy in its place")
		}
	}
	says(boss, "/readyz", http.StatusOK, "the policy in force is damaged: nobody is assessed", true)
	says(security, "/policy", http.StatusOK, damaged, true)
	says(security, "/people/"+handle, http.StatusServiceUnavailable, damaged, true)
	says(security, "/queue", http.StatusOK, damaged, false)
	adopt("two")
	idle(t, h.data)
	if after, _ := h.assessments(t); len(after) != len(before)+2 {
		t.Errorf("%d people were assessed, and then %d", len(before), len(after))
	}
	says(boss, "/readyz", http.StatusOK, "the policy in force is damaged", false)
	says(security, "/policy", http.StatusOK, damaged, false)
	says(security, "/policy", http.StatusOK, "<strong>damaged</strong>", true)
	says(security, "/people/"+handle, http.StatusOK, damaged, false)
}

// assessments are the versions of everybody's rows, and the handle of one of them.
func (h *here) assessments(t *testing.T) (versions map[string]int64, handle string) {
	t.Helper()
	versions = map[string]int64{}
	err := h.store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true, Where: []store.Cond{{Column: "merged", Op: store.Equal}}}) {
			if err != nil {
				return err
			}
			versions[row.Key], handle = row.Version, row.Key
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return versions, handle
}
