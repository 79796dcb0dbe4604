// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"slices"
	"strings"
)

// The URNs of SCIM (RFC 7643, 7644).
const (
	scimUserURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	scimEnterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	scimPatchURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	scimListURN       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	scimErrorURN      = "urn:ietf:params:scim:api:messages:2.0:Error"
	scimSearchURN     = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
)

// attribute is one attribute of a user that is kept.
type attribute struct {
	name  string
	flag  bool // true or false instead of text
	multi bool
	sub   []attribute // of a complex one
	// plain is the sub-attribute that a bare text stands for.
	plain string
	doc   string
}

func texts(names ...string) []attribute {
	out := make([]attribute, len(names))
	for i, n := range names {
		out[i] = attribute{name: n}
	}
	return out
}

// contact is a multi-valued attribute of values with a type.
func contact(name, doc string) attribute {
	return attribute{name: name, multi: true, doc: doc, plain: "value", sub: append(texts("value", "type", "display"), attribute{name: "primary", flag: true})}
}

// userAttributes are what is kept of a user. What says nothing about whether a
// profile is consistent, or what nobody here must know, is not: language and locale,
// photographs, titles of courtesy, roles, groups, certificates, passwords.
var userAttributes = []attribute{
	{name: "externalId", doc: "the provider's own id"},
	{name: "userName", doc: "the name by which the person signs in"},
	{name: "name", sub: texts("formatted", "familyName", "givenName", "middleName"), plain: "formatted", doc: "the person's name"},
	{name: "displayName", doc: "the name that is shown"},
	{name: "title", doc: "what the person works as"},
	{name: "userType", doc: "employee, contractor and the like"},
	{name: "timezone", doc: "time zone, as the IANA database names it"},
	{name: "active", flag: true, doc: "false for who has left"},
	contact("emails", "addresses of e-mail"),
	contact("phoneNumbers", "telephone numbers"),
	{name: "addresses", multi: true, doc: "postal addresses", plain: "formatted", sub: append(
		texts("formatted", "streetAddress", "locality", "region", "postalCode", "country", "type"), attribute{name: "primary", flag: true})},
}

// enterpriseAttributes are what is kept of the enterprise extension.
var enterpriseAttributes = []attribute{
	{name: "employeeNumber", doc: "the company's own number"},
	{name: "costCenter", doc: "cost centre"},
	{name: "organization", doc: "organisation"},
	{name: "division", doc: "division"},
	{name: "department", doc: "department"},
	{name: "manager", sub: texts("value", "displayName"), plain: "value", doc: "whom the person reports to"},
}

// readOnly are attributes that only the server sets.
var readOnly = []string{"id", "meta", "schemas"}

// attributeOf finds an attribute by its name, in any case (RFC 7643, 2.1).
func attributeOf(all []attribute, name string) (attribute, bool) {
	i := slices.IndexFunc(all, func(a attribute) bool { return strings.EqualFold(a.name, name) })
	if i < 0 {
		return attribute{}, false
	}
	return all[i], true
}

// attributesOf are those of the enterprise extension, or the ones given.
func attributesOf(all []attribute, enterprise bool) []attribute {
	if enterprise {
		return enterpriseAttributes
	}
	return all
}

// The limits of one user.
const (
	maxText   = 2048 // bytes of one value
	maxValues = 100  // of one attribute
)

// object is a decoded JSON object.
type object = map[string]any

// keep returns what is kept of an object, with names and values in their proper
// form. Absent, null and empty are the same (RFC 7643, 2.5).
func keep(all []attribute, in object) (object, error) {
	out := object{}
	for _, name := range sortedKeys(in) {
		a, ok := attributeOf(all, name)
		if !ok {
			continue
		}
		if _, twice := out[a.name]; twice {
			return nil, refuse(400, "invalidSyntax", "the attribute %s is there twice", a.name)
		}
		v, err := a.read(in[name])
		if err != nil {
			return nil, err
		}
		if v != nil {
			out[a.name] = v
		}
	}
	return out, nil
}

// read checks a value, nil for none.
func (a attribute) read(v any) (any, error) {
	switch {
	case v == nil:
		return nil, nil //nolint:nilnil // no value, and no error
	case a.multi:
		return a.readAll(v)
	}
	return a.one(v)
}

// readAll checks the values of a multi-valued attribute. A single one is taken for
// a list of one.
func (a attribute) readAll(v any) (any, error) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	if len(list) > maxValues {
		return nil, refuse(400, "invalidValue", "%s has more than %d values", a.name, maxValues)
	}
	var out []any
	for _, item := range list {
		one, err := a.one(item)
		if err != nil {
			return nil, err
		}
		if one != nil {
			out = append(out, one)
		}
	}
	if len(out) == 0 {
		return nil, nil //nolint:nilnil // an empty list is no value
	}
	return out, nil
}

// one checks a single value.
func (a attribute) one(v any) (any, error) {
	switch {
	case v == nil:
		return nil, nil //nolint:nilnil // no value, and no error
	case a.flag:
		return readFlag(a.name, v)
	case a.sub != nil:
		if s, ok := v.(string); ok && a.plain != "" {
			// Entra sends a manager as the bare id.
			v = object{a.plain: s}
		}
		if list, ok := v.([]any); ok && len(list) == 1 && a.plain != "" {
			v = list[0] // and as a list with a reference in it
		}
		o, ok := v.(object)
		if !ok {
			return nil, refuse(400, "invalidValue", "%s is not an object", a.name)
		}
		kept, err := keep(a.sub, o)
		if err != nil || len(kept) == 0 {
			return nil, err
		}
		return kept, nil
	}
	s, ok := v.(string)
	switch {
	case !ok:
		return nil, refuse(400, "invalidValue", "%s is not a text", a.name)
	case len(s) > maxText:
		return nil, refuse(400, "invalidValue", "%s is longer than %d bytes", a.name, maxText)
	case s == "":
		return nil, nil //nolint:nilnil // an empty text is no value
	}
	return s, nil
}

// readFlag reads true or false. Entra sends them as the texts "True" and "False"
// (learn.microsoft.com/entra/identity/app-provisioning/
// application-provisioning-config-problem-scim-compatibility).
func readFlag(name string, v any) (any, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case string:
		switch strings.ToLower(v) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	}
	return nil, refuse(400, "invalidValue", "%s is neither true nor false", name)
}

// keepUser returns what is kept of a user, and fails for one without a name.
func keepUser(in object) (object, error) {
	out, err := keep(userAttributes, in)
	if err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(in) {
		if !strings.EqualFold(name, scimEnterpriseURN) {
			continue
		}
		extension, ok := in[name].(object)
		if !ok {
			continue
		}
		kept, err := keep(enterpriseAttributes, extension)
		if err != nil {
			return nil, err
		}
		if len(kept) > 0 {
			out[scimEnterpriseURN] = kept
		}
	}
	if _, ok := out["userName"].(string); !ok {
		return nil, refuse(400, "invalidValue", "userName is missing")
	}
	if _, ok := out["active"]; !ok {
		out["active"] = true
	}
	return out, nil
}

func sortedKeys(o object) []string {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// scimError is an error that the provider is told, in the words of RFC 7644, 3.12.
// It holds no value of the request.
type scimError struct {
	status int
	kind   string
	detail string
}

// Error implements error.
func (e *scimError) Error() string { return e.detail }

func refuse(status int, kind, format string, args ...any) error {
	return &scimError{status, kind, fmt.Sprintf(format, args...)}
}
