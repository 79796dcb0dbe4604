// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"daylight/account"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// TestDamagedToken damages the row of a token in every way: what shows it is refused as
// one who has no token, which is one line of the log, beside the one that every request has, without the token's name or secret;
// other tokens work; and the page of tokens names it as damaged and revokes it.
func TestDamagedToken(t *testing.T) {
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
	c := newConsole(t, func(o *Options) { o.Store, o.Intake = st, &intake.Box{Store: st, Now: o.Now} })
	boss := c.as(account.Administrator)
	made := func(name string, scopes ...account.Scope) (secret, id string) {
		t.Helper()
		secret, err := c.accounts.NewToken(t.Context(), boss.who.Account, name, scopes, c.now.AddDate(0, 1, 0))
		if err != nil {
			t.Fatal(err)
		}
		all, err := c.accounts.Tokens(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, tok := range all {
			if tok.Name == name {
				id = tok.ID
			}
		}
		return secret, id
	}
	whole, other := made("of the whole one", account.ScopeIngest, account.ScopeRead)
	if err := st.Update(t.Context(), func(w store.Writer) error { return w.Destroy("s:gone") }); err != nil {
		t.Fatal(err)
	}
	asks := func(token string) int {
		t.Helper()
		status, _ := c.program(t, "POST", "/v1/ingest?path=a.csv", token, strings.NewReader("id,stage,name\na-1,applicant,Ngozi Mfano\n"), nil)
		return status
	}
	for i, change := range []string{
		"body = CAST(substr(body, 1, 40) || CASE WHEN substr(body, 41, 1) = x'00' THEN x'01' ELSE x'00' END || substr(body, 42) AS BLOB)",
		"body = x''",
		"body = (SELECT body FROM tokens WHERE substr(key, 1, 16) = '" + strings.TrimPrefix(other, "t-") + "')",
		"until = until + 1",
		"created = 0",
		"seen = -1",
		"holder = 's:none'",
		"holder = 's:gone'",
		"", // it opens, and is not what a token is
	} {
		t.Run(change, func(t *testing.T) {
			name := fmt.Sprintf("payroll of Wanjiru Esempio %d", i)
			secret, id := made(name, account.ScopeIngest)
			if status := asks(secret); status != 202 {
				t.Fatalf("before it was damaged: %d", status)
			}
			key := strings.TrimPrefix(id, "t-")
			if change == "" {
				if err := st.Update(t.Context(), func(w store.Writer) error {
					for row, err := range w.Find(store.Tokens, store.Query{}) {
						if err != nil {
							return err
						}
						if strings.HasPrefix(row.Key, key) {
							row.Body = []byte(`["ingest"]`)
							return w.Put(store.Tokens, row)
						}
					}
					return store.ErrNotFound
				}); err != nil {
					t.Fatal(err)
				}
			} else {
				tamper.Do(t, path, "UPDATE tokens SET "+change+" WHERE substr(key, 1, 16) = ?", key)
			}
			c.log.Reset()
			if status := asks(secret); status != 401 {
				t.Errorf("a damaged token is answered with %d", status)
			}
			log := c.log.String()
			if strings.Count(log, "level=") != strings.Count(log, "level=INFO")+1 || !strings.Contains(log, "level=WARN") || !strings.Contains(log, id) || !strings.Contains(log, "damaged") {
				t.Errorf("the log says %q", log)
			}
			for _, private := range []string{"Wanjiru", "Esempio", "payroll", secret, strings.TrimPrefix(secret, "daylight_")} {
				if strings.Contains(log, private) {
					t.Errorf("the log has %q: %s", private, log)
				}
			}
			if status := asks(whole); status != 202 {
				t.Errorf("another token is answered with %d", status)
			}
			var text string
			for _, n := range boss.get("/admin/tokens").page(t).Find("main") {
				text = htmlcheck.Text(n)
			}
			if !strings.Contains(text, "damaged") || !strings.Contains(text, id) || strings.Contains(text, "Wanjiru") || !strings.Contains(text, "of the whole one") {
				t.Errorf("the page says %q", text)
			}
			boss.post("/admin/tokens", "/admin/tokens/revoke", map[string][]string{"token": {id}}).want(t, 303)
			if all, err := c.accounts.Tokens(t.Context()); err != nil || len(all) != 1 {
				t.Errorf("%d tokens are left (%v)", len(all), err)
			}
		})
	}
}
