// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"daylight/activity"
	"daylight/pipeline"
	"daylight/record"
	"daylight/sanctions"
	"daylight/store"
)

// This file is the form in which material is kept: what is in which row, and under
// whose key.

// fileBody is the body of a row of [store.Files], without what may be long: see
// [fileBulk].
type fileBody struct {
	Input      pipeline.Input     `json:"input"`
	Skipped    []pipeline.Skipped `json:"skipped,omitempty"`
	Unread     []pipeline.Skipped `json:"unread,omitempty"`
	Late       int                `json:"late,omitempty"`
	Attachable bool               `json:"attachable,omitempty"`
	Number     uint32             `json:"number,omitempty"`
	Unit       string             `json:"unit,omitempty"`
	Group      string             `json:"group,omitempty"`
	Database   int                `json:"database,omitempty"` // parts
	Bulk       int                `json:"bulk,omitempty"`     // parts, after those of the database
	Erased     int                `json:"erased,omitempty"`   // records of people who were erased
	Source     string             `json:"source,omitempty"`
	Size       int64              `json:"size,omitempty"` // bytes as received
	Held       int                `json:"held,omitempty"` // events of people who were not told
	HeldPeople int                `json:"held_people,omitempty"`
	Lapsed     bool               `json:"lapsed,omitempty"` // what was held, or did not open, is gone: it may come again
}

// fileBulk is what was read of a file in thousands of lines. It is kept in rows of its
// own, so that a list of files is read without it. None of it is of a file that belongs
// to a person: it is sealed under the service's own key.
type fileBulk struct {
	Accounts  map[string]int    `json:"accounts,omitempty"`
	Listed    []record.Listed   `json:"listed,omitempty"`
	Sanctions []sanctions.Entry `json:"sanctions,omitempty"`
}

// encode writes the bulk, nil for none.
func (b fileBulk) encode() ([]byte, error) {
	if len(b.Accounts)+len(b.Listed)+len(b.Sanctions) == 0 {
		return nil, nil
	}
	data, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("encode what was read of a file: %w", err)
	}
	return data, nil
}

// putParts replaces the parts that are kept of a file: those of each of the data, one
// after the other. It returns how many parts each has.
func putParts(w store.Writer, key string, data ...[]byte) ([]int, error) {
	old := store.Query{Bare: true, Where: []store.Cond{{Column: "key", Op: store.Prefix, Text: key + "-"}}}
	for row, err := range w.Find(store.Documents, old) {
		if err == nil {
			err = w.Delete(store.Documents, row.Key)
		}
		if err != nil {
			return nil, err
		}
	}
	counts, all := make([]int, len(data)), 0
	for i, d := range data {
		for part := range slices.Chunk(d, segment) {
			if err := w.Put(store.Documents, store.Row{Key: partKey(key, all), Body: part}); err != nil {
				return nil, err
			}
			counts[i]++
			all++
		}
	}
	return counts, nil
}

// errStore says that the store failed, not that what it holds is damaged.
var errStore = errors.New("the store failed")

// readParts joins n parts of a file, from one on. It fails with [store.ErrCorrupt] where
// one does not open or is missing.
func readParts(r store.Reader, key string, from, n int) ([]byte, error) {
	var out []byte
	for part := range n {
		row, err := r.Get(store.Documents, partKey(key, from+part))
		switch {
		case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased), errors.Is(err, store.ErrCorrupt):
			return nil, fmt.Errorf("read a part of a file: %w", store.ErrCorrupt)
		case err != nil:
			return nil, fmt.Errorf("read a part of a file: %w: %w", errStore, err)
		}
		out = append(out, row.Body...)
	}
	return out, nil
}

// file reads what a row of [store.Files] keeps, without the document.
func file(r store.Reader, row store.Row) (pipeline.File, error) {
	var b fileBody
	if err := json.Unmarshal(row.Body, &b); err != nil {
		return pipeline.File{}, fmt.Errorf("decode a file: %w", err)
	}
	database, err := readParts(r, row.Key, 0, b.Database)
	if err != nil {
		return pipeline.File{}, err
	}
	more, err := readBulk(r, row.Key, b)
	if err != nil {
		return pipeline.File{}, err
	}
	accounts := make([]pipeline.Counted, 0, len(more.Accounts))
	for key, n := range more.Accounts {
		accounts = append(accounts, pipeline.Counted{Key: once(key), Events: n})
	}
	return pipeline.File{
		Material: pipeline.Material{
			Input: b.Input, Skipped: b.Skipped, Unread: b.Unread, Late: b.Late, Attachable: b.Attachable,
			Number: b.Number, Unit: b.Unit, Listed: more.Listed, Sanctions: more.Sanctions, Database: database,
		},
		Accounts: accounts, Group: b.Group,
	}, nil
}

// readBulk reads the bulk of a file.
func readBulk(r store.Reader, key string, b fileBody) (more fileBulk, err error) {
	if b.Bulk == 0 {
		return more, nil
	}
	data, err := readParts(r, key, b.Database, b.Bulk)
	if err != nil {
		return more, err
	}
	if err := json.Unmarshal(data, &more); err != nil {
		return more, fmt.Errorf("decode what was read of a file: %w", err)
	}
	for i := range more.Listed {
		more.Listed[i].Cite.At = more.Listed[i].Seen.Time()
	}
	return more, nil
}

// recordBody is the body of a row of [store.Records].
type recordBody struct {
	Record record.Record   `json:"record"`
	Places []record.Origin `json:"places"`
}

// maxPlaces is how many of the places of one record are kept: the first by path,
// so that it does not matter which was read first.
const maxPlaces = 64

// join adds the places of another reading.
func (b *recordBody) join(places []record.Origin) {
	b.Places = append(b.Places, places...)
	slices.SortFunc(b.Places, func(x, y record.Origin) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(len(x.Locator), len(y.Locator)), cmp.Compare(x.Locator, y.Locator), cmp.Compare(x.Feed, y.Feed))
	})
	b.Places = slices.Compact(b.Places)
	b.Places = b.Places[:min(len(b.Places), maxPlaces)]
}

// system is the system that a feed comes from.
func system(feed string) string {
	name, _, _ := strings.Cut(feed, ".")
	return name
}

// recordHolder names the key of the person that a record names, as its system
// calls them, or of the machine if it names nobody.
func recordHolder(r store.Reader, rec record.Record) string {
	who := strings.ToLower(rec.Ref.ID)
	switch d, ok := rec.Body.(record.Device); {
	case who != "":
	case rec.Ref.Email != "":
		who = "mail " + string(rec.Ref.Email)
	case rec.Ref.Username != "":
		who = "name " + rec.Ref.Username
	case ok:
		return "r:" + r.Hash("record", "machine "+cmp.Or(d.Serial, d.Host))
	default:
		who = "phone " + string(rec.Ref.Phone)
	}
	return "r:" + r.Hash("record", system(rec.Origin.Feed)+"\x00"+who)
}

// contactHolders are the names under which a person who is erased is remembered,
// by each of their contact points and accounts: keys that were never used, and are
// destroyed, so that what comes again about the person is known and left out.
func contactHolders(r store.Reader, rec record.Record) []string {
	var values []string
	add := func(kind, v string) {
		if v != "" {
			values = append(values, "e:"+r.Hash("erased "+kind, strings.ToLower(v)))
		}
	}
	add("mail", string(rec.Ref.Email))
	add("phone", string(rec.Ref.Phone))
	add("user", rec.Ref.Username)
	if b, ok := rec.Body.(record.Person); ok {
		for _, v := range b.Emails {
			add("mail", string(v))
		}
		for _, v := range b.Phones {
			add("phone", string(v))
		}
		for _, v := range b.Usernames {
			add("user", v)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func documentHolder(key string) string { return "d:" + key }

// accountKey names an account in counts; it is a keyed hash.
func accountKey(r store.Reader, a pipeline.Account) string {
	return r.Hash("account", a.Email+"\x00"+a.ID+"\x00"+a.Name)[:20]
}

func accountHolder(key string) string { return "a:" + key }

// profileKey is the key of an account's activity in one group of files.
func profileKey(r store.Reader, account, group string) string {
	if group == "" {
		return account
	}
	return account + " " + r.Hash("group", group)[:8]
}

// profileHead goes before the profile in the body of a row of [store.Profiles].
type profileHead struct {
	Email  string `json:"email,omitempty"`
	ID     string `json:"id,omitempty"`
	Name   string `json:"name,omitempty"`
	Group  string `json:"group,omitempty"`
	Newest int64  `json:"newest,omitempty"`
	// Written is when something was last added, Unix milliseconds.
	Written int64 `json:"written,omitempty"`
}

var errProfile = errors.New("not a kept profile")

// keptAccount is the folded activity of one account in the files of one group.
type keptAccount struct {
	pipeline.Account
	Key, Group string
}

// encodeProfile writes an account's activity.
func encodeProfile(a keptAccount, written time.Time) ([]byte, error) {
	head, err := json.Marshal(profileHead{a.Email, a.ID, a.Name, a.Group, a.Newest, millis(written)})
	if err != nil {
		return nil, fmt.Errorf("encode a profile: %w", err)
	}
	out := append(binary.AppendUvarint(nil, uint64(len(head))), head...)
	if a.Profile == nil {
		return out, nil
	}
	return a.Profile.AppendBinary(out)
}

// encodeDocument writes what was read of a document, and the document itself.
func encodeDocument(d *pipeline.Document, original []byte) ([]byte, error) {
	head, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode a document: %w", err)
	}
	return append(append(binary.AppendUvarint(nil, uint64(len(head))), head...), original...), nil
}

// decodeDocument reads what encodeDocument wrote.
func decodeDocument(body []byte) (d *pipeline.Document, original []byte, err error) {
	n, used := binary.Uvarint(body)
	if used <= 0 || n > uint64(len(body)-used) { //nolint:gosec // not negative
		return nil, nil, errors.New("not a kept document")
	}
	rest := body[used:]
	if err := json.Unmarshal(rest[:n], &d); err != nil {
		return nil, nil, fmt.Errorf("decode a document: %w", err)
	}
	return d, rest[n:], nil
}

// foldedDocument is a document as it waits for the next assessment, which needs its
// text for a moment only.
type foldedDocument struct {
	path   string
	packed []byte
}

// foldDocument packs what decodeDocument reads, less the original.
func foldDocument(body []byte) (foldedDocument, error) {
	d, _, err := decodeDocument(body)
	if err != nil {
		return foldedDocument{}, err
	}
	head, err := json.Marshal(d)
	if err != nil {
		return foldedDocument{}, fmt.Errorf("pack a document: %w", err)
	}
	if len(head) > segment { // more than is unpacked
		return foldedDocument{d.Path, append([]byte{packedNot}, head...)}, nil
	}
	return foldedDocument{d.Path, slices.Clip(pack(head))}, nil
}

func (f foldedDocument) unfold() (*pipeline.Document, error) {
	head, err := unpack(f.packed)
	if err != nil {
		return nil, err
	}
	var d *pipeline.Document
	if err := json.Unmarshal(head, &d); err != nil {
		return nil, fmt.Errorf("unpack a document: %w", err)
	}
	return d, nil
}

// Original returns the file that a row of [store.Documents] was read from, as it
// came, and its name; of the copy of an identity document there is nothing.
func Original(row store.Row) (name string, body []byte, err error) {
	d, original, err := decodeDocument(row.Body)
	if err != nil {
		return "", nil, err
	}
	return path.Base(d.Path), original, nil
}

// decodeRecord reads the body of a row of [store.Records]: what was read, or what a
// case concluded, which is a record alone.
func decodeRecord(body []byte) (recordBody, error) {
	var b recordBody
	if err := json.Unmarshal(body, &b); err == nil && b.Record.Body != nil {
		return b, nil
	}
	var r record.Record
	if err := json.Unmarshal(body, &r); err != nil {
		return b, fmt.Errorf("decode a record: %w", err)
	}
	return recordBody{r, []record.Origin{r.Origin}}, nil
}

// decodeProfile reads what encodeProfile wrote; key is the account's.
func decodeProfile(key string, body []byte) (keptAccount, error) {
	head, rest, err := profileHeadOf(body)
	if err != nil {
		return keptAccount{}, err
	}
	account, _, _ := strings.Cut(key, " ")
	a := keptAccount{
		Account: pipeline.Account{Email: head.Email, ID: head.ID, Name: head.Name, Newest: head.Newest}, Key: account, Group: head.Group,
	}
	if len(rest) > 0 {
		a.Profile = new(activity.Profile)
		if err := a.Profile.UnmarshalBinary(rest); err != nil {
			return keptAccount{}, fmt.Errorf("decode a profile: %w", err)
		}
	}
	return a, nil
}

// profileHeadOf reads whose account a kept profile is of, and leaves the profile.
func profileHeadOf(body []byte) (head profileHead, rest []byte, err error) {
	n, used := binary.Uvarint(body)
	if used <= 0 || n > uint64(len(body)-used) { //nolint:gosec // not negative
		return head, nil, errProfile
	}
	rest = body[used:]
	if err := json.Unmarshal(rest[:n], &head); err != nil {
		return head, nil, fmt.Errorf("decode a profile: %w", err)
	}
	return head, rest[n:], nil
}
