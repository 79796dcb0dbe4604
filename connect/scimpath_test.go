// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readTestFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParsePath(t *testing.T) {
	for s, want := range map[string]*scimPath{
		`title`:                        {attribute: "title"},
		`name.familyName`:              {attribute: "name", sub: "familyName"},
		`emails[type eq "work"]`:       {attribute: "emails", filter: eq("type", "work")},
		`emails[type eq "work"].value`: {attribute: "emails", filter: eq("type", "work"), sub: "value"},
		`emails[value eq "a]b" and primary eq true].type`: {attribute: "emails", filter: both(eq("value", "a]b"), eq("primary", true)), sub: "type"},
		scimUserURN + `:name.givenName`:                   {attribute: "name", sub: "givenName"},
		scimEnterpriseURN + `:department`:                 {enterprise: true, attribute: "department"},
		scimEnterpriseURN + `:manager.value`:              {enterprise: true, attribute: "manager", sub: "value"},
		scimEnterpriseURN:                                 {enterprise: true},
		``:                                                nil, `.`: nil, `a.`: nil, `a.b.c`: nil, `emails[`: nil, `emails[]`: nil, `emails[type eq "work"`: nil, `emails[type eq "work"]value`: nil, `emails[type eq "work"].`: nil,
		`emails[type eq "work"][a eq "b"]`: nil, `urn:x:y`: nil, scimEnterpriseURN + `:`: nil, `[type eq "work"]`: nil, `a b`: nil,
	} {
		got, err := parsePath(s)
		if (err == nil) != (want != nil) {
			t.Errorf("%s: %+v, %v", s, got, err)
		} else if want != nil {
			if diff := cmp.Diff(*want, got, cmp.AllowUnexported(filter{}, scimPath{})); diff != "" {
				t.Errorf("%s: %s", s, diff)
			}
		}
	}
}

// TestPatch: what operations make of a user.
func TestPatch(t *testing.T) {
	const user = `{"userName":"tomas","active":true,"title":"Engineer","name":{"givenName":"Tomáš","familyName":"Novák"},
	 "emails":[{"value":"t@example.com","type":"work","primary":true},{"value":"t@example.org","type":"home"}],
	 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D","manager":{"value":"m"}}}`
	for name, c := range map[string]struct{ operations, want string }{
		"entra deactivates": {`[{"op":"Replace","path":"active","value":"False"}]`, `{"active":false}`},
		"okta deactivates":  {`[{"op":"replace","value":{"active":false}}]`, `{"active":false}`},
		"paths as names":    {`[{"op":"Replace","value":{"name.familyName":"Nováková","emails[type eq \"work\"].value":"n@example.com","` + scimEnterpriseURN + `:department":"Ops"}}]`, `{"name":{"givenName":"Tomáš","familyName":"Nováková"},"emails":[{"value":"n@example.com","type":"work","primary":true},{"value":"t@example.org","type":"home"}],"` + scimEnterpriseURN + `":{"department":"Ops","manager":{"value":"m"}}}`},
		"entra's manager":   {`[{"op":"Add","path":"` + scimEnterpriseURN + `:manager","value":[{"$ref":"http://localhost/scim/Users/m-2","value":"m-2"}]}]`, `{"` + scimEnterpriseURN + `":{"department":"R&D","manager":{"value":"m-2"}}}`},
		"okta's title":      {`[{"op":"replace","value":{"id":"ignored","title":"Lead","` + scimEnterpriseURN + `":{"department":"Ops"}}}]`, `{"title":"Lead","` + scimEnterpriseURN + `":{"department":"Ops","manager":{"value":"m"}}}`},
		"entra's new work":  {`[{"op":"Add","path":"addresses[type eq \"work\"].country","value":"JP"}]`, `{"addresses":[{"type":"work","country":"JP"}]}`},
		"other case":        {`[{"op":"ADD","path":"TITLE","value":"Lead"}]`, `{"title":"Lead"}`},
		"complex is merged": {`[{"op":"replace","path":"name","value":{"familyName":"Novák-Ngata"}}]`, `{"name":{"givenName":"Tomáš","familyName":"Novák-Ngata"}}`},
		"remove":            {`[{"op":"remove","path":"title"}]`, `{"title":null}`},
		"null":              {`[{"op":"replace","path":"title","value":null}]`, `{"title":null}`},
		"empty":             {`[{"op":"replace","path":"title","value":""}]`, `{"title":null}`},
		"remove a part":     {`[{"op":"remove","path":"name.givenName"}]`, `{"name":{"familyName":"Novák"}}`},
		"remove an element": {`[{"op":"remove","path":"emails[type eq \"home\"]"}]`, `{"emails":[{"value":"t@example.com","type":"work","primary":true}]}`},
		"remove all":        {`[{"op":"remove","path":"emails"}]`, `{"emails":null}`},
		"remove by value":   {`[{"op":"Remove","path":"emails","value":[{"value":"t@example.com"}]}]`, `{"emails":[{"value":"t@example.org","type":"home"}]}`},
		"remove nothing":    {`[{"op":"remove","path":"emails[type eq \"other\"]"}]`, `{}`},
		"add an element":    {`[{"op":"add","path":"emails","value":[{"value":"x@example.net","type":"other"}]}]`, `{"emails":[{"value":"t@example.com","type":"work","primary":true},{"value":"t@example.org","type":"home"},{"value":"x@example.net","type":"other"}]}`},
		"add it twice":      {`[{"op":"add","path":"emails","value":{"value":"t@example.org","type":"home"}}]`, `{}`},
		"a new primary":     {`[{"op":"add","path":"emails","value":[{"value":"x@example.net","primary":true}]}]`, `{"emails":[{"value":"t@example.com","type":"work"},{"value":"t@example.org","type":"home"},{"value":"x@example.net","primary":true}]}`},
		"replace all":       {`[{"op":"replace","path":"emails","value":[{"value":"x@example.net"}]}]`, `{"emails":[{"value":"x@example.net"}]}`},
		"an element to be":  {`[{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+12125550142"}]`, `{"phoneNumbers":[{"type":"mobile","value":"+12125550142"}]}`},
		"extension":         {`[{"op":"add","value":{"` + scimEnterpriseURN + `":{"division":"North"}}}]`, `{"` + scimEnterpriseURN + `":{"department":"R&D","division":"North","manager":{"value":"m"}}}`},
		"bare manager":      {`[{"op":"Replace","path":"` + scimEnterpriseURN + `:manager","value":"m2"}]`, `{"` + scimEnterpriseURN + `":{"department":"R&D","manager":{"value":"m2"}}}`},
		"drop extension":    {`[{"op":"remove","path":"` + scimEnterpriseURN + `"}]`, `{"` + scimEnterpriseURN + `":null}`},
		"not kept":          {`[{"op":"add","path":"roles","value":["x"]},{"op":"add","path":"name.honorificPrefix","value":"Dr."},{"op":"replace","value":{"id":"x","schemas":[],"locale":"cs"}}]`, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			before, operations, changes := decoded[object](t, user), decoded[[]operation](t, c.operations), decoded[object](t, c.want)
			got, err := patch(before, operations)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decoded[object](t, user), before); diff != "" {
				t.Errorf("the user itself was changed: %s", diff)
			}
			want := decoded[object](t, user)
			for k, v := range changes {
				if want[k] = v; v == nil {
					delete(want, k)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func decoded[T any](t *testing.T, text string) T {
	t.Helper()
	var out T
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{`emails[type eq "work"].value`, `a.b`, scimEnterpriseURN + ":manager", `x[a eq "\"]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parsePath(s); err == nil && p.attribute == "" && !p.enterprise {
			t.Errorf("%q is a path to nothing", s)
		}
	})
}

// FuzzPatch: whatever is sent, the user that was there stays as it was, and what
// comes of it is a user in its proper form.
func FuzzPatch(f *testing.F) {
	f.Add(`emails[type eq "work"].value`, "replace", `"x"`)
	f.Add("", "add", `{"emails":{"value":"a"},"name.givenName":null}`)
	f.Add(scimEnterpriseURN, "remove", `[]`)
	f.Add("emails", "remove", `[{"value":{}}]`)
	f.Fuzz(func(t *testing.T, path, op, value string) {
		var v any
		if json.Unmarshal([]byte(value), &v) != nil {
			return
		}
		user := object{"userName": "a", "active": true, "emails": []any{object{"value": "x", "type": "work"}}, scimEnterpriseURN: object{"manager": object{"value": "m"}}}
		before := clone(user)
		out, err := patch(user, []operation{{op, path, v}})
		if diff := cmp.Diff(before, any(user)); diff != "" {
			t.Fatal(diff)
		}
		if err != nil {
			return
		}
		again, err := keepUser(out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(out, again); diff != "" {
			t.Error(diff)
		}
	})
}
