// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func eq(attribute string, value any) *filter {
	return &filter{attribute: attribute, op: "eq", value: value}
}

func both(a, b *filter) *filter { return &filter{joint: "and", parts: []filter{*a, *b}} }

func TestParseFilter(t *testing.T) {
	part := func(name, sub, op string, value any) filter {
		return filter{attribute: name, sub: sub, op: op, value: value}
	}
	for s, want := range map[string]filter{
		`userName eq "a"`:                          *eq("userName", "a"),
		`userName EQ "a \"b\" ] and c)"`:           *eq("userName", `a "b" ] and c)`),
		`a eq true and b eq 3 AND c.d eq null`:     {joint: "and", parts: []filter{*eq("a", true), *eq("b", 3.0), part("c", "d", "eq", nil)}},
		`a eq False`:                               *eq("a", false),
		scimUserURN + `:userName eq "x"`:           *eq("userName", "x"),
		scimEnterpriseURN + `:manager.value pr`:    {enterprise: true, attribute: "manager", sub: "value", op: "pr"},
		`userName  eq   "ä\u00e9"  and id eq "1" `: *both(eq("userName", "äé"), eq("id", "1")),
		`title pr`:     part("title", "", "pr", nil),
		`(a eq "b")`:   *eq("a", "b"),
		`( a eq "b" )`: *eq("a", "b"),
		// Not goes before and, and before or.
		`a pr or b pr and not (c pr)`: {joint: "or", parts: []filter{part("a", "", "pr", nil), {joint: "and", parts: []filter{
			part("b", "", "pr", nil), {joint: "not", parts: []filter{part("c", "", "pr", nil)}},
		}}}},
		`(a pr or b pr) and c pr`: {joint: "and", parts: []filter{{joint: "or", parts: []filter{part("a", "", "pr", nil), part("b", "", "pr", nil)}}, part("c", "", "pr", nil)}},

		`not(a pr)`:                             {joint: "not", parts: []filter{part("a", "", "pr", nil)}},
		`emails[type eq "work"]`:                {attribute: "emails", within: eq("type", "work")},
		`emails[type eq "work"].value eq "a]b"`: {attribute: "emails", within: eq("type", "work"), sub: "value", op: "eq", value: "a]b"},
		`emails[type eq "work" and value co "@"] or (title pr)`:                  {joint: "or", parts: []filter{{attribute: "emails", within: both(eq("type", "work"), &filter{attribute: "value", op: "co", value: "@"})}, part("title", "", "pr", nil)}},
		`meta.lastModified gt "2026-01-02T03:04:05Z"`:                            part("meta", "lastModified", "gt", "2026-01-02T03:04:05Z"),
		strings.Repeat("(", maxNested) + "a pr" + strings.Repeat(")", maxNested): part("a", "", "pr", nil),
	} {
		got, err := parseFilter(s, userAttributes)
		if err != nil {
			t.Errorf("%s: %v", s, err)
		} else if diff := cmp.Diff(want, got, cmp.AllowUnexported(filter{})); diff != "" {
			t.Errorf("%s: %s", s, diff)
		}
	}
	for _, s := range []string{
		``, ` `, `userName`, `userName eq`, `userName eq a`, `userName eq "a`, `a eq "b"x`, `a eq "b" and`, `and a eq "b"`, `1a eq "b"`, `a eq {}`, `a eq []`,
		`a eq "b"and c eq "d"`, `a.b.c eq "x"`, `a. eq "x"`, `a like "b"`, `not a pr`, `not (a pr`, `(a pr`, `a pr)`, `()`, `not ()`, `a pr b pr`, `a pr "x"`,
		`emails[`, `emails[]`, `emails[type eq "work"`, `emails[type eq "work"].`, `emails[type eq "work"].a.b eq "x"`, `emails[type eq "work"]x`, `emails[emails[type pr]]`,
		`emails.value[type pr] eq "x"`, `[type pr]`, `active gt true`, `active gt "a"`, `active eq "perhaps"`, `active co "t"`, `title co 3`, `title gt null`, `title sw true`,
		`meta.created gt "yesterday"`, `meta.lastModified eq "2026"`,
		strings.Repeat("(", maxNested+1) + "a pr" + strings.Repeat(")", maxNested+1), `title eq "` + strings.Repeat("x", maxFilter) + `"`,
	} {
		_, err := parseFilter(s, userAttributes)
		var fault *scimError
		if !errors.As(err, &fault) || fault.kind != "invalidFilter" || fault.status != 400 {
			t.Errorf("%.80s: %v", s, err)
		}
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{
		`userName eq "a" and b eq true`, `not (emails[type eq "work" and value co "@"].value pr) or meta.lastModified gt "2026-01-02T03:04:05Z"`,
		scimEnterpriseURN + `:department ne null`, `x[a eq "\"]`, `a pr)`, `((a pr))`, `active eq "True"`,
	} {
		f.Add(s)
	}
	user := object{
		"userName": "a", "active": true, "emails": []any{object{"value": "x@example.com", "type": "work", "primary": true}, object{"value": "y"}}, "name": object{"formatted": "A"},
		scimEnterpriseURN: object{"manager": object{"value": "m"}}, "meta": object{"lastModified": "2026-01-02T03:04:05Z"},
	}
	f.Fuzz(func(t *testing.T, s string) {
		one, err := parseFilter(s, userAttributes)
		if err != nil {
			if strings.Contains(s, "secret") && strings.Contains(err.Error(), "secret") {
				t.Errorf("%q is repeated: %v", s, err)
			}
			return
		}
		contrary := filter{joint: "not", parts: []filter{one}}
		if one.holds(user) == contrary.holds(user) {
			t.Errorf("%q both holds and does not", s)
		}
		if again, err := parseFilter("not ("+s+")", userAttributes); err == nil && again.holds(user) != contrary.holds(user) {
			t.Errorf("%q is read in another way within parentheses", s)
		}
	})
}

// join pushes a user.
func (p *provider) join(body string) (id string) {
	p.t.Helper()
	id, _ = p.want(201, "POST", "/Users", body)["id"].(string)
	return id
}

// three pushes three people, a day apart.
func (p *provider) three() map[string]string {
	p.t.Helper()
	ids := map[string]string{}
	for _, u := range []struct{ name, body string }{
		{"mei", `{"userName":"mei.tanaka@example.com","externalId":"00uMEI","title":"Engineer","name":{"givenName":"Mei","familyName":"Tanaka"},"emails":[{"value":"mei.tanaka@example.com","type":"work","primary":true},{"value":"mei@example.org","type":"home"}],"` + scimEnterpriseURN + `":{"department":"R&D","employeeNumber":"701","manager":{"value":"m-1"}}}`},
		{"ayo", `{"userName":"Ayo.Mfano@example.com","externalId":"00uayo","active":false,"name":{"familyName":"Mfano"},"emails":[{"value":"ayo@example.net","type":"work"}]}`},
		{"ines", `{"userName":"ines.esempio@example.com","title":"Lead Engineer","displayName":"Inês (she said \"hi\")"}`},
	} {
		ids[u.name] = p.join(u.body)
		p.now = p.now.Add(24 * time.Hour)
	}
	return ids
}

// found are the names of those whom an answer lists.
func found(out object, ids map[string]string) string {
	var names []string
	for _, r := range out["Resources"].([]any) {
		for name, id := range ids {
			if r.(object)["id"] == id {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestSCIMFilters finds people by filters as Okta, Entra and OneLogin send them and as RFC
// 7644, 3.4.2.2, writes them, in an address and in a search. Sources:
// developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20,
// learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups,
// developers.onelogin.com/scim/define-user-provisioning.
func TestSCIMFilters(t *testing.T) {
	p := newProvider(t)
	ids := p.three()
	for f, want := range map[string]string{
		`userName eq "mei.tanaka@example.com"`:                           "mei",
		`userName eq "AYO.mfano@EXAMPLE.com"`:                            "ayo",
		`userName Eq "nobody@example.com"`:                               "",
		`externalId eq "00uMEI"`:                                         "mei",
		`externalId eq "00umei"`:                                         "", // case counts
		`id eq "` + ids["ines"] + `"`:                                    "ines",
		`active eq true`:                                                 "ines mei",
		`active eq "False"`:                                              "ayo",
		`active ne true`:                                                 "ayo",
		`emails[type eq "work"].value eq "AYO@example.net"`:              "ayo",
		`emails[type eq "home"].value eq "ayo@example.net"`:              "",
		`emails.value eq "mei@example.org"`:                              "mei",
		`emails eq "mei@example.org"`:                                    "mei",
		`emails co "example"`:                                            "ayo mei",
		`emails[type eq "work" and value ew ".com"]`:                     "mei",
		`emails[primary eq true]`:                                        "mei",
		`emails[not (type eq "work")]`:                                   "mei",
		`meta.lastModified gt "2026-11-22T09:00:00Z"`:                    "ayo ines",
		`meta.lastModified ge "2026-11-22T18:00:00+09:00"`:               "ayo ines mei",
		`meta.created lt "2026-11-23T09:00:00.000Z"`:                     "mei",
		`meta.lastModified le "2026-11-23T09:00:00Z" and title pr`:       "mei",
		`meta.resourceType eq "User"`:                                    "ayo ines mei",
		`userName sw "mei"`:                                              "mei",
		`userName sw "M" or userName sw "I"`:                             "ines mei",
		`name.familyName co "an"`:                                        "ayo mei",
		`name.familyName ew "no"`:                                        "ayo",
		`title pr`:                                                       "ines mei",
		`not (title pr)`:                                                 "ayo",
		`title ne "engineer"`:                                            "ayo ines",
		`title eq null`:                                                  "ayo",
		`userName gt "ines"`:                                             "ines mei",
		`userName lt "B" and active eq false`:                            "ayo",
		`userName le "ayo.mfano@example.com"`:                            "ayo",
		`displayName eq "Inês (she said \"hi\")"`:                        "ines",
		`displayName co "(she"`:                                          "ines",
		scimEnterpriseURN + `:department eq "r&d"`:                       "mei",
		scimEnterpriseURN + `:manager eq "m-1"`:                          "mei",
		scimEnterpriseURN + `:manager.value eq "m-1" and active eq true`: "mei",
		scimUserURN + `:userName eq "mei.tanaka@example.com" and (title pr or active eq false)`: "mei",
		`userName eq "mei.tanaka@example.com" and active eq false`:                              "",
		`roles.value eq "admin"`: "", // what is not kept nobody has
		`password pr`:            "",
	} {
		for how, out := range map[string]object{
			"address":     p.want(200, "GET", "/Users?filter="+url.QueryEscape(f), ""),
			"search":      p.want(200, "POST", "/Users/.search", string(encoded(t, object{"schemas": []string{scimSearchURN}, "filter": f}))),
			"root search": p.want(200, "POST", "/.search", string(encoded(t, object{"filter": f, "sortBy": "userName"}))),
		} {
			if got := found(out, ids); got != want || out["totalResults"] != float64(len(strings.Fields(want))) {
				t.Errorf("%s by %s finds %q and %v in all, want %q", f, how, got, out["totalResults"], want)
			}
		}
	}
	if len(p.sink.files) != 3 {
		t.Errorf("searches handed something on: %d files", len(p.sink.files))
	}
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestSCIMPagesOfAFilter pages through what a filter finds that rows do not answer.
func TestSCIMPagesOfAFilter(t *testing.T) {
	p := newProvider(t)
	for i := range 7 {
		p.join(fmt.Sprintf(`{"userName":"u%d@example.com","title":%q}`, i, []string{"Engineer", "Designer"}[i%2]))
	}
	for _, how := range []string{"GET", "POST"} {
		seen := map[any]bool{}
		for start := 1; start <= 5; start += 2 {
			var out object
			if how == "GET" {
				out = p.want(200, "GET", fmt.Sprintf("/Users?count=2&startIndex=%d&filter=%s", start, url.QueryEscape(`title eq "Engineer"`)), "")
			} else {
				out = p.want(200, "POST", "/Users/.search", fmt.Sprintf(`{"count":2,"startIndex":%d,"filter":"title eq \"Engineer\""}`, start))
			}
			all := out["Resources"].([]any)
			if want := min(2, max(0, 5-start)); out["totalResults"] != 4.0 || out["startIndex"] != float64(start) || len(all) != want || out["itemsPerPage"] != float64(want) {
				t.Errorf("%s from %d: %v of %v", how, start, len(all), out["totalResults"])
			}
			for _, u := range all {
				seen[u.(object)["id"]] = true
			}
		}
		if len(seen) != 4 {
			t.Errorf("%s: %d people on all pages", how, len(seen))
		}
	}
	if out := p.want(200, "POST", "/.search", `{"count":0,"filter":"title pr"}`); out["totalResults"] != 7.0 || len(out["Resources"].([]any)) != 0 {
		t.Errorf("a count is answered with %v", out)
	}
}

// TestSCIMAttributes: a request names the attributes that it wants, or does not want, of
// one user, of a list, of a search and of a change; schemas and id are always there.
func TestSCIMAttributes(t *testing.T) {
	p := newProvider(t)
	id := p.three()["mei"]
	const enterprise = `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`
	schemas := `"schemas":["` + scimUserURN + `",` + enterprise + `],"id":"` + id + `"`
	whole := p.want(200, "GET", "/Users/"+id, "")
	without := func(edit func(o object)) object {
		o := clone(any(whole)).(object)
		edit(o)
		return o
	}
	for _, c := range []struct {
		only, except []string
		want         object
	}{
		{[]string{"userName"}, nil, decoded[object](t, `{`+schemas+`,"userName":"mei.tanaka@example.com"}`)},
		{[]string{"USERNAME", "name.familyName", "emails.value", "emails.type", "roles", "name.none"}, nil, decoded[object](t, `{`+schemas+`,"userName":"mei.tanaka@example.com","name":{"familyName":"Tanaka"},"emails":[{"value":"mei.tanaka@example.com","type":"work"},{"value":"mei@example.org","type":"home"}]}`)},
		{[]string{"id"}, nil, decoded[object](t, `{`+schemas+`}`)},
		{[]string{scimEnterpriseURN + ":department", scimEnterpriseURN + ":manager.value", scimUserURN + ":active"}, nil, decoded[object](t, `{`+schemas+`,"active":true,`+enterprise+`:{"department":"R&D","manager":{"value":"m-1"}}}`)},
		{[]string{scimEnterpriseURN}, nil, decoded[object](t, `{`+schemas+`,`+enterprise+`:{"department":"R&D","employeeNumber":"701","manager":{"value":"m-1"}}}`)},
		{nil, []string{"emails", "NAME.givenName", "id", "schemas", "meta", scimEnterpriseURN, "none"}, without(func(o object) {
			delete(o, "emails")
			delete(o["name"].(object), "givenName")
			delete(o, "meta")
			delete(o, scimEnterpriseURN)
		})},
		{nil, []string{"emails.value", scimEnterpriseURN + ":manager"}, without(func(o object) {
			for _, e := range o["emails"].([]any) {
				delete(e.(object), "value")
			}
			delete(o[scimEnterpriseURN].(object), "manager")
		})},
		{nil, nil, whole},
	} {
		q := url.Values{"attributes": {strings.Join(c.only, ",")}, "excludedAttributes": {strings.Join(c.except, ", ")}}.Encode()
		body := encoded(t, object{"attributes": c.only, "excludedAttributes": c.except, "filter": `id eq "` + id + `"`})
		for how, got := range map[string]any{
			"one":    p.want(200, "GET", "/Users/"+id+"?"+q, ""),
			"list":   p.want(200, "GET", "/Users?filter="+url.QueryEscape(`externalId eq "00uMEI"`)+"&"+q, "")["Resources"].([]any)[0],
			"search": p.want(200, "POST", "/Users/.search", string(body))["Resources"].([]any)[0],
			"change": p.want(200, "PATCH", "/Users/"+id+"?"+q, `{"Operations":[{"op":"replace","path":"title","value":"Engineer"}]}`),
		} {
			if diff := cmp.Diff(any(c.want), got); diff != "" {
				t.Errorf("%v but %v of %s (-want +got):\n%s", c.only, c.except, how, diff)
			}
		}
	}
	if diff := cmp.Diff(whole, p.want(200, "GET", "/Users/"+id, "")); diff != "" {
		t.Errorf("asking for a part changed the user: %s", diff)
	}
}

// TestSCIMFiltersAreNotLogged: what a filter asks for is about people; neither the log nor
// an answer repeats it, whether it is understood or not.
func TestSCIMFiltersAreNotLogged(t *testing.T) {
	p := newProvider(t)
	var log bytes.Buffer
	h := SCIM(SCIMOptions{Store: p.store, Sink: p.sink, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: func() time.Time { return p.now }})
	ask := func(method, path, body string) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/scim/v2"+path, strings.NewReader(body)).WithContext(As(t.Context(), "okta", nil)))
		return w.Body.String()
	}
	for _, f := range []string{`userName eq "zofia.nowak@example.com"`, `name.familyName co "nowak"`, `userName eq "zofia.nowak@example.com`, `zofia.nowak.example eq "x"`, `title eq zofia nowak`, `meta.created gt "nowak"`} {
		said := ask("GET", "/Users?filter="+url.QueryEscape(f), "") + ask("POST", "/Users/.search", string(encoded(t, object{"filter": f})))
		if strings.Contains(said, "nowak") || strings.Contains(said, "zofia") {
			t.Errorf("%s is repeated: %s", f, said)
		}
	}
	if err := p.store.Close(); err != nil { // the store fails, and that is logged
		t.Fatal(err)
	}
	ask("GET", "/Users?filter="+url.QueryEscape(`name.familyName co "nowak"`), "")
	if !strings.Contains(log.String(), "SCIM request failed") || strings.Contains(log.String(), "nowak") {
		t.Errorf("the log says %s", &log)
	}
}
