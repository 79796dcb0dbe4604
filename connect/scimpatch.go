// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// operation is one of a PATCH request (RFC 7644, 3.5.2).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// maxOperations bounds a PATCH request.
const maxOperations = 200

// patch applies operations to a user and returns what becomes of it. The user is not
// changed. It takes them as Okta and Entra send them: operations in any case, values
// without a path whose names are paths, "True" and "False", and a value for an
// element that is not there yet, which is then made.
func patch(user object, operations []operation) (object, error) {
	if len(operations) == 0 || len(operations) > maxOperations {
		return nil, refuse(400, "invalidSyntax", "between 1 and %d operations are needed", maxOperations)
	}
	out := clone(user).(object)
	for _, o := range operations {
		op := strings.ToLower(o.Op)
		if op != "add" && op != "replace" && op != "remove" {
			return nil, refuse(400, "invalidSyntax", "an operation is add, replace or remove")
		}
		var err error
		switch values, isObject := o.Value.(object); {
		case o.Path != "":
			err = apply(out, op, o.Path, o.Value)
		case op == "remove":
			err = refuse(400, "noTarget", "remove needs a path")
		case !isObject:
			err = refuse(400, "invalidValue", "without a path the value is an object")
		default:
			for _, path := range sortedKeys(values) {
				if slices.ContainsFunc(readOnly, func(name string) bool { return strings.EqualFold(name, path) }) {
					continue
				}
				if err = apply(out, op, path, values[path]); err != nil {
					break
				}
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return keepUser(out)
}

// clone copies a decoded value.
func clone(v any) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for k, item := range v {
			out[k] = clone(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = clone(item)
		}
		return out
	}
	return v
}

// apply carries out one operation at a path.
func apply(user object, op, path string, value any) error {
	p, err := parsePath(path)
	if err != nil {
		return err
	}
	in, all := user, userAttributes
	if p.enterprise {
		all = enterpriseAttributes
		extension, ok := user[scimEnterpriseURN].(object)
		if !ok {
			extension = object{}
			user[scimEnterpriseURN] = extension
		}
		in = extension
		if p.attribute == "" {
			return applyExtension(in, op, value)
		}
	}
	if slices.ContainsFunc(readOnly, func(name string) bool { return !p.enterprise && strings.EqualFold(name, p.attribute) }) {
		return refuse(400, "mutability", "%s cannot be changed", p.attribute)
	}
	a, ok := attributeOf(all, p.attribute)
	if !ok {
		return nil // it is not kept; see userAttributes
	}
	if p.sub != "" && a.sub == nil || p.filter != nil && !a.multi {
		return refuse(400, "invalidPath", "%s has no parts of this kind", a.name)
	}
	if op == "remove" && a.name == "userName" {
		return refuse(400, "mutability", "userName cannot be removed")
	}
	if a.multi {
		return applyMulti(in, a, op, p, value)
	}
	return applyOne(in, a, op, p.sub, value)
}

// applyExtension changes the enterprise extension as a whole.
func applyExtension(in object, op string, value any) error {
	if op == "remove" {
		clear(in)
		return nil
	}
	values, ok := value.(object)
	if !ok {
		return refuse(400, "invalidValue", "an extension is an object")
	}
	for _, name := range sortedKeys(values) {
		if a, ok := attributeOf(enterpriseAttributes, name); ok {
			if err := applyOne(in, a, op, "", values[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyOne changes an attribute with one value, or a part of it.
func applyOne(in object, a attribute, op, sub string, value any) error {
	if sub != "" {
		part, ok := attributeOf(a.sub, sub)
		if !ok {
			return nil // it is not kept
		}
		whole, ok := in[a.name].(object)
		if !ok {
			whole = object{}
		}
		if err := applyOne(whole, part, op, "", value); err != nil {
			return err
		}
		in[a.name] = whole
		return nil
	}
	if op == "remove" {
		delete(in, a.name)
		return nil
	}
	v, err := a.read(value)
	if err != nil {
		return err
	}
	old, isObject := in[a.name].(object)
	changes, ok := v.(object)
	switch {
	case v == nil:
		delete(in, a.name)
	case isObject && ok:
		// What is not named stays (RFC 7644, 3.5.2.1 and 3.5.2.3).
		maps.Copy(old, changes)
	default:
		in[a.name] = v
	}
	return nil
}

// applyMulti changes the values of a multi-valued attribute.
func applyMulti(in object, a attribute, op string, p scimPath, value any) error {
	list, _ := in[a.name].([]any)
	if p.filter == nil && p.sub == "" {
		return applyList(in, a, list, op, value)
	}
	part, known := attributeOf(a.sub, p.sub)
	if p.sub != "" && !known {
		return nil // it is not kept
	}
	var out []any
	matched := false
	for _, item := range list {
		o, ok := item.(object)
		if !ok || p.filter != nil && !p.filter.holds(o) {
			out = append(out, item)
			continue
		}
		matched = true
		if op == "remove" && p.sub == "" {
			continue
		}
		if err := applyElement(o, a, part, op, value); err != nil {
			return err
		}
		out = append(out, o)
	}
	if !matched && op != "remove" {
		// RFC 7644 has replace fail here; Entra relies on that it does not.
		o, err := a.made(p.filter)
		if err != nil {
			return err
		}
		if err := applyElement(o, a, part, op, value); err != nil {
			return err
		}
		out = append(out, o)
	}
	set(in, a, out)
	return nil
}

// made is the element for which a filter holds, of a list that has none yet.
func (a attribute) made(f *filter) (object, error) {
	o := object{}
	if f == nil {
		return o, nil
	}
	values, ok := f.equal()
	if !ok {
		return nil, refuse(400, "noTarget", "%s has no such value", a.name)
	}
	for name, v := range values {
		if part, ok := attributeOf(a.sub, name); ok && v != nil {
			o[part.name] = v
		}
	}
	return o, nil
}

// applyElement changes one element, or a part of it.
func applyElement(o object, a, part attribute, op string, value any) error {
	if part.name != "" {
		return applyOne(o, part, op, "", value)
	}
	v, err := a.one(value)
	if err != nil {
		return err
	}
	changes, ok := v.(object)
	if !ok {
		return refuse(400, "invalidValue", "an element of %s is an object", a.name)
	}
	maps.Copy(o, changes)
	return nil
}

// applyList changes the list as a whole.
func applyList(in object, a attribute, list []any, op string, value any) error {
	v, err := a.read(value)
	if err != nil {
		return err
	}
	items, _ := v.([]any)
	switch {
	case op == "replace":
		list = items
	case op == "remove" && items == nil:
		list = nil
	case op == "remove":
		list = slices.DeleteFunc(slices.Clone(list), func(have any) bool {
			return slices.ContainsFunc(items, func(gone any) bool {
				h, _ := have.(object)
				g, _ := gone.(object)
				return reflect.DeepEqual(have, gone) || g["value"] != nil && h["value"] == g["value"]
			})
		})
	default:
		for _, item := range items {
			if o, ok := item.(object); ok && o["primary"] == true {
				for _, other := range list {
					if other, ok := other.(object); ok {
						delete(other, "primary") // there is one (RFC 7643, 2.4)
					}
				}
			}
			if !slices.ContainsFunc(list, func(have any) bool { return reflect.DeepEqual(have, item) }) {
				list = append(list, item)
			}
		}
	}
	if len(list) > maxValues {
		return refuse(400, "invalidValue", "%s has more than %d values", a.name, maxValues)
	}
	set(in, a, list)
	return nil
}

func set(in object, a attribute, list []any) {
	if len(list) == 0 {
		delete(in, a.name)
		return
	}
	in[a.name] = list
}
