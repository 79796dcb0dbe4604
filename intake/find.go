// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"fmt"
	"slices"
	"strings"

	"daylight/normalize"
	"daylight/record"
	"daylight/store"
)

// contactType marks the rows of [store.Identifiers] by which a person is found by
// an exact e-mail address, telephone number or id: keyed hashes, so that nothing can
// be listed or guessed at without the store's key.
const contactType = "contact"

// contactHash is the keyed hash of a canonical value.
func contactHash(r store.Reader, value string) string { return r.Hash(contactType, value) }

// canonical returns the forms under which a value is kept: as an id, as an address
// and as a number in E.164, whichever it can be.
func canonical(value string) []string {
	value = strings.TrimSpace(value)
	if value == "" || len(value) > 320 {
		return nil
	}
	out := []string{"id " + strings.ToLower(value)}
	if e := normalize.Email(value); e != "" {
		out = append(out, "email "+e.Reveal())
	}
	if p := normalize.Phone(value, record.Country{}); p != "" {
		out = append(out, "phone "+p.Reveal())
	}
	return out
}

// Find returns the handles of those who hold exactly a value: an e-mail address, a
// telephone number with its country code, or an id of one of the company's systems.
// It asks the same of the store whether anybody holds it or not.
func Find(r store.Reader, value string) ([]string, error) {
	var hashes []string
	for _, c := range canonical(value) {
		hashes = append(hashes, contactHash(r, c))
	}
	var out []string
	// A hash of this kind is of no other row: to ask for the type too would have all
	// rows of the type looked through.
	for row, err := range r.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{{Column: "hash", Op: store.OneOf, In: hashes}}}) {
		if err != nil {
			return nil, fmt.Errorf("find who holds a value: %w", err)
		}
		if h := row.Text["subject"]; row.Text["type"] == contactType && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out, nil
}

// putContacts brings the rows by which a person is found to what is known of them.
func putContacts(w store.Writer, p *person) error {
	f := faceOf(p.of)
	wanted := map[string]string{} // by key: hash
	add := func(value string) {
		for _, c := range canonical(value) {
			hash := contactHash(w, c)
			wanted[hash+" "+p.handle] = hash
		}
	}
	for _, list := range [][]record.Redacted{f.Emails, f.Phones} {
		for _, v := range list {
			add(v.Reveal())
		}
	}
	for _, v := range append(slices.Clone(f.IDs), f.Usernames...) {
		add(v)
	}
	return setContacts(w, p.handle, wanted)
}

// forgetContacts removes the rows by which a person is found.
func forgetContacts(w store.Writer, handle string) error { return setContacts(w, handle, nil) }

func setContacts(w store.Writer, handle string, wanted map[string]string) error {
	var gone []string
	there := map[string]bool{}
	for row, err := range w.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: handle}, {Column: "type", Op: store.Equal, Text: contactType},
	}}) {
		if err != nil {
			return err
		}
		there[row.Key] = true
		if wanted[row.Key] == "" {
			gone = append(gone, row.Key)
		}
	}
	for _, key := range gone {
		if err := w.Delete(store.Identifiers, key); err != nil {
			return err
		}
	}
	for key, hash := range wanted {
		if there[key] {
			continue
		}
		if err := w.Put(store.Identifiers, store.Row{Key: key, Text: map[string]string{"hash": hash, "type": contactType, "subject": handle}}); err != nil {
			return err
		}
	}
	return nil
}
