// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// service is a service's folder with a case, and an evidence package of it.
func service(t *testing.T) (dir, zip string) {
	t.Helper()
	dir = t.TempDir()
	master := make([]byte, sqlite.KeySize)
	if err := os.WriteFile(filepath.Join(dir, "daylight.key"), []byte(hex.EncodeToString(master)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "daylight.db"), Master: master})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	by := casework.Actor{Account: "a-01", Person: "h-1", Roles: []string{casework.RoleSecurity}}
	var body []byte
	err = s.Update(t.Context(), func(w store.Writer) error {
		c, _, err := casework.Open(w, casework.Matter{Subject: "p-0a1b2c3d4e"}, now)
		if err != nil {
			return err
		}
		f, err := casework.Freeze(w, c.ID, by, casework.Material{Clock: "the machine's", Tool: "daylight"}, rand.Reader, now)
		if err != nil {
			return err
		}
		body, err = casework.Package(w, f.ID, by, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	zip = filepath.Join(dir, "package.zip")
	if err := os.WriteFile(zip, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, zip
}

// with runs the command line and returns its status and all that it said.
func (w World) with(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	w.Args, w.Stdout, w.Stderr = args, &out, &out
	w.Env = func(string) string { return "" }
	w.Now = func() time.Time { return time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC) }
	status := Main(t.Context(), w)
	return status, out.String()
}

// TestAuditOfService verifies a service's log, exports it, and verifies the
// export; and the log against checkpoints that were kept, after it was cut off.
func TestAuditOfService(t *testing.T) {
	dir, _ := service(t)
	expect := func(status int, want string, args ...string) {
		t.Helper()
		got, out := World{}.with(t, args...)
		if got != status || !strings.Contains(out, want) {
			t.Errorf("%v: status %d, want %d, and %q in\n%s", args, got, status, want, out)
		}
	}
	expect(exitDone, "no signature covers the last 2 yet", "audit", "verify", "--store", filepath.Join(dir, "daylight.db"))
	to := filepath.Join(dir, "kept")
	expect(exitDone, "5 entries of the audit log", "audit", "export", "--store", filepath.Join(dir, "daylight.db"), "--to", to)
	files := []string{"--checkpoints", filepath.Join(to, exportedCheckpoints), "--key", filepath.Join(to, exportedKey)}
	expect(exitDone, "The audit log verifies.", append(files, "audit", "verify", "--log", filepath.Join(to, exportedLog))...)
	expect(exitDone, "2 signed checkpoints agree; the newest covers 5 entries", append(files, "audit", "verify", "--store", filepath.Join(dir, "daylight.db"))...)
	other, _ := service(t)
	expect(exitFailed, "WRONG: not a checkpoint of this log", append(files, "audit", "verify", "--store", filepath.Join(other, "daylight.db"))...)
	data, err := os.ReadFile(filepath.Join(to, exportedLog))
	if err != nil {
		t.Fatal(err)
	}
	short := filepath.Join(to, "short.jsonl")
	if err := os.WriteFile(short, bytes.Join(bytes.SplitAfter(data, []byte("\n"))[:4], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(exitFailed, "the log was cut off or rolled back", append(files, "audit", "verify", "--log", short)...)
	expect(exitFailed, "64 hex digits", "audit", "verify", "--store", filepath.Join(dir, "daylight.db"), "--key-file", filepath.Join(to, exportedKey))
	expect(exitFailed, "no such file", "audit", "verify", "--store", filepath.Join(to, "daylight.db"))
}

func TestCaseVerify(t *testing.T) {
	dir, zip := service(t)
	status, out := World{}.with(t, "case", "verify", zip)
	if status != exitDone || !strings.Contains(out, "The package verifies.") || !strings.Contains(out, "came with the package") {
		t.Errorf("status %d:\n%s", status, out)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "daylight.db"), Master: make([]byte, sqlite.KeySize)})
	if err != nil {
		t.Fatal(err)
	}
	var key string
	if err := s.View(t.Context(), func(r store.Reader) (err error) {
		key, err = audit.PublicKey(r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if status, out := (World{}).with(t, "case", "verify", zip, "--key", key); status != exitDone || strings.Contains(out, "came with") {
		t.Errorf("status %d:\n%s", status, out)
	}
	_, other := service(t)
	if status, out := (World{}).with(t, "case", "verify", other, "--key", key); status != exitFailed || !strings.Contains(out, "WRONG: signature.txt") {
		t.Errorf("another service's package, status %d:\n%s", status, out)
	}
	if err := os.WriteFile(zip, []byte("PK"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out := (World{}).with(t, "case", "verify", zip); status != exitFailed || !strings.Contains(out, "not an evidence package") {
		t.Errorf("status %d:\n%s", status, out)
	}
}

// TestServeMendsTheAuditLog damages the tree of a running service's audit log: what has to
// be recorded is kept back, and said to be; what its sealed head proves is made anew by
// itself, and the head only when somebody says so.
func TestServeMendsTheAuditLog(t *testing.T) {
	t.Parallel()
	h := startHere(t, Serve{Data: filepath.Join(t.TempDir(), "data")}, everybodyTold(t))
	boss := newVisitor(t)
	h.staff(t, boss, newVisitor(t))
	file := filepath.Join(h.data, "daylight.db")
	log := slog.New(slog.DiscardHandler)
	const head, hashes = "kind = 'head'", "kind = 'hashes'"
	damage := func(signed bool, rows string) {
		t.Helper()
		err := h.store.Update(t.Context(), func(w store.Writer) error {
			size, err := w.Length(store.Audit)
			if err == nil && size%2 == 0 { // the next entry would need no other's hashes
				err = audit.Append(w, audit.Entry{At: h.now(), Actor: audit.System, Act: "test.even"})
			}
			if err == nil && signed {
				_, err = audit.Seal(w, rand.Reader, h.now())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tamper.Zero(t, file, "tree", rows)
	}
	says := func(method, page string, status int, words string) {
		t.Helper()
		var got reply
		var err error
		if method == http.MethodGet {
			got, err = boss.do(t.Context(), method, page, "", nil)
		} else {
			got, err = boss.send(t.Context(), page, url.Values{"mail": {"more@example.com"}, "role": {"hr"}})
		}
		if err != nil || got.status != status || !strings.Contains(string(got.body), words) {
			t.Errorf("%s %s answers %d without %q: %.300s (%v)", method, page, got.status, words, wordsIn(got.body), err)
		}
	}
	stuck := func() {
		t.Helper()
		const kept = "This cannot be recorded, so it is kept back"
		says(http.MethodPost, "/admin/accounts", http.StatusServiceUnavailable, kept)
		says(http.MethodGet, "/readyz", http.StatusOK, "the audit log is damaged")
		says(http.MethodGet, "/sources", http.StatusOK, "<code>daylight audit mend</code>")
		says(http.MethodGet, "/catalogue", http.StatusOK, "")
	}
	goesOn := func() {
		t.Helper()
		says(http.MethodPost, "/admin/accounts", http.StatusOK, "")
		says(http.MethodGet, "/readyz", http.StatusOK, "ok\n")
		says(http.MethodGet, "/audit", http.StatusOK, "audit.mend")
		succeed(t, []string{"audit", "verify", "--store", file})
	}
	for _, signed := range []bool{true, false} {
		damage(signed, hashes)
		stuck()
		h.eachMinute(t.Context(), h.now, log)
		goesOn() // and adds what nothing was signed of
	}
	damage(true, head)
	h.eachMinute(t.Context(), h.now, log)
	stuck()
	var out, words bytes.Buffer
	if code := Main(t.Context(), World{Args: []string{"audit", "mend", "--store", file}, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }}); code != exitFailed || !strings.Contains(words.String(), "the sealed row that says where the log ends does not open") {
		t.Errorf("mended without being told to: %d %s %s", code, &out, &words)
	}
	succeed(t, []string{"audit", "mend", "--store", file, "--unsigned"})
	goesOn()
}

// TestRestoreVerifiesTheLog: neither a backup nor a store whose audit log was edited, cut
// off or emptied in the file passes for whole.
func TestRestoreVerifiesTheLog(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"nothing": "SELECT 1",
		"edited":  "UPDATE entries SET data = CAST(replace(data, 'a-01', 'a-02') AS BLOB) WHERE number = 3",
		"cut off": "DELETE FROM entries WHERE number >= 9; DELETE FROM tree WHERE kind <> 'head' AND number >= 9",
		"emptied": "DELETE FROM entries; DELETE FROM tree",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file, key := filepath.Join(dir, "a.db"), filepath.Join(dir, "key")
			if err := os.WriteFile(key, []byte(strings.Repeat("00", sqlite.KeySize)), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := sqlite.Open(t.Context(), sqlite.Options{Path: file, Master: make([]byte, sqlite.KeySize)})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Update(t.Context(), func(w store.Writer) error {
				for range 10 {
					if err := audit.Append(w, audit.Entry{At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Actor: "a-01", Act: "person.view"}); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			tamper.PastTriggers(t, file, change)
			back := filepath.Join(dir, "b.db")
			for _, args := range [][]string{
				{"store", "check", "--store", file, "--key-file", key},
				{"store", "restore", file, "--store", back, "--key-file", key},
			} {
				var out, words bytes.Buffer
				code := Main(t.Context(), World{Args: args, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }})
				if whole := name == "nothing"; whole != (code == 0) || !whole && !strings.Contains(words.String(), "audit log: it does not verify") {
					t.Errorf("%v: %d %s", args, code, &words)
				}
			}
			if _, err := os.Stat(back); (err == nil) != (name == "nothing") {
				t.Errorf("the restored file: %v", err)
			}
		})
	}
}
