// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/enrich"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// sending is a file as a browser sends it.
type sending struct{ name, text string }

// sendingConsole is a console that takes files in.
func sendingConsole(t *testing.T) *console {
	t.Helper()
	return newConsole(t, func(o *Options) { o.Intake = &intake.Box{Store: o.Store, Now: o.Now} })
}

// sendFiles sends the form of files, as a browser on its page does.
func (c *client) sendFiles(folder string, files []sending) answered {
	c.t.Helper()
	return c.sendForm([]sending{{"", c.token("/sources/send")}, {"folder=", folder}}, files)
}

// sendForm sends fields, of which the first is the token, and files behind them.
func (c *client) sendForm(fields, files []sending) answered {
	c.t.Helper()
	kind, body := c.form(fields, files)
	return c.sendBody("/sources/send", kind, body)
}

// form is the form of files. The name of a field ends in "="; "" is the token's.
func (c *client) form(fields, files []sending) (kind string, body []byte) {
	c.t.Helper()
	var out bytes.Buffer
	m := multipart.NewWriter(&out)
	for _, part := range slices.Concat(fields, files) {
		var w io.Writer
		var err error
		switch name, field := strings.CutSuffix(part.name, "="); {
		case part.name == "":
			w, err = m.CreateFormField("csrf")
		case field:
			w, err = m.CreateFormField(name)
		default: // as Chromium writes names: quotes and ends of lines escaped, the rest as it is
			name := strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(strings.TrimPrefix(part.name, "(none)"))
			w, err = m.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"application/octet-stream"}})
		}
		if err == nil {
			_, err = io.WriteString(w, part.text)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		c.t.Fatal(err)
	}
	return m.FormDataContentType(), out.Bytes()
}

// waiting is how many inputs wait to be read.
func (c *console) waiting(t *testing.T) (n int) {
	t.Helper()
	err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
		n, _, err = r.Depth(store.Inbox)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// drain reads what waits.
func (c *console) drain(t *testing.T) {
	t.Helper()
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	reader := &intake.Reader{Store: c.Store, Tables: tables, Now: c.Now, Log: slog.New(slog.DiscardHandler)}
	if err := reader.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// became are the lines that say of each file what became of it.
func (a answered) became(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, line := range a.page(t).Find("main .sent li") {
		out = append(out, htmlcheck.Text(line))
	}
	return out
}

// TestSendFiles: an administrator sends files by a form, plain and packed, and follows
// the answer to how each was read. The same again is known. The log says who sent how
// many bytes, and no name.
func TestSendFiles(t *testing.T) {
	c := sendingConsole(t)
	boss := c.as(account.Administrator)
	text := "id,name,email\nc-1,Wanjiru Mfano,wanjiru@example.com\n,,\n"
	files := []sending{{"people.csv", text}}
	for _, coding := range []string{"gzip", "zstd"} {
		packed, err := io.ReadAll(compressed(t, coding, text+"c-2,Ana Souza,ana@example.com\n"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, sending{coding + ".bin", string(packed)})
	}
	boss.get("/sources").want(t, http.StatusOK).page(t).In(t, `main a[href=/sources/send]`, htmlcheck.Count(1))
	c.as(account.Security).get("/sources").want(t, http.StatusOK).page(t).In(t, `main a[href=/sources/send]`, htmlcheck.None())

	sent := boss.sendFiles(" hr ", files).want(t, http.StatusOK)
	sent.page(t).In(t, ".done", htmlcheck.Says("3 files were taken in."))
	want := []string{"people.csv Taken in. It waits to be read. 1 KB", "gzip.bin Taken in. It waits to be read. 1 KB", "zstd.bin Taken in. It waits to be read. 1 KB"}
	if got := sent.became(t); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	links := sent.page(t).Find("main .sent a")
	if len(links) != 3 {
		t.Fatalf("%d links", len(links))
	}
	boss.get(htmlcheck.Attr(links[0], "href")).want(t, http.StatusOK).page(t).In(t, "h1", htmlcheck.Says("A file that waits to be read"))
	c.drain(t)
	for i, want := range []string{"Read as csv.people. Received 2026-03-02 09:14 UTC from console: 1 record was kept, 1 skipped.", "2 records were kept, 1 skipped.", "2 records were kept, 1 skipped."} {
		boss.get(htmlcheck.Attr(links[i], "href")).want(t, http.StatusOK).page(t).In(t, ".lead", htmlcheck.Says(want))
	}
	boss.get(htmlcheck.Attr(links[0], "href")).page(t).In(t, "h1", htmlcheck.Says("hr/people.csv"))

	again := boss.sendFiles("hr", append(files[:1:1], sending{"people.csv", text + "c-3,Bilal Misal,b@example.com\n"})).want(t, http.StatusOK)
	if got, want := again.became(t), []string{"people.csv Known: the same came before, and is not read again. 1 KB", want[0]}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if n := c.waiting(t); n != 1 {
		t.Errorf("%d inputs wait", n)
	}

	log := c.acts(t, "source.send")
	if len(log) != 5 {
		t.Fatalf("%d entries of 5 files", len(log))
	}
	for i, e := range log {
		want := map[string]string{"bytes": fmt.Sprint(len(slices.Concat(files, files[:1], []sending{{"", text + "c-3,Bilal Misal,b@example.com\n"}})[i].text))}
		if i == 3 {
			want["known"] = "yes"
		}
		if e.Actor != boss.who.Account || !maps.Equal(e.Detail, want) || i == 0 && "/sources/"+e.Object != htmlcheck.Attr(links[0], "href") {
			t.Errorf("entry %d: %+v, want %v", i, e, want)
		}
	}
	if said := c.log.String(); strings.Contains(said, "people") || strings.Contains(said, "Wanjiru") {
		t.Errorf("the service's log says what was sent:\n%s", said)
	}
}

// TestSendNothing: a form without a file says so, whatever form it is.
func TestSendNothing(t *testing.T) {
	c := sendingConsole(t)
	boss := c.as(account.Administrator)
	for what, got := range map[string]answered{
		"none was chosen":  boss.sendForm([]sending{{"", boss.anyToken()}}, []sending{{"(none)", ""}}),
		"no field of them": boss.sendFiles("hr", nil),
		"another form":     boss.post("/sources/send", "/sources/send", url.Values{"file": {"people.csv"}}),
	} {
		got.want(t, http.StatusUnprocessableEntity).page(t).In(t, ".wrong[role=alert]", htmlcheck.Says("Choose a file. Nothing was taken in."))
		if got.became(t) != nil {
			t.Errorf("%s: %q", what, got.became(t))
		}
	}
	if n := len(c.acts(t, "source.send")); n != 0 || c.waiting(t) != 0 {
		t.Errorf("%d entries, %d inputs", n, c.waiting(t))
	}
}

// TestSendHostileNames sends files whose names lead elsewhere, hide text or do not end: a
// path that evidence cites stays below the folder and can be read, or the file is not
// taken in, which is said, and those beside it are.
func TestSendHostileNames(t *testing.T) {
	const refused = ""
	c := sendingConsole(t)
	boss := c.as(account.Administrator)
	for i, tt := range []struct{ folder, name, path string }{
		{"", "a.csv", "a.csv"},
		{"hr/exports", "a.csv", "hr/exports/a.csv"},
		{"", "../../etc/passwd.csv", "passwd.csv"},
		{"", `C:\fakepath\a.csv`, "a.csv"},
		{"", "/var/tmp/a.csv", "a.csv"},
		{"../../..", "a.csv", "a.csv"},
		{"/etc//cron.d/", "a.csv", "etc/cron.d/a.csv"},
		{"hr/exports", "..", refused},
		{"hr/exports", ".", refused},
		{"hr/exports", "/", refused},
		{"", "a\u202evsc.exe.csv", refused},
		{"", "zero\u200bwidth.csv", refused},
		{"", "\xff\xfe.csv", refused},
		{"h\u2066r", "a.csv", refused},
		{"", strings.Repeat("a", 1020) + ".csv", strings.Repeat("a", 1020) + ".csv"},
		{"", strings.Repeat("a", 1021) + ".csv", refused},
		{"", strings.Repeat("ü", 100_000) + ".csv", refused},
		{strings.Repeat("x/", 500), strings.Repeat("a", 30) + ".csv", refused},
		{"", "سیاه\u200cنامه.csv", "سیاه\u200cنامه.csv"},
		{"", "line\r\nX-Injected: 1.csv", "line%0D%0AX-Injected: 1.csv"},
	} {
		text := fmt.Sprintf("id,name\nc-%d,Ana Muster\n", i)
		got := boss.sendFiles(tt.folder, []sending{{tt.name, text}, {"beside.csv", text}})
		beside := got.became(t)
		if tt.path == refused {
			got.want(t, http.StatusUnprocessableEntity).page(t).In(t, ".wrong", htmlcheck.Says("file"))
			if len(beside) != 2 || !strings.Contains(beside[0], "Not taken in. Its name, with the folder, is longer than 1,024 bytes or holds characters that do not show.") {
				t.Errorf("%.40q in %.40q: %.400q", tt.name, tt.folder, beside)
			}
			if len(got.body) > 20_000 {
				t.Errorf("%.40q: the answer has %d bytes", tt.name, len(got.body))
			}
		} else {
			got.want(t, http.StatusOK)
		}
		c.drain(t)
		var paths []string
		for _, row := range c.rows(t, store.Files, store.Query{}) {
			st, err := intake.FileStatus(row)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, st.Path)
		}
		if tt.path != refused && !slices.Contains(paths, tt.path) {
			t.Errorf("%.40q in %.40q is cited as none of %.200q", tt.name, tt.folder, paths)
		}
		for _, p := range paths {
			if strings.Contains(p, "..") || strings.HasPrefix(p, "/") {
				t.Errorf("evidence cites %q", p)
			}
		}
		c.change(t, func(w store.Writer) error {
			for _, row := range c.rows(t, store.Files, store.Query{Bare: true}) {
				if err := w.Delete(store.Files, row.Key); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, name := range []string{"a\x00.csv", "\x1b[31mred.csv", "bell\x07.csv", "back\\"} { // no field of a form can be called so
		boss.sendFiles("", []sending{{name, "id,name\nc-1,Ana Muster\n"}}).want(t, http.StatusBadRequest)
	}
	if n := c.waiting(t); n != 0 {
		t.Errorf("%d inputs wait", n)
	}
	got := boss.sendFiles("", []sending{{payload, "id,name\nc-1,Ana Muster\n"}, {payload + "\u200b", "x"}})
	got.inert(t)
}

// TestSendIsBounded: what is more than one form may bring is named, with what was taken
// in before it, and not kept.
func TestSendIsBounded(t *testing.T) {
	c := sendingConsole(t)
	boss := c.as(account.Administrator)
	for i := range c.table {
		if c.table[i].pattern == "POST /sources/send" {
			c.table[i].limit = 3 << 20
		}
	}
	large := strings.Repeat("x", 4<<20)
	got := boss.sendFiles("", []sending{{"first.csv", "id,name\nc-1,Ana Muster\n"}, {"large.csv", large}, {"after.csv", "id\n"}}).want(t, http.StatusUnprocessableEntity)
	lines := got.became(t)
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "first.csv Taken in.") || !strings.HasPrefix(lines[1], "large.csv Not taken in. With it, more than 4 GB came at once.") {
		t.Errorf("%q", lines)
	}
	if n, e := c.waiting(t), len(c.acts(t, "source.send")); n != 1 || e != 1 {
		t.Errorf("%d inputs wait, %d entries", n, e)
	}
	boss.sendForm([]sending{{"", boss.anyToken()}, {"folder=", strings.Repeat("x", 1025)}}, []sending{{"a.csv", "id\n"}}).want(t, http.StatusBadRequest)
	boss.sendForm([]sending{{"", strings.Repeat("x", 2<<20)}}, nil).want(t, http.StatusBadRequest)
	boss.send("/sources/send", url.Values{"csrf": {boss.anyToken()}, "more": {strings.Repeat("x", formLimit)}}).want(t, http.StatusRequestEntityTooLarge)

	many := make([]sending, maxIngestParts+1) // of names that are refused, so that nothing is kept
	for i := range many {
		many[i] = sending{"\u200b", "x"}
	}
	got = boss.sendFiles("", many).want(t, http.StatusUnprocessableEntity)
	got.page(t).In(t, ".wrong", htmlcheck.Says("More than 1000 files came at once."))
	if n := len(got.became(t)); n != maxIngestParts {
		t.Errorf("%d lines", n)
	}

	c.change(t, func(w store.Writer) error {
		for i := range intake.MaxWaiting {
			if err := w.Enqueue(store.Inbox, fmt.Sprint("other-", i), c.now); err != nil {
				return err
			}
		}
		return nil
	})
	lines = boss.sendFiles("", []sending{{"busy.csv", "id\n"}, {"after.csv", "id\n"}}).want(t, http.StatusUnprocessableEntity).became(t)
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "busy.csv Not taken in. Too much waits to be read.") {
		t.Errorf("%q", lines)
	}
	if n := len(c.acts(t, "source.send")); n != 1 {
		t.Errorf("%d entries", n)
	}
}

// TestSendNeedsItsToken: a form of files whose token is missing, somebody else's, or
// behind the files is refused before a file is read.
func TestSendNeedsItsToken(t *testing.T) {
	c := sendingConsole(t)
	boss := c.as(account.Administrator)
	file := []sending{{"a.csv", "id,name\nc-1,Ana Muster\n"}}
	for what, fields := range map[string][]sending{
		"none":                  nil,
		"empty":                 {{"", ""}},
		"made up":               {{"", strings.Repeat("A", 43)}},
		"somebody else's":       {{"", c.as(account.HR).anyToken()}},
		"behind another field":  {{"folder=", "hr"}, {"", boss.anyToken()}},
		"behind a file":         {file[0], {"", boss.anyToken()}},
		"in the name of a file": {{"csrf.csv", boss.anyToken()}},
	} {
		if got := boss.sendForm(fields, file); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", what, got.StatusCode)
		}
	}
	for _, role := range account.Roles() {
		if cl := c.as(role); role != account.Administrator {
			cl.sendForm([]sending{{"", cl.anyToken()}}, file).want(t, http.StatusForbidden)
		}
	}
	if n := c.waiting(t); n != 0 {
		t.Errorf("%d inputs wait", n)
	}
	boss.sendForm([]sending{{"", boss.anyToken()}}, file).want(t, http.StatusOK)
}

// TestSendIsKeptWholeOrNot: a form that breaks off, and one that cannot be written or
// recorded, leaves no file that is not whole, and none that is not recorded.
func TestSendIsKeptWholeOrNot(t *testing.T) {
	c := sendingConsole(t)
	boss := c.as(account.Administrator)
	kind, body := boss.form([]sending{{"", boss.anyToken()}}, []sending{{"first.csv", "id,name\nc-1,Ana Muster\n"}, {"second.csv", "id,name\nc-2,Omar Haddad\n"}})
	for _, at := range []int{bytes.Index(body, []byte("c-2")), bytes.Index(body, []byte("second"))} {
		if status := boss.breaksOff(kind, body, at); status != http.StatusBadRequest {
			t.Errorf("broken off after %q: %d", body[at-20:at], status)
		}
	}
	if n, e := c.waiting(t), len(c.acts(t, "source.send")); n != 1 || e != 2 { // the first, which is known the second time
		t.Errorf("%d inputs wait, %d entries", n, e)
	}
	st := c.Intake.Store
	c.Intake.Store = full{st}
	boss.sendFiles("", []sending{{"third.csv", "id\n"}}).want(t, http.StatusServiceUnavailable)
	c.Intake.Store = unlogged{st}
	boss.sendFiles("", []sending{{"third.csv", "id\n"}}).want(t, http.StatusServiceUnavailable)
	if n := c.waiting(t); n != 1 {
		t.Errorf("%d inputs wait", n)
	}
	c.Intake = nil
	boss.sendForm([]sending{{"", boss.anyToken()}}, []sending{{"a.csv", "id\n"}}).want(t, http.StatusServiceUnavailable)
	boss.get("/sources/send").want(t, http.StatusOK).page(t).In(t, "main form", htmlcheck.None())
}

// breaksOff sends a form of files whose connection breaks off, and returns the status of
// the answer.
func (c *client) breaksOff(kind string, body []byte, at int) int {
	c.t.Helper()
	u, err := url.Parse(c.base)
	if err != nil {
		c.t.Fatal(err)
	}
	conn, err := new(net.Dialer).DialContext(c.t.Context(), "tcp", u.Host)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a test
	var cookies []string
	for _, k := range c.http.Jar.Cookies(u) {
		cookies = append(cookies, k.String())
	}
	_, err = fmt.Fprintf(conn, "POST /sources/send HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: %s\r\nSec-Fetch-Site: same-origin\r\nContent-Length: %d\r\n\r\n%s",
		u.Host, strings.Join(cookies, "; "), kind, len(body), body[:at])
	if tcp, ok := conn.(*net.TCPConn); err == nil && ok {
		err = tcp.CloseWrite()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// unlogged is a store whose audit log cannot be written.
type unlogged struct{ store.Store }

func (s unlogged) Update(ctx context.Context, f func(store.Writer) error) error {
	return s.Store.Update(ctx, func(w store.Writer) error { return f(unloggedWriter{w}) })
}

type unloggedWriter struct{ store.Writer }

func (unloggedWriter) Append(store.Log, time.Time, []byte) (int64, error) {
	return 0, store.ErrReadOnly
}
