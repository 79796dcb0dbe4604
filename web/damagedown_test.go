// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// TestDamagedOwnGoesByItsForm damages a kept selection and a passkey: their owner sees
// that one is damaged and the other still, the form for the damaged one removes that row
// alone, and nobody else can.
func TestDamagedOwnGoesByItsForm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Master: make([]byte, sqlite.KeySize)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	c := newConsole(t, func(o *Options) { o.Store = st })
	owner, other := c.as(account.Security), c.as(account.Legal)
	for _, tc := range []struct {
		of           store.Collection
		page, remove string // where it is shown, and where its form is sent
		field, value string // of the form, and where the page says which row is the damaged one
		body         string
		act          string // that is recorded, once for each
	}{
		{store.Filters, "/queue", "/queue/filters/delete", "filter", "#filter option", `{"name":"Late in Nairobi","query":"age=7"}`, ""},
		{store.Credentials, "/account", "/account/passkeys/remove", "key", "form[action=/account/passkeys/remove] input[name=key]", `{"name":"Late in Nairobi"}`, "account.passkey-remove"},
	} {
		for i, change := range []string{"body = zeroblob(length(body))", "body = substr(body, 1, length(body) - 1)", "body = x''", "holder = 's:none'"} {
			t.Run(tc.of.Name+" "+change, func(t *testing.T) {
				bad, whole := owner.who.Account+" bad", owner.who.Account+" whole"
				c.change(t, func(w store.Writer) error {
					for _, key := range []string{bad, whole} {
						if err := w.Put(tc.of, store.Row{Key: key, Text: map[string]string{"account": owner.who.Account}, Body: []byte(tc.body)}); err != nil {
							return err
						}
					}
					return nil
				})
				tamper.Do(t, path, `UPDATE "`+tc.of.Name+`" SET `+change+` WHERE key = ?`, bad)
				says := func(cl *client, damaged, names int) {
					t.Helper()
					page := cl.get(tc.page).want(t, http.StatusOK)
					if n := strings.Count(page.body, "<strong>damaged</strong>"); n != damaged {
						t.Errorf("%s says %d times that it is damaged, want %d", tc.page, n, damaged)
					}
					if n := strings.Count(page.body, "<bdi>Late in Nairobi</bdi>"); n != names {
						t.Errorf("%s names %d that open, want %d", tc.page, n, names)
					}
				}
				says(owner, 1, 1)
				says(other, 0, 0)
				chosen := ""
				for _, n := range owner.get(tc.page).page(t).Find(tc.value) {
					if v := htmlcheck.Attr(n, "value"); v == bad {
						chosen = v
					}
				}
				form := url.Values{tc.field: {chosen}}
				if status := other.post(tc.page, tc.remove, form).StatusCode; chosen == "" || status < http.StatusBadRequest {
					t.Errorf("the form names %q, and somebody else is answered with %d", chosen, status)
				}
				says(owner, 1, 1)
				owner.post(tc.page, tc.remove, form).want(t, http.StatusSeeOther)
				says(owner, 0, 1)
				left := c.rows(t, tc.of, store.Query{Where: []store.Cond{{Column: "account", Op: store.Equal, Text: owner.who.Account}}})
				if len(left) != 1 || left[0].Key != whole {
					t.Errorf("left are %+v", left)
				}
				if tc.act != "" {
					if log := c.acts(t, tc.act); len(log) != i+1 || log[i].Object != owner.who.Account {
						t.Errorf("recorded: %+v", log)
					}
				}
			})
		}
	}
}
