// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"daylight/report"
)

// hostile are words that somebody may put where a name, an id or a file name
// belongs.
var hostile = []string{
	"\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\", // a link
	"\x1b[2J\x1b[31mred\x1b[0m\x07",                         // steers the terminal
	"\u009b31mred",                                          // the same in one character
	"\u202egnp.exe\u202c\u2066x\u2069",                      // turns the direction round
	"a\u200bb\u200d\ufeffc\U000e0041",                       // hides
	"a\r\nb\tc\x00d\x7f",                                    // lines and NUL
	"<script>alert(1)</script>",
	`"><img src=x onerror=alert(1)>`,
	"'-alert(1)-'",
	"</style></script><!--",
	"javascript:alert(1)",
	`=HYPERLINK("http://evil.example","x")`,
	"+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "＝1+1",
	"{{.}}", "${x}", "%s%n%x",
	"../../etc/passwd",
	strings.Repeat("very long ", 100),
	strings.Repeat("x", 100_000), // refused where an id belongs
	strings.Repeat("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 20),
	"\ufffd\ufffe",
}

// steers reports a character that no output may hold as it is.
func steers(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co))
}

// hostileExports are files in which everything that can be a word is a hostile
// one, with enough in common that there is something to say about it.
func hostileExports(t *testing.T) string {
	t.Helper()
	table := func(rows [][]string) string {
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	people := [][]string{{"id", "name", "email", "phone", "address", "city", "region", "country", "role", "requisition", "employer", "agency", "referrer", "linkedin", "website", "resume", "manager", "username", "alias", "user_agent", "applied_at", "stage"}}
	pay := [][]string{{"person", "effective_at", "method", "institution", "country", "account", "holder"}}
	shipping := [][]string{{"person", "requested_at", "serial", "address", "city"}}
	interviews := [][]string{{"person", "at", "interviewer", "channel", "camera", "same_person", "camera_device", "note"}}
	checks := [][]string{{"person", "check", "result", "at", "by", "note"}}
	var scim, okta strings.Builder
	for i, h := range hostile {
		id := h + fmt.Sprint(" ", i)
		people = append(people, []string{
			id, h, fmt.Sprintf("p%d@example.com", i), "+442079460001", h, h, h, "GB", h, h, h, h, h, "linkedin.com/in/shared", "https://shared.example/" + h,
			h, h, h, fmt.Sprint("alias ", i, h), h, "2026-04-01", "applicant",
		})
		pay = append(pay, []string{id, "2026-04-02", "bank", h, "GB", "GB00SHARED", h})
		shipping = append(shipping, []string{id, "2026-04-02", h, "1 High Street", "Leeds"})
		interviews = append(interviews, []string{id, "2026-04-02T10:00:00Z", h, h, "on", "no", h, h}, []string{h, "not a time", h, h, h, h, h, h})
		checks = append(checks, []string{id, "employment", "denied", "2026-04-02", h, h}, []string{id, h, h, h, h, h})
		word, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&scim, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":%s,"userName":%s,"displayName":%s,"title":%s,"timezone":%s}`+"\n", word, word, word, word, word)
		fmt.Fprintf(&okta, `{"uuid":%s,"published":"2026-04-01T09:00:00.000Z","eventType":"user.session.start","version":"0","severity":"INFO","actor":{"id":%s,"type":"User","alternateId":"p%d@example.com"},"client":{"ipAddress":"192.0.2.7","userAgent":{"rawUserAgent":%s}},"authenticationContext":{"externalSessionId":%s},"outcome":{"result":%s}}`+"\n",
			word, word, i, word, word, word)
		fmt.Fprintf(&okta, `{"uuid":%s,"published":%s,"eventType":"user.session.start","actor":{"id":%s,"type":"User"},"outcome":{"result":"SUCCESS"}}`+"\n", word, word, word)
	}
	files := map[string]string{
		"people.csv": table(people), "pay.csv": table(pay), "shipping.csv": table(shipping), "interviews.csv": table(interviews), "checks.csv": table(checks),
		"scim.jsonl": scim.String(), "okta.jsonl": okta.String(),
		"headers.csv": table([][]string{append([]string{"id", "name"}, hostile[:4]...), append([]string{"h-1", "Kofi Beispiel"}, hostile[:4]...)}),
	}
	dir := exports(t, files)
	for i, h := range hostile {
		name := strings.NewReplacer("/", "_", "\x00", "").Replace(h)
		for len(name) > 150 {
			_, n := utf8.DecodeLastRuneInString(name)
			name = name[:len(name)-n]
		}
		if runtime.GOOS != "linux" && (steers([]rune(name)[0]) || !utf8.ValidString(name)) {
			continue // other systems refuse such names
		}
		for suffix, content := range map[string]string{".bin": "\x00\x01", ".jsonl": `{"some":` + fmt.Sprint(i) + "}\n"} {
			if err := os.WriteFile(filepath.Join(dir, "exports", name+suffix), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if runtime.GOOS == "linux" {
		if err := os.WriteFile(filepath.Join(dir, "exports", "bad\xff\xfename.bin"), []byte("\x00\x01"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestHostileWords holds that no word of the input can steer what shows it.
func TestHostileWords(t *testing.T) {
	dir := hostileExports(t)
	outputs := map[string]ran{"explain": daylight(t, dir, "explain", hostile[6]+" 6", "exports")}
	for _, format := range formats {
		outputs[format] = daylight(t, dir, "scan", "exports", "--all", "-o", format)
	}
	for format, got := range outputs {
		if got.status != exitDone {
			t.Fatalf("%s: status %d: %q", format, got.status, got.stderr)
		}
		if got.stderr != "" {
			t.Errorf("%s: standard error %q", format, got.stderr)
		}
		text := got.stdout
		if format == "csv" {
			text = strings.ReplaceAll(text, "\r\n", "\n")
		}
		if !utf8.ValidString(text) {
			t.Errorf("%s is not UTF-8", format)
		}
		if at := strings.IndexFunc(text, steers); at >= 0 {
			t.Errorf("%s holds %q", format, text[max(0, at-40):min(len(text), at+20)])
		}
		if len(text) > 20<<20 {
			t.Errorf("%s has %d bytes: long words are repeated too often", format, len(text))
		}
	}
	checkJSON(t, outputs["json"].stdout)
	checkCSV(t, outputs["csv"].stdout)
	checkHTML(t, outputs["html"].stdout)
}

func checkJSON(t *testing.T, text string) {
	t.Helper()
	var r report.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("json: %v", err)
	}
	ids := map[string]bool{}
	for _, s := range r.Subjects {
		if ids[s.ID] {
			t.Errorf("json: two subjects are called %.40q", s.ID)
		}
		ids[s.ID] = true
	}
	for _, in := range r.Inputs {
		if strings.HasSuffix(in.Path, ".csv") && in.Records == 0 {
			t.Errorf("json: nothing was read of %s (%s): the case shows less than it should", in.Path, in.Format)
		}
	}
	// All but the one whose id is too long.
	if len(ids) < len(hostile)-1 {
		t.Errorf("json: %d subjects, want at least %d", len(ids), len(hostile)-1)
	}
}

func checkCSV(t *testing.T, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("csv: %v", err)
	}
	if len(rows) < 10 {
		t.Fatalf("csv: %d rows show nothing", len(rows))
	}
	for _, row := range rows[1:] {
		for i, cell := range row {
			if figure := strings.Contains(rows[0][i], "weight") || rows[0][i] == "probability"; !figure && strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") || strings.HasPrefix(cell, "＝") {
				t.Errorf("csv: column %s begins a formula: %.60q", rows[0][i], cell)
			}
		}
	}
}

func checkHTML(t *testing.T, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatalf("html: %v", err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "style":
			if n.FirstChild != nil && (strings.Contains(n.FirstChild.Data, "alert(1)") || strings.Contains(n.FirstChild.Data, "evil.example")) {
				t.Errorf("html: a word of the input stands in %s", n.Data)
			}
		case "img", "iframe", "object", "embed", "base", "form":
			t.Errorf("html: there is an element %s", n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(value, "javascript:") || (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(value, "#") {
				t.Errorf("html: <%s %s=%.60q>", n.Data, a.Key, a.Val)
			}
		}
	}
}

// TestHostileArguments holds that what is wrong is said without repeating what
// could steer a terminal.
func TestHostileArguments(t *testing.T) {
	dir := exports(t, map[string]string{"people.csv": twoPeople})
	const steer = "\x1b]0;x\x07\u202e"
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("keys.yaml", "\"a\\e]0;x\\a\\u202e\": 1\n")
	write("weights.yaml", "weights:\n  \"a\\e]0;x\\a\\u202e\": {present_db: 3, absent_db: 0, why: test}\n")
	write("raw.yaml", "prior: \x1b]0;x\x07\n")
	for _, args := range [][]string{
		{"scan", steer},
		{"scan", "exports", "-o", steer},
		{"scan", "exports", "--" + steer},
		{steer},
		{"explain", steer, "exports"},
		{"scan", "exports", "--out", steer + "/x"},
		{"scan", "exports", "--geoip", steer},
		{"scan", "exports", "--as-of", steer},
		{"scan", "exports", "--config", steer},
		{"scan", "exports", "--config", "keys.yaml"},
		{"scan", "exports", "--config", "weights.yaml"},
		{"config", "check", "--config", "keys.yaml"},
		{"scan", "exports", "--config", "raw.yaml"},
		{"indicators", steer},
		{"sun", steer},
		{"sun", "0,0", steer},
	} {
		got := daylight(t, dir, args...)
		if got.status != exitFailed && got.status != exitUsage {
			t.Errorf("%q: status %d", args, got.status)
		}
		if got.stdout != "" || got.stderr == "" || strings.ContainsFunc(got.stderr, steers) {
			t.Errorf("%q: %q and on standard error %q", args, got.stdout, got.stderr)
		}
	}
}

// TestSameText holds that a terminal shows the same of the same folder, run
// after run and on any number of cores.
func TestSameText(t *testing.T) {
	dir := t.TempDir()
	if got := daylight(t, dir, "demo", "--no-serve"); got.status != exitDone {
		t.Fatalf("demo: status %d: %s", got.status, got.stderr)
	}
	first := ""
	for _, workers := range []string{"0", "0", "1", "7"} {
		got := daylight(t, dir, "scan", filepath.Join("daylight-demo", "exports"), "--all", "--workers", workers)
		if got.status != exitDone || got.stderr != "" {
			t.Fatalf("status %d: %s", got.status, got.stderr)
		}
		if first == "" {
			first = got.stdout
		}
		if len(first) < 1000 || got.stdout != first {
			t.Errorf("with --workers %s the text is another (%d and %d bytes)", workers, len(first), len(got.stdout))
		}
	}
}
