// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"daylight/account"
	"daylight/connect"
	"daylight/detect/indicators"
	"daylight/intake"
	"daylight/store"
)

// described is what openapi.json says, as far as the test reads it.
type described struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		Security   []map[string][]string
		Parameters []struct{ Name string }
		Responses  map[string]struct {
			Headers map[string]json.RawMessage
			Content map[string]struct{ Schema json.RawMessage }
		}
	}
	Components struct {
		Schemas map[string]struct{ Properties map[string]property }
	}
}

// property is a part of a schema.
type property struct {
	Type       string
	Properties map[string]property
	Items      *property
}

// TestOpenAPIKnowsEveryHandler: every route for programs is described with its
// scope, and nothing is described that is no route.
func TestOpenAPIKnowsEveryHandler(t *testing.T) {
	d, _ := openAPI(t)
	if !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Errorf("version %q", d.OpenAPI)
	}
	routed := map[string]account.Scope{}
	for _, r := range routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if r.scope == "" && !r.foreign || strings.HasPrefix(path, "/assets/") {
			continue
		}
		if path == "/scim/v2/" {
			path += "{resource}"
		}
		routed[strings.ToLower(method)+" "+path] = r.scope
	}
	if len(routed) < 12 {
		t.Fatalf("only %d routes are for programs", len(routed))
	}
	for path, methods := range d.Paths {
		for method, op := range methods {
			scope, ok := routed[method+" "+path]
			if !ok {
				t.Errorf("%s %s is described and is no route", method, path)
				continue
			}
			delete(routed, method+" "+path)
			want := []map[string][]string{}
			if scope != "" {
				want = []map[string][]string{{"token": {string(scope)}}}
			}
			if !reflect.DeepEqual(op.Security, want) {
				t.Errorf("%s %s asks for %v, its route for %v", method, path, op.Security, want)
			}
			for status, response := range op.Responses {
				if later := status == "429" || status == "503"; later && response.Headers["Retry-After"] == nil {
					t.Errorf("%s %s answers %s, and the description does not say that Retry-After tells when to come again", method, path, status)
				}
			}
		}
	}
	for r := range routed {
		t.Errorf("%s is a route and not described", r)
	}
}

// TestOpenAPIIsTrue asks every handler for something it has, something it has not
// and something wrong, and holds the answers against the description.
func TestOpenAPIIsTrue(t *testing.T) {
	d, check := openAPI(t)
	st := sampleStore(t)
	c := newConsole(t, func(o *Options) {
		o.Store, o.Catalog = st, indicators.Catalog()
		o.Intake = &intake.Box{Store: st, Now: o.Now}
	})
	handle, _ := c.heaviest(t)
	tokens := map[account.Scope]string{}
	for _, s := range account.Scopes() {
		secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, string(s), []account.Scope{s}, c.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		tokens[s] = secret
	}
	ask := func(method, path, described string, scope account.Scope, body string, want int) []byte {
		t.Helper()
		status, answer := c.program(t, method, path, tokens[scope], strings.NewReader(body), map[string]string{"Content-Type": "application/octet-stream"})
		if status != want {
			t.Fatalf("%s %s: %d, want %d: %s", method, path, status, want, answer)
		}
		op, ok := d.Paths[described][strings.ToLower(method)]
		if !ok {
			t.Fatalf("%s %s is not described", method, described)
		}
		response, ok := op.Responses[strconv.Itoa(status)]
		if !ok {
			t.Errorf("%s %s answers %d, which is not described", method, path, status)
		}
		if content, ok := response.Content["application/json"]; ok {
			check(t, content.Schema, answer)
		}
		return answer
	}
	const read, ingest = account.ScopeRead, account.ScopeIngest
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json"} {
		ask("GET", path, path, "", "", 200)
	}
	ask("GET", "/metrics", "/metrics", account.ScopeMetrics, "", 200)
	ask("GET", "/metrics", "/metrics", read, "", 401)
	var receipts struct{ Receipts []intake.Receipt }
	if err := json.Unmarshal(ask("POST", "/v1/ingest?path=a.csv", "/v1/ingest", ingest, "id,name\nc-1,Ana Muster\n", 202), &receipts); err != nil {
		t.Fatal(err)
	}
	ask("POST", "/v1/ingest", "/v1/ingest", read, "x", 401)
	ask("POST", "/v1/ingest?path="+strings.Repeat("a", 2000), "/v1/ingest", ingest, "x", 400)
	ask("GET", "/v1/ingest/"+receipts.Receipts[0].ID, "/v1/ingest/{receipt}", ingest, "", 200)
	ask("GET", "/v1/ingest/none", "/v1/ingest/{receipt}", ingest, "", 404)
	ask("GET", "/v1/people?limit=0", "/v1/people", read, "", 400)
	ask("GET", "/v1/people?state=guilty", "/v1/people", read, "", 400)
	ask("GET", "/v1/people", "/v1/people", ingest, "", 401)
	ask("GET", "/v1/people/"+handle, "/v1/people/{handle}", read, "", 200)
	ask("GET", "/v1/people/p-0000000000", "/v1/people/{handle}", read, "", 404)
	ask("POST", "/v1/hooks/nobody", "/v1/hooks/{vendor}", "", "{}", 404)
	ask("GET", "/scim/v2/Users", "/scim/v2/{resource}", account.ScopeSCIM, "", 404) // no identity provider is set up
	ask("GET", "/scim/v2/Users", "/scim/v2/{resource}", read, "", 401)

	// Every page of the list once, in order, and everybody in it.
	var seen []string
	for after := ""; ; {
		var page struct {
			People []apiPersonLine
			Next   string
		}
		if err := json.Unmarshal(ask("GET", "/v1/people?limit=7&after="+after, "/v1/people", read, "", 200), &page); err != nil {
			t.Fatal(err)
		}
		for _, p := range page.People {
			seen = append(seen, p.Handle)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	all := 0
	if err := st.View(t.Context(), func(r store.Reader) (err error) {
		all, err = r.Count(store.Subjects, store.Query{})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(seen) || len(slices.Compact(slices.Clone(seen))) != all || all < 40 {
		t.Errorf("the pages list %d people, the store has %d", len(seen), all)
	}
	if n := len(c.acts(t, "person.view")); n != 1 {
		t.Errorf("an assessment was read once and recorded %d times", n)
	}
}

// TestOpenAPIOfWhatIsPushed has other systems push what is taken and what is not, and
// holds the answers against the description.
func TestOpenAPIOfWhatIsPushed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(file, []byte("hook-secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, check := openAPI(t)
	c := newConsole(t, func(o *Options) {
		sink, log := connect.Into(&intake.Box{Store: o.Store, Now: o.Now}), slog.New(slog.DiscardHandler)
		o.Hooks = connect.Webhook(connect.HookOptions{
			Hooks: map[string]connect.Hook{"ashby": {Secrets: []connect.Secret{{File: file}}}}, Store: o.Store, Sink: sink, Now: o.Now, Log: log,
		})
		o.SCIM = connect.SCIM(connect.SCIMOptions{Store: o.Store, Sink: sink, Now: o.Now, Random: rand.Reader, Log: log})
	})
	bearer := "Bearer " + c.newToken(t, account.ScopeSCIM)
	sign := func(body string) string {
		mac := hmac.New(sha256.New, []byte("hook-secret"))
		mac.Write([]byte(body))
		return "sha256=" + hex.EncodeToString(mac.Sum(nil))
	}
	answered := map[string]bool{}
	ask := func(method, path, body string, want int) []byte {
		t.Helper()
		at, header := "/scim/v2/{resource}", map[string]string{"Authorization": bearer, "Content-Type": "application/scim+json"}
		if strings.HasPrefix(path, "/v1/hooks/") {
			at, header = "/v1/hooks/{vendor}", map[string]string{"Ashby-Signature": sign(body)}
		}
		status, answer := c.program(t, method, path, "", strings.NewReader(body), header)
		if status != want {
			t.Fatalf("%s %s: %d, want %d: %s", method, path, status, want, answer)
		}
		response, ok := d.Paths[at][strings.ToLower(method)].Responses[strconv.Itoa(status)]
		if !ok {
			t.Errorf("%s %s answers %d, which is not described", method, path, status)
		}
		answered[fmt.Sprint(strings.ToLower(method), " ", at, " ", status)] = true
		content, ok := response.Content["application/scim+json"]
		if ok {
			check(t, content.Schema, answer)
		} else if len(answer) > 0 && len(response.Content) == 0 {
			t.Errorf("%s %s answers %q, and no content is described", method, path, answer)
		}
		return answer
	}
	const hook = `{"action":"applicationSubmit","data":{"application":{"id":"a1","createdAt":"2026-02-20T10:20:30.000Z","candidate":{"id":"c1","name":"Omar Haddad"},"job":{"id":"j1"}}}}`
	ask("POST", "/v1/hooks/ashby", hook, 200)
	ask("POST", "/v1/hooks/ashby", hook, 200)
	ask("POST", "/v1/hooks/ashby", `{"data":`, 400)
	ask("POST", "/v1/hooks/ashby", strings.Repeat("x", 5<<20+1), 413)

	const user = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"omar@example.com","active":true,"name":{"givenName":"Omar","familyName":"Haddad"}}`
	var made struct{ ID string }
	if err := json.Unmarshal(ask("POST", "/scim/v2/Users", user, 201), &made); err != nil {
		t.Fatal(err)
	}
	one := "/scim/v2/Users/" + made.ID
	ask("POST", "/scim/v2/Users", user, 409)
	ask("POST", "/scim/v2/Users", `{`, 400)
	for _, path := range []string{"/scim/v2/Users", "/scim/v2/Users?filter=" + url.QueryEscape(`userName eq "omar@example.com"`), "/scim/v2/ServiceProviderConfig", "/scim/v2/Schemas", "/scim/v2/ResourceTypes"} {
		ask("GET", path, "", 200)
	}
	ask("GET", "/scim/v2/Users?filter="+url.QueryEscape(`userName eq`), "", 400)
	for _, path := range []string{"/scim/v2/Users/.search", "/scim/v2/.search"} {
		if found := ask("POST", path, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"name.familyName sw \"had\""}`, 200); !strings.Contains(string(found), made.ID) {
			t.Errorf("%s finds %s", path, found)
		}
		ask("POST", path, `{"filter":"x"}`, 400)
	}
	check(t, json.RawMessage(`{"$ref":"#/components/schemas/ScimUser"}`), ask("GET", one, "", 200))
	ask("GET", one+"0", "", 404)
	ask("PUT", one, strings.Replace(user, `"active":true`, `"active":false`, 1), 200)
	ask("PUT", one, `[]`, 400)
	ask("PUT", one+"0", user, 404)
	ask("PATCH", one, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":true}]}`, 200)
	ask("PATCH", one, `{"Operations":1}`, 400)
	ask("PATCH", one+"0", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":true}]}`, 404)
	// Each attribute that the server keeps is described, and an answer may be asked for a
	// part of them by every method that answers with a user.
	var kept struct{ Resources []scimSchema }
	if err := json.Unmarshal(ask("GET", "/scim/v2/Schemas", "", 200), &kept); err != nil || len(kept.Resources) != 2 {
		t.Fatalf("schemas %v, %v", kept, err)
	}
	people := d.Components.Schemas["ScimUser"].Properties
	for _, s := range kept.Resources {
		in := people
		if s.ID != "urn:ietf:params:scim:schemas:core:2.0:User" {
			in = people[s.ID].Properties
		}
		for _, a := range s.Attributes {
			a.described(t, in)
		}
	}
	check(t, json.RawMessage(`{"$ref":"#/components/schemas/ScimUser"}`), ask("GET", one+"?attributes=name.familyName", "", 200))
	for method, op := range d.Paths["/scim/v2/{resource}"] {
		for _, name := range []string{"attributes", "excludedAttributes"} {
			if has := slices.ContainsFunc(op.Parameters, func(p struct{ Name string }) bool { return p.Name == name }); has == (method == "delete") {
				t.Errorf("%s of a user: the parameter %s is described: %v", method, name, has)
			}
		}
	}
	ask("DELETE", one, "", 204)
	ask("DELETE", one, "", 404)
	for _, path := range []string{"/v1/hooks/{vendor}", "/scim/v2/{resource}"} {
		for method, op := range d.Paths[path] {
			for status := range op.Responses {
				if good := strings.HasPrefix(status, "2"); good && !answered[method+" "+path+" "+status] {
					t.Errorf("%s %s is described to answer %s and never does", method, path, status)
				}
			}
		}
	}
}

// scimSchema is a schema as the server describes it (RFC 7643, 7).
type scimSchema struct {
	ID         string
	Attributes []scimAttribute
}

type scimAttribute struct {
	Name, Type    string
	MultiValued   bool
	SubAttributes []scimAttribute
}

// described holds that an attribute has its property, of its type.
func (a scimAttribute) described(t *testing.T, in map[string]property) {
	t.Helper()
	p, ok := in[a.Name]
	if a.MultiValued && ok && p.Type == "array" && p.Items != nil {
		p = *p.Items
	}
	if want := map[string]string{"complex": "object"}[a.Type]; !ok || p.Type != a.Type && p.Type != want {
		t.Errorf("the attribute %s is described: %v, as %q", a.Name, ok, p.Type)
	}
	for _, sub := range a.SubAttributes {
		sub.described(t, p.Properties)
	}
}

// TestProgramsReadNoNames: what the interface gives holds no name or contact point.
func TestProgramsReadNoNames(t *testing.T) {
	c := sampleConsole(t)
	secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "siem", []account.Scope{account.ScopeRead}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	faces := c.allFaces(t)
	_, list := c.program(t, http.MethodGet, "/v1/people?limit=1000", secret, strings.NewReader(""), nil)
	handles := regexp.MustCompile(`p-[0-9a-f]{10,}`).FindAllString(string(list), -1)
	if len(handles) < 40 {
		t.Fatalf("only %d handles", len(handles))
	}
	for _, h := range handles {
		status, one := c.program(t, http.MethodGet, "/v1/people/"+h, secret, strings.NewReader(""), nil)
		if status != http.StatusOK {
			t.Errorf("%s: %d", h, status)
		}
		for face := range faces {
			if strings.Contains(string(one), face) {
				t.Errorf("%s: the assessment holds %q", h, face)
			}
		}
	}
}

// openAPI reads the description, and returns what checks a body against a schema
// of it by JSON Schema 2020-12, which OpenAPI 3.1 uses.
func openAPI(t *testing.T) (described, func(*testing.T, json.RawMessage, []byte)) {
	t.Helper()
	data, err := files.ReadFile("openapi/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var d described
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	whole, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return d, func(t *testing.T, schema json.RawMessage, body []byte) {
		t.Helper()
		var ref struct {
			Ref string `json:"$ref"`
		}
		if err := json.Unmarshal(schema, &ref); err != nil || ref.Ref == "" {
			return // any object
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource("openapi.json", whole); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile("openapi.json" + ref.Ref)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
		if err != nil {
			t.Fatalf("the answer is no JSON: %v", err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("the answer is not what is described: %v\n%.400s", err, body)
		}
	}
}
