// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"daylight/intake"
	"daylight/store"
)

// The states of a user, in the column "state" of [store.ScimUsers].
const (
	statePending = "pending" // the last change is not handed on yet
	stateSent    = "sent"
	stateGone    = "gone" // deleted, and that is not handed on yet
)

// scimUser is a user as it is kept.
type scimUser struct {
	ID       string    `json:"id"`
	User     object    `json:"user"` // of userAttributes and the enterprise extension
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
	Number   int64     `json:"number"` // of the version

	row   int64 // the row's version in the store
	state string
}

// version is the user's ETag.
func (u *scimUser) version() string { return fmt.Sprintf(`W/"%d"`, u.Number) }

func decodeUser(row store.Row) (*scimUser, error) {
	u := &scimUser{row: row.Version, state: row.Text["state"]}
	if err := json.Unmarshal(row.Body, u); err != nil {
		return nil, fmt.Errorf("read a user: %w", err)
	}
	return u, nil
}

// hashName is under what a user is found by name; names are compared without case
// (RFC 7643, 4.1.1).
func hashName(r store.Reader, name string) string {
	return r.Hash("scim user name", strings.ToLower(strings.TrimSpace(name)))
}

func hashExternal(r store.Reader, id string) string { return r.Hash("scim external id", id) }

// holderOf is whose key a user is sealed under: that of the person who is assessed
// under the same id, so that erasing them erases what is kept here.
func holderOf(r store.Reader, id string) string {
	return intake.Holder("p-" + r.Hash("subject", id)[:10])
}

// load reads a user that was not deleted.
func (s *scimServer) load(r store.Reader, id string) (*scimUser, error) {
	row, err := r.Get(store.ScimUsers, id)
	if err != nil {
		return nil, err
	}
	if row.Text["state"] == stateGone {
		return nil, store.ErrNotFound
	}
	return decodeUser(row)
}

// newUser makes a user with an id of its own.
func (s *scimServer) newUser(w store.Writer, user object) (*scimUser, error) {
	if err := s.unique(w, user, ""); err != nil {
		return nil, err
	}
	var id [16]byte
	if _, err := io.ReadFull(s.Random, id[:]); err != nil {
		return nil, fmt.Errorf("make an id: %w", err)
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // RFC 9562, version 4
	now := s.Now().UTC().Truncate(time.Millisecond)
	u := &scimUser{
		ID:   fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]),
		User: user, Created: now, Modified: now, Number: 1, state: statePending,
	}
	return u, s.put(w, u)
}

// unique fails if another user has the name.
func (s *scimServer) unique(r store.Reader, user object, id string) error {
	name, _ := user["userName"].(string)
	for row, err := range r.Find(store.ScimUsers, store.Query{Bare: true, Readable: true, Where: []store.Cond{ // nobody has the name of whoever was erased
		{Column: "username", Op: store.Equal, Text: hashName(r, name)}, {Column: "state", Op: store.NotEqual, Text: stateGone},
	}}) {
		if err != nil {
			return err
		}
		if row.Key != id {
			return refuse(409, "uniqueness", "another user has this userName")
		}
	}
	return nil
}

// update changes a user, if anything is different.
func (s *scimServer) update(w store.Writer, u *scimUser, next object) error {
	if reflect.DeepEqual(u.User, next) {
		return nil
	}
	if err := s.unique(w, next, u.ID); err != nil {
		return err
	}
	u.User, u.state = next, statePending
	return s.touch(w, u)
}

// retire marks a user as deleted. The row goes once that is handed on.
func (s *scimServer) retire(w store.Writer, u *scimUser) error {
	u.User["active"], u.state = false, stateGone
	return s.touch(w, u)
}

func (s *scimServer) touch(w store.Writer, u *scimUser) error {
	u.Number++
	u.Modified = s.Now().UTC().Truncate(time.Millisecond)
	return s.put(w, u)
}

func (s *scimServer) put(w store.Writer, u *scimUser) error {
	body, err := json.Marshal(u, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep a user: %w", err)
	}
	name, _ := u.User["userName"].(string)
	columns := map[string]string{"username": hashName(w, name), "external": "", "state": u.state}
	if external, _ := u.User["externalId"].(string); external != "" {
		columns["external"] = hashExternal(w, external)
	}
	if err := w.Put(store.ScimUsers, store.Row{
		Key: u.ID, Version: u.row, Text: columns, Ints: map[string]int64{"modified": milliseconds(u.Modified)},
		Holder: holderOf(w, u.ID), Body: body,
	}); err != nil {
		return err
	}
	u.row++
	return nil
}

// change carries out one change and hands it on before the provider is told that it
// was taken in. The change is kept first: one that could not be handed on, because
// the disk was full or the power went, is handed on with the next.
func (s *scimServer) change(ctx context.Context, f func(store.Writer) (*scimUser, error)) (*scimUser, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	var u *scimUser
	if err := s.Store.Update(ctx, func(w store.Writer) (err error) {
		u, err = f(w)
		return err
	}); err != nil {
		return nil, err
	}
	if u.state == stateSent {
		return u, nil
	}
	return u, s.deliver(ctx, u)
}

// maxFlush is how many changes one request hands on for others.
const maxFlush = 50

// flush hands on what could not be before.
func (s *scimServer) flush(ctx context.Context) error {
	var waiting []*scimUser
	if err := s.Store.View(ctx, func(r store.Reader) error {
		for row, err := range r.Find(store.ScimUsers, store.Query{Readable: true, Limit: maxFlush, By: "modified", Where: []store.Cond{{Column: "state", Op: store.OneOf, In: []string{statePending, stateGone}}}}) {
			if err != nil {
				return err
			}
			u, err := decodeUser(row)
			if err != nil {
				return err
			}
			waiting = append(waiting, u)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, u := range waiting {
		if err := s.deliver(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// deliver hands a user on as an export holds one, and notes that it was.
func (s *scimServer) deliver(ctx context.Context, u *scimUser) error {
	row, err := json.Marshal(s.shown(u), json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("hand a user on: %w", err)
	}
	// A file whose own name began with the id would be taken for the person's attachment.
	path := fmt.Sprintf("scim/%s-%d/user.jsonl", u.ID, u.Number)
	if err := s.Sink.Receive(ctx, providerOf(ctx), path, bytes.NewReader(append(row, '\n'))); err != nil {
		s.Log.ErrorContext(ctx, "SCIM user could not be handed on", slog.Any("error", err))
		return refuse(503, "", "it cannot be stored now; send it again later")
	}
	return s.Store.Update(ctx, func(w store.Writer) error {
		now, err := w.Get(store.ScimUsers, u.ID)
		switch {
		case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
			return nil
		case err != nil:
			return err
		case now.Version != u.row:
			return nil // it was changed again; that change is handed on by itself
		case u.state == stateGone:
			return w.Delete(store.ScimUsers, u.ID)
		}
		now.Text["state"] = stateSent
		return w.Put(store.ScimUsers, now)
	})
}

// shown is a user as the provider sees it, and as it is handed on.
func (s *scimServer) shown(u *scimUser) object {
	out := clone(u.User).(object)
	schemas := []any{scimUserURN}
	if out[scimEnterpriseURN] != nil {
		schemas = append(schemas, scimEnterpriseURN)
	}
	out["schemas"], out["id"] = schemas, u.ID
	out["meta"] = object{
		"resourceType": "User", "created": u.Created.Format(time.RFC3339Nano), "lastModified": u.Modified.Format(time.RFC3339Nano),
		"location": s.location("Users", u.ID), "version": u.version(),
	}
	return out
}
