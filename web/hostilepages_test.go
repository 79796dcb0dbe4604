// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/account"
	"daylight/casework"
	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/notice"
	"daylight/record"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/weigh"
)

// hostileConsole is a console whose company, accounts and settings hold payloads, and
// the fields of the company that do.
func hostileConsole(t *testing.T) (*console, *poisoner) {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	p := poisonedSample(t)
	p.readInto(context.WithoutCancel(t.Context()), st)
	c := newConsole(t, func(o *Options) { o.Store, o.Catalog = st, indicators.Catalog() })
	boss := c.as(account.Administrator)
	for _, role := range account.Roles() {
		c.as(role).post("/account", "/account/name", url.Values{"name": {payload}}).want(t, 303)
	}
	boss.post("/settings", "/settings", url.Values{"organisation": {payload}, "contact": {payload}, "version": {"0"}}).want(t, 303)
	boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {payload}, "scope": {"read"}, "until": {"2026-04-01"}}).want(t, 200)
	return c, p
}

// readInto takes the files in as a service does, records and all, and assesses everybody.
func (p *poisoner) readInto(ctx context.Context, st store.Store) {
	p.t.Helper()
	now := func() time.Time { return start.AddDate(0, 3, 0) } // after all that the sample company did
	log := slog.New(slog.DiscardHandler)
	tables, err := enrich.Builtin()
	p.must("tables", err)
	box := &intake.Box{Store: st, Now: now}
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		_, err := box.Receive(ctx, "test", name, strings.NewReader(string(p.files[name].Data)))
		p.must(name, err)
	}
	reader := &intake.Reader{Store: st, Tables: tables, Notices: notice.Rule{Everybody: notice.Since(time.Unix(1, 0))}, Now: now, Log: log}
	p.must("all", reader.Drain(ctx))
	rules := func() (intake.Rules, error) {
		return intake.Rules{Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Tables: enrich.Builtin, Tool: "test"}, nil
	}
	_, err = (&intake.Assessor{Store: st, Rules: rules, Opener: sampleCases{}, Now: now, Log: log}).Some(ctx)
	p.must("all", err)
}

// TestNoPayloadBecomesMarkup opens every page of a company whose texts are payloads,
// and every person and ring of it, and holds that each is shown as the text it is.
func TestNoPayloadBecomesMarkup(t *testing.T) {
	c, p := hostileConsole(t)
	shown := map[string]int{}
	plain := 0
	look := func(a answered) {
		t.Helper()
		text := a.inert(t)
		plain += strings.Count(text, "<xss-mark>{{.CSRF}}")
		for _, field := range marksIn(text) {
			shown[field]++
		}
	}
	c.hostileWords(t, p, look)
	_, applied := c.finalists(t)
	p.hostileRecords(c, applied[0])
	for _, e := range c.examples(t) {
		look(c.visitor(t, e).get(e.path))
	}
	c.hostilePeople(t, look)
	if plain < 50 {
		t.Errorf("payloads are shown %d times: the test looks at pages without them", plain)
	}
	p.compare(shown)
}

// markOf finds the field of a payload, also within JSON, whose brackets are escaped.
var markOf = regexp.MustCompile(`xss-mark(?:>|\\u003e)\{\{\.csrf\}\}~([^~]*)~`)

// marksIn names the fields whose payload a text holds, in small letters.
func marksIn(text string) (fields []string) {
	for _, m := range markOf.FindAllStringSubmatch(strings.ToLower(text), -1) {
		fields = append(fields, m[1])
	}
	return fields
}

// hostileGolden says of every field that was poisoned whether a page shows what stands in
// it. What is read as an instant, a number or one of several words is refused and shown
// nowhere, and of activity counts are kept.
const hostileGolden = "testdata/hostile-fields.golden"

// compare holds that pages show the fields that they showed when somebody last looked.
func (p *poisoner) compare(shown map[string]int) {
	p.t.Helper()
	var b strings.Builder
	for _, f := range slices.Sorted(maps.Keys(p.fields)) {
		is := "hidden"
		if shown[strings.ToLower(f)] > 0 {
			is = "shown"
		}
		fmt.Fprintf(&b, "%-6s %s\n", is, f)
	}
	if *update {
		p.must(hostileGolden, os.WriteFile(hostileGolden, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(hostileGolden)
	p.must(hostileGolden, err)
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		p.t.Errorf("pages show other fields than before; look at them and run with -update: -before +now\n%s", diff)
	}
}

// hostileWords sends payloads in addresses and forms, and looks at what is answered.
func (c *console) hostileWords(t *testing.T, p *poisoner, look func(answered)) {
	t.Helper()
	sec, boss := c.as(account.Security), c.as(account.Administrator)
	q := url.QueryEscape(payload)
	for _, at := range []string{"/search?q=" + q, "/queue?state=" + q, "/people?family=" + q + "&sort=" + q, "/nowhere/" + url.PathEscape(payload), "/people/" + url.PathEscape(payload)} {
		look(sec.get(at))
	}
	for _, at := range []string{"/audit?actor=" + q + "&act=" + q + "&object=" + q, "/audit?from=" + q, "/admin/accounts/" + url.PathEscape(payload)} {
		look(boss.get(at))
	}
	look(sec.post("/search", "/search", url.Values{"q": {payload}}))
	look(c.as("").get("/sign-in?to=" + q))
	look(c.as("").post("/sign-in", "/sign-in", url.Values{"login": {payload}, "password": {payload}, "code": {payload}, "to": {payload}}))

	of := c.aCase(t)
	handle, path := of.Matter.Subject, "/cases/"+of.ID
	work := func(fields url.Values) { look(sec.post("/account", path, fields)) }
	work(url.Values{"act": {"take"}})
	work(url.Values{"act": {"note"}, "text": {payload}})
	work(url.Values{"act": {"propose"}, "text": {payload}})
	sec.post("/account", path+"/freeze", nil).want(t, http.StatusSeeOther)
	c.change(t, func(w store.Writer) error {
		_, err := casework.Suppress(w, casework.Actor{Account: sec.who.Account, Roles: []string{casework.RoleSecurity}}, casework.Suppression{
			Subject: handle, Indicator: "net.consumer_vpn", Reason: payload, Until: c.now.Add(48 * time.Hour),
		}, c.now)
		return err
	})
	sec.post("/people/"+handle, "/queue/filters", url.Values{"name": {payload}, "query": {"state=escalate"}})
	link := c.madeLink(t, handle)
	nobody := c.client(t)
	look(nobody.post(link, link, url.Values{"kind": {string(casework.Appeal)}, "text": {payload}}))
	named, hr := strings.ReplaceAll(payload, `"`, ""), c.as(account.HR)
	look(hr.upload(handle, good("zone", payload), named+".png", scan(t)))
	look(hr.upload(handle, good(), named+".png", scan(t)))
	look(hr.upload(handle, good("kind", "other"), named+".pdf", p.files[p.resume].Data).want(t, http.StatusSeeOther))
}

// hostileRecords are a record of each kind about a person with a payload in every text of
// it, as the vendors of whom the sample has nothing may send them.
func (p *poisoner) hostileRecords(c *console, handle string) {
	p.t.Helper()
	for _, empty := range []record.Body{
		record.Person{},
		record.Resume{},
		record.Photo{},
		record.IdentityDocument{},
		record.Interview{},
		record.Check{},
		record.Payout{},
		record.Shipment{},
		record.Device{},
		record.CodeHistory{},
		record.Outcome{},
		record.Call{},
	} {
		kind := string(empty.Kind())
		body := reflect.New(reflect.TypeOf(empty)).Elem()
		p.fill(body, "record:"+kind)
		full, ok := reflect.TypeAssert[record.Body](body)
		if !ok {
			p.t.Fatalf("%s is no body", kind)
		}
		r := record.Record{ID: "hostile", Origin: record.Origin{Feed: "test", Path: kind + payload, Locator: "line 1" + payload}, At: start, Body: full}
		data := p.encode(kind, map[string]any{"record": r})
		c.change(p.t, func(w store.Writer) error {
			return w.Put(store.Records, store.Row{Key: "hostile-" + kind, Holder: intake.Holder(handle), Body: data, Text: map[string]string{"kind": kind}})
		})
	}
}

// fill puts a payload into every text of a value, and one element into every list.
func (p *poisoner) fill(v reflect.Value, field string) {
	switch v.Kind() { //nolint:exhaustive // the rest holds no text
	case reflect.String:
		v.SetString(planted(p.field(field)))
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			p.fill(v.Index(0), field+"[]")
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		p.fill(v.Elem(), field)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[record.Name]() {
			v.Set(reflect.ValueOf(record.NewName(planted(p.field(field)))))
			return
		}
		for of, value := range v.Fields() {
			if of.IsExported() {
				p.fill(value, field+"."+of.Name)
			}
		}
	default:
	}
}

// hostilePeople looks at every page about each person, case, ring, request and file, and
// at what a person takes away.
func (c *console) hostilePeople(t *testing.T, look func(answered)) {
	t.Helper()
	sec := c.as(account.Security)
	places := c.poisonedPlaces(t)
	token, program := sec.anyToken(), http.Header{"Authorization": {"Bearer " + c.newToken(t, account.ScopeRead)}}
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true}) {
		path := "/people/" + row.Key
		sec.send(path+"/reveal", url.Values{"csrf": {token}, "reason": {"case"}}).want(t, http.StatusSeeOther)
		look(sec.get(path).want(t, http.StatusOK))
		look(c.as("").request(http.MethodGet, "/v1"+path, nil, program).want(t, http.StatusOK))
		if len(places[row.Key]) == 0 {
			continue
		}
		for _, place := range places[row.Key] {
			place.Set("csrf", token)
			look(sec.send(path+"/record", place).want(t, http.StatusOK))
		}
		for _, page := range []string{"/interviews", "/continuity", "/documents", "/check-ins"} {
			look(sec.get(path+page).want(t, http.StatusOK))
		}
		look(c.client(t).get(c.madeLink(t, row.Key)).want(t, http.StatusOK))
	}
	for path, of := range map[string]store.Collection{"/cases/": store.Cases, "/rings/": store.Rings, "/requests/": store.Requests, "/sources/": store.Files} {
		for _, row := range c.rows(t, of, store.Query{Bare: true}) {
			look(sec.get(path + row.Key))
		}
	}
	for _, row := range c.rows(t, store.Packages, store.Query{Bare: true}) {
		look(sec.get("/cases/"+row.Text["case"]+"/packages/"+row.Key).want(t, http.StatusOK))
	}
	for _, row := range c.rows(t, store.Plans, store.Query{Bare: true}) {
		look(sec.get("/interviews/"+row.Key+"/asked").want(t, http.StatusOK))
	}
	for _, row := range c.rows(t, store.Sittings, store.Query{Bare: true}) {
		look(sec.get("/sittings/"+row.Key).want(t, http.StatusOK))
		look(sec.get("/sittings/" + row.Key + "/calendar"))
	}
	for _, list := range []string{"/queue", "/people", "/requests", "/sources", "/suppressions", "/retention", "/compliance", "/interviews", "/audit"} {
		for _, role := range account.Roles() {
			look(c.as(role).get(list))
		}
	}
	for _, page := range []string{"2", "3"} {
		look(sec.get("/people?page=" + page))
		look(sec.get("/sources?page=" + page))
	}
}

// poisonedPlaces are the places in files, as a page asks for them, of records of each
// person that hold the payload of a field.
func (c *console) poisonedPlaces(t *testing.T) map[string][]url.Values {
	t.Helper()
	out := map[string][]url.Values{}
	subjects := c.rows(t, store.Subjects, store.Query{Bare: true})
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for _, s := range subjects {
			holders, err := intake.Holders(r, s.Key)
			if err != nil {
				return err
			}
			for _, h := range append(holders, intake.Holder(s.Key)) {
				for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}) {
					if err != nil {
						return err
					}
					var kept struct {
						Record record.Record `json:"record"`
					}
					if err := json.Unmarshal(row.Body, &kept); err != nil {
						return err
					}
					if from := kept.Record.Origin; len(marksIn(string(row.Body))) > 0 {
						out[s.Key] = append(out[s.Key], url.Values{"path": {url.QueryEscape(from.Path)}, "locator": {url.QueryEscape(from.Locator)}})
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// inert asserts that nothing of an answer is more than what its template writes, and
// returns what it says: its texts and the values of its attributes.
func (a answered) inert(t *testing.T) string {
	t.Helper()
	at := a.Request.URL.String()
	if a.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s: status %d", at, a.StatusCode)
	}
	h := a.Header
	if h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s may be taken for something else than it says", at)
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch {
	case a.StatusCode == http.StatusSeeOther:
		if to := h.Get("Location"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
			t.Errorf("%s leads to %q", at, to)
		}
		return ""
	case strings.HasPrefix(h.Get("Content-Disposition"), "attachment"):
		return ""
	case kind != "text/html":
		if kind != "application/json" && kind != "text/plain" && !strings.HasPrefix(kind, "image/jpeg") {
			t.Errorf("%s is served within the page as %q", at, kind)
		}
		return ""
	}
	p := a.page(t)
	var said strings.Builder
	for n := range p.All() {
		switch n.Data {
		case "xss-mark", "iframe", "object", "embed", "style", "base":
			t.Errorf("%s: an element %s", at, n.Data)
		case "img":
			if !strings.HasPrefix(htmlcheck.Attr(n, "src"), "/stills/") { // the only pictures there are
				t.Errorf("%s: a picture of %q", at, htmlcheck.Attr(n, "src"))
			}
		case "script":
			if !strings.HasPrefix(htmlcheck.Attr(n, "src"), "/assets/") || n.FirstChild != nil {
				t.Errorf("%s: a script that is no file of the console", at)
			}
		}
		for _, k := range n.Attr {
			if strings.HasPrefix(k.Key, "on") || k.Key == "style" || k.Key == "srcdoc" {
				t.Errorf("%s: <%s %s=%q>", at, n.Data, k.Key, k.Val)
			}
			if slices.Contains([]string{"href", "action", "formaction", "src", "xlink:href"}, k.Key) && !slices.ContainsFunc([]string{"/", "#", "?", "data:,"}, func(s string) bool { return strings.HasPrefix(k.Val, s) }) {
				t.Errorf("%s: <%s %s=%q>", at, n.Data, k.Key, k.Val)
			}
			said.WriteString("\n" + k.Val)
		}
	}
	return htmlcheck.Text(p.Find("html")[0]) + html.UnescapeString(said.String())
}
