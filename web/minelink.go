// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"daylight/store"
)

// makeMine makes the link and shows it once.
func (s *Server) makeMine(x *exchange) error {
	handle := x.r.PathValue("handle")
	var random [24]byte
	if _, err := io.ReadFull(s.Random, random[:]); err != nil {
		return fmt.Errorf("make a link: %w", err)
	}
	secret := base64.RawURLEncoding.EncodeToString(random[:])
	until := s.Now().Add(mineLife)
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		row, err := subjectRow(w, x.who, handle)
		if err != nil {
			return err
		}
		if row.Text["merged"] != "" {
			return store.ErrNotFound
		}
		// What the page tells the person, it would tell whoever made the link.
		if kept, err := hidden(w, x.who); err != nil {
			return err
		} else if kept {
			return errForbidden
		}
		err = w.Put(store.Links, store.Row{
			Key: mineKey(secret), Text: map[string]string{"purpose": linkMine, "subject": handle},
			Ints: map[string]int64{"until": until.UnixMilli()},
		})
		if err != nil {
			return err
		}
		return x.enter(w, "person.link", handle, map[string]string{"until": until.UTC().Format(time.DateOnly)})
	})
	if err != nil {
		return fmt.Errorf("make a link for the person concerned: %w", err)
	}
	return s.madeMine(x, handle, s.link(minePath+secret), until)
}

// madeMine shows a link, this once, with words to send it with.
func (s *Server) madeMine(x *exchange, handle, link string, until time.Time) error {
	var clock *time.Location
	var of settings
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		if of, _, err = readSettings(r); err != nil {
			return err
		}
		clock, err = clockOf(r, handle, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("show the link for the person concerned: %w", err)
	}
	return x.page("mine/made", struct {
		Handle, Link, Until string
		Letters             []letter
	}{handle, link, byClock(until, clock), letters("invite.mine", of.Organisation, link, byClock(until, clock))})
}

// mineKey is where a link is kept: under the hash of its secret.
func mineKey(secret string) string {
	sum := sha256.Sum256([]byte("mine " + secret))
	return hex.EncodeToString(sum[:])
}

// mineHandle finds whom a link is for. Every link that does not work is answered
// alike.
func (s *Server) mineHandle(r store.Reader, secret string) (string, time.Time, error) {
	row, err := r.Get(store.Links, mineKey(secret))
	if errors.Is(err, store.ErrNotFound) {
		return "", time.Time{}, errMine
	}
	if err != nil {
		return "", time.Time{}, err
	}
	until := millis(row.Ints["until"])
	if row.Text["purpose"] != linkMine || !s.Now().Before(until) {
		return "", time.Time{}, errMine
	}
	handle, err := followed(r, row.Text["subject"])
	return handle, until, err
}

// followed is the handle under which a person is known now, who may have been merged
// into another since.
func followed(r store.Reader, handle string) (string, error) {
	for range mostMerged {
		row, err := r.Get(store.Subjects, handle)
		if err != nil {
			return "", err
		}
		if row.Text["merged"] == "" {
			return handle, nil
		}
		handle = row.Text["merged"]
	}
	return "", store.ErrNotFound
}

// mostMerged bounds how far a handle is followed.
const mostMerged = 100
