// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"daylight/intake"
	"daylight/normalize"
	"daylight/record"
	"daylight/source"
	"daylight/store"
	"daylight/store/sqlite"
)

// provider is an identity provider in front of a SCIM server.
type provider struct {
	t       *testing.T
	handler http.Handler
	sink    *sink
	store   *sqlite.Store
	path    string
	now     time.Time
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t, sink: newSink(), path: filepath.Join(t.TempDir(), "store.db"), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: p.path, Master: bytes.Repeat([]byte{7}, sqlite.KeySize)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	p.store = st
	p.handler = SCIM(SCIMOptions{
		Store: st, Sink: p.sink, Address: "https://daylight.example.com", Random: rand.Reader, Log: quiet(),
		Now: func() time.Time { return p.now },
		Authorise: func(_ context.Context, token string) (string, error) {
			if token != "good" {
				return "", errors.New("no")
			}
			return "entra", nil
		},
	})
	return p
}

// ask sends a request and returns the status and the decoded answer.
func (p *provider) ask(method, path, body string, headers ...string) (int, object, http.Header) {
	p.t.Helper()
	r := httptest.NewRequest(method, "/scim/v2"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("Content-Type", "application/scim+json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	var out object
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
		if ct := w.Header().Get("Content-Type"); !strings.HasPrefix(ct, "application/scim+json") {
			p.t.Errorf("%s %s is answered as %s", method, path, ct)
		}
	}
	return w.Code, out, w.Header()
}

// want asks and fails on another status.
func (p *provider) want(status int, method, path, body string, headers ...string) object {
	p.t.Helper()
	got, out, _ := p.ask(method, path, body, headers...)
	if got != status {
		p.t.Fatalf("%s %s is answered %d, want %d: %v", method, path, got, status, out)
	}
	if status >= 400 && (out["status"] != http.StatusText(0)+strings.TrimSpace(jsonNumber(status)) || out["detail"] == "") {
		p.t.Errorf("the error is %v", out)
	}
	return out
}

func jsonNumber(n int) string {
	raw, _ := json.Marshal(n) //nolint:errchkjson // a number
	return string(raw)
}

// read decodes the newest file that was handed on, as an export is.
func (p *provider) read(id string, number int) record.Person {
	p.t.Helper()
	path := "scim/" + id + "-" + jsonNumber(number) + "/user.jsonl"
	data, ok := p.sink.files[path]
	if !ok {
		p.t.Fatalf("%s was not handed on", path)
	}
	file, rejection := source.Open(p.t.Context(), fstest.MapFS{path: {Data: data}}, path)
	if rejection != nil {
		p.t.Fatal(rejection)
	}
	f, why := normalize.Recognise(file.Sample(p.t.Context()), nil)
	if f == nil || f.Name != "scim.users" {
		p.t.Fatalf("%s is not read as users: %s", path, why)
	}
	var out []record.Person
	for row, rejection := range file.Rows(p.t.Context()) {
		if rejection != nil {
			p.t.Fatal(rejection)
		}
		if err := f.NewRecords(normalize.File{Path: path, Shape: file.Shape}).Decode(row, func(r record.Record) {
			if person, ok := r.Body.(record.Person); ok {
				out = append(out, person)
			}
			if r.Ref.ID != id {
				p.t.Errorf("the id is %s, want %s", r.Ref.ID, id)
			}
		}); err != nil {
			p.t.Fatal(err)
		}
	}
	if len(out) != 1 {
		p.t.Fatalf("%d people in %s", len(out), path)
	}
	return out[0]
}

// entraCreate is how Entra creates a user, with attributes that are not kept.
const entraCreate = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
 "externalId":"e-1","userName":"Mei.Tanaka@example.com","active":true,"displayName":"Mei Tanaka","password":"hush-hush","locale":"ja-JP","preferredLanguage":"ja","nickName":"Mei",
 "name":{"formatted":"Mei Tanaka","familyName":"Tanaka","givenName":"Mei","honorificPrefix":"Ms."},"photos":[{"value":"https://example.com/p.jpg"}],
 "emails":[{"primary":true,"type":"work","value":"mei.tanaka@example.com"}],"title":"Engineer","roles":[],
 "addresses":[{"type":"work","locality":"Osaka","country":"JP"}],
 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D","manager":{"value":"m-1"}},"meta":{"resourceType":"User"}}`

// TestJoinMoveLeave is the life of a user as Entra pushes it: looked for, created,
// changed, deactivated with "False", deleted.
func TestJoinMoveLeave(t *testing.T) {
	p := newProvider(t)
	if out := p.want(200, "GET", "/Users?filter="+url.QueryEscape(`userName eq "mei.tanaka@example.com"`), ""); out["totalResults"] != 0.0 {
		t.Errorf("found %v before there was any", out)
	}
	made := p.want(201, "POST", "/Users", entraCreate)
	id, _ := made["id"].(string)
	if len(id) != 36 || made["userName"] != "Mei.Tanaka@example.com" || made["password"] != nil || made["locale"] != nil || made["photos"] != nil {
		t.Errorf("made %v", made)
	}
	if who := p.read(id, 1); who.Stage != record.Worker || who.Role != "Engineer" || who.Manager != "m-1" || who.Emails[0].Reveal() != "mei.tanaka@example.com" {
		t.Errorf("the joiner is read as %+v", who)
	}
	for _, filter := range []string{`userName eq "MEI.tanaka@EXAMPLE.com"`, `externalId eq "e-1"`, `urn:ietf:params:scim:schemas:core:2.0:User:userName eq "mei.tanaka@example.com" and externalId eq "e-1"`, `id eq "` + id + `"`} {
		if out := p.want(200, "GET", "/Users?filter="+url.QueryEscape(filter), ""); out["totalResults"] != 1.0 || out["itemsPerPage"] != 1.0 {
			t.Errorf("%s finds %v", filter, out)
		}
	}
	p.now = p.now.Add(24 * time.Hour)
	moved := p.want(200, "PATCH", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
	 {"op":"Replace","path":"title","value":"Lead Engineer"},
	 {"op":"Replace","path":"emails[type eq \"work\"].value","value":"mei@example.com"},
	 {"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+12125550142"},
	 {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"m-2"},
	 {"op":"Replace","path":"locale","value":"fr"}]}`)
	if moved["meta"].(object)["version"] != `W/"2"` || moved["meta"].(object)["created"] == moved["meta"].(object)["lastModified"] {
		t.Errorf("its meta is %v", moved["meta"])
	}
	if who := p.read(id, 2); who.Role != "Lead Engineer" || who.Manager != "m-2" || who.Emails[0].Reveal() != "mei@example.com" || len(who.Phones) != 1 {
		t.Errorf("the mover is read as %+v", who)
	}
	files := len(p.sink.files)
	p.want(200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"replace","value":{"title":"Lead Engineer"}}]}`)
	if len(p.sink.files) != files {
		t.Error("what changes nothing was handed on")
	}
	left := p.want(200, "PATCH", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}`)
	if left["active"] != false {
		t.Errorf("active is %v", left["active"])
	}
	if who := p.read(id, 3); who.Stage != record.Leaver {
		t.Errorf("the leaver is read as %s", who.Stage)
	}
	p.want(200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"replace","value":{"active":true}}]}`) // as Okta sends it
	if who := p.read(id, 4); who.Stage != record.Worker {
		t.Errorf("who comes back is read as %s", who.Stage)
	}
	p.want(204, "DELETE", "/Users/"+id, "")
	if who := p.read(id, 5); who.Stage != record.Leaver {
		t.Errorf("who was deleted is read as %s", who.Stage)
	}
	p.want(404, "GET", "/Users/"+id, "")
	p.want(404, "DELETE", "/Users/"+id, "")
	if out := p.want(200, "GET", "/Users", ""); out["totalResults"] != 0.0 {
		t.Errorf("still there: %v", out)
	}
	p.want(201, "POST", "/Users", entraCreate) // the name is free again
}

// TestIntakeReadsWhatIsPushed: each change becomes a record of its own in the store.
func TestIntakeReadsWhatIsPushed(t *testing.T) {
	p := newProvider(t)
	p.handler = SCIM(SCIMOptions{
		Store: p.store, Sink: Into(&intake.Box{Store: p.store, Now: time.Now}), Random: rand.Reader, Log: quiet(), Now: func() time.Time { return p.now },
		Authorise: func(context.Context, string) (string, error) { return "entra", nil },
	})
	id := p.want(201, "POST", "/Users", entraCreate)["id"].(string)
	p.now = p.now.Add(time.Hour)
	p.want(200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"Replace","path":"active","value":"False"}]}`)
	reader := intake.Reader{Store: p.store, Now: time.Now, Log: quiet()}
	if err := reader.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.store.View(t.Context(), func(r store.Reader) error {
		n, err := r.Count(store.Records, store.Query{})
		if n != 2 {
			t.Errorf("%d records", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestReplaceTakesEverything: PUT, as Okta updates and deactivates.
func TestReplaceTakesEverything(t *testing.T) {
	p := newProvider(t)
	id := p.want(201, "POST", "/Users", entraCreate)["id"].(string)
	out := p.want(200, "PUT", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"ignored","userName":"mei.tanaka@example.com","active":false,"name":{"givenName":"Mei","familyName":"Tanaka"}}`)
	if out["id"] != id || out["title"] != nil || out["externalId"] != nil || out["active"] != false {
		t.Errorf("replaced by %v", out)
	}
	if who := p.read(id, 2); who.Stage != record.Leaver || who.Role != "" {
		t.Errorf("read as %+v", who)
	}
	if out := p.want(200, "GET", "/Users?filter="+url.QueryEscape(`externalId eq "e-1"`), ""); out["totalResults"] != 0.0 {
		t.Error("it is found by an id that it no longer has")
	}
}

func TestSCIMErrors(t *testing.T) {
	p := newProvider(t)
	id := p.want(201, "POST", "/Users", entraCreate)["id"].(string)
	other := p.want(201, "POST", "/Users", `{"userName":"omar@example.com"}`)["id"].(string)
	for _, c := range []struct {
		status             int
		kind, method, path string
		body               string
	}{
		{409, "uniqueness", "POST", "/Users", `{"userName":"MEI.tanaka@example.com"}`},
		{409, "uniqueness", "PATCH", "/Users/" + other, `{"Operations":[{"op":"replace","path":"userName","value":"mei.tanaka@example.com"}]}`},
		{400, "invalidValue", "POST", "/Users", `{"displayName":"nobody"}`},
		{400, "invalidSyntax", "POST", "/Users", `{"userName":"a","userName":"b"}`},
		{400, "invalidSyntax", "POST", "/Users", `{"userName":"a","USERNAME":"b"}`},
		{400, "invalidSyntax", "POST", "/Users", `[]`},
		{400, "invalidSyntax", "POST", "/Users", `{"userName":`},
		{400, "invalidValue", "POST", "/Users", `{"userName":{"a":1}}`},
		{400, "invalidValue", "POST", "/Users", `{"userName":"a","active":"perhaps"}`},
		{400, "invalidValue", "POST", "/Users", `{"userName":"a","emails":["x@example.com",3]}`},
		{413, "", "POST", "/Users", `{"userName":"` + strings.Repeat("a", maxSCIM) + `"}`},
		{400, "invalidValue", "POST", "/Users", `{"userName":"` + strings.Repeat("a", maxText+1) + `"}`},
		{404, "", "GET", "/Users" + "/none", ""},
		{404, "", "PATCH", "/Users" + "/none", `{"Operations":[{"op":"add","path":"title","value":"x"}]}`},
		{400, "invalidSyntax", "PATCH", "/Users/" + id, `{"Operations":[]}`},
		{400, "invalidSyntax", "PATCH", "/Users/" + id, `{"Operations":[{"op":"move","path":"title","value":"x"}]}`},
		{400, "invalidSyntax", "PATCH", "/Users/" + id, `{"schemas":["x"],"Operations":[{"op":"add","path":"title","value":"x"}]}`},
		{400, "mutability", "PATCH", "/Users/" + id, `{"Operations":[{"op":"replace","path":"id","value":"x"}]}`},
		{400, "mutability", "PATCH", "/Users/" + id, `{"Operations":[{"op":"remove","path":"userName"}]}`},
		{400, "invalidValue", "PATCH", "/Users/" + id, `{"Operations":[{"op":"replace","path":"userName","value":""}]}`},
		{400, "noTarget", "PATCH", "/Users/" + id, `{"Operations":[{"op":"remove"}]}`},
		{400, "invalidPath", "PATCH", "/Users/" + id, `{"Operations":[{"op":"add","path":"emails[","value":"x"}]}`},
		{400, "invalidFilter", "PATCH", "/Users/" + id, `{"Operations":[{"op":"add","path":"emails[primary gt true].value","value":"x"}]}`},
		{400, "invalidPath", "PATCH", "/Users/" + id, `{"Operations":[{"op":"add","path":"title.x","value":"x"}]}`},
		{400, "invalidFilter", "GET", "/Users?filter=" + url.QueryEscape(`userName like "a"`), ""},
		{400, "invalidFilter", "GET", "/Users?filter=" + url.QueryEscape(`active gt true`), ""},
		{400, "invalidFilter", "GET", "/Users?filter=" + url.QueryEscape(`(userName eq "a" or id eq "b"`), ""},
		{400, "noTarget", "PATCH", "/Users/" + id, `{"Operations":[{"op":"replace","path":"emails[type gt \"z\"].value","value":"x"}]}`},
		{400, "invalidValue", "PATCH", "/Users/" + id + "?attributes=id&excludedAttributes=name", `{"Operations":[{"op":"add","path":"title","value":"x"}]}`},
		{400, "invalidValue", "GET", "/Users?attributes=id&excludedAttributes=name", ""},
		{400, "invalidFilter", "POST", "/Users/.search", `{"filter":"userName eq"}`},
		{400, "invalidSyntax", "POST", "/Users/.search", `{"schemas":["x"]}`},
		{400, "invalidSyntax", "POST", "/.search", `{"count":"x"}`},
		{400, "invalidValue", "GET", "/Users?startIndex=x", ""},
		{501, "", "POST", "/Bulk", `{}`},
		{501, "", "GET", "/Me", ""},
		{501, "", "POST", "/Groups", `{}`},
	} {
		if out := p.want(c.status, c.method, c.path, c.body); c.kind != "" && out["scimType"] != c.kind {
			t.Errorf("%s %s %.80s: %v, want %s", c.method, c.path, c.body, out["scimType"], c.kind)
		}
	}
	if got := p.want(200, "GET", "/Users/"+id, "")["meta"].(object)["version"]; got != `W/"1"` {
		t.Errorf("a request that failed changed something: %v", got)
	}
	for _, header := range []string{"", "Bearer bad", "Basic Z29vZDo=", "Bearer", "good"} {
		got, out, h := p.ask("GET", "/Users", "", "Authorization", header)
		if got != 401 || out["status"] != "401" || h.Get("WWW-Authenticate") == "" {
			t.Errorf("%q is answered %d %v", header, got, out)
		}
	}
}

func TestSCIMVersions(t *testing.T) {
	p := newProvider(t)
	id := p.want(201, "POST", "/Users", entraCreate)["id"].(string)
	status, out, h := p.ask("GET", "/Users/"+id, "")
	if status != 200 || h.Get("ETag") != `W/"1"` || out["meta"].(object)["version"] != `W/"1"` {
		t.Errorf("the version is %q and %v", h.Get("ETag"), out["meta"])
	}
	if status, _, h := p.ask("GET", "/Users/"+id, "", "If-None-Match", `W/"1"`); status != 304 || h.Get("ETag") != `W/"1"` {
		t.Errorf("the same version is answered %d, as %q", status, h.Get("ETag"))
	}
	body := `{"Operations":[{"op":"replace","path":"title","value":"x"}]}`
	p.want(412, "PATCH", "/Users/"+id, body, "If-Match", `W/"7"`)
	p.want(200, "PATCH", "/Users/"+id, body, "If-Match", `"0", W/"1"`)
	p.want(412, "DELETE", "/Users/"+id, "", "If-Match", `W/"1"`)
}

func TestSCIMPages(t *testing.T) {
	p := newProvider(t)
	for _, who := range people {
		p.want(201, "POST", "/Users", `{"userName":"`+who+`@example.com"}`)
	}
	seen := map[string]bool{}
	for start := 1; start <= len(people); start += 3 {
		out := p.want(200, "GET", "/Users?count=3&startIndex="+jsonNumber(start), "")
		if out["totalResults"] != float64(len(people)) || out["startIndex"] != float64(start) {
			t.Errorf("page at %d: %v of %v", start, out["startIndex"], out["totalResults"])
		}
		for _, u := range out["Resources"].([]any) {
			seen[u.(object)["userName"].(string)] = true
		}
	}
	if len(seen) != len(people) {
		t.Errorf("%d of %d users on the pages", len(seen), len(people))
	}
	if out := p.want(200, "GET", "/Users?count=0", ""); out["totalResults"] != float64(len(people)) || len(out["Resources"].([]any)) != 0 {
		t.Errorf("count 0 gives %v", out)
	}
	if out := p.want(200, "GET", "/Users?startIndex=-3&count=-1", ""); out["startIndex"] != 1.0 {
		t.Errorf("negative numbers give %v", out)
	}
}

// TestSCIMChangeIsHandedOnLater: a change that was kept and could not be handed on
// goes with the next request.
func TestSCIMChangeIsHandedOnLater(t *testing.T) {
	p := newProvider(t)
	p.sink.fail = 1
	p.want(503, "POST", "/Users", entraCreate)
	p.want(409, "POST", "/Users", entraCreate) // the provider tries again
	if len(p.sink.files) != 1 {
		t.Fatalf("%d files", len(p.sink.files))
	}
	found := p.want(200, "GET", "/Users?filter="+url.QueryEscape(`userName eq "mei.tanaka@example.com"`), "")
	id := found["Resources"].([]any)[0].(object)["id"].(string)
	p.read(id, 1)
	p.sink.fail = 1
	p.want(503, "DELETE", "/Users/"+id, "")
	p.want(404, "DELETE", "/Users/"+id, "")
	if who := p.read(id, 2); who.Stage != record.Leaver {
		t.Errorf("read as %s", who.Stage)
	}
}

// TestSCIMErasedAreNotCounted: a row that is left of somebody whose key is destroyed,
// as in a copy that was restored, is in no total and on no page, so that a provider that
// reads on until it has them all comes to an end; and it holds up no change.
func TestSCIMErasedAreNotCounted(t *testing.T) {
	p := newProvider(t)
	var ids []string
	for _, who := range people[:4] {
		ids = append(ids, p.want(201, "POST", "/Users", `{"userName":"`+who+`@example.com"}`)["id"].(string))
	}
	slices.Sort(ids)
	if err := p.store.Update(t.Context(), func(w store.Writer) error {
		row, err := w.Get(store.ScimUsers, ids[1])
		if err != nil {
			return err
		}
		row.Text["state"] = statePending
		if err := w.Put(store.ScimUsers, row); err != nil {
			return err
		}
		return w.Destroy(row.Holder)
	}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for start := 1; start <= 3; start++ {
		out := p.want(200, "GET", "/Users?count=1&startIndex="+jsonNumber(start), "")
		if out["totalResults"] != 3.0 || out["itemsPerPage"] != 1.0 {
			t.Errorf("at %d there are %v of %v", start, out["itemsPerPage"], out["totalResults"])
		}
		for _, u := range out["Resources"].([]any) {
			got = append(got, u.(object)["id"].(string))
		}
	}
	if want := slices.Delete(ids, 1, 2); !slices.Equal(got, want) {
		t.Errorf("the pages hold %q, want %q", got, want)
	}
	if out := p.want(200, "GET", "/Users?count=0", ""); out["totalResults"] != 3.0 {
		t.Errorf("counted alone there are %v", out["totalResults"])
	}
	p.want(201, "POST", "/Users", `{"userName":"somebody.else@example.com"}`)
}

// TestSCIMStateIsSealed: nothing of a user stands in the store's file in the clear,
// and erasing the person makes it unreadable.
func TestSCIMStateIsSealed(t *testing.T) {
	p := newProvider(t)
	id := p.want(201, "POST", "/Users", entraCreate)["id"].(string)
	if err := p.store.Update(t.Context(), func(w store.Writer) error {
		row, err := w.Get(store.ScimUsers, id)
		if err != nil {
			return err
		}
		return w.Destroy(row.Holder)
	}); err != nil {
		t.Fatal(err)
	}
	p.want(404, "GET", "/Users/"+id, "")
	if out := p.want(200, "GET", "/Users", ""); len(out["Resources"].([]any)) != 0 {
		t.Errorf("an erased user is listed: %v", out)
	}
	p.want(201, "POST", "/Users", `{"userName":"mei.tanaka@example.com"}`) // somebody new may have the name
	files, err := filepath.Glob(p.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data := readTestFile(t, f)
		for _, bare := range []string{"tanaka", "Tanaka", "Osaka", "Engineer"} {
			if bytes.Contains(data, []byte(bare)) {
				t.Errorf("%s holds %q", filepath.Base(f), bare)
			}
		}
	}
}

func TestSCIMDiscovery(t *testing.T) {
	p := newProvider(t)
	config := p.want(200, "GET", "/ServiceProviderConfig", "")
	if config["patch"].(object)["supported"] != true || config["bulk"].(object)["supported"] != false || config["etag"].(object)["supported"] != true || config["filter"].(object)["supported"] != true || config["sort"].(object)["supported"] != false {
		t.Errorf("it offers %v", config)
	}
	types := p.want(200, "GET", "/ResourceTypes", "")
	if types["totalResults"] != 1.0 || types["Resources"].([]any)[0].(object)["endpoint"] != "/Users" {
		t.Errorf("types are %v", types)
	}
	p.want(200, "GET", "/ResourceTypes/User", "")
	p.want(404, "GET", "/ResourceTypes/Group", "")
	p.want(200, "GET", "/Schemas/"+scimUserURN, "")
	p.want(404, "GET", "/Schemas/none", "")
	for _, of := range []string{"/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", "/Schemas/" + scimUserURN} {
		p.want(403, "GET", of+"?filter="+url.QueryEscape(`name eq "User"`), "") // RFC 7644, 4
	}
	if out := p.want(200, "GET", "/Groups", ""); out["totalResults"] != 0.0 {
		t.Errorf("groups: %v", out)
	}
	raw, err := json.Marshal(p.want(200, "GET", "/Schemas", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"password", "locale", "preferredLanguage", "photos", "honorific", "roles", "nickName"} {
		if bytes.Contains(raw, []byte(never)) {
			t.Errorf("the schemas name %s", never)
		}
	}
}
