// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"daylight/store"
)

// The bounds of a list.
const (
	usualCount = 100
	mostCount  = 200
	// mostOpened is how many users are opened for a filter that no column answers.
	mostOpened = 10_000
	// maxChosen is how many attributes a request may name.
	maxChosen = 200
)

// scimQuery is what a list is asked for (RFC 7644, 3.4.2 and 3.4.3). Lists are not
// sorted, as ServiceProviderConfig says: sortBy and sortOrder are not looked at.
type scimQuery struct {
	filter       string
	start, count int
	part         chosen
}

// list finds users by the parameters of the address.
func (s *scimServer) list(r *http.Request) (answer, error) {
	q := r.URL.Query()
	start, err := number(q.Get("startIndex"), 1)
	if err != nil {
		return answer{}, err
	}
	count, err := number(q.Get("count"), usualCount)
	if err != nil {
		return answer{}, err
	}
	part, err := chosenBy(r)
	if err != nil {
		return answer{}, err
	}
	return s.find(r, scimQuery{q.Get("filter"), start, count, part})
}

// search finds users by a request's body, which keeps whom one looks for out of
// addresses.
func (s *scimServer) search(r *http.Request) (answer, error) {
	var in struct {
		Schemas            []string `json:"schemas"`
		Attributes         []string `json:"attributes"`
		ExcludedAttributes []string `json:"excludedAttributes"`
		Filter             string   `json:"filter"`
		StartIndex         *int     `json:"startIndex"`
		Count              *int     `json:"count"`
	}
	if err := read(r, &in); err != nil {
		return answer{}, err
	}
	if len(in.Schemas) > 0 && !strings.EqualFold(in.Schemas[0], scimSearchURN) {
		return answer{}, refuse(http.StatusBadRequest, "invalidSyntax", "the request is no SearchRequest")
	}
	part, err := choose(in.Attributes, in.ExcludedAttributes)
	if err != nil {
		return answer{}, err
	}
	q := scimQuery{in.Filter, 1, usualCount, part}
	if in.StartIndex != nil {
		q.start = *in.StartIndex
	}
	if in.Count != nil {
		q.count = *in.Count
	}
	return s.find(r, q)
}

// find answers with a page of those users whom a filter finds. By userName, externalId
// and id, and by one or another of them, they are found at once; for any other filter each
// user is opened that the rest of it leaves, where they are not more than [mostOpened]
// (RFC 7644, 3.12).
func (s *scimServer) find(r *http.Request, q scimQuery) (answer, error) {
	start, count := max(q.start, 1), min(max(q.count, 0), mostCount)
	var left []filter // that rows do not answer
	users, total := []any{}, 0
	err := s.Store.View(r.Context(), func(tx store.Reader) error {
		query := store.Query{Readable: true, Where: []store.Cond{{Column: "state", Op: store.NotEqual, Text: stateGone}}}
		if strings.TrimSpace(q.filter) != "" {
			f, err := parseFilter(q.filter, userAttributes)
			if err != nil {
				return err
			}
			n := narrower{tx: tx, all: query}
			var conditions []store.Cond
			if conditions, left, err = n.answered(f); err != nil {
				return err
			}
			query.Where = append(query.Where, conditions...)
		}
		if len(left) == 0 {
			var err error
			if total, err = tx.Count(store.ScimUsers, query); err != nil || count == 0 {
				return err
			}
			query.Skip, query.Limit = start-1, count
		} else if n, err := tx.Count(store.ScimUsers, query); err != nil {
			return err
		} else if n > mostOpened {
			return refuse(http.StatusBadRequest, "tooMany", "this filter is looked for among %d users at most; compare userName, externalId or id by eq, or list all by pages", mostOpened)
		}
		found := 0
		for row, err := range tx.Find(store.ScimUsers, query) {
			if err != nil {
				return err
			}
			u, err := decodeUser(row)
			if err != nil {
				return err
			}
			shown := s.shown(u)
			if len(left) > 0 {
				if slices.ContainsFunc(left, func(f filter) bool { return !f.holds(shown) }) {
					continue
				}
				total++
				if found++; found < start || len(users) == count {
					continue
				}
			}
			users = append(users, q.part.of(shown))
		}
		return nil
	})
	if err != nil {
		return answer{}, err
	}
	// How many there are says something of people too, where a filter was asked for.
	if total > 0 {
		if err := look(r.Context(), "", len(users)); err != nil {
			return answer{}, err
		}
	}
	return answer{status: http.StatusOK, body: listOf(users, total, start)}, nil
}

func listOf(items []any, total, start int) object {
	return object{"schemas": []string{scimListURN}, "totalResults": total, "startIndex": start, "itemsPerPage": len(items), "Resources": items}
}

// narrower asks plain columns what they answer of a filter.
type narrower struct {
	tx     store.Reader
	all    store.Query // of all users
	listed int         // users whose keys were read for an or, at most [mostOpened] of a filter
}

// answered splits a filter into what plain columns answer and what is left.
func (n *narrower) answered(f filter) (conditions []store.Cond, left []filter, err error) {
	parts := []filter{f}
	if f.joint == "and" {
		parts = f.parts
	}
	for _, part := range parts {
		if c, ok := condition(n.tx, part); ok {
			conditions = append(conditions, c)
		} else {
			left = append(left, part)
		}
	}
	if len(conditions) > 0 {
		return conditions, left, nil // few are left
	}
	for i, part := range left {
		c, whole, ok, err := n.either(part)
		switch {
		case err != nil:
			return nil, nil, err
		case !ok:
			continue
		case whole:
			left = slices.Delete(left, i, i+1)
		}
		return []store.Cond{c}, left, nil
	}
	return nil, left, nil
}

// either is an or as a query by key of all whom one of its parts leaves, if plain columns
// answer something of each, and they are not more than may be opened; whole says that they
// answer all of it.
func (n *narrower) either(f filter) (c store.Cond, whole, ok bool, err error) {
	if f.joint != "or" {
		return c, false, false, nil
	}
	c, whole = store.Cond{Column: "key", Op: store.OneOf}, true
	for _, part := range f.parts {
		conditions, left, err := n.answered(part)
		if err != nil || len(conditions) == 0 {
			return c, false, false, err
		}
		whole = whole && len(left) == 0
		q := n.all
		q.Bare, q.Where = true, append(slices.Clone(q.Where), conditions...)
		for row, err := range n.tx.Find(store.ScimUsers, q) {
			if err != nil {
				return c, false, false, err
			}
			if n.listed++; n.listed > mostOpened {
				return c, false, false, nil
			}
			c.In = append(c.In, row.Key)
		}
	}
	return c, whole, true, nil
}

// condition is a comparison as a query of plain columns, if it is one.
func condition(r store.Reader, f filter) (store.Cond, bool) {
	value, ok := f.value.(string)
	if !ok || value == "" || f.joint != "" || f.op != "eq" || f.enterprise || f.sub != "" || f.within != nil {
		return store.Cond{}, false
	}
	switch strings.ToLower(f.attribute) {
	case "username":
		return store.Cond{Column: "username", Op: store.Equal, Text: hashName(r, value)}, true
	case "externalid":
		return store.Cond{Column: "external", Op: store.Equal, Text: hashExternal(r, value)}, true
	case "id":
		return store.Cond{Column: "key", Op: store.Equal, Text: value}, true
	}
	return store.Cond{}, false
}

// number reads a whole number, or gives the usual one for none.
func number(s string, usual int) (int, error) {
	if s == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0, refuse(http.StatusBadRequest, "invalidValue", "startIndex and count are numbers")
	}
	return int(n), nil
}

// chosen are the attributes that are answered with: those named, or all but those (RFC
// 7644, 3.9). What is always returned is either way.
type chosen struct {
	names  []string
	except bool
}

// always are the attributes that every answer has (RFC 7643, 7 and 3.1).
var always = []string{"schemas", "id"}

// chosenBy reads the parameters of an address.
func chosenBy(r *http.Request) (chosen, error) {
	q := r.URL.Query()
	return choose(listed(q.Get("attributes")), listed(q.Get("excludedAttributes")))
}

// listed reads names that commas separate.
func listed(s string) []string {
	var out []string
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func choose(only, except []string) (chosen, error) {
	switch {
	case len(only) > 0 && len(except) > 0:
		return chosen{}, refuse(http.StatusBadRequest, "invalidValue", "attributes and excludedAttributes are not asked for together")
	case len(only)+len(except) > maxChosen:
		return chosen{}, refuse(http.StatusBadRequest, "invalidValue", "more than %d attributes are named", maxChosen)
	case len(except) > 0:
		return chosen{except, true}, nil
	}
	return chosen{only, false}, nil
}

// of is what is chosen of a user. Names of what there is not are as none.
func (c chosen) of(user object) object {
	if len(c.names) == 0 {
		return user
	}
	if c.except {
		out := clone(user).(object)
		for _, name := range c.names {
			leave(out, name)
		}
		return out
	}
	out := object{}
	for _, name := range always {
		out[name] = user[name]
	}
	for _, name := range c.names {
		bring(out, user, name)
	}
	return out
}

// spelt is an attribute's name as it stands in an object, "" if it does not.
func spelt(o object, name string) string {
	if _, ok := o[name]; ok {
		return name
	}
	for have := range o {
		if strings.EqualFold(have, name) {
			return have
		}
	}
	return ""
}

// leave removes an attribute, or a part of it.
func leave(user object, path string) {
	if strings.EqualFold(path, scimEnterpriseURN) {
		delete(user, scimEnterpriseURN)
		return
	}
	enterprise, name, sub := named(path)
	in := user
	if enterprise {
		in, _ = user[scimEnterpriseURN].(object)
	}
	have := spelt(in, name)
	if have == "" || !enterprise && slices.Contains(always, have) {
		return
	}
	if sub == "" {
		delete(in, have)
		return
	}
	for _, item := range several(in[have]) {
		if o, ok := item.(object); ok {
			delete(o, spelt(o, sub))
		}
	}
}

// bring copies an attribute, or a part of it.
func bring(out, user object, path string) {
	if strings.EqualFold(path, scimEnterpriseURN) {
		path = scimEnterpriseURN
		if v := user[path]; v != nil {
			out[path] = clone(v)
		}
		return
	}
	enterprise, name, sub := named(path)
	from, to := user, out
	if enterprise {
		from, _ = user[scimEnterpriseURN].(object)
	}
	have := spelt(from, name)
	if have == "" {
		return
	}
	if enterprise {
		var ok bool
		if to, ok = out[scimEnterpriseURN].(object); !ok {
			to = object{}
			out[scimEnterpriseURN] = to
		}
	}
	if sub == "" {
		to[have] = clone(from[have])
		return
	}
	if list, ok := from[have].([]any); ok {
		mine, ok := to[have].([]any)
		if !ok {
			mine = make([]any, len(list))
			for i := range mine {
				mine[i] = object{}
			}
			to[have] = mine
		}
		for i, item := range list {
			bringPart(mine[i], item, sub)
		}
		return
	}
	if _, ok := to[have].(object); !ok {
		to[have] = object{}
	}
	bringPart(to[have], from[have], sub)
}

// bringPart copies a part of a value that has parts.
func bringPart(to, from any, sub string) {
	source, ok := from.(object)
	target, ok2 := to.(object)
	if have := spelt(source, sub); ok && ok2 && have != "" {
		target[have] = clone(source[have])
	}
}

// several are the values of an attribute.
func several(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}
