// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"daylight/intake"
	"daylight/record"
	"daylight/store"
)

func recordRoutes() []route {
	return []route{{
		pattern: "POST /people/{handle}/record", acts: "open one record of a person whose name is shown", recorded: true,
		roles: readers, handle: (*Server).openRecord,
	}}
}

// recordView is what an opened record shows.
type recordView struct {
	Handle, Path, Locator, Content string
}

// openRecord shows what a record says. It names people, so it opens only while the
// name is shown to the session that asks.
func (s *Server) openRecord(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	v := recordView{Handle: x.r.PathValue("handle")}
	// The page writes both as they stand in an address, where no character hides.
	path, errPath := url.QueryUnescape(form.Get("path"))
	locator, errLocator := url.QueryUnescape(form.Get("locator"))
	if errPath != nil || errLocator != nil {
		return fmt.Errorf("open a record: %w", errBadRequest)
	}
	v.Path, v.Locator = path, locator
	var found record.Record
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		if _, err := subjectRow(r, x.who, v.Handle); err != nil {
			return err
		}
		if kept, err := hidden(r, x.who); err != nil {
			return err
		} else if kept {
			return errForbidden
		}
		var shown personView
		if err := shown.readFace(r, x, v.Handle); err != nil {
			return err
		}
		if shown.Face == nil {
			return errForbidden
		}
		found, err = intake.Record(r, v.Handle, v.Path, v.Locator)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("open a record: %w", err)
	}
	detail := map[string]string{}
	if found.ID != "" {
		detail["record"] = string(found.ID)
		content, err := json.MarshalIndent(found, "", "  ")
		if err != nil {
			return fmt.Errorf("open a record: %w", err)
		}
		v.Content = string(content)
	}
	if err := x.note("record.open", v.Handle, detail); err != nil {
		return err
	}
	return x.page("person/record", v)
}
