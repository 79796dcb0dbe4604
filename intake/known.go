// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"slices"
	"strings"

	"daylight/normalize"
	"daylight/notice"
	"daylight/pipeline"
	"daylight/record"
	"daylight/store"
)

// This file is what names a person beside their own rows: notices that were given to
// them, and input that is held back for want of one. An erasure reaches both by it.

// noticedAs returns the keyed hashes under which [store.Notices] and what is held back
// may name a person, by the records and the accounts that are kept of them. Of an
// account it is not known which system it is of, so every one is asked; a name with a
// space in it is what people are called, and may be somebody else's too.
func noticedAs(r store.Reader, records []record.Record, accounts []keptAccount) []string {
	var out []string
	add := func(id string) { out = append(out, notice.Person(r, id)) }
	mail := func(v string) {
		if v != "" {
			add(v)
		}
	}
	realms := monitored()
	everywhere := func(v string) {
		if v == "" || strings.ContainsAny(v, " \t") {
			return
		}
		for _, realm := range realms {
			add(realm + ":" + v)
		}
	}
	for _, rec := range records {
		mail(rec.Ref.Email.Reveal())
		everywhere(rec.Ref.Username)
		if realm := system(rec.Origin.Feed); rec.Ref.ID != "" && slices.Contains(realms, realm) {
			add(realm + ":" + rec.Ref.ID)
		}
		if p, ok := rec.Body.(record.Person); ok {
			for _, v := range p.Emails {
				mail(v.Reveal())
			}
			for _, v := range p.Usernames {
				everywhere(v)
			}
		}
	}
	for _, a := range accounts {
		mail(a.Email)
		everywhere(a.ID)
		everywhere(a.Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// inventories are the systems that tell what machines do.
var inventories = [...]string{"csv", "fleet", "intune", "jamf", "osquery"}

// monitored are the systems of which events are read, and those that tell what
// machines do.
func monitored() []string {
	out := slices.Clone(inventories[:])
	for _, f := range normalize.Formats() {
		if realm := system(f.Name); f.NewEvents != nil && !slices.Contains(out, realm) {
			out = append(out, realm)
		}
	}
	return out
}

// materialOf reads the records and the accounts that are sealed under some keys. What
// does not open says nothing, and is erased all the same.
func materialOf(r store.Reader, holders []string) (records []record.Record, accounts []keptAccount, err error) {
	for _, h := range holders {
		own := store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}
		for row, err := range r.Find(store.Records, own) {
			if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrErased) {
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			if b, err := decodeRecord(row.Body); err == nil {
				records = append(records, b.Record)
			}
		}
		for row, err := range r.Find(store.Profiles, own) {
			if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrErased) {
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			if head, _, err := profileHeadOf(row.Body); err == nil {
				accounts = append(accounts, keptAccount{Account: pipeline.Account{Email: head.Email, ID: head.ID, Name: head.Name}})
			}
		}
	}
	return records, accounts, nil
}

// forgetNoticed removes the notices that were given to a person, and every input that
// is held back of which something is theirs: nobody has read what it says of whom, so
// it goes as a whole. It may be sent again, and is then read but for the person.
func forgetNoticed(w store.Writer, hashes []string) error {
	if err := notice.Forget(w, hashes); err != nil {
		return err
	}
	return held(w, func(row store.Row, head arrival) error {
		if !head.Waits.Many && !slices.ContainsFunc(head.Waits.People, func(ids []string) bool {
			return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(hashes, id) })
		}) {
			return nil
		}
		return dropHeld(w, row, head)
	})
}
