// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"daylight/record"
	"daylight/store"
)

// filter is the body of a row of [store.Filters].
type filter struct {
	Name  string `json:"name"`
	Query string `json:"query"`
}

// filterLine is a kept selection as the queue names it. One that is damaged leads nowhere,
// and can be forgotten.
type filterLine struct{ Key, Name, To string }

// damagedFilter names one whose row does not open.
const damagedFilter = "damaged"

// Bounds of kept selections.
const (
	mostFilters  = 20
	filterLetter = 40
)

// filtersOf lists the selections that an account keeps.
func filtersOf(r store.Reader, account string) ([]filterLine, error) {
	var out []filterLine
	for row, err := range r.Find(store.Filters, store.Query{Where: []store.Cond{{Column: "account", Op: store.Equal, Text: account}}, Limit: mostFilters}) {
		if errors.Is(err, store.ErrCorrupt) {
			out = append(out, filterLine{Key: row.Key, Name: damagedFilter})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list kept selections: %w", err)
		}
		var f filter
		if err := json.Unmarshal(row.Body, &f); err != nil {
			return nil, fmt.Errorf("read a kept selection: %w", err)
		}
		out = append(out, filterLine{row.Key, f.Name, "/queue?" + f.Query})
	}
	return out, nil
}

// keepFilter keeps the selection that the queue shows. Its query is read anew, so
// that nothing but a selection is kept.
func (s *Server) keepFilter(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	name := strings.TrimSpace(record.Seen(form.Get("name")))
	if name == "" || utf8.RuneCountInString(name) > filterLetter || len(form.Get("query")) > 1000 {
		return fmt.Errorf("keep a selection: %w", errBadRequest)
	}
	query := asSelected(form.Get("query")).Encode()
	body, err := json.Marshal(filter{name, query})
	if err != nil {
		return fmt.Errorf("keep a selection: %w", err)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		kept, err := filtersOf(w, x.who.Account)
		if err != nil {
			return err
		}
		if len(kept) >= mostFilters {
			return errBadRequest
		}
		return w.Put(store.Filters, store.Row{
			Key: x.who.Account + " " + w.Hash("filter", name), Text: map[string]string{"account": x.who.Account}, Body: body,
		})
	})
	if err != nil {
		return fmt.Errorf("keep a selection: %w", err)
	}
	return x.see("/queue?" + query)
}

// asSelected reads the query of a selection and writes it anew, so that nothing else is
// in it.
func asSelected(query string) url.Values {
	return selectionOf(&http.Request{URL: &url.URL{RawQuery: query}}).query()
}

// dropFilter forgets a kept selection of the one who asks.
func (s *Server) dropFilter(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	key := form.Get("filter")
	if !strings.HasPrefix(key, x.who.Account+" ") {
		return store.ErrNotFound
	}
	if err := s.Store.Update(x.r.Context(), func(w store.Writer) error { return w.Delete(store.Filters, key) }); err != nil {
		return fmt.Errorf("forget a selection: %w", err)
	}
	return x.see("/queue")
}
