// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"net/http"
	"strings"
)

// unfiltered refuses a filter of what the server says of itself, whatever it is (RFC
// 7644, 4).
func unfiltered(handle func(*http.Request) (answer, error)) func(*http.Request) (answer, error) {
	return func(r *http.Request) (answer, error) {
		if r.URL.Query().Has("filter") {
			return answer{}, refuse(http.StatusForbidden, "", "there is no filter of this")
		}
		return handle(r)
	}
}

// config is what the server offers (RFC 7643, 5).
func (s *scimServer) config(*http.Request) (answer, error) {
	no := object{"supported": false}
	return answer{status: http.StatusOK, body: object{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
		"patch":   object{"supported": true},
		"bulk":    object{"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter":  object{"supported": true, "maxResults": mostCount},
		"etag":    object{"supported": true}, "changePassword": no, "sort": no,
		"authenticationSchemes": []any{object{
			"type": "oauthbearertoken", "name": "Bearer token", "description": "A service token with the scope scim", "primary": true,
		}},
		"meta": object{"resourceType": "ServiceProviderConfig", "location": strings.TrimRight(s.Address, "/") + "/scim/v2/ServiceProviderConfig"},
	}}, nil
}

func (s *scimServer) userType() object {
	return object{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"},
		"id":      "User", "name": "User", "endpoint": "/Users", "description": "A person who works here", "schema": scimUserURN,
		"schemaExtensions": []any{object{"schema": scimEnterpriseURN, "required": false}},
		"meta":             object{"resourceType": "ResourceType", "location": s.location("ResourceTypes", "User")},
	}
}

func (s *scimServer) resourceTypes(*http.Request) (answer, error) {
	return answer{status: http.StatusOK, body: listOf([]any{s.userType()}, 1, 1)}, nil
}

func (s *scimServer) resourceType(r *http.Request) (answer, error) {
	if r.PathValue("id") != "User" {
		return answer{}, refuse(http.StatusNotFound, "", "there is no such type")
	}
	return answer{status: http.StatusOK, body: s.userType()}, nil
}

// described is a schema (RFC 7643, 7).
func (s *scimServer) described(urn, name, what string, all []attribute) object {
	var attributes []any
	for _, a := range all {
		attributes = append(attributes, a.described())
	}
	return object{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:Schema"},
		"id":      urn, "name": name, "description": what, "attributes": attributes,
		"meta": object{"resourceType": "Schema", "location": s.location("Schemas", urn)},
	}
}

func (a attribute) described() object {
	out := object{
		"name": a.name, "type": "string", "multiValued": a.multi, "description": a.doc, "required": a.name == "userName",
		"caseExact": a.name == "externalId", "mutability": "readWrite", "returned": "default", "uniqueness": "none",
	}
	switch {
	case a.flag:
		out["type"] = "boolean"
		delete(out, "caseExact")
	case a.sub != nil:
		out["type"] = "complex"
		delete(out, "caseExact")
		var parts []any
		for _, part := range a.sub {
			parts = append(parts, part.described())
		}
		out["subAttributes"] = parts
	}
	if a.name == "userName" {
		out["uniqueness"] = "server"
	}
	return out
}

func (s *scimServer) allSchemas() []any {
	return []any{
		s.described(scimUserURN, "User", "A person who works here", userAttributes),
		s.described(scimEnterpriseURN, "EnterpriseUser", "Where the person works in the company", enterpriseAttributes),
	}
}

func (s *scimServer) schemas(*http.Request) (answer, error) {
	all := s.allSchemas()
	return answer{status: http.StatusOK, body: listOf(all, len(all), 1)}, nil
}

func (s *scimServer) schema(r *http.Request) (answer, error) {
	for _, one := range s.allSchemas() {
		if o, ok := one.(object); ok && strings.EqualFold(o["id"].(string), r.PathValue("id")) {
			return answer{status: http.StatusOK, body: o}, nil
		}
	}
	return answer{}, refuse(http.StatusNotFound, "", "there is no such schema")
}
