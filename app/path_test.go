// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/sample"
	"daylight/secret"
	"daylight/store"
	"daylight/store/sqlite"
)

// TestWholePath goes from an empty folder to a person who was looked at, decided
// about and erased: by clicking and typing in a browser, with scripts and without,
// on the service as it is served.
func TestWholePath(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"scripts": true, "no scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wholePath(t, scripts)
		})
	}
}

func wholePath(t *testing.T, scripts bool) {
	t.Helper()
	open := htmlcheck.Windows(t, scripts, 10*time.Minute)
	data := filepath.Join(t.TempDir(), "data")
	s := startServe(t, "--data", data, "--config", everybodyTold(t))
	boss, sec, legal, second := open(s.address), open(s.address), open(s.address), open(s.address)
	boss.Open(<-s.link)
	welcomed(t, boss, "boss", "Wanjiru Boss")
	boss.Follow("Go to the console")
	phone, _ := join(t, boss, sec, "security", "security", "Ødegaard Security")
	join(t, boss, second, "legal", "counsel", "Ngaire Counsel")
	_, codes := join(t, boss, legal, "legal", "legal", "Tui Legal")
	again(legal, "legal", codes[0])

	upload(t, boss)
	caughtUp(t, boss)
	// The code of now made the account and is used up: the phone shows the next one.
	again(sec, "security", shown(t, phone, time.Now().Add(30*time.Second)))
	handle, traces := meet(t, sec)
	work(t, sec)
	at := sec.Path()

	legal.Follow("Queue")
	legal.Follow(handle)
	legal.FollowAt(`//a[starts-with(@href,"/cases/")]`)
	legal.Press("I looked at it myself, and approve")
	legal.Wants("Closed as confirmed")
	if n := legal.Count(`table a[href*="/packages/"]`); n != 1 {
		t.Fatalf("%d packages", n)
	}
	name := legal.Text(`table a[href*="/packages/"]`)
	file := legal.Download(name)
	proven(t, file)

	if len(holding(t, data, traces)) < 3 {
		t.Error("what the person is known by is not looked for where it is kept")
	}
	erase(t, legal, second, handle)
	for _, w := range []*htmlcheck.Window{sec, legal} { // by the addresses that they knew, as no link leads there
		for _, page := range []string{"/people/" + handle, at, at + "/packages/" + strings.TrimSuffix(name, ".zip")} {
			if status := w.Open(page); status != http.StatusGone {
				t.Errorf("%s answers %d after the erasure", page, status)
			}
		}
	}
	boss.Follow("Audit")
	boss.Press("Verify now")
	boss.Wants("The log is whole")
	boss.Wants("person.erase")
	caughtUp(t, boss)
	if code := s.stop(); code != exitDone {
		t.Errorf("stopped with %d:\n%s", code, s.stderr)
	}
	provenAfter(t, data, file)
	if places := holding(t, data, traces); len(places) > 0 {
		t.Errorf("the erased person is found in %q", places)
	}
}

// everybodyTold is a configuration that says that everybody was given the notice of
// monitoring before the sample company's logs begin.
func everybodyTold(tb testing.TB) string {
	tb.Helper()
	config := filepath.Join(tb.TempDir(), "daylight.yaml")
	const text = `connect: {notices: {everybody: {policy: Monitoring at work, version: "1", date: "2020-01-01"}}}`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return config
}

// pathPassword is that of every account of the path.
const pathPassword = "nine boats on the lake"

// welcomed fills the form behind a one-time link and returns the secret of the
// authenticator app, and the recovery codes.
func welcomed(t *testing.T, w *htmlcheck.Window, login, name string) (phone string, codes []string) {
	t.Helper()
	w.Type("Name to sign in by", login)
	w.Type("Name that colleagues see", name)
	w.TypeAt(`//input[@id="password"]`, pathPassword)
	w.Type("The same password again", pathPassword)
	phone = strings.ReplaceAll(w.Text("code.secret"), " ", "")
	w.Type("Code that the app shows now", shown(t, phone, time.Now()))
	w.Press("Make the account")
	w.Wants("You are signed in.")
	return phone, strings.Fields(w.Text(".codes"))
}

// shown is the code that an authenticator app with a secret shows at an instant.
func shown(t *testing.T, phone string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(phone, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// join has the administrator invite somebody with a role, who makes an account.
func join(t *testing.T, boss, w *htmlcheck.Window, role, login, name string) (phone string, codes []string) {
	t.Helper()
	boss.Follow("Accounts")
	boss.Tick(role + ":")
	boss.Type("Their e-mail address at work", login+"@example.com")
	boss.Press("Make a link")
	w.Open(boss.Text(".done code"))
	phone, codes = welcomed(t, w, login, name)
	w.Follow("Go to the console")
	return phone, codes
}

// again signs somebody out, and in by password and code.
func again(w *htmlcheck.Window, login, code string) {
	w.Press("Sign out")
	w.Type("Name", login)
	w.Type("Password", pathPassword)
	w.Type("Code", code)
	w.Press("Sign in")
}

// upload sends the sample company from the browser, the files of a folder by one form.
func upload(t *testing.T, boss *htmlcheck.Window) {
	t.Helper()
	at := t.TempDir()
	folders := map[string][]string{}
	err := sample.Files(func(name string, data []byte) error {
		file := filepath.Join(at, filepath.FromSlash(name))
		folders[path.Dir(name)] = append(folders[path.Dir(name)], file)
		return errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, data, 0o600))
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for folder, files := range folders {
		boss.Follow("Sources")
		boss.Follow("Send files")
		boss.Type("Folder to name them by, if you like", folder)
		boss.Upload("Files, up to 1,000 and 4 GB together", files...)
		boss.Press("Send the files")
		boss.Wants("taken in. Sources says how far reading is.")
		if n := boss.Count(`.sent a[href^="/sources/"]`); n != len(files) || boss.Count(".wrong") != 0 {
			t.Fatalf("%d of %d files of %s were taken in\n%s", n, len(files), folder, boss.Text("main"))
		}
	}
}

// caughtUp loads the page of sources until it says that everything that came in is read
// and everybody is assessed.
func caughtUp(t *testing.T, w *htmlcheck.Window) {
	t.Helper()
	said := ""
	for until := time.Now().Add(4 * time.Minute); time.Now().Before(until); time.Sleep(200 * time.Millisecond) {
		w.Follow("Sources")
		said = w.Text("main")
		busy := strings.Contains(said, "to be assessed again") || strings.Contains(said, "are being assessed")
		if !busy && strings.Contains(said, "No input waits.") && strings.Contains(said, "Everybody was last assessed on") {
			return
		}
	}
	t.Fatalf("the console says after four minutes:\n%s", said)
}

// look finds somebody by the search, which opens their page.
func look(w *htmlcheck.Window, handle string) {
	w.Follow("Search")
	w.Type("Handle, case, e-mail address, telephone number, or id in your systems", handle)
	w.Press("Search")
	w.Wants("Erase the person")
}

// send sends the sample company, the files of a folder as one form.
func send(tb testing.TB, address, token string) {
	tb.Helper()
	forms := map[string]*multipart.Writer{}
	bodies := map[string]*bytes.Buffer{}
	err := sample.Files(func(name string, data []byte) error {
		dir := path.Dir(name)
		if forms[dir] == nil {
			bodies[dir] = &bytes.Buffer{}
			forms[dir] = multipart.NewWriter(bodies[dir])
		}
		part, err := forms[dir].CreateFormFile("file", path.Base(name))
		if err == nil {
			_, err = part.Write(data)
		}
		return err
	}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	for dir, form := range forms {
		if err := form.Close(); err != nil {
			tb.Fatal(err)
		}
		req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, address+"/v1/ingest?path="+url.QueryEscape(dir), bodies[dir])
		if err != nil {
			tb.Fatal(err)
		}
		req.Header.Set("Content-Type", form.FormDataContentType())
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			tb.Fatal(err)
		}
		said, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusAccepted {
			tb.Fatalf("%s: %d %s %v", dir, res.StatusCode, said, err)
		}
	}
}

// opened opens the store of a data folder.
func opened(tb testing.TB, data string) *sqlite.Store {
	tb.Helper()
	key := keySource{Source: secret.Source{File: filepath.Join(data, "daylight.key")}}
	master, err := key.read(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	st, err := sqlite.Open(tb.Context(), sqlite.Options{Path: filepath.Join(data, "daylight.db"), Master: master})
	if err != nil {
		tb.Fatal(err)
	}
	return st
}

// idle waits until everything that came in is read and everybody is assessed.
func idle(tb testing.TB, data string) {
	tb.Helper()
	st := opened(tb, data)
	defer st.Close() //nolint:errcheck // read only
	left := 1
	for until := time.Now().Add(4 * time.Minute); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		err := st.View(tb.Context(), func(r store.Reader) error {
			inbox, _, err := r.Depth(store.Inbox)
			if err != nil {
				return err
			}
			dirty, _, err := r.Depth(store.Dirty)
			left = inbox + dirty
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
		if left == 0 {
			return
		}
	}
	tb.Fatalf("%d jobs are left after four minutes", left)
}

// meet opens the escalated person with the least evidence and shows the name. It
// returns the handle, and what the person is known by.
func meet(t *testing.T, w *htmlcheck.Window) (handle string, traces []string) {
	t.Helper()
	w.Follow("Queue")
	w.Wants("need somebody")
	w.Choose("State", "escalate")
	w.Press("Select")
	if n := w.Count("table.people tbody tr"); n < 2 {
		t.Fatalf("%d people are escalated", n)
	}
	w.FollowAt(`//table[contains(@class,"people")]/tbody/tr[last()]/th/a`)
	handle = w.Text("h1")
	if !strings.HasPrefix(handle, "p-") {
		t.Fatalf("the page is headed %q before the name is shown", handle)
	}
	w.Unfold("Show the name")
	w.Choose("What do you need it for?", "To work on a case")
	w.Press("Show the name")
	w.Wants("Shown to you until")
	traces = append(strings.Split(w.Text("h1"), ", "), strings.Split(w.Text("dl.face dd"), ", ")...)
	if len(traces) < 2 || strings.Contains(strings.Join(traces, " "), handle) || !strings.Contains(strings.Join(traces, " "), "@") {
		t.Fatalf("the person is known by %q", traces)
	}
	return handle, traces
}

// work looks at every explanation of the person's case and proposes an outcome.
func work(t *testing.T, w *htmlcheck.Window) {
	t.Helper()
	w.FollowAt(`//a[starts-with(@href,"/cases/")]`)
	w.Press("Set the owner")
	const box = `input[name=looked]:not([checked])`
	all := w.Count(box)
	if all == 0 {
		t.Fatal("the case has no explanation to look at")
	}
	const first = `(//li[.//input[@name="looked" and not(@checked)]])[1]`
	for left := all; left > 0; left-- {
		w.Touch(first + "//summary")
		w.Touch(first + `//input[@name="looked"]`)
		w.TypeAt(first+"//select", "it does")
		w.TypeAt(first+`//input[@name="text"]`, "Asked.")
		w.PressAt(first + "//button")
		if n := w.Count(box); n != left-1 {
			t.Fatalf("%d explanations are left, want %d\n%s", n, left-1, w.Text(".wrong"))
		}
	}
	w.Wants("Every innocent explanation was looked at.")
	w.Type("Add a note", "Spoke to the manager.")
	w.Press("Add it")
	w.Wants("Spoke to the manager.")
	w.Press("Freeze the evidence")
	w.Touch(`//summary[.//h2[@id="steps-h"]]`)
	for _, step := range []string{"circle", "explanations", "contain", "second", "work", "pay", "report", "way-out"} {
		line := `//li[@id="s-` + step + `"]`
		w.Touch(line + "//summary")
		w.TypeAt(line+"//select", "done")
		w.PressAt(line + "//button")
	}
	w.Wants("next: Afterwards")
	w.Touch(`//summary[contains(.,"Propose that")]`)
	w.TypeAt(`//textarea[@id="propose-why"]`, "Nothing that was asked explains what is on file.")
	w.Press("Propose “confirmed”")
	w.Wants("You cannot approve it: you proposed it. Another person has to look at it and approve it")
	if w.Count("input[name=act][value=approve]") != 0 {
		t.Error("whoever proposed may approve")
	}
}

// erase holds the evidence, sees that the person is not erased meanwhile, lifts the
// hold, and erases with a second person: a mismatch was confirmed.
func erase(t *testing.T, w, second *htmlcheck.Window, handle string) {
	t.Helper()
	form := func(w *htmlcheck.Window) {
		look(w, handle)
		w.Follow("Erase the person")
		w.Choose("Why", "The person asked for it")
		w.Type("The handle again, typed", handle)
		w.Press("Erase for good")
	}
	w.Unfold("Put under legal hold")
	w.Type("Reason for a legal hold", "A claim is expected.")
	w.Press("Put under legal hold")
	form(w)
	w.Wants("Nothing was erased.")
	look(w, handle)
	w.FollowAt(`//a[starts-with(@href,"/cases/")]`)
	w.Press("Lift the legal hold")
	form(w)
	w.Wants("two people have to order the erasure")
	form(second)
	second.Wants(handle + " was erased.")
}

// proven verifies a package of evidence as somebody would who has nothing but the file.
func proven(t *testing.T, file string) {
	t.Helper()
	pack, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := casework.Check(bytes.NewReader(pack), int64(len(pack)), "")
	if err != nil || !c.OK() || c.Files < 9 || c.Entries == 0 {
		t.Errorf("the package: %+v, %v", c, err)
	}
}

// provenAfter verifies the audit log and the package of evidence with the key of the log,
// when the person is erased and the service has stopped.
func provenAfter(t *testing.T, data, file string) {
	t.Helper()
	kept := filepath.Join(t.TempDir(), "audit")
	st := filepath.Join(data, "daylight.db")
	succeed(
		t,
		[]string{"audit", "verify", "--store", st},
		[]string{"audit", "export", "--store", st, "--to", kept},
		[]string{"audit", "verify", "--log", filepath.Join(kept, exportedLog), "--checkpoints", filepath.Join(kept, exportedCheckpoints), "--key", filepath.Join(kept, exportedKey)},
		[]string{"case", "verify", file, "--key", filepath.Join(kept, exportedKey)},
		[]string{"store", "check", "--store", st},
	)
	proven(t, file)
}

// succeed types commands, each of which has to succeed.
func succeed(t *testing.T, commands ...[]string) {
	t.Helper()
	for _, args := range commands {
		var out, words bytes.Buffer
		if code := Main(t.Context(), World{Args: args, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }}); code != exitDone {
			t.Errorf("%v: %d\n%s%s", args, code, &out, &words)
		}
	}
}

// holding looks for what a person is known by in every file of the data folder, and
// in every row and log entry that opens with its key. It returns where it was found.
func holding(t *testing.T, data string, traces []string) (places []string) {
	t.Helper()
	look := func(where string, text []byte) {
		text = bytes.ToLower(text)
		for _, trace := range traces {
			if bytes.Contains(text, []byte(strings.ToLower(trace))) {
				places = append(places, where+": "+trace)
			}
		}
	}
	files, rows := 0, 0
	err := filepath.WalkDir(data, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(name)
		look(filepath.Base(name), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	st := opened(t, data)
	defer st.Close() //nolint:errcheck // read only
	err = st.View(t.Context(), func(r store.Reader) error {
		for _, c := range store.Collections() {
			for row, err := range r.Find(c, store.Query{}) {
				if errors.Is(err, store.ErrErased) {
					continue
				}
				if err != nil {
					return err
				}
				rows++
				look(c.Name, row.Body)
			}
		}
		for e, err := range r.Entries(store.Audit, 0) {
			if err != nil {
				return err
			}
			look("audit log", e.Data)
		}
		return nil
	})
	if err != nil || files < 2 || rows < 100 {
		t.Errorf("%d files, %d rows: %v", files, rows, err)
	}
	return places
}
